"""Each way an attacker can win: what is shown and must not be, and what can be computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from evaluering.disclosure.audit_demands import Fact, Primary, Thresholds, is_free
from evaluering.disclosure.audit_solve import Component, Reach, components_of
from evaluering.disclosure.audit_system import System, Variable, cells_of, counts_of, families_of
from evaluering.model import Cell, PublishedCell, SafeTable

FEW = (1, 5)


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing an attacker gets. Internal.

    Attributes:
        kind: `feil_tall`, `vist` (shown against a rule), `eksakt`, `rekkevidde`, `alene`,
            `rettelse` (a small revision), `tidligere_skjult`, `ukjent_celle`.
        variable: The cell.
    """

    kind: str
    variable: Variable


def unit_weaknesses(
    tables: Sequence[SafeTable],
    facts: Mapping[Cell, Fact],
    published: Sequence[SafeTable | PublishedCell],
    threshold: Thresholds,
) -> Iterator[Weakness]:
    """Shown cells that are not the counts, or stand beside an earlier number they nearly equal."""
    earlier = _shown_before(published)
    were_hidden = {
        item.cell for item in published if isinstance(item, PublishedCell) and not item.is_shown
    }
    for table in tables:
        rows = zip(
            cells_of(table),
            counts_of(table.frame["antall"]),
            table.frame["publiseres"].tolist(),
            strict=True,
        )
        for cell, count, is_shown in rows:
            if bool(is_shown) != (count is not None):
                yield Weakness("feil_tall", cell)
            if count is None:
                continue
            if cell not in facts:
                yield Weakness("ukjent_celle", cell)
            elif facts[cell].count != count:
                yield Weakness("feil_tall", cell)
            if not is_free(cell):
                if any(0 < abs(count - old) < threshold.of(cell) for old in earlier.get(cell, ())):
                    yield Weakness("rettelse", cell)
                if cell in were_hidden and cell not in earlier:
                    yield Weakness("tidligere_skjult", cell)


def _shown_before(published: Iterable[SafeTable | PublishedCell]) -> dict[Cell, set[int]]:
    found: dict[Cell, set[int]] = {}
    for item in published:
        if isinstance(item, PublishedCell):
            if item.value is not None:
                found.setdefault(item.cell, set()).add(item.value)
            continue
        for cell, count in zip(cells_of(item), counts_of(item.frame["antall"]), strict=True):
            if count is not None:
                found.setdefault(cell, set()).add(count)
    return found


def weaknesses_of(
    system: System,
    components: Sequence[Component],
    *,
    facts: Mapping[Cell, Fact],
    primaries: Sequence[Primary],
    tables: Sequence[SafeTable],
    published: Sequence[SafeTable | PublishedCell],
    threshold: Thresholds,
) -> Iterator[Weakness]:
    """What the reader, the reader with the shelf, and the person alone in a cell can compute."""
    earlier = _shown_before(published)
    public = {cell for cell, fact in facts.items() if fact.count in earlier.get(cell, ())}
    wanted = [primary for primary in primaries if primary.variable not in public]
    for primary in wanted:
        if primary.variable in system.known:
            yield Weakness("vist", primary.variable)
    for cell in system.hidden:
        if cell in system.known and cell not in public and not is_free(cell):
            yield Weakness("eksakt", cell)
        if cell in public:
            yield Weakness("eksakt", cell)
    inside = _inside(tables)

    @cache
    def blank() -> list[Component]:
        return components_of(replace(system, known={}))

    moved = _revisions(earlier, facts, system, threshold)
    recorded = [item for item in published if isinstance(item, PublishedCell) and not item.is_shown]
    for component in components:
        place = {variable: at for at, variable in enumerate(component.variables)}
        _learn_truth(component, facts)
        mine = [primary for primary in wanted if primary.variable in place]
        yield from _exact(component, system.hidden, facts, threshold)
        reaches = [
            (p.variable, Reach(place[p.variable], level, is_up))
            for p in mine
            for level, is_up in p.reaches
        ]
        reaches += [
            (cell, Reach(place[cell], level, is_up))
            for cell, level, is_up in moved
            if cell in place
        ]
        missed = set(component.missed([reach for _, reach in reaches]))
        for variable, reach in reaches:
            if reach in missed:
                yield Weakness("rekkevidde", variable)
        yield from _alone(component, mine, inside, facts, blank)
        for line in recorded:
            if line.cell in place and not _has_moved(line, facts):
                yield from _narrowed(component, place[line.cell], line)


def _learn_truth(component: Component, facts: Mapping[Cell, Fact]) -> None:
    """The counts themselves are a table that fits, where all of them are known."""
    values = [
        facts[variable].count if isinstance(variable, Cell) and variable in facts else None
        for variable in component.variables
    ]
    component.learn(values)


def _exact(
    component: Component, hidden: frozenset[Cell], facts: Mapping[Cell, Fact], threshold: Thresholds
) -> Iterator[Weakness]:
    """Hidden cells with one possible value; and small ones no table has a row for."""
    for at, variable in enumerate(component.variables):
        if not isinstance(variable, Cell) or is_free(variable):
            continue
        if variable in hidden:
            if at in component.fixed or component.is_single(at):
                yield Weakness("eksakt", variable)
        elif variable not in facts and component.is_single(at):
            low, _ = component.interval(at)
            if 0 < low < threshold.of(variable):
                yield Weakness("eksakt", variable)


def _alone(
    component: Component,
    primaries: Sequence[Primary],
    inside: Mapping[Variable, set[Cell]],
    facts: Mapping[Cell, Fact],
    blank: Callable[[], Sequence[Component]],
) -> Iterator[Weakness]:
    """The person alone in a cell knows it and its parts, and must not come to know another.

    What that person would know if nothing at all were shown, no suppression can take away.
    """
    place = {variable: at for at, variable in enumerate(component.variables)}
    for alone in primaries:
        if not alone.is_alone:
            continue
        parts = inside.get(alone.variable, set[Cell]())
        own: dict[Variable, int] = {part: facts[part].count for part in parts if part in facts}
        own[alone.variable] = alone.count
        others = {p.variable: p.count + 1 for p in primaries if p.variable not in own}
        left = _out_of_reach(component, place, own, others)
        for variable in left:
            for empty in blank():
                where = {cell: at for at, cell in enumerate(empty.variables)}
                wanted = {variable: others[variable]}
                if variable in where and not _out_of_reach(empty, where, own, wanted):
                    yield Weakness("alene", variable)


def _out_of_reach(
    component: Component,
    place: Mapping[Variable, int],
    own: Mapping[Variable, int],
    wanted: Mapping[Variable, int],
) -> list[Variable]:
    """The cells that cannot be as large as wanted, to one who knows some of them."""
    caps = {place[cell]: (count, count) for cell, count in own.items() if cell in place}
    reaches = {cell: Reach(place[cell], level, is_up=True) for cell, level in wanted.items()}
    missed = component.missed(reaches.values(), caps)
    return [cell for cell, reach in reaches.items() if reach in missed]


def _inside(tables: Sequence[SafeTable]) -> dict[Variable, set[Cell]]:
    """Cell → every cell whose persons are all among its own; a single part holds the whole."""
    below: dict[Cell, set[Cell]] = {}
    for table in tables:
        for parent, parts in families_of(table):
            below.setdefault(parent, set()).update(parts)
            if len(parts) == 1:
                below.setdefault(parts[0], set()).add(parent)
    found: dict[Variable, set[Cell]] = {}
    for cell in below:
        reached: set[Cell] = set()
        waiting = [cell]
        while waiting:
            new = below.get(waiting.pop(), set[Cell]()) - reached
            reached |= new
            waiting += new
        found[cell] = reached
    return found


def _revisions(
    earlier: Mapping[Cell, set[int]],
    facts: Mapping[Cell, Fact],
    system: System,
    threshold: Thresholds,
) -> list[tuple[Cell, int, bool]]:
    """Hidden now, shown before with a number it has moved a little from: the move is a count."""
    found: list[tuple[Cell, int, bool]] = []
    for cell, values in earlier.items():
        if cell in system.known or cell not in facts or is_free(cell):
            continue
        for old in values:
            moved, few = facts[cell].count - old, threshold.of(cell)
            if 0 < moved < few:
                found += [(cell, old + 1, False), (cell, old + few, True)]
            elif 0 < -moved < few:
                found += [(cell, old - 1, True), (cell, max(0, old - few), False)]
    return found


def _has_moved(line: PublishedCell, facts: Mapping[Cell, Fact]) -> bool:
    """Whether the number is another now, so that the earlier interval says nothing of it."""
    if line.cell not in facts or line.lower is None:
        return line.lower is None
    now = facts[line.cell].count
    return now < line.lower or (line.upper is not None and now > line.upper)


def _narrowed(component: Component, at: int, line: PublishedCell) -> Iterator[Weakness]:
    """A cell hidden before must stay as wide: over all small numbers, or half what it was."""
    least, most = FEW
    high = line.upper
    was_wide = (line.lower or 0) <= least and (high is None or high >= most)
    if was_wide:
        demands = [Reach(at, least, is_up=False), Reach(at, most, is_up=True)]
        if component.missed(demands):
            yield Weakness("tidligere_skjult", line.cell)
        return
    low_now, high_now = component.interval(at)
    if high is None or high_now is None:
        return
    if 2 * (high_now - low_now) < high - (line.lower or 0):
        yield Weakness("tidligere_skjult", line.cell)
