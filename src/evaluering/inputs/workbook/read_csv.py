"""One sheet of the workbook as separated text, with the separator and encoding the caller declares.

The first line holds the headings; the same columns, checks and messages as in the workbook. Cells
are named as Excel names them when it opens the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from evaluering.errors import EvalueringError
from evaluering.inputs.archive import MAX_COLUMNS, MAX_ROWS, check_csv
from evaluering.inputs.identifiers import refusal, scan_text_file
from evaluering.inputs.workbook.columns import Kind, Sheet
from evaluering.inputs.workbook.frames import frame_of, rekeyed
from evaluering.inputs.workbook.raw import RawCell, RawSheet, Stored
from evaluering.inputs.workbook.read import Workbook, check_contents, closed_columns
from evaluering.inputs.workbook.rows import ordered, read_sheet
from evaluering.inputs.workbook.sheets import declare_workbook
from evaluering.plan import Plan
from evaluering.text_file import read_text

Separator = Literal[";", ","]
CsvEncoding = Literal["utf-8", "cp1252"]
MAX_BYTES: Final = 10 * 1024 * 1024
# In a text file every number and date is text; that is no interpretation.
_OF_COURSE: Final = frozenset({"number_as_text", "date_as_text"})


def read_csv_sheet(
    path: Path,
    sheet_id: str,
    *,
    plan: Plan,
    delimiter: Separator = ";",
    encoding: CsvEncoding = "utf-8",
    personrader: Collection[str] = (),
    person_code_in_cases: bool = False,
    key: bytes | None = None,
    aar: int | None = None,
    first_year: int | None = None,
) -> Workbook:
    """Read and check one sheet delivered as separated text.

    Args:
        path: The file.
        sheet_id: The sheet it stands for: `indikatortall` …
        plan: The plan its lists come from.
        delimiter: Between the fields, as declared.
        encoding: As declared; a byte order mark is accepted with UTF-8.
        personrader: Ids of the sheets about persons that params switch on.
        person_code_in_cases: Params allow «Person» in «Saker».
        key: The house key; needed when there are codes of persons or cases.
        aar: The year evaluated.
        first_year: The first year the evaluation looks at.

    Returns:
        Frame, interpretations and problems, as of a workbook with one sheet.

    Raises:
        EvalueringError: The file cannot be read as declared, holds something that could name a
            person, or is about persons without params allowing it.
    """
    layout = declare_workbook(plan)
    sheet = layout.sheet(sheet_id)
    if sheet not in layout.open_sheets(personrader):
        raise EvalueringError(
            f"Filen skal ha rader om personer («{sheet.name}»), men det er ikke slått på.",
            where="personrader",
            remedy="Ta bort filen, eller få personrader og behandlingsgrunnlag avklart.",
        )
    check_csv(path, encoding=encoding, delimiter=delimiter)
    dates = [column for column in sheet.columns if column.kind is Kind.DATE]
    names = [name for column in dates for name in (column.name, column.label)]
    if hits := scan_text_file(path, encoding=encoding, delimiter=delimiter, date_names=names):
        raise refusal(hits, path.name)
    raw = _raw(path, sheet, delimiter, encoding)
    reading = read_sheet(sheet, raw, closed=closed_columns(sheet, person_code_in_cases))
    contents = {sheet.id: reading.content}
    problems = [*reading.problems]
    problems += check_contents(contents, aar=aar, first_year=first_year)
    found = ordered(problems, layout.sheets)
    is_right = all(problem.is_remark for problem in found)
    frames = {sheet.id: rekeyed(frame_of(reading.content), sheet, key)} if is_right else {}
    notes = tuple(note for note in reading.interpretations if note.kind not in _OF_COURSE)
    filled = int(bool(reading.content.lines))
    return Workbook(path.name, MappingProxyType(frames), notes, found, filled)


def _raw(path: Path, sheet: Sheet, delimiter: Separator, encoding: CsvEncoding) -> RawSheet:
    text = read_text(path, max_bytes=MAX_BYTES, encoding=encoding)
    rows: dict[int, dict[int, RawCell]] = {}
    for number, fields in enumerate(
        csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
    ):
        if number > MAX_ROWS + 1 or len(fields) > MAX_COLUMNS:
            raise EvalueringError(
                f"Filen har mer enn {MAX_ROWS:,} rader eller {MAX_COLUMNS} kolonner.".replace(
                    ",", " "
                ),
                where=path.name,
                remedy="Ta bare med de årene og kolonnene som trengs.",
            )
        cells = {
            place: RawCell(Stored.TEXT, field)
            for place, field in enumerate(fields, start=1)
            if field.strip()
        }
        if cells:
            rows[number] = cells
    return RawSheet(sheet.name, rows)
