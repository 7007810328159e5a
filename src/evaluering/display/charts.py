"""How each chart is laid out on its sheet: axes, marks and words, in units of one point.

A chart knows its height and how to paint itself. Which rows, which order and which words stand
under it is decided in `figures`; the marks themselves are those of `marks`.
"""

# pyright: reportUnknownMemberType=false
# matplotlib's stubs leave `**kwargs` untyped, which strict checking reports on every call.

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import pandas as pd

from evaluering.display import marks, numbers, svg
from evaluering.display.columns import COLUMNS
from evaluering.display.marks import Point
from evaluering.model import Sign

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHANCE: Final = "share_by_chance"
BARS: Final[dict[str, str]] = {
    "share_persons": "av de unge",
    "share_offences": "av forholdene",
}

_TIME = 230.0  # height of a chart over years
_ROW = 26.0  # height of a row with one mark
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 14.0, 12.0, 30.0
_WRAP = 48  # letters in a line across the sheet
_PAD = 0.13  # free space before the first year and after the last, as a share of the years between
_YEAR_WORDS = 40.0  # a year, or a number of five digits
_GAP_WORDS = 66.0  # «kan ikke» over «vises»
_HALF_LETTER = 4.5  # from the middle of a line of text to its foot


class Chart(Protocol):
    """A sheet `height` units high that can paint itself on an empty figure."""

    @property
    def height(self) -> float:
        """Units."""
        ...

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        ...


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Dots over true years, the number above each; words where a number may not or cannot stand.

    Attributes:
        years: Place of each row on the axis.
        rows: The numbers; at least one is shown.
        write: A number on the axis and above a dot.
        is_rounding: The limits are what rounding hides: frames, not lines.
        ceiling: The axis never goes beyond it.
        conditions: `design_effect` and `smallest_n` for a panel below.
    """

    years: Sequence[int]
    rows: Sequence[Point]
    write: Callable[[float], str]
    is_rounding: bool = False
    ceiling: float | None = None
    conditions: pd.DataFrame | None = None

    @property
    def height(self) -> float:
        """Units."""
        return _TIME if self.conditions is None else _TIME + 62 + _ROW * len(self.conditions)

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        ax = self._axes(figure)
        shown = [pair for pair in zip(self.years, self.rows, strict=True) if pair[1].is_shown]
        spans = [(year, row.reach) for year, row in shown if row.lower is not None]
        if self.is_rounding:
            marks.boxes(ax, spans, upright=True, thickness=26 / self._unit)
        else:
            marks.intervals(ax, spans, upright=True)
        marks.dots(ax, [(year, row.number) for year, row in shown], filled=True)
        for year, row in zip(self.years, self.rows, strict=True):
            if row.is_shown:
                if year in self._labelled:
                    text = self.write(row.number) + _star(row)
                    marks.words(ax, text, (year, row.reach[1]), shift=(0, 9))
            elif self._is_narrow(year):
                marks.words(ax, _gap_words(row.sign), (year, 0), shift=(0, 8), upright=True)
            else:
                text = "\n".join(_gap_words(row.sign).rsplit(" ", 1))
                marks.words(ax, text, (year, 0), shift=(0, 24))
        if self.conditions is not None:
            _paint_conditions(figure, self.conditions, self.height)

    @property
    def _unit(self) -> float:
        """Units on the sheet to one year."""
        width = svg.WIDTH - self._left - _RIGHT
        return width / (1 + 2 * _PAD) / (max(self.years) - min(self.years))

    @property
    def _left(self) -> float:
        """Room for the longest number on the axis."""
        widest = max(len(self.write(row.reach[1])) for row in self.rows if row.is_shown)
        return max(_LEFT, 14 + marks.LETTER * (widest + 1))

    @property
    def _labelled(self) -> frozenset[int]:
        """Years with words at the axis and a number at the dot: as many as there is room for."""
        chosen: list[int] = []
        for year in sorted(self.years, reverse=True):
            if not chosen or (chosen[-1] - year) * self._unit >= _YEAR_WORDS:
                chosen.append(year)
        return frozenset(chosen)

    def _is_narrow(self, year: int) -> bool:
        """Whether words in two lines would meet the neighbour's mark."""
        others = [abs(other - year) for other in self.years if other != year]
        return min(others) * self._unit < _GAP_WORDS

    def _axes(self, figure: Figure) -> Axes:
        height = _TIME - _TOP - _BOTTOM
        ax = marks.axes(
            figure,
            sheet=self.height,
            place=(self._left, self.height - _TIME + _BOTTOM),
            size=(svg.WIDTH - self._left - _RIGHT, height),
        )
        highest = max(row.reach[1] for row in self.rows if row.is_shown) or 1
        top = highest * height / (height - 30)  # the number above the highest mark needs 30 units
        pad = _PAD * (max(self.years) - min(self.years))
        ax.set_xlim(min(self.years) - pad, max(self.years) + pad)
        ax.set_ylim(0, top)
        labels = [numbers.fmt_year(y) if y in self._labelled else "" for y in self.years]
        ax.set_xticks(self.years, labels)
        ticks = marks.nice_ticks(top if self.ceiling is None else min(top, self.ceiling))
        ax.set_yticks(ticks, [self.write(tick) for tick in ticks])
        return ax


@dataclass(frozen=True, slots=True)
class ChangeChart:
    """Differences in points: the question above, the mark below, a zero line behind the marks.

    Attributes:
        topics: The questions.
        rows: Differences with uncertainty intervals; at least one is shown.
        spans: The same differences with what rounding allows.
        is_clear: Filled dot.
    """

    topics: Sequence[str]
    rows: Sequence[Point]
    spans: Sequence[Point]
    is_clear: Sequence[bool]

    @property
    def height(self) -> float:
        """Units."""
        return self._tops()[-1] + 52

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        tops = self._tops()
        ax = self._axes(figure, tops)
        middles = [end - 16 for end in tops[1:]]
        for middle in middles:  # in pieces, so that the line does not cross the words
            marks.line(ax, [(0, middle - 13), (0, middle + 15)], "null")
        for filled in (True, False):
            chosen = [
                (row.number, middle)
                for middle, row, clear in zip(middles, self.rows, self.is_clear, strict=True)
                if row.is_shown and clear is filled
            ]
            marks.dots(ax, chosen, filled=filled)
        marks.intervals(ax, _reaches(middles, self.rows), upright=False)
        marks.boxes(ax, _reaches(middles, self.spans), upright=False, thickness=18)
        for lines, top in zip(self._texts(), tops, strict=False):
            for place, text in enumerate(lines):
                at = (ax.get_xlim()[0], top + 13 + 15 * place)
                marks.words(ax, text, at, shift=(-8, 0), align="left")

    def _axes(self, figure: Figure, tops: Sequence[float]) -> Axes:
        reaches = [row.reach for row in (*self.rows, *self.spans) if row.is_shown]
        low = min(0.0, *(reach[0] for reach in reaches))
        high = max(0.0, *(reach[1] for reach in reaches))
        pad = 0.06 * (high - low) or 1.0
        ax = marks.axes(
            figure,
            sheet=self.height,
            place=(16, self.height - tops[-1]),
            size=(svg.WIDTH - 32, tops[-1] - tops[0]),
        )
        ax.set_xlim(low - pad, high + pad)
        ax.set_ylim(tops[-1], tops[0])
        ax.spines["left"].set_visible(False)
        ax.set_yticks([])
        ticks = marks.nice_ticks(high + pad, bottom=low - pad, at_most=6)
        ax.set_xticks(ticks, [numbers.fmt_number(tick) for tick in ticks])
        ax.set_xlabel("Endring i prosentpoeng. Over 0: flere")
        return ax

    def _texts(self) -> list[list[str]]:
        """The line over each mark: the question and its number, wrapped for a phone."""
        texts: list[list[str]] = []
        for topic, row in zip(self.topics, self.rows, strict=True):
            shown = numbers.fmt_points(row.number / 100) if row.is_shown else _words(row.sign)
            text = f"{topic}: {shown.replace(' ', numbers.NBSP)}{_star(row)}"
            texts.append(textwrap.wrap(text, _WRAP, break_on_hyphens=False))
        return texts

    def _tops(self) -> list[float]:
        """Where each row begins, from the top of the sheet, and at last where they end."""
        tops = [_TOP]
        for lines in self._texts():
            tops.append(tops[-1] + 15 * len(lines) + 32)
        return tops


@dataclass(frozen=True, slots=True)
class PlaceChart:
    """One row per municipality: name to the left, number to the right of its interval, x from 0."""

    names: Sequence[str]
    rows: Sequence[Point]
    own: int

    @property
    def height(self) -> float:
        """Units."""
        return _TOP + _ROW * len(self.rows) + 56

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        left = 20 + marks.LETTER * max(len(name) for name in self.names)
        highest = max(row.reach[1] for row in self.rows if row.is_shown)
        ax = _row_axes(
            figure, self.rows, self.height, left=left, bottom=48, top=highest, room=56, at_most=5
        )
        ax.set_yticks(range(len(self.rows)), self.names)
        ax.get_yticklabels()[self.own].set_fontweight("bold")
        ax.set_xlabel(COLUMNS["rate"].label)
        marks.intervals(ax, _reaches(range(len(self.rows)), self.rows), upright=False)
        for place, row in enumerate(self.rows):
            is_own = place == self.own
            if row.is_shown:
                marks.dots(ax, [(row.number, place)], filled=is_own)
                text = numbers.fmt_number(row.number, decimals=numbers.DECIMALS["rate"])
                _beside(ax, text + _star(row), row.reach[1], place, bold=is_own)
            else:
                _beside(ax, _words(row.sign), 0, place)


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from a common zero, the share in words above each, a tick where chance would put it.

    Attributes:
        years: One group of bars each.
        bars: Column of `BARS`, or `CHANCE` → one row per year.
    """

    years: Sequence[str]
    bars: Mapping[str, Sequence[Point]]

    @property
    def height(self) -> float:
        """Units."""
        return _TOP + len(self.years) * self._group + 32

    @property
    def _group(self) -> float:
        return 24 + 42 * len(self._names) + (32 if CHANCE in self.bars else 10)

    @property
    def _names(self) -> list[str]:
        return [name for name in BARS if name in self.bars]

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        ax = marks.axes(
            figure,
            sheet=self.height,
            place=(16, 32),
            size=(svg.WIDTH - 32, self.height - 32 - _TOP),
        )
        shown = [row.number for rows in self.bars.values() for row in rows if row.is_shown]
        top = min(100.0, max(10.0, max(shown) * 1.25))
        ax.set_xlim(0, top)
        ax.set_ylim(self.height - 32, _TOP)
        ax.set_yticks([])
        ticks = marks.nice_ticks(top, at_most=6)
        ax.set_xticks(ticks, [percent_tick(tick) for tick in ticks])
        for place, year in enumerate(self.years):
            foot = _TOP + place * self._group
            marks.words(ax, year, (0, foot + 14), shift=(6, 0), align="left", bold=True)
            for step, name in enumerate(self._names):
                _paint_bar(ax, name, self.bars[name][place], foot + 24 + 42 * step)
            if CHANCE in self.bars:
                _paint_chance(ax, self.bars[CHANCE][place], foot + 24 + 42 * len(self._names))


def percent_tick(value: float) -> str:
    """A percentage that is already times 100: 17.0 → `17␣%`."""
    return numbers.fmt_percent(value / 100)


def _paint_conditions(figure: Figure, conditions: pd.DataFrame, sheet: float) -> None:
    """Fewest answers by design effect: one row each, the number in words beside the dot."""
    rows = marks.points(conditions, "smallest_n", "count")
    highest = max((row.number for row in rows if row.is_shown), default=1.0)
    ax = _row_axes(figure, rows, sheet, left=_LEFT, bottom=_BOTTOM, top=highest, room=100)
    effects = [float(effect) for effect in conditions["design_effect"].tolist()]
    labels = [numbers.fmt_number(e, decimals=0 if e.is_integer() else 1) for e in effects]
    ax.set_yticks(range(len(rows)), labels)
    marks.dots(ax, [(row.number, y) for y, row in enumerate(rows) if row.is_shown], filled=True)
    for place, row in enumerate(rows):
        if row.is_shown:
            _beside(ax, f"{numbers.fmt_count(row.number)}{numbers.NBSP}svar", row.number, place)
        else:
            _beside(ax, _words(row.sign), 0, place)
    heading = "Svar som trengs hvert år, etter designeffekt:"
    marks.words(ax, heading, (0, -0.5), shift=(8 - _LEFT, 12), align="left")


def _row_axes(
    figure: Figure,
    rows: Sequence[Point],
    sheet: float,
    *,
    left: float,
    bottom: float,
    top: float,
    room: float,
    at_most: int = 4,
) -> Axes:
    """Horizontal axes from 0 with one row per mark, and `room` units for words after the last."""
    width = svg.WIDTH - left - 10
    ax = marks.axes(figure, sheet=sheet, place=(left, bottom), size=(width, _ROW * len(rows)))
    edge = top * width / (width - room)
    ax.set_xlim(0, edge)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ticks = marks.nice_ticks(edge, at_most=at_most)
    ax.set_xticks(ticks, [numbers.fmt_count(tick) for tick in ticks])
    return ax


def _paint_bar(ax: Axes, name: str, row: Point, top: float) -> None:
    """One bar of 20 units under its words; striped for persons, solid for offences."""
    if row.is_shown:
        text = f"{percent_tick(row.number)} {BARS[name]}{_star(row)}"
        marks.bar(ax, row.number, top + 28, name, solid=name == "share_offences")
    else:
        text = f"Andel {BARS[name]}: {_words(row.sign)}"
    marks.words(ax, text, (0, top + 13), shift=(6, 0), align="left")


def _paint_chance(ax: Axes, row: Point, top: float) -> None:
    """The share chance alone would give: a mark through the last bar and words under it."""
    if row.is_shown:
        marks.tick(ax, [(row.number, top - 28), (row.number, top)], "tilfeldig")
        text = f"Strek: {percent_tick(row.number)} ventet ved tilfeldig fordeling"
    else:
        text = f"Ventet ved tilfeldig fordeling: {_words(row.sign)}"
    marks.words(ax, text, (0, top + 14), shift=(6, 0), align="left")


def _beside(ax: Axes, text: str, x: float, place: int, *, bold: bool = False) -> None:
    marks.words(ax, text, (x, place), shift=(10, -_HALF_LETTER), align="left", bold=bold)


def _reaches(
    places: Sequence[float], rows: Sequence[Point]
) -> list[tuple[float, tuple[float, float]]]:
    pairs = zip(places, rows, strict=True)
    return [(place, row.reach) for place, row in pairs if row.is_shown and row.lower is not None]


def _words(sign: Sign) -> str:
    return numbers.fmt_sign(sign, plain=True)


def _gap_words(sign: Sign) -> str:
    return "mangler tall" if sign is Sign.MISSING else _words(sign)


def _star(row: Point) -> str:
    return numbers.SIGN_SYMBOLS[Sign.PRELIMINARY] if row.sign is Sign.PRELIMINARY else ""
