"""The control that attacks what the suppressor made. Shares no code with it.

`attack` works from what any reader sees; `check` is the gate before anything is shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evaluering.disclosure.audit_demands import (
    LEAST_THRESHOLD,
    Fact,
    facts_of,
    primaries_of,
    thresholds_of,
)
from evaluering.disclosure.audit_gate import Weakness, unit_weaknesses, weaknesses_of
from evaluering.disclosure.audit_solve import Component, components_of
from evaluering.disclosure.audit_system import System, Variable, cells_of, read_system
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, PublishedCell, SafeTable

Interval = tuple[int, int | None, bool]
WRONG = frozenset({"feil_tall", "ukjent_celle"})
READER, SHELF, ALONE = "leser", "hylle", "alene_i_cellen"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What the gate did, internal: every number here is a hint about what is hidden.

    Attributes:
        attackers: Who tried.
        rule_sets: Of the tables.
        threshold: Persons a shown cell must have.
        cells: Cells in the tables.
        hidden: Those without a number.
        primaries: Cells a rule forbids to know.
        reaches: Values that had to stay possible.
        components: Parts of the system that nothing binds together.
        key_known: The key behind the pattern is public: only for invented or published figures.
        digest: SHA-256 of everything the tables show.
    """

    attackers: tuple[str, ...]
    rule_sets: tuple[str, ...]
    threshold: int
    cells: int
    hidden: int
    primaries: int
    reaches: int
    components: int
    key_known: bool
    digest: str


def attack(
    safe_tables: Sequence[SafeTable], published: Sequence[SafeTable | PublishedCell] = ()
) -> pd.DataFrame:
    """What a reader can compute about each hidden cell, from what is shown alone.

    Args:
        safe_tables: All tables of a run: they are one system.
        published: What the reader may have kept from earlier reports and other publishers.

    Returns:
        One row a hidden cell of a table, in the order of the tables: `tabell`, the dimensions
        (empty where the table has not the dimension), `lower` and `upper` in whole numbers
        (`upper` missing: no bound), `exact` (the cell can be computed).

    Raises:
        EvalueringError: The tables contradict each other, or span too many cells together.
    """
    system = read_system(safe_tables, published)
    found: dict[Variable, Interval] = {}
    for cell in system.hidden:
        if cell in system.known:
            found[cell] = (system.known[cell], system.known[cell], True)
    for component in components_of(system):
        found |= _intervals(component, system.hidden)
    return _frame(safe_tables, found)


def _intervals(component: Component, wanted: frozenset[Cell]) -> dict[Variable, Interval]:
    found: dict[Variable, Interval] = {}
    for at, variable in enumerate(component.variables):
        if variable in wanted:
            low, high = component.interval(at)
            found[variable] = (low, high, at in component.fixed or low == high)
    return found


def _frame(tables: Sequence[SafeTable], found: dict[Variable, Interval]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for table in tables for name in table.dimensions))
    columns: dict[str, list[object]] = {
        name: [] for name in ("tabell", *names, "lower", "upper", "exact")
    }
    for table in tables:
        missing = table.frame["antall"].isna().tolist()
        for number, cell in enumerate(cells_of(table)):
            if not missing[number]:
                continue
            columns["tabell"].append(table.name)
            for name in names:
                has = name in table.dimensions
                columns[name].append(str(table.frame[name].iloc[number]) if has else "")
            for name, value in zip(("lower", "upper", "exact"), found[cell], strict=True):
                columns[name].append(value)
    frame = pd.DataFrame(columns)
    kinds = {"tabell": "str", "lower": "Int64", "upper": "Int64", "exact": "bool"}
    return frame.astype({name: kinds.get(name, "str") for name in columns})


def check(
    safe_tables: Sequence[SafeTable],
    truth: Sequence[CountTable],
    *,
    published: Sequence[SafeTable | PublishedCell] = (),
    key_known: bool = False,
) -> AuditReport:
    """The gate: passes only when every attacker fails.

    Args:
        safe_tables: All tables that are to be shown.
        truth: All counts of the run, those of withheld tables too.
        published: Earlier safe tables and cells, and what other publishers have shown.
        key_known: The key behind the pattern is public (the invented example).

    Returns:
        What was tried and counted. Internal.

    Raises:
        EvalueringError: A hidden cell can be computed, a cell no reader may know is too narrowly
            known, or a rule is broken; no value is repeated. Or the counts contradict each other.
    """
    found, counted = weaknesses(safe_tables, truth, published=published)
    if any(table.threshold < LEAST_THRESHOLD for table in safe_tables) or found:
        raise EvalueringError(
            "Kontrollen fant tall som kan regnes ut. Ingen rapport er laget.",
            where="kontroll av skjerming",
            remedy="Send feilmeldingen til den som drifter løsningen.",
        )
    attackers = (READER, *((SHELF,) if published else ()), ALONE)
    return AuditReport(
        attackers=attackers,
        rule_sets=tuple(sorted({table.rule_set for table in safe_tables})),
        threshold=max([LEAST_THRESHOLD, *(table.threshold for table in safe_tables)]),
        key_known=key_known,
        digest=digest_of(safe_tables),
        **counted,
    )


def weaknesses(
    safe_tables: Sequence[SafeTable],
    truth: Sequence[CountTable],
    *,
    published: Sequence[SafeTable | PublishedCell] = (),
    least: int = LEAST_THRESHOLD,
) -> tuple[tuple[Weakness, ...], dict[str, int]]:
    """Everything an attacker gets that must not be had. Internal: names the cells.

    Args:
        safe_tables: All tables that are to be shown.
        truth: All counts of the run.
        published: Earlier safe tables and cells.
        least: Persons a shown cell must have, whatever the tables say (reference cases use less).

    Returns:
        The weaknesses, and counts: cells, hidden, primaries, reaches, components.

    Raises:
        EvalueringError: The counts contradict each other or the declared relations.
    """
    facts = facts_of(truth)
    threshold = thresholds_of(safe_tables, published, least)
    found = list(unit_weaknesses(safe_tables, facts, published, threshold))
    if any(weakness.kind in WRONG for weakness in found):
        return tuple(found), {}  # What is shown is not the counts: there is no system to attack.
    counts = {cell: fact.count for cell, fact in facts.items()}
    system = read_system(safe_tables, published, counts)
    primaries = primaries_of(truth, facts, system.known, threshold, system.rests)
    components = components_of(system)
    _expect_truth(system, facts)
    found += weaknesses_of(
        system,
        components,
        facts=facts,
        primaries=primaries,
        tables=safe_tables,
        published=published,
        threshold=threshold,
    )
    cells = {cell for table in safe_tables for cell in cells_of(table)}
    counted = {
        "cells": len(cells),
        "hidden": len(system.hidden),
        "primaries": len({primary.variable for primary in primaries}),
        "reaches": sum(len(primary.reaches) for primary in primaries),
        "components": len(components),
    }
    return tuple(found), counted


def _expect_truth(system: System, facts: Mapping[Cell, Fact]) -> None:
    """The relations must hold for the counts themselves, or the attackers attack a fiction."""
    for terms in system.rows:
        cells = [(facts.get(v), value) for v, value in terms if isinstance(v, Cell)]
        if any(fact is None for fact, _ in cells):
            continue
        total = sum(value * fact.count for fact, value in cells if fact is not None)
        has_slack = any(not isinstance(variable, Cell) for variable, _ in terms)
        if (has_slack and total > 0) or (not has_slack and total):
            raise EvalueringError(
                "En sammenheng som er oppgitt mellom tall, stemmer ikke med tallene selv.",
                where="kontroll av skjerming",
                remedy="Rett tallene eller sammenhengen.",
            )


def digest_of(safe_tables: Sequence[SafeTable]) -> str:
    """SHA-256 of what the tables show, whatever the order of tables and rows."""
    shown: list[object] = []
    for table in sorted(safe_tables, key=lambda table: table.name):
        counts = [None if pd.isna(value) else int(value) for value in table.frame["antall"]]
        rows = sorted(
            ([list(pair) for pair in cell.at], count)
            for cell, count in zip(cells_of(table), counts, strict=True)
        )
        head = [table.name, list(table.dimensions), table.unit, table.population, table.period]
        shown.append([*head, table.threshold, table.rule_set, rows])
    text = json.dumps(shown, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
