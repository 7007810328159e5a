"""Broken workbooks and text files: refused, or read as exactly what stands in them.

At least 1,000 by default; `EVALUERING_BEVIS=1` makes at least 20,000. The counts are printed.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from mutated_workbooks import (
    CSV_CHANGES,
    WORKBOOK_CHANGES,
    Cells,
    Stored,
    packed,
    parts_of,
    reference,
)
from planted_values import seeded
from test_sheet_csv import as_text
from workbook_material import LAYOUT, PLAN, right_rows, write_plain

from evaluering.errors import EvalueringError
from evaluering.inputs.house_key import FIXED_KEY
from evaluering.inputs.workbook.columns import Kind, Sheet
from evaluering.inputs.workbook.read import Workbook, read_workbook
from evaluering.inputs.workbook.read_csv import read_csv_sheet

IS_LARGE = bool(os.environ.get("EVALUERING_BEVIS"))
PER_CHANGE = 460 if IS_LARGE else 23
CSV_PER_CHANGE = 320 if IS_LARGE else 16
SHEETS = ("ungdata", "plasseringer", "forholdstall", "saker")
OTHERS = [sheet.id for sheet in LAYOUT.sheets if sheet.id not in SHEETS]
MAX_SECONDS = 5
SIGNS = {":", ".."}


def check(path: Path) -> Workbook:
    return read_workbook(
        path, plan=PLAN, personrader=("saker",), key=FIXED_KEY, aar=2026, uten_data=OTHERS
    )


def base(folder: Path) -> bytes:
    rows = right_rows()
    path = write_plain(folder / "bok.xlsx", {id: rows[id] for id in SHEETS})
    assert check(path).problems == ()
    return path.read_bytes()


def differences(frames: Mapping[str, pd.DataFrame], sheets: Mapping[str, Cells]) -> list[str]:
    """Cells of the frames that are not what the reference says stands in the file."""
    found: list[str] = []
    for title, cells in sheets.items():
        sheet = LAYOUT.sheet_meant(title)
        frame = frames.get(sheet.id) if sheet is not None else None
        if sheet is not None and frame is not None:
            found += _sheet_differences(sheet, frame, cells)
    return found


def _sheet_differences(sheet: Sheet, frame: pd.DataFrame, cells: Cells) -> list[str]:
    places = {}
    for (row, place), cell in cells.items():
        column = sheet.column_meant(cell.text) if row == 1 and cell.text else None
        if column is not None:
            places[column.name] = place
    filled = {
        row
        for row, place in cells
        if row > 1 and place not in {places.get(name) for name in sheet.prefilled}
        and (cells[row, place].text is None or str(cells[row, place].text).strip())
    }  # fmt: skip
    found = [] if set(frame.index) == filled else [f"{sheet.id}: rows"]
    for column in sheet.columns:
        if column.rekey or column.kind in (Kind.CODE, Kind.YES_NO, Kind.PATTERN, Kind.TEXT):
            continue
        for row, value in frame[column.name].items():
            cell = cells.get((int(str(row)), places.get(column.name, 0)))
            if not _is_same(value, cell, column.kind):
                found.append(f"{sheet.id}: {column.name}")
    return found


def _is_same(value: object, cell: Stored | None, kind: Kind) -> bool:
    text = (cell.text or "").replace("\u00a0", " ").strip() if cell is not None else ""
    if pd.isna(value):
        return cell is None or (cell.text is not None and text in ("", *SIGNS))
    if cell is None or cell.other:
        return False
    if kind is Kind.DATE:
        stamp = pd.Timestamp(str(value))
        if cell.number is not None:
            day = pd.Timestamp("1899-12-30") + pd.Timedelta(days=cell.number)
            return cell.is_date and stamp == day.round("s")
        day_text = stamp.strftime("%d.%m.%Y")
        return [int(part) for part in text.split(".")] == [int(p) for p in day_text.split(".")]
    number = float(str(value))
    if cell.number is not None:
        shown = round(cell.number * 100, 9) if cell.is_percent else cell.number
        return number == shown and not cell.is_date
    return number == float(text.rstrip("% ").replace(",", ".").replace("−", "-"))


def told(counts: Counter[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        parts = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
        print(f"\n{what}: {counts.total()} filer: {parts}")  # noqa: T201 the counts are part of the proof


def outcome(read: Workbook | EvalueringError) -> str:
    if isinstance(read, EvalueringError):
        return "avvist"
    return "feil i celler" if read.errors else "lest"


def test_mutated_workbooks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = base(tmp_path)
    path = tmp_path / "endret.xlsx"
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for name, change in WORKBOOK_CHANGES.items():
        for seed in range(PER_CHANGE):
            changed = change(content, seeded(f"{name} {seed}"))
            path.write_bytes(changed)
            start = time.process_time()
            try:
                result: Workbook | EvalueringError = check(path)
            except EvalueringError as refused:
                result = refused
            slow = time.process_time() - start > MAX_SECONDS
            counts[outcome(result)] += 1
            wrong += [f"{name} {seed}: slow"] if slow else []
            if isinstance(result, Workbook) and not result.errors:
                stands = reference(changed)
                assert not stands.is_ambiguous, f"{name} {seed}"
                wrong += [
                    f"{name} {seed}: {item}" for item in differences(result.frames, stands.sheets)
                ]
    told(counts, "Endrede arbeidsbøker", capsys)
    assert wrong == []
    assert counts.total() >= (15_000 if IS_LARGE else 750)
    assert min(counts.values()) > 50  # all three outcomes are met


def test_mutated_text_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = as_text(right_rows(), "plasseringer", ";").encode("utf-8")
    path = tmp_path / "endret.csv"
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for name, change in CSV_CHANGES.items():
        for seed in range(CSV_PER_CHANGE):
            changed = change(content, seeded(f"{name} {seed}"))
            path.write_bytes(changed)
            start = time.process_time()
            try:
                result: Workbook | EvalueringError = read_csv_sheet(
                    path, "plasseringer", plan=PLAN, aar=2026
                )
            except EvalueringError as refused:
                result = refused
            slow = time.process_time() - start > MAX_SECONDS
            counts[outcome(result)] += 1
            wrong += [f"{name} {seed}: slow"] if slow else []
            if isinstance(result, Workbook) and not result.errors:
                sheets = {"Plasseringer": _csv_cells(changed)}
                wrong += [f"{name} {seed}: {item}" for item in differences(result.frames, sheets)]
    told(counts, "Endrede tekstfiler", capsys)
    assert wrong == []
    assert counts.total() >= (4_500 if IS_LARGE else 240)
    assert min(counts.values()) > 20


def _csv_cells(content: bytes) -> Cells:
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    return {
        (row, place): Stored(text=field)
        for row, fields in enumerate(lines, start=1)
        for place, field in enumerate(fields, start=1)
        if field.strip()
    }


def test_reference_sees_a_number_that_was_read_wrongly(tmp_path: Path) -> None:
    """The judge itself: one number changed behind its back is found."""
    content = base(tmp_path)
    frames = {id: frame.copy() for id, frame in check(tmp_path / "bok.xlsx").frames.items()}
    sheets = reference(content).sheets
    assert differences(frames, sheets) == []
    frames["forholdstall"].loc[2, "antall_forhold"] += 1
    assert differences(frames, sheets) == ["forholdstall: antall_forhold"]
    assert packed(parts_of(content)) != b""
