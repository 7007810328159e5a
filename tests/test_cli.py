"""What the command says when it is used wrongly, and that it speaks Norwegian."""

import io
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from conftest import evaluering

from evaluering.cli import main
from evaluering.files import write_file

CATALOGUE = Path(__file__).resolve().parents[1] / "src/evaluering/locale/nb/LC_MESSAGES"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "dette mangler: kommando"),
        (["kjr"], "finnes ikke. Velg mellom"),
        (["kjør"], "dette mangler: params"),
        (["sjekk", "params/x.yml", "--raskt"], "dette er ukjent: --raskt"),
    ],
)
def test_wrong_use_is_said_in_norwegian(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert said in message
    assert "bruk: evaluering" in message


def test_help_is_norwegian(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for english in ("usage", "options", "positional", "show this"):
        assert english not in text
    for command in ("kjør", "sjekk", "ny", "politiskjema", "hent", "vis", "lab"):
        assert command in text


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (CATALOGUE / "messages.po").open("rb") as stream:
        written = read_po(stream, locale="nb")
    compiled = io.BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    with (CATALOGUE / "messages.mo").open("rb") as stream:
        kept = [(message.id, message.string) for message in read_mo(stream) if message.id]
    assert kept == [(message.id, message.string) for message in read_mo(compiled) if message.id]
    assert len(kept) > 10


def test_outside_the_project_it_says_where_to_stand(tmp_path: Path) -> None:
    result = evaluering(tmp_path, "sjekk", "params/x.yml")
    assert result.returncode == 1
    assert "prosjektmappen" in result.stderr
    assert "Traceback" not in result.stderr


def test_show_before_any_run_says_how_to_make_one(project: Path) -> None:
    result = evaluering(project, "vis", "fredrikstad_publisert")
    assert result.returncode == 1
    assert "evaluering kjør params/fredrikstad_publisert.yml" in result.stderr


def _shown(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """What `vis` opens, seen from the project; the browser is held back."""
    opened: list[str] = []

    def hold(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", hold)
    monkeypatch.chdir(project)
    assert main(["vis", "fredrikstad_publisert"]) == 0
    said = capsys.readouterr().out.strip()
    assert opened == [(project / said).as_uri()]
    return said


def test_show_opens_the_newest_edition_before_any_draft(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = project / "reports" / "fredrikstad_publisert"

    def made(*versions: str) -> None:
        for version in versions:
            write_file(reports / version / "evaluering.html", "")

    made("v2", "v10", "v9", "vedlegg")
    newest = "reports/fredrikstad_publisert/v10/evaluering.html"
    assert _shown(project, monkeypatch, capsys) == newest
    (reports / "utgave-1").mkdir()  # nothing to show in it
    assert _shown(project, monkeypatch, capsys) == newest
    made("utgave-9", "utgave-10", "v11", ".utgave-11.tmp")
    newest = "reports/fredrikstad_publisert/utgave-10/evaluering.html"
    assert _shown(project, monkeypatch, capsys) == newest


def test_a_new_year_makes_two_files_and_overwrites_neither(project: Path) -> None:
    first = evaluering(project, "ny", "2027", "--kommune", "Fredrikstad")
    assert first.returncode == 0, first.stderr
    made = first.stdout.splitlines()[-2:]
    assert made == ["params/fredrikstad_2027.yml", "data/inndata/fredrikstad_2027.xlsx"]
    before = {name: (project / name).read_bytes() for name in made}
    second = evaluering(project, "ny", "2027", "--kommune", "Fredrikstad")
    assert second.returncode == 1
    assert "aldri skrevet over" in second.stderr
    assert before == {name: (project / name).read_bytes() for name in made}
    empty = evaluering(project, "sjekk", made[0])
    assert empty.returncode == 1
    assert "er tomt" in empty.stderr
    assert "Traceback" not in empty.stderr


def test_the_police_form_is_made_for_the_run(project: Path) -> None:
    result = evaluering(project, "politiskjema", "params/fredrikstad_publisert.yml")
    assert result.returncode == 0, result.stderr
    path = result.stdout.splitlines()[-1]
    assert path == "data/inndata/fredrikstad_publisert_politiskjema.xlsx"
    assert (project / path).is_file()


def test_a_selection_that_is_no_selection_is_refused(project: Path) -> None:
    result = evaluering(project, "hent", "ssb", "07459", "--velg", "Region")
    assert result.returncode == 1
    assert "variabel=kode" in result.stderr


def test_a_params_file_elsewhere_is_refused(project: Path) -> None:
    (project / "annet.yml").write_text("kommune: X\n", encoding="utf-8")
    result = evaluering(project, "sjekk", "annet.yml")
    assert result.returncode == 1
    assert "mappe params" in result.stderr


def test_a_fault_of_ours_is_one_line_and_a_log(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "params" / "_skjema.json").write_text("ikke json", encoding="utf-8")
    monkeypatch.chdir(project)
    assert main(["sjekk", "params/fredrikstad_publisert.yml"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "data/statistikk/feil.txt" in line
    assert "JSONDecodeError" in (project / "data/statistikk/feil.txt").read_text(encoding="utf-8")
