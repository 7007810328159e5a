"""Read a YAML file written by a person, strictly: what is written is what is read.

YAML has traps a coordinator cannot see: `no` becomes false, `0301` becomes 193, `2026-01-15`
becomes a date, the second of two equal keys silently wins, and aliases can make a small file huge.
Here only `true`, `false`, `null`, whole numbers and decimals are more than text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from evaluering.errors import EvalueringError
from evaluering.text_file import read_text, shown

MAX_BYTES = 256 * 1024
MAX_DEPTH = 8

# 0301 is a municipality number and must stay text, so no leading zero.
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
# Half of a pair of characters, control characters, and marks that turn the writing direction.
_UNSEEN = re.compile(r"[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_KEY = re.compile(r"[a-z_]{1,40}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def read_yaml(path: Path) -> dict[str, Any]:
    """The content of a YAML file whose top level is keys and values.

    Args:
        path: A UTF-8 file of at most 256 kB.

    Returns:
        Text, whole numbers, decimals, true/false, None, lists and dicts with text keys. A date
        stays text, and so do `ja`, `nei`, `no`, `0301` and `12:30`.

    Raises:
        EvalueringError: The file is missing or not UTF-8, is no YAML, holds two documents, two
            equal keys, an anchor, an alias or a tag, or goes deeper than eight levels.
    """
    text = read_text(path, max_bytes=MAX_BYTES)
    try:
        content = _document(yaml.parse(text, Loader=yaml.SafeLoader), path.name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refusal(
            "Filen kan ikke leses som YAML.",
            path.name,
            line,
            "Sjekk innrykk, kolon og anførselstegn på linjen, og bruk mellomrom, ikke tabulator.",
        ) from error
    except yaml.YAMLError as error:
        raise EvalueringError(
            "Filen inneholder tegn som ikke er tekst.",
            where=path.name,
            remedy="Skriv filen på nytt som ren tekst (UTF-8).",
        ) from error
    if not isinstance(content, dict) or not content:
        raise EvalueringError(
            "Filen er tom, eller den er ikke en liste av nøkler og verdier.",
            where=path.name,
            remedy="Skriv hver opplysning som «nøkkel: verdi».",
        )
    return cast("dict[str, Any]", content)  # _mapping makes text keys only


def _document(events: Iterator[yaml.Event], name: str) -> Any:  # noqa: ANN401 - YAML is untyped
    content: Any = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refusal(
                    "Filen har mer enn ett dokument.",
                    name,
                    _line(event),
                    "Fjern linjen «---».",
                )
        elif isinstance(event, yaml.NodeEvent):
            content = _node(event, events, name, depth=1)
    return content


def _node(event: yaml.Event, events: Iterator[yaml.Event], name: str, depth: int) -> Any:  # noqa: ANN401 - YAML is untyped
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _refusal(
            "Henvisninger med «&» og «*» er ikke tillatt.",
            name,
            line,
            "Skriv verdien helt ut, eller sett den i anførselstegn.",
        )
    if getattr(event, "tag", None) is not None:
        raise _refusal(
            "Merker med «!» er ikke tillatt.", name, line, "Sett verdien i anførselstegn."
        )
    if isinstance(event, yaml.ScalarEvent):
        if _UNSEEN.search(event.value):
            raise _refusal(
                "Teksten inneholder tegn som ikke kan skrives eller ses.",
                name,
                line,
                "Skriv teksten på nytt, uten kopiering fra andre programmer.",
            )
        return event.value if event.style is not None else _plain(event.value)
    if depth > MAX_DEPTH:
        raise _refusal(
            f"Innholdet går dypere enn {MAX_DEPTH} nivåer.", name, line, "Bruk færre innrykk."
        )
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        for child in events:
            if isinstance(child, yaml.SequenceEndEvent):
                break
            items.append(_node(child, events, name, depth + 1))
        return items
    return _mapping(events, name, depth)


def _mapping(events: Iterator[yaml.Event], name: str, depth: int) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise _refusal("En nøkkel må være et ord.", name, line, "Skriv «nøkkel: verdi».")
        _node(event, events, name, depth)  # refuses anchors and tags on keys
        key = event.value
        if key == "<<":
            raise _refusal("Nøkkelen «<<» er ikke tillatt.", name, line, "Skriv nøklene helt ut.")
        if key in content:
            which = f"Nøkkelen {shown(key)}" if _KEY.fullmatch(key) else "En nøkkel"
            raise _refusal(f"{which} står to ganger.", name, line, "Slett den ene av dem.")
        content[key] = _node(next(events), events, name, depth + 1)
    return content


def _plain(text: str) -> str | int | float | bool | None:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refusal(what: str, name: str, line: int, remedy: str) -> EvalueringError:
    return EvalueringError(what, where=f"{name}, linje {line}", remedy=remedy)
