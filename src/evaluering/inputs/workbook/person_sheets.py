"""The sheets with rows about persons: off until params switch them on with role, date and basis."""

from __future__ import annotations

from typing import Final

from evaluering.inputs.workbook import codes
from evaluering.inputs.workbook.column_kinds import (
    code,
    count,
    day,
    numbered,
    whole,
    year,
    yes_no,
)
from evaluering.inputs.workbook.columns import Column, Conditional, Scale, Sheet
from evaluering.plan import Plan

# Police and case codes get different labels, so that the two can never be joined by themselves.
POLICE: Final = "politi"
CASE: Final = "sak"
_LOWEST: Final = min(lowest for lowest, _ in codes.SCALES.values())
_HIGHEST: Final = max(highest for _, highest in codes.SCALES.values())


def forhold() -> Sheet:
    """Offences, one row per young person taking part. Inside the police's own zone only."""
    return Sheet(
        id="forhold",
        name="Forhold",
        purpose="Ett forhold og én ungdom per rad. Bare inne hos politiet.",
        filled_by="Politiet",
        step=4,
        is_person_rows=True,
        key=("forhold_id",),
        must_fill=(Conditional("siktet", "aldersgruppe", ("15_17",)),),
        must_be_empty=(Conditional("siktet", "aldersgruppe", ("under_15",)),),
        ascending=(("aar", "aar_registrert"),),
        columns=(
            numbered(
                "forhold_id",
                "F",
                "4,6",
                "Ett nummer per rad. To som var sammen, får hver sin rad.",
                is_required=True,
                rekey=POLICE,
            ),
            numbered(
                "person_kode",
                "P",
                "4,6",
                "En kode, aldri navn eller fødselsnummer.",
                is_required=True,
                rekey=POLICE,
            ),
            year("Året det skjedde.", label="År det skjedde"),
            whole("maaned", "Måneden det skjedde, 1–12.", 1, 12),
            year("Året det ble registrert.", name="aar_registrert", is_required=False),
            code(
                "aldersgruppe",
                codes.ALDER_FORHOLD,
                "Alder da det skjedde.",
                label="Alder da det skjedde",
                is_required=True,
            ),
            code("kategori", codes.KATEGORI, "Type lovbrudd.", label="Type", is_required=True),
            yes_no("siktet", "Må fylles ut for 15–17 år. Skal stå tom for de yngste."),
            numbered(
                "hendelse_id",
                "H",
                "4,6",
                "Samme nummer for dem som var sammen.",
                rekey=POLICE,
            ),
            code("bosted", codes.BOSTED, "Hvor ungdommen bor."),
            code("kjoenn", codes.KJOENN, "Kjønn."),
            yes_no("fylt_18", "Fyller ungdommen 18 år året etter?"),
        ),
    )


def saker(plan: Plan) -> Sheet:
    """Cases, one row each."""
    return Sheet(
        id="saker",
        name="Saker",
        purpose="Saker det samarbeides om, med saksnummer og datoer. Ingen navn.",
        filled_by="Tjenestene, samlet av SLT-koordinator",
        step=2,
        is_person_rows=True,
        key=("sak_id",),
        must_be_empty=(Conditional("dato_avsluttet", "status", ("aapen",)),),
        ascending=(("dato_aapnet", "dato_avsluttet"),),
        columns=(
            numbered(
                "sak_id", "S", "3,4", "Et løpenummer dere gir selv.", is_required=True, rekey=CASE
            ),
            day("dato_aapnet", "Dagen saken ble åpnet.", is_required=True, is_internal=True),
            day("dato_avsluttet", "Dagen saken ble avsluttet.", is_internal=True),
            code("aldersgruppe", codes.ALDER_SAK, "Alder da saken ble åpnet.", is_required=True),
            code("status", codes.SAK_STATUS, "Status nå.", is_required=True),
            code(
                "koordinator",
                codes.coordinators(plan),
                "Tjenesten som koordinerer saken.",
                label="Hvem koordinerer",
                is_required=True,
            ),
            yes_no("spurt", "Er noen spurt om samtykke?"),
            count("samarbeidsmoeter", "Antall møter i saken i året."),
            numbered(
                "person_kode",
                "P",
                "4,6",
                "Bare når det er bestemt i parameterfilen.",
                rekey=POLICE,
                is_opt_in=True,
            ),
        ),
    )


def samtykke() -> Sheet:
    """Consent as dated events: the last one on or before a day is what holds that day."""
    return Sheet(
        id="samtykke",
        name="Samtykke",
        purpose="Én rad hver gang et samtykke gis, ikke gis eller trekkes.",
        filled_by="Den som har saken",
        step=2,
        is_person_rows=True,
        key=("sak_id", "part", "dato"),
        columns=(
            _case(),
            code("part", codes.PART, "Hvem samtykket er fra.", is_required=True),
            code("tilstand", codes.TILSTAND, "Hva som skjedde.", is_required=True),
            day("dato", "Dagen det skjedde.", is_required=True, is_internal=True),
            code("skjema", codes.SKJEMA, "Hvilket skjema som ble brukt."),
        ),
    )


def tjenester(plan: Plan) -> Sheet:
    """Other services in a case."""
    return Sheet(
        id="tjenester",
        name="Tjenester",
        purpose="Hvilke tjenester som er med i saken, og fra når.",
        filled_by="Den som har saken",
        step=2,
        is_person_rows=True,
        key=("sak_id", "tjeneste", "fra_dato"),
        ascending=(("fra_dato", "til_dato"),),
        columns=(
            _case(),
            code("tjeneste", codes.services(plan), "Tjenesten.", is_required=True),
            code("rolle", codes.ROLLE_I_SAK, "Hva tjenesten gjør i saken."),
            day("fra_dato", "Dagen tjenesten kom inn.", is_required=True, is_internal=True),
            day("til_dato", "Dagen tjenesten gikk ut.", is_internal=True),
        ),
    )


def maal() -> Sheet:
    """Individual goals. The goal's text is never entered."""
    return Sheet(
        id="maal",
        name="Mål",
        purpose="Mål i enkeltsaker: område, skala og nivå. Målets tekst skrives aldri her.",
        filled_by="Den som har saken, sammen med ungdommen",
        step=3,
        is_person_rows=True,
        key=("maal_id",),
        must_fill=(Conditional("oensket_nivaa", "skala", ("gbo_10",)),),
        must_be_empty=(Conditional("oensket_nivaa", "skala", ("gas_5",)),),
        ascending=(("satt_dato", "planlagt_maaling"),),
        scales=(Scale("utgangspunkt", "skala"), Scale("oensket_nivaa", "skala")),
        columns=(
            numbered("maal_id", "M", "3,4", "Et løpenummer per mål.", is_required=True, rekey=CASE),
            _case(),
            code("omraade", codes.MAALOMRAADE, "Hva målet handler om.", is_required=True),
            code("skala", codes.SKALA, "Skalaen målet måles på.", is_required=True),
            day(
                "satt_dato",
                "Dagen målet ble satt, før arbeidet starter.",
                is_required=True,
                is_internal=True,
            ),
            code("satt_av", codes.SATT_AV, "Hvem som satte målet.", is_required=True),
            whole(
                "utgangspunkt",
                "Nivået før arbeidet startet. Må ligge på skalaen.",
                _LOWEST,
                _HIGHEST,
                is_required=True,
                example="0",
            ),
            whole(
                "oensket_nivaa",
                "Bare for skalaen 0 til 10. Tom for −2 til 2.",
                _LOWEST,
                _HIGHEST,
                example="8",
            ),
            day("planlagt_maaling", "Dagen målet skal måles.", is_required=True, is_internal=True),
            yes_no("nivaa_beskrevet", "Er det skrevet ned hva hvert nivå betyr?", is_required=True),
            whole("vekt", "1–3. La alle stå tomme når målene teller likt.", 1, 3),
        ),
    )


def maalinger() -> Sheet:
    """Dated scores of the goals."""
    return Sheet(
        id="maalinger",
        name="Målinger",
        purpose="Nivået på hvert mål, hver gang det måles.",
        filled_by="Den som har saken, sammen med ungdommen",
        step=3,
        is_person_rows=True,
        follows="maal",
        key=("maal_id", "dato", "vurdert_av"),
        scales=(Scale("skaar", "skala", via="maal_id"),),
        columns=(
            numbered(
                "maal_id",
                "M",
                "3,4",
                "Målet fra arket «Mål».",
                is_required=True,
                refers_to=("maal", "maal_id"),
                rekey=CASE,
            ),
            day("dato", "Dagen det ble målt.", is_required=True, is_internal=True),
            code("vurdert_av", codes.SATT_AV, "Hvem som vurderte.", is_required=True),
            whole(
                "skaar", "Nivået på målets skala.", _LOWEST, _HIGHEST, is_required=True, example="1"
            ),
            code("fase", codes.FASE, "Før, under eller etter arbeidet."),
        ),
    )


def _case() -> Column:
    return numbered(
        "sak_id",
        "S",
        "3,4",
        "Saksnummeret fra arket «Saker».",
        is_required=True,
        refers_to=("saker", "sak_id"),
        rekey=CASE,
    )
