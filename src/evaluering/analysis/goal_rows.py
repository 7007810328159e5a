"""Groups of goals as rows of a table: how many, how many reached, and the share with its interval.

A group of fewer than ten cases is not shown, whatever its number of goals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluering.analysis.goal_scores import (
    NOT_ASSESSED,
    NOT_REACHED,
    POPULATION,
    REACHED,
    cell,
    counted,
    largest_share,
)
from evaluering.model import Cell, Rest, Sign
from evaluering.statistics import goals as estimators
from evaluering.statistics.goals import Attainment

COUNTS = ("maal", "naadd", "ikke_vurdert")
NUMBERS = (*COUNTS, "share", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the goals.

    Attributes:
        name: In words.
        goals: From `goal_scores.due_in`.
        at: Where its cells stand.
        outcome: The column of outcomes, and the dimension of the cells.
        period: Of the cells.
        population: Of the cells.
    """

    name: str
    goals: pd.DataFrame
    at: Mapping[str, str]
    outcome: str = "resultat"
    period: str = ""
    population: str = POPULATION

    def cell(self, outcome: str = "") -> Cell:
        """All its goals, or those with an outcome."""
        more = {self.outcome: outcome} if outcome else {}
        return cell(self.period, self.population, **{**self.at, **more})

    @property
    def assessed(self) -> pd.DataFrame:
        """Those with a level."""
        return self.goals[self.goals[self.outcome] != NOT_ASSESSED]

    @property
    def has_enough(self) -> bool:
        """Ten cases or more have a goal with a level: the group may be shown."""
        return counted(self.assessed)["personer"] >= estimators.FEWEST_CASES

    def attainment(self, seed: int) -> Attainment:
        """Share reached, by a bootstrap over cases.

        Args:
            seed: Of the draws.
        """
        told = self.goals[self.outcome]
        reached = np.where(told == NOT_ASSESSED, np.nan, (told == REACHED).astype(float))
        return estimators.attainment(self.goals["sak_id"].tolist(), reached, seed=seed)

    def spread(self, place: str, columns: tuple[str, ...], rows: tuple[int, ...] | None) -> Rest:
        """What its interval rests on: which case each goal belongs to, which is never shown."""
        return Rest(
            place,
            columns,
            (self.cell(REACHED), self.cell(NOT_REACHED)),
            rows,
            is_spread=True,
            behind=counted(self.assessed)["personer"],
            largest=largest_share(self.assessed),
        )


def rows(
    groups: Sequence[Group], seed: int, *, place: str = "frame"
) -> tuple[pd.DataFrame, tuple[Rest, ...]]:
    """Groups as a frame, and what each number of it rests on.

    Args:
        groups: In the order they are shown.
        seed: Of the bootstrap over cases.
        place: Where the frame will stand.

    Returns:
        `gruppe`, `maal`, `naadd`, `ikke_vurdert`, `share` of the assessed, `lower`, `upper`, and
        the sign of each.
    """
    records: list[dict[str, object]] = []
    rests: list[Rest] = []
    for row, group in enumerate(groups):
        told = group.attainment(seed)
        numbers = dict(
            zip(
                NUMBERS,
                (told.goals, told.reached, told.missing, told.share, told.lower, told.upper),
                strict=True,
            )
        )
        is_few = told.refusal == "few_cases"
        values = {name: math.nan if is_few else float(n) for name, n in numbers.items()}
        missing = Sign.HIDDEN if is_few else Sign.NOT_APPLICABLE
        signs = {
            f"{name}_tegn": (missing if math.isnan(n) else Sign.NONE).value
            for name, n in values.items()
        }
        records.append({"gruppe": group.name, **values, **signs})
        whole, reached = group.cell(), group.cell(REACHED)
        rests += [
            Rest(place, ("maal",), (whole,), (row,)),
            Rest(place, ("naadd",), (reached,), (row,)),
            Rest(place, ("ikke_vurdert",), (group.cell(NOT_ASSESSED),), (row,)),
            Rest(place, ("share",), (reached, group.cell(NOT_REACHED)), (row,)),
            group.spread(place, ("lower", "upper"), (row,)),
        ]
    return pd.DataFrame(records), tuple(rests)
