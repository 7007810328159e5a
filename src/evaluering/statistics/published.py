"""What do printed percentages support, when only the percentages are known?

A printed whole percentage is an interval, and the number of answers is often unknown. This file
finds the worst case within the rounding, how much clustering the change would survive, and how many
answers it would take. It tests nothing about schools: that needs answers per school (`design`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    Text,
    check_counts,
    check_fraction,
    check_positive,
    codes,
    refuse,
    rows,
)
from evaluering.statistics.libraries import normal_quantile, two_sided_normal

# 11 = 7.9 × 1.38: the worst simulated design effect of a change, with t(8) in place of the normal.
# 3 = 2.1 × 1.38 (statistics.md 1.12).
DESIGN_EFFECTS = (1.0, 1.5, 2.0, 3.0, 11.0)
MAX_DECIMALS = 6
ALL = 100.0  # percent


class PublishedChange(NamedTuple):
    """See `change`."""

    z: float
    z_worst: float
    p_value: float
    p_worst: float
    break_even_design_effect: float
    smallest_n: float
    refusal: str


@overload
def change(  # pyright: ignore[reportOverlappingOverload]  (numbers are caught here first)
    percent_from: float,
    percent_to: float,
    *,
    n_from: float | None = None,
    n_to: float | None = None,
    design_effect: float = 1.0,
    decimals: int = 0,
    level: float = 0.95,
) -> PublishedChange: ...
@overload
def change(
    percent_from: ArrayLike,
    percent_to: ArrayLike,
    *,
    n_from: ArrayLike | None = None,
    n_to: ArrayLike | None = None,
    design_effect: ArrayLike = 1.0,
    decimals: int = 0,
    level: float = 0.95,
) -> pd.DataFrame: ...
def change(
    percent_from: ArrayLike,
    percent_to: ArrayLike,
    *,
    n_from: ArrayLike | None = None,
    n_to: ArrayLike | None = None,
    design_effect: ArrayLike = 1.0,
    decimals: int = 0,
    level: float = 0.95,
) -> PublishedChange | pd.DataFrame:
    """Change between two printed percentages, at the worst case within their rounding.

    Taking printed percentages for exact shares rejects a true null in up to 48 % of cases
    (statistics.md 1.13): the rounding alone can be most of a small change. The corner of the
    rounding box that shrinks the change gives the smallest |z| of the whole box.

        z = (p_to − p_from)/√(D·(p_from·q_from/n_from + p_to·q_to/n_to))
        D* = (z_worst at D = 1 / z_crit)²
        smallest_n = ⌈D·z_crit²·(p_l·q_l + p_u·q_u)/(p_u − p_l)²⌉ at that corner, equal n per wave

    Args:
        percent_from: Earlier percentage, 0–100. Scalar or shape (k,); NaN where none is published.
        percent_to: Later percentage, same shape or broadcastable.
        n_from: Answers to the question in the earlier wave; None or NaN where unknown.
        n_to: Answers in the later wave; the same.
        design_effect: Assumed design effect of the change, above 0.
        decimals: Decimals printed; the percentage stands for ± ½·10^−decimals.
        level: Confidence level of the critical value.

    Returns:
        `z` at the printed values, `z_worst` at the worst corner (0 when the rounding alone can
        explain the change), `p_value`, `p_worst`, `break_even_design_effect` (the design effect
        the change survives, whatever was assumed), `smallest_n` (answers per wave for the change to
        be beyond noise; NaN when no number is enough) and `refusal`: `no_n` where a number of
        answers is unknown, `no_variation` where all or none said yes both times. A frame, or a
        named tuple when every argument is a scalar.

    Raises:
        EvalueringError: A percentage outside 0–100, one that no count out of n can give, or answers
            that are not whole numbers above zero.
    """
    name = "published.change"
    shape, (first, last, answers_first, answers_last, effect) = rows(
        name,
        percent_from=percent_from,
        percent_to=percent_to,
        n_from=n_from,
        n_to=n_to,
        design_effect=design_effect,
    )
    _check_settings(name, decimals, level, effect)
    _check_wave(first, answers_first, decimals, f"{name}: percent_from")
    _check_wave(last, answers_last, decimals, f"{name}: percent_to")
    half = 0.5 * 10.0**-decimals
    critical = normal_quantile((1 + level) / 2)
    lower, upper = np.minimum(first, last) + half, np.maximum(first, last) - half
    is_touching = lower >= upper - 1e-9
    sign = np.sign(last - first)
    rises = last >= first
    worst_first, worst_last = np.where(rises, lower, upper), np.where(rises, upper, lower)

    z = _z(first, last, answers_first, answers_last, effect)
    z_worst = _z(worst_first, worst_last, answers_first, answers_last, effect)
    has_n = ~np.isnan(answers_first + answers_last)
    z_worst = np.where(is_touching & has_n, 0.0, z_worst)
    break_even = z_worst**2 * effect / critical**2
    smallest = _smallest_n(lower, upper, is_touching, effect, critical)
    is_published = ~np.isnan(first + last)
    refusal: Text = codes(first.size)
    refusal[is_published & (sign == 0) & np.isin(first, (0.0, ALL))] = "no_variation"
    refusal[is_published & ~has_n] = "no_n"
    return shape.result(
        PublishedChange,
        z,
        z_worst,
        two_sided_normal(z),
        two_sided_normal(z_worst),
        break_even,
        smallest,
        refusal,
    )


def smallest_n(
    percent_from: float,
    percent_to: float,
    *,
    design_effects: Sequence[float] = DESIGN_EFFECTS,
    decimals: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Answers per wave for one printed change to be beyond noise, for several design effects.

    Args:
        percent_from: Earlier percentage, 0–100.
        percent_to: Later percentage, 0–100.
        design_effects: Assumed design effects; a sentence to the council quotes the one at 11.
        decimals: Decimals printed.
        level: Confidence level.

    Returns:
        `design_effect`, `smallest_n` (NaN when no number of answers is enough), a row each.
    """
    effects = np.asarray(design_effects, dtype=np.float64)
    frame = change(
        np.full(effects.size, percent_from),
        percent_to,
        design_effect=effects,
        decimals=decimals,
        level=level,
    )
    return pd.DataFrame({"design_effect": effects, "smallest_n": frame["smallest_n"]})


def _z(first: Array, last: Array, n_first: Array, n_last: Array, effect: Array) -> Array:
    """Unpooled z of two percentages; NaN where n is unknown or there is no variance."""
    p, q = first / ALL, last / ALL
    variance = effect * (p * (1 - p) / n_first + q * (1 - q) / n_last)
    usable = np.where(variance > 0, variance, np.nan)
    return (q - p) / np.sqrt(usable)


def _smallest_n(
    lower: Array, upper: Array, is_touching: NDArray[np.bool_], effect: Array, critical: float
) -> Array:
    p, q = lower / ALL, upper / ALL
    gap = np.where(is_touching, np.nan, q - p)
    needed = effect * critical**2 * (p * (1 - p) + q * (1 - q)) / gap**2
    return np.ceil(needed - 1e-9)


def _check_settings(name: str, decimals: int, level: float, effect: Array) -> None:
    check_fraction(level, f"{name}: level")
    if isinstance(decimals, bool) or decimals != int(decimals) or not 0 <= decimals <= MAX_DECIMALS:
        raise EvalueringError(
            "Antall desimaler må være et helt tall fra 0 til 6.",
            f"{name}: decimals",
            "Skriv hvor mange desimaler prosenten er trykt med.",
        )
    check_positive(effect, f"{name}: design_effect")
    refuse(np.isnan(effect), "Tallet mangler.", f"{name}: design_effect", "Fyll inn tallet.")


def _check_wave(percent: Array, n: Array, decimals: int, place: str) -> None:
    """Refuse impossible percentages, and one that no yes count out of n rounds to, up or down."""
    refuse(
        (percent < 0) | (percent > ALL),
        "Prosenten er ikke mellom 0 og 100.",
        place,
        "Skriv prosenten som et tall fra 0 til 100.",
    )
    check_counts(n, f"{place}: antall svar")
    check_positive(n, f"{place}: antall svar")
    half = 0.5 * 10.0**-decimals
    fewest = np.ceil(np.maximum(percent - half, 0) * n / ALL - 1e-9)
    most = np.floor(np.minimum(percent + half, ALL) * n / ALL + 1e-9)
    is_wrong = fewest > most
    row = int(np.argmax(is_wrong))
    printed = f"{percent[row]:.{decimals}f}".replace(".", ",")
    refuse(
        is_wrong,
        f"{printed} prosent kan ikke komme av {n[row]:.0f} svar.",
        place,
        "Se etter i kilden: enten prosenten eller antall svar er feil.",
    )
