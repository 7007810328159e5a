"""Small count tables, and an enumerator that knows nothing of linear programmes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from evaluering.model import Cell, CountTable, SafeTable


def count_table(
    values: Sequence[object] | np.ndarray, names: Sequence[str], name: str = "t", **more: object
) -> CountTable:
    """A table with all its margins: value `a0`, `a1` … in dimension `a`, `alle` for totals."""
    inner = np.asarray(values, dtype=int)
    rows: list[list[object]] = []
    for at in itertools.product(*(range(n + 1) for n in inner.shape)):
        where = tuple(slice(None) if i == n else i for i, n in zip(at, inner.shape, strict=True))
        labels = [
            "alle" if i == n else f"{d}{i}" for i, n, d in zip(at, inner.shape, names, strict=True)
        ]
        rows.append([*labels, int(inner[where].sum())])
    frame = pd.DataFrame(rows, columns=[*names, "antall"])
    return CountTable(name, frame, tuple(names), population="p", **more)  # type: ignore[arg-type]


def events(table: CountTable, persons: Sequence[float], **more: Sequence[float]) -> CountTable:
    """The same counts as events, with the persons behind each row."""
    frame = table.frame.assign(personer=list(persons), **{k: list(v) for k, v in more.items()})
    return CountTable(table.name, frame, table.dimensions, unit="forhold", population="p")


def shown(table: SafeTable, **at: str) -> int | None:
    """The number in a row, None where it is hidden."""
    rows = table.frame
    for name in table.dimensions:
        rows = rows[rows[name] == at.get(name, table.total)]
    (count,) = rows["antall"]
    return None if pd.isna(count) else int(count)


def hidden_cells(table: SafeTable) -> set[tuple[str, ...]]:
    """Values of the dimensions of every hidden row."""
    rows = table.frame[~table.frame["publiseres"]]
    return set(rows[list(table.dimensions)].itertuples(index=False, name=None))


def possible(table: SafeTable, shape: Sequence[int], most: int) -> np.ndarray:
    """Every inner table of whole numbers that fits what is shown: (tables, *shape).

    A hidden inner cell runs from 0 to the least shown margin over it, or to `most`.
    """
    names = table.dimensions
    known = {
        at: shown(table, **dict(zip(names, at, strict=True)))
        for at in table.frame[list(names)].itertuples(index=False, name=None)
    }
    inner = list(itertools.product(*(range(n) for n in shape)))
    labels = [tuple(f"{d}{i}" for d, i in zip(names, at, strict=True)) for at in inner]
    ranges: list[range] = []
    for label in labels:
        if known[label] is not None:
            ranges.append(range(known[label], known[label] + 1))
            continue
        over = [
            value
            for at, value in known.items()
            if value is not None and all(x in (y, "alle") for x, y in zip(at, label, strict=True))
        ]
        ranges.append(range(min([*over, most]) + 1))
    assert np.prod([len(r) for r in ranges], dtype=float) < 4e6
    grid = np.stack(
        np.meshgrid(*[np.array(r, dtype=np.int16) for r in ranges], indexing="ij"), axis=-1
    ).reshape(-1, len(inner))
    for at, value in known.items():
        if value is not None:
            member = [
                all(x in (y, "alle") for x, y in zip(at, label, strict=True)) for label in labels
            ]
            grid = grid[grid[:, member].sum(axis=1) == value]
    return grid.reshape(-1, *shape)


def margin(tables: np.ndarray, at: Sequence[str]) -> np.ndarray:
    """The count of one cell in each of the possible tables."""
    for axis, value in reversed(list(enumerate(at))):
        tables = (
            tables.sum(axis=axis + 1)
            if value == "alle"
            else tables.take(int(value[1:]), axis=axis + 1)
        )
    return tables


def cell(**at: str) -> Cell:
    """A cell of the persons these tables count."""
    return Cell("person", "p", "", tuple(sorted(at.items())))
