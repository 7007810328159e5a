"""The police form: one protected page of counts, so that rows never have to leave the police.

`form_layout` says which cell is which; the reader builds on it. Every number goes to a column of
«Forholdstall», with the same limits. There is no free text: who approved is a role from a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from openpyxl.utils import get_column_letter

from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.inputs.workbook.cell_rules import input_message, rule_options
from evaluering.inputs.workbook.column_kinds import code, day
from evaluering.inputs.workbook.columns import Choice, CodeList, Column, Kind
from evaluering.inputs.workbook.count_sheets import forholdstall
from evaluering.inputs.workbook.create import PLAIN_TEXT, refuse_to_overwrite, set_properties
from evaluering.inputs.workbook.prefill import Cell

FORM_SHEET: Final = "Politiskjema"
MAX_YEARS: Final = 8
DEFAULT_YEARS: Final = 4
ROLES: Final = CodeList(
    "godkjent_rolle",
    "Rolle",
    (
        Choice("stasjonsleder", "Leder for politistasjonen"),
        Choice("leder_forebyggende", "Leder for forebyggende avsnitt"),
        Choice("politikontakt", "Politikontakt"),
        Choice("annen_leder", "Annen leder i politiet"),
    ),
)
# What the numbers are about: place of offence, or where the young person lives.
PLACE: Final = CodeList(
    "skjema_bosted",
    "Hva tallene gjelder",
    (
        Choice("alle", "Skjedde i kommunen"),
        Choice("egen", "Unge som bor i kommunen"),
    ),
)
SEVEN: Final = (
    "antall_forhold",
    "antall_hendelser",
    "antall_personer",
    "personer_1_2",
    "personer_3",
    "personer_4_pluss",
    "forhold_4_pluss",
)
BELOW_THE_LINE: Final = ("antall_siktede", "stoerste", "antall_publisert", "publisert_dato")
_REQUIRED: Final = ("antall_forhold", "antall_personer")
# Title of a block, its age group and category in «Forholdstall», and whether it must be filled.
_BLOCKS: Final = (
    ("Under 18 år, alle typer lovbrudd (må fylles ut)", "under_18", "alle", True),
    ("Herav registrerte under 15 år (valgfritt)", "under_15", "alle", False),
    ("Herav vold og mishandling, under 18 år (valgfritt)", "under_18", "vold", False),
)
_WORDS: Final = {
    "antall_forhold": "Registrerte forhold",
    "antall_hendelser": "Hendelser (flere sammen er én)",
    "antall_personer": "Unge som var med",
    "personer_1_2": "… av dem med 1–2 forhold",
    "personer_3": "… av dem med 3 forhold",
    "personer_4_pluss": "… av dem med 4 eller flere",
    "forhold_4_pluss": "Forhold begått av dem med 4 eller flere",
    "antall_siktede": "Siktede, 15–17 år",
    "stoerste": "Flest forhold på én person (vises aldri)",
    "antall_publisert": "Forhold politiet selv har publisert",
    "publisert_dato": "Dato for publiseringen",
}
_DEFINITIONS: Final = (
    "Slik teller vi",
    "Forhold: Et lovbrudd telles én gang for hver ungdom som var med.",
    "Unge: Hver person telles én gang i året. Antall unge er summen av 1–2, 3 og 4 eller flere.",
    "År og alder: Året det skjedde, og alderen den unge hadde da.",
    "Skjedde i kommunen: alle forhold her, uansett hvor den unge bor.",
    "Unge som bor i kommunen: forholdene de har gjort, uansett hvor det skjedde.",
    "Om barn under 15 år skriver vi «registrert». De er under den kriminelle lavalderen.",
    "Siktede: personer som var 15–17 år. Hver person telles én gang i året.",
    "Tom celle betyr at tallet ikke leveres. Skriv 0 når det er null.",
)
_WARNING: Final = (
    "Skriv bare tall. Ingen navn, saksnummer eller koder. Skjemaet kan ha tall under fem.",
    "Send det bare i kanalen kommunen og politiet har avtalt.",
)
_PLACE_ROW: Final = 6
_YEAR_ROW: Final = 9
_FIRST_YEAR_COLUMN: Final = 2
_LABEL_WIDTH: Final = 46
_YEAR_WIDTH: Final = 15
_PORTRAIT_YEARS: Final = 4


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell with a number.

    Attributes:
        cell: Its address: «B11».
        label: The words beside it and the year, for messages.
        name: The column of «Forholdstall» it is read into.
        aar: The year.
        aldersgruppe: Code in «Forholdstall».
        kategori: Code in «Forholdstall».
        is_required: Must be filled.
    """

    cell: str
    label: str
    name: str
    aar: int
    aldersgruppe: str
    kategori: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class FormField:
    """A cell that holds for the whole form; `column` declares what may stand in it."""

    cell: str
    column: Column


@dataclass(frozen=True, slots=True)
class FormLayout:
    """Which cell of the form is which.

    Attributes:
        year_cells: The locked cells that say the years, from the first to the last.
        cells: Every number, block by block.
        fields: Place or residence, extract date, and who approved it when.
        fixed: Address and text of every locked cell but the years, for a reader that wants to know
            whether the form is ours.
    """

    year_cells: dict[str, int]
    cells: tuple[FormCell, ...]
    fields: tuple[FormField, ...]
    fixed: dict[str, str]


def form_layout(first_year: int, last_year: int) -> FormLayout:
    """The form for some years.

    Args:
        first_year: The first year asked for.
        last_year: The year evaluated.

    Raises:
        EvalueringError: The years are in the wrong order, or more than the page has room for.
    """
    years = range(first_year, last_year + 1)
    if not 1 <= len(years) <= MAX_YEARS:
        raise EvalueringError(
            f"Politiskjemaet har plass til 1–{MAX_YEARS} år.",
            where="politiskjema",
            remedy=f"Velg første år mellom {last_year - MAX_YEARS + 1} og {last_year}.",
        )
    letters = [get_column_letter(_FIRST_YEAR_COLUMN + place) for place in range(len(years))]
    year_cells = {f"{letter}{_YEAR_ROW}": year for letter, year in zip(letters, years, strict=True)}
    fixed = {f"A{_YEAR_ROW}": "År"}
    cells: list[FormCell] = []
    row = _YEAR_ROW
    for title, age, kind, is_required in _BLOCKS:
        row += 1
        fixed[f"A{row}"] = title
        for name in SEVEN:
            row += 1
            fixed[f"A{row}"] = _WORDS[name]
            cells += _line(name, row, letters, years, (age, kind), is_required=is_required)
    row += 1
    fixed[f"A{row}"] = "Valgfritt, under 18 år"
    for name in BELOW_THE_LINE:
        row += 1
        fixed[f"A{row}"] = _WORDS[name]
        cells += _line(name, row, letters, years, ("under_18", "alle"), is_required=False)
    fields = tuple(_fields(approved_row=row + 2))
    fixed |= {field.cell.replace("B", "A"): field.column.label for field in fields}
    return FormLayout(year_cells, tuple(cells), fields, fixed)


def _line(
    name: str,
    row: int,
    letters: list[str],
    years: range,
    group: tuple[str, str],
    *,
    is_required: bool,
) -> Iterator[FormCell]:
    for letter, year in zip(letters, years, strict=True):
        yield FormCell(
            cell=f"{letter}{row}",
            label=f"{_WORDS[name]}, {year}",
            name=name,
            aar=year,
            aldersgruppe=group[0],
            kategori=group[1],
            is_required=is_required and name in _REQUIRED,
        )


def _fields(approved_row: int) -> Iterator[FormField]:
    place = code("bosted", PLACE, "Hva er talt?", label="Hva tallene gjelder", is_required=True)
    extract = day("uttrekksdato", "Dagen tallene ble hentet ut.", is_required=True)
    role = code("godkjent_rolle", ROLES, "Rolle, aldri navn.", label="Godkjent av (rolle)")
    approved = day("godkjent_dato", "Dagen tallene ble godkjent.", label="Godkjent dato")
    yield FormField(f"B{_PLACE_ROW}", place)
    yield FormField(f"B{_PLACE_ROW + 1}", extract)
    yield FormField(f"B{approved_row}", role)
    yield FormField(f"B{approved_row + 1}", approved)


def create_police_form(
    path: Path,
    *,
    kommune: str,
    aar: int,
    first_year: int | None = None,
    filled: Mapping[str, Cell] | None = None,
) -> Path:
    """Write a form: empty, or filled as somebody in the police would.

    Args:
        path: The file; it must not be there.
        kommune: The municipality's name.
        aar: The year evaluated, the last one asked for.
        first_year: The first year asked for; three years before `aar` when None.
        filled: What stands in the open cells, by address as in `form_layout`; labels of choices.

    Returns:
        `path`.

    Raises:
        EvalueringError: The file is there already, or the page has no room for the years.
    """
    refuse_to_overwrite(path)
    first = aar - DEFAULT_YEARS + 1 if first_year is None else first_year
    layout = form_layout(first, aar)
    content = BytesIO()
    # xlsxwriter has no types of its own
    book: Any = xlsxwriter.Workbook(content, PLAIN_TEXT)  # pyright: ignore[reportUnknownMemberType]
    set_properties(book, f"Politiskjema {aar}, {kommune}", aar)
    page = book.add_worksheet(FORM_SHEET)
    _write_locked(book, page, layout, f"{kommune}: tall til evalueringen av {aar}")
    _write_inputs(book, page, layout, filled or {})
    last = get_column_letter(_FIRST_YEAR_COLUMN + len(layout.year_cells) - 1)
    page.set_column("A:A", _LABEL_WIDTH)
    page.set_column(f"B:{last}", _YEAR_WIDTH)
    page.hide_gridlines(2)
    page.set_paper(9)
    if len(layout.year_cells) > _PORTRAIT_YEARS:
        page.set_landscape()
    page.fit_to_pages(1, 1)
    page.protect("", {"select_locked_cells": False})
    book.close()
    write_file(path, content.getvalue())
    return path


def _write_locked(book: Any, page: Any, layout: FormLayout, subtitle: str) -> None:  # noqa: ANN401 xlsxwriter
    plain = book.add_format({})
    bold = book.add_format({"bold": True, "font_color": "#1F3A5F"})
    block = book.add_format({"bold": True, "bg_color": "#D9E2EC"})
    year = book.add_format({"bold": True, "align": "center", "bottom": 2})
    red = book.add_format({"bold": True, "font_color": "#8C2D19"})
    page.write_string(
        "A1", FORM_SHEET, book.add_format({"bold": True, "font_size": 18, "font_color": "#1F3A5F"})
    )
    page.write_string("A2", subtitle, bold)
    for row, text in enumerate(_WARNING, start=3):
        page.write_string(f"A{row}", text, red)
    filled_rows = {cell.cell[1:] for cell in layout.cells} | {
        field.cell[1:] for field in layout.fields
    }
    for cell, text in layout.fixed.items():
        page.write_string(cell, text, plain if cell[1:] in filled_rows else block)
        if cell[1:] not in filled_rows:
            for year_cell in layout.year_cells:
                page.write_blank(year_cell[0] + cell[1:], None, block)
    for cell, number in layout.year_cells.items():
        page.write_number(cell, number, year)
    start = int(layout.fields[-1].cell[1:]) + 2
    for row, text in enumerate(_DEFINITIONS, start=start):
        page.write_string(f"A{row}", text, bold if row == start else plain)


def _write_inputs(book: Any, page: Any, layout: FormLayout, filled: Mapping[str, Cell]) -> None:  # noqa: ANN401 xlsxwriter
    open_cell = {"locked": False, "border": 1, "border_color": "#7B8794", "bg_color": "#FFF9E5"}
    number = book.add_format({**open_cell, "num_format": "0"})
    date = book.add_format({**open_cell, "num_format": "dd.mm.yyyy", "align": "left"})
    text = book.add_format({**open_cell, "num_format": "@"})
    columns = {column.name: column for column in forholdstall().columns}
    for cell in layout.cells:
        column = replace(columns[cell.name], label=_WORDS[cell.name], is_required=cell.is_required)
        page.write(cell.cell, filled.get(cell.cell), date if column.kind is Kind.DATE else number)
        page.data_validation(cell.cell, {**rule_options(column), **input_message(column)})
    for field in layout.fields:
        rule = rule_options(field.column)
        if field.column.codes is not None:  # the form has no sheet of lists to refer to
            rule["source"] = list(field.column.codes.labels)
        form = date if field.column.kind is Kind.DATE else text
        page.write(field.cell, filled.get(field.cell), form)
        page.data_validation(field.cell, {**rule, **input_message(field.column)})
