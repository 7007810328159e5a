"""The change of one question, one row a place: our own filled and bold, a zero line behind."""

# pyright: reportUnknownMemberType=false
# matplotlib's stubs leave `**kwargs` untyped, which strict checking reports on every call.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evaluering.display import marks, numbers, svg
from evaluering.display.marks import Point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AXIS: Final = "Endring i prosentpoeng. Over 0: flere"
_TOP, _BOTTOM, _ROW = 12.0, 48.0, 30.0
_NAMES = 32.0  # before and after the names; ours is bold, and so a little wider
_ROOM = 46.0  # for the number after the longest interval
_HALF_LETTER = 4.5


@dataclass(frozen=True, slots=True)
class PlaceChangeChart:
    """Differences in points: the place to the left, the number after its interval.

    Attributes:
        names: The places, in their fixed order.
        rows: Their changes; all of them are shown.
        own: Which of them is ours.
    """

    names: Sequence[str]
    rows: Sequence[Point]
    own: int

    @property
    def height(self) -> float:
        """Units."""
        return _TOP + _ROW * len(self.rows) + _BOTTOM

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        left = _NAMES + marks.LETTER * max(len(name) for name in self.names)
        size = (svg.WIDTH - left - 10, _ROW * len(self.rows))
        ax = marks.axes(figure, sheet=self.height, place=(left, _BOTTOM), size=size)
        low = min(0.0, *(row.reach[0] for row in self.rows))
        high = max(0.0, *(row.reach[1] for row in self.rows))
        pad = 0.06 * (high - low) or 1.0
        edge = low - pad + (high - low + 2 * pad) * size[0] / (size[0] - _ROOM)
        ax.set_xlim(low - pad, edge)
        ax.set_ylim(len(self.rows) - 0.5, -0.5)
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
        ax.set_yticks(range(len(self.rows)), self.names)
        ax.get_yticklabels()[self.own].set_fontweight("bold")
        ticks = marks.nice_ticks(edge, bottom=low - pad, at_most=6)
        ax.set_xticks(ticks, [numbers.fmt_number(tick) for tick in ticks])
        ax.set_xlabel(AXIS)
        marks.line(ax, [(0, -0.5), (0, len(self.rows) - 0.5)], "null")
        spans = [(place, row.reach) for place, row in enumerate(self.rows) if row.lower is not None]
        marks.intervals(ax, spans, upright=False)
        for place, row in enumerate(self.rows):
            is_own = place == self.own
            marks.dots(ax, [(row.number, place)], filled=is_own)
            text = numbers.fmt_number(row.number, decimals=numbers.DECIMALS["points"])
            end = (max(row.reach[1], 0.0) if row.reach[0] < 0 else row.reach[1], place)
            marks.words(ax, text, end, shift=(10, -_HALF_LETTER), align="left", bold=is_own)
