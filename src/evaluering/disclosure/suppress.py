"""Hides what may not be shown, and as little as possible besides, over all tables as one system.

`suppress` returns the safe tables; `protect` also what was done and why, for the internal log.
Nothing is safe because this says so: the audit, which shares no code with it, must fail to break
what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evaluering.disclosure.cells import is_free, rows_of
from evaluering.disclosure.coarsen import Step, coarsened
from evaluering.disclosure.earlier import Published, shelf_of
from evaluering.disclosure.log import describe
from evaluering.disclosure.patterns import Choices, Hidden, find_hidden
from evaluering.disclosure.problem import Limits
from evaluering.disclosure.rules import RULE_SET, check_threshold
from evaluering.disclosure.safe import safe_table
from evaluering.disclosure.validate import check_tables
from evaluering.model import Cell, CountTable, SafeTable

Check = Callable[[list[SafeTable], list[CountTable]], bool]
DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Protection:
    """What disclosure control made of the tables, and why: internal, but for `tables`.

    Attributes:
        tables: The safe tables, in the order given.
        truth: The count tables behind them, as they stand after coarsening.
        coarsened: Table and the dimension it gave up, in the order it happened.
        withheld: Tables that could not be protected at all.
        primaries: Cell → the rules that hide it.
        secondaries: Cells hidden to protect others.
        known_small: Small counts that anyone has seen before, so that nothing can hide them.
        revisions: Cells with another value than was shown before → difference 0 or large enough.
        gaps: Per part of the system not solved to the end: what could be saved at most.
        text: Cells, relations and demands, readable.
    """

    tables: tuple[SafeTable, ...]
    truth: tuple[CountTable, ...]
    coarsened: tuple[tuple[str, str], ...]
    withheld: tuple[str, ...]
    primaries: dict[Cell, tuple[str, ...]]
    secondaries: frozenset[Cell]
    known_small: frozenset[Cell]
    revisions: dict[Cell, bool]
    gaps: tuple[float, ...]
    text: str


def suppress(
    tables: Iterable[CountTable],
    *,
    threshold: int = 5,
    published: Published = (),
    key: bytes | None = None,
) -> list[SafeTable]:
    """Safe tables, protected together.

    Args:
        tables: Count tables; equal cells in two of them are one number.
        threshold: Persons a shown cell must have at least; 2 or more, the gate wants 5.
        published: Earlier safe tables and cells, oldest first, and what others have published.
        key: The house key, which makes the choice of secondary cells unpredictable. None: public
            tie-break (tests and reference cases).

    Returns:
        One safe table for each, in the order given.

    Raises:
        EvalueringError: The tables are wrong in themselves, or contradict each other.
    """
    return list(protect(tables, threshold=threshold, published=published, key=key).tables)


def protect(
    tables: Iterable[CountTable],
    *,
    threshold: int = 5,
    published: Published = (),
    key: bytes | None = None,
    check: Check | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Protection:
    """As `suppress`, with everything that was done.

    Args:
        tables: Count tables.
        threshold: Persons a shown cell must have at least.
        published: Earlier safe tables and cells, oldest first.
        key: The house key, or None.
        check: The audit, given the safe tables and the count tables behind them: a pattern found
            at a limit is used only when it passes, else the tables become coarser.
        limits: Where the search stops.

    Raises:
        EvalueringError: The tables are wrong in themselves, or contradict each other.
    """
    check_threshold(threshold, is_reference=True)
    current = list(tables)
    check_tables(current)
    shelf = shelf_of(published)
    choices = Choices(threshold, key, limits)
    steps: list[Step] = []
    withheld: frozenset[str] = frozenset()
    while True:
        found = find_hidden(current, shelf, withheld, choices)
        nothing_left = withheld >= {table.name for table in current if not is_free(table)}
        if found.is_complete or nothing_left:
            safe = [
                safe_table(table, found, shelf, threshold, is_withheld=table.name in withheld)
                for table in current
            ]
            is_proven = found.is_proven or (check is not None and check(safe, current))
            if is_proven or nothing_left:
                return _protection(current, safe, steps, found, threshold)
        current, withheld, step = coarsened(current, withheld, found, steps)
        steps.append(step)


def _protection(
    current: Sequence[CountTable],
    safe: Sequence[SafeTable],
    steps: Sequence[Step],
    found: Hidden,
    threshold: int,
) -> Protection:
    system = found.system
    names = system.names()
    listed = {cell for table in current if not is_free(table) for cell in rows_of(table)}
    reasons = {
        cell: found.kept.reasons[system.variable[cell]]
        for cell in names
        if system.variable[cell] in found.kept.reasons
    }
    hidden = {cell for cell in listed if found.is_hidden(cell)}
    primary = set(found.kept.reasons)
    return Protection(
        tables=tuple(safe),
        truth=tuple(current),
        coarsened=tuple((step.table, step.dimension) for step in steps if step.dimension),
        withheld=tuple(sorted(step.table for step in steps if not step.dimension)),
        primaries=reasons,
        secondaries=frozenset(c for c in hidden if system.variable[c] not in primary),
        known_small=frozenset(
            cell
            for cell in listed
            if found.known[system.variable[cell]]
            and 0 < system.values[system.variable[cell]] < threshold
        ),
        revisions=dict(found.revisions),
        gaps=found.gaps,
        text=describe(found, RULE_SET),
    )
