"""Looks for identifiers in text files, in params and in what a survey file says about itself.

Everything is looked at: comments, keys, fields beyond the last column, labels and notes. Dates are
right only under the names the caller declares as dates of events.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from evaluering.errors import EvalueringError
from evaluering.inputs.identity_hits import FILE_NAME, Hit
from evaluering.inputs.identity_text import find, find_cell, is_birth_header
from evaluering.inputs.xml_checks import column_letters
from evaluering.text_file import read_text

_MEGABYTE = 1024 * 1024
MAX_BYTES = 200 * _MEGABYTE
_SEPARATED = (".csv", ".txt", ".tsv")
_YAML = (".yml", ".yaml")
_JSON = (".json",)
_NOT_IN_KEYS = set("#[{,")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,4}[.,][0-9]+")
# The seed is any whole number; only its size could tell of a person.
_SEED = "froe"
_LONG_NUMBER = 10**9
_DATE_KEY = "dato"
_DATED_FILES = "publisert"  # snapshots of public statistics carry their day in the name
_LONGEST_HEADER = 2  # words; a question may ask where somebody was born


def scan_text_file(
    path: Path,
    *,
    encoding: str = "utf-8",
    delimiter: str = ";",
    date_names: Collection[str] = (),
    allowed: Collection[str] = (),
) -> list[Hit]:
    """Every place in a text file that holds something that could name a person.

    Args:
        path: A `.csv`, `.txt`, `.tsv`, `.yml`, `.yaml` or `.json` file.
        encoding: As declared, `utf-8` or `cp1252`.
        delimiter: Between the fields of separated values, as declared.
        date_names: Headers or keys under which a full date is right.
        allowed: Kinds that are right in this file, such as `url` in a list of sources.

    Raises:
        EvalueringError: The file cannot be read as text, or is of another kind.
    """
    hits = [Hit(kind, part=FILE_NAME) for kind in find(path.name)]
    text = read_text(path, max_bytes=MAX_BYTES, encoding=encoding)
    dates = {name.casefold() for name in date_names}
    ending = path.suffix.lower()
    if ending in _SEPARATED:
        hits += _separated(text, delimiter, dates)
    elif ending in _YAML:
        hits += _yaml(text, dates)
    elif ending in _JSON:
        hits += _values(_json(text, path.name), dates)
    else:
        raise EvalueringError("Filen er av et slag som ikke leses.", where=path.name)
    return [hit for hit in hits if hit.kind not in allowed]


def scan_comments(path: Path) -> list[Hit]:
    """Whatever stands after a `#` in a file of keys and values; dates are right there.

    Args:
        path: A UTF-8 file.

    Raises:
        EvalueringError: The file cannot be read as text.
    """
    lines = read_text(path, max_bytes=MAX_BYTES).split("\n")
    return [
        hit
        for number, line in enumerate(lines, start=1)
        for hit in _first(find(line.partition("#")[2], event_date=True), f"linje {number}")
    ]


def scan_params(values: Mapping[str, object]) -> list[Hit]:
    """Keys and values of a params file, as read.

    A full date is right under keys with «dato» in them, and in the names of public snapshots.
    """
    return list(_values(values, set()))


def scan_survey_metadata(
    variables: Mapping[str, str],
    value_labels: Mapping[str, Iterable[str]] | None = None,
    notes: Iterable[str] = (),
) -> list[Hit]:
    """What a survey file says about its variables and itself.

    Args:
        variables: Variable → its label, "" where it has none.
        value_labels: Variable → the labels of its codes.
        notes: Notes of the file, its title and keys of its metadata. Programs write the day a note
            was made, so dates are right in them.
    """
    hits = [
        Hit(kind, part="navnet eller etiketten til en variabel")
        for name, label in variables.items()
        for kind in (*find(name), *find(label), *_birth(name), *_birth(label))
    ]
    hits += [
        Hit(kind, part="en etikett for svar")
        for labels in (value_labels or {}).values()
        for label in labels
        for kind in find(label)
    ]
    return hits + [
        Hit(kind, part="et notat i filen") for note in notes for kind in find(note, event_date=True)
    ]


def _birth(text: str) -> list[str]:
    is_header = len(text.split()) <= _LONGEST_HEADER and is_birth_header(text)
    return ["foedselsdato"] if is_header else []


def _separated(text: str, delimiter: str, dates: set[str]) -> Iterator[Hit]:
    reader = csv.reader(text.split("\n"), delimiter=delimiter)
    header: Sequence[str] = ()
    try:
        for record in reader:
            line = f"linje {reader.line_num}"
            if record and record[0].lstrip().startswith("#"):
                yield from _first(find(delimiter.join(record)), line)
                continue
            is_header = not header
            header = header or record
            for place, cell in enumerate(record):
                name = header[place] if place < len(header) else ""
                kinds = _field(cell, is_event=name.strip().casefold() in dates)
                kinds = kinds or (_birth(cell) if is_header else [])
                yield from _first(kinds, f"{line}, kolonne {column_letters(place + 1)}")
    except csv.Error:
        raise EvalueringError(
            "Et felt i filen er for langt.",
            where=f"linje {reader.line_num}",
            remedy="Sjekk anførselstegnene på linjen.",
        ) from None


def _field(text: str, *, is_event: bool) -> list[str]:
    """As a cell: what is written as a decimal is a number, not digits with a mark between."""
    if _DECIMAL.fullmatch(text):
        return find_cell(float(text.replace(",", ".")))
    kinds = find(text, event_date=is_event)
    return kinds or (find_cell(int(text[:18])) if text.isdecimal() else [])


def _yaml(text: str, dates: set[str]) -> Iterator[Hit]:
    for number, line in enumerate(text.split("\n"), start=1):
        head, colon, tail = line.lstrip(" -").partition(":")
        is_pair = bool(colon) and tail[:1] in ("", " ") and not set(head) & _NOT_IN_KEYS
        key, rest = (head.strip(" \"'"), tail.strip()) if is_pair else ("", line.strip())
        is_event = key.casefold() in dates or _DATE_KEY in key.casefold()
        if key.casefold() == _SEED and rest.isdecimal() and int(rest[:18]) < _LONG_NUMBER:
            continue
        yield from _first([*find(key), *_field(rest, is_event=is_event)], f"linje {number}")


def _json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise EvalueringError(
            "Filen er ikke gyldig JSON.", where=name, remedy="Hent filen på nytt fra kilden."
        ) from None


def _values(
    content: object, dates: set[str], key: str = "", *, is_dated: bool = False
) -> list[Hit]:
    """Hits in nested values; the place is the nearest key, when the key itself may be shown."""
    if isinstance(content, Mapping):
        hits: list[Hit] = []
        for name, value in cast("Mapping[object, object]", content).items():
            text = str(name)
            hits += _first(find(text), "en nøkkel")
            hits += _values(value, dates, text, is_dated=is_dated or text == _DATED_FILES)
        return hits
    if isinstance(content, list | tuple):
        items = cast("Sequence[object]", content)
        return [hit for item in items for hit in _values(item, dates, key, is_dated=is_dated)]
    if key == _SEED and isinstance(content, int) and abs(content) < _LONG_NUMBER:
        return []
    is_event = is_dated or key.casefold() in dates or _DATE_KEY in key.casefold()
    part = "en verdi" if not key or find(key) else f"nøkkelen «{key}»"
    return list(_first(find_cell(content, event_date=is_event), part))


def _first(kinds: Sequence[str], part: str) -> Iterator[Hit]:
    if kinds:
        yield Hit(kinds[0], part=part)
