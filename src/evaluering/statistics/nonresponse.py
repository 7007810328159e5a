"""Those who did not answer: what is known of the pupils enrolled, and what could undo a change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.statistics import arguments, student_t
from evaluering.statistics.arguments import refuse
from evaluering.statistics.estimates import SMALLEST_SE
from evaluering.statistics.student_t import quantile

_NORMAL = 1e9  # degrees of freedom of the normal distribution


class TippingPoint(NamedTuple):
    """How non-response could undo a change.

    Attributes:
        share_needed: Share among the last wave's non-respondents at which the change vanishes.
        can_undo: 1 where that share is possible (0–1), else 0; NaN where it cannot be computed.
        lower_from: Least share of all enrolled pupils in the first wave.
        upper_from: Largest.
        lower_to: Least in the last wave.
        upper_to: Largest.
    """

    share_needed: float
    can_undo: float
    lower_from: float
    upper_from: float
    lower_to: float
    upper_to: float


class DescriptiveChange(NamedTuple):
    """Change among the pupils who were enrolled in these two waves, and only these.

    Attributes:
        difference: To − from.
        standard_error: With finite-population correction; NaN where enrolment is unknown.
        lower: Lower end of the interval.
        upper: Upper end.
        refusal: `no_variation` when everybody answered alike in both waves.
        note: `full_count` when every enrolled pupil answered: there is nothing left to estimate.
    """

    difference: float
    standard_error: float
    lower: float
    upper: float
    refusal: str
    note: str


def tipping_point(
    share_from: ArrayLike,
    share_to: ArrayLike,
    *,
    response_from: ArrayLike,
    response_to: ArrayLike,
) -> TippingPoint | pd.DataFrame:
    """What those who did not answer must be like for the change to vanish.

    With non-respondents of the first wave like its respondents the change vanishes at
    m* = (p_a − r_b p_b)/(1 − r_b). Outside 0–1 no non-response in the last wave can undo it. The
    share of all enrolled pupils lies in [r p, r p + 1 − r].

    Args:
        share_from: Share in the first wave, fraction. Scalar or shape (k,), as the others.
        share_to: Share in the last wave.
        response_from: Response rate in the first wave, above 0 and at most 1.
        response_to: Response rate in the last wave.

    Returns:
        A named tuple, or a frame with one row per change. Nobody missing gives NaN.

    Raises:
        EvalueringError: A share or rate outside 0–1.
    """
    where = "design.tipping_point"
    shape, (p_a, p_b, r_a, r_b) = arguments.rows(
        where,
        share_from=share_from,
        share_to=share_to,
        response_from=response_from,
        response_to=response_to,
    )
    for value in (p_a, p_b, r_a, r_b):
        refuse((value < 0) | (value > 1), "Andelen ligger ikke mellom 0 og 1.", where, "Rett den.")
    for value in (r_a, r_b):
        refuse(value == 0, "Svarprosenten er 0.", where, "Rett den.")
    is_full = r_b >= 1
    needed = (p_a - r_b * p_b) / np.where(is_full, np.nan, 1 - r_b)
    can_undo = ((needed >= 0) & (needed <= 1)).astype(np.float64)
    return shape.result(
        TippingPoint,
        needed,
        np.where(np.isnan(needed) & ~is_full, np.nan, can_undo),
        r_a * p_a,
        r_a * p_a + 1 - r_a,
        r_b * p_b,
        r_b * p_b + 1 - r_b,
    )


def descriptive_change(
    share_from: ArrayLike,
    share_to: ArrayLike,
    *,
    n_from: ArrayLike,
    n_to: ArrayLike,
    enrolled_from: ArrayLike | None,
    enrolled_to: ArrayLike | None,
    level: float = 0.95,
) -> DescriptiveChange | pd.DataFrame:
    """Did the pupils of these waves answer differently? Uncertainty from non-response only.

    SE = √(Σ_w p_w(1−p_w)/(n_w−1)·(1 − n_w/N_w)). It says nothing about the drift between schools
    and cohorts: that is `change`, and the verdict rests there.

    Args:
        share_from: Share in the first wave, fraction. Scalar or shape (k,), as the others.
        share_to: Share in the last wave.
        n_from: Pupils who answered, at least 2.
        n_to: Pupils who answered.
        enrolled_from: Pupils enrolled; missing where unknown, and then there is no interval.
        enrolled_to: Pupils enrolled.
        level: Coverage.

    Returns:
        A named tuple, or a frame with one row per change.

    Raises:
        EvalueringError: A share outside 0–1, an impossible count, or more answers than pupils.
    """
    where = "design.descriptive_change"
    student_t.check_level(level)
    shape, values = arguments.rows(
        where,
        share_from=share_from,
        n_from=n_from,
        enrolled_from=enrolled_from,
        share_to=share_to,
        n_to=n_to,
        enrolled_to=enrolled_to,
    )
    variance = np.zeros(len(values[0]))
    is_full = np.ones(len(values[0]), dtype=bool)
    for p, n, enrolled in (values[:3], values[3:]):
        refuse((p < 0) | (p > 1), "Andelen ligger ikke mellom 0 og 1.", where, "Rett den.")
        arguments.check_counts(n, where)
        arguments.check_counts(enrolled, where)
        arguments.check_part_of(n, enrolled, where)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = p * (1 - p) / np.where(n > 1, n - 1, np.nan) * (1 - n / enrolled)
        variance = variance + part
        is_full &= n == enrolled
    se = np.sqrt(variance)
    is_zero = se <= SMALLEST_SE
    se = np.where(is_zero, np.nan, se)
    half = quantile((1 + level) / 2, np.full(len(se), _NORMAL)) * se
    difference = values[3] - values[0]
    refusal = np.where(is_zero & ~is_full, "no_variation", "").astype(object)
    note = np.where(is_zero & is_full, "full_count", "").astype(object)
    return shape.result(
        DescriptiveChange, difference, se, difference - half, difference + half, refusal, note
    )
