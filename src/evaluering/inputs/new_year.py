"""A new year's files: the params file and the workbook, prefilled from last year's.

Nothing is overwritten, and no rows about persons are carried over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.inputs.file_checks import inside_project
from evaluering.inputs.municipality_names import Municipality, find_municipality, same_county
from evaluering.inputs.new_params import CARRIED, NewYear, params_text
from evaluering.inputs.workbook.create import create_workbook, refuse_to_overwrite
from evaluering.inputs.workbook.last_year import LastYear, read_last_year
from evaluering.inputs.workbook.sheets import Layout, check_personrader, declare_workbook
from evaluering.plan import Plan, read_plan
from evaluering.yaml_file import read_yaml

FIRST_MEETING: Final = 2016
LAST_MEETING: Final = 2100
_FOLDER: Final = "data/inndata"
# Files in data/publisert that hold for every municipality.
_PUBLISHED: Final = {
    "kriminalitet_kommuner": "kriminalitet_kommuner.csv",
    "under18_landet": "under18_landet.csv",
}


@dataclass(frozen=True, slots=True)
class NewFiles:
    """What was written.

    Attributes:
        params: The params file.
        workbook: The workbook.
        notes: Norwegian sentences the coordinator should see.
    """

    params: Path
    workbook: Path
    notes: tuple[str, ...] = ()


def new_year(
    root: Path,
    meeting_year: int,
    kommune: str,
    personrader: Iterable[str] = (),
    *,
    plan: str = "",
) -> NewFiles:
    """Write the params file and the workbook of a new evaluation.

    Args:
        root: The project folder.
        meeting_year: The January the council meets; the year before is evaluated.
        kommune: The municipality's name, or its number.
        personrader: Sheets about persons to take in: `saker`, `maal` …
        plan: The municipality's own plan file, from the project folder; last year's when "".

    Returns:
        The two paths, and what the coordinator should know.

    Raises:
        EvalueringError: One of the files is there already, the municipality or a sheet is unknown,
            or last year's files cannot be read.
    """
    if not FIRST_MEETING <= meeting_year <= LAST_MEETING:
        raise EvalueringError(
            "Året kan ikke brukes.",
            where="evaluering ny",
            remedy="Skriv året politirådet møtes med fire sifre, for eksempel 2027.",
        )
    sheets = check_personrader(personrader)
    if "maal" in sheets and "saker" not in sheets:
        raise EvalueringError(
            "Arket «Mål» kan ikke tas med uten arket «Saker».",
            where="--personrader",
            remedy="Skriv saker,maal. Et mål hører til en sak, og teller bare med samtykke.",
        )
    municipality = find_municipality(kommune)
    name = f"{municipality.stem}_{meeting_year}"
    files = NewFiles(root / "params" / f"{name}.yml", root / _FOLDER / f"{name}.xlsx")
    for path in (files.params, files.workbook):
        refuse_to_overwrite(path)
    before = _last_params(root, municipality, meeting_year)
    if plan:
        before["plan"] = plan
    own = before.get("plan")
    read = read_plan(inside_project(root, ".", own, where="plan") if own else None)
    last = _last_workbook(root, before, declare_workbook(read))
    new = NewYear(
        municipality=municipality,
        meeting_year=meeting_year,
        meeting_month=read.oppfoelging.maaned,
        name=name,
        personrader=sheets,
        kept=_published(root) | {key: before[key] for key in CARRIED if key in before},
        neighbours=same_county(municipality.kommune_nr),
        questions=[question.id for question in read.spoersmaal if question.i_planen],
    )
    create_workbook(
        files.workbook,
        plan=read,
        kommune=municipality.navn,
        aar=meeting_year - 1,
        personrader=sheets,
        prefill=last.rows if last else None,
    )
    try:
        write_file(files.params, params_text(new))
    except BaseException:
        files.workbook.unlink()  # one file without the other would only be in the way
        raise
    return NewFiles(files.params, files.workbook, tuple(_notes(read, municipality, last)))


def _last_params(root: Path, municipality: Municipality, meeting_year: int) -> dict[str, Any]:
    """Last year's file; in the first year the one with published figures only, if there is one."""
    for year in (meeting_year - 1, "publisert"):
        path = root / "params" / f"{municipality.stem}_{year}.yml"
        if path.is_file():
            return read_yaml(path)
    return {}


def _last_workbook(root: Path, before: dict[str, Any], layout: Layout) -> LastYear | None:
    name = before.get("arbeidsbok")
    if not isinstance(name, str) or before.get("syntetisk"):
        return None
    path = inside_project(root, _FOLDER, name, where="arbeidsbok")
    return read_last_year(path, layout) if path.is_file() else None


def _published(root: Path) -> dict[str, Any]:
    folder = root / "data" / "publisert"
    found = {key: name for key, name in _PUBLISHED.items() if (folder / name).is_file()}
    return {"publisert": found} if found else {}


def _notes(plan: Plan, municipality: Municipality, last: LastYear | None) -> Iterator[str]:
    if plan.plan.kommune != municipality.navn:
        yield (
            f"Tiltakene i arbeidsboken er fra planen til {plan.plan.kommune}. Har dere egen plan: "
            "Slett de to nye filene, og kjør på nytt med --plan og navnet på planfilen."
        )
    if last is None:
        yield "Fant ingen arbeidsbok fra i fjor. Den nye starter med det planen sier."
    elif last.left_out:
        yield (
            f"{last.left_out} celler i fjorårets arbeidsbok passet ikke, og er ikke tatt med. "
            "Se over tallene fra tidligere år."
        )
