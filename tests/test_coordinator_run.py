"""The coordinator's whole way by commands: new year, workbook, form, check, mend, run, look."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from conftest import copy_project, evaluering
from test_coordinator import ENGLISH, column, police, row_of, type_in

pytestmark = pytest.mark.notebook

PARAMS = Path("params/fredrikstad_2027.yml")
WORKBOOK = Path("data/inndata/fredrikstad_2027.xlsx")
MARKED = WORKBOOK.with_stem("fredrikstad_2027_merket")
FORM = Path("data/inndata/fredrikstad_2027_politiskjema.xlsx")


def _fill(path: Path) -> None:
    """A first year: a handful of yearly counts, some meetings and decisions, and two slips."""
    book = openpyxl.load_workbook(path)
    type_in(book["Tiltak"], 2, Status="I gang", Ansvarlig="Fredrikstad politistasjonsdistrikt")
    type_in(book["Tiltak"], 3, Status="pågårr", Ansvarlig="Fredrikstad politistasjonsdistrikt")
    type_in(book["Møter"], 2, Dato=date(2026, 2, 3), Gjennomført="JA")
    type_in(book["Møter"], 3, Dato="31.02.2026", Gjennomført="Nei")
    type_in(book["Vedtak"], 2, Vedtak="V-001", Dato=date(2026, 1, 20), Tema="Tall")
    type_in(book["Vedtak"], 2, Ansvarlig="Fredrikstad politistasjonsdistrikt", Status="I gang")
    numbers = book["Indikatortall"]
    for name, part, whole in (("Nye saker i året", 47, None), ("Saker med samtykke", 32, 47)):
        row = row_of(numbers, "Indikator", name, 2026)
        type_in(numbers, row, Teller=part, Kilde="Barnevern", Uttrekksdato=date(2027, 1, 5))
        numbers.cell(row, column(numbers, "Nevner")).value = whole
    placements = book["Plasseringer"]
    row = row_of(placements, "Type", "Alle plasseringer", 2026)
    placements.cell(row, column(placements, "Nye barn i året")).value = 3
    book.save(path)


def _mend(path: Path) -> None:
    """What the messages say, in the marked copy."""
    book = openpyxl.load_workbook(path)
    type_in(book["Tiltak"], 3, Status="I gang")
    type_in(book["Møter"], 3, Dato=date(2026, 2, 28))
    book.save(path)


def _text(page: Path) -> str:
    html = re.sub(r"<(svg|style).*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_first_year_from_nothing_to_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALUERING_NOEKKEL", str(tmp_path / "noekkel"))
    project = copy_project(tmp_path)
    said: list[str] = []

    def command(*arguments: str) -> int:
        done = evaluering(project, *arguments)
        said.append(done.stdout + done.stderr)
        return done.returncode

    assert command("ny", "2027", "--kommune", "Fredrikstad") == 0
    assert command("politiskjema", str(PARAMS)) == 0
    _fill(project / WORKBOOK)
    police(project / FORM)
    params = (project / PARAMS).read_text(encoding="utf-8")
    params = params.replace('# politiskjema: "', 'politiskjema: "')
    (project / PARAMS).write_text(params, encoding="utf-8")

    # Run before check is the same: stopped, with places, remedies and a marked copy.
    assert command("kjør", str(PARAMS)) == 1
    assert "Ark «Tiltak», celle" in said[-1]
    assert "fredrikstad_2027_merket.xlsx" in said[-1]
    assert not list((project / "reports").glob("*/v*"))
    _mend(project / MARKED)
    (project / MARKED).replace(project / WORKBOOK)
    assert command("sjekk", str(PARAMS)) == 0, said[-1]
    assert command("kjør", str(PARAMS)) == 0, said[-1]

    version = project / "reports" / "fredrikstad_2027" / "v1"
    page = _text(version / "evaluering.html")
    assert "Syntetiske tall" not in page
    assert "Forhold under 18 år" in page
    assert "I 32 av 47 nye saker er det gitt samtykke" in page
    assert "Mangler tall" in page
    raw = (version / "evaluering.html").read_text(encoding="utf-8")
    # Three children newly placed: too few to be shown.
    placed = raw[raw.index('id="plasseringer"') : raw.index('id="prosess"')]
    assert "Tallet kunne ha pekt ut enkeltpersoner" in placed
    everything = "\n".join(said)
    assert "Traceback" not in everything
    assert not ENGLISH.findall(everything)
    assert max(len(text.splitlines()) for text in said) <= 16

    # A police figure nobody could read before is not given out until the police approve it.
    assert command("publiser", "fredrikstad_2027") in (0, 1)
    assert not ENGLISH.findall(said[-1])
