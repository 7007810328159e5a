"""Totals of offences, where one person can stand for many: the unit of noise is the person.

A total T = Σk_i over persons who arrive as Poisson has variance Σk_i². Poisson noise on offences
rejects a true null in .23 of year pairs (statistics.md 2.3); this does not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_fraction,
    codes,
    numbers,
    refuse,
    rows,
)
from evaluering.statistics.libraries import linked_components, normal_quantile, two_sided_normal

# Below this many persons a total is described, not judged (statistics.md 0.1, few_persons).
FEWEST_PERSONS = 5


class ClusteredTotal(NamedTuple):
    """See `clustered_total`."""

    total: float
    persons: float
    variance: float
    standard_error: float
    phi: float
    lower: float
    upper: float
    refusal: str


class TotalChange(NamedTuple):
    """See `total_change`."""

    difference: float
    ratio: float
    lower: float
    upper: float
    z: float
    p_value: float
    smallest_detectable: float
    break_even_phi: float
    refusal: str


class ClusteredRatio(NamedTuple):
    """See `clustered_ratio_of_ratios`."""

    ratio: float
    lower: float
    upper: float
    z: float
    p_value: float


def clustered_total(
    per_person_counts: ArrayLike,
    *,
    linked: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> ClusteredTotal:
    """Total of offences with a standard error whose unit is the person: Var(T) = Σk².

    Args:
        per_person_counts: Offences of each person, shape (persons,). Persons with none count for
            nothing and fall out.
        linked: A label per person; persons who may have acted together share one
            (`linked_groups`), and the group is the unit of noise. None: each for itself.
        level: Coverage of the log limits T·exp(±z·√Σk²/T).

    Returns:
        `total`, `persons`, `variance` (Σk²), `standard_error`, `phi` = Σk²/T (1 is Poisson),
        `lower`, `upper`, and `refusal`: `few_persons` with fewer than 5 units of noise (then no
        limits).

    Raises:
        EvalueringError: Negative, fractional or missing counts, or a label missing.

    References:
        Compound Poisson sum; statistics.md 2.3.
    """
    name = "counts.clustered_total"
    check_fraction(level, f"{name}: level")
    k = _offences(per_person_counts, name)
    units = _by_unit(k, linked, name)
    total, variance = float(k.sum()), float((units**2).sum())
    lower, upper = log_limits(np.array([total]), np.array([variance]), level)
    is_few = units.size < FEWEST_PERSONS
    nan = float("nan")
    return ClusteredTotal(
        total,
        float(np.count_nonzero(k)),
        variance,
        variance**0.5,
        variance / total if total else nan,
        nan if is_few else float(lower[0]),
        nan if is_few else float(upper[0]),
        "few_persons" if is_few else "",
    )


def clustered_change(
    per_person_a: ArrayLike,
    per_person_b: ArrayLike,
    *,
    person_a: Sequence[Hashable] | None = None,
    person_b: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> TotalChange:
    """Offences of two years, a (newer) against b, from rows about persons.

    Args:
        per_person_a: Offences of each person in the newer year.
        per_person_b: The same in the older year.
        person_a: The persons' pseudonyms (or the labels of their linked groups), where the two
            years may hold the same ones: then Var(a − b) = Σ(k_a − k_b)², person by person.
        person_b: The same for the older year. Both or neither.
        level: Coverage.

    Returns:
        As `total_change`.

    Raises:
        EvalueringError: As `clustered_total`; pseudonyms for one year only.
    """
    name = "counts.clustered_change"
    check_fraction(level, f"{name}: level")
    first, last = _offences(per_person_a, name), _offences(per_person_b, name)
    if (person_a is None) != (person_b is None):
        raise EvalueringError(
            "Personkodene er gitt for bare ett av årene.", name, "Gi dem for begge år, eller ingen."
        )
    codes_a = range(first.size) if person_a is None else list(person_a)
    codes_b = range(first.size, first.size + last.size) if person_b is None else list(person_b)
    if len(codes_a) != first.size or len(codes_b) != last.size:
        raise EvalueringError(
            "Det er ikke én personkode for hver person.", name, "Gi like mange koder som antall."
        )
    people, place = np.unique(
        pd.factorize(np.array([*codes_a, *codes_b], dtype=object))[0], return_inverse=True
    )
    a = np.bincount(place[: first.size], weights=first, minlength=people.size)
    b = np.bincount(place[first.size :], weights=last, minlength=people.size)
    total_a, total_b, nan = float(a.sum()), float(b.sum()), float("nan")
    difference, variance = total_a - total_b, float(((a - b) ** 2).sum())
    z_level = normal_quantile((1 + level) / 2)
    ratio = total_a / total_b if total_b else nan
    poisson = difference**2 / (total_a + total_b) / z_level**2 if total_a + total_b else nan
    is_few = min(np.count_nonzero(a), np.count_nonzero(b)) < FEWEST_PERSONS
    spread = 0.0 if is_few else float(((a / total_a - b / total_b) ** 2).sum())
    if is_few or variance * spread == 0:
        refusal = "few_persons" if is_few else "no_variation"
        return TotalChange(difference, ratio, nan, nan, nan, nan, nan, poisson, refusal)
    width = z_level * spread**0.5
    z = difference / variance**0.5
    return TotalChange(
        difference,
        ratio,
        ratio * float(np.exp(-width)),
        ratio * float(np.exp(width)),
        z,
        float(two_sided_normal(np.array(z))),
        z_level * float(2 * (b**2).sum()) ** 0.5,
        poisson,
        "",
    )


def total_change(
    total_a: ArrayLike,
    total_b: ArrayLike,
    *,
    variance_a: ArrayLike | None = None,
    variance_b: ArrayLike | None = None,
    persons_a: ArrayLike | None = None,
    persons_b: ArrayLike | None = None,
    level: float = 0.95,
) -> TotalChange | pd.DataFrame:
    """Offences of two years, a (newer) against b, from totals and Σk² (or its upper bound).

    Test with `variance_upper` of `clustered_total_bounds`, never with the lower bound: that one
    rejects a true null in .11 of year pairs (statistics.md 2.3).

    Args:
        total_a: Offences in the newer year. Scalar or shape (k,).
        total_b: Offences in the older year.
        variance_a: Σk² of the newer year; None or NaN where unknown.
        variance_b: Σk² of the older year.
        persons_a: Persons behind the newer total, where known.
        persons_b: Persons behind the older total.
        level: Coverage.

    Returns:
        `difference` and `ratio` a/b; `lower`, `upper` of the ratio by √(Σk²_a/T_a² + Σk²_b/T_b²)
        on the log; `z` = (a − b)/√(Σk²_a + Σk²_b) and its `p_value`; `smallest_detectable`, the
        change it would take from the older year, z·√(2Σk²_b); `break_even_phi` = (z_Poisson/z)²,
        the offences per person (weighted) the change survives; `refusal`: `no_persons` where a Σk²
        is unknown, `few_persons` below 5 persons in a year. Refused rows keep difference, ratio
        and break-even. A frame, or a named tuple for scalars.

    Raises:
        EvalueringError: Negative or fractional counts, or Σk² smaller than the total.
    """
    name = "counts.total_change"
    check_fraction(level, f"{name}: level")
    shape, (a, b, v_a, v_b, n_a, n_b) = rows(
        name,
        total_a=total_a,
        total_b=total_b,
        variance_a=variance_a,
        variance_b=variance_b,
        persons_a=persons_a,
        persons_b=persons_b,
    )
    labels = ("total_a", "total_b", "persons_a", "persons_b")
    for label, counted in zip(labels, (a, b, n_a, n_b), strict=True):
        check_counts(counted, f"{name}: {label}")
    refuse(
        (v_a < a) | (v_b < b),
        "Summen av kvadratene kan ikke være mindre enn summen av forholdene.",
        f"{name}: variance",
        "Bruk variansen fra clustered_total eller clustered_total_bounds.",
    )
    z_level = normal_quantile((1 + level) / 2)
    refusal = codes(a.size)
    # Fewer offences than five means fewer persons than five, whoever they are.
    is_few = (np.fmin(n_a, n_b) < FEWEST_PERSONS) | (np.minimum(a, b) < FEWEST_PERSONS)
    refusal[np.isnan(v_a + v_b) & ~np.isnan(a + b)] = "no_persons"
    refusal[is_few & ~np.isnan(a + b)] = "few_persons"
    stands = np.where(refusal == "", 1.0, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / b
        width = z_level * np.sqrt(v_a / a**2 + v_b / b**2) * stands
        z = (a - b) / np.sqrt(v_a + v_b) * stands
        break_even = (a - b) ** 2 / (a + b) / z_level**2
    return shape.result(
        TotalChange,
        a - b,
        ratio,
        ratio * np.exp(-width),
        ratio * np.exp(width),
        z,
        two_sided_normal(z),
        z_level * np.sqrt(2 * v_b) * stands,
        break_even,
        refusal,
    )


def clustered_ratio_of_ratios(
    totals: Sequence[float], variances: Sequence[float], *, level: float = 0.95
) -> ClusteredRatio:
    """Did offences of one group grow more than another's? (y_a/y_b)/(o_a/o_b) on the log scale.

    Args:
        totals: Offences: younger newer, younger older, older newer, older older; above 0.
        variances: Σk² of the four (or upper bounds), in the same order.
        level: Coverage.

    Returns:
        `ratio`, `lower`, `upper`, `z`, `p_value`; log variance ΣΣk²/T².

    Raises:
        EvalueringError: Not four of each, a total of 0, or Σk² smaller than the total.
    """
    name = "counts.clustered_ratio_of_ratios"
    check_fraction(level, f"{name}: level")
    t, v = numbers(totals, f"{name}: totals"), numbers(variances, f"{name}: variances")
    check_counts(np.atleast_1d(t), f"{name}: totals", allow_missing=False)
    cells = 4
    if t.shape != (cells,) or v.shape != (cells,) or not ((t > 0) & (v >= t)).all():
        raise EvalueringError(
            "Det trengs fire antall forhold over null, hvert med sin sum av kvadrater.",
            name,
            "Gi de fire i rekkefølgen yngre nå, yngre før, eldre nå, eldre før.",
        )
    log_ratio = float(np.log(t[0] * t[3] / (t[1] * t[2])))
    error = float(np.sqrt((v / t**2).sum()))
    width = normal_quantile((1 + level) / 2) * error
    z = log_ratio / error
    limits = np.exp([log_ratio, log_ratio - width, log_ratio + width])
    ratio, lower, upper = (float(x) for x in limits)
    return ClusteredRatio(ratio, lower, upper, z, float(two_sided_normal(np.array(z))))


def linked_groups(person: Sequence[Hashable], incident: Sequence[Hashable]) -> pd.Series[int]:
    """Group of young people who are linked by incidents, directly or through others.

    Args:
        person: Pseudonym per row.
        incident: Incident (`hendelse_id`) per row.

    Returns:
        Group number per person, indexed by person, in order of first appearance.

    Raises:
        EvalueringError: Not as many incidents as persons, or one missing.
    """
    who, people = pd.factorize(np.array(person, dtype=object))
    what, incidents = pd.factorize(np.array(incident, dtype=object))
    if who.size != what.size or (who < 0).any() or (what < 0).any():
        raise EvalueringError(
            "Personkode eller hendelse mangler i en rad.",
            "counts.linked_groups",
            "Fyll inn begge, eller ta raden ut.",
        )
    label = linked_components(who, len(people) + what, len(people) + len(incidents))
    group, _ = pd.factorize(label[: len(people)])
    return pd.Series(group, index=pd.Index(people, name="person"), name="group")


def _offences(counts: ArrayLike, name: str) -> Array:
    k = np.atleast_1d(numbers(counts, f"{name}: per_person_counts"))
    check_counts(k, f"{name}: per_person_counts", allow_missing=False)
    return k


def _by_unit(k: Array, linked: Sequence[Hashable] | None, name: str) -> Array:
    """Offences per unit of noise, those without any left out."""
    if linked is None:
        return k[k > 0]
    group, _ = pd.factorize(np.array(linked, dtype=object))
    if group.size != k.size or (group < 0).any():
        raise EvalueringError(
            "Det er ikke én gruppe for hver person.", f"{name}: linked", "Gi like mange som antall."
        )
    units: Array = np.bincount(group, weights=k).astype(np.float64)
    return units[units > 0]


def log_limits(total: Array, variance: Array, level: float) -> tuple[Array, Array]:
    """T·exp(±z·√V/T); NaN where nothing was counted."""
    z = normal_quantile((1 + level) / 2)
    counted = np.where(total > 0, total, np.nan)
    width = z * np.sqrt(variance) / counted
    return counted * np.exp(-width), counted * np.exp(width)
