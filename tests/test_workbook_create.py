"""The declared sheets are the guide's, and the workbook made from them is one a person can use."""

import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from evaluering.errors import EvalueringError
from evaluering.inputs import identifiers
from evaluering.inputs.archive import check_xlsx
from evaluering.inputs.workbook.cell_rules import MAX_MESSAGE, MAX_TITLE
from evaluering.inputs.workbook.columns import Kind, fold, label_of_name
from evaluering.inputs.workbook.create import create_workbook
from evaluering.inputs.workbook.prefill import starting_rows
from evaluering.inputs.workbook.sheets import (
    CODES_SHEET,
    COVER_SHEET,
    PERSON_ROWS,
    check_personrader,
    declare_workbook,
)
from evaluering.plan import read_plan

PLAN = read_plan()
LAYOUT = declare_workbook(PLAN)
SERVICES = (
    "barnevern buf_hjelpa fredrikstadhjelpa fact_ung bupp dps tsb konfliktraad friomsorg politi "
    "ungdomsskole vgs fritid frivillig annen"
)
# The project's guide to the workbook, section 9.2, typed off sheet by sheet; «!» must be filled.
# One departure: «ansvarlig» in «Tiltak» may be empty for an area nobody has had room for, and is
# demanded for every other status (test_a_responsible_actor_is_demanded_unless_not_prioritised).
GUIDE = {
    "forhold": "forhold_id! person_kode! aar! maaned aar_registrert aldersgruppe! kategori! siktet "
    "hendelse_id bosted kjoenn fylt_18",
    "forholdstall": "aar! uttrekksdato! aldersgruppe! kategori! antall_forhold! antall_hendelser "
    "antall_personer! antall_siktede personer_1_2 personer_3 personer_4_pluss forhold_4_pluss "
    "stoerste bosted kjoenn antall_publisert publisert_dato",
    "indikatortall": "aar! indikator! teller! nevner kilde! uttrekksdato!",
    "saker": "sak_id! dato_aapnet! dato_avsluttet aldersgruppe! status! koordinator! spurt "
    "samarbeidsmoeter person_kode",
    "samtykke": "sak_id! part! tilstand! dato! skjema",
    "tjenester": "sak_id! tjeneste! rolle fra_dato! til_dato",
    "plasseringer": "aar! type! nye_barn! barn_31_12 doegn",
    "maal": "maal_id! sak_id! omraade! skala! satt_dato! satt_av! utgangspunkt! oensket_nivaa "
    "planlagt_maaling! nivaa_beskrevet! vekt",
    "maalinger": "maal_id! dato! vurdert_av! skaar! fase",
    "tiltak": "tiltak_id! aar! status! ansvarlig frist startet aarsak som_planlagt "
    "antall_mottakere antall_maalgruppe antall_aktiviteter krever",
    "moeter": "arena! dato! gjennomfoert! inviterte til_stede "
    + " ".join(f"deltok_{service}" for service in SERVICES.split())
    + " planen_behandlet",
    "vedtak": "vedtak_id! dato! tiltak_id tema ansvarlig! frist status!",
    "egenvurdering": "aar! punkt! svar!",
    "vurdering": "aar! rolle! dato! tekst! ingen_omtalt!",
    "ungdata": "aar! sted! spoersmaal! trinn! kjoenn! skole_kode prosent antall_ja antall_svar "
    "antall_invitert sammenlignbar!",
    "befolkning": "kommune_nr! aar! alder! antall!",
}
# The same section: codes of the closed lists.
GUIDE_CODES = {
    ("forhold", "kategori"): "eiendomstyveri annet_vinning eiendomsskade vold seksuallovbrudd "
    "rusmiddel orden_integritet trafikk annet",
    ("forholdstall", "aldersgruppe"): "under_15 15_17 under_18",
    ("forholdstall", "bosted"): "alle egen annen ukjent",
    ("indikatortall", "indikator"): "saker_nye saker_spurt saker_samtykke saker_felles_skjema "
    "saker_andre_tjenester saker_uten_koordinator saker_med_maal saker_maalt saker_naadd "
    "kjent_i_sak fornaermede_under_18 fjor_4_fortsatt fjor_4_faerre fjor_4_ingen fjor_4_fylt_18",
    ("indikatortall", "kilde"): f"{SERVICES} ssb bufdir annet",
    ("saker", "aldersgruppe"): "under_12 12_14 15_17 18_pluss",
    ("saker", "status"): "aapen avsluttet",
    ("saker", "koordinator"): f"{SERVICES} ikke_avklart",
    ("samtykke", "part"): "ungdom foresatt",
    ("samtykke", "tilstand"): "gitt ikke_gitt trukket",
    ("samtykke", "skjema"): "felles annet",
    ("tjenester", "tjeneste"): SERVICES,
    ("tjenester", "rolle"): "koordinerer deltar henvist",
    ("plasseringer", "type"): "institusjon_samtykke institusjon_uten_samtykke akutt alle",
    ("maal", "omraade"): "kriminalitet rus skole arbeid_fritid familie helse nettverk annet",
    ("maal", "skala"): "gas_5 gbo_10",
    ("maal", "satt_av"): "ungdom foresatt fagperson sammen",
    ("maalinger", "fase"): "foer under etter",
    ("tiltak", "status"): "ikke_startet planlagt i_gang gjennomfoert stoppet ikke_prioritert",
    ("tiltak", "aarsak"): "kapasitet oekonomi venter_paa_andre endret_behov annet",
    ("tiltak", "som_planlagt"): "ja delvis nei vet_ikke",
    ("tiltak", "krever"): "stilling penger lokale avtale vedtak annet",
    ("moeter", "arena"): "sentrus politiraad faste_moeter arbeidsgruppe ledermoete kog "
    "sosiallaerernettverk",
    ("vedtak", "tema"): "samarbeid metodikk kompetanse kommunikasjon ressurser tall annet",
    ("vedtak", "status"): "ikke_startet i_gang gjennomfoert stoppet",
    ("egenvurdering", "punkt"): "1 2 3 4 5 6 7 8 9 10",
    ("vurdering", "rolle"): "slt politikontakt ungdomsraad",
    ("vurdering", "ingen_omtalt"): "ja",
    ("ungdata", "sted"): "kommune fylke landet",
    ("ungdata", "trinn"): "ungdomsskole vgs 8 9 10 vg1 vg2 vg3 ikke_oppgitt",
    ("ungdata", "kjoenn"): "alle gutt jente",
    ("ungdata", "sammenlignbar"): "ja foerste nei_ordlyd nei_tidspunkt nei_annet",
}
# The same section: headings that are not made from the name.
GUIDE_LABELS = {
    ("forhold", "forhold_id"): "Forhold nr.",
    ("forhold", "aar"): "År det skjedde",
    ("forhold", "aldersgruppe"): "Alder da det skjedde",
    ("forhold", "fylt_18"): "Fyller 18 året etter",
    ("forholdstall", "antall_siktede"): "Siktede (15–17 år)",
    ("forholdstall", "personer_1_2"): "Med 1–2 forhold",
    ("forholdstall", "forhold_4_pluss"): "Forhold begått av dem",
    ("forholdstall", "stoerste"): "Flest forhold på én person",
    ("forholdstall", "antall_publisert"): "Politiets eget publiserte tall",
    ("forholdstall", "publisert_dato"): "Publisert dato",
    ("saker", "koordinator"): "Hvem koordinerer",
    ("saker", "samarbeidsmoeter"): "Samarbeidsmøter i året",
    ("samtykke", "part"): "Fra hvem",
    ("samtykke", "tilstand"): "Samtykke",
    ("tjenester", "fra_dato"): "Fra dato",
    ("maal", "utgangspunkt"): "Nivå ved start",
    ("maal", "nivaa_beskrevet"): "Alle nivåer er beskrevet",
    ("maalinger", "skaar"): "Nivå",
    ("tiltak", "som_planlagt"): "Gjennomført som planlagt",
    ("tiltak", "antall_maalgruppe"): "Personer i målgruppen",
    ("moeter", "inviterte"): "Inviterte virksomheter",
    ("moeter", "deltok_barnevern"): "Deltok: barnevern",
    ("moeter", "deltok_fredrikstadhjelpa"): "Deltok: Fredrikstadhjelpa",
    ("vurdering", "ingen_omtalt"): "Ingen enkeltperson er omtalt",
    ("ungdata", "sammenlignbar"): "Kan sammenlignes med forrige",
    ("plasseringer", "barn_31_12"): "Barn 31. desember",
}
# Planned meetings a year, from the plan 3.3 and 4.1; one row where it gives no number.
PLANNED = {
    "Sentrus": 4,
    "Politiråd": 1,
    "Faste møter": 6,
    "Arbeidsgruppe": 5,
    "Ledermøte": 4,
    "KOG": 1,
    "Sosiallærernettverk": 1,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with every sheet."""
    place = tmp_path_factory.mktemp("inndata æøå") / "fredrikstad_2027.xlsx"
    return create_workbook(
        place, plan=PLAN, kommune="Fredrikstad", aar=2026, personrader=PERSON_ROWS
    )


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    """The filled rows of a sheet by heading."""
    heading, *lines = book[name].iter_rows(values_only=True)
    return [dict(zip(heading, line, strict=True)) for line in lines if any(line)]


@pytest.mark.parametrize("sheet_id", GUIDE)
def test_columns_are_the_guides(sheet_id: str) -> None:
    sheet = LAYOUT.sheet(sheet_id)
    declared = [f"{column.name}{'!' * column.is_required}" for column in sheet.columns]
    assert declared == GUIDE[sheet_id].split()


def test_no_sheet_beside_the_guides() -> None:
    assert {sheet.id for sheet in LAYOUT.sheets} == set(GUIDE)


@pytest.mark.parametrize("place", GUIDE_CODES)
def test_codes_are_the_guides(place: tuple[str, str]) -> None:
    codes = LAYOUT.sheet(place[0]).column(place[1]).codes
    assert codes is not None
    assert list(codes.codes) == GUIDE_CODES[place].split()


@pytest.mark.parametrize("place", GUIDE_LABELS)
def test_headings_are_the_guides(place: tuple[str, str]) -> None:
    assert LAYOUT.sheet(place[0]).column(place[1]).label == GUIDE_LABELS[place]


def test_a_name_without_its_own_heading_gets_its_own_letters_back() -> None:
    assert label_of_name("antall_siktede") == "Antall siktede"
    assert label_of_name("aar_registrert") == "År registrert"
    assert label_of_name("kjoenn") == "Kjønn"


def test_person_sheets_are_the_guides() -> None:
    person = {sheet.id for sheet in LAYOUT.sheets if sheet.is_person_rows}
    assert person == {"forhold", "saker", "samtykke", "tjenester", "maal", "maalinger"}


def test_only_the_assessment_has_free_text() -> None:
    texts = {
        (sheet.id, column.name)
        for sheet in LAYOUT.sheets
        for column in sheet.columns
        if column.kind is Kind.TEXT
    }
    assert texts == {("vurdering", "tekst")}


def test_rules_refer_to_columns_and_codes_that_exist() -> None:
    for sheet in LAYOUT.sheets:
        groups = (sheet.key, sheet.prefilled, *sheet.exactly_one, *sheet.ascending)
        assert {name for group in groups for name in group} <= set(sheet.names)
        for rule in sheet.must_fill + sheet.must_be_empty:
            codes = sheet.column(rule.when).codes
            assert rule.column in sheet.names
            assert codes is not None
            assert set(rule.codes) <= set(codes.codes)
        for column in sheet.columns:
            if column.refers_to:
                assert column.refers_to[1] in LAYOUT.sheet(column.refers_to[0]).names


def test_a_responsible_actor_is_demanded_unless_not_prioritised() -> None:
    sheet = LAYOUT.sheet("tiltak")
    rule = next(rule for rule in sheet.must_fill if rule.column == "ansvarlig")
    codes = sheet.column("status").codes
    assert codes is not None
    assert set(codes.codes) - set(rule.codes) == {"ikke_prioritert"}


def test_under_15_has_no_charge() -> None:
    for id, name in (("forhold", "siktet"), ("forholdstall", "antall_siktede")):
        empty = [rule for rule in LAYOUT.sheet(id).must_be_empty if rule.column == name]
        assert [(rule.when, rule.codes) for rule in empty] == [("aldersgruppe", ("under_15",))]


def test_no_label_or_code_can_be_mistaken_for_another() -> None:
    for codes in LAYOUT.code_lists:
        for choice in codes.choices:
            assert codes.code_of(choice.label) == choice.code
            assert codes.code_of(choice.code) == choice.code
    for sheet in LAYOUT.sheets:
        for column in sheet.columns:
            assert sheet.column_meant(column.label) == column
            assert sheet.column_meant(column.name) == column
        assert LAYOUT.sheet_meant(sheet.name) == sheet
        assert LAYOUT.sheet_meant(sheet.id) == sheet


@given(
    st.sampled_from([(codes, choice) for codes in LAYOUT.code_lists for choice in codes.choices]),
    st.sampled_from([str.upper, str.lower, str.title, lambda text: text.replace("–", "-")]),
    st.sampled_from(["", " ", "\u00a0", "\t"]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_a_label_is_known_however_it_was_typed(entry, typed, space, form) -> None:
    codes, choice = entry
    text = unicodedata.normalize(form, space + typed(choice.label).replace(" ", "\u00a0") + space)
    assert codes.code_of(text) == choice.code


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_text_that_is_no_label_is_not_guessed() -> None:
    codes = LAYOUT.sheet("tiltak").column("status").codes
    assert codes is not None
    assert codes.code_of("pågårr") is None
    assert codes.code_of("i gan") is None
    assert codes.code_of("") is None


def test_cover_first_and_locked_lists_last_and_visible(book: Workbook) -> None:
    assert book.sheetnames[0] == COVER_SHEET
    assert book.sheetnames[-1] == CODES_SHEET
    assert book[CODES_SHEET].sheet_state == "visible"
    assert book[CODES_SHEET].protection.sheet
    assert book.sheetnames[1:-1] == [sheet.name for sheet in LAYOUT.sheets]
    text = " ".join(str(cell) for row in book[COVER_SHEET].values for cell in row if cell)
    assert "Ikke skriv navn, fødselsnummer eller annet som kan peke ut en person" in text
    for sheet in LAYOUT.sheets:
        assert sheet.purpose in text
        assert sheet.filled_by in text


def test_each_sheet_is_one_table_with_a_frozen_heading(book: Workbook) -> None:
    for sheet in LAYOUT.sheets:
        page = book[sheet.name]
        shown = [column for column in sheet.columns if not column.is_opt_in]
        assert [cell.value for cell in page[1]] == [column.label for column in shown]
        assert page.freeze_panes == "B2"
        assert list(page.tables) == [sheet.table_name]
        assert page.tables[sheet.table_name].ref.startswith("A1:")
        assert not page.merged_cells.ranges
        assert not page.protection.sheet


def test_every_drop_down_leads_to_its_labels_also_after_a_round_trip(
    path: Path, tmp_path: Path
) -> None:
    again = tmp_path / "lagret.xlsx"
    openpyxl.load_workbook(path).save(again)
    for file in (path, again):
        book = openpyxl.load_workbook(file)
        for sheet in LAYOUT.sheets:
            page = book[sheet.name]
            shown = [column for column in sheet.columns if not column.is_opt_in]
            assert len(page.data_validations.dataValidation) == len(shown)
            for place, column in enumerate(shown, start=1):
                letter = openpyxl.utils.get_column_letter(place)
                rule = next(
                    rule
                    for rule in page.data_validations.dataValidation
                    if f"{letter}2" in rule.sqref
                )
                if column.codes is None:
                    continue
                target = book.defined_names[rule.formula1].attr_text
                name, _, cells = target.replace("$", "").partition("!")
                labels = [cell.value for row in book[name][cells] for cell in row]
                assert labels == list(column.codes.labels)
            assert list(page.tables) == [sheet.table_name]


def test_messages_keep_excels_limits_and_say_what_must_be_filled(book: Workbook) -> None:
    for sheet in LAYOUT.sheets:
        shown = [column for column in sheet.columns if not column.is_opt_in]
        rules = book[sheet.name].data_validations.dataValidation
        for column, rule in zip(shown, rules, strict=True):
            assert len(rule.promptTitle) <= MAX_TITLE
            assert len(rule.error) <= MAX_MESSAGE
            assert len(rule.prompt) <= MAX_MESSAGE
            assert not rule.prompt.endswith("…"), (sheet.id, column.name)
            assert column.help in rule.prompt
            assert ("Må fylles ut." in rule.prompt) == column.is_required


def test_numbers_and_dates_have_rules(book: Workbook) -> None:
    kinds = {
        Kind.WHOLE: "whole",
        Kind.NUMBER: "decimal",
        Kind.DATE: "date",
        Kind.CODE: "list",
        Kind.YES_NO: "list",
        Kind.PATTERN: "textLength",
        Kind.TEXT: "textLength",
    }
    for sheet in LAYOUT.sheets:
        shown = [column for column in sheet.columns if not column.is_opt_in]
        rules = book[sheet.name].data_validations.dataValidation
        for column, rule in zip(shown, rules, strict=True):
            assert rule.type == kinds[column.kind], (sheet.id, column.name)


def test_a_place_may_be_a_municipalitys_number(book: Workbook) -> None:
    rules = book["Ungdata"].data_validations.dataValidation
    assert [rule.errorStyle for rule in rules][1] == "warning"


def test_the_file_passes_our_own_gate_and_names_nobody(path: Path, book: Workbook) -> None:
    check_xlsx(path)
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy
    for page in book.worksheets:
        texts = [cell.value for row in page for cell in row if isinstance(cell.value, str)]
        for rule in page.data_validations.dataValidation:
            texts += [rule.prompt or "", rule.error or "", rule.promptTitle or ""]
        assert not [text for text in texts if identifiers.find(text)]
        assert not [cell.coordinate for row in page for cell in row if cell.data_type == "f"]


def test_the_same_arguments_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    again = create_workbook(
        tmp_path / path.name, plan=PLAN, kommune="Fredrikstad", aar=2026, personrader=PERSON_ROWS
    )
    assert again.read_bytes() == path.read_bytes()


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    evil = replace(PLAN.tiltak[0], navn='=HYPERLINK("//x","y")')
    plan = replace(PLAN, tiltak=(evil, *PLAN.tiltak[1:]))
    file = create_workbook(tmp_path / "x.xlsx", plan=plan, kommune="=1+1", aar=2026)
    cell = openpyxl.load_workbook(file)["Tiltak"]["A2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("//x","y")', "s")
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b"<hyperlink" not in archive.read(name)


def test_person_sheets_only_when_asked_for(tmp_path: Path) -> None:
    file = create_workbook(tmp_path / "a.xlsx", plan=PLAN, kommune="Fredrikstad", aar=2026)
    names = openpyxl.load_workbook(file).sheetnames
    assert not {"Forhold", "Saker", "Samtykke", "Tjenester", "Mål", "Målinger"} & set(names)
    file = create_workbook(
        tmp_path / "b.xlsx", plan=PLAN, kommune="Fredrikstad", aar=2026, personrader=["Mål"]
    )
    names = openpyxl.load_workbook(file).sheetnames
    assert {"Mål", "Målinger"} <= set(names)
    assert "Saker" not in names


def test_the_person_column_of_cases_only_when_params_allow_it(
    book: Workbook, tmp_path: Path
) -> None:
    assert "Person" not in [cell.value for cell in book["Saker"][1]]
    file = create_workbook(
        tmp_path / "a.xlsx",
        plan=PLAN,
        kommune="Fredrikstad",
        aar=2026,
        personrader=["saker"],
        person_code_in_cases=True,
    )
    assert openpyxl.load_workbook(file)["Saker"]["I1"].value == "Person"


def test_asking_for_a_sheet_that_is_not_about_persons_is_refused() -> None:
    assert check_personrader([" SAKER", "mål", ""]) == ("saker", "maal")
    with pytest.raises(EvalueringError, match="Lov: forhold, saker"):
        check_personrader(["tiltak"])
    with pytest.raises(EvalueringError, match="følger med «maal»"):
        check_personrader(["maalinger"])


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"fylt ut")
    with pytest.raises(EvalueringError, match="aldri skrevet over"):
        create_workbook(file, plan=PLAN, kommune="Fredrikstad", aar=2026)
    assert file.read_bytes() == b"fylt ut"


def test_the_first_year_starts_with_what_the_plan_promises_and_no_status(book: Workbook) -> None:
    found = rows(book, "Tiltak")
    # The plan: 3 + 11 + 12 measures (3.1–3.3), 12 priorities (4.1), 5 without priority (3.4).
    assert len(found) == 26 + 12 + 5
    assert {row["År"] for row in found} == {2026}
    assert not [row for row in found if row["Status"] or row["Ansvarlig"]]
    meetings = [row["Arena"] for row in rows(book, "Møter")]
    arenas = {arena.navn: meetings.count(arena.navn) for arena in PLAN.arenaer}
    assert list(arenas.values()) == list(PLANNED.values())
    assert len(rows(book, "Egenvurdering")) == 10
    assert {row["År"] for row in rows(book, "Plasseringer")} == {2025, 2026}


def test_prefilled_rows_hold_nothing_but_what_is_declared_as_prefilled() -> None:
    for id, lines in starting_rows(LAYOUT, PLAN, 2026).items():
        allowed = set(LAYOUT.sheet(id).prefilled)
        for row in lines:
            assert {name for name, value in row.items() if value is not None} <= allowed


LAST = {
    "tiltak": [
        {"tiltak_id": "sentrus", "aar": 2025, "status": "i_gang", "ansvarlig": "politi"},
        {"tiltak_id": "sentrus", "aar": 2024, "status": "planlagt", "ansvarlig": "politi"},
        {"tiltak_id": "mst", "aar": 2025, "status": "i_gang", "ansvarlig": "barnevern"},
        {"tiltak_id": "finnes_ikke", "aar": 2025, "status": "i_gang"},
    ],
    "vedtak": [
        {"vedtak_id": "V-001", "dato": date(2025, 3, 1), "tema": "tall", "status": "i_gang"}
    ],
    "indikatortall": [
        {"aar": 2024, "indikator": "saker_nye", "teller": 31, "kilde": "barnevern"},
        {"aar": 2026, "indikator": "saker_nye", "teller": 29, "kilde": "barnevern"},
    ],
    "egenvurdering": [
        {"aar": 2025, "punkt": "1", "svar": "ja"},
        {"aar": 2024, "punkt": "1", "svar": "nei"},
    ],
    "vurdering": [{"aar": 2025, "rolle": "slt", "tekst": "…"}],
    "saker": [{"sak_id": "S-001", "status": "aapen"}],
    "moeter": [{"arena": "sentrus", "dato": date(2025, 1, 9), "gjennomfoert": "ja"}],
}


def test_last_years_status_stands_above_an_empty_one() -> None:
    found = starting_rows(LAYOUT, PLAN, 2026, LAST)["tiltak"]
    sentrus = [row for row in found if row["tiltak_id"] == "sentrus"]
    assert [(row["aar"], row.get("status"), row["ansvarlig"]) for row in sentrus] == [
        (2025, "i_gang", "politi"),
        (2026, None, "politi"),
    ]
    assert [row["aar"] for row in found if row["tiltak_id"] == "mst"] == [2025, 2026]


def test_what_the_plan_no_longer_knows_is_left_out() -> None:
    found = starting_rows(LAYOUT, PLAN, 2026, LAST)["tiltak"]
    assert "finnes_ikke" not in {row["tiltak_id"] for row in found}


def test_series_and_decisions_are_carried_and_no_key_stands_twice() -> None:
    found = starting_rows(LAYOUT, PLAN, 2026, LAST)
    assert found["vedtak"] == LAST["vedtak"]
    cases = [row for row in found["indikatortall"] if row["indikator"] == "saker_nye"]
    assert [(row["aar"], row["teller"]) for row in cases] == [(2024, 31), (2026, 29)]
    assert {row["aar"] for row in found["plasseringer"]} == {2026}
    own = [(row["aar"], row.get("svar")) for row in found["egenvurdering"] if row["punkt"] == "1"]
    assert own == [(2025, "ja"), (2026, None)]


def test_persons_meetings_and_signed_words_are_never_carried() -> None:
    found = starting_rows(LAYOUT, PLAN, 2026, LAST)
    assert "saker" not in found
    assert "vurdering" not in found
    assert not [row for row in found["moeter"] if "dato" in row]


def test_carried_rows_are_written_as_labels_and_real_dates(tmp_path: Path) -> None:
    file = create_workbook(
        tmp_path / "a.xlsx", plan=PLAN, kommune="Fredrikstad", aar=2026, prefill=LAST
    )
    book = openpyxl.load_workbook(file)
    decision = rows(book, "Vedtak")[0]
    assert decision["Vedtak"] == "V-001"
    assert decision["Dato"].date() == date(2025, 3, 1)
    assert decision["Tema"] == "Tall"
    assert decision["Status"] == "I gang"
    assert rows(book, "Indikatortall")[0]["Teller"] == 31
    assert book["Vedtak"].tables["tabell_vedtak"].ref == "A1:G2"
