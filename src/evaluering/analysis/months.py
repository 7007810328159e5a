"""Offences month by month, from rows: which months are more than ordinary variation.

Only with ten months or more, and never on yearly points. The count is charted as it is
(`xmr`, which measures its own noise), because one person can stand for many offences in a month.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from evaluering.analysis import police_counts
from evaluering.analysis.count_cells import OFFENCE, REGISTERED, cell, whole
from evaluering.analysis.police_changes import police_sources
from evaluering.analysis.police_counts import Group
from evaluering.inputs.material import Material
from evaluering.model import CountTable, Finding, Rest, Value
from evaluering.statistics import spc
from evaluering.statistics.spc import RuleSet

FEWEST_MONTHS: Final = spc.FEWEST_FOR_RUNS
_MONTHS: Final = range(1, 13)


def monthly(material: Material, *, year: int, rules: RuleSet = "mdc") -> Finding | None:
    """Offences per month, with limits of ordinary variation where there are months enough.

    Args:
        material: What has been delivered.
        year: The year evaluated.
        rules: The declared rule set.

    Returns:
        Kind `monthly_counts`, without a verdict; None without rows that tell the month.
    """
    rows = police_counts.rows_of(material, Group())
    if rows.empty or bool(rows["maaned"].isna().any()):
        return None
    rows = rows[rows["aar"] <= year]
    years = sorted(int(one) for one in rows["aar"].unique())
    at = [(when, month) for when in years for month in _MONTHS]
    index = pd.MultiIndex.from_tuples(at)
    by_month = rows.groupby(["aar", "maaned"])
    number = by_month.size().reindex(index, fill_value=0)
    persons = by_month["person_kode"].nunique().reindex(index, fill_value=0)
    most = (
        rows.groupby(["aar", "maaned", "person_kode"])
        .size()
        .groupby(level=[0, 1])
        .max()
        .reindex(index, fill_value=0)
    )
    chart = spc.chart(number.to_numpy(), kind="xmr", rules=rules)
    if len(chart) < FEWEST_MONTHS or bool((chart["refusal"] != "").all()):
        return None
    frame = pd.DataFrame(
        {
            "aar": [when for when, _ in at],
            "maaned": [month for _, month in at],
            "antall": number.astype(float).tolist(),
            "centre": chart["centre"].tolist(),
            # there are no negative months
            "lower": [max(0.0, limit) for limit in chart["lower"].tolist()],
            "upper": chart["upper"].tolist(),
            "signal": chart["signal"].astype(bool).tolist(),
        }
    )
    cells = [cell(OFFENCE, REGISTERED, aar=str(when), maaned=f"{month:02d}") for when, month in at]
    totals = tuple(cell(OFFENCE, REGISTERED, aar=str(when)) for when in years)
    behind = int(rows["person_kode"].nunique())
    largest = float(rows["person_kode"].value_counts().max()) / len(rows)
    rests = [Rest("frame", ("antall",), (one,), (row,)) for row, one in enumerate(cells)]
    rests += [
        Rest("frame", ("centre",), totals),
        Rest("frame", ("lower", "upper"), totals, is_spread=True, behind=behind, largest=largest),
        *(
            Rest("frame", ("signal",), (one, *totals), (row,), is_spread=True, behind=behind,
                 largest=largest)
            for row, one in enumerate(cells)
        ),
    ]  # fmt: skip
    signals = int(frame["signal"].sum())
    values: dict[str, Value] = {
        "year_first": years[0],
        "year_to": years[-1],
        "signals": signals,
        "rule_set": str(chart["rule_set"].iloc[0]),
        "note": str(chart["note"].iloc[0]),
        "flags": "once_per_person,reported",
        "order": 2,
    }
    rests.append(
        Rest("values", ("signals",), (*cells, *totals), is_spread=True, behind=behind,
             largest=largest)
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "aar": [str(when) for when, _ in at] + [str(when) for when in years],
            "maaned": [f"{month:02d}" for _, month in at] + ["alle"] * len(years),
            "antall": [
                *(whole(float(one)) for one in number),
                *(whole(float((rows["aar"] == when).sum())) for when in years),
            ],
            "personer": [
                *(whole(float(one)) for one in persons),
                *(int(rows[rows["aar"] == when]["person_kode"].nunique()) for when in years),
            ],
            "stoerste": [
                *(whole(float(one)) for one in most),
                *(
                    int(rows[rows["aar"] == when]["person_kode"].value_counts().max())
                    for when in years
                ),
            ],
        }
    )
    for name in ("antall", "personer", "stoerste"):
        table[name] = table[name].astype("Int64")
    return Finding(
        id="forhold.maaneder",
        section="forhold",
        kind="monthly_counts",
        topic="Forhold måned for måned",
        frame=frame,
        sources=police_sources(material),
        is_synthetic=material.is_synthetic,
        values=values,
        unit="forhold",
        method="spc",
        tables=(
            CountTable(
                name="forhold_maaneder",
                frame=table,
                dimensions=("aar", "maaned"),
                unit=OFFENCE,
                population=REGISTERED,
            ),
        ),
        rests=tuple(rests),
    )
