"""Params files: every key declared, every refusal in Norwegian with place and remedy."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluering.errors import EvalueringError
from evaluering.pipeline import kernel
from evaluering.pipeline.params import Params, read_params

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "params" / "_skjema.json").read_text(encoding="utf-8"))
FILES = sorted((ROOT / "params").glob("*.yml"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GOOD = """\
kommune: Fredrikstad
kommune_nr: "3107"
aar: 2026
moete_dato: "2027-01"
skjaeringsdato: "2026-11-01"
"""


def _refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "prove.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalueringError) as refusal:
        read_params(path, ROOT)
    return str(refusal.value)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_key_has_an_owner_and_an_explanation() -> None:
    for key, rule in SCHEMA["properties"].items():
        assert rule["x-eier"] in {"notatbok", "kjøring"}, key
        assert rule["description"].endswith("."), key


def test_params_has_exactly_the_keys_of_the_schema() -> None:
    assert {item.name for item in fields(Params)} - {"name"} == SCHEMA["properties"].keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_committed_params_files_are_read(path: Path) -> None:
    assert read_params(path, ROOT).name == path.stem


def test_every_key_is_read_by_a_notebook_or_is_the_runs_own() -> None:
    declared = set[str]().union(*(kernel.declared_parameters(path) for path in NOTEBOOKS))
    for key, rule in SCHEMA["properties"].items():
        assert (key in declared) == (rule["x-eier"] == "notatbok"), key
    # The runner alone sets these two, for notebooks 90 and 41.
    assert declared - {"kapittel", "sak"} <= SCHEMA["properties"].keys()


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "liten.yml"
    path.write_text(GOOD, encoding="utf-8")
    params = read_params(path, ROOT)
    assert (params.name, params.aar, params.primaere_spoersmaal) == ("liten", 2026, ())


def test_a_notebook_gets_only_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "liten.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_params(path, ROOT).for_notebook({"aar", "kommune", "name", "annet"}) == {
        "aar": 2026,
        "kommune": "Fredrikstad",
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("komune_nr: x", ["«komune_nr» er ukjent", "Mente du «kommune_nr»?"]),
        ("xyz: 1", ["«xyz» er ukjent", "Lov her: aar, arbeidsbok"]),
        ("publisert: {ungdatta: a.csv}", ["publisert", "«ungdatta» er ukjent", "«ungdata»?"]),
        ("publisert: {ungdata: ../a.xlsx}", ["publisert, ungdata", "csv-fil"]),
        ("nedre_grense_svar: 900", ["«begrunnelse» mangler", "Hvorfor den nedre grensen"]),
        ("design_effekt: 0.5", ["design_effekt", "fra 1 til 30"]),
        ("margin: {skulket: -1}", ["margin, skulket", "over 0"]),
        ("sammenligning: {regel: alle i fylket}", ["sammenligning", "«kommuner» mangler"]),
        ("ungdata: {mikrodata: a.csv}", ["ungdata", "«kobling» mangler"]),
        ("aar: 2027", ["aar"]),  # a key that stands twice
    ],
)
def test_a_faulty_line_is_named_with_its_remedy(tmp_path: Path, line: str, said: list[str]) -> None:
    message = _refusal(tmp_path, GOOD + line + "\n")
    assert "prove.yml" in message
    for words in said:
        assert words in message


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("aar: 2026", "aar: tjueseks", "aar"),
        ("aar: 2026", 'aar: "2026"', "aar"),
        ('"3107"', "3107", "kommune_nr"),
        ('"2027-01"', '"15.01.2027"', "moete_dato"),
        ('"2027-01"', '"januar 2027"', "moete_dato"),
        ("kommune: Fredrikstad\n", "", "kommune"),
    ],
)
def test_a_faulty_value_is_named(tmp_path: Path, old: str, new: str, key: str) -> None:
    message = _refusal(tmp_path, GOOD.replace(old, new))
    assert key in message
    assert "Gjør slik: " in message


def test_a_date_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    message = _refusal(tmp_path, GOOD.replace("2026-11-01", "2026-11-31"))
    assert "skjaeringsdato" in message
    assert "ikke en dato som finnes" in message


def test_all_problems_are_counted_and_the_message_stays_short(tmp_path: Path) -> None:
    message = _refusal(tmp_path, "\n".join(f"noekkel_{i}: 1" for i in range(30)))
    assert "Fant 35 feil" in message
    assert len(message.splitlines()) <= 10


def test_a_missing_file_names_those_that_exist() -> None:
    with pytest.raises(EvalueringError, match="fredrikstad_publisert") as refusal:
        read_params(ROOT / "params" / "fredrikstat.yml", ROOT)
    assert "finnes ikke" in str(refusal.value)


@pytest.mark.parametrize("text", ["", "- 1\n- 2\n", "bare tekst\n", "a: [1\n"])
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    assert "prove.yml" in _refusal(tmp_path, text)
