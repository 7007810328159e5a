"""Offences and indicators: what is registered, what is missing, and what the plan itself says."""

from __future__ import annotations

from typing import Final

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.figures import (
    figure_concentration,
    figure_municipalities,
    figure_yearly_counts,
)
from evaluering.display.markup import (
    Numbering,
    anchor,
    details,
    heading,
    items,
    lead,
    paragraph,
    verdict,
)
from evaluering.display.numbers import (
    fmt_count,
    fmt_number,
    fmt_percent,
    fmt_period,
    fmt_rate,
    fmt_year,
    written,
)
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.display.wording import CATEGORIES, FLAGS
from evaluering.model import Finding, Value

_COUNT: Final = "count"
_ON_LARGE: Final = "Endring i prosent står bare der begge tallene er 60 eller mer."


def claims(finding: Finding, numbering: Numbering) -> str:
    """What the plan says without giving figures: quoted, not judged."""
    said = (
        "Vi kan ikke si om det stemmer, fordi tallene bak ikke er levert."
        if finding.next_datum
        else "Tallene vi har fått, er ikke nok til å si om det stemmer."
    )
    return "".join(
        [
            heading(say.heading(finding), id=finding.id),
            lead(say.label(finding), "Planen skriver dette uten å gi tall:", kind="konklusjon"),
            items(f"«{quote}»" for quote in finding.frame["sitat"]),
            paragraph(said),
            source_line(finding),
        ]
    )


def outside(finding: Finding, numbering: Numbering) -> str:
    """Numbers from outside beside an indicator: quoted with year and definition, never compared."""
    rows = finding.frame
    numbers = [
        f"{fmt_number(number, decimals=0)} {unit}"
        for number, unit in zip(rows["tall"], rows["enhet"], strict=True)
    ]
    checked = [
        text if is_checked else f"{text}. Ikke kontrollert mot kilden"
        for text, is_checked in zip(rows["definisjon"], rows["kontrollert"], strict=True)
    ]
    return "".join(
        [
            heading(f"{finding.topic}: kan ikke sammenlignes direkte", id=finding.id),
            paragraph(
                "Dette er tall fra andre, med andre definisjoner.",
                "De er tatt med som bakgrunn og sier ikke noe om kommunen.",
            ),
            table(
                rows.assign(tall=numbers, definisjon=checked),
                id=f"tab-{anchor(finding.id)}",
                caption=numbering.table(finding.topic),
                columns={
                    "hva": "Hva",
                    "tall": Column("Tall", "text"),
                    "aar": "År",
                    "definisjon": Column("Definisjon", "text"),
                },
            ),
            source_line(finding),
        ]
    )


def national_counts(finding: Finding, numbering: Numbering) -> str:
    """Offences under 18 in the whole country: the numbers, and why no conclusion is drawn."""
    values = finding.values
    number = numbering.figure()
    first, last = _int(values["year_from"]), _int(values["year_to"])
    wide = finding.details["categories"]
    years = [name for name in wide.columns if str(name).isdigit()]
    went = (
        f"I {values['place']} gikk tallet fra {fmt_count(_int(values['count_from']))} i "
        f"{fmt_year(first)} til {fmt_count(_int(values['count_to']))} i {fmt_year(last)}."
    )
    return "".join(
        [
            heading(say.heading(finding), id=finding.id),
            verdict(say.paragraph(finding)),
            paragraph(went),
            figure_yearly_counts(
                finding.frame,
                id=f"fig-{anchor(finding.id)}",
                number=number,
                title=finding.topic,
                alt=(
                    f"Prikkdiagram. {finding.topic}: {fmt_count(_int(values['count_from']))} i "
                    f"{fmt_year(first)}, {fmt_count(_int(values['count_to']))} i {fmt_year(last)}."
                ),
                caption="Straffbare forhold med gjerningsperson under 18 år.",
            ),
            details(
                "Vis tallene for hver type forhold",
                table(
                    wide.assign(kategori=wide["kategori"].map(CATEGORIES)),
                    id="tab-landet",
                    caption=numbering.table("Forhold under 18 år i hele landet, etter type"),
                    columns={
                        "kategori": "Type",
                        **{year: Column(year, _COUNT) for year in years},
                        "change": _change(years[-2], years[-1]),
                    },
                    note=_ON_LARGE,
                ),
            ),
            _influences(finding),
            source_line(finding),
        ]
    )


def municipalities(finding: Finding, numbering: Numbering) -> str:
    """The municipality beside others: position only, never a rank."""
    values = finding.values
    number = numbering.figure()
    own = str(values["kommune"])
    now = fmt_period(_int(values["year_from"]), _int(values["year_to"]))
    then = fmt_period(_int(values["earlier_from"]), _int(values["earlier_to"]))
    level = f"{own} hadde {_rate(values['rate'])} i {now}."
    if values["country_rate"] is not None:
        level += f" Hele landet hadde {_rate(values['country_rate'])}."
    change = (
        f"Fra {then} til {now} gikk tallet i {own} fra {fmt_count(_float(values['count_from']))} "
        f"til {fmt_count(_float(values['count_to']))} i året."
    )
    others = (
        f"Målt i prosent økte tallet mer i {say.in_words(_int(values['rose_more']))} av de andre "
        f"kommunene. I {say.in_words(_int(values['rose_less']))} økte det mindre eller gikk ned."
    )
    groups, changes = finding.details["groups"], finding.details["changes"]
    periods = {
        "antall_fra": Column(f"Antall {then}", _COUNT),
        "antall_til": Column(f"Antall {now}", _COUNT),
    }
    return "".join(
        [
            heading(say.heading(finding), id=finding.id),
            verdict(say.paragraph(finding)),
            paragraph(say.next_datum(finding), kind="neste"),
            paragraph(level, change, others),
            figure_municipalities(
                finding.frame,
                id=f"fig-{anchor(finding.id)}",
                number=number,
                title="Anmeldte lovbrudd per 1\u00a0000 innbyggere",
                alt=(
                    f"Prikkdiagram, {fmt_count(len(finding.frame))} kommuner. "
                    f"{own}: {_rate(values['rate'])}."
                ),
                caption=f"Alle aldre, {now}. Kommunene er valgt slik: {values['rule']}.",
            ),
            details(
                f"Vis tallene for {own} og de andre kommunene",
                table(
                    groups.assign(
                        lovbruddsgruppe=groups["lovbruddsgruppe"].map(CATEGORIES),
                        antall_fra_tegn=_hidden(groups["antall_fra"].isna().tolist()),
                        antall_til_tegn=_hidden(groups["antall_til"].isna().tolist()),
                    ),
                    id="tab-grupper",
                    caption=numbering.table(f"Anmeldte lovbrudd i {own}, etter type"),
                    columns={
                        "lovbruddsgruppe": Column("Type", "text"),
                        **periods,
                        "change": Column("Endring, prosent", "percent"),
                    },
                    note=f"{FLAGS['group_rounding']} {_ON_LARGE}",
                ),
                table(
                    changes,
                    id="tab-kommuner",
                    caption=numbering.table("Anmeldte lovbrudd i alle aldre, to perioder"),
                    columns={"kommune": "Kommune", **periods},
                    note=FLAGS["reported"],
                ),
            ),
            _influences(finding),
            source_line(finding),
        ]
    )


def concentration(finding: Finding, numbering: Numbering) -> str:
    """The plan's own figure about a few who stand for much, and what totals fit it."""
    values = finding.values
    persons, least = _int(values["persons"]), _int(values["at_least_each"])
    share = fmt_percent(_float(values["share"]), text=True)
    year = fmt_year(_int(values["year"]))
    number = numbering.figure()
    totals = finding.details["totals"]
    return "".join(
        [
            heading(
                f"{finding.topic}: {fmt_count(persons)} personer sto for {share} av barne- og "
                f"ungdomskriminaliteten i {year}",
                id=finding.id,
            ),
            paragraph(
                f"{fmt_count(persons)} personer sto for {share} av barne- og "
                f"ungdomskriminaliteten i {year}, ifølge planen.",
                "Vi leser det som andelen av forholdene.",
                f"De hadde minst {say.in_words(least)} forhold hver, altså minst "
                f"{fmt_count(_int(values['offences_at_least']))} til sammen.",
                f"Da var det minst {fmt_count(_int(values['total_at_least']))} forhold i alt.",
            ),
            lead(
                "Ikke vurdert",
                "Planen gir bare ett år, og ikke hvor mange unge som sto bak resten.",
                "Derfor kan vi ikke si om dette er mer enn før, eller mer enn tilfeldig.",
                kind="konklusjon",
            ),
            paragraph(say.next_datum(finding), kind="neste"),
            figure_concentration(
                finding.frame,
                id=f"fig-{anchor(finding.id)}",
                number=number,
                title=f"Andel av forholdene {year}",
                alt=f"Søylediagram. {fmt_count(persons)} personer sto for {share} i {year}.",
                caption=(
                    f"Personer med {say.in_words(least)} eller flere forhold. Usikkerheten er ikke "
                    "kjent."
                ),
            ),
            details(
                "Vis hvor mange forhold det kan ha vært i alt",
                table(
                    totals,
                    id="tab-regnestykke",
                    caption=numbering.table(f"Hva {share} kan komme av"),
                    columns={
                        "per_person": Column("Forhold på hver, i snitt", _COUNT),
                        "offences": Column("Forhold til sammen", _COUNT),
                        "at_least": Column("Alle forhold, minst", _COUNT),
                        "at_most": Column("Alle forhold, høyst", _COUNT),
                    },
                ),
            ),
            _influences(finding),
            source_line(finding),
        ]
    )


def _change(before: str, after: str) -> Column:
    return Column(f"Endring {fmt_period(before, after)}, prosent", "percent")


def _rate(value: Value) -> str:
    return fmt_rate(_float(value), unit="innbyggere").replace(" per ", " anmeldte lovbrudd per ", 1)


def _influences(finding: Finding) -> str:
    codes = [code for code in str(finding.values.get("flags") or "").split(",") if code]
    said = [FLAGS[code].format(**written(finding.values)) for code in codes]
    return lead("Hva kan påvirke tallet", *said, kind="paavirker", stop=":") if said else ""


def _hidden(missing: list[bool]) -> list[str]:
    """Statistics Norway leaves out numbers of four or fewer: they are not zero, and not lost."""
    return ["skjult" if empty else "" for empty in missing]


def _int(value: Value) -> int:
    return int(_float(value))


def _float(value: Value) -> float:
    return float(value) if value is not None else 0.0
