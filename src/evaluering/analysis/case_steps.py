"""Which of the year's new cases came how far, from the rows about cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluering.analysis.goal_scores import NOT_ASSESSED, REACHED, scored_goals
from evaluering.inputs.material import Material

_MOST: Final = 0.5  # at least half of the measured goals: the case's median goal is reached


@dataclass(frozen=True, slots=True)
class Cases:
    """The year's new cases.

    Attributes:
        steps: Step → the cases that came so far; a step whose sheet was not delivered is absent.
        withdrawn: Asked, and a consent is taken back; None without the sheet «Samtykke».
        uncoordinated: Nobody coordinates yet.
        common_form: Consent on the common form; None where no row tells the form.
        days: From opened to the first other service, of those with consent that got one.
        waiting: Those with consent that have not got one.
        has_services: The sheets «Samtykke» and «Tjenester» are delivered.
        sheets: Those that were used.
    """

    steps: Mapping[str, frozenset[str]]
    withdrawn: frozenset[str] | None
    uncoordinated: frozenset[str]
    common_form: frozenset[str] | None
    days: NDArray[np.float64]
    waiting: int
    has_services: bool
    sheets: tuple[str, ...]

    def share(self, code: str) -> tuple[float, float] | None:
        """Part and total of a share of cases: `uten_koordinator` or `felles_skjema`.

        Args:
            code: Which.

        Returns:
            None where the rows do not tell.
        """
        if code == "uten_koordinator":
            return float(len(self.uncoordinated)), float(len(self.steps["nye"]))
        if self.common_form is None:
            return None
        return float(len(self.common_form)), float(len(self.steps["samtykke"]))


def cases_of(material: Material, year: int) -> Cases | None:
    """The cases opened in a year and what is known of each.

    Args:
        material: What has been delivered.
        year: The year evaluated.

    Returns:
        None when no such case is delivered as a row.
    """
    frames = material.frames
    if "saker" not in frames:
        return None
    day = pd.Timestamp(material.day)
    opened = frames["saker"]["dato_aapnet"]
    is_new = (opened >= pd.Timestamp(year, 1, 1)) & (opened < pd.Timestamp(year + 1, 1, 1))
    cases = frames["saker"].loc[is_new & (opened <= day)]
    if cases.empty:
        return None
    new = _ids(cases)
    steps = {"nye": new, "spurt": _ids(cases[cases["spurt"] == "ja"])}
    sheets = ["saker"]
    withdrawn = common = None
    days, waiting = np.empty(0), 0
    helped: frozenset[str] | None = None
    if "samtykke" in frames:
        sheets.append("samtykke")
        told = frames["samtykke"]
        told = told[told["sak_id"].isin(new) & (told["dato"] <= day)]
        consented = new & material.consented()
        steps["spurt"] |= _ids(told)
        steps["samtykke"] = consented
        withdrawn = (_last(told, "trukket") | (_ever_later(material) & new)) - consented
        common = _common_form(told, consented)
        if "tjenester" in frames:
            sheets.append("tjenester")
            first = _first_service(frames["tjenester"], cases, day)
            helped = consented & frozenset(first.index)
            steps["andre_tjenester"] = helped
            of = first[first.index.isin(helped)]
            began = cases.set_index("sak_id")["dato_aapnet"].reindex(of.index)
            waited = (of.to_numpy() - began.to_numpy()) / np.timedelta64(1, "D")
            # A service that was in before the case was opened has not been waited for.
            days = np.maximum(waited.astype(np.float64), 0)
            waiting = len(consented - helped)
        steps |= _goal_steps(material, consented)
        sheets += [sheet for sheet in ("maal", "maalinger") if sheet in frames]
    return Cases(
        steps=steps,
        withdrawn=withdrawn,
        uncoordinated=_ids(cases[cases["koordinator"] == "ikke_avklart"]),
        common_form=common,
        days=days,
        waiting=waiting,
        has_services=helped is not None,
        sheets=tuple(sheets),
    )


def _ids(frame: pd.DataFrame) -> frozenset[str]:
    return frozenset(frame["sak_id"].astype(str))


def _last(told: pd.DataFrame, state: str) -> frozenset[str]:
    """Cases where some party's last word is this."""
    latest = told.groupby(["sak_id", "part"])["dato"].transform("max")
    return _ids(told[(told["dato"] == latest) & (told["tilstand"] == state)])


def _ever_later(material: Material) -> frozenset[str]:
    """Cases with a withdrawal after the day data are counted to."""
    told = material.frames["samtykke"]
    later = told["dato"] > pd.Timestamp(material.day)
    return _ids(told[later & (told["tilstand"] == "trukket")])


def _common_form(told: pd.DataFrame, consented: frozenset[str]) -> frozenset[str] | None:
    """Cases where every consent that stands was given on the common form."""
    given = told[(told["tilstand"] == "gitt") & told["sak_id"].isin(consented)]
    if not given["skjema"].notna().any():
        return None
    latest = given.groupby(["sak_id", "part"])["dato"].transform("max")
    final = given[given["dato"] == latest]
    is_common = final["skjema"].eq("felles").groupby(final["sak_id"]).all()
    return frozenset(str(case) for case in is_common.index[is_common.to_numpy()])


def _first_service(
    services: pd.DataFrame, cases: pd.DataFrame, day: pd.Timestamp
) -> pd.Series[pd.Timestamp]:
    """The first day another service than the coordinating one came in, by case."""
    coordinator = services["sak_id"].map(cases.set_index("sak_id")["koordinator"])
    is_other = (services["tjeneste"] != coordinator) & (services["rolle"] != "koordinerer")
    of = services[
        is_other & services["sak_id"].isin(cases["sak_id"]) & (services["fra_dato"] <= day)
    ]
    return of.groupby("sak_id")["fra_dato"].min()


def _goal_steps(material: Material, consented: frozenset[str]) -> dict[str, frozenset[str]]:
    """Cases with a goal, with a measured goal, and with at least half of those reached."""
    goals = scored_goals(material)
    if goals is None:
        return {}
    own = goals[goals["sak_id"].isin(consented)]
    steps = {"maal": _ids(own)}
    if "maalinger" in material.frames:
        measured = own[own["resultat"] != NOT_ASSESSED]
        reached = measured["resultat"].eq(REACHED).groupby(measured["sak_id"]).mean()
        steps["maalt"] = _ids(measured)
        steps["naadd"] = frozenset(str(case) for case in reached.index[reached >= _MOST])
    return steps
