"""Cases, consent, goals and scores against each other. No message holds a value of a row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from evaluering.inputs.workbook.consent import STRICTEST, consented_cases
from evaluering.inputs.workbook.frames import frame_of
from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.row_checks import by_value
from evaluering.inputs.workbook.rows import Content, Line

Contents = Mapping[str, Content]


def check_cases(
    contents: Contents,
    *,
    cutoff: date | None = None,
    required: Mapping[str, Collection[str]] = STRICTEST,
) -> Iterator[Problem]:
    """Everything that cannot be true of cases, and cases without consent as remarks.

    Args:
        contents: What was read, by sheet id; sheets that are not read are absent.
        cutoff: The day data are counted to; without it nothing is said about valid consent.
        required: Who must consent, per age group.
    """
    goals, scores = contents.get("maal"), contents.get("maalinger")
    if goals is not None and scores is not None:
        yield from _before_baseline(goals, scores)
    cases, consent = contents.get("saker"), contents.get("samtykke")
    if consent is not None:
        yield from _withdrawn_first(consent)
    if cases is not None and consent is not None and cutoff is not None:
        yield from _without_consent(cases, consent, cutoff, required)


def _before_baseline(goals: Content, scores: Content) -> Iterator[Problem]:
    by_goal = by_value(goals, "maal_id")
    for line in scores.lines:
        goal = by_goal.get(line.values["maal_id"]) if "maal_id" in line.values else None
        start = goal.values.get("satt_dato") if goal is not None else None
        measured = line.values.get("dato")
        if isinstance(start, date) and isinstance(measured, date) and measured < start:
            yield scores.problem("before_baseline", line, "dato")


def _withdrawn_first(consent: Content) -> Iterator[Problem]:
    """A withdrawal with no consent before it, per case and party."""
    given: dict[tuple[str, str], date] = {}
    events = [line for line in consent.lines if isinstance(line.values.get("dato"), date)]
    for line in events:
        if line.text("tilstand") == "gitt":
            key = _party(line)
            given[key] = min(given.get(key, date.max), _day(line))
    for line in events:
        is_withdrawn = line.text("tilstand") == "trukket"
        if is_withdrawn and given.get(_party(line), date.max) > _day(line):
            yield consent.problem("withdrawn_first", line, "dato")


def _party(line: Line) -> tuple[str, str]:
    return line.text("sak_id"), line.text("part")


def _day(line: Line) -> date:
    value = line.values["dato"]
    return value if isinstance(value, date) else date.max


def _without_consent(
    cases: Content, consent: Content, cutoff: date, required: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    valid = consented_cases(frame_of(consent), frame_of(cases), cutoff, required=required)
    for line in cases.lines:
        if line.text("sak_id") and line.text("sak_id") not in valid:
            yield cases.problem("no_consent", line, "sak_id")
