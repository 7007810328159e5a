"""What the findings say together: points to discuss, the next numbers to fetch, the ladder's step.

Made by rule from safe findings only, so nothing here can show what the door held back. Never
advice, and never more than five points. The words stand in `display`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from evaluering.analysis.next_datum import ORDER
from evaluering.model import Finding, SafeFinding, Verdict

MAX_POINTS: Final = 5
STEPS: Final = 5
SURVEY_KINDS: Final = frozenset({"survey_published", "survey_change"})


class _Point(NamedTuple):
    """One neutral point: which rule made it, how many of how many, and where it can be read."""

    code: str
    number: int
    total: int
    section: str


def overview(safe: Sequence[SafeFinding]) -> dict[str, pd.DataFrame]:
    """Everything that is made from all findings of a run together.

    Args:
        safe: The safe findings of one run.

    Returns:
        `points`: `code`, `number`, `total` (0 where it has no meaning), `section`; five at most.
        `next_numbers`: `code` and `topics` («;» between), cheapest first. `ladder`: `step`,
        `is_reached`.
    """
    findings = sorted((item.finding for item in safe), key=_place)
    points = pd.DataFrame(
        _points(findings), columns=pd.Index(["code", "number", "total", "section"])
    )
    numbers = pd.DataFrame(_next_numbers(findings), columns=pd.Index(["code", "topics"]))
    reached = _step(findings)
    steps = range(STEPS)
    ladder = pd.DataFrame(
        {"step": steps, "is_reached": [reached is not None and step <= reached for step in steps]}
    )
    return {"points": points, "next_numbers": numbers, "ladder": ladder}


def _place(finding: Finding) -> tuple[float, str]:
    """Questions in the order of the plan; the rest by id."""
    order = finding.values.get("order")
    return (float(order) if order is not None else 0.0, finding.id)


def _points(findings: Sequence[Finding]) -> list[_Point]:
    by_kind = {finding.kind: finding for finding in findings}
    indicators = [finding for finding in findings if finding.kind == "indicator"]
    questions = [finding for finding in findings if finding.kind in SURVEY_KINDS]
    found = [
        _unreported(by_kind, "measures", "measures_without_status", "tiltak"),
        _unreported(by_kind, "priorities", "priorities_without_status", "prioritert"),
        _Point(
            "indicators_without_data",
            sum(finding.verdict is Verdict.MISSING for finding in indicators),
            len(indicators),
            "forhold",
        ),
        _Point("missing_surveys", len(_missing_years(questions)), 0, "ungdata"),
        _holes(by_kind),
        _Point(
            "breaks",
            sum(finding.refusal == "not_comparable" for finding in findings),
            0,
            "ungdata",
        ),
    ]
    return [point for point in found if point and point.number][:MAX_POINTS]


def _unreported(by_kind: dict[str, Finding], kind: str, code: str, section: str) -> _Point | None:
    finding = by_kind.get(kind)
    if finding is None or "total" not in finding.values:
        return None
    total, reported = _int(finding, "total"), _int(finding, "reported")
    return _Point(code, total - reported, total, section)


def _holes(by_kind: dict[str, Finding]) -> _Point | None:
    finding = by_kind.get("coverage")
    if finding is None or "measures_without" not in finding.values:
        return None
    return _Point(
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
    everywhere = gaps[0] if gaps else set[str]()
    for gap in gaps[1:]:
        everywhere = everywhere & gap
    return everywhere


def _next_numbers(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    topics: dict[str, list[str]] = {}
    for finding in findings:
        if finding.next_datum:
            topics.setdefault(finding.next_datum, []).append(finding.topic)
    return [(code, "; ".join(dict.fromkeys(topics[code]))) for code in ORDER if code in topics]


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
