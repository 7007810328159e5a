"""Survey findings from published percentages, school tables and pupil rows."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import papermill

from evaluering.analysis import comparison, ungdata, ungdata_change
from evaluering.analysis.survey_cells import by_level
from evaluering.analysis.ungdata import Declared
from evaluering.errors import EvalueringError
from evaluering.files import read_findings
from evaluering.inputs.published import read_ungdata
from evaluering.inputs.survey import Survey, Tier
from evaluering.model import Finding, Sign, Source, Verdict
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]
PLAN = read_plan()
SIX = ("skulket", "sneket", "haerverk", "trygt_svaert", "beruset", "cannabis")
DECLARED = Declared(SIX)
SOURCE = (Source("Oppdiktede tall", is_published=True),)
NO_BREAKS = pd.DataFrame({"spoersmaal": [], "aar_fra": [], "aar_til": [], "kode": []})

# Method guide 1.4, reference table R6 (invented): yes / answers, schools 1–6.
R6 = {
    2016: [(12, 150), (9, 140), (15, 160), (7, 90), (11, 120), (6, 80)],
    2019: [(14, 148), (12, 135), (15, 158), (9, 92), (10, 118), (9, 84)],
    2022: [(20, 155), (11, 130), (22, 170), (12, 95), (13, 110), (11, 85)],
    2025: [(18, 160), (15, 128), (25, 165), (10, 97), (16, 115), (9, 82)],
}
# Method guide 1.6: smallest n per survey at design effect 1, and the verdict for 1,500 and 2,800
# answers per survey. The plan gives no number of answers; these two are assumed.
PLANS_OWN = {
    "skulket": (71, Verdict.CLEAR),
    "sneket": (110, Verdict.CLEAR),
    "beruset": (1650, Verdict.UNCLEAR),
    "cannabis": (2234, Verdict.UNCLEAR),
    "haerverk": (5000, Verdict.UNCLEAR),
}


def real_frame() -> tuple[pd.DataFrame, tuple[Source, ...]]:
    return read_ungdata(ROOT / "data" / "publisert" / "ungdata.csv", PLAN)


def published(**changed: object) -> dict[str, Finding]:
    frame, sources = real_frame()
    frame = frame.assign(**changed)
    found = ungdata.published_changes(frame, PLAN, sources, DECLARED)
    return {finding.id.removeprefix("ungdata."): finding for finding in found}


def school_rows(
    table: dict[int, list[tuple[int, int]]], item: str = "skulket", trinn: str = "ungdomsskole"
) -> pd.DataFrame:
    rows = [
        (item, year, f"U-{school}", trinn, "alle", float(n), float(yes))
        for year, schools in table.items()
        for school, (yes, n) in enumerate(schools, start=1)
    ]
    columns = ["spoersmaal", "aar", "skole_kode", "trinn", "kjoenn", "antall_svar", "antall_ja"]
    frame = pd.DataFrame(rows, columns=pd.Index(columns))
    return frame.assign(
        antall_ja_min=frame["antall_ja"], antall_ja_maks=frame["antall_ja"], antall_invitert=np.nan
    )


def tier_1(frame: pd.DataFrame, breaks: pd.DataFrame = NO_BREAKS) -> Survey:
    items = tuple(item for item in PLAN.question_ids if item in set(frame["spoersmaal"]))
    return Survey(Tier.SCHOOLS, items, frame, breaks, frame.iloc[:0])


def tier_2(frame: pd.DataFrame) -> Survey:
    """The same answers as pupils, one row each."""
    pupils = [
        {"aar": row.aar, "skole_kode": row.skole_kode, "trinn": "9", row.spoersmaal: answer}
        for row in frame.itertuples()
        for answer in [1.0] * int(row.antall_ja) + [0.0] * int(row.antall_svar - row.antall_ja)
    ]
    items = tuple(item for item in PLAN.question_ids if item in set(frame["spoersmaal"]))
    rows = pd.DataFrame(pupils)
    return Survey(Tier.PUPILS, items, rows, NO_BREAKS, rows.iloc[:0])


def judge(survey: Survey, declared: Declared = DECLARED) -> dict[str, Finding]:
    found = ungdata_change.changes(survey, PLAN, SOURCE, declared)
    return {finding.id: finding for finding in found}


def shifted(change: float, *, schools: int = 8, n: int = 200, base: float = 0.2) -> pd.DataFrame:
    """Schools of one size whose shares all move by nearly the same: no soft or hard flag."""
    wobble = np.resize([0.0, 0.005, -0.005, 0.01], schools)
    table = {
        2016: [(round(n * base), n)] * schools,
        2025: [(round(n * (base + change + extra)), n) for extra in wobble],
    }
    return school_rows(table)


# Published percentages ----------------------------------------------------------------------------


def test_the_plans_own_figures_are_not_assessed_but_say_how_many_answers_it_takes() -> None:
    found = published()
    # Beside whole per cent more answers than there are pupils: then only the number of yes helps.
    hopeless = {"haerverk", "beruset", "cannabis"}
    for item, (alone, _) in PLANS_OWN.items():
        finding = found[item]
        assert finding.verdict is Verdict.NOT_ASSESSED
        assert finding.refusal == "no_n"
        assert finding.values["smallest_n_alone"] == alone
        conditions = finding.details["conditions"]
        assert conditions["design_effect"].tolist() == [1, 1.5, 2, 3, 11]
        assert conditions["smallest_n"].iloc[-1] == finding.values["smallest_n"]
        assert finding.next_datum == ("antall_ja" if item in hopeless else "prosent_og_svar")


@pytest.mark.parametrize("answers", [1500, 2800])
def test_with_answers_the_verdicts_are_those_of_the_guide(answers: int) -> None:
    found = published(antall_svar=float(answers))
    for item, (_, expected) in PLANS_OWN.items():
        assert found[item].verdict is expected, item


def test_every_survey_the_plan_names_has_a_row() -> None:
    frame = published()["skulket"].frame
    assert frame["aar"].tolist() == [2016, 2019, 2022, 2025]
    assert frame["share_tegn"].tolist() == ["", Sign.MISSING, "", Sign.MISSING]


def test_a_direction_without_figures_is_missing_and_keeps_the_plans_words() -> None:
    finding = published()["trygt_svaert"]
    assert finding.verdict is Verdict.MISSING
    assert "litt færre" in str(finding.values["quote"])
    assert finding.values["missing_years"] == "2016,2019,2022,2025"


def test_the_rounding_box_is_one_point_each_way() -> None:
    values = published()["haerverk"].values
    assert values["box_lower"] == pytest.approx(0.01)
    assert values["box_upper"] == pytest.approx(0.03)


def test_counts_of_yes_take_the_rounding_away() -> None:
    # 6.0 and 8.0 per cent of 2,800: z 2.94 before clustering (method guide 1.6), D* = (2.94/1.96)².
    frame, sources = real_frame()
    yes = {2016: 168.0, 2022: 224.0}
    own = frame[frame["spoersmaal"] == "haerverk"].assign(
        prosent=np.nan,
        prosent_desimaler=np.nan,
        antall_ja=lambda rows: rows["aar"].map(yes),
        antall_svar=lambda rows: rows["aar"].map(dict.fromkeys(yes, 2800.0)),
    )
    found = ungdata.published_changes(own, PLAN, sources, Declared(("haerverk",)))
    values = found[0].values
    assert values["break_even_design_effect"] == pytest.approx(2.25, abs=0.01)
    assert values["is_rounded"] is False


def test_a_lower_bound_is_used_with_its_reason() -> None:
    frame, sources = real_frame()
    bound = Declared(SIX, answers_at_least=1500, reason="Minst 1 500 elever går på skolene")
    found = {
        finding.values["question"]: finding
        for finding in ungdata.published_changes(frame, PLAN, sources, bound)
    }
    assert found["skulket"].verdict is Verdict.CLEAR
    assert found["haerverk"].verdict is Verdict.UNCLEAR
    assert found["skulket"].values["answers_reason"]


def test_a_declared_break_between_the_surveys_stops_the_comparison() -> None:
    frame, _ = real_frame()
    code = frame["sammenlignbar"].mask(frame["aar"] == 2022, "nei_ordlyd")
    finding = published(sammenlignbar=code)["skulket"]
    assert finding.refusal == "not_comparable"
    assert finding.reason == "nei_ordlyd"


def test_undeclared_questions_with_two_figures_are_exploratory_and_at_most_probable() -> None:
    frame, sources = real_frame()
    known = frame.assign(antall_svar=2800.0)
    found = ungdata.published_changes(known, PLAN, sources, Declared(("haerverk",)))
    by_question = {finding.values["question"]: finding for finding in found}
    assert found[0].values["question"] == "haerverk"
    assert by_question["skulket"].is_exploratory
    assert by_question["skulket"].verdict is Verdict.PROBABLE
    assert "trygt_svaert" not in by_question


def test_two_levels_of_school_are_two_series() -> None:
    frame, sources = real_frame()
    both = pd.concat([frame.assign(trinn="ungdomsskole"), frame.assign(trinn="vgs")])
    found = ungdata.published_changes(both, PLAN, sources, Declared(("skulket",)))
    ids = [finding.id for finding in found if not finding.is_exploratory]
    assert ids == ["ungdata.skulket.ungdomsskole", "ungdata.skulket.vgs"]


def test_sources_are_those_of_the_questions_own_rows() -> None:
    titles = [source.title for source in published()["skulket"].sources]
    assert len(titles) == 1
    assert "Handlingsplan" in titles[0]


def test_all_five_point_the_same_way_also_within_rounding() -> None:
    joint = ungdata.joint_direction(list(published().values()), PLAN)
    assert joint is not None
    assert (joint.values["agreeing"], joint.values["total"]) == (5, 5)
    assert joint.values["beyond_rounding"] == 5
    assert joint.verdict is None
    assert "trygt_svaert" not in joint.frame["topic"].tolist()


def test_no_figures_at_all_give_no_joint_direction() -> None:
    assert ungdata.joint_direction([published()["trygt_svaert"]], PLAN) is None


# Answers per school -------------------------------------------------------------------------------


def test_reference_table_r6_is_clear_with_its_numbers() -> None:
    # Method guide 1.4, R survey 4.1-1 and sign-flip: change 2016→2025 0.043416910887, and six
    # schools all moving the same way have p_exact 2^-5.
    finding = judge(tier_1(school_rows(R6)), Declared(("skulket",)))["ungdata.skulket.skoler"]
    assert finding.verdict is Verdict.CLEAR
    assert finding.direction == "up"
    assert finding.values["difference"] == pytest.approx(0.043416910887, abs=1e-10)
    assert finding.values["p_exact"] == 0.03125
    assert finding.values["p_family"] == 0.03125
    assert finding.values["G"] == 6
    assert finding.frame["share"].tolist() == pytest.approx(
        [0.081081081081, 0.093877551020, 0.119463087248, 0.124497991968], abs=1e-11
    )
    pairs = finding.details["pairs"]
    assert list(zip(pairs["wave_from"], pairs["wave_to"], strict=True))[-1] == (2016, 2025)
    assert len(pairs) == 4


def test_pupils_and_schools_give_the_same_answer() -> None:
    schools = judge(tier_1(school_rows(R6)))["ungdata.skulket.skoler"]
    pupils = judge(tier_2(school_rows(R6)))["ungdata.skulket.skoler"]
    assert pupils.verdict is schools.verdict
    for name in ("difference", "lower", "upper", "p_value", "p_exact", "p_family"):
        assert pupils.values[name] == pytest.approx(schools.values[name], abs=1e-12)


def test_the_pandemic_survey_caps_the_verdict() -> None:
    table = {year: R6[year] for year in (2016, 2022)}
    finding = judge(tier_1(school_rows(table)))["ungdata.skulket.skoler"]
    assert (finding.verdict, finding.reason) == (Verdict.PROBABLE, "pandemic")
    assert finding.values["pandemic_year"] == 2022


def test_five_schools_are_refused() -> None:
    table = {year: schools[:5] for year, schools in R6.items()}
    finding = judge(tier_1(school_rows(table)))["ungdata.skulket.skoler"]
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "few_clusters")
    assert finding.values["G"] == 5
    assert finding.values["share_from"] is not None
    assert finding.values["p_value"] is None


def test_alone_but_not_in_the_family_is_unclear() -> None:
    """Six questions at six schools: p_exact 2^-5 in one of them is not enough in the family."""
    rng = np.random.default_rng(5)
    frames = [school_rows(R6, "skulket")]
    for item in SIX[1:]:
        table = {
            year: [(int(rng.integers(15, 35)), 150) for _ in range(6)] for year in (2016, 2025)
        }
        frames.append(school_rows(table, item))
    finding = judge(tier_1(pd.concat(frames)))["ungdata.skulket.skoler"]
    assert finding.values["p_exact"] == 0.03125
    assert float(str(finding.values["p_family"])) >= 0.03125
    expected = "family" if float(str(finding.values["p_family"])) > 0.05 else ""
    assert finding.reason == expected


def test_a_change_inside_the_default_margin_is_stable() -> None:
    out = judge(tier_1(shifted(0.0)))["ungdata.skulket.skoler"]
    assert out.verdict is Verdict.STABLE
    assert out.values["margin"] == 0.03


def test_under_ten_per_cent_nothing_is_stable_without_a_declared_margin() -> None:
    frame = shifted(0.0, base=0.08)
    assert judge(tier_1(frame))["ungdata.skulket.skoler"].verdict is Verdict.UNCLEAR
    declared = Declared(("skulket",), margins={"skulket": 0.03})
    assert judge(tier_1(frame), declared)["ungdata.skulket.skoler"].verdict is Verdict.STABLE


def test_other_grades_are_a_hard_break() -> None:
    frame = school_rows({2016: R6[2016], 2025: R6[2025]}, trinn="9")
    frame["trinn"] = frame["trinn"].mask(frame["aar"] == 2025, "10")
    finding = judge(tier_1(frame))["ungdata.skulket.skoler"]
    assert (finding.refusal, finding.reason) == ("not_comparable", "grades")


def test_a_declared_break_stops_only_comparisons_across_it() -> None:
    breaks = pd.DataFrame(
        {"spoersmaal": ["skulket"], "aar_fra": [2016], "aar_til": [2025], "kode": ["nei_annet"]}
    )
    finding = judge(tier_1(school_rows(R6), breaks))["ungdata.skulket.skoler"]
    assert (finding.refusal, finding.reason) == ("not_comparable", "nei_annet")


def test_schools_in_one_survey_only_are_flagged_and_then_refused() -> None:
    closed = shifted(0.1)
    one_less = closed[~((closed["aar"] == 2025) & (closed["skole_kode"] == "U-8"))]
    finding = judge(tier_1(one_less))["ungdata.skulket.skoler"]
    assert (finding.verdict, finding.reason) == (Verdict.PROBABLE, "schools_changed")


def test_where_one_large_school_dominates_the_verdict_rests_on_cr2() -> None:
    """One school of 2,500 and eight of 100: t(8) says 0,030, CR2 with 1.6 df says 0,058."""
    table = {
        2016: [(500, 2500)] + [(20, 100)] * 8,
        2025: [(706, 2500)] + [(yes, 100) for yes in (24, 23, 23, 28, 24, 21, 24, 28)],
    }
    finding = judge(tier_1(school_rows(table)), Declared(("skulket",)))["ungdata.skulket.skoler"]
    p_value, p_cr2 = (float(str(finding.values[name])) for name in ("p_value", "p_cr2"))
    assert p_value <= 0.05 < p_cr2
    assert finding.values["is_dominated"] is True
    assert (finding.verdict, finding.reason) == (Verdict.UNCLEAR, "schools_uneven")


def test_rounded_percentages_are_tested_at_their_weakest() -> None:
    frame = school_rows({2016: R6[2016], 2025: R6[2025]})
    rounded = frame.assign(
        antall_ja=np.nan,
        antall_ja_min=frame["antall_ja"] - 1,
        antall_ja_maks=frame["antall_ja"] + 1,
    )
    exact = judge(tier_1(frame))["ungdata.skulket.skoler"]
    weak = judge(tier_1(rounded))["ungdata.skulket.skoler"]
    assert weak.values["difference"] == exact.values["difference"]
    for name in ("p_value", "p_exact", "p_family"):
        assert float(str(weak.values[name])) >= float(str(exact.values[name]))


def test_known_enrolment_gives_the_descriptive_answer_too() -> None:
    # Method guide 1.1 and 1.9, by hand: 8 schools of 200 answers of 250 invited.
    frame = shifted(0.1).assign(antall_invitert=250.0)
    values = judge(tier_1(frame))["ungdata.skulket.skoler"].values
    a, b = 320 / 1600, float(str(values["share_to"]))
    se = math.sqrt((a * (1 - a) + b * (1 - b)) / 1599 * (1 - 0.8))
    assert float(str(values["descriptive_upper"])) == pytest.approx(b - a + 1.959964 * se, abs=1e-6)
    assert values["tipping_share"] == pytest.approx((a - 0.8 * b) / 0.2)


def test_one_school_without_invited_leaves_the_response_rate_unknown() -> None:
    frame = shifted(0.1).assign(antall_invitert=250.0)
    frame.loc[0, "antall_invitert"] = np.nan
    assert "tipping_share" not in judge(tier_1(frame))["ungdata.skulket.skoler"].values


def test_grades_are_summed_only_where_the_whole_level_is_missing() -> None:
    grade = school_rows({2016: R6[2016], 2025: R6[2025]})
    counts = ["antall_svar", "antall_ja", "antall_ja_min", "antall_ja_maks"]
    whole = grade.assign(**{name: 2 * grade[name] for name in counts})
    parts = pd.concat([grade.assign(trinn="9"), grade.assign(trinn="10")])
    (from_both,) = by_level(tier_1(pd.concat([whole, parts])))
    (from_parts,) = by_level(tier_1(parts))
    assert from_both.cells.count.sum() == whole["antall_svar"].sum()
    assert from_parts.cells.count.sum() == whole["antall_svar"].sum()


def test_parts_that_are_more_than_the_whole_are_refused() -> None:
    whole = school_rows({2016: R6[2016], 2025: R6[2025]})
    parts = pd.concat([whole.assign(trinn="9"), whole.assign(trinn="10")])
    with pytest.raises(EvalueringError, match="Delene er flere"):
        by_level(tier_1(pd.concat([whole, parts])))


def test_lower_and_upper_secondary_are_never_mixed() -> None:
    both = pd.concat([school_rows(R6), school_rows(R6, trinn="vgs")])
    ids = set(judge(tier_1(both)))
    assert {"ungdata.skulket.ungdomsskole.skoler", "ungdata.skulket.vgs.skoler"} <= ids


def test_a_question_asked_once_is_missing() -> None:
    finding = judge(tier_1(school_rows({2022: R6[2022]})))["ungdata.skulket.skoler"]
    assert finding.verdict is Verdict.MISSING


def test_undeclared_questions_are_exploratory() -> None:
    frame = pd.concat([shifted(0.1), shifted(0.1).assign(spoersmaal="beruset")])
    found = judge(tier_1(frame), Declared(("skulket",)))
    assert found["ungdata.skulket.skoler"].verdict is Verdict.CLEAR
    assert found["ungdata.beruset.skoler"].reason == "exploratory"


def test_the_joint_test_uses_the_declared_direction() -> None:
    frame = pd.concat([shifted(0.1).assign(spoersmaal=item) for item in ("skulket", "beruset")])
    joint = judge(tier_1(frame))["ungdata.samlet.skoler"]
    assert (joint.values["agreeing"], joint.values["total"]) == (2, 2)
    assert joint.values["p_joint"] == pytest.approx(2**-7)


def test_the_composition_is_told_only_when_it_matters() -> None:
    survey = tier_2(school_rows({2016: R6[2016], 2025: R6[2025]}))
    values = judge(survey)["ungdata.skulket.skoler"].values
    assert values["composition_matters"] is False


# Is it us or everybody? ---------------------------------------------------------------------------


def places(own: float, others: dict[str, float], answers: float = math.nan) -> pd.DataFrame:
    """Shares of 20 per cent in 2016 that change by the given points to 2025."""
    rows = [
        (year, place, "skulket", "ungdomsskole", "alle", 20.0 + (change if year == 2025 else 0.0))
        for place, change in {"kommune": own, **others}.items()
        for year in (2016, 2025)
    ]
    columns = ["aar", "sted", "spoersmaal", "trinn", "kjoenn", "prosent"]
    frame = pd.DataFrame(rows, columns=pd.Index(columns))
    return frame.assign(
        prosent_desimaler=0.0,
        antall_ja=math.nan,
        antall_svar=answers,
        sammenlignbar="ja",
        kilde="oppdiktet",
    )


def compare(frame: pd.DataFrame) -> dict[str, Finding]:
    found = comparison.comparisons(frame, PLAN, SOURCE, Declared(("skulket",)))
    return {finding.id: finding for finding in found}


def test_nothing_to_compare_with_is_missing() -> None:
    frame, sources = real_frame()
    (finding,) = comparison.comparisons(frame, PLAN, sources, DECLARED)
    assert finding.verdict is Verdict.MISSING
    assert finding.next_datum


def test_unknown_answers_give_the_difference_without_an_interval() -> None:
    finding = compare(places(15.0, {"landet": 5.0}))["sammenligning.skulket.landet"]
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "no_n")
    assert finding.values["difference"] == pytest.approx(0.10)
    assert finding.values["lower"] is None


def test_a_large_difference_is_at_most_probable() -> None:
    frame = places(15.0, {"landet": 5.0}, answers=2000.0)
    frame.loc[frame["sted"] == "landet", "antall_svar"] = 50_000.0
    finding = compare(frame)["sammenligning.skulket.landet"]
    assert (finding.verdict, finding.reason) == (Verdict.PROBABLE, "comparison")


def test_a_difference_the_rounding_can_explain_is_unclear() -> None:
    frame = places(7.0, {"landet": 5.0}, answers=1_000_000.0)
    frame.loc[frame["sted"] == "landet", "antall_svar"] = 50_000_000.0
    assert compare(frame)["sammenligning.skulket.landet"].verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(("number", "refusal"), [(18, "few_comparators"), (19, "")])
def test_a_place_among_municipalities_needs_nineteen(number: int, refusal: str) -> None:
    others = {str(3000 + place): float(place % 5) for place in range(number)}
    finding = compare(places(15.0, others))["sammenligning.skulket.kommuner"]
    assert finding.refusal == refusal
    assert finding.values["above"] == 0
    assert (finding.verdict is Verdict.PROBABLE) is (number == 19)


def test_standardised_other_grades_are_not_compared() -> None:
    frame = places(15.0, {"landet": 5.0})
    frame.loc[frame["sted"] == "landet", "trinn"] = "vgs"
    assert set(compare(frame)) == {"sammenligning.ungdata"}


# The notebook, as a researcher runs it ------------------------------------------------------------

TIERS = {
    "T1": "ungdata: {skoletabell: eksempel_skoletabell.csv}",
    "T2": "ungdata: {mikrodata: eksempel_ungdata.csv, kobling: eksempel_ungdata_kobling.yml}",
}


@pytest.mark.notebook
@pytest.mark.parametrize("tier", TIERS)
def test_notebook_30_shows_both_answers_in_every_tier(project: Path, tier: str) -> None:
    chosen = f"{{syntetisk: true, publisert: {{}}, {TIERS[tier]}}}"
    result = papermill(project, "notebooks/30_ungdata.ipynb", "ut.ipynb", "-y", chosen)
    assert result.returncode == 0, result.stderr[-2000:]
    page = (project / "ut.ipynb").read_text(encoding="utf-8")
    # Analytic and descriptive, side by side.
    assert "Endringen er større enn det tilfeldig variasjon mellom skoler og elever" in page
    assert "Blant elevene som svarte, var andelen" in page
    folder = project / "data" / "statistikk" / "frittstaaende"
    saved = {finding.id: finding for finding in read_findings(folder)}
    finding = saved["ungdata.skulket.skoler"]
    assert finding.values["tier"] == tier
    assert finding.is_synthetic
    assert finding.verdict is Verdict.CLEAR
