"""Counts of the invented town that stand on sheets of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from evaluering.inputs.example.cases import CUTOFF
from evaluering.inputs.example.chance import Chance
from evaluering.inputs.example.police import EXTRACT_DAY, YEARS, Record, last_years_many

# Children newly placed, placed on 31 December, and days, per kind. Small on purpose: by kind they
# may not be shown, all kinds together over three years may.
_PLACEMENTS: Final[dict[int, dict[str, tuple[int, int, int]]]] = {
    2022: {
        "institusjon_samtykke": (3, 2, 610),
        "institusjon_uten_samtykke": (2, 3, 905),
        "akutt": (2, 1, 74),
    },
    2023: {
        "institusjon_samtykke": (2, 2, 588),
        "institusjon_uten_samtykke": (2, 3, 870),
        "akutt": (1, 0, 32),
    },
    2024: {
        "institusjon_samtykke": (3, 3, 702),
        "institusjon_uten_samtykke": (3, 4, 1130),
        "akutt": (2, 1, 81),
    },
    2025: {
        "institusjon_samtykke": (4, 3, 815),
        "institusjon_uten_samtykke": (3, 4, 1204),
        "akutt": (2, 1, 66),
    },
}
_OFFENDED: Final = {2022: 61, 2023: 66, 2024: 74, 2025: 79}
_KNOWN: Final = {2022: 8, 2023: 11, 2024: 13, 2025: 18}
_REPEATED: Final = 3
_OLDEST: Final = 25
_ABOUT: Final = 610


def placements() -> list[Record]:
    """The sheet «Plasseringer»: totals per year and kind, and all kinds together."""
    rows: list[Record] = []
    for year, kinds in _PLACEMENTS.items():
        whole = tuple(sum(numbers) for numbers in zip(*kinds.values(), strict=True))
        for kind, (new, at_end, days) in (kinds | {"alle": whole}).items():
            rows.append(
                {"aar": year, "type": kind, "nye_barn": new, "barn_31_12": at_end, "doegn": days}
            )
    return rows


def population(seed: int, kommune_nr: str) -> list[Record]:
    """The sheet «Befolkning»: one-year ages; who is nine this year is ten the next.

    Args:
        seed: The seed of the example.
        kommune_nr: The town's number.
    """
    chance = Chance(seed, "befolkning")
    ages = {age: _ABOUT + 6 * age + chance.whole(-35, 35) for age in range(_OLDEST + 1)}
    rows: list[Record] = []
    for year in YEARS:
        rows += [
            {"kommune_nr": kommune_nr, "aar": year, "alder": age, "antall": count}
            for age, count in ages.items()
        ]
        older = {age + 1: count + chance.whole(-6, 9) for age, count in ages.items()}
        ages = {0: _ABOUT + chance.whole(-45, 15)} | {
            age: count for age, count in older.items() if age <= _OLDEST
        }
    return rows


def indicator_counts(
    cases: Mapping[str, Sequence[Record]], offences: Sequence[Record]
) -> list[Record]:
    """The sheet «Indikatortall», counted from the rows about cases and offences.

    Cases of a year are those opened in it. A case has consent when the last event of every party it
    needs is `gitt`; a goal counts only where the case has consent.

    Args:
        cases: What `cases.case_sheets` gave.
        offences: What `police.offences` gave.
    """
    many = last_years_many(offences)
    found: list[Record] = []
    for year in YEARS:
        found += _of_cases(cases, year)
        persons = Counter(row["person_kode"] for row in offences if row["aar"] == year)
        repeated = sum(number >= _REPEATED for number in persons.values())
        found += [
            _count(year, "kjent_i_sak", _KNOWN[year], repeated, "politi"),
            _count(year, "fornaermede_under_18", _OFFENDED[year], None, "politi"),
        ]
        found += [row | {"kilde": "politi"} for row in many if row["aar"] == year]
    return [row | {"uttrekksdato": date(row["aar"] + 1, *EXTRACT_DAY)} for row in found]


def consenting(samtykke: Sequence[Record]) -> set[str]:
    """The cases where the last event of every party before the cut-off date is `gitt`.

    Args:
        samtykke: The sheet «Samtykke»; every party a case needs has been asked.
    """
    last: dict[tuple[str, str], str] = {}
    for event in sorted(samtykke, key=lambda row: row["dato"]):
        if event["dato"] <= CUTOFF:
            last[event["sak_id"], event["part"]] = event["tilstand"]
    refused = {case for (case, _), answer in last.items() if answer != "gitt"}
    return {case for case, _ in last} - refused


def _of_cases(cases: Mapping[str, Sequence[Record]], year: int) -> list[Record]:
    rows = [row for row in cases["saker"] if row["dato_aapnet"].year == year]
    new = {row["sak_id"] for row in rows}
    consent = consenting(cases["samtykke"]) & new
    common = {row["sak_id"] for row in cases["samtykke"] if row["skjema"] == "felles"}
    helped = {row["sak_id"] for row in cases["tjenester"]} & new
    with_goal = {row["sak_id"] for row in cases["maal"]} & consent
    asked = sum(row["spurt"] == "ja" for row in rows)
    loose = sum(row["koordinator"] == "ikke_avklart" for row in rows)
    counted = [
        ("saker_nye", len(new), None),
        ("saker_spurt", asked, len(new)),
        ("saker_samtykke", len(consent), len(new)),
        ("saker_felles_skjema", len(common & consent), len(consent)),
        ("saker_andre_tjenester", len(helped), len(new)),
        ("saker_uten_koordinator", loose, len(new)),
        ("saker_med_maal", len(with_goal), len(new)),
    ]
    return [_count(year, code, number, of, "buf_hjelpa") for code, number, of in counted]


def _count(year: int, code: str, number: int, of: int | None, source: str) -> Record:
    return {"aar": year, "indikator": code, "teller": number, "nevner": of, "kilde": source}
