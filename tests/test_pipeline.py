"""The main job as a coordinator runs it: real kernels, real files, every refusal by exit code."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import evaluering, papermill

from evaluering.pipeline.pages import CHAPTERS, page_name
from evaluering.pipeline.runner import ANALYSES

PARAMS = "params/fredrikstad_publisert.yml"
UNGDATA = Path("data/publisert/ungdata.csv")
ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.notebook


def _tree(folder: Path) -> dict[str, bytes]:
    """Every file but the lock of a run, which is empty and stays."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".laas"
    }


def _replace(project: Path, old: str, new: str) -> None:
    path = project / UNGDATA
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _break(project: Path, name: str, source: str) -> None:
    """Put a failing cell under a heading of its own at the end of a notebook."""
    path = project / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("## Et avsnitt som stopper"))
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)


def test_the_last_line_is_the_path_of_the_report(finished: Path) -> None:
    lines = (finished / "utskrift.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Evaluering Fredrikstad 2026"
    assert lines[-1] == "reports/fredrikstad_publisert/v1/evaluering.html"
    assert (finished / lines[-1]).is_file()
    steps = [line for line in lines if re.match(r"  [ \d]\d? av \d+  ", line)]
    assert len(steps) == len(ANALYSES) + 4
    assert all("ferdig" in line for line in steps)


def test_the_run_leaves_nothing_half_done(finished: Path) -> None:
    version = finished / "reports" / "fredrikstad_publisert" / "v1"
    expected = {"_intern", "manifest.json", "tall.xlsx", "figurer", "uu-test.json"}
    expected |= {page_name(chapter) for chapter in CHAPTERS}
    assert {path.name for path in version.iterdir()} == expected
    hidden = [p for p in finished.rglob(".*") if p.name.endswith((".tmp", ".arbeid"))]
    assert not hidden
    assert not (finished / "data/statistikk/fredrikstad_publisert/kjerne").exists()


def test_every_internal_page_says_so_and_the_public_one_does_not(finished: Path) -> None:
    version = finished / "reports" / "fredrikstad_publisert" / "v1"
    pages = sorted((version / "_intern").glob("*.html"))
    assert [page.stem for page in pages] == list(ANALYSES)
    for page in pages:
        assert "INTERNT" in page.read_text(encoding="utf-8")
    public = (version / "evaluering.html").read_text(encoding="utf-8")
    assert "INTERNT" not in public
    assert "Ekte, offentliggjorte tall" in public
    assert "Kladd, versjon 1" in public


def test_the_page_has_no_script_no_outside_resource_and_no_path(finished: Path) -> None:
    for page in (finished / "reports").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert '<html lang="nb"' in text
        assert "<script" not in text
        assert not re.search(r"(?:src|@import|url\()\s*=?\s*[\"']?(?:https?:)?//", text)
        assert str(finished) not in text
        assert not re.search(r"\b(nan|None|NaT|inf)\b", re.sub(r"<[^>]+>", " ", text))


def test_the_manifest_names_what_it_was_made_from(finished: Path) -> None:
    text = (finished / "reports/fredrikstad_publisert/v1/manifest.json").read_text("utf-8")
    content = json.loads(text)
    assert (content["rapport"], content["versjon"], content["status"]) == (
        "fredrikstad_publisert",
        "v1",
        "kladd",
    )
    assert (content["kommune_nr"], content["terskel"]) == ("3107", 5)
    # The role and a keyed digest, never a name or a digest that could be guessed back.
    assert set(content["inndata"]["publisert.ungdata"]) == {"hmac_sha256"}
    assert len(content["filer"]["evaluering.html"]) == 64
    assert str(finished) not in text


def test_the_internal_manifest_names_the_inputs_and_stays_inside(finished: Path) -> None:
    version = finished / "reports/fredrikstad_publisert/v1"
    text = (version / "_intern/manifest.json").read_text("utf-8")
    content = json.loads(text)
    ungdata = content["inndata"]["publisert.ungdata"]
    assert ungdata["fil"] == "data/publisert/ungdata.csv"
    assert ungdata["byte"] == (finished / ungdata["fil"]).stat().st_size
    assert set(content["filer"]) == {
        path.relative_to(version).as_posix()
        for path in version.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    } | {"manifest.json"}
    assert str(finished) not in text
    assert ungdata["sha256"] not in (version / "manifest.json").read_text("utf-8")


def test_a_second_run_makes_the_same_page_in_a_new_version(finished: Path, tmp_path: Path) -> None:
    project = tmp_path / "annen mappe"
    shutil.copytree(finished, project)
    first = _tree(project / "reports" / "fredrikstad_publisert" / "v1")
    result = evaluering(project, "kjor", PARAMS)
    assert result.returncode == 0, result.stderr
    assert _tree(project / "reports" / "fredrikstad_publisert" / "v1") == first
    second = (project / "reports/fredrikstad_publisert/v2/evaluering.html").read_text("utf-8")
    assert (
        second.replace("Kladd, versjon 2", "Kladd, versjon 1").encode() == first["evaluering.html"]
    )


@pytest.mark.parametrize("command", ["kjør", "sjekk"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("missing file", ["ungdata.csv", "finnes ikke"]),
        ("unknown key", ["«ungdatta»", "ukjent"]),
        ("percent 132", ["ungdata.csv", "linje", "132"]),
        ("year as text", ["ungdata.csv", "linje", "tjueseksten"]),
    ],
)
def test_bad_input_is_one_clear_message(
    project: Path, command: str, fault: str, said: list[str]
) -> None:
    earlier = project / "reports" / "fredrikstad_publisert" / "v1" / "evaluering.html"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("forrige rapport", encoding="utf-8")
    if fault == "missing file":
        (project / UNGDATA).unlink()
    elif fault == "unknown key":
        with (project / PARAMS).open("a", encoding="utf-8") as stream:
            stream.write("ungdatta: x\n")
    elif fault == "percent 132":
        _replace(project, ",32,", ",132,")
    else:
        _replace(project, "\n2016,", "\ntjueseksten,")
    before = _tree(project / "reports")
    result = evaluering(project, command, PARAMS)
    assert result.returncode == 1, result.stdout + result.stderr
    for words in said:
        assert words in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert len(result.stderr.splitlines()) <= 10
    assert _tree(project / "reports") == before


def test_a_fault_of_ours_is_one_line_and_a_log(project: Path) -> None:
    _break(project, "30_ungdata", "1 / 0")
    result = evaluering(project, "kjør", PARAMS)
    assert result.returncode == 3, result.stdout + result.stderr
    (line,) = result.stderr.splitlines()
    assert "«30_ungdata» stoppet under overskriften «Et avsnitt som stopper»" in line
    log = project / "data/statistikk/fredrikstad_publisert_feilet/logg.txt"
    assert log.relative_to(project).as_posix() in line
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert (log.parent / "notatboeker" / "30_ungdata.ipynb").is_file()
    assert not list(project.glob("reports/**/*.html"))


def test_our_own_refusal_in_a_notebook_is_the_users_to_mend(project: Path) -> None:
    _break(project, "50_tiltak", "ev.explain('finnes_ikke')")
    result = evaluering(project, "kjør", PARAMS)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "«finnes_ikke» er ukjent" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_cell_that_kills_its_kernel_is_a_fault_of_ours(project: Path) -> None:
    _break(project, "10_situasjonsbilde", "__import__('os')._exit(9)")
    result = evaluering(project, "kjør", PARAMS)
    assert result.returncode == 3, result.stdout + result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stdout + result.stderr


def test_a_script_in_the_prose_stops_the_page(project: Path) -> None:
    path = project / "notebooks" / "90_evaluering.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("<script>alert(1)</script>"))
    nbformat.write(notebook, path)
    result = evaluering(project, "kjør", PARAMS)
    assert result.returncode == 3, result.stdout + result.stderr
    assert "Ingen rapport er laget" in result.stderr
    assert not list(project.glob("reports/**/*.html"))


@pytest.mark.parametrize("name", ANALYSES)
def test_a_notebook_runs_by_itself_under_plain_papermill(project: Path, name: str) -> None:
    result = papermill(project, f"notebooks/{name}.ipynb", "ut.ipynb", "-f", PARAMS)
    assert result.returncode == 0, result.stderr[-2000:]
    assert list((project / "data/statistikk/frittstaaende").glob("*.json"))


def test_the_report_notebook_runs_by_itself_after_a_run(finished: Path, tmp_path: Path) -> None:
    output = tmp_path / "ut.ipynb"
    result = papermill(finished / "notebooks", "90_evaluering.ipynb", str(output))
    assert result.returncode == 0, result.stderr[-2000:]
    assert "Kort fortalt" in output.read_text(encoding="utf-8")


def test_the_report_notebook_says_what_to_do_before_any_run(project: Path) -> None:
    result = papermill(project, "notebooks/90_evaluering.ipynb", "ut.ipynb")
    assert result.returncode != 0
    assert "evaluering kjør" in result.stderr
