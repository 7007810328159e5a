"""Offences in more detail: under 15, violence, persons, charged, victims, residence and sex.

None of these is a declared indicator, so they are one exploratory family with those of repeat
offending, and never more than PROBABLE. Nobody under 15 can be charged: they are registered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import pandas as pd

from evaluering.analysis import case_counts, count_change
from evaluering.analysis.count_cells import (
    CHARGED,
    OFFENCE,
    PERSON,
    REGISTERED,
    Ground,
    cell,
    offences_ground,
    parted_table,
    persons_ground,
    persons_table,
)
from evaluering.analysis.count_change import Change, Recorded
from evaluering.analysis.count_findings import Measured, yearly_offences, yearly_persons
from evaluering.analysis.police_changes import headline_years, noted, police_sources
from evaluering.analysis.police_counts import (
    FROM_15,
    OWN_PLACE,
    UNDER_15,
    Group,
    Year,
    years,
)
from evaluering.analysis.verdict import LEVEL
from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Finding, Relation, Rest, Value
from evaluering.plan import Plan
from evaluering.statistics import counts
from evaluering.statistics.yearly import FEWEST_PERIODS

SECTION: Final = "forhold"
VICTIMS: Final = "fornaermede_under_18"
NAN: Final = float("nan")
_AGES: Final = (10, 17)
_GROUPS: Final[Mapping[str, Mapping[str, Group]]] = {
    "bosted": {place: Group(place=place) for place in ("egen", "annen", "ukjent")},
    "kjoenn": {sex: Group(sex=sex) for sex in ("gutt", "jente")},
}
_FLAGS: Final = ("once_per_person", "person_noise", "reported")


def measured(
    plan: Plan, material: Material, *, year: int, changes: Sequence[Recorded], kommune_nr: str
) -> list[Measured]:
    """The exploratory figures of the section, each against the year before.

    Args:
        plan: The plan, whose claims are quoted.
        material: What has been delivered.
        year: The year evaluated.
        changes: Declared changes in recording.
        kommune_nr: The municipality, for its population.

    Returns:
        Those that were delivered for the year, in the order of the page.
    """
    quotes = {claim.id: claim.sitat for claim in plan.paastander}
    found = [
        _persons(material, year, changes, kommune_nr),
        _offences(
            material,
            Group(age=UNDER_15),
            year,
            changes,
            topic="Forhold der den registrerte var under 15 år",
            quote=quotes.get("under_15", ""),
        ),
        _offences(
            material,
            Group(category="vold"),
            year,
            changes,
            topic="Vold med gjerningsperson under 18 år",
            quote=quotes.get("vold", ""),
        ),
        _charged(material, year, changes),
        _victims(material, year, changes),
    ]
    return [
        replace(one, order=place)
        for place, one in enumerate((one for one in found if one is not None), start=1)
    ]


def groups(material: Material, *, year: int) -> Finding | None:
    """Offences by residence and sex, last year and this year: shown, not judged.

    Args:
        material: What has been delivered.
        year: The year evaluated.

    Returns:
        Kind `count_groups`; None where neither is delivered.
    """
    everybody = headline_years(material, year)
    parts = {
        dimension: {name: years(material, group) for name, group in wanted.items()}
        for dimension, wanted in _GROUPS.items()
    }
    rows: list[dict[str, Any]] = []
    rests: list[Rest] = []
    tables: list[CountTable] = []
    for dimension, told in parts.items():
        known = {name: one for name, one in told.items() if year in one}
        if not known or year not in everybody:
            continue
        within = {when: one for when, one in everybody.items() if year - 1 <= when <= year}
        table = parted_table(f"forhold_{dimension}", dimension, within, known, "ukjent")
        covered = {int(when) for when in table.frame["aar"]} if len(table.frame) else set[int]()
        if not covered:
            continue
        tables.append(table)
        for name, one in known.items():
            row: dict[str, Any] = {"dimension": dimension, "gruppe": name}
            for when in (year - 1, year):
                is_there = when in one and when in covered
                row[str(when)] = one[when].offences if is_there else NAN
                if not math.isnan(row[str(when)]):
                    rest = table.cell(aar=str(when), **{dimension: name})
                    rests.append(Rest("frame", (str(when),), (rest,), (len(rows),)))
            rows.append(row)
    if not rows:
        return None
    frame = pd.DataFrame(rows)
    for when in (year - 1, year):
        frame[f"{when}_tegn"] = ["mangler" if gap else "" for gap in frame[str(when)].isna()]
    return Finding(
        id="forhold.grupper",
        section=SECTION,
        kind="count_groups",
        topic="Forhold etter bosted og kjønn",
        frame=frame,
        sources=police_sources(material),
        is_synthetic=material.is_synthetic,
        values={"flags": "once_per_person,reported", "order": 1},
        unit="forhold",
        method="counts",
        tables=tuple(tables),
        rests=tuple(rests),
    )


def _offences(
    material: Material,
    group: Group,
    year: int,
    changes: Sequence[Recorded],
    *,
    topic: str,
    quote: str,
) -> Measured | None:
    """Offences of an age group or a type, with three years together."""
    told = {when: one for when, one in years(material, group).items() if when <= year}
    if math.isnan(told[year].offences if year in told else NAN):
        return None
    is_younger = group.age == UNDER_15
    at = {"aldersgruppe": group.age} if is_younger else {"kategori": group.category}
    name = group.age if is_younger else group.category
    rest = FROM_15 if is_younger else "andre"  # what is left when these are taken from the total
    before, after = told.get(year - 1), told[year]
    change = noted(
        count_change.offences(before, after), before, after, series=SECTION, changes=changes
    )
    ground = offences_ground(told, **at)
    extra: dict[str, Value] = {"quote": quote} if quote else {}
    trend, rests = _three_years(told, year, ground)
    extra |= trend
    if is_younger:
        older, older_rests = _against_older(material, told, year)
        extra |= older
        rests += older_rests
    return Measured(
        id=f"forhold.{name}",
        section=SECTION,
        kind="count_change",
        topic=topic,
        unit="forhold",
        change=change,
        frame=yearly_offences(told),
        ground=ground,
        series="police",
        sources=police_sources(material),
        holder="politiet",
        method="clustered_total",
        flags=("under_15", *_FLAGS) if is_younger else _FLAGS,
        tables=(
            parted_table(
                f"forhold_{name}",
                next(iter(at)),
                headline_years(material, year),
                {name: told, rest: years(material, Group(age=FROM_15))}
                if is_younger
                else {name: told},
                rest,
            ),
        ),
        extra=extra,
        extra_rests=tuple(rests),
    )


def _three_years(
    told: Mapping[int, Year], year: int, ground: Ground
) -> tuple[dict[str, Value], list[Rest]]:
    """Whether the three last years rise or fall; nothing where one, or a spread, is missing."""
    last = [told[when] for when in range(year - FEWEST_PERIODS + 1, year + 1) if when in told]
    is_known = all(not math.isnan(one.variance) and one.persons >= FEWEST_PERIODS for one in last)
    if len(last) < FEWEST_PERIODS or not is_known:
        return {}, []
    trend = counts.score_trend(
        [one.offences for one in last], variance=[one.variance for one in last]
    )
    if math.isnan(trend.p_value):
        return {}, []
    values: dict[str, Value] = {
        "year_trend_first": last[0].year,
        "trend_is_clear": bool(trend.p_value <= LEVEL),
    }
    at = [one.year for one in last]
    return values, [ground.rest("values", ("trend_is_clear",), at, is_spread=True)]


def _against_older(
    material: Material, younger: Mapping[int, Year], year: int
) -> tuple[dict[str, Value], list[Rest]]:
    """«Særlig under 15»: a ratio of two ratios, and an increase in both is not «særlig»."""
    older = years(material, Group(age=FROM_15))
    both = [one.get(when) for one in (younger, older) for when in (year, year - 1)]
    known = [one for one in both if one is not None and not math.isnan(one.variance)]
    if len(known) < len(both) or any(one.offences <= 0 or one.persons < 5 for one in known):  # noqa: PLR2004 - few_persons
        return {}, []
    found = counts.clustered_ratio_of_ratios(
        [one.offences for one in known], [one.variance for one in known]
    )
    values: dict[str, Value] = {
        "older_ratio": known[2].offences / known[3].offences,
        "older_is_clear": bool(found.p_value <= LEVEL),
    }
    # those of 15–17 are what is left of everybody
    cells = tuple(
        one
        for when in (year - 1, year)
        for one in (
            cell(OFFENCE, REGISTERED, aar=str(when)),
            cell(OFFENCE, REGISTERED, aar=str(when), aldersgruppe=UNDER_15),
        )
    )
    behind = min(round(one.persons) for one in known)
    return values, [
        Rest("values", ("older_ratio",), cells),
        Rest("values", ("older_is_clear",), cells, is_spread=True, behind=behind),
    ]


def _persons(
    material: Material, year: int, changes: Sequence[Recorded], kommune_nr: str
) -> Measured | None:
    """Young people registered, and of those who live here how many per 1 000."""
    told = headline_years(material, year)
    numbers = {when: one.persons for when, one in told.items() if not math.isnan(one.persons)}
    if year not in numbers:
        return None
    cells = {when: (cell(PERSON, REGISTERED, aar=str(when)),) for when in numbers}
    extra, rests, tables = _rate(material, year, kommune_nr)
    return Measured(
        id="forhold.personer",
        section=SECTION,
        kind="count_change",
        topic="Unge under 18 år som er registrert",
        unit="personer",
        change=_noted_persons(numbers, told, year, changes),
        frame=yearly_persons(numbers),
        ground=persons_ground(numbers, cells),
        series="police",
        sources=police_sources(material),
        holder="politiet",
        method="counts",
        flags=("under_15", "reported"),
        tables=tables,
        extra=extra,
        extra_rests=rests,
    )


def _rate(
    material: Material, year: int, kommune_nr: str
) -> tuple[dict[str, Value], tuple[Rest, ...], tuple[CountTable, ...]]:
    """Residents registered per 1 000 of the same ages; nothing where residence is not told."""
    here = years(material, Group(place=OWN_PLACE)).get(year)
    inhabitants = _inhabitants(material, year, kommune_nr)
    if here is None or math.isnan(here.persons) or not inhabitants > 0:
        return {}, (), ()
    rate = cast("counts.Rate", counts.rate(here.persons, inhabitants))
    values: dict[str, Value] = {
        "inhabitants": inhabitants,
        "residents": here.persons,
        "rate": rate.rate,
        "rate_lower": rate.lower,
        "rate_upper": rate.upper,
    }
    own = cell(PERSON, REGISTERED, aar=str(year), bosted=OWN_PLACE)
    everybody = cell(PERSON, REGISTERED, aar=str(year))
    table = persons_table(
        "personer_bor_her",
        {year: here.persons},
        REGISTERED,
        relations=[Relation(((1, own), (-1, everybody)), "<=")],
        bosted=OWN_PLACE,
    )
    rests = (
        Rest("values", ("inhabitants",), ()),
        Rest("values", ("residents", "rate", "rate_lower", "rate_upper"), (own,)),
    )
    return values, rests, (table,)


def _inhabitants(material: Material, year: int, kommune_nr: str) -> float:
    """Inhabitants 10–17 years; NaN where a one-year age is missing."""
    frame = material.frames.get("befolkning")
    if frame is None:
        return NAN
    first, last = _AGES
    mine = frame[
        (frame["kommune_nr"] == kommune_nr)
        & (frame["aar"] == year)
        & frame["alder"].between(first, last)
    ]
    is_whole = len(mine) == last - first + 1 and not bool(mine["antall"].isna().any())
    return float(mine["antall"].sum()) if is_whole else NAN


def _charged(material: Material, year: int, changes: Sequence[Recorded]) -> Measured | None:
    told = headline_years(material, year)
    numbers = {when: one.charged for when, one in told.items() if not math.isnan(one.charged)}
    if year not in numbers:
        return None
    cells = {when: (cell(PERSON, CHARGED, aar=str(when)),) for when in numbers}
    relations = [
        Relation(((1, at[0]), (-1, cell(PERSON, REGISTERED, aar=str(when)))), "<=")
        for when, at in cells.items()
    ]
    return Measured(
        id="forhold.siktede",
        section=SECTION,
        kind="count_change",
        topic="Siktede på 15–17 år",
        unit="personer",
        change=_noted_persons(numbers, told, year, changes),
        frame=yearly_persons(numbers),
        ground=persons_ground(numbers, cells),
        series="police",
        sources=police_sources(material),
        holder="politiet",
        method="counts",
        flags=("reported",),
        tables=(persons_table("siktede", numbers, CHARGED, relations=relations),),
    )


def _victims(material: Material, year: int, changes: Sequence[Recorded]) -> Measured | None:
    delivered = case_counts.counted(material, VICTIMS)
    numbers = {
        when: number
        for when, (number, _) in delivered.items()
        if when <= year and not math.isnan(number)
    }
    if year not in numbers:
        return None
    cells: dict[int, tuple[Cell, ...]] = {
        when: (cell(PERSON, VICTIMS, aar=str(when)),) for when in numbers
    }
    change = count_change.persons(numbers.get(year - 1, NAN), numbers[year], year_to=year)
    soft, hard, on = count_change.recording(changes, SECTION, year - 1, year)
    return Measured(
        id="forhold.fornaermede",
        section=SECTION,
        kind="count_change",
        topic="Fornærmede under 18 år",
        unit="personer",
        change=count_change.reserved(change, [soft] if soft else [], hard=hard, recorded=on),
        frame=yearly_persons(numbers),
        ground=persons_ground(numbers, cells),
        series="police",
        sources=(material.source(case_counts.SHEET),),
        holder="politiet",
        method="counts",
        flags=("reported",),
        tables=(persons_table("fornaermede", numbers, VICTIMS),),
    )


def _noted_persons(
    numbers: Mapping[int, float],
    told: Mapping[int, Year],
    year: int,
    changes: Sequence[Recorded],
) -> Change:
    change = count_change.persons(numbers.get(year - 1, NAN), numbers[year], year_to=year)
    return noted(change, told.get(year - 1), told[year], series=SECTION, changes=changes)
