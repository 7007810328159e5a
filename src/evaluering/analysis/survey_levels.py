"""Questions with ordered answers: whether all the answers have moved, not only the share of yes.

θ is the chance that a pupil of the last survey answers higher than one of the first, ties counted
as half: 0.5 is no change. Exploratory; the declared cut stays the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evaluering.analysis.survey_cells import LevelAnswers
from evaluering.analysis.survey_ground import ALL, NO, UNIT, YES, population
from evaluering.analysis.verdict import LEVEL
from evaluering.model import CountTable
from evaluering.statistics import design, multiplicity

_MOVED_UP = "up"
_MOVED_DOWN = "down"
_HALF = 0.5
_TWO = 2


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """How the ordered answers of one question have moved.

    Attributes:
        years: The two surveys.
        moved: `up`, `down`, or "" where it cannot be told from noise.
        theta: The chance that the later pupil answers higher.
        lower: Lower end of its 95 % interval.
        upper: Upper end.
        p_value: The larger of the two tests, before the correction.
        table: Pupils by survey and answer.
    """

    years: tuple[int, int]
    moved: str
    theta: float
    lower: float
    upper: float
    p_value: float
    table: CountTable


def movements(
    answers: LevelAnswers,
    levels: pd.DataFrame,
    years: Mapping[str, Sequence[int]],
    *,
    seed: int,
) -> dict[str, Moved]:
    """θ of every question with ordered answers in two comparable surveys.

    Args:
        answers: One level of school, with pupils.
        levels: The place of each answer, from `Survey.levels`.
        years: The surveys of each question that can be compared with each other.
        seed: Of the drawn sign patterns.
    """
    if answers.pupils is None:
        return {}
    found: dict[str, tuple[pd.Series, pd.DataFrame]] = {}
    for item in [str(name) for name in levels.columns if name in years]:
        rows = answers.pupils.assign(plass=levels.loc[answers.pupils.index, item])
        rows = rows[rows["aar"].isin(list(years[item])) & rows["plass"].notna()]
        waves = sorted(int(str(year)) for year in rows["aar"].unique())
        if len(waves) < _TWO:
            continue
        row = design.ordinal_change(
            rows,
            "plass",
            categories=sorted(levels[item].dropna().unique().tolist()),
            wave="aar",
            cluster="skole_kode",
            weight="vekt" if "vekt" in rows else None,
            pairs=[(waves[0], waves[-1])],
            seed=seed,
        ).iloc[0]
        if not row["refusal"]:
            found[item] = row, rows
    p_values = [max(float(row["p_value"]), float(row["p_exact"])) for row, _ in found.values()]
    if not found:
        return {}
    adjusted = multiplicity.adjust(p_values, method="bh")
    return {
        item: _moved(item, answers.level, row, rows, p=p_values[place], is_sure=p <= LEVEL)
        for place, ((item, (row, rows)), p) in enumerate(zip(found.items(), adjusted, strict=True))
    }


def _moved(
    item: str, level: str, row: pd.Series, rows: pd.DataFrame, *, p: float, is_sure: bool
) -> Moved:
    years = (int(row["wave_from"]), int(row["wave_to"]))
    theta = float(row["theta"])
    way = _MOVED_UP if theta > _HALF else _MOVED_DOWN
    return Moved(
        years=years,
        moved=way if is_sure else "",
        theta=theta,
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        p_value=p,
        table=_table(rows[rows["aar"].isin(list(years))], item, level),
    )


def _table(rows: pd.DataFrame, item: str, level: str) -> CountTable:
    """Survey × answer, the ordered answers below yes and no."""
    names = {place: f"svar_{int(place) + 1}" for place in sorted(rows["plass"].unique())}
    yes = {names[place] for place in rows.loc[rows[item] == 1, "plass"].unique()}
    long = pd.DataFrame({"wave": rows["aar"].astype("str"), "svar": rows["plass"].map(names)})
    summed = long.assign(svar=long["svar"].map(lambda name: YES if name in yes else NO))
    counted = pd.concat([long, summed, long.assign(svar=ALL)])
    frame = counted.value_counts(["wave", "svar"]).rename("antall").reset_index()
    every = pd.MultiIndex.from_product([frame["wave"].unique(), frame["svar"].unique()])
    frame = frame.set_index(["wave", "svar"]).reindex(every, fill_value=0).reset_index()
    frame.columns = pd.Index(["wave", "svar", "antall"])
    who = population(item, level)
    return CountTable(
        name=f"{who}_nivaa",
        frame=frame.assign(
            antall=frame["antall"].astype("Int64"), personer=frame["antall"].astype("Int64")
        ),
        dimensions=("wave", "svar"),
        total=ALL,
        hierarchies={"svar": {name: YES if name in yes else NO for name in names.values()}},
        unit=UNIT,
        population=who,
    )
