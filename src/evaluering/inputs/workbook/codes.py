"""The closed lists of the workbook: those of the house, and those a municipality's plan gives."""

from __future__ import annotations

from typing import Final

from evaluering.inputs.workbook.columns import Choice, CodeList, label_of_name
from evaluering.plan import Plan

# Lowest and highest level of each scale for goals.
SCALES: Final[dict[str, tuple[int, int]]] = {"gas_5": (-2, 2), "gbo_10": (0, 10)}


def _list(id: str, title: str, codes: str, **labels: str) -> CodeList:
    """A list from codes between spaces; a code without its own label gets the name's."""
    choices = tuple(Choice(code, labels.get(code, label_of_name(code))) for code in codes.split())
    return CodeList(id, title, choices)


JA_NEI: Final = _list("ja_nei", "Ja eller nei", "ja nei")
BARE_JA: Final = _list("bare_ja", "Bekreftelse", "ja")

# Statistics Norway's groups of offences, with its own words as labels.
_KATEGORIER: Final = (
    "eiendomstyveri annet_vinning eiendomsskade vold seksuallovbrudd rusmiddel orden_integritet "
    "trafikk annet"
)
_KATEGORI_LABELS: Final = {
    "annet_vinning": "Annet vinningslovbrudd",
    "vold": "Vold og mishandling",
    "rusmiddel": "Rusmiddellovbrudd",
    "orden_integritet": "Ordens- og integritetskrenkelse",
    "trafikk": "Trafikkovertredelse",
    "annet": "Andre lovbrudd",
    "alle": "Alle typer",
}
KATEGORI: Final = _list("kategori", "Type lovbrudd", _KATEGORIER, **_KATEGORI_LABELS)
KATEGORI_ALLE: Final = _list(
    "kategori_alle", "Type lovbrudd, med alle", f"alle {_KATEGORIER}", **_KATEGORI_LABELS
)

_ALDER: Final = {
    "under_12": "Under 12",
    "12_14": "12–14",
    "under_15": "Under 15",
    "15_17": "15–17",
    "under_18": "Under 18",
    "18_pluss": "18 og eldre",
}
ALDER_FORHOLD: Final = _list("alder_forhold", "Alder da det skjedde", "under_15 15_17", **_ALDER)
ALDER_TALL: Final = _list(
    "alder_tall", "Alder da det skjedde, tall", "under_15 15_17 under_18", **_ALDER
)
ALDER_SAK: Final = _list("alder_sak", "Alder i saken", "under_12 12_14 15_17 18_pluss", **_ALDER)

_BOSTED: Final = {"egen": "Bor her", "annen": "Bor i en annen kommune"}
BOSTED: Final = _list("bosted", "Bosted", "egen annen ukjent", **_BOSTED)
BOSTED_ALLE: Final = _list("bosted_alle", "Bosted, med alle", "alle egen annen ukjent", **_BOSTED)
KJOENN: Final = _list("kjoenn", "Kjønn", "gutt jente ukjent")
KJOENN_ALLE: Final = _list("kjoenn_alle", "Kjønn, med alle", "alle gutt jente")

INDIKATOR: Final = _list(
    "indikator",
    "Indikator",
    "saker_nye saker_spurt saker_samtykke saker_felles_skjema saker_andre_tjenester "
    "saker_uten_koordinator saker_med_maal saker_maalt saker_naadd kjent_i_sak "
    "fornaermede_under_18 fjor_4_fortsatt fjor_4_faerre fjor_4_ingen fjor_4_fylt_18",
    saker_nye="Nye saker i året",
    saker_spurt="Saker der det er spurt om samtykke",
    saker_samtykke="Saker med samtykke",
    saker_felles_skjema="Saker med felles samtykkeskjema",
    saker_andre_tjenester="Saker der andre tjenester er med",
    saker_uten_koordinator="Saker uten avklart koordinator",
    saker_med_maal="Saker med mål",
    saker_maalt="Saker der målene er målt",
    saker_naadd="Saker der målene er nådd",
    kjent_i_sak="Unge med 3 eller flere forhold som er kjent i tverrfaglig sak",
    fornaermede_under_18="Fornærmede under 18 år",
    fjor_4_fortsatt="4 eller flere i fjor: fortsatt 4 eller flere",
    fjor_4_faerre="4 eller flere i fjor: færre i år",
    fjor_4_ingen="4 eller flere i fjor: ingen i år",
    fjor_4_fylt_18="4 eller flere i fjor: har fylt 18 år",
)

SAK_STATUS: Final = _list("sak_status", "Status for saken", "aapen avsluttet")
PART: Final = _list("part", "Samtykke fra", "ungdom foresatt")
TILSTAND: Final = _list("tilstand", "Samtykke", "gitt ikke_gitt trukket")
SKJEMA: Final = _list("skjema", "Skjema for samtykke", "felles annet", felles="Felles skjema")
ROLLE_I_SAK: Final = _list("rolle_i_sak", "Tjenestens rolle", "koordinerer deltar henvist")
PLASSERING: Final = _list(
    "plassering",
    "Type plassering",
    "institusjon_samtykke institusjon_uten_samtykke akutt alle",
    institusjon_samtykke="Institusjon, med samtykke",
    institusjon_uten_samtykke="Institusjon, uten samtykke",
    alle="Alle plasseringer",
)
MAALOMRAADE: Final = _list(
    "maalomraade",
    "Område for målet",
    "kriminalitet rus skole arbeid_fritid familie helse nettverk annet",
    arbeid_fritid="Arbeid og fritid",
)
SKALA: Final = _list("skala", "Skala", "gas_5 gbo_10", gas_5="−2 til 2", gbo_10="0 til 10")
SATT_AV: Final = _list("satt_av", "Hvem", "ungdom foresatt fagperson sammen")
FASE: Final = _list("fase", "Fase", "foer under etter", foer="Før")
TILTAK_STATUS: Final = _list(
    "tiltak_status",
    "Status for tiltaket",
    "ikke_startet planlagt i_gang gjennomfoert stoppet ikke_prioritert",
)
VEDTAK_STATUS: Final = _list(
    "vedtak_status", "Status for vedtaket", "ikke_startet i_gang gjennomfoert stoppet"
)
AARSAK: Final = _list(
    "aarsak",
    "Hvorfor ikke",
    "kapasitet oekonomi venter_paa_andre endret_behov annet",
    venter_paa_andre="Venter på andre",
)
SVAR: Final = _list("svar", "Svar", "ja delvis nei vet_ikke")
KREVER: Final = _list("krever", "Hva skal til", "stilling penger lokale avtale vedtak annet")
TEMA: Final = _list(
    "tema",
    "Tema for vedtaket",
    "samarbeid metodikk kompetanse kommunikasjon ressurser tall annet",
)
VURDERT_AV: Final = _list(
    "vurdert_av",
    "Vurdering fra",
    "slt politikontakt ungdomsraad",
    slt="SLT-koordinator",
    ungdomsraad="Ungdomsrådet",
)
STED: Final = _list(
    "sted", "Sted", "kommune fylke landet", kommune="Kommunen", fylke="Fylket", landet="Hele landet"
)
TRINN: Final = _list(
    "trinn",
    "Trinn",
    "ungdomsskole vgs 8 9 10 vg1 vg2 vg3 ikke_oppgitt",
    vgs="Videregående skole",
    **{"8": "8. trinn", "9": "9. trinn", "10": "10. trinn"},
)
SAMMENLIGNBAR: Final = _list(
    "sammenlignbar",
    "Kan sammenlignes med forrige",
    "ja foerste nei_ordlyd nei_tidspunkt nei_annet",
    foerste="Første undersøkelse",
    nei_ordlyd="Nei, ny ordlyd",
    nei_tidspunkt="Nei, annen tid på året",
    nei_annet="Nei, annen grunn",
)


def services(plan: Plan) -> CodeList:
    """The plan's services."""
    return CodeList("tjenester", "Tjenester", _services(plan))


def coordinators(plan: Plan) -> CodeList:
    """Who coordinates a case: a service, or nobody yet."""
    unclear = Choice("ikke_avklart", "Ikke avklart")
    return CodeList("koordinator", "Hvem koordinerer", (*_services(plan), unclear))


def number_sources(plan: Plan) -> CodeList:
    """Who delivered a number: a service, or a public source."""
    public = (Choice("ssb", "SSB"), Choice("bufdir", "Bufdir"), Choice("annet", "Annet"))
    return CodeList("kilde", "Kilde", (*_services(plan), *public))


def actors(plan: Plan) -> CodeList:
    """Who may be responsible: the plan's actors, services and roles."""
    choices = tuple(Choice(actor.id, _capital(actor.navn)) for actor in plan.aktoerer)
    return CodeList("ansvarlig", "Ansvarlig", choices)


def measures(plan: Plan) -> CodeList:
    """Everything a row of «Tiltak» or «Vedtak» can be about.

    A measure has its own name. A part of one, a priority and an area nobody has had room for are
    said to be so, since several have the same name as a measure.
    """
    choices = [Choice(item.id, item.navn) for item in plan.tiltak]
    choices += [
        Choice(part.id, f"Del av tiltak: {part.navn}")
        for item in plan.tiltak
        for part in item.deler
    ]
    choices += [Choice(item.id, f"Prioritert: {item.kort}") for item in plan.prioriteringer]
    choices += [Choice(item.id, f"Ikke prioritert: {item.navn}") for item in plan.ikke_prioritert]
    return CodeList("tiltak", "Tiltak", tuple(choices))


def arenas(plan: Plan) -> CodeList:
    """The plan's meeting places."""
    choices = tuple(Choice(arena.id, arena.navn) for arena in plan.arenaer)
    return CodeList("arena", "Arena", choices)


def questions(plan: Plan) -> CodeList:
    """The survey questions."""
    choices = tuple(Choice(question.id, question.navn) for question in plan.spoersmaal)
    return CodeList("spoersmaal", "Spørsmål", choices)


def self_evaluation(plan: Plan) -> CodeList:
    """The ten items of the council's self-evaluation: the code is the number, as text."""
    choices = tuple(
        Choice(str(number), f"{number}. {text}")
        for number, text in enumerate(plan.egenvurdering, start=1)
    )
    return CodeList("egenvurdering", "Egenvurdering", choices)


def attendance_label(name: str, kommune: str) -> str:
    """The heading of a service's column in «Møter»: «Deltok: barnevern», «Deltok: BUPP».

    A name that begins with the municipality's own («Fredrikstadhjelpa») keeps its capital.
    """
    is_word = name[1:2].islower() and not name.startswith(kommune)
    return f"Deltok: {name[:1].lower() + name[1:] if is_word else name}"


def _services(plan: Plan) -> tuple[Choice, ...]:
    return tuple(Choice(service.id, service.navn) for service in plan.tjenester)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
