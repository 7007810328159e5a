"""The calls of notebooks 40 and 41, and of the process part of 20: their parameters in."""

from __future__ import annotations

from datetime import UTC, datetime

from evaluering.analysis import enkeltsak, maal, prosess
from evaluering.analysis import goal_models as models
from evaluering.analysis.enkeltsak import SingleCase
from evaluering.analysis.goal_models import GoalModels
from evaluering.files import project_root
from evaluering.inputs.house_key import FIXED_KEY, house_key
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


def goal_models(materiale: Material | None, *, aar: int) -> GoalModels | None:
    """Start against last level of the year's goals, for researchers: never saved, never public.

    Args:
        materiale: From `read_material`; None is nothing delivered.
        aar: The year evaluated.
    """
    return models.goal_models(materiale, year=aar)


def single_case(materiale: Material, *, sak: str = "") -> SingleCase | None:
    """The goals of one case whose consent holds today. Internal: never saved with the findings.

    Args:
        materiale: From `read_material`, with the sheets about cases switched on.
        sak: The case's number, such as `S-014`; empty is none.

    Returns:
        The case, or None when none was chosen.

    Raises:
        EvalueringError: The consent does not hold today, or there is no such case.
    """
    if not sak.strip():
        return None
    key = FIXED_KEY if materiale.is_synthetic else house_key(project_root())
    return enkeltsak.single_case(materiale, sak, day=datetime.now(tz=UTC).date(), key=key)
