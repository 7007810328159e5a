"""Tests on rounded school percentages: run at every end of the rounding; the weakest holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.statistics.cells import Cells, FloatArray, IntArray

_MOST_WAVES = 8  # 2^8 runs
# How the weakest answer looks in each column; columns not named here are the printed figures'.
_LARGEST = (
    "standard_error",
    "design_effect",
    "upper",
    "p_value",
    "p_exact",
    "p_cr2",
    "smallest_detectable",
)
_SMALLEST = ("lower", "degrees_of_freedom", "df_cr2")
_TESTS = ("p_value", "p_exact", "p_cr2")
_POINTS = ("difference", "estimate")
_INFERENCE = ("estimate", *_SMALLEST, *(name for name in _LARGEST if name != "standard_error"))


def weakest(
    cells: Cells, waves: IntArray, run: Callable[[Cells], pd.DataFrame], *, together: bool = False
) -> pd.DataFrame:
    """Run a test on the printed figures and on every combination of rounding ends.

    Args:
        cells: Cells, rounded or not.
        waves: Codes of the waves whose ends are combined: each wave's schools all at the low or all
            at the high end, so that the corners which shrink and stretch a change are both tried.
        run: The test.
        together: All waves at the same end; enough where each wave stands alone.

    Returns:
        The frame of `run`, each column at its weakest; p-values are 1 where the sign of the result
        depends on the rounding, and a refusal anywhere refuses.

    Raises:
        EvalueringError: More than eight waves.
    """
    if cells.yes_low is None:
        return run(cells)
    return _combine([run(each) for each in rounding_ends(cells, waves, together=together)])


def rounding_ends(cells: Cells, waves: IntArray, *, together: bool = False) -> Iterator[Cells]:
    """The cells as printed, then with every combination of rounding ends; exact cells once.

    Args:
        cells: Cells, rounded or not.
        waves: Codes of the waves whose ends are combined.
        together: All waves at the same end.

    Raises:
        EvalueringError: More than eight waves.
    """
    yield replace(cells, yes_low=None, yes_high=None)
    if cells.yes_low is None or cells.yes_high is None:
        return
    if len(waves) > _MOST_WAVES and not together:
        raise EvalueringError(
            "Avrundede prosenter for så mange bølger kan ikke regnes på én gang.", where="wave"
        )
    same = [(low,) * len(waves) for low in (True, False)]
    for ends in same if together else product((True, False), repeat=len(waves)):
        is_low = np.zeros(len(cells.waves), dtype=bool)
        is_low[waves] = ends
        yes = np.where(is_low[cells.wave][:, None], cells.yes_low, cells.yes_high)
        yield replace(cells, yes=yes, yes_low=None, yes_high=None)


def _combine(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Each column at its weakest over the runs; the first run is the printed figures'."""
    result = frames[0].copy()
    if "df1" in result:  # an F test is weakest as a whole
        return _weakest_rows(frames)
    for names, pick in ((_LARGEST, np.fmax), (_SMALLEST, np.fmin)):
        for name in (name for name in names if name in result):
            result[name] = pick.reduce([_floats(frame, name) for frame in frames])
    for point in (name for name in _POINTS if name in result):
        sign = np.sign([_floats(frame, point) for frame in frames])
        depends = (sign != sign[0]).any(axis=0) & ~np.isnan(sign).any(axis=0)
        for name in (name for name in _TESTS if name in result):
            result[name] = np.where(depends & result[name].notna(), 1.0, result[name])
    if "share" not in result:  # a level is widened, a test is refused where one end refuses it
        result["refusal"] = _first_refusal(frames)
        is_new = result["refusal"].ne(frames[0]["refusal"]).to_numpy()
        for name in (name for name in _INFERENCE if name in result):
            result[name] = np.where(is_new, np.nan, result[name])
    if "note" in result:
        result["note"] = [_union(notes) for notes in zip(*(f["note"] for f in frames), strict=True)]
    return result


def _weakest_rows(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Row by row the run with the largest p-value; refused where any run is."""
    p_values = np.stack([_floats(frame, "p_value") for frame in frames])
    at = np.argmax(np.where(np.isnan(p_values), -1.0, p_values), axis=0)
    result = frames[0].assign(refusal=_first_refusal(frames))
    is_refused = result["refusal"].ne("").to_numpy()
    for name in ("f", "df1", "df2", "p_value"):
        runs = np.stack([_floats(frame, name) for frame in frames])
        result[name] = np.where(is_refused, np.nan, runs[at, np.arange(len(at))])
    return result


def _first_refusal(frames: Sequence[pd.DataFrame]) -> list[str]:
    """The first refusal that any run gives, row by row."""
    codes = zip(*(frame["refusal"].astype(str) for frame in frames), strict=True)
    return [next((code for code in row if code), "") for row in codes]


def _floats(frame: pd.DataFrame, name: str) -> FloatArray:
    return frame[name].to_numpy(dtype=np.float64)


def _union(notes: Sequence[str]) -> str:
    found = {code for note in notes for code in note.split(";") if code}
    return ";".join(sorted(found))
