"""What follows from a system: which cells are fixed, how wide the others are, what is reachable.

Exactness is settled in whole numbers only. Bounds come from linear programs, rounded inwards; a
reach counts only when a table of whole numbers that fits everything shown proves it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from evaluering.disclosure.audit_rank import Row, fixed_by_rank
from evaluering.disclosure.audit_system import System, Variable
from evaluering.errors import EvalueringError

SLACK = 1e-7
# scipy has no types for these three: what they take and give is stated where they are used.
_optimize = cast(Any, optimize)
UNBOUNDED, OTHER = 3, 4
# A search for a whole-numbered table stops here, and the reach then counts as missed.
NODES = 20_000
ROUNDS = 30

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reach:
    """A value some reader must still think possible: `variable` at least, or at most, `level`."""

    variable: int
    level: int
    is_up: bool

    def holds(self, table: IntArray) -> bool:
        """Whether a whole-numbered table has it."""
        value = int(table[self.variable])
        return value >= self.level if self.is_up else value <= self.level


@dataclass
class Component:
    """Unknown cells that are bound to each other, and to no others.

    Attributes:
        variables: The unknown ones, sorted.
        rows: Left sides: position of the variable → coefficient.
        right: What each left side sums to.
        least: The least each can be, by cheap reasoning.
        most: The most each can be, by cheap reasoning; None is no bound.
        tables: Whole-numbered tables found so far that fit everything shown.
    """

    variables: tuple[Variable, ...]
    rows: list[Row]
    right: list[int]
    least: list[int]
    most: list[int | None]
    tables: list[IntArray] = field(default_factory=lambda: [])

    @cached_property
    def _matrix(self) -> sparse.csr_array:
        where = [(number, at) for number, row in enumerate(self.rows) for at in row]
        values = [float(value) for row in self.rows for value in row.values()]
        places = np.array(where, dtype=np.int64).reshape(-1, 2)
        shape = (len(self.rows), len(self.variables))
        return sparse.csr_array((np.array(values), (places[:, 0], places[:, 1])), shape=shape)

    @cached_property
    def fixed(self) -> frozenset[int]:
        """Positions that the relations alone fix, in whole-number arithmetic (the rank test)."""
        return frozenset(fixed_by_rank(self.rows))

    def fits(self, table: IntArray) -> bool:
        """Whether a table satisfies every relation and bound, in whole numbers."""
        if bool(np.any(table < 0)):
            return False
        sums = all(
            sum(value * int(table[at]) for at, value in row.items()) == right
            for row, right in zip(self.rows, self.right, strict=True)
        )
        return sums and all(
            low <= int(value) and (high is None or int(value) <= high)
            for value, low, high in zip(table, self.least, self.most, strict=True)
        )

    def solve(
        self,
        costs: Mapping[int, int],
        caps: Mapping[int, tuple[int, int | None]] | None = None,
        *,
        is_whole: bool = False,
    ) -> tuple[float | None, IntArray | None]:
        """The least value of a sum of variables, and a whole-numbered table if one came out.

        Args:
            costs: Position → coefficient.
            caps: Position → least and most, beside what is known.
            is_whole: Only whole-numbered tables.

        Returns:
            The value: None when nothing fits (or no answer came), minus infinity without a bound.
            The table: None when the answer is not whole.
        """
        size = len(self.variables)
        goal = np.zeros(size)
        for at, value in costs.items():
            goal[at] = value
        low = np.array(self.least, dtype=float)
        high = np.array([math.inf if top is None else top for top in self.most])
        for at, (least, most) in (caps or {}).items():
            low[at] = max(low[at], least)
            high[at] = min(high[at], math.inf if most is None else most)
        if bool(np.any(low > high)):
            return None, None
        right = np.array(self.right, dtype=float)
        found = _optimize.milp(
            goal,
            constraints=_optimize.LinearConstraint(self._matrix, right, right) if self.rows else (),
            bounds=_optimize.Bounds(low, high),
            integrality=np.full(size, int(is_whole)),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            # Without a bound, or nothing fits: the solver sometimes cannot say which of the two.
            if found.status == UNBOUNDED:
                return -math.inf, None
            if found.status == OTHER and costs and self.solve({}, caps)[0] is not None:
                return -math.inf, None
            return None, None
        table = np.rint(np.asarray(found.x, dtype=float)).astype(np.int64)
        is_table = self.fits(table)
        if is_table:
            self.tables.append(table)
        return float(found.fun), table if is_table else None

    def interval(self, at: int) -> tuple[int, int | None]:
        """The least and the most a cell can be, in whole numbers; None is no bound.

        Raises:
            EvalueringError: No table fits what is shown.
        """
        return self._least(at), self._most(at)

    def _least(self, at: int) -> int:
        if any(int(table[at]) == self.least[at] for table in self.tables):
            return self.least[at]
        value, _ = self.solve({at: 1})
        if value is None:
            raise contradiction()
        return max(self.least[at], math.ceil(value - SLACK))

    def _most(self, at: int) -> int | None:
        high = self.most[at]
        if high is not None and any(int(table[at]) == high for table in self.tables):
            return high
        value, _ = self.solve({at: -1})
        if value is None:
            raise contradiction()
        if value == -math.inf:
            return None
        found = math.floor(-value + SLACK)
        return found if high is None else min(high, found)

    def is_single(self, at: int) -> bool:
        """Whether a cell has one possible value only."""
        if len({int(table[at]) for table in self.tables}) > 1:
            return False
        low, high = self.interval(at)
        return low == high

    def learn(self, values: Sequence[int | None]) -> None:
        """Keep a table that is known to fit; slacks and cells nobody knows are found from it.

        Args:
            values: One for each variable, None where it is not known.

        Raises:
            EvalueringError: No table with these values fits.
        """
        caps = {at: (value, value) for at, value in enumerate(values) if value is not None}
        value, _ = self.solve({}, caps)
        if value is None:
            raise contradiction()

    def missed(
        self, demands: Iterable[Reach], caps: Mapping[int, tuple[int, int | None]] | None = None
    ) -> list[Reach]:
        """The demands no whole-numbered table meets.

        Args:
            demands: What must be possible, each by itself.
            caps: What the attacker knows beside what is shown.
        """
        left = [demand for demand in demands if not self._is_met(demand, caps)]
        left = self._meet_together(left, caps)
        return [demand for demand in left if not self._meet(demand, caps)]

    def _is_met(self, demand: Reach, caps: Mapping[int, tuple[int, int | None]] | None) -> bool:
        return any(demand.holds(table) and _within(table, caps) for table in self.tables)

    def _meet_together(
        self, demands: list[Reach], caps: Mapping[int, tuple[int, int | None]] | None
    ) -> list[Reach]:
        """Tables that meet many demands at once; those no such table met are left."""
        left = demands
        for is_up in (True, False):
            while True:
                same = [demand for demand in left if demand.is_up == is_up]
                if len(same) < 2:  # noqa: PLR2004 - one is asked by itself
                    break
                ceiling = {d.variable: (0, d.level) for d in same} if is_up else {}
                goal = {demand.variable: -1 if is_up else 1 for demand in same}
                self.solve(goal, {**ceiling, **(caps or {})})
                rest = [demand for demand in left if not self._is_met(demand, caps)]
                if len(rest) == len(left):
                    break
                left = rest
        return left

    def _meet(self, demand: Reach, caps: Mapping[int, tuple[int, int | None]] | None) -> bool:
        if self._is_met(demand, caps):
            return True
        at, sign = demand.variable, -1 if demand.is_up else 1
        low, high = (caps or {}).get(at, (0, None))
        wanted = (demand.level, high) if demand.is_up else (low, demand.level)
        caps = {**(caps or {}), at: wanted}
        value, table = self.solve({at: sign}, caps)
        if value is None or table is not None:
            return table is not None
        return self.solve({}, caps, is_whole=True)[1] is not None


def _within(table: IntArray, caps: Mapping[int, tuple[int, int | None]] | None) -> bool:
    return all(
        low <= int(table[at]) and (high is None or int(table[at]) <= high)
        for at, (low, high) in (caps or {}).items()
    )


def contradiction() -> EvalueringError:
    """The refusal of tables that no counts can fit."""
    return EvalueringError(
        "Tabellene motsier hverandre: ingen tall passer med alt som vises.",
        where="kontroll",
        remedy="Se etter om en sammenheng mellom tallene er oppgitt feil.",
    )


def components_of(system: System) -> list[Component]:
    """The unknown part of a system, split where nothing binds.

    Raises:
        EvalueringError: No table fits what is shown.
    """
    rows: list[tuple[dict[Variable, int], int]] = []
    unknown: dict[Variable, int] = {}
    for terms in system.rows:
        left: dict[Variable, int] = {}
        right = 0
        for variable, value in terms:
            if variable in system.known:
                right -= value * system.known[variable]
            else:
                left[variable] = value
        if not left and right:
            raise contradiction()
        if left:
            rows.append((left, right))
            unknown |= dict.fromkeys(left, 0)
    for cell in sorted(system.hidden - set(system.known)):
        unknown.setdefault(cell, 0)
    groups = _grouped([list(left) for left, _ in rows], list(unknown))
    return [_component(system, group, rows) for group in groups]


def _grouped(bound: Sequence[Sequence[Variable]], every: list[Variable]) -> list[list[Variable]]:
    parent: dict[Variable, Variable] = {variable: variable for variable in every}

    def root(variable: Variable) -> Variable:
        while parent[variable] != variable:
            parent[variable] = parent[parent[variable]]
            variable = parent[variable]
        return variable

    for first, *others in bound:
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[Variable, list[Variable]] = {}
    for variable in every:
        groups.setdefault(root(variable), []).append(variable)
    return list(groups.values())


def _component(
    system: System, group: list[Variable], rows: list[tuple[dict[Variable, int], int]]
) -> Component:
    variables = tuple(sorted(group, key=lambda variable: (isinstance(variable, tuple), variable)))
    place = {variable: number for number, variable in enumerate(variables)}
    mine = [(left, right) for left, right in rows if next(iter(left)) in place]
    limits = [system.limits.get(variable, (0, None)) for variable in variables]
    found = Component(
        variables,
        [{place[variable]: value for variable, value in left.items()} for left, _ in mine],
        [right for _, right in mine],
        [low for low, _ in limits],
        [high for _, high in limits],
    )
    tighten(found)
    return found


def tighten(component: Component) -> None:
    """Narrow the bounds by each relation alone, again and again (whole-number reasoning).

    Raises:
        EvalueringError: A relation cannot hold.
    """
    for _ in range(ROUNDS):
        changed = False
        for row, right in zip(component.rows, component.right, strict=True):
            changed |= _tighten_by(component, row, right)
        if not changed:
            return


def _tighten_by(component: Component, row: Row, right: int) -> bool:
    """One relation: what the others leave for each variable."""
    least, most = component.least, component.most
    smallest = {at: _end(component, at, value, is_least=True) for at, value in row.items()}
    largest = {at: _end(component, at, value, is_least=False) for at, value in row.items()}
    changed = False
    for at, value in row.items():
        low_rest = _sum(end for other, end in smallest.items() if other != at)
        high_rest = _sum(end for other, end in largest.items() if other != at)
        # value · x = right - rest, with rest between low_rest and high_rest.
        top = None if low_rest is None else right - low_rest
        bottom = None if high_rest is None else right - high_rest
        if value < 0:
            top, bottom = bottom, top
        if top is not None:
            high = top // value
            before = most[at]
            if before is None or high < before:
                most[at] = high
                changed = True
        if bottom is not None:
            low = -((-bottom) // value)
            if low > least[at]:
                least[at] = low
                changed = True
        high = most[at]
        if high is not None and high < least[at]:
            raise contradiction()
    return changed


def _end(component: Component, at: int, value: int, *, is_least: bool) -> int | None:
    if (value > 0) == is_least:
        return value * component.least[at]
    high = component.most[at]
    return None if high is None else value * high


def _sum(ends: Iterable[int | None]) -> int | None:
    total = 0
    for end in ends:
        if end is None:
            return None
        total += end
    return total
