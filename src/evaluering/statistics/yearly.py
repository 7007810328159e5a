"""Three or more yearly counts: do they rise or fall? Nothing is drawn into the future."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import Array, check_counts, check_positive, numbers
from evaluering.statistics.libraries import two_sided_normal

FEWEST_PERIODS = 3
# Persons times years: above this the exact distribution costs time and no longer differs.
MOST_EXACT = 20_000


class ScoreTrend(NamedTuple):
    """See `score_trend`."""

    score: float
    z: float
    p_value: float
    last_to_first: float


def score_trend(
    counts: ArrayLike,
    *,
    years: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    variance: ArrayLike | None = None,
) -> ScoreTrend:
    """Do three or more yearly counts rise or fall? Score T = Σ(t − t̄)·x_t. No line is drawn ahead.

    Persons: exact two-sided mid-p given the total (multinomial, by convolution; normal from about
    10,000 persons over three years). Offences: give
    `variance` (Σk² of each year), and the score is measured against √Σ(t − t̄)²·Σk²_t.

    Args:
        counts: One count a year, oldest first, shape (k,), k ≥ 3. A missing year must be left out,
            with `years` saying which are there.
        years: The years, whole numbers, increasing. None: consecutive.
        exposure: Population per year; None: equal.
        variance: Σk² per year (`clustered_total`, or the upper bound), for offences.

    Returns:
        `score` (its sign is the direction), `z`, `p_value`, `last_to_first` (ratio of rates).

    Raises:
        EvalueringError: Negative, fractional or missing counts, fewer than three years, years not
            in order, exposure or variance that cannot be.
    """
    name = "counts.score_trend"
    x = np.atleast_1d(numbers(counts, f"{name}: counts"))
    check_counts(x, f"{name}: counts", allow_missing=False)
    t = np.arange(x.size, dtype=np.float64)
    t = t if years is None else np.atleast_1d(numbers(years, f"{name}: years"))
    e = np.ones_like(x) if exposure is None else np.atleast_1d(numbers(exposure, name))
    check_positive(e, f"{name}: exposure")
    if x.size < FEWEST_PERIODS or t.size != x.size or e.size != x.size or np.isnan(e).any():
        raise EvalueringError(
            "En utvikling trenger minst tre år, og like mange tall i hver rekke.",
            name,
            "Gi ett antall, ett årstall og ett folketall per år.",
        )
    if not ((np.diff(t) > 0).all() and (t == np.floor(t)).all()):
        raise EvalueringError(
            "Årene står ikke i rekkefølge.", f"{name}: years", "Sett det eldste året først."
        )
    t = t - t[0]
    centred = t - (e * t).sum() / e.sum()
    score = round(float((centred * x).sum()), 9)  # its sign is read: no 1e-14 where it is 0
    with np.errstate(divide="ignore", invalid="ignore"):
        last_to_first = float(np.divide(x[-1] / e[-1], x[0] / e[0]))
    if variance is None:
        spread = x.sum() * (e * centred**2).sum() / e.sum()
        z = float(score / spread**0.5) if spread > 0 else float("nan")
        if x.sum() * t[-1] > MOST_EXACT:
            p_value = float(two_sided_normal(np.array(z)))
        else:
            p_value = _score_p(x, t.astype(np.int64), e / e.sum())
        return ScoreTrend(score, z, p_value, last_to_first)
    v = np.atleast_1d(numbers(variance, f"{name}: variance"))
    if v.size != x.size or not (v >= x).all():
        raise EvalueringError(
            "Summen av kvadratene kan ikke være mindre enn summen av forholdene.",
            f"{name}: variance",
            "Bruk variansen fra clustered_total eller clustered_total_bounds.",
        )
    spread = float((centred**2 * v).sum())
    z = score / spread**0.5 if spread > 0 else float("nan")
    return ScoreTrend(score, z, float(two_sided_normal(np.array(z))), last_to_first)


def _score_p(x: Array, steps: NDArray[np.int64], shares: Array) -> float:
    """Two-sided mid-p of S = Σ step_t·x_t, x multinomial over the years given its total."""
    one = np.zeros(int(steps[-1]) + 1)
    one[steps] = shares
    distribution, power, left = np.ones(1), one, int(x.sum())
    while left:  # the sum of n persons, by repeated squaring
        if left & 1:
            distribution = np.convolve(distribution, power)
        left >>= 1
        if left:
            power = np.convolve(power, power)
    here = int((steps * x).sum())
    half = distribution[here] / 2
    tail = min(distribution[:here].sum(), distribution[here + 1 :].sum())
    return float(min(1.0, 2 * (tail + half)))
