"""Are the plan's measures under way? What was promised, and what has been reported about it.

Full counts, so no interval, no verdict and no score. What nobody has reported is «ikke meldt inn»;
nothing is assumed to be under way, and nothing to have stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from evaluering.analysis import moeter, vedtak
from evaluering.analysis.plan_status import NOT_REPORTED, actor_names, reach, statuses, tally
from evaluering.inputs.material import Material
from evaluering.model import Finding, Source, Value
from evaluering.plan import Evidence, Plan, coverage, evidence_table, gaps

STATUS_DATUM: Final = "status_tiltak"
SHEET: Final = "tiltak"


def plan_findings(
    plan: Plan,
    sources: Sequence[Source],
    *,
    evidence: Evidence,
    material: Material | None = None,
    year: int | None = None,
    is_synthetic: bool = False,
) -> list[Finding]:
    """Everything the plan promises and what came of it, one finding per section of the page.

    Args:
        plan: The plan.
        sources: Where the plan is published.
        evidence: What others have written about the measures; one nobody has written about is
            «ikke vurdert». We never rate.
        material: What has been delivered; None is nothing.
        year: The year evaluated; needed when there is material.
        is_synthetic: Invented numbers.

    Returns:
        Measures, coverage, priorities, arenas, what is not prioritised, revisions, decisions, the
        council's self-evaluation, signed assessments and the plan's own words.
    """
    known = tuple(sources)
    found = [
        measures(plan, known, evidence, material, year),
        matrix(plan, known),
        priorities(plan, known, material, year),
        moeter.arenas(plan, known, material, year),
        not_prioritised(plan, known, material, year),
        vedtak.revisions(plan, known),
        vedtak.decisions(plan, known, material, year),
        vedtak.self_evaluation(plan, known, material, year),
        vedtak.assessments(known, material, year),
        reservations(plan, known),
    ]
    return [replace(finding, is_synthetic=is_synthetic) for finding in found]


def measures(
    plan: Plan,
    sources: tuple[Source, ...],
    evidence: Evidence,
    material: Material | None = None,
    year: int | None = None,
) -> Finding:
    """Every measure of the plan in its order, with what was reported and what others have written.

    Returns:
        `frame` has a row per measure: the columns of `plan_status.statuses`, the measure's name
        and group, whom the plan names (`aktoerer`), and `kunnskap`. `details["written"]` holds
        what others have written.
    """
    known = {item.tiltak for item in evidence.henvisninger}
    with_parts = {
        item.id: known & {item.id, *(part.id for part in item.deler)} for item in plan.tiltak
    }
    names = {group.id: group.navn for group in plan.tiltaksgrupper}
    actors = {actor.id: actor.navn for actor in plan.aktoerer}
    ids = [item.id for item in plan.tiltak]
    frame = _status_of(plan, ids, material, year).assign(
        tiltak=[item.navn for item in plan.tiltak],
        gruppe=[names[item.gruppe] for item in plan.tiltak],
        aktoerer=[", ".join(actors[code] for code in item.aktoerer) for item in plan.tiltak],
        kunnskap=["omtalt" if with_parts[id] else "ikke_vurdert" for id in ids],
    )
    cited = tuple(dict.fromkeys(item.source for item in evidence.henvisninger))
    finding = _with_reach(
        Finding(
            id="tiltak.status",
            section="tiltak",
            kind="measures",
            topic="Tiltak",
            frame=frame,
            sources=_sources(sources, material),
            is_synthetic=False,
            values={**tally(frame), "year": year},
            details={"written": written(plan, evidence)},
            unit="tiltak",
            method="full_count",
        ),
        plan,
        year,
    )
    return replace(_waiting(finding), sources=(*finding.sources, *cited))


def written(plan: Plan, evidence: Evidence) -> pd.DataFrame:
    """What others have written, a row per source, in the plan's order; our paraphrase, not ours."""
    table = evidence_table(plan, evidence)
    return table[table["tittel"] != ""].reset_index(drop=True)


def priorities(
    plan: Plan,
    sources: tuple[Source, ...],
    material: Material | None = None,
    year: int | None = None,
) -> Finding:
    """The prioritised actions of 4.1 in their groups, each with what was reported."""
    areas = {area.id: area.navn for area in plan.omraader}
    frame = _status_of(plan, [item.id for item in plan.prioriteringer], material, year).assign(
        omraade=[areas[item.omraade] for item in plan.prioriteringer],
        prioritering=[item.navn.rstrip(".") for item in plan.prioriteringer],
    )
    finding = Finding(
        id="tiltak.prioritert",
        section="prioritert",
        kind="priorities",
        topic="Prioriteringer",
        frame=frame,
        sources=_sources(sources, material),
        is_synthetic=False,
        values={**tally(frame), "year": year},
        unit="prioriteringer",
        method="full_count",
    )
    return _waiting(_with_reach(finding, plan, year))


def matrix(plan: Plan, sources: tuple[Source, ...]) -> Finding:
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
        "measures_with_question_only": (
            len(plan.tiltak) - linked.nunique() - len(holes.tiltak_without_indicator)
        ),
        "indicators_without": len(indicators & set(holes.indicators_without_tiltak)),
    }
    short = {indicator.id: indicator.hovedtall.navn for indicator in plan.indikatorer}
    return Finding(
        id="tiltak.dekning",
        section="tiltak",
        kind="coverage",
        topic="Tiltak og indikatorer",
        frame=cells.assign(maal_kort=cells["maal_id"].map(short).fillna(cells["maal"])),
        sources=sources,
        is_synthetic=False,
        values=values,
        method="full_count",
        subject="work",
    )


def not_prioritised(
    plan: Plan,
    sources: tuple[Source, ...],
    material: Material | None = None,
    year: int | None = None,
) -> Finding:
    """What there has been no room for (3.4), whether it has started since, and what it would take.

    Returns:
        `frame` as `plan_status.statuses`, with the area's name; `krever` is this year's report,
        and where there is none the plan's own. `startet_aar` is text, empty where unknown.
    """
    areas = plan.ikke_prioritert
    frame = _status_of(plan, [item.id for item in areas], material, year)
    own = [",".join(item.krever) for item in areas]
    frame = frame.assign(
        omraade=[item.navn for item in areas],
        krever=[given or plans for given, plans in zip(frame["krever"], own, strict=True)],
        startet_aar=frame["startet"].str[:4],
    )
    finding = Finding(
        id="tiltak.ikke_prioritert",
        section="ikke-prioritert",
        kind="not_prioritised",
        topic="Ikke prioritert",
        frame=frame,
        sources=_sources(sources, material),
        is_synthetic=False,
        values={**tally(frame), "quote": plan.ikke_prioritert_sitat, "year": year},
        method="full_count",
    )
    return _with_reach(finding, plan, year)


def reservations(plan: Plan, sources: tuple[Source, ...]) -> Finding:
    """The plan's name, aim and its own reservations about its numbers, as it words them."""
    frame = pd.DataFrame(
        {
            "kapittel": [quote.kapittel for quote in plan.plan.forbehold],
            "sitat": [quote.sitat for quote in plan.plan.forbehold],
        }
    )
    return Finding(
        id="tiltak.planen",
        section="metode",
        kind="plan",
        topic="Planen",
        frame=frame,
        sources=sources,
        is_synthetic=False,
        values={
            "name": plan.plan.navn,
            "aim": plan.plan.maal,
            "follow_up": plan.oppfoelging.sitat,
        },
        method="full_count",
        subject="work",
    )


def _status_of(
    plan: Plan, ids: Sequence[str], material: Material | None, year: int | None
) -> pd.DataFrame:
    sheet = material.frames.get(SHEET) if material else None
    return statuses(sheet, ids, year, actor_names(plan))


def _sources(plan: tuple[Source, ...], material: Material | None) -> tuple[Source, ...]:
    """The plan, and the sheet when it was delivered."""
    if material is None or SHEET not in material.frames:
        return plan
    return (*plan, material.source(SHEET))


def _with_reach(finding: Finding, plan: Plan, year: int | None) -> Finding:
    """The finding with what its counts of persons rest on; all else in it is work."""
    meetings = {arena.tiltak for arena in plan.arenaer}
    tables, rests = reach(finding.frame, year, meetings=meetings)
    return replace(finding, subject="work", tables=tables, rests=rests)


def _waiting(finding: Finding) -> Finding:
    """Names the next number where a status is missing."""
    is_missing = bool((finding.frame["status"] == NOT_REPORTED).any())
    return replace(finding, next_datum=STATUS_DATUM if is_missing else "")
