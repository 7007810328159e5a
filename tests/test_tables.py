"""`display.tables`: structure a screen reader can walk, signs with words, and no silent gap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from evaluering.display.columns import COLUMNS, INTERVALS, Column
from evaluering.display.numbers import NBSP
from evaluering.display.tables import MAX_COLUMNS, sign_of, table
from evaluering.errors import EvalueringError
from evaluering.model import Sign


def shares() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "aar": [2016, 2019, 2022],
            "share": [0.17, None, 0.32],
            "share_tegn": ["", "mangler", ""],
            "lower": [0.155, None, 0.3],
            "upper": [0.185, None, 0.345],
        }
    )


def render(frame: pd.DataFrame, **choices: Any) -> BeautifulSoup:
    options = {"id": "tabell-1", "caption": "Tabell 1. Skulket skolen"} | choices
    return BeautifulSoup(table(frame, **options), "html.parser")


def find(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select_one(selector)
    assert found is not None, selector
    return found


def texts(soup: BeautifulSoup, selector: str) -> list[str]:
    return [cell.get_text() for cell in soup.select(selector)]


def test_the_table_is_a_named_region_with_caption_and_scopes() -> None:
    soup = render(shares())
    region = find(soup, "div.rull")
    assert region["role"] == "region"
    assert region["tabindex"] == "0"
    assert region["aria-label"] == "Tabell 1. Skulket skolen, kan rulles sidelengs"
    assert find(region, "table")["id"] == "tabell-1"
    assert find(region, "caption").get_text() == "Tabell 1. Skulket skolen"
    assert {cell["scope"] for cell in soup.select("thead th")} == {"col"}
    assert {cell["scope"] for cell in soup.select("tbody th")} == {"row"}
    assert not soup.select("[rowspan], [colspan]")


def test_the_limits_become_one_column_in_the_unit_of_their_estimate() -> None:
    soup = render(shares())
    assert texts(soup, "thead th") == [
        "År",
        "Andel, prosent",
        f"95{NBSP}% usikkerhetsintervall, prosent",
    ]
    assert texts(soup, "tbody tr:first-child > *") == ["2016", "17", "16 til 19"]


def test_an_interval_has_the_decimals_of_its_estimate() -> None:
    columns = {
        "aar": "Undersøkelse",
        "share": Column("Andel", "percent", decimals=1),
        "lower": "Kan ligge",
        "upper": "",
    }
    soup = render(shares(), columns=columns)
    assert texts(soup, "thead th") == ["Undersøkelse", "Andel", "Kan ligge"]
    assert texts(soup, "tbody tr:last-child > *") == ["2022", "32,0", "30,0 til 34,5"]


def test_a_sign_stands_with_its_words_and_the_legend() -> None:
    soup = render(shares())
    cells = soup.select("tbody tr:nth-child(2) td")
    assert [find(cell, "[aria-hidden]").get_text() for cell in cells] == ["..", ".."]
    assert [find(cell, ".skjult").get_text() for cell in cells] == ["mangler", "mangler"]
    assert find(soup, "p.tegn").get_text() == "Tegn: «..» betyr at tallet mangler."


def test_a_table_without_signs_has_no_legend() -> None:
    soup = render(shares().iloc[[0, 2]])
    assert not soup.select("p.tegn, p.merknad")


def test_each_sign_is_explained_once_in_the_legend() -> None:
    frame = pd.DataFrame(
        {
            "aar": [2021, 2022, 2023, 2024, 2025],
            "antall": [None, None, None, 0, 1234],
            "antall_tegn": ["skjult", "ikke_aktuelt", "mangler", None, "foreloepig"],
        }
    )
    soup = render(frame, note="Tallene er avrundet hver for seg.")
    assert find(soup, "p.tegn").get_text() == (
        "Tegn: «:» betyr at tallet ikke kan vises, «..» betyr at tallet mangler, "
        "«.» betyr at tallet ikke er aktuelt, «*» betyr at tallet er foreløpig."
    )
    assert find(soup, "p.merknad").get_text() == "Tallene er avrundet hver for seg."
    assert find(soup, "tbody tr:nth-child(4) td").get_text() == "0"
    assert find(soup, "tbody tr:nth-child(5) td").get_text() == f"1{NBSP}234* foreløpig"


def test_a_preliminary_estimate_is_marked_once() -> None:
    frame = shares().iloc[[2]].assign(share_tegn="foreloepig")
    assert texts(render(frame), "tbody td") == ["32* foreløpig", "30 til 35"]


def test_the_limits_may_have_their_own_sign() -> None:
    frame = pd.DataFrame(
        {"aar": [2024], "antall": [7], "lower": [None], "upper": [None], "lower_tegn": ["skjult"]}
    )
    assert texts(render(frame), "tbody td") == ["7", ": kan ikke vises"]


def test_every_kind_is_written_by_the_one_formatter() -> None:
    row: dict[str, object] = {
        "kommune": "Fredrikstad",
        "periode": "2016-2017",
        "dato": "2026-01-12",
        "difference": -0.032,
        "rate": 60.94,
        "ratio": 1.6154,
    }
    soup = render(pd.DataFrame([row]))
    assert texts(soup, "tbody tr > *") == [
        "Fredrikstad",
        "2016–2017",
        f"12.{NBSP}januar 2026",
        "−3",
        "60,9",
        "1,62",
    ]
    assert texts(render(pd.DataFrame([{"aar": 2016, "p_value": 0.0004}])), "td") == ["under 0,001"]
    assert texts(render(pd.DataFrame([{"aar": 2016, "periode": 2017}])), "td") == ["2017"]


def test_numbers_are_marked_for_alignment_and_words_are_not() -> None:
    frame = pd.DataFrame({"tiltak": ["Sentrus"], "status": ["I gang"], "antall": [4]})
    soup = render(frame)
    assert [cell.get("class") for cell in soup.select("tbody td")] == [None, ["tall"]]


@given(st.text(min_size=1).filter(str.strip))
def test_every_string_is_escaped(text: str) -> None:
    frame = pd.DataFrame({"tiltak": [text], "status": [text]})
    html = table(frame, id="t", caption=text, columns={"tiltak": text, "status": text}, note=text)
    tags = set(re.findall(r"<(/?[a-z!]+)", html))
    known = {"div", "table", "caption", "thead", "tr", "th", "tbody", "td", "p"}
    assert tags <= known | {f"/{tag}" for tag in known}


def test_planted_markup_stays_text() -> None:
    evil = '"><script>alert(1)</script>'
    html = table(pd.DataFrame({"tiltak": [evil], "antall": [1]}), id="t", caption=evil)
    assert "<script" not in html
    assert 'aria-label="&quot;&gt;&lt;script' in html


def test_row_order_is_the_callers() -> None:
    frame = pd.DataFrame({"tiltak": ["B", "A", "C"], "antall": [3, 9, 1]}, index=[9, 2, 5])
    assert texts(render(frame), "tbody th") == ["B", "A", "C"]


def test_another_column_can_head_the_rows() -> None:
    frame = pd.DataFrame({"antall": [3], "tiltak": ["Sentrus"]})
    assert texts(render(frame, row_header="tiltak"), "tbody th") == ["Sentrus"]


def columns_frame(count: int) -> pd.DataFrame:
    names = [name for name, column in COLUMNS.items() if column.kind == "text"][:count]
    return pd.DataFrame([dict.fromkeys(names, "ord")])


def test_six_columns_pass_and_seven_are_refused() -> None:
    assert len(render(columns_frame(MAX_COLUMNS)).select("thead th")) == MAX_COLUMNS
    with pytest.raises(EvalueringError, match="høyst 6 kolonner"):
        render(columns_frame(MAX_COLUMNS + 1))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: render(shares().drop(columns="share_tegn")), "tom uten et tegn"),
        (lambda: render(shares().assign(share_tegn="skjult")), "både et tall og et tegn"),
        (lambda: render(shares().assign(share_tegn=["", "borte", ""])), "Tegnet er ukjent"),
        (lambda: render(shares().assign(share_tegn=["", "foreloepig", ""])), "tom uten et tegn"),
        (lambda: render(shares().iloc[:0]), "minst én rad"),
        (lambda: render(shares().rename(columns={"share": "hemmelig"})), "ingen overskrift"),
        (lambda: render(shares(), columns=["aar", "rate"]), "mangler kolonnen"),
        (lambda: render(shares(), columns=["aar", "share", "lower"]), "mangler øvre grense"),
        (lambda: render(shares(), columns=["aar", "share", "upper"]), "mangler nedre grense"),
        (lambda: render(shares(), columns=["aar", "lower", "upper"]), "må stå etter tallet"),
        (lambda: render(shares().assign(upper=None)), "bare én grense"),
        (lambda: render(shares(), columns=[]), "minst én kolonne"),
        (lambda: render(shares(), columns={"aar": " ", "share": "Andel"}), "tom overskrift"),
        (lambda: render(shares(), caption=" "), "må ha en tittel"),
        (lambda: render(shares(), id="Tabell æ"), "En id kan bare"),
        (lambda: render(shares(), row_header="kommune"), "ikke i tabellen"),
        (lambda: render(pd.DataFrame({"tiltak": [""], "antall": [1]})), "tom uten et tegn"),
        (lambda: render(pd.DataFrame({"tiltak": [3], "antall": [1]})), "ikke er tekst"),
        (lambda: render(pd.DataFrame({"tiltak": ["A"], "antall": ["mange"]})), "ikke er et tall"),
        (lambda: render(pd.concat([shares(), shares()[["share"]]], axis=1)), "står to ganger"),
    ],
)
def test_what_cannot_be_shown_honestly_is_refused(make: Callable[[], object], match: str) -> None:
    with pytest.raises(EvalueringError, match=match):
        make()


def test_the_frame_is_not_changed() -> None:
    frame = shares()
    before = frame.copy(deep=True)
    render(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_a_column_without_signs_has_none() -> None:
    assert sign_of(shares(), "aar", 0) is Sign.NONE
    assert sign_of(shares(), "share", 1) is Sign.MISSING


def test_headings_of_the_registry_are_norwegian_and_whole() -> None:
    for name, column in COLUMNS.items():
        assert column.label.strip() == column.label, name
        assert re.fullmatch(r"[A-ZÆØÅa-zæøå0-9 ,–-]+", column.label.replace(NBSP, " ")), name
        assert re.fullmatch(r"[a-z0-9_]+", name)
    assert not {name for pair in INTERVALS for name in pair} & set(COLUMNS)
