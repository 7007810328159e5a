"""What a report was made from, so that anyone can ask whether it can be made again."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evaluering.pipeline.params import Params

SCHEMA = 1
PACKAGES = ("matplotlib", "nbconvert", "numpy", "pandas", "papermill", "scipy", "statsmodels")


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def code_state(root: Path) -> dict[str, str]:
    """Which code made it: the commit when git is there, and a digest of the package in any case."""
    package = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            whole.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    state = {"pakke_sha256": whole.hexdigest(), "commit": "ukjent", "tilstand": "ukjent"}
    git = shutil.which("git")
    if git and (root / ".git").exists():
        commit = _git(git, root, "rev-parse", "HEAD")
        if commit:
            changed = _git(git, root, "status", "--porcelain")
            state |= {"commit": commit, "tilstand": "endret" if changed else "uendret"}
    return state


def _git(git: str, root: Path, *arguments: str) -> str:
    result = subprocess.run(  # noqa: S603 fixed arguments, no shell
        [git, "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return result.stdout.strip() if result.returncode == 0 else ""


def manifest(
    params: Params,
    *,
    root: Path,
    version_name: str,
    rule_set: str,
    inputs: Mapping[str, Path],
    notebooks: Iterable[Path],
    outputs: Iterable[Path],
) -> dict[str, Any]:
    """The public manifest of one report version.

    Args:
        params: The run's parameters.
        root: The project folder; every name in the manifest is relative to it or bare.
        version_name: `v1`, `v2` …
        rule_set: Version of the disclosure rules.
        inputs: Role → file; already published files only, so their digest tells nobody anything.
        notebooks: The templates that ran.
        outputs: The public files.

    Returns:
        Plain JSON content. No user, host, absolute path, cell value or clock time.
    """
    return {
        "skjema": SCHEMA,
        "rapport": params.name,
        "versjon": version_name,
        "status": "kladd",
        "syntetisk": params.syntetisk,
        "regelsett": rule_set,
        "kode": code_state(root),
        "laas_sha256": file_digest(root / "requirements" / "kjoring.txt"),
        "parametere_sha256": file_digest(root / "params" / f"{params.name}.yml"),
        "notatboeker": {path.stem: file_digest(path) for path in notebooks},
        "python": platform.python_version(),
        "pakker": {name: version(name) for name in PACKAGES},
        "inndata": {
            role: {"fil": path.relative_to(root).as_posix(), "sha256": file_digest(path)}
            for role, path in sorted(inputs.items())
        },
        "filer": {path.name: file_digest(path) for path in outputs},
    }
