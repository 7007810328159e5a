"""Can two surveys be compared? Hard breaks stop the comparison, soft ones weaken it.

Codes only; the words stand in `display.wording`. Rules: the method guide's comparability flags.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from evaluering.plan.entries import Wave

LOW_RESPONSE: Final = 0.70
RESPONSE_CHANGE: Final = 0.10
ANSWERS_CHANGE: Final = 0.20
PAIRED_AT_LEAST: Final = 0.80


def hard_break(comparable: Iterable[str]) -> str:
    """The first declared break among the later surveys: `nei_ordlyd`, `nei_tidspunkt` …, or "".

    Args:
        comparable: `sammenlignbar` of every survey after the first, up to and with the last.
    """
    return next((code for code in comparable if code.startswith("nei_")), "")


def soft_flags(
    years: Sequence[int],
    waves: Sequence[Wave],
    *,
    answers: Sequence[float] = (),
    invited: Sequence[float] = (),
    have_schools_changed: bool = False,
) -> tuple[str, ...]:
    """Codes of the reservations that hold for a comparison, the heaviest first.

    Args:
        years: The two surveys compared.
        waves: The surveys of the plan with their own flags.
        answers: Answers to the question in each of the two; NaN or none where unknown.
        invited: Pupils invited in each; NaN or none where unknown.
        have_schools_changed: A school was closed or merged between them.
    """
    found: list[str] = []
    if any("pandemi" in wave.flagg for wave in waves if wave.aar in years):
        found.append("pandemic")
    if _all_known(answers) and _all_known(invited):
        rates = [got / asked for got, asked in zip(answers, invited, strict=True)]
        if min(rates) < LOW_RESPONSE:
            found.append("response_low")
        if max(rates) - min(rates) > RESPONSE_CHANGE + 1e-9:
            found.append("response_changed")
    if have_schools_changed:
        found.append("schools_changed")
    if _all_known(answers) and abs(answers[1] - answers[0]) > ANSWERS_CHANGE * answers[0]:
        found.append("n_changed")
    return tuple(found)


def pandemic_year(years: Sequence[int], waves: Sequence[Wave]) -> int | None:
    """The compared survey that came during or after the pandemic, or None."""
    return next((wave.aar for wave in waves if wave.aar in years and "pandemi" in wave.flagg), None)


def _all_known(numbers: Sequence[float]) -> bool:
    return len(numbers) > 1 and not any(pd.isna(number) for number in numbers)
