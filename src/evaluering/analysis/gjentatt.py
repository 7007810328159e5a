"""Repeat offending in more detail: 1–2, four or more, their share, one and no more, what came next.

Thresholds are the plan's: 1–2 and four or more, with three between. What a share means is seen
beside what chance alone would give; what became of last year's persons has turning 18 as an outcome
of its own, never «none».
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from evaluering.analysis import case_counts, count_change, police_counts
from evaluering.analysis.count_cells import (
    OFFENCE,
    PERSON,
    REGISTERED,
    cell,
    parts_table,
    persons_ground,
    serious_table,
    whole,
)
from evaluering.analysis.count_change import Recorded
from evaluering.analysis.count_findings import Measured, yearly_persons
from evaluering.analysis.police_changes import (
    headline_years,
    linked_variance,
    noted,
    police_sources,
)
from evaluering.analysis.police_counts import MANY, Group, Year
from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Finding, Relation, Rest, Value
from evaluering.plan import Plan
from evaluering.statistics import concentration, counts

SECTION: Final = "gjentatt"
NAN: Final = float("nan")
FOLLOWED_MONTHS: Final = 12
LAST_YEARS: Final = "fjor_4_pluss"
FIRST_TIMERS: Final = "foerste_gang"
KNOWN: Final = "unge_med_3_pluss"
OUTCOMES: Final = ("fortsatt", "faerre", "ingen", "fylt_18")
_YEARS_SHOWN: Final = 2


def measured(
    material: Material, *, year: int, least: int, changes: Sequence[Recorded]
) -> list[Measured]:
    """Persons with 1–2 offences, and with four or more where that is not the headline itself.

    Args:
        material: What has been delivered.
        year: The year evaluated.
        least: How many are called repeated.
        changes: Declared changes in recording.
    """
    told = headline_years(material, year)
    found = [_persons(material, told, year, changes, klasse="1_2")]
    if least != MANY:
        found.append(_persons(material, told, year, changes, klasse="4_pluss"))
    return [one for one in found if one is not None]


def share_of_offences(material: Material, *, year: int, seed: int = 0) -> Finding | None:
    """How much of the offences those with four or more stand for, beside chance alone.

    Args:
        material: What has been delivered.
        year: The year evaluated.
        seed: Of the draws of the interval.

    Returns:
        Kind `concentration`, without a verdict. The interval needs rows.
    """
    told = headline_years(material, year)
    shown = {
        when: one
        for when, one in told.items()
        if year - _YEARS_SHOWN < when <= year and _has_shares(one)
    }
    if year not in shown:
        return None
    totals = {when: _totals(one) for when, one in shown.items()}
    frame = pd.DataFrame(
        {
            "aar": list(shown),
            "share_persons": [one.many / one.persons for one in shown.values()],
            "share_offences": [one.share for one in totals.values()],
            "share_by_chance": [one.share_by_chance for one in totals.values()],
        }
    )
    now = shown[year]
    values: dict[str, Value] = {
        "year_to": year,
        "persons": now.many,
        "share": totals[year].share,
        "chance": totals[year].share_by_chance,
        "at_least_each": MANY,
        "flags": "once_per_person,reported",
        "order": 1,
    }
    serious, everything = _offence_cells(year)
    rests = [
        Rest("values", ("at_least_each",), ()),
        Rest("values", ("persons",), (_persons_at(year, "4_pluss"),)),
        Rest("values", ("share",), (serious, everything)),
        Rest("values", ("chance",), (_persons_at(year), everything)),
    ]
    if now.spread:
        drawn = concentration.share_from(list(now.spread), seed=seed)
        if not drawn.refusal:
            values |= {"lower": drawn.lower, "upper": drawn.upper}
            rests.append(
                Rest(
                    "values",
                    ("lower", "upper"),
                    (serious, everything),
                    is_spread=True,
                    behind=round(now.persons),
                    largest=now.largest_share,
                )
            )
    for row, when in enumerate(shown):
        part, total = _offence_cells(when)
        rests += [
            Rest("frame", ("share_offences",), (part, total), (row,)),
            Rest("frame", ("share_by_chance",), (_persons_at(when), total), (row,)),
            Rest(
                "frame",
                ("share_persons",),
                (_persons_at(when, "4_pluss"), _persons_at(when)),
                (row,),
            ),
        ]
    return Finding(
        id="gjentatt.andel",
        section=SECTION,
        kind="concentration",
        topic="Noen få med fire eller flere forhold",
        frame=frame,
        sources=police_sources(material),
        is_synthetic=material.is_synthetic,
        values=values,
        unit="personer",
        method="concentration",
        tables=(serious_table(told),),
        rests=tuple(rests),
    )


def one_and_no_more(plan: Plan, material: Material, *, year: int) -> Finding | None:
    """Of those registered for the first time last year, how many had no more in twelve months.

    Everybody is followed for the same time from their own first month. Those who turn 18 on the way
    are left out and counted apart: what they do after is not in the numbers.

    Args:
        plan: The plan, whose claim is quoted.
        material: What has been delivered.
        year: The year evaluated; the first time was the year before.

    Returns:
        Kind `one_offence`, without a verdict. None without rows, a month or the year before that.
    """
    rows = police_counts.rows_of(material, Group())
    if rows.empty:
        return None
    rows = rows[rows["aar"] <= year]
    first_year = int(rows["aar"].min())
    if bool(rows["maaned"].isna().any()) or first_year >= year - 1:
        return None
    rows = rows.assign(when=rows["aar"].astype(int) * 12 + rows["maaned"].astype(int))
    start = rows.groupby("person_kode")["when"].min()
    new = start[(start > (year - 1) * 12) & (start <= year * 12)]
    if new.empty:
        return None
    mine = rows[rows["person_kode"].isin(new.index)]
    at_start = mine[mine["when"] == mine["person_kode"].map(new)]
    turning = set(at_start[at_start["fylt_18"] != "nei"]["person_kode"])
    followed = new[~new.index.isin(list(turning))]
    is_within: pd.Series = mine["when"] <= mine["person_kode"].map(new) + FOLLOWED_MONTHS
    number = mine["person_kode"][is_within].value_counts().reindex(followed.index)
    total, only_one = float(len(followed)), float((number == 1).sum())
    if total == 0:
        return None
    share = counts.share(only_one, total)
    at = str(year - 1)
    part = cell(PERSON, FIRST_TIMERS, aar=at, flere="nei")
    whole_group = cell(PERSON, FIRST_TIMERS, aar=at)
    left_out = cell(PERSON, "foerste_gang_fyller_18", aar=at)
    everybody = cell(PERSON, REGISTERED, aar=at)
    table = parts_table(
        FIRST_TIMERS,
        {year - 1: (total - only_one, total)},
        unit=PERSON,
        population=FIRST_TIMERS,
        dimension="flere",
        relations=[Relation(((1, whole_group), (1, left_out), (-1, everybody)), "<=")],
    )
    quotes = {claim.id: claim.sitat for claim in plan.paastander}
    return Finding(
        id="gjentatt.ett_forhold",
        section=SECTION,
        kind="one_offence",
        topic="Ett forhold og ikke mer",
        frame=pd.DataFrame(
            {
                "aar": [year - 1],
                "teller": [only_one],
                "nevner": [total],
                "share": [share.share],
                "lower": [share.lower],
                "upper": [share.upper],
            }
        ),
        sources=police_sources(material),
        is_synthetic=material.is_synthetic,
        values={
            "year_cohort": year - 1,
            "year_first": first_year,
            "part": only_one,
            "total": total,
            "share": share.share,
            "lower": share.lower,
            "upper": share.upper,
            "left_out": float(len(turning)),
            "quote": quotes.get("ett_forhold", ""),
            "flags": "reported",
            "order": 3,
        },
        unit="personer",
        method="counts",
        tables=(table, _one_cell_table("foerste_gang_fyller_18", at, len(turning))),
        rests=(
            Rest("frame", ("teller",), (part,)),
            Rest("frame", ("nevner",), (whole_group,)),
            Rest("frame", ("share", "lower", "upper"), (part, whole_group)),
            Rest("values", ("part",), (part,)),
            Rest("values", ("total",), (whole_group,)),
            Rest("values", ("share", "lower", "upper"), (part, whole_group)),
            Rest("values", ("left_out",), (left_out,)),
        ),
    )


def transitions(material: Material, *, year: int) -> Finding | None:
    """What became of last year's persons with four or more.

    Args:
        material: What has been delivered.
        year: The year evaluated.

    Returns:
        Kind `transitions`, without a verdict; None unless all four outcomes are delivered.
    """
    told = {name: case_counts.counted(material, f"fjor_4_{name}").get(year) for name in OUTCOMES}
    numbers = {name: NAN if pair is None else pair[0] for name, pair in told.items()}
    if any(math.isnan(number) for number in numbers.values()) or not sum(numbers.values()):
        return None
    found = concentration.transitions(*numbers.values())
    at = str(year)
    total = cell(PERSON, LAST_YEARS, aar=at)
    rows: list[dict[str, object]] = [
        {"aar": at, "utfall": "alle", "antall": whole(sum(numbers.values()))}
    ]
    for name, number in numbers.items():
        rows.append({"aar": at, "utfall": name, "antall": whole(number)})
    table = pd.DataFrame(rows)
    last_year = headline_years(material, year).get(year - 1)
    is_same = last_year is not None and last_year.many == sum(numbers.values())
    relations = (Relation(((1, total), (-1, _persons_at(year - 1, "4_pluss")))),) if is_same else ()
    rests = [
        Rest("frame", ("antall",), (cell(PERSON, LAST_YEARS, aar=at, utfall=name),), (row,))
        for row, name in enumerate(OUTCOMES)
    ]
    rests += [
        Rest(
            "frame",
            ("share", "lower", "upper"),
            (cell(PERSON, LAST_YEARS, aar=at, utfall=name), total),
            (row,),
        )
        for row, name in enumerate(OUTCOMES)
    ]
    return Finding(
        id="gjentatt.overganger",
        section=SECTION,
        kind="transitions",
        topic="De som hadde fire eller flere forhold året før",
        frame=pd.DataFrame(
            {
                "utfall": list(OUTCOMES),
                "antall": found["persons"].tolist(),
                "share": found["share"].tolist(),
                "lower": found["lower"].tolist(),
                "upper": found["upper"].tolist(),
            }
        ),
        sources=(material.source(case_counts.SHEET),),
        is_synthetic=material.is_synthetic,
        values={
            "year_from": year - 1,
            "year_to": year,
            "total": sum(numbers.values()),
            "flags": "reported",
            "order": 4,
        },
        unit="personer",
        method="concentration",
        tables=(
            CountTable(
                name=LAST_YEARS,
                frame=table.assign(antall=table["antall"].astype("Int64")),
                dimensions=("aar", "utfall"),
                unit=PERSON,
                population=LAST_YEARS,
                relations=relations,
            ),
        ),
        rests=(*rests, Rest("values", ("total",), (total,))),
    )


def known_in_a_case(material: Material, *, year: int) -> Measured | None:
    """How many of those with three or more are known in a case across services: described.

    Args:
        material: What has been delivered.
        year: The year evaluated.
    """
    parts = {
        when: pair
        for when, pair in case_counts.counted(material, "kjent_i_sak").items()
        if when <= year
    }
    if year not in parts:
        return None
    return case_counts.share_of_persons(
        parts,
        id="gjentatt.kjent_i_sak",
        topic="Unge med 3 eller flere forhold som er kjent i en sak",
        population=KNOWN,
        dimension="kjent_i_sak",
        material=material,
        relations=_known_relations(parts, headline_years(material, year)),
    )


def _known_relations(
    parts: Mapping[int, tuple[float, float]], told: Mapping[int, Year]
) -> list[Relation]:
    """Of how many: those with three or more, where it is the same number."""
    found: list[Relation] = []
    for when, (_, total) in parts.items():
        if when in told and told[when].three + told[when].many == total:
            base = cell(PERSON, KNOWN, aar=str(when))
            classes = (_persons_at(when, "3"), _persons_at(when, "4_pluss"))
            found.append(Relation((*((1, one) for one in classes), (-1, base))))
    return found


def _persons(
    material: Material,
    told: Mapping[int, Year],
    year: int,
    changes: Sequence[Recorded],
    *,
    klasse: str,
) -> Measured | None:
    field, least, most = {"1_2": ("one_or_two", 1, 2), "4_pluss": ("many", MANY, 10**9)}[klasse]
    all_years: dict[int, float] = {when: getattr(one, field) for when, one in told.items()}
    numbers = {when: number for when, number in all_years.items() if not math.isnan(number)}
    if year not in numbers:
        return None
    linked = linked_variance(material, year, least=least, most=most)
    change = count_change.persons(
        numbers.get(year - 1, NAN), numbers[year], year_to=year, linked=linked
    )
    cells = {when: (_persons_at(when, klasse),) for when in numbers}
    return Measured(
        id=f"gjentatt.{klasse}",
        section=SECTION,
        kind="count_change",
        topic="Unge med 1–2 forhold" if klasse == "1_2" else "Unge med fire eller flere forhold",
        unit="personer",
        change=noted(change, told.get(year - 1), told[year], series=SECTION, changes=changes),
        frame=yearly_persons(numbers),
        ground=persons_ground(numbers, cells, is_spread=linked is not None),
        series="police",
        sources=police_sources(material),
        holder="politiet",
        method="counts",
        flags=("once_per_person", "reported"),
        order=1 if klasse == "1_2" else 2,
    )


def _has_shares(one: Year) -> bool:
    four = (one.persons, one.offences, one.many, one.many_offences)
    return not any(math.isnan(number) for number in four) and one.offences > 0


def _totals(one: Year) -> concentration.ConcentrationTotals:
    found: Any = concentration.share_from_totals(
        one.persons, one.offences, one.many, one.many_offences
    )
    return found  # numbers in, a named tuple out


def _persons_at(year: int, klasse: str = police_counts.ALL) -> Cell:
    return cell(PERSON, REGISTERED, aar=str(year), klasse=klasse)


def _offence_cells(year: int) -> tuple[Cell, Cell]:
    """Offences of those with four or more, and all."""
    return (
        cell(OFFENCE, REGISTERED, aar=str(year), klasse="4_pluss"),
        cell(OFFENCE, REGISTERED, aar=str(year)),
    )


def _one_cell_table(population: str, year: str, number: int) -> CountTable:
    frame = pd.DataFrame({"aar": [year], "antall": [number]})
    return CountTable(
        name=population,
        frame=frame.assign(antall=frame["antall"].astype("Int64")),
        dimensions=("aar",),
        unit=PERSON,
        population=population,
    )
