"""What a municipality has published so far: its folders, its ledger, and what binds a new report.

A municipality keeps its identity when its number changes (3004 is 3107): the ledger bears the
newest number, and what was published under an earlier one binds all the same.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from evaluering.disclosure.ledger import SLICE, Edition, Ledger, ledger_path, open_ledger
from evaluering.errors import EvalueringError
from evaluering.inputs.municipality_codes import MunicipalityCodes, read_municipality_codes
from evaluering.model import PublishedCell
from evaluering.pipeline.manifest import MANIFEST, file_digest

EDITION: Final = re.compile(r"utgave-([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A municipality's published reports.

    Attributes:
        kommune_nr: Its newest number.
        path: Where its ledger lies or will lie.
        ledger: The ledger, verified against the folders.
        folders: Every published folder, under any of its numbers.
        cells: Everything that binds, also what was published under an earlier number.
    """

    kommune_nr: str
    path: Path
    ledger: Ledger
    folders: tuple[Path, ...]
    cells: tuple[PublishedCell, ...]


@cache
def _codes() -> MunicipalityCodes:
    return read_municipality_codes()


def newest_number(kommune_nr: str) -> str:
    """The number the municipality has today; lock and ledger bear it."""
    return _codes().newest(kommune_nr)


def read_shelf(root: Path, kommune_nr: str) -> Shelf:
    """Read and verify what binds a new report of a municipality.

    Args:
        root: The project folder.
        kommune_nr: Its number, of any year.

    Raises:
        EvalueringError: A ledger is missing, edited or cut, or a published folder was changed.
    """
    reports = root / "reports"
    codes = _codes()
    newest = codes.newest(kommune_nr)
    folders = published_folders(reports)
    ledgers = {
        number: open_ledger(
            ledger_path(reports, number),
            [folder for folder, owner in folders.items() if owner == number],
        )
        for number in codes.all_of(kommune_nr)
    }
    own = [folder for folder, owner in folders.items() if owner in ledgers]
    for folder in own:
        if not is_whole(folder, ledgers[folders[folder]]):
            raise _spoilt(folder)
    return Shelf(
        newest,
        ledger_path(reports, newest),
        ledgers[newest],
        tuple(own),
        tuple(cell for _, item in sorted(ledgers.items()) for cell in item.cells),
    )


def published_folders(reports: Path) -> dict[Path, str]:
    """Every `utgave-N` under `reports`, with the municipality number it was published under.

    Raises:
        EvalueringError: A folder's manifest is missing or cannot be read.
    """
    found = {
        folder: int(number[1])
        for folder in reports.glob("*/utgave-*")
        if (number := EDITION.fullmatch(folder.name)) and folder.is_dir()
    }
    ordered = sorted(found, key=lambda folder: (folder.parent.name, found[folder]))
    return {folder: _owner(folder) for folder in ordered}


def is_whole(folder: Path, ledger: Ledger, edition: Edition | None = None) -> bool:
    """Whether an edition's folder holds its public files, as they were made, and nothing else.

    Args:
        folder: The folder.
        ledger: The ledger it is bound to.
        edition: Which one it is; from its name when None.
    """
    if edition is None:
        number = EDITION.fullmatch(folder.name)
        edition = Edition(folder.parent.name, int(number[1]) if number else 0)
    try:
        manifest = folder / MANIFEST
        if file_digest(manifest) != ledger.manifests().get(edition):
            return False
        files = json.loads(manifest.read_text(encoding="utf-8"))["filer"]
        named = [Path(name) for name in (*files, MANIFEST, SLICE)]
        expected = {part for name in named for part in (name, *name.parents)} - {Path()}
        there = {path.relative_to(folder) for path in folder.rglob("*")}
        return there == expected and all(
            file_digest(folder / name) == digest for name, digest in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _owner(folder: Path) -> str:
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["kommune_nr"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _spoilt(folder) from error


def _spoilt(folder: Path) -> EvalueringError:
    return EvalueringError(
        "En utgitt rapport er ikke slik den ble gitt ut. Noe i mappen mangler eller er endret.",
        where=f"reports/{folder.parent.name}/{folder.name}",
        remedy="Hent mappen fra sikkerhetskopien. En utgitt rapport skal aldri endres.",
    )
