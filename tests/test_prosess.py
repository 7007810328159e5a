"""Where cases stop, and how long help takes: numbers, shares, and the sentences made from them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from case_material import case, material, together

from evaluering.analysis import prosess
from evaluering.display.case_process import share_sentence, wait_sentences
from evaluering.display.markup import Numbering
from evaluering.display.numbers import NBSP
from evaluering.display.page import finding_html
from evaluering.model import Finding, Verdict

YEAR = 2025
FORBIDDEN = re.compile(r"nan|None|inf\b|signifikant|p-verdi|effekt av|skyldes", re.IGNORECASE)


def _many(number: int, helped: int, days: int = 40) -> dict[str, list[dict[str, Any]]]:
    """Cases with consent, the first of them with another service after some days."""
    cases = together(*(case(n) for n in range(number)))
    cases["tjenester"] = [
        {
            "sak_id": f"s{n}",
            "tjeneste": "politi",
            "rolle": "deltar",
            "fra_dato": date(2025, 2, 1) + timedelta(days=days + n),
        }
        for n in range(helped)
    ]
    return cases


def _found(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Finding]:
    return {item.id: item for item in prosess.process(material(rows), year=YEAR)}


def _html(finding: Finding) -> str:
    return finding_html(finding, Numbering())


def _text(html: str) -> str:
    shown = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", shown).replace(NBSP, " ")


def test_steps_from_the_rows_and_shares_of_the_step_before() -> None:
    rows = together(_many(20, 12), case(30, spurt="nei"))
    rows["samtykke"] = [row for row in rows["samtykke"] if row["sak_id"] != "s30"]
    frame = _found(rows)["prosess.trakt"].frame.set_index("steg")
    assert frame["antall"].to_dict() == {
        "nye": 21,
        "spurt": 20,
        "samtykke": 20,
        "andre_tjenester": 12,
    }
    assert frame.loc["andre_tjenester", "av"] == "samtykke"
    # Wilson's score interval of 12 of 20, by its formula with z = 1.959964
    told = frame.loc["andre_tjenester", ["share", "lower", "upper"]].astype(float)
    assert told.tolist() == pytest.approx([0.6, 0.3865815, 0.7811935], abs=1e-7)


def test_steps_and_drops_are_one_system() -> None:
    found = _found(_many(20, 12))["prosess.trakt"]
    cells = {}
    for table in found.tables:
        for row in table.frame.to_dict("records"):
            at = {name: row[name] for name in table.dimensions}
            cells[table.cell(**at)] = int(row["antall"])
    relations = [one for table in found.tables for one in table.relations]
    assert len(relations) == 4  # three steps after the first, and withdrawn with not given
    for relation in relations:
        assert sum(factor * cells[cell] for factor, cell in relation.terms) == 0
    assert sorted(cells.values()) == [0, 0, 0, 0, 8, 12, 20, 20, 20]


def test_a_step_that_skips_one_is_a_share_of_the_nearest_it_is_a_part_of() -> None:
    rows = _many(20, 5)
    goal = {"omraade": "skole", "skala": "gas_5", "satt_av": "sammen", "utgangspunkt": -2}
    days = {"satt_dato": date(2025, 3, 1), "planlagt_maaling": date(2025, 6, 1)}
    rows["maal"] = [{"maal_id": "m1", "sak_id": "s19", "nivaa_beskrevet": "ja", **goal, **days}]
    frame = _found(rows)["prosess.trakt"].frame.set_index("steg")
    assert frame.loc["maal", "av"] == "samtykke"
    assert frame.loc["maal", "nevner"] == 20


def test_counts_are_used_where_there_are_no_rows() -> None:
    counts = {"saker_nye": 47, "saker_spurt": 42, "saker_samtykke": 32, "saker_felles_skjema": 27}
    rows = [
        {"aar": YEAR, "indikator": name, "teller": number, "nevner": None}
        for name, number in counts.items()
    ]
    found = _found({"indikatortall": rows})
    assert found["prosess.trakt"].frame["antall"].tolist() == [47, 42, 32]
    assert found["prosess.felles_skjema"].values["nevner"] == 32
    assert "prosess.ventetid" not in found
    assert found["prosess.trakt"].details == {}


def test_the_same_count_is_the_same_cell_as_the_indicator_and_another_is_not() -> None:
    for told, name in ((20, "samtykke"), (19, "samtykke_i_rader")):
        rows = _many(20, 12)
        rows["indikatortall"] = [
            {"aar": YEAR, "indikator": "saker_samtykke", "teller": told, "nevner": 20}
        ]
        tables = {table.name for table in _found(rows)["prosess.trakt"].tables}
        assert f"prosess_{name}" in tables


def test_waiting_cases_are_in_the_median() -> None:
    # 12 helped after 40, 41 … 51 days and 8 that wait: the median of 20 lies between the 10th
    # (49) and the 11th (50).
    values = _found(_many(20, 12))["prosess.ventetid"].values
    assert (values["cases"], values["waiting"], values["median"]) == (20, 8, 49.5)
    assert values["upper_open"] is True


@pytest.mark.parametrize(("cases", "has_median"), [(9, False), (10, True)])
def test_the_median_is_shown_from_ten_cases(cases: int, has_median: bool) -> None:
    finding = _found(_many(cases, cases))["prosess.ventetid"]
    assert ("median" in finding.values) is has_median
    assert ("vises først når det er ti saker" in _text(_html(finding))) is not has_median


def test_a_service_before_the_case_was_opened_was_not_waited_for() -> None:
    values = _found(_many(12, 12, days=-60))["prosess.ventetid"].values
    assert values["median"] == 0


@pytest.mark.parametrize("how", [{"rolle": "koordinerer"}, {"tjeneste": "barnevern"}])
def test_who_coordinates_is_no_other_service(how: dict[str, str]) -> None:
    rows = _many(12, 12)
    rows["tjenester"][0] |= how
    assert _found(rows)["prosess.ventetid"].values["waiting"] == 1


def test_withdrawn_is_a_line_of_its_own() -> None:
    rows = _many(20, 12)
    rows["samtykke"].append(
        {"sak_id": "s3", "part": "foresatt", "tilstand": "trukket", "dato": date(2025, 5, 1)}
    )
    found = _found(rows)["prosess.trakt"]
    assert found.details["trukket"]["antall"].tolist() == [1]
    assert found.frame["antall"].tolist() == [20, 20, 19, 11]


def test_the_form_is_common_only_when_every_consent_was_on_it() -> None:
    rows = _many(12, 0)
    rows["samtykke"][0]["skjema"] = "annet"
    assert _found(rows)["prosess.felles_skjema"].values["teller"] == 11


def test_cases_of_other_years_are_not_in() -> None:
    rows = together(_many(12, 12), case(40, dato_aapnet=date(2024, 12, 31)))
    assert _found(rows)["prosess.trakt"].frame["antall"].iloc[0] == 12


@pytest.mark.parametrize("given", [None, material({})])
def test_nothing_delivered_is_said(given: Any) -> None:
    (finding,) = prosess.process(given, year=YEAR)
    assert finding.verdict is Verdict.MISSING
    assert "Mangler tall" in _text(_html(finding))
    assert "Vi har ikke fått tall fra tjenestene." in _text(_html(finding))


def test_the_page_says_each_step_and_draws_it() -> None:
    html = _html(_found(_many(20, 12))["prosess.trakt"])
    assert "I 12 av 20 saker med samtykke er andre tjenester med: 60 prosent" in _text(html)
    assert html.count("<svg") == 1
    assert not FORBIDDEN.search(_text(html))


def test_one_is_one() -> None:
    rows = together(_many(1, 1), case(2, spurt="nei"))
    rows["samtykke"] = [row for row in rows["samtykke"] if row["sak_id"] == "s0"]
    text = _text(_html(_found(rows)["prosess.trakt"]))
    assert "I 1 av 1 sak med samtykke er andre tjenester med" in text
    assert "1 saker" not in text


def test_a_hidden_step_gives_a_table_and_no_sentence() -> None:
    found = _found(_many(20, 12))["prosess.trakt"]
    frame = found.frame.assign(antall_tegn="", lower_tegn="", upper_tegn="")
    for column in ("antall", "share", "lower", "upper"):
        frame.loc[3, column] = float("nan")
        frame.loc[3, f"{column}_tegn"] = "skjult"
    html = _html(replace(found, frame=frame))
    assert "<svg" not in html
    assert "andre tjenester med:" not in _text(html)
    assert "ikke alle tall kan vises" in _text(html)
    assert "kan ikke vises" in _text(html)


def test_hidden_waiting_and_shares_say_so_and_no_more() -> None:
    found = _found(_many(20, 12))
    for id in ("prosess.ventetid", "prosess.uten_koordinator"):
        kept = {key: found[id].values[key] for key in ("year", "order")}
        more = {"code": "uten_koordinator"} if id.endswith("koordinator") else {}
        text = _text(_html(replace(found[id], values={**kept, **more})))
        assert "Tallet kunne ha pekt ut enkeltpersoner" in text
        assert not re.search(r"\d", text.replace("kan ikke vises", ""))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"cases": 20, "waiting": 0, "median": 1.0, "lower": 1.0, "upper": 5.0},
            "Halvparten av sakene fikk med en annen tjeneste innen 1 dag (95 % "
            "usikkerhetsintervall: 1 til 5). Alle 20 saker har fått med en annen tjeneste.",
        ),
        (
            {"cases": 20, "waiting": 1, "median": 46.0, "lower": 40.0, "upper_open": True},
            "Halvparten av sakene fikk med en annen tjeneste innen 46 dager (95 % "
            "usikkerhetsintervall: 40 eller mer). I 1 av 20 saker er ingen annen tjeneste kommet "
            "inn ennå.",
        ),
        (
            {"cases": 20, "waiting": 15, "median_open": True, "lower": 40.0, "upper_open": True},
            "Over halvparten av sakene venter fortsatt på en annen tjeneste. I 15 av 20 saker er "
            "ingen annen tjeneste kommet inn ennå.",
        ),
        ({"cases": 1}, "Det er 1 sak med samtykke. Tiden vises først når det er ti saker."),
        ({}, ""),
    ],
)
def test_sentences_about_waiting(values: dict[str, Any], said: str) -> None:
    finding = _found(_many(20, 12))["prosess.ventetid"]
    told = " ".join(wait_sentences(replace(finding, values=values)))
    assert told.replace(NBSP, " ") == said


def test_the_sentence_of_a_share() -> None:
    rows = _many(20, 12)
    rows["saker"][0]["koordinator"] = "ikke_avklart"
    finding = _found(rows)["prosess.uten_koordinator"]
    # Wilson's score interval of 1 of 20, by its formula with z = 1.959964: .0089 to .2361
    assert share_sentence(finding).replace(NBSP, " ") == (
        "I 1 av 20 nye saker er det ikke avklart hvem som koordinerer: 5 prosent (95 % "
        "usikkerhetsintervall: 1 til 24)."
    )
