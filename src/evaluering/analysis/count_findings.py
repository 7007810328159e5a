"""A change and its ruling as a finding: the frame, the values, and what each number rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from evaluering.analysis import next_datum
from evaluering.analysis.count_cells import Ground
from evaluering.analysis.count_change import Change
from evaluering.analysis.next_datum import Series
from evaluering.analysis.police_counts import Year
from evaluering.analysis.verdict import LEVEL, Ruling
from evaluering.model import CountTable, Finding, Rest, Source, Value, Verdict
from evaluering.statistics import counts
from evaluering.statistics.clustered import FEWEST_PERSONS, log_limits

FIRST_YEAR: Final = "first_year"
FEW_YEARS: Final = "few_years"
_BEFORE: Final = frozenset({"count_from", "share_from", "teller_from", "nevner_from"})
_AFTER: Final = frozenset({"count_to", "share_to", "teller_to", "nevner_to"})
_PLAIN: Final = frozenset({"ratio", "difference"})


@dataclass(frozen=True, slots=True)
class Measured:
    """One yearly figure before it has its verdict.

    Attributes:
        id: Of the finding.
        section: Of the page.
        kind: Which sentence and figure.
        topic: As words in a heading.
        unit: What is counted.
        change: This year against the one before.
        frame: `aar` and the numbers of every year, oldest first.
        ground: What they rest on.
        series: Who delivers it.
        sources: Where it comes from.
        holder: Who delivers it, in words.
        method: Code of the method.
        flags: What can influence the number, codes.
        tables: Count tables this finding carries.
        extra: Further values.
        extra_rests: What those rest on.
        details: Further tables.
        order: Place within its kind.
        without_earlier: Why there is nothing to compare with, when there is not.
    """

    id: str
    section: str
    kind: str
    topic: str
    unit: str
    change: Change
    frame: pd.DataFrame
    ground: Ground
    series: Series
    sources: tuple[Source, ...]
    holder: str
    method: str
    flags: tuple[str, ...] = ()
    tables: tuple[CountTable, ...] = ()
    extra: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    extra_rests: tuple[Rest, ...] = ()
    details: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    order: int = 0
    without_earlier: str = FIRST_YEAR


def finding(
    measured: Measured, ruling: Ruling, *, is_synthetic: bool, is_exploratory: bool = False
) -> Finding:
    """The finding of a figure that was delivered.

    Args:
        measured: The figure.
        ruling: Its verdict, from its family.
        is_synthetic: Invented numbers.
        is_exploratory: Not one of the declared indicators.
    """
    change = measured.change
    if ruling.verdict is Verdict.MISSING and not ruling.reason:
        ruling = replace(ruling, reason=measured.without_earlier)
    values = change.values()
    flags = [*measured.flags, *(code for code in change.soft if code != "recording")]
    return Finding(
        id=measured.id,
        section=measured.section,
        kind=measured.kind,
        topic=measured.topic,
        frame=measured.frame,
        sources=measured.sources,
        is_synthetic=is_synthetic,
        verdict=ruling.verdict,
        direction=ruling.direction,
        refusal=ruling.refusal,
        reason=ruling.reason,
        values={
            **values,
            **measured.extra,
            "holder": measured.holder,
            "flags": ",".join(dict.fromkeys(flags)),
            "order": measured.order,
        },
        details=measured.details,
        unit=measured.unit,
        method=measured.method,
        next_datum=_next_datum(measured, ruling),
        is_exploratory=is_exploratory,
        tables=measured.tables,
        rests=(
            *_frame_rests(measured),
            *_value_rests(measured, values),
            *measured.extra_rests,
        ),
    )


def yearly_persons(numbers: Mapping[int, float]) -> pd.DataFrame:
    """Persons by year with exact intervals: `aar`, `antall`, `lower`, `upper`.

    Args:
        numbers: Persons each year; a year that was not delivered is left out.
    """
    known = {year: number for year, number in numbers.items() if not math.isnan(number)}
    limits = [counts.interval(number) for number in known.values()]
    return pd.DataFrame(
        {
            "aar": list(known),
            "antall": [float(number) for number in known.values()],
            "lower": [limit.lower for limit in limits],
            "upper": [limit.upper for limit in limits],
        }
    )


def yearly_offences(years: Mapping[int, Year]) -> pd.DataFrame:
    """Offences by year with limits from how they fall on persons, NaN where that is not known.

    Args:
        years: The counts.
    """
    known = {year: told for year, told in years.items() if not math.isnan(told.offences)}
    totals = np.array([told.offences for told in known.values()], dtype=np.float64)
    spread = np.array(
        [told.variance if told.persons >= FEWEST_PERSONS else math.nan for told in known.values()],
        dtype=np.float64,
    )
    lower, upper = log_limits(totals, spread, 0.95)
    return pd.DataFrame({"aar": list(known), "antall": totals, "lower": lower, "upper": upper})


def yearly_shares(parts: Mapping[int, tuple[float, float]]) -> pd.DataFrame:
    """Shares by year with Wilson's interval: `aar`, `teller`, `nevner`, `share`, limits.

    Args:
        parts: Those who do, and of how many; a year with nobody is left out.
    """
    known = {year: pair for year, pair in parts.items() if pair[1] > 0 and pair[0] >= 0}
    shares = [counts.share(part, total) for part, total in known.values()]
    return pd.DataFrame(
        {
            "aar": list(known),
            "teller": [part for part, _ in known.values()],
            "nevner": [total for _, total in known.values()],
            "share": [one.share for one in shares],
            "lower": [one.lower for one in shares],
            "upper": [one.upper for one in shares],
        }
    )


def _next_datum(measured: Measured, ruling: Ruling) -> str:
    """The cheapest datum; in a first year nothing can be fetched that is not there already."""
    if ruling.verdict is Verdict.MISSING and ruling.reason == FIRST_YEAR:
        return "neste_aar"
    change = measured.change
    could_settle = change.p_at_best <= LEVEL < change.p_value
    return next_datum.for_count(
        ruling, series=measured.series, is_clear_at_lower_bound=could_settle
    )


def _frame_rests(measured: Measured) -> list[Rest]:
    ground, frame = measured.ground, measured.frame
    rests: list[Rest] = []
    names = [str(name) for name in frame.columns]
    limits = tuple(name for name in names if name in ("lower", "upper"))
    for row, year in enumerate(frame["aar"].tolist()):
        at, of = (row,), (int(year),)
        if "nevner" in names:
            # the denominator is the last cell of a share, and is public by itself
            part, total = ground.cells[int(year)][0], ground.cells[int(year)][-1]
            rests += [
                Rest("frame", ("teller",), (part,), at),
                Rest("frame", ("nevner",), (total,), at),
            ]
            rests.append(ground.rest("frame", ("share",), of, rows=at))
        else:
            rests.append(ground.rest("frame", ("antall",), of, rows=at))
        if limits:
            rests.append(ground.limits(limits, int(year), row))
    return rests


def _value_rests(measured: Measured, values: Mapping[str, Value]) -> list[Rest]:
    change, ground = measured.change, measured.ground
    both = [year for year in (change.year_from, change.year_to) if year in ground.cells]
    keys = [key for key, value in values.items() if isinstance(value, float)]
    first = tuple(key for key in keys if key in _BEFORE)
    last = tuple(key for key in keys if key in _AFTER)
    plain = tuple(key for key in keys if key in _PLAIN)
    spread = tuple(key for key in keys if key not in _BEFORE | _AFTER | _PLAIN)
    rests: list[Rest] = []
    if first:
        rests.append(ground.rest("values", first, both[:1]))
    if last:
        rests.append(ground.rest("values", last, both[-1:]))
    if plain:
        rests.append(ground.rest("values", plain, both))
    if spread:
        rests.append(ground.rest("values", spread, both, is_spread=True))
    rests.append(ground.rest("verdict", (), both, is_spread=True))
    return rests
