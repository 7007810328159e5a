"""What a report was made from, so that anyone can ask whether it can be made again.

The public manifest names no file of the run's own and tells no digest that could be guessed back;
the internal one does, and stays where it was made.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from evaluering.inputs.house_key import FIXED_KEY, file_digest_hmac, house_key, key_name
from evaluering.pipeline.params import Params

SCHEMA: Final = 2
MANIFEST: Final = "manifest.json"
INTERNAL: Final = f"_intern/{MANIFEST}"
PACKAGES = ("matplotlib", "nbconvert", "numpy", "pandas", "papermill", "scipy", "statsmodels")
DRAFT: Final = "kladd"
ISSUED: Final = "utgitt"

_PUBLISHED: Final = "publisert."
# Where a change makes other numbers or other pages; params and inputs have digests of their own.
_CODE: Final = ("src", "notebooks", "requirements", "pyproject.toml", "params/_skjema.json")


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def findings_digest(folder: Path) -> str:
    """SHA-256 of every finding of a run, names with content; internal, like the findings."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        whole.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def run_key(root: Path, params: Params, files: Iterable[str]) -> bytes:
    """The key of a run: the house's own, or the open one where there is nothing to protect.

    Args:
        root: The project folder.
        params: The run's parameters.
        files: Roles of the files it reads.
    """
    is_open = params.syntetisk or all(role.startswith(_PUBLISHED) for role in {*files} - {"plan"})
    return FIXED_KEY if is_open else house_key(root)


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
            changed = _git(git, root, "status", "--porcelain", "--", *_CODE)
            state |= {"commit": commit, "tilstand": "endret" if changed else "uendret"}
    return state


def _git(git: str, root: Path, *arguments: str) -> str:
    result = subprocess.run(  # noqa: S603 fixed arguments, no shell
        [git, "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return result.stdout.strip() if result.returncode == 0 else ""


def made_from(
    params: Params, root: Path, inputs: Mapping[str, Path], notebooks: Iterable[Path]
) -> dict[str, Any]:
    """Everything that decides what a run gives. Internal: it has digests of the inputs.

    Args:
        params: The run's parameters.
        root: The project folder.
        inputs: Role → file.
        notebooks: The templates that ran.
    """
    return {
        "kode": code_state(root),
        "laas_sha256": file_digest(root / "requirements" / "kjoring.txt"),
        "parametere_sha256": file_digest(root / "params" / f"{params.name}.yml"),
        "notatboeker": {path.stem: file_digest(path) for path in notebooks},
        "python": platform.python_version(),
        "pakker": {name: version(name) for name in PACKAGES},
        "inndata": {
            role: {
                "fil": path.relative_to(root).as_posix(),
                "byte": path.stat().st_size,
                "sha256": file_digest(path),
            }
            for role, path in sorted(inputs.items())
        },
    }


def public_manifest(
    params: Params,
    made: Mapping[str, Any],
    *,
    version_name: str,
    status: str,
    rule_set: str,
    key: bytes,
    inputs: Mapping[str, Path],
    folder: Path,
    outputs: Iterable[str],
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The public manifest of one report version.

    Args:
        params: The run's parameters.
        made: From `made_from`.
        version_name: `v1`, `utgave-1` …
        status: `kladd` or `utgitt`.
        rule_set: Version of the disclosure rules.
        key: The run's key.
        inputs: Role → file. Only the role and a keyed digest are told.
        folder: Where the version is built.
        outputs: The public files in it.
        more: What an issued version says besides.

    Returns:
        Plain JSON content. No user, host, absolute path, cell value or clock time.
    """
    return {
        **{name: value for name, value in made.items() if name != "inndata"},
        **_names(params, version_name, status, rule_set),
        "inndata": {
            role: {"hmac_sha256": file_digest_hmac(key, path)}
            for role, path in sorted(inputs.items())
        },
        "mangler": len(params.uten_data),
        "filer": {name: file_digest(folder / name) for name in outputs},
        **(more or {}),
    }


def internal_manifest(
    params: Params,
    made: Mapping[str, Any],
    *,
    version_name: str,
    rule_set: str,
    key: bytes,
    findings_sha256: str,
    folder: Path,
    time: str,
    remarks: str = "",
) -> dict[str, Any]:
    """The internal manifest of a draft: what `publiser` must find unchanged.

    Args:
        params: The run's parameters.
        made: From `made_from`.
        version_name: `v1`, `v2` …
        rule_set: Version of the disclosure rules.
        key: The run's key; only its name is told.
        findings_sha256: Digest of the run's findings.
        folder: The draft, with every other file in place.
        time: When it was finished, ISO and UTC.
        remarks: What somebody should look at in the input.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        **made,
        **_names(params, version_name, DRAFT, rule_set),
        "noekkel": key_name(key),
        "funn_sha256": findings_sha256,
        "filer": {path.relative_to(folder).as_posix(): file_digest(path) for path in files},
        "tid": time,
        "merknader": remarks.splitlines(),
    }


def _names(params: Params, version_name: str, status: str, rule_set: str) -> dict[str, Any]:
    return {
        "skjema": SCHEMA,
        "rapport": params.name,
        "kommune_nr": params.kommune_nr,
        "versjon": version_name,
        "status": status,
        "kommune": params.kommune,
        "aar": params.aar,
        "syntetisk": params.syntetisk,
        "regelsett": rule_set,
        "terskel": params.terskel,
    }
