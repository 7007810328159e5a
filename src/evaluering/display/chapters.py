"""The appendix pages: the findings of one chapter, with every table open."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from evaluering.display import sentences as say
from evaluering.display.markup import heading, paragraph

# Chapter → its title, and the sections of the report it goes deeper into.
CHAPTERS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "datagrunnlag": ("Datagrunnlag", ("datagrunnlag",)),
    "situasjon": ("Situasjonsbilde", ("forhold", "gjentatt", "andre-kommuner")),
    "indikatorer": ("Indikatorer", ("samarbeid", "tjenester", "plasseringer", "prosess")),
    "ungdata": ("Ungdata", ("ungdata", "oss-eller-alle")),
    "maal": ("Måloppnåelse", ("maal",)),
    "tiltak": (
        "Tiltak og møter",
        (
            "vedtak",
            "tiltak",
            "prioritert",
            "arenaer",
            "ikke-prioritert",
            "endringer",
            "egenvurdering",
            "vurderinger",
        ),
    ),
}
# The question each section answers; the same words as the headings of notebook 90.
QUESTIONS: Final[dict[str, str]] = {
    "datagrunnlag": "Hvilke tall har vi fått?",
    "forhold": "Hvor mange forhold og siktede?",
    "gjentatt": "Hvor mange gjør gjentatt kriminalitet?",
    "andre-kommuner": "Hvordan er det i andre kommuner?",
    "samarbeid": "I hvor mange saker samarbeider vi med samtykke?",
    "tjenester": "I hvor mange saker spiller vi på andre tjenester?",
    "plasseringer": "Hvor mange plasseres i institusjon?",
    "prosess": "Hvor stopper sakene, og hvor lang tid tar det?",
    "ungdata": "Hva svarer ungdom selv?",
    "oss-eller-alle": "Er det oss eller alle?",
    "maal": "Når ungdom målene sine?",
    "vedtak": "Dette bestemte dere i fjor",
    "tiltak": "Er tiltakene i gang?",
    "prioritert": "Hvor langt er vi med det vi prioriterte?",
    "arenaer": "Møtes vi som avtalt?",
    "ikke-prioritert": "Hva har vi ikke kunnet prioritere?",
    "endringer": "Hva er endret i planen?",
    "egenvurdering": "Hvordan vurderer politirådet sitt eget arbeid?",
    "vurderinger": "Hva sier de som står nærmest?",
}


def title(chapter: str) -> str:
    """The h1 of an appendix page."""
    return f"Vedlegg: {CHAPTERS[chapter][0]}"


def attachments(*, has_figures: bool) -> str:
    """The other files of the report, as links; they lie beside the page.

    Args:
        has_figures: The report has at least one figure, and so a folder of them.
    """
    files = [
        *((f"vedlegg-{chapter}.html", title(chapter)) for chapter in CHAPTERS),
        ("ungdom.html", "Én side til unge"),
        ("tall.xlsx", "Alle tallene som kan vises, som regneark"),
    ]
    rows = "".join(f'<li><a href="{name}">{escape(words)}</a></li>' for name, words in files)
    figures = "<p>Figurene i rapporten ligger også som egne filer, i mappen «figurer».</p>\n"
    return (
        f"<p>Til rapporten hører disse filene:</p>\n<ul>{rows}</ul>\n"
        f"{figures if has_figures else ''}"
    )


def opening(chapter: str, kommune: str) -> str:
    """What stands before the first question of an appendix page."""
    return heading(title(chapter), id="vedlegg", level=1) + paragraph(
        f"Dette er et vedlegg til evalueringen i {kommune}.",
        "Her står alle tabellene om emnet, også dem som er lukket i evalueringen.",
        say.CAUSE,
        say.HIDDEN,
    )


def sections(chapter: str) -> Sequence[tuple[str, str]]:
    """Id and question of each section of a chapter."""
    return [(id, QUESTIONS[id]) for id in CHAPTERS[chapter][1]]
