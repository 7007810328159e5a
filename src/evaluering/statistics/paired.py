"""Before and after on the same cases, on an ordinal scale: signed ranks, exact with ties."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluering.statistics.arguments import Array, rows
from evaluering.statistics.libraries import average_ranks, two_sided_normal

# Above this many changed cases the exact sum is no longer worth its time; the normal is as good.
MOST_EXACT = 400
TIE = 1 - 1e-9


class SignedRank(NamedTuple):
    """See `wilcoxon_pratt`."""

    pairs: int
    changed: int
    missing: int
    z: float
    p_value: float


def wilcoxon_pratt(before: ArrayLike, after: ArrayLike) -> SignedRank:
    """Are the later scores higher? Signed ranks after Pratt, exact two-sided p with zeros and ties.

    |d| is ranked with the unchanged cases included, then their ranks are dropped. The exact p is
    the share of the 2^m sign patterns as extreme as the one seen. scipy's `wilcoxon` with
    method="exact" is wrong as soon as there are zeros or ties, which goal scores always have.

    Args:
        before: First score of each case (case medians), shape (cases,). NaN where missing.
        after: Later score of the same cases.

    Returns:
        `pairs` with both scores, how many `changed`, `missing` (the cases without both), `z`
        (positive when the later are higher; 0 when nothing changed), `p_value` (exact up to 400
        changed cases, normal above; 1 when nothing changed, NaN without any pair).

    Raises:
        EvalueringError: Not numbers, or not as many scores after as before.

    References:
        Pratt (1959), JASA 54, 655–667. Checked against R's coin (`wilcoxsign_test`,
        distribution = "exact", zero.method = "Pratt").
    """
    _, (first, last) = rows("goals.wilcoxon_pratt", before=before, after=after)
    difference = np.round(last - first, 9)  # 0.3 − 0.1 and 0.2 are the same step
    known = difference[~np.isnan(difference)]
    missing = difference.size - known.size
    if not known.size:
        return SignedRank(0, 0, missing, float("nan"), float("nan"))
    ranks = average_ranks(np.abs(known))
    moved = known != 0
    r, up = ranks[moved], known[moved] > 0
    if not r.size:
        return SignedRank(known.size, 0, missing, 0.0, 1.0)
    z = float((r[up].sum() - r.sum() / 2) / (0.25 * (r**2).sum()) ** 0.5)
    if r.size > MOST_EXACT:
        p_value = float(two_sided_normal(np.array(z)))
    else:
        p_value = _exact(np.rint(2 * r).astype(np.int64), up)
    return SignedRank(known.size, r.size, missing, z, p_value)


def _exact(doubled: NDArray[np.int64], up: NDArray[np.bool_]) -> float:
    """P(|2W − Σr| ≥ the one seen) over all sign patterns, by adding one rank at a time.

    Args:
        doubled: Twice the ranks, whole numbers.
        up: Which differences are positive.
    """
    total = int(doubled.sum())
    chance: Array = np.zeros(total + 1)
    chance[0] = 1.0
    for rank in doubled.tolist():
        chance[rank:] += chance[:-rank].copy()
        chance /= 2
    distance = np.abs(2 * np.arange(total + 1) - total)
    seen = abs(2 * int(doubled[up].sum()) - total)
    return float(min(1.0, chance[distance >= seen * TIE].sum()))
