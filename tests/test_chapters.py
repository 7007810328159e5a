"""Appendix pages and the page to young people."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from evaluering.display import chapters, youth
from evaluering.display.language import forbidden_words, lix
from evaluering.display.page import OUTLINE, Report
from evaluering.errors import EvalueringError
from evaluering.model import Audit, Finding, SafeFinding, Source, Verdict
from evaluering.pipeline.pages import CHAPTERS, page_name

ROOT = Path(__file__).resolve().parents[1]
SUMMARY = {"points": pd.DataFrame(), "next_numbers": pd.DataFrame(), "ladder": pd.DataFrame()}


def _question(verdict: Verdict, **values: object) -> Finding:
    return Finding(
        id="ungdata.skulket",
        section="ungdata",
        kind="survey_published",
        topic="Skulket skolen",
        frame=pd.DataFrame(),
        sources=(Source("Ungdata", is_published=True),),
        is_synthetic=True,
        verdict=verdict,
        direction="up" if verdict is Verdict.CLEAR else "",
        values=values,  # type: ignore[arg-type] plain values
    )


def _chapter(name: str, *findings: Finding) -> str:
    safe = [SafeFinding(finding, Audit("v1", "", "")) for finding in findings]
    report = Report(
        safe,
        SUMMARY,
        kommune="Eksempelkommune",
        aar=2025,
        moete_dato="2026-01",
        skjaeringsdato="2026-01-12",
        kapittel=name,
    )
    assert report.section("forhold").content == ""
    return report.chapter().content


def test_the_questions_are_those_of_the_report() -> None:
    cells = json.loads((ROOT / "notebooks" / "90_evaluering.ipynb").read_text("utf-8"))["cells"]
    headings = {
        "".join(cell["source"]).removeprefix("## ")
        for cell in cells
        if cell["cell_type"] == "markdown"
    }
    own = {id: text for id, text in chapters.QUESTIONS.items() if id != "datagrunnlag"}
    assert set(own.values()) <= headings
    assert set(own) <= set(OUTLINE)


@pytest.mark.parametrize("name", chapters.CHAPTERS)
def test_every_appendix_has_one_title_and_its_questions(name: str) -> None:
    page = _chapter(name)
    assert page.count("<h1") == 1
    assert [id for id, _ in chapters.sections(name)] == [
        part.partition('"')[0] for part in page.split('<h2 id="')[1:]
    ]


def test_the_report_names_every_file_beside_it() -> None:
    linked = re.findall(r'href="([^"]+)"', chapters.attachments(has_figures=True))
    assert linked == [*(page_name(chapter) for chapter in CHAPTERS if chapter), "tall.xlsx"]


def test_an_unknown_appendix_is_refused() -> None:
    with pytest.raises(EvalueringError, match="ikke noe vedlegg"):
        _chapter("økonomi")


@pytest.mark.parametrize(
    ("verdict", "values", "said"),
    [
        (
            Verdict.CLEAR,
            {"share_from": 0.17, "share_to": 0.32, "year_from": 2016, "year_to": 2022},
            "Skulket skolen: økning. 17 prosent i 2016, 32 prosent i 2022.",
        ),
        (Verdict.MISSING, {}, "Skulket skolen: Vi har ikke fått tall."),
        (Verdict.WITHHELD, {}, "Skulket skolen: Tallet kan ikke vises"),
    ],
)
def test_young_people_get_the_same_verdict_in_plainer_words(
    verdict: Verdict, values: dict[str, object], said: str
) -> None:
    page = _chapter(youth.CHAPTER, _question(verdict, **values))
    assert said in page
    text = re.sub(r"<[^>]+>", " ", page.replace("</", ". </"))
    assert not forbidden_words(text, verdicts=[verdict])
    assert lix(text) <= 45
