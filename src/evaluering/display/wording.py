"""The words behind the codes: reasons, breaks, reservations, next numbers, statuses.

Tables only. A code that is missing here is a fault of ours and fails loudly where it is looked up.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from evaluering.model import Verdict

LABELS: Final[dict[Verdict, str]] = {
    Verdict.UNCLEAR: "Ingen sikker endring",
    Verdict.STABLE: "Stabil",
    Verdict.NOT_ASSESSED: "Ikke vurdert",
    Verdict.MISSING: "Mangler tall",
    Verdict.WITHHELD: "Kan ikke vises",
}
COMPARISON_LABELS: Final = {
    Verdict.UNCLEAR: "Ingen sikker forskjell",
    Verdict.PROBABLE: "Trolig forskjell",
}
DIRECTION_LABELS: Final = {"up": "Økning", "down": "Nedgang"}

# After the topic in a heading, for a verdict that says nothing was assessed.
REFUSAL_HEADINGS: Final = {
    "few_clusters": "for få skoler",
    "dominated": "noen få skoler avgjør",
    "few_pairs": "kan ikke sammenlignes",
    "unsupported_design": "kan ikke testes",
    "no_variation": "alle svarte likt",
    "no_n": "mangler antall svar",
    "not_comparable": "kan ikke sammenlignes",
    "few_points": "for få målepunkter",
    "few_periods": "for få målepunkter",
    "few_comparators": "for få kommuner",
    "no_persons": "vet ikke hvor mange personer",
    "no_spread": "vet ikke hvordan forholdene er fordelt",
    "few_persons": "for få personer",
    "few_cases": "for få saker",
    "few_ratings": "for få målinger",
    "impossible": "tallene stemmer ikke overens",
}

# «Vi er ikke sikre, fordi …»
RESERVATIONS: Final = {
    "schools_unknown": "svar per skole ikke er kjent",
    "pandemic": "undersøkelsen i {pandemic_year} kom under eller rett etter pandemien",
    "response_low": "færre enn sju av ti elever svarte",
    "response_changed": "svarprosenten er ulik",
    "schools_changed": "skoler er lagt ned eller slått sammen",
    "n_changed": "antall svar på spørsmålet har endret seg mye",
    "exploratory": "dette ikke var valgt ut før vi så tallene",
    "background": "tallene gjelder alle aldre og er bare bakgrunn",
    "comparison": "vi ikke vet hvor mye tallene for de andre svinger",
    "preliminary": "tallene er foreløpige",
    "recording": "politiet endret registreringen i {recording_month}",
    "recording_other": "måten tallene føres på, ble endret i {recording_month}",
    "linked": "flere kan ha vært sammen om forholdene",
}

# After the topic in a heading, where there are figures but none of the time before.
FIRST_FIGURES: Final = {
    "first_year": "første år med tall",
    "few_years": "for få år til å sammenligne",
}

# «I 32 av 47 nye saker …», by section.
CASE_WORDS: Final = {
    "samarbeid": "er det gitt samtykke til samarbeid",
    "tjenester": "er andre tjenester med",
}

# «Andel av …», by finding; elsewhere the year's new cases.
SHARE_OF: Final = {"gjentatt.kjent_i_sak": "unge med 3 eller flere forhold"}

# What became of last year's persons with four or more.
OUTCOMES: Final = {
    "fortsatt": "Fortsatt fire eller flere",
    "faerre": "Ett til tre",
    "ingen": "Ingen, og fortsatt under 18 år",
    "fylt_18": "Fylt 18 år",
}

# Groups of offences.
GROUPS: Final = {
    "egen": "Bor i kommunen",
    "annen": "Bor i en annen kommune",
    "ukjent": "Bosted er ukjent",
    "gutt": "Gutter",
    "jente": "Jenter",
}

# Kinds of placement.
PLACEMENT_TYPES: Final = {
    "institusjon_samtykke": "Institusjon, med samtykke",
    "institusjon_uten_samtykke": "Institusjon, uten samtykke",
    "akutt": "Akutt",
    "alle": "Alle typer",
}

# «Tallene for … kan ikke sammenlignes direkte, fordi …»
BREAKS: Final = {
    "nei_ordlyd": "spørsmålet hadde en annen ordlyd",
    "nei_tidspunkt": "undersøkelsene ble gjort på ulike tider av året",
    "nei_annet": "kommunen har meldt at undersøkelsene er ulike",
    "grades": "de gjelder ulike klassetrinn",
    "few_pairs": "for få av elevene gikk på skoler som var med begge ganger",
    "definition": "det som telles, har endret seg",
    "age_limit": "aldersgrensen har endret seg",
    "place": "det ene gjelder bosted og det andre gjerningssted",
}

# «Hva kan påvirke tallet»: one sentence per flag.
FLAGS: Final = {
    "pandemic": "Undersøkelsen i {pandemic_year} kom under eller rett etter pandemien.",
    "level_unknown": "Kilden sier ikke om tallet gjelder ungdomsskolen eller videregående.",
    "wording_unknown": "Vi kjenner ikke den nøyaktige ordlyden i spørsmålet.",
    "last_12_months": "Spørsmålet gjelder minst én gang de siste 12 månedene.",
    "ever_tried": (
        "Spørsmålet gjelder minst én gang de siste 12 månedene. Planen skriver «har prøvd», som "
        "kan forstås som noen gang."
    ),
    "absent_pupils": (
        "Elever som er borte den dagen, svarer ikke. Svarer færre, kan en økning bli skjult."
    ),
    "rounding": "Tallene er avrundet til hele prosent.",
    "overlap": (
        "Hvert tall er et gjennomsnitt av to år. Perioder som overlapper, sammenligner vi ikke."
    ),
    "all_ages": "Tallene gjelder alle aldre, ikke bare ungdom.",
    "place_of_offence": "Tallene gjelder stedet der det skjedde, ikke hvor gjerningspersonen bor.",
    "group_rounding": "Gruppene er avrundet hver for seg og kan gi opptil 3 mer enn summen.",
    "suppressed": "Statistisk sentralbyrå viser ikke tall på 4 eller færre. Det betyr ikke null.",
    "reported": (
        "Registrerte forhold avhenger også av hva som blir anmeldt, og hva politiet prioriterer."
    ),
    "second_hand": "Tallene er Politidirektoratets, slik de ble gjengitt i pressen.",
    "once_per_person": "Et forhold telles én gang for hver ungdom som var med.",
    "person_noise": (
        "Én person kan stå for mange forhold. Usikkerheten er derfor regnet ut fra antall personer."
    ),
    "linked": "Usikkerheten kan være større enn vist, fordi flere kan ha vært sammen.",
    "preliminary": (
        "Tallene er foreløpige: fjorårets tall har hatt lengre tid til å bli komplette."
    ),
    "new_cases": "Tallene gjelder nye saker i året.",
    "goal_cases": "En sak som åpnes sent på året, kan få tjenester og mål året etter.",
    "waiting_counted": (
        "Tallet gjelder nye saker med samtykke. Saker som fortsatt venter, er regnet med som "
        "ventende."
    ),
    "harder_cases": "Flere samtykker kan også bety flere krevende saker.",
    "new_children": "Tallene gjelder nye barn i året. Et barn kan telles i flere år.",
    "neither_good": "Verken flere eller færre plasseringer er bedre i seg selv.",
    "under_15": "Barn under 15 år kan ikke straffes. De er «registrert».",
}


class NextDatum(NamedTuple):
    """The cheapest number that would settle a question: what, from whom, what it could give."""

    number: str
    holder: str
    unlocks: str


NEXT_DATUM: Final = {
    "andre_steder": NextDatum(
        "de samme spørsmålene for landet, fylket og andre kommuner, med antall svar",
        "Ungdata",
        "om endringen her er en annen enn andre steder",
    ),
    "prosent_og_svar": NextDatum(
        "prosent og antall svar per spørsmål for hver undersøkelse, helst også antall ja",
        "kommunens egen Ungdata-rapport",
        "om endringen er større enn tilfeldig variasjon, når vi regner forsiktig",
    ),
    "antall_ja": NextDatum(
        "antall som svarte ja, ikke avrundet prosent",
        "KoRus (kompetansesenter rus)",
        "at avrundingen ikke lenger avgjør svaret",
    ),
    "svar_per_skole": NextDatum(
        "antall ja og antall svar per skole",
        "KoRus (kompetansesenter rus)",
        "et svar som tar hensyn til forskjeller mellom skoler",
    ),
    "neste_undersoekelse": NextDatum(
        "neste Ungdata-undersøkelse", "Ungdata", "en ny måling å sammenligne med"
    ),
    "flere_kommuner": NextDatum(
        "samme tall for minst 19 kommuner med samme undersøkelse",
        "Ungdata",
        "om vår endring skiller seg fra andres",
    ),
    "politiskjema": NextDatum(
        "utfylt politiskjema med forhold og personer",
        "politiets forebyggende avsnitt",
        "om antallet har endret seg mer enn tilfeldig",
    ),
    "stoerste": NextDatum(
        "det høyeste antallet forhold på én person (vises aldri)",
        "politiets forebyggende avsnitt",
        "et sikrere mål på usikkerheten",
    ),
    "antall_hendelser": NextDatum(
        "antall hendelser ved siden av antall forhold",
        "politiets forebyggende avsnitt",
        "et sikkert svar når flere har vært sammen",
    ),
    "uttrekk_samme_dato": NextDatum(
        "et uttrekk fra samme dato som i fjor",
        "politiets forebyggende avsnitt",
        "tall som kan sammenlignes med fjoråret",
    ),
    "indikatortall": NextDatum(
        "antall saker i året, og hvor mange av dem dette gjelder",
        "tjenestene, samlet av SLT-koordinator",
        "andelen med usikkerhet, og om den har endret seg",
    ),
    "plasseringer": NextDatum(
        "antall nye barn plassert i året, tre år samlet",
        "barnevernstjenesten",
        "utviklingen, hvis tallene er store nok til å vises",
    ),
    "maal_i_saker": NextDatum(
        "mål i saker med samtykke, med dato og nivå hver gang de måles",
        "tjenestene, sammen med ungdommen",
        "om ungdom når målene sine",
    ),
    "status_tiltak": NextDatum(
        "status for hvert tiltak",
        "ansvarlig tjeneste, samlet av SLT-koordinator",
        "hvor mange tiltak som er i gang",
    ),
    "neste_aar": NextDatum(
        "neste års tall, eller summen av tre år", "samme kilde", "en større endring å se etter"
    ),
}


class DataSource(NamedTuple):
    """A source a report can rest on: its name, the name inside a sentence, and what it gives."""

    name: str
    inline: str
    gives: str


DATA_SOURCES: Final = {
    "ungdata": DataSource("Ungdata", "tall fra Ungdata", "svarene fra ungdom"),
    "antall_svar": DataSource(
        "Antall svar i Ungdata", "antall svar i Ungdata", "om svarene har endret seg"
    ),
    "tiltak": DataSource("Status for tiltakene", "status for tiltakene", "hva som er i gang"),
    "vedtak": DataSource("Vedtak", "vedtakene", "hva som ble av vedtakene"),
    "egenvurdering": DataSource(
        "Egenvurdering", "egenvurderingen", "hvordan politirådet ser på eget arbeid"
    ),
    "vurdering": DataSource(
        "Vurderinger", "de signerte vurderingene", "ordene fra dem som står nærmest"
    ),
    "befolkning": DataSource("Innbyggertall", "innbyggertall", "tall sett mot innbyggerne"),
    "forholdstall": DataSource(
        "Politiets tall", "politiets tall", "forhold og gjentatt kriminalitet"
    ),
    "indikatortall": DataSource(
        "Indikatortall", "indikatortallene", "saker med samtykke og andre tjenester"
    ),
    "moeter": DataSource("Møter", "møtene", "om vi møtes som avtalt"),
    "plasseringer": DataSource("Plasseringer", "plasseringene", "plasseringer i institusjon"),
    "saker": DataSource("Saker", "datoene i sakene", "hvor sakene stopper"),
    "samtykke": DataSource("Samtykke", "samtykkene i sakene", "hvilke saker som kan telles"),
    "tjenester": DataSource("Tjenester i sakene", "tjenestene i sakene", "tid til første tjeneste"),
    "ungdata_skoler": DataSource(
        "Ungdata per skole", "svar per skole i Ungdata", "et sikrere svar om endringer"
    ),
    "maal": DataSource("Mål i sakene", "målene i sakene", "om ungdom når målene sine"),
    "maalinger": DataSource("Målinger", "målingene av målene", "om ungdom når målene sine"),
    "forhold": DataSource("Rader om forhold", "rader om forhold", "utviklingen for hver gruppe"),
}
# Whether a source was delivered.
DELIVERED: Final = {
    "ja": "Ja",
    "andre_aar": "Bare for andre år",
    "meldt_manglende": "Nei, meldt som manglende",
    "nei": "Nei",
}

STATUS: Final = {
    "ikke_startet": "Ikke startet",
    "planlagt": "Planlagt",
    "i_gang": "I gang",
    "gjennomfoert": "Gjennomført",
    "stoppet": "Stoppet",
    "ikke_prioritert": "Ikke prioritert",
    "ikke_meldt_inn": "Ikke meldt inn",
}

# Why a measure is not under way, as it stands after its status.
REASONS: Final = {
    "kapasitet": "for lite kapasitet",
    "oekonomi": "for lite penger",
    "venter_paa_andre": "venter på andre",
    "endret_behov": "behovet er et annet",
    "annet": "annen grunn",
}
AS_PLANNED: Final = {
    "ja": "som planlagt",
    "delvis": "delvis som planlagt",
    "nei": "ikke som planlagt",
    "vet_ikke": "usikkert om det er som planlagt",
}
# What it would take to begin with an area nobody has had room for.
NEEDS: Final = {
    "stilling": "en stilling",
    "penger": "penger",
    "lokale": "et lokale",
    "avtale": "en avtale",
    "vedtak": "et vedtak",
    "annet": "annet",
}
# Answers of the council's self-evaluation.
ANSWERS: Final = {
    "ja": "Ja",
    "delvis": "Delvis",
    "nei": "Nei",
    "vet_ikke": "Vet ikke",
    "ikke_meldt_inn": "Ikke meldt inn",
}

# A measure's link to an indicator, by the plan's own words.
LINKS: Final = {"uttalt": "Uttalt", "tema": "Samme tema", "": "Nei"}

# Whether others have written about a measure; we never rate one.
EVIDENCE: Final = {"ikke_vurdert": "Ikke vurdert", "omtalt": "Omtalt, se under"}

# Types of offence in the published files.
CATEGORIES: Final = {
    "alle": "Alle typer",
    "eiendomstyveri": "Tyveri",
    "vinning": "Vinning",
    "vold": "Vold",
    "rusmiddel": "Rusmidler",
    "narkotika": "Narkotika",
    "orden_integritet": "Orden og integritet",
    "skadeverk": "Skadeverk",
    "seksuallovbrudd": "Seksuallovbrudd",
    "oekonomi": "Økonomi",
    "trafikk": "Trafikk",
    "annet_samlet": "Annet",
    "andre": "Andre",
}
