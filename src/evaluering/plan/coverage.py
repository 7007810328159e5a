"""Which measure is expected to show in which indicator, by the plan's own words.

It does not say that a measure works, only where one could look.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evaluering.plan.entries import Plan


@dataclass(frozen=True, slots=True)
class Gaps:
    """Holes in the coverage matrix, as ids in the plan's order."""

    tiltak_without_indicator: tuple[str, ...]
    indicators_without_tiltak: tuple[str, ...]


def coverage(plan: Plan) -> pd.DataFrame:
    """The coverage matrix measure × indicator or survey question, one row a cell.

    Args:
        plan: The plan. Questions it does not name itself are left out.

    Returns:
        `tiltak_id`, `tiltak`, `gruppe`, `maal_id`, `maal`, `maal_type` (`indikator`,
        `spoersmaal`), `slag` (`uttalt`, `tema`, or empty where there is no link) and `sitat`.
        Measures × (indicators + questions) rows, in the plan's order.
    """
    targets = [(item.id, item.navn, "indikator") for item in plan.indikatorer]
    targets += [(item.id, item.navn, "spoersmaal") for item in plan.spoersmaal if item.i_planen]
    rows: list[tuple[str, ...]] = []
    for tiltak in plan.tiltak:
        links = {link.id: link for link in tiltak.naer_virkning}
        for target, name, sort in targets:
            link = links.get(target)
            found = (link.slag, link.sitat) if link else ("", "")
            rows.append((tiltak.id, tiltak.navn, tiltak.gruppe, target, name, sort, *found))
    columns = ["tiltak_id", "tiltak", "gruppe", "maal_id", "maal", "maal_type", "slag", "sitat"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def gaps(plan: Plan) -> Gaps:
    """Measures no indicator or question follows, and indicators and questions no measure names."""
    linked = {link.id for tiltak in plan.tiltak for link in tiltak.naer_virkning}
    targets = [item.id for item in plan.indikatorer]
    targets += [item.id for item in plan.spoersmaal if item.i_planen]
    return Gaps(
        tuple(tiltak.id for tiltak in plan.tiltak if not tiltak.naer_virkning),
        tuple(target for target in targets if target not in linked),
    )
