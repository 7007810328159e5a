"""The marked copy: the user's own workbook with a comment and a light fill on each cell to mend.

It lies beside the original, which is never written over. Saved back under the original's name it
reads like the original: the sheet «Sjekk», our comments and our fills are ignored, and taken away
when the next copy is made. What somebody has already mended in a copy is never lost.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook as ExcelBook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.inputs.workbook.columns import fold
from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.raw import open_excel, read_raw
from evaluering.inputs.workbook.report import marked_name
from evaluering.inputs.workbook.rows import Interpretation
from evaluering.inputs.workbook.sheets import CHECK_SHEET

AUTHOR: Final = "evaluering"
FILL: Final = "FFFFE0B3"
_PROPERTY: Final = "evaluering_merket"
_HEADINGS: Final = ("Nr.", "Ark", "Celle", "Kolonne", "Hva er feil", "Lov", "Gjør slik")
_WIDTHS: Final = (6, 18, 12, 26, 58, 58, 52)
_NOTE_HEADINGS: Final = ("Nr.", "Ark", "Celle", "Kolonne", "Dette har vi tolket")
_LINK_COLUMN: Final = 3
_WIDE: Final = 420
_LINE: Final = 60  # characters on a line of a comment
_LINE_HEIGHT: Final = 22
_ROW_HEIGHT: Final = 15
_FONT: Final = "Calibri"
_MOST_COPIES: Final = 100


def write_marked(
    path: Path, problems: Sequence[Problem], interpretations: Sequence[Interpretation] = ()
) -> Path:
    """Write the marked copy of a workbook.

    Args:
        path: The workbook the problems were found in. It has been read by `read_workbook`, which
            refuses a file with identifiers, so that none is ever copied.
        problems: What to mark; remarks are listed too.
        interpretations: «Dette har vi tolket», listed below.

    Returns:
        `<name>_merket.xlsx`, or with a number after it when somebody has mended that one.

    Raises:
        EvalueringError: The file cannot be read, or the copy is open in Excel.
    """
    target = _free_name(path)
    book = open_excel(path)
    _remove_marks(book)
    for (title, cell), found in _by_cell(problems).items():
        page = _page(book, title)
        if page is not None and cell:
            _mark(page[cell], found)
    _list(book, problems, interpretations)
    digest = _digest(_saved(book))
    _properties(book).append(StringProperty(name=_PROPERTY, value=digest))
    try:
        write_file(target, _saved(book).getvalue())
    except OSError as error:
        raise EvalueringError(
            "Den merkede kopien kan ikke skrives. Den er kanskje åpen i Excel.",
            where=target.name,
            remedy="Lukk filen i Excel og prøv igjen.",
        ) from error
    return target


def _saved(book: ExcelBook) -> BytesIO:
    content = BytesIO()
    book.save(content)
    content.seek(0)
    return content


def _free_name(path: Path) -> Path:
    """The first name where nothing a person has written would be lost."""
    first = path.with_name(marked_name(path))
    names = [first, *(first.with_stem(f"{first.stem}_{n}") for n in range(2, _MOST_COPIES))]
    for name in names:
        if not name.exists() or _is_untouched(name):
            return name
    raise EvalueringError(
        "Det ligger for mange merkede kopier i mappen.",
        where=first.name,
        remedy="Slett dem du ikke trenger.",
    )


def _is_untouched(path: Path) -> bool:
    """True when a copy still holds exactly what we wrote."""
    try:
        book = open_excel(path)
        written = [item.value for item in _properties(book).props if item.name == _PROPERTY]
        return written == [_digest(path)]
    except EvalueringError:
        return False


def _properties(book: ExcelBook) -> Any:  # noqa: ANN401 the stubs do not know them
    return cast("Any", book).custom_doc_props


def _digest(source: Path | BytesIO) -> str:
    """Of every cell of every sheet but «Sjekk»; it lies in the file it is about."""
    parts = [
        (raw.title, raw.rows) for raw in read_raw(source) if fold(raw.title) != fold(CHECK_SHEET)
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _by_cell(problems: Iterable[Problem]) -> dict[tuple[str, str], list[Problem]]:
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.sheet, problem.cell), []).append(problem)
    return found


def _page(book: ExcelBook, title: str) -> Worksheet | None:
    """The tab somebody may have written without æøå."""
    pages = (page for page in book.worksheets if fold(str(page.title)) == fold(title))
    return next(pages, None) if title else None


def _mark(cell: Any, problems: Sequence[Problem]) -> None:  # noqa: ANN401 also a merged cell
    """Comment and fill; a comment somebody else wrote is kept below ours."""
    text = "\n\n".join(f"{_sentence(problem.what)}\n{problem.advice}" for problem in problems)
    if cell.comment is not None:
        text = f"{text}\n\n{cell.comment.text}"
    height = _LINE_HEIGHT * sum(1 + len(line) // _LINE for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, height=height, width=_WIDE)
    if isinstance(cell, Cell):
        cell.fill = PatternFill("solid", start_color=FILL)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _remove_marks(book: ExcelBook) -> None:
    """Take away what an earlier check put in, when a mended copy has become the original."""
    for page in list(book.worksheets):
        if fold(str(page.title)) == fold(CHECK_SHEET):
            book.remove(page)
            continue
        for cell in _own_cells(page):
            cell.comment = None
            cell.fill = PatternFill()
    properties = _properties(book)
    properties.props = [item for item in properties.props if item.name != _PROPERTY]


def _own_cells(page: Any) -> list[Any]:  # noqa: ANN401 openpyxl's sparse store
    cells = page._cells.values()
    return [
        cell
        for cell in cells
        if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == AUTHOR
    ]


def _list(
    book: ExcelBook, problems: Sequence[Problem], interpretations: Sequence[Interpretation]
) -> None:
    """The sheet «Sjekk»: one line a problem with a link to its cell, then what was interpreted."""
    page: Any = book.create_sheet(CHECK_SHEET, 0)
    book.active = 0
    bold = Font(name=_FONT, bold=True)
    _write(page, 1, [f"{len(problems)} ting å rette eller se på"], bold)
    row = 3
    _write(page, row, _HEADINGS, bold)
    for number, problem in enumerate(problems, start=1):
        row += 1
        texts = (
            str(number),
            problem.sheet or "Hele arbeidsboken",
            problem.cell or "Hele arket",
            problem.label,
            _sentence(problem.what),
            problem.allowed,
            _sentence(problem.remedy),
        )
        _write(page, row, texts)
        _link(book, page, row, problem.sheet, problem.cell)
    row += 2
    if interpretations:
        _write(page, row, _NOTE_HEADINGS, bold)
    for number, note in enumerate(interpretations, start=1):
        row += 1
        text = str(note).partition(": ")[2]
        _write(page, row, (str(number), note.sheet, note.cell, note.label, _sentence(text)))
        _link(book, page, row, note.sheet, note.cell)
    for place, width in enumerate(_WIDTHS):
        page.column_dimensions["ABCDEFG"[place]].width = width
    page.freeze_panes = "A4"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _write(page: Any, row: int, texts: Sequence[str], font: Font | None = None) -> None:  # noqa: ANN401
    if row > 1:  # not every program makes room for wrapped text by itself
        pairs = zip(texts, _WIDTHS, strict=False)
        page.row_dimensions[row].height = _ROW_HEIGHT * max(
            math.ceil((len(text) + 1) / width) for text, width in pairs
        )
    for place, text in enumerate(texts, start=1):
        cell = page.cell(row, place)
        cell.value = text
        cell.data_type = "s"  # never a formula, whatever it begins with
        cell.alignment = Alignment(wrap_text=row > 1, vertical="top")
        if font is not None:
            cell.font = font


def _link(book: ExcelBook, page: Any, row: int, title: str, address: str) -> None:  # noqa: ANN401
    target = _page(book, title)
    if target is not None:
        cell = page.cell(row, _LINK_COLUMN)
        quoted = str(target.title).replace("'", "''")
        cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{quoted}'!{address or 'A1'}")
        cell.font = Font(name=_FONT, underline="single", color="FF1F3A5F")
