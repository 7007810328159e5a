"""The primary family: the plan's own items tested together, from rows, counts or rounded tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.statistics import multiplicity
from evaluering.statistics.cells import Cells, FloatArray, as_cells
from evaluering.statistics.changes import Pair, pair_codes, scores
from evaluering.statistics.multiplicity import JointDirection
from evaluering.statistics.rounding import rounding_ends


def family_test(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    pair: Pair,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Step-down max-T over the family, on the same sign patterns for every item.

    Args:
        frame: One row per pupil, or cells made by `collapse` or `school_table`.
        items: The family, declared beforehand.
        pair: (from, to).
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        item, p_max_t, family (items that took part). NaN for an item whose change is refused. On
        rounded percentages the largest over the ends of the rounding, 1 where the sign depends on
        it.

    Raises:
        EvalueringError: Impossible input; see `change`.
    """
    cells = as_cells(frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight)

    def run(table: FloatArray) -> FloatArray:
        return multiplicity.max_t(table, seed=seed)

    p_values, is_in = _over_ends(cells, pair, run)
    return pd.DataFrame(
        {
            "item": np.asarray(cells.items, dtype=object),
            "p_max_t": np.where(is_in, p_values, np.nan),
            "family": int(is_in.sum()),
        }
    )


def joint_test(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    directions: ArrayLike,
    *,
    pair: Pair,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    seed: int = 0,
) -> JointDirection:
    """«Samlet sett»: do the items move together in the declared direction?

    Args:
        frame: One row per pupil, or cells made by `collapse` or `school_table`.
        items: The items.
        directions: +1 or −1 for each: the direction of more rule-breaking, declared beforehand.
        pair: (from, to).
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        The p-value, the items that point the declared way (by the printed figures) and the items
        that took part. On rounded percentages the largest p-value over the ends of the rounding, 1
        where the direction depends on it.

    Raises:
        EvalueringError: Impossible input; see `change` and `multiplicity.joint_direction`.
    """
    cells = as_cells(frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight)
    delta = np.atleast_1d(np.asarray(directions, dtype=np.float64))

    def run(table: FloatArray) -> FloatArray:
        joint = multiplicity.joint_direction(table, delta, seed=seed)
        norm = np.sqrt((table**2).sum(axis=0))
        used = norm > 0
        total = (table[:, used] / norm[used] * delta[used]).sum()
        return np.array([joint.p_value, np.sign(total), joint.same_way, joint.items])

    at = np.concatenate(pair_codes(cells.waves, [pair]))
    runs = np.stack([run(_scores(each, pair)) for each in rounding_ends(cells, at)])
    p_value = 1.0 if len(np.unique(runs[:, 1])) > 1 else float(runs[:, 0].max())
    return JointDirection(p_value, int(runs[0, 2]), int(runs[0, 3]))


def _over_ends(
    cells: Cells, pair: Pair, run: Callable[[FloatArray], FloatArray]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Largest p-value per item over the rounding ends, and the items that are in at every end."""
    at = np.concatenate(pair_codes(cells.waves, [pair]))
    tables = [_scores(each, pair) for each in rounding_ends(cells, at)]
    p_values = np.stack([run(table) for table in tables])
    sign = np.sign(np.stack([table.sum(axis=0) for table in tables]))
    is_in = np.asarray(~np.isnan(p_values).any(axis=0))
    depends = (sign != sign[0]).any(axis=0)
    return np.where(depends, 1.0, p_values.max(axis=0)), is_in


def _scores(cells: Cells, pair: Pair) -> FloatArray:
    return scores(cells, cells.items, pair=pair).to_numpy(dtype=np.float64)
