"""`evaluering ny`: a coordinator gets two files, filled with what is known and nothing else."""

import csv
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.errors import EvalueringError
from evaluering.inputs import identifiers
from evaluering.inputs.municipality_names import ascii_name, find_municipality, same_county
from evaluering.inputs.new_params import CARRIED
from evaluering.inputs.new_year import new_year
from evaluering.inputs.workbook.last_year import read_last_year
from evaluering.inputs.workbook.prefill import CARRIED_SHEETS
from evaluering.inputs.workbook.sheets import PERSON_ROWS, declare_workbook
from evaluering.plan import read_plan
from evaluering.yaml_file import read_yaml

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project in a folder with a space and Norwegian letters."""
    root = tmp_path / "min mappe æøå"
    (root / "params").mkdir(parents=True)
    shutil.copy(ROOT / "params" / "_skjema.json", root / "params")
    return root


def fill(path: Path, sheet: str, row: int, **values: object) -> None:
    """Type values into a row by heading, as a person does."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    places = {cell.value: cell.column for cell in page[1]}
    for heading, value in values.items():
        page.cell(row, places[heading.replace("_", " ")], value)
    book.save(path)


def test_two_files_with_the_names_a_coordinator_expects(project: Path) -> None:
    files = new_year(project, 2027, "Fredrikstad")
    assert files.params == project / "params" / "fredrikstad_2027.yml"
    assert files.workbook == project / "data" / "inndata" / "fredrikstad_2027.xlsx"
    content = read_yaml(files.params)
    assert content["kommune"] == "Fredrikstad"
    assert content["kommune_nr"] == "3107"
    assert content["aar"] == 2026
    assert content["moete_dato"] == "2027-01"
    assert content["skjaeringsdato"] == "2026-12-31"
    assert content["arbeidsbok"] == "fredrikstad_2027.xlsx"
    assert content["uten_data"] == []
    # The plan's own questions, 2.1
    assert content["primaere_spoersmaal"] == [
        "skulket",
        "sneket",
        "haerverk",
        "trygt_svaert",
        "beruset",
        "cannabis",
    ]
    assert "personrader" not in content
    assert not {"politiskjema", "godkjent_politi"} & set(content)


def test_every_key_has_a_norwegian_comment_above_it(project: Path) -> None:
    lines = new_year(project, 2027, "Fredrikstad", ["saker"]).params.read_text("utf-8").split("\n")
    for before, line in pairwise(lines):
        if line and line[0].isalpha() and not before:
            pytest.fail(f"uten forklaring: {line}")


def test_person_sheets_are_written_empty_for_somebody_to_sign(project: Path) -> None:
    files = new_year(project, 2027, "Fredrikstad", ["maal", "Saker"])
    content = read_yaml(files.params)
    assert content["personrader"] == {
        "saker": {"rolle": "", "dato": ""},
        "maal": {"rolle": "", "dato": ""},
    }
    assert content["behandlingsgrunnlag"] == ""
    # The strictest: both, under 18 (disclosure guide, section 4).
    assert content["samtykke_kreves"] == {
        "under_12": ["ungdom", "foresatt"],
        "12_14": ["ungdom", "foresatt"],
        "15_17": ["ungdom", "foresatt"],
        "18_pluss": ["ungdom"],
    }
    names = openpyxl.load_workbook(files.workbook).sheetnames
    assert {"Saker", "Mål", "Målinger"} <= set(names)
    assert "Samtykke" not in names


def test_goals_without_their_cases_are_refused_and_nothing_is_written(project: Path) -> None:
    with pytest.raises(EvalueringError, match="uten arket «Saker»"):
        new_year(project, 2027, "Fredrikstad", ["samtykke", "Mål"])
    assert not (project / "data").exists()
    assert {path.name for path in (project / "params").iterdir()} == {"_skjema.json"}


def test_the_second_year_begins_where_the_first_ended(project: Path) -> None:
    first = new_year(project, 2027, "Fredrikstad", ["saker"])
    fill(first.workbook, "Tiltak", 2, Status="I gang", Ansvarlig="Politirådet")
    fill(
        first.workbook,
        "Vedtak",
        2,
        Vedtak="V-001",
        Dato=date(2026, 2, 3),
        Tema="Tall",
        Ansvarlig="Politirådet",
        Status="I gang",
    )
    fill(first.workbook, "Indikatortall", 2, Teller="31", Nevner="..", Kilde="Barnevern")
    fill(first.workbook, "Saker", 2, Sak="S-001", Status="Åpen")
    second = new_year(project, 2028, "fredrikstad")
    assert second.notes == ()
    book = openpyxl.load_workbook(second.workbook)
    measures = [line[:4] for line in book["Tiltak"].iter_rows(2, 3, values_only=True)]
    assert measures == [
        ("Foreldrekompasset", 2026, "I gang", "Politirådet"),
        ("Foreldrekompasset", 2027, None, "Politirådet"),
    ]
    assert book["Vedtak"]["A2"].value == "V-001"
    assert book["Vedtak"]["B2"].value.date() == date(2026, 2, 3)
    first_row = next(book["Indikatortall"].iter_rows(2, 2, values_only=True))
    assert first_row[:5] == (2025, "Nye saker i året", 31, None, "Barnevern")
    assert "Saker" not in book.sheetnames
    assert "personrader" not in read_yaml(second.params)


def test_sheets_about_persons_and_signed_words_are_not_even_read(project: Path) -> None:
    first = new_year(project, 2027, "Fredrikstad", PERSON_ROWS)
    fill(first.workbook, "Saker", 2, Sak="S-001", Status="Åpen")
    fill(first.workbook, "Forhold", 2, Person="P-0001")
    fill(first.workbook, "Vurdering", 2, År=2026, Rolle="Ungdomsrådet", Tekst="Vi savner en klubb")
    last = read_last_year(first.workbook, declare_workbook(read_plan()))
    assert last.rows == {id: [] for id in CARRIED_SHEETS}
    assert last.left_out == 0


def test_a_broken_workbook_from_last_year_is_refused_and_nothing_is_written(project: Path) -> None:
    first = new_year(project, 2027, "Fredrikstad")
    first.workbook.write_bytes(first.workbook.read_bytes()[:5000])
    with pytest.raises(EvalueringError):
        new_year(project, 2028, "Fredrikstad")
    assert not list(project.rglob("fredrikstad_2028*"))


def test_cells_that_do_not_fit_are_counted_and_never_copied(project: Path) -> None:
    first = new_year(project, 2027, "Fredrikstad")
    fill(first.workbook, "Indikatortall", 2, Teller="ca. 12", Nevner="Kari Nordmann")
    fill(first.workbook, "Vedtak", 2, Vedtak="V-001", Ansvarlig="Ola", Status="=1+1")
    second = new_year(project, 2028, "Fredrikstad")
    assert second.notes[0].startswith("4 celler i fjorårets arbeidsbok passet ikke")
    texts = [
        str(cell)
        for page in openpyxl.load_workbook(second.workbook).worksheets
        for row in page.values
        for cell in row
    ]
    assert not [text for text in texts if text in ("ca. 12", "Kari Nordmann", "Ola", "=1+1")]


def test_choices_are_kept_and_permissions_are_not(project: Path) -> None:
    files = new_year(project, 2027, "Fredrikstad", ["saker"])
    text = files.params.read_text("utf-8")
    text += "design_effekt: 2.5\nmargin: {skulket: 0.03}\ngodkjent_politi: {rolle: politikontakt}\n"
    files.params.write_text(text.replace("uten_data: []", 'uten_data: ["ungdata"]'), "utf-8")
    content = read_yaml(new_year(project, 2028, "Fredrikstad").params)
    assert content["design_effekt"] == 2.5
    assert content["margin"] == {"skulket": 0.03}
    assert content["uten_data"] == []
    assert not {"godkjent_politi", "personrader", "behandlingsgrunnlag"} & set(content)
    assert not {"godkjent_politi", "personrader", "uten_data", "syntetisk"} & set(CARRIED)


def test_the_first_year_takes_its_public_choices_from_the_published_run(project: Path) -> None:
    shutil.copy(ROOT / "params" / "fredrikstad_publisert.yml", project / "params")
    published = read_yaml(ROOT / "params" / "fredrikstad_publisert.yml")
    content = read_yaml(new_year(project, 2027, "Fredrikstad").params)
    assert content["publisert"] == published["publisert"]
    assert content["sammenligning"] == published["sammenligning"]
    assert content["skjaeringsdato"] == "2026-12-31"


@pytest.mark.parametrize(
    "left", ["params/fredrikstad_2027.yml", "data/inndata/fredrikstad_2027.xlsx"]
)
def test_nothing_is_written_over_and_nothing_half_is_left(project: Path, left: str) -> None:
    kept = project / left
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("vårt", "utf-8")
    with pytest.raises(EvalueringError, match="aldri skrevet over"):
        new_year(project, 2027, "Fredrikstad")
    assert kept.read_text("utf-8") == "vårt"
    assert len(list(project.rglob("fredrikstad_2027*"))) == 1


def test_another_town_is_told_whose_measures_these_are(project: Path) -> None:
    files = new_year(project, 2027, "Ås")
    assert files.params.name == "aas_2027.yml"
    assert any("planen til Fredrikstad" in note for note in files.notes)


def test_a_town_with_its_own_plan_gets_its_own_measures(project: Path) -> None:
    text = (ROOT / "src/evaluering/plan/handlingsplan.yml").read_text("utf-8")
    (project / "plan_aas.yml").write_text(
        text.replace("kommune: Fredrikstad\n", "kommune: Ås\n").replace(
            "navn: Foreldrekompasset", "navn: Foreldrekurs"
        ),
        "utf-8",
    )
    files = new_year(project, 2027, "Ås", plan="plan_aas.yml")
    assert read_yaml(files.params)["plan"] == "plan_aas.yml"
    assert openpyxl.load_workbook(files.workbook)["Tiltak"]["A2"].value == "Foreldrekurs"
    assert not any("Fredrikstad" in note for note in files.notes)
    again = new_year(project, 2028, "Ås")
    assert openpyxl.load_workbook(again.workbook)["Tiltak"]["A2"].value == "Foreldrekurs"
    with pytest.raises(EvalueringError, match="peker ut av mappen"):
        new_year(project, 2029, "Ås", plan="../plan.yml")


@pytest.mark.parametrize("year", [27, 2015, 2101])
def test_a_year_nobody_meets_in_is_refused(project: Path, year: int) -> None:
    with pytest.raises(EvalueringError, match="fire sifre"):
        new_year(project, year, "Fredrikstad")


def test_the_new_params_file_names_nobody(project: Path) -> None:
    text = new_year(project, 2027, "Fredrikstad", ["saker"]).params.read_text("utf-8")
    hits = [line for line in text.split("\n") if identifiers.find(line)]
    assert hits == ['skjaeringsdato: "2026-12-31"']  # the date of an event, declared as one


@pytest.mark.parametrize(
    ("typed", "number", "stem"),
    [
        ("Fredrikstad", "3107", "fredrikstad"),
        (" FREDRIKSTAD ", "3107", "fredrikstad"),
        ("3107", "3107", "fredrikstad"),
        ("Ås", "3218", "aas"),
        ("aas", "3218", "aas"),
        ("A\u030as", "3218", "aas"),
        ("Bø", "1867", "boe"),
        ("Oslo", "0301", "oslo"),
        ("Trondheim", "5001", "trondheim"),
        ("Tråante", "5001", "traaante"),
        ("Kárásjohka", "5610", "karasjohka"),
        ("våler (østfold)", "3114", "vaaler_oestfold"),
        ("Nordre Follo", "3207", "nordre_follo"),
        ("Utsira", "1151", "utsira"),
    ],
)
def test_a_municipality_is_found_by_what_people_type(typed: str, number: str, stem: str) -> None:
    found = find_municipality(typed)
    assert (found.kommune_nr, found.stem) == (number, stem)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Våler", "«Våler (Østfold)» eller «Våler (Innlandet)»"),
        ("Herøy", "«Herøy (Møre og Romsdal)» eller «Herøy (Nordland)»"),
        ("Fredriksta", "Mente du Fredrikstad"),
        ("Bodo", "Mente du Bodø"),
        ("Eksempelkommune", "Skriv kommunens navn"),
        ("", "Skriv kommunens navn"),
        ("9999", "Skriv kommunens navn"),
    ],
)
def test_an_unknown_or_shared_name_is_refused_with_help(typed: str, said: str) -> None:
    with pytest.raises(EvalueringError) as refusal:
        find_municipality(typed)
    assert said in str(refusal.value)


def test_the_table_is_statistics_norways() -> None:
    # Statistics Norway, table 08487 (CC BY 4.0), as published in data/publisert: own numbers.
    table = read_yaml(ROOT / "src/evaluering/inputs/kommuner.yml")["kommuner"]
    assert len(table) == 357  # the number of municipalities in Norway since 1 January 2024
    with (ROOT / "data/publisert/kriminalitet_kommuner.csv").open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    published = {line["kommune_nr"] for line in lines if len(line["kommune_nr"]) == 4}
    assert published <= set(table)
    assert same_county("3107") == (
        "3101", "3103", "3105", "3110", "3112", "3114", "3116", "3118", "3120", "3122", "3124",
    )  # fmt: skip


def test_every_municipality_is_found_by_its_own_name_and_number() -> None:
    table = read_yaml(ROOT / "src/evaluering/inputs/kommuner.yml")["kommuner"]
    for number, name in table.items():
        assert find_municipality(number).kommune_nr == number
        assert find_municipality(name).kommune_nr == number


@given(st.text(max_size=40))
def test_a_file_name_is_plain_ascii(text: str) -> None:
    name = ascii_name(text)
    assert name.isascii()
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789_")
