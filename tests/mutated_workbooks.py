"""Workbooks and text files with one thing changed, and a reader of its own to judge them by.

`reference` reads the archive with the standard library alone: no openpyxl, nothing of ours. What
the project accepts must be what stands in the file by that reading, cell by cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from xml.etree import ElementTree  # its own files, changed at random, and another reader than ours

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Cells = dict[tuple[int, int], "Stored"]
Parts = dict[str, bytes]


@dataclass(frozen=True)
class Stored:
    """A cell by the reference: its text, or its number and how the number is shown."""

    text: str | None = None
    number: float | None = None
    is_percent: bool = False
    is_date: bool = False
    other: str = ""


@dataclass
class Reference:
    """The sheets by title, and whether a cell stands in the file twice."""

    sheets: dict[str, Cells] = field(default_factory=dict)
    is_ambiguous: bool = False


def reference(content: bytes) -> Reference:
    """What stands in a workbook, by the standard library."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    formats = _formats(parts["xl/styles.xml"])
    links = _parsed(parts["xl/_rels/workbook.xml.rels"])
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    found = Reference()
    for sheet in _parsed(parts["xl/workbook.xml"]).iter("sheet"):
        target = targets[sheet.get(RELATION)].lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        found.sheets[str(sheet.get("name"))] = _cells(parts[part], strings, formats, found)
    return found


def _parsed(part: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(part)  # noqa: S314 written by these tests themselves
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _strings(part: bytes | None) -> list[str]:
    items = list(_parsed(part)) if part else []
    return ["".join(text.text or "" for text in item.iter("t")) for item in items]


def _formats(part: bytes) -> list[tuple[bool, bool]]:
    """Percent or date, for each style of a cell."""
    root = _parsed(part)
    own = {str(item.get("numFmtId")): str(item.get("formatCode")) for item in root.iter("numFmt")}
    cells = root.find("cellXfs")
    found = []
    for style in cells if cells is not None else []:
        id = str(style.get("numFmtId"))
        code = re.sub(r'"[^"]*"|\\.', "", own.get(id, ""))
        is_date = id in {"14", "15", "16", "17", "18", "19", "20", "21", "22", "45", "46", "47"}
        found.append(
            ("%" in code or id in {"9", "10"}, is_date or bool(re.search("[dmhysDMHYS]", code)))
        )
    return found


def _cells(
    part: bytes, strings: list[str], formats: list[tuple[bool, bool]], found: Reference
) -> Cells:
    cells: Cells = {}
    row = 0
    for line in _parsed(part).iter("row"):
        row = int(line.get("r", row + 1))
        column = 0
        for cell in line.iter("c"):
            place = cell.get("r")
            column += 1
            at = (row, column)
            if place is not None:
                letters = place.rstrip("0123456789")
                column = 0
                for letter in letters.upper():
                    column = column * 26 + ord(letter) - 64
                at = (int(place[len(letters) :]), column)
            stored = _stored(cell, strings, formats)
            found.is_ambiguous |= at in cells
            if stored is not None:
                cells[at] = stored
    return cells


def _stored(
    cell: ElementTree.Element, strings: list[str], formats: list[tuple[bool, bool]]
) -> Stored | None:
    kind, value = cell.get("t", "n"), cell.findtext("v")
    if kind == "inlineStr":
        return Stored(text="".join(text.text or "" for text in cell.iter("t")))
    if value is None or not value.strip():
        return None
    if kind in ("s", "str"):
        return Stored(text=strings[int(value)] if kind == "s" else value)
    if kind != "n" or cell.find("f") is not None:
        return Stored(other=kind)
    is_percent, is_date = formats[int(cell.get("s", "0"))] if formats else (False, False)
    return Stored(number=float(value), is_percent=is_percent, is_date=is_date)


# -- changes ------------------------------------------------------------------------------------

Change = Callable[[bytes, Random], bytes]


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _sheet(parts: Parts, random: Random) -> str:
    return random.choice([name for name in parts if name.startswith("xl/worksheets/sheet")])


def _inside(
    change: Callable[[bytes, Random], bytes], name: str = ""
) -> Callable[[bytes, Random], bytes]:
    """A change of one part of the archive, a sheet when no name is given."""

    def changed(content: bytes, random: Random) -> bytes:
        parts = parts_of(content)
        chosen = name or _sheet(parts, random)
        parts[chosen] = change(parts[chosen], random)
        return packed(parts)

    return changed


def flip(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content))
    return content[:place] + bytes([random.randrange(256)]) + content[place + 1 :]


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def remove(content: bytes, random: Random) -> bytes:
    place, size = random.randrange(len(content)), random.randrange(1, 40)
    return content[:place] + content[place + size :]


def double(content: bytes, random: Random) -> bytes:
    place, size = random.randrange(len(content)), random.randrange(1, 200)
    piece = content[place : place + size]
    return content[:place] + piece + content[place:]


def swap(content: bytes, random: Random) -> bytes:
    first, second = sorted(random.sample(range(len(content)), 2))
    return b"".join(
        (content[:first], content[second : second + 1], content[first + 1 : second],
         content[first : first + 1], content[second + 1 :])
    )  # fmt: skip


def _pattern(expression: bytes, *options: bytes) -> Change:
    """Replace one place that fits an expression."""

    def changed(content: bytes, random: Random) -> bytes:
        places = list(re.finditer(expression, content))
        if not places:
            return content
        match = random.choice(places)
        option = random.choice(options)
        return content[: match.start()] + match.expand(option) + content[match.end() :]

    return changed


_CELL = rb'<c r="([A-Z]+)(\d+)"([^>]*)>(?:<v>([^<]*)</v>)?</c>'
SHEET_CHANGES: dict[str, Change] = {
    "digit": _pattern(rb"<v>(\d*)\d(\d*)</v>", *(b"<v>\\g<1>%d\\g<2></v>" % n for n in range(10))),
    "number": _pattern(
        rb"<v>[^<]*</v>",
        b"<v>1E5</v>", b"<v>1e999</v>", b"<v>nan</v>", b"<v>-1</v>", b"<v>12.5</v>", b"<v>0x10</v>",
        b"<v></v>", b"<v> 7 </v>", b"<v>007</v>", b"<v>12.0</v>", b"<v>1_0</v>", b"<v>99999999</v>",
        b"<v>1,5</v>", b"<v>0.125</v>", b"<v>\xef\xbc\x91</v>",
    ),
    "type": _pattern(
        rb'( t="s")', b"", b' t="str"', b' t="n"', b' t="b"', b' t="e"', b' t="d"', b' t="x"',
        b' t="inlineStr"',
    ),
    "typed": _pattern(
        rb'<c r="([A-Z]+\d+)"( s="\d+")?><v>',
        b'<c r="\\1" t="str"><v>', b'<c r="\\1" t="s"><v>', b'<c r="\\1" t="b"><v>',
        b'<c r="\\1" t="e"><v>', b'<c r="\\1" t="d"><v>',
    ),
    "style": _pattern(
        rb'<c r="([A-Z]+\d+)"(?: s="\d+")?', b'<c r="\\1" s="0"', b'<c r="\\1" s="1"',
        b'<c r="\\1" s="2"', b'<c r="\\1" s="3"', b'<c r="\\1" s="99"', b'<c r="\\1" s="-1"',
    ),
    "formula": _pattern(_CELL, b'<c r="\\1\\2"><f>1+1</f><v>\\4</v></c>'),
    "place": _pattern(
        rb'<c r="([A-Z]+)(\d+)"', b'<c r="B\\2"', b'<c r="\\g<1>3"', b'<c r="ZZ\\2"', b"<c",
        b'<c r="\\g<1>999999"', b'<c r="\\1"', b'<c r="AB\\2"',
    ),
    "gone": _pattern(_CELL, b"", b'<c r="\\1\\2"/>'),
    "twice": _pattern(_CELL, b"\\g<0>\\g<0>"),
    "row": _pattern(rb'<row r="(\d+)"', b'<row r="\\g<1>0"', b"<row", b'<row r="1"', b'<row r="x"'),
    "text": _pattern(
        _CELL, b'<c r="\\1\\2" t="inlineStr"><is><t>\\4</t></is></c>',
        b'<c r="\\1\\2" t="inlineStr"><is><t>ca. 12</t></is></c>',
        b'<c r="\\1\\2" t="inlineStr"><is><t> 12\xc2\xa0</t></is></c>',
        b'<c r="\\1\\2" t="inlineStr"><is><t>1 200</t></is></c>',
        b'<c r="\\1\\2" t="inlineStr"><is><t>..</t></is></c>',
        b'<c r="\\1\\2" t="inlineStr"><is><t>12,5 %</t></is></c>',
    ),
    "merged": _pattern(
        rb"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:B3"/></mergeCells>'
    ),
    "size": _pattern(
        rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1"/>', b'<dimension ref="x"/>', b""
    ),
    "encoding": _pattern(
        rb'encoding="UTF-8"', b'encoding="latin-1"', b'encoding="utf-16"', b'encoding="cp1252"',
    ),
}  # fmt: skip
BOOK_CHANGES: dict[str, Change] = {
    "tab": _pattern(rb'<sheet name="([^"]*)"', b'<sheet name="Ark1"', b'<sheet name=" \\1 "',
                    b'<sheet name=""', b'<sheet name="Kodelister"', b'<sheet name="Tiltak"'),
    "hidden": _pattern(rb'<sheet name', b'<sheet state="hidden" name', b'<sheet state="x" name'),
    "epoch": _pattern(rb"<workbookPr", b'<workbookPr date1904="1"'),
    "link": _pattern(rb'r:id="rId(\d+)"', b'r:id="rId1"', b'r:id="rId2"', b'r:id="rId99"', b""),
}  # fmt: skip


def utf16(content: bytes, random: Random) -> bytes:
    del random
    return content.decode("utf-8").encode("utf-16")


WORKBOOK_CHANGES: dict[str, Change] = {
    "zip_flip": flip,
    "zip_cut": cut,
    "zip_remove": remove,
    "zip_double": double,
    "xml_flip": _inside(flip),
    "xml_cut": _inside(cut),
    "xml_remove": _inside(remove),
    "xml_double": _inside(double),
    "xml_swap": _inside(swap),
    "xml_utf16": _inside(utf16),
    "strings_flip": _inside(flip, "xl/sharedStrings.xml"),
    "strings_remove": _inside(remove, "xl/sharedStrings.xml"),
    "strings_swap": _inside(swap, "xl/sharedStrings.xml"),
    "styles_flip": _inside(flip, "xl/styles.xml"),
    "styles_digit": _inside(
        _pattern(rb'numFmtId="\d+"', b'numFmtId="9"', b'numFmtId="14"'), "xl/styles.xml"
    ),
    "book_flip": _inside(flip, "xl/workbook.xml"),
    "types_flip": _inside(flip, "[Content_Types].xml"),
    **{f"sheet_{name}": _inside(change) for name, change in SHEET_CHANGES.items()},
    **{f"book_{name}": _inside(change, "xl/workbook.xml") for name, change in BOOK_CHANGES.items()},
}  # fmt: skip


def _lines(change: Callable[[list[bytes], Random], None]) -> Change:
    def changed(content: bytes, random: Random) -> bytes:
        lines = content.split(b"\r\n")
        change(lines, random)
        return b"\r\n".join(lines)

    return changed


def _header(lines: list[bytes], random: Random) -> None:
    names = lines[0].split(b";")
    place = random.randrange(len(names))
    names[place] = random.choice([b"", b"Noe", names[0], names[-1], names[place] + b" ", b'"'])
    lines[0] = b";".join(names)


def _headers_swapped(lines: list[bytes], random: Random) -> None:
    names = lines[0].split(b";")
    first, second = random.sample(range(len(names)), 2)
    names[first], names[second] = names[second], names[first]
    lines[0] = b";".join(names)


def _row_gone(lines: list[bytes], random: Random) -> None:
    del lines[random.randrange(len(lines))]


def _row_twice(lines: list[bytes], random: Random) -> None:
    lines.insert(random.randrange(len(lines)), random.choice(lines))


CSV_CHANGES: dict[str, Change] = {
    "flip": flip,
    "cut": cut,
    "remove": remove,
    "double": double,
    "swap": swap,
    "utf16": utf16,
    "header": _lines(_header),
    "headers": _lines(_headers_swapped),
    "row_gone": _lines(_row_gone),
    "row_twice": _lines(_row_twice),
    "quote": _pattern(rb"([^;\r\n]+)", b'"\\1"', b'"\\1', b'\\1"', b'"\\1;"'),
    "separator": _pattern(rb";", b",", b"\t", b"", b";;"),
    "value": _pattern(
        rb"(?<=;)\d+(?=[;\r])", b"NA", b"nan", b"1e5", b"007", b"1.5", b"1,5", b" 12 ", b"-1",
        b"=1+1", b"..", b":", b"12 %", b"1 200", b"", b"\xc2\xa012", b"\xef\xbc\x91",
    ),
    "old": lambda content, _: content.decode("utf-8").encode("cp1252"),
    "nul": _pattern(rb";", b";\0"),
}  # fmt: skip
