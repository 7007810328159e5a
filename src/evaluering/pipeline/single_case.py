"""The page about one case: notebook 41 in a kernel of its own, into a folder that is never public.

Nothing is left but the page: the executed notebook, the log and the kernel's files go, also when it
fails.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.inputs.case_code import case_code
from evaluering.inputs.material import INPUT_FOLDER
from evaluering.pipeline import kernel
from evaluering.pipeline.export import export_page
from evaluering.pipeline.kernels import Kernels, Task
from evaluering.pipeline.pages import internal_context
from evaluering.pipeline.params import read_params

FOLDER: Final = "data/statistikk/enkeltsak"
NOTEBOOK: Final = "41_enkeltsak"
PARAMETER: Final = "sak"


def run(params_file: Path, sak: str, root: Path) -> Path:
    """Make the page about one case.

    Args:
        params_file: `params/<name>.yml`.
        sak: The case's number, such as `S-014`.
        root: The project folder.

    Returns:
        The page, in `data/statistikk/enkeltsak`.

    Raises:
        EvalueringError: The consent does not hold today, there is no such case, or the material
            needs mending.
        RunFailedError: Something of ours failed.
    """
    params = read_params(params_file, root)
    code = case_code(sak)
    if not params.arbeidsbok:
        raise EvalueringError(
            "Parameterfilen nevner ingen arbeidsbok.",
            where=f"params/{params.name}.yml",
            remedy=f"Legg arbeidsboken i {INPUT_FOLDER}, og skriv navnet etter arbeidsbok.",
        )
    folder = root / FOLDER
    work = folder / ".arbeid"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    try:
        environment = kernel.kernel_environment(root, work, work / "utdata")
        executed = work / f"{NOTEBOOK}.ipynb"
        template = root / "notebooks" / executed.name
        kernels = Kernels(params, environment, work / "kjerne.txt")
        kernels.run(Task(template, executed, {PARAMETER: code}))
        page = export_page(executed, internal_context(params, f"Sak {code}"))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    place = folder / f"{params.name}_{code}.html"
    write_file(place, page)
    return place
