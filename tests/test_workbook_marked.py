"""The marked copy: the user's own file, with comments, fills and a list, that reads the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from workbook_material import ALL_PERSONS, PLAN, read_all, right_rows, write_plain

from evaluering.errors import EvalueringError
from evaluering.inputs.archive import check_xlsx
from evaluering.inputs.workbook.create import create_workbook
from evaluering.inputs.workbook.marked import AUTHOR, FILL, write_marked
from evaluering.inputs.workbook.police_form import create_police_form
from evaluering.inputs.workbook.read_form import read_police_form
from evaluering.inputs.workbook.sheets import CHECK_SHEET


def wrong(folder: Path) -> Path:
    rows = right_rows()
    rows["tiltak"][0]["status"] = "pågårr"
    rows["tiltak"][1]["status"] = " stoppet"
    rows["samtykke"][0]["part"] = "zqzq"
    return write_plain(folder / "fredrikstad_2027.xlsx", rows)


def test_cells_are_marked_and_listed(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    before = path.read_bytes()
    workbook = read_all(path)
    copy = write_marked(path, workbook.problems, workbook.interpretations)
    assert copy == tmp_path / "fredrikstad_2027_merket.xlsx"
    assert path.read_bytes() == before
    check_xlsx(copy)
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames[0] == CHECK_SHEET
    cell = book["Tiltak"]["C2"]
    assert cell.value == "pågårr"
    assert cell.comment is not None and cell.comment.author == AUTHOR
    assert cell.comment.text.startswith("«pågårr» er ikke et gyldig valg.\nLov: Ikke startet")
    assert cell.fill.start_color.rgb == FILL
    assert book["Tiltak"]["C3"].comment is None
    listed = [[cell.value for cell in row] for row in book[CHECK_SHEET].iter_rows()]
    text = "\n".join(str(value) for row in listed for value in row if value)
    assert "Dette har vi tolket" in text
    assert "«stoppet» er lest som «Stoppet»" in text
    links = [cell.hyperlink.location for row in book[CHECK_SHEET].iter_rows() for cell in row
             if cell.hyperlink]  # fmt: skip
    assert "'Tiltak'!C2" in links and "'Samtykke'!B2" in links


def test_no_value_of_a_sheet_about_persons_stands_in_the_marks(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    book = openpyxl.load_workbook(write_marked(path, read_all(path).problems))
    texts = [str(cell.value) for row in book[CHECK_SHEET].iter_rows() for cell in row]
    comment = book["Samtykke"]["B2"].comment
    assert comment is not None
    assert "zqzq" not in comment.text + " ".join(texts)


def test_copy_saved_under_the_originals_name_reads_like_the_original(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    first = read_all(path)
    path.write_bytes(write_marked(path, first.problems, first.interpretations).read_bytes())
    again = read_all(path)
    assert again.problems == first.problems
    assert again.interpretations == first.interpretations
    book = openpyxl.load_workbook(path)
    book["Tiltak"]["C2"] = "I gang"
    book["Samtykke"]["B2"] = "Ungdom"
    book.save(path)
    assert read_all(path).problems == ()


def test_marks_are_taken_away_where_nothing_is_wrong_any_more(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    path.write_bytes(write_marked(path, read_all(path).problems).read_bytes())
    book = openpyxl.load_workbook(path)
    book["Tiltak"]["C2"] = "I gang"
    book.save(path)
    (tmp_path / "fredrikstad_2027_merket.xlsx").unlink()
    marked = openpyxl.load_workbook(write_marked(path, read_all(path).problems))
    assert marked.sheetnames.count(CHECK_SHEET) == 1
    assert marked["Tiltak"]["C2"].comment is None
    assert marked["Tiltak"]["C2"].fill.fill_type is None
    assert marked["Samtykke"]["B2"].comment is not None


def test_copy_somebody_has_mended_is_not_written_over(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    problems = read_all(path).problems
    first = write_marked(path, problems)
    assert write_marked(path, problems) == first  # untouched: made anew
    book = openpyxl.load_workbook(first)
    book["Tiltak"]["C2"] = "I gang"
    book.save(first)
    second = write_marked(path, problems)
    assert second.name == "fredrikstad_2027_merket_2.xlsx"
    assert openpyxl.load_workbook(first)["Tiltak"]["C2"].value == "I gang"


def test_a_users_own_comment_is_kept_below_ours(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Tiltak"]["C2"].comment = Comment("spør Ola i barnevernet", "noen")
    book.save(path)
    comment = openpyxl.load_workbook(write_marked(path, read_all(path).problems))["Tiltak"]["C2"]
    assert comment.comment is not None
    assert comment.comment.text.endswith("spør Ola i barnevernet")


def test_rules_tables_names_and_locks_survive(tmp_path: Path) -> None:
    path = create_workbook(
        tmp_path / "fredrikstad_2027.xlsx",
        plan=PLAN,
        kommune="Fredrikstad",
        aar=2026,
        personrader=ALL_PERSONS,
    )
    copy = write_marked(path, read_all(path).problems)
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(copy)
    assert after.sheetnames == [CHECK_SHEET, *before.sheetnames]
    assert set(after.defined_names) == set(before.defined_names)
    assert len(before.defined_names) > 20
    for page in before.worksheets:
        other = after[page.title]
        assert dict(other.tables.items()) == dict(page.tables.items())
        rules = [
            [(str(rule.sqref), rule.type, rule.formula1, rule.prompt, rule.promptTitle)
             for rule in sheet.data_validations.dataValidation]
            for sheet in (page, other)
        ]  # fmt: skip
        assert rules[0] == rules[1]
        assert other.protection.sheet == page.protection.sheet
        assert other.freeze_panes == page.freeze_panes
    assert sum(len(page.data_validations.dataValidation) for page in after.worksheets) > 100


def test_police_form_is_marked_and_read_the_same_way(tmp_path: Path) -> None:
    path = create_police_form(tmp_path / "skjema.xlsx", kommune="Fredrikstad", aar=2026)
    form = read_police_form(path)
    copy = write_marked(path, form.problems)
    assert copy.name == "skjema_merket.xlsx"
    assert read_police_form(copy).problems == form.problems
    comment = openpyxl.load_workbook(copy)["Politiskjema"]["B6"].comment
    assert comment is not None and comment.text.startswith("Cellen er tom")


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    rows = right_rows()
    rows["tiltak"][0]["status"] = "=1+1"
    path = write_plain(tmp_path / "bok.xlsx", rows)
    copy = write_marked(path, read_all(path).problems)
    with zipfile.ZipFile(copy) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not [part for part in parts if b"<f>" in part]
    assert openpyxl.load_workbook(copy)["Tiltak"]["C2"].value == "=1+1"


def test_open_copy_gives_a_helpful_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wrong(tmp_path)
    problems = read_all(path).problems

    def locked(target: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr("evaluering.inputs.workbook.marked.write_file", locked)
    with pytest.raises(EvalueringError, match="Lukk filen i Excel"):
        write_marked(path, problems)
