"""When a table cannot be protected as it is: coarser, and when that is not possible, nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluering.disclosure.cells import is_free, rows_of
from evaluering.disclosure.patterns import Hidden
from evaluering.model import CountTable

MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A table gave up a dimension, or (empty) was withheld."""

    table: str
    dimension: str = ""


def coarsened(
    tables: Sequence[CountTable], withheld: frozenset[str], found: Hidden, taken: Sequence[Step]
) -> tuple[list[CountTable], frozenset[str], Step]:
    """The tables with one step less to show.

    Args:
        tables: As they stand.
        withheld: Those not shown at all.
        found: Why no pattern will do.
        taken: Steps so far.

    Returns:
        The tables, those withheld, and the step.
    """
    candidates = _candidates(tables, withheld, found)
    for table in candidates:
        steps = sum(step.table == table.name for step in taken)
        dimension = next((name for name in table.coarser if _can_give_up(table, name)), "")
        if dimension and steps < MOST_STEPS:
            changed = _give_up(table, dimension)
            return (
                [changed if other is table else other for other in tables],
                withheld,
                Step(table.name, dimension),
            )
    name = candidates[0].name
    return list(tables), withheld | {name}, Step(name)


def _candidates(
    tables: Sequence[CountTable], withheld: frozenset[str], found: Hidden
) -> list[CountTable]:
    """Those that hold what cannot be protected, most first; else those with most hidden."""
    left = [table for table in tables if table.name not in withheld and not is_free(table)]
    spanning = {name for part in found.system.too_large for name in part.tables}
    failing = set(found.failing)
    for wanted in (failing, set[int]()):
        scored = [
            (-sum(found.system.variable[cell] in wanted for cell in rows_of(table)), table)
            for table in left
        ]
        chosen = [(score, t) for score, t in scored if score < 0 or t.name in spanning]
        if chosen:
            return [table for _, table in sorted(chosen, key=lambda pair: (pair[0], pair[1].name))]
    hidden = [(-sum(found.is_hidden(cell) for cell in rows_of(table)), table) for table in left]
    return [table for _, table in sorted(hidden, key=lambda pair: (pair[0], pair[1].name))]


def _can_give_up(table: CountTable, name: str) -> bool:
    """Persons cannot be summed afterwards, so only a dimension with its totals can go."""
    return bool((table.frame[name].astype(str) == table.total).any())


def _give_up(table: CountTable, name: str) -> CountTable:
    is_total = table.frame[name].astype(str) == table.total
    dimensions = tuple(other for other in table.dimensions if other != name)
    return replace(
        table,
        frame=table.frame[is_total].drop(columns=name).reset_index(drop=True),
        dimensions=dimensions,
        hierarchies={other: x for other, x in table.hierarchies.items() if other != name},
        coarser=tuple(other for other in table.coarser if other != name),
    )
