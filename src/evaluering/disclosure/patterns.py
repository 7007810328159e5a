"""Which cells are hidden: the system, its demands, and the cheapest pattern part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evaluering.disclosure.cells import is_free, rows_of
from evaluering.disclosure.compact import solve_compact
from evaluering.disclosure.cuts import impossible_demands, solve_cuts
from evaluering.disclosure.demands import Protected, protected, singleton_demands
from evaluering.disclosure.earlier import Shelf
from evaluering.disclosure.problem import TOLERANCE, Demand, Limits, Pattern, Problem, reach
from evaluering.disclosure.programs import Booleans, Floats, Positions
from evaluering.disclosure.rules import may_show_goals
from evaluering.disclosure.system import System, build_system
from evaluering.disclosure.weights import weights
from evaluering.model import Cell, CountTable

_REPAIRS = 6  # rounds of demands for cells that were hidden in vain
COMPACT_SIZE = 600  # cells times demands: above, cuts are faster


@dataclass(frozen=True, slots=True)
class Choices:
    """What a run decides.

    Attributes:
        threshold: Persons a shown cell must have at least.
        key: The house key, or None.
        limits: Where the search stops, per part.
    """

    threshold: int
    key: bytes | None
    limits: Limits


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is settled before the search.

    Attributes:
        known: Anyone knows them already (variables,).
        never: Cannot be hidden (variables,).
        forced: Hidden because their table is not shown (variables,).
        always: Hidden whatever it costs (variables,).
        cost: Weights (variables,).
    """

    known: Booleans
    never: Booleans
    forced: Booleans
    always: Booleans
    cost: Floats


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden in the system, or why no pattern was found.

    Attributes:
        system: The system.
        kept: Primaries and demands.
        hidden: Which variables are hidden (variables,).
        given_away: Hidden by force, and computable all the same (variables,).
        known: Anyone knows them already (variables,).
        failing: Positions of cells that no pattern can protect.
        gaps: What could be saved at most, for each part that was not.
        revisions: Cells with a new value → the difference is large enough to be seen.
    """

    system: System
    kept: Protected
    hidden: Booleans
    given_away: Booleans
    known: Booleans
    failing: tuple[int, ...]
    gaps: tuple[float, ...]
    revisions: Mapping[Cell, bool]

    @property
    def is_complete(self) -> bool:
        """Every demand is met."""
        return not self.failing and not self.system.too_large

    @property
    def is_proven(self) -> bool:
        """Every part was solved to the end."""
        return not self.gaps

    def is_hidden(self, cell: Cell) -> bool:
        """The cell may not be shown."""
        return bool(self.hidden[self.system.variable[cell]])


def find_hidden(
    tables: Sequence[CountTable], shelf: Shelf, withheld: frozenset[str], choices: Choices
) -> Hidden:
    """The cheapest pattern that meets every demand, in each connected part.

    Args:
        tables: Checked count tables.
        shelf: Earlier publications.
        withheld: Tables that are not shown at all.
        choices: Threshold, key and limits.
    """
    system = build_system(tables, shelf)
    known, never, forced = _fixed(system, tables, shelf, withheld)
    kept = protected(system, shelf, choices.threshold, known)
    cost = weights(system.names(), system.values, _headline(tables, withheld), choices.key)
    fixed = Fixed(known, never, forced, (kept.always | forced) & ~never, cost)
    hidden = fixed.always.copy()
    failing: dict[int, None] = {}
    gaps: list[float] = []
    for members in [] if system.too_large else system.matrix.parts(np.flatnonzero(~never)):
        problem = _reachable(system, _problem(system, kept, members, fixed), members, forced)
        found = _without_exact(problem, choices.limits)
        if found is None:
            broken = impossible_demands(problem) or problem.demands
            failing |= dict.fromkeys(int(members[d.cell]) for d in broken)
            continue
        hidden[members] = found.hidden
        if not found.is_optimal:
            gaps.append(found.gap)
    # A primary that can never be hidden is in no free part, and no pattern protects it.
    failing |= dict.fromkeys(at for at in kept.reasons if never[at] and not known[at])
    return Hidden(
        system=system,
        kept=kept,
        hidden=hidden,
        given_away=_given_away(system, hidden, forced & hidden),
        known=known,
        failing=tuple(sorted(failing)),
        gaps=tuple(gaps),
        revisions=_revisions(system, shelf, kept),
    )


def _fixed(
    system: System, tables: Sequence[CountTable], shelf: Shelf, withheld: frozenset[str]
) -> tuple[Booleans, Booleans, Booleans]:
    """Known to anyone; never hidden; hidden by force."""
    known, never, forced = (np.zeros(system.size, dtype=bool) for _ in range(3))
    for cell, values in shelf.shown.items():
        at = system.variable[cell]
        known[at] |= bool(system.values[at] in values)
    elsewhere: set[int] = set()
    for table in tables:
        if is_free(table):
            continue
        rows = [system.variable[cell] for cell in rows_of(table)]
        for cell in table.structural:
            if cell in system.variable:
                known[system.variable[cell]] = True
        if table.name in withheld or _is_too_few_goals(table):
            forced[rows] = True
            continue
        elsewhere |= set(rows)
        for cell in table.never_hidden:
            if cell in system.variable:
                never[system.variable[cell]] = True
    forced[list(elsewhere)] = False
    never |= known
    return known, never, forced & ~never


def _is_too_few_goals(table: CountTable) -> bool:
    """R7: goals of fewer cases than ten are not shown at all."""
    if table.unit != "maal":
        return False
    return not bool(may_show_goals(table.frame["personer"].max()))


def _headline(tables: Sequence[CountTable], withheld: frozenset[str]) -> frozenset[Cell]:
    shown = (table.headline for table in tables if table.name not in withheld)
    return frozenset[Cell]().union(*shown)


def _revisions(system: System, shelf: Shelf, kept: Protected) -> dict[Cell, bool]:
    return {
        cell: system.variable[cell] not in kept.reasons
        for cell, old in shelf.shown.items()
        if system.values[system.variable[cell]] not in old
    }


def _problem(system: System, kept: Protected, members: Positions, fixed: Fixed) -> Problem:
    position = {int(at): number for number, at in enumerate(members)}
    demands = [
        replace(d, cell=position[d.cell], known=tuple(position[at] for at in d.known))
        for d in (*kept.demands, *singleton_demands(kept, members))
        if d.cell in position
    ]
    matrix, rows = system.matrix.at_columns(members)
    near = np.union1d(system.matrix.at_rows(rows), members)
    # The largest total around: no reader has a reason to think a part larger.
    ceiling = max([float(np.max(system.values[near])), 1.0, *(d.reach for d in demands)])
    down, up = _room(system, ceiling)
    return Problem(
        matrix,
        down[members],
        up[members],
        fixed.cost[members],
        fixed.always[members],
        fixed.never[members],
        tuple(demands),
    )


def _room(system: System, ceiling: float) -> tuple[Floats, Floats]:
    """How far below and above its value each cell may be thought."""
    down = np.maximum(system.values - system.bounds[:, 0], 0)
    up = np.maximum(np.minimum(system.bounds[:, 1] - system.values, ceiling), 0)
    return down, up


def _reachable(system: System, problem: Problem, members: Positions, forced: Booleans) -> Problem:
    """Without the demands that nothing we hide can meet.

    These are what only a table nobody sees needs, and what others show has given away; and what
    one alone in a cell would know if nothing at all were shown.
    """
    if not forced[members].any() and not any(demand.known for demand in problem.demands):
        return problem
    down, up = _room(system, float(np.max(system.values)) + 1)
    none, blank = np.zeros(system.size, dtype=bool), np.zeros(system.size)
    unseen = Problem(system.matrix, down, up, blank, none, none, ())

    def is_lost(demand: Demand) -> bool:
        if forced[members[demand.cell]]:
            return True
        known = tuple(int(members[at]) for at in demand.known)
        everywhere = replace(demand, cell=int(members[demand.cell]), known=known)
        return bool(known) and bool(impossible_demands(replace(unseen, demands=(everywhere,))))

    lost = {demand for demand in impossible_demands(problem) if is_lost(demand)}
    return replace(problem, demands=tuple(d for d in problem.demands if d not in lost))


def _without_exact(problem: Problem, limits: Limits) -> Pattern | None:
    """The cheapest pattern in which no cell is hidden in vain.

    A cell hidden for others' sake may be left with one whole number only. Where not even a part of
    a number is open, hiding it serves nobody and it is shown; else it gets a demand of its own.
    """
    for _ in range(_REPAIRS):
        found = _solve(problem, limits)
        if found is None:
            return None
        degrees = found.hidden.astype(float)
        own: list[Demand] = []
        shown = found.hidden.copy()
        for at in np.flatnonzero(found.hidden & ~problem.always).tolist():
            reaches = [
                reach(problem, Demand(at, is_up, 1.0), degrees).length for is_up in (True, False)
            ]
            if max(reaches) < TOLERANCE:
                shown[at] = False
            elif max(reaches) < 1 - TOLERANCE:
                own.append(Demand(at, is_up=reaches[0] >= reaches[1], reach=1.0))
        if not own:
            return replace(found, hidden=shown)
        problem = replace(problem, demands=(*problem.demands, *own))
    return None


def _solve(problem: Problem, limits: Limits) -> Pattern | None:
    if not problem.demands:
        return Pattern(problem.always, 0.0, is_optimal=True)
    if problem.size * len(problem.demands) <= COMPACT_SIZE:
        return solve_compact(problem, limits)
    return solve_cuts(problem, limits)


def _given_away(system: System, hidden: Booleans, wanted: Booleans) -> Booleans:
    """Of these hidden cells, those that what is shown leaves only one number for."""
    found = np.zeros(system.size, dtype=bool)
    if not wanted.any():
        return found
    down, up = _room(system, float(np.max(system.values)) + 1)
    problem = Problem(system.matrix, down, up, np.zeros(system.size), hidden, ~hidden, ())
    degrees = hidden.astype(float)
    for at in np.flatnonzero(wanted).tolist():
        found[at] = all(
            reach(problem, Demand(at, is_up, 1.0), degrees).length < 1 for is_up in (True, False)
        )
    return found
