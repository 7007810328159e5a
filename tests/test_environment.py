"""One list of dependencies: pyproject.toml, environment.yml and the lock say the same."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def _limits(text: str) -> tuple[str, str]:
    requirement = Requirement(text)
    return canonicalize_name(requirement.name), str(requirement.specifier)


def _locked(path: Path) -> dict[str, str]:
    pinned = re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pinned)


def test_conda_gets_the_same_packages_with_the_same_limits() -> None:
    # What conda-forge lacks comes through pip; the project itself is the entry that is an option.
    through_pip = next(entry["pip"] for entry in CONDA if isinstance(entry, dict))
    listed = [entry for entry in CONDA if isinstance(entry, str)]
    conda = {_limits(entry) for entry in listed + [e for e in through_pip if e[0] != "-"]}
    groups = PROJECT["optional-dependencies"]
    pip = {_limits(entry) for entry in PROJECT["dependencies"] + groups["bygg"]}
    pip |= {("python", str(Requirement(f"python{PROJECT['requires-python']}").specifier))}
    assert conda - {("pip", "")} == pip


def test_every_dependency_is_locked_with_hashes() -> None:
    names = {_limits(entry)[0] for entry in PROJECT["dependencies"]}
    for lock in LOCKS:
        assert names <= _locked(lock).keys(), lock.name
        text = lock.read_text(encoding="utf-8")
        assert len(re.findall(r"^\S+==", text, re.MULTILINE)) <= text.count("--hash=sha256:")


def test_the_test_lock_agrees_with_the_run_lock() -> None:
    run, test = (_locked(ROOT / "requirements" / name) for name in ("kjoring.txt", "test.txt"))
    assert {name: test.get(name) for name in run} == run


def test_no_file_names_a_package_index() -> None:
    for path in [*LOCKS, ROOT / "pyproject.toml", ROOT / "environment.yml", ROOT / "Makefile"]:
        assert not re.search(
            r"(?i)--(extra-)?index-url|--find-links|https?://[^ ]*simple", path.read_text()
        )
