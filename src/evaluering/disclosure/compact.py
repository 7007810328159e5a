"""The whole problem as one mixed integer programme: simple, and the reference for `cuts`."""

from __future__ import annotations

import numpy as np

from evaluering.disclosure.problem import Demand, Limits, Pattern, Problem, unmet
from evaluering.disclosure.programs import (
    Booleans,
    Floats,
    Matrix,
    copies,
    diagonal,
    lowest_whole,
    stacked,
)

MOST_EXCLUDED = 20
HALF = 0.5


def solve_compact(problem: Problem, limits: Limits) -> Pattern | None:
    """The cheapest pattern that meets every demand: one copy of the reader's table per demand.

    Args:
        problem: The system.
        limits: Where to stop.

    Returns:
        The pattern, proven or found when the limit was reached; None when there is none.
    """
    excluded: list[Booleans] = []
    for _ in range(MOST_EXCLUDED):
        pattern = _solve_once(problem, limits, excluded)
        if pattern is None or not unmet(problem, pattern.hidden):
            return pattern
        # Reached by fractions only: nothing within this pattern can do better.
        excluded.append(pattern.hidden)
    return None


def _solve_once(problem: Problem, limits: Limits, excluded: list[Booleans]) -> Pattern | None:
    size, count = problem.size, len(problem.demands)
    identity = copies(diagonal(np.ones(size)), count)
    floor, ceiling = (
        stacked([[diagonal(end)] for _ in range(count)]) for end in (problem.down, problem.up)
    )
    blocks = [[floor, identity], [ceiling, -identity]]
    least = [np.zeros(2 * size * count)]
    if excluded:
        blocks.append([np.array([~hidden for hidden in excluded], dtype=float), None])
        least.append(np.ones(len(excluded)))
    empty = Matrix.of((), problem.matrix.rows * count, size)
    relations = Matrix(stacked([[empty.scipy, copies(problem.matrix.scipy, count)]]))
    lower, upper = _copy_bounds(problem)
    found = lowest_whole(
        np.concatenate([problem.weights, np.zeros(size * count)]),
        np.concatenate([problem.always.astype(float), lower]),
        np.concatenate([(~problem.never).astype(float), upper]),
        is_whole=np.arange(size * (count + 1)) < size,
        equal=relations,
        at_least=(stacked(blocks), np.concatenate(least)),
        nodes=limits.nodes,
    )
    if found.point is None:
        return None
    hidden = found.point[:size] > HALF
    return Pattern(hidden, float(problem.weights @ hidden), found.is_proven, found.gap)


def _copy_bounds(problem: Problem) -> tuple[Floats, Floats]:
    lower, upper = [np.tile(end, (len(problem.demands), 1)) for end in (-problem.down, problem.up)]
    for number, demand in enumerate(problem.demands):
        _fix(demand, lower[number], upper[number])
    return lower.ravel(), upper.ravel()


def _fix(demand: Demand, lower: Floats, upper: Floats) -> None:
    lower[list(demand.known)] = upper[list(demand.known)] = 0.0
    if demand.is_up:
        lower[demand.cell] = demand.reach
    else:
        upper[demand.cell] = -demand.reach
