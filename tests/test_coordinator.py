"""Plays the coordinator: make a workbook, fill it in, check it, mend the marked cells, check again.

Only what a person would do is done: values are typed into cells under the headings that stand
there, and what to mend is found by reading the messages.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from evaluering.inputs.house_key import FIXED_KEY
from evaluering.inputs.workbook.create import create_workbook
from evaluering.inputs.workbook.marked import write_marked
from evaluering.inputs.workbook.police_form import create_police_form
from evaluering.inputs.workbook.read import Workbook, read_workbook
from evaluering.inputs.workbook.read_form import read_police_form
from evaluering.inputs.workbook.report import check_report
from evaluering.inputs.workbook.sheets import CHECK_SHEET
from evaluering.plan import read_plan

PLAN = read_plan()
PARAMS = "params/fredrikstad_2027.yml"
ENGLISH = re.compile(
    r"\b(the|input|value error|should|must be|invalid|error|expected|none|null|traceback)\b", re.I
)


def column(page: Worksheet, heading: str) -> int:
    return next(cell.column for cell in page[1] if cell.value == heading)


def type_in(page: Worksheet, row: int, **cells: Any) -> None:
    """Type under headings; `_` in a name is a space."""
    for heading, value in cells.items():
        page.cell(row, column(page, heading.replace("_", " "))).value = value


def row_of(page: Worksheet, heading: str, text: str, year: int | None = None) -> int:
    """The row the person looks for: a prefilled text, and the year beside it."""
    place = column(page, heading)
    return next(
        row
        for row in range(2, page.max_row + 1)
        if page.cell(row, place).value == text
        and (year is None or year in [cell.value for cell in page[row]])
    )


def fill(path: Path) -> None:
    """Everything a first-year town has, with the slips people make."""
    book = openpyxl.load_workbook(path)
    measures = book["Tiltak"]
    type_in(measures, 2, Status="I gang", Ansvarlig="Fredrikstad politistasjonsdistrikt")
    type_in(measures, 3, Status="pågårr", Ansvarlig="Kari Nordmann")
    type_in(measures, 4, Status="Stoppet", Ansvarlig=" fredrikstad politistasjonsdistrikt")
    measures.cell(2, column(measures, "Personer nådd")).value = "ca. 40"
    measures.cell(2, column(measures, "Frist")).value = "31.12.2026"
    meetings = book["Møter"]
    type_in(meetings, 2, Dato=date(2026, 2, 3), Gjennomført="JA")
    type_in(meetings, 3, Dato="31.02.2026", Gjennomført="Nei")
    decisions = book["Vedtak"]
    type_in(decisions, 2, Vedtak="V-001", Dato=date(2026, 1, 20), Tema="Tall", Status="I gang")
    survey = book["Ungdata"]
    type_in(survey, 2, År=2025, Sted="Kommunen", Spørsmål="Skulket skolen", Trinn="Ungdomsskole")
    type_in(survey, 2, Kjønn="Alle", Prosent="24,5 %")
    survey.cell(2, column(survey, "Kan sammenlignes med forrige")).value = "Første undersøkelse"
    numbers = book["Indikatortall"]
    row = row_of(numbers, "Indikator", "Saker med samtykke", 2026)
    type_in(numbers, row, Teller=14, Nevner=12, Kilde="Barnevern", Uttrekksdato=date(2027, 1, 5))
    placements = book["Plasseringer"]
    row = row_of(placements, "Type", "Alle plasseringer", 2026)
    placements.cell(row, column(placements, "Nye barn i året")).value = "syv"
    cases = book["Saker"]
    type_in(cases, 2, Sak="S-001", Åpnet=date(2026, 2, 1), Aldersgruppe="15–17", Status="Åpen")
    cases.cell(2, column(cases, "Hvem koordinerer")).value = "Barnevern"
    consent = book["Samtykke"]
    type_in(consent, 2, Sak="S-001", Fra_hvem="Mor", Samtykke="Gitt", Dato=date(2026, 2, 2))
    type_in(consent, 3, Sak="S-001", Fra_hvem="Ungdom", Samtykke="Gitt", Dato=date(2026, 2, 2))
    book.save(path)


def mend(path: Path) -> None:
    """What the messages say, in the marked copy."""
    book = openpyxl.load_workbook(path)
    measures = book["Tiltak"]
    type_in(measures, 3, Status="I gang", Ansvarlig="Fredrikstad politistasjonsdistrikt")
    measures.cell(4, column(measures, "Hvorfor ikke")).value = "Kapasitet"
    measures.cell(2, column(measures, "Personer nådd")).value = 40
    type_in(book["Møter"], 3, Dato=date(2026, 2, 28))
    type_in(book["Vedtak"], 2, Ansvarlig="Fredrikstad politistasjonsdistrikt")
    numbers = book["Indikatortall"]
    row = row_of(numbers, "Indikator", "Saker med samtykke", 2026)
    type_in(numbers, row, Nevner=16)
    placements = book["Plasseringer"]
    row = row_of(placements, "Type", "Alle plasseringer", 2026)
    placements.cell(row, column(placements, "Nye barn i året")).value = 7
    type_in(book["Samtykke"], 2, Fra_hvem="Foresatt")
    book.save(path)


def police(path: Path) -> None:
    """The police fill in their page: beside the words, under the year."""
    book = openpyxl.load_workbook(path)
    page = book["Politiskjema"]
    words = {
        "Registrerte forhold": 240,
        "Unge som var med": 139,
        "… av dem med 1–2 forhold": 115,
        "… av dem med 3 forhold": 11,
        "… av dem med 4 eller flere": 13,
        "Forhold begått av dem med 4 eller flere": 65,
    }
    first_block = range(10, 18)
    for row in first_block:
        for place in range(2, 6):
            if page.cell(row, 1).value in words:
                page.cell(row, place).value = words[page.cell(row, 1).value]
    for row in range(1, page.max_row + 1):
        typed = {
            "Hva tallene gjelder": "Skjedde i kommunen",
            "Uttrekksdato": date(2027, 1, 5),
            "Godkjent av (rolle)": "Politikontakt",
            "Godkjent dato": date(2027, 1, 8),
        }
        if page.cell(row, 1).value in typed:
            page.cell(row, 2).value = typed[page.cell(row, 1).value]
    book.save(path)


def check(path: Path, form: Path) -> Workbook:
    return read_workbook(
        path,
        plan=PLAN,
        personrader=("saker", "samtykke"),
        key=FIXED_KEY,
        aar=2026,
        skjaeringsdato=date(2026, 12, 31),
        form=read_police_form(form).content,
    )


def test_coordinator_makes_fills_checks_mends_and_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "data inndata æøå"
    path = create_workbook(
        folder / "fredrikstad_2027.xlsx",
        plan=PLAN,
        kommune="Fredrikstad",
        aar=2026,
        personrader=("saker", "samtykke"),
    )
    form = create_police_form(folder / "skjema.xlsx", kommune="Fredrikstad", aar=2026)
    police(form)
    fill(path)

    # First check: everything is found at once, ten lines are shown, the rest is in the copy.
    first = check(path, form)
    assert dict(first.frames) == {}
    marked = write_marked(path, first.problems, first.interpretations)
    text = check_report(first.problems, first.name, marked=marked.name, params=PARAMS)
    assert len(text.splitlines()) <= 10
    assert text.startswith("Fant 9 feil i 6 ark. De første:\n")
    assert text.endswith(
        "Alle feil er merket i fredrikstad_2027_merket.xlsx. Rett der, lagre som "
        f"fredrikstad_2027.xlsx, og kjør: evaluering sjekk {PARAMS}"
    )
    assert "Nordmann" not in text and "Mor" not in text
    places = {(problem.sheet, problem.label) for problem in first.errors}
    assert places == {
        ("Tiltak", "Status"),
        ("Tiltak", "Ansvarlig"),
        ("Tiltak", "Hvorfor ikke"),
        ("Tiltak", "Personer nådd"),
        ("Møter", "Dato"),
        ("Vedtak", "Ansvarlig"),
        ("Indikatortall", "Teller"),
        ("Plasseringer", "Nye barn i året"),
        ("Samtykke", "Fra hvem"),
    }
    everything = "\n".join(map(str, (*first.problems, *first.interpretations)))
    assert not ENGLISH.findall(everything)

    # The person opens the copy, follows the list, mends, and saves under the original's name.
    book = openpyxl.load_workbook(marked)
    assert book.sheetnames[0] == CHECK_SHEET
    for problem in first.errors:
        comment = book[problem.sheet][problem.cell].comment
        assert comment is not None and problem.remedy in comment.text
    mend(marked)
    path.write_bytes(marked.read_bytes())

    # Second check: nothing left, and every number is the one that was typed.
    second = check(path, form)
    assert second.problems == ()
    assert check_report(second.problems, second.name) == "Fant ingen feil i fredrikstad_2027.xlsx."
    frames = second.accepted()
    assert frames["tiltak"]["status"].tolist() == ["i_gang", "i_gang", "stoppet"]
    assert frames["tiltak"]["antall_mottakere"].sum() == 40
    assert frames["indikatortall"][["teller", "nevner"]].to_numpy().tolist() == [[14, 16]]
    assert frames["ungdata"]["prosent"].tolist() == [24.5]
    assert frames["plasseringer"]["nye_barn"].tolist() == [7]
    assert frames["moeter"]["dato"].dt.strftime("%d.%m.%Y").tolist() == ["03.02.2026", "28.02.2026"]
    assert frames["forholdstall"].empty  # the police form stands for it
    assert [str(note) for note in second.interpretations if note.sheet == "Møter"] == [
        "Ark «Møter», celle C2 (Gjennomført): skrivemåten er gjort lik listen. "
        "«JA» er lest som «Ja»."
    ]
