"""The police form: read like «Forholdstall», and only when it is still our form."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbook_material import read_all, right_rows, write_plain

from evaluering.errors import EvalueringError
from evaluering.inputs.workbook.police_form import create_police_form, form_layout
from evaluering.inputs.workbook.read_form import PoliceForm, read_police_form

# Every code of the catalogue that only the form gives.
CODES_TESTED = {
    "changed_form",
    "outside_form",
    "half_approved",
    "missing_on_form",
    "differs_from_form",
}
FORM = form_layout(2024, 2026)
# P139 of the method guide, invented: 139 persons, 240 offences, 13 persons with 65 of them.
P139 = {
    "antall_forhold": 240,
    "antall_hendelser": 200,
    "antall_personer": 139,
    "personer_1_2": 115,
    "personer_3": 11,
    "personer_4_pluss": 13,
    "forhold_4_pluss": 65,
    "stoerste": 8,
}
APPROVED = {
    "bosted": "Skjedde i kommunen",
    "uttrekksdato": date(2027, 1, 5),
    "godkjent_rolle": "Politikontakt",
    "godkjent_dato": date(2027, 1, 6),
}


def address(name: str, aar: int = 2026, age: str = "under_18", kind: str = "alle") -> str:
    for cell in FORM.cells:
        if (cell.name, cell.aar, cell.aldersgruppe, cell.kategori) == (name, aar, age, kind):
            return cell.cell
    return next(field.cell for field in FORM.fields if field.column.name == name)


def filled(folder: Path, **changes: Any) -> Path:
    """A form filled in for three years; changes by address."""
    path = folder / "x_politiskjema.xlsx"
    path.unlink(missing_ok=True)
    create_police_form(path, kommune="Fredrikstad", aar=2026, first_year=2024)
    book = openpyxl.load_workbook(path)
    page = book["Politiskjema"]
    for year in (2024, 2025, 2026):
        for name, value in P139.items():
            page[address(name, year)] = value
    for name, value in APPROVED.items():
        page[address(name)] = value
    for cell, value in changes.items():
        page[cell] = value
    book.save(path)
    return path


def codes(form: PoliceForm) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in form.problems]


def test_filled_form_is_rows_of_forholdstall(tmp_path: Path) -> None:
    form = read_police_form(filled(tmp_path))
    assert form.problems == ()
    assert form.is_approved
    assert (form.godkjent_rolle, form.godkjent_dato) == ("politikontakt", date(2027, 1, 6))
    frame = form.accepted()
    assert list(frame.columns) == list(
        read_all(write_plain(tmp_path / "b.xlsx", right_rows())).frames["forholdstall"].columns
    )
    assert frame["aar"].tolist() == [2024, 2025, 2026]
    for name, value in P139.items():
        assert frame[name].tolist() == [value] * 3
    assert frame["bosted"].tolist() == ["alle"] * 3
    assert frame["antall_siktede"].isna().all()


def test_empty_form_asks_for_what_is_needed_and_no_more(tmp_path: Path) -> None:
    path = create_police_form(
        tmp_path / "tomt.xlsx", kommune="Fredrikstad", aar=2026, first_year=2024
    )
    form = read_police_form(path)
    needed = {address("bosted"), address("uttrekksdato")}
    needed |= {
        address(name, year)
        for name in ("antall_forhold", "antall_personer")
        for year in (2024, 2025, 2026)
    }
    assert {code for code, _ in codes(form)} == {"missing_on_form"}
    assert {cell for _, cell in codes(form)} == needed
    assert form.frame.empty
    assert not form.is_approved
    with pytest.raises(EvalueringError, match="Politiskjema"):
        form.accepted()


def test_optional_blocks_are_read_and_compared_with_the_whole(tmp_path: Path) -> None:
    young = {"antall_forhold": 40, "antall_personer": 30}
    changes = {address(name, age="under_15"): value for name, value in young.items()}
    frame = read_police_form(filled(tmp_path, **changes)).frame
    row = frame.loc[frame["aldersgruppe"] == "under_15"]
    assert row[["aar", "antall_forhold", "antall_personer"]].to_numpy().tolist() == [[2026, 40, 30]]
    changes[address("antall_personer", age="under_15")] = 140
    changes[address("antall_forhold", age="under_15")] = 200
    assert codes(read_police_form(filled(tmp_path, **changes))) == [
        ("part_above_total", address("antall_personer", age="under_15"))
    ]
    half = {address("antall_forhold", kind="vold"): 4}
    assert codes(read_police_form(filled(tmp_path, **half))) == [
        ("missing_on_form", address("antall_personer", kind="vold"))
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("forhold_4_pluss", 40, "too_few_offences"),
        ("antall_personer", 138, "classes_not_total"),
        ("antall_forhold", "ca. 240", "approximate"),
        ("antall_forhold", "=200+40", "formula"),
        ("antall_hendelser", 241, "numbers_fall"),
        ("uttrekksdato", "31.02.2027", "no_such_date"),
        ("bosted", "Overalt", "literal_error"),
        ("godkjent_dato", None, "half_approved"),
        ("godkjent_rolle", None, "half_approved"),
        ("godkjent_dato", date(2027, 1, 4), "dates_fall"),
        ("stoerste", 3, "largest_impossible"),
    ],
)
def test_wrong_cell_is_named_as_on_the_form(
    tmp_path: Path, name: str, value: object, code: str
) -> None:
    form = read_police_form(filled(tmp_path, **{address(name): value}))
    assert codes(form) == [(code, address(name))]
    assert str(form.problems[0]).startswith(f"Ark «Politiskjema», celle {address(name)} (")
    assert form.frame.empty


def test_form_without_approval_is_read_as_a_draft(tmp_path: Path) -> None:
    path = filled(tmp_path, **{address(name): None for name in ("godkjent_rolle", "godkjent_dato")})
    form = read_police_form(path)
    assert form.problems == ()
    assert not form.is_approved


def test_words_of_the_form_may_not_be_changed(tmp_path: Path) -> None:
    """A number is never read under another heading than the one it was typed beside."""
    place = address("antall_personer").replace("D", "A")
    assert codes(read_police_form(filled(tmp_path, **{place: "Noe annet"}))) == [
        ("changed_form", place)
    ]
    assert codes(read_police_form(filled(tmp_path, G12=4))) == [("outside_form", "G12")]


@pytest.mark.parametrize("cell", ["B9", "C9", "D9"])
def test_years_of_the_form_may_not_be_changed(tmp_path: Path, cell: str) -> None:
    for value in (2030, 2025.5) if cell == "D9" else (2030, 2025.5, "2025", None):
        with pytest.raises(EvalueringError, match="ikke politiskjemaet vårt"):
            read_police_form(filled(tmp_path, **{cell: value}))


def test_numbers_under_a_year_that_is_gone_are_refused(tmp_path: Path) -> None:
    for value, cells in ((None, len(P139)), ("2026", len(P139) + 1)):
        form = read_police_form(filled(tmp_path, D9=value))
        assert {code for code, _ in codes(form)} == {"outside_form"}
        assert len(form.problems) == cells


def test_other_workbook_is_not_a_form(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="ikke politiskjemaet vårt"):
        read_police_form(write_plain(tmp_path / "bok.xlsx", {"egenvurdering": []}))


def test_identifier_on_the_form_stops_the_reading(tmp_path: Path) -> None:
    number = "150311" + "12345"
    with pytest.raises(EvalueringError) as refused:
        read_police_form(filled(tmp_path, **{address("antall_forhold"): number}))
    assert number not in str(refused.value)


def test_form_replaces_forholdstall_and_must_agree_with_it(tmp_path: Path) -> None:
    form = read_police_form(filled(tmp_path))
    rows = right_rows() | {"forhold": [], "forholdstall": []}
    path = write_plain(tmp_path / "bok.xlsx", rows)
    assert [problem.code for problem in read_all(path).problems] == ["empty_sheet"]
    assert read_all(path, form=form.content).problems == ()
    rows["forholdstall"] = [right_rows()["forholdstall"][3]]
    path = write_plain(tmp_path / "bok.xlsx", rows)
    assert read_all(path, form=form.content).problems == ()
    rows["forholdstall"][0]["antall_hendelser"] = 201
    problems = read_all(write_plain(tmp_path / "bok.xlsx", rows), form=form.content).problems
    assert [(problem.code, problem.what) for problem in problems] == [
        ("differs_from_form", "arket sier 201; politiskjemaet sier 200.")
    ]
