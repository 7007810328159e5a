"""One share and two shares of persons: Wilson, Newcombe, Miettinen–Nurminen, conditional mid-p.

For cases and persons counted one by one. Pupils sit in schools: for them use `design`, not this.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_fraction,
    check_part_of,
    rows,
)
from evaluering.statistics.libraries import (
    bisect,
    log_binomial_coefficient,
    newcombe,
    normal_quantile,
    wilson,
)

DifferenceMethod = Literal["newcombe", "mn"]
# Odds ratios outside e^±60 cannot be told from 0 and ∞ by any count a municipality has.
LOG_ODDS_SPAN = 60.0


class Share(NamedTuple):
    """See `share`."""

    share: float
    lower: float
    upper: float


class ShareDifference(NamedTuple):
    """See `share_difference`."""

    difference: float
    lower: float
    upper: float


class OddsRatio(NamedTuple):
    """See `odds_ratio`."""

    ratio: float
    lower: float
    upper: float
    p_value: float


@overload
def share(  # pyright: ignore[reportOverlappingOverload]  (numbers are caught here first)
    count: float, total: float, *, level: float = 0.95
) -> Share: ...
@overload
def share(count: ArrayLike, total: ArrayLike, *, level: float = 0.95) -> pd.DataFrame: ...
def share(count: ArrayLike, total: ArrayLike, *, level: float = 0.95) -> Share | pd.DataFrame:
    """Share of a total, with Wilson's score interval.

    Wilson stays inside 0–1 and keeps its coverage at the counts one municipality has. The textbook
    p ± 1.96·se does not: it gives 0 of 12 the interval 0 to 0.

    Args:
        count: Persons who meet the condition. Scalar or shape (k,); whole numbers.
        total: Persons in all. Same shape, or broadcastable; NaN or 0 where nobody answered.
        level: Coverage, between 0 and 1.

    Returns:
        `share`, `lower`, `upper` as fractions of one: a frame with one row per pair, in the order
        given, or a named tuple when both inputs are scalars. Missing in, missing out; never zero.

    Raises:
        EvalueringError: A count is negative, not whole, or above its total.

    References:
        Wilson (1927), JASA 22, 209–212. Checked against R's `prop.test(correct=FALSE)`.
    """
    name = "counts.share"
    check_fraction(level, f"{name}: level")
    shape, (x, n) = rows(name, count=count, total=total)
    _check_share(x, n, f"{name}: count")
    n = np.where(n == 0, np.nan, n)
    return shape.result(Share, x / n, *wilson(x, n, level))


@overload
def share_difference(  # pyright: ignore[reportOverlappingOverload]  (numbers come here first)
    a: float,
    n_a: float,
    b: float,
    n_b: float,
    *,
    level: float = 0.95,
    method: DifferenceMethod = "newcombe",
) -> ShareDifference: ...
@overload
def share_difference(
    a: ArrayLike,
    n_a: ArrayLike,
    b: ArrayLike,
    n_b: ArrayLike,
    *,
    level: float = 0.95,
    method: DifferenceMethod = "newcombe",
) -> pd.DataFrame: ...
def share_difference(
    a: ArrayLike,
    n_a: ArrayLike,
    b: ArrayLike,
    n_b: ArrayLike,
    *,
    level: float = 0.95,
    method: DifferenceMethod = "newcombe",
) -> ShareDifference | pd.DataFrame:
    """Difference of two shares, a/n_a − b/n_b, with interval. For a change over time, a is newer.

    Args:
        a: Persons in the newer period who meet the condition. Scalar or shape (k,).
        n_a: Persons in all in the newer period; 0 or NaN gives a missing row.
        b: The same in the older period.
        n_b: Persons in all in the older period.
        level: Coverage.
        method: `newcombe` (hybrid score) or `mn` (Miettinen–Nurminen score, the wider scheme R's
            ratesci uses). The score interval in statsmodels 0.15 puts a count where the total
            belongs (its issue 10269); ours is written from the paper.

    Returns:
        `difference`, `lower`, `upper` as fractions of one; a frame, or a named tuple for scalars.

    Raises:
        EvalueringError: A count is negative, not whole, or above its total; unknown method.

    References:
        Newcombe (1998), Stat Med 17, 873–890, method 10. Miettinen and Nurminen (1985), Stat Med
        4, 213–226. Checked against R's ratesci.
    """
    name = "counts.share_difference"
    check_fraction(level, f"{name}: level")
    shape, (x_a, total_a, x_b, total_b) = rows(name, a=a, n_a=n_a, b=b, n_b=n_b)
    _check_share(x_a, total_a, f"{name}: a")
    _check_share(x_b, total_b, f"{name}: b")
    total_a, total_b = (np.where(n == 0, np.nan, n) for n in (total_a, total_b))
    if method == "newcombe":
        lower, upper = newcombe(x_a, total_a, x_b, total_b, level)
    elif method == "mn":
        lower, upper = _miettinen_nurminen(x_a, total_a, x_b, total_b, level=level)
    else:
        raise EvalueringError(
            "Metoden er ukjent.", f"{name}: method", "Bruk «newcombe» eller «mn»."
        )
    difference = x_a / total_a - x_b / total_b
    return shape.result(ShareDifference, difference, lower, upper)


def odds_ratio(
    a: ArrayLike, n_a: ArrayLike, b: ArrayLike, n_b: ArrayLike, *, level: float = 0.95
) -> OddsRatio | pd.DataFrame:
    """Are two shares of cases different? Odds ratio with conditional mid-p, given both margins.

    The test of a share of cases between two years; its interval in percentage points is
    `share_difference`. Conditional, so nothing needs to be large; mid-p, so it is not needlessly
    weak.

    Args:
        a: Cases in the newer year that meet the condition. Scalar or shape (k,).
        n_a: Cases in all in the newer year.
        b: The same in the older year.
        n_b: Cases in all in the older year.
        level: Coverage.

    Returns:
        `ratio` (sample odds ratio; NaN for 0/0), `lower`, `upper`, `p_value` (two-sided, 1 when the
        margins leave nothing to vary). A frame, or a named tuple for scalars.

    Raises:
        EvalueringError: A count is negative, not whole, or above its total.

    References:
        Fisher's noncentral hypergeometric distribution; mid-p as in Rothman, Greenland and Lash,
        Modern Epidemiology, ch. 14.
    """
    name = "counts.odds_ratio"
    check_fraction(level, f"{name}: level")
    shape, (x_a, total_a, x_b, total_b) = rows(name, a=a, n_a=n_a, b=b, n_b=n_b)
    _check_share(x_a, total_a, f"{name}: a")
    _check_share(x_b, total_b, f"{name}: b")
    return shape.result(
        OddsRatio,
        *_conditional_odds(x_a, total_a - x_a, x_b, total_b - x_b, level=level),
    )


def ratio_of_ratios(
    younger_a: ArrayLike,
    younger_b: ArrayLike,
    older_a: ArrayLike,
    older_b: ArrayLike,
    *,
    level: float = 0.95,
) -> OddsRatio | pd.DataFrame:
    """Did one group of persons grow more than another? (younger_a/younger_b)/(older_a/older_b).

    «Særlig under 15» is a claim about two ratios, so an increase in both groups is not enough.
    For offences use `clustered_ratio_of_ratios`; there the person is the unit of noise.

    Args:
        younger_a: Persons of the first group, newer period. Scalar or shape (k,).
        younger_b: Persons of the first group, older period.
        older_a: Persons of the second group, newer period.
        older_b: Persons of the second group, older period.
        level: Coverage.

    Returns:
        `ratio`, `lower`, `upper`, `p_value`: conditional mid-p on the 2×2 table.

    Raises:
        EvalueringError: Negative or fractional counts.
    """
    name = "counts.ratio_of_ratios"
    check_fraction(level, f"{name}: level")
    shape, table = rows(
        name, younger_a=younger_a, younger_b=younger_b, older_a=older_a, older_b=older_b
    )
    for label, counted in zip(("younger_a", "younger_b", "older_a", "older_b"), table, strict=True):
        check_counts(counted, f"{name}: {label}")
    return shape.result(OddsRatio, *_conditional_odds(*table, level=level))


def _check_share(count: Array, total: Array, where: str) -> None:
    check_counts(count, where)
    check_counts(total, f"{where} (i alt)")
    check_part_of(count, total, where)


def _miettinen_nurminen(
    x_a: Array, n_a: Array, x_b: Array, n_b: Array, *, level: float
) -> tuple[Array, Array]:
    """Limits δ where (p̂_a − p̂_b − δ)² = z²·Ṽ(δ), Ṽ at the restricted maximum likelihood."""
    critical = normal_quantile((1 + level) / 2)
    observed = x_a / n_a - x_b / n_b
    total = n_a + n_b

    def score(delta: Array) -> Array:
        p_b = _restricted_share(x_a, n_a, x_b, n_b, delta=delta)
        p_a = np.clip(p_b + delta, 0, 1)
        variance = (p_a * (1 - p_a) / n_a + p_b * (1 - p_b) / n_b) * total / (total - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (observed - delta) / np.sqrt(variance)
        # Variance 0 away from the estimate: no such δ can have given the data.
        return np.where(np.isnan(z), 0.0, z)

    lower = bisect(lambda d: score(d) > critical, np.full_like(observed, -1.0), observed)
    upper = bisect(lambda d: score(d) > -critical, observed, np.full_like(observed, 1.0))
    missing = 0 * observed
    return lower + missing, upper + missing


def _restricted_share(x_a: Array, n_a: Array, x_b: Array, n_b: Array, *, delta: Array) -> Array:
    """p_b at the maximum likelihood given p_a = p_b + δ: the cubic's closed root (1985, app. I)."""
    total, yes = n_a + n_b, x_a + x_b
    square = (n_a + 2 * n_b) * delta - total - yes
    linear = (n_b * delta - total - 2 * x_b) * delta + yes
    constant = x_b * delta * (1 - delta)
    third = square / (3 * total)
    q = third**3 - linear * square / (6 * total**2) + constant / (2 * total)
    radius = np.sqrt(np.maximum(third**2 - linear / (3 * total), 0))
    p = np.where(q < 0, -radius, radius)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(p == 0, 0.0, q / p**3)
    angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    root = 2 * p * np.cos(angle) - third
    return np.clip(root, np.maximum(0, -delta), np.minimum(1, 1 - delta))


def _conditional_odds(
    a: Array, b: Array, c: Array, d: Array, *, level: float
) -> tuple[Array, Array, Array, Array]:
    """Odds ratio a·d/(b·c) with mid-p limits and two-sided mid-p, table by table."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (a * d) / (b * c)
    tables = np.column_stack((a, b, c, d))
    answers = np.array([_one_table(table, level) for table in tables])
    return ratio, answers[:, 0], answers[:, 1], answers[:, 2]


def _one_table(table: Array, level: float) -> tuple[float, float, float]:
    """Mid-p limits of the odds ratio and the two-sided mid-p of one table (a, b; c, d)."""
    if np.isnan(table).any():
        return float("nan"), float("nan"), float("nan")
    a, b, c, d = (float(cell) for cell in table)
    first, second, column = a + b, c + d, a + c
    support: Array = np.arange(max(0.0, column - second), min(first, column) + 1)
    log_weight = log_binomial_coefficient(first, support) + log_binomial_coefficient(
        second, column - support
    )

    def at_least(theta: Array) -> Array:
        exponent = log_weight + support * theta
        weight = np.exp(exponent - exponent.max())
        above = weight[support > a].sum() + 0.5 * weight[support == a].sum()
        return np.array([above / weight.sum()])

    tail = float(at_least(np.zeros(1))[0])
    p_value = min(1.0, 2 * min(tail, 1 - tail))
    alpha = (1 - level) / 2
    ends = np.array([-LOG_ODDS_SPAN]), np.array([LOG_ODDS_SPAN])
    lower, upper = 0.0, float("inf")
    if a > support[0]:
        lower = float(np.exp(bisect(lambda t: at_least(t) < alpha, *ends)[0]))
    if a < support[-1]:
        upper = float(np.exp(bisect(lambda t: at_least(t) < 1 - alpha, *ends)[0]))
    return lower, upper, p_value
