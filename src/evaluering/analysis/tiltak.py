"""Are the plan's measures under way? What was promised, and what has been reported about it.

Full counts, so no interval, no verdict and no score. Until a workbook says otherwise the status of
everything is «ikke meldt inn»; nothing is assumed to be under way, and nothing to have stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from evaluering.model import Finding, Sign, Source, Value
from evaluering.plan import Evidence, Plan, coverage, evidence_table, gaps

NOT_REPORTED: Final = "ikke_meldt_inn"
STATUS_DATUM: Final = "status_tiltak"
# The signed assessments of the report: role → who signs it.
ROLES: Final = {
    "slt": "SLT-koordinator",
    "politikontakt": "politikontakt",
    "ungdomsraad": "ungdomsrådet",
}


def plan_findings(
    plan: Plan, sources: Sequence[Source], *, evidence: Evidence, is_synthetic: bool = False
) -> list[Finding]:
    """Everything the plan promises, one finding per section of the council's page.

    Args:
        plan: The plan.
        sources: Where the plan is published.
        evidence: What others have written about the measures; one nobody has written about is
            «ikke vurdert». We never rate.
        is_synthetic: Invented numbers.

    Returns:
        Measures, coverage, priorities, arenas, what is not prioritised, revisions, decisions, the
        council's self-evaluation, signed assessments and the plan's own words.
    """
    parts = [
        measures(plan, evidence),
        matrix(plan),
        priorities(plan),
        arenas(plan),
        not_prioritised(plan),
        revisions(plan),
        decisions(),
        self_evaluation(plan),
        assessments(),
        reservations(plan),
    ]
    found = [_finding(*part, sources=tuple(sources), is_synthetic=is_synthetic) for part in parts]
    about = written(plan, evidence)
    cited = tuple(dict.fromkeys(item.source for item in evidence.henvisninger))
    return [
        replace(finding, sources=(*finding.sources, *cited), details={"written": about})
        if finding.kind == "measures"
        else finding
        for finding in found
    ]


Part = tuple[str, str, str, pd.DataFrame, dict[str, Value]]


def measures(plan: Plan, evidence: Evidence) -> Part:
    """Every measure of 3.1–3.3, in the plan's order, and whether others have written about it."""
    known = {item.tiltak for item in evidence.henvisninger}
    with_parts = {
        item.id: known & {item.id, *(part.id for part in item.deler)} for item in plan.tiltak
    }
    names = {group.id: group.navn for group in plan.tiltaksgrupper}
    actors = {actor.id: actor.navn for actor in plan.aktoerer}
    frame = pd.DataFrame(
        {
            "id": [item.id for item in plan.tiltak],
            "tiltak": [item.navn for item in plan.tiltak],
            "gruppe": [names[item.gruppe] for item in plan.tiltak],
            "aktoerer": [", ".join(actors[code] for code in item.aktoerer) for item in plan.tiltak],
            "status": NOT_REPORTED,
            "kunnskap": [
                "omtalt" if with_parts[item.id] else "ikke_vurdert" for item in plan.tiltak
            ],
        }
    )
    return "tiltak.status", "tiltak", "measures", frame, {**_reported(frame), "noun": "tiltak"}


def written(plan: Plan, evidence: Evidence) -> pd.DataFrame:
    """What others have written, a row per source, in the plan's order; our paraphrase, not ours."""
    table = evidence_table(plan, evidence)
    return table[table["tittel"] != ""].reset_index(drop=True)


def priorities(plan: Plan) -> Part:
    """The prioritised actions of 4.1 in their groups, each with its status."""
    areas = {area.id: area.navn for area in plan.omraader}
    frame = pd.DataFrame(
        {
            "id": [item.id for item in plan.prioriteringer],
            "omraade": [areas[item.omraade] for item in plan.prioriteringer],
            "prioritering": [item.navn.rstrip(".") for item in plan.prioriteringer],
            "status": NOT_REPORTED,
        }
    )
    return "tiltak.prioritert", "prioritert", "priorities", frame, _reported(frame)


def arenas(plan: Plan) -> Part:
    """Planned meetings a year in the plan's own words, and how many were held."""
    frame = pd.DataFrame(
        {
            "id": [arena.id for arena in plan.arenaer],
            "arena": [arena.navn for arena in plan.arenaer],
            "fra": [arena.per_aar_fra for arena in plan.arenaer],
            "til": [arena.per_aar_til for arena in plan.arenaer],
            "frekvens": [arena.frekvens for arena in plan.arenaer],
            "tidligere": [arena.tidligere for arena in plan.arenaer],
            "holdt": [float("nan")] * len(plan.arenaer),
            "holdt_tegn": Sign.MISSING.value,
        }
    ).astype({"fra": "float64", "til": "float64"})
    values: dict[str, Value] = {
        "total": len(frame),
        "with_number": int(frame["fra"].notna().sum()),
        "reported": 0,
    }
    return "tiltak.arenaer", "arenaer", "arenas", frame, values


def matrix(plan: Plan) -> Part:
    """The coverage matrix measure × indicator, and its holes."""
    cells = coverage(plan)
    holes = gaps(plan)
    indicators = {indicator.id for indicator in plan.indikatorer}
    linked = cells[(cells["maal_type"] == "indikator") & (cells["slag"] != "")]["tiltak_id"]
    values: dict[str, Value] = {
        "measures": len(plan.tiltak),
        "indicators": len(indicators),
        "measures_without": len(holes.tiltak_without_indicator),  # neither indicator nor question
        "measures_without_indicator": len(plan.tiltak) - linked.nunique(),
        "indicators_without": len(indicators & set(holes.indicators_without_tiltak)),
    }
    short = {indicator.id: indicator.hovedtall.navn for indicator in plan.indikatorer}
    frame = cells.assign(maal_kort=cells["maal_id"].map(short).fillna(cells["maal"]))
    return "tiltak.dekning", "tiltak", "coverage", frame, values


def not_prioritised(plan: Plan) -> Part:
    """What there has been no room for (3.4), and what it would take."""
    frame = pd.DataFrame(
        {
            "id": [item.id for item in plan.ikke_prioritert],
            "omraade": [item.navn for item in plan.ikke_prioritert],
            "status": NOT_REPORTED,
            "krever": [",".join(item.krever) for item in plan.ikke_prioritert],
        }
    )
    values = _reported(frame) | {"quote": plan.ikke_prioritert_sitat}
    return "tiltak.ikke_prioritert", "ikke-prioritert", "not_prioritised", frame, values


def revisions(plan: Plan) -> Part:
    """The plan's revision log: date, what, approved by."""
    frame = pd.DataFrame(
        {
            "dato": [item.dato for item in plan.endringer],
            "hva": [item.hva for item in plan.endringer],
            "godkjent_av": [item.godkjent_av for item in plan.endringer],
        }
    )
    values: dict[str, Value] = {"total": len(frame), "quote": plan.oppfoelging.sitat}
    return "tiltak.endringer", "endringer", "revisions", frame, values


def decisions() -> Part:
    """Last year's decisions; none have been reported."""
    columns = pd.Index(["id", "dato", "vedtak", "ansvarlig", "frist", "status"])
    return "tiltak.vedtak", "vedtak", "decisions", pd.DataFrame(columns=columns), {"total": 0}


def self_evaluation(plan: Plan) -> Part:
    """The council's own ten points; no answers have been reported."""
    frame = pd.DataFrame(
        {
            "nr": range(1, len(plan.egenvurdering) + 1),
            "punkt": list(plan.egenvurdering),
            "svar": NOT_REPORTED,
        }
    )
    values: dict[str, Value] = {"total": len(frame), "reported": 0}
    return "tiltak.egenvurdering", "egenvurdering", "self_evaluation", frame, values


def assessments() -> Part:
    """The signed assessments of those who stand nearest; none have been delivered."""
    frame = pd.DataFrame({"rolle": list(ROLES.values()), "tekst": ""})
    return "tiltak.vurderinger", "vurderinger", "assessments", frame, {"delivered": 0}


def reservations(plan: Plan) -> Part:
    """The plan's name, aim and its own reservations about its numbers, as it words them."""
    frame = pd.DataFrame(
        {
            "kapittel": [quote.kapittel for quote in plan.plan.forbehold],
            "sitat": [quote.sitat for quote in plan.plan.forbehold],
        }
    )
    values: dict[str, Value] = {
        "name": plan.plan.navn,
        "aim": plan.plan.maal,
        "follow_up": plan.oppfoelging.sitat,
    }
    return "tiltak.planen", "metode", "plan", frame, values


def _reported(frame: pd.DataFrame) -> dict[str, Value]:
    """How many rows there are, and for how many a status has been reported."""
    return {"total": len(frame), "reported": int((frame["status"] != NOT_REPORTED).sum())}


_TOPICS: Final = {
    "measures": "Tiltak",
    "coverage": "Tiltak og indikatorer",
    "priorities": "Prioriteringer",
    "arenas": "Møter",
    "not_prioritised": "Ikke prioritert",
    "revisions": "Endringer",
    "decisions": "Vedtak",
    "self_evaluation": "Egenvurdering",
    "assessments": "Vurderinger",
    "plan": "Planen",
}
_UNITS: Final = {"arenas": "møter", "measures": "tiltak", "priorities": "prioriteringer"}
_WAITING: Final = frozenset({"measures", "priorities"})


def _finding(
    id: str,
    section: str,
    kind: str,
    frame: pd.DataFrame,
    values: dict[str, Value],
    *,
    sources: tuple[Source, ...],
    is_synthetic: bool,
) -> Finding:
    return Finding(
        id=id,
        section=section,
        kind=kind,
        topic=_TOPICS[kind],
        frame=frame,
        sources=sources,
        is_synthetic=is_synthetic,
        values=values,
        unit=_UNITS.get(kind, ""),
        method="full_count",
        next_datum=STATUS_DATUM if kind in _WAITING and values["reported"] == 0 else "",
    )
