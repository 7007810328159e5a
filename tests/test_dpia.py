"""The annex on data protection: everything in it comes from the code, and nothing is guessed."""

from dataclasses import replace
from pathlib import Path

import pytest

from evaluering import cli
from evaluering.disclosure import rules
from evaluering.errors import EvalueringError
from evaluering.inputs.workbook.sheets import Layout, declare_workbook
from evaluering.pipeline.dpia import annex, write_annex
from evaluering.pipeline.params import Params, read_params
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def layout() -> Layout:
    return declare_workbook(read_plan())


@pytest.fixture(scope="module")
def example() -> Params:
    return read_params(ROOT / "params" / "eksempel.yml", ROOT)


@pytest.fixture(scope="module")
def text(example: Params, layout: Layout) -> str:
    return annex(example, layout, "# Bevis\n\n10 000 tabeller: 0 funnet.\n")


def test_it_says_first_that_it_is_a_draft_and_no_legal_opinion(text: str) -> None:
    head = text.split("\n## ", 1)[0]
    assert "Kladd til personvernombudet" in head
    assert "Grunnlag for vurdering, ikke en juridisk vurdering" in head


def test_every_declared_column_and_code_stands_there(text: str, layout: Layout) -> None:
    for sheet in layout.sheets:
        section = text.split(f"\n### {sheet.name}\n", 1)[1].split("\n### ", 1)[0]
        for column in sheet.columns:
            assert f"\n| {column.label} | " in section, (sheet.id, column.name)
            if column.rekey:
                (line,) = [row for row in section.splitlines() if f"| {column.label} |" in row]
                assert "pseudonym" in line
    for codes in layout.code_lists:
        assert f"\n- {codes.title}: {codes.labels[0]}" in text


def test_a_new_column_reaches_the_annex_by_itself(example: Params, layout: Layout) -> None:
    first = layout.sheets[0]
    added = replace(first.columns[0], name="ny", label="Helt ny kolonne")
    changed = replace(first, columns=(*first.columns, added))
    more = replace(layout, sheets=(changed, *layout.sheets[1:]))
    assert "| Helt ny kolonne |" in annex(example, more)


def test_rules_are_those_that_run(
    example: Params, layout: Layout, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"Regelsett {rules.RULE_SET}." in text
    assert "minst 5 personer står bak" in text
    assert "høyst 50 prosent" in text
    assert "for høyst 75 prosent" in text
    monkeypatch.setattr(rules, "LARGEST_SHARE", 0.4)
    assert "høyst 40 prosent" in annex(example, layout)
    assert "minst 8 personer står bak" in annex(replace(example, terskel=8), layout)


def test_persons_are_named_with_role_and_date(example: Params, layout: Layout, text: str) -> None:
    assert "- «Saker»: bestemt av oppdiktet rolle, 2025-11-03" in text
    assert "Radene er oppdiktet." in text
    none = annex(replace(example, personrader={}), layout)
    assert "Ingen. Et ark med rader om personer blir avvist" in none
    assert "Slått på" not in none


def test_what_is_not_given_is_an_open_point(example: Params, layout: Layout) -> None:
    bare = annex(replace(example, behandlingsgrunnlag=""), layout)
    assert "Behandlingsgrunnlag: **Ikke oppgitt. Må fylles ut av kommunen.**" in bare
    assert "Ikke målt i denne installasjonen: docs/bevis.md finnes ikke." in bare


def test_the_evidence_is_quoted_below_its_own_heading(text: str) -> None:
    assert "\n### Bevis\n\n10 000 tabeller: 0 funnet." in text


def test_it_lies_beside_the_internal_manifest_of_the_newest_draft(tmp_path: Path) -> None:
    place = _project(tmp_path)
    for name in ("v2", "v10", "utgave-1"):
        (place / "reports" / "eksempel" / name / "_intern").mkdir(parents=True)
    path = write_annex(place / "params" / "eksempel.yml", place)
    assert path.relative_to(place).as_posix() == "reports/eksempel/v10/_intern/dpia.md"
    written = path.read_text(encoding="utf-8")
    assert str(tmp_path) not in written
    assert write_annex(place / "params" / "eksempel.yml", place).read_text("utf-8") == written


def test_without_a_draft_it_says_what_to_do(tmp_path: Path) -> None:
    place = _project(tmp_path)
    with pytest.raises(EvalueringError, match=r"evaluering kjør params/eksempel\.yml"):
        write_annex(place / "params" / "eksempel.yml", place)


def test_the_command_prints_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = _project(tmp_path)
    (place / "reports" / "eksempel" / "v1").mkdir(parents=True)
    monkeypatch.setenv("EVALUERING_ROT", str(place))
    assert cli.main(["dpia", "eksempel"]) == cli.DONE
    assert "reports/eksempel/v1/_intern/dpia.md" in capsys.readouterr().out


def _project(folder: Path) -> Path:
    (folder / "params").mkdir()
    for name in ("_skjema.json", "eksempel.yml"):
        (folder / "params" / name).write_bytes((ROOT / "params" / name).read_bytes())
    return folder
