"""One goal as a ladder over time: a panel for each voice, a dot for each score."""

# pyright: reportUnknownMemberType=false
# matplotlib's stubs leave `**kwargs` untyped, which strict checking reports on every call.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from evaluering.display import marks, numbers, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT, _RIGHT = 100.0, 24.0
_PANEL, _HEAD, _FOOT = 118.0, 26.0, 26.0
_PAD = 0.06


@dataclass(frozen=True, slots=True)
class LadderChart:
    """Scores of one goal over time, each voice apart, on the same time axis.

    Attributes:
        panels: Name of a voice → its days and levels, by time.
        levels: Level → its words on the axis, lowest first.
        wish: The level that is the goal: a line across.
        start: The day the work began, where it is known: a line upwards.
    """

    panels: Mapping[str, Sequence[tuple[date, float]]]
    levels: Mapping[float, str]
    wish: float
    start: date | None = None

    @property
    def height(self) -> float:
        """Units."""
        return len(self.panels) * (_HEAD + _PANEL + _FOOT)

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        days = [day.toordinal() for scores in self.panels.values() for day, _ in scores]
        first, last = min(days), max(days)
        pad = max(1.0, _PAD * (last - first))
        for place, (name, scores) in enumerate(self.panels.items()):
            bottom = self.height - (place + 1) * (_HEAD + _PANEL + _FOOT) + _FOOT
            ax = marks.axes(
                figure,
                sheet=self.height,
                place=(_LEFT, bottom),
                size=(svg.WIDTH - _LEFT - _RIGHT, _PANEL),
            )
            ax.set_xlim(first - pad, last + pad)
            self._paint_panel(ax, name, scores, (first, last))

    def _paint_panel(
        self,
        ax: Axes,
        name: str,
        scores: Sequence[tuple[date, float]],
        span: tuple[int, int],
    ) -> None:
        low, high = min(self.levels), max(self.levels)
        edge = 0.08 * (high - low)
        ax.set_ylim(low - edge, high + edge)
        ax.set_yticks(list(self.levels), list(self.levels.values()))
        ends = sorted(set(span))
        ax.set_xticks(ends, [numbers.fmt_date(date.fromordinal(day)) for day in ends])
        for label, side in zip(ax.get_xticklabels(), ("left", "right"), strict=False):
            label.set_horizontalalignment(side if len(ends) > 1 else "center")
        left, right = ax.get_xlim()
        marks.line(ax, [(left, self.wish), (right, self.wish)], "maal")
        if self.start is not None and span[0] < self.start.toordinal() <= span[1]:
            # a little before the first rating of that day, so that its dot stays clear of it
            at = self.start.toordinal() - max(0.5, 0.03 * (span[1] - span[0]))
            marks.line(ax, [(at, low - edge), (at, high + edge)], "start")
            text = "arbeidet starter"
            marks.words(ax, text, (at, high + edge), shift=(4, 4), align="left")
        marks.words(ax, name, (left, high + edge), shift=(0, 6), align="left", bold=True)
        at = [(float(day.toordinal()), level) for day, level in scores]
        marks.dots(ax, at, filled=True)
