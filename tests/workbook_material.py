"""A workbook without a fault, written plainly, and ways to change one cell of it.

Every number is invented. The rows of «Forhold» and the counts agree: in 2026 P-0001 has 4 offences,
P-0002 has 3 and P-0003 has 1; eight offences by three persons.
"""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from evaluering.inputs.house_key import FIXED_KEY
from evaluering.inputs.workbook.read import Workbook, read_workbook
from evaluering.inputs.workbook.sheets import declare_workbook
from evaluering.plan import read_plan

PLAN = read_plan()
LAYOUT = declare_workbook(PLAN)
ALL_PERSONS = ("forhold", "saker", "samtykke", "tjenester", "maal")
EXTRACT = date(2027, 1, 5)
Rows = dict[str, list[dict[str, Any]]]


def _count(aar: int, age: str, kind: str, **numbers: object) -> dict[str, Any]:
    return {
        "aar": aar,
        "uttrekksdato": EXTRACT,
        "aldersgruppe": age,
        "kategori": kind,
        **numbers,
    }


def _offence(number: int, person: int, age: str, kind: str, siktet: str | None) -> dict[str, Any]:
    return {
        "forhold_id": f"F-{number:04d}",
        "person_kode": f"P-{person:04d}",
        "aar": 2026,
        "maaned": number,
        "aar_registrert": 2026,
        "aldersgruppe": age,
        "kategori": kind,
        "siktet": siktet,
        "hendelse_id": f"H-{number:04d}",
        "bosted": "Bor her",
        "kjoenn": "Gutt",
        "fylt_18": "Nei",
    }


def right_rows() -> Rows:
    """Rows of every sheet, by ASCII column name, with what stands in the cells."""
    answer = {"kjoenn": "Alle", "sammenlignbar": "Ja"}
    return copy.deepcopy(
        {
            "tiltak": [
                {
                    "tiltak_id": PLAN.tiltak[0].navn,
                    "aar": 2026,
                    "status": "I gang",
                    "ansvarlig": "Fredrikstad politistasjonsdistrikt",
                    "frist": date(2026, 12, 31),
                    "antall_mottakere": 34,
                    "antall_maalgruppe": 120,
                },
                {
                    "tiltak_id": PLAN.tiltak[1].navn,
                    "aar": 2026,
                    "status": "Stoppet",
                    "ansvarlig": "Fredrikstad politistasjonsdistrikt",
                    "aarsak": "Kapasitet",
                },
            ],
            "moeter": [
                {
                    "arena": PLAN.arenaer[0].navn,
                    "dato": date(2026, 3, 4),
                    "gjennomfoert": "Ja",
                    "inviterte": 6,
                    "til_stede": 5,
                    "deltok_barnevern": "Ja",
                    "planen_behandlet": "Nei",
                }
            ],
            "vedtak": [
                {
                    "vedtak_id": "V-001",
                    "dato": date(2026, 1, 20),
                    "tema": "Tall",
                    "ansvarlig": "Fredrikstad politistasjonsdistrikt",
                    "frist": date(2026, 6, 1),
                    "status": "I gang",
                }
            ],
            "egenvurdering": [{"aar": 2026, "punkt": 1, "svar": "Delvis"}],
            "vurdering": [
                {
                    "aar": 2026,
                    "rolle": "SLT-koordinator",
                    "dato": date(2027, 1, 4),
                    "tekst": "Samarbeidet er godt.",
                    "ingen_omtalt": "Ja",
                }
            ],
            "ungdata": [
                {
                    "aar": 2025,
                    "sted": "Kommunen",
                    "spoersmaal": "skulket",
                    "trinn": "Ungdomsskole",
                    "antall_ja": 300,
                    "antall_svar": 1200,
                    "antall_invitert": 1500,
                    **answer,
                },
                {
                    "aar": 2025,
                    "sted": 3105,
                    "spoersmaal": "skulket",
                    "trinn": 8,
                    "prosent": 24.5,
                    **answer,
                },
            ],
            "indikatortall": [
                {
                    "aar": year,
                    "indikator": name,
                    "teller": count,
                    "nevner": base,
                    "kilde": "Barnevern",
                    "uttrekksdato": EXTRACT,
                }
                for year, name, count, base in (
                    (2026, "Nye saker i året", 2, None),
                    (2026, "saker_spurt", 2, 2),
                    (2026, "saker_samtykke", 1, 2),
                    (2026, "saker_felles_skjema", 1, 2),
                    (2026, "saker_med_maal", 2, 2),
                    (2026, "saker_maalt", 2, 2),
                    (2026, "saker_naadd", 1, 2),
                    (2026, "fjor_4_fortsatt", 1, 13),
                    (2026, "fjor_4_faerre", 6, 13),
                    (2026, "fjor_4_ingen", 4, 13),
                    (2026, "fjor_4_fylt_18", 2, 13),
                    (2025, "fornaermede_under_18", 40, None),
                    (2026, "fornaermede_under_18", 44, None),
                )
            ],
            "plasseringer": [
                {"aar": 2026, "type": "Akutt", "nye_barn": 3, "barn_31_12": "..", "doegn": 40},
                {"aar": 2026, "type": "Alle plasseringer", "nye_barn": 7, "barn_31_12": ":"},
            ],
            "forholdstall": [
                _count(
                    2026,
                    "Under 18",
                    "Alle typer",
                    antall_forhold=8,
                    antall_hendelser=8,
                    antall_personer=3,
                    antall_siktede=2,
                    personer_1_2=1,
                    personer_3=1,
                    personer_4_pluss=1,
                    forhold_4_pluss=4,
                    stoerste=4,
                ),
                _count(2026, "Under 15", "Alle typer", antall_forhold=1, antall_personer=1),
                _count(2026, "15–17", "Alle typer", antall_forhold=7, antall_personer=2),
                _count(
                    2024,
                    "Under 18",
                    "Alle typer",
                    antall_forhold=240,
                    antall_personer=139,
                    personer_1_2=115,
                    personer_3=11,
                    personer_4_pluss=13,
                    forhold_4_pluss=65,
                    stoerste=8,
                ),
            ],
            "befolkning": [
                {"kommune_nr": "3107", "aar": 2026, "alder": 15, "antall": 1103},
                {"kommune_nr": "0301", "aar": 2026, "alder": 15, "antall": 7000},
            ],
            "saker": [
                {
                    "sak_id": f"S-{number:03d}",
                    "dato_aapnet": date(2026, 2, number),
                    "aldersgruppe": "15–17",
                    "status": "Åpen",
                    "koordinator": "Barnevern",
                    "spurt": "Ja",
                    "samarbeidsmoeter": 3,
                }
                for number in (1, 2)
            ],
            "samtykke": [
                {
                    "sak_id": f"S-{case:03d}",
                    "part": part,
                    "tilstand": "Gitt",
                    "dato": date(2026, 2, 10),
                    "skjema": "Felles skjema",
                }
                for case in (1, 2)
                for part in ("Ungdom", "Foresatt")
            ],
            "tjenester": [
                {
                    "sak_id": "S-001",
                    "tjeneste": "Barnevern",
                    "rolle": "Deltar",
                    "fra_dato": date(2026, 3, 1),
                    "til_dato": date(2026, 9, 1),
                }
            ],
            "maal": [
                {
                    "maal_id": f"M-{number:03d}",
                    "sak_id": f"S-{number:03d}",
                    "omraade": "Skole",
                    "skala": scale,
                    "satt_dato": date(2026, 2, 15),
                    "satt_av": "Sammen",
                    "utgangspunkt": level,
                    "oensket_nivaa": wanted,
                    "planlagt_maaling": date(2026, 6, 15),
                    "nivaa_beskrevet": "Ja",
                }
                for number, scale, level, wanted in (
                    (1, "−2 til 2", -1, None),
                    (2, "0 til 10", 3, 7),
                )
            ],
            "maalinger": [
                {
                    "maal_id": "M-001",
                    "dato": date(2026, 6, 15),
                    "vurdert_av": "Ungdom",
                    "skaar": 1,
                    "fase": "Etter",
                },
                {
                    "maal_id": "M-002",
                    "dato": date(2026, 6, 15),
                    "vurdert_av": "Fagperson",
                    "skaar": 8,
                    "fase": "Etter",
                },
            ],
            "forhold": [
                _offence(1, 1, "15–17", "Vold og mishandling", "Ja"),
                _offence(2, 1, "15–17", "Eiendomstyveri", "Ja"),
                _offence(3, 1, "15–17", "Eiendomstyveri", "Nei"),
                _offence(4, 1, "15–17", "Eiendomstyveri", "Nei"),
                _offence(5, 2, "15–17", "Trafikkovertredelse", "Ja"),
                _offence(6, 2, "15–17", "Trafikkovertredelse", "Nei"),
                _offence(7, 2, "15–17", "Rusmiddellovbrudd", "Nei"),
                _offence(8, 3, "Under 15", "Eiendomsskade", None),
            ],
        }
    )


def write_plain(path: Path, rows: Rows) -> Path:
    """The sheets named, with headings and rows and nothing else, so that reading is fast.

    A value is a date, text, number or truth value; a pair is a number and its format, and a text
    that begins with `==` a formula.
    """
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    dated = book.add_format({"num_format": "dd.mm.yyyy"})
    for sheet in LAYOUT.sheets:
        if sheet.id not in rows:
            continue
        page = book.add_worksheet(sheet.name)
        columns = [column for column in sheet.columns if not column.is_opt_in]
        for place, column in enumerate(columns):
            page.write_string(0, place, column.label)
            for number, row in enumerate(rows.get(sheet.id, []), start=1):
                value = row.get(column.name)
                if isinstance(value, tuple):  # a number and its format
                    form = book.add_format({"num_format": value[1]})
                    page.write_number(number, place, value[0], form)
                elif isinstance(value, bool):
                    page.write_boolean(number, place, value)
                elif isinstance(value, date):
                    page.write_datetime(number, place, value, dated)
                elif isinstance(value, str) and value.startswith("=="):
                    page.write_formula(number, place, value[1:])
                elif isinstance(value, str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write_number(number, place, value)
    book.close()
    return path


def read_all(path: Path, **changes: Any) -> Workbook:
    """As a run reads it, with every sheet about persons switched on."""
    arguments: dict[str, Any] = {
        "plan": PLAN,
        "personrader": ALL_PERSONS,
        "key": FIXED_KEY,
        "aar": 2026,
        "skjaeringsdato": date(2026, 12, 31),
    } | changes
    return read_workbook(path, **arguments)


def read_some(path: Path, rows: Rows, **changes: Any) -> Workbook:
    """As `read_all`, of a workbook with these sheets only; the others are known to be missing."""
    others = [sheet.id for sheet in LAYOUT.sheets if not rows.get(sheet.id)]
    return read_all(write_plain(path, rows), uten_data=others, **changes)


def cell_of(sheet_id: str, name: str, row: int) -> str:
    """The address a column has in `write_plain`."""
    columns = [column for column in LAYOUT.sheet(sheet_id).columns if not column.is_opt_in]
    return f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[[column.name for column in columns].index(name)]}{row}"
