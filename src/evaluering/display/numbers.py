"""One Norwegian formatter for every number, date and sign a person reads.

Used by sentences, tables, axis ticks, alt texts and headings, so a number looks the same wherever
it stands. Nothing is computed here but the rounding: half up, away from zero, on the decimal number
a reader would see. Text that fails is refused; no "nan", "inf" or "None" can leave this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from numbers import Integral, Real
from typing import Final, Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from evaluering.display.trace import note, unnoted
from evaluering.errors import EvalueringError
from evaluering.model import Sign, Value

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
EN_DASH: Final = "\u2013"

IntervalKind = Literal["percent", "points", "rate", "ratio", "count"]

# Factor from the stored value to the shown one, and decimals where nothing else is said.
_SCALE: Final[dict[IntervalKind, int]] = {
    "percent": 100,
    "points": 100,
    "rate": 1,
    "ratio": 1,
    "count": 1,
}
DECIMALS: Final[dict[IntervalKind, int]] = {
    "percent": 0,
    "points": 0,
    "rate": 1,
    "ratio": 2,
    "count": 0,
}

SIGN_SYMBOLS: Final[dict[Sign, str]] = {
    Sign.HIDDEN: ":",
    Sign.MISSING: "..",
    Sign.NOT_APPLICABLE: ".",
    Sign.PRELIMINARY: "*",
}
SIGN_WORDS: Final[dict[Sign, str]] = {
    Sign.HIDDEN: "kan ikke vises",
    Sign.MISSING: "mangler",
    Sign.NOT_APPLICABLE: "ikke aktuelt",
    Sign.PRELIMINARY: "foreløpig",
}

# Wide enough for every finite float, so that no size of number fails in the rounding itself.
_WIDE: Final = Context(prec=400)

# A place in a sentence that holds a year.
_YEAR_NAME: Final = re.compile(r"^year|year$|^[ab]$")

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_P_FLOOR: Final = Decimal("0.001")


def fmt_number(value: float | Decimal, *, decimals: int = 0) -> str:
    """A bare number: 1234.5 with one decimal → `1␣234,5`.

    Babel alone rounds half to even and writes `-0` and an ASCII hyphen, so the rounding is done
    before it and the minus sign after it.

    Args:
        value: A finite number. Floats are read as the decimal number of 12 significant digits, so
            that 0.305 − 0.19 (0.11499999999999999 in binary) is a reader's 0,115.
        decimals: Digits after the comma, always printed.

    Raises:
        EvalueringError: The value is missing, infinite or no number.
    """
    with localcontext(_WIDE):
        rounded = _rounded(_decimal(value), decimals)
        text = format_decimal(rounded, format=_pattern(decimals), locale="nb")
    return note(text.replace("-", MINUS), rounded)


def fmt_count(value: float | Decimal) -> str:
    """A count: 1234 → `1␣234`, 0 → `0`. An expected count is rounded half up: 2.5 → `3`."""
    return fmt_number(value)


def fmt_quantity(value: float | Decimal, singular: str, plural: str) -> str:
    """A count and its noun, never parted at a line end: 2700 → `2␣700␣elever`, 1 → `1␣elev`."""
    number = fmt_count(value)
    return f"{number}{NBSP}{singular if number == '1' else plural}"


def fmt_percent(share: float | Decimal, *, decimals: int = 0, text: bool = False) -> str:
    """A share of one as per cent: 0.285 → `29␣%`; the text form is `29 prosent`.

    Args:
        share: A fraction; 1 is a hundred per cent.
        decimals: 0; 1 only when more than 1 000 answered and the source has it.
        text: The form for running text.
    """
    number = fmt_number(_decimal(share) * 100, decimals=decimals)
    return f"{number} prosent" if text else f"{number}{NBSP}%"


def fmt_points(difference: float | Decimal, *, decimals: int = 0) -> str:
    """A difference of two shares: 0.15 → `15 prosentpoeng`, −0.032 → `−3 prosentpoeng`."""
    return f"{fmt_number(_decimal(difference) * 100, decimals=decimals)} prosentpoeng"


def fmt_rate(
    rate: float | Decimal, *, per: int = 1000, unit: str = "innbyggere", decimals: int = 1
) -> str:
    """A rate: 60.9 → `60,9 per 1␣000 innbyggere`.

    Args:
        rate: Already per `per` persons.
        per: The number of persons it is per.
        unit: What they are called.
        decimals: Digits after the comma.
    """
    with unnoted():  # «per 1 000» is the unit, and no number of a finding
        unit = f"{fmt_count(per)} {unit}"
    return f"{fmt_number(rate, decimals=decimals)} per {unit}"


def fmt_ratio(ratio: float | Decimal, *, decimals: int = 2) -> str:
    """A ratio: 1.6154 → `1,62`; in a sentence followed by «ganger så mange»."""
    return fmt_number(ratio, decimals=decimals)


def fmt_interval(
    lower: float | Decimal,
    upper: float | Decimal,
    *,
    kind: IntervalKind = "points",
    decimals: int | None = None,
) -> str:
    """An interval in words, never with a dash: (−0.02, 0.05) → `−2 til 5`.

    Args:
        lower: The lower limit, stored as its estimate is (a share as a fraction of one).
        upper: The upper limit.
        kind: What the estimate is; shares and their differences are shown times 100.
        decimals: Those of the estimate; None gives the kind's own.

    Raises:
        EvalueringError: A limit is missing or infinite, or the limits stand in the wrong order.
    """
    low, high = scaled(lower, kind), scaled(upper, kind)
    if low > high:
        raise EvalueringError(
            "Intervallet har nedre grense over øvre grense.", where="fmt_interval"
        )
    places = DECIMALS[kind] if decimals is None else decimals
    return " til ".join(fmt_number(limit, decimals=places) for limit in (low, high))


def scaled(value: float | Decimal, kind: IntervalKind) -> Decimal:
    """The number as it is shown: shares and their differences times 100, in decimal arithmetic."""
    return _decimal(value) * _SCALE[kind]


def rounded(value: float | Decimal, kind: IntervalKind, decimals: int | None = None) -> float:
    """The very number a reader sees, for placing a mark: a share of 0.285 → 29.0.

    A mark drawn from the unrounded value would give more decimals away than the text does.
    """
    places = DECIMALS[kind] if decimals is None else decimals
    return float(_rounded(scaled(value, kind), places))


def fmt_p(p_value: float | Decimal) -> str:
    """A p-value, for internal pages only: 0.0004 → `under 0,001`, 0.0311 → `0,031`.

    Raises:
        EvalueringError: Not between 0 and 1.
    """
    p = _decimal(p_value)
    if not 0 <= p <= 1:
        raise EvalueringError("En p-verdi må ligge mellom 0 og 1.", where="fmt_p")
    return note("under 0,001", p) if p < _P_FLOOR else fmt_number(p, decimals=3)


def fmt_year(year: int | str) -> str:
    """A year as text, never grouped: 2025 → `2025`.

    Raises:
        EvalueringError: Not a whole year from 1900 to 2100.
    """
    try:
        number = Decimal(year.strip()) if isinstance(year, str) else _decimal(year)
    except ArithmeticError:
        number = Decimal(0)
    if number != number.to_integral_value() or not _FIRST_YEAR <= number <= _LAST_YEAR:
        raise EvalueringError(
            f"Et år må være et helt tall fra {_FIRST_YEAR} til {_LAST_YEAR}.", where="fmt_year"
        )
    return note(str(int(number)), int(number), "year")


def fmt_period(first: int | str, last: int | str) -> str:
    """A span of years: (2016, 2025) → `2016–2025`; one year is only that year.

    Raises:
        EvalueringError: A year is refused, or the last comes before the first.
    """
    start, end = fmt_year(first), fmt_year(last)
    if end < start:
        raise EvalueringError("Perioden slutter før den begynner.", where="fmt_period")
    return start if start == end else f"{start}{EN_DASH}{end}"


def written(values: Mapping[str, Value]) -> dict[str, object]:
    """Values for the places in a fixed sentence: a number is formatted when it is put in.

    Args:
        values: Of a finding. Whole numbers become counts, or years where they are named so;
            everything else is put in as it is.
    """
    return {name: _Written(name, value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class _Written:
    """A value that is written the moment a sentence takes it in."""

    name: str
    value: Value

    def __format__(self, _: str) -> str:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            return str(value)
        return fmt_year(int(value)) if _YEAR_NAME.search(self.name) else fmt_count(value)


def fmt_date(day: date | str) -> str:
    """A date: 2026-01-12 → `12.␣januar 2026`.

    Raises:
        EvalueringError: A text that is no ISO date.
    """
    text = format_date(_date(day), format=f"d.'{NBSP}'MMMM y", locale="nb")
    return note(text, _date(day), "date")


def fmt_month(day: date | str) -> str:
    """The month of a date: 2027-01-14 → `januar␣2027`; same refusal as `fmt_date`."""
    return note(format_date(_date(day), format=f"MMMM'{NBSP}'y", locale="nb"), _date(day), "date")


def fmt_sign(sign: Sign | str, *, plain: bool = False) -> str:
    """A status sign with its words, so that it is never a symbol alone.

    Args:
        sign: Why there is no number, or that the number before it is preliminary.
        plain: Words only, for alt texts, workbooks and running text: `kan ikke vises`.

    Returns:
        HTML: the symbol hidden from screen readers and the words hidden from sight. `Sign.NONE`
        gives an empty text.

    Raises:
        EvalueringError: The sign is unknown.
    """
    try:
        known = Sign(sign)
    except ValueError:
        raise EvalueringError("Tegnet er ukjent.", where="fmt_sign") from None
    if known is Sign.NONE:
        return ""
    if plain:
        return SIGN_WORDS[known]
    # A space must part «120» and «foreløpig» when a cell is read aloud, and «..» and «mangler»
    # when a table is copied as text.
    return (
        f'<span aria-hidden="true">{SIGN_SYMBOLS[known]}</span> '
        f'<span class="skjult">{SIGN_WORDS[known]}</span>'
    )


def _decimal(value: object) -> Decimal:
    """The number a reader would write down; refuses everything that is none."""
    number: Decimal | None = None
    if isinstance(value, bool):
        pass  # Python counts True as 1; a reader does not
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, Integral):
        number = Decimal(int(value))
    elif isinstance(value, Real):
        number = Decimal(format(float(value), ".12g"))
    if number is None or not number.is_finite():
        raise EvalueringError(
            "Et tall mangler eller er uendelig, og kan ikke vises.",
            where="display.numbers",
            remedy="Bruk et tegn («mangler», «kan ikke vises») der det ikke finnes et tall.",
        )
    return number


def _rounded(number: Decimal, decimals: int) -> Decimal:
    """Half up, away from zero, and never a negative zero."""
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _date(day: date | str) -> date:
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise EvalueringError("En dato må skrives som 2027-01-14.", where="fmt_date") from None
