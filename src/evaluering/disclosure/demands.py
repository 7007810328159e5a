"""Which cells may not be shown, and what a reader must still think possible of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluering.disclosure import rules
from evaluering.disclosure.earlier import Shelf
from evaluering.disclosure.problem import Demand
from evaluering.disclosure.programs import Booleans, Floats, Positions, lowest
from evaluering.disclosure.system import REST, System
from evaluering.model import Cell

FEW, DOMINATED, ALL_ALIKE, ZERO_TWIN = "R1", "R2", "R3", "R3 null"
EARLIER, UNKNOWN, REVISED = "skjult før", "ikke levert", "rettet"
OLD_THRESHOLD = 5  # earlier intervals are held against this, as they were when recorded
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Protected:
    """What is to be protected in a system.

    Attributes:
        reasons: Position of a primary → why, in the order of the rules.
        always: Hidden whatever it costs (variables,).
        demands: Everything but what only persons who know themselves could compute.
        alone: Per primary with one person behind it: the cells that person then knows.
    """

    reasons: Mapping[int, tuple[str, ...]]
    always: Booleans
    demands: tuple[Demand, ...]
    alone: tuple[tuple[int, ...], ...]


def protected(system: System, shelf: Shelf, threshold: int, shown: Booleans) -> Protected:
    """The primaries of a system and their demands.

    Args:
        system: The cells and their true values.
        shelf: Earlier publications.
        threshold: Persons a shown cell must have at least.
        shown: Cells anyone knows already, or that cannot be anything but zero (variables,).
    """
    names = system.names()
    least = [
        max(threshold, shelf.thresholds.get((cell.unit, cell.population), 0)) for cell in names
    ]
    reasons: dict[int, list[str]] = {}
    demands: dict[Demand, None] = {}

    def demand(at: int, reason: str, down: float, up: float) -> None:
        listed = reasons.setdefault(at, [])
        if reason not in listed:
            listed.append(reason)
        if down > TINY:
            demands[Demand(at, is_up=False, reach=float(down))] = None
        if up > TINY:
            demands[Demand(at, is_up=True, reach=float(up))] = None

    remembered = _remembered(system, shelf)
    for at, (down, up) in remembered.items():
        demand(at, EARLIER, down, up)
    for at, (down, up) in _revised(system, shelf, least).items():
        demand(at, REVISED, down, up)
    for at, cell in enumerate(names):
        if shown[at] or at in remembered or not system.is_known[at]:
            continue
        for reason, down, up in _own(system, at, cell, least[at]):
            demand(at, reason, down, up)
    for parent, parts in system.groups:
        for at, reason, down, up in _group(system, parent, parts, shown, least[parent]):
            if not shown[at] and at not in remembered:
                demand(at, reason, down, up)
    for at, reason, down, up in _unknown(system, names, least, shown, remembered):
        demand(at, reason, down, up)
    always = ~system.is_known
    always[list(reasons)] = True
    alone = _alone(system, names, set(reasons))
    listed = {at: tuple(found) for at, found in sorted(reasons.items())}
    return Protected(listed, always & ~shown, tuple(sorted(demands)), alone)


def singleton_demands(kept: Protected, members: Positions) -> tuple[Demand, ...]:
    """Who is alone in cells knows them; every other primary must still be able to be larger.

    Args:
        kept: The primaries.
        members: Positions of one connected part of the system.
    """
    inside = set(members.tolist())
    return tuple(
        Demand(at, is_up=True, reach=1.0, known=tuple(sorted(inside.intersection(own))))
        for own in kept.alone
        if inside.intersection(own)
        for at in kept.reasons
        if at not in own and at in inside
    )


def _alone(system: System, names: list[Cell], primaries: set[int]) -> tuple[tuple[int, ...], ...]:
    """Each primary with one person behind it, and its parts with one: they are the same person."""
    single = {
        at
        for at, cell in enumerate(names)
        if cell.unit != REST
        and (
            abs(system.values[at] - 1) < TINY
            if cell.unit in rules.PERSON_UNITS
            else system.facts[at].persons == 1 or system.facts[at].value == 1
        )
    }
    within: dict[int, set[int]] = {at: set() for at in single}
    for parent, parts in system.groups:
        if parent in within:
            within[parent] |= single.intersection(parts)
    found: list[tuple[int, ...]] = []
    for at in sorted(primaries & single):
        own, waiting = {at}, [at]
        while waiting:
            nearer = within[waiting.pop()] - own
            own |= nearer
            waiting += sorted(nearer)
        found.append(tuple(sorted(own)))
    return tuple(found)


def _own(system: System, at: int, cell: Cell, least: int) -> list[tuple[str, float, float]]:
    """R1 and R2, from the cell alone: reason, reach down, reach up."""
    value, fact = system.values[at], system.facts[at]
    if cell.unit == REST or value == 0:
        return []
    if cell.unit in rules.PERSON_UNITS:
        if rules.few_persons(value, least):
            return [(FEW, value - 1, max(1.0, least - value))]
        return []
    further = float(rules.event_reach(value))
    found: list[tuple[str, float, float]] = []
    if rules.few_persons(fact.persons, least):
        found.append((FEW, min(value, further), further))
    if rules.is_dominated(value, fact.persons, fact.largest, fact.two_largest):
        found.append((DOMINATED, min(value, further), further))
    return found


def _group(
    system: System, parent: int, parts: tuple[int, ...], shown: Booleans, least: int
) -> list[tuple[int, str, float, float]]:
    """R3: a small published group that is all alike, and the zeros that say the same."""
    if len(set(parts)) < 2 or not system.is_known[parent]:  # noqa: PLR2004 - one part is the whole
        return []
    whole, fact = system.values[parent], system.facts[parent]
    if not shown[parent] and not fact.persons >= least:
        return []  # the group itself is hidden
    persons = whole if np.isnan(fact.persons) and shown[parent] else fact.persons
    known = [part for part in parts if system.is_known[part]]
    alike = [p for p in known if rules.holds_all(whole, system.values[p], persons)]
    if not alike:
        return []
    zeros = [part for part in known if system.values[part] == 0]
    return [(part, ALL_ALIKE, 1.0, 0.0) for part in alike] + [
        (part, ZERO_TWIN, 0.0, 1.0) for part in zeros
    ]


def _remembered(system: System, shelf: Shelf) -> dict[int, tuple[float, float]]:
    """Hidden before: reach down and up, so that the reader learns little more than before."""
    found: dict[int, tuple[float, float]] = {}
    for cell, interval in shelf.hidden.items():
        at = system.variable[cell]
        value = system.values[at]
        lower, upper = system.bounds[at]
        has_moved = (lower, upper) == (0, np.inf) and interval.is_recorded
        if not interval.is_recorded and not system.is_known[at]:
            continue
        if lower == upper:
            found[at] = 0.0, 0.0  # anyone could compute it already
        elif has_moved or not interval.is_recorded or np.isinf(upper):
            found[at] = _open(value)
        elif interval.covers(1, OLD_THRESHOLD):
            found[at] = max(0.0, value - 1), max(0.0, OLD_THRESHOLD - value)
        else:
            half = float(np.ceil((upper - lower) / 2))
            up = min(half, upper - value)
            found[at] = half - up, up
    return found


def _open(value: float) -> tuple[float, float]:
    """No interval was recorded: as wide as a few persons must be, and never exact."""
    if value < OLD_THRESHOLD:
        return max(0.0, value - 1), max(1.0, OLD_THRESHOLD - value)
    return 1.0, 1.0


def _revised(system: System, shelf: Shelf, least: list[int]) -> dict[int, tuple[float, float]]:
    """A new value too near an old one: the reader must think the difference none, and many."""
    found: dict[int, tuple[float, float]] = {}
    for cell, old in shelf.shown.items():
        at = system.variable[cell]
        value = system.values[at]
        if not system.is_known[at] or value in old:
            continue
        down = up = 0.0
        for difference in (value - before for before in old):
            if rules.few_persons(abs(difference), least[at]):
                near, far = abs(difference) - 1, max(1.0, least[at] - abs(difference))
                down = max(down, near if difference > 0 else min(far, value))
                up = max(up, far if difference > 0 else near)
        if down or up:
            found[at] = down, max(up, 1.0)
    return found


def _unknown(
    system: System,
    names: list[Cell],
    least: list[int],
    shown: Booleans,
    remembered: Mapping[int, object],
) -> list[tuple[int, str, float, float]]:
    """Cells nobody delivered that the true counts fix all the same: a reader must not do it.

    A count of persons that can only be few is a primary; another that can only be one number
    must not be computable.
    """
    wanted = [
        at
        for at, cell in enumerate(names)
        if not (system.is_known[at] or shown[at] or at in remembered or cell.unit == REST)
        and (cell.unit in rules.PERSON_UNITS or at in system.listed)
    ]
    found: list[tuple[int, str, float, float]] = []
    for at, (low, high) in _ranges(system, wanted).items():
        value = system.values[at]
        if low >= 1 and high < least[at] and names[at].unit in rules.PERSON_UNITS:
            found.append((at, FEW, value - 1, least[at] - value))
        elif low == high and at in system.listed:
            found.append((at, UNKNOWN, 0.0, 1.0))
    return found


def _ranges(system: System, wanted: list[int]) -> dict[int, tuple[float, float]]:
    """Least and most of unknown cells when every known count is given, in whole numbers.

    Cells that may be zero are left out; most are found to be so at once, by looking for tables
    in which many of them are.
    """
    unknown = np.flatnonzero(~system.is_known)
    if not wanted:
        return {}
    right = -system.matrix.times(np.where(system.is_known, system.values, 0.0))
    part, used = system.matrix.at_columns(unknown)
    position = {int(at): number for number, at in enumerate(unknown)}
    least, most = system.bounds[unknown, 0], system.bounds[unknown, 1]

    def extreme(costs: Floats) -> Floats:
        answer = lowest(costs, least, most, equal=part, right=right[used])
        return np.full(unknown.size, np.inf) if answer is None else answer.point

    left = list(wanted)
    while left:
        costs = np.zeros(unknown.size)
        costs[[position[at] for at in left]] = 1.0
        point = extreme(costs)
        empty = {at for at in left if point[position[at]] < 1 - TINY}
        if not empty:
            break
        left = [at for at in left if at not in empty]
    ranges: dict[int, tuple[float, float]] = {}
    for at in left:
        cost = np.zeros(unknown.size)
        cost[position[at]] = 1.0
        low, high = extreme(cost)[position[at]], extreme(-cost)[position[at]]
        ranges[at] = float(np.ceil(low - TINY)), float(np.floor(high + TINY))
    return ranges
