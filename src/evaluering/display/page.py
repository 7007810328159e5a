"""The council's page from safe findings: every section of the outline, in one fixed order.

A section without data keeps its heading and says so. All sections are made once, in page order, so
that figures and tables have the same numbers however the notebook is run. The h2 headings are
Markdown in notebook 90; this file gives what stands under each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd

from evaluering.display import (
    back_matter,
    case_process,
    chapters,
    comparisons,
    council_parts,
    counts,
    crime,
    data_basis,
    first_screen,
    goals,
    month_chart,
    notebook,
    overview,
    pictures,
    plan_parts,
    repeat,
    survey,
    trace,
    youth,
)
from evaluering.display import sentences as say
from evaluering.display.markup import Html, Numbering, heading, lead, paragraph, verdict
from evaluering.errors import EvalueringError
from evaluering.model import Finding, SafeFinding, Verdict

# The outline: every h2 of notebook 90, in order.
OUTLINE: Final = (
    "kort",
    "kan-ikke",
    "vedtak",
    "droefting",
    "forhold",
    "gjentatt",
    "samarbeid",
    "tjenester",
    "plasseringer",
    "prosess",
    "ungdata",
    "oss-eller-alle",
    "andre-kommuner",
    "maal",
    "tiltak",
    "prioritert",
    "arenaer",
    "ikke-prioritert",
    "endringer",
    "egenvurdering",
    "vurderinger",
    "neste-tall",
    "metode",
    "ordliste",
    "kilder",
)

Renderer = Callable[[Finding, Numbering], str]

# Kind of finding → what shows it, in the order kinds stand within a section.
RENDERERS: Final[dict[str, Renderer]] = {
    "indicator": counts.change,
    "count_change": counts.change,
    "count_groups": counts.groups,
    "monthly_counts": month_chart.monthly,
    "concentration": repeat.concentration,
    "one_offence": repeat.one_offence,
    "transitions": repeat.transitions,
    "person_share": repeat.person_share,
    "concentration_published": crime.concentration,
    "national_counts": crime.national_counts,
    "claims": crime.claims,
    "process_funnel": case_process.funnel,
    "process_wait": case_process.wait,
    "process_share": case_process.share,
    "outside": crime.outside,
    "survey_published": survey.question,
    "survey_change": survey.question,
    "survey_direction": survey.direction,
    "survey_comparison": comparisons.comparison,
    "municipalities": crime.municipalities,
    "data_basis": data_basis.data_basis,
    "goal_attainment": goals.attainment,
    "goal_voices": goals.voices,
    "goal_levels": goals.levels,
    "goal_groups": goals.groups,
    "decisions": council_parts.decisions,
    "measures": plan_parts.measures,
    "coverage": plan_parts.coverage,
    "priorities": plan_parts.priorities,
    "arenas": council_parts.arenas,
    "not_prioritised": plan_parts.not_prioritised,
    "revisions": council_parts.revisions,
    "self_evaluation": council_parts.self_evaluation,
    "assessments": council_parts.assessments,
}
# With a withheld verdict these still show the numbers that may be seen.
_PARTLY: Final = frozenset({"indicator", "count_change"})
# Shown elsewhere: the plan's own words stand in the chapter on method.
_ELSEWHERE: Final = frozenset({"plan"})

_NO_DATA: Final = {
    "prosess": "Vi har ikke fått tall for hvor sakene stopper, eller hvor lang tid det tar.",
    "maal": "Vi har ikke fått tall for mål i sakene.",
}
_NOTHING: Final = "Vi har ikke fått tall for dette."


class Report:
    """The council's page, made once from the safe findings of a run."""

    def __init__(
        self,
        safe: Sequence[SafeFinding],
        summary: Mapping[str, pd.DataFrame],
        *,
        kommune: str,
        aar: int,
        moete_dato: str,
        skjaeringsdato: str,
        kapittel: str = "",
    ) -> None:
        """Make every section.

        Args:
            safe: What the door let through.
            summary: `points`, `next_numbers` and `ladder`, made from the same findings.
            kommune: The municipality.
            aar: The year evaluated.
            moete_dato: When the council meets: a day, or only a month.
            skjaeringsdato: The day the figures are counted to.
            kapittel: The appendix to make instead of the report: a key of `CHAPTERS`, or `ungdom`
                for the page to young people; empty is the report.

        Raises:
            EvalueringError: No appendix has the name.
        """
        self._chapter = ""
        self._sections = dict.fromkeys(OUTLINE, "")
        self._contents = ""
        self._pieces: tuple[trace.Piece, ...] = ()
        if kapittel:
            with trace.page() as pieces:
                found = [item.finding for item in safe]
                self._chapter = _opened(_chapter(kapittel, found, kommune, aar))
            self._pieces = tuple(replace(piece, html=_opened(piece.html)) for piece in pieces)
            return
        self._contents = (
            '<p><strong>Innhold</strong></p>\n<nav id="innholdsliste" aria-label="Innhold"></nav>\n'
        )
        findings = in_order([item.finding for item in safe])
        numbering = Numbering()
        special = {
            "kort": lambda: first_screen.messages(findings, aar),
            "kan-ikke": lambda: first_screen.cannot_say(findings, aar),
            "droefting": lambda: overview.discussion(summary["points"]),
            "neste-tall": lambda: overview.next_numbers(
                summary["next_numbers"], summary["ladder"], numbering
            ),
            "metode": lambda: (
                back_matter.scope(kommune, aar, moete_dato, skjaeringsdato)
                + overview.how_to_read()
                + back_matter.methods(findings)
            ),
            "kilder": lambda: (
                back_matter.sources(
                    findings, [item.audit for item in safe], is_tested=notebook.has_access_record()
                )
                + chapters.attachments(has_figures=numbering.has_figures)
            ),
        }
        with trace.page() as pieces, pictures.kept():
            self._sections |= {
                id: trace.piece(special[id]) if id in special else _section(id, findings, numbering)
                for id in OUTLINE
                if id != "ordliste"
            }
            text = [*chapters.QUESTIONS.values(), *self._sections.values()]
            self._sections["ordliste"] = trace.piece(lambda: back_matter.glossary(text))
        self._pieces = tuple(pieces)

    def section(self, id: str) -> Html:
        """What stands under one h2.

        Args:
            id: Of the section: `ungdata`, `neste-tall` …

        Raises:
            EvalueringError: No section has the id.
        """
        if id not in self._sections:
            raise EvalueringError(
                f"Rapporten har ingen del som heter «{id}».",
                where="Report.section",
                remedy=f"Bruk en av disse: {', '.join(OUTLINE)}.",
            )
        return self._html(self._sections[id])

    def contents(self) -> Html:
        """The place the exporter fills with links to every question and answer."""
        return Html(self._contents)

    def chapter(self) -> Html:
        """The whole appendix that was asked for; nothing where the report was."""
        return self._html(self._chapter)

    def _html(self, content: str) -> Html:
        pieces = (piece for piece in self._pieces if piece.html and piece.html in content)
        return Html(content, tuple(pieces))


def show(findings: Sequence[Finding]) -> Html:
    """Findings as they will look on the page, for an internal notebook.

    Args:
        findings: One or more; those shown only elsewhere on the page are left out.
    """
    numbering = Numbering()
    blocks = comparisons.grouped(in_order(findings))
    shown = "".join(block_html(block, numbering) for block in blocks)
    return Html(shown or paragraph("Ingen tall er levert."))


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Findings by kind as in `RENDERERS`, then by their own order, then by id."""
    places = {kind: place for place, kind in enumerate(RENDERERS)}

    def place(finding: Finding) -> tuple[int, float, str]:
        own = finding.values.get("order")
        return (
            places.get(finding.kind, len(places)),
            float(own) if own is not None else 0.0,
            finding.id,
        )

    return sorted(findings, key=place)


def block_html(
    block: Sequence[Finding], numbering: Numbering, told: frozenset[str] = frozenset()
) -> str:
    """One finding, or the comparisons of one question together."""
    if len(block) == 1:
        return finding_html(block[0], numbering, told)
    return comparisons.question(block, numbering)


def finding_html(finding: Finding, numbering: Numbering, told: frozenset[str] = frozenset()) -> str:
    """One finding: answer, verdict, figure or table, reservations, source.

    Args:
        finding: Any kind of `RENDERERS`, or one that is shown elsewhere.
        numbering: Of the page's figures and tables.
        told: Reservations that stand above all the survey's questions.

    Raises:
        EvalueringError: Nothing knows how to show this kind.
    """
    if finding.kind in _ELSEWHERE:
        return ""
    if finding.verdict is Verdict.WITHHELD and (finding.frame.empty or finding.kind not in _PARTLY):
        title = heading(f"{finding.topic}: {say.verdict_words(finding)}", id=finding.id)
        return title + verdict(say.paragraph(finding))
    if finding.kind not in RENDERERS:
        raise EvalueringError(f"Funn av typen «{finding.kind}» kan ikke vises.", where=finding.id)
    if told and finding.kind in say.SURVEY_KINDS:
        return survey.question(finding, numbering, told)
    return RENDERERS[finding.kind](finding, numbering)


def _chapter(name: str, findings: Sequence[Finding], kommune: str, aar: int) -> str:
    """An appendix page from its h1 on, with every table open."""
    if name == youth.CHAPTER:
        return trace.piece(lambda: youth.page(in_order(findings), kommune, aar))
    if name not in chapters.CHAPTERS:
        raise EvalueringError(
            f"Rapporten har ikke noe vedlegg som heter «{name}».",
            where="kapittel",
            remedy=f"Bruk en av disse: {', '.join([*chapters.CHAPTERS, youth.CHAPTER])}.",
        )
    numbering, ordered = Numbering(), in_order(findings)
    parts = [chapters.opening(name, kommune)]
    for id, question in chapters.sections(name):
        parts += [heading(question, id=id, level=2), _section(id, ordered, numbering)]
    return "".join(parts)


def _opened(html: str) -> str:
    """An appendix shows its tables open."""
    return html.replace("<details>", "<details open>")


def _section(id: str, findings: Sequence[Finding], numbering: Numbering) -> str:
    own = [item for item in findings if item.section == id]
    told = survey.told_once(own)
    opening = trace.piece(partial(survey.opening, own), _ids(own)) if told else ""
    shown = [
        opening,
        *(
            trace.piece(partial(block_html, block, numbering, told), _ids(block))
            for block in comparisons.grouped(own)
        ),
    ]
    return "".join(shown) or lead("Mangler tall", _NO_DATA.get(id, _NOTHING), kind="konklusjon")


def _ids(findings: Sequence[Finding]) -> str:
    """What a piece is made from, for the gate on its numbers."""
    return " ".join(finding.id for finding in findings)
