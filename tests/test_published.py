"""Printed percentages: reference values of statistics.md 1.6 [V], properties, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluering.errors import EvalueringError
from evaluering.statistics import published

# statistics.md 1.6: item, n, z printed, z worst, D*, smallest n at D = 1 and D = 2.
PLAN = [
    (17, 32, 1500, 9.70, 9.04, 21.25, 71, 142),
    (17, 32, 2800, 13.25, 12.34, 39.67, 71, 142),
    (12, 23, 1500, 8.01, 7.27, 13.76, 110, 219),
    (12, 23, 2800, 10.95, 9.93, 25.69, 110, 219),
    (8, 11, 1500, 2.81, 1.87, 0.91, 1650, 3299),
    (8, 11, 2800, 3.83, 2.55, 1.70, 1650, 3299),
    (2, 4, 1500, 3.22, 1.61, 0.67, 2234, 4468),
    (2, 4, 2800, 4.39, 2.19, 1.25, 2234, 4468),
    (6, 8, 1500, 2.15, 1.07, 0.30, 5000, 10000),
    (6, 8, 2800, 2.94, 1.47, 0.56, 5000, 10000),
]
percents = st.integers(0, 100)


@pytest.mark.parametrize("row", PLAN)
def test_the_plans_own_figures_at_two_assumed_n(row) -> None:
    a, b, n, z, worst, d_star, n1, n2 = row
    out = published.change(a, b, n_from=n, n_to=n)
    assert_allclose(
        [out.z, out.z_worst, out.break_even_design_effect], [z, worst, d_star], atol=0.01
    )
    assert out.smallest_n == n1
    assert published.change(a, b, design_effect=2).smallest_n == n2
    assert out.refusal == ""


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [  # the closed formula of 1.6 worked by hand with z = 1.959963984540054
        (17, 32, [71, 106, 142, 212, 777]),
        (12, 23, [110, 164, 219, 328, 1200]),
        (8, 11, [1650, 2475, 3299, 4949, 18144]),
        (2, 4, [2234, 3351, 4468, 6702, 24572]),
        (6, 8, [5000, 7500, 10000, 14999, 54997]),
    ],
)
def test_the_table_of_smallest_n_for_five_design_effects(a, b, expected) -> None:
    table = published.smallest_n(a, b)
    assert table["design_effect"].tolist() == [1, 1.5, 2, 3, 11]
    assert table["smallest_n"].tolist() == expected


def test_without_n_the_smallest_n_stands_and_the_rest_is_missing() -> None:
    out = published.change(17, 32, design_effect=11)
    assert out.refusal == "no_n"
    assert out.smallest_n == 777
    assert np.isnan([out.z, out.z_worst, out.p_value, out.p_worst]).all()
    assert np.isnan(out.break_even_design_effect)


def test_one_known_n_is_not_enough() -> None:
    assert published.change(17, 32, n_from=1500).refusal == "no_n"


def test_arrays_give_a_frame_with_the_same_numbers_and_the_callers_labels() -> None:
    frame = pd.DataFrame({"a": [17, 8], "b": [32, 11]}, index=["skulk", "beruset"])
    out = published.change(frame["a"], frame["b"], n_from=[1500, np.nan], n_to=1500)
    assert isinstance(out, pd.DataFrame)
    assert out.index.tolist() == ["skulk", "beruset"]
    assert out["refusal"].tolist() == ["", "no_n"]
    one = published.change(17, 32, n_from=1500, n_to=1500)
    assert_allclose(out.loc["skulk"].drop("refusal").astype(float), one[:-1])


def test_a_wave_without_a_figure_stays_missing() -> None:
    out = published.change([17, np.nan], [32, 12], n_from=1500, n_to=1500)
    assert out.drop(columns="refusal").loc[1].isna().all()


def test_touching_boxes_say_nothing_at_any_n() -> None:
    out = published.change(6, 7, n_from=10**6, n_to=10**6)
    assert (out.z_worst, out.p_worst, out.break_even_design_effect) == (0, 1, 0)
    assert np.isnan(out.smallest_n)
    assert out.z > 1.96  # the printed values alone would have claimed a rise


def test_nobody_both_times_has_no_variation() -> None:
    out = published.change(0, 0, n_from=200, n_to=200)
    assert out.refusal == "no_variation"
    assert np.isnan(out.z)


def test_one_decimal_narrows_the_box() -> None:
    whole = published.change(8, 11, n_from=1500, n_to=1500)
    tenth = published.change(8, 11, n_from=1500, n_to=1500, decimals=1)
    assert whole.z_worst < tenth.z_worst < tenth.z


@settings(max_examples=60, deadline=None)
@given(percents, percents, st.integers(200, 5000), st.integers(200, 5000), st.floats(0.2, 12))
def test_the_corner_is_the_minimum_over_the_box(a, b, n_a, n_b, effect) -> None:
    out = published.change(a, b, n_from=n_a, n_to=n_b, design_effect=effect)
    grid = np.linspace(-0.5, 0.5, 21)
    p = np.clip((a + grid) / 100, 0, 1)[:, None]
    q = np.clip((b + grid) / 100, 0, 1)[None, :]
    spread = np.sqrt(effect * (p * (1 - p) / n_a + q * (1 - q) / n_b))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(p == q, 0, np.abs(q - p) / spread)
    if abs(a - b) <= 1:
        assert out.z_worst == 0
    else:
        assert abs(out.z_worst) <= np.nanmin(z) + 1e-9


@settings(max_examples=60, deadline=None)
@given(percents, percents, st.floats(1, 12))
def test_smallest_n_is_where_the_worst_case_passes(a, b, effect) -> None:
    assume(abs(a - b) > 1)
    n = published.change(a, b, design_effect=effect).smallest_n
    low, high = min(a, b) / 100 + 0.005, max(a, b) / 100 - 0.005
    variance = effect * (low * (1 - low) + high * (1 - high))
    assert (high - low) / np.sqrt(variance / n) >= 1.9599639845 - 1e-6
    if n > 1:
        assert (high - low) / np.sqrt(variance / (n - 1)) < 1.9599639846


@settings(max_examples=60, deadline=None)
@given(percents, percents, st.integers(1000, 5000), st.floats(0.5, 12))
def test_break_even_does_not_depend_on_the_assumed_design_effect(a, b, n, effect) -> None:
    one = published.change(a, b, n_from=n, n_to=n)
    other = published.change(a, b, n_from=n, n_to=n, design_effect=effect)
    assert_allclose(one.break_even_design_effect, other.break_even_design_effect)


@settings(max_examples=60, deadline=None)
@given(percents, percents, st.integers(200, 5000), st.integers(200, 5000))
def test_swapping_the_waves_flips_the_sign_only(a, b, n_a, n_b) -> None:
    there = published.change(a, b, n_from=n_a, n_to=n_b)
    back = published.change(b, a, n_from=n_b, n_to=n_a)
    assert_allclose([there.z, there.z_worst], [-back.z, -back.z_worst])
    assert_allclose(there[2:6], back[2:6])


def test_a_percentage_that_no_count_can_give_is_refused_in_words() -> None:
    with pytest.raises(EvalueringError, match="17 prosent kan ikke komme av 11 svar"):
        published.change(17, 32, n_from=11, n_to=1500)
    # 2 of 12 is 16.7 %, printed 17 %
    assert published.change(17, 33, n_from=12, n_to=12).refusal == ""


@pytest.mark.parametrize(
    "bad",
    [
        {"percent_from": 132},
        {"percent_from": -1},
        {"percent_from": "17"},
        {"percent_from": np.inf},
        {"percent_from": [[17, 18]]},
        {"n_from": 0},
        {"n_from": -5},
        {"n_from": 1500.5},
        {"design_effect": 0},
        {"design_effect": np.nan},
        {"decimals": -1},
        {"decimals": 0.5},
        {"level": 95},
        {"percent_from": [17, 18], "percent_to": [1, 2, 3]},
    ],
)
def test_bad_input_is_refused_and_never_a_number(bad) -> None:
    arguments = {"percent_from": 17, "percent_to": 32, "n_from": 1500, "n_to": 1500}
    with pytest.raises(EvalueringError):
        published.change(**{**arguments, **bad})
