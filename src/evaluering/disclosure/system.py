"""The one linear system that all count tables of a run form with what was published before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluering.disclosure.cells import Fact, Family, facts_of, families_of, is_free, rows_of
from evaluering.disclosure.cross import TooLarge, crosses
from evaluering.disclosure.earlier import Shelf
from evaluering.disclosure.programs import Booleans, Floats, Matrix, lowest
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, Relation, SafeTable

HALF = 0.5
REST = "rest"  # the unit of what is left over in a relation that is no equality
Terms = tuple[tuple[int, Cell], ...]


@dataclass(frozen=True, slots=True)
class System:
    """Variables, their true values where known, and the sums that bind them.

    Attributes:
        cells: Every cell, sorted.
        variable: Cell → position of its variable; cells that must be equal share one.
        facts: What is known of each variable, a cell's own facts joined.
        values: True values, or values that fit all known ones (variables,).
        is_known: The value is a count, not one that fits (variables,).
        matrix: Relations (relations, variables), right-hand side zero.
        groups: Families as positions: parent, parts.
        listed: Positions of cells that a table or an earlier report has a row for.
        bounds: Least and most a reader of earlier reports can think (variables, 2).
    """

    cells: tuple[Cell, ...]
    variable: Mapping[Cell, int]
    facts: Mapping[int, Fact]
    values: Floats
    is_known: Booleans
    matrix: Matrix
    groups: tuple[tuple[int, tuple[int, ...]], ...]
    bounds: Floats
    listed: frozenset[int] = frozenset()
    too_large: tuple[TooLarge, ...] = ()

    @property
    def size(self) -> int:
        """Number of variables."""
        return len(self.values)

    def names(self) -> list[Cell]:
        """One cell for each variable: the first of those that share it."""
        first: dict[int, Cell] = {}
        for cell in self.cells:
            first.setdefault(self.variable[cell], cell)
        return [first[at] for at in range(self.size)]


def build_system(tables: Sequence[CountTable], shelf: Shelf) -> System:
    """The system of the tables with what was published before.

    Args:
        tables: Checked count tables.
        shelf: Earlier publications.

    Raises:
        EvalueringError: No counts at all fit the tables together.
    """
    counted = [table for table in tables if not is_free(table)]
    facts = _joined_facts(counted)
    for cell, values in shelf.shown.items():
        if np.isnan(facts.get(cell, Fact()).value):
            facts[cell] = Fact(float(values[-1]))
    revised = {
        cell
        for cell, values in shelf.shown.items()
        if facts[cell].value not in values and not np.isnan(facts[cell].value)
    }
    old = [table for table in shelf.tables if not revised & set(rows_of(table))]
    everything: list[CountTable | SafeTable] = [*counted, *old]
    relations = [relation for table in everything for relation in table.relations]
    families, too_large = crosses(everything)
    families = [*(f for table in everything for f in families_of(table)), *families]
    at_most = {frozenset(r.terms) for r in relations if r.kind == "<="}
    rows: dict[Terms, None] = {}
    groups: dict[Family, None] = {}
    for family in families:
        row = tuple(sorted([*((1, part) for part in family.parts), (-1, family.parent)]))
        opposite = frozenset((-number, cell) for number, cell in row)
        if opposite in at_most:  # they overlap: each is still within the whole
            relations += [_within(part, family.parent) for part in family.parts]
        elif frozenset(row) not in at_most:
            rows[row] = None
            groups[family] = None
    inside = {(part, family.parent) for family in groups for part in family.parts}
    for relation in relations:
        _add_relation(relation, inside, facts, rows)
    cells = sorted({cell for row in rows for _, cell in row} | set(facts) | set(shelf.hidden))
    return _assemble(cells, facts, (rows, groups), shelf, too_large)


def _within(part: Cell, whole: Cell) -> Relation:
    return Relation(((1, part), (-1, whole)), "<=")


def _joined_facts(tables: Iterable[CountTable]) -> dict[Cell, Fact]:
    """One fact a cell; where two tables differ on who is behind it, the stricter."""
    joined: dict[Cell, Fact] = {}
    for table in tables:
        for cell, fact in facts_of(table).items():
            joined[cell] = _stricter(joined[cell], fact) if cell in joined else fact
        for cell in table.structural:
            joined[cell] = Fact(0.0, 0.0, 0.0, 0.0)
    return joined


def _stricter(one: Fact, other: Fact) -> Fact:
    return Fact(
        value=one.value if np.isnan(other.value) else other.value,
        persons=float(np.fmin(one.persons, other.persons)),
        largest=float(np.fmax(one.largest, other.largest)),
        two_largest=float(np.fmax(one.two_largest, other.two_largest)),
    )


def _add_relation(
    relation: Relation,
    inside: set[tuple[Cell, Cell]],
    facts: dict[Cell, Fact],
    rows: dict[Terms, None],
) -> None:
    summed: dict[Cell, int] = {}
    for number, cell in relation.terms:
        summed[cell] = summed.get(cell, 0) + number
    terms = tuple(sorted((number, cell) for cell, number in summed.items() if number))
    if not terms:
        return
    if relation.kind == "=":
        rows[terms] = None
        return
    wholes = [cell for number, cell in terms if number == -1]
    parts = [cell for number, cell in terms if number == 1]
    if len(wholes) == len(parts) == 1 == len(terms) - 1 and (parts[0], wholes[0]) in inside:
        return  # said already by the parts and their sum
    is_count = (
        len(wholes) == 1
        and len(parts) == len(terms) - 1
        and len({cell.unit for _, cell in terms}) == 1
    )
    # A rest between counts of one unit is itself a count: those in the whole and in none of the
    # parts. Another rest is only a number.
    label = " + ".join(f"{number}·{name_of(cell)}" for number, cell in terms)
    rest = Cell(wholes[0].unit if is_count else REST, label, REST, ())
    facts.setdefault(rest, _rest_fact(wholes, parts, facts) if is_count else Fact())
    rows[(*terms, (1, rest))] = None


def _rest_fact(wholes: list[Cell], parts: list[Cell], facts: Mapping[Cell, Fact]) -> Fact:
    """Count and persons of the rest; of the persons, the fewest there can be."""
    known = [facts.get(cell, Fact()) for cell in (*wholes, *parts)]
    value = known[0].value - sum(fact.value for fact in known[1:])
    persons = known[0].persons - sum(fact.persons for fact in known[1:])
    return Fact(value, float(np.clip(persons, 0 if value == 0 else 1, None)))


def name_of(cell: Cell) -> str:
    """A cell in one line."""
    at = ", ".join(f"{name}={value}" for name, value in cell.at) or "alle"
    return f"{cell.unit}|{cell.population}|{cell.period}|{at}"


def _assemble(
    cells: Sequence[Cell],
    facts: Mapping[Cell, Fact],
    bound: tuple[Mapping[Terms, None], Mapping[Family, None]],
    shelf: Shelf,
    too_large: Sequence[TooLarge],
) -> System:
    rows, groups = bound
    variable = _variables(cells, rows)
    size = max(variable.values(), default=-1) + 1
    joined: dict[int, Fact] = {}
    for cell in cells:
        at, fact = variable[cell], facts.get(cell, Fact())
        joined[at] = _stricter(joined[at], fact) if at in joined else fact
    values = np.array([joined[at].value for at in range(size)])
    is_known = ~np.isnan(values)
    matrix = _matrix(rows, variable, size)
    bounds = np.column_stack([np.zeros(size), np.full(size, np.inf)])
    for cell, interval in shelf.hidden.items():
        at = variable[cell]
        upper = np.inf if interval.upper is None else interval.upper
        if is_known[at] and not interval.lower <= values[at] <= upper:
            continue  # it has moved since: the old interval says nothing of the new number
        bounds[at] = max(bounds[at, 0], interval.lower), min(bounds[at, 1], upper)
    values = _filled(matrix, values, bounds)
    rests = {cell for row in rows for _, cell in row if cell.period == REST}
    listed = frozenset(variable[cell] for cell in {*facts, *shelf.hidden} - rests)
    pairs = {(variable[f.parent], tuple(variable[part] for part in f.parts)): None for f in groups}
    return System(
        tuple(cells),
        variable,
        joined,
        values,
        is_known,
        matrix,
        tuple(pairs),
        bounds,
        listed,
        tuple(too_large),
    )


def _variables(cells: Sequence[Cell], rows: Mapping[Terms, None]) -> dict[Cell, int]:
    """Cells that a relation says are equal are one variable; numbered in the order of the cells."""
    leader = {cell: cell for cell in cells}

    def lead(cell: Cell) -> Cell:
        while leader[cell] != cell:
            cell = leader[cell]
        return cell

    for row in rows:
        if len(row) == 2 and sorted(number for number, _ in row) == [-1, 1]:  # noqa: PLR2004 - a pair
            one, other = sorted(lead(cell) for _, cell in row)
            leader[other] = one
    numbers: dict[Cell, int] = {}
    return {cell: numbers.setdefault(lead(cell), len(numbers)) for cell in cells}


def _matrix(rows: Mapping[Terms, None], variable: Mapping[Cell, int], size: int) -> Matrix:
    unique: dict[tuple[tuple[int, int], ...], None] = {}
    for row in rows:
        summed: dict[int, int] = {}
        for number, cell in row:
            at = variable[cell]
            summed[at] = summed.get(at, 0) + number
        terms = tuple(sorted((at, number) for at, number in summed.items() if number))
        opposite = tuple((at, -number) for at, number in terms)
        if terms and opposite not in unique:
            unique[terms] = None
    ordered = sorted(unique)
    entries = ((k, at, float(number)) for k, row in enumerate(ordered) for at, number in row)
    return Matrix.of(entries, len(ordered), size)


def _filled(matrix: Matrix, values: Floats, bounds: Floats) -> Floats:
    """The values, with fitting ones where nobody knows them."""
    unknown = np.flatnonzero(np.isnan(values))
    known = np.where(np.isnan(values), 0.0, values)
    right = -matrix.times(known)
    part, used = matrix.at_columns(unknown)
    settled = np.delete(right, used)
    answer = (
        lowest(
            np.zeros(unknown.size),
            bounds[unknown, 0],
            bounds[unknown, 1],
            equal=part,
            right=right[used],
        )
        if unknown.size
        else None
    )
    is_fit = bool(np.all(np.abs(settled) < HALF)) and (answer is not None or not unknown.size)
    filled = known.copy()
    if answer is not None:
        filled[unknown] = np.round(answer.point, 9)
    if not is_fit:
        raise EvalueringError(
            "Tabellene kan ikke alle stemme samtidig.",
            where="skjerming",
            remedy="La alle tabeller telle de samme personene med den samme inndelingen, og "
            "erklær hvilke grupper som inngår i hverandre.",
        )
    return filled
