"""One weighted sum of wave shares, Σ_w c_w p_w, with every variance `statistics` offers for it.

A change is the contrast (−1, +1) of two waves; a linear contrast takes all waves. Both use the
same influence values per school, so a standardised share enters the same way as a plain one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics import signflip, student_t
from evaluering.statistics.cells import FloatArray, IntArray
from evaluering.statistics.estimates import SMALLEST_SE, stratified_square
from evaluering.statistics.panel import Panel

FEWEST_SCHOOLS = 6  # with five the sign-flip cannot go below 0.0625
FEWEST_DF = 4.0
_EMPTY = 1e-12  # a wave where less than this share is left has nobody left
PAIRED_SHARE = 0.8
Variance = Literal["linearised", "cr2", "cv3"]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What each school adds to a contrast. U units, M groups, K items.

    Attributes:
        difference: The contrast, (M, K); NaN where a wave has no answers.
        linear: Σ_w c_w e_wg, (U, K).
        jackknife: Change of the contrast when the school is left out, (U, K), sign included.
        cr2: Σ_w c_w e_wg/√(1−h_wg), (U, K); NaN where it is not defined.
        cr2_df: Satterthwaite degrees of freedom of CR2, (M, K).
        score: S_g with the pooled share, (U, K); sums to the contrast.
        used: The school has answers in some wave of the contrast, (U, K).
        both: The school has answers in at least two waves of the contrast, (U, K).
        is_emptied: Leaving out one school leaves a wave (or a stratum) empty, (M, K).
        is_alike: All answers of the contrast's waves are alike, (M, K).
        answers: Answers of each school in the contrast's waves, (U, K).
    """

    difference: FloatArray
    linear: FloatArray
    jackknife: FloatArray
    cr2: FloatArray
    cr2_df: FloatArray
    score: FloatArray
    used: BoolArray
    both: BoolArray
    is_emptied: BoolArray
    is_alike: BoolArray
    answers: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ContrastTest:
    """Contrast, noise and test per group and item, each (M, K). Refused tests hold NaN."""

    difference: FloatArray
    standard_error: FloatArray
    degrees_of_freedom: FloatArray
    lower: FloatArray
    upper: FloatArray
    p_value: FloatArray
    p_exact: FloatArray
    smallest_detectable: FloatArray
    p_cr2: FloatArray
    cr2_df: FloatArray
    clusters: IntArray
    clusters_both: IntArray
    refusal: NDArray[np.str_]
    note: NDArray[np.object_]


class _Waves(NamedTuple):
    """The waves of a contrast: residuals, shares of the wave's weight, coefficients, answers."""

    e: FloatArray  # (U, waves, K), Σw(y − p)/W
    h: FloatArray  # (U, waves, K), W_g/W
    c: FloatArray  # (1, waves, 1)
    n: FloatArray  # (U, waves, K)
    used: BoolArray  # (U, K), answers in some wave


def influence(
    panel: Panel,
    at: IntArray,
    coefficients: FloatArray,
    *,
    period: IntArray | None = None,
    pool: IntArray | None = None,
) -> Influence:
    """Influence values of Σ_w c_w p_w over the waves `at`.

    Args:
        panel: School × wave sums.
        at: Codes of the waves that take part.
        coefficients: Their coefficients, same length.
        period: Real wave of each, same length, where "waves" are wave × post-stratum.
        pool: Which of them share one level under the null, same length; all, where None.
    """
    period = np.arange(len(at), dtype=np.intp) if period is None else period
    pool = np.zeros(len(at), dtype=np.intp) if pool is None else pool
    group = panel.group
    c = coefficients[None, :, None]
    count, weight, yes = panel.count[:, at], panel.weight[:, at], panel.yes[:, at]
    total = panel.by_group(weight)
    total_yes = panel.by_group(yes)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = total_yes / total
        pooled = _pooled(total_yes, pool) / _pooled(total, pool)
        e = (yes - share[group] * weight) / total[group]
        h = weight / total[group]
        score = (c * (yes - pooled[group] * weight) / total[group]).sum(axis=1)
    used = np.asarray((count > 0).any(axis=1))
    waves = _Waves(e, h, c, count, used)
    is_emptied = panel.by_group(used & (h >= 1 - _EMPTY).any(axis=1)) > 0
    cr2, cr2_df = _cr2(panel, waves)
    return Influence(
        difference=(c * share).sum(axis=1),
        linear=(c * e).sum(axis=1),
        jackknife=_jackknife(panel, waves),
        cr2=cr2,
        cr2_df=cr2_df,
        score=score,
        used=used,
        both=_waves_with_answers(count, period) >= 2,  # noqa: PLR2004  (a pair)
        is_emptied=is_emptied,
        is_alike=np.asarray(((pooled <= 0) | (pooled >= 1)).all(axis=1)),
        answers=count.sum(axis=1),
    )


def _pooled(values: FloatArray, pool: IntArray) -> FloatArray:
    """Sums over the waves of each pool, laid out per wave again: (M, waves, K) → the same."""
    sums = np.stack([values[:, pool == each].sum(axis=1) for each in range(pool.max() + 1)], axis=1)
    return sums[:, pool]


def _waves_with_answers(count: FloatArray, period: IntArray) -> IntArray:
    """Real waves in which each school answered, (U, K)."""
    waves = [(count[:, period == each] > 0).any(axis=1) for each in np.unique(period)]
    return np.stack(waves).sum(axis=0).astype(np.intp)


def _jackknife(panel: Panel, waves: _Waves) -> FloatArray:
    """Change of the contrast when one school is left out and its stratum's others weigh more.

    With one stratum it is −e/(1−h) per wave. With more, the others of the stratum get the factor
    G_h/(G_h−1), which makes R's JKn replicates without refitting.
    """
    e, h, c, _, used = waves
    segment = panel.segment
    in_segment = panel.by_segment(used)
    schools = in_segment[segment][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = schools / (schools - 1)
        moved = panel.by_segment(e)[segment] / (schools - 1) - factor * e
        left = 1 + panel.by_segment(h)[segment] / (schools - 1) - factor * h
        change = (c * moved / left).sum(axis=1)
    return np.where(used & (in_segment[segment] > 1), change, 0.0)


def _cr2(panel: Panel, waves: _Waves) -> tuple[FloatArray, FloatArray]:
    """CR2 influence and its Satterthwaite df (linear probability, independent, equal variance).

    P_gg = Σ c²n_wg/N_w², P_gk = −Σ c²n_wg n_wk/(N_w³ √((1−h_wg)(1−h_wk))),
    df = (ΣP_gg)²/ΣP_gk²; summed without forming the school × school matrix.
    """
    e, h, c, count, used = waves
    group = panel.group
    with np.errstate(divide="ignore", invalid="ignore"):
        shrink = 1 / np.sqrt(1 - h)
        cr2 = np.where(used, (c * np.where(e == 0, 0.0, e * shrink)).sum(axis=1), 0.0)
        size = panel.by_group(count)[group]
        diagonal = (c**2 * count / size**2).sum(axis=1)
        u = np.abs(c) * np.where(count > 0, count * shrink, 0.0) / size**1.5
        squares = panel.by_group(diagonal**2) - panel.by_group((u**2).sum(axis=1) ** 2)
        for a in range(e.shape[1]):
            for b in range(e.shape[1]):
                squares = squares + panel.by_group(u[:, a] * u[:, b]) ** 2
        df = panel.by_group(diagonal) ** 2 / squares
    return cr2, df


def evaluate(
    panel: Panel,
    parts: Influence,
    *,
    variance: Variance,
    level: float,
    exact: bool,
    seed: int,
) -> ContrastTest:
    """Noise, interval and tests of a contrast, or the reason why there are none.

    Args:
        panel: The school × wave sums the influence was made from.
        parts: Influence values.
        variance: Which variance the interval and `p_value` use.
        level: Coverage.
        exact: Compute the sign-flip p-value.
        seed: Of the sign patterns above 16 schools.
    """
    in_segment = panel.by_segment(parts.used)
    schools = panel.by_group(parts.used)
    strata = panel.segments_to_groups(in_segment > 0)
    both = panel.by_group(parts.both)
    is_cr2 = (strata == 1) & (not panel.is_weighted)
    cr2_df = student_t.blank(parts.cr2_df, ~is_cr2)

    v = _variance(panel, parts, variance, in_segment)
    df = cr2_df if variance == "cr2" else schools - strata
    is_unsupported = np.zeros(v.shape, dtype=bool)
    if variance == "cr2":
        is_unsupported = ~is_cr2 | np.isnan(v)
    elif variance == "cv3":
        is_unsupported = (panel.segments_to_groups(in_segment == 1) > 0) & (strata > 1)
    # One school that is a whole wave has no residual there: every variance would miss its drift.
    se = np.sqrt(np.where(is_unsupported | parts.is_emptied, np.nan, v))
    is_missing = np.isnan(parts.difference)
    is_nested = (both == 0) & ~is_missing
    is_few = np.where(is_nested, ~(schools - strata >= FEWEST_DF), both < FEWEST_SCHOOLS)
    is_few |= parts.is_emptied
    is_alike = parts.is_alike | (se <= SMALLEST_SE)
    refusal = _refusal(is_missing | is_few, is_alike, is_unsupported)
    is_refused = refusal != ""

    df = student_t.blank(df, is_refused)
    tail = student_t.quantile((1 + level) / 2, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = student_t.two_sided_p(parts.difference / se, df)
        cr2_se = np.sqrt(panel.by_group(parts.cr2**2))
        p_cr2 = student_t.two_sided_p(parts.difference / cr2_se, cr2_df)
    p_exact = np.full(se.shape, np.nan)
    if exact:
        p_exact = exact_by_group(panel, parts.score, ~is_refused & ~is_nested, seed=seed)
    return ContrastTest(
        difference=parts.difference,
        standard_error=student_t.blank(se, is_missing | (se <= SMALLEST_SE) | parts.is_alike),
        degrees_of_freedom=df,
        lower=parts.difference - tail * se,
        upper=parts.difference + tail * se,
        p_value=p_value,
        p_exact=p_exact,
        smallest_detectable=(tail + student_t.quantile(0.80, df)) * se,
        p_cr2=student_t.blank(p_cr2, is_refused),
        cr2_df=student_t.blank(cr2_df, is_refused),
        clusters=schools.astype(np.intp),
        clusters_both=both.astype(np.intp),
        refusal=refusal,
        note=_note(panel, parts, cr2_df, is_nested, is_refused),
    )


def _variance(
    panel: Panel, parts: Influence, variance: Variance, in_segment: FloatArray
) -> FloatArray:
    """The variance asked for, (M, K)."""
    if variance == "linearised":
        squares = panel.by_segment(parts.linear**2)
        sums = panel.by_segment(parts.linear)
        v = stratified_square(squares, sums, in_segment, in_segment > 0)
        return panel.segments_to_groups(v)
    if variance == "cv3":
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.where(in_segment > 1, (in_segment - 1) / in_segment, 0.0)
        squares = panel.by_segment(parts.jackknife**2)
        return panel.segments_to_groups(np.where(factor > 0, factor * squares, 0.0))
    if variance == "cr2":
        return panel.by_group(parts.cr2**2)
    raise EvalueringError(f"Ukjent varians: «{variance}».", where="variance")


def exact_by_group(panel: Panel, score: FloatArray, wanted: BoolArray, *, seed: int) -> FloatArray:
    """Sign-flip p-values per group and item; groups with equally many schools share patterns."""
    groups, items = wanted.shape
    result = np.full((groups, items), np.nan)
    size = panel.by_group(np.ones(len(score))).astype(np.intp)
    start = np.cumsum(size) - size
    for schools in np.unique(size[wanted.any(axis=1)]):
        members = np.flatnonzero((size == schools) & wanted.any(axis=1))
        own = score[start[members][:, None] + np.arange(schools)]  # (members, schools, items)
        own = own.transpose(1, 0, 2)
        result[members] = _wanted_p(own, wanted[members], seed=seed)
    return result


def _wanted_p(scores: FloatArray, wanted: BoolArray, *, seed: int) -> FloatArray:
    result = np.full(wanted.shape, np.nan)
    result[wanted] = signflip.exact_p(np.ascontiguousarray(scores[:, wanted]), seed=seed)
    return result


def _refusal(is_few: BoolArray, is_alike: BoolArray, is_unsupported: BoolArray) -> NDArray[np.str_]:
    return np.where(
        is_few,
        "few_clusters",
        np.where(is_alike, "no_variation", np.where(is_unsupported, "unsupported_design", "")),
    )


def _note(
    panel: Panel, parts: Influence, cr2_df: FloatArray, is_nested: BoolArray, is_refused: BoolArray
) -> NDArray[np.object_]:
    """Remarks that do not stop the test, joined by a semicolon."""
    with np.errstate(divide="ignore", invalid="ignore"):
        paired = panel.by_group(parts.answers * parts.both) / panel.by_group(parts.answers)
    is_dominated = ~is_refused & (cr2_df < FEWEST_DF)
    is_unpaired = ~is_nested & (paired < PAIRED_SHARE)
    note = np.full(is_dominated.shape, "", dtype=object)
    note[is_dominated] = "dominated"
    note[is_unpaired] = "few_pairs"
    note[is_dominated & is_unpaired] = "dominated;few_pairs"
    return note
