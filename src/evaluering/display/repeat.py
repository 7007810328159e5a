"""Repeat offending in words: a few with many, one and no more, what came next, known in a case."""

from __future__ import annotations

from typing import Final

from evaluering.display import sentences as say
from evaluering.display.counts import FEWEST_DOTS, described, influences, number, shown, whole
from evaluering.display.figures import figure_concentration, figure_shares
from evaluering.display.markup import Numbering, anchor, heading, paragraph
from evaluering.display.numbers import (
    fmt_count,
    fmt_interval,
    fmt_percent,
    fmt_quantity,
    fmt_year,
)
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.display.wording import OUTCOMES
from evaluering.errors import explain
from evaluering.model import Finding

_COHORT: Final = frozenset({"part", "total", "share", "lower", "upper"})


def concentration(finding: Finding, numbering: Numbering) -> str:
    """How much of the offences those with four or more stand for, beside chance alone."""
    values = finding.values
    if not {"persons", "share"} <= values.keys():
        return _hidden(finding)
    people = fmt_quantity(number(values["persons"]), "person", "personer")
    share = fmt_percent(number(values["share"]), text=True)
    year = fmt_year(whole(values["year_to"]))
    said = [f"{people} sto for {share} av forholdene{_interval(finding)}."]
    if "chance" in values:
        expected = fmt_percent(number(values["chance"]), text=True)
        said.append(
            "Var forholdene tilfeldig fordelt på de samme ungdommene, ville vi ventet omtrent "
            f"{expected}."
        )
    if "lower" not in values:
        said.append(explain("needs_rows"))
    figure = ""
    if shown(finding.frame, "share_offences") or shown(finding.frame, "share_persons"):
        figure = figure_concentration(
            finding.frame,
            id=f"fig-{anchor(finding.id)}",
            number=numbering.figure(),
            title="Unge med fire eller flere forhold",
            alt=f"Søylediagram. {people} sto for {share} av forholdene i {year}.",
            caption="Personer med fire eller flere forhold i året.",
        )
    return "".join(
        [
            heading(f"{finding.topic}: {people} sto for {share} i {year}", id=finding.id),
            paragraph(*said),
            figure,
            influences(finding),
            source_line(finding),
        ]
    )


def one_offence(finding: Finding, numbering: Numbering) -> str:
    """Of those registered for the first time, how many had no more in the next twelve months."""
    values = finding.values
    if not values.keys() >= _COHORT:
        return _hidden(finding)
    part, total = number(values["part"]), number(values["total"])
    year = fmt_year(whole(values["year_cohort"]))
    share = fmt_percent(number(values["share"]), text=True)
    people = fmt_quantity(total, "ungdom", "ungdommer")
    said = [
        f"Av {people} som ble registrert første gang i {year}, hadde {fmt_count(part)} ingen nye "
        "forhold de neste tolv månedene.",
        f"Det er {share}{_interval(finding)}.",
        f"«Første gang» betyr første gang siden {fmt_year(whole(values['year_first']))}.",
        "Alle er fulgt like lenge.",
    ]
    if values.get("left_out"):
        left = number(values["left_out"])
        said.append(
            f"{fmt_quantity(left, 'ungdom', 'ungdommer')} som fyller 18 år i tiden, er ikke "
            "regnet med."
        )
    title = f"{finding.topic}: {fmt_count(part)} av {fmt_count(total)}"
    return "".join(
        [
            heading(title, id=finding.id),
            paragraph(*said),
            paragraph(f"Planen skriver: «{values['quote']}»." if values.get("quote") else ""),
            influences(finding),
            source_line(finding),
        ]
    )


def transitions(finding: Finding, numbering: Numbering) -> str:
    """What became of last year's persons with four or more; turning 18 is its own outcome."""
    frame = finding.frame
    if not shown(frame, "antall"):
        return _hidden(finding)
    signed = frame
    for name in ("share", "lower"):
        if f"{name}_tegn" not in frame.columns:
            signed = signed.assign(**{f"{name}_tegn": ""})
    limits = ["lower", "upper"] if shown(frame, "lower") else []
    before, after = (fmt_year(whole(finding.values[f"year_{end}"])) for end in ("from", "to"))
    return "".join(
        [
            heading(f"{finding.topic}: hva som skjedde i {after}", id=finding.id),
            paragraph(
                f"Tabellen viser hvor mange av dem med fire eller flere forhold i {before} som "
                f"hadde nye forhold i {after}.",
                "De som har fylt 18 år, er ikke lenger i tallene og står for seg.",
            ),
            table(
                signed.assign(utfall=frame["utfall"].map(OUTCOMES)),
                id=f"tab-{anchor(finding.id)}",
                caption=numbering.table(f"Unge med fire eller flere forhold i {before}"),
                columns=["utfall", "antall", "share", *limits],
            ),
            influences(finding),
            source_line(finding),
        ]
    )


def person_share(finding: Finding, numbering: Numbering) -> str:
    """A share of young people that is described: the main number in the heading."""
    values = finding.values
    if not {"teller_to", "nevner_to"} <= values.keys():
        return _hidden(finding)
    part, total = (fmt_count(number(values[key])) for key in ("teller_to", "nevner_to"))
    year = fmt_year(whole(values["year_to"]))
    frame = finding.frame
    figure = ""
    if shown(frame, "share") >= FEWEST_DOTS:
        figure = figure_shares(
            frame,
            id=f"fig-{anchor(finding.id)}",
            number=numbering.figure(),
            title=finding.topic,
            alt=f"Prikkdiagram med usikkerhetsintervall. {finding.topic}: {part} av {total}.",
            caption=f"Andel av {say.share_of(finding)}.",
        )
    share = fmt_percent(number(values["share_to"]), text=True) if "share_to" in values else ""
    last = frame[frame["aar"] == whole(values["year_to"])]
    limits = ""
    if len(last) and shown(last, "lower"):
        low, high = float(last["lower"].iloc[0]), float(last["upper"].iloc[0])
        limits = f" ({say.interval_words()}: {fmt_interval(low, high, kind='percent')})"
    return "".join(
        [
            heading(f"{finding.topic}: {part} av {total} i {year}", id=finding.id),
            paragraph(f"Det er {share}{limits}." if share else ""),
            figure,
            influences(finding),
            source_line(finding),
        ]
    )


def _hidden(finding: Finding) -> str:
    """The question alone, and why its number is not there."""
    return "".join(
        [
            heading(f"{finding.topic}: kan ikke vises", id=finding.id),
            described(finding),
            source_line(finding),
        ]
    )


def _interval(finding: Finding) -> str:
    """« (95 % usikkerhetsintervall: 18 til 40)», where it may be told."""
    low, high = finding.values.get("lower"), finding.values.get("upper")
    if low is None or high is None:
        return ""
    limits = fmt_interval(number(low), number(high), kind="percent")
    return f" ({say.interval_words()}: {limits})"
