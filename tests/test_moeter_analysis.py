"""Planned and held meetings, counted by hand from a few rows."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from work_material import PLAN, YEAR, material

from evaluering.analysis import moeter
from evaluering.model import FREE_UNITS, Finding, Source

SOURCE = (Source("Handlingsplan", is_published=True),)


def meeting(arena: str, month: int, *, held: bool = True, year: int = YEAR, **more: str) -> Any:
    answer = "ja" if held else "nei"
    return {"arena": arena, "dato": date(year, month, 4), "gjennomfoert": answer, **more}


def found(*rows: Any, year: int = YEAR) -> Finding:
    return moeter.arenas(PLAN, SOURCE, material(moeter=rows), year)


def row(finding: Finding, arena: str) -> pd.Series:
    return finding.frame.set_index("id").loc[arena]


def test_held_and_called_off_meetings_stand_beside_last_years() -> None:
    finding = found(
        *(meeting("sentrus", month) for month in (2, 5, 9)),
        meeting("sentrus", 11, held=False),
        *(meeting("sentrus", month, year=YEAR - 1) for month in (3, 8)),
    )
    sentrus = row(finding, "sentrus")
    assert (sentrus["holdt"], sentrus["avlyst"], sentrus["holdt_i_fjor"]) == (3, 1, 2)
    # Handlingsplanen 4.1: «Noe færre møter per år (4)».
    assert (sentrus["fra"], sentrus["som_avtalt"]) == (4, "nei")


def test_an_arena_nobody_reported_is_missing_and_never_zero() -> None:
    finding = found(meeting("sentrus", 2))
    kog = row(finding, "kog")
    assert pd.isna(kog["holdt"])
    assert kog["holdt_tegn"] == "mangler"
    assert kog["som_avtalt"] == ""
    assert finding.values["reported"] == 1


def test_only_called_off_meetings_are_zero_held() -> None:
    sentrus = row(found(meeting("sentrus", 2, held=False)), "sentrus")
    assert (sentrus["holdt"], sentrus["avlyst"], sentrus["holdt_tegn"]) == (0, 1, "")


@pytest.mark.parametrize(("held", "agreed"), [(3, "nei"), (4, "ja"), (5, "ja"), (6, "ja")])
def test_the_lowest_number_of_the_plan_is_the_border(held: int, agreed: str) -> None:
    # Handlingsplanen 3.3: the working group meets «4-5 ganger i året».
    finding = found(*(meeting("arbeidsgruppe", month) for month in range(1, held + 1)))
    assert row(finding, "arbeidsgruppe")["som_avtalt"] == agreed
    assert finding.values["assessed"] == 1
    assert finding.values["as_agreed"] == (agreed == "ja")


def test_an_arena_without_a_number_in_the_plan_is_not_judged() -> None:
    assert row(found(meeting("politiraad", 1)), "politiraad")["som_avtalt"] == ""


def test_meetings_where_the_plan_was_an_item() -> None:
    finding = found(
        meeting("politiraad", 1, planen_behandlet="ja"),
        meeting("politiraad", 4, planen_behandlet="nei"),
        meeting("politiraad", 9, held=False, planen_behandlet="ja"),
        meeting("sentrus", 2),
    )
    assert row(finding, "politiraad")["planen_behandlet"] == 1
    # Nobody answered for Sentrus: not known, and not «never».
    assert row(finding, "sentrus")["planen_behandlet_tegn"] == "mangler"


def test_a_service_is_counted_in_held_meetings_it_was_invited_to() -> None:
    finding = found(
        meeting("sentrus", 2, deltok_barnevern="ja", deltok_bupp="nei"),
        meeting("sentrus", 5, deltok_barnevern="nei"),
        meeting("sentrus", 9, held=False, deltok_barnevern="ja"),
        meeting("sentrus", 2, year=YEAR - 1, deltok_barnevern="ja"),
    )
    services = finding.details["services"].set_index("id")
    assert services.loc["barnevern", ["invitert", "kom", "share", "share_from"]].tolist() == [
        2,
        1,
        0.5,
        1.0,
    ]
    assert services.loc["bupp", ["invitert", "kom", "share"]].tolist() == [1, 0, 0.0]
    assert services.loc["bupp", "share_from_tegn"] == "mangler"
    assert "politi" not in services.index


def test_without_the_sheet_everything_is_missing_and_the_plan_is_the_only_source() -> None:
    finding = moeter.arenas(PLAN, SOURCE)
    assert finding.frame["holdt"].isna().all()
    assert finding.details["services"].empty
    assert finding.sources == SOURCE


def test_services_are_no_persons() -> None:
    finding = found(meeting("sentrus", 2))
    assert finding.subject == "work"
    assert not finding.tables
    assert not finding.rests
    assert {"virksomhet", "moete"} == FREE_UNITS
