"""Which numbers the safe findings of a run hold, in every form a page may show them.

`display` may round a number, show a share as per cent, and count rows. It computes nothing else:
what is not here cannot stand on a page.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, Final

from evaluering.model import Finding

_MOST_DECIMALS: Final = 3
_SCALES: Final = (1, 100)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_YEARS: Final = ("aar", "year", "wave")


@dataclass(frozen=True)
class Shown:
    """The numbers and texts of some safe findings.

    Attributes:
        findings: One, for a piece that shows one; all of a run for what is made from all.
    """

    findings: Sequence[Finding]

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text in the findings: the plan's own words, names, titles, sources."""
        return frozenset(
            text for finding in self.findings for text in _texts(finding) if text.strip()
        )

    @cached_property
    def years(self) -> frozenset[int]:
        """The years of the findings, from the columns and values that are named as years."""
        return frozenset(year for finding in self.findings for year in _years(finding))

    @cached_property
    def _rounded(self) -> dict[int, frozenset[Decimal]]:
        numbers = {number for finding in self.findings for number in _numbers(finding)}
        exact = [Decimal(format(number, ".12g")) * scale for number in numbers for scale in _SCALES]
        return {
            places: frozenset(
                number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
                for number in exact
            )
            for places in range(_MOST_DECIMALS + 1)
        }

    @cached_property
    def _counted(self) -> frozenset[int]:
        return frozenset(counted(self.findings))

    def has(self, number: Decimal) -> bool:
        """Whether a number as it is written stands in the findings, or counts rows of them."""
        places = max(0, -int(number.as_tuple().exponent))
        known = self._rounded.get(places, frozenset[Decimal]())
        if number in known or -number in known:
            return True
        return number == int(number) and int(number) in self._counted


def counted(findings: Sequence[Finding]) -> Iterable[int]:
    """The declared derivations: what may be counted or taken from what, and nothing else.

    Findings by kind and section, with and without each verdict; rows of a table, in all and by each
    word in a column; goals from a level and up; and the rest of a whole count when another whole
    count of the same finding is taken from it («13 av 20 tiltak mangler status»).
    """
    for key in ("kind", "section"):
        whole = Counter(getattr(finding, key) for finding in findings)
        parts = Counter((getattr(finding, key), finding.verdict) for finding in findings)
        yield from whole.values()
        yield from parts.values()
        yield from (whole[name] - number for (name, _), number in parts.items())
    for finding in findings:
        yield from _rows(finding)
        yield from _rests(finding)
        yield from _sums(finding)


def _rows(finding: Finding) -> Iterable[int]:
    for frame in (finding.frame, *finding.details.values()):
        yield len(frame)
        for name in frame.columns:
            number = Counter(str(value) for value in frame[name].dropna().tolist())
            yield len(number)
            yield from number.values()
            yield from (len(frame) - count for count in number.values())


def _rests(finding: Finding) -> Iterable[int]:
    wholes = [
        int(value)
        for value in finding.values.values()
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    ]
    yield from (large - small for large in wholes for small in wholes if large > small >= 0)


def _sums(finding: Finding) -> Iterable[int]:
    """Goals by level: all, and those that came so far at least. Only where all are shown."""
    if finding.kind != "goal_levels" or bool(finding.frame["antall"].isna().any()):
        return
    whole = [int(value) for value in finding.frame["antall"].tolist()]
    yield from (sum(whole[place:]) for place in range(len(whole)))
    yield from (sum(whole[: place + 1]) for place in range(len(whole)))


def _numbers(finding: Finding) -> Iterable[float]:
    held: list[Any] = list(finding.values.values())
    for frame in (finding.frame, *finding.details.values()):
        for name in frame.columns:
            held += frame[name].tolist()
    yield from (float(value) for value in held if _is_number(value))


def _years(finding: Finding) -> Iterable[int]:
    named: list[Any] = [value for name, value in finding.values.items() if name.startswith(_YEARS)]
    for frame in (finding.frame, *finding.details.values()):
        for name in frame.columns:
            if str(name).startswith(_YEARS):
                named += frame[name].tolist()
    yield from (int(value) for value in named if _is_number(value))
    yield from (int(value) for value in named if isinstance(value, str) and _YEAR.fullmatch(value))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _texts(finding: Finding) -> Iterable[str]:
    yield finding.topic
    yield from (value for value in finding.values.values() if isinstance(value, str))
    for frame in (finding.frame, *finding.details.values()):
        for name in frame.columns:
            yield str(name)
            yield from (value for value in frame[name].tolist() if isinstance(value, str))
    for source in finding.sources:
        yield from (source.title, source.publisher, source.url, source.retrieved, source.licence)
