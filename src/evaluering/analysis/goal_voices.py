"""The young person's own voice: whose goals they are, and who says how far they came."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evaluering.analysis.goal_findings import Told, goal_finding
from evaluering.analysis.goal_rows import Group, rows
from evaluering.analysis.goal_scores import ALL, NOT_ASSESSED, OUTCOMES, cell, crossed, goal_table
from evaluering.inputs.workbook import codes
from evaluering.model import Finding, Relation, Rest
from evaluering.statistics import goals as estimators

WITH_YOUTH: Final = ("ungdom", "sammen")
_WHOSE: Final = {
    "ja": "Satt av ungdommen, alene eller sammen med andre",
    "nei": "Satt av voksne",
}
# The young person's level against the worker's.
_AGAINST: Final = ("hoeyere", "likt", "lavere")
_NOT_BOTH: Final = "ikke_begge"


def voices(told: Told) -> Finding:
    """Whose goal it was, and what each one who scored says: the young person's own voice.

    Args:
        told: The goals.
    """
    goals, aar = told.due, {"aar": str(told.year)}
    is_own = goals["satt_av"].isin(WITH_YOUTH)
    own = goals.assign(
        satt_med_ungdom=is_own.map({True: "ja", False: "nei"}), forskjell=_against(goals)
    )
    whose = [
        Group(name, own[own["satt_med_ungdom"] == answer], {**aar, "satt_med_ungdom": answer})
        for answer, name in _WHOSE.items()
    ]
    names = {choice.code: choice.label for choice in codes.SATT_AV.choices}
    scorers = [
        Group(names[voice], goals, aar, outcome=f"resultat_{voice}")
        for voice in ("ungdom", "fagperson", "foresatt", "sammen")
    ]
    heard = [group for group in scorers if group.has_enough]
    split = whose if all(group.has_enough for group in whose) else []
    frame, rests = rows(split, told.seed)
    scored, more = rows(heard, told.seed, place="vurdert_av")
    differs = {answer: cell(**aar, ungdom_mot_fagperson=answer) for answer in _AGAINST}
    compared = {answer: int((own["forskjell"] == answer).sum()) for answer in differs}
    both = own.loc[own["forskjell"] != _NOT_BOTH, "sak_id"].nunique()
    shown = compared if both >= estimators.FEWEST_CASES else {}
    by_youth = scorers[0]
    return goal_finding(
        told,
        "stemmer",
        "goal_voices",
        "Ungdommens egen stemme",
        frame=frame,
        details={"vurdert_av": scored},
        values={
            "goals": len(goals),
            "with_youth": int(is_own.sum()),
            "by_youth": len(by_youth.assessed),
            **shown,
            "order": 1,
        },
        tables=(
            goal_table(
                "maal_satt_av",
                crossed(
                    own,
                    "satt_med_ungdom",
                    tuple(_WHOSE),
                    year=told.year,
                    outcomes=OUTCOMES if split else (),
                ),
            ),
            # By what they said and by what counts: the two are often the same goals.
            *(
                goal_table(
                    f"maal_{group.outcome}",
                    crossed(goals, group.outcome, OUTCOMES, year=told.year),
                )
                for group in {by_youth.outcome: by_youth, **{g.outcome: g for g in heard}}.values()
            ),
            goal_table(
                "maal_ungdom_mot_fagperson",
                [
                    (
                        {**aar, "ungdom_mot_fagperson": answer},
                        own if answer == ALL else own[own["forskjell"] == answer],
                    )
                    for answer in (ALL, *(_AGAINST if shown else ()), _NOT_BOTH)
                ],
                relations=(
                    Relation(
                        (
                            (1, by_youth.cell(NOT_ASSESSED)),
                            (-1, cell(**aar, ungdom_mot_fagperson=_NOT_BOTH)),
                        ),
                        "<=",
                    ),
                ),
            ),
        ),
        rests=(
            *rests,
            *more,
            Rest("values", ("goals",), (cell(**aar),)),
            Rest("values", ("with_youth",), (whose[0].cell(),)),
            Rest("values", ("by_youth",), (by_youth.cell(NOT_ASSESSED), by_youth.cell())),
            *(Rest("values", (answer,), (differs[answer],)) for answer in shown),
        ),
    )


def _against(goals: pd.DataFrame) -> pd.Series[str]:
    """The young person's last level against the worker's, goal by goal: never averaged."""
    gap = goals["level_ungdom"] - goals["level_fagperson"]
    told = pd.Series("likt", index=goals.index, dtype="str")
    told = told.mask(gap > 0, "hoeyere").mask(gap < 0, "lavere")
    return told.mask(gap.isna(), _NOT_BOTH)
