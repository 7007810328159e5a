"""One run at a time in a municipality: an operating-system lock that dies with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from evaluering.errors import EvalueringError

_SUFFIX: Final = ".laas"


@contextmanager
def locked(reports: Path, kommune_nr: str) -> Generator[None]:
    """Hold the lock of a municipality; `kjør` and `publiser` both do.

    The file stays when the lock is let go: taking it away could give two runs a lock each.

    Args:
        reports: The folder `reports`.
        kommune_nr: The municipality's newest number.

    Raises:
        EvalueringError: Another run holds it.
    """
    reports.mkdir(parents=True, exist_ok=True)
    handle = os.open(reports / f"{kommune_nr}{_SUFFIX}", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _take(handle)
        except OSError as error:
            raise EvalueringError(
                f"En annen kjøring pågår for kommune {kommune_nr}. Vent til den er ferdig."
            ) from error
        yield
    finally:
        os.close(handle)  # which lets the lock go


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
