"""docs/metode.md: every method for researcher and council, and tables that are the saved study."""

import importlib
import inspect
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from evaluering.display.back_matter import METHODS
from evaluering.display.language import (
    MAX_LIX,
    forbidden_words,
    lix,
    long_sentences,
    mean_sentence,
    sentences_of,
    words_of,
)
from evaluering.errors import REFUSALS
from evaluering.model import Verdict

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "metode.md").read_text(encoding="utf-8")
COUNCIL, RESEARCHER = "For deg i politirådet", "For deg som forsker"
MODULES = ["design", "published", "counts", "spc", "concentration", "goals", "multiplicity"]
sys.path.insert(0, str(ROOT / "benchmarks"))
error_tables = importlib.import_module("error_tables")
RESULTS = pd.read_csv(error_tables.RESULT)


def questions() -> dict[str, dict[str, str]]:
    """Heading of each question → its parts by heading; the introduction is left out."""
    found: dict[str, dict[str, str]] = {}
    for chapter in PAGE.split("\n## ")[2:]:
        title, _, text = chapter.partition("\n")
        parts = (part.partition("\n") for part in text.split("\n### ")[1:])
        found[title] = {name: body.strip() for name, _, body in parts}
    return found


QUESTIONS = questions()


def public(module: str) -> list[str]:
    """What a module offers: its `__all__`, or the functions and classes made in it."""
    loaded = importlib.import_module(f"evaluering.statistics.{module}")
    made = [
        name
        for name, thing in vars(loaded).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == loaded.__name__
    ]
    return list(getattr(loaded, "__all__", made))


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_is_answered_for_council_and_researcher(question: str) -> None:
    parts = QUESTIONS[question]
    assert list(parts)[:2] == [COUNCIL, RESEARCHER]
    said = " ".join(parts[COUNCIL].split())
    assert len(sentences_of(said)) == 2
    assert said.endswith(".")


def test_the_councils_sentences_are_plain_and_without_forbidden_words() -> None:
    said = "\n".join(" ".join(parts[COUNCIL].split()) for parts in QUESTIONS.values())
    assert forbidden_words(said, verdicts=list(Verdict)) == []
    assert long_sentences(said) == []
    assert mean_sentence(said) <= 20
    assert lix(said) <= MAX_LIX
    assert len(words_of(said)) > 200  # the sentences were found


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_explained(module: str) -> None:
    named = set(re.findall(r"`(\w+(?:\.\w+)?)`", PAGE))
    missing = [
        name for name in public(module) if f"{module}.{name}" not in named and name not in named
    ]
    assert missing == []


@pytest.mark.parametrize("module", MODULES)
def test_every_function_has_the_name_it_is_called_by(module: str) -> None:
    loaded = importlib.import_module(f"evaluering.statistics.{module}")
    functions = [name for name in public(module) if inspect.isfunction(getattr(loaded, name))]
    assert [name for name in functions if f"`{module}.{name}`" not in PAGE] == []
    named = re.findall(rf"`{module}\.(\w+)`", PAGE)
    assert [name for name in named if not hasattr(loaded, name)] == []


def test_the_code_of_every_method_is_in_a_heading() -> None:
    sources = (ROOT / "src" / "evaluering" / "analysis").glob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"^\s+method=\"(\w+)\",$", text, re.MULTILINE))
    assert {"published", "design", "full_count"} <= used
    headings = "\n".join(QUESTIONS)
    assert [code for code in used | set(METHODS) if f"(`{code}`)" not in headings] == []


def test_every_refusal_is_explained() -> None:
    (title,) = [title for title in QUESTIONS if "`refusal`" in title]
    codes = re.findall(r"^\| `(\w+)`", QUESTIONS[title][RESEARCHER], re.MULTILINE)
    assert sorted(codes) == sorted(REFUSALS)


def test_every_file_named_exists() -> None:
    files = set(re.findall(r"`((?:tests|benchmarks|docs)/[\w./]+)`", PAGE))
    assert len(files) > 15
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_every_link_leads_to_a_heading() -> None:
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    links = re.findall(r"\]\(#([^)]+)\)", PAGE)
    assert links
    assert [link for link in links if link not in anchors] == []


# --- The tables of error rates are the saved study ---


def test_the_tables_are_what_the_generator_makes_of_the_study() -> None:
    assert error_tables.rewrite(PAGE, RESULTS) == PAGE


def test_every_study_and_rule_stands_in_a_table() -> None:
    made = error_tables.tables(RESULTS)
    assert made.count("### ") == 6
    rules = set(RESULTS["regel"]) - {"STABLE"}  # in a table of its own, beside the wrong rule
    shown = {
        *error_tables.NULL_COLUMNS,
        *error_tables.MANY_COLUMNS,
        *error_tables.POWER_COLUMNS,
        *error_tables.OFFENCE_COLUMNS,
    }
    assert rules <= shown


def test_a_table_holds_the_rates_of_its_world() -> None:
    table = error_tables.tables(RESULTS).split("### ")[1]
    row = RESULTS.query(
        "studie == 'uendret' and skoler == 9 and utbredelse == 0.4 and icc == 0.06"
    ).query("avrundet == False and regel == 'elev_z'")["andel"]
    rate = f"{100 * row.iloc[0]:.1f}".replace(".", ",")
    assert f"| 9 | 40 | 0,060 | {rate} |" in table


def test_a_rule_that_was_not_studied_is_a_dash_and_never_zero() -> None:
    without = RESULTS[RESULTS["regel"] != "nedre_grense"]
    table = error_tables.tables(without).split("### ")[-1]
    assert re.search(r"^\| 139 \| [\d,]+ \| – \| ", table, re.MULTILINE)


def test_new_results_replace_the_old_tables_and_nothing_else() -> None:
    changed = RESULTS.assign(andel=0.123)
    page = error_tables.rewrite(PAGE, changed)
    assert page != PAGE
    assert page.partition(error_tables.START)[0] == PAGE.partition(error_tables.START)[0]
    assert page.partition(error_tables.END)[2] == PAGE.partition(error_tables.END)[2]
    assert error_tables.rewrite(page, RESULTS) == PAGE
