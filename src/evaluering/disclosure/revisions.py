"""Earlier periods are quoted, not counted again: the shelf and the new report say the same.

Late registrations move last year's numbers a little. The difference between the old and the new
number would be a count of its own, often of one young person, so a year that is published keeps the
numbers it was published with, unless it is restated on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import pandas as pd

from evaluering.disclosure.stand_ins import stand_ins
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, PublishedCell, SafeTable

NOTE: Final = "merknad"
# Why a number stands as it does; the same on every cell of an earlier period, changed or not.
QUOTED: Final = "slik_utgitt"
_YEAR: Final = re.compile(r"[0-9]{4}")
_PERIODS: Final = ("aar", "wave")
_BEHIND: Final = ("personer", "stoerste", "to_stoerste")

# The counts of a year among the same people move together.
Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a count table."""

    cell: Cell
    count: int | None
    shown: int | None

    @property
    def is_revised(self) -> bool:
        """Published with a number, and counted otherwise now."""
        return None not in (self.count, self.shown) and self.count != self.shown


def quoted(
    tables: Iterable[CountTable],
    published: Sequence[PublishedCell],
    omregn: Collection[int] = (),
    *,
    threshold: int = 5,
) -> list[CountTable]:
    """Count tables in which earlier periods say what they said when they were published.

    Args:
        tables: The count tables of a run.
        published: What binds, oldest first.
        omregn: Years restated on purpose.
        threshold: Persons a shown cell must have at least; a cell published under a stricter one
            is held to that.

    Returns:
        The tables in the order given. A cell that was shown has the number it was last shown with,
        and `slik_utgitt` in the column `merknad`. Where a year has been revised since, a cell that
        was hidden has a number that fits (it stays hidden), and a cell that was never published is
        missing: as it is now it would tell the difference. A restated year has its new numbers.

    Raises:
        EvalueringError: A restated year has a difference of 1 to threshold − 1.
    """
    listed = list(tables)
    shown = last_shown(published)
    restated = {str(year) for year in omregn}
    rows = [_rows(table, shown) for table in listed]
    _check_restated(rows, published, restated, threshold)
    revised = {
        group(row.cell)
        for table in rows
        for row in table
        if row.is_revised and year_of(row.cell) not in restated
    }
    made = [
        _quoted_table(table, own, restated, revised)
        for table, own in zip(listed, rows, strict=True)
    ]
    hidden = {item.cell for item in published if not item.is_shown} - shown.keys()
    nearest = {
        row.cell: row.count
        for own in rows
        for row in own
        if row.count is not None and row.cell in hidden and _moves_with(row.cell, revised)
    }
    fitting = stand_ins(made, nearest, published)
    return [_filled(table, own, fitting) for table, own in zip(made, rows, strict=True)]


def check_kept(
    tables: Iterable[SafeTable],
    published: Sequence[PublishedCell],
    omregn: Collection[int] = (),
    *,
    threshold: int = 5,
) -> None:
    """Refuse tables that take back, open or quietly change what is published.

    Args:
        tables: The safe tables of a run.
        published: What binds, oldest first.
        omregn: Years restated on purpose.
        threshold: Persons a shown cell must have at least.

    Raises:
        EvalueringError: A shown cell is hidden, a hidden one is shown, or a number is changed in a
            year that is not restated, or by 1 to threshold − 1 in one that is.
    """
    own = [item for item in published if item.edition]
    shown, hidden = last_shown(own), {item.cell for item in own if not item.is_shown}
    limits = _thresholds(own, threshold)
    restated = {str(year) for year in omregn}
    for table in tables:
        for row in _rows(table, shown):
            is_shown = row.count is not None
            if is_shown and row.cell in hidden and row.shown is None:
                raise _fault("Et tall som er skjult i en tidligere rapport, ville blitt vist.")
            if not is_shown and row.shown is not None:
                raise _fault("Et tall som er vist i en tidligere rapport, ville blitt skjult.")
            if row.is_revised:
                gap = abs(cast("int", row.count) - cast("int", row.shown))
                if year_of(row.cell) not in restated or gap < limits.get(row.cell, threshold):
                    raise _fault("Et tall som er vist i en tidligere rapport, ville blitt endret.")


def last_shown(published: Iterable[PublishedCell]) -> dict[Cell, int]:
    """The number each cell was last shown with."""
    return {item.cell: item.value for item in published if item.value is not None}


def year_of(cell: Cell) -> str:
    """The year a cell is about; its period where that is no single year, "" where it has none."""
    at = dict(cell.at)
    named = [at[name] for name in _PERIODS if name in at]
    value = named[0] if named else cell.period
    years = _YEAR.findall(value)
    return years[0] if len(years) == 1 else value


def group(cell: Cell) -> Group:
    """Cells that are revised together: the same people, the same year."""
    return (cell.population, year_of(cell))


def _rows(table: CountTable | SafeTable, shown: Mapping[Cell, int]) -> list[_Row]:
    count = table.count if isinstance(table, CountTable) else "antall"
    naming = CountTable(
        table.name,
        table.frame,
        table.dimensions,
        total=table.total,
        unit=table.unit,
        population=table.population,
        period=table.period,
    )
    found: list[_Row] = []
    for line in cast("list[dict[str, Any]]", table.frame.to_dict("records")):
        cell = naming.cell(**{name: str(line[name]) for name in table.dimensions})
        is_missing = cast("bool", pd.isna(line[count]))
        is_hidden = is_missing or not line.get("publiseres", True)
        found.append(_Row(cell, None if is_hidden else int(line[count]), shown.get(cell)))
    return found


def _quoted_table(
    table: CountTable, rows: Sequence[_Row], restated: Collection[str], revised: Collection[Group]
) -> CountTable:
    frame = table.frame.copy()
    counts: list[int | None] = []
    notes: list[str] = []
    unknown: list[int] = []
    for at, row in enumerate(rows):
        is_quoted = row.shown is not None and year_of(row.cell) not in restated
        is_lost = not is_quoted and _moves_with(row.cell, revised)
        counts.append(row.shown if is_quoted else None if is_lost else row.count)
        notes.append(QUOTED if is_quoted else "")
        if is_lost or (is_quoted and row.is_revised):
            unknown.append(at)
    if any(notes):
        frame[NOTE] = notes
    if unknown:
        frame[table.count] = pd.array(counts, dtype="Int64")
        _forget(frame, unknown, [row.shown for row in rows])
    return replace(table, frame=frame)


def _moves_with(cell: Cell, revised: Collection[Group]) -> bool:
    """A cell of a revised year, or one that spans years of which one is revised."""
    population, year = group(cell)
    spans = not _YEAR.fullmatch(year)
    return (population, year) in revised or (spans and population in {name for name, _ in revised})


def _filled(table: CountTable, rows: Sequence[_Row], fitting: Mapping[Cell, int]) -> CountTable:
    """Numbers for the cells that stay hidden, so that the table adds up."""
    if not any(row.cell in fitting for row in rows):
        return table
    counts = [
        fitting.get(row.cell, count)
        for row, count in zip(rows, table.frame[table.count].tolist(), strict=True)
    ]
    frame = table.frame.assign(**{table.count: pd.array(counts, dtype="Int64")})
    return replace(table, frame=frame)


def _forget(frame: pd.DataFrame, rows: Sequence[int], shown: Sequence[int | None]) -> None:
    """The persons behind a number as it is now are not those behind it as it was published."""
    for name in [name for name in _BEHIND if name in frame]:
        behind: list[int | None] = [
            None if pd.isna(value) else int(value) for value in frame[name].tolist()
        ]
        for at in rows:
            if name != "personer" or not shown[at]:
                behind[at] = None
        frame[name] = pd.array(behind, dtype="Int64")


def _check_restated(
    rows: Iterable[Sequence[_Row]],
    published: Sequence[PublishedCell],
    restated: Collection[str],
    threshold: int,
) -> None:
    limits = _thresholds(published, threshold)
    small = {
        year_of(row.cell)
        for table in rows
        for row in table
        if row.is_revised
        and year_of(row.cell) in restated
        and abs(cast("int", row.count) - cast("int", row.shown)) < limits[row.cell]
    }
    if small:
        years = ", ".join(sorted(small))
        raise EvalueringError(
            f"Tallene for {years} kan ikke regnes om. Minst én rettelse er så liten at den kunne "
            "røpt enkeltpersoner.",
            where="omregn",
            remedy=f"Ta {years} ut av omregn. Da vises tallene slik de ble gitt ut.",
        )


def _thresholds(published: Iterable[PublishedCell], threshold: int) -> dict[Cell, int]:
    """The stricter of old and new, for every cell that was published."""
    limits: dict[Cell, int] = {}
    for item in published:
        limits[item.cell] = max(limits.get(item.cell, threshold), item.threshold)
    return limits


def _fault(what: str) -> EvalueringError:
    return EvalueringError(f"{what} Ingen rapport er laget.", where="regnskapet over utgitte tall")
