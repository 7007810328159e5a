"""A finished run in, a published report out: `reports/<run>/utgave-N/`, never overwritten.

The draft is left as it is. What binds is written first: the ledger says `forberedt` before the
folder has its name, and `utgitt` after. A crash between leaves the ledger stricter than what is
published, never laxer, and the next start makes it whole.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from evaluering.disclosure import audit, door
from evaluering.disclosure.ledger import SLICE, Edition, Ledger, append, closing
from evaluering.disclosure.ledger_entry import Entry, prepare, since_last_slice
from evaluering.disclosure.revisions import check_kept
from evaluering.errors import EvalueringError
from evaluering.files import canonical_json, read_findings, write_file, write_findings
from evaluering.pipeline import kernel, runner
from evaluering.pipeline.access_record import lay_out
from evaluering.pipeline.finished_run import (
    FinishedRun,
    check_complete,
    check_police,
    check_unchanged,
    last_run,
)
from evaluering.pipeline.inputs_check import Inputs, check_inputs
from evaluering.pipeline.kernels import started
from evaluering.pipeline.lock import locked
from evaluering.pipeline.manifest import ISSUED, MANIFEST, made_from, public_manifest, run_key
from evaluering.pipeline.pages import REPORT, REPORT_PAGE, make_pages
from evaluering.pipeline.params import Params, read_params
from evaluering.pipeline.shelf import EDITION, Shelf, is_whole, newest_number, read_shelf

# Everything a published folder may hold; what is not named here never leaves the house.
PUBLIC_FILES: Final = re.compile(
    r"evaluering\.html|ungdom\.html|vedlegg-[a-z_]+\.html|tall\.xlsx|manifest\.json|regnskap\.jsonl"
    r"|figurer/fig-[a-z0-9-]+\.(?:svg|png)|uu-test\.json"
)
ATTACKERS: Final = ("leser", "leser_med_hyllen", "personen_selv")
ATTACKERS_OF_THE_FIRST: Final = ("leser", "personen_selv")  # nothing stands on the shelf yet


@dataclass(frozen=True, slots=True)
class _Checked:
    """A run that may be published."""

    params: Params
    run: FinishedRun
    inputs: Inputs
    templates: Mapping[str, Path]
    made: Mapping[str, Any]
    shelf: Shelf
    key: bytes
    day: str


def publish(name: str, root: Path, today: date, say: runner.Say) -> Path:
    """Publish the last finished run of a report.

    Args:
        name: Name of the params file, without ending.
        root: The project folder.
        today: The day of publishing; stands in the manifest and the ledger, not on the page.
        say: Receives one plain progress line at a time.

    Returns:
        The report page in its new folder.

    Raises:
        EvalueringError: It may not be published; the message says why and what to do.
        RunFailedError: Something of ours failed; nothing is published.
    """
    params = read_params(root / "params" / f"{name}.yml", root)
    if params.syntetisk:
        raise EvalueringError(
            "Eksempelet har bare oppdiktede tall, og kan ikke gis ut.",
            where=f"params/{name}.yml",
            remedy="Lag en parameterfil for kommunens egne tall med «evaluering ny».",
        )
    with locked(root / "reports", newest_number(params.kommune_nr)):
        finished = recover(root, params.kommune_nr)
        if finished and finished.parent.name == name:
            say(f"{finished.name} ble ikke ferdig forrige gang. Den er gjort ferdig nå.")
            return finished / REPORT_PAGE
        checked = _checked(params, root, today)
        folders = runner.Folders.of(root, name)
        for leftover in folders.reports.glob(".utgave-*.tmp"):
            shutil.rmtree(leftover)
        page = runner.attempt(folders, lambda folders: _publish(checked, folders, say))
        for used in (folders.staging, folders.utdata):
            shutil.rmtree(used, ignore_errors=True)
        return page


def recover(root: Path, kommune_nr: str) -> Path | None:
    """Finish an edition that was prepared and never issued, or give it up.

    Args:
        root: The project folder.
        kommune_nr: The municipality's number; its lock is held.

    Returns:
        The folder of an edition that was finished now; None when there was nothing to finish.

    Raises:
        EvalueringError: The ledger or a published folder is not what it was.
    """
    shelf = read_shelf(root, kommune_nr)
    for half in shelf.path.parent.glob(f".{shelf.path.name}.*"):  # a write that never ended
        half.unlink()
    edition = shelf.ledger.pending
    finished = None
    if edition is not None:
        place = root / "reports" / edition.report / f"utgave-{edition.number}"
        staging = _staging(place)
        if not place.exists() and _is_ready(staging, shelf.ledger, edition):
            _rename(staging, place)
        finished = place if place.exists() else None
        append(shelf.path, closing(shelf.ledger, is_issued=finished is not None))
        shutil.rmtree(staging, ignore_errors=True)
    return finished


def _checked(params: Params, root: Path, today: date) -> _Checked:
    """Everything that is refused, is refused before anything is made."""
    run = last_run(root, params.name)
    templates = runner.run_templates(root, params)
    inputs = check_inputs(params, root)
    made = made_from(params, root, inputs.files, templates.values())
    check_unchanged(run, made, root)
    check_complete(params, inputs.material, inputs.plan)
    check_police(params, inputs.material)
    return _Checked(
        params=params,
        run=run,
        inputs=inputs,
        templates=templates,
        made=made,
        shelf=read_shelf(root, params.kommune_nr),
        key=run_key(root, params, inputs.files),
        day=today.isoformat(),
    )


def _publish(checked: _Checked, folders: runner.Folders, say: runner.Say) -> Path:
    steps = runner.Steps(say, total=3)
    params, shelf = checked.params, checked.shelf
    edition = Edition(params.name, _next_number(folders.reports, shelf.ledger))
    with steps.next("Kontrollerer mot alt som er gitt ut"):
        released = _released(checked, folders)
    with steps.next("Lager rapporten og vedleggene"):
        environment = kernel.kernel_environment(folders.root, folders.staging, folders.utdata)
        with started(params, environment, folders.staging) as kernels:
            pages = runner.gated(
                lambda: make_pages(
                    kernels,
                    checked.templates[REPORT],
                    folders.executed,
                    params,
                    version=f"utgave {edition.number}",
                    safe=released.safe,
                )
            )
    with steps.next("Gir ut rapporten"):
        place = folders.reports / f"utgave-{edition.number}"
        entry = _stage(checked, released, edition, pages, _staging(place))
        return _issue(shelf, entry, _staging(place), place) / REPORT_PAGE


def _released(checked: _Checked, folders: runner.Folders) -> door.Release:
    """Audit and gate again, with everything that binds today."""
    with runner.printed_to(folders.log):
        released = door.release(
            read_findings(checked.run.findings),
            threshold=checked.params.terskel,
            published=checked.shelf.cells,
            key=checked.key,
            restated=checked.params.omregn,
        )
    runner.gated(
        lambda: check_kept(
            [table for table in released.tables if table.name not in released.withheld],
            checked.shelf.cells,
            checked.params.omregn,
            threshold=checked.params.terskel,
        )
    )
    write_findings(folders.utdata, released.safe)
    write_file(folders.utdata / "_kjoering.json", canonical_json(runner.run_facts(checked.params)))
    lay_out(folders.root, folders.utdata)
    return released


def _stage(
    checked: _Checked,
    released: door.Release,
    edition: Edition,
    pages: Mapping[str, str | bytes],
    staging: Path,
) -> Entry:
    """Build the folder beside its place; returns what the ledger is to say of it."""
    shutil.rmtree(staging, ignore_errors=True)
    for name, page in pages.items():
        write_file(staging / name, page)
    public = public_manifest(
        checked.params,
        checked.made,
        version_name=f"utgave-{edition.number}",
        status=ISSUED,
        rule_set=door.RULE_SET,
        key=checked.key,
        inputs=checked.inputs.files,
        folder=staging,
        outputs=sorted(pages),
        more={
            "kommune_nr": checked.shelf.kommune_nr,
            "dato": checked.day,
            "kladd": checked.run.draft.name,
            "skjerming": {
                "kontrollert": True,
                "angripere": list(ATTACKERS if checked.shelf.cells else ATTACKERS_OF_THE_FIRST),
                "regnskap_hode": checked.shelf.ledger.head,
                "innhold_sha256": released.digest,
            },
        },
    )
    text = canonical_json(public)
    write_file(staging / MANIFEST, text)
    # A table that was withheld is not in the report: it shows nothing and hides nothing.
    tables = [table for table in released.tables if table.name not in released.withheld]
    entry = prepare(
        checked.shelf.ledger,
        edition,
        kommune_nr=checked.shelf.kommune_nr,
        day=checked.day,
        manifest_sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        tables=tables,
        intervals=audit.attack(tables, published=checked.shelf.cells),
        truth=released.truth,
    )
    write_file(staging / SLICE, entry.slice)
    names = [path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()]
    strange = [name for name in names if not PUBLIC_FILES.fullmatch(name)]
    if strange:
        raise runner.RunFailedError(
            f"Rapporten har en fil som ikke skal gis ut: {', '.join(sorted(strange))}."
        )
    return entry


def _issue(shelf: Shelf, entry: Entry, staging: Path, place: Path) -> Path:
    """The order that binds: prepared, in place, issued."""
    ledger = append(shelf.path, entry.lines)
    _rename(staging, place)
    append(shelf.path, closing(ledger, is_issued=True))
    return place


def _rename(staging: Path, place: Path) -> None:
    if place.exists():  # on POSIX a rename onto an empty folder would succeed
        raise EvalueringError(
            "En utgave med dette nummeret finnes fra før.",
            where=f"reports/{place.parent.name}/{place.name}",
            remedy="Flytt mappen bort hvis den ikke er en utgitt rapport, og prøv igjen.",
        )
    staging.rename(place)


def _is_ready(staging: Path, ledger: Ledger, edition: Edition) -> bool:
    """Whether a prepared edition lies whole beside its place, with its slice of the ledger."""
    carried = staging / SLICE
    is_bound = carried.is_file() and carried.read_bytes() == since_last_slice(ledger).encode()
    return is_bound and is_whole(staging, ledger, edition)


def _staging(place: Path) -> Path:
    return place.with_name(f".{place.name}.tmp")


def _next_number(reports: Path, ledger: Ledger) -> int:
    """After every folder and every number the ledger knows, aborted ones too."""
    folders = [
        int(number[1])
        for path in reports.glob("utgave-*")
        if (number := EDITION.fullmatch(path.name))
    ]
    return max([0, *folders, *ledger.editions(reports.name)]) + 1
