"""What the plan promised and what has been reported: measures, priorities, arenas, the rest of 50.

Tables with words in the cells; nothing is scored, and «ikke meldt inn» is never read as «nei».
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.markup import (
    Numbering,
    definitions,
    details,
    heading,
    items,
    paragraph,
    quote,
    typeset,
)
from evaluering.display.numbers import fmt_count, fmt_date, fmt_month
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.display.wording import EVIDENCE, LINKS, STATUS
from evaluering.model import Finding, Value
from evaluering.plan import NOT_RATED

_NOT_NAMED: Final = "Ingen bestemt aktør"
_NOT_SAID: Final = "Sies ikke"
_TEXT: Final = "text"


def measures(finding: Finding, numbering: Numbering) -> str:
    """Every measure with who takes part, its status and published ratings; a table per group."""
    total = _int(finding.values["total"])
    tables = [
        table(
            _with_status(rows).assign(
                aktoerer=[_capital(text) or _NOT_NAMED for text in rows["aktoerer"]],
                kunnskap=rows["kunnskap"].map(EVIDENCE),
            ),
            id=f"tab-{finding.section}-{place}",
            caption=numbering.table(str(group)),
            columns={
                "tiltak": "Tiltak",
                "aktoerer": Column("Hvem planen nevner", _TEXT),
                "status": "Status",
                "kunnskap": Column("Hva andre har skrevet", _TEXT),
            },
        )
        for place, (group, rows) in enumerate(finding.frame.groupby("gruppe", sort=False), start=1)
    ]
    return "".join(
        [
            heading(f"Tiltak: {_status_words(finding)}", id=finding.id),
            paragraph(
                f"Planen har {fmt_count(total)} tiltak.", _status_sentence(finding, "tiltakene")
            ),
            paragraph(say.next_datum(finding), kind="neste"),
            *tables,
            _written(finding.details["written"]),
            source_line(replace(finding, sources=finding.sources[:1])),  # the rest is named above
        ]
    )


def _written(rows: pd.DataFrame) -> str:
    """What others have written: their finding in our paraphrase, with its limits and where."""
    said = paragraph(
        "Vi vurderer ikke selv om et tiltak er godt.",
        "«Ikke vurdert» betyr at vi ikke har funnet noe å gjengi. Det betyr ikke at det er dårlig.",
    )
    if rows.empty:
        return said
    pairs = [
        (
            f"{_capital(str(row['tiltak']))}: {row['tittel']} ({row['utgiver']}, {row['aar']})",
            " ".join(
                part
                for part in (
                    str(row["funn"]),
                    f"Gjelder: {row['populasjon'].rstrip('.')}." if row["populasjon"] else "",
                    f"Kildens egen vurdering: {row['vurdering']}."
                    if row["vurdering"] != NOT_RATED
                    else "",
                    "Norsk studie." if row["norsk"] else "Ikke norsk studie.",
                    "Gjelder noe lignende, ikke samme tiltak." if row["likhet"] != "samme" else "",
                    str(row["merknad"]),
                    "" if row["kontrollert"] else "Ikke kontrollert mot kilden.",
                )
                if part
            ),
        )
        for _, row in rows.iterrows()
    ]
    return said + details("Vis hva andre har skrevet om tiltakene", definitions(pairs))


def coverage(finding: Finding, numbering: Numbering) -> str:
    """Which measure points to which indicator, by the plan's own words."""
    values, cells = finding.values, finding.frame
    total = _int(values["measures"])
    without, nowhere = (
        _int(values[key]) for key in ("measures_without_indicator", "measures_without")
    )
    indicators = cells[cells["maal_type"] == "indikator"]
    names = dict(zip(indicators["maal_id"], indicators["maal_kort"], strict=True))
    wide = (
        indicators.assign(slag=indicators["slag"].map(LINKS))
        .pivot(index="tiltak_id", columns="maal_id", values="slag")
        .reindex(index=indicators["tiltak_id"].drop_duplicates(), columns=list(names))
    )
    wide.insert(0, "tiltak", list(indicators["tiltak"].iloc[:: len(names)]))
    shown = {"tiltak": Column("Tiltak", _TEXT)}
    shown |= {code: Column(str(name), _TEXT) for code, name in names.items()}
    linked = cells[cells["slag"] != ""]
    covered = linked.loc[linked["maal_type"] == "indikator", "tiltak_id"]
    asked = list(dict.fromkeys(linked.loc[~linked["tiltak_id"].isin(covered), "maal"]))
    said = [
        f"{_opening(without)} av {fmt_count(total)} tiltak peker ikke mot noen indikator.",
    ]
    if asked:
        said += [
            f"{_opening(without - nowhere)} av dem peker mot spørsmål i Ungdata: "
            f"{say.listed([name.lower() for name in asked])}.",
            f"Da står {say.in_words(nowhere, neuter=True)} igjen.",
        ]
    said.append("Det betyr bare at vi ikke fant noe i planen om hvor vi kan se etter endring.")
    return "".join(
        [
            heading(
                f"{finding.topic}: {fmt_count(without)} av {fmt_count(total)} tiltak peker ikke "
                "mot noen indikator",
                id=finding.id,
            ),
            paragraph(*said),
            details(
                "Vis hvilke tiltak som peker mot hvilke indikatorer",
                table(
                    wide.reset_index(drop=True),
                    id="tab-dekning",
                    caption=numbering.table("Tiltak og indikatorer"),
                    columns=shown,
                    note=(
                        "«Uttalt»: planen sier at tiltaket skal endre dette. «Samme tema»: planen "
                        "nevner emnet. «Nei»: vi fant ingen slik kobling i planens tekst. "
                        "Koblingene er vår lesning."
                    ),
                ),
            ),
            source_line(finding),
        ]
    )


def priorities(finding: Finding, numbering: Numbering) -> str:
    """The prioritised actions in their groups, each with status."""
    shown = _with_status(finding.frame)
    total = _int(finding.values["total"])
    groups = finding.frame["omraade"].nunique()
    return "".join(
        [
            heading(f"Prioriteringer: {_status_words(finding)}", id=finding.id),
            paragraph(
                f"Planen prioriterer {say.in_words(total)} tiltak "
                f"i {say.in_words(groups)} grupper.",
                _status_sentence(finding, "prioriteringene"),
            ),
            table(
                shown,
                id="tab-prioritert",
                caption=numbering.table("Prioriterte tiltak"),
                columns={
                    "prioritering": Column("Prioritert tiltak", _TEXT),
                    "omraade": "Gruppe",
                    "status": "Status",
                },
            ),
            source_line(finding),
        ]
    )


def arenas(finding: Finding, numbering: Numbering) -> str:
    """Planned and held meetings, side by side."""
    values = finding.values
    total, with_number = _int(values["total"]), _int(values["with_number"])
    frame = finding.frame
    planned = [_planned(low, high) for low, high in zip(frame["fra"], frame["til"], strict=True)]
    return "".join(
        [
            heading(f"{finding.topic}: ikke meldt inn", id=finding.id),
            paragraph(
                f"Planen nevner {say.in_words(total)} møteplasser.",
                f"Den gir et tall for {say.in_words(with_number)} av dem.",
                "Hvor mange møter som ble holdt, er ikke meldt inn.",
            ),
            table(
                frame.assign(
                    planlagt=planned,
                    frekvens=[typeset(text) or _NOT_SAID for text in frame["frekvens"]],
                    tidligere=[typeset(text) or _NOT_SAID for text in frame["tidligere"]],
                ),
                id="tab-arenaer",
                caption=numbering.table("Møter i året"),
                columns={
                    "arena": "Møteplass",
                    "tidligere": Column("Før planen", _TEXT),
                    "planlagt": Column("Planlagt i året", _TEXT),
                    "frekvens": Column("Planens ord", _TEXT),
                    "holdt": Column("Holdt", "count"),
                },
            ),
            source_line(finding),
        ]
    )


def not_prioritised(finding: Finding, numbering: Numbering) -> str:
    """The areas there has been no room for, and what they would take."""
    total = _int(finding.values["total"])
    shown = _with_status(finding.frame).assign(
        krever=finding.frame["krever"].where(finding.frame["krever"] != "", "Ikke meldt inn")
    )
    return "".join(
        [
            heading(f"Ikke prioritert: {say.in_words(total)} områder", id=finding.id),
            paragraph(
                "Planen kaller dette områder kommunen og politiet ikke har kunnet prioritere.",
                "Om noe er startet siden, er ikke meldt inn.",
            ),
            quote(f"… {finding.values['quote']}", "Planen, kapittel 3.4"),
            table(
                shown,
                id="tab-ikke-prioritert",
                caption=numbering.table("Områder som ikke er prioritert"),
                columns={"omraade": "Område", "status": "Status", "krever": "Hva skal til"},
            ),
            source_line(finding),
        ]
    )


def revisions(finding: Finding, numbering: Numbering) -> str:
    """The plan's revision log."""
    frame = finding.frame
    return "".join(
        [
            heading(f"{finding.topic}: ingen er meldt inn", id=finding.id),
            paragraph("Tabellen viser hvordan planen ble til."),
            table(
                frame.assign(
                    naar=[_when(text) for text in frame["dato"]],
                    godkjent_av=frame["godkjent_av"].where(frame["godkjent_av"] != "", _NOT_SAID),
                ),
                id="tab-endringer",
                caption=numbering.table("Planens historie"),
                columns={
                    "naar": Column("Dato", _TEXT),
                    "hva": "Hva",
                    "godkjent_av": "Vedtatt eller godkjent av",
                },
            ),
            quote(str(finding.values["quote"]), "Planen, kapittel 5"),
            source_line(finding),
        ]
    )


def decisions(finding: Finding, numbering: Numbering) -> str:
    """Last year's decisions, or that none have been reported."""
    return paragraph(say.NO_DECISIONS, "Vedtak står her når de er ført i arbeidsboken.")


def self_evaluation(finding: Finding, numbering: Numbering) -> str:
    """The council's ten points and its answers."""
    frame = finding.frame
    return "".join(
        [
            heading(f"{finding.topic}: ikke meldt inn", id=finding.id),
            table(
                frame.assign(svar=frame["svar"].map(STATUS)),
                id="tab-egenvurdering",
                caption=numbering.table("Politirådets egenvurdering"),
                columns={
                    "punkt": Column("Spørsmål", _TEXT),
                    "svar": Column("Svar", _TEXT),
                },
                note="Spørsmålene er skrevet for denne evalueringen. De er ikke hentet fra planen.",
            ),
        ]
    )


def assessments(finding: Finding, numbering: Numbering) -> str:
    """The signed assessments, or «Ikke levert»."""
    return items(f"Vurdering fra {role}: Ikke levert." for role in finding.frame["rolle"])


def _with_status(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(status=frame["status"].map(STATUS))


def _status_words(finding: Finding) -> str:
    total, reported = _int(finding.values["total"]), _int(finding.values["reported"])
    if not reported:
        return "status er ikke meldt inn"
    return f"status for {fmt_count(reported)} av {fmt_count(total)}"


def _status_sentence(finding: Finding, noun: str) -> str:
    if not _int(finding.values["reported"]):
        return f"Vi har ikke fått status for noen av {noun}."
    return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _planned(low: float, high: float) -> str:
    if pd.isna(low):
        return "Ikke tallfestet"
    return fmt_count(low) if low == high else f"{fmt_count(low)}–{fmt_count(high)}"


def _opening(number: int) -> str:
    """A count of measures that opens a sentence: 3 → «Tre», 13 → «13»."""
    return say.in_words(number, neuter=True).capitalize()


def _when(text: str) -> str:
    """A date known to the day, the month or only the year, in words."""
    known = text.count("-")
    if known == len("yd"):
        return fmt_date(text)
    return fmt_month(f"{text}-01") if known else text


def _int(value: Value) -> int:
    return int(value) if value is not None else 0
