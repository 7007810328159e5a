"""Whose consent holds on a day. Consent is modelled as release from secrecy, case by case.

One dated event per case and party. Valid on a day: for every party the case requires, the last
event on or before that day is `gitt`. No event is no consent. This is not legal advice: who must
consent is the municipality's decision, and the default is the strictest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import pandas as pd

# Both under 18; the young person alone from 18.
STRICTEST: Final[Mapping[str, Collection[str]]] = {
    "under_12": ("ungdom", "foresatt"),
    "12_14": ("ungdom", "foresatt"),
    "15_17": ("ungdom", "foresatt"),
    "18_pluss": ("ungdom",),
}


def consented_cases(
    samtykke: pd.DataFrame,
    saker: pd.DataFrame,
    day: date,
    *,
    required: Mapping[str, Collection[str]] = STRICTEST,
) -> frozenset[str]:
    """The cases with a valid consent on a day.

    Args:
        samtykke: Columns `sak_id`, `part`, `tilstand`, `dato`: one row an event, at most one per
            case, party and day.
        saker: Columns `sak_id`, `aldersgruppe`: one row a case.
        day: The day asked about.
        required: Parties that must consent, per age group; an age group that is absent requires
            both.

    Returns:
        Their `sak_id`, as in `saker`.
    """
    given = given_by(samtykke, day)
    both = STRICTEST["under_12"]
    ages = zip(saker["sak_id"].astype(str), saker["aldersgruppe"].astype(str), strict=True)
    # An empty list of parties would make every case public: it means both, too.
    return frozenset(
        case
        for case, age in ages
        if all((case, part) in given for part in required.get(age) or both)
    )


def given_by(samtykke: pd.DataFrame, day: date) -> frozenset[tuple[str, str]]:
    """Case and party of every consent whose last event on or before a day is `gitt`."""
    until = samtykke.loc[samtykke["dato"] <= pd.Timestamp(day)]
    # Two events on one day are refused when read; should they come, refusal and withdrawal win.
    last = until.groupby(["sak_id", "part"])["dato"].transform("max")
    final = until.loc[until["dato"] == last]
    is_given = final["tilstand"].eq("gitt").groupby([final["sak_id"], final["part"]]).all()
    return frozenset((str(case), str(part)) for case, part in is_given.index[is_given.to_numpy()])


def withdrawn_after(
    samtykke: pd.DataFrame,
    saker: pd.DataFrame,
    day: date,
    *,
    required: Mapping[str, Collection[str]] = STRICTEST,
) -> frozenset[str]:
    """Cases whose consent held on a day and was taken back later: they are to be left out too.

    Args:
        samtykke: As for `consented_cases`.
        saker: As for `consented_cases`.
        day: The day data are counted to.
        required: As for `consented_cases`.
    """
    latest = samtykke["dato"].max()
    if pd.isna(latest):
        return frozenset()
    now = max(pd.Timestamp(latest), pd.Timestamp(day)).date()
    held = consented_cases(samtykke, saker, day, required=required)
    return held - consented_cases(samtykke, saker, now, required=required)
