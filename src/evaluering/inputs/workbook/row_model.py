"""A row of a declared sheet as a pydantic model, and its errors as keys of the message catalogue.

Strict: nothing is converted. Pydantic's own messages and the values in its errors are never used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    create_model,
)

from evaluering.inputs.workbook.columns import Column, Kind, Sheet
from evaluering.inputs.workbook.normalise import Value

_PREFIX: Final = "k_"
# Error types that mean the same to the one who mends the cell.
_SAME: Final[Mapping[str, str]] = {
    "int_from_float": "int_type",
    "int_parsing": "int_type",
    "float_parsing": "float_type",
    "date_from_datetime_inexact": "date_type",
    "date_from_datetime_parsing": "date_type",
}


@lru_cache(maxsize=64)
def row_model(sheet: Sheet) -> type[BaseModel]:
    """The model of a sheet's rows, made from its declaration."""
    fields: dict[str, Any] = {}
    for column in sheet.columns:
        kind = _field_type(column)
        is_required = column.is_required and not column.empty_means
        fields[_field(column.name)] = (kind, ...) if is_required else (kind | None, None)
    return create_model(
        f"rad_{sheet.id}",
        __config__=ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True),
        **fields,
    )


def row_errors(model: type[BaseModel], values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Column name and error type of everything pydantic refuses in a row.

    Args:
        model: From `row_model`.
        values: Values by column name; an empty cell is absent.
    """
    try:
        model.model_validate({_field(name): value for name, value in values.items()})
    except ValidationError as refused:
        codes: dict[str, list[str]] = {}
        for error in refused.errors(include_url=False, include_context=False, include_input=False):
            codes.setdefault(str(error["loc"][0]), []).append(error["type"])
        for name, found in codes.items():
            yield name.removeprefix(_PREFIX), _code(found)


def field_errors(column: Column, value: Value | None) -> list[str]:
    """The error types of one value outside a table; None is an empty cell."""
    if value is None:
        return ["missing"] if column.is_required else []
    try:
        TypeAdapter(_field_type(column), config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError as refused:
        found = refused.errors(include_url=False, include_context=False, include_input=False)
        return [_code([error["type"] for error in found])]
    return []


def _code(codes: list[str]) -> str:
    if len(codes) > 1:  # a choice or another text: one error for each
        return "choice_or_pattern"
    return _SAME.get(codes[0], codes[0])


def _field(name: str) -> str:
    """A name pydantic takes for a field: not one of its own."""
    return f"{_PREFIX}{name}"


def _field_type(column: Column) -> Any:  # noqa: ANN401 a type made at run time
    match column.kind:
        case Kind.WHOLE | Kind.NUMBER:
            limits = Field(ge=column.minimum, le=column.maximum)
            kind = int if column.kind is Kind.WHOLE else FiniteFloat
            return Annotated[kind, limits]
        case Kind.DATE:
            return Annotated[date, Field(ge=column.earliest, le=column.latest)]
        case Kind.TEXT:
            return Annotated[str, Field(max_length=column.max_length)]
        case Kind.PATTERN:
            return _pattern(column)
        case Kind.CODE | Kind.YES_NO:
            codes = column.codes.codes if column.codes is not None else ()
            listed = cast("Any", Literal)[codes]
            return listed | _pattern(column) if column.pattern else listed


def _pattern(column: Column) -> Any:  # noqa: ANN401 a type made at run time
    return Annotated[str, Field(pattern=f"^(?:{column.pattern})$")]
