"""School tables (tier 1): counts give what rows give; whole percentages give the weaker answer."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from survey_material import R6_N, R6_YES, YEARS, r6, rows

from evaluering.errors import EvalueringError
from evaluering.statistics import design, multiplicity

TABLE = {"item": "spm", "wave": "aar", "cluster": "skole", "n": "svar"}
R6 = {"wave": "aar", "cluster": "skole"}


def table(yes: np.ndarray, n: np.ndarray, item: str = "svar") -> pd.DataFrame:
    school, wave = (a.ravel() for a in np.indices(yes.shape))
    return pd.DataFrame(
        {
            "spm": item,
            "skole": school + 1,
            "aar": np.array(YEARS)[wave],
            "ja": yes.ravel(),
            "svar": n.ravel(),
            "prosent": np.round(100 * yes.ravel() / n.ravel()),
        }
    )


def percent_cells(yes: np.ndarray, n: np.ndarray) -> design.Cells:
    return design.school_table(table(yes, n), **TABLE, percent="prosent")


def test_counts_give_the_numbers_of_the_rows() -> None:
    cells = design.school_table(table(R6_YES, R6_N), **TABLE, yes="ja")
    for method in (design.estimate, design.change, design.trend, design.rao_scott):
        ours, theirs = method(cells, "svar"), method(r6(), "svar", **R6)
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-12, atol=1e-12)


def test_percentages_that_fix_the_count_give_the_numbers_of_the_counts() -> None:
    n = np.minimum(R6_N, 95)
    yes = np.minimum(R6_YES, n)
    exact = design.change(design.school_table(table(yes, n), **TABLE, yes="ja"), "svar")
    percent = design.school_table(table(yes, n), **TABLE, percent="prosent")
    assert percent.yes_low is None
    pd.testing.assert_frame_equal(design.change(percent, "svar"), exact)


def test_whole_percentages_of_large_schools_give_the_weaker_answer() -> None:
    n = R6_N * 3
    yes = R6_YES * 3 + np.arange(6)[:, None]
    exact = design.change(design.school_table(table(yes, n), **TABLE, yes="ja"), "svar")
    cells = percent_cells(yes, n)
    assert cells.yes_low is not None
    assert (cells.yes_low <= cells.yes).all()
    out = design.change(cells, "svar")
    assert (out["p_value"] >= exact["p_value"]).all()
    assert (out["p_exact"] >= exact["p_exact"]).all()
    assert ((out["lower"] <= exact["lower"]) & (out["upper"] >= exact["upper"])).all()
    assert (out["difference"] - exact["difference"]).abs().max() < 0.005
    level = design.estimate(cells, "svar")
    true = design.estimate(design.school_table(table(yes, n), **TABLE, yes="ja"), "svar")
    assert ((level["lower"] <= true["lower"]) & (level["upper"] >= true["upper"])).all()


def test_the_weakest_corner_is_the_one_that_shrinks_the_change() -> None:
    n = np.full((7, 2), 400)
    yes = np.column_stack([40 + np.arange(7), 52 + 2 * np.arange(7)])
    wide = np.column_stack([yes, yes[:, 1:], yes[:, 1:]])
    cells = percent_cells(wide, np.full((7, 4), 400))
    out = design.change(cells, "svar", pairs=[(2016, 2019)]).iloc[0]
    share = np.round(100 * yes / n)
    low, high = np.ceil((share - 0.5) * 4), np.floor((share + 0.5) * 4)
    corner = np.column_stack([high[:, 0], low[:, 1]]).astype(int)
    worst = design.change(rows(corner, n, YEARS[:2]), "svar", **R6).iloc[0]
    assert out.p_value >= worst.p_value - 1e-12
    assert out.lower <= worst.lower + 1e-12


def test_a_change_whose_sign_is_rounding_has_p_value_one() -> None:
    n = np.full((8, 4), 300)
    yes = np.full((8, 4), 30) + np.arange(8)[:, None] % 2
    yes[:, 1] += np.array([1, 0, 1, 0, 1, 0, 1, 1])
    cells = percent_cells(yes, n)
    out = design.change(cells, "svar", pairs=[(2016, 2019)]).iloc[0]
    assert (out.p_value, out.p_exact) == (1.0, 1.0)
    assert out.lower < 0 < out.upper
    trend = design.trend(cells, "svar", degree=1).iloc[0]
    assert trend.p_value == 1.0
    assert design.rao_scott(cells, "svar").loc[0, "p_value"] > 0.05


def test_families_of_rounded_tables_are_tested_at_both_ends() -> None:
    n = R6_N * 3
    first, second = R6_YES * 3 + np.arange(6)[:, None], R6_YES[:, ::-1] * 3
    both = pd.concat([table(first, n, "en"), table(second, n, "to")])
    rounded = design.school_table(both, **TABLE, percent="prosent")
    exact = design.school_table(both, **TABLE, yes="ja")
    pair = (2016, 2022)
    scores = design.scores(exact, ["en", "to"], pair=pair)
    plain = design.family_test(exact, ["en", "to"], pair=pair)
    assert_allclose(plain["p_max_t"], multiplicity.max_t(scores))
    assert_allclose(
        scores.sum(), design.change(exact, ["en", "to"], pairs=[pair])["difference"], atol=1e-12
    )
    weak = design.family_test(rounded, ["en", "to"], pair=pair)
    assert (weak["p_max_t"] >= plain["p_max_t"]).all()
    assert weak["family"].tolist() == [2, 2]
    sure = design.joint_test(exact, ["en", "to"], [1, -1], pair=pair)
    assert sure == multiplicity.joint_direction(scores, [1, -1])
    assert design.joint_test(rounded, ["en", "to"], [1, -1], pair=pair).p_value >= sure.p_value
    with pytest.raises(EvalueringError, match="avrundet"):
        design.scores(rounded, ["en", "to"], pair=pair)


def test_a_family_whose_sign_is_rounding_has_p_value_one() -> None:
    n = np.full((8, 4), 300)
    yes = np.full((8, 4), 30)
    yes[:4, 1] = 33  # 10 → 11 per cent in four schools; 10.33 → 10.67 would do
    cells = percent_cells(yes, n)
    exact = design.school_table(table(yes, n), **TABLE, yes="ja")
    pair = (2016, 2019)
    assert design.family_test(exact, "svar", pair=pair).loc[0, "p_max_t"] == 0.125
    assert design.family_test(cells, "svar", pair=pair).loc[0, "p_max_t"] == 1
    assert design.joint_test(exact, "svar", [1], pair=pair).p_value == 0.125
    assert design.joint_test(cells, "svar", [1], pair=pair).p_value == 1


def test_refused_items_are_out_of_the_family() -> None:
    five = r6()[lambda f: f["skole"] < 6]
    few = design.family_test(five, "svar", pair=(2016, 2022), **R6)
    assert few["p_max_t"].isna().all()
    assert few["family"].tolist() == [0]
    frame = r6().assign(alle=1.0)
    pair = (2016, 2022)
    out = design.family_test(frame, ["svar", "alle"], pair=pair, **R6)
    assert np.isnan(out.loc[1, "p_max_t"])
    assert out.loc[0, "p_max_t"] == 0.03125
    assert out["family"].tolist() == [1, 1]


def test_a_number_that_is_not_given_is_a_school_without_answers() -> None:
    full = table(R6_YES, R6_N).astype({"ja": float})
    hidden = full.copy()
    hidden.loc[(hidden["skole"] == 2) & (hidden["aar"] == 2019), "ja"] = np.nan
    dropped = full.drop(index=full.index[(full["skole"] == 2) & (full["aar"] == 2019)])
    one, two = (design.school_table(t, **TABLE, yes="ja") for t in (hidden, dropped))
    pd.testing.assert_frame_equal(design.change(one, "svar"), design.change(two, "svar"))
    assert design.change(one, "svar").loc[0, "refusal"] == "few_clusters"
    assert design.estimate(one, "svar").loc[1, "n"] == 735 - 135


@pytest.mark.parametrize(
    ("column", "value"),
    [("ja", -1), ("ja", 2.5), ("ja", 10_000), ("svar", -3), ("svar", 1.5), ("svar", np.inf)],
)
def test_impossible_counts_are_refused(column: str, value: float) -> None:
    frame = table(R6_YES, R6_N).astype({"ja": float, "svar": float})
    frame.loc[3, column] = value
    with pytest.raises(EvalueringError):
        design.school_table(frame, **TABLE, yes="ja")


def test_percentages_that_no_count_gives_are_refused() -> None:
    frame = table(R6_YES, R6_N).astype({"prosent": float})
    frame.loc[0, ["prosent", "svar"]] = [17, 11]  # 1 of 11 is 9 %, 2 of 11 is 18 %
    with pytest.raises(EvalueringError, match="Prosenten kan ikke komme av"):
        design.school_table(frame, **TABLE, percent="prosent")
    frame.loc[0, ["prosent", "svar"]] = [101, 150]
    with pytest.raises(EvalueringError, match="mellom 0 og 100"):
        design.school_table(frame, **TABLE, percent="prosent")


def test_other_wrong_tables_are_refused() -> None:
    frame = table(R6_YES, R6_N)
    with pytest.raises(EvalueringError):
        design.school_table(frame, **TABLE)
    with pytest.raises(EvalueringError):
        design.school_table(frame, **TABLE, yes="ja", percent="prosent")
    with pytest.raises(EvalueringError):
        design.school_table(pd.concat([frame, frame.iloc[:1]]), **TABLE, yes="ja")
    with pytest.raises(EvalueringError):
        design.school_table(frame.drop(columns="ja"), **TABLE, yes="ja")
    with pytest.raises(EvalueringError):
        design.school_table(frame.assign(ja=frame["ja"].astype(str)), **TABLE, yes="ja")
