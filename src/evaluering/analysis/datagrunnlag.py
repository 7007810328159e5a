"""What came in, for which years, what is missing, and the step of the ladder it all reaches.

Nothing here counts rows: how many rows a sheet about persons has is for internal eyes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from evaluering.analysis.plan_status import iso_day
from evaluering.inputs.material import Material
from evaluering.inputs.workbook.columns import label_of_name
from evaluering.inputs.workbook.frames import SIGN_SUFFIX
from evaluering.inputs.workbook.problems import Problem
from evaluering.model import Finding, Source, Value

GIVEN: Final = "ja"
OTHER_YEARS: Final = "andre_aar"
KNOWN_MISSING: Final = "meldt_manglende"
NOT_GIVEN: Final = "nei"
YEARS_SHOWN: Final = 4
BY_SCHOOL: Final = "ungdata_skoler"
SURVEY: Final = "ungdata"
STEPS: Final = 5

_OWN_PLACE: Final = "kommune"


class _Input(NamedTuple):
    """A source a report can rest on, the step it belongs to, and whether the step needs it."""

    code: str
    step: int
    is_needed: bool
    is_persons: bool = False


# Every source, in the order of the ladder.
INPUTS: Final = (
    _Input(SURVEY, 0, is_needed=True),
    _Input("tiltak", 0, is_needed=True),
    _Input("vedtak", 0, is_needed=False),
    _Input("egenvurdering", 0, is_needed=False),
    _Input("vurdering", 0, is_needed=False),
    _Input("befolkning", 0, is_needed=False),
    _Input("forholdstall", 1, is_needed=True),
    _Input("indikatortall", 1, is_needed=True),
    _Input("moeter", 1, is_needed=True),
    _Input("plasseringer", 1, is_needed=False),
    _Input("saker", 2, is_needed=True, is_persons=True),
    _Input("samtykke", 2, is_needed=True, is_persons=True),
    _Input("tjenester", 2, is_needed=True, is_persons=True),
    _Input(BY_SCHOOL, 3, is_needed=True),
    _Input("maal", 3, is_needed=True, is_persons=True),
    _Input("maalinger", 3, is_needed=True, is_persons=True),
    _Input("forhold", 4, is_needed=True, is_persons=True),
)
# Another source that gives the same.
_REPLACED_BY: Final = {"indikatortall": "saker", "forholdstall": "forhold"}
# Sheets that say something whichever year their rows are from.
_ANY_YEAR: Final = frozenset({SURVEY, BY_SCHOOL, "vedtak", "befolkning"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of the survey outside the workbook.

    Attributes:
        published: Rows of the published file; None when none is named.
        has_schools: A file with answers per school or per pupil is named.
    """

    published: pd.DataFrame | None = None
    has_schools: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What came in, for internal eyes only: it counts rows of sheets about persons.

    Attributes:
        sheets: `ark` (tab name), `rader`, and `felt` (columns with content); a row per sheet.
        missing: Tab names of sheets reported as missing.
        interpreted: Cells that were read as what was meant.
        remarks: What somebody should look at.
    """

    sheets: pd.DataFrame
    missing: tuple[str, ...]
    interpreted: tuple[str, ...]
    remarks: tuple[str, ...]


def received(material: Material) -> Received:
    """What came in, for internal eyes only.

    Args:
        material: From `read_material`.
    """
    frames, book = material.frames, material.book
    sheets = pd.DataFrame(
        {
            "ark": [label_of_name(id) for id in frames],
            "rader": [len(frame) for frame in frames.values()],
            "felt": [_filled(frame) for frame in frames.values()],
        }
    )
    return Received(
        sheets=sheets,
        missing=tuple(label_of_name(id) for id in sorted(material.missing)),
        interpreted=() if book is None else tuple(str(note) for note in book.interpretations),
        remarks=() if book is None else _together(book.remarks),
    )


def data_basis(
    material: Material,
    sources: Sequence[Source],
    *,
    survey: Survey,
    year: int,
    is_synthetic: bool = False,
) -> Finding:
    """Which sources were delivered, for which years, and the step of the ladder they reach.

    Args:
        material: What has been delivered.
        sources: Where the plan is published.
        survey: What is known of the survey outside the workbook.
        year: The year evaluated.
        is_synthetic: Invented numbers.

    Returns:
        `frame`, a row per source in the order of the ladder: `kilde` (code), `trinn` as text,
        `levert` (`ja`, `andre_aar`, `meldt_manglende` or `nei`) and `aar` (years, «2024, 2025», or
        empty where they are not told). `details["coverage"]`, a row per source and year: `kilde`,
        `aar`, `har`. `details["ladder"]`, a row per step: `step`, `is_reached` and `missing`
        (codes with «;» between). `values["step"]` is the highest step reached, None for none.
    """
    years = _years(material, survey)
    given = {item.code: _given(item, years, material, survey, year) for item in INPUTS}
    frame = pd.DataFrame(
        {
            "kilde": [item.code for item in INPUTS],
            "trinn": [str(item.step) for item in INPUTS],
            "levert": [given[item.code] for item in INPUTS],
            "aar": [
                "" if item.is_persons else ", ".join(str(one) for one in years.get(item.code, ()))
                for item in INPUTS
            ],
        }
    )
    ladder = _ladder(given, has_answers=_has_answers(material, survey))
    reached = ladder.loc[ladder["is_reached"], "step"]
    delivered = tuple(material.source(item.code) for item in INPUTS if item.code in material.frames)
    values: dict[str, Value] = {
        "step": int(reached.max()) if len(reached) else None,
        "total": len(INPUTS),
        "delivered": sum(state == GIVEN for state in given.values()),
        "missing": sum(state != GIVEN for state in given.values()),
        "year": year,
    }
    return Finding(
        id="datagrunnlag.kilder",
        section="datagrunnlag",
        kind="data_basis",
        topic="Datagrunnlag",
        frame=frame,
        sources=(*sources, *delivered),
        is_synthetic=is_synthetic,
        values=values,
        details={"ladder": ladder, "coverage": _coverage(years, year)},
        method="full_count",
        subject="work",
    )


def _together(problems: Sequence[Problem]) -> tuple[str, ...]:
    """Remarks, with those that say the same of many cells as one line."""
    groups: dict[tuple[str, str, str, str], list[Problem]] = {}
    for problem in problems:
        key = (problem.sheet, problem.label, problem.what, problem.remedy)
        groups.setdefault(key, []).append(problem)
    return tuple(
        str(alike[0])
        if len(alike) == 1
        else f"Ark «{sheet}», {len(alike)} celler ({label}), den første {alike[0].cell}: {what}"
        for (sheet, label, what, _), alike in groups.items()
    )


def _filled(frame: pd.DataFrame) -> int:
    """Columns with content; a sign beside a number is not a column of its own."""
    kept = [name for name in frame.columns if not str(name).endswith(SIGN_SUFFIX)]
    return int(frame[kept].notna().any().sum())


def _years(material: Material, survey: Survey) -> dict[str, tuple[int, ...]]:
    """Source → the years it has rows for; a source without years in its rows has none."""
    found: dict[str, tuple[int, ...]] = {}
    for code, sheet in material.frames.items():
        if "aar" in sheet:
            found[code] = tuple(sorted({int(one) for one in sheet["aar"].dropna()}))
        elif "dato" in sheet and code in ("moeter", "vedtak"):
            found[code] = tuple(sorted({int(iso_day(day)[:4]) for day in sheet["dato"].dropna()}))
        else:
            found[code] = ()
    waves = set(found.get(SURVEY, ()))
    if survey.published is not None:
        own = survey.published[survey.published["sted"] == _OWN_PLACE]
        waves |= {int(one) for one in own.loc[own["prosent"].notna(), "aar"]}
    if waves:
        found[SURVEY] = tuple(sorted(waves))
    return found


def _given(
    item: _Input,
    years: Mapping[str, Sequence[int]],
    material: Material,
    survey: Survey,
    year: int,
) -> str:
    if item.code == BY_SCHOOL:
        return GIVEN if survey.has_schools or _schools_in_sheet(material) else NOT_GIVEN
    if item.code == SURVEY and survey.has_schools:
        return GIVEN
    if item.code not in years:
        return KNOWN_MISSING if item.code in material.missing else NOT_GIVEN
    if item.is_persons or item.code in _ANY_YEAR or year in years[item.code]:
        return GIVEN
    return OTHER_YEARS


def _schools_in_sheet(material: Material) -> bool:
    sheet = material.frames.get(SURVEY)
    return sheet is not None and bool(sheet["skole_kode"].notna().any())


def _has_answers(material: Material, survey: Survey) -> bool:
    """Whether the number of answers is known for every figure of the municipality."""
    if survey.has_schools:
        return True
    frames = [
        frame for frame in (material.frames.get(SURVEY), survey.published) if frame is not None
    ]
    own = [frame[frame["sted"] == _OWN_PLACE] for frame in frames]
    filled = [
        rows[rows["prosent"].notna() | rows["antall_ja"].notna()]["antall_svar"] for rows in own
    ]
    known = [answers for answers in filled if len(answers)]
    return bool(known) and any(bool(answers.notna().all()) for answers in known)


def _ladder(given: Mapping[str, str], *, has_answers: bool) -> pd.DataFrame:
    """A step is reached when its own inputs and those of every step below are there."""
    rows: list[dict[str, Value]] = []
    is_open = True
    for step in range(STEPS):
        lacking = [
            item.code
            for item in INPUTS
            if item.step == step and item.is_needed and not _is_there(item.code, given)
        ]
        if step == 0 and not has_answers and SURVEY not in lacking:
            lacking.insert(0, "antall_svar")
        is_open = is_open and not lacking
        rows.append({"step": step, "is_reached": is_open, "missing": ";".join(lacking)})
    return pd.DataFrame(rows)


def _is_there(code: str, given: Mapping[str, str]) -> bool:
    return GIVEN in (given[code], given.get(_REPLACED_BY.get(code, "")))


def _coverage(years: Mapping[str, Sequence[int]], year: int) -> pd.DataFrame:
    """Source × year for sources that are no rows about persons, and have years at all."""
    shown = range(year - YEARS_SHOWN + 1, year + 1)
    rows = [
        {"kilde": item.code, "aar": one, "har": GIVEN if one in years[item.code] else NOT_GIVEN}
        for item in INPUTS
        if not item.is_persons and years.get(item.code)
        for one in shown
    ]
    return pd.DataFrame(rows, columns=pd.Index(["kilde", "aar", "har"]))
