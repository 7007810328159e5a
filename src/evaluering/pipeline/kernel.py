"""One notebook in one kernel of its own, through papermill, isolated from the user's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

import papermill
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from evaluering.errors import EvalueringError
from evaluering.files import ROOT_VARIABLE, STATISTIKK_VARIABLE, UTDATA_VARIABLE
from evaluering.inputs.house_key import KEY_VARIABLE, key_path
from evaluering.pipeline.warm import WarmProcess, manager_class

ENGINE = "evaluering"
CELL_TIMEOUT = 1800  # seconds; a cell that takes longer than this hangs


class _Engine(Engine):
    """Papermill's own client, with what it offers no argument for: the kernel's environment."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:  # noqa: ANN401 papermill has no types
        warm: WarmProcess | None = kwargs["warm"]
        is_warm = warm is not None and warm.is_ready()
        client = cast("Any", PapermillNotebookClient)(
            nb_man,
            **({"kernel_manager_class": manager_class(warm)} if warm and is_warm else {}),
            timeout=CELL_TIMEOUT,
            startup_timeout=60,
            kernel_name=kernel_name,
            resources={"metadata": {"path": kwargs["folder"]}},
        )
        log = kwargs["kernel_log"]
        return client.execute(env=kwargs["environment"], stdout=log, stderr=log)


cast("Any", papermill_engines).register(ENGINE, _Engine)


def kernel_environment(root: Path, staging: Path, utdata: Path) -> dict[str, str]:
    """The environment of every kernel in a run: no user settings, nothing left behind.

    Args:
        root: The project folder.
        staging: The run's own folder, private to the user.
        utdata: Where safe findings are read from.
    """
    home = staging / "kjerne"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {name: str(home) for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP")}
    own |= {name: str(home / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR")}
    # The house key lies in the user's own folder, which the kernel does not see.
    own[KEY_VARIABLE] = str(key_path())
    return (
        dict(os.environ)
        | own
        | {
            "MPLCONFIGDIR": str(home / "matplotlib"),
            "MPLBACKEND": "svg",
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": "315532800",
            ROOT_VARIABLE: str(root),
            STATISTIKK_VARIABLE: str(staging / "funn"),
            UTDATA_VARIABLE: str(utdata),
        }
    )


def declared_parameters(notebook: Path) -> set[str]:
    """Names in the notebook's cell tagged `parameters`."""
    found = cast("Mapping[str, Any]", cast("Any", papermill).inspect_notebook(str(notebook)))
    return set(found)


def execute(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    kernel_log: IO[bytes],
    *,
    warm: WarmProcess | None = None,
) -> None:
    """Run one notebook; the executed copy is kept also when it fails.

    Args:
        notebook: The template.
        output: The executed copy.
        parameters: Values for the declared parameters.
        environment: From `kernel_environment`.
        kernel_log: What the kernel process itself prints ends here, never on the screen.
        warm: The process to fork the kernel from; None starts it in the ordinary way.

    Raises:
        PapermillExecutionError: A cell failed.
        EvalueringError: The folder's path cannot be used.
    """
    if any(sign in f"{notebook}{output}" for sign in "{}"):
        raise EvalueringError(
            "Mappestien inneholder tegnet { eller }.",
            where="prosjektmappen",
            remedy="Flytt prosjektet til en mappe uten slike tegn i navnet.",
        )
    cast("Any", papermill).execute_notebook(
        str(notebook),
        str(output),
        parameters=dict(parameters),
        engine_name=ENGINE,
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        folder=str(notebook.parent),
        environment=dict(environment),
        kernel_log=kernel_log,
        warm=warm,
    )


def use_selector_loop() -> None:
    """Windows' default event loop cannot talk to kernels."""
    if sys.platform == "win32":
        import asyncio  # noqa: PLC0415 only where it is needed

        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
