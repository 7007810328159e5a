"""Write the coordinator's workbook: every open sheet with its table, drop-downs and messages.

Only what is declared in `sheets` is written. The same arguments give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from openpyxl.utils import get_column_letter

from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.inputs.workbook.cell_rules import input_message, rule_options
from evaluering.inputs.workbook.column_kinds import FIRST_YEAR
from evaluering.inputs.workbook.cover import write_cover
from evaluering.inputs.workbook.prefill import Cell, Row, Rows, starting_rows
from evaluering.inputs.workbook.sheets import (
    CODES_SHEET,
    CodeList,
    Column,
    Kind,
    Layout,
    Sheet,
    check_personrader,
    declare_workbook,
)
from evaluering.plan import Plan

# Drop-downs and rules reach this far down; the table grows by itself as rows are added.
LAST_RULED_ROW: Final = 2000
_HEADING_HEIGHT: Final = 48
_WIDEST: Final = 48
_LINE_HEIGHT: Final = 15
_NARROWEST: Final = 12
_PAPER_A4: Final = 9
# Text that starts with = + - @ stays text, and so does an address.
PLAIN_TEXT: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_REQUIRED_FILL: Final = "#1F3A5F"
_OPTIONAL_FILL: Final = "#D9E2EC"
_FORMATS: Final[Mapping[Kind, str]] = {
    Kind.WHOLE: "0",
    Kind.NUMBER: "0.##",
    Kind.DATE: "dd.mm.yyyy",
}


def create_workbook(
    path: Path,
    *,
    plan: Plan,
    kommune: str,
    aar: int,
    personrader: Iterable[str] = (),
    prefill: Rows | None = None,
    rows: Rows | None = None,
    person_code_in_cases: bool = False,
) -> Path:
    """Write a new workbook for one year.

    Args:
        path: The file; it must not be there.
        plan: The plan whose measures, priorities and arenas it starts with.
        kommune: The municipality's name, for the cover.
        aar: The year evaluated.
        personrader: Sheets about persons to take in: ids or tab names.
        prefill: Rows of last year's workbook by sheet id, with codes; None in the first year.
        rows: All rows by sheet id, instead of those a new year starts with: a filled workbook.
        person_code_in_cases: Take in the column «Person» in «Saker», where params allow it.

    Returns:
        `path`.

    Raises:
        EvalueringError: The file is there already, or a name in `personrader` is no such sheet.
    """
    refuse_to_overwrite(path)
    layout = declare_workbook(plan)
    sheets = [
        _without_closed_columns(sheet, person_code_in_cases)
        for sheet in layout.open_sheets(check_personrader(personrader))
    ]
    content = BytesIO()
    # xlsxwriter has no types of its own
    book: Any = xlsxwriter.Workbook(content, PLAIN_TEXT)  # pyright: ignore[reportUnknownMemberType]
    set_properties(book, f"Arbeidsbok for evalueringen av {aar}, {kommune}", aar)
    write_cover(book, sheets, plan=plan, kommune=kommune, aar=aar, name=path.stem)
    rows = starting_rows(layout, plan, aar, prefill) if rows is None else rows
    for sheet in sheets:
        _write_sheet(book, sheet, rows.get(sheet.id, []))
    _write_code_lists(book, Layout(tuple(sheets)).code_lists)
    book.close()
    write_file(path, content.getvalue())
    return path


def refuse_to_overwrite(path: Path) -> None:
    """Refuse when a file is there already: what somebody has filled in is never written over.

    Raises:
        EvalueringError: The file is there.
    """
    if path.exists():
        raise EvalueringError(
            "Filen finnes fra før, og blir aldri skrevet over.",
            where=path.name,
            remedy="Bruk filen som er der, eller flytt den til en annen mappe og prøv igjen.",
        )


def set_properties(book: Any, title: str, aar: int) -> None:  # noqa: ANN401 xlsxwriter's workbook
    """Title and a fixed date: no author, no clock, so equal content is equal bytes."""
    made = datetime(aar + 1, 1, 1)
    book.set_properties({"title": title, "created": made})


def _without_closed_columns(sheet: Sheet, is_open: bool) -> Sheet:
    columns = tuple(column for column in sheet.columns if is_open or not column.is_opt_in)
    return replace(sheet, columns=columns)


def _write_sheet(book: Any, sheet: Sheet, rows: Sequence[Row]) -> None:  # noqa: ANN401 xlsxwriter's workbook
    page = book.add_worksheet(sheet.name)
    headings = {
        is_required: book.add_format(_heading(is_required)) for is_required in (True, False)
    }
    last_column = len(sheet.columns) - 1
    page.add_table(
        0,
        0,
        max(len(rows), 1),
        last_column,
        {
            "name": sheet.table_name,
            "style": "Table Style Light 1",
            "autofilter": False,  # a filter somebody forgets hides rows from everyone
            "columns": [
                {"header": column.label, "header_format": headings[column.is_required]}
                for column in sheet.columns
            ],
        },
    )
    for place, column in enumerate(sheet.columns):
        form = book.add_format(_cell(column))
        values = [row.get(column.name) for row in rows]
        page.set_column(place, place, _width(column), form)
        page.data_validation(
            1,
            place,
            LAST_RULED_ROW,
            place,
            {**rule_options(column), **input_message(column)},
        )
        _write_cells(page, place, column, values, form)
    for number, row in enumerate(rows, start=1):
        # Not every program makes room for wrapped text by itself.
        page.set_row(number, _LINE_HEIGHT * _lines(sheet, row))
    page.freeze_panes(1, 1)
    page.set_row(0, _HEADING_HEIGHT)
    page.set_tab_color("#8C2D19" if sheet.is_person_rows else "#1F3A5F")
    page.set_landscape()
    page.set_paper(_PAPER_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&RSide &P av &N")


def _heading(is_required: bool) -> dict[str, Any]:
    return {
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": "#FFFFFF",
        "bg_color": _REQUIRED_FILL if is_required else _OPTIONAL_FILL,
        "font_color": "#FFFFFF" if is_required else "#000000",
    }


def _cell(column: Column) -> dict[str, Any]:
    is_year = column.minimum == FIRST_YEAR
    is_amount = column.kind in (Kind.WHOLE, Kind.NUMBER) and not is_year
    return {
        "num_format": _FORMATS.get(column.kind, "@"),
        "valign": "top",
        "align": "right" if is_amount else "left",
        "text_wrap": column.kind in (Kind.TEXT, Kind.CODE),
    }


def _width(column: Column) -> int:
    if column.kind is Kind.TEXT:
        return _WIDEST
    labels = column.codes.labels if column.codes else ()
    longest_word = max(len(word) for word in column.label.split())
    longest = max([_NARROWEST, longest_word + 4, *(len(label) + 3 for label in labels)])
    return min(longest, _WIDEST)


def _lines(sheet: Sheet, row: Row) -> int:
    """Lines the longest label of a row takes in its column."""
    lengths = [
        len(_shown(column.codes, row[column.name])) / _width(column)
        for column in sheet.columns
        if column.codes is not None and row.get(column.name)
    ]
    return math.ceil(max(lengths, default=1))


def _write_cells(page: Any, place: int, column: Column, values: Iterable[Cell], form: Any) -> None:  # noqa: ANN401 xlsxwriter
    for row, value in enumerate(values, start=1):
        if value is None or value == "":
            continue
        if column.codes is not None:
            page.write_string(row, place, _shown(column.codes, value), form)
        elif isinstance(value, date):
            page.write_datetime(row, place, value, form)
        elif isinstance(value, str):
            page.write_string(row, place, value, form)
        else:
            page.write_number(row, place, value, form)


def _shown(codes: CodeList, value: Cell) -> str:
    """The label of a code; a text the column allows beside its list stands as it is."""
    code = ("nei", "ja")[value] if isinstance(value, bool) else str(value)
    return codes.label_of(code) if code in codes.codes else code


def _write_code_lists(book: Any, lists: Iterable[CodeList]) -> None:  # noqa: ANN401 xlsxwriter's workbook
    page = book.add_worksheet(CODES_SHEET)
    heading = book.add_format(_heading(is_required=True))
    plain = book.add_format({"num_format": "@", "valign": "top"})
    for place, codes in enumerate(lists):
        page.write_string(0, place, codes.title, heading)
        for row, label in enumerate(codes.labels, start=1):
            page.write_string(row, place, label, plain)
        page.set_column(place, place, min(max(map(len, (*codes.labels, codes.title))) + 2, _WIDEST))
        letter = get_column_letter(place + 1)
        book.define_name(
            codes.range_name, f"={CODES_SHEET}!${letter}$2:${letter}${len(codes.choices) + 1}"
        )
    page.freeze_panes(1, 0)
    page.set_row(0, _HEADING_HEIGHT)
    page.set_landscape()
    page.set_paper(_PAPER_A4)
    page.fit_to_pages(3, 1)
    page.protect()
