"""Would the change stand with the same mix of pupils? Standardised changes and linear contrasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.statistics import student_t
from evaluering.statistics.cells import Cells, FloatArray, IntArray, as_cells
from evaluering.statistics.changes import Pair, pair_codes, test_frame
from evaluering.statistics.contrasts import Influence, Variance, evaluate, influence
from evaluering.statistics.panel import Panel, make_panel
from evaluering.statistics.poststrata import merge_levels
from evaluering.statistics.rounding import weakest
from evaluering.statistics.trend import polynomials

_TELL = 0.01  # say so when the standardised change differs by more than one percentage point
_MINUS_PLUS = np.array([-1.0, 1.0])


class _Strata(NamedTuple):
    """One item's school × (wave × post-stratum) sums, and the fixed composition."""

    panel: Panel
    composition: FloatArray  # (C,), sums to one

    def axis(self, at: IntArray) -> IntArray:
        """Places of the waves `at` on the panel's axis, wave by wave."""
        size = len(self.composition)
        return (at[:, None] * size + np.arange(size)).ravel()


def standardised_change(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    standardise: Sequence[str],
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    pairs: Sequence[Pair] | None = None,
    variance: Variance = "cv3",
    level: float = 0.95,
    exact: bool = True,
    seed: int = 0,
) -> pd.DataFrame:
    """Change of the share with the last wave's mix of sex and grade in both waves.

    p_w = Σ_c π_c p_wc with π the composition of the last wave in which the item was asked,
    e_wg = Σ_c π_c Σ_{g,c} w(y − p_wc)/W_wc, and everything else as in `change`; the jackknife
    leaves out whole schools. The composition is taken as fixed.

    Args:
        frame: One row per pupil, or cells made by `collapse` with `by` holding `standardise`.
        items: Columns with 0, 1 or missing.
        standardise: Columns, for example sex and grade; the last is merged first where a cell has
            fewer than 10 answers (or one school) in a wave. Missing is a level of its own.
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        pairs: As in `change`.
        variance: `cv3` or `linearised`; CR2 is not defined here.
        level: Coverage.
        exact: Compute `p_exact`.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        As `change` (shares standardised), with `crude_difference`, `post_strata` (cells after
        merging) and `differs` (the two changes differ by more than one percentage point).

    Raises:
        EvalueringError: Impossible input, or no column to standardise by.
    """
    student_t.check_level(level)
    columns = _check_columns(standardise)
    cells = as_cells(
        frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight, by=columns
    )
    codes = pair_codes(cells.waves, pairs)
    frames: list[pd.DataFrame] = []
    for name in cells.items:
        own = cells.select([name])
        strata, plain = _post_stratify(own, columns), make_panel(own)
        for at in codes:
            parts = _contrast(strata, plain, at, _MINUS_PLUS)
            test = evaluate(
                strata.panel, parts, variance=variance, level=level, exact=exact, seed=seed
            )
            share = _shares(strata, at)
            crude = influence(plain, at, _MINUS_PLUS).difference
            described: dict[str, Any] = {
                "wave_from": np.full((1, 1), plain.waves[at[0]]),
                "wave_to": np.full((1, 1), plain.waves[at[1]]),
                "share_from": share[0].reshape(1, 1),
                "share_to": share[1].reshape(1, 1),
                "n_from": plain.count[:, at[0]].sum(axis=0, keepdims=True).astype(np.int64),
                "n_to": plain.count[:, at[1]].sum(axis=0, keepdims=True).astype(np.int64),
                "crude_difference": crude,
                "post_strata": np.full((1, 1), len(strata.composition)),
                "differs": np.abs(parts.difference - crude) > _TELL,
            }
            frames.append(test_frame(plain, test, described))
    return pd.concat(frames, ignore_index=True)


def linear_contrast(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    standardise: Sequence[str] = (),
    variance: Variance = "cv3",
    level: float = 0.95,
    exact: bool = True,
    seed: int = 0,
) -> pd.DataFrame:
    """Linear contrast Σ_w c_w p_w of the waves: the trend test that few schools can carry.

    `trend` with covariates runs out of degrees of freedom with nine schools; this does not. c is
    the linear polynomial of the actual years, unit length, over the item's waves.

    Args:
        frame: One row per pupil, or cells.
        items: Columns with 0, 1 or missing.
        wave: Column with the survey year, as a number.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        standardise: Columns to hold the composition of, as in `standardised_change`; none: crude.
        variance: `cv3`, `linearised`, or `cr2` (crude, equal weights, one stratum).
        level: Coverage.
        exact: Compute `p_exact`.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        item, waves (number used), difference (the contrast; share units per unit-length
        polynomial), then the test columns of `change`. `clusters_both` counts schools in at least
        two waves.

    Raises:
        EvalueringError: Impossible input, or years that are no numbers.
    """
    student_t.check_level(level)
    columns = _check_columns(standardise) if standardise else ()
    cells = as_cells(
        frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight, by=columns
    )
    if bool(np.isnan(cells.years).any()):
        raise EvalueringError("En utvikling over tid trenger årstall.", where="wave")

    def run(own: Cells) -> pd.DataFrame:
        plain = make_panel(own)
        asked = np.flatnonzero(plain.count.sum(axis=(0, 2)) > 0)
        at = asked if len(asked) > 1 else np.arange(len(own.waves), dtype=np.intp)
        c = polynomials(own.years[at], 1)[:, 0] if len(at) > 1 else np.zeros(1)
        if columns:
            strata = _post_stratify(own, columns)
            panel, parts = strata.panel, _contrast(strata, plain, at, c)
        else:
            panel, parts = plain, influence(plain, at, c)
        test = evaluate(panel, parts, variance=variance, level=level, exact=exact, seed=seed)
        return test_frame(plain, test, {"waves": np.full((1, 1), len(asked))})

    each = [cells.select([name]) for name in cells.items]
    waves = np.arange(len(cells.waves), dtype=np.intp)
    return pd.concat([weakest(own, waves, run) for own in each], ignore_index=True)


def _check_columns(standardise: Sequence[str]) -> tuple[str, ...]:
    columns = (standardise,) if isinstance(standardise, str) else tuple(standardise)
    if not columns:
        raise EvalueringError("Oppgi hva det skal standardiseres etter.", where="standardise")
    return columns


def _post_stratify(cells: Cells, columns: tuple[str, ...]) -> _Strata:
    """One item's panel with wave × post-stratum in the place of the waves."""
    stratum = merge_levels(cells, columns, 0)
    size = int(stratum.max()) + 1
    at = cells.wave * size + stratum[cells.level]
    one_level = replace(
        cells,
        waves=np.arange(len(cells.waves) * size),
        wave=at,
        levels=pd.DataFrame(index=range(1)),
        level=np.zeros_like(cells.level),
    )
    panel = make_panel(one_level)
    weight = panel.weight.sum(axis=(0, 2)).reshape(len(cells.waves), size)
    asked = np.flatnonzero(weight.sum(axis=1) > 0)
    last = weight[asked[-1] if len(asked) else -1]
    with np.errstate(invalid="ignore"):
        return _Strata(panel, last / last.sum())


def _contrast(strata: _Strata, plain: Panel, at: IntArray, coefficients: FloatArray) -> Influence:
    """Influence of the standardised contrast; CR2 is not defined, its df is the crude one's."""
    size = len(strata.composition)
    parts = influence(
        strata.panel,
        strata.axis(at),
        np.outer(coefficients, strata.composition).ravel(),
        period=np.repeat(np.arange(len(at)), size),
        pool=np.tile(np.arange(size), len(at)),
    )
    crude = influence(plain, at, coefficients)
    return replace(parts, cr2=np.full_like(parts.cr2, np.nan), cr2_df=crude.cr2_df)


def _shares(strata: _Strata, at: IntArray) -> FloatArray:
    """Standardised shares of the waves, shape (len(at),)."""
    places = strata.axis(at)
    yes = strata.panel.yes[:, places].sum(axis=(0, 2))
    weight = strata.panel.weight[:, places].sum(axis=(0, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (yes / weight).reshape(len(at), -1) @ strata.composition
