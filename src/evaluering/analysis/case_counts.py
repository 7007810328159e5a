"""Indicators that are counted in cases: those with consent, and those with other services.

Counts are delivered on «Indikatortall». New cases of the year are tested, for open ones carried
over would be the same cases twice. More consent can mean more hard cases: no direction is good.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, cast

import pandas as pd

from evaluering.analysis import count_change
from evaluering.analysis.count_cells import (
    CASE,
    PERSON,
    Ground,
    cell,
    parts_table,
    whole,
)
from evaluering.analysis.count_change import Change, Recorded
from evaluering.analysis.count_findings import Measured, yearly_shares
from evaluering.inputs.material import Material
from evaluering.model import Relation
from evaluering.plan.entries import Indicator

NAN: Final = float("nan")
CASES: Final = "saker"
SHEET: Final = "indikatortall"

Parts = dict[int, tuple[float, float]]


def counted(material: Material, code: str) -> Parts:
    """Numerator and denominator of an indicator by year; NaN where one was not delivered.

    Args:
        material: What has been delivered.
        code: As on «Indikatortall».
    """
    frame = material.frames.get(SHEET)
    if frame is None:
        return {}
    rows = frame[frame["indikator"] == code].sort_values("aar")
    records = cast("list[dict[str, Any]]", rows.to_dict("records"))
    return {int(row["aar"]): (_number(row["teller"]), _number(row["nevner"])) for row in records}


def of_cases(
    indicator: Indicator, material: Material, *, year: int, changes: Sequence[Recorded]
) -> Measured | None:
    """Cases with consent, or with another service, of the year's new cases.

    Args:
        indicator: Of the plan: `hovedtall.felter` and `nevner` name the counts.
        material: What has been delivered.
        year: The year evaluated.
        changes: Declared changes in recording.

    Returns:
        The figure; None when this year's is not delivered.
    """
    code = indicator.hovedtall.felter[0]
    totals = counted(material, indicator.hovedtall.nevner)
    parts = {
        when: (part, total if not math.isnan(total) else totals.get(when, (NAN, NAN))[0])
        for when, (part, total) in counted(material, code).items()
        if when <= year
    }
    parts = {when: pair for when, pair in parts.items() if not math.isnan(sum(pair))}
    if year not in parts:
        return None
    dimension = code.removeprefix("saker_")
    change = count_change.share(parts.get(year - 1, (NAN, NAN)), parts[year], year_to=year)
    soft, hard, on = count_change.recording(changes, indicator.id, year - 1, year)
    return Measured(
        id=f"indikator.{indicator.id}",
        section=indicator.id,
        kind="indicator",
        topic=indicator.hovedtall.navn,
        unit="saker",
        change=count_change.reserved(change, [soft] if soft else [], hard=hard, recorded=on),
        frame=yearly_shares(parts),
        ground=_share_ground(parts, CASE, CASES, dimension),
        series="cases",
        sources=(material.source(SHEET),),
        holder="tjenestene",
        method="counts",
        flags=("new_cases", *(("harder_cases",) if dimension == "samtykke" else ())),
        tables=(
            parts_table(
                f"saker_{dimension}", parts, unit=CASE, population=CASES, dimension=dimension
            ),
        ),
    )


def share_of_persons(
    parts: Parts,
    *,
    id: str,
    topic: str,
    population: str,
    dimension: str,
    material: Material,
    relations: Sequence[Relation] = (),
) -> Measured | None:
    """A share of young people that is described, with Wilson's interval; never a verdict.

    Args:
        parts: Those who do, and of how many, by year.
        id: Of the finding.
        topic: As words in a heading.
        population: Whom they are counted among.
        dimension: What is asked.
        material: Where it comes from.
        relations: What the definitions force.
    """
    known = {when: pair for when, pair in parts.items() if not math.isnan(sum(pair))}
    frame = yearly_shares(known)
    if frame.empty:
        return None
    last = int(frame["aar"].max())
    return Measured(
        id=id,
        section=id.split(".", maxsplit=1)[0],
        kind="person_share",
        topic=topic,
        unit="personer",
        change=Change(last - 1, last, NAN, known[last][0], NAN, known[last][1]),
        frame=frame,
        ground=_share_ground(known, PERSON, population, dimension),
        series="police",
        sources=(material.source(SHEET),),
        holder="politiet",
        method="counts",
        tables=(
            parts_table(
                population,
                known,
                unit=PERSON,
                population=population,
                dimension=dimension,
                relations=relations,
            ),
        ),
    )


def _share_ground(parts: Parts, unit: str, population: str, dimension: str) -> Ground:
    return Ground(
        cells={
            when: (
                cell(unit, population, aar=str(when), **{dimension: "ja"}),
                cell(unit, population, aar=str(when)),
            )
            for when in parts
        },
        behind={when: whole(total) or 0 for when, (_, total) in parts.items()},
        largest={when: 1 / total if total else None for when, (_, total) in parts.items()},
    )


def _number(value: Any) -> float:  # noqa: ANN401  (a cell of a frame)
    return NAN if pd.isna(value) else float(value)
