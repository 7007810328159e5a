"""What the council decided, whether the services met, and what people say about the work.

Tables with words in the cells; nothing is scored, and «ikke meldt inn» is never read as «nei».
"""

from __future__ import annotations

from html import escape
from typing import Final

import pandas as pd

from evaluering.disclosure.free_text import problems
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
from evaluering.display.wording import ANSWERS, STATUS
from evaluering.model import Finding, Value

_NOT_SAID: Final = "Sies ikke"
_TEXT: Final = "text"
_WITHOUT_NUMBERS: Final = "Teksten må skrives uten tall og uten å telle personer."


def decisions(finding: Finding, numbering: Numbering) -> str:
    """Every decision with who, when and how far; or that none have been reported."""
    values, frame = finding.values, finding.frame
    if frame.empty:
        return paragraph(say.NO_DECISIONS, "Vedtak står her når de er ført i arbeidsboken.")
    total, done = _int(values["total"]), _int(values["done"])
    shown = frame.assign(
        vedtak=[
            f"Tema: {name.lower()}" if sort == "tema" else name
            for name, sort in zip(frame["vedtak"], frame["gjelder"], strict=True)
        ],
        hvem=[
            f"{who}, frist {fmt_date(due)}" if due else f"{who}, ingen frist"
            for who, due in zip(frame["ansvarlig"], frame["frist"], strict=True)
        ],
        status=[
            f"{STATUS[status]}, fristen er ute" if late == "ja" else STATUS[status]
            for status, late in zip(frame["status"], frame["er_forfalt"], strict=True)
        ],
        naa=[
            STATUS[code] if code else "Gjelder ikke noe tiltak" for code in frame["status_tiltak"]
        ],
    )
    return "".join(
        [
            heading(
                f"{finding.topic}: {_few(done)} av {_few(total)} er gjennomført", id=finding.id
            ),
            paragraph(*decision_sentences(finding)),
            table(
                shown,
                id="tab-vedtak",
                caption=numbering.table("Vedtak, de som ikke er gjennomført, først"),
                columns={
                    "vedtak": Column("Hva vedtaket gjelder", _TEXT),
                    "dato": Column("Vedtatt", "date"),
                    "hvem": Column("Ansvarlig og frist", _TEXT),
                    "status": Column("Vedtaket", _TEXT),
                    "naa": Column("Tiltaket i år", _TEXT),
                },
            ),
            source_line(finding),
        ]
    )


def decision_sentences(finding: Finding) -> list[str]:
    """How many decisions are carried out, stopped, or past their date."""
    values = finding.values
    total, done = _int(values["total"]), _int(values["done"])
    said = [f"{_opening(done)} av {say.in_words(total, neuter=True)} vedtak er gjennomført."]
    if stopped := _int(values["stopped"]):
        said.append(f"{_opening(stopped)} er stoppet.")
    if overdue := _int(values["overdue"]):
        said.append(f"{_opening(overdue)} er ikke gjennomført, selv om fristen er ute.")
    return said


def arenas(finding: Finding, numbering: Numbering) -> str:
    """Planned and held meetings, side by side, and which services came."""
    is_reported = bool(_int(finding.values["reported"]))
    frame = finding.frame
    planned = [_planned(low, high) for low, high in zip(frame["fra"], frame["til"], strict=True)]
    columns = {
        "arena": Column("Møteplass", _TEXT),
        "planlagt": Column("Planen sier", _TEXT),
        "holdt": Column("Holdt", "count"),
        "avlyst": Column("Avlyst", "count"),
        "holdt_i_fjor": Column("Holdt i fjor", "count"),
        "planen_behandlet": Column("Møter der planen var sak", "count"),
    }
    shown = columns if is_reported else {name: columns[name] for name in ("arena", "planlagt")}
    return "".join(
        [
            heading(f"{finding.topic}: {_met_words(finding)}", id=finding.id),
            paragraph(*_met_sentences(finding)),
            table(
                frame.assign(planlagt=planned),
                id="tab-arenaer",
                caption=numbering.table("Møter i året"),
                columns=shown,
            ),
            _attendance(finding.details["services"], numbering),
            details("Vis planens egne ord om møtene", definitions(_plans_words(frame))),
            source_line(finding),
        ]
    )


def self_evaluation(finding: Finding, numbering: Numbering) -> str:
    """The council's ten points, with this year's and last year's answers."""
    values, frame = finding.values, finding.frame
    total, yes, answered, missing = (
        _int(values[name]) for name in ("total", "yes", "reported", "missing")
    )
    answer = "ikke meldt inn"
    said: list[str] = []
    if answered:
        answer = f"ja på {say.in_words(yes, neuter=True)} av {say.in_words(total)} spørsmål"
        said.append(f"Politirådet svarer ja på {say.in_words(yes, neuter=True)} spørsmål.")
        if _int(values["reported_last_year"]):
            before = _int(values["yes_last_year"])
            said.append(f"I fjor svarte det ja på {say.in_words(before, neuter=True)}.")
        if missing:
            said.append(f"{_opening(missing)} spørsmål er ikke besvart.")
    columns = {"punkt": Column("Spørsmål", _TEXT), "svar": Column("I år", _TEXT)}
    if _int(values["reported_last_year"]):
        columns["svar_i_fjor"] = Column("I fjor", _TEXT)
    return "".join(
        [
            heading(f"{finding.topic}: {answer}", id=finding.id),
            paragraph(*said),
            table(
                frame.assign(
                    svar=frame["svar"].map(ANSWERS), svar_i_fjor=frame["svar_i_fjor"].map(ANSWERS)
                ),
                id="tab-egenvurdering",
                caption=numbering.table("Politirådets egenvurdering"),
                columns=columns,
                note="Spørsmålene er skrevet for denne evalueringen. De er ikke hentet fra planen.",
            ),
            source_line(finding) if answered else "",
        ]
    )


def assessments(finding: Finding, numbering: Numbering) -> str:
    """The signed assessments in their own words, or «Ikke levert»."""
    return "".join(
        _assessment(role, day, text)
        for role, day, text in zip(
            finding.frame["rolle"], finding.frame["dato"], finding.frame["tekst"], strict=True
        )
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


def _met_words(finding: Finding) -> str:
    values = finding.values
    if not _int(values["reported"]):
        return "ikke meldt inn"
    return (
        f"{say.in_words(_int(values['as_agreed']))} av {say.in_words(_int(values['assessed']))} "
        "møteplasser møttes så ofte som planen sier"
    )


def _met_sentences(finding: Finding) -> list[str]:
    values, frame = finding.values, finding.frame
    total, with_number = _int(values["total"]), _int(values["with_number"])
    said = [
        f"Planen nevner {say.in_words(total)} møteplasser.",
        f"Den gir et tall for {say.in_words(with_number)} av dem.",
    ]
    if not _int(values["reported"]):
        return [*said, "Ingen har meldt inn hvilke møter som ble holdt."]
    for arena, low, high, held in zip(
        frame["arena"], frame["fra"], frame["til"], frame["holdt"], strict=True
    ):
        if not pd.isna(low) and not pd.isna(held):
            said.append(_held(str(arena), low, high, held))
    return said


def _held(arena: str, low: float, high: float, held: float) -> str:
    """As «Sentrus: fire av fire planlagte møter ble holdt»."""
    met = say.in_words(int(held), neuter=True)
    if low == high and held <= low:
        return f"{arena}: {met} av {say.in_words(int(low))} planlagte møter ble holdt."
    noun = "møte" if held == 1 else "møter"
    return f"{arena}: {met} {noun} ble holdt, og planen sier {_planned(low, high)}."


def _attendance(services: pd.DataFrame, numbering: Numbering) -> str:
    if services.empty:
        return ""
    return table(
        services,
        id="tab-oppmoete",
        caption=numbering.table("Hvem som kom til møtene de var invitert til"),
        columns={
            "tjeneste": Column("Tjeneste", _TEXT),
            "invitert": Column("Invitert til", "count"),
            "kom": Column("Kom til", "count"),
            "share": Column("Kom, prosent", "percent"),
            "share_from": Column("Kom i fjor, prosent", "percent"),
        },
        note="Bare møter som ble holdt, er med. Tabellen gjelder tjenester, ikke personer.",
    )


def _plans_words(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [
        (
            str(arena),
            f"{typeset(words) or _NOT_SAID}." + (f" Før planen: {before}." if before else ""),
        )
        for arena, words, before in zip(
            frame["arena"], frame["frekvens"], frame["tidligere"], strict=True
        )
    ]


def _assessment(role: str, day: str, text: str) -> str:
    """The words as they were written; not printed where a number could point someone out."""
    if not text:
        return items([f"Vurdering fra {role}: Ikke levert."])
    if problems(text):
        return items([f"Vurdering fra {role}: Levert, men ikke trykt. {_WITHOUT_NUMBERS}"])
    return (
        f"<blockquote><p>«{escape(text)}»</p>\n"
        f"<p><cite>Vurdering fra {escape(role)}, {fmt_date(day)}</cite></p></blockquote>\n"
    )


def _planned(low: float, high: float) -> str:
    if pd.isna(low):
        return "Ikke tallfestet"
    return fmt_count(low) if low == high else f"{fmt_count(low)}–{fmt_count(high)}"


def _few(number: int) -> str:
    """A count of decisions or questions inside a sentence: 1 → «ett», 13 → «13»."""
    return say.in_words(number, neuter=True)


def _opening(number: int) -> str:
    """The same where it opens a sentence: 3 → «Tre»."""
    return _few(number).capitalize()


def _when(text: str) -> str:
    """A date known to the day, the month or only the year, in words."""
    known = text.count("-")
    if known == len("yd"):
        return fmt_date(text)
    return fmt_month(f"{text}-01") if known else text


def _int(value: Value) -> int:
    return int(value) if value is not None else 0
