"""Internal tables about goals for researchers: tests with p-values, and T with its caveats."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from evaluering.display.columns import Column
from evaluering.display.markup import Html, paragraph
from evaluering.display.numbers import fmt_count, fmt_interval, fmt_number, fmt_p, fmt_quantity
from evaluering.display.tables import table
from evaluering.errors import explain


class Paired(Protocol):
    """Signed ranks: see `statistics.paired.SignedRank`."""

    @property
    def pairs(self) -> int: ...  # noqa: D102
    @property
    def changed(self) -> int: ...  # noqa: D102
    @property
    def p_value(self) -> float: ...  # noqa: D102


class Mixed(Protocol):
    """A mixed model: see `statistics.ordinal_mixed.MixedModel`."""

    @property
    def frame(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def cases(self) -> int: ...  # noqa: D102
    @property
    def refusal(self) -> str: ...  # noqa: D102


class Models(Protocol):
    """See `analysis.goal_models.GoalModels`."""

    @property
    def cases(self) -> int: ...  # noqa: D102
    @property
    def paired(self) -> Paired: ...  # noqa: D102
    @property
    def mixed(self) -> Mixed: ...  # noqa: D102
    @property
    def t(self) -> pd.DataFrame: ...  # noqa: D102


_TOO_FEW = "Det er for få saker til å regne på utviklingen fra start til siste måling."
_CAVEAT = (
    "Mål settes når det går dårlig. Derfor stiger nivået ofte uansett hjelp, og vi har ingen å "
    "sammenligne med. Tallene sier ikke hva hjelpen har betydd."
)
_T_CAVEAT = (
    "T er regnet ut fra nivåer som bare er en rekkefølge. T avhenger av antall mål i saken og av "
    "rho, som ingen kjenner. Derfor vises T for hvert antall mål, ved tre verdier av rho, og aldri "
    "som et gjennomsnitt av alle."
)


def show_goal_models(models: Models | None) -> Html:
    """Start against last level, for researchers.

    Args:
        models: From `goal_models`; None is too few cases.
    """
    if models is None:
        return Html(paragraph(_TOO_FEW))
    return Html(
        "".join(
            [
                paragraph(*paired_sentences(models)),
                paragraph(*mixed_sentences(models)),
                paragraph(_CAVEAT),
                _t_table(models.t),
                paragraph(_T_CAVEAT) if len(models.t) else "",
            ]
        )
    )


def paired_sentences(models: Models) -> list[str]:
    """Median goal of each case at the start and last."""
    told = models.paired
    cases = fmt_quantity(told.pairs, "sak", "saker")
    return [
        f"Medianmålet endret seg i {fmt_count(told.changed)} av {cases}. Eksakt p ved fortegnsrang "
        f"(Pratt): {fmt_p(told.p_value)}."
    ]


def mixed_sentences(models: Models) -> list[str]:
    """The mixed model, or why there is none."""
    told = models.mixed
    if told.refusal == "few_cases":
        cases = fmt_quantity(told.cases, "sak", "saker")
        return [f"Det er {cases}. Det er for få til en modell med saken som tilfeldig ledd."]
    if told.refusal:
        return [explain(told.refusal)]
    time = told.frame[told.frame["term"] == "tid"].iloc[0]
    limits = fmt_interval(float(time["lower"]), float(time["upper"]), kind="ratio")
    return [
        "Kumulativ logit med saken som tilfeldig ledd: log-odds for et høyere nivå ved siste "
        f"måling {fmt_number(float(time['estimate']), decimals=2)} (95\u00a0% "
        f"usikkerhetsintervall: {limits}; p {fmt_p(float(time['p_value']))})."
    ]


def _t_table(frame: pd.DataFrame) -> str:
    if frame.empty:
        return ""
    shown = {
        name: Column(f"Median T, rho {name.removeprefix('rho_').replace('.', ',')}", "rate")
        for name in frame.columns
        if str(name).startswith("rho_")
    }
    return table(
        frame,
        id="tab-gas-t",
        caption="GAS T etter antall mål i saken",
        columns={
            "goals": Column("Mål i saken", "count"),
            "cases": Column("Saker", "count"),
            **shown,
        },
    )
