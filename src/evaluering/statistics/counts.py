"""Counts of persons and offences: one count, two periods, three years; what change could be seen?

Persons are counted as Poisson; offences are not (`clustered`): one person can stand for many. The
parts about shares, offences, series, comparison municipalities and waiting times lie in files of
their own and are offered here under the same name. For a change over time the newer period is `a`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_fraction,
    check_positive,
    numbers,
    rows,
)
from evaluering.statistics.clustered import (
    ClusteredRatio,
    ClusteredTotal,
    TotalChange,
    clustered_change,
    clustered_ratio_of_ratios,
    clustered_total,
    linked_groups,
    total_change,
)
from evaluering.statistics.clustered_bounds import ClusteredBounds, clustered_total_bounds
from evaluering.statistics.comparators import PlaceboRank, placebo_rank, scaled_change
from evaluering.statistics.libraries import (
    binomial_at_most,
    binomial_exactly,
    bisect,
    expit,
    normal_quantile,
    poisson_at_most,
    poisson_exact,
    poisson_exactly,
)
from evaluering.statistics.series import CountRegression, Dispersion, dispersion, regression
from evaluering.statistics.shares import (
    OddsRatio,
    Share,
    ShareDifference,
    odds_ratio,
    ratio_of_ratios,
    share,
    share_difference,
)
from evaluering.statistics.waiting import MedianWait, median_wait
from evaluering.statistics.yearly import ScoreTrend, score_trend

__all__ = [
    "ClusteredBounds",
    "ClusteredRatio",
    "ClusteredTotal",
    "CountRegression",
    "Dispersion",
    "Interval",
    "MedianWait",
    "OddsRatio",
    "PlaceboRank",
    "Rate",
    "RateRatio",
    "ScoreTrend",
    "Share",
    "ShareDifference",
    "SmallestDetectable",
    "SummedRatio",
    "TotalChange",
    "clustered_change",
    "clustered_ratio_of_ratios",
    "clustered_total",
    "clustered_total_bounds",
    "dispersion",
    "interval",
    "linked_groups",
    "median_wait",
    "odds_ratio",
    "placebo_rank",
    "rate",
    "rate_ratio",
    "ratio_of_ratios",
    "regression",
    "scaled_change",
    "score_trend",
    "share",
    "share_difference",
    "smallest_detectable",
    "summed_ratio",
    "total_change",
]

IntervalMethod = Literal["exact", "midp", "byar"]
RatioMethod = Literal["midp", "exact"]
# Below this sum over the years placements are too few for a test (statistics.md 0.1, few_persons).
SMALLEST_SUM = 10
# Odds outside e^±100 cannot be told from 0 and ∞ by any count.
LOG_ODDS_SPAN = 100.0


class Interval(NamedTuple):
    """See `interval`."""

    lower: float
    upper: float


class Rate(NamedTuple):
    """See `rate`."""

    events: float
    population: float
    rate: float
    lower: float
    upper: float


class RateRatio(NamedTuple):
    """See `rate_ratio`."""

    ratio: float
    lower: float
    upper: float
    p_value: float


class SmallestDetectable(NamedTuple):
    """See `smallest_detectable`."""

    at_most: float
    at_least: float


class SummedRatio(NamedTuple):
    """See `summed_ratio`."""

    sum_a: float
    sum_b: float
    ratio: float
    lower: float
    upper: float
    p_value: float
    refusal: str


@overload
def interval(  # pyright: ignore[reportOverlappingOverload]  (numbers are caught here first)
    count: float,
    *,
    level: float = 0.95,
    method: IntervalMethod = "exact",
    dispersion: float = 1.0,
) -> Interval: ...
@overload
def interval(
    count: ArrayLike,
    *,
    level: float = 0.95,
    method: IntervalMethod = "exact",
    dispersion: float = 1.0,
) -> pd.DataFrame: ...
def interval(
    count: ArrayLike,
    *,
    level: float = 0.95,
    method: IntervalMethod = "exact",
    dispersion: float = 1.0,
) -> Interval | pd.DataFrame:
    """How uncertain is one count of persons? Poisson interval of its mean.

    Args:
        count: Whole number of persons. Scalar or shape (k,); NaN gives a missing row.
        level: Coverage.
        method: `exact` (Garwood; covers at least `level`), `midp` (covers `level` on average) or
            `byar` (OHID's formula with O and O + 1; `epitools::pois.byar` is another formula).
        dispersion: φ of a series (`dispersion`); the interval is stretched by √φ when φ > 1 and
            never narrowed when φ < 1.

    Returns:
        `lower`, `upper`; a frame, or a named tuple for a scalar.

    Raises:
        EvalueringError: Negative or fractional count, unknown method.

    References:
        Garwood (1936), Biometrika 28, 437–442. Byar in Breslow and Day (1987), eq. 2.13.
        Checked against R's `poisson.test` and PHEindicatormethods.
    """
    name = "counts.interval"
    check_fraction(level, f"{name}: level")
    shape, (x,) = rows(name, count=count)
    check_counts(x, f"{name}: count")
    if not dispersion > 0:
        raise EvalueringError(
            "Spredningen må være større enn null.", f"{name}: dispersion", "Regn den ut på nytt."
        )
    stretch = max(1.0, dispersion) ** 0.5
    lower, upper = _interval(x, level, method)
    return shape.result(
        Interval, np.maximum(0, x - (x - lower) * stretch), x + (upper - x) * stretch
    )


def _interval(x: Array, level: float, method: IntervalMethod) -> tuple[Array, Array]:
    if method == "exact":
        return poisson_exact(x, level)
    if method == "byar":
        return _byar(x, level)
    if method == "midp":
        return _mid_p(x, level)
    raise EvalueringError(
        "Metoden er ukjent.", "counts.interval: method", "Bruk «exact», «midp» eller «byar»."
    )


def _byar(x: Array, level: float) -> tuple[Array, Array]:
    z = normal_quantile((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    above = x + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return np.where(x == 0, 0.0, np.maximum(lower, 0)), upper


def _mid_p(x: Array, level: float) -> tuple[Array, Array]:
    """Means at which P(X > x) + ½P(X = x) is half of 1 − level, and the mirror.

    By halving: the search in statsmodels (`midp-c`) fails on arrays and gives a count of 0 the
    lower limit 2.9957, which is its upper limit.
    """
    alpha = (1 - level) / 2

    def at_most(mean: Array) -> Array:
        return poisson_at_most(x - 1, mean) + poisson_exactly(x, mean) / 2

    far = x + 20 * np.sqrt(x + 1) + 20
    lower = bisect(lambda mean: at_most(mean) > 1 - alpha, np.zeros_like(x), x)
    upper = bisect(lambda mean: at_most(mean) > alpha, x, far)
    return np.where(x == 0, 0.0, lower), upper


def rate(
    count: ArrayLike,
    population: ArrayLike,
    *,
    per: float = 1000.0,
    level: float = 0.95,
    method: IntervalMethod = "exact",
) -> Rate | pd.DataFrame:
    """Persons per 1000 inhabitants of the declared ages; count, population and rate together.

    The population is taken as known. A count by place of offence over residents is not a rate of
    the residents: the caller's definition card says which it is.

    Args:
        count: Persons (or events with Poisson noise). Scalar or shape (k,).
        population: Inhabitants of the same ages; above 0, NaN where unknown.
        per: Size of the population the rate is said for.
        level: Coverage.
        method: As in `interval`.

    Returns:
        `events`, `population`, `rate`, `lower`, `upper` (limits of the count over the population).

    Raises:
        EvalueringError: Negative or fractional count, population 0 or negative.
    """
    name = "counts.rate"
    check_fraction(level, f"{name}: level")
    shape, (x, n) = rows(name, count=count, population=population)
    check_counts(x, f"{name}: count")
    check_positive(n, f"{name}: population")
    lower, upper = _interval(x, level, method)
    return shape.result(Rate, x, n, x / n * per, lower / n * per, upper / n * per)


@overload
def rate_ratio(  # pyright: ignore[reportOverlappingOverload]  (numbers are caught here first)
    count_a: float,
    exposure_a: float,
    count_b: float,
    exposure_b: float,
    *,
    level: float = 0.95,
    method: RatioMethod = "midp",
) -> RateRatio: ...
@overload
def rate_ratio(
    count_a: ArrayLike,
    exposure_a: ArrayLike,
    count_b: ArrayLike,
    exposure_b: ArrayLike,
    *,
    level: float = 0.95,
    method: RatioMethod = "midp",
) -> pd.DataFrame: ...
def rate_ratio(
    count_a: ArrayLike,
    exposure_a: ArrayLike,
    count_b: ArrayLike,
    exposure_b: ArrayLike,
    *,
    level: float = 0.95,
    method: RatioMethod = "midp",
) -> RateRatio | pd.DataFrame:
    """Rate a over rate b for two counts of persons: conditional mid-p test and interval.

    Given the sum n, X_a ~ Bin(n, E_a/(E_a + E_b)) under equal rates. Mid-p keeps the error rate
    near its level at small counts, where the exact test is needlessly weak. The two-sided mid-p in
    statsmodels (`cond-midp`) starts from another p-value (its issue 8233) and is not used. Never
    for offences: one person can stand for many (`clustered_change`).

    Args:
        count_a: Persons in the newer period. Scalar or shape (k,).
        exposure_a: Population or time of the newer period, above 0.
        count_b: Persons in the older period.
        exposure_b: Population or time of the older period.
        level: Coverage.
        method: `midp`, or `exact` (central, as R's `poisson.test` interval) for sensitivity.

    Returns:
        `ratio` (∞ against 0, NaN for 0/0), `lower`, `upper`, `p_value` (1 for 0/0, where the
        interval is 0 to ∞). A frame, or a named tuple for scalars.

    Raises:
        EvalueringError: Negative or fractional counts, exposure 0 or negative, unknown method.

    References:
        Przyborowski and Wilenski (1940), Biometrika 31, 313–323; mid-p as in Rothman, Greenland
        and Lash, Modern Epidemiology, ch. 14. Checked against exact fractions: the limits printed
        by R's exactci and epitools stop at 1e-5.
    """
    name = "counts.rate_ratio"
    check_fraction(level, f"{name}: level")
    shape, (x_a, e_a, x_b, e_b) = rows(
        name, count_a=count_a, exposure_a=exposure_a, count_b=count_b, exposure_b=exposure_b
    )
    for label, x, e in (("a", x_a, e_a), ("b", x_b, e_b)):
        check_counts(x, f"{name}: count_{label}")
        check_positive(e, f"{name}: exposure_{label}")
    if method not in ("midp", "exact"):
        raise EvalueringError("Metoden er ukjent.", f"{name}: method", "Bruk «midp» eller «exact».")
    part = 0.5 if method == "midp" else 1.0
    total = x_a + x_b
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (x_a / e_a) / (x_b / e_b)
    p_value = _conditional_p(x_a, total, e_a / (e_a + e_b), part)
    lower, upper = _conditional_odds(x_a, total, (1 - level) / 2, part)
    per_exposure = e_b / e_a
    return shape.result(RateRatio, ratio, lower * per_exposure, upper * per_exposure, p_value)


def _conditional_p(x: Array, n: Array, share_a: Array, part: float) -> Array:
    """Twice the smaller tail, which counts `part` of P(X = x); at most 1."""
    here = binomial_exactly(x, n, share_a)
    below = binomial_at_most(x - 1, n, share_a)
    above = binomial_at_most(n - x - 1, n, 1 - share_a)
    return np.minimum(1, 2 * np.minimum(below, above) + 2 * part * here)


def _conditional_odds(x: Array, n: Array, alpha: float, part: float) -> tuple[Array, Array]:
    """Limits of π/(1 − π) where a tail, with `part` of P(X = x), is `alpha`."""

    def above(log_odds: Array) -> Array:
        p = expit(-log_odds)
        return binomial_at_most(n - x - 1, n, p) + part * binomial_exactly(n - x, n, p)

    def below(log_odds: Array) -> Array:
        p = expit(log_odds)
        return binomial_at_most(x - 1, n, p) + part * binomial_exactly(x, n, p)

    ends = np.full_like(x, -LOG_ODDS_SPAN), np.full_like(x, LOG_ODDS_SPAN)
    lower = np.exp(bisect(lambda t: above(t) < alpha, *ends))
    upper = np.exp(bisect(lambda t: below(t) > alpha, *ends))
    missing = 0 * n
    return np.where(x == 0, 0.0, lower) + missing, np.where(x == n, np.inf, upper) + missing


@overload
def smallest_detectable(  # pyright: ignore[reportOverlappingOverload]  (numbers come here first)
    count: float, *, level: float = 0.95
) -> SmallestDetectable: ...
@overload
def smallest_detectable(count: ArrayLike, *, level: float = 0.95) -> pd.DataFrame: ...
def smallest_detectable(
    count: ArrayLike, *, level: float = 0.95
) -> SmallestDetectable | pd.DataFrame:
    """What must next year's count be, for us to say that it changed? Equal exposure, mid-p.

    Printed beside every yearly number, so that a council does not read "+62 %" into 13 → 21.

    Args:
        count: Persons this year. Scalar or shape (k,); NaN gives a missing row.
        level: 1 − the significance level.

    Returns:
        `at_most` (largest count that shows a fall; NaN when none can) and `at_least` (smallest
        that shows a rise). A frame, or a named tuple for a scalar.

    Raises:
        EvalueringError: Negative or fractional count.
    """
    name = "counts.smallest_detectable"
    check_fraction(level, f"{name}: level")
    shape, (x,) = rows(name, count=count)
    check_counts(x, f"{name}: count")
    alpha = 1 - level

    def is_change(other: Array) -> NDArray[np.bool_]:
        return _conditional_p(other, x + other, np.full_like(x, 0.5), 0.5) < alpha

    known = np.where(np.isnan(x), 0.0, x)
    far = known + 8 + 4 * np.sqrt(known)
    while not (is_change(np.floor(far)) | np.isnan(x)).all():
        far = known + 2 * (far - known)
    at_least = _border(is_change, np.floor(far), known)
    at_most = np.where(
        is_change(np.zeros_like(x)), _border(is_change, np.zeros_like(x), known), np.nan
    )
    return shape.result(SmallestDetectable, at_most, at_least + 0 * x)


def _border(
    is_change: Callable[[Array], NDArray[np.bool_]], outside: Array, inside: Array
) -> Array:
    """The whole number nearest `inside` that still shows a change, by halving."""
    while (np.abs(outside - inside) > 1).any():
        middle = np.floor((outside + inside) / 2)
        shows = is_change(middle)
        outside, inside = np.where(shows, middle, outside), np.where(shows, inside, middle)
    return outside


def summed_ratio(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    *,
    level: float = 0.95,
    smallest_sum: int = SMALLEST_SUM,
) -> SummedRatio:
    """Very small yearly counts (placements): sums over years against each other, or a refusal.

    Args:
        counts_a: New persons in each year of the newer period, shape (k,). A missing year makes the
            sum missing; it is never taken for zero.
        counts_b: The same for the older period; as many years.
        level: Coverage.
        smallest_sum: A period with a smaller sum is described, not tested.

    Returns:
        `sum_a`, `sum_b`, `ratio`, `lower`, `upper`, `p_value`, `refusal` (`few_persons` below the
        smallest sum; then the ratio and what follows are NaN).

    Raises:
        EvalueringError: Negative or fractional counts, or periods of different length.
    """
    name = "counts.summed_ratio"
    first, last = (np.atleast_1d(numbers(c, name)) for c in (counts_a, counts_b))
    check_counts(first, f"{name}: counts_a")
    check_counts(last, f"{name}: counts_b")
    if first.size != last.size:
        raise EvalueringError(
            "De to periodene har ikke like mange år.", name, "Bruk like mange år i hver periode."
        )
    sum_a, sum_b = float(first.sum()), float(last.sum())
    if np.isnan(sum_a + sum_b) or min(sum_a, sum_b) < smallest_sum:
        nan = float("nan")
        refusal = "" if np.isnan(sum_a + sum_b) else "few_persons"
        return SummedRatio(sum_a, sum_b, nan, nan, nan, nan, refusal)
    return SummedRatio(sum_a, sum_b, *rate_ratio(sum_a, 1.0, sum_b, 1.0, level=level), "")
