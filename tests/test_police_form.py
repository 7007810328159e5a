"""The police form: one protected page of counts, and a declaration of which cell is which."""

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from evaluering.errors import EvalueringError
from evaluering.inputs import identifiers
from evaluering.inputs.archive import check_xlsx
from evaluering.inputs.workbook.columns import Kind
from evaluering.inputs.workbook.count_sheets import forholdstall
from evaluering.inputs.workbook.police_form import (
    FORM_SHEET,
    MAX_YEARS,
    create_police_form,
    form_layout,
)

LAYOUT = form_layout(2023, 2026)
# The project's guide, section 9.5: seven numbers in each of three blocks, and those below a line.
SEVEN = (
    "antall_forhold antall_hendelser antall_personer personer_1_2 personer_3 personer_4_pluss "
    "forhold_4_pluss"
)
BELOW = "antall_siktede stoerste antall_publisert"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("skjema") / "fredrikstad_2027_politiskjema.xlsx"
    return create_police_form(place, kommune="Fredrikstad", aar=2026)


@pytest.fixture(scope="module")
def page(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path)[FORM_SHEET]


def texts(page: Worksheet) -> list[str]:
    return [cell.value for row in page for cell in row if isinstance(cell.value, str)]


@pytest.mark.parametrize(
    ("group", "names"),
    [
        (("under_18", "alle"), f"{SEVEN} {BELOW} publisert_dato"),
        (("under_15", "alle"), SEVEN),
        (("under_18", "vold"), SEVEN),
    ],
)
def test_each_block_asks_for_the_guides_numbers_every_year(
    group: tuple[str, str], names: str
) -> None:
    for year in (2023, 2024, 2025, 2026):
        asked = [
            cell.name
            for cell in LAYOUT.cells
            if cell.aar == year and (cell.aldersgruppe, cell.kategori) == group
        ]
        assert asked == names.split()


def test_every_number_goes_to_a_column_of_forholdstall_and_no_cell_stands_twice() -> None:
    assert {cell.name for cell in LAYOUT.cells} <= set(forholdstall().names)
    places = [cell.cell for cell in LAYOUT.cells] + [field.cell for field in LAYOUT.fields]
    assert len(set(places)) == len(places)
    assert not set(places) & (set(LAYOUT.fixed) | set(LAYOUT.year_cells))


def test_only_the_first_block_must_be_filled() -> None:
    needed = {
        (cell.aldersgruppe, cell.kategori, cell.name) for cell in LAYOUT.cells if cell.is_required
    }
    assert needed == {
        ("under_18", "alle", "antall_forhold"),
        ("under_18", "alle", "antall_personer"),
    }


def test_the_page_is_protected_and_only_the_declared_cells_are_open(page: Worksheet) -> None:
    assert page.protection.sheet
    opened = {cell.coordinate for row in page for cell in row if not cell.protection.locked}
    declared = {cell.cell for cell in LAYOUT.cells} | {field.cell for field in LAYOUT.fields}
    assert opened == declared
    assert not [place for place in declared if page[place].value is not None]


def test_words_and_years_stand_where_they_are_declared(page: Worksheet) -> None:
    assert {place: page[place].value for place in LAYOUT.fixed} == LAYOUT.fixed
    assert {place: page[place].value for place in LAYOUT.year_cells} == LAYOUT.year_cells
    assert list(LAYOUT.year_cells.values()) == [2023, 2024, 2025, 2026]
    for cell in LAYOUT.cells:
        word = page[f"A{cell.cell[1:]}"].value
        assert cell.label == f"{word}, {cell.aar}"


def test_every_open_cell_has_a_rule_and_a_message(page: Worksheet) -> None:
    columns = {column.name: column for column in forholdstall().columns}
    types = {Kind.WHOLE: "whole", Kind.DATE: "date"}
    for cell in LAYOUT.cells:
        rules = [rule for rule in page.data_validations.dataValidation if cell.cell in rule.sqref]
        assert [rule.type for rule in rules] == [types[columns[cell.name].kind]]
        assert rules[0].prompt
    roles = next(field for field in LAYOUT.fields if field.column.name == "godkjent_rolle")
    rule = next(rule for rule in page.data_validations.dataValidation if roles.cell in rule.sqref)
    assert roles.column.codes is not None
    assert rule.formula1.strip('"').split(",") == list(roles.column.codes.labels)
    assert len(rule.formula1) <= 255  # Excel's limit for a list in the cell's own rule


def test_one_page(page: Worksheet, path: Path) -> None:
    assert len(openpyxl.load_workbook(path).sheetnames) == 1
    # one wide and one high is the format's default, so it need not stand in the file
    assert {page.page_setup.fitToWidth, page.page_setup.fitToHeight} <= {None, 1}
    assert page.sheet_properties.pageSetUpPr.fitToPage


def test_the_definitions_are_printed_on_it(page: Worksheet) -> None:
    text = " ".join(texts(page))
    for word in (
        "telles én gang for hver ungdom",
        "Året det skjedde, og alderen den unge hadde da",
        "Skjedde i kommunen",
        "Unge som bor i kommunen",
        "Uttrekksdato",
        "Godkjent av (rolle)",
        "Godkjent dato",
        "Send det bare i kanalen kommunen og politiet har avtalt",
    ):
        assert word in text


def test_nobody_under_15_is_called_charged(page: Worksheet) -> None:
    # Nobody under 15 can be charged: never in one sentence, row or caption.
    sentences = [part for text in texts(page) for part in re.split(r"(?<=[.:])\s", text)]
    for rule in page.data_validations.dataValidation:
        sentences += [rule.prompt or "", rule.error or ""]
    assert not [
        text for text in sentences if "siktet" in text.lower() and "under 15" in text.lower()
    ]
    assert any("under 15 år skriver vi «registrert»" in text for text in sentences)
    youngest = [cell.name for cell in LAYOUT.cells if cell.aldersgruppe == "under_15"]
    assert "antall_siktede" not in youngest


def test_it_passes_our_own_gate_and_names_nobody(path: Path, page: Worksheet) -> None:
    check_xlsx(path)
    assert not [text for text in texts(page) if identifiers.find(text)]
    assert not openpyxl.load_workbook(path).properties.creator


def test_the_same_arguments_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    again = create_police_form(tmp_path / path.name, kommune="Fredrikstad", aar=2026)
    assert again.read_bytes() == path.read_bytes()


def test_years_are_kept_to_what_one_page_holds(tmp_path: Path) -> None:
    assert len(form_layout(2027 - MAX_YEARS, 2026).year_cells) == MAX_YEARS
    assert len(form_layout(2026, 2026).year_cells) == 1
    with pytest.raises(EvalueringError, match="1–8 år"):
        form_layout(2026 - MAX_YEARS, 2026)
    with pytest.raises(EvalueringError, match="1–8 år"):
        form_layout(2027, 2026)
    wide = create_police_form(tmp_path / "x.xlsx", kommune="Ås", aar=2026, first_year=2019)
    assert openpyxl.load_workbook(wide)[FORM_SHEET]["I9"].value == 2026


def test_nothing_is_written_over(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(EvalueringError, match="aldri skrevet over"):
        create_police_form(path, kommune="Fredrikstad", aar=2026)
    assert path.read_bytes() == before
