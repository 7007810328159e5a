"""The second invented town: its first year, with a handful of yearly counts and no rows at all.

Published percentages with their number of answers, the police form, «Indikatortall» and «Møter»:
steps 0 and 1 of the data ladder.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from evaluering.inputs.example.police import Record
from evaluering.inputs.example.totals import population
from evaluering.inputs.example.town import FIRST_YEAR_NUMBER, YEAR
from evaluering.plan import Plan

YEARS: Final = (YEAR - 1, YEAR)
_EXTRACT: Final = date(YEAR + 1, 1, 12)
_NAMES: Final = (
    "antall_forhold",
    "antall_hendelser",
    "antall_personer",
    "personer_1_2",
    "personer_3",
    "personer_4_pluss",
    "forhold_4_pluss",
    "antall_siktede",
    "stoerste",
)
# 38, 11 and 5 young people with one, two and three offences, and five with 23 together; the year
# after 41, 12 and 6, and six with 29.
_OFFENCES: Final[dict[tuple[int, str, str], tuple[int | None, ...]]] = {
    (2024, "under_18", "alle"): (98, 84, 59, 49, 5, 5, 23, 30, 6),
    (2025, "under_18", "alle"): (112, 95, 65, 53, 6, 6, 29, 33, 7),
    (2024, "under_15", "alle"): (31, None, 22, None, None, None, None, None, None),
    (2025, "under_15", "alle"): (37, None, 26, None, None, None, None, None, None),
    (2024, "under_18", "vold"): (21, None, 18, None, None, None, None, None, None),
    (2025, "under_18", "vold"): (26, None, 21, None, None, None, None, None, None),
}
_INDICATORS: Final = {
    "saker_nye": ((21, None), (24, None)),
    "saker_spurt": ((15, 21), (19, 24)),
    "saker_samtykke": ((9, 21), (13, 24)),
    "saker_andre_tjenester": ((8, 21), (12, 24)),
    "saker_uten_koordinator": ((6, 21), (5, 24)),
}
_NEW_IN_PLACEMENT: Final = (4, 3)
# Question -> whole percentages of town, county and country in 2022 and in 2025.
_SURVEY: Final = {
    "skulket": ((24, 27), (21, 22), (20, 22)),
    "sneket": ((16, 17), (15, 15), (15, 14)),
    "haerverk": ((7, 6), (7, 6), (7, 7)),
    "trygt_svaert": ((46, 44), (45, 45), (44, 43)),
    "beruset": ((9, 9), (9, 8), (9, 9)),
    "cannabis": ((3, 3), (3, 2), (3, 3)),
}
_PLACES: Final = {"kommune": (742, 768), "fylke": (8310, 8460), "landet": (60_420, 61_180)}
_WAVES: Final = (2022, 2025)
_MEETINGS: Final = (
    ("politiraad", "2025-02-04", "ja"),
    ("politiraad", "2025-09-09", "ja"),
    ("sentrus", "2025-03-11", "ja"),
    ("sentrus", "2025-10-14", "nei"),
    ("faste_moeter", "2025-02-20", "ja"),
    ("faste_moeter", "2025-06-05", "ja"),
    ("arbeidsgruppe", "2025-05-13", "ja"),
)


def first_year_sheets(seed: int, plan: Plan) -> dict[str, list[Record]]:
    """The sheets the town has filled in, by id.

    Args:
        seed: The seed of the example.
        plan: The plan the town works after.
    """
    # A town a third as large as the other.
    people = [
        row | {"antall": row["antall"] // 3}
        for row in population(seed, FIRST_YEAR_NUMBER)
        if row["aar"] in YEARS
    ]
    return {
        "tiltak": _measures(plan),
        "moeter": _meetings(plan),
        "vedtak": _decisions(),
        "ungdata": _survey(),
        "indikatortall": _indicators(),
        "plasseringer": [
            {"aar": year, "type": "alle", "nye_barn": new}
            for year, new in zip(YEARS, _NEW_IN_PLACEMENT, strict=True)
        ],
        "befolkning": people,
    }


def first_year_police() -> list[Record]:
    """What the police filled in on the form, as rows of «Forholdstall»."""
    return [
        {"aar": year, "uttrekksdato": _EXTRACT, "aldersgruppe": age, "kategori": kind}
        | dict(zip(_NAMES, numbers, strict=True))
        | {"bosted": "alle", "kjoenn": "alle"}
        for (year, age, kind), numbers in _OFFENCES.items()
    ]


def _survey() -> list[Record]:
    return [
        {
            "aar": wave,
            "sted": place,
            "spoersmaal": question,
            "trinn": "ungdomsskole",
            "kjoenn": "alle",
            "prosent": percents[number],
            "antall_svar": answers[number],
            "sammenlignbar": "ja" if number else "foerste",
        }
        for question, by_place in _SURVEY.items()
        for (place, answers), percents in zip(_PLACES.items(), by_place, strict=True)
        for number, wave in enumerate(_WAVES)
    ]


def _indicators() -> list[Record]:
    return [
        {
            "aar": year,
            "indikator": code,
            "teller": number,
            "nevner": of,
            "kilde": "barnevern",
            "uttrekksdato": date(year + 1, 1, 12),
        }
        for code, numbers in _INDICATORS.items()
        for year, (number, of) in zip(YEARS, numbers, strict=True)
    ]


def _measures(plan: Plan) -> list[Record]:
    """Every third is under way, the rest planned; what nobody has had room for stays so."""
    rows: list[Record] = []
    for place, item in enumerate((*plan.tiltak, *plan.prioriteringer)):
        status = "planlagt" if place % 3 else "i_gang"
        rows.append(
            {
                "tiltak_id": item.id,
                "aar": YEAR,
                "status": status,
                "ansvarlig": "slt_koordinator",
                "frist": date(YEAR + 1, 6, 30),
                "startet": date(YEAR, 3, 1) if status == "i_gang" else None,
                "krever": None,
            }
        )
    for area in plan.ikke_prioritert:
        empty = dict.fromkeys(("ansvarlig", "frist", "startet"))
        row = {"tiltak_id": area.id, "aar": YEAR, "status": "ikke_prioritert", **empty}
        rows.append(row | {"krever": "stilling"})
    return rows


def _meetings(plan: Plan) -> list[Record]:
    rows: list[Record] = []
    invited = [service.id for service in plan.tjenester][:4]
    for arena, day, held in _MEETINGS:
        is_held = held == "ja"
        came = dict.fromkeys((f"deltok_{service}" for service in invited), "ja")
        rows.append(
            {"arena": arena, "dato": date.fromisoformat(day), "gjennomfoert": held}
            | {"inviterte": len(invited), "til_stede": len(invited) if is_held else None}
            | (came if is_held else dict.fromkeys(came))
            | {"planen_behandlet": ("ja" if arena == "politiraad" else "nei") if is_held else None}
        )
    return rows


def _decisions() -> list[Record]:
    return [
        {
            "vedtak_id": "V-001",
            "dato": date(YEAR, 2, 4),
            "tiltak_id": None,
            "tema": "tall",
            "ansvarlig": "slt_koordinator",
            "frist": date(YEAR, 12, 1),
            "status": "gjennomfoert",
        },
        {
            "vedtak_id": "V-002",
            "dato": date(YEAR, 9, 9),
            "tiltak_id": "p_samtykke",
            "tema": None,
            "ansvarlig": "slt_koordinator",
            "frist": date(YEAR + 1, 3, 1),
            "status": "i_gang",
        },
    ]
