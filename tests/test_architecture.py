"""The house keeps its shape: the arrows, what an import loads, names, the door, the writer."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "evaluering"
GROUND = {"errors", "model", "files", "text_file", "yaml_file", "schema_check"}
# Room -> the rooms of ours it may import beside itself and the ground. Left never imports right.
MAY_IMPORT = {
    "plan": set[str](),
    "inputs": {"plan"},
    "statistics": set[str](),
    "analysis": {"plan", "inputs", "statistics"},
    "disclosure": set[str](),
    "display": {"plan", "disclosure"},
    "pipeline": {"plan", "inputs", "disclosure", "display"},  # of display only `workbook_out`
    "cli": {"pipeline", "inputs"},
    "__main__": {"cli"},
    "__init__": {"plan", "inputs", "statistics", "analysis", "display"},
}
HEAVY = ("papermill", "nbconvert", "nbclient", "jupyterlab", "IPython", "matplotlib", "seaborn")
NORDIC = re.compile("[æøåÆØÅ]")


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Dotted names below `evaluering` that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("evaluering.") for name in found if name.startswith("evaluering")}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_arrows(path: Path) -> None:
    room = _room(path)
    if room in GROUND:
        allowed = GROUND
    elif room == "statistics":
        allowed = {"statistics", "errors"}
    else:
        allowed = GROUND | MAY_IMPORT[room] | {room}
    used = {name.split(".")[0] for name in _imports(path)}
    assert used <= allowed, f"{path.name} imports {sorted(used - allowed)}"


def test_the_shell_takes_only_the_workbook_of_numbers_from_display() -> None:
    used = {name for path in (PACKAGE / "pipeline").glob("*.py") for name in _imports(path)}
    taken = {name for name in used if name.startswith("display.")}
    assert all(name.startswith("display.workbook_out") for name in taken), sorted(taken)


def test_no_module_imports_itself_in_a_circle() -> None:
    names = {".".join(p.relative_to(PACKAGE).with_suffix("").parts): p for p in _modules()}
    arrows: dict[str, set[str]] = {}
    for name, path in names.items():
        used = _imports(path)
        arrows[name] = {
            other
            for other in names
            if other in used or any(u.rpartition(".")[0] == other for u in used)
        } - {name}
    seen: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in seen:
            for other in arrows[name]:
                walk(other, (*trail, name))
            seen.add(name)

    for name in arrows:
        walk(name, ())


def test_import_evaluering_is_light() -> None:
    code = "import sys, evaluering; print(*[name for name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [name for name in loaded if name.split(".")[0] in HEAVY]


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_identifiers_are_ascii(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert not [name for name in names if NORDIC.search(name)]


def test_file_names_are_ascii() -> None:
    for folder in ("src", "tests", "notebooks", "params", "docs", "data/publisert"):
        for path in (ROOT / folder).rglob("*"):
            assert not NORDIC.search(path.name), path.name


def test_only_disclosure_makes_safe_findings() -> None:
    makers = {
        _room(path)
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "SafeFinding"
    }
    # `files` only reads back what disclosure wrote.
    assert makers == {"disclosure", "files"}


def test_only_one_function_writes_files() -> None:
    writers = re.compile(
        r"\.write_text\(|\.write_bytes\(|\.to_csv\(|\.to_excel\(|\.savefig\("
        r"|open\([^)]*[\"'][wax]b?[\"']"
    )
    allowed = {
        "files.py",  # the writer itself
        "runner.py",  # appends to logs in its own working folder
        "kernels.py",  # likewise
    }
    found = {p.name for p in _modules() if writers.search(p.read_text(encoding="utf-8"))}
    assert found <= allowed


def test_no_drawer_of_leftovers() -> None:
    drawers = {"utils", "helpers", "common", "misc", "data", "process", "manager"}
    assert not [path for path in _modules() if path.stem in drawers]
