"""The rows a new workbook starts with: what the plan promises, and what last year's workbook held.

A status is never carried into the new year: last year's row stands beside an empty one, so that
nothing old is reported as if somebody had looked at it again. Rows about persons are never carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from evaluering.inputs.workbook.sheets import Column, Layout, Sheet
from evaluering.plan import Arena, Plan

Cell = str | int | float | bool | date | None
# A row by ASCII column name, with codes (not labels); what is absent or None is empty.
Row = Mapping[str, Cell]
Rows = Mapping[str, Sequence[Row]]

# Every row is carried, since a development needs the years before, and a decision is followed up.
_CARRIED: Final = (
    "vedtak",
    "ungdata",
    "indikatortall",
    "plasseringer",
    "forholdstall",
    "befolkning",
)
# Only the row of the year before is carried, to be compared with.
_COMPARED: Final = ("tiltak", "egenvurdering")
CARRIED_SHEETS: Final = frozenset(_CARRIED + _COMPARED)
_OFFENCE_GROUPS: Final = (
    ("under_18", "alle"),
    ("under_15", "alle"),
    ("15_17", "alle"),
    ("under_18", "vold"),
)


def starting_rows(
    layout: Layout, plan: Plan, aar: int, last: Rows | None = None
) -> dict[str, list[Row]]:
    """The rows of every sheet that starts with some.

    Args:
        layout: The declared sheets.
        plan: The plan they were declared for.
        aar: The year evaluated.
        last: Rows of last year's workbook by sheet id; None in the first year. What the plan no
            longer knows is left out.

    Returns:
        Rows by sheet id. A row for this year holds its key and, in «Tiltak», who was responsible
        last year; no status and no number. In the first year the counts get empty rows for the
        year before too, since one year alone says nothing about a change.
    """
    before = {id: _known(layout.sheet(id), (last or {}).get(id, ())) for id in _CARRIED + _COMPARED}
    for id in _COMPARED:
        before[id] = [row for row in before[id] if row.get("aar") == aar - 1]
    years = (aar,) if last else (aar - 1, aar)
    fresh: dict[str, list[Row]] = {
        "tiltak": _measures(plan, aar, before["tiltak"]),
        "moeter": [row for arena in plan.arenaer for row in _meetings(arena)],
        "egenvurdering": _each(layout, "egenvurdering", "punkt", (aar,)),
        "indikatortall": _each(layout, "indikatortall", "indikator", years),
        "plasseringer": _each(layout, "plasseringer", "type", years),
        "forholdstall": [
            {"aar": year, "aldersgruppe": age, "kategori": kind}
            for year in years
            for age, kind in _OFFENCE_GROUPS
        ],
    }
    rows = {
        sheet.id: _joined(sheet, before.get(sheet.id, []), fresh.get(sheet.id, []))
        for sheet in layout.sheets
    }
    order = layout.sheet("tiltak").column("tiltak_id").codes
    place = {code: number for number, code in enumerate(order.codes if order else ())}
    rows["tiltak"].sort(key=lambda row: place[str(row["tiltak_id"])])  # stable: last year first
    return {id: found for id, found in rows.items() if found}


def _measures(plan: Plan, aar: int, before: Sequence[Row]) -> list[Row]:
    """One row a measure, priority and area without priority, and whatever was reported last year.

    The responsible actor is last year's: the plan says who takes part, not who is responsible.
    """
    told = {str(row["tiltak_id"]): row.get("ansvarlig") for row in before}
    ids = [item.id for item in (*plan.tiltak, *plan.prioriteringer, *plan.ikke_prioritert)]
    return [
        {"tiltak_id": id, "aar": aar, "ansvarlig": told.get(id)}
        for id in dict.fromkeys([*ids, *told])
    ]


def _meetings(arena: Arena) -> list[Row]:
    """As many rows as meetings are planned; one where the plan gives no number."""
    return [{"arena": arena.id}] * (arena.per_aar_til or 1)


def _each(layout: Layout, id: str, name: str, years: Iterable[int]) -> list[Row]:
    """A row for each year and each code of a column."""
    codes = layout.sheet(id).column(name).codes
    return [{"aar": year, name: code} for year in years for code in (codes.codes if codes else ())]


def _joined(sheet: Sheet, before: Iterable[Row], fresh: Iterable[Row]) -> list[Row]:
    """Carried rows first, then the new ones whose key is not among them."""
    carried = list(before)
    seen = {_key(sheet, row) for row in carried}
    return carried + [row for row in fresh if _key(sheet, row) not in seen]


def _key(sheet: Sheet, row: Row) -> tuple[Cell, ...]:
    return tuple(row.get(name) or sheet.column(name).empty_means or None for name in sheet.key)


def _known(sheet: Sheet, rows: Iterable[Row]) -> list[Row]:
    """The rows without values the lists no longer hold; a row that loses part of its key goes."""
    kept: list[Row] = []
    for row in rows:
        values = {
            name: value
            for name, value in row.items()
            if name in sheet.names and _fits(sheet.column(name), value)
        }
        if all(row.get(name) is None or name in values for name in sheet.key):
            kept.append(values)
    return kept


def _fits(column: Column, value: Cell) -> bool:
    if column.codes is None or value is None or isinstance(value, bool):
        return True
    other = column.pattern and re.fullmatch(column.pattern, str(value))
    return str(value) in column.codes.codes or bool(other)
