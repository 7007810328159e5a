"""Last year's workbook, as far as a new one starts from it. Not the reader of an evaluation.

Only sheets without persons are opened, and only values the declarations allow are taken: a code of
a list, a whole number, a number, a date. What does not fit is counted and left out, so nothing
that could name a person is copied into a new file. The new workbook is checked in full anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from evaluering.errors import EvalueringError
from evaluering.inputs.archive import check_xlsx
from evaluering.inputs.workbook.columns import Column, Kind, Sheet
from evaluering.inputs.workbook.prefill import CARRIED_SHEETS, Cell, Row
from evaluering.inputs.workbook.sheets import Layout

_NOT_DELIVERED: Final = ("", ":", "..", ".", "-")
_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(frozen=True, slots=True)
class LastYear:
    """What a new workbook starts from.

    Attributes:
        rows: Rows by sheet id, with codes.
        left_out: How many filled cells did not fit and are not carried.
    """

    rows: dict[str, list[Row]]
    left_out: int


def read_last_year(path: Path, layout: Layout) -> LastYear:
    """The rows of last year's workbook that a new one carries or compares with.

    Args:
        path: The workbook.
        layout: The sheets of the new one.

    Raises:
        EvalueringError: The file should not or cannot be opened.
    """
    check_xlsx(path)
    try:
        book = load_workbook(path)
    except Exception as error:  # openpyxl raises what it happens to meet in a broken part
        raise EvalueringError(
            "Fjorårets arbeidsbok kan ikke leses.",
            where=path.name,
            remedy="Åpne den i Excel, lagre den på nytt, og prøv igjen.",
        ) from error
    rows: dict[str, list[Row]] = {}
    left_out = 0
    for page in book.worksheets:
        sheet = layout.sheet_meant(page.title)
        if sheet is not None and sheet.id in CARRIED_SHEETS:
            found, lost = _rows(sheet, list(page.iter_rows(values_only=True)))
            rows[sheet.id] = found
            left_out += lost
    return LastYear(rows, left_out)


def _rows(sheet: Sheet, lines: Sequence[Sequence[object]]) -> tuple[list[Row], int]:
    columns = [_heading(sheet, value) for value in (lines[0] if lines else ())]
    rows: list[Row] = []
    left_out = 0
    for line in lines[1:]:
        row: dict[str, Cell] = {}
        for column, value in zip(columns, line, strict=False):
            if value is None or str(value).strip() in _NOT_DELIVERED:
                continue
            fitted = None if column is None else _value(column, value)
            if column is None or fitted is None:
                left_out += 1
            else:
                row[column.name] = fitted
        if _is_used(sheet, row):
            rows.append(row)
    return rows, left_out


def _heading(sheet: Sheet, value: object) -> Column | None:
    return sheet.column_meant(value) if isinstance(value, str) else None


def _is_used(sheet: Sheet, row: Row) -> bool:
    has_key = all(name in row or sheet.column(name).empty_means for name in _needed(sheet))
    return has_key and bool(set(row) - set(sheet.prefilled))


def _needed(sheet: Sheet) -> Iterable[str]:
    return (name for name in sheet.key if sheet.column(name).is_required)


def _value(column: Column, value: object) -> Cell:
    """A cell as the declaration allows it, else None."""
    readers: dict[Kind, Any] = {
        Kind.WHOLE: _whole,
        Kind.NUMBER: _number,
        Kind.DATE: _date,
        Kind.CODE: _code,
        Kind.YES_NO: _code,
        Kind.PATTERN: _pattern,
    }
    reader = readers.get(column.kind)
    return None if reader is None else reader(column, value)


def _number(column: Column, value: object) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,7}(?:,[0-9]{1,4})?", value.strip()):
        value = float(value.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = column.minimum, column.maximum
    fits = (low is None or value >= low) and (high is None or value <= high)
    return value if fits else None


def _whole(column: Column, value: object) -> int | None:
    number = _number(column, value)
    return int(number) if number is not None and number == int(number) else None


def _date(column: Column, value: object) -> date | None:
    if isinstance(value, str) and (match := _DAY.fullmatch(value.strip())):
        day, month, year = (int(part) for part in match.groups())
        try:
            value = date(year, month, day)
        except ValueError:
            return None
    found = value.date() if isinstance(value, datetime) else value
    if not isinstance(found, date) or column.earliest is None or column.latest is None:
        return None
    return found if column.earliest <= found <= column.latest else None


def _code(column: Column, value: object) -> str | None:
    text = str(value).strip()
    found = column.codes.code_of(text) if column.codes else None
    return found if found is not None else _pattern(column, text)


def _pattern(column: Column, value: object) -> str | None:
    text = str(value).strip().upper()
    return text if column.pattern and re.fullmatch(column.pattern, text) else None
