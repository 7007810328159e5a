"""The plan's promises as findings, and what all findings say together."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from work_material import PLAN, YEAR, material

from evaluering.analysis import oversikt, tiltak
from evaluering.analysis.plan_status import COUNTS
from evaluering.disclosure.door import release
from evaluering.disclosure.masking import masked
from evaluering.model import Audit, CountTable, Finding, SafeFinding, Sign, Source, Verdict
from evaluering.plan import Evidence, read_evidence

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


# What was reported -------------------------------------------------------------------------------


def status(id: str, code: str = "i_gang", *, year: int = YEAR, **more: Any) -> dict[str, Any]:
    return {"tiltak_id": id, "aar": year, "status": code, **more}


def reported(*rows: Any) -> dict[str, Finding]:
    findings = tiltak.plan_findings(
        PLAN, SOURCE, evidence=NO_EVIDENCE, material=material(tiltak=rows), year=YEAR
    )
    return {finding.kind: finding for finding in findings}


def line(finding: Finding, id: str) -> pd.Series:
    return finding.frame.set_index("id").loc[id]


def test_every_status_is_counted_once() -> None:
    codes = ["i_gang", "gjennomfoert", "planlagt", "ikke_startet", "stoppet"]
    ids = [item.id for item in PLAN.tiltak]
    finding = reported(*(status(id, code) for id, code in zip(ids, codes, strict=False)))[
        "measures"
    ]
    values = finding.values
    assert (values["under_way"], values["planned"]) == (2, 1)
    assert (values["not_started"], values["stopped"]) == (1, 1)
    # Handlingsplanen 3.1–3.3: 26 measures; nobody said anything about 21 of them.
    assert (values["reported"], values["total"]) == (5, 26)
    assert finding.next_datum == "status_tiltak"


@pytest.mark.parametrize(
    ("now", "before", "changed"),
    [
        ("i_gang", "planlagt", "endret"),
        ("i_gang", "i_gang", "samme"),
        ("i_gang", None, ""),
        (None, "i_gang", ""),
    ],
)
def test_a_change_needs_both_years(now: str | None, before: str | None, changed: str) -> None:
    rows = [
        status("sentrus", code, year=year)
        for code, year in ((now, YEAR), (before, YEAR - 1))
        if code
    ]
    row = line(reported(*rows)["measures"], "sentrus")
    assert row["endret"] == changed
    assert row["status"] == (now or "ikke_meldt_inn")
    assert row["fjor"] == (before or "ikke_meldt_inn")


def test_who_when_and_why_follow_the_measure() -> None:
    row = line(
        reported(
            status(
                "sentrus",
                "stoppet",
                ansvarlig="ledere",
                frist=date(2026, 6, 1),
                aarsak="kapasitet",
                som_planlagt="delvis",
            )
        )["measures"],
        "sentrus",
    )
    assert row["ansvarlig"] == "Avdelings- og virksomhetsledere"
    assert row[["frist", "startet", "aarsak", "som_planlagt"]].tolist() == [
        "2026-06-01",
        "",
        "kapasitet",
        "delvis",
    ]


def test_an_empty_number_says_why_and_is_never_zero() -> None:
    rows = [
        status("sentrus", antall_mottakere=0),
        status("kog", "ikke_startet"),
        status("politiraadet"),
        status("ledermoete", antall_mottakere=Sign.HIDDEN),
    ]
    finding = reported(*rows)["measures"]
    signs = finding.frame.set_index("id")["antall_mottakere_tegn"]
    assert line(finding, "sentrus")["antall_mottakere"] == 0
    assert signs[["sentrus", "kog", "politiraadet", "ledermoete"]].tolist() == [
        "",
        "ikke_aktuelt",
        "mangler",
        "skjult",
    ]


def test_an_area_that_was_started_after_all_says_when() -> None:
    rows = [
        status("i_moeteplasser", "i_gang", startet=date(YEAR, 9, 1)),
        status("i_utekontakt", "ikke_prioritert", krever="lokale"),
    ]
    finding = reported(*rows)["not_prioritised"]
    assert line(finding, "i_moeteplasser")["startet_aar"] == str(YEAR)
    assert line(finding, "i_utekontakt")["krever"] == "lokale"
    assert finding.values["under_way"] == 1


# Persons reached ---------------------------------------------------------------------------------


def counts(table: CountTable) -> dict[str, int | None]:
    rows = zip(table.frame["naadd"], table.frame["antall"], strict=True)
    return {str(key): None if pd.isna(value) else int(value) for key, value in rows}


def test_those_not_reached_are_a_cell_too() -> None:
    finding = reported(status("sentrus", antall_mottakere=346, antall_maalgruppe=350))["measures"]
    (table,) = finding.tables
    # 350 − 346 = 4: shown together the two would tell of four persons.
    assert counts(table) == {"ja": 346, "nei": 4, "alle": 350}
    assert (table.unit, table.population, table.period) == ("person", "tiltak_sentrus", str(YEAR))


def test_more_reached_than_targeted_are_two_populations() -> None:
    rows = status("sentrus", antall_mottakere=60, antall_maalgruppe=50)
    first, second = reported(rows)["measures"].tables
    assert counts(first) == {"ja": 60, "nei": None, "alle": None}
    assert counts(second) == {"ja": None, "nei": None, "alle": 50}
    assert first.population != second.population


def masked_for(rows: list[Any], *, shown: dict[str, int]) -> pd.Series:
    """What is left of «Bekymringssamtaler» when only these cells of it are shown."""
    finding = reported(*rows)["measures"]
    cells = {
        table.cell(naadd=value): number
        for table in finding.tables
        for value, number in shown.items()
    }
    return line(masked(finding, cells, lambda _: False), "bekymringssamtale")


def test_a_hidden_reach_takes_the_activities_with_it() -> None:
    row = status(
        "bekymringssamtale", antall_mottakere=3, antall_maalgruppe=40, antall_aktiviteter=4
    )
    hidden = masked_for([row], shown={"alle": 40})
    assert hidden[["antall_mottakere_tegn", "antall_aktiviteter_tegn"]].tolist() == ["skjult"] * 2
    assert pd.isna(hidden["antall_aktiviteter"])
    assert hidden["antall_maalgruppe"] == 40
    assert hidden["status"] == "i_gang"


def test_what_is_shown_stays() -> None:
    row = status(
        "bekymringssamtale", antall_mottakere=30, antall_maalgruppe=40, antall_aktiviteter=4
    )
    seen = masked_for([row], shown={"ja": 30, "alle": 40})
    assert seen[["antall_mottakere", "antall_maalgruppe", "antall_aktiviteter"]].tolist() == [
        30,
        40,
        4,
    ]


def test_activities_of_unknown_persons_are_not_shown_but_meetings_are() -> None:
    rows = [status("bekymringssamtale", antall_aktiviteter=4), status("kog", antall_aktiviteter=6)]
    finding = masked(reported(*rows)["measures"], {}, lambda _: False)
    assert line(finding, "bekymringssamtale")["antall_aktiviteter_tegn"] == "skjult"
    # KOG is an arena of the plan: its activities are meetings between services.
    assert line(finding, "kog")["antall_aktiviteter"] == 6


@pytest.mark.parametrize(
    ("got", "of", "hidden"),
    [(30, 40, set()), (3, 40, {"antall_mottakere"}), (4, 4, {"antall_mottakere"})],
)
def test_the_door_hides_few_reached(got: int, of: int, hidden: set[str]) -> None:
    row = status("bekymringssamtale", antall_mottakere=got, antall_maalgruppe=of)
    released = release(reported(row).values()).safe
    (finding,) = [item.finding for item in released if item.finding.kind == "measures"]
    seen = line(finding, "bekymringssamtale")
    signs = {name for name in COUNTS if seen[f"{name}_tegn"] == "skjult"}
    assert hidden <= signs
    assert bool(signs) == bool(hidden)


def test_the_door_never_lets_four_not_reached_be_computed() -> None:
    row = status("bekymringssamtale", antall_mottakere=346, antall_maalgruppe=350)
    released = release(reported(row).values()).safe
    (finding,) = [item.finding for item in released if item.finding.kind == "measures"]
    seen = line(finding, "bekymringssamtale")
    assert "skjult" in {seen["antall_mottakere_tegn"], seen["antall_maalgruppe_tegn"]}


@given(
    reach=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 500)), st.one_of(st.none(), st.integers(0, 500))
        ),
        max_size=26,
    )
)
@settings(max_examples=40, deadline=None)
def test_every_number_of_persons_rests_on_a_cell_with_that_value(
    reach: list[tuple[int | None, int | None]],
) -> None:
    ids = [item.id for item in PLAN.tiltak]
    rows = [
        status(
            id,
            **{
                name: value
                for name, value in (("antall_mottakere", got), ("antall_maalgruppe", of))
                if value is not None
            },
        )
        for id, (got, of) in zip(ids, reach, strict=False)
    ]
    finding = reported(*rows)["measures"]
    known = {
        table.cell(naadd=value): number
        for table in finding.tables
        for value, number in counts(table).items()
        if number is not None
    }
    for name in ("antall_mottakere", "antall_maalgruppe"):
        at = [place for place, value in enumerate(finding.frame[name]) if not pd.isna(value)]
        rests = [rest for rest in finding.rests if rest.columns == (name,)]
        assert sorted(row for rest in rests for row in rest.rows or ()) == at
        for rest in rests:
            (cell,), (row,) = rest.cells, rest.rows or ()
            assert known[cell] == finding.frame[name].iloc[row]


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


def test_a_series_that_broke_is_one_however_often_it_is_compared() -> None:
    series = finding(
        "survey_change", id="a", verdict=Verdict.NOT_ASSESSED, refusal="not_comparable"
    )
    beside = finding(
        "survey_comparison", id="b", verdict=Verdict.NOT_ASSESSED, refusal="not_comparable"
    )
    assert points(series, beside) == [("breaks", 1, 0)]


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
