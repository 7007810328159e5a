"""Which cells may not be known, and what must stay possible: the audit's own reading of the rules.

Shares no code with the suppressor.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evaluering.disclosure.audit_system import (
    Slack,
    Variable,
    cells_of,
    counts_of,
    families_of,
)
from evaluering.errors import EvalueringError
from evaluering.model import FREE_UNITS, Cell, CountTable, PublishedCell, SafeTable

Rule = Literal["R1", "R2", "R3"]
# Units whose count is a number of persons; every other unit says how many stand behind it.
PERSON_UNITS = frozenset({"person", "elev", "barn"})
LEAST_THRESHOLD = 5
# A group of fewer persons: no category may be seen to hold all of them (R3).
SMALL_GROUP = 10
# Without the contributors an event cell needs this many persons (R2).
PERSONS_UNKNOWN_SHARES = 10
LARGEST_SHARE, TWO_LARGEST_SHARE = 0.5, 0.75
EVENT_REACH, EVENT_SHARE = 5, 4
PAIR = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known inside the house about one cell.

    Attributes:
        count: The number.
        persons: Persons behind it; None when nobody knows.
        largest: Of the person with most; None when nobody knows.
        two_largest: Of the two with most; None when nobody knows.
    """

    count: int
    persons: int | None
    largest: int | None = None
    two_largest: int | None = None

    @property
    def is_of_persons(self) -> bool:
        """One each: the number is a number of persons."""
        return self.persons == self.count


@dataclass(frozen=True, slots=True)
class Primary:
    """A cell no reader may know, with what must still be possible for it.

    Attributes:
        variable: The cell, or the slack that is a count.
        count: Its number.
        rule: The rule that makes it so.
        reaches: (level, is it at least that) – each must be possible.
        is_alone: One person is behind it, and knows it.
    """

    variable: Variable
    count: int
    rule: Rule
    reaches: tuple[tuple[int, bool], ...]
    is_alone: bool


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Persons a shown cell must have: the strictest any report of ours has used for its kind.

    Attributes:
        least: Where nothing stricter is known.
        stricter: Unit and population → what a table or an earlier report was made with.
    """

    least: int
    stricter: Mapping[tuple[str, str], int]

    def of(self, cell: Cell) -> int:
        """For one cell."""
        return max(self.least, self.stricter.get((cell.unit, cell.population), 0))


def thresholds_of(
    tables: Sequence[SafeTable], published: Sequence[SafeTable | PublishedCell], least: int
) -> Thresholds:
    """The strictest of now and before; what another publisher uses is no promise of ours.

    Args:
        tables: The safe tables of this run.
        published: Earlier safe tables and cells.
        least: Never less than this.
    """
    found: dict[tuple[str, str], int] = {}
    for item in (*tables, *published):
        if isinstance(item, PublishedCell):
            if item.edition:
                group = (item.cell.unit, item.cell.population)
                found[group] = max(item.threshold, found.get(group, 0))
        else:
            group = (item.unit, item.population)
            found[group] = max(item.threshold, found.get(group, 0))
    return Thresholds(least, found)


def facts_of(tables: Iterable[CountTable]) -> dict[Cell, Fact]:
    """Every delivered cell of the tables; units that are not persons are left out of the rules.

    Raises:
        EvalueringError: A cell has two values, or a table counts something else than persons and
            does not say how many persons stand behind it.
    """
    found: dict[Cell, Fact] = {}
    for table in tables:
        for cell, fact in zip(cells_of(table), _facts(table), strict=True):
            if fact is None:
                continue
            before = found.setdefault(cell, fact)
            if before.count != fact.count:
                raise EvalueringError(
                    "Den samme cellen har to ulike tall i to tabeller.",
                    where=f"tabell «{table.name}»",
                    remedy="La begge tabellene telle de samme radene.",
                )
            found[cell] = _known_best(before, fact)
    return found


def _known_best(one: Fact, other: Fact) -> Fact:
    """What either table knows about the persons behind a cell."""

    def pick(a: int | None, b: int | None) -> int | None:
        return b if a is None else a

    return Fact(
        one.count,
        pick(one.persons, other.persons),
        pick(one.largest, other.largest),
        pick(one.two_largest, other.two_largest),
    )


def _facts(table: CountTable) -> list[Fact | None]:
    counts = counts_of(table.frame[table.count])
    if table.unit in PERSON_UNITS:
        return [None if count is None else Fact(count, count) for count in counts]
    if table.unit in FREE_UNITS:
        return [None if count is None else Fact(count, None) for count in counts]
    if "personer" not in table.frame:
        raise EvalueringError(
            f"Tabellen «{table.name}» teller noe annet enn personer, og sier ikke hvor mange "
            "personer som står bak.",
            where=f"tabell «{table.name}»",
            remedy="Legg til kolonnen «personer».",
        )
    behind = [
        counts_of(table.frame[name]) if name in table.frame else [None] * len(counts)
        for name in ("personer", "stoerste", "to_stoerste")
    ]
    rows = zip(counts, *behind, strict=True)
    return [None if count is None else Fact(count, *rest) for count, *rest in rows]


def is_free(variable: Variable) -> bool:
    """Whether the cell counts something that is no person."""
    return isinstance(variable, Cell) and variable.unit in FREE_UNITS


def primaries_of(
    tables: Sequence[CountTable],
    facts: Mapping[Cell, Fact],
    shown: Mapping[Variable, int],
    threshold: Thresholds,
    rests: Mapping[Slack, tuple[Cell, tuple[Cell, ...]]],
) -> list[Primary]:
    """Every cell a rule forbids to know: few persons, dominance, group, derived differences.

    Args:
        tables: The counts themselves.
        facts: The cells of the tables.
        shown: What this run and earlier ones show: a group is published when its total is.
        threshold: Persons a shown cell must have at least.
        rests: Differences that are counts themselves: slack → parent and parts.
    """
    found: list[Primary] = []
    for cell, fact in facts.items():
        if not is_free(cell):
            found += _few_or_dominated(cell, fact, threshold.of(cell))
    for slack, (parent, parts) in rests.items():
        found += _few_left(slack, parent, parts, facts, threshold.of(parent))
    for table in tables:
        if table.unit not in FREE_UNITS:
            for parent, parts in families_of(table):
                if parent in shown:
                    found += _all_in_one(parent, parts, facts)
    return list(dict.fromkeys(found))


def _few_or_dominated(variable: Variable, fact: Fact, threshold: int) -> list[Primary]:
    """R1 and R2: few persons behind it, or one or two with most of it."""
    count, persons = fact.count, fact.persons
    if not count:
        return []
    if fact.is_of_persons:
        if count >= threshold:
            return []
        return [Primary(variable, count, "R1", ((1, False), (threshold, True)), count == 1)]
    reach = max(EVENT_REACH, math.ceil(count / EVENT_SHARE))
    reaches = ((count - min(count, reach), False), (count + reach, True))
    if persons is None or persons < threshold:
        return [Primary(variable, count, "R1", reaches, count == 1 or persons == 1)]
    if is_dominated(fact):
        return [Primary(variable, count, "R2", reaches, False)]
    return []


def is_dominated(fact: Fact) -> bool:
    """Whether one or two persons have too much (R2); unknown shares need more persons."""
    if fact.largest is not None and fact.largest > LARGEST_SHARE * fact.count:
        return True
    if fact.two_largest is not None and fact.two_largest > TWO_LARGEST_SHARE * fact.count:
        return True
    is_known = fact.largest is not None and fact.two_largest is not None
    return not is_known and (fact.persons or 0) < PERSONS_UNKNOWN_SHARES


def _few_left(
    slack: Slack,
    parent: Cell,
    parts: tuple[Cell, ...],
    facts: Mapping[Cell, Fact],
    threshold: int,
) -> list[Primary]:
    """A difference between two counts of persons is a count of persons (R8, R1)."""
    every = [facts.get(cell) for cell in (parent, *parts)]
    if is_free(parent) or any(fact is None or not fact.is_of_persons for fact in every):
        return []
    left = facts[parent].count - sum(facts[part].count for part in parts)
    return _few_or_dominated(slack, Fact(left, left), threshold)


def _all_in_one(parent: Cell, parts: tuple[Cell, ...], facts: Mapping[Cell, Fact]) -> list[Primary]:
    """R3: a category that holds all of a small published group, and its zero twin."""
    group = facts.get(parent)
    if group is None or len(parts) < PAIR or not group.count:
        return []
    if group.persons is not None and group.persons >= SMALL_GROUP:
        return []  # A group of unknown size is taken to be small.
    found: list[Primary] = []
    for part in parts:
        fact = facts.get(part)
        if fact is None or fact.count != group.count:
            continue
        found.append(Primary(part, fact.count, "R3", ((fact.count - 1, False),), False))
        if len(parts) == PAIR:
            twin = next(other for other in parts if other != part)
            if twin in facts:
                found.append(Primary(twin, facts[twin].count, "R3", ((1, True),), False))
    return found
