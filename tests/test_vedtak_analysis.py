"""Decisions, the council's answers and the signed assessments, from rows written by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from work_material import DAY, PLAN, YEAR, material

from evaluering.analysis import vedtak
from evaluering.model import Finding, Source

SOURCE = (Source("Handlingsplan", is_published=True),)


def decision(number: int, **more: Any) -> dict[str, Any]:
    usual = {
        "vedtak_id": f"V-{number:03d}",
        "dato": date(YEAR, 1, 21),
        "tiltak_id": "sentrus",
        "ansvarlig": "slt_koordinator",
        "frist": date(YEAR, 6, 30),
        "status": "i_gang",
    }
    return usual | more


def decided(*rows: Any, **sheets: Any) -> Finding:
    return vedtak.decisions(PLAN, SOURCE, material(vedtak=rows, **sheets), YEAR)


def test_no_decisions_are_an_empty_table_and_not_a_missing_one() -> None:
    finding = vedtak.decisions(PLAN, SOURCE)
    assert finding.frame.empty
    assert finding.values["total"] == 0
    assert finding.sources == SOURCE


@pytest.mark.parametrize(
    ("due", "status", "late"),
    [
        (DAY - timedelta(days=1), "i_gang", "ja"),
        (DAY, "i_gang", "nei"),
        (DAY + timedelta(days=1), "ikke_startet", "nei"),
        (DAY - timedelta(days=1), "ikke_startet", "ja"),
        (DAY - timedelta(days=1), "gjennomfoert", "nei"),
        (DAY - timedelta(days=1), "stoppet", "nei"),
    ],
)
def test_a_decision_is_overdue_the_day_after_its_date(due: date, status: str, late: str) -> None:
    finding = decided(decision(1, frist=due, status=status))
    assert finding.frame["er_forfalt"].tolist() == [late]
    assert finding.values["overdue"] == (late == "ja")


def test_a_decision_without_a_date_is_never_overdue() -> None:
    row = decision(1)
    del row["frist"]
    frame = decided(row).frame
    assert (frame["frist"].tolist(), frame["er_forfalt"].tolist()) == ([""], ["nei"])


def test_open_decisions_stand_first_and_then_by_day() -> None:
    finding = decided(
        decision(1, status="gjennomfoert"),
        decision(2, dato=date(YEAR, 9, 16)),
        decision(3, dato=date(YEAR, 4, 8)),
        decision(4, status="stoppet", dato=date(YEAR - 1, 1, 1)),
    )
    assert finding.frame["id"].tolist() == ["V-003", "V-002", "V-004", "V-001"]
    assert [finding.values[name] for name in ("total", "done", "stopped")] == [4, 1, 1]


def test_a_decision_carries_what_its_measure_is_doing_this_year() -> None:
    statuses = [
        {"tiltak_id": "sentrus", "aar": YEAR - 1, "status": "planlagt"},
        {"tiltak_id": "sentrus", "aar": YEAR, "status": "gjennomfoert"},
    ]
    theme = decision(2, tema="tall")
    del theme["tiltak_id"]
    frame = decided(decision(1), theme, decision(3, tiltak_id="kog"), tiltak=statuses).frame
    assert frame["vedtak"].tolist() == ["Sentrus", "Tall", "KOG"]
    assert frame["status_tiltak"].tolist() == ["gjennomfoert", "", "ikke_meldt_inn"]
    assert frame["ansvarlig"].tolist() == ["SLT-koordinator"] * 3


def test_this_years_and_last_years_answers_stand_side_by_side() -> None:
    rows = [
        {"aar": YEAR, "punkt": "1", "svar": "ja"},
        {"aar": YEAR, "punkt": "10", "svar": "vet_ikke"},
        {"aar": YEAR - 1, "punkt": "1", "svar": "nei"},
        {"aar": YEAR - 2, "punkt": "2", "svar": "ja"},
    ]
    finding = vedtak.self_evaluation(PLAN, SOURCE, material(egenvurdering=rows), YEAR)
    frame = finding.frame.set_index("nr")
    assert frame.loc["1", ["svar", "svar_i_fjor"]].tolist() == ["ja", "nei"]
    assert frame.loc["10", "svar"] == "vet_ikke"
    assert frame.loc["2", ["svar", "svar_i_fjor"]].tolist() == ["ikke_meldt_inn"] * 2
    # Report guide 2.6: ten items.
    assert [finding.values[name] for name in ("total", "reported", "yes")] == [10, 2, 1]
    assert [finding.values[name] for name in ("reported_last_year", "yes_last_year")] == [1, 0]


def assessed(**more: Any) -> Finding:
    usual = {"aar": YEAR, "rolle": "slt", "dato": DAY, "tekst": "Vi møtes.", "ingen_omtalt": "ja"}
    return vedtak.assessments(SOURCE, material(vurdering=[usual | more]), YEAR)


def test_an_assessment_is_quoted_with_role_and_day() -> None:
    frame = assessed().frame
    assert frame.iloc[0].tolist() == ["SLT-koordinator", "2026-01-12", "Vi møtes."]
    assert frame["tekst"].tolist()[1:] == ["", ""]


def test_an_assessment_of_another_year_is_not_this_years() -> None:
    assert assessed(aar=YEAR - 1).values["delivered"] == 0


def test_without_the_confirmation_the_text_is_not_carried() -> None:
    row = {"aar": YEAR, "rolle": "slt", "dato": DAY, "tekst": "Vi møtes."}
    finding = vedtak.assessments(SOURCE, material(vurdering=[row]), YEAR)
    assert finding.frame["tekst"].tolist() == ["", "", ""]
    assert finding.values["delivered"] == 0


def test_the_revision_log_is_the_plans_own() -> None:
    frame = vedtak.revisions(PLAN, SOURCE).frame
    # Handlingsplanen, chapter 1: ordered 14 November 2024, approved 25 November 2024.
    assert frame["dato"].tolist()[:2] == ["2024-11-14", "2024-11-25"]
    assert frame["godkjent_av"].tolist()[:2] == ["Bystyret", "Politirådet"]


def test_decisions_and_answers_are_work_and_no_persons() -> None:
    assert {decided(decision(1)).subject, assessed().subject} == {"work"}
