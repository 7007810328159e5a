"""How the parts of a workbook hang together: which sheet owns which part, texts, styles of dates.

Only what the search for identifiers needs. Values are not interpreted here.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluering.inputs.xml_checks import BrokenXmlError, Listener, TextListener, broken, feed

_RELATIONS = re.compile(r"(?:(.*)/)?_rels/([^/]+)\.rels", re.IGNORECASE)
_WORKBOOK = "xl/workbook.xml"
# Built-in number formats that show a day, a month or a year (ECMA-376, part 1, 18.8.30).
_DATE_FORMATS = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)})
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY_OR_YEAR = re.compile(r"[dy]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation from one part: its target, and whether that lies outside the file."""

    id: str
    target: str
    is_external: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The structure of a workbook.

    Attributes:
        sheets: Part of each sheet → the sheet's title, as it stands in the file.
        owners: Part → the part of the sheet that it belongs to, directly or through another part.
        links: Part → its relations.
        strings: The shared texts, in order; the reading aids of a text stand after a bar.
        date_styles: Numbers of the cell styles that show a number as a date.
    """

    sheets: Mapping[str, str]
    owners: Mapping[str, str]
    links: Mapping[str, Sequence[Link]]
    strings: Sequence[str]
    date_styles: frozenset[int]


def local_name(name: str) -> str:
    """An element's or attribute's name without its namespace."""
    return name.rpartition(" ")[2]


def read_part(archive: zipfile.ZipFile, part: str, listener: Listener | TextListener) -> None:
    """Read one part of the workbook and tell the listener.

    Raises:
        EvalueringError: The part is not safe to read, or is no XML.
    """
    name = posixpath.basename(str(archive.filename))
    try:
        with archive.open(part) as stream:
            feed(stream, name, listener)
    except (BrokenXmlError, zipfile.BadZipFile, EOFError) as error:
        raise broken(name) from error


def read_structure(archive: zipfile.ZipFile) -> Parts:
    """How the parts of an opened workbook hang together."""
    names = archive.namelist()
    links = {
        part: _read_links(archive, member, part)
        for member in names
        if (part := _owner_of_relations(member)) is not None
    }
    titles = _Titles()
    read_part(archive, _WORKBOOK, titles)
    targets = {link.id: link.target for link in links.get(_WORKBOOK, ())}
    sheets = {targets[id]: title for title, id in titles.found if id in targets}
    strings, styles = _Strings(), _Styles()
    for member in names:
        if member.lower().endswith("sharedstrings.xml"):
            read_part(archive, member, strings)
        elif member.lower().endswith("styles.xml"):
            read_part(archive, member, styles)
    return Parts(sheets, _owners(sheets, links), links, strings.texts, styles.date_styles())


def _owner_of_relations(member: str) -> str | None:
    match = _RELATIONS.fullmatch(member)
    return None if match is None else posixpath.join(match[1] or "", match[2])


def _read_links(archive: zipfile.ZipFile, member: str, part: str) -> list[Link]:
    listener = _Links(posixpath.dirname(part))
    read_part(archive, member, listener)
    return listener.found


def _owners(sheets: Mapping[str, str], links: Mapping[str, Sequence[Link]]) -> dict[str, str]:
    owners: dict[str, str] = {}
    for sheet in sheets:
        waiting = [sheet]
        while waiting:
            part = waiting.pop()
            if part not in owners:
                owners[part] = sheet
                waiting += [link.target for link in links.get(part, ()) if not link.is_external]
    return owners


class _Links:
    """The relations of one part."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: list[Link] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if local_name(element) == "Relationship":
            target = attributes.get("Target", "")
            is_external = attributes.get("TargetMode", "").lower() == "external"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", self.folder, target)).lstrip("/")
            self.found.append(Link(attributes.get("Id", ""), target, is_external))

    def end(self, element: str) -> None:
        pass


class _Titles:
    """Titles of the sheets, with the relation that leads to each."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if local_name(element) == "sheet":
            # The plain `sheetId` is another attribute: the relation is the one in a namespace.
            ids = [value for name, value in attributes.items() if name.endswith(" id")]
            self.found.append((attributes.get("name", ""), ids[0] if ids else ""))

    def end(self, element: str) -> None:
        pass


class _Strings:
    """The shared texts; rich text is put together again."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        del attributes
        local = local_name(element)
        self._is_text = local == "t"
        if local == "si":
            self._pieces = []
        elif local == "rPh":
            self._pieces.append(" | ")

    def text(self, content: str) -> None:
        if self._is_text:
            self._pieces.append(content)

    def end(self, element: str) -> None:
        self._is_text = False
        if local_name(element) == "si":
            self.texts.append("".join(self._pieces))


class _Styles:
    """Which cell styles show a number as a date."""

    def __init__(self) -> None:
        self._own: dict[str, str] = {}
        self._cells: list[str] = []
        self._in_cells = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        local = local_name(element)
        if local == "cellXfs":
            self._in_cells = True
        elif local == "numFmt":
            self._own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local == "xf" and self._in_cells:
            self._cells.append(attributes.get("numFmtId", "0"))

    def end(self, element: str) -> None:
        if local_name(element) == "cellXfs":
            self._in_cells = False

    def date_styles(self) -> frozenset[int]:
        """Positions in the list of cell styles."""
        return frozenset(
            number for number, format_id in enumerate(self._cells) if self._is_date(format_id)
        )

    def _is_date(self, format_id: str) -> bool:
        if format_id in self._own:
            shown = _NOT_SHOWN.sub("", self._own[format_id])
            return bool(_DAY_OR_YEAR.search(shown)) and "general" not in shown.casefold()
        return format_id.isdecimal() and int(format_id) in _DATE_FORMATS
