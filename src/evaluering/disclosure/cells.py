"""Count tables as cells: what each row is, what is known of it, and which parts make a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluering.disclosure.rules import PERSON_UNITS
from evaluering.model import FREE_UNITS, Cell, CountTable, SafeTable

MISSING = float("nan")


@dataclass(frozen=True, slots=True)
class Fact:
    """What the house knows of a cell.

    Attributes:
        value: The count, nan where nobody knows it.
        persons: Distinct persons behind it, nan where not known.
        largest: Of the one with most, nan where not known.
        two_largest: Of the two with most, nan where not known.
    """

    value: float = MISSING
    persons: float = MISSING
    largest: float = MISSING
    two_largest: float = MISSING


@dataclass(frozen=True, slots=True)
class Family:
    """A cell and the cells that make it up.

    Attributes:
        parent: The whole.
        parts: Its parts, each person or event in one of them.
    """

    parent: Cell
    parts: tuple[Cell, ...]


def is_free(table: CountTable) -> bool:
    """Counts things that are not persons: never hidden, no part of the system."""
    return table.unit in FREE_UNITS


def rows_of(table: CountTable | SafeTable) -> list[Cell]:
    """The cell of each row, in the order of the frame."""
    columns = [table.frame[name].astype(str).tolist() for name in table.dimensions]
    order = sorted(range(len(columns)), key=lambda at: table.dimensions[at])
    rows = zip(*columns, strict=True) if columns else iter([()] * len(table.frame))
    return [
        Cell(
            table.unit,
            table.population,
            table.period,
            tuple((table.dimensions[at], row[at]) for at in order if row[at] != table.total),
        )
        for row in rows
    ]


def facts_of(table: CountTable) -> dict[Cell, Fact]:
    """What the table says of each of its cells."""
    counts = _numbers(table.frame, table.count)
    if table.unit in PERSON_UNITS:
        behind = first = two = counts
    else:
        behind = _numbers(table.frame, "personer")
        behind = np.where(np.isnan(behind) & (counts == 0), 0.0, behind)
        first = _numbers(table.frame, "stoerste")
        two = _numbers(table.frame, "to_stoerste")
    rows = zip(counts, behind, first, two, strict=True)
    return {
        cell: Fact(*(float(number) for number in row))
        for cell, row in zip(rows_of(table), rows, strict=True)
    }


def shown_of(table: SafeTable) -> dict[Cell, int | None]:
    """What a safe table shows of each of its cells; None where it is hidden."""
    counts = table.frame["antall"]
    return {
        cell: None if pd.isna(count) else int(count)
        for cell, count in zip(rows_of(table), counts, strict=True)
    }


def _numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    if column not in frame:
        return np.full(len(frame), MISSING)
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=MISSING)


def value_families(table: CountTable | SafeTable, name: str) -> list[tuple[str, list[str]]]:
    """The families among the values of one dimension: parent and parts, the total as last parent.

    A declared child without a row is a part all the same: what is missing is not zero.
    """
    seen = set(table.frame[name].astype(str))
    parent_of = {
        child: parent
        for child, parent in table.hierarchies.get(name, {}).items()
        if parent != table.total
    }
    values = seen - {table.total}
    declared = {
        child for child, parent in parent_of.items() if parent in _with_ancestors(values, parent_of)
    }
    values = _with_ancestors(values | declared, parent_of)
    parts: dict[str, list[str]] = {}
    for child, parent in sorted(parent_of.items()):
        if child in values:
            parts.setdefault(parent, []).append(child)
    families = sorted(parts.items())
    tops = sorted(value for value in values if value not in parent_of)
    if table.total in seen and tops:
        families.append((table.total, tops))
    return families


def _with_ancestors(values: set[str], parent_of: dict[str, str]) -> set[str]:
    known, waiting = set(values), list(values)
    while waiting:
        parent = parent_of.get(waiting.pop())
        if parent is not None and parent not in known:
            known.add(parent)
            waiting.append(parent)
    return known


def families_of(table: CountTable | SafeTable) -> Iterator[Family]:
    """Every family of a table: along each dimension, with the others fixed."""
    rows = set(rows_of(table))
    by_name = {name: value_families(table, name) for name in table.dimensions}
    for name, families in by_name.items():
        for parent, parts in families:
            members = dict.fromkeys(parts)
            fixed = {other for cell in rows if (other := _without(cell, name, members)) is not None}
            for rest in sorted(fixed):
                yield Family(
                    _with(rest, name, parent, table.total),
                    tuple(_with(rest, name, part, table.total) for part in parts),
                )


def _without(cell: Cell, name: str, values: Iterable[str]) -> Cell | None:
    """The cell with one dimension left out, when its value there is one of these."""
    value = dict(cell.at).get(name)
    if value is None or value not in values:
        return None
    return Cell(cell.unit, cell.population, cell.period, tuple(x for x in cell.at if x[0] != name))


def _with(cell: Cell, name: str, value: str, total: str) -> Cell:
    if value == total:
        return cell
    at = tuple(sorted((*cell.at, (name, value))))
    return Cell(cell.unit, cell.population, cell.period, at)
