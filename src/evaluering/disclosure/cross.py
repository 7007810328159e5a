"""The finest common cross of tables that say more together than in pairs.

Two tables that share a margin always have a common cross, and so has every set of tables that can
be taken apart one by one. What cannot be taken apart binds its cells through the cross only
(A×B, A×C and B×C): its cells become unpublished cells of the system.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluering.disclosure.cells import Family, rows_of
from evaluering.model import Cell, CountTable, SafeTable

LARGEST_CROSS = 2_000
Table = CountTable | SafeTable


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A cross of more cells than can be protected, and the tables that span it."""

    tables: tuple[str, ...]


def crosses(tables: Sequence[Table]) -> tuple[list[Family], list[TooLarge]]:
    """Families of unpublished cells, one for each cell of a table that lies in a cross.

    Args:
        tables: All tables of the system, earlier ones too.
    """
    groups: dict[tuple[str, str, str], list[Table]] = {}
    for table in tables:
        groups.setdefault((table.unit, table.population, table.period), []).append(table)
    families: list[Family] = []
    refused: list[TooLarge] = []
    for _, group in sorted(groups.items()):
        for names in cyclic_parts([frozenset(table.dimensions) for table in group]):
            found = _cross(group, names)
            if isinstance(found, TooLarge):
                refused.append(found)
            else:
                families.extend(found)
    return families, refused


def cyclic_parts(edges: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The sets of dimensions that cannot be taken apart (Graham's reduction of a hypergraph).

    Args:
        edges: The dimensions of each table.
    """
    left = [set(edge) for edge in sorted(set(edges), key=sorted)]
    while True:
        before = [set(edge) for edge in left]
        for edge in left:
            edge -= {name for name in edge if sum(name in other for other in left) == 1}
        kept: list[set[str]] = []
        for at, edge in enumerate(left):
            later_or_larger = [*kept, *left[at + 1 :]]
            if edge and not any(edge <= other for other in later_or_larger):
                kept.append(edge)
        left = kept
        if left == before:
            break
    parts: list[frozenset[str]] = []
    while left:
        joined = left.pop(0)
        while near := [edge for edge in left if edge & joined]:
            left = [edge for edge in left if not edge & joined]
            joined = joined.union(*near)
        parts.append(frozenset(joined))
    return parts


def _cross(group: Sequence[Table], names: frozenset[str]) -> list[Family] | TooLarge:
    order = sorted(names)
    within = [table for table in group if len(names & set(table.dimensions)) > 1]
    leaves_of = {name: _leaves(within, name) for name in order}
    lists = [sorted({leaf for part in leaves_of[name].values() for leaf in part}) for name in order]
    if math.prod(len(values) for values in lists) > LARGEST_CROSS * _slices(within, order, lists):
        return TooLarge(tuple(sorted(table.name for table in within)))
    found: dict[Cell, Family] = {}
    for table in within:
        for cell in rows_of(table):
            at = dict(cell.at)
            if len(at) < 1 or not set(at) <= names or cell in found:
                continue
            choices = [
                leaves_of[name].get(at[name], (at[name],)) if name in at else lists[number]
                for number, name in enumerate(order)
            ]
            if len(at) == len(order):
                continue
            parts = tuple(
                Cell(cell.unit, cell.population, cell.period, tuple(zip(order, x, strict=True)))
                for x in itertools.product(*choices)
            )
            found[cell] = Family(cell, parts)
    return list(found.values())


def _slices(tables: Sequence[Table], order: Sequence[str], lists: Sequence[list[str]]) -> int:
    """Years and the like: in every table and without a total, so each is a cross by itself."""
    return math.prod(
        len(values)
        for name, values in zip(order, lists, strict=True)
        if all(
            name in table.dimensions and not (table.frame[name].astype(str) == table.total).any()
            for table in tables
        )
    )


def _leaves(tables: Sequence[Table], name: str) -> dict[str, tuple[str, ...]]:
    """Value → the finest values it is made of, over all the tables."""
    parent_of: dict[str, str] = {}
    values: set[str] = set()
    for table in tables:
        if name not in table.dimensions:
            continue
        values |= set(table.frame[name].astype(str)) - {table.total}
        parent_of |= {
            child: parent
            for child, parent in table.hierarchies.get(name, {}).items()
            if parent != table.total
        }
    children: dict[str, list[str]] = {}
    for child, parent in sorted(parent_of.items()):
        children.setdefault(parent, []).append(child)

    def finest(value: str) -> tuple[str, ...]:
        if value not in children:
            return (value,)
        return tuple(leaf for child in children[value] for leaf in finest(child))

    return {value: finest(value) for value in sorted(values)}
