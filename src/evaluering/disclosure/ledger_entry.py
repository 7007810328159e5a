"""What an edition adds to the ledger: one line for each cell it shows or hides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from evaluering.disclosure.ledger import Edition, Ledger
from evaluering.disclosure.ledger_lines import (
    CELL,
    ISSUED,
    PREPARED,
    Record,
    cell_record,
    chained,
    definition_digest,
    head_of,
)
from evaluering.model import Cell, CountTable, SafeTable


@dataclass(frozen=True, slots=True)
class Entry:
    """What preparing an edition adds to the ledger.

    Attributes:
        lines: The edition's lines.
        slice: Everything since the last published folder's slice, these lines with it.
        head: Digest of the last line.
    """

    lines: str
    slice: str
    head: str


def prepare(
    ledger: Ledger,
    edition: Edition,
    *,
    kommune_nr: str,
    day: str,
    manifest_sha256: str,
    tables: Sequence[SafeTable],
    intervals: pd.DataFrame,
    truth: Iterable[CountTable] = (),
) -> Entry:
    """The lines that bind an edition; nothing is written.

    Args:
        ledger: As it stands.
        edition: Which one.
        kommune_nr: The municipality's newest number.
        day: The day of publishing, ISO.
        manifest_sha256: Digest of the edition's public manifest, which has those of its pages.
        tables: Every safe table of the run.
        intervals: From `audit.attack`: `tabell`, the dimensions, `lower`, `upper`; one row a
            hidden cell.
        truth: The count tables; used for one thing, to leave out cells that were not delivered.
    """
    known = _intervals(tables, intervals)
    unknown = _not_delivered(truth)
    records: dict[Cell, Record] = {}
    for table in tables:
        definition = definition_digest(table)
        for cell, value in table_cells(table):
            if cell in unknown or (cell in records and "verdi" in records[cell]):
                continue
            lower, upper = known.get(cell, (0, None))
            records[cell] = {
                **cell_record(cell, value, lower, upper),
                "type": CELL,
                "rapport": edition.report,
                "utgave": edition.number,
                "tabell": table.name,
                "tabell_sha256": definition,
                "regelsett": table.rule_set,
                "terskel": table.threshold,
            }
    opening: Record = {
        "type": PREPARED,
        "rapport": edition.report,
        "utgave": edition.number,
        "kommune_nr": kommune_nr,
        "dato": day,
        "manifest_sha256": manifest_sha256,
        "antall": len(records),
    }
    listed = [opening, *(records[cell] for cell in sorted(records))]
    lines = chained(listed, ledger.head)
    return Entry(lines, since_last_slice(ledger) + lines, head_of(lines))


def table_cells(table: SafeTable) -> list[tuple[Cell, int | None]]:
    """Every cell of a safe table with its number; None where it is hidden."""
    definition = _definition(table)
    return [
        (
            definition.cell(**{name: str(row[name]) for name in table.dimensions}),
            int(row["antall"]) if row["publiseres"] and not pd.isna(row["antall"]) else None,
        )
        for row in table.frame.to_dict("records")
    ]


def since_last_slice(ledger: Ledger) -> str:
    """The lines no published folder carries yet: after the last cell of the last issued edition.

    Args:
        ledger: As it stands.
    """
    lines = ledger.text.split("\n")
    issued = [number for number, item in enumerate(ledger.records) if item["type"] == ISSUED]
    return "\n".join(lines[issued[-1] if issued else 0 :])


def _definition(table: SafeTable) -> CountTable:
    """The table as its cells are named; its numbers are not used."""
    return CountTable(
        table.name,
        table.frame,
        table.dimensions,
        total=table.total,
        unit=table.unit,
        population=table.population,
        period=table.period,
    )


def _intervals(
    tables: Sequence[SafeTable], intervals: pd.DataFrame
) -> dict[Cell, tuple[int, int | None]]:
    """Bounds per cell; a cell that stands in several tables has the narrowest."""
    by_name = {table.name: table for table in tables}
    found: dict[Cell, tuple[int, int | None]] = {}
    for row in cast("list[dict[str, Any]]", intervals.to_dict("records")):
        table = by_name[row["tabell"]]
        at = {name: str(row[name]) for name in table.dimensions}
        cell = _definition(table).cell(**at)
        upper = float(row["upper"]) if pd.notna(row["upper"]) else math.inf
        lower, upper = int(row["lower"]), None if math.isinf(upper) else int(upper)
        if cell in found:
            lower = max(lower, found[cell][0])
            upper = min(
                (bound for bound in (upper, found[cell][1]) if bound is not None), default=None
            )
        found[cell] = lower, upper
    return found


def _not_delivered(truth: Iterable[CountTable]) -> frozenset[Cell]:
    """Cells nobody knows: they are not hidden, and may be shown when they are delivered."""
    return frozenset(
        table.cell(**{name: str(row[name]) for name in table.dimensions})
        for table in truth
        for row in table.frame.to_dict("records")
        if pd.isna(row[table.count])
    )
