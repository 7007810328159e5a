"""«Er det oss eller alle?»: one block a question, with every place it is set beside.

The verdict against the country stands first (or the first place there is); the county and the
other municipalities follow as rows under it. Every finding keeps its own id on its own row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.figures import figure_place_changes
from evaluering.display.markup import Numbering, anchor, heading, lead, paragraph, verdict
from evaluering.display.numbers import fmt_points, fmt_year
from evaluering.display.source_line import source_line
from evaluering.model import Finding, Value, Verdict

KIND: Final = "survey_comparison"
_COUNTRY, _COUNTY, _OTHERS = "landet", "fylke", "kommuner"
# The order of the rows of text, and of the figure: always the same.
_SAID: Final = (_COUNTRY, _COUNTY, _OTHERS)
_DRAWN: Final = {_COUNTY: "Fylket", _COUNTRY: "Landet"}
_OWN: Final = "Kommunen"
_TOO_SHORT: Final = (
    "Er tallene avrundet, er det regnet med i strekene. Strekene tar ikke med alt som svinger "
    "mellom skoler og fra gang til gang. De kan derfor være for korte."
)
_WITHOUT_US: Final = "Vår egen kommune er trukket ut av de andre tallene."
_TITLE: Final = "{name}, her og ellers"


def grouped(findings: Sequence[Finding]) -> list[tuple[Finding, ...]]:
    """Findings as blocks: the comparisons of one question together, every other by itself.

    Args:
        findings: In the order of the page; a block stands where its first finding stood.
    """
    blocks: dict[str, list[Finding]] = {}
    for finding in findings:
        is_one_of = finding.kind == KIND and _place(finding) in _SAID
        blocks.setdefault(_series(finding) if is_one_of else finding.id, []).append(finding)
    return [tuple(block) for block in blocks.values()]


def comparison(finding: Finding, numbering: Numbering) -> str:
    """One comparison by itself, or why there is none.

    Args:
        finding: Kind `survey_comparison`.
        numbering: Of the page's figures and tables.
    """
    return question([finding], numbering)


def question(findings: Sequence[Finding], numbering: Numbering) -> str:
    """One question beside the country, the county and other municipalities.

    Args:
        findings: Kind `survey_comparison`, of the same question.
        numbering: Of the page's figures and tables.
    """
    first, *others = sorted(findings, key=_place_said)
    said = say.paragraph(first)
    sources = tuple(dict.fromkeys(source for item in findings for source in item.sources))
    data = dict.fromkeys(say.next_datum(item) for item in (first, *others))
    return "".join(
        [
            heading(_heading(first), id=first.id),
            verdict(said),
            *(_row(item, said.sentences) for item in others),
            _figure(findings, numbering),
            *(paragraph(datum, kind="neste") for datum in data),
            source_line(replace(first, sources=sources)),
        ]
    )


def _heading(finding: Finding) -> str:
    if finding.verdict is Verdict.WITHHELD:
        return f"{finding.topic}: {say.verdict_words(finding)}"
    return say.heading(finding)


def _row(finding: Finding, told: Sequence[str]) -> str:
    """«Mot fylket: trolig forskjell.» and what was not said before."""
    about = finding.topic.rpartition(", ")[2]
    sentences = say.paragraph(finding).sentences
    own = _own_sentences(finding)
    kept = [text for text in sentences if text in own or text not in told]
    opening = f"{about[:1].upper()}{about[1:]}: {say.verdict_words(finding)}"
    return lead(opening, *kept, id=finding.id)


def _own_sentences(finding: Finding) -> list[str]:
    """The sentences with this place's own numbers, which are said even where they look alike."""
    is_told = finding.verdict not in (Verdict.WITHHELD, Verdict.MISSING)
    if not is_told or finding.refusal == "not_comparable":
        return []
    return say.compared(finding)[1:]


def _figure(findings: Sequence[Finding], numbering: Numbering) -> str:
    """The change of each place; nothing where fewer than two may be put beside each other."""
    by_place = {_place(item): item for item in findings if _is_drawn(item)}
    chosen = [by_place[place] for place in _DRAWN if place in by_place]
    if not chosen:
        return ""
    own = chosen[0].values
    rows = [(_OWN, own["change_own"], own.get("lower_own"), own.get("upper_own"), True)]
    rows += [
        (
            _DRAWN[_place(item)],
            item.values["change_reference"],
            item.values.get("lower_reference"),
            item.values.get("upper_reference"),
            False,
        )
        for item in chosen
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(["sted", "difference", "lower", "upper", "own"]))
    frame = frame.astype({"difference": float, "lower": float, "upper": float})
    name = chosen[0].topic.rpartition(", ")[0]
    return figure_place_changes(
        frame,
        id=f"fig-{anchor(_series(chosen[0]))}",
        number=numbering.figure(),
        title=_TITLE.format(name=name),
        alt=_alt(name, frame),
        caption=_caption(chosen, has_interval=bool(frame["lower"].notna().any())),
    )


def _is_drawn(finding: Finding) -> bool:
    """Both changes may be shown, and may be put beside each other."""
    values = finding.values
    return (
        finding.verdict not in (None, Verdict.WITHHELD, Verdict.MISSING)
        and finding.refusal != "not_comparable"
        and _is_number(values.get("change_own"))
        and _is_number(values.get("change_reference"))
    )


def _caption(findings: Sequence[Finding], *, has_interval: bool) -> str:
    values = findings[0].values
    span = f"Endring i andelen fra {_year(values, 'year_from')} til {_year(values, 'year_to')}."
    said = [span, _answers(findings[0])]
    if not any(item.values.get("contains_own") for item in findings):
        said.append(_WITHOUT_US)
    return " ".join([*said, _TOO_SHORT] if has_interval else said)


def _answers(finding: Finding) -> str:
    values = finding.values
    if not (_is_number(values.get("n_own_from")) and _is_number(values.get("n_own_to"))):
        return "Antall svar i kommunen er ikke kjent."
    return (
        f"Kommunen: {say.counted(values['n_own_from'], 'svar', 'svar')} i "
        f"{_year(values, 'year_from')} og {say.counted(values['n_own_to'], 'svar', 'svar')} i "
        f"{_year(values, 'year_to')}."
    )


def _alt(name: str, frame: pd.DataFrame) -> str:
    told = [
        f"{place.lower()} {fmt_points(change)}"
        for place, change in zip(frame["sted"], frame["difference"], strict=True)
    ]
    return f"Prikkdiagram. {name}, endring: {', '.join(told)}."


def _place_said(finding: Finding) -> int:
    return _SAID.index(_place(finding)) if _place(finding) in _SAID else len(_SAID)


def _place(finding: Finding) -> str:
    return finding.id.rpartition(".")[2]


def _series(finding: Finding) -> str:
    return finding.id.rpartition(".")[0]


def _year(values: Mapping[str, Value], name: str) -> str:
    return fmt_year(int(float(values[name] or 0)))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
