"""What the report rests on: the sources of the year, and for internal eyes what came in.

The public part tells which sources came and for which years, never how many rows a sheet has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.markup import (
    Html,
    Numbering,
    definitions,
    heading,
    items,
    lead,
    paragraph,
)
from evaluering.display.numbers import fmt_count, fmt_year
from evaluering.display.tables import table
from evaluering.display.wording import DATA_SOURCES, DELIVERED
from evaluering.model import Finding, Value
from evaluering.plan import Plan

MAX_LINES: Final = 200
_TEXT: Final = "text"
_GIVEN: Final = "ja"


class Received(Protocol):
    """What came in, as `analysis.datagrunnlag.Received` holds it."""

    @property
    def sheets(self) -> pd.DataFrame:
        """`ark`, `rader` and `felt`; a row per sheet."""
        ...

    @property
    def missing(self) -> tuple[str, ...]:
        """Tab names of sheets reported as missing."""
        ...

    @property
    def interpreted(self) -> tuple[str, ...]:
        """Cells that were read as what was meant."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody should look at."""
        ...


def data_basis(finding: Finding, numbering: Numbering) -> str:
    """Which sources were delivered and for which years, and what the missing ones would give."""
    values, frame = finding.values, finding.frame
    delivered, total = _int(values["delivered"]), _int(values["total"])
    shown = frame.assign(
        navn=[DATA_SOURCES[code].name for code in frame["kilde"]],
        levert=frame["levert"].map(DELIVERED),
        aar=[text or "Vises ikke" for text in frame["aar"]],
        gir=[_capital(DATA_SOURCES[code].gives) for code in frame["kilde"]],
    )
    return "".join(
        [
            heading(
                f"{finding.topic}: {say.in_words(delivered)} av {say.in_words(total)} kilder er "
                "levert",
                id=finding.id,
            ),
            paragraph(_missing_words(_int(values["missing"]))),
            table(
                shown,
                id="tab-datagrunnlag",
                caption=numbering.table("Kilder, og hva de gir"),
                columns={
                    "navn": Column("Kilde", _TEXT),
                    "levert": Column("Levert", _TEXT),
                    "aar": Column("År", _TEXT),
                    "gir": Column("Hva kilden gir", _TEXT),
                    "trinn": Column("Trinn", _TEXT),
                },
                note="År vises ikke for ark med rader om saker eller personer.",
            ),
            _coverage(finding.details["coverage"], numbering),
        ]
    )


def not_delivered(finding: Finding) -> str:
    """The sources that were not delivered this year, as a list; nothing where all were."""
    lacking = finding.frame[finding.frame["levert"] != _GIVEN]["kilde"]
    if lacking.empty:
        return ""
    year = fmt_year(str(finding.values["year"]))
    names = [DATA_SOURCES[code].name for code in lacking]
    return lead(f"Dette er ikke levert for {year}", stop=":") + items(names)


def show_received(received: Received) -> Html:
    """What came in, for internal eyes: rows per sheet, what was interpreted, what to look at.

    Args:
        received: From `received`.
    """
    if received.sheets.empty:
        return Html(paragraph("Ingen arbeidsbok og ikke noe politiskjema er levert."))
    missing = say.listed(received.missing)
    return Html(
        "".join(
            [
                table(
                    received.sheets,
                    id="tab-levert",
                    caption="Ark som har rader. Bare til intern bruk",
                    columns={
                        "ark": Column("Ark", _TEXT),
                        "rader": Column("Rader", "count"),
                        "felt": Column("Kolonner med innhold", "count"),
                    },
                ),
                lead("Meldt som manglende", f"{missing}.", stop=":") if missing else "",
                heading("Dette har vi tolket", id="tolket"),
                _listed(received.interpreted, "Ingen celler måtte tolkes."),
                heading("Dette bør noen se på", id="merknader"),
                _listed(received.remarks, "Ingen merknader."),
            ]
        )
    )


def show_definitions(plan: Plan) -> Html:
    """The definition card of each indicator, as the plan gives it.

    Args:
        plan: From `read_plan`.
    """
    return Html(
        "".join(
            heading(item.navn, id=f"kort-{item.id}") + definitions(item.definisjon.rows)
            for item in plan.indikatorer
        )
    )


def _missing_words(missing: int) -> str:
    if not missing:
        return "Alle kildene er levert."
    many = say.in_words(missing).capitalize()
    return f"{many} er ikke levert for året. Tabellen sier hva de ville gitt."


def _coverage(rows: pd.DataFrame, numbering: Numbering) -> str:
    """Source × year, for sources whose rows have a year."""
    if rows.empty:
        return ""
    codes = list(dict.fromkeys(rows["kilde"]))
    years = list(dict.fromkeys(rows["aar"]))
    wide = rows.assign(har=rows["har"].map(DELIVERED)).pivot(
        index="kilde", columns="aar", values="har"
    )
    shown = wide.reindex(index=codes, columns=years).rename(columns=str).reset_index(drop=True)
    shown.insert(0, "navn", [DATA_SOURCES[code].name for code in codes])
    return table(
        shown,
        id="tab-dekning-aar",
        caption=numbering.table("År kildene har tall for"),
        columns={
            "navn": Column("Kilde", _TEXT),
            **{str(year): Column(fmt_year(str(year)), _TEXT) for year in years},
        },
    )


def _listed(lines: Sequence[str], none: str) -> str:
    """Lines as a list, with how many more there are when they are too many to read."""
    if not lines:
        return paragraph(none)
    more = len(lines) - MAX_LINES
    rest = paragraph(f"Det er {fmt_count(more)} til.") if more > 0 else ""
    return items(lines[:MAX_LINES]) + rest


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _int(value: Value) -> int:
    return int(value) if value is not None else 0
