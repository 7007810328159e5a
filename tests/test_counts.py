"""Counts and shares: reference values of statistics.md 2.1–2.2 [V], properties, library traps."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import norm, poisson
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import confint_poisson, test_poisson_2indep

from evaluering.errors import EvalueringError
from evaluering.statistics import counts

small = st.integers(0, 60)
test_poisson_2indep.__test__ = False  # a function of statsmodels, not a test


# One count


@pytest.mark.parametrize(
    ("count", "method", "lower", "upper"),
    [  # statistics.md 2.1 [V]
        (13, "exact", 6.92195249, 22.23039592),
        (13, "midp", 7.2303776667, 21.6716739650),
        (13, "byar", 6.91524094, 22.23172704),
        (0, "exact", 0, 3.68887945),
        (0, "midp", 0, 2.99573227),
    ],
)
def test_interval_of_one_count(count, method, lower, upper) -> None:
    out = counts.interval(count, method=method)
    assert_allclose(out, [lower, upper], atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(small, st.sampled_from(["exact", "midp", "byar"]))
def test_an_interval_holds_its_count_and_is_never_of_zero_width(count, method) -> None:
    out = counts.interval(count, method=method)
    assert 0 <= out.lower <= count < out.upper


@settings(max_examples=60, deadline=None)
@given(small)
def test_mid_p_limits_solve_their_equations(count) -> None:
    out = counts.interval(count, method="midp")
    above = 1 - poisson.cdf(count, out.lower) + poisson.pmf(count, out.lower) / 2
    below = poisson.cdf(count - 1, out.upper) + poisson.pmf(count, out.upper) / 2
    assert_allclose(below, 0.025, atol=1e-9)
    assert out.lower == 0 if count == 0 else abs(above - 0.025) < 1e-9


def test_statsmodels_mid_p_of_zero_has_no_width_and_ours_has() -> None:
    # statsmodels 0.15.0: both limits of confint_poisson(0, 1, "midp-c") are 2.9957.
    low, high = confint_poisson(0, 1, method="midp-c")
    assert low == pytest.approx(high)
    assert counts.interval(0, method="midp").lower == 0


def test_dispersion_stretches_and_never_narrows() -> None:
    plain = counts.interval(40)
    assert_allclose(counts.interval(40, dispersion=0.3), plain)
    wide = counts.interval(40, dispersion=4)
    assert_allclose(
        [40 - wide.lower, wide.upper - 40], 2 * np.array([40 - plain[0], plain[1] - 40])
    )


def test_rate_carries_count_population_and_interval() -> None:
    # 13 of 8,500 inhabitants aged 10–17: count interval over the population
    out = counts.rate(13, 8500)
    assert out[:2] == (13, 8500)
    assert_allclose(out[2:], np.array([13, 6.92195249, 22.23039592]) / 8.5, rtol=1e-8)


# Shares


def test_share_matches_r() -> None:
    # R 4.2.2: prop.test(x, n, correct = FALSE)$conf.int
    out = counts.share([224, 13, 0], [2800, 180, 20])
    assert_allclose(out["lower"], [0.0705171858, 0.0426897401, 0], atol=1e-9)
    assert_allclose(out["upper"], [0.0906336730, 0.1196319637, 0.1611251581], atol=1e-9)


def test_nobody_asked_is_missing_and_not_zero() -> None:
    assert np.isnan(counts.share(0, 0)).all()
    assert np.isnan(counts.share(3, np.nan)).all()
    frame = counts.share([0, 1], [0, 2])
    assert frame.loc[0].isna().all()


@pytest.mark.parametrize(
    ("pairs", "method", "limits"),
    [  # statistics.md 2.1 [V: R ratesci]
        ((308, 2800, 224, 2800), "newcombe", (0.0146577013, 0.0453952704)),
        ((7, 40, 3, 38), "newcombe", (-0.0598872206, 0.2495339068)),
        ((308, 2800, 224, 2800), "mn", (0.0146828729, 0.0454320370)),
        ((7, 40, 3, 38), "mn", (-0.0600142846, 0.2553219225)),
    ],
)
def test_share_difference(pairs, method, limits) -> None:
    out = counts.share_difference(*pairs, method=method)
    assert_allclose([out.lower, out.upper], limits, atol=1e-8)
    assert out.difference == pytest.approx(pairs[0] / pairs[1] - pairs[2] / pairs[3])


def test_statsmodels_score_difference_is_wrong_and_not_used() -> None:
    # statsmodels issue 10269: a count where the total belongs.
    wrong = confint_proportions_2indep(7, 40, 3, 38, method="score", compare="diff")
    assert_allclose(wrong, [-0.0589826685, 0.2521730216], atol=1e-7)
    ours = counts.share_difference(7, 40, 3, 38, method="mn")
    assert abs(ours.lower - wrong[0]) > 1e-4


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.data(), st.sampled_from(["newcombe", "mn"]))
def test_a_difference_is_inside_its_interval_and_antisymmetric(n_a, n_b, data, method) -> None:
    a, b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    out = counts.share_difference(a, n_a, b, n_b, method=method)
    back = counts.share_difference(b, n_b, a, n_a, method=method)
    assert -1 <= out.lower <= out.difference <= out.upper <= 1
    assert out.lower < out.upper
    assert_allclose([out.lower, out.upper], [-back.upper, -back.lower], atol=1e-9)


def fisher_mid_p(a: int, b: int, c: int, d: int) -> float:
    """Two-sided conditional mid-p by whole numbers."""
    n1, n2, m = a + b, c + d, a + c
    weight = {x: comb(n1, x) * comb(n2, m - x) for x in range(max(0, m - n2), min(n1, m) + 1)}
    total = sum(weight.values())
    below = sum(w for x, w in weight.items() if x < a) + Fraction(weight[a], 2)
    above = sum(w for x, w in weight.items() if x > a) + Fraction(weight[a], 2)
    return float(min(1, 2 * min(below, above) / total))


@settings(max_examples=60, deadline=None)
@given(small, small, small, small)
def test_ratio_of_ratios_is_the_conditional_mid_p_in_whole_numbers(a, b, c, d) -> None:
    out = counts.ratio_of_ratios(a, b, c, d)
    assert out.p_value == pytest.approx(fisher_mid_p(a, b, c, d), abs=1e-10)
    assert out.lower < out.upper
    if a * d and b * c:
        assert out.ratio == pytest.approx(a * d / (b * c))
        assert out.lower < out.ratio < out.upper


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_the_test_of_two_shares_agrees_with_its_interval(n_a, n_b, data) -> None:
    a, b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    out = counts.odds_ratio(a, n_a, b, n_b)
    if abs(out.p_value - 0.05) > 1e-9:
        assert (out.p_value < 0.05) == (not out.lower <= 1 <= out.upper)


# Two periods


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [  # statistics.md 2.2 [V by exact fractions]: ratio, lower, upper, p
        (21, 13, (1.6153846154, 0.8108202014, 3.3146661069, 0.175465249)),
        (5, 0, (np.inf, 1.2186736837, np.inf, 0.03125)),
    ],
)
def test_rate_ratio(a, b, expected) -> None:
    assert_allclose(counts.rate_ratio(a, 1, b, 1), expected, atol=1e-8)


def test_nothing_against_nothing_says_nothing() -> None:
    out = counts.rate_ratio(0, 1, 0, 1)
    assert np.isnan(out.ratio)
    assert out.p_value == 1
    assert (out.lower, out.upper) == (0, np.inf)


def test_the_exact_central_ratio_for_sensitivity() -> None:
    # R 4.2.2: poisson.test(c(21, 13))
    out = counts.rate_ratio(21, 1, 13, 1, method="exact")
    assert_allclose(out[1:], [0.771917729, 3.51130336, 0.229481013], atol=1e-8)


def test_exactci_agrees_as_far_as_its_root_finder_goes() -> None:
    # R exactci::poisson.exact(c(21,13), tsmethod="central", midp=TRUE) prints these
    out = counts.rate_ratio(21, 1, 13, 1)
    assert_allclose([out.lower, out.upper], [0.81088793, 3.31487832], rtol=2e-4)


def test_statsmodels_two_sided_mid_p_is_wrong_and_not_used() -> None:
    # statsmodels issue 8233: the two-sided mid-p starts from the minlike p.
    wrong = test_poisson_2indep(21, 1, 13, 1, method="cond-midp").pvalue
    assert wrong == pytest.approx(0.2025, abs=5e-4)
    assert abs(counts.rate_ratio(21, 1, 13, 1).p_value - wrong) > 0.02


@settings(max_examples=60, deadline=None)
@given(small, small, st.floats(0.1, 10), st.floats(0.1, 10))
def test_swapping_the_periods_inverts_the_ratio(a, b, e_a, e_b) -> None:
    out = counts.rate_ratio(a, e_a, b, e_b)
    back = counts.rate_ratio(b, e_b, a, e_a)
    assert out.p_value == pytest.approx(back.p_value, abs=1e-9)
    assert out.lower < out.upper
    if a and b:
        assert out.ratio * back.ratio == pytest.approx(1)
        assert_allclose([out.lower * back.upper, out.upper * back.lower], 1, rtol=1e-7)


@settings(max_examples=60, deadline=None)
@given(small, small)
def test_p_value_by_whole_numbers(a, b) -> None:
    n = a + b
    below = sum(comb(n, x) for x in range(a)) + Fraction(comb(n, a), 2)
    p = float(min(1, 2 * min(below, 2**n - below) / Fraction(2**n)))
    assert counts.rate_ratio(a, 1, b, 1).p_value == pytest.approx(p, abs=1e-12)


SMALLEST = {  # statistics.md 2.2 [V]
    **{0: (None, 5), 1: (None, 7), 2: (None, 9), 3: (None, 11), 4: (None, 12), 5: (0, 14)},
    **{8: (1, 19), 10: (2, 22), 13: (4, 26), 20: (9, 35), 30: (16, 48), 60: (40, 84)},
    **{100: (74, 130), 190: (153, 231)},
}


@pytest.mark.parametrize(("count", "expected"), SMALLEST.items())
def test_smallest_detectable(count, expected) -> None:
    out = counts.smallest_detectable(count)
    assert out.at_least == expected[1]
    assert np.isnan(out.at_most) if expected[0] is None else out.at_most == expected[0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400))
def test_smallest_detectable_is_the_border_of_the_test(count) -> None:
    out = counts.smallest_detectable(count)
    assert counts.rate_ratio(out.at_least, 1, count, 1).p_value < 0.05
    assert counts.rate_ratio(out.at_least - 1, 1, count, 1).p_value >= 0.05
    edge = -1 if np.isnan(out.at_most) else out.at_most
    if edge >= 0:
        assert counts.rate_ratio(edge, 1, count, 1).p_value < 0.05
    if edge + 1 < count:
        assert counts.rate_ratio(edge + 1, 1, count, 1).p_value >= 0.05


@pytest.mark.parametrize(("first", "refusal"), [([3, 3, 3], "few_persons"), ([3, 3, 4], "")])
def test_placements_below_ten_are_not_tested(first, refusal) -> None:
    out = counts.summed_ratio(first, [8, 4, 2])
    assert out.refusal == refusal
    assert np.isnan(out.p_value) == bool(refusal)
    assert (out.sum_a, out.sum_b) == (sum(first), 14)


def test_a_missing_year_is_not_a_year_with_none() -> None:
    assert np.isnan(counts.summed_ratio([12, np.nan, 9], [8, 4, 2]).sum_a)


# Three years


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=3, max_size=3))
def test_score_trend_equals_plain_enumeration(x) -> None:
    n = sum(x)
    observed = x[1] + 2 * x[2]
    below = above = half = 0.0
    for i in range(n + 1):
        for j in range(n + 1 - i):
            p = comb(n, i) * comb(n - i, j) / 3**n
            s = j + 2 * (n - i - j)
            below, above = below + p * (s < observed), above + p * (s > observed)
            half += p * (s == observed) / 2
    expected = min(1.0, 2 * min(below, above) + 2 * half)
    assert counts.score_trend(x).p_value == pytest.approx(expected, abs=1e-9)


def test_score_trend_with_unequal_years_and_populations() -> None:
    # Under the expected counts of a constant rate the score is 0, whatever the populations.
    out = counts.score_trend([100, 200, 400], years=[2020, 2021, 2024], exposure=[1, 2, 4])
    assert out.score == pytest.approx(0)
    assert out.p_value == pytest.approx(1, abs=0.05)
    assert out.last_to_first == pytest.approx(1)


def test_thousands_of_persons_use_the_normal_and_agree_with_the_exact() -> None:
    exact = counts.score_trend([3300, 3340, 3350])
    normal = counts.score_trend([3400, 3440, 3450])
    for out in (exact, normal):
        assert out.p_value == pytest.approx(2 * norm.sf(abs(out.z)), abs=2e-4)


def test_offences_over_three_years_are_noisier_than_persons() -> None:
    persons = counts.score_trend([100, 130, 160])
    offences = counts.score_trend([100, 130, 160], variance=[300, 400, 500])
    # T = 60, √(300 + 500) = 28.28: worked by hand
    assert offences.z == pytest.approx(60 / 800**0.5)
    assert offences.p_value > persons.p_value
    assert (persons.score, persons.last_to_first) == (60, 1.6)


# Scalars and arrays, and what is called


@pytest.mark.parametrize(
    ("estimator", "columns"),
    [
        (counts.interval, [[0, 13, 40]]),
        (counts.smallest_detectable, [[0, 13, 40]]),
        (counts.rate, [[0, 13, 40], [900, 1000, 1100]]),
        (counts.share, [[0, 13, 40], [20, 40, 40]]),
        (counts.share_difference, [[0, 13, 40], [20, 40, 40], [3, 4, 5], [30, 30, 30]]),
        (counts.odds_ratio, [[0, 13, 40], [20, 40, 40], [3, 4, 5], [30, 30, 30]]),
        (counts.ratio_of_ratios, [[0, 13, 40], [2, 4, 4], [3, 4, 5], [3, 30, 30]]),
        (counts.rate_ratio, [[0, 13, 40], [1, 2, 3], [3, 4, 5], [1, 1, 1]]),
        (counts.total_change, [[5, 13, 40], [9, 12, 30]]),
        (counts.scaled_change, [[5, 13, 40], [1, 1, 1], [9, 12, 30], [1, 1, 1]]),
    ],
)
def test_arrays_give_the_scalars_row_by_row_in_any_order(estimator, columns) -> None:
    frame = estimator(*columns)
    turned = estimator(*(column[::-1] for column in columns))
    for i, row in enumerate(zip(*columns, strict=True)):
        one = estimator(*row)
        assert list(frame.columns) == list(one._fields)
        for name, value in one._asdict().items():
            for out in (frame[name][i], turned[name][len(frame) - 1 - i]):
                assert (
                    out == value
                    if isinstance(value, str)
                    else out == pytest.approx(value, rel=1e-9, nan_ok=True)
                )


def test_faulty_library_calls_do_not_stand_in_the_source() -> None:
    # statistics.md 5.3, each a fault that gives a wrong number without a warning
    faulty = {"multipletests", "tost_proportions_2indep", "test_poisson_2indep", "wilcoxon"}
    for path in Path(counts.__file__).parent.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        imported = {
            alias.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        assert not imported & faulty, path.name
        assert not re.search(r"confint_proportions_2indep\([^)]*method=\"score\"", source)
        assert not re.search(r"confint_poisson\([^)]*midp", source)


# Bad input


@pytest.mark.parametrize("bad", [-1, 2.5, "13", np.inf, [[1, 2]], [1, -1], pd.Timestamp("2025")])
@pytest.mark.parametrize(
    "estimator",
    [
        counts.interval,
        counts.smallest_detectable,
        lambda x: counts.rate(x, 1000),
        lambda x: counts.share(x, 10),
        lambda x: counts.share_difference(x, 10, 2, 10),
        lambda x: counts.share_difference(2, 10, x, 10),
        lambda x: counts.odds_ratio(x, 10, 2, 10),
        lambda x: counts.ratio_of_ratios(1, x, 2, 3),
        lambda x: counts.rate_ratio(x, 1, 5, 1),
        lambda x: counts.rate_ratio(5, 1, x, 1),
        lambda x: counts.summed_ratio(x, [1]),
        lambda x: counts.score_trend([1, 2, x]),
    ],
)
def test_a_count_that_is_no_count_is_refused(estimator, bad) -> None:
    with pytest.raises(EvalueringError):
        estimator(bad)


@pytest.mark.parametrize(
    "call",
    [
        lambda: counts.share(11, 10),
        lambda: counts.share_difference(1, 10, 11, 10),
        lambda: counts.odds_ratio(11, 10, 1, 10),
        lambda: counts.rate(3, 0),
        lambda: counts.rate_ratio(3, 0, 2, 1),
        lambda: counts.rate_ratio(3, 1, 2, -1),
        lambda: counts.share(1, 10, level=95),
        lambda: counts.interval(3, method="wald"),
        lambda: counts.interval(3, dispersion=0),
        lambda: counts.share_difference(1, 10, 2, 10, method="wald"),
        lambda: counts.rate_ratio(3, 1, 2, 1, method="wald"),
        lambda: counts.score_trend([1, 2]),
        lambda: counts.score_trend([1, np.nan, 2]),
        lambda: counts.score_trend([1, 2, 3], years=[2024, 2023, 2022]),
        lambda: counts.score_trend([5, 6, 7], variance=[4, 6, 7]),
        lambda: counts.summed_ratio([1, 2], [1, 2, 3]),
        lambda: counts.share(pd.Series([1, 2]), pd.Series([3, 4], index=["a", "b"])),
    ],
)
def test_contradictions_are_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()


def test_a_message_names_argument_and_row_and_never_the_value() -> None:
    with pytest.raises(EvalueringError) as caught:
        counts.share([1, 77777], [10, 10])
    assert "counts.share: count, rad 2" in str(caught.value)
    assert "77777" not in str(caught.value)


@pytest.mark.parametrize(
    "frame",
    [
        counts.interval([3, None]),
        counts.smallest_detectable(pd.Series([3, pd.NA], dtype="Int64")),
        counts.share([3, np.nan], 10),
        counts.share_difference([3, np.nan], 10, 2, 10, method="mn"),
        counts.share_difference([3, np.nan], 10, 2, 10),
        counts.odds_ratio([3, np.nan], 10, 2, 10),
        counts.rate_ratio([3, np.nan], 1, 2, 1),
        counts.rate([3, 4], [100, np.nan])[["rate", "lower", "upper"]],
    ],
)
def test_missing_in_is_missing_out(frame) -> None:
    assert frame.loc[1].isna().all()
    assert frame.loc[0].notna().any()
