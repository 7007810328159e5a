"""The calls of notebooks 10, 30 and 50: their parameters in, findings out.

Each reads the files the parameters name, hands the frames to the analysis of the question, and
gives its findings. A file that is not named gives findings that say so, never an empty page.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evaluering.analysis import (
    comparison,
    datagrunnlag,
    indikatorer,
    situasjon,
    tiltak,
    ungdata,
    ungdata_change,
)
from evaluering.analysis.quoted import published_cells, quoted
from evaluering.analysis.ungdata import Declared
from evaluering.files import STATISTIKK_VARIABLE, project_root, write_findings
from evaluering.inputs import published, survey_sheet
from evaluering.inputs import survey as survey_files
from evaluering.inputs.material import Material, input_folder
from evaluering.inputs.material import read_material as read_material_files
from evaluering.model import Finding, Source, Verdict
from evaluering.plan import Evidence, Plan, read_evidence
from evaluering.plan import read_plan as read_plan_file

PUBLISHED_FOLDER: Final = "data/publisert"
STANDALONE: Final = "frittstaaende"

Findings = tuple[Finding, ...]


def read_plan(plan: str = "") -> Plan:
    """The action plan.

    Args:
        plan: A plan file of another municipality, from the project folder; empty is Fredrikstad's.
    """
    return read_plan_file(project_root() / plan if plan else None)


def read_material(
    plan: Plan,
    *,
    arbeidsbok: str = "",
    politiskjema: str = "",
    aar: int,
    skjaeringsdato: str,
    uten_data: Sequence[str] = (),
    personrader: Mapping[str, Mapping[str, Any]] | None = None,
    samtykke_kreves: Mapping[str, Sequence[str]] | None = None,
    ungdata: Mapping[str, str] | None = None,
    publisert: Mapping[str, str] | None = None,
    syntetisk: bool = False,
) -> Material:
    """The workbook and the police form, read and checked.

    Args:
        plan: From `read_plan`.
        arbeidsbok: The workbook's file name in `data/inndata` (the example's in `data/eksempel`);
            empty is none.
        politiskjema: The police form's file name there; empty is none.
        aar: The year evaluated.
        skjaeringsdato: The day data are counted to, ISO.
        uten_data: Sheets and sources known to be missing.
        personrader: Sheets about persons that are switched on.
        samtykke_kreves: Who must consent, per age group; empty is the strictest.
        ungdata: Survey files, which make the sheet «Ungdata» unnecessary.
        publisert: Published files; Ungdata among them does the same.
        syntetisk: Invented numbers.

    Raises:
        EvalueringError: Something must be mended first.
    """
    material = read_material_files(
        project_root(),
        plan,
        arbeidsbok=arbeidsbok,
        politiskjema=politiskjema,
        aar=aar,
        skjaeringsdato=skjaeringsdato,
        uten_data=uten_data,
        personrader=personrader or {},
        samtykke_kreves=samtykke_kreves or {},
        delivered=(*(ungdata or {}), *(["publisert"] if "ungdata" in (publisert or {}) else [])),
        syntetisk=syntetisk,
    )
    if material.book is not None:
        material.book.accepted()
    return quoted(material, published_cells(), year=aar)


def national_under_18(publisert: Mapping[str, str], *, syntetisk: bool = False) -> Findings:
    """Offences with a perpetrator under 18 in the whole country: the published numbers.

    Args:
        publisert: Names of files in `data/publisert`; `under18_landet` is used.
        syntetisk: Invented numbers.

    Returns:
        One finding, or none when no file is named.
    """
    path = _published(publisert, "under18_landet")
    if path is None:
        return ()
    frame, sources = published.read_national_under18(path)
    return (situasjon.national_under_18(frame, sources, is_synthetic=syntetisk),)


def municipalities(
    publisert: Mapping[str, str],
    *,
    kommune_nr: str,
    sammenligning: Mapping[str, Any],
    syntetisk: bool = False,
) -> Findings:
    """Registered offences, all ages, beside the municipalities params chose.

    Args:
        publisert: Names of files in `data/publisert`; `kriminalitet_kommuner` is used.
        kommune_nr: The own municipality.
        sammenligning: `regel` and `kommuner`.
        syntetisk: Invented numbers.

    Returns:
        One finding, or none when no file or no municipality is named.
    """
    path = _published(publisert, "kriminalitet_kommuner")
    if path is None or not sammenligning:
        return ()
    frame, sources = published.read_municipal_offences(path)
    return (
        situasjon.municipalities(
            frame,
            sources,
            own=kommune_nr,
            others=list(sammenligning["kommuner"]),
            rule=str(sammenligning["regel"]),
            is_synthetic=syntetisk,
        ),
    )


def repeat_offending(publisert: Mapping[str, str], *, syntetisk: bool = False) -> Findings:
    """The plan's own figure about a few who stand for much.

    Args:
        publisert: Names of files in `data/publisert`; `gjentatt` is used.
        syntetisk: Invented numbers.

    Returns:
        One finding, or none when no file is named.
    """
    path = _published(publisert, "gjentatt")
    if path is None:
        return ()
    frame, sources = published.read_repeat_offending(path)
    return (situasjon.plan_concentration(frame, sources, is_synthetic=syntetisk),)


def indicators(
    plan: Plan,
    *,
    aar: int,
    materiale: Material | None = None,
    gjentatt_fra: int = 3,
    registreringsendringer: Sequence[Mapping[str, str]] = (),
    margin: Mapping[str, float] | None = None,
    syntetisk: bool = False,
) -> Findings:
    """The plan's indicators against last year, and its claims without figures.

    Args:
        plan: From `read_plan`.
        aar: The year evaluated.
        materiale: From `read_material`; without it every indicator is «Mangler tall».
        gjentatt_fra: How many offences are called repeated.
        registreringsendringer: Declared changes in how something is recorded.
        margin: Indicator → the largest relative change that may be called stable.
        syntetisk: Invented numbers.
    """
    sources = plan_sources(plan)
    own = (
        indikatorer.missing_indicators(plan, sources, year=aar, is_synthetic=syntetisk)
        if materiale is None
        else indikatorer.indicators(
            plan,
            materiale,
            sources,
            year=aar,
            repeated_from=gjentatt_fra,
            changes=registreringsendringer,
            margins=margin,
        )
    )
    return (
        *own,
        *indikatorer.claims(
            plan,
            sources,
            answered=ANSWERED_CLAIMS
            | (indikatorer.answered_claims(materiale, year=aar) if materiale else frozenset[str]()),
            # Without a reason nothing was delivered; with one, only the time before is lacking.
            delivered=[
                item.section for item in own if item.verdict is not Verdict.MISSING or item.reason
            ],
            is_synthetic=syntetisk,
        ),
        # Figures from outside are real, and never stand among invented ones.
        *(() if syntetisk else indikatorer.outside(plan, _evidence(plan), is_synthetic=False)),
    )


# The plan's claim that another finding answers: its 13 persons.
ANSWERED_CLAIMS: Final = frozenset({"faa_staar_for_mye"})


def declared(
    primaere_spoersmaal: Sequence[str],
    *,
    margin: Mapping[str, float],
    design_effekt: float = 1.0,
    nedre_grense_svar: int = 0,
    begrunnelse: str = "",
    froe: int = 0,
) -> Declared:
    """What was decided about the survey before its figures were read.

    Args:
        primaere_spoersmaal: The questions of the primary family.
        margin: Question → the largest change that may be called stable, as a share.
        design_effekt: Assumed design effect of published percentages; no verdict rests on it.
        nedre_grense_svar: The fewest answers there can have been in each survey; 0 is not given.
        begrunnelse: Why that lower bound is safe.
        froe: Start of every random part.
    """
    return Declared(
        primary=tuple(primaere_spoersmaal),
        margins=dict(margin),
        design_effect=design_effekt,
        answers_at_least=nedre_grense_svar or None,
        reason=begrunnelse,
        seed=froe,
    )


def survey(
    plan: Plan,
    publisert: Mapping[str, str],
    valgt: Declared,
    *,
    materiale: Material | None = None,
    syntetisk: bool = False,
) -> Findings:
    """Whether young people's answers have changed, from figures of the whole municipality.

    Args:
        plan: From `read_plan`.
        publisert: Names of files in `data/publisert`; `ungdata` is used.
        valgt: From `declared`.
        materiale: From `read_material`; the sheet «Ungdata» comes before the published file.
        syntetisk: Invented numbers.

    Returns:
        One finding per question, and one for the questions together. Without a file every question
        is «Mangler tall».
    """
    frame, sources = _survey_rows(plan, publisert, materiale)
    found = ungdata.published_changes(frame, plan, sources, valgt, is_synthetic=syntetisk)
    joint = ungdata.joint_direction(found, plan)
    return (*found, joint) if joint else tuple(found)


def survey_by_school(
    plan: Plan,
    ungdata: Mapping[str, str],
    valgt: Declared,
    *,
    materiale: Material | None = None,
    syntetisk: bool = False,
) -> Findings:
    """Whether the answers have changed more than schools and cohorts drift.

    Args:
        plan: From `read_plan`.
        ungdata: Files in `data/inndata` (the example's in `data/eksempel`): `skoletabell`, or
            `mikrodata` with `kobling`.
        valgt: From `declared`.
        materiale: From `read_material`; the schools in the sheet «Ungdata» are used where no file
            is named.
        syntetisk: Invented numbers.

    Returns:
        One finding per question, and one for the questions together; none without answers.
    """
    folder = input_folder(project_root(), syntetisk=syntetisk)
    sheet = materiale.frames.get(survey_sheet.SHEET) if materiale else None
    in_sheet = None if sheet is None else survey_sheet.school_rows(sheet, plan)
    if ungdata.get("skoletabell"):
        answers = survey_files.read_school_table(folder / ungdata["skoletabell"], plan)
        title = "Ungdata, svar per skole"
    elif ungdata.get("mikrodata"):
        answers = survey_files.read_microdata(
            folder / ungdata["mikrodata"], folder / ungdata["kobling"], plan
        )
        title = "Ungdata, svar per elev"
    elif materiale is not None and in_sheet is not None:
        answers, title = in_sheet, materiale.source(survey_sheet.SHEET).title
    else:
        return ()
    invited = None if sheet is None else survey_sheet.invited(sheet)
    source = Source(title=title, is_published=False)
    return tuple(
        ungdata_change.changes(
            answers, plan, (source,), valgt, invited=invited, is_synthetic=syntetisk
        )
    )


def compare(
    plan: Plan,
    publisert: Mapping[str, str],
    valgt: Declared,
    *,
    materiale: Material | None = None,
    syntetisk: bool = False,
) -> Findings:
    """Is it us or everybody? Our change beside the country's, the county's and other places'.

    Args:
        plan: From `read_plan`.
        publisert: Names of files in `data/publisert`; `ungdata` is used.
        valgt: From `declared`.
        materiale: From `read_material`; the sheet «Ungdata» comes before the published file.
        syntetisk: Invented numbers.
    """
    frame, sources = _survey_rows(plan, publisert, materiale)
    return tuple(comparison.comparisons(frame, plan, sources, valgt, is_synthetic=syntetisk))


def measures(
    plan: Plan,
    materiale: Material | None = None,
    *,
    aar: int | None = None,
    syntetisk: bool = False,
) -> Findings:
    """Measures, priorities, meetings, decisions and all else of the plan, with what was reported.

    Args:
        plan: From `read_plan`.
        materiale: From `read_material`; None is nothing delivered.
        aar: The year evaluated.
        syntetisk: Invented numbers.
    """
    return tuple(
        tiltak.plan_findings(
            plan,
            plan_sources(plan),
            evidence=Evidence((), ()) if syntetisk else _evidence(plan),
            material=materiale,
            year=aar,
            is_synthetic=syntetisk,
        )
    )


def data_basis(
    plan: Plan,
    materiale: Material,
    *,
    aar: int,
    publisert: Mapping[str, str] | None = None,
    ungdata: Mapping[str, str] | None = None,
    syntetisk: bool = False,
) -> Findings:
    """Which sources were delivered, for which years, and the step of the ladder they reach.

    Args:
        plan: From `read_plan`.
        materiale: From `read_material`.
        aar: The year evaluated.
        publisert: Names of files in `data/publisert`; `ungdata` is used.
        ungdata: Files with answers per school or per pupil.
        syntetisk: Invented numbers.
    """
    path = _published(publisert or {}, "ungdata")
    answers = datagrunnlag.Survey(
        published.read_ungdata(path, plan)[0] if path else None, has_schools=bool(ungdata)
    )
    found = datagrunnlag.data_basis(
        materiale, plan_sources(plan), survey=answers, year=aar, is_synthetic=syntetisk
    )
    return (found,)


def _evidence(plan: Plan) -> Evidence:
    """What follows Fredrikstad's plan; another municipality's plan has none of its own yet."""
    known = {item.id for item in plan.tiltak}
    own = {item.id for item in read_plan_file().tiltak}
    return read_evidence(plan) if own <= known else Evidence((), ())


def plan_sources(plan: Plan) -> tuple[Source, ...]:
    """The plan itself as a source: it is published."""
    return (Source(title=plan.plan.navn, is_published=True),)


def save(findings: Iterable[Finding | Findings]) -> list[str]:
    """Store a notebook's findings where the run expects them. Returns the names stored.

    Args:
        findings: Findings, or groups of them.
    """
    flat = [
        finding
        for group in findings
        for finding in (group if isinstance(group, tuple) else (group,))
    ]
    folder = os.environ.get(STATISTIKK_VARIABLE)
    place = Path(folder) if folder else project_root() / "data" / "statistikk" / STANDALONE
    write_findings(place, flat)
    return [finding.id for finding in flat]


def _published(publisert: Mapping[str, str], name: str) -> Path | None:
    return project_root() / PUBLISHED_FOLDER / publisert[name] if publisert.get(name) else None


def _survey_rows(
    plan: Plan, publisert: Mapping[str, str], material: Material | None
) -> tuple[pd.DataFrame, tuple[Source, ...]]:
    """Figures of whole places; the sheet's own for a question and place before the published."""
    path = _published(publisert, "ungdata")
    found = published.read_ungdata(path, plan) if path else None
    sheet = material.frames.get(survey_sheet.SHEET) if material else None
    if material is None or sheet is None:
        return found or (_no_survey(), plan_sources(plan))
    rows, source = survey_sheet.whole_places(sheet), material.source(survey_sheet.SHEET)
    if found is None or rows.empty:
        return found or (rows, (source,))
    frame, sources = found
    by_id = dict(zip(dict.fromkeys(frame["kilde"]), sources, strict=True))
    given = set(zip(rows["spoersmaal"], rows["sted"], strict=True))
    keys = zip(frame["spoersmaal"], frame["sted"], strict=True)
    is_left = pd.Series([key not in given for key in keys], index=frame.index, dtype=bool)
    both = pd.concat([rows, frame[is_left]], ignore_index=True)
    by_id[survey_sheet.SOURCE_ID] = source
    return both, tuple(by_id[id] for id in dict.fromkeys(both["kilde"]))


def _no_survey() -> pd.DataFrame:
    """A survey table without rows."""
    text = dict.fromkeys(("sted", "spoersmaal", "trinn", "kjoenn", "sammenlignbar", "kilde"), "str")
    numbers = dict.fromkeys(
        ("prosent", "antall_ja", "antall_svar", "antall_invitert", "prosent_desimaler"), "float64"
    )
    columns = {"aar": "int64", **text, **numbers}
    return pd.DataFrame({name: pd.Series(dtype=sort) for name, sort in columns.items()})
