"""All tables of whole numbers that fit what is shown, found by trying: the slow truth.

The trying shares nothing with the audit: a table is its finest cells, a shown cell a sum of them.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from random_tables import NAMES, build, draw, hide, margins, seeded

from evaluering.disclosure import audit
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
    for values in tables_that_fit(true.size, sums):
        for cell in hidden:
            found[cell].add(int(sum(values[at] for at in cells[cell])))
    return found


def tables_that_fit(size: int, sums: list[tuple[set[int], int]]) -> Iterator[list[int]]:
    """Every list of whole numbers with these sums; the same list each time, filled anew.

    Args:
        size: Finest cells.
        sums: Positions, and what they sum to.
    """
    yield from _fits([0] * size, 0, sums)


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


def disagreements(number: int) -> tuple[int, int]:
    """Hidden cells where the audit says something else than trying every table, and all hidden.

    Args:
        number: Of the seeded case.
    """
    seed = seeded(f"opptelling {number}")
    shape = seed.choice([(2, 2), (2, 3), (3, 3), (2, 2, 2), (3, 2)])
    array = np.minimum(draw(seed, shape), seed.choice([3, 5, 8]))
    groups = {0: {"gruppe": [0, 1]}} if shape[0] == 3 and seed.random() < 0.5 else None
    table = build(array, NAMES[: len(shape)], groups=groups)
    cells = [
        table.cell(**{name: row[name] for name in table.dimensions})
        for row in table.frame.to_dict("records")
    ]
    inner = [cell for cell in cells if len(cell.at) == len(shape)]
    outer = [cell for cell in cells if 0 < len(cell.at) < len(shape)]
    hidden = set(seed.sample(inner, seed.randint(2, min(len(inner), 7))))
    hidden |= set(seed.sample(outer, seed.randint(0, 2)))
    truth = intervals(array, table, hidden, groups)
    found = {
        table.cell(**{name: getattr(row, name) for name in table.dimensions}): (
            row.lower,
            row.upper,
            row.exact,
        )
        for row in audit.attack([hide(table, hidden)]).itertuples()
    }
    wrong = [
        cell
        for cell, values in truth.items()
        if found[cell] != (min(values), max(values), len(values) == 1)
    ]
    return len(wrong), len(hidden)
