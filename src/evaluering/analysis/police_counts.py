"""The police's counts by year and group, from the form, the sheet, or rows: one noun for all three.

Rows give what only rows can: how offences are spread over persons, and who acted together. Where
there are none, the form's own numbers bound the spread from above, and that bound is what is
tested with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

import pandas as pd

from evaluering.inputs.material import Material
from evaluering.statistics import counts

ALL: Final = "alle"
UNDER_18: Final = "under_18"
UNDER_15: Final = "under_15"
FROM_15: Final = "15_17"
OWN_PLACE: Final = "egen"
MANY: Final = 4
NAN: Final = float("nan")

_KEY: Final = ("aldersgruppe", "kategori", "bosted", "kjoenn")
_COUNTS: Final[Mapping[str, str]] = {
    "antall_forhold": "offences",
    "antall_hendelser": "events",
    "antall_personer": "persons",
    "antall_siktede": "charged",
    "personer_1_2": "one_or_two",
    "personer_3": "three",
    "personer_4_pluss": "many",
    "forhold_4_pluss": "many_offences",
    "stoerste": "largest",
    "antall_publisert": "published",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Which offences are counted: age at the offence, type, residence, sex."""

    age: str = UNDER_18
    category: str = ALL
    place: str = ALL
    sex: str = ALL


@dataclass(frozen=True, slots=True)
class Year:
    """The counts of one year and group. NaN: not delivered.

    Attributes:
        year: The year it happened.
        offences: Once for each young person taking part.
        events: Incidents.
        persons: Young people with at least one.
        charged: Those charged, 15–17 years.
        one_or_two: Persons with one or two offences.
        three: Persons with three.
        many: Persons with four or more.
        many_offences: The offences of those.
        largest: Offences of the person with most: internal, never shown.
        published: What the police have published themselves.
        published_on: When.
        extracts: The dates these same numbers were taken out.
        variance: Σk² from rows, by linked group where that is known; else its upper bound.
        variance_lower: Σk² at the least; equal to `variance` from rows.
        spread: Offences of each person, from rows; empty without.
        has_incidents: Rows say who acted together.
    """

    year: int
    offences: float = NAN
    events: float = NAN
    persons: float = NAN
    charged: float = NAN
    one_or_two: float = NAN
    three: float = NAN
    many: float = NAN
    many_offences: float = NAN
    largest: float = NAN
    published: float = NAN
    published_on: date | None = None
    extracts: frozenset[date] = frozenset()
    variance: float = NAN
    variance_lower: float = NAN
    spread: tuple[int, ...] = ()
    has_incidents: bool = False

    @property
    def are_linked_known(self) -> bool:
        """Acting together cannot have made the uncertainty larger than it is said to be."""
        return self.has_incidents or (self.events == self.offences and self.offences > 0)

    @property
    def largest_share(self) -> float | None:
        """Share of the offences the person with most stands for, where it is known."""
        if math.isnan(self.largest) or not self.offences > 0:
            return None
        return self.largest / self.offences


def years(material: Material, group: Group) -> dict[int, Year]:
    """The counts of a group, by year, oldest first.

    Args:
        material: What has been delivered.
        group: Which offences.

    Returns:
        A year for every row of the form or the sheet, else for every year with rows.
    """
    told = _told(material, group)
    rows = material.frames.get("forhold")
    if rows is None:
        return {year: _bounded(counted) for year, counted in sorted(told.items())}
    chosen = _chosen(rows, group)
    found: dict[int, Year] = {}
    known = {int(year) for year in rows["aar"].unique()}
    for year in sorted(known | told.keys()):
        mine = chosen[chosen["aar"] == year]
        counted = told.get(year)
        if year not in known:
            found[year] = _bounded(cast("Year", counted))  # one of the two holds the year
        else:
            told_or_counted = counted or _counted(mine, year, group, material.day)
            found[year] = _from_rows(told_or_counted, mine)
    return found


def rows_of(material: Material, group: Group) -> pd.DataFrame:
    """The rows of a group, without an index; empty where no rows are switched on."""
    rows = material.frames.get("forhold")
    return pd.DataFrame() if rows is None else _chosen(rows, group).reset_index(drop=True)


def persons_linked(rows: pd.DataFrame, least: int, most: int = 10**9) -> float:
    """Σg² of persons with so many offences, where those who acted together are one group.

    Args:
        rows: Of one year, with `person_kode` and `hendelse_id`.
        least: Fewest offences of a person who counts.
        most: Most.
    """
    group = counts.linked_groups(rows["person_kode"].tolist(), rows["hendelse_id"].tolist())
    number = rows["person_kode"].value_counts()
    chosen = number[(number >= least) & (number <= most)].index
    sizes = group.loc[chosen].value_counts()
    return float((sizes**2).sum())


def _told(material: Material, group: Group) -> dict[int, Year]:
    """Form and sheet together: equal numbers (checked at reading) may have two extract dates."""
    sheets: list[pd.DataFrame] = []
    if material.form is not None:
        sheets.append(material.form.frame)
    if material.book is not None and "forholdstall" in material.book.frames:
        sheets.append(material.book.frames["forholdstall"])
    found: dict[int, Year] = {}
    for frame in sheets:
        for record in _records(_chosen(frame, group, exact=True)):
            year = _year(record)
            known = found.get(year.year)
            found[year.year] = year if known is None else _merged(known, year)
    return found


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def _year(record: Mapping[str, Any]) -> Year:
    numbers = {
        name: NAN if pd.isna(record[column]) else float(record[column])
        for column, name in _COUNTS.items()
    }
    on = record["publisert_dato"]
    taken = record["uttrekksdato"]
    return Year(
        year=int(record["aar"]),
        published_on=None if pd.isna(on) else on.date(),
        extracts=frozenset() if pd.isna(taken) else frozenset({taken.date()}),
        **cast("Any", numbers),  # every field of _COUNTS is a number
    )


def _merged(first: Year, second: Year) -> Year:
    """The same row told twice: what one lacks, the other may give."""
    filled = {
        name: getattr(second, name)
        for name in _COUNTS.values()
        if math.isnan(getattr(first, name)) and not math.isnan(getattr(second, name))
    }
    return replace(
        first,
        published_on=first.published_on or second.published_on,
        extracts=first.extracts | second.extracts,
        **filled,
    )


def _chosen(frame: pd.DataFrame, group: Group, *, exact: bool = False) -> pd.DataFrame:
    """Rows of a group. Rows about persons have no totals, count sheets have a row for each."""
    wanted = dict(zip(_KEY, (group.age, group.category, group.place, group.sex), strict=True))
    keep = pd.Series(True, index=frame.index)
    for name, value in wanted.items():
        if exact:
            keep &= frame[name].fillna(ALL) == value
        elif value not in (ALL, UNDER_18):
            keep &= frame[name] == value
    return frame[keep]


def _counted(rows: pd.DataFrame, year: int, group: Group, day: date) -> Year:
    """The counts that rows give, where no sheet gives them."""
    each = rows["person_kode"].value_counts()
    many = each[each >= MANY]
    is_charged = rows["siktet"] == "ja"
    events = rows["hendelse_id"]
    return Year(
        year=year,
        offences=float(len(rows)),
        events=NAN if bool(events.isna().any()) else float(events.nunique()),
        persons=float(len(each)),
        charged=NAN if group.age == UNDER_15 else float(rows[is_charged]["person_kode"].nunique()),
        one_or_two=float((each < MANY - 1).sum()),
        three=float((each == MANY - 1).sum()),
        many=float(len(many)),
        many_offences=float(many.sum()),
        largest=float(each.max()) if len(each) else NAN,
        extracts=frozenset({day}),
    )


def _from_rows(told: Year, rows: pd.DataFrame) -> Year:
    each = rows["person_kode"].value_counts().sort_index()
    spread = tuple(int(number) for number in each)
    has_incidents = len(rows) > 0 and not bool(rows["hendelse_id"].isna().any())
    linked = None
    if has_incidents:
        groups = counts.linked_groups(rows["person_kode"].tolist(), rows["hendelse_id"].tolist())
        linked = groups.loc[each.index].tolist()
    variance = counts.clustered_total(list(spread), linked=linked).variance if spread else 0.0
    largest = float(max(spread)) if spread else NAN
    return replace(
        told,
        variance=variance,
        variance_lower=variance,
        spread=spread,
        largest=largest,
        has_incidents=has_incidents,
    )


def _bounded(told: Year) -> Year:
    """Σk² between the bounds the form's numbers leave; NaN where one of the five is missing."""
    five: Sequence[float] = (
        told.one_or_two,
        told.three,
        told.many,
        told.offences,
        told.many_offences,
    )
    if any(math.isnan(number) for number in five):
        return told
    bounds = counts.clustered_total_bounds(*five, told.largest)
    return replace(told, variance=bounds.variance_upper, variance_lower=bounds.variance_lower)
