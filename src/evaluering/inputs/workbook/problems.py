"""One thing to mend in a workbook: where it is, what is wrong, what is allowed, what to do.

A problem never holds a value from a sheet about persons, nor anything that could name somebody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from evaluering.inputs.identity_text import find_cell
from evaluering.inputs.workbook.cell_rules import allowed
from evaluering.inputs.workbook.columns import Column, Kind, Sheet, fold
from evaluering.inputs.workbook.message_texts import CATALOGUE, TELLS_ALLOWED

_MAX_SHOWN: Final = 40
_MAX_LIST: Final = 110
_ALIKE: Final = 0.6
# A single word in small letters, or digits and signs: too little to be a person's name.
_WORD: Final = re.compile(r"[a-zæøå]+")
_NUMBER_LIKE: Final = re.compile(r"(?:ca\.? ?)?[0-9][0-9 .,:%eE–-]{0,14}|[+-][0-9]{1,7}")
_HIDDEN: Final = " (vises ikke her)"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend, or to look at.

    Attributes:
        code: Key of the message catalogue; for a single cell pydantic's own error type.
        sheet: A declared tab name, or "" for the whole file.
        cell: «C3», or "" for the sheet itself.
        label: The column's heading, or "".
        what: What is wrong, a sentence that follows the place and a colon.
        allowed: What may stand there, or "".
        remedy: What to do, beginning with a small letter.
        is_remark: Worth a look, but the file is accepted.
    """

    code: str
    sheet: str
    cell: str
    label: str
    what: str
    allowed: str
    remedy: str
    is_remark: bool = False

    @property
    def where(self) -> str:
        """The place: «Ark «Tiltak», celle C3 (Status)»."""
        sheet = f"Ark «{self.sheet}»" if self.sheet else "Arbeidsboken"
        cell = f", celle {self.cell}" if self.cell else ""
        label = f" ({self.label})" if self.label and self.cell else ""
        return f"{sheet}{cell}{label}"

    @property
    def advice(self) -> str:
        """What is allowed and what to do, on one line."""
        return "  ".join(
            part
            for part in (
                f"Lov: {self.allowed}" if self.allowed else "",
                f"Gjør slik: {self.remedy}" if self.remedy else "",
            )
            if part
        )

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  {self.advice}"


def cell_problem(  # one message from its template
    code: str,
    sheet: Sheet,
    cell: str,
    column: Column | None = None,
    found: object = None,
    **facts: object,
) -> Problem:
    """A problem from the catalogue.

    Args:
        code: Key of the catalogue.
        sheet: The declared sheet.
        cell: Its address, or "" for the whole sheet.
        column: The declared column, for the heading and what is allowed.
        found: What stands in the cell; shown only when it can name nobody.
        **facts: What the template needs besides.
    """
    template = CATALOGUE[code]
    value = shown_value(found, column, sheet)
    words = {
        "value": value or "verdien",
        "hidden": "" if value or found is None else _HIDDEN,
        "example": column.example if column else "",
        "label": column.label if column else "",
        **facts,
    }
    listed = allowed_in(column) if column is not None and code in TELLS_ALLOWED else ""
    return Problem(
        code,
        sheet.name,
        cell,
        column.label if column else "",
        template.what.format(**words),
        template.allowed.format(**words) or listed,
        template.remedy.format(**words),
        template.is_remark,
    )


def file_problem(code: str, **facts: object) -> Problem:
    """A problem of the whole file."""
    template = CATALOGUE[code]
    return Problem(
        code,
        "",
        "",
        "",
        template.what.format(**facts),
        template.allowed.format(**facts),
        template.remedy.format(**facts),
        template.is_remark,
    )


def allowed_in(column: Column) -> str:
    """What may stand in a column, for a message: a long list is cut, with the number left out."""
    if column.kind is Kind.DATE and column.earliest is not None and column.latest is not None:
        return f"dd.mm.åååå, fra {column.earliest:%d.%m.%Y} til {column.latest:%d.%m.%Y}."
    if column.kind is Kind.PATTERN:
        return f"en kode som {column.example}."
    if column.codes is None:
        return allowed(column)
    labels = column.codes.labels
    count = len(labels)
    while count > 1 and len(", ".join(labels[:count])) > _MAX_LIST:
        count -= 1
    more = f" og {len(labels) - count} valg til" if count < len(labels) else ""
    other = f", eller som {column.example}" if column.pattern else ""
    return f"{', '.join(labels[:count])}{more}{other}."


def shown_value(found: object, column: Column | None, sheet: Sheet) -> str:
    """A value as it may stand in a message, or "" when it may not.

    Never on a sheet about persons, never free text, never what the detector of identifiers hits,
    never more than 40 characters. Words are shown only when they look like one of the choices or
    are one word in small letters, since anything else may be somebody's name.
    """
    if found is None or sheet.is_person_rows or (column is not None and column.kind is Kind.TEXT):
        return ""
    text = " ".join(unicodedata.normalize("NFC", str(found)).split())
    is_event = column is not None and column.kind is Kind.DATE
    if not text or len(text) > _MAX_SHOWN or not text.isprintable():
        return ""
    if find_cell(text, event_date=is_event):
        return ""
    labels = column.codes.labels if column is not None and column.codes is not None else ()
    is_safe = (
        _NUMBER_LIKE.fullmatch(text) or _WORD.fullmatch(text) or looks_like_one_of(text, labels)
    )
    return f"«{text}»" if is_safe else ""


def looks_like_one_of(text: str, labels: Iterable[str]) -> bool:
    """True when a text is a label with a slip or two."""
    wanted = fold(text)
    return any(SequenceMatcher(None, wanted, fold(label)).ratio() >= _ALIKE for label in labels)
