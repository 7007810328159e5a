"""The second key: every number of a workbook read again from the file itself, and compared.

The cells are read by openpyxl. Here the same parts are read once more as a stream, without it, and
each number must be the one it gave. A file where a cell stands twice, or where two tabs are one
part, says different things to different programs, and is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from evaluering.inputs.workbook.raw import RawCell, RawSheet, Stored, read_raw
from evaluering.inputs.workbook_parts import local_name, read_part, read_structure
from evaluering.inputs.xml_checks import broken, column_number

_WORKBOOK: Final = "xl/workbook.xml"
_CHARTS: Final = "xl/chartsheets/"
_DIGITS: Final = "0123456789"
# Types of cells in the standard; another is read in as many ways as there are programs.
_TYPES: Final = frozenset({"n", "s", "str", "inlineStr", "b", "e", "d"})
# What a number in the file may have become: itself, or a date or time by its format.
_FROM_NUMBERS: Final = frozenset({Stored.NUMBER, Stored.DATE, Stored.TIME})


def read_twice(path: Path) -> list[RawSheet]:
    """Every sheet of a workbook, when both readings of the file agree.

    Args:
        path: A workbook `archive.check_xlsx` has accepted.

    Raises:
        EvalueringError: A part cannot be read, a cell stands twice, or a number differs.
    """
    raws = read_raw(path)
    by_title = {raw.title: raw for raw in raws}
    with zipfile.ZipFile(path) as archive:
        tabs = _Tabs()
        read_part(archive, _WORKBOOK, tabs)
        sheets = {
            title: part
            for part, title in read_structure(archive).sheets.items()
            if not part.startswith(_CHARTS)
        }
        # A tab that leads nowhere, or to the part of another, would be left out in silence.
        if set(sheets) != set(by_title) or tabs.count - len(sheets) != _charts(archive):
            raise broken(path.name)
        for title, part in sheets.items():
            numbers = _Numbers(by_title[title].rows)
            read_part(archive, part, numbers)
            if not numbers.is_same():
                raise broken(path.name)
    return raws


def _charts(archive: zipfile.ZipFile) -> int:
    """Tabs that hold a chart and no cells."""
    return sum(
        name.startswith(_CHARTS) and name.endswith(".xml") and "_rels" not in name
        for name in archive.namelist()
    )


class _Tabs:
    """Counts the tabs."""

    def __init__(self) -> None:
        self.count = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        del attributes
        self.count += local_name(element) == "sheet"

    def end(self, element: str) -> None:
        pass


class _Numbers:
    """Compares the numbers of a sheet, as they come, with those already read."""

    def __init__(self, rows: Mapping[int, Mapping[int, RawCell]]) -> None:
        self.rows = rows
        self.row = 0
        self.column = 0
        self.kind = ""
        self.value: list[str] | None = None
        self.is_in_order = True
        self.is_equal = True
        self.count = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        local = local_name(element)
        if local == "row":
            row = int(attributes.get("r", self.row + 1))
            self.is_in_order &= row > self.row
            self.row, self.column = row, 0
        elif local == "c":
            self._begin(attributes)
        elif local == "v":
            self.value = []

    def text(self, content: str) -> None:
        if self.value is not None:
            self.value.append(content)

    def end(self, element: str) -> None:
        if local_name(element) == "v" and self.value is not None:
            if self.kind == "n":
                self._compare("".join(self.value))
            self.value = None

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self.kind = attributes.get("t", "n")
        self.is_equal &= self.kind in _TYPES and attributes.get("s", "0").isdigit()
        place = attributes.get("r", "")
        letters = place.rstrip(_DIGITS)
        column = column_number(letters) if letters else self.column + 1
        is_here = not place or int(place[len(letters) :]) == self.row
        self.is_in_order &= is_here and column > self.column
        self.column = column

    def _compare(self, text: str) -> None:
        raw = self.rows.get(self.row, {}).get(self.column)
        stored = raw.stored if raw is not None else None
        if stored is Stored.FORMULA or (stored is None and not text.strip()):
            return  # refused anyway, or nothing at all
        self.count += 1
        if raw is None or stored not in _FROM_NUMBERS:
            self.is_equal &= stored is Stored.ERROR  # a date outside the calendar
        elif stored is Stored.NUMBER:
            self.is_equal &= _is_number(text, raw.value)

    def is_same(self) -> bool:
        """True when every number was met once, and was the same."""
        numbers: Sequence[RawCell] = [
            cell
            for cells in self.rows.values()
            for cell in cells.values()
            if cell.stored in _FROM_NUMBERS
        ]
        return self.is_in_order and self.is_equal and self.count >= len(numbers)


def _is_number(text: str, value: object) -> bool:
    """Compared as the number a computer holds; digits of another script are none."""
    try:
        return text.isascii() and "_" not in text and float(text) == value
    except ValueError:
        return False
