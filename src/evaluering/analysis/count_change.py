"""A yearly figure against the year before: ratio, interval, what could have been seen, verdict.

The unit of noise is the person (offences: the person, or the group that acted together); shares of
cases have the new case. Families are adjusted in one place: Holm for the declared indicators,
Benjamini and Hochberg for everything else. The words stand in `display`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, cast

from evaluering.analysis import verdict
from evaluering.analysis.police_counts import Year
from evaluering.analysis.verdict import Ruling
from evaluering.model import Value
from evaluering.statistics import counts, multiplicity
from evaluering.statistics.clustered import FEWEST_PERSONS, TotalChange
from evaluering.statistics.shares import OddsRatio

if TYPE_CHECKING:
    import pandas as pd

NAN: Final = float("nan")
# A change of recording that makes the two years different things, not only less sure.
_HARD: Final[Mapping[str, str]] = {"ny_definisjon": "definition"}

Recorded = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two years.

    Attributes:
        year_from: The year before.
        year_to: The year evaluated.
        before: The figure the year before; NaN where there is none.
        after: The figure this year.
        total_before: Of how many, for a share.
        total_after: The same this year.
        ratio: After over before.
        difference: Of the shares, as a fraction of one.
        lower: Of the ratio, or for a share of the difference, 95 %.
        upper: The same.
        lower_90: 90 %.
        upper_90: The same.
        p_value: Two-sided, of this figure alone.
        p_at_best: The same had the spread over persons been the least the form allows.
        at_most: The largest figure this year that would have shown a fall; NaN: none can.
        at_least: The smallest that would have shown a rise.
        refusal: Why nothing was tested, or "".
        hard: Which break in what is counted, with `not_comparable`.
        soft: Reservations, the first of which is named.
        recorded_on: Date of a change in recording, ISO, or "".
    """

    year_from: int
    year_to: int
    before: float
    after: float
    total_before: float = NAN
    total_after: float = NAN
    ratio: float = NAN
    difference: float = NAN
    lower: float = NAN
    upper: float = NAN
    lower_90: float = NAN
    upper_90: float = NAN
    p_value: float = NAN
    p_at_best: float = NAN
    at_most: float = NAN
    at_least: float = NAN
    refusal: str = ""
    hard: str = ""
    soft: tuple[str, ...] = ()
    recorded_on: str = ""

    @property
    def has_earlier(self) -> bool:
        """There is a year before to compare with."""
        return not math.isnan(self.before)

    @property
    def is_share(self) -> bool:
        """The figure is cases of a total."""
        return not math.isnan(self.total_after)

    @property
    def step(self) -> float:
        """After minus before; of shares, in fractions of one."""
        return self.difference if self.is_share else self.after - self.before

    def values(self) -> dict[str, Value]:
        """What the sentence needs, unrounded; what is not known is left out."""
        if self.is_share:
            before, after = ("share_from", "share_to")
            first, last = _over(self.before, self.total_before), self.after / self.total_after
        else:
            before, after = ("count_from", "count_to")
            first, last = self.before, self.after
        told = {
            before: first,
            after: last,
            "teller_from": self.before if self.is_share else NAN,
            "teller_to": self.after if self.is_share else NAN,
            "nevner_from": self.total_before,
            "nevner_to": self.total_after,
            "ratio": self.ratio,
            "difference": self.difference,
            "lower": self.lower,
            "upper": self.upper,
            "lower_90": self.lower_90,
            "upper_90": self.upper_90,
            "at_most": self.at_most,
            "at_least": self.at_least,
        }
        known: dict[str, Value] = {
            name: number for name, number in told.items() if math.isfinite(number)
        }
        if self.has_earlier:
            known["year_from"] = self.year_from
        known["year_to"] = self.year_to
        if self.recorded_on:
            known["recording_date"] = self.recorded_on
        return known


def persons(
    before: float,
    after: float,
    *,
    year_to: int,
    linked: tuple[float, float] | None = None,
) -> Change:
    """A count of persons: conditional mid-p, the person as the unit of noise.

    Args:
        before: Persons the year before; NaN where there is none.
        after: Persons this year.
        year_to: The year evaluated.
        linked: Σg² of the year before and of this year, where those who acted together are one
            group: the larger of the two p-values is used, and the wider interval.
    """
    change = Change(year_to - 1, year_to, before, after)
    if not change.has_earlier:
        return change
    if before + after == 0:
        return replace(change, refusal="few_persons")
    near = counts.rate_ratio(after, 1.0, before, 1.0)
    wide = counts.rate_ratio(after, 1.0, before, 1.0, level=0.90)
    seen = counts.smallest_detectable(before)
    change = replace(
        change,
        ratio=near.ratio,
        lower=near.lower,
        upper=near.upper,
        lower_90=wide.lower,
        upper_90=wide.upper,
        p_value=near.p_value,
        at_most=seen.at_most,
        at_least=seen.at_least,
    )
    if max(before, after) < FEWEST_PERSONS:
        return _untested(change, "few_persons")
    is_linked = linked is not None and sum(linked) > before + after  # else everybody was alone
    if linked is not None and is_linked and min(before, after) >= FEWEST_PERSONS:
        grouped = _total(before, after, linked, (before, after), 0.95)
        if grouped.p_value > change.p_value:
            change = _with_total(change, before, after, linked)
    return replace(change, p_at_best=change.p_value)


def offences(before: Year | None, after: Year) -> Change:
    """A total of offences: the person, or the linked group, as the unit of noise.

    Args:
        before: The year before, or None.
        after: This year.
    """
    first = NAN if before is None else before.offences
    change = Change(after.year - 1, after.year, first, after.offences)
    if before is None or not change.has_earlier:
        return change
    variances = (before.variance, after.variance)
    people = (before.persons, after.persons)
    tested = _total(first, after.offences, variances, people, 0.95)
    if tested.refusal:
        are_known = not any(math.isnan(number) for number in people)
        is_unspread = tested.refusal == "no_persons" and are_known
        refusal = "no_spread" if is_unspread else tested.refusal
        return replace(change, ratio=tested.ratio, refusal=refusal)
    least = (before.variance_lower, after.variance_lower)
    at_best = _total(first, after.offences, least, people, 0.95)
    change = _with_total(change, first, after.offences, variances)
    return replace(change, p_at_best=at_best.p_value)


def share(before: tuple[float, float], after: tuple[float, float], *, year_to: int) -> Change:
    """A share of new cases: conditional mid-p on the 2×2 table, Newcombe's interval.

    Args:
        before: Cases and total of the year before; NaN where there is none.
        after: Cases and total of this year.
        year_to: The year evaluated.
    """
    (x_b, n_b), (x_a, n_a) = before, after
    change = Change(year_to - 1, year_to, x_b, x_a, n_b, n_a)
    if not change.has_earlier or not n_b > 0 or not n_a > 0:
        return replace(change, refusal="" if n_a > 0 else "few_persons")
    gap = counts.share_difference(x_a, n_a, x_b, n_b)
    wide = counts.share_difference(x_a, n_a, x_b, n_b, level=0.90)
    tested = cast("OddsRatio", counts.odds_ratio(x_a, n_a, x_b, n_b))
    at_most, at_least = _cases_that_show(x_b, n_b, int(n_a))
    return replace(
        change,
        difference=gap.difference,
        lower=gap.lower,
        upper=gap.upper,
        lower_90=wide.lower,
        upper_90=wide.upper,
        p_value=tested.p_value,
        p_at_best=tested.p_value,
        at_most=at_most,
        at_least=at_least,
    )


def reserved(change: Change, soft: Sequence[str], *, hard: str = "", recorded: str = "") -> Change:
    """The change with its reservations; a hard break takes the test away.

    Args:
        change: The change.
        soft: Codes of reservations.
        hard: Code of a break in what is counted, or "".
        recorded: Date of the change in recording, ISO.
    """
    noted = replace(change, soft=tuple(soft), recorded_on=recorded)
    if hard and change.has_earlier:
        return replace(_untested(noted, "not_comparable"), hard=hard)
    return noted


def recording(
    changes: Sequence[Recorded], series: str, year_from: int, year_to: int
) -> tuple[str, str, str]:
    """A declared change in how a series is recorded that parts the two years.

    Args:
        changes: `dato`, `serie`, `hva`, as declared in params.
        series: The indicator.
        year_from: The year before.
        year_to: The year evaluated.

    Returns:
        Soft code, hard code and date; each "" where there is none.
    """
    start, end = date(year_from, 1, 1), date(year_to, 12, 31)
    within = [
        item
        for item in changes
        if item["serie"] == series and start < date.fromisoformat(item["dato"]) <= end
    ]
    hard = [item for item in within if item["hva"] in _HARD]
    if hard:
        return "", _HARD[hard[0]["hva"]], hard[0]["dato"]
    if within:
        return "recording", "", within[0]["dato"]
    return "", "", ""


def is_preliminary(before: Year, after: Year) -> bool:
    """The years were taken out at different ages: this year's records are still growing.

    A year is as old as last year's was when its extract was taken on the same date of the year
    after. One extract of both years gives last year a whole year more.
    """
    ages = [{(day.year - year.year, day.month, day.day) for day in year.extracts}
            for year in (before, after)]  # fmt: skip
    return not ages[0] & ages[1]


def rulings(
    changes: Sequence[Change],
    *,
    is_exploratory: bool = False,
    margins: Sequence[float] = (),
) -> list[Ruling]:
    """The verdicts of a whole family, in the order given.

    Args:
        changes: Every member, also those that were refused: they do not count in the family.
        is_exploratory: Not the declared indicators: Benjamini and Hochberg, at most PROBABLE.
        margins: The largest relative change that may be called stable, one for each; NaN is none.
    """
    p_values = [
        NAN if change.refusal or not change.has_earlier else change.p_value for change in changes
    ]
    method = "bh" if is_exploratory else "holm"
    adjusted = multiplicity.adjust(p_values, method=method) if p_values else ()
    declared = margins or [NAN] * len(changes)
    found: list[Ruling] = []
    for change, p_adjusted, margin in zip(changes, adjusted, declared, strict=True):
        ruling = verdict.count(
            change.step,
            p_adjusted=float(p_adjusted),
            refusal=change.refusal,
            has_earlier=change.has_earlier,
            soft=change.soft,
            interval_90=None if change.is_share else (change.lower_90, change.upper_90),
            margin=None if math.isnan(margin) else (1 / (1 + margin), 1 + margin),
            is_exploratory=is_exploratory,
        )
        found.append(replace(ruling, reason=change.hard) if change.hard else ruling)
    return found


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else NAN


def _untested(change: Change, refusal: str) -> Change:
    """What can be described stays; what would conclude goes."""
    return replace(
        change,
        lower=NAN,
        upper=NAN,
        lower_90=NAN,
        upper_90=NAN,
        p_value=NAN,
        p_at_best=NAN,
        at_most=NAN,
        at_least=NAN,
        refusal=refusal,
    )


def _total(
    before: float,
    after: float,
    variances: tuple[float, float],
    people: tuple[float, float],
    level: float,
) -> TotalChange:
    return cast(
        "TotalChange",  # numbers in, numbers out
        counts.total_change(
            after,
            before,
            variance_a=variances[1],
            variance_b=variances[0],
            persons_a=people[1],
            persons_b=people[0],
            level=level,
        ),
    )


def _with_total(
    change: Change, before: float, after: float, variances: tuple[float, float]
) -> Change:
    nobody = (NAN, NAN)
    near = _total(before, after, variances, nobody, 0.95)
    wide = _total(before, after, variances, nobody, 0.90)
    fall = math.floor(before - near.smallest_detectable)
    return replace(
        change,
        ratio=near.ratio,
        lower=near.lower,
        upper=near.upper,
        lower_90=wide.lower,
        upper_90=wide.upper,
        p_value=near.p_value,
        at_most=float(fall) if fall >= 0 else NAN,
        at_least=float(math.ceil(before + near.smallest_detectable)),
    )


def _cases_that_show(before: float, total_before: float, total: int) -> tuple[float, float]:
    """How many of this year's cases it would have taken to show a fall, and a rise."""
    possible = list(range(total + 1))
    size = len(possible)
    frame = cast(  # rows in, a frame out
        "pd.DataFrame",
        counts.odds_ratio(possible, [total] * size, [before] * size, [total_before] * size),
    )
    p_values: list[float] = frame["p_value"].tolist()
    share_before = before / total_before
    shows = [number for number in possible if p_values[number] <= verdict.LEVEL]
    falls = [number for number in shows if number / total < share_before]
    rises = [number for number in shows if number / total > share_before]
    return (float(max(falls)) if falls else NAN, float(min(rises)) if rises else NAN)
