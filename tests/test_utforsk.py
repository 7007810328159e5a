"""The researchers' own notebooks: they run, say that the numbers are invented, and stay inside."""

import math
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import evaluering as ev
from evaluering.analysis.try_out import Trial
from evaluering.errors import EvalueringError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks" / "utforsk"
PATHS = sorted(FOLDER.glob("*.ipynb"))
# The guide to the menus (report-and-use.md, section 10): English menu, Norwegian sense.
MENUS = {
    ("File", "Save Notebook"): "Lagre notatboken",
    ("View", "Table of Contents"): "Innholdsliste",
    ("Run", "Run All Cells"): "Kjør alle cellene",
    ("Kernel", "Interrupt Kernel"): "Stopp beregningen",
    ("Help", "Show Contextual Help"): "Hjelp om det markøren står på",
}

each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def knobs() -> Trial:
    plan = ev.read_plan()
    return ev.trial(ev.read_answers(plan, str(ROOT / "data/eksempel/eksempel_skoletabell.csv")))


@pytest.fixture(scope="module")
def pupils() -> Trial:
    plan, folder = ev.read_plan(), ROOT / "data" / "eksempel"
    files = (str(folder / "eksempel_ungdata.csv"), str(folder / "eksempel_ungdata_kobling.yml"))
    return ev.trial(ev.read_answers(plan, *files))


def test_there_are_three() -> None:
    assert [path.stem for path in PATHS] == ["grenser", "start", "usikkerhet"]


@each
def test_it_says_that_the_numbers_are_invented_and_keeps_no_output(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert "**Syntetiske tall.**" in notebook.cells[0].source
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert all(not re.search(r"^\s*(def|class|for|while) ", cell.source, re.M) for cell in code)


@each
def test_it_runs_from_top_to_bottom(path: Path) -> None:
    notebook = read(path)
    folder = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=300, resources=folder).execute()
    said = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("data" in output for output in said)


def test_the_menus_of_jupyterlab_are_explained() -> None:
    text = "\n".join(cell.source for cell in read(FOLDER / "start.ipynb").cells)
    for menu, meaning in MENUS.items():
        words = " \u203a ".join(menu)
        assert f"| {words} | {meaning} |" in text


def test_none_of_them_is_part_of_a_run() -> None:
    """Only what lies in `notebooks` itself is run and exported."""
    runner = (ROOT / "src" / "evaluering" / "pipeline" / "runner.py").read_text(encoding="utf-8")
    assert not any(path.stem in runner.split("ANALYSES")[1].split(")")[0] for path in PATHS)


def test_a_trial_is_the_same_change_as_the_method_gives(knobs: Trial) -> None:
    row = knobs.change("skulket", 2016, 2025)
    table = pd.read_csv(ROOT / "data" / "eksempel" / "eksempel_skoletabell.csv")
    own = table[(table["spoersmaal"] == "skulket") & table["aar"].isin([2016, 2025])]
    sums = own.groupby("aar")[["antall_ja", "antall_svar"]].sum()
    shares = sums["antall_ja"] / sums["antall_svar"]
    assert row["difference"].iloc[0] == pytest.approx(shares[2025] - shares[2016], abs=1e-12)
    # Pupils as the unit, by hand: two shares, unpooled, each variance times the design effect.
    variance = (shares * (1 - shares) / sums["antall_svar"]).sum()
    for effect in (1.0, 4.0):
        z = (shares[2025] - shares[2016]) / math.sqrt(effect * variance)
        p_value = math.erfc(z / math.sqrt(2))
        found = knobs.change("skulket", 2016, 2025, design_effekt=effect)["p_pupils"].iloc[0]
        assert found == pytest.approx(p_value, rel=1e-6)


def test_the_verdict_moves_with_the_threshold(knobs: Trial) -> None:
    row = knobs.change("sneket", 2016, 2025)
    largest = float(row[["p_value", "p_exact"]].max(axis=1).iloc[0])
    above, below = largest + 0.001, largest - 0.001
    assert bool(knobs.change("sneket", 2016, 2025, terskel=above)["is_beyond"].iloc[0])
    assert not bool(knobs.change("sneket", 2016, 2025, terskel=below)["is_beyond"].iloc[0])


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.1])
def test_a_threshold_outside_its_range_is_refused(knobs: Trial, threshold: float) -> None:
    with pytest.raises(EvalueringError, match="Terskelen"):
        knobs.change("skulket", 2016, 2025, terskel=threshold)


def test_a_group_nobody_knows_is_refused_with_those_there_are(pupils: Trial) -> None:
    assert pupils.choices["gruppe"] == ["alle", "gutt", "jente", "8", "9", "10"]
    with pytest.raises(EvalueringError, match="finnes ikke") as told:
        pupils.change("skulket", 2016, 2025, gruppe="11")
    assert "jente" in told.value.remedy


def test_menus_answer_as_the_call_does(pupils: Trial) -> None:
    box = ev.explore(pupils)
    *menus, said = box.children
    by_name = {menu.description: menu for menu in menus}
    by_name["Spørsmål"].value = "sneket"
    by_name["Gruppe"].value = "gutt"
    expected = ev.show_try(pupils.change("sneket", 2016, 2025, gruppe="gutt")).content
    assert said.value == expected
    by_name["Fra"].value = "2022"
    by_name["Til"].value = "2019"
    assert "senere enn den første" in said.value


def test_what_is_tried_is_marked_and_a_refusal_has_its_reason(knobs: Trial) -> None:
    few = ev.show_try(
        knobs.change("skulket", 2016, 2025).assign(refusal="few_clusters", clusters_both=5)
    )
    assert "bare 5 skoler" in few.content
    for shown in (few, ev.show_try(knobs.change("skulket", 2016, 2025))):
        assert "Vises aldri i rapporten" in shown.content
