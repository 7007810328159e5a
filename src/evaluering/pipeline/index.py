"""`reports/index.html`: every report, edition and draft there is, the newest first."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from evaluering.files import write_file
from evaluering.pipeline.export import csp_hash
from evaluering.pipeline.page_check import check_page
from evaluering.pipeline.pages import REPORT_PAGE

INDEX: Final = "index.html"
_VERSION: Final = re.compile(r"(v|utgave-)([1-9][0-9]*)")
_NONE: Final = "<p>Ingen rapport er laget ennå.</p>"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One version of one report."""

    report: str
    folder: str
    kommune: str
    aar: int
    is_synthetic: bool

    @property
    def is_edition(self) -> bool:
        return self.folder.startswith("utgave-")

    @property
    def number(self) -> int:
        return int(self.folder.removeprefix("utgave-").removeprefix("v"))

    @property
    def order(self) -> tuple[str, int, str, bool, int]:
        return (self.kommune, -self.aar, self.report, not self.is_edition, -self.number)

    @property
    def words(self) -> str:
        """«utgave 1» or «kladd, versjon 2», and the sort of numbers."""
        version = f"utgave {self.number}" if self.is_edition else f"kladd, versjon {self.number}"
        return f"{version}, syntetiske tall" if self.is_synthetic else version


def write_index(reports: Path) -> Path:
    """Make the index anew from what lies in `reports/`.

    Args:
        reports: The folder.

    Returns:
        The page.

    Raises:
        EvalueringError: The page did not pass the gate.
    """
    page = _page(sorted(_entries(reports), key=lambda entry: entry.order))
    check_page(page)
    write_file(reports / INDEX, page)
    return reports / INDEX


def _entries(reports: Path) -> list[_Entry]:
    found: list[_Entry] = []
    for path in reports.glob("*/*/manifest.json"):
        folder = path.parent
        if not _VERSION.fullmatch(folder.name) or not (folder / REPORT_PAGE).is_file():
            continue
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not {"kommune", "aar"} <= content.keys():
            continue  # made before the manifest named them
        found.append(
            _Entry(
                folder.parent.name,
                folder.name,
                str(content["kommune"]),
                int(content["aar"]),
                bool(content["syntetisk"]),
            )
        )
    return found


def _page(entries: list[_Entry]) -> str:
    css = (files("evaluering") / "templates" / "rapport" / "stil.css").read_text("utf-8").strip()
    policy = (
        f"default-src 'none'; style-src 'sha256-{csp_hash(css)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    places = list(dict.fromkeys(entry.kommune for entry in entries))
    body = "".join(
        f"<h2>{escape(place)}</h2>\n<ul>{''.join(_item(e) for e in entries if e.kommune == place)}"
        "</ul>\n"
        for place in places
    )
    return (
        '<!DOCTYPE html>\n<html lang="nb">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>Alle evalueringer</title>\n<style>{css}</style>\n</head>\n<body>\n"
        '<a class="hopp" href="#innhold">Hopp til hovedinnhold</a>\n'
        '<main id="innhold" tabindex="-1">\n<h1>Alle evalueringer</h1>\n'
        f"{body or _NONE}\n</main>\n</body>\n</html>\n"
    )


def _item(entry: _Entry) -> str:
    target = f"{entry.report}/{entry.folder}/{REPORT_PAGE}"
    return f'<li><a href="{escape(target)}">{entry.aar}, {escape(entry.words)}</a></li>'
