"""Have young people's answers changed more than noise? Published percentages only (tier 0).

One finding per question, and one for all of them together. Every survey the plan names is there,
with `mangler` where no figure is published. Answers per school (tiers 1 and 2) are judged in
`analysis.ungdata_change`; it is never guessed how many answered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import pandas as pd

from evaluering.analysis import next_datum, verdict
from evaluering.analysis.survey_flags import hard_break, pandemic_year, soft_flags
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
from evaluering.model import Finding, Rest, Sign, Source, Value, Verdict
from evaluering.plan import Plan
from evaluering.plan.entries import Question
from evaluering.statistics import published

SECTION: Final = "ungdata"
HOLDER: Final = "Ungdata"
SUFFIX: Final = "skoler"  # of an id: answers per school, beside the published ones
EXACT: Final = 6  # decimals of a percentage computed from counts: nothing is rounded
_LEVELS: Final = ("ungdomsskole", "ikke_oppgitt", "vgs")
_LEVEL_NAMES: Final = {"ungdomsskole": "ungdomsskolen", "vgs": "videregående"}
_TWO: Final = 2
_CONSTANTS: Final = ("decimals", "is_rounded", "answers_at_least", "pandemic_year")


@dataclass(frozen=True, slots=True)
class Declared:
    """What params decided before the data were read.

    Attributes:
        primary: The questions of the primary family.
        margins: Question → how small a change must be to be called stable, as a share.
        design_effect: Assumed for the internal table of z; no verdict rests on it.
        answers_at_least: A lower bound for the answers to each question in each survey.
        reason: Why that bound is safe.
        seed: Start of every random part.
    """

    primary: tuple[str, ...]
    margins: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    design_effect: float = 1.0
    answers_at_least: int | None = None
    reason: str = ""
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class _Setting:
    """What is the same for every question of a run."""

    plan: Plan
    declared: Declared
    sources: tuple[Source, ...]
    source_by_id: Mapping[str, Source]
    is_synthetic: bool

    def sources_of(self, ids: Iterable[str]) -> tuple[Source, ...]:
        """The sources of a question's own rows; all of them where it has no row."""
        return tuple(self.source_by_id[id] for id in dict.fromkeys(ids)) or self.sources


@dataclass(frozen=True, slots=True)
class _Series:
    """One question at one level of school: a row per survey, sorted by year.

    `rows` holds `aar`, `percent`, `yes`, `n`, `invited`, `comparable`, `source`; `decimals` are
    those printed.
    """

    question: Question
    level: str
    is_only_level: bool
    rows: pd.DataFrame
    decimals: int
    source_ids: tuple[str, ...]

    @property
    def id(self) -> str:
        suffix = "" if self.is_only_level else f".{self.level}"
        return f"{SECTION}.{self.question.id}{suffix}"

    @property
    def topic(self) -> str:
        if self.is_only_level:
            return self.question.navn
        return f"{self.question.navn} ({_LEVEL_NAMES.get(self.level, self.level)})"

    @property
    def known(self) -> pd.DataFrame:
        return self.rows[self.rows["percent"].notna()]


def published_changes(
    frame: pd.DataFrame,
    plan: Plan,
    sources: Sequence[Source],
    declared: Declared,
    *,
    is_synthetic: bool = False,
) -> list[Finding]:
    """One finding per question from published percentages, in the order of the plan.

    Args:
        frame: Rows as `inputs.published.read_ungdata` gives them: `aar`, `sted`, `spoersmaal`,
            `trinn`, `kjoenn`, `prosent`, `prosent_desimaler`, `antall_ja`, `antall_svar`,
            `antall_invitert`, `sammenlignbar`, `kilde`.
        plan: Names the questions and the surveys.
        sources: Where the figures come from, in the order `kilde` first names them.
        declared: What was decided before the data were read.
        is_synthetic: Invented numbers.

    Returns:
        Kind `survey_published`. A declared question without two figures is `MISSING`, never left
        out; others with two figures come last, as exploratory.
    """
    own = frame[(frame["sted"] == "kommune") & (frame["kjoenn"] == "alle")]
    asked = [question for question in plan.spoersmaal if question.id in declared.primary]
    others = [question for question in plan.spoersmaal if question.id not in declared.primary]
    by_id = dict(zip(dict.fromkeys(frame["kilde"]), sources, strict=False))
    setting = _Setting(plan, declared, tuple(sources), by_id, is_synthetic)
    found = [_finding(series, setting) for series in _all_series(own, asked, plan)]
    found += [
        _finding(series, setting)
        for series in _all_series(own, others, plan)
        if len(series.known) >= _TWO
    ]
    return found


def joint_direction(findings: Sequence[Finding], plan: Plan) -> Finding | None:
    """«Samlet sett»: how many of the behaviour questions point towards more rule-breaking.

    From published percentages there is no test: the same pupils answer every question, so the
    questions are not independent. None when no question has two figures.

    Args:
        findings: What `published_changes` gave.
        plan: Says which way is more rule-breaking, per question.
    """
    towards = {
        question.id: question.flere_regelbrudd
        for question in plan.spoersmaal
        if question.flere_regelbrudd
    }
    parts = [
        finding
        for finding in findings
        if not finding.is_exploratory
        and finding.values.get("question") in towards
        and finding.values.get("difference") is not None
    ]
    if not parts:
        return None
    frame = pd.DataFrame(
        {
            "topic": [finding.topic for finding in parts],
            "verdict": [str(finding.verdict) for finding in parts],
            "share_from": [finding.values["share_from"] for finding in parts],
            "share_to": [finding.values["share_to"] for finding in parts],
            "difference": [finding.values["difference"] for finding in parts],
            "box_lower": [finding.values["box_lower"] for finding in parts],
            "box_upper": [finding.values["box_upper"] for finding in parts],
        }
    )
    sign = [1 if towards[str(finding.values["question"])] == "opp" else -1 for finding in parts]
    agreeing = int(((frame["difference"] * sign) > 0).sum())
    # Beyond rounding: the whole box of what was rounded away lies on the same side of zero.
    certain = int((frame[["box_lower", "box_upper"]].mul(sign, axis=0).min(axis=1) > 0).sum())
    years = {(finding.values["year_from"], finding.values["year_to"]) for finding in parts}
    same = next(iter(years)) if len(years) == 1 else (None, None)
    return Finding(
        id=f"{SECTION}.samlet",
        section=SECTION,
        kind="survey_direction",
        topic="Samlet",
        frame=frame,
        sources=tuple(dict.fromkeys(source for part in parts for source in part.sources)),
        is_synthetic=parts[0].is_synthetic,
        values={
            "agreeing": agreeing,
            "total": len(parts),
            "quote": joint_claim(plan),
            "beyond_rounding": certain,
            "year_from": same[0],
            "year_to": same[1],
        },
        unit="spørsmål",
        method="published",
        tables=tuple(table for finding in parts for table in finding.tables),
        rests=_joint_rests(parts),
    )


def _joint_rests(parts: Sequence[Finding]) -> tuple[Rest, ...]:
    """Each row rests on what its own question's verdict does, the whole on all of them."""
    grounds = [
        tuple(cell for rest in finding.rests if rest.place == VERDICT for cell in rest.cells)
        for finding in parts
    ]
    columns = ("verdict", "share_from", "share_to", "difference", "box_lower", "box_upper")
    every = tuple(dict.fromkeys(cell for cells in grounds for cell in cells))
    return (
        *(exact(FRAME, columns, cells, [row]) for row, cells in enumerate(grounds)),
        public(VALUES, ("total",)),
        exact(VALUES, ("agreeing", "beyond_rounding"), every),
    )


def joint_claim(plan: Plan) -> str:
    """The plan's own words about the survey as a whole; empty where it has none."""
    asked = set(plan.question_ids)
    return next(
        (
            claim.sitat
            for claim in plan.paastander
            if len(claim.gjelder) > 1 and set(claim.gjelder) <= asked
        ),
        "",
    )


def _all_series(own: pd.DataFrame, questions: Sequence[Question], plan: Plan) -> Iterator[_Series]:
    for question in questions:
        rows = own[own["spoersmaal"] == question.id]
        levels = [level for level in _LEVELS if level in set(rows["trinn"])] or ["ikke_oppgitt"]
        for level in levels:
            yield _one_series(
                question, level, rows[rows["trinn"] == level], plan, is_only=len(levels) == 1
            )


def _one_series(
    question: Question, level: str, rows: pd.DataFrame, plan: Plan, *, is_only: bool
) -> _Series:
    """Figures by year; every survey the plan names has a row, also where nothing is known."""
    years = sorted({wave.aar for wave in plan.undersoekelser} | set(rows["aar"]))
    by_year = rows.set_index("aar").reindex(years)
    counted = 100 * by_year["antall_ja"].astype(float) / by_year["antall_svar"].astype(float)
    printed = by_year["prosent"].astype(float)
    percent = printed.fillna(counted)
    is_counted = bool(counted[percent.notna()].notna().all()) and bool(percent.notna().any())
    table = pd.DataFrame(
        {
            "aar": years,
            "percent": counted.to_numpy() if is_counted else percent.to_numpy(),
            "n": by_year["antall_svar"].astype(float).to_numpy(),
            "invited": by_year["antall_invitert"].astype(float).to_numpy(),
            "yes": by_year["antall_ja"].astype(float).to_numpy(),
            "comparable": by_year["sammenlignbar"].fillna("").to_numpy(),
            "source": by_year["kilde"].fillna("").to_numpy(),
        }
    )
    decimals = EXACT if is_counted else _decimals(rows)
    return _Series(question, level, is_only, table, decimals, tuple(rows["kilde"]))


def _decimals(rows: pd.DataFrame) -> int:
    """Decimals printed in the source; the fewest where they differ, where rounding hides most."""
    printed = rows["prosent_desimaler"].dropna()
    return int(printed.min()) if len(printed) else 0


def _finding(series: _Series, setting: _Setting) -> Finding:
    """The verdict of one question, or that its figures are missing."""
    question, declared = series.question, setting.declared
    missing = [str(year) for year in series.rows.loc[series.rows["percent"].isna(), "aar"]]
    values: dict[str, Value] = {
        "question": question.id,
        "order": setting.plan.question_ids.index(question.id),
        "handling": question.handling,
        "quote": question.planens_ord,
        "warning": question.varsel,
        "holder": HOLDER,
        "decimals": min(series.decimals, 1),
        "is_rounded": series.decimals != EXACT,
    }
    if missing:
        values["missing_years"] = ",".join(missing)
    nothing = verdict.Ruling(Verdict.MISSING)
    base = _ground(series, setting)
    frame = _shown_rows(series)
    finding = Finding(
        id=series.id,
        section=SECTION,
        kind="survey_published",
        topic=series.topic,
        frame=frame,
        sources=setting.sources_of(series.source_ids),
        is_synthetic=setting.is_synthetic,
        verdict=nothing.verdict,
        values=values,
        unit="elever",
        method="published",
        next_datum=next_datum.for_published(nothing),
        is_exploratory=question.id not in declared.primary,
        tables=base.tables,
        rests=(*_row_rests(frame, base), public(VALUES, known(values, _CONSTANTS))),
    )
    return finding if len(series.known) < _TWO else _judged(finding, series, setting)


def _ground(series: _Series, setting: _Setting) -> PublishedGround:
    """The counts that are ours; what others have published needs none."""
    ours = {id for id, source in setting.source_by_id.items() if not source.is_published}
    rows = series.rows[series.rows["source"].isin(ours)]
    return published_ground(rows, series.question.id, series.level)


def _row_rests(frame: pd.DataFrame, base: PublishedGround) -> Iterator[Rest]:
    for row, year in enumerate(int(year) for year in frame["aar"]):
        yield exact(FRAME, ("share", "lower", "upper"), base.cells(year), [row])
        yield exact(FRAME, ("antall_svar",), base.answers(year), [row])


def _rests(
    values: Mapping[str, Value], years: tuple[int, int], base: PublishedGround
) -> tuple[Rest, ...]:
    """Everything a published change says rests on the figures of its two surveys."""
    cells = base.cells(*years)
    own = {"n_from", "n_to", *_CONSTANTS}
    rest = [name for name in values if name not in own and not name.startswith("year")]
    return (
        exact(VALUES, rest, (*cells, *base.answers(*years))),
        exact(VALUES, ("n_from",), base.answers(years[0])),
        exact(VALUES, ("n_to",), base.answers(years[1])),
        public(VALUES, known(values, _CONSTANTS)),
        exact("conditions", ("design_effect", "smallest_n"), cells),
        exact(VERDICT, (), (*cells, *base.answers(*years))),
    )


def _judged(finding: Finding, series: _Series, setting: _Setting) -> Finding:
    """The first and the last survey with a figure against each other."""
    declared, waves = setting.declared, setting.plan.undersoekelser
    first, last = series.known.iloc[0], series.known.iloc[-1]
    years = (int(first["aar"]), int(last["aar"]))
    percents = (float(first["percent"]), float(last["percent"]))
    answers = (float(first["n"]), float(last["n"]))
    change = published.change(
        *percents,
        n_from=answers[0],
        n_to=answers[1],
        design_effect=declared.design_effect,
        decimals=series.decimals,
    )
    needed = published.smallest_n(*percents, decimals=series.decimals)
    by_effect = {
        float(effect): float(number)
        for effect, number in zip(needed["design_effect"], needed["smallest_n"], strict=True)
    }
    difference = (percents[1] - percents[0]) / 100
    between = series.rows["aar"].between(years[0] + 1, years[1])
    ruling = verdict.published(
        difference,
        break_even=change.break_even_design_effect,
        smallest_n=(
            by_effect[verdict.PROBABLE_DESIGN_EFFECT],
            by_effect[verdict.CLEAR_DESIGN_EFFECT],
        ),
        answers_at_least=declared.answers_at_least,
        hard=hard_break(series.rows.loc[between, "comparable"]),
    )
    if finding.is_exploratory and ruling.verdict is Verdict.CLEAR:
        ruling = replace(ruling, verdict=Verdict.PROBABLE, reason="exploratory")
    # Each of the two may lie half a unit off, so the difference may lie a whole one off.
    unit = 0.0 if series.decimals == EXACT else 0.01 * 10.0**-series.decimals
    flags = soft_flags(
        years, waves, answers=answers, invited=(float(first["invited"]), float(last["invited"]))
    )
    if series.level == "ikke_oppgitt":
        flags = (*flags, "level_unknown")
    values: dict[str, Value] = {
        "year_from": years[0],
        "year_to": years[1],
        "share_from": percents[0] / 100,
        "share_to": percents[1] / 100,
        "difference": difference,
        "box_lower": difference - unit,
        "box_upper": difference + unit,
        "n_from": _or_none(answers[0]),
        "n_to": _or_none(answers[1]),
        "smallest_n": _or_none(by_effect[verdict.CLEAR_DESIGN_EFFECT]),
        "smallest_n_alone": _or_none(by_effect[1.0]),
        "break_even_design_effect": _or_none(change.break_even_design_effect),
        "answers_at_least": declared.answers_at_least if math.isnan(sum(answers)) else None,
        "answers_reason": declared.reason,
        "flags": ",".join(flags),
        "pandemic_year": pandemic_year(years, waves),
    }
    return replace(
        finding,
        verdict=ruling.verdict,
        direction=ruling.direction,
        refusal=ruling.refusal,
        reason=ruling.reason,
        values={**finding.values, **values},
        details={"conditions": _conditions(needed), "pairs": _pairs(series, declared)},
        rests=(*finding.rests, *_rests(values, years, _ground(series, setting))),
        next_datum=next_datum.for_published(
            ruling,
            break_even=change.break_even_design_effect,
            break_even_at_best=_break_even_at_best(percents, answers, series.decimals),
            smallest_n=by_effect[1.0],
            smallest_n_probable=by_effect[verdict.PROBABLE_DESIGN_EFFECT],
        ),
    )


def _shown_rows(series: _Series) -> pd.DataFrame:
    """The main table: a row per survey, shares as fractions, what the rounding leaves open."""
    rows = series.rows
    half = 0.0 if series.decimals == EXACT else 0.5 * 10.0**-series.decimals
    share = rows["percent"] / 100
    return pd.DataFrame(
        {
            "aar": rows["aar"].astype("int64"),
            "share": share,
            "share_tegn": _signs(share),
            "lower": ((rows["percent"] - half).clip(lower=0)) / 100,
            "upper": ((rows["percent"] + half).clip(upper=100)) / 100,
            "antall_svar": rows["n"],
            "antall_svar_tegn": _signs(rows["n"]),
        }
    )


def _conditions(needed: pd.DataFrame) -> pd.DataFrame:
    """Answers per survey the change needs, per design effect; «.» where no number is enough."""
    return needed.assign(
        smallest_n_tegn=[
            Sign.NOT_APPLICABLE.value if math.isnan(number) else Sign.NONE.value
            for number in needed["smallest_n"]
        ]
    )


def _pairs(series: _Series, declared: Declared) -> pd.DataFrame:
    """Every survey with a figure against the one before: internal detail for the researcher."""
    known = series.known
    before, after = known.iloc[:-1], known.iloc[1:]
    tested = published.change(
        before["percent"].tolist(),
        after["percent"].tolist(),
        n_from=before["n"].tolist(),
        n_to=after["n"].tolist(),
        design_effect=declared.design_effect,
        decimals=series.decimals,
    )
    years = pd.DataFrame(
        {
            "aar_fra": before["aar"].to_numpy(dtype="int64"),
            "aar_til": after["aar"].to_numpy(dtype="int64"),
            "share_from": before["percent"].to_numpy() / 100,
            "share_to": after["percent"].to_numpy() / 100,
        }
    )
    return pd.concat([years, tested], axis=1)


def _break_even_at_best(
    percents: tuple[float, float], answers: tuple[float, float], decimals: int
) -> float:
    """The design effect the change could bear if the rounding lay wholly in its favour."""
    if math.isnan(sum(answers)) or decimals == EXACT:
        return math.nan
    half = 0.5 * 10.0**-decimals
    rises = percents[1] >= percents[0]
    outer = [
        _count_at_edge(percent, n, half, upwards=upwards)
        for percent, n, upwards in zip(percents, answers, (not rises, rises), strict=True)
    ]
    best = [100 * count / n for count, n in zip(outer, answers, strict=True)]
    return published.change(
        best[0], best[1], n_from=answers[0], n_to=answers[1], decimals=EXACT
    ).break_even_design_effect


def _count_at_edge(percent: float, n: float, half: float, *, upwards: bool) -> int:
    """The largest or smallest whole number of yes that still rounds to the printed percentage."""
    if upwards:
        return math.floor(min(percent + half, 100) * n / 100 + 1e-9)
    return math.ceil(max(percent - half, 0) * n / 100 - 1e-9)


def _signs(column: pd.Series[float]) -> list[str]:
    return [Sign.MISSING.value if empty else Sign.NONE.value for empty in column.isna()]


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number
