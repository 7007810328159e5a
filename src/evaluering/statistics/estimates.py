"""How large is the share, and how sure are we? Levels with the school as the unit of noise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from evaluering.errors import EvalueringError
from evaluering.statistics import student_t
from evaluering.statistics.cells import Cells, FloatArray, as_cells
from evaluering.statistics.panel import Panel, make_panel
from evaluering.statistics.rounding import weakest

SMALLEST_SE = 1e-12  # a standard error below this is rounding: every school answered alike
Interval = Literal["logit", "korn_graubard"]


def estimate(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    by: Sequence[str] | str = (),
    level: float = 0.95,
    interval: Interval = "logit",
) -> pd.DataFrame:
    """Share who answered yes, per item and wave, with the school as the unit of noise.

    The variance is the linearised one, V = Σ_h G_h/(G_h−1) Σ_g (E_hg − Ē_h)² with
    E_hg = Σ w(y − p)/Σw over the pupils of school g in stratum h. A school without answers in the
    wave counts in G_h with E = 0, and a stratum with one school contributes E² (centred at the
    grand mean). The degrees of freedom are schools minus strata with answers.

    Args:
        frame: One row per pupil, or cells made by `collapse` or `school_table`.
        items: Columns with 0, 1 or missing.
        wave: Column with the survey year. Not given with cells.
        cluster: Column with the school. None: simple random sample, marked `srs` in `note`; no
            verdict may rest on it.
        stratum: Column with the stratum.
        weight: Column with the weight.
        by: Columns to split by. Groups that hold whole schools (municipalities) are each their own
            survey; groups that cut through schools (sex) are domains of one survey.
        level: Coverage of the interval.
        interval: `logit` (expit(logit p ± t·SE/(p(1−p)))) or `korn_graubard` (Clopper–Pearson on
            n_eff = p(1−p)/V·(t_{n−1}/t_df)²).

    Returns:
        item, wave, *by, n, clusters, share, standard_error, lower, upper, design_effect,
        degrees_of_freedom, refusal, note: one row per item, wave and group. Shares are fractions
        of one. `refusal` is `no_variation` (all answers alike: Clopper–Pearson on n, no standard
        error) or `few_clusters` (nobody answered, or no degree of freedom).

    Raises:
        EvalueringError: Impossible input; see `collapse`.

    References:
        Korn and Graubard (1998), Survey Methodology 24, 193–201. Same numbers as R survey 4.1-1:
        `svymean`, `svyciprop(method="logit")` and `svyciprop(method="beta")`.
    """
    student_t.check_level(level)
    groups = (by,) if isinstance(by, str) else tuple(by)
    cells = as_cells(
        frame,
        items,
        wave=wave,
        cluster=cluster,
        stratum=stratum,
        weight=weight,
        by=groups,
        needs_cluster=False,
    )
    if interval not in ("logit", "korn_graubard"):
        raise EvalueringError(f"Ukjent intervall: «{interval}».", where="interval")
    waves = np.arange(len(cells.waves))
    run = partial(_estimate, groups=groups, level=level, interval=interval)
    return weakest(cells, waves, run, together=True)


def _estimate(
    cells: Cells, *, groups: tuple[str, ...], level: float, interval: Interval
) -> pd.DataFrame:
    panel = make_panel(cells, groups)
    n, clusters, share, variance, df = _moments(panel, is_clustered=cells.is_clustered)
    with np.errstate(divide="ignore", invalid="ignore"):
        is_end = (share <= 0) | (share >= 1)
        is_thin = (n == 0) | (~is_end & (df < 1))
        is_alike = is_end | (np.sqrt(variance) <= SMALLEST_SE)
        variance = student_t.blank(variance, is_alike | is_thin)
        standard_error = np.sqrt(variance)
        design_effect = variance * (n - 1) / (share * (1 - share))
        if interval == "logit":
            lower, upper = _logit(share, standard_error, df, level)
        else:
            n_effective = share * (1 - share) / variance * _t_ratio(n, df, level) ** 2
            lower, upper = _clopper_pearson(share, n_effective, level)
        exact_lower, exact_upper = _clopper_pearson(share, n, level)
    lower = np.where(is_end, exact_lower, lower)
    upper = np.where(is_end, exact_upper, upper)
    refusal = np.where(is_thin, "few_clusters", np.where(is_alike, "no_variation", ""))
    return _frame(
        panel,
        {
            "n": n.astype(np.int64),
            "clusters": clusters.astype(np.int64),
            "share": share,
            "standard_error": standard_error,
            "lower": lower,
            "upper": upper,
            "design_effect": design_effect,
            "degrees_of_freedom": student_t.blank(df, n == 0),
            "refusal": refusal,
            "note": np.full(n.shape, "" if cells.is_clustered else "srs"),
        },
    )


def _moments(panel: Panel, *, is_clustered: bool) -> tuple[FloatArray, ...]:
    """n, schools with answers, share, variance and degrees of freedom, each (M, W, K)."""
    n = panel.by_group(panel.count)
    total = n if panel.weight is panel.count else panel.by_group(panel.weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = panel.by_group(panel.yes) / total
        if not is_clustered and len(panel.clusters) == len(panel.groups):  # no weights, no strata
            return n, n, share, share * (1 - share) / (n - 1), n - 1
        group = panel.group
        score = (panel.yes - share[group] * panel.weight) / total[group]
    answered = panel.count > 0
    with_answers = panel.by_segment(answered)
    clusters = panel.segments_to_groups(with_answers)
    strata = panel.segments_to_groups(with_answers > 0)
    declared = panel.declared.astype(np.float64)[:, None, None]
    variance = panel.segments_to_groups(
        stratified_square(
            panel.by_segment(score**2), panel.by_segment(score), declared, with_answers > 0
        )
    )
    return n, clusters, share, variance, clusters - strata


def stratified_square(
    squares: FloatArray, sums: FloatArray, clusters: FloatArray, is_used: NDArray[np.bool_]
) -> FloatArray:
    """G/(G−1)·(ΣE² − (ΣE)²/G) per stratum; E² where the stratum has one school.

    Args:
        squares: ΣE² per segment.
        sums: ΣE per segment.
        clusters: G per segment, broadcastable.
        is_used: The segment has answers; elsewhere the result is zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = clusters / (clusters - 1) * (squares - sums**2 / clusters)
    return np.where(is_used, np.where(clusters > 1, np.maximum(centred, 0), squares), 0.0)


def _logit(
    share: FloatArray, standard_error: FloatArray, df: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    centre = special.logit(share)
    half = student_t.quantile((1 + level) / 2, df) * standard_error / (share * (1 - share))
    return special.expit(centre - half), special.expit(centre + half)


def _t_ratio(n: FloatArray, df: FloatArray, level: float) -> FloatArray:
    tail = (1 + level) / 2
    return student_t.quantile(tail, n - 1) / student_t.quantile(tail, df)


def _clopper_pearson(
    share: FloatArray, n: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Clopper–Pearson on a share of n, where neither need be whole."""
    tail = (1 - level) / 2
    yes, no = n * share, n * (1 - share)
    lower = np.where(yes <= 0, 0.0, special.betaincinv(np.maximum(yes, 1e-300), no + 1, tail))
    upper = np.where(no <= 0, 1.0, special.betaincinv(yes + 1, np.maximum(no, 1e-300), 1 - tail))
    return student_t.blank(lower, np.isnan(share)), student_t.blank(upper, np.isnan(share))


def _frame(panel: Panel, columns: dict[str, NDArray[np.generic]]) -> pd.DataFrame:
    """One row per item, wave and group, from (M, W, K) arrays."""
    groups, waves, items = len(panel.groups), len(panel.waves), len(panel.items)
    index = {
        "item": np.repeat(np.asarray(panel.items, dtype=object), waves * groups),
        "wave": np.tile(np.repeat(panel.waves, groups), items),
    }
    for name in panel.groups.columns:
        index[str(name)] = np.tile(panel.groups[name].to_numpy(), waves * items)
    flat = {name: values.transpose(2, 1, 0).ravel() for name, values in columns.items()}
    return pd.DataFrame(index | flat)
