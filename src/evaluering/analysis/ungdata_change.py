"""Have young people's answers changed more than schools and cohorts drift? Tiers 1 and 2.

Two answers to every question, always both: descriptive (those who answered) and analytic (the
verdict). The declared questions are one family with the same sign patterns; the rest is
exploratory. The first and the last survey a question was asked in are compared.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import pandas as pd

from evaluering.analysis import next_datum, survey_further, survey_groups, verdict
from evaluering.analysis.survey_cells import LevelAnswers, by_level
from evaluering.analysis.survey_course import Course, courses
from evaluering.analysis.survey_flags import pandemic_year, soft_flags
from evaluering.analysis.survey_ground import (
    FRAME,
    VALUES,
    VERDICT,
    Ground,
    exact,
    ground,
    known,
    public,
    share_rests,
    spread,
)
from evaluering.analysis.survey_levels import Moved, movements
from evaluering.analysis.ungdata import HOLDER, SECTION, SUFFIX, Declared, joint_claim
from evaluering.inputs.survey import Survey
from evaluering.model import Finding, Rest, Sign, Source, Value, Verdict
from evaluering.plan import Plan
from evaluering.statistics import design, multiplicity

_LEVEL_NAMES: Final = {"ungdomsskole": "ungdomsskolen", "vgs": "videregående"}
_TWO: Final = 2
_ESTIMATES: Final = ("share_from", "share_to", "difference", "is_dominated", "flags")
_DESCRIBED: Final = ("descriptive_lower", "descriptive_upper", "tipping_share", "can_undo")
# p-values are left out: they are for the internal notebook and never pass the door.
_SPREAD: Final = ("lower", "upper", "smallest_detectable", "lower_90", "upper_90")
_CONSTANTS: Final = ("margin", "G", "clusters", "family_size", "pandemic_year", "decimals")


@dataclass(frozen=True, slots=True, eq=False)
class _Tested:
    """Everything estimated for one level of school, a row per question.

    `rows` is `design.change` with `p_family`, `p_exploratory` and `p_equivalence` beside.
    """

    answers: LevelAnswers
    rows: pd.DataFrame
    shares: pd.DataFrame
    comparable: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    courses: Mapping[str, Course] = field(default_factory=lambda: MappingProxyType({}))
    moved: Mapping[str, Moved] = field(default_factory=lambda: MappingProxyType({}))

    def row(self, item: str) -> pd.Series:
        """The tested change of one question."""
        return self.rows.iloc[self.rows["item"].tolist().index(item)]


@dataclass(frozen=True, slots=True)
class _Setting:
    plan: Plan
    survey: Survey
    declared: Declared
    sources: tuple[Source, ...]
    is_synthetic: bool
    is_only_level: bool


def changes(
    survey: Survey,
    plan: Plan,
    sources: Sequence[Source],
    declared: Declared,
    *,
    invited: pd.DataFrame | None = None,
    is_synthetic: bool = False,
) -> list[Finding]:
    """One finding per question and level of school, and one per level for all of them together.

    Args:
        survey: Answers per school or per pupil, from `inputs.survey`.
        plan: Names the questions and the surveys.
        sources: Where the answers come from.
        declared: What was decided before the data were read.
        invited: Pupils invited where the answers do not say: `trinn`, `spoersmaal`, `aar`,
            `antall_invitert`.
        is_synthetic: Invented numbers.

    Returns:
        Kinds `survey_change` and `survey_direction`. Declared questions first, in the plan's
        order. A question asked in one survey only is `MISSING`.
    """
    levels = by_level(survey, invited)
    found: list[Finding] = []
    for answers in levels:
        setting = _Setting(
            plan, survey, declared, tuple(sources), is_synthetic, is_only_level=len(levels) == 1
        )
        tested = _test(answers, declared, survey)
        items = sorted(
            answers.cells.items,
            key=lambda item: (item not in declared.primary, plan.question_ids.index(item)),
        )
        judged = [_finding(item, tested, setting) for item in items]
        joint = _joint(judged, tested, setting)
        found += [*judged, *([joint] if joint else [])]
    return found


def _test(answers: LevelAnswers, declared: Declared, survey: Survey) -> _Tested:
    """Estimate and test every question between the first and the last survey it was asked in."""
    cells = answers.cells
    shares = design.estimate(cells, cells.items)
    pairs = {item: pair for item in cells.items if (pair := _first_and_last(shares, item))}
    rows = [
        design.change(cells, [item], pairs=[pair], seed=declared.seed)
        for item, pair in pairs.items()
    ]
    if not rows:
        return _Tested(answers, pd.DataFrame({"item": []}), shares)
    table = pd.concat(rows, ignore_index=True)
    margins = [
        declared.margins.get(item, float(design.default_margin(share)))
        for item, share in zip(table["item"], table["share_from"], strict=True)
    ]
    stable = pd.DataFrame(design.equivalence(table, margin=margins))
    comparable = {item: _comparable(item, shares, answers, survey.breaks) for item in pairs}
    # A question that cannot be compared takes no part in the family.
    broken = {item for item, pair in pairs.items() if comparable[item][0] != pair[0]}
    broken |= set(table.loc[table["note"].str.contains("few_pairs"), "item"])
    family = [item for item in table["item"] if item in declared.primary and item not in broken]
    together = _family(cells, pairs, family, declared.seed).reindex(table["item"])
    is_other = ~table["item"].isin([*declared.primary, *broken])
    table = table.assign(
        p_family=together["p_family"].to_numpy(),
        family=together["family"].fillna(0).to_numpy(),
        p_exploratory=multiplicity.adjust(table["p_value"].where(is_other), method="bh"),
        p_equivalence=stable["p_value"].to_numpy(),
        margin=margins,
        lower_90=stable["lower"].to_numpy(),
        upper_90=stable["upper"].to_numpy(),
        smallest_margin=stable["smallest_margin"].to_numpy(),
    )
    ends = {item: (each[0], each[-1]) for item, each in comparable.items() if len(each) >= _TWO}
    return _Tested(
        answers,
        table,
        shares,
        comparable,
        survey_groups.changes(
            answers,
            ends,
            changed=[item for item, pair in ends.items() if pair != pairs[item]],
            seed=declared.seed,
        ),
        courses(answers, comparable, seed=declared.seed),
        movements(answers, survey.levels, comparable, seed=declared.seed),
    )


def _comparable(
    item: str, shares: pd.DataFrame, answers: LevelAnswers, breaks: pd.DataFrame
) -> tuple[int, ...]:
    """The surveys that can be compared with the last one: no declared break, the same grades."""
    asked = shares.loc[(shares["item"] == item) & (shares["n"] > 0), "wave"]
    years = [int(year) for year in asked]
    broken = set(
        breaks.loc[(breaks["spoersmaal"] == item) & (breaks["aar_til"] == years[-1]), "aar_fra"]
    )
    same = answers.grades.get(years[-1])
    return tuple(year for year in years if year not in broken and answers.grades.get(year) == same)


def _first_and_last(shares: pd.DataFrame, item: str) -> tuple[int, int] | None:
    asked = shares[(shares["item"] == item) & (shares["n"] > 0)]["wave"].tolist()
    return (int(asked[0]), int(asked[-1])) if len(asked) >= _TWO else None


def _family(
    cells: design.Cells, pairs: dict[str, tuple[int, int]], family: list[str], seed: int
) -> pd.DataFrame:
    """Step-down max-T over the declared questions: `p_family` and `family`, by question.

    Questions asked in other surveys than the rest are a family of their own on the same level, so
    each family's p-values are multiplied by the number of families (Bonferroni).
    """
    own = {item: pairs[item] for item in family}
    groups = list(dict.fromkeys(own.values()))
    tests = [
        design.family_test(
            cells, [item for item in family if own[item] == pair], pair=pair, seed=seed
        )
        for pair in groups
    ]
    if not tests:
        return pd.DataFrame({"p_family": [], "family": []})
    table = pd.concat(tests, ignore_index=True)
    return pd.DataFrame(
        {
            "p_family": (table["p_max_t"] * len(groups)).clip(upper=1.0).to_numpy(),
            "family": int(table["p_max_t"].notna().sum()),
        },
        index=pd.Index(table["item"]),
    )


def _finding(item: str, tested: _Tested, setting: _Setting) -> Finding:
    question = setting.plan.question(item)
    shares = tested.shares[tested.shares["item"] == item]
    years = sorted({wave.aar for wave in setting.plan.undersoekelser} | set(shares["wave"]))
    frame = _shown(shares, years)
    missing = [str(year) for year in frame.loc[frame["share"].isna(), "aar"]]
    level = tested.answers.level
    topic = (
        question.navn
        if setting.is_only_level
        else f"{question.navn} ({_LEVEL_NAMES.get(level, level)})"
    )
    values: dict[str, Value] = {
        "question": item,
        "order": setting.plan.question_ids.index(item),
        "tier": setting.survey.tier.value,
        "handling": question.handling,
        "quote": question.planens_ord,
        "warning": question.varsel,
        "holder": HOLDER,
        "decimals": 0,
    }
    if missing:
        values["missing_years"] = ",".join(missing)
    nothing = verdict.Ruling(Verdict.MISSING)
    base = _ground(item, tested)
    suffix = SUFFIX if setting.is_only_level else f"{level}.{SUFFIX}"
    finding = Finding(
        id=f"{SECTION}.{item}.{suffix}",
        section=SECTION,
        kind="survey_change",
        topic=topic,
        frame=frame,
        sources=setting.sources,
        is_synthetic=setting.is_synthetic,
        verdict=nothing.verdict,
        values=values,
        unit="elever",
        method="design",
        next_datum=next_datum.for_survey(nothing),
        is_exploratory=item not in setting.declared.primary,
        tables=base.tables,
        rests=(*share_rests(frame, base), public(VALUES, ("decimals",))),
    )
    return _judged(finding, tested, setting) if item in set(tested.rows["item"]) else finding


def _ground(item: str, tested: _Tested) -> Ground:
    answers = tested.answers
    return ground(
        answers.counted[answers.counted["spoersmaal"] == item],
        item,
        level=answers.level,
        invited=answers.invited[answers.invited["spoersmaal"] == item],
        parts={column: part[part["spoersmaal"] == item] for column, part in answers.parts.items()},
    )


def _rests(
    values: Mapping[str, Value], years: tuple[int, int], base: Ground, *, is_refused: bool
) -> list[Rest]:
    """What the numbers of a judged question rest on; a refused one has no measure of spread."""
    cells = base.cells(*years)
    schools = min(base.schools[year] for year in years)
    largest = max(base.largest[year] for year in years)
    rests = [
        exact(VALUES, known(values, _ESTIMATES), cells),
        exact(VALUES, ("n_from",), base.answers(years[0])),
        exact(VALUES, ("n_to",), base.answers(years[1])),
        exact(VALUES, known(values, _DESCRIBED), (*cells, *base.invited(*years))),
        spread(VALUES, known(values, _SPREAD), cells, schools=schools, largest=largest),
        public(VALUES, known(values, _CONSTANTS)),
    ]
    if is_refused:
        return [*rests, exact(VERDICT, (), cells)]
    return [*rests, spread(VERDICT, (), cells, schools=schools, largest=largest)]


def _judged(finding: Finding, tested: _Tested, setting: _Setting) -> Finding:
    """The verdict of one question, and what the descriptive sentences need."""
    item = str(finding.values["question"])
    row = tested.row(item)
    notes = str(row["note"]).split(";")
    years = (int(row["wave_from"]), int(row["wave_to"]))
    answers = (float(row["n_from"]), float(row["n_to"]))
    invited = _invited(tested.answers, item, years)
    soft = soft_flags(
        years,
        setting.plan.undersoekelser,
        answers=answers,
        invited=invited,
        have_schools_changed=int(row["clusters"]) > int(row["clusters_both"]),
    )
    ruling = _ruling(finding, row, notes, _hard(item, years, notes, tested, setting), soft)
    values: dict[str, Value] = {
        "year_from": years[0],
        "year_to": years[1],
        **{
            name: _plain(row[name])
            for name in (
                *("share_from", "share_to", "n_from", "n_to", "difference", "lower", "upper"),
                *("smallest_detectable", "p_value", "p_exact", "p_cr2", "p_family"),
                *("p_equivalence", "margin", "lower_90", "upper_90", "smallest_margin"),
            )
        },
        "G": int(row["clusters_both"]),
        "clusters": int(row["clusters"]),
        "family_size": int(row["family"]),
        "is_dominated": "dominated" in notes,
        "flags": ",".join([*soft, "absent_pupils"]),
        "pandemic_year": pandemic_year(years, setting.plan.undersoekelser),
        **_descriptive(row, answers, invited),
    }
    base = _ground(item, tested)
    rests = _rests(values, years, base, is_refused=bool(ruling.refusal))
    judged = replace(
        finding,
        verdict=ruling.verdict,
        direction=ruling.direction,
        refusal=ruling.refusal,
        reason=ruling.reason,
        values={**finding.values, **values},
        details={"pairs": _pairs(item, tested, setting)},
        rests=(*finding.rests, *rests),
        next_datum=next_datum.for_survey(ruling),
    )
    waves, answered = setting.plan.undersoekelser, tested.answers
    comparable = tested.comparable[item]
    judged = survey_further.with_composition(judged, answered, years, base)
    judged = survey_further.with_groups(judged, tested.groups, base)
    judged = survey_further.with_levels(judged, tested.moved.get(item), base)
    judged = survey_further.with_course(judged, tested.courses.get(item), base)
    return survey_further.with_next_survey(judged, answered, comparable, waves, base)


def _ruling(
    finding: Finding, row: pd.Series, notes: list[str], hard: str, soft: Sequence[str]
) -> verdict.Ruling:
    if finding.is_exploratory:
        refusal = str(row["refusal"]) or ("not_comparable" if hard else "")
        ruling = verdict.exploratory(
            float(row["difference"]), p_adjusted=float(row["p_exploratory"]), refusal=refusal
        )
        return replace(ruling, reason=hard) if refusal == "not_comparable" else ruling
    is_dominated = "dominated" in notes
    return verdict.survey(
        float(row["difference"]),
        p_family=float(row["p_family"]),
        p_value=float(row["p_cr2"] if is_dominated else row["p_value"]),
        p_exact=float(row["p_exact"]),
        p_equivalence=float(row["p_equivalence"]),
        refusal=str(row["refusal"]),
        hard=hard,
        soft=soft,
    )


def _hard(
    item: str, years: tuple[int, int], notes: list[str], tested: _Tested, setting: _Setting
) -> str:
    """Declared breaks first, then other grades, then too few pupils at the same schools."""
    breaks = setting.survey.breaks
    declared = breaks[
        (breaks["spoersmaal"] == item)
        & (breaks["aar_fra"] == years[0])
        & (breaks["aar_til"] == years[1])
    ]
    if len(declared):
        return str(declared["kode"].iloc[0])
    grades = tested.answers.grades
    if grades.get(years[0]) != grades.get(years[1]):
        return "grades"
    return "few_pairs" if "few_pairs" in notes else ""


def _invited(answers: LevelAnswers, item: str, years: tuple[int, int]) -> tuple[float, float]:
    own = answers.invited[answers.invited["spoersmaal"] == item]
    by_year = dict(zip(own["aar"], own["antall_invitert"], strict=True))
    first, last = (float(by_year.get(year, math.nan)) for year in years)
    return first, last


def _descriptive(
    row: pd.Series, answers: tuple[float, float], invited: tuple[float, float]
) -> dict[str, Value]:
    """Those who answered: interval where enrolment is known, and what non-response could undo."""
    if math.isnan(sum(invited)):
        return {}
    shares = (float(row["share_from"]), float(row["share_to"]))
    change = design.descriptive_change(
        *shares,
        n_from=answers[0],
        n_to=answers[1],
        enrolled_from=invited[0],
        enrolled_to=invited[1],
    )
    tipping = design.tipping_point(
        *shares,
        response_from=answers[0] / invited[0],
        response_to=answers[1] / invited[1],
    )
    return {
        "descriptive_lower": _plain(change.lower),
        "descriptive_upper": _plain(change.upper),
        "tipping_share": _plain(tipping.share_needed),
        "can_undo": _plain(tipping.can_undo),
    }


def _pairs(item: str, tested: _Tested, setting: _Setting) -> pd.DataFrame:
    """Every survey against the one before, and the last against the first, for the researcher."""
    cells = tested.answers.cells
    asked = tested.shares[(tested.shares["item"] == item) & (tested.shares["n"] > 0)]["wave"]
    years = [int(year) for year in asked]
    pairs = list(pairwise(years))
    if len(years) > _TWO:
        pairs.append((years[0], years[-1]))
    return design.change(cells, [item], pairs=pairs, seed=setting.declared.seed)


def _shown(shares: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """A row per survey the plan names or the file holds, with its interval."""
    by_year = shares.set_index("wave").reindex(years)
    is_missing = by_year["share"].isna() | (by_year["n"] == 0)
    signs = [Sign.MISSING.value if empty else Sign.NONE.value for empty in is_missing]
    return pd.DataFrame(
        {
            "aar": years,
            "share": by_year["share"].where(~is_missing).to_numpy(),
            "share_tegn": signs,
            "lower": by_year["lower"].where(~is_missing).to_numpy(),
            "upper": by_year["upper"].where(~is_missing).to_numpy(),
            "antall_svar": by_year["n"].where(~is_missing).astype("float64").to_numpy(),
            "antall_svar_tegn": signs,
        }
    )


def _joint(judged: Sequence[Finding], tested: _Tested, setting: _Setting) -> Finding | None:
    """«Samlet sett»: one test of all behaviour questions, in the declared direction."""
    towards = {
        question.id: 1 if question.flere_regelbrudd == "opp" else -1
        for question in setting.plan.spoersmaal
        if question.flere_regelbrudd and question.id in setting.declared.primary
    }
    own = tested.rows[tested.rows["item"].isin(list(towards))]
    if own.empty:
        return None
    # One test needs one pair of surveys: the one most of the questions share.
    pair, _ = Counter(
        (int(first), int(last))
        for first, last in zip(own["wave_from"], own["wave_to"], strict=True)
    ).most_common(1)[0]
    places = {item: place for place, item in enumerate(setting.plan.question_ids)}
    rows = own.loc[own["wave_from"].eq(pair[0]) & own["wave_to"].eq(pair[1])].sort_values(
        "item", key=lambda items: items.map(places)
    )
    items = [str(item) for item in rows["item"]]
    delta = [towards[item] for item in items]
    verdicts = {str(finding.values["question"]): str(finding.verdict) for finding in judged}
    test = design.joint_test(
        tested.answers.cells, items, delta, pair=pair, seed=setting.declared.seed
    )
    level = tested.answers.level
    grounds = [_ground(item, tested) for item in items]
    years = (int(pair[0]), int(pair[1]))
    suffix = SUFFIX if setting.is_only_level else f"{level}.{SUFFIX}"
    return Finding(
        id=f"{SECTION}.samlet.{suffix}",
        section=SECTION,
        kind="survey_direction",
        topic="Samlet" if setting.is_only_level else f"Samlet ({_LEVEL_NAMES.get(level, level)})",
        frame=pd.DataFrame(
            {
                "topic": [setting.plan.question(item).navn for item in items],
                "verdict": [verdicts[item] for item in items],
                "difference": rows["difference"].to_numpy(),
                "lower": rows["lower"].to_numpy(),
                "upper": rows["upper"].to_numpy(),
            }
        ),
        sources=setting.sources,
        is_synthetic=setting.is_synthetic,
        values={
            "agreeing": int(((rows["difference"] * delta) > 0).sum()),
            "total": len(items),
            "quote": joint_claim(setting.plan),
            "p_joint": _plain(test.p_value),
            "year_from": years[0],
            "year_to": years[1],
        },
        unit="spørsmål",
        method="design",
        tables=tuple(table for base in grounds for table in base.tables),
        rests=tuple(_joint_rests(grounds, years)),
    )


def _joint_rests(grounds: Sequence[Ground], years: tuple[int, int]) -> list[Rest]:
    """Row by row, and for what is said of all of them together."""
    rests: list[Rest] = []
    for row, base in enumerate(grounds):
        schools = min(base.schools[year] for year in years)
        largest = max(base.largest[year] for year in years)
        cells = base.cells(*years)
        uncertain = ("verdict", "lower", "upper")
        rests += [
            exact(FRAME, ("difference",), cells, [row]),
            spread(FRAME, uncertain, cells, schools=schools, largest=largest, rows=[row]),
        ]
    every = tuple(cell for base in grounds for cell in base.cells(*years))
    schools = min(base.schools[year] for base in grounds for year in years)
    largest = max(base.largest[year] for base in grounds for year in years)
    return [
        *rests,
        public(VALUES, ("total",)),
        exact(VALUES, ("agreeing",), every),
        spread(VALUES, ("p_joint",), every, schools=schools, largest=largest),
    ]


def _plain(value: object) -> Value:
    """A number of a frame as a plain one; missing stays missing."""
    number = float(str(value))
    return None if math.isnan(number) else number
