"""All tables of whole numbers that fit what is shown, found by trying: the slow truth.

Shares nothing with the audit: a table is its finest cells, and every shown cell is a sum of them.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from random_tables import margins

from evaluering.model import Cell, CountTable


def intervals(
    array: np.ndarray,
    table: CountTable,
    hidden: set[Cell],
    groups: Mapping[int, Mapping[str, Sequence[int]]] | None = None,
) -> dict[Cell, set[int]]:
    """Every value each hidden cell has in some table that fits.

    Args:
        array: The finest counts.
        table: The table built from them.
        hidden: Cells without a number; the grand total must not be among them.
        groups: Hierarchies, as the table was built with.
    """
    cells = {
        table.cell(**dict(zip(table.dimensions, values, strict=True))): np.flatnonzero(mask)
        for values, mask in margins(array, groups)
    }
    true = array.ravel()
    sums = [
        (set(at.tolist()), int(true[at].sum())) for cell, at in cells.items() if cell not in hidden
    ]
    found: dict[Cell, set[int]] = {cell: set() for cell in hidden}
    for values in _fits([0] * true.size, 0, sums):
        for cell in hidden:
            found[cell].add(int(sum(values[at] for at in cells[cell])))
    return found


def _fits(values: list[int], at: int, sums: list[tuple[set[int], int]]) -> Iterator[list[int]]:
    if at == len(values):
        yield values
        return
    top = min(
        right - sum(values[i] for i in where if i < at) for where, right in sums if at in where
    )
    ends = [
        right - sum(values[i] for i in where if i < at)
        for where, right in sums
        if at in where and max(where) == at
    ]
    for value in [ends[0]] if ends else range(max(top, -1) + 1):
        if 0 <= value <= top and all(value == end for end in ends):
            values[at] = value
            yield from _fits(values, at + 1, sums)
    values[at] = 0
