"""The text of a new params file, with a Norwegian comment above every choice.

Keys that somebody must sign are written empty: the check refuses them until they are filled in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evaluering.inputs.municipality_names import Municipality

# Choices that hold from year to year. Permissions, approvals and gaps are asked for anew.
CARRIED: Final = (
    "plan",
    "publisert",
    "primaere_spoersmaal",
    "margin",
    "design_effekt",
    "nedre_grense_svar",
    "begrunnelse",
    "sammenligning",
    "samtykke_kreves",
    "froe",
)
_CONSENT: Final = {
    "under_12": ["ungdom", "foresatt"],
    "12_14": ["ungdom", "foresatt"],
    "15_17": ["ungdom", "foresatt"],
    "18_pluss": ["ungdom"],
}
_COMMENTS: Final[Mapping[str, str]] = {
    "plan": "Planen evalueringen følger.",
    "publisert": "Offentliggjorte tall i mappen data/publisert.",
    "primaere_spoersmaal": "Spørsmålene rapporten skal svare på. Velg før dere ser tallene.",
    "margin": "Hvor liten en endring må være for å kalles stabil, som andel.",
    "design_effekt": "Antatt designeffekt for offentliggjorte prosenter.",
    "nedre_grense_svar": "Det minste antallet svar det kan ha vært hvert år, og hvorfor.",
    "begrunnelse": "",
    "sammenligning": "Kommunene å sammenligne med, og regelen som valgte dem.",
    "samtykke_kreves": "Hvem som må samtykke, per aldersgruppe.",
    "froe": "Startverdi for tilfeldige trekninger.",
}


@dataclass(frozen=True, slots=True)
class NewYear:
    """What a new params file is about.

    Attributes:
        municipality: Whose it is.
        meeting_year: The year the council meets; the year before is evaluated.
        meeting_month: 1–12, from the plan.
        name: The run's name, the file's without ending.
        personrader: Sheets about persons to be signed for.
        kept: Keys and values from last year's file.
        neighbours: Numbers of the other municipalities in the county.
        questions: Ids of the plan's own survey questions.
    """

    municipality: Municipality
    meeting_year: int
    meeting_month: int
    name: str
    personrader: Sequence[str]
    kept: Mapping[str, Any]
    neighbours: Sequence[str]
    questions: Sequence[str]


def params_text(new: NewYear) -> str:
    """The whole file as text. Every value is JSON, which is YAML that cannot be misread."""
    aar = new.meeting_year - 1
    kept: dict[str, Any] = {
        "primaere_spoersmaal": list(new.questions),
        "froe": aar,
    } | dict(new.kept)
    lines = [
        f"# {new.municipality.navn}: evalueringen politirådet får i januar {new.meeting_year}.",
        f"# Den gjelder året {aar}. Linjer som begynner med # er forklaringer og leses ikke.",
        "# Ikke skriv navn, fødselsnummer eller annet som kan peke ut en person.",
        _key("kommune", new.municipality.navn),
        _key("kommune_nr", new.municipality.kommune_nr),
        _key("aar", aar),
        "",
        "# Når møtes politirådet? Når dagen er bestemt, skriv åååå-mm-dd i anførselstegn.",
        _key("moete_dato", f"{new.meeting_year}-{new.meeting_month:02d}"),
        "",
        "# Datoen tallene er talt til og med.",
        _key("skjaeringsdato", f"{aar}-12-31"),
        "",
        "# Arbeidsboken ligger i mappen data/inndata.",
        _key("arbeidsbok", f"{new.name}.xlsx"),
        "",
        f"# Politiskjemaet lages med: evaluering politiskjema params/{new.name}.yml",
        "# Fjern # foran linjen når politiet har sendt det tilbake utfylt.",
        f"# {_key('politiskjema', f'{new.name}_politiskjema.xlsx')}",
        "",
        "# Ark og kilder dere vet mangler i år. Rapporten skriver «Mangler tall» for dem.",
        '# Eksempel: uten_data: ["plasseringer", "ungdata"]',
        _key("uten_data", []),
        *_person_rows(new.personrader, kept.get("samtykke_kreves", _CONSENT)),
        *_choices(kept),
        *_comparison(kept, new.neighbours),
    ]
    return "\n".join(lines) + "\n"


def _key(name: str, value: object) -> str:
    return f"{name}: {json.dumps(value, ensure_ascii=False)}"


def _choices(kept: Mapping[str, Any]) -> Iterable[str]:
    for name in CARRIED:
        if name in kept and name != "samtykke_kreves":
            comment = [f"# {_COMMENTS[name]}"] if _COMMENTS[name] else []
            yield from (*([""] if comment else []), *comment, _key(name, kept[name]))


def _person_rows(personrader: Sequence[str], consent: Mapping[str, Any]) -> list[str]:
    if not personrader:
        return []
    empty = {"rolle": "", "dato": ""}
    return [
        "",
        "# Ark med rader om enkeltpersoner. De leses ikke før linjene under er fylt ut.",
        "# rolle: rollen til den som har bestemt det, aldri navn. dato: åååå-mm-dd.",
        "personrader:",
        *(f"  {_key(id, empty)}" for id in personrader),
        "# Det rettslige grunnlaget, avklart med personvernombudet.",
        _key("behandlingsgrunnlag", ""),
        "",
        "# Hvem som må samtykke, per alder i saken. Dette er det strengeste. Spør juristen.",
        "samtykke_kreves:",
        *(f'  "{age}": {json.dumps(who)}' for age, who in consent.items()),
    ]


def _comparison(kept: Mapping[str, Any], neighbours: Sequence[str]) -> list[str]:
    if "sammenligning" in kept or not neighbours:
        return []
    return [
        "",
        "# Vil dere sammenligne med andre kommuner? Velg dem etter en regel, og fjern # under.",
        "# sammenligning:",
        "#   regel: Alle kommunene i samme fylke",
        f"#   kommuner: {json.dumps(list(neighbours))}",
    ]
