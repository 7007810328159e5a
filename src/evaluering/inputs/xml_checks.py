"""Reads the XML inside a workbook as a stream, to see that it is safe to read it properly.

No document type, no entities, no endless tags or nesting, and in sheets no more rows and columns
than allowed. Nothing is kept: memory stays small whatever the part unpacks to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Protocol, runtime_checkable
from xml.parsers import expat  # every handler that could expand anything refuses first

from evaluering.errors import EvalueringError

MAX_ROWS = 100_000  # and a header
MAX_COLUMNS = 100
MAX_DEPTH = 100
_CHUNK = 1 << 16
# One tag. Text is handed over in pieces, so only a tag can keep the parser waiting this long.
_MAX_TAG = 4 << 20
_SEPARATOR = " "
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_LETTERS = 26
_STRICT = "purl.oclc.org"
_SAVE_AGAIN = "Åpne filen i Excel, lagre den på nytt og prøv igjen."
_FORBIDDEN_ELEMENTS: Mapping[str, tuple[str, str]] = {
    "ddeLink": ("Arbeidsboken henter data fra et annet program (DDE).", "Fjern koblingen."),
    "oleLink": ("Arbeidsboken henter data fra et annet program (OLE).", "Fjern koblingen."),
    "DataMashup": ("Arbeidsboken har spørringer (Power Query).", "Slett spørringene under Data."),
    "oleObject": ("Arbeidsboken har innebygde objekter.", "Slett objektene i arket."),
    "connection": ("Arbeidsboken har datatilkoblinger.", "Slett tilkoblingene under Data."),
}
# The one forbidden element whose name other parts of a workbook use for something else.
_ONLY_ROOTS = {"DataMashup"}
_RELATIONS = {"Relationship", "Override", "Default"}
_MAX_RELATIONS = 20_000  # a hyperlink is one
_MAX_NAMES = 5_000  # of different elements in one part


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part of a workbook is, or what it points to: a content type or relation type."""

    kind: str
    is_external: bool


class Listener(Protocol):
    """What is told while a part is read: names are «namespace name», or the bare name."""

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        ...

    def end(self, element: str) -> None:
        """An element ends."""
        ...


class TextListener(Listener, Protocol):
    """A listener that is told the text too, in pieces."""

    def text(self, content: str) -> None:
        """Text between tags."""
        ...


def check_xml(stream: IO[bytes], name: str, *, is_loose: bool = False) -> list[Relation]:
    """Refuse a part of a workbook that is not safe to read, or is no XML.

    Args:
        stream: The unpacked part; read to its end in small pieces.
        name: The workbook's file name, for the message.
        is_loose: The part may break off as XML: Excel's old drawings (`.vml`) hold HTML.

    Returns:
        The content types and relations it declares, if it is such a part.

    Raises:
        EvalueringError: DTD, entities, an encoding other than UTF-8, too deep, a tag without end,
            a forbidden element, too many rows or columns, or broken XML.
    """
    watcher = _Watcher(name)
    try:
        feed(stream, name, watcher)
    except BrokenXmlError as error:
        if not is_loose:
            raise broken(name) from error
    return watcher.relations


class BrokenXmlError(Exception):
    """A part that is no XML."""


def feed(stream: IO[bytes], name: str, listener: Listener | TextListener) -> None:
    """Read a part piece by piece and tell the listener; nothing can be expanded or fetched.

    Args:
        stream: The unpacked part.
        name: The workbook's file name, for the message.
        listener: Is told the elements, and the text when it has a method for it.

    Raises:
        EvalueringError: DTD, entities, another encoding than UTF-8, or a tag without end.
        BrokenXmlError: The part is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    if isinstance(listener, _HearsText):
        parser.buffer_text = True
        parser.CharacterDataHandler = listener.text
    refuse = _Refusals(name)
    parser.XmlDeclHandler = refuse.declaration
    parser.StartDoctypeDeclHandler = refuse.doctype
    parser.EntityDeclHandler = refuse.doctype
    parser.ExternalEntityRefHandler = refuse.doctype
    fed = 0
    try:
        while chunk := stream.read(_CHUNK):
            if fed == 0 and (chunk[:2] in (b"\xfe\xff", b"\xff\xfe") or b"\0" in chunk[:4]):
                raise broken(name)
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - max(parser.CurrentByteIndex, 0) > _MAX_TAG:
                raise broken(name)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenXmlError from error


@runtime_checkable
class _HearsText(Protocol):
    def text(self, content: str) -> None: ...


class _Refusals:
    """What no part may declare."""

    def __init__(self, name: str) -> None:
        self.name = name

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        del version, standalone
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise broken(self.name)

    def doctype(self, *_: object) -> int:
        raise EvalueringError(
            "Arbeidsboken inneholder XML-definisjoner (DTD eller entiteter). Slike leses ikke.",
            where=self.name,
            remedy="Lag filen på nytt i Excel.",
        )


def broken(name: str) -> EvalueringError:
    """The refusal of a part no program should have written."""
    return EvalueringError("Arbeidsboken er ødelagt eller uvanlig oppbygd.", name, _SAVE_AGAIN)


class _Watcher:
    """Counts what the parser meets, and refuses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.depth = 0
        self.locals: dict[str, str] = {}  # element -> its name without namespace
        self.is_sheet = False
        self.rows = 0
        self.row = 0
        self.column = 0
        self.relations: list[Relation] = []

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        local = self.locals.get(element)
        if local is None:
            local = self.locals[element] = element.rpartition(_SEPARATOR)[2]
        if self.is_sheet and local == "c":
            self._cell(attributes.get("r"))
        elif self.is_sheet and local == "row":
            self._row(attributes.get("r"))
        elif local in _RELATIONS:
            self._relation(attributes)
        elif local in _FORBIDDEN_ELEMENTS and (self.depth == 1 or local not in _ONLY_ROOTS):
            raise self._refusal(*_FORBIDDEN_ELEMENTS[local])
        elif self.depth == 1:
            self._root(element, local)
        if self.depth > MAX_DEPTH or len(self.locals) > _MAX_NAMES:
            raise broken(self.name)

    def _root(self, element: str, local: str) -> None:
        self.is_sheet = local == "worksheet"
        if _STRICT in element:
            raise self._refusal(
                "Arbeidsboken er lagret som «Strict Open XML».",
                "Lagre den som «Excel-arbeidsbok (.xlsx)».",
            )

    def end(self, element: str) -> None:
        del element
        self.depth -= 1

    def _relation(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("Type") or attributes.get("ContentType") or ""
        mode = attributes.get("TargetMode", "")
        self.relations.append(Relation(kind, is_external=mode.lower() == "external"))
        if len(self.relations) > _MAX_RELATIONS:
            raise broken(self.name)

    def _row(self, reference: str | None) -> None:
        self.rows += 1
        self.column = 0
        if reference is not None and not (reference.isascii() and reference.isdigit()):
            raise broken(self.name)
        self.row = self.row + 1 if reference is None else int(reference[:8])
        if self.rows > MAX_ROWS + 1:
            raise self._too_many_rows()

    def _cell(self, reference: str | None) -> None:
        # The reader places a cell by its own reference and, without one, after the last.
        row, column = self.row, self.column + 1
        if reference is not None:
            match = _CELL.fullmatch(reference)
            if match is None:
                raise broken(self.name)
            row, column = int(match[2]), column_number(match[1])
        self.column = column
        if row > MAX_ROWS + 1:
            raise self._too_many_rows()
        if column > MAX_COLUMNS:
            raise self._refusal(
                f"Et ark har mer enn {MAX_COLUMNS} kolonner.",
                "Slett kolonnene til høyre for tabellen.",
            )

    def _too_many_rows(self) -> EvalueringError:
        return self._refusal(
            f"Et ark har mer enn {MAX_ROWS:,} rader.".replace(",", " "),
            "Slett radene under tabellen.",
        )

    def _refusal(self, what: str, remedy: str) -> EvalueringError:
        return EvalueringError(what, where=self.name, remedy=remedy)


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, place = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + place) + letters
    return letters
