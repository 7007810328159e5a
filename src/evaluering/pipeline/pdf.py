"""A tagged PDF of a page, printed by the browser that is there: Edge, Chrome or Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from evaluering.errors import EvalueringError

BROWSER_VARIABLE: Final = "CHROMIUM"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
# Where Windows keeps Edge, which every machine has, though not on the path.
_WINDOWS: Final = r"Microsoft\Edge\Application\msedge.exe"
_WINDOWS_FOLDERS: Final = ("PROGRAMFILES(X86)", "PROGRAMFILES")
_FLAGS: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",  # the footer would hold the file's path
)
_SECONDS: Final = 120


def find_browser(environment: Mapping[str, str] = os.environ) -> str | None:
    """The program that prints, or None."""
    named = environment.get(BROWSER_VARIABLE)
    if named and shutil.which(named):
        return named
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    for variable in _WINDOWS_FOLDERS:
        path = Path(environment.get(variable, "")) / _WINDOWS
        if environment.get(variable) and path.is_file():
            return str(path)
    return None


def print_pdf(page: Path) -> bytes:
    """A page as PDF, as it is printed: every folded table open.

    Args:
        page: An HTML file.

    Returns:
        The PDF.

    Raises:
        EvalueringError: No browser is found, or it made nothing.
    """
    browser = find_browser()
    if browser is None:
        raise EvalueringError(
            "Fant ingen nettleser som kan lage PDF.",
            where="--pdf",
            remedy="Åpne rapporten i Edge eller Chrome, velg Skriv ut, og lagre som PDF.",
        )
    with tempfile.TemporaryDirectory(prefix="evaluering-") as folder:
        output = Path(folder) / "side.pdf"
        # A browser started by root refuses its own sandbox.
        is_root = os.name == "posix" and os.geteuid() == 0
        command = [
            browser,
            *_FLAGS,
            *(["--no-sandbox"] if is_root else []),
            f"--user-data-dir={folder}/profil",
            f"--print-to-pdf={output}",
            page.resolve().as_uri(),
        ]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 a browser found above, with flags of ours
                command, capture_output=True, check=False, timeout=_SECONDS
            )
        if not output.is_file() or not output.stat().st_size:
            raise EvalueringError(
                "Nettleseren laget ingen PDF.",
                where="--pdf",
                remedy="Åpne rapporten i nettleseren, velg Skriv ut, og lagre som PDF.",
            )
        return output.read_bytes()
