"""Survey estimates against R: the reference table R6, Seattle's seven waves, the nation in 2021."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from survey_material import FOLDER, SEATTLE_ITEMS, national, r6, seattle

from evaluering.statistics import design

R6 = {"wave": "aar", "cluster": "skole"}
NESTED = {"wave": "year", "cluster": "cl", "stratum": "st", "weight": "weight"}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return r6()


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    return seattle()


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "seattle_expected.csv")


# --- R6: R survey 4.1-1 and clubSandwich 0.5.8, as printed in the method guide §1.4 ---


def test_levels_of_r6_match_r(table: pd.DataFrame) -> None:
    out = design.estimate(table, ["svar"], **R6)
    shares = [0.081081081081, 0.093877551020, 0.119463087248, 0.124497991968]
    errors = [0.005042397960, 0.002593272311, 0.007603790511, 0.008428882523]
    assert_allclose(out["share"], shares, atol=1e-12)
    assert_allclose(out["standard_error"], errors, atol=1e-10)
    wave = out.loc[2]
    assert_allclose([wave.lower, wave.upper], [0.1012566426, 0.1404316284], atol=1e-8)
    assert_allclose(wave.design_effect, 0.4089327769, atol=1e-8)
    assert out["degrees_of_freedom"].tolist() == [5.0] * 4
    assert out["clusters"].tolist() == [6] * 4
    assert out["n"].tolist() == [740, 735, 745, 747]


@pytest.mark.parametrize(
    ("variance", "error", "df", "tolerance"),
    [
        ("linearised", 0.005138743867, 5, 1e-10),
        ("cv3", 0.005109308873, 5, 1e-9),  # JK1 with mse
        ("cr2", 0.0051225207985, 4.6780873510, 1e-9),
    ],
)
def test_change_of_r6_matches_r(
    table: pd.DataFrame, variance: str, error: float, df: float, tolerance: float
) -> None:
    out = design.change(table, ["svar"], **R6, pairs=[(2016, 2022)], variance=variance).iloc[0]
    assert_allclose(out.difference, 0.038382006167, atol=1e-10)
    assert_allclose(out.standard_error, error, atol=tolerance)
    assert_allclose(out.degrees_of_freedom, df, atol=1e-9)
    assert_allclose(out.p_cr2, 0.0008918645902, atol=1e-9)
    assert out.p_exact == 0.03125
    assert out.refusal == ""
    assert out.note == ""


def test_interval_and_smallest_detectable_of_r6_match_r(table: pd.DataFrame) -> None:
    out = design.change(table, ["svar"], **R6, pairs=[(2016, 2022)]).iloc[0]
    assert_allclose([out.lower, out.upper], [0.0252481096, 0.0515159027], atol=1e-9)
    assert_allclose(out.smallest_detectable, 0.0178321298, atol=1e-9)


def test_change_from_first_to_last_matches_r(table: pd.DataFrame) -> None:
    out = design.change(table, ["svar"], **R6, variance="linearised")
    assert out[["wave_from", "wave_to"]].to_numpy().tolist() == [
        [2016, 2019],
        [2019, 2022],
        [2022, 2025],
        [2016, 2025],
    ]
    assert_allclose(out.loc[3, "difference"], 0.043416910887, atol=1e-10)
    assert_allclose(out.loc[3, "standard_error"], 0.005641054736, atol=1e-10)


def test_trend_of_r6_matches_r(table: pd.DataFrame) -> None:
    both = design.trend(table, ["svar"], **R6)
    assert both["term"].tolist() == ["linear", "quadratic"]
    assert_allclose(both["estimate"], [0.3818979578, -0.0648798616], atol=1e-7)
    assert_allclose(both["standard_error"], [0.02710276217, 0.0689266743], atol=1e-7)
    assert_allclose(both["p_value"], [0.000774195273, 0.4159987048], atol=1e-7)
    assert both["degrees_of_freedom"].tolist() == [3.0, 3.0]
    assert both["refusal"].tolist() == ["few_clusters"] * 2  # df < 4; the numbers stay
    line = design.trend(table, ["svar"], **R6, degree=1).iloc[0]
    assert_allclose(line.estimate, 0.3739059051, atol=1e-7)
    assert_allclose(line.standard_error, 0.03442622775, atol=1e-7)
    assert_allclose(line.p_value, 0.000407854971, atol=1e-7)
    assert line.degrees_of_freedom == 4
    assert line.refusal == ""


def test_rao_scott_of_r6_matches_r(table: pd.DataFrame) -> None:
    out = design.rao_scott(table, ["svar"], **R6).iloc[0]
    values = [17.7824272011, 1.7349956771, 8.6749783853, 0.0010582857]
    assert_allclose([out.f, out.df1, out.df2, out.p_value], values, atol=1e-8)


# --- Seattle: R 4.2.2, survey 4.1-1 (tests/fasit/README.md) ---


def test_levels_of_seattle_match_r(city: pd.DataFrame, expected: pd.DataFrame) -> None:
    levels = _levels(city, SEATTLE_ITEMS, **NESTED)
    both = expected[expected["kind"] == "level"].merge(
        levels, left_on=["item", "year", "group"], right_on=["item", "wave", "group"]
    )
    assert len(both) == 96
    _assert_levels(both)


def test_changes_of_seattle_match_r(city: pd.DataFrame, expected: pd.DataFrame) -> None:
    wanted = expected[expected["kind"] == "change"].astype({"year_to": int})
    pairs = sorted(set(zip(wanted["year"], wanted["year_to"], strict=True)))
    out = design.change(city, SEATTLE_ITEMS, **NESTED, pairs=pairs, variance="linearised")
    both = wanted.merge(
        out, left_on=["item", "year", "year_to"], right_on=["item", "wave_from", "wave_to"]
    )
    assert len(both) == 62
    for theirs, ours in [
        ("estimate", "difference"),
        ("se", "standard_error"),
        ("ci_low", "lower"),
        ("ci_high", "upper"),
        ("df", "degrees_of_freedom"),
        ("p", "p_value"),
    ]:
        assert_allclose(both[ours], both[theirs], atol=1e-10, err_msg=ours)
    assert both["p_exact"].isna().all()  # classes are new in every wave: nothing to flip
    assert (both["refusal"] == "").all()


def test_trends_of_seattle_match_r(city: pd.DataFrame, expected: pd.DataFrame) -> None:
    fits = [
        design.trend(city, SEATTLE_ITEMS, **NESTED, degree=1).assign(group="linear"),
        design.trend(city, SEATTLE_ITEMS, **NESTED).assign(group="linear_quadratic"),
        design.trend(city, SEATTLE_ITEMS, **NESTED, degree=1, adjust=("sex", "grade")).assign(
            group="linear_adjusted"
        ),
    ]
    out = pd.concat(fits).replace({"term": {"linear": "lin", "quadratic": "quad"}})
    both = expected[expected["kind"] == "trend"].merge(
        out, on=["item", "group", "term"], suffixes=("_r", "")
    )
    assert len(both) == 26
    for theirs, ours in [
        ("estimate_r", "estimate"),
        ("se", "standard_error"),
        ("df", "degrees_of_freedom"),
        ("p", "p_value"),
        ("n_r", "n"),
    ]:
        assert_allclose(both[ours], both[theirs], atol=1e-7, err_msg=ours)


def test_rao_scott_of_seattle_matches_r(city: pd.DataFrame) -> None:
    # R 4.2.2, survey 4.1-1: svychisq(~item + factor(year), subset(des, !is.na(item)), "F")
    wanted = pd.read_csv(FOLDER / "r_rao_scott.csv")
    nested = design.rao_scott(city, SEATTLE_ITEMS, **NESTED).assign(design="nested")
    crossed = design.rao_scott(city, SEATTLE_ITEMS, wave="year", cluster="stratum")
    regions = city.assign(region=np.digitize(city["stratum"], [5, 8]))
    regions.loc[regions["stratum"] == 1, "alcohol_current"] = np.nan  # it still counts in G_h
    absent = design.rao_scott(
        regions, SEATTLE_ITEMS[:1], **NESTED | {"cluster": "stratum", "stratum": "region"}
    )
    out = pd.concat([nested, crossed.assign(design="crossed"), absent.assign(design="absent")])
    both = wanted.merge(out, on=["design", "item"], suffixes=("_r", ""))
    assert len(both) == len(wanted)
    for name in ("f", "df1", "df2", "p_value"):
        assert_allclose(both[name], both[f"{name}_r"], rtol=1e-9, err_msg=name)


# --- Crossed clusters: clubSandwich 0.5.8 and R survey on Seattle 2013 and 2019, unweighted ---


def test_crossed_changes_match_clubsandwich(city: pd.DataFrame) -> None:
    two = city[city["year"].isin([2013, 2019])]
    items = ["alcohol_current", "marijuana_current"]
    crossed = {"wave": "year", "cluster": "stratum"}
    out = design.change(two, items, **crossed, variance="cr2")
    assert_allclose(out["difference"], [-0.0114956996014265, -0.0475285115848281], atol=1e-12)
    assert_allclose(out["standard_error"], [0.0312739685379907, 0.0259965337256187], atol=1e-12)
    assert_allclose(out["degrees_of_freedom"], [7.77469384773233, 7.78910139926776], atol=1e-9)
    assert_allclose(out["p_value"], [0.722990632656682, 0.105923784605459], atol=1e-9)
    # clubSandwich CR3 has no factor (G−1)/G; CV3 = √(9/10)·CR3 here
    cv3 = design.change(two, items, **crossed)
    cr3 = np.array([0.033669976872988, 0.0280164849554527])
    assert_allclose(cv3["standard_error"], cr3 * np.sqrt(0.9), atol=1e-12)
    # CR1 of clubSandwich is the linearised error with G/(G−1)
    linearised = design.change(two, items, **crossed, variance="linearised")
    cr1 = [0.0306665096044693, 0.0254631100119747]
    assert_allclose(linearised["standard_error"], cr1, atol=1e-12)
    assert_allclose(linearised.loc[0, "p_value"], 0.716444225006091, atol=1e-10)  # R survey
    assert linearised.loc[0, "degrees_of_freedom"] == 9
    assert out.loc[0, "p_exact"] == 0.70703125  # base R enumeration of 512 patterns


def test_strata_and_weights_match_r(city: pd.DataFrame) -> None:
    wanted = pd.read_csv(FOLDER / "r_crossed.csv", keep_default_na=False, na_values={"df": [""]})
    two = city[city["year"].isin([2013, 2019])]
    two = two.assign(
        region=np.digitize(two["stratum"], [5, 8]), lone=(two["stratum"] == 10).astype(int)
    )
    for row in wanted.itertuples():
        names = {
            "wave": "year",
            "cluster": "stratum",
            "stratum": row.stratum or None,
            "weight": row.weight or None,
        }
        if row.quantity == "korn_graubard":
            out = design.estimate(two, "alcohol_current", **names, interval="korn_graubard")
            limits = out.loc[1, ["lower", "upper"]].astype(float)
            assert_allclose(limits, [float(row.lower), float(row.upper)], atol=1e-10)
            continue
        out = design.change(two, "alcohol_current", **names, variance=row.quantity).iloc[0]
        assert_allclose(out.difference, float(row.estimate), atol=1e-12)
        assert_allclose(out.standard_error, float(row.standard_error), atol=1e-12)
        assert out.degrees_of_freedom == row.df


# --- The nation in 2021 ---


def test_levels_of_the_nation_match_r() -> None:
    wanted = pd.read_csv(FOLDER / "national_2021_expected.csv")
    items = list(wanted["item"].unique())
    levels = _levels(
        national(), items, wave="year", cluster="cl", stratum="stratum", weight="weight"
    )
    both = wanted.merge(levels, on=["item", "group"], suffixes=("_r", ""))
    assert len(both) == 36
    _assert_levels(both, n="n_r")


def test_the_nation_gives_the_published_codebook() -> None:
    # Centers for Disease Control and Prevention, 2021 National Data User Guide (April 2023)
    book = pd.read_csv(FOLDER / "national_2021_codebook.csv").set_index("item")
    frame = national()
    out = design.estimate(
        frame, list(book.index), wave="year", cluster="cl", stratum="stratum", weight="weight"
    ).set_index("item")
    counts = design.collapse(frame, list(book.index), wave="year", cluster="cl")
    assert counts.yes.sum(axis=0).tolist() == book["n_yes"].tolist()
    assert out["n"].tolist() == (book["n_yes"] + book["n_no"]).tolist()
    assert (100 * out["share"]).round(1).tolist() == book["weighted_percent_yes"].tolist()
    assert (100 - 100 * out["share"]).round(1).tolist() == book["weighted_percent_no"].tolist()


def _levels(frame: pd.DataFrame, items: list[str], **names: str) -> pd.DataFrame:
    everyone = design.estimate(frame, items, **names).assign(group="all")
    by_sex = design.estimate(frame, items, **names, by="sex").rename(columns={"sex": "group"})
    return pd.concat([everyone, by_sex])


def _assert_levels(both: pd.DataFrame, n: str = "n_x") -> None:
    ours_n = "n" if n == "n_r" else "n_y"
    assert_allclose(both[ours_n], both[n])
    # Where nobody said yes R prints 0 ± 0; we print Clopper–Pearson and no standard error.
    is_zero = both["estimate"] == 0
    assert (both.loc[is_zero, "refusal"] == "no_variation").all()
    both = both[~is_zero]
    for theirs, ours, tolerance in [
        ("estimate", "share", 1e-12),
        ("se", "standard_error", 1e-12),
        ("ci_low", "lower", 1e-8),
        ("ci_high", "upper", 1e-8),
        ("deff", "design_effect", 1e-9),
        ("df", "degrees_of_freedom", 0),
    ]:
        assert_allclose(both[ours], both[theirs], atol=tolerance, rtol=0, err_msg=ours)
