"""Marks on an axis: dots, intervals, frames, bars and words, the same in every chart.

Marks stand at the numbers a reader sees (rounded), so a drawing never tells more than its table.
Groups of marks are named (`verdi-fylt`, `verdi-aapen`, `intervall`, `ramme`, `soeyle-…`), and the
tests find them by name.
"""

# pyright: reportUnknownMemberType=false
# matplotlib's stubs leave `**kwargs` untyped, which strict checking reports on every call.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from evaluering.display import numbers, svg
from evaluering.display.tables import sign_of
from evaluering.errors import EvalueringError
from evaluering.model import Sign

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Align = Literal["left", "center", "right"]
Place = tuple[float, float]

LETTER: Final = 7.9  # width of a letter of 13 units, on the wide side
_DOT: Final = 64  # area in square units: 8 across
_LINE: Final = 2.2
_BAR: Final = 20
_STRIPE: Final = 6  # units from stripe to stripe
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a chart, in the numbers the reader sees; `value` is None behind a sign."""

    value: float | None
    lower: float | None
    upper: float | None
    sign: Sign

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to draw."""
        return self.value is not None

    @property
    def number(self) -> float:
        """The value, where the caller has made sure that it is shown."""
        if self.value is None:
            raise EvalueringError("Et skjult tall kan ikke tegnes.", where="figures")
        return self.value

    @property
    def reach(self) -> Place:
        """From the lowest to the highest thing drawn."""
        low = self.number if self.lower is None else self.lower
        high = self.number if self.upper is None else self.upper
        return min(self.number, low), max(self.number, high)


def points(
    frame: pd.DataFrame,
    column: str,
    kind: numbers.IntervalKind,
    limits: tuple[str, str] = ("lower", "upper"),
    *,
    limit_decimals: int | None = None,
) -> list[Point]:
    """The rows of a frame as they are drawn, rounded as they are written.

    Args:
        frame: One row a mark.
        column: The estimate; its sign stands in `<column>_tegn`.
        kind: What the estimate is, which decides the rounding.
        limits: Names of the two columns of the interval; absent columns mean no interval.
        limit_decimals: Other decimals than the estimate's, for what rounding hides.
    """
    rows: list[Point] = []
    for row in range(len(frame)):
        value = _shown(frame, column, kind, row)
        lower, upper = (_shown(frame, name, kind, row, limit_decimals) for name in limits)
        rows.append(Point(value, lower, upper, sign_of(frame, column, row)))
    return rows


def _shown(
    frame: pd.DataFrame,
    column: str,
    kind: numbers.IntervalKind,
    row: int,
    decimals: int | None = None,
) -> float | None:
    if column not in frame.columns:
        return None
    value: Any = frame[column].iloc[row]
    return None if pd.isna(value) else numbers.rounded(value, kind, decimals)


def require_two(rows: Sequence[Point], id: str) -> None:
    """A drawing with one mark compares nothing.

    Raises:
        EvalueringError: Fewer than two rows are shown.
    """
    if sum(row.is_shown for row in rows) < _FEWEST:
        raise EvalueringError(
            "En figur trenger minst to tall å sammenligne.",
            where=id,
            remedy="Vis tabellen i stedet.",
        )


def axes(figure: Figure, *, sheet: float, place: Place, size: Place) -> Axes:
    """Axes with two spines, placed in units from the lower left corner of a sheet `sheet` high."""
    left, bottom = place
    width, height = size
    ax = figure.add_axes((left / svg.WIDTH, bottom / sheet, width / svg.WIDTH, height / sheet))
    _seaborn().despine(ax=ax)
    return ax


def dots(ax: Axes, at: Sequence[Place], *, filled: bool) -> None:
    """Dots, filled or hollow; the edge is the same, so only the inside differs."""
    if not at:
        return
    _seaborn().scatterplot(
        x=[x for x, _ in at],
        y=[y for _, y in at],
        ax=ax,
        s=_DOT,
        color=svg.NAVY if filled else svg.PAPER,
        edgecolor=svg.NAVY,
        linewidth=1.8,
        legend=False,
        clip_on=False,
        zorder=4,
        gid="verdi-fylt" if filled else "verdi-aapen",
    )


def intervals(ax: Axes, spans: Sequence[tuple[float, Place]], *, upright: bool) -> None:
    """Lines from the lower to the upper limit, each at its place across."""
    for place, (low, high) in spans:
        ends = [(place, low), (place, high)] if upright else [(low, place), (high, place)]
        _line(ax, ends, "intervall", color=svg.NAVY, width=_LINE, order=3)


def boxes(
    ax: Axes, spans: Sequence[tuple[float, Place]], *, upright: bool, thickness: float
) -> None:
    """Open frames for what rounding can hide: no line, so that nobody reads an interval."""
    rectangle: Any = import_module("matplotlib.patches").Rectangle  # as matplotlib's other types
    for place, (low, high) in spans:
        edge = place - thickness / 2
        corner, size = (low, edge), (high - low, thickness)
        ax.add_patch(
            rectangle(
                corner[::-1] if upright else corner,
                *(size[::-1] if upright else size),
                facecolor="none",
                edgecolor=svg.NAVY,
                linewidth=1.2,
                clip_on=False,
                zorder=2,
                gid="ramme",
            )
        )


def bar(ax: Axes, length: float, middle: float, name: str, *, solid: bool) -> None:
    """A horizontal bar from 0; striped instead of solid as the second cue.

    The stripes are plain lines: matplotlib's own hatch needs a pattern element, which the gate on
    the finished page does not let through.
    """
    ax.barh(
        [middle],
        [length],
        height=_BAR,
        facecolor=svg.NAVY if solid else svg.PAPER,
        edgecolor=svg.NAVY,
        gid=f"soeyle-{name.removeprefix('share_')}",
    )
    if not solid:
        first, last = ax.get_xlim()
        step = _STRIPE * (last - first) / (svg.WIDTH * ax.get_position().width)
        for place in range(1, int(length / step) + 1):
            _line(
                ax,
                [(place * step, middle - _BAR / 2), (place * step, middle + _BAR / 2)],
                "stripe",
                color=svg.NAVY,
                width=1.5,
                order=2,
            )


def line(ax: Axes, ends: Sequence[Place], name: str) -> None:
    """A thin line of reference in the colour of the axes."""
    _line(ax, ends, name, color=svg.AXES, width=1.2, order=1)


def dashed(ax: Axes, ends: Sequence[Place], name: str) -> None:
    """A dashed line of reference: the middle of a chart."""
    ax.plot(
        [x for x, _ in ends],
        [y for _, y in ends],
        color=svg.AXES,
        linewidth=1.4,
        linestyle=(0, (5, 3)),
        clip_on=False,
        zorder=2,
        gid=name,
    )


def course(ax: Axes, points: Sequence[Place], name: str) -> None:
    """A line through points in order of time, with a small dot on each."""
    ax.plot(
        [x for x, _ in points],
        [y for _, y in points],
        color=svg.NAVY,
        linewidth=1.5,
        marker="o",
        markersize=3,
        clip_on=False,
        zorder=3,
        gid=name,
    )


def squares(ax: Axes, at: Sequence[Place]) -> None:
    """Squares on points that differ from the rest."""
    if at:
        ax.plot(
            [x for x, _ in at],
            [y for _, y in at],
            color=svg.RUST,
            linestyle="none",
            marker="s",
            markersize=8,
            clip_on=False,
            zorder=5,
            gid="signal",
        )


def tick(ax: Axes, ends: Sequence[Place], name: str) -> None:
    """A strong mark across a bar, with paper on both sides so that it shows on any fill."""
    _line(ax, ends, f"{name}-kant", color=svg.PAPER, width=7, order=5)
    _line(ax, ends, name, color=svg.RUST, width=3, order=6)


def _line(
    ax: Axes, ends: Sequence[Place], name: str, *, color: str, width: float, order: float
) -> None:
    ax.plot(
        [x for x, _ in ends],
        [y for _, y in ends],
        color=color,
        linewidth=width,
        solid_capstyle="butt",
        clip_on=False,
        zorder=order,
        gid=name,
    )


def words(
    ax: Axes,
    text: str,
    at: Place,
    *,
    shift: Place = (0, 0),
    align: Align = "center",
    bold: bool = False,
    upright: bool = False,
) -> None:
    """Words at a place in the data, moved by `shift` units; never cut off by the axes."""
    ax.annotate(
        text,
        at,
        xytext=shift,
        textcoords="offset points",
        ha=align,
        va="bottom" if upright else "baseline",
        rotation=90 if upright else 0,
        color=svg.TEXT,
        weight="bold" if bold else "normal",
        annotation_clip=False,
        linespacing=1.15,
    )


def nice_ticks(top: float, *, bottom: float = 0, at_most: int = 5) -> list[float]:
    """Whole round numbers from `bottom` to `top`, few enough to be read on a phone."""
    locator: Any = import_module("matplotlib.ticker").MaxNLocator  # as matplotlib's other types
    steps = [1, 2, 2.5, 5, 10]
    ticks = locator(nbins=at_most - 1, integer=True, steps=steps).tick_values(bottom, top)
    edge = 1e-9 * max(abs(bottom), abs(top))
    return [float(tick) for tick in ticks if bottom - edge <= tick <= top + edge]


def _seaborn() -> Any:  # noqa: ANN401 - seaborn carries no types
    return import_module("seaborn")
