"""The figures of the report as picture files of their own, from the drawing the page shows.

The drawing on the page is the SVG file too, so the shell takes that from the finished page. The PNG
is made here, in the kernel, from the same drawing, and left in the run's own folder for the shell.
Nothing is made outside a run, and nothing for an appendix, which repeats figures of the report.
"""

from __future__ import annotations

import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluering.files import UTDATA_VARIABLE, write_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER: Final = "figurer"
_DOTS_PER_INCH: Final = 200  # a drawing 400 points wide becomes 1111 dots: 15 cm in good print

_kept: ContextVar[Path | None] = ContextVar("kept", default=None)


@contextmanager
def kept() -> Generator[None]:
    """Every figure drawn here is kept as a picture too, when this is a run."""
    run = os.environ.get(UTDATA_VARIABLE)
    token = _kept.set(Path(run) / FOLDER if run else None)
    try:
        yield
    finally:
        _kept.reset(token)


def keep(figure: Figure, id: str) -> None:
    """Leave a finished drawing as `<id>.png` where pictures are kept; equal bytes every time.

    Args:
        figure: With everything drawn on it, while its style is in force.
        id: Of the figure on the page.
    """
    folder = _kept.get()
    if folder is None:
        return
    # Heavy, and without types that strict checking accepts: the package is imported without them.
    canvas: Any = import_module("matplotlib.backends.backend_agg").FigureCanvasAgg
    picture = io.BytesIO()
    canvas(figure).print_figure(
        picture, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None}
    )
    write_file(folder / f"{id}.png", picture.getvalue())
