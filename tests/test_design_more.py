"""Standardised changes, linear contrasts, ordered answers, «stabil», non-response, us or all."""

import itertools

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from survey_material import r6, rows, seattle

from evaluering.errors import EvalueringError
from evaluering.statistics import design
from evaluering.statistics.trend import polynomials

R6 = {"wave": "aar", "cluster": "skole"}
WORDS = ["svært utrygt", "utrygt", "trygt", "svært trygt"]


def pupils(seed: int = 3, schools: int = 8, waves: int = 2) -> pd.DataFrame:
    """Simulated: the share of boys rises, boys say yes more often, nobody changes."""
    draw = np.random.default_rng(seed)
    parts = []
    for wave, school in itertools.product(range(waves), range(schools)):
        size = int(draw.integers(60, 110))
        boy = draw.random(size) < (0.35 if wave == 0 else 0.65)
        part = pd.DataFrame({"kjoenn": np.where(boy, "gutt", "jente")})
        part["trinn"] = draw.integers(8, 11, size=size)
        part["svar"] = (draw.random(size) < np.where(boy, 0.4, 0.1)).astype(float)
        parts.append(part.assign(skole=school, aar=2019 + 3 * wave))
    return pd.concat(parts, ignore_index=True)


# --- Composition ---


def test_standardising_by_nothing_that_differs_is_the_crude_change() -> None:
    frame = r6().assign(gruppe=lambda f: np.arange(len(f)) % 2)
    frame["gruppe"] = 0
    crude = design.change(frame, "svar", **R6)
    out = design.standardised_change(frame, "svar", **R6, standardise=["gruppe"])
    same = ["difference", "standard_error", "lower", "upper", "p_value", "p_exact", "n_from"]
    assert_allclose(out[same], crude[same], rtol=1e-10)
    assert (out["post_strata"] == 1).all()
    assert not out["differs"].any()


def test_a_change_of_mix_is_taken_out() -> None:
    frame = pupils()
    out = design.standardised_change(frame, "svar", **R6, standardise=["kjoenn", "trinn"]).iloc[0]
    assert out.crude_difference > 0.05
    assert abs(out.difference) < 0.05
    assert out.differs
    assert out.post_strata == 6


def test_standardised_change_by_hand() -> None:
    frame = pupils()
    cells = ["kjoenn", "trinn"]
    out = design.standardised_change(frame, "svar", **R6, standardise=cells).iloc[0]
    last = frame[frame["aar"] == 2022]
    mix = last.groupby(cells).size() / len(last)

    def difference(part: pd.DataFrame) -> float:
        shares = part.groupby(["aar", *cells])["svar"].mean().unstack("aar")
        return float((mix * (shares[2022] - shares[2019])).sum())

    d = difference(frame)
    assert_allclose(out.difference, d, rtol=1e-12)
    left = [difference(frame[frame["skole"] != school]) for school in range(8)]
    brute = np.sqrt(7 / 8 * sum((one - d) ** 2 for one in left))  # the mix is held fixed
    assert_allclose(out.standard_error, brute, rtol=1e-10)
    pooled = frame.groupby(cells)["svar"].transform("mean")
    size = frame.groupby(["aar", *cells])["svar"].transform("size")
    weight = mix.loc[pd.MultiIndex.from_frame(frame[cells])].to_numpy() / size
    sign = np.where(frame["aar"] == 2022, 1, -1)
    score = (sign * weight * (frame["svar"] - pooled)).groupby(frame["skole"]).sum()
    assert_allclose(score.sum(), d, rtol=1e-9)
    limit = abs(d) * (1 - 1e-9)
    hits = [abs(np.dot(s, score)) >= limit for s in itertools.product((1, -1), repeat=8)]
    assert out.p_exact == np.mean(hits)


def test_thin_cells_are_merged_and_nobody_is_dropped() -> None:
    frame = pupils(waves=3)
    frame.loc[frame.index[:24], "kjoenn"] = "annet"  # in the first wave only: too few in the others
    frame.loc[frame.index[40:44], "kjoenn"] = None
    frame.loc[(frame["trinn"] == 10) & (frame["skole"] > 0), "trinn"] = 9  # one school's grade
    out = design.standardised_change(frame, "svar", **R6, standardise=["kjoenn", "trinn"])
    assert (out["refusal"] == "").all()
    assert out.loc[0, "n_from"] == (frame["aar"] == 2019).sum()
    assert out.loc[0, "post_strata"] == 4  # two sexes, and grade 10 counted with grade 9
    with pytest.raises(EvalueringError):
        design.standardised_change(frame, "svar", **R6, standardise=[])


@pytest.mark.parametrize(
    ("answers", "schools", "post_strata"),
    [(10, 2, 3), (9, 2, 2), (10, 1, 2)],  # pupils of grade 10 in the last wave, and their schools
)
def test_a_cell_needs_ten_answers_from_two_schools(
    answers: int, schools: int, post_strata: int
) -> None:
    frame = pupils().assign(trinn=lambda f: 8 + np.arange(len(f)) % 3)
    late = frame[(frame["aar"] == 2022) & (frame["trinn"] == 10)]
    kept = late[late["skole"] < schools].groupby("skole").head(answers // schools + 1)
    kept = kept.head(answers) if schools == 1 else kept.sort_values("skole").iloc[-answers:]
    assert (len(kept), kept["skole"].nunique()) == (answers, schools)
    frame = frame.drop(index=late.index.difference(kept.index))
    out = design.standardised_change(frame, "svar", **R6, standardise="trinn").iloc[0]
    assert out.post_strata == post_strata


def test_cr2_of_a_standardised_change_is_refused() -> None:
    out = design.standardised_change(
        pupils(), "svar", **R6, standardise=["kjoenn"], variance="cr2"
    ).iloc[0]
    assert out.refusal == "unsupported_design"


# --- Linear contrast ---


def test_linear_contrast_of_r6() -> None:
    # Method guide, table R6: p_exact of the linear contrast over four waves is 0.03125
    out = design.linear_contrast(r6(), "svar", **R6).iloc[0]
    assert out.p_exact == 0.03125
    c = polynomials(np.array([2016.0, 2019, 2022, 2025]), 1)[:, 0]
    assert_allclose(c, [-0.6708203932, -0.2236067977, 0.2236067977, 0.6708203932], atol=1e-9)
    shares = design.estimate(r6(), "svar", **R6)["share"]
    assert_allclose(out.difference, c @ shares)
    assert (out.waves, out.clusters_both, out.degrees_of_freedom) == (4, 6, 5)
    two = r6()[lambda f: f["aar"].isin([2016, 2022])]
    one = design.linear_contrast(two, "svar", **R6).iloc[0]
    change = design.change(two, "svar", **R6).iloc[0]
    assert_allclose(one.difference, change.difference / np.sqrt(2))
    assert_allclose(
        [one.p_value, one.p_exact, one.p_cr2], [change.p_value, change.p_exact, change.p_cr2]
    )


def test_polynomials_are_those_of_r() -> None:
    # R 4.2.2: contr.poly(4, scores = c(1993, 1995, 1999, 2009))
    c = polynomials(np.array([1993.0, 1995, 1999, 2009]), 2)
    linear = [-0.486664263392288, -0.324442842261525, 0.0, 0.811107105653813]
    quadratic = [0.54323914341048, -0.06276468190798, -0.78131207478559, 0.3008376132833]
    assert_allclose(c[:, 0], linear, atol=1e-12)
    assert_allclose(c[:, 1], quadratic, atol=1e-12)
    assert_allclose(c.T @ c, np.eye(2), atol=1e-12)


def test_standardised_linear_contrast_takes_the_mix_out() -> None:
    frame = pupils(waves=3)
    crude = design.linear_contrast(frame, "svar", **R6).iloc[0]
    held = design.linear_contrast(frame, "svar", **R6, standardise=["kjoenn"]).iloc[0]
    assert crude.difference > 0.03 > abs(held.difference)
    assert held.refusal == ""


# --- Cochran–Armitage ---


def test_trend_of_a_table_matches_r() -> None:
    # R 4.2.2: prop.trend.test(c(476, 560, 728, 896), rep(2800, 4))
    out = design.cochran_armitage([476, 560, 728, 896], [2800] * 4)
    assert_allclose(out.chi_square, 201.078170836928, rtol=1e-10)
    assert_allclose(out.p_value, 1.21493760128319e-45, rtol=1e-6)
    assert out.slope > 0
    halved = design.cochran_armitage([476, 560, 728, 896], [2800] * 4, design_effect=2)
    assert_allclose(halved.chi_square, out.chi_square / 2)
    years = design.cochran_armitage([476, 560, 728, 896], [2800] * 4, [2016, 2019, 2022, 2025])
    assert_allclose(years.chi_square, out.chi_square)  # equal steps
    assert np.isnan(design.cochran_armitage([0, 0], [10, 10]).p_value)


@pytest.mark.parametrize(
    ("yes", "n"),
    [
        ([1, 2, 3], [10, 10]),
        ([1], [10]),
        ([11, 2], [10, 10]),
        ([-1, 2], [10, 10]),
        ([1.5, 2], [10, 10]),
        ([np.nan, 2], [10, 10]),
        ([0, 2], [0, 10]),
    ],
)
def test_impossible_tables_have_no_trend(yes: list[float], n: list[float]) -> None:
    with pytest.raises(EvalueringError):
        design.cochran_armitage(yes, n)


# --- Ordered answers ---


def ordered(seed: int = 5, schools: int = 9) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    parts = []
    for wave, school in itertools.product(range(2), range(schools)):
        p = draw.dirichlet(np.array([3, 8, 25, 40 - 8 * wave]))
        words = draw.choice(WORDS, p=p, size=int(draw.integers(30, 60)))
        parts.append(pd.DataFrame({"trygg": words, "skole": school, "aar": 2019 + 3 * wave}))
    return pd.concat(parts, ignore_index=True)


def test_theta_is_the_share_of_pairs_where_the_later_answer_is_higher() -> None:
    frame = ordered()
    out = design.ordinal_change(frame, "trygg", categories=WORDS, **R6).iloc[0]
    code = frame["trygg"].map(WORDS.index).to_numpy()
    early, late = code[frame["aar"] == 2019], code[frame["aar"] == 2022]
    pairs = late[:, None] - early[None, :]
    theta = (pairs > 0).mean() + (pairs == 0).mean() / 2
    assert_allclose(out.theta, theta, rtol=1e-12)
    u = stats.mannwhitneyu(late, early).statistic / (len(late) * len(early))
    assert_allclose(out.theta, u, rtol=1e-12)
    assert out.lower < out.theta < out.upper
    assert_allclose((out.lower + out.upper) / 2, out.theta)


def test_the_error_of_theta_is_its_formula_and_its_sign_flip_the_enumeration() -> None:
    frame = ordered()
    code = frame["trygg"].map(WORDS.index).to_numpy()
    is_late, school = (frame["aar"] == 2022).to_numpy(), frame["skole"].to_numpy()
    out = design.ordinal_change(frame, "trygg", categories=WORDS, **R6).iloc[0]

    def ridit(of: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.array([(of < y).mean() + (of == y).mean() / 2 for y in at])

    e = np.where(
        is_late,
        (ridit(code[~is_late], code) - out.theta) / is_late.sum(),
        (1 - ridit(code[is_late], code) - out.theta) / (~is_late).sum(),
    )
    by_school = np.bincount(school, weights=e)
    assert_allclose(out.standard_error, np.sqrt(9 / 8 * (by_school**2).sum()), rtol=1e-10)
    t = (out.theta - 0.5) / out.standard_error
    assert_allclose(out.p_value, 2 * stats.t.sf(abs(t), 8), rtol=1e-9)
    pooled = ridit(code, code)
    s = np.bincount(school, weights=pooled * np.where(is_late, 1 / is_late.sum(), 0))
    s -= np.bincount(school, weights=pooled * np.where(is_late, 0, 1 / (~is_late).sum()))
    # each school's own share of the wave must not count: centre at the mean ridit ½
    size = np.bincount(school, weights=np.where(is_late, 1 / is_late.sum(), -1 / (~is_late).sum()))
    s -= size / 2
    hits = [abs(np.dot(f, s)) >= abs(s.sum()) * (1 - 1e-9) for f in _flips(9)]
    assert_allclose(s.sum(), out.theta - 0.5)
    assert out.p_exact == np.mean(hits)


def _flips(schools: int) -> list[tuple[int, ...]]:
    return [(1, *rest) for rest in itertools.product((1, -1), repeat=schools - 1)]


def test_two_categories_give_the_change_of_the_share() -> None:
    frame = r6().assign(ord=lambda f: np.where(f["svar"] == 1, "ja", "nei"))
    theta = design.ordinal_change(frame, "ord", categories=["nei", "ja"], **R6)
    change = design.change(frame, "svar", **R6, variance="linearised")
    assert_allclose(theta["theta"], 0.5 + change["difference"] / 2, rtol=1e-10)
    assert_allclose(theta["standard_error"], change["standard_error"] / 2, rtol=1e-10)
    assert_allclose(theta["p_exact"], change["p_exact"])
    rao = design.ordinal_rao_scott(frame, "ord", categories=["nei", "ja"], **R6)
    assert_allclose(rao["f"], design.rao_scott(frame, "svar", **R6)["f"], rtol=1e-9)


def test_distribution_and_cut_are_shares_of_the_same_pupils() -> None:
    frame = ordered()
    frame.loc[::7, "trygg"] = None
    shares = design.distribution(frame, "trygg", categories=WORDS, **R6)
    assert_allclose(shares.groupby("wave")["share"].sum(), 1)
    assert shares["category"].unique().tolist() == WORDS
    svar = design.cut(frame["trygg"], categories=WORDS, yes=["svært trygt"])
    assert svar.isna().sum() == frame["trygg"].isna().sum()
    top = design.estimate(frame.assign(svar=svar), "svar", **R6)
    ours = shares[shares["category"] == "svært trygt"]
    assert_allclose(ours[["share", "lower", "upper"]], top[["share", "lower", "upper"]])


def test_rao_scott_of_several_categories_matches_r() -> None:
    # R 4.2.2, survey 4.1-1: svychisq(~factor(grade)+factor(year), statistic = "F") on
    # svydesign(ids = ~stratum, weights = ~1), Seattle, all waves, rows with a grade
    out = design.ordinal_rao_scott(
        seattle(), "grade", categories=[9, 10, 11, 12], wave="year", cluster="stratum"
    ).iloc[0]
    expected = [1.546117566013529, 5.936769797736730, 53.430928179630570, 0.181867582781239]
    assert_allclose([out.f, out.df1, out.df2, out.p_value], expected, rtol=1e-9)


def test_answers_outside_the_categories_are_refused() -> None:
    frame = ordered()
    frame.loc[0, "trygg"] = "vet ikke"
    for call in (
        lambda: design.ordinal_change(frame, "trygg", categories=WORDS, **R6),
        lambda: design.distribution(frame, "trygg", categories=WORDS, **R6),
        lambda: design.cut(frame["trygg"], categories=WORDS, yes=["svært trygt"]),
        lambda: design.cut(ordered()["trygg"], categories=WORDS, yes=["trygg"]),
        lambda: design.cut(ordered()["trygg"], categories=WORDS, yes=[]),
        lambda: design.cut(ordered()["trygg"], categories=["trygt"], yes=["trygt"]),
        lambda: design.ordinal_change(frame, "finnes_ikke", categories=WORDS, **R6),
    ):
        with pytest.raises(EvalueringError):
            call()


def test_ordered_answers_of_five_schools_or_of_one_word_are_refused() -> None:
    few = design.ordinal_change(ordered(schools=5), "trygg", categories=WORDS, **R6).iloc[0]
    assert few.refusal == "few_clusters"
    assert np.isnan(few.p_exact)
    alike = ordered().assign(trygg="trygt")
    out = design.ordinal_change(alike, "trygg", categories=WORDS, **R6).iloc[0]
    assert (out.theta, out.refusal) == (0.5, "no_variation")
    assert np.isnan(out.lower)


# --- «Stabil» ---


def test_equivalence_is_the_ninety_percent_interval() -> None:
    row = design.change(r6(), "svar", **R6, pairs=[(2016, 2019)]).iloc[0]
    out = design.equivalence(row, margin=0.03)
    half = stats.t.ppf(0.95, 5) * row.standard_error
    assert_allclose([out.lower, out.upper], [row.difference - half, row.difference + half])
    assert_allclose(out.smallest_margin, abs(row.difference) + half)
    p = stats.t.sf((0.03 - row.difference) / row.standard_error, 5)
    assert_allclose(out.p_value, p, rtol=1e-9)
    assert out.is_stable == (p <= 0.05)
    barely = design.equivalence(row, margin=out.smallest_margin * 1.0001)
    assert (barely.is_stable, barely.p_value < 0.05) == (1.0, True)
    short = design.equivalence(row, margin=out.smallest_margin * 0.9999)
    assert (short.is_stable, short.p_value > 0.05) == (0.0, True)


def test_nothing_is_stable_without_a_margin_or_after_a_refusal() -> None:
    frame = design.change(r6(), "svar", **R6)
    undeclared = design.equivalence(frame, margin=[0.03, np.nan, 0.03, 0.03])
    assert np.isnan(undeclared.loc[1, "is_stable"])
    assert undeclared.loc[[0, 2], "is_stable"].notna().all()
    five = design.change(r6()[lambda f: f["skole"] < 6], "svar", **R6)
    assert design.equivalence(five, margin=0.9)["is_stable"].isna().all()
    for wrong in (0.0, -0.03, 3):
        with pytest.raises(EvalueringError):
            design.equivalence(frame, margin=wrong)
    with pytest.raises(EvalueringError):
        design.equivalence(frame.drop(columns="difference"), margin=0.03)
    assert_allclose(design.default_margin([0.10, 0.25]), 0.03)
    assert np.isnan(design.default_margin(0.0999))


# --- Non-response and the pupils who were there ---


@pytest.mark.parametrize(
    ("p_from", "p_to", "response", "needed", "can_undo"),
    [  # hand checks of the method guide §1.9
        (0.08, 0.11, 0.70, 0.01, 1.0),
        (0.06, 0.08, 0.70, 0.013333333, 1.0),
        (0.17, 0.32, 0.80, -0.43, 0.0),
    ],
)
def test_tipping_points_by_hand(
    p_from: float, p_to: float, response: float, needed: float, can_undo: float
) -> None:
    out = design.tipping_point(p_from, p_to, response_from=response, response_to=response)
    assert_allclose(out.share_needed, needed, atol=1e-8)
    assert out.can_undo == can_undo
    assert_allclose([out.lower_to, out.upper_to], [response * p_to, response * p_to + 1 - response])


def test_nobody_missing_cannot_undo_and_missing_is_missing() -> None:
    out = design.tipping_point([0.1, 0.1], [0.2, np.nan], response_from=0.9, response_to=[1, 0.8])
    assert np.isnan(out.loc[0, "share_needed"])
    assert out.loc[0, "can_undo"] == 0
    assert np.isnan(out.loc[1, "can_undo"])
    with pytest.raises(EvalueringError):
        design.tipping_point(0.1, 0.2, response_from=0.9, response_to=80)
    with pytest.raises(EvalueringError):
        design.tipping_point(0.1, 0.2, response_from=0, response_to=0.8)


def test_the_descriptive_interval_is_its_formula() -> None:
    out = design.descriptive_change(
        0.08, 0.11, n_from=1400, n_to=1500, enrolled_from=1750, enrolled_to=2000
    )
    se = np.sqrt(0.08 * 0.92 / 1399 * (1 - 1400 / 1750) + 0.11 * 0.89 / 1499 * (1 - 1500 / 2000))
    assert_allclose(out.standard_error, se, rtol=1e-12)
    assert_allclose(out.lower, 0.03 - stats.norm.ppf(0.975) * se, rtol=1e-8)
    unknown = design.descriptive_change(
        0.08, 0.11, n_from=1400, n_to=1500, enrolled_from=None, enrolled_to=2000
    )
    assert np.isnan(unknown.lower)
    full = design.descriptive_change(
        0.08, 0.11, n_from=1400, n_to=1500, enrolled_from=1400, enrolled_to=1500
    )
    assert (full.note, np.isnan(full.lower), np.isnan(full.upper)) == ("full_count", True, True)
    alike = design.descriptive_change(
        0, 0, n_from=140, n_to=150, enrolled_from=150, enrolled_to=160
    )
    assert (alike.refusal, np.isnan(alike.lower)) == ("no_variation", True)
    with pytest.raises(EvalueringError):
        design.descriptive_change(
            0.1, 0.1, n_from=200, n_to=150, enrolled_from=150, enrolled_to=160
        )


# --- Is it us, or everybody? ---


def test_the_difference_of_changes_by_hand() -> None:
    out = design.difference_of_changes(
        0.17, 0.32, 0.19, 0.25,
        n_own_from=1500, n_own_to=1600, n_reference_from=60_000, n_reference_to=70_000,
        design_effect=3,
    )  # fmt: skip
    variance = 3 * (0.17 * 0.83 / 1500 + 0.32 * 0.68 / 1600)
    variance += 0.19 * 0.81 / 60_000 + 0.25 * 0.75 / 70_000
    assert_allclose(out.difference, 0.09)
    assert_allclose(out.standard_error, np.sqrt(variance), rtol=1e-12)
    half = stats.norm.ppf(0.975) * np.sqrt(variance)
    assert_allclose([out.lower, out.upper], [0.09 - half, 0.09 + half])
    assert (out.refusal, out.note) == ("", "")
    # each place by itself: the two parts of the same variance
    own = stats.norm.ppf(0.975) * np.sqrt(3 * (0.17 * 0.83 / 1500 + 0.32 * 0.68 / 1600))
    theirs = stats.norm.ppf(0.975) * np.sqrt(0.19 * 0.81 / 60_000 + 0.25 * 0.75 / 70_000)
    assert_allclose([out.lower_own, out.upper_own], [0.15 - own, 0.15 + own])
    assert_allclose([out.lower_reference, out.upper_reference], [0.06 - theirs, 0.06 + theirs])


def test_we_are_taken_out_of_the_country_where_the_counts_are_known() -> None:
    known = design.difference_of_changes(
        0.20, 0.30, 0.11, 0.12,
        n_own_from=1000, n_own_to=1000, n_reference_from=10_000, n_reference_to=10_000,
        contains_own=True,
    )  # fmt: skip
    assert_allclose(known.change_reference, 0.10 - 0.10, atol=1e-12)  # (1200−300)/9000 both years
    assert known.note == ""
    unknown = design.difference_of_changes(0.20, 0.30, 0.11, 0.12, contains_own=True)
    assert_allclose(unknown.difference, 0.09)
    assert (unknown.refusal, unknown.note) == ("no_n", "contains_own")
    assert np.isnan([unknown.lower, unknown.lower_own, unknown.upper_reference]).all()
    half = stats.norm.ppf(0.975) * np.sqrt(2 * 0.1 * 0.9 / 9000)  # 10 per cent of 9000 without us
    assert_allclose([known.lower_reference, known.upper_reference], [-half, half])
    with pytest.raises(EvalueringError):
        design.difference_of_changes(
            0.9, 0.9, 0.01, 0.01,
            n_own_from=900, n_own_to=900, n_reference_from=1000, n_reference_to=1000,
            contains_own=True,
        )  # fmt: skip


def test_difference_of_changes_takes_rows_and_refuses_percentages() -> None:
    out = design.difference_of_changes([0.1, 0.0], [0.2, 0.0], 0.0, 0.0, n_own_from=90, n_own_to=90,
                                       n_reference_from=900, n_reference_to=900)  # fmt: skip
    assert out["refusal"].tolist() == ["", "no_variation"]
    assert out.loc[1, ["standard_error", "lower", "upper"]].isna().all()
    with pytest.raises(EvalueringError):
        design.difference_of_changes(17, 32, 19, 25)


def test_rows_of_survey_material_are_the_counts() -> None:
    frame = rows(np.array([[1, 2]]), np.array([[3, 5]]), (2019, 2022))
    assert frame.groupby("aar")["svar"].agg(["sum", "size"]).to_numpy().tolist() == [[1, 3], [2, 5]]
