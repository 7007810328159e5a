"""Published figures about offences: shown with what they cannot say."""

from pathlib import Path

import pandas as pd
import pytest

from evaluering.analysis import calls, indikatorer, situasjon
from evaluering.display import crime
from evaluering.display.markup import Numbering
from evaluering.inputs import published
from evaluering.model import Source, Verdict
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "data" / "publisert"
SOURCE = (Source("Oppdiktede tall", is_published=True),)
OESTFOLD = ["3101", "3103", "3105", "3110", "3112", "3114", "3116", "3118", "3120", "3122", "3124"]


def municipalities(others: list[str] | None = None) -> situasjon.Finding:
    frame, sources = published.read_municipal_offences(PUBLISHED / "kriminalitet_kommuner.csv")
    return situasjon.municipalities(
        frame, sources, own="3107", others=others or OESTFOLD, rule="samme fylke"
    )


def test_the_countrys_offences_are_shown_but_not_judged() -> None:
    frame, sources = published.read_national_under18(PUBLISHED / "under18_landet.csv")
    finding = situasjon.national_under_18(frame, sources)
    # National Police Directorate as reported by NRK, February 2024: 16,974 and 21,770.
    assert (finding.values["count_from"], finding.values["count_to"]) == (16974, 21770)
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "no_spread")
    assert finding.direction == ""
    # Method guide 2.3: only totals known, so the break-even spread (z/1.96)²; by hand
    # z = 4796/√38744 = 24.366.
    assert finding.values["break_even_spread"] == pytest.approx(154.55, abs=0.01)


def test_categories_of_the_country_sum_to_its_total() -> None:
    frame, sources = published.read_national_under18(PUBLISHED / "under18_landet.csv")
    wide = situasjon.national_under_18(frame, sources).details["categories"]
    assert wide[["2021", "2022", "2023"]].sum().tolist() == [16677, 16974, 21770]


def test_only_periods_that_do_not_overlap_are_compared() -> None:
    values = municipalities().values
    assert (values["earlier_from"], values["earlier_to"]) == (2021, 2022)
    assert (values["year_from"], values["year_to"]) == (2023, 2024)
    # Statistics Norway 08487, Fredrikstad: 4,722 and 5,187; 60.9 and the country's 58.6 per 1,000.
    assert (values["count_from"], values["count_to"]) == (4722, 5187)
    assert (values["rate"], values["country_rate"]) == (60.9, 58.6)


def test_eleven_municipalities_give_a_position_only() -> None:
    finding = municipalities()
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "few_comparators")
    assert finding.values["J"] == 11
    assert finding.values["rose_more"] == 6
    assert finding.values["rose_less"] == 5


def test_municipalities_stand_in_the_order_of_their_number_with_one_own() -> None:
    frame = municipalities().frame
    assert frame["kommune"].tolist()[:4] == ["Halden", "Moss", "Sarpsborg", "Fredrikstad"]
    assert frame["own"].tolist() == [False] * 3 + [True] + [False] * 8


@pytest.mark.parametrize("number", [18, 19])
def test_nineteen_municipalities_give_a_placebo_rank_of_background(number: int) -> None:
    rows = [
        (code, f"Kommune {code}", end - 1, end, "alle", 1000.0 + change, 50.0)
        for place in range(number + 1)
        for code in [str(3000 + place)]
        for end, change in ((2022, 0.0), (2024, 400.0 if place == 0 else float(place)))
    ]
    columns = ["kommune_nr", "kommune", "periode_fra", "periode_til", "lovbruddsgruppe"]
    frame = pd.DataFrame(rows, columns=pd.Index([*columns, "antall", "per_1000"]))
    others = [str(3001 + place) for place in range(number)]
    finding = situasjon.municipalities(frame, SOURCE, own="3000", others=others, rule="alle")
    if number == 18:
        assert finding.refusal == "few_comparators"
    else:
        assert (finding.verdict, finding.reason) == (Verdict.PROBABLE, "background")
    assert finding.values["country_rate"] is None


def test_a_hidden_number_stays_hidden() -> None:
    frame, sources = published.read_municipal_offences(PUBLISHED / "kriminalitet_kommuner.csv")
    hidden = frame.copy()
    is_one = (hidden["kommune_nr"] == "3107") & (hidden["lovbruddsgruppe"] == "vold")
    hidden.loc[is_one, "antall"] = float("nan")
    finding = situasjon.municipalities(hidden, sources, own="3107", others=OESTFOLD, rule="x")
    groups = finding.details["groups"].set_index("lovbruddsgruppe")
    assert groups.loc["vold", ["antall_fra", "antall_til", "change"]].isna().all()


def test_the_plans_thirteen_persons_fit_only_totals_from_190() -> None:
    frame, sources = published.read_repeat_offending(PUBLISHED / "gjentatt_planen.csv")
    finding = situasjon.plan_concentration(frame, sources)
    assert finding.verdict is None
    assert finding.values["offences_at_least"] == 52
    assert finding.values["total_at_least"] == 190
    # Method guide 2.8: ≥ 190; at a mean of five 237–245, of six 284–294.
    totals = finding.details["totals"]
    assert totals["at_least"].tolist() == [190, 237, 284]
    assert totals["at_most"].tolist()[1:] == [245, 294]


@pytest.mark.parametrize("offences", [52, 65, 78, 100])
def test_every_total_between_the_bounds_prints_the_share_and_none_outside(offences: int) -> None:
    frame = pd.DataFrame(
        {"aar": [2024], "minst_forhold": [offences], "personer": [1], "andel_prosent": [27.0]}
    )
    totals = situasjon.plan_concentration(frame, SOURCE).details["totals"]
    low, high = int(totals["at_least"].iloc[0]), int(totals["at_most"].iloc[0])
    fits = [total for total in range(offences, 1000) if 0.265 <= offences / total < 0.275]
    assert (fits[0], fits[-1]) == (low, high)


def test_five_indicators_are_missing_with_card_and_next_number() -> None:
    plan = read_plan()
    found = indikatorer.missing_indicators(plan, SOURCE, year=2026)
    assert [finding.section for finding in found] == [
        "forhold",
        "gjentatt",
        "samarbeid",
        "tjenester",
        "plasseringer",
    ]
    assert {finding.verdict for finding in found} == {Verdict.MISSING}
    assert all(finding.next_datum for finding in found)
    assert all(len(finding.details["card"]) >= 6 for finding in found)


def test_claims_without_figures_are_quoted_and_those_answered_left_out() -> None:
    plan = read_plan()
    found = indikatorer.claims(plan, SOURCE, answered=calls.ANSWERED_CLAIMS)
    quotes = [quote for finding in found for quote in finding.frame["sitat"]]
    assert any("under 15 år" in quote for quote in quotes)
    assert not any("13 gjerningspersoner" in quote for quote in quotes)


def test_what_is_delivered_is_not_asked_for_again() -> None:
    plan = read_plan()
    asked = indikatorer.claims(plan, SOURCE, answered=calls.ANSWERED_CLAIMS)
    assert {finding.next_datum for finding in asked} == {"politiskjema"}
    assert "ikke er levert" in crime.claims(asked[0], Numbering())
    had = indikatorer.claims(
        plan, SOURCE, answered=calls.ANSWERED_CLAIMS, delivered=[asked[0].section]
    )
    assert [finding.next_datum for finding in had] == ["", *(["politiskjema"] * (len(had) - 1))]
    assert "Tallene vi har fått, er ikke nok" in crime.claims(had[0], Numbering())
    assert "ikke er levert" not in crime.claims(had[0], Numbering())


def test_a_file_that_is_not_named_gives_no_finding() -> None:
    assert calls.national_under_18({}) == ()
    assert calls.repeat_offending({}) == ()
    assert calls.municipalities({}, kommune_nr="3107", sammenligning={}) == ()


def test_without_a_survey_file_every_declared_question_is_missing() -> None:
    plan = read_plan()
    chosen = calls.declared(["skulket", "beruset"], margin={})
    found = calls.survey(plan, {}, chosen)
    assert [finding.verdict for finding in found] == [Verdict.MISSING] * 2
    assert all(source.is_published for finding in found for source in finding.sources)
