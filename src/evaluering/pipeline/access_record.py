"""The record of accessibility tests: `docs/uu-test.json`, made by `make uu`, goes with each report.

The run lays it beside the safe findings, where notebook 90 sees that there is one. When it was
tested is the shell's own word, at the foot of the report.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

from babel.dates import format_date

from evaluering.files import write_file

RECORD: Final = "uu-test.json"
LAID_OUT: Final = f"_{RECORD}"  # not a finding; `display.page` looks for the same name


def lay_out(root: Path, utdata: Path) -> None:
    """Put the project's record where the run can see it; without one, nothing.

    Args:
        root: The project folder.
        utdata: The run's folder of safe findings.
    """
    kept = root / "docs" / RECORD
    if kept.is_file():
        write_file(utdata / LAID_OUT, kept.read_bytes())


def record_file(utdata: Path) -> dict[str, bytes]:
    """File name → content of the record the run has, or nothing."""
    laid = utdata / LAID_OUT
    return {RECORD: laid.read_bytes()} if laid.is_file() else {}


def tested_line(utdata: Path) -> tuple[str, ...]:
    """When pages made this way were last tested, in words; nothing without a record."""
    for content in record_file(utdata).values():
        day = format_date(date.fromisoformat(json.loads(content)["dato"]), "d. MMMM y", locale="nb")
        return (f"Malen er prøvd for universell utforming {day}.",)
    return ()
