"""Invented cases: who was asked, who consented and withdrew, who helped, which goals were measured.

Other services come in only where consent stands at the year's end, so that the count and the rows
agree however withdrawals are dated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from evaluering.inputs.example.chance import Chance
from evaluering.inputs.example.police import YEARS, Record

CUTOFF: Final = date(2026, 1, 12)
# Per year: new cases, asked, consent that stands, withdrawn, other services, without coordinator.
# From step to step at least five are lost: a smaller difference would hide one of the two.
PLAN_OF_YEAR: Final[dict[int, tuple[int, int, int, int, int, int]]] = {
    2022: (34, 26, 17, 1, 12, 7),
    2023: (38, 31, 21, 2, 15, 7),
    2024: (42, 36, 26, 2, 20, 6),
    2025: (47, 42, 32, 3, 26, 5),
}
# Goals are measured in the cases of these years; in 2022 nobody had begun.
_WITH_GOALS: Final = {2023: 10, 2024: 14, 2025: 20}
_AGES: Final = {"under_12": 3, "12_14": 33, "15_17": 56, "18_pluss": 8}
_COORDINATORS: Final = {"barnevern": 40, "buf_hjelpa": 32, "fredrikstadhjelpa": 18, "vgs": 10}
_OTHERS: Final = {
    "politi": 22,
    "ungdomsskole": 18,
    "vgs": 14,
    "fritid": 12,
    "konfliktraad": 10,
    "fact_ung": 8,
    "bupp": 8,
    "frivillig": 5,
    "tsb": 3,
}
_AREAS: Final = {
    "kriminalitet": 26,
    "rus": 16,
    "skole": 24,
    "arbeid_fritid": 14,
    "familie": 10,
    "helse": 5,
    "nettverk": 5,
}
_SET_BY: Final = {"sammen": 62, "ungdom": 16, "fagperson": 16, "foresatt": 6}
# Final levels dealt like cards, so that every level has five cases or more.
_GAS_LEVELS: Final = (-2,) * 4 + (-1,) * 4 + (0,) * 5 + (1,) * 4 + (2,) * 3
_GBO_STEPS: Final = {0: 14, 1: 14, 2: 22, 3: 22, 4: 16, 5: 12}
_ADULT: Final = "18_pluss"
_RATINGS: Final = 6


@dataclass(frozen=True, slots=True)
class _Case:
    id: str
    year: int
    opened: date
    age: str
    coordinator: str
    is_asked: bool
    consent: str
    helpers: int


def case_sheets(seed: int) -> dict[str, list[Record]]:
    """The sheets «Saker», «Samtykke», «Tjenester», «Mål» and «Målinger».

    Args:
        seed: The seed of the example.
    """
    cases = _cases(Chance(seed, "saker"))
    goals, scores = _goals(cases, Chance(seed, "maal"))
    return {
        "saker": _case_rows(cases, Chance(seed, "avslutning")),
        "samtykke": _consent_rows(cases, Chance(seed, "samtykke")),
        "tjenester": _service_rows(cases, Chance(seed, "tjenester")),
        "maal": goals,
        "maalinger": scores,
    }


def repeated_case(seed: int) -> str:
    """The case whose goals are rated every week: for the page about one case.

    Args:
        seed: The seed of the example.
    """
    return _repeated(_cases(Chance(seed, "saker")))


def _repeated(cases: list[_Case]) -> str:
    """The first of the last year with consent, helpers and somebody who coordinates."""
    return next(
        case.id
        for case in cases
        if case.year == YEARS[-1]
        and case.helpers
        and case.age == "15_17"
        and case.coordinator != "ikke_avklart"
    )


def _cases(chance: Chance) -> list[_Case]:
    cases: list[_Case] = []
    for year in YEARS:
        new, asked, standing, withdrawn, helped, uncoordinated = PLAN_OF_YEAR[year]
        consents = ["gitt"] * standing + ["trukket"] * withdrawn
        consents += ["ikke_gitt"] * (asked - standing - withdrawn) + [""] * (new - asked)
        helpers = [chance.weighted({1: 45, 2: 30, 3: 17, 4: 8}) for _ in range(helped)]
        helpers += [0] * (new - helped)
        # The first of the list have consent, and the first of those have helpers.
        places = chance.mixed(range(new))
        loose = set(chance.mixed(range(new))[:uncoordinated])
        # Opened by the end of September: consent and withdrawal fall in the same year.
        days = sorted(chance.whole(0, 270) for _ in range(new))
        for number, day in enumerate(days):
            kind = places.index(number)
            cases.append(
                _Case(
                    id=f"S-{len(cases) + 1:03d}",
                    year=year,
                    opened=date(year, 1, 3) + timedelta(days=day),
                    age=chance.weighted(_AGES),
                    coordinator=(
                        "ikke_avklart" if number in loose else chance.weighted(_COORDINATORS)
                    ),
                    is_asked=bool(consents[kind]),
                    consent=consents[kind],
                    helpers=helpers[kind],
                )
            )
    return cases


def _case_rows(cases: list[_Case], chance: Chance) -> list[Record]:
    rows: list[Record] = []
    repeated = _repeated(cases)
    for case in cases:
        closed = case.opened + timedelta(days=chance.whole(120, 700))
        is_open = closed > date(2025, 12, 31) or case.id == repeated
        rows.append(
            {
                "sak_id": case.id,
                "dato_aapnet": case.opened,
                "dato_avsluttet": None if is_open else closed,
                "aldersgruppe": case.age,
                "status": "aapen" if is_open else "avsluttet",
                "koordinator": case.coordinator,
                "spurt": "ja" if case.is_asked else "nei",
                "samarbeidsmoeter": chance.whole(1, 8) if case.consent == "gitt" else 0,
            }
        )
    return rows


def _consent_rows(cases: list[_Case], chance: Chance) -> list[Record]:
    rows: list[Record] = []
    for case in cases:
        if not case.is_asked:
            continue
        form = "felles" if chance.happens(0.4 + 0.12 * (case.year - YEARS[0])) else "annet"
        asked = case.opened + timedelta(days=chance.whole(4, 30))
        parties = ["ungdom"] if case.age == _ADULT else ["ungdom", "foresatt"]
        refuser = chance.pick(parties)
        for party in parties:
            refuses = case.consent == "ikke_gitt" and party == refuser
            answer = {"part": party, "tilstand": "ikke_gitt" if refuses else "gitt", "dato": asked}
            rows.append({"sak_id": case.id, **answer, "skjema": form})
        if case.consent == "trukket":
            later = asked + timedelta(days=chance.whole(20, 50))
            answer = {"part": refuser, "tilstand": "trukket", "dato": later}
            rows.append({"sak_id": case.id, **answer, "skjema": form})
    return rows


def _service_rows(cases: list[_Case], chance: Chance) -> list[Record]:
    rows: list[Record] = []
    for case in cases:
        left = {code: w for code, w in _OTHERS.items() if code != case.coordinator}
        start = case.opened + timedelta(days=30)
        for _ in range(case.helpers):
            service = chance.weighted(left)
            del left[service]
            start = min(start + timedelta(days=chance.whole(2, 30)), date(case.year, 12, 30))
            ended = start + timedelta(days=chance.whole(60, 300))
            rows.append(
                {
                    "sak_id": case.id,
                    "tjeneste": service,
                    "rolle": "deltar" if chance.happens(0.75) else "henvist",
                    "fra_dato": start,
                    "til_dato": ended if ended < CUTOFF else None,
                }
            )
    return rows


def _goals(cases: list[_Case], chance: Chance) -> tuple[list[Record], list[Record]]:
    goals: list[Record] = []
    scores: list[Record] = []
    repeated = _repeated(cases)
    dealt = iter([level for _ in range(10) for level in chance.mixed(_GAS_LEVELS)])
    for year, wanted in _WITH_GOALS.items():
        of_year = [case for case in cases if case.year == year]
        standing = [case for case in of_year if case.consent == "gitt" and case.helpers]
        first = [case for case in standing if case.id == repeated]
        others = [case for case in chance.mixed(standing) if case.id != repeated]
        chosen = {case.id for case in [*first, *others][:wanted]} | {
            # Goals set before the consent was withdrawn: they leave every number.
            case.id
            for case in of_year
            if case.consent == "trukket"
        }
        for case in of_year:
            if case.id in chosen:
                amount = 1 if case.consent == "trukket" else chance.weighted({1: 30, 2: 45, 3: 25})
                for _ in range(amount):
                    is_weekly = case.id == repeated
                    goal = _goal(case, len(goals) + 1, chance, is_weekly=is_weekly)
                    goals.append(goal)
                    if is_weekly:
                        scores += _weekly(goal, chance)
                    elif case.consent == "gitt":
                        scores += _scores(goal, dealt, chance)
    return goals, scores


def _goal(case: _Case, number: int, chance: Chance, *, is_weekly: bool) -> Record:
    scale = "gas_5" if is_weekly or chance.happens(0.78) else "gbo_10"
    is_gas = scale == "gas_5"
    set_on = case.opened + timedelta(days=chance.whole(32, 45))
    return {
        "maal_id": f"M-{number:03d}",
        "sak_id": case.id,
        "omraade": chance.weighted(_AREAS),
        "skala": scale,
        "satt_dato": set_on,
        "satt_av": chance.weighted(_SET_BY),
        "utgangspunkt": chance.weighted({-2: 60, -1: 40}) if is_gas else chance.whole(1, 4),
        "oensket_nivaa": None if is_gas else chance.whole(6, 8),
        "planlagt_maaling": set_on + timedelta(days=chance.weighted({90: 60, 180: 40})),
        "nivaa_beskrevet": "ja" if chance.happens(0.86) else "nei",
        "vekt": None,
    }


def _scores(goal: Record, dealt: Iterator[int], chance: Chance) -> list[Record]:
    """Measured as planned, later, or not at all; not yet where the day has not come."""
    due: date = goal["planlagt_maaling"] + timedelta(days=chance.whole(0, 25))
    if due >= CUTOFF or chance.happens(0.18):
        return []
    if goal["skala"] == "gas_5":
        lowest, level, highest = -2, next(dealt), 2
    else:
        lowest, level, highest = 0, goal["utgangspunkt"] + chance.weighted(_GBO_STEPS), 10
    raters = {"fagperson": 1.0, "ungdom": 0.72, "foresatt": 0.3}
    rows: list[Record] = []
    for rater, share in raters.items():
        own = level + chance.weighted({-1: 20, 0: 60, 1: 20}) * (rater != "fagperson")
        if chance.happens(share):
            rows.append(_score(goal, due, rater, min(max(own, lowest), highest), "etter"))
    return rows


def _weekly(goal: Record, chance: Chance) -> list[Record]:
    """Six ratings before the work began and six while it went on, by the young person."""
    rows: list[Record] = []
    for week in range(2 * _RATINGS):
        phase = "foer" if week < _RATINGS else "under"
        level = chance.weighted({-2: 50, -1: 50} if phase == "foer" else {-1: 25, 0: 45, 1: 30})
        day = goal["satt_dato"] + timedelta(weeks=week)
        rows.append(_score(goal, day, "ungdom", level, phase))
        if week in (0, 2 * _RATINGS - 1):
            rows.append(_score(goal, day, "fagperson", level, phase))
    return rows


def _score(goal: Record, day: date, rater: str, level: int, phase: str) -> Record:
    return {
        "maal_id": goal["maal_id"],
        "dato": day,
        "vurdert_av": rater,
        "skaar": level,
        "fase": phase,
    }
