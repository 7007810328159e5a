"""The lines of the ledger: canonical JSON, each with the digest of the one before it.

Sorts of line: `forberedt` opens an edition and says how many cells follow, `celle` is one cell of
it, `utgitt` or `avbrutt` closes it, and `ekstern` is a cell somebody else has published. A value
stands only where it was shown; for a hidden cell the interval any reader could compute.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from evaluering.model import Cell, CountTable, PublishedCell, SafeTable

PREPARED: Final = "forberedt"
CELL: Final = "celle"
ISSUED: Final = "utgitt"
ABORTED: Final = "avbrutt"
EXTERNAL: Final = "ekstern"
SHOWN: Final = "vist"
HIDDEN: Final = "skjult"
NOTHING_BEFORE: Final = "0" * 64

_DIGEST_LENGTH: Final = 64
_NAMED: Final = {"type", "forrige"}
_EDITION: Final = _NAMED | {"rapport", "utgave"}
_IDENTITY: Final = {"enhet", "populasjon", "periode", "celle", "status"}
_RULES: Final = {"regelsett", "terskel"}
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    PREPARED: frozenset(_EDITION | {"kommune_nr", "dato", "antall", "manifest_sha256"}),
    CELL: frozenset(_EDITION | _IDENTITY | _RULES | {"tabell", "tabell_sha256"}),
    ISSUED: frozenset(_EDITION),
    ABORTED: frozenset(_EDITION),
    EXTERNAL: frozenset(_NAMED | _IDENTITY | {"kilde", "dato"}),
}
_BY_STATUS: Final = {SHOWN: {"verdi"}, HIDDEN: {"minst", "hoeyst"}}

Record = Mapping[str, Any]


class BrokenLedgerError(ValueError):
    """The lines are not what was once written. Says which line, never what stands in it."""


def chained(records: Iterable[Record], head: str) -> str:
    """Records as lines, each bound to the one before.

    Args:
        records: Without `forrige`.
        head: Digest of the line before the first.

    Returns:
        Text with LF after each line.
    """
    lines: list[str] = []
    for record in records:
        line = _canonical({**record, "forrige": head})
        head = line_digest(line)
        lines.append(f"{line}\n")
    return "".join(lines)


def line_digest(line: str) -> str:
    """SHA-256 of one line without its line break."""
    return hashlib.sha256(line.encode("utf-8")).hexdigest()


def head_of(text: str, before: str = NOTHING_BEFORE) -> str:
    """Digest of the last line; `before` when there is none."""
    return line_digest(text.split("\n")[-2]) if text else before


def parsed(text: str, before: str | None = NOTHING_BEFORE) -> tuple[Record, ...]:
    """Every line, when the chain between them holds.

    Args:
        text: Whole lines.
        before: Digest the first line must be bound to; None takes what it says.

    Raises:
        BrokenLedgerError: A line was changed, taken out, moved, cut, or is of no known sort.
    """
    if text and not text.endswith("\n"):
        raise BrokenLedgerError("last line")
    records: list[Record] = []
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        record = _record(line, number)
        if before is not None and record["forrige"] != before:
            raise BrokenLedgerError(f"line {number}: chain")
        before = line_digest(line)
        records.append(record)
    return tuple(records)


def cell_record(cell: Cell, value: int | None, lower: int | None, upper: int | None) -> Record:
    """The part of a line that says which cell, and what anyone may know of it.

    Args:
        cell: Which one.
        value: The number when it is shown.
        lower: The least it can be, when it is hidden.
        upper: The most; None is no bound.
    """
    known: Record = (
        {"status": HIDDEN, "minst": lower, "hoeyst": upper}
        if value is None
        else {"status": SHOWN, "verdi": value}
    )
    return {
        "enhet": cell.unit,
        "populasjon": cell.population,
        "periode": cell.period,
        "celle": [list(pair) for pair in cell.at],
        **known,
    }


def published_cell(record: Record) -> PublishedCell:
    """The cell of a line of sort `celle` or `ekstern`."""
    at = tuple((str(name), str(value)) for name, value in record["celle"])
    rules = (
        {}
        if record["type"] == EXTERNAL
        else {
            "edition": record["utgave"],
            "rule_set": record["regelsett"],
            "threshold": record["terskel"],
        }
    )
    return PublishedCell(
        cell=Cell(record["enhet"], record["populasjon"], record["periode"], at),
        value=record.get("verdi"),
        lower=record.get("minst"),
        upper=record.get("hoeyst"),
        report=record["kilde"] if record["type"] == EXTERNAL else record["rapport"],
        **rules,
    )


def definition_digest(table: SafeTable | CountTable) -> str:
    """SHA-256 of what a table is: its cells and what binds them, and none of its numbers."""
    content = {
        "navn": table.name,
        "dimensjoner": list(table.dimensions),
        "total": table.total,
        "enhet": table.unit,
        "populasjon": table.population,
        "periode": table.period,
        "hierarkier": {name: dict(tree) for name, tree in table.hierarchies.items()},
        "relasjoner": [
            [item.kind, [[number, _listed(cell)] for number, cell in item.terms]]
            for item in table.relations
        ],
    }
    return hashlib.sha256(_canonical(content).encode("utf-8")).hexdigest()


def _listed(cell: Cell) -> list[Any]:
    return [cell.unit, cell.population, cell.period, [list(pair) for pair in cell.at]]


def _canonical(content: Record) -> str:
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _record(line: str, number: int) -> Record:
    try:
        content: object = json.loads(line)
    except ValueError as error:
        raise BrokenLedgerError(f"line {number}: not JSON") from error
    if not isinstance(content, dict) or _canonical(cast("Record", content)) != line:
        raise BrokenLedgerError(f"line {number}: not canonical")
    record = cast("dict[str, Any]", content)
    if not _is_declared(record):
        raise BrokenLedgerError(f"line {number}: fields")
    return record


def _is_declared(record: Record) -> bool:
    """Exactly the fields of its sort: so a hidden cell has no place for a value."""
    sort = record.get("type")
    if not isinstance(sort, str) or sort not in _KEYS:
        return False
    expected: set[str] = set(_KEYS[sort])
    if sort in (CELL, EXTERNAL):
        expected |= _BY_STATUS.get(str(record.get("status")), {"?"})
    return set(record) == expected and all(_FIELDS[name](value) for name, value in record.items())


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_bound(value: object) -> bool:
    return value is None or _is_count(value)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST_LENGTH and value.isalnum()


def _is_place(value: object) -> bool:
    """Pairs of texts, sorted, each dimension once."""
    if not isinstance(value, list):
        return False
    pairs = cast("list[object]", value)
    is_pairs = all(
        isinstance(pair, list) and [type(item) for item in cast("list[object]", pair)] == [str, str]
        for pair in pairs
    )
    names = [pair[0] for pair in cast("list[list[str]]", pairs)] if is_pairs else []
    return is_pairs and names == sorted(set(names))


_FIELDS: Final[Mapping[str, Callable[[object], bool]]] = {
    **dict.fromkeys(
        ("type", "rapport", "kommune_nr", "dato", "tabell", "enhet", "populasjon", "periode"),
        _is_text,
    ),
    **dict.fromkeys(("status", "regelsett", "kilde"), _is_text),
    **dict.fromkeys(("utgave", "antall", "verdi", "terskel"), _is_count),
    **dict.fromkeys(("minst", "hoeyst"), _is_bound),
    **dict.fromkeys(("forrige", "tabell_sha256", "manifest_sha256"), _is_digest),
    "celle": _is_place,
}


def check_order(records: Iterable[Record]) -> None:
    """An edition is opened, has the cells it said, and is closed before the next one opens.

    Args:
        records: A whole ledger.

    Raises:
        BrokenLedgerError: It is not so.
    """
    lines: Iterator[Record] = iter(records)
    is_open: tuple[str, int] | None = None
    for record in lines:
        sort = record["type"]
        edition = (record.get("rapport", ""), record.get("utgave", 0))
        if sort == PREPARED:
            if is_open:
                raise BrokenLedgerError("an edition is not closed")
            is_open = edition
            _check_cells(lines, edition, record["antall"])
        elif sort == CELL or (sort in (ISSUED, ABORTED) and edition != is_open):
            raise BrokenLedgerError("a line without its edition")
        elif sort in (ISSUED, ABORTED):
            is_open = None


def _check_cells(lines: Iterator[Record], edition: tuple[str, int], number: int) -> None:
    for _ in range(number):
        record = next(lines, None)
        if (
            record is None
            or record["type"] != CELL
            or (record["rapport"], record["utgave"]) != edition
        ):
            raise BrokenLedgerError("an edition lacks cells")
