"""«Hva svarer ungdom selv?»: a question as answer, verdict, figure with table, reservations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final

from evaluering.display import sentences as say
from evaluering.display import survey_parts
from evaluering.display.figures import figure_changes, figure_shares
from evaluering.display.markup import (
    Numbering,
    anchor,
    heading,
    lead,
    paragraph,
    verdict,
)
from evaluering.display.numbers import (
    fmt_interval,
    fmt_number,
    fmt_percent,
    fmt_points,
    fmt_year,
    written,
)
from evaluering.display.source_line import source_line
from evaluering.display.wording import FLAGS, LABELS
from evaluering.model import Finding, Value, Verdict

_LEVEL: Final = 0.05
_SEVERAL: Final = 2
_ONE_HIDDEN: Final = (
    "Vi kan ikke si hvor mange spørsmål som peker samme vei, fordi ett av tallene ikke kan vises."
)


def told_once(findings: Sequence[Finding]) -> frozenset[str]:
    """The reservations that hold for all questions of a section, to be said once above them.

    Args:
        findings: Of one section; those of other kinds are left out.
    """
    shown = _shown(findings)
    if len(shown) < _SEVERAL:
        return frozenset()
    first, *others = (frozenset(_reservations(item)) for item in shown)
    return first.intersection(*others) | {survey_parts.NOT_CHOSEN}


def opening(findings: Sequence[Finding]) -> str:
    """What is said once above the questions.

    Args:
        findings: As for `told_once`.
    """
    told, shown = told_once(findings), _shown(findings)
    said = [text for text in _reservations(shown[-1]) if text in told] if told else []
    further = " ".join(
        text for item in shown for text in (survey_parts.course(item), survey_parts.levels(item))
    )
    labels = [f"«{label}»" for label in ("Over tid", "Alle svarene") if f">{label}." in further]
    if any(survey_parts.has_groups(item) for item in shown):
        labels.append("«Vis flere»")
    if told and labels:
        said.append(f"Det som står under {say.listed(labels)}, var ikke valgt ut på forhånd.")
    return lead("Gjelder alle spørsmålene", *said, kind="paavirker", stop=":") if said else ""


def question(finding: Finding, numbering: Numbering, told: Collection[str] = ()) -> str:
    """One survey question, whatever its tier.

    Args:
        finding: Kind `survey_published` or `survey_change`.
        numbering: Of the page's figures and tables.
        told: Sentences that stand above all the questions, and are not said again.
    """
    parts = [
        heading(say.heading(finding) + survey_parts.figures(finding), id=finding.id),
        verdict(say.paragraph(finding)),
        paragraph(say.next_datum(finding), kind="neste"),
        survey_parts.next_survey(finding),
    ]
    if finding.verdict is Verdict.MISSING:
        parts.append(_words_without_numbers(finding))
    elif finding.verdict is not Verdict.WITHHELD:
        parts += [
            lead("Beskrivelse", *described(finding)),
            _figure(finding, numbering),
            survey_parts.course(finding, told),
            survey_parts.levels(finding, told),
            survey_parts.groups(finding, numbering, told),
        ]
    parts += [_influences(finding, told), source_line(finding)]
    return "".join(parts)


def direction(finding: Finding, numbering: Numbering) -> str:
    """How many questions point the same way, with the change of each in one figure."""
    values = finding.values
    total = _int(values["total"])
    if values.get("agreeing") is None:  # one of the questions may not be shown
        title, said = "", [_ONE_HIDDEN]
    else:
        agreeing = _int(values["agreeing"])
        title = ": " + say.same_direction(agreeing, total).rstrip(".").lower()
        said = [say.same_direction(agreeing, total), "Den veien er flere regelbrudd eller mer rus."]
        if finding.method == "published":
            said += _beyond_rounding(_int(values["beyond_rounding"]), total)
        else:
            said += _beyond_noise(values.get("p_joint"))
    verdicts = finding.frame["verdict"].fillna(Verdict.WITHHELD.value)
    words = [_verdict_word(str(code)) for code in verdicts]
    if finding.frame["difference"].isna().all():
        return "".join(
            [
                heading(f"{finding.topic}{title}", id=finding.id),
                paragraph(*said),
                source_line(finding),
            ]
        )
    number = numbering.figure()
    return "".join(
        [
            heading(f"{finding.topic}{title}", id=finding.id),
            paragraph(*said),
            paragraph(_claim(values)),
            figure_changes(
                finding.frame.assign(verdict=verdicts, vurdering=words),
                id=f"fig-{anchor(finding.id)}",
                number=number,
                title="Endring i prosentpoeng for hvert spørsmål",
                alt=_alt_direction(finding),
                caption=f"Elever i kommunen. {_span(finding)}",
            ),
            source_line(finding),
        ]
    )


def _beyond_rounding(certain: int, total: int) -> list[str]:
    """Published percentages: what holds whatever was rounded away, and why there is no test."""
    holds = (
        "Det gjelder også når vi regner med avrunding."
        if certain == total
        else f"For {say.in_words(certain)} av dem gjelder det også når vi regner med avrunding."
    )
    return [
        holds,
        "De samme elevene svarer på alle spørsmålene.",
        "Uten svar per skole kan vi ikke si om de samlet har endret seg mer enn tilfeldig.",
    ]


def _beyond_noise(p_joint: Value) -> list[str]:
    if p_joint is None:
        return ["Med så få skoler kan vi ikke si om det er mer enn tilfeldig."]
    if _float(p_joint) <= _LEVEL:
        return ["Samlet er endringen større enn tilfeldig variasjon mellom skolene kan forklare."]
    return ["Samlet kan endringen ikke skilles fra tilfeldig variasjon mellom skolene."]


def _claim(values: Mapping[str, Value]) -> str:
    quote = str(values.get("quote") or "")
    return f"Planen skriver: «{quote}»." if quote else ""


def described(finding: Finding) -> list[str]:
    """The descriptive answer: what those who answered said, rounding, non-response and gaps."""
    values = finding.values
    first, last = fmt_year(_int(values["year_from"])), fmt_year(_int(values["year_to"]))
    said = [
        f"Blant elevene som svarte, var andelen {say.percent_text(finding, 'share_from')} i "
        f"{first} og {say.percent_text(finding, 'share_to')} i {last}."
    ]
    if finding.refusal != "not_comparable":
        said += _change_described(finding)
    if values.get("missing_years"):
        years = [int(year) for year in str(values["missing_years"]).split(",")]
        said.append(say.missing_years(years, str(values["holder"])))
    return said


def _change_described(finding: Finding) -> list[str]:
    """The change itself, as far as those two surveys can be put beside each other."""
    values = finding.values
    said: list[str] = []
    if values.get("is_rounded") and values.get("box_lower") is not None:
        span = fmt_interval(_float(values["box_lower"]), _float(values["box_upper"]))
        said.append(f"Tallene er avrundet. Endringen kan derfor være fra {span} prosentpoeng.")
    elif not _adds_up(finding):
        said.append(say.ROUNDED)
    if values.get("descriptive_lower") is not None:
        span = fmt_interval(
            _float(values["descriptive_lower"]), _float(values["descriptive_upper"])
        )
        said.append(
            f"For alle elevene disse årene er endringen fra {span} prosentpoeng "
            f"({say.interval_words()} for frafallet alene)."
        )
    return [*said, *_non_response(finding), *_composition(values)]


def _adds_up(finding: Finding) -> bool:
    """Whether the printed change is the printed last share minus the printed first."""
    first, last, change = (
        Decimal(fmt_number(100 * _float(finding.values[name])).replace("\u2212", "-"))
        for name in ("share_from", "share_to", "difference")
    )
    return last - first == change


def _non_response(finding: Finding) -> list[str]:
    """What those who did not answer must be like for a change we believe in to vanish."""
    values = finding.values
    if values.get("can_undo") is None or not finding.direction:
        return []
    if not values["can_undo"]:
        return ["Frafallet det siste året kan ikke alene forklare endringen."]
    needed = fmt_percent(_float(values["tipping_share"]), text=True)
    return [
        f"Endringen forsvinner bare hvis {needed} av dem som ikke svarte, har gjort dette. Blant "
        f"dem som svarte, var det {say.percent_text(finding, 'share_to')}."
    ]


def _composition(values: Mapping[str, Value]) -> list[str]:
    if not values.get("composition_matters"):
        return []
    change = fmt_points(_float(values["standardised_difference"]))
    return [f"Med samme fordeling av kjønn og trinn begge år ville endringen vært {change}."]


def _figure(finding: Finding, numbering: Numbering) -> str:
    number = numbering.figure()
    is_rounded = finding.kind == "survey_published"
    has_answers = finding.values.get("n_from") is not None
    answers = (
        f"{say.counted(finding.values['n_from'], 'svar', 'svar')} i "
        f"{fmt_year(_int(finding.values['year_from']))} og "
        f"{say.counted(finding.values['n_to'], 'svar', 'svar')} i "
        f"{fmt_year(_int(finding.values['year_to']))}."
        if has_answers
        else "Antall svar er ikke kjent."
    )
    return figure_shares(
        finding.frame,
        id=f"fig-{anchor(finding.id)}",
        number=number,
        title=finding.topic,
        alt=_alt(finding),
        caption=f"Andel elever i prosent. {answers}",
        conditions=None if has_answers else finding.details.get("conditions"),
        interval_means="rounding" if is_rounded else "uncertainty",
    )


def _alt(finding: Finding) -> str:
    values = finding.values
    return (
        f"Prikkdiagram. {finding.topic} gikk fra {say.percent_text(finding, 'share_from')} i "
        f"{fmt_year(_int(values['year_from']))} til {say.percent_text(finding, 'share_to')} i "
        f"{fmt_year(_int(values['year_to']))}."
    )


def _alt_direction(finding: Finding) -> str:
    changes = finding.frame["difference"]
    span = f"{fmt_points(changes.min())} til {fmt_points(changes.max())}"
    return f"Prikkdiagram. Endring for {say.in_words(len(finding.frame))} spørsmål, fra {span}."


def _words_without_numbers(finding: Finding) -> str:
    """The plan's words where it gives no figure; a figure in the plan belongs to its own town."""
    words = str(finding.values.get("quote") or "").rstrip(".")
    if not words or any(character.isdigit() for character in words):
        return ""
    return paragraph(f"Planen skriver: «{words}». Den gir ikke noe tall.")


def _influences(finding: Finding, told: Collection[str]) -> str:
    """«Hva kan påvirke tallet»: the plan's own reservation first, then the flags."""
    said = [text for text in _reservations(finding) if text not in told]
    return lead("Hva kan påvirke tallet", *said, kind="paavirker", stop=":") if said else ""


def _shown(findings: Sequence[Finding]) -> list[Finding]:
    """The questions with figures that may be shown."""
    hides = (Verdict.MISSING, Verdict.WITHHELD)
    return [
        item for item in findings if item.kind in say.SURVEY_KINDS and item.verdict not in hides
    ]


def _reservations(finding: Finding) -> list[str]:
    values = finding.values
    said = [str(values.get("warning") or "")]
    said += [
        FLAGS[code].format(**written(values))
        for code in str(values.get("flags") or "").split(",")
        if code
    ]
    return [sentence for sentence in said if sentence]


def _span(finding: Finding) -> str:
    first, last = finding.values["year_from"], finding.values["year_to"]
    if first is None or last is None:
        return ""
    return f"Fra {fmt_year(_int(first))} til {fmt_year(_int(last))}."


def _verdict_word(code: str) -> str:
    found = Verdict(code)
    changed = {Verdict.CLEAR: "Endring", Verdict.PROBABLE: "Trolig endring"}
    return changed.get(found) or LABELS[found]


def _int(value: Value) -> int:
    return int(_float(value))


def _float(value: Value) -> float:
    return float(value) if value is not None else 0.0
