"""«Hva ville avgjort det?»: the cheapest number that could settle an open question.

The rows of the method guide in order; the first that fits and could change the verdict wins. The
words for each code stand in `display.sentences`. Nothing is estimated here.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from evaluering.analysis.verdict import PROBABLE_DESIGN_EFFECT, Ruling
from evaluering.model import Verdict

# Cheapest first: the order they are listed in under «Hva ville avgjort det?».
ORDER: Final = (
    "prosent_og_svar",
    "antall_ja",
    "indikatortall",
    "plasseringer",
    "maal_i_saker",
    "politiskjema",
    "status_tiltak",
    "andre_steder",
    "flere_kommuner",
    "stoerste",
    "antall_hendelser",
    "uttrekk_samme_dato",
    "svar_per_skole",
    "neste_undersoekelse",
    "neste_aar",
)

# More answers than a town of 80,000 has pupils in lower secondary: asking for them is no help.
REAL_ANSWERS: Final = 3_000

Series = Literal["police", "cases", "placements"]


def for_published(  # noqa: PLR0911 - one return for each row of the guide
    ruling: Ruling,
    *,
    break_even: float = math.nan,
    break_even_at_best: float = math.nan,
    smallest_n: float = math.nan,
    smallest_n_probable: float = math.nan,
) -> str:
    """The cheapest datum for a question with published percentages.

    Args:
        ruling: Its verdict.
        break_even: The design effect the change can bear at the least favourable rounding; NaN
            where the number of answers is unknown.
        break_even_at_best: The same at the most favourable rounding: what exact counts could show.
        smallest_n: Answers per survey the change needs without any clustering; NaN where rounding
            alone can explain it, so that no number of answers would settle it.
        smallest_n_probable: The same with the design effect of a `PROBABLE`; NaN where not known.
    """
    if ruling.verdict is Verdict.MISSING:
        return "prosent_og_svar"
    if ruling.refusal == "no_n":
        is_hopeless = math.isnan(smallest_n) or smallest_n_probable > REAL_ANSWERS
        return "antall_ja" if is_hopeless else "prosent_og_svar"
    if ruling.verdict not in (Verdict.UNCLEAR, Verdict.PROBABLE):
        return ""  # settled, or a hard break: nothing the municipality can fetch
    if math.isnan(break_even):
        return "prosent_og_svar"
    if ruling.verdict is Verdict.PROBABLE:
        return "svar_per_skole"
    # Each is tried at its most favourable value, and not named when it could not lift the verdict.
    if break_even_at_best >= PROBABLE_DESIGN_EFFECT:
        return "antall_ja"
    return "svar_per_skole" if break_even_at_best >= 1 else "neste_undersoekelse"


def for_survey(ruling: Ruling) -> str:
    """The cheapest datum for a question with answers per school: only the next survey can help."""
    if ruling.verdict is Verdict.MISSING:
        return "prosent_og_svar"
    if ruling.verdict is Verdict.UNCLEAR:
        return "neste_undersoekelse"
    return ""  # few_clusters and not_comparable: nothing the municipality can fetch


def for_count(ruling: Ruling, *, series: Series, is_clear_at_lower_bound: bool = False) -> str:
    """The cheapest datum for a yearly count.

    Args:
        ruling: Its verdict.
        series: Which source it comes from.
        is_clear_at_lower_bound: The upper bound of the spread is not beyond noise, the lower is:
            the largest number of offences by one person could settle it.
    """
    if ruling.refusal in ("no_persons", "no_spread"):
        return "politiskjema"
    if ruling.verdict is Verdict.MISSING:
        return {"police": "politiskjema", "cases": "indikatortall", "placements": "plasseringer"}[
            series
        ]
    if ruling.verdict is Verdict.UNCLEAR and is_clear_at_lower_bound:
        return "stoerste"
    by_reason = {"linked": "antall_hendelser", "preliminary": "uttrekk_samme_dato"}
    if ruling.reason in by_reason:
        return by_reason[ruling.reason]
    if ruling.verdict is Verdict.UNCLEAR or ruling.refusal in ("few_persons", "few_cases"):
        return "neste_aar"
    return ""


def for_comparison(ruling: Ruling) -> str:
    """The cheapest datum for our place among other municipalities."""
    if ruling.verdict is Verdict.MISSING:
        return "andre_steder"
    return "flere_kommuner" if ruling.refusal == "few_comparators" else ""
