"""Three years of goals together: how far they came, and what they are about.

One year is too small to be shown by level or area. A sum is made only where each of its years has
several cases; else it would be one year in disguise.
"""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from evaluering.analysis.goal_findings import Told, goal_finding
from evaluering.analysis.goal_rows import Group, rows
from evaluering.analysis.goal_scores import (
    GAS,
    LEVELS,
    NOT_REACHED,
    REACHED,
    cell,
    crossed,
    due_in,
    goal_table,
)
from evaluering.inputs.workbook import codes
from evaluering.model import Cell, Finding, Relation, Rest
from evaluering.statistics import goals as estimators

FEWEST_A_YEAR: Final = 5  # cases with a goal in each of the years that are summed
_ASSESSED: Final = "maal_fem_nivaaer_vurdert_med_samtykke"
_REST: Final = "andre_samlet"


def has_three_years(told: Told) -> bool:
    """Whether each of the years has enough cases; else a sum would be one year in disguise.

    Args:
        told: The goals.
    """
    return all(
        due_in(told.scored, year)["sak_id"].nunique() >= FEWEST_A_YEAR for year in told.years
    )


def together(told: Told) -> list[Finding]:
    """Levels −2 to 2, and goals by what they are about: three years summed.

    Args:
        told: The goals.
    """
    goals = pd.concat([due_in(told.scored, year) for year in told.years])
    return [_levels(told, goals), _domains(told, goals)]


def _levels(told: Told, goals: pd.DataFrame) -> Finding:
    period, gas = _period(told), goals[goals["skala"] == GAS]
    names = {level: str(level) for level in LEVELS}
    cells = {level: cell(period, skala=GAS, nivaa=name) for level, name in names.items()}
    parts = [
        ({"skala": GAS, "nivaa": name}, gas[gas["level"] == level]) for level, name in names.items()
    ]
    few = gas.loc[gas["level"].notna(), "sak_id"].nunique() < estimators.FEWEST_CASES
    frame = pd.DataFrame(
        {
            "nivaa": list(names.values()),
            "antall": [math.nan if few else float(len(part)) for _, part in parts],
            "antall_tegn": ["skjult" if few else ""] * len(parts),
        }
    )
    # The same goals stand as reached and not reached in the report of each year.
    relations = tuple(
        Relation(
            (
                *((1, one) for one in _level_cells(told, outcome).values()),
                *((-1, cell(aar=str(year), skala=GAS, resultat=outcome)) for year in told.years),
            )
        )
        for outcome in (REACHED, NOT_REACHED)
    )
    return goal_finding(
        told,
        "nivaaer",
        "goal_levels",
        "Hvor langt målene kom",
        frame=frame,
        values={"year_first": told.years[0], "order": 2},
        tables=(goal_table("maal_nivaa", parts, period=period, relations=relations),),
        rests=tuple(
            Rest("frame", ("antall",), (one,), (row,)) for row, one in enumerate(cells.values())
        ),
    )


def _domains(told: Told, goals: pd.DataFrame) -> Finding:
    """Goals on five levels that were assessed, by what they are about; small areas together."""
    period = _period(told)
    known = goals[(goals["skala"] == GAS) & goals["level"].notna()]
    cases = known.groupby("omraade")["sak_id"].nunique()
    large = {
        choice.code: choice.label
        for choice in codes.MAALOMRAADE.choices
        if cases.get(choice.code, 0) >= estimators.FEWEST_CASES
    }
    shown = known.assign(omraade=known["omraade"].where(known["omraade"].isin(list(large)), _REST))
    groups = [
        Group(
            name,
            shown[shown["omraade"] == code],
            {"omraade": code},
            period=period,
            population=_ASSESSED,
        )
        for code, name in {**large, _REST: "Andre områder"}.items()
    ]
    frame, rests = rows(groups, told.seed)
    # The same goals by level: together they are those that are reached, and those that are not.
    relations = tuple(
        Relation(
            (
                (1, cell(period, _ASSESSED, resultat=answer)),
                *((-1, one) for one in _level_cells(told, answer).values()),
            )
        )
        for answer in (REACHED, NOT_REACHED)
    )
    return goal_finding(
        told,
        "omraader",
        "goal_groups",
        "Mål etter område",
        frame=frame.drop(columns=["ikke_vurdert", "ikke_vurdert_tegn"]),
        values={"year_first": told.years[0], "order": 3},
        tables=(
            goal_table(
                "maal_omraade",
                crossed(shown, "omraade", (*large, _REST), outcomes=(REACHED, NOT_REACHED)),
                period=period,
                population=_ASSESSED,
                relations=relations,
            ),
        ),
        rests=tuple(rest for rest in rests if rest.columns != ("ikke_vurdert",)),
    )


def _level_cells(told: Told, outcome: str) -> dict[int, Cell]:
    """The cells of the levels that are reached, or of those that are not."""
    return {
        level: cell(_period(told), skala=GAS, nivaa=str(level))
        for level in LEVELS
        if (level >= 0) == (outcome == REACHED)
    }


def _period(told: Told) -> str:
    return f"{told.years[0]}-{told.years[-1]}"
