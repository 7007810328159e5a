"""The rank test: which cells the relations alone fix. Whole numbers only, never floating point."""

from __future__ import annotations

import math
from collections.abc import Sequence

Row = dict[int, int]


def fixed_by_rank(rows: Sequence[Row]) -> set[int]:
    """Positions whose unit vector lies in the row space: the relations alone give their value.

    Fraction-free Gauss–Jordan elimination in whole numbers of any size; each row is divided by
    its common factor. A position is fixed exactly when the reduced form has a row with it alone.

    Args:
        rows: Position → coefficient, one mapping a relation.
    """
    reduced: dict[int, Row] = {}
    for row in rows:
        new = {at: value for at, value in row.items() if value}
        for pivot, other in reduced.items():
            if pivot in new:
                new = _without(new, other, pivot)
        if not new:
            continue
        pivot = min(new)
        for at, other in reduced.items():
            if pivot in other:
                reduced[at] = _without(other, new, pivot)
        reduced[pivot] = new
    return {pivot for pivot, row in reduced.items() if len(row) == 1}


def _without(row: Row, other: Row, pivot: int) -> Row:
    """A row with the pivot taken out by another row, divided by its common factor."""
    mine, its = row[pivot], other[pivot]
    mixed: Row = {at: value * its for at, value in row.items()}
    for at, value in other.items():
        mixed[at] = mixed.get(at, 0) - mine * value
    kept = {at: value for at, value in mixed.items() if value}
    factor = math.gcd(*kept.values()) if kept else 1
    return {at: value // factor for at, value in kept.items()}
