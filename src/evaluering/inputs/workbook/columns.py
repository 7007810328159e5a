"""What a column and a sheet of the workbook are: frozen declarations, and how text is matched.

Nothing is read or written here. A declaration is all the creator, the reader, the messages and the
data-protection annex know about a sheet; a column that is not declared is refused.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

# Hyphens and dashes of every length, and the minus sign.
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_FOLDED: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "_": " ", ",": "", ".": "", "«": "", "»": ""}
    | dict.fromkeys(_DASHES, "-")
)


def fold(text: str) -> str:
    """Text as it is compared with a label or a code: what a person meant, not how it was typed.

    Case, kind of space and dash, æøå against ae/oe/aa, underscore against space, and comma, full
    stop and guillemets make no difference. «Deltok: BUPP» and `deltok: bupp` are the same.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    return " ".join(plain.split())


def label_of_name(name: str) -> str:
    """The heading of an ASCII name without its own label: `fra_dato` → «Fra dato»."""
    text = name.replace("_", " ").replace("aa", "å").replace("oe", "ø").replace("ae", "æ")
    return text[:1].upper() + text[1:]


class Kind(StrEnum):
    """What a cell of a column may hold."""

    WHOLE = "heltall"
    NUMBER = "tall"
    DATE = "dato"
    CODE = "kode"
    YES_NO = "ja_nei"
    PATTERN = "moenster"
    TEXT = "tekst"


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value: the frame holds the code, the cell the label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of values.

    Attributes:
        id: Stable; the named range in the workbook is `liste_<id>`.
        title: Heading on the sheet «Kodelister».
        choices: In the order they are shown. Labels and codes differ from each other when folded.
    """

    id: str
    title: str
    choices: tuple[Choice, ...]

    @property
    def range_name(self) -> str:
        """The name the drop-downs refer to."""
        return f"liste_{self.id}"

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(choice.code for choice in self.choices)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in order."""
        return tuple(choice.label for choice in self.choices)

    def code_of(self, text: str) -> str | None:
        """The code somebody meant by a label or a code; None when it is neither."""
        wanted = fold(text)
        for choice in self.choices:
            if wanted in (fold(choice.label), fold(choice.code)):
                return choice.code
        return None

    def label_of(self, code: str) -> str:
        """The label of a code; KeyError when the code is not in the list."""
        return {choice.code: choice.label for choice in self.choices}[code]


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Attributes:
        name: The ASCII name in the frame.
        label: The heading in the workbook.
        kind: What a cell may hold.
        help: What to write, shown when a cell is selected; at most 255 characters with the rule.
        is_required: Every row that is used must have a value.
        codes: The closed list of CODE and YES_NO; None for other kinds.
        minimum: Lowest number of WHOLE and NUMBER.
        maximum: Highest number of WHOLE and NUMBER.
        earliest: First allowed DATE.
        latest: Last allowed DATE.
        pattern: Regular expression the whole text must match: PATTERN, or beside the list of a
            CODE column that also takes such a text (a municipality's number in «Sted»).
        example: A value that fits, for messages.
        max_length: Longest TEXT.
        empty_means: The code an empty cell stands for; "" when empty means missing.
        refers_to: Sheet id and column whose values this one must be among.
        rekey: Under which label the code is re-keyed on the way in (`politi` or `sak`); "" when it
            is no code of a person or a case.
        is_opt_in: Only where params allow the column; else it is refused when filled.
        is_internal: Never on a page for the public, and no cell of any table.
    """

    name: str
    label: str
    kind: Kind
    help: str = ""
    is_required: bool = False
    codes: CodeList | None = None
    minimum: float | None = None
    maximum: float | None = None
    earliest: date | None = None
    latest: date | None = None
    pattern: str = ""
    example: str = ""
    max_length: int | None = None
    empty_means: str = ""
    refers_to: tuple[str, str] | None = None
    rekey: str = ""
    is_opt_in: bool = False
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Conditional:
    """A demand on a column that holds only where another column has one of some codes."""

    column: str
    when: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A column whose whole numbers lie on the scale another column names.

    Attributes:
        column: The column with the level.
        by: The column with the scale's code: in the same row, or in the row of `via`.
        via: Column that leads to the row with the scale, as its `refers_to` says; "" in the same.
    """

    column: str
    by: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One declared sheet: a table with its heading in row 1.

    Attributes:
        id: The ASCII name used in frames, params and messages to programs.
        name: The name on the tab.
        columns: In the order of the sheet.
        purpose: What the sheet is for, one sentence for «Les meg».
        filled_by: Who has the numbers, as words for «Les meg».
        step: The lowest step of the data ladder it belongs to, 0–4.
        is_person_rows: Rows about persons: off until params switch it on.
        is_required: Empty only when params list it under `uten_data` or `replaced_by` is given.
        replaced_by: Sheets or sources any of which makes a required sheet unnecessary.
        follows: Id of the sheet it is switched on together with; "" when it stands alone.
        key: Columns that together are unique.
        prefilled: Columns the creator fills; a row where nothing else is filled is not used.
        must_fill: Columns that must be filled on a condition.
        must_be_empty: Columns that must be empty on a condition.
        exactly_one: Groups of columns of which one and only one is filled.
        ascending: Columns whose filled values must not fall from left to right.
        scales: Columns on a scale named elsewhere.
    """

    id: str
    name: str
    columns: tuple[Column, ...]
    purpose: str
    filled_by: str
    step: int
    is_person_rows: bool = False
    is_required: bool = False
    replaced_by: tuple[str, ...] = ()
    follows: str = ""
    key: tuple[str, ...] = ()
    prefilled: tuple[str, ...] = ()
    must_fill: tuple[Conditional, ...] = ()
    must_be_empty: tuple[Conditional, ...] = ()
    exactly_one: tuple[tuple[str, ...], ...] = ()
    ascending: tuple[tuple[str, ...], ...] = ()
    scales: tuple[Scale, ...] = ()

    @property
    def table_name(self) -> str:
        """The name of the Excel table."""
        return f"tabell_{self.id}"

    @property
    def names(self) -> tuple[str, ...]:
        """The ASCII names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column with an ASCII name; KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]

    def column_meant(self, text: str) -> Column | None:
        """The column somebody meant by a heading or a name; None when it is neither."""
        wanted = fold(text)
        for column in self.columns:
            if wanted in (fold(column.label), fold(column.name)):
                return column
        return None
