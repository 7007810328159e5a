"""«Er det oss eller alle?» Our change beside the country's, the county's and other municipalities'.

Published percentages of the same surveys only. The reference's own drift is not known, so an
interval here may be too narrow; everything is exploratory, and positions are never a rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np
import pandas as pd

from evaluering.analysis import next_datum, verdict
from evaluering.analysis.ungdata import HOLDER, Declared
from evaluering.analysis.verdict import Ruling
from evaluering.model import Finding, Source, Value, Verdict
from evaluering.plan import Plan
from evaluering.statistics import counts, design, multiplicity

SECTION: Final = "oss-eller-alle"
_REFERENCES: Final = {"landet": "landet", "fylke": "fylket"}
_KEY: Final = ["spoersmaal", "trinn", "aar"]
_TWO: Final = 2
_NORMAL: Final = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Our two surveys and a reference's, for one question and level; shares are fractions."""

    question: str
    reference: str
    years: tuple[int, int]
    own: pd.DataFrame
    theirs: pd.DataFrame
    unit: float


def comparisons(
    frame: pd.DataFrame,
    plan: Plan,
    sources: Sequence[Source],
    declared: Declared,
    *,
    is_synthetic: bool = False,
) -> list[Finding]:
    """Our change minus the country's and the county's, and our place among other municipalities.

    Args:
        frame: As for `ungdata.published_changes`; other places than `kommune` are the references.
        plan: Names the questions.
        sources: Where the figures come from.
        declared: The declared design effect is used on our own part.
        is_synthetic: Invented numbers.

    Returns:
        Kind `survey_comparison`: one finding per declared question and reference that has the same
        two surveys, and one per question for the other municipalities. One `MISSING` finding when
        there is nothing to compare with.
    """
    whole = frame[(frame["kjoenn"] == "alle") & frame["spoersmaal"].isin(declared.primary)]
    known = whole[whole["prosent"].notna()]
    names = {question.id: question.navn for question in plan.spoersmaal}
    base = Finding(
        id="sammenligning.ungdata",
        section=SECTION,
        kind="survey_comparison",
        topic="Ungdata i landet og andre kommuner",
        frame=pd.DataFrame(),
        sources=tuple(sources),
        is_synthetic=is_synthetic,
        verdict=Verdict.MISSING,
        values={"holder": f"{HOLDER} for landet, fylket eller andre kommuner"},
        unit="elever",
        method="difference_of_changes",
        next_datum=next_datum.for_comparison(Ruling(Verdict.MISSING)),
        is_exploratory=True,
    )
    pairs = _pairs(known)
    found = _differences(pairs, names, base, declared.design_effect)
    found += _positions(pairs, names, base)
    return found or [base]


def _pairs(known: pd.DataFrame) -> list[_Pair]:
    """Ours and theirs where both have the same first and last survey of ours."""
    found: list[_Pair] = []
    own = known[known["sted"] == "kommune"]
    for (question, level), rows in own.groupby(["spoersmaal", "trinn"], sort=False):
        years = sorted(rows["aar"])
        if len(years) < _TWO:
            continue
        ends = (int(years[0]), int(years[-1]))
        mine = rows.set_index("aar").loc[list(ends)]
        others = known[
            (known["spoersmaal"] == question)
            & (known["trinn"] == level)
            & (known["sted"] != "kommune")
            & known["aar"].isin(ends)
        ]
        for place, their_rows in others.groupby("sted", sort=True):
            if len(their_rows) == _TWO:
                theirs = their_rows.set_index("aar").loc[list(ends)]
                decimals = min(mine["prosent_desimaler"].min(), theirs["prosent_desimaler"].min())
                found.append(
                    _Pair(str(question), str(place), ends, mine, theirs, 10.0**-decimals / 100)
                )
    return found


def _differences(
    pairs: Sequence[_Pair], names: dict[str, str], base: Finding, design_effect: float
) -> list[Finding]:
    """Own change minus the reference's, with an interval where all four n are known."""
    chosen = [pair for pair in pairs if pair.reference in _REFERENCES]
    if not chosen:
        return []

    def column(rows: str, name: str, at: int, scale: float = 1.0) -> list[float]:
        return [float(getattr(pair, rows)[name].iloc[at]) / scale for pair in chosen]

    tests = cast(  # arrays in, a frame out
        "pd.DataFrame",
        design.difference_of_changes(
            column("own", "prosent", 0, 100),
            column("own", "prosent", 1, 100),
            column("theirs", "prosent", 0, 100),
            column("theirs", "prosent", 1, 100),
            n_own_from=column("own", "antall_svar", 0),
            n_own_to=column("own", "antall_svar", 1),
            n_reference_from=column("theirs", "antall_svar", 0),
            n_reference_to=column("theirs", "antall_svar", 1),
            design_effect=design_effect,
            contains_own=True,
        ),
    )
    # Four printed percentages, each half a unit off at most: two units together.
    units = np.array([pair.unit for pair in chosen])
    shrunk = np.maximum(tests["difference"].abs() - 2 * units, 0.0)
    p_values = [math.erfc(z / _NORMAL) for z in shrunk / tests["standard_error"]]
    adjusted = multiplicity.adjust(p_values, method="bh")
    found: list[Finding] = []
    for place, pair in enumerate(chosen):
        test = {str(name): tests[name].iloc[place] for name in tests.columns}
        ruling = verdict.exploratory(
            float(test["difference"]),
            p_adjusted=float(adjusted[place]),
            refusal=str(test["refusal"]),
        )
        values: dict[str, Value] = {
            **_described(pair),
            "reference": _REFERENCES[pair.reference],
            **{
                name: _plain(test[name])
                for name in ("change_own", "change_reference", "difference", "lower", "upper")
            },
            "contains_own": "contains_own" in str(test["note"]),
        }
        about = replace(
            base,
            id=f"sammenligning.{pair.question}.{pair.reference}",
            topic=f"{names[pair.question]}, mot {_REFERENCES[pair.reference]}",
            values=values,
        )
        found.append(_with_ruling(about, ruling))
    return found


def _positions(pairs: Sequence[_Pair], names: dict[str, str], base: Finding) -> list[Finding]:
    """Our change among same-survey municipalities: placebo ranks, or only the position."""
    found: list[Finding] = []
    changes: list[float] = []
    p_values: list[float] = []
    for question in dict.fromkeys(pair.question for pair in pairs):
        others = [
            pair
            for pair in pairs
            if pair.question == question and pair.reference not in _REFERENCES
        ]
        if not others:
            continue
        own = _change(others[0].own)
        theirs = [_change(pair.theirs) for pair in others]
        rank = counts.placebo_rank(own, theirs)
        changes.append(own)
        p_values.append(rank.p_value)
        values: dict[str, Value] = {
            **_described(others[0]),
            "J": rank.comparators,
            "kommune": "kommunen",
            "change_own": own,
            "below": rank.below,
            "above": rank.above,
            "difference": own,
        }
        found.append(
            replace(
                base,
                id=f"sammenligning.{question}.kommuner",
                topic=f"{names[question]}, blant kommuner",
                frame=pd.DataFrame(
                    {
                        "kommune_nr": [pair.reference for pair in others],
                        "difference": theirs,
                    }
                ),
                refusal=rank.refusal,
                values=values,
            )
        )
    adjusted = multiplicity.adjust(p_values, method="bh") if found else np.array([])
    return [
        _with_ruling(
            finding,
            verdict.exploratory(own, p_adjusted=float(p), refusal=finding.refusal),
        )
        for finding, own, p in zip(found, changes, adjusted, strict=True)
    ]


def _with_ruling(finding: Finding, ruling: Ruling) -> Finding:
    return replace(
        finding,
        verdict=ruling.verdict,
        direction=ruling.direction,
        refusal=ruling.refusal,
        # The question was declared; what is exploratory is to set it beside others.
        reason="comparison" if ruling.reason == "exploratory" else ruling.reason,
        next_datum=next_datum.for_comparison(ruling),
    )


def _described(pair: _Pair) -> dict[str, Value]:
    return {
        "question": pair.question,
        "year_from": pair.years[0],
        "year_to": pair.years[1],
        "decimals": 0,
    }


def _plain(value: object) -> Value:
    number = float(str(value))
    return None if math.isnan(number) else number


def _change(rows: pd.DataFrame) -> float:
    return float(rows["prosent"].iloc[1] - rows["prosent"].iloc[0]) / 100
