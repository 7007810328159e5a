"""A finding with everything blanked that rests on a hidden cell, or on nothing it has told us of.

Works from the outside in: whatever number an author has not said the ground for, is gone. So a
forgotten `Rest` costs a number on the page, never a young person's privacy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from evaluering.errors import EvalueringError
from evaluering.model import Cell, Finding, Rest, Sign, Value, Verdict

SIGN: Final = "_tegn"
FRAME: Final = "frame"
VALUES: Final = "values"
VERDICT: Final = "verdict"
# Labels that say when, who or where, and never how many.
_FREE_COLUMNS: Final = frozenset(
    {"aar", "aar_fra", "aar_til", "wave", "wave_from", "wave_to", "maaned", "alder", "order"}
)
# Columns of whole numbers that must be the very cell they say they rest on.
_COUNTS: Final = frozenset({"teller", "nevner", "n", "persons", "offences", "antall"})
_CONCLUSIONS: Final = frozenset(Verdict) - {Verdict.MISSING, Verdict.WITHHELD}

Shown = Mapping[Cell, int]


def masked(finding: Finding, shown: Shown, may_spread: Callable[[Rest], bool]) -> Finding:
    """What of a finding may be seen when only these cells are shown.

    Args:
        finding: With its `rests`.
        shown: Every cell that is shown, with its value.
        may_spread: Whether a measure of spread has enough behind it (rule R4).

    Returns:
        The finding without tables and rests. A hidden number is missing, with `skjult` in the
        column's sign; a hidden value is gone; a verdict on hidden ground is `WITHHELD`.

    Raises:
        EvalueringError: A rest names a place that is not there, or a cell with another value.
    """
    _check_places(finding)
    open_rests = [rest for rest in finding.rests if _is_open(rest, shown, may_spread)]
    shut_rests = [rest for rest in finding.rests if not _is_open(rest, shown, may_spread)]
    is_strict = finding.subject == "persons"
    frames = {
        place: _masked_frame(frame, place, open_rests, shut_rests, is_strict=is_strict)
        for place, frame in {FRAME: finding.frame, **finding.details}.items()
    }
    for rest in open_rests:
        _check_counts(finding, frames, rest, shown)
    values = _masked_values(finding.values, open_rests, shut_rests, is_strict=is_strict)
    seen = replace(
        finding,
        frame=frames.pop(FRAME),
        details=MappingProxyType(frames),
        values=MappingProxyType(values),
        tables=(),
        rests=(),
    )
    if _has_verdict(finding, open_rests, shut_rests, is_strict=is_strict):
        return seen
    return replace(
        seen, verdict=Verdict.WITHHELD, direction="", refusal="", reason="", next_datum=""
    )


def withheld(finding: Finding) -> Finding:
    """Nothing left but what the question was: no number, no direction, no reason."""
    return replace(
        finding,
        frame=pd.DataFrame(),
        details={},
        values={},
        verdict=Verdict.WITHHELD,
        direction="",
        refusal="not_controlled",
        reason="",
        next_datum="",
        tables=(),
        rests=(),
    )


def _is_open(rest: Rest, shown: Shown, may_spread: Callable[[Rest], bool]) -> bool:
    is_public = all(cell in shown for cell in rest.cells)
    return is_public and (not rest.is_spread or not rest.cells or may_spread(rest))


def _has_verdict(
    finding: Finding, open_rests: Iterable[Rest], shut_rests: Iterable[Rest], *, is_strict: bool
) -> bool:
    if finding.verdict not in _CONCLUSIONS:
        return True
    if any(rest.place == VERDICT for rest in shut_rests):
        return False
    return not is_strict or any(rest.place == VERDICT for rest in open_rests)


def _masked_frame(
    frame: pd.DataFrame,
    place: str,
    open_rests: Sequence[Rest],
    shut_rests: Sequence[Rest],
    *,
    is_strict: bool,
) -> pd.DataFrame:
    result = frame.copy()
    for name in [str(name) for name in frame.columns if not str(name).endswith(SIGN)]:
        rows = _rows(frame, place, name, shut_rests)
        if is_strict and _needs_ground(frame, name):
            rows |= _all_rows(frame) - _rows(frame, place, name, open_rests)
        if not rows:
            continue
        at = sorted(rows)
        column = result[name].astype("object")
        column.iloc[at] = None
        numeric = is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name])
        # Text and truth keep their holes as they are; numbers become a column of numbers again.
        result[name] = column.astype("Float64").astype("float64") if numeric else column
        signs = result.get(name + SIGN, pd.Series("", index=result.index)).astype("object")
        signs.iloc[at] = str(Sign.HIDDEN)
        result[name + SIGN] = signs.astype("str")
    return result


def _masked_values(
    values: Mapping[str, Value],
    open_rests: Iterable[Rest],
    shut_rests: Iterable[Rest],
    *,
    is_strict: bool,
) -> dict[str, Value]:
    shut = {key for rest in shut_rests if rest.place == VALUES for key in rest.columns}
    grounded = {key for rest in open_rests if rest.place == VALUES for key in rest.columns}
    return {
        key: value
        for key, value in values.items()
        if key not in shut
        and (
            not is_strict
            or key in grounded
            or not isinstance(value, bool | int | float)
            or key == "order"
            or key.startswith("year")
        )
    }


def _needs_ground(frame: pd.DataFrame, name: str) -> bool:
    if name in _FREE_COLUMNS:
        return False
    column = frame[name]
    # A column of mixed content may hold numbers that its type does not tell of.
    holds_numbers = column.dtype == "object" and any(
        isinstance(value, bool | int | float) and not pd.isna(value) for value in column
    )
    return is_numeric_dtype(column) or is_bool_dtype(column) or holds_numbers


def _rows(frame: pd.DataFrame, place: str, name: str, rests: Iterable[Rest]) -> set[int]:
    covering = [rest for rest in rests if rest.place == place and name in rest.columns]
    return {
        row
        for rest in covering
        for row in (_all_rows(frame) if rest.rows is None else set(rest.rows))
    }


def _all_rows(frame: pd.DataFrame) -> set[int]:
    return set(range(len(frame)))


def _check_places(finding: Finding) -> None:
    """A rest that covers nothing is a mistake that would leave a number without its ground."""
    for rest in finding.rests:
        if rest.place == VERDICT:
            continue
        if rest.place == VALUES:
            known, length = set(finding.values), 0
        else:
            frame = finding.frame if rest.place == FRAME else finding.details.get(rest.place)
            if frame is None:
                raise _fault(finding, f"tabellen {rest.place}")
            known, length = {str(name) for name in frame.columns}, len(frame)
        if unknown := sorted(set(rest.columns) - known):
            raise _fault(finding, f"{rest.place}, {unknown[0]}")
        if any(not 0 <= row < length for row in rest.rows or ()):
            raise _fault(finding, f"{rest.place}, en rad")


def _check_counts(
    finding: Finding, frames: Mapping[str, pd.DataFrame], rest: Rest, shown: Shown
) -> None:
    """A count that rests on one cell must be that cell's number."""
    if rest.place in (VALUES, VERDICT) or rest.is_spread or len(rest.cells) != 1:
        return
    frame = frames[rest.place]
    rows = range(len(frame)) if rest.rows is None else rest.rows
    for name in _COUNTS & set(rest.columns):
        for row in rows:
            value = frame[name].iloc[row]
            if not pd.isna(value) and value != shown[rest.cells[0]]:
                raise EvalueringError(
                    "Et tall er ikke det samme som i tabellen det bygger på.",
                    where=f"{finding.id}, {rest.place}, {name}",
                )


def _fault(finding: Finding, place: str) -> EvalueringError:
    return EvalueringError(
        "Funnet sier hva et tall bygger på, men tallet finnes ikke.",
        where=f"{finding.id}, {place}",
    )
