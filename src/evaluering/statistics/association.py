"""Does the answer vary over the waves at all? Rao–Scott's corrected chi-square."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from evaluering.statistics.cells import Cells, FloatArray, as_cells
from evaluering.statistics.contrasts import FEWEST_DF, FEWEST_SCHOOLS
from evaluering.statistics.panel import Panel, make_panel, solve
from evaluering.statistics.rounding import weakest

_SMALLEST_EFFECT = 1e-12  # a design effect below this: every school answered alike


def rao_scott(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
) -> pd.DataFrame:
    """Second-order Rao–Scott F test of item × wave, with the school as the unit of noise.

    X² is Pearson's statistic on the weighted proportions times n, Δ the generalised design
    effects; F = X²/tr Δ on df1 = (tr Δ)²/tr Δ² and df2 = df1·(G−H).

    Args:
        frame: One row per pupil, or cells made by `collapse` or `school_table`.
        items: Columns with 0, 1 or missing.
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.

    Returns:
        item, f, df1, df2, p_value, clusters, refusal. Only the waves where the item was asked
        count. `few_clusters`: fewer than 6 schools (fewer than 4 degrees of freedom where no school
        is in two waves), or fewer than two waves with answers; `no_variation`: all answers alike,
        or no variance. df1 needs no border of its own: Δ has rank at most G − 1, so df1 ≤ G − 1.

    Raises:
        EvalueringError: Impossible input; see `collapse`.

    References:
        Rao and Scott (1984), Ann. Statist. 12, 46–60. Same numbers as R survey `svychisq`.
    """
    cells = as_cells(frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight)
    return weakest(cells, np.arange(len(cells.waves)), _rao_scott)


def _rao_scott(cells: Cells) -> pd.DataFrame:
    panel = make_panel(cells)
    table = np.stack([panel.yes, panel.weight - panel.yes], axis=1)  # school, answer, wave, item
    return table_test(panel, table)


def table_test(panel: Panel, table: FloatArray) -> pd.DataFrame:
    """Rao–Scott of answer × wave from weighted sums per school.

    Args:
        panel: Schools, strata and counts.
        table: Sum of weights, shape (U, answers, W, K).

    Returns:
        As `rao_scott`.
    """
    items = table.shape[3]
    result = {name: np.full(items, np.nan) for name in ("f", "df1", "df2", "p_value")}
    refusal = np.full(items, "", dtype=object)
    answered = panel.count.sum(axis=1) > 0
    schools = answered.sum(axis=0)
    strata = (panel.by_segment(answered) > 0).sum(axis=0)
    asked = panel.count.sum(axis=0) > 0
    is_nested = ((panel.count > 0).sum(axis=1) <= 1).all(axis=0)
    is_few = np.asarray(
        np.where(is_nested, schools - strata < FEWEST_DF, schools < FEWEST_SCHOOLS), dtype=bool
    )
    refusal[is_few | (asked.sum(axis=0) < 2)] = "few_clusters"  # noqa: PLR2004 - two waves
    is_alike = ((table.sum(axis=(0, 2)) > 0).sum(axis=0) < 2) & (refusal == "")  # noqa: PLR2004
    refusal[is_alike] = "no_variation"
    _, kind = np.unique(asked, axis=1, return_inverse=True)
    for each in np.unique(kind):
        at = np.flatnonzero((kind.ravel() == each) & (refusal == ""))
        if len(at) == 0:
            continue
        waves = np.flatnonzero(asked[:, at[0]])
        n = panel.count[:, waves][:, :, at].sum(axis=(0, 1))
        f, df1 = _f(panel, table[:, :, waves][..., at], n)
        df2 = df1 * (schools - strata)[at]
        p_value = np.asarray(special.fdtrc(df1, df2, f))
        for name, values in zip(
            ("f", "df1", "df2", "p_value"), (f, df1, df2, p_value), strict=True
        ):
            result[name][at] = values
        refusal[at[~np.isfinite(f)]] = "no_variation"
    for values in result.values():
        values[refusal != ""] = np.nan
    return pd.DataFrame(
        {
            "item": np.asarray(panel.items, dtype=object),
            **result,
            "clusters": schools.astype(np.int64),
            "refusal": refusal,
        }
    )


def _f(panel: Panel, table: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """F and df1 per item from (U, answers, W, K)."""
    total = table.sum(axis=(0, 1, 2))
    share = table.sum(axis=0) / total  # answers, waves, items
    rows, columns = share.sum(axis=1, keepdims=True), share.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = rows * columns
        deviation = np.where(expected > 0, (share - expected) ** 2 / expected, 0.0)
        inverse = np.where(share > 0, 1 / share, 0.0)
    pearson = n * deviation.sum(axis=(0, 1))
    score = (table - share * table.sum(axis=(1, 2), keepdims=True)) / total
    a, b = _contrasts(share.shape[0]), _contrasts(share.shape[1])
    z = np.einsum("ir,jw,grwk->gijk", a, b, score * inverse, optimize=True)
    z = z.reshape(len(z), -1, len(n))
    scatter = _stratified_product(panel, z)
    plain = np.einsum("ir,jw,lr,mw,rwk->kijlm", a, b, a, b, inverse, optimize=True)
    plain = plain.reshape(len(n), z.shape[1], z.shape[1]) / n[:, None, None]
    effects = solve(plain, scatter)
    trace = np.trace(effects, axis1=1, axis2=2)
    squared = np.einsum("kij,kji->k", effects, effects)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.where(trace > _SMALLEST_EFFECT, pearson / trace, np.nan)
        return f, trace**2 / squared


def _stratified_product(panel: Panel, z: FloatArray) -> FloatArray:
    """Σ_h G_h/(G_h−1) Σ_g (z − z̄)(z − z̄)ᵀ per item; a one-school stratum gives z zᵀ.

    A school without answers is in the panel with z = 0, so it deviates by its stratum's mean.
    """
    declared = panel.declared.astype(np.float64)
    mean = (panel.by_segment(z) / declared[:, None, None])[panel.segment]
    is_lonely = (declared == 1)[panel.segment]
    centred = np.where(is_lonely[:, None, None], z, z - mean)
    factor = np.where(declared > 1, declared / np.maximum(declared - 1, 1), 1.0)
    return np.einsum("g,gik,gjk->kij", factor[panel.segment], centred, centred, optimize=True)


def _contrasts(size: int) -> FloatArray:
    """An orthonormal basis of the contrasts among `size` categories, shape (size − 1, size)."""
    helmert = np.tril(np.ones((size, size)), -1)[1:]
    helmert -= np.diag(np.arange(1.0, size), 1)[: size - 1]
    return helmert / np.linalg.norm(helmert, axis=1, keepdims=True)
