"""The public pages of a report: notebook 90 once for the report and once for each appendix."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import nbformat
from babel.dates import format_date

from evaluering.files import UTDATA_VARIABLE
from evaluering.model import SafeFinding
from evaluering.pipeline.access_record import record_file, tested_line
from evaluering.pipeline.export import PageContext, export_page, page_parts
from evaluering.pipeline.figure_files import FOLDER, figure_files
from evaluering.pipeline.kernels import Kernels, Task
from evaluering.pipeline.params import Params
from evaluering.pipeline.workbook_file import WORKBOOK, make_workbook

REPORT: Final = "90_evaluering"
REPORT_PAGE: Final = "evaluering.html"
YOUTH: Final = "ungdom"
CHAPTER: Final = "kapittel"  # the parameter of notebook 90; empty is the report itself
CHAPTERS: Final = (
    "",
    "datagrunnlag",
    "situasjon",
    "indikatorer",
    "ungdata",
    "maal",
    "tiltak",
    YOUTH,
)
_DAY: Final = "åååå-mm-dd"


def page_name(chapter: str) -> str:
    """The file of a page: `evaluering.html`, `vedlegg-ungdata.html`, `ungdom.html`."""
    if not chapter:
        return REPORT_PAGE
    return f"{YOUTH}.html" if chapter == YOUTH else f"vedlegg-{chapter}.html"


def make_pages(
    kernels: Kernels,
    template: Path,
    folder: Path,
    params: Params,
    *,
    version: str,
    safe: Sequence[SafeFinding],
) -> dict[str, str | bytes]:
    """Every public page of a version, the workbook with their numbers, and the figures.

    Args:
        kernels: Run the notebook.
        template: Notebook 90.
        folder: Where the executed copies go.
        params: The run's parameters.
        version: How the version is named on the page: «Kladd, versjon 1», «utgave 1».
        safe: The safe findings of the run: every number on the pages must come from them.

    Returns:
        File name, with its folder if it has one → whole page, or whole file.

    Raises:
        EvalueringError: A page or the workbook did not pass the gate.
    """
    tasks = {
        chapter: Task(
            template,
            folder / f"{template.stem}{'-' if chapter else ''}{chapter}.ipynb",
            {CHAPTER: chapter},
        )
        for chapter in CHAPTERS
    }
    kernels.every(list(tasks.values()), lambda _: nullcontext())
    utdata = Path(kernels.environment[UTDATA_VARIABLE])
    report = public_context(params, version, "", safe)
    tested = replace(report, footer=(*report.footer, *tested_line(utdata)))
    main = export_page(tasks[""].output, tested)
    appendices = {
        page_name(chapter): export_page(task.output, public_context(params, version, chapter, safe))
        for chapter, task in tasks.items()
        if chapter
    }
    node: Any = cast("Any", nbformat).read(tasks[""].output, as_version=4)
    parts = page_parts(node, tested)
    return {
        REPORT_PAGE: main,
        **appendices,
        WORKBOOK: make_workbook(tasks[""].output, report),
        **figure_files(parts, utdata / FOLDER),
        **record_file(utdata),
    }


def public_context(
    params: Params, version: str, chapter: str, safe: Sequence[SafeFinding]
) -> PageContext:
    """What a public page says of itself.

    Args:
        params: The run's parameters.
        version: How the version is named on the page.
        chapter: The appendix, or "".
        safe: The safe findings of the run.
    """
    return PageContext(
        header_line=_header_line(params, version),
        marks=(_sort(params),),
        footer=(_footer(params),),
        is_internal=False,
        is_chapter=bool(chapter),
        findings=tuple(safe),
    )


def internal_context(params: Params, version: str) -> PageContext:
    """What an internal page says of itself."""
    return PageContext(
        header_line=_header_line(params, version),
        marks=("INTERNT", _sort(params)),
        footer=(_footer(params),),
        is_internal=True,
    )


def _header_line(params: Params, version: str) -> tuple[str, ...]:
    month = _in_words(params.moete_dato[:7], "MMMM y")
    kind = ("Melding underveis",) if params.rapporttype == "underveis" else ()
    return (params.kommune, "Politirådet", month, *kind, version)


def _sort(params: Params) -> str:
    if params.syntetisk:
        return "Syntetiske tall"
    own = params.arbeidsbok or params.politiskjema or params.ungdata
    return "Ekte tall" if own else "Ekte, offentliggjorte tall"


def _footer(params: Params) -> str:
    day = _in_words(params.skjaeringsdato, "d. MMMM y")
    return f"{_sort(params)}. Tall fra etter {day} er ikke med."


def _in_words(iso: str, pattern: str) -> str:
    """A date, or a month, as it is written in Norwegian."""
    day = date.fromisoformat(iso if len(iso) == len(_DAY) else f"{iso}-01")
    return format_date(day, pattern, locale="nb")
