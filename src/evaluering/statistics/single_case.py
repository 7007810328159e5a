"""One case with repeated ratings: do those of the second phase lie above those of the first?

Overlap of all pairs, nothing assumed about the scale. Only for the working group of the case.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import Array, check_fraction, numbers
from evaluering.statistics.libraries import bisect, normal_quantile

# Fewer ratings than this in a phase can be shown, not judged (statistics.md 3.7).
FEWEST_RATINGS = 5


class Nap(NamedTuple):
    """See `nap`."""

    nap: float
    standard_error: float
    lower: float
    upper: float
    refusal: str


class TauBc(NamedTuple):
    """See `tau_bc`."""

    tau_bc: float
    slope: float
    refusal: str


def nap(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Nap:
    """Non-overlap of all pairs: P(b > a) + ½P(b = a) over all pairs of one rating from each phase.

    Higher is better; a scale where lower is better is turned by the caller, by declaration.

    Args:
        a: Ratings of the first phase in time order, shape (m,); NaN falls out.
        b: Ratings of the second phase, shape (n,).
        level: Coverage.

    Returns:
        `nap` (½ is no difference), `standard_error` (unbiased), `lower`, `upper` (Newcombe's method
        5) and `refusal`: `few_ratings` with fewer than 5 ratings in a phase (then no interval).

    Raises:
        EvalueringError: A phase without ratings.

    References:
        Parker and Vannest (2009), Behav Ther 40, 357–367; Newcombe (2006), Stat Med 25, 559–573.
        Checked against R's SingleCaseES, whose limits stop 1e-4 from the root.
    """
    name = "goals.nap"
    check_fraction(level, f"{name}: level")
    first, last = _phase(a, f"{name}: a"), _phase(b, f"{name}: b")
    first, last = first[~np.isnan(first)], last[~np.isnan(last)]
    wins = _wins(first, last)
    share = float(wins.mean())
    error = _standard_error(wins)
    if min(first.size, last.size) < FEWEST_RATINGS:
        return Nap(share, error, float("nan"), float("nan"), "few_ratings")
    lower, upper = _newcombe_5(share, first.size, last.size, level)
    return Nap(share, error, lower, upper, "")


def tau_bc(a: ArrayLike, b: ArrayLike) -> TauBc:
    """Tau with the baseline's own trend taken out first: «Tau-BC, always corrected, 2·NAP − 1».

    The Theil–Sen line of the first phase on rating number is subtracted from both phases. Always:
    Tarlow's own variant tests the trend first and uses Kendall's tau-b; Tau-U leaves [−1, 1] and is
    not offered. Residuals that would be tied in exact arithmetic are set apart by the last digit of
    the computer's numbers, here as in SingleCaseES, so the third decimal should not be read.

    Args:
        a: Ratings of the first phase in time order, shape (m,); NaN falls out and has no number.
        b: Ratings of the second phase, numbered on from the first.

    Returns:
        `tau_bc` in [−1, 1], the `slope` that was taken out (per rating) and `refusal`:
        `few_ratings` with fewer than 5 ratings in a phase.

    Raises:
        EvalueringError: A phase without ratings, or a first phase with fewer than two.

    References:
        Tarlow (2017), Behav Modif 41, 427–467. Checked against R's SingleCaseES.
    """
    name = "goals.tau_bc"
    first, last = _phase(a, f"{name}: a"), _phase(b, f"{name}: b")
    first, last = first[~np.isnan(first)], last[~np.isnan(last)]
    if first.size < 2:  # noqa: PLR2004  (two points make a line)
        raise EvalueringError(
            "Første fase har færre enn to målinger.", f"{name}: a", "Ta med alle målingene før."
        )
    number = np.arange(1, first.size + last.size + 1)
    before, after = number[: first.size], number[first.size :]
    earlier, later = np.triu_indices(first.size, 1)
    slope = float(np.median((first[later] - first[earlier]) / (later - earlier)))
    intercept = float(np.median(first - before * slope))
    wins = _wins(first - intercept - slope * before, last - intercept - slope * after)
    is_few = min(first.size, last.size) < FEWEST_RATINGS
    return TauBc(2 * float(wins.mean()) - 1, slope, "few_ratings" if is_few else "")


def _phase(ratings: ArrayLike, where: str) -> Array:
    values = np.atleast_1d(numbers(ratings, where))
    if np.isnan(values).all():
        raise EvalueringError(
            "Fasen har ingen målinger.", where, "Ta med målingene, eller la være å sammenligne."
        )
    return values


def _wins(a: Array, b: Array) -> Array:
    """1 where b is above a, ½ where they are equal, shape (m, n)."""
    gap = b[None, :] - a[:, None]
    return (gap > 0) + 0.5 * (gap == 0)


def _standard_error(wins: Array) -> float:
    """Unbiased (Sen 1967); the share in N(1 − N) is kept ½/(mn) away from 0 and 1."""
    m, n = wins.shape
    if m == 1 or n == 1:
        return float("nan")
    raw = float(wins.mean())
    share = min(max(raw, 0.5 / (m * n)), 1 - 0.5 / (m * n))
    rows = float(((wins.mean(axis=1) - raw) ** 2).mean())
    columns = float(((wins.mean(axis=0) - raw) ** 2).mean())
    cells = float(((wins - raw) ** 2).mean())
    variance = (share * (1 - share) + n * rows + m * columns - 2 * cells) / ((m - 1) * (n - 1))
    return max(variance, 0.0) ** 0.5


def _newcombe_5(share: float, m: int, n: int, level: float) -> tuple[float, float]:
    """Roots of mn(share − t)²(2 − t)(1 + t) = z²t(1 − t)(2 + h + (1 + 2h)t(1 − t)).

    Here h is the mean of m and n, less one.
    """
    z, h = normal_quantile((1 + level) / 2), (m + n) / 2 - 1

    def is_outside(t: Array) -> NDArray[np.bool_]:
        spread = t * (1 - t)
        left = m * n * (share - t) ** 2 * (2 - t) * (1 + t)
        return left > z**2 * spread * (2 + h + (1 + 2 * h) * spread)

    here = np.array([share])
    lower = bisect(is_outside, np.zeros(1), here)[0] if share > 0 else 0.0
    upper = bisect(lambda t: ~is_outside(t), here, np.ones(1))[0] if share < 1 else 1.0
    return float(lower), float(upper)
