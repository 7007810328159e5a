"""Read an action plan from YAML, and refuse one that does not hold together.

Any municipality's file is read the same way; nothing here knows Fredrikstad's.
"""

from __future__ import annotations

import json
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from evaluering.errors import EvalueringError
from evaluering.plan.entries import Plan
from evaluering.schema_check import check_schema
from evaluering.text_file import gathered
from evaluering.yaml_file import read_yaml

_FOLDER = Path(__file__).parent
_DEFAULT_PLAN = _FOLDER / "handlingsplan.yml"

T = TypeVar("T")

# Lists whose ids must differ from each other: a measure, its parts, a priority and an area nobody
# has had room for stand in the same column of the workbook.
_ID_SPACES: tuple[tuple[str, ...], ...] = (
    ("tiltak", "deler", "prioriteringer", "ikke_prioritert"),
    ("indikatorer", "spoersmaal"),
    ("nivaaer",),
    ("paastander",),
    ("tiltaksgrupper",),
    ("aktoerer",),
    ("tjenester",),
    ("omraader",),
    ("arenaer",),
)


def read_plan(path: Path | None = None) -> Plan:
    """An action plan, checked.

    Args:
        path: A plan file; Fredrikstad's own when None.

    Raises:
        EvalueringError: The file cannot be read, breaks the schema, uses an id twice, or refers to
            an id that is not there. All faults are told together, with key and remedy.
    """
    path = path or _DEFAULT_PLAN
    content = read_yaml(path)
    problems = check_schema(content, schema("handlingsplan"), path.name)
    if not problems:
        problems = [*_check_ids(content, path.name), *_check_references(content, path.name)]
        problems += _check_numbers(content, path.name)
    if problems:
        raise gathered(problems, path.name)
    return build(Plan, content)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema that lies beside a YAML file of this package."""
    return json.loads((_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def build(cls: type[T], content: Mapping[str, Any]) -> T:
    """A frozen dataclass from checked content: lists become tuples, entries their own classes.

    Args:
        cls: The class; its field names are the keys.
        content: Has passed the schema. Keys the class does not have are left out.
    """
    hints = get_type_hints(cls)
    names = [field.name for field in fields(cast("Any", cls))]  # T is always a dataclass here
    return cls(**{name: _value(hints[name], content[name]) for name in names if name in content})


def _value(hint: Any, value: object) -> Any:  # noqa: ANN401 - a type hint and YAML content
    if isinstance(value, Mapping) and is_dataclass(hint):
        return build(cast("type[Any]", hint), cast("Mapping[str, Any]", value))
    if isinstance(value, list) and get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_value(inner, item) for item in cast("list[Any]", value))
    if value is None and types.NoneType not in get_args(hint):
        return ""
    return cast("object", value)  # text, number, true/false, or an allowed None


def _entries(content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    if key == "deler":
        return [part for tiltak in content["tiltak"] for part in tiltak.get("deler", ())]
    return list(content.get(key, ()))


def _check_ids(content: Mapping[str, Any], name: str) -> Iterator[EvalueringError]:
    for space in _ID_SPACES:
        found = Counter(entry["id"] for key in space for entry in _entries(content, key))
        for identity, times in found.items():
            if times > 1:
                yield EvalueringError(
                    f"Id-en «{identity}» er brukt {times} ganger.",
                    where=f"{name}, {' / '.join(space)}",
                    remedy="Gi hver oppføring sin egen id. Ikke endre id-er som er i bruk.",
                )


def _check_references(content: Mapping[str, Any], name: str) -> Iterator[EvalueringError]:
    ids = {
        key: {str(entry["id"]) for entry in _entries(content, key)}
        for space in _ID_SPACES
        for key in space
    }
    measured = ids["indikatorer"] | ids["spoersmaal"]
    measures = ids["tiltak"]

    def check(where: str, references: Iterable[str], known: set[str]) -> Iterator[EvalueringError]:
        for reference in references:
            if reference not in known:
                yield EvalueringError(
                    f"«{reference}» finnes ikke.",
                    where=f"{name}, {where}",
                    remedy=f"Lov: {', '.join(sorted(known))}.",
                )

    for entry in _entries(content, "tiltak"):
        place = f"tiltak «{entry['id']}»"
        yield from check(f"{place}, gruppe", [entry["gruppe"]], ids["tiltaksgrupper"])
        yield from check(f"{place}, aktoerer", entry.get("aktoerer", ()), ids["aktoerer"])
        links = [link["id"] for link in entry.get("naer_virkning", ())]
        yield from check(f"{place}, naer_virkning", links, measured)
    for entry in _entries(content, "deler"):
        place = f"deler «{entry['id']}», aktoerer"
        yield from check(place, entry.get("aktoerer", ()), ids["aktoerer"])
    for entry in _entries(content, "prioriteringer"):
        place = f"prioriteringer «{entry['id']}»"
        yield from check(f"{place}, omraade", [entry["omraade"]], ids["omraader"])
        yield from check(f"{place}, tiltak", entry.get("tiltak", ()), measures)
    for entry in _entries(content, "arenaer"):
        place = f"arenaer «{entry['id']}», tiltak"
        yield from check(place, _given(entry, "tiltak"), measures)
    for entry in _entries(content, "tjenester"):
        place = f"tjenester «{entry['id']}», aktoer"
        yield from check(place, _given(entry, "aktoer"), ids["aktoerer"])
    for entry in _entries(content, "paastander"):
        yield from check(f"paastander «{entry['id']}», gjelder", entry["gjelder"], measured)
    follow_up = content["oppfoelging"]
    for key in ("evalueres_av", "godkjennes_av"):
        yield from check(f"oppfoelging, {key}", [follow_up[key]], ids["aktoerer"])
    yield from check("oppfoelging, ansvarlige", follow_up["ansvarlige"], ids["aktoerer"])


def _given(entry: Mapping[str, Any], key: str) -> Sequence[str]:
    return [entry[key]] if entry.get(key) else []


def _check_numbers(content: Mapping[str, Any], name: str) -> Iterator[EvalueringError]:
    for entry in _entries(content, "arenaer"):
        lowest, highest = entry.get("per_aar_fra"), entry.get("per_aar_til")
        if (lowest is None) != (highest is None):
            yield EvalueringError(
                "Bare ett av tallene per_aar_fra og per_aar_til er fylt ut.",
                where=f"{name}, arenaer «{entry['id']}»",
                remedy="Fyll ut begge, eller la begge stå tomme.",
            )
        elif lowest is not None and lowest > highest:
            yield EvalueringError(
                f"Fra {lowest} til {highest} møter i året går ikke opp.",
                where=f"{name}, arenaer «{entry['id']}»",
                remedy="Skriv det minste tallet i per_aar_fra.",
            )
    for key, entries in (("indikatorer", "nr"), ("undersoekelser", "aar")):
        numbers = [entry[entries] for entry in _entries(content, key)]
        if numbers != sorted(set(numbers)):
            yield EvalueringError(
                f"Tallene i «{entries}» er ikke ulike og stigende.",
                where=f"{name}, {key}",
                remedy="Skriv oppføringene i rekkefølge, hvert tall én gang.",
            )
