"""What Excel checks and says in a cell, from a column's declaration.

Excel's limits: a title has at most 32 characters, a message 255. The real checks are the reader's;
these only help the one who types.
"""

from __future__ import annotations

from typing import Any, Final

from evaluering.inputs.workbook.column_kinds import MAX_COUNT
from evaluering.inputs.workbook.sheets import Column, Kind

MAX_TITLE: Final = 32
MAX_MESSAGE: Final = 255


def input_message(column: Column) -> dict[str, Any]:
    """Title and message shown when a cell of the column is selected."""
    must = "Må fylles ut." if column.is_required else "Kan stå tom."
    message = " ".join(part for part in (column.help, allowed(column), must) if part)
    return {
        "input_title": _short(column.label, MAX_TITLE),
        "input_message": _short(message, MAX_MESSAGE),
    }


def allowed(column: Column) -> str:
    """What may stand in a cell of the column, as one or two short sentences."""
    if column.kind is Kind.WHOLE and (column.minimum, column.maximum) == (0, MAX_COUNT):
        return "Helt tall."
    limits = f"fra {_number(column.minimum)} til {_number(column.maximum)}."
    texts = {
        Kind.WHOLE: f"Helt tall {limits}",
        Kind.NUMBER: f"Tall {limits}",
        Kind.DATE: "Dato: dd.mm.åååå.",
        Kind.CODE: "Velg fra listen.",
        Kind.YES_NO: "Velg fra listen.",
        Kind.PATTERN: f"Skriv slik: {column.example}.",
        Kind.TEXT: f"Høyst {column.max_length} tegn.",
    }
    return texts[column.kind]


def rule_options(column: Column) -> dict[str, Any]:
    """Excel's rule for the column, as options for xlsxwriter's `data_validation`."""
    stop = {"error_title": "Verdien passer ikke", "error_message": allowed(column)}
    match column.kind:
        case Kind.WHOLE | Kind.NUMBER:
            limits = {"minimum": column.minimum, "maximum": column.maximum}
            name = "integer" if column.kind is Kind.WHOLE else "decimal"
            return {"validate": name, "criteria": "between", **limits, **stop}
        case Kind.DATE:
            limits = {"minimum": column.earliest, "maximum": column.latest}
            return {"validate": "date", "criteria": "between", **limits, **stop}
        case Kind.CODE | Kind.YES_NO:
            # Where another text is allowed beside the list, Excel asks instead of refusing.
            kind = {"error_type": "warning"} if column.pattern else {}
            source = f"={column.codes.range_name}" if column.codes else ""
            return {"validate": "list", "source": source, **stop, **kind}
        case Kind.PATTERN:
            longest = len(column.example) + 3
            return {"validate": "length", "criteria": "<=", "value": longest, **stop}
        case Kind.TEXT:
            return {"validate": "length", "criteria": "<=", "value": column.max_length, **stop}


def _number(value: float | None) -> str:
    return f"{value:g}".replace("-", "−").replace(".", ",") if value is not None else ""


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
