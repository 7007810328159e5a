"""The plan's promises as findings, and what all findings say together."""

import pandas as pd

from evaluering.analysis import oversikt, tiltak
from evaluering.model import Audit, Finding, SafeFinding, Source, Verdict
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
    assert frame["fra"].isna()["kog"]
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


def together(*findings: Finding) -> dict[str, pd.DataFrame]:
    audit = Audit("v1", "published_only", "")
    return oversikt.overview([SafeFinding(item, audit) for item in findings])


def points(*findings: Finding) -> list[tuple[str, int, int]]:
    frame = together(*findings)["points"]
    return list(zip(frame["code"], frame["number"], frame["total"], strict=True))


def test_nothing_reported_is_one_point_and_not_two() -> None:
    # Handlingsplanen has 26 measures and twelve priorities; ten measures point to nothing.
    assert points(*found().values()) == [
        ("nothing_reported", 26, 12),
        ("measures_without_indicator", 10, 26),
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
    late = finding("decisions", id="vedtak", values={"total": 8, "overdue": 2})
    measures = finding("measures", id="b", values={"total": 26, "reported": 25})
    priorities = finding(
        "priorities", id="c", values={"total": 12, "reported": 12, "not_started": 2}
    )
    holes = finding("coverage", id="d", values={"measures": 26, "measures_without": 10})
    assert points(holes, measures, priorities, survey, late, indicator) == [
        ("measures_without_status", 1, 26),
        ("priorities_not_started", 2, 12),
        ("indicators_without_data", 1, 1),
        ("breaks", 1, 0),
        ("decisions_overdue", 2, 8),
    ]


def test_a_survey_is_missing_only_when_no_question_has_it() -> None:
    one = finding("survey_published", id="ungdata.a", values={"missing_years": "2019,2025"})
    other = finding("survey_published", id="ungdata.b", values={"missing_years": "2025"})
    assert points(one, other) == [("missing_surveys", 1, 0)]


def test_next_numbers_are_listed_cheapest_first_with_their_questions() -> None:
    a = finding("indicator", id="indikator.a", topic="A", next_datum="politiskjema")
    b = finding("survey_published", id="ungdata.b", topic="B", next_datum="prosent_og_svar")
    c = finding("survey_published", id="ungdata.c", topic="C", next_datum="prosent_og_svar")
    frame = together(a, b, c)["next_numbers"]
    assert frame["code"].tolist() == ["prosent_og_svar", "politiskjema"]
    assert frame["topics"].tolist() == ["B; C", "A"]


def test_the_ladder_is_the_one_notebook_00_found() -> None:
    ladder = pd.DataFrame({"step": range(5), "is_reached": [True] + [False] * 4, "missing": ""})
    basis = finding("data_basis", id="e", details={"ladder": ladder})
    assert together(basis)["ladder"].equals(ladder)


def test_no_step_is_reached_when_nobody_said_what_was_delivered() -> None:
    ladder = together(*found().values())["ladder"]
    assert ladder["is_reached"].tolist() == [False] * 5


def test_a_withheld_figure_asks_for_more_years_and_says_nothing_else() -> None:
    hidden = finding("placements", topic="Plasseringer", verdict=Verdict.WITHHELD)
    frame = together(hidden)["next_numbers"]
    assert list(zip(frame["code"], frame["topics"], strict=True)) == [("neste_aar", "Plasseringer")]
    internal = finding("placements", verdict=Verdict.WITHHELD, refusal="not_controlled")
    assert together(internal)["next_numbers"].empty


def test_withheld_findings_say_nothing_in_the_overview() -> None:
    hidden = finding("measures", verdict=Verdict.WITHHELD)
    assert points(hidden) == []
