"""Looks for identifiers in the cells of a sheet and in everything else a sheet's part holds.

A date is right in a column that is declared to hold dates of events, and nowhere else. A header
that announces a date of birth refuses its column, whatever the column holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from evaluering.inputs.identity_text import find, find_cell, is_birth_header
from evaluering.inputs.workbook.columns import Kind, Sheet
from evaluering.inputs.workbook_parts import local_name
from evaluering.inputs.xml_checks import column_letters, column_number

_LAST_DAY = 2_958_465  # 31 December 9999 as Excel counts days
_REFERENCE = re.compile(r"\$?\b[A-Za-z]{1,3}\$?[0-9]{1,7}\b(?!\s*\()")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Codes for font, size, colour and fields in page headers. Where a size ends and a text of digits
# begins cannot be told, so one, two and three digits are tried.
_HEADER_CODES = tuple(
    re.compile(rf'&"[^"]*"|&K[0-9A-Fa-f]{{6}}|&K\d\d[+-]\d{{3}}|&\d{{1,{digits}}} ?|&[A-Za-z]')
    for digits in (1, 2, 3)
)
_HEADER_SECTION = re.compile(r"&[LCR]")
_HEADER_FOOTER = re.compile(r"(?:odd|even|first)(?:Header|Footer)")
_TEXT_ATTRIBUTES = frozenset(
    {"name", "display", "tooltip", "location", "prompt", "promptTitle", "error", "errorTitle"}
    | {"title", "descr", "codeName", "text"}
)
_FILTERS = frozenset({"filter", "customFilter"})
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2"})
_SHORT = 6  # shorter numbers cannot be of any kind


@dataclass(slots=True)
class SheetPlace:
    """A sheet as it may be named in messages, and where its dates may stand.

    Attributes:
        name: A declared name, `UNKNOWN_SHEET`, or "" for what belongs to no sheet.
        declared: The declaration, when the sheet is a table.
        is_events: Dates may stand anywhere.
        is_text: A sheet of explanations, without a table.
        event_columns: Numbers of the columns whose header is a declared column of dates; filled
            while the sheet is read.
    """

    name: str
    declared: Sheet | None = None
    is_events: bool = False
    is_text: bool = False
    event_columns: set[int] = field(default_factory=set[int])

    def is_event_cell(self, reference: str) -> bool:
        """True when the cell may hold the date of an event."""
        letters = reference.rstrip("0123456789")
        return self.is_events or column_number(letters) in self.event_columns

    def note_header(self, column: int, text: str) -> None:
        """Remember a column of dates."""
        meant = self.declared.column_meant(text) if self.declared is not None else None
        if meant is not None and meant.kind is Kind.DATE:
            self.event_columns.add(column)


def formula_texts(formula: str) -> Iterator[str]:
    """The parts of a formula somebody could have written something in; not its references."""
    yield from (match.replace('""', '"') for match in _QUOTED.findall(formula))
    yield _REFERENCE.sub("|", _QUOTED.sub("|", formula))


def unescaped(text: str) -> str:
    """Text as Excel shows it: `_x0031_` is a way to write 1."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class CellScanner:
    """Told the elements of one sheet after another; notes places in `add`."""

    def __init__(
        self, strings: Sequence[str], date_styles: frozenset[int], add: Callable[..., None]
    ) -> None:
        self.strings = [unescaped(text) for text in strings]
        self.kinds = [find(text) for text in self.strings]
        self.date_styles = date_styles
        self.add = add
        self.used: set[int] = set()

    def unused_strings(self) -> Iterator[str]:
        """Shared texts no cell has shown so far."""
        return (text for place, text in enumerate(self.strings) if place not in self.used)

    def begin(self, place: SheetPlace) -> None:
        """The next sheet."""
        self.place = place
        self.row = self.column = 0
        self.kind = self.style = self.reference = ""
        self.in_cell = False
        self.is_date_rule = False
        self.leaf: list[str] = []
        self.value: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = local_name(element)
        self.leaf = []
        if local == "c":
            self._begin_cell(attributes)
        elif local == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif local == "rPh" and self.in_cell:
            self.value.append(" | ")
        elif local != "v":
            self._attributes(local, attributes)

    def text(self, content: str) -> None:
        """Text between tags."""
        self.leaf.append(content)

    def end(self, element: str) -> None:
        """An element ends."""
        local = local_name(element)
        if self.in_cell and local in ("v", "t"):
            self.value += self.leaf
        elif self.in_cell and local == "c":
            self._end_cell()
        elif self.leaf:
            self._leaf(local, "".join(self.leaf))
        self.leaf = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.in_cell = True
        self.value = []
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        reference = attributes.get("r", "")
        self.column += 1
        if reference:
            self.column = column_number(reference.rstrip("0123456789"))
        else:
            reference = f"{column_letters(self.column)}{self.row}"
        self.reference = reference.upper()

    def _end_cell(self) -> None:
        self.in_cell = False
        text = "".join(self.value)
        if not text or (self.kind == "n" and len(text) < _SHORT and not self._is_date()):
            return
        is_event = self.place.is_events or self.column in self.place.event_columns
        is_header = self.reference.endswith("1") and self.reference[:-1].isalpha()
        if self.kind == "n":
            kinds = self._number_kinds(text, is_event=is_event)
        else:
            text, kinds = self._text_kinds(text, is_event=is_event)
            if is_header and not self.place.is_text:
                self.place.note_header(self.column, text)
                kinds = kinds or (["foedselsdato"] if is_birth_header(text) else [])
        if kinds:
            part = "overskriften" if is_header else ""
            self.add(kinds, sheet=self.place.name, cell=self.reference, part=part)

    def _text_kinds(self, text: str, *, is_event: bool) -> tuple[str, list[str]]:
        if self.kind != "s":
            text = unescaped(text)
            return text, find(text, event_date=is_event)
        index = int(text) if text.strip().isdecimal() else -1
        if not 0 <= index < len(self.strings):
            return text, find(text)
        self.used.add(index)
        kinds = self.kinds[index]
        shared = self.strings[index]
        return shared, find(shared, event_date=True) if is_event and kinds else kinds

    def _number_kinds(self, text: str, *, is_event: bool) -> list[str]:
        try:
            value = float(text)
        except ValueError:
            return find(text, event_date=is_event)
        if self._is_date() and 1 <= value <= _LAST_DAY + 1:
            return [] if is_event else ["foedselsdato"]
        return find_cell(value)

    def _is_date(self) -> bool:
        return bool(self.style.isdecimal()) and int(self.style) in self.date_styles

    def _attributes(self, local: str, attributes: dict[str, str]) -> None:
        if local == "dataValidation":
            # «Skriv datoen slik: …» may show a date, where the rule asks for one.
            self.is_date_rule = attributes.get("type") == "date"
        for name, value in attributes.items():
            key = local_name(name)
            if key in _TEXT_ATTRIBUTES or (key == "val" and local in _FILTERS):
                is_event = local == "dataValidation" and self.is_date_rule
                text = _REFERENCE.sub("|", value) if key == "location" else unescaped(value)
                self._add(find(text, event_date=is_event), _part_name(local))

    def _leaf(self, local: str, text: str) -> None:
        if local in _FORMULAS:
            kinds = [kind for piece in formula_texts(text) for kind in find(piece)]
        elif _HEADER_FOOTER.fullmatch(local):
            kinds = _header_kinds(text)
        else:
            kinds = find(text)
        self._add(kinds, _part_name(local))

    def _add(self, kinds: list[str], part: str) -> None:
        if kinds:
            cell = self.reference if self.in_cell else ""
            self.add(kinds, sheet=self.place.name, cell=cell, part=part)


def _header_kinds(text: str) -> list[str]:
    return [
        kind
        for section in _HEADER_SECTION.split(text)
        for codes in _HEADER_CODES
        for kind in find(codes.sub("", section))
    ]


def _part_name(local: str) -> str:
    if _HEADER_FOOTER.fullmatch(local):
        return "topp- eller bunnteksten"
    names = {
        "dataValidation": "teksten i en regel for celler",
        "formula1": "en regel for celler",
        "formula2": "en regel for celler",
        "hyperlink": "en lenke",
        "f": "formelen",
    }
    return names.get(local, "skjult innhold i arket")
