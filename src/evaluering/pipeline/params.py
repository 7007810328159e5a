"""A params file in, checked `Params` out. Every key is declared; nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from evaluering.errors import EvalueringError
from evaluering.schema_check import check_schema
from evaluering.text_file import gathered
from evaluering.yaml_file import read_yaml


def _none() -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Params:
    """One run's parameters, named as in the file. Empty, or 0, means not given.

    `name` is the file's name without ending, and the name of the run everywhere.
    """

    name: str
    kommune: str
    kommune_nr: str
    aar: int
    moete_dato: str
    skjaeringsdato: str
    plan: str = ""
    arbeidsbok: str = ""
    politiskjema: str = ""
    uten_data: tuple[str, ...] = ()
    personrader: Mapping[str, Mapping[str, Any]] = field(default_factory=_none)
    behandlingsgrunnlag: str = ""
    samtykke_kreves: Mapping[str, Sequence[str]] = field(default_factory=_none)
    godkjent_politi: Mapping[str, str] = field(default_factory=_none)
    publisert: Mapping[str, str] = field(default_factory=_none)
    ungdata: Mapping[str, str] = field(default_factory=_none)
    syntetisk: bool = False
    primaere_spoersmaal: tuple[str, ...] = ()
    margin: Mapping[str, float] = field(default_factory=_none)
    design_effekt: float = 1.0
    nedre_grense_svar: int = 0
    begrunnelse: str = ""
    sammenligning: Mapping[str, Any] = field(default_factory=_none)
    rapporttype: str = "aarlig"
    regelsett: str = "mdc"
    gjentatt_fra: int = 3
    terskel: int = 5
    omregn: tuple[int, ...] = ()
    registreringsendringer: tuple[Mapping[str, str], ...] = ()
    froe: int = 0

    def for_notebook(self, names: set[str]) -> dict[str, Any]:
        """The parameters a notebook declares, as plain JSON values; what was not given is left out.

        Args:
            names: The names in the notebook's cell tagged `parameters`.
        """
        declared = sorted(names & {item.name for item in fields(self)} - {"name"})
        return {key: _plain(getattr(self, key)) for key in declared}


def _plain(value: Any) -> Any:  # noqa: ANN401 whatever YAML holds
    return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value


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
    for name in ("primaere_spoersmaal", "uten_data", "omregn", "registreringsendringer"):
        values[name] = tuple(values.get(name, ()))
    return Params(name=path.stem, **values)


def _known_files(root: Path) -> str:
    names = sorted(path.name for path in (root / "params").glob("*.yml"))
    return f"Filer som finnes: {', '.join(names)}." if names else ""
