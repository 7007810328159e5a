"""The detector: what it must find, what it must leave alone, and what it says."""

import csv
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from planted_values import (
    DISGUISES,
    NUMBERS,
    OTHERS,
    check_digits,
    identity_number,
    is_echoed,
    mistyped,
    phone,
    seeded,
    split,
    word,
)

from evaluering.inputs import identifiers
from evaluering.inputs.identifiers import Hit, find, find_cell, is_birth_header, refusal
from evaluering.inputs.identity_rules import is_day, is_fnr, is_orgnr, passes_luhn
from evaluering.inputs.repository_scan import EXEMPT, lines_with_numbers, main

ROOT = Path(__file__).resolve().parents[1]
GIT = shutil.which("git") or "git"
FASIT = ROOT / "tests" / "fasit" / EXEMPT
with FASIT.open(encoding="utf-8", newline="") as stream:
    ORACLE = list(csv.DictReader(stream))

CLEAN = [
    "", " ", "I gang", "Gjennomført som planlagt", "Ikke prioritert", "Under 15", "15–17", "Ja",
    "ja", "S-014", "S-001", "P-0001", "F-0001", "H-0001", "M-001", "V-001", "U-1", "T-12",
    "tiltak_3", "3107", "0301", "0106 3004 3107", "3004 → 3107", "2025", "2022–2025", "2022-2025",
    "2024/25", "2010 2011 2012", "2010 2011 2012 2013", "2016, 2019, 2022, 2025", "1993–2019",
    "2025 og 2026", "27 %", "12,5 %", "12.5", "0,123456789", "0.98765432", "99,9", "−2 til 2",
    "0 til 10", "1e5", "12", "1 234", "12 500", "1 234 567", "12 500 000", "850 000 000",
    "9999999", "13 ungdommer", "13 ungdommer med minst 4 forhold gir minst 52 forhold",
    "20 av 216 forhold", "115 + 88 + 13", "10–15 20–25 30–35", "trinn 8-9-10", "8/9/10",
    "8., 9. og 10. trinn", "vg1, vg2, vg3", "1–2 forhold", "uke 10–12", "kl. 20.30",
    "20:30–21:15", "07:30–09:15", "kapittel 2.1.3", "§ 24 nr. 2", "§§ 26–34", "2026-01",
    "januar 2027", "1. januar", "31. desember", "3. kvartal 2025", "15. trinn",
    "Statistikkbanken 08487", "tabell 08487, 09405", "NS-ISO 24495-1", "NF-rapport 2/2019",
    "EU 2016/679", "i 12345 saker", "på 10000", "av 25000 elever", "ca. 12000", "kr 25000",
    "nr 12345", "alle 6 i gruppen", "for alle 13", "underveis 2026", "veien videre 2026", "gata",
    "på vei 3 av 10", "arbeidsplan 2026", "Sentrus", "Fredrikstadhjelpa", "Buf hjelpa",
    "FACT ung", "SLT-koordinator", "fredrikstad_2027.xlsx",
    "ungdata-normbrudd_p2022_p2025_v1.csv", "eksempel_2022_2025.yml", ":", "..", ".", "-", "=1+1",
    "@", "#", "A1:C17", "12 (24 %) 13 (26 %)", "χ² = 3,84", "n = 2 800",
]  # fmt: skip


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: row["case"])
def test_the_published_test_numbers_are_judged_as_published(row: dict[str, str]) -> None:
    # navikt/fnrvalidator, tests/fnr.spec.ts (MIT), and two numbers under the rule from 2032
    value = row["value"]
    assert is_fnr(value) == (row["valid"] == "1")
    if len(value) == 11:
        assert find(value) == (["fnr"] if row["valid"] == "1" else ["elleve_siffer"])


def test_the_oracle_has_its_twelve_rows() -> None:
    assert len(ORACLE) == 12
    assert sum(row["valid"] == "1" for row in ORACLE) == 7


@given(st.integers(0, 10**11 - 1))
def test_any_eleven_digits_are_found(number: int) -> None:
    assert set(find(f"{number:011d}")) & {"fnr", "elleve_siffer"}


@given(st.integers(0, 10**11 - 1), st.integers(1, 10), st.sampled_from(" -–.:/\u00a0\u200b"))
@example(0, 8, ".")
@example(18_021_978_972, 8, " ")
def test_one_mark_anywhere_hides_nothing(number: int, place: int, mark: str) -> None:
    digits = f"{number:011d}"
    for event_date in (False, True):
        assert find(digits[:place] + mark + digits[place:], event_date=event_date)


@given(st.integers(0, 10**11 - 1), st.text(alphabet="abcæøå ,;()#", max_size=5))
def test_words_around_hide_nothing(number: int, words: str) -> None:
    assert find(f"{words}{number:011d}{words}")


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("kind", NUMBERS)
def test_every_number_is_found_in_every_disguise(kind: str, disguise: str) -> None:
    seed = seeded(f"{kind} {disguise}")
    for _ in range(3):
        value = DISGUISES[disguise](NUMBERS[kind](seed))
        assert find(value), f"{kind} {disguise}"


@pytest.mark.parametrize(
    "form", [(6, 5), (2, 2, 2, 5), (4, 2, 5), (6, 3, 2), (2, 2, 2, 3, 2), (11,)]
)
def test_a_number_in_its_usual_groups_is_found_among_other_numbers(form: tuple[int, ...]) -> None:
    seed = seeded(form)
    for _ in range(20):
        value = " ".join(split(mistyped(seed), *form))
        assert find(f"2026 {value} 7")
        assert find(f"{value} 12 7")


@pytest.mark.parametrize("kind", ["duf_delt", "orgnr_delt", "telefon_par", "telefon_323"])
def test_other_numbers_are_found_among_other_numbers(kind: str) -> None:
    for number in range(20):
        value = OTHERS[kind](seeded(f"{kind} {number}"))
        assert find(f"2026 {value}")
        assert find(f"{value} 7")


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_kind_is_found(kind: str) -> None:
    seed = seeded(kind)
    expected = {
        "ti_sifre": "fnr",
        "www": "url",
        "grader": "koordinat",
        "utm": "koordinat",
        "gate": "adresse",
    }
    for _ in range(20):
        assert expected.get(kind, kind.partition("_")[0]) in find(OTHERS[kind](seed))


@pytest.mark.parametrize("text", CLEAN)
def test_ordinary_content_is_left_alone(text: str) -> None:
    assert find(text) == []
    assert find(text, event_date=True) == []


def test_no_row_of_years_is_a_number() -> None:
    rows = [
        mark.join(str(year) for year in range(first, first + length))
        for first in range(1950, 2050)
        for length in range(2, 9)
        for mark in (" ", "–", ", ", "/")
    ]
    assert [row for row in rows if find(row)] == []


@given(st.integers(0, 9_999_999))
def test_counts_are_left_alone(number: int) -> None:
    assert find(str(number)) == []
    assert find(f"{number:,}".replace(",", " ")) == []
    assert find_cell(number) == []


@given(st.floats(0, 100))
def test_percentages_are_left_alone(number: float) -> None:
    assert find_cell(number) == []
    assert find(f"{number:.1f} %".replace(".", ",")) == []


@pytest.mark.parametrize(
    "text",
    ["15.01.2026", "15/1/2026", "2026-01-15", "15. januar 2026", "2026-01-15T12:30:45",
     "15.01.2026–20.02.2026", "15.01.2026 115", "1.2.26", "20260115", "15.01.2026 kl. 12.30"],
)  # fmt: skip
def test_a_full_date_is_right_only_where_dates_of_events_stand(text: str) -> None:
    assert "foedselsdato" in find(text)
    assert find(text, event_date=True) == []


def test_a_date_with_a_personal_number_is_no_date_of_an_event() -> None:
    number = identity_number(seeded(1))
    for born in (
        ".".join(split(number[:6], 2, 2, 2)),
        f"{number[:2]}.{number[2:4]}.20{number[4:6]}",
    ):
        for mark in (" ", "-", ".", ""):
            assert find(f"{born}{mark}{number[6:]}", event_date=True), mark


@pytest.mark.parametrize(
    "text",
    ["15.3.2011", "15/03/2011", "15-03-2011", "15 03 2011", "15:03:2011", "15_03_2011", "15032011",
     "2011-03-15", "2011/3/15", "20110315", "15.03.11", "15/03/11", "5.3.11", "15. mars 2011",
     "15.mars 2011", "15 mar 2011", "mars 15, 2011", "15. mars '11", "15 mars 11", "f. 15.03.2011",
     "2011-03-15T00:00:00", "15\u200b.03.2011", "15–03–2011"],
)  # fmt: skip
def test_a_full_date_is_found_however_it_is_written(text: str) -> None:
    assert "foedselsdato" in find(text)


def test_a_mistyped_number_with_the_year_in_full_is_found_among_others() -> None:
    for number in range(20):
        value = mistyped(seeded(f"år {number}"))
        day, month, year, rest = split(value, 2, 2, 2, 5)
        for written in (f"{day} {month} 20{year} {rest}", f"{day}{month}20{year}-{rest}"):
            assert find(f"7 {written} 3", event_date=True), number


def test_dates_that_do_not_exist_are_no_dates() -> None:
    assert find("31.02.2026") == []
    assert find("2026-13-01") == []
    assert is_day(29, 2, 2024)
    assert not is_day(29, 2, 2025)
    assert not is_day(0, 1, 2025)
    assert not is_day(31, 4, 2025)


@pytest.mark.parametrize("size", [11, 10])
def test_numbers_in_cells_are_found_whatever_the_type(size: int) -> None:
    number = identity_number(seeded(4))
    while (number[0] == "0") != (size == 10):
        number = identity_number(seeded(number))
    for value in (int(number), float(number), number, f"{int(number)}.0"):
        assert find_cell(value)


def test_a_cell_of_a_billion_is_no_count() -> None:
    # The border: 10⁹. A number just under is judged by its digits, here no company's.
    assert find_cell(10**9) == ["elleve_siffer"]
    assert find_cell(10**9 - 5) == []
    assert find_cell(-(10**9)) == ["elleve_siffer"]
    assert find_cell(1e9 + 0.5) == ["elleve_siffer"]


def test_a_number_split_by_its_decimal_sign_is_found() -> None:
    number = identity_number(seeded(5))
    assert find_cell(float(f"{number[:6]}.{number[6:]}")) == ["elleve_siffer"]
    assert find_cell(12.34567) == []
    assert find_cell(0.1 + 0.2) == []


def test_cells_of_other_types() -> None:
    assert find_cell(None) == []
    assert find_cell(True) == []
    assert find_cell(float("nan")) == []
    assert find_cell(float("inf")) == []
    assert find_cell(date(2012, 3, 4)) == ["foedselsdato"]
    assert find_cell(datetime(2012, 3, 4)) == ["foedselsdato"]
    assert find_cell(date(2012, 3, 4), event_date=True) == []


@pytest.mark.parametrize(
    "header",
    ["Født", "FØDT", "Fødselsdato", "fødselsnummer", "Fødselsår", "foedt", "fodt", "fdato",
     "F.dato", "f dato", "DOB", "Date of birth", "fnr", "Fnr.", "dnr", "personnr", "Personnummer",
     "fødd", "pnr", "Født  ", "F\u00adødt"],
)  # fmt: skip
def test_headers_that_announce_a_birth_are_known(header: str) -> None:
    assert is_birth_header(header)


@pytest.mark.parametrize(
    "header",
    ["Alder", "Alder da det skjedde", "Dato", "Frist", "Fyller 18 året etter", "Dobbel",
     "Personer nådd", "Med 1–2 forhold", "Antall personer", "Person", "Åpnet", "Skal måles",
     "Fase"],
)  # fmt: skip
def test_other_headers_are_left_alone(header: str) -> None:
    assert not is_birth_header(header)


def test_check_digits_of_the_other_numbers() -> None:
    # 974 760 673: the register of legal entities' own organisation number.
    assert is_orgnr("974760673")
    assert not is_orgnr("974760674")
    assert not is_orgnr("97476067")
    # 79927398713: the usual example of Luhn's formula.
    assert passes_luhn("79927398" + "713")
    assert not passes_luhn("79927398" + "710")


def test_the_rule_from_2032_gives_numbers_the_old_rule_refuses() -> None:
    seed = seeded(2032)
    for remainder in (1, 2, 3):
        number = identity_number(seed, remainder=remainder)
        assert is_fnr(number)
        assert check_digits(number[:9]) != number[9:]
    nine = identity_number(seed)[:9]
    for remainder in range(4, 10):
        if digits := check_digits(nine, remainder):
            assert not is_fnr(nine + digits)


def test_random_digits_pass_both_checks_about_once_in_thirty_with_a_date() -> None:
    # Two check digits: (4 of 11) × (1 of 11) = 3.3 %
    seed = seeded(3)
    tried = [identity_number(seed)[:9] + f"{seed.randrange(100):02d}" for _ in range(20_000)]
    share = sum(map(is_fnr, tried)) / len(tried)
    assert 0.029 < share < 0.040


def test_long_texts_take_time_in_step_with_their_length() -> None:
    # Each of these would hang a pattern that looks back over what it has passed.
    for piece in (
        "1 ",
        "a",
        "15.01.2026 ",
        "1.",
        "veien ",
        "@ ",
        "<",
        "20 ",
        "((",
        "1,111",
        "a.",
        "&",
    ):
        find(piece * (60_000 // len(piece)))


def test_kinds_have_a_rule_and_a_name_each() -> None:
    kinds = identifiers.KINDS
    assert kinds["fnr"].rule == "ID-1"
    assert kinds["telefon"].rule == "ID-5"
    assert len({kind.rule for kind in kinds.values()}) == len(kinds)
    assert all(kind.name.startswith(("et ", "en ")) for kind in kinds.values())


def test_the_message_of_a_cell_is_the_guides() -> None:
    assert str(refusal([Hit("fnr", sheet="Saker", cell="C17")])) == (
        "Ark «Saker», celle C17: ser ut som et fødselsnummer (regel ID-1). Verdien vises ikke.\n"
        "  Gjør slik: slett innholdet i cellen og bruk saksnummer, for eksempel S-017. "
        "Merket kopi lages først når dette er fjernet."
    )


def test_the_message_of_a_file_name_is_the_guides() -> None:
    assert str(refusal([Hit("telefon", part="filnavnet")])) == (
        "Filnavnet inneholder noe som ser ut som et telefonnummer (regel ID-5). "
        "Gi filen et nytt navn."
    )


def test_the_message_of_a_hidden_place_names_the_place() -> None:
    said = str(refusal([Hit("e-post", sheet="ukjent ark", cell="B2", part="kommentaren")]))
    assert said.startswith(
        "Et ukjent ark, kommentaren i celle B2: inneholder noe som ser ut som en"
    )
    assert "slett teksten der" in said


def test_many_places_stay_within_ten_lines() -> None:
    hits = [Hit("fnr", sheet="Saker", cell=f"C{row}") for row in range(2, 40)]
    said = str(refusal(hits, "fredrikstad_2027.xlsx"))
    assert len(said.splitlines()) <= 10
    assert said.startswith("fredrikstad_2027.xlsx: Fant 38 steder")
    assert "Merket kopi lages først når dette er fjernet." in said


def test_a_file_name_that_is_a_hit_is_not_said() -> None:
    number = phone(seeded(1))
    hits = [Hit("telefon", part="filnavnet"), Hit("fnr", sheet="Saker", cell="C2")]
    assert number not in str(refusal(hits, f"{number}.xlsx"))


@given(st.sampled_from(sorted(NUMBERS)), st.integers(0, 10_000))
def test_kinds_never_hold_the_value(kind: str, seed: int) -> None:
    value = NUMBERS[kind](seeded(seed))
    assert not is_echoed(value, repr(find(value)) + repr(find_cell(int(value))))


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        return [path for path in (ROOT / "src").rglob("*") if path.is_file()]
    listed = subprocess.run(
        [GIT, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_holds_an_identity_number() -> None:
    assert main(str(path) for path in _tracked()) == 0


def test_no_commit_ever_held_an_identity_number() -> None:
    if not (ROOT / ".git").exists():
        return
    log = subprocess.run(
        [
            GIT,
            "log",
            "--all",
            "-p",
            "--no-color",
            "--unified=0",
            "--",
            ".",
            f":(exclude)*/{EXEMPT}",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8", "replace")
    # Lines somebody wrote: others are git's own, with its digests.
    written = [line[1:] for line in log.split("\n") if line[:1] in "+-" and line[:3] != "+++"]
    assert len(written) > 1000
    assert lines_with_numbers("\n".join(written)) == []


def test_the_hook_finds_a_planted_number_and_does_not_repeat_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = seeded(6)
    for number, place in enumerate(("x = {}", '"{}"', "# {}", "id;{};2")):
        for value in (identity_number(seed), " ".join(split(mistyped(seed), 6, 5))):
            path = tmp_path / f"fil{number}.py"
            path.write_text(f"a = 1\n{place.format(value)}\n", encoding="utf-8")
            assert main([str(path)]) == 1, place
            said = capsys.readouterr().err
            assert "linje 2" in said
            assert not is_echoed(value, said.replace(str(tmp_path), ""))


def test_the_hook_passes_digests_decimals_and_words(tmp_path: Path) -> None:
    path = tmp_path / "laas.txt"
    digest = "a3" + "0123456789" * 6 + "ff"
    decimal = "0." + "1" * 11
    path.write_text(f"sha256:{digest}\n{decimal}\n{word(seeded(1))}\n", encoding="utf-8")
    assert main([str(path)]) == 0
