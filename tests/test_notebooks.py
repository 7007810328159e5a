"""Notebooks are documents: prose, parameters, calls. One case per notebook and rule."""

import ast
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SCHEMA = json.loads((ROOT / "params" / "_skjema.json").read_text(encoding="utf-8"))["properties"]
TAGS = {"parameters", "injected-parameters", "intern", "skip-execution", "hoved", "kapittel"}
# Set by a command for one notebook, never in a params file.
OF_THE_RUN = {"90_evaluering": {"kapittel"}, "41_enkeltsak": {"sak"}}
MAX_LINES = 10
LITERALS = (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.UnaryOp, ast.USub, ast.Load)

each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _cells(path: Path, kind: str) -> list[Any]:
    return [cell for cell in _read(path).cells if cell.cell_type == kind]


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def test_there_are_notebooks() -> None:
    assert {path.stem for path in PATHS} >= {
        "10_situasjonsbilde",
        "30_ungdata",
        "50_tiltak",
        "90_evaluering",
    }


@each
def test_it_is_a_valid_notebook_with_title_and_kernel(path: Path) -> None:
    notebook = _read(path)
    nbformat.validate(notebook)
    assert notebook.metadata["title"]
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))


@each
def test_one_h1_first_and_no_level_skipped(path: Path) -> None:
    text = "\n".join(cell.source for cell in _cells(path, "markdown"))
    levels = [len(match) for match in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@each
def test_parameters_are_typed_explained_literals_before_other_code(path: Path) -> None:
    code = _cells(path, "code")
    tagged = [cell for cell in code if "parameters" in _tags(cell)]
    assert len(tagged) == 1
    assert tagged[0] is code[0] or tagged[0].source == code[0].source
    for node in ast.parse(tagged[0].source).body:
        assert isinstance(node, ast.AnnAssign), f"linje {node.lineno}: skriv type"
        assert node.value is not None
        assert all(isinstance(part, LITERALS) for part in ast.walk(node.value))
        last = tagged[0].source.splitlines()[(node.end_lineno or node.lineno) - 1]
        first = tagged[0].source.splitlines()[node.lineno - 1]
        assert "#" in last or "#" in first, f"linje {node.lineno}: forklar parameteren"


@each
def test_every_parameter_stands_in_the_schema(path: Path) -> None:
    cell = next(cell for cell in _cells(path, "code") if "parameters" in _tags(cell))
    names = {
        node.target.id
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert names <= SCHEMA.keys() | OF_THE_RUN.get(path.stem, set())


@each
def test_only_known_tags_and_only_our_import(path: Path) -> None:
    for cell in _read(path).cells:
        assert _tags(cell) <= TAGS, cell.id
    for cell in _cells(path, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                assert [(a.name, a.asname) for a in node.names] == [("evaluering", "ev")], cell.id
            assert not isinstance(node, ast.ImportFrom), cell.id


@each
def test_code_cells_are_short_calls(path: Path) -> None:
    forbidden = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.AsyncFunctionDef, ast.While)
    for cell in _cells(path, "code"):
        if "parameters" not in _tags(cell):
            assert len(cell.source.splitlines()) <= MAX_LINES, cell.id
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, forbidden), f"{cell.id}: legg logikken i pakken"
        assert not re.search(r"^\s*[%!]", cell.source, re.MULTILINE), cell.id
        assert "open(" not in cell.source and ".." not in cell.source, cell.id


@each
def test_nothing_that_ran_is_committed(path: Path) -> None:
    notebook = _read(path)
    for cell in notebook.cells:
        assert not cell.get("outputs"), cell.id
        assert cell.get("execution_count") is None, cell.id
        assert "injected-parameters" not in _tags(cell), cell.id
        assert "papermill" not in cell.metadata, cell.id
    assert set(notebook.metadata) <= {"title", "kernelspec"}


@each
def test_no_pictures_or_raw_script_in_the_prose(path: Path) -> None:
    for cell in _cells(path, "markdown"):
        assert not re.search(r"!\[|<\s*(script|img|iframe|style)", cell.source), cell.id
