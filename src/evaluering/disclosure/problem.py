"""Cell suppression as a problem of numbers alone: what both solvers read and return.

After Fischetti and Salazar-González (2000, Mathematical Programming 84; 2001, Journal of the
American Statistical Association 95). A reader who sees the shown cells can imagine every table
`value + z` with `matrix @ z = 0` in which only hidden cells differ; a demand says how far some
such table must lie from the truth in one cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from evaluering.disclosure.programs import Booleans, Floats, Matrix, lowest, lowest_whole

TOLERANCE = 1e-6
SEARCH_NODES = 20_000  # for one table of whole numbers


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """A reader must still think it possible that the cell is this far from its value.

    Attributes:
        cell: Position of the cell.
        is_up: Above the value; else below it.
        reach: How far.
        known: Positions of cells the reader knows as well: those the reader is alone in.
    """

    cell: int
    is_up: bool
    reach: float
    known: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One connected system.

    Attributes:
        matrix: Relations, (relations, cells); whole coefficients, right-hand side zero.
        down: How far below its value a hidden cell may be thought (cells,).
        up: How far above (cells,).
        weights: What hiding a cell costs, whole numbers (cells,).
        always: Cells hidden whatever it costs (cells,).
        never: Cells that cannot be hidden (cells,).
        demands: What must be possible.
    """

    matrix: Matrix
    down: Floats
    up: Floats
    weights: Floats
    always: Booleans
    never: Booleans
    demands: tuple[Demand, ...]

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.weights)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a search stops, in work and not in time: a busy machine finds the same pattern.

    Attributes:
        nodes: Of the search trees, all rounds of one part together.
        rounds: Of cuts.
    """

    nodes: int = 5_000
    rounds: int = 100


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden, and whether nothing cheaper exists.

    Attributes:
        hidden: (cells,).
        cost: Sum of the weights of what is hidden.
        is_optimal: Proven cheapest.
        gap: What a cheaper pattern could save at most, relative to the cost.
    """

    hidden: Booleans
    cost: float
    is_optimal: bool
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the reader can go for one demand, and what that rests on.

    Attributes:
        length: The farthest.
        move: The farthest table minus the true one (cells,).
        prices: Gain per hidden cell (cells,): `length` is at most `prices @ hidden`, for every
            pattern.
    """

    length: float
    move: Floats
    prices: Floats


def reach(problem: Problem, demand: Demand, hidden: Floats) -> Reach:
    """Farthest the reader can go when each cell is hidden to the degree given.

    Args:
        problem: The system.
        demand: Which cell, which way.
        hidden: 0 to 1 for each cell.
    """
    move = np.zeros(problem.size)
    sign = -1.0 if demand.is_up else 1.0
    goal = np.zeros(problem.size)
    goal[demand.cell] = sign
    is_open = hidden > TOLERANCE
    is_open[list(demand.known)] = False
    columns = np.flatnonzero(is_open)
    duals = np.zeros(problem.matrix.rows)
    if is_open[demand.cell]:
        part, used = problem.matrix.at_columns(columns)
        share = hidden[columns]
        answer = lowest(
            goal[columns], -problem.down[columns] * share, problem.up[columns] * share, equal=part
        )
        if answer is None:  # it has a bottom, and zero is a point: the solver itself failed
            raise RuntimeError("linear programme without an answer")
        move[columns] = answer.point
        duals[used] = answer.prices if used.size else 0.0
    left = goal - problem.matrix.back(duals)
    prices = np.maximum(left, 0) * problem.down + np.maximum(-left, 0) * problem.up
    prices[list(demand.known)] = 0.0
    return Reach(-sign * float(move[demand.cell]), move, prices)


def is_met(problem: Problem, demand: Demand, hidden: Booleans) -> bool:
    """Some table of whole numbers lies as far away as the demand says."""
    found = reach(problem, demand, hidden.astype(float))
    if found.length < demand.reach - TOLERANCE:
        return False
    return is_whole(found.move) or _has_whole_table(problem, demand, hidden)


def unmet(problem: Problem, hidden: Booleans) -> list[Demand]:
    """The demands a pattern does not meet."""
    return Moves(problem).unmet(hidden, problem.demands)


class Moves:
    """Tables of whole numbers seen to be possible, so that most demands need no programme."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._seen: list[Floats] = []

    def unmet(self, hidden: Booleans, demands: Iterable[Demand]) -> list[Demand]:
        """Those of the demands that a pattern does not meet."""
        possible = [move for move in self._seen if not np.any(np.abs(move[~hidden]) > TOLERANCE)]
        broken: list[Demand] = []
        for demand in demands:
            if any(_reaches(move, demand) for move in possible):
                continue
            found = reach(self.problem, demand, hidden.astype(float))
            if found.length < demand.reach - TOLERANCE:
                broken.append(demand)
            elif is_whole(found.move):
                self._seen.append(found.move)
                possible.append(found.move)
            elif not _has_whole_table(self.problem, demand, hidden):
                broken.append(demand)
        return broken


def _reaches(move: Floats, demand: Demand) -> bool:
    length = float(move[demand.cell])
    if (length if demand.is_up else -length) < demand.reach - TOLERANCE:
        return False
    return all(abs(float(move[at])) <= TOLERANCE for at in demand.known)


def is_whole(move: Floats) -> bool:
    """Whole numbers, but for the solver's tolerance."""
    return bool(np.all(np.abs(move - np.round(move)) <= TOLERANCE))


def _has_whole_table(problem: Problem, demand: Demand, hidden: Booleans) -> bool:
    """The linear programme can promise points whole numbers cannot reach."""
    lower, upper = -problem.down * hidden, problem.up * hidden
    lower[list(demand.known)] = upper[list(demand.known)] = 0.0
    if demand.is_up:
        lower[demand.cell] = max(lower[demand.cell], demand.reach)
    else:
        upper[demand.cell] = min(upper[demand.cell], -demand.reach)
    zeros = np.zeros(problem.size)
    return (
        lowest_whole(zeros, lower, upper, equal=problem.matrix, nodes=SEARCH_NODES).point
        is not None
    )
