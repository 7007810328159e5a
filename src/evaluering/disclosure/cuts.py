"""The same problem by cuts: a small programme of what is hidden, corrected until it holds.

The master knows only which cells are hidden. For each demand it breaks, the dual prices of the
reader's own programme say which cells would have helped (Benders 1962; Fischetti and
Salazar-González 2001). First with fractions, then with whole decisions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluering.disclosure.problem import (
    TOLERANCE,
    Demand,
    Limits,
    Moves,
    Pattern,
    Problem,
    reach,
    unmet,
)
from evaluering.disclosure.programs import (
    Booleans,
    Floats,
    Matrix,
    Positions,
    lowest,
    lowest_whole,
    sparse_rows,
    stacked,
)

HALF = 0.5
RELAXED_ROUNDS = 40
VIOLATED = 1e-5
GRAIN = 1e6  # coefficients are rounded up to a millionth: a weaker cut, never a false one
ASKED_AT_ONCE = 1_000
CORE_WEIGHT = (
    0.1  # cuts are looked for a little inside the master's corner: they are stronger there
)


def solve_cuts(problem: Problem, limits: Limits) -> Pattern | None:
    """The cheapest pattern that meets every demand.

    Args:
        problem: The system.
        limits: Where to stop.

    Returns:
        The pattern, proven or found when the limit was reached; None when there is none.
    """
    if impossible_demands(problem):
        return None
    master = _Master(problem, limits)
    _close(problem, master)
    return _decide(problem, master)


def impossible_demands(problem: Problem) -> list[Demand]:
    """The demands that fail even with everything hidden that may be: no pattern meets them."""
    return unmet(problem, ~problem.never)


@dataclass
class _Master:
    """The cuts so far, and the moves that have been seen to be possible."""

    problem: Problem
    limits: Limits
    rows: list[Floats] = field(default_factory=lambda: [])
    least: list[float] = field(default_factory=lambda: [])
    rounds: int = 0
    nodes: int = 0

    def __post_init__(self) -> None:
        self._seen: set[bytes] = set()
        self._bridges = _bridges(self.problem)

    def add(self, row: Floats, least: float) -> bool:
        """A cut; False when it was there already."""
        name = row.tobytes()
        if name in self._seen:
            return False
        self._seen.add(name)
        self.rows.append(row)
        self.least.append(least)
        return True

    def add_exclusion(self, hidden: Booleans) -> None:
        """Nothing within this pattern will do."""
        self.add((~hidden).astype(float), 1.0)

    def add_bridges(self, degrees: Floats) -> bool:
        """Cells that are alone among the hidden of a relation: no use, whatever the demand."""
        broken = np.flatnonzero(self._bridges.times(degrees) < -TOLERANCE)
        return bool(sum(self.add(self._bridges.row(int(at)), 0.0) for at in broken))

    @property
    def is_over(self) -> bool:
        """By rounds and nodes, never by the clock: a busy machine must find the same pattern."""
        return self.rounds >= self.limits.rounds or self.nodes >= self.limits.nodes

    def relaxed(self) -> Floats:
        """The cheapest degrees of hiding that the cuts allow."""
        problem = self.problem
        answer = lowest(
            problem.weights,
            problem.always.astype(float),
            (~problem.never).astype(float),
            at_least=self._cuts(),
        )
        return problem.always.astype(float) if answer is None else answer.point

    def whole(self) -> tuple[Booleans | None, bool, float]:
        """The cheapest whole decision that the cuts allow, whether it is proven, and its gap."""
        problem = self.problem
        found = lowest_whole(
            problem.weights,
            problem.always.astype(float),
            (~problem.never).astype(float),
            at_least=self._cuts(),
            nodes=max(1, self.limits.nodes - self.nodes),
        )
        self.nodes += found.nodes
        hidden = None if found.point is None else found.point > HALF
        return hidden, found.is_proven, found.gap

    def _cuts(self) -> tuple[Any, Floats] | None:
        return (sparse_rows(self.rows), np.array(self.least)) if self.rows else None


def _bridges(problem: Problem) -> Matrix:
    """In each relation where nothing is hidden anyway: a cell is at most the sum of the others.

    In a cheapest pattern every cell hidden by choice moves in some table a demand rests on, and
    then another cell of the relation moves as well («bridge-less inequalities», Fischetti and
    Salazar-González 2000).
    """
    entries: list[tuple[int, int, float]] = []
    number = 0
    for terms in problem.matrix.terms():
        cells = [at for at, _ in terms]
        if problem.always[cells].any():
            continue
        free = [at for at in cells if not problem.never[at]]
        for alone in free:
            entries += [(number, at, -1.0 if at == alone else 1.0) for at in free]
            number += 1
    return Matrix.of(entries, number, problem.size)


def _close(problem: Problem, master: _Master) -> None:
    """Cuts until the relaxed master nearly meets the demands; those broken last are asked first.

    What only a person alone in a cell could compute is left to the whole decisions: almost all
    of it is met by what the other demands need.
    """
    demands = [demand for demand in problem.demands if not demand.known]
    asked = demands
    while not master.is_over and master.rounds < RELAXED_ROUNDS:
        master.rounds += 1
        degrees = master.relaxed()
        is_bridged = master.add_bridges(degrees)
        inside = _inside(problem, degrees)
        broken = [demand for demand in asked if _separate(problem, demand, degrees, inside, master)]
        if not broken and not is_bridged and len(asked) == len(demands):
            return
        asked = broken or demands


def _inside(problem: Problem, degrees: Floats) -> Floats:
    return (1 - CORE_WEIGHT) * degrees + CORE_WEIGHT * ~problem.never


def _separate(
    problem: Problem, demand: Demand, degrees: Floats, inside: Floats, master: _Master
) -> bool:
    """Adds a cut the degrees break, when they break the demand."""
    for point in (inside, degrees):
        row = _sharpened(problem, demand, reach(problem, demand, point).prices)
        if row is not None and row @ degrees < 1 - VIOLATED:
            return master.add(row, 1.0)
    return False


def _sharpened(problem: Problem, demand: Demand, prices: Floats) -> Floats | None:
    """The cut with what is hidden anyway moved to the other side, and no cell above what is left.

    None when what is hidden anyway is enough.
    """
    left = demand.reach - float(prices[problem.always].sum())
    if left <= TOLERANCE:
        return None
    is_free = ~(problem.always | problem.never)
    share = np.where(is_free, np.minimum(prices, left), 0.0) / left
    return np.ceil(share * GRAIN - 1e-2) / GRAIN


def _decide(problem: Problem, master: _Master) -> Pattern | None:
    """Whole decisions, corrected until no demand is broken."""
    moves = Moves(problem)
    # Where those alone in a cell are very many, they are asked last: they seldom break a pattern.
    is_last = [bool(d.known) and len(problem.demands) > ASKED_AT_ONCE for d in problem.demands]
    first = [d for d, is_after in zip(problem.demands, is_last, strict=True) if not is_after]
    last = [d for d, is_after in zip(problem.demands, is_last, strict=True) if is_after]
    while True:
        master.rounds += 1
        hidden, is_proven, gap = master.whole()
        if hidden is None:
            return _repaired(problem, problem.always.copy(), 1.0) if master.is_over else None
        broken = moves.unmet(hidden, first) or moves.unmet(hidden, last)
        if not broken:
            return Pattern(hidden, float(problem.weights @ hidden), is_proven, gap)
        if master.is_over or not is_proven:
            return _repaired(problem, hidden, 1.0)
        _correct(problem, hidden, broken, master)


def _correct(problem: Problem, hidden: Booleans, broken: list[Demand], master: _Master) -> None:
    """A cut for every broken demand, from a far larger pattern that breaks it too."""
    degrees = hidden.astype(float)
    before = len(master.rows)
    master.add_bridges(degrees)
    order = np.argsort(problem.weights, kind="stable")
    order = order[~(hidden | problem.never)[order]]
    plain = {(demand.cell, demand.is_up) for demand in broken if not demand.known}
    for demand in broken:
        if demand.known and (demand.cell, demand.is_up) in plain:
            continue  # what anyone can compute, a person alone in a cell can
        wider = _widened(problem, demand, hidden, order).astype(float)
        _separate(problem, demand, wider, _inside(problem, wider), master)
    if len(master.rows) == before:  # reached by fractions only
        master.add_exclusion(hidden)


def _widened(problem: Problem, demand: Demand, hidden: Booleans, order: Positions) -> Booleans:
    """The pattern and as many of the cheapest other cells as leave the demand broken."""
    fails, holds = 0, len(order)
    wider = hidden.astype(float)
    while holds - fails > 1:
        middle = (fails + holds) // 2
        wider[order[:middle]], wider[order[middle:]] = 1.0, 0.0
        if reach(problem, demand, wider).length < demand.reach - TOLERANCE:
            fails = middle
        else:
            holds = middle
    wider[order[:fails]], wider[order[fails:]] = 1.0, 0.0
    return wider > HALF


def _repaired(problem: Problem, hidden: Booleans, gap: float) -> Pattern | None:
    """A pattern that holds, found at the limit: each broken demand is given what it lacks."""
    hidden = hidden.copy()
    for _ in range(problem.size):
        broken = unmet(problem, hidden)
        if not broken:
            return Pattern(hidden, float(problem.weights @ hidden), False, gap)
        for demand in broken:
            more = _cheapest_help(problem, demand, hidden)
            if more is None or not np.any(more & ~hidden):
                hidden |= ~problem.never
            else:
                hidden |= more
    return None


def _cheapest_help(problem: Problem, demand: Demand, hidden: Booleans) -> Booleans | None:
    """The cells a cheap move of the wanted length touches (a linear programme)."""
    size = problem.size
    prices = np.where(hidden, 0.0, problem.weights)
    down = np.where(problem.never, 0.0, problem.down)
    up = np.where(problem.never, 0.0, problem.up)
    down[list(demand.known)] = up[list(demand.known)] = 0.0
    lower = np.zeros(2 * size)
    at = demand.cell if demand.is_up else size + demand.cell
    other = size + demand.cell if demand.is_up else demand.cell
    upper = np.concatenate([up, down])
    upper[other] = 0.0
    lower[at] = demand.reach
    if upper[at] < lower[at]:
        return None
    both = Matrix(stacked([[problem.matrix.scipy, -problem.matrix.scipy]]))
    answer = lowest(np.concatenate([prices, prices]), lower, upper, equal=both)
    if answer is None:
        return None
    return (answer.point[:size] > TOLERANCE) | (answer.point[size:] > TOLERANCE)
