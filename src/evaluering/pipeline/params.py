"""A params file in, checked `Params` out. Every key is declared; nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from evaluering.errors import EvalueringError
from evaluering.schema_check import check_schema
from evaluering.text_file import gathered
from evaluering.yaml_file import read_yaml


def _no_files() -> dict[str, str]:
    return {}


def _no_margins() -> dict[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Params:
    """One run's parameters, named as in the file. `None` or empty means not given.

    `name` is the file's name without ending, and the name of the run everywhere.
    """

    name: str
    kommune: str
    kommune_nr: str
    aar: int
    moete_dato: str
    skjaeringsdato: str
    plan: str = ""
    publisert: Mapping[str, str] = field(default_factory=_no_files)
    ungdata: Mapping[str, str] = field(default_factory=_no_files)
    syntetisk: bool = False
    primaere_spoersmaal: tuple[str, ...] = ()
    margin: Mapping[str, float] = field(default_factory=_no_margins)
    design_effekt: float = 1.0
    nedre_grense_svar: int | None = None
    begrunnelse: str = ""
    sammenligning: Mapping[str, Any] = field(default_factory=_no_files)
    froe: int = 0

    def for_notebook(self, names: set[str]) -> dict[str, Any]:
        """The parameters a notebook declares, as plain JSON values; what was not given is left out.

        Args:
            names: The names in the notebook's cell tagged `parameters`.
        """
        plain = {key: getattr(self, key) for key in (item.name for item in fields(self))}
        plain["primaere_spoersmaal"] = list(self.primaere_spoersmaal)
        return {key: plain[key] for key in sorted(names & plain.keys() - {"name"})}


def read_params(path: Path, root: Path) -> Params:
    """Read and check one params file.

    Args:
        path: The file, `params/<name>.yml`.
        root: The project folder, which holds the schema.

    Raises:
        EvalueringError: The file is missing, not YAML, or has a key or value the schema refuses.
            All problems are found at once; the message shows the first few and the total.
    """
    if not path.is_file():
        raise EvalueringError(
            "Filen finnes ikke.",
            where=f"params/{path.name}",
            remedy=f"Sjekk navnet. {_known_files(root)}",
        )
    if not path.stem.replace("_", "").replace("-", "").isalnum() or path.suffix != ".yml":
        raise EvalueringError(
            "Filnavnet kan ikke brukes.",
            where=path.name,
            remedy="Bruk bare bokstavene a–z, sifre og understrek, og endelsen .yml.",
        )
    content = read_yaml(path)
    schema = json.loads((root / "params" / "_skjema.json").read_text(encoding="utf-8"))
    problems = check_schema(content, schema, f"params/{path.name}")
    if problems:
        raise gathered(problems, f"params/{path.name}")
    values = dict(content)
    values["primaere_spoersmaal"] = tuple(values.get("primaere_spoersmaal", ()))
    return Params(name=path.stem, **values)


def _known_files(root: Path) -> str:
    names = sorted(path.name for path in (root / "params").glob("*.yml"))
    return f"Filer som finnes: {', '.join(names)}." if names else ""
