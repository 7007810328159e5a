"""Frames as accessible HTML tables: every number through one formatter, every string escaped.

A table holds no empty cell. Where there is no number a sign says why, taken from the column
`<column>_tegn` beside it; a missing value without a sign is refused. Nothing is sorted here: the
order of the rows is the caller's (plan or time), because an order by value can leak a hidden one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Final, cast

import pandas as pd

from evaluering.display import numbers
from evaluering.display.columns import COLUMNS, INTERVALS, Column, Kind
from evaluering.display.trace import SheetColumn, note_sheet
from evaluering.errors import EvalueringError
from evaluering.model import Sign, Value

MAX_COLUMNS: Final = 6
SIGN_SUFFIX: Final = "_tegn"

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_PERIOD: Final = re.compile(r"\s*(\d{4})\s*[-\u2013/]\s*(\d{4})\s*")
_LEFT_ALIGNED: Final = frozenset({"text", "year", "period", "date"})


_UNITS: Final[dict[str, str]] = {
    "percent": ", prosent",
    "points": ", prosentpoeng",
    "rate": "",
    "ratio": "",
    "count": "",
}

_LEGEND: Final[dict[Sign, str]] = {
    Sign.HIDDEN: "tallet ikke kan vises",
    Sign.MISSING: "tallet mangler",
    Sign.NOT_APPLICABLE: "tallet ikke er aktuelt",
    Sign.PRELIMINARY: "tallet er foreløpig",
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column as it stands on the page: heading, alignment, cells of HTML, and signs used."""

    name: str
    label: str
    is_number: bool
    cells: list[str]
    signs: frozenset[Sign]
    sheet: tuple[SheetColumn, ...]


def table(
    frame: pd.DataFrame,
    *,
    id: str,
    caption: str,
    columns: Sequence[str] | Mapping[str, str | Column] | None = None,
    row_header: str | None = None,
    note: str = "",
) -> str:
    """A frame as an HTML table in a region that can be scrolled by keyboard.

    Args:
        frame: Tidy, at least one row, at most six shown columns. Column names from `COLUMNS`.
            `lower` and `upper` become one column «fra–til» in the unit and with the decimals of
            the nearest estimate before them (other decimals: a `Column` for `lower`).
            `<column>_tegn` holds `model.Sign` values.
        id: Unique on the page; small ASCII letters, digits and hyphens.
        caption: «Tabell 3. Skulket skolen»; also names the region.
        columns: Which columns, in which order. A mapping also gives headings, or for a column
            this module does not know, a whole `Column`. None shows every column of the frame
            but signs.
        row_header: The column whose cells head their rows; the first one shown when None.
        note: One plain line under the table, for example «Tallene er avrundet hver for seg.»

    Returns:
        `<div class="rull" …><table>…</table></div>`, then the legend of signs used, then the note.

    Raises:
        EvalueringError: No rows, more than six columns, an unknown column, a value that is
            missing without a sign, or a value beside a sign that says there is none.
    """
    check_id(id, "table")
    specs = _specs(frame, columns)
    shown = _shown_columns(frame, specs)
    header = row_header or shown[0].name
    _check_shape(frame, shown, header, caption)
    head = "".join(_head_cell(column) for column in shown)
    rows = "\n".join(
        "<tr>" + "".join(_body_cell(column, row, header) for column in shown) + "</tr>"
        for row in range(len(frame))
    )
    note_sheet(id, caption, [column for one in shown for column in one.sheet], note)
    label = escape(f"{caption.rstrip('. ')}, kan rulles sidelengs", quote=True)
    used = [sign for sign in _LEGEND if any(sign in column.signs for column in shown)]
    return (
        f'<div class="rull" role="region" tabindex="0" aria-label="{label}">\n'
        f'<table id="{id}">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
        + _legend(used)
        + (f'<p class="merknad">{escape(note)}</p>\n' if note else "")
    )


def check_id(id: str, where: str) -> None:
    """Refuse an id that would not survive in a link: ours are small ASCII letters and digits."""
    if not _ID.fullmatch(id):
        raise EvalueringError(
            "En id kan bare ha små bokstaver uten æøå, tall og bindestrek.", where=where
        )


def sign_of(frame: pd.DataFrame, column: str, row: int) -> Sign:
    """The sign beside a cell; `Sign.NONE` where the frame has no `<column>_tegn`.

    Raises:
        EvalueringError: The sign is unknown.
    """
    name = column + SIGN_SUFFIX
    if name not in frame.columns:
        return Sign.NONE
    value: Value = frame[name].iloc[row]
    if pd.isna(value):
        return Sign.NONE
    try:
        return Sign(str(value))
    except ValueError:
        raise EvalueringError("Tegnet er ukjent.", where=f"Kolonnen «{name}»") from None


def _specs(
    frame: pd.DataFrame, columns: Sequence[str] | Mapping[str, str | Column] | None
) -> dict[str, Column]:
    """Column name → how it is shown, in order; the two limits of an interval stay two here."""
    given: Mapping[str, str | Column | None]
    if columns is None:
        given = {str(name): None for name in frame.columns if not _is_sign(str(name))}
    elif isinstance(columns, Mapping):
        # pyright keeps the half of the union that a Sequence of str could be
        given = cast("Mapping[str, str | Column | None]", columns)
    else:
        given = dict.fromkeys(columns)
    limits = {name for pair in INTERVALS for name in pair}
    specs: dict[str, Column] = {}
    for name, choice in given.items():
        if name not in frame.columns:
            raise EvalueringError(f"Tabellen mangler kolonnen «{name}».", where="table")
        known = Column("", "text") if name in limits else COLUMNS.get(name)
        if isinstance(choice, Column):
            specs[name] = choice
        elif known is None:
            raise EvalueringError(
                f"Kolonnen «{name}» har ingen overskrift.",
                where="table",
                remedy="Gi den en Column med overskrift og type, eller legg den i COLUMNS.",
            )
        else:
            specs[name] = known if choice is None else replace(known, label=choice)
    return specs


def _is_sign(name: str) -> bool:
    return name.endswith(SIGN_SUFFIX)


def _shown_columns(frame: pd.DataFrame, specs: dict[str, Column]) -> list[_Shown]:
    """Every column of the page; the limits of an interval meet in the place of the lower one."""
    _check_pairs(specs)
    uppers = dict(INTERVALS.keys())
    shown: list[_Shown] = []
    estimate = ""
    for name, spec in specs.items():
        if name in uppers:
            shown.append(_interval_column(frame, name, uppers[name], estimate, specs))
        elif name not in uppers.values():
            shown.append(_plain_column(frame, name, spec))
            estimate = name if spec.kind in _UNITS else estimate
    if not shown:
        raise EvalueringError("En tabell må ha minst én kolonne.", where="table")
    return shown


def _check_pairs(specs: dict[str, Column]) -> None:
    for lower, upper in INTERVALS:
        if (lower in specs) != (upper in specs):
            lost = "nedre" if upper in specs else "øvre"
            raise EvalueringError(f"Et intervall mangler {lost} grense.", where="table")


def _plain_column(frame: pd.DataFrame, name: str, spec: Column) -> _Shown:
    write = _WRITERS[spec.kind]
    cells: list[str] = []
    texts: list[str] = []
    signs: list[Sign] = []
    for row, value in enumerate(_values(frame, name)):
        signs.append(sign_of(frame, name, row))
        texts.append("" if _is_empty(value) else write(value, spec.decimals))
        cells.append(_cell(escape(texts[-1]), signs[-1], name, row))
    sheet = SheetColumn(spec.label, spec.kind, tuple(texts), tuple(signs))
    is_number = spec.kind not in _LEFT_ALIGNED
    return _Shown(name, spec.label, is_number, cells, frozenset(signs), (sheet,))


def _interval_column(
    frame: pd.DataFrame, lower: str, upper: str, estimate: str, specs: dict[str, Column]
) -> _Shown:
    """Both limits as «14 til 20», in the unit of the estimate before them."""
    if not estimate:
        raise EvalueringError("Et intervall må stå etter tallet det gjelder.", where="table")
    of = specs[estimate]
    places = of.decimals if specs[lower].decimals is None else specs[lower].decimals
    kind = cast("numbers.IntervalKind", of.kind)  # `estimate` is only set for the kinds of _UNITS
    own_sign = lower + SIGN_SUFFIX in frame.columns
    cells: list[str] = []
    texts: list[str] = []
    signs: list[Sign] = []
    limits = zip(_values(frame, lower), _values(frame, upper), strict=True)
    for row, (low, high) in enumerate(limits):
        sign = sign_of(frame, lower if own_sign else estimate, row)
        if _is_empty(low) != _is_empty(high):
            raise EvalueringError(
                "Et intervall har bare én grense.", where=f"Tabellrad {row + 1}, «{lower}»"
            )
        text = (
            ""
            if _is_empty(low)
            else numbers.fmt_interval(_figure(low), _figure(high), kind=kind, decimals=places)
        )
        # «foreløpig» belongs to the number, not to its interval once more
        sign = Sign.NONE if text and sign is Sign.PRELIMINARY else sign
        signs.append(sign)
        texts.append(text)
        cells.append(_cell(escape(text), sign, lower, row))
    label = specs[lower].label or INTERVALS[lower, upper] + _UNITS[kind]
    sheet = tuple(
        SheetColumn(f"{label}, {end}", kind, tuple(one), tuple(signs))
        for end, one in zip(("fra", "til"), _ends(texts), strict=True)
    )
    return _Shown(lower, label, True, cells, frozenset(signs), sheet)


def _ends(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """«14 til 20» as its two numbers, for a sheet that holds one number in a cell."""
    pairs = [text.split(" til ") if text else ["", ""] for text in texts]
    return [low for low, _ in pairs], [high for _, high in pairs]


def _cell(text: str, sign: Sign, name: str, row: int) -> str:
    """The number with its sign, or the sign alone; never nothing, never both when one says no."""
    where = f"Tabellrad {row + 1}, «{name}»"
    if not text and sign in {Sign.NONE, Sign.PRELIMINARY}:
        raise EvalueringError(
            "En celle er tom uten et tegn som sier hvorfor.",
            where=where,
            remedy=f"Sett et tegn i kolonnen «{name}{SIGN_SUFFIX}».",
        )
    if text and sign not in {Sign.NONE, Sign.PRELIMINARY}:
        raise EvalueringError("En celle har både et tall og et tegn for at det mangler.", where)
    return text + numbers.fmt_sign(sign)


def _check_shape(frame: pd.DataFrame, shown: list[_Shown], header: str, caption: str) -> None:
    if not caption.strip():
        raise EvalueringError("En tabell må ha en tittel.", where="table")
    if frame.empty:
        raise EvalueringError(
            "En tabell må ha minst én rad.",
            where=caption,
            remedy="Vis setningen «Mangler tall» i stedet for en tom tabell.",
        )
    if len(shown) > MAX_COLUMNS:
        raise EvalueringError(
            f"En tabell kan ha høyst {MAX_COLUMNS} kolonner, denne har {len(shown)}.",
            where=caption,
            remedy="Del tabellen, eller snu rader og kolonner.",
        )
    if header not in {column.name for column in shown}:
        raise EvalueringError(f"Radoverskriften «{header}» er ikke i tabellen.", where=caption)


def _head_cell(column: _Shown) -> str:
    if not column.label.strip():
        raise EvalueringError(f"Kolonnen «{column.name}» har tom overskrift.", where="table")
    style = ' class="tall"' if column.is_number else ""
    return f'<th scope="col"{style}>{escape(column.label)}</th>'


def _body_cell(column: _Shown, row: int, header: str) -> str:
    content = column.cells[row]
    if column.name == header:
        return f'<th scope="row">{content}</th>'
    style = ' class="tall"' if column.is_number else ""
    return f"<td{style}>{content}</td>"


def _legend(used: list[Sign]) -> str:
    """What the symbols mean, because paper shows the symbol only."""
    if not used:
        return ""
    parts = [f"«{numbers.SIGN_SYMBOLS[sign]}» betyr at {_LEGEND[sign]}" for sign in used]
    return f'<p class="tegn">Tegn: {", ".join(parts)}.</p>\n'


def _values(frame: pd.DataFrame, name: str) -> list[Value]:
    """A column as Python values; refuses a frame where the name stands twice."""
    if list(frame.columns).count(name) > 1:
        raise EvalueringError(f"Kolonnen «{name}» står to ganger.", where="table")
    return frame[name].tolist()


def _is_empty(value: Value) -> bool:
    return bool(pd.isna(value)) or (isinstance(value, str) and not value.strip())


def _text(value: Value, _decimals: int | None) -> str:
    if not isinstance(value, str):
        raise EvalueringError("En tekstkolonne har en verdi som ikke er tekst.", where="table")
    return value


def _period(value: Value, _decimals: int | None) -> str:
    """«2016-2017» or one year, as a reader writes it."""
    text = str(value)
    span = _PERIOD.fullmatch(text)
    return numbers.fmt_period(span[1], span[2]) if span else numbers.fmt_year(text)


def _figure(value: Value) -> float:
    if isinstance(value, str) or value is None:
        raise EvalueringError("En tallkolonne har en verdi som ikke er et tall.", where="table")
    return value


def _number(kind: numbers.IntervalKind) -> Callable[[Value, int | None], str]:
    """The writer of a kind of number: the bare digits, because the unit stands in the heading."""

    def write(value: Value, decimals: int | None) -> str:
        places = numbers.DECIMALS[kind] if decimals is None else decimals
        return numbers.fmt_number(numbers.scaled(_figure(value), kind), decimals=places)

    return write


_WRITERS: Final[dict[Kind, Callable[[Value, int | None], str]]] = {
    "text": _text,
    "year": lambda value, _: numbers.fmt_year(cast("int | str", value)),  # it refuses all else
    "period": _period,
    "date": lambda value, _: numbers.fmt_date(cast("date | str", value)),  # the same
    "count": _number("count"),
    "percent": _number("percent"),
    "points": _number("points"),
    "rate": _number("rate"),
    "ratio": _number("ratio"),
    "p": lambda value, _: numbers.fmt_p(_figure(value)),
}
