"""«Er det oss eller alle?» on the page: one block a question, and what it may not give away."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from test_ungdata_groups import DECLARED, OURS, PLAN, may_spread, seen, sheet_of

from evaluering.analysis import comparison
from evaluering.disclosure.masking import masked
from evaluering.display import comparisons, page, survey, survey_parts
from evaluering.display.markup import Numbering
from evaluering.errors import EvalueringError
from evaluering.inputs import survey_sheet
from evaluering.model import Finding, SafeFinding, Verdict
from evaluering.pipeline.drawn_marks import check_marks
from evaluering.pipeline.number_gate import Ground, Note

OTHERS = tuple(str(9002 + number) for number in range(20))


def counted(place: str, year: int, per_cent: float, answers: int) -> dict[str, object]:
    """A row of the sheet: counts for us, percentages for everybody else."""
    code = "foerste" if year == 2016 else "ja"
    own = place == "kommune"
    figures = {"antall_ja": round(per_cent * answers / 100)} if own else {"prosent": per_cent}
    return {"aar": year, "sted": place, "antall_svar": answers, "sammenlignbar": code, **figures}


def places(*, code: str = "ja", answers: bool = True) -> pd.DataFrame:
    """20 → 32 here, 18 → 20 in the county, 20 → 25 in the country, 20 → 21 in 20 other places."""
    rows = [
        counted(place, year, share, size)
        for place, shares, size in (
            ("kommune", (20, 32), 1600),
            ("fylke", (18, 20), 12_000),
            ("landet", (20, 25), 120_000),
            *((other, (20, 21), 1500) for other in OTHERS),
        )
        for year, share in zip((2016, 2025), shares, strict=True)
    ]
    frame = survey_sheet.whole_places(sheet_of(rows))
    frame.loc[frame["aar"] == 2025, "sammenlignbar"] = code
    return frame if answers else frame.assign(antall_svar=float("nan"))


def found(frame: pd.DataFrame) -> list[Finding]:
    return comparison.comparisons(frame, PLAN, OURS, DECLARED)


def text_of(html: str) -> str:
    soup = BeautifulSoup(re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL), "html.parser")
    return " ".join(soup.get_text(" ").replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def ours() -> list[Finding]:
    return [seen(finding) for finding in found(places())]


def test_one_block_a_question_with_the_country_first(ours: list[Finding]) -> None:
    assert len(ours) == 3
    (block,) = comparisons.grouped(ours)
    html = comparisons.question(block, Numbering())
    soup = BeautifulSoup(html, "html.parser")
    assert [title.get_text() for title in soup.select("h3")] == [
        "Skulket skolen, mot landet: trolig forskjell 2016–2025"
    ]
    # every finding keeps its id, on its own words
    ids = [tag["id"] for tag in soup.select("h3, p[id]")]
    assert ids == [f"sammenligning-skulket-{place}" for place in ("landet", "fylke", "kommuner")]
    text = text_of(html)
    assert text.count("Her økte andelen med 12 prosentpoeng") == 1
    assert text.count("vi ikke vet hvor mye tallene for de andre svinger") == 1
    assert "Mot fylket: trolig forskjell." in text
    assert "Blant kommuner: trolig forskjell." in text
    assert text.count("Forskjellen er ") == 2
    assert text.count("Kilde:") == 1


def test_the_figure_holds_each_place_with_its_own_interval(ours: list[Finding]) -> None:
    html = comparisons.question(ours, Numbering())
    assert check_marks(html) >= 9
    rows = BeautifulSoup(html, "html.parser").select("tbody tr")
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in rows]
    # By hand, z = 1.96: ours √(.2·.8/1600 + .32·.68/1600) = .0154, 12 ± 3.0. Without us the county
    # has (2160 − 320) of 10,400 and (2400 − 512) of 10,400: 17.69 → 18.15, change 0.46 ± 1.04; the
    # country (24,000 − 320) and (30,000 − 512) of 118,400: 20.00 → 24.91, change 4.91 ± 0.34.
    # Their percentages are whole, half a point for each: 1.15 and 1.01 further to both sides.
    assert cells == [
        ["Kommunen", "12", "9 til 15"],
        ["Fylket", "0", "\u22122 til 3"],
        ["Landet", "5", "4 til 6"],
    ]
    assert "1 600 svar i 2016 og 1 600 svar i 2025" in text_of(html)
    assert "trukket ut av de andre tallene" in text_of(html)


def test_every_number_of_the_block_stands_in_its_own_findings(ours: list[Finding]) -> None:
    ground = Ground([SafeFinding(item, None) for item in ours])  # type: ignore[arg-type]
    together = " ".join(item.id for item in ours)
    ground.check(together, [Note("12", "number")], [])
    with pytest.raises(EvalueringError):
        ground.check(together, [Note("77", "number")], [])
    # a number of the county alone is not known to the country's words
    with pytest.raises(EvalueringError):
        ground.check(f"{ours[2].id} ukjent", [Note("0,46", "number")], [])
    ground.check(together, [Note("0,46", "number")], [])


def test_a_hidden_number_of_ours_takes_the_whole_figure_with_it() -> None:
    for finding in found(places()):
        hidden = masked(finding, {}, may_spread)
        assert hidden.verdict is Verdict.WITHHELD
        # without us the reference's figures would tell ours to anyone who has the published ones
        assert not [name for name in hidden.values if "change" in name or "reference" in name[5:]]
        html = comparisons.question([hidden], Numbering())
        assert "kan ikke vises" in html
        assert "figure" not in html
        assert "prosentpoeng" not in html
    html = comparisons.question(
        [masked(finding, {}, may_spread) for finding in found(places())], Numbering()
    )
    assert text_of(html).count("Tallet kunne ha pekt ut enkeltpersoner.") == 1
    assert not re.search(r"\d", text_of(html).replace("2016", "").replace("2025", ""))


def test_a_break_gives_no_figure_and_says_why_once() -> None:
    html = comparisons.question([seen(item) for item in found(places(code="nei_ordlyd"))],
                                Numbering())  # fmt: skip
    assert "<figure" not in html
    assert "prosentpoeng" not in html
    assert text_of(html).count("kan ikke sammenlignes direkte") == 1
    assert "Mot fylket: kan ikke sammenlignes." in text_of(html)


def test_without_the_number_of_answers_there_are_dots_and_no_intervals() -> None:
    rows = places()
    rows = rows[rows["sted"].isin(["landet", "fylke"])]
    own = rows[rows["sted"] == "fylke"].assign(sted="kommune", prosent=[20.0, 32.0])
    frame = pd.concat([own, rows]).assign(antall_svar=float("nan"))
    html = comparisons.question([seen(item) for item in found(frame)], Numbering())
    assert "intervall_" not in html
    assert "Usikkerheten er ikke kjent." in html
    assert "Antall svar i kommunen er ikke kjent." in html
    assert "trukket ut" not in html


# Said once above all the questions ----------------------------------------------------------------


def asked(id: str, flags: str, verdict: Verdict = Verdict.UNCLEAR) -> Finding:
    return Finding(
        id=f"ungdata.{id}",
        section="ungdata",
        kind="survey_change",
        topic=id,
        frame=pd.DataFrame(),
        sources=OURS,
        is_synthetic=True,
        verdict=verdict,
        values={"flags": flags, "course_shape": "up", "course_years": "2016,2019,2022"},
    )


def test_a_reservation_of_every_question_is_said_once() -> None:
    both = [asked("a", "wording_unknown,absent_pupils"), asked("b", "absent_pupils")]
    missing = asked("c", "", Verdict.MISSING)
    told = survey.told_once([*both, missing])
    assert {text for text in told if "borte" in text}
    assert not {text for text in told if "ordlyden" in text}
    said = survey.opening([*both, missing])
    assert said.count("Elever som er borte den dagen, svarer ikke.") == 1
    assert "Det som står under «Over tid», var ikke valgt ut på forhånd." in said
    assert survey_parts.NOT_CHOSEN in survey_parts.course(both[0])
    assert survey_parts.NOT_CHOSEN not in survey_parts.course(both[0], told)


def test_one_question_alone_keeps_its_reservations() -> None:
    one = [asked("a", "absent_pupils"), asked("b", "absent_pupils", Verdict.WITHHELD)]
    assert survey.told_once(one) == frozenset()
    assert survey.opening(one) == ""


def test_other_findings_stand_by_themselves(ours: list[Finding]) -> None:
    both = [asked("a", ""), asked("b", "")]
    assert [len(block) for block in comparisons.grouped([both[0], *ours, both[1]])] == [1, 3, 1]
    assert page.RENDERERS[comparisons.KIND] is comparisons.comparison
