"""Where do cases stop, and how long does help take? The process behind the plan's indicators.

The steps are one family over the same cases: each step is a cell, and so is each drop. Numbers come
from the rows about cases where they are switched on, else from «Indikatortall».
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evaluering.analysis.case_counts import CASES, SHEET, Parts, counted
from evaluering.analysis.case_steps import Cases, cases_of
from evaluering.analysis.count_cells import CASE, cell, whole
from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Finding, Relation, Rest, Sign, Source, Value, Verdict
from evaluering.statistics import counts, waiting

SECTION: Final = "prosess"
ALL_CASES: Final = "nye"
CONSENT: Final = "samtykke"
HELPED: Final = "andre_tjenester"
WITHDRAWN: Final = "trukket"
NOT_GIVEN: Final = "ikke_gitt"
DROP: Final = "frafall"
# Step → its count on «Indikatortall», in the order a case walks.
STEPS: Final[Mapping[str, str]] = {
    ALL_CASES: "saker_nye",
    "spurt": "saker_spurt",
    CONSENT: "saker_samtykke",
    HELPED: "saker_andre_tjenester",
    "maal": "saker_med_maal",
    "maalt": "saker_maalt",
    "naadd": "saker_naadd",
}
_UNCLEAR: Final = "uten_koordinator"
_FORM: Final = "felles_skjema"
NAN: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way.

    Attributes:
        id: Which.
        count: Cases that came so far; NaN where nobody told.
        cell: Its cell.
        base: The nearest step before that all of these cases also passed; "" for the first.
    """

    id: str
    count: float
    cell: Cell
    base: str = ""


def process(material: Material | None, *, year: int, is_synthetic: bool = False) -> list[Finding]:
    """The steps of the year's new cases, days to the first service, coordinator and form.

    Args:
        material: What has been delivered; None is nothing.
        year: The year evaluated.
        is_synthetic: Invented numbers.

    Returns:
        Kinds `process_funnel`, `process_wait` and `process_share`; one finding that says so where
        nothing was delivered.
    """
    rows = cases_of(material, year) if material else None
    steps = funnel_steps(material, rows, year=year) if material else []
    if material is None or not steps:
        return [_missing(is_synthetic=is_synthetic)]
    found = [_funnel(material, rows, steps, year=year, is_synthetic=is_synthetic)]
    if rows is not None and rows.has_services:
        found.append(_wait(material, rows, steps, year=year, is_synthetic=is_synthetic))
    for order, (code, base, topic) in enumerate(_SHARES, start=2):
        own = None if rows is None else rows.share(code)
        pair = own or _counted_pair(material, code, base, year)
        if pair is not None and pair[1] > 0:
            found.append(
                _share(
                    material, code, topic, pair, steps, year=year, order=order,
                    is_from_rows=own is not None, is_synthetic=is_synthetic,
                )
            )  # fmt: skip
    return found


_SHARES: Final = (
    (_UNCLEAR, ALL_CASES, "Saker uten avklart koordinator"),
    (_FORM, CONSENT, "Bruk av felles samtykkeskjema"),
)


def funnel_steps(material: Material, rows: Cases | None, *, year: int) -> list[Step]:
    """The steps that somebody told, in order; empty when none but the first is known.

    Args:
        material: What has been delivered.
        rows: From `cases_of`.
        year: The year evaluated.
    """
    steps: list[Step] = []
    for id, code in STEPS.items():
        told = _reported(counted(material, code), year)
        of_rows = None if rows is None else rows.steps.get(id)
        count = float(len(of_rows)) if of_rows is not None else told
        if math.isnan(count):
            continue
        is_same = math.isnan(told) or told == count
        here = _cell(id if is_same else f"{id}_i_rader", year)
        steps.append(Step(id, count, here, _base(id, count, steps, rows)))
    return steps if len(steps) > 1 else []


def _base(id: str, count: float, before: Sequence[Step], rows: Cases | None) -> str:
    """The nearest earlier step these cases are a part of."""
    own = None if rows is None else rows.steps.get(id)
    for step in reversed(before):
        theirs = None if rows is None else rows.steps.get(step.id)
        is_part = own <= theirs if own is not None and theirs is not None else count <= step.count
        if is_part:
            return step.id
    return ""


def _reported(parts: Parts, year: int) -> float:
    return parts.get(year, (NAN, NAN))[0]


def _counted_pair(
    material: Material, code: str, base: str, year: int
) -> tuple[float, float] | None:
    part, total = counted(material, f"saker_{code}").get(year, (NAN, NAN))
    if math.isnan(total):
        total = _reported(counted(material, STEPS[base]), year)
    return None if math.isnan(part) or math.isnan(total) else (part, total)


def _cell(id: str, year: int) -> Cell:
    at = {} if id == ALL_CASES else {id: "ja"}
    return cell(CASE, CASES, aar=str(year), **at)


def _drop(base: str, step: str, year: int) -> Cell:
    return cell(CASE, CASES, aar=str(year), **{DROP: f"{base}_ikke_{step}"})


def _funnel(
    material: Material,
    rows: Cases | None,
    steps: Sequence[Step],
    *,
    year: int,
    is_synthetic: bool,
) -> Finding:
    by_id = {step.id: step for step in steps}
    records: list[dict[str, object]] = []
    rests: list[Rest] = []
    for row, step in enumerate(steps):
        base = by_id.get(step.base)
        total = NAN if base is None else base.count
        share = counts.share(step.count, total) if total > 0 else None
        sign = Sign.NONE if share else Sign.NOT_APPLICABLE
        records.append(
            {
                "steg": step.id,
                "antall": step.count,
                "av": step.base,
                "nevner": total,
                "nevner_tegn": (Sign.NOT_APPLICABLE if base is None else Sign.NONE).value,
                "share": share.share if share else NAN,
                "share_tegn": sign.value,
                "lower": share.lower if share else NAN,
                "upper": share.upper if share else NAN,
            }
        )
        both = (step.cell,) if base is None else (step.cell, base.cell)
        rests += [
            Rest("frame", ("antall",), (step.cell,), (row,)),
            Rest("frame", ("nevner",), both[1:], (row,)),
            Rest("frame", ("share", "lower", "upper"), both, (row,)),
        ]
    withdrawn = None if rows is None else rows.withdrawn
    details: dict[str, pd.DataFrame] = {}
    if withdrawn is not None:
        gone = cell(CASE, CASES, aar=str(year), **{DROP: WITHDRAWN})
        details[WITHDRAWN] = pd.DataFrame({"steg": [WITHDRAWN], "antall": [float(len(withdrawn))]})
        rests.append(Rest(WITHDRAWN, ("antall",), (gone,), (0,)))
    return Finding(
        id="prosess.trakt",
        section=SECTION,
        kind="process_funnel",
        topic="Fra sak til mål",
        frame=pd.DataFrame(records),
        sources=_sources(material, rows),
        is_synthetic=is_synthetic,
        values={"year": year, "order": 0, "flags": _flags(rows)},
        details=details,
        unit="saker",
        method="counts",
        tables=tuple(_tables(steps, rows, year)),
        rests=tuple(rests),
    )


def _flags(rows: Cases | None) -> str:
    return "new_cases" if rows is None else "new_cases,goal_cases"


def _tables(steps: Sequence[Step], rows: Cases | None, year: int) -> list[CountTable]:
    """A table for each step, and one of the drops that bind them together."""
    by_id = {step.id: step for step in steps}
    tables: list[CountTable] = []
    drops: list[tuple[str, float]] = []
    relations: list[Relation] = []
    for step in steps:
        name = next((name for name, _ in step.cell.at if name != "aar"), "")
        at = {"aar": str(year)} | ({name: "ja"} if name else {})
        tables.append(_table(f"prosess_{name or ALL_CASES}", [(at, step.count)]))
        if step.base:
            base, lost = by_id[step.base], _drop(step.base, step.id, year)
            relations.append(Relation(((1, base.cell), (-1, step.cell), (-1, lost))))
            drops.append((dict(lost.at)[DROP], base.count - step.count))
    asked = by_id.get("spurt")
    if rows is not None and rows.withdrawn is not None and asked and by_id[CONSENT].base == "spurt":
        parts = {WITHDRAWN: float(len(rows.withdrawn))}
        parts[NOT_GIVEN] = asked.count - by_id[CONSENT].count - parts[WITHDRAWN]
        cells = {id: cell(CASE, CASES, aar=str(year), **{DROP: id}) for id in parts}
        drops += parts.items()
        whole_drop = _drop("spurt", CONSENT, year)
        terms = [(1, one) for one in cells.values()]
        relations.append(Relation(((-1, whole_drop), *terms)))
    if drops:
        places = [({"aar": str(year), DROP: name}, number) for name, number in drops]
        tables.append(_table("prosess_frafall", places, tuple(relations)))
    return tables


def _table(
    name: str,
    parts: Sequence[tuple[Mapping[str, str], float]],
    relations: tuple[Relation, ...] = (),
) -> CountTable:
    """Counts of cases; a case has one young person."""
    frame = pd.DataFrame([{**at, "antall": whole(n), "personer": whole(n)} for at, n in parts])
    numbers = ["antall", "personer"]
    frame[numbers] = frame[numbers].astype("Int64")
    return CountTable(
        name=name,
        frame=frame,
        dimensions=tuple(parts[0][0]),
        unit=CASE,
        population=CASES,
        relations=relations,
    )


def _wait(
    material: Material, rows: Cases, steps: Sequence[Step], *, year: int, is_synthetic: bool
) -> Finding:
    """Days from a case was opened to its first other service, of the cases with consent."""
    told = waiting.median_wait(rows.days, waiting=rows.waiting)
    by_id = {step.id: step for step in steps}
    cells = (by_id[CONSENT].cell, by_id[HELPED].cell)
    limits = {"median": told.median, "lower": told.lower, "upper": told.upper}
    plain: dict[str, Value] = {"cases": told.cases, "waiting": told.waiting}
    spread: dict[str, Value] = {}
    for name, days in limits.items():
        into = plain if name == "median" else spread
        if math.isfinite(days):
            into[name] = days
        if not told.refusal:  # so many wait that the number of days has no end yet
            into[f"{name}_open"] = math.isinf(days)
    share_of_one = 1 / told.cases if told.cases else None
    return Finding(
        id="prosess.ventetid",
        section=SECTION,
        kind="process_wait",
        topic="Tid til første tjeneste",
        frame=pd.DataFrame(),
        sources=(material.source("saker"), material.source("tjenester")),
        is_synthetic=is_synthetic,
        values={"year": year, "order": 1, "flags": "waiting_counted", **plain, **spread},
        unit="saker",
        method="counts",
        rests=(
            Rest("values", tuple(plain), cells),
            Rest(
                "values",
                tuple(spread),
                cells,
                is_spread=True,
                behind=told.cases,
                largest=share_of_one,
            ),
        ),
    )


def _share(
    material: Material,
    code: str,
    topic: str,
    pair: tuple[float, float],
    steps: Sequence[Step],
    *,
    year: int,
    order: int,
    is_from_rows: bool,
    is_synthetic: bool,
) -> Finding:
    """A share of cases with Wilson's interval, described only."""
    part, total = pair
    told = counts.share(part, total)
    base = ALL_CASES if code == _UNCLEAR else CONSENT
    of = next((step.cell for step in steps if step.id == base and step.count == total), None)
    reported = _reported(counted(material, f"saker_{code}"), year)
    name = code if math.isnan(reported) or reported == part else f"{code}_i_rader"
    here = cell(CASE, CASES, aar=str(year), **{name: "ja"})
    rest = cell(CASE, CASES, aar=str(year), **{name: "nei"})
    base_cell = of or cell(CASE, CASES, aar=str(year), **{name: "av"})
    parts: list[tuple[Mapping[str, str], float]] = [
        ({"aar": str(year), name: "ja"}, part),
        ({"aar": str(year), name: "nei"}, total - part),
    ]
    if of is None:
        parts.append(({"aar": str(year), name: "av"}, total))
    relation = Relation(((1, base_cell), (-1, here), (-1, rest)))
    return Finding(
        id=f"prosess.{code}",
        section=SECTION,
        kind="process_share",
        topic=topic,
        frame=pd.DataFrame(),
        sources=(material.source("saker" if is_from_rows else SHEET),),
        is_synthetic=is_synthetic,
        values={
            "year": year,
            "order": order,
            "code": code,
            "teller": part,
            "nevner": total,
            "share": told.share,
            "lower": told.lower,
            "upper": told.upper,
        },
        unit="saker",
        method="counts",
        tables=(_table(f"prosess_{name}", parts, (relation,)),),
        rests=(
            Rest("values", ("teller",), (here,)),
            Rest("values", ("nevner",), (base_cell,)),
            Rest("values", ("share", "lower", "upper"), (here, base_cell)),
        ),
    )


def _sources(material: Material, rows: Cases | None) -> tuple[Source, ...]:
    """The sheets the steps come from."""
    sheets = [] if rows is None else list(rows.sheets)
    if (rows is None or len(rows.steps) < len(STEPS)) and SHEET in material.frames:
        sheets.append(SHEET)
    return tuple(material.source(sheet) for sheet in sheets)


def _missing(*, is_synthetic: bool) -> Finding:
    return Finding(
        id="prosess.trakt",
        section=SECTION,
        kind="process_funnel",
        topic="Fra sak til mål",
        frame=pd.DataFrame(),
        sources=(),
        is_synthetic=is_synthetic,
        verdict=Verdict.MISSING,
        values={"holder": "tjenestene", "order": 0},
        unit="saker",
        method="counts",
        next_datum="indikatortall",
        subject="work",
    )
