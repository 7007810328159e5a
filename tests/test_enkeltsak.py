"""The page about one case: who may see it, what it says, and where it lies."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from case_material import case, example_rows, material, together

from evaluering.analysis.enkeltsak import SingleCase, single_case
from evaluering.cli import main
from evaluering.display.numbers import NBSP
from evaluering.display.single_case import (
    goal_sentences,
    level_words,
    measure_sentences,
    show_single_case,
)
from evaluering.errors import EvalueringError
from evaluering.inputs.case_code import case_code
from evaluering.inputs.example.cases import repeated_case
from evaluering.inputs.example.files import SEED
from evaluering.inputs.house_key import FIXED_KEY, pseudonym
from evaluering.model import Finding

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)
OWN = pseudonym(FIXED_KEY, "sak", "S-001")


def _rows(**more: Any) -> dict[str, list[dict[str, Any]]]:
    """S-001 with one goal and two scores, and another case beside it."""
    rows = together(case(1, **more), case(2))
    goal = {
        "omraade": "skole",
        "skala": "gas_5",
        "satt_dato": date(2025, 3, 1),
        "satt_av": "ungdom",
        "utgangspunkt": -2,
        "planlagt_maaling": date(2025, 6, 1),
        "nivaa_beskrevet": "ja",
    }
    rows["maal"] = [{"maal_id": f"m{n}", "sak_id": f"s{n}", **goal} for n in (1, 2)]
    rows["maalinger"] = [
        {
            "maal_id": "m1",
            "dato": date(2025, 6, 1),
            "vurdert_av": by,
            "skaar": level,
            "fase": "etter",
        }
        for by, level in (("ungdom", 0), ("fagperson", -1))
    ]
    for sheet in rows.values():
        for row in sheet:
            if row.get("sak_id") == "s1":
                row["sak_id"] = OWN
    return rows


def _shown(rows: dict[str, list[dict[str, Any]]], day: date = TODAY) -> SingleCase:
    return single_case(material(rows), "S-001", day=day, key=FIXED_KEY)


def _text(told: SingleCase | None) -> str:
    html = re.sub(r"<svg.*?</svg>", "", show_single_case(told).content, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace(NBSP, " "))


def test_only_the_goals_and_scores_of_the_case() -> None:
    told = _shown(_rows())
    assert told.goals["omraade"].tolist() == ["Skole"]
    assert told.scores[["vurdert_av", "skaar"]].to_numpy().tolist() == [
        ["ungdom", 0.0],
        ["fagperson", -1.0],
    ]


def test_it_is_no_finding() -> None:
    assert not isinstance(_shown(_rows()), Finding)


def test_what_each_said_stands_apart() -> None:
    told = _shown(_rows())
    assert [text.replace(NBSP, " ") for text in goal_sentences(told, 1)] == [
        "Målet ble satt 1. mars 2025 av deg.",
        "Da var nivået: langt igjen.",
        "Sist du vurderte det, 1. juni 2025: målet er nådd.",
        "Sist fagpersonen vurderte det, 1. juni 2025: litt igjen.",
    ]
    assert "Du har ett mål." in _text(told)


def test_what_comes_next_and_what_was_forgotten() -> None:
    rows = _rows()
    rows["maalinger"] = []
    assert "Det er ikke gjort ennå." in goal_sentences(_shown(rows), 1)[-1]
    early = _shown(rows, date(2025, 5, 1))
    assert "Neste måling er planlagt 1." in goal_sentences(early, 1)[-1].replace(NBSP, " ")
    assert "<svg" not in show_single_case(early).content


def test_nothing_after_today_is_shown() -> None:
    told = _shown(_rows(), date(2025, 5, 31))
    assert told.scores.empty


def test_a_case_without_goals_says_so() -> None:
    rows = _rows()
    rows["maal"] = [row for row in rows["maal"] if row["sak_id"] != OWN]
    assert "Det er ikke satt noen mål i saken ennå." in _text(_shown(rows))


def test_no_case_chosen_is_said() -> None:
    assert _text(None) == " Mangler tall. Ingen sak er valgt. "


def _refusal(rows: dict[str, list[dict[str, Any]]], sak: str = "S-001", day: date = TODAY) -> str:
    with pytest.raises(EvalueringError) as refused:
        single_case(material(rows), sak, day=day, key=FIXED_KEY)
    return str(refused.value)


@pytest.mark.parametrize(
    ("change", "who"),
    [
        ({"part": "foresatt", "tilstand": "trukket", "dato": date(2025, 5, 1)}, "foresatt"),
        ({"part": "ungdom", "tilstand": "trukket", "dato": date(2026, 11, 23)}, "ungdom"),
        ({"part": "ungdom", "tilstand": "ikke_gitt", "dato": date(2025, 5, 1)}, "ungdom"),
    ],
)
def test_it_is_refused_without_a_consent_that_holds_today(change: dict[str, Any], who: str) -> None:
    rows = _rows()
    rows["samtykke"].append({"sak_id": OWN, "skjema": "felles", **change})
    message = _refusal(rows)
    # disclosure-and-safety.md 4, the sentence word for word; neither date nor reason
    assert message.startswith(
        f"Saken S-001 kan ikke vises: samtykke fra {who} mangler eller er trukket."
    )
    assert "Registrer nytt samtykke i arket «Samtykke»." in message
    assert not re.search(r"20\d\d|ikke_gitt|ikke gitt", message)


def test_the_border_is_the_day_of_the_withdrawal() -> None:
    rows = _rows()
    later = TODAY + timedelta(days=1)
    gone = {"sak_id": OWN, "part": "foresatt", "tilstand": "trukket", "skjema": "felles"}
    rows["samtykke"].append({**gone, "dato": TODAY})
    assert "foresatt" in _refusal(rows)
    # Registered with a later date: known today, and so respected today.
    rows["samtykke"][-1]["dato"] = later
    assert "mangler eller er trukket" in _refusal(rows)


def test_consent_given_later_does_not_hold_before() -> None:
    assert "ungdom og foresatt" in _refusal(_rows(), day=date(2025, 2, 9))
    assert _shown(_rows(), date(2025, 2, 10)).goals.empty


def test_an_adult_consents_alone_and_a_child_does_not() -> None:
    rows = _rows(aldersgruppe="18_pluss")
    rows["samtykke"] = [row for row in rows["samtykke"] if row["part"] == "ungdom"]
    assert len(_shown(rows).goals) == 1
    rows["saker"][0]["aldersgruppe"] = "15_17"
    assert "samtykke fra foresatt mangler" in _refusal(rows)


def test_an_unknown_case_is_refused_in_the_same_words() -> None:
    rows = _rows()
    rows["samtykke"] = []
    rows["samtykke"].append(
        {"sak_id": "s2", "part": "ungdom", "tilstand": "gitt", "dato": date(2025, 1, 1)}
    )
    known, unknown = _refusal(rows), _refusal(rows, "S-999")
    assert known.replace("S-001", "S-999") == unknown


@pytest.mark.parametrize(
    "typed", ["", "S-1", "S-12345", "117", "../S-001", "Ola Nordmann", "S-001/x"]
)
def test_what_is_no_case_number_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(EvalueringError) as refused:
        case_code(typed)
    assert not typed or typed not in str(refused.value).replace("S-014", "")


@pytest.mark.parametrize("typed", ["S-001", " s-001 ", "S-0011"])
def test_a_case_number_is_read_as_it_is_typed(typed: str) -> None:
    assert case_code(typed) == typed.strip().upper()


@pytest.mark.parametrize("sheet", ["saker", "samtykke", "maal"])
def test_sheets_that_are_not_delivered_are_named(sheet: str) -> None:
    rows = _rows()
    del rows[sheet]
    assert "er ikke levert" in _refusal(rows)


def _weekly(before: int, after: int) -> dict[str, list[dict[str, Any]]]:
    rows = _rows()
    rows["maalinger"] = [
        {
            "maal_id": "m1",
            "dato": date(2025, 3, 1) + timedelta(weeks=week),
            "vurdert_av": "ungdom",
            "skaar": -2 if week < before else 1,
            "fase": "foer" if week < before else "under",
        }
        for week in range(before + after)
    ]
    return rows


@pytest.mark.parametrize(("before", "after", "measures"), [(5, 5, 1), (4, 6, 0), (6, 4, 0)])
def test_measures_need_five_ratings_in_each_phase(before: int, after: int, measures: int) -> None:
    told = _shown(_weekly(before, after))
    assert len(told.measures) == measures
    said = measure_sentences(told, 1)
    if measures:
        assert told.measures["nap"].tolist() == [1.0]
        assert "I 100 av 100 par er den etterpå høyest" in said[1]
    else:
        assert said == ["Det er for få målinger til å si noe om utviklingen ut over å vise dem."]


def test_voices_are_never_mixed_to_get_enough() -> None:
    rows = _weekly(5, 4)
    rows["maalinger"].append({**rows["maalinger"][-1], "vurdert_av": "fagperson"})
    assert _shown(rows).measures.empty


@pytest.mark.parametrize(
    ("level", "scale", "wish", "words"),
    [
        (-2, "gas_5", None, "langt igjen"),
        (0, "gas_5", 0, "målet er nådd"),
        (2, "gas_5", 0, "langt over målet"),
        (6, "gbo_10", 7, "6 av 10, målet er ikke nådd ennå"),
        (7, "gbo_10", 7, "7 av 10, målet er nådd"),
        (3, "gbo_10", None, "3 av 10"),
    ],
)
def test_levels_in_words(level: float, scale: str, wish: float | None, words: str) -> None:
    assert level_words(level, scale, wish) == words


def test_the_example_has_a_case_to_show() -> None:
    code = repeated_case(SEED)
    rows = example_rows()
    own, ids = pseudonym(FIXED_KEY, "sak", code), {}
    for sheet in ("saker", "samtykke", "maal", "tjenester"):
        for row in rows[sheet]:
            if row["sak_id"] == code:
                row["sak_id"] = own
                ids[row.get("maal_id")] = True
    told = single_case(material(rows), code, day=TODAY, key=FIXED_KEY)
    assert code == "S-117"
    assert len(told.measures) == len(told.goals) == 3
    text = _text(told)
    assert text.count("arbeidet starter") == 0  # it stands in the drawing
    assert "Å snakke om" in text
    assert not re.search(r"\bnan\b|None|klient|signifikant", text)


@pytest.mark.notebook
def test_the_command_leaves_one_page_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("params", "notebooks", "data/eksempel"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for sak, code in (("S-117", 0), ("S-999", 1), ("S-160", 1), ("Ola", 1)):
        assert main(["enkeltsak", "params/eksempel.yml", "--sak", sak]) == code, sak
    made = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file() and "enkeltsak" in path.parent.as_posix()
    }
    assert made == {"data/statistikk/enkeltsak/eksempel_S-117.html"}
    assert not (tmp_path / "reports").exists()
    page = (tmp_path / "data/statistikk/enkeltsak/eksempel_S-117.html").read_text("utf-8")
    assert "INTERNT" in page
    assert "Syntetiske tall" in page
    assert "Mål 1: Arbeid og fritid" in page
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "data/statistikk/enkeltsak/eksempel_S-117.html"
    assert "Traceback" not in told.err
    assert "Ola" not in told.err
