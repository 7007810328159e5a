"""The notebooks of one run, several at a time, each in a kernel of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import nbformat
from papermill.exceptions import PapermillExecutionError

from evaluering.errors import EvalueringError
from evaluering.pipeline import kernel
from evaluering.pipeline.params import Params
from evaluering.pipeline.warm import WarmProcess, warm_process_for


class RunFailedError(Exception):
    """A fault of ours: one Norwegian line, and where the log lies."""


@dataclass(frozen=True, slots=True)
class Task:
    """One notebook to run.

    Attributes:
        template: The notebook.
        output: The executed copy.
        more: Parameters that are not in the params file.
    """

    template: Path
    output: Path
    more: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Kernels:
    """Runs notebooks with the parameters of one run.

    Attributes:
        params: The run's parameters.
        environment: Of every kernel.
        log: What the kernel processes print themselves.
        warm: The process to fork kernels from; None starts them in the ordinary way.
        jobs: Notebooks at a time.
    """

    params: Params
    environment: Mapping[str, str]
    log: Path
    warm: WarmProcess | None = None
    jobs: int = 1

    def run(self, task: Task) -> None:
        """Run one notebook.

        Args:
            task: Which, and where its executed copy goes.

        Raises:
            EvalueringError: What a cell refused.
            RunFailedError: A cell failed in another way.
        """
        task.output.parent.mkdir(parents=True, exist_ok=True)
        declared = kernel.declared_parameters(task.template)
        parameters = self.params.for_notebook(declared) | dict(task.more)
        with self.log.open("ab") as log:
            try:
                kernel.execute(
                    task.template, task.output, parameters, self.environment, log, warm=self.warm
                )
            except PapermillExecutionError as error:
                failed = cast("Any", error)  # papermill declares no types
                if failed.ename == EvalueringError.__name__:
                    raise EvalueringError(str(failed.evalue)) from error
                heading = _heading_above(task.output)
                raise RunFailedError(
                    f"Notatboken «{task.template.stem}» stoppet under overskriften «{heading}»."
                ) from error

    def every(
        self, tasks: Sequence[Task], step: Callable[[Task], AbstractContextManager[object]]
    ) -> None:
        """Run notebooks that do not wait for each other.

        Args:
            tasks: In the order they are started.
            step: Surrounds each, to tell that it is done.

        Raises:
            EvalueringError: As `run`, for the first in order that failed; the rest are not started.
            RunFailedError: Likewise.
        """

        def done(task: Task) -> None:
            with step(task):
                self.run(task)

        with ThreadPoolExecutor(self.jobs) as pool:
            waiting = [pool.submit(done, task) for task in tasks]
            try:
                for future in waiting:
                    future.result()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise


@contextmanager
def started(
    params: Params, environment: Mapping[str, str], folder: Path, jobs: int = 0
) -> Generator[Kernels]:
    """What runs the notebooks of a run; libraries begin to load at once.

    Args:
        params: The run's parameters.
        environment: Of every kernel.
        folder: The run's own, private to the user.
        jobs: Notebooks at a time; 0 is one for each core.
    """
    log = folder / "kjerne.txt"
    with (
        log.open("ab") as stream,
        warm_process_for(environment, folder, stream) as warm,
    ):
        yield Kernels(params, environment, log, warm, jobs or os.cpu_count() or 1)


def _heading_above(executed: Path) -> str:
    """The last Markdown heading before the first cell that failed."""
    heading = ""
    cells = cast("Any", nbformat).read(executed, as_version=4).cells
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            heading = cell.source.splitlines()[0].lstrip("# ")
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            return heading
    return heading
