"""Small delivered materials for the tests of counts: sheets as frames, without a workbook."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pandas as pd

from evaluering.inputs.material import Material

DAY = date(2026, 1, 12)
# Method guide 2.3, P139 (invented, the plan's size): 139 persons, 240 offences, Σk² = 640.
P139 = (1,) * 88 + (2,) * 27 + (3,) * 11 + (4,) * 6 + (5,) * 4 + (6, 7, 8)
P139_FORM = {
    "antall_forhold": 240,
    "antall_personer": 139,
    "personer_1_2": 115,
    "personer_3": 11,
    "personer_4_pluss": 13,
    "forhold_4_pluss": 65,
}
_TOLD = (
    "antall_forhold",
    "antall_hendelser",
    "antall_personer",
    "antall_siktede",
    "personer_1_2",
    "personer_3",
    "personer_4_pluss",
    "forhold_4_pluss",
    "stoerste",
    "antall_publisert",
)


def told(year: int, **counts: Any) -> dict[str, Any]:
    """One row of «Forholdstall»; what is not given was not delivered."""
    row: dict[str, Any] = dict.fromkeys(_TOLD, pd.NA)
    row |= {
        "aar": year,
        "uttrekksdato": datetime(year + 1, 1, 12),
        "aldersgruppe": "under_18",
        "kategori": "alle",
        "bosted": "alle",
        "kjoenn": "alle",
        "publisert_dato": pd.NaT,
    }
    return row | counts


def offences(
    year: int, spread: Sequence[int], *, first: int = 0, **columns: Any
) -> list[dict[str, Any]]:
    """Rows of «Forhold»: so many for each person, from January on, nobody together."""
    rows: list[dict[str, Any]] = []
    for person, number in enumerate(spread, start=first):
        rows += [
            {
                "person_kode": f"p{person}",
                "aar": year,
                "maaned": 1 + place % 12,
                "aldersgruppe": "15_17",
                "kategori": "annet",
                "siktet": "ja",
                "hendelse_id": f"h{year}-{person}-{place}",
                "bosted": "egen",
                "kjoenn": "gutt",
                "fylt_18": "nei",
            }
            | columns
            for place in range(number)
        ]
    return rows


def material(
    *,
    counts: Sequence[Mapping[str, Any]] = (),
    form: Sequence[Mapping[str, Any]] = (),
    rows: Sequence[Mapping[str, Any]] = (),
    indicators: Mapping[str, Mapping[int, tuple[float, float | None]]] | None = None,
    placed: Mapping[str, Mapping[int, int]] | None = None,
    people: Mapping[int, int] | None = None,
) -> Material:
    """A material of these sheets; `people` is inhabitants of each age 0–25 by year."""
    sheets: dict[str, pd.DataFrame] = {}
    if counts:
        sheets["forholdstall"] = pd.DataFrame(counts)
    if rows:
        sheets["forhold"] = pd.DataFrame(rows)
    if indicators:
        sheets["indikatortall"] = pd.DataFrame(
            [
                {"aar": year, "indikator": code, "teller": part, "nevner": total}
                for code, years in indicators.items()
                for year, (part, total) in years.items()
            ]
        )
    if placed:
        sheets["plasseringer"] = pd.DataFrame(
            [
                {"aar": year, "type": kind, "nye_barn": number}
                for kind, years in placed.items()
                for year, number in years.items()
            ]
        )
    if people:
        sheets["befolkning"] = pd.DataFrame(
            [
                {"kommune_nr": "9001", "aar": year, "alder": age, "antall": number}
                for year, number in people.items()
                for age in range(26)
            ]
        )
    book: Any = SimpleNamespace(frames=sheets)
    filled: Any = SimpleNamespace(frame=pd.DataFrame(form)) if form else None
    return Material(book, filled, DAY, frozenset(), {}, is_synthetic=True)
