"""Counts and shares of cases: answer, verdict, figure with table, definition, reservations, source.

A finding may come with numbers hidden, or with nothing but its question. What is not there is not
drawn and not hinted at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.figures import figure_shares, figure_yearly_counts
from evaluering.display.markup import (
    Numbering,
    anchor,
    definitions,
    details,
    heading,
    lead,
    paragraph,
    verdict,
)
from evaluering.display.numbers import fmt_count, fmt_date, fmt_percent, fmt_year, written
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.display.wording import FLAGS, GROUPS, PLACEMENT_TYPES
from evaluering.model import Finding, Value

FEWEST_DOTS: Final = 2


def change(finding: Finding, numbering: Numbering) -> str:
    """A yearly count or a share of cases against the year before; also an indicator of the plan."""
    card = finding.details.get("card")
    return "".join(
        [
            heading(say.heading(finding), id=finding.id),
            verdict(say.paragraph(finding)),
            lead("Utforskende", say.EXPLORED, kind="utforskende") if finding.is_exploratory else "",
            paragraph(*_further(finding)),
            paragraph(say.next_datum(finding), kind="neste"),
            _figure(finding, numbering),
            _types(finding, numbering),
            _card(finding.topic, card) if card is not None else "",
            influences(finding),
            source_line(finding),
        ]
    )


def influences(finding: Finding) -> str:
    """«Hva kan påvirke tallet»: one fixed sentence per flag; nothing where all is withheld."""
    codes = [code for code in str(finding.values.get("flags") or "").split(",") if code]
    said = [FLAGS[code].format(**written(finding.values)) for code in codes]
    return lead("Hva kan påvirke tallet", *said, kind="paavirker", stop=":") if said else ""


def described(finding: Finding) -> str:
    """What stands under a finding that only describes, when its number may not be shown."""
    return lead("Kan ikke vises", say.WITHHELD, kind="konklusjon")


def shown(frame: pd.DataFrame, column: str) -> int:
    """How many numbers of a column may be seen."""
    return int(frame[column].notna().sum()) if column in frame.columns else 0


def whole(value: Value) -> int:
    """A value known to be a whole number."""
    return int(number(value))


def number(value: Value) -> float:
    """A value known to be a number."""
    return float(value) if value is not None else 0.0


def _further(finding: Finding) -> list[str]:
    """What the plan claims, the police's own publication, three years together."""
    values = finding.values
    said: list[str] = []
    if values.get("quote"):
        said.append(f"Planen skriver: «{values['quote']}».")
    if "published" in values and "extracted" in values and values.get("extract_date"):
        said.append(
            f"Politiet har selv publisert {fmt_count(number(values['published']))} for "
            f"{fmt_year(whole(values['year_published']))} "
            f"({fmt_date(str(values['published_date']))}). Uttrekket her, fra "
            f"{fmt_date(str(values['extract_date']))}, viser "
            f"{fmt_count(number(values['extracted']))}."
        )
    return [*said, *say.beside(finding), *say.residents(finding)]


def _figure(finding: Finding, numbering: Numbering) -> str:
    frame = finding.frame
    if "share" in frame.columns:
        return _share_figure(finding, numbering)
    if "antall" not in frame.columns or shown(frame, "antall") == 0:
        return ""
    if "periode" in frame.columns or shown(frame, "antall") < FEWEST_DOTS:
        return _count_table(finding, numbering)
    return figure_yearly_counts(
        frame,
        id=f"fig-{anchor(finding.id)}",
        number=numbering.figure(),
        title=finding.topic,
        alt=_alt(finding, "antall"),
        caption=f"Antall {finding.unit} per år.",
    )


def _share_figure(finding: Finding, numbering: Numbering) -> str:
    frame = finding.frame
    if shown(frame, "share") < FEWEST_DOTS:
        return _share_table(finding, numbering) if len(frame) else ""
    totals = "nevner" if shown(frame, "nevner") == len(frame) else ""
    of = ", ".join(
        f"{fmt_count(total)} i {fmt_year(int(year))}"
        for year, total in zip(frame["aar"], frame[totals], strict=True)
    ) if totals else ""  # fmt: skip
    return figure_shares(
        frame,
        id=f"fig-{anchor(finding.id)}",
        number=numbering.figure(),
        title=finding.topic,
        alt=_alt(finding, "share"),
        caption=f"Andel av {say.share_of(finding)}: {of}." if of else "",
    )


def _alt(finding: Finding, column: str) -> str:
    """Kind of chart, what, and the range over the years that may be seen."""
    frame = finding.frame[finding.frame[column].notna()]
    ends = [
        f"{_write(value, column)} i {fmt_year(int(year))}"
        for year, value in zip(frame["aar"].iloc[[0, -1]], frame[column].iloc[[0, -1]], strict=True)
    ]
    return f"Prikkdiagram med usikkerhetsintervall. {finding.topic}: {', '.join(ends)}."


def _write(value: float, column: str) -> str:
    return fmt_percent(value, text=True) if column == "share" else fmt_count(value)


def _count_table(finding: Finding, numbering: Numbering) -> str:
    first = "periode" if "periode" in finding.frame.columns else "aar"
    columns = [first, "antall", *_limits(finding.frame)]
    return table(
        _signed(finding.frame, columns),
        id=f"tab-{anchor(finding.id)}",
        caption=numbering.table(f"{finding.topic}, antall {finding.unit}"),
        columns=columns,
    )


def _share_table(finding: Finding, numbering: Numbering) -> str:
    columns = ["aar", "teller", "nevner", "share", *_limits(finding.frame)]
    return table(
        _signed(finding.frame, columns),
        id=f"tab-{anchor(finding.id)}",
        caption=numbering.table(finding.topic),
        columns=columns,
    )


def _limits(frame: pd.DataFrame) -> list[str]:
    return ["lower", "upper"] if shown(frame, "lower") else []


def _signed(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """An interval that is not known has the sign of its number, or «mangler»."""
    if "lower" not in columns or "lower_tegn" in frame.columns:
        return frame
    gap = frame["lower"].isna()
    return frame.assign(lower_tegn=["mangler" if empty else "" for empty in gap])


def _types(finding: Finding, numbering: Numbering) -> str:
    """Placements by kind: nearly all of it is too small to be shown."""
    types = finding.details.get("types")
    if types is None or types.empty:
        return ""
    years = [str(name) for name in types.columns if str(name).isdigit()][-5:]
    if not any(shown(types, year) for year in years):
        return ""
    columns: Mapping[str, Column] = {
        "type": Column("Type", "text"),
        **{year: Column(year, "count") for year in years},
    }
    return details(
        "Vis tallene for hver type",
        table(
            types.assign(type=types["type"].map(PLACEMENT_TYPES)),
            id=f"tab-{anchor(finding.id)}-type",
            caption=numbering.table(f"{finding.topic}, etter år og type"),
            columns=dict(columns),
        ),
    )


def _card(topic: str, card: pd.DataFrame) -> str:
    return details(
        f"Slik er «{topic}» definert",
        definitions(zip(card["begrep"], card["forklaring"], strict=True)),
    )


def groups(finding: Finding, numbering: Numbering) -> str:
    """Offences by residence and sex: shown, not judged."""
    frame = finding.frame
    years = [str(name) for name in frame.columns if str(name).isdigit()]
    if not any(shown(frame, year) for year in years):
        return heading(f"{finding.topic}: kan ikke vises", id=finding.id) + described(finding)
    columns: dict[str, str | Column] = {
        "gruppe": "Gruppe",
        **{year: Column(year, "count") for year in years},
    }
    return "".join(
        [
            heading(
                f"{finding.topic}: {fmt_year(years[0])} og {fmt_year(years[-1])}", id=finding.id
            ),
            table(
                frame.assign(gruppe=frame["gruppe"].map(GROUPS)),
                id=f"tab-{anchor(finding.id)}",
                caption=numbering.table(f"{finding.topic}, antall forhold"),
                columns=columns,
            ),
            influences(finding),
            source_line(finding),
        ]
    )
