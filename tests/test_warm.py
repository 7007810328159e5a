"""Warm kernels give what ordinary ones give, and nothing passes from one to the next."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from evaluering.pipeline import kernel
from evaluering.pipeline.warm import WarmProcess, warm_process_for

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [
    pytest.mark.notebook,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="Prosesser kan ikke forgrenes her."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("varm")


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    return kernel.kernel_environment(ROOT, folder, folder / "utdata")


@pytest.fixture(scope="module")
def warm(folder: Path, environment: dict[str, str]) -> Iterator[WarmProcess]:
    with (
        (folder / "logg.txt").open("ab") as log,
        warm_process_for(environment, folder, log) as process,
    ):
        assert process is not None
        yield process


def _run(
    folder: Path, environment: dict[str, str], warm: WarmProcess | None, *cells: str
) -> list[Any]:
    """The plain results of the cells."""
    template, output = folder / "mal.ipynb", folder / "ut.ipynb"
    code = [new_code_cell("", metadata={"tags": ["parameters"]}), *map(new_code_cell, cells)]
    notebook = new_notebook(cells=code)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(notebook, template)
    with (folder / "logg.txt").open("ab") as log:
        kernel.execute(template, output, {}, environment, log, warm=warm)
    done = nbformat.read(output, as_version=4)
    return [cell.outputs[-1]["data"]["text/plain"] for cell in done.cells if cell.get("outputs")]


def test_a_warm_kernel_computes_what_an_ordinary_one_does(
    folder: Path, environment: dict[str, str], warm: WarmProcess
) -> None:
    cells = (
        "import os, evaluering as ev; sorted(ev.__all__)",
        "import numpy as np; np.random.default_rng(1).normal()",
        "[os.environ[name] for name in ('TZ', 'PYTHONHASHSEED', 'HOME')]",
        "os.getcwd()",
        "hash('æ')",
    )
    ordinary = _run(folder, environment, None, *cells)
    assert _run(folder, environment, warm, *cells) == ordinary


def test_each_kernel_is_a_process_of_its_own(
    folder: Path, environment: dict[str, str], warm: WarmProcess
) -> None:
    seen = _run(folder, environment, warm, "import os, pandas; pandas.leak = 1; os.getpid()")
    again = _run(
        folder, environment, warm, "import os, pandas; hasattr(pandas, 'leak')", "os.getpid()"
    )
    assert again[0] == "False"
    assert again[1] != seen[0]


def test_two_kernels_do_not_draw_the_same_by_chance(
    folder: Path, environment: dict[str, str], warm: WarmProcess
) -> None:
    cell = "import uuid, random, secrets; (uuid.uuid4().hex, random.random(), secrets.token_hex())"
    assert _run(folder, environment, warm, cell) != _run(folder, environment, warm, cell)


def test_a_dead_parent_is_no_reason_to_stop(folder: Path, environment: dict[str, str]) -> None:
    with (
        (folder / "logg.txt").open("ab") as log,
        warm_process_for(environment, folder, log) as process,
    ):
        assert process is not None
        process.process.send_signal(signal.SIGKILL)
        assert not process.is_ready()
        assert _run(folder, environment, process, "1 + 1") == ["2"]
