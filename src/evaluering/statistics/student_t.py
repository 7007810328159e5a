"""Student's t for whole arrays of degrees of freedom, quick because few of them differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from evaluering.errors import EvalueringError

FloatArray = NDArray[np.float64]


def quantile(probability: float, degrees_of_freedom: ArrayLike) -> FloatArray:
    """The quantile of Student's t; NaN below one degree of freedom.

    Args:
        probability: Between 0 and 1.
        degrees_of_freedom: Any shape; need not be whole.
    """
    df = np.asarray(degrees_of_freedom, dtype=np.float64)
    different, at = np.unique(np.where(df >= 1, df, np.nan), return_inverse=True)
    return special.stdtrit(different, probability)[at].reshape(df.shape)


def two_sided_p(statistic: ArrayLike, degrees_of_freedom: ArrayLike) -> FloatArray:
    """Two-sided p-value; NaN below one degree of freedom."""
    df = np.asarray(degrees_of_freedom, dtype=np.float64)
    return 2 * special.stdtr(np.where(df >= 1, df, np.nan), -np.abs(np.asarray(statistic)))


def upper_p(statistic: ArrayLike, degrees_of_freedom: ArrayLike) -> FloatArray:
    """P(T > statistic); NaN below one degree of freedom."""
    df = np.asarray(degrees_of_freedom, dtype=np.float64)
    return special.stdtr(np.where(df >= 1, df, np.nan), -np.asarray(statistic, dtype=np.float64))


def check_level(level: float) -> None:
    """Refuse a coverage outside 0–1.

    Raises:
        EvalueringError: It is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise EvalueringError("Dekningsgraden må ligge mellom 0 og 1.", where="level")


def blank(values: NDArray[Any], where: NDArray[np.bool_]) -> FloatArray:
    """A copy that is NaN where the condition holds."""
    return np.where(where, np.nan, values)
