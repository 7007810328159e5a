"""What has been reported about each line of the plan this year and last, and how many it reached.

An empty cell is missing, never zero. Persons reached are counts of persons: they stand in count
tables, and so do the activities behind them, which could be single conversations.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

import pandas as pd

from evaluering.model import CountTable, Rest, Sign, Value
from evaluering.plan import Plan

NOT_REPORTED: Final = "ikke_meldt_inn"
UNDER_WAY: Final = frozenset({"i_gang", "gjennomfoert"})
REACHED: Final = "antall_mottakere"
TARGETED: Final = "antall_maalgruppe"
ACTIVITIES: Final = "antall_aktiviteter"
COUNTS: Final = (REACHED, TARGETED, ACTIVITIES)

_CODES: Final = ("aarsak", "som_planlagt", "krever")
_DATES: Final = ("frist", "startet")
_NOT_BEGUN: Final = frozenset({"ikke_startet", "planlagt", "ikke_prioritert"})
_DIMENSION: Final = "naadd"
_ALL: Final = "alle"


def statuses(
    sheet: pd.DataFrame | None, ids: Sequence[str], year: int | None, actors: Mapping[str, str]
) -> pd.DataFrame:
    """One row per line of the plan, in the order of `ids`, with what the sheet says about it.

    Args:
        sheet: «Tiltak» as `Material.frames` gives it; None when it was not delivered.
        ids: Of measures, priorities or areas.
        year: The year evaluated; None when nothing is evaluated.
        actors: Id → name of who may be responsible.

    Returns:
        `id`, `status`, `fjor` (last year's), `endret` (`ny`, `samme`, `endret`, or empty when one
        of the two is unknown), `ansvarlig`, `frist` and `startet` (ISO text or empty), the codes
        `aarsak`, `som_planlagt`, `krever`, and the counts as floats with their signs.
    """
    now, before = _rows(sheet, year), _rows(sheet, None if year is None else year - 1)
    records = [_record(id, now.get(id), before.get(id), actors) for id in ids]
    text = ("id", "status", "fjor", "endret", "ansvarlig", *_DATES, *_CODES)
    columns: dict[str, list[Value]] = {
        name: [record[name] for record in records]
        for name in (*text, *(part for name in COUNTS for part in (name, f"{name}_tegn")))
    }
    return pd.DataFrame(columns).astype(dict.fromkeys(COUNTS, "float64"))


def tally(frame: pd.DataFrame) -> dict[str, Value]:
    """How many lines there are, how many are reported, and how many have each sort of status."""
    status = frame["status"]
    return {
        "total": len(frame),
        "reported": int((status != NOT_REPORTED).sum()),
        "missing": int((status == NOT_REPORTED).sum()),
        "under_way": int(status.isin(UNDER_WAY).sum()),
        "not_started": int((status == "ikke_startet").sum()),
        "planned": int((status == "planlagt").sum()),
        "stopped": int((status == "stoppet").sum()),
        "changed": int((frame["endret"] == "endret").sum()),
    }


def reach(
    frame: pd.DataFrame, year: int | None, *, meetings: Collection[str] = ()
) -> tuple[tuple[CountTable, ...], tuple[Rest, ...]]:
    """The counts of persons in `frame` as count tables, and what each number rests on.

    Args:
        frame: From `statuses`.
        year: The year evaluated.
        meetings: Lines whose activities are meetings between services, which are no persons.

    Returns:
        A table per line with a number of persons: reached, not reached and all in the target
        group. More reached than targeted are two populations, for they cannot be parts of one.
        Activities rest on the persons reached: three conversations are three persons at most.
    """
    tables: list[CountTable] = []
    rests: list[Rest] = []
    for row, record in enumerate(frame.to_dict("records")):
        id = str(record["id"])
        reached, targeted = _whole(record[REACHED]), _whole(record[TARGETED])
        made = _tables(id, str(year), reached, targeted)
        tables += made
        first = _table(id, str(year), {}) if not made else made[0]
        if reached is not None:
            cell = first.cell(**{_DIMENSION: "ja"})
            rests.append(Rest("frame", (REACHED,), (cell,), rows=(row,)))
        if targeted is not None:
            rests.append(Rest("frame", (TARGETED,), (made[-1].cell(),), rows=(row,)))
        if _whole(record[ACTIVITIES]) is not None and id not in meetings:
            cell = first.cell(**{_DIMENSION: "ja"})
            rests.append(Rest("frame", (ACTIVITIES,), (cell,), rows=(row,)))
    return tuple(tables), tuple(rests)


def actor_names(plan: Plan) -> dict[str, str]:
    """Id → name of everybody who may be responsible, with a capital first."""
    return {actor.id: actor.navn[:1].upper() + actor.navn[1:] for actor in plan.aktoerer}


def _rows(sheet: pd.DataFrame | None, year: int | None) -> dict[str, Mapping[str, Value]]:
    if sheet is None or year is None:
        return {}
    rows = cast("list[dict[str, Value]]", sheet[sheet["aar"] == year].to_dict("records"))
    return {str(row["tiltak_id"]): row for row in rows}


def _record(
    id: str,
    now: Mapping[str, Value] | None,
    before: Mapping[str, Value] | None,
    actors: Mapping[str, str],
) -> dict[str, Value]:
    status, earlier = _status(now), _status(before)
    row = now or {}
    return {
        "id": id,
        "status": status,
        "fjor": earlier,
        "endret": _changed(status, earlier),
        "ansvarlig": actors.get(_text(row, "ansvarlig"), ""),
        **{name: iso_day(row.get(name)) for name in _DATES},
        **{name: _text(row, name) for name in _CODES},
        **_counts(row, status),
    }


def _status(row: Mapping[str, Value] | None) -> str:
    return (_text(row, "status") if row else "") or NOT_REPORTED


def _changed(status: str, earlier: str) -> str:
    if NOT_REPORTED in (status, earlier):
        return ""
    return "samme" if status == earlier else "endret"


def _counts(row: Mapping[str, Value], status: str) -> dict[str, Value]:
    """The numbers of a row; without one, a sign that says why."""
    empty = Sign.NOT_APPLICABLE if status in _NOT_BEGUN else Sign.MISSING
    found: dict[str, Value] = {}
    for name in COUNTS:
        number = _whole(row.get(name))
        own = _text(row, f"{name}_tegn")
        found[name] = float("nan") if number is None else float(number)
        found[f"{name}_tegn"] = (own or empty.value) if number is None else Sign.NONE.value
    return found


def _tables(id: str, year: str, reached: int | None, targeted: int | None) -> list[CountTable]:
    if reached is None and targeted is None:
        return []
    if reached is not None and targeted is not None and reached > targeted:
        return [
            _table(id, year, {"ja": reached}),
            _table(f"{id}_maalgruppe", year, {_ALL: targeted}),
        ]
    counts = {"ja": reached, _ALL: targeted}
    if reached is not None and targeted is not None:
        counts["nei"] = targeted - reached
    return [_table(id, year, counts)]


def _table(id: str, year: str, counts: Mapping[str, int | None]) -> CountTable:
    values = ("ja", "nei", _ALL)
    frame = pd.DataFrame(
        {
            _DIMENSION: list(values),
            "antall": pd.array([counts.get(value) for value in values], dtype="Int64"),
        }
    )
    return CountTable(
        name=f"tiltak_{id}_{year}",
        frame=frame,
        dimensions=(_DIMENSION,),
        population=f"tiltak_{id}",
        period=year,
    )


def iso_day(value: object) -> str:
    """A day as ISO text, "" when there is none."""
    return "" if _is_empty(value) else str(value)[:10]


def _text(row: Mapping[str, Value], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    return None if _is_empty(value) else int(cast("float", value))  # a cell of a count column


def _is_empty(value: object) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and math.isnan(value)
