"""One workbook with a slot in every corner, and files made from it in a few milliseconds each.

The workbook is written once; a file is the same archive with words put into slots. A slot is a
word that stands in exactly one part. Text files have slots of their own.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

# What stands in a slot when nothing is planted: nothing that could be taken for a person.
QUIET = "rolig"
_MADE = {
    "xl/persons/person.xml": (
        '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><person displayName="QPERSONQ" '
        'id="{0A1B2C3D-1111-2222-3333-44445555666A}" userId="QBRUKERQ"/></personList>'
    ),
    "xl/threadedComments/threadedComment1.xml": (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="B3" dT="2026-01-15T12:30:45.00">'
        "<text>QTRAADQ</text></threadedComment></ThreadedComments>"
    ),
    "xl/pivotCache/pivotCacheRecords1.xml": (
        '<pivotCacheRecords xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<r><s v="QPIVOTQ"/><n v="12.5"/></r></pivotCacheRecords>'
    ),
    "customXml/item1.xml": (
        '<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties">'
        "<Merke>QMERKEQ</Merke><Lagret>2026-01-15T12:30:45Z</Lagret></p:properties>"
    ),
}


@dataclass(frozen=True)
class Slot:
    """One place for a value.

    Attributes:
        word: What stands there in the archive.
        takes: `tekst`, `navn` (a sheet's name), `halv` (half of the value) or `tall`.
    """

    word: str
    takes: str = "tekst"


# Place -> slot. Each is planted with every kind that can stand there.
SLOTS: dict[str, Slot] = {
    "celle": Slot("QCELLEQ"),
    "celle i linjen": Slot("QINLINEQ"),
    "overskrift": Slot("QHEADERQ"),
    "skjult rad": Slot("QRADQ"),
    "skjult kolonne": Slot("QKOLONNEQ"),
    "skjult ark": Slot("QSKJULTQ"),
    "svært skjult ark": Slot("QVHSKJULTQ"),
    "arknavn": Slot("QARKQ", "navn"),
    "ukjent ark": Slot("QUKJENTQ"),
    "langt ned": Slot("QNEDQ"),
    "merknad": Slot("QMERKNADQ"),
    "den som merket": Slot("QFORFATTERQ"),
    "kommentartråd": Slot("QTRAADQ"),
    "den som kommenterte": Slot("QPERSONQ"),
    "brukernavn": Slot("QBRUKERQ"),
    "definert navn": Slot("QDEFQ"),
    "verdien av et navn": Slot("QDEFVERDIQ"),
    "inndatamelding": Slot("QMELDINGQ"),
    "feilmelding": Slot("QFEILQ"),
    "liste i regel": Slot("QLISTEQ"),
    "topptekst": Slot("QTOPPQ"),
    "bunntekst": Slot("QBUNNQ"),
    "alternativ tekst": Slot("QALTQ"),
    "tekstboks": Slot("QBOKSQ"),
    "diagramtittel": Slot("QDIAGRAMQ"),
    "lenketips": Slot("QTIPSQ"),
    "tabelloverskrift": Slot("QTABELLQ"),
    "formelens tekst": Slot("QFTEKSTQ"),
    "formelens svar": Slot("QSVARQ"),
    "ubrukt tekst": Slot("QUBRUKTQ"),
    "pivottabell": Slot("QPIVOTQ"),
    "egen XML": Slot("QMERKEQ"),
    "opphav": Slot("QOPPHAVQ"),
    "sist lagret av": Slot("QLAGRETQ"),
    "tittel": Slot("QTITTELQ"),
    "stikkord": Slot("QSTIKKQ"),
    "firma": Slot("QFIRMAQ"),
    "leder": Slot("QLEDERQ"),
    "egen egenskap": Slot("QEGENQ"),
    "delt i to stiler": Slot("QHALVAQ", "halv"),
    "datokolonne": Slot("QDATOQ"),
    "filter": Slot("QFILTERQ"),
    "gammel tegning": Slot("QVMLQ"),
    "alternativ tekst i gammel tegning": Slot("QVMLALTQ"),
    "tall i datokolonne": Slot("6655441", "tall"),
    "tallcelle": Slot("6655443", "tall"),
    "formelens tall": Slot("6655442", "tall"),
}


class Base:
    """The workbook with its slots, unpacked."""

    def __init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(_write())) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}
        self.members |= {name: text.encode() for name, text in _MADE.items()}
        strings = self.members["xl/sharedStrings.xml"].decode()
        unused = "<si><t>QUBRUKTQ</t></si></sst>"
        self.members["xl/sharedStrings.xml"] = strings.replace("</sst>", unused).encode()
        props = self.members["docProps/core.xml"].decode()
        by = "<cp:lastModifiedBy>QLAGRETQ</cp:lastModifiedBy>"
        self.members["docProps/core.xml"] = props.replace(
            "<cp:lastModifiedBy>QOPPHAVQ</cp:lastModifiedBy>", by
        ).encode()
        sheet = self.members["xl/worksheets/sheet1.xml"].decode()
        inline = '<c r="C7" t="inlineStr"><is><t>QINLINEQ</t></is></c></row>'
        self.members["xl/worksheets/sheet1.xml"] = (
            sheet.replace("</row>", inline, 7).replace(inline, "</row>", 6).encode()
        )
        self._add_filter_and_old_drawing()
        self.places = {
            place: [name for name, content in self.members.items() if slot.word.encode() in content]
            for place, slot in SLOTS.items()
        }
        assert all(self.places.values()), [p for p, names in self.places.items() if not names]
        self.quiet = {name: self._quieted(content) for name, content in self.members.items()}

    def _add_filter_and_old_drawing(self) -> None:
        """What the writer of the workbook cannot write."""
        sheet = self.members["xl/worksheets/sheet1.xml"]
        filters = (
            b'<autoFilter ref="A1:E12"><filterColumn colId="1"><filters>'
            b'<filter val="QFILTERQ"/></filters></filterColumn></autoFilter>'
        )
        self.members["xl/worksheets/sheet1.xml"] = sheet.replace(
            b"</sheetData>", b"</sheetData>" + filters
        )
        name = "xl/drawings/vmlDrawing1.vml"
        old = self.members[name].replace(b"<v:shape ", b'<v:shape alt="QVMLALTQ" ', 1)
        self.members[name] = old.replace(b"</div>", b"<font>QVMLQ</font><br></div>", 1)

    def write(self, path: Path, planted: Mapping[str, str], *, member: str = "") -> Path:
        """A file with words in some slots.

        Args:
            path: Where to write it.
            planted: Place -> value; numbers for the slots of numbers.
            member: A further member with this name.
        """
        changed: dict[str, bytes] = {}
        for place, value in planted.items():
            for name in self.places[place]:
                content = changed.get(name, self.members[name])
                changed[name] = content.replace(SLOTS[place].word.encode(), _inside(value))
                if SLOTS[place].takes == "halv":
                    half = len(value) // 2
                    changed[name] = self.members[name].replace(b"QHALVAQ", _inside(value[:half]))
                    changed[name] = changed[name].replace(b"QHALVBQ", _inside(value[half:]))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.quiet.items():
                fresh = self._quieted(changed[name]) if name in changed else content
                archive.writestr(zipfile.ZipInfo(name), fresh)
            if member:
                archive.writestr(zipfile.ZipInfo(f"xl/media/{member}.png"), _picture())
        return path

    def _quieted(self, content: bytes) -> bytes:
        for slot in SLOTS.values():
            quiet = b"12" if slot.takes == "tall" else QUIET.encode()
            content = content.replace(slot.word.encode(), quiet)
        return content.replace(b"QHALVBQ", b"tekst")


def _inside(value: str) -> bytes:
    return escape(value, {'"': "&quot;"}).encode()


def _write() -> bytes:
    content = io.BytesIO()
    book: Any = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False})
    book.set_properties(
        {"title": "QTITTELQ", "author": "QOPPHAVQ", "keywords": "QSTIKKQ", "company": "QFIRMAQ",
         "manager": "QLEDERQ"}
    )  # fmt: skip
    book.set_custom_property("Merknad", "QEGENQ")
    book.set_custom_property("MSIP_Label_1_SetDate", "2026-01-15T12:30:45Z")
    tiltak = book.add_worksheet("Tiltak")
    hidden = book.add_worksheet("QARKQ")
    very_hidden = book.add_worksheet("Gjemt")
    hidden.hide()
    very_hidden.very_hidden()
    dates = book.add_format({"num_format": "dd.mm.yyyy"})
    for column, text in enumerate(("Tiltak", "Status", "QHEADERQ", "Frist", "Antall aktiviteter")):
        tiltak.write_string(0, column, text)
    for row in range(1, 12):
        tiltak.write_string(row, 0, f"T-{row:03d}")
        tiltak.write_string(row, 1, "I gang")
        tiltak.write_datetime(row, 3, date(2026, row, 15), dates)
        tiltak.write_number(row, 4, row * 10)
    tiltak.write_string(2, 1, "QCELLEQ")
    tiltak.write_string(4, 1, "QRADQ")
    tiltak.set_row(4, None, None, {"hidden": True})
    tiltak.write_string(3, 6, "QKOLONNEQ")
    tiltak.set_column(6, 6, None, None, {"hidden": True})
    tiltak.write_string(300, 0, "QNEDQ")
    tiltak.write_string(13, 3, "QDATOQ")
    tiltak.write_number(14, 3, 6655441, dates)
    tiltak.write_rich_string(9, 1, "QHALVAQ", book.add_format({"bold": True}), "QHALVBQ")
    tiltak.write_number(10, 1, 6655443)
    tiltak.write_formula(11, 1, '="QFTEKSTQ"&A2', None, "QSVARQ")
    tiltak.write_formula(12, 1, "=A2*2", None, 6655442)
    tiltak.write_comment(1, 1, "QMERKNADQ", {"author": "QFORFATTERQ"})
    tiltak.data_validation(
        1, 1, 9, 1,
        {"validate": "list", "source": ["I gang", "QLISTEQ"], "input_title": "Velg",
         "input_message": "QMELDINGQ", "error_message": "QFEILQ"},
    )  # fmt: skip
    tiltak.data_validation(
        1, 3, 9, 3,
        {"validate": "date", "criteria": ">", "value": date(2020, 1, 1),
         "input_message": "Skriv slik: 15.03.2026"},
    )  # fmt: skip
    tiltak.data_validation(20, 4, 29, 4, {"validate": "custom", "value": "=AB12345>0"})
    tiltak.set_header("&L&8 QTOPPQ&RSide &P")
    tiltak.set_footer("&CQBUNNQ")
    tiltak.insert_textbox(20, 2, "QBOKSQ")
    tiltak.insert_image(
        30, 2, "b.png", {"image_data": io.BytesIO(_picture()), "description": "QALTQ"}
    )
    chart: Any = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Tiltak!$E$2:$E$5"})
    chart.set_title({"name": "QDIAGRAMQ"})
    tiltak.insert_chart(40, 2, chart)
    tiltak.write_url(50, 0, "internal:Gjemt!A1", None, "se her", "QTIPSQ")
    hidden.write_string(0, 0, "QUKJENTQ")
    hidden.write_string(5, 5, "QSKJULTQ")
    very_hidden.write_string(0, 0, "QVHSKJULTQ")
    very_hidden.add_table(3, 0, 5, 1, {"columns": [{"header": "QTABELLQ"}, {"header": "Antall"}]})
    book.define_name("QDEFQ", "=Tiltak!$A$1")
    book.define_name("omraade", "=Tiltak!AB12345")
    book.define_name("annet", '="QDEFVERDIQ"')
    book.close()
    return content.getvalue()


def _picture() -> bytes:
    """The smallest picture: one grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


# Place -> ending and content of a text file with «Q» where the value goes.
TEXT_PLACES: dict[str, tuple[str, str]] = {
    "CSV-felt": (".csv", "aar;status;antall\n2025;Q;12\n"),
    "CSV-overskrift": (".csv", "aar;Q;antall\n2025;I gang;12\n"),
    "CSV-kommentar": (".csv", "# laget av Q\naar;antall\n2025;12\n"),
    "CSV-tall": (".csv", "aar;tall;andel\n2025;Q;0.4802213097\n"),
    "CSV-felt for mye": (".csv", "aar;antall\n2025;12;Q\n"),
    "CSV i anførselstegn": (".csv", 'aar;antall\n2025;"Q"\n'),
    "YAML-verdi": (".yml", "kommune: Q\naar: 2026\n"),
    "YAML-kommentar": (".yml", "kommune: Fredrikstad  # Q\naar: 2026\n"),
    "YAML-liste": (".yml", "liste:\n  - Q\n  - annet\n"),
    "JSON-verdi": (".json", '{"label": "Q", "value": [1, 2]}'),
    "JSON-nøkkel": (".json", '{"label": {"Q": 1}}'),
}


def write_text(path: Path, place: str, value: str) -> Path:
    """A text file with the value in its place."""
    ending, content = TEXT_PLACES[place]
    if ending == ".json":
        value = json.dumps(value)[1:-1]
    file = path.with_suffix(ending)
    file.write_text(content.replace("Q", value), encoding="utf-8")
    return file
