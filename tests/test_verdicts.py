"""Every line of the verdict tables and of «Hva ville avgjort det?», once each.

The rules are those of the method guide §1.12 and §2.11; numbers here are chosen to lie on the
border of one line.
"""

import math

import pytest

from evaluering.analysis import next_datum, verdict
from evaluering.analysis.survey_flags import hard_break, soft_flags
from evaluering.analysis.verdict import Ruling
from evaluering.model import Verdict
from evaluering.plan.entries import Wave

NAN = math.nan


def published(**known: object) -> Ruling:
    usual = {"break_even": NAN, "smallest_n": (300.0, 1000.0)}
    return verdict.published(0.15, **(usual | known))  # pyright: ignore[reportArgumentType]


def survey(**known: object) -> Ruling:
    usual = {"p_family": 0.01, "p_value": 0.01, "p_exact": 0.01}
    return verdict.survey(0.04, **(usual | known))  # pyright: ignore[reportArgumentType]


def count(**known: object) -> Ruling:
    usual = {"p_adjusted": 0.01}
    return verdict.count(8.0, **(usual | known))  # pyright: ignore[reportArgumentType]


# Published percentages ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("break_even", "expected"),
    [
        (11.0, Verdict.CLEAR),
        (10.99, Verdict.PROBABLE),
        (3.0, Verdict.PROBABLE),
        (2.99, Verdict.UNCLEAR),
        (0.0, Verdict.UNCLEAR),
    ],
)
def test_known_answers_are_judged_by_the_design_effect_the_change_can_bear(
    break_even: float, expected: Verdict
) -> None:
    assert published(break_even=break_even).verdict is expected


def test_published_reasons_say_what_is_not_known() -> None:
    assert published(break_even=5.0).reason == "schools_unknown"
    assert published(break_even=1.0).reason == "rounding"


def test_unknown_answers_without_a_bound_are_not_assessed() -> None:
    assert published() == Ruling(Verdict.NOT_ASSESSED, refusal="no_n")


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (1001, Verdict.CLEAR),
        (1000, Verdict.PROBABLE),
        (301, Verdict.PROBABLE),
        (300, Verdict.UNCLEAR),
    ],
)
def test_a_declared_lower_bound_takes_the_place_of_the_answers(
    bound: int, expected: Verdict
) -> None:
    assert published(answers_at_least=bound).verdict is expected


def test_rounding_that_explains_the_change_is_never_beaten_by_a_bound() -> None:
    out = published(smallest_n=(NAN, NAN), answers_at_least=100_000)
    assert out == Ruling(Verdict.UNCLEAR, reason="rounding")


def test_a_hard_break_stops_published_percentages_too() -> None:
    out = published(break_even=40.0, hard="nei_ordlyd")
    assert out == Ruling(Verdict.NOT_ASSESSED, refusal="not_comparable", reason="nei_ordlyd")


def test_a_fall_has_the_direction_down() -> None:
    out = verdict.published(-0.15, break_even=20.0, smallest_n=(1.0, 1.0))
    assert out.direction == "down"


# Schools known ------------------------------------------------------------------------------------


def test_a_refusal_comes_before_everything() -> None:
    out = survey(refusal="few_clusters", hard="nei_ordlyd")
    assert out == Ruling(Verdict.NOT_ASSESSED, refusal="few_clusters")


def test_a_hard_break_comes_before_the_tests() -> None:
    assert survey(hard="grades").refusal == "not_comparable"


def test_both_tests_in_the_family_are_clear() -> None:
    assert survey(p_family=0.05, p_value=0.05) == Ruling(Verdict.CLEAR, "up")


def test_a_clear_change_within_the_margin_says_so() -> None:
    assert survey(p_equivalence=0.05).reason == "within_margin"


def test_a_soft_flag_caps_at_probable_and_is_named() -> None:
    out = survey(soft=("pandemic", "n_changed"))
    assert out == Ruling(Verdict.PROBABLE, "up", reason="pandemic")


def test_alone_but_not_in_the_family_is_unclear() -> None:
    out = survey(p_family=0.051, p_exact=0.05)
    assert out == Ruling(Verdict.UNCLEAR, reason="family")


def test_exact_but_not_the_second_test_is_unclear() -> None:
    assert survey(p_value=0.051) == Ruling(Verdict.UNCLEAR, reason="schools_uneven")


def test_alone_comes_before_stable() -> None:
    assert survey(p_family=0.2, p_exact=0.04, p_equivalence=0.01).verdict is Verdict.UNCLEAR


def test_inside_the_margin_is_stable() -> None:
    out = survey(p_family=0.5, p_value=0.5, p_exact=0.5, p_equivalence=0.05)
    assert out == Ruling(Verdict.STABLE)


def test_no_margin_is_never_stable() -> None:
    assert survey(p_family=0.5, p_value=0.5, p_exact=0.5) == Ruling(Verdict.UNCLEAR)


def test_exploratory_is_at_most_probable() -> None:
    assert verdict.exploratory(0.1, p_adjusted=0.0001) == Ruling(
        Verdict.PROBABLE, "up", reason="exploratory"
    )
    assert verdict.exploratory(0.1, p_adjusted=0.051).verdict is Verdict.UNCLEAR
    assert verdict.exploratory(0.1, p_adjusted=0.01, refusal="few_clusters").refusal


# Counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refusal", ["no_persons", "few_persons", "not_comparable"])
def test_counts_that_cannot_be_judged_are_not_assessed(refusal: str) -> None:
    assert count(refusal=refusal) == Ruling(Verdict.NOT_ASSESSED, refusal=refusal)


def test_no_earlier_year_is_missing() -> None:
    assert count(has_earlier=False) == Ruling(Verdict.MISSING)


def test_counts_beyond_noise_are_clear() -> None:
    assert count(p_adjusted=0.05) == Ruling(Verdict.CLEAR, "up")


@pytest.mark.parametrize("flag", ["preliminary", "recording", "linked"])
def test_a_flag_on_counts_caps_at_probable(flag: str) -> None:
    assert count(soft=(flag,)) == Ruling(Verdict.PROBABLE, "up", reason=flag)


def test_undeclared_counts_are_at_most_probable() -> None:
    assert count(is_exploratory=True).reason == "exploratory"


def test_counts_inside_a_declared_margin_are_stable() -> None:
    out = count(p_adjusted=0.6, interval_90=(0.91, 1.09), margin=(0.9, 1.1))
    assert out == Ruling(Verdict.STABLE)


@pytest.mark.parametrize("interval", [(0.89, 1.05), (0.95, 1.11)])
def test_counts_outside_the_margin_are_unclear(interval: tuple[float, float]) -> None:
    out = count(p_adjusted=0.6, interval_90=interval, margin=(0.9, 1.1))
    assert out == Ruling(Verdict.UNCLEAR)


def test_counts_without_a_margin_are_never_stable() -> None:
    assert count(p_adjusted=0.6, interval_90=(0.99, 1.01)) == Ruling(Verdict.UNCLEAR)


# Flags --------------------------------------------------------------------------------------------

WAVES = (Wave(2016, True), Wave(2019, False), Wave(2022, True, ("pandemi",)), Wave(2025, False))


def test_the_first_declared_break_is_the_reason() -> None:
    assert hard_break(["ja", "nei_tidspunkt", "nei_annet"]) == "nei_tidspunkt"
    assert hard_break(["foerste", "ja", ""]) == ""


def test_the_pandemic_flags_only_comparisons_that_use_its_survey() -> None:
    assert soft_flags((2016, 2022), WAVES) == ("pandemic",)
    assert soft_flags((2016, 2025), WAVES) == ()


@pytest.mark.parametrize(
    ("answers", "invited", "flags"),
    [
        ((700.0, 700.0), (1000.0, 1000.0), ()),
        ((699.0, 700.0), (1000.0, 1000.0), ("response_low",)),
        ((800.0, 900.0), (1000.0, 1000.0), ()),
        ((800.0, 901.0), (1000.0, 1000.0), ("response_changed",)),
        ((1000.0, 1200.0), (1200.0, 1440.0), ()),
        ((1000.0, 1201.0), (1200.0, 1441.0), ("n_changed",)),
        ((NAN, 1201.0), (1200.0, 1441.0), ()),
    ],
)
def test_soft_flags_at_their_borders(
    answers: tuple[float, float], invited: tuple[float, float], flags: tuple[str, ...]
) -> None:
    assert soft_flags((2016, 2025), WAVES, answers=answers, invited=invited) == flags


def test_a_closed_school_is_a_soft_flag() -> None:
    assert soft_flags((2016, 2025), WAVES, have_schools_changed=True) == ("schools_changed",)


# Next datum ---------------------------------------------------------------------------------------

NO_N = Ruling(Verdict.NOT_ASSESSED, refusal="no_n")
UNCLEAR = Ruling(Verdict.UNCLEAR)
MISSING = Ruling(Verdict.MISSING)


def test_unknown_answers_ask_for_the_published_report() -> None:
    assert next_datum.for_published(NO_N, smallest_n=71.0) == "prosent_og_svar"
    assert next_datum.for_published(MISSING) == "prosent_og_svar"


def test_answers_that_no_number_could_settle_ask_for_counts() -> None:
    assert next_datum.for_published(NO_N, smallest_n=NAN) == "antall_ja"


def test_rounding_that_decides_asks_for_counts() -> None:
    out = next_datum.for_published(UNCLEAR, break_even=0.3, break_even_at_best=3.0)
    assert out == "antall_ja"


def test_counts_that_could_not_lift_the_verdict_are_not_asked_for() -> None:
    out = next_datum.for_published(UNCLEAR, break_even=0.3, break_even_at_best=2.9)
    assert out == "svar_per_skole"
    hopeless = next_datum.for_published(UNCLEAR, break_even=0.1, break_even_at_best=0.9)
    assert hopeless == "neste_undersoekelse"


def test_probable_percentages_ask_for_schools() -> None:
    probable = Ruling(Verdict.PROBABLE, "up", reason="schools_unknown")
    assert next_datum.for_published(probable, break_even=5.0) == "svar_per_skole"
    assert next_datum.for_published(probable) == "prosent_og_svar"


def test_a_settled_question_asks_for_nothing() -> None:
    assert next_datum.for_published(Ruling(Verdict.CLEAR, "up"), break_even=20.0) == ""
    assert next_datum.for_survey(Ruling(Verdict.STABLE)) == ""


def test_too_few_schools_ask_for_nothing_the_municipality_can_fetch() -> None:
    for code in ("few_clusters", "not_comparable"):
        assert next_datum.for_survey(Ruling(Verdict.NOT_ASSESSED, refusal=code)) == ""


def test_an_unclear_change_between_schools_asks_for_the_next_survey() -> None:
    assert next_datum.for_survey(UNCLEAR) == "neste_undersoekelse"
    assert next_datum.for_survey(MISSING) == "prosent_og_svar"


def test_too_few_municipalities_ask_for_more_of_them() -> None:
    few = Ruling(Verdict.NOT_ASSESSED, refusal="few_comparators")
    assert next_datum.for_comparison(few) == "flere_kommuner"
    assert next_datum.for_comparison(UNCLEAR) == ""


@pytest.mark.parametrize(
    ("ruling", "series", "expected"),
    [
        (Ruling(Verdict.NOT_ASSESSED, refusal="no_persons"), "police", "politiskjema"),
        (MISSING, "police", "politiskjema"),
        (MISSING, "cases", "indikatortall"),
        (MISSING, "placements", "plasseringer"),
        (Ruling(Verdict.PROBABLE, "up", reason="linked"), "police", "antall_hendelser"),
        (Ruling(Verdict.PROBABLE, "up", reason="preliminary"), "police", "uttrekk_samme_dato"),
        (UNCLEAR, "police", "neste_aar"),
        (Ruling(Verdict.NOT_ASSESSED, refusal="few_persons"), "placements", "neste_aar"),
        (Ruling(Verdict.NOT_ASSESSED, refusal="few_cases"), "cases", "neste_aar"),
        (Ruling(Verdict.CLEAR, "up"), "police", ""),
    ],
)
def test_counts_ask_for_the_first_row_that_fits(
    ruling: Ruling, series: next_datum.Series, expected: str
) -> None:
    assert next_datum.for_count(ruling, series=series) == expected


def test_a_change_clear_at_the_lower_bound_asks_for_the_largest_count() -> None:
    out = next_datum.for_count(UNCLEAR, series="police", is_clear_at_lower_bound=True)
    assert out == "stoerste"
