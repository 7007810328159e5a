"""The police's headline figures against last year: offences under 18, and repeat offending."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from evaluering.analysis import count_cells, count_change, police_counts
from evaluering.analysis.count_cells import (
    PERSON,
    REGISTERED,
    cell,
    offences_ground,
    offences_table,
    persons_by_class,
    persons_ground,
    persons_table,
)
from evaluering.analysis.count_change import Change, Recorded
from evaluering.analysis.count_findings import Measured, yearly_offences, yearly_persons
from evaluering.analysis.police_counts import MANY, OWN_PLACE, Group, Year
from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Relation, Rest, Source, Value
from evaluering.plan.entries import Indicator

REPEATED: Final = 3  # «gjentatt»: the plan leaves three between 1–2 and four or more
NAN: Final = float("nan")
_FLAGS: Final = ("once_per_person", "person_noise", "reported")


def headline_years(material: Material, year: int) -> dict[int, Year]:
    """The counts of everybody under 18, up to the year evaluated.

    Of everything that happened here or, where the police count only those who live here, of them;
    whichever the year evaluated is told by.

    Args:
        material: What has been delivered.
        year: The year evaluated.
    """
    for place in (police_counts.ALL, OWN_PLACE):
        found = police_counts.years(material, Group(place=place))
        if year in found and not math.isnan(found[year].offences):
            return {when: told for when, told in found.items() if when <= year}
    return {}


def police_sources(material: Material) -> tuple[Source, ...]:
    """The form or the sheet, and the rows where they are switched on."""
    told = [name for name in ("forholdstall", "forhold") if name in material.frames]
    return tuple(material.source(name) for name in told)


def noted(
    change: Change,
    before: Year | None,
    after: Year,
    *,
    series: str,
    changes: Sequence[Recorded],
) -> Change:
    """A police figure with its reservations: preliminary, recording, linked.

    Args:
        change: The figure.
        before: The police's counts of the year before.
        after: Those of this year.
        series: The indicator it belongs to.
        changes: Declared changes in recording.
    """
    if before is None:
        return change
    recording, hard, on = count_change.recording(changes, series, before.year, after.year)
    soft = ["preliminary"] if count_change.is_preliminary(before, after) else []
    soft += [recording] if recording else []
    soft += [] if before.are_linked_known and after.are_linked_known else ["linked"]
    return count_change.reserved(change, soft, hard=hard, recorded=on)


def all_offences(
    indicator: Indicator, material: Material, *, year: int, changes: Sequence[Recorded]
) -> Measured | None:
    """Offences under 18, each once for every young person taking part.

    Args:
        indicator: Of the plan.
        material: What has been delivered.
        year: The year evaluated.
        changes: Declared changes in recording.

    Returns:
        The figure; None when the year is not delivered.
    """
    years = headline_years(material, year)
    if year not in years:
        return None
    before, after = years.get(year - 1), years[year]
    change = noted(
        count_change.offences(before, after), before, after, series=indicator.id, changes=changes
    )
    published, rests = _reconciliation(years)
    table = offences_table("forhold_under_18", years)
    headline = {table.cell(aar=str(when)) for when in (year - 1, year) if when in years}
    return Measured(
        id=f"indikator.{indicator.id}",
        section=indicator.id,
        kind="indicator",
        topic=indicator.hovedtall.navn,
        unit="forhold",
        change=change,
        frame=yearly_offences(years),
        ground=offences_ground(years),
        series="police",
        sources=police_sources(material),
        holder="politiet",
        method="clustered_total",
        flags=_FLAGS,
        tables=(replace(table, headline=frozenset(headline)),),
        extra=published,
        extra_rests=rests,
    )


def repeated(
    indicator: Indicator,
    material: Material,
    *,
    year: int,
    least: int,
    changes: Sequence[Recorded],
) -> Measured | None:
    """Young people with so many offences or more.

    Args:
        indicator: Of the plan.
        material: What has been delivered.
        year: The year evaluated.
        least: How many are called repeated; other than 3 and 4 only rows can tell.
        changes: Declared changes in recording.

    Returns:
        The figure; None when the year is not delivered.
    """
    years = headline_years(material, year)
    numbers = {when: persons_with(told, least) for when, told in years.items()}
    if math.isnan(numbers.get(year, NAN)):
        return None
    numbers = {when: number for when, number in numbers.items() if not math.isnan(number)}
    before, after = years.get(year - 1), years[year]
    linked = linked_variance(material, year, least=least)
    change = noted(
        count_change.persons(
            numbers.get(year - 1, NAN), numbers[year], year_to=year, linked=linked
        ),
        before,
        after,
        series=indicator.id,
        changes=changes,
    )
    classes = persons_by_class(years)
    cells = {when: repeated_cells(when, least) for when in numbers}
    headline = {one for when in (year - 1, year) for one in cells.get(when, ())}
    return Measured(
        id=f"indikator.{indicator.id}",
        section=indicator.id,
        kind="indicator",
        topic=indicator.hovedtall.navn,
        unit="personer",
        change=change,
        frame=yearly_persons(numbers),
        ground=persons_ground(numbers, cells, is_spread=linked is not None),
        series="police",
        sources=police_sources(material),
        holder="politiet",
        method="counts",
        flags=("once_per_person", "reported"),
        tables=(
            replace(classes, headline=frozenset(headline)),
            *_own_border(numbers, least),
        ),
        extra={"least": least},
        extra_rests=(Rest("values", ("least",), ()),),
    )


def persons_with(told: Year, least: int) -> float:
    """Persons with so many offences or more: from the form's classes, else from rows."""
    if least == REPEATED:
        return told.three + told.many
    if least == MANY:
        return told.many
    return float(sum(number >= least for number in told.spread)) if told.spread else NAN


def repeated_cells(year: int, least: int) -> tuple[Cell, ...]:
    """The cells persons with so many or more rest on."""
    names = {REPEATED: ("3", "4_pluss"), MANY: ("4_pluss",)}.get(least, (f"{least}_pluss",))
    return tuple(cell(PERSON, REGISTERED, aar=str(year), klasse=name) for name in names)


def linked_variance(
    material: Material, year: int, *, least: int, most: int = 10**9
) -> tuple[float, float] | None:
    """Σg² of last year and this year where rows say who acted together; None where they do not.

    Args:
        material: What has been delivered.
        year: The year evaluated.
        least: Fewest offences of a person who counts.
        most: Most.
    """
    rows = police_counts.rows_of(material, Group())
    if rows.empty or bool(rows["hendelse_id"].isna().any()):
        return None
    parts = [rows[rows["aar"] == when] for when in (year - 1, year)]
    if any(part.empty for part in parts):
        return None
    first, last = (police_counts.persons_linked(part, least, most) for part in parts)
    return first, last


def _own_border(numbers: Mapping[int, float], least: int) -> tuple[CountTable, ...]:
    """A border the classes do not have, bound to the class that holds or is held by it."""
    if least in (REPEATED, MANY):
        return ()
    relations: list[Relation] = []
    for year in numbers:
        own = cell(PERSON, REGISTERED, aar=str(year), klasse=f"{least}_pluss")
        many = cell(PERSON, REGISTERED, aar=str(year), klasse="4_pluss")
        if least > MANY:
            relations.append(Relation(((1, own), (-1, many)), "<="))
        else:
            parts = [cell(PERSON, REGISTERED, aar=str(year), klasse=name) for name in ("2", "3")]
            terms = [(1, one) for one in (*parts, many)]
            relations.append(Relation((*terms, (-1, own))))
    name = f"{least}_pluss"
    return (
        persons_table(f"personer_{name}", numbers, REGISTERED, relations=relations, klasse=name),
    )


def _reconciliation(years: Mapping[int, Year]) -> tuple[dict[str, Value], tuple[Rest, ...]]:
    """The latest year the police have published themselves, beside the extract."""
    told = [one for one in years.values() if not math.isnan(one.published) and one.published_on]
    if not told:
        return {}, ()
    last = max(told, key=lambda one: one.year)
    values: dict[str, Value] = {
        "year_published": last.year,
        "published": last.published,
        "extracted": last.offences,
        "published_date": str(last.published_on),
        "extract_date": str(max(last.extracts)) if last.extracts else "",
    }
    of = (cell(count_cells.OFFENCE, REGISTERED, aar=str(last.year)),)
    return values, (
        Rest("values", ("published",), ()),  # anyone could read it before us
        Rest("values", ("extracted",), of),
    )
