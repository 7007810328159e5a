"""Answers per school or per pupil as cells, one set per level of school, whatever the tier.

Lower and upper secondary are never mixed. Rows for a whole level are preferred to rows per grade,
rows for all pupils to rows per sex. Nothing is tested here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from evaluering.inputs.survey import Survey, Tier
from evaluering.statistics import design

LEVEL_OF: Final = {
    "ungdomsskole": "ungdomsskole",
    "8": "ungdomsskole",
    "9": "ungdomsskole",
    "10": "ungdomsskole",
    "vgs": "vgs",
    "vg1": "vgs",
    "vg2": "vgs",
    "vg3": "vgs",
}
NOT_STATED: Final = "ikke_oppgitt"
_ORDER: Final = ("ungdomsskole", NOT_STATED, "vgs")
_KEY: Final = ["spoersmaal", "aar", "skole_kode"]
_COUNTS: Final = ["antall_svar", "antall_ja_min", "antall_ja_maks", "antall_invitert"]


@dataclass(frozen=True, slots=True, eq=False)
class LevelAnswers:
    """The answers of one level of school.

    Attributes:
        level: `ungdomsskole`, `vgs` or `ikke_oppgitt`.
        cells: School × survey sums for every question asked there.
        invited: Pupils invited by question and survey, or enrolled; empty where unknown.
            Columns `spoersmaal`, `aar`, `antall_invitert`.
        grades: Which grades answered, per survey.
        counted: Pupils who said yes and who answered, unweighted: `spoersmaal`, `aar`,
            `skole_kode`, `antall_ja`, `antall_svar`.
        pupils: The rows of tier 2, else None.
    """

    level: str
    cells: design.Cells
    invited: pd.DataFrame
    grades: dict[int, frozenset[str]]
    counted: pd.DataFrame
    pupils: pd.DataFrame | None = None


def by_level(survey: Survey) -> list[LevelAnswers]:
    """The answers of each level of school that has any.

    Args:
        survey: From `inputs.survey`.
    """
    if survey.tier is Tier.PUPILS:
        return _from_pupils(survey)
    return _from_schools(survey)


def _from_schools(survey: Survey) -> list[LevelAnswers]:
    rows = survey.frame.assign(level=survey.frame["trinn"].map(LEVEL_OF).fillna(NOT_STATED))
    found: list[LevelAnswers] = []
    for level in (level for level in _ORDER if level in set(rows["level"])):
        own = rows[rows["level"] == level]
        chosen = _prefer(_prefer(own, "trinn", level), "kjoenn", "alle")
        sums = chosen.groupby(_KEY, as_index=False, sort=False)[_COUNTS].sum(min_count=1)
        invited = sums.groupby(["spoersmaal", "aar"], as_index=False)["antall_invitert"].sum(
            min_count=1
        )
        # One school that does not say how many were invited leaves the whole survey unknown.
        unknown = sums[sums["antall_invitert"].isna()][["spoersmaal", "aar"]].drop_duplicates()
        is_unknown = invited.merge(unknown, how="left", indicator=True)["_merge"] == "both"
        middle = np.floor((sums["antall_ja_min"] + sums["antall_ja_maks"]) / 2)
        found.append(
            LevelAnswers(
                level,
                _table_cells(sums),
                invited[~is_unknown.to_numpy() & invited["antall_invitert"].notna().to_numpy()],
                _grades(chosen),
                sums.assign(antall_ja=middle)[[*_KEY, "antall_ja", "antall_svar"]],
            )
        )
    return found


def _prefer(rows: pd.DataFrame, column: str, whole: str) -> pd.DataFrame:
    """Rows for the whole where a school has one, else its parts (which are then summed)."""
    is_whole = rows[column] == whole
    has_whole = rows.assign(whole=is_whole).groupby(_KEY)["whole"].transform("any")
    return rows[is_whole | ~has_whole]


def _table_cells(sums: pd.DataFrame) -> design.Cells:
    """Cells with the least and the largest count of yes that rounded percentages allow."""
    middle = np.floor((sums["antall_ja_min"] + sums["antall_ja_maks"]) / 2)
    low, printed, high = (
        design.school_table(
            sums.assign(yes=yes),
            item="spoersmaal",
            wave="aar",
            cluster="skole_kode",
            n="antall_svar",
            yes="yes",
        )
        for yes in (sums["antall_ja_min"], middle, sums["antall_ja_maks"])
    )
    if bool((low.yes == high.yes).all()):
        return printed
    return replace(printed, yes_low=low.yes, yes_high=high.yes)


def _from_pupils(survey: Survey) -> list[LevelAnswers]:
    frame = survey.frame
    grade = frame["trinn"] if "trinn" in frame else pd.Series(NOT_STATED, index=frame.index)
    level_of = grade.map(LEVEL_OF).fillna(NOT_STATED)
    found: list[LevelAnswers] = []
    for level in (level for level in _ORDER if level in set(level_of)):
        own = frame[level_of == level]
        asked = [item for item in survey.items if bool(own[item].notna().any())]
        cells = design.collapse(
            own,
            asked,
            wave="aar",
            cluster="skole_kode",
            weight="vekt" if "vekt" in own else None,
        )
        nobody = pd.DataFrame({"spoersmaal": [], "aar": [], "antall_invitert": []})
        grades = _grades(own.assign(trinn=grade[own.index]))
        found.append(LevelAnswers(level, cells, nobody, grades, _count(own, asked), own))
    return found


def _count(pupils: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Pupils by question, survey and school."""
    by_school = pupils.groupby(["aar", "skole_kode"])
    parts = [
        by_school[item]
        .agg(antall_ja="sum", antall_svar="count")
        .reset_index()
        .assign(spoersmaal=item)
        for item in items
    ]
    return pd.concat(parts, ignore_index=True)[[*_KEY, "antall_ja", "antall_svar"]]


def _grades(rows: pd.DataFrame) -> dict[int, frozenset[str]]:
    return {
        int(str(year)): frozenset(str(grade) for grade in group["trinn"])
        for year, group in rows.groupby("aar")
    }
