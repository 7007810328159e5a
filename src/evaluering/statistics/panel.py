"""School × wave sums of the cells, sorted so that a municipality and its strata lie together.

A panel has U units (a school within a group), W waves and K items. Groups are what the caller asks
for side by side (nothing, sex, municipality); a segment is one stratum within one group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.cells import Cells, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Sums by unit, wave and item, and where groups and segments begin.

    Attributes:
        items: Names of the K items.
        waves: The W waves in order of time.
        groups: One row per group, shape (M, number of `by` columns).
        clusters: School label of each unit, shape (U,).
        count: Answers, shape (U, W, K).
        weight: Sum of weights, shape (U, W, K); the same array as `count` without weights.
        yes: Sum of the weights of the yes, shape (U, W, K).
        segment: Segment of each unit, shape (U,); units are sorted by it.
        segment_group: Group of each segment, shape (S,); sorted.
        declared: Schools of the segment in the whole material, answers or not, shape (S,).
        is_weighted: The weights differ between pupils.
    """

    items: tuple[str, ...]
    waves: NDArray[Any]
    groups: pd.DataFrame
    clusters: NDArray[Any]
    count: FloatArray
    weight: FloatArray
    yes: FloatArray
    segment: IntArray
    segment_group: IntArray
    declared: IntArray
    is_weighted: bool

    @property
    def group(self) -> IntArray:
        """Group of each unit, shape (U,)."""
        return self.segment_group[self.segment]

    def by_segment(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum over the units of each segment: (U, …) → (S, …)."""
        return sum_runs(values, self.segment, len(self.segment_group))

    def by_group(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum over the units of each group: (U, …) → (M, …)."""
        return sum_runs(values, self.group, len(self.groups))

    def segments_to_groups(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum over the segments of each group: (S, …) → (M, …)."""
        return sum_runs(values, self.segment_group, len(self.groups))


def make_panel(cells: Cells, by: Sequence[str] = (), yes: FloatArray | None = None) -> Panel:
    """Reduce cells to school × wave sums within groups.

    Where every school lies wholly in one group (municipalities), each group is its own survey: its
    numbers are those of the group's own file. Where groups cut through schools (sex), they are
    domains of one survey, and a school without answers in the group still counts as a school.

    Args:
        cells: The cells.
        by: Columns of `cells.levels` that make the groups.
        yes: Another (C, K) array to use for the yes, as the ends of a rounding interval.
    """
    groups, group_of_level = _groups(cells, by)
    strata = int(cells.stratum_of.max()) + 1
    size = len(cells.clusters)
    keep = np.flatnonzero(group_of_level[cells.level] >= 0)
    group, cluster, wave = group_of_level[cells.level[keep]], cells.cluster[keep], cells.wave[keep]
    key = (group * strata + cells.stratum_of[cluster]) * size + cluster
    units, unit = np.unique(key, return_inverse=True)
    segment_key = units // size
    segments, segment = np.unique(segment_key, return_inverse=True)
    cluster_at = units % size
    shape = (len(units), len(cells.waves))
    at = unit * len(cells.waves) + wave
    count = _scatter(cells.count[keep], at, shape)
    is_same = cells.weight is cells.count
    return Panel(
        items=cells.items,
        waves=cells.waves,
        groups=groups,
        clusters=cells.clusters[cluster_at],
        count=count,
        weight=count if is_same else _scatter(cells.weight[keep], at, shape),
        yes=_scatter((cells.yes if yes is None else yes)[keep], at, shape),
        segment=segment.astype(np.intp, copy=False),
        segment_group=segments // strata,
        declared=_declared(cells, cluster_at, segments, segment, strata),
        is_weighted=cells.is_weighted,
    )


def _groups(cells: Cells, by: Sequence[str]) -> tuple[pd.DataFrame, IntArray]:
    """The groups in sorted order, and the group of each level: −1 where a column is missing."""
    if not by:
        return pd.DataFrame(index=range(1)), np.zeros(len(cells.levels), dtype=np.intp)
    keys = cells.levels[list(by)]
    known = keys.dropna().infer_objects()
    if len(known) == 0:
        raise EvalueringError("Kolonnen er tom.", where=", ".join(by))
    groups = known.drop_duplicates().sort_values(list(by)).reset_index(drop=True)
    place = {tuple(row): i for i, row in enumerate(groups.itertuples(index=False))}
    codes = [place.get(tuple(row), -1) for row in keys.itertuples(index=False)]
    return groups, np.asarray(codes, dtype=np.intp)


def _declared(
    cells: Cells, cluster_at: IntArray, segments: IntArray, segment: IntArray, strata: int
) -> IntArray:
    """Schools behind each segment: the group's own where groups hold whole schools, else all."""
    has_groups = len(np.unique(segments // strata)) > 1
    is_nested = has_groups and len(np.unique(cluster_at)) == len(cluster_at)
    if is_nested:
        return np.bincount(segment, minlength=len(segments)).astype(np.intp)
    return np.bincount(cells.stratum_of, minlength=strata).astype(np.intp)[segments % strata]


def _scatter(values: FloatArray, at: IntArray, shape: tuple[int, int]) -> FloatArray:
    """Sum the rows of `values` to their place in a (units, waves, items) array."""
    rows = shape[0] * shape[1]
    dense = np.zeros((rows, values.shape[1]))
    if len(np.unique(at)) == len(at):
        dense[at] = values
    else:
        order = np.argsort(at, kind="stable")
        dense = sum_runs(values[order], at[order], rows)
    return dense.reshape(*shape, values.shape[1])


def sum_runs(values: NDArray[Any], run: IntArray, runs: int) -> NDArray[Any]:
    """Sums over runs of equal, sorted codes; a run without members is zero."""
    numbers = values.astype(np.float64) if values.dtype == bool else values
    if runs == 1:
        return numbers.sum(axis=0, keepdims=True)
    starts = np.searchsorted(run, np.arange(runs))
    ends = np.searchsorted(run, np.arange(runs), side="right")
    is_empty = starts == ends
    sums = np.add.reduceat(numbers, np.minimum(starts, len(run) - 1), axis=0)
    sums[is_empty] = 0
    return sums


def solve(matrices: FloatArray, right: FloatArray) -> FloatArray:
    """Solve many small systems at once: (k, p, p) and (k, p, q) → (k, p, q)."""
    return cast("FloatArray", np.linalg.solve(matrices, right))  # its stub gives an unknown type
