"""Ungdata below the municipality: answers per school (tier 1) or per pupil (tier 2).

Published percentages (tier 0) are read in `inputs.published`. The tier decides what may be
concluded, so it follows the figures. Missing answers are missing, never no.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.published import possible_counts, survey_shape
from evaluering.inputs.separated import OWN, Fault, Layout, Row, Shape, frame_of, read_rows
from evaluering.inputs.survey_map import Coded, SurveyMap, read_survey_map
from evaluering.inputs.survey_rows import read_variables
from evaluering.plan import Plan
from evaluering.text_file import gathered

_SCHOOL = r"[A-Za-z0-9-]{1,12}"
_WEIGHT = r"[0-9]{1,9}(?:\.[0-9]{1,15})?"
_CODE_SHOWN = re.compile(r"-?[0-9]{1,3}")


class Tier(StrEnum):
    """What the figures are (statistics.md 1.2)."""

    PUBLISHED = "T0"
    SCHOOLS = "T1"
    PUPILS = "T2"


@dataclass(frozen=True, slots=True)
class Survey:
    """Answers, and what they allow.

    Attributes:
        tier: Schools or pupils.
        items: The questions in the file, in the plan's order.
        frame: See the reader that made it.
        breaks: Pairs of waves that may not be compared: `spoersmaal`, `aar_fra`, `aar_til`,
            `kode` (`nei_ordlyd`, `nei_tidspunkt`, `nei_annet`). Empty when all may.
        left_out: Rows of a school table without figures, with the sign that says why; empty at
            tier 2.
        levels: At tier 2, for questions whose map declares the order of the answers: the place of
            each answer, 0 for the least yes; NaN where not answered. Index as `frame`. A wave is
            left out where the number of answers to choose between differs from the last wave's.
    """

    tier: Tier
    items: tuple[str, ...]
    frame: pd.DataFrame
    breaks: pd.DataFrame
    left_out: pd.DataFrame
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_school_table(path: Path, plan: Plan, layout: Layout = OWN) -> Survey:
    """Answers per school and wave (tier 1), as the columns of the sheet «Ungdata».

    A percentage with its number of answers gives a range of counts: `antall_ja` is the count when
    there is only one, else NaN, and every test is run at both ends.

    Args:
        path: The file; every row has `skole_kode` and `antall_svar`, and `prosent` or `antall_ja`.
        plan: Says which questions exist.
        layout: How the file is written.

    Returns:
        A frame with one row per question, wave, school, grade and sex: `spoersmaal`, `aar`,
        `skole_kode`, `trinn`, `kjoenn`, `antall_svar`, `antall_ja`, `antall_ja_min`,
        `antall_ja_maks`, `antall_invitert`; counts as float64.

    Raises:
        EvalueringError: See `separated.read_rows`; and a row without school, another place than
            the municipality, a percentage without its number of answers, or schools that differ
            in whether a wave may be compared.
    """
    base = survey_shape(plan, with_source=False)
    shape = Shape(base.columns, base.key, (*base.checks, _check_school_row))
    rows = read_rows(path, shape, layout)
    return survey_of_schools(frame_of(rows, shape), [_range(row) for row in rows], plan, path.name)


def survey_of_schools(
    frame: pd.DataFrame, ranges: Sequence[tuple[float, float]], plan: Plan, where: str
) -> Survey:
    """Answers per school (tier 1) from checked rows, however they were delivered.

    Args:
        frame: The columns of the sheet «Ungdata», one row per question, wave, school, grade and
            sex.
        ranges: The fewest and the most yes each row allows; NaN where it has no figure.
        plan: Says which questions exist.
        where: The file or sheet, for messages.

    Returns:
        As `read_school_table`.

    Raises:
        EvalueringError: Schools differ in whether a wave may be compared.
    """
    frame = frame.reset_index(drop=True)
    frame["antall_ja_min"] = [lowest for lowest, _ in ranges]
    frame["antall_ja_maks"] = [highest for _, highest in ranges]
    single = frame["antall_ja_min"] == frame["antall_ja_maks"]
    frame["antall_ja"] = frame["antall_ja_min"].where(single)
    comparable = _one_code_per_wave(frame, where)
    is_known = frame["antall_ja_min"].notna()
    columns = ["spoersmaal", "aar", "skole_kode", "trinn", "kjoenn"]
    counts = ["antall_svar", "antall_ja", "antall_ja_min", "antall_ja_maks", "antall_invitert"]
    why = ["prosent_tegn", "antall_ja_tegn", "antall_svar_tegn"]
    return Survey(
        tier=Tier.SCHOOLS,
        items=_in_order(frame["spoersmaal"], plan),
        frame=frame.loc[is_known, [*columns, *counts]].reset_index(drop=True),
        breaks=_breaks(comparable),
        left_out=frame.loc[~is_known, [*columns, *why]].reset_index(drop=True),
    )


def read_microdata(path: Path, mapping: Path, plan: Plan, layout: Layout = OWN) -> Survey:
    """Answers per pupil (tier 2), through a map from variable to question.

    Only the variables the map names are read; everything else in the file is left alone.

    Args:
        path: A `.csv`, `.parquet`, `.sav` or `.dta` file with one row per pupil, all waves.
        mapping: The map, see `survey_map.read_survey_map`.
        plan: Says which questions exist.
        layout: How a `.csv` file is written.

    Returns:
        A frame with one row per pupil in file order: `aar` (int64), `skole_kode`, `kjoenn` and
        `trinn` where mapped (empty when missing), `vekt` where mapped, and one float64 column per
        question with 1 (yes), 0 (no) or NaN (not answered, or not asked that year).

    Raises:
        EvalueringError: A file cannot be read, a variable is not there, an answer is outside the
            code lists, a wave is not in the map, a school is missing or not a code, a weight is not
            a number from zero, or nobody answered a question the map says was asked.
            All faults are told together; a value is repeated only when it is a short code.
    """
    links = read_survey_map(mapping, plan)
    raw = read_variables(path, links.variables, mapping.name, layout)
    pupils = _Pupils(raw, links, path.name)
    columns: dict[str, pd.Series] = {"aar": pupils.years(), "skole_kode": pupils.schools()}
    for label, coded in (("kjoenn", links.sex), ("trinn", links.grade)):
        if coded is not None:
            columns[label] = pupils.background(coded, label)
    if links.weight:
        columns["vekt"] = pupils.weights()
    items = _in_order(links.answers, plan)
    for item in items:
        columns[item] = pupils.answers(item, columns["aar"])
    if pupils.problems:
        raise gathered(pupils.problems, path.name)
    frame = pd.DataFrame(columns).reset_index(drop=True)
    comparable = {
        (item, wave): answer.comparable
        for item in items
        for wave, answer in links.answers[item].items()
    }
    levels = {item: pupils.places(item, columns["aar"]) for item in items if links.is_ordered(item)}
    return Survey(
        Tier.PUPILS,
        items,
        frame,
        _breaks(comparable),
        frame.iloc[:0].copy(),
        pd.DataFrame(levels, index=pupils.raw.index).reset_index(drop=True),
    )


def _check_school_row(row: Row) -> Iterator[Fault]:
    if row.text("sted") != "kommune":
        yield Fault("sted", "En skoletabell gjelder bare kommunen.", "Skriv kommune.")
    if not row.text("skole_kode"):
        yield Fault("skole_kode", "Cellen er tom.", "Skriv skolens kode, for eksempel U-1.")
    has_figure = row.number("prosent") is not None or row.number("antall_ja") is not None
    if has_figure and row.number("antall_svar") is None:
        yield Fault(
            "antall_svar",
            "Antall svar mangler. Uten det kan skolens tall ikke brukes.",
            "Skriv antall svar, eller «..» i stedet for tallet i prosent eller antall_ja.",
        )


def _range(row: Row) -> tuple[float, float]:
    """The fewest and the most yes the row allows; NaN where it has no figure."""
    count, share, total = row.number("antall_ja"), row.number("prosent"), row.number("antall_svar")
    if count is not None:
        return float(count), float(count)
    if share is None or total is None:
        return float("nan"), float("nan")
    lowest, highest = possible_counts(share, int(total))
    return float(lowest), float(highest)


def _one_code_per_wave(frame: pd.DataFrame, name: str) -> dict[tuple[str, int], str]:
    """Whether each wave of a question may be compared with the one before it."""
    found: dict[tuple[str, int], str] = {}
    problems: list[EvalueringError] = []
    for key, group in frame.groupby(["spoersmaal", "aar"]):
        item, wave = str(key[0]), int(str(key[1]))
        codes = sorted(set(group["sammenlignbar"]) - {""})
        if len(codes) != 1:
            problems.append(
                EvalueringError(
                    f"Skolene har ulike svar: {', '.join(codes) or 'ingen'}.",
                    where=f"{name}, kolonne «sammenlignbar», {item} {wave}",
                    remedy="Skriv det samme for alle skolene i samme undersøkelse.",
                )
            )
        else:
            found[item, wave] = codes[0]
    if problems:
        raise gathered(problems, name)
    return found


def _breaks(comparable: Mapping[tuple[str, int], str]) -> pd.DataFrame:
    """Every pair of waves with a change between them; the last change names the reason."""
    rows: list[tuple[str, int, int, str]] = []
    for item in dict.fromkeys(item for item, _ in comparable):
        waves = sorted(wave for other, wave in comparable if other == item)
        for first, last in itertools.combinations(waves, 2):
            between = [comparable[item, wave] for wave in waves if first < wave <= last]
            changes = [code for code in between if code.startswith("nei_")]
            if changes:
                rows.append((item, first, last, changes[-1]))
    frame = pd.DataFrame(rows, columns=pd.Index(["spoersmaal", "aar_fra", "aar_til", "kode"]))
    return frame.astype({"aar_fra": "int64", "aar_til": "int64"})


def _in_order(items: Iterable[str], plan: Plan) -> tuple[str, ...]:
    there = set(items)
    return tuple(item for item in plan.question_ids if item in there)


@dataclass(frozen=True, slots=True)
class _Pupils:
    """The raw variables of a file about pupils, read through its map; faults are collected."""

    raw: pd.DataFrame
    links: SurveyMap
    name: str
    problems: list[EvalueringError] = field(default_factory=list[EvalueringError])

    def years(self) -> pd.Series:
        values = self.raw[self.links.year]
        known = {str(wave): wave for wave in self.links.waves}
        remedy = f"Lov: {', '.join(known)}. Legg året til i koblingen, eller ta radene bort."
        self._refuse(values, values.isin(list(known)), self.links.year, remedy)
        return values.map(known).fillna(0).astype("int64")  # 0 only where the file is refused

    def schools(self) -> pd.Series:
        values = self.raw[self.links.school]
        remedy = "Skriv en kode for skolen: bokstaver a–z, tall og bindestrek, høyst 12 tegn."
        self._refuse(values, values.str.fullmatch(_SCHOOL), self.links.school, remedy)
        return values

    def background(self, coded: Coded, label: str) -> pd.Series:
        values = self.raw[coded.variable]
        remedy = f"Legg koden til under «{label}» i koblingen."
        self._refuse(values, values.isin(list(coded.codes)), coded.variable, remedy)
        meanings = {code: meaning or "" for code, meaning in coded.codes.items()}
        return values.map(meanings).astype("str")

    def weights(self) -> pd.Series:
        values = self.raw[self.links.weight]
        is_number = values.str.fullmatch(_WEIGHT)
        remedy = "Skriv et tall fra 0 og oppover, med punktum foran desimalene."
        self._refuse(values, is_number, self.links.weight, remedy)
        return pd.to_numeric(values.where(is_number, "0")).astype("float64")

    def answers(self, item: str, years: pd.Series) -> pd.Series:
        found = pd.Series(np.nan, index=self.raw.index, dtype="float64")
        for wave, answer in self.links.answers[item].items():
            values = self.raw.loc[years == wave, answer.variable]
            place = f"{answer.variable} ({item} {wave})"
            is_known = values.isin(list(answer.codes))
            remedy = "Legg koden til i «ja», «nei» eller «mangler» i koblingen."
            self._refuse(values, is_known, place, remedy)
            codes: dict[str, Any] = dict(answer.codes)
            found.loc[values.index] = values.map(codes).astype("float64")
            if is_known.all() and found.loc[values.index].isna().all():
                self.problems.append(
                    EvalueringError(
                        "Ingen har svart på spørsmålet.",
                        where=f"{self.name}, {place}",
                        remedy="Sjekk variabelen og året i koblingen, eller ta dem bort.",
                    )
                )
        return found

    def places(self, item: str, years: pd.Series) -> pd.Series:
        """The place of each answer in the declared order, where it is as long as the last one."""
        found = pd.Series(np.nan, index=self.raw.index, dtype="float64")
        waves = self.links.answers[item]
        longest = len(waves[max(waves)].order)
        for wave, answer in waves.items():
            if len(answer.order) == longest:
                place = {code: float(number) for number, code in enumerate(answer.order)}
                values = self.raw.loc[years == wave, answer.variable]
                found.loc[values.index] = values.map(place).astype("float64")
        return found

    def _refuse(self, values: pd.Series, is_known: pd.Series, place: str, remedy: str) -> None:
        """One problem per value that is not allowed, with its first line and how many have it.

        The value is shown only when it is a short number: a file about pupils may hold anything.
        """
        for value, group in values[~is_known].groupby(values[~is_known], sort=False):
            text = str(value)
            word = f"Koden «{text}»" if _CODE_SHOWN.fullmatch(text) else "En verdi (vises ikke her)"
            what = f"{word} står ikke i listen" if text else "Verdien mangler"
            rows = "1 rad" if len(group) == 1 else f"{len(group)} rader"
            self.problems.append(
                EvalueringError(
                    f"{what}: {rows}, den første på linje {group.index[0]}.",
                    where=f"{self.name}, {place}",
                    remedy=remedy,
                )
            )
