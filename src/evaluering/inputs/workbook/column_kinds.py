"""Short ways to declare a column, with the limits every column of that kind has."""

from __future__ import annotations

from datetime import date
from typing import Final

from evaluering.inputs.workbook.codes import BARE_JA, JA_NEI
from evaluering.inputs.workbook.columns import CodeList, Column, Kind, label_of_name

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
FIRST_DAY: Final = date(FIRST_YEAR, 1, 1)
LAST_DAY: Final = date(LAST_YEAR, 12, 31)
# Seven digits: no count of a municipality is larger, and nothing longer can be a count.
MAX_COUNT: Final = 9_999_999

# Where the ASCII name is not the heading.
_LABELS: Final = {
    "forhold_id": "Forhold nr.",
    "person_kode": "Person",
    "aar": "År",
    "maaned": "Måned",
    "hendelse_id": "Hendelse",
    "fylt_18": "Fyller 18 året etter",
    "antall_siktede": "Siktede (15–17 år)",
    "personer_1_2": "Med 1–2 forhold",
    "personer_4_pluss": "Med 4 eller flere",
    "forhold_4_pluss": "Forhold begått av dem",
    "stoerste": "Flest forhold på én person",
    "antall_publisert": "Politiets eget publiserte tall",
    "sak_id": "Sak",
    "dato_aapnet": "Åpnet",
    "dato_avsluttet": "Avsluttet",
    "spurt": "Spurt om samtykke",
    "samarbeidsmoeter": "Samarbeidsmøter i året",
    "part": "Fra hvem",
    "tilstand": "Samtykke",
    "nye_barn": "Nye barn i året",
    "barn_31_12": "Barn 31. desember",
    "doegn": "Døgn",
    "maal_id": "Mål",
    "utgangspunkt": "Nivå ved start",
    "oensket_nivaa": "Ønsket nivå",
    "planlagt_maaling": "Skal måles",
    "nivaa_beskrevet": "Alle nivåer er beskrevet",
    "skaar": "Nivå",
    "tiltak_id": "Tiltak",
    "aarsak": "Hvorfor ikke",
    "som_planlagt": "Gjennomført som planlagt",
    "antall_mottakere": "Personer nådd",
    "antall_maalgruppe": "Personer i målgruppen",
    "krever": "Hva skal til",
    "inviterte": "Inviterte virksomheter",
    "vedtak_id": "Vedtak",
    "ingen_omtalt": "Ingen enkeltperson er omtalt",
    "skole_kode": "Skole",
    "sammenlignbar": "Kan sammenlignes med forrige",
    "kommune_nr": "Kommunenummer",
}


def _label(name: str, label: str) -> str:
    return label or _LABELS.get(name) or label_of_name(name)


def year(help: str, *, name: str = "aar", label: str = "", is_required: bool = True) -> Column:
    """A year of four digits."""
    return Column(
        name,
        _label(name, label),
        Kind.WHOLE,
        help,
        is_required,
        minimum=FIRST_YEAR,
        maximum=LAST_YEAR,
        example="2026",
    )


def count(name: str, help: str, *, is_required: bool = False, is_internal: bool = False) -> Column:
    """A number counted: whole, from 0. An empty cell is missing, never zero."""
    return whole(
        name, help, 0, MAX_COUNT, is_required=is_required, is_internal=is_internal, example="12"
    )


def whole(
    name: str,
    help: str,
    minimum: int,
    maximum: int,
    *,
    is_required: bool = False,
    is_internal: bool = False,
    example: str = "",
) -> Column:
    """A whole number between two limits."""
    return Column(
        name,
        _label(name, ""),
        Kind.WHOLE,
        help,
        is_required,
        minimum=minimum,
        maximum=maximum,
        example=example or str(maximum),
        is_internal=is_internal,
    )


def percent(name: str, help: str) -> Column:
    """A percentage 0–100, decimals allowed."""
    return Column(name, _label(name, ""), Kind.NUMBER, help, minimum=0, maximum=100, example="12,5")


def day(
    name: str, help: str, *, label: str = "", is_required: bool = False, is_internal: bool = False
) -> Column:
    """The date of an event."""
    return Column(
        name,
        _label(name, label),
        Kind.DATE,
        help,
        is_required,
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        example="15.03.2026",
        is_internal=is_internal,
    )


def code(
    name: str,
    codes: CodeList,
    help: str,
    *,
    label: str = "",
    is_required: bool = False,
    empty_means: str = "",
    pattern: str = "",
    example: str = "",
) -> Column:
    """A value from a closed list; with `pattern`, or a text of that form."""
    return Column(
        name,
        _label(name, label),
        Kind.CODE,
        help,
        is_required,
        codes=codes,
        empty_means=empty_means,
        pattern=pattern,
        example=example or codes.labels[0],
    )


def yes_no(
    name: str,
    help: str,
    *,
    label: str = "",
    is_required: bool = False,
    codes: CodeList = JA_NEI,
) -> Column:
    """Yes or no."""
    return Column(
        name, _label(name, label), Kind.YES_NO, help, is_required, codes=codes, example="Ja"
    )


def confirmation(name: str, help: str) -> Column:
    """A yes that must be there."""
    return yes_no(name, help, is_required=True, codes=BARE_JA)


def numbered(
    name: str,
    letter: str,
    digits: str,
    help: str,
    *,
    is_required: bool = False,
    refers_to: tuple[str, str] | None = None,
    rekey: str = "",
    is_opt_in: bool = False,
) -> Column:
    """A code of a letter and a number: S-001.

    Args:
        name: The ASCII name.
        letter: The letter before the hyphen.
        digits: How many digits: the content of a regular expression's braces, `3,4`.
        help: What to write.
        is_required: Every used row has one.
        refers_to: The sheet and column it must be found in.
        rekey: `politi` or `sak` for codes of persons and cases.
        is_opt_in: Only where params allow it.
    """
    length = int(digits.split(",", maxsplit=1)[0])
    return Column(
        name,
        _label(name, ""),
        Kind.PATTERN,
        help,
        is_required,
        pattern=rf"{letter}-[0-9]{{{digits}}}",
        example=f"{letter}-{1:0{length}d}",
        refers_to=refers_to,
        rekey=rekey,
        is_opt_in=is_opt_in,
    )


def text(name: str, help: str, max_length: int) -> Column:
    """Free text. Only «Vurdering» has one."""
    return Column(name, _label(name, ""), Kind.TEXT, help, is_required=True, max_length=max_length)
