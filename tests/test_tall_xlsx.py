"""`tall.xlsx`: the very cells of the page, safe to open, and no planted number passes its gate."""

import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import pytest
from gate_material import context, notebook, safe_findings

from evaluering.display import trace
from evaluering.display.columns import Column
from evaluering.display.tables import table
from evaluering.display.workbook_out import Cover, cell_number, sheet_names, workbook
from evaluering.errors import EvalueringError
from evaluering.pipeline.number_gate import MESSAGE
from evaluering.pipeline.workbook_file import (
    Recorded,
    check_workbook,
    make_workbook,
    recorded_tables,
)

PLANTED = 100 if os.environ.get("EVALUERING_BEVIS") else 24


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tall") / "90_evaluering.ipynb"
    nbformat.write(notebook(safe_findings()), path)
    return path


@pytest.fixture(scope="module")
def content(report: Path) -> bytes:
    return make_workbook(report, context(safe_findings()))


@pytest.fixture(scope="module")
def tables(report: Path) -> list[Recorded]:
    return recorded_tables(report)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


# What it holds ------------------------------------------------------------------------------------


def test_every_table_of_the_page_has_a_sheet_with_its_cells(
    content: bytes, tables: list[Recorded]
) -> None:
    book = opened(content)
    assert book.sheetnames[:2] == ["Forside", "Innhold"]
    assert len(book.sheetnames) == len(tables) + 2 > 15
    for name, one in zip(book.sheetnames[2:], tables, strict=True):
        sheet = book[name]
        assert sheet["A1"].value == one.table["caption"]
        (marked,) = sheet.tables.values()
        columns = one.table["columns"]
        assert marked.ref.startswith("A3:")
        assert [cell.value for cell in sheet[3]] == [column["label"] for column in columns]
        for place, column in enumerate(columns, start=1):
            for row, text in enumerate(column["texts"], start=4):
                value = sheet.cell(row, place).value
                if isinstance(value, int | float):
                    assert value == cell_number(text)
                elif text:
                    assert value == text


def test_shares_are_the_whole_per_cents_a_reader_sees(content: bytes) -> None:
    """The plan: 17 per cent in 2016 and 32 in 2022 have skipped school (handlingsplanen, 2.1)."""
    sheet = next(sheet for sheet in opened(content) if "Skulket" in str(sheet["A1"].value))
    shares = [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert [value for value in shares if isinstance(value, int)][:1] == [17]
    assert 32 in shares


def test_it_is_safe_to_open_and_names_nobody(content: bytes) -> None:
    book = opened(content)
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "external" in name or "vba" in name]
        assert not [name for name in archive.namelist() if name.endswith("hyperlinks")]


def test_equal_input_gives_equal_bytes(report: Path, content: bytes) -> None:
    assert make_workbook(report, context(safe_findings())) == content


def small(frame: pd.DataFrame, **columns: Column) -> dict[str, Any]:
    """One table as a page records it."""
    with trace.page() as pieces:
        trace.piece(
            lambda: table(frame, id="t", caption="Tabell 1. Prøve", columns=columns), "prove"
        )
    return pieces[0].record()["sheets"][0]


COVER = Cover("Tallene", ("Prøve",), ())


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "https://a.no", "\uff1d1"]
)
def test_no_text_becomes_a_formula_or_a_link(text: str) -> None:
    made = small(pd.DataFrame({"hva": [text]}), hva=Column("Hva", "text"))
    cell = opened(workbook([made], COVER))["Tabell 1"]["A4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_signs_stand_in_the_cell_and_are_explained_under_the_table() -> None:
    frame = pd.DataFrame(
        {
            "aar": ["2023", "2024", "2025"],
            "antall": [None, None, 1234.0],
            "antall_tegn": ["skjult", "mangler", "foreloepig"],
        }
    )
    columns = {"aar": Column("År", "year"), "antall": Column("Antall", "count")}
    sheet = opened(workbook([small(frame, **columns)], COVER))["Tabell 1"]
    assert [sheet.cell(row, 2).value for row in (4, 5, 6)] == [":", "..", 1234]
    assert sheet["B6"].number_format == '#,##0"*"'
    assert sheet["A6"].number_format == "0"
    below = [sheet.cell(row, 1).value for row in (8, 9, 10)]
    assert below == ["«:»: kan ikke vises.", "«..»: mangler.", "«*»: foreløpig."]


def test_an_interval_is_two_numbers_with_the_decimals_of_its_estimate() -> None:
    frame = pd.DataFrame({"share": [0.1749], "lower": [0.1412], "upper": [0.2081]})
    with trace.page() as pieces:
        trace.piece(lambda: table(frame, id="t", caption="Tabell 1. Prøve"), "prove")
    (made,) = pieces[0].record()["sheets"]
    sheet = opened(workbook([made], COVER))["Tabell 1"]
    assert [cell.value for cell in sheet[4]] == [17, 14, 21]
    heads = [str(cell.value) for cell in sheet[3]]
    assert [head.rsplit(", ", 1)[-1] for head in heads[1:]] == ["fra", "til"], heads


def test_sheet_names_are_those_of_the_page_and_never_twice() -> None:
    named = [
        {"caption": text}
        for text in (
            "Tabell 3. Skulket skolen",
            "Tallene i figur 2. Skulket",
            "Svar som trengs, til figur 2. Skulket",
            "Tabell 3. Igjen",
            "Uten nummer",
        )
    ]
    assert sheet_names(named) == ["Tabell 3", "Figur 2", "Svar, figur 2", "Tabell 3 (4)", "Ark 5"]


# The gate -----------------------------------------------------------------------------------------


def a_cell_changed(book: Any, draw: random.Random) -> None:
    cell = draw.choice(numbers(book))
    cell.value += 1


def a_cell_added(book: Any, draw: random.Random) -> None:
    sheet = draw.choice(book.worksheets)
    sheet.cell(draw.randint(4, 60), draw.randint(8, 20)).value = draw.randint(1, 30)


def words_added(book: Any, draw: random.Random) -> None:
    sheet = draw.choice(book.worksheets)
    sheet.cell(draw.randint(60, 90), 1).value = f"{draw.randint(1, 30)} personer"


def a_sign_opened(book: Any, draw: random.Random) -> None:
    cells = [
        cell
        for sheet in book.worksheets[2:]
        for row in sheet.iter_rows(min_row=4)
        for cell in row
        if cell.value in {":", "..", "."}
    ]
    draw.choice(cells).value = draw.randint(1, 4)


def two_cells_swapped(book: Any, draw: random.Random) -> None:
    one, two = draw.sample(numbers(book), 2)
    while one.value == two.value:
        one, two = draw.sample(numbers(book), 2)
    one.value, two.value = two.value, one.value


def a_decimal_more(book: Any, draw: random.Random) -> None:
    draw.choice(numbers(book)).value += 0.25


def a_formula(book: Any, draw: random.Random) -> None:
    draw.choice(numbers(book)).value = "=1+12"


def a_sheet_added(book: Any, draw: random.Random) -> None:
    book.create_sheet("Mer").cell(1, 1).value = draw.randint(1, 99)


def a_comment(book: Any, draw: random.Random) -> None:
    draw.choice(numbers(book)).comment = openpyxl.comments.Comment("13", "noen")


def a_title_with_a_number(book: Any, draw: random.Random) -> None:
    draw.choice(book.worksheets)["A1"].value += " 13"


PLANTS: tuple[Callable[[Any, random.Random], None], ...] = (
    a_cell_changed,
    a_cell_added,
    words_added,
    a_sign_opened,
    two_cells_swapped,
    a_decimal_more,
    a_formula,
    a_sheet_added,
    a_comment,
    a_title_with_a_number,
)


def numbers(book: Any) -> list[Any]:
    return [
        cell
        for sheet in book.worksheets[2:]
        for row in sheet.iter_rows(min_row=4)
        for cell in row
        if isinstance(cell.value, int | float)
    ]


def cover_of(book: Any) -> Cover:
    given = context(safe_findings())
    lines = (*given.header_line, *given.marks, *given.footer)
    column = [str(cell.value) for cell in book["Forside"]["A"] if cell.value]
    return Cover("Tallene i evalueringen", lines, column[column.index("Kilder:") + 1 :])


@pytest.mark.parametrize("seed", range(PLANTED))
def test_a_number_planted_in_the_workbook_is_stopped(
    seed: int, content: bytes, tables: list[Recorded]
) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same plants every time
    book = opened(content)
    cover = cover_of(book)
    if seed == 0:
        check_workbook(content, tables, cover, safe_findings())
    PLANTS[seed % len(PLANTS)](book, draw)
    stream = io.BytesIO()
    book.properties.creator = None
    book.save(stream)
    with pytest.raises(EvalueringError, match=MESSAGE):
        check_workbook(stream.getvalue(), tables, cover, safe_findings())


def test_a_number_no_finding_holds_is_stopped(report: Path) -> None:
    """The tables are honest copies of a page, but of another run than these findings."""
    with pytest.raises(EvalueringError, match=MESSAGE):
        make_workbook(report, context([]))
