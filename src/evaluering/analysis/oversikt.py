"""What the findings say together: points to discuss, the next numbers to fetch, the ladder's step.

Made by rule from safe findings only, so nothing here can show what the door held back. Never
advice, and never more than five points. The words stand in `display`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import pandas as pd

from evaluering.analysis.datagrunnlag import STEPS
from evaluering.analysis.next_datum import ORDER
from evaluering.model import Finding, SafeFinding, Verdict

MAX_POINTS: Final = 5
WITHHELD_DATUM: Final = "neste_aar"
# A series set beside others' is the same series once more.
_COMPARISONS: Final = frozenset({"survey_comparison", "municipalities"})
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
        `is_reached` and `missing`, as notebook 00 found them; no step is reached without it.
    """
    findings = sorted((item.finding for item in safe), key=_place)
    points = pd.DataFrame(
        _points(findings), columns=pd.Index(["code", "number", "total", "section"])
    )
    numbers = pd.DataFrame(_next_numbers(findings), columns=pd.Index(["code", "topics"]))
    return {"points": points, "next_numbers": numbers, "ladder": _ladder(findings)}


def _place(finding: Finding) -> tuple[float, str]:
    """Questions in the order of the plan; the rest by id."""
    order = finding.values.get("order")
    return (float(order) if order is not None else 0.0, finding.id)


def _points(findings: Sequence[Finding]) -> list[_Point]:
    by_kind = {finding.kind: finding for finding in findings}
    indicators = [finding for finding in findings if finding.kind == "indicator"]
    questions = [finding for finding in findings if finding.kind in SURVEY_KINDS]
    surveys = _missing_years(questions)
    breaks = sum(
        finding.refusal == "not_comparable" and finding.kind not in _COMPARISONS
        for finding in findings
    )
    lacking = sum(_lacks_figures(finding) for finding in indicators)
    found = [
        *_unreported(by_kind),
        _of(by_kind, "priorities", "not_started", "priorities_not_started", "prioritert"),
        _Point("indicators_without_data", lacking, len(indicators), "forhold"),
        _Point("breaks", breaks, 0, "ungdata"),
        _of(by_kind, "decisions", "overdue", "decisions_overdue", "vedtak"),
        _Point("missing_surveys", len(surveys), 0, "ungdata"),
        _of(by_kind, "coverage", "measures_without", "measures_without_indicator", "tiltak"),
    ]
    return [point for point in found if point.number][:MAX_POINTS]


def _lacks_figures(finding: Finding) -> bool:
    """No figure was delivered; a first year has one, and a reason it is not compared."""
    return finding.verdict is Verdict.MISSING and not finding.reason


def _unreported(by_kind: Mapping[str, Finding]) -> list[_Point]:
    """Measures and priorities without status; one point when nobody has reported on either."""
    measures, priorities = by_kind.get("measures"), by_kind.get("priorities")
    counts = [_missing(finding) for finding in (measures, priorities)]
    (of_measures, measures_total), (of_priorities, priorities_total) = counts
    if measures_total and (of_measures, of_priorities) == (measures_total, priorities_total):
        return [_Point("nothing_reported", of_measures, priorities_total, "tiltak")]
    return [
        _Point("measures_without_status", of_measures, measures_total, "tiltak"),
        _Point("priorities_without_status", of_priorities, priorities_total, "prioritert"),
    ]


def _missing(finding: Finding | None) -> tuple[int, int]:
    """Lines without a status, of how many."""
    if finding is None or "total" not in finding.values:
        return 0, 0
    total = _int(finding, "total")
    return total - _int(finding, "reported"), total


_TOTALS: Final = {"priorities": "total", "decisions": "total", "coverage": "measures"}


def _of(by_kind: Mapping[str, Finding], kind: str, key: str, code: str, section: str) -> _Point:
    """A count of a finding, of how many; 0 when it is not there."""
    finding = by_kind.get(kind)
    if finding is None or key not in finding.values:
        return _Point(code, 0, 0, section)
    return _Point(code, _int(finding, key), _int(finding, _TOTALS[kind]), section)


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
        code = WITHHELD_DATUM if _is_hidden(finding) else finding.next_datum
        if code:
            topics.setdefault(code, []).append(finding.topic)
    return [(code, "; ".join(dict.fromkeys(topics[code]))) for code in ORDER if code in topics]


def _is_hidden(finding: Finding) -> bool:
    """Few persons hide it. That more years would help is so whatever the hidden number is."""
    return finding.verdict is Verdict.WITHHELD and finding.refusal != "not_controlled"


def _ladder(findings: Sequence[Finding]) -> pd.DataFrame:
    for finding in findings:
        if finding.kind == "data_basis" and "ladder" in finding.details:
            return finding.details["ladder"]
    steps = list(range(STEPS))
    return pd.DataFrame({"step": steps, "is_reached": False, "missing": ""})


def _int(finding: Finding, name: str) -> int:
    value = finding.values[name]
    return int(value) if value is not None else 0
