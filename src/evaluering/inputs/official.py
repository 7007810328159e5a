"""Read public statistics as JSON-stat: what the publisher printed, cell by cell.

A cell the publisher leaves out is never zero: the symbol that stands in its place is kept. Knows
JSON-stat 2 and the older wrapper with one `dataset`. Opens no connection (`inputs.fetch` does).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Never, cast

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.model import Sign
from evaluering.text_file import read_text

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_DEPTH: Final = 20
MAX_CELLS: Final = 2_000_000
_EXACT_WHOLE: Final = 2**53  # larger whole numbers are not exact as floating point

# Symbol -> why there is no number. A nil («-») is not read as zero: publishers do not agree on
# whether it is counted, so the cell stays without a number and the symbol stands beside it.
SYMBOLS: Final[Mapping[str, Sign]] = {
    "": Sign.NONE,
    ":": Sign.HIDDEN,
    "..": Sign.MISSING,
    "...": Sign.MISSING,
    ".": Sign.NOT_APPLICABLE,
    "-": Sign.MISSING,
    "*": Sign.PRELIMINARY,
}
_WITH_NUMBER: Final = ("", "*")
_UNWRITABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # control characters, half letters
_RESERVED: Final = ("verdi", "verdi_tegn", "verdi_symbol")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of a published table: its codes in the publisher's order, with their labels."""

    id: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What a published table is about. `cells` is the number of cells of the whole table."""

    title: str
    publisher: str
    updated: str
    dimensions: tuple[Dimension, ...]

    @property
    def cells(self) -> int:
        """Product of the sizes."""
        return math.prod(len(dimension.codes) for dimension in self.dimensions)


def read_json_stat(source: Path | bytes) -> pd.DataFrame:
    """Every cell of a JSON-stat reply, one row each, in the publisher's order.

    Args:
        source: A file, or the bytes of a reply. UTF-8, at most 50 MB and 2,000,000 cells.

    Returns:
        Per dimension its code `<id>` and label `<id>_etikett`; then `verdi` (float, missing where
        the publisher gives no number, never zero), `verdi_tegn` (a value of `model.Sign`) and
        `verdi_symbol` (the publisher's own symbol: `:` `..` `.` `-`, else ""). `attrs["kilde"]`
        holds `tittel`, `utgiver` and `oppdatert`, `attrs["enheter"]` the unit per code.

    Raises:
        EvalueringError: Not JSON-stat, a limit is passed, the sizes do not multiply to the number
            of values, NaN or infinity, an unknown symbol, or a number where a symbol says there
            is none.

    References:
        JSON-stat 2.0, json-stat.org/full; Statistics Norway's standard symbols in tables.
    """
    name = _name(source)
    content = _dataset(_parsed(source, name), name)
    about = _description(content, name)
    if not content.get("value") and about.cells:
        raise EvalueringError(
            "Filen inneholder bare beskrivelsen av tabellen, ingen tall.",
            where=name,
            remedy="Hent selve tallene på nytt.",
        )
    if about.cells > MAX_CELLS:
        raise EvalueringError(
            f"Tabellen har for mange tall: {about.cells}.",
            where=name,
            remedy=f"Velg færre koder. Grensen er {MAX_CELLS}.",
        )
    values = _values(content["value"], about.cells, name)
    symbols = _symbols(content.get("status"), about.cells, name)
    _check_agreement(values, symbols, name)
    frame = _frame(about, values, symbols, name)
    frame.attrs["kilde"] = {
        "tittel": about.title,
        "utgiver": about.publisher,
        "oppdatert": about.updated,
    }
    frame.attrs["enheter"] = _units(content)
    return frame


def read_description(source: Path | bytes) -> Description:
    """What a JSON-stat reply is about, also one without values (PxWeb's metadata).

    Args:
        source: A file, or the bytes of a reply.

    Raises:
        EvalueringError: Not JSON-stat, or a limit is passed.
    """
    name = _name(source)
    return _description(_dataset(_parsed(source, name), name), name)


def read_object(source: Path | bytes) -> dict[str, Any]:
    """A JSON object, strictly: no NaN, no infinity, no key twice, at most 20 levels.

    Args:
        source: A file, or the bytes of a reply. UTF-8, at most 50 MB.

    Raises:
        EvalueringError: The content is something else.
    """
    name = _name(source)
    content = _parsed(source, name)
    if not isinstance(content, dict):
        raise _not_json_stat(name)
    return cast("dict[str, Any]", content)


def _name(source: Path | bytes) -> str:
    return source.name if isinstance(source, Path) else "svaret"


def _parsed(source: Path | bytes, name: str) -> object:
    if isinstance(source, Path):
        text = read_text(source, max_bytes=MAX_BYTES)
    elif len(source) > MAX_BYTES:
        raise EvalueringError("Svaret er for stort.", name, "Velg færre koder.")
    else:
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise EvalueringError("Svaret er ikke UTF-8.", name, "Hent på nytt.") from error
    try:
        content: object = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_unique
        )
    except (ValueError, RecursionError) as error:
        raise EvalueringError(
            "Filen kan ikke leses som JSON.", name, "Hent tallene på nytt."
        ) from error
    except EvalueringError as error:
        raise EvalueringError(error.what, name, "Hent tallene på nytt.") from error
    if _is_deeper(content, MAX_DEPTH):
        raise EvalueringError(f"Innholdet går dypere enn {MAX_DEPTH} nivåer.", name)
    return content


def _no_constant(word: str) -> Never:
    raise EvalueringError(f"«{word}» er ikke et tall.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise EvalueringError("Et tall er for stort til å kunne leses.")
    return number


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise EvalueringError("En nøkkel står to ganger.")
    return content


def _is_deeper(content: object, levels: int) -> bool:
    if isinstance(content, dict):
        inner: Iterable[object] = cast("dict[str, object]", content).values()
    elif isinstance(content, list):
        inner = cast("list[object]", content)
    else:
        return False
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)


def _dataset(content: object, name: str) -> Mapping[str, Any]:
    """The dataset itself, with `id` and `size` on top as in version 2."""
    if not isinstance(content, dict):
        raise _not_json_stat(name)
    outer = cast("dict[str, Any]", content)
    inner = outer.get("dataset", outer)
    if not isinstance(inner, dict):
        raise _not_json_stat(name)
    dataset = cast("dict[str, Any]", inner)
    if not isinstance(dataset.get("dimension"), dict):
        raise _not_json_stat(name)
    dimensions = cast("dict[str, Any]", dataset["dimension"])
    if "id" in dataset:
        return dataset
    return {**dataset, "id": dimensions.get("id"), "size": dimensions.get("size")}


def _not_json_stat(name: str) -> EvalueringError:
    return EvalueringError("Dette er ikke en JSON-stat-tabell.", name, "Hent tallene på nytt.")


def _description(content: Mapping[str, Any], name: str) -> Description:
    ids, sizes = content["id"], content["size"]
    if (
        not isinstance(ids, list)
        or not isinstance(sizes, list)
        or not ids
        or len(cast("list[object]", ids)) != len(cast("list[object]", sizes))
    ):
        raise _not_json_stat(name)
    dimensions = tuple(
        _dimension(key, size, content["dimension"], name)
        for key, size in zip(cast("list[object]", ids), cast("list[object]", sizes), strict=True)
    )
    return Description(
        title=_text(content.get("label", ""), name),
        publisher=_text(content.get("source", ""), name),
        updated=_text(content.get("updated", ""), name),
        dimensions=dimensions,
    )


def _dimension(key: object, size: object, dimensions: Mapping[str, Any], name: str) -> Dimension:
    found = dimensions.get(key) if isinstance(key, str) else None
    category = cast("dict[str, Any]", found).get("category") if isinstance(found, dict) else None
    if not isinstance(category, dict) or not isinstance(size, int) or isinstance(size, bool):
        raise _not_json_stat(name)
    category = cast("dict[str, Any]", category)
    labels = cast("dict[str, Any]", category.get("label") or {})
    codes = _codes(category.get("index"), labels, name)
    if len(codes) != size:
        raise EvalueringError(
            f"Dimensjonen «{key}» har {len(codes)} koder, men størrelsen er oppgitt til {size}.",
            where=name,
            remedy="Hent tallene på nytt.",
        )
    return Dimension(
        id=_text(key, name),
        label=_text(cast("dict[str, Any]", found).get("label", key), name),
        codes=tuple(_text(code, name) for code in codes),
        labels=tuple(_text(labels.get(code, code), name) for code in codes),
    )


def _codes(index: object, labels: Mapping[str, Any], name: str) -> list[str]:
    """The codes in order: from a list, from code → position, or the only label there is."""
    if index is None and len(labels) == 1:
        return list(labels)
    if isinstance(index, list):
        return [_text(code, name) for code in cast("list[object]", index)]
    if not isinstance(index, dict):
        raise _not_json_stat(name)
    places = cast("dict[str, object]", index)
    if sorted(map(str, places.values())) != sorted(map(str, range(len(places)))):
        raise EvalueringError("Kodene i en dimensjon er ikke nummerert fra 0 og oppover.", name)
    return sorted(places, key=lambda code: cast("int", places[code]))


def _text(value: object, name: str) -> str:
    if isinstance(value, str) and not _UNWRITABLE.search(value):
        return value
    raise EvalueringError("En kode eller etikett er ikke tekst.", name, "Hent tallene på nytt.")


def _values(given: object, cells: int, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.full(cells, np.nan)
    if isinstance(given, list):
        found: Iterable[tuple[int, object]] = enumerate(cast("list[object]", given))
        has_right_size = len(cast("list[object]", given)) == cells
    elif isinstance(given, dict):
        entries = cast("dict[str, object]", given)
        has_right_size = _are_places(entries, cells)
        found = ((int(place), value) for place, value in entries.items()) if has_right_size else ()
    else:
        raise _not_json_stat(name)
    if not has_right_size:
        raise EvalueringError(
            f"Størrelsene sier {cells} tall, men det stemmer ikke med tallene i filen.",
            where=name,
            remedy="Hent tallene på nytt.",
        )
    for place, value in found:
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise EvalueringError("En verdi er ikke et tall.", name, "Hent tallene på nytt.")
        if abs(value) > _EXACT_WHOLE:
            raise EvalueringError("Et tall er for stort til å kunne leses.", name)
        values[place] = value
    return values


def _symbols(status: object, cells: int, name: str) -> list[str]:
    symbols = [""] * cells
    if status is None:
        return symbols
    if isinstance(status, str):
        found: Iterable[tuple[int, object]] = enumerate([status] * cells)
        fits = True
    elif isinstance(status, list):
        found = enumerate(cast("list[object]", status))
        fits = len(cast("list[object]", status)) == cells
    elif isinstance(status, dict):
        entries = cast("dict[str, object]", status)
        fits = _are_places(entries, cells)
        found = ((int(place), symbol) for place, symbol in entries.items()) if fits else ()
    else:
        raise _not_json_stat(name)
    if not fits:
        raise EvalueringError("Tegnene i filen passer ikke til antallet tall.", name)
    for place, symbol in found:
        text = "" if symbol is None else symbol
        if not isinstance(text, str) or text not in SYMBOLS:
            raise EvalueringError(
                "Filen bruker et tegn vi ikke kjenner.",
                where=name,
                remedy=f"Lov: {'  '.join(filter(None, SYMBOLS))}.",
            )
        symbols[place] = text
    return symbols


def _are_places(entries: Mapping[str, object], cells: int) -> bool:
    return all(
        place.isascii() and place.isdigit() and str(int(place)) == place and int(place) < cells
        for place in entries
    )


def _check_agreement(
    values: np.ndarray[Any, np.dtype[np.float64]], symbols: Sequence[str], name: str
) -> None:
    """A symbol for «no number» beside a number: a zero is a filler, another number a conflict."""
    left_out = np.array([symbol not in _WITH_NUMBER for symbol in symbols])
    filled = left_out & np.isfinite(values)
    if np.any(values[filled] != 0):
        raise EvalueringError(
            "Et tall står sammen med et tegn som sier at tallet ikke finnes.",
            where=name,
            remedy="Hent tallene på nytt.",
        )
    values[filled] = np.nan


def _frame(
    about: Description,
    values: np.ndarray[Any, np.dtype[np.float64]],
    symbols: Sequence[str],
    name: str,
) -> pd.DataFrame:
    sizes = [len(dimension.codes) for dimension in about.dimensions]
    places = np.unravel_index(np.arange(about.cells), sizes)
    columns: dict[str, object] = {}
    for dimension, place in zip(about.dimensions, places, strict=True):
        columns[dimension.id] = np.asarray(dimension.codes, dtype=object)[place]
        columns[f"{dimension.id}_etikett"] = np.asarray(dimension.labels, dtype=object)[place]
    if len(columns) != 2 * len(sizes) or set(columns) & set(_RESERVED):
        raise EvalueringError("To dimensjoner har samme navn.", name, "Hent tallene på nytt.")
    frame = pd.DataFrame(columns, dtype="str")
    frame["verdi"] = values
    signs = [
        Sign.MISSING if not symbol and math.isnan(value) else SYMBOLS[symbol]
        for symbol, value in zip(symbols, values, strict=True)
    ]
    frame["verdi_tegn"] = pd.Series([str(sign) for sign in signs], dtype="str")
    frame["verdi_symbol"] = pd.Series(list(symbols), dtype="str")
    return frame


def _units(content: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in content["id"]:
        units = content["dimension"][key]["category"].get("unit")
        if isinstance(units, dict):
            found |= cast("dict[str, Any]", units)
    return found
