"""Safe tables: the count table's shape, and of its counts what may be shown."""

from __future__ import annotations

import pandas as pd

from evaluering.disclosure.cells import is_free, rows_of
from evaluering.disclosure.earlier import Shelf
from evaluering.disclosure.patterns import Hidden
from evaluering.disclosure.rules import RULE_SET
from evaluering.model import CountTable, SafeTable


def safe_table(
    table: CountTable, found: Hidden, shelf: Shelf, threshold: int, *, is_withheld: bool
) -> SafeTable:
    """What any reader may know of the table.

    A withheld table keeps its rows without their numbers; a row that other tables show, or give
    away, is left out of it, for there it would seem hidden.

    Args:
        table: The table.
        found: What is hidden.
        shelf: Earlier publications, whose threshold may be stricter.
        threshold: Persons a shown cell must have at least.
        is_withheld: The table is not shown at all.
    """
    frame = table.frame[list(table.dimensions)].astype("str").reset_index(drop=True)
    if is_free(table):
        frame["antall"] = table.frame[table.count].astype("Int64").to_numpy()
        frame["antall"] = frame["antall"].astype("Int64")
        frame["publiseres"] = frame["antall"].notna().astype(bool)
    else:
        positions = [found.system.variable[cell] for cell in rows_of(table)]
        is_hidden = found.hidden[positions]
        counts = pd.Series(found.system.values[positions].round(), dtype="Int64")
        frame["antall"] = counts.mask(pd.Series(is_hidden), pd.NA)
        frame["publiseres"] = ~is_hidden
        if is_withheld:
            frame = frame[is_hidden & ~found.given_away[positions]].reset_index(drop=True)
    stricter = shelf.thresholds.get((table.unit, table.population), 0)
    return SafeTable(
        name=table.name,
        frame=frame,
        dimensions=table.dimensions,
        total=table.total,
        hierarchies=table.hierarchies,
        unit=table.unit,
        population=table.population,
        period=table.period,
        relations=table.relations,
        threshold=max(threshold, stricter),
        rule_set=RULE_SET,
    )
