"""Where published figures come from: the file `kilder.yml` beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.identifiers import refusal
from evaluering.inputs.text_scan import scan_text_file
from evaluering.model import Source
from evaluering.text_file import gathered
from evaluering.yaml_file import read_yaml

SOURCES_FILE = "kilder.yml"
_KEYS = ("tittel", "utgiver", "url", "hentet", "lisens", "merknad")
_REQUIRED = ("tittel", "utgiver")


def sources_of(frame: pd.DataFrame, path: Path) -> tuple[Source, ...]:
    """The sources a table uses, in the order they first appear.

    Args:
        frame: Has the column `kilde`.
        path: The table's file; `kilder.yml` lies in the same folder.

    Raises:
        EvalueringError: `kilder.yml` cannot be read, or a source is not described there.
    """
    known = read_sources(path.with_name(SOURCES_FILE))
    used = [str(identity) for identity in dict.fromkeys(frame["kilde"])]
    problems = [
        EvalueringError(
            f"Kilden «{identity}» finnes ikke.",
            where=f"{path.name}, kolonne «kilde»",
            remedy=f"Beskriv den i {SOURCES_FILE}. Lov nå: {', '.join(sorted(known))}.",
        )
        for identity in used
        if identity not in known
    ]
    if problems:
        raise gathered(problems, path.name)
    return tuple(known[identity] for identity in used)


def read_sources(path: Path) -> dict[str, Source]:
    """The published sources described in a `kilder.yml`, by their id.

    Raises:
        EvalueringError: The file cannot be read, or holds something that could name a person; a
            source lacks a title or publisher, or has an unknown key.
    """
    content = read_yaml(path)
    if hits := scan_text_file(path, date_names=("hentet",), allowed=("url",)):
        raise refusal(hits, path.name)
    problems = [
        problem
        for identity, entry in content.items()
        for problem in _problems(entry, f"{path.name}, {identity}")
    ]
    if problems:
        raise gathered(problems, path.name)
    return {identity: _source(entry) for identity, entry in content.items()}


def _problems(entry: object, where: str) -> Iterator[EvalueringError]:
    content = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    for key in _REQUIRED:
        if not content.get(key):
            yield EvalueringError(
                f"Kilden mangler {key}.", where, f"Skriv «{key}: …» under kilden."
            )
    for key in content:
        if key not in _KEYS:
            yield EvalueringError(
                f"Nøkkelen «{key}» er ukjent.", where, f"Lov: {', '.join(_KEYS)}."
            )


def _source(entry: dict[str, Any]) -> Source:
    texts = {key: str(entry.get(key) or "") for key in _KEYS}
    return Source(
        title=texts["tittel"],
        is_published=True,
        publisher=texts["utgiver"],
        url=texts["url"],
        retrieved=texts["hentet"],
        licence=texts["lisens"],
    )
