"""The invented town from its workbook to the council's pages: what is shown, and what is hidden."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from conftest import copy_project, evaluering

from evaluering.files import read_safe_findings
from evaluering.model import Finding, SafeFinding, Verdict
from evaluering.pipeline.pages import CHAPTERS, page_name

pytestmark = pytest.mark.notebook
# Totals of the plan's indicators 1 to 4, with the finding each stands in.
MAIN = {
    "indikator.forhold": "antall",
    "forhold.personer": "antall",
    "indikator.gjentatt": "antall",
    "gjentatt.1_2": "antall",
    "indikator.samarbeid": "share",
    "indikator.tjenester": "share",
}
# The only thing about the invented town that anyone could read before: the plan it works after.
PUBLISHED = {"Handlingsplan mot barne- og ungdomskriminalitet"}


@pytest.fixture(scope="module")
def version(example: Path) -> Path:
    return example / "reports" / "eksempel" / "v1"


@pytest.fixture(scope="module")
def safe(example: Path) -> dict[str, SafeFinding]:
    found = read_safe_findings(example / "data" / "utdata" / "eksempel")
    return {item.finding.id: item for item in found}


def _text(page: Path) -> str:
    html = re.sub(r"<(svg|style).*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_every_page_says_that_the_numbers_are_invented(version: Path) -> None:
    for chapter in CHAPTERS:
        text = _text(version / page_name(chapter))
        assert "Syntetiske tall" in text, chapter
        assert "Kladd, versjon 1" in text, chapter
        assert "offentliggjorte tall" not in text, chapter
    for page in (version / "_intern").glob("*.html"):
        assert {"INTERNT", "Syntetiske tall"} <= set(
            re.findall(r"INTERNT|Syntetiske tall", _text(page))
        )


def test_the_main_totals_are_shown(safe: dict[str, SafeFinding]) -> None:
    for id, column in MAIN.items():
        finding = safe[id].finding
        assert finding.frame[column].notna().all(), id
        assert finding.verdict is not Verdict.WITHHELD, id


def test_placements_by_kind_and_some_details_are_hidden(safe: dict[str, SafeFinding]) -> None:
    kinds = safe["indikator.plasseringer"].finding.details["types"]
    signs = kinds[[name for name in kinds if name.endswith("_tegn")]]
    by_kind = signs.iloc[:-1]
    assert (by_kind == "skjult").all(axis=None)
    hidden = [id for id, item in safe.items() if "skjult" in _signs(item.finding)]
    assert len(hidden) >= 4
    assert len(hidden) < len(safe) / 2


def _signs(finding: Finding) -> set[str]:
    frames = [finding.frame, *finding.details.values()]
    return {
        str(sign)
        for frame in frames
        for name in frame.columns
        if str(name).endswith("_tegn")
        for sign in frame[name].tolist()
    }


def test_a_hidden_cell_is_said_in_words(version: Path) -> None:
    page = (version / "evaluering.html").read_text(encoding="utf-8")
    hidden = '<span aria-hidden="true">:</span> <span class="skjult">kan ikke vises</span>'
    assert page.count(hidden) >= 12
    assert "«:» betyr at tallet ikke kan vises" in page


def test_nothing_uncontrolled_and_no_cell_of_the_tables_leaves(
    example: Path, safe: dict[str, SafeFinding]
) -> None:
    public = {id for id, item in safe.items() if item.audit.gate != "audited"}
    assert {source.title for id in public for source in safe[id].finding.sources} <= PUBLISHED
    assert not [id for id, item in safe.items() if item.finding.refusal == "not_controlled"]
    for path in (example / "data" / "utdata" / "eksempel").glob("[!_]*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))["finding"]
        assert record["tables"] == record["rests"] == [], path.name


def test_every_row_of_the_plan_can_be_found(version: Path) -> None:
    from evaluering.plan import read_plan  # noqa: PLC0415 - one test

    plan, page = read_plan(), " ".join(_text(version / "evaluering.html").split())
    names = [item.navn for item in (*plan.tiltak, *plan.arenaer)]
    names += [item.navn.rstrip(".") for item in plan.prioriteringer]
    missing = [name for name in names if " ".join(name.split()) not in page]
    assert not missing


def test_no_code_of_a_person_or_case_leaves(version: Path) -> None:
    for page in version.rglob("*"):
        if page.is_file() and page.suffix in {".html", ".json"}:
            found = re.findall(r"\b[SPFHM]-0?\d{3}\b", page.read_text(encoding="utf-8"))
            assert not found, page.name


def test_a_second_run_of_the_town_is_the_same(example: Path, tmp_path: Path) -> None:
    place = copy_project(tmp_path)
    result = evaluering(place, "eksempel", "--jobber", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    mine, other = (folder / "reports" / "eksempel" / "v1" for folder in (place, example))
    for name in [*map(page_name, CHAPTERS), "tall.xlsx"]:
        assert (mine / name).read_bytes() == (other / name).read_bytes(), name
