"""Disclosure rules at their borders (rule set v1; the guide's numbers stand beside each)."""

from __future__ import annotations

import numpy as np
import pytest

from evaluering.disclosure import rules
from evaluering.errors import EvalueringError


def test_the_threshold_can_be_raised_never_lowered() -> None:
    assert rules.check_threshold(5) == 5
    assert rules.check_threshold(12) == 12
    with pytest.raises(EvalueringError, match="minst 5"):
        rules.check_threshold(4)


@pytest.mark.parametrize("wrong", [1, 0, -3, 2.5, True, "5"])
def test_a_reference_case_may_go_to_two_but_no_lower(wrong: object) -> None:
    assert rules.check_threshold(2, is_reference=True) == 2
    with pytest.raises(EvalueringError, match="minst 2"):
        rules.check_threshold(wrong, is_reference=True)  # type: ignore[arg-type]


def test_few_persons_is_one_to_four() -> None:
    found = rules.few_persons([0, 1, 4, 5, np.nan])
    assert found.tolist() == [False, True, True, False, True]
    assert rules.few_persons([7, 8], 8).tolist() == [True, False]


@pytest.mark.parametrize(
    ("count", "persons", "largest", "two_largest", "expected"),
    [
        (20, 1, 20, 20, True),  # twenty events can be one person
        (20, 12, 10, 15, False),  # exactly half, exactly three quarters
        (20, 12, 11, 13, True),
        (20, 12, 10, 16, True),
        (20, 10, np.nan, np.nan, False),  # police totals: from ten persons
        (20, 9, np.nan, np.nan, True),
        (20, 12, 11, np.nan, True),
        (20, np.nan, np.nan, np.nan, True),
        (6, 6, np.nan, np.nan, False),  # one each, so the largest is known to be one
        (0, 0, np.nan, np.nan, False),
    ],
)
def test_dominance(
    count: float, persons: float, largest: float, two_largest: float, expected: bool
) -> None:
    assert bool(rules.is_dominated(count, persons, largest, two_largest)) is expected


def test_a_small_group_that_is_all_alike() -> None:
    found = rules.holds_all([9, 9, 10, 0, 6], [9, 8, 10, 0, 6], [9, 9, 10, 0, np.nan])
    assert found.tolist() == [True, False, False, False, True]


def test_spread_needs_six_schools_or_ten_persons_and_none_with_more_than_half() -> None:
    assert rules.may_show_spread([5, 6], "skole").tolist() == [False, True]
    assert rules.may_show_spread([9, 10]).tolist() == [False, True]
    assert rules.may_show_spread(40, "person", [0.5, 0.51, np.nan]).tolist() == [True, False, True]
    assert not rules.may_show_spread(np.nan)
    with pytest.raises(EvalueringError, match="personer eller skoler"):
        rules.may_show_spread(40, "klasse")


def test_quantiles_models_goals_and_drops() -> None:
    assert rules.may_show_quantile([9, 10]).tolist() == [False, True]
    assert rules.may_show_model([9, 10, 10], [10, 9, 10]).tolist() == [False, False, True]
    assert rules.may_show_goals([9, 10]).tolist() == [False, True]
    assert rules.funnel_drops([20, 20, 16, 11, 11]).tolist() == [False, True, False, False]


def test_whole_per_cent_up_to_a_thousand() -> None:
    assert rules.percent_decimals([100, 1000, 1001]).tolist() == [0, 0, 1]


def test_event_reach_is_five_or_a_quarter() -> None:
    assert rules.event_reach([1, 20, 21, 100]).tolist() == [5, 5, 6, 25]


def _half_up(numerator: int, n: int, per: int) -> int:
    return (2 * per * numerator + n) // (2 * n)


@pytest.mark.parametrize(("per", "unique_up_to"), [(100, 100), (1000, 1000)])
def test_percent_reveals_count(per: int, unique_up_to: int) -> None:
    """Oracle `percent_reveals_count`: with n known, the rounded share is the numerator.

    So a share is public exactly when its numerator and denominator are; rounding protects nothing.
    """
    for n in (1, 2, unique_up_to // 2, unique_up_to - 1, unique_up_to):
        shares = [_half_up(k, n, per) for k in range(n + 1)]
        assert len(set(shares)) == n + 1
    n = unique_up_to + 1
    assert len({_half_up(k, n, per) for k in range(n + 1)}) < n + 1


def test_the_one_symbol() -> None:
    assert rules.SYMBOL == ":"
    assert rules.RULE_SET == "v1"
