"""The plan's five indicators (4.2): what each counts, and whether it has changed since last year.

One finding per indicator, with its definition card; their verdicts are one family, decided here
and nowhere else. An indicator without numbers says `MISSING`; the plan's own claims without figures
stand beside them, quoted and not judged.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from evaluering.analysis import count_change, next_datum, police_changes
from evaluering.analysis.case_counts import of_cases
from evaluering.analysis.count_change import Recorded
from evaluering.analysis.count_findings import Measured, finding
from evaluering.analysis.next_datum import Series
from evaluering.analysis.placements import placements
from evaluering.analysis.police_counts import UNDER_15, Group, Year, years
from evaluering.analysis.verdict import Ruling
from evaluering.inputs.material import Material
from evaluering.model import Finding, Rest, Source, Value, Verdict
from evaluering.plan import Evidence, Plan
from evaluering.plan.entries import Indicator
from evaluering.plan.evidence import PROCESS

# Indicator → the plan's claim about that very figure.
_CLAIMED: Final = {"forhold": "under_18"}

# Sheet of the workbook → which kind of series it is, and who delivers it.
_SERIES: Final[dict[str, tuple[Series, str]]] = {
    "forhold": ("police", "politiet"),
    "forholdstall": ("police", "politiet"),
    "indikatortall": ("cases", "tjenestene"),
    "plasseringer": ("placements", "barnevernstjenesten"),
}


def missing_indicators(
    plan: Plan, sources: Sequence[Source], *, year: int, is_synthetic: bool = False
) -> list[Finding]:
    """One finding per indicator of the plan, each without numbers, in the plan's order.

    Args:
        plan: The plan.
        sources: Where the plan is published.
        year: The year evaluated.
        is_synthetic: Invented numbers.

    Returns:
        Kind `indicator`, section as the indicator's id; `details["card"]` is the definition card.
    """
    return [
        _missing(indicator, tuple(sources), year, is_synthetic) for indicator in plan.indikatorer
    ]


def indicators(
    plan: Plan,
    material: Material,
    sources: Sequence[Source],
    *,
    year: int,
    repeated_from: int = police_changes.REPEATED,
    changes: Sequence[Recorded] = (),
    margins: Mapping[str, float] | None = None,
) -> list[Finding]:
    """The five indicators, each against last year, with Holm over those that can be tested.

    Args:
        plan: The plan.
        material: What has been delivered.
        sources: Where the plan is published.
        year: The year evaluated.
        repeated_from: How many offences are called repeated.
        changes: Declared changes in recording.
        margins: Indicator → the largest relative change that may be called stable.

    Returns:
        Kind `indicator`, in the plan's order; those without numbers are `MISSING`.
    """
    measured = [
        _measured(indicator, material, year, repeated_from, changes)
        for indicator in plan.indikatorer
    ]
    known = [one for one in measured if one is not None]
    declared = margins or {}
    rulings = iter(
        count_change.rulings(
            [one.change for one in known],
            margins=[declared.get(one.section, math.nan) for one in known],
        )
    )
    is_synthetic = material.is_synthetic
    quotes = {claim.id: claim.sitat for claim in plan.paastander}
    return [
        _missing(indicator, tuple(sources), year, is_synthetic)
        if one is None
        else finding(
            _with_card(one, indicator, quotes.get(_CLAIMED.get(indicator.id, ""), "")),
            next(rulings),
            is_synthetic=is_synthetic,
        )
        for indicator, one in zip(plan.indikatorer, measured, strict=True)
    ]


def _measured(
    indicator: Indicator,
    material: Material,
    year: int,
    repeated_from: int,
    changes: Sequence[Recorded],
) -> Measured | None:
    """This year's figure of an indicator, by the sheet the plan takes it from."""
    sheet, wanted = indicator.hovedtall.ark, indicator.hovedtall.felter
    if sheet == "plasseringer":
        return placements(indicator, material, year=year, changes=changes)
    if sheet == "indikatortall":
        return of_cases(indicator, material, year=year, changes=changes)
    if "antall_forhold" in wanted:
        return police_changes.all_offences(indicator, material, year=year, changes=changes)
    return police_changes.repeated(
        indicator, material, year=year, least=repeated_from, changes=changes
    )


def _with_card(measured: Measured, indicator: Indicator, quoted: str) -> Measured:
    """The figure as a headline: its indicator's number, name and card, and the plan's claim."""
    quote: dict[str, Value] = {"quote": quoted} if quoted else {}
    card = pd.DataFrame(indicator.definisjon.rows, columns=pd.Index(["begrep", "forklaring"]))
    return replace(
        measured,
        extra={**measured.extra, "number": indicator.nr, "name": indicator.navn, **quote},
        extra_rests=(*measured.extra_rests, Rest("values", ("number",), ())),
        details={**measured.details, "card": card},
        order=indicator.nr,
    )


def answered_claims(material: Material, *, year: int) -> frozenset[str]:
    """The plan's claims that stand beside the figure they are about, when it is delivered.

    Args:
        material: What has been delivered.
        year: The year evaluated.
    """
    groups = {
        "under_18": Group(),
        "under_15": Group(age=UNDER_15),
        "vold": Group(category="vold"),
    }
    found = {
        claim
        for claim, group in groups.items()
        if not math.isnan(years(material, group).get(year, Year(year)).offences)
    }
    return frozenset(found | ({"ett_forhold"} if "forhold" in material.frames else set[str]()))


def claims(
    plan: Plan,
    sources: Sequence[Source],
    *,
    answered: Collection[str] = (),
    delivered: Collection[str] = (),
    is_synthetic: bool = False,
) -> list[Finding]:
    """What the plan says about the development without giving figures, per indicator.

    Args:
        plan: The plan.
        sources: Where it is published.
        answered: Claims another finding answers; survey claims never stand here.
        delivered: Indicators with figures for the year: what is left of their claims is not
            settled by fetching the same figures again.
        is_synthetic: Invented numbers.

    Returns:
        Kind `claims`, at most one per indicator; none where the plan claims nothing.
    """
    found: list[Finding] = []
    for indicator in plan.indikatorer:
        quotes = [
            claim.sitat
            for claim in plan.paastander
            if indicator.id in claim.gjelder and claim.id not in answered
        ]
        if quotes:
            series, holder = _SERIES[indicator.hovedtall.ark]
            ruling = Ruling(Verdict.MISSING)
            found.append(
                Finding(
                    id=f"paastander.{indicator.id}",
                    section=indicator.id,
                    kind="claims",
                    topic=f"Det planen skriver om {_lower(indicator.hovedtall.navn)}",
                    frame=pd.DataFrame({"sitat": quotes}),
                    sources=tuple(sources),
                    is_synthetic=is_synthetic,
                    verdict=ruling.verdict,
                    values={"total": len(quotes), "holder": holder},
                    method="quotation",
                    next_datum=(
                        ""
                        if indicator.id in delivered
                        else next_datum.for_count(ruling, series=series)
                    ),
                )
            )
    return found


def outside(plan: Plan, evidence: Evidence, *, is_synthetic: bool = False) -> list[Finding]:
    """Numbers from outside to stand beside our own: quoted with year, never compared.

    Args:
        plan: The plan.
        evidence: Holds the numbers, what each counts, and where it was read.
        is_synthetic: Invented numbers.

    Returns:
        Kind `outside`, at most one per indicator, and at most one about how long cases take.
    """
    named = {item.id: _lower(item.hovedtall.navn) for item in plan.indikatorer}
    named[PROCESS] = "tiden en sak tar"
    found: list[Finding] = []
    for about, name in named.items():
        rows = [item for item in evidence.sammenligninger if item.gjelder == about]
        if rows:
            frame = pd.DataFrame(
                {
                    "hva": [item.hva for item in rows],
                    "tall": [item.tall for item in rows],
                    "enhet": [item.enhet for item in rows],
                    "aar": [item.aar for item in rows],
                    "definisjon": [item.definisjon for item in rows],
                    "kontrollert": [item.kontrollert for item in rows],
                }
            )
            found.append(
                Finding(
                    id=f"utenfra.{about}",
                    section=about,
                    kind="outside",
                    topic=f"Tall utenfra om {name}",
                    frame=frame,
                    sources=tuple(dict.fromkeys(item.source for item in rows)),
                    is_synthetic=is_synthetic,
                    values={"total": len(rows)},
                    method="quotation",
                )
            )
    return found


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _missing(
    indicator: Indicator, sources: tuple[Source, ...], year: int, is_synthetic: bool
) -> Finding:
    series, holder = _SERIES[indicator.hovedtall.ark]
    ruling = Ruling(Verdict.MISSING)
    values: dict[str, Value] = {
        "number": indicator.nr,
        "order": indicator.nr,
        "name": indicator.navn,
        "missing_years": str(year),
        "holder": holder,
    }
    card = pd.DataFrame(indicator.definisjon.rows, columns=pd.Index(["begrep", "forklaring"]))
    return Finding(
        id=f"indikator.{indicator.id}",
        section=indicator.id,
        kind="indicator",
        topic=indicator.hovedtall.navn,
        frame=pd.DataFrame({"aar": [year]}),
        sources=sources,
        is_synthetic=is_synthetic,
        verdict=ruling.verdict,
        values=values,
        details={"card": card},
        unit=indicator.hovedtall.enhet,
        method="counts",
        next_datum=next_datum.for_count(ruling, series=series),
    )
