"""What is wrong with content compared to a JSON Schema, in Norwegian, with place and remedy.

Used for every YAML file a person writes. The schema's own `description` is the remedy where it has
one, so the rule and its explanation stand together.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from evaluering.errors import EvalueringError
from evaluering.text_file import shown

_TYPES = {
    "string": "tekst",
    "integer": "et helt tall",
    "number": "et tall",
    "boolean": "true eller false",
    "array": "en liste",
    "object": "nøkler og verdier",
    "null": "tom",
}

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("dato", raises=ValueError)
def _is_day(value: object) -> bool:
    """A day that exists, written åååå-mm-dd."""
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


@_FORMATS.checks("dato_eller_maaned", raises=ValueError)
def _is_day_or_month(value: object) -> bool:
    """A day, or a month written åååå-mm."""
    is_month = isinstance(value, str) and len(value) == len("2027-01")
    return _is_day(f"{value}-01" if is_month else value)


def check_schema(
    content: Mapping[str, Any], schema: Mapping[str, Any], name: str
) -> list[EvalueringError]:
    """Every place where the content breaks the schema, in the order of the file.

    Args:
        content: What `read_yaml` gave.
        schema: A JSON Schema, draft 2020-12.
        name: The file name, for the place.

    Returns:
        One problem per fault; empty when there is none.
    """
    # The stubs leave `iter_errors` untyped.
    validator: Any = Draft202012Validator(schema, format_checker=_FORMATS)
    errors = cast("Iterable[ValidationError]", validator.iter_errors(content))
    problems: list[EvalueringError] = []
    for error in errors:
        problems.extend(_problems(error, content, name))
    return problems


def _problems(
    error: ValidationError, content: Mapping[str, Any], name: str
) -> list[EvalueringError]:
    where = _place(name, error.absolute_path, content)
    description = _described(error)
    rule = str(error.validator)
    if rule in {"required", "dependentRequired"}:
        key = _missing_key(error)
        what = f"Nøkkelen «{key}» mangler."
        return [EvalueringError(what, where, f"Legg til «{key}: …». {_about(key, error)}".strip())]
    if rule == "additionalProperties":
        return [_unknown(key, error, where) for key in sorted(_keys(error) - _allowed(error))]
    make = _SENTENCES.get(rule)
    what = make(error) if make else "Verdien er ikke gyldig."
    return [EvalueringError(what, where, description or _remedy(rule, error))]


def _missing_key(error: ValidationError) -> str:
    """The key this error is about; jsonschema gives one error for each, and names it in quotes."""
    rule = cast("list[str] | Mapping[str, list[str]]", error.validator_value)
    lists = [rule] if isinstance(rule, list) else list(rule.values())
    missing = [name for names in lists for name in names if name not in _keys(error)]
    return next(name for name in missing if f"'{name}'" in error.message)


def _about(key: str, error: ValidationError) -> str:
    """What the schema says of a key, or nothing."""
    properties = cast("Mapping[str, Any]", error.schema).get("properties", {})
    return str(cast("Mapping[str, Any]", properties).get(key, {}).get("description", ""))


def _unknown(key: str, error: ValidationError, where: str) -> EvalueringError:
    allowed = sorted(_allowed(error))
    near = difflib.get_close_matches(key, allowed, n=1)
    remedy = f"Mente du «{near[0]}»?" if near else f"Lov her: {', '.join(allowed)}."
    return EvalueringError(f"Nøkkelen {shown(key)} er ukjent.", where, remedy)


def _keys(error: ValidationError) -> set[str]:
    return set(cast("Mapping[str, Any]", error.instance))


def _allowed(error: ValidationError) -> set[str]:
    schema = cast("Mapping[str, Any]", error.schema)
    return set(cast("Mapping[str, Any]", schema.get("properties", {})))


def _described(error: ValidationError) -> str:
    schema = error.schema
    return str(schema.get("description", "")) if isinstance(schema, Mapping) else ""


def _type_words(error: ValidationError) -> str:
    value = error.validator_value
    names = cast("list[str]", value) if isinstance(value, list) else [str(value)]
    return " eller ".join(_TYPES.get(name, name) for name in names)


def _scalar(error: ValidationError) -> str:
    value: object = error.instance
    if isinstance(value, bool):
        return f"Verdien «{str(value).lower()}»"
    if isinstance(value, str | int | float):
        return f"Verdien {shown(str(value)).removeprefix('verdien ')}"
    return "Verdien"


_SENTENCES: dict[str, Callable[[ValidationError], str]] = {
    "type": lambda error: f"Verdien skal være {_type_words(error)}.",
    "enum": lambda error: f"{_scalar(error)} er ikke et gyldig valg.",
    "const": lambda error: f"Verdien skal være «{error.validator_value}».",
    "pattern": lambda error: f"{_scalar(error)} har feil form.",
    "minLength": lambda _: "Teksten er tom eller for kort.",
    "maxLength": lambda error: f"Teksten er lengre enn {error.validator_value} tegn.",
    "minItems": lambda error: f"Listen trenger minst {error.validator_value}.",
    "maxItems": lambda error: f"Listen kan ha høyst {error.validator_value}.",
    "minProperties": lambda _: "Det står ingen nøkler her.",
    "uniqueItems": lambda _: "Listen har den samme verdien to ganger.",
    "minimum": lambda error: f"Tallet kan ikke være under {error.validator_value}.",
    "maximum": lambda error: f"Tallet kan ikke være over {error.validator_value}.",
    "exclusiveMinimum": lambda error: f"Tallet må være over {error.validator_value}.",
    "format": lambda error: f"{_scalar(error)} er ikke en dato som finnes.",
}


def _remedy(rule: str, error: ValidationError) -> str:
    if rule == "enum":
        options = cast("list[object]", error.validator_value)
        return f"Lov: {', '.join(str(option) for option in options)}."
    if rule == "type" and error.validator_value == "string":
        return "Sett verdien i anførselstegn."
    return "Rett verdien."


def _place(name: str, path: Iterable[str | int], content: Mapping[str, Any]) -> str:
    """`fil.yml, tiltak «sentrus», gruppe`: entries by their id, otherwise by number."""
    words: list[str] = []
    here: object = content
    for step in path:
        if isinstance(step, int):
            here = cast("Sequence[object]", here)[step]
            identity = (
                cast("Mapping[str, object]", here).get("id") if isinstance(here, dict) else None
            )
            label = shown(identity) if isinstance(identity, str) else f"nr. {step + 1}"
            words[-1] = f"{words[-1]} {label}" if words else label
        else:
            here = cast("Mapping[str, object]", here)[step]
            words.append(step)
    return ", ".join([name, *words])
