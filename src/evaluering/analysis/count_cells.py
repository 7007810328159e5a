"""The count tables behind the police's figures and the indicators: names all findings agree on.

One table is carried by one finding; others rest on its cells. Persons of two ages overlap, so they
never stand as parts of one total; what the definitions do force is said as relations.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evaluering.analysis.police_counts import ALL, MANY, UNDER_15, Year
from evaluering.model import Cell, CountTable, Relation, Rest

REGISTERED: Final = "siktede_registrerte"
CHARGED: Final = "siktede"
PERSON: Final = "person"
OFFENCE: Final = "forhold"
CASE: Final = "sak"
_CLASSES: Final[Mapping[str, str]] = {"1_2": "one_or_two", "3": "three", "4_pluss": "many"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the figures of a series rest on, by year.

    Attributes:
        cells: Numerator (and denominator) of each year.
        behind: Persons behind each year's figure.
        largest: Share of the largest person in it; None where unknown.
        is_spread: Test and verdict rest on finer cells than these.
        limits_are_spread: So do the limits of each year's own figure.
    """

    cells: Mapping[int, tuple[Cell, ...]]
    behind: Mapping[int, int]
    largest: Mapping[int, float | None]
    is_spread: bool = False
    limits_are_spread: bool = False

    def limits(self, columns: tuple[str, ...], year: int, row: int) -> Rest:
        """What the limits of one year's figure rest on.

        Args:
            columns: Of the frame.
            year: The year.
            row: Its place in the frame.
        """
        return self.rest("frame", columns, (year,), rows=(row,), is_spread=self.limits_are_spread)

    def rest(
        self,
        place: str,
        columns: tuple[str, ...],
        years: Sequence[int],
        *,
        rows: tuple[int, ...] | None = None,
        is_spread: bool = False,
    ) -> Rest:
        """What numbers of these years rest on.

        Args:
            place: As in `Rest`.
            columns: As in `Rest`.
            years: The years the numbers are made of.
            rows: As in `Rest`.
            is_spread: Interval, test or verdict.
        """
        cells = tuple(cell for year in years for cell in self.cells[year])
        if not (is_spread and self.is_spread):
            return Rest(place, columns, cells, rows)
        known = [share for year in years if (share := self.largest[year]) is not None]
        return Rest(
            place,
            columns,
            cells,
            rows,
            is_spread=True,
            behind=min(self.behind[year] for year in years),
            largest=max(known) if len(known) == len(years) else None,
        )


def cell(unit: str, population: str, **at: str) -> Cell:
    """A cell by name; dimensions at their total are left out."""
    kept = tuple(sorted((name, value) for name, value in at.items() if value != ALL))
    return Cell(unit, population, "", kept)


def offences_table(name: str, years: Mapping[int, Year]) -> CountTable:
    """Offences of everybody by year, with the persons behind them.

    Args:
        name: Of the table.
        years: The counts.
    """
    rows: list[dict[str, object]] = [
        {
            "aar": str(year),
            **_counted(counted),
        }
        for year, counted in years.items()
    ]
    return _table(name, rows, ("aar",), unit=OFFENCE, population=REGISTERED)


def parted_table(
    name: str,
    dimension: str,
    whole_years: Mapping[int, Year],
    parts: Mapping[str, Mapping[int, Year]],
    rest: str,
) -> CountTable:
    """Offences in all, of some groups, and of those that are left: what subtraction would open.

    A reader who sees the total and the groups can compute what is left, so that is a cell too.
    Persons behind it are at least everybody less those of the groups.

    Args:
        name: Of the table.
        dimension: What the groups are: `aldersgruppe`, `bosted` …
        whole_years: The counts of everybody.
        parts: Group → counts; years without every group and a total are left out.
        rest: What those left are called; a group with that name is taken as delivered.
    """
    rows: list[dict[str, object]] = []
    named = {group: years for group, years in parts.items() if group != rest}
    for year, everybody in whole_years.items():
        counted = {group: years[year] for group, years in named.items() if year in years}
        if len(counted) < len(named) or math.isnan(everybody.offences):
            continue
        left = _left(everybody, list(counted.values()), parts.get(rest, {}).get(year))
        if left is None:
            continue
        for value, one in ((ALL, everybody), *counted.items(), (rest, left)):
            rows.append({"aar": str(year), dimension: value, **_counted(one)})
    return _table(name, rows, ("aar", dimension), unit=OFFENCE, population=REGISTERED)


def _left(everybody: Year, counted: Sequence[Year], delivered: Year | None) -> Year | None:
    """What is left; None where a group is not known, or the groups are more than everybody."""
    offences = everybody.offences - sum(one.offences for one in counted)
    if math.isnan(offences) or offences < 0:
        return None
    if delivered is not None and delivered.offences == offences:
        return delivered
    fewest = everybody.persons - sum(one.persons for one in counted)
    at_least = float(offences > 0)
    return Year(
        everybody.year,
        offences=offences,
        persons=math.nan if math.isnan(fewest) else min(offences, max(at_least, fewest)),
    )


def _counted(one: Year) -> dict[str, object]:
    return {
        "antall": whole(one.offences),
        "personer": whole(one.persons),
        "stoerste": whole(one.largest),
        "to_stoerste": sum(sorted(one.spread)[-2:]) if one.spread else None,
    }


def serious_table(years: Mapping[int, Year]) -> CountTable:
    """Offences of those with four or more: part of the identity, and opened by a printed share."""
    rows = [
        {
            "aar": str(year),
            "klasse": "4_pluss",
            "antall": whole(counted.many_offences),
            "personer": whole(counted.many),
            "stoerste": whole(counted.largest) if counted.many > 0 else None,
            "to_stoerste": sum(sorted(counted.spread)[-2:])
            if counted.spread and counted.many > 1
            else None,
        }
        for year, counted in years.items()
    ]
    return _table("forhold_4_pluss", rows, ("aar", "klasse"), unit=OFFENCE, population=REGISTERED)


def persons_by_class(years: Mapping[int, Year]) -> CountTable:
    """Persons under 18 with 1–2, 3, and 4 or more offences, with the identity that binds them.

    Offences = n₁ + 2n₂ + 3n₃ + those of the rest, where n₁ + n₂ is the class 1–2: n₁ and n₂ are
    cells although no table shows them.
    """
    rows: list[dict[str, object]] = []
    relations: list[Relation] = []
    for year, counted in years.items():
        rows.append({"aar": str(year), "klasse": ALL, "antall": whole(counted.persons)})
        for name, field in _CLASSES.items():
            number = whole(getattr(counted, field))
            rows.append({"aar": str(year), "klasse": name, "antall": number})
        relations += _identity(str(year))
    return _table(
        "personer_klasse",
        rows,
        ("aar", "klasse"),
        unit=PERSON,
        population=REGISTERED,
        relations=relations,
    )


def persons_table(
    name: str,
    numbers: Mapping[int, float],
    population: str,
    *,
    relations: Sequence[Relation] = (),
    **at: str,
) -> CountTable:
    """Persons by year.

    Args:
        name: Of the table.
        numbers: Persons each year; NaN is not delivered.
        population: Whom they are counted among.
        relations: What the definitions force.
        **at: Dimension and value that say which group.
    """
    rows: list[dict[str, object]] = [
        {"aar": str(year), **at, "antall": whole(number)} for year, number in numbers.items()
    ]
    return _table(name, rows, ("aar", *at), unit=PERSON, population=population, relations=relations)


def parts_table(
    name: str,
    parts: Mapping[int, tuple[float, float]],
    *,
    unit: str,
    population: str,
    dimension: str,
    relations: Sequence[Relation] = (),
) -> CountTable:
    """Yes and no of a total, by year: cases with consent, and those without.

    Args:
        name: Of the table.
        parts: Those who do, and of how many.
        unit: What is counted; a case has one young person.
        population: Whom they are counted among.
        dimension: What is asked; its values are `ja` and `nei`.
        relations: What the definitions force.
    """
    rows: list[dict[str, object]] = []
    for year, (part, total) in parts.items():
        for value, number in ((ALL, total), ("ja", part), ("nei", total - part)):
            row: dict[str, object] = {"aar": str(year), dimension: value, "antall": whole(number)}
            if unit != PERSON:
                row["personer"] = whole(number)
            rows.append(row)
    return _table(
        name, rows, ("aar", dimension), unit=unit, population=population, relations=relations
    )


def whole(number: float) -> int | None:
    """A count as a whole number; None where it was not delivered."""
    return None if math.isnan(number) else round(number)


def offences_ground(years: Mapping[int, Year], **at: str) -> Ground:
    """Offences rest on their cell; their spread on how they fall on persons."""
    return Ground(
        cells={year: (cell(OFFENCE, REGISTERED, aar=str(year), **at),) for year in years},
        behind={year: whole(counted.persons) or 0 for year, counted in years.items()},
        largest={year: counted.largest_share for year, counted in years.items()},
        is_spread=True,
        limits_are_spread=True,
    )


def persons_ground(
    numbers: Mapping[int, float],
    cells: Mapping[int, tuple[Cell, ...]],
    *,
    is_spread: bool = False,
) -> Ground:
    """Persons rest on their cells, and so do their intervals.

    Args:
        numbers: Persons each year.
        cells: Their cells.
        is_spread: The verdict also rests on who acted together.
    """
    counted = {year: whole(number) or 0 for year, number in numbers.items()}
    return Ground(
        cells=cells,
        behind=counted,
        largest={year: 1 / number if number else None for year, number in counted.items()},
        is_spread=is_spread,
    )


def _identity(year: str) -> list[Relation]:
    def persons(klasse: str) -> Cell:
        return cell(PERSON, REGISTERED, aar=year, klasse=klasse)

    everybody = cell(PERSON, REGISTERED, aar=year)
    offences = cell(OFFENCE, REGISTERED, aar=year)
    serious = cell(OFFENCE, REGISTERED, aar=year, klasse="4_pluss")
    of_younger = cell(OFFENCE, REGISTERED, aar=year, aldersgruppe=UNDER_15)
    return [
        Relation(((1, persons("1")), (1, persons("2")), (-1, persons("1_2")))),
        Relation(
            (
                (1, offences),
                (-1, persons("1")),
                (-2, persons("2")),
                (-3, persons("3")),
                (-1, serious),
            )
        ),
        Relation(((MANY, persons("4_pluss")), (-1, serious)), "<="),
        Relation(((1, everybody), (-1, offences)), "<="),
        Relation(((1, of_younger), (-1, offences)), "<="),
    ]


def _table(
    name: str,
    rows: Sequence[Mapping[str, object]],
    dimensions: tuple[str, ...],
    *,
    unit: str,
    population: str,
    relations: Sequence[Relation] = (),
) -> CountTable:
    frame = pd.DataFrame(rows)
    for column in frame.columns:
        if column not in dimensions:
            frame[column] = frame[column].astype("Int64")
    return CountTable(
        name=name,
        frame=frame,
        dimensions=dimensions,
        unit=unit,
        population=population,
        relations=tuple(relations),
    )
