"""The linear system any reader can set up from the shown tables: variables, relations, values.

Shares no code with the suppressor. A variable is a `Cell`, or a slack: what is left of a parent
when the parts named do not make up all of it. Every row says that a sum of variables with whole
coefficients is zero; every variable is a whole number, zero or more.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from evaluering.disclosure.audit_cross import common_leaves, cyclic_cores
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, PublishedCell, Relation, SafeTable

Slack = tuple[str, int]
Variable = Cell | Slack
Terms = tuple[tuple[Variable, int], ...]
Family = tuple[Cell, tuple[Cell, ...]]
Kind = tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]

# More cells than this in a finest common cross (three tables or more) cannot be controlled.
LARGEST_CROSS = 2_000
# The value of those in none of the parts of a family that is not complete.
UNNAMED = "\0"


@dataclass(frozen=True)
class System:
    """What a reader sees, as one system.

    Attributes:
        known: Value of every variable that is shown.
        hidden: Cells a table has a row for, without a number.
        rows: Sums that are zero.
        limits: Least and most (None: no bound) of cells hidden in earlier reports.
        rests: Slack of a difference between counts of one unit: the slack and what it is made of,
            so that the slack is itself a count (those in the parent and in none of the parts).
    """

    known: Mapping[Variable, int]
    hidden: frozenset[Cell]
    rows: tuple[Terms, ...]
    limits: Mapping[Variable, tuple[int, int | None]] = field(default_factory=lambda: {})
    rests: Mapping[Slack, Family] = field(default_factory=lambda: {})


def cell_of(table: SafeTable | CountTable, at: Mapping[str, str]) -> Cell:
    """The identity of a cell: totals are left out.

    Args:
        table: The table it stands in.
        at: Dimension → value, totals included.
    """
    kept = tuple(sorted((name, value) for name, value in at.items() if value != table.total))
    return Cell(table.unit, table.population, table.period, kept)


def cells_of(table: SafeTable | CountTable) -> list[Cell]:
    """The cells of a table, one a row, in the order of the frame."""
    columns = [table.frame[name].astype(str).tolist() for name in table.dimensions]
    rows = zip(*columns, strict=True) if columns else ((),) * len(table.frame)
    return [cell_of(table, dict(zip(table.dimensions, row, strict=True))) for row in rows]


def counts_of(column: pd.Series[float]) -> list[int | None]:
    """Whole numbers, None where there is none.

    Raises:
        EvalueringError: A number is not whole or is below zero.
    """
    found: list[int | None] = []
    for value in column.tolist():
        if pd.isna(value):
            found.append(None)
        elif int(value) != value or value < 0:
            raise EvalueringError("Et antall er ikke et helt tall.", where="kontroll")
        else:
            found.append(int(value))
    return found


def families_of(table: SafeTable | CountTable) -> Iterator[Family]:
    """Each parent with its parts: totals over the top values, and what the hierarchies say."""
    values = {name: set(table.frame[name].astype(str)) for name in table.dimensions}
    rows = [
        dict(zip(table.dimensions, row, strict=True))
        for row in table.frame[list(table.dimensions)].astype(str).itertuples(index=False)
    ]
    for name in table.dimensions:
        for parent, parts in _families_of_values(values[name], table, name):
            members = {parent, *parts}
            others = {
                tuple(item for item in row.items() if item[0] != name): None
                for row in rows
                if row[name] in members
            }
            for fixed in others:
                rest = dict(fixed)
                yield (
                    cell_of(table, {**rest, name: parent}),
                    tuple(cell_of(table, {**rest, name: part}) for part in parts),
                )


def _families_of_values(
    values: set[str], table: SafeTable | CountTable, name: str
) -> Iterator[tuple[str, list[str]]]:
    """Parent and parts among the values of one dimension, the total as the last parent."""
    parents = {
        child: parent
        for child, parent in table.hierarchies.get(name, {}).items()
        if parent != table.total
    }
    children: dict[str, list[str]] = {}
    for child, parent in sorted(parents.items()):
        children.setdefault(parent, []).append(child)
    known = values - {table.total}
    waiting = list(known)
    while waiting:  # A parent that has no row of its own is still a value.
        parent = parents.get(waiting.pop())
        if parent is not None and parent not in known:
            known.add(parent)
            waiting.append(parent)
    for parent, parts in sorted(children.items()):
        if known & set(parts):
            yield parent, parts
    tops = sorted(value for value in known if value not in parents)
    if table.total in values and tops:
        yield table.total, tops


def values_of(tables: Sequence[SafeTable]) -> tuple[dict[Variable, int], frozenset[Cell]]:
    """What the tables show, and the cells they hide.

    Raises:
        EvalueringError: Two tables show one cell with two values.
    """
    known: dict[Variable, int] = {}
    hidden: set[Cell] = set()
    for table in tables:
        counts = counts_of(table.frame["antall"])
        for cell, count in zip(cells_of(table), counts, strict=True):
            if count is None:
                hidden.add(cell)
            elif known.setdefault(cell, count) != count:
                raise EvalueringError(
                    "To tabeller viser den samme cellen med ulike tall.",
                    where=f"tabell «{table.name}»",
                    remedy="La begge tabellene komme fra de samme radene.",
                )
    return known, frozenset(hidden)


def read_system(
    tables: Sequence[SafeTable],
    published: Sequence[SafeTable | PublishedCell] = (),
    truth: Mapping[Cell, int] | None = None,
) -> System:
    """The system of the tables together, with what was published before.

    Args:
        tables: The safe tables of one run.
        published: Earlier safe tables and cells. A value that was shown counts as seen, unless
            this run shows (or, by `truth`, has) another number for the same cell: it was revised.
        truth: The counts themselves, used only to see which families are complete. Without them
            a family is complete unless a declared relation with the same cells says otherwise.

    Raises:
        EvalueringError: Two tables of one run show one cell with two values, or three or more
            tables together span more cells than can be controlled.
    """
    known, hidden = values_of(tables)
    earlier = [item for item in published if isinstance(item, SafeTable)]
    lines = [item for item in published if isinstance(item, PublishedCell)]
    limits: dict[Variable, tuple[int, int | None]] = {}
    revised: set[Cell] = set()
    for table in earlier:
        for cell, count in values_of([table])[0].items():
            if isinstance(cell, Cell):
                _recall(cell, count, known, revised, truth)
    for line in lines:
        if line.value is not None:
            _recall(line.cell, line.value, known, revised, truth)
    for line in lines:
        if line.value is None and line.cell not in known:
            _narrow(limits, line, truth)
    builder = _Builder(known, truth)
    everyone = [*tables, *_unrevised(earlier, revised)]
    builder.add_relations(relation for table in everyone for relation in table.relations)
    for table in everyone:
        builder.add_families(list(families_of(table)))
    builder.add_crosses(everyone)
    return System(known, hidden, tuple(builder.rows), limits, builder.rests)


def _recall(
    cell: Cell,
    value: int,
    known: dict[Variable, int],
    revised: set[Cell],
    truth: Mapping[Cell, int] | None,
) -> None:
    now = known.get(cell, truth.get(cell) if truth else None)
    if now is not None and now != value:
        revised.add(cell)
    else:
        known[cell] = value


def _narrow(
    limits: dict[Variable, tuple[int, int | None]],
    line: PublishedCell,
    truth: Mapping[Cell, int] | None,
) -> None:
    """The bounds an earlier report left, unless the number has since moved outside them."""
    low, high = line.lower or 0, line.upper
    now = truth.get(line.cell) if truth else None
    if now is not None and (now < low or (high is not None and now > high)):
        return
    before, after = limits.get(line.cell, (0, None))
    ends = [end for end in (after, high) if end is not None]
    limits[line.cell] = (max(before, low), min(ends) if ends else None)


def _unrevised(tables: Sequence[SafeTable], revised: set[Cell]) -> list[SafeTable]:
    """Earlier tables whose sums still hold together with the numbers of today."""
    return [table for table in tables if not revised & set(cells_of(table))]


class _Builder:
    """Collects the rows of a system, each once, with a slack where it is needed."""

    def __init__(self, known: Mapping[Variable, int], truth: Mapping[Cell, int] | None) -> None:
        self.known = known
        self.truth = truth
        self.rows: list[Terms] = []
        self.rests: dict[Slack, Family] = {}
        self._seen: set[frozenset[tuple[Variable, int]]] = set()
        self._overlapping: set[str] = set()
        self._incomplete: set[str] = set()
        self._declared: set[frozenset[tuple[Variable, int]]] = set()

    def add_relations(self, relations: Iterable[Relation]) -> None:
        for relation in relations:
            summed: dict[Cell, int] = {}
            for coefficient, cell in relation.terms:
                summed[cell] = summed.get(cell, 0) + coefficient
            terms = {cell: number for cell, number in summed.items() if number}
            if relation.kind == "=":
                self._add(terms)
            else:
                self._declared.add(frozenset(terms.items()))
                self._add_at_most(terms)

    def add_families(self, families: Sequence[Family]) -> None:
        """All families of one table. A definition holds in every row of it, or in none."""
        loose: dict[Kind, int] = {}
        for parent, parts in families:
            left = self._left_over(parent, parts)
            if left:
                kind = _kind(parent, parts)
                loose[kind] = max(loose.get(kind, -1), -1 if left > 0 else 1)
        for parent, parts in families:
            self._add_family(parent, parts, loose.get(_kind(parent, parts), 0))

    def _left_over(self, parent: Cell, parts: tuple[Cell, ...]) -> int | None:
        """Parent less parts, by what is declared, else by the numbers; None when not known."""
        at_most = dict.fromkeys(parts, 1) | {parent: -1}
        if self._is_declared(at_most):
            return 1
        if self._is_declared({cell: -number for cell, number in at_most.items()}):
            return -1
        residual = self._residual(at_most)
        return None if residual is None else -residual

    def _add_family(self, parent: Cell, parts: tuple[Cell, ...], overlap: int) -> None:
        at_most: dict[Cell, int] = dict.fromkeys(parts, 1) | {parent: -1}
        if overlap > 0:
            self._overlapping |= _split_by(parent, parts)
            self._add_at_most({cell: -number for cell, number in at_most.items()})
            for part in parts:  # The parts overlap: each is still within the parent.
                self._add_at_most({part: 1, parent: -1})
        elif overlap < 0:
            self._incomplete |= _split_by(parent, parts)
            self._add_at_most(at_most)
        else:
            self._add(at_most)

    def _is_declared(self, terms: Mapping[Cell, int]) -> bool:
        return frozenset(terms.items()) in self._declared

    def _residual(self, terms: Mapping[Cell, int]) -> int | None:
        """The sum by the counts themselves, else by what is shown; None when it is not known."""
        total = 0
        for cell, number in terms.items():
            value = self.truth.get(cell) if self.truth else self.known.get(cell)
            if value is None:
                return None
            total += number * value
        return total

    def _add_at_most(self, terms: Mapping[Cell, int]) -> None:
        if frozenset(terms.items()) in self._seen:
            return
        self._seen.add(frozenset(terms.items()))
        slack: Slack = ("rest", len(self.rows))
        self.rows.append((*terms.items(), (slack, 1)))
        parents = [cell for cell, number in terms.items() if number == -1]
        parts = tuple(cell for cell, number in terms.items() if number == 1)
        one_unit = len({cell.unit for cell in terms}) == 1
        if len(parents) == 1 and len(parts) == len(terms) - 1 and one_unit:
            self.rests[slack] = (parents[0], parts)

    def _add(self, terms: Mapping[Cell, int]) -> None:
        key = frozenset[tuple[Variable, int]](terms.items())
        if key not in self._seen:
            self._seen.add(key)
            self.rows.append(tuple(terms.items()))

    def add_crosses(self, tables: Sequence[SafeTable]) -> None:
        """The finest common cross of tables that say more together than in pairs."""
        groups: dict[tuple[str, str, str], list[SafeTable]] = {}
        for table in tables:
            groups.setdefault((table.unit, table.population, table.period), []).append(table)
        for group in groups.values():
            for core in cyclic_cores({frozenset(table.dimensions) for table in group}):
                self._add_cross([t for t in group if frozenset(t.dimensions) in core])

    def _add_cross(self, tables: Sequence[SafeTable]) -> None:
        if all(cell in self.known for table in tables for cell in cells_of(table)):
            return
        leaves = common_leaves(tables)
        if leaves is None or set(leaves) & self._overlapping:
            return
        finest = {
            name: [*values, UNNAMED] if name in self._incomplete else values
            for name, values in leaves.items()
        }
        if math.prod(len(values) for values in finest.values()) > LARGEST_CROSS:
            raise EvalueringError(
                "Tre eller flere tabeller deler de samme inndelingene, og har for mange celler "
                "sammen til å kontrolleres.",
                where="tabellene " + ", ".join(f"«{table.name}»" for table in tables),
                remedy="Slå sammen grupper i en av dem, eller ta en av dem ut.",
            )
        for table in tables:
            others = [name for name in sorted(finest) if name not in table.dimensions]
            for values in itertools.product(*(leaves[name] for name in table.dimensions)):
                at = dict(zip(table.dimensions, values, strict=True))
                parts = (
                    cell_of(table, at | dict(zip(others, rest, strict=True)))
                    for rest in itertools.product(*(finest[name] for name in others))
                )
                self._add({cell_of(table, at): -1} | dict.fromkeys(parts, 1))


def _kind(parent: Cell, parts: tuple[Cell, ...]) -> Kind:
    """What a family is of, whatever the other dimensions are."""
    above = frozenset(parent.at)
    values = frozenset(pair for part in parts for pair in part.at if pair not in above)
    names = {name for name, _ in values}
    return values, frozenset(pair for pair in parent.at if pair[0] in names)


def _split_by(parent: Cell, parts: tuple[Cell, ...]) -> set[str]:
    """The dimension a family is over."""
    return {name for name, _ in _kind(parent, parts)[0]}
