"""Publishing: what is refused, what is written and in which order, and every crash between."""

import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import copy_project, evaluering

from evaluering import files
from evaluering.disclosure import ledger
from evaluering.disclosure.ledger import Edition
from evaluering.errors import EvalueringError
from evaluering.files import canonical_json, read_safe_findings, write_file, write_findings
from evaluering.inputs.municipality_codes import read_municipality_codes
from evaluering.model import CountTable, Finding, Rest, SafeFinding, SafeTable, Source, Verdict
from evaluering.pipeline import finished_run, lock, manifest, publish, runner, shelf
from evaluering.pipeline.inputs_check import check_inputs
from evaluering.pipeline.manifest import (
    INTERNAL,
    findings_digest,
    internal_manifest,
    made_from,
    run_key,
)
from evaluering.pipeline.pages import REPORT_PAGE
from evaluering.pipeline.params import read_params

NAME = "fredrikstad_publisert"
TODAY = date(2027, 1, 20)
LEDGER = "reports/3107_utgivelser.jsonl"
CODE = {"pakke_sha256": "a" * 64, "commit": "ukjent", "tilstand": "ukjent"}
# The long proof tries every fault at every point; the short one a kill after and a full disk.
EVIDENCE = os.environ.get("EVALUERING_BEVIS") == "1"
FAULTS = [OSError(28, "ENOSPC"), OSError(5, "EIO"), PermissionError(13, "EACCES")]
COUNTS = {"alle": 139, "1_2": 115, "3": 11, "4_pluss": 13}


def finding(count: int = 139) -> Finding:
    """One count of persons and its classes, none of them small."""
    counts = COUNTS | {"alle": count, "1_2": count - 24}
    frame = pd.DataFrame(
        {"aar": "2025", "klasse": list(counts), "antall": list(counts.values())}
    ).astype({"antall": "Int64"})
    table = CountTable("personer", frame, ("aar", "klasse"), population="unge")
    shown = pd.DataFrame({"aar": ["2025"], "antall": [count]})
    return Finding(
        id="forhold.personer",
        section="forhold",
        kind="count_change",
        topic="Unge med forhold",
        frame=shown,
        sources=(Source("Politiskjemaet", is_published=False),),
        is_synthetic=False,
        verdict=Verdict.UNCLEAR,
        tables=(table,),
        rests=(Rest("frame", ("antall",), (table.cell(aar="2025"),)),),
    )


def finish_run(project: Path, version: str = "v1", count: int = 139) -> None:
    """What `kjør` leaves, without its kernels."""
    params = read_params(project / "params" / f"{NAME}.yml", project)
    found = project / "data" / "statistikk" / NAME / "funn"
    shutil.rmtree(found, ignore_errors=True)
    write_findings(found, [finding(count)])
    draft = project / "reports" / NAME / version
    write_file(draft / REPORT_PAGE, "kladd")
    write_file(draft / "manifest.json", "{}\n")
    inputs = check_inputs(params, project).files
    templates = runner.run_templates(project, params).values()
    content = internal_manifest(
        params,
        made_from(params, project, inputs, templates),
        version_name=version,
        rule_set="v1",
        key=run_key(project, params, inputs),
        findings_sha256=findings_digest(found),
        folder=draft,
        time="2027-01-19T12:00:00+00:00",
    )
    write_file(draft / INTERNAL, canonical_json(content))


def pages(*_: object, version: str, safe: Sequence[SafeFinding]) -> dict[str, str]:
    """Pages without kernels: what they show, and the version they bear."""
    (one,) = safe
    body = one.finding.frame.to_json()
    return {REPORT_PAGE: f"<p>{version}: {body}</p>\n", "vedlegg-tiltak.html": f"{version}\n"}


def without_kernels(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "make_pages", pages)
    patch.setattr(publish, "started", lambda *_: nullcontext())
    # The package itself may be at work on while the tests run.
    patch.setattr(manifest, "code_state", lambda _: CODE)


def in_a_moment(patch: pytest.MonkeyPatch, project: Path) -> None:
    """Without what every publication reads again: the inputs and the program, which stay."""
    without_kernels(patch)
    inputs = check_inputs(read_params(project / "params" / f"{NAME}.yml", project), project)
    templates = runner.run_templates(
        project, read_params(project / "params" / f"{NAME}.yml", project)
    )
    made = made_from(
        read_params(project / "params" / f"{NAME}.yml", project),
        project,
        inputs.files,
        templates.values(),
    )
    patch.setattr(publish, "check_inputs", lambda *_: inputs)
    patch.setattr(publish, "made_from", lambda *_: made)
    patch.setattr(runner, "run_templates", lambda *_: templates)
    patch.setattr(finished_run, "code_state", lambda _: {"tilstand": "ukjent"})
    patch.setattr(publish, "check_complete", lambda *_: None)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = copy_project(tmp_path_factory.mktemp("klar"))
    with pytest.MonkeyPatch.context() as patch:
        without_kernels(patch)
        finish_run(place)
    return place


@pytest.fixture
def place(ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a finished run, ready to publish, without kernels."""
    without_kernels(monkeypatch)
    copy = tmp_path / "prosjekt"
    shutil.copytree(ready, copy)
    return copy


def do(place: Path, today: date = TODAY) -> Path:
    return publish.publish(NAME, place, today, lambda _: None)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(place: Path, words: str) -> str:
    """It is refused with these words, in few lines, and nothing is changed."""
    before = tree(place / "reports")
    with pytest.raises(EvalueringError, match=words) as stop:
        do(place)
    after = tree(place / "reports")
    after.pop("3107.laas", None)
    before.pop("3107.laas", None)
    assert after == before
    assert len(str(stop.value).splitlines()) <= 10
    return str(stop.value)


def test_a_published_folder_holds_public_files_only(place: Path) -> None:
    page = do(place)
    assert page == place / "reports" / NAME / "utgave-1" / "evaluering.html"
    names = sorted(item.relative_to(page.parent).as_posix() for item in page.parent.rglob("*"))
    assert names == ["evaluering.html", "manifest.json", "regnskap.jsonl", "vedlegg-tiltak.html"]
    assert all(publish.PUBLIC_FILES.fullmatch(name) for name in names)
    text = page.read_text("utf-8")
    assert "utgave 1" in text
    assert "Kladd" not in text
    assert not [p for p in place.rglob(".*") if p.name.endswith((".tmp", ".arbeid"))]


def test_the_draft_is_left_as_it_was(place: Path) -> None:
    before = tree(place / "reports" / NAME / "v1")
    do(place)
    assert tree(place / "reports" / NAME / "v1") == before


def test_the_public_manifest_tells_no_file_no_place_and_no_hidden_thing(place: Path) -> None:
    page = do(place)
    text = (page.parent / "manifest.json").read_text("utf-8")
    content = json.loads(text)
    assert set(content) == {
        "skjema", "rapport", "kommune", "kommune_nr", "aar", "versjon", "status",
        "syntetisk", "regelsett",
        "terskel", "kode", "laas_sha256", "parametere_sha256", "notatboeker", "python", "pakker",
        "inndata", "mangler", "filer", "dato", "kladd", "skjerming",
    }  # fmt: skip
    assert (content["status"], content["versjon"], content["dato"], content["kladd"]) == (
        "utgitt",
        "utgave-1",
        "2027-01-20",
        "v1",
    )
    assert content["mangler"] == 6
    assert set(content["filer"]) == {"evaluering.html", "vedlegg-tiltak.html"}
    assert {tuple(item) for item in content["inndata"].values()} == {("hmac_sha256",)}
    assert content["skjerming"]["kontrollert"] is True
    assert content["skjerming"]["regnskap_hode"] == "0" * 64
    assert str(place) not in text
    assert "ungdata.csv" not in text
    assert not re.search(r"\d\d:\d\d", text)


def test_the_ledger_says_prepared_then_cells_then_issued(place: Path) -> None:
    page = do(place)
    book = ledger.open_ledger(place / LEDGER, [page.parent])
    assert [item["type"] for item in book.records] == ["forberedt", *["celle"] * 4, "utgitt"]
    assert {item.cell.at[-1][1]: item.value for item in book.cells} == {
        "2025": 139,
        "1_2": 115,
        "3": 11,
        "4_pluss": 13,
    }
    assert book.records[0]["dato"] == "2027-01-20"


def test_the_next_edition_is_numbered_by_itself_and_the_first_is_untouched(place: Path) -> None:
    first = do(place).parent
    before = tree(first)
    second = do(place, date(2027, 2, 1)).parent
    assert second.name == "utgave-2"
    assert tree(first) == before
    book = ledger.open_ledger(place / LEDGER, [first, second])
    assert book.editions(NAME) == (1, 2)
    assert len(book.cells) == 4


def test_a_lost_ledger_can_be_built_again(place: Path) -> None:
    folders = [do(place).parent, do(place).parent]
    whole = (place / LEDGER).read_text("utf-8")
    (place / LEDGER).unlink()
    assert "Gjenopprett reports/3107_utgivelser.jsonl" in refused(place, "mangler eller er endret")
    write_file(place / LEDGER, ledger.rebuilt(folders))
    assert (place / LEDGER).read_text("utf-8") == whole
    do(place)


def test_what_binds_is_given_to_the_door(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    do(place)
    asked: list[dict[str, object]] = []
    real = publish.door.release

    def watched(findings: object, **terms: object) -> object:
        asked.append(terms)
        return real(findings, **terms)  # type: ignore[arg-type] as it was called

    monkeypatch.setattr(publish.door, "release", watched)
    do(place)
    (terms,) = asked
    assert [item.value for item in terms["published"]] == [139, 115, 11, 13]  # type: ignore[attr-defined]
    assert terms["threshold"] == 5


def test_an_earlier_number_of_the_municipality_binds(place: Path) -> None:
    """3004 became 3107 on 1 January 2024."""
    assert read_municipality_codes().newest("3004") == "3107"
    old = place / "reports" / "3004_utgivelser.jsonl"
    table = SafeTable(
        "eldre",
        pd.DataFrame({"aar": ["2020"], "antall": [88], "publiseres": [True]}),
        ("aar",), "alle", {}, "person", "unge", "", (), 5, "v1",
    )  # fmt: skip
    from evaluering.disclosure.ledger_entry import prepare  # noqa: PLC0415 one test alone

    made = prepare(
        ledger.open_ledger(old),
        Edition("gammel", 1),
        kommune_nr="3004",
        day="2021-01-20",
        manifest_sha256="0" * 64,
        tables=[table],
        intervals=pd.DataFrame(columns=["tabell", "aar", "lower", "upper"]),
    )
    ledger.append(old, made.lines)
    cells = shelf.read_shelf(place, "3107").cells
    assert [item.value for item in cells] == [88]
    assert shelf.read_shelf(place, "3004").path.name == "3107_utgivelser.jsonl"
    assert shelf.newest_number("0106") == "3107"


# What is refused.


def test_the_example_is_refused(place: Path) -> None:
    with pytest.raises(EvalueringError, match="bare oppdiktede tall"):
        publish.publish("eksempel", place, TODAY, lambda _: None)
    assert not (place / "reports" / "eksempel").exists()


def test_nothing_finished_is_refused(place: Path) -> None:
    shutil.rmtree(place / "reports" / NAME)
    refused(place, "ingen ferdig kjøring")


@pytest.mark.parametrize("fault", ["findings gone", "finding edited", "no manifest", "manifest"])
def test_a_run_that_is_not_whole_is_refused(place: Path, fault: str) -> None:
    found = place / "data" / "statistikk" / NAME / "funn"
    internal = place / "reports" / NAME / "v1" / INTERNAL
    if fault == "findings gone":
        shutil.rmtree(found)
    elif fault == "finding edited":
        write_findings(found, [finding(140)])
    elif fault == "no manifest":
        internal.unlink()
    else:
        internal.write_text("[]", encoding="utf-8")
    refused(place, "ikke hel")


def test_the_newest_draft_is_the_one(place: Path) -> None:
    for version in ("v2", "v10"):
        finish_run(place, version, count=140)
    content = json.loads((do(place).parent / "manifest.json").read_text("utf-8"))
    assert content["kladd"] == "v10"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("notebooks/90_evaluering.ipynb", "En notatbok er endret"),
        ("notebooks/30_ungdata.ipynb", "En notatbok er endret"),
        (f"params/{NAME}.yml", "Parameterfilen er endret"),
        ("requirements/kjoring.txt", "Listen over programpakker er endret"),
        ("data/publisert/gjentatt_planen.csv", "En fil med tall er endret"),
    ],
)
def test_what_changed_after_the_run_is_refused(place: Path, path: str, words: str) -> None:
    with (place / path).open("ab") as stream:
        stream.write(b"\n" if not path.endswith("csv") else b"\r\n")
    refused(place, words)


@pytest.mark.parametrize("key", ["pakke_sha256", "python", "pakker", "inndata"])
def test_another_program_than_the_run_had_is_refused(place: Path, key: str) -> None:
    internal = place / "reports" / NAME / "v1" / INTERNAL
    content = json.loads(internal.read_text("utf-8"))
    if key == "pakke_sha256":
        content["kode"][key] = "0" * 64
    else:
        content[key] = {} if key in ("inndata", "pakker") else "3.0"
    internal.write_text(json.dumps(content), encoding="utf-8")
    refused(place, "etter kjøringen")


def test_code_that_is_not_committed_is_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        finished_run, "code_state", lambda _: {"tilstand": "endret", "pakke_sha256": ""}
    )
    refused(place, "ikke som i den lagrede versjonen")


def test_what_is_neither_delivered_nor_said_to_be_missing_is_refused(place: Path) -> None:
    path = place / "params" / f"{NAME}.yml"
    text = path.read_text("utf-8")
    assert "plasseringer, " in text
    path.write_text(text.replace("plasseringer, ", ""), encoding="utf-8")
    finish_run(place, "v2")
    assert "plasseringer" in refused(place, "ikke levert, og står ikke under uten_data")


def test_a_changed_published_page_stops_the_next(place: Path) -> None:
    page = do(place)
    page.write_text("et annet tall", encoding="utf-8")
    refused(place, "ikke slik den ble gitt ut")


@pytest.mark.parametrize("fault", ["extra file", "page gone", "manifest edited", "manifest gone"])
def test_a_published_folder_that_was_touched_stops_the_next(place: Path, fault: str) -> None:
    folder = do(place).parent
    if fault == "extra file":
        (folder / "notat.txt").write_text("x", encoding="utf-8")
    elif fault == "page gone":
        (folder / "vedlegg-tiltak.html").unlink()
    elif fault == "manifest edited":
        told = folder / "manifest.json"
        told.write_text(
            told.read_text("utf-8").replace("2027-01-20", "2027-01-21"), encoding="utf-8"
        )
    else:
        (folder / "manifest.json").unlink()
    refused(place, "ikke slik den ble gitt ut")


def test_a_file_nobody_declared_is_not_published(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(*_: object, version: str, safe: Sequence[SafeFinding]) -> dict[str, str]:
        return pages(version=version, safe=safe) | {"saker.csv": "1"}

    monkeypatch.setattr(publish, "make_pages", more)
    with pytest.raises(runner.RunFailedError, match=r"saker\.csv"):
        do(place)
    assert not (place / LEDGER).exists()
    assert not list((place / "reports").rglob("utgave-*"))


@pytest.mark.parametrize(
    "name",
    [
        "_intern",
        "data.csv",
        "vedlegg-../x.html",
        "evaluering.html.bak",
        "logg.txt",
        "Vedlegg-A.html",
    ],
)
def test_the_list_of_public_files_lets_nothing_else_through(name: str) -> None:
    assert not publish.PUBLIC_FILES.fullmatch(name)


def test_numbers_that_do_not_stand_the_control_are_a_fault_of_ours(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real audit, given a table that hides one of three cells."""
    frame = finding().tables[0].frame
    hidden = frame["klasse"] == "3"
    open_table = SafeTable(
        "personer",
        frame.assign(antall=frame["antall"].where(~hidden), publiseres=~hidden),
        ("aar", "klasse"), "alle", {}, "person", "unge", "", (), 5, "v1",
    )  # fmt: skip
    truth = finding().tables[0]

    def opened(*_: object, **__: object) -> None:
        publish.audit.check([open_table], [truth])

    monkeypatch.setattr(publish.door, "release", opened)
    with pytest.raises(runner.RunFailedError) as stop:
        do(place)
    assert str(stop.value).startswith(
        "Kontrollen fant tall som kan regnes ut. Ingen rapport er laget. Loggen ligger i "
    )
    assert len(str(stop.value).splitlines()) == 1
    assert not (place / LEDGER).exists()


def test_a_published_number_is_not_changed_quietly(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late registration is quoted away; a door that forgot to is stopped."""
    do(place)
    monkeypatch.setattr(publish.door, "quoted_findings", lambda findings, *_, **__: list(findings))
    monkeypatch.setattr(publish.door.audit, "check", lambda *_, **__: None)
    finish_run(place, "v2", count=145)
    with pytest.raises(runner.RunFailedError, match="tidligere rapport"):
        do(place)
    monkeypatch.undo()
    with pytest.MonkeyPatch.context() as patch:
        without_kernels(patch)
        finish_run(place, "v3", count=140)
        page = do(place)
    assert "139" in page.read_text("utf-8")
    assert "140" not in page.read_text("utf-8")


# Approval by the police.


def material(**form: object) -> SimpleNamespace:
    """Delivered counts from the police, on the form or in the workbook."""
    frame = pd.DataFrame({"aar": [2025], "uttrekksdato": [pd.Timestamp("2026-01-12")]})
    source = Source("Politiskjemaet", is_published=False, publisher="Politiet")
    return SimpleNamespace(
        frames={"forholdstall": frame},
        form=SimpleNamespace(**form) if form else None,
        source=lambda _: source,
    )


def params_with(approved: dict[str, str]) -> SimpleNamespace:
    return SimpleNamespace(name="x", godkjent_politi=approved)


ROLE = {"rolle": "stasjonsleder"}
NOT_APPROVED = "ikke godkjent av politiet ennå. Fyll inn rolle og dato i politiskjemaet"


@pytest.mark.parametrize(
    ("approved", "form", "words"),
    [
        ({}, {}, NOT_APPROVED),
        ({}, {"godkjent_rolle": "", "godkjent_dato": None}, NOT_APPROVED),
        (
            ROLE | {"dato": "2026-01-13"},
            {"godkjent_rolle": "", "godkjent_dato": None},
            NOT_APPROVED,
        ),
        (ROLE | {"dato": "2026-01-11"}, {}, "før de ble hentet ut"),
        (
            {},
            {"godkjent_rolle": "stasjonsleder", "godkjent_dato": date(2026, 1, 11)},
            "før de ble hentet ut",
        ),
        (ROLE | {"dato": "2026-01-12"}, {}, ""),
        ({}, {"godkjent_rolle": "stasjonsleder", "godkjent_dato": date(2026, 1, 12)}, ""),
    ],
)
def test_figures_from_the_police_need_their_approval(
    approved: dict[str, str], form: dict[str, object], words: str
) -> None:
    given = params_with(approved), material(**form)
    if not words:
        finished_run.check_police(*given)  # type: ignore[arg-type] what it reads of them
        return
    with pytest.raises(EvalueringError, match=words):
        finished_run.check_police(*given)  # type: ignore[arg-type] what it reads of them


def test_a_number_of_the_police_among_the_services_needs_it_too() -> None:
    own = Source("Arbeidsboken", is_published=False)
    frame = pd.DataFrame({"kilde": ["barnevern", "politi"]})
    delivered = SimpleNamespace(frames={"indikatortall": frame}, form=None, source=lambda _: own)
    with pytest.raises(EvalueringError, match="ikke godkjent av politiet"):
        finished_run.check_police(params_with({}), delivered)  # type: ignore[arg-type]
    delivered.frames["indikatortall"] = frame.iloc[:1]
    finished_run.check_police(params_with({}), delivered)  # type: ignore[arg-type]


# One at a time.


def test_a_second_run_waits(place: Path) -> None:
    with (
        lock.locked(place / "reports", "3107"),
        pytest.raises(EvalueringError) as stop,
    ):
        do(place)
    assert str(stop.value) == ("En annen kjøring pågår for kommune 3107. Vent til den er ferdig.")
    do(place)


def test_both_commands_take_the_lock(place: Path) -> None:
    before = tree(place / "reports")
    with lock.locked(place / "reports", "3107"):
        for command in (
            lambda: do(place),
            lambda: runner.run(place / "params" / f"{NAME}.yml", place, lambda _: None),
        ):
            with pytest.raises(EvalueringError, match="En annen kjøring pågår for kommune 3107"):
                command()
    after = tree(place / "reports")
    assert after.pop("3107.laas") == b""
    assert after == before


def test_two_municipalities_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with lock.locked(tmp_path, "9001"), lock.locked(tmp_path, "3107"):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with lock.locked(tmp_path, "3107"):
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (tmp_path / "3107.laas").is_file()
    with lock.locked(tmp_path, "3107"):
        pass


# A crash at every point where something is written.


class Killer:
    """Counts the writes, renames and folder flushes, and ends the process at one of them."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.seen, self.at, self.after = 0, at, after

    def wrap(self, real: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*given: object, **more: object) -> object:
            self.seen += 1
            is_here = self.seen == self.at
            if is_here and not self.after:
                os._exit(9)
            result = real(*given, **more)
            if is_here:
                os._exit(9)
            return result

        return wrapped


def _watch(killer: Killer) -> None:
    """Every write goes through these three; patched in a forked child only."""
    for module in (files, ledger, publish):
        module.write_file = killer.wrap(files.write_file)  # type: ignore[attr-defined]
    publish._rename = killer.wrap(publish._rename)  # type: ignore[attr-defined]
    os.fsync = killer.wrap(os.fsync)  # type: ignore[assignment]


def in_child(place: Path, killer: Killer) -> tuple[int, int]:
    """Publish in a forked process; returns its exit code and how many points it met."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _watch(killer)
            do(place)
            os.write(write, str(killer.seen).encode())
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as stream:
        told = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(told or 0)


def published(place: Path) -> dict[str, bytes]:
    """Everything outside can see, the lock and the draft aside."""
    return {
        name: content
        for name, content in tree(place / "reports").items()
        if not name.endswith(".laas") and "/v1/" not in name
    }


def restored(ready: Path, place: Path) -> None:
    """The project as the run left it, at the same place."""
    for name in ("reports", "data/statistikk", "data/utdata"):
        shutil.rmtree(place / name, ignore_errors=True)
        if (ready / name).is_dir():
            shutil.copytree(ready / name, place / name)


@pytest.fixture
def quick(ready: Path, tmp_path: Path) -> Iterator[tuple[Path, int, dict[str, bytes]]]:
    """A place to publish in again and again, the points a clean one meets, and how it ends."""
    place = tmp_path / "prosjekt"
    shutil.copytree(ready, place)
    with pytest.MonkeyPatch.context() as patch:
        in_a_moment(patch, place)
        code, number = in_child(place, Killer(0, after=True))
        assert code == 0
        yield place, number, published(place)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_kill_at_every_write_leaves_the_old_or_the_whole_new(
    ready: Path, quick: tuple[Path, int, dict[str, bytes]]
) -> None:
    place, number, whole = quick
    assert number >= 20
    pages_and_more = set(whole) - {"3107_utgivelser.jsonl"}
    moments = (False, True) if EVIDENCE else (True,)
    for at, after in itertools.product(range(1, number + 1), moments):
        restored(ready, place)
        code, _ = in_child(place, Killer(at, after=after))
        assert code == 9, (at, after)
        seen = {name for name in published(place) if "/." not in f"/{name}"}
        assert seen - {"3107_utgivelser.jsonl"} in (set(), pages_and_more), (at, after)
        ledger.open_ledger(place / LEDGER, shelf.published_folders(place / "reports"))
        if published(place) != whole:
            do(place)
        assert published(place) == whole, (at, after)


@pytest.mark.parametrize("error", FAULTS if EVIDENCE else FAULTS[:1])
def test_a_write_that_fails_leaves_what_was_and_the_next_succeeds(
    ready: Path, quick: tuple[Path, int, dict[str, bytes]], error: OSError
) -> None:
    place, number, whole = quick
    for at in range(1, number + 1):
        restored(ready, place)
        count = itertools.count(1)

        def failing(
            real: Callable[..., object], count: Iterator[int] = count, at: int = at
        ) -> Callable[..., object]:
            def wrapped(*given: object, **more: object) -> object:
                if next(count) == at:
                    raise error
                return real(*given, **more)

            return wrapped

        with pytest.MonkeyPatch.context() as patch:
            for module in (files, ledger, publish):
                patch.setattr(module, "write_file", failing(files.write_file))
            patch.setattr(publish, "_rename", failing(publish._rename))
            patch.setattr(os, "fsync", failing(os.fsync))
            with pytest.raises((OSError, runner.RunFailedError)):
                do(place)
        ledger.open_ledger(place / LEDGER, shelf.published_folders(place / "reports"))
        if published(place) != whole:
            do(place)
        assert published(place) == whole, at


def stopped_before(place: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a publication as a crash right before the step would."""

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, step, crash)
        with pytest.raises(KeyboardInterrupt):
            do(place)


def test_prepared_and_never_in_place_is_finished_by_the_next(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_before(place, "_rename", monkeypatch)
    assert ledger.open_ledger(place / LEDGER).pending == Edition(NAME, 1)
    said: list[str] = []
    page = publish.publish(NAME, place, date(2027, 3, 1), said.append)
    assert page.parent.name == "utgave-1"
    assert said == ["utgave-1 ble ikke ferdig forrige gang. Den er gjort ferdig nå."]
    book = ledger.open_ledger(place / LEDGER, [page.parent])
    assert (book.pending, book.records[-1]["type"]) == (None, "utgitt")
    assert book.records[0]["dato"] == "2027-01-20"


@pytest.mark.parametrize("fault", ["gone", "page changed", "file added", "slice changed"])
def test_prepared_that_does_not_verify_is_aborted_and_still_binds(
    place: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    stopped_before(place, "_rename", monkeypatch)
    staging = place / "reports" / NAME / ".utgave-1.tmp"
    if fault == "gone":
        shutil.rmtree(staging)
    elif fault == "page changed":
        (staging / REPORT_PAGE).write_text("annet", encoding="utf-8")
    elif fault == "slice changed":
        (staging / ledger.SLICE).write_text("{}\n", encoding="utf-8")
    else:
        (staging / "notat.txt").write_text("x", encoding="utf-8")
    page = do(place)
    assert page.parent.name == "utgave-2"
    assert not staging.exists()
    book = ledger.open_ledger(place / LEDGER, [page.parent])
    assert [item["type"] for item in book.records if item["type"] != "celle"] == [
        "forberedt",
        "avbrutt",
        "forberedt",
        "utgitt",
    ]
    assert len(book.cells) == 4
    assert ledger.rebuilt([page.parent]) == (place / LEDGER).read_text("utf-8")


def test_a_name_that_exists_is_never_written_over(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_next_number", lambda *_: 1)
    folder = place / "reports" / NAME / "utgave-1"
    real = publish.append

    def and_a_folder(path: Path, lines: str) -> object:
        folder.mkdir(exist_ok=True)
        return real(path, lines)

    monkeypatch.setattr(publish, "append", and_a_folder)
    with pytest.raises(EvalueringError, match="finnes fra før"):
        do(place)
    assert not list(folder.iterdir())


# The whole way, with kernels.


@pytest.mark.notebook
def test_the_command_publishes_the_published_figures(finished: Path, tmp_path: Path) -> None:
    project = tmp_path / "annen mappe"
    shutil.copytree(finished, project)
    result = evaluering(project, "publiser", NAME)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1] == f"reports/{NAME}/utgave-1/evaluering.html"
    folder = project / "reports" / NAME / "utgave-1"
    draft = project / "reports" / NAME / "v1"
    names = {path.name for path in folder.iterdir()}
    assert names == {path.name for path in draft.iterdir()} - {"_intern"} | {"regnskap.jsonl"}
    for page in folder.glob("*.html"):
        text = page.read_text("utf-8")
        assert "utgave 1" in text
        assert "Kladd" not in text
        expected = (draft / page.name).read_text("utf-8")
        assert text == expected.replace("Kladd, versjon 1", "utgave 1")
    assert (project / LEDGER).is_file()
    assert not [p for p in project.rglob(".*") if p.name.endswith((".tmp", ".arbeid"))]
    assert read_safe_findings(project / "data" / "utdata" / NAME)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("publiser",), 2, "dette mangler: navn"),
        (("publiser", "finnes_ikke"), 1, "finnes ikke"),
        (("publiser", "eksempel"), 1, "bare oppdiktede tall"),
        (("publiser", NAME), 1, "ingen ferdig kjøring"),
    ],
)
def test_every_refusal_is_few_norwegian_lines(
    project: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = evaluering(project, *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 10
