"""A workbook as it is stored: sheets, cells and what Excel made of them. Nothing is interpreted.

Formulas are seen as formulas, never as their stored result. The file has been checked by `archive`
before it comes here; what openpyxl still cannot read is one refusal.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast

import openpyxl
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.workbook import Workbook as ExcelBook
from openpyxl.worksheet.worksheet import Worksheet

from evaluering.errors import EvalueringError


class Stored(StrEnum):
    """What a cell holds, as Excel sees it."""

    TEXT = "tekst"
    NUMBER = "tall"
    BOOLEAN = "sann_usann"
    DATE = "dato"
    TIME = "klokkeslett"
    FORMULA = "formel"
    ERROR = "feil"


RawValue = str | int | float | bool | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True)
class RawCell:
    """One filled cell. `is_percent`: Excel shows the number times 100, with a percent sign."""

    stored: Stored
    value: RawValue
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet.

    Attributes:
        title: The tab's name as it stands.
        rows: Row number → column number → filled cell; in order, 1 is the first.
        is_hidden: Not shown on a tab.
        merged: Ranges of merged cells.
    """

    title: str
    rows: Mapping[int, Mapping[int, RawCell]]
    is_hidden: bool = False
    merged: tuple[str, ...] = ()


# What a number format writes as it stands: a percent sign there multiplies nothing.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.')
_BY_TYPE: Final[Mapping[str, Stored]] = {
    "f": Stored.FORMULA,
    "e": Stored.ERROR,
    "b": Stored.BOOLEAN,
}


def open_excel(source: Path | BytesIO) -> ExcelBook:
    """The workbook as openpyxl holds it, with formulas, rules, tables and comments.

    Raises:
        EvalueringError: A part cannot be read, or dates are counted from 1904.
    """
    if not openpyxl.DEFUSEDXML:
        raise EvalueringError(
            "Pakken defusedxml mangler. Uten den leses ingen arbeidsbok.",
            where="installasjonen",
            remedy="Installer på nytt etter README.md.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # English remarks about rules we do not use
            book = openpyxl.load_workbook(source)
        is_old_mac = book.epoch != WINDOWS_EPOCH
    except Exception:  # openpyxl raises what it happens to meet in a broken part
        raise _unreadable(_name(source)) from None  # its message may hold a cell's value
    if is_old_mac:
        raise EvalueringError(
            "Arbeidsboken teller datoer fra 1904. Da kan datoene bli fire år feil.",
            where=_name(source),
            remedy="Lag en ny arbeidsbok med «evaluering ny», og skriv verdiene inn i den.",
        )
    return book


def read_raw(source: Path | BytesIO) -> list[RawSheet]:
    """Every sheet of a workbook, in the order of the tabs.

    Args:
        source: A workbook `archive.check_xlsx` has accepted, or one of our own in memory.

    Raises:
        EvalueringError: A part cannot be read, or dates are counted from 1904.
    """
    book = open_excel(source)
    try:
        # Sheets of charts hold no cells and are left out.
        return [_sheet(page) for page in book.worksheets]
    except Exception:  # a style or a value that only shows itself when it is asked for
        raise _unreadable(_name(source)) from None
    finally:
        book.close()


def _sheet(page: Worksheet) -> RawSheet:
    # The sparse store: `iter_rows` would make every cell between the first and the last.
    cells = cast("dict[tuple[int, int], Any]", cast("Any", page)._cells)
    rows: dict[int, dict[int, RawCell]] = {}
    for row, column in sorted(cells):
        raw = _cell(cells.pop((row, column)))  # a large sheet is never held twice
        if raw is not None:
            rows.setdefault(row, {})[column] = raw
    merged = tuple(str(area) for area in page.merged_cells.ranges)
    return RawSheet(str(page.title), rows, page.sheet_state != "visible", merged)


def _cell(cell: Any) -> RawCell | None:  # noqa: ANN401 openpyxl's cells of several classes
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    stored = _BY_TYPE.get(str(cell.data_type)) or _stored(value)
    if stored is Stored.FORMULA:
        return RawCell(stored, "")
    is_percent = stored is Stored.NUMBER and "%" in _LITERAL.sub("", str(cell.number_format))
    return RawCell(stored, value if stored is not Stored.TEXT else str(value), is_percent)


def _stored(value: object) -> Stored:
    if isinstance(value, datetime | date):
        return Stored.DATE
    if isinstance(value, time | timedelta):
        return Stored.TIME
    return Stored.NUMBER if isinstance(value, int | float) else Stored.TEXT


def _name(source: Path | BytesIO) -> str:
    return source.name if isinstance(source, Path) else "Arbeidsboken"


def _unreadable(name: str) -> EvalueringError:
    return EvalueringError(
        "Arbeidsboken er ødelagt eller uvanlig oppbygd.",
        where=name,
        remedy="Åpne filen i Excel, lagre den på nytt og prøv igjen.",
    )
