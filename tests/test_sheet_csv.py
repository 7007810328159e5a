"""One sheet as separated text gives the same frame and the same refusals as in the workbook."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_material import (
    ALL_PERSONS,
    LAYOUT,
    PLAN,
    Rows,
    read_all,
    right_rows,
    write_plain,
)

from evaluering.errors import EvalueringError
from evaluering.inputs.house_key import FIXED_KEY
from evaluering.inputs.workbook.read import Workbook
from evaluering.inputs.workbook.read_csv import CsvEncoding, Separator, read_csv_sheet


def as_text(rows: Rows, id: str, delimiter: str) -> str:
    """A sheet as a regulary saved file: labels, decimal comma, dd.mm.åååå."""
    content = io.StringIO()
    writer = csv.writer(content, delimiter=delimiter, lineterminator="\r\n")
    columns = [column for column in LAYOUT.sheet(id).columns if not column.is_opt_in]
    writer.writerow([column.label for column in columns])
    for row in rows[id]:
        writer.writerow([_shown(row.get(column.name)) for column in columns])
    return content.getvalue()


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value).replace(".", ",") if (
        isinstance(value, float)
    ) else str(value)  # fmt: skip


def read(
    path: Path, id: str, delimiter: Separator = ";", encoding: CsvEncoding = "utf-8", **changes: Any
) -> Workbook:
    arguments: dict[str, Any] = {
        "plan": PLAN,
        "personrader": ALL_PERSONS,
        "key": FIXED_KEY,
        "aar": 2026,
    } | changes
    return read_csv_sheet(path, id, delimiter=delimiter, encoding=encoding, **arguments)


@pytest.mark.parametrize("delimiter", [";", ","])
def test_every_sheet_gives_the_frame_of_the_workbook(tmp_path: Path, delimiter: Separator) -> None:
    rows = right_rows()
    frames = read_all(write_plain(tmp_path / "bok.xlsx", rows)).frames
    path = tmp_path / "ark.csv"
    for sheet in LAYOUT.sheets:
        path.write_text(as_text(rows, sheet.id, delimiter), encoding="utf-8-sig", newline="")
        found = read(path, sheet.id, delimiter)
        assert found.problems == ()
        pd.testing.assert_frame_equal(found.frames[sheet.id], frames[sheet.id])


def test_older_encoding_is_read_when_it_is_declared(tmp_path: Path) -> None:
    path = tmp_path / "ark.csv"
    text = as_text(right_rows(), "plasseringer", ";")
    path.write_bytes(text.encode("cp1252"))
    assert read(path, "plasseringer", encoding="cp1252").problems == ()
    with pytest.raises(EvalueringError, match="utf-8"):
        read(path, "plasseringer")


def test_other_separator_than_declared_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ark.csv"
    path.write_text(as_text(right_rows(), "plasseringer", ";"), encoding="utf-8")
    with pytest.raises(EvalueringError):
        read(path, "plasseringer", ",")


def test_faults_are_told_as_in_the_workbook(tmp_path: Path) -> None:
    rows = right_rows()
    rows["plasseringer"][0] |= {"nye_barn": "ca. 3", "type": "=1+1"}
    path = tmp_path / "ark.csv"
    path.write_text(as_text(rows, "plasseringer", ";"), encoding="utf-8")
    found = read(path, "plasseringer")
    assert [(problem.code, problem.cell) for problem in found.problems] == [
        ("literal_error", "B2"),
        ("approximate", "C2"),
    ]
    assert dict(found.frames) == {}


def test_numbers_as_text_are_no_interpretation_in_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "ark.csv"
    path.write_text(as_text(right_rows(), "plasseringer", ";"), encoding="utf-8")
    kinds = {note.kind for note in read(path, "plasseringer").interpretations}
    assert kinds == {"sign"}


def test_sheet_about_persons_must_be_switched_on(tmp_path: Path) -> None:
    path = tmp_path / "ark.csv"
    path.write_text(as_text(right_rows(), "saker", ";"), encoding="utf-8")
    with pytest.raises(EvalueringError, match="ikke slått på"):
        read(path, "saker", personrader=())


def test_identifier_stops_the_reading(tmp_path: Path) -> None:
    rows = right_rows()
    rows["saker"][0]["sak_id"] = number = "150311" + "12345"
    path = tmp_path / "ark.csv"
    path.write_text(as_text(rows, "saker", ";"), encoding="utf-8")
    with pytest.raises(EvalueringError) as refused:
        read(path, "saker")
    assert number not in str(refused.value)
