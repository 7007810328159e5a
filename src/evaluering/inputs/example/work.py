"""What the invented town's services and council report about their own work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from evaluering.inputs.example.chance import Chance
from evaluering.inputs.example.police import Record
from evaluering.plan import Plan

_STATUS: Final = {"i_gang": 52, "gjennomfoert": 18, "planlagt": 14, "ikke_startet": 16}
_NEXT: Final = {
    "ikke_startet": {"ikke_startet": 4, "planlagt": 3, "i_gang": 3},
    "planlagt": {"planlagt": 2, "i_gang": 6, "ikke_startet": 2},
    "i_gang": {"i_gang": 8, "gjennomfoert": 2},
    "gjennomfoert": {"gjennomfoert": 1},
}
_REASONS: Final = ("kapasitet", "venter_paa_andre", "oekonomi")
_NEEDS: Final = ("stilling", "penger", "lokale", "vedtak", "stilling")
# Nobody has reported on these this year, and one area without priority was started after all.
_SILENT: Final = ("droeftingsarena", "p_nettsider")
_STARTED: Final = "i_moeteplasser"
_STOPPED: Final = "p_parenthood"
# Arena -> month of each planned meeting, and how many of the last ones were not held.
_MEETINGS: Final[dict[int, dict[str, tuple[tuple[int, ...], int]]]] = {
    2024: {
        "sentrus": ((2, 5, 9, 11), 1),
        "politiraad": ((1, 4, 9, 11), 0),
        "faste_moeter": ((1, 3, 5, 8, 10, 12), 1),
        "arbeidsgruppe": ((2, 4, 9, 11), 1),
        "ledermoete": ((3, 10), 1),
        "kog": ((2, 4, 6, 8, 10, 12), 0),
        "sosiallaerernettverk": ((3, 10), 0),
    },
    2025: {
        "sentrus": ((2, 5, 9, 11), 0),
        "politiraad": ((1, 4, 9, 11), 0),
        "faste_moeter": ((1, 3, 5, 8, 10, 12), 0),
        "arbeidsgruppe": ((2, 4, 6, 9, 11), 1),
        "ledermoete": ((3, 10), 1),
        "kog": ((2, 3, 5, 6, 9, 10, 11), 1),
        "sosiallaerernettverk": ((3, 6, 10), 0),
    },
}
_INVITED: Final = {
    "sentrus": "",  # everybody
    "politiraad": "politi barnevern",
    "faste_moeter": "politi",
    "arbeidsgruppe": "buf_hjelpa fredrikstadhjelpa barnevern fact_ung politi ungdomsskole vgs",
    "ledermoete": "buf_hjelpa barnevern fact_ung bupp politi ungdomsskole vgs dps",
    "kog": "politi konfliktraad friomsorg",
    "sosiallaerernettverk": "ungdomsskole vgs buf_hjelpa politi",
}
_RARE: Final = ("dps", "tsb", "vgs", "frivillig")
# Day, measure, theme, responsible, deadline, status.
_DECISIONS: Final = (
    ("2024-01-23", "samtykkeskjema", "", "slt_koordinator", "2024-09-01", "gjennomfoert"),
    ("2024-09-17", "sentrus", "", "slt_koordinator", "2024-12-15", "gjennomfoert"),
    ("2025-01-21", "p_hurtigspor", "", "politi", "2025-06-30", "i_gang"),
    ("2025-01-21", "p_koordinering", "", "barnevern", "2025-05-15", "gjennomfoert"),
    ("2025-01-21", "", "tall", "slt_koordinator", "2025-10-01", "gjennomfoert"),
    ("2025-04-08", "p_videregaaende", "", "videregaaende", "2025-12-01", "ikke_startet"),
    ("2025-09-16", "", "ressurser", "politiraad", "2026-03-01", "i_gang"),
    ("2025-09-16", "p_arbeid_fritid", "", "buf_hjelpa", "2026-06-30", "i_gang"),
)
_ANSWERS: Final = {
    2024: "delvis ja nei delvis nei delvis nei nei ja delvis",
    2025: "ja delvis ja delvis delvis ja nei delvis ja ja",
}
_ASSESSMENTS: Final = (
    (
        "slt",
        "2026-01-09",
        "Syntetisk eksempel. Samarbeidet i det daglige er blitt lettere etter at det felles "
        "skjemaet kom i bruk. Det tar fortsatt for lang tid å avklare hvem som koordinerer.",
    ),
    (
        "ungdomsraad",
        "2026-01-08",
        "Syntetisk eksempel. Vi vil bli spurt tidligere, og vi vil ha flere steder å være om "
        "kvelden. Det betyr mye at de voksne gjør det de har lovet.",
    ),
)
_SATURDAY: Final = 5
_EVERYBODY_COMES: Final = 0.86
_SOME_COME: Final = 0.45


def work_sheets(seed: int, plan: Plan, years: Sequence[int]) -> dict[str, list[Record]]:
    """The sheets «Tiltak», «Møter», «Vedtak», «Egenvurdering» and «Vurdering».

    Args:
        seed: The seed of the example.
        plan: The plan the town works after.
        years: The year before, and the year evaluated.
    """
    answers: list[Record] = [
        {"aar": year, "punkt": str(number), "svar": answer}
        for year in years
        for number, answer in enumerate(_ANSWERS[year].split(), start=1)
    ]
    assessments: list[Record] = [
        {
            "aar": years[-1],
            "rolle": role,
            "dato": date.fromisoformat(day),
            "tekst": text,
            "ingen_omtalt": "ja",
        }
        for role, day, text in _ASSESSMENTS
    ]
    return {
        "tiltak": list(_measures(plan, years, Chance(seed, "tiltak"))),
        "moeter": list(_meetings(plan, years, Chance(seed, "moeter"))),
        "vedtak": list(_decisions()),
        "egenvurdering": answers,
        "vurdering": assessments,
    }


def _measures(plan: Plan, years: Sequence[int], chance: Chance) -> Iterator[Record]:
    """One row a year for each measure, priority and area nobody has had room for."""
    for tiltak in plan.tiltak:
        responsible = tiltak.aktoerer[0] if tiltak.aktoerer else "slt_koordinator"
        yield from _statuses(tiltak.id, responsible, years, chance)
    for priority in plan.prioriteringer:
        yield from _statuses(priority.id, "slt_koordinator", years, chance)
    for place, area in enumerate(plan.ikke_prioritert):
        needs = _NEEDS[place % len(_NEEDS)]
        for year in years:
            row = _empty(area.id, year)
            if area.id == _STARTED and year == years[-1]:
                yield row | {
                    "status": "i_gang",
                    "ansvarlig": "fritidsklubber",
                    "startet": date(year, 9, 1),
                    "som_planlagt": "ja",
                    "antall_aktiviteter": 11,
                }
            else:
                yield row | {"status": "ikke_prioritert", "krever": needs}


def _statuses(id: str, responsible: str, years: Sequence[int], chance: Chance) -> Iterator[Record]:
    status = chance.weighted(_STATUS)
    started = date(years[0], chance.whole(1, 6), 1)
    for year in years:
        if year > years[0]:
            status = chance.weighted(_NEXT[status])
        if id == _STOPPED and year == years[-1]:
            status = "stoppet"
        is_under_way = status in ("i_gang", "gjennomfoert")
        if is_under_way and started.year < year and chance.happens(0.1):
            started = date(year, chance.whole(2, 10), 1)
        group = chance.whole(40, 400)
        reach = chance.happens(0.6)
        row = _empty(id, year) | {
            "status": status,
            "ansvarlig": responsible,
            "frist": None if status == "gjennomfoert" else date(year + 1, chance.whole(3, 12), 1),
            "startet": started if is_under_way else None,
            "aarsak": chance.pick(_REASONS) if status in ("ikke_startet", "stoppet") else None,
            "som_planlagt": chance.weighted({"ja": 6, "delvis": 3, "vet_ikke": 1})
            if is_under_way
            else None,
            "antall_mottakere": chance.whole(12, group) if is_under_way and reach else None,
            "antall_maalgruppe": group if is_under_way and reach else None,
            "antall_aktiviteter": chance.whole(2, 40) if is_under_way else None,
        }
        if id not in _SILENT or year < years[-1]:
            yield row


def _empty(id: str, year: int) -> Record:
    names = ("ansvarlig", "frist", "startet", "aarsak", "som_planlagt", "antall_mottakere")
    empty = dict.fromkeys((*names, "antall_maalgruppe", "antall_aktiviteter", "krever"))
    return {"tiltak_id": id, "aar": year, "status": None, **empty}


def _meetings(plan: Plan, years: Sequence[int], chance: Chance) -> Iterator[Record]:
    services = [service.id for service in plan.tjenester]
    for year in years:
        for arena, (months, missed) in _MEETINGS[year].items():
            invited = _INVITED[arena].split() or services[:-1]
            for number, month in enumerate(months, start=1):
                is_held = number <= len(months) - missed
                day = date(year, month, chance.whole(1, 20))
                day += timedelta(days=(7 - day.weekday()) * (day.weekday() >= _SATURDAY))
                came = {
                    service: chance.happens(_SOME_COME if service in _RARE else _EVERYBODY_COMES)
                    for service in invited
                }
                said = {True: "ja", False: "nei"}
                yield {
                    "arena": arena,
                    "dato": day,
                    "gjennomfoert": said[is_held],
                    "inviterte": len(invited),
                    "til_stede": sum(came.values()) if is_held else None,
                    **{
                        f"deltok_{service}": said[came[service]]
                        if is_held and service in came
                        else None
                        for service in services
                    },
                    "planen_behandlet": said[arena == "politiraad"] if is_held else None,
                }


def _decisions() -> Iterator[Record]:
    for number, (day, measure, theme, actor, due, status) in enumerate(_DECISIONS, start=1):
        yield {
            "vedtak_id": f"V-{number:03d}",
            "dato": date.fromisoformat(day),
            "tiltak_id": measure or None,
            "tema": theme or None,
            "ansvarlig": actor,
            "frist": date.fromisoformat(due),
            "status": status,
        }
