"""Are the count tables fit to be protected? Every refusal names table and place, never a count."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from evaluering.disclosure.cells import Fact, facts_of, families_of, is_free, rows_of
from evaluering.disclosure.rules import PERSON_UNITS
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, Relation

PERSON_COLUMNS = ("personer", "stoerste", "to_stoerste")


def check_tables(tables: Sequence[CountTable]) -> None:
    """Refuses tables that are wrong in themselves or contradict each other.

    Raises:
        EvalueringError: Doubled names, unknown dimension, doubled row, a count that is negative
            or not whole, persons behind the cells not given, a total that is missing or does not
            add up, a declared relation that does not hold, one cell with two values.
    """
    names = [table.name for table in tables]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise EvalueringError(
            "To tabeller har samme navn.", where=_table(name), remedy="Gi hver tabell sitt navn."
        )
    for table in tables:
        _check_shape(table)
        _check_numbers(table)
        _check_totals(table)
    _check_agreement(tables)
    _check_relations(tables)


def _table(name: str) -> str:
    return f"tabell «{name}»"


def place(table: CountTable, cell: Cell) -> str:
    """Table and row, in words a reader of the table can find."""
    at = dict(cell.at)
    row = ", ".join(f"{name}={at.get(name, table.total)}" for name in table.dimensions)
    return f"{_table(table.name)}, {row}" if row else _table(table.name)


def _check_shape(table: CountTable) -> None:
    where = _table(table.name)
    for name in table.dimensions:
        if name not in table.frame:
            raise EvalueringError(
                f"Tabellen mangler inndelingen «{name}».",
                where=where,
                remedy="Ta med kolonnen, eller ta den ut av listen over inndelinger.",
            )
    for name in itertools.chain(table.hierarchies, table.coarser):
        if name not in table.dimensions:
            raise EvalueringError(
                f"«{name}» er ikke en inndeling i tabellen.",
                where=where,
                remedy="Bruk bare navn som står i listen over inndelinger.",
            )
    if table.count not in table.frame:
        raise EvalueringError(
            f"Tabellen mangler kolonnen «{table.count}».",
            where=where,
            remedy="Ta med kolonnen med antall.",
        )
    if table.unit not in PERSON_UNITS and not is_free(table) and "personer" not in table.frame:
        raise EvalueringError(
            f"Tabellen teller «{table.unit}» og sier ikke hvor mange personer som står bak.",
            where=where,
            remedy="Ta med kolonnen «personer» med antall ulike personer bak hver rad.",
        )
    for name in table.dimensions:
        if table.frame[name].isna().any():
            raise EvalueringError(
                f"En rad mangler verdi for «{name}».",
                where=where,
                remedy=f"Fyll ut verdien, eller skriv «{table.total}» for alle.",
            )
        _check_hierarchy(table, name)
    seen: set[Cell] = set()
    for cell in rows_of(table):
        if cell in seen:
            raise EvalueringError(
                "Den samme raden står to ganger.",
                where=place(table, cell),
                remedy="La hver rad stå én gang.",
            )
        seen.add(cell)


def _check_hierarchy(table: CountTable, name: str) -> None:
    parent_of = table.hierarchies.get(name, {})
    for child in parent_of:
        trail = [child]
        while (parent := parent_of.get(trail[-1])) is not None:
            if parent in trail or trail[-1] == table.total:
                raise EvalueringError(
                    f"Inndelingen «{name}» går i ring ved «{child}».",
                    where=_table(table.name),
                    remedy="La hver gruppe høre til én større gruppe.",
                )
            trail.append(parent)


def _check_numbers(table: CountTable) -> None:
    rows = rows_of(table)
    columns = [name for name in (table.count, *PERSON_COLUMNS) if name in table.frame]
    for name in columns:
        series = table.frame[name]
        numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        unreadable = series.notna().to_numpy() & np.isnan(numbers)
        with np.errstate(invalid="ignore"):
            bad = unreadable | (numbers < 0) | (numbers != np.floor(numbers))
        bad &= ~np.isnan(numbers) | unreadable
        bad |= np.isinf(numbers)
        if bad.any():
            raise EvalueringError(
                f"«{name}» må være hele tall fra 0 og oppover.",
                where=place(table, rows[int(np.flatnonzero(bad)[0])]),
                remedy="Rett tallet i grunnlaget. Ikke avrund og ikke vekt antall.",
            )
    if table.unit in PERSON_UNITS or is_free(table):
        return
    for cell, fact in facts_of(table).items():
        wrong = (
            (fact.value > 0 and fact.persons == 0)
            or (fact.value == 0 and fact.persons > 0)
            or fact.largest > fact.value
            or fact.two_largest > fact.value
            or fact.largest > fact.two_largest
        )
        if wrong:
            raise EvalueringError(
                "Antall og personene bak stemmer ikke med hverandre.",
                where=place(table, cell),
                remedy="Rett kolonnene «personer», «stoerste» og «to_stoerste».",
            )


def _check_totals(table: CountTable) -> None:
    facts = facts_of(table)
    declared = {_signature(relation) for relation in table.relations}
    for cell in table.structural:
        if cell in facts and facts[cell].value > 0:
            raise EvalueringError(
                "En rad som ikke kan forekomme, har et antall.",
                where=place(table, cell),
                remedy="Rett antallet, eller ta raden ut av listen over umulige rader.",
            )
    for family in families_of(table):
        if family.parent not in facts:
            raise EvalueringError(
                "Raden med summen mangler.",
                where=place(table, family.parent),
                remedy="Ta med alle summer. En sum kan ikke regnes ut etterpå uten å røpe noe.",
            )
        if _at_most(family.parent, family.parts) & declared:
            continue
        values = [facts[part].value for part in family.parts if part in facts]
        whole, known = facts[family.parent].value, [v for v in values if not np.isnan(v)]
        is_complete = len(known) == len(family.parts)
        if sum(known) > whole or (is_complete and sum(known) < whole):
            raise EvalueringError(
                "Delene stemmer ikke med summen.",
                where=place(table, family.parent),
                remedy="Tell delene og summen fra de samme radene. Mangler en gruppe, "
                "ta den med som egen rad uten antall.",
            )


def _signature(relation: Relation) -> frozenset[tuple[int, Cell]]:
    return frozenset(relation.terms) if relation.kind == "<=" else frozenset()


def _at_most(parent: Cell, parts: Sequence[Cell]) -> set[frozenset[tuple[int, Cell]]]:
    """Both ways the parts can be declared not to make up the parent."""
    within = frozenset([*((1, part) for part in parts), (-1, parent)])
    return {within, frozenset((-number, cell) for number, cell in within)}


def _check_agreement(tables: Sequence[CountTable]) -> None:
    seen: dict[Cell, tuple[CountTable, Fact]] = {}
    for table in tables:
        if is_free(table):
            continue
        for cell, fact in facts_of(table).items():
            first, other = seen.setdefault(cell, (table, fact))
            if other.value != fact.value and not np.isnan(other.value + fact.value):
                raise EvalueringError(
                    f"Det samme tallet er ulikt i «{first.name}» og «{table.name}».",
                    where=place(table, cell),
                    remedy="La begge tabellene komme fra de samme radene.",
                )
            if np.isnan(other.value):
                seen[cell] = (table, fact)


def _check_relations(tables: Sequence[CountTable]) -> None:
    facts: dict[Cell, float] = {}
    for table in tables:
        facts |= {c: f.value for c, f in facts_of(table).items() if not np.isnan(f.value)}
    for table in tables:
        for relation in table.relations:
            if not holds(relation, facts):
                raise EvalueringError(
                    "En sammenheng som følger av definisjonene, stemmer ikke med tallene.",
                    where=place(table, relation.terms[0][1]),
                    remedy="Rett tallene i grunnlaget. Er sammenhengen ikke alltid sann, "
                    "skal den ikke være erklært.",
                )


def holds(relation: Relation, values: Mapping[Cell, float]) -> bool:
    """The relation is true of the values, or one of them is not known."""
    if any(cell not in values for _, cell in relation.terms):
        return True
    total = sum(number * values[cell] for number, cell in relation.terms)
    return total == 0 if relation.kind == "=" else total <= 0
