"""Files with one planted identifier: kinds × disguises × places. None accepted, none repeated.

`EVALUERING_BEVIS=1` makes the large set. The counts are printed, whatever the verbosity.
"""

import itertools
import os
import random
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from planted_files import SLOTS, TEXT_PLACES, Base, write_text
from planted_values import DISGUISES, NUMBERS, OTHERS, is_echoed, seeded, split, word

from evaluering.errors import EvalueringError
from evaluering.inputs import archive, identifiers
from evaluering.inputs.identifiers import Hit
from evaluering.inputs.workbook.sheets import Layout, declare_workbook
from evaluering.plan import read_plan

IS_LARGE = bool(os.environ.get("EVALUERING_BEVIS"))
PLANTED = 50_000 if IS_LARGE else 2_200
CLEAN = 5_000 if IS_LARGE else 320
FILE_NAME, MEMBER_NAME = "filnavn", "navn på en del"
DATE_COLUMN, LIST = "datokolonne", "liste i regel"
# Addresses of the municipality's own site, and the days programs save, are right in these.
SOFT = {"egen XML": {"url", "www"}}
FORBIDDEN_IN_NAMES = set('/\\:*?"<>|')


@dataclass(frozen=True)
class Case:
    """What is planted where. `value` stays out of names of tests and of messages."""

    kind: str
    disguise: str
    place: str

    def value(self, repeat: int) -> str:
        seed = seeded(f"{self.kind} {self.disguise} {self.place} {repeat}")
        if self.kind in OTHERS:
            return OTHERS[self.kind](seed)
        return DISGUISES[self.disguise](NUMBERS[self.kind](seed))


def _forms() -> list[tuple[str, str]]:
    return [*itertools.product(NUMBERS, DISGUISES), *((kind, "rett fram") for kind in OTHERS)]


def _fits(kind: str, disguise: str, place: str) -> bool:
    if place in SLOTS and SLOTS[place].takes == "tall":
        return disguise == "rett fram" and kind in {*NUMBERS, "ti_sifre", "duf", "orgnr", "imei"}
    if place in SOFT and (kind in SOFT[place] or kind.startswith("foedselsdato")):
        return False
    if place == LIST and disguise == "tusenskille":
        return False  # a comma ends an item of the list
    if place in (DATE_COLUMN, MEMBER_NAME):
        return not kind.startswith("foedselsdato")
    return True


def _cases() -> list[Case]:
    places = [*SLOTS, *TEXT_PLACES, FILE_NAME, MEMBER_NAME]
    every = [
        Case(kind, disguise, place)
        for place in places
        for kind, disguise in _forms()
        if _fits(kind, disguise, place)
    ]
    seeded("rekkefølge").shuffle(every)
    # Every place with every kind and every disguise first, then the rest of all combinations.
    first: dict[tuple[str, str], Case] = {}
    for case in every:
        first.setdefault((case.place, case.kind), case)
        first.setdefault((case.place, case.disguise), case)
    chosen = dict.fromkeys([*first.values(), *every])
    return list(chosen)


@pytest.fixture(scope="module")
def base() -> Base:
    return Base()


@pytest.fixture(scope="module")
def layout() -> Layout:
    return declare_workbook(read_plan())


def _hits(path: Path, layout: Layout) -> list[Hit]:
    if path.suffix != ".xlsx":
        return identifiers.scan_text_file(path)
    archive.check_xlsx(path)
    return identifiers.scan_workbook(path, layout=layout)


def _plant(case: Case, value: str, folder: Path, base: Base) -> Path | None:
    path = folder / "fil.xlsx"
    if case.place in TEXT_PLACES:
        return write_text(path, case.place, value)
    if case.place == FILE_NAME:
        fits = not FORBIDDEN_IN_NAMES & set(value)
        return base.write(folder / f"{value}.xlsx", {}) if fits else None
    if case.place == MEMBER_NAME:
        fits = not FORBIDDEN_IN_NAMES & set(value) and value.isprintable()
        return base.write(path, {}, member=value) if fits else None
    if case.place in SLOTS and SLOTS[case.place].takes == "tall" and value.startswith("0"):
        value = value.lstrip("0")
    return base.write(path, {case.place: value})


def _said(path: Path, layout: Layout) -> str | None:
    """Everything the refusal of a file could print; None when the file is accepted."""
    try:
        hits = _hits(path, layout)
        if not hits:
            return None
        shown = f"{hits!r}{[hit.where for hit in hits]}"
        raise identifiers.refusal(hits, "fil.xlsx")
    except EvalueringError as error:
        lines = traceback.format_exception_only(error)
        shown = locals().get("shown", "")
        return f"{shown}{error}{error!r}{error.args}{''.join(lines)}"


def _tell(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def test_no_planted_identifier_is_accepted_or_repeated(
    tmp_path: Path, base: Base, layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    tried, accepted, echoed = 0, list[Case](), list[Case]()
    cases = _cases()
    for repeat, case in ((number // len(cases), case) for number, case in _around(cases)):
        value = case.value(repeat)
        path = _plant(case, value, tmp_path, base)
        if path is None:
            continue
        said = _said(path, layout)
        tried += 1
        accepted += [case] if said is None else []
        echoed += [case] if said is not None and is_echoed(value, said) else []
        path.unlink()
        if tried == PLANTED:
            break
    _tell(
        capsys,
        f"Plantede identifikatorer: {tried} filer ({len(NUMBERS) + len(OTHERS)} slag, "
        f"{len(DISGUISES)} forkledninger, {len({case.place for case in cases})} steder), "
        f"{len(accepted)} godtatt, {len(echoed)} gjentatt.",
    )
    assert tried == PLANTED
    assert accepted == []
    assert echoed == []


def _around(cases: list[Case]) -> Iterator[tuple[int, Case]]:
    return enumerate(itertools.cycle(cases))


WORDS = (
    "I gang", "Planlagt", "S-014", "P-0001", "F-0123", "U-1", "2025", "2022–2025", "15–17",
    "27 %", "12,5", "1 234 567", "Under 15", "Ja", "nei", "Buf hjelpa", "Politi", "3107", "vg1",
    "trinn 8-9-10", "Gjennomført som planlagt", "2016 2019 2022 2025", "uke 40", "kapittel 2.1",
    "fredrikstad_2027", "Kari og Ola har ikke navn her", "SLT-koordinator", "0,4375",
    "januar 2027", "§ 24 nr. 2", ":", "..",
)  # fmt: skip


def test_no_clean_file_is_refused(
    tmp_path: Path, base: Base, layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = list[int]()
    for number in range(CLEAN):
        seed = seeded(f"ren {number}")
        path = tmp_path / f"{word(seed)}_{seed.randrange(2020, 2030)}.xlsx"
        if number % 8 == 0:
            place = seed.choice([name for name in TEXT_PLACES if name != "CSV-overskrift"])
            path = write_text(path, place, seed.choice(WORDS).replace(":", "–"))
        else:
            base.write(path, {place: _quiet(seed, place) for place in SLOTS})
        said = _said(path, layout)
        refused += [number] if said is not None else []
        path.unlink()
    _tell(capsys, f"Rene filer: {CLEAN} filer, {len(refused)} avvist.")
    assert refused == []


def _quiet(seed: random.Random, place: str) -> str:
    if SLOTS[place].takes != "tall":
        return seed.choice(WORDS)
    return str(seed.choice([seed.randrange(10_000_000), seed.random(), 100 * seed.random(), 0]))


def test_the_quiet_workbook_is_clean(tmp_path: Path, base: Base, layout: Layout) -> None:
    path = base.write(tmp_path / "rolig.xlsx", {})
    assert _hits(path, layout) == []


def test_every_slot_gives_the_place_it_stands_in(
    tmp_path: Path, base: Base, layout: Layout
) -> None:
    value = NUMBERS["fnr"](seeded("sted"))
    places = {
        "celle": "Ark «Tiltak», celle B3",
        "overskrift": "Ark «Tiltak», overskriften i celle C1",
        "skjult rad": "Ark «Tiltak», celle B5",
        "skjult ark": "Et ukjent ark, celle F6",
        "merknad": "Ark «Tiltak», kommentaren i celle B2",
        "topptekst": "Ark «Tiltak», topp- eller bunnteksten",
        "opphav": "Dokumentegenskapene",
        "alternativ tekst": "Ark «Tiltak», et bilde eller en tekstboks",
        "inndatamelding": "Ark «Tiltak», teksten i en regel for celler",
    }
    for place, where in places.items():
        hits = _hits(base.write(tmp_path / "fil.xlsx", {place: value}), layout)
        assert where in [hit.where for hit in hits], place


def test_sheet_names_are_shown_only_when_declared(tmp_path: Path, base: Base) -> None:
    value = NUMBERS["fnr"](seeded("ark"))
    path = base.write(tmp_path / "fil.xlsx", {"celle": value})
    hits = identifiers.scan_workbook(path)
    assert {hit.sheet for hit in hits} == {"ukjent ark"}


def test_dates_are_right_in_a_column_of_dates_and_nowhere_else(
    tmp_path: Path, base: Base, layout: Layout
) -> None:
    # Column D is «Frist», a declared date; the quiet workbook has twelve dates in it.
    path = base.write(tmp_path / "fil.xlsx", {})
    assert identifiers.scan_workbook(path, layout=layout) == []
    unknown = identifiers.scan_workbook(path)
    assert [hit.cell for hit in unknown if hit.cell.startswith("D")] == [
        f"D{row}" for row in (*range(2, 13), 15)
    ]
    assert {hit.kind for hit in unknown} == {"foedselsdato"}


def test_a_birth_like_header_refuses_the_column(tmp_path: Path, base: Base, layout: Layout) -> None:
    for header in ("Født", "fdato", "DOB"):
        hits = _hits(base.write(tmp_path / "fil.xlsx", {"overskrift": header}), layout)
        assert [(hit.cell, hit.kind) for hit in hits] == [("C1", "foedselsdato")]


def test_digits_written_as_excel_escapes_are_found(
    tmp_path: Path, base: Base, layout: Layout
) -> None:
    value = NUMBERS["fnr"](seeded("kode"))
    escaped = "".join(f"_x{ord(digit):04X}_" for digit in value)
    for place in ("celle", "celle i linjen", "merknad", "inndatamelding"):
        assert _hits(base.write(tmp_path / "fil.xlsx", {place: escaped}), layout), place


def test_params_are_searched_with_their_keys() -> None:
    value = NUMBERS["fnr"](seeded("params"))
    clean = {
        "kommune": "Fredrikstad", "kommune_nr": "3107", "aar": 2026, "froe": 20260101,
        "moete_dato": "2027-01-15", "skjaeringsdato": "2026-11-01", "margin": {"skulket": 2.5},
        "publisert": {"kriminalitet": "kriminalitet_2026-11-01.json"}, "syntetisk": True,
        "sammenligning": {"kommuner": ["3101", "3103", "3105"]}, "design_effekt": 1.0, "plan": None,
    }  # fmt: skip
    assert identifiers.scan_params(clean) == []
    for key, planted in (
        ("kommune", value), ("aar", int(value)), ("arbeidsbok", f"{value}.xlsx"),
        ("publisert", {"ungdata": f"{' '.join(split(value, 6, 5))}.csv"}), (value, 1),
        ("froe", int(value)),
        ("margin", {"skulket": int(value)}), ("sammenligning", {"regel": [value]}),
        ("arbeidsbok", "ola_15.03.2011.xlsx"),
    ):  # fmt: skip
        hits = identifiers.scan_params({**clean, key: planted})
        assert hits
        assert not is_echoed(value, f"{hits!r}{identifiers.refusal(hits)}")


def test_survey_labels_and_notes_are_searched() -> None:
    value = NUMBERS["fnr"](seeded("undersøkelse"))
    quiet = {"q1": "Har du skulket skolen det siste året?", "q2": "Er du født i Norge?", "q3": ""}
    labels = {"q1": ["Aldri", "1–2 ganger", "3–5 ganger"]}
    notes = ["Laget 12-Mar-2025", "Ungdata 2025"]
    assert identifiers.scan_survey_metadata(quiet, labels, notes) == []
    assert identifiers.scan_survey_metadata({**quiet, f"v{value}": ""}, labels, notes)
    assert identifiers.scan_survey_metadata({**quiet, "q4": f"id {value}"}, labels, notes)
    assert identifiers.scan_survey_metadata({**quiet, "fdato": ""}, labels, notes)
    assert identifiers.scan_survey_metadata({**quiet, "q4": "Fødselsdato"}, labels, notes)
    assert identifiers.scan_survey_metadata(quiet, {"q1": [value]}, notes)
    assert identifiers.scan_survey_metadata(quiet, labels, [f"Spør {value}"])


def test_dates_in_text_files_are_right_under_declared_names(tmp_path: Path) -> None:
    path = tmp_path / "moeter.csv"
    path.write_text("arena;dato\nSentrus;15.01.2026\n", encoding="utf-8")
    assert identifiers.scan_text_file(path, date_names=["Dato"]) == []
    found = identifiers.scan_text_file(path)
    assert [hit.where for hit in found] == ["Linje 2, kolonne B"]


def test_text_that_is_no_number_and_numbers_that_are_no_text(tmp_path: Path) -> None:
    value = NUMBERS["fnr"](seeded("felt"))
    path = tmp_path / "tall.csv"
    for field, is_hit in (
        ("0.4802213097", False), ("-12,345678901", False), ("1234567", False), ("12.5", False),
        (f"{value[:6]}.{value[6:]}", True), ("1" * 10, True), ("5" * 8, True), ("98.7", False),
    ):  # fmt: skip
        path.write_text(f"aar;tall\n2025;{field}\n", encoding="utf-8")
        assert bool(identifiers.scan_text_file(path)) == is_hit, field


def test_a_comment_is_read_as_one_text(tmp_path: Path) -> None:
    value = NUMBERS["feilskrevet"](seeded("merknad"))
    path = tmp_path / "tall.csv"
    path.write_text(f"# fra {value[:6]};{value[6:]}\naar;antall\n2025;3\n", encoding="utf-8")
    assert [hit.where for hit in identifiers.scan_text_file(path)] == ["Linje 1"]


def test_a_seed_is_any_whole_number_below_a_billion(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    for seed, is_hit in (("20260101", False), ("98765432", False), ("1" * 10, True)):
        path.write_text(f"froe: {seed}\n", encoding="utf-8")
        assert bool(identifiers.scan_text_file(path)) == is_hit
        assert bool(identifiers.scan_params({"froe": int(seed)})) == is_hit
    path.write_text("antall: 98765432\n", encoding="utf-8")
    assert identifiers.scan_text_file(path)


def test_dates_may_stand_anywhere_on_a_sheet_of_events(tmp_path: Path, base: Base) -> None:
    # The police form is no table: its dates stand beside their headings.
    path = base.write(tmp_path / "skjema.xlsx", {})
    nothing = Layout(())
    found = identifiers.scan_workbook(path, layout=nothing)
    assert {(hit.sheet, hit.kind) for hit in found} == {("ukjent ark", "foedselsdato")}
    assert identifiers.scan_workbook(path, layout=nothing, event_sheets=("Tiltak",)) == []
    planted = base.write(path, {"celle": NUMBERS["fnr"](seeded("skjema"))})
    hits = identifiers.scan_workbook(planted, layout=nothing, event_sheets=("Tiltak",))
    assert [hit.where for hit in hits] == ["Ark «Tiltak», celle B3"]


def test_our_own_texts_and_figures_are_clean() -> None:
    root = Path(__file__).resolve().parents[1]
    files = [*(root / "params").glob("*.yml"), *(root / "data" / "publisert").glob("*.csv")]
    files += [*(root / "src" / "evaluering" / "plan").glob("*.yml")]
    assert len(files) >= 5
    dates = ("vedtatt", "dato", "hentet", "lest", "gjelder_fra", "frist", "startet", "fra", "til")
    for path in files:
        hits = identifiers.scan_text_file(path, delimiter=",", date_names=dates, allowed=("url",))
        assert [hit for hit in hits if hit.kind != "foedselsdato"] == [], path.name


def test_event_dates_and_birth_dates_are_not_told_apart_by_age() -> None:
    # From 2032 nothing may be inferred from a date; both are dates, and only the column decides.
    for day in (date(1950, 5, 17), date(2011, 5, 17), date(2050, 5, 17)):
        assert identifiers.find_cell(day) == ["foedselsdato"]
