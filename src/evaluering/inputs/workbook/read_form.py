"""Read the police form: the same columns, checks and messages as «Forholdstall».

Every locked cell must still say what we wrote, and nothing may stand beside the open ones; so a
number can never be read under another heading than the one it was typed beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from evaluering.errors import EvalueringError
from evaluering.inputs.archive import check_xlsx
from evaluering.inputs.identifiers import refusal, scan_workbook
from evaluering.inputs.workbook.columns import Column, Sheet, fold
from evaluering.inputs.workbook.count_sheets import forholdstall
from evaluering.inputs.workbook.frames import frame_of
from evaluering.inputs.workbook.normalise import Value, clean, read_cell
from evaluering.inputs.workbook.number_checks import check_numbers
from evaluering.inputs.workbook.police_form import (
    FORM_SHEET,
    FormCell,
    FormField,
    FormLayout,
    form_layout,
)
from evaluering.inputs.workbook.problems import Problem, cell_problem, file_problem
from evaluering.inputs.workbook.raw import RawCell, RawSheet, Stored
from evaluering.inputs.workbook.report import check_report
from evaluering.inputs.workbook.row_checks import check_rows
from evaluering.inputs.workbook.row_model import field_errors, row_errors, row_model
from evaluering.inputs.workbook.rows import Content, Interpretation, Line, interpretation, ordered
from evaluering.inputs.workbook.second_key import read_twice
from evaluering.inputs.workbook.sheets import CHECK_SHEET, Layout
from evaluering.model import Sign

_APPROVED: Final = ("godkjent_rolle", "godkjent_dato")
_COMMON: Final = ("bosted", "uttrekksdato")
# Where the years stand on every form, whatever years they are.
_YEAR_ROW: Final = coordinate_to_tuple(next(iter(form_layout(2026, 2026).year_cells)))[0]

Cells = Mapping[str, RawCell]


@dataclass(frozen=True, slots=True)
class PoliceForm:
    """What the police filled in.

    Attributes:
        name: The file's name.
        frame: The columns of «Forholdstall», one row per year and block; empty as long as there are
            errors.
        content: The same rows, for the checks against a workbook.
        godkjent_rolle: Code of the role that approved the numbers, "" when nobody has.
        godkjent_dato: The day they were approved; None when they are not.
        problems: Errors first, then remarks.
        interpretations: Cells that were read as what was meant.
    """

    name: str
    frame: pd.DataFrame
    content: Content
    godkjent_rolle: str = ""
    godkjent_dato: date | None = None
    problems: tuple[Problem, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended."""
        return tuple(problem for problem in self.problems if not problem.is_remark)

    @property
    def is_approved(self) -> bool:
        """True when a role and a day stand on the form."""
        return bool(self.godkjent_rolle) and self.godkjent_dato is not None

    def accepted(self) -> pd.DataFrame:
        """The frame.

        Raises:
            EvalueringError: Something must be mended first.
        """
        if self.errors:
            raise EvalueringError(check_report(self.problems, self.name))
        return self.frame


def read_police_form(path: Path) -> PoliceForm:
    """Read and check a filled-in form.

    Args:
        path: The file `create_police_form` wrote and the police filled in.

    Raises:
        EvalueringError: The file should not or cannot be opened, holds something that could name a
            person, or is not our form.
    """
    check_xlsx(path)
    if hits := scan_workbook(path, layout=Layout(()), event_sheets=(FORM_SHEET,)):
        raise refusal(hits, path.name)
    raws = read_twice(path)
    raw = next((page for page in raws if fold(page.title) == fold(FORM_SHEET)), None)
    if raw is None:
        raise _not_ours(path.name)
    cells = _by_address(raw)
    layout = _layout(cells, path.name)
    sheet = _sheet(layout)
    problems = [*_others(raws), *_changed(sheet, layout, cells, raw)]
    fields, notes, faults = _fields(sheet, layout.fields, cells)
    content, more_notes, more = _rows(sheet, layout, cells, fields)
    problems += [*faults, *more]
    problems += check_rows({"forholdstall": content})
    problems += check_numbers({"forholdstall": content})
    problems += _approval(sheet, layout, fields)
    found = ordered(problems, [sheet])
    frame = frame_of(content)
    if any(not problem.is_remark for problem in found):
        frame = frame.iloc[:0]
    approved = fields.get("godkjent_dato")
    return PoliceForm(
        path.name,
        frame,
        content,
        str(fields.get("godkjent_rolle", "")),
        approved if isinstance(approved, date) else None,
        found,
        (*notes, *more_notes),
    )


def _by_address(raw: RawSheet) -> dict[str, RawCell]:
    return {
        f"{get_column_letter(column)}{row}": cell
        for row, cells in raw.rows.items()
        for column, cell in cells.items()
    }


def _layout(cells: Cells, name: str) -> FormLayout:
    """The form for the years that stand on it."""
    years = [
        cell.value
        for address, cell in cells.items()
        if coordinate_to_tuple(address)[0] == _YEAR_ROW and cell.stored is Stored.NUMBER
    ]
    whole = [year for year in years if isinstance(year, int)]
    if not whole or len(whole) != len(years):
        raise _not_ours(name)
    try:
        layout = form_layout(min(whole), max(whole))
    except EvalueringError:
        raise _not_ours(name) from None
    on_form = {address: cells[address].value for address in layout.year_cells if address in cells}
    if on_form != layout.year_cells or len(years) != len(layout.year_cells):
        raise _not_ours(name)
    return layout


def _sheet(layout: FormLayout) -> Sheet:
    """«Forholdstall» under the form's name, with the form's own words as headings."""
    words = {cell.name: cell.label.rpartition(", ")[0] for cell in layout.cells}
    words |= {field.column.name: field.column.label for field in layout.fields}
    sheet = forholdstall()
    columns = tuple(
        replace(column, label=words.get(column.name, column.label)) for column in sheet.columns
    )
    return replace(sheet, name=FORM_SHEET, columns=columns, prefilled=())


def _others(raws: Iterable[RawSheet]) -> Iterator[Problem]:
    own = {fold(FORM_SHEET), fold(CHECK_SHEET)}
    for number, raw in enumerate(raws, start=1):
        if raw.rows and fold(raw.title) not in own:
            yield file_problem(
                "hidden_unknown" if raw.is_hidden else "unknown_sheet", number=number
            )


def _changed(sheet: Sheet, layout: FormLayout, cells: Cells, raw: RawSheet) -> Iterator[Problem]:
    """Locked cells that say something else, content beside the open cells, a hidden form."""
    if raw.is_hidden:
        yield cell_problem("hidden_sheet", sheet, "")
    for area in raw.merged:
        yield cell_problem("merged", sheet, area.partition(":")[0], range=area)
    for address, text in layout.fixed.items():
        cell = cells.get(address)
        if cell is None or clean(str(cell.value)) != clean(text):
            yield cell_problem("changed_form", sheet, address)
    known = {cell.cell for cell in layout.cells} | {field.cell for field in layout.fields}
    for address in set(cells) - known - set(layout.fixed) - set(layout.year_cells):
        if not address.startswith("A") or address[1].isalpha():  # column A holds our own text
            yield cell_problem("outside_form", sheet, address)


def _fields(
    sheet: Sheet, fields: Sequence[FormField], cells: Cells
) -> tuple[dict[str, Value], list[Interpretation], list[Problem]]:
    """The cells that hold for the whole form, by column name."""
    values: dict[str, Value] = {}
    notes: list[Interpretation] = []
    problems: list[Problem] = []
    for field in fields:
        column, raw = field.column, cells.get(field.cell)
        reading = read_cell(column, raw) if raw is not None else None
        value = reading.value if reading is not None else None
        fault = reading.fault if reading is not None else ""
        fault = fault or next(iter(field_errors(column, value)), "")
        if fault:
            found = raw.value if raw is not None else None
            problems.append(_problem(fault, sheet, field.cell, column, found))
        elif value is not None and reading is not None and raw is not None:
            values[column.name] = value
            notes += interpretation(sheet, field.cell, column, reading, raw)
    return values, notes, problems


def _rows(
    sheet: Sheet, layout: FormLayout, cells: Cells, fields: Mapping[str, Value]
) -> tuple[Content, list[Interpretation], list[Problem]]:
    """One row per year and block where anything is filled in, or must be."""
    groups: dict[tuple[int, str, str], list[FormCell]] = {}
    for cell in layout.cells:
        groups.setdefault((cell.aar, cell.aldersgruppe, cell.kategori), []).append(cell)
    lines: list[Line] = []
    notes: list[Interpretation] = []
    problems: list[Problem] = []
    addresses: dict[tuple[int, str], str] = {}
    model = row_model(sheet)
    for number, (group, members) in enumerate(groups.items(), start=1):
        is_asked = any(cell.cell in cells or cell.is_required for cell in members)
        if not is_asked:
            continue
        addresses |= {(number, cell.name): cell.cell for cell in members}
        known: dict[str, Value] = dict(zip(("aar", "aldersgruppe", "kategori"), group, strict=True))
        line, found, faults = _row(sheet, number, members, cells, known)
        right = {**{name: fields[name] for name in _COMMON if name in fields}, **line.values}
        missing = {**{"uttrekksdato": date(group[0], 12, 31), "kjoenn": "alle"}, **right}
        errors = {
            name: code
            for name, code in row_errors(model, missing)
            if name not in line.faulty and name not in line.signs
        }
        for name, code in errors.items():
            raw = cells.get(addresses[number, name])
            value = raw.value if raw is not None else None
            address = addresses[number, name]
            faults.append(_problem(code, sheet, address, sheet.column(name), value))
        kept = {name: value for name, value in right.items() if name not in errors}
        kept.setdefault("bosted", "alle")
        lines.append(
            Line(number, {**kept, "kjoenn": "alle"}, line.signs, line.faulty | set(errors))
        )
        notes += found
        problems += faults
    letters = {cell.name: "A" for cell in layout.cells}
    return Content(sheet, tuple(lines), letters, addresses), notes, problems


def _problem(code: str, sheet: Sheet, cell: str, column: Column, found: object) -> Problem:
    """A row of the form cannot be deleted, so an empty cell has its own remedy."""
    here = "missing_on_form" if code == "missing" else code
    return cell_problem(here, sheet, cell, column, found)


def _row(
    sheet: Sheet,
    number: int,
    members: Iterable[FormCell],
    cells: Cells,
    known: dict[str, Value],
) -> tuple[Line, list[Interpretation], list[Problem]]:
    signs: dict[str, Sign] = {}
    faulty: set[str] = set()
    notes: list[Interpretation] = []
    problems: list[Problem] = []
    for cell in members:
        raw = cells.get(cell.cell)
        if raw is None:
            continue
        column = sheet.column(cell.name)
        reading = read_cell(column, raw)
        if reading.fault:
            faulty.add(cell.name)
            problems.append(cell_problem(reading.fault, sheet, cell.cell, column, raw.value))
        elif reading.sign:
            signs[cell.name] = reading.sign
        elif reading.value is not None:
            known[cell.name] = reading.value
        notes += interpretation(sheet, cell.cell, column, reading, raw)
    return Line(number, known, signs, frozenset(faulty)), notes, problems


def _approval(sheet: Sheet, layout: FormLayout, values: Mapping[str, Value]) -> Iterator[Problem]:
    """Role and day belong together, and nobody approves numbers before they are extracted."""
    places = {field.column.name: field for field in layout.fields}
    filled = [name for name in _APPROVED if name in values]
    if len(filled) == 1:
        missing = places[next(name for name in _APPROVED if name not in values)]
        yield cell_problem("half_approved", sheet, missing.cell, missing.column)
    approved, extracted = values.get("godkjent_dato"), values.get("uttrekksdato")
    if isinstance(approved, date) and isinstance(extracted, date) and approved < extracted:
        field = places["godkjent_dato"]
        by = places["uttrekksdato"].column.label
        yield cell_problem("dates_fall", sheet, field.cell, field.column, by=by)


def _not_ours(name: str) -> EvalueringError:
    return EvalueringError(
        "Filen er ikke politiskjemaet vårt, eller årene i det er endret.",
        where=name,
        remedy="Lag skjemaet på nytt med «evaluering politiskjema», og skriv tallene inn i det.",
    )
