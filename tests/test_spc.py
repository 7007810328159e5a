"""Control charts: published control-chart output, hand checks, and borders of statistics.md 2.5."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluering.errors import EvalueringError
from evaluering.statistics import spc
from evaluering.statistics.chart_rules import broken

# C. difficile infections per month of one hospital, 36 months from November 2012: the counts are
# facts from `cdi` in qicharts2 0.8.1 (GPL-3); nothing else of the file is copied.
CDI = [
    *(17, 12, 27, 20, 20, 18, 22, 19, 19, 24, 17, 16),
    *(24, 19, 19, 22, 25, 19, 17, 6, 25, 17, 11, 14),
    *(9, 11, 7, 13, 5, 5, 3, 5, 9, 4, 5, 9),
]


def frame(values, **settings) -> pd.DataFrame:
    return spc.chart(values, **{"kind": "xmr", **settings})


def varied(points: int) -> np.ndarray:
    return np.resize([7.0, 5, 9, 6, 8, 4, 7, 10, 6, 5, 8, 7], points)


# Limits


def test_c_chart_with_a_frozen_baseline() -> None:
    # qicharts2 0.8.1: qic(month, n, chart = "c", freeze = 24): cl 18.70833, 5.73239, 31.68427,
    # longest run 15 of at most 8, 8 crossings of at least 13
    out = frame(CDI, kind="c", freeze=24, rules="anhoej")
    assert out["centre"][0] == pytest.approx(np.mean(CDI[:24]))
    assert_allclose(
        out.loc[0, ["centre", "lower", "upper"]].astype(float),
        [18.7083333333333, 5.73239406097235, 31.6842726056943],
        rtol=1e-10,
    )
    runs = spc.runs(out["value"].to_numpy(), out["centre"].to_numpy())
    assert runs[:5] == (36, 15, 8, 8, 13)
    assert out["rule_set"].unique().tolist() == ["anhoej-1"]
    assert out.loc[24:, "rule"].str.contains("long_run").all()


def test_hand_checks() -> None:
    out = frame([10, 22] * 6, kind="c")
    assert out.loc[0, ["centre", "lower", "upper"]].tolist() == [16, 4, 28]
    # mean 6, moving ranges all 2: 6 ± 3·2/1.128
    out = frame([5.0, 7.0] * 10)
    assert_allclose(out.loc[0, ["lower", "upper"]].astype(float), 6 + np.array([-6, 6]) / 1.128)
    # 10 of 100 each month: 0.1 ± 3·√(.09/100)
    out = frame([9, 11] * 10, kind="p", size=100)
    assert_allclose(out.loc[0, ["lower", "upper"]].astype(float), [0.01, 0.19])
    # gaps 10 and 30: median 20, mean 20, limits 20 ± 3·√(20·21), cut at 0
    out = frame([10, 30] * 6, kind="g")
    assert_allclose(out.loc[0, ["centre", "lower", "upper"]].astype(float), [20, 0, 81.4817])


def test_a_large_moving_range_is_left_out_once() -> None:
    values = [5.0, 7.0] * 10 + [60.0]
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges <= 3.267 * ranges.mean()]
    assert kept.size == 19
    out = frame(values)
    assert out["upper"][0] == pytest.approx(np.mean(values) + 3 * kept.mean() / 1.128)
    assert out["signal"].tolist()[-1]


@pytest.mark.parametrize(("plain", "prime"), [("u", "u_prime"), ("p", "p_prime")])
def test_laney_with_sigma_one_is_the_plain_chart(plain, prime) -> None:
    # 25 months with z = ±0.564 in turn have moving ranges of 1.128, so sigma is exactly 1
    size = np.full(26, 1e8)
    error = np.sqrt(0.1 * (0.9 if plain == "p" else 1) / 1e8)
    values = np.round((0.1 + error * 0.564 * np.resize([1, -1], 26)) * 1e8)
    a, b = (frame(values, kind=kind, size=size) for kind in (plain, prime))
    assert_allclose(b[["lower", "upper"]], a[["lower", "upper"]], rtol=1e-4)


def test_laney_widens_when_there_is_more_than_poisson() -> None:
    values, size = np.resize([300, 500, 420, 350], 24), np.full(24, 10_000)
    u, prime = (frame(values, kind=kind, size=size) for kind in ("u", "u_prime"))
    assert (prime["upper"] > u["upper"]).all()


def test_shares_stay_inside_zero_and_one() -> None:
    low = frame([0, 1, 0, 2, 1, 0] * 4, kind="p", size=10)
    high = frame([10, 9, 10, 8, 9, 10] * 4, kind="p", size=10)
    assert low["lower"].min() == 0
    assert high["upper"].max() == 1


def test_days_between_are_charted_on_the_power_scale() -> None:
    days = np.array([12, 30, 7, 44, 18, 25, 61, 9, 33, 16, 21, 52.0])
    out = frame(days, kind="t")
    assert out["centre"][0] == pytest.approx((days ** (1 / 3.6)).mean() ** 3.6)
    assert out["lower"][0] >= 0


# How many points


@pytest.mark.parametrize("kind", ["xmr", "c", "g"])
@pytest.mark.parametrize(
    ("points", "refusal", "note", "has_centre", "has_limits"),
    [
        (9, "few_points", "", False, False),
        (10, "few_points", "", True, False),
        (11, "few_points", "", True, False),
        (12, "", "preliminary_limits", True, True),
        (19, "", "preliminary_limits", True, True),
        (20, "", "", True, True),
    ],
)
def test_borders(kind, points, refusal, note, has_centre, has_limits) -> None:  # noqa: PLR0917
    out = frame(varied(points), kind=kind)
    assert out["refusal"].unique().tolist() == [refusal]
    assert out["note"].unique().tolist() == [note]
    assert out["centre"].notna().all() == has_centre
    assert out[["lower", "upper"]].notna().all(axis=None) == has_limits
    assert out[["lower", "upper"]].isna().all(axis=None) != has_limits
    assert not out["signal"].any()


def test_nine_points_never_signal_and_ten_may_by_their_runs() -> None:
    rising = np.arange(10.0)
    assert not frame(rising[:9])["signal"].any()
    assert frame(rising)["rule"].str.contains("trend").all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=4))
def test_three_or_four_points_can_never_leave_their_limits(values) -> None:
    # The largest |x − mean|/(2.66·MR) on k points is (k − 1)²/(2.66k): .50 at three, .85 at four.
    x = np.array(values)
    out = spc.lines(x, kind="xmr", size=np.ones(x.size), baseline=np.ones(x.size, dtype=bool))
    ranges = np.abs(np.diff(x))
    if (ranges <= 3.267 * ranges.mean()).all() and ranges.any():
        assert np.abs(out.position).max() <= (x.size - 1) ** 2 / (2.6595 * x.size) + 1e-9


def test_gaps_do_not_count_as_points_or_as_zero() -> None:
    values = varied(11).tolist()
    assert frame([*values, np.nan, np.nan])["refusal"][0] == "few_points"
    whole = frame(varied(20).tolist())
    gap = frame([np.nan, *varied(20).tolist()])
    assert_allclose(gap.loc[1:, ["centre", "lower", "upper"]], whole[["centre", "lower", "upper"]])
    assert np.isnan(gap["value"][0])
    assert not gap["signal"][0]


def test_no_moving_range_is_taken_over_a_gap() -> None:
    values = [5.0, 7.0] * 6 + [np.nan] + [105.0, 107.0] * 6
    out = frame(values)
    known = np.array([v for v in values if not np.isnan(v)])
    assert out["upper"][0] == pytest.approx(known.mean() + 3 * 2 / 1.128)


@pytest.mark.parametrize(("freeze", "refusal"), [(11, "few_points"), (12, "")])
def test_a_baseline_of_eleven_is_too_short(freeze, refusal) -> None:
    out = frame(varied(24), freeze=freeze)
    assert out["refusal"][0] == refusal
    assert out["lower"].isna().all() == bool(refusal)
    assert not (refusal and out["signal"].any())
    with_gap = varied(24)
    with_gap[3] = np.nan
    assert frame(with_gap, freeze=12)["refusal"][0] == "few_points"


def test_limits_come_from_the_baseline_only() -> None:
    values = varied(24)
    values[20:] += 100
    out = frame(values, freeze=20)
    assert_allclose(out["upper"][0], frame(values[:20])["upper"][0])
    assert out["signal"].tolist() == [False] * 20 + [True] * 4


@pytest.mark.parametrize(
    ("values", "kind", "size"),
    [
        (np.full(24, 5.0), "xmr", None),
        ([0] * 23 + [1], "xmr", None),
        (np.zeros(24), "c", None),
        (np.zeros(24), "u", 100),
        (np.zeros(24), "g", None),
        (np.full(24, 10), "p", 10),
        ([0] * 10 + [1], "xmr", None),
    ],
)
def test_a_series_without_width_has_no_limits_and_no_signals(values, kind, size) -> None:
    out = frame(values, kind=kind, size=size)
    assert out["refusal"].unique().tolist() == ["no_variation"]
    assert out[["lower", "upper"]].isna().all(axis=None)
    assert not out["signal"].any()


def test_a_run_chart_has_a_median_and_no_limits() -> None:
    out = frame([1, 2, 30, 4, 5, 6, 7, 8, 9, 10], kind="run", rules="anhoej")
    assert out["centre"].unique().tolist() == [6.5]
    assert out[["lower", "upper"]].isna().all(axis=None)
    assert out["refusal"].unique().tolist() == [""]
    assert frame(varied(9), kind="run")["refusal"][0] == "few_points"


# Rules


@pytest.mark.parametrize(
    ("n", "longest", "fewest"), [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8), (36, 8, 13)]
)
def test_allowed_runs_and_crossings(n, longest, fewest) -> None:
    out = spc.runs(np.resize([1.0, -1.0], n), np.zeros(n))
    assert (out.longest_run_max, out.n_crossings_min) == (longest, fewest)
    assert not out.signal


def test_points_on_the_line_are_passed_over_and_gaps_end_a_run() -> None:
    line = np.zeros(9)
    on = spc.runs(np.array([1.0, 1, 0, 1, 1, -1, -1, 1, -1]), line)
    assert (on.n_useful, on.longest_run, on.n_crossings) == (8, 4, 3)
    gap = spc.runs(np.array([1.0, 1, np.nan, 1, 1, -1, -1, 1, -1]), line)
    assert (gap.n_useful, gap.longest_run, gap.n_crossings) == (8, 2, 3)
    assert spc.runs(line, line).n_useful == 0


def mdc(values, position=None) -> list[str]:
    x = np.array(values, dtype=float)
    where = np.full(x.size, np.nan) if position is None else np.array(position)
    outside = np.abs(where) > 1
    return broken(x, np.zeros(x.size), where, outside, rules="mdc").tolist()


def test_shift_needs_seven_strictly_on_one_side() -> None:
    assert mdc([1, 3, 2, 1, 3, 2, -1]) == [""] * 7
    assert mdc([1, 3, 2, 1, 3, 2, 1]) == ["shift"] * 7
    assert mdc([1, 3, 2, 0, 1, 3, 2, 1]) == [""] * 8
    assert mdc([1, 3, 2, np.nan, 1, 3, 2, 1]) == [""] * 8


def test_trend_needs_six_steps() -> None:
    assert mdc([-3, -2, -1, 1, 2, 3]) == [""] * 6
    assert mdc([-3, -2, -1, 1, 2, 3, 4]) == ["trend"] * 7
    assert mdc([-3, -2, -1, -1, 2, 3, 4, 5]) == [""] * 8
    assert mdc([-3, -2, -1, np.nan, 2, 3, 4, 5]) == [""] * 8
    assert mdc([4, 3, 2, 1, -1, -2, -3]) == ["trend"] * 7


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ([0.7, 0.1, 0.8], ["two_of_three", "", "two_of_three"]),
        ([0.7, -0.1, 0.8], ["", "", ""]),
        ([0.6, 0.1, 0.8], ["", "", ""]),
        ([-0.7, -0.9, -0.1], ["two_of_three", "two_of_three", ""]),
        ([0.7, 1.1, 0.1], ["", "outside", ""]),
        ([0.7, np.nan, 0.8], ["", "", ""]),
    ],
)
def test_two_of_three_beyond_two_thirds(position, expected) -> None:
    assert mdc(position, position) == expected


def test_a_cut_lower_limit_does_not_move_the_two_thirds() -> None:
    # c chart around 4: the limit −2 is cut to 0. Two ones are 1.5 standard deviations down: nothing
    values = [4, 5, 3, 4, 1, 1, 3, 5, 6, 4, 5, 3, 4, 5, 4, 5, 3, 6, 4, 5]
    assert not frame(values, kind="c")["signal"].any()


def test_anhoej_marks_too_few_crossings_and_a_point_outside() -> None:
    values = [*varied(12), *(varied(12) + 6)]
    assert frame(values, rules="anhoej")["rule"].str.contains("few_crossings").any()
    spike = [*varied(20), 60.0]
    assert "outside" in frame(spike, rules="anhoej")["rule"].tolist()[-1]


def test_two_rule_sets_are_never_mixed() -> None:
    names = {
        rules: set(",".join(frame(np.arange(24.0), rules=rules)["rule"]).split(",")) - {""}
        for rules in ("mdc", "anhoej")
    }
    assert names["mdc"] <= {"outside", "shift", "trend", "two_of_three"}
    assert names["anhoej"] <= {"outside", "long_run", "few_crossings"}


def test_the_callers_labels_are_kept() -> None:
    months = pd.period_range("2024-01", periods=12, freq="M")
    assert frame(pd.Series(varied(12), index=months)).index.equals(months)


# Bad input


@pytest.mark.parametrize(
    "call",
    [
        lambda: frame(varied(20), kind="ewma"),
        lambda: frame(varied(20), rules="nelson"),
        lambda: frame([1.5] * 20, kind="c"),
        lambda: frame([-1] * 20, kind="c"),
        lambda: frame([11] * 20, kind="p", size=10),
        lambda: frame([1] * 20, kind="p"),
        lambda: frame([1] * 20, kind="c", size=10),
        lambda: frame([1] * 20, kind="u", size=0),
        lambda: frame([1] * 20, kind="u", size=[10] * 19),
        lambda: frame([0, *varied(20)], kind="t"),
        lambda: frame(varied(20), freeze=21),
        lambda: frame(varied(20), freeze=12.5),
        lambda: frame(["a"] * 20),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()
