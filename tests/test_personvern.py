"""docs/personvern.md: half a page for the council, the rest in full, and true of the code."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from evaluering.disclosure import rules
from evaluering.display import figures
from evaluering.display.language import long_sentences, words_of
from evaluering.display.tables import table

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "personvern.md").read_text(encoding="utf-8")
COUNCIL, OFFICER = TEXT.split("\n## For personvernombudet\n")


def plain(text: str) -> str:
    """Prose without tables and marks."""
    rows = [line for line in text.splitlines() if not line.startswith(("|", "#"))]
    return re.sub(r"[*`\[\]]", "", "\n".join(rows))


def test_the_council_gets_half_a_page() -> None:
    assert 100 < len(words_of(plain(COUNCIL))) <= 250


def test_no_sentence_is_longer_than_thirty_words() -> None:
    paragraphs = re.sub(r"(?<!\n)\n(?![\n\-|#\d])", " ", plain(TEXT))
    assert not long_sentences(paragraphs)


def test_it_says_that_it_is_no_legal_opinion() -> None:
    assert "ikke en juridisk vurdering" in OFFICER


def test_its_borders_are_those_of_the_code() -> None:
    assert f"versjonen `{rules.RULE_SET}`" in OFFICER
    assert f"1–{rules.LEAST_THRESHOLD - 1} personer skjules" in OFFICER
    assert f"høyst {rules.LARGEST_SHARE:.0%}".replace("%", " prosent") in OFFICER
    assert f"to for høyst {rules.TWO_LARGEST_SHARE:.0%}".replace("%", " prosent") in OFFICER
    assert f"minst {rules.SPREAD_SCHOOLS} skoler eller {rules.SPREAD_PERSONS} personer" in OFFICER
    assert f"fra {rules.GOAL_CASES} saker" in OFFICER


def test_every_file_it_points_to_is_ours() -> None:
    targets = set(re.findall(r"\]\(([\w./-]+)\)", TEXT))
    assert targets == {"bevis.md"}  # made by the long tests; the page says so
    commands = json.dumps(re.findall(r"`evaluering (\w+)", TEXT))
    assert commands == '["dpia", "dpia"]'


# What the page promises of hidden cells -----------------------------------------------------------


def hidden() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "aar": [2021, 2022, 2023, 2024],
            "antall": [31.0, None, 17.0, 23.0],
            "antall_tegn": ["", "skjult", "", ""],
        }
    )


def test_a_hidden_cell_is_spoken_and_explained() -> None:
    html = table(hidden(), id="t", caption="Tabell 1. Prøve")
    (cell,) = re.findall(r"<td[^>]*>(<span.*?)</td>", html)
    assert '<span aria-hidden="true">:</span>' in cell
    assert ">kan ikke vises</span>" in cell
    assert "Tegn: «:» betyr at tallet ikke kan vises." in html


@pytest.mark.parametrize("value", [1.0, 4.0, 30.0])
def test_a_figure_with_a_hidden_value_is_the_same_whatever_it_was(value: float) -> None:
    """The value is gone before display; were it left beside its sign, the table would refuse."""

    def drawn(frame: pd.DataFrame) -> str:
        return figures.figure_yearly_counts(
            frame, id="f", number=1, title="Forhold", alt="Prikkdiagram.", caption="Antall."
        )

    html = drawn(hidden())
    assert html.count("kan ikke vises") >= 1
    left = hidden()
    left.loc[1, "antall"] = value
    with pytest.raises(Exception, match="både et tall og et tegn"):
        drawn(left)
    shown = hidden().assign(antall=[31.0, value, 17.0, 23.0], antall_tegn="")
    marks = len(re.findall("<use ", drawn(shown))) - len(re.findall("<use ", html))
    assert marks == 1  # the mark of the hidden year, and nothing else, is gone
