"""The fixed grammar: every verdict × kind once, and the language checks themselves."""

from dataclasses import replace
from typing import get_args

import pandas as pd
import pytest

from evaluering.analysis import next_datum
from evaluering.analysis.survey_flags import soft_flags
from evaluering.display import sentences as say
from evaluering.display import wording
from evaluering.display.language import (
    forbidden_words,
    lix,
    long_sentences,
    mean_sentence,
    sentences_of,
)
from evaluering.errors import REFUSALS, EvalueringError
from evaluering.model import Direction, Finding, Source, Value, Verdict

SURVEY: dict[str, Value] = {
    "handling": "har skulket skolen siste år",
    "holder": "Ungdata",
    "year_from": 2016,
    "year_to": 2022,
    "share_from": 0.17,
    "share_to": 0.32,
    "difference": 0.15,
    "lower": 0.11,
    "upper": 0.19,
    "lower_90": 0.12,
    "upper_90": 0.18,
    "smallest_detectable": 0.06,
    "margin": 0.03,
    "family_size": 6,
    "decimals": 0,
    "smallest_n": 777.0,
    "smallest_n_alone": 71.0,
    "pandemic_year": 2022,
    "G": 5,
}
COUNTS: dict[str, Value] = {
    "year_from": 2024,
    "year_to": 2025,
    "count_from": 13,
    "count_to": 21,
    "ratio": 1.6153846154,
    "lower": 0.8108202014,
    "upper": 3.3146661069,
    "lower_90": 0.9,
    "upper_90": 1.1,
    "at_most": 4,
    "at_least": 26,
    "recording_month": "mars 2025",
}


def finding(
    kind: str,
    verdict: Verdict,
    direction: Direction = "",
    *,
    refusal: str = "",
    reason: str = "",
    without: tuple[str, ...] = (),
    **values: Value,
) -> Finding:
    base = COUNTS if kind == "count_change" else SURVEY
    known = {key: value for key, value in (base | values).items() if key not in without}
    return Finding(
        id="ungdata.skulket",
        section="ungdata",
        kind=kind,
        topic="Skulket skolen",
        frame=pd.DataFrame(),
        sources=(Source("Oppdiktede tall", is_published=True),),
        is_synthetic=True,
        verdict=verdict,
        direction=direction,
        refusal=refusal,
        reason=reason,
        values=known,
    )


def said(*args: object, **kwargs: object) -> str:
    return say.paragraph(finding(*args, **kwargs)).text().replace("\u00a0", " ")  # pyright: ignore[reportArgumentType]


# Between schools ----------------------------------------------------------------------------------


def test_a_clear_rise_between_schools() -> None:
    assert said("survey_change", Verdict.CLEAR, "up") == (
        "Økning. Flere har skulket skolen siste år: fra 17 prosent i 2016 til 32 prosent i 2022. "
        "Endringen er større enn det tilfeldig variasjon mellom skoler og elever kan forklare. "
        "Endringen er på 15 prosentpoeng (95 % usikkerhetsintervall: 11 til 19)."
    )


def test_a_clear_fall_between_schools() -> None:
    text = said("survey_change", Verdict.CLEAR, "down", difference=-0.032, lower=-0.05, upper=-0.01)
    assert text.startswith("Nedgang. Færre har skulket")
    assert "på −3 prosentpoeng (95 % usikkerhetsintervall: −5 til −1)" in text


def test_a_clear_change_within_the_margin() -> None:
    text = said("survey_change", Verdict.CLEAR, "up", reason="within_margin")
    assert text.endswith("Endringen er likevel mindre enn 3 prosentpoeng.")


def test_a_probable_rise_names_its_reservation() -> None:
    assert said("survey_change", Verdict.PROBABLE, "up", reason="response_changed") == (
        "Trolig økning. Det er trolig flere som har skulket skolen siste år: fra 17 til 32 "
        "prosent. Vi er ikke sikre, fordi svarprosenten er ulik. Endringen er på 15 prosentpoeng "
        "(95 % usikkerhetsintervall: 11 til 19)."
    )


def test_unclear_says_what_could_have_been_seen() -> None:
    assert said("survey_change", Verdict.UNCLEAR) == (
        "Ingen sikker endring. Andelen gikk fra 17 til 32 prosent. Forskjellen kan ikke skilles "
        "fra tilfeldig variasjon. Endringen er på 15 prosentpoeng (95 % usikkerhetsintervall: 11 "
        "til 19). Endringen måtte ha vært på omtrent 6 prosentpoeng for at vi skulle ha oppdaget "
        "den."
    )


def test_unclear_in_the_family_gives_the_reason_and_not_what_could_have_been_seen() -> None:
    text = said("survey_change", Verdict.UNCLEAR, reason="family")
    assert (
        "Sett alene er forskjellen større enn tilfeldig variasjon, men ikke når vi tar hensyn til "
        "at vi har sett på seks spørsmål." in text
    )
    assert "oppdaget" not in text


def test_stable_prints_the_interval_it_rests_on() -> None:
    text = said("survey_change", Verdict.STABLE)
    assert text.startswith("Stabil. Andelen er stabil")
    assert "En endring på 3 prosentpoeng eller mer kan vi se bort fra." in text
    assert "(90 % usikkerhetsintervall: 12 til 18)" in text


def test_a_few_large_schools_are_named() -> None:
    text = said("survey_change", Verdict.CLEAR, "up", is_dominated=True)
    assert text.endswith(REFUSALS["dominated"])


# Published percentages ----------------------------------------------------------------------------


def test_published_clear_is_the_guides_sentence() -> None:
    assert said("survey_published", Verdict.CLEAR, "up") == (
        "Økning. Endringen fra 17 til 32 prosent er større enn tilfeldig variasjon, også når vi "
        "regner forsiktig med avrunding og forskjeller mellom skoler."
    )


def test_published_probable_gives_the_reason() -> None:
    text = said("survey_published", Verdict.PROBABLE, "up", reason="schools_unknown")
    assert text.endswith("Vi er ikke sikre, fordi svar per skole ikke er kjent.")


def test_published_unclear_is_the_guides_sentence() -> None:
    assert said("survey_published", Verdict.UNCLEAR, reason="rounding") == (
        "Ingen sikker endring. Tallene er avrundet til hele prosent. Endringen fra 17 til 32 "
        "prosent kan skyldes avrunding og tilfeldig variasjon. Med antall svar per skole kan vi si "
        "mer."
    )


def test_a_lower_bound_is_told_with_its_reason_and_the_number_needed() -> None:
    text = said(
        "survey_published",
        Verdict.CLEAR,
        "up",
        answers_at_least=1500,
        answers_reason="Minst 1 500 elever går på skolene",
    )
    assert "men det var minst 1 500 hvert år" in text
    assert "Minst 1 500 elever går på skolene." in text
    assert "minst 777 svar hvert år" in text


def test_unknown_answers_give_the_number_needed_careful_and_least() -> None:
    assert said("survey_published", Verdict.NOT_ASSESSED, refusal="no_n") == (
        "Ikke vurdert. Vi vet ikke hvor mange som svarte. Regner vi forsiktig, er endringen større "
        "enn tilfeldig variasjon bare hvis minst 777 elever svarte hvert år. Var skolene helt "
        "like, ville 71 svar hvert år vært nok."
    )


def test_rounding_that_explains_everything_gives_no_number() -> None:
    text = said(
        "survey_published",
        Verdict.NOT_ASSESSED,
        refusal="no_n",
        smallest_n=None,
        smallest_n_alone=None,
    )
    assert "uansett hvor mange som svarte" in text


def test_a_break_says_why() -> None:
    text = said(
        "survey_published", Verdict.NOT_ASSESSED, refusal="not_comparable", reason="nei_ordlyd"
    )
    assert text.endswith(
        "Tallene for 2016 og 2022 kan ikke sammenlignes direkte, fordi spørsmålet hadde en annen "
        "ordlyd."
    )


# Counts -------------------------------------------------------------------------------------------


def test_counts_clear() -> None:
    assert said("count_change", Verdict.CLEAR, "up") == (
        "Økning. Tallet gikk fra 13 i 2024 til 21 i 2025. Endringen er større enn tilfeldig "
        "variasjon mellom ungdommene kan forklare. Det er 1,62 ganger så mange (95 % "
        "usikkerhetsintervall: 0,81 til 3,31)."
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("preliminary", "tallene er foreløpige"),
        ("recording", "politiet endret registreringen i mars 2025"),
        ("linked", "flere kan ha vært sammen om forholdene"),
    ],
)
def test_counts_probable(reason: str, words: str) -> None:
    text = said("count_change", Verdict.PROBABLE, "up", reason=reason)
    assert text.startswith(
        f"Trolig økning. Tallet gikk fra 13 til 21. Vi er ikke sikre, fordi {words}."
    )


def test_counts_unclear_say_what_would_have_been_seen() -> None:
    text = said("count_change", Verdict.UNCLEAR)
    assert "Forskjellen kan ikke skilles fra tilfeldig variasjon." in text
    assert text.endswith(
        "Det måtte ha vært 26 eller flere, eller 4 eller færre, for at vi kunne si at det er en "
        "endring."
    )


def test_counts_too_small_to_fall_only_name_the_rise() -> None:
    text = said("count_change", Verdict.UNCLEAR, at_most=None)
    assert "26 eller flere, for at" in text


def test_counts_stable_print_the_90_per_cent_interval() -> None:
    assert "(90 % usikkerhetsintervall: 0,90 til 1,10)" in said("count_change", Verdict.STABLE)


# The same for all kinds ---------------------------------------------------------------------------


def test_missing_names_the_years_and_who_has_them() -> None:
    text = said("survey_published", Verdict.MISSING, missing_years="2019,2025")
    assert text == "Mangler tall. Vi har ikke fått tall for 2019 og 2025 fra Ungdata."


def test_withheld_says_nothing_but_that_it_is_not_zero() -> None:
    text = said("survey_change", Verdict.WITHHELD)
    assert text.startswith("Kan ikke vises. ")
    assert text.endswith("Det betyr ikke at det er null.")
    assert not any(character.isdigit() for character in text)


def test_not_yet_controlled_is_told_apart_from_withheld() -> None:
    text = said("survey_change", Verdict.WITHHELD, refusal="not_controlled")
    assert text.endswith(REFUSALS["not_controlled"])


@pytest.mark.parametrize(
    ("verdict", "direction", "refusal", "words"),
    [
        (Verdict.CLEAR, "up", "", "økning"),
        (Verdict.CLEAR, "down", "", "nedgang"),
        (Verdict.PROBABLE, "up", "", "trolig økning"),
        (Verdict.PROBABLE, "down", "", "trolig nedgang"),
        (Verdict.UNCLEAR, "", "", "ingen sikker endring"),
        (Verdict.STABLE, "", "", "stabil"),
        (Verdict.NOT_ASSESSED, "", "few_clusters", "for få skoler"),
        (Verdict.WITHHELD, "", "not_controlled", "kan ikke vises"),
    ],
)
def test_the_heading_is_topic_verdict_and_years(
    verdict: Verdict, direction: Direction, refusal: str, words: str
) -> None:
    item = finding("survey_change", verdict, direction, refusal=refusal)
    assert say.heading(item) == f"Skulket skolen: {words} 2016–2022"


def test_the_heading_of_a_missing_question_names_the_missing_years() -> None:
    item = finding("survey_published", Verdict.MISSING, missing_years="2016,2019,2025")
    assert say.heading(item) == "Skulket skolen: mangler tall 2016–2025"


def test_singular_and_plural() -> None:
    one = said("survey_change", Verdict.NOT_ASSESSED, refusal="few_clusters", G=1)
    assert "bare én skole" in one
    assert say.same_direction(5, 6) == "Fem av seks spørsmål peker samme vei."
    assert say.listed(["a"]) == "a"
    assert say.listed(["a", "b", "c"]) == "a, b og c"
    assert (say.in_words(12), say.in_words(13), say.in_words(2700)) == ("tolv", "13", "2\u00a0700")


def test_a_comparison_puts_the_two_changes_beside_each_other() -> None:
    text = said(
        "survey_comparison",
        Verdict.UNCLEAR,
        reference="landet",
        change_own=0.15,
        change_reference=-0.02,
        difference=0.17,
    )
    assert text.startswith(
        "Ingen sikker forskjell. Her økte andelen med 15 prosentpoeng. I landet sank den med 2 "
        "prosentpoeng. Forskjellen er 17 prosentpoeng (95 % usikkerhetsintervall: 11 til 19)."
    )


def test_a_finding_without_the_values_it_needs_is_refused() -> None:
    with pytest.raises(EvalueringError, match="difference"):
        say.paragraph(finding("survey_change", Verdict.CLEAR, "up", without=("difference",)))
    with pytest.raises(EvalueringError, match="ingen konklusjon"):
        say.paragraph(replace(finding("survey_change", Verdict.CLEAR, "up"), verdict=None))
    with pytest.raises(EvalueringError, match="ingen setning"):
        say.paragraph(finding("ukjent", Verdict.UNCLEAR))


# Every code has its words -------------------------------------------------------------------------


def test_every_refusal_has_words_for_the_heading() -> None:
    # Method guide 0.1, and `no_spread`: persons are known, but not how offences fall on them. The
    # other codes beside them are remarks and never stand in a heading.
    codes = (
        "few_clusters dominated few_pairs unsupported_design no_variation no_n not_comparable "
        "few_points few_periods few_comparators no_persons few_persons few_cases few_ratings "
        "impossible no_spread"
    )
    assert set(codes.split()) == wording.REFUSAL_HEADINGS.keys()
    assert wording.REFUSAL_HEADINGS.keys() <= REFUSALS.keys()


def test_every_next_datum_has_words() -> None:
    assert set(next_datum.ORDER) == wording.NEXT_DATUM.keys()


def test_every_soft_flag_has_a_reservation() -> None:
    flags = soft_flags(
        (2016, 2025),
        (),
        answers=(500.0, 900.0),
        invited=(1000.0, 1000.0),
        have_schools_changed=True,
    )
    assert {*flags, "pandemic"} <= wording.RESERVATIONS.keys()


def test_every_direction_has_a_label() -> None:
    assert {*get_args(Direction)} - {""} == wording.DIRECTION_LABELS.keys()


def test_the_standing_sentences_are_verbatim() -> None:
    # Report guide 2.3.
    assert say.CAUSE == "Tallene viser hva som har endret seg, ikke hva som er årsaken."
    assert say.QUALITY == (
        "Tallene sier noe om omfang og aktivitet, men lite om kvalitet i arbeidet."
    )
    assert say.REPORTED == (
        "Registrerte forhold avhenger også av hva som blir anmeldt, og hva politiet prioriterer."
    )
    assert say.PERSON_NOISE == (
        "Én person kan stå for mange forhold. Usikkerheten er derfor regnet ut fra antall personer."
    )
    assert say.HIDDEN == "Tall som kunne ha pekt ut enkeltpersoner, er skjult."


def test_no_wording_breaks_its_own_rules() -> None:
    tables = [wording.LABELS, wording.REFUSAL_HEADINGS, wording.BREAKS, wording.FLAGS]
    words = [text for table in tables for text in table.values()]
    words += list(wording.RESERVATIONS.values()) + list(REFUSALS.values())
    words += [part for datum in wording.NEXT_DATUM.values() for part in datum]
    text = "\n".join(words)
    assert forbidden_words(text, verdicts=list(Verdict)) == []
    assert long_sentences(text) == []


# The language checks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Endringen er signifikant.",
        "p-verdien er lav",
        "95 % konfidensintervall",
        "Dette er en effekt av planen.",
        "Økningen skyldes tiltaket.",
        "Det førte til færre forhold.",
        "Takket være planen",
        "Det er ingen endring.",
        "Andelen er uendret.",
        "Trenden er klar.",
        "en kraftig økning",
        "Det er sannsynligvis flere.",
        "en økning på +62 %",
        "Forholdstallet er 1,6.",
        "Kommunen er best.",
        "Fredrikstad er nummer 3.",
        "en versting",
        "kriminell ungdom",
        "Tallet er rødt.",
        "Det er trolig flere.",
        "Andelen er stabil.",
        "Siktede under 15 år",
        "Antall siktet: 12, herav under\u00a015 år: 3",
    ],
)
def test_a_planted_word_is_found(text: str) -> None:
    assert forbidden_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Endringen kan skyldes avrunding og tilfeldig variasjon.",
        "Ingen sikker endring.",
        "Registrerte under 15 år. Siktede fra 15 til 17 år.",
        "Designeffekten er 11.",
        "Bestillingen ble behandlet.",
        "Fra 13 til 21, eller 1,62 ganger så mange.",
        "Forhold nr. 4 i planen, kapittel 4.2.",
        "Grensen er klar.",
    ],
)
def test_a_fit_sentence_is_not_found(text: str) -> None:
    assert forbidden_words(text) == []


def test_words_of_a_verdict_need_their_verdict() -> None:
    assert forbidden_words("Det er trolig flere.", verdicts=[Verdict.PROBABLE]) == []
    assert forbidden_words("Andelen er stabil.", verdicts=[Verdict.PROBABLE])


def test_lix_by_hand() -> None:
    # Björnsson: 10 words in 2 sentences, 3 words over six letters: 5 + 30 = 35.
    text = "Vi leser tallene her. Ungdommene svarte på mange spørsmål nå."
    assert lix(text) == pytest.approx(10 / 2 + 100 * 3 / 10)
    assert lix("") == 0.0


def test_sentences_are_split_at_stops_colons_and_lines_only() -> None:
    text = "Det er 4,5 prosent. Fra 2016–2022: flere.\nSlutt"
    assert len(sentences_of(text)) == 4
    assert mean_sentence("En to tre. En.") == 2.0


def test_a_long_sentence_is_found_at_its_border() -> None:
    thirty = " ".join(["ord"] * 30) + "."
    assert long_sentences(thirty) == []
    assert long_sentences("ett " + thirty)
