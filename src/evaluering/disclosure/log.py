"""The system in words and numbers, for the run's internal log only: it holds the true counts."""

from __future__ import annotations

from evaluering.disclosure.patterns import Hidden
from evaluering.disclosure.system import name_of


def describe(found: Hidden, rule_set: str) -> str:
    """Cells, relations and demands, one a line.

    Args:
        found: The pattern.
        rule_set: Version of the rules.
    """
    system, kept = found.system, found.kept
    names = [name_of(cell) for cell in system.names()]
    lines = [f"INTERNT. Regelsett {rule_set}.", "", "Celler"]
    for at, name in enumerate(names):
        count = f"{system.values[at]:g}" if system.is_known[at] else "ukjent"
        state = "skjult" if found.hidden[at] else "vises"
        reasons = ", ".join(kept.reasons.get(at, ()))
        lines.append(f"  {at}: {name} = {count}; {state}{f' ({reasons})' if reasons else ''}")
    lines += ["", "Sammenhenger (sum = 0)"]
    for terms in system.matrix.terms():
        lines.append("  " + " ".join(f"{factor:+d}·[{at}]" for at, factor in terms))
    lines += ["", "Krav"]
    for demand in kept.demands:
        way = "opp" if demand.is_up else "ned"
        lines.append(f"  [{demand.cell}] {way} {demand.reach:g}")
    for own in kept.alone:
        where = ", ".join(f"[{at}]" for at in own)
        lines.append(f"  den ene i {where}: hver annen primær opp 1")
    return "\n".join(lines) + "\n"
