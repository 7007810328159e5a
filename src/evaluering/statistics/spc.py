"""Control charts: which months are more than ordinary variation? Limits only with enough points.

On three or four points no limit can ever be broken, whatever happens, so the yearly figures get no
chart. A missing month is a gap, never zero.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import (
    Array,
    check_counts,
    check_part_of,
    check_positive,
    refuse,
    rows,
)
from evaluering.statistics.chart_rules import VERSIONS, RuleSet, Runs, broken, runs

__all__ = ["Kind", "Lines", "RuleSet", "Runs", "chart", "lines", "runs"]

Kind = Literal["xmr", "c", "u", "u_prime", "p", "p_prime", "g", "t", "run"]
Mask = NDArray[np.bool_]
KINDS = ("xmr", "c", "u", "u_prime", "p", "p_prime", "g", "t", "run")
SIZED = ("u", "u_prime", "p", "p_prime")
# Points before: dots only · rules of runs · preliminary limits · full limits (statistics.md 2.5).
FEWEST_FOR_RUNS = 10
FEWEST_FOR_LIMITS = 12
ENOUGH_FOR_LIMITS = 20
# Moving range of two: its mean over sigma, and the limit above which one is left out once.
RANGE_PER_SIGMA = 1.128
RANGE_LIMIT = 3.267
# Days between rare events are near normal at this power (Nelson 1994).
WAITING_POWER = 3.6


class Lines(NamedTuple):
    """See `lines`."""

    value: Array
    centre: Array
    lower: Array
    upper: Array
    position: Array


def chart(
    values: ArrayLike,
    *,
    kind: Kind,
    size: ArrayLike | None = None,
    rules: RuleSet = "mdc",
    freeze: int | None = None,
) -> pd.DataFrame:
    """A control chart as a table: points, centre line, limits, and which points are signals.

    Below 10 points there are dots only; with 10–11 the rules about runs; with 12–19 the limits are
    preliminary (`note`); from 20 they are full.

    Args:
        values: Points in time order, shape (k,); NaN for a month without a report.
        kind: `xmr` any monthly figure; `c`, `u` counts over equal or varying populations; `u_prime`
            (Laney) the default for crime counts; `p`, `p_prime` shares, with the numerators as
            values; `g` cases between rare events; `t` days between; `run` median only.
        size: Population, days or totals, for u, u_prime, p and p_prime.
        rules: `mdc` (Making Data Count) or `anhoej`. One per chart, declared beforehand.
        freeze: Centre and limits from the first so many rows only; at least 12 with a figure.

    Returns:
        One row per value, with the caller's labels: `value` (rate or share where sized), `centre`,
        `lower`, `upper`, `signal`, `rule` (names of those broken), `rule_set` (with version),
        `refusal` (`few_points`; `no_variation` when the points give no width) and `note`
        (`preliminary_limits`). Limits are NaN where refused, and then, below 10 points, no signal.

    Raises:
        EvalueringError: Unknown kind or rules, values that are not counts where counts are needed,
            a size missing or not asked for, a share above one, a time of zero days, or a freeze
            longer than the series.

    References:
        Montgomery (2019), Statistical Quality Control; Laney (2002), Qual Eng 14, 531–537; NHS
        England, Making Data Count; Anhøj and Olesen (2014). Checked against qicharts2, whose
        moving ranges are screened only when the package is attached.
    """
    name = "spc.chart"
    if rules not in VERSIONS:
        raise EvalueringError(
            "Regelsettet er ukjent.", f"{name}: rules", "Bruk «mdc» eller «anhoej»."
        )
    x, n, index = _checked(values, size, kind, name)
    known = ~np.isnan(x) & ~np.isnan(n)
    base = known & (np.arange(x.size) < _frozen(freeze, x.size, name))
    points, base_points = int(known.sum()), int(base.sum())
    refusal, note = "", ""
    shown = lines(np.where(known, x, np.nan), kind=kind, size=n, baseline=base)
    has_width = kind == "run" or bool((shown.upper[known] > shown.lower[known]).all())
    is_frozen_short = freeze is not None and base_points < FEWEST_FOR_LIMITS
    if points < FEWEST_FOR_RUNS or is_frozen_short:
        refusal, shown = "few_points", _only_dots(shown)
    elif not has_width:
        refusal, shown = "no_variation", _only_dots(shown)
    elif kind != "run" and base_points < FEWEST_FOR_LIMITS:
        refusal, shown = "few_points", _without_limits(shown)
    elif kind != "run" and base_points < ENOUGH_FOR_LIMITS:
        note = "preliminary_limits"
    is_outside = (shown.value > shown.upper) | (shown.value < shown.lower)
    has_centre = np.where(np.isnan(shown.centre), np.nan, shown.value)  # dots only: no rules
    named = broken(has_centre, shown.centre, shown.position, is_outside, rules=rules)
    return pd.DataFrame(
        {
            "value": shown.value,
            "centre": shown.centre,
            "lower": shown.lower,
            "upper": shown.upper,
            "signal": named != "",
            "rule": named,
            "rule_set": VERSIONS[rules],
            "refusal": refusal,
            "note": note,
        },
        index=index,
    )


def lines(values: Array, *, kind: Kind, size: Array, baseline: Mask) -> Lines:
    """Centre line and limits by the formulas, however few the points are; `chart` refuses.

    Args:
        values: Checked points, shape (k,); NaN is a gap.
        kind: As in `chart`.
        size: Sizes, shape (k,); not used by kinds without one.
        baseline: The rows that centre and limits are taken from.

    Returns:
        `value`, `centre`, `lower`, `upper` and `position` = (value − centre) over the distance to
        the limit before it is cut at zero or one; NaN for `g` and `run`, which have no such
        distance. Shape (k,) each.
    """
    if not baseline.any():
        nothing = np.full(values.size, np.nan)
        return Lines(values, nothing, nothing, nothing, nothing)
    if kind in SIZED:
        return _proportional(values, size, baseline, kind)
    if kind == "t":
        return _waiting(values, baseline)
    known = values[baseline]
    if kind == "run":
        return _flat(values, float(np.median(known)), np.nan, np.nan)
    if kind == "g":
        mean = float(known.mean())
        distance = 3 * (mean * (mean + 1)) ** 0.5
        return _flat(values, float(np.median(known)), max(0.0, mean - distance), mean + distance)
    centre, distance = _individuals(values, baseline)
    lowest = -np.inf
    if kind == "c":
        distance, lowest = 3 * centre**0.5, 0.0
    shown = _flat(values, centre, max(lowest, centre - distance), centre + distance)
    return shown._replace(position=_position(values, centre, distance))


def _proportional(values: Array, size: Array, baseline: Mask, kind: Kind) -> Lines:
    """Limits that follow the size of each month: u and p, and those of Laney."""
    ratio = values / size
    centre = float(values[baseline].sum() / size[baseline].sum())
    spread = centre * (1 - centre) if kind in ("p", "p_prime") else centre
    error = np.sqrt(spread / size)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = _range_sigma((ratio - centre) / error, baseline) if "prime" in kind else 1.0
    distance = 3 * sigma * error
    top = 1.0 if kind in ("p", "p_prime") else np.inf
    return Lines(
        ratio,
        np.full(values.size, centre),
        np.maximum(0.0, centre - distance),
        np.minimum(top, centre + distance),
        _position(ratio, centre, distance),
    )


def _waiting(values: Array, baseline: Mask) -> Lines:
    """Individuals on the power scale, and back."""
    scaled = values ** (1 / WAITING_POWER)
    centre, distance = _individuals(scaled, baseline)
    lower = max(0.0, centre - distance) ** WAITING_POWER
    shown = _flat(values, centre**WAITING_POWER, lower, (centre + distance) ** WAITING_POWER)
    return shown._replace(position=_position(scaled, centre, distance))


def _individuals(values: Array, baseline: Mask) -> tuple[float, float]:
    """Mean and three sigma, from the screened moving ranges (3/1.128 is the 2.66 rule)."""
    return float(values[baseline].mean()), 3 * _range_sigma(values, baseline)


def _range_sigma(values: Array, baseline: Mask) -> float:
    """Mean moving range over 1.128; ranges above 3.267 times the mean are left out once.

    No range is taken over a gap.
    """
    ranges = np.abs(np.diff(np.where(baseline, values, np.nan)))
    ranges = ranges[~np.isnan(ranges)]
    if not ranges.size:
        return 0.0
    kept = ranges[ranges <= RANGE_LIMIT * ranges.mean()]
    return float(kept.mean()) / RANGE_PER_SIGMA


def _position(values: Array, centre: float, distance: Array | float) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((values - centre) / distance, dtype=np.float64)


def _flat(values: Array, centre: float, lower: float, upper: float) -> Lines:
    k = values.size
    nothing = np.full(k, np.nan)
    return Lines(values, np.full(k, centre), np.full(k, lower), np.full(k, upper), nothing)


def _without_limits(shown: Lines) -> Lines:
    nothing = np.full(shown.value.size, np.nan)
    return shown._replace(lower=nothing, upper=nothing, position=nothing)


def _only_dots(shown: Lines) -> Lines:
    return _without_limits(shown)._replace(centre=np.full(shown.value.size, np.nan))


def _frozen(freeze: int | None, rows_in_all: int, name: str) -> int:
    if freeze is None:
        return rows_in_all
    if isinstance(freeze, bool) or freeze != int(freeze) or not 1 <= freeze <= rows_in_all:
        raise EvalueringError(
            "Grunnperioden må være et helt antall rader i serien.",
            f"{name}: freeze",
            "Rett tallet.",
        )
    return int(freeze)


def _checked(
    values: ArrayLike, size: ArrayLike | None, kind: Kind, name: str
) -> tuple[Array, Array, pd.Index]:
    if kind not in KINDS:
        raise EvalueringError(
            "Diagramtypen er ukjent.", f"{name}: kind", "Se dokumentasjonen av spc.chart."
        )
    if (size is not None) != (kind in SIZED):
        raise EvalueringError(
            "Diagramtypen krever en størrelse for hver rad, eller skal ikke ha det.",
            f"{name}: size",
            "Gi folketall, dager eller totaler for u, u_prime, p og p_prime, og bare der.",
        )
    shape, (x, n) = rows(name, values=values, size=1.0 if size is None else size)
    if kind not in ("xmr", "t", "run"):
        check_counts(x, f"{name}: values")
    if kind in ("p", "p_prime"):
        check_counts(n, f"{name}: size")
        check_part_of(x, n, f"{name}: values")
    if kind == "t":
        refuse(
            x <= 0,
            "Tiden mellom to hendelser er null eller negativ.",
            f"{name}: values",
            "Hendelser på samme dag telles sammen: bruk kind=«c».",
        )
    n = np.where((n == 0) & (x == 0), np.nan, n)  # nobody there, nothing counted: a gap
    check_positive(n, f"{name}: size")
    return x, n, shape.index
