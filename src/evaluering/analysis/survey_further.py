"""What stands beside the verdict of a question: its course, its groups, and what comes next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from evaluering.analysis import survey_groups
from evaluering.analysis.survey_cells import LevelAnswers
from evaluering.analysis.survey_course import Course
from evaluering.analysis.survey_ground import VALUES, Ground, cross_table, exact, spread
from evaluering.analysis.survey_levels import Moved
from evaluering.model import Finding, Rest, Value
from evaluering.plan.entries import Wave
from evaluering.statistics import design

_MOST_COMPOSITION: Final = 0.01
_BACKGROUND: Final = ("kjoenn", "trinn")
_TWO: Final = 2


def with_groups(finding: Finding, table: pd.DataFrame, base: Ground) -> Finding:
    """The finding with the change of each group.

    Args:
        finding: One question.
        table: From `survey_groups.changes`.
        base: Its counts, by sex and grade too.
    """
    item = str(finding.values["question"])
    rows = survey_groups.shown(table, item) if len(table) else table
    if rows.empty:
        return finding
    return replace(
        finding,
        details={**finding.details, survey_groups.PLACE: rows},
        rests=(*finding.rests, *survey_groups.rests(table, item, base)),
    )


def with_course(finding: Finding, course: Course | None, base: Ground) -> Finding:
    """The finding with how the answers have gone over all surveys.

    Args:
        finding: One question.
        course: From `survey_course.courses`; None where there were too few surveys.
        base: Its counts.
    """
    if course is None or math.isnan(course.p_line):
        return finding
    values: dict[str, Value] = {
        "course_shape": course.shape,
        "course_years": ",".join(str(year) for year in course.years),
        **({} if course.turn is None else {"year_turn": course.turn}),
    }
    internal: dict[str, Value] = {
        "p_line": course.p_line,
        "p_bend": None if math.isnan(course.p_bend) else course.p_bend,
        "p_differs": None if math.isnan(course.p_differs) else course.p_differs,
    }
    rest = _spread(values, base, course.years)
    return replace(
        finding,
        values={**finding.values, **values, **internal},
        rests=(*finding.rests, rest),
    )


def with_next_survey(
    finding: Finding,
    answers: LevelAnswers,
    years: Sequence[int],
    waves: Sequence[Wave],
    base: Ground,
) -> Finding:
    """The finding with what the next survey could show, if as many schools and pupils take part.

    Args:
        finding: One question.
        answers: One level of school.
        years: The surveys that can be compared, in order.
        waves: The surveys of the plan, which say how far apart they are.
        base: Its counts.
    """
    planned = sorted(wave.aar for wave in waves)
    if len(years) < _TWO or len(planned) < _TWO:
        return finding
    item = str(finding.values["question"])
    pair = (years[-2], years[-1])
    row = design.change(answers.cells, [item], pairs=[pair], exact=False).iloc[0]
    if row["refusal"]:
        return finding
    values: dict[str, Value] = {
        "year_next": years[-1] + planned[-1] - planned[-2],
        "next_detectable": float(row["smallest_detectable"]),
    }
    return replace(
        finding,
        values={**finding.values, **values},
        rests=(*finding.rests, _spread(values, base, pair)),
    )


def with_levels(finding: Finding, moved: Moved | None, base: Ground) -> Finding:
    """The finding with whether all the ordered answers have moved, not only the share of yes.

    Args:
        finding: One question.
        moved: From `survey_levels.movements`; None where the answers have no declared order.
        base: Its counts.
    """
    if moved is None:
        return finding
    values: dict[str, Value] = {
        "levels_moved": moved.moved,
        "levels_years": ",".join(str(year) for year in moved.years),
    }
    internal: dict[str, Value] = {
        "p_theta": moved.p_value,
        "theta": moved.theta,
        "theta_lower": moved.lower,
        "theta_upper": moved.upper,
    }
    places = [
        moved.table.cell(wave=str(row["wave"]), svar=str(row["svar"]))
        for row in moved.table.frame.to_dict("records")
    ]
    rest = spread(
        VALUES,
        tuple(values),
        (*base.cells(*moved.years), *places),
        schools=min(base.schools[year] for year in moved.years),
        largest=max(base.largest[year] for year in moved.years),
    )
    return replace(
        finding,
        values={**finding.values, **values, **internal},
        tables=(*finding.tables, moved.table),
        rests=(*finding.rests, rest),
    )


def with_composition(
    finding: Finding, answers: LevelAnswers, years: tuple[int, int], base: Ground
) -> Finding:
    """The change with the last survey's mix of sex and grade, where it differs by over a point.

    Args:
        finding: One question.
        answers: One level of school.
        years: The two surveys compared.
        base: Its counts.
    """
    pupils = answers.pupils
    columns = [name for name in _BACKGROUND if pupils is not None and name in pupils]
    if pupils is None or not columns:
        return finding
    item = str(finding.values["question"])
    row = design.standardised_change(
        pupils,
        [item],
        standardise=columns,
        wave="aar",
        cluster="skole_kode",
        weight="vekt" if "vekt" in pupils else None,
        pairs=[years],
        exact=False,
    ).iloc[0]
    matters = abs(float(row["difference"]) - float(row["crude_difference"])) > _MOST_COMPOSITION
    values: dict[str, Value] = {
        "standardised_difference": float(row["difference"]),
        "composition_matters": bool(matters),
    }
    finding = replace(finding, values={**finding.values, **values})
    if not matters:  # said nowhere, so its ground need not be shown
        return finding
    table = cross_table(pupils[pupils["aar"].isin(years)], item, columns, answers.level)
    is_count = table.frame["svar"].isin(["ja", "alle"])
    cells = tuple(
        table.cell(**{name: str(row[name]) for name in table.dimensions})
        for row in table.frame[is_count].to_dict("records")
    )
    return replace(
        finding,
        tables=(*finding.tables, table),
        rests=(*finding.rests, exact(VALUES, tuple(values), (*cells, *base.cells(*years)))),
    )


def _spread(values: Mapping[str, Value], base: Ground, years: Sequence[int]) -> Rest:
    return spread(
        VALUES,
        tuple(values),
        base.cells(*years),
        schools=min(base.schools[year] for year in years),
        largest=max(base.largest[year] for year in years),
    )
