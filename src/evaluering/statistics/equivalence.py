"""«Stabil» needs proof: two one-sided tests against a margin declared before the data were read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evaluering.errors import EvalueringError
from evaluering.statistics import arguments, student_t
from evaluering.statistics.arguments import Array
from evaluering.statistics.estimates import SMALLEST_SE

DEFAULT_MARGIN = 0.03
_LEAST_SHARE = 0.10
_ONE_SIDED = 0.05


class Equivalence(NamedTuple):
    """Result of a test of no change.

    Attributes:
        lower: Lower end of the 90 % interval of the change.
        upper: Upper end.
        p_value: The larger of the two one-sided p-values.
        is_stable: 1 where the 90 % interval lies inside (−margin, margin), 0 where not, NaN where
            it cannot be tested.
        smallest_margin: The smallest margin these data could have shown, |d| + t·SE.
        margin: The margin used.
    """

    lower: float
    upper: float
    p_value: float
    is_stable: float
    smallest_margin: float
    margin: float


def default_margin(share: ArrayLike) -> Array:
    """3 percentage points where the first wave is 10 % or more; below that none (NaN).

    Args:
        share: Share in the first wave, as a fraction. Scalar or shape (k,).
    """
    first = arguments.numbers(share, "design.default_margin: share")
    return np.where(first >= _LEAST_SHARE, DEFAULT_MARGIN, np.nan)


def equivalence(
    change_row: pd.Series | pd.DataFrame, *, margin: ArrayLike
) -> Equivalence | pd.DataFrame:
    """Is the change smaller than the margin? Two one-sided t-tests with the change's own error.

    Args:
        change_row: A row, or the whole frame, of `change`: difference, standard_error and
            degrees_of_freedom are read. A refused row gives NaN.
        margin: Largest change that still counts as none, as a fraction (0.03 is 3 percentage
            points). One, or one per row; NaN where none was declared.

    Returns:
        A named tuple for a row, a frame with one row per change for a frame.

    Raises:
        EvalueringError: A margin is not between 0 and 1, or a column is missing.

    References:
        Schuirmann (1987), J. Pharmacokin. Biopharm. 15, 657–680. Never statsmodels'
        `tost_proportions_2indep(method="score")`, which uses the wrong n.
    """
    where = "design.equivalence"
    needed = ("difference", "standard_error", "degrees_of_freedom")
    if missing := [name for name in needed if name not in change_row]:
        raise EvalueringError(f"Kolonnen «{missing[0]}» finnes ikke.", where)
    shape, (d, se, df, delta) = arguments.rows(
        where,
        difference=change_row["difference"],
        standard_error=change_row["standard_error"],
        degrees_of_freedom=change_row["degrees_of_freedom"],
        margin=margin,
    )
    arguments.refuse(
        (delta <= 0) | (delta >= 1),
        "Marginen ligger ikke mellom 0 og 1.",
        f"{where}: margin",
        "Skriv 0.03 for 3 prosentpoeng.",
    )
    se = np.where(se > SMALLEST_SE, se, np.nan)
    half = student_t.quantile(1 - _ONE_SIDED, df) * se
    p_value = np.maximum(
        student_t.upper_p((d + delta) / se, df), student_t.upper_p((delta - d) / se, df)
    )
    is_inside = ((d - half > -delta) & (d + half < delta)).astype(np.float64)
    is_stable = np.where(np.isnan(half) | np.isnan(delta), np.nan, is_inside)
    return shape.result(
        Equivalence, d - half, d + half, p_value, is_stable, np.abs(d) + half, delta
    )
