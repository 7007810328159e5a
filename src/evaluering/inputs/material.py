"""The delivered material of a run: the workbook and the police form, read and checked together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.house_key import FIXED_KEY, house_key
from evaluering.inputs.workbook.columns import label_of_name
from evaluering.inputs.workbook.consent import STRICTEST, consented_cases, withdrawn_after
from evaluering.inputs.workbook.read import Workbook, read_workbook
from evaluering.inputs.workbook.read_form import PoliceForm, read_police_form
from evaluering.inputs.workbook.report import check_report
from evaluering.model import Source
from evaluering.plan import Plan

INPUT_FOLDER: Final = "data/inndata"
EXAMPLE_FOLDER: Final = "data/eksempel"  # the example's own files, all synthetic

_OFFENCES: Final = "forholdstall"
_POLICE_SHEETS: Final = frozenset({"forhold", _OFFENCES})


def input_folder(root: Path, *, syntetisk: bool) -> Path:
    """Where a run's own files lie: the example's among committed ones, real ones never."""
    return root / (EXAMPLE_FOLDER if syntetisk else INPUT_FOLDER)


@dataclass(frozen=True, slots=True)
class Material:
    """What has been delivered.

    Attributes:
        book: The workbook, without errors; None when params name none.
        form: The police form, without errors; None when params name none.
        day: The day data are counted to.
        missing: Sheets and sources known to be missing (`uten_data`).
        required: Who must consent, per age group.
        is_synthetic: Every number is invented.
    """

    book: Workbook | None
    form: PoliceForm | None
    day: date
    missing: frozenset[str]
    required: Mapping[str, Collection[str]]
    is_synthetic: bool

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The sheets that have rows, by id; as `frames.frame_of` says, index `rad`."""
        given = {} if self.book is None else dict(self.book.frames)
        if self.form is not None:
            given[_OFFENCES] = self.form.frame
        return MappingProxyType({id: frame for id, frame in given.items() if len(frame)})

    def source(self, sheet: str) -> Source:
        """Where the numbers of a sheet come from; never published before.

        Args:
            sheet: Its id.
        """
        if sheet == _OFFENCES and self.form is not None:
            return Source("Politiskjemaet", is_published=False, publisher="Politiet")
        publisher = "Politiet" if sheet in _POLICE_SHEETS else ""
        title = f"Arbeidsboken, arket «{label_of_name(sheet)}»"
        return Source(title, is_published=False, publisher=publisher)

    def consented(self) -> frozenset[str]:
        """Cases whose consent holds on the day data are counted to and was not withdrawn after.

        Empty when the sheets about cases and consent are not switched on.
        """
        frames = self.frames
        if "samtykke" not in frames or "saker" not in frames:
            return frozenset()
        given, cases = frames["samtykke"], frames["saker"]
        held = consented_cases(given, cases, self.day, required=self.required)
        return held - withdrawn_after(given, cases, self.day, required=self.required)


def read_material(
    root: Path,
    plan: Plan,
    *,
    arbeidsbok: str = "",
    politiskjema: str = "",
    aar: int,
    skjaeringsdato: str,
    uten_data: Collection[str] = (),
    personrader: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    samtykke_kreves: Mapping[str, Collection[str]] = MappingProxyType({}),
    delivered: Collection[str] = (),
    syntetisk: bool = False,
) -> Material:
    """Read the workbook and the police form that params name.

    Args:
        root: The project folder.
        plan: The plan the lists come from.
        arbeidsbok: The workbook's file name, or "".
        politiskjema: The police form's file name, or "".
        aar: The year evaluated.
        skjaeringsdato: The day data are counted to, ISO.
        uten_data: Sheets and sources known to be missing.
        personrader: Sheets about persons that are switched on.
        samtykke_kreves: Who must consent, per age group; empty is the strictest.
        delivered: Other sources that make a sheet unnecessary.
        syntetisk: Invented numbers: the files lie with the example, and the key is the fixed one.

    Returns:
        The material; `book` may hold errors, which the caller reports.

    Raises:
        EvalueringError: A file cannot be used, or the police form must be mended.
    """
    folder = input_folder(root, syntetisk=syntetisk)
    required = samtykke_kreves or STRICTEST
    day = date.fromisoformat(skjaeringsdato)
    form = read_police_form(folder / politiskjema) if politiskjema else None
    if form is not None and form.errors:
        raise EvalueringError(check_report(form.problems, form.name))
    book = None
    if arbeidsbok:
        key = None
        if personrader:
            key = FIXED_KEY if syntetisk else house_key(root)
        book = read_workbook(
            folder / arbeidsbok,
            plan=plan,
            personrader=tuple(personrader),
            person_code_in_cases=bool(personrader.get("saker", {}).get("person_kode")),
            key=key,
            aar=aar,
            skjaeringsdato=day,
            samtykke_kreves=required,
            uten_data=uten_data,
            delivered=delivered,
            form=form.content if form else None,
        )
    return Material(book, form, day, frozenset(uten_data), required, syntetisk)
