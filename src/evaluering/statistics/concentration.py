"""How much of the offences do few persons stand for, and how much would chance alone give?

The person is the unit of noise. A share among known offenders is never set beside a Gini of a whole
population: the persons without offences are not in the rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_fraction,
    check_part_of,
    check_positive,
    codes,
    impossible,
    numbers,
    rows,
)
from evaluering.statistics.libraries import binomial_at_most
from evaluering.statistics.shares import share

# «Fire eller flere»: the definition of gjenganger the plan and SaLTo use (statistics.md 2.8).
AT_LEAST = 4
DRAWS = 10_000
SEED = 2025
FEWEST_PERSONS = 5
OUTCOMES = ("still", "fewer", "none", "turned_18")


class Concentration(NamedTuple):
    """See `share_from`."""

    persons: float
    offences: float
    share: float
    lower: float
    upper: float
    share_by_chance: float
    persons_by_chance: float
    refusal: str


class ConcentrationTotals(NamedTuple):
    """See `share_from_totals`."""

    persons: float
    offences: float
    share: float
    share_by_chance: float
    note: str


class ConcentrationChange(NamedTuple):
    """See `share_change`."""

    difference: float
    lower: float
    upper: float
    refusal: str


class ConsistentTotals(NamedTuple):
    """See `consistent_totals`."""

    at_least: float
    at_most: float


class Retention(NamedTuple):
    """See `retention`."""

    persons: int
    returned: int
    share: float
    lower: float
    upper: float


def share_from(
    counts_per_person: ArrayLike,
    *,
    at_least: int = AT_LEAST,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Concentration:
    """Persons with `at_least` offences or more, and the share of all offences they stand for.

    The interval is a percentile bootstrap over persons (draws of the histogram). Wilson, as if
    offences were independent, is far too narrow (.219–.330 where persons give .15–.38).

    Args:
        counts_per_person: Offences of each person, shape (persons,). Persons with none are not
            part of it and fall out.
        at_least: The border, 1 or more.
        level: Coverage.
        draws: Bootstrap draws.
        seed: Seed of the draws, fixed by the run.

    Returns:
        `persons` and `offences` at or above the border, their `share` of all offences, `lower`,
        `upper`, `share_by_chance` (were the offences spread at random over the same persons, one
        each), `persons_by_chance`, and `refusal`: `few_persons` below 5 persons in all,
        `no_variation` when the draws never differ (no or all persons above the border). With no
        offences at all the share is NaN.

    Raises:
        EvalueringError: Negative, fractional or missing counts; a border below 1.
    """
    name = "concentration.share_from"
    k = _per_person(counts_per_person, name)
    _check_border(at_least, name)
    check_fraction(level, f"{name}: level")
    above = k[k >= at_least]
    persons, offences, total = float(above.size), float(above.sum()), float(k.sum())
    observed = offences / total if total else float("nan")
    chance, expected = _by_chance(float(k.size), total, at_least)
    shares = _bootstrap(k, at_least, draws, np.random.default_rng(seed))
    lower, upper, refusal = _percentiles(shares, level, k.size)
    return Concentration(persons, offences, observed, lower, upper, chance, expected, refusal)


def share_from_totals(
    personer: ArrayLike,
    forhold: ArrayLike,
    personer_4_pluss: ArrayLike,
    forhold_4_pluss: ArrayLike,
) -> ConcentrationTotals | pd.DataFrame:
    """The same from the police form's four numbers; without rows there is no interval.

    Args:
        personer: Persons with an offence. Scalar or shape (k,).
        forhold: Their offences.
        personer_4_pluss: Persons with four or more.
        forhold_4_pluss: The offences of those.

    Returns:
        `persons`, `offences`, `share`, `share_by_chance`, `note` (`needs_rows`: the interval does).

    Raises:
        EvalueringError: The four numbers contradict each other.
    """
    name = "concentration.share_from_totals"
    shape, (n, total, m, s) = rows(
        name,
        personer=personer,
        forhold=forhold,
        personer_4_pluss=personer_4_pluss,
        forhold_4_pluss=forhold_4_pluss,
    )
    labels = ("personer", "forhold", "personer_4_pluss", "forhold_4_pluss")
    for label, counted in zip(labels, (n, total, m, s), strict=True):
        check_counts(counted, f"{name}: {label}")
    check_part_of(m, n, f"{name}: personer_4_pluss")
    check_part_of(s, total, f"{name}: forhold_4_pluss")
    if ((s < AT_LEAST * m) | ((m == 0) & (s > 0))).any():
        raise impossible(
            "Antall personer med fire eller flere forhold",
            "forholdene deres",
            "hver av dem har minst fire forhold",
            name,
        )
    rest, persons_left = total - s, n - m
    if ((rest < persons_left) | (rest > (AT_LEAST - 1) * persons_left)).any():
        raise impossible(
            "Antall personer",
            "antall forhold",
            "de som har færre enn fire, har ett til tre forhold hver",
            name,
        )
    chance = np.array([_by_chance(*pair, AT_LEAST)[0] for pair in zip(n, total, strict=True)])
    note = codes(n.size)
    note[:] = "needs_rows"
    return shape.result(
        ConcentrationTotals, m, s, s / np.where(total > 0, total, np.nan), chance, note
    )


def share_change(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    *,
    at_least: int = AT_LEAST,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ConcentrationChange:
    """Difference of the shares of two years, a − b (a newer), bootstrap over persons in each.

    The two years are drawn apart: a person who is in both is taken for two persons.

    Args:
        counts_a: Offences of each person in the newer year.
        counts_b: The same for the older year.
        at_least: The border.
        level: Coverage.
        draws: Bootstrap draws.
        seed: Seed of the draws.

    Returns:
        `difference`, `lower`, `upper`, `refusal` (as in `share_from`).

    Raises:
        EvalueringError: As in `share_from`.
    """
    name = "concentration.share_change"
    first, last = _per_person(counts_a, name), _per_person(counts_b, name)
    _check_border(at_least, name)
    check_fraction(level, f"{name}: level")
    one, other = (
        k[k >= at_least].sum() / k.sum() if k.sum() else float("nan") for k in (first, last)
    )
    source = np.random.default_rng(seed)
    draws_a = _bootstrap(first, at_least, draws, source)
    draws_b = _bootstrap(last, at_least, draws, source)
    fewest = min(first.size, last.size)
    lower, upper, refusal = _percentiles(draws_a - draws_b, level, fewest)
    return ConcentrationChange(float(one - other), lower, upper, refusal)


def consistent_totals(
    persons: int,
    percent: float,
    *,
    offences: int | None = None,
    at_least: int = AT_LEAST,
    decimals: int = 0,
    total: int | None = None,
) -> ConsistentTotals:
    """Which totals agree with «13 personer med fire eller flere forhold sto for 27 prosent»?

    A printed 27 % means [26.5, 27.5). With s offences behind the persons the total T obeys
    26.5 % ≤ s/T < 27.5 %, and s is at least `at_least` · persons.

    Args:
        persons: Persons at or above the border, 1 or more.
        percent: Their printed share of the offences, above 0 and at most 100.
        offences: Their offences, where known or assumed; None: only the least possible is known.
        at_least: The border.
        decimals: Decimals printed.
        total: A total to check against the rest.

    Returns:
        `at_least` and `at_most`: the least and greatest whole total; `at_most` is infinite when
        `offences` is not given.

    Raises:
        EvalueringError: Fewer offences than the persons must have, no total fits, or `total` lies
            outside.
    """
    name = "concentration.consistent_totals"
    _check_border(at_least, name)
    given = np.array([persons, np.nan if offences is None else offences], dtype=np.float64)
    check_counts(given, f"{name}: persons")
    check_positive(given[:1], f"{name}: persons")
    half = 0.5 * 10.0**-decimals
    if not half <= percent <= 100 - half * (percent < 100):  # noqa: PLR2004  (percent)
        raise EvalueringError(
            "Prosenten er ikke mellom 0 og 100.", f"{name}: percent", "Skriv prosenten på nytt."
        )
    fewest = at_least * persons
    if offences is not None and offences < fewest:
        raise impossible(
            "Antall personer", "forholdene deres", f"hver har minst {at_least} forhold", name
        )
    s = fewest if offences is None else offences
    # s/T < (percent + half)/100 is strict: a share of exactly 27.5 % would be printed as 28 %.
    low = np.floor(100 * s / (percent + half) + 1e-9) + 1
    high = np.floor(100 * s / (percent - half) + 1e-9) if percent > half else np.inf
    low = max(low, s)
    limits = ConsistentTotals(float(low), float("inf") if offences is None else float(high))
    if limits.at_least > limits.at_most or (
        total is not None and not limits.at_least <= total <= limits.at_most
    ):
        raise impossible(
            "Prosenten", "antallene", "ingen sum av forhold gir den trykte prosenten", name
        )
    return limits


def retention(before: Iterable[Hashable], after: Iterable[Hashable]) -> Retention:
    """How many of last year's persons came back this year? Wilson.

    Args:
        before: Codes of last year's persons (repeats count once).
        after: Codes of this year's persons.

    Returns:
        `persons` last year, how many `returned`, the `share` and its `lower` and `upper`.
    """
    first, last = set(before), set(after)
    returned = len(first & last)
    return Retention(len(first), returned, *share(float(returned), float(len(first))))


def transitions(still: float, fewer: float, none: float, turned_18: float) -> pd.DataFrame:
    """What became of last year's persons with four or more? Turning 18 is an outcome of its own.

    Args:
        still: Still four or more this year.
        fewer: One to three.
        none: No new offence, and still under 18.
        turned_18: Turned 18, so no longer in the numbers; never counted as «none».

    Returns:
        `outcome`, `persons`, `total`, `share`, `lower`, `upper` (Wilson, of all four together).

    Raises:
        EvalueringError: Negative, fractional or missing counts.
    """
    name = "concentration.transitions"
    counted = np.array([still, fewer, none, turned_18], dtype=np.float64)
    check_counts(counted, name, allow_missing=False)
    total = np.full(len(OUTCOMES), counted.sum())
    frame = pd.DataFrame({"outcome": OUTCOMES, "persons": counted, "total": total})
    return frame.join(share(counted, total))


def gini(counts_per_unit: ArrayLike) -> float:
    """Gini coefficient of counts over units: G = 2Σi·x_(i)/(NΣx) − (N + 1)/N.

    Args:
        counts_per_unit: A count per unit, zeros included where the unit exists, shape (units,).

    Returns:
        0 (equal) to nearly 1; NaN when there are no counts.

    Raises:
        EvalueringError: Negative, fractional or missing counts.
    """
    x = np.sort(_per_unit(counts_per_unit, "concentration.gini"))
    n, total = x.size, x.sum()
    if not total:
        return float("nan")
    return float(2 * (np.arange(1, n + 1) * x).sum() / (n * total) - (n + 1) / n)


def generalised_gini(counts_per_unit: ArrayLike, *, unbiased: bool = False) -> float:
    """Gini for fewer events than units: max(1, N/C)·(G − 1) + 1.

    With 5 offences on 10 streets even the most equal spread leaves streets empty; the plain Gini
    calls that concentration.

    Args:
        counts_per_unit: As in `gini`.
        unbiased: Times min(N, C)/(min(N, C) − 1); NaN when that is not defined.

    Raises:
        EvalueringError: As in `gini`.

    References:
        Bernasco and Steenbeek (2017), J Quant Criminol 33, 437–467. The vignette of the R package
        lorenzgini prints .58 where the formula gives .56.
    """
    x = _per_unit(counts_per_unit, "concentration.generalised_gini")
    units, events = float(x.size), float(x.sum())
    if not events:
        return float("nan")
    value = max(1.0, units / events) * (gini(x) - 1) + 1
    fewest = min(units, events)
    if not unbiased:
        return value
    return value * fewest / (fewest - 1) if fewest > 1 else float("nan")


def _per_unit(counts: ArrayLike, name: str) -> Array:
    x = np.atleast_1d(numbers(counts, name))
    check_counts(x, name, allow_missing=False)
    return x


def _per_person(counts: ArrayLike, name: str) -> Array:
    k = _per_unit(counts, f"{name}: counts_per_person")
    return k[k > 0]


def _check_border(at_least: int, name: str) -> None:
    if at_least != int(at_least) or at_least < 1:
        raise EvalueringError(
            "Grensen må være et helt tall fra 1 og oppover.", f"{name}: at_least", "Bruk 4."
        )


def _by_chance(persons: float, offences: float, at_least: int) -> tuple[float, float]:
    """Share and number of persons at or above the border, were C − N offences spread at random.

    N·Σ_x Bin(x; C − N, 1/N)·(1 + x)·1{1 + x ≥ m}/C, with E[X·1{X ≥ k}] = n·p·P(Y ≥ k − 1),
    Y ~ Bin(n − 1, p).
    """
    if not persons > 0 or np.isnan(offences):
        return float("nan"), float("nan")
    extra, border = np.array(offences - persons), at_least - 1
    chance = np.array(1 / persons)
    reaches = float(1 - binomial_at_most(np.array(border - 1), extra, chance))
    more = 0.0
    if extra > 0:
        more = float(
            extra * chance * (1 - binomial_at_most(np.array(border - 2), extra - 1, chance))
        )
    return persons * (reaches + more) / offences, persons * reaches


def _bootstrap(k: Array, at_least: int, draws: int, source: np.random.Generator) -> Array:
    """Shares of `draws` samples of as many persons, with replacement, drawn as histograms."""
    if not k.size:
        return np.full(draws, np.nan)
    values, persons = np.unique(k, return_counts=True)
    samples = source.multinomial(k.size, persons / k.size, size=draws)
    above = np.where(values >= at_least, values, 0)
    shares: NDArray[np.float64] = (samples @ above) / (samples @ values)
    return shares


def _percentiles(draws: Array, level: float, persons: int) -> tuple[float, float, str]:
    nan = float("nan")
    if persons < FEWEST_PERSONS:
        return nan, nan, "few_persons"
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    if not lower < upper:
        return nan, nan, "no_variation"
    return float(lower), float(upper), ""
