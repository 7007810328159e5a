"""The plan's promises as findings, and what all findings say together."""

import pandas as pd
import pytest

from evaluering.analysis import oversikt, tiltak
from evaluering.disclosure.door import release
from evaluering.model import Finding, Source, Verdict
from evaluering.plan import Evidence, read_evidence, read_plan

PLAN = read_plan()
SOURCE = (Source("Handlingsplan", is_published=True),)
NO_EVIDENCE = Evidence((), ())


def found(evidence: Evidence = NO_EVIDENCE) -> dict[str, Finding]:
    findings = tiltak.plan_findings(PLAN, SOURCE, evidence=evidence)
    return {finding.kind: finding for finding in findings}


def test_every_measure_of_the_plan_stands_once_and_none_has_a_status() -> None:
    frame = found()["measures"].frame
    # Handlingsplanen 3.1 (3), 3.2 (11) and 3.3 (12).
    assert frame.groupby("gruppe", sort=False).size().tolist() == [3, 11, 12]
    assert set(frame["status"]) == {"ikke_meldt_inn"}
    assert found()["measures"].values["reported"] == 0


def test_twelve_priorities_stand_in_four_groups() -> None:
    frame = found()["priorities"].frame
    # Handlingsplanen 4.1: five, four, two and one.
    assert frame.groupby("omraade", sort=False).size().tolist() == [5, 4, 2, 1]


def test_five_areas_are_not_prioritised() -> None:
    frame = found()["not_prioritised"].frame
    assert frame["omraade"].tolist()[0] == "Systematisk offeroppfølging"
    assert len(frame) == 5


def test_arenas_give_the_plans_own_frequency_and_nothing_where_it_says_nothing() -> None:
    frame = found()["arenas"].frame.set_index("id")
    assert (frame.loc["sentrus", "fra"], frame.loc["sentrus", "til"]) == (4, 4)
    assert (frame.loc["arbeidsgruppe", "fra"], frame.loc["arbeidsgruppe", "til"]) == (4, 5)
    assert (frame.loc["ledermoete", "fra"], frame.loc["ledermoete", "til"]) == (2, 4)
    assert frame.loc["faste_moeter", "fra"] == 6
    assert pd.isna(frame.loc["kog", "fra"])
    assert frame["holdt"].isna().all()


def test_the_matrix_counts_its_holes() -> None:
    finding = found()["coverage"]
    linked = finding.frame[finding.frame["slag"] != ""]["tiltak_id"].nunique()
    assert finding.values["measures_without"] == 26 - linked == 10
    # Counted by hand: 13 rows have only «Nei»; three of them name drugs, which Ungdata asks about.
    assert finding.values["measures_without_indicator"] == 13


def test_what_others_have_written_is_carried_and_nothing_is_rated_by_us() -> None:
    finding = found(read_evidence(PLAN))["measures"]
    frame = finding.frame.set_index("id")
    assert frame.loc["bekymringssamtale", "kunnskap"] == "omtalt"
    # MST is a part of the child welfare measures.
    assert frame.loc["barnevernstiltak", "kunnskap"] == "omtalt"
    assert frame.loc["sentrus", "kunnskap"] == "ikke_vurdert"
    assert (finding.details["written"]["tittel"] != "").all()
    assert set(found()["measures"].frame["kunnskap"]) == {"ikke_vurdert"}


def test_no_decisions_are_an_empty_table_not_a_missing_one() -> None:
    assert found()["decisions"].frame.empty
    assert found()["decisions"].values["total"] == 0


def test_everything_the_plan_says_may_pass_the_door() -> None:
    safe = release(found().values())
    assert not [item for item in safe if item.finding.verdict is Verdict.WITHHELD]


# All findings together ----------------------------------------------------------------------------


def finding(kind: str, **parts: object) -> Finding:
    usual: dict[str, object] = {
        "id": f"{kind}.{len(str(parts))}",
        "section": "ungdata",
        "topic": kind,
        "frame": pd.DataFrame(),
        "sources": SOURCE,
        "is_synthetic": False,
    }
    return Finding(kind=kind, **(usual | parts))  # pyright: ignore[reportArgumentType]


def points(*findings: Finding) -> list[tuple[str, int, int]]:
    frame = oversikt.overview(release(findings))["points"]
    return list(zip(frame["code"], frame["number"], frame["total"], strict=True))


def test_points_follow_from_the_plan_alone() -> None:
    assert points(*found().values()) == [
        ("measures_without_status", 26, 26),
        ("priorities_without_status", 12, 12),
        (
            "measures_without_indicator",
            int(str(found()["coverage"].values["measures_without"])),
            26,
        ),
    ]


def test_points_are_five_at_most_and_in_a_fixed_order() -> None:
    survey = finding(
        "survey_published",
        id="ungdata.a",
        verdict=Verdict.NOT_ASSESSED,
        refusal="not_comparable",
        values={"missing_years": "2019,2025"},
    )
    indicator = finding("indicator", id="indikator.a", verdict=Verdict.MISSING)
    codes = [code for code, *_ in points(*found().values(), survey, indicator)]
    assert codes == [
        "measures_without_status",
        "priorities_without_status",
        "indicators_without_data",
        "missing_surveys",
        "measures_without_indicator",
    ]


def test_a_survey_is_missing_only_when_no_question_has_it() -> None:
    one = finding("survey_published", id="ungdata.a", values={"missing_years": "2019,2025"})
    other = finding("survey_published", id="ungdata.b", values={"missing_years": "2025"})
    assert points(one, other) == [("missing_surveys", 1, 0)]


def test_next_numbers_are_listed_cheapest_first_with_their_questions() -> None:
    a = finding("indicator", id="indikator.a", topic="A", next_datum="politiskjema")
    b = finding("survey_published", id="ungdata.b", topic="B", next_datum="prosent_og_svar")
    c = finding("survey_published", id="ungdata.c", topic="C", next_datum="prosent_og_svar")
    frame = oversikt.overview(release([a, b, c]))["next_numbers"]
    assert frame["code"].tolist() == ["prosent_og_svar", "politiskjema"]
    assert frame["topics"].tolist() == ["B; C", "A"]


@pytest.mark.parametrize(
    ("answers", "reported", "indicator", "reached"),
    [
        (None, 5, Verdict.MISSING, 0),
        (1500, 0, Verdict.MISSING, 0),
        (1500, 5, Verdict.MISSING, 1),
        (1500, 5, Verdict.UNCLEAR, 2),
        (None, 5, Verdict.UNCLEAR, 0),
    ],
)
def test_the_ladder_needs_every_step_below(
    answers: int | None, reported: int, indicator: Verdict, reached: int
) -> None:
    findings = [
        finding("survey_published", id="a", verdict=Verdict.UNCLEAR, values={"n_from": answers}),
        finding("measures", id="b", values={"total": 26, "reported": reported}),
        finding("indicator", id="c", verdict=indicator),
    ]
    ladder = oversikt.overview(release(findings))["ladder"]
    assert ladder["is_reached"].sum() == reached
    assert len(ladder) == 5


def test_withheld_findings_say_nothing_in_the_overview() -> None:
    unpublished = (Source("Skjema", is_published=False),)
    hidden = finding("measures", sources=unpublished, values={"total": 26, "reported": 3})
    assert points(hidden) == []
