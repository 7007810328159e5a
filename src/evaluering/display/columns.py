"""The headings of every table in the project: column name → Norwegian heading and kind of value.

Columns of sheets have folded Norwegian names, columns of estimates the English terms of their
field. A column not listed here is refused by `tables.table` unless the caller gives a `Column`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "year", "period", "date", "count", "percent", "points", "rate", "ratio", "p"]


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is shown.

    Attributes:
        label: Its heading, with the unit: «Andel, prosent».
        kind: How its values are written; `percent` and `points` are stored as fractions of one.
        decimals: Digits after the comma; None gives the kind's own.
    """

    label: str
    kind: Kind
    decimals: int | None = None


_INTERVAL = "95\u00a0% usikkerhetsintervall"

# Column name → heading and kind. Every table of the project reads its headings here.
COLUMNS: Final[dict[str, Column]] = {
    # when and where
    "aar": Column("År", "year"),
    "aar_fra": Column("Fra år", "year"),
    "aar_til": Column("Til år", "year"),
    "wave": Column("Undersøkelse", "year"),
    "wave_from": Column("Fra undersøkelse", "year"),
    "wave_to": Column("Til undersøkelse", "year"),
    "periode": Column("Periode", "period"),
    "dato": Column("Dato", "date"),
    "frist": Column("Frist", "date"),
    "hentet": Column("Hentet", "date"),
    "uttrekksdato": Column("Uttrekksdato", "date"),
    "kommune": Column("Kommune", "text"),
    "kommune_nr": Column("Kommunenummer", "text"),
    "sted": Column("Sted", "text"),
    # what
    "topic": Column("Spørsmål", "text"),
    "item": Column("Spørsmål", "text"),
    "spoersmaal": Column("Spørsmål", "text"),
    "indikator": Column("Indikator", "text"),
    "trinn": Column("Trinn", "text"),
    "kjoenn": Column("Kjønn", "text"),
    "aldersgruppe": Column("Alder", "text"),
    "kategori": Column("Type", "text"),
    "gruppe": Column("Gruppe", "text"),
    "steg": Column("Steg", "text"),
    "utfall": Column("Utfall", "text"),
    "vurdering": Column("Vurdering", "text"),
    "forbehold": Column("Forbehold", "text"),
    "kilde": Column("Kilde", "text"),
    "tabell": Column("Tabell", "text"),
    "hva": Column("Hva", "text"),
    "begrep": Column("Ord", "text"),
    "forklaring": Column("Forklaring", "text"),
    # estimates
    "share": Column("Andel, prosent", "percent"),
    "share_from": Column("Andel først, prosent", "percent"),
    "share_to": Column("Andel sist, prosent", "percent"),
    "share_by_chance": Column("Ventet ved tilfeldig fordeling, prosent", "percent"),
    "share_persons": Column("Andel av de unge, prosent", "percent"),
    "share_offences": Column("Andel av forholdene, prosent", "percent"),
    "difference": Column("Endring, prosentpoeng", "points"),
    "smallest_detectable": Column("Minste endring vi kunne sett, prosentpoeng", "points"),
    "rate": Column("Per 1\u00a0000 innbyggere", "rate"),
    "ratio": Column("Ganger så mange", "ratio"),
    "design_effect": Column("Designeffekt", "rate"),
    "break_even_design_effect": Column("Designeffekt der endringen ikke lenger er sikker", "rate"),
    "smallest_n": Column("Minste antall svar per undersøkelse", "count"),
    "p_value": Column("p-verdi", "p"),
    "p_worst": Column("p-verdi, verste avrunding", "p"),
    # counts
    "n": Column("Antall svar", "count"),
    "antall": Column("Antall", "count"),
    "antall_svar": Column("Antall svar", "count"),
    "antall_personer": Column("Personer", "count"),
    "antall_forhold": Column("Forhold", "count"),
    "antall_saker": Column("Saker", "count"),
    "antall_moeter": Column("Møter", "count"),
    "persons": Column("Personer", "count"),
    "offences": Column("Forhold", "count"),
    "clusters": Column("Skoler", "count"),
    "personer_1_2": Column("Personer med 1–2 forhold", "count"),
    "personer_3": Column("Personer med 3 forhold", "count"),
    "personer_4_pluss": Column("Personer med 4 eller flere forhold", "count"),
    "forhold_4_pluss": Column("Forhold begått av dem", "count"),
    "personer_forhold": Column("Personer med forhold", "count"),
    "innbyggere": Column("Innbyggere", "count"),
    "teller": Column("Antall", "count"),
    "nevner": Column("Av", "count"),
    "at_most": Column("Eller så få som", "count"),
    "at_least": Column("Så mange som", "count"),
    "planlagt": Column("Planlagt", "count"),
    "holdt": Column("Holdt", "count"),
    # the plan
    "tiltak": Column("Tiltak", "text"),
    "nivaa": Column("Nivå", "text"),
    "status": Column("Status", "text"),
    "ansvarlig": Column("Ansvarlig", "text"),
    "arena": Column("Arena", "text"),
    "omraade": Column("Område", "text"),
    "maalgruppe": Column("Målgruppe", "text"),
    "kunnskap": Column("Kunnskap", "text"),
    "krever": Column("Hva skal til", "text"),
    "endring": Column("Endring i planen", "text"),
    "godkjent_av": Column("Godkjent av", "text"),
}

# Two columns shown as one: (lower, upper) → the words before the unit.
INTERVALS: Final[dict[tuple[str, str], str]] = {
    ("lower", "upper"): _INTERVAL,
    ("box_lower", "box_upper"): "Mulig på grunn av avrunding",
}
