"""A params file in, checked `Params` out. Every key is declared; nothing is guessed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from evaluering.errors import EvalueringError
from evaluering.yaml_file import read_yaml

SHOWN_PROBLEMS = 4  # two lines each, and a line with the total: within the ten lines of a refusal
SHOWN_LENGTH = 40  # characters of what somebody typed


FORMATS = FormatChecker(formats=())


@FORMATS.checks("dato", raises=ValueError)
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.strptime(value, "%Y-%m-%d"))


@FORMATS.checks("dato_eller_maaned", raises=ValueError)
def _is_day_or_month(value: object) -> bool:
    is_month = isinstance(value, str) and len(value) == len("2027-01")
    return _is_day(f"{value}-01" if is_month else value)


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
    validator = cast("Any", Draft202012Validator(schema, format_checker=FORMATS))
    errors = sorted(validator.iter_errors(content), key=lambda error: str(error.path))
    problems = [line for error in errors for line in _problems(error, schema)]
    if problems:
        shown = problems[:SHOWN_PROBLEMS]
        head = "" if len(problems) == 1 else f"Fant {len(problems)} feil. De første:\n"
        raise EvalueringError(head + "\n".join(shown), where=f"params/{path.name}")
    values = dict(content)
    values["primaere_spoersmaal"] = tuple(values.get("primaere_spoersmaal", ()))
    return Params(name=path.stem, **values)


def _problems(error: ValidationError, schema: dict[str, Any]) -> list[str]:
    place = ".".join(str(part) for part in error.absolute_path)
    rule = cast("Any", error.schema)
    if error.validator == "additionalProperties":
        known = list(rule.get("properties", {}))
        unknown = sorted(set(cast("Any", error.instance)) - set(known), key=str)
        return [_unknown_key(str(key), known, place) for key in unknown]
    if error.validator == "required":
        missing = [key for key in rule["required"] if key not in cast("Any", error.instance)]
        return [
            f"Nøkkelen «{_join(place, key)}» mangler.\n"
            f"  Gjør slik: legg til linjen. {rule['properties'][key]['description']}"
            for key in missing
            if f"'{key}'" in error.message
        ]
    if error.validator == "dependentRequired":
        pairs = [
            (key, needed)
            for key, others in rule["dependentRequired"].items()
            for needed in others
            if key in cast("Any", error.instance) and needed not in cast("Any", error.instance)
        ]
        return [
            f"Nøkkelen «{_join(place, needed)}» mangler, for «{key}» er fylt ut."
            f"\n  Gjør slik: legg til linjen. {rule['properties'][needed]['description']}"
            for key, needed in pairs
            if f"'{needed}'" in error.message and f"'{key}'" in error.message
        ]
    allowed = _description(error, schema)
    if not place:
        return [
            "Filen har ikke nøkler og verdier.\n  Gjør slik: skriv «nøkkel: verdi» på hver linje."
        ]
    return [f"Verdien i «{place}» kan ikke brukes.\n  Lov: {allowed}"]


def _unknown_key(key: str, known: list[str], place: str) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    shown = key if len(key) <= SHOWN_LENGTH else key[:SHOWN_LENGTH] + "…"
    remedy = f"Mente du «{near[0]}»?" if near else f"Lov: {', '.join(known)}."
    return f"Nøkkelen «{_join(place, shown)}» finnes ikke.\n  Gjør slik: {remedy}"


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _description(error: ValidationError, schema: dict[str, Any]) -> str:
    """The nearest description at or above the faulty value."""
    found = ""
    node: Any = schema
    for part in error.absolute_path:
        node = node.get("properties", {}).get(part, {}) if isinstance(part, str) else node
        found = node.get("description", found)
    return found


def _known_files(root: Path) -> str:
    names = sorted(path.name for path in (root / "params").glob("*.yml"))
    return f"Filer som finnes: {', '.join(names)}." if names else ""
