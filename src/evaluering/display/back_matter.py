"""The end of the page: how it was counted, what the words mean, where the numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Final

from evaluering.display import data_basis
from evaluering.display import sentences as say
from evaluering.display.markup import definitions, heading, items, lead, link, paragraph, quote
from evaluering.display.numbers import fmt_date, fmt_month, fmt_year
from evaluering.display.source_line import source_list
from evaluering.model import Audit, Finding

# Method code → heading and what was done, in words: counted, formula, assumption, what would
# change the answer.
METHODS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "published": (
        "Ungdata, publiserte prosenter",
        (
            "Vi teller andelen elever som svarte ja, av dem som svarte på spørsmålet.",
            "En hel prosent er avrundet. 8 prosent kan være alt fra 7,5 til 8,5.",
            "Vi regner derfor med den avrundingen som gjør endringen minst.",
            "Elever på samme skole svarer ofte likt. Det måles med designeffekt.",
            "Designeffekt 1 betyr at skolen ikke har noe å si. Vi bruker 11 når vi er forsiktige.",
            "Den var nesten 8 i de strengeste prøvene, med én skole mye større enn de andre.",
            "Skolene er få, og derfor legger vi til et påslag.",
            "Med antall svar per skole kan svaret bli et annet.",
        ),
    ),
    "design": (
        "Ungdata, svar per skole",
        (
            "Vi teller andelen elever som svarte ja, på de samme skolene hver gang.",
            "Usikkerheten er regnet ut fra forskjeller mellom skoler, ikke bare mellom elever.",
            "Vi bytter fortegn på skolenes endringer på alle mulige måter.",
            "Da ser vi hvor ofte tilfeldigheter gir like store endringer.",
            "Vi tar hensyn til at vi ser på flere spørsmål samtidig.",
            "Vi går ut fra at elevene er andre elever ved neste undersøkelse.",
        ),
    ),
    "clustered_total": (
        "Antall forhold",
        (
            "Vi teller registrerte forhold.",
            "Én ung kan stå bak mange forhold. Derfor er personen enheten for usikkerhet.",
            "Uten antall personer kan vi ikke regne ut usikkerheten.",
            "Vet vi hvem som har vært sammen, er gruppen enheten.",
            "Vet vi bare antallet, regner vi med den største usikkerheten tallene tillater.",
        ),
    ),
    "concentration": (
        "Noen få personer med mange forhold",
        (
            "Vi viser hvor stor del av forholdene de få står for.",
            "Ved siden av står det tilfeldigheter alene ville gitt.",
            "Har vi bare planens tall, regner vi ut hvor mange forhold det må ha vært i alt.",
            "Vi kjenner det minste hver person kan ha, og dermed det minste de har til sammen.",
            "Andelen er en hel prosent. Den kan være en halv prosent høyere eller lavere.",
        ),
    ),
    "placebo_rank": (
        "Andre kommuner",
        (
            "Vi bruker gjennomsnitt av to år, og bare perioder som ikke overlapper.",
            "Med minst 19 kommuner kan vi se om vår endring skiller seg ut.",
            "Med færre viser vi bare hvor kommunen ligger.",
        ),
    ),
    "counts": (
        "Planens indikatorer",
        (
            "Hver indikator har ett hovedtall, som er valgt på forhånd.",
            "Når tallene finnes, sammenligner vi året med året før.",
            "Vi tar da hensyn til at vi ser på flere indikatorer.",
            "Alle andre antall er utforskende, og gir aldri en sikker konklusjon.",
            "For antall unge er personen enheten, og for saker er det saken.",
            "Plasseringer legges sammen for tre år, fordi de er så få.",
        ),
    ),
    "spc": (
        "Forhold måned for måned",
        (
            "Grensene viser hvor mye tallene pleier å svinge fra måned til måned.",
            "Reglene for når en måned skiller seg ut, er valgt på forhånd.",
            "Årstall får aldri slike grenser, for det er for få av dem.",
        ),
    ),
    "goals": (
        "Mål i saker med samtykke",
        (
            "Et mål telles det året det skulle måles, og bare når samtykket gjelder.",
            "Siste måling teller. Har flere vurdert samme dag, teller det de satte sammen.",
            "Ellers teller fagpersonens vurdering. Det ungdommen selv svarer, vises for seg.",
            "Mål i samme sak hører sammen. Usikkerheten er derfor regnet ut fra antall saker.",
            "Et mål som ikke er vurdert, regnes verken som nådd eller ikke nådd.",
            "Mål settes når det går dårlig, og vi har ingen å sammenligne med.",
        ),
    ),
    "full_count": (
        "Tiltak og møter",
        (
            "Dette er opptellinger. Derfor er det ingen usikkerhet, og ingen karakter.",
            "Det som ikke er meldt inn, regner vi verken som gjort eller ikke gjort.",
        ),
    ),
}

# Every term in alphabetical order; those a page uses are explained on it.
GLOSSARY: Final = (
    ("andel", "Hvor stor del av alle som svarte, eller av alle saker. Vises i prosent."),
    ("BUPP", "Barne- og ungdomspsykiatrisk poliklinikk."),
    (
        "designeffekt",
        "Hvor mange flere svar som trengs fordi elever på samme skole ofte svarer likt.",
    ),
    ("DPS", "Distriktspsykiatrisk senter, som gir psykisk helsehjelp til voksne."),
    (
        "forelegg",
        "En bot fra politiet eller påtalemyndigheten. Den som sier ja til den, slipper rettssak.",
    ),
    ("forhold", "Noe politiet har registrert som straffbart. Telles én gang for hver som var med."),
    ("gjentatt", "Tre eller flere registrerte forhold på ett år."),
    ("gjerningsperson", "Den politiet mener sto bak forholdet."),
    ("indikator", "Et tall planen foreslår å følge for å se om det går rett vei."),
    (
        "KOG",
        "Konfliktrådets koordineringsgruppe. Den drøfter om ungdomsstraff passer for en ungdom.",
    ),
    ("mål", "Noe som er avtalt å få til i en sak, av den unge, foresatte eller hjelperne."),
    ("prosentpoeng", "Forskjellen mellom to prosenter. Fra 8 til 11 prosent er 3 prosentpoeng."),
    (
        "registrert",
        "Ført i politiets register. Det er det eneste ordet vi bruker om barn under 15.",
    ),
    ("sak", "Samarbeid rundt én ung person over tid."),
    ("samtykke", "Et frivillig ja til at tjenestene kan samarbeide."),
    ("siktet", "En person på 15 år eller mer som politiet mener kan ha gjort noe straffbart."),
    ("skjult tall", "Et tall som ikke vises, fordi det kunne ha pekt ut enkeltpersoner."),
    (
        "SLT-koordinator",
        "Den i kommunen som samordner lokale tiltak mot rus og kriminalitet.",
    ),
    (
        "tilfeldig variasjon",
        "Forskjeller som oppstår av seg selv, selv om ingenting har endret seg.",
    ),
    ("tiltak", "Noe planen sier at kommunen, politiet eller andre skal gjøre."),
    ("tjeneste", "For eksempel barnevern, skole eller helsetjeneste."),
    ("TSB", "Tverrfaglig spesialisert rusbehandling."),
    ("Ungdata", "Spørreundersøkelse blant elever i ungdomsskole og videregående skole."),
    ("undersøkelse", "Én gjennomføring av Ungdata, for eksempel den i 2022."),
    (
        "usikkerhetsintervall",
        "Fra det minste til det største tallet som passer med det vi har målt.",
    ),
)


_TESTED: Final = (
    "Rapporter fra samme mal er prøvd i nettleser. Datoen står nederst på siden. "
    "Resultatet ligger i filen uu-test.json."
)
_TAG: Final = re.compile(r"<[^>]*>")
# Terms whose forms do not all begin alike.
_STEMS: Final = {
    "siktet": "sikte[td]",
    "skjult tall": "skjult|kan ikke vises",
    "mål": r"mål\b|måle[nt]",
    "sak": r"sak(?:en|er|ene)?\b",
    "tilfeldig variasjon": "tilfeldig",
}


def scope(kommune: str, year: int, meeting: str, counted_to: str) -> str:
    """What is evaluated, for which meeting, and how far the figures go.

    Args:
        kommune: The municipality.
        year: The year evaluated.
        meeting: A day, or only a month.
        counted_to: A day.
    """
    is_day = len(meeting) == len("2027-01-14")
    when = f"{fmt_date(meeting)}" if is_day else f"i {fmt_month(f'{meeting}-01')}"
    return paragraph(
        f"Evalueringen gjelder {kommune} i {fmt_year(year)}.",
        f"Politirådet møtes {when}.",
        f"Tall som er offentliggjort etter {fmt_date(counted_to)}, er ikke med.",
        "Tall fra tidligere år står slik de først ble utgitt. Små rettelser etterpå vises ikke.",
    )


def methods(findings: Sequence[Finding]) -> str:
    """How each kind of number was counted, the plan's reservations, the indicators' cards."""
    used = dict.fromkeys(finding.method for finding in findings)
    parts = [_plans_own_words(findings)]
    for code in used:
        if code in METHODS:
            title, said = METHODS[code]
            parts += [heading(title, id=f"metode-{code}"), items(said)]
    cards = [finding for finding in findings if "card" in finding.details]
    if cards:
        links = "".join(f"<li>{link(finding.topic, finding.id)}</li>" for finding in cards)
        parts.append(heading("Definisjonskort", id="metode-kort"))
        parts.append(paragraph("Hver indikator har et kort som sier hva som telles:"))
        parts.append(f"<ul>{links}</ul>\n")
    return "".join(parts)


def glossary(parts: Iterable[str]) -> str:
    """Every term the page uses, one sentence each.

    Args:
        parts: The HTML of the page's other sections.
    """
    text = unescape(_TAG.sub(" ", " ".join(parts)))
    return definitions((term, said) for term, said in GLOSSARY if _is_used(term, text))


def _is_used(term: str, text: str) -> bool:
    """A short name in capitals stands as it is; a word may be bent."""
    stem = _STEMS.get(term, re.escape(term))
    flags = re.NOFLAG if term.isupper() else re.IGNORECASE
    return re.search(rf"\b(?:{stem})", text, flags) is not None


def sources(
    findings: Sequence[Finding], audits: Sequence[Audit], *, is_tested: bool = False
) -> str:
    """Every source, what decided what may be shown, and the record of accessibility tests.

    Args:
        findings: Everything on the page.
        audits: What the door did to each.
        is_tested: The record of tests in a browser lies beside the page.
    """
    rules = list(dict.fromkeys(audit.rule_set for audit in audits))
    published = all(source.is_published for item in findings for source in item.sources)
    shown = (
        "Tallene vi har brukt, var offentlige fra før. Resten har vi regnet ut eller anslått."
        if published
        else say.HIDDEN
    )
    return "".join(
        [
            source_list(findings),
            *(data_basis.not_delivered(one) for one in findings if one.kind == "data_basis"),
            lead("Hva som kan vises", shown, f"Regelsett {', '.join(rules)}." if rules else ""),
            lead(
                "Tilgjengelighet",
                "Siden er laget for skjermleser, mobil og papir.",
                _TESTED if is_tested else "",
                "Test med skjermleser, gjort for hånd: ikke gjort.",
            ),
        ]
    )


def _plans_own_words(findings: Sequence[Finding]) -> str:
    plan = next((finding for finding in findings if finding.kind == "plan"), None)
    if plan is None or not plan.values:
        return ""
    said = paragraph(
        f"Vi evaluerer «{plan.values['name']}». Planen tar selv to forbehold om tallene sine."
    )
    quotes = [
        quote(str(text), f"Planen, kapittel {chapter}")
        for chapter, text in zip(plan.frame["kapittel"], plan.frame["sitat"], strict=True)
    ]
    answer = paragraph(
        "Derfor regner vi ut hvor store endringer tilfeldigheter og avrunding kan gi.",
        "Derfor skiller vi også mellom omfang og kvalitet.",
    )
    return "".join([said, *quotes, answer])
