"""What the arguments of `statistics` must be: numbers of one length, whole counts, positive sizes.

Here stands every Norwegian sentence about an argument, so that the estimators hold numbers only.
A message names the argument and the row, never the value. Missing stays missing (NaN).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evaluering.errors import EvalueringError

Array = NDArray[np.float64]
Text = NDArray[np.object_]
ResultT = TypeVar("ResultT", bound=tuple[object, ...])
NUMERIC_KINDS = "biuf"


@dataclass(frozen=True, slots=True)
class Rows:
    """How the answer is shaped: one row per input row, or a single tuple for scalars.

    Attributes:
        is_scalar: Every input was one number.
        index: Labels of the rows: those of the first Series given, else 0, 1, 2 …
    """

    is_scalar: bool
    index: pd.Index

    def result(self, kind: type[ResultT], *columns: Array | Text) -> ResultT | pd.DataFrame:
        """The columns as a frame, or as one named tuple when all inputs were scalars.

        Args:
            kind: A `NamedTuple` class; its fields name the columns, in order.
            *columns: One array per field, shape (k,).
        """
        if self.is_scalar:
            return kind(*(_plain(column) for column in columns))
        names = cast("tuple[str, ...]", getattr(kind, "_fields"))  # noqa: B009  (typed as tuple)
        return pd.DataFrame(dict(zip(names, columns, strict=True)), index=self.index)


def _plain(column: Array | Text) -> Any:  # noqa: ANN401  (a float or a text)
    return column.tolist()[0]


def rows(where: str, **values: ArrayLike | None) -> tuple[Rows, list[Array]]:
    """Arguments as arrays of one length.

    Args:
        where: The function, for messages.
        **values: Each a scalar or shape (k,); None counts as missing.

    Returns:
        The shape of the answer, and one float array of shape (k,) per value, in the order given.

    Raises:
        EvalueringError: Not numbers, infinite, more than one dimension, or lengths or labels that
            do not fit together.
    """
    arrays = [numbers(value, f"{where}: {name}") for name, value in values.items()]
    is_scalar = all(array.ndim == 0 for array in arrays)
    try:
        together = np.broadcast_arrays(*(np.atleast_1d(array) for array in arrays))
    except ValueError as fault:
        raise EvalueringError(
            "Tallrekkene er ikke like lange.", where, "Gi like mange tall i hver rekke."
        ) from fault
    labels = [
        cast("pd.Series[Any]", value).index
        for value in values.values()
        if isinstance(value, pd.Series)
    ]
    if any(not label.equals(labels[0]) for label in labels[1:]):
        raise EvalueringError(
            "Radene i tallrekkene har ulike navn, så de kan ikke settes sammen.",
            where,
            "Ta kolonnene fra samme tabell.",
        )
    size = together[0].size
    fits = bool(labels) and len(labels[0]) == size
    index = labels[0] if fits else pd.RangeIndex(size)
    return Rows(is_scalar, index), [np.array(array, dtype=np.float64) for array in together]


def numbers(value: ArrayLike | None, where: str) -> Array:
    """One argument as floats: a scalar gives shape (), a sequence shape (k,). None gives NaN.

    Raises:
        EvalueringError: Text, dates, infinite numbers, or more than one dimension.
    """
    try:
        raw = np.asarray(np.nan if value is None or value is pd.NA else value)
    except ValueError as fault:  # rows of different length
        raise _not_numbers(where) from fault
    if raw.dtype.kind == "O":
        flat = cast("Sequence[object]", raw.ravel().tolist())
        raw = np.array([_number(item, where) for item in flat]).reshape(raw.shape)
    if raw.dtype.kind not in NUMERIC_KINDS:
        raise _not_numbers(where)
    array = raw.astype(np.float64)
    if array.ndim > 1:
        raise EvalueringError("Tallene må stå i én rekke.", where, "Gi ett tall eller én rekke.")
    if np.isinf(array).any():
        raise EvalueringError("Tallet er uendelig.", where, "Rett tallet.")
    return array


def _number(item: object, where: str) -> float:
    if item is None or item is pd.NA or item is pd.NaT:
        return float("nan")
    if not isinstance(item, Real):
        raise _not_numbers(where)
    return float(item)


def _not_numbers(where: str) -> EvalueringError:
    return EvalueringError("Verdien er ikke et tall.", where, "Skriv et tall.")


def refuse(is_wrong: NDArray[np.bool_], what: str, where: str, remedy: str) -> None:
    """Raise when any row is wrong, naming the first such row (counted from 1), never its value."""
    if not is_wrong.any():
        return
    row = f", rad {int(np.argmax(is_wrong)) + 1}" if is_wrong.size > 1 else ""
    raise EvalueringError(what, f"{where}{row}", remedy)


def check_counts(array: Array, where: str, *, allow_missing: bool = True) -> None:
    """Refuse negative and fractional counts; missing ones too unless they are allowed."""
    refuse(array < 0, "Antallet er negativt.", where, "Rett antallet.")
    refuse(
        ~np.isnan(array) & (array != np.floor(array)),
        "Antallet er ikke et helt tall.",
        where,
        "Skriv et helt tall.",
    )
    if not allow_missing:
        refuse(
            np.isnan(array),
            "Antallet mangler. Et tall som mangler, er ikke null.",
            where,
            "Fyll inn antallet, eller ta raden ut.",
        )


def check_positive(array: Array, where: str) -> None:
    """Refuse zero and negative sizes (exposures, populations, design effects)."""
    refuse(array <= 0, "Tallet må være større enn null.", where, "Rett tallet.")


def check_part_of(part: Array, whole: Array, where: str) -> None:
    """Refuse a numerator above its denominator."""
    refuse(
        part > whole,
        "Antallet er større enn totalen.",
        where,
        "Se etter om de to tallene er byttet om.",
    )


def check_fraction(value: float, where: str) -> None:
    """Refuse a level, correlation or reliability that is not strictly between 0 and 1."""
    if not 0 < value < 1:
        raise EvalueringError(
            "Verdien må ligge mellom 0 og 1.", where, "Skriv for eksempel 0.95 for 95 prosent."
        )


def impossible(first: str, second: str, reason: str, where: str) -> EvalueringError:
    """The refusal of two numbers that contradict each other (code `impossible`)."""
    return EvalueringError(
        f"{first} og {second} kan ikke begge stemme: {reason}.",
        where,
        "Se etter i kilden hvilket av tallene som er feil.",
    )


def codes(size: int) -> Text:
    """An empty column of refusal codes, shape (size,)."""
    return np.full(size, "", dtype=object)
