"""The first screen: three key messages, always the same three, and what the figures cannot say.

The slots are fixed so that nobody can pick the dramatic ones: offences under 18, what young people
answer, and the work itself. Each has at most 40 words, and the gaps at most 45.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from evaluering.display import sentences as say
from evaluering.display.markup import link
from evaluering.display.numbers import fmt_count, fmt_percent, fmt_year
from evaluering.model import Finding, Value, Verdict

MAX_MESSAGE_WORDS: Final = 40
MAX_GAP_WORDS: Final = 45
_CHANGED: Final = frozenset({Verdict.CLEAR, Verdict.PROBABLE})


def messages(findings: Sequence[Finding], year: int) -> str:
    """The three key messages as a list, each with a link to its figures.

    Args:
        findings: Of the whole run.
        year: The year evaluated.
    """
    first = link("Se tallene", "forhold")
    if _plan_share(findings) is not None:
        first += f" {link('Se planens tall', 'gjentatt')}"
    has_cases = _consent(findings) is not None
    last = link("Se sakene", "samarbeid") if has_cases else link("Se tiltakene", "tiltak")
    slots = (
        (offences(findings, year), first),
        (answers(findings), link("Se svarene", "ungdata")),
        (work(findings), last),
    )
    rows = "".join(
        f"<li><strong>{escape(answer)}</strong> {escape(' '.join(rest))} {links}</li>"
        for (answer, *rest), links in slots
    )
    return f'<ol class="hovedfunn">{rows}</ol>\n'


def cannot_say(findings: Sequence[Finding], year: int) -> str:
    """Two fixed sentences and the most important gap this year."""
    text = " ".join([say.CAUSE, say.QUALITY, gap(findings, year)])
    return f"<p>{escape(text)}</p>\n"


def offences(findings: Sequence[Finding], year: int) -> list[str]:
    """Slot 1: offences under 18 in the municipality."""
    headline = _first(findings, "indicator", section="forhold")
    if headline is not None and not _lacks(headline):
        return [f"{say.heading(headline)}.", *say.headline(headline), *_own_share(findings)]
    said = [f"Vi vet ikke hvor mange forhold ungdom under 18 år sto bak i {fmt_year(year)}."]
    said.append("Politiet har ikke levert tall.")
    few = _plan_share(findings)
    if few is not None:
        values = few.values
        said.append(
            f"Planen oppgir at {fmt_count(_int(values['persons']))} personer sto for "
            f"{fmt_percent(_float(values['share']), text=True)} av barne- og "
            f"ungdomskriminaliteten i {fmt_year(_int(values['year']))}."
        )
    return said


def answers(findings: Sequence[Finding]) -> list[str]:
    """Slot 2: how many of the declared questions have changed."""
    questions = [
        finding
        for finding in findings
        if finding.kind in say.SURVEY_KINDS and not finding.is_exploratory
    ]
    if not questions:
        return ["Vi har ingen tall fra Ungdata."]
    total = say.in_words(len(questions))
    changed = [finding for finding in questions if finding.verdict in _CHANGED]
    if changed:
        names = say.listed([finding.topic.lower() for finding in changed])
        said = [
            f"{_neuter(len(changed))} av {total} spørsmål har endret seg mer enn tilfeldig "
            f"variasjon kan forklare: {names}."
        ]
    elif all(finding.verdict is Verdict.WITHHELD for finding in questions):
        return ["Svarene fra ungdom vises ikke, for de er ikke kontrollert for personvern ennå."]
    else:
        said = ["Vi kan ikke si om ungdoms svar har endret seg mer enn tilfeldigheter forklarer."]
    joint = _first(findings, "survey_direction")
    if joint is not None and joint.values.get("agreeing") is not None:
        agreeing, of = _int(joint.values["agreeing"]), _int(joint.values["total"])
        span = (
            f" mellom {fmt_year(_int(joint.values['year_from']))} og "
            f"{fmt_year(_int(joint.values['year_to']))}"
            if joint.values["year_from"] is not None
            else ""
        )
        who = "Alle" if agreeing == of else f"{_neuter(agreeing)} av"
        said.append(
            f"{_neuter(of)} av {total} spørsmål kan sammenlignes{span}. "
            f"{who} {say.in_words(of)} peker mot flere regelbrudd eller mer rus."
        )
    if any(finding.refusal == "no_n" for finding in questions):
        said.append("Antall svar mangler.")
    return said


def work(findings: Sequence[Finding]) -> list[str]:
    """Slot 3: the work itself: cases with consent, and until those are delivered, the measures."""
    cases = _consent(findings)
    if cases is not None:
        return [say.of_cases(cases), *say.headline(cases)]
    measures, priorities = _first(findings, "measures"), _first(findings, "priorities")
    if measures is None or "total" not in measures.values:
        return ["Vi har ingen opplysninger om tiltakene."]
    total, reported = _int(measures.values["total"]), _int(measures.values["reported"])
    if reported:
        under_way = say.in_words(_int(measures.values["under_way"]), neuter=True)
        said = [
            f"{under_way.capitalize()} av {fmt_count(total)} tiltak er i gang eller gjennomført."
        ]
        if priorities is not None and "under_way" in priorities.values:
            most = _int(priorities.values["under_way"])
            of = say.in_words(_int(priorities.values["total"]))
            said.append(f"Av de {of} prioriterte gjelder det {say.in_words(most, neuter=True)}.")
        missing = _int(measures.values["missing"])
        if missing:
            unknown = say.in_words(missing, neuter=True)
            said.append(f"For {unknown} tiltak mangler vi opplysninger.")
        return said
    said = [f"Ingen har meldt inn hvordan det går med de {fmt_count(total)} tiltakene."]
    if priorities is not None and priorities.values:
        said.append(
            f"Det gjelder også de {say.in_words(_int(priorities.values['total']))} tiltakene "
            "planen prioriterer."
        )
    return said


def _lacks(finding: Finding) -> bool:
    """No figure was delivered; a first year has a figure, and nothing to compare it with."""
    return finding.verdict is Verdict.MISSING and not finding.reason


def _consent(findings: Sequence[Finding]) -> Finding | None:
    """The cases with consent, where they were delivered and may be told."""
    cases = _first(findings, "indicator", section="samarbeid")
    known = {"teller_to", "nevner_to"} <= cases.values.keys() if cases is not None else False
    return cases if known else None


def _plan_share(findings: Sequence[Finding]) -> Finding | None:
    """The plan's own figure about a few, where the police have delivered none."""
    headline = _first(findings, "indicator", section="forhold")
    few = _first(findings, "concentration_published")
    is_alone = headline is None or _lacks(headline)
    return few if few is not None and few.values and is_alone else None


def _own_share(findings: Sequence[Finding]) -> list[str]:
    """How much of the offences a few stand for, this year."""
    few = _first(findings, "concentration")
    if few is None or not {"persons", "share"} <= few.values.keys():
        return []
    people = say.counted(few.values["persons"], "person", "personer")
    return [f"{people} sto for {say.percent_text(few, 'share')} av forholdene."]


def _neuter(number: int) -> str:
    return say.in_words(number, neuter=True).capitalize()


def gap(findings: Sequence[Finding], year: int) -> str:
    """The most important gap: indicators first, then the number of answers, then whole surveys."""
    indicators = [finding for finding in findings if finding.kind == "indicator"]
    missing = sum(_lacks(finding) for finding in indicators)
    if missing:
        whole = "Ingen" if missing == len(indicators) else ""
        if whole:
            return (
                f"Ingen av planens {say.in_words(len(indicators))} indikatorer har tall for "
                f"{fmt_year(year)}."
            )
        return (
            f"{say.in_words(missing).capitalize()} av planens {say.in_words(len(indicators))} "
            f"indikatorer mangler tall for {fmt_year(year)}."
        )
    if any(finding.refusal == "no_n" for finding in findings):
        return "Vi vet ikke hvor mange elever som svarte på Ungdata."
    return say.HIDDEN


def _first(findings: Sequence[Finding], kind: str, *, section: str = "") -> Finding | None:
    return next(
        (
            finding
            for finding in findings
            if finding.kind == kind and section in ("", finding.section)
        ),
        None,
    )


def _int(value: Value) -> int:
    return int(_float(value))


def _float(value: Value) -> float:
    return float(value) if value is not None else 0.0
