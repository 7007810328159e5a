"""«Er det oss eller alle?» Our change beside the country's, the county's and other municipalities'.

Published percentages of the same surveys only. The reference's own drift is not known, so an
interval here may be too narrow; everything is exploratory, and positions are never a rank.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np
import pandas as pd

from evaluering.analysis import next_datum, verdict
from evaluering.analysis.survey_flags import hard_break
from evaluering.analysis.survey_ground import (
    FRAME,
    VALUES,
    VERDICT,
    PublishedGround,
    exact,
    known,
    public,
    published_ground,
)
from evaluering.analysis.ungdata import EXACT, HOLDER, Declared
from evaluering.analysis.verdict import Ruling
from evaluering.model import Finding, Rest, Source, Value, Verdict
from evaluering.plan import Plan
from evaluering.statistics import counts, design, multiplicity

SECTION: Final = "oss-eller-alle"
_REFERENCES: Final = {"landet": "landet", "fylke": "fylket"}
# A reference's figures are public until ours have been taken out of them.
_THEIRS: Final = ("change_reference", "lower_reference", "upper_reference")
_TWO: Final = 2
_NORMAL: Final = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Our two surveys and a reference's, for one question and level of school.

    `series` names question and level in ids; `broken` is the code of a break between the surveys.
    """

    series: str
    question: str
    reference: str
    years: tuple[int, int]
    own: pd.DataFrame
    theirs: pd.DataFrame
    ground: PublishedGround
    broken: str

    @property
    def rounding(self) -> float:
        """The most that rounding may have moved the difference: half a unit for each of four."""
        return _rounded_away(self.own) + _rounded_away(self.theirs)

    @property
    def rounding_of(self) -> dict[str, float]:
        """The most that rounding may have moved each change; without us, theirs moves more."""
        size = self.theirs["antall_svar"].astype(float)
        rest = size - self.own["antall_svar"].astype(float)
        scale = 1.0 if rest.isna().any() else float((size / rest).max())
        return {
            "own": _rounded_away(self.own),
            "reference": scale * _rounded_away(self.theirs),
        }


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
    figures = _with_percent(whole)
    ours = {
        id
        for id, source in zip(dict.fromkeys(frame["kilde"]), sources, strict=False)
        if not source.is_published
    }
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
    pairs = _pairs(figures, ours)
    found = _differences(pairs, names, base, declared.design_effect)
    found += _positions(pairs, names, base)
    return _in_plan_order(found, plan) or [base]


def _in_plan_order(findings: Sequence[Finding], plan: Plan) -> list[Finding]:
    """Question by question as in the plan: the county, other municipalities, the country."""
    places = {id: place for place, id in enumerate(plan.question_ids)}
    ordered = sorted(findings, key=lambda item: (places[item.id.split(".")[1]], item.id))
    return [
        replace(item, values={**item.values, "order": place}) for place, item in enumerate(ordered)
    ]


def _with_percent(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a percentage; counted ones get theirs, with nothing rounded."""
    counted = 100 * rows["antall_ja"].astype(float) / rows["antall_svar"].astype(float)
    found = rows.assign(
        prosent=rows["prosent"].astype(float).fillna(counted),
        prosent_desimaler=rows["prosent_desimaler"].astype(float).fillna(EXACT),
    )
    return found[found["prosent"].notna()]


def _ground(question: str, level: str, mine: pd.DataFrame, ours: set[str]) -> PublishedGround:
    rows = mine[mine["kilde"].isin(ours)]
    figures = pd.DataFrame(
        {
            "aar": rows.index,
            "yes": rows["antall_ja"].astype(float).to_numpy(),
            "n": rows["antall_svar"].astype(float).to_numpy(),
        }
    )
    return published_ground(figures, question, level)


def _pairs(figures: pd.DataFrame, ours: set[str]) -> list[_Pair]:
    """Ours and theirs where both have the same first and last survey of ours."""
    found: list[_Pair] = []
    own = figures[figures["sted"] == "kommune"]
    levels = own.groupby("spoersmaal")["trinn"].nunique()
    for (question, level), rows in own.groupby(["spoersmaal", "trinn"], sort=False):
        series = str(question) if levels[str(question)] == 1 else f"{question}.{level}"
        years = sorted(rows["aar"])
        if len(years) < _TWO:
            continue
        ends = (int(years[0]), int(years[-1]))
        mine = rows.set_index("aar").loc[list(ends)]
        others = figures[
            (figures["spoersmaal"] == question)
            & (figures["trinn"] == level)
            & (figures["sted"] != "kommune")
        ]
        ground = _ground(str(question), str(level), mine, ours)
        for place, their_rows in others.groupby("sted", sort=True):
            if set(ends) <= set(their_rows["aar"]):
                theirs = their_rows.set_index("aar").loc[list(ends)]
                broken = _break_between(rows, ends) or _break_between(their_rows, ends)
                found.append(
                    _Pair(series, str(question), str(place), ends, mine, theirs, ground, broken)
                )
    return found


def _break_between(rows: pd.DataFrame, ends: tuple[int, int]) -> str:
    """The first declared break after the first survey, up to and with the last."""
    is_between = rows["aar"].between(ends[0] + 1, ends[1])
    return hard_break(rows.loc[is_between].sort_values("aar")["sammenlignbar"].fillna(""))


def _broken(pair: _Pair) -> Ruling:
    return Ruling(Verdict.NOT_ASSESSED, refusal="not_comparable", reason=pair.broken)


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
    rounding = np.array([pair.rounding for pair in chosen])
    shrunk = np.maximum(tests["difference"].abs() - rounding, 0.0)
    p_values = [math.erfc(z / _NORMAL) for z in shrunk / tests["standard_error"]]
    testable = [
        p if not pair.broken else math.nan for p, pair in zip(p_values, chosen, strict=True)
    ]
    adjusted = multiplicity.adjust(testable, method="bh")
    found: list[Finding] = []
    for place, pair in enumerate(chosen):
        test = {str(name): tests[name].iloc[place] for name in tests.columns}
        ruling = (
            _broken(pair)
            if pair.broken
            else verdict.exploratory(
                float(test["difference"]),
                p_adjusted=float(adjusted[place]),
                refusal=str(test["refusal"]),
            )
        )
        values: dict[str, Value] = {
            **_described(pair),
            "reference": _REFERENCES[pair.reference],
            **{
                name: _plain(test[name])
                for name in ("change_own", "change_reference", "difference", "lower", "upper")
            },
            **_ends(test, pair),
            "n_own_from": _plain(pair.own["antall_svar"].iloc[0]),
            "n_own_to": _plain(pair.own["antall_svar"].iloc[1]),
            "contains_own": "contains_own" in str(test["note"]),
        }
        about = replace(
            base,
            id=f"sammenligning.{pair.series}.{pair.reference}",
            topic=f"{names[pair.question]}, mot {_REFERENCES[pair.reference]}",
            values=values,
            tables=pair.ground.tables,
            rests=_rests(values, pair),
        )
        found.append(_with_ruling(about, ruling))
    return found


def _ends(test: Mapping[str, object], pair: _Pair) -> dict[str, Value]:
    """The interval of each place's own change, with what rounding may hide on both sides."""
    found: dict[str, Value] = {}
    for whose, rounding in pair.rounding_of.items():
        for end, way in (("lower", -1), ("upper", 1)):
            found[f"{end}_{whose}"] = _plain(float(str(test[f"{end}_{whose}"])) + way * rounding)
    return found


def _rests(values: Mapping[str, Value], pair: _Pair) -> tuple[Rest, ...]:
    """Our own figures decide what may be said; those of other places are public."""
    cells = (*pair.ground.cells(*pair.years), *pair.ground.answers(*pair.years))
    theirs = _THEIRS if values.get("contains_own") else ()
    constants = known(values, ("decimals", "J", "contains_own", *theirs))
    return (
        exact(VALUES, [name for name in values if name not in constants], cells),
        public(VALUES, constants),
        exact(VERDICT, (), cells),
    )


def _positions(pairs: Sequence[_Pair], names: dict[str, str], base: Finding) -> list[Finding]:
    """Our change among same-survey municipalities: placebo ranks, or only the position."""
    found: list[Finding] = []
    changes: list[float] = []
    p_values: list[float] = []
    for series in dict.fromkeys(pair.series for pair in pairs):
        there = [
            pair for pair in pairs if pair.series == series and pair.reference not in _REFERENCES
        ]
        # A place whose own question changed is left out; where ours did, nothing is left.
        others = [pair for pair in there if not pair.broken] or there
        if not others:
            continue
        is_broken = bool(others[0].broken)
        own = _change(others[0].own)
        theirs = [_change(pair.theirs) for pair in others]
        rank = counts.placebo_rank(own, theirs)
        changes.append(own)
        p_values.append(math.nan if is_broken else rank.p_value)
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
                id=f"sammenligning.{series}.kommuner",
                topic=f"{names[others[0].question]}, blant kommuner",
                frame=pd.DataFrame(
                    {
                        "kommune_nr": [pair.reference for pair in others],
                        "difference": theirs,
                    }
                ),
                refusal="not_comparable" if is_broken else rank.refusal,
                reason=others[0].broken,
                values=values,
                tables=others[0].ground.tables,
                rests=(*_rests(values, others[0]), public(FRAME, ("difference",))),
            )
        )
    adjusted = multiplicity.adjust(p_values, method="bh") if found else np.array([])
    return [
        _with_ruling(
            finding,
            Ruling(Verdict.NOT_ASSESSED, refusal=finding.refusal, reason=finding.reason)
            if finding.refusal
            else verdict.exploratory(own, p_adjusted=float(p)),
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


def _rounded_away(rows: pd.DataFrame) -> float:
    """Half a unit of the last decimal for each of two shares, as a fraction."""
    place = rows["prosent_desimaler"].min()
    return 0.0 if place == EXACT else float(10.0**-place / 100)


def _change(rows: pd.DataFrame) -> float:
    return float(rows["prosent"].iloc[1] - rows["prosent"].iloc[0]) / 100
