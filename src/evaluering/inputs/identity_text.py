"""Which kinds of personal identifiers a text holds. Says the kind, never the value or where it is.

The second wall: every column is already declared with a code list or a pattern. This file knows
digits, dates and words; `digit_groups` knows which groups of digits are which kind of number.
Patterns are written so that their time grows with the length of the text and no faster.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from evaluering.inputs.digit_groups import BETWEEN, number_kinds
from evaluering.inputs.identity_rules import FNR_LENGTH, has_birth_date, is_day


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identifier: the rule's number in messages, and what it is called there."""

    rule: str
    name: str


# In the order messages prefer when a text is of several kinds.
KINDS: dict[str, Kind] = {
    "fnr": Kind("ID-1", "et fødselsnummer"),
    "elleve_siffer": Kind("ID-2", "et langt nummer (fødselsnummer eller kontonummer)"),
    "duf": Kind("ID-3", "et DUF-nummer"),
    "orgnr": Kind("ID-4", "et organisasjonsnummer"),
    "telefon": Kind("ID-5", "et telefonnummer"),
    "imei": Kind("ID-6", "et IMEI-nummer"),
    "e-post": Kind("ID-7", "en e-postadresse"),
    "url": Kind("ID-8", "en nettadresse"),
    "bilskilt": Kind("ID-9", "et bilskilt"),
    "koordinat": Kind("ID-10", "et kartpunkt"),
    "adresse": Kind("ID-11", "en adresse"),
    "foedselsdato": Kind("ID-12", "en fødselsdato"),
}

_LARGEST_NUMBER = 1e9
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_SHORT_YEAR = 2
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "mai": 5,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "okt": 10,
    "oct": 10,
    "nov": 11,
    "des": 12,
    "dec": 12,
}
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_STREETS = (
    r"veien|vegen|vei|veg|gaten|gata|gate|all[eéè]en|all[éè]|stien|svingen|bakken|kroken|tunet|"
    r"smuget|torget|terrasse"
)
_NOT_ON_PLATES = (
    "av|er|og|ca|om|en|et|to|se|nr|kr|vi|de|du|at|da|ei|ja|ni|no|si|ut|pr|år|på|så|få|nå|må|i|"
    "in|is|it|or|by|of|us|we"
)

# Nothing below can be found in a text where none of these is.
_CHEAP = re.compile(
    r"@|//|www|[(\[]\s*(?:at|krøll)|°|\d\W{0,4}\d\W{0,4}\d\W{0,4}\d|\d[eE]\+?\d|[\dOoIl]{6}"
    rf"|\d\W{{0,3}}(?:{'|'.join(_MONTHS)})|(?:{_STREETS}|alle)\W{{1,3}}\d",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\w\s{0,2}@\s{0,2}\w|\w\s?[(\[]\s?(?:at|krøll\w{0,5})\s?[)\]]\s?\w", re.I)
_URL = re.compile(r"[a-z]{2}\s?:\s?/\s?/|(?<!\w)www\s?\.\s?\w|(?<!\w)mailto:", re.I)
_PLATE = re.compile(
    rf"(?<![^\W_])(?!(?:KR|NR)\b)[A-Z] ?[A-Z]{BETWEEN}{{0,3}}\d(?:{BETWEEN}{{0,2}}\d){{4}}"
    rf"(?!{BETWEEN}{{0,2}}\d)"
)
_SMALL_PLATE = re.compile(
    rf"(?<![^\W_])(?!(?:{_NOT_ON_PLATES})\b)[a-z]{{2}}[ \-]?\d{{2}}[ .]?\d{{3}}"
    rf"(?!{BETWEEN}{{0,2}}\d)",
    re.I,
)
_STREET = re.compile(
    rf"(?:(?<=[^\W\d_]{{2}})(?:{_STREETS})|(?<=[^\W\d_]{{4}})alle"
    r"|(?<=[^\W\d_] )(?<!på )(?:vei|veg|gate|gata|allé))"
    r"[\s.,:nr]{1,6}(?!(?:19|20)\d\d(?!\d))\d{1,4}(?:\s?[a-z])?(?![\d%\w])",
    re.I,
)
_DEGREES = r"(-?\d{1,3}[.,]\d{4,})"
_POINT = re.compile(rf"{_DEGREES}\s?°?\s?[NSEØVW]?[\s,;/og]{{1,5}}{_DEGREES}", re.I)
_ARC = re.compile(r"\d{1,3}(?:[.,]\d+)?\s?°\s?(?:\d{1,2}|[NSEØVW]\b)", re.I)
_UTM = re.compile(
    r"(?<!\w)(?:(?:utm|euref|sone)\D{0,12}\d{0,2}|3[1-6] ?[vwx])\W{0,4}"
    r"\D{0,4}\d{5,7}(?:[.,]\d+)?\D{1,6}\d{6,7}"
    r"|(?<!\d)[1-9]\d{5}[\s,;/]{1,4}[67]\d{6}(?!\d)|(?<!\d)[67]\d{6}[\s,;/]{1,4}[1-9]\d{5}(?!\d)"
    r"|[nyøex]\s?[:=]?\s?\d{6,7}\W{1,4}[nyøex]\s?[:=]?\s?\d{6,7}",
    re.I,
)
# Latitude and longitude in the north, where a bare pair of decimals may be a place.
_NORTH = ((54.0, 82.0), (4.0, 42.0))
_POWER = re.compile(r"(?<!\w)\d(?:[.,]\d+)?e\+?(\d{1,2})(?!\w)", re.I)
_POWERS = range(9, 16)

_CLOCK = (
    r"(?:[ T]{1,2}(?:kl\.? ?)?(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d(?:[.,]\d{1,6})?)?Z?)?"
)
_DATE = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<d1>\d{1,2})(?:(?P<sep> ?[./\-] ?)(?P<m1>\d{1,2}) ?[./\-] ?(?P<y1>\d{4}|\d{2})"
    r"|[ :_](?P<m4>\d{1,2})[ :_](?P<y4>(?:19|20)\d\d))"
    r"|(?P<y2>(?:19|20)\d\d) ?[./\-_: ] ?(?P<m2>\d{1,2}) ?[./\-_: ] ?(?P<d2>\d{1,2})"
    r"|(?P<packed>\d{8})"
    rf"|(?P<d3>\d{{1,2}})\W{{0,3}}{_MONTH}\W{{0,3}}(?P<y3>\d{{4}}|(?<=')\d\d|\d\d$)"
    r")(?!\d)" + _CLOCK + r"(?!\d)",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){_MONTH}\W{{1,3}}(?P<day>\d{{1,2}})\W{{1,3}}(?P<year>(?:19|20)\d\d)(?!\d)", re.I
)
_AFTER_BIRTH_DATE = 5  # a personal number after the date: one identifier, not a date
_BESIDE = re.compile(rf"(?:{BETWEEN}{{0,4}}\d){{1,{_AFTER_BIRTH_DATE + 1}}}")
_FIVE = re.compile(rf"{BETWEEN}{{0,4}}\d{{{_AFTER_BIRTH_DATE}}}(?!\d)")
_NEAR = 32  # more than so many digits and the marks between them can fill
_TIMES = re.compile(r"(?<!\d)(?:[01]\d|2[0-3]):[0-5]\d\s?-\s?(?:[01]\d|2[0-4]):[0-5]\d(?!\d)")
_BIRTH_WORDS = re.compile(
    r"f[oø]e?dsel|f[oø]e?dt|f[oø]e?dd|f[oø]e?de(?:aar|år|dato|dag)|birth|geburt"
    r"|person ?n(?:umme)?r|personidentifik"
)
_BIRTH_TOKENS = frozenset({"fdato", "fdt", "fnr", "dnr", "dob", "bdate", "bday", "pnr", "ssn"})
# Dashes and spaces of all sorts; what has no width is dropped, and so are loose accents.
_CATEGORIES = {"Pd": "-", "Zs": " ", "Zl": " ", "Zp": " "} | dict.fromkeys(
    ("Cf", "Cc", "Mn", "Me"), ""
)
_MARKS = (
    dict.fromkeys(map(ord, "\t\n\r"), " ")
    | dict.fromkeys((0x2212, 0x2043), "-")  # minus sign, hyphen bullet
    | dict.fromkeys((0x2044, 0x2215), "/")  # fraction slash, division slash
    | dict.fromkeys((0x00B7, 0x2022, 0x2027, 0x3002), ".")  # dots in the middle and elsewhere
    | dict.fromkeys((0x115F, 0x1160, 0x3164), "")  # letters that show nothing
)
# Between digits, or in a word of digits and such letters only.
_LIKE_DIGITS = re.compile(r"(?<=[\dOoIl])[OoIl](?=[\dOoIl])|(?<!\w)(?=[OoIl]*\d)[\dOoIl]++(?!\w)")
_LOOKS_LIKE_DIGIT = str.maketrans("OoIl", "0011")


def find(text: str, *, event_date: bool = False) -> list[str]:
    """Kinds of identifiers in a text, most telling first; empty when there are none.

    Args:
        text: One cell, header, name or line.
        event_date: The place is declared to hold the date of an event, so a full date is right.

    Returns:
        Keys of `KINDS`. Never the value, a part of it, or where in the text it stands.
    """
    if not (text.isascii() and text.isprintable()):
        text = _folded(text)
    if not _CHEAP.search(text):
        return []
    found = set(_kinds(text, event_date=event_date))
    return [kind for kind in KINDS if kind in found]


def find_cell(value: object, *, event_date: bool = False) -> list[str]:
    """As `find`, for the value of a cell: text, number, date, true/false or None.

    A whole number is read as its digits, and every number of 10⁹ or more is refused: no count in
    the workbook is so large. A number with decimals is never read as digits, except as six and
    five of them.
    """
    if isinstance(value, dt.date):
        return [] if event_date else ["foedselsdato"]
    if isinstance(value, int | float):
        return _number(value, event_date=event_date)
    return find(str(value), event_date=event_date)


def is_birth_header(text: str) -> bool:
    """True when a header announces a date of birth or an identity number, whatever it holds."""
    folded = _folded(text).casefold()
    words = re.split(r"[\W_\d]+", folded)
    joined = "".join(words)
    return bool(
        _BIRTH_WORDS.search(" ".join(words))
        or joined in _BIRTH_TOKENS
        or _BIRTH_TOKENS & set(words)
    )


def _number(value: float, *, event_date: bool) -> list[str]:
    if not math.isfinite(value):
        return []
    if value == int(value):
        found = set(find(str(abs(int(value))), event_date=event_date))
        if abs(value) >= _LARGEST_NUMBER and not found:
            found.add("elleve_siffer")
        return [kind for kind in KINDS if kind in found]
    whole, _, decimals = f"{abs(value):.5f}".partition(".")
    is_exact = math.isclose(abs(value), float(f"{whole}.{decimals}"), rel_tol=1e-14)
    if is_exact and len(whole) in (5, 6) and has_birth_date(whole.zfill(6)):
        return ["elleve_siffer"]
    return ["elleve_siffer"] if abs(value) >= _LARGEST_NUMBER else []


def _kinds(text: str, *, event_date: bool) -> Iterator[str]:
    if _EMAIL.search(text):
        yield "e-post"
    if _URL.search(text):
        yield "url"
    if _STREET.search(text):
        yield "adresse"
    if _PLATE.search(text) or _SMALL_PLATE.search(text):
        yield "bilskilt"
    if _is_place(text):
        yield "koordinat"
    if any(int(match[1]) in _POWERS for match in _POWER.finditer(text)):
        yield "elleve_siffer"
    without_dates = _blank_dates(_LIKE_DIGITS.sub(_as_digit, text))
    if not event_date and _has_date(text):
        yield "foedselsdato"
    yield from number_kinds(_TIMES.sub("|", without_dates))


def _is_place(text: str) -> bool:
    if _ARC.search(text) or _UTM.search(text):
        return True
    for match in _POINT.finditer(text):
        pair = sorted((float(part.replace(",", ".")) for part in match.groups()), reverse=True)
        if all(low <= part <= high for part, (low, high) in zip(pair, _NORTH, strict=True)):
            return True
    return False


def _has_date(text: str) -> bool:
    return any(_is_date(match) for match in _DATE.finditer(text)) or any(
        is_day(int(match["day"]), _MONTHS[match["name"].lower()[:3]], int(match["year"]))
        for match in _MONTH_FIRST.finditer(text)
    )


def _blank_dates(text: str) -> str:
    """Dates out, so that their digits are not counted with their neighbours'."""
    pieces: list[str] = []
    start = 0
    for match in _DATE.finditer(text):
        if _is_date(match) and not _is_half(text, match):
            pieces += [text[start : match.start()], "|"]
            start = match.end()
    return "".join([*pieces, text[start:]])


def _is_half(text: str, match: re.Match[str]) -> bool:
    """True when the digits beside a date make one number of it and them."""
    if _FIVE.match(text, match.end()):
        return True
    after = _digits_beside(text[match.end() : match.end() + _NEAR])
    if match["packed"]:
        before = _digits_beside(text[max(match.start() - _NEAR, 0) : match.start()][::-1])
        return len(match["packed"]) + before + after == FNR_LENGTH
    return after == _AFTER_BIRTH_DATE


def _digits_beside(text: str) -> int:
    beside = _BESIDE.match(text)
    return sum(character.isdigit() for character in beside[0]) if beside else 0


def _is_date(match: re.Match[str]) -> bool:
    part = match.groupdict()
    if part["packed"]:
        digits = part["packed"]
        orders = ((digits[6:], digits[4:6], digits[:4]), (digits[:2], digits[2:4], digits[4:]))
        return any(_is_full_date(int(d), int(m), y) for d, m, y in orders)
    if part["name"]:
        month = _MONTHS[part["name"].lower()[:3]]
        return _is_full_date(int(part["d3"]), month, part["y3"])
    day = int(part["d1"] or part["d2"])
    month = int(part["m1"] or part["m2"] or part["m4"])
    year = part["y1"] or part["y2"] or part["y4"]
    # «8-9-10» and «8/9/10» are lists of school years as often as dates.
    is_list = bool(
        part["sep"]
        and "." not in part["sep"]
        and {len(part["d1"]), len(part["m1"]), len(year)} != {_SHORT_YEAR}
        and len(year) == _SHORT_YEAR
    )
    return _is_full_date(day, month, year) and not is_list


def _is_full_date(day: int, month: int, year: str) -> bool:
    is_year = len(year) == _SHORT_YEAR or _FIRST_YEAR <= int(year) <= _LAST_YEAR
    return is_year and is_day(day, month, int(year))


def _as_digit(match: re.Match[str]) -> str:
    return match[0].translate(_LOOKS_LIKE_DIGIT)


class _Folding(dict[int, str]):
    """What each character counts as: every sort of digit, dash and space is one of ours."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if code in _MARKS:
            folded = _MARKS[code]
        elif category == "Nd":
            folded = str(unicodedata.decimal(character))
        else:
            folded = _CATEGORIES.get(category, character)
        self[code] = folded
        return folded


_FOLDING = _Folding()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_FOLDING)
