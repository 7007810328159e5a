# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# scipy and statsmodels ship no types; this module is the one place that meets them untyped.
"""The doorway to scipy and statsmodels: distributions, ready-made intervals, models, with types.

Only what those libraries have right is called. What they have wrong (statistics.md 5.3) is written
by hand in the module that needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, special, stats
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson

from evaluering.statistics.arguments import Array

BISECTIONS = 64  # a span of 200 comes down to 1e-17


def normal_quantile(probability: float) -> float:
    """The z such that P(Z ≤ z) is the probability."""
    return float(stats.norm.ppf(probability))


def two_sided_normal(z: Array) -> Array:
    """2·P(Z > |z|); NaN stays NaN."""
    return cast("Array", 2 * stats.norm.sf(np.abs(z)))


def chi2_upper(statistic: Array, degrees_of_freedom: Array) -> Array:
    """P(χ² > statistic)."""
    return cast("Array", stats.chi2.sf(statistic, degrees_of_freedom))


def binomial_quantile(probability: float, n: int, share: float) -> int:
    """Smallest x with P(X ≤ x) ≥ probability."""
    return int(stats.binom.ppf(probability, n, share))


def binomial_at_most(x: Array, n: Array, share: Array) -> Array:
    """P(X ≤ x), X ~ Bin(n, share); 0 below zero."""
    return cast("Array", stats.binom.cdf(x, n, share))


def binomial_exactly(x: Array, n: Array, share: Array) -> Array:
    """P(X = x), X ~ Bin(n, share)."""
    return cast("Array", stats.binom.pmf(x, n, share))


def poisson_at_most(x: Array, mean: Array) -> Array:
    """P(X ≤ x), X ~ Poisson(mean); 0 below zero."""
    return cast("Array", stats.poisson.cdf(x, mean))


def poisson_exactly(x: Array, mean: Array) -> Array:
    """P(X = x), X ~ Poisson(mean)."""
    return cast("Array", stats.poisson.pmf(x, mean))


def log_binomial_coefficient(n: Array | float, k: Array) -> Array:
    """Logarithm of n over k."""
    return cast(
        "Array", special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    )


def expit(x: Array) -> Array:
    """1/(1 + exp(−x)), without overflow."""
    return cast("Array", special.expit(x))


def average_ranks(values: Array) -> Array:
    """Ranks from 1, ties sharing their mean rank."""
    return cast("Array", stats.rankdata(values))


def wilson(count: Array, total: Array, level: float) -> tuple[Array, Array]:
    """Wilson's score interval of a share (statsmodels); NaN where the total is 0 or missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = proportion_confint(count, total, alpha=1 - level, method="wilson")
    # Rounding leaves 1e-18 or 1 + 1e-16 at the ends, where the limits are 0 and 1 exactly.
    missing = 0 * total
    lower = np.where(count == 0, 0.0, np.clip(lower, 0, 1)) + missing
    return lower, np.where(count == total, 1.0, np.clip(upper, 0, 1)) + missing


def newcombe(a: Array, n_a: Array, b: Array, n_b: Array, level: float) -> tuple[Array, Array]:
    """Newcombe's hybrid score interval of a difference of shares (statsmodels)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = confint_proportions_2indep(
            a, n_a, b, n_b, method="newcomb", compare="diff", alpha=1 - level
        )
    return np.clip(lower, -1.0, 1.0), np.clip(upper, -1.0, 1.0)  # 1 + 2e-16 comes back, too


def poisson_exact(count: Array, level: float) -> tuple[Array, Array]:
    """Garwood's exact interval of a Poisson mean (statsmodels, `exact-c`)."""
    lower, upper = confint_poisson(count, 1, method="exact-c", alpha=1 - level)
    return np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)


def bisect(
    is_below: Callable[[Array], np.ndarray[tuple[int], np.dtype[np.bool_]]],
    low: Array,
    high: Array,
) -> Array:
    """Root of many monotone functions at once, by halving.

    Plain halving, because the packages that search more cleverly stop at 1e-5 (statistics.md 2.2).

    Args:
        is_below: Per row, True where the root lies above the point.
        low: Lower ends, shape (k,).
        high: Upper ends, shape (k,).
    """
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = is_below(middle)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def t_quantile(probability: float, degrees_of_freedom: float) -> float:
    """The t such that P(T ≤ t) is the probability."""
    return float(stats.t.ppf(probability, degrees_of_freedom))


def two_sided_t(t: Array, degrees_of_freedom: float) -> Array:
    """2·P(T > |t|)."""
    return cast("Array", 2 * stats.t.sf(np.abs(t), degrees_of_freedom))


def smallest_at(objective: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one number is smallest, between two bounds (scipy, Brent)."""
    found = optimize.minimize_scalar(
        objective, bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    return float(cast("Any", found).x)  # scipy calls its result an object


def minimum(objective: Callable[[Array], float], start: Array) -> Array:
    """Where a smooth function of several numbers is smallest (scipy, BFGS)."""
    found = optimize.minimize(objective, start, method="BFGS", options={"gtol": 1e-5})
    return np.asarray(found.x, dtype=np.float64)


class LinearFit(NamedTuple):
    """Coefficients, covariance, Pearson's X² and log-likelihood of a generalised linear fit."""

    coefficients: Array
    covariance: Array
    pearson: float
    log_likelihood: float


def poisson_fit(count: Array, design: Array, offset: Array) -> LinearFit:
    """Poisson regression with log link (statsmodels GLM), model-based covariance."""
    return _fit(count, design, offset, families.Poisson())


def negative_binomial_fit(count: Array, design: Array, offset: Array, alpha: float) -> LinearFit:
    """Negative binomial regression, Var = μ + alpha·μ², alpha given (statsmodels GLM)."""
    return _fit(count, design, offset, families.NegativeBinomial(alpha=alpha))


def _fit(count: Array, design: Array, offset: Array, family: families.Family) -> LinearFit:
    fit = GLM(count, design, family=family, offset=offset).fit(tol=1e-12, maxiter=200, scale=1.0)
    return LinearFit(
        np.asarray(fit.params, dtype=np.float64),
        np.asarray(fit.cov_params(), dtype=np.float64),
        float(fit.pearson_chi2),
        float(fit.llf),
    )


def linked_components(
    first: NDArray[np.intp], last: NDArray[np.intp], nodes: int
) -> NDArray[np.intp]:
    """Label of the connected component of each node, given edges first–last."""
    edges = sparse.coo_matrix((np.ones(first.size), (first, last)), shape=(nodes, nodes))
    labels = sparse.csgraph.connected_components(edges, directed=False)[1]
    return np.asarray(labels, dtype=np.intp)
