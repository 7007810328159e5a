"""The same mix of pupils in every wave: sex × grade cells large enough to be weighed.

Grades are merged first, with their neighbour and within the sex; a sex that is still too small is
counted with the largest one. Nobody is left out: missing is a level of its own.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from evaluering.statistics.cells import Cells, FloatArray, IntArray

FEWEST_ANSWERS = 10
FEWEST_SCHOOLS = 2  # a cell held by one school is empty when that school is left out


def merge_levels(cells: Cells, columns: tuple[str, ...], item: int) -> IntArray:
    """Post-stratum of each level of the cells, for one item.

    Args:
        cells: Cells split by `columns`.
        columns: Columns to standardise by; the last is merged first, in its sorted order.
        item: Which item; another item may need other merging.

    Returns:
        Codes 0, 1, …, shape (L,): every post-stratum has at least 10 answers from at least two
        schools in each wave where the item was asked, as far as merging can give it.
    """
    answers, schools = _support(cells, item)
    outer = _outer_codes(cells.levels, columns[:-1])
    place = _places(cells.levels[columns[-1]])
    blocks: list[list[list[int]]] = []
    for each in range(int(outer.max()) + 1):
        rows = sorted(np.flatnonzero(outer == each).tolist(), key=place.__getitem__)
        blocks.append(_merge_neighbours([[row] for row in rows], answers, schools))
    largest = max(blocks, key=lambda groups: sum(answers[rows].sum() for rows in groups))
    kept = list(largest)
    for groups in (block for block in blocks if block is not largest):
        if len(groups) > 1 or not _is_small(groups[0], answers, schools):
            kept.extend(groups)
            continue
        for row in groups[0]:  # too small however merged: counted with its grade in the largest
            gaps = [min(abs(place[other] - place[row]) for other in rows) for rows in largest]
            kept[int(np.argmin(gaps))].append(row)
    code = np.empty(len(answers), dtype=np.intp)
    for number, rows in enumerate(kept):
        code[rows] = number
    return code


def _support(cells: Cells, item: int) -> tuple[FloatArray, FloatArray]:
    """Answers, and schools with answers, per level and wave where the item was asked, (L, W)."""
    count = cells.count[:, item]
    shape = (len(cells.levels), len(cells.waves))
    answers, schools = np.zeros(shape), np.zeros(shape)
    np.add.at(answers, (cells.level, cells.wave), count)
    np.add.at(schools, (cells.level, cells.wave), count > 0)
    asked = answers.sum(axis=0) > 0
    return answers[:, asked], schools[:, asked]


def _outer_codes(levels: pd.DataFrame, columns: tuple[str, ...]) -> IntArray:
    if not columns:
        return np.zeros(len(levels), dtype=np.intp)
    numbers = levels.groupby(list(columns), dropna=False, sort=True).ngroup()
    return numbers.to_numpy().astype(np.intp)


def _places(column: pd.Series) -> list[int]:
    """Place of each value in sorted order: numbers, then text, then missing."""
    keys = [_sort_key(value) for value in column.tolist()]
    order = {key: number for number, key in enumerate(sorted(set(keys)))}
    return [order[key] for key in keys]


def _sort_key(value: object) -> tuple[int, float, str]:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return (2, 0.0, "")
    if isinstance(value, (int, float)):
        return (0, float(value), "")
    return (1, 0.0, str(value))


def _is_small(rows: list[int], answers: FloatArray, schools: FloatArray) -> bool:
    few = answers[rows].sum(axis=0).min() < FEWEST_ANSWERS
    return bool(few or schools[rows].max(axis=0).min() < FEWEST_SCHOOLS)


def _merge_neighbours(
    groups: list[list[int]], answers: FloatArray, schools: FloatArray
) -> list[list[int]]:
    """Merge the smallest too-small group with its smaller neighbour until none is too small."""
    while len(groups) > 1:
        small = [k for k, rows in enumerate(groups) if _is_small(rows, answers, schools)]
        if not small:
            break
        k = min(small, key=lambda each: answers[groups[each]].sum())
        sides = [side for side in (k - 1, k + 1) if 0 <= side < len(groups)]
        side = min(sides, key=lambda each: answers[groups[each]].sum())
        first, last = sorted((k, side))
        groups = [*groups[:first], groups[first] + groups[last], *groups[last + 1 :]]
    return groups
