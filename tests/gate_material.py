"""The council's page as a run leaves it: notebook 90 carried out cell by cell, without a kernel."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import nbformat
from IPython.core.formatters import DisplayFormatter

from evaluering.analysis import calls, oversikt
from evaluering.display.page import Report
from evaluering.model import Audit, SafeFinding
from evaluering.pipeline.export import PageContext, export_page
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]
CONTEXT = {
    "header_line": ("Fredrikstad", "Politirådet", "januar 2027", "Kladd, versjon 1"),
    "marks": ("Ekte, offentliggjorte tall",),
    "footer": ("Ekte, offentliggjorte tall. Tall fra etter 1. november 2026 er ikke med.",),
}
PUBLISHED = {
    "ungdata": "ungdata.csv",
    "kriminalitet_kommuner": "kriminalitet_kommuner.csv",
    "under18_landet": "under18_landet.csv",
    "gjentatt": "gjentatt_planen.csv",
}


@functools.cache
def safe_findings() -> tuple[SafeFinding, ...]:
    """The published figures, which the door lets through as they are."""
    plan = read_plan()
    chosen = calls.declared([item.id for item in plan.spoersmaal if item.i_planen], margin={})
    others = {"regel": "Alle kommunene i Østfold", "kommuner": ["3101", "3103", "3105"]}
    findings = [
        *calls.indicators(plan, aar=2026),
        *calls.national_under_18(PUBLISHED),
        *calls.repeat_offending(PUBLISHED),
        *calls.municipalities(PUBLISHED, kommune_nr="3107", sammenligning=others),
        *calls.survey(plan, PUBLISHED, chosen),
        *calls.compare(plan, PUBLISHED, chosen),
        *calls.measures(plan),
    ]
    return tuple(SafeFinding(one, Audit("v1", "published_only", "")) for one in findings)


def notebook(safe: Sequence[SafeFinding], chapter: str = "") -> Any:
    """Notebook 90 as papermill would leave it, with the outputs of its cells."""
    report = Report(
        safe,
        oversikt.overview(safe),
        kommune="Fredrikstad",
        aar=2026,
        moete_dato="2027-01",
        skjaeringsdato="2026-11-01",
        kapittel=chapter,
    )
    book = cast("Any", nbformat).read(ROOT / "notebooks" / "90_evaluering.ipynb", as_version=4)
    for cell in book.cells:
        if cell.cell_type != "code" or not cell.source.startswith("rapport."):
            continue
        call = ast.parse(cell.source, mode="eval").body
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        arguments = [ast.literal_eval(argument) for argument in call.args]
        shown = getattr(report, call.func.attr)(*arguments)
        data, metadata = DisplayFormatter().format(shown)
        cell.outputs = [nbformat.v4.new_output("execute_result", data=data, metadata=metadata)]
    return book


def context(safe: Sequence[SafeFinding], chapter: str = "") -> PageContext:
    """What the shell says of the page."""
    return PageContext(**CONTEXT, is_internal=False, is_chapter=bool(chapter), findings=tuple(safe))


def exported(book: Any, folder: Path, safe: Sequence[SafeFinding], chapter: str = "") -> str:
    """The finished page, through the real exporter and its gates."""
    path = folder / "90_evaluering.ipynb"
    nbformat.write(book, path)
    return export_page(path, context(safe, chapter))
