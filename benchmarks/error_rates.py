"""How often is each rule wrong when nothing happened, and how often does it see what did?

Simulated worlds with a known truth, the project's own estimators and verdict rules, and the wrong
methods beside them. Seeded; reruns agree within ± .006. Writes `benchmarks/error_rates.csv`, which
the tests hold to its bands, and the tables of `docs/metode.md`.

    python benchmarks/error_rates.py            # 4,000 surveys a world, about ten minutes
    python benchmarks/error_rates.py --draws 400
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from worlds import World, draw

from evaluering.analysis import verdict
from evaluering.model import Verdict
from evaluering.statistics import counts, design, multiplicity
from evaluering.statistics.cells import Cells
from evaluering.statistics.contrasts import influence
from evaluering.statistics.panel import make_panel
from evaluering.statistics.rounding import rounding_ends

HERE = Path(__file__).resolve().parent
RESULT = HERE / "error_rates.csv"
SEED = 20261123
BLOCK = 250
PAIR = (2016, 2025)
LEVEL = 0.05
# The plan's size (P139): persons by number of offences, from which invented years are drawn.
OFFENCES = np.repeat([1, 2, 3, 4, 5, 6, 7, 8], [88, 27, 11, 6, 4, 1, 1, 1])

NULL_WORLDS = [
    World(schools, prevalence, icc, items=items, is_rounded=rounded)
    for schools, prevalence, icc, rounded, items in [
        *itertools.product(
            (9, 12), (0.02, 0.08, 0.25, 0.40), (0.0, 0.012, 0.06), (False, True), (6,)
        ),
        *itertools.product((9, 12), (0.08, 0.25), (0.012,), (False,), (100,)),
    ]
]
MARGIN_WORLDS = [
    World(schools, prevalence, icc, change=0.03)
    for schools, prevalence, icc in itertools.product((9, 12), (0.25, 0.40), (0.0, 0.012))
]
POWER_WORLDS = [
    World(schools, prevalence, icc, change=change)
    for schools, (prevalence, change), icc in itertools.product(
        (9, 12), ((0.08, 0.03), (0.17, 0.05), (0.25, 0.08)), (0.0, 0.012)
    )
]


def main() -> None:
    """Run every world and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=4000)
    draws = parser.parse_args().draws
    rows = [
        *_survey_rows("uendret", NULL_WORLDS, draws),
        *_survey_rows("grense", MARGIN_WORLDS, draws),
        *_survey_rows("styrke", POWER_WORLDS, draws),
        *_offence_rows(max(draws, 1000) * 5),
    ]
    frame = pd.DataFrame(rows)
    frame["andel"] = frame["andel"].round(4)
    frame.to_csv(RESULT, index=False, lineterminator="\n")
    print(f"{len(frame)} rows in {RESULT.name}")


def _survey_rows(study: str, worlds: list[World], draws: int) -> Iterator[dict[str, object]]:
    for number, world in enumerate(worlds):
        rng = np.random.default_rng([SEED, number, len(study)])
        parts = [_judge(draw(world, BLOCK, rng)) for _ in range(-(-draws // BLOCK))]
        judged = pd.concat(parts, ignore_index=True)
        for rule, rate in _rates(judged, world.items).items():
            yield {
                "studie": study,
                "skoler": world.schools,
                "utbredelse": world.prevalence,
                "icc": world.icc,
                "spoersmaal": world.items,
                "avrundet": world.is_rounded,
                "endring": world.change,
                "regel": rule,
                "andel": rate,
                "trekninger": len(judged) // world.items,
            }
        print(study, world)


def _judge(cells: Cells) -> pd.DataFrame:
    """Every test and verdict, one row per draw and item, items in order within a draw."""
    table = design.change(cells, cells.items, pairs=[PAIR], by="draw")
    table = table.sort_values(["draw", "item"], kind="stable", ignore_index=True)
    table["p_family"] = _family(cells)[["p_family"]].to_numpy()
    margin = design.default_margin(table["share_from"])
    table["p_equivalence"] = design.equivalence(table, margin=margin)["p_value"].to_numpy()
    is_dominated = table["note"].str.contains("dominated")
    table["p_used"] = np.where(is_dominated, table["p_cr2"], table["p_value"])
    table["p_naive"] = _naive(table)
    table["p_bh"] = np.concatenate(
        [multiplicity.adjust(p, method="bh") for _, p in table.groupby("draw")["p_used"]]
    )
    table["verdict"] = [
        verdict.survey(
            row.difference,
            p_family=row.p_family,
            p_value=row.p_used,
            p_exact=row.p_exact,
            p_equivalence=row.p_equivalence,
            refusal=row.refusal,
        ).verdict
        for row in table.itertuples()
    ]
    return table


def _family(cells: Cells) -> pd.DataFrame:
    """Step-down max-T of each draw, as `design.family_test` does it for one survey."""
    draws = len(cells.levels)
    runs: list[NDArray[np.float64]] = []
    signs: list[NDArray[np.float64]] = []
    for each in rounding_ends(cells, np.array([0, len(cells.waves) - 1])):
        panel = make_panel(each, ("draw",))
        parts = influence(panel, np.array([0, len(cells.waves) - 1]), np.array([-1.0, 1.0]))
        scores = parts.score.reshape(draws, -1, len(cells.items))
        runs.append(np.stack([multiplicity.max_t(one) for one in scores]))
        signs.append(np.sign(scores.sum(axis=1)))
    p_values = np.max(runs, axis=0)
    depends = (np.stack(signs) != signs[0]).any(axis=0)
    names = np.array(cells.items)
    frame = pd.DataFrame(
        {
            "draw": np.repeat(np.arange(draws), len(names)),
            "item": np.tile(names, draws),
            "p_family": np.where(depends, 1.0, p_values).ravel(),
        }
    )
    return frame.sort_values(["draw", "item"], kind="stable", ignore_index=True)


def _naive(table: pd.DataFrame) -> NDArray[np.float64]:
    """The two-proportion z-test on pupils: right only where schools do not drift."""
    p, q = table["share_from"].to_numpy(), table["share_to"].to_numpy()
    n, m = table["n_from"].to_numpy(), table["n_to"].to_numpy()
    pooled = (p * n + q * m) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return 2 * norm.sf(np.abs(q - p) / error)


def _rates(table: pd.DataFrame, items: int) -> dict[str, float]:
    """How often each rule speaks: per item, and per survey where it stands for a family."""
    by_survey = table.groupby(np.arange(len(table)) // items)
    verdicts = table["verdict"]
    return {
        "p_exact": float((table["p_exact"] <= LEVEL).mean()),
        "p_value": float((table["p_used"] <= LEVEL).mean()),
        # The rule asks for both: the sign-flip (max-T of a family of one) and the t-test.
        "begge": float(((table["p_exact"] <= LEVEL) & (table["p_used"] <= LEVEL)).mean()),
        "elev_z": float((table["p_naive"] <= LEVEL).mean()),
        "CLEAR": float((verdicts == Verdict.CLEAR).mean()),
        "CLEAR_familie": float(
            by_survey["verdict"].agg(lambda v: (v == Verdict.CLEAR).any()).mean()
        ),
        "uten_familie": float(by_survey["p_exact"].agg(lambda p: (p <= LEVEL).any()).mean()),
        "utforskende_PROBABLE": float((table["p_bh"] <= LEVEL).mean()),
        "STABLE": float((verdicts == Verdict.STABLE).mean()),
    }


def _offence_rows(pairs: int) -> Iterator[dict[str, object]]:
    """Pairs of years from one and the same world: every difference is chance."""
    for number, expected in enumerate((139, 60, 30)):
        rng = np.random.default_rng([SEED, 99, number])
        years = [[_year(rng, expected) for _ in range(pairs)] for _ in range(2)]
        older, newer = (pd.DataFrame(year) for year in years)
        kept = (older["personer"] >= 5) & (newer["personer"] >= 5)
        older, newer = older[kept], newer[kept]
        p_values = {
            "personrader": _total_p(newer, older, "kvadrat"),
            "ovre_grense": _total_p(newer, older, "ovre"),
            "ovre_grense_stoerste": _total_p(newer, older, "ovre_stoerste"),
            "nedre_grense": _total_p(newer, older, "nedre"),
            "poisson": counts.rate_ratio(newer["forhold"], 1.0, older["forhold"], 1.0)["p_value"],
            "personer": counts.rate_ratio(newer["personer"], 1.0, older["personer"], 1.0)[
                "p_value"
            ],
        }
        for rule, p in p_values.items():
            yield {
                "studie": "forhold",
                "personer": expected,
                "regel": rule,
                "andel": float((np.asarray(p) <= LEVEL).mean()),
                "trekninger": int(kept.sum()),
            }
        print("forhold", expected)


def _year(rng: np.random.Generator, expected: float) -> dict[str, float]:
    k = rng.choice(OFFENCES, rng.poisson(expected))
    serious = k[k >= 4]
    form = (
        int((k <= 2).sum()),
        int((k == 3).sum()),
        len(serious),
        int(k.sum()),
        int(serious.sum()),
    )
    bounds = counts.clustered_total_bounds(*form)
    known = counts.clustered_total_bounds(*form, int(k.max(initial=0)))
    return {
        "personer": len(k),
        "forhold": int(k.sum()),
        "kvadrat": float((k**2).sum()),
        "ovre": bounds.variance_upper,
        "nedre": bounds.variance_lower,
        "ovre_stoerste": known.variance_upper,
    }


def _total_p(newer: pd.DataFrame, older: pd.DataFrame, variance: str) -> pd.Series:
    return counts.total_change(
        newer["forhold"],
        older["forhold"],
        variance_a=newer[variance],
        variance_b=older[variance],
        persons_a=newer["personer"],
        persons_b=older["personer"],
    )["p_value"]


if __name__ == "__main__":
    main()
