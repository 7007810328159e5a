"""Which verdict a finding gets: the rule tables of the method guide, first line that holds.

One function per table: published percentages, survey changes with schools, exploratory survey
items, and counts. No number is estimated here and no text is made; the words stand in
`display.sentences`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluering.model import Direction, Verdict

LEVEL: Final = 0.05
# 11 = 7.9 x 1.38 and 3 = 2.1 x 1.38: the worst and the ordinary simulated design effect of a change
# (9 schools; one dominating school, p = 25 %), times t(8) squared over z squared.
CLEAR_DESIGN_EFFECT: Final = 11.0
PROBABLE_DESIGN_EFFECT: Final = 3.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What may be concluded, and the code of the reason that belongs in the sentence.

    Attributes:
        verdict: The verdict.
        direction: Which way; empty unless the verdict has one.
        refusal: Why nothing was assessed: a code of `errors.REFUSALS`, else "".
        reason: With PROBABLE the reservation; with UNCLEAR or CLEAR a remark; else "".
    """

    verdict: Verdict
    direction: Direction = ""
    refusal: str = ""
    reason: str = ""


def direction_of(difference: float) -> Direction:
    """`up` or `down` by the sign of later minus earlier; empty for no difference or none known."""
    if math.isnan(difference) or difference == 0:
        return ""
    return "up" if difference > 0 else "down"


def published(  # noqa: PLR0911 - one return for each line of the rule table
    difference: float,
    *,
    break_even: float,
    smallest_n: tuple[float, float],
    answers_at_least: int | None = None,
    hard: str = "",
) -> Ruling:
    """The verdict of two published percentages (tier 0).

    Args:
        difference: Later minus earlier, in any unit; only its sign is used.
        break_even: The largest design effect at which the change is still beyond noise, at the
            least favourable rounding. NaN where the number of answers is unknown.
        smallest_n: Answers per survey the change needs at design effect 3 and at 11. NaN where the
            rounding alone can explain the change.
        answers_at_least: A lower bound for the answers per survey, declared with its reason.
        hard: Code of a break that makes the two surveys impossible to compare, or "".
    """
    if hard:
        return Ruling(Verdict.NOT_ASSESSED, refusal="not_comparable", reason=hard)
    towards = direction_of(difference)
    if not math.isnan(break_even):
        if break_even >= CLEAR_DESIGN_EFFECT:
            return Ruling(Verdict.CLEAR, towards)
        if break_even >= PROBABLE_DESIGN_EFFECT:
            return Ruling(Verdict.PROBABLE, towards, reason="schools_unknown")
        return Ruling(Verdict.UNCLEAR, reason="rounding")
    if answers_at_least is None:
        return Ruling(Verdict.NOT_ASSESSED, refusal="no_n")
    at_probable, at_clear = smallest_n
    if at_clear < answers_at_least:  # False for NaN, as it must be
        return Ruling(Verdict.CLEAR, towards, reason="answers_at_least")
    if at_probable < answers_at_least:
        return Ruling(Verdict.PROBABLE, towards, reason="schools_unknown")
    return Ruling(Verdict.UNCLEAR, reason="rounding")


def survey(  # noqa: PLR0911 - one return for each line of the rule table
    difference: float,
    *,
    p_family: float,
    p_value: float,
    p_exact: float,
    p_equivalence: float = math.nan,
    refusal: str = "",
    hard: str = "",
    soft: Sequence[str] = (),
) -> Ruling:
    """The verdict of a change with schools known (tiers 1 and 2), a member of the primary family.

    Args:
        difference: Later share minus earlier.
        p_family: The step-down max-T p-value of the question in its family.
        p_value: From the jackknife or, where a few schools dominate, from CR2.
        p_exact: The sign-flip p-value of the question alone.
        p_equivalence: That the change lies inside the declared margin; NaN without a margin.
        refusal: Why the test was refused, or "".
        hard: Code of a hard break in comparability, or "".
        soft: Codes of reservations; the first is named in the sentence.
    """
    if refusal:
        return Ruling(Verdict.NOT_ASSESSED, refusal=refusal)
    if hard:
        return Ruling(Verdict.NOT_ASSESSED, refusal="not_comparable", reason=hard)
    towards = direction_of(difference)
    is_small = p_equivalence <= LEVEL  # False for NaN
    if p_family <= LEVEL and p_value <= LEVEL:
        if soft:
            return Ruling(Verdict.PROBABLE, towards, reason=soft[0])
        return Ruling(Verdict.CLEAR, towards, reason="within_margin" if is_small else "")
    if p_exact <= LEVEL:
        # Alone it passed; what failed is either the family or the second test.
        return Ruling(Verdict.UNCLEAR, reason="family" if p_family > LEVEL else "schools_uneven")
    if is_small:
        return Ruling(Verdict.STABLE)
    return Ruling(Verdict.UNCLEAR)


def exploratory(difference: float, *, p_adjusted: float, refusal: str = "") -> Ruling:
    """The verdict of a question that was not declared beforehand: never stronger than PROBABLE.

    Args:
        difference: Later minus earlier.
        p_adjusted: Benjamini and Hochberg over all such questions.
        refusal: Why the test was refused, or "".
    """
    if refusal:
        return Ruling(Verdict.NOT_ASSESSED, refusal=refusal)
    if p_adjusted <= LEVEL:
        return Ruling(Verdict.PROBABLE, direction_of(difference), reason="exploratory")
    return Ruling(Verdict.UNCLEAR)


def count(
    difference: float,
    *,
    p_adjusted: float,
    refusal: str = "",
    has_earlier: bool = True,
    soft: Sequence[str] = (),
    interval_90: tuple[float, float] | None = None,
    margin: tuple[float, float] | None = None,
    is_exploratory: bool = False,
) -> Ruling:
    """The verdict of a yearly count or a share of cases against the year before.

    Args:
        difference: This year minus last year.
        p_adjusted: Holm within the family of declared indicators; Benjamini and Hochberg where
            `is_exploratory`.
        refusal: `no_persons`, `few_persons`, `not_comparable` or "".
        has_earlier: Whether there is a year before to compare with.
        soft: Codes of reservations: `preliminary`, `recording`, `linked`.
        interval_90: 90 % interval of the ratio.
        margin: The declared limits of the ratio within which it counts as stable.
        is_exploratory: Not one of the declared indicators: at most PROBABLE.
    """
    if refusal:
        return Ruling(Verdict.NOT_ASSESSED, refusal=refusal)
    if not has_earlier:
        return Ruling(Verdict.MISSING)
    if p_adjusted <= LEVEL:
        reservations = tuple(soft) or (("exploratory",) if is_exploratory else ())
        if reservations:
            return Ruling(Verdict.PROBABLE, direction_of(difference), reason=reservations[0])
        return Ruling(Verdict.CLEAR, direction_of(difference))
    if margin is not None and interval_90 is not None:
        (low, high), (at_least, at_most) = interval_90, margin
        if at_least < low and high < at_most:
            return Ruling(Verdict.STABLE)
    return Ruling(Verdict.UNCLEAR)
