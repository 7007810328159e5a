"""The figures of the report: drawing, caption, and the same numbers in a table under it.

Every function returns a whole `<figure>` that stands by itself in a notebook and on the page.
Rows are drawn in the order given; nothing is sorted, and a number behind a sign leaves words in
its place and no mark. Axes are set from what is shown only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final, Literal

import pandas as pd

from evaluering.display import charts, marks, numbers, svg
from evaluering.display.columns import COLUMNS, INTERVALS, Column
from evaluering.display.ladder_chart import LadderChart
from evaluering.display.marks import Point
from evaluering.display.place_chart import PlaceChangeChart
from evaluering.display.step_chart import StepChart
from evaluering.display.tables import SIGN_SUFFIX, table
from evaluering.errors import EvalueringError
from evaluering.model import Sign, Verdict

IntervalMeans = Literal["uncertainty", "rounding"]

_UNCERTAINTY: Final = f"Streken viser 95{numbers.NBSP}% usikkerhetsintervall."
_ROUNDING: Final = "Rammen viser hvor tallet kan ligge, fordi det er avrundet."
_NO_INTERVAL: Final = "Usikkerheten er ikke kjent."
_FILLED: Final = "Fylt prikk: endringen er større enn tilfeldig variasjon kan forklare."
_HOLLOW: Final = "Åpen prikk: vi kan ikke si om endringen er større enn tilfeldig variasjon."
_CONDITIONS: Final = (
    "Nederst står hvor mange svar som trengs hvert år for at endringen skal være større enn "
    "tilfeldig variasjon. Designeffekten er 1 når elever på samme skole ikke svarer likere enn "
    "andre, og høyere når de gjør det."
)
# A whole per cent stands for half a per cent to each side: one more decimal than the estimate.
_BEFORE_ROUNDING: Final = Column("Før avrunding, prosent", "percent", decimals=1)


@dataclass(frozen=True, slots=True)
class _Label:
    """What names a figure: id, number, title, description and caption."""

    id: str
    number: int
    title: str
    alt: str
    caption: str


def figure_shares(
    frame: pd.DataFrame,
    *,
    id: str,
    number: int,
    title: str,
    alt: str,
    caption: str,
    conditions: pd.DataFrame | None = None,
    interval_means: IntervalMeans = "uncertainty",
) -> str:
    """A share over the survey years: dots with intervals on a true time axis, y from 0.

    Args:
        frame: `aar`, `share` (fraction of one), `share_tegn`; `lower` and `upper` where known. One
            row per survey the plan names; one without figures has the sign `mangler` and keeps its
            place on the axis. At least two rows with a number.
        id: Unique on the page, small ASCII letters, digits, hyphens.
        number: Of the figure: «Figur 3».
        title: At most 60 characters.
        alt: At most 150 characters: kind of chart, what, main message, range.
        caption: Whole sentences: what was counted, n in persons, source and year. The words about
            the interval are put before it here, so that no caption can forget them.
        conditions: `design_effect`, `smallest_n` (and `smallest_n_tegn`): a second panel with the
            fewest answers per survey for the change to be beyond noise. For published percentages
            whose number of answers is unknown.
        interval_means: What `lower` and `upper` are: an uncertainty interval (line), or only the
            span that rounding hides (open frame).

    Returns:
        `<figure id=…>` with drawing, caption and a closed `<details>` holding the numbers.

    Raises:
        EvalueringError: Fewer than two numbers, or whatever `table` and `svg.render` refuse.
    """
    label = _Label(id, number, title, alt, caption)
    is_rounding = interval_means == "rounding"
    heading = {"lower": _BEFORE_ROUNDING} if is_rounding else None
    tables = [_numbers_table(label, frame, ["aar", "share"], heading)]
    if conditions is not None:
        tables.append(_conditions_table(label, conditions))
    decimals = _BEFORE_ROUNDING.decimals if is_rounding else None
    rows = marks.points(frame, "share", "percent", limit_decimals=decimals)
    marks.require_two(rows, id)
    chart = charts.TimeChart(
        years=_years(frame),
        rows=rows,
        write=charts.percent_tick,
        is_rounding=is_rounding,
        ceiling=100,
        conditions=conditions,
    )
    words = [_interval_words(rows, interval_means)]
    words += [] if conditions is None else [_CONDITIONS]
    return _whole(label, chart, words, tables)


def figure_yearly_counts(
    frame: pd.DataFrame, *, id: str, number: int, title: str, alt: str, caption: str
) -> str:
    """Counts by year: dots, exact intervals where known, never joined by a line; y from 0.

    Args:
        frame: `aar`, `antall`, `antall_tegn`; `lower` and `upper` where known (counts). A year
            behind a sign keeps its place, with words. At least two rows with a number.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above.

    Raises:
        EvalueringError: As `figure_shares`.
    """
    label = _Label(id, number, title, alt, caption)
    tables = [_numbers_table(label, frame, ["aar", "antall"])]
    rows = marks.points(frame, "antall", "count")
    marks.require_two(rows, id)
    chart = charts.TimeChart(years=_years(frame), rows=rows, write=numbers.fmt_count)
    return _whole(label, chart, [_interval_words(rows)], tables)


def figure_changes(
    frame: pd.DataFrame, *, id: str, number: int, title: str, alt: str, caption: str
) -> str:
    """Which questions changed: difference in points with its interval, one row per question.

    Args:
        frame: `topic`, `difference` (fraction of one), `difference_tegn`, `verdict`; `lower` and
            `upper` where known, `box_lower` and `box_upper` for the span rounding allows. Drawn in
            the order given. A filled dot is `Verdict.CLEAR`, a hollow one every other verdict.
            `vurdering`, when given, holds the verdict in words for the table.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above.

    Raises:
        EvalueringError: No number at all, an unknown verdict, or whatever `table` and
            `svg.render` refuse.
    """
    label = _Label(id, number, title, alt, caption)
    is_clear = [_is_clear(value) for value in frame["verdict"].tolist()]
    rows = marks.points(frame, "difference", "points")
    heading: dict[str, str | Column] = {}
    if "vurdering" not in frame.columns:
        frame = frame.assign(vurdering=["fylt" if clear else "åpen" for clear in is_clear])
        heading["vurdering"] = "Prikk i figuren"
    told = _without_hidden_verdicts(frame, rows)
    tables = [_numbers_table(label, told, ["topic", "difference"], heading, last=["vurdering"])]
    chart = charts.ChangeChart(
        topics=[str(topic) for topic in frame["topic"].tolist()],
        rows=rows,
        spans=marks.points(frame, "difference", "points", ("box_lower", "box_upper")),
        is_clear=is_clear,
    )
    if all(row.value is None for row in chart.rows):
        raise EvalueringError("Figuren har ingen endring å tegne.", where=id)
    dots = {clear for clear, row in zip(is_clear, rows, strict=True) if row.is_shown}
    words = [text for filled, text in ((True, _FILLED), (False, _HOLLOW)) if filled in dots]
    words += [_UNCERTAINTY] if any(row.lower is not None for row in chart.rows) else []
    words += [_ROUNDING] if any(span.lower is not None for span in chart.spans) else []
    return _whole(label, chart, words, tables)


def figure_municipalities(
    frame: pd.DataFrame, *, id: str, number: int, title: str, alt: str, caption: str
) -> str:
    """The same rate in several municipalities; the own one is filled and bold. Never a rank.

    Args:
        frame: `kommune`, `rate` (per 1 000), `rate_tegn`, `own` (bool, exactly one); `lower` and
            `upper` where known. Drawn in the order given: that of the municipality number.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above.

    Raises:
        EvalueringError: Not exactly one own municipality, or as `figure_shares`.
    """
    label = _Label(id, number, title, alt, caption)
    own = [bool(value) for value in frame["own"].tolist()]
    if sum(own) != 1:
        raise EvalueringError("Figuren må ha én egen kommune.", where=id)
    tables = [_numbers_table(label, frame, ["kommune", "rate"])]
    rows = marks.points(frame, "rate", "rate")
    marks.require_two(rows, id)
    names = [str(name) for name in frame["kommune"].tolist()]
    chart = charts.PlaceChart(names=names, rows=rows, own=own.index(True))
    return _whole(label, chart, [f"Fylt prikk: {names[chart.own]}.", _interval_words(rows)], tables)


def figure_place_changes(
    frame: pd.DataFrame, *, id: str, number: int, title: str, alt: str, caption: str
) -> str:
    """The same change here and elsewhere, one row a place; the own one is filled and bold.

    Args:
        frame: `sted`, `difference` (fraction of one), `own` (bool, exactly one); `lower` and
            `upper` where known. Drawn in the order given, which never depends on the numbers. A
            place that may not be shown is not among the rows.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above.

    Raises:
        EvalueringError: A number is missing or may not be shown, not exactly one own place, or as
            `figure_shares`.
    """
    label = _Label(id, number, title, alt, caption)
    own = [bool(value) for value in frame["own"].tolist()]
    if sum(own) != 1:
        raise EvalueringError("Figuren trenger en rad som er kommunens egen.", where=id)
    rows = marks.points(frame, "difference", "points")
    if not all(row.is_shown for row in rows):
        raise EvalueringError("Figuren mangler et tall.", where=id)
    marks.require_two(rows, id)
    names = [str(name) for name in frame["sted"].tolist()]
    chart = PlaceChangeChart(names=names, rows=rows, own=own.index(True))
    tables = [_numbers_table(label, frame, ["sted", "difference"])]
    words = [f"Fylt prikk: {names[chart.own].lower()}.", _interval_words(rows)]
    return _whole(label, chart, words, tables)


def figure_concentration(
    frame: pd.DataFrame, *, id: str, number: int, title: str, alt: str, caption: str
) -> str:
    """How much of the offences a few stand for: two bars per year and a tick for chance.

    Args:
        frame: `aar`, `share_offences`, and where known `share_persons` and `share_by_chance`
            (fractions of one, each with its `_tegn`). A column that is not there is not drawn.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above; says who the few are.

    Raises:
        EvalueringError: No bar to draw, or whatever `table` and `svg.render` refuse.
    """
    label = _Label(id, number, title, alt, caption)
    shares = [name for name in (*charts.BARS, charts.CHANCE) if name in frame.columns]
    tables = [_numbers_table(label, frame, ["aar", *shares])]
    chart = charts.BarChart(
        years=[str(year) for year in _years(frame)],
        bars={name: marks.points(frame, name, "percent") for name in shares},
    )
    if not any(row.value is not None for name in charts.BARS for row in chart.bars.get(name, [])):
        raise EvalueringError("Figuren har ingen søyle å tegne.", where=id)
    return _whole(label, chart, [], tables)


def figure_steps(
    frame: pd.DataFrame,
    names: Sequence[str],
    *,
    id: str,
    number: int,
    title: str,
    alt: str,
    caption: str,
    columns: Mapping[str, str | Column],
) -> str:
    """Counts as horizontal bars from a common zero: where cases stop, how far goals came.

    Args:
        frame: `antall`, one row a bar in the order of the way, and what the table under it shows.
        names: What stands above each bar.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above.
        columns: The columns of the table under it, in order.

    Raises:
        EvalueringError: A number may not be shown (a table stands in its place then), or whatever
            `table` and `svg.render` refuse.
    """
    label = _Label(id, number, title, alt, caption)
    rows = marks.points(frame, "antall", "count")
    if not all(row.is_shown for row in rows):
        raise EvalueringError("Figuren mangler et tall.", where=id, remedy="Vis tabellen i stedet.")
    told = table(
        frame,
        id=f"{id}-tall",
        caption=f"Tallene i figur {number}. {title}",
        columns=columns,
    )
    return _whole(label, StepChart(names=names, rows=rows), [], [told])


def figure_ladder(
    panels: Mapping[str, Sequence[tuple[date, float]]],
    frame: pd.DataFrame,
    *,
    levels: Mapping[float, str],
    wish: float,
    start: date | None,
    id: str,
    number: int,
    title: str,
    alt: str,
    caption: str,
    columns: Mapping[str, str | Column],
) -> str:
    """One goal over time, a panel for each voice. For the internal page about one case only.

    Args:
        panels: Name of a voice → its days and levels.
        frame: The same scores, for the table under it.
        levels: Level → its words on the axis.
        wish: The level that is the goal.
        start: The day the work began, or None.
        id: As in `figure_shares`, and so are the rest.
        number: As above.
        title: As above.
        alt: As above.
        caption: As above.
        columns: The columns of the table under it, in order.
    """
    label = _Label(id, number, title, alt, caption)
    told = table(
        frame, id=f"{id}-tall", caption=f"Tallene i figur {number}. {title}", columns=columns
    )
    return _whole(label, LadderChart(panels, levels, wish, start), [], [told])


def _whole(label: _Label, chart: charts.Chart, words: Sequence[str], tables: Sequence[str]) -> str:
    """Drawing, caption and numbers as one element."""
    drawing = svg.render(
        chart.paint, id=label.id, height=chart.height, title=label.title, alt=label.alt
    )
    caption = " ".join([*words, label.caption.strip()])
    return (
        f'<figure id="{label.id}" class="figur">\n{drawing}\n'
        f"<figcaption><strong>Figur {label.number}. {escape(label.title.rstrip('.'))}.</strong> "
        f"{escape(caption)}</figcaption>\n"
        f"<details><summary>Vis tallene i figur {label.number}</summary>\n"
        f"{''.join(tables)}</details>\n</figure>\n"
    )


def _numbers_table(
    label: _Label,
    frame: pd.DataFrame,
    columns: Sequence[str],
    headings: Mapping[str, str | Column] | None = None,
    *,
    last: Sequence[str] = (),
) -> str:
    """The table under a figure: the columns that are drawn, and no other."""
    drawn = list(columns)
    for lower, upper in INTERVALS:
        if lower in frame.columns and bool(frame[lower].notna().any()):
            drawn += [lower, upper]
            frame = _explain_gaps(frame, columns[1], lower)
    chosen: dict[str, str | Column] = {
        name: (headings or {}).get(name) or COLUMNS.get(name, "") for name in [*drawn, *last]
    }
    return table(
        frame,
        id=f"{label.id}-tall",
        caption=f"Tallene i figur {label.number}. {label.title}",
        columns=chosen,
    )


def _conditions_table(label: _Label, conditions: pd.DataFrame) -> str:
    return table(
        conditions,
        id=f"{label.id}-svar",
        caption=f"Svar som trengs, til figur {label.number}. {label.title}",
        columns=["design_effect", "smallest_n"],
    )


def _explain_gaps(frame: pd.DataFrame, estimate: str, lower: str) -> pd.DataFrame:
    """A row with a number but no interval says «mangler», unless the frame says otherwise."""
    sign = lower + SIGN_SUFFIX
    gap = frame[lower].isna() & frame[estimate].notna()
    if sign in frame.columns or not bool(gap.any()):
        return frame
    signs = frame.get(estimate + SIGN_SUFFIX, pd.Series("", index=frame.index))
    return frame.assign(**{sign: signs.where(~gap, Sign.MISSING.value)})


def _without_hidden_verdicts(frame: pd.DataFrame, rows: Sequence[Point]) -> pd.DataFrame:
    """Where the number may not stand, neither may the words or the dot that tell its direction."""
    is_shown = pd.Series([row.is_shown for row in rows], index=frame.index)
    signs = pd.Series(
        ["" if row.is_shown else row.sign.value for row in rows], index=frame.index, dtype=object
    )
    return frame.assign(vurdering=frame["vurdering"].where(is_shown, None), vurdering_tegn=signs)


def _interval_words(rows: Sequence[Point], means: IntervalMeans = "uncertainty") -> str:
    if all(row.lower is None for row in rows):
        return _NO_INTERVAL
    return _UNCERTAINTY if means == "uncertainty" else _ROUNDING


def _years(frame: pd.DataFrame) -> list[int]:
    return [int(numbers.fmt_year(year)) for year in frame["aar"].tolist()]


def _is_clear(value: object) -> bool:
    try:
        return Verdict(str(value)) is Verdict.CLEAR
    except ValueError:
        raise EvalueringError("Vurderingen er ukjent.", where="Kolonnen «verdict»") from None
