"""Answers per school or per pupil as cells, one set per level of school, whatever the tier.

Lower and upper secondary are never mixed. Rows for a whole level are preferred to rows per grade,
rows for all pupils to rows per sex. Nothing is tested here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
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
_INVITED: Final = ["spoersmaal", "aar", "antall_invitert"]
# The parts that are shown; pupils of another or an unknown part are counted with all.
PARTS: Final = {
    "kjoenn": ("gutt", "jente"),
    "trinn": ("8", "9", "10", "vg1", "vg2", "vg3"),
}
_TWO: Final = 2
_COUNTS: Final = ["antall_svar", "antall_ja_min", "antall_ja_maks", "antall_invitert"]


@dataclass(frozen=True, slots=True, eq=False)
class GroupAnswers:
    """The answers of a part of the pupils.

    Attributes:
        column: `kjoenn` or `trinn`.
        value: Which part: `gutt`, `10` …
        cells: School × survey sums for every question.
    """

    column: str
    value: str
    cells: design.Cells


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
        groups: Parts by sex and by grade, where they are known.
        parts: By column, all pupils counted in parts, those of unknown part as `ikke_oppgitt`:
            `spoersmaal`, `aar`, the column, `antall_ja`, `antall_svar`.
    """

    level: str
    cells: design.Cells
    invited: pd.DataFrame
    grades: dict[int, frozenset[str]]
    counted: pd.DataFrame
    pupils: pd.DataFrame | None = None
    groups: tuple[GroupAnswers, ...] = ()
    parts: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))


def by_level(survey: Survey, invited: pd.DataFrame | None = None) -> list[LevelAnswers]:
    """The answers of each level of school that has any.

    Args:
        survey: From `inputs.survey`.
        invited: Pupils invited, by `trinn`, `spoersmaal` and `aar`, where the survey does not say:
            `antall_invitert`.
    """
    found = _from_pupils(survey) if survey.tier is Tier.PUPILS else _from_schools(survey)
    if invited is None:
        return found
    return [
        replace(answers, invited=invited[invited["trinn"] == answers.level][_INVITED])
        if answers.invited.empty
        else answers
        for answers in found
    ]


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
        whole = sums.assign(antall_ja=middle)
        groups, parts = _school_groups(own, whole, level)
        found.append(
            LevelAnswers(
                level,
                _table_cells(sums),
                invited[~is_unknown.to_numpy() & invited["antall_invitert"].notna().to_numpy()],
                _grades(chosen),
                whole[[*_KEY, "antall_ja", "antall_svar"]],
                groups=groups,
                parts=parts,
            )
        )
    return found


def _school_groups(
    rows: pd.DataFrame, whole: pd.DataFrame, level: str
) -> tuple[tuple[GroupAnswers, ...], dict[str, pd.DataFrame]]:
    """Parts by sex and by grade in a school table, where every number of yes is known."""
    groups: list[GroupAnswers] = []
    parts: dict[str, pd.DataFrame] = {}
    for column, values in PARTS.items():
        other = ("kjoenn", "alle") if column == "trinn" else ("trinn", level)
        own = _prefer(rows[rows[column].isin(values)], *other)
        is_exact = bool((own["antall_ja_min"] == own["antall_ja_maks"]).all())
        if own[column].nunique() < _TWO or not is_exact:
            continue
        sums = own.groupby([*_KEY, column], as_index=False, sort=False)[_COUNTS].sum(min_count=1)
        groups += [
            GroupAnswers(column, value, _table_cells(sums[sums[column] == value]))
            for value in values
            if value in set(sums[column])
        ]
        parts[column] = _with_rest(sums.assign(antall_ja=sums["antall_ja_min"]), whole, column)
    return tuple(groups), parts


def _with_rest(parts: pd.DataFrame, whole: pd.DataFrame, column: str) -> pd.DataFrame:
    """The parts, and what is left of all pupils as `ikke_oppgitt`."""
    counts, keys = ["antall_ja", "antall_svar"], ["spoersmaal", "aar"]
    sums = parts.groupby([*keys, column], as_index=False, sort=False)[counts].sum()
    left = whole.groupby(keys)[counts].sum().sub(sums.groupby(keys)[counts].sum(), fill_value=0)
    is_impossible = (left < 0).any(axis=1) | (left["antall_ja"] > left["antall_svar"])
    if bool(is_impossible.any()):
        item, year = next(iter(left.index[is_impossible]))
        raise EvalueringError(
            "Delene er flere enn alle elevene til sammen.",
            where=f"Ungdata per skole, {item} {year}, {column}",
            remedy="Se etter om tallene for alle og tallene for hver gruppe hører sammen.",
        )
    rest = left[left["antall_svar"] > 0].reset_index().assign(**{column: NOT_STATED})
    return pd.concat([sums, rest], ignore_index=True)[[*keys, column, *counts]]


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
        groups, parts = _pupil_groups(own, asked)
        found.append(
            LevelAnswers(
                level, cells, nobody, grades, _count(own, asked), own, groups=groups, parts=parts
            )
        )
    return found


def _pupil_groups(
    pupils: pd.DataFrame, items: list[str]
) -> tuple[tuple[GroupAnswers, ...], dict[str, pd.DataFrame]]:
    """Parts by sex and by grade among pupils."""
    groups: list[GroupAnswers] = []
    parts: dict[str, pd.DataFrame] = {}
    for column, values in PARTS.items():
        there = [value for value in values if column in pupils and value in set(pupils[column])]
        if len(there) < _TWO:
            continue
        for value in there:
            own = pupils[pupils[column] == value]
            asked = [item for item in items if bool(own[item].notna().any())]
            cells = design.collapse(
                own,
                asked,
                wave="aar",
                cluster="skole_kode",
                weight="vekt" if "vekt" in own else None,
            )
            groups.append(GroupAnswers(column, value, cells))
        part = pupils[column].where(pupils[column].isin(values), NOT_STATED)
        parts[column] = _count(pupils.assign(**{column: part}), items, column)
    return tuple(groups), parts


def _count(pupils: pd.DataFrame, items: list[str], by: str = "skole_kode") -> pd.DataFrame:
    """Pupils by question, survey and school, or by another column."""
    grouped = pupils.groupby(["aar", by])
    parts = [
        grouped[item]
        .agg(antall_ja="sum", antall_svar="count")
        .reset_index()
        .assign(spoersmaal=item)
        for item in items
    ]
    columns = ["spoersmaal", "aar", by, "antall_ja", "antall_svar"]
    return pd.concat(parts, ignore_index=True)[columns]


def _grades(rows: pd.DataFrame) -> dict[int, frozenset[str]]:
    return {
        int(str(year)): frozenset(str(grade) for grade in group["trinn"])
        for year, group in rows.groupby("aar")
    }
