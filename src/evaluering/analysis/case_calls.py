"""The calls of notebook 40 and of the process part of notebook 20: their parameters in."""

from __future__ import annotations

from evaluering.analysis import maal, prosess
from evaluering.inputs.material import Material
from evaluering.model import Finding

Findings = tuple[Finding, ...]


def process(materiale: Material | None, *, aar: int, syntetisk: bool = False) -> Findings:
    """Where the year's new cases stop, how long help takes, coordinator and consent form.

    Args:
        materiale: From `read_material`; None is nothing delivered.
        aar: The year evaluated.
        syntetisk: Invented numbers.
    """
    return tuple(prosess.process(materiale, year=aar, is_synthetic=syntetisk))


def goals(
    materiale: Material | None, *, aar: int, froe: int = 0, syntetisk: bool = False
) -> Findings:
    """Goals that were to be measured in the year, all cases with consent together.

    Args:
        materiale: From `read_material`; None is nothing delivered.
        aar: The year evaluated.
        froe: Start of every random part.
        syntetisk: Invented numbers.
    """
    return tuple(maal.goal_attainment(materiale, year=aar, is_synthetic=syntetisk, seed=froe))
