"""A params file in, a new report version out: check everything, run, release, export, rename.

Nothing is visible in `reports/` before the last rename; an earlier report is never touched. A run
works in hidden folders and leaves them, named `<run>_feilet`, only when it fails.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from evaluering.disclosure import door
from evaluering.errors import EvalueringError
from evaluering.files import canonical_json, read_findings, write_file, write_findings
from evaluering.model import PublishedCell
from evaluering.pipeline import kernel
from evaluering.pipeline.access_record import lay_out
from evaluering.pipeline.export import export_page
from evaluering.pipeline.index import write_index
from evaluering.pipeline.inputs_check import check_inputs
from evaluering.pipeline.kernels import RunFailedError, Task, started
from evaluering.pipeline.lock import locked
from evaluering.pipeline.manifest import (
    DRAFT,
    INTERNAL,
    MANIFEST,
    findings_digest,
    internal_manifest,
    made_from,
    public_manifest,
    run_key,
)
from evaluering.pipeline.pages import CHAPTER, REPORT, REPORT_PAGE, internal_context, make_pages
from evaluering.pipeline.params import Params, read_params
from evaluering.pipeline.pdf import print_pdf
from evaluering.pipeline.shelf import newest_number, read_shelf

ANALYSES = (
    "00_datagrunnlag",
    "10_situasjonsbilde",
    "20_indikatorer",
    "30_ungdata",
    "40_maaloppnaaelse",
    "50_tiltak",
)
PUBLISHED_FILE = "utgitt.json"  # beside the folder of findings; `ev.read_material` quotes it
CONTROL = "kontroll av skjerming"  # where the audit says that it was it that stopped
Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where one run works and where it ends."""

    root: Path
    staging: Path
    utdata: Path
    reports: Path
    name: str

    @classmethod
    def of(cls, root: Path, name: str) -> Folders:
        """The folders of the run with this name."""
        return cls(
            root=root,
            staging=root / "data" / "statistikk" / f".{name}.arbeid",
            utdata=root / "data" / "utdata" / f".{name}.arbeid",
            reports=root / "reports" / name,
            name=name,
        )

    @property
    def failed(self) -> Path:
        """What a failed run leaves for whoever mends it."""
        return self.staging.parent / f"{self.name}_feilet"

    def draft(self, version: str) -> Path:
        """Where a version is built, beside its place."""
        return self.reports / f".{version}.tmp"

    @property
    def executed(self) -> Path:
        """The executed notebooks."""
        return self.staging / "notatboeker"

    @property
    def log(self) -> Path:
        """What libraries log, and the traceback of a fault."""
        return self.staging / "logg.txt"


def run(params_file: Path, root: Path, say: Say, *, jobs: int = 0, pdf: bool = False) -> Path:
    """Make the next draft version of one report.

    Args:
        params_file: `params/<name>.yml`.
        root: The project folder.
        say: Receives one plain progress line at a time.
        jobs: Notebooks at a time; 0 is one for each core.
        pdf: Print the report as a PDF beside it.

    Returns:
        The report page in its new version folder.

    Raises:
        EvalueringError: The input needs mending.
        RunFailedError: Something of ours failed; the log tells more.
    """
    start = time.monotonic()
    params = read_params(params_file, root)
    say(f"Evaluering {params.kommune} {params.aar}")
    with locked(root / "reports", newest_number(params.kommune_nr)):
        page = _run_alone(params, root, say, jobs)
        if pdf:
            write_file(page.with_suffix(".pdf"), print_pdf(page))
        write_index(root / "reports")
    seconds = time.monotonic() - start
    say(f"Ferdig på {seconds:.0f} s. Åpne rapporten med: evaluering vis {params.name}")
    return page


def _run_alone(params: Params, root: Path, say: Say, jobs: int) -> Path:
    steps = Steps(say, total=len(ANALYSES) + 4)
    folders = Folders.of(root, params.name)
    return attempt(folders, lambda folders: _run(params, folders, steps, jobs))


def attempt(folders: Folders, work: Callable[[Folders], Path]) -> Path:
    """Do a run's work in fresh hidden folders, which stay, renamed, only when it fails.

    Args:
        folders: Where it works.
        work: Returns the page it made.

    Raises:
        EvalueringError: The input needs mending.
        RunFailedError: Something of ours failed; the log tells more.
    """
    fresh(folders.staging)
    fresh(folders.utdata)
    try:
        with _logging_to(folders.log):
            return work(folders)
    except EvalueringError as stopped:
        if stopped.where == CONTROL:  # what we made did not stand our own control
            raise _fault_of_ours(folders, stopped, stopped.what) from stopped
        _keep_failed(folders)
        raise
    except RunFailedError as fault:
        raise _fault_of_ours(folders, fault, str(fault)) from fault
    except Exception as fault:
        what = "Kjøringen stoppet av en feil hos oss."
        raise _fault_of_ours(folders, fault, what) from fault


def _fault_of_ours(folders: Folders, fault: Exception, what: str) -> RunFailedError:
    """One line, and the traceback in the log it names."""
    log = _keep_failed(folders)
    with log.open("a", encoding="utf-8") as stream:
        stream.write("".join(traceback.format_exception(fault)))
    place = log.relative_to(folders.root).as_posix()
    return RunFailedError(f"{what} Loggen ligger i {place}.")


def _run(params: Params, folders: Folders, steps: Steps, jobs: int) -> Path:
    environment = kernel.kernel_environment(folders.root, folders.staging, folders.utdata)
    with started(params, environment, folders.staging, jobs) as kernels:
        with steps.next("Leser og sjekker inndata"):
            inputs = check_inputs(params, folders.root)
            templates = run_templates(folders.root, params)
            made = made_from(params, folders.root, inputs.files, templates.values())
            key = run_key(folders.root, params, inputs.files)
        earlier = read_shelf(folders.root, params.kommune_nr).cells
        write_file(folders.staging / PUBLISHED_FILE, canonical_json(_quotable(params, earlier)))
        kernels.every(
            [Task(templates[name], folders.executed / f"{name}.ipynb") for name in ANALYSES],
            lambda task: steps.next(f"Kjører notatbok {task.template.stem}"),
        )
        with steps.next("Kontrollerer hva som kan vises") as remark:
            with printed_to(folders.log):
                released = door.release(
                    read_findings(folders.staging / "funn"),
                    threshold=params.terskel,
                    published=earlier,
                    key=key,
                    restated=params.omregn,
                )
            safe = released.safe
            write_findings(folders.utdata, safe)
            write_file(folders.utdata / "_kjoering.json", canonical_json(run_facts(params)))
            lay_out(folders.root, folders.utdata)
            write_file(folders.staging / "skjerming.txt", released.log)
            withheld = sum(item.finding.refusal == "not_controlled" for item in safe)
            if withheld:
                remark(f"{withheld} av {len(safe)} funn vises bare internt")
            for name in released.withheld:
                remark(f"Tabellen «{name}» kan ikke vises uten å røpe enkeltpersoner")
        with steps.next("Lager rapporten og vedleggene"):
            version = _next_version(folders.reports)
            pages = gated(
                lambda: make_pages(
                    kernels,
                    templates[REPORT],
                    folders.executed,
                    params,
                    version=draft_words(version),
                    safe=safe,
                )
            )
    with steps.next("Legger rapporten på plass"):
        _write_draft(params, folders, version, pages)
        draft = folders.draft(version)
        public = public_manifest(
            params,
            made,
            version_name=version,
            status=DRAFT,
            rule_set=door.RULE_SET,
            key=key,
            inputs=inputs.files,
            folder=draft,
            outputs=pages,
        )
        write_file(draft / MANIFEST, canonical_json(public))
        internal = internal_manifest(
            params,
            made,
            version_name=version,
            rule_set=door.RULE_SET,
            key=key,
            findings_sha256=findings_digest(folders.staging / "funn"),
            folder=draft,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            remarks=inputs.remarks,
        )
        write_file(draft / INTERNAL, canonical_json(internal))
        return _into_place(params, folders, version)


def draft_words(version: str) -> str:
    """How a draft is named on its pages: `v1` → «Kladd, versjon 1»."""
    return f"Kladd, versjon {version.removeprefix('v')}"


def _write_draft(
    params: Params, folders: Folders, version: str, pages: Mapping[str, str | bytes]
) -> None:
    draft = folders.draft(version)
    fresh(draft)
    for name, page in pages.items():
        write_file(draft / name, page)
    internal = internal_context(params, draft_words(version))
    for name in ANALYSES:
        page = gated(partial(export_page, folders.executed / f"{name}.ipynb", internal))
        write_file(draft / "_intern" / f"{name}.html", page)


def _into_place(params: Params, folders: Folders, version: str) -> Path:
    """The last rename: nothing is seen in `reports/` before it."""
    shutil.rmtree(folders.staging / "kjerne", ignore_errors=True)
    _swap(folders.staging, folders.staging.parent / params.name)
    _swap(folders.utdata, folders.utdata.parent / params.name)
    shutil.rmtree(folders.failed, ignore_errors=True)
    place = folders.reports / version
    if place.exists():
        raise EvalueringError(
            "En annen kjøring ble ferdig samtidig.",
            where=f"reports/{params.name}",
            remedy="Kjør kommandoen på nytt.",
        )
    folders.draft(version).rename(place)
    return place / REPORT_PAGE


def gated(make: Callable[[], T]) -> T:
    """What was exported; a page that does not pass the gate is our fault, never the user's."""
    try:
        return make()
    except EvalueringError as stopped:
        raise RunFailedError(str(stopped)) from stopped


def _quotable(params: Params, cells: Iterable[PublishedCell]) -> list[dict[str, Any]]:
    """What earlier reports showed, but of the years that are restated; the notebooks quote it."""
    restated = {str(year) for year in params.omregn}
    return [
        {
            "unit": item.cell.unit,
            "population": item.cell.population,
            "period": item.cell.period,
            "at": [list(pair) for pair in item.cell.at],
            "value": item.value,
        }
        for item in cells
        if item.is_shown and item.edition and dict(item.cell.at).get("aar") not in restated
    ]


def run_templates(root: Path, params: Params) -> dict[str, Path]:
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
        unknown = sorted(declared - params.for_notebook(declared).keys() - {CHAPTER})
        if unknown:
            raise EvalueringError(
                f"Notatboken ber om parametere som ikke finnes: {', '.join(unknown)}.",
                where=f"notebooks/{path.name}",
                remedy="Hent notatboken på nytt, eller fjern parameteren.",
            )
        found[name] = path
    return found


def run_facts(params: Params) -> dict[str, Any]:
    """What notebook 90 asks for to find its own run."""
    return {
        "kjoering": params.name,
        "kommune": params.kommune,
        "kommune_nr": params.kommune_nr,
        "aar": params.aar,
        "moete_dato": params.moete_dato,
        "syntetisk": params.syntetisk,
    }


def _next_version(reports: Path) -> str:
    numbers = [
        int(folder.name[1:])
        for folder in reports.glob("v*")
        if folder.is_dir() and folder.name[1:].isdigit()
    ]
    return f"v{max(numbers, default=0) + 1}"


def fresh(folder: Path) -> None:
    """An empty folder only the user can open, whatever stood there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)


def _swap(new: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)


def _keep_failed(folders: Folders) -> Path:
    """The executed notebooks and the log stay for whoever mends it; the rest goes."""
    shutil.rmtree(folders.staging / "kjerne", ignore_errors=True)
    shutil.rmtree(folders.utdata, ignore_errors=True)
    for draft in folders.reports.glob(".v*.tmp"):
        shutil.rmtree(draft, ignore_errors=True)
    _swap(folders.staging, folders.failed)
    return folders.failed / folders.log.name


class Steps:
    """One plain line per step, printed when it is done; no spinner, no colour."""

    def __init__(self, say: Say, total: int) -> None:
        self._say = say
        self._total = total
        self._done = 0
        self._turn = threading.Lock()

    @contextmanager
    def next(self, what: str) -> Generator[Callable[[str], None]]:
        """Do one step; yields what takes a remark to print beside it."""
        remarks: list[str] = []
        start = time.monotonic()
        try:
            yield remarks.append
        except BaseException:
            self._tell(what, "stoppet")
            raise
        remark = "".join(f"   {text}" for text in remarks)
        self._tell(what, f"ferdig {time.monotonic() - start:4.0f} s{remark}")

    def _tell(self, what: str, how: str) -> None:
        """Steps that run side by side are numbered as they end."""
        with self._turn:
            self._done += 1
            self._say(f"  {self._done} av {self._total}  {what:<36} {how}")


@contextmanager
def printed_to(path: Path) -> Generator[None]:
    """What the solver prints, past Python, goes to a file, never to the screen."""
    sys.stdout.flush()
    screen = os.dup(1)
    with path.open("ab") as log:
        os.dup2(log.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(screen, 1)
        os.close(screen)


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
