"""Kernels that start in a tenth of a second: forked from a process that has loaded the libraries.

Each kernel is still a process of its own, so nothing passes from one notebook to the next. Where a
process cannot be forked, kernels start in the ordinary way.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from evaluering.pipeline import warm_process

PROVISIONER: Final = "evaluering-varm"
_WAIT: Final = 10  # seconds for the process to end by itself


@dataclass(slots=True)
class WarmProcess:
    """The process kernels are forked from, and the line to it."""

    process: subprocess.Popen[bytes]
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _loaded: bool | None = None

    def start_kernel(self, arguments: list[str], folder: str) -> int:
        """The process number of a new kernel with these arguments of its own."""
        return int(self._ask({"start": arguments, "folder": folder}))

    def poll(self, pid: int) -> int | None:
        """The exit code of a kernel; None while it runs."""
        return self._ask({"poll": pid})

    def is_ready(self) -> bool:
        """Waits for the libraries; False when they did not load."""
        with self._turn:
            if self._loaded is None:
                self._loaded = self._read() == warm_process.READY
            return bool(self._loaded)

    def _ask(self, request: Mapping[str, object]) -> Any:  # noqa: ANN401 plain JSON
        with self._turn:
            stream = cast("IO[bytes]", self.process.stdin)
            stream.write((json.dumps(request) + "\n").encode())
            stream.flush()
            return self._read()

    def _read(self) -> Any:  # noqa: ANN401 plain JSON
        line = cast("IO[bytes]", self.process.stdout).readline()
        return json.loads(line) if line else None


@contextmanager
def warm_process_for(
    environment: Mapping[str, str], folder: Path, log: IO[bytes]
) -> Generator[WarmProcess | None]:
    """A process to fork kernels from, for as long as a run lasts.

    Args:
        environment: Of every kernel.
        folder: Where the process runs.
        log: What it prints.

    Yields:
        The process, which may still be loading; None where forking is not to be had.
    """
    if not hasattr(os, "fork"):
        yield None
        return
    process = subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", warm_process.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=dict(environment),
        cwd=folder,
    )
    warm = WarmProcess(process)
    try:
        yield warm
    finally:
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        try:
            process.wait(_WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(slots=True)
class _Forked:
    """A kernel as the provisioner wants to see it: the part of `Popen` it uses."""

    pid: int
    warm: WarmProcess
    returncode: int | None = None
    stdin: None = None
    stdout: None = None
    stderr: None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.warm.poll(self.pid)
        return self.returncode

    def wait(self) -> int | None:
        return self.poll()

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by forking the process its manager knows of."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:  # noqa: ANN401 as its parent
        """Fork instead of starting a program.

        Args:
            cmd: The program and its arguments; those after the module's name are the kernel's.
            **kwargs: `cwd` is used; the environment is the run's.
        """
        warm: WarmProcess = cast("Any", self.parent).warm
        arguments = cmd[cmd.index("-m") + 2 :]
        pid = warm.start_kernel(arguments, str(kwargs["cwd"]))
        self.process = cast("Any", _Forked(pid, warm))
        self.pid = cast("Any", pid)
        self.pgid = cast("Any", pid)  # it leads a session of its own
        self.cwd = kwargs["cwd"]
        return self.connection_info


def manager_class(warm: WarmProcess) -> type[AsyncKernelManager]:
    """A kernel manager whose kernels are forked from a process.

    Args:
        warm: The process.
    """

    class WarmManager(AsyncKernelManager):
        """The ordinary manager, with another way to start."""

        @property
        def kernel_spec(self) -> Any:  # noqa: ANN401 as its parent
            """The ordinary kernel, started by our provisioner."""
            spec = super().kernel_spec
            if spec is not None:
                spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
            return spec

    WarmManager.warm = warm  # type: ignore[attr-defined] read by the provisioner
    return WarmManager
