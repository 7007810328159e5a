"""What notebook 90 reads: the safe findings of its own run, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from evaluering.errors import EvalueringError
from evaluering.files import UTDATA_VARIABLE, project_root, read_safe_findings
from evaluering.model import SafeFinding, Verdict

RUN_FILE: Final = "_kjoering.json"
ACCESS_RECORD: Final = "_uu-test.json"
BY_SCHOOL: Final = ".skoler"


def read_safe(*, kommune_nr: str, aar: int) -> list[SafeFinding]:
    """The safe findings to report on.

    Within a run: those the run has just released. In JupyterLab: the newest run of the same
    municipality and year.

    Args:
        kommune_nr: The municipality.
        aar: The year evaluated.

    Raises:
        EvalueringError: There is no such run.
    """
    given = os.environ.get(UTDATA_VARIABLE)
    return one_per_question(
        read_safe_findings(Path(given) if given else _newest_run(kommune_nr, aar))
    )


def has_access_record() -> bool:
    """Whether the run has a record of accessibility tests to go with the report."""
    given = os.environ.get(UTDATA_VARIABLE)
    return given is not None and (Path(given) / ACCESS_RECORD).is_file()


def one_per_question(safe: Sequence[SafeFinding]) -> list[SafeFinding]:
    """A question with answers per school goes before its published twin.

    A published figure goes before answers that are withheld; a withheld answer goes before
    «Mangler tall», for it was delivered.

    Args:
        safe: The safe findings of a run; the twin of `ungdata.skulket.skoler` is `ungdata.skulket`.
    """
    lacking = {item.finding.id for item in safe if item.finding.verdict is Verdict.MISSING}
    shown = {
        twin
        for item in safe
        if item.finding.id.endswith(BY_SCHOOL)
        and (
            (twin := item.finding.id.removesuffix(BY_SCHOOL)) in lacking
            or item.finding.verdict is not Verdict.WITHHELD
        )
    }
    published = {item.finding.id for item in safe}
    return [item for item in safe if _stays(item.finding.id, shown, published)]


def _stays(id: str, shown: set[str], published: set[str]) -> bool:
    if id.endswith(BY_SCHOOL):
        twin = id.removesuffix(BY_SCHOOL)
        return twin in shown or twin not in published
    return id not in shown


def _newest_run(kommune_nr: str, aar: int) -> Path:
    facts = sorted((project_root() / "data" / "utdata").glob(f"*/{RUN_FILE}"))
    fitting = [path for path in facts if _is_of(path, kommune_nr, aar)]
    if not fitting:
        raise EvalueringError(
            f"Det finnes ingen kjøring for kommune {kommune_nr} og året {aar} ennå.",
            where="notatboken 90_evaluering",
            remedy="Kjør evalueringen først: evaluering kjør params/<navn>.yml",
        )
    return max(fitting, key=lambda path: path.stat().st_mtime).parent


def _is_of(path: Path, kommune_nr: str, aar: int) -> bool:
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts.get("kommune_nr") == kommune_nr and facts.get("aar") == aar
