"""Rules that tell a pattern in a chart from ordinary variation. Two sets by name, never mixed.

A gap breaks a run and a trend: what happened in a month without a report is not known.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evaluering.statistics.arguments import Array, Text, codes
from evaluering.statistics.libraries import binomial_quantile

RuleSet = Literal["mdc", "anhoej"]
Mask = NDArray[np.bool_]
# Version of each rule set, printed with the chart.
VERSIONS: dict[str, str] = {"mdc": "mdc-1", "anhoej": "anhoej-1"}
SHIFT = 7
TREND_STEPS = 6
THIRD = 2 / 3
CROSSING_QUANTILE = 0.05


class Runs(NamedTuple):
    """See `runs`."""

    n_useful: int
    longest_run: int
    longest_run_max: int
    n_crossings: int
    n_crossings_min: int
    signal: bool


def runs(values: Array, centre: Array) -> Runs:
    """Anhøj's runs analysis: is the longest run too long, or the crossings too few?

    Points on the centre line are not useful and are passed over. A gap ends a run, but a crossing
    over a gap counts: both choices make fewer signals.

    Args:
        values: Points in time order, shape (k,); NaN is a gap.
        centre: The line drawn in the chart, shape (k,) or ().

    Returns:
        `n_useful`, `longest_run` and the longest allowed, round(log2 n) + 3; `n_crossings` and the
        fewest allowed, the 5 % quantile of Bin(n − 1, ½); `signal` when either is broken.

    References:
        Anhøj and Olesen (2014), PLoS ONE 9, e113825. Checked against qicharts2, which joins runs
        over gaps.
    """
    side = np.sign(values - centre)
    useful = side[~np.isnan(side) & (side != 0)]
    n = useful.size
    if n == 0:
        return Runs(0, 0, 0, 0, 0, False)
    longest = int(_lengths_passing_over_centre(side).max())
    most = round(float(np.log2(n))) + 3
    crossings = int((useful[1:] != useful[:-1]).sum())
    fewest = binomial_quantile(CROSSING_QUANTILE, n - 1, 0.5) if n > 1 else 0
    return Runs(n, longest, most, crossings, fewest, longest > most or crossings < fewest)


def broken(
    values: Array, centre: Array, position: Array, is_outside: Mask, *, rules: RuleSet
) -> Text:
    """Names of the rules each point breaks, joined by commas, "" where none.

    Args:
        values: Points in time order; NaN is a gap.
        centre: The centre line, shape (k,).
        position: (value − centre) over the distance to the limit before it was cut at zero, so ±1
            is on the limit; NaN where there is no such limit.
        is_outside: Points outside the limits.
        rules: `mdc` (Making Data Count) or `anhoej`.
    """
    side = np.sign(values - centre)
    if rules == "mdc":
        marks = {
            "outside": is_outside,
            "shift": _run_lengths(side) >= SHIFT,
            "trend": _trend(values),
            "two_of_three": _two_of_three(position),
        }
    else:
        found = runs(values, centre)
        is_useful = ~np.isnan(side) & (side != 0)
        marks = {
            "outside": is_outside,
            "long_run": _lengths_passing_over_centre(side) > found.longest_run_max,
            "few_crossings": is_useful & (found.n_crossings < found.n_crossings_min),
        }
    names = codes(values.size)
    for name, mask in marks.items():
        names[mask] = [f"{before},{name}".lstrip(",") for before in names[mask]]
    return names


def _run_lengths(side: Array) -> Array:
    """Length of the run of equal signs each point is in; 0 on the centre line and in gaps."""
    lengths = np.zeros(side.size)
    start = 0
    for end in range(1, side.size + 1):
        if end == side.size or side[end] != side[start]:
            is_run = side[start] in (-1, 1)
            lengths[start:end] = end - start if is_run else 0
            start = end
    return lengths


def _lengths_passing_over_centre(side: Array) -> Array:
    """As `_run_lengths`, but a point on the centre line neither counts nor ends the run."""
    off = side != 0  # gaps are NaN, and stay
    lengths = np.zeros(side.size)
    lengths[off] = _run_lengths(side[off])
    return lengths


def _trend(values: Array) -> Mask:
    """Points of seven or more that all rise or all fall (six steps)."""
    steps = _run_lengths(np.sign(np.diff(values))) >= TREND_STEPS
    marks = np.zeros(values.size, dtype=np.bool_)
    marks[:-1] |= steps
    marks[1:] |= steps
    return marks


def _two_of_three(position: Array) -> Mask:
    """Points beyond ⅔ of the limit but inside it, two of three in a row, all three on one side."""
    marks = np.zeros(position.size, dtype=np.bool_)
    for sign in (-1.0, 1.0):
        here = sign * position
        is_near = (here > THIRD) & (here <= 1)
        is_same_side = here > 0
        for start in range(position.size - 2):
            window = slice(start, start + 3)
            if is_same_side[window].all() and is_near[window].sum() > 1:
                marks[window] |= is_near[window]
    return marks
