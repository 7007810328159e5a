"""Tables that say more together than two and two: A×B, A×C and B×C."""

from __future__ import annotations

from collections.abc import Sequence

from evaluering.model import SafeTable

CYCLE = 3


def common_leaves(tables: Sequence[SafeTable]) -> dict[str, list[str]] | None:
    """Dimension → its finest values; None when the tables cannot be parts of one cross.

    A dimension without a total (years) must be in every table; another must have the same values
    wherever it is, or fewer.
    """
    found: dict[str, set[str]] = {}
    has_total: set[str] = set()
    for table in tables:
        for name in table.dimensions:
            values = set(table.frame[name].astype(str))
            if table.total in values:
                has_total.add(name)
            parents = set(table.hierarchies.get(name, {}).values())
            leaves = values - parents - {table.total}
            before = found.setdefault(name, leaves)
            if not (before <= leaves or leaves <= before):
                return None
            found[name] = before | leaves
    for name in found:
        if name not in has_total and not all(name in table.dimensions for table in tables):
            return None
    return {name: sorted(values) for name, values in found.items()}


def cyclic_cores(groups: set[frozenset[str]]) -> list[set[frozenset[str]]]:
    """Sets of dimensions whose tables are bound by more than the margins they share.

    Two tables with the same margins always have a common cross, and so has every set of tables
    that can be taken apart one by one (Graham, Yu and Özsoyoğlu: a dimension in one table only
    is left out, a table within another is left out). What cannot be taken apart is returned, as
    whole connected parts.

    Args:
        groups: The dimensions of each table.
    """
    left = dict[frozenset[str], set[str]]((group, set(group)) for group in groups)
    changed = True
    while changed:
        changed = False
        for group in list(left):
            shared = {
                name for name in left[group] if sum(name in other for other in left.values()) > 1
            }
            within = any(shared <= other for key, other in left.items() if key != group)
            changed = changed or shared != left[group] or within
            left[group] = shared
            if within or not shared:
                del left[group]
    cores: list[set[frozenset[str]]] = []
    waiting = sorted(left, key=sorted)
    while waiting:
        core = {waiting.pop(0)}
        grown = True
        while grown:
            near = [group for group in waiting if any(group & other for other in core)]
            core |= set(near)
            waiting = [group for group in waiting if group not in near]
            grown = bool(near)
        if len(core) >= CYCLE:
            cores.append(core)
    return cores
