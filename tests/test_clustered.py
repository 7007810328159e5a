"""Totals of offences: statistics.md 2.3 [V, M], the police form's bounds, and error rates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluering.errors import EvalueringError
from evaluering.statistics import counts

P139 = np.repeat([1, 2, 3, 4, 5, 6, 7, 8], [88, 27, 11, 6, 4, 1, 1, 1])
people = st.lists(st.integers(1, 12), min_size=5, max_size=60)


def form(k: np.ndarray) -> tuple[int, int, int, int, int]:
    """The police form's five numbers of given persons."""
    few, three, many = k <= 2, k == 3, k >= 4
    return (few.sum(), three.sum(), many.sum(), k.sum(), k[many].sum())


def test_the_reference_persons() -> None:
    out = counts.clustered_total(P139)
    assert (out.total, out.persons, out.variance) == (240, 139, 640)
    assert_allclose([out.phi, out.standard_error], [2.6667, 25.298], atol=5e-4)
    assert_allclose([out.lower, out.upper], [195.203, 295.077], atol=5e-4)


def test_one_offence_each_is_poisson() -> None:
    out = counts.clustered_total(np.ones(240))
    assert out.phi == 1
    assert out.standard_error == pytest.approx(15.492, abs=5e-4)  # statistics.md 2.3: Poisson
    assert_allclose([out.lower, out.upper], [211.479, 272.368], atol=5e-4)


@pytest.mark.parametrize(("k", "refusal"), [([9, 1, 1, 1], "few_persons"), ([9, 1, 1, 1, 1], "")])
def test_four_persons_are_too_few_and_five_are_not(k, refusal) -> None:
    out = counts.clustered_total(k)
    assert out.refusal == refusal
    assert np.isnan(out.lower) == bool(refusal)
    assert out.total == sum(k)
    assert out.standard_error > 0


def test_persons_without_offences_change_nothing() -> None:
    assert counts.clustered_total([0, 0, *P139]) == counts.clustered_total(P139)
    assert counts.clustered_total([0, 0, 0, 0, 3]).refusal == "few_persons"


def test_linked_persons_are_one_unit() -> None:
    alone = counts.clustered_total([2, 2, 2, 1, 1, 1])
    linked = counts.clustered_total([2, 2, 2, 1, 1, 1], linked=["a", "a", "b", "c", "d", "e"])
    assert alone.variance == 15
    assert linked.variance == 23  # (2+2)² + 2² + 1 + 1 + 1
    assert linked.persons == 6


def test_links_reach_through_other_persons() -> None:
    group = counts.linked_groups(["a", "b", "c", "d", "b"], [1, 1, 2, 3, 2])
    assert group["a"] == group["b"] == group["c"]
    assert group["d"] != group["a"]
    with pytest.raises(EvalueringError):
        counts.linked_groups(["a", "b"], [1])
    with pytest.raises(EvalueringError):
        counts.linked_groups(["a", None], [1, 2])


# Two years


def test_the_formula_of_two_years_worked_by_hand() -> None:
    out = counts.total_change(
        240, 200, variance_a=640, variance_b=500, persons_a=139, persons_b=120
    )
    assert out.z == pytest.approx(40 / 1140**0.5)
    width = 1.959963984540054 * (640 / 240**2 + 500 / 200**2) ** 0.5
    assert_allclose([out.lower, out.upper], 1.2 * np.exp([-width, width]))
    assert out.smallest_detectable == pytest.approx(1.959963984540054 * 1000**0.5)
    assert out.break_even_phi == pytest.approx((40 / 440**0.5 / 1.959963984540054) ** 2)


def test_rows_and_totals_agree_when_nobody_is_in_both_years() -> None:
    older = P139[::2]
    rows = counts.clustered_change(P139, older)
    totals = counts.total_change(
        P139.sum(),
        older.sum(),
        variance_a=(P139**2).sum(),
        variance_b=(older**2).sum(),
        persons_a=P139.size,
        persons_b=older.size,
    )
    assert_allclose(rows[:-1], totals[:-1])


def test_a_person_in_both_years_is_compared_with_himself() -> None:
    a, b = [6, 1, 1, 2, 3, 4], [4, 1, 2, 2, 1, 6]
    out = counts.clustered_change(a, b, person_a=list("abcdef"), person_b=list("abcdeg"))
    # differences: 2, 0, −1, 0, 2, 4 (f), −6 (g); shares of each year's total for the log ratio
    assert out.z == pytest.approx((17 - 16) / (4 + 1 + 4 + 16 + 36) ** 0.5)
    shares = np.array([6, 1, 1, 2, 3, 4, 0]) / 17 - np.array([4, 1, 2, 2, 1, 0, 6]) / 16
    width = 1.959963984540054 * (shares**2).sum() ** 0.5
    assert_allclose([out.lower, out.upper], 17 / 16 * np.exp([-width, width]))
    shuffled = counts.clustered_change(a[::-1], b, person_a=list("fedcba"), person_b=list("abcdeg"))
    assert_allclose(shuffled[:-1], out[:-1])


def test_the_same_persons_with_the_same_counts_leave_no_width() -> None:
    out = counts.clustered_change([1] * 6, [1] * 6, person_a=range(6), person_b=range(6))
    assert out.refusal == "no_variation"
    doubled = counts.clustered_change([2] * 6, [1] * 6, person_a=range(6), person_b=range(6))
    assert doubled.refusal == "no_variation"
    assert np.isnan(doubled.lower)


def test_without_the_spread_over_persons_there_is_only_ratio_and_break_even() -> None:
    out = counts.total_change(240, 200)
    assert out.refusal == "no_persons"
    assert out.ratio == 1.2
    assert out.break_even_phi == pytest.approx(0.9466, abs=1e-4)
    assert np.isnan([out.lower, out.upper, out.z, out.p_value, out.smallest_detectable]).all()


@pytest.mark.parametrize(("persons", "refusal"), [(4, "few_persons"), (5, "")])
def test_a_change_with_four_persons_behind_it_is_refused(persons, refusal) -> None:
    out = counts.total_change(
        30, 40, variance_a=200, variance_b=300, persons_a=persons, persons_b=20
    )
    assert out.refusal == refusal
    assert np.isnan(out.p_value) == bool(refusal)
    rows = counts.clustered_change([6] * persons, [2] * 9)
    assert rows.refusal == refusal


def test_fewer_offences_than_five_are_refused_whoever_did_them() -> None:
    assert counts.total_change(4, 40, variance_a=4, variance_b=90).refusal == "few_persons"


def test_arrays_and_missing_years() -> None:
    out = counts.total_change([240, np.nan, 90], [200, 10, 80], variance_a=[640, 9, np.nan])
    assert out["refusal"].tolist() == ["no_persons", "", "no_persons"]
    assert out.loc[1].drop("refusal").isna().all()


def null_pairs(pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Persons per number of offences in two years of the same world (P139), simulated."""
    values, persons = np.unique(P139, return_counts=True)
    years = np.random.default_rng(139).poisson(persons, size=(2, pairs, values.size))
    return years, values


def test_error_rates_of_rows_bounds_and_poisson() -> None:
    # statistics.md 2.3 [M]: rows .049–.050, upper bound .027, lower bound .11, Poisson .23
    (a, b), k = null_pairs(20_000)
    t_a, t_b = a @ k, b @ k
    rows = counts.total_change(t_a, t_b, variance_a=a @ k**2, variance_b=b @ k**2)
    bounds = [
        counts.clustered_total_bounds(
            y[:, :2].sum(1), y[:, 2], y[:, 3:].sum(1), y @ k, y[:, 3:] @ k[3:]
        )
        for y in (a, b)
    ]
    upper, lower = (
        counts.total_change(t_a, t_b, variance_a=bounds[0][v], variance_b=bounds[1][v])
        for v in ("variance_upper", "variance_lower")
    )
    poisson = np.abs(t_a - t_b) / np.sqrt(t_a + t_b) > 1.96
    assert (rows["p_value"] < 0.05).mean() == pytest.approx(0.050, abs=0.006)
    assert (upper["p_value"] < 0.05).mean() == pytest.approx(0.027, abs=0.006)
    assert (lower["p_value"] < 0.05).mean() > 0.05
    assert poisson.mean() > 0.20


def test_ratio_of_ratios_of_offences() -> None:
    out = counts.clustered_ratio_of_ratios([100, 50, 200, 190], [300, 120, 500, 500])
    error = (300 / 100**2 + 120 / 50**2 + 500 / 200**2 + 500 / 190**2) ** 0.5
    assert out.ratio == pytest.approx(1.9)
    assert out.z == pytest.approx(np.log(1.9) / error)
    assert out.lower == pytest.approx(1.9 * np.exp(-1.959963984540054 * error))


# The police form


def test_bounds_of_the_reference_persons() -> None:
    out = counts.clustered_total_bounds(115, 11, 13, 240, 65)
    assert (out.total, out.persons) == (240, 139)
    assert (out.variance_lower, out.variance_upper) == (620, 776)
    assert_allclose(np.sqrt([620, 776]), [24.9, 27.9], atol=0.05)
    assert counts.clustered_total_bounds(115, 11, 13, 240, 65, 8).variance_upper == 656


@settings(max_examples=60, deadline=None)
@given(people)
def test_bounds_hold_the_true_sum_of_squares(k) -> None:
    k = np.array(k)
    plain = counts.clustered_total_bounds(*form(k))
    known = counts.clustered_total_bounds(*form(k), k.max())
    assert plain.variance_lower <= (k**2).sum() <= known.variance_upper <= plain.variance_upper
    assert (plain.total, plain.persons) == (k.sum(), k.size)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(0, 40))
def test_the_extremes_are_attained(m, extra) -> None:
    rest = np.array([1, 2, 2, 3, 3])
    even = 4 + np.full(m, extra // m) + (np.arange(m) < extra % m)
    uneven = np.array([4] * (m - 1) + [4 + extra])
    for many, bound in ((even, "variance_lower"), (uneven, "variance_upper")):
        k = np.concatenate([rest, many])
        out = counts.clustered_total_bounds(*form(k))
        assert getattr(out, bound) == (k**2).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(0, 9), st.data())
def test_the_upper_bound_with_the_largest_is_the_greatest_there_is(m, extra, data) -> None:
    def spreads(persons: int, left: int, top: int):
        if persons == 0:
            yield from [()] if left == 0 else []
            return
        for first in range(min(left, top) + 1):
            for others in spreads(persons - 1, left - first, first):
                yield (first, *others)

    options = list(spreads(m, extra, extra))
    chosen = data.draw(st.sampled_from(options))
    top = max(chosen)
    greatest = max(sum((4 + x) ** 2 for x in o) for o in options if max(o) == top)
    out = counts.clustered_total_bounds(3, 1, m, 3 + 3 + 4 * m + extra, 4 * m + extra, 4 + top)
    assert out.variance_upper == greatest + 3 + 9


def test_without_serious_cases_the_bounds_meet() -> None:
    out = counts.clustered_total_bounds(10, 2, 0, 19, 0)
    assert out.variance_lower == out.variance_upper == 7 + 3 * 4 + 2 * 9


@pytest.mark.parametrize(("a", "refusal"), [(4, "few_persons"), (5, "")])
def test_the_form_with_four_persons_is_refused(a, refusal) -> None:
    out = counts.clustered_total_bounds(a, 0, 0, a, 0)
    assert out.refusal == refusal
    assert np.isnan(out.lower) == bool(refusal)


def test_bounds_take_arrays() -> None:
    out = counts.clustered_total_bounds([115, 10], [11, 2], [13, 0], [240, 19], [65, 0], [8, None])
    assert out["variance_upper"].tolist() == [656, 37]


@pytest.mark.parametrize(
    "numbers",
    [
        (115, 11, 13, 240, 51),  # 13 with four or more have at least 52
        (115, 11, 0, 240, 65),
        (10, 0, 0, 9, 0),  # ten persons, nine offences
        (10, 0, 0, 21, 0),  # ten persons with one or two cannot have 21
        (115, 11, 13, 240, 65, 3),
        (115, 11, 13, 240, 65, 4),  # 13 · 4 < 65
        (115, 11, 13, 240, 65, 18),  # the twelve others would have fewer than four
        (10, 2, 0, 19, 0, 5),
        (115, 11, 13, 240.5, 65),
        (-1, 11, 13, 240, 65),
    ],
)
def test_forms_that_contradict_themselves_are_refused(numbers) -> None:
    with pytest.raises(EvalueringError):
        counts.clustered_total_bounds(*numbers)


@pytest.mark.parametrize(
    "call",
    [
        lambda: counts.clustered_total([1, -1, 2]),
        lambda: counts.clustered_total([1, 1.5]),
        lambda: counts.clustered_total([1, np.nan]),
        lambda: counts.clustered_total([1, 2], linked=["a"]),
        lambda: counts.clustered_total([1, 2], linked=["a", None]),
        lambda: counts.clustered_change([1, 2], [1], person_a=["a", "b"]),
        lambda: counts.clustered_change([1, 2], [1], person_a=["a"], person_b=["a"]),
        lambda: counts.total_change(10, 10, variance_a=5, variance_b=20),
        lambda: counts.total_change(-1, 10),
        lambda: counts.clustered_ratio_of_ratios([1, 2, 3], [1, 2, 3]),
        lambda: counts.clustered_ratio_of_ratios([0, 2, 3, 4], [1, 2, 3, 4]),
        lambda: counts.clustered_ratio_of_ratios([5, 2, 3, 4], [1, 2, 3, 4]),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()
