"""What any reader may have kept: earlier reports, and what others have published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evaluering.disclosure.cells import shown_of
from evaluering.model import Cell, PublishedCell, SafeTable

Published = Sequence[SafeTable | PublishedCell]


@dataclass(frozen=True, slots=True)
class Interval:
    """What a reader could compute of a hidden cell; `upper` None is no bound."""

    lower: int = 0
    upper: int | None = None

    @property
    def is_recorded(self) -> bool:
        """Says more than that the count is not negative."""
        return self.lower > 0 or self.upper is not None

    def covers(self, least: int, most: int) -> bool:
        """Both ends were possible."""
        return self.lower <= least and (self.upper is None or self.upper >= most)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Earlier publications, cell by cell.

    Attributes:
        shown: Every value a cell has been shown with, oldest first.
        hidden: Cells hidden and never shown, with the narrowest interval recorded.
        tables: Earlier tables, whose sums bind their cells.
        thresholds: The strictest threshold so far, per unit and population.
    """

    shown: Mapping[Cell, tuple[int, ...]] = field(default_factory=lambda: {})
    hidden: Mapping[Cell, Interval] = field(default_factory=lambda: {})
    tables: tuple[SafeTable, ...] = ()
    thresholds: Mapping[tuple[str, str], int] = field(default_factory=lambda: {})


def shelf_of(published: Published) -> Shelf:
    """Everything published before, sorted out.

    Args:
        published: Earlier safe tables and cells, oldest first.
    """
    shown: dict[Cell, tuple[int, ...]] = {}
    hidden: dict[Cell, Interval] = {}
    thresholds: dict[tuple[str, str], int] = {}
    for cell, value, interval, threshold in _lines(published):
        if value is None:
            hidden[cell] = _narrower(hidden.get(cell, Interval()), interval)
        elif value not in shown.get(cell, ()):
            shown[cell] = (*shown.get(cell, ()), value)
        group = (cell.unit, cell.population)
        thresholds[group] = max(threshold, thresholds.get(group, 0))
    hidden = {cell: interval for cell, interval in hidden.items() if cell not in shown}
    tables = tuple(item for item in published if isinstance(item, SafeTable))
    return Shelf(shown, hidden, tables, thresholds)


def _lines(published: Published) -> list[tuple[Cell, int | None, Interval, int]]:
    lines: list[tuple[Cell, int | None, Interval, int]] = []
    for item in published:
        if isinstance(item, SafeTable):
            lines += [
                (cell, value, Interval(), item.threshold) for cell, value in shown_of(item).items()
            ]
        else:
            # The threshold of another publisher is not a promise of ours.
            threshold = item.threshold if item.edition else 0
            lines.append((item.cell, item.value, Interval(item.lower or 0, item.upper), threshold))
    return lines


def _narrower(one: Interval, other: Interval) -> Interval:
    ends = [end for end in (one.upper, other.upper) if end is not None]
    return Interval(max(one.lower, other.lower), min(ends) if ends else None)
