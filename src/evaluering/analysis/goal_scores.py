"""The goals of cases with consent, and the level each voice last gave them.

A goal counts in the year it was to be measured, so that no two years share a goal: the difference
between two reports can then not point at the one who came in, or at the one who withdrew.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

import pandas as pd

from evaluering.inputs.material import Material
from evaluering.model import Cell, CountTable, Relation

UNIT: Final = "maal"
POPULATION: Final = "maal_med_samtykke"
ALL: Final = "alle"
REACHED: Final = "naadd"
NOT_REACHED: Final = "ikke_naadd"
NOT_ASSESSED: Final = "ikke_vurdert"
OUTCOMES: Final = (REACHED, NOT_REACHED, NOT_ASSESSED)
GAS: Final = "gas_5"
GBO: Final = "gbo_10"
LEVELS: Final = (-2, -1, 0, 1, 2)
# Whose level counts when several were given on the last day.
VOICES: Final = ("sammen", "fagperson", "ungdom", "foresatt")
_BEFORE: Final = "foer"

# Where a cell stands, and the goals in it.
Part = tuple[dict[str, str], pd.DataFrame]


def scored_goals(material: Material) -> pd.DataFrame | None:
    """Every goal of a case with consent, with the last level of each voice.

    Args:
        material: What has been delivered.

    Returns:
        One row a goal: `maal_id`, `sak_id`, `omraade`, `skala`, `satt_av`, `nivaa_beskrevet`,
        `aar` (it was to be measured), `is_due` (by the day data are counted to), `baseline`,
        `wish` (0 on −2…2), `level` and `resultat`, and for each voice `level_<voice>` and
        `resultat_<voice>`. Levels are float64, NaN where nobody scored. None when the sheets about
        cases, consent and goals are not all delivered.
    """
    frames = material.frames
    if any(sheet not in frames for sheet in ("saker", "samtykke", "maal")):
        return None
    given = frames["maal"]
    goals = given[given["sak_id"].isin(material.consented())].reset_index(drop=True)
    due = goals["planlagt_maaling"]
    wish = goals["oensket_nivaa"].astype("float64")
    frame = goals[["maal_id", "sak_id", "omraade", "skala", "satt_av", "nivaa_beskrevet"]].assign(
        aar=due.dt.year,
        is_due=due <= pd.Timestamp(material.day),
        baseline=goals["utgangspunkt"].astype("float64"),
        wish=wish.where(goals["skala"] == GBO, 0.0),
    )
    levels = last_levels(frames.get("maalinger"), given, material.day)
    for name in ("level", *(f"level_{voice}" for voice in VOICES)):
        frame[name] = frame["maal_id"].map(levels[name]).astype("float64")
        outcome = name.replace("level", "resultat")
        frame[outcome] = outcome_of(frame[name], frame["wish"])
    return frame


def last_levels(scores: pd.DataFrame | None, goals: pd.DataFrame, day: date) -> pd.DataFrame:
    """The last level of each goal after the work began, by voice, and the one that counts.

    Args:
        scores: The sheet «Målinger», or None.
        goals: The sheet «Mål».
        day: The day data are counted to.

    Returns:
        Indexed by `maal_id`: `level` (of the last day anybody scored; of several on that day, the
        first in `VOICES`) and `level_<voice>`.
    """
    names = ["level", *(f"level_{voice}" for voice in VOICES)]
    if scores is None:
        return pd.DataFrame(columns=names, dtype="float64")
    set_on = goals.drop_duplicates("maal_id").set_index("maal_id")["satt_dato"]
    # The level on the day the goal was set is where it began, not a follow-up.
    after = scores[
        (scores["dato"] <= pd.Timestamp(day))
        & (scores["fase"] != _BEFORE)
        & (scores["dato"] > scores["maal_id"].map(set_on))
    ]
    place = after["vurdert_av"].map({voice: order for order, voice in enumerate(VOICES)})
    ordered = after.assign(place=-place).sort_values(["dato", "place"], kind="stable")
    last = ordered.groupby("maal_id")["skaar"].last().astype("float64").rename("level")
    by_voice = ordered.groupby(["maal_id", "vurdert_av"])["skaar"].last().astype("float64")
    wide = by_voice.unstack().reindex(columns=list(VOICES)).add_prefix("level_")
    return pd.concat([last, wide], axis=1)


def outcome_of(levels: pd.Series[float], wish: pd.Series[float]) -> pd.Series[str]:
    """`naadd` at or above the wished level, `ikke_naadd` below, `ikke_vurdert` where missing."""
    told = pd.Series(NOT_REACHED, index=levels.index, dtype="str")
    return told.mask(levels >= wish, REACHED).mask(levels.isna(), NOT_ASSESSED)


def due_in(goals: pd.DataFrame, year: int) -> pd.DataFrame:
    """Goals that were to be measured in a year, by the day data are counted to."""
    return goals[(goals["aar"] == year) & goals["is_due"]]


def cell(period: str = "", population: str = POPULATION, **at: str) -> Cell:
    """A cell of goals; dimensions at their total are left out."""
    kept = tuple(sorted((name, value) for name, value in at.items() if value != ALL))
    return Cell(UNIT, population, period, kept)


def counted(goals: pd.DataFrame) -> dict[str, int]:
    """Goals, the cases behind them, and how many the largest case and the two largest have."""
    sizes = sorted(Counter(goals["sak_id"].tolist()).values(), reverse=True)
    return {
        "antall": len(goals),
        "personer": len(sizes),
        "stoerste": sum(sizes[:1]),
        "to_stoerste": sum(sizes[:2]),
    }


def largest_share(goals: pd.DataFrame) -> float | None:
    """The share of the goals that the case with most has."""
    told = counted(goals)
    return told["stoerste"] / told["antall"] if told["antall"] else None


def goal_table(
    name: str,
    parts: list[Part],
    *,
    population: str = POPULATION,
    period: str = "",
    relations: tuple[Relation, ...] = (),
    headline: frozenset[Cell] = frozenset(),
) -> CountTable:
    """A count table of goals.

    Args:
        name: Unique in a run.
        parts: Where each cell stands, and the goals in it; the dimensions are those of the first.
        population: Whom they are counted among.
        period: Several years together, where the year is no dimension.
        relations: What the definitions force.
        headline: Cells quoted in a headline.
    """
    frame = pd.DataFrame([{**at, **counted(goals)} for at, goals in parts])
    numbers = ["antall", "personer", "stoerste", "to_stoerste"]
    frame[numbers] = frame[numbers].astype("Int64")
    return CountTable(
        name=name,
        frame=frame,
        dimensions=tuple(parts[0][0]),
        unit=UNIT,
        population=population,
        period=period,
        relations=relations,
        headline=headline,
    )


def crossed(
    goals: pd.DataFrame,
    column: str,
    values: tuple[str, ...],
    *,
    year: int | None = None,
    outcome: str = "resultat",
    outcomes: tuple[str, ...] = OUTCOMES,
) -> list[Part]:
    """Goals by a column and by outcome, margins included, for `goal_table`.

    Args:
        goals: From `due_in`.
        column: The dimension.
        values: Its values, in order.
        year: That year, when it is a dimension.
        outcome: The column of outcomes, which is also the name of the dimension.
        outcomes: Its values.
    """
    when = {} if year is None else {"aar": str(year)}
    parts: list[Part] = []
    goals = goals[["sak_id", column, outcome]]
    for value in (ALL, *values):
        group = goals if value == ALL else goals[goals[column] == value]
        for told in (ALL, *outcomes):
            at = {**when, column: value, outcome: told}
            parts.append((at, group if told == ALL else group[group[outcome] == told]))
    return parts
