"""What was decided before the survey's figures were read, as a short list for the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from evaluering.display import sentences as say
from evaluering.display.markup import Html, definitions
from evaluering.display.numbers import fmt_count, fmt_number, fmt_points
from evaluering.plan import Plan


class Choices(Protocol):
    """The declared choices, as `analysis.ungdata.Declared` holds them."""

    @property
    def primary(self) -> tuple[str, ...]:
        """Codes of the declared questions."""
        ...

    @property
    def margins(self) -> Mapping[str, float]:
        """Question → the largest change that may be called stable, as a share."""
        ...

    @property
    def design_effect(self) -> float:
        """Assumed for published percentages."""
        ...

    @property
    def answers_at_least(self) -> int | None:
        """A lower bound for the answers in each survey."""
        ...

    @property
    def reason(self) -> str:
        """Why that bound is safe."""
        ...


def show_choices(plan: Plan, choices: Choices) -> Html:
    """The declared choices in words.

    Args:
        plan: Names the questions.
        choices: From `declared`.
    """
    bound = choices.answers_at_least
    margins = [
        f"{plan.question(code).navn}: {fmt_points(margin)}"
        for code, margin in choices.margins.items()
    ]
    return Html(
        definitions(
            (
                (
                    "Spørsmål valgt på forhånd",
                    say.listed([plan.question(code).navn for code in choices.primary]),
                ),
                ("Antatt designeffekt", fmt_number(choices.design_effect, decimals=1)),
                (
                    "Minste antall svar hvert år",
                    "Ikke oppgitt" if bound is None else f"{fmt_count(bound)}. {choices.reason}",
                ),
                ("Egne marginer", say.listed(margins) or "Ingen"),
            )
        )
    )
