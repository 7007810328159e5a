"""Params that are right one by one and cannot be right together; and what a name may not hold."""

from pathlib import Path

import pytest

from evaluering import cli
from evaluering.errors import EvalueringError
from evaluering.inputs.sources import read_sources
from evaluering.inputs.text_scan import scan_comments
from evaluering.pipeline.params import Params, read_params
from evaluering.pipeline.params_sense import check_sense
from evaluering.yaml_file import read_yaml
from tests.planted_values import identity_number, seeded

ROOT = Path(__file__).parents[1]
NUMBER = identity_number(seeded("params"))
RIGHT = {
    "kommune": "Fredrikstad",
    "kommune_nr": "3107",
    "aar": 2026,
    "moete_dato": "2027-01",
    "skjaeringsdato": "2026-11-01",
}


def _check(folder: Path, comment: str = "", **changed: object) -> None:
    path = folder / "x.yml"
    path.write_text(f"# {comment}\nkommune: Fredrikstad\n", encoding="utf-8")
    check_sense(Params(name="x", **{**RIGHT, **changed}), path)  # type: ignore[arg-type] a mix


@pytest.mark.parametrize("name", ["fredrikstad_publisert", "eksempel"])
def test_the_committed_files_make_sense(name: str) -> None:
    path = ROOT / "params" / f"{name}.yml"
    check_sense(read_params(path, ROOT), path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kommune_nr": "3105"}, "Fredrikstad har kommunenummer 3107"),
        ({"kommune": "Fredrikstat"}, "Fredrikstad"),
        ({"moete_dato": "2025-01"}, "kan ikke møtes før"),
        ({"skjaeringsdato": "2025-12-31"}, "er før året 2026"),
        ({"skjaeringsdato": "2027-02-01"}, "etter møtet"),
        ({"moete_dato": "2027-01-12", "skjaeringsdato": "2027-01-13"}, "etter møtet"),
        ({"sammenligning": {"regel": "…", "kommuner": ["3107"]}}, "med seg selv"),
        ({"sammenligning": {"regel": "…", "kommuner": ["9999"]}}, "Ingen kommune"),
    ],
)
def test_a_contradiction_is_refused(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(EvalueringError, match=message):
        _check(tmp_path, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"moete_dato": "2027-01-12", "skjaeringsdato": "2027-01-12"},
        {"skjaeringsdato": "2027-01-31"},
    ],
)
def test_the_last_day_before_the_meeting_is_right(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    _check(tmp_path, **changed)


def test_a_comment_may_hold_a_date_and_never_a_number_that_names_somebody(tmp_path: Path) -> None:
    _check(tmp_path, comment="Tallene kom 12.01.2027")
    with pytest.raises(EvalueringError) as refused:
        _check(tmp_path, comment=f"Spør {NUMBER}")
    assert NUMBER not in str(refused.value)
    assert "params/x.yml, linje 1" in str(refused.value)


def test_comments_are_found_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text(f"a: 1\nb: 2  # ring {NUMBER}\n", encoding="utf-8")
    assert [(hit.kind, hit.part) for hit in scan_comments(path)] == [("fnr", "linje 2")]


def test_a_source_may_have_an_address_and_never_name_a_person(tmp_path: Path) -> None:
    path = tmp_path / "kilder.yml"
    right = "k:\n  tittel: En tabell\n  utgiver: SSB\n  url: https://www.ssb.no\n"
    path.write_text(f"{right}  hentet: '2026-11-01'\n", encoding="utf-8")
    assert read_sources(path)["k"].publisher == "SSB"
    path.write_text(right.replace("En tabell", f"Tabell {NUMBER}"), encoding="utf-8")
    with pytest.raises(EvalueringError) as refused:
        read_sources(path)
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("name", ["", ".", "/", "x" * 200])
@pytest.mark.parametrize("command", ["sjekk", "kjør", "vis"])
def test_a_name_that_is_none_is_refused(
    command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, name]) == cli.MEND
    assert "ikke navnet på en parameterfil" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["sjekk", "vis"])
def test_a_name_with_an_identity_number_is_not_repeated(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, NUMBER]) == cli.MEND
    said = capsys.readouterr()
    assert NUMBER not in said.err + said.out
    assert "nytt navn" in said.err


@pytest.mark.parametrize("text", ['a: "\\ud800.csv"\n', 'a: "x\\u202ey"\n', 'a: "x\\x07"\n'])
def test_text_nobody_can_see_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalueringError, match="ikke kan skrives eller ses"):
        read_yaml(path)


def test_a_key_written_twice_is_repeated_only_when_it_is_a_word(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("aar: 1\naar: 2\n", encoding="utf-8")
    with pytest.raises(EvalueringError, match="Nøkkelen «aar» står to ganger"):
        read_yaml(path)
    path.write_text(f"'{NUMBER}': 1\n'{NUMBER}': 2\n", encoding="utf-8")
    with pytest.raises(EvalueringError) as refused:
        read_yaml(path)
    assert NUMBER not in str(refused.value)
    assert "En nøkkel står to ganger" in str(refused.value)
