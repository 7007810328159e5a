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
    inner = cells.levels[columns[-1]].map(_sort_key).to_numpy(dtype=object)
    code = np.full(len(answers), -1, dtype=np.intp)
    members: dict[int, list[list[int]]] = {}
    for each in range(int(outer.max()) + 1):
        rows = np.flatnonzero(outer == each)
        rows = rows[np.argsort(np.array([inner[row] for row in rows], dtype=object), kind="stable")]
        members[each] = _merge_neighbours([[int(row)] for row in rows], answers, schools)
    largest = max(members, key=lambda each: sum(answers[g].sum() for g in members[each]))
    runs = members.pop(largest)
    kept = list(runs)
    for groups in members.values():
        if len(groups) > 1 or not _is_small(groups[0], answers, schools):
            kept.extend(groups)
            continue
        for row in groups[0]:
            nearest = min(range(len(runs)), key=lambda k: _distance(inner, runs[k], row))
            runs[nearest].append(row)
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


def _sort_key(value: object) -> tuple[bool, float, str]:
    """Numbers in order, then text in order, then missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return (True, math.inf, "")
    if isinstance(value, (int, float)):
        return (False, float(value), "")
    return (False, math.inf, str(value))


def _distance(inner: np.ndarray, rows: list[int], row: int) -> float:
    return min(_gap(inner[other], inner[row]) for other in rows)


def _gap(one: tuple[bool, float, str], other: tuple[bool, float, str]) -> float:
    if one == other:
        return 0.0
    gap = abs(one[1] - other[1])
    return gap if np.isfinite(gap) else 1e9


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
