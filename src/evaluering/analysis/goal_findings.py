"""What every finding about goals is made from, and the parts they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from evaluering.analysis.goal_scores import due_in
from evaluering.inputs.material import Material
from evaluering.model import CountTable, Finding, Rest, Source, Value, Verdict

SECTION: Final = "maal"
YEARS_TOGETHER: Final = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What every finding about goals is made from.

    Attributes:
        material: What has been delivered.
        scored: From `scored_goals`.
        year: The year evaluated.
        is_synthetic: Invented numbers.
        seed: Of the bootstrap over cases.
    """

    material: Material
    scored: pd.DataFrame
    year: int
    is_synthetic: bool
    seed: int

    @property
    def due(self) -> pd.DataFrame:
        """Goals that were to be measured in the year."""
        return due_in(self.scored, self.year)

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are summed."""
        return tuple(range(self.year - YEARS_TOGETHER + 1, self.year + 1))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sheets about goals."""
        sheets = [name for name in ("maal", "maalinger") if name in self.material.frames]
        return tuple(self.material.source(name) for name in (*sheets, "samtykke"))


def goal_finding(
    told: Told,
    id: str,
    kind: str,
    topic: str,
    *,
    frame: pd.DataFrame | None = None,
    details: dict[str, pd.DataFrame] | None = None,
    values: dict[str, Value],
    verdict: Verdict | None = None,
    refusal: str = "",
    next_datum: str = "",
    tables: tuple[CountTable, ...],
    rests: tuple[Rest, ...],
) -> Finding:
    """A finding about goals: section, sources, unit and method are the same for all."""
    return Finding(
        id=f"{SECTION}.{id}",
        section=SECTION,
        kind=kind,
        topic=topic,
        frame=pd.DataFrame() if frame is None else frame,
        sources=told.sources,
        is_synthetic=told.is_synthetic,
        verdict=verdict,
        refusal=refusal,
        values={"year": told.year, **values},
        details=details or {},
        unit="mål",
        method="goals",
        next_datum=next_datum,
        tables=tables,
        rests=rests,
    )
