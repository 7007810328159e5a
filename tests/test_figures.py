"""`display.figures`: marks, table and frame tell the same, and nothing hidden leaks."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from figure_frames import (
    changes,
    concentration,
    conditions,
    counts,
    municipalities,
    place_changes,
    shares,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluering.display import figures, svg
from evaluering.display.numbers import MINUS, NBSP
from evaluering.errors import EvalueringError

SVG = "{http://www.w3.org/2000/svg}"
LABEL = {
    "id": "fig-3",
    "number": 3,
    "title": "Skulket skolen",
    "alt": "Prikkdiagram. Skulket skolen økte fra 17 prosent i 2016 til 32 prosent i 2022.",
    "caption": "Andel elever. Kilde: Ungdata.",
}
Figure = Callable[..., str]


ALL: dict[str, tuple[Figure, Callable[[], pd.DataFrame], dict[str, object]]] = {
    "shares": (figures.figure_shares, shares, {}),
    "conditions": (figures.figure_shares, shares, {"conditions": conditions()}),
    "rounding": (figures.figure_shares, shares, {"interval_means": "rounding"}),
    "counts": (figures.figure_yearly_counts, counts, {}),
    "changes": (figures.figure_changes, changes, {}),
    "municipalities": (figures.figure_municipalities, municipalities, {}),
    "places": (figures.figure_place_changes, place_changes, {}),
    "concentration": (figures.figure_concentration, concentration, {}),
}


def draw(name: str, **choices: object) -> str:
    figure, frame, options = ALL[name]
    return figure(frame(), **(LABEL | options | choices))


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {name: draw(name) for name in ALL}


def drawing(html: str) -> ET.Element:
    text = html[html.index("<svg") : html.index("</svg>") + 6]
    return ET.fromstring(text)  # noqa: S314 - our own drawing


def group(root: ET.Element, name: str) -> list[ET.Element]:
    """Groups whose name is `fig-3-<name>`, numbered from the second on."""
    named = re.compile(rf"fig-3-{name}(-\d+)?")
    return [g for g in root.iter(f"{SVG}g") if named.fullmatch(g.get("id", ""))]


def number(text: str) -> float:
    clean = text.replace(NBSP, "").replace("%", "").replace(MINUS, "-").replace(",", ".")
    return float(clean)


def scale(axes: ET.Element, axis: str) -> Callable[[float], float]:
    """Place on the sheet → number, from two labelled ticks: what a reader's eye does."""
    ticks: list[tuple[float, float]] = []
    for tick in axes.iter(f"{SVG}g"):
        if re.fullmatch(rf"fig-3-{axis}tick_\d+", tick.get("id", "")):
            place = next(tick.iter(f"{SVG}use")).get(axis)
            label = "".join(text.text or "" for text in tick.iter(f"{SVG}text"))
            if label:
                ticks.append((float(place or "nan"), number(label)))
    (x0, v0), (x1, v1) = ticks[0], ticks[-1]
    return lambda x: v0 + (x - x0) * (v1 - v0) / (x1 - x0)


def corners(path: ET.Element) -> list[tuple[float, float]]:
    values = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))]
    return list(zip(values[::2], values[1::2], strict=True))


def span(g: ET.Element) -> tuple[float, float, float, float]:
    points = corners(next(g.iter(f"{SVG}path")))
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), max(xs), min(ys), max(ys)


def places(axes: ET.Element, name: str) -> list[tuple[float, float]]:
    uses = [use for g in group(axes, name) for use in g.iter(f"{SVG}use")]
    return [(float(use.get("x", "nan")), float(use.get("y", "nan"))) for use in uses]


def cells(html: str, index: int = 0) -> list[list[str]]:
    table = BeautifulSoup(html, "html.parser").select("table")[index]
    return [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]


def test_marks_of_shares_stand_where_the_table_says(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["shares"]), "axes_1")
    x, y = scale(axes, "x"), scale(axes, "y")
    dots = [(x(a), y(b)) for a, b in places(axes, "verdi-fylt")]
    assert_allclose(dots, [(2016, 17), (2022, 32)], atol=1e-3)
    lines = [tuple(y(edge) for edge in span(g)[3:1:-1]) for g in group(axes, "intervall")]
    # whole per cent, as the table: 15.4 → 15, 18.6 → 19. More would give away more than the text.
    assert_allclose(lines, [(15, 19), (30, 34)], atol=1e-3)
    assert cells(drawn["shares"]) == [
        ["2016", "17", "15 til 19"],
        ["2019", ".. mangler", ".. mangler"],
        ["2022", "32", "30 til 34"],
        ["2025", ": kan ikke vises", ": kan ikke vises"],
    ]


def test_what_rounding_hides_is_a_frame_with_one_more_decimal(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["rounding"]), "axes_1")
    y = scale(axes, "y")
    frames = [tuple(y(edge) for edge in span(g)[3:1:-1]) for g in group(axes, "ramme")]
    assert_allclose(frames, [(15.4, 18.6), (30.1, 33.9)], atol=1e-3)
    assert not group(axes, "intervall")
    assert [row[2] for row in cells(drawn["rounding"])[::2]] == ["15,4 til 18,6", "30,1 til 33,9"]
    assert "usikkerhetsintervall" not in drawn["rounding"]
    assert "Rammen viser" in drawn["rounding"]


def test_the_conditions_stand_in_a_panel_and_a_table_of_their_own(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["conditions"]), "axes_2")
    x, y = scale(axes, "x"), scale(axes, "y")
    dots = [(round(x(a)), y(b)) for a, b in places(axes, "verdi-fylt")]
    # rows are evenly spaced; the labels of the axis are the design effects of the first and last
    assert [n for n, _ in dots] == [165, 247, 1811]
    assert_allclose([dots[0][1], dots[2][1]], [1, 11], atol=1e-3)
    assert cells(drawn["conditions"], 1) == [
        ["1,0", "165"],
        ["1,5", "247"],
        ["3,0", ". ikke aktuelt"],
        ["11,0", f"1{NBSP}811"],
    ]
    words = "".join(text.text or "" for text in axes.iter(f"{SVG}text"))
    assert f"1{NBSP}811{NBSP}svar" in words
    assert "ikke aktuelt" in words


def test_marks_of_counts_stand_where_the_table_says(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["counts"]), "axes_1")
    x, y = scale(axes, "x"), scale(axes, "y")
    dots = [(x(a), y(b)) for a, b in places(axes, "verdi-fylt")]
    assert_allclose(dots, [(2021, 13), (2022, 21), (2024, 1234), (2025, 10900)], atol=0.1)
    assert [row[1] for row in cells(drawn["counts"])] == [
        "13",
        "21",
        ": kan ikke vises",
        f"1{NBSP}234",
        f"10{NBSP}900* foreløpig",
    ]
    assert not [g for g in axes.iter(f"{SVG}g") if "line2d" in g.get("id", "") and len(g) > 2]


@pytest.mark.parametrize(
    ("name", "axis"),
    [("shares", "y"), ("rounding", "y"), ("counts", "y"), ("municipalities", "x")],
)
def test_the_axis_of_a_quantity_begins_at_zero(drawn: dict[str, str], name: str, axis: str) -> None:
    (axes,) = group(drawing(drawn[name]), "axes_1")
    number_at = scale(axes, axis)
    other = "x" if axis == "y" else "y"
    foot = next(next(iter(group(axes, f"{other}tick_1"))).iter(f"{SVG}use")).get(axis)
    assert_allclose(number_at(float(foot or "nan")), 0, atol=1e-3)


def test_counts_without_intervals_say_so() -> None:
    html = figures.figure_yearly_counts(counts()[["aar", "antall", "antall_tegn"]], **LABEL)
    assert "Usikkerheten er ikke kjent." in html
    assert not group(drawing(html), "intervall")
    assert len(cells(html)[0]) == 2


def test_changes_fill_the_clear_and_only_the_clear(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["changes"]), "axes_1")
    x = scale(axes, "x")
    assert_allclose([x(a) for a, _ in places(axes, "verdi-fylt")], [15], atol=1e-3)
    assert_allclose([x(a) for a, _ in places(axes, "verdi-aapen")], [11, -2], atol=1e-3)
    lines = [tuple(x(edge) for edge in span(g)[:2]) for g in group(axes, "intervall")]
    assert_allclose(lines, [(12, 18), (-5, 1)], atol=1e-3)
    frames = [tuple(x(edge) for edge in span(g)[:2]) for g in group(axes, "ramme")]
    assert_allclose(frames, [(14, 16), (10, 12)], atol=1e-3)
    assert_allclose([x(span(g)[0]) for g in group(axes, "null")], 0, atol=1e-3)
    assert cells(drawn["changes"]) == [
        ["Skulket skolen", "15", "12 til 18", "14 til 16", "fylt"],
        ["Sneket på kino eller buss", "11", ".. mangler", "10 til 12", "åpen"],
        ["Hærverk", *[": kan ikke vises"] * 4],
        ["Cannabis", f"{MINUS}2", f"{MINUS}5 til 1", ".. mangler", "åpen"],
    ]


def test_changes_carry_the_verdict_in_words_when_given() -> None:
    words = ["økning", "ikke vurdert", "nedgang", "stabil"]
    rows = cells(figures.figure_changes(changes().assign(vurdering=words), **LABEL))
    assert [row[-1] for row in rows] == ["økning", "ikke vurdert", ": kan ikke vises", "stabil"]


def test_the_caption_explains_the_dots_that_are_drawn_and_no_other(drawn: dict[str, str]) -> None:
    assert "Fylt prikk:" in drawn["changes"]
    assert "Åpen prikk:" in drawn["changes"]
    html = figures.figure_changes(changes().assign(verdict="unclear"), **LABEL)
    assert "Fylt prikk:" not in html
    assert "Åpen prikk:" in html


def test_the_own_municipality_is_filled_named_and_never_ranked(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["municipalities"]), "axes_1")
    x = scale(axes, "x")
    assert_allclose([x(a) for a, _ in places(axes, "verdi-fylt")], [60.9], atol=1e-3)
    assert_allclose([x(a) for a, _ in places(axes, "verdi-aapen")], [55.2, 61.0], atol=1e-3)
    bold = [text.text for text in axes.iter(f"{SVG}text") if text.get("font-weight") == "700"]
    assert bold == ["Fredrikstad", "60,9*"]
    assert [row[0] for row in cells(drawn["municipalities"])] == municipalities()[
        "kommune"
    ].tolist()


def test_the_change_here_and_elsewhere_has_one_row_a_place_our_own_filled(
    drawn: dict[str, str],
) -> None:
    (axes,) = group(drawing(drawn["places"]), "axes_1")
    x = scale(axes, "x")
    assert_allclose([x(a) for a, _ in places(axes, "verdi-fylt")], [12], atol=1e-3)
    assert_allclose([x(a) for a, _ in places(axes, "verdi-aapen")], [2, 0], atol=1e-3)
    lines = [tuple(x(edge) for edge in span(g)[:2]) for g in group(axes, "intervall")]
    assert_allclose(lines, [(9, 15), (1, 3)], atol=1e-3)
    assert cells(drawn["places"]) == [
        ["Kommunen", "12", "9 til 15"],
        ["Fylket", "2", "1 til 3"],
        ["Landet", "0", ".. mangler"],
    ]
    bold = [text.text for text in axes.iter(f"{SVG}text") if text.get("font-weight") == "700"]
    assert bold == ["Kommunen", "12"]
    assert "Fylt prikk: kommunen." in drawn["places"]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (place_changes().assign(own=False), "kommunens egen"),
        (place_changes().assign(own=True), "kommunens egen"),
        (place_changes().iloc[[0]], "minst to tall"),
        (
            place_changes().assign(difference=[0.1, None, 0.2], difference_tegn=["", "skjult", ""]),
            "mangler et tall",
        ),
    ],
)
def test_places_that_cannot_be_drawn_are_refused(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(EvalueringError, match=words):
        figures.figure_place_changes(frame, **LABEL)


def test_bars_begin_at_zero_and_end_at_the_number(drawn: dict[str, str]) -> None:
    (axes,) = group(drawing(drawn["concentration"]), "axes_1")
    x = scale(axes, "x")
    bars = {
        name: [tuple(x(edge) for edge in span(g)[:2]) for g in group(axes, f"soeyle-{name}")]
        for name in ("persons", "offences")
    }
    assert_allclose(bars["persons"], [(0, 6)], atol=1e-3)
    assert_allclose(bars["offences"], [(0, 27), (0, 31)], atol=1e-3)
    assert_allclose([x(span(g)[0]) for g in group(axes, "tilfeldig")], [18], atol=1e-3)
    # the second cue: stripes inside the one bar, none in the others
    stripes = [x(span(g)[0]) for g in group(axes, "stripe")]
    assert stripes
    assert 0 < min(stripes) <= max(stripes) <= 6 + 1e-3
    assert cells(drawn["concentration"]) == [
        ["2023", "6", "27", "18"],
        ["2024", ".. mangler", "31", ": kan ikke vises"],
    ]


def test_one_known_bar_is_drawn_alone() -> None:
    # The plan: 13 persons stand for 27 per cent; the share of young people is not known.
    frame = pd.DataFrame({"aar": [2022], "share_offences": [0.27]})
    html = figures.figure_concentration(frame, **LABEL)
    assert not group(drawing(html), "soeyle-persons")
    assert cells(html) == [["2022", "27"]]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_any_shares_are_drawn_where_they_are_written(thousandths: list[int]) -> None:
    frame = pd.DataFrame({"aar": [2014, 2017, 2020, 2026], "share": thousandths}).assign(
        share=lambda f: f["share"] / 1000
    )
    html = figures.figure_shares(frame, **LABEL)
    (axes,) = group(drawing(html), "axes_1")
    y = scale(axes, "y")
    dots = [y(b) for _, b in places(axes, "verdi-fylt")]
    assert_allclose(dots, [number(row[1]) for row in cells(html)], atol=1e-3)
    assert (
        max(number(t.text or "0") for t in axes.iter(f"{SVG}text") if "%" in (t.text or "")) <= 100
    )


HIDDEN: dict[str, tuple[str, str]] = {
    "shares": ("share", "2025"),
    "counts": ("antall", "2023"),
    "changes": ("difference", "Hærverk"),
    "municipalities": ("rate", "Indre Østfold"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_hidden_number_leaves_words_and_no_mark(drawn: dict[str, str], name: str) -> None:
    column, row = HIDDEN[name]
    root = drawing(drawn[name])
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "kan ikke vises" in " ".join(texts).replace(NBSP, " ")
    marks = places(root, "verdi-fylt") + places(root, "verdi-aapen")
    assert len(marks) == ALL[name][1]()[column].notna().sum()
    (told,) = [cells_of for cells_of in cells(drawn[name]) if cells_of[0] == row]
    assert set(told[1:]) == {": kan ikke vises"}


@pytest.mark.parametrize("name", HIDDEN)
def test_limits_beside_a_hidden_number_are_refused(name: str) -> None:
    figure, frame, options = ALL[name]
    column, _ = HIDDEN[name]
    leaky = frame()
    place = leaky[f"{column}_tegn"].eq("skjult")
    leaky.loc[place, ["lower", "upper"]] = [0.03, 0.04]
    with pytest.raises(EvalueringError, match="både et tall og et tegn"):
        figure(leaky, **(LABEL | options))


def test_the_verdict_of_a_hidden_change_cannot_be_read_from_the_bytes() -> None:
    told = {
        verdict: figures.figure_changes(
            changes().assign(verdict=["clear", "unclear", verdict, "stable"]), **LABEL
        )
        for verdict in ("clear", "withheld")
    }
    assert told["clear"] == told["withheld"]


def test_whole_html_is_well_formed_and_complete(drawn: dict[str, str]) -> None:
    for html in drawn.values():
        soup = BeautifulSoup(html, "html.parser")
        figure = soup.select_one("figure#fig-3.figur")
        assert figure is not None
        assert [child.name for child in figure.find_all(recursive=False)] == [
            "svg",
            "figcaption",
            "details",
        ]
        assert soup.select("summary")[0].get_text() == "Vis tallene i figur 3"
        caption = soup.select("figcaption")[0].get_text()
        assert caption.startswith("Figur 3. Skulket skolen.")
        assert caption.endswith("Kilde: Ungdata.")
        labels = [region["aria-label"] for region in soup.select("[role=region]")]
        assert len(labels) == len(set(labels))


def test_the_drawing_can_stand_on_a_page_with_a_strict_policy(drawn: dict[str, str]) -> None:
    for html in drawn.values():
        svg_text = html[html.index("<svg") : html.index("</svg>") + 6]
        # any of these would be blocked, leak, or act on the rest of the page
        assert not re.search(r"style|<metadata|<script|http(?!://www\.w3\.org/2000/svg)", svg_text)
        assert not re.search(r"xlink|\bon\w+=|nan|inf\b|None|matplotlib (?!v)", svg_text)
        root = drawing(html)
        ids = [element.get("id", "") for element in root.iter() if element.get("id")]
        assert all(name.startswith("fig-3-") for name in ids)
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg_text))
        assert used <= set(ids)
        assert len(ids) == len(set(ids))
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == "fig-3-tittel fig-3-beskrivelse"
        assert root[0].tag == f"{SVG}title"
        assert root[0].text == LABEL["title"]
        assert root[1].tag == f"{SVG}desc"
        assert root[1].text == LABEL["alt"]
        background = next(root.iter(f"{SVG}path"))
        assert background.get("fill") == "#ffffff"


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(color: str) -> float:
    """WCAG 2.2, contrast ratio with white."""
    return 1.05 / (luminance(color) + 0.05)


def test_the_palette_has_the_contrast_the_guide_states() -> None:
    # Report guide §4
    found = [contrast(color) for color in (*svg.PALETTE, svg.TEXT, svg.AXES)]
    assert_allclose(found, [10.3, 9.8, 5.1, 5.4, 14.3, 10.9], atol=0.06)


def test_every_mark_has_contrast_3_and_every_text_4_5(drawn: dict[str, str]) -> None:
    for html in drawn.values():
        for element in drawing(html).iter():
            colors = [element.get(name, "none") for name in ("fill", "stroke")]
            drawn_colors = [c for c in colors if c.startswith("#") and c != "#ffffff"]
            least = 4.5 if element.tag == f"{SVG}text" else 3
            assert all(contrast(color) >= least for color in drawn_colors)


def test_no_text_is_under_nine_pixels_on_a_phone(drawn: dict[str, str]) -> None:
    shown = 320 - 2 * 16  # a phone of 320 px with the page's margins of one rem
    for html in drawn.values():
        for text in drawing(html).iter(f"{SVG}text"):
            size = float(text.get("font-size", "0px").removesuffix("px"))
            assert size * shown / svg.WIDTH >= 9


def boxes_of_text(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Every text with its corners on the sheet, measured with the font matplotlib ships."""
    from matplotlib.textpath import TextPath  # noqa: PLC0415 - heavy, used here only

    found: list[tuple[str, float, float, float, float]] = []
    for text in root.iter(f"{SVG}text"):
        words = text.text or ""
        size = float(text.get("font-size", "0px").removesuffix("px"))
        extent = TextPath((0, 0), words, size=size).get_extents()
        moved = re.match(r"translate\((\S+) (\S+)\)", text.get("transform", ""))
        turned = "rotate(-90" in text.get("transform", "")
        x, y = (
            (float(moved[1]), float(moved[2]))
            if moved
            else (float(text.get("x", "nan")), float(text.get("y", "nan")))
        )
        shift = {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
        if turned:
            left, right = x - extent.y1, x - extent.y0
            bottom = y + shift * extent.width
            found.append((words, left, right, bottom - extent.width, bottom))
        else:
            left = x - shift * extent.width
            found.append((words, left, left + extent.width, y - extent.y1, y - extent.y0))
    return found


@pytest.mark.parametrize("name", ALL)
def test_no_word_is_cut_off_or_lies_on_another(drawn: dict[str, str], name: str) -> None:
    root = drawing(drawn[name])
    width, height = (float(value) for value in (root.get("viewBox") or "").split()[2:])
    texts = boxes_of_text(root)
    for words, left, right, top, bottom in texts:
        assert left >= 0, words
        assert right <= width, words
        assert top >= 0, words
        assert bottom <= height, words
    for i, (words, left, right, top, bottom) in enumerate(texts):
        for other, a, b, c, d in texts[i + 1 :]:
            assert right <= a or b <= left or bottom <= c or d <= top, (words, other)


def test_many_years_thin_out_their_words_and_keep_their_marks() -> None:
    years = list(range(2006, 2026))
    frame = pd.DataFrame(
        {
            "aar": years,
            "antall": [None if year == 2013 else 10_000 + year for year in years],
            "antall_tegn": ["skjult" if year == 2013 else "" for year in years],
        }
    )
    html = figures.figure_yearly_counts(frame, **LABEL)
    root = drawing(html)
    assert len(places(root, "verdi-fylt")) == 19
    texts = boxes_of_text(root)
    for i, (words, left, right, top, bottom) in enumerate(texts):
        for other, a, b, c, d in texts[i + 1 :]:
            assert right <= a or b <= left or bottom <= c or d <= top, (words, other)


def test_equal_input_gives_equal_bytes(drawn: dict[str, str]) -> None:
    assert {name: draw(name) for name in ALL} == drawn


PROBE = """
import sys, hashlib
sys.path.insert(0, "tests")
import evaluering
from evaluering.display import figures
print("matplotlib" in sys.modules, "seaborn" in sys.modules)
import test_figures
html = "".join(test_figures.draw(name) for name in test_figures.ALL)
print(hashlib.sha256(html.encode()).hexdigest())
"""


def test_another_process_gives_the_same_bytes_and_imports_nothing_heavy_early(
    drawn: dict[str, str], pytestconfig: pytest.Config
) -> None:
    out = subprocess.run(
        [sys.executable, "-c", PROBE],
        capture_output=True,
        text=True,
        check=True,
        cwd=pytestconfig.rootpath,
        env={"PYTHONHASHSEED": "7", "MPLBACKEND": "agg"},
    ).stdout.split("\n")
    assert out[0] == "False False"
    assert out[1] == hashlib.sha256("".join(drawn.values()).encode()).hexdigest()


def test_a_dollar_sign_and_markup_in_a_name_stay_letters() -> None:
    frame = municipalities().assign(kommune=["$a^2$", "<b>B</b>", "Fredrikstad", "D & E"])
    html = figures.figure_municipalities(frame, **LABEL)
    texts = [text.text for text in drawing(html).iter(f"{SVG}text")]
    assert {"$a^2$", "<b>B</b>", "D & E"} <= set(texts)
    assert "<b>" not in html


def test_the_callers_frame_is_not_changed() -> None:
    for figure, frame, options in ALL.values():
        given_frame = frame()
        figure(given_frame, **(LABEL | options))
        pd.testing.assert_frame_equal(given_frame, frame())


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: draw("shares", alt="x" * 151), "beskrivelse på høyst 150"),
        (lambda: draw("shares", alt=" "), "beskrivelse på høyst 150"),
        (lambda: draw("shares", title="x" * 61), "tittel på høyst 60"),
        (lambda: draw("shares", id="Figur 3"), "En id kan bare"),
        (
            lambda: figures.figure_shares(shares(lower=None, upper=None).iloc[:2], **LABEL),
            "minst to tall",
        ),
        (
            lambda: figures.figure_municipalities(municipalities().assign(own=False), **LABEL),
            "én egen kommune",
        ),
        (
            lambda: figures.figure_changes(changes().assign(verdict="kanskje"), **LABEL),
            "Vurderingen er ukjent",
        ),
        (lambda: figures.figure_changes(changes().iloc[[2]], **LABEL), "ingen endring å tegne"),
        (
            lambda: figures.figure_concentration(
                concentration().iloc[[1]].assign(share_offences=None, share_offences_tegn="skjult"),
                **LABEL,
            ),
            "ingen søyle å tegne",
        ),
    ],
)
def test_what_cannot_be_drawn_honestly_is_refused(make: Callable[[], str], match: str) -> None:
    with pytest.raises(EvalueringError, match=match):
        make()


def test_the_longest_title_and_description_pass() -> None:
    assert draw("shares", title="x" * 60, alt="y" * 150)
