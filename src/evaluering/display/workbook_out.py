"""`tall.xlsx`: every table of the page as a sheet of its own, with the very cells the page shows.

Nothing is computed and nothing chosen here. A number is the number a reader sees, with the decimals
the page gives it, never the one behind it. No formula, no link, no merged cell, no name of who made
it; equal tables give equal bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from evaluering.display.numbers import SIGN_SYMBOLS, SIGN_WORDS
from evaluering.model import Sign

COVER: Final = "Forside"
CONTENTS: Final = "Innhold"
HEADER_ROW: Final = 2  # counted from 0: the title, a blank row, then the table
_TEXT_KINDS: Final = frozenset({"text", "period", "date"})
_NUMBER: Final = re.compile("[\u2212\\d\\s,]+")
_DECIMALS: Final = re.compile(r",(\d+)")
_NAME: Final = re.compile(r"^((?:Tabell|Tallene i figur|Svar som trengs, til figur) \d+)\b\.?\s*")
_WIDEST: Final = 60
_CREATED: Final = datetime(2000, 1, 1)  # no clock in the file

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first sheet says.

    Attributes:
        title: Of the report.
        lines: Municipality, council, month, version, sort of numbers, and how far they go.
        sources: Every source, in full.
    """

    title: str
    lines: Sequence[str]
    sources: Sequence[str]


def workbook(tables: Sequence[Table], cover: Cover) -> bytes:
    """The whole workbook.

    Args:
        tables: As `trace.Sheet` writes them: `id`, `caption`, `columns` (`label`, `kind`, `texts`,
            `signs`), `note`; in the order of the page.
        cover: What the first sheet says.

    Returns:
        The bytes of an `.xlsx` file, the same for the same input.
    """
    writer: Any = import_module("xlsxwriter")
    stream = io.BytesIO()
    book = writer.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": cover.title, "author": "", "company": "", "created": _CREATED})
    formats = _Formats(book)
    names = sheet_names(tables)
    _cover(book.add_worksheet(COVER), cover, formats)
    _contents(book.add_worksheet(CONTENTS), tables, names, formats)
    for place, (table, name) in enumerate(zip(tables, names, strict=True), start=1):
        _table(book.add_worksheet(name), table, place, formats)
    book.close()
    return stream.getvalue()


def sheet_names(tables: Sequence[Table]) -> list[str]:
    """A short name for each sheet, from what the table is called on the page: «Tabell 3»."""
    names: list[str] = []
    for place, table in enumerate(tables, start=1):
        found = _NAME.match(str(table["caption"]))
        name = found[1] if found else f"Ark {place}"
        name = name.replace("Tallene i figur", "Figur").replace("Svar som trengs, til", "Svar,")
        names.append(name if name not in names else f"{name} ({place})")
    return names


def cell_number(text: str) -> float:
    """The number a reader sees, as a number: `−1␣234,5` → -1234.5."""
    return float("".join(text.split()).replace("\u2212", "-").replace(",", "."))


class _Formats:
    """Cell formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter is imported late
        self._book = book
        self._made: dict[str, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.sign = book.add_format({"align": "right"})

    def number(self, decimals: int, *, is_year: bool, is_preliminary: bool) -> Any:  # noqa: ANN401
        """The format that shows a number as the page does."""
        code = "0" if is_year else "#,##0" + ("." + "0" * decimals if decimals else "")
        code += f'"{SIGN_SYMBOLS[Sign.PRELIMINARY]}"' if is_preliminary else ""
        if code not in self._made:
            self._made[code] = self._book.add_format({"num_format": code})
        return self._made[code]


def cover_lines(cover: Cover) -> list[str]:
    """The lines of the first sheet under its title; an empty one is a blank row."""
    signs = [f"«{SIGN_SYMBOLS[sign]}» betyr: {words}." for sign, words in SIGN_WORDS.items()]
    return [
        *cover.lines,
        "",
        "Arkene har de samme tallene som rapporten, med de samme desimalene.",
        "Tall som kunne ha pekt ut enkeltpersoner, er skjult.",
        *signs,
        "",
        "Kilder:",
        *cover.sources,
    ]


def unique_labels(labels: Sequence[str]) -> list[str]:
    """Headings of one table, where a workbook wants each only once."""
    return [
        label if label not in labels[:place] else f"{label} ({place + 1})"
        for place, label in enumerate(labels)
    ]


def table_notes(table: Table) -> list[str]:
    """The lines under a table: what its signs mean, and its own note."""
    used = {Sign(sign) for column in table["columns"] for sign in column["signs"]} - {Sign.NONE}
    notes = [f"«{SIGN_SYMBOLS[sign]}»: {SIGN_WORDS[sign]}." for sign in Sign if sign in used]
    return notes + ([str(table["note"])] if table["note"] else [])


def cell_content(kind: str, text: str, sign: str) -> str | float:
    """A number as a number, words as words, and a sign where there is neither."""
    if not text:
        return SIGN_SYMBOLS[Sign(sign)]
    if kind not in _TEXT_KINDS and _NUMBER.fullmatch(text):
        return cell_number(text)
    return text + (SIGN_SYMBOLS[Sign.PRELIMINARY] if Sign(sign) is Sign.PRELIMINARY else "")


def _cover(sheet: Any, cover: Cover, formats: _Formats) -> None:  # noqa: ANN401
    sheet.set_column(0, 0, 90)
    sheet.write_string(0, 0, cover.title, formats.title)
    for row, line in enumerate(cover_lines(cover), start=2):
        if line:
            sheet.write_string(row, 0, line, formats.words)


def _contents(
    sheet: Any,  # noqa: ANN401
    tables: Sequence[Table],
    names: Sequence[str],
    formats: _Formats,
) -> None:
    sheet.write_string(0, 0, CONTENTS, formats.title)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    rows = [[name, str(table["caption"])] for name, table in zip(names, tables, strict=True)]
    for row, cells in enumerate(rows, start=HEADER_ROW + 1):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text)
    _mark(sheet, "Innholdsliste", ["Ark", "Innhold"], len(rows), formats)


def _table(sheet: Any, table: Table, place: int, formats: _Formats) -> None:  # noqa: ANN401
    columns = list(table["columns"])
    rows = len(columns[0]["texts"])
    sheet.write_string(0, 0, str(table["caption"]), formats.title)
    for column, given in enumerate(columns):
        texts, signs = given["texts"], given["signs"]
        for row, (text, sign) in enumerate(zip(texts, signs, strict=True)):
            _cell(sheet, (HEADER_ROW + 1 + row, column), given["kind"], (text, sign), formats)
        longest = max([len(text) for text in texts] + [len(given["label"]) // 2, 8])
        sheet.set_column(column, column, min(longest + 2, _WIDEST))
    _mark(sheet, f"Tabell_{place}", [str(one["label"]) for one in columns], rows, formats)
    notes = table_notes(table)
    for row, line in enumerate(notes, start=HEADER_ROW + rows + 2):
        sheet.write_string(row, 0, line)


def _cell(
    sheet: Any,  # noqa: ANN401
    at: tuple[int, int],
    kind: str,
    content: tuple[str, str],
    formats: _Formats,
) -> None:
    text, sign = content
    value = cell_content(kind, text, sign)
    if isinstance(value, str):
        sheet.write_string(*at, value, None if text else formats.sign)
        return
    found = _DECIMALS.search(text)
    look = formats.number(
        len(found[1]) if found else 0,
        is_year=kind == "year",
        is_preliminary=Sign(sign) is Sign.PRELIMINARY,
    )
    sheet.write_number(*at, value, look)


def _mark(sheet: Any, name: str, labels: Sequence[str], rows: int, formats: _Formats) -> None:  # noqa: ANN401
    """Mark the cells as a table, so that a screen reader and a program find its headings."""
    sheet.add_table(
        HEADER_ROW,
        0,
        HEADER_ROW + max(rows, 1),
        len(labels) - 1,
        {
            "name": name,
            "autofilter": False,
            "style": "Table Style Light 1",
            "columns": [
                {"header": label, "header_format": formats.head} for label in unique_labels(labels)
            ],
        },
    )
    sheet.freeze_panes(HEADER_ROW + 1, 0)
