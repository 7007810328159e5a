"""Looks for identifiers in every corner of a workbook, shown or hidden.

Cells of all sheets, headers, comments, names, messages of rules, cached results of formulas, page
headers, alternative texts, document properties, and the names of the file and of its members. Reads
the parts as streams; knows the sheets' declarations only to tell dates of events from other dates.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from evaluering.inputs.cell_scan import CellScanner, SheetPlace, formula_texts, unescaped
from evaluering.inputs.identity_hits import FILE_NAME, UNKNOWN_SHEET, Hit
from evaluering.inputs.identity_text import find, find_cell
from evaluering.inputs.workbook.columns import fold
from evaluering.inputs.workbook.sheets import CHECK_SHEET, CODES_SHEET, COVER_SHEET, Layout
from evaluering.inputs.workbook_parts import Parts, local_name, read_part, read_structure

_MAX_HITS = 1000  # nothing more is learned from the next
_XML = (".xml", ".svg")
_READ_BEFORE = ("sharedstrings.xml", "styles.xml", "[content_types].xml")
# A part's outermost element -> what the part is called in a message.
_PART_NAMES: Mapping[str, str] = {
    "comments": "kommentaren",
    "ThreadedComments": "kommentaren",
    "personList": "navnet på en som har kommentert",
    "coreProperties": "dokumentegenskapene",
    "Properties": "dokumentegenskapene",
    "workbook": "et navn i arbeidsboken",
    "table": "tabellens navn eller overskrifter",
    "wsDr": "et bilde eller en tekstboks",
    "chartSpace": "et diagram",
    "pivotCacheDefinition": "en pivottabell",
    "pivotCacheRecords": "en pivottabell",
    "pivotTableDefinition": "en pivottabell",
}
_OTHER_PART = "skjult innhold i filen"
# Attributes that hold what a person wrote, or what a program wrote about a person.
_TEXT_ATTRIBUTES = frozenset(
    {"name", "displayName", "caption", "title", "descr", "alt", "tooltip", "text", "comment"}
    | {"author", "userName", "userId", "codeName", "url", "n", "totalsRowLabel"}
)
_PIVOT_VALUES = frozenset({"s", "n", "d"})
_CONTAINERS = frozenset({"comment", "threadedComment", "p", "si", "is"})
_FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2"})
_LAYOUT_NUMBERS = frozenset({"col", "row", "colOff", "rowOff", "formatCode", "pt", "idx"})
# Written by programs: when the file was saved, and labels of sensitivity.
_SAVED = frozenset({"created", "modified", "lastPrinted"})
_LABEL_DATE = re.compile(r"MSIP_Label_.*SetDate|.*(?:Date|Time|Dato)", re.IGNORECASE)
_SERIAL = re.compile(
    r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?|(?:0x)?[0-9a-f]{24,}", re.IGNORECASE
)
_LETTER = re.compile(r"[a-f]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")  # without «<» inside, time grows no faster than the text
_OLD_ATTRIBUTE = re.compile(
    r"\s(?:o:)?(?:alt|title|href|gfxdata_alt)\s*=\s*(\"[^\"]*\"|'[^']*')", re.I
)


def scan_workbook(
    path: Path, *, layout: Layout | None = None, event_sheets: Collection[str] = ()
) -> list[Hit]:
    """Every place in a workbook that holds something that could name a person.

    Args:
        path: A workbook `archive.check_xlsx` has accepted.
        layout: The declared sheets: their names may be shown, and dates may stand in their columns
            of dates. Without it every sheet is unknown and every full date is a hit.
        event_sheets: Names of further declared sheets where dates may stand anywhere, such as the
            police form's.

    Returns:
        Places and kinds, one kind a place, cells first; never a value. Empty when there are none.
    """
    found = _Found()
    found.add(find(path.name), part=FILE_NAME)
    with zipfile.ZipFile(path) as archive:
        parts = read_structure(archive)
        names = _SheetNames(layout, event_sheets)
        places = {part: names.place(title) for part, title in parts.sheets.items()}
        cells = CellScanner(parts.strings, parts.date_styles, found.add)
        for part in parts.sheets:
            if part in archive.namelist():
                cells.begin(places[part])
                read_part(archive, part, cells)
        found.add_unused(cells.unused_strings())
        for part in archive.namelist():
            _scan_part(archive, part, parts, places, found)
    return found.hits[:_MAX_HITS]


@dataclass(slots=True)
class _Found:
    """The hits so far, each place once."""

    hits: list[Hit] = field(default_factory=list[Hit])

    def add(self, kinds: Iterable[str], *, sheet: str = "", cell: str = "", part: str = "") -> None:
        """Note a place, when there is a kind and the place is new."""
        for kind in kinds:
            hit = Hit(kind, sheet=sheet, cell=cell, part=part)
            if len(self.hits) < _MAX_HITS and hit not in self.hits[-10:]:
                self.hits.append(hit)
            return

    def add_unused(self, texts: Iterable[str]) -> None:
        """Texts that no cell shows."""
        for text in texts:
            self.add(find(text), part="en tekst som ingen celle viser")


class _SheetNames:
    """What a sheet is called in messages, and where its dates may stand."""

    def __init__(self, layout: Layout | None, event_sheets: Collection[str]) -> None:
        self.layout = layout
        self.event_sheets = {fold(name): name for name in (*event_sheets, CHECK_SHEET)}
        self.others = {fold(name): name for name in (COVER_SHEET, CODES_SHEET)}

    def place(self, title: str) -> SheetPlace:
        wanted = fold(title)
        if self.layout is not None and (sheet := self.layout.sheet_meant(title)) is not None:
            return SheetPlace(sheet.name, declared=sheet)
        if self.layout is not None and wanted in self.event_sheets:
            return SheetPlace(self.event_sheets[wanted], is_events=True)
        if self.layout is not None and wanted in self.others:
            return SheetPlace(self.others[wanted], is_text=True)
        return SheetPlace(UNKNOWN_SHEET)


def _scan_part(
    archive: zipfile.ZipFile,
    part: str,
    parts: Parts,
    places: Mapping[str, SheetPlace],
    found: _Found,
) -> None:
    """One part that is no sheet: its name, its relations out of the file, and its texts."""
    info = archive.getinfo(part)
    about = f"{part} {info.comment.decode('utf-8', 'replace')}"
    found.add(_kinds(_without_serials(about)), part="navnet på en del av filen")
    place = places.get(parts.owners.get(part, ""), SheetPlace(""))
    for link in parts.links.get(part, ()):
        if link.is_external:
            found.add(find(unquote(link.target)), sheet=place.name, part="en lenke")
    lower = part.lower()
    if lower.endswith(".vml"):
        for text in _old_drawing(archive.read(part)):
            found.add(find(text), sheet=place.name, part="en kommentar eller knapp")
    elif lower.endswith(_XML) and part not in parts.sheets and not lower.endswith(_READ_BEFORE):
        read_part(archive, part, _PartScanner(part, place, found))


def _kinds(text: str) -> list[str]:
    return find(text, event_date=True)


def _old_drawing(content: bytes) -> Iterator[str]:
    """Texts of a drawing in the old format, which is HTML as often as XML."""
    text = content.decode("utf-8", "replace")
    for match in _OLD_ATTRIBUTE.finditer(text):
        yield html.unescape(match[1][1:-1])
    for piece in _TAG.split(text):
        yield html.unescape(piece)


def _without_serials(text: str) -> str:
    """Serial numbers programs write, with letters a–f among the digits, are no person's."""
    return _SERIAL.sub(lambda match: "#" if _LETTER.search(match[0]) else match[0], text)


class _PartScanner:
    """Texts and telling attributes of a part that is no sheet."""

    def __init__(self, part: str, place: SheetPlace, found: _Found) -> None:
        self.place = place
        self.found = found
        self.is_custom = part.lower().startswith("customxml/")
        self.part = ""
        self.cell = ""
        self.property = ""
        self.container: list[str] | None = None
        self.leaf: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        local = local_name(element)
        if not self.part:
            self.part = _PART_NAMES.get(local, _OTHER_PART)
        self.leaf = []
        if "ref" in attributes and self.part == "kommentaren":
            self.cell = attributes["ref"] if attributes["ref"].isalnum() else ""
        if local in _CONTAINERS:
            self.container = []
        if local == "property":
            self.property = attributes.get("name", "")
        for name, value in attributes.items():
            key = local_name(name)
            is_pivot = key == "v" and local in _PIVOT_VALUES
            if key in _TEXT_ATTRIBUTES or is_pivot:
                self._check(value, local, is_sheet_name=local == "sheet")

    def text(self, content: str) -> None:
        self.leaf.append(content)
        if self.container is not None:
            self.container.append(content)

    def end(self, element: str) -> None:
        local = local_name(element)
        self._check("".join(self.leaf), local)
        self.leaf = []
        if local in _CONTAINERS and self.container is not None:
            self._check("".join(self.container), local)
            self.container = None

    def _check(self, text: str, local: str, *, is_sheet_name: bool = False) -> None:
        if not text.strip() or local in _LAYOUT_NUMBERS:
            return
        part = "navnet på et ark" if is_sheet_name else self.part
        self.found.add(
            self._kinds(unescaped(text), local),
            sheet=self.place.name,
            cell=self.cell,
            part=part,
        )

    def _kinds(self, text: str, local: str) -> list[str]:
        if local in _FORMULAS:
            return [kind for piece in formula_texts(text) for kind in find(piece)]
        if local == "v":
            return find_cell(_number_or_text(text))
        kinds = find(_without_serials(text), event_date=self._is_event(local))
        is_address = self.is_custom or local == "absPath"  # where the municipality keeps the file
        return [kind for kind in kinds if not (is_address and kind == "url")]

    def _is_event(self, local: str) -> bool:
        return (
            self.is_custom
            or local in _SAVED
            or bool(_LABEL_DATE.fullmatch(self.property))
            or (bool(self.cell) and self.place.is_event_cell(self.cell))
        )


def _number_or_text(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
