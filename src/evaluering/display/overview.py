"""The parts made from all findings together: points to discuss, next numbers, the ladder."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.markup import Numbering, lead, link, paragraph
from evaluering.display.tables import table
from evaluering.display.wording import NEXT_DATUM

# Neutral: what is so, never what should be done.
_POINTS: Final = {
    "measures_without_status": "{count} av {total} tiltak mangler status.",
    "priorities_without_status": "{count} av {total} prioriterte tiltak mangler status.",
    "indicators_without_data": "{count} av {total} indikatorer mangler tall.",
    "missing_surveys": "{count} Ungdata-undersøkelser mangler tall for alle spørsmål.",
    "measures_without_indicator": (
        "{count} av {total} tiltak peker ikke mot noen indikator eller noe spørsmål."
    ),
    "breaks": "{count} tallserier kan ikke sammenlignes med tidligere år.",
}
# What each step of the ladder needs, and our own estimate of the working days.
_STEPS: Final = (
    ("Publiserte prosenter med antall svar, og status for tiltakene", "1–2"),
    ("Politiskjema, indikatortall og møter", "2½–3½"),
    ("Datoer i sakene, bare til intern bruk", "5–7"),
    ("Svar per skole, og mål i sakene", "9–13"),
    ("Rader om forhold, bare hos politiet eller en forsker", "Ikke anslått"),
)


def discussion(points: pd.DataFrame) -> str:
    """The neutral points, each with a link to where it can be read.

    Args:
        points: `code`, `number`, `total`, `section`.
    """
    if points.empty:
        return paragraph("Ingen punkter følger av reglene i år.")
    rows = [
        f"<li>{link(_point(code, number, total), section)}</li>"
        for code, number, total, section in zip(
            points["code"].tolist(),
            points["number"].tolist(),
            points["total"].tolist(),
            points["section"].tolist(),
            strict=True,
        )
    ]
    said = paragraph("Punktene følger av faste regler. De er ikke råd.")
    return f"{said}<ul>{''.join(rows)}</ul>\n"


def next_numbers(numbers: pd.DataFrame, ladder: pd.DataFrame, numbering: Numbering) -> str:
    """«Hva ville avgjort det?»: the order list, cheapest first, and the step reached.

    Args:
        numbers: `code`, `topics`.
        ladder: `step`, `is_reached`.
        numbering: Of the page's figures and tables.
    """
    reached = ladder.loc[ladder["is_reached"], "step"]
    last = len(_STEPS) - 1
    step = (
        f"Årets tall når trinn {int(reached.max())} av {last}."
        if len(reached)
        else f"Årets tall når ikke trinn 0 av {last} ennå."
    )
    parts: list[str] = []
    if len(numbers):
        wanted = [NEXT_DATUM[code] for code in numbers["code"]]
        parts += [
            paragraph(
                step,
                f"Neste tall det er verdt å hente: {wanted[0].number}, fra {wanted[0].holder}.",
            ),
            table(
                pd.DataFrame(
                    {
                        "tall": [_capital(datum.number) for datum in wanted],
                        "hvem": [_capital(datum.holder) for datum in wanted],
                        "gir": [_capital(datum.unlocks) for datum in wanted],
                        "gjelder": [text.replace(";", ",") for text in numbers["topics"]],
                    }
                ),
                id="tab-neste-tall",
                caption=numbering.table("Tall som ville avgjort noe, de enkleste først"),
                columns={
                    "tall": Column("Tall", "text"),
                    "hvem": Column("Hvem har det", "text"),
                    "gir": Column("Hva det kan svare på", "text"),
                    "gjelder": Column("Gjelder", "text"),
                },
            ),
        ]
    else:
        parts.append(paragraph(step))
    steps = pd.DataFrame(
        {
            "trinn": [str(number) for number in range(len(_STEPS))],
            "innhold": [content for content, _ in _STEPS],
            "dager": [days for _, days in _STEPS],
            "naadd": ["Ja" if done else "Nei" for done in ladder["is_reached"]],
        }
    )
    parts.append(
        table(
            steps,
            id="tab-trinn",
            caption=numbering.table("Trinnene, med arbeidsdager (vårt anslag)"),
            columns={
                "trinn": Column("Trinn", "text"),
                "innhold": Column("Det som må leveres", "text"),
                "dager": Column("Arbeidsdager, vårt anslag", "text"),
                "naadd": Column("Nådd", "text"),
            },
        )
    )
    return "".join(parts)


def how_to_read() -> str:
    """What the verdicts mean, once for the whole page."""
    return lead(
        "Slik leser du svarene",
        "Hvert svar begynner med en konklusjon.",
        "«Ikke vurdert» betyr at vi viser tallene, men ikke kan si om de har endret seg.",
        "«Mangler tall» betyr at vi ikke har fått tall. Det betyr ikke null.",
    )


def _point(code: str, count: int, total: int) -> str:
    return _POINTS[code].format(
        count=say.in_words(count, neuter=True).capitalize(), total=say.in_words(total)
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
