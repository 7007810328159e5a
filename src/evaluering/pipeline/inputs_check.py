"""Every file the params name is found and read before the first notebook runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evaluering.errors import EvalueringError
from evaluering.inputs import published
from evaluering.pipeline.params import Params
from evaluering.plan import Plan, read_plan

_PUBLISHED: dict[str, Callable[[Path, Plan], object]] = {
    "ungdata": published.read_ungdata,
    "kriminalitet_kommuner": lambda path, _: published.read_municipal_offences(path),
    "under18_landet": lambda path, _: published.read_national_under18(path),
    "gjentatt": lambda path, _: published.read_repeat_offending(path),
}


def check_inputs(params: Params, root: Path) -> dict[str, Path]:
    """Read everything a run will read.

    Args:
        params: The run's parameters.
        root: The project folder.

    Returns:
        Role (`publisert.ungdata` …) → file, for the manifest.

    Raises:
        EvalueringError: A file is missing, lies outside the project, or cannot be used.
    """
    plan = read_plan(_inside(root, root, params.plan)) if params.plan else read_plan()
    unknown = sorted(set(params.primaere_spoersmaal) - set(plan.question_ids))
    if unknown:
        raise EvalueringError(
            f"Spørsmålet «{unknown[0]}» finnes ikke i planen.",
            where=f"params/{params.name}.yml, nøkkelen «primaere_spoersmaal»",
            remedy=f"Lov: {', '.join(plan.question_ids)}.",
        )
    found: dict[str, Path] = {}
    for key, name in params.publisert.items():
        path = _inside(root, root / "data" / "publisert", name)
        _PUBLISHED[key](path, plan)
        found[f"publisert.{key}"] = path
    return found


def _inside(root: Path, folder: Path, name: str) -> Path:
    """The named file, which must be there and lie in the project."""
    path = folder / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise EvalueringError(
            "Filen ligger utenfor prosjektmappen.",
            where=Path(name).name,
            remedy="Skriv bare filnavnet, og legg filen i prosjektmappen.",
        )
    if not path.is_file():
        raise EvalueringError(
            "Filen finnes ikke.",
            where=path.relative_to(root).as_posix(),
            remedy="Legg filen der, eller rett navnet i parameterfilen.",
        )
    return path
