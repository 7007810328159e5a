"""How the answers have gone over all surveys, where at least three can be compared.

A straight line on the true years first; a bend only where it is clear and turns inside the period;
else whether the answers differ between surveys at all (Rao–Scott). Exploratory, over all questions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from evaluering.analysis.survey_cells import LevelAnswers
from evaluering.analysis.verdict import LEVEL
from evaluering.statistics import design, multiplicity

FEWEST: Final = 3
_BACKGROUND: Final = ("kjoenn", "trinn")
LINE_UP: Final = "up"
LINE_DOWN: Final = "down"
DIPS: Final = "dips"
PEAKS: Final = "peaks"
VARIES: Final = "varies"
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Course:
    """How one question has gone.

    Attributes:
        years: The surveys that can be compared, in order.
        shape: `up`, `down`, `dips`, `peaks`, `varies` or `nothing`.
        turn: The survey where a bend turns; None without one.
        p_line: Of the straight line, before the correction.
        p_bend: Of the bend, before the correction.
        p_differs: That the surveys differ at all, before the correction.
    """

    years: tuple[int, ...]
    shape: str
    turn: int | None
    p_line: float
    p_bend: float
    p_differs: float


@dataclass(frozen=True, slots=True)
class _Test:
    """p-values of one question before the correction; NaN where a test was refused."""

    slope: float
    line: float
    bend: float
    differs: float
    shares: Mapping[int, float]


def courses(
    answers: LevelAnswers, years: Mapping[str, Sequence[int]], *, seed: int
) -> dict[str, Course]:
    """The course of every question with three comparable surveys or more.

    Args:
        answers: One level of school.
        years: The surveys of each question that can be compared with each other.
        seed: Of the drawn sign patterns.
    """
    chosen = {item: tuple(each) for item, each in years.items() if len(each) >= FEWEST}
    found = {item: _tests(answers, item, each, seed) for item, each in chosen.items()}
    if not found:
        return {}
    tests = list(found.values())
    line, bend, differs = (
        multiplicity.adjust([getattr(test, name) for test in tests], method="bh")
        for name in ("line", "bend", "differs")
    )
    return {
        item: _course(
            test,
            chosen[item],
            line=float(line[place]),
            bend=float(bend[place]),
            differs=float(differs[place]),
        )
        for place, (item, test) in enumerate(found.items())
    }


def _tests(answers: LevelAnswers, item: str, years: Sequence[int], seed: int) -> _Test:
    cells = _of_years(answers.cells.select([item]), years)
    fitted = design.trend(cells, [item], degree=2)
    bend = fitted[fitted["term"] == "quadratic"].iloc[0]
    shares = design.estimate(cells, [item])
    slope, line = _line(answers, cells, item, years, seed)
    return _Test(
        slope=slope,
        line=line,
        bend=math.nan if bend["refusal"] else float(bend["p_value"]),
        differs=float(design.rao_scott(cells, [item])["p_value"].iloc[0]),
        shares={
            int(str(year)): float(share)
            for year, share in zip(shares["wave"], shares["share"], strict=True)
        },
    )


def _line(
    answers: LevelAnswers, cells: design.Cells, item: str, years: Sequence[int], seed: int
) -> tuple[float, float]:
    """Adjusted for sex and grade where the schools can carry it; else the linear contrast."""
    pupils = answers.pupils
    columns = [name for name in _BACKGROUND if pupils is not None and name in pupils]
    if pupils is None or not columns:
        fitted = design.trend(cells, [item], degree=1).iloc[0]
        contrast = design.linear_contrast(cells, [item], seed=seed).iloc[0]
    else:
        material = design.collapse(
            pupils[pupils["aar"].isin(list(years))],
            [item],
            wave="aar",
            cluster="skole_kode",
            weight="vekt" if "vekt" in pupils else None,
            by=columns,
        )
        fitted = design.trend(material, [item], adjust=columns, degree=1).iloc[0]
        contrast = design.linear_contrast(material, [item], standardise=columns, seed=seed).iloc[0]
    if not fitted["refusal"]:
        return float(fitted["estimate"]), float(fitted["p_value"])
    if contrast["refusal"]:
        return math.nan, math.nan
    # Few schools: both the jackknife and the sign-flip must hold.
    return float(contrast["difference"]), max(
        float(contrast["p_value"]), float(contrast["p_exact"])
    )


def _of_years(cells: design.Cells, years: Sequence[int]) -> design.Cells:
    """The same cells with the answers of other surveys taken out."""
    waves = [int(wave) for wave in cells.waves]
    is_in = np.array([[waves[code] in set(years)] for code in cells.wave], dtype=np.float64)
    count = cells.count * is_in
    return replace(
        cells,
        count=count,
        weight=count if cells.weight is cells.count else cells.weight * is_in,
        yes=cells.yes * is_in,
        yes_low=None if cells.yes_low is None else cells.yes_low * is_in,
        yes_high=None if cells.yes_high is None else cells.yes_high * is_in,
    )


def _course(
    test: _Test, years: tuple[int, ...], *, line: float, bend: float, differs: float
) -> Course:
    shape, turn = NOTHING, None
    shares = [test.shares[year] for year in years]
    if bend <= LEVEL and (inner := _turn(shares)) is not None:
        turn = years[inner]
        shape = DIPS if shares[inner] < min(shares[0], shares[-1]) else PEAKS
    elif line <= LEVEL:
        shape = LINE_UP if test.slope > 0 else LINE_DOWN
    elif differs <= LEVEL:
        shape = VARIES
    return Course(years, shape, turn, test.line, test.bend, test.differs)


def _turn(shares: Sequence[float]) -> int | None:
    """The place of a low or a high point inside the period, beyond both its ends."""
    lowest, highest = min(shares), max(shares)
    if lowest < min(shares[0], shares[-1]):
        return list(shares).index(lowest)
    if highest > max(shares[0], shares[-1]):
        return list(shares).index(highest)
    return None
