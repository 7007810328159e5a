"""Children newly placed in institutions: so few that only sums over three years are compared.

Three years against the three before, which do not overlap; sums below ten are described and not
tested. Neither more nor fewer is good in itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import pandas as pd

from evaluering.analysis import count_change
from evaluering.analysis.count_cells import PERSON, cell, persons_ground, persons_table, whole
from evaluering.analysis.count_change import Change, Recorded
from evaluering.analysis.count_findings import FEW_YEARS, Measured, yearly_persons
from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Relation, Rest, Value
from evaluering.plan.entries import Indicator
from evaluering.statistics.counts import SMALLEST_SUM

PLACED: Final = "plasserte"
SHEET: Final = "plasseringer"
SPAN: Final = 3
NAN: Final = float("nan")
_ALL: Final = "alle"


def placements(
    indicator: Indicator, material: Material, *, year: int, changes: Sequence[Recorded]
) -> Measured | None:
    """New children in the three last years against the three before.

    Args:
        indicator: Of the plan.
        material: What has been delivered.
        year: The year evaluated.
        changes: Declared changes in recording.

    Returns:
        The figure; its frame has a row per sum (`periode`), or the year alone where there are not
        three. None when the year is not delivered. `details["types"]` has new children by year and
        kind.
    """
    frame = material.frames.get(SHEET)
    by_kind = {} if frame is None else _new_children(frame, year)
    numbers = by_kind.get(_ALL, {})
    if math.isnan(numbers.get(year, NAN)):
        return None
    sums = {
        last: number
        for last in (year - SPAN, year)
        if not math.isnan(number := _sum(numbers, last))
    }
    is_sum = year in sums
    shown = sums if is_sum else {year: numbers[year]}
    change = _change(sums, numbers, year)
    soft, hard, on = count_change.recording(changes, indicator.id, year - 2 * SPAN + 1, year)
    types = _types(by_kind)
    return Measured(
        id=f"indikator.{indicator.id}",
        section=indicator.id,
        kind="indicator",
        topic=indicator.hovedtall.navn,
        unit="barn",
        change=count_change.reserved(change, [soft] if soft else [], hard=hard, recorded=on),
        frame=yearly_persons(shown).assign(
            periode=[_period(last) if is_sum else str(last) for last in shown]
        ),
        ground=persons_ground(shown, {last: (_cell(last, is_sum=is_sum),) for last in shown}),
        series="placements",
        sources=(material.source(SHEET),),
        holder="barnevernstjenesten",
        method="counts",
        flags=("new_children", "neither_good"),
        tables=_tables(by_kind, sums),
        without_earlier=FEW_YEARS,
        extra=_extra(year, is_sum=is_sum, has_earlier=change.has_earlier),
        extra_rests=_type_rests(types),
        details={"types": types},
    )


def _new_children(frame: pd.DataFrame, year: int) -> dict[str, dict[int, float]]:
    """New children by kind and year, the kinds in the order of the sheet's first year."""
    rows = cast(
        "list[dict[str, Any]]", frame[frame["aar"] <= year].sort_values("aar").to_dict("records")
    )
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        number = NAN if pd.isna(row["nye_barn"]) else float(row["nye_barn"])
        found.setdefault(str(row["type"]), {})[int(row["aar"])] = number
    return found


def _sum(numbers: Mapping[int, float], last: int) -> float:
    """A missing year makes the sum missing; it is never taken for zero."""
    return sum(numbers.get(when, NAN) for when in range(last - SPAN + 1, last + 1))


def _change(sums: Mapping[int, float], numbers: Mapping[int, float], year: int) -> Change:
    after = sums.get(year, numbers[year])
    before = sums.get(year - SPAN, NAN) if year in sums else NAN
    if not math.isnan(before) and min(before, after) < SMALLEST_SUM:
        return Change(year - SPAN, year, before, after, refusal="few_persons")
    return replace(count_change.persons(before, after, year_to=year), year_from=year - SPAN)


def _extra(year: int, *, is_sum: bool, has_earlier: bool) -> dict[str, Value]:
    if not is_sum:
        return {}
    known: dict[str, Value] = {"year_now_first": year - SPAN + 1}
    before = (year - 2 * SPAN + 1, year - SPAN)
    known |= {"year_before_first": before[0], "year_before_last": before[1]}
    # the heading spans both sums
    return known | ({"year_from": before[0]} if has_earlier else {})


def _period(last: int) -> str:
    return f"{last - SPAN + 1}-{last}"


def _cell(last: int, *, is_sum: bool) -> Cell:
    return (
        Cell(PERSON, PLACED, _period(last), ()) if is_sum else cell(PERSON, PLACED, aar=str(last))
    )


def _tables(
    by_kind: Mapping[str, Mapping[int, float]], sums: Mapping[int, float]
) -> tuple[CountTable, ...]:
    rows = [
        {"aar": str(when), "type": kind, "antall": whole(number)}
        for kind, numbers in by_kind.items()
        for when, number in numbers.items()
    ]
    frame = pd.DataFrame(rows)
    yearly = CountTable(
        name="plasserte",
        frame=frame.assign(antall=frame["antall"].astype("Int64")),
        dimensions=("aar", "type"),
        unit=PERSON,
        population=PLACED,
    )
    return (yearly, *(_sum_table(last, number) for last, number in sums.items()))


def _sum_table(last: int, number: float) -> CountTable:
    """One sum, bound to its three years."""
    years = range(last - SPAN + 1, last + 1)
    terms = tuple((1, cell(PERSON, PLACED, aar=str(when))) for when in years)
    table = persons_table(f"plasserte_{last}", {last: number}, PLACED)
    return replace(
        table,
        frame=table.frame.assign(type=_ALL).drop(columns="aar"),
        dimensions=("type",),
        period=_period(last),
        relations=(Relation((*terms, (-1, _cell(last, is_sum=True)))),),
    )


def _types(by_kind: Mapping[str, Mapping[int, float]]) -> pd.DataFrame:
    years = sorted({when for numbers in by_kind.values() for when in numbers})
    columns = {"type": list(by_kind)} | {
        str(when): [numbers.get(when, NAN) for numbers in by_kind.values()] for when in years
    }
    frame = pd.DataFrame(columns)
    for when in years:
        missing = frame[str(when)].isna()
        frame[f"{when}_tegn"] = ["mangler" if empty else "" for empty in missing]
    return frame


def _type_rests(types: pd.DataFrame) -> tuple[Rest, ...]:
    years = [str(name) for name in types.columns if str(name).isdigit()]
    return tuple(
        Rest("types", (when,), (cell(PERSON, PLACED, aar=when, type=kind),), (row,))
        for row, kind in enumerate(types["type"].tolist())
        for when in years
    )
