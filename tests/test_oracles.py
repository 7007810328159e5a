"""Every row of the oracle table: what R's packages give, method by method.

`match`: our result lies within the row's tolerance of R's. `must_differ`: a known wrong formula
gives that number, and ours is not it. Methods that the guide does not offer are named below.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from goal_material import wine
from survey_material import FOLDER

from evaluering.statistics import concentration, counts, design, goals, multiplicity, spc
from evaluering.statistics.signflip import exact_p, patterns

TABLE = pd.read_csv(Path(__file__).parent / "fasit" / "oracles_statistics.csv", dtype=str)
Answer = dict[str, float]

# Cases of methods that statistics.md does not offer.
NOT_OFFERED = {
    "mn_rr_19_11": "ratio of proportions",
    "scas_rd_19_11": "skewness-corrected interval",
    "scas_rr_17_9": "skewness-corrected interval",
    "pe_minlike_21_13": "minimum-likelihood limits: the central ones are offered",
    "its_quasipoisson_18": "interrupted series: no function before 2027 (2.6)",
    "its_gls_18": "interrupted series",
    "its_cdi_quasipoisson": "interrupted series",
    "its_cdi_ols": "interrupted series",
}
# Single quantities of cases that are offered otherwise.
QUANTITY_NOT_OFFERED = {
    ("cr_seattle_alcohol", "CR0_se"): "no small-sample factor at all",
    ("cr_seattle_marijuana", "CR0_se"): "no small-sample factor at all",
    ("cr_seattle_alcohol", "CR1S_se"): "Stata's factor",
    ("cr_seattle_marijuana", "CR1S_se"): "Stata's factor",
    ("sc_5_7_nap_tauu", "Tau_U"): "leaves [-1, 1]",
}
# Rows whose number is coarser than the tolerance that stands beside it, with the reason. Ours are
# checked against their own equations in test_single_case.py and test_series.py.
COARSE = {
    # SingleCaseES calls uniroot with its default tolerance of 1.2e-4
    ("sc_5_7_nap_tauu", "NAP_low"): 2e-4,
    ("sc_5_7_nap_tauu", "NAP_high"): 2e-4,
    ("sc_8_6_tau_taubc", "Tau_low"): 4e-4,
    ("sc_8_6_tau_taubc", "Tau_high"): 4e-4,
    # qcc prints five significant digits
    ("overdispersion_24", "p"): 5e-6,
}
CHARTS = {
    "chart_up_freeze12": ("u_prime", 12),
    "chart_c_20": ("c", None),
    "chart_u_24": ("u", None),
    "chart_i_24": ("xmr", None),
    "chart_g_10": ("g", None),
    "chart_t_12": ("t", None),
}


def limits(out) -> Answer:
    return {"low": out.lower, "high": out.upper}


def difference(method: str) -> Callable[[dict], Answer]:
    def answer(given: dict) -> Answer:
        pair = (given["x1"], given["n1"], given["x2"], given["n2"])
        out = counts.share_difference(*pair, method=method)
        return {**limits(out), "estimate": out.difference}

    return answer


def ratio(method: str) -> Callable[[dict], Answer]:
    def answer(given: dict) -> Answer:
        (a, b), (t_a, t_b) = given["x"], given["T"]
        out = counts.rate_ratio(a, t_a, b, t_b, method=method)
        return {**limits(out), "ratio": out.ratio, "p": out.p_value}

    return answer


def count_interval(method: str) -> Callable[[dict], Answer]:
    return lambda given: limits(counts.interval(given["x"], method=method))


def table_trend(given: dict) -> Answer:
    out = design.cochran_armitage(given["x"], given["n"])
    return {"chi2": out[0], "p": out[1]}


def adjusted(method: str) -> Callable[[dict], Answer]:
    return lambda given: {
        f"p{i}": p
        for i, p in enumerate(multiplicity.adjust(given["p"], method=method).tolist(), start=1)
    }


def seattle_change(item: str, variance: str) -> pd.Series:
    """2013 → 2019, unweighted, the stratum number as a cluster crossed with wave."""
    rows = pd.read_csv(FOLDER / "seattle_microdata.csv.gz")
    return design.change(
        rows, [item], wave="year", cluster="stratum", pairs=[(2013, 2019)], variance=variance
    ).iloc[0]


def sandwich(item: str) -> Answer:
    by = {v: seattle_change(item, v) for v in ("linearised", "cr2", "cv3")}
    schools = 10
    return {
        "estimate": by["cr2"]["difference"],
        "CR1_se": by["linearised"]["standard_error"],  # clubSandwich's CR1: √(G/(G − 1))·CR0
        "CR2_se": by["cr2"]["standard_error"],
        "CR2_df": by["cr2"]["degrees_of_freedom"],
        "CR2_p": by["cr2"]["p_value"],
        # CV3 is the jackknife: CR3 times √((G − 1)/G)
        "CR3_se": by["cv3"]["standard_error"] * (schools / (schools - 1)) ** 0.5,
    }


def linearised(_: dict) -> Answer:
    out = seattle_change("alcohol_current", "linearised")
    return {
        "estimate": out["difference"],
        "se": out["standard_error"],
        "df": out["degrees_of_freedom"],
        "p": out["p_value"],
    }


def sign_flip(given: dict) -> Answer:
    x_a, n_a, x_b, n_b = (np.array(given[key], dtype=float) for key in ("x_a", "n_a", "x_b", "n_b"))
    p = (x_a.sum() + x_b.sum()) / (n_a.sum() + n_b.sum())
    scores = (x_b - p * n_b) / n_b.sum() - (x_a - p * n_a) / n_a.sum()
    return {
        "p": float(exact_p(scores[:, None])[0]),
        "patterns": patterns(len(scores))[1],
        "statistic": scores.sum(),
    }


def wine_model(_: dict) -> Answer:
    out = goals.mixed_model(*wine(), fewest_cases=9)
    frame = out.frame.set_index("term")
    cuts = frame.loc[["1|2", "2|3", "3|4", "4|5"], "estimate"].tolist()
    return {
        "beta_temp": frame.loc["temp", "estimate"],
        "se_temp": frame.loc["temp", "standard_error"],
        "beta_contact": frame.loc["contact", "estimate"],
        "se_contact": frame.loc["contact", "standard_error"],
        **{f"threshold{i}": cut for i, cut in enumerate(cuts, start=1)},
        "sd_random": out.sd_random,
        "loglik": out.log_likelihood,
    }


def signed_ranks(given: dict) -> Answer:
    out = goals.wilcoxon_pratt(given["pre"], given["post"])
    return {"z": out.z, "p": out.p_value}


def gas(given: dict) -> Answer:
    return {"T": goals.gas_t(given["scores"], given["weights"], rho=given["rho"])}


def overlap(given: dict) -> Answer:
    out, corrected = goals.nap(given["A"], given["B"]), goals.tau_bc(given["A"], given["B"])
    plain = {"": out.nap, "_low": out.lower, "_high": out.upper}
    return {
        **{f"NAP{end}": value for end, value in plain.items()},
        "NAP_se": out.standard_error,
        **{f"Tau{end}": 2 * value - 1 for end, value in plain.items()},
        "Tau_se": 2 * out.standard_error,
        "Tau_BC": corrected.tau_bc,
    }


def control_chart(name: str) -> Callable[[dict], Answer]:
    def answer(given: dict) -> Answer:
        kind, freeze = CHARTS[name]
        y = np.array(given.get("y", given.get("gap")), dtype=float)
        size = np.array(given.get("n", np.ones(y.size)), dtype=float)
        # the formulas themselves: `chart` refuses limits on ten points
        lines = spc.lines(y, kind=kind, size=size, baseline=np.arange(y.size) < (freeze or y.size))
        runs = spc.runs(lines.value, lines.centre)
        ends = {"lcl": lines.lower, "ucl": lines.upper}
        return {
            "cl": lines.centre[0],
            **{key: line[0] for key, line in ends.items()},
            **{f"{key}_first": line[0] for key, line in ends.items()},
            **{f"{key}_last": line[-1] for key, line in ends.items()},
            **runs._asdict(),
            "runs_signal": runs.signal,
        }

    return answer


def dispersion(given: dict) -> Answer:
    out = counts.dispersion(given["y"])
    return {"ratio": out.phi, "statistic": out.statistic, "p": out.p_value}


def inequality(given: dict) -> Answer:
    return {
        "gini": concentration.gini(given["x"]),
        "gini_generalised": concentration.generalised_gini(given["x"]),
        "gini_generalised_unbiased": concentration.generalised_gini(given["x"], unbiased=True),
    }


ANSWERS: dict[str, Callable[[dict], Answer]] = {
    "trend_4waves": table_trend,
    "wilson_224_2800": lambda given: limits(counts.share(given["x"], given["n"])),
    "wilson_0_38": lambda given: limits(counts.share(given["x"], given["n"])),
    "newcombe_308_224": difference("newcombe"),
    "newcombe_19_11": difference("newcombe"),
    "mn_rd_308_224": difference("mn"),
    "wrong_mn_rd_308_224": difference("mn"),
    "byar_13": count_interval("byar"),
    "epitools_byar_13": count_interval("byar"),
    "exact_7": count_interval("exact"),
    "exact_0": count_interval("exact"),
    "midp_one_7": count_interval("midp"),
    "poisson_test_21_13": ratio("exact"),
    "pe_central_21_13": ratio("exact"),
    "pe_midp_21_13": ratio("midp"),
    "wrong_midp_21_13": ratio("midp"),
    "adjust_holm_8": adjusted("holm"),
    "adjust_bh_8": adjusted("bh"),
    "cr_seattle_alcohol": lambda _: sandwich("alcohol_current"),
    "cr_seattle_marijuana": lambda _: sandwich("marijuana_current"),
    "linearised_seattle": linearised,
    "signflip_seattle": sign_flip,
    "clmm_wine": wine_model,
    "pratt_30": signed_ranks,
    "gas_6goals_weighted": gas,
    "gas_3goals_all_minus1": gas,
    "gas_1goal_plus1": gas,
    "sc_5_7_nap_tauu": overlap,
    "sc_8_6_tau_taubc": overlap,
    **{name: control_chart(name) for name in CHARTS},
    "overdispersion_24": dispersion,
    "gini_5_2_1": inequality,
    "gini_offenders_9": inequality,
}


@cache
def answer(case: str) -> Answer:
    given = json.loads(TABLE.loc[TABLE["id"] == case, "inputs"].iloc[0])
    return ANSWERS[case](given)


OFFERED = [
    row
    for row in TABLE.itertuples(index=False)
    if row.id not in NOT_OFFERED and (row.id, row.quantity) not in QUANTITY_NOT_OFFERED
]


@pytest.mark.parametrize("row", OFFERED, ids=lambda row: f"{row.id}-{row.quantity}")
def test_oracle(row) -> None:
    ours, expected = float(answer(row.id)[row.quantity]), float(row.expected)
    tolerance = COARSE.get((row.id, row.quantity), float(row.tolerance))
    if row.role == "must_differ":
        assert abs(ours - expected) > tolerance
    else:
        assert ours == pytest.approx(expected, abs=tolerance)


def test_every_case_is_either_answered_or_named_as_left_out() -> None:
    cases = set(TABLE["id"])
    assert cases == set(ANSWERS) | set(NOT_OFFERED)
    assert not set(ANSWERS) & set(NOT_OFFERED)
    assert set(TABLE["role"]) == {"match", "must_differ"}
    pairs = set(zip(TABLE["id"], TABLE["quantity"], strict=True))
    assert set(QUANTITY_NOT_OFFERED) | set(COARSE) <= pairs
    assert (len(TABLE), len(OFFERED)) == (206, 155)


def test_a_vanishing_p_value_is_right_in_its_leading_digits() -> None:
    # an absolute tolerance of 1e-6 says nothing about 1.2e-45
    expected = TABLE.query("id == 'trend_4waves' and quantity == 'p'")["expected"].astype(float)
    assert answer("trend_4waves")["p"] == pytest.approx(expected.iloc[0], rel=1e-7)
