"""How long does it take? A median with an interval that assumes nothing about the shape."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from evaluering.statistics.arguments import check_counts, check_fraction, numbers, refuse
from evaluering.statistics.libraries import binomial_quantile

# Fewer cases than this are not summarised (statistics.md 2.11).
FEWEST_CASES = 10


class MedianWait(NamedTuple):
    """See `median_wait`."""

    cases: int
    waiting: int
    median: float
    lower: float
    upper: float
    refusal: str


def median_wait(days: ArrayLike, *, waiting: int = 0, level: float = 0.95) -> MedianWait:
    """Median number of days, with the interval of order statistics (binomial).

    Cases that still wait stay in the number of cases and count as longer than all others: leaving
    them out would make help look faster the longer some are left waiting. No survival curve: its
    steps are single cases.

    Args:
        days: Days from opened to first service, one per case that got it, 0 or more; shape (k,). A
            missing date is not a case that waits: it falls out.
        waiting: Cases that have not got it yet.
        level: Least coverage.

    Returns:
        `cases` (with those waiting), `waiting`, `median`, `lower`, `upper`, `refusal`. The median
        or the upper limit is ∞ when so many wait that it lies among them. `few_cases` below 10
        cases (nothing but the numbers of cases is given); `no_variation` where the limits are
        equal (then no limits).

    Raises:
        EvalueringError: Negative days, or a negative or fractional number waiting.

    References:
        Order-statistic interval: David and Nagaraja (2003), Order Statistics, 7.1.
    """
    name = "counts.median_wait"
    check_fraction(level, f"{name}: level")
    x = np.atleast_1d(numbers(days, f"{name}: days"))
    refuse(x < 0, "Antall dager er negativt.", f"{name}: days", "Se etter om datoene er byttet om.")
    still = np.atleast_1d(numbers(waiting, f"{name}: waiting"))
    check_counts(still, f"{name}: waiting", allow_missing=False)
    left = int(still[0])
    ordered = np.concatenate([np.sort(x[~np.isnan(x)]), np.full(left, np.inf)])
    n, nan = ordered.size, float("nan")
    if n < FEWEST_CASES:
        return MedianWait(n, left, nan, nan, nan, "few_cases")
    middle = ordered[[(n - 1) // 2, n // 2]]
    median = float(middle.mean()) if np.isfinite(middle).all() else float("inf")
    # Largest rank r with P(fewer than r cases below the median) ≤ half of 1 − level.
    rank = max(1, binomial_quantile((1 - level) / 2, n, 0.5))
    lower, upper = float(ordered[rank - 1]), float(ordered[n - rank])
    if lower == upper:
        return MedianWait(n, left, median, nan, nan, "no_variation")
    return MedianWait(n, left, median, lower, upper, "")
