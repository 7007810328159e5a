"""What the council reads about the plan's measures, meetings, decisions and data."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pandas as pd
import pytest
from work_material import PLAN, YEAR, material

from evaluering.analysis import datagrunnlag, tiltak
from evaluering.disclosure.masking import masked
from evaluering.display import council_parts, data_basis, overview, plan_parts
from evaluering.display.language import forbidden_words, long_sentences
from evaluering.display.markup import Numbering
from evaluering.model import Cell, Finding, Source
from evaluering.plan import Evidence

SOURCE = (Source("Handlingsplan", is_published=True),)
SHOWS = {
    "measures": plan_parts.measures,
    "priorities": plan_parts.priorities,
    "coverage": plan_parts.coverage,
    "not_prioritised": plan_parts.not_prioritised,
    "arenas": council_parts.arenas,
    "decisions": council_parts.decisions,
    "self_evaluation": council_parts.self_evaluation,
    "assessments": council_parts.assessments,
    "revisions": council_parts.revisions,
}


def findings(**sheets: Any) -> dict[str, Finding]:
    """The plan's findings with these rows, as they are before the door."""
    given = material(**sheets) if sheets else None
    found = tiltak.plan_findings(PLAN, SOURCE, evidence=Evidence((), ()), material=given, year=YEAR)
    return {finding.kind: finding for finding in found}


def shown(finding: Finding) -> str:
    """The visible text, a line per block and « | » between cells."""
    page = SHOWS[finding.kind](finding, Numbering())
    page = re.sub(r"</(?:p|h3|li|caption|tr|dt|dd|summary)>", "\n", page)
    text = unescape(re.sub(r"<[^>]+>", "", re.sub(r"</t[hd]>", " | ", page)))
    return text.replace("\u00a0", " ")


def title(finding: Finding) -> str:
    return shown(finding).splitlines()[0]


def status(id: str, code: str, **more: Any) -> dict[str, Any]:
    return {"tiltak_id": id, "aar": YEAR, "status": code, **more}


def test_the_fixed_sentence_of_measures() -> None:
    rows = [
        status("sentrus", "i_gang"),
        status("kog", "gjennomfoert"),
        status("ledermoete", "ikke_startet", aarsak="kapasitet"),
    ]
    finding = findings(tiltak=rows)["measures"]
    # Report guide 2.3: «{a} av {n} tiltak er i gang eller gjennomført. {b} er ikke startet. For {c}
    # mangler vi opplysninger.»
    assert (
        "To av 26 tiltak er i gang eller gjennomført. Ett er ikke startet. "
        "For 23 mangler vi opplysninger." in shown(finding)
    )
    assert title(finding) == "Tiltak: to av 26 er i gang eller gjennomført"
    assert "Ikke startet, for lite kapasitet." in shown(finding)


def test_a_measure_stands_on_one_row_with_all_that_was_reported() -> None:
    rows = [
        status("sentrus", "planlagt") | {"aar": YEAR - 1},
        status(
            "sentrus",
            "i_gang",
            ansvarlig="slt_koordinator",
            frist=date(2026, 6, 1),
            som_planlagt="delvis",
            antall_mottakere=73,
            antall_maalgruppe=250,
            antall_aktiviteter=8,
        ),
    ]
    assert (
        "Sentrus | I gang, delvis som planlagt. I fjor: planlagt. | SLT-koordinator, frist 1. juni "
        "2026 | 73 av 250 | 8 | Ikke vurdert | " in shown(findings(tiltak=rows)["measures"])
    )


@pytest.mark.parametrize(
    ("seen", "cell"),
    [
        ({"ja": 30, "": 40}, "30 av 40 | 4"),
        ({"ja": 30}, "30 | 4"),
        ({"": 40}, ": kan ikke vises | : kan ikke vises"),
        ({}, ": kan ikke vises | : kan ikke vises"),
    ],
)
def test_a_hidden_reach_leaves_no_number(seen: dict[str, int], cell: str) -> None:
    rows = [
        status(
            "foreldregrupper",
            "i_gang",
            antall_mottakere=30,
            antall_maalgruppe=40,
            antall_aktiviteter=4,
        )
    ]
    at = {"ja": (("naadd", "ja"),), "": ()}
    cells = {
        Cell("person", "tiltak_foreldregrupper", str(YEAR), at[value]): number
        for value, number in seen.items()
    }
    finding = masked(findings(tiltak=rows)["measures"], cells, lambda _: False)
    (row,) = [line for line in shown(finding).splitlines() if line.startswith("Foreldregrupper")]
    assert row == f"Foreldregrupper | I gang. | Ikke meldt inn | {cell} | Ikke vurdert | "


def test_nothing_reported_is_said_once_and_never_as_26_of_26() -> None:
    found = findings()
    text = shown(found["measures"])
    assert title(found["measures"]) == "Tiltak: status er ikke meldt inn"
    assert "Planen har 26 tiltak. Ingen har meldt inn hvordan det går med dem." in text
    for kind in SHOWS:
        assert "26 av 26" not in shown(found[kind])
        assert "olv av tolv" not in shown(found[kind])
    assert shown(found["decisions"]).startswith("Ingen vedtak er meldt inn.")
    assert shown(found["assessments"]).count("Ikke levert") == 3


def test_areas_are_started_or_still_without_priority_or_not_reported() -> None:
    rows = [
        status("i_moeteplasser", "i_gang", startet=date(YEAR, 9, 1)),
        status("i_utekontakt", "ikke_prioritert", krever="lokale"),
    ]
    finding = findings(tiltak=rows)["not_prioritised"]
    assert title(finding) == "Ikke prioritert: ett av fem områder er startet"
    assert f"Møteplasser for ungdom | Startet {YEAR} | Ikke meldt inn" in shown(finding)
    assert "utekontakt | Fortsatt ikke prioritert | Et lokale" in shown(finding)
    assert "offeroppfølging | Ikke meldt inn | Ikke meldt inn" in shown(finding)


def test_meetings_say_planned_and_held() -> None:
    rows: list[dict[str, Any]] = [
        {"arena": arena, "dato": date(YEAR, month, 4), "gjennomfoert": "ja"}
        for arena, months in (("sentrus", 4), ("arbeidsgruppe", 3), ("politiraad", 2))
        for month in range(1, months + 1)
    ]
    finding = findings(moeter=rows)["arenas"]
    text = shown(finding)
    assert title(finding) == "Møter: én av to møteplasser møttes så ofte som planen sier"
    # Report guide 2.3: «Sentrus: {a} av {n} planlagte møter ble holdt.»
    assert "Sentrus: fire av fire planlagte møter ble holdt." in text
    assert "Arbeidsgruppe ungdomskriminalitet: tre møter ble holdt, og planen sier 4–5." in text
    assert "Politiråd | Ikke tallfestet | 2 | 0 | .. mangler | .. mangler" in text


def decision(number: int, status: str, due: date) -> dict[str, Any]:
    return {
        "vedtak_id": f"V-{number:03d}",
        "dato": date(YEAR, 1, 21),
        "tiltak_id": "sentrus",
        "ansvarlig": "slt_koordinator",
        "frist": due,
        "status": status,
    }


def test_a_decision_past_its_date_says_so_in_words() -> None:
    rows = [
        decision(1, "gjennomfoert", date(YEAR, 6, 30)),
        decision(2, "i_gang", date(YEAR, 6, 30)),
    ]
    finding = findings(vedtak=rows)["decisions"]
    assert title(finding) == "Vedtak: ett av to er gjennomført"
    assert "Ett er ikke gjennomført, selv om fristen er ute." in shown(finding)
    assert "I gang, fristen er ute | Ikke meldt inn" in shown(finding)


def test_a_decision_about_a_theme_says_that_it_is_one() -> None:
    row = decision(1, "i_gang", date(2026, 6, 30))
    del row["tiltak_id"]
    text = shown(findings(vedtak=[row | {"tema": "tall"}])["decisions"])
    assert "Tema: tall | 21. januar 2025 | SLT-koordinator, frist 30. juni 2026" in text
    assert "Gjelder ikke noe tiltak" in text


def assessment(text: str) -> dict[str, Any]:
    return {
        "aar": YEAR,
        "rolle": "slt",
        "dato": date(2026, 1, 9),
        "tekst": text,
        "ingen_omtalt": "ja",
    }


def test_an_assessment_is_quoted_and_signed() -> None:
    text = shown(findings(vurdering=[assessment("Vi møtes oftere.")])["assessments"])
    assert "«Vi møtes oftere.»\n\nVurdering fra SLT-koordinator, 9. januar 2026" in text


@pytest.mark.parametrize("text", ["Vi hjalp tre ungdommer.", "Det gikk 7 uker."])
def test_an_assessment_that_counts_is_not_printed(text: str) -> None:
    said = shown(findings(vurdering=[assessment(text)])["assessments"])
    assert "Levert, men ikke trykt." in said
    assert text not in said


def test_what_somebody_wrote_is_escaped() -> None:
    finding = findings(vurdering=[assessment("<b>Fett</b>")])["assessments"]
    assert "<b>" not in council_parts.assessments(finding, Numbering())


# The parts made from all findings ----------------------------------------------------------------


def points(*rows: tuple[str, int, int]) -> str:
    frame = pd.DataFrame(
        [(*row, "tiltak") for row in rows], columns=pd.Index(["code", "number", "total", "section"])
    )
    return unescape(re.sub(r"<[^>]+>", "\n", overview.discussion(frame)))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("nothing_reported", 26, 12), "Ingen har meldt inn status for planens 26 tiltak og tolv"),
        (("measures_without_status", 1, 26), "Ett av 26 tiltak mangler status."),
        (("priorities_not_started", 12, 12), "Ingen av de tolv prioriterte tiltakene er startet."),
        (("indicators_without_data", 5, 5), "Ingen av de fem indikatorene har tall."),
        (("indicators_without_data", 1, 5), "Én av fem indikatorer mangler tall."),
        (("breaks", 1, 0), "Én tallserie kan ikke sammenlignes med tidligere år."),
        (("breaks", 2, 0), "To tallserier kan ikke sammenlignes med tidligere år."),
        (("decisions_overdue", 1, 1), "Ett av ett vedtak er ikke gjennomført"),
        (("decisions_overdue", 2, 8), "To av åtte vedtak er ikke gjennomført, selv om fristen"),
    ],
)
def test_points_to_discuss_are_said_as_people_speak(row: tuple[str, int, int], said: str) -> None:
    assert said in points(row)


def ladder(*reached: bool, missing: str = "moeter;forholdstall") -> str:
    frame = pd.DataFrame(
        {
            "step": range(5),
            "is_reached": [*reached, *[False] * (5 - len(reached))],
            "missing": ["" if done else missing for done in reached]
            + [missing] * (5 - len(reached)),
        }
    )
    numbers = pd.DataFrame({"code": [], "topics": []})
    page = overview.next_numbers(numbers, frame, Numbering())
    return unescape(re.sub(r"<[^>]+>", "\n", page))


def test_the_ladder_says_how_far_and_what_the_next_step_lacks() -> None:
    text = ladder(True, True)
    assert "Årets tall når trinn 1 av 4." in text
    assert "For å komme videre mangler møtene og politiets tall." in text


def test_the_ladder_before_the_first_step() -> None:
    assert "Årets tall når ikke det første trinnet ennå." in ladder(missing="tiltak")


def test_the_whole_ladder_lacks_nothing() -> None:
    assert "For å komme videre" not in ladder(*[True] * 5)


def test_the_data_basis_names_what_is_missing_and_what_it_gives() -> None:
    finding = datagrunnlag.data_basis(
        material(tiltak=[status("sentrus", "i_gang")]),
        SOURCE,
        survey=datagrunnlag.Survey(has_schools=True),
        year=YEAR,
    )
    text = unescape(re.sub(r"<[^>]+>", "\n", data_basis.data_basis(finding, Numbering())))
    assert "Datagrunnlag: tre av 17 kilder er levert" in text
    assert "14 er ikke levert for året." in text
    assert "Om vi møtes som avtalt" in text
    lacking = data_basis.not_delivered(finding)
    assert f"Dette er ikke levert for {YEAR}" in lacking
    assert "<li>Møter</li>" in lacking
    assert "Status for tiltakene" not in lacking


@pytest.mark.parametrize("kind", list(SHOWS))
def test_the_language_is_fit_for_a_council(kind: str) -> None:
    rows = [status(item.id, "i_gang", antall_mottakere=30) for item in PLAN.tiltak]
    for found in (findings(), findings(tiltak=rows)):
        text = shown(found[kind])
        assert not forbidden_words(text)
        said = "\n".join(line for line in text.splitlines() if " | " not in line)
        assert not [one for one in long_sentences(said) if "«" not in one]
