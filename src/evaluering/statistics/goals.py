"""Are goals reached? Ordinal summaries of all cases together; the case, not the goal, is the unit.

The numbers show attainment, never what a measure has meant: goals are set at a low point, and there
is nothing to compare with. Ordinal scores do not carry arithmetic, so T is secondary and internal.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    Text,
    check_fraction,
    codes,
    numbers,
    refuse,
    rows,
)
from evaluering.statistics.libraries import normal_quantile
from evaluering.statistics.ordinal_mixed import MixedModel, mixed_model
from evaluering.statistics.paired import SignedRank, wilcoxon_pratt
from evaluering.statistics.shares import share
from evaluering.statistics.single_case import Nap, TauBc, nap, tau_bc

__all__ = [
    "Attainment",
    "CasesReached",
    "MixedModel",
    "Nap",
    "ReliableChange",
    "SignedRank",
    "TauBc",
    "attainment",
    "baseline_sd",
    "case_medians",
    "cases_reached",
    "distribution",
    "gas_sensitivity",
    "gas_t",
    "mixed_model",
    "nap",
    "progress",
    "reliable_change",
    "tau_bc",
    "wilcoxon_pratt",
]

LEVELS = (-2, -1, 0, 1, 2)
# Goals reached are shown from this many cases (statistics.md 0.1, few_cases).
FEWEST_CASES = 10
# A standard deviation of own baselines needs this many (statistics.md 3.6).
FEWEST_BASELINES = 30
MOST_GOALS = 3
DRAWS = 10_000
SEED = 2025
RHOS = (0.0, 0.3, 0.6)


class Attainment(NamedTuple):
    """See `attainment`."""

    cases: int
    goals: int
    assessed: int
    reached: int
    missing: int
    share: float
    lower: float
    upper: float
    share_worst: float
    share_best: float
    refusal: str


class CasesReached(NamedTuple):
    """See `cases_reached`."""

    cases: int
    reached: int
    share: float
    lower: float
    upper: float
    refusal: str


class ReliableChange(NamedTuple):
    """See `reliable_change`."""

    difference: float
    threshold: float
    direction: str


def gas_t(scores: ArrayLike, weights: ArrayLike | None = None, *, rho: float = 0.3) -> float:
    """Goal attainment T of one case: T = 50 + 10·Σwx/√((1 − rho)·Σw² + rho·(Σw)²).

    Secondary and internal. T is not averaged over cases with different numbers of goals: all at −1
    gives 40.0, 37.6, 36.3, 35.5 for one to four goals. The formulas printed in Turner-Stokes (2009)
    are wrong; this is the erratum's.

    Args:
        scores: Level reached of each goal, whole numbers −2 … 2, shape (goals,). NaN where not
            assessed: the goal drops out with its weight.
        weights: Weight of each goal, 0 or more. None: equal.
        rho: Assumed correlation between goals, 0 up to 1.

    Returns:
        T; NaN when no goal is assessed.

    Raises:
        EvalueringError: Scores off the scale, negative or missing weights, all weights zero (R's
            gasr makes them 1 in silence), rho outside 0–1.

    References:
        Kiresuk and Sherman (1968), Community Ment Health J 4, 443–453. Checked against R's gasr.
    """
    name = "goals.gas_t"
    if not 0 <= rho < 1:
        raise EvalueringError(
            "Korrelasjonen må være fra 0 opp til 1.", f"{name}: rho", "Bruk 0.3 når ingen er kjent."
        )
    weight = 1.0 if weights is None else weights
    _, (x, w) = rows(name, scores=scores, weights=weight)
    _check_levels(x, f"{name}: scores")
    refuse(
        (w < 0) | np.isnan(w), "Vekten er negativ eller mangler.", f"{name}: weights", "Rett den."
    )
    known = ~np.isnan(x)
    if not known.any():
        return float("nan")
    x, w = x[known], w[known]
    if w.sum() == 0:
        raise EvalueringError(
            "Alle vektene er null, så ingen mål teller.",
            f"{name}: weights",
            "La vektene være tomme.",
        )
    return float(50 + 10 * (w * x).sum() / np.sqrt((1 - rho) * (w**2).sum() + rho * w.sum() ** 2))


def gas_sensitivity(scores: ArrayLike, weights: ArrayLike | None = None) -> pd.DataFrame:
    """T of one case at rho = 0, .3 and .6, beside the number of goals it rests on.

    Returns:
        `rho`, `t`, `goals`, a row for each rho.

    Raises:
        EvalueringError: As `gas_t`.
    """
    used = int((~np.isnan(np.atleast_1d(numbers(scores, "goals.gas_sensitivity")))).sum())
    t = [gas_t(scores, weights, rho=rho) for rho in RHOS]
    return pd.DataFrame({"rho": RHOS, "t": t, "goals": used})


def distribution(scores: ArrayLike) -> pd.DataFrame:
    """How many goals ended at each level, −2 … 2; the not assessed on a row of their own.

    Returns:
        `level` (NaN for not assessed) and `goals`, six rows.

    Raises:
        EvalueringError: Scores off the scale.
    """
    name = "goals.distribution"
    x = np.atleast_1d(numbers(scores, f"{name}: scores"))
    _check_levels(x, f"{name}: scores")
    goals = [int((x == level).sum()) for level in LEVELS]
    return pd.DataFrame({"level": [*LEVELS, np.nan], "goals": [*goals, int(np.isnan(x).sum())]})


def case_medians(case: Sequence[Hashable], scores: ArrayLike) -> pd.Series[float]:
    """Median goal of each case; what `wilcoxon_pratt` compares. Missing goals are left out.

    Returns:
        Median per case, indexed by case in order of appearance; NaN where none is assessed.

    Raises:
        EvalueringError: Not one case per score.
    """
    name = "goals.case_medians"
    x, place, cases = _by_case(case, scores, name)
    medians = pd.Series(x).groupby(place).median()
    return pd.Series(
        medians.to_numpy(np.float64), index=pd.Index(cases, name="case"), name="median"
    )


def attainment(
    case: Sequence[Hashable],
    reached: ArrayLike,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Attainment:
    """Share of goals reached, by a bootstrap over cases, and what the missing ones could change.

    Goals of one case go together, so the interval draws whole cases; Wilson is used on cases only.
    «Reached» is level 0 or better, or on the 0–10 scale at or above the wished level. A goal that
    is not due yet is not missing: leave it out.

    Args:
        case: The case of each goal, shape (goals,).
        reached: 1 reached, 0 not, NaN not assessed though due.
        level: Coverage.
        draws: Bootstrap draws.
        seed: Seed of the draws, fixed by the run.

    Returns:
        `cases` with an assessed goal, `goals`, `assessed`, `reached`, `missing`; `share` of the
        assessed with `lower` and `upper`; `share_worst` and `share_best` were all the missing not
        reached, or reached; and `refusal`: `few_cases` below 10 cases (then every share and limit
        is NaN), `no_variation` when the draws never differ (then no limits).

    Raises:
        EvalueringError: Something else than 1, 0 and missing, or not one case per goal.
    """
    name = "goals.attainment"
    check_fraction(level, f"{name}: level")
    x, place, _ = _by_case(case, reached, name)
    refuse(
        ~np.isnan(x) & (x != 0) & (x != 1),
        "Måloppnåelsen er verken ja, nei eller tom.",
        f"{name}: reached",
        "Bruk 1, 0 eller tomt.",
    )
    known = ~np.isnan(x)
    yes: Array = np.bincount(place, weights=np.where(known, x, 0.0)).astype(np.float64)
    asked: Array = np.bincount(place, weights=known.astype(np.float64)).astype(np.float64)
    yes, asked = yes[asked > 0], asked[asked > 0]
    goals, assessed, hits = x.size, int(asked.sum()), int(yes.sum())
    counted = (yes.size, goals, assessed, hits, goals - assessed)
    nan = float("nan")
    if yes.size < FEWEST_CASES:
        return Attainment(*counted, nan, nan, nan, nan, nan, "few_cases")
    lower, upper = _case_bootstrap(yes, asked, level, draws, seed=seed)
    refusal = "" if lower < upper else "no_variation"
    lower, upper = (nan, nan) if refusal else (lower, upper)
    worst, best = hits / goals, (hits + goals - assessed) / goals
    return Attainment(*counted, hits / assessed, lower, upper, worst, best, refusal)


def cases_reached(
    case: Sequence[Hashable], scores: ArrayLike, *, at_least: float = 0.0, level: float = 0.95
) -> CasesReached:
    """Cases whose median goal is reached, with Wilson: here the case is the one counted.

    Args:
        case: The case of each goal, shape (goals,).
        scores: Level of each goal; NaN where not assessed.
        at_least: Level that counts as reached.
        level: Coverage.

    Returns:
        `cases` with an assessed goal, how many `reached`, `share`, `lower`, `upper`, `refusal`
        (`few_cases` below 10; then no share).

    Raises:
        EvalueringError: Not one case per goal.
    """
    check_fraction(level, "goals.cases_reached: level")
    medians = case_medians(case, scores).dropna().to_numpy(np.float64)
    cases, reached = medians.size, int((medians >= at_least).sum())
    if cases < FEWEST_CASES:
        nan = float("nan")
        return CasesReached(cases, reached, nan, nan, nan, "few_cases")
    return CasesReached(cases, reached, *share(float(reached), float(cases), level=level), "")


def progress(case: Sequence[Hashable], first: ArrayLike, later: ArrayLike) -> pd.DataFrame:
    """Goal progress on the 0–10 scale: later − first, mean over the at most three goals of a case.

    Args:
        case: The case of each goal, shape (goals,).
        first: Score when the goal was set, 0–10.
        later: Latest score, 0–10; NaN where missing.

    Returns:
        `case`, `goals`, `assessed`, `progress` (NaN where none is assessed), a row per case.

    Raises:
        EvalueringError: Scores off the scale, or more than three goals in a case.
    """
    name = "goals.progress"
    _, (a, b) = rows(name, first=first, later=later)
    for label, x in (("first", a), ("later", b)):
        refuse(
            (x < 0) | (x > 10),  # noqa: PLR2004  (the scale's ends)
            "Skåren er ikke mellom 0 og 10.",
            f"{name}: {label}",
            "Bruk skalaen 0–10.",
        )
    step, place, cases = _by_case(case, b - a, name)
    goals = np.bincount(place)
    refuse(
        goals > MOST_GOALS,
        "Saken har mer enn tre mål.",
        f"{name}: case",
        "Ta med de tre målene som ble valgt i starten.",
    )
    grouped = pd.Series(step).groupby(place)
    return pd.DataFrame(
        {
            "case": cases,
            "goals": goals,
            "assessed": grouped.count().to_numpy(),
            "progress": grouped.mean().to_numpy(),
        }
    )


def baseline_sd(baselines: ArrayLike) -> float:
    """Standard deviation of the municipality's own first scores; NaN with fewer than 30.

    Raises:
        EvalueringError: Not numbers.
    """
    x = np.atleast_1d(numbers(baselines, "goals.baseline_sd"))
    x = x[~np.isnan(x)]
    return float(x.std(ddof=1)) if x.size >= FEWEST_BASELINES else float("nan")


def reliable_change(
    before: ArrayLike, after: ArrayLike, sd: float, reliability: float, *, level: float = 0.95
) -> ReliableChange | pd.DataFrame:
    """Is one person's change more than the instrument's own noise?

    Threshold z·SD·√2·√(1 − reliability), 2.48 for SD 2 and reliability .8.

    Args:
        before: First score. Scalar or shape (k,).
        after: Later score.
        sd: Standard deviation from a norm or `baseline_sd`; NaN: nothing can be said.
        reliability: Test–retest reliability, between 0 and 1.
        level: Coverage of the noise.

    Returns:
        `difference`, `threshold`, `direction`: `up`, `down`, `none` (within the noise), or empty
        where something is missing.

    Raises:
        EvalueringError: SD not above zero, reliability not between 0 and 1.

    References:
        Jacobson and Truax (1991), J Consult Clin Psychol 59, 12–19.
    """
    name = "goals.reliable_change"
    check_fraction(level, f"{name}: level")
    check_fraction(reliability, f"{name}: reliability")
    spread = numbers(sd, f"{name}: sd")
    refuse(
        np.atleast_1d(spread <= 0),
        "Standardavviket må være større enn null.",
        f"{name}: sd",
        "Bruk standardavviket fra en norm.",
    )
    shape, (first, last) = rows(name, before=before, after=after)
    z = normal_quantile((1 + level) / 2)
    threshold = np.full(first.size, z * float(spread) * 2**0.5 * (1 - reliability) ** 0.5)
    difference = last - first
    direction: Text = codes(first.size)
    direction[np.abs(difference) <= threshold] = "none"
    direction[difference > threshold] = "up"
    direction[difference < -threshold] = "down"
    return shape.result(ReliableChange, difference, threshold, direction)


def _check_levels(scores: Array, where: str) -> None:
    refuse(
        ~np.isnan(scores) & ~np.isin(scores, LEVELS),
        "Nivået er ikke et helt tall fra −2 til 2.",
        where,
        "Bruk −2, −1, 0, 1 eller 2.",
    )


def _by_case(
    case: Sequence[Hashable], values: ArrayLike, name: str
) -> tuple[Array, NDArray[np.intp], list[Hashable]]:
    """Values, the place of each one's case, and the cases in order of appearance."""
    x = np.atleast_1d(numbers(values, name))
    place, cases = pd.factorize(np.array(list(case), dtype=object))
    if place.size != x.size or (place < 0).any():
        raise EvalueringError(
            "Det er ikke én sak for hvert mål.", f"{name}: case", "Fyll inn saken på hver rad."
        )
    return x, place, list(cases)


def _case_bootstrap(
    yes: Array, asked: Array, level: float, draws: int, *, seed: int
) -> tuple[float, float]:
    """Percentile limits of Σyes/Σasked over samples of whole cases."""
    pairs, cases = np.unique(np.column_stack((yes, asked)), axis=0, return_counts=True)
    samples = np.random.default_rng(seed).multinomial(yes.size, cases / yes.size, size=draws)
    shares = (samples @ pairs[:, 0]) / (samples @ pairs[:, 1])
    lower, upper = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return float(lower), float(upper)
