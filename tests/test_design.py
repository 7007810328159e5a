"""Survey estimates: invariants, refusals at their border, and input that must not give a number."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from survey_material import R6_N, R6_YES, r6, rows

from evaluering.errors import REFUSALS, EvalueringError
from evaluering.statistics import design

R6 = {"wave": "aar", "cluster": "skole"}
NUMBERS = ["difference", "standard_error", "lower", "upper", "p_value", "p_exact"]
INFERENCE = [
    "degrees_of_freedom",
    "lower",
    "upper",
    "p_value",
    "p_exact",
    "smallest_detectable",
    "p_cr2",
    "df_cr2",
]


def schools(
    number: int, *, waves: int = 2, seed: int = 1, size: int = 80, share: float = 0.2
) -> pd.DataFrame:
    """Simulated pupils with some drift between schools."""
    draw = np.random.default_rng(seed)
    n = draw.integers(size // 2, size, size=(number, waves))
    yes = draw.binomial(n, np.clip(draw.normal(share, 0.03, size=(number, waves)), 0.02, 0.98))
    return rows(yes, n, (2019, 2022, 2025, 2028)[:waves])


# --- Invariants ---


@settings(max_examples=20, deadline=None)
@given(st.integers(6, 9), st.integers(0, 10_000))
def test_row_order_and_school_names_change_nothing(number: int, seed: int) -> None:
    frame = schools(number, seed=seed)
    names = {school: f"skole {chr(90 - school)}" for school in frame["skole"].unique()}
    other = frame.sample(frac=1, random_state=seed).assign(skole=lambda f: f["skole"].map(names))
    one, two = (design.change(f, "svar", **R6) for f in (frame, other))
    assert_allclose(one[NUMBERS], two[NUMBERS], rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_splitting_rows_with_halved_weights_changes_no_share_and_no_error(seed: int) -> None:
    frame = schools(7, seed=seed).assign(vekt=lambda f: 1.0 + f["skole"] % 3)
    halved = frame.assign(vekt=frame["vekt"] / 2)
    split = pd.concat([frame.iloc[::2], halved.iloc[1::2], halved.iloc[1::2]])
    names = R6 | {"weight": "vekt"}
    assert_allclose(
        design.estimate(frame, "svar", **names)[["share", "standard_error"]],
        design.estimate(split, "svar", **names)[["share", "standard_error"]],
        rtol=1e-10,
    )
    for variance in ("cv3", "linearised"):
        one, two = (design.change(f, "svar", **names, variance=variance) for f in (frame, split))
        assert_allclose(one[NUMBERS], two[NUMBERS], rtol=1e-9)


def test_swapping_waves_flips_signs_only() -> None:
    there = design.change(r6(), "svar", **R6, pairs=[(2016, 2022)]).iloc[0]
    back = design.change(r6(), "svar", **R6, pairs=[(2022, 2016)]).iloc[0]
    assert_allclose(back.difference, -there.difference)
    assert_allclose([back.lower, back.upper], [-there.upper, -there.lower])
    same = ["standard_error", "p_value", "p_exact", "smallest_detectable", "p_cr2"]
    assert_allclose(back[same].astype(float), there[same].astype(float))


@pytest.mark.parametrize("weight", [None, "vekt"])
def test_cv3_is_brute_deletion_of_schools(weight: str | None) -> None:
    frame = schools(8, seed=4).assign(vekt=lambda f: 1 + (np.arange(len(f)) % 4) / 2)
    out = design.change(frame, "svar", **R6, weight=weight).iloc[0]
    size = frame["vekt"] if weight else pd.Series(1.0, frame.index)

    def difference(keep: pd.Series) -> float:
        parts = (frame["svar"] * size)[keep].groupby(frame["aar"]).sum()
        shares = parts / size[keep].groupby(frame["aar"]).sum()
        return float(shares[2022] - shares[2019])

    d = difference(pd.Series(True, frame.index))
    left = [difference(frame["skole"] != school) for school in frame["skole"].unique()]
    brute = np.sqrt(7 / 8 * sum((one - d) ** 2 for one in left))
    assert_allclose(out.standard_error, brute, rtol=1e-10)


def test_variances_agree_in_the_limit_of_many_equal_schools() -> None:
    draw = np.random.default_rng(3)
    yes = draw.binomial(50, 0.2, size=(400, 2))
    frame = rows(yes, np.full((400, 2), 50), (2019, 2022))
    errors = [
        design.change(frame, "svar", **R6, variance=variance, exact=False).loc[0, "standard_error"]
        for variance in ("linearised", "cv3", "cr2")
    ]
    assert_allclose(errors, errors[0], rtol=0.01)


def test_sign_flip_is_enumeration() -> None:
    yes, n = R6_YES[:, :2], R6_N[:, :2]
    pooled = yes.sum() / n.sum()
    score = (yes[:, 1] - pooled * n[:, 1]) / n[:, 1].sum()
    score -= (yes[:, 0] - pooled * n[:, 0]) / n[:, 0].sum()
    observed = abs(score.sum()) * (1 - 1e-9)
    hits = [abs(np.dot(s, score)) >= observed for s in itertools.product((1, -1), repeat=6)]
    out = design.change(r6(), "svar", **R6, pairs=[(2016, 2019)]).iloc[0]
    assert out.p_exact == np.mean(hits)
    assert_allclose(score.sum(), out.difference)


def test_drawn_patterns_are_near_the_exact_ones_and_repeat_with_the_seed() -> None:
    frame = schools(17, seed=2)
    one, again, other = (
        design.change(frame, "svar", **R6, seed=seed).loc[0, "p_exact"] for seed in (1, 1, 2)
    )
    assert one == again
    assert abs(one - other) < 0.03
    t_test = design.change(frame, "svar", **R6).loc[0, "p_value"]
    assert abs(one - t_test) < 0.1
    assert (one * 20_000) == round(one * 20_000)


def test_items_are_computed_alone_and_together_alike() -> None:
    draw = np.random.default_rng(9)
    frame = schools(7, waves=3, seed=9)
    frame["glissen"] = frame["svar"].where(draw.random(len(frame)) > 0.3)
    frame["annen"] = (draw.random(len(frame)) < 0.4).astype(float)
    items = ["svar", "glissen", "annen"]
    for method in (design.estimate, design.change, design.trend, design.rao_scott):
        together = method(frame, items, **R6)
        alone = pd.concat([method(frame, [item], **R6) for item in items], ignore_index=True)
        pd.testing.assert_frame_equal(together, alone, rtol=1e-9, check_dtype=False)


def test_cells_and_rows_give_the_same() -> None:
    frame = schools(8, waves=3, seed=5).assign(kjoenn=lambda f: np.arange(len(f)) % 2)
    cells = design.collapse(frame, "svar", **R6, by=["kjoenn"])
    for method in (design.estimate, design.change, design.rao_scott, design.trend):
        pd.testing.assert_frame_equal(method(cells, "svar"), method(frame, "svar", **R6))
    by_sex = design.estimate(cells, "svar", by="kjoenn")
    pd.testing.assert_frame_equal(by_sex, design.estimate(frame, "svar", **R6, by="kjoenn"))


def test_input_is_not_changed() -> None:
    frame = schools(6)
    before = frame.copy()
    design.estimate(frame, "svar", **R6)
    design.change(frame, "svar", **R6)
    pd.testing.assert_frame_equal(frame, before)


def test_a_municipality_has_the_numbers_of_its_own_file() -> None:
    parts = [
        schools(number, seed=number).assign(kommune=f"{number:04}") for number in (6, 9, 12, 3)
    ]
    country = pd.concat(
        [part.assign(skole=lambda f, k=k: f["skole"] + 100 * k) for k, part in enumerate(parts)]
    )
    for method in (design.estimate, design.change):
        together = method(country, "svar", **R6, by="kommune").drop(columns="kommune")
        alone = pd.concat([method(part, "svar", **R6) for part in parts], ignore_index=True)
        order = ["wave", "n"] if "wave" in together else ["wave_from", "n_from"]
        one = together.sort_values(order).reset_index(drop=True)
        two = alone.sort_values(order).reset_index(drop=True)
        pd.testing.assert_frame_equal(one, two, rtol=1e-9)


# --- Denominators ---


def test_missing_answers_are_missing_never_no() -> None:
    frame = schools(6)
    frame.loc[frame.index % 3 == 0, "svar"] = np.nan
    answered = frame.dropna()
    pd.testing.assert_frame_equal(
        design.estimate(frame, "svar", **R6), design.estimate(answered, "svar", **R6)
    )


@pytest.mark.parametrize("dtype", ["int8", "float32", "Int8", "Int64", "boolean", "bool", object])
def test_every_way_of_writing_yes_and_no_is_read_alike(dtype: object) -> None:
    frame = schools(6)
    other = frame.assign(svar=frame["svar"].astype("int8").astype(dtype))
    pd.testing.assert_frame_equal(
        design.change(other, "svar", **R6), design.change(frame, "svar", **R6)
    )


def test_missing_values_of_nullable_columns_are_missing() -> None:
    frame = schools(6)
    frame.loc[::4, "svar"] = np.nan
    for dtype in ("Int8", "boolean", "Float64"):
        pd.testing.assert_frame_equal(
            design.estimate(frame.assign(svar=frame["svar"].astype(dtype)), "svar", **R6),
            design.estimate(frame, "svar", **R6),
        )


def test_a_pupil_with_weight_zero_is_not_in_the_survey() -> None:
    frame = schools(7).assign(vekt=lambda f: 1.0 + f["skole"] % 2)
    frame.loc[frame.index % 5 == 0, "vekt"] = 0.0
    kept = frame[frame["vekt"] > 0]
    names = R6 | {"weight": "vekt"}
    pd.testing.assert_frame_equal(
        design.estimate(frame, "svar", **names), design.estimate(kept, "svar", **names)
    )


def test_equal_weights_are_no_weights() -> None:
    frame = schools(7)
    pd.testing.assert_frame_equal(
        design.change(frame.assign(vekt=2.5), "svar", **R6, weight="vekt"),
        design.change(frame, "svar", **R6),
    )


def test_without_schools_it_is_a_simple_random_sample_and_says_so() -> None:
    frame = r6()
    out = design.estimate(frame, "svar", wave="aar").iloc[0]
    p, n = 60 / 740, 740
    assert_allclose(out.standard_error, np.sqrt(p * (1 - p) / (n - 1)))
    assert_allclose(out.design_effect, 1)
    assert (out.note, out.degrees_of_freedom) == ("srs", 739)
    weighted = design.estimate(
        frame.assign(w=1.0 + frame.index % 2), "svar", wave="aar", weight="w"
    )
    assert (weighted["note"] == "srs").all()
    with pytest.raises(EvalueringError, match="skole"):
        design.change(frame, "svar", wave="aar", cluster=None)


def test_a_school_without_answers_in_the_wave_counts_in_the_variance_and_not_in_the_df() -> None:
    frame = schools(7)
    frame.loc[(frame["skole"] == 3) & (frame["aar"] == 2022), "svar"] = np.nan
    out = design.estimate(frame, "svar", **R6).iloc[1]
    late = frame[frame["aar"] == 2022].dropna()
    share = late["svar"].mean()
    score = (late["svar"] - share).groupby(late["skole"]).sum() / len(late)
    assert_allclose(out.standard_error, np.sqrt(7 / 6 * (score**2).sum()))
    assert (out.degrees_of_freedom, out.clusters) == (5, 6)


# --- Refusals, each at its border ---


@pytest.mark.parametrize(("number", "refusal"), [(5, "few_clusters"), (6, "")])
def test_five_schools_are_refused_and_six_are_not(number: int, refusal: str) -> None:
    frame = schools(number, seed=7)
    out = design.change(frame, "svar", **R6).iloc[0]
    assert out.refusal == refusal
    assert out[INFERENCE].isna().all() == bool(refusal)
    assert out[["share_from", "share_to", "difference", "standard_error"]].notna().all()
    assert out.clusters == number
    rao = design.rao_scott(frame, "svar", **R6).iloc[0]
    assert rao.refusal == refusal
    assert np.isnan(rao.p_value) == bool(refusal)


def test_the_border_counts_schools_in_both_waves() -> None:
    frame = schools(7, seed=7)
    gone = (frame["skole"] == 1) & (frame["aar"] == 2022)
    new = (frame["skole"] == 2) & (frame["aar"] == 2019)
    out = design.change(frame[~(gone | new)], "svar", **R6).iloc[0]
    assert (out.clusters, out.clusters_both, out.refusal) == (7, 5, "few_clusters")
    kept = design.change(frame[~gone], "svar", **R6).iloc[0]
    assert (kept.clusters, kept.clusters_both, kept.refusal) == (7, 6, "")


def test_schools_in_one_wave_only_are_noted_when_they_are_many() -> None:
    n = np.array([[100, 100]] * 6 + [[340, 0]])
    frame = rows(np.round(n * 0.2).astype(int) + np.arange(7)[:, None] % 3, n, (2019, 2022))
    out = design.change(frame, "svar", **R6).iloc[0]  # pairs hold 1200 of 1540 answers
    assert "few_pairs" in out.note.split(";")
    n[6, 0] = 300  # 1200 of 1500: 80 %
    kept = rows(np.round(n * 0.2).astype(int) + np.arange(7)[:, None] % 3, n, (2019, 2022))
    assert "few_pairs" not in design.change(kept, "svar", **R6).iloc[0].note.split(";")


def test_one_dominating_school_is_noted() -> None:
    n = np.array([[1500, 1500]] + [[150, 150]] * 8)
    yes = np.round(n * 0.08).astype(int) + np.arange(9)[:, None] % 4
    yes[:, 1] += np.arange(9) % 5
    out = design.change(rows(yes, n, (2019, 2022)), "svar", **R6).iloc[0]
    assert out.note == "dominated"
    assert out.df_cr2 < 4
    assert out.refusal == ""
    assert out[["p_cr2", "p_exact"]].notna().all()  # what the verdict rests on instead


def test_cr2_with_weights_or_strata_is_refused_and_cv3_is_not() -> None:
    frame = schools(9).assign(vekt=lambda f: 1.0 + f["skole"] % 2, del_=lambda f: f["skole"] % 2)
    for extra in ({"weight": "vekt"}, {"stratum": "del_"}):
        cr2 = design.change(frame, "svar", **R6, **extra, variance="cr2").iloc[0]
        assert cr2.refusal == "unsupported_design"
        assert cr2[[*INFERENCE, "standard_error"]].isna().all()
        cv3 = design.change(frame, "svar", **R6, **extra).iloc[0]
        assert cv3.refusal == ""
        assert np.isnan(cv3.df_cr2)


def test_cv3_with_a_lonely_stratum_is_refused_and_linearised_is_not() -> None:
    frame = schools(9).assign(del_=lambda f: (f["skole"] == 9).astype(int))
    names = R6 | {"stratum": "del_"}
    assert design.change(frame, "svar", **names).loc[0, "refusal"] == "unsupported_design"
    linearised = design.change(frame, "svar", **names, variance="linearised").iloc[0]
    assert linearised.refusal == ""
    assert linearised.degrees_of_freedom == 7


@pytest.mark.parametrize("answer", [0, 1])
def test_all_alike_is_refused_and_the_interval_is_clopper_pearson(answer: int) -> None:
    frame = schools(8, waves=3).assign(svar=answer)
    level = design.estimate(frame, "svar", **R6).iloc[0]
    assert level.refusal == "no_variation"
    assert np.isnan(level.standard_error)
    assert np.isnan(level.design_effect)
    # Clopper–Pearson of 0 of n: 1 − 0.025^(1/n)
    edge = 1 - 0.025 ** (1 / level.n)
    assert_allclose([level.lower, level.upper], [0, edge] if answer == 0 else [1 - edge, 1])
    change = design.change(frame, "svar", **R6).iloc[0]
    assert change.refusal == "no_variation"
    assert change[[*INFERENCE, "standard_error"]].isna().all()
    trend = design.trend(frame, "svar", **R6)
    assert (trend["refusal"] == "no_variation").all()
    assert trend[["estimate", "standard_error", "p_value"]].isna().all(axis=None)
    assert design.rao_scott(frame, "svar", **R6).loc[0, "refusal"] == "no_variation"


def test_schools_that_answer_exactly_alike_give_no_interval() -> None:
    n = np.full((8, 2), 50)
    yes = np.tile([10, 15], (8, 1))
    frame = rows(yes, n, (2019, 2022))
    for out in (design.change(frame, "svar", **R6), design.estimate(frame, "svar", **R6)):
        assert (out["refusal"] == "no_variation").all()
        assert out[["standard_error", "lower", "upper"]].isna().all(axis=None)


def test_one_school_gives_the_share_and_nothing_else() -> None:
    frame = schools(1)
    level = design.estimate(frame, "svar", **R6)
    assert (level["refusal"] == "few_clusters").all()
    assert level["share"].notna().all()
    assert level[["standard_error", "lower", "upper", "design_effect"]].isna().all(axis=None)
    change = design.change(frame, "svar", **R6).iloc[0]
    assert change.refusal == "few_clusters"
    assert change[INFERENCE].isna().all()
    assert design.rao_scott(frame, "svar", **R6).loc[0, "refusal"] == "few_clusters"
    trend = design.trend(frame, "svar", **R6, degree=1).iloc[0]
    assert np.isnan(trend.p_value)
    assert trend.refusal != ""


def test_a_wave_with_no_answers_is_refused_and_not_zero() -> None:
    frame = schools(8, waves=3)
    frame.loc[frame["aar"] == 2022, "svar"] = np.nan
    level = design.estimate(frame, "svar", **R6).set_index("wave").loc[2022]
    assert (level["n"], level["refusal"]) == (0, "few_clusters")
    assert level[["share", "standard_error", "lower", "upper"]].isna().all()
    change = design.change(frame, "svar", **R6).set_index(["wave_from", "wave_to"])
    for pair in ((2019, 2022), (2022, 2025)):
        assert change.loc[pair, "refusal"] == "few_clusters"
        assert change.loc[pair, [*INFERENCE, "difference", "standard_error"]].isna().all()
    assert change.loc[(2019, 2025), "refusal"] == ""
    assert design.trend(frame, "svar", **R6).loc[0, "refusal"] == "unsupported_design"


@pytest.mark.parametrize(("classes", "refusal"), [(2, "few_clusters"), (3, "")])
def test_nested_samples_need_four_degrees_of_freedom(classes: int, refusal: str) -> None:
    # New classes in every wave: 2 × 2 classes leave 3 degrees of freedom, 2 × 3 leave 5.
    frame = schools(classes, seed=3)
    nested = frame.assign(klasse=frame["aar"].astype(str) + "_" + frame["skole"].astype(str))
    out = design.change(nested, "svar", wave="aar", cluster="klasse").iloc[0]
    assert out.refusal == refusal
    assert np.isnan(out.p_exact)
    assert "few_pairs" not in out.note


@pytest.mark.parametrize("variance", ["cv3", "cr2", "linearised"])
def test_one_school_that_is_a_whole_wave_is_refused(variance: str) -> None:
    frame = schools(9)
    nested = frame.assign(klasse=frame["aar"].astype(str) + "_" + frame["skole"].astype(str))
    one = nested[(nested["aar"] == 2019) | (nested["skole"] == 1)]
    out = design.change(one, "svar", wave="aar", cluster="klasse", variance=variance).iloc[0]
    assert out.clusters == 10
    assert out.refusal == "few_clusters"
    assert out[[*INFERENCE, "standard_error"]].isna().all()


def test_separation_gives_no_estimate() -> None:
    frame = schools(9, waves=3, seed=8).assign(trinn=lambda f: np.arange(len(f)) % 3)
    frame.loc[frame["trinn"] == 2, "svar"] = 0
    out = design.trend(frame, "svar", **R6, adjust="trinn")
    assert (out["refusal"] == "no_variation").all()
    assert out[["estimate", "standard_error", "p_value"]].isna().all(axis=None)
    saturated = schools(9, waves=3, seed=8)
    saturated.loc[saturated["aar"] == 2025, "svar"] = 1
    assert (design.trend(saturated, "svar", **R6)["refusal"] == "no_variation").all()


def test_adjusters_that_say_the_same_are_refused() -> None:
    frame = schools(9, waves=3).assign(a=lambda f: np.arange(len(f)) % 2, b=lambda f: f["a"] + 5)
    out = design.trend(frame, "svar", **R6, adjust=("a", "b"))
    assert (out["refusal"] == "unsupported_design").all()
    assert out[["estimate", "p_value"]].isna().all(axis=None)


def test_every_code_given_has_its_sentence() -> None:
    given = {"few_clusters", "dominated", "few_pairs", "unsupported_design", "no_variation", "no_n"}
    assert given <= set(REFUSALS)


# --- Impossible input is an error ---


@pytest.mark.parametrize("wrong", [2, -1, 0.5, np.inf, "1", "ja"])
def test_answers_outside_the_code_list_are_refused(wrong: object) -> None:
    frame = schools(6)
    answers = frame["svar"].astype(object if isinstance(wrong, str) else float)
    answers.iloc[3] = wrong
    for method in (design.estimate, design.change, design.trend, design.rao_scott):
        with pytest.raises(EvalueringError, match="svar"):
            method(frame.assign(svar=answers), "svar", **R6)


@pytest.mark.parametrize("dtype", ["int64", "Int8", "Int64"])
def test_yrbs_codes_one_and_two_are_refused(dtype: str) -> None:
    frame = schools(6)
    with pytest.raises(EvalueringError):
        design.estimate(frame.assign(svar=(2 - frame["svar"]).astype(dtype)), "svar", **R6)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("skole", np.nan),
        ("skole", " "),
        ("aar", np.nan),
        ("vekt", np.nan),
        ("vekt", -1.0),
        ("vekt", np.inf),
        ("del_", None),
    ],
)
def test_missing_schools_waves_weights_and_strata_are_refused(column: str, value: object) -> None:
    frame = schools(6, waves=3).assign(vekt=1.5, del_="a")
    kind = float if isinstance(value, float) else object
    frame[column] = frame[column].astype(kind)
    frame.loc[0, column] = value
    names = R6 | {"weight": "vekt", "stratum": "del_"}
    for method in (design.estimate, design.change, design.trend, design.rao_scott):
        with pytest.raises(EvalueringError):
            method(frame, "svar", **names)


def test_waves_without_a_known_order_are_refused() -> None:
    frame = schools(6)
    words = frame["aar"].map({2019: "vår", 2022: "høst"})
    with pytest.raises(EvalueringError, match="Rekkefølgen"):
        design.change(frame.assign(aar=words), "svar", **R6)
    ordered = pd.Categorical(words, categories=["vår", "høst"], ordered=True)
    out = design.change(frame.assign(aar=ordered), "svar", **R6).iloc[0]
    assert (out.wave_from, out.wave_to) == ("vår", "høst")
    with pytest.raises(EvalueringError, match="årstall"):
        design.trend(frame.assign(aar=ordered), "svar", **R6, degree=1)


def test_waves_are_ordered_by_year_however_the_rows_stand() -> None:
    frame = schools(6, waves=3).iloc[::-1]
    text = frame.assign(aar=frame["aar"].astype(str))
    out = design.change(text, "svar", **R6)
    assert out["wave_to"].tolist() == ["2022", "2025", "2025"]
    assert_allclose(out["difference"], design.change(frame, "svar", **R6)["difference"])
    assert_allclose(
        design.trend(text, "svar", **R6)["estimate"], design.trend(frame, "svar", **R6)["estimate"]
    )
    with pytest.raises(EvalueringError):
        design.change(frame.assign(aar=frame["aar"].replace(2022, np.inf)), "svar", **R6)


@pytest.mark.parametrize("pairs", [[(2019, 2020)], [(2019, 2019)], [(2019,)]])
def test_pairs_that_do_not_exist_are_refused(pairs: list[tuple[int, ...]]) -> None:
    with pytest.raises(EvalueringError, match="par"):
        design.change(schools(6), "svar", **R6, pairs=pairs)


def test_one_wave_has_no_change_and_no_trend() -> None:
    one = schools(6, waves=1)
    with pytest.raises(EvalueringError):
        design.change(one, "svar", **R6)
    with pytest.raises(EvalueringError):
        design.trend(one, "svar", **R6, degree=1)
    assert design.rao_scott(one, "svar", **R6).loc[0, "refusal"] == "few_clusters"


def test_other_wrong_calls_are_refused() -> None:
    frame = schools(6)
    wrong = [
        lambda: design.estimate(frame, [], **R6),
        lambda: design.estimate(frame, ["svar", "svar"], **R6),
        lambda: design.estimate(frame, "finnes_ikke", **R6),
        lambda: design.estimate(frame.iloc[:0], "svar", **R6),
        lambda: design.estimate(frame, "svar", cluster="skole"),
        lambda: design.estimate(frame, "svar", **R6, level=95),
        lambda: design.estimate(frame, "svar", **R6, interval="wald"),
        lambda: design.change(frame, "svar", **R6, variance="naive"),
        lambda: design.trend(frame, "svar", **R6, degree=2),
        lambda: design.trend(frame, "svar", **R6, degree=3),
        lambda: design.estimate(frame.assign(d=frame.index % 2), "svar", **R6, stratum="d"),
        lambda: design.estimate(frame.assign(w="1"), "svar", **R6, weight="w"),
        lambda: design.estimate(frame.assign(w=0.0), "svar", **R6, weight="w"),
        lambda: design.change(design.collapse(frame, "svar", **R6), "svar", wave="aar"),
        lambda: design.change(design.collapse(frame, "svar", **R6), "annet"),
        lambda: design.estimate(design.collapse(frame, "svar", **R6), "svar", by="kjoenn"),
    ]
    for call in wrong:
        with pytest.raises(EvalueringError):
            call()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted),
        min_size=2,
        max_size=16,
    )
)
def test_no_interval_is_ever_zero_wide(counts: list[list[int]]) -> None:
    half = len(counts) // 2
    table = np.array(counts[: 2 * half]).reshape(half, 2, 2)
    if not table[:, :, 1].sum(axis=0).all():
        return
    frame = rows(table[:, :, 0], table[:, :, 1], (2019, 2022))
    for method in (design.estimate, design.change):
        out = method(frame, "svar", **R6)
        width = out["upper"] - out["lower"]
        assert (width.isna() | (width > 0)).all()
        assert (width.notna() | (out["refusal"] != "")).all()
    rao = design.rao_scott(frame, "svar", **R6).iloc[0]
    assert np.isnan(rao.p_value) == (rao.refusal != "")
    trend = design.trend(frame, "svar", **R6, degree=1).iloc[0]
    assert trend.refusal != "" or 0 <= trend.p_value <= 1
    level = design.estimate(frame, "svar", **R6)
    known = level.dropna(subset=["lower"])
    assert ((known["lower"] <= known["share"] + 1e-12) & (known["lower"] >= 0)).all()
    assert ((known["upper"] >= known["share"] - 1e-12) & (known["upper"] <= 1)).all()
