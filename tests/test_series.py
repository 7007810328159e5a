"""Dispersion, count regression, placebo ranks and waiting times, each with its reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import binom
from statsmodels.discrete.discrete_model import NegativeBinomial
from statsmodels.tools import add_constant

from evaluering.errors import EvalueringError
from evaluering.statistics import counts

FASIT = Path(__file__).parent / "fasit"


@pytest.fixture(scope="module")
def crime1() -> pd.DataFrame:
    return pd.read_csv(FASIT / "crime1.csv.gz")


# Dispersion


def test_dispersion_is_pearsons() -> None:
    # R 4.2.2: glm(c(12, 9, 20, 3) ~ 1, poisson); X² = Σ(x − 11)²/11 worked by hand
    out = counts.dispersion([12, 9, 20, 3])
    assert out.statistic == pytest.approx((1 + 4 + 81 + 64) / 11)
    assert out.phi == pytest.approx(out.statistic / 3)


def test_a_constant_rate_over_unequal_months_is_not_dispersed() -> None:
    assert counts.dispersion([10, 20, 40], exposure=[1, 2, 4]).phi == pytest.approx(0)


def test_a_month_without_a_report_is_not_a_month_with_none() -> None:
    whole = counts.dispersion([12, 9, 20, 3])
    assert counts.dispersion([12, np.nan, 9, 20, 3]) == whole
    assert counts.dispersion([12, 0, 9, 20, 3]).phi > whole.phi


@pytest.mark.parametrize("series", [[], [4], [0, 0, 0]])
def test_too_little_to_be_dispersed(series) -> None:
    assert np.isnan(counts.dispersion(series).phi)


# Regression


def test_poisson_regression_of_arrests(crime1) -> None:
    # Wooldridge, Introductory Econometrics, table 17.3: log-likelihood −2248.76, sigma 1.232,
    # pcnv −.402 (.085), black .661 (.074) before the errors are multiplied by sigma
    out = counts.regression(crime1["narr86"], crime1.drop(columns="narr86"), model="poisson")
    frame = out.frame.set_index("term")
    assert out.log_likelihood == pytest.approx(-2248.76, abs=0.005)
    assert out.phi**0.5 == pytest.approx(1.232, abs=5e-4)
    assert_allclose(frame.loc[["pcnv", "black"], "estimate"], [-0.402, 0.661], atol=5e-4)
    plain = frame.loc[["pcnv", "black"], "standard_error"] / out.phi**0.5
    assert_allclose(plain, [0.085, 0.074], atol=5e-4)
    assert (out.model, out.points) == ("poisson", 2725)


def test_negative_binomial_agrees_with_an_independent_fit(crime1) -> None:
    # statsmodels' discrete NegativeBinomial: joint maximum likelihood by Newton's method
    x, y = crime1[["pcnv", "black", "inc86"]], crime1["narr86"]
    out = counts.regression(y, x)
    other = NegativeBinomial(y, add_constant(x)).fit(disp=0, method="newton", maxiter=200)
    assert (out.model, out.note) == ("negative_binomial", "")
    assert out.log_likelihood == pytest.approx(other.llf, abs=1e-5)
    assert_allclose(out.frame["estimate"], other.params[:-1], rtol=1e-4)
    assert out.alpha == pytest.approx(other.params["alpha"], rel=1e-4)


def series(points: int) -> tuple[np.ndarray, pd.DataFrame]:
    month = np.arange(points, dtype=float)
    return np.resize([4, 11, 2, 19, 7, 0, 13], points), pd.DataFrame({"month": month})


@pytest.mark.parametrize(
    ("points", "model", "note"), [(29, "poisson", "few_points"), (30, "negative_binomial", "")]
)
def test_thirty_points_before_the_negative_binomial(points, model, note) -> None:
    out = counts.regression(*series(points))
    assert (out.model, out.note) == (model, note)


def test_underdispersion_falls_back_to_poisson_and_narrows_nothing() -> None:
    y, x = np.resize([9, 10, 11], 36), pd.DataFrame({"month": np.arange(36.0)})
    out = counts.regression(y, x)
    assert (out.model, out.note) == ("poisson", "no_overdispersion")
    assert out.phi < 1
    # plain Poisson: the variance of log rates is the inverse of X'WX, W near the mean 10
    design = np.column_stack([np.ones(36), np.arange(36.0)])
    expected = np.sqrt(np.linalg.inv(design.T @ design * y.mean())[1, 1])
    assert out.frame["standard_error"][1] == pytest.approx(expected, rel=0.02)


def test_a_group_without_events_gets_no_estimate() -> None:
    y = np.array([3, 4, 2, 5, 0, 0, 0, 0])
    x = pd.DataFrame({"group": [0, 0, 0, 0, 1, 1, 1, 1]})
    out = counts.regression(y, x, model="poisson")
    assert out.note == "no_variation"
    assert out.frame.loc[1].drop("term").isna().all()


def test_rows_with_something_missing_fall_out() -> None:
    y, x = series(12)
    with_gap = pd.concat([x, pd.DataFrame({"month": [np.nan]})], ignore_index=True)
    out = counts.regression([*y, 5], with_gap, model="poisson")
    assert out.points == 12


def test_exposure_is_an_offset() -> None:
    y, x = series(14)
    doubled = counts.regression(y, x, exposure=np.full(14, 2.0), model="poisson")
    plain = counts.regression(y, x, model="poisson")
    assert doubled.frame["estimate"][0] == pytest.approx(plain.frame["estimate"][0] - np.log(2))
    assert doubled.frame["estimate"][1] == pytest.approx(plain.frame["estimate"][1])


# Comparison municipalities


def test_scaled_change_worked_by_hand() -> None:
    out = counts.scaled_change(20, 1000, 10, 1000)
    assert out.ratio == 2
    assert out.scaled == pytest.approx(np.log(2) / (1 / 20 + 1 / 10) ** 0.5)


def test_none_in_one_period_counts_as_larger_than_anything() -> None:
    out = counts.scaled_change([0, 5, 0, np.nan], 1, [4, 0, 0, 0], 1)
    assert out["scaled"].tolist()[:2] == [-np.inf, np.inf]
    assert out["scaled"].iloc[2:].isna().all()
    rank = counts.placebo_rank(3.0, [*np.linspace(-2, 2, 19), -np.inf, np.nan])
    assert (rank.comparators, rank.at_least_as_large, rank.p_value) == (20, 1, 2 / 21)


@pytest.mark.parametrize(("j", "refusal"), [(18, "few_comparators"), (19, "")])
def test_nineteen_comparators_before_a_p_value(j, refusal) -> None:
    out = counts.placebo_rank(3.0, np.linspace(-2, 2, j))
    assert out.refusal == refusal
    assert (out.below, out.above) == (j, 0)
    if refusal:
        assert np.isnan(out.p_value)
    else:
        assert out.p_value == 0.05


def test_a_comparator_with_the_same_change_counts_against_us() -> None:
    others = [*np.linspace(-2, 2, 20), 0.3 - 0.1 - 0.2 + 3.0]
    assert counts.placebo_rank(3.0, others).at_least_as_large == 1
    assert counts.placebo_rank(-3.0, others).at_least_as_large == 1


# Waiting times


def test_median_and_order_statistics() -> None:
    # n = 10: ranks 2 and 9 cover 1 − 2·P(Bin(10, ½) ≤ 1) = .979
    out = counts.median_wait([30, 3, 5, 8, 10, 12, 13, 20, 22, 25])
    assert (out.cases, out.median, out.lower, out.upper) == (10, 12.5, 5, 25)


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 80))
def test_the_ranks_are_the_narrowest_that_cover(n) -> None:
    out = counts.median_wait(np.arange(1.0, n + 1))
    rank = int(out.lower)
    assert out.upper == n + 1 - rank
    assert 2 * binom.cdf(rank - 1, n, 0.5) <= 0.05
    assert 2 * binom.cdf(rank, n, 0.5) > 0.05


@pytest.mark.parametrize(("n", "refusal"), [(9, "few_cases"), (10, "")])
def test_ten_cases_before_a_median(n, refusal) -> None:
    out = counts.median_wait(np.arange(n, dtype=float))
    assert out.refusal == refusal
    assert np.isnan(out.median) == bool(refusal)


def test_those_who_wait_make_it_longer_and_a_missing_date_does_not() -> None:
    days = [3, 5, 8, 10, 12, 13, 20, 22, 25, 30]
    out = counts.median_wait(days, waiting=3)
    assert (out.cases, out.waiting, out.median) == (13, 3, 20)
    assert out.upper == np.inf
    assert counts.median_wait([*days, np.nan]).cases == 10
    assert counts.median_wait(days, waiting=11).median == np.inf


def test_equal_waits_have_no_interval_of_zero_width() -> None:
    out = counts.median_wait([14] * 20)
    assert (out.median, out.refusal) == (14, "no_variation")
    assert np.isnan([out.lower, out.upper]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: counts.dispersion([3, -1]),
        lambda: counts.dispersion([3, 1], exposure=[0, 1]),
        lambda: counts.regression([1, 2], pd.DataFrame({"x": [1, 2]})),
        lambda: counts.regression([1, 2, 3, 4], pd.DataFrame({"x": [1, 1, 1, 1]})),
        lambda: counts.regression([1, 2, 3, 0.5], pd.DataFrame({"x": [1, 2, 3, 5]})),
        lambda: counts.regression([1, 2, 3, 4], pd.DataFrame({"x": list("abcd")})),
        lambda: counts.scaled_change(-1, 1, 2, 1),
        lambda: counts.scaled_change(1, 0, 2, 1),
        lambda: counts.placebo_rank(np.nan, [1, 2]),
        lambda: counts.placebo_rank(np.inf, [1, 2]),
        lambda: counts.median_wait([1, -2]),
        lambda: counts.median_wait([1, 2], waiting=-1),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()
