"""Invented answers to Ungdata: pupils in nine schools, and published figures of invented places.

The pupils come first; the school table and the town's own figures are counted from them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from evaluering.inputs.example.chance import Chance
from evaluering.inputs.example.police import Record

WAVES: Final = (2016, 2019, 2022, 2025)
# Pupils enrolled in grades 8–10 of each school, about the same in every wave.
SCHOOLS: Final = {
    "U-1": 310,
    "U-2": 285,
    "U-3": 260,
    "U-4": 240,
    "U-5": 225,
    "U-6": 210,
    "U-7": 190,
    "U-8": 165,
    "U-9": 130,
}
# Question -> the share that was aimed at in each wave; the answers differ by chance.
SHARES: Final[dict[str, tuple[float, float, float, float]]] = {
    "skulket": (0.175, 0.195, 0.255, 0.285),
    "sneket": (0.125, 0.130, 0.185, 0.165),
    "haerverk": (0.060, 0.055, 0.075, 0.070),
    "trygt_svaert": (0.470, 0.455, 0.420, 0.415),
    "beruset": (0.085, 0.075, 0.100, 0.090),
    "cannabis": (0.020, 0.018, 0.036, 0.030),
}
_RESPONSE: Final = dict(zip(WAVES, (0.81, 0.79, 0.74, 0.80), strict=True))
_GRADES: Final = ("8", "9", "10")
_GRADE_LIFT: Final = {"8": -0.45, "9": 0.0, "10": 0.4}  # on the logit scale
_SEX_LIFT: Final = {"gutt": 0.12, "jente": -0.12, "": 0.0}
_SCHOOL_SPREAD: Final = 0.16
_DRIFT: Final = 0.09
_PERSON_SHARE: Final = 0.35  # how much of an answer is the same pupil's in every question
_NO_ANSWER: Final = 0.03
_PREFERS_NOT: Final = 0.4  # of those without an answer, those who chose not to give one
COUNTRY: Final = "landet"
COUNTY: Final = "fylke"


@dataclass(frozen=True, slots=True)
class Variable:
    """How a question stands in the file of a wave.

    Attributes:
        name: The variable.
        question: The words.
        labels: Code → label, lowest first.
        yes: The codes counted as yes.
    """

    name: str
    question: str
    labels: dict[int, str]
    yes: tuple[int, ...]


REFUSED: Final = 9
_TIMES: Final = {1: "Ingen ganger", 2: "1 gang", 3: "2–5 ganger", 4: "6 ganger eller mer"}
_SAFE: Final = {1: "Svært trygt", 2: "Ganske trygt", 3: "Litt utrygt", 4: "Svært utrygt"}
# In 2016 the answer to the last question was about the town centre and had other categories.
_CENTRE: Final = {1: "Ja, svært trygt", 2: "Ja, trygt", 3: "Nei, utrygt"}
_WORDS: Final = {
    "skulket": "Har du skulket skolen det siste året?",
    "sneket": "Har du latt være å betale på kino, buss eller lignende det siste året?",
    "haerverk": "Har du med vilje ødelagt noe det siste året?",
    "beruset": "Har du drukket så mye at du har følt deg tydelig beruset det siste året?",
    "cannabis": "Har du brukt hasj, marihuana eller cannabis det siste året?",
}
_NUMBERS: Final = dict(zip((*_WORDS, "trygt_svaert"), (11, 12, 13, 21, 24, 31), strict=True))


def variable(question: str, wave: int) -> Variable:
    """How a question stands in the file of a wave: names differ from wave to wave.

    Args:
        question: A key of `SHARES`.
        wave: One of `WAVES`.
    """
    name = f"u{wave % 100}_{_NUMBERS[question]}"
    if question != "trygt_svaert":
        return Variable(name, _WORDS[question], _TIMES, (2, 3, 4))
    if wave == WAVES[0]:
        return Variable(name, "Er det trygt å ferdes i sentrum om kvelden?", _CENTRE, (1,))
    return Variable(name, "Hvor trygt opplever du nærmiljøet ditt?", _SAFE, (1,))


def pupils(seed: int) -> list[Record]:
    """One row per pupil who took part: `aar`, `skole`, `trinn`, `kjoenn` and every variable.

    Codes as the file has them; None where the question was not asked or left blank, 9
    where the pupil chose «Vil ikke svare».

    Args:
        seed: The seed of the example.
    """
    chance = Chance(seed, "ungdata")
    level = {school: chance.normal(_SCHOOL_SPREAD) for school in SCHOOLS}
    names = [variable(question, wave).name for wave in WAVES for question in SHARES]
    rows: list[Record] = []
    for place, wave in enumerate(WAVES):
        for school, grade, invited in _classes(wave):
            drift = {question: chance.normal(_DRIFT) for question in SHARES}
            for _ in range(invited):
                if not chance.happens(_RESPONSE[wave]):
                    continue
                sex = chance.weighted({"gutt": 49.0, "jente": 49.0, "": 2.0})
                person = chance.normal()
                row: Record = {"aar": wave, "skole": school, "trinn": grade, "kjoenn": sex}
                row |= dict.fromkeys(names)
                for question, shares in SHARES.items():
                    sign = -1 if question == "trygt_svaert" else 1
                    lift = level[school] + _GRADE_LIFT[grade] + _SEX_LIFT[sex]
                    share = _expit(_logit(shares[place]) + drift[question] + sign * lift)
                    asked = variable(question, wave)
                    row[asked.name] = _answer(asked, share, sign * person, chance)
                rows.append(row)
    return rows


def school_table(rows: Sequence[Record]) -> list[Record]:
    """Answers per school and wave, counted from the pupils, as rows of the sheet «Ungdata».

    Args:
        rows: What `pupils` gave.
    """
    found: list[Record] = []
    for wave in WAVES:
        for school in SCHOOLS:
            part = [row for row in rows if row["aar"] == wave and row["skole"] == school]
            invited = sum(number for _, _, number in _classes(wave, school))
            found += [
                _row(wave, "kommune", question)
                | {"skole_kode": school}
                | _counted(part, variable(question, wave))
                | {"antall_invitert": invited}
                for question in SHARES
            ]
    return found


def town_table(schools: Sequence[Record]) -> list[Record]:
    """The whole town: the sum over the schools.

    Args:
        schools: What `school_table` gave.
    """
    found: list[Record] = []
    for wave in WAVES:
        for question in SHARES:
            part = [row for row in schools if row["aar"] == wave and row["spoersmaal"] == question]
            sums = {
                name: sum(row[name] for row in part)
                for name in ("antall_ja", "antall_svar", "antall_invitert")
            }
            found.append(_row(wave, "kommune", question) | sums)
    return found


def other_places(seed: int, numbers: Sequence[str]) -> list[Record]:
    """Whole percentages of the country, the county and invented municipalities.

    Args:
        seed: The seed of the example.
        numbers: The numbers of the municipalities.
    """
    chance = Chance(seed, "sammenligning")
    sizes = {COUNTRY: 61_000, COUNTY: 8_400} | {code: chance.whole(420, 2600) for code in numbers}
    rows: list[Record] = []
    for place, about in sizes.items():
        is_small = place in numbers
        own = {question: chance.normal(0.15 if is_small else 0.02) for question in SHARES}
        for number, wave in enumerate(WAVES):
            answers = about + chance.whole(-about // 30, about // 30)
            for question, shares in SHARES.items():
                # The country changed about half as much as the town did.
                aim = (_logit(shares[0]) + _logit(shares[number])) / 2
                drift = chance.normal(0.08 if is_small else 0.015)
                share = _expit(aim + own[question] + drift)
                noise = chance.normal(math.sqrt(share * (1 - share) / answers))
                percent = max(0, math.floor(100 * (share + noise) + 0.5))
                rows.append(
                    _row(wave, place, question) | {"prosent": percent, "antall_svar": answers}
                )
    return rows


def _classes(wave: int, school: str | None = None) -> list[tuple[str, str, int]]:
    """School, grade and number enrolled; a little more or fewer from wave to wave."""
    turn = WAVES.index(wave)
    return [
        (code, grade, size // 3 + (turn * 7 + place * 5 + int(grade)) % 9 - 4)
        for place, (code, size) in enumerate(SCHOOLS.items())
        for grade in _GRADES
        if school in (None, code)
    ]


def _answer(asked: Variable, share: float, person: float, chance: Chance) -> int | None:
    if chance.happens(_NO_ANSWER):
        return REFUSED if chance.happens(_PREFERS_NOT) else None
    own = chance.normal()
    latent = math.sqrt(_PERSON_SHARE) * person + math.sqrt(1 - _PERSON_SHARE) * own
    codes = list(asked.labels)
    is_yes = latent > NormalDist().inv_cdf(1 - share)
    options = [code for code in codes if (code in asked.yes) == is_yes]
    weights = {code: 0.5 ** abs(code - options[0]) for code in options}
    return chance.weighted(weights)


def _counted(part: Sequence[Record], asked: Variable) -> dict[str, int]:
    given = [row[asked.name] for row in part if row[asked.name] not in (None, REFUSED)]
    return {"antall_ja": sum(code in asked.yes for code in given), "antall_svar": len(given)}


def _row(wave: int, place: str, question: str) -> Record:
    if wave == WAVES[0]:
        comparable = "foerste"
    elif question == "trygt_svaert" and wave == WAVES[1]:
        comparable = "nei_ordlyd"
    else:
        comparable = "ja"
    return {
        "aar": wave,
        "sted": place,
        "spoersmaal": question,
        "trinn": "ungdomsskole",
        "kjoenn": "alle",
        "skole_kode": None,
        "prosent": None,
        "antall_ja": None,
        "antall_svar": None,
        "antall_invitert": None,
        "sammenlignbar": comparable,
    }


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value))
