"""The page about one case, for the meeting with the young person. Internal, never through the door.

Plain words, «du» to the young person. Each voice stands by itself: nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Protocol

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.figures import figure_ladder
from evaluering.display.markup import Html, Numbering, details, heading, items, lead, paragraph
from evaluering.display.numbers import (
    fmt_count,
    fmt_date,
    fmt_interval,
    fmt_number,
    fmt_quantity,
    fmt_ratio,
)
from evaluering.display.tables import table
from evaluering.errors import explain

# Levels of the scale −2 … 2 on a ladder, lowest first.
STEPS: Final = {
    -2.0: "Langt igjen",
    -1.0: "Litt igjen",
    0.0: "Målet",
    1.0: "Over målet",
    2.0: "Langt over",
}
VOICES: Final = {
    "ungdom": "Du",
    "foresatt": "Foresatt",
    "fagperson": "Fagperson",
    "sammen": "Dere sammen",
}
# «Sist du vurderte det …»
_WHO: Final = {
    "ungdom": "du",
    "foresatt": "en foresatt",
    "fagperson": "fagpersonen",
    "sammen": "dere sammen",
}
_SET_BY: Final = {
    "ungdom": "deg",
    "foresatt": "foresatte",
    "fagperson": "fagpersonen",
    "sammen": "deg og de voksne sammen",
}
_SAID: Final = {
    -2.0: "langt igjen",
    -1.0: "litt igjen",
    0.0: "målet er nådd",
    1.0: "over målet",
    2.0: "langt over målet",
}
_TALK: Final = (
    "Kjenner du deg igjen i dette?",
    "Er målet fortsatt viktig for deg?",
    "Hva har hjulpet, og hva har ikke hjulpet?",
    "Hva er det neste lille steget, og hvem kan hjelpe deg med det?",
)
_TEN: Final = 10.0


class Case(Protocol):
    """What is shown of a case: see `analysis.enkeltsak.SingleCase`."""

    @property
    def sak(self) -> str: ...  # noqa: D102
    @property
    def day(self) -> date: ...  # noqa: D102
    @property
    def goals(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def scores(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def measures(self) -> pd.DataFrame: ...  # noqa: D102


def show_single_case(case: Case | None) -> Html:
    """The goals of one case as ladders, with what each voice says.

    Args:
        case: From `single_case`; None where no case was chosen.
    """
    if case is None:
        return Html(lead("Mangler tall", "Ingen sak er valgt.", kind="konklusjon"))
    opening = heading(f"Sak {case.sak}", id="sak", level=2)
    shown = paragraph(f"Vist {fmt_date(case.day)}. Samtykket er sjekket samme dag.")
    number = len(case.goals)
    if number == 0:
        return Html(opening + shown + paragraph("Det er ikke satt noen mål i saken ennå."))
    many = "ett mål" if number == 1 else f"{say.in_words(number)} mål"
    numbering = Numbering()
    return Html(
        "".join(
            [
                opening,
                shown,
                paragraph(
                    f"Du har {many}.",
                    "Hver prikk er en vurdering. Hver stemme står for seg: "
                    "Det er ikke feil å være uenig.",
                ),
                *(_goal(case, nr, numbering) for nr in case.goals["nr"].tolist()),
                heading("Å snakke om", id="snakke", level=3),
                items(_TALK),
                paragraph("Prikkene viser hva som har endret seg, ikke hvorfor."),
                _for_the_group(case, numbering),
            ]
        )
    )


def goal_sentences(case: Case, nr: int) -> list[str]:
    """When the goal was set and by whom, where it began, what each said last, what comes next.

    Args:
        case: The case.
        nr: Of the goal.
    """
    goal = _of(case.goals, nr).iloc[0]
    scores = _of(case.scores, nr)
    said = [
        f"Målet ble satt {fmt_date(str(goal['satt_dato']))} av {_SET_BY[str(goal['satt_av'])]}.",
        f"Da var nivået: {level_words(float(goal['utgangspunkt']), str(goal['skala']))}.",
    ]
    if str(goal["skala"]) != "gas_5":
        said.append(f"Målet er å nå {fmt_number(float(goal['wish']))} på skalaen.")
    for voice, who in _WHO.items():
        own = scores[scores["vurdert_av"] == voice]
        if len(own):
            last = own.iloc[-1]
            words = level_words(float(last["skaar"]), str(goal["skala"]), float(goal["wish"]))
            said.append(f"Sist {who} vurderte det, {fmt_date(str(last['dato']))}: {words}.")
    planned = date.fromisoformat(str(goal["planlagt"]))
    if planned > case.day:
        said.append(f"Neste måling er planlagt {fmt_date(planned)}.")
    elif scores.empty:
        said.append(f"Målet skulle vært målt {fmt_date(planned)}. Det er ikke gjort ennå.")
    return said


def measure_sentences(case: Case, nr: int) -> list[str]:
    """How often a later rating is the higher one; only with enough ratings in each phase.

    Args:
        case: The case.
        nr: Of the goal.
    """
    rows = _of(case.measures, nr)
    if rows.empty:
        return [explain("few_ratings")]
    said = [
        "Vi har sammenlignet hver vurdering før arbeidet startet med hver vurdering etterpå. "
        "Like vurderinger teller halvt."
    ]
    for voice, nap, lower, upper in zip(
        rows["vurdert_av"].tolist(),
        rows["nap"].tolist(),
        rows["lower"].tolist(),
        rows["upper"].tolist(),
        strict=True,
    ):
        limits = fmt_interval(lower, upper, kind="percent")
        said.append(
            f"{VOICES[voice]}: I {fmt_number(nap * 100)} av {fmt_count(100)} par er den etterpå "
            f"høyest ({say.interval_words()}: {limits})."
        )
    return said


def level_words(level: float, scale: str, wish: float | None = None) -> str:
    """A level as it is said: «litt igjen», or «6 av 10, målet er nådd».

    Args:
        level: The level.
        scale: `gas_5` or `gbo_10`.
        wish: The level that is the goal, on the scale 0–10; None says nothing about it.
    """
    if scale == "gas_5":
        return _SAID[level]
    plain = f"{fmt_number(level)} av {fmt_number(_TEN)}"
    if wish is None:
        return plain
    return f"{plain}, {'målet er nådd' if level >= wish else 'målet er ikke nådd ennå'}"


def _goal(case: Case, nr: int, numbering: Numbering) -> str:
    goal = _of(case.goals, nr).iloc[0]
    title = f"Mål {fmt_count(nr)}: {goal['omraade']}"
    said = goal_sentences(case, nr)
    return "".join(
        [
            heading(title, id=f"maal-{nr}", level=3),
            paragraph(*said),
            _ladder(case, nr, title, numbering),
            paragraph(*measure_sentences(case, nr)) if len(_of(case.scores, nr)) else "",
        ]
    )


def _ladder(case: Case, nr: int, title: str, numbering: Numbering) -> str:
    scores, goal = _of(case.scores, nr), _of(case.goals, nr).iloc[0]
    if scores.empty:
        return ""
    is_gas = str(goal["skala"]) == "gas_5"
    levels = STEPS if is_gas else {float(n): fmt_number(n) for n in (0, 2, 4, 6, 8, 10)}
    began = scores.loc[scores["fase"].isin(("under", "etter")), "dato"].tolist()
    has_before = bool((scores["fase"] == "foer").any())
    scale = str(goal["skala"])
    many = fmt_quantity(len(scores), "vurdering", "vurderinger")
    told = pd.DataFrame(
        {
            "dato": scores["dato"],
            "hvem": scores["vurdert_av"].map(VOICES),
            "nivaa": [level_words(level, scale) for level in scores["skaar"].tolist()],
        }
    )
    columns: Mapping[str, str | Column] = {
        "dato": Column("Dato", "date"),
        "hvem": Column("Hvem", "text"),
        "nivaa": Column("Nivå", "text"),
    }
    return figure_ladder(
        {
            name: [
                (date.fromisoformat(day), level)
                for day, level in zip(own["dato"].tolist(), own["skaar"].tolist(), strict=True)
            ]
            for voice, name in VOICES.items()
            if len(own := scores[scores["vurdert_av"] == voice])
        },
        told,
        levels=levels,
        wish=float(goal["wish"]),
        start=date.fromisoformat(min(began)) if began and has_before else None,
        id=f"fig-maal-{nr}",
        number=numbering.figure(),
        title=title,
        alt=f"Prikkdiagram over tid. {title}: {many}.",
        caption="Én prikk for hver vurdering. Den vannrette streken er målet.",
        columns=columns,
    )


def _for_the_group(case: Case, numbering: Numbering) -> str:
    """Tau with the trend before the work taken out: for those who know what it is."""
    rows = case.measures
    if rows.empty:
        return ""
    frame = pd.DataFrame(
        {
            "maal": [f"Mål {fmt_count(nr)}" for nr in rows["nr"].tolist()],
            "hvem": rows["vurdert_av"].map(VOICES),
            "before": rows["before"],
            "after": rows["after"],
            "nap": [fmt_ratio(value) for value in rows["nap"].tolist()],
            "tau_bc": [fmt_ratio(value) for value in rows["tau_bc"].tolist()],
        }
    )
    return details(
        "Tall for arbeidsgruppen",
        table(
            frame,
            id="tab-enkeltsak",
            caption=numbering.table("Før og etter at arbeidet startet"),
            columns={
                "maal": Column("Mål", "text"),
                "hvem": Column("Hvem", "text"),
                "before": Column("Vurderinger før", "count"),
                "after": Column("Vurderinger etter", "count"),
                "nap": Column("NAP", "text"),
                "tau_bc": Column("Tau-BC", "text"),
            },
            note="NAP er andelen par der den seneste vurderingen er høyest. Tau-BC er det samme "
            "fra −1 til 1, når utviklingen før arbeidet er trukket fra.",
        ),
    )


def _of(frame: pd.DataFrame, nr: int) -> pd.DataFrame:
    return frame[frame["nr"] == nr]
