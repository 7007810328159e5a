"""The Python package svy as a second, independent source (no R needed)."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import svy
from numpy.testing import assert_allclose
from survey_material import r6, seattle

from evaluering.statistics import design
from evaluering.statistics.trend import polynomials

ITEMS = ["alcohol_current", "marijuana_current"]
DESIGNS = [
    pytest.param("crossed", {}, id="crossed"),
    pytest.param("weighted", {"weight": "weight"}, id="weighted"),
    pytest.param("strata", {"weight": "weight", "stratum": "region"}, id="strata"),
    pytest.param("nested", {"weight": "weight", "stratum": "st", "cluster": "cl"}, id="nested"),
]


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    frame = seattle().assign(one=1.0, region=lambda f: np.digitize(f["stratum"], [5, 8]))
    frame = frame.dropna(subset=ITEMS)
    years = np.sort(frame["year"].unique())
    basis = polynomials(years.astype(float), 2)
    at = np.searchsorted(years, frame["year"])
    return frame.assign(lin=basis[at, 0], quad=basis[at, 1])


def sample(frame: pd.DataFrame, names: dict[str, str]) -> svy.Sample:
    how = svy.Design(
        psu=names.get("cluster", "stratum"),
        stratum=names.get("stratum"),
        wgt=names.get("weight", "one"),
    )
    return svy.Sample(pl.from_pandas(frame.drop(columns=["sex"])), how)


@pytest.mark.parametrize(("_name", "names"), DESIGNS)
def test_svy_agrees_on_levels_and_changes(
    city: pd.DataFrame, _name: str, names: dict[str, str]
) -> None:
    ours = {"wave": "year", "cluster": "stratum"} | names
    theirs = sample(city, names)
    for item in ITEMS:
        level = design.estimate(city, item, **ours)
        prop = theirs.estimation.prop(item, by="year").to_polars().to_pandas()
        prop = prop[prop[item] == 1].sort_values("year")
        assert level["degrees_of_freedom"].tolist() == prop["df"].tolist()  # before any interval
        assert_allclose(level["share"], prop["est"], atol=1e-10)
        assert_allclose(level["standard_error"], prop["se"], atol=1e-10)
        assert_allclose(level[["lower", "upper"]], prop[["lci", "uci"]], atol=1e-8)
        mean = theirs.estimation.mean(item, by="year")
        covariance = np.asarray(mean.covariance)
        change = design.change(city, item, **ours, variance="linearised", exact=False)
        years = level["wave"].tolist()
        for row in change.itertuples():
            c = np.zeros(len(years))
            c[[years.index(row.wave_from), years.index(row.wave_to)]] = -1, 1
            assert_allclose(row.standard_error, np.sqrt(c @ covariance @ c), atol=1e-10)


@pytest.mark.parametrize(("_name", "names"), DESIGNS)
def test_svy_agrees_on_trends_and_rao_scott(
    city: pd.DataFrame, _name: str, names: dict[str, str]
) -> None:
    ours = {"wave": "year", "cluster": "stratum"} | names
    theirs = sample(city, names)
    for item in ITEMS:
        trend = design.trend(city, item, **ours)
        fit = theirs.glm.fit(item, x=["lin", "quad"], family="binomial", tol=1e-14)
        table = fit.to_polars().to_pandas().set_index("term").loc[["lin", "quad"]]
        assert trend["degrees_of_freedom"].tolist() == table["df"].tolist()
        assert_allclose(trend["estimate"], table["estimate"], atol=1e-8)
        assert_allclose(trend["standard_error"], table["std_err"], atol=1e-8)
        assert_allclose(trend["p_value"], table["p_value"], atol=1e-8)
        rao = design.rao_scott(city, item, **ours).iloc[0]
        f = theirs.categorical.tabulate(item, "year").stats.f
        assert_allclose([rao.f, rao.df1, rao.df2], [f.value, f.df_num, f.df_den], rtol=1e-8)
        assert_allclose(rao.p_value, f.p_value, atol=1e-10)


def test_svy_agrees_on_adjusted_trends(city: pd.DataFrame) -> None:
    frame = city.dropna(subset=["grade", "sex"]).assign(
        gutt=lambda f: (f["sex"] == "Male").astype(float), trinn=lambda f: f["grade"].astype(int)
    )
    names = {"weight": "weight", "stratum": "st", "cluster": "cl"}
    ours = design.trend(frame, ITEMS, wave="year", **names, adjust=("sex", "grade"), degree=1)
    x = ["lin", "gutt", svy.Cat("trinn")]
    for row in ours.itertuples():
        fit = sample(frame, names).glm.fit(row.item, x=x, family="binomial", tol=1e-14)
        table = fit.to_polars().to_pandas().set_index("term").loc["lin"]
        assert row.degrees_of_freedom == table["df"]
        assert_allclose(
            [row.estimate, row.standard_error, row.p_value],
            [table["estimate"], table["std_err"], table["p_value"]],
            atol=1e-8,
        )


def test_svy_agrees_on_r6() -> None:
    frame = r6().assign(one=1.0)
    theirs = svy.Sample(pl.from_pandas(frame), svy.Design(psu="skole", wgt="one"))
    prop = theirs.estimation.prop("svar", by="aar", deff="wr").to_polars().to_pandas()
    prop = prop[prop["svar"] == 1].sort_values("aar")
    ours = design.estimate(frame, "svar", wave="aar", cluster="skole")
    names = ["share", "standard_error", "lower", "upper", "design_effect"]
    assert_allclose(ours[names], prop[["est", "se", "lci", "uci", "deff"]], atol=1e-8)
