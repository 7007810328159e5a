"""Earlier years as they were published: quoted, not counted again.

A late registration or a withdrawn consent changes a number by one, and the two reports side by side
would point at that one. So a number that has been published stands as it was, and what was hidden
beside a number that has changed since is left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

import pandas as pd

from evaluering.analysis.count_cells import CASE, CHARGED, OFFENCE, PERSON, REGISTERED, cell
from evaluering.analysis.placements import PLACED
from evaluering.files import STATISTIKK_VARIABLE
from evaluering.inputs.material import Material
from evaluering.model import Cell

FILE: Final = "utgitt.json"  # beside the folder of findings; the run writes it
UNDER_18: Final = "under_18"
_ALL: Final = "alle"

# Column of «Forholdstall» → unit, population and class.
_POLICE: Final[Mapping[str, tuple[str, str, str]]] = {
    "antall_forhold": (OFFENCE, REGISTERED, _ALL),
    "antall_personer": (PERSON, REGISTERED, _ALL),
    "antall_siktede": (PERSON, CHARGED, _ALL),
    "personer_1_2": (PERSON, REGISTERED, "1_2"),
    "personer_3": (PERSON, REGISTERED, "3"),
    "personer_4_pluss": (PERSON, REGISTERED, "4_pluss"),
    "forhold_4_pluss": (OFFENCE, REGISTERED, "4_pluss"),
}
_CASES: Final = "saker_"
_NEW_CASES: Final = "saker_nye"
_OF_NEW_CASES: Final = frozenset({"saker_samtykke", "saker_andre_tjenester"})


def published_cells() -> Mapping[Cell, int]:
    """What has been published of this municipality, as the run found it; none outside a run.

    Returns:
        Cell → the number that was shown.
    """
    folder = os.environ.get(STATISTIKK_VARIABLE)
    path = Path(folder).parent / FILE if folder else None
    if path is None or not path.is_file():
        return MappingProxyType({})
    records: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        Cell(
            record["unit"],
            record["population"],
            record["period"],
            tuple((name, value) for name, value in record["at"]),
        ): int(record["value"])
        for record in records
    }


def quoted(material: Material, published: Mapping[Cell, int], *, year: int) -> Material:
    """The material with every earlier number as it was published.

    Args:
        material: What has been delivered.
        published: From `published_cells`.
        year: The year evaluated; its own numbers are never quoted.
    """
    if not published:
        return material
    form, book = material.form, material.book
    if form is not None:
        form = replace(form, frame=_quoted(form.frame, "forholdstall", published, year))
    if book is not None:
        frames = {
            id: _quoted(frame, id, published, year) if id in _CELLS else frame
            for id, frame in book.frames.items()
        }
        book = replace(book, frames=MappingProxyType(frames))
    return replace(material, form=form, book=book)


def _quoted(
    frame: pd.DataFrame, sheet: str, published: Mapping[Cell, int], year: int
) -> pd.DataFrame:
    result = frame.copy()
    for row in result.index[result["aar"] < year]:
        delivered = cast("dict[str, Any]", cast("Any", result.loc[row]).to_dict())
        cells = dict(_CELLS[sheet](delivered))
        known = {column: published[at] for column, at in cells.items() if at in published}
        has_changed = any(
            not pd.isna(delivered[column]) and delivered[column] != value
            for column, value in known.items()
        )
        for column, value in known.items():
            result.loc[row, column] = value
        for column in cells.keys() - known.keys() if has_changed else ():
            result.loc[row, column] = pd.NA
    return result


def _police(row: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    group = {
        "aar": str(row["aar"]),
        "aldersgruppe": _ALL if row["aldersgruppe"] == UNDER_18 else str(row["aldersgruppe"]),
        **{name: _or_all(row[name]) for name in ("kategori", "bosted", "kjoenn")},
    }
    for column, (unit, population, klasse) in _POLICE.items():
        yield column, cell(unit, population, **group, klasse=klasse)


def _cases(row: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    code, aar = str(row["indikator"]), str(row["aar"])
    if code == _NEW_CASES:
        yield "teller", cell(CASE, "saker", aar=aar)
    elif code in _OF_NEW_CASES:
        yield "teller", cell(CASE, "saker", aar=aar, **{code.removeprefix(_CASES): "ja"})
        yield "nevner", cell(CASE, "saker", aar=aar)


def _placements(row: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    yield "nye_barn", cell(PERSON, PLACED, aar=str(row["aar"]), type=str(row["type"]))


def _or_all(value: object) -> str:
    return _ALL if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 NaN


_Cells = Callable[[Mapping[str, Any]], Iterator[tuple[str, Cell]]]
_CELLS: Final[Mapping[str, _Cells]] = {
    "forholdstall": _police,
    "indikatortall": _cases,
    "plasseringer": _placements,
}
