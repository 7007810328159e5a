"""The sheets with counts and reports that name nobody: what any municipality can deliver."""

from __future__ import annotations

from typing import Final

from evaluering.inputs.workbook import codes
from evaluering.inputs.workbook.column_kinds import (
    code,
    confirmation,
    count,
    day,
    numbered,
    percent,
    text,
    whole,
    year,
    yes_no,
)
from evaluering.inputs.workbook.columns import Column, Conditional, Kind, Sheet
from evaluering.plan import Plan

MAX_ASSESSMENT: Final = 600
_NOT_DONE: Final = ("ikke_startet", "stoppet")
_RESPONSIBLE: Final = ("ikke_startet", "planlagt", "i_gang", "gjennomfoert", "stoppet")


def tiltak(plan: Plan) -> Sheet:
    """Status of every measure, priority and area without priority, one row a year."""
    return Sheet(
        id="tiltak",
        name="Tiltak",
        purpose="Status for hvert tiltak, hver prioritering og det som ikke er prioritert.",
        filled_by="SLT-koordinator, sammen med den som har ansvaret",
        step=0,
        is_required=True,
        key=("tiltak_id", "aar"),
        prefilled=("tiltak_id", "aar", "ansvarlig"),
        must_fill=(
            Conditional("aarsak", "status", _NOT_DONE),
            Conditional("ansvarlig", "status", _RESPONSIBLE),
        ),
        columns=(
            code("tiltak_id", codes.measures(plan), "Tiltaket raden gjelder.", is_required=True),
            year("Året statusen gjelder."),
            code(
                "status",
                codes.TILTAK_STATUS,
                "Hvordan det sto til ved utgangen av året.",
                is_required=True,
            ),
            code(
                "ansvarlig",
                codes.actors(plan),
                "Tjenesten eller rollen som har ansvaret. Kan stå tom for «Ikke prioritert».",
            ),
            day("frist", "Når det skal være ferdig."),
            day("startet", "Dagen det startet."),
            code(
                "aarsak",
                codes.AARSAK,
                "Må fylles ut når status er «Ikke startet» eller «Stoppet».",
            ),
            code("som_planlagt", codes.SVAR, "Ble det gjennomført slik det var planlagt?"),
            count("antall_mottakere", "Antall personer tiltaket nådde i året."),
            count("antall_maalgruppe", "Antall personer tiltaket er ment for."),
            count("antall_aktiviteter", "Antall møter, kurs eller samtaler i året."),
            code("krever", codes.KREVER, "For «Ikke prioritert»: Hva skal til for å starte?"),
        ),
    )


def moeter(plan: Plan) -> Sheet:
    """Planned and held meetings, and which services came. Services are not persons."""
    attended = tuple(
        yes_no(
            f"deltok_{service.id}",
            "Deltok tjenesten? La cellen stå tom når den ikke var invitert.",
            label=codes.attendance_label(service.navn, plan.plan.kommune),
        )
        for service in plan.tjenester
    )
    return Sheet(
        id="moeter",
        name="Møter",
        purpose="Hvert planlagte møte: om det ble holdt, og hvilke tjenester som kom.",
        filled_by="Den som kaller inn til møtet",
        step=1,
        is_required=True,
        key=("arena", "dato"),
        prefilled=("arena",),
        ascending=(("til_stede", "inviterte"),),
        columns=(
            code("arena", codes.arenas(plan), "Møteplassen.", is_required=True),
            day("dato", "Dagen møtet var, eller skulle ha vært.", is_required=True),
            yes_no("gjennomfoert", "Ble møtet holdt?", is_required=True),
            count("inviterte", "Antall virksomheter som var invitert."),
            count("til_stede", "Antall virksomheter som var til stede."),
            *attended,
            yes_no("planen_behandlet", "Var handlingsplanen en sak på møtet?"),
        ),
    )


def vedtak(plan: Plan) -> Sheet:
    """What the council decided, and how far it has come."""
    return Sheet(
        id="vedtak",
        name="Vedtak",
        purpose="Det politirådet har vedtatt: ansvarlig, frist og status.",
        filled_by="SLT-koordinator, etter møteboken",
        step=0,
        is_required=True,
        key=("vedtak_id",),
        exactly_one=(("tiltak_id", "tema"),),
        columns=(
            numbered("vedtak_id", "V", "3,4", "Ett nummer per vedtak.", is_required=True),
            day("dato", "Dagen vedtaket ble gjort.", is_required=True),
            code("tiltak_id", codes.measures(plan), "Tiltaket vedtaket gjelder. Ellers velg tema."),
            code("tema", codes.TEMA, "Bare når vedtaket ikke gjelder ett tiltak."),
            code("ansvarlig", codes.actors(plan), "Den som har fått ansvaret.", is_required=True),
            day("frist", "Fristen i vedtaket."),
            code("status", codes.VEDTAK_STATUS, "Status nå.", is_required=True),
        ),
    )


def egenvurdering(plan: Plan) -> Sheet:
    """The council's ten items about its own work."""
    return Sheet(
        id="egenvurdering",
        name="Egenvurdering",
        purpose="Politirådets svar på ti spørsmål om eget arbeid.",
        filled_by="Politirådet i fellesskap",
        step=0,
        key=("aar", "punkt"),
        prefilled=("aar", "punkt"),
        columns=(
            year("Året svaret gjelder."),
            code("punkt", codes.self_evaluation(plan), "Ett av de ti punktene.", is_required=True),
            code("svar", codes.SVAR, "Politirådets svar.", is_required=True),
        ),
    )


def vurdering() -> Sheet:
    """Signed assessments by role: the only free text."""
    return Sheet(
        id="vurdering",
        name="Vurdering",
        purpose="Korte vurderinger, signert med rolle. De trykkes ordrett i rapporten.",
        filled_by="SLT-koordinator, politikontakt og ungdomsrådet",
        step=0,
        key=("aar", "rolle"),
        columns=(
            year("Året vurderingen gjelder."),
            code("rolle", codes.VURDERT_AV, "Hvem vurderingen er fra.", is_required=True),
            day("dato", "Dagen den ble skrevet.", is_required=True),
            text(
                "tekst",
                "Ikke navn, ikke alder, ikke enkelthendelser, ikke antall unge eller saker.",
                MAX_ASSESSMENT,
            ),
            confirmation("ingen_omtalt", "Velg Ja når ingen kan kjennes igjen i teksten."),
        ),
    )


def ungdata(plan: Plan) -> Sheet:
    """Survey answers as published or received: per question, wave, level and place."""
    return Sheet(
        id="ungdata",
        name="Ungdata",
        purpose="Svar fra Ungdata: antall som svarte ja, og antall svar.",
        filled_by="Den som har kommunens Ungdata-rapport",
        step=0,
        is_required=True,
        replaced_by=("mikrodata", "skoletabell", "publisert"),
        key=("aar", "sted", "spoersmaal", "trinn", "kjoenn", "skole_kode"),
        exactly_one=(("prosent", "antall_ja"),),
        ascending=(("antall_ja", "antall_svar", "antall_invitert"),),
        columns=(
            year("Året undersøkelsen ble gjort."),
            code(
                "sted",
                codes.STED,
                "Velg fra listen, eller skriv nummeret til en annen kommune: 3105.",
                is_required=True,
                pattern="[0-9]{4}",
            ),
            code("spoersmaal", codes.questions(plan), "Spørsmålet.", is_required=True),
            code("trinn", codes.TRINN, "Hvem som svarte.", is_required=True),
            code("kjoenn", codes.KJOENN_ALLE, "Velg Alle når det ikke er delt.", is_required=True),
            numbered("skole_kode", "U", "1,3", "Et løpenummer per skole. Tom betyr hele kommunen."),
            percent("prosent", "Bare når antall ja er ukjent. Skriv 12,5 og ikke 0,125."),
            count("antall_ja", "Antall som svarte ja. Det er bedre enn prosent."),
            count("antall_svar", "Antall som svarte på spørsmålet."),
            count("antall_invitert", "Antall elever som kunne ha svart."),
            code(
                "sammenlignbar",
                codes.SAMMENLIGNBAR,
                "Er ordlyd, trinn og tid på året som forrige gang?",
                is_required=True,
            ),
        ),
    )


def indikatortall(plan: Plan) -> Sheet:
    """Numerator and denominator per indicator and year, for those without rows."""
    return Sheet(
        id="indikatortall",
        name="Indikatortall",
        purpose="Noen få tall i året fra tjenestene, for eksempel saker med samtykke.",
        filled_by="SLT-koordinator, med tall fra tjenestene",
        step=1,
        is_required=True,
        replaced_by=("saker",),
        key=("aar", "indikator"),
        prefilled=("aar", "indikator"),
        ascending=(("teller", "nevner"),),
        columns=(
            year("Året tallet gjelder."),
            code("indikator", codes.INDIKATOR, "Hva som er talt.", is_required=True),
            count("teller", "Antallet. 0 betyr ingen, tom betyr ukjent.", is_required=True),
            count(
                "nevner", "Antallet det er en del av, for eksempel alle nye saker. Tom når ingen."
            ),
            code("kilde", codes.number_sources(plan), "Hvem tallet er fra.", is_required=True),
            day("uttrekksdato", "Dagen tallet ble hentet ut.", is_required=True),
        ),
    )


def plasseringer() -> Sheet:
    """Placements as totals a year and kind. Never a row per child."""
    return Sheet(
        id="plasseringer",
        name="Plasseringer",
        purpose="Barn plassert i institusjon: bare samlede tall, aldri en rad per barn.",
        filled_by="Barnevernstjenesten",
        step=1,
        is_required=True,
        key=("aar", "type"),
        prefilled=("aar", "type"),
        columns=(
            year("Året tallene gjelder."),
            code("type", codes.PLASSERING, "Typen plassering.", is_required=True),
            count("nye_barn", "Barn som ble plassert i året.", is_required=True),
            count("barn_31_12", "Barn som var plassert ved årets slutt."),
            count("doegn", "Døgn i alt i året."),
        ),
    )


def forholdstall() -> Sheet:
    """Offences and persons as counts, when the police deliver no rows."""
    return Sheet(
        id="forholdstall",
        name="Forholdstall",
        purpose="Politiets tall. Står tomt når politiet fyller ut politiskjemaet.",
        filled_by="Politiet. Bruk heller politiskjemaet",
        step=1,
        is_required=True,
        replaced_by=("forhold", "politiskjema"),
        key=("aar", "aldersgruppe", "kategori", "bosted", "kjoenn"),
        prefilled=("aar", "aldersgruppe", "kategori"),
        must_be_empty=(Conditional("antall_siktede", "aldersgruppe", ("under_15",)),),
        ascending=(
            ("antall_hendelser", "antall_forhold"),
            ("antall_personer", "antall_forhold"),
            ("forhold_4_pluss", "antall_forhold"),
            ("stoerste", "antall_forhold"),
        ),
        columns=(
            year("Året det skjedde."),
            day("uttrekksdato", "Dagen politiet hentet ut tallene.", is_required=True),
            code("aldersgruppe", codes.ALDER_TALL, "Alder da det skjedde.", is_required=True),
            code("kategori", codes.KATEGORI_ALLE, "Type lovbrudd.", is_required=True),
            count(
                "antall_forhold",
                "Et forhold telles én gang for hver ungdom som var med.",
                is_required=True,
            ),
            count("antall_hendelser", "Flere som var sammen, er én hendelse."),
            count("antall_personer", "Antall unge. Hver teller én gang i året.", is_required=True),
            count("antall_siktede", "Bare 15–17 år. Skal stå tom for de yngste."),
            count("personer_1_2", "Antall unge med 1 eller 2 forhold i året."),
            count("personer_3", "Antall unge med akkurat 3 forhold i året."),
            count("personer_4_pluss", "Antall unge med 4 eller flere forhold i året."),
            count("forhold_4_pluss", "Forhold begått av dem med 4 eller flere."),
            count("stoerste", "Det høyeste antallet på én person. Vises aldri.", is_internal=True),
            code("bosted", codes.BOSTED_ALLE, "Tom betyr Alle.", empty_means="alle"),
            code("kjoenn", codes.KJOENN_ALLE, "Tom betyr Alle.", empty_means="alle"),
            count("antall_publisert", "Tallet politiet selv har publisert, hvis det finnes."),
            day("publisert_dato", "Dagen politiet publiserte tallet."),
        ),
    )


def befolkning() -> Sheet:
    """Inhabitants by one-year ages, so that any group can be summed."""
    return Sheet(
        id="befolkning",
        name="Befolkning",
        purpose="Innbyggere per alder. Kan hentes fra Statistisk sentralbyrå.",
        filled_by="Hentes med «evaluering hent», eller fra ssb.no",
        step=0,
        key=("kommune_nr", "aar", "alder"),
        columns=(
            Column(
                "kommune_nr",
                "Kommunenummer",
                Kind.PATTERN,
                "Fire sifre.",
                is_required=True,
                pattern="[0-9]{4}",
                example="3107",
            ),
            year("Tall per 1. januar dette året."),
            whole("alder", "Alder i hele år, 0–25.", 0, 25, is_required=True),
            count("antall", "Antall innbyggere.", is_required=True),
        ),
    )
