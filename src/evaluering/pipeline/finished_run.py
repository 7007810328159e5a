"""The last finished run of a report, and whether it may be published.

It may when it is whole, nothing it was made from has changed, everything is delivered or said to be
missing, and the police have approved what is theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.material import Material
from evaluering.inputs.workbook.sheets import declare_workbook
from evaluering.pipeline.manifest import INTERNAL, code_state, findings_digest
from evaluering.pipeline.params import Params
from evaluering.plan import Plan

_DRAFT: Final = re.compile(r"v([1-9][0-9]*)")
_POLICE: Final = "politi"  # the plan's id, where a row says whose number it is
# What a manifest says of its making, and how a coordinator knows it.
_WORDS: Final[Mapping[str, str]] = {
    "pakke_sha256": "Programmet er endret",
    "laas_sha256": "Listen over programpakker er endret",
    "parametere_sha256": "Parameterfilen er endret",
    "notatboeker": "En notatbok er endret",
    "inndata": "En fil med tall er endret, lagt til eller tatt bort",
    "python": "Python er byttet",
    "pakker": "En programpakke er byttet",
}


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """The newest draft and the results it was made from.

    Attributes:
        name: Name of the run.
        draft: Its folder, `reports/<run>/vN`.
        findings: Folder with its findings: internal.
        made: Its internal manifest.
    """

    name: str
    draft: Path
    findings: Path
    made: Mapping[str, Any]


def last_run(root: Path, name: str) -> FinishedRun:
    """The newest finished run of a report.

    Args:
        root: The project folder.
        name: Name of the run.

    Raises:
        EvalueringError: There is none, or its results are gone or belong to another draft.
    """
    drafts = {
        int(number[1]): folder
        for folder in (root / "reports" / name).glob("v*")
        if (number := _DRAFT.fullmatch(folder.name))
    }
    if not drafts:
        raise EvalueringError(
            "Det finnes ingen ferdig kjøring å gi ut.",
            where=f"reports/{name}",
            remedy=_again(name),
        )
    draft = drafts[max(drafts)]
    findings = root / "data" / "statistikk" / name / "funn"
    made = _internal_manifest(draft)
    if made.get("funn_sha256") != findings_digest(findings):
        raise EvalueringError(
            "Den siste kjøringen er ikke hel. Noe av det den regnet ut, mangler eller er endret.",
            where=f"reports/{name}/{draft.name}",
            remedy=_again(name),
        )
    return FinishedRun(name, draft, findings, made)


def _internal_manifest(draft: Path) -> dict[str, Any]:
    """What the draft says of its making; empty when it cannot be read."""
    try:
        content: object = json.loads((draft / INTERNAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def check_unchanged(run: FinishedRun, now: Mapping[str, Any], root: Path) -> None:
    """Refuse when what the run was made from is not what lies here now.

    Args:
        run: The finished run.
        now: From `manifest.made_from`, today.
        root: The project folder.

    Raises:
        EvalueringError: With what has changed, or that the code differs from what is committed.
    """
    then, today = ({**item, **item.get("kode", {})} for item in (run.made, now))
    changed = [words for key, words in _WORDS.items() if then.get(key) != today.get(key)]
    if changed:
        raise EvalueringError(
            f"{changed[0]} etter kjøringen.",
            where=f"reports/{run.name}/{run.draft.name}",
            remedy=_again(run.name),
        )
    if code_state(root)["tilstand"] == "endret":
        raise EvalueringError(
            "Programmet eller notatbøkene er ikke som i den lagrede versjonen av prosjektet.",
            where="src, notebooks eller requirements",
            remedy="Lagre endringene i git eller ta dem bort, kjør på nytt, og gi ut etterpå.",
        )


def check_complete(params: Params, material: Material, plan: Plan) -> None:
    """Refuse when something is neither delivered nor said to be missing.

    Args:
        params: The run's parameters.
        material: What has been delivered.
        plan: The plan the sheets are declared from.

    Raises:
        EvalueringError: With the sheets.
    """
    missing = list(_undelivered(params, material, plan))
    if missing:
        raise EvalueringError(
            f"Dette er ikke levert, og står ikke under uten_data: {', '.join(missing)}.",
            where=f"params/{params.name}.yml",
            remedy="Fyll ut arkene, eller skriv navnene under uten_data, og kjør på nytt.",
        )


def check_police(params: Params, material: Material) -> None:
    """Refuse unpublished figures from the police that the police have not approved.

    Args:
        params: The run's parameters; `godkjent_politi` counts where there is no police form.
        material: What has been delivered.

    Raises:
        EvalueringError: No role and day, or approved before the figures were extracted.
    """
    sheets = list(_police_frames(material))
    if not sheets:
        return
    form = material.form
    if form is not None:
        role, day = form.godkjent_rolle, form.godkjent_dato
    else:
        approved = params.godkjent_politi
        role = approved.get("rolle", "")
        day = date.fromisoformat(approved["dato"]) if "dato" in approved else None
    if not role or day is None:
        raise EvalueringError(
            "Tallene fra politiet er ikke godkjent av politiet ennå. Fyll inn rolle og dato i "
            "politiskjemaet, og publiser på nytt."
        )
    extracted = [_last_day(frame) for frame in sheets]
    if any(last is not None and day < last for last in extracted):
        raise EvalueringError(
            "Politiet godkjente tallene før de ble hentet ut.",
            where="godkjent dato og uttrekksdato",
            remedy="Be politiet godkjenne tallene som er levert, og skriv den nye datoen.",
        )


def _police_frames(material: Material) -> Iterator[pd.DataFrame]:
    """Everything unpublished the police have delivered, also a number among the services'."""
    for id, frame in material.frames.items():
        source = material.source(id)
        if source.publisher == "Politiet" and not source.is_published:
            yield frame
        elif "kilde" in frame and (frame["kilde"] == _POLICE).any():
            yield frame[frame["kilde"] == _POLICE]


def _undelivered(params: Params, material: Material, plan: Plan) -> Iterator[str]:
    filled = set(material.frames)
    others = {*params.ungdata, *(["publisert"] if "ungdata" in params.publisert else [])}
    others |= {"politiskjema"} if params.politiskjema else set()
    for sheet in declare_workbook(plan).sheets:
        is_here = sheet.id in filled or bool(set(sheet.replaced_by) & (filled | others))
        if sheet.is_required and not is_here and sheet.id not in params.uten_data:
            yield sheet.id


def _last_day(frame: pd.DataFrame) -> date | None:
    if "uttrekksdato" not in frame:
        return None
    last = pd.to_datetime(frame["uttrekksdato"]).max()
    return None if pd.isna(last) else last.date()


def _again(name: str) -> str:
    return f"Kjør på nytt: evaluering kjør params/{name}.yml"
