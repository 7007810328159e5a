"""Read the coordinator's workbook: every problem at once, and frames only when there is none.

First the archive, then identifiers: a file that could name somebody is refused before a cell is
read, and no copy of it is written. Then sheet by sheet, row by row, and all sheets together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.archive import check_xlsx
from evaluering.inputs.identifiers import refusal, scan_workbook
from evaluering.inputs.workbook.agreement import check_agreement
from evaluering.inputs.workbook.case_checks import check_cases
from evaluering.inputs.workbook.columns import Sheet, fold
from evaluering.inputs.workbook.consent import STRICTEST
from evaluering.inputs.workbook.frames import frame_of, rekeyed
from evaluering.inputs.workbook.number_checks import check_numbers
from evaluering.inputs.workbook.problems import Problem, cell_problem, file_problem
from evaluering.inputs.workbook.raw import RawSheet
from evaluering.inputs.workbook.report import check_report
from evaluering.inputs.workbook.row_checks import check_rows
from evaluering.inputs.workbook.rows import (
    Content,
    Interpretation,
    SheetReading,
    has_rows,
    ordered,
    read_sheet,
)
from evaluering.inputs.workbook.second_key import read_twice
from evaluering.inputs.workbook.sheets import (
    CHECK_SHEET,
    CODES_SHEET,
    COVER_SHEET,
    Layout,
    declare_workbook,
)
from evaluering.plan import Plan

_OWN_SHEETS: Final = frozenset(fold(name) for name in (CHECK_SHEET, CODES_SHEET, COVER_SHEET))


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a workbook says, or what has to be mended in it.

    Attributes:
        name: The file's name.
        frames: A frame per open sheet, by id, with pseudonyms; empty as long as there are errors,
            so that nothing half right can be counted.
        interpretations: Cells that were read as what was meant.
        problems: Errors first, then remarks, in the order of the tabs.
        sheets_read: How many of the sheets had rows.
    """

    name: str
    frames: Mapping[str, pd.DataFrame]
    interpretations: tuple[Interpretation, ...] = ()
    problems: tuple[Problem, ...] = ()
    sheets_read: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended."""
        return tuple(problem for problem in self.problems if not problem.is_remark)

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What somebody should look at; the file is accepted."""
        return tuple(problem for problem in self.problems if problem.is_remark)

    def accepted(self) -> Mapping[str, pd.DataFrame]:
        """The frames.

        Raises:
            EvalueringError: Something must be mended first.
        """
        if self.errors:
            raise EvalueringError(check_report(self.problems, self.name))
        return self.frames


def read_workbook(
    path: Path,
    *,
    plan: Plan,
    personrader: Collection[str] = (),
    person_code_in_cases: bool = False,
    key: bytes | None = None,
    aar: int | None = None,
    first_year: int | None = None,
    skjaeringsdato: date | None = None,
    samtykke_kreves: Mapping[str, Collection[str]] = STRICTEST,
    uten_data: Collection[str] = (),
    delivered: Collection[str] = (),
    form: Content | None = None,
) -> Workbook:
    """Read and check a whole workbook.

    Args:
        path: The file.
        plan: The plan its lists come from.
        personrader: Ids of the sheets about persons that params switch on.
        person_code_in_cases: Params allow «Person» in «Saker».
        key: The house key; needed when there are codes of persons or cases.
        aar: The year evaluated.
        first_year: The first year the evaluation looks at.
        skjaeringsdato: The day data are counted to.
        samtykke_kreves: Who must consent, per age group.
        uten_data: Sheets known to be missing.
        delivered: Other sources that make a sheet unnecessary: `politiskjema`, `mikrodata` …
        form: The police form's content, where there is one.

    Returns:
        Frames, interpretations and problems.

    Raises:
        EvalueringError: The file should not or cannot be opened, holds something that could name a
            person, or there are codes and no key.
    """
    layout = declare_workbook(plan)
    check_xlsx(path)
    if hits := scan_workbook(path, layout=layout):
        raise refusal(hits, path.name)
    raws = list(read_twice(path))
    readings, problems = _sheets(layout, raws, personrader, person_code_in_cases)
    meant = [layout.sheet_meant(raw.title) for raw in raws]
    present = {sheet.id for sheet in meant if sheet is not None}
    contents = {id: reading.content for id, reading in readings.items()}
    for reading in readings.values():
        problems += reading.problems
    problems += check_contents(
        contents,
        form=form,
        aar=aar,
        first_year=first_year,
        skjaeringsdato=skjaeringsdato,
        samtykke_kreves=samtykke_kreves,
    )
    elsewhere = {*delivered, *_form(form)}
    problems += _empty(
        layout, contents, problems, missing=set(uten_data), delivered=elsewhere, present=present
    )
    found = ordered(problems, layout.sheets)
    notes = tuple(note for reading in readings.values() for note in reading.interpretations)
    is_right = all(problem.is_remark for problem in found)
    frames = (
        {id: rekeyed(frame_of(content), content.sheet, key) for id, content in contents.items()}
        if is_right
        else {}
    )
    filled = sum(bool(content.lines) for content in contents.values())
    return Workbook(path.name, MappingProxyType(frames), notes, found, filled)


def check_contents(
    contents: Mapping[str, Content],
    *,
    form: Content | None = None,
    aar: int | None = None,
    first_year: int | None = None,
    skjaeringsdato: date | None = None,
    samtykke_kreves: Mapping[str, Collection[str]] = STRICTEST,
) -> Iterator[Problem]:
    """Every check that needs more than one cell. Arguments as for `read_workbook`."""
    yield from check_rows(contents)
    yield from check_numbers(contents)
    yield from check_cases(contents, cutoff=skjaeringsdato, required=samtykke_kreves)
    yield from check_agreement(contents, form, first_year=first_year, last_year=aar)


def _form(form: Content | None) -> Iterable[str]:
    return ("politiskjema",) if form is not None and form.lines else ()


def _sheets(
    layout: Layout, raws: Iterable[RawSheet], personrader: Collection[str], person_code: bool
) -> tuple[dict[str, SheetReading], list[Problem]]:
    """Every open sheet by id, and the problems of tabs that should not be there."""
    opened = layout.open_sheets(personrader)
    readings = {sheet.id: SheetReading(Content(sheet)) for sheet in opened}
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, raw in enumerate(raws, start=1):
        if fold(raw.title) in _OWN_SHEETS:
            continue
        sheet = layout.sheet_meant(raw.title)
        if sheet is None:
            problems += _unknown(raw, number)
        elif sheet.id in seen:
            problems.append(cell_problem("sheet_twice", sheet, ""))
        elif sheet.id in readings:
            seen.add(sheet.id)
            closed = closed_columns(sheet, person_code)
            readings[sheet.id] = read_sheet(sheet, raw, closed=closed)
        elif has_rows(sheet, raw):
            seen.add(sheet.id)
            problems.append(cell_problem("sheet_off", sheet, ""))
    return readings, problems


def _unknown(raw: RawSheet, number: int) -> Iterator[Problem]:
    """A tab that is not declared: refused when anything stands on it, its name not repeated."""
    if raw.rows:
        yield file_problem("hidden_unknown" if raw.is_hidden else "unknown_sheet", number=number)


def closed_columns(sheet: Sheet, person_code: bool) -> frozenset[str]:
    """Columns of a sheet that params do not allow."""
    is_open = person_code and sheet.id == "saker"
    return frozenset(column.name for column in sheet.columns if column.is_opt_in and not is_open)


def _empty(
    layout: Layout,
    contents: Mapping[str, Content],
    problems: Iterable[Problem],
    *,
    missing: set[str],
    delivered: set[str],
    present: set[str],
) -> Iterator[Problem]:
    """Required sheets without rows, and sheets said to be missing that are not."""
    filled = {id for id, content in contents.items() if content.lines}
    faulty = {problem.sheet for problem in problems}
    for sheet in layout.sheets:
        is_replaced = bool((filled | delivered) & set(sheet.replaced_by))
        if sheet.id in filled and sheet.id in missing:
            yield cell_problem("not_without", sheet, "", id=sheet.id)
        is_lacking = sheet.is_required and sheet.id not in filled | missing and not is_replaced
        if is_lacking and sheet.name not in faulty:
            code = "empty_sheet" if sheet.id in present else "missing_sheet"
            yield cell_problem(code, sheet, "", id=sheet.id)
