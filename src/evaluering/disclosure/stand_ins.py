"""Numbers that fit where nobody knows the ones a year was published with.

The ledger never holds a hidden value, and after a revision the counts of today do not add up to
the totals of then. To be protected as one system the hidden cells still need numbers, so each gets
one that fits all that was shown, as near today's as can be. They are never shown: a cell that was
hidden stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import optimize

from evaluering.disclosure.cells import facts_of, families_of
from evaluering.model import Cell, CountTable, PublishedCell

_optimize: Any = optimize  # scipy declares no types
Terms = tuple[tuple[int, Cell], ...]


def stand_ins(
    tables: Sequence[CountTable],
    nearest: Mapping[Cell, int],
    published: Iterable[PublishedCell],
) -> dict[Cell, int]:
    """A whole number for each cell that was hidden, or none at all when nothing fits.

    Args:
        tables: The count tables with what was shown in place, and the rest of a revised year
            missing.
        nearest: The cells to find a number for, with today's count.
        published: What binds; a hidden cell keeps within the interval recorded.

    Returns:
        Cell → number; empty when no numbers fit.
    """
    wanted = sorted(nearest)
    if not wanted:
        return {}
    known = {
        cell: round(fact.value)
        for table in tables
        for cell, fact in facts_of(table).items()
        if not np.isnan(fact.value)
    }
    at = {cell: number for number, cell in enumerate(wanted)}
    size = len(wanted)
    lower, upper = _limits(at, published)
    rows: list[np.ndarray[Any, Any]] = []
    least: list[float] = []
    most: list[float] = []
    for terms, is_equal in _sums(tables, {*known, *at}):
        row = np.zeros(2 * size)
        fixed = 0
        for number, cell in terms:
            if cell in at:
                row[at[cell]] += number
            else:
                fixed += number * known[cell]
        if row.any():
            rows.append(row)
            most.append(-fixed)
            least.append(-fixed if is_equal else -np.inf)
    for number, cell in enumerate(wanted):  # the distance is at least each way
        for sign in (1.0, -1.0):
            row = np.zeros(2 * size)
            row[[number, size + number]] = sign, -1.0
            rows.append(row)
            least.append(-np.inf)
            most.append(sign * nearest[cell])
    answer = _optimize.milp(
        np.concatenate([np.zeros(size), np.ones(size)]),
        integrality=np.concatenate([np.ones(size), np.zeros(size)]),
        bounds=_optimize.Bounds(
            np.concatenate([lower, np.zeros(size)]), np.concatenate([upper, np.full(size, np.inf)])
        ),
        constraints=_optimize.LinearConstraint(np.array(rows), least, most),
        options={"node_limit": 10_000},
    )
    if answer.x is None:
        return {}
    return {cell: round(answer.x[number]) for cell, number in at.items()}


def _limits(
    at: Mapping[Cell, int], published: Iterable[PublishedCell]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The narrowest interval recorded of each cell."""
    lower, upper = np.zeros(len(at)), np.full(len(at), np.inf)
    for item in published:
        if item.cell in at and not item.is_shown:
            number = at[item.cell]
            lower[number] = max(lower[number], item.lower or 0)
            upper[number] = min(upper[number], np.inf if item.upper is None else item.upper)
    return lower, upper


def _sums(tables: Iterable[CountTable], usable: set[Cell]) -> Iterator[tuple[Terms, bool]]:
    """Sums that are zero (or, with a part nobody knows, at most zero)."""
    for table in tables:
        for family in families_of(table):
            parts = [part for part in family.parts if part in usable]
            if family.parent in usable:
                terms = (*((1, part) for part in parts), (-1, family.parent))
                yield terms, len(parts) == len(family.parts)
        for relation in table.relations:
            if all(cell in usable for _, cell in relation.terms):
                yield relation.terms, relation.kind == "="
