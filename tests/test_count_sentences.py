"""What is said of a count: every verdict once for each kind, hidden numbers, one and many."""

from typing import Any

import pandas as pd
import pytest

from evaluering.display import counts, first_screen, month_chart, repeat
from evaluering.display import sentences as say
from evaluering.display.language import forbidden_words, long_sentences
from evaluering.display.markup import Numbering
from evaluering.model import Direction, Finding, Source, Value, Verdict

COUNT: dict[str, Value] = {
    "year_from": 2024,
    "year_to": 2025,
    "count_from": 13.0,
    "count_to": 21.0,
    "ratio": 1.6153846154,
    "lower": 0.8108202014,
    "upper": 3.3146661069,
    "lower_90": 0.9,
    "upper_90": 1.1,
    "at_most": 4.0,
    "at_least": 26.0,
    "holder": "politiet",
    "flags": "once_per_person,reported",
}
CASES: dict[str, Value] = COUNT | {
    "share_from": 26 / 42,
    "share_to": 32 / 47,
    "teller_from": 26.0,
    "teller_to": 32.0,
    "nevner_from": 42.0,
    "nevner_to": 47.0,
    "difference": 32 / 47 - 26 / 42,
    "lower": -0.1317,
    "upper": 0.2517,
    "lower_90": -0.1,
    "upper_90": 0.2,
    "at_most": 19.0,
    "at_least": 39.0,
}
SUMS: dict[str, Value] = COUNT | {
    "year_from": 2020,
    "year_now_first": 2023,
    "year_before_first": 2020,
    "year_before_last": 2022,
}
ALL = {"forhold": COUNT, "samarbeid": CASES, "plasseringer": SUMS}
VERDICTS: list[tuple[Verdict, Direction, dict[str, str]]] = [
    (Verdict.CLEAR, "up", {}),
    (Verdict.CLEAR, "down", {}),
    (Verdict.PROBABLE, "up", {"reason": "preliminary"}),
    (Verdict.PROBABLE, "down", {"reason": "exploratory"}),
    (Verdict.UNCLEAR, "", {}),
    (Verdict.STABLE, "", {}),
    (Verdict.NOT_ASSESSED, "", {"refusal": "few_persons"}),
    (Verdict.NOT_ASSESSED, "", {"refusal": "not_comparable", "reason": "definition"}),
    (Verdict.MISSING, "", {"reason": "first_year"}),
    (Verdict.WITHHELD, "", {}),
]


def finding(
    section: str = "forhold",
    verdict: Verdict = Verdict.UNCLEAR,
    direction: Direction = "",
    *,
    without: tuple[str, ...] = (),
    frame: pd.DataFrame | None = None,
    more: dict[str, Value] | None = None,
    **codes: Any,
) -> Finding:
    known = {key: value for key, value in ALL[section].items() if key not in without}
    return Finding(
        id=f"indikator.{section}",
        section=section,
        kind="indicator",
        topic="Forhold under 18 år",
        frame=pd.DataFrame() if frame is None else frame,
        sources=(Source("Oppdiktede tall", is_published=False),),
        is_synthetic=True,
        verdict=verdict,
        direction=direction,
        values=known | (more or {}),
        unit="forhold",
        **codes,
    )


def text(made: Finding) -> str:
    return say.paragraph(made).text().replace("\u00a0", " ")


# Counts -------------------------------------------------------------------------------------------


def test_a_clear_rise_gives_both_years_and_the_interval() -> None:
    # Report guide 2.3, the sentences of counts, with the method guide's 13 and 21.
    assert text(finding(verdict=Verdict.CLEAR, direction="up")) == (
        "Økning. Tallet gikk fra 13 i 2024 til 21 i 2025. Endringen er større enn tilfeldig "
        "variasjon mellom ungdommene kan forklare. Det er 1,62 ganger så mange "
        "(95 % usikkerhetsintervall: 0,81 til 3,31)."
    )


def test_an_unclear_change_says_what_it_would_have_taken() -> None:
    assert text(finding()).endswith(
        "Det måtte ha vært 26 eller flere, eller 4 eller færre, for at vi kunne si at det er en "
        "endring."
    )


def test_nothing_is_fewer_than_none() -> None:
    said = text(finding(more={"at_most": 0.0}))
    assert "26 eller flere, eller 0, for at" in said
    only_up = text(finding(without=("at_most",)))
    assert "Det måtte ha vært 26 eller flere, for at" in only_up


def test_a_change_of_recording_names_the_police_only_where_it_is_theirs() -> None:
    day: dict[str, Value] = {"recording_date": "2025-03-01"}
    police = text(finding(verdict=Verdict.PROBABLE, direction="up", reason="recording", more=day))
    assert "fordi politiet endret registreringen i mars 2025." in police
    cases = finding("samarbeid", Verdict.PROBABLE, "up", reason="recording", more=day)
    assert "fordi måten tallene føres på, ble endret i mars 2025." in text(cases)


def test_a_figure_that_is_not_assessed_is_still_shown() -> None:
    few = text(finding(verdict=Verdict.NOT_ASSESSED, refusal="few_persons"))
    assert few == (
        "Ikke vurdert. Tallene er for små til å vurdere endringen. Tallet gikk fra 13 til 21."
    )


def test_a_first_year_is_not_called_missing() -> None:
    first = finding(
        verdict=Verdict.MISSING, reason="first_year", without=("year_from", "count_from")
    )
    assert say.heading(first) == "Forhold under 18 år: første år med tall 2025"
    assert text(first) == (
        "Første år med tall. Tallet var 21 i 2025. Vi har ikke tall fra året før, og kan ikke si "
        "om det har endret seg."
    )


# Cases and sums -----------------------------------------------------------------------------------


def test_cases_are_counted_before_their_share() -> None:
    assert text(finding("samarbeid")) == (
        "Ingen sikker endring. I 32 av 47 nye saker er det gitt samtykke til samarbeid i 2025. "
        "Andelen gikk fra 62 til 68 prosent. Forskjellen kan ikke skilles fra tilfeldig "
        "variasjon. Endringen er på 6 prosentpoeng (95 % usikkerhetsintervall: −13 til 25). Det "
        "måtte ha vært 39 eller flere, eller 19 eller færre, av de 47 sakene, for at vi kunne si "
        "at det er en endring."
    )


def test_one_case_is_one_case() -> None:
    one: dict[str, Value] = {"teller_to": 1.0, "nevner_to": 1.0}
    assert say.of_cases(finding("samarbeid", more=one)) == (
        "I 1 av 1 ny sak er det gitt samtykke til samarbeid i 2025."
    )


def test_sums_name_their_years_and_never_a_direction_as_good() -> None:
    said = text(finding("plasseringer", Verdict.CLEAR, "up"))
    assert "Tallene er så små at vi viser summen for 2023–2025." in said
    assert "Summen gikk fra 13 i 2020–2022 til 21 i 2023–2025." in said
    assert not any(word in said for word in ("bedre", "verre", "positiv", "dessverre"))


# Every verdict, read aloud ------------------------------------------------------------------------


@pytest.mark.parametrize("section", ALL)
@pytest.mark.parametrize(("verdict", "direction", "codes"), VERDICTS)
def test_every_verdict_reads_well(
    section: str, verdict: Verdict, direction: Direction, codes: dict[str, str]
) -> None:
    made = finding(section, verdict, direction, **codes)
    said = f"{say.heading(made)}.\n{text(made)}"
    assert forbidden_words(said, verdicts=[verdict]) == []
    assert long_sentences(text(made), most=34) == []  # the fixed «for at vi kunne si» included
    assert not any(word in said for word in ("nan", "None", "inf", "  ", " ."))
    has_verdict = verdict in (Verdict.CLEAR, Verdict.PROBABLE)
    assert ("kning" in said or "edgang" in said) is has_verdict


def test_a_withheld_verdict_hints_at_nothing() -> None:
    made = finding(verdict=Verdict.WITHHELD, without=tuple(COUNT.keys() - {"holder", "flags"}))
    page = counts.change(made, Numbering())
    assert "Det betyr ikke at det er null" in page
    for number in ("13", "21", "1,62", "26"):
        assert number not in page
    assert "Dette ville avgjort" not in page


# What may be seen of a finding --------------------------------------------------------------------


def yearly(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {"aar": [2023, 2024, 2025], "antall": [11.0, 13.0, 21.0]}
        | {"lower": [5.5, 6.9, 13.0], "upper": [19.7, 22.2, 32.1]}
        | columns
    )


def test_a_hidden_year_leaves_words_and_no_number() -> None:
    nan = float("nan")
    frame = yearly(
        antall=[11.0, nan, 21.0],
        antall_tegn=["", "skjult", ""],
        lower=[5.5, nan, 13.0],
        lower_tegn=["", "skjult", ""],
        upper=[19.7, nan, 32.1],
        upper_tegn=["", "skjult", ""],
    )
    page = counts.change(finding(verdict=Verdict.WITHHELD, frame=frame), Numbering())
    assert "kan ikke vises" in page
    assert "22,2" not in page


def test_one_year_is_a_table_and_no_figure() -> None:
    made = finding(verdict=Verdict.MISSING, reason="first_year", frame=yearly().iloc[2:])
    page = counts.change(made, Numbering())
    assert "<svg" not in page
    assert "<table" in page


def _few(values: dict[str, Value], kind: str = "concentration") -> Finding:
    frame = pd.DataFrame(
        {
            "aar": [2025],
            "share_persons": [0.1],
            "share_offences": [0.27],
            "share_by_chance": [0.09],
        }
    )
    return Finding(
        id="gjentatt.andel",
        section="gjentatt",
        kind=kind,
        topic="Noen få med fire eller flere forhold",
        frame=frame,
        sources=(Source("Oppdiktede tall", is_published=False),),
        is_synthetic=True,
        values=values,
        unit="personer",
    )


def test_a_few_stand_for_a_share_beside_chance() -> None:
    known: dict[str, Value] = {"year_to": 2025, "persons": 13.0, "share": 0.2708, "chance": 0.0896}
    page = repeat.concentration(_few(known), Numbering()).replace("\u00a0", " ")
    # Report guide 2.3, the fixed sentence of repeat offending.
    assert "13 personer sto for 27 prosent av forholdene." in page
    assert "ville vi ventet omtrent 9 prosent." in page
    assert "Usikkerheten kan bare regnes ut av rader om hver person" in page
    one = repeat.concentration(_few(known | {"persons": 1.0}), Numbering()).replace("\u00a0", " ")
    assert "1 person sto for" in one
    hidden = repeat.concentration(_few({"year_to": 2025}), Numbering())
    assert "kan ikke vises" in hidden
    assert "27" not in hidden


def test_a_hidden_month_is_a_gap_and_no_word() -> None:
    nan = float("nan")
    months = pd.DataFrame(
        {
            "aar": [2025] * 12,
            "maaned": list(range(1, 13)),
            "antall": [9.0, 8, 11, 12, 7, nan, 9, 10, 44, 9, 8, 12],
            "antall_tegn": ["", "", "", "", "", "skjult", "", "", "", "", "", ""],
            "centre": [10.0] * 12,
            "lower": [0.0] * 12,
            "upper": [30.0] * 12,
            "signal": [False] * 8 + [True] + [False] * 3,
        }
    )
    values: dict[str, Value] = {
        "year_first": 2025,
        "year_to": 2025,
        "signals": 1,
        "rule_set": "mdc-1",
        "note": "preliminary_limits",
        "flags": "reported",
    }
    made = Finding(
        id="forhold.maaneder",
        section="forhold",
        kind="monthly_counts",
        topic="Forhold måned for måned",
        frame=months,
        sources=(Source("Oppdiktede tall", is_published=False),),
        is_synthetic=True,
        values=values,
    )
    page = month_chart.monthly(made, Numbering()).replace("\u00a0", " ")
    assert "Forhold måned for måned: én måned skiller seg ut" in page
    assert "Disse månedene skiller seg ut: september 2025." in page
    assert "Grensene er foreløpige" in page
    assert page.count("forloep") == 2  # the line is broken at the hidden month


# The first screen ---------------------------------------------------------------------------------


def test_the_first_screen_tells_the_delivered_figures() -> None:
    screen = first_screen.messages([finding(), finding("samarbeid")], 2025).replace("\u00a0", " ")
    assert "Forhold under 18 år: ingen sikker endring 2024–2025." in screen
    assert "Tallet gikk fra 13 til 21." in screen
    assert "I 32 av 47 nye saker er det gitt samtykke til samarbeid i 2025." in screen
    assert 'href="#samarbeid"' in screen
    assert "gjentatt" not in screen


def test_a_first_year_does_not_count_as_a_gap() -> None:
    first = finding(verdict=Verdict.MISSING, reason="first_year")
    lacking = finding("samarbeid", Verdict.MISSING)
    assert first_screen.gap([first, lacking], 2025) == (
        "Én av planens to indikatorer mangler tall for 2025."
    )
