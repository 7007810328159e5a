"""Is our change larger than that of the municipalities we are compared with? Placebo ranks.

Every other municipality plays the part of ours once. That calibrates ordinary drift without a model
of it; a difference-in-differences with one treated municipality and robust errors does not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    check_counts,
    check_positive,
    numbers,
    rows,
)

# (1 + 0)/(19 + 1) = .05: with fewer comparators no rank can be beyond noise (statistics.md 2.7).
FEWEST_COMPARATORS = 19
TIE = 1 - 1e-9


class ScaledChange(NamedTuple):
    """See `scaled_change`."""

    ratio: float
    scaled: float


class PlaceboRank(NamedTuple):
    """See `placebo_rank`."""

    comparators: int
    at_least_as_large: int
    below: int
    above: int
    p_value: float
    refusal: str


def scaled_change(
    count_a: ArrayLike, exposure_a: ArrayLike, count_b: ArrayLike, exposure_b: ArrayLike
) -> ScaledChange | pd.DataFrame:
    """Change of each municipality's rate, on a scale where small places do not look restless.

    δ = log(rate_a/rate_b) over √(1/x_a + 1/x_b). A common overdispersion φ would divide all of them
    by the same √φ, and cancels in the rank.

    Args:
        count_a: Events in the newer period (non-overlapping periods). Scalar or shape (k,).
        exposure_a: Population or time of the newer period.
        count_b: Events in the older period.
        exposure_b: Population or time of the older period.

    Returns:
        `ratio` and `scaled`. With no events in one period the scaled change is ±∞ (it counts as
        larger than any other, so it can never help us); none in both, or a missing count: NaN.

    Raises:
        EvalueringError: Negative or fractional counts, exposure not above zero.
    """
    name = "counts.scaled_change"
    shape, (x_a, e_a, x_b, e_b) = rows(
        name, count_a=count_a, exposure_a=exposure_a, count_b=count_b, exposure_b=exposure_b
    )
    for label, x, e in (("a", x_a, e_a), ("b", x_b, e_b)):
        check_counts(x, f"{name}: count_{label}")
        check_positive(e, f"{name}: exposure_{label}")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (x_a / e_a) / (x_b / e_b)
        scaled = np.log(ratio) / np.sqrt(1 / x_a + 1 / x_b)
    one_is_zero = ((x_a == 0) ^ (x_b == 0)) & ~np.isnan(x_a + x_b)
    return shape.result(
        ScaledChange, ratio, np.where(one_is_zero, np.where(x_a == 0, -np.inf, np.inf), scaled)
    )


def placebo_rank(own: float, others: ArrayLike) -> PlaceboRank:
    """Rank of our change among those of J comparators: p = (1 + #{|δ_j| ≥ |δ|})/(J + 1).

    The comparators are chosen by a declared rule before anyone looks. The result is a position, not
    a ranking of places: list them by municipality number.

    Args:
        own: Our (scaled) change; finite.
        others: The comparators' changes, shape (J,). Missing ones fall out; ±∞ counts as larger.

    Returns:
        `comparators` J, `at_least_as_large` (either way), `below` and `above` (signed), `p_value`,
        `refusal`: `few_comparators` below J = 19: p is NaN and only the position may be shown.

    Raises:
        EvalueringError: Our own change is missing or infinite.
    """
    name = "counts.placebo_rank"
    if not np.isfinite(numbers(own, f"{name}: own")).all():
        raise EvalueringError(
            "Vår egen endring mangler.", f"{name}: own", "Fyll inn tallene for egen kommune."
        )
    raw = np.atleast_1d(np.asarray(others, dtype=np.float64))  # ±∞ is allowed here
    delta = raw[~np.isnan(raw)]
    larger = int((np.abs(delta) >= abs(own) * TIE).sum())
    below, above = int((delta < own).sum()), int((delta > own).sum())
    is_few = delta.size < FEWEST_COMPARATORS
    p_value = float("nan") if is_few else (1 + larger) / (delta.size + 1)
    refusal = "few_comparators" if is_few else ""
    return PlaceboRank(delta.size, larger, below, above, p_value, refusal)
