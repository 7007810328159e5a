"""Reads the XML inside a workbook as a stream, to see that it is safe to read it properly.

No document type, no entities, no endless tags or nesting, and in sheets no more rows and columns
than allowed. Nothing is kept: memory stays small whatever the part unpacks to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO
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


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part of a workbook is, or what it points to: a content type or relation type."""

    kind: str
    is_external: bool


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
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartElementHandler = watcher.start
    parser.EndElementHandler = watcher.end
    parser.XmlDeclHandler = watcher.declaration
    parser.StartDoctypeDeclHandler = watcher.doctype
    parser.EntityDeclHandler = watcher.doctype
    parser.ExternalEntityRefHandler = watcher.doctype
    fed = 0
    try:
        while chunk := stream.read(_CHUNK):
            if fed == 0 and (chunk[:2] in (b"\xfe\xff", b"\xff\xfe") or b"\0" in chunk[:4]):
                raise watcher.broken()
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - max(parser.CurrentByteIndex, 0) > _MAX_TAG:
                raise watcher.broken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if not is_loose:
            raise watcher.broken() from error
    return watcher.relations


class _Watcher:
    """Counts what the parser meets, and refuses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.depth = 0
        self.is_sheet = False
        self.rows = 0
        self.row = 0
        self.column = 0
        self.relations: list[Relation] = []

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        local = element.rpartition(_SEPARATOR)[2]
        if self.depth == 1:
            self.is_sheet = local == "worksheet"
            if _STRICT in element:
                raise self._refusal(
                    "Arbeidsboken er lagret som «Strict Open XML».",
                    "Lagre den som «Excel-arbeidsbok (.xlsx)».",
                )
        if self.depth > MAX_DEPTH:
            raise self.broken()
        if self.is_sheet and local == "c":
            self._cell(attributes.get("r"))
        elif self.is_sheet and local == "row":
            self._row(attributes.get("r"))
        elif local in _RELATIONS:
            self._relation(attributes)
        elif local in _FORBIDDEN_ELEMENTS and (self.depth == 1 or local not in _ONLY_ROOTS):
            raise self._refusal(*_FORBIDDEN_ELEMENTS[local])

    def end(self, element: str) -> None:
        del element
        self.depth -= 1

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        del version, standalone
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise self.broken()

    def doctype(self, *_: object) -> int:
        raise self._refusal(
            "Arbeidsboken inneholder XML-definisjoner (DTD eller entiteter). Slike leses ikke.",
            "Lag filen på nytt i Excel.",
        )

    def broken(self) -> EvalueringError:
        return self._refusal("Arbeidsboken er ødelagt eller uvanlig oppbygd.", _SAVE_AGAIN)

    def _relation(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("Type") or attributes.get("ContentType") or ""
        mode = attributes.get("TargetMode", "")
        self.relations.append(Relation(kind, is_external=mode.lower() == "external"))
        if len(self.relations) > _MAX_RELATIONS:
            raise self.broken()

    def _row(self, reference: str | None) -> None:
        self.rows += 1
        self.column = 0
        if reference is not None and not (reference.isascii() and reference.isdigit()):
            raise self.broken()
        self.row = self.row + 1 if reference is None else int(reference[:8])
        if self.rows > MAX_ROWS + 1:
            raise self._too_many_rows()

    def _cell(self, reference: str | None) -> None:
        # The reader places a cell by its own reference and, without one, after the last.
        row, column = self.row, self.column + 1
        if reference is not None:
            match = _CELL.fullmatch(reference)
            if match is None:
                raise self.broken()
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
