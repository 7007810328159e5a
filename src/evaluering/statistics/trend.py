"""Does the share rise or fall over the waves? A logistic trend on the true years."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from evaluering.errors import EvalueringError
from evaluering.statistics import student_t
from evaluering.statistics.cells import Cells, FloatArray, IntArray, as_cells
from evaluering.statistics.contrasts import FEWEST_DF
from evaluering.statistics.estimates import SMALLEST_SE, stratified_square
from evaluering.statistics.panel import solve, sum_runs
from evaluering.statistics.rounding import weakest

TERMS = ("linear", "quadratic")
_STEP = 1e-10  # Newton stops when no coefficient moves more than this
_ITERATIONS = 60
_LARGEST_STEP = 4.0  # on the logit scale
_SEPARATED = 20.0  # a logit this far out is a level without yes (or without no), not an estimate


class TableTrend(NamedTuple):
    """Cochran–Armitage test of a table: the statistic, its p-value and the sign of the slope."""

    chi_square: float
    p_value: float
    slope: float


def trend(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    adjust: Sequence[str] | str = (),
    degree: int = 2,
) -> pd.DataFrame:
    """Logistic regression on orthogonal polynomials of the actual years, school-clustered.

    The errors are the cluster sandwich H⁻¹(G/(G−1) Σ u_g u_gᵀ)H⁻¹ on G − H + 1 − (number of
    coefficients) degrees of freedom, as `svyglm` uses. Interpret only the highest term: the linear
    verdict comes from `degree=1`, and a flat line with a clear quadratic is a dip.

    Args:
        frame: One row per pupil, or cells made by `collapse` with `by` holding `adjust`.
        items: Columns with 0, 1 or missing.
        wave: Column with the survey year, as a number.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        adjust: Categorical columns to adjust for; rows where one is missing are left out.
        degree: 1 (linear) or 2 (both terms of the joint model), at most waves − 1.

    Returns:
        item, term, estimate (logit scale, polynomials of unit length over the item's waves),
        standard_error, degrees_of_freedom, p_value, n, clusters, refusal. With fewer than 4 degrees
        of freedom `refusal` is `few_clusters` and the numbers stay, but no conclusion may rest on
        them. A level without yes (or only yes) gives NaN and `no_variation`; too few waves with
        answers, or columns that say the same, give `unsupported_design`.

    Raises:
        EvalueringError: The years are no numbers, `degree` is not possible, or impossible input.

    References:
        Binder (1983), Int. Statist. Rev. 51, 279–292. Same numbers as R survey `svyglm` with
        `quasibinomial` and `glm.control(epsilon=1e-14)`.
    """
    columns = (adjust,) if isinstance(adjust, str) else tuple(adjust)
    cells = as_cells(
        frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight, by=columns
    )
    if degree not in (1, 2) or degree > len(cells.waves) - 1:
        raise EvalueringError(
            "Graden må være 1 eller 2, og lavere enn antallet bølger.", where="degree"
        )
    if bool(np.isnan(cells.years).any()):
        raise EvalueringError("En utvikling over tid trenger årstall.", where="wave")
    run = partial(_trend, columns=columns, degree=degree)
    return weakest(cells, np.arange(len(cells.waves)), run)


def _trend(cells: Cells, *, columns: tuple[str, ...], degree: int) -> pd.DataFrame:
    fit = _fit_all(cells, columns, degree)
    return pd.DataFrame(
        {
            "item": np.repeat(np.asarray(cells.items, dtype=object), degree),
            "term": np.tile(np.asarray(TERMS[:degree], dtype=object), len(cells.items)),
            **{name: np.asarray(values).ravel() for name, values in fit.items()},
        }
    )


def polynomials(years: FloatArray, degree: int) -> FloatArray:
    """Orthogonal polynomials of unit length on the years, as R's `contr.poly(k, scores=years)`.

    Args:
        years: Different years, shape (k,).
        degree: Number of columns, below k.

    Returns:
        Shape (k, degree), columns sum to zero, leading coefficient positive.
    """
    x = years - years.mean()
    basis: list[FloatArray] = [np.ones_like(x) / np.sqrt(len(x))]
    for power in range(1, degree + 1):
        column = x**power
        for _ in range(2):  # twice is enough for full accuracy
            for known in basis:
                column = column - known * (known @ column)
        basis.append(column / np.sqrt(column @ column))
    return np.stack(basis[1:], axis=1)


def _fit_all(cells: Cells, adjust: tuple[str, ...], degree: int) -> dict[str, NDArray[Any]]:
    """Fit every item; items asked in the same waves and levels share a design matrix."""
    is_known = cells.levels[list(adjust)].notna().all(axis=1).to_numpy() if adjust else np.ones(1)
    keep = np.flatnonzero(is_known[cells.level] if adjust else cells.cluster >= 0)
    keep = keep[np.argsort(cells.cluster[keep], kind="stable")]
    levels = cells.levels[list(adjust)]
    codes = [pd.factorize(levels[name], sort=True)[0][cells.level[keep]] for name in adjust]
    factors = np.stack([cells.wave[keep], *codes], axis=1)
    patterns, pattern = np.unique(factors, axis=0, return_inverse=True)
    pattern = pattern.ravel()
    count, weight, yes = cells.count[keep], cells.weight[keep], cells.yes[keep]
    asked = _sum_patterns(count, pattern, len(patterns)) > 0
    shape = (len(cells.items), degree)
    result: dict[str, NDArray[Any]] = {
        name: np.full(shape, np.nan)
        for name in ("estimate", "standard_error", "degrees_of_freedom", "p_value")
    }
    result |= {name: np.zeros(shape, dtype=np.int64) for name in ("n", "clusters")}
    result["refusal"] = np.full(shape, "", dtype=object)
    _, kind = np.unique(asked, axis=1, return_inverse=True)
    for each in np.unique(kind):
        at = np.flatnonzero(kind.ravel() == each)
        part = _Material(cells, keep, pattern, count[:, at], weight[:, at], yes[:, at])
        fitted = _fit(part, patterns, asked[:, at[0]], cells.years, degree)
        for name, values in fitted.items():
            result[name][at] = values
    return result


class _Material(NamedTuple):
    """The cells of the items that share a design: C cells sorted by school, K items."""

    cells: Cells
    keep: IntArray
    pattern: IntArray
    answers: FloatArray
    weight: FloatArray
    yes: FloatArray

    def by_cluster(self, values: FloatArray) -> FloatArray:
        return sum_runs(values, self.cells.cluster[self.keep], len(self.cells.clusters))

    def by_stratum(self, values: NDArray[Any]) -> FloatArray:
        strata = int(self.cells.stratum_of.max()) + 1
        order = np.argsort(self.cells.stratum_of, kind="stable")
        return sum_runs(values[order], self.cells.stratum_of[order], strata)


def _fit(
    part: _Material, patterns: IntArray, asked: NDArray[np.bool_], years: FloatArray, degree: int
) -> dict[str, NDArray[Any]]:
    """Coefficients, sandwich errors and refusals of items with one design matrix."""
    items = part.answers.shape[1]
    answered = part.by_cluster(part.answers) > 0
    clusters = answered.sum(axis=0)
    described: dict[str, NDArray[Any]] = {
        "n": np.repeat(part.answers.sum(axis=0)[:, None], degree, axis=1).astype(np.int64),
        "clusters": np.repeat(clusters[:, None], degree, axis=1).astype(np.int64),
    }
    x = _design_matrix(patterns, asked, years, degree)
    if x is None:
        return described | {"refusal": np.full((items, degree), "unsupported_design", dtype=object)}
    weight = _sum_patterns(part.weight, part.pattern, len(patterns))
    yes = _sum_patterns(part.yes, part.pattern, len(patterns))
    is_separated = _is_alike(weight.sum(axis=0), yes.sum(axis=0))
    beta, is_lost = _newton(x[asked], weight[asked], yes[asked], is_separated)
    is_lost |= is_separated

    mu = special.expit(x @ beta.T)
    residual = part.yes - part.weight * mu[part.pattern]
    bread = np.einsum("pi,pj,pk->kij", x, x, weight * mu * (1 - mu), optimize=True)
    bread[is_lost] = np.eye(x.shape[1])
    scores = np.stack(
        [part.by_cluster(x[part.pattern, j][:, None] * residual) for j in range(x.shape[1])]
    )
    inverse = solve(bread, np.broadcast_to(np.eye(x.shape[1]), bread.shape))[:, 1 : degree + 1]
    own = np.einsum("kij,jgk->gik", inverse, scores, optimize=True)  # school, term, item
    declared = np.bincount(part.cells.stratum_of).astype(np.float64)[:, None]
    in_stratum = part.by_stratum(answered)
    variance = stratified_square(
        part.by_stratum(own**2),
        part.by_stratum(own),
        declared[..., None],
        (in_stratum > 0)[:, None, :],
    ).sum(axis=0)
    strata = (in_stratum > 0).sum(axis=0)
    return described | _tested(
        beta, variance.T, clusters - strata + 1 - x.shape[1], is_lost, degree
    )


def _tested(
    beta: FloatArray,
    variance: FloatArray,
    df: NDArray[np.int_],
    is_lost: NDArray[np.bool_],
    degree: int,
) -> dict[str, NDArray[Any]]:
    standard_error = np.sqrt(variance)
    is_lost = is_lost[:, None] | (standard_error <= SMALLEST_SE)
    estimate = student_t.blank(beta[:, 1 : degree + 1], is_lost)
    standard_error = student_t.blank(standard_error, is_lost)
    freedom = np.repeat(df[:, None].astype(np.float64), degree, axis=1)
    p_value = student_t.two_sided_p(estimate / standard_error, freedom)
    refusal = np.where(is_lost, "no_variation", np.where(freedom < FEWEST_DF, "few_clusters", ""))
    return {
        "estimate": estimate,
        "standard_error": standard_error,
        "degrees_of_freedom": student_t.blank(freedom, is_lost),
        "p_value": p_value,
        "refusal": refusal.astype(object),
    }


def _design_matrix(
    patterns: IntArray, asked: NDArray[np.bool_], years: FloatArray, degree: int
) -> FloatArray | None:
    """Intercept, polynomials and dummies per pattern; None where they cannot be told apart."""
    waves = np.unique(patterns[asked, 0])
    if len(waves) <= degree:
        return None
    terms = np.zeros((len(years), degree))
    terms[waves] = polynomials(years[waves], degree)
    columns = [np.ones((len(patterns), 1)), terms[patterns[:, 0]]]
    for factor in patterns[:, 1:].T:
        used = np.unique(factor[asked])[1:]
        columns.append((factor[:, None] == used).astype(np.float64))
    x = np.concatenate(columns, axis=1)
    return x if np.linalg.matrix_rank(x[asked]) == x.shape[1] else None


def _is_alike(weight: FloatArray, yes: FloatArray) -> NDArray[np.bool_]:
    """Items that everybody answered alike; other separation shows as an estimate that runs away."""
    return (yes <= 0) | (yes >= weight * (1 - 1e-12))


def _newton(
    x: FloatArray, weight: FloatArray, yes: FloatArray, skip: NDArray[np.bool_]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Maximum likelihood for all items at once; items that converge, or run away, are frozen.

    Args:
        x: Design matrix, patterns × coefficients.
        weight: Weight per pattern and item.
        yes: Weight of the yes per pattern and item.
        skip: Items known to have no finite estimate.

    Returns:
        Coefficients (items, coefficients), and the items that have none.
    """
    size = x.shape[1]
    items = weight.shape[1]
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), size * size).T
    beta = np.zeros((items, size))
    beta[~skip, 0] = special.logit((yes.sum(axis=0) / weight.sum(axis=0))[~skip])
    is_lost = skip.copy()
    active = np.flatnonzero(~skip)
    for _ in range(_ITERATIONS):
        if len(active) == 0:
            break
        mu = special.expit(x @ beta[active].T)
        gradient = x.T @ (yes[:, active] - weight[:, active] * mu)
        bread = (products @ (weight[:, active] * mu * (1 - mu))).T.reshape(-1, size, size)
        step = solve(bread, gradient.T[..., None])[..., 0]
        longest = np.abs(step @ x.T).max(axis=1)
        step = step * np.minimum(1.0, _LARGEST_STEP / np.maximum(longest, _LARGEST_STEP))[:, None]
        beta[active] += step
        runs_away = np.abs(beta[active] @ x.T).max(axis=1) > _SEPARATED
        is_lost[active[runs_away]] = True
        beta[active[runs_away]] = 0.0
        active = active[~runs_away & (np.abs(step).max(axis=1) >= _STEP)]
    is_lost[active] = True
    beta[active] = 0.0
    return beta, is_lost


def _sum_patterns(values: FloatArray, pattern: IntArray, patterns: int) -> FloatArray:
    order = np.argsort(pattern, kind="stable")
    return sum_runs(values[order], pattern[order], patterns)


def cochran_armitage(
    yes: ArrayLike, n: ArrayLike, scores: ArrayLike | None = None, *, design_effect: float = 1.0
) -> TableTrend:
    """Trend in the shares of a table with nothing but counts per wave.

    χ² = T²/V with T = Σ(x_i − n_i p̄)t_i and V = p̄(1−p̄)[Σn_i t_i² − (Σn_i t_i)²/N], divided by the
    design effect. It takes pupils as independent, so without a design effect it is too bold.

    Args:
        yes: Persons who answered yes per wave, shape (k,).
        n: Persons who answered, shape (k,).
        scores: Years; 1, 2, … where none are given.
        design_effect: Of a change between waves; 1 or more makes the test weaker.

    Returns:
        The statistic on one degree of freedom, its p-value, and the slope per unit of the score.
        NaN where all answers are alike.

    Raises:
        EvalueringError: Shapes differ, fewer than two waves, or counts that are impossible.

    References:
        Armitage (1955), Biometrics 11, 375–386. Same numbers as R's `prop.trend.test`.
    """
    x, size = np.asarray(yes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    t = np.arange(1.0, len(x) + 1) if scores is None else np.asarray(scores, dtype=np.float64)
    if x.ndim != 1 or x.shape != size.shape or x.shape != t.shape or len(x) < len(TERMS):
        raise EvalueringError("Gi like mange ja, svar og år, og minst to bølger.", where="yes, n")
    is_bad = ~(np.isfinite(x) & np.isfinite(size) & np.isfinite(t)) | (x < 0) | (x > size)
    if bool((is_bad | (x != np.round(x)) | (size != np.round(size)) | (size == 0)).any()):
        raise EvalueringError(
            "Et antall er negativt, ikke helt, mangler, eller er større enn antall svar.",
            where="yes, n",
        )
    if not design_effect > 0:
        raise EvalueringError("Designeffekten må være over 0.", where="design_effect")
    total = size.sum()
    share = x.sum() / total
    spread = (size * t**2).sum() - (size * t).sum() ** 2 / total
    variance = share * (1 - share) * spread
    if variance <= 0:
        return TableTrend(np.nan, np.nan, np.nan)
    score = float(((x - size * share) * t).sum())
    chi_square = score**2 / variance / design_effect
    return TableTrend(chi_square, float(special.chdtrc(1, chi_square)), score / spread)
