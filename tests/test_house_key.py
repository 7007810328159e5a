"""The house key: random, private, outside the project, and never in what it makes."""

import hashlib
import hmac
import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.errors import EvalueringError
from evaluering.inputs import house_key
from evaluering.inputs.identifiers import find


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    return {"EVALUERING_NOEKKEL": str(tmp_path / "hjemme" / "noekkel")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "prosjekt"
    folder.mkdir()
    return folder


def test_a_key_is_made_once_and_read_again(project: Path, place: dict[str, str]) -> None:
    first = house_key.house_key(project, place)
    assert len(first) == 32
    assert house_key.house_key(project, place) == first


def test_two_houses_have_two_keys(project: Path, tmp_path: Path) -> None:
    keys = {
        house_key.house_key(project, {"EVALUERING_NOEKKEL": str(tmp_path / name)}) for name in "abc"
    }
    assert len(keys) == 3


def test_only_the_owner_may_read_it(project: Path, place: dict[str, str]) -> None:
    if os.name != "posix":  # Windows has no modes
        return
    house_key.house_key(project, place)
    path = house_key.key_path(place)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["noekkel"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_others_can_read_is_refused(project: Path, place: dict[str, str], mode: int) -> None:
    if os.name != "posix":  # Windows has no modes
        return
    house_key.house_key(project, place)
    house_key.key_path(place).chmod(mode)
    with pytest.raises(EvalueringError, match="kan leses av andre"):
        house_key.house_key(project, place)


def test_a_key_inside_the_project_is_refused(project: Path) -> None:
    inside = {"EVALUERING_NOEKKEL": str(project / "data" / "noekkel")}
    with pytest.raises(EvalueringError, match="i prosjektmappen"):
        house_key.house_key(project, inside)
    assert not (project / "data").exists()


def test_a_link_into_the_project_is_refused(project: Path, tmp_path: Path) -> None:
    if os.name != "posix":  # a link needs rights on Windows
        return
    (tmp_path / "utenfor").symlink_to(project, target_is_directory=True)
    with pytest.raises(EvalueringError, match="i prosjektmappen"):
        house_key.house_key(project, {"EVALUERING_NOEKKEL": str(tmp_path / "utenfor" / "k")})


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_file_that_is_no_key_is_refused_and_left_alone(
    project: Path, place: dict[str, str], size: int
) -> None:
    path = house_key.key_path(place)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * size)
    path.chmod(0o600)
    with pytest.raises(EvalueringError, match="ødelagt"):
        house_key.house_key(project, place)
    assert path.read_bytes() == b"x" * size


def test_the_key_that_stands_in_the_code_is_no_house_key(
    project: Path, place: dict[str, str]
) -> None:
    path = house_key.key_path(place)
    path.parent.mkdir(parents=True)
    path.write_bytes(house_key.FIXED_KEY)
    path.chmod(0o600)
    with pytest.raises(EvalueringError, match="står i koden"):
        house_key.house_key(project, place)
    assert house_key.is_fixed(house_key.FIXED_KEY)
    assert not house_key.is_fixed(bytes(32))


def test_a_folder_that_cannot_be_made_is_said_in_norwegian(project: Path, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x", encoding="utf-8")
    with pytest.raises(EvalueringError, match="kan ikke leses eller lages"):
        house_key.house_key(project, {"EVALUERING_NOEKKEL": str(tmp_path / "fil" / "noekkel")})


def test_without_the_variable_it_lies_in_the_users_configuration(tmp_path: Path) -> None:
    if sys.platform == "linux":
        named = house_key.key_path({"XDG_CONFIG_HOME": str(tmp_path)})
        assert named == tmp_path / "evaluering" / "noekkel"
        relative = house_key.key_path({"XDG_CONFIG_HOME": "her"})
        assert relative == Path.home() / ".config" / "evaluering" / "noekkel"
    assert house_key.key_path({}).is_relative_to(Path.home())


def test_runs_that_start_together_get_the_same_key(project: Path, place: dict[str, str]) -> None:
    together = threading.Barrier(8)

    def start(_: int) -> bytes:
        together.wait()
        return house_key.house_key(project, place)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


def test_pseudonym_is_hmac_sha256_of_label_and_code() -> None:
    key = bytes(range(32))
    # RFC 2104 by Python's own hmac; the letters stand for the first eight bytes, half by half.
    digest = hmac.new(key, b"kode\0sak\0S-014", hashlib.sha256).digest()[:8].hex()
    letters = dict(zip("0123456789abcdef", "bcdfghjkmnpqrstv", strict=True))
    assert house_key.pseudonym(key, "sak", "S-014") == "".join(letters[half] for half in digest)


def test_the_same_code_is_the_same_however_it_is_typed() -> None:
    key = bytes(32)
    typed = ["S-014", " s-014 ", "\uff33-\uff10\uff11\uff14"]
    assert len({house_key.pseudonym(key, "sak", code) for code in typed}) == 1


def test_another_label_or_key_gives_another_pseudonym() -> None:
    names = {
        house_key.pseudonym(key, label, "P-0001")
        for key in (bytes(32), bytes(31) + b"\1")
        for label in ("sak", "politi")
    }
    assert len(names) == 4


@given(st.text(min_size=1).filter(lambda text: text.strip()), st.sampled_from(["sak", "politi"]))
def test_a_pseudonym_is_no_identifier_and_holds_no_digit(code: str, label: str) -> None:
    name = house_key.pseudonym(bytes(32), label, code)
    assert name.isalpha()
    assert len(name) == 16
    assert find(name) == []


def test_ten_thousand_codes_have_ten_thousand_pseudonyms() -> None:
    names = {house_key.pseudonym(bytes(32), "sak", f"S-{number:05d}") for number in range(10_000)}
    assert len(names) == 10_000


def test_an_empty_code_is_refused() -> None:
    with pytest.raises(EvalueringError, match="Koden er tom"):
        house_key.pseudonym(bytes(32), "sak", "  ")


def test_a_file_digest_needs_the_key(tmp_path: Path) -> None:
    path = tmp_path / "liten.csv"
    path.write_bytes(b"antall\n3\n")
    plain = hashlib.sha256(path.read_bytes()).hexdigest()
    one, other = (house_key.file_digest_hmac(bytes([byte]) * 32, path) for byte in (1, 2))
    assert len({plain, one, other}) == 3
    assert one == house_key.file_digest_hmac(b"\1" * 32, path)


def test_keys_for_other_purposes_and_the_name_tell_nothing_of_the_key() -> None:
    key = bytes(range(32))
    made = {key, house_key.derived(key, "vekter"), house_key.derived(key, "filer")}
    assert len(made) == 3
    assert house_key.key_name(key) not in key.hex()


def test_no_refusal_repeats_the_key_or_the_path(project: Path, place: dict[str, str]) -> None:
    key = house_key.house_key(project, place)
    house_key.key_path(place).write_bytes(key + b"x")
    with pytest.raises(EvalueringError) as refused:
        house_key.house_key(project, place)
    said = f"{refused.value}{refused.value!r}"
    assert key.hex() not in said
    assert str(key) not in said
    assert "hjemme" not in said
