"""«Er det oss eller alle?» Our change beside the change of the country, the county or a town."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from evaluering.statistics import arguments, student_t
from evaluering.statistics.arguments import Array, refuse
from evaluering.statistics.estimates import SMALLEST_SE


class DifferenceOfChanges(NamedTuple):
    """Our change minus theirs.

    Attributes:
        difference: D = (b − a)_own − (b − a)_reference.
        standard_error: Without the reference's own drift, so the interval may be too narrow.
        lower: Lower end of the interval.
        upper: Upper end.
        change_own: Our change.
        change_reference: The reference's change, without us where our counts could be subtracted.
        refusal: `no_n` where one of the four numbers of answers is unknown; `no_variation` where
            there is nothing to compute an error from.
        note: `contains_own` where the reference still contains us: D is a little too small.
        lower_own: Lower end of our own change, without the reference's noise; NaN where our
            numbers of answers are unknown or there is nothing to compute an error from.
        upper_own: Upper end.
        lower_reference: Lower end of the reference's change, without its own drift.
        upper_reference: Upper end.
    """

    difference: float
    standard_error: float
    lower: float
    upper: float
    change_own: float
    change_reference: float
    refusal: str
    note: str
    lower_own: float
    upper_own: float
    lower_reference: float
    upper_reference: float


def difference_of_changes(
    own_from: ArrayLike,
    own_to: ArrayLike,
    reference_from: ArrayLike,
    reference_to: ArrayLike,
    *,
    n_own_from: ArrayLike | None = None,
    n_own_to: ArrayLike | None = None,
    n_reference_from: ArrayLike | None = None,
    n_reference_to: ArrayLike | None = None,
    design_effect: ArrayLike = 1.0,
    contains_own: bool = False,
    level: float = 0.95,
) -> DifferenceOfChanges | pd.DataFrame:
    """Is our change another than theirs? D with an interval where all four n are known.

    Var D = design effect·Σ p(1−p)/n of our two waves + Σ p(1−p)/n of theirs. Standardised shares,
    or shares of other grades, may not be put in.

    Args:
        own_from: Our share in the first wave, fraction. Scalar or shape (k,), as the others.
        own_to: Our share in the last wave.
        reference_from: The reference's share in the first wave.
        reference_to: The reference's share in the last wave.
        n_own_from: Answers behind each share; missing where unknown.
        n_own_to: The same.
        n_reference_from: The same.
        n_reference_to: The same.
        design_effect: Declared design effect of our part.
        contains_own: The reference (country, county) contains us; we are taken out where both
            numbers of answers of the wave are known.
        level: Coverage.

    Returns:
        A named tuple, or a frame with one row per comparison.

    Raises:
        EvalueringError: A share outside 0–1, impossible counts, or more answers here than in the
            reference that contains us.
    """
    where = "design.difference_of_changes"
    student_t.check_level(level)
    shape, (a, b, ref_a, ref_b, n_a, n_b, m_a, m_b, effect) = arguments.rows(
        where,
        own_from=own_from,
        own_to=own_to,
        reference_from=reference_from,
        reference_to=reference_to,
        n_own_from=n_own_from,
        n_own_to=n_own_to,
        n_reference_from=n_reference_from,
        n_reference_to=n_reference_to,
        design_effect=design_effect,
    )
    for p in (a, b, ref_a, ref_b):
        refuse((p < 0) | (p > 1), "Andelen ligger ikke mellom 0 og 1.", where, "Rett den.")
    for n in (n_a, n_b, m_a, m_b):
        arguments.check_counts(n, where)
        arguments.check_positive(n, where)
    arguments.check_positive(effect, f"{where}: design_effect")
    still_in = np.zeros(len(a), dtype=bool)
    if contains_own:
        can = ~np.isnan(n_a) & ~np.isnan(m_a) & ~np.isnan(n_b) & ~np.isnan(m_b)
        ref_a, m_a = _without((ref_a, m_a), (a, n_a), can, where)
        ref_b, m_b = _without((ref_b, m_b), (b, n_b), can, where)
        still_in = ~can
    noise_own = effect * (_noise(a, n_a) + _noise(b, n_b))
    noise_reference = _noise(ref_a, m_a) + _noise(ref_b, m_b)
    se = np.sqrt(noise_own + noise_reference)
    is_zero = se <= SMALLEST_SE
    half = _half(se, level)
    own, reference = b - a, ref_b - ref_a
    half_own, half_reference = (
        _half(np.sqrt(noise), level) for noise in (noise_own, noise_reference)
    )
    d = own - reference
    unknown = np.isnan(n_a) | np.isnan(n_b) | np.isnan(m_a) | np.isnan(m_b)
    refusal = np.where(unknown, "no_n", np.where(is_zero, "no_variation", "")).astype(object)
    note = np.where(still_in, "contains_own", "").astype(object)
    se = np.where(is_zero, np.nan, se)
    return shape.result(
        DifferenceOfChanges,
        *(d, se, d - half, d + half, own, reference, refusal, note),
        *(own - half_own, own + half_own),
        *(reference - half_reference, reference + half_reference),
    )


def _half(se: Array, level: float) -> Array:
    """Half the length of the interval; NaN where there is nothing to compute an error from."""
    return special.ndtri((1 + level) / 2) * np.where(se <= SMALLEST_SE, np.nan, se)


def _noise(p: Array, n: Array) -> Array:
    return p * (1 - p) / n


def _without(
    reference: tuple[Array, Array], ours: tuple[Array, Array], can: NDArray[np.bool_], where: str
) -> tuple[Array, Array]:
    """The reference's share and answers without us, where it can be computed."""
    (whole, size), (own, n) = reference, ours
    refuse(can & (n >= size), "Vi har flere svar enn området vi er en del av.", where, "Rett n.")
    rest = np.where(can, size - n, size)
    share = np.where(can, (whole * size - own * n) / rest, whole)
    is_wrong = can & ((share < -1 / rest) | (share > 1 + 1 / rest))
    refuse(
        is_wrong, "Våre tall passer ikke inn i tallene for området.", where, "Se etter i kilden."
    )
    return np.clip(share, 0, 1), rest
