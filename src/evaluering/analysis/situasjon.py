"""The published picture of offences: the country, the municipality's place, the plan's 13.

Everything here is already public, and nearly all of it stops short of a conclusion: offences
without persons cannot be tested, municipalities are too few, and Statistics Norway's table is about
all ages and where the offence took place. It is never called youth crime.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

import pandas as pd

from evaluering.analysis import next_datum
from evaluering.analysis.verdict import Ruling, exploratory
from evaluering.model import Finding, Source, Value, Verdict
from evaluering.statistics import counts

COUNTRY: Final = "0"
ALL: Final = "alle"
_WINDOW: Final = 2  # Statistics Norway's averages are of two years
_HALF_PERCENT: Final = 0.005
_FEWEST_FOR_PERCENT: Final = 60  # no relative per cent on smaller counts


def national_under_18(
    frame: pd.DataFrame, sources: Sequence[Source], *, is_synthetic: bool = False
) -> Finding:
    """Offences with a perpetrator under 18 in the whole country: shown, not judged.

    How the offences fall on young people is not published, so the noise is unknown.

    Args:
        frame: `aar`, `kategori`, `antall`; the total is the category `alle`.
        sources: Where the figures come from.
        is_synthetic: Invented numbers.

    Returns:
        Kind `national_counts`: the latest year against the one before, `NOT_ASSESSED` with
        `no_spread`. `details["categories"]` has a row per category, and the relative change where
        both counts are large enough for one.
    """
    total = frame[frame["kategori"] == ALL].sort_values("aar")
    before, last = total.iloc[-2], total.iloc[-1]
    ruling = Ruling(Verdict.NOT_ASSESSED, refusal="no_spread")
    ratio = counts.rate_ratio(float(last["antall"]), 1.0, float(before["antall"]), 1.0)
    groups = frame[frame["kategori"] != ALL]
    wide = groups.pivot(index="kategori", columns="aar", values="antall")
    wide = wide.reindex(groups["kategori"].drop_duplicates()).reset_index()
    wide.columns = pd.Index([str(name) for name in wide.columns])
    wide = _with_change(wide, str(before["aar"]), str(last["aar"]))
    values: dict[str, Value] = {
        "year_first": int(total["aar"].iloc[0]),
        "year_from": int(before["aar"]),
        "year_to": int(last["aar"]),
        "count_from": int(before["antall"]),
        "count_to": int(last["antall"]),
        "ratio": ratio.ratio,
        # The spread over persons the change could bear: every young person would have to stand for
        # this many offences (in the mean of squares over the mean) before it drowned in noise.
        "break_even_spread": _break_even_spread(float(before["antall"]), float(last["antall"])),
        "flags": "second_hand,reported",
        "place": "hele landet",
    }
    return Finding(
        id="landet.under18",
        section="forhold",
        kind="national_counts",
        topic="Forhold under 18 år i hele landet",
        frame=total[["aar", "antall"]].reset_index(drop=True),
        sources=tuple(sources),
        is_synthetic=is_synthetic,
        verdict=ruling.verdict,
        refusal=ruling.refusal,
        values=values,
        details={"categories": wide},
        unit="forhold",
        method="clustered_total",
    )


def municipalities(
    frame: pd.DataFrame,
    sources: Sequence[Source],
    *,
    own: str,
    others: Sequence[str],
    rule: str,
    is_synthetic: bool = False,
) -> Finding:
    """Registered offences in the municipality beside others chosen by a declared rule.

    Place of offence, all ages, two-year averages. Only periods that do not overlap are compared,
    and only the position is given: placebo ranks need 19 municipalities.

    Args:
        frame: `kommune_nr`, `kommune`, `periode_fra`, `periode_til`, `lovbruddsgruppe`, `antall`,
            `per_1000`; missing where Statistics Norway does not show the number.
        sources: Where the figures come from.
        own: Number of the municipality.
        others: Numbers of the others.
        rule: The rule that chose them, declared before the figures were read.
        is_synthetic: Invented numbers.

    Returns:
        Kind `municipalities`, `NOT_ASSESSED` with `few_comparators` below 19; above it a placebo
        rank, exploratory. Rows in the order of the municipality number. `details["groups"]` is the
        own municipality by type of offence, `details["changes"]` every municipality's two periods.
    """
    last = int(frame["periode_til"].max())
    earlier = last - _WINDOW
    chosen = sorted({own, *others})
    total = frame[(frame["lovbruddsgruppe"] == ALL) & frame["kommune_nr"].isin(chosen)]
    now = total[total["periode_til"] == last].set_index("kommune_nr").reindex(chosen)
    then = total[total["periode_til"] == earlier].set_index("kommune_nr").reindex(chosen)
    changes = pd.DataFrame(
        {
            "kommune_nr": chosen,
            "kommune": now["kommune"].tolist(),
            "antall_fra": then["antall"].tolist(),
            "antall_til": now["antall"].tolist(),
        }
    )
    changes["ratio"] = changes["antall_til"] / changes["antall_fra"]
    mine = changes.loc[changes["kommune_nr"] == own].iloc[0]
    theirs = changes.loc[changes["kommune_nr"] != own, "ratio"].dropna()
    country = frame[
        (frame["kommune_nr"] == COUNTRY)
        & (frame["lovbruddsgruppe"] == ALL)
        & (frame["periode_til"] == last)
    ]
    ruling = _place_among(changes, own)
    values: dict[str, Value] = {
        "kommune": str(mine["kommune"]),
        "J": len(theirs),
        "rule": rule,
        "year_from": last - 1,
        "year_to": last,
        "earlier_from": earlier - 1,
        "earlier_to": earlier,
        "count_from": float(mine["antall_fra"]),
        "count_to": float(mine["antall_til"]),
        "ratio": float(mine["ratio"]),
        "rate": float(now["per_1000"].tolist()[chosen.index(own)]),
        "country_rate": float(country["per_1000"].iloc[0]) if len(country) else None,
        "rose_more": int((theirs > mine["ratio"]).sum()),
        "rose_less": int((theirs < mine["ratio"]).sum()),
        "flags": "all_ages,place_of_offence,overlap,reported",
    }
    shown = pd.DataFrame(
        {
            "kommune": now["kommune"].tolist(),
            "rate": now["per_1000"].astype(float).tolist(),
            "rate_tegn": ["mangler" if missing else "" for missing in now["per_1000"].isna()],
            "own": [number == own for number in chosen],
        }
    )
    return Finding(
        id="kommuner.lovbrudd",
        section="andre-kommuner",
        kind="municipalities",
        topic="Anmeldte lovbrudd i alle aldre",
        frame=shown,
        sources=tuple(sources),
        is_synthetic=is_synthetic,
        verdict=ruling.verdict,
        direction=ruling.direction,
        refusal=ruling.refusal,
        reason=ruling.reason,
        values=values,
        details={"groups": _own_groups(frame, own, last, earlier), "changes": changes},
        unit="forhold",
        method="placebo_rank",
    )


def plan_concentration(
    frame: pd.DataFrame, sources: Sequence[Source], *, is_synthetic: bool = False
) -> Finding:
    """The plan's own «13 persons, 27 %»: what totals can it come from?

    Persons with at least k offences hold at least k each, and a printed whole percentage stands for
    a span of one; together they bound the total from below.

    Args:
        frame: One row or more of `aar`, `minst_forhold`, `personer`, `andel_prosent`; the latest is
            used.
        sources: Where the figures come from.
        is_synthetic: Invented numbers.

    Returns:
        Kind `concentration_published`, without a verdict: one year, nothing to compare with.
        `details["totals"]` gives the totals that fit, by offences per person.
    """
    row = frame.sort_values("aar").iloc[-1]
    persons, least = int(row["personer"]), int(row["minst_forhold"])
    share = float(row["andel_prosent"]) / 100
    each = [least, least + 1, least + 2]
    totals = pd.DataFrame(
        {
            "per_person": each,
            "offences": [persons * number for number in each],
            "at_least": [_fewest_total(persons * number, share) for number in each],
            "at_most": [_most_total(persons * number, share) for number in each],
        }
    )
    values: dict[str, Value] = {
        "year": int(row["aar"]),
        "persons": persons,
        "at_least_each": least,
        "share": share,
        "offences_at_least": persons * least,
        "total_at_least": int(totals["at_least"].iloc[0]),
        "flags": "reported",
    }
    return Finding(
        id="gjentatt.planen",
        section="gjentatt",
        kind="concentration_published",
        topic="Noen få med mange forhold",
        frame=pd.DataFrame({"aar": [int(row["aar"])], "share_offences": [share]}),
        sources=tuple(sources),
        is_synthetic=is_synthetic,
        values=values,
        details={"totals": totals},
        unit="personer",
        method="concentration",
        next_datum=next_datum.for_count(
            Ruling(Verdict.NOT_ASSESSED, refusal="no_persons"), series="police"
        ),
    )


def _place_among(changes: pd.DataFrame, own: str) -> Ruling:
    """Exploratory, whatever the rank says: the table is background, not youth crime."""
    known = changes.dropna(subset=["antall_fra", "antall_til"])
    scaled = cast(  # arrays in, a frame out
        "pd.DataFrame",
        counts.scaled_change(known["antall_til"].tolist(), 1.0, known["antall_fra"].tolist(), 1.0),
    )["scaled"].tolist()
    numbers = known["kommune_nr"].tolist()
    mine = float(scaled[numbers.index(own)])
    others = [delta for number, delta in zip(numbers, scaled, strict=True) if number != own]
    rank = counts.placebo_rank(mine, others)
    ruling = exploratory(mine, p_adjusted=rank.p_value, refusal=rank.refusal)
    return replace(ruling, reason="background" if ruling.reason else "")


def _own_groups(frame: pd.DataFrame, own: str, last: int, earlier: int) -> pd.DataFrame:
    """The own municipality by type of offence, two periods that do not overlap."""
    mine = frame[frame["kommune_nr"] == own]
    now = mine[mine["periode_til"] == last].set_index("lovbruddsgruppe")["antall"]
    then = mine[mine["periode_til"] == earlier].set_index("lovbruddsgruppe")["antall"]
    groups = list(dict.fromkeys(mine["lovbruddsgruppe"]))
    found = pd.DataFrame(
        {
            "lovbruddsgruppe": groups,
            "antall_fra": then.reindex(groups).astype(float).tolist(),
            "antall_til": now.reindex(groups).astype(float).tolist(),
        }
    )
    return _with_change(found, "antall_fra", "antall_til")


def _with_change(frame: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """A column with the relative change, only where both counts are large: «+62 %» misleads."""
    is_large = (frame[before] >= _FEWEST_FOR_PERCENT) & (frame[after] >= _FEWEST_FOR_PERCENT)
    change = (frame[after] / frame[before] - 1).where(is_large)
    signs = ["" if large else "ikke_aktuelt" for large in is_large]
    return frame.assign(change=change.astype(float), change_tegn=signs)


def _break_even_spread(before: float, after: float) -> float:
    """φ* = (z/1.96)²: how clustered on persons offences could be before the change was noise."""
    z = (after - before) / math.sqrt(after + before)
    return (z / 1.959963984540054) ** 2


def _fewest_total(offences: int, share: float) -> int:
    """The smallest whole total of which `offences` print as `share`; the upper edge is open."""
    return math.floor(offences / (share + _HALF_PERCENT) + 1e-9) + 1


def _most_total(offences: int, share: float) -> int:
    return math.floor(offences / (share - _HALF_PERCENT) + 1e-9)
