"""Horizontal bars from a common zero: where cases stop, how far goals came."""

# pyright: reportUnknownMemberType=false
# matplotlib's stubs leave `**kwargs` untyped, which strict checking reports on every call.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluering.display import marks, numbers, svg
from evaluering.display.marks import Point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_EDGE = 8.0
_ROW = 46.0  # a bar of 20 units under its name
_NAME, _BAR = 15.0, 32.0  # from the top of a row to the foot of its name, and to the bar's middle
_ROOM = 1.16  # for the number at the end of the longest bar
_HALF_LETTER = 4.5


@dataclass(frozen=True, slots=True)
class StepChart:
    """One bar a row: its name above, its number at the end.

    Attributes:
        names: What each bar is.
        rows: The counts; all of them are shown.
    """

    names: Sequence[str]
    rows: Sequence[Point]

    @property
    def height(self) -> float:
        """Units."""
        return 2 * _EDGE + _ROW * len(self.rows)

    def paint(self, figure: Figure) -> None:
        """Put axes, marks and words on the figure."""
        inner = self.height - 2 * _EDGE
        ax = marks.axes(figure, sheet=self.height, place=(16, _EDGE), size=(svg.WIDTH - 32, inner))
        longest = max(row.number for row in self.rows) or 1
        ax.set_xlim(0, longest * _ROOM)
        ax.set_ylim(inner, 0)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines["bottom"].set_visible(False)
        for place, (name, row) in enumerate(zip(self.names, self.rows, strict=True)):
            top = _ROW * place
            marks.bar(ax, row.number, top + _BAR, "antall", solid=True)
            marks.words(ax, name, (0, top + _NAME), shift=(2, 0), align="left")
            end = (row.number, top + _BAR)
            marks.words(
                ax, numbers.fmt_count(row.number), end, shift=(6, -_HALF_LETTER), align="left"
            )
