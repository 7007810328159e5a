"""A params file in, a new report version out: check everything, run, release, export, rename.

Nothing is visible in `reports/` before the last rename; an earlier report is never touched. A run
works in hidden folders and leaves them, named `<run>_feilet`, only when it fails.
"""

from __future__ import annotations

import logging
import shutil
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import nbformat
from babel.dates import format_date
from papermill.exceptions import PapermillExecutionError

from evaluering.disclosure import door
from evaluering.errors import EvalueringError
from evaluering.files import canonical_json, read_findings, write_file, write_findings
from evaluering.pipeline import kernel
from evaluering.pipeline.export import PageContext, export_page
from evaluering.pipeline.inputs_check import check_inputs
from evaluering.pipeline.manifest import manifest
from evaluering.pipeline.params import Params, read_params

ANALYSES = ("10_situasjonsbilde", "30_ungdata", "50_tiltak")
REPORT = "90_evaluering"
REPORT_PAGE = "evaluering.html"
MONTHS = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]

Say = Callable[[str], None]


class RunFailedError(Exception):
    """A fault of ours: one Norwegian line, and where the log lies."""


@dataclass(frozen=True, slots=True)
class _Folders:
    """Where one run works and where it ends."""

    root: Path
    staging: Path
    utdata: Path
    reports: Path
    name: str

    @classmethod
    def of(cls, root: Path, name: str) -> _Folders:
        return cls(
            root=root,
            staging=root / "data" / "statistikk" / f".{name}.arbeid",
            utdata=root / "data" / "utdata" / f".{name}.arbeid",
            reports=root / "reports" / name,
            name=name,
        )

    @property
    def failed(self) -> Path:
        return self.staging.parent / f"{self.name}_feilet"

    @property
    def log(self) -> Path:
        return self.staging / "logg.txt"


def run(params_file: Path, root: Path, say: Say) -> Path:
    """Make the next draft version of one report.

    Args:
        params_file: `params/<name>.yml`.
        root: The project folder.
        say: Receives one plain progress line at a time.

    Returns:
        The report page in its new version folder.

    Raises:
        EvalueringError: The input needs mending.
        RunFailedError: Something of ours failed; the log tells more.
    """
    start = time.monotonic()
    params = read_params(params_file, root)
    say(f"Evaluering {params.kommune} {params.aar}")
    steps = _Steps(say, total=len(ANALYSES) + 4)
    folders = _Folders.of(root, params.name)
    _fresh(folders.staging)
    _fresh(folders.utdata)
    try:
        with _logging_to(folders.log):
            page = _run(params, folders, steps)
    except EvalueringError:
        _keep_failed(folders)
        raise
    except Exception as fault:
        log = _keep_failed(folders)
        with log.open("a", encoding="utf-8") as stream:
            stream.write("".join(traceback.format_exception(fault)))
        place = log.relative_to(root).as_posix()
        what = (
            str(fault)
            if isinstance(fault, RunFailedError)
            else "Kjøringen stoppet av en feil hos oss."
        )
        raise RunFailedError(f"{what} Loggen ligger i {place}.") from fault
    seconds = time.monotonic() - start
    say(f"Ferdig på {seconds:.0f} s. Åpne rapporten med: evaluering vis {params.name}")
    return page


def _run(params: Params, folders: _Folders, steps: _Steps) -> Path:
    with steps.next("Leser og sjekker inndata"):
        inputs = check_inputs(params, folders.root).published
        _refuse_unpublished(params)
        templates = _templates(folders.root, params)
    environment = kernel.kernel_environment(folders.root, folders.staging, folders.utdata)
    for name in ANALYSES:
        with steps.next(f"Kjører notatbok {name}"):
            _execute(templates[name], params, folders, environment)
    with steps.next("Kontrollerer hva som kan vises") as remark:
        safe = door.release(read_findings(folders.staging / "funn"))
        write_findings(folders.utdata, safe)
        write_file(folders.utdata / "_kjoering.json", canonical_json(_run_facts(params)))
        withheld = sum(item.finding.refusal == "not_controlled" for item in safe)
        if withheld:
            remark(f"{withheld} av {len(safe)} funn vises bare internt")
    with steps.next(f"Kjører notatbok {REPORT}"):
        _execute(templates[REPORT], params, folders, environment)
    with steps.next("Lager rapporten"):
        return _publish_draft(params, folders, inputs, list(templates.values()))


def _execute(
    template: Path, params: Params, folders: _Folders, environment: dict[str, str]
) -> None:
    output = folders.staging / "notatboeker" / template.name
    output.parent.mkdir(parents=True, exist_ok=True)
    parameters = params.for_notebook(kernel.declared_parameters(template))
    with (folders.staging / "kjerne.txt").open("ab") as kernel_log:
        try:
            kernel.execute(template, output, parameters, environment, kernel_log)
        except PapermillExecutionError as error:
            failed = cast("Any", error)  # papermill declares no types
            if failed.ename == EvalueringError.__name__:
                raise EvalueringError(str(failed.evalue)) from error
            heading = _heading_above(output)
            raise RunFailedError(
                f"Notatboken «{template.stem}» stoppet under overskriften «{heading}»."
            ) from error


def _heading_above(executed: Path) -> str:
    """The last Markdown heading before the first cell that failed."""
    heading = ""
    cells = cast("Any", nbformat).read(executed, as_version=4).cells
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            heading = cell.source.splitlines()[0].lstrip("# ")
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            return heading
    return heading


def _publish_draft(
    params: Params, folders: _Folders, inputs: dict[str, Path], templates: list[Path]
) -> Path:
    version_name = _next_version(folders.reports)
    draft = folders.reports / f".{version_name}.tmp"
    _fresh(draft)
    executed = folders.staging / "notatboeker"
    public = _context(params, version_name, is_internal=False)
    write_file(draft / REPORT_PAGE, _page(executed / f"{REPORT}.ipynb", public))
    internal = _context(params, version_name, is_internal=True)
    for name in ANALYSES:
        page = _page(executed / f"{name}.ipynb", internal)
        write_file(draft / "_intern" / f"{name}.html", page)
    content = manifest(
        params,
        root=folders.root,
        version_name=version_name,
        rule_set=door.RULE_SET,
        inputs=inputs,
        notebooks=templates,
        outputs=[draft / REPORT_PAGE],
    )
    write_file(draft / "manifest.json", canonical_json(content))
    shutil.rmtree(folders.staging / "kjerne", ignore_errors=True)
    _swap(folders.staging, folders.staging.parent / params.name)
    _swap(folders.utdata, folders.utdata.parent / params.name)
    shutil.rmtree(folders.failed, ignore_errors=True)
    place = folders.reports / version_name
    if place.exists():
        raise EvalueringError(
            "En annen kjøring ble ferdig samtidig.",
            where=f"reports/{params.name}",
            remedy="Kjør kommandoen på nytt.",
        )
    draft.rename(place)
    return place / REPORT_PAGE


def _page(notebook: Path, context: PageContext) -> str:
    """The exported page; one that does not pass the gate is a fault of ours, never the user's."""
    try:
        return export_page(notebook, context)
    except EvalueringError as stopped:
        raise RunFailedError(str(stopped)) from stopped


def _refuse_unpublished(params: Params) -> None:
    """No notebook reads the workbook yet, and a page must not say that delivered numbers lack."""
    given = [name for name in (params.arbeidsbok, params.politiskjema) if name]
    if given:
        raise EvalueringError(
            f"{' og '.join(given)} er lest og sjekket, men kan ikke brukes i en rapport ennå. "
            "Kontrollen som skjuler tall om enkeltpersoner, er ikke på plass.",
            where=f"params/{params.name}.yml",
            remedy="Ta ut nøklene arbeidsbok og politiskjema. Da lages rapporten av "
            "offentliggjorte tall.",
        )


def _templates(root: Path, params: Params) -> dict[str, Path]:
    """Every notebook of the run; refuses before the first cell if one declares an unknown name."""
    found: dict[str, Path] = {}
    for name in (*ANALYSES, REPORT):
        path = root / "notebooks" / f"{name}.ipynb"
        if not path.is_file():
            raise EvalueringError(
                "Notatboken mangler.",
                where=f"notebooks/{path.name}",
                remedy="Hent prosjektet på nytt.",
            )
        declared = kernel.declared_parameters(path)
        unknown = sorted(declared - params.for_notebook(declared).keys())
        if unknown:
            raise EvalueringError(
                f"Notatboken ber om parametere som ikke finnes: {', '.join(unknown)}.",
                where=f"notebooks/{path.name}",
                remedy="Hent notatboken på nytt, eller fjern parameteren.",
            )
        found[name] = path
    return found


def _run_facts(params: Params) -> dict[str, Any]:
    return {
        "kjoering": params.name,
        "kommune": params.kommune,
        "kommune_nr": params.kommune_nr,
        "aar": params.aar,
        "moete_dato": params.moete_dato,
        "syntetisk": params.syntetisk,
    }


def _context(params: Params, version_name: str, *, is_internal: bool) -> PageContext:
    if params.syntetisk:
        sort = "Syntetiske tall"
    else:
        sort = "Ekte tall" if is_internal else "Ekte, offentliggjorte tall"
    day = _in_words(params.skjaeringsdato, "d. MMMM y")
    return PageContext(
        header_line=(
            params.kommune,
            "Politirådet",
            _in_words(params.moete_dato[:7], "MMMM y"),
            f"Kladd, versjon {version_name.removeprefix('v')}",
        ),
        marks=("INTERNT", sort) if is_internal else (sort,),
        footer=(f"{sort}. Tall fra etter {day} er ikke med.",),
        is_internal=is_internal,
    )


def _in_words(iso: str, pattern: str) -> str:
    """A date, or a month, as it is written in Norwegian."""
    day = date.fromisoformat(iso if len(iso) > len("2027-01") else f"{iso}-01")
    return format_date(day, pattern, locale="nb")


def _next_version(reports: Path) -> str:
    numbers = [
        int(folder.name[1:])
        for folder in reports.glob("v*")
        if folder.is_dir() and folder.name[1:].isdigit()
    ]
    return f"v{max(numbers, default=0) + 1}"


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)


def _swap(new: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)


def _keep_failed(folders: _Folders) -> Path:
    """The executed notebooks and the log stay for whoever mends it; the rest goes."""
    shutil.rmtree(folders.staging / "kjerne", ignore_errors=True)
    shutil.rmtree(folders.utdata, ignore_errors=True)
    for draft in folders.reports.glob(".v*.tmp"):
        shutil.rmtree(draft, ignore_errors=True)
    _swap(folders.staging, folders.failed)
    return folders.failed / folders.log.name


class _Steps:
    """One plain line per step, printed when it is done; no spinner, no colour."""

    def __init__(self, say: Say, total: int) -> None:
        self._say = say
        self._total = total
        self._done = 0

    @contextmanager
    def next(self, what: str) -> Generator[Callable[[str], None]]:
        self._done += 1
        place = f"  {self._done} av {self._total}  {what:<36}"
        remarks: list[str] = []
        start = time.monotonic()
        try:
            yield remarks.append
        except BaseException:
            self._say(f"{place} stoppet")
            raise
        remark = "".join(f"   {text}" for text in remarks)
        self._say(f"{place} ferdig {time.monotonic() - start:4.0f} s{remark}")


@contextmanager
def _logging_to(path: Path) -> Generator[None]:
    """What libraries log goes to a file, never to the screen."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    earlier = root.handlers[:], root.level
    root.handlers[:], root.level = [handler], logging.INFO
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], root.level = earlier
        handler.close()
