"""Rows and sheets against each other: every impossible workbook is refused by its own message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_police_form_read import CODES_TESTED as FORM_CODES
from test_workbook_read import CELLS, PERCENT, STRUCTURE
from workbook_material import EXTRACT, LAYOUT, Rows, cell_of, read_all, right_rows, write_plain

from evaluering.inputs.workbook.columns import Kind
from evaluering.inputs.workbook.message_texts import CATALOGUE
from evaluering.inputs.workbook.number_checks import check_classes, is_far
from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.read import Workbook
from evaluering.inputs.workbook.rows import Content, Line

Edit = Callable[[Rows], object]


def put(sheet: str, row: int, **values: object) -> Edit:
    """Change a row: 0 is the first."""
    return lambda rows: rows[sheet][row].update(values)


def add(sheet: str, like: int, **values: object) -> Edit:
    """Add a row that is like another."""
    return lambda rows: rows[sheet].append(rows[sheet][like] | values)


def without(sheet: str, edit: Edit) -> Edit:
    """Empty one sheet before the edit, so that only one thing is wrong."""

    def both(rows: Rows) -> None:
        rows[sheet] = []
        edit(rows)

    return both


def counts(edit: Edit) -> Edit:
    """«Forholdstall» alone: no rows of offences to agree with."""
    return without("forhold", edit)


def _split(rows: Rows) -> None:
    """The offences of all nine kinds do not make up the total."""
    kinds = LAYOUT.sheet("forhold").column("kategori").codes
    assert kinds is not None
    rows["forholdstall"] += [
        rows["forholdstall"][1]
        | {
            "aar": 2024,
            "aldersgruppe": "Under 18",
            "kategori": label,
            "antall_forhold": 20,
            "antall_personer": 20,
        }
        for label in kinds.labels
    ]


def _half_of_ages(rows: Rows) -> None:
    rows["forholdstall"][1] |= {"antall_forhold": 2}
    rows["forholdstall"][2] |= {"antall_forhold": 5}


def _attended(rows: Rows) -> None:
    names = LAYOUT.sheet("moeter").names
    for name in [name for name in names if name.startswith("deltok_")][:6]:
        rows["moeter"][0][name] = "Ja"


def _invited(rows: Rows) -> None:
    rows["moeter"][0] |= {"inviterte": 5, "deltok_politi": "Nei"}
    for name in [name for name in LAYOUT.sheet("moeter").names if name.startswith("deltok_")][:6]:
        rows["moeter"][0].setdefault(name, "Nei")


# Code, the edit, and the cell that is blamed: sheet id, column, row of the list.
CASES: list[tuple[str, Edit, tuple[str, str, int]]] = [
    ("duplicate_key", add("plasseringer", 0), ("plasseringer", "aar", 2)),
    ("duplicate_key", without("indikatortall", add("saker", 0)), ("saker", "sak_id", 2)),
    ("duplicate_key", add("vedtak", 0, tema="Annet"), ("vedtak", "vedtak_id", 1)),
    ("duplicate_key", add("samtykke", 0), ("samtykke", "sak_id", 4)),
    ("duplicate_key", add("befolkning", 0, antall=3), ("befolkning", "kommune_nr", 2)),
    ("unknown_key", put("tjenester", 0, sak_id="S-003"), ("tjenester", "sak_id", 0)),
    ("unknown_key", put("maal", 0, sak_id="S-003"), ("maal", "sak_id", 0)),
    ("unknown_key", put("maalinger", 0, maal_id="M-003"), ("maalinger", "maal_id", 0)),
    ("must_fill", put("tiltak", 1, aarsak=None), ("tiltak", "aarsak", 1)),
    ("must_fill", put("tiltak", 0, ansvarlig=None), ("tiltak", "ansvarlig", 0)),
    ("must_fill_person", put("forhold", 0, siktet=None), ("forhold", "siktet", 0)),
    ("must_fill_person", put("maal", 1, oensket_nivaa=None), ("maal", "oensket_nivaa", 1)),
    ("must_be_empty", put("forholdstall", 1, antall_siktede=0),
     ("forholdstall", "antall_siktede", 1)),
    ("must_be_empty_person", put("forhold", 7, siktet="Nei"), ("forhold", "siktet", 7)),
    ("must_be_empty_person", put("maal", 0, oensket_nivaa=1), ("maal", "oensket_nivaa", 0)),
    ("none_of", put("vedtak", 0, tema=None), ("vedtak", "tiltak_id", 0)),
    ("none_of", put("ungdata", 1, prosent=None), ("ungdata", "prosent", 1)),
    ("several_of", put("ungdata", 0, prosent=25), ("ungdata", "antall_ja", 0)),
    ("dates_fall", put("saker", 0, status="Avsluttet", dato_avsluttet=date(2026, 1, 31)),
     ("saker", "dato_avsluttet", 0)),
    ("dates_fall", put("tjenester", 0, til_dato=date(2026, 2, 28)), ("tjenester", "til_dato", 0)),
    ("dates_fall", put("maal", 0, planlagt_maaling=date(2026, 2, 14)),
     ("maal", "planlagt_maaling", 0)),
    ("years_fall", put("forhold", 0, aar_registrert=2025), ("forhold", "aar_registrert", 0)),
    ("numbers_fall", put("ungdata", 0, antall_ja=1201), ("ungdata", "antall_ja", 0)),
    ("numbers_fall", put("ungdata", 0, antall_invitert=1199), ("ungdata", "antall_svar", 0)),
    ("numbers_fall", put("indikatortall", 1, nevner=1), ("indikatortall", "teller", 1)),
    ("numbers_fall", put("moeter", 0, til_stede=7), ("moeter", "til_stede", 0)),
    ("numbers_fall", put("forholdstall", 3, antall_hendelser=241),
     ("forholdstall", "antall_hendelser", 3)),
    ("outside_scale", put("maal", 0, utgangspunkt=3), ("maal", "utgangspunkt", 0)),
    ("outside_scale", put("maalinger", 0, skaar=-3), None),
    ("outside_scale", put("maalinger", 0, skaar=3), ("maalinger", "skaar", 0)),
    ("outside_scale", put("maalinger", 1, skaar=-1), ("maalinger", "skaar", 1)),
    ("before_baseline", put("maalinger", 0, dato=date(2026, 2, 14)), ("maalinger", "dato", 0)),
    ("withdrawn_first", add("samtykke", 0, tilstand="Trukket", dato=date(2026, 2, 9)),
     ("samtykke", "dato", 4)),
    ("opposite_same_day", add("samtykke", 0, tilstand="Trukket"), ("samtykke", "tilstand", 4)),
    ("no_consent", put("samtykke", 0, tilstand="Ikke gitt"), ("saker", "sak_id", 0)),
    ("no_consent", add("samtykke", 1, tilstand="Trukket", dato=date(2026, 12, 31)),
     ("saker", "sak_id", 0)),
    ("after_period", add("forhold", 7, forhold_id="F-0009", aar=2027, aar_registrert=2027),
     ("forhold", "aar", 8)),
    ("after_period", put("plasseringer", 0, aar=2027), ("plasseringer", "aar", 0)),
    ("too_few_offences", counts(put("forholdstall", 3, forhold_4_pluss=40)),
     ("forholdstall", "forhold_4_pluss", 3)),
    ("offences_without_persons",
     counts(put("forholdstall", 1, personer_4_pluss=0, forhold_4_pluss=1)),
     ("forholdstall", "forhold_4_pluss", 1)),
    ("persons_above_offences", counts(put("forholdstall", 1, antall_personer=2)),
     ("forholdstall", "antall_personer", 1)),
    ("too_few_in_all", counts(put("forholdstall", 3, forhold_4_pluss=None, stoerste=None,
     antall_forhold=199)), ("forholdstall", "antall_forhold", 3)),
    ("offences_without_anyone", counts(put("forholdstall", 1, aar=2023, antall_personer=0)),
     ("forholdstall", "antall_personer", 1)),
    ("classes_not_total", counts(put("forholdstall", 3, antall_personer=140)),
     ("forholdstall", "antall_personer", 3)),
    ("classes_not_total", counts(put("forholdstall", 2, aar=2023, personer_1_2=3)),
     ("forholdstall", "antall_personer", 2)),
    ("weighted_identity", counts(put("forholdstall", 3, antall_forhold=329)),
     ("forholdstall", "antall_forhold", 3)),
    ("weighted_identity", counts(put("forholdstall", 3, antall_forhold=212)),
     ("forholdstall", "antall_forhold", 3)),
    ("largest_impossible", counts(put("forholdstall", 3, stoerste=3)),
     ("forholdstall", "stoerste", 3)),
    ("largest_impossible", counts(put("forholdstall", 3, stoerste=4)),
     ("forholdstall", "stoerste", 3)),
    ("largest_impossible", counts(put("forholdstall", 3, stoerste=18)),
     ("forholdstall", "stoerste", 3)),
    ("parts_above_total", counts(put("forholdstall", 2, antall_forhold=8)),
     ("forholdstall", "antall_forhold", 0)),
    ("parts_above_total", add("ungdata", 0, kjoenn="Gutt", antall_svar=1201), None),
    ("parts_not_total", counts(_half_of_ages), ("forholdstall", "antall_forhold", 0)),
    ("parts_not_total", counts(_split), ("forholdstall", "antall_forhold", 3)),
    ("part_above_total", counts(put("forholdstall", 2, antall_personer=4)),
     ("forholdstall", "antall_personer", 2)),
    ("part_above_total", put("plasseringer", 0, nye_barn=8), ("plasseringer", "nye_barn", 0)),
    ("part_above_total", counts(put("forholdstall", 3, antall_siktede=140)),
     ("forholdstall", "antall_siktede", 3)),
    ("step_above", put("indikatortall", 6, teller=3, nevner=3), ("indikatortall", "teller", 6)),
    ("follow_up_sum", put("indikatortall", 7, teller=2), ("indikatortall", "teller", 7)),
    ("follow_up_base", put("indikatortall", 8, nevner=14), ("indikatortall", "nevner", 8)),
    ("attended_above", _attended, ("moeter", "til_stede", 0)),
    ("invited_above", _invited, ("moeter", "inviterte", 0)),
    ("attended_cancelled", put("moeter", 0, gjennomfoert="Nei"), ("moeter", "gjennomfoert", 0)),
    ("differs_from_rows", put("forholdstall", 0, antall_siktede=1),
     ("forholdstall", "antall_siktede", 0)),
    ("differs_from_rows", put("forholdstall", 0, antall_hendelser=7),
     ("forholdstall", "antall_hendelser", 0)),
    ("differs_from_rows", put("indikatortall", 0, teller=3), ("indikatortall", "teller", 0)),
    ("far_from_last_year", put("indikatortall", 12, teller=80), ("indikatortall", "teller", 12)),
]  # fmt: skip


def read(folder: Path, edit: Edit) -> Workbook:
    rows = right_rows()
    edit(rows)
    return read_all(write_plain(folder / "bok.xlsx", rows))


@pytest.mark.parametrize(("code", "edit", "place"), CASES)
def test_impossible_workbook_is_refused(
    tmp_path: Path, code: str, edit: Edit, place: tuple[str, str, int] | None
) -> None:
    workbook = read(tmp_path, edit)
    problems = workbook.errors or workbook.remarks
    found = [(problem.code, problem.sheet, problem.cell) for problem in problems]
    if place is None:  # a mistake like this breaks more than one rule
        assert found
        return
    sheet, name, row = place
    assert found == [(code, LAYOUT.sheet(sheet).name, cell_of(sheet, name, row + 2))], [
        str(problem) for problem in workbook.problems
    ]
    assert bool(workbook.frames) == problems[0].is_remark


RIGHT: list[tuple[str, Edit]] = [
    ("measured the day the goal was set", put("maalinger", 0, dato=date(2026, 2, 15))),
    ("closed the day it was opened",
     put("saker", 0, status="Avsluttet", dato_avsluttet=date(2026, 2, 1))),
    ("withdrawn the day after", add("samtykke", 0, tilstand="Trukket", dato=date(2027, 1, 1))),
    ("given again", lambda rows: rows["samtykke"].extend(
        [rows["samtykke"][0] | {"tilstand": "Trukket", "dato": date(2026, 5, 1)},
         rows["samtykke"][0] | {"dato": date(2026, 5, 2)}])),
    ("everybody said yes", put("ungdata", 0, antall_ja=1200)),
    ("everybody answered", put("ungdata", 0, antall_invitert=1200)),
    ("all of them", put("indikatortall", 2, teller=2)),
    ("exactly four each", counts(put("forholdstall", 3, forhold_4_pluss=52, stoerste=4,
     antall_forhold=227))),
    ("highest level", put("maalinger", 0, skaar=2)),
    ("lowest level", put("maalinger", 1, skaar=0)),
    ("no offence and nobody", counts(put("forholdstall", 3, antall_forhold=0, antall_personer=0,
     personer_1_2=0, personer_3=0, personer_4_pluss=0, forhold_4_pluss=0, stoerste=0))),
    ("a zero is a number", put("plasseringer", 0, nye_barn=0, barn_31_12=0, doegn=0)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit"), RIGHT)
def test_right_workbook_at_the_border_is_accepted(tmp_path: Path, name: str, edit: Edit) -> None:
    assert read(tmp_path, edit).errors == (), name


def test_every_message_of_the_catalogue_is_tested() -> None:
    tested = {code for code, _, _ in CASES}
    tested |= {code for _, _, _, code in CELLS}
    tested |= {code for _, code in PERCENT if isinstance(code, str)}
    tested |= {code for _, code, _, _ in STRUCTURE}
    tested |= FORM_CODES
    tested |= {"sheet_off", "column_off", "not_without", "excel_date", "finite_number"}
    assert set(CATALOGUE) == tested


def test_messages_are_whole_norwegian_sentences() -> None:
    for code, template in CATALOGUE.items():
        assert template.what.endswith(".") or template.what.endswith("{hidden}."), code
        assert template.remedy.endswith("."), code
        assert template.remedy[0].islower(), code
        fields = {name for _, name, _, _ in Formatter().parse(template.remedy) if name}
        assert "value" not in fields, code


def test_sentence_of_the_guide_for_impossible_sums(tmp_path: Path) -> None:
    workbook = read(tmp_path, counts(put("forholdstall", 3, forhold_4_pluss=40)))
    assert workbook.problems[0].what == (
        "13 ungdommer med minst 4 forhold gir minst 52 forhold; arket sier 40."
    )


def test_two_wrong_things_are_both_told(tmp_path: Path) -> None:
    def edit(rows: Rows) -> None:
        put("saker", 0, status="Avsluttet", dato_avsluttet=date(2025, 1, 1))(rows)
        put("tjenester", 0, sak_id="S-009")(rows)

    assert [problem.code for problem in read(tmp_path, edit).problems] == [
        "dates_fall",
        "unknown_key",
    ]


def test_cell_that_cannot_be_read_is_not_blamed_twice(tmp_path: Path) -> None:
    workbook = read(tmp_path, counts(put("forholdstall", 3, forhold_4_pluss="ca. 65")))
    assert [problem.code for problem in workbook.problems] == ["approximate"]


def test_first_year_sets_the_start_of_the_period(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "bok.xlsx", right_rows())
    assert read_all(path, first_year=2024).problems == ()
    late = read_all(path, first_year=2025).problems
    assert [(problem.code, problem.sheet) for problem in late] == [("after_period", "Forholdstall")]


def test_no_row_is_a_year_without_rows_of_offences(tmp_path: Path) -> None:
    """2024 has counts but no rows: nothing to agree with, and nothing is said."""
    workbook = read(tmp_path, put("forholdstall", 3, antall_hendelser=200))
    assert workbook.problems == ()


def test_borders_of_far_from_last_year() -> None:
    assert is_far(20, 10) and not is_far(19, 10)
    assert is_far(10, 20) and not is_far(11, 20)
    assert not is_far(9, 0)  # less than ten away
    assert is_far(10, 0)


SHEET = LAYOUT.sheet("forholdstall")


@given(st.lists(st.integers(min_value=1, max_value=40), max_size=60))
def test_counts_of_real_persons_are_never_refused(offences: list[int]) -> None:
    """Any list of offences per person gives classes the identity holds for."""
    many = [number for number in offences if number >= 4]
    values = {
        "antall_forhold": sum(offences),
        "antall_personer": len(offences),
        "personer_1_2": sum(number <= 2 for number in offences),
        "personer_3": offences.count(3),
        "personer_4_pluss": len(many),
        "forhold_4_pluss": sum(many),
        "stoerste": max(offences, default=0),
    }
    assert codes_of(values) == []
    for left_out in values:
        rest = {name: value for name, value in values.items() if name != left_out}
        assert codes_of(rest) == []


def codes_of(values: dict[str, int]) -> list[str]:
    line = Line(2, {"aar": 2026, **values}, {})
    found: list[Problem] = list(check_classes(Content(SHEET, (line,)), line))
    return [problem.code for problem in found]


@pytest.mark.parametrize("change", [1, -1])
def test_identity_is_exact_at_its_borders(change: int) -> None:
    """P139: 115 with 1–2, 11 with 3, 13 with 65 offences. T from 213 to 328 is possible."""
    p139 = {"antall_personer": 139, "personer_1_2": 115, "personer_3": 11}
    p139 |= {"personer_4_pluss": 13, "forhold_4_pluss": 65}
    border = 328 if change > 0 else 213
    assert codes_of(p139 | {"antall_forhold": border}) == []
    assert codes_of(p139 | {"antall_forhold": border + change}) == ["weighted_identity"]


def test_dates_and_amounts_in_the_material_are_what_the_columns_take() -> None:
    rows = right_rows()
    for sheet in LAYOUT.sheets:
        for column in sheet.columns:
            for row in rows[sheet.id]:
                value = row.get(column.name)
                if value is not None and column.kind is Kind.DATE:
                    assert isinstance(value, date)
    assert date(2026, 12, 31) < EXTRACT
