"""One case with a valid consent: its goals, every score of each voice, and what they can bear.

For the working group of the case and the young person only. It is not a `Finding`: nothing made
here can be saved with the findings of a run or pass the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluering.errors import EvalueringError
from evaluering.inputs.case_code import case_code
from evaluering.inputs.house_key import pseudonym
from evaluering.inputs.material import Material
from evaluering.inputs.workbook import codes
from evaluering.inputs.workbook.consent import (
    STRICTEST,
    consented_cases,
    given_by,
    withdrawn_after,
)
from evaluering.statistics import single_case as estimators

VOICES: Final = ("ungdom", "foresatt", "fagperson", "sammen")
_CASE: Final = "sak"  # the label of pseudonyms of cases
_BEFORE: Final = "foer"


@dataclass(frozen=True, slots=True)
class SingleCase:
    """One case, for those who work with it.

    Attributes:
        sak: Its number, as typed.
        day: The day it was shown, and consent was checked.
        goals: `nr`, `omraade` (words), `skala`, `satt_dato`, `satt_av`, `utgangspunkt`, `wish`,
            `planlagt`: a row a goal, in the order they were set. Dates are ISO text.
        scores: `nr`, `vurdert_av`, `dato`, `skaar`, `fase`: a row a score, by time.
        measures: `nr`, `vurdert_av`, `before`, `after` (ratings), `nap`, `lower`, `upper`,
            `tau_bc`: a row for each voice with at least five ratings in each phase.
        is_synthetic: Invented.
    """

    sak: str
    day: date
    goals: pd.DataFrame
    scores: pd.DataFrame
    measures: pd.DataFrame
    is_synthetic: bool


def single_case(material: Material, sak: str, *, day: date, key: bytes) -> SingleCase:
    """The goals of one case and their scores up to a day.

    Args:
        material: What has been delivered, with the sheets about cases switched on.
        sak: The case's number: `S-014`.
        day: Today: the consent must hold on this day, and nothing after it is shown.
        key: The key the material was read with.

    Raises:
        EvalueringError: The number is none, the sheets are not delivered, or the consent does not
            hold. A case that does not exist is refused in the same words.
    """
    code = case_code(sak)
    frames = material.frames
    lacking = [name for name in ("saker", "samtykke", "maal") if name not in frames]
    if lacking:
        raise EvalueringError(
            "Enkeltsaker kan ikke vises: arkene «Saker», «Samtykke» og «Mål» er ikke levert.",
            where=code,
            remedy="Fyll dem ut, og få dem slått på i parameterfilen (personrader).",
        )
    case = pseudonym(key, _CASE, code)
    _require_consent(material, case, code, day)
    own = frames["maal"].loc[frames["maal"]["sak_id"] == case]
    own = own.loc[own["satt_dato"] <= pd.Timestamp(day)]
    own = own.sort_values(["satt_dato", "maal_id"], kind="stable").reset_index(drop=True)
    numbers = {str(id): place for place, id in enumerate(own["maal_id"], start=1)}
    scores = _scores(frames.get("maalinger"), numbers, day)
    return SingleCase(
        sak=code,
        day=day,
        goals=_goals(own),
        scores=scores,
        measures=_measures(scores),
        is_synthetic=material.is_synthetic,
    )


def _require_consent(material: Material, case: str, code: str, day: date) -> None:
    """Refuse unless every party the case requires has given consent that holds today."""
    given, cases = material.frames["samtykke"], material.frames["saker"]
    held = consented_cases(given, cases, day, required=material.required)
    if case in held - withdrawn_after(given, cases, day, required=material.required):
        return
    ages = cases.loc[cases["sak_id"] == case, "aldersgruppe"].astype(str).tolist()
    parties = (material.required.get(ages[0]) if ages else None) or STRICTEST["under_12"]
    now = given_by(given, day)
    lacking = [party for party in parties if (case, party) not in now] or list(parties)
    raise EvalueringError(
        f"Saken {code} kan ikke vises: samtykke fra {' og '.join(lacking)} mangler eller er "
        "trukket.",
        remedy="Registrer nytt samtykke i arket «Samtykke».",
    )


def _goals(own: pd.DataFrame) -> pd.DataFrame:
    areas = {choice.code: choice.label for choice in codes.MAALOMRAADE.choices}
    is_gas = own["skala"] == "gas_5"
    wish = own["oensket_nivaa"].astype("float64").mask(is_gas, 0.0)
    return pd.DataFrame(
        {
            "nr": np.arange(1, len(own) + 1),
            "omraade": own["omraade"].map(areas).astype("str"),
            "skala": own["skala"],
            "satt_dato": _iso(own["satt_dato"]),
            "satt_av": own["satt_av"],
            "utgangspunkt": own["utgangspunkt"].astype("float64"),
            "wish": wish,
            "planlagt": _iso(own["planlagt_maaling"]),
        }
    )


def _scores(given: pd.DataFrame | None, numbers: dict[str, int], day: date) -> pd.DataFrame:
    columns = ["nr", "vurdert_av", "dato", "skaar", "fase"]
    if given is None:
        return pd.DataFrame(columns=columns)
    is_own = given["maal_id"].isin(list(numbers)) & (given["dato"] <= pd.Timestamp(day))
    own = given.loc[is_own]
    own = (
        own.assign(nr=own["maal_id"].map(numbers))
        .sort_values(["nr", "dato"], kind="stable")
        .reset_index(drop=True)
    )
    phase = own["fase"].astype("object").where(own["fase"].notna(), "")
    levels = own["skaar"].astype("float64")
    return own.assign(
        nr=own["nr"].astype("int64"),
        dato=_iso(own["dato"]),
        skaar=levels,
        fase=phase.astype("str"),
    ).loc[:, columns]


def _measures(scores: pd.DataFrame) -> pd.DataFrame:
    """Overlap of the ratings before and after the work began, voice by voice, never mixed."""
    rows: list[dict[str, object]] = []
    pairs = scores[["nr", "vurdert_av"]].drop_duplicates()
    for nr, voice in zip(pairs["nr"].tolist(), pairs["vurdert_av"].tolist(), strict=True):
        before = _levels(scores, nr, voice, (_BEFORE,))
        after = _levels(scores, nr, voice, ("under", "etter"))
        if min(before.size, after.size) < estimators.FEWEST_RATINGS:
            continue
        told = estimators.nap(before, after)
        rows.append(
            {
                "nr": nr,
                "vurdert_av": voice,
                "before": before.size,
                "after": after.size,
                "nap": told.nap,
                "lower": told.lower,
                "upper": told.upper,
                "tau_bc": estimators.tau_bc(before, after).tau_bc,
            }
        )
    columns = ["nr", "vurdert_av", "before", "after", "nap", "lower", "upper", "tau_bc"]
    return pd.DataFrame(rows, columns=columns)


def _levels(
    scores: pd.DataFrame, nr: int, voice: str, phases: tuple[str, ...]
) -> NDArray[np.float64]:
    chosen = (scores["nr"] == nr) & (scores["vurdert_av"] == voice) & scores["fase"].isin(phases)
    return np.array(scores.loc[chosen, "skaar"].tolist(), dtype=np.float64)


def _iso(days: pd.Series[pd.Timestamp]) -> list[str]:
    return [str(day) for day in np.datetime_as_string(days.to_numpy(), unit="D")]
