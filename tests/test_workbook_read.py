"""The coordinator's workbook: cells, headings, messages and frames."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbook_material import (
    ALL_PERSONS,
    LAYOUT,
    PLAN,
    Rows,
    cell_of,
    read_all,
    read_some,
    right_rows,
    write_plain,
)

from evaluering.errors import EvalueringError
from evaluering.inputs.house_key import FIXED_KEY, pseudonym
from evaluering.inputs.workbook.columns import Kind
from evaluering.inputs.workbook.normalise import read_cell
from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.raw import RawCell, Stored
from evaluering.inputs.workbook.read import Workbook
from evaluering.inputs.workbook.report import check_report


def read_rows(folder: Path, rows: Rows, **changes: Any) -> Workbook:
    return read_all(write_plain(folder / "fredrikstad_2027.xlsx", rows), **changes)


def read_one(folder: Path, rows: Rows, *sheets: str) -> Workbook:
    """Only the sheets named."""
    return read_some(folder / "fredrikstad_2027.xlsx", {id: rows[id] for id in sheets})


def with_cell(sheet: str, name: str, value: object, row: int = 0) -> Rows:
    rows = right_rows()
    rows[sheet][row][name] = value
    return rows


def only(workbook: Workbook) -> Problem:
    assert len(workbook.problems) == 1, [str(problem) for problem in workbook.problems]
    return workbook.problems[0]


# -- what is right ------------------------------------------------------------------------------


def test_right_workbook_is_read_whole(tmp_path: Path) -> None:
    workbook = read_rows(tmp_path, right_rows())
    assert workbook.problems == ()
    assert set(workbook.frames) == {sheet.id for sheet in LAYOUT.sheets}
    assert workbook.sheets_read == len(LAYOUT.sheets)
    assert workbook.accepted() is workbook.frames


def test_two_keys_every_sum_is_what_was_written(tmp_path: Path) -> None:
    """The sums of each sheet by plain Python from what was written, against the frames."""
    rows = right_rows()
    frames = read_rows(tmp_path, rows).frames
    compared = 0
    for sheet in LAYOUT.sheets:
        frame = frames[sheet.id]
        assert len(frame) == len(rows[sheet.id])
        assert frame.index.tolist() == list(range(2, len(frame) + 2))
        for column in sheet.columns:
            written = [row.get(column.name) for row in rows[sheet.id]]
            numbers = [value for value in written if isinstance(value, int | float)]
            if column.kind in (Kind.WHOLE, Kind.NUMBER):
                assert frame[column.name].sum() == sum(numbers)
                assert frame[column.name].count() == len(numbers)
                compared += 1
            elif column.kind is Kind.DATE:
                dates = [value for value in written if isinstance(value, date)]
                assert [day.date() for day in frame[column.name].dropna()] == dates
                compared += 1
    assert compared == 59


def test_frame_holds_codes_types_and_signs(tmp_path: Path) -> None:
    frames = read_rows(tmp_path, right_rows()).frames
    assert frames["tiltak"]["status"].tolist() == ["i_gang", "stoppet"]
    assert frames["tiltak"]["tiltak_id"].tolist() == [item.id for item in PLAN.tiltak[:2]]
    assert frames["ungdata"]["sted"].tolist() == ["kommune", "3105"]
    assert frames["ungdata"]["trinn"].tolist() == ["ungdomsskole", "8"]
    assert str(frames["ungdata"]["prosent"].dtype) == "Float64"
    assert frames["forholdstall"]["bosted"].tolist() == ["alle"] * 4
    placements = frames["plasseringer"]
    assert placements["barn_31_12"].isna().all()
    assert placements["barn_31_12_tegn"].tolist() == ["mangler", "skjult"]
    assert placements["nye_barn_tegn"].tolist() == ["", ""]
    assert str(frames["tiltak"]["frist"].dtype) == "datetime64[s]"
    assert frames["befolkning"]["kommune_nr"].tolist() == ["3107", "0301"]


def test_codes_leave_as_pseudonyms_with_two_labels(tmp_path: Path) -> None:
    frames = read_rows(tmp_path, right_rows()).frames
    assert frames["saker"]["sak_id"].tolist() == [
        pseudonym(FIXED_KEY, "sak", code) for code in ("S-001", "S-002")
    ]
    assert set(frames["tjenester"]["sak_id"]) <= set(frames["saker"]["sak_id"])
    assert set(frames["maalinger"]["maal_id"]) == set(frames["maal"]["maal_id"])
    assert frames["forhold"]["person_kode"].nunique() == 3
    text = " ".join(frame.to_csv() for frame in frames.values())
    assert not [code for code in ("S-001", "M-001", "P-0001", "F-0001", "H-0001") if code in text]


def test_codes_without_a_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="nøkkel"):
        read_rows(tmp_path, right_rows(), key=None)


def test_person_code_joins_cases_and_offences_only_where_params_allow(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    book = openpyxl.load_workbook(path)
    page = book["Saker"]
    page.cell(1, page.max_column + 1).value = "Person"
    page.cell(2, page.max_column).value = "P-0001"
    book.save(path)
    assert [problem.code for problem in read_all(path).problems] == ["column_off"]
    frames = read_all(path, person_code_in_cases=True).frames
    assert frames["saker"]["person_kode"].iloc[0] in set(frames["forhold"]["person_kode"])


def test_rows_with_only_prefilled_cells_are_not_used(tmp_path: Path) -> None:
    rows = right_rows()
    rows["tiltak"].insert(0, {"tiltak_id": PLAN.tiltak[2].navn, "aar": 2026})
    rows["egenvurdering"].append({"aar": 2026, "punkt": 2})
    workbook = read_rows(tmp_path, rows)
    assert workbook.problems == ()
    assert len(workbook.frames["tiltak"]) == 2
    assert len(workbook.frames["egenvurdering"]) == 1


def test_frames_are_empty_as_long_as_something_must_be_mended(tmp_path: Path) -> None:
    workbook = read_rows(tmp_path, with_cell("tiltak", "status", "pågårr"))
    assert dict(workbook.frames) == {}
    with pytest.raises(EvalueringError, match="Fant 1 feil i 1 ark"):
        workbook.accepted()


# -- cells --------------------------------------------------------------------------------------

CELLS: list[tuple[str, str, object, str]] = [
    ("tiltak", "status", "pågårr", "literal_error"),
    ("tiltak", "status", "-", "literal_error"),
    ("tiltak", "status", "=1+1", "literal_error"),
    ("ungdata", "sted", "31055", "choice_or_pattern"),
    ("tiltak", "aar", 2026.5, "int_type"),
    ("tiltak", "antall_mottakere", "12,5", "int_type"),
    ("tiltak", "antall_mottakere", "NA", "word_number"),
    ("tiltak", "antall_mottakere", "nan", "word_number"),
    ("tiltak", "antall_mottakere", "tolv", "word_number"),
    ("tiltak", "antall_mottakere", "1e5", "exponent"),
    ("tiltak", "antall_mottakere", "ca. 12", "approximate"),
    ("tiltak", "antall_mottakere", "over 12", "approximate"),
    ("tiltak", "antall_mottakere", "<5", "approximate"),
    ("tiltak", "antall_mottakere", "12?", "approximate"),
    ("tiltak", "antall_mottakere", "10–15", "interval"),
    ("tiltak", "antall_mottakere", "10 - 15", "interval"),
    ("tiltak", "antall_mottakere", "1 200", "spaced_number"),
    ("tiltak", "antall_mottakere", "1.200", "spaced_number"),
    ("tiltak", "antall_mottakere", "12 %", "percent_in_count"),
    ("tiltak", "antall_mottakere", (0.12, "0%"), "percent_in_count"),
    ("tiltak", "antall_mottakere", -1, "greater_than_equal"),
    ("tiltak", "antall_mottakere", 10_000_000, "less_than_equal"),
    ("tiltak", "antall_mottakere", True, "boolean"),
    ("tiltak", "antall_mottakere", "==1+1", "formula"),
    ("tiltak", "antall_mottakere", (0.5, "hh:mm"), "excel_date"),
    ("tiltak", "antall_mottakere", "\uff11\uff12", "int_type"),
    ("vedtak", "vedtak_id", "V-1", "string_pattern_mismatch"),
    ("vedtak", "vedtak_id", "V–001", "string_pattern_mismatch"),
    ("befolkning", "kommune_nr", 301, "string_pattern_mismatch"),
    ("tiltak", "frist", "31.02.2026", "no_such_date"),
    ("tiltak", "frist", "2026-03-15", "date_type"),
    ("tiltak", "frist", "15.03.26", "two_digit_year"),
    ("tiltak", "frist", 46000, "number_not_date"),
    ("tiltak", "frist", "snart", "date_type"),
    ("tiltak", "frist", datetime(2026, 3, 15, 12, 30), "time_in_date"),
    ("tiltak", "frist", date(1999, 12, 31), "greater_than_equal"),
    ("tiltak", "frist", "..", "date_type"),
    ("vurdering", "tekst", "x" * 601, "string_too_long"),
    ("vurdering", "tekst", 5, "string_type"),
    ("vurdering", "tekst", None, "missing"),
    ("vedtak", "status", None, "missing"),
    ("saker", "aldersgruppe", "tolv", "literal_error"),
    ("moeter", "gjennomfoert", True, "boolean"),
    ("moeter", "til_stede", "..  5", "int_type"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "name", "value", "code"), CELLS)
def test_cell_is_refused(tmp_path: Path, sheet: str, name: str, value: object, code: str) -> None:
    needed = ("saker", "samtykke") if sheet == "saker" else (sheet,)
    problem = only(read_one(tmp_path, with_cell(sheet, name, value), *needed))
    assert (problem.code, problem.cell) == (code, cell_of(sheet, name, 2))
    assert problem.sheet == LAYOUT.sheet(sheet).name
    assert problem.remedy


PERCENT: list[tuple[object, float | str]] = [
    (24.5, 24.5),
    ("24,5", 24.5),
    ("24,5 %", 24.5),
    ("24,5%", 24.5),
    ((0.245, "0.0%"), 24.5),
    ((24.5, '0.0" %"'), 24.5),
    ("0,5 %", 0.5),
    ((0.005, "0.0%"), 0.5),
    (0, 0.0),
    (100, 100.0),
    (0.245, "bare_fraction"),
    ("0,245", "bare_fraction"),
    ("24.5", "decimal_point"),
    ("100,1", "less_than_equal"),
    ("ca. 24", "approximate"),
    ("24,5 prosent", "float_type"),
    ("1e1", "exponent"),
]


@pytest.mark.parametrize(("value", "meant"), PERCENT)
def test_percentage_is_read_or_refused_never_guessed(
    tmp_path: Path, value: object, meant: float | str
) -> None:
    workbook = read_one(tmp_path, with_cell("ungdata", "prosent", value, row=1), "ungdata")
    if isinstance(meant, str):
        assert only(workbook).code == meant
    else:
        assert workbook.problems == ()
        assert workbook.frames["ungdata"]["prosent"].iloc[1] == meant


READ_AS: list[tuple[str, str, object, object, str]] = [
    ("tiltak", "status", " I gang\u00a0", "i_gang", "spaces"),
    ("tiltak", "status", "I GANG", "i_gang", "choice"),
    ("tiltak", "status", "i_gang", "i_gang", "choice"),
    ("tiltak", "status", "I gang", "i_gang", ""),
    ("moeter", "gjennomfoert", "JA", "ja", "choice"),
    ("vedtak", "tema", unicodedata.normalize("NFD", "Metodikk"), "metodikk", ""),
    ("tiltak", "antall_mottakere", "34", 34, "number_as_text"),
    ("tiltak", "antall_mottakere", 34.0, 34, ""),
    ("tiltak", "aar", "2026", 2026, "number_as_text"),
    ("ungdata", "trinn", 8, "8", "text_as_number"),
    ("vedtak", "vedtak_id", "v-001", "V-001", "letters"),
    ("tiltak", "antall_mottakere", "..", None, "sign"),
    ("tiltak", "antall_mottakere", ":", None, "sign"),
    ("tiltak", "frist", "15.03.2026", pd.Timestamp(2026, 3, 15), "date_as_text"),
    ("tiltak", "frist", " 5.3.2026", pd.Timestamp(2026, 3, 5), "date_as_text"),
]  # fmt: skip


@pytest.mark.parametrize("case", READ_AS, ids=str)
def test_what_was_meant_is_read_and_told(
    tmp_path: Path, case: tuple[str, str, object, object, str]
) -> None:
    sheet, name, value, meant, kind = case
    row = 1 if name == "trinn" else 0
    before = len(read_one(tmp_path, right_rows(), sheet).interpretations)
    workbook = read_one(tmp_path, with_cell(sheet, name, value, row=row), sheet)
    assert workbook.problems == ()
    found = workbook.frames[sheet][name].iloc[row]
    assert pd.isna(found) if meant is None else found == meant
    told = [
        note for note in workbook.interpretations if note.cell == cell_of(sheet, name, row + 2)
        and note.sheet == LAYOUT.sheet(sheet).name
    ]  # fmt: skip
    assert [note.kind for note in told] == ([kind] if kind else [])
    is_told_before = name == "trinn"
    assert len(workbook.interpretations) == before + bool(kind) - is_told_before


def test_interpretation_on_a_sheet_about_persons_shows_no_value(tmp_path: Path) -> None:
    workbook = read_rows(tmp_path, with_cell("saker", "sak_id", "s-001"))
    told = [note for note in workbook.interpretations if note.sheet == "Saker"]
    assert [(note.kind, note.found, note.read_as) for note in told] == [("letters", "", "")]
    assert "001" not in str(told[0])


def test_scores_below_zero_are_read_with_both_kinds_of_minus(tmp_path: Path) -> None:
    for text in ("-2", "−2", -2):
        rows = with_cell("maalinger", "skaar", text)
        workbook = read_one(tmp_path, rows, "saker", "maal", "maalinger")
        assert workbook.frames["maalinger"]["skaar"].iloc[0] == -2


@given(st.text(max_size=12))
def test_no_text_is_ever_read_as_another_number(text: str) -> None:
    """Whatever stands in a count, it is read as exactly its digits or not at all."""
    column = LAYOUT.sheet("tiltak").column("antall_mottakere")
    reading = read_cell(column, RawCell(Stored.TEXT, text))
    if isinstance(reading.value, int):
        assert text.replace("−", "-").strip().lstrip("-0") == str(abs(reading.value)).lstrip("0")


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_decimal_number_becomes_a_count(number: float) -> None:
    column = LAYOUT.sheet("tiltak").column("antall_mottakere")
    reading = read_cell(column, RawCell(Stored.NUMBER, number))
    assert reading.value == number or number != number  # noqa: PLR0124 NaN is not itself


# -- headings and tabs --------------------------------------------------------------------------

Edit = Callable[[openpyxl.Workbook], object]


def _set(sheet: str, cell: str, value: object) -> Edit:
    return lambda book: book[sheet].__setitem__(cell, value)


def _first_rows(book: openpyxl.Workbook) -> None:
    book["Egenvurdering"].insert_rows(1)


def _second_header(book: openpyxl.Workbook) -> None:
    page = book["Tiltak"]
    page.insert_rows(2)
    for column in range(1, page.max_column + 1):
        page.cell(2, column).value = page.cell(1, column).value


def _unknown_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("Kari Nordmann")["A1"] = "hei"


def _hidden_unknown(book: openpyxl.Workbook) -> None:
    _unknown_sheet(book)
    book["Kari Nordmann"].sheet_state = "hidden"


def _hide(book: openpyxl.Workbook) -> None:
    book["Tiltak"].sheet_state = "veryHidden"


def _twice(book: openpyxl.Workbook) -> None:
    book.create_sheet("tiltak ")["A1"] = "Tiltak"


def _error(book: openpyxl.Workbook) -> None:
    book["Tiltak"]["C2"] = "#N/A"


def _drop_sheet(book: openpyxl.Workbook) -> None:
    del book["Tiltak"]


def _empty_sheet(book: openpyxl.Workbook) -> None:
    book["Tiltak"].delete_rows(2, book["Tiltak"].max_row)


def _drop_column(book: openpyxl.Workbook) -> None:
    book["Tiltak"].delete_cols(3)


STRUCTURE: list[tuple[Edit, str, str, str]] = [
    (_unknown_sheet, "unknown_sheet", "", ""),
    (_hidden_unknown, "hidden_unknown", "", ""),
    (_hide, "hidden_sheet", "Tiltak", ""),
    (_twice, "sheet_twice", "Tiltak", ""),
    (lambda book: book["Tiltak"].merge_cells("A20:B21"), "merged", "Tiltak", "A20"),
    (_first_rows, "header_not_first", "Egenvurdering", "A1"),
    (_second_header, "two_headers", "Tiltak", "A2"),
    (_set("Tiltak", "P7", "hei"), "no_header", "Tiltak", "P7"),
    (_set("Tiltak", "M1", "Frist"), "duplicate_header", "Tiltak", "M1"),
    (_set("Tiltak", "M1", "kommentar"), "unknown_column", "Tiltak", "M1"),
    (_set("Tiltak", "M1", 7), "unknown_column", "Tiltak", "M1"),
    (_error, "error_cell", "Tiltak", "C2"),
    (_drop_sheet, "missing_sheet", "Tiltak", ""),
    (_empty_sheet, "empty_sheet", "Tiltak", ""),
    (_drop_column, "missing_column", "Tiltak", ""),
]


@pytest.mark.parametrize(("edit", "code", "sheet", "cell"), STRUCTURE)
def test_structure_is_refused(tmp_path: Path, edit: Edit, code: str, sheet: str, cell: str) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    problem = only(read_all(path))
    assert (problem.code, problem.sheet, problem.cell) == (code, sheet, cell)
    assert "Nordmann" not in str(problem)


def test_tabs_and_headings_with_or_without_norwegian_letters(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    book = openpyxl.load_workbook(path)
    for page in book.worksheets:
        sheet = LAYOUT.sheet_meant(page.title)
        assert sheet is not None
        if sheet.id != sheet.name.lower():
            page.title = sheet.id.upper()
        for cell in page[1]:
            column = sheet.column_meant(str(cell.value))
            assert column is not None
            cell.value = column.name
    book.save(path)
    right = read_all(write_plain(tmp_path / "rett.xlsx", right_rows())).frames
    renamed = read_all(path)
    assert renamed.problems == ()
    for id, frame in right.items():
        pd.testing.assert_frame_equal(renamed.frames[id], frame)


def test_columns_in_another_order_are_read_the_same(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    book = openpyxl.load_workbook(path)
    page = book["Forholdstall"]
    page.move_range(f"E1:E{page.max_row}", cols=30)
    book.save(path)
    right = read_all(write_plain(tmp_path / "rett.xlsx", right_rows())).frames["forholdstall"]
    pd.testing.assert_frame_equal(read_all(path).frames["forholdstall"], right)


def test_empty_unknown_sheet_is_ignored(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    book = openpyxl.load_workbook(path)
    book.create_sheet("Ark1")
    book.save(path)
    assert read_all(path).problems == ()


def test_dates_counted_from_1904_are_refused(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    book = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    book.save(path)
    with pytest.raises(EvalueringError, match="1904"):
        read_all(path)


@pytest.mark.parametrize("id", ALL_PERSONS)
def test_sheet_about_persons_is_refused_when_filled_but_not_switched_on(
    tmp_path: Path, id: str
) -> None:
    others = [name for name in ALL_PERSONS if name != id]
    workbook = read_rows(tmp_path, right_rows(), personrader=others)
    off = [problem for problem in workbook.problems if problem.code == "sheet_off"]
    name = LAYOUT.sheet(id).name
    assert name in {problem.sheet for problem in off}
    assert {problem.sheet for problem in off} <= {name, "Målinger"}


def test_first_year_town_without_a_row_about_a_person(tmp_path: Path) -> None:
    rows = {id: found for id, found in right_rows().items() if not LAYOUT.sheet(id).is_person_rows}
    workbook = read_rows(tmp_path, rows, personrader=(), key=None)
    assert workbook.problems == ()
    assert not {id for id in workbook.frames if LAYOUT.sheet(id).is_person_rows}


def test_required_sheet_may_be_empty_only_when_params_say_so(tmp_path: Path) -> None:
    rows = right_rows() | {"plasseringer": []}
    assert only(read_rows(tmp_path, rows)).code == "empty_sheet"
    assert read_rows(tmp_path, rows, uten_data=("plasseringer",)).problems == ()
    problem = only(read_rows(tmp_path, right_rows(), uten_data=("plasseringer",)))
    assert (problem.code, problem.sheet) == ("not_without", "Plasseringer")


def test_sheet_is_not_needed_when_the_same_is_delivered_otherwise(tmp_path: Path) -> None:
    rows = right_rows() | {"ungdata": [], "forholdstall": [], "forhold": [], "indikatortall": []}
    missing = {problem.sheet for problem in read_rows(tmp_path, rows).problems}
    assert missing == {"Ungdata", "Forholdstall"}  # the cases stand for «Indikatortall»
    delivered = ("mikrodata", "politiskjema")
    assert read_rows(tmp_path, rows, delivered=delivered).problems == ()


# -- identifiers come first ---------------------------------------------------------------------


def test_identifier_stops_everything_and_is_not_repeated(tmp_path: Path) -> None:
    number = "150311" + "12345"
    rows = with_cell("saker", "sak_id", number)
    rows["tiltak"][0]["status"] = "pågårr"
    with pytest.raises(EvalueringError) as refused:
        read_rows(tmp_path, rows)
    text = str(refused.value)
    assert "Ark «Saker», celle A2" in text
    assert "Merket kopi lages først når dette er fjernet." in text
    assert number not in text
    assert "pågårr" not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fredrikstad_2027.xlsx"]


# -- messages -----------------------------------------------------------------------------------


def test_message_has_the_form_of_the_guide(tmp_path: Path) -> None:
    rows = with_cell("tiltak", "status", "pågårr", row=1)
    rows["tiltak"][1]["aarsak"] = None
    rows["samtykke"][0]["part"] = "Mor"
    rows["vedtak"][0]["status"] = None
    workbook = read_rows(tmp_path, rows)
    text = check_report(
        workbook.problems,
        workbook.name,
        marked="fredrikstad_2027_merket.xlsx",
        params="params/fredrikstad_2027.yml",
    )
    lines = text.splitlines()
    assert lines[0] == "Fant 3 feil i 3 ark."
    assert lines[1] == "Ark «Tiltak», celle C3 (Status): «pågårr» er ikke et gyldig valg."
    assert lines[2] == (
        "  Lov: Ikke startet, Planlagt, I gang, Gjennomført, Stoppet, Ikke prioritert.  "
        "Gjør slik: velg fra listen i cellen."
    )
    assert (
        "Ark «Samtykke», celle B2 (Fra hvem): verdien er ikke et gyldig valg (vises ikke her)."
        in lines
    )
    assert lines[-1] == (
        "Alle feil er merket i fredrikstad_2027_merket.xlsx. Rett der, lagre som "
        "fredrikstad_2027.xlsx, og kjør: evaluering sjekk params/fredrikstad_2027.yml"
    )


def test_report_never_has_more_than_ten_lines_and_tells_the_total(tmp_path: Path) -> None:
    rows = right_rows()
    for row in rows["indikatortall"]:
        row["teller"] = "ca. 5"
    workbook = read_rows(tmp_path, rows)
    text = check_report(workbook.problems, workbook.name, marked="x_merket.xlsx", params="p.yml")
    assert len(text.splitlines()) == 10
    assert text.startswith("Fant 13 feil i 1 ark. De første:\n")


def test_report_of_nothing_and_of_remarks(tmp_path: Path) -> None:
    workbook = read_rows(tmp_path, right_rows())
    assert check_report(workbook.problems, workbook.name) == (
        "Fant ingen feil i fredrikstad_2027.xlsx."
    )
    rows = right_rows()
    rows["indikatortall"][12]["teller"] = 400
    workbook = read_rows(tmp_path, rows)
    assert workbook.errors == ()
    assert [problem.code for problem in workbook.remarks] == ["far_from_last_year"]
    assert workbook.frames
    text = check_report(workbook.problems, workbook.name)
    assert text.startswith("Fant ingen feil i fredrikstad_2027.xlsx. Fant 1 merknad i 1 ark.\n")


HIDDEN = ["Kari Nordmann", "kari nordmann", "Kari", "x" * 41, "Kari-Anne", "a\u200bb"]


@pytest.mark.parametrize("value", HIDDEN)
def test_value_that_may_name_somebody_is_not_repeated(tmp_path: Path, value: str) -> None:
    problem = only(read_one(tmp_path, with_cell("tiltak", "ansvarlig", value), "tiltak"))
    assert problem.what == "verdien er ikke et gyldig valg (vises ikke her)."
    assert value not in str(problem)


@pytest.mark.parametrize("value", ["Fredrikstad politistasjonsdistrik", "ukjentt", "12"])
def test_value_that_names_nobody_is_repeated(tmp_path: Path, value: str) -> None:
    problem = only(read_one(tmp_path, with_cell("tiltak", "ansvarlig", value), "tiltak"))
    assert problem.what == f"«{value}» er ikke et gyldig valg."


def test_no_value_of_a_sheet_about_persons_is_ever_repeated(tmp_path: Path) -> None:
    """A text nobody else uses, in every cell of every such sheet."""
    ids = ("saker", "maal")
    for sheet in LAYOUT.sheets:
        if not sheet.is_person_rows:
            continue
        rows = right_rows()
        rows[sheet.id] = [dict.fromkeys(sheet.names, "zqzq")] * 2
        workbook = read_one(tmp_path, rows, *(ids if sheet.id in ids else (*ids, sheet.id)))
        assert workbook.errors
        told = [str(item) for item in (*workbook.problems, *workbook.interpretations)]
        assert not [text for text in told if "zqzq" in text]


@pytest.mark.parametrize("name", ["antall_mottakere", "status"])
def test_what_excel_made_a_date_or_a_time_is_refused(tmp_path: Path, name: str) -> None:
    """A full date outside a column of dates may be somebody's birthday, and stops the reading."""
    column = LAYOUT.sheet("tiltak").column(name)
    for stored, value in ((Stored.TIME, time(12, 0)), (Stored.DATE, datetime(2026, 3, 5))):
        assert read_cell(column, RawCell(stored, value)).fault == "excel_date"
    for value in (date(2026, 3, 5), "05.03.2026"):
        with pytest.raises(EvalueringError, match="fødselsdato"):
            read_one(tmp_path, with_cell("tiltak", name, value), "tiltak")
