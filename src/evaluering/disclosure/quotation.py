"""Findings in which earlier periods say what they said when they were published.

A count is quoted. What was worked out from a number that has since been revised is left out: it
would rest on the new number while the report shows the old.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

import pandas as pd

from evaluering.disclosure.revisions import quoted
from evaluering.model import Cell, CountTable, Finding, PublishedCell, Rest, Value

_FRAME: Final = "frame"
_VALUES: Final = "values"
# A cell no table has: what rests on it is never shown.
_REVISED: Final = Cell("", "rettet_etter_utgivelsen", "", ())

# What a revised cell is counted as now, and what it was published with.
Changed = Mapping[Cell, tuple[int, int]]


def quoted_findings(
    findings: Iterable[Finding],
    published: Sequence[PublishedCell],
    omregn: Collection[int] = (),
    *,
    threshold: int = 5,
) -> list[Finding]:
    """Findings whose tables, and the counts taken from them, are as they were published.

    Args:
        findings: All findings of a run.
        published: What binds, oldest first.
        omregn: Years restated on purpose.
        threshold: Persons a shown cell must have at least.

    Returns:
        The findings in the order given; those nothing was revised for are the very same.

    Raises:
        EvalueringError: A restated year has a difference of 1 to threshold − 1.
    """
    listed = list(findings)
    if not published:
        return listed
    old = {id(table): table for finding in listed for table in finding.tables}
    new = dict(zip(old, quoted(old.values(), published, omregn, threshold=threshold), strict=True))
    changed = {
        cell: values
        for key, table in old.items()
        for cell, values in _changed(table, new[key]).items()
    }
    return [_quoted_finding(finding, new, changed) for finding in listed]


def _changed(table: CountTable, now: CountTable) -> dict[Cell, tuple[int, int]]:
    """Cells whose number was put back to what it was published with."""
    found: dict[Cell, tuple[int, int]] = {}
    lines = cast("list[dict[str, Any]]", table.frame.to_dict("records"))
    for line, count in zip(lines, now.frame[table.count].tolist(), strict=True):
        if not pd.isna(line[table.count]) and not pd.isna(count) and line[table.count] != count:
            at = {name: str(line[name]) for name in table.dimensions}
            found[table.cell(**at)] = (int(line[table.count]), int(count))
    return found


def _quoted_finding(
    finding: Finding, tables: Mapping[int, CountTable], changed: Changed
) -> Finding:
    kept = replace(finding, tables=tuple(tables[id(table)] for table in finding.tables))
    if not any(set(rest.cells) & changed.keys() for rest in finding.rests):
        return kept
    frames = {_FRAME: finding.frame.copy()} | {
        name: frame.copy() for name, frame in finding.details.items()
    }
    values: dict[str, Value] = dict(finding.values)
    rests = tuple(_quoted_rest(rest, changed, frames, values) for rest in finding.rests)
    return replace(
        kept,
        frame=frames.pop(_FRAME),
        details=MappingProxyType(frames),
        values=MappingProxyType(values),
        rests=rests,
    )


def _quoted_rest(
    rest: Rest, changed: Changed, frames: Mapping[str, pd.DataFrame], values: dict[str, Value]
) -> Rest:
    """Put the quoted count in place; close the rest where that cannot be done."""
    if not set(rest.cells) & changed.keys():
        return rest
    closed = replace(rest, cells=(*rest.cells, _REVISED))
    if len(rest.cells) != 1 or rest.is_spread:
        return closed
    (cell,) = rest.cells
    now, then = changed[cell]
    if rest.place == _VALUES:
        is_count = all(values.get(name) == now for name in rest.columns)
        if is_count:
            values.update(dict.fromkeys(rest.columns, then))
        return rest if is_count else closed
    frame = frames.get(rest.place, pd.DataFrame())
    rows = list(range(len(frame)) if rest.rows is None else rest.rows)
    is_count = rest.place in frames and all(
        bool((frame[name].iloc[rows] == now).all()) for name in rest.columns
    )
    if is_count:
        for name in rest.columns:
            frame.loc[frame.index[rows], name] = then
    return rest if is_count else closed
