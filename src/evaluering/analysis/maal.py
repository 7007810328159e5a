"""Do young people reach their goals? All cases with consent together, never one case.

The case, not the goal, is the unit: goals of one case go together. Nothing here is an effect: goals
are set at a low point, and there is nothing to compare with.
"""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from evaluering.analysis.count_cells import CASE
from evaluering.analysis.count_cells import cell as cell_of
from evaluering.analysis.goal_findings import SECTION, Told, goal_finding
from evaluering.analysis.goal_rows import Group, rows
from evaluering.analysis.goal_scores import (
    ALL,
    GAS,
    GBO,
    NOT_ASSESSED,
    NOT_REACHED,
    REACHED,
    UNIT,
    cell,
    crossed,
    goal_table,
    scored_goals,
)
from evaluering.analysis.goal_sums import has_three_years, together
from evaluering.analysis.goal_voices import voices
from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Finding, Relation, Rest, Value, Verdict

_CASES: Final = "saker_med_maal"
_NOT_DUE: Final = "maal_ikke_forfalt"
_SCALES: Final = {GAS: "Skala −2 til 2", GBO: "Skala 0 til 10"}


def goal_attainment(
    material: Material | None, *, year: int, is_synthetic: bool = False, seed: int = 0
) -> list[Finding]:
    """Goals that were to be measured in the year: reached or not, at which level, by whose word.

    Args:
        material: What has been delivered; None is nothing.
        year: The year evaluated.
        is_synthetic: Invented numbers.
        seed: Of the bootstrap over cases.

    Returns:
        Kinds `goal_attainment`, `goal_voices`, `goal_levels` and `goal_groups`. One that says so
        where nothing was delivered, and only the first where there are fewer than ten cases.
    """
    scored = scored_goals(material) if material else None
    if material is None or scored is None:
        return [_missing(is_synthetic=is_synthetic)]
    told = Told(material, scored, year, is_synthetic, seed)
    first = reached(told)
    if first.refusal:
        return [first]
    return [first, voices(told), *(together(told) if has_three_years(told) else ())]


def reached(told: Told) -> Finding:
    """Reached, not reached, not assessed: the year's goals on both scales.

    Args:
        told: The goals.
    """
    goals, year = told.due, told.year
    every = Group("Alle mål", goals, {"aar": str(year)})
    share = every.attainment(told.seed)
    inside = frozenset(goals["sak_id"])
    followed = frozenset(every.assessed["sak_id"])
    tables = _case_tables(told, inside, followed)
    if share.refusal == "few_cases":
        few = cell_of(CASE, _CASES, aar=str(year), oppfulgt="ja")
        return goal_finding(
            told,
            "naadd",
            "goal_attainment",
            "Nådde mål",
            verdict=Verdict.NOT_ASSESSED,
            refusal="few_cases",
            values={"n": share.cases, "order": 0},
            next_datum="neste_aar",
            tables=tables,
            rests=(Rest("values", ("n",), (few,)), Rest("verdict", (), (few,))),
        )
    scales = [
        Group(name, goals[goals["skala"] == scale], {"aar": str(year), "skala": scale})
        for scale, name in _SCALES.items()
    ]
    # One small scale would be what is left of the total: both, or none.
    split = scales if all(scale.has_enough for scale in scales) else []
    frame, rests = rows([every, *split], told.seed)
    not_due = told.scored[~told.scored["is_due"]]
    whole, yes = every.cell(), every.cell(REACHED)
    no, unknown = every.cell(NOT_REACHED), every.cell(NOT_ASSESSED)
    later = Cell(UNIT, _NOT_DUE, "", (("aar", str(year)),))
    written = cell(aar=str(year), nivaa_beskrevet="ja")
    with_, without = (cell_of(CASE, _CASES, aar=str(year), samtykke=x) for x in ("ja", "nei"))
    spread: dict[str, Value] = {
        name: value
        for name, value in (("lower", share.lower), ("upper", share.upper))
        if not math.isnan(value)
    }
    return goal_finding(
        told,
        "naadd",
        "goal_attainment",
        "Nådde mål",
        frame=frame,
        values={
            "reached": share.reached,
            "goals": share.goals,
            "missing": share.missing,
            "share": share.share,
            **spread,
            "share_worst": share.share_worst,
            "share_best": share.share_best,
            "cases": len(inside),
            "without_consent": len(_with_goals(told) - inside),
            "not_due": len(not_due),
            "described": int((goals["nivaa_beskrevet"] == "ja").sum()),
            "order": 0,
        },
        tables=(
            *tables,
            goal_table(
                "maal_skala",
                crossed(goals, "skala", (GAS, GBO) if split else (), year=year),
                headline=frozenset({whole, yes}),
            ),
            _yes_no(told, "nivaa_beskrevet", goals["nivaa_beskrevet"] == "ja"),
            goal_table("maal_ikke_forfalt", [({"aar": str(year)}, not_due)], population=_NOT_DUE),
        ),
        rests=(
            *rests,
            Rest("values", ("reached",), (yes,)),
            Rest("values", ("goals",), (whole,)),
            Rest("values", ("missing",), (unknown,)),
            Rest("values", ("share",), (yes, no)),
            Rest("values", ("share_worst",), (yes, whole)),
            Rest("values", ("share_best",), (yes, unknown, whole)),
            every.spread("values", tuple(spread), None),
            Rest("values", ("cases",), (with_,)),
            Rest("values", ("without_consent",), (without,)),
            Rest("values", ("not_due",), (later,)),
            Rest("values", ("described",), (written,)),
        ),
    )


def _yes_no(told: Told, dimension: str, is_yes: pd.Series[bool]) -> CountTable:
    goals, aar = told.due, {"aar": str(told.year)}
    return goal_table(
        f"maal_{dimension}",
        [
            ({**aar, dimension: ALL}, goals),
            ({**aar, dimension: "ja"}, goals[is_yes]),
            ({**aar, dimension: "nei"}, goals[~is_yes]),
        ],
    )


def _with_goals(told: Told) -> frozenset[str]:
    """Cases with a goal to be measured in the year, with consent or without."""
    given = told.material.frames["maal"]
    due = given["planlagt_maaling"]
    chosen = (due.dt.year == told.year) & (due <= pd.Timestamp(told.material.day))
    return frozenset(given.loc[chosen, "sak_id"].astype(str))


def _case_tables(
    told: Told, inside: frozenset[str], followed: frozenset[str]
) -> tuple[CountTable, ...]:
    # Without the total: it would give away how many are left out.
    counts = {"ja": len(inside), "nei": len(_with_goals(told) - inside)}
    consent = pd.DataFrame(
        [
            {"aar": str(told.year), "samtykke": answer, "antall": number, "personer": number}
            for answer, number in counts.items()
        ]
    ).astype({"antall": "Int64", "personer": "Int64"})
    has_level = pd.DataFrame(
        {
            "aar": [str(told.year)],
            "oppfulgt": ["ja"],
            "antall": pd.Series([len(followed)], dtype="Int64"),
            "personer": pd.Series([len(followed)], dtype="Int64"),
        }
    )
    return (
        CountTable(
            name="maal_saker",
            frame=consent,
            dimensions=("aar", "samtykke"),
            unit=CASE,
            population=_CASES,
        ),
        CountTable(
            name="maal_saker_oppfulgt",
            frame=has_level,
            dimensions=("aar", "oppfulgt"),
            unit=CASE,
            population=_CASES,
            relations=(
                Relation(
                    (
                        (1, cell_of(CASE, _CASES, aar=str(told.year), oppfulgt="ja")),
                        (-1, cell_of(CASE, _CASES, aar=str(told.year), samtykke="ja")),
                    ),
                    "<=",
                ),
            ),
        ),
    )


def _missing(*, is_synthetic: bool) -> Finding:
    return Finding(
        id=f"{SECTION}.naadd",
        section=SECTION,
        kind="goal_attainment",
        topic="Nådde mål",
        frame=pd.DataFrame(),
        sources=(),
        is_synthetic=is_synthetic,
        verdict=Verdict.MISSING,
        values={"holder": "tjenestene", "order": 0},
        unit="mål",
        method="goals",
        next_datum="maal_i_saker",
        subject="work",
    )
