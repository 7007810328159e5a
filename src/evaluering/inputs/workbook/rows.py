"""From stored cells to checked rows of a declared sheet: headings, cells, required and allowed.

Every problem of a sheet is found, not only the first. A cell at fault is left out of its row and
named, so that later checks do not blame it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from openpyxl.utils import get_column_letter
from pydantic import BaseModel

from evaluering.inputs.workbook.columns import Column, Sheet
from evaluering.inputs.workbook.normalise import EMPTY, NOTES, Reading, Value, read_cell
from evaluering.inputs.workbook.problems import Problem, cell_problem, shown_value
from evaluering.inputs.workbook.raw import RawCell, RawSheet, Stored
from evaluering.inputs.workbook.row_model import row_errors, row_model
from evaluering.model import Sign

_SECOND: Final = 2
_MOST_OF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A cell that was read as what was meant.

    Attributes:
        sheet: Tab name.
        cell: Its address.
        label: The column's heading.
        kind: Key of `normalise.NOTES`.
        found: What stands in the cell, or "" where it may not be shown.
        read_as: What it was read as, or "" likewise.
    """

    sheet: str
    cell: str
    label: str
    kind: str
    found: str = ""
    read_as: str = ""

    def __str__(self) -> str:
        values = f" {self.found} er lest som {self.read_as}." if self.found else ""
        note = NOTES[self.kind]
        return f"Ark «{self.sheet}», celle {self.cell} ({self.label}): {note}.{values}"


@dataclass(frozen=True, slots=True)
class Line:
    """One used row.

    Attributes:
        row: Its number in Excel.
        values: By column name; an empty cell, a sign and a cell at fault are absent.
        signs: `:` and `..`, by column name.
        faulty: Columns whose cell could not be read.
    """

    row: int
    values: Mapping[str, Value]
    signs: Mapping[str, Sign]
    faulty: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """A code or text, "" when there is none."""
        return str(self.values.get(name, ""))

    def number(self, name: str) -> int | None:
        """A whole number, None when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def is_filled(self, name: str) -> bool:
        """True when something stands in the cell, be it a sign or a fault."""
        return name in self.values or name in self.signs or name in self.faulty


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on one declared sheet.

    Attributes:
        sheet: Its declaration.
        lines: The used rows, in order.
        letters: Column name → letter, for the columns that are there.
        addresses: Row number and column name → address, on a form where the cells of a row do not
            stand side by side.
    """

    sheet: Sheet
    lines: tuple[Line, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict[str, str])
    addresses: Mapping[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])

    def cell(self, line: Line, name: str) -> str:
        """The address of a row's cell."""
        if self.addresses:
            first = next(address for (row, _), address in self.addresses.items() if row == line.row)
            return self.addresses.get((line.row, name), first)
        return f"{self.letters.get(name, 'A')}{line.row}"

    def problem(
        self, code: str, line: Line, name: str, found: object = None, **facts: object
    ) -> Problem:
        """A problem of one cell."""
        column = self.sheet.column(name)
        return cell_problem(code, self.sheet, self.cell(line, name), column, found, **facts)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A sheet as it was read."""

    content: Content
    problems: tuple[Problem, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cell:
    column: Column
    reading: Reading
    raw: RawCell


def read_sheet(
    sheet: Sheet, raw: RawSheet, *, closed: frozenset[str] = frozenset()
) -> SheetReading:
    """All rows of one sheet, with every problem of its cells.

    Args:
        sheet: The declaration.
        raw: The sheet as stored.
        closed: Columns params do not allow; refused when filled.
    """
    problems = list(_structure(sheet, raw))
    headings, faults = _headings(sheet, raw)
    problems += faults
    if any(problem.code in ("header_not_first", "two_headers") for problem in problems):
        return SheetReading(Content(sheet), tuple(problems))
    problems += _columns(sheet, raw, headings, closed)
    used = {place: column for place, column in headings.items() if column.name not in closed}
    letters = {column.name: get_column_letter(place) for place, column in used.items()}
    model = row_model(sheet)
    lines: list[Line] = []
    notes: list[Interpretation] = []
    for row, cells in raw.rows.items():
        if row == 1:
            continue
        readings = [
            _Cell(column, read_cell(column, cells[place]), cells[place])
            for place, column in used.items()
            if place in cells
        ]
        filled = {cell.column.name for cell in readings if cell.reading != EMPTY}
        is_readable = not any(cell.reading.fault for cell in readings)
        if is_readable and not filled - set(sheet.prefilled):
            continue
        line, found = _line(sheet, row, readings, letters, model)
        lines.append(line)
        problems += found
        notes += _notes(sheet, row, readings, letters)
    return SheetReading(Content(sheet, tuple(lines), letters), tuple(problems), tuple(notes))


def has_rows(sheet: Sheet, raw: RawSheet) -> bool:
    """True when anything stands below the heading that the creator did not put there."""
    headings, _ = _headings(sheet, raw)
    kept = {place for place, column in headings.items() if column.name in sheet.prefilled}
    return any(row > 1 and set(cells) - kept for row, cells in raw.rows.items())


def _structure(sheet: Sheet, raw: RawSheet) -> Iterator[Problem]:
    if raw.is_hidden and raw.rows:
        yield cell_problem("hidden_sheet", sheet, "")
    for area in raw.merged:
        yield cell_problem("merged", sheet, area.partition(":")[0], range=area)


def _headings(sheet: Sheet, raw: RawSheet) -> tuple[dict[int, Column], list[Problem]]:
    """Column number → declared column, and the faults of row 1."""
    first = raw.rows.get(1, {})
    headings: dict[int, Column] = {}
    problems: list[Problem] = []
    second = raw.rows.get(_SECOND, {})
    if not _are_headings(sheet, first) and _are_headings(sheet, second):
        return {}, [cell_problem("header_not_first", sheet, "A1")]
    if _are_headings(sheet, first) and _are_headings(sheet, second):
        return {}, [cell_problem("two_headers", sheet, "A2")]
    for place, cell in first.items():
        address = f"{get_column_letter(place)}1"
        column = sheet.column_meant(str(cell.value)) if cell.stored is Stored.TEXT else None
        if column is None:
            problems.append(_unknown_column(sheet, address, cell))
        elif column in headings.values():
            problems.append(cell_problem("duplicate_header", sheet, address, column))
        else:
            headings[place] = column
    return headings, problems


def _are_headings(sheet: Sheet, cells: Mapping[int, RawCell]) -> bool:
    """True when at least two cells, and half of the row, are headings of the sheet."""
    known = sum(sheet.column_meant(str(cell.value)) is not None for cell in cells.values())
    return known >= min(_SECOND, len(sheet.columns)) and known >= _MOST_OF * len(cells)


def _unknown_column(sheet: Sheet, address: str, cell: RawCell) -> Problem:
    listed = ", ".join(column.label for column in sheet.columns if not column.is_opt_in)
    text = str(cell.value)
    # A heading may be a name; shown only when it is one of ours with a slip.
    value = text if shown_heading(sheet, text) else None
    return cell_problem("unknown_column", sheet, address, None, value or "", columns=listed)


def shown_heading(sheet: Sheet, text: str) -> bool:
    """True when a heading may be repeated in a message."""
    return bool(shown_value(text, None, sheet))


def _columns(
    sheet: Sheet, raw: RawSheet, headings: Mapping[int, Column], closed: frozenset[str]
) -> Iterator[Problem]:
    """Content without a heading, columns that are not allowed, and required ones missing."""
    first = raw.rows.get(1, {})
    seen: set[int] = set()
    for row, cells in raw.rows.items():
        for place in cells:
            if row == 1 or place in seen:
                continue
            column = headings.get(place)
            if place not in first:
                seen.add(place)
                yield cell_problem("no_header", sheet, f"{get_column_letter(place)}{row}")
            elif column is not None and column.name in closed:
                seen.add(place)
                yield cell_problem("column_off", sheet, f"{get_column_letter(place)}{row}", column)
    if not any(row > 1 for row in raw.rows):
        return
    for column in sheet.columns:
        if column.is_required and column not in headings.values():
            yield cell_problem("missing_column", sheet, "", column)


def _line(
    sheet: Sheet,
    row: int,
    readings: Sequence[_Cell],
    letters: Mapping[str, str],
    model: type[BaseModel],
) -> tuple[Line, list[Problem]]:
    values: dict[str, Value] = {}
    signs: dict[str, Sign] = {}
    faults: dict[str, str] = {}
    for cell in readings:
        name, reading = cell.column.name, cell.reading
        if reading.fault:
            faults[name] = reading.fault
        elif reading.sign:
            signs[name] = reading.sign
        elif reading.value is not None:
            values[name] = reading.value
    for column in sheet.columns:
        if column.empty_means and column.name not in values and column.name not in faults:
            values[column.name] = column.empty_means
    for name, code in row_errors(model, values):
        if name not in faults and name not in signs and (code != "missing" or name in letters):
            faults[name] = code
    found = {cell.column.name: cell.raw.value for cell in readings}
    problems = [
        cell_problem(
            code, sheet, f"{letters.get(name, 'A')}{row}", sheet.column(name), found.get(name)
        )
        for name, code in faults.items()
    ]
    right = {name: value for name, value in values.items() if name not in faults}
    return Line(row, right, signs, frozenset(faults)), problems


def _notes(
    sheet: Sheet, row: int, readings: Sequence[_Cell], letters: Mapping[str, str]
) -> Iterator[Interpretation]:
    for cell in readings:
        address = f"{letters[cell.column.name]}{row}"
        yield from interpretation(sheet, address, cell.column, cell.reading, cell.raw)


def interpretation(
    sheet: Sheet, address: str, column: Column, reading: Reading, raw: RawCell
) -> Iterator[Interpretation]:
    """What was done with a cell, when anything was."""
    if reading.note:
        found = shown_value(raw.value, column, sheet)
        read_as = _read_as(column, reading) if found else ""
        yield Interpretation(sheet.name, address, column.label, reading.note, found, read_as)


def _read_as(column: Column, reading: Reading) -> str:
    value = reading.value
    if reading.sign:
        return "«vises ikke»" if reading.sign is Sign.HIDDEN else "«mangler»"
    if column.codes is not None and str(value) in column.codes.codes:
        return f"«{column.codes.label_of(str(value))}»"
    text = f"{value:%d.%m.%Y}" if hasattr(value, "strftime") else str(value).replace(".", ",")
    return f"«{text}»"


def ordered(problems: Sequence[Problem], sheets: Sequence[Sheet]) -> tuple[Problem, ...]:
    """Problems in the order of the tabs, then down and across; faults before remarks."""
    place = {sheet.name: number for number, sheet in enumerate(sheets)}
    return tuple(
        sorted(
            problems,
            key=lambda item: (item.is_remark, place.get(item.sheet, -1), *_position(item.cell)),
        )
    )


def _position(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    row = int(cell[len(letters) :] or 0)
    return row, len(letters), letters
