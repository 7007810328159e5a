"""Workbooks that mean harm, or that a person should be helped with: each breaks one rule.

`WORKBOOKS` maps a name to the bytes. Large ones are made when asked for.
"""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>{more}</Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Tiltak" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{rows}}</sheetData></worksheet>'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tiltak</t></is></c></row>'
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x [{entities}]>'

Parts = Mapping[str, str | bytes]


def parts(**changed: str | bytes) -> dict[str, str | bytes]:
    """The smallest workbook, with parts changed or added: `workbook`, `sheet`, `types`, `links`."""
    return {
        "[Content_Types].xml": changed.get("types", TYPES.format(more="")),
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": changed.get("workbook", WORKBOOK),
        "xl/_rels/workbook.xml.rels": changed.get(
            "links", _relations("worksheet", "worksheets/sheet1.xml")
        ),
        "xl/worksheets/sheet1.xml": changed.get("sheet", SHEET.format(rows=ROW)),
    }


def packed(content: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _relations(kind: str, target: str, more: str = "") -> str:
    return (
        f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/>{more}</Relationships>'
    )


def _with(name: str, content: str | bytes = "x") -> Callable[[], bytes]:
    return lambda: packed({**parts(), name: content})


def _typed(content_type: str) -> Callable[[], bytes]:
    more = f'<Override PartName="/xl/a.xml" ContentType="{content_type}"/>'
    return lambda: packed(parts(types=TYPES.format(more=more)))


def _linked(kind: str, *, external: bool = False, target: str = "a.xml") -> Callable[[], bytes]:
    mode = ' TargetMode="External"' if external else ""
    more = f'<Relationship Id="rId9" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    links = _relations("worksheet", "worksheets/sheet1.xml", more)
    return lambda: packed(parts(links=links))


def _sheet(rows: str, before: str = "") -> Callable[[], bytes]:
    return lambda: packed(parts(sheet=before + SHEET.format(rows=rows)))


def _declaring(entities: str) -> Callable[[], bytes]:
    return _sheet(ROW, DOCTYPE.format(entities=entities))


def _rooted(root: str, content: str) -> Callable[[], bytes]:
    return _with("xl/annet1.xml", f'<{root} xmlns="{MAIN}">{content}</{root}>')


def _entities(depth: int) -> str:
    first = '<!ENTITY a0 "ha">'
    return first + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, depth)
    )


def _varied(size: int) -> bytes:
    """Bytes that pack to about half: large without a suspicious ratio."""
    block = random.Random(1).randbytes(1 << 19).hex().encode()  # noqa: S311 - noise, no secret
    return (block * (size // len(block) + 1))[:size]


def _many_rows(count: int) -> bytes:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, count)
    )
    return packed(parts(sheet=SHEET.format(rows=rows)))


def _wide(count: int, *, references: bool) -> bytes:
    def reference(column: int) -> str:
        letters = ""
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return letters

    cells = "".join(
        f'<c r="{reference(column)}1"><v>1</v></c>' if references else "<c><v>1</v></c>"
        for column in range(1, count + 1)
    )
    return packed(parts(sheet=SHEET.format(rows=f'<row r="1">{cells}</row>')))


def _encrypted_flag() -> bytes:
    content = bytearray(packed(parts()))
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


def _lying_size() -> bytes:
    """The directory says 10 bytes; the part is larger."""
    content = bytearray(packed(parts(sheet=SHEET.format(rows=ROW * 2000))))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(content)


def _overlapping() -> bytes:
    """Every member points at the same packed bytes."""
    content = packed(parts())
    end = content.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", content[end + 16 : end + 20])[0]
    entry = content.rfind(b"PK\x01\x02", start, end)
    record = bytearray(content[entry:end])
    twin = bytearray(record)
    name_length = struct.unpack("<H", record[28:30])[0]
    twin[46 : 46 + name_length] = b"xl/worksheets/sheet2.xml"[:name_length].ljust(name_length, b"l")
    tail = bytearray(content[end:])
    count = struct.unpack("<H", tail[8:10])[0] + 1
    tail[8:12] = struct.pack("<HH", count, count)
    tail[12:16] = struct.pack("<I", end - start + len(twin))
    return content[:end] + bytes(twin) + bytes(tail)


def _long_directory() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"xl/d{number}.xml", "")
    return stream.getvalue()


def _declared_huge() -> bytes:
    """The directory says the sheet unpacks to two gigabytes."""
    content = bytearray(packed(parts()))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 2_000_000_000)
    return bytes(content)


def _old_format(marker: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + marker + bytes(2048)


NESTED = "<a>" * 200_000 + "</a>" * 200_000
BOMB = DOCTYPE.format(entities=_entities(10))
WORKBOOKS: dict[str, Callable[[], bytes]] = {
    # bombs
    "nuller: 200 MB": lambda: packed({**parts(), "xl/styles.xml": bytes(200 << 20)}),
    "mellomrom: 60 MB": lambda: packed({**parts(), "xl/styles.xml": b" " * (60 << 20)}),
    "mange deler på 20 MB": lambda: packed(
        {**parts(), **{f"xl/d{n}.xml": b" " * (20 << 20) for n in range(6)}}
    ),
    "mer enn 100 MB, tett pakket": lambda: packed(
        {**parts(), **{f"xl/media/b{n}.png": _varied(11 << 20) for n in range(10)}}
    ),
    "sier to gigabyte": _declared_huge,
    "sier for lite": _lying_size,
    "delte byter": _overlapping,
    "201 deler": lambda: packed({**parts(), **{f"xl/d{n}.xml": "<a/>" for n in range(196)}}),
    "30 000 deler": _long_directory,
    "fil over 10 MB": lambda: packed(
        {**parts(), "xl/media/b.png": _varied(11 << 20)}, method=zipfile.ZIP_STORED
    ),
    "nøstet 200 000 dypt": _sheet(NESTED),
    "nøstet i stiler": _with("xl/styles.xml", NESTED),
    "tagg på 20 MB": _with("xl/styles.xml", b"<a b='" + _varied(20 << 20) + b"'/>"),
    "tusenvis av attributter": _with(
        "xl/styles.xml", "<a " + " ".join(f"b{n}='{n}'" for n in range(600_000)) + "/>"
    ),
    "mange ulike navn": _rooted("a", "".join(f"<b{n}/>" for n in range(9000))),
    # size of sheets
    "100 002 rader": lambda: _many_rows(100_003),
    "rad 1 048 576": _sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    "celle utenfor raden sin": _sheet('<row r="1"><c r="A900000"><v>1</v></c></row>'),
    "300 000 tomme rader": _sheet("<row/>" * 300_000),
    "101 kolonner": lambda: _wide(101, references=True),
    "16 384 kolonner": _sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
    "101 celler uten henvisning": lambda: _wide(101, references=False),
    "umulig henvisning": _sheet('<row r="1"><c r="A-1"><v>1</v></c></row>'),
    "umulig rad": _sheet('<row r="1e9"><c r="A1"><v>1</v></c></row>'),
    # entities and declarations
    "milliard ler": _sheet(ROW, BOMB),
    "kvadratisk": _declaring(f'<!ENTITY a "{"x" * 100_000}">'),
    "ekstern entitet": _declaring('<!ENTITY a SYSTEM "file:///etc/hostname">'),
    "ekstern over nett": _declaring('<!ENTITY a SYSTEM "http://x.invalid/">'),
    "parameterentitet": _declaring('<!ENTITY % a SYSTEM "x"> %a;'),
    "DTD uten innhold": _sheet(ROW, "<!DOCTYPE worksheet>"),
    "DTD utenfra": _sheet(ROW, '<!DOCTYPE worksheet SYSTEM "http://x.invalid/a.dtd">'),
    "DTD i delte tekster": _with("xl/sharedStrings.xml", BOMB + "<sst/>"),
    "DTD i egenskaper": _with("docProps/core.xml", BOMB + "<a/>"),
    "DTD i forhold": lambda: packed(parts(links=BOMB + _relations("worksheet", "a.xml"))),
    "DTD i innholdstyper": lambda: packed(parts(types=BOMB + TYPES.format(more=""))),
    "DTD i gammel tegning": _with("xl/drawings/vmlDrawing1.vml", BOMB + "<xml/>"),
    "DTD i UTF-16": _with("xl/styles.xml", (BOMB + "<a/>").encode("utf-16")),
    "UTF-16": _with("xl/styles.xml", "<a/>".encode("utf-16")),
    "annen koding": _with("xl/styles.xml", '<?xml version="1.0" encoding="iso-8859-1"?><a/>'),
    "XML med bildenavn": _with("xl/media/image1.png", BOMB + "<a/>"),
    "XML i SVG": _with("xl/media/image1.svg", BOMB + "<svg/>"),
    # what a workbook may not hold
    "makro": _with("xl/vbaProject.bin"),
    "makroer med stor skrift": _with("XL/VBAPROJECT.BIN"),
    "makroark": _with("xl/macrosheets/sheet1.xml", "<a/>"),
    "makro i innholdstypen": _typed("application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "makro med tegnkode": _typed("application/vnd.ms-office.vba&#80;roject"),
    "binær arbeidsbok": _typed("application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
    "kobling til annen bok": _with("xl/externalLinks/externalLink1.xml", "<a/>"),
    "kobling i forhold": _linked("externalLinkPath", external=True, target="file:///C:/a.xlsx"),
    "bilde fra nettet": _linked("image", external=True, target="http://x.invalid/b.png"),
    "mal fra nettet": _linked("attachedTemplate", external=True, target="http://x.invalid/m.dotm"),
    "DDE": _rooted("externalLink", '<ddeLink ddeService="cmd"/>'),
    "OLE-kobling": _rooted("externalLink", "<oleLink/>"),
    "tilkoblinger": _with("xl/connections.xml", "<connections/>"),
    "tilkobling med annet navn": _rooted("connections", "<connection/>"),
    "spørretabell": _with("xl/queryTables/queryTable1.xml", "<a/>"),
    "Power Query": _with("customXml/item1.xml", "<DataMashup xmlns='urn:x'/>"),
    "datamodell": _with("xl/model/item.data"),
    "innebygd fil": _with("xl/embeddings/oleObject1.bin"),
    "innebygd pakke": _linked("package", target="embeddings/a.xlsx"),
    "OLE-objekt i arket": _rooted("worksheet", "<oleObjects><oleObject/></oleObjects>"),
    "ActiveX": _with("xl/activeX/activeX1.xml", "<a/>"),
    "eget bånd": _with("customUI/customUI.xml", "<a/>"),
    "tillegg": _with("xl/webextensions/taskpanes.xml", "<a/>"),
    "arkiv i arkivet": _with("xl/media/a.zip", packed({"a": "b"})),
    "arkiv med bildenavn": _with("xl/media/image1.png", packed({"a": "b"})),
    "program": _with("xl/media/a.exe", b"MZ"),
    "ukjent slag": _with("xl/worksheets/sheet2.dat", "<a/>"),
    "binært uten grunn": _with("xl/annet.bin", b"\0\1"),
    # names inside
    "opp og ut": _with("../../../utenfor.xml", "<a/>"),
    "opp og ut baklengs": _with("xl\\..\\..\\utenfor.xml", "<a/>"),
    "fra roten": _with("/etc/passwd.xml", "<a/>"),
    "med stasjon": _with("C:/windows/a.xml", "<a/>"),
    "samme navn to ganger": lambda: packed({**parts(), "XL/WORKBOOK.XML": WORKBOOK}),
    "styretegn i navnet": _with("xl/a\x1b[2Jb.xml", "<a/>"),
    # not a workbook
    "passord": lambda: _old_format("EncryptedPackage".encode("utf-16-le")),
    "gammelt format": lambda: _old_format(b"Workbook"),
    "kryptert del": _encrypted_flag,
    "tekst": lambda: b"aar;antall\n2025;12\n",
    "bare et arkiv": lambda: packed({"a.xml": "<a/>"}),
    "avkortet": lambda: packed(parts())[:-30],
    "halv": lambda: packed(parts())[: len(packed(parts())) // 2],
    "noe foran": lambda: b"MZ" + packed(parts()),
    "noe bak": lambda: packed(parts()) + b"x" * 100,
    "merknad i arkivet": lambda: packed(parts())[:-2] + struct.pack("<H", 4) + b"hei!",
    "ødelagt del": lambda: packed(parts(), method=zipfile.ZIP_STORED).replace(b"inline", b"inlyne"),
    "uvanlig pakking": lambda: packed(parts(), method=zipfile.ZIP_LZMA),
    "ikke XML": _with("xl/styles.xml", "<a><b></a>"),
    "strengt format": lambda: packed(
        parts(workbook='<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>')
    ),
}  # fmt: skip
