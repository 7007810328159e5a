"""What the formatter wrote while a piece of a page was made, for the gate on the finished page.

`numbers` notes every number it formats in the piece that is open. Nothing is noted while no piece
is open, so a notebook in JupyterLab costs nothing. The notes travel with the piece as an output of
their own type (`RECORD_TYPE`), which the exporter reads and takes away.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any, Final

RECORD_TYPE: Final = "application/vnd.evaluering.tall+json"


@dataclass(frozen=True, slots=True)
class Note:
    """One number as it was written.

    Attributes:
        text: As a reader sees it: `1␣234,5`, `fem`.
        value: The very number it stands for, as plain decimal text: `1234.5`.
        kind: `number`, `year`, `date`, `place` for the number of a figure or a table, or `step`
            for a step of the ladder.
    """

    text: str
    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a table, one number in a cell.

    Attributes:
        label: Its heading, with the unit.
        kind: A `columns.Kind`.
        texts: The cells as a reader sees them; empty where there is no number.
        signs: Why, or that the number is preliminary: `model.Sign` values.
    """

    label: str
    kind: str
    texts: tuple[str, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the page, for the workbook that holds the same numbers.

    Attributes:
        id: The table's own on the page.
        caption: «Tabell 3. Skulket skolen».
        columns: In order.
        note: The line under it, or "".
    """

    id: str
    caption: str
    columns: tuple[SheetColumn, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page and the numbers that were written for it.

    Attributes:
        html: The piece.
        source: Id of the finding it shows, or ids with a space between; empty where it is made
            from all of them.
        notes: Every number written while it was made, in order.
        sheets: Its tables, in order.
    """

    html: str
    source: str
    notes: tuple[Note, ...]
    sheets: tuple[Sheet, ...] = ()

    def record(self) -> dict[str, Any]:
        """As plain JSON content."""
        return asdict(self)


_notes: ContextVar[list[Note] | None] = ContextVar("notes", default=None)
_sheets: ContextVar[list[Sheet] | None] = ContextVar("sheets", default=None)
_pieces: ContextVar[list[Piece] | None] = ContextVar("pieces", default=None)


def note(text: str, value: object, kind: str = "number") -> str:
    """Remember that a number was written; gives the text back unchanged."""
    notes = _notes.get()
    if notes is not None:
        notes.append(Note(text, str(value), kind))
    return text


def note_sheet(id: str, caption: str, columns: Sequence[SheetColumn], note: str) -> None:
    """Remember that a table was made."""
    sheets = _sheets.get()
    if sheets is not None:
        sheets.append(Sheet(id, caption, tuple(columns), note))


@contextmanager
def unnoted() -> Generator[None]:
    """Numbers written here belong to no text: the ticks of an axis, a comparison."""
    token = _notes.set(None)
    try:
        yield
    finally:
        _notes.reset(token)


@contextmanager
def page() -> Generator[list[Piece]]:
    """Collect the pieces of a page while it is made."""
    pieces: list[Piece] = []
    token = _pieces.set(pieces)
    try:
        yield pieces
    finally:
        _pieces.reset(token)


def piece(make: Callable[[], str], source: str = "") -> str:
    """Make a piece of the page that is open, with its notes.

    Args:
        make: Gives the HTML.
        source: Id of the finding it shows, ids with a space between, or "".
    """
    pieces = _pieces.get()
    if pieces is None:
        return make()
    notes: list[Note] = []
    sheets: list[Sheet] = []
    tokens = _notes.set(notes), _sheets.set(sheets)
    try:
        html = make()
    finally:
        _notes.reset(tokens[0])
        _sheets.reset(tokens[1])
    pieces.append(Piece(html, source, tuple(notes), tuple(sheets)))
    return html
