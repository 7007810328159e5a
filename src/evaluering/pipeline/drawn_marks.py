"""Every mark of a drawing, read through its axes as an eye does, stands in the table under it.

A height is a number. A dot, an interval, a frame or a bar that lies where no number of the figure's
own table lies, stops the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from defusedxml.ElementTree import fromstring

from evaluering.pipeline.number_gate import refusal

_SVG: Final = "{http://www.w3.org/2000/svg}"
_FIGURE: Final = re.compile(r"<figure\b[^>]*>.*?</figure>", re.DOTALL)
_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_CELL: Final = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_NUMBER: Final = re.compile(r"[\u2212-]?\d+(?:[\u00a0\u202f]\d{3})*(?:,\d+)?")
_MARKS: Final = re.compile(
    r"-(?:verdi-fylt|verdi-aapen|signal|forloep|intervall|ramme|soeyle-[a-z_]+)(?:-\d+)?$"
)
_BAR: Final = re.compile(r"-soeyle-[a-z_]+(?:-\d+)?$")
_AXES: Final = re.compile(r"-axes_\d+$")
_TICK: Final = re.compile(r"-([xy])tick_\d+$")
_FEWEST: Final = 2
_EARLIEST, _LATEST = 1900, 2100
_CLOSE: Final = 1e-3  # of the length of the axis; the drawing keeps six decimals

Place = tuple[float, float]
Read = Callable[[float], float]


def check_marks(html: str) -> int:
    """Refuse a piece with a mark that is not in its figure's own table.

    Args:
        html: A piece of a page, with any number of figures.

    Returns:
        How many coordinates were read and found.

    Raises:
        EvalueringError: A mark stands elsewhere, or on an axis nobody can read.
    """
    return sum(_check_figure(figure[0]) for figure in _FIGURE.finditer(html))


def _check_figure(figure: str) -> int:
    drawing = _DRAWING.search(figure)
    if drawing is None:
        return 0
    known = [0.0]  # where a bar begins
    for cell in _CELL.findall(figure):
        known += [_number(text) for text in _NUMBER.findall(_TAG.sub("", cell))]
    root: Any = fromstring(drawing[0])  # defusedxml carries no types
    groups = [group for group in root.iter(f"{_SVG}g") if _AXES.search(group.get("id", ""))]
    return sum(_check_axes(axes, known) for axes in groups)


def _check_axes(axes: Any, known: list[float]) -> int:  # noqa: ANN401 an XML element
    marks = list(_marks(axes))
    scales = [_scale(axes, name) for name in "xy"]
    if marks and not any(scales):
        return _check_lengths(axes, known)
    read = 0
    for place in marks:
        for scale, at in zip(scales, place, strict=True):
            if scale is None:
                continue
            value, width = scale
            if min(abs(value(at) - number) for number in known) > _CLOSE * width:
                raise refusal("en figur", "er tegnet der tabellen under ikke har noe tall")
            read += 1
    return read


def _fit(lengths: list[float], unit: float, known: list[float]) -> bool:
    """Whether every bar, measured in this unit, is a number of the table."""
    near = _CLOSE * unit * max(lengths)
    return unit > 0 and all(
        min(abs(length * unit - number) for number in known) <= near for length in lengths
    )


def _check_lengths(axes: Any, known: list[float]) -> int:  # noqa: ANN401
    """Bars without an axis, with their numbers at the end: as long as the numbers say."""
    lengths: list[float] = []
    for group in axes.iter(f"{_SVG}g"):
        if _BAR.search(group.get("id", "")):
            for path in group.iter(f"{_SVG}path"):
                numbers = [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", path.get("d"))]
                lengths.append(max(numbers[::2]) - min(numbers[::2]))
    if not lengths or len(lengths) != sum(1 for _ in _groups_of_marks(axes)):
        raise refusal("en figur", "kan ikke leses av noen akse")
    longest = max(lengths)
    # The table may hold shares too: the longest bar is one of its numbers, and sets the unit.
    if longest and not any(_fit(lengths, number / longest, known) for number in known):
        raise refusal("en figur", "har en søyle som er lengre eller kortere enn tallet")
    return len(lengths)


def _groups_of_marks(axes: Any) -> Iterable[Any]:  # noqa: ANN401
    for group in axes.iter(f"{_SVG}g"):
        if _MARKS.search(group.get("id", "")):
            yield group


def _marks(axes: Any) -> Iterable[Place]:  # noqa: ANN401
    """Where dots stand and shapes have their corners; what a dot looks like is no place."""
    looks = {id(path) for defs in axes.iter(f"{_SVG}defs") for path in defs.iter(f"{_SVG}path")}
    for group in _groups_of_marks(axes):
        yield from (
            (float(use.get("x", "nan")), float(use.get("y", "nan")))
            for use in group.iter(f"{_SVG}use")
        )
        for path in group.iter(f"{_SVG}path"):
            if id(path) not in looks:
                numbers = [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", path.get("d"))]
                yield from zip(numbers[::2], numbers[1::2], strict=True)


def _scale(axes: Any, name: str) -> tuple[Read, float] | None:  # noqa: ANN401
    """Place → number, and the length of the axis in numbers; None where it holds no numbers.

    An axis of years or of rows with names says which row it is, and is no measure.
    """
    ticks: list[tuple[float, str]] = []
    for tick in axes.iter(f"{_SVG}g"):
        found = _TICK.search(tick.get("id", ""))
        if found is None or found[1] != name:
            continue
        label = "".join(text.text or "" for text in tick.iter(f"{_SVG}text"))
        use = next(tick.iter(f"{_SVG}use"), None)
        if label and use is not None:
            ticks.append((float(use.get(name, "nan")), label.replace("%", "").strip()))
    if len(ticks) < _FEWEST or not all(_NUMBER.fullmatch(label) for _, label in ticks):
        return None
    numbers = [(place, _number(label)) for place, label in ticks]
    if all(_EARLIEST <= number <= _LATEST and number == int(number) for _, number in numbers):
        return None
    (first, low), (last, high) = numbers[0], numbers[-1]
    slope = (high - low) / (last - first)
    if any(
        abs(low + (place - first) * slope - number) > _CLOSE * abs(high - low)
        for place, number in numbers
    ):
        return None  # rows named by numbers, such as design effects
    return (lambda place: low + (place - first) * slope), abs(high - low)


def _number(text: str) -> float:
    return float("".join(text.split()).replace("\u2212", "-").replace(",", "."))
