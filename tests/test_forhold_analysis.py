"""Offences against last year: the person is the unit of noise; nothing is said without ground."""

import math
import re
from datetime import date, datetime
from typing import Any

import pytest
from delivered_material import DAY, P139, P139_FORM, material, offences, told
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluering.analysis import count_change, forhold, indikatorer, months, police_counts
from evaluering.analysis.count_calls import police_picture
from evaluering.analysis.police_counts import Group, Year
from evaluering.disclosure.validate import check_tables
from evaluering.display.page import show
from evaluering.inputs.material import Material
from evaluering.model import Cell, Finding, Verdict
from evaluering.plan import read_plan

PLAN = read_plan()
DAY_OF_PUBLISHING = datetime(2025, 2, 1)


def picture(given_material: Material, **more: Any) -> dict[str, Finding]:
    found = police_picture(PLAN, given_material, aar=2025, kommune_nr="9001", **more)
    return {finding.id: finding for finding in found}


def indicator(given_material: Material, id: str = "forhold", **more: Any) -> Finding:
    found = indikatorer.indicators(PLAN, given_material, (), year=2025, **more)
    return next(finding for finding in found if finding.section == id)


# How offences fall on persons ---------------------------------------------------------------------


def test_the_forms_five_numbers_bound_the_spread() -> None:
    year = police_counts.years(material(form=[told(2025, **P139_FORM)]), Group())[2025]
    # Method guide 2.3: 620 ≤ Σk² ≤ 776, and 656 when the largest is known to be 8.
    assert (year.variance_lower, year.variance) == (620, 776)
    known = material(form=[told(2025, **P139_FORM, stoerste=8)])
    assert police_counts.years(known, Group())[2025].variance == 656


def test_rows_give_the_spread_itself() -> None:
    year = police_counts.years(material(rows=offences(2025, P139)), Group())[2025]
    # Method guide 2.3: 139 persons, 240 offences, Σk² = 640; nobody acted together.
    assert (year.persons, year.offences, year.variance) == (139, 240, 640)
    assert (year.one_or_two, year.three, year.many, year.many_offences) == (115, 11, 13, 65)
    assert year.are_linked_known


def test_those_who_acted_together_are_one_unit() -> None:
    rows = offences(2025, (1, 2, 1, 1, 1, 1))
    for row in rows[:2]:
        row["hendelse_id"] = "sammen"
    year = police_counts.years(material(rows=rows), Group())[2025]
    # By hand: (1 + 2)² and four alone, where nobody together would give 1 + 4 + 4 = 9.
    assert year.variance == 13


def test_persons_in_few_groups_are_tested_as_groups() -> None:
    alone = count_change.persons(10, 30, year_to=2025)
    # By hand: z = 20/√(10 + 30) when nobody was together, weaker than mid-p; 20/√1000 in groups.
    assert count_change.persons(10, 30, year_to=2025, linked=(10, 30)).lower == alone.lower
    together = count_change.persons(10, 30, year_to=2025, linked=(100, 900))
    assert alone.p_value < 0.01 < together.p_value
    assert together.p_value == pytest.approx(0.5271, abs=1e-4)
    assert together.lower < 1 < together.upper


def test_a_row_without_an_event_leaves_the_question_open() -> None:
    rows = offences(2025, (1,) * 6)
    rows[0]["hendelse_id"] = None
    year = police_counts.years(material(rows=rows), Group())[2025]
    assert not year.are_linked_known
    assert math.isnan(year.events)


def test_as_many_events_as_offences_means_nobody_acted_together() -> None:
    same = told(2025, **P139_FORM, antall_hendelser=240)
    fewer = told(2025, **P139_FORM, antall_hendelser=239)
    assert police_counts.years(material(form=[same]), Group())[2025].are_linked_known
    assert not police_counts.years(material(form=[fewer]), Group())[2025].are_linked_known


def test_offences_are_tested_with_the_upper_bound() -> None:
    before = told(2024, **P139_FORM)
    after = told(2025, **P139_FORM | {"antall_forhold": 260, "forhold_4_pluss": 85})
    finding = indicator(material(form=[before, after]))
    # By hand: all but one with four, the last with the rest: 776 and 16·12 + 37² + 108·… below.
    spread = {2024: 776.0, 2025: 776 - 17**2 - 12 * 16 + 12 * 16 + 37**2}
    width = 1.959963984540054 * math.sqrt(spread[2024] / 240**2 + spread[2025] / 260**2)
    assert finding.values["ratio"] == pytest.approx(260 / 240)
    assert finding.values["lower"] == pytest.approx(260 / 240 * math.exp(-width))
    assert finding.values["upper"] == pytest.approx(260 / 240 * math.exp(width))
    seen = 1.959963984540054 * math.sqrt(2 * 776)
    assert finding.values["at_least"] == math.ceil(240 + seen)
    assert finding.values["at_most"] == math.floor(240 - seen)


@pytest.mark.parametrize(
    ("row", "refusal", "datum"),
    [
        ({"antall_forhold": 240}, "no_persons", "politiskjema"),
        ({"antall_forhold": 240, "antall_personer": 139}, "no_spread", "politiskjema"),
        ({"antall_forhold": 4, "antall_personer": 4}, "few_persons", "neste_aar"),
    ],
)
def test_without_the_spread_nothing_is_concluded(
    row: dict[str, int], refusal: str, datum: str
) -> None:
    finding = indicator(material(form=[told(2024, **row), told(2025, **row)]))
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, refusal)
    assert finding.next_datum == datum
    assert not {"lower", "upper", "at_least"} & finding.values.keys()


def test_the_largest_number_is_asked_for_where_it_could_settle() -> None:
    # By hand: z is 1.39 with the upper bounds of Σk² and 2.09 with the lower ones.
    form = {"antall_personer": 79, "personer_1_2": 60, "personer_3": 4, "personer_4_pluss": 15}
    before = told(2024, **form, antall_forhold=152, forhold_4_pluss=80, antall_hendelser=152)
    after = told(2025, **form, antall_forhold=232, forhold_4_pluss=100, antall_hendelser=232)
    finding = indicator(material(form=[before, after]))
    assert finding.verdict is Verdict.UNCLEAR
    assert finding.next_datum == "stoerste"


# Reservations -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({date(2025, 1, 12)}, {date(2026, 1, 12)}, False),
        ({date(2025, 1, 12)}, {date(2026, 1, 13)}, True),
        ({date(2026, 1, 12)}, {date(2026, 1, 12)}, True),  # one extract: last year had a year more
        ({date(2026, 1, 12), date(2025, 1, 12)}, {date(2026, 1, 12)}, False),
        (set(), set(), True),
    ],
)
def test_years_must_be_as_old_as_each_other(
    before: set[date], after: set[date], expected: bool
) -> None:
    years = Year(2024, extracts=frozenset(before)), Year(2025, extracts=frozenset(after))
    assert count_change.is_preliminary(*years) is expected


def test_a_number_told_by_form_and_sheet_has_both_extract_dates() -> None:
    form = [told(2024, antall_forhold=9) | {"uttrekksdato": datetime(2026, 1, 12)}]
    both = material(form=form, counts=[told(2024, antall_forhold=9)])
    year = police_counts.years(both, Group())[2024]
    assert year.extracts == {date(2025, 1, 12), DAY}


@pytest.mark.parametrize(
    ("day", "hva", "expected"),
    [
        ("2024-01-01", "ny_rutine", ("", "")),  # both whole years came after it
        ("2024-01-02", "ny_rutine", ("recording", "")),
        ("2025-12-31", "nytt_system", ("recording", "")),
        ("2026-01-01", "ny_rutine", ("", "")),
        ("2025-03-01", "ny_definisjon", ("", "definition")),
    ],
)
def test_a_change_in_recording_between_the_years(
    day: str, hva: str, expected: tuple[str, str]
) -> None:
    declared = [{"dato": day, "serie": "forhold", "hva": hva, "kilde": "et rundskriv"}]
    soft, hard, _ = count_change.recording(declared, "forhold", 2024, 2025)
    assert (soft, hard) == expected
    assert count_change.recording(declared, "gjentatt", 2024, 2025) == ("", "", "")


def test_a_new_definition_takes_the_test_away() -> None:
    declared = [{"dato": "2025-03-01", "serie": "forhold", "hva": "ny_definisjon", "kilde": "x"}]
    two = material(form=[told(2024, **P139_FORM), told(2025, **P139_FORM)])
    finding = indicator(two, changes=declared)
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "not_comparable")
    assert finding.reason == "definition"


def test_a_clear_change_with_a_reservation_is_probable() -> None:
    few = {"antall_personer": 60, "personer_1_2": 60, "personer_3": 0, "personer_4_pluss": 0}
    before = told(2024, **few, antall_forhold=60, forhold_4_pluss=0, antall_hendelser=60)
    more = {"antall_personer": 160, "personer_1_2": 160, "personer_3": 0, "personer_4_pluss": 0}
    after = told(2025, **more, antall_forhold=160, forhold_4_pluss=0, antall_hendelser=160)
    assert indicator(material(form=[before, after])).verdict is Verdict.CLEAR
    linked = indicator(material(form=[before, after | {"antall_hendelser": 150}]))
    assert (linked.verdict, linked.reason) == (Verdict.PROBABLE, "linked")
    assert linked.next_datum == "antall_hendelser"


# What is exploratory ------------------------------------------------------------------------------


def test_other_counts_are_never_more_than_probable() -> None:
    young = {"aldersgruppe": "under_15", "siktet": None}
    rows = [*offences(2024, (1,) * 10, **young), *offences(2025, (1,) * 90, first=500, **young)]
    finding = picture(material(rows=rows))["forhold.under_15"]
    assert (finding.verdict, finding.direction) == (Verdict.PROBABLE, "up")
    assert finding.reason in {"exploratory", "preliminary", "linked"}
    assert finding.is_exploratory


def test_both_growing_is_not_especially_the_younger() -> None:
    rows: list[dict[str, Any]] = []
    for year, number in ((2024, 40), (2025, 80)):
        rows += offences(year, (1,) * number, first=year * 1000, aldersgruppe="under_15")
        rows += offences(year, (1,) * number, first=year * 1000 + 500)
    values = picture(material(rows=rows))["forhold.under_15"].values
    assert values["ratio"] == values["older_ratio"] == 2
    assert values["older_is_clear"] is False


def test_three_years_are_seen_together() -> None:
    rows = [
        row
        for year, number in ((2023, 20), (2024, 45), (2025, 80))
        for row in offences(year, (1,) * number, first=year * 1000, kategori="vold")
    ]
    values = picture(material(rows=rows))["forhold.vold"].values
    assert (values["year_trend_first"], values["trend_is_clear"]) == (2023, True)
    without = [row for row in rows if row["aar"] != 2024]
    assert "trend_is_clear" not in picture(material(rows=without))["forhold.vold"].values


def test_a_rate_is_of_those_who_live_here() -> None:
    counts = [
        told(2025, antall_forhold=20, antall_personer=18),
        told(2025, antall_forhold=15, antall_personer=13, bosted="egen"),
    ]
    values = picture(material(counts=counts, people={2025: 125}))["forhold.personer"].values
    # Method guide 2.1: 13 has the exact interval 6.92195–22.23040, here over 8 ages of 125.
    assert (values["inhabitants"], values["rate"]) == (1000, 13)
    assert values["rate_lower"] == pytest.approx(6.92195249)
    assert values["rate_upper"] == pytest.approx(22.23040396)


def test_there_is_no_rate_without_residence_or_population() -> None:
    here = told(2025, antall_forhold=15, antall_personer=13, bosted="egen")
    all_of_them = told(2025, antall_forhold=20, antall_personer=18)
    for sheets in (
        material(counts=[all_of_them, here]),
        material(counts=[all_of_them], people={2025: 125}),
    ):
        assert "rate" not in picture(sheets)["forhold.personer"].values


def test_the_polices_own_publication_stands_beside_the_extract() -> None:
    first = told(2024, **P139_FORM, antall_publisert=231) | {"publisert_dato": DAY_OF_PUBLISHING}
    values = indicator(material(form=[first, told(2025, **P139_FORM)])).values
    assert (values["published"], values["extracted"]) == (231, 240)
    assert (values["published_date"], values["year_published"]) == ("2025-02-01", 2024)


def test_nobody_under_15_is_called_charged() -> None:
    young = {"aldersgruppe": "under_15", "siktet": None}
    rows = [*offences(2024, (1,) * 12, **young), *offences(2025, (2,) * 14, first=50, **young)]
    page = show(list(picture(material(rows=rows)).values())).content
    for sentence in re.split(r"[.!?]|</", re.sub(r"<[^>]+>", "", page)):
        assert not ("under 15" in sentence and "sikt" in sentence.lower())


# Months -------------------------------------------------------------------------------------------


def test_a_year_of_months_has_preliminary_limits_and_no_gap() -> None:
    rows = [
        *offences(2025, (12,) * 10),
        *offences(2025, (1,) * 5, first=50, maaned=3),
        *offences(2025, (1,) * 3, first=60, maaned=8),
    ]
    finding = months.monthly(material(rows=rows), year=2025)
    assert finding is not None
    assert len(finding.frame) == 12
    assert finding.values["note"] == "preliminary_limits"
    assert finding.frame["antall"].sum() == len(rows)


def test_without_months_there_is_no_chart() -> None:
    rows = offences(2025, (12,) * 5)
    rows[3]["maaned"] = None
    assert months.monthly(material(rows=rows), year=2025) is None
    assert months.monthly(material(form=[told(2025, **P139_FORM)]), year=2025) is None


# Ground -------------------------------------------------------------------------------------------


def _truth(findings: list[Finding]) -> dict[Cell, int]:
    known: dict[Cell, int] = {}
    for finding in findings:
        for table in finding.tables:
            for row in table.frame.to_dict("records"):
                here = table.cell(**{name: str(row[name]) for name in table.dimensions})
                assert known.setdefault(here, row["antall"]) == row["antall"], here
    return known


def test_the_weighted_identity_holds_for_the_true_classes() -> None:
    rows = [*offences(2024, P139), *offences(2025, P139, first=900)]
    found = [*indikatorer.indicators(PLAN, material(rows=rows), (), year=2025)]
    found += picture(material(rows=rows)).values()
    known = _truth(found)
    for year in ("2024", "2025"):
        # The true n₁ and n₂ of P139, which no table shows.
        for klasse, number in (("1", 88), ("2", 27)):
            at = (("aar", year), ("klasse", klasse))
            known[Cell("person", "siktede_registrerte", "", at)] = number
    relations = [
        relation for finding in found for table in finding.tables for relation in table.relations
    ]
    assert len(relations) >= 10
    for relation in relations:
        if all(here in known for _, here in relation.terms):
            total = sum(factor * known[here] for factor, here in relation.terms)
            assert total == 0 if relation.kind == "=" else total <= 0


ROWS = st.lists(
    st.tuples(
        st.integers(0, 25),
        st.sampled_from([2023, 2024, 2025]),
        st.integers(1, 12),
        st.sampled_from(["under_15", "15_17"]),
        st.sampled_from(["vold", "annet"]),
        st.sampled_from(["egen", "annen", "ukjent"]),
        st.sampled_from(["gutt", "jente", "ukjent"]),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=80,
)


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_any_rows_give_tables_that_agree_and_numbers_with_ground(
    drawn: list[tuple[int, int, int, str, str, str, str, int]],
) -> None:
    rows = [
        {
            "person_kode": f"p{person}",
            "aar": year,
            "maaned": month,
            "aldersgruppe": age,
            "kategori": category,
            "siktet": None if age == "under_15" else "ja",
            "hendelse_id": f"h{year}{event}",
            "bosted": place,
            "kjoenn": sex,
            "fylt_18": "nei",
        }
        for person, year, month, age, category, place, sex, event in drawn
    ]
    given_material = material(rows=rows)
    found = [
        *indikatorer.indicators(PLAN, given_material, (), year=2025),
        *picture(given_material).values(),
    ]
    tables = [table for finding in found for table in finding.tables]
    check_tables(tables)
    known = _truth(found)
    names = [table.name for table in tables]
    assert len(names) == len(set(names))
    for finding in found:
        for rest in finding.rests:
            assert all(here in known for here in rest.cells), (finding.id, rest)


def test_what_is_left_after_the_groups_is_a_cell_too() -> None:
    counts = [
        told(2025, antall_forhold=30, antall_personer=25),
        told(2025, antall_forhold=18, antall_personer=14, kjoenn="gutt"),
        told(2025, antall_forhold=9, antall_personer=9, kjoenn="jente"),
    ]
    finding = forhold.groups(material(counts=counts), year=2025)
    assert finding is not None
    table = next(table for table in finding.tables if table.name == "forhold_kjoenn")
    numbers = dict(zip(table.frame["kjoenn"], table.frame["antall"], strict=True))
    assert numbers == {"alle": 30, "gutt": 18, "jente": 9, "ukjent": 3}
    persons = dict(zip(table.frame["kjoenn"], table.frame["personer"], strict=True))
    assert persons["ukjent"] == 2  # at least everybody less the two groups


def test_groups_that_are_more_than_everybody_are_left_out() -> None:
    counts = [
        told(2025, antall_forhold=20, antall_personer=18),
        told(2025, antall_forhold=18, antall_personer=14, kjoenn="gutt"),
        told(2025, antall_forhold=9, antall_personer=9, kjoenn="jente"),
    ]
    assert forhold.groups(material(counts=counts), year=2025) is None
