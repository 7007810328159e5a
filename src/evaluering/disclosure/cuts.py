"""The same problem by cuts: a small programme of what is hidden, corrected until it holds.

The master knows only which cells are hidden. For each demand it breaks, the dual prices of the
reader's own programme say which cells would have helped (Benders 1962; Fischetti and
Salazar-González 2001). First with fractions, then with whole decisions.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

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
from evaluering.disclosure.programs import Booleans, Floats, Matrix, lowest, lowest_whole, stacked

HALF = 0.5
RELAXED_ROUNDS = 25
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
    started: float = field(default_factory=time.monotonic)
    rounds: int = 0

    def add(self, demand: Demand, prices: Floats) -> None:
        self.rows.append(np.minimum(prices, demand.reach))
        self.least.append(demand.reach)

    def add_exclusion(self, hidden: Booleans) -> None:
        """Nothing within this pattern will do."""
        self.rows.append((~hidden).astype(float))
        self.least.append(1.0)

    @property
    def is_over(self) -> bool:
        spent = time.monotonic() - self.started
        return self.rounds >= self.limits.rounds or spent >= self.limits.seconds

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
            nodes=self.limits.nodes,
            seconds=max(1.0, self.limits.seconds - (time.monotonic() - self.started)),
        )
        hidden = None if found.point is None else found.point > HALF
        return hidden, found.is_proven, found.gap

    def _cuts(self) -> tuple[Floats, Floats] | None:
        return (np.array(self.rows), np.array(self.least)) if self.rows else None


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
        inside = (1 - CORE_WEIGHT) * degrees + CORE_WEIGHT * ~problem.never
        broken = [demand for demand in asked if _separate(problem, demand, degrees, inside, master)]
        if not broken and len(asked) == len(demands):
            return
        asked = broken or demands


def _separate(
    problem: Problem, demand: Demand, degrees: Floats, inside: Floats, master: _Master
) -> bool:
    """Adds a cut the degrees break, when they break the demand."""
    for point in (inside, degrees):
        found = reach(problem, demand, point)
        prices = np.minimum(found.prices, demand.reach)
        if prices @ degrees < demand.reach * (1 - 1e-5):
            master.add(demand, found.prices)
            return True
    return False


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
    """A cut for every demand the pattern breaks."""
    degrees = hidden.astype(float)
    inside = (1 - CORE_WEIGHT) * degrees + CORE_WEIGHT * ~problem.never
    before = len(master.rows)
    for demand in broken:
        _separate(problem, demand, degrees, inside, master)
    if len(master.rows) == before:  # reached by fractions only
        master.add_exclusion(hidden)


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
