"""Goals of all cases: statistics.md 3.1–3.6 and 3.9 [V], R coin, R gasr, R ordinal."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from goal_material import wine
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import norm, wilcoxon

from evaluering.errors import EvalueringError
from evaluering.statistics import counts, goals

levels = st.sampled_from([-2, -1, 0, 1, 2])


# T


@pytest.mark.parametrize(
    ("scores", "weights", "t"),
    [  # statistics.md 3.4 [V: R gasr]
        ([-2, 0, -1, 2, 0, 1], [3, 5, 1, 4, 2, 6], 55),
        ([0, 0, -1], None, 45.43565),
        ([1], None, 60),
        ([-1] * 3, None, 36.30694),
        ([-2] * 3, None, 22.61387),
    ],
)
def test_gas_t(scores, weights, t) -> None:
    assert goals.gas_t(scores, weights) == pytest.approx(t, abs=1e-5)


def test_the_erratum_of_turner_stokes_2009_worked_by_hand() -> None:
    # Σwx = 7, √(.7·91 + .3·441) = 14: 50 + 70/14
    assert goals.gas_t([-2, 0, -1, 2, 0, 1], [3, 5, 1, 4, 2, 6]) == pytest.approx(55, abs=1e-12)


def test_t_depends_on_the_number_of_goals_and_on_rho() -> None:
    # statistics.md 3.4
    same_level = [goals.gas_t([-1] * n) for n in (1, 2, 3, 4)]
    assert_allclose(same_level, [40.0, 37.6, 36.3, 35.5], atol=0.05)
    table = goals.gas_sensitivity([-1, np.nan, -1, -1])
    assert table["rho"].tolist() == [0, 0.3, 0.6]
    assert_allclose(table["t"], [32.68, 36.31, 38.32], atol=0.005)
    assert table["goals"].tolist() == [3, 3, 3]


def test_a_goal_not_assessed_drops_out_with_its_weight() -> None:
    assert goals.gas_t([1, np.nan, -1], [3, 9, 2]) == goals.gas_t([1, -1], [3, 2])
    assert np.isnan(goals.gas_t([np.nan]))


@settings(max_examples=60, deadline=None)
@given(st.lists(levels, min_size=1, max_size=8), st.floats(0.1, 10))
def test_t_is_fifty_at_the_expected_level_and_blind_to_the_scale_of_weights(x, factor) -> None:
    weights = np.arange(1.0, len(x) + 1)
    assert goals.gas_t(x, weights * factor) == pytest.approx(goals.gas_t(x, weights))
    assert goals.gas_t([0] * len(x)) == 50
    assert goals.gas_t([-v for v in x]) == pytest.approx(100 - goals.gas_t(x))


# Signed ranks


@pytest.mark.parametrize(
    ("d", "z", "p"),
    [  # statistics.md 3.2 [V: R coin wilcoxsign_test, exact, Pratt]
        ([0, 0, 0, 1, 1, 1, 2, 2, -1, 3, 1], 2.187474966, 0.046875),
        ([0, 0, 1, 1, 2, -1, 3], 1.474086948, 0.25),
    ],
)
def test_wilcoxon_pratt(d, z, p) -> None:
    out = goals.wilcoxon_pratt(np.zeros(len(d)), d)
    assert out.z == pytest.approx(z, abs=1e-9)
    assert out.p_value == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize(
    ("d", "wrong"),
    [([0, 0, 0, 1, 1, 1, 2, 2, -1, 3, 1], 0.0673828125), ([0, 0, 1, 1, 2, -1, 3], 0.296875)],
)
def test_scipys_exact_method_is_wrong_with_zeros_or_ties_and_not_used(d, wrong) -> None:
    assert wilcoxon(d, zero_method="pratt", method="exact").pvalue == pytest.approx(wrong)
    assert abs(goals.wilcoxon_pratt(np.zeros(len(d)), d).p_value - wrong) > 0.01


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9))
def test_the_exact_p_is_plain_enumeration(d) -> None:
    x = np.array(d, dtype=float)
    size = np.abs(x)
    ranks = (size[:, None] > size).sum(1) + ((size[:, None] == size).sum(1) + 1) / 2
    ranks = ranks[x != 0]
    centre = ranks.sum() / 2
    seen = abs(ranks[x[x != 0] > 0].sum() - centre)
    patterns = itertools.product([0, 1], repeat=ranks.size)
    p = np.mean([abs(np.dot(s, ranks) - centre) >= seen - 1e-9 for s in patterns])
    out = goals.wilcoxon_pratt(np.zeros(x.size), x)
    back = goals.wilcoxon_pratt(x, np.zeros(x.size))
    assert out.p_value == pytest.approx(p, abs=1e-12)
    assert (back.p_value, back.z) == (pytest.approx(p), pytest.approx(-out.z))


def test_many_cases_use_the_normal_and_agree_with_the_exact() -> None:
    d = np.resize([1, 0, 2, -1, 1, -2, 0, -1, 1], 900)
    small = goals.wilcoxon_pratt(np.zeros(450), d[:450])
    large = goals.wilcoxon_pratt(np.zeros(900), d)
    assert small.changed < 400 < large.changed
    assert small.p_value == pytest.approx(2 * norm.sf(small.z), abs=2e-3)
    assert 0 < large.p_value < small.p_value


def test_no_change_at_all_is_p_one_and_no_pairs_is_missing() -> None:
    assert goals.wilcoxon_pratt([1, 2, 0], [1, 2, 0])[1:] == (0, 0, 0.0, 1.0)
    out = goals.wilcoxon_pratt([1, np.nan], [np.nan, 2])
    assert (out.pairs, out.missing) == (0, 2)
    assert np.isnan(out.p_value)


def test_half_steps_that_differ_in_the_last_bit_are_ties() -> None:
    out = goals.wilcoxon_pratt([0.1, 0.3, 0.0], [0.3, 0.1, 0.2])
    assert out == goals.wilcoxon_pratt([0, 2, 0], [2, 0, 2])


# Summaries

CASES = [name for name in "abcdefghijkl" for _ in range(3)]
REACHED = np.array([1, 1, 0] * 6 + [0, 0, 1] * 3 + [1, 1, 1] * 2 + [0, 0, 0], dtype=float)


def test_distribution_counts_every_level_and_the_not_assessed() -> None:
    out = goals.distribution([-2, 0, 0, 1, np.nan, np.nan])
    assert out["goals"].tolist() == [1, 0, 2, 1, 0, 2]
    assert out["level"].isna().tolist() == [False] * 5 + [True]


def test_attainment_draws_cases_and_not_goals() -> None:
    out = goals.attainment(CASES, REACHED)
    assert (out.cases, out.goals, out.assessed, out.reached, out.missing) == (12, 36, 36, 21, 0)
    assert out.share == pytest.approx(21 / 36)
    together = np.repeat([1, 0] * 6, 3)
    as_cases, as_goals = goals.attainment(CASES, together), goals.attainment(range(36), together)
    assert as_cases.upper - as_cases.lower > 1.4 * (as_goals.upper - as_goals.lower)
    assert out == goals.attainment(CASES[::-1], REACHED[::-1])


def test_the_bootstrap_has_the_spread_of_a_ratio_over_cases() -> None:
    out = goals.attainment(CASES, REACHED, level=0.6827)
    yes = REACHED.reshape(12, 3).sum(1)
    error = np.sqrt(((yes - 3 * 21 / 36) ** 2).sum()) / 36
    assert (out.upper - out.lower) / 2 == pytest.approx(error, rel=0.15)


def test_missing_follow_ups_stay_in_the_denominator() -> None:
    with_gaps = REACHED.copy()
    with_gaps[[0, 5, 33]] = np.nan
    out = goals.attainment(CASES, with_gaps)
    assert (out.goals, out.assessed, out.reached, out.missing) == (36, 33, 20, 3)
    assert out.share == pytest.approx(20 / 33)
    assert (out.share_worst, out.share_best) == (20 / 36, 23 / 36)
    assert out.share_worst <= out.share <= out.share_best


@pytest.mark.parametrize(("cases", "refusal"), [(9, "few_cases"), (10, "")])
def test_nine_cases_are_not_shown_together(cases, refusal) -> None:
    n = 3 * cases
    out = goals.attainment(CASES[:n], REACHED[:n])
    assert out.refusal == refusal
    assert np.isnan([out.share, out.lower, out.share_worst]).all() == bool(refusal)
    medians = goals.cases_reached(CASES[:n], REACHED[:n] - 1)
    assert medians.refusal == refusal
    assert np.isnan(medians.share) == bool(refusal)


def test_cases_without_an_assessed_goal_do_not_count_as_cases() -> None:
    with_gaps = REACHED.copy()
    with_gaps[:9] = np.nan
    assert goals.attainment(CASES, with_gaps).refusal == "few_cases"


def test_all_reached_has_no_interval_of_zero_width() -> None:
    out = goals.attainment(range(20), np.ones(20))
    assert (out.share, out.refusal) == (1, "no_variation")
    assert np.isnan([out.lower, out.upper]).all()


def test_the_case_is_summed_up_by_its_median_goal() -> None:
    out = goals.case_medians(["b", "a", "b", "b", "c"], [-1, 2, 0, 1, np.nan])
    assert out.index.tolist() == ["b", "a", "c"]
    assert out.tolist()[:2] == [0, 2]
    assert np.isnan(out["c"])


def test_cases_reached_is_wilson_on_cases() -> None:
    cases, scores = list(range(12)) * 2, [0] * 8 + [-1] * 4 + [1] * 8 + [-2] * 4
    out = goals.cases_reached(cases, scores)
    assert (out.cases, out.reached) == (12, 8)
    assert_allclose([out.share, out.lower, out.upper], counts.share(8, 12))


def test_progress_is_the_mean_of_at_most_three_goals() -> None:
    out = goals.progress(["a", "a", "b", "c"], [2, 3, 5, 1], [6, 5, 4, np.nan])
    assert out["case"].tolist() == ["a", "b", "c"]
    assert out["progress"].tolist()[:2] == [3, -1]
    assert out["assessed"].tolist() == [2, 1, 0]
    assert np.isnan(out["progress"][2])
    with pytest.raises(EvalueringError, match="mer enn tre mål"):
        goals.progress(["a"] * 4, [1] * 4, [2] * 4)


# Reliable change


def test_reliable_change_threshold() -> None:
    # statistics.md 3.6: SD 2, reliability .8 → 2.47918
    out = goals.reliable_change([3, 3, 6, 3, np.nan], [6, 5, 3, 3, 4], 2, 0.8)
    assert_allclose(out["threshold"], 2.47918, atol=1e-5)
    assert out["direction"].tolist() == ["up", "none", "down", "none", ""]
    assert goals.reliable_change(3, 6, 2, 0.8).direction == "up"


@pytest.mark.parametrize("n", [29, 30])
def test_thirty_own_baselines_before_an_own_standard_deviation(n) -> None:
    sd = goals.baseline_sd([*np.arange(n, dtype=float), np.nan])
    out = goals.reliable_change(3, 6, sd, 0.8)
    if n < 30:
        assert np.isnan(sd)
        assert np.isnan(out.threshold)
        assert out.direction == ""
    else:
        assert sd == pytest.approx(np.std(np.arange(30), ddof=1))


# Mixed model


def test_mixed_model_agrees_with_clmm() -> None:
    # R ordinal::clmm(rating ~ temp + contact + (1|judge)), Laplace; tolerance of the oracle .001
    out = goals.mixed_model(*wine(), fewest_cases=9)
    expected = {
        "temp": (3.06299662584431, 0.595376183131184),
        "contact": (1.83488492228405, 0.512529332005404),
    }
    frame = out.frame.set_index("term")
    for term, (estimate, error) in expected.items():
        assert frame.loc[term, "estimate"] == pytest.approx(estimate, abs=1e-3)
        assert frame.loc[term, "standard_error"] == pytest.approx(error, abs=1e-3)
    cuts = frame.loc[["1|2", "2|3", "3|4", "4|5"], "estimate"]
    assert_allclose(cuts, [-1.62366692, 1.51336518, 4.22852669, 6.08877256], atol=1e-3)
    assert out.sd_random == pytest.approx(1.13113257810693, abs=1e-3)
    assert out.log_likelihood == pytest.approx(-81.5654092921275, abs=1e-3)


def simulated(cases: int, effect: float) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    source = np.random.default_rng(7)
    case, after = np.repeat(np.arange(cases), 4), np.tile([0, 0, 1, 1], cases)
    latent = effect * after + source.normal(size=cases)[case] + source.logistic(size=case.size)
    return np.digitize(latent, [-1, 0, 1, 2]) - 2, pd.DataFrame({"after": after}), case


@pytest.mark.parametrize(("cases", "refusal"), [(19, "few_cases"), (20, "")])
def test_the_model_needs_twenty_cases(cases, refusal) -> None:
    out = goals.mixed_model(*simulated(cases, 1.0))
    assert out.refusal == refusal
    assert out.frame.empty == bool(refusal)
    assert out.cases == cases


def test_the_model_finds_what_was_put_in() -> None:
    out = goals.mixed_model(*simulated(150, 1.2))
    row = out.frame.set_index("term").loc["after"]
    assert row["lower"] < 1.2 < row["upper"]
    assert 0.6 < out.sd_random < 1.4


def test_turning_the_scale_turns_the_estimate() -> None:
    y, x, case = simulated(40, 1.0)
    out, back = goals.mixed_model(y, x, case), goals.mixed_model(-y, x, case)
    assert out.log_likelihood == pytest.approx(back.log_likelihood, abs=1e-5)
    assert out.frame["estimate"][0] == pytest.approx(-back.frame["estimate"][0], abs=1e-3)


def test_no_spread_between_cases_is_said_as_zero() -> None:
    y = np.tile([0, 1, 1, 0, 2, 1, 0, 2, 1, 2], 20)
    x = pd.DataFrame({"after": np.tile([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 20)})
    out = goals.mixed_model(y, x, np.repeat(np.arange(20), 10))
    assert out.sd_random == pytest.approx(0, abs=0.01)
    assert np.isfinite(out.frame["standard_error"]).all()


def test_all_alike_and_separated_are_refused() -> None:
    _, x, case = simulated(20, 0)
    same = goals.mixed_model(np.zeros(80), x, case)
    split = goals.mixed_model(x["after"], x, case)
    assert (same.refusal, split.refusal) == ("no_variation", "no_variation")
    assert split.frame.empty


def test_rows_with_a_missing_score_fall_out_of_the_model() -> None:
    y, x, case = simulated(25, 1.0)
    gaps = y.astype(float)
    gaps[:4] = np.nan
    out = goals.mixed_model(gaps, x, case)
    assert (out.cases, out.observations) == (24, 96)


# Bad input


@pytest.mark.parametrize(
    "call",
    [
        lambda: goals.gas_t([3]),
        lambda: goals.gas_t([0.5]),
        lambda: goals.gas_t([1, 1], [1, -1]),
        lambda: goals.gas_t([1, 1], [1, np.nan]),
        lambda: goals.gas_t([1, 1], [0, 0]),
        lambda: goals.gas_t([1, 1], [1, 1, 1]),
        lambda: goals.gas_t([1], rho=1),
        lambda: goals.gas_t([1], rho=-0.1),
        lambda: goals.distribution([-3]),
        lambda: goals.attainment(["a"], [2]),
        lambda: goals.attainment(["a", "b"], [1]),
        lambda: goals.attainment([None], [1]),
        lambda: goals.progress(["a"], [11], [5]),
        lambda: goals.reliable_change(1, 2, 0, 0.8),
        lambda: goals.reliable_change(1, 2, 2, 1),
        lambda: goals.wilcoxon_pratt([1, 2], [1, 2, 3]),
        lambda: goals.wilcoxon_pratt(["lav"], [1]),
        lambda: goals.mixed_model([1, 2], pd.DataFrame({"x": [0, 1]}), ["a"]),
        lambda: goals.mixed_model(
            [1, 2] * 20, pd.DataFrame({"x": [1] * 40}), np.repeat(range(20), 2)
        ),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()
