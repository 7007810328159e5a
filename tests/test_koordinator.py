"""The coordinator's start page names what exists, and is plain enough to follow."""

import re
from pathlib import Path

from evaluering.inputs import identifiers
from evaluering.inputs.workbook.sheets import CODES_SHEET, COVER_SHEET, declare_workbook
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "koordinator.md").read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
MAX_WORDS = 30  # the report guide's border for one sentence (2.5)
MEAN_WORDS = 20


def sentences() -> list[str]:
    lines = [line for line in PROSE.split("\n\n") if not line.startswith(("|", "#"))]
    parts = [part for line in lines for part in re.split(r"(?<=[.?!])\s+|\n- |\n[0-9]\. ", line)]
    return [part for part in parts if part.strip()]


def test_every_sheet_is_explained() -> None:
    for sheet in declare_workbook(read_plan()).sheets:
        assert re.search(rf"\b{sheet.name}\b", PAGE), sheet.name
    assert f"«{COVER_SHEET}»" in PAGE
    assert f"«{CODES_SHEET}»" in PAGE


def test_it_says_what_never_to_write() -> None:
    assert "Ikke skriv navn, fødselsnummer eller annet som kan peke ut en person" in PAGE


def test_every_step_of_the_ladder_and_whose_estimate_it_is() -> None:
    ladder = PAGE.split("## Trappen")[1].split("\n## ")[0]
    assert [line[2] for line in ladder.split("\n") if re.match(r"\| [0-9]", line)] == list("01234")
    assert "vårt anslag" in ladder


def test_sentences_are_short() -> None:
    lengths = [len(sentence.split()) for sentence in sentences()]
    assert max(lengths) <= MAX_WORDS
    assert sum(lengths) / len(lengths) <= MEAN_WORDS


def test_links_lead_to_headings() -> None:
    headings = {
        re.sub(r"[^\wæøå -]", "", line.lstrip("# ").lower()).strip().replace(" ", "-")
        for line in PAGE.split("\n")
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_nobody_under_15_is_called_charged_and_nothing_names_a_person() -> None:
    assert not [part for part in sentences() if "siktet" in part and "under 15" in part]
    assert not [line for line in PAGE.split("\n") if identifiers.find(line)]
