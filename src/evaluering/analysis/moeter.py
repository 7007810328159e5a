"""Do the services meet as agreed? Planned and held meetings, and which services came.

Services are not persons: nothing here needs hiding. An arena nobody has reported a meeting for is
missing, never zero.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from evaluering.analysis.plan_status import iso_day
from evaluering.inputs.material import Material
from evaluering.model import Finding, Sign, Source, Value
from evaluering.plan import Plan

SHEET: Final = "moeter"
_YES: Final = "ja"
_NO: Final = "nei"


def arenas(
    plan: Plan,
    sources: tuple[Source, ...],
    material: Material | None = None,
    year: int | None = None,
) -> Finding:
    """Planned and held meetings per arena this year and last, and which services came.

    Args:
        plan: The plan, with its planned meetings a year.
        sources: Where the plan is published.
        material: What has been delivered.
        year: The year evaluated.

    Returns:
        `frame`, a row per arena in the plan's order: the plan's `fra` and `til` (missing where it
        gives no number), `holdt`, `avlyst` (reported, not held), `holdt_i_fjor` and
        `planen_behandlet` (held meetings where the plan was an item), each with a sign, and
        `som_avtalt`: `ja`, `nei`, or empty where it cannot be said. `details["services"]`, a row
        per service that was invited: `invitert` and `kom` in held meetings this year, `share`, and
        `share_from` of last year.
    """
    sheet = None if material is None else material.frames.get(SHEET)
    now, before = _of_year(sheet, year), _of_year(sheet, None if year is None else year - 1)
    frame = pd.DataFrame(
        {
            "id": [arena.id for arena in plan.arenaer],
            "arena": [arena.navn for arena in plan.arenaer],
            "fra": [arena.per_aar_fra for arena in plan.arenaer],
            "til": [arena.per_aar_til for arena in plan.arenaer],
            "frekvens": [arena.frekvens for arena in plan.arenaer],
            "tidligere": [arena.tidligere for arena in plan.arenaer],
        }
    ).astype({"fra": "float64", "til": "float64"})
    counts = {
        "holdt": _count(now, "gjennomfoert", _YES),
        "avlyst": _count(now, "gjennomfoert", _NO),
        "holdt_i_fjor": _count(before, "gjennomfoert", _YES),
        "planen_behandlet": _treated(now),
    }
    for name, found in counts.items():
        column = frame["id"].map(found).astype("float64")
        frame[name] = column
        frame[f"{name}_tegn"] = column.isna().map(
            {True: Sign.MISSING.value, False: Sign.NONE.value}
        )
    frame["som_avtalt"] = _as_agreed(frame)
    delivered = () if sheet is None or material is None else (material.source(SHEET),)
    return Finding(
        id="tiltak.arenaer",
        section="arenaer",
        kind="arenas",
        topic="Møter",
        frame=frame,
        sources=(*sources, *delivered),
        is_synthetic=False,
        values=_values(frame, year),
        details={"services": _services(plan, now, before)},
        unit="møter",
        method="full_count",
        subject="work",
    )


def _of_year(sheet: pd.DataFrame | None, year: int | None) -> pd.DataFrame:
    if sheet is None or year is None:
        return pd.DataFrame({"arena": [], "gjennomfoert": [], "planen_behandlet": []}, dtype="str")
    in_year = [day.startswith(f"{year}-") for day in sheet["dato"].map(iso_day)]
    return sheet.loc[in_year]


def _count(meetings: pd.DataFrame, column: str, answer: str) -> dict[str, int]:
    """Arena → meetings with an answer; only arenas somebody has reported a meeting for."""
    return {
        str(arena): int((rows[column] == answer).sum()) for arena, rows in meetings.groupby("arena")
    }


def _treated(meetings: pd.DataFrame) -> dict[str, int]:
    """Arena → held meetings where the plan was an item; only where it was answered for one."""
    held = meetings[meetings["gjennomfoert"] == _YES]
    return _count(held[held["planen_behandlet"].notna()], "planen_behandlet", _YES)


def _as_agreed(frame: pd.DataFrame) -> list[str]:
    """Whether as many meetings were held as the plan's lowest number says."""
    return [
        "" if pd.isna(planned) or pd.isna(held) else _YES if held >= planned else _NO
        for planned, held in zip(frame["fra"], frame["holdt"], strict=True)
    ]


def _services(plan: Plan, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Which services came to the held meetings they were invited to. Empty means not invited."""
    rows: list[dict[str, Value]] = []
    for service in plan.tjenester:
        invited, came = _attendance(now, service.id)
        invited_before, came_before = _attendance(before, service.id)
        if not invited:
            continue
        rows.append(
            {
                "id": service.id,
                "tjeneste": service.navn,
                "invitert": invited,
                "kom": came,
                "share": came / invited,
                "share_from": came_before / invited_before if invited_before else float("nan"),
                "share_from_tegn": Sign.NONE.value if invited_before else Sign.MISSING.value,
            }
        )
    columns = ["id", "tjeneste", "invitert", "kom", "share", "share_from", "share_from_tegn"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def _attendance(meetings: pd.DataFrame, service: str) -> tuple[int, int]:
    column = f"deltok_{service}"
    if column not in meetings:
        return 0, 0
    answers = meetings.loc[meetings["gjennomfoert"] == _YES, column]
    return int(answers.isin([_YES, _NO]).sum()), int((answers == _YES).sum())


def _values(frame: pd.DataFrame, year: int | None) -> dict[str, Value]:
    held, agreed = frame["holdt"], frame["som_avtalt"]
    return {
        "total": len(frame),
        "with_number": int(frame["fra"].notna().sum()),
        "reported": int(held.notna().sum()),
        "assessed": int((agreed != "").sum()),
        "as_agreed": int((agreed == _YES).sum()),
        "held": int(held.sum()),
        "year": year,
    }
