"""What a signed assessment may say: rules from the guide on disclosure, section 1.7."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.disclosure.free_text import MAX_LENGTH, REACH, problems

CLEAN = (
    "Vi har møttes som avtalt, og samarbeidet med skolene er blitt bedre.",
    "I 2025 la vi om rutinene for samtykke. Det tok lengre tid enn vi trodde.",
    "Ungdom ble hørt i arbeidet. Ungdomsrådet fikk planen til uttalelse i mars.",
    "Vi fikk til to møter mer enn i fjor, og begge partene var fornøyde.",
    "Årsakene er sammensatte, og tre av tiltakene er ikke kommet i gang.",
    "Barnevernet og ungdomsskolene deltok. Det manglet én virksomhet på to av møtene.",
    "En ungdom som blir sett, klarer seg ofte bedre.",
)
POINTS_OUT = (
    "Vi fulgte opp 3 ungdommer tett.",
    "Tre ungdommer sto bak det meste.",
    "Det var bare én gutt igjen.",
    "Bare en gutt var med.",
    "En 14-åring ble plassert.",
    "Av de plasserte var det to.",
    "Guttene, særlig de fire eldste, uroet oss.",
    "Begge jentene kommer fra samme skole.",
    "Alle unntatt denne ungdommen fikk tilbud.",
    "Vi hadde tjueto saker.",
    "Vi hadde \uff12 saker.",  # a full-width digit
    "Vi hadde t\u200bre saker.",  # a space nobody sees
    "Saken gjaldt 1 familie.",
    "Den ene eleven har flyttet.",
)


@pytest.mark.parametrize("text", CLEAN)
def test_words_about_the_work_pass(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize("text", POINTS_OUT)
def test_a_number_beside_a_person_is_refused(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("word", ["ungdommer", "barn", "gutter", "jenter", "personer", "saker"])
@pytest.mark.parametrize("number", ["én", "fem", "tolv", "7", "12"])
@pytest.mark.parametrize("between", range(REACH + 2))
def test_the_reach_is_three_words_to_each_side(word: str, number: str, between: int) -> None:
    filling = " ".join(["fine"] * between)
    for text in (f"{number} {filling} {word}", f"{word} {filling} {number}"):
        near = any("personer" in fault for fault in problems(text, page_numbers={"7", "12"}))
        assert near is (between < REACH)


def test_other_digits_stand_only_where_the_page_prints_them() -> None:
    text = "Tallet 1 234 viser at det går rett vei, og 27 prosent er bra."
    assert len(problems(text)) == 2
    assert problems(text, page_numbers={"1\u00a0234", "27\u00a0%"}) == []
    assert len(problems(text, page_numbers={"27"})) == 1


def test_a_year_is_no_count() -> None:
    assert problems("I 2026 skal ungdom høres.") == []
    assert problems("Det gjaldt 3026 ganger.")


def test_the_length_has_its_border_at_six_hundred() -> None:
    assert problems("a" * MAX_LENGTH) == []
    assert problems("a" * (MAX_LENGTH + 1)) == ["Teksten er på 601 tegn. Den kan ha høyst 600."]


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_no_word_is_repeated(text: str) -> None:
    for fault in problems(text):
        assert fault.startswith(("Ord nummer ", "Teksten er på "))


@given(
    st.sampled_from(["gutter", "jenter", "barn", "ungdommer", "saker", "plasserte"]),
    st.integers(0, 999),
    st.lists(st.sampled_from(["og", "som", "mer", "ofte"]), max_size=REACH - 1),
)
def test_no_count_of_persons_passes(word: str, number: int, between: list[str]) -> None:
    assert problems(" ".join([str(number), *between, word]), page_numbers={str(number)})
