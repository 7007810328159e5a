"""Invented offences: few young people with many, most with one, some together with others.

The rows come first; every count is tallied from them, so rows and counts agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from evaluering.inputs.example.chance import Chance

# A row of a sheet by ASCII column name, with codes.
Record = dict[str, Any]

YEARS: Final = (2022, 2023, 2024, 2025)
# Offences in the year -> young people with so many. Calibrated: the totals and the three classes
# stay public after disclosure control, the classes among those under 15 do not all.
PERSONS_WITH: Final[dict[int, dict[int, int]]] = {
    2022: {1: 62, 2: 19, 3: 8, 4: 4, 5: 3, 6: 1, 7: 1},
    2023: {1: 70, 2: 21, 3: 9, 4: 4, 5: 3, 6: 2, 7: 1, 9: 1},
    2024: {1: 80, 2: 25, 3: 10, 4: 5, 5: 4, 6: 1, 7: 1, 8: 1},
    2025: {1: 90, 2: 28, 3: 12, 4: 7, 5: 4, 6: 2, 7: 1, 9: 1},
}
EXTRACT_DAY: Final = (1, 12)  # the same day every January: the years can be compared
MANY: Final = 4
_ADULT: Final = 18
_CHARGEABLE: Final = 15
_DECEMBER: Final = 12
_LARGEST_GROUP: Final = 3
_AGES: Final = {12: 3, 13: 9, 14: 20, 15: 25, 16: 25, 17: 18}
_SEXES: Final = {"gutt": 77, "jente": 22, "ukjent": 1}
_HOMES: Final = {"egen": 84, "annen": 13, "ukjent": 3}
_CATEGORIES: Final = {
    "eiendomstyveri": 22,
    "annet_vinning": 6,
    "eiendomsskade": 14,
    "vold": 22,
    "seksuallovbrudd": 1,
    "rusmiddel": 12,
    "orden_integritet": 14,
    "trafikk": 7,
    "annet": 2,
}
# How the total is split beside age and violence, and what is not told for such a part.
_SPLITS: Final = {
    "kategori": tuple(code for code in _CATEGORIES if code != "vold"),
    "kjoenn": ("gutt", "jente"),
    "bosted": tuple(_HOMES),
}
_NOT_SPLIT: Final = (
    "antall_hendelser",
    "antall_siktede",
    "personer_1_2",
    "personer_3",
    "personer_4_pluss",
    "forhold_4_pluss",
    "stoerste",
)
_MONTHS: Final = dict(zip(range(1, 13), (6, 6, 8, 9, 11, 10, 5, 9, 11, 10, 8, 7), strict=True))


@dataclass(slots=True)
class _Person:
    """Only here while the rows are made; a year of birth is never written."""

    code: str
    born: int
    birth_month: int
    sex: str
    home: str
    offences: dict[int, int]


def offences(seed: int) -> list[Record]:
    """The sheet «Forhold»: one row per offence and young person.

    Args:
        seed: The seed of the example.
    """
    chance = Chance(seed, "forhold")
    people: list[_Person] = []
    rows: list[Record] = []
    for year in YEARS:
        _give_offences(people, year, chance)
        found = [row for person in people for row in _rows(person, year, chance)]
        rows += sorted(_with_events(found, chance), key=lambda row: row["maaned"])
    events = dict.fromkeys(row["hendelse_id"] for row in rows)
    numbers = {event: f"H-{place:04d}" for place, event in enumerate(events, start=1)}
    return [
        {"forhold_id": f"F-{place:04d}", **row, "hendelse_id": numbers[row["hendelse_id"]]}
        for place, row in enumerate(rows, start=1)
    ]


def counts(rows: Sequence[Record]) -> list[Record]:
    """The sheet «Forholdstall», tallied from the rows of «Forhold».

    Args:
        rows: What `offences` gave.
    """
    found: list[Record] = []
    for year in YEARS:
        part = [row for row in rows if row["aar"] == year]
        total = _tally(part, year, "under_18")
        if year < YEARS[-1]:  # the police publish their own figures in February
            published = date(year + 1, 2, 1)
            total |= {"antall_publisert": len(part), "publisert_dato": published}
        found.append(total)
        found += [
            _tally(_where(part, "aldersgruppe", age), year, age) | {"stoerste": None}
            for age in ("under_15", "15_17")
        ]
        violence = _tally(_where(part, "kategori", "vold"), year, "under_18")
        found.append(violence | {"kategori": "vold", "stoerste": None})
        for name, codes in _SPLITS.items():
            for code in codes:
                row = _tally(_where(part, name, code), year, "under_18")
                found.append(row | dict.fromkeys(_NOT_SPLIT) | {name: code})
    return found


def last_years_many(rows: Sequence[Record]) -> list[Record]:
    """What became of those with four or more the year before: rows of «Indikatortall».

    Args:
        rows: What `offences` gave.

    Returns:
        `aar`, `indikator`, `teller`, `nevner`.
    """
    found: list[Record] = []
    for before, year in pairwise(YEARS):
        then, now = (_per_person(rows, one) for one in (before, year))
        many = [code for code, number in then.items() if number >= MANY]
        turning = {row["person_kode"] for row in rows if _turns_18(row, before)}
        later = [now[code] for code in many if code not in turning]
        outcome = {
            "fjor_4_fortsatt": sum(number >= MANY for number in later),
            "fjor_4_faerre": sum(0 < number < MANY for number in later),
            "fjor_4_ingen": later.count(0),
            "fjor_4_fylt_18": len(many) - len(later),
        }
        found += [
            {"aar": year, "indikator": code, "teller": number, "nevner": len(many)}
            for code, number in outcome.items()
        ]
    return found


def _where(rows: Sequence[Record], name: str, code: str) -> list[Record]:
    return [row for row in rows if row[name] == code]


def _per_person(rows: Sequence[Record], year: int) -> Counter[str]:
    return Counter(row["person_kode"] for row in rows if row["aar"] == year)


def _turns_18(row: Record, year: int) -> bool:
    return row["aar"] == year and row["fylt_18"] == "ja"


def _give_offences(people: list[_Person], year: int, chance: Chance) -> None:
    """The year's numbers of offences to people of the year before, and to new ones."""
    before = {person.code: person.offences.get(year - 1, 0) for person in people}
    amounts = [k for k, persons in PERSONS_WITH[year].items() for _ in range(persons)]
    for amount in sorted(amounts, reverse=True):
        lowest, again = {1: (1, 0.16), 2: (1, 0.25), 3: (2, 0.4)}.get(amount, (3, 0.45))
        known = [
            person
            for person in people
            if before[person.code] >= lowest
            and year not in person.offences
            and year - person.born < _ADULT
        ]
        if known and chance.happens(again):
            person = chance.pick(known)
        else:
            person = _Person(
                code=f"P-{len(people) + 1:04d}",
                born=year - chance.weighted(_AGES),
                birth_month=chance.whole(1, 12),
                sex=chance.weighted(_SEXES),
                home=chance.weighted(_HOMES),
                offences={},
            )
            people.append(person)
            before[person.code] = 0
        person.offences[year] = amount


def _rows(person: _Person, year: int, chance: Chance) -> Iterator[Record]:
    for _ in range(person.offences.get(year, 0)):
        month = chance.weighted(_MONTHS)
        age = year - person.born - (month < person.birth_month)
        is_child = age < _CHARGEABLE
        is_late = month == _DECEMBER and chance.happens(0.2)
        yield {
            "person_kode": person.code,
            "aar": year,
            "maaned": month,
            "aar_registrert": year + is_late,
            "aldersgruppe": "under_15" if is_child else "15_17",
            "kategori": chance.weighted(_CATEGORIES),
            "siktet": None if is_child else ("ja" if chance.happens(0.8) else "nei"),
            "bosted": person.home,
            "kjoenn": person.sex,
            "fylt_18": "ja" if person.born + _ADULT == year + 1 else "nei",
        }


def _with_events(rows: list[Record], chance: Chance) -> list[Record]:
    """Some did it together: the same event for different people, the same month and kind."""
    open_events: dict[tuple[int, str], tuple[int, set[str]]] = {}
    for place, row in enumerate(chance.mixed(rows)):
        key = (row["maaned"], row["kategori"])
        event, members = open_events.get(key, (-1, set[str]()))
        is_room = event >= 0 and row["person_kode"] not in members and len(members) < _LARGEST_GROUP
        if not is_room or not chance.happens(0.3):
            event, members = row["aar"] * 10_000 + place, set[str]()
        members.add(row["person_kode"])
        open_events[key] = (event, members)
        row["hendelse_id"] = event
    return rows


def _tally(part: Sequence[Record], year: int, age: str) -> Record:
    """The numbers of one row of «Forholdstall», all categories, places and sexes."""
    persons = Counter(row["person_kode"] for row in part)
    many = [number for number in persons.values() if number >= MANY]
    charged = {row["person_kode"] for row in part if row["siktet"] == "ja"}
    return {
        "aar": year,
        "uttrekksdato": date(year + 1, *EXTRACT_DAY),
        "aldersgruppe": age,
        "kategori": "alle",
        "antall_forhold": len(part),
        "antall_hendelser": len({row["hendelse_id"] for row in part}),
        "antall_personer": len(persons),
        "antall_siktede": None if age == "under_15" else len(charged),
        "personer_1_2": sum(number < MANY - 1 for number in persons.values()),
        "personer_3": sum(number == MANY - 1 for number in persons.values()),
        "personer_4_pluss": len(many),
        "forhold_4_pluss": sum(many),
        "stoerste": max(persons.values(), default=0),
        "bosted": "alle",
        "kjoenn": "alle",
        "antall_publisert": None,
        "publisert_dato": None,
    }
