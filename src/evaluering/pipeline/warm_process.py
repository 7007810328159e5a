"""The process warm kernels are forked from: it has loaded the libraries and runs no notebook.

Started as a program. Reads one JSON request a line and answers with one line. It never opens a
socket and starts no thread, so that a fork of it is a clean process.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any, Final, NoReturn

# What the notebooks load, the heaviest first; a kernel would take seconds to load them itself.
MODULES: Final = (
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "seaborn",
    "babel.dates",
    "babel.numbers",
    "openpyxl",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "evaluering",
)
READY: Final = "klar"


def serve() -> None:
    """Load the libraries, say so, and answer until the other end is closed."""
    requests, answers = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # whatever a library prints goes to the log
    for name in MODULES:
        import_module(name)
    _format_once()
    children: set[int] = set()
    with os.fdopen(requests, "r", encoding="utf-8") as incoming:
        _answer(answers, READY)
        for line in incoming:
            request: dict[str, Any] = json.loads(line)
            if "start" in request:
                pid = os.fork()
                if not pid:
                    os.close(requests)
                    os.close(answers)
                    _become_kernel(request["start"], request["folder"])
                children.add(pid)
                _answer(answers, pid)
            else:
                _answer(answers, _exit_code(request["poll"], children))


def _format_once() -> None:
    """Babel reads its rules for Norwegian at the first number."""
    number, day = import_module("babel.numbers"), import_module("babel.dates")
    number.format_decimal(1, locale="nb")
    day.format_date(locale="nb")


def _exit_code(pid: int, children: set[int]) -> int | None:
    """None while it lives; a killed one has the negative number of the signal."""
    if pid not in children:
        return 0
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        return None
    children.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _answer(to: int, content: object) -> None:
    os.write(to, (json.dumps(content) + "\n").encode())


def _become_kernel(arguments: list[str], folder: str) -> NoReturn:
    """Run a kernel in this new process and end with it; nothing of the parent's runs after it."""
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
        sys.argv = ["ipykernel_launcher", *arguments]
        app = import_module("ipykernel.kernelapp").IPKernelApp
        app.parent_handle.default_value = os.getppid()
        app.launch_instance(arguments)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve()
