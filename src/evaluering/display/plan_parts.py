"""What the plan promised and what has been reported: measures, priorities, what had no room.

Tables with words in the cells; nothing is scored, and «ikke meldt inn» is never read as «nei».
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
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
    paragraph,
    quote,
)
from evaluering.display.numbers import NBSP, fmt_count, fmt_date
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.display.wording import AS_PLANNED, EVIDENCE, LINKS, NEEDS, REASONS, STATUS
from evaluering.model import Finding, Source, Value
from evaluering.plan import NOT_RATED

_NOT_NAMED: Final = "Ingen bestemt aktør"
_NOT_REPORTED: Final = "Ikke meldt inn"
_NOBODY: Final = "Ingen har meldt inn hvordan det går med dem."
_UNKNOWN: Final = "ikke_meldt_inn"
_TEXT: Final = "text"
_PROMISED: Final = {
    "aktoerer": Column("Hvem planen nevner", _TEXT),
    "status": Column("Status", _TEXT),
    "kunnskap": Column("Hva andre har skrevet", _TEXT),
}
_REPORTED: Final = {
    "status": Column("Status", _TEXT),
    "ansvar": Column("Ansvarlig og frist", _TEXT),
    "naadd": Column("Personer nådd", _TEXT),
    "antall_aktiviteter": Column("Aktiviteter", "count"),
    "kunnskap": Column("Hva andre har skrevet", _TEXT),
}
_REACH_NOTE: Final = (
    "«Nådd» er personer av dem tiltaket er ment for. Aktiviteter er møter, kurs eller samtaler. "
    "Tallet vises bare når mange nok personer er nådd, for én samtale kan gjelde én ung."
)


def measures(finding: Finding, numbering: Numbering) -> str:
    """Every measure with its status, who is responsible, reach and evidence; a table per group."""
    is_reported = bool(_int(finding.values["reported"]))
    columns = {"tiltak": Column("Tiltak", _TEXT), **(_REPORTED if is_reported else _PROMISED)}
    frame = finding.frame.assign(kunnskap=finding.frame["kunnskap"].map(EVIDENCE))
    frame = reported(frame) if is_reported else _promised(frame)
    tables = [
        table(
            rows,
            id=f"tab-{finding.section}-{place}",
            caption=numbering.table(str(group)),
            columns=columns,
            note=_REACH_NOTE if is_reported and place == 1 else "",
        )
        for place, (group, rows) in enumerate(frame.groupby("gruppe", sort=False), start=1)
    ]
    return "".join(
        [
            heading(f"Tiltak: {_status_words(finding)}", id=finding.id),
            paragraph(*status_sentences(finding, "tiltak")),
            paragraph(say.next_datum(finding), kind="neste"),
            *tables,
            _written(finding.details["written"]),
            source_line(replace(finding, sources=_own_sources(finding))),
        ]
    )


def status_sentences(finding: Finding, noun: str) -> list[str]:
    """«{a} av {n} tiltak er i gang eller gjennomført. {b} er ikke startet …», and what changed."""
    values = finding.values
    total = _int(values["total"])
    if not _int(values["reported"]):
        return [f"Planen har {say.in_words(total, neuter=True)} {noun}.", _NOBODY]
    said = [
        f"{_opening(_int(values['under_way']))} av {say.in_words(total)} {noun} er i gang eller "
        "gjennomført."
    ]
    said += [
        f"{_opening(number)} er {words}."
        for name, words in (
            ("planned", "planlagt"),
            ("not_started", "ikke startet"),
            ("stopped", "stoppet"),
        )
        if (number := _int(values[name]))
    ]
    missing = _int(values["missing"])
    if missing:
        said.append(f"For {say.in_words(missing, neuter=True)} mangler vi opplysninger.")
    changed = _int(values["changed"])
    if changed:
        said.append(f"{_opening(changed)} har fått ny status siden i fjor.")
    return said


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
            _capital(str(row["tiltak"])),
            " ".join(
                part
                for part in (
                    f"{row['tittel']} ({row['utgiver']}, {row['aar']}).",
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
    without, nowhere, asked_of = (
        _int(values[key])
        for key in (
            "measures_without_indicator",
            "measures_without",
            "measures_with_question_only",
        )
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
            f"{_opening(asked_of)} av dem peker mot spørsmål i Ungdata: "
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
    is_reported = bool(_int(finding.values["reported"]))
    columns = {
        "prioritering": Column("Prioritert tiltak", _TEXT),
        "omraade": "Gruppe",
        "status": "Status",
    }
    if is_reported:
        columns |= {"ansvar": _REPORTED["ansvar"], "naadd": _REPORTED["naadd"]}
    frame = finding.frame
    groups = frame["omraade"].nunique()
    return "".join(
        [
            heading(f"Prioriteringer: {_status_words(finding)}", id=finding.id),
            paragraph(*status_sentences(finding, "prioriterte tiltak")),
            paragraph(f"De står i {say.in_words(groups)} grupper."),
            table(
                reported(frame) if is_reported else _promised(frame),
                id="tab-prioritert",
                caption=numbering.table("Prioriterte tiltak"),
                columns=columns,
            ),
            source_line(finding),
        ]
    )


def not_prioritised(finding: Finding, numbering: Numbering) -> str:
    """The areas there has been no room for, whether one has started, and what they would take."""
    frame = finding.frame
    started = _int(finding.values["under_way"])
    areas = say.in_words(len(frame))
    answer = (
        f"{say.in_words(started, neuter=True)} av {areas} områder er startet"
        if started
        else f"{areas} områder"
    )
    shown = frame.assign(
        status=[
            _area_status(status, year)
            for status, year in zip(frame["status"], frame["startet_aar"], strict=True)
        ],
        krever=[_needs(codes) for codes in frame["krever"]],
    )
    return "".join(
        [
            heading(f"{finding.topic}: {answer}", id=finding.id),
            paragraph(
                "Planen kaller dette områder kommunen og politiet ikke har kunnet prioritere.",
                ""
                if _int(finding.values["reported"])
                else "Ingen har meldt inn om noe er startet.",
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


def reported(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a status table as a reader sees them: status with why and since when."""
    rows = frame.to_dict("records")
    return frame.assign(
        status=[_status(row) for row in rows],
        ansvar=[_responsible(row) for row in rows],
        naadd=[_reach(row) for row in rows],
        naadd_tegn=frame["antall_mottakere_tegn"],
    )


def _promised(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a table before anything is reported: whom the plan names."""
    shown = frame.assign(status=frame["status"].map(STATUS).str.replace(" ", NBSP))
    if "aktoerer" not in frame:
        return shown
    return shown.assign(aktoerer=[_capital(text) or _NOT_NAMED for text in frame["aktoerer"]])


def _status(row: Mapping[Hashable, Value]) -> str:
    """As «I gang, delvis som planlagt. I fjor: planlagt»."""
    status = STATUS[str(row["status"])]
    why = REASONS.get(str(row["aarsak"]), "")
    how = AS_PLANNED.get(str(row["som_planlagt"]), "")
    said = f"{status}, {why or how}." if why or how else f"{status}."
    if row["endret"] == "endret" or (row["endret"] == "" and row["fjor"] != _UNKNOWN):
        said += f" I fjor: {STATUS[str(row['fjor'])].lower()}."
    return said


def _responsible(row: Mapping[Hashable, Value]) -> str:
    """«SLT-koordinator, frist 1. juni 2026», or that nobody has said."""
    due = f"frist {fmt_date(str(row['frist']))}" if row["frist"] else ""
    return ", ".join(part for part in (str(row["ansvarlig"]), due) if part) or _NOT_REPORTED


def _reach(row: Mapping[Hashable, Value]) -> str:
    """«174 av 333»; only the number reached where the target group is not known or not shown."""
    reached, targeted = row["antall_mottakere"], row["antall_maalgruppe"]
    if _is_missing(reached):
        return ""
    said = fmt_count(_int(reached))
    return said if _is_missing(targeted) else f"{said} av{NBSP}{fmt_count(_int(targeted))}"


def _area_status(status: str, year: str) -> str:
    if status in ("i_gang", "gjennomfoert"):
        return f"Startet {year}" if year else "Startet"
    return "Fortsatt ikke prioritert" if status == "ikke_prioritert" else STATUS[status]


def _needs(codes: str) -> str:
    words = [NEEDS[code] for code in codes.split(",") if code]
    return _capital(say.listed(words)) or _NOT_REPORTED


def _own_sources(finding: Finding) -> tuple[Source, ...]:
    """The plan and the sheet; what others have written is named where it stands."""
    return tuple(
        source
        for place, source in enumerate(finding.sources)
        if not place or not source.is_published
    )


def _status_words(finding: Finding) -> str:
    total = _int(finding.values["total"])
    if not _int(finding.values["reported"]):
        return "status er ikke meldt inn"
    under_way = say.in_words(_int(finding.values["under_way"]), neuter=True)
    return f"{under_way} av {say.in_words(total)} er i gang eller gjennomført"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _opening(number: int) -> str:
    """A count of measures that opens a sentence: 3 → «Tre», 13 → «13»."""
    return say.in_words(number, neuter=True).capitalize()


def _is_missing(value: Value) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN is not itself


def _int(value: Value) -> int:
    return int(value) if value is not None else 0
