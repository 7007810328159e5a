"""Offences month by month: a line, the middle dashed, the limits, and squares where months differ.

A month that may not be shown is a gap in the line, with no mark and no word.
"""

# pyright: reportUnknownMemberType=false
# matplotlib's stubs leave `**kwargs` untyped, which strict checking reports on every call.

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import pandas as pd

from evaluering.display import marks, numbers, svg
from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.counts import described, influences, shown, whole
from evaluering.display.markup import Numbering, anchor, heading, paragraph
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.errors import explain
from evaluering.model import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEIGHT: Final = 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 14.0, 14.0, 34.0
_FEWEST: Final = 10
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Months in order; NaN leaves a gap.

    Attributes:
        years: First month of each year on the axis.
        values: The counts.
        centre: The middle line; NaN is none.
        lower: The lower limit of ordinary variation; NaN is none.
        upper: The upper limit.
        signals: Places of the months that differ.
        names: What those months are called.
    """

    years: Sequence[int]
    values: Sequence[float]
    centre: float
    lower: float
    upper: float
    signals: Sequence[int]
    names: Sequence[str]

    @property
    def height(self) -> float:
        """Units."""
        return _HEIGHT

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        ax = marks.axes(
            figure,
            sheet=_HEIGHT,
            place=(_LEFT, _BOTTOM),
            size=(svg.WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM),
        )
        seen = [value for value in self.values if not math.isnan(value)]
        limits = [limit for limit in (self.upper,) if not math.isnan(limit)]
        top = max([*seen, *limits]) * 1.1 or 1.0
        last = len(self.values) - 1
        ax.set_xlim(-0.5, last + 0.5)
        ax.set_ylim(0, top)
        ticks = marks.nice_ticks(top)
        ax.set_yticks(ticks, [numbers.fmt_count(tick) for tick in ticks])
        starts = [place * _MONTHS for place in range(len(self.years))]
        ax.set_xticks(starts, [numbers.fmt_year(year) for year in self.years])
        for level, name in ((self.lower, "nedre"), (self.upper, "oevre")):
            if not math.isnan(level):
                marks.line(ax, [(-0.5, level), (last + 0.5, level)], f"grense-{name}")
        if not math.isnan(self.centre):
            marks.dashed(ax, [(-0.5, self.centre), (last + 0.5, self.centre)], "midtlinje")
        for piece in _pieces(self.values):
            marks.course(ax, piece, "forloep")
        marks.squares(ax, [(place, self.values[place]) for place in self.signals])
        for place, name in zip(self.signals, self.names, strict=True):
            at, align = (place, self.values[place]), "right" if place > last / 2 else "left"
            marks.words(ax, name, at, shift=(-8 if align == "right" else 8, 0), align=align)


def _pieces(values: Sequence[float]) -> list[list[tuple[float, float]]]:
    """The line in pieces, broken where a month is not there."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if not math.isnan(value):
            pieces[-1].append((float(place), value))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def monthly(finding: Finding, numbering: Numbering) -> str:
    """The months, and which of them differ more than ordinary variation."""
    frame = finding.frame
    if shown(frame, "antall") < _FEWEST:
        return "".join(
            [
                heading(f"{finding.topic}: kan ikke vises", id=finding.id),
                described(finding),
                source_line(finding),
            ]
        )
    return "".join(
        [
            heading(f"{finding.topic}: {_answer(finding)}", id=finding.id),
            paragraph(*_said(finding)),
            _figure(finding, numbering),
            influences(finding),
            source_line(finding),
        ]
    )


def _answer(finding: Finding) -> str:
    signals = finding.values.get("signals")
    if signals is None:
        years = (finding.values["year_first"], finding.values["year_to"])
        return numbers.fmt_period(whole(years[0]), whole(years[1]))
    many = whole(signals)
    if not many:
        return "ingen måneder skiller seg ut"
    return f"{say.in_words(many)} {'måned' if many == 1 else 'måneder'} skiller seg ut"


def _said(finding: Finding) -> list[str]:
    frame = finding.frame
    said: list[str] = []
    if shown(frame, "upper"):
        said.append("Grensene viser vanlig variasjon fra måned til måned.")
    if finding.values.get("note") == "preliminary_limits":
        said.append(explain("preliminary_limits"))
    months = [_month(frame, place) for place in _signals(frame)]
    if months:
        said.append(f"Disse månedene skiller seg ut: {say.listed(months)}.")
    elif finding.values.get("signals") == 0:
        said.append("Ingen punkter ligger utenfor, og ingen mønstre skiller seg ut.")
    return said


def _figure(finding: Finding, numbering: Numbering) -> str:
    frame = finding.frame
    id, number = f"fig-{anchor(finding.id)}", numbering.figure()
    years = sorted({int(year) for year in frame["aar"]})
    chart = MonthChart(
        years=years,
        values=frame["antall"].tolist(),
        centre=_level(frame, "centre"),
        lower=_level(frame, "lower"),
        upper=_level(frame, "upper"),
        signals=_signals(frame),
        names=[_month(frame, place) for place in _signals(frame)],
    )
    drawing = svg.render(
        chart.paint,
        id=id,
        height=chart.height,
        title=finding.topic,
        alt=(
            f"Linjediagram over {numbers.fmt_count(len(frame))} måneder. {finding.topic}: "
            f"{_answer(finding)}."
        ),
    )
    caption = (
        "Stiplet linje er gjennomsnittet. Tynne linjer er grensene for vanlig variasjon. "
        f"Firkant: måneden skiller seg ut. Regelsett: {finding.values['rule_set']}."
    )
    return (
        f'<figure id="{id}" class="figur">\n{drawing}\n'
        f"<figcaption><strong>Figur {number}. {escape(finding.topic)}.</strong> "
        f"{escape(caption)}</figcaption>\n"
        f"<details><summary>Vis tallene i figur {number}</summary>\n"
        f"{_table(frame, id, number)}</details>\n</figure>\n"
    )


def _table(frame: pd.DataFrame, id: str, number: int) -> str:
    """A row for every month, with the middle and the limits where they may be seen."""
    months = frame.assign(maaned=[_month(frame, place) for place in range(len(frame))])
    columns: dict[str, str | Column] = {"maaned": Column("Måned", "text"), "antall": "Forhold"}
    if shown(frame, "centre"):
        columns["centre"] = Column("Gjennomsnitt", "count")
        if shown(frame, "upper"):
            columns |= {"lower": "Vanlig variasjon", "upper": ""}
    return table(
        months,
        id=f"{id}-tall",
        caption=f"Tallene i figur {number}. Forhold måned for måned",
        columns=columns,
    )


def _signals(frame: pd.DataFrame) -> list[int]:
    """Places of the months that differ and may be seen."""
    pairs = zip(frame["signal"], frame["antall"], strict=True)
    return [
        place
        for place, (differs, value) in enumerate(pairs)
        if not pd.isna(differs) and bool(differs) and not pd.isna(value)
    ]


def _level(frame: pd.DataFrame, name: str) -> float:
    """A line that is the same in every month, as whole as the counts; NaN where it is hidden."""
    known = frame[name].dropna()
    return numbers.rounded(known.iloc[0], "count") if len(known) == len(frame) else math.nan


def _month(frame: pd.DataFrame, place: int) -> str:
    year, month = int(frame["aar"].iloc[place]), int(frame["maaned"].iloc[place])
    return numbers.fmt_month(f"{year:04d}-{month:02d}-01")
