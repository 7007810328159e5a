"""Simulated survey worlds: schools that drift between waves, and perhaps a true change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from evaluering.statistics.cells import Cells

LOGISTIC_VARIANCE = np.pi**2 / 3
SHARED_DRIFT = 0.5  # correlation of the items' drift within a school and wave: the same pupils
SCHOOL_SPREAD = 0.3  # lasting differences between schools, logit scale
SIZES = {
    9: (90, 130, 180, 240, 300, 360, 420, 460, 520),
    12: (60, 80, 110, 140, 170, 200, 230, 270, 310, 350, 380, 400),
}


@dataclass(frozen=True, slots=True)
class World:
    """One setting of the study.

    Attributes:
        schools: 9 or 12, of unequal size.
        prevalence: Share who say yes in the first wave.
        icc: Share of the variance on the logit scale that is drift of a school in one wave.
        items: Questions answered by the same pupils.
        waves: Survey years.
        change: True difference between the last wave and the first, as a fraction.
        is_rounded: Only whole per cents and the number of answers are known for each school.
    """

    schools: int
    prevalence: float
    icc: float
    items: int = 6
    waves: tuple[int, ...] = (2016, 2019, 2022, 2025)
    change: float = 0.0
    is_rounded: bool = False


def draw(world: World, draws: int, rng: np.random.Generator) -> Cells:
    """Many surveys at once; each is a group of its own schools, in the level `draw`."""
    shape = (draws, world.schools, len(world.waves), world.items)
    drift = np.sqrt(LOGISTIC_VARIANCE * world.icc / (1 - world.icc))
    own = rng.standard_normal(shape) * np.sqrt(1 - SHARED_DRIFT)
    shared = rng.standard_normal((*shape[:3], 1)) * np.sqrt(SHARED_DRIFT)
    lasting = rng.standard_normal((draws, world.schools, 1, world.items)) * SCHOOL_SPREAD
    spread = drift * (own + shared) + lasting
    total = float(np.hypot(drift, SCHOOL_SPREAD))
    share = np.full(len(world.waves), world.prevalence)
    share[-1] += world.change
    middle = np.array([_centre(p, total) for p in share])[None, None, :, None]
    size = np.array(SIZES[world.schools])[None, :, None, None]
    # Cohorts differ a little in size, and a few pupils leave a question out.
    n = rng.binomial(np.broadcast_to(size, (*shape[:3], 1)), 0.92)
    answered = np.broadcast_to(n, shape)
    yes = rng.binomial(answered, expit(middle + spread))
    return _cells(world, draws, answered, yes)


def _centre(share: float, spread: float) -> float:
    """The middle of a logistic-normal whose mean is `share`."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    weights = weights / weights.sum()
    low, high = logit(share) - 3, logit(share) + 3
    for _ in range(60):
        middle = (low + high) / 2
        is_low = float((weights * expit(middle + spread * nodes)).sum()) < share
        low, high = (middle, high) if is_low else (low, middle)
    return (low + high) / 2


def _cells(world: World, draws: int, answered: NDArray[np.int64], yes: NDArray[np.int64]) -> Cells:
    waves, schools = len(world.waves), world.schools
    count = answered.reshape(-1, world.items).astype(np.float64)
    said = yes.reshape(-1, world.items).astype(np.float64)
    ends = (None, None)
    if world.is_rounded:
        percent = np.floor(100 * said / count + 0.5)
        low = np.maximum(np.ceil((percent - 0.5) * count / 100 - 1e-9), 0)
        high = np.minimum(np.floor((percent + 0.5) * count / 100 + 1e-9), count)
        said = np.clip(np.round(percent * count / 100), low, high)
        ends = (low, high)
    cell = np.arange(draws * schools * waves)
    return Cells(
        items=tuple(f"s{i}" for i in range(world.items)),
        waves=np.array(world.waves),
        years=np.array(world.waves, dtype=np.float64),
        clusters=np.arange(draws * schools),
        stratum_of=np.zeros(draws * schools, dtype=np.intp),
        levels=pd.DataFrame({"draw": np.arange(draws)}),
        cluster=(cell // waves).astype(np.intp),
        wave=(cell % waves).astype(np.intp),
        level=(cell // (waves * schools)).astype(np.intp),
        count=count,
        weight=count,
        yes=said,
        is_weighted=False,
        yes_low=ends[0],
        yes_high=ends[1],
    )
