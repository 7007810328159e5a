"""What the findings say together: points to discuss, the next numbers to fetch, the ladder's step.

Made by rule from safe findings only, so nothing here can show what the door held back. Never
advice, and never more than five points. The words stand in `display`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluering.analysis.next_datum import ORDER
from evaluering.model import Finding, SafeFinding, Verdict

MAX_POINTS: Final = 5
SURVEY_KINDS: Final = frozenset({"survey_published", "survey_change"})


@dataclass(frozen=True, slots=True)
class Point:
    """One neutral point for the council's discussion.

    Attributes:
        code: Which rule made it.
        count: How many it is true of.
        total: Out of how many; 0 where that has no meaning.
        section: Where on the page it can be read.
    """

    code: str
    count: int
    total: int
    section: str


@dataclass(frozen=True, slots=True)
class NextNumber:
    """A number worth fetching, and the open questions it could settle."""

    code: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Points, next numbers (cheapest first) and the step of the ladder; None is below step 0."""

    points: tuple[Point, ...]
    next_numbers: tuple[NextNumber, ...]
    step: int | None


def overview(safe: Sequence[SafeFinding]) -> Overview:
    """Everything that is made from all findings of a run together.

    Args:
        safe: The safe findings of one run.
    """
    findings = [item.finding for item in safe]
    return Overview(_points(findings), _next_numbers(findings), _step(findings))


def _points(findings: Sequence[Finding]) -> tuple[Point, ...]:
    by_kind = {finding.kind: finding for finding in findings}
    indicators = [finding for finding in findings if finding.kind == "indicator"]
    questions = [finding for finding in findings if finding.kind in SURVEY_KINDS]
    found = [
        _unreported(by_kind, "measures", "measures_without_status", "tiltak"),
        _unreported(by_kind, "priorities", "priorities_without_status", "prioritert"),
        Point(
            "indicators_without_data",
            sum(finding.verdict is Verdict.MISSING for finding in indicators),
            len(indicators),
            "forhold",
        ),
        Point("missing_surveys", len(_missing_years(questions)), 0, "ungdata"),
        _holes(by_kind),
        Point(
            "breaks",
            sum(finding.refusal == "not_comparable" for finding in findings),
            0,
            "ungdata",
        ),
    ]
    return tuple(point for point in found if point and point.count)[:MAX_POINTS]


def _unreported(by_kind: dict[str, Finding], kind: str, code: str, section: str) -> Point | None:
    finding = by_kind.get(kind)
    if finding is None or "total" not in finding.values:
        return None
    total, reported = _int(finding, "total"), _int(finding, "reported")
    return Point(code, total - reported, total, section)


def _holes(by_kind: dict[str, Finding]) -> Point | None:
    finding = by_kind.get("coverage")
    if finding is None or "measures_without" not in finding.values:
        return None
    return Point(
        "measures_without_indicator",
        _int(finding, "measures_without"),
        _int(finding, "measures"),
        "tiltak",
    )


def _missing_years(questions: Sequence[Finding]) -> set[str]:
    """Surveys no question at all has a figure for."""
    gaps = [
        set(str(finding.values.get("missing_years") or "").split(",")) - {""}
        for finding in questions
    ]
    return set.intersection(*gaps) if gaps else set()


def _next_numbers(findings: Sequence[Finding]) -> tuple[NextNumber, ...]:
    topics: dict[str, list[str]] = {}
    for finding in findings:
        if finding.next_datum:
            topics.setdefault(finding.next_datum, []).append(finding.topic)
    known = [code for code in ORDER if code in topics]
    return tuple(NextNumber(code, tuple(dict.fromkeys(topics[code]))) for code in known)


def _step(findings: Sequence[Finding]) -> int | None:
    """The highest step of the ladder whose inputs, and those of every step below, are there."""
    reached: int | None = None
    for step, has_inputs in enumerate((_has_answers_and_status, _has_indicators)):
        if not has_inputs(findings):
            break
        reached = step
    return reached


def _has_answers_and_status(findings: Sequence[Finding]) -> bool:
    measures = [finding for finding in findings if finding.kind == "measures"]
    questions = [
        finding
        for finding in findings
        if finding.kind in SURVEY_KINDS and finding.verdict is not Verdict.MISSING
    ]
    have_answers = bool(questions) and all(
        finding.values.get("n_from") is not None for finding in questions
    )
    have_status = any(finding.values.get("reported") for finding in measures)
    return have_answers and have_status


def _has_indicators(findings: Sequence[Finding]) -> bool:
    indicators = [finding for finding in findings if finding.kind == "indicator"]
    return bool(indicators) and all(
        finding.verdict is not Verdict.MISSING for finding in indicators
    )


def _int(finding: Finding, name: str) -> int:
    value = finding.values[name]
    return int(value) if value is not None else 0
