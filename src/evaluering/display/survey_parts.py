"""What stands under a survey question's verdict: the course, the groups, and the next survey."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.markup import Numbering, anchor, details, lead, paragraph
from evaluering.display.numbers import fmt_period, fmt_points, fmt_year
from evaluering.display.tables import table
from evaluering.display.wording import LABELS
from evaluering.model import Finding, Sign, Value, Verdict

_GROUPS: Final = "grupper"
_COURSE: Final = {
    "up": "er det trolig en økning.",
    "down": "er det trolig en nedgang.",
    "dips": "gikk andelen trolig først ned og så opp. Den var lavest i {turn}.",
    "peaks": "gikk andelen trolig først opp og så ned. Den var høyest i {turn}.",
    "varies": "er andelen trolig ulik fra gang til gang, men går ikke jevnt én vei.",
    "nothing": "er det ingen sikker økning eller nedgang.",
}
_MOVED: Final = {
    "up": "har de trolig flyttet seg oppover",
    "down": "har de trolig flyttet seg nedover",
    "": "kan vi ikke si at de har flyttet seg",
}
NOT_CHOSEN: Final = "Dette er et tillegg som ikke var valgt ut på forhånd."
_MANY: Final = (
    "Vi tar hensyn til at vi har sett på mange grupper. Derfor kan det stå «Ingen sikker endring» "
    "selv om hele intervallet ligger på én side av null."
)


def course(finding: Finding, told: Collection[str] = ()) -> str:
    """How the answers have gone over all surveys that can be compared.

    Args:
        finding: Kind `survey_change`.
        told: Sentences that stand above all the questions, and are not said again.
    """
    values = finding.values
    shape, known = values.get("course_shape"), values.get("course_years")
    if not shape or not known:
        return ""
    years = str(known).split(",")
    turn = values.get("year_turn")
    said = _COURSE[str(shape)].format(turn="" if turn is None else fmt_year(_int(turn)))
    surveys = f"{say.in_words(len(years))} undersøkelser ({fmt_period(years[0], years[-1])})"
    return lead("Over tid", f"Ser vi {surveys} under ett, {said}", _unless(told, NOT_CHOSEN))


def levels(finding: Finding, told: Collection[str] = ()) -> str:
    """Whether all the ordered answers have moved, beside the share of one of them.

    Args:
        finding: Kind `survey_change`.
        told: Sentences that stand above all the questions, and are not said again.
    """
    moved, known = finding.values.get("levels_moved"), finding.values.get("levels_years")
    if moved is None or not known:
        return ""
    first, last = str(known).split(",")
    return lead(
        "Alle svarene",
        f"Ser vi på alle svarene og ikke bare på det ene, {_MOVED[str(moved)]} "
        f"fra {fmt_year(first)} til {fmt_year(last)}.",
        _unless(told, NOT_CHOSEN),
    )


def has_groups(finding: Finding) -> bool:
    """Whether there are rows for girls, boys or grades.

    Args:
        finding: Kind `survey_change`.
    """
    rows = finding.details.get(_GROUPS)
    return rows is not None and not rows.empty


def groups(finding: Finding, numbering: Numbering, told: Collection[str] = ()) -> str:
    """Girls, boys and grades, one row each, behind «Vis flere».

    Args:
        finding: Kind `survey_change`.
        numbering: Of the page's figures and tables.
        told: Sentences that stand above all the questions, and are not said again.
    """
    rows = finding.details.get(_GROUPS)
    if rows is None or not has_groups(finding):
        return ""
    shown = rows.assign(vurdering=_words(rows), vurdering_tegn=_signs(rows))
    shown = _with_interval_signs(shown)
    first, last = int(shown["aar_fra"].min()), int(shown["aar_til"].max())
    is_changed = first != finding.values.get("year_from")
    why = "Spørsmålet var annerledes før. Derfor begynner tabellen senere." if is_changed else ""
    caption = f"{finding.topic}, gutter, jenter og trinn, {fmt_period(first, last)}"
    return details(
        "Vis flere: gutter, jenter og trinn",
        paragraph(
            "Tabellen viser endringen for hver gruppe.",
            _unless(told, NOT_CHOSEN),
            _MANY,
            why,
            "Elever som ikke har oppgitt kjønn eller trinn, er med i tallene for alle.",
        ),
        table(
            shown,
            id=f"tab-{anchor(finding.id)}-grupper",
            caption=numbering.table(caption),
            columns=[
                *("gruppe", "share_from", "share_to", "difference", "lower", "upper", "vurdering")
            ],
            note=say.ROUNDED,
        ),
    )


def next_survey(finding: Finding) -> str:
    """What the next survey could show, where this one could not settle it.

    Args:
        finding: Kind `survey_change`.
    """
    change, year = finding.values.get("next_detectable"), finding.values.get("year_next")
    if finding.verdict is not Verdict.UNCLEAR or change is None or year is None:
        return ""
    last = finding.values["year_to"]
    return paragraph(
        f"Med like mange skoler og svar som før kan undersøkelsen i {fmt_year(_int(year))} vise en "
        f"endring fra {fmt_year(_int(last))} på omtrent {fmt_points(float(change))}."
    )


def figures(finding: Finding) -> str:
    """«, fra 17 til 32 prosent» after the heading, where the two can be put beside each other.

    Args:
        finding: Kind `survey_published` or `survey_change`.
    """
    values = finding.values
    is_known = values.get("share_from") is not None and values.get("share_to") is not None
    hides = (Verdict.MISSING, Verdict.WITHHELD)
    if not is_known or finding.verdict in hides or finding.refusal == "not_comparable":
        return ""
    first, last = (say.percent_text(finding, name) for name in ("share_from", "share_to"))
    if first == last:
        return f", {last} begge ganger"
    return f", fra {first.removesuffix(' prosent')} til {last}"


def _unless(told: Collection[str], sentence: str) -> str:
    return "" if sentence in told else sentence


def _int(value: Value) -> int:
    return int(float(value)) if value is not None else 0


def _words(rows: pd.DataFrame) -> pd.Series[str]:
    """The verdict of each group in words; none where it may not be shown."""
    found = [
        None if sign == Sign.HIDDEN else _word(str(code), str(direction))
        for code, direction, sign in zip(
            rows["verdict"], rows["direction"], _signs(rows), strict=True
        )
    ]
    return pd.Series(found, index=rows.index, dtype="str")


def _word(code: str, direction: str) -> str:
    found = Verdict(code)
    if found is Verdict.PROBABLE:
        return "Trolig økning" if direction == "up" else "Trolig nedgang"
    return LABELS[found]


def _signs(rows: pd.DataFrame) -> list[str]:
    if "verdict_tegn" not in rows:
        return [Sign.NONE.value] * len(rows)
    return [str(sign) for sign in rows["verdict_tegn"].fillna("")]


def _with_interval_signs(rows: pd.DataFrame) -> pd.DataFrame:
    """An interval that was refused is «ikke aktuelt»; one that may not be shown keeps its sign."""
    found = rows.copy()
    for name in ("lower", "upper"):
        old = rows.get(f"{name}_tegn", pd.Series("", index=rows.index)).fillna("")
        is_refused = rows[name].isna() & (old == "")
        found[f"{name}_tegn"] = old.mask(is_refused, Sign.NOT_APPLICABLE.value)
    return found
