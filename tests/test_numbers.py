"""`display.numbers`: the examples of the report guide §3, and what no text may ever hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.display import numbers
from evaluering.display.numbers import (
    fmt_count,
    fmt_date,
    fmt_interval,
    fmt_month,
    fmt_number,
    fmt_p,
    fmt_percent,
    fmt_period,
    fmt_points,
    fmt_quantity,
    fmt_rate,
    fmt_ratio,
    fmt_sign,
    fmt_year,
)
from evaluering.errors import EvalueringError
from evaluering.model import Sign

# §3: digit–point–digit, a breaking space between digits, an ASCII minus before a digit, a missing
# value as a word, and a zero with a sign.
FORBIDDEN = re.compile(r"\d\.\d|\d \d|-\d|nan|inf|None|NaT|−0(?![,\d])|−0,0+(?!\d)", re.IGNORECASE)

FINITE = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)
FORMATTERS: list[Callable[[float], str]] = [
    fmt_count,
    fmt_number,
    fmt_percent,
    fmt_points,
    fmt_rate,
    fmt_ratio,
    lambda value: fmt_percent(value, decimals=1, text=True),
    lambda value: fmt_quantity(value, "elev", "elever"),
    lambda value: fmt_interval(value, value + 1.5, kind="rate"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The examples of the guide's table, §3; ␣ is a no-break space.
        (fmt_count(1234), "1␣234"),
        (fmt_count(0), "0"),
        (fmt_percent(0.285), "29␣%"),
        (fmt_percent(0.285, text=True), "29 prosent"),
        (fmt_points(0.15), "15 prosentpoeng"),
        (fmt_points(-0.032), "−3 prosentpoeng"),
        (fmt_rate(60.9), "60,9 per 1␣000 innbyggere"),
        (fmt_ratio(1.6154), "1,62"),
        (fmt_interval(-0.02, 0.05), "−2 til 5"),
        (fmt_p(0.0004), "under 0,001"),
        (fmt_p(0.0311), "0,031"),
        (fmt_year(2025), "2025"),
        (fmt_date("2026-01-12"), "12.␣januar 2026"),
        (fmt_period(2016, 2025), "2016–2025"),
        # and the neighbours of those
        (fmt_quantity(2700, "elev", "elever"), "2␣700␣elever"),
        (fmt_quantity(1, "elev", "elever"), "1␣elev"),
        (fmt_interval(0.812, 3.306, kind="ratio"), "0,81 til 3,31"),
        (fmt_interval(0.14, 0.2, kind="percent", decimals=1), "14,0 til 20,0"),
        (fmt_rate(2.04, per=10_000, unit="ungdommer"), "2,0 per 10␣000 ungdommer"),
        (fmt_period("2016", "2016"), "2016"),
        (fmt_year(" 2022 "), "2022"),
        (fmt_year(2022.0), "2022"),
        (fmt_month(date(2027, 1, 14)), "januar␣2027"),
        (fmt_p(0.001), "0,001"),
    ],
)
def test_a_value_reads_as_the_guide_says(text: str, expected: str) -> None:
    assert text == expected.replace("␣", numbers.NBSP)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.5, 0, "1"),  # Babel alone gives 0: half to even
        (2.5, 0, "3"),  # Babel alone gives 2
        (-0.5, 0, "−1"),  # away from zero
        (-0.4, 0, "0"),  # Babel alone gives -0
        (-0.004, 2, "0,00"),
        (0.305 - 0.19, 2, "0,12"),  # 0.11499999999999999 in binary, 0,115 to a reader
        (1e15, 0, "1␣000␣000␣000␣000␣000"),
        (np.float64(2.5), 0, "3"),
        (np.int64(12345), 0, "12␣345"),
        (Decimal("2.5"), 0, "3"),
    ],
)
def test_rounding_is_half_up_on_the_decimal_number(
    value: float, decimals: int, expected: str
) -> None:
    assert fmt_number(value, decimals=decimals) == expected.replace("␣", numbers.NBSP)


@given(FINITE)
def test_no_formatter_writes_what_is_forbidden(value: float) -> None:
    for formatter in FORMATTERS:
        assert not FORBIDDEN.search(formatter(value))


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_the_shown_number_is_the_half_up_of_the_written_one(thousandths: int, places: int) -> None:
    # Python's own decimal module on the text a reader would write, sign handled by hand
    magnitude = (Decimal(abs(thousandths)) / 1000).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
    )
    expected = -magnitude if thousandths < 0 and magnitude else magnitude
    shown = fmt_number(thousandths / 1000, decimals=places)
    parsed = shown.replace(numbers.NBSP, "").replace(numbers.MINUS, "-").replace(",", ".")
    assert Decimal(parsed) == expected


@given(FINITE)
def test_a_number_and_its_negative_differ_by_the_sign_only(value: float) -> None:
    assert fmt_number(-abs(value)).lstrip(numbers.MINUS) == fmt_number(abs(value))


@given(st.integers(1900, 2100), st.integers(1900, 2100))
def test_years_are_never_grouped(first: int, last: int) -> None:
    text = fmt_period(min(first, last), max(first, last))
    assert re.fullmatch(r"\d{4}(–\d{4})?", text)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, None, pd.NA, pd.NaT, np.nan, True, "12", Decimal("NaN")],
    ids=repr,
)
@pytest.mark.parametrize("formatter", [*FORMATTERS[:6], fmt_p], ids=lambda f: f.__name__)
def test_a_missing_or_infinite_number_is_refused(
    formatter: Callable[[object], str], value: object
) -> None:
    with pytest.raises(EvalueringError):
        formatter(value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: fmt_interval(0.2, 0.1),
        lambda: fmt_interval(0.1, math.inf),
        lambda: fmt_p(1.0001),
        lambda: fmt_p(-0.0001),
        lambda: fmt_year(2022.5),
        lambda: fmt_year(1899),
        lambda: fmt_year(2101),
        lambda: fmt_year("tjue"),
        lambda: fmt_period(2022, 2016),
        lambda: fmt_date("14.01.2027"),
        lambda: fmt_sign("ukjent"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], str]) -> None:
    with pytest.raises(EvalueringError):
        call()


def test_limits_at_their_border_are_shown() -> None:
    assert (fmt_p(0), fmt_p(1), fmt_year(1900), fmt_year(2100)) == (
        "under 0,001",
        "1,000",
        "1900",
        "2100",
    )
    assert fmt_interval(0.1, 0.1) == "10 til 10"


@pytest.mark.parametrize(
    ("sign", "html", "words"),
    [
        # The guide §6
        (
            Sign.HIDDEN,
            '<span aria-hidden="true">:</span> <span class="skjult">kan ikke vises</span>',
            "kan ikke vises",
        ),
        (
            Sign.MISSING,
            '<span aria-hidden="true">..</span> <span class="skjult">mangler</span>',
            "mangler",
        ),
        (
            Sign.NOT_APPLICABLE,
            '<span aria-hidden="true">.</span> <span class="skjult">ikke aktuelt</span>',
            "ikke aktuelt",
        ),
        (
            Sign.PRELIMINARY,
            '<span aria-hidden="true">*</span> <span class="skjult">foreløpig</span>',
            "foreløpig",
        ),
        (Sign.NONE, "", ""),
    ],
)
def test_a_sign_carries_its_words(sign: Sign, html: str, words: str) -> None:
    assert fmt_sign(sign) == html
    assert fmt_sign(sign.value) == html
    assert fmt_sign(sign, plain=True) == words
