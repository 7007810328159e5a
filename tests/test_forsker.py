"""The researcher's guide does what it says: every piece of code runs and prints what it should."""

import re
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

import evaluering as ev

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "forsker.md").read_text(encoding="utf-8")
CODE = re.compile(
    r"```python\n(.*?)```(?:\n\nDette skrives ut:\n\n```text\n(.*?)\n```)?", re.DOTALL
)


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    mpl.use("Agg")


def test_every_piece_of_code_prints_what_the_guide_says(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    pieces = CODE.findall(GUIDE)
    assert len(pieces) == GUIDE.count("```python") >= 7
    for code, printed in pieces:
        exec(compile(code, "docs/forsker.md", "exec"), names)  # noqa: S102 - our own guide
        assert capsys.readouterr().out.rstrip("\n") == printed, code


def test_from_a_file_to_a_table_and_a_figure_takes_ten_lines() -> None:
    code, _ = CODE.findall(GUIDE)[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    assert ".sav" in code
    assert "verdict_table" in code
    assert "plot_" in code


def test_every_name_in_the_guide_is_there() -> None:
    for path in set(re.findall(r"`?ev\.([a-z_.]+)", GUIDE)):
        place: object = ev
        for name in path.strip(".").split("."):
            place = getattr(place, name)
    for link in re.findall(r"\]\((?!http)([^)#]+)", GUIDE):
        assert (ROOT / "docs" / link).exists()
    for name in re.findall(r"`((?:data|tests|notebooks)/[^`]+)`", GUIDE):
        assert (ROOT / name).exists() or name == "data/inndata", name


def test_one_h1_and_no_level_skipped() -> None:
    prose = CODE.sub("", GUIDE)
    levels = [len(mark) for mark in re.findall(r"^(#+) ", prose, re.MULTILINE)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_the_researcher_calls_explains_itself() -> None:
    """`help` is enough: purpose in one line, and what goes in."""
    for name in ("read_answers", "verdicts", "trial", "verdict_table", "plot_changes", "explore"):
        text = getattr(ev, name).__doc__
        assert text.splitlines()[0].endswith((".", ":")), name
        assert "Args:" in text, name
    assert "Example:" in (ev.read_answers.__doc__ or "")


def test_the_verdict_table_holds_no_p_value_where_nothing_was_assessed() -> None:
    plan = ev.read_plan()
    answers = ev.read_answers(plan, "data/eksempel/eksempel_skoletabell.csv")
    table = ev.verdict_table(ev.verdicts(answers, plan, syntetisk=True))
    refused = table[table["verdict"] == "not_assessed"]
    assert refused["spoersmaal"].tolist() == ["trygt_svaert"]  # its wording changed in 2019
    assert refused[["p_family", "p_exact"]].isna().all(axis=None)
    ax = ev.plot_changes(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        name for name in table["spoersmaal"] if name != "trygt_svaert"
    ]
    assert isinstance(table, pd.DataFrame)
