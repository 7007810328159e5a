"""Many questions at once: R's p.adjust, max-T by hand, and how far few schools reach."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluering.errors import EvalueringError
from evaluering.statistics import multiplicity, signflip

P = [0.0004, 0.003, 0.011, 0.02, 0.03, 0.041, 0.2, 0.6]
TWO = np.array([(1, 2), (2, 1), (1, -1), (3, 2), (1, 1), (2, 3)], dtype=float)


@pytest.mark.parametrize(
    ("method", "expected"),
    [  # R 4.2.2: p.adjust(p, "holm" | "BH" | "BY")
        ("holm", [0.0032, 0.021, 0.066, 0.1, 0.12, 0.123, 0.4, 0.6]),
        (
            "bh",
            [
                0.0032,
                0.012,
                0.0293333333333333,
                0.04,
                0.048,
                0.0546666666666667,
                0.228571428571429,
                0.6,
            ],
        ),
        (
            "by",
            [
                0.00869714,
                0.03261429,
                0.07972381,
                0.10871429,
                0.13045714,
                0.14857619,
                0.62122449,
                1,
            ],
        ),
    ],
)
def test_adjusted_p_values_match_r(method: str, expected: list[float]) -> None:
    tolerance = 1e-7 if method == "by" else 1e-10  # the guide prints BY with eight decimals
    assert_allclose(multiplicity.adjust(P, method=method), expected, atol=tolerance)
    order = np.random.default_rng(1).permutation(8)
    shuffled = multiplicity.adjust(np.array(P)[order], method=method)
    assert_allclose(shuffled, np.array(expected)[order], atol=tolerance)


@pytest.mark.parametrize("method", ["holm", "bh", "by"])
def test_missing_p_values_stay_missing_and_do_not_count(method: str) -> None:
    # R: p.adjust(c(.01, NA, .03), "holm") is .02 NA .03; statsmodels gives .03 for the first
    out = multiplicity.adjust([0.01, np.nan, 0.03], method=method)
    assert np.isnan(out[1])
    assert_allclose(out[[0, 2]], multiplicity.adjust([0.01, 0.03], method=method))
    if method == "holm":
        assert_allclose(out[[0, 2]], [0.02, 0.03])
    assert np.isnan(multiplicity.adjust([np.nan, np.nan], method=method)).all()


@pytest.mark.parametrize("wrong", [[-0.1, 0.5], [1.2], ["a"]])
def test_values_that_are_no_p_values_are_refused(wrong: list[object]) -> None:
    with pytest.raises(EvalueringError):
        multiplicity.adjust(wrong, method="holm")
    with pytest.raises(EvalueringError):
        multiplicity.adjust(P, method="bonferroni")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values_keep_their_order_and_never_fall(p: list[float]) -> None:
    for method in ("holm", "bh", "by"):
        out = multiplicity.adjust(p, method=method)
        assert (out >= np.array(p) - 1e-12).all()
        assert (np.diff(out[np.argsort(p, kind="stable")]) >= -1e-12).all()


def test_max_t_of_six_schools_and_two_items() -> None:
    # Method guide §1.7, single-step checked twice; raw p by enumeration
    assert_allclose(signflip.exact_p(TWO), [0.03125, 0.125])
    assert_allclose(multiplicity.max_t(TWO, step_down=False), [0.0625, 0.1875])
    assert_allclose(multiplicity.max_t(TWO), [0.0625, 0.125])


def _slow_max_t(scores: np.ndarray) -> np.ndarray:
    norm = np.sqrt((scores**2).sum(axis=0))
    signs = np.array(list(itertools.product((1, -1), repeat=len(scores))))
    t = np.abs(signs @ scores) / norm
    observed = np.abs(scores.sum(axis=0)) / norm
    left = list(np.argsort(-observed, kind="stable"))
    result, floor = np.empty(len(norm)), 0.0
    while left:
        item = left[0]
        floor = max(floor, np.mean(t[:, left].max(axis=1) >= observed[item] * (1 - 1e-9) - 1e-12))
        result[item] = floor
        left = left[1:]
    return result


@settings(max_examples=15, deadline=None)
@given(st.integers(6, 8), st.integers(1, 5), st.integers(0, 1000))
def test_max_t_is_the_plain_algorithm(schools: int, items: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(-3, 4, size=(schools, items)).astype(float)
    scores = scores[:, (scores != 0).any(axis=0)]
    if scores.shape[1]:
        assert_allclose(multiplicity.max_t(scores), _slow_max_t(scores))


def test_one_item_alone_is_not_adjusted_and_more_items_never_help() -> None:
    draw = np.random.default_rng(4)
    scores = draw.normal(0.4, 1, size=(9, 6))
    raw = signflip.exact_p(scores)
    assert_allclose(multiplicity.max_t(scores[:, :1]), raw[:1])
    adjusted = multiplicity.max_t(scores)
    assert (adjusted >= raw - 1e-12).all()
    assert (multiplicity.max_t(scores, step_down=False) >= adjusted - 1e-12).all()
    assert adjusted.min() >= 2.0**-8


def test_items_without_scores_are_out_of_the_family() -> None:
    wide = np.column_stack([TWO[:, 0], np.full(6, np.nan), TWO[:, 1], np.zeros(6)])
    out = multiplicity.max_t(wide)
    assert np.isnan(out[[1, 3]]).all()
    assert_allclose(out[[0, 2]], multiplicity.max_t(TWO))
    assert np.isnan(multiplicity.max_t(np.zeros((6, 2)))).all()


def test_a_school_without_scores_changes_no_p_value() -> None:
    longer = np.vstack([TWO, np.zeros((2, 2))])
    assert_allclose(signflip.exact_p(longer), signflip.exact_p(TWO))
    assert_allclose(multiplicity.max_t(longer), multiplicity.max_t(TWO))
    many = np.vstack([TWO, np.zeros((14, 2))])  # 20 schools, 6 with something to say: exact
    assert_allclose(signflip.exact_p(many), signflip.exact_p(TWO))


def test_drawn_patterns_hold_above_sixteen_schools() -> None:
    scores = np.random.default_rng(2).normal(0.2, 1, size=(20, 3))
    one = multiplicity.max_t(scores, seed=5)
    assert_allclose(multiplicity.max_t(scores, seed=5), one)
    assert_allclose(multiplicity.max_t(scores, seed=6), one, atol=0.02)
    strong = np.ones((20, 1))
    assert multiplicity.max_t(strong)[0] == signflip.exact_p(strong)[0] == 1 / 20_000


def test_ties_count_as_at_least_as_large() -> None:
    # 0.1 + 0.2 ≠ 0.3 on floats: plain >= would lose patterns
    scores = np.array([[0.1], [0.2], [-0.3], [0.3], [0.3], [0.0]])
    brute = [
        abs(np.dot(s, scores[:, 0])) >= 0.6 - 1e-9 for s in itertools.product((1, -1), repeat=6)
    ]
    assert signflip.exact_p(scores)[0] == np.mean(brute)


def test_a_change_of_nothing_has_p_value_one() -> None:
    # Sums to zero, but only to 1e-17 on floats
    scores = np.array([[0.1], [0.2], [-0.3], [0.0], [0.0], [0.0]])
    assert scores.sum() != 0
    assert signflip.exact_p(scores)[0] == 1
    assert multiplicity.max_t(scores)[0] == 1


def test_joint_direction_by_hand() -> None:
    out = multiplicity.joint_direction(TWO, [1, 1])
    unit = TWO / np.sqrt((TWO**2).sum(axis=0))
    total = unit.sum(axis=1)
    hits = [
        abs(np.dot(s, total)) >= total.sum() - 1e-9 for s in itertools.product((1, -1), repeat=6)
    ]
    assert out.p_value == np.mean(hits)
    assert (out.same_way, out.items) == (2, 2)
    against = multiplicity.joint_direction(TWO, [1, -1])
    assert (against.same_way, against.items) == (1, 2)
    assert against.p_value > out.p_value
    empty = multiplicity.joint_direction(np.zeros((6, 2)), [1, 1])
    assert np.isnan(empty.p_value)
    for wrong in ([1], [1, 0.5]):
        with pytest.raises(EvalueringError):
            multiplicity.joint_direction(TWO, wrong)


@pytest.mark.parametrize(
    ("schools", "reach"), [(5, 0), (6, 1), (7, 3), (8, 6), (9, 12), (16, 1638), (17, 1000)]
)
def test_the_reach_of_holm(schools: int, reach: int) -> None:
    assert multiplicity.holm_reach(schools) == reach
    assert multiplicity.check_reach(schools, reach) == ""
    assert multiplicity.check_reach(schools, reach + 1) == "few_clusters"
    least = 2.0 ** -(schools - 1) if schools <= 16 else 1 / 20_000
    assert reach * least <= 0.05 < (reach + 1) * least


def test_a_family_beyond_reach_rejects_nothing_whatever_the_answers() -> None:
    # 8 schools, all moving the same way: the least exact p is 1/128
    for items, rejects in ((6, True), (7, False)):
        p = np.full(items, 1 / 128)
        assert (multiplicity.adjust(p, method="holm") <= 0.05).any() == rejects


def test_scores_must_be_a_table() -> None:
    for wrong in ([1.0, 2.0], [["a"]], np.empty((0, 2))):
        with pytest.raises(EvalueringError):
            multiplicity.max_t(wrong)
    with pytest.raises(EvalueringError):
        multiplicity.holm_reach(0)
