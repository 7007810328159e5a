"""Files from SPSS and Stata: the answers as text, and what the file says about its own codes.

A damaged file can crash the library that reads it, so it is read in a process of its own
(`survey_process`). What the codes mean is put to use in `survey_labels` and `survey_map`.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.identity_text import find
from evaluering.text_file import gathered

MAX_BYTES: Final = 2 * 2**30
KINDS: Final = (".sav", ".dta")
_SECONDS: Final = 60
_SMALL_NUMBER: Final = re.compile(r"-?[0-9]{0,8}(\.[0-9]+)?(e-[0-9]+)?")  # codes, ages, weights
_DATE_FORMAT: Final = re.compile(r"%t|.*(?:DATE|TIME|MOYR|QYR|WKYR)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawSurvey:
    """A file as it is written.

    Attributes:
        answers: One text column per variable read; empty where there is no answer.
        names: Every variable in the file.
        questions: Variable → the words of the question.
        labels: Variable → pairs of code and label.
        missing: Variable → spans (from, to) of codes that mean no answer; a letter stands twice.
    """

    answers: pd.DataFrame
    names: tuple[str, ...]
    questions: Mapping[str, str]
    labels: Mapping[str, Sequence[tuple[str, str]]]
    missing: Mapping[str, Sequence[tuple[float | str, float | str]]]


def read_labelled_variables(path: Path, variables: Sequence[str]) -> pd.DataFrame:
    """Some variables of a `.sav` or `.dta` file, as text; empty where there is no answer.

    Codes for not answering stay as they are written (99, or Stata's letter), so that the map that
    asked can name them. Variables that are not asked for are never handed over.

    Args:
        path: The file.
        variables: The names to read. Empty answers when one of them is not in the file.

    Returns:
        One text column per variable found; the index is the row, from 1. `attrs["variabler"]` holds
        every name in the file.

    Raises:
        EvalueringError: The file cannot be read, or one of the variables is a date.
    """
    raw = read_raw(path, variables)
    frame = raw.answers
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame.attrs["variabler"] = raw.names
    return frame


def read_raw(path: Path, variables: Sequence[str] = ()) -> RawSurvey:
    """A `.sav` or `.dta` file, or some variables of it.

    Args:
        path: The file, at most 2 GB.
        variables: The names to read; all when there are none. No answers are handed over when one
            of them is not in the file.

    Raises:
        EvalueringError: The file cannot be read within a minute, a variable read is a date, or
            something in the file could name a person: notes and labels are looked through too.
    """
    name = "SPSS-fil" if path.suffix.lower() == ".sav" else "Stata-fil"
    refusal = EvalueringError(
        f"Filen kan ikke leses som {name}.",
        where=path.name,
        remedy="Lagre filen på nytt fra programmet den kommer fra, eller be om den som .csv.",
    )
    check_file(path)
    # As a script, without its folder on the path: `import evaluering` takes seconds, and modules
    # beside it have names of libraries.
    script = str(Path(__file__).with_name("survey_process.py"))
    command = [sys.executable, "-P", script, str(path.absolute()), *variables]
    try:
        result = subprocess.run(  # noqa: S603 - our own module, no shell
            command, capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise refusal from error
    if result.returncode == 1:
        raise RuntimeError("survey_process ended with a fault of its own")  # never its text
    if result.returncode != 0:  # refused, or the library crashed
        raise refusal
    import pyarrow as pa  # noqa: PLC0415 - heavy, and seldom needed

    arrow: Any = pa  # its type hints do not cover the streams
    with arrow.ipc.open_stream(io.BytesIO(result.stdout)) as stream:
        table = stream.read_all()
    about: dict[str, Any] = json.loads(table.schema.metadata[b"evaluering"])
    answers = {column: table[column].to_pylist() for column in table.column_names}
    _refuse_dates(about["formats"], answers, path.name)
    _refuse_identifiers(about, answers, path.name)
    return RawSurvey(
        answers=pd.DataFrame(answers, dtype="str"),
        names=tuple(about["names"]),
        questions=about["questions"],
        labels=about["labels"],
        missing=about["missing"],
    )


def check_file(path: Path) -> None:
    """Refuse a file that is not there, is no file of its own, or is larger than 2 GB.

    Raises:
        EvalueringError: It is one of these.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise EvalueringError(
            "Fant ikke filen.",
            where=path.name,
            remedy=f"Legg filen i mappen {path.parent.name or '.'}, eller rett filnavnet.",
        ) from error
    if path.is_dir() or path.is_symlink():
        raise EvalueringError("Dette er ikke en fil.", path.name, "Skriv navnet på en fil.")
    if size > MAX_BYTES:
        raise EvalueringError("Filen er for stor.", path.name, "Bruk en fil på høyst 2 GB.")


def _refuse_dates(formats: Mapping[str, str], variables: Iterable[str], name: str) -> None:
    """A date of birth has no place in a survey file, and other dates are not needed."""
    problems = [
        EvalueringError(
            "Variabelen er en dato. Datoer leses ikke.",
            where=f"{name}, «{variable}»",
            remedy="Slett variabelen fra filen.",
        )
        for variable in variables
        if _DATE_FORMAT.match(formats.get(variable, ""))
    ]
    if problems:
        raise gathered(problems, name)


def _refuse_identifiers(
    about: Mapping[str, Any], answers: Mapping[str, Sequence[str]], name: str
) -> None:
    texts = [*about["names"], *about["questions"].values(), *about["notes"]]
    texts += [label for labels in about["labels"].values() for _, label in labels]
    places = {"en merkelapp eller merknad": texts} | {
        f"variabel nr. {place}": [text for text in set(values) if not _SMALL_NUMBER.fullmatch(text)]
        for place, values in enumerate(answers.values(), start=1)
    }
    for place, found in places.items():
        if any(find(text) for text in found):
            raise EvalueringError(
                "Filen inneholder noe som kan peke ut en person. Verdien vises ikke.",
                where=f"{name}, {place}",
                remedy="Slett det fra filen, og lagre den på nytt.",
            )
