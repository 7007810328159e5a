"""The five indicators as one family, and what repeat offending is made of."""

from pathlib import Path
from typing import Any

import pytest
from delivered_material import P139, P139_FORM, material, offences, told

from evaluering.analysis import calls, count_change, gjentatt, indikatorer
from evaluering.analysis.count_calls import police_picture
from evaluering.disclosure import door
from evaluering.display.page import show
from evaluering.inputs.house_key import FIXED_KEY
from evaluering.inputs.material import Material, read_material
from evaluering.model import Finding, Verdict
from evaluering.plan import read_evidence, read_plan

ROOT = Path(__file__).resolve().parents[1]
PLAN = read_plan()
PERSON_SHEETS = ("forhold", "saker", "samtykke", "tjenester", "maal")


def indicators(given: Material, **more: Any) -> dict[str, Finding]:
    found = indikatorer.indicators(PLAN, given, (), year=2025, **more)
    return {finding.section: finding for finding in found}


def classes(year: int, three: int, many: int, **more: Any) -> dict[str, Any]:
    return told(year, antall_forhold=30, personer_3=three, personer_4_pluss=many, **more)


# One family ---------------------------------------------------------------------------------------


def test_every_indicator_has_its_place_and_says_what_is_missing() -> None:
    found = indicators(material())
    assert list(found) == ["forhold", "gjentatt", "samarbeid", "tjenester", "plasseringer"]
    assert {finding.verdict for finding in found.values()} == {Verdict.MISSING}
    assert {finding.kind for finding in found.values()} == {"indicator"}
    assert [finding.next_datum for finding in found.values()] == [
        "politiskjema",
        "politiskjema",
        "indikatortall",
        "indikatortall",
        "plasseringer",
    ]


def test_holm_is_over_those_that_can_be_tested() -> None:
    # Method guide 2.2: 0 against 5 has mid-p .03125: clear alone, not with a second one beside it.
    alone = material(form=[classes(2024, 0, 0), classes(2025, 5, 0)])
    found = indicators(alone)["gjentatt"]
    assert (found.verdict, found.reason) == (Verdict.PROBABLE, "linked")
    beside = material(
        form=[classes(2024, 0, 0), classes(2025, 5, 0)],
        indicators={"saker_samtykke": {2024: (9, 20), 2025: (10, 21)}},
    )
    assert indicators(beside)["gjentatt"].verdict is Verdict.UNCLEAR
    # A first year is no test, and does not make the others harder.
    first = material(
        form=[classes(2024, 0, 0), classes(2025, 5, 0)],
        indicators={"saker_samtykke": {2025: (10, 21)}},
    )
    assert indicators(first)["gjentatt"].verdict is Verdict.PROBABLE


def test_the_declared_family_is_held_more_strictly_than_the_exploratory() -> None:
    # Method guide 2.2: 0 against 5 has mid-p .03125. Two of them: Holm .0625, Benjamini and
    # Hochberg .03125.
    two = [count_change.persons(0, 5, year_to=2025)] * 2
    assert [one.verdict for one in count_change.rulings(two)] == [Verdict.UNCLEAR] * 2
    exploratory = count_change.rulings(two, is_exploratory=True)
    assert [one.verdict for one in exploratory] == [Verdict.PROBABLE] * 2


def test_a_first_year_has_a_figure_and_nothing_to_compare_with() -> None:
    finding = indicators(material(form=[told(2025, **P139_FORM)]))["forhold"]
    assert (finding.verdict, finding.reason) == (Verdict.MISSING, "first_year")
    assert finding.values["count_to"] == 240
    assert finding.next_datum == "neste_aar"
    assert "year_from" not in finding.values


def test_a_gap_of_a_year_is_not_bridged() -> None:
    finding = indicators(material(form=[told(2023, **P139_FORM), told(2025, **P139_FORM)]))
    assert finding["forhold"].verdict is Verdict.MISSING
    assert finding["forhold"].frame["aar"].tolist() == [2023, 2025]


def test_stable_needs_a_declared_margin() -> None:
    same = {"personer_1_2": 4000, "antall_personer": 4000, "personer_4_pluss": 0}
    form = same | {"personer_3": 0, "antall_forhold": 4000, "forhold_4_pluss": 0}
    two = material(form=[told(2024, **form), told(2025, **form)])
    assert indicators(two)["forhold"].verdict is Verdict.UNCLEAR
    # By hand: 90 % limits exp(±1.645·√(2/4000)) = 0.964–1.037, inside 1/1.05–1.05 and not 1/1.03.
    assert indicators(two, margins={"forhold": 0.05})["forhold"].verdict is Verdict.STABLE
    assert indicators(two, margins={"forhold": 0.03})["forhold"].verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(("least", "number"), [(2, 51), (3, 24), (4, 13), (5, 7)])
def test_repeated_starts_where_it_was_declared(least: int, number: int) -> None:
    # P139 counted by hand: 27 with two, 11 with three, 6 with four, 7 with more.
    rows = [*offences(2024, P139), *offences(2025, P139, first=900)]
    finding = indicators(material(rows=rows), repeated_from=least)["gjentatt"]
    assert finding.values["count_to"] == number
    assert finding.values["least"] == least


def test_only_rows_tell_another_border() -> None:
    form = material(form=[told(2024, **P139_FORM), told(2025, **P139_FORM)])
    assert indicators(form, repeated_from=4)["gjentatt"].values["count_to"] == 13
    assert indicators(form, repeated_from=5)["gjentatt"].verdict is Verdict.MISSING


# Cases and placements -----------------------------------------------------------------------------


def test_shares_of_new_cases() -> None:
    given = material(indicators={"saker_samtykke": {2024: (3, 38), 2025: (7, 40)}})
    values = indicators(given)["samarbeid"].values
    # Method guide 2.1, Newcombe: 7/40 − 3/38: −.0598872206 .2495339068.
    assert values["lower"] == pytest.approx(-0.0598872206, abs=1e-8)
    assert values["upper"] == pytest.approx(0.2495339068, abs=1e-8)
    assert (values["teller_to"], values["nevner_to"]) == (7, 40)


def test_the_number_of_new_cases_is_the_denominator_where_none_is_written() -> None:
    given = material(
        indicators={
            "saker_nye": {2024: (38, None), 2025: (40, None)},
            "saker_samtykke": {2024: (3, None), 2025: (7, None)},
        }
    )
    assert indicators(given)["samarbeid"].values["nevner_to"] == 40
    without = material(indicators={"saker_samtykke": {2024: (3, None), 2025: (7, None)}})
    assert indicators(without)["samarbeid"].verdict is Verdict.MISSING


def test_cases_that_would_have_shown_a_change() -> None:
    given = material(indicators={"saker_samtykke": {2024: (10, 20), 2025: (10, 20)}})
    values = indicators(given)["samarbeid"].values
    # By enumeration of the 2×2 tables: 16 of 20 against 10 of 20 has mid-p .0584, 17 has .0259.
    assert (values["at_most"], values["at_least"]) == (3, 17)


def test_placements_are_compared_in_sums_of_three_years() -> None:
    counts = {2020: 3, 2021: 4, 2022: 6, 2023: 6, 2024: 7, 2025: 8}
    finding = indicators(material(placed={"alle": counts}))["plasseringer"]
    # Method guide 2.2: 21 against 13 has ratio 1.615, mid-p limits .8108–3.3147.
    assert (finding.values["count_from"], finding.values["count_to"]) == (13, 21)
    assert finding.values["lower"] == pytest.approx(0.8108202014, abs=1e-8)
    assert finding.frame["periode"].tolist() == ["2020-2022", "2023-2025"]
    assert finding.verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(("first", "refusal"), [(10, ""), (9, "few_persons")])
def test_a_sum_below_ten_is_not_tested(first: int, refusal: str) -> None:
    counts = {2020: first, 2021: 0, 2022: 0, 2023: 9, 2024: 9, 2025: 9}
    finding = indicators(material(placed={"alle": counts}))["plasseringer"]
    assert finding.refusal == refusal
    assert ("lower" in finding.values) is not bool(refusal)


def test_a_missing_year_is_not_zero() -> None:
    counts = {2020: 9, 2022: 9, 2023: 9, 2024: 9, 2025: 9}
    finding = indicators(material(placed={"alle": counts}))["plasseringer"]
    assert (finding.verdict, finding.reason) == (Verdict.MISSING, "few_years")
    assert finding.values["count_to"] == 27
    assert finding.next_datum == "plasseringer"


# Repeat offending ---------------------------------------------------------------------------------


def test_a_few_stand_for_more_than_chance_gives() -> None:
    finding = gjentatt.share_of_offences(material(rows=offences(2025, P139)), year=2025)
    assert finding is not None
    # Method guide 2.8: 13 persons, .270833; by chance .08963; bootstrap .15–.38 (± .01).
    assert (finding.values["persons"], finding.values["share"]) == (
        13,
        pytest.approx(0.270833, abs=1e-6),
    )
    assert finding.values["chance"] == pytest.approx(0.08963, abs=1e-5)
    assert finding.values["lower"] == pytest.approx(0.15, abs=0.015)
    assert finding.values["upper"] == pytest.approx(0.38, abs=0.015)


def test_the_form_gives_the_share_and_no_interval() -> None:
    finding = gjentatt.share_of_offences(material(form=[told(2025, **P139_FORM)]), year=2025)
    assert finding is not None
    assert finding.values["share"] == pytest.approx(0.270833, abs=1e-6)
    assert "lower" not in finding.values


def followed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    old = offences(2022, (1,), first=900)
    finding = gjentatt.one_and_no_more(PLAN, material(rows=[*old, *rows]), year=2025)
    assert finding is not None
    return dict(finding.values)


def test_everybody_is_followed_for_twelve_months_of_their_own() -> None:
    rows = [
        *offences(2024, (1,), first=1, maaned=12),  # once, in December
        *offences(2024, (1,), first=2, maaned=12),
        *offences(2025, (1,), first=2, maaned=12),  # again after twelve months: within
        *offences(2024, (1,), first=3, maaned=2),
        *offences(2025, (1,), first=3, maaned=3),  # again after thirteen: outside
        *offences(2024, (2,), first=4, maaned=5),  # twice in the first month
        *offences(2023, (1,), first=5, maaned=11),  # not the first time
        *offences(2024, (1,), first=5, maaned=11),
    ]
    values = followed(rows)
    assert (values["part"], values["total"]) == (2, 4)


def test_turning_18_on_the_way_is_counted_apart() -> None:
    rows = [*offences(2024, (1,) * 6), *offences(2024, (1,) * 2, first=50, fylt_18="ja")]
    values = followed(rows)
    assert (values["part"], values["total"], values["left_out"]) == (6, 6, 2)


def test_one_and_no_more_needs_months_and_a_year_before() -> None:
    rows = offences(2024, (1,) * 6)
    assert gjentatt.one_and_no_more(PLAN, material(rows=rows), year=2025) is None
    older = [*offences(2023, (1,), first=90), *rows]
    older[0]["maaned"] = None
    assert gjentatt.one_and_no_more(PLAN, material(rows=older), year=2025) is None


def test_what_became_of_last_years_has_turning_18_as_its_own() -> None:
    outcome = {"fortsatt": 3, "faerre": 4, "ingen": 3, "fylt_18": 2}
    given = material(
        form=[told(2024, **P139_FORM), told(2025, **P139_FORM)],
        indicators={f"fjor_4_{name}": {2025: (n, 12)} for name, n in outcome.items()},
    )
    finding = gjentatt.transitions(given, year=2025)
    assert finding is not None
    assert dict(zip(finding.frame["utfall"], finding.frame["antall"], strict=True)) == outcome
    assert finding.values["total"] == 12
    assert finding.tables[0].relations == ()  # the police say 13 last year: not the same number
    del outcome["fylt_18"]
    less = material(indicators={f"fjor_4_{name}": {2025: (n, 12)} for name, n in outcome.items()})
    assert gjentatt.transitions(less, year=2025) is None


# The plan's claims, and the example through the door ----------------------------------------------


def test_a_claim_stands_beside_the_figure_it_is_about() -> None:
    answered = indikatorer.answered_claims(material(rows=offences(2025, (1,) * 9)), year=2025)
    assert answered == {"under_18", "under_15", "vold", "ett_forhold"}
    form = material(form=[told(2025, **P139_FORM)])
    assert indikatorer.answered_claims(form, year=2025) == {"under_18"}
    assert indikatorer.answered_claims(material(), year=2025) == frozenset()


def test_the_form_is_not_asked_for_when_it_was_delivered() -> None:
    given = material(form=[told(2025, **P139_FORM)])
    found = {item.id: item for item in calls.indicators(PLAN, aar=2025, materiale=given)}
    assert found["paastander.forhold"].next_datum == ""
    without = {item.id: item for item in calls.indicators(PLAN, aar=2025, materiale=material())}
    assert without["paastander.forhold"].next_datum == "politiskjema"


def test_the_example_shows_its_main_totals_and_hides_its_few() -> None:
    allowed = {"rolle": "kommunedirektoer", "dato": "2025-01-01"}
    example = read_material(
        ROOT,
        PLAN,
        arbeidsbok="eksempel.xlsx",
        politiskjema="eksempel_politiskjema.xlsx",
        aar=2025,
        skjaeringsdato="2026-01-12",
        personrader=dict.fromkeys(PERSON_SHEETS, allowed),
        delivered=("mikrodata",),
        syntetisk=True,
    )
    found = [
        *calls.indicators(PLAN, aar=2025, materiale=example, syntetisk=True),
        *police_picture(PLAN, example, aar=2025, kommune_nr="9001"),
    ]
    safe = {one.finding.id: one.finding for one in door.release(found, key=FIXED_KEY).safe}
    for id in ("forhold", "gjentatt", "samarbeid", "tjenester"):
        assert safe[f"indikator.{id}"].verdict is Verdict.UNCLEAR
    assert safe["indikator.forhold"].values["count_to"] == 258
    assert safe["indikator.plasseringer"].values["count_to"] == 22
    types = safe["indikator.plasseringer"].details["types"].set_index("type")
    years = ["2022", "2023", "2024", "2025"]
    assert types.drop("alle")[years].isna().all(axis=None)
    assert safe["gjentatt.overganger"].frame["antall"].isna().all()


# From outside -------------------------------------------------------------------------------------


def test_numbers_from_outside_stand_in_the_section_they_are_about() -> None:
    found = {item.section: item for item in indikatorer.outside(PLAN, read_evidence(PLAN))}
    assert list(found) == ["forhold", "gjentatt", "prosess"]
    process = found["prosess"]
    assert process.frame["tall"].tolist() == [190, 68]
    assert all(source.is_published for source in process.sources)
    page = show([process]).content
    assert "Tall utenfra om tiden en sak tar: kan ikke sammenlignes direkte" in page
    assert "190 dager" in page
    assert process.verdict is None


def test_numbers_from_outside_never_stand_among_invented_ones() -> None:
    def kinds(*, invented: bool) -> set[str]:
        found = calls.indicators(PLAN, materiale=material(), aar=2025, syntetisk=invented)
        return {finding.kind for finding in found}

    assert "outside" in kinds(invented=False)
    assert "outside" not in kinds(invented=True)
