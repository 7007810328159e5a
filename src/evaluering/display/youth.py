"""One printed page for young people: the same findings and verdicts, in plainer sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evaluering.display import first_screen
from evaluering.display import sentences as say
from evaluering.display.council_parts import decision_sentences
from evaluering.display.markup import heading, items, paragraph, quote
from evaluering.display.numbers import fmt_percent, fmt_year
from evaluering.display.plan_parts import status_sentences
from evaluering.model import Finding, Value, Verdict

CHAPTER: Final = "ungdom"
_ROLE: Final = "ungdomsrådet"
_UNKNOWN: Final = {
    Verdict.MISSING: "Vi har ikke fått tall.",
    Verdict.WITHHELD: "Tallet kan ikke vises, for det kunne ha pekt ut noen.",
}


def page(findings: Sequence[Finding], kommune: str, year: int) -> str:
    """The whole page from its h1 on.

    Args:
        findings: Safe, in the order of the report.
        kommune: The municipality.
        year: The year evaluated.
    """
    return "".join(
        [
            heading(f"Til dere som er unge i {kommune}", id="ungdom", level=1),
            paragraph(
                "Kommunen og politiet har en plan for at færre unge skal gjøre kriminalitet.",
                "Hvert år ser vi på om planen er på rett vei.",
                "Her er det viktigste, skrevet til dere.",
            ),
            heading("Hva dere har svart", id="svar", level=2),
            _answers(findings),
            heading("Hva de voksne lovet, og hva de har gjort", id="voksne", level=2),
            _promises(findings),
            heading("Hva politiet har registrert", id="politi", level=2),
            paragraph(*first_screen.offences(findings, year)),
            heading("Det vi ikke vet", id="vet-ikke", level=2),
            paragraph(
                *([lacking] if (lacking := first_screen.gap(findings, year)) != say.HIDDEN else []),
                "Tallene viser hva som har endret seg. De viser ikke hvorfor.",
                "Noen tall er skjult, så ingen skal kunne kjenne igjen én person.",
            ),
            heading("Hva ungdomsrådet sier", id="ungdomsraad", level=2),
            _council(findings),
        ]
    )


def _answers(findings: Sequence[Finding]) -> str:
    questions = [
        finding
        for finding in findings
        if finding.kind in say.SURVEY_KINDS and not finding.is_exploratory
    ]
    if not questions:
        return paragraph("Vi har ikke fått tall fra Ungdata, undersøkelsen dere svarer på.")
    said = items(_answer(finding) for finding in questions)
    return paragraph("Dette har elever svart i Ungdata:") + said


def _answer(finding: Finding) -> str:
    """One question: what it is about, the verdict in words, and the two numbers."""
    unknown = _UNKNOWN.get(finding.verdict) if finding.verdict else None
    if unknown:
        return f"{finding.topic}: {unknown}"
    values = finding.values
    first, last = values.get("share_from"), values.get("share_to")
    words = f"{finding.topic}: {say.verdict_words(finding)}."
    if first is None or last is None:
        return words
    return (
        f"{words} {fmt_percent(_float(first), text=True)} i {_year(values.get('year_from'))}, "
        f"{fmt_percent(_float(last), text=True)} i {_year(values.get('year_to'))}."
    )


def _promises(findings: Sequence[Finding]) -> str:
    """Measures and decisions: how many are under way, done or not begun."""
    measures = next((item for item in findings if item.kind == "measures" and item.values), None)
    if measures is None:
        return paragraph("Vi har ikke fått vite hvordan det går med tiltakene.")
    decisions = [item for item in findings if item.kind == "decisions" and len(item.frame)]
    return paragraph(*status_sentences(measures, "tiltak")) + "".join(
        paragraph(*decision_sentences(item)) for item in decisions
    )


def _council(findings: Sequence[Finding]) -> str:
    for finding in findings:
        if finding.kind != "assessments" or "tekst" not in finding.frame:
            continue
        for role, text in zip(finding.frame["rolle"], finding.frame["tekst"], strict=True):
            if role == _ROLE and text:
                return quote(str(text), "Ungdomsrådet")
    return paragraph("Ungdomsrådet har ikke levert en vurdering.")


def _year(value: Value) -> str:
    return fmt_year(int(_float(value)))


def _float(value: Value) -> float:
    return float(value) if value is not None else 0.0
