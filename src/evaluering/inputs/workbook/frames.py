"""Checked rows as frames: codes, dates and whole numbers, and why a number is missing.

The index is the row's number in Excel, so that a later refusal can name the cell. An empty cell is
missing, never zero. Codes of persons and cases leave here as pseudonyms only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.house_key import pseudonym
from evaluering.inputs.workbook.columns import Kind, Sheet
from evaluering.inputs.workbook.normalise import Value, takes_sign
from evaluering.inputs.workbook.rows import Content
from evaluering.model import Sign

SIGN_SUFFIX: Final = "_tegn"
ROW: Final = "rad"
_TYPES: Final[Mapping[Kind, str]] = {
    Kind.WHOLE: "Int64",
    Kind.NUMBER: "Float64",
    Kind.DATE: "datetime64[s]",
    Kind.CODE: "str",
    Kind.YES_NO: "str",
    Kind.PATTERN: "str",
    Kind.TEXT: "str",
}


def frame_of(content: Content) -> pd.DataFrame:
    """The rows of one sheet, with the codes as they were written.

    Returns:
        A column per declared column and, after each count and percentage, `<name>_tegn`. Whole
        numbers are Int64 and percentages Float64 with NA, dates datetime64[s] with NaT, codes and
        text `str` with NaN where empty.
    """
    rows = [line.row for line in content.lines]
    index = pd.Index(rows, dtype="int64", name=ROW)
    columns: dict[str, pd.Series] = {}
    for column in content.sheet.columns:
        values = [line.values.get(column.name) for line in content.lines]
        columns[column.name] = _series(values, column.kind, index)
        if takes_sign(column):
            signs = [str(line.signs.get(column.name, Sign.NONE)) for line in content.lines]
            columns[column.name + SIGN_SUFFIX] = pd.Series(signs, index=index, dtype="str")
    return pd.DataFrame(columns, index=index)


def rekeyed(frame: pd.DataFrame, sheet: Sheet, key: bytes | None) -> pd.DataFrame:
    """The frame with pseudonyms instead of codes of persons and cases.

    Args:
        frame: From `frame_of`.
        sheet: Its declaration; sheets of the police and of cases get different labels.
        key: The house key.

    Raises:
        EvalueringError: There are such codes and no key.
    """
    columns = [column for column in sheet.columns if column.rekey]
    if not columns or frame.empty:
        return frame
    if key is None:
        raise EvalueringError(
            "Koder for personer og saker leses bare med husets nøkkel.",
            where=f"Ark «{sheet.name}»",
            remedy="Kjør evalueringen med kommandoene i README.md.",
        )
    new = {
        column.name: frame[column.name].map(
            {
                code: pseudonym(key, column.rekey, str(code))
                for code in frame[column.name].dropna().unique()
            }
        ).astype("str")
        for column in columns
    }  # fmt: skip
    return frame.assign(**new)


def _series(values: Sequence[Value | None], kind: Kind, index: pd.Index) -> pd.Series:
    # the stubs know neither mixed content nor a dtype chosen at run time
    return cast("Any", pd.Series)(values, index=index, dtype="object").astype(_TYPES[kind])
