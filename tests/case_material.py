"""Material about cases built in memory: a few invented cases, and the example's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from evaluering.inputs.example.cases import case_sheets
from evaluering.inputs.example.files import SEED
from evaluering.inputs.material import Material
from evaluering.inputs.workbook.consent import STRICTEST

DAY = date(2026, 1, 12)
COLUMNS = {
    "saker": ("sak_id", "dato_aapnet", "aldersgruppe", "koordinator", "spurt"),
    "samtykke": ("sak_id", "part", "tilstand", "dato", "skjema"),
    "tjenester": ("sak_id", "tjeneste", "rolle", "fra_dato"),
    "maal": (
        *("maal_id", "sak_id", "omraade", "skala", "satt_dato", "satt_av", "utgangspunkt"),
        *("oensket_nivaa", "planlagt_maaling", "nivaa_beskrevet"),
    ),
    "maalinger": ("maal_id", "dato", "vurdert_av", "skaar", "fase"),
    "indikatortall": ("aar", "indikator", "teller", "nevner"),
}
DATES = ("dato_aapnet", "dato", "fra_dato", "satt_dato", "planlagt_maaling")
WHOLE = ("utgangspunkt", "oensket_nivaa", "skaar", "aar", "teller", "nevner")
Rows = Mapping[str, list[dict[str, Any]]]


def material(rows: Rows, *, day: date = DAY, synthetic: bool = True) -> Material:
    """Material with these rows; a column that is left out is empty."""
    frames = {sheet: frame(sheet, told) for sheet, told in rows.items()}
    book = cast("Any", SimpleNamespace(frames=frames))
    return Material(book, None, day, frozenset(), STRICTEST, synthetic)


def frame(sheet: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a sheet with the types `frames.frame_of` gives."""
    columns: dict[str, pd.Series] = {}
    for name in COLUMNS[sheet]:
        values = pd.Series([row.get(name) for row in rows], dtype="object")
        kind = "datetime64[s]" if name in DATES else "Int64" if name in WHOLE else "str"
        if kind == "str":
            values = values.where(values.notna(), float("nan"))
        columns[name] = values.astype(kind)
    return pd.DataFrame(columns)


def example_rows() -> dict[str, list[dict[str, Any]]]:
    """The cases of the invented municipality."""
    return case_sheets(SEED)


def case(number: int, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """One case of 2025 with consent from both: the rows of «Saker» and «Samtykke»."""
    id = f"s{number}"
    opened = {"sak_id": id, "dato_aapnet": date(2025, 2, 1), "aldersgruppe": "15_17"}
    given = {"tilstand": "gitt", "dato": date(2025, 2, 10), "skjema": "felles"}
    return {
        "saker": [{**opened, "koordinator": "barnevern", "spurt": "ja", **more}],
        "samtykke": [{"sak_id": id, "part": part, **given} for part in ("ungdom", "foresatt")],
    }


def together(*parts: Rows) -> dict[str, list[dict[str, Any]]]:
    """Rows of several cases as one."""
    joined: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        for sheet, rows in part.items():
            joined.setdefault(sheet, []).extend(rows)
    return joined
