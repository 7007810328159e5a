"""Read a table of separated text where every column says how it is read. Nothing is guessed.

Delimiter, decimal sign and encoding are declared by the caller. All problems of a file are
collected and told together, each with line, column, what is allowed and what to do.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.model import Sign
from evaluering.text_file import gathered, read_text, shown

MAX_BYTES = 8 * 1024 * 1024
_YEARS = range(1990, 2101)
_SIGNS = {":": Sign.HIDDEN, "..": Sign.MISSING, ".": Sign.NOT_APPLICABLE}

Scalar = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. Declared, never found out from the file."""

    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "cp1252"] = "utf-8"


OWN = Layout()
EXCEL = Layout(";", ",")


class RejectedValueError(Exception):
    """A cell that cannot be read: what is wrong, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what)


Parser = Callable[[str, Layout], Scalar]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file.

    Attributes:
        name: The header.
        parse: Text to value; raises `RejectedValueError`.
        is_signed: A sign may stand instead of a value (`:`, `..`, `.`) or after it (`*`); the frame
            gets the column `<name>_tegn`.
        is_optional: The cell may be empty, which is missing, never zero.
        is_number: Missing values become NaN.
    """

    name: str
    parse: Parser
    is_signed: bool = False
    is_optional: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: values, None where there is none, and the signs that say why."""

    line: int
    values: Mapping[str, Scalar]
    signs: Mapping[str, Sign]
    empty: frozenset[str]

    def text(self, column: str) -> str:
        """The value of a text column; empty where a sign stands."""
        return str(self.values[column] or "")

    def number(self, column: str) -> Decimal | None:
        """The value of a number column, None where a sign stands."""
        value = self.values[column]
        return None if value is None else Decimal(value)


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check of a whole row found: the column, what is wrong, and what to do."""

    column: str
    what: str
    remedy: str


Check = Callable[[Row], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns a file must have, those that tell rows apart, and the checks of a row."""

    columns: Sequence[Column]
    key: Sequence[str]
    checks: Sequence[Check] = field(default=())


def read_rows(path: Path, shape: Shape, layout: Layout = OWN) -> list[Row]:
    """All rows of a file, checked.

    Args:
        path: The file.
        shape: Columns, key and checks. Columns may stand in any order.
        layout: How the file is written.

    Raises:
        EvalueringError: The file cannot be read, a column is missing or unknown, a value cannot be
            read, two rows have the same key, or a check failed.
    """
    text = read_text(path, max_bytes=MAX_BYTES, encoding=layout.encoding)
    lines = text_lines(text, path.name, layout)
    _, header = next(lines, (1, [""]))
    problems = list(_check_header(header, shape, path.name, layout))
    if problems:
        raise gathered(problems, path.name)
    rows: list[Row] = []
    seen: dict[tuple[Scalar, ...], int] = {}
    for line, cells in lines:
        if len(cells) != len(header):
            problems.append(_problem(path.name, line, _wrong_width(cells, header)))
            continue
        row, faults = _row(line, dict(zip(header, cells, strict=True)), shape, layout)
        if row is not None:
            key = tuple(row.values[name] for name in shape.key)
            if key in seen:
                faults.append(_duplicate(shape.key, seen[key]))
            seen.setdefault(key, line)
            faults += [fault for check in shape.checks for fault in check(row)]
            rows.append(row)
        problems += [_problem(path.name, line, fault) for fault in faults]
    if not problems and not rows:
        problems = [EvalueringError("Filen har ingen rader.", path.name, "Fyll ut minst én rad.")]
    if problems:
        raise gathered(problems, path.name)
    return rows


def frame_of(rows: Sequence[Row], shape: Shape) -> pd.DataFrame:
    """The rows as a frame in the order of the file, with a `<name>_tegn` column per signed column.

    Numbers that may be missing are float64 with NaN; the sign says why. Never zero.
    """
    columns: dict[str, pd.Series] = {}
    for column in shape.columns:
        values = [row.values[column.name] for row in rows]
        if column.is_number:
            numbers = [float("nan") if value is None else float(value) for value in values]
            columns[column.name] = pd.Series(numbers, dtype="float64")
        elif all(isinstance(value, int) for value in values):
            columns[column.name] = pd.Series(values, dtype="int64")
        else:
            columns[column.name] = pd.Series([value or "" for value in values], dtype="str")
        if column.is_signed:
            signs = [str(row.signs[column.name]) for row in rows]
            columns[f"{column.name}_tegn"] = pd.Series(signs, dtype="str")
    return pd.DataFrame(columns)


def year(text: str, layout: Layout) -> int:
    """A year with four digits, 1990–2100."""
    del layout
    if not re.fullmatch(r"[0-9]{4}", text) or int(text) not in _YEARS:
        raise RejectedValueError(
            f"{shown(text)} er ikke et årstall.",
            "Skriv årstallet med fire sifre, for eksempel 2022. Lov: 1990–2100.",
        )
    return int(text)


def count(text: str, layout: Layout) -> int:
    """A whole number from zero, without thousands separators."""
    del layout
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise RejectedValueError(
            f"{shown(text)} er ikke et antall.",
            "Skriv et helt tall fra 0 og oppover, uten mellomrom, tegn eller ord.",
        )
    return int(text)


def decimal_number(text: str, layout: Layout) -> Decimal:
    """A number from zero with at most four decimals, in the declared decimal sign."""
    sign = re.escape(layout.decimal)
    if not re.fullmatch(rf"[0-9]{{1,9}}(?:{sign}[0-9]{{1,4}})?", text):
        name = "komma" if layout.decimal == "," else "punktum"
        raise RejectedValueError(
            f"{shown(text)} er ikke et tall.",
            f"Skriv et tall fra 0 og oppover, med {name} foran desimalene og uten prosenttegn.",
        )
    return Decimal(text.replace(layout.decimal, "."))


def percent(text: str, layout: Layout) -> Decimal:
    """A percentage from 0 to 100, as printed: the decimals are kept."""
    value = decimal_number(text, layout)
    if value > 100:  # noqa: PLR2004 - a hundred per cent
        raise RejectedValueError(f"{shown(text)} er over 100 prosent.", "Lov: 0–100. Rett tallet.")
    return value


def choice(*options: str) -> Parser:
    """One of a list of codes."""

    def parse(text: str, layout: Layout) -> str:
        del layout
        if text not in options:
            raise RejectedValueError(
                f"{shown(text)} er ikke et gyldig valg.", f"Lov: {', '.join(options)}."
            )
        return text

    return parse


def pattern(expression: str, allowed: str) -> Parser:
    """Text of a given form; `allowed` says which, in Norwegian."""
    form = re.compile(expression)

    def parse(text: str, layout: Layout) -> str:
        del layout
        if not form.fullmatch(text):
            raise RejectedValueError(f"{shown(text)} har feil form.", f"Lov: {allowed}.")
        return text

    return parse


def text_lines(text: str, name: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Line number and cleaned cells of each line that has content."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise EvalueringError(
                "Linjen har et anførselstegn som ikke er lukket riktig.",
                where=f"{name}, linje {reader.line_num}",
                remedy="Fjern anførselstegnet, eller sett ett på hver side av verdien.",
            ) from error
        if cells is None:
            return
        cleaned = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
        if any(cleaned):
            yield reader.line_num, cleaned


def _check_header(
    header: Sequence[str], shape: Shape, name: str, layout: Layout
) -> Iterator[EvalueringError]:
    where = f"{name}, linje 1"
    expected = [column.name for column in shape.columns]
    if not any(header):
        yield EvalueringError("Filen er tom.", name, f"Skriv overskriften: {', '.join(expected)}.")
        return
    if len(header) == 1 and len(expected) > 1:
        yield EvalueringError(
            f"Fant bare én kolonne når filen leses med skilletegnet «{layout.delimiter}».",
            where=where,
            remedy=f"Bruk «{layout.delimiter}» mellom kolonnene, eller oppgi filens skilletegn.",
        )
        return
    for column in expected:
        if column not in header:
            yield EvalueringError(
                f"Kolonnen «{column}» mangler.", where, f"Legg til kolonnen «{column}»."
            )
    for position, column in enumerate(header):
        if column not in expected:
            yield EvalueringError(
                f"Kolonnen {shown(column)} er ukjent.",
                where,
                f"Ta den bort. Lov: {', '.join(expected)}.",
            )
        elif column in header[:position]:
            yield EvalueringError(f"Kolonnen «{column}» står to ganger.", where, "Ta bort den ene.")


def _row(
    line: int, found: Mapping[str, str], shape: Shape, layout: Layout
) -> tuple[Row | None, list[Fault]]:
    """The row, or None when a cell could not be read; and the faults."""
    values: dict[str, Scalar] = {}
    signs: dict[str, Sign] = {}
    faults: list[Fault] = []
    for column in shape.columns:
        name, text, sign = column.name, found[column.name], Sign.NONE
        if column.is_signed and text in _SIGNS:
            values[name], signs[name] = None, _SIGNS[text]
            continue
        if column.is_optional and not text:
            values[name], signs[name] = None, Sign.MISSING
            continue
        if column.is_signed and text.endswith("*"):
            text, sign = text[:-1].rstrip(), Sign.PRELIMINARY
        try:
            values[name], signs[name] = column.parse(text, layout), sign
        except RejectedValueError as rejected:
            what = rejected.what if text else "Cellen er tom."
            remedy = rejected.remedy + (" Mangler den, skriv «..»." if column.is_signed else "")
            faults.append(Fault(name, what, remedy))
    if faults:
        return None, faults
    return Row(line, values, signs, frozenset(key for key in found if not found[key])), faults


def _wrong_width(cells: Sequence[str], header: Sequence[str]) -> Fault:
    return Fault(
        "",
        f"Linjen har {len(cells)} felter, men overskriften har {len(header)}.",
        "Sett verdier som inneholder skilletegnet, i anførselstegn.",
    )


def _duplicate(key: Sequence[str], line: int) -> Fault:
    return Fault(
        "",
        f"Raden har samme nøkkel som linje {line} ({', '.join(key)}).",
        "Slett den ene av dem, eller rett nøkkelen.",
    )


def _problem(name: str, line: int, fault: Fault) -> EvalueringError:
    column = f", kolonne «{fault.column}»" if fault.column else ""
    return EvalueringError(fault.what, f"{name}, linje {line}{column}", fault.remedy)
