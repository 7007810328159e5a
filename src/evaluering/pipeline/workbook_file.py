"""`tall.xlsx` from the tables of the report, and the gate that reads it back cell by cell."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import nbformat
import openpyxl

from evaluering.display import workbook_out
from evaluering.display.workbook_out import CONTENTS, COVER, HEADER_ROW, Cover
from evaluering.model import SafeFinding, Source
from evaluering.pipeline.export import PageContext
from evaluering.pipeline.number_gate import RECORD_TYPE, Ground, Note, notes_of, refusal
from evaluering.pipeline.page_numbers import Chunk

WORKBOOK: Final = "tall.xlsx"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A table of the page, from the record of the piece it stands in.

    Attributes:
        table: Id, caption, columns and note, as `display` wrote them.
        source: Id of the finding it shows.
        notes: The numbers the formatter wrote for the piece.
    """

    table: Mapping[str, Any]
    source: str
    notes: tuple[Note, ...]


def make_workbook(report: Path, context: PageContext) -> bytes:
    """The workbook of a report.

    Args:
        report: The executed notebook 90, without a chapter.
        context: As the report's page was made with: its words and its safe findings.

    Returns:
        The bytes of the file, checked by `check_workbook`.

    Raises:
        EvalueringError: A cell holds something that was not controlled.
    """
    tables = recorded_tables(report)
    given = (*context.header_line, *context.marks, *context.footer)
    cover = Cover("Tallene i evalueringen", given, _sources(context.findings))
    content = workbook_out.workbook([one.table for one in tables], cover)
    check_workbook(content, tables, cover, context.findings)
    return content


def recorded_tables(report: Path) -> list[Recorded]:
    """Every table of the page, in order, from the records of an executed notebook."""
    node = cast("Any", nbformat).read(report, as_version=4)
    return [
        Recorded(table, str(piece["source"]), notes_of(piece))
        for cell in node.cells
        for output in cell.get("outputs", [])
        for piece in output.get("data", {}).get(RECORD_TYPE, {"pieces": []})["pieces"]
        for table in piece["sheets"]
    ]


def check_workbook(
    content: bytes, tables: Sequence[Recorded], cover: Cover, safe: Sequence[SafeFinding]
) -> None:
    """Refuse a workbook with a cell that is not a cell of the page.

    Args:
        content: The finished file.
        tables: The tables of the page.
        cover: What the first sheet may say.
        safe: The safe findings: each number must stand in them.

    Raises:
        EvalueringError: A sheet, a cell, a formula or a link too many; a number that differs from
            the page's; or one that is in no safe finding.
    """
    book = openpyxl.load_workbook(io.BytesIO(content))
    names = workbook_out.sheet_names([one.table for one in tables])
    if book.sheetnames != [COVER, CONTENTS, *names] or book.defined_names:
        raise refusal(f"arkene i {WORKBOOK}")
    if book.properties.creator or book.properties.lastModifiedBy:
        raise refusal(f"egenskapene til {WORKBOOK}")
    _compare(book[COVER], _cover_cells(cover))
    _compare(book[CONTENTS], _contents_cells(tables, names))
    for name, one in zip(names, tables, strict=True):
        _compare(book[name], _table_cells(one.table))
    ground = Ground(safe, cover.lines)
    for one in tables:
        texts = [str(one.table["caption"]), str(one.table["note"])]
        for column in one.table["columns"]:
            texts += [str(column["label"]), *column["texts"]]
        ground.check(one.source, one.notes, [Chunk("text", text, 0, WORKBOOK) for text in texts])


Cells = dict[tuple[int, int], str | float]


def _compare(sheet: Any, expected: Cells) -> None:  # noqa: ANN401 openpyxl has no types
    """Every cell is the one it should be, and there is no other."""
    if sheet.merged_cells.ranges or sheet.sheet_state != "visible":
        raise refusal(f"arket «{sheet.title}»")
    found: Cells = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f" or cell.hyperlink or cell.comment:
                raise refusal(f"«{sheet.title}», celle {cell.coordinate}")
            if cell.value is not None:
                found[cell.row - 1, cell.column - 1] = cell.value
    for row, column in sorted(found.keys() | expected.keys()):
        if found.get((row, column)) != expected.get((row, column)):
            raise refusal(f"«{sheet.title}», rad {row + 1}, kolonne {column + 1}")


def _cover_cells(cover: Cover) -> Cells:
    lines = workbook_out.cover_lines(cover)
    cells: Cells = {(0, 0): cover.title}
    return cells | {(row, 0): line for row, line in enumerate(lines, start=2) if line}


def _contents_cells(tables: Sequence[Recorded], names: Sequence[str]) -> Cells:
    cells: Cells = {(0, 0): CONTENTS, (HEADER_ROW, 0): "Ark", (HEADER_ROW, 1): "Innhold"}
    for row, (name, one) in enumerate(zip(names, tables, strict=True), start=HEADER_ROW + 1):
        cells |= {(row, 0): name, (row, 1): str(one.table["caption"])}
    return cells


def _table_cells(table: Mapping[str, Any]) -> Cells:
    cells: Cells = {(0, 0): str(table["caption"])}
    columns = list(table["columns"])
    labels = workbook_out.unique_labels([str(one["label"]) for one in columns])
    for place, (column, label) in enumerate(zip(columns, labels, strict=True)):
        cells[HEADER_ROW, place] = label
        for row, shown in enumerate(zip(column["texts"], column["signs"], strict=True)):
            cells[HEADER_ROW + 1 + row, place] = workbook_out.cell_content(column["kind"], *shown)
    rows = len(columns[0]["texts"])
    notes = workbook_out.table_notes(table)
    return cells | {(row, 0): line for row, line in enumerate(notes, start=HEADER_ROW + rows + 2)}


def _sources(safe: Sequence[SafeFinding]) -> list[str]:
    sources = dict.fromkeys(source for item in safe for source in item.finding.sources)
    return [_source(source) for source in sources]


def _source(source: Source) -> str:
    parts = (source.publisher, source.title, source.url, source.retrieved, source.licence)
    return ", ".join(part for part in parts if part)
