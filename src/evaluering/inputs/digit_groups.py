"""Which kinds of numbers the digits of a text are, however they are grouped and set apart.

A run is digits with at most a few separators between them. A number may be the whole run, one of
its groups, or groups beside each other in a form people write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evaluering.inputs.identity_rules import (
    FNR_LENGTH,
    has_birth_date,
    is_fnr,
    is_orgnr,
    passes_luhn,
)

BETWEEN = r"[\s\-.:/_'’]"
_RUN = re.compile(rf"\d(?:{BETWEEN}{{0,4}}\d)+")
_GROUP = re.compile(r"\d+")
# 1.5 is a number and no run of digits; what follows its decimal sign counts for nothing.
_DECIMAL = re.compile(r"\s*[-+]?\d{1,4}[.,]\d+\s*%?\s*")
_TRAILING_ZEROS = re.compile(r"(?<=\d{8})[.,]0+(?!\d)")
_THOUSANDS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3}){2,}(?![\d,])")
_SIX_FIVE = re.compile(r"(?<!\d)(\d{6})\W{1,3}\d{5}(?!\d)")
_NORWEGIAN = re.compile(
    rf"(?:\+|(?<!\d)00){BETWEEN}{{0,2}}47(?:{BETWEEN}|\)){{0,4}}[2-9](?:{BETWEEN}{{0,4}}\d){{7}}(?!\d)"
    r"|(?<!\d)47[2-9]\d{7}(?!\d)"
)
_ABROAD = re.compile(r"\+[1-9](?:[ \-.()]{0,2}\d){9,14}(?!\d)")
_YEARS = re.compile(rf"(?<!\d)(?:19|20)\d\d(?:{BETWEEN}{{1,4}}(?:19|20)\d\d(?!\d))+")

_ELEVEN = frozenset({(6, 5), (2, 2, 2, 5), (4, 2, 5), (6, 3, 2), (2, 2, 2, 3, 2)})
_THIRTEEN = frozenset({(8, 5), (2, 2, 4, 5)})  # the year of birth in four digits
_DUF = (4, 6, 2)
_ORGNR = (3, 3, 3)
_PHONE = frozenset({(2, 2, 2, 2), (3, 2, 3)})
_FORMS = frozenset({*_ELEVEN, *_THIRTEEN, _DUF, _ORGNR, *_PHONE})
_LONGEST_FORM = max(len(form) for form in _FORMS)
_PHONE_LENGTH, _ORGNR_LENGTH, _TEN, _DUF_LENGTH, _LONG_BIRTH, _IMEI_LENGTH = 8, 9, 10, 12, 13, 15
_FREE = frozenset({FNR_LENGTH, _TEN, _LONG_BIRTH, _IMEI_LENGTH})  # told by check digits
_PHONE_STARTS = "23456789"
_ORGNR_STARTS = "89"  # what the register gives out; other starts only in its own grouping
_ROUND = "000000"


def number_kinds(text: str) -> Iterator[str]:
    """Kinds of numbers in a text that is already folded to ASCII digits and dashes.

    Args:
        text: Dates must be taken out before, or their digits count as well.

    Yields:
        `fnr`, `elleve_siffer`, `duf`, `orgnr`, `imei`, `telefon`; a kind may come more than once.
    """
    whole = _TRAILING_ZEROS.sub("", text)  # as a cell of numbers is written out
    for written in (text,) if whole == text else (text, whole):
        yield from _marked_kinds(written)
        yield from _run_kinds(written)


def _marked_kinds(text: str) -> Iterator[str]:
    """Numbers told by a sign beside their digits, or set apart by what no run may hold."""
    if _NORWEGIAN.search(text) or _ABROAD.search(text):
        yield "telefon"
    for match in _THOUSANDS.finditer(text):
        digits = match[0].replace(",", "")
        if len(digits) == FNR_LENGTH:
            yield _eleven(digits)
    if any(has_birth_date(match[1]) for match in _SIX_FIVE.finditer(text)):
        yield "elleve_siffer"


def _run_kinds(text: str) -> Iterator[str]:
    is_decimal = bool(_DECIMAL.fullmatch(text))
    for match in _RUN.finditer(text):
        groups: list[str] = _GROUP.findall(match[0])
        yield from _whole(groups)
        if not is_decimal:
            yield from _parts(groups)
            for stretch in _YEARS.sub("|", match[0]).split("|"):
                yield from _windows(_GROUP.findall(stretch))


def _eleven(digits: str) -> str:
    return "fnr" if is_fnr(digits) else "elleve_siffer"


def _whole(groups: Sequence[str]) -> Iterator[str]:
    """The run as one number, whatever its grouping; digits set one by one count as together."""
    digits = "".join(groups)
    is_free = len(digits) in _FREE or (len(digits) == _ORGNR_LENGTH and digits[0] in _ORGNR_STARTS)
    if is_free or len(digits) == len(groups):
        yield from _together(digits)


def _together(digits: str) -> Iterator[str]:
    """What one unbroken string of digits is."""
    length = len(digits)
    if length == FNR_LENGTH:
        yield _eleven(digits)
    elif (length == _TEN and is_fnr("0" + digits)) or (
        length == _LONG_BIRTH and is_fnr(digits[:4] + digits[6:])
    ):
        yield "fnr"
    elif length == _DUF_LENGTH:
        yield "duf"
    elif length == _ORGNR_LENGTH and is_orgnr(digits):
        yield "orgnr"
    elif length == _PHONE_LENGTH and digits[0] in _PHONE_STARTS:
        yield "telefon"
    elif length == _IMEI_LENGTH and passes_luhn(digits):
        yield "imei"


def _parts(groups: Sequence[str]) -> Iterator[str]:
    """Groups of the run that are numbers by themselves, or together in a form people write."""
    for group in groups:
        yield from _together(group)
    lengths = tuple(len(group) for group in groups)
    for start in range(len(groups)):
        for end in range(start + 2, min(start + _LONGEST_FORM, len(groups)) + 1):
            form = lengths[start:end]
            if form in _FORMS:
                # 20 30 40 50 60 is a row of counts, not a telephone number and one more.
                beside = {*lengths[start - 1 : start], *lengths[end : end + 1]}
                digits = "".join(groups[start:end])
                yield from _in_form(digits, form, is_alone=not beside & set(form))


def _in_form(digits: str, form: tuple[int, ...], *, is_alone: bool) -> Iterator[str]:
    if form in _ELEVEN:
        yield _eleven(digits)
    elif form in _THIRTEEN and has_birth_date(digits[:4] + digits[6:8]):
        yield "elleve_siffer"
    elif form == _DUF:
        yield "duf"
    elif form == _ORGNR and is_alone and is_orgnr(digits) and not digits.endswith(_ROUND):
        yield "orgnr"
    elif form in _PHONE and is_alone and digits[0] in _PHONE_STARTS:
        yield "telefon"


def _windows(groups: Sequence[str]) -> Iterator[str]:
    """Eleven digits from the start of a group, when date and check digits hold."""
    for start in range(len(groups)):
        if is_fnr("".join(groups[start : start + FNR_LENGTH])[:FNR_LENGTH]):
            yield "fnr"
