"""Disclosure rules, set `v1`: which counts may stand in a public report, and which may not.

Pure and vectorised: arrays in, booleans out. The rules judge by distinct persons, never by events:
twenty events can be one person. Sources stand in docs/personvern.md.
"""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError

RULE_SET = "v1"
SYMBOL = ":"  # hidden, whatever the reason: two marks would tell which cells are small
LEAST_THRESHOLD = 5  # persons behind a shown cell in a real run
LEAST_REFERENCE_THRESHOLD = 2  # reference cases may go this low
# Units whose count is a number of persons. Every other unit says how many persons stand behind it.
PERSON_UNITS = frozenset({"person", "elev", "barn"})

LARGEST_SHARE = 0.5
TWO_LARGEST_SHARE = 0.75
PERSONS_WITHOUT_CONTRIBUTORS = 10  # when the largest contributors are not delivered
GROUP_PERSONS = 10  # a group of this size or more may be all alike
SPREAD_SCHOOLS = 6
SPREAD_PERSONS = 10
QUANTILE_PERSONS = 10
WHOLE_PERCENT_UP_TO = 1000
MODEL_DEGREES_OF_FREEDOM = 10
MODEL_LEVEL_PERSONS = 10
GOAL_CASES = 10
GOAL_PERSONS = 5
EVENT_REACH = 5
EVENT_REACH_SHARE = 4  # a quarter of the count

Booleans = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def check_threshold(threshold: int, *, is_reference: bool = False) -> int:
    """The threshold, when it may be used.

    Args:
        threshold: Persons a shown cell must have at least.
        is_reference: A reference case, not a report: 2 is then the least.

    Raises:
        EvalueringError: It is no whole number, or lower than the rules allow.
    """
    least = LEAST_REFERENCE_THRESHOLD if is_reference else LEAST_THRESHOLD
    try:
        whole = None if isinstance(threshold, bool) else operator.index(threshold)
    except TypeError:
        whole = None
    if whole is None or whole < least:
        raise EvalueringError(
            f"Grensen for hvor få personer et tall kan gjelde, må være et helt tall på minst "
            f"{least}.",
            where="terskel",
            remedy=f"Sett terskel til {least} eller høyere. Den kan heves, aldri senkes.",
        )
    return whole


def few_persons(persons: ArrayLike, threshold: int = LEAST_THRESHOLD) -> Booleans:
    """R1: somebody is there, and fewer than the threshold.

    Args:
        persons: Distinct persons behind each cell; missing (nan) is judged as few.
        threshold: Persons a shown cell must have at least.
    """
    counted = np.asarray(persons, dtype=float)
    return np.isnan(counted) | ((counted >= 1) & (counted < threshold))


def is_dominated(
    count: ArrayLike, persons: ArrayLike, largest: ArrayLike, two_largest: ArrayLike
) -> Booleans:
    """R2: one or two persons make up too much of an event count, or nobody knows whether they do.

    Where everybody has one event, the largest contributor is known to be one.

    Args:
        count: Events; zero is never dominated.
        persons: Distinct persons behind them, nan where not known.
        largest: Events of the one with most, nan where not delivered.
        two_largest: Events of the two with most, nan where not delivered.
    """
    events, behind, first, two = np.broadcast_arrays(
        *(np.asarray(part, dtype=float) for part in (count, persons, largest, two_largest))
    )
    one_each = behind == events
    first = np.where(np.isnan(first) & one_each, 1.0, first)
    two = np.where(np.isnan(two) & one_each, np.minimum(2.0, events), two)
    too_large = (first > LARGEST_SHARE * events) | (two > TWO_LARGEST_SHARE * events)
    unknown = np.isnan(first) | np.isnan(two)
    # A missing number of persons is not ten.
    undelivered = unknown & ~(behind >= PERSONS_WITHOUT_CONTRIBUTORS)
    return (events > 0) & (too_large | undelivered)


def holds_all(group: ArrayLike, category: ArrayLike, group_persons: ArrayLike) -> Booleans:
    """R3: everyone in a small group is in this category, which says something about each of them.

    Args:
        group: Count of the group.
        category: Count of the category in it.
        group_persons: Distinct persons in the group; equal to `group` where persons are counted.
    """
    whole, part, persons = (np.asarray(x, dtype=float) for x in (group, category, group_persons))
    # A group of unknown size is taken to be small.
    is_small = ~(persons >= GROUP_PERSONS)
    return is_small & (whole > 0) & (part == whole)


def may_show_spread(
    behind: ArrayLike, unit: str = "person", largest: ArrayLike = np.nan
) -> Booleans:
    """R4: a measure of spread may rest on cells never shown, when enough stand behind it.

    Args:
        behind: Persons or schools behind it.
        unit: `person` or `skole`.
        largest: Share of the largest of them, nan where not known.
    """
    if unit not in ("person", "skole"):
        raise EvalueringError(
            "Spredning kan bare hvile på personer eller skoler.",
            where="spredning",
            remedy="Oppgi enheten som person eller skole.",
        )
    least = SPREAD_SCHOOLS if unit == "skole" else SPREAD_PERSONS
    counted, share = np.asarray(behind, dtype=float), np.asarray(largest, dtype=float)
    return (counted >= least) & ~(share > LARGEST_SHARE)


def may_show_quantile(persons: ArrayLike) -> Booleans:
    """R4: median and quantiles; minimum and maximum are never shown."""
    return np.asarray(persons, dtype=float) >= QUANTILE_PERSONS


def percent_decimals(n: ArrayLike) -> NDArray[np.int64]:
    """R4: most decimals of a percentage of `n`: more would only look exact."""
    return np.where(np.asarray(n, dtype=float) <= WHOLE_PERCENT_UP_TO, 0, 1).astype(np.int64)


def may_show_model(residual_degrees_of_freedom: ArrayLike, smallest_level: ArrayLike) -> Booleans:
    """R5: a model with too few persons to spare is a table in disguise.

    Args:
        residual_degrees_of_freedom: Counted in persons.
        smallest_level: Persons in the smallest level of any factor.
    """
    freedom = np.asarray(residual_degrees_of_freedom, dtype=float)
    level = np.asarray(smallest_level, dtype=float)
    return (freedom >= MODEL_DEGREES_OF_FREEDOM) & (level >= MODEL_LEVEL_PERSONS)


def may_show_goals(cases: ArrayLike) -> Booleans:
    """R7: goals are shown for all cases together, and only when they are enough."""
    return np.asarray(cases, dtype=float) >= GOAL_CASES


def funnel_drops(steps: ArrayLike, threshold: int = LEAST_THRESHOLD) -> Booleans:
    """R8: the drops between the steps of a process that single out few.

    Args:
        steps: Cases left after each step, in order (..., steps).
        threshold: Persons a shown cell must have at least.

    Returns:
        One shorter than `steps`: True where the drop is 1 to threshold - 1.
    """
    drops = -np.diff(np.asarray(steps, dtype=float), axis=-1)
    return few_persons(drops, threshold)


def event_reach(count: ArrayLike) -> Numbers:
    """How far from an event count a reader must be left: five, or a quarter of it."""
    events = np.asarray(count, dtype=float)
    return np.maximum(float(EVENT_REACH), np.ceil(events / EVENT_REACH_SHARE))
