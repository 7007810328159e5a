"""Every file the params name is found, read and checked before the first notebook runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from evaluering.errors import EvalueringError
from evaluering.inputs import published, survey
from evaluering.inputs.file_checks import inside_project
from evaluering.inputs.identifiers import refusal
from evaluering.inputs.material import Material, input_folder, read_material
from evaluering.inputs.text_scan import scan_params
from evaluering.inputs.workbook.marked import write_marked
from evaluering.inputs.workbook.report import check_report
from evaluering.pipeline.params import Params
from evaluering.pipeline.params_sense import check_sense
from evaluering.plan import Plan, read_plan

_PUBLISHED: dict[str, Callable[[Path, Plan], object]] = {
    "ungdata": published.read_ungdata,
    "kriminalitet_kommuner": lambda path, _: published.read_municipal_offences(path),
    "under18_landet": lambda path, _: published.read_national_under18(path),
    "gjentatt": lambda path, _: published.read_repeat_offending(path),
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run reads.

    Attributes:
        files: Role (`publisert.ungdata`, `arbeidsbok` …) → file.
        plan: The municipality's plan.
        material: The workbook and the police form, as read.
        remarks: What somebody should look at, as text; "" when there is nothing.
    """

    files: dict[str, Path]
    plan: Plan
    material: Material
    remarks: str = ""

    @property
    def published(self) -> dict[str, Path]:
        """The files anyone could read before us."""
        return {role: path for role, path in self.files.items() if role.startswith("publisert.")}


def check_inputs(params: Params, root: Path) -> Inputs:
    """Read everything a run will read.

    A workbook with faults gets a marked copy beside it, unless it holds something that could name
    a person.

    Args:
        params: The run's parameters.
        root: The project folder.

    Raises:
        EvalueringError: A file is missing, lies outside the project, or must be mended.
    """
    if hits := scan_params(asdict(params)):
        raise refusal(hits, f"params/{params.name}.yml")
    check_sense(params, root / "params" / f"{params.name}.yml")
    plan = read_plan(inside_project(root, "", params.plan)) if params.plan else read_plan()
    _check_questions(params, plan)
    files = dict(_files(params, root))
    for key in params.publisert:
        _PUBLISHED[key](files[f"publisert.{key}"], plan)
    if "skoletabell" in params.ungdata:
        survey.read_school_table(files["ungdata.skoletabell"], plan)
    if "mikrodata" in params.ungdata:
        survey.read_microdata(files["ungdata.mikrodata"], files["ungdata.kobling"], plan)
    material = read_material(
        root,
        plan,
        arbeidsbok=params.arbeidsbok,
        politiskjema=params.politiskjema,
        aar=params.aar,
        skjaeringsdato=params.skjaeringsdato,
        uten_data=params.uten_data,
        personrader=params.personrader,
        samtykke_kreves=params.samtykke_kreves,
        delivered=(*params.ungdata, *(["publisert"] if "ungdata" in params.publisert else [])),
        syntetisk=params.syntetisk,
    )
    book = material.book
    if book is None:
        return Inputs(files, plan, material)
    if book.errors:
        marked = write_marked(files["arbeidsbok"], book.problems, book.interpretations)
        command = f"params/{params.name}.yml"
        raise EvalueringError(
            check_report(book.problems, book.name, marked=marked.name, params=command)
        )
    remarks = check_report(book.problems, book.name) if book.remarks else ""
    return Inputs(files, plan, material, remarks)


def _files(params: Params, root: Path) -> Iterator[tuple[str, Path]]:
    """Every named file with its role; each must be there."""
    own = input_folder(root, syntetisk=params.syntetisk).relative_to(root).as_posix()
    named = [(f"publisert.{key}", "data/publisert", name) for key, name in params.publisert.items()]
    named += [(f"ungdata.{key}", own, name) for key, name in params.ungdata.items()]
    named += [
        (role, own, name)
        for role, name in (("arbeidsbok", params.arbeidsbok), ("politiskjema", params.politiskjema))
        if name
    ]
    for role, folder, name in named:
        path = inside_project(root, folder, name, where=f"params/{params.name}.yml, {role}")
        if not path.is_file():
            raise EvalueringError(
                "Filen finnes ikke.",
                where=f"{folder}/{name}",
                remedy="Legg filen der, eller rett navnet i parameterfilen.",
            )
        yield role, path
    if params.plan:
        yield "plan", inside_project(root, "", params.plan)


def _check_questions(params: Params, plan: Plan) -> None:
    unknown = sorted(set(params.primaere_spoersmaal) - set(plan.question_ids))
    if unknown:
        raise EvalueringError(
            f"Spørsmålet «{unknown[0]}» finnes ikke i planen.",
            where=f"params/{params.name}.yml, primaere_spoersmaal",
            remedy=f"Lov: {', '.join(plan.question_ids)}.",
        )
