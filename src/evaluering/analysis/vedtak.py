"""What the council decided, said about its own work, and was told: the sheets it owns itself.

No persons are counted here. A decision is overdue when its date has passed on the day data are
counted to and it is neither carried out nor stopped.
"""

from __future__ import annotations

from datetime import date
from typing import Final, cast

import pandas as pd

from evaluering.analysis.plan_status import NOT_REPORTED, actor_names, iso_day
from evaluering.inputs.material import Material
from evaluering.inputs.workbook import codes
from evaluering.model import Finding, Source, Value
from evaluering.plan import Plan

# The signed assessments of the report: role → who signs it.
ROLES: Final = {
    "slt": "SLT-koordinator",
    "politikontakt": "politikontakt",
    "ungdomsraad": "ungdomsrådet",
}
_TOPICS: Final = {
    "decisions": "Vedtak",
    "self_evaluation": "Egenvurdering",
    "assessments": "Vurderinger",
    "revisions": "Endringer",
}
_DONE: Final = frozenset({"gjennomfoert", "stoppet"})
_DECISION: Final = pd.Index(
    [
        "id",
        "dato",
        "vedtak",
        "gjelder",
        "ansvarlig",
        "frist",
        "status",
        "er_forfalt",
        "status_tiltak",
    ]
)


def decisions(
    plan: Plan,
    sources: tuple[Source, ...],
    material: Material | None = None,
    year: int | None = None,
) -> Finding:
    """Every decision: who, by when, how far, and how the measure it is about is doing this year.

    Returns:
        `frame`, a row per decision with its `id`, open ones first, then by day and number:
        `vedtak` (the measure's or theme's name), `gjelder` (`tiltak` or `tema`), `dato` and
        `frist` as ISO text, `er_forfalt` (`ja` or `nei`), and `status_tiltak`, which is empty for
        a theme. No rows when none are reported.
    """
    sheet = None if material is None else material.frames.get("vedtak")
    frame = pd.DataFrame(columns=_DECISION)
    if material is not None and sheet is not None:
        frame = _decisions(plan, sheet, material, year)
    return _finding(
        "decisions",
        frame,
        (*sources, *_source(material, "vedtak")),
        {
            "total": len(frame),
            "done": int((frame["status"] == "gjennomfoert").sum()),
            "stopped": int((frame["status"] == "stoppet").sum()),
            "overdue": int((frame["er_forfalt"] == "ja").sum()),
            "year": year,
        },
    )


def _decisions(
    plan: Plan, sheet: pd.DataFrame, material: Material, year: int | None
) -> pd.DataFrame:
    actors, measures = actor_names(plan), codes.measures(plan)
    reported = _status_of_measures(material, year)
    rows = cast("list[dict[str, Value]]", sheet.to_dict("records"))
    listed: list[dict[str, Value]] = []
    for row in rows:
        measure = _text(row, "tiltak_id")
        due, status = iso_day(row["frist"]), _text(row, "status")
        name = measures.label_of(measure) if measure else codes.TEMA.label_of(_text(row, "tema"))
        listed.append(
            {
                "id": _text(row, "vedtak_id"),
                "dato": iso_day(row["dato"]),
                "vedtak": name,
                "gjelder": "tiltak" if measure else "tema",
                "ansvarlig": actors.get(_text(row, "ansvarlig"), ""),
                "frist": due,
                "status": status,
                "er_forfalt": "ja" if _is_overdue(due, status, material.day) else "nei",
                "status_tiltak": reported.get(measure, NOT_REPORTED) if measure else "",
            }
        )
    listed.sort(key=lambda row: (row["status"] in _DONE, str(row["dato"]), str(row["id"])))
    return pd.DataFrame(listed, columns=_DECISION)


def _is_overdue(due: str, status: str, day: date) -> bool:
    return bool(due) and status not in _DONE and date.fromisoformat(due) < day


def _status_of_measures(material: Material, year: int | None) -> dict[str, str]:
    sheet = material.frames.get("tiltak")
    if sheet is None or year is None:
        return {}
    now = sheet[sheet["aar"] == year]
    return dict(zip(now["tiltak_id"], now["status"], strict=True))


def self_evaluation(
    plan: Plan,
    sources: tuple[Source, ...],
    material: Material | None = None,
    year: int | None = None,
) -> Finding:
    """The council's own ten points, with this year's and last year's answers."""
    numbers = [str(number) for number in range(1, len(plan.egenvurdering) + 1)]
    now, before = _answers(material, year), _answers(material, None if year is None else year - 1)
    frame = pd.DataFrame(
        {
            "nr": numbers,
            "punkt": list(plan.egenvurdering),
            "svar": [now.get(number, NOT_REPORTED) for number in numbers],
            "svar_i_fjor": [before.get(number, NOT_REPORTED) for number in numbers],
        }
    )
    return _finding(
        "self_evaluation",
        frame,
        (*sources, *_source(material, "egenvurdering")),
        {
            "total": len(frame),
            "reported": int((frame["svar"] != NOT_REPORTED).sum()),
            "missing": int((frame["svar"] == NOT_REPORTED).sum()),
            "yes": int((frame["svar"] == "ja").sum()),
            "reported_last_year": int((frame["svar_i_fjor"] != NOT_REPORTED).sum()),
            "yes_last_year": int((frame["svar_i_fjor"] == "ja").sum()),
            "year": year,
        },
    )


def _answers(material: Material | None, year: int | None) -> dict[str, str]:
    sheet = None if material is None else material.frames.get("egenvurdering")
    if sheet is None or year is None:
        return {}
    rows = sheet[sheet["aar"] == year]
    return dict(zip(rows["punkt"], rows["svar"], strict=True))


def assessments(
    sources: tuple[Source, ...], material: Material | None = None, year: int | None = None
) -> Finding:
    """The signed assessments of those who stand nearest, as they were written.

    Returns:
        `frame`, a row per role: `rolle`, `dato` and `tekst`, both empty when none is delivered or
        nobody has confirmed that no single person is mentioned.
    """
    sheet = None if material is None else material.frames.get("vurdering")
    given: dict[str, dict[str, Value]] = {}
    if sheet is not None and year is not None:
        kept = sheet[(sheet["aar"] == year) & (sheet["ingen_omtalt"] == "ja")]
        rows = cast("list[dict[str, Value]]", kept.to_dict("records"))
        given = {str(row["rolle"]): row for row in rows}
    frame = pd.DataFrame(
        {
            "rolle": list(ROLES.values()),
            "dato": [iso_day(given[role]["dato"]) if role in given else "" for role in ROLES],
            "tekst": [_text(given[role], "tekst") if role in given else "" for role in ROLES],
        }
    )
    return _finding(
        "assessments",
        frame,
        (*sources, *_source(material, "vurdering")),
        {"delivered": len(given), "year": year},
    )


def revisions(plan: Plan, sources: tuple[Source, ...]) -> Finding:
    """The plan's revision log: date, what, approved by."""
    frame = pd.DataFrame(
        {
            "dato": [item.dato for item in plan.endringer],
            "hva": [item.hva for item in plan.endringer],
            "godkjent_av": [item.godkjent_av for item in plan.endringer],
        }
    )
    return _finding(
        "revisions",
        frame,
        sources,
        {"total": len(frame), "quote": plan.oppfoelging.sitat},
    )


def _source(material: Material | None, sheet: str) -> tuple[Source, ...]:
    """The sheet as a source, when it was delivered."""
    if material is None or sheet not in material.frames:
        return ()
    return (material.source(sheet),)


def _text(row: dict[str, Value], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _finding(
    kind: str, frame: pd.DataFrame, sources: tuple[Source, ...], values: dict[str, Value]
) -> Finding:
    topic = _TOPICS[kind]
    return Finding(
        id=f"tiltak.{topic.lower()}",
        section=topic.lower(),
        kind=kind,
        topic=topic,
        frame=frame,
        sources=sources,
        is_synthetic=False,
        values=values,
        method="full_count",
        subject="work",
    )
