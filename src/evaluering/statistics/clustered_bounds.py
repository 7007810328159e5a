"""What the police form's five numbers say about Σk² without a single row about anybody.

The same identity is a way to leak: what may be shown of it is the business of `disclosure`.
"""

from __future__ import annotations

from typing import NamedTuple, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_fraction,
    codes,
    impossible,
    rows,
)
from evaluering.statistics.clustered import FEWEST_PERSONS, log_limits

SERIOUS = 4
REPEATED = 3


class ClusteredBounds(NamedTuple):
    """See `clustered_total_bounds`."""

    total: float
    persons: float
    variance_lower: float
    variance_upper: float
    lower: float
    upper: float
    refusal: str


@overload
def clustered_total_bounds(  # pyright: ignore[reportOverlappingOverload]  (numbers come here)
    personer_1_2: float,
    personer_3: float,
    personer_4_pluss: float,
    forhold: float,
    forhold_4_pluss: float,
    stoerste: float | None = None,
    *,
    level: float = 0.95,
) -> ClusteredBounds: ...
@overload
def clustered_total_bounds(
    personer_1_2: ArrayLike,
    personer_3: ArrayLike,
    personer_4_pluss: ArrayLike,
    forhold: ArrayLike,
    forhold_4_pluss: ArrayLike,
    stoerste: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame: ...
def clustered_total_bounds(  # noqa: PLR0917  (the order of the police form is the contract)
    personer_1_2: ArrayLike,
    personer_3: ArrayLike,
    personer_4_pluss: ArrayLike,
    forhold: ArrayLike,
    forhold_4_pluss: ArrayLike,
    stoerste: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> ClusteredBounds | pd.DataFrame:
    """Bounds of Σk² from the police form's five numbers, without a row about anybody.

    With A persons with 1–2, B with 3, m with 4 or more, T offences and S those of the m: n₂ = T −
    3B − S − A have two and n₁ = A − n₂ one, which leaves only the spread of S over the m unknown.

    Args:
        personer_1_2: A. Scalar or shape (k,).
        personer_3: B.
        personer_4_pluss: m.
        forhold: T, each offence counted once per young person taking part.
        forhold_4_pluss: S.
        stoerste: The largest number one person has (internal, never shown); tightens the upper
            bound. None or NaN where unknown.
        level: Coverage of the limits.

    Returns:
        `total`, `persons`, `variance_lower` (S spread as evenly as whole numbers allow),
        `variance_upper` (all but one with four; with `stoerste`, as many as possible with that),
        `lower` and `upper` (log limits of the total with the upper bound; tests use it too) and
        `refusal`: `few_persons` below 5 persons.

    Raises:
        EvalueringError: Negative or fractional counts, or numbers that contradict each other.
    """
    name = "counts.clustered_total_bounds"
    check_fraction(level, f"{name}: level")
    shape, form = rows(
        name,
        personer_1_2=personer_1_2,
        personer_3=personer_3,
        personer_4_pluss=personer_4_pluss,
        forhold=forhold,
        forhold_4_pluss=forhold_4_pluss,
        stoerste=stoerste,
    )
    labels = ("personer_1_2", "personer_3", "personer_4_pluss", "forhold", "forhold_4_pluss")
    for label, counted in zip((*labels, "stoerste"), form, strict=True):
        check_counts(counted, f"{name}: {label}")
    a, b, m, total, s, largest = form
    two = total - REPEATED * b - s - a
    one = a - two
    _check_form(two, one, m, s, name=name)
    _check_largest(form, two, name)
    base = one + 4 * two + REPEATED**2 * b
    each = np.where(m > 0, m, 1.0)
    even = np.floor(s / each)
    variance_lower = base + each * even**2 + (s - each * even) * (2 * even + 1)
    variance_upper = base + _uneven(m, s, largest)
    persons = a + b + m
    lower, upper = log_limits(total, variance_upper, level)
    refusal = codes(total.size)
    is_few = persons < FEWEST_PERSONS
    refusal[is_few] = "few_persons"
    stands = np.where(is_few, np.nan, 1.0)
    return shape.result(
        ClusteredBounds,
        total,
        persons,
        variance_lower,
        variance_upper,
        lower * stands,
        upper * stands,
        refusal,
    )


def _check_form(two: Array, one: Array, m: Array, s: Array, *, name: str) -> None:
    if ((two < 0) | (one < 0)).any():
        raise impossible(
            "Antall personer med ett eller to forhold",
            "antall forhold",
            "de forholdene som er igjen til dem, blir færre enn ett eller flere enn to hver",
            name,
        )
    if ((s < SERIOUS * m) | ((m == 0) & (s > 0))).any():
        raise impossible(
            "Antall personer med fire eller flere forhold",
            "forholdene deres",
            "hver av dem har minst fire forhold",
            name,
        )


def _check_largest(form: list[Array], two: Array, name: str) -> None:
    a, b, m, _, s, largest = form
    has_serious = m > 0
    otherwise = np.select([b > 0, two > 0, a > 0], [3.0, 2.0, 1.0], 0.0)
    fits_serious = (largest >= SERIOUS) & (s <= m * largest) & (s >= largest + SERIOUS * (m - 1))
    known = ~np.isnan(largest + a + b + m + s + two)
    if (known & ~np.where(has_serious, fits_serious, largest == otherwise)).any():
        raise impossible(
            "Det største antallet forhold på én person",
            "de andre tallene",
            "ingen fordeling av forholdene gir begge",
            name,
        )


def _uneven(m: Array, s: Array, largest: Array) -> Array:
    """Largest Σk² of m persons with 4 or more and s offences together."""
    extra = s - SERIOUS * m
    room = np.where(np.isnan(largest), extra, largest - SERIOUS)
    safe = np.where(room > 0, room, 1.0)
    full = np.where(room > 0, np.floor(extra / safe), 0.0)
    rest = extra - full * room
    has_rest = rest > 0
    squares = (
        full * (SERIOUS + room) ** 2
        + has_rest * (SERIOUS + rest) ** 2
        + (m - full - has_rest) * SERIOUS**2
    )
    return np.where(m > 0, squares, 0.0) + 0 * m
