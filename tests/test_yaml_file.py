"""The strict YAML reader: nothing is read as something else than what was written."""

from pathlib import Path

import pytest

from evaluering.errors import EvalueringError
from evaluering.text_file import MAX_PROBLEMS, gathered, shown
from evaluering.yaml_file import MAX_BYTES, MAX_DEPTH, read_yaml


def _file(folder: Path, text: str | bytes) -> Path:
    path = folder / "prøve.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-01-15", "2026-01-15"),
        ("0301", "0301"),
        ("no", "no"),
        ("ja", "ja"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        ("1e3", "1e3"),
        ("True", "True"),
        ('"17"', "17"),
        ("17", 17),
        ("-3", -3),
        ("0.5", 0.5),
        ("true", True),
        ("null", None),
        ("", None),
        ("[]", []),
        ("{a: 1}", {"a": 1}),
    ],
)
def test_only_numbers_and_true_false_null_are_more_than_text(
    tmp_path: Path, written: str, value: object
) -> None:
    found = read_yaml(_file(tmp_path, f"nøkkel: {written}\n"))["nøkkel"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "«a» står to ganger", 3),
        ("a:\n  b: 1\n  b: 2\n", "«b» står to ganger", 3),
        ("a: &x 1\nb: *x\n", "Henvisninger", 1),
        ("a: !!python/object:os.system ls\n", "Merker", 1),
        ("!k a: 1\n", "Merker", 1),
        ("a: {<<: {b: 1}}\n", "«<<»", 1),
        ("a: 1\n---\nb: 2\n", "mer enn ett dokument", 2),
        ("a: 1\n\tb: 2\n", "kan ikke leses som YAML", 2),
        ("a: [1, 2\n", "kan ikke leses som YAML", 2),
        ("? [1, 2]\n: 3\n", "En nøkkel må være et ord", 1),
    ],
)
def test_traps_are_refused_with_file_line_and_remedy(
    tmp_path: Path, text: str, words: str, line: int
) -> None:
    with pytest.raises(EvalueringError) as refusal:
        read_yaml(_file(tmp_path, text))
    assert words in refusal.value.what
    assert refusal.value.where == f"prøve.yml, linje {line}"
    assert refusal.value.remedy


def test_depth_is_refused_at_its_border(tmp_path: Path) -> None:
    def nested(levels: int) -> str:
        return "a: " + "[" * (levels - 1) + "]" * (levels - 1) + "\n"

    assert read_yaml(_file(tmp_path, nested(MAX_DEPTH)))
    with pytest.raises(EvalueringError, match="dypere enn 8"):
        read_yaml(_file(tmp_path, nested(MAX_DEPTH + 1)))


def test_size_is_refused_at_its_border(tmp_path: Path) -> None:
    filler = b"a: 1\n#"
    assert read_yaml(_file(tmp_path, filler + b"x" * (MAX_BYTES - len(filler)))) == {"a": 1}
    with pytest.raises(EvalueringError, match="for stor"):
        read_yaml(_file(tmp_path, filler + b"x" * (MAX_BYTES - len(filler) + 1)))


def test_a_deep_bomb_does_not_crash(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="dypere enn 8"):
        read_yaml(_file(tmp_path, "a: " + "[" * 50_000))


@pytest.mark.parametrize("text", ["", "{}", "# bare en kommentar\n", "- a\n- b\n", "tekst\n"])
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(EvalueringError, match="nøkler og verdier"):
        read_yaml(_file(tmp_path, text))


def test_missing_folder_and_wrong_encoding_have_their_own_words(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="Fant ikke filen"):
        read_yaml(tmp_path / "borte.yml")
    with pytest.raises(EvalueringError, match="mappe"):
        read_yaml(tmp_path)
    with pytest.raises(EvalueringError, match=r"linje 2.*ikke lagret som utf-8"):
        read_yaml(_file(tmp_path, "a: 1\nb: blå\n".encode("cp1252")))
    with pytest.raises(EvalueringError, match="tegn som ikke er tekst"):
        read_yaml(_file(tmp_path, b"a: \x00\n"))


def test_a_byte_order_mark_and_windows_line_breaks_are_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "\ufeffa: 1\r\nb: blå\r\n")
    assert read_yaml(path) == {"a": 1, "b": "blå"}


def test_many_problems_become_one_message_of_ten_lines() -> None:
    problems = [EvalueringError(f"Feil {i}.", f"linje {i}", "Rett den.") for i in range(14)]
    text = str(gathered(problems, "fil.csv"))
    assert text.startswith("fil.csv: Fant 14 feil. De første:")
    assert len(text.splitlines()) == MAX_PROBLEMS + 1 == 10
    assert "De første" not in str(gathered(problems[:2], "fil.csv"))
    assert gathered(problems[:1], "fil.csv") is problems[0]


@pytest.mark.parametrize("value", ["12345678901", "a@b.no", "x" * 41, "tlf 912 34 567"])
def test_what_may_point_to_a_person_is_not_repeated(value: str) -> None:
    assert value not in shown(value)


def test_a_short_value_is_repeated() -> None:
    assert shown("2O22") == "«2O22»"
