"""What a person meant by a cell, where only one thing can be meant. Everything else is refused.

Interpreted: spaces around and no-break spaces, the case of a choice, letters written in two parts,
«12,5», «12,5 %», a date as text, a number as text. Each is told under «Dette har vi tolket». Not
guessed: «ca. 12», «10–15», words, 31.02., what Excel turned into a date or a truth value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from evaluering.inputs.workbook.column_kinds import MAX_COUNT
from evaluering.inputs.workbook.columns import Column, Kind
from evaluering.inputs.workbook.raw import RawCell, Stored
from evaluering.model import Sign

Value = str | int | float | date

# What was done with a cell, in words for «Dette har vi tolket».
NOTES: Final[Mapping[str, str]] = {
    "spaces": "mellomrom er tatt bort",
    "choice": "skrivemåten er gjort lik listen",
    "letters": "store bokstaver i koden",
    "number_as_text": "tekst er lest som tall",
    "text_as_number": "tall er lest som tekst",
    "percent": "prosent er lest som tall",
    "date_as_text": "tekst er lest som dato",
    "sign": "tegnet er lest som «vises ikke» (:) eller «mangler» (..)",
}
_SIGNS: Final = {":": Sign.HIDDEN, "..": Sign.MISSING}
_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SHORT_DAY: Final = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}")
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_NUMBER: Final = re.compile(r"([0-9]{1,7}(?:,[0-9]{1,6})?)( ?%)?")
_ONE: Final = 1.0
# Why a text is no number, tried in order.
_FAULTS: Final = (
    ("spaced_number", re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+")),
    ("interval", re.compile(r"[0-9]+(?:,[0-9]+)? ?(?:[-–—/]|til|eller) ?[0-9]+(?:,[0-9]+)?")),
    ("exponent", re.compile(r"[0-9.,]+[eE][+-]?[0-9]+")),
    (
        "approximate",
        re.compile(
            r"(?:ca|cirka|omtrent|rundt|over|under|minst|nesten|maks)\b.*|[<>≤≥~≈±].*"
            r"|.*[0-9] ?[+?*]",
            re.IGNORECASE,
        ),
    ),
    ("word_number", re.compile(r"[^\W\d_][^\d]*")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell as it is read.

    Attributes:
        value: What pydantic is to judge; None when the cell is empty or has a sign.
        sign: Why there is no number.
        note: Key of `NOTES` when the cell was interpreted, else "".
        fault: Key of the message catalogue when it cannot be read, else "".
    """

    value: Value | None = None
    sign: Sign = Sign.NONE
    note: str = ""
    fault: str = ""


EMPTY: Final = Reading()


def read_cell(column: Column, raw: RawCell) -> Reading:
    """A cell of a declared column as a value, an interpretation or a fault.

    Args:
        column: Its declaration.
        raw: The cell as stored.
    """
    if raw.stored is Stored.FORMULA:
        return Reading(fault="formula")
    if raw.stored is Stored.ERROR:
        return Reading(fault="error_cell")
    if raw.stored is Stored.BOOLEAN:
        return Reading(fault="boolean")
    if raw.stored is Stored.TIME or (raw.stored is Stored.DATE and column.kind is not Kind.DATE):
        return Reading(fault="excel_date")
    return _READERS[column.kind](column, raw)


def takes_sign(column: Column) -> bool:
    """True for counts and percentages, where `:` and `..` may stand instead of a number."""
    is_count = column.kind is Kind.WHOLE and column.minimum == 0 and column.maximum == MAX_COUNT
    return is_count or column.kind is Kind.NUMBER


def clean(text: str) -> str:
    """Text with letters in one part (NFC), ordinary spaces, and none around."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


def _signed(column: Column, text: str) -> Reading | None:
    if text in _SIGNS and takes_sign(column):
        return Reading(sign=_SIGNS[text], note="sign")
    return None


def _whole(column: Column, raw: RawCell) -> Reading:
    if raw.is_percent:
        return Reading(fault="percent_in_count")
    if isinstance(raw.value, float) and raw.value.is_integer():
        return Reading(int(raw.value))
    if raw.stored is Stored.NUMBER and isinstance(raw.value, int | float):
        return Reading(raw.value)
    text = clean(str(raw.value))
    digits = text.replace("\u2212", "-")
    if _WHOLE.fullmatch(digits):
        return Reading(int(digits), note="number_as_text")
    is_percent = bool(_NUMBER.fullmatch(text)) and text.endswith("%")
    fault = "percent_in_count" if is_percent else _why_no_number(text)
    return _signed(column, text) or Reading(text, fault=fault)


def _number(column: Column, raw: RawCell) -> Reading:
    if isinstance(raw.value, int | float):
        if raw.is_percent:  # 0,125 shown as 12,5 %: what is shown is meant
            return Reading(round(raw.value * 100, 9), note="percent")
        return _fraction(float(raw.value))
    text = clean(str(raw.value))
    if (signed := _signed(column, text)) is not None:
        return signed
    match = _NUMBER.fullmatch(text)
    if match is None:
        fault = "decimal_point" if re.fullmatch(r"[0-9]+\.[0-9]{1,6}( ?%)?", text) else ""
        return Reading(text, fault=fault or _why_no_number(text))
    value = float(Decimal(match[1].replace(",", ".")))
    if match[2]:
        return Reading(value, note="percent")
    found = _fraction(value)
    return found if found.fault else Reading(value, note="number_as_text")


def _fraction(value: float) -> Reading:
    """A bare number between 0 and 1 may be a percentage or a share: not guessed."""
    return Reading(value, fault="bare_fraction" if 0 < value < _ONE else "")


def _why_no_number(text: str) -> str:
    return next((code for code, form in _FAULTS if form.fullmatch(text)), "")


def _date(column: Column, raw: RawCell) -> Reading:
    del column
    if isinstance(raw.value, datetime):
        has_time = raw.value.time().replace(microsecond=0) != time.min
        return Reading(fault="time_in_date") if has_time else Reading(raw.value.date())
    if isinstance(raw.value, date):
        return Reading(raw.value)
    if isinstance(raw.value, int | float):
        return Reading(raw.value, fault="number_not_date")
    text = clean(str(raw.value))
    return _date_text(text, _DAY.fullmatch(text))


def _date_text(text: str, match: re.Match[str] | None) -> Reading:
    if match is None:
        return Reading(text, fault="two_digit_year" if _SHORT_DAY.fullmatch(text) else "")
    day, month, year = (int(part) for part in match.groups())
    try:
        return Reading(date(year, month, day), note="date_as_text")
    except ValueError:
        return Reading(text, fault="no_such_date")


def _code(column: Column, raw: RawCell) -> Reading:
    text = _as_text(raw)
    found = column.codes.code_of(text) if column.codes is not None else None
    if found is None:
        return _pattern(column, raw) if column.pattern else Reading(text)
    if raw.stored is Stored.NUMBER:
        return Reading(found, note="text_as_number")
    label = column.codes.label_of(found) if column.codes is not None else ""
    return Reading(found, note=_text_note(str(raw.value), text, label))


def _pattern(column: Column, raw: RawCell) -> Reading:
    text = _as_text(raw)
    upper = text.upper()
    if not re.fullmatch(column.pattern, upper):
        return Reading(text)
    if raw.stored is Stored.NUMBER:
        return Reading(upper, note="text_as_number")
    note = "letters" if upper != text else _text_note(str(raw.value), text, text)
    return Reading(upper, note=note)


def _text(column: Column, raw: RawCell) -> Reading:
    del column
    if raw.stored is not Stored.TEXT:
        return Reading(fault="string_type")
    text = clean(str(raw.value))
    return Reading(text, note="" if text == raw.value else "spaces")


def _as_text(raw: RawCell) -> str:
    if isinstance(raw.value, float) and raw.value.is_integer():
        return str(int(raw.value))
    return clean(str(raw.value))


def _text_note(stored: str, cleaned: str, label: str) -> str:
    if cleaned != label:
        return "choice"
    return "" if stored == cleaned else "spaces"


_READERS: Final[Mapping[Kind, Callable[[Column, RawCell], Reading]]] = {
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.CODE: _code,
    Kind.YES_NO: _code,
    Kind.PATTERN: _pattern,
    Kind.TEXT: _text,
}
