"""The door: what passes from the house to the public page.

Until suppression and audit stand, only findings made wholly of already published figures pass.
Everything else comes out empty, marked `WITHHELD`; an author cannot forget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.files import finding_digest
from evaluering.model import Audit, Finding, SafeFinding, Verdict

RULE_SET = "v1"
GATE = "published_only"


def release(findings: Iterable[Finding]) -> list[SafeFinding]:
    """Findings made safe for anyone, in the order given.

    Args:
        findings: All findings of one run.

    Returns:
        One safe finding for each; those with an unpublished or unnamed source are withheld.

    Raises:
        EvalueringError: Two findings share an id, or invented and real numbers stand side by side.
    """
    listed = list(findings)
    names = [finding.id for finding in listed]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise EvalueringError(f"To funn har samme navn: {', '.join(doubled)}.", where="skjerming")
    if len({finding.is_synthetic for finding in listed}) > 1:
        raise EvalueringError(
            "Kjøringen blander oppdiktede og ekte tall.",
            where="skjerming",
            remedy="Bruk én parameterfil for eksempelet og en annen for ekte tall.",
        )
    return [_release_one(finding) for finding in listed]


def _release_one(finding: Finding) -> SafeFinding:
    is_public = bool(finding.sources) and all(source.is_published for source in finding.sources)
    passed = finding if is_public else _withheld(finding)
    return SafeFinding(passed, Audit(RULE_SET, GATE, finding_digest(passed)))


def _withheld(finding: Finding) -> Finding:
    """Nothing left but what the question was: no number, no direction, no reason."""
    return replace(
        finding,
        frame=pd.DataFrame(),
        details={},
        values={},
        verdict=Verdict.WITHHELD,
        direction="",
        refusal="not_controlled",
        reason="",
        next_datum="",
    )
