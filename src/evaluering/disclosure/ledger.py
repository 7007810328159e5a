"""The ledger of a municipality: every cell it has ever published, shown or hidden.

`reports/<kommune_nr>_utgivelser.jsonl` is only ever added to. It never holds a hidden value, or the
ledger would be the secret. Each published folder carries its own slice (`regnskap.jsonl`), so a
lost ledger can be built again, and one that was cut is found out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from evaluering.disclosure.ledger_lines import (
    ABORTED,
    CELL,
    EXTERNAL,
    ISSUED,
    NOTHING_BEFORE,
    PREPARED,
    BrokenLedgerError,
    Record,
    cell_record,
    chained,
    check_order,
    head_of,
    parsed,
    published_cell,
)
from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.model import Cell, PublishedCell

SLICE: Final = "regnskap.jsonl"
_FOLDER: Final = re.compile(r"utgave-([1-9][0-9]*)")
_LEDGER: Final = "_utgivelser.jsonl"


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version: the report's name and its number."""

    report: str
    number: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger whose whole chain holds.

    Attributes:
        text: Its lines.
        records: The same, read.
    """

    text: str
    records: tuple[Record, ...]

    @property
    def head(self) -> str:
        """Digest of the last line."""
        return head_of(self.text)

    @property
    def cells(self) -> tuple[PublishedCell, ...]:
        """What binds: prepared, issued, aborted and outside cells, in the order they came."""
        found = [published_cell(item) for item in self.records if item["type"] in (CELL, EXTERNAL)]
        # The same said again by a later edition binds no more than it did.
        first = {replace(item, report="", edition=0): item for item in reversed(found)}
        return tuple(item for item in found if first[replace(item, report="", edition=0)] is item)

    @property
    def pending(self) -> Edition | None:
        """The edition that was prepared and neither issued nor aborted."""
        opened = [item for item in self.records if item["type"] == PREPARED]
        closed = sum(item["type"] in (ISSUED, ABORTED) for item in self.records)
        return _edition(opened[-1]) if len(opened) > closed else None

    def editions(self, report: str) -> tuple[int, ...]:
        """Every number a report has used, also of aborted editions."""
        return tuple(
            item["utgave"]
            for item in self.records
            if item["type"] == PREPARED and item["rapport"] == report
        )

    def manifests(self) -> dict[Edition, str]:
        """Digest of the public manifest of each edition."""
        return {
            _edition(item): item["manifest_sha256"]
            for item in self.records
            if item["type"] == PREPARED
        }

    def shown_since(self) -> dict[Cell, str]:
        """For each cell that was shown, the day (ISO) it first was."""
        days: dict[Cell, str] = {}
        day = ""
        for item in self.records:
            if item["type"] in (PREPARED, EXTERNAL):
                day = item["dato"]
            if item["type"] in (CELL, EXTERNAL):
                seen = published_cell(item)
                if seen.is_shown:
                    days.setdefault(seen.cell, day)
        return days


def ledger_path(reports: Path, kommune_nr: str) -> Path:
    """Where a municipality's ledger lies.

    Args:
        reports: The folder `reports`.
        kommune_nr: The municipality's newest number.
    """
    return reports / f"{kommune_nr}{_LEDGER}"


def open_ledger(path: Path, published_folders: Iterable[Path] = ()) -> Ledger:
    """Read a ledger, and see that nothing was taken from it.

    Args:
        path: `reports/<kommune_nr>_utgivelser.jsonl`; a municipality that has published nothing
            has none.
        published_folders: Every `utgave-N` of the municipality.

    Raises:
        EvalueringError: It is missing, was edited or cut, or lacks what a published folder holds.
    """
    try:
        text = path.read_bytes().decode("utf-8") if path.is_file() else ""
        ledger = _whole(text)
        for folder in published_folders:
            _check_folder(ledger, folder)
    except (BrokenLedgerError, UnicodeDecodeError, OSError) as error:
        raise _broken(path) from error
    return ledger


def read(path: Path, published_folders: Iterable[Path] = ()) -> tuple[PublishedCell, ...]:
    """Every cell that binds a new report; arguments and errors as `open_ledger`."""
    return open_ledger(path, published_folders).cells


def append(path: Path, lines: str) -> Ledger:
    """Add lines to a ledger, wholly or not at all.

    Args:
        path: The ledger.
        lines: From `prepare`, `closing` or `external`, made from the ledger as it stands.

    Raises:
        EvalueringError: The lines do not follow on what stands there.
    """
    ledger = open_ledger(path)
    text = ledger.text + lines
    try:
        longer = _whole(text)
    except BrokenLedgerError as error:
        raise _broken(path) from error
    write_file(path, text)
    return longer


def closing(ledger: Ledger, *, is_issued: bool) -> str:
    """The line that closes the edition that is prepared: issued, or aborted and still binding.

    Raises:
        EvalueringError: No edition is prepared.
    """
    edition = ledger.pending
    if edition is None:
        raise EvalueringError("Ingen utgave er forberedt.", where="regnskapet over utgitte tall")
    record: Record = {
        "type": ISSUED if is_issued else ABORTED,
        "rapport": edition.report,
        "utgave": edition.number,
    }
    return chained([record], ledger.head)


def external(ledger: Ledger, cells: Iterable[PublishedCell], *, source: str, day: str) -> str:
    """Lines for cells another publisher has shown or hidden; our numbers must not open those.

    Args:
        ledger: As it stands.
        cells: The cells; hidden ones may have bounds.
        source: The publisher and its table.
        day: The day it was published or read, ISO.

    Raises:
        EvalueringError: Source or day is missing.
    """
    if not source or not day:
        raise EvalueringError(
            "Tall fra andre må ha kilde og dato.", where="regnskapet over utgitte tall"
        )
    records: list[Record] = [
        {
            **cell_record(item.cell, item.value, item.lower or 0, item.upper),
            "type": EXTERNAL,
            "kilde": source,
            "dato": day,
        }
        for item in cells
    ]
    return chained(records, ledger.head)


def rebuilt(published_folders: Iterable[Path]) -> str:
    """A lost ledger, made again from the slices of all the published folders.

    What came after the last one (an aborted edition, outside figures) cannot be had back.

    Args:
        published_folders: Every `utgave-N` of the municipality, in any order.

    Raises:
        EvalueringError: The slices do not make a whole chain.
    """
    try:
        slices = {parsed(text, None)[0]["forrige"]: text for text in map(_slice, published_folders)}
        whole, head = "", NOTHING_BEFORE
        while head in slices:
            text = slices.pop(head)
            whole += text
            head = head_of(text)
        if slices:
            raise BrokenLedgerError("a slice is missing")
        ledger = _whole(whole)
    except (BrokenLedgerError, UnicodeDecodeError, OSError, IndexError) as error:
        raise EvalueringError(
            "Regnskapet kan ikke bygges opp igjen av de utgitte rapportene, for en av dem mangler "
            "eller er endret.",
            where="reports",
            remedy="Hent mappene utgave-1, utgave-2 og så videre fra sikkerhetskopien.",
        ) from error
    return whole + closing(ledger, is_issued=True) if whole else ""


def _whole(text: str) -> Ledger:
    records = parsed(text)
    check_order(records)
    return Ledger(text, records)


def _check_folder(ledger: Ledger, folder: Path) -> None:
    """What a published folder carries must stand in the ledger, line for line, and be issued."""
    text = _slice(folder)
    own = _edition_of(folder)
    records = parsed(text, None)
    if not any(item["type"] == PREPARED and _edition(item) == own for item in records):
        raise BrokenLedgerError("a folder holds another edition's slice")
    if f"\n{text}" not in f"\n{ledger.text}":
        raise BrokenLedgerError("lines of a published folder are missing")
    if any(item["type"] == ABORTED and _edition(item) == own for item in ledger.records):
        raise BrokenLedgerError("a published folder is said to be aborted")


def _slice(folder: Path) -> str:
    text = (folder / SLICE).read_bytes().decode("utf-8")
    if not text:
        raise BrokenLedgerError("an empty slice")
    return text


def _edition_of(folder: Path) -> Edition:
    number = _FOLDER.fullmatch(folder.name)
    if not number:
        raise BrokenLedgerError("not the name of a published folder")
    return Edition(folder.parent.name, int(number[1]))


def _edition(record: Record) -> Edition:
    return Edition(record["rapport"], record["utgave"])


def _broken(path: Path) -> EvalueringError:
    return EvalueringError(
        "Regnskapet over utgitte tall mangler eller er endret. Gjenopprett "
        f"{path.parent.name}/{path.name} før du går videre."
    )
