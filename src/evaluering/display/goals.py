"""Do young people reach their goals: all cases together, in counts and shares, never an effect.

Any number may be hidden; a sentence that would need it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.counts import described, influences
from evaluering.display.figures import figure_steps
from evaluering.display.markup import Numbering, anchor, heading, items, paragraph, verdict
from evaluering.display.numbers import (
    fmt_count,
    fmt_interval,
    fmt_number,
    fmt_percent,
    fmt_period,
    fmt_quantity,
    fmt_year,
)
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.errors import explain
from evaluering.model import Finding, Value, Verdict

# A level of the scale −2 … 2 in words.
LEVELS: Final = {
    "-2": "Langt under målet",
    "-1": "Under målet",
    "0": "Målet er nådd",
    "1": "Bedre enn målet",
    "2": "Mye bedre enn målet",
}
HOW_COUNTED: Final = (
    "Siste måling teller. Har flere vurdert samme dag, teller det de satte sammen, ellers "
    "fagpersonens vurdering."
)
_GROUPS: Final[Mapping[str, str | Column]] = {
    "gruppe": Column("Mål", "text"),
    "maal": Column("Antall", "count"),
    "naadd": Column("Nådd", "count"),
    "ikke_vurdert": Column("Ikke vurdert", "count"),
    "share": Column("Nådd av de vurderte, prosent", "percent"),
    "lower": "",
    "upper": "",
}


def attainment(finding: Finding, numbering: Numbering) -> str:
    """Reached, of how many, what the missing could change; both scales apart in the table."""
    if finding.verdict is not None:
        return _refused(finding)
    return "".join(
        [
            heading(f"{finding.topic}: {_answer(finding.values)}", id=finding.id),
            paragraph(*attainment_sentences(finding)) or described(finding),
            paragraph(*_coverage(finding.values)),
            groups_table(
                finding.frame,
                id=f"tab-{anchor(finding.id)}",
                caption=numbering.table(f"{finding.topic}, {_year(finding)}"),
            ),
            paragraph(HOW_COUNTED, say.GOALS),
            source_line(finding),
        ]
    )


def voices(finding: Finding, numbering: Numbering) -> str:
    """Whose goals they are, and what the young person says beside the worker."""
    said = voice_sentences(finding)
    id, year = f"tab-{anchor(finding.id)}", _year(finding)
    return "".join(
        [
            heading(f"{finding.topic}: {_voice_answer(finding.values)}", id=finding.id),
            items(said) or described(finding),
            _table_of(finding.frame, id, f"Hvem som satte målet, {year}", numbering),
            _table_of(
                finding.details.get("vurdert_av"),
                f"{id}-vurdert",
                f"Hvem som vurderte, {year}",
                numbering,
            ),
            source_line(finding),
        ]
    )


def levels(finding: Finding, numbering: Numbering) -> str:
    """How far goals on the scale −2 … 2 came: bars when all are shown, else a table."""
    frame = finding.frame.assign(nivaa=finding.frame["nivaa"].map(LEVELS))
    period = _period(finding)
    columns: Mapping[str, str | Column] = {
        "nivaa": Column("Nivå", "text"),
        "antall": Column("Mål", "count"),
    }
    is_whole = not bool(frame["antall"].isna().any())
    said = [_level_sentence(finding.frame, period)] if is_whole else []
    title = f"{finding.topic}, {period}"
    shown = (
        figure_steps(
            frame,
            [str(name) for name in frame["nivaa"]],
            id=f"fig-{anchor(finding.id)}",
            number=numbering.figure(),
            title=title,
            alt=f"Liggende søyler. {said[0]}",
            caption="Antall mål på hvert nivå ved siste måling.",
            columns=columns,
        )
        if is_whole
        else table(
            frame,
            id=f"tab-{anchor(finding.id)}",
            caption=numbering.table(title),
            columns=columns,
        )
    )
    return "".join(
        [
            heading(f"{finding.topic}: {_level_answer(finding.frame)}", id=finding.id),
            paragraph(*said, "Det gjelder mål som måles på fem nivåer."),
            shown,
            paragraph(
                "Vi viser tre år samlet, fordi tallene for ett år er små.",
                "Mål som ikke er vurdert, er ikke med.",
            ),
            source_line(finding),
        ]
    )


def groups(finding: Finding, numbering: Numbering) -> str:
    """Goals by what they are about, three years summed. In the order of the list, never ranked."""
    return "".join(
        [
            heading(f"{finding.topic}: {_period(finding)}", id=finding.id),
            paragraph(
                "Vi viser tre år samlet, og bare mål på fem nivåer som er vurdert.",
                "Områder med få saker står sammen.",
                "Områdene kan ikke sammenlignes med hverandre: Målene er ulike, og ungdommene er "
                "ulike.",
            ),
            groups_table(
                finding.frame,
                id=f"tab-{anchor(finding.id)}",
                caption=numbering.table(f"{finding.topic}, {_period(finding)}"),
            ),
            source_line(finding),
        ]
    )


def groups_table(frame: pd.DataFrame, *, id: str, caption: str) -> str:
    """Groups of goals as a table, with the sign of each hidden number.

    Args:
        frame: From `analysis.goal_rows`, after the door or before it.
        id: Of the table.
        caption: With its number.
    """
    columns = {name: column for name, column in _GROUPS.items() if name in frame.columns}
    return table(frame, id=id, caption=caption, columns=columns)


def attainment_sentences(finding: Finding) -> list[str]:
    """«{x} av {n} mål er nådd …», with what the goals nobody has assessed could change."""
    values = finding.values
    if not {"reached", "goals"} <= set(values):
        return []
    number, goals = _whole(values["reached"]), _whole(values["goals"])
    said = [f"{fmt_count(number)} av {fmt_quantity(goals, 'mål', 'mål')} er nådd."]
    missing = values.get("missing")
    if missing is not None and _whole(missing) == 0:
        said.append("Alle målene er vurdert.")
    elif missing is None and "share_worst" in values:
        said.append(f"Det er {fmt_percent(_number(values['share_worst']), text=True)} av målene.")
    elif missing is not None and {"share_worst", "share_best"} <= set(values):
        low, high = (fmt_number(_number(values[f"share_{end}"]) * 100) for end in ("worst", "best"))
        said.append(
            f"{fmt_quantity(_whole(missing), 'mål', 'mål')} er ikke vurdert ennå; andelen ligger "
            f"derfor mellom {low} og {high} prosent."
        )
    if "share" in values:
        percent = fmt_percent(_number(values["share"]), text=True)
        of = f"Av målene som er vurdert, er {percent} nådd"
        if {"lower", "upper"} <= set(values):
            limits = fmt_interval(
                _number(values["lower"]), _number(values["upper"]), kind="percent"
            )
            of = f"{of} ({say.interval_words()}: {limits})"
        said.append(f"{of}.")
    return said


def voice_sentences(finding: Finding) -> list[str]:
    """Set by or with the young person, scored by them, and their score beside the worker's."""
    values, said = finding.values, list[str]()
    if "goals" not in values:
        return said
    goals = fmt_quantity(_whole(values["goals"]), "mål", "mål")
    if "with_youth" in values:
        said.append(
            f"{fmt_count(_number(values['with_youth']))} av {goals} er satt av ungdommen, alene "
            "eller sammen med andre."
        )
    if "by_youth" in values:
        said.append(
            f"For {fmt_count(_number(values['by_youth']))} av {goals} har ungdommen selv vurdert "
            "hvor langt det kom."
        )
    parts = [
        (name, words)
        for name, words in (
            ("hoeyere", "vurderte ungdommen målet høyere enn fagpersonen"),
            ("likt", "vurderte ungdommen og fagpersonen det likt"),
            ("lavere", "vurderte ungdommen målet lavere enn fagpersonen"),
        )
        if name in values
    ]
    for name, words in parts:
        said.append(f"For {fmt_quantity(_whole(values[name]), 'mål', 'mål')} {words}.")
    return said


def _coverage(values: Mapping[str, Value]) -> list[str]:
    said: list[str] = []
    if "cases" in values:
        cases = fmt_quantity(_number(values["cases"]), "sak", "saker")
        said.append(f"Målene er fra {cases} med samtykke.")
    if "without_consent" in values and _whole(values["without_consent"]):
        cases = fmt_quantity(_number(values["without_consent"]), "sak", "saker")
        said.append(f"Samtykke manglet i {cases}.")
    if "not_due" in values and _whole(values["not_due"]):
        goals = fmt_quantity(_number(values["not_due"]), "mål", "mål")
        said.append(f"{goals} er ikke forfalt: De skal måles senere.")
    if {"described", "goals"} <= set(values):
        goals = fmt_quantity(_number(values["goals"]), "mål", "mål")
        said.append(
            f"For {fmt_count(_number(values['described']))} av {goals} er det skrevet ned hva "
            "hvert nivå betyr."
        )
    return said


def _answer(values: Mapping[str, Value]) -> str:
    if {"reached", "goals"} <= set(values):
        goals = fmt_quantity(_whole(values["goals"]), "mål", "mål")
        return f"{fmt_count(_number(values['reached']))} av {goals}"
    return "kan ikke vises"


def _voice_answer(values: Mapping[str, Value]) -> str:
    if {"with_youth", "goals"} <= set(values):
        goals = fmt_quantity(_whole(values["goals"]), "mål", "mål")
        return f"med på å sette {fmt_count(_number(values['with_youth']))} av {goals}"
    if {"by_youth", "goals"} <= set(values):
        goals = fmt_quantity(_whole(values["goals"]), "mål", "mål")
        return f"har selv vurdert {fmt_count(_number(values['by_youth']))} av {goals}"
    return "kan ikke vises"


def _level_answer(frame: pd.DataFrame) -> str:
    if bool(frame["antall"].isna().any()):
        return "ikke alle tall kan vises"
    reached = float(frame.loc[frame["nivaa"].isin(("0", "1", "2")), "antall"].sum())
    total = fmt_quantity(float(frame["antall"].sum()), "mål", "mål")
    return f"{fmt_count(reached)} av {total} nådd"


def _level_sentence(frame: pd.DataFrame, period: str) -> str:
    return f"Fra {period.replace('–', ' til ')} er {_level_answer(frame)}."


def _table_of(frame: pd.DataFrame | None, id: str, title: str, numbering: Numbering) -> str:
    """A table of groups, where there is any group to show."""
    if frame is None or frame.empty:
        return ""
    return groups_table(frame, id=id, caption=numbering.table(title))


def _refused(finding: Finding) -> str:
    """No goals delivered, or too few cases: said, with what would help."""
    title = heading(f"{finding.topic}: {say.verdict_words(finding)}", id=finding.id)
    if finding.verdict is Verdict.NOT_ASSESSED and "n" in finding.values:
        cases = fmt_quantity(_whole(finding.values["n"]), "sak", "saker")
        text = explain(finding.refusal, n="{n}").replace("{n} saker", cases)
        said = verdict(say.Paragraph(say.label(finding), (text,)))
    else:
        said = verdict(say.paragraph(finding))
    return title + said + paragraph(say.next_datum(finding), kind="neste") + influences(finding)


def _year(finding: Finding) -> str:
    return fmt_year(_whole(finding.values["year"]))


def _period(finding: Finding) -> str:
    values = finding.values
    return fmt_period(_whole(values["year_first"]), _whole(values["year"]))


def _number(value: Value) -> float:
    return float(value) if value is not None else 0.0


def _whole(value: Value) -> int:
    return int(_number(value))
