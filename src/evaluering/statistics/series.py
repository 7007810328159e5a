"""Series of person counts: is there more variation than Poisson, and a regression that allows it.

For monthly or yearly counts of persons. Not for claims about an interruption: the series this
project has are too short for that (statistics.md 2.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_fraction,
    check_positive,
    rows,
)
from evaluering.statistics.libraries import (
    LinearFit,
    chi2_upper,
    negative_binomial_fit,
    poisson_fit,
    smallest_at,
    t_quantile,
    two_sided_t,
)

Model = Literal["poisson", "negative_binomial"]
# Below this many points the negative binomial cannot tell its own dispersion (statistics.md 2.4).
FEWEST_FOR_NEGATIVE_BINOMIAL = 30
# log alpha is searched here; an optimum at an end means that the search ran away.
LOG_ALPHA = (-14.0, 6.0)
EDGE = 0.5
# No log rate ratio has an error like this unless a group has no events at all.
SEPARATED = 50.0


class Dispersion(NamedTuple):
    """See `dispersion`."""

    phi: float
    statistic: float
    degrees_of_freedom: float
    p_value: float


@dataclass(frozen=True, slots=True)
class CountRegression:
    """A regression of counts.

    Attributes:
        frame: `term`, `estimate` (log rate ratio), `standard_error`, `lower`, `upper`, `p_value`.
        model: The model that was used in the end.
        phi: Pearson dispersion of the Poisson fit.
        alpha: Overdispersion of the negative binomial, Var = μ + alpha·μ²; NaN for Poisson.
        log_likelihood: Of the model used.
        points: Rows used; those with something missing fall out.
        note: Why Poisson was used when more was asked for: `few_points` or `no_overdispersion`;
            `no_variation` where a term has no events to speak of (its numbers are NaN).
    """

    frame: pd.DataFrame
    model: Model
    phi: float
    alpha: float
    log_likelihood: float
    points: int
    note: str


def dispersion(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> Dispersion:
    """Pearson dispersion of a series against one common Poisson rate: φ = X²/(k − 1).

    Args:
        counts: Persons per month or year, shape (k,). Missing months fall out.
        exposure: Population or days per month; None: equal.

    Returns:
        `phi` (1 is Poisson), `statistic` X², `degrees_of_freedom`, `p_value` (χ², upper tail). NaN
        with fewer than two points or no events. Widen intervals by √φ when φ > 1; never narrow.

    Raises:
        EvalueringError: Negative or fractional counts, exposure not above zero.
    """
    name = "counts.dispersion"
    _, (x, e) = rows(name, counts=counts, exposure=1.0 if exposure is None else exposure)
    check_counts(x, f"{name}: counts")
    check_positive(e, f"{name}: exposure")
    known = ~np.isnan(x + e)
    x, e = x[known], e[known]
    df = float(x.size - 1)
    if df < 1 or x.sum() == 0:
        nan = float("nan")
        return Dispersion(nan, nan, df, nan)
    expected = e * x.sum() / e.sum()
    statistic = float(((x - expected) ** 2 / expected).sum())
    p_value = float(chi2_upper(np.array(statistic), np.array(df)))
    return Dispersion(statistic / df, statistic, df, p_value)


def regression(
    count: ArrayLike,
    covariates: pd.DataFrame,
    *,
    exposure: ArrayLike | None = None,
    model: Model = "negative_binomial",
    level: float = 0.95,
) -> CountRegression:
    """Regression of person counts: log rate = intercept + covariates.

    The negative binomial is used with 30 points or more and real overdispersion; its search runs
    away when there is none (as R's `glm.nb` does), and then, as below 30 points, the answer is
    Poisson with errors stretched by √φ when φ > 1.

    Args:
        count: Counts, shape (k,).
        covariates: One numeric column per term, k rows; an intercept is added.
        exposure: Population or time; None: equal.
        model: The model asked for.
        level: Coverage of the intervals, t with k − terms degrees of freedom.

    Raises:
        EvalueringError: Negative or fractional counts, exposure not above zero, covariates that are
            not numbers or say the same thing twice, or no more rows than terms.

    References:
        Cameron and Trivedi (2013), Regression Analysis of Count Data, ch. 3. Checked against
        Wooldridge's table 17.3 (`crime1`).
    """
    name = "counts.regression"
    check_fraction(level, f"{name}: level")
    columns = {str(key): covariates[key].to_numpy() for key in covariates.columns}
    _, arrays = rows(name, count=count, exposure=1.0 if exposure is None else exposure, **columns)
    y, e, terms = arrays[0], arrays[1], arrays[2:]
    check_counts(y, f"{name}: count")
    check_positive(e, f"{name}: exposure")
    design = np.column_stack([np.ones_like(y), *terms])
    known = ~np.isnan(np.column_stack([y, e, design])).any(axis=1)
    y, offset, design = y[known], np.log(e[known]), design[known]
    df = y.size - design.shape[1]
    if df < 1 or np.linalg.matrix_rank(design) < design.shape[1] or y.sum() == 0:
        raise EvalueringError(
            "Regresjonen kan ikke regnes ut: for få rader, ingen hendelser, eller to kolonner som "
            "sier det samme.",
            name,
            "Ta ut en kolonne, eller bruk flere rader.",
        )
    poisson = poisson_fit(y, design, offset)
    phi = poisson.pearson / df
    fit, used, alpha, note = poisson, "poisson", float("nan"), ""
    if model == "negative_binomial":
        note = "few_points" if y.size < FEWEST_FOR_NEGATIVE_BINOMIAL else "no_overdispersion"
        found = _negative_binomial(y, design, offset, poisson) if note != "few_points" else None
        if found is not None:
            (fit, alpha), used, note = found, "negative_binomial", ""
    stretch = max(1.0, phi) if used == "poisson" else 1.0
    frame = _table(["intercept", *columns], fit, stretch, level, df=df)
    if frame["standard_error"].isna().any():
        note = "no_variation"
    return CountRegression(frame, used, phi, alpha, fit.log_likelihood, y.size, note)


def _negative_binomial(
    y: Array, design: Array, offset: Array, poisson: LinearFit
) -> tuple[LinearFit, float] | None:
    """Fit at the alpha of greatest likelihood, or None when there is no overdispersion to find."""

    def loss(log_alpha: float) -> float:
        fit = negative_binomial_fit(y, design, offset, float(np.exp(log_alpha)))
        return -fit.log_likelihood

    log_alpha = smallest_at(loss, *LOG_ALPHA)
    if not LOG_ALPHA[0] + EDGE < log_alpha < LOG_ALPHA[1] - EDGE:
        return None
    alpha = float(np.exp(log_alpha))
    fit = negative_binomial_fit(y, design, offset, alpha)
    return (fit, alpha) if fit.log_likelihood > poisson.log_likelihood else None


def _table(
    terms: list[str], fit: LinearFit, stretch: float, level: float, *, df: int
) -> pd.DataFrame:
    error = np.sqrt(np.diag(fit.covariance) * stretch)
    # A group without a single event has no log rate: the search walks towards minus infinity.
    error = np.where(error < SEPARATED, error, np.nan)
    estimate = np.where(np.isnan(error), np.nan, fit.coefficients)
    width = t_quantile((1 + level) / 2, df) * error
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": estimate,
            "standard_error": error,
            "lower": estimate - width,
            "upper": estimate + width,
            "p_value": two_sided_t(estimate / error, df),
        }
    )
