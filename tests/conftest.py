"""A copy of the project to run in, and one real run that many tests read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("params", "notebooks", "requirements", "data/publisert", "data/eksempel")


def copy_project(place: Path) -> Path:
    """The files a run reads, in a folder whose name has a space and Norwegian letters."""
    project = place / "mitt prosjekt æøå"
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, project / name)
    (project / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "uu-test.json", project / "docs")
    return project


def evaluering(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command as a coordinator runs it: a process of its own, in the project folder."""
    return subprocess.run(
        [sys.executable, "-m", "evaluering", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )


def papermill(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Papermill's own command, as a researcher types it."""
    return subprocess.run(
        [sys.executable, "-m", "papermill", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project copy after one whole run of the real published figures."""
    place = copy_project(tmp_path_factory.mktemp("ferdig"))
    result = evaluering(place, "kjør", "params/fredrikstad_publisert.yml")
    assert result.returncode == 0, result.stdout + result.stderr
    (place / "utskrift.txt").write_text(result.stdout, encoding="utf-8")
    return place


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project copy after one whole run of the invented town."""
    place = copy_project(tmp_path_factory.mktemp("eksempel"))
    result = evaluering(place, "eksempel")
    assert result.returncode == 0, result.stdout + result.stderr
    return place
