"""The parts made from all findings together: points to discuss, next numbers, the ladder."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.markup import Numbering, lead, link, paragraph
from evaluering.display.tables import table
from evaluering.display.trace import note
from evaluering.display.wording import DATA_SOURCES, NEXT_DATUM

# Neutral: what is so, never what should be done.
_POINTS: Final = {
    "nothing_reported": (
        "Ingen har meldt inn status for planens {count} tiltak og {total} prioriteringer."
    ),
    "measures_without_status": "{count} av {total} tiltak mangler status.",
    "priorities_without_status": "{count} av {total} prioriterte tiltak mangler status.",
    "priorities_not_started": "{count} av {total} prioriterte tiltak er ikke startet.",
    "indicators_without_data": "{count} av {total} indikatorer mangler tall.",
    "breaks": "{count} tallserier kan ikke sammenlignes med tidligere år.",
    "decisions_overdue": "{count} av {total} vedtak er ikke gjennomført, selv om fristen er ute.",
    "missing_surveys": "{count} Ungdata-undersøkelser mangler tall for alle spørsmål.",
    "measures_without_indicator": (
        "{count} av {total} tiltak peker ikke mot noen indikator eller noe spørsmål."
    ),
}
# The same point when it holds for all of them: «fem av fem» is not how anybody speaks.
_ALL: Final = {
    "measures_without_status": "Ingen av de {total} tiltakene har status.",
    "priorities_without_status": "Ingen av de {total} prioriterte tiltakene har status.",
    "priorities_not_started": "Ingen av de {total} prioriterte tiltakene er startet.",
    "indicators_without_data": "Ingen av de {total} indikatorene har tall.",
    "decisions_overdue": "Ingen av de {total} vedtakene er gjennomført, og alle fristene er ute.",
    "measures_without_indicator": (
        "Ingen av de {total} tiltakene peker mot en indikator eller et spørsmål."
    ),
}
_ONE: Final = {
    "breaks": "Én tallserie kan ikke sammenlignes med tidligere år.",
    "missing_surveys": "Én Ungdata-undersøkelse mangler tall for alle spørsmål.",
}
_MASCULINE: Final = frozenset({"indicators_without_data"})
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
        ladder: `step`, `is_reached`, `missing`.
        numbering: Of the page's figures and tables.
    """
    step = _step(ladder)
    parts: list[str] = []
    if len(numbers):
        wanted = [NEXT_DATUM[code] for code in numbers["code"]]
        parts += [
            paragraph(
                *step,
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
        parts.append(paragraph(*step))
    steps = pd.DataFrame(
        {
            "trinn": [_place(number) for number in range(len(_STEPS))],
            "innhold": [content for content, _ in _STEPS],
            "dager": [days for _, days in _STEPS],
            "mangler": [
                _lacking(missing) or ("Ingenting" if done else "Trinnet under")
                for missing, done in zip(ladder["missing"], ladder["is_reached"], strict=True)
            ],
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
                "mangler": Column("Mangler i år", "text"),
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


def _step(ladder: pd.DataFrame) -> list[str]:
    """How far this year's inputs reach, and what the next step lacks."""
    last = _place(len(_STEPS) - 1)
    said = [f"Trinnene nedenfor sier hvor mye tallene kan svare på, fra 0 til {last}."]
    reached = ladder.loc[ladder["is_reached"], "step"]
    said.append(
        f"Årets tall når trinn {_place(int(reached.max()))} av {last}."
        if len(reached)
        else "Årets tall når ikke det første trinnet ennå."
    )
    short = [text for text in ladder.loc[~ladder["is_reached"], "missing"] if text]
    if short:
        said.append(f"For å komme videre mangler {_names(short[0])}.")
    return said


def _place(step: int) -> str:
    """A step of the ladder, numbered from 0: no number of a finding."""
    return note(str(step), step, "step")


def _lacking(codes: str) -> str:
    return _capital(_names(codes))


def _names(codes: str) -> str:
    return say.listed([DATA_SOURCES[code].inline for code in codes.split(";") if code])


def _point(code: str, count: int, total: int) -> str:
    if count == 1 and code in _ONE:
        return _ONE[code]
    words = _ALL[code] if count == total > 1 and code in _ALL else _POINTS[code]
    number = say.in_words(count, neuter=code not in _MASCULINE)
    if words.startswith("{count}"):
        number = number.capitalize()
    return words.format(count=number, total=say.in_words(total, neuter=True))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
