"""One case with repeated ratings: R SingleCaseES 0.7.4 and hand checks (statistics.md 3.7)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluering.errors import EvalueringError
from evaluering.statistics import goals

phase = st.lists(st.integers(0, 10), min_size=5, max_size=15)
A, B = [-2, -2, -1, -2, -1], [-1, 0, 0, 1, 0, 1, 1]


def test_nap_worked_by_hand() -> None:
    assert goals.nap([1, 2], [2, 3]).nap == 0.875


def test_nap_and_its_error_match_r() -> None:
    # SingleCaseES::NAP(A, B): .971428571428571, SE .0375707948525226
    out = goals.nap(A, B)
    assert out.nap == pytest.approx(0.971428571428571, abs=1e-12)
    assert out.standard_error == pytest.approx(0.0375707948525226, abs=1e-12)
    # its limits stop 1e-4 from the root: .643474787, .998142206
    assert_allclose([out.lower, out.upper], [0.64347478747636, 0.998142206009812], atol=2e-4)


@settings(max_examples=60, deadline=None)
@given(phase, phase)
def test_limits_solve_newcombes_equation(a, b) -> None:
    out = goals.nap(a, b)
    m, n = len(a), len(b)
    h, z = (m + n) / 2 - 1, 1.959963984540054
    for t in {out.lower, out.upper} - {0.0, 1.0}:
        spread = t * (1 - t)
        variance = spread * (1 + h * ((1 - t) / (2 - t) + t / (1 + t))) / (m * n)
        assert (out.nap - t) ** 2 == pytest.approx(z**2 * variance, rel=1e-6)
    assert 0 <= out.lower <= out.nap <= out.upper <= 1
    assert out.lower < out.upper


def test_no_overlap_at_all_still_has_an_interval() -> None:
    # SingleCaseES 0.7.4 gives the limits 1 and 1 here: its search starts on a false root
    out = goals.nap([1] * 7, [2] * 65)
    assert out.nap == out.upper == 1
    assert out.lower < 0.9
    assert out.standard_error > 0


@settings(max_examples=60, deadline=None)
@given(phase, phase)
def test_turning_the_scale_turns_the_answer(a, b) -> None:
    out, back = goals.nap(a, b), goals.nap([-x for x in a], [-x for x in b])
    assert out.nap + back.nap == pytest.approx(1)
    assert out.standard_error == pytest.approx(back.standard_error)
    assert_allclose([out.lower, out.upper], [1 - back.upper, 1 - back.lower], atol=1e-8)


@pytest.mark.parametrize(("m", "refusal"), [(4, "few_ratings"), (5, "")])
def test_four_ratings_in_a_phase_are_too_few(m, refusal) -> None:
    a, b = list(range(m)), [3, 4, 5, 6, 7]
    for first, last in ((a, b), (b, a)):
        out = goals.nap(first, last)
        assert out.refusal == refusal
        assert np.isnan(out.lower) == bool(refusal)
        assert goals.tau_bc(first, last).refusal == refusal


def test_tau_bc_takes_the_trend_out() -> None:
    out = goals.tau_bc([1, 2, 3], [4, 5, 6])
    assert (out.tau_bc, out.slope) == (0, 1)
    assert 2 * goals.nap([1, 2, 3], [4, 5, 6]).nap - 1 == 1


def test_tau_bc_matches_r() -> None:
    # SingleCaseES::Tau_BC, always corrected: .0416667; without correction Tau is .833333
    first, last = [2, 3, 1, 2, 4, 3, 2, 5], [4, 4, 6, 5, 7, 5]
    assert goals.tau_bc(first, last).tau_bc == pytest.approx(0.0416666666666667, abs=1e-9)
    assert 2 * goals.nap(first, last).nap - 1 == pytest.approx(0.8333333333, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(phase, phase)
def test_tau_bc_stays_between_minus_one_and_one(a, b) -> None:
    # Tau-U does not: it is not offered
    assert -1 <= goals.tau_bc(a, b).tau_bc <= 1
    assert not hasattr(goals, "tau_u")


def test_missing_ratings_fall_out() -> None:
    assert goals.nap([*A, np.nan], [np.nan, *B]) == goals.nap(A, B)
    assert goals.tau_bc([-2, np.nan, *A[1:]], B) == goals.tau_bc(A, B)


@pytest.mark.parametrize(
    "call",
    [
        lambda: goals.nap([], [1]),
        lambda: goals.nap([np.nan], [1]),
        lambda: goals.nap([1], ["bra"]),
        lambda: goals.tau_bc([1], [2, 3]),
        lambda: goals.nap([1, 2], [2, 3], level=95),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()
