"""Many questions at once: how sure can we be when the smallest of many p-values is looked at?

The plan's own items are the primary family, tested together with the same sign patterns (max-T).
All other items are exploratory.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from evaluering.statistics import arguments, signflip
from evaluering.statistics.arguments import refuse
from evaluering.statistics.cells import FloatArray

Method = Literal["holm", "bh", "by"]


class JointDirection(NamedTuple):
    """One test of many items: do they move the same way?

    Attributes:
        p_value: Two-sided sign-flip p-value of the sum in the declared direction.
        same_way: Items that point the declared way.
        items: Items that took part.
    """

    p_value: float
    same_way: int
    items: int


def adjust(p_values: ArrayLike, *, method: Method) -> FloatArray:
    """Adjusted p-values; missing ones stay missing and do not count in the family.

    Args:
        p_values: Shape (m,), each 0–1 or NaN.
        method: `holm` (any false alarm), `bh` (share of false alarms), `by` (the same, under any
            dependence).

    Returns:
        Shape (m,), in the order given.

    Raises:
        EvalueringError: A p-value outside 0–1, or an unknown method.

    References:
        Holm (1979), Scand. J. Statist. 6, 65–70; Benjamini and Hochberg (1995), JRSS B 57,
        289–300; Benjamini and Yekutieli (2001), Ann. Statist. 29, 1165–1188. Same numbers as R's
        `p.adjust`. statsmodels counts NaN in the family.
    """
    where = "multiplicity.adjust: p_values"
    p = np.atleast_1d(arguments.numbers(p_values, where))
    refuse((p < 0) | (p > 1), "P-verdien ligger ikke mellom 0 og 1.", where, "Rett verdien.")
    result = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    m = len(order)
    rank = np.arange(1.0, m + 1)
    if method == "holm":
        adjusted = np.maximum.accumulate(p[order] * (m + 1 - rank))
    elif method in ("bh", "by"):
        factor = (1 / rank).sum() if method == "by" else 1.0
        adjusted = np.minimum.accumulate((p[order] * m / rank * factor)[::-1])[::-1]
    else:
        raise arguments.EvalueringError(f"Ukjent metode: «{method}».", "multiplicity.adjust")
    result[order] = np.minimum(adjusted, 1.0)
    return result


def max_t(scores: ArrayLike, *, step_down: bool = True, seed: int = 0) -> FloatArray:
    """Family-wise adjusted p-values from the sign patterns of the schools (Westfall–Young).

    T_k(s) = |Σ_g s_g S_gk| / √(Σ_g S_gk²) over the same patterns for every item, so the dependence
    between items (the same pupils answer them) is kept. The least p-value is 2^−(G−1) however many
    items there are.

    Args:
        scores: School × item scores as `design.scores` gives them, shape (G, K). Zero for a school
            without answers. A column with a missing value, or all zero, is out of the family.
        step_down: Compare each item with those not yet rejected; False compares with all.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        Shape (K,), in the order given; NaN for items out of the family.

    Raises:
        EvalueringError: Not a table of numbers.

    References:
        Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 2.8.
    """
    table = _table(scores, "multiplicity.max_t: scores")
    result = np.full(table.shape[1], np.nan)
    norm = np.sqrt((table**2).sum(axis=0))
    family = np.flatnonzero(norm > 0)  # NaN compares false
    if len(family) == 0:
        return result
    unit = table[:, family] / norm[family]
    order = np.argsort(-np.abs(unit.sum(axis=0)), kind="stable")
    unit = unit[:, order]
    least = signflip.limit(unit)
    signs, number = signflip.patterns(len(table), seed=seed)
    beyond = np.full(len(family), float(number - len(signs)))
    for block in signflip.blocks(signs, len(family)):
        largest = np.abs(block @ unit)
        if step_down:
            largest = np.maximum.accumulate(largest[:, ::-1], axis=1)[:, ::-1]
        else:
            largest = largest.max(axis=1, keepdims=True)
        beyond += (largest >= least).sum(axis=0)
    result[family[order]] = np.maximum.accumulate(beyond / number)
    return result


def joint_direction(scores: ArrayLike, directions: ArrayLike, *, seed: int = 0) -> JointDirection:
    """«Samlet sett»: one test of whether the items move together in the declared direction.

    T(s) = |Σ_k δ_k Σ_g s_g S_gk / √(Σ_g S_gk²)| over all sign patterns.

    Args:
        scores: School × item scores, shape (G, K), as in `max_t`; NaN columns are left out.
        directions: δ_k, +1 or −1: the direction of more rule-breaking. Declared beforehand.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        The p-value (NaN when no item is left) and how many items point the declared way.

    Raises:
        EvalueringError: A direction is not +1 or −1, or there is not one for each item.
    """
    table = _table(scores, "multiplicity.joint_direction: scores")
    where = "multiplicity.joint_direction: directions"
    delta = np.atleast_1d(arguments.numbers(directions, where))
    is_wrong = np.full(1, len(delta) != table.shape[1])
    refuse(is_wrong, "Det må stå én retning for hvert spørsmål.", where, "Rett listen.")
    refuse(np.abs(delta) != 1, "Retningen må være +1 eller −1.", where, "Rett retningen.")
    norm = np.sqrt((table**2).sum(axis=0))
    used = norm > 0
    if not used.any():
        return JointDirection(float("nan"), 0, 0)
    unit = table[:, used] / norm[used] * delta[used]
    p_value = signflip.exact_p(unit.sum(axis=1, keepdims=True), seed=seed)[0]
    same_way = int((unit.sum(axis=0) > 0).sum())
    return JointDirection(float(p_value), same_way, int(used.sum()))


def holm_reach(schools: int, *, level: float = 0.05) -> int:
    """The largest family in which Holm on exact p-values can reject anything with these schools.

    The least exact p-value is 2^−(G−1), so a family larger than ⌊level·2^(G−1)⌋ can never reject,
    whatever the answers: 6 schools → 1 item, 7 → 3, 8 → 6, 9 → 12. Above 16 schools patterns are
    drawn and the least p-value is 1/20,000.

    Args:
        schools: Schools behind the test.
        level: Level the family is held at.

    Raises:
        EvalueringError: Fewer than one school, or a level outside 0–1.
    """
    arguments.check_fraction(level, "multiplicity.holm_reach: level")
    where = "multiplicity.holm_reach: schools"
    refuse(np.full(1, schools < 1), "Det trengs minst én skole.", where, "Rett antallet.")
    is_exact = schools <= signflip.EXACT_SCHOOLS
    number = 2 ** (schools - 1) if is_exact else signflip.DRAWS + 1
    return int(level * number * (1 + 1e-12))


def check_reach(schools: int, family: int, *, level: float = 0.05) -> str:
    """`few_clusters` when no item of a family this large could ever be rejected, else "".

    Args:
        schools: Schools behind the tests.
        family: Items tested together with Holm on exact p-values.
        level: Level the family is held at.
    """
    return "few_clusters" if family > holm_reach(schools, level=level) else ""


def _table(scores: ArrayLike, where: str) -> FloatArray:
    table = np.asarray(scores)
    is_numbers = table.dtype.kind in arguments.NUMERIC_KINDS
    if not is_numbers or table.ndim != 2 or len(table) == 0:  # noqa: PLR2004  (rows and columns)
        raise arguments.EvalueringError(
            "Det trengs en tabell med én rad per skole og én kolonne per spørsmål.", where
        )
    return table.astype(np.float64)
