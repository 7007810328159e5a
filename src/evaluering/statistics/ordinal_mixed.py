"""Cumulative-link mixed model: do goal scores move over time, with the case as random intercept?

statsmodels' `OrderedModel` has no random effects, so the likelihood is written here (Laplace, as in
R's `ordinal::clmm`). Needs 20 cases; below that the ordinal summaries stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import Array, check_fraction, rows
from evaluering.statistics.libraries import (
    expit,
    minimum,
    normal_quantile,
    two_sided_normal,
)

FEWEST_CASES = 20
NEWTON_STEPS = 60
TINY = 1e-300
HESSIAN_STEP = 1e-4
# exp(−5): a standard deviation between cases this small is none; its error is then not defined.
NO_SPREAD = -5.0
# No log odds ratio has an error like this unless a group lacks a level altogether.
SEPARATED = 50.0


@dataclass(frozen=True, slots=True)
class MixedModel:
    """A fitted cumulative logit, logit P(Y ≤ k) = threshold_k − xβ − u_case.

    Attributes:
        frame: `term`, `estimate` (log odds of a higher level), `standard_error`, `lower`, `upper`,
            `p_value`; the covariates, then the thresholds as «1|2». Empty when refused.
        sd_random: Standard deviation between cases.
        log_likelihood: Laplace approximation.
        cases: Cases used.
        observations: Scores used; rows with something missing fall out.
        refusal: `few_cases` below 20 cases, `no_variation` when all scores are alike or a covariate
            separates them; else "".
    """

    frame: pd.DataFrame
    sd_random: float
    log_likelihood: float
    cases: int
    observations: int
    refusal: str


@dataclass(frozen=True, slots=True)
class _Scores:
    """Scores as level numbers (0 …), covariates, and the case of each, ready for the likelihood."""

    level: NDArray[np.intp]
    levels: Array
    design: Array
    case: NDArray[np.intp]
    cases: int


def mixed_model(
    score: ArrayLike,
    covariates: pd.DataFrame,
    case: Sequence[Hashable],
    *,
    level: float = 0.95,
    fewest_cases: int = FEWEST_CASES,
) -> MixedModel:
    """Cumulative logit of ordinal scores on covariates (time), random intercept per case.

    Args:
        score: Ordinal scores, shape (k,); NaN falls out.
        covariates: One numeric column per term (such as 0 before and 1 after), k rows.
        case: The case of each score.
        level: Coverage of the intervals (normal).
        fewest_cases: Below this many cases the model is refused.

    Raises:
        EvalueringError: Lengths that do not fit, or covariates that say the same thing twice.

    References:
        Christensen (2019), ordinal: Regression Models for Ordinal Data. Checked against its `clmm`
        on the wine data of Randall (1989).
    """
    name = "goals.mixed_model"
    check_fraction(level, f"{name}: level")
    columns = {str(key): covariates[key].to_numpy() for key in covariates.columns}
    _, arrays = rows(name, score=score, **columns)
    place, _ = pd.factorize(np.array(list(case), dtype=object))
    y, design = arrays[0], np.column_stack(arrays[1:])
    if place.size != y.size or (place < 0).any():
        raise EvalueringError(
            "Det er ikke én sak for hver skår.", f"{name}: case", "Fyll inn saken på hver rad."
        )
    known = ~np.isnan(y) & ~np.isnan(design).any(axis=1)
    y, design = y[known], design[known]
    place, cases = _renumbered(place[known])
    if cases < fewest_cases:
        return _refused(cases, y.size, "few_cases")
    levels, number = np.unique(y, return_inverse=True)
    if levels.size == 1:
        return _refused(cases, y.size, "no_variation")
    if np.linalg.matrix_rank(design - design.mean(axis=0)) < design.shape[1]:
        raise EvalueringError(
            "En kolonne er lik på alle rader, eller to sier det samme.",
            f"{name}: covariates",
            "Ta ut den ene kolonnen.",
        )
    return _fitted(_Scores(number, levels, design, place, cases), list(columns), level)


def _fitted(data: _Scores, terms: list[str], level: float) -> MixedModel:
    cuts, slopes = data.levels.size - 1, data.design.shape[1]
    below = np.array([(data.level <= k).mean() for k in range(cuts)])
    first = np.log(below / (1 - below))
    start = np.concatenate([first[:1], np.log(np.diff(first)), np.zeros(slopes + 1)])

    def loss(parameters: Array) -> float:
        thresholds = _thresholds(parameters[:cuts])
        beta = parameters[cuts : cuts + slopes]
        return -_log_likelihood(data, thresholds, beta, float(np.exp(parameters[-1])))

    best = minimum(loss, start)
    thresholds, beta = _thresholds(best[:cuts]), best[cuts : cuts + slopes]
    spread = float(best[-1])
    estimates = np.concatenate([beta, thresholds])

    def direct(parameters: Array) -> float:
        """The same loss in β, thresholds and log sd, so that the Hessian gives their errors."""
        log_sd = parameters[-1] if parameters.size > estimates.size else -np.inf
        cut = parameters[slopes : slopes + cuts]
        if (np.diff(cut) <= 0).any():
            return float("inf")
        return -_log_likelihood(data, cut, parameters[:slopes], float(np.exp(log_sd)))

    has_spread = spread > NO_SPREAD
    point = np.append(estimates, spread) if has_spread else estimates
    error = _errors(direct, point)[: estimates.size]
    if not (error < SEPARATED).all():
        return _refused(data.cases, data.level.size, "no_variation")
    width = normal_quantile((1 + level) / 2) * error
    names = [f"{a:g}|{b:g}" for a, b in zip(data.levels[:-1], data.levels[1:], strict=True)]
    frame = pd.DataFrame(
        {
            "term": [*terms, *names],
            "estimate": estimates,
            "standard_error": error,
            "lower": estimates - width,
            "upper": estimates + width,
            "p_value": two_sided_normal(estimates / error),
        }
    )
    sd = float(np.exp(spread)) if has_spread else 0.0
    return MixedModel(frame, sd, -loss(best), data.cases, data.level.size, "")


def _log_likelihood(data: _Scores, thresholds: Array, beta: Array, sd: float) -> float:
    """Laplace: Σ_case h(û) − ½·log(−h''(û)), h(u) = Σ log P(y | u) − u²/2, û at the top."""
    cut = np.concatenate([[-np.inf], thresholds, [np.inf]])
    fixed = data.design @ beta
    low, high = cut[data.level] - fixed, cut[data.level + 1] - fixed
    u = np.zeros(data.cases)
    curvature = np.ones(data.cases)
    for _ in range(NEWTON_STEPS):
        slope, bend, _ = _derivatives(low, high, sd, u[data.case])
        gradient = np.bincount(data.case, weights=slope, minlength=data.cases) - u
        curvature = 1 - np.bincount(data.case, weights=bend, minlength=data.cases)
        step = gradient / curvature
        u = u + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:  # noqa: PLR2004  (far below what the log-likelihood shows)
            break
    _, bend, log_p = _derivatives(low, high, sd, u[data.case])
    curvature = 1 - np.bincount(data.case, weights=bend, minlength=data.cases)
    return float(log_p.sum() - (u**2).sum() / 2 - np.log(curvature).sum() / 2)


def _derivatives(low: Array, high: Array, sd: float, u: Array) -> tuple[Array, Array, Array]:
    """First and second derivative in u of log P(y | u), and log P itself; P = F(high) − F(low)."""
    top, bottom = expit(high - sd * u), expit(low - sd * u)
    p = np.maximum(top - bottom, TINY)
    density_top, density_bottom = top * (1 - top), bottom * (1 - bottom)
    first = -sd * (density_top - density_bottom) / p
    turn = density_top * (1 - 2 * top) - density_bottom * (1 - 2 * bottom)
    return first, sd**2 * turn / p - first**2, np.log(p)


def _thresholds(parameters: Array) -> Array:
    """First threshold, then logs of the steps: always in order."""
    return parameters[0] + np.concatenate([[0.0], np.cumsum(np.exp(parameters[1:]))])


def _errors(loss: Callable[[Array], float], point: Array) -> Array:
    """Standard errors from the inverse Hessian, by central differences; ∞ where it is singular."""
    size = point.size
    steps = np.eye(size) * HESSIAN_STEP
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(i, size):
            around = [
                loss(point + a * steps[i] + b * steps[j]) * a * b for a in (1, -1) for b in (1, -1)
            ]
            hessian[i, j] = hessian[j, i] = sum(around) / (4 * HESSIAN_STEP**2)
    if not np.isfinite(hessian).all() or np.linalg.matrix_rank(hessian) < size:
        return np.full(size, np.inf)
    variance = np.diag(np.linalg.inv(hessian))
    return np.where(variance > 0, np.sqrt(np.abs(variance)), np.inf)


def _renumbered(place: NDArray[np.intp]) -> tuple[NDArray[np.intp], int]:
    used, number = np.unique(place, return_inverse=True)
    return number, used.size


def _refused(cases: int, observations: int, refusal: str) -> MixedModel:
    nan = float("nan")
    columns = ["term", "estimate", "standard_error", "lower", "upper", "p_value"]
    return MixedModel(pd.DataFrame(columns=columns), nan, nan, cases, observations, refusal)
