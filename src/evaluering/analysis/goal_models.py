"""Before and after, and T: internal figures about goals, for researchers. Never on the page.

Goals are set at a low point, so a rise is expected without any help (regression to the mean), and
nothing here is compared with others. What is made here is no `Finding` and cannot be saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evaluering.analysis.goal_scores import GAS, due_in, scored_goals
from evaluering.inputs.material import Material
from evaluering.statistics import goals as estimators
from evaluering.statistics.goals import MixedModel, SignedRank

RHOS: Final = estimators.RHOS


@dataclass(frozen=True, slots=True)
class GoalModels:
    """Internal figures about the goals on the scale −2 … 2.

    Attributes:
        cases: With a goal that has a level.
        paired: Median goal of each case at the start and last: exact signed ranks (Pratt).
        mixed: Cumulative logit of level on time (0 start, 1 last), random intercept per case;
            refused below 20 cases.
        t: `goals` (assessed in the case), `cases`, and the median T at each rho: T depends on the
            number of goals, so cases with different numbers are never put together. Only numbers
            of goals that ten cases or more have.
    """

    cases: int
    paired: SignedRank
    mixed: MixedModel
    t: pd.DataFrame


def goal_models(material: Material | None, *, year: int) -> GoalModels | None:
    """Start against last level of the year's goals on the scale −2 … 2.

    Args:
        material: What has been delivered; None is nothing.
        year: The year evaluated.

    Returns:
        None where goals are not delivered, or fewer than ten cases have a level.
    """
    scored = scored_goals(material) if material else None
    if scored is None:
        return None
    due = due_in(scored, year)
    goals = due.loc[(due["skala"] == GAS) & due["level"].notna()].reset_index(drop=True)
    cases = [str(case) for case in goals["sak_id"].tolist()]
    number = len(set(cases))
    if number < estimators.FEWEST_CASES:
        return None
    first = estimators.case_medians(cases, goals["baseline"].to_numpy())
    last = estimators.case_medians(cases, goals["level"].to_numpy())
    levels = np.concatenate([goals["baseline"].to_numpy(), goals["level"].to_numpy()])
    time = pd.DataFrame({"tid": np.repeat([0.0, 1.0], len(goals))})
    return GoalModels(
        cases=number,
        paired=estimators.wilcoxon_pratt(first.to_numpy(), last.to_numpy()),
        mixed=estimators.mixed_model(levels, time, [*cases, *cases]),
        t=_t_by_goals(cases, goals["level"].tolist()),
    )


def _t_by_goals(cases: list[str], levels: list[float]) -> pd.DataFrame:
    own: dict[str, list[float]] = {}
    for case, level in zip(cases, levels, strict=True):
        own.setdefault(case, []).append(level)
    rows: list[dict[str, float]] = []
    for goals in sorted({len(scores) for scores in own.values()}):
        alike = [scores for scores in own.values() if len(scores) == goals]
        if len(alike) >= estimators.FEWEST_CASES:
            medians = {
                f"rho_{rho:g}": float(
                    np.median([estimators.gas_t(scores, rho=rho) for scores in alike])
                )
                for rho in RHOS
            }
            rows.append({"goals": goals, "cases": len(alike), **medians})
    return pd.DataFrame(rows, columns=["goals", "cases", *(f"rho_{rho:g}" for rho in RHOS)])
