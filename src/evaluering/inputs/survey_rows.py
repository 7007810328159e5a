"""The variables of a file with one row per pupil, as text. What they mean is not known here."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.separated import Layout, text_lines
from evaluering.inputs.survey_files import KINDS, read_labelled_variables
from evaluering.text_file import gathered, read_text

MAX_BYTES = 64 * 1024 * 1024


def read_variables(
    path: Path, variables: Sequence[str], mapping: str, layout: Layout
) -> pd.DataFrame:
    """Some variables of a file, as text; empty where there is no answer.

    Args:
        path: A `.csv`, `.parquet`, `.sav` or `.dta` file.
        variables: The names to read.
        mapping: Name of the file that asked for them, for the message.
        layout: How a `.csv` file is written.

    Returns:
        One text column per variable; the index is the line of the file (of another file than
        `.csv`, the row, from 1). A code for not answering stays as it is written: `99`, or `a`
        where Stata has the letter.

    Raises:
        EvalueringError: The file cannot be read, is another kind, lacks a variable, or has no rows.
    """
    kind = path.suffix.lower()
    if kind not in {".csv", ".parquet", *KINDS}:
        raise EvalueringError(
            f"Filtypen «{path.suffix}» kan ikke leses.",
            where=path.name,
            remedy="Bruk en fil som slutter på .csv, .parquet, .sav eller .dta.",
        )
    if kind in KINDS:
        frame = read_labelled_variables(path, variables)
        _check_there(variables, frame.attrs["variabler"], path.name, mapping)
    elif kind == ".parquet":
        frame = _parquet(path, variables, mapping)
    else:
        frame = _separated(path, variables, mapping, layout)
    if frame.empty:
        raise EvalueringError("Filen har ingen rader.", path.name, "Bruk en fil med svar.")
    return frame


def _separated(path: Path, variables: Sequence[str], mapping: str, layout: Layout) -> pd.DataFrame:
    text = read_text(path, max_bytes=MAX_BYTES, encoding=layout.encoding)
    lines = text_lines(text, path.name, layout)
    _, header = next(lines, (1, [""]))
    _check_there(variables, header, path.name, mapping)
    places = [header.index(name) for name in variables]
    numbers: list[int] = []
    rows: list[list[str]] = []
    for number, cells in lines:
        if len(cells) != len(header):
            raise EvalueringError(
                f"Linjen har {len(cells)} felter, men overskriften har {len(header)}.",
                where=f"{path.name}, linje {number}",
                remedy="Sett verdier som inneholder skilletegnet, i anførselstegn.",
            )
        numbers.append(number)
        rows.append([cells[place] for place in places])
    return pd.DataFrame(rows, index=pd.Index(numbers), columns=pd.Index(variables), dtype="str")


def _parquet(path: Path, variables: Sequence[str], mapping: str) -> pd.DataFrame:
    import pyarrow.parquet as parquet_file  # noqa: PLC0415 - heavy, and seldom needed

    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise EvalueringError(
            "Fant ikke filen, eller den er for stor.",
            where=path.name,
            remedy=f"Bruk en fil på {MAX_BYTES // 2**20} MB eller mindre.",
        )
    try:
        there = cast("list[str]", cast("Any", parquet_file).read_schema(path).names)
        _check_there(variables, there, path.name, mapping)
        frame = pd.read_parquet(path, columns=list(variables))
    except (OSError, ValueError) as error:  # pyarrow's own errors are of these two kinds
        raise EvalueringError(
            "Filen kan ikke leses som parquet.", path.name, "Lagre filen på nytt."
        ) from error
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame.apply(_as_text)


def _as_text(values: pd.Series) -> pd.Series:
    """Whole numbers without decimals, missing as empty: as the same answers look in a text file."""
    if pd.api.types.is_bool_dtype(values):
        values = values.astype("Int64")
    texts = values.astype("string").fillna("").str.strip()
    if pd.api.types.is_float_dtype(values):
        texts = texts.str.replace(r"\.0$", "", regex=True)
    return texts.astype("str")


def _check_there(variables: Sequence[str], there: Sequence[str], name: str, mapping: str) -> None:
    problems: list[EvalueringError] = []
    for variable in variables:
        if there.count(variable) != 1:
            near = difflib.get_close_matches(variable, there, n=1)
            hint = f"Mente du «{near[0]}»?" if near else "Sjekk navnet i koblingen."
            what = "finnes ikke i filen" if variable not in there else "står to ganger i filen"
            problems.append(
                EvalueringError(f"Variabelen «{variable}» {what}.", f"{mapping} og {name}", hint)
            )
    if problems:
        raise gathered(problems, name)
