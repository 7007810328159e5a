"""Tables for the researcher: tests with their p-values. Never on a page for the council."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evaluering.display.columns import Column
from evaluering.display.markup import Html, paragraph
from evaluering.display.numbers import fmt_year
from evaluering.display.tables import table
from evaluering.model import Finding, Sign, Value

_SCHOOLS = {
    "difference": "points",
    "lower": "points",
    "upper": "points",
    "p_value": "p",
    "p_exact": "p",
    "p_family": "p",
}
_COURSE = ("p_line", "p_bend", "p_differs")
_PUBLISHED = {
    "difference": "points",
    "box_lower": "points",
    "box_upper": "points",
    "smallest_n_alone": "count",
    "smallest_n": "count",
    "break_even_design_effect": "rate",
}


def show_tests(findings: Sequence[Finding]) -> Html:
    """What the verdicts rest on, one row per question.

    Args:
        findings: Kinds `survey_published` and `survey_change`; others are left out.

    Returns:
        Answers per school: change with interval, and the p-values of the jackknife, of the
        sign-flip alone and in the family. Published percentages: change with what rounding leaves
        open, answers needed at design effect 1 and 11, and the design effect the change can bear.
    """
    schools = _rows(findings, "survey_change", list(_SCHOOLS))
    published = _rows(findings, "survey_published", list(_PUBLISHED))
    parts: list[str] = []
    if len(schools):
        parts.append(
            table(
                schools,
                id="tab-tester-skoler",
                caption="Tester, svar per skole",
                columns={
                    "topic": Column("Spørsmål og år", "text"),
                    "difference": Column("Endring, prosentpoeng", "points", 1),
                    "lower": "",
                    "upper": "",
                    "p_value": Column("p, jackknife", "p"),
                    "p_exact": Column("p, fortegn", "p"),
                    "p_family": Column("p, i familien", "p"),
                },
            )
        )
    courses = _rows(findings, "survey_change", list(_COURSE))
    if len(courses) and not courses[list(_COURSE)].isna().all(axis=None):
        parts.append(
            table(
                courses,
                id="tab-tester-over-tid",
                caption="Tester, alle undersøkelsene under ett",
                columns={
                    "topic": Column("Spørsmål og år", "text"),
                    "p_line": Column("p, rett linje", "p"),
                    "p_bend": Column("p, bue", "p"),
                    "p_differs": Column("p, ulike fra gang til gang", "p"),
                },
            )
        )
    if len(published):
        parts.append(
            table(
                published,
                id="tab-tester-publisert",
                caption="Regnestykker, publiserte prosenter",
                columns={
                    "topic": Column("Spørsmål og år", "text"),
                    "difference": "Endring, prosentpoeng",
                    "box_lower": "",
                    "box_upper": "",
                    "smallest_n_alone": Column("Svar som trengs, designeffekt 1", "count"),
                    "smallest_n": Column("Svar som trengs, designeffekt 11", "count"),
                    "break_even_design_effect": Column("Designeffekt endringen tåler", "rate"),
                },
            )
        )
    return Html("".join(parts) or paragraph("Ingen spørsmål har tall for to undersøkelser."))


def _rows(findings: Sequence[Finding], kind: str, names: list[str]) -> pd.DataFrame:
    """A row per question with a change; what cannot be given is «ikke aktuelt», not empty."""
    chosen = [
        finding
        for finding in findings
        if finding.kind == kind and finding.values.get("difference") is not None
    ]
    columns: dict[str, list[Value]] = {
        "topic": [
            f"{finding.topic} {_year(finding, 'year_from')}–{_year(finding, 'year_to')}"
            for finding in chosen
        ]
    }
    for name in names:
        values = [finding.values.get(name) for finding in chosen]
        columns[name] = [float("nan") if value is None else value for value in values]
        columns[f"{name}_tegn"] = [
            Sign.NOT_APPLICABLE.value if value is None else Sign.NONE.value for value in values
        ]
    return pd.DataFrame(columns)


def _year(finding: Finding, name: str) -> str:
    value = finding.values[name]
    return fmt_year(str(value))
