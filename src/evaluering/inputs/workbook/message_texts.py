"""The Norwegian catalogue of messages about a workbook: one template per kind of problem.

The keys of the first part are pydantic's error types; the others are ours. `{value}` is the value
found, or «verdien» where it may not be shown; `{hidden}` then says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Template:
    """What is wrong, what to do, and what is allowed where the column does not say it.

    Attributes:
        what: A sentence that follows «Ark …, celle …: ».
        remedy: What follows «Gjør slik: ».
        allowed: What follows «Lov: »; "" when the column's own words are used, if there is one.
        is_remark: The file is accepted all the same.
    """

    what: str
    remedy: str
    allowed: str = ""
    is_remark: bool = False


_BY_PYDANTIC: Final = {
    "literal_error": Template(
        "{value} er ikke et gyldig valg{hidden}.", "velg fra listen i cellen."
    ),
    "choice_or_pattern": Template(
        "{value} er ikke et gyldig valg{hidden}.", "velg fra listen, eller skriv slik: {example}."
    ),
    "int_type": Template("{value} er ikke et helt tall{hidden}.", "skriv bare sifre."),
    "float_type": Template("{value} er ikke et tall{hidden}.", "skriv slik: {example}."),
    "finite_number": Template("{value} er ikke et tall{hidden}.", "skriv slik: {example}."),
    "date_type": Template("{value} er ikke en dato{hidden}.", "skriv slik: {example}."),
    "string_type": Template("{value} er ikke tekst{hidden}.", "skriv slik: {example}."),
    "string_pattern_mismatch": Template("{value} har feil form{hidden}.", "skriv slik: {example}."),
    "string_too_long": Template("teksten er for lang.", "kort den ned."),
    "greater_than_equal": Template("{value} er for lite eller for tidlig{hidden}.", "rett cellen."),
    "less_than_equal": Template("{value} er for stort eller for sent{hidden}.", "rett cellen."),
    "missing": Template("cellen er tom, men må fylles ut.", "fyll ut cellen, eller slett raden."),
}

_CELLS: Final = {
    "formula": Template(
        "cellen har en formel. Tallet kan være gammelt.",
        "skriv selve verdien i cellen, eller lim inn med «Bare verdier».",
    ),
    "error_cell": Template("cellen viser en feil fra Excel.", "skriv selve verdien."),
    "boolean": Template(
        "Excel har gjort verdien om til SANN eller USANN.", "velg eller skriv verdien på nytt."
    ),
    "excel_date": Template(
        "Excel har gjort verdien om til en dato eller et klokkeslett.",
        "gi cellen formatet Tekst, og skriv verdien på nytt.",
    ),
    "number_not_date": Template("{value} er et tall, ikke en dato{hidden}.", "skriv: {example}."),
    "time_in_date": Template("datoen har et klokkeslett.", "skriv bare datoen: {example}."),
    "no_such_date": Template("{value} er en dato som ikke finnes{hidden}.", "rett datoen."),
    "two_digit_year": Template("årstallet har to sifre.", "skriv året med fire sifre: {example}."),
    "approximate": Template(
        "{value} er ikke et nøyaktig tall{hidden}.",
        "skriv tallet. Er det ukjent, skriv «..» eller la cellen stå tom.",
    ),
    "interval": Template(
        "{value} er flere tall, ikke ett{hidden}.",
        "skriv ett tall. Er det ukjent, skriv «..» eller la cellen stå tom.",
    ),
    "word_number": Template("{value} er ikke et tall{hidden}.", "skriv tallet med sifre."),
    "spaced_number": Template(
        "tallet er delt med mellomrom eller punktum.", "skriv sifrene samlet, uten skilletegn."
    ),
    "decimal_point": Template("{value} har punktum{hidden}.", "skriv komma: {example}."),
    "exponent": Template("{value} er skrevet med en potens{hidden}.", "skriv alle sifrene."),
    "percent_in_count": Template(
        "cellen har en prosent, men her skal det stå et antall.",
        "skriv antallet, og gi cellen formatet Tall.",
    ),
    "bare_fraction": Template(
        "{value} kan bety to ting: mindre enn 1 prosent, eller en andel.",
        "skriv 12,5 for 12,5 prosent. Er det under 1 prosent, skriv prosenttegn: 0,5 %.",
    ),
}

_STRUCTURE: Final = {
    "unknown_sheet": Template(
        "ark nummer {number} er ukjent (navnet vises ikke her).",
        "gi arket sitt rette navn, eller slett det.",
        "arkene i den tomme arbeidsboken.",
    ),
    "sheet_twice": Template("arket finnes to ganger.", "samle radene i ett av arkene."),
    "sheet_off": Template(
        "arket har rader om personer, men er ikke slått på i parameterfilen.",
        "slett radene, eller få avklart personrader og behandlingsgrunnlag i parameterfilen.",
    ),
    "hidden_sheet": Template("arket er skjult, men har innhold.", "vis arket, eller slett det."),
    "hidden_unknown": Template(
        "ark nummer {number} er skjult og ukjent (navnet vises ikke her).",
        "vis arket og slett det.",
    ),
    "merged": Template("cellene {range} er slått sammen.", "opphev sammenslåingen."),
    "header_not_first": Template(
        "overskriftene står ikke i rad 1.", "slett radene over overskriftene."
    ),
    "two_headers": Template("arket har to rader med overskrifter.", "slett den ene av dem."),
    "no_header": Template(
        "kolonnen har innhold, men ingen overskrift.", "slett innholdet i kolonnen."
    ),
    "duplicate_header": Template("overskriften står to ganger.", "slett den ene kolonnen."),
    "unknown_column": Template(
        "{value} er en ukjent kolonne{hidden}.",
        "slett kolonnen, eller gi den sitt rette navn.",
        "{columns}.",
    ),
    "column_off": Template(
        "kolonnen er ikke slått på i parameterfilen.", "slett innholdet i kolonnen."
    ),
    "missing_column": Template(
        "kolonnen «{label}» mangler.", "legg til en kolonne med den overskriften i rad 1."
    ),
    "empty_sheet": Template(
        "arket er tomt, men tallene trengs.",
        "fyll ut arket, eller skriv «{id}» under uten_data i parameterfilen.",
    ),
    "missing_sheet": Template(
        "arket finnes ikke i arbeidsboken, men tallene trengs.",
        "legg det tilbake fra en ny arbeidsbok, eller skriv «{id}» under uten_data i "
        "parameterfilen.",
    ),
    "not_without": Template(
        "arket er fylt ut, men står under uten_data i parameterfilen.",
        "ta «{id}» bort fra uten_data, eller tøm arket.",
    ),
    "changed_form": Template(
        "teksten i cellen er ikke som i skjemaet vårt.",
        "lag skjemaet på nytt, og skriv tallene inn i det.",
    ),
    "missing_on_form": Template("cellen er tom, men må fylles ut.", "fyll ut cellen."),
    "half_approved": Template(
        "cellen er tom, men den andre halvdelen av godkjenningen er fylt ut.",
        "fyll ut både rolle og dato, eller ingen av dem.",
    ),
    "outside_form": Template(
        "det står noe utenfor feltene i skjemaet.", "slett innholdet i cellen."
    ),
}

_ROWS: Final = {
    "duplicate_key": Template(
        "raden er den samme som rad {other} ({columns}).", "slett eller rett en av radene."
    ),
    "unknown_key": Template(
        "koden finnes ikke i arket «{other}».", "rett koden, eller legg den inn i «{other}» først."
    ),
    "must_fill": Template(
        "cellen må fylles ut når {by} er «{choice}».", "fyll ut cellen, eller rett {by}."
    ),
    "must_be_empty": Template(
        "cellen skal stå tom når {by} er «{choice}».", "slett innholdet i cellen, eller rett {by}."
    ),
    "must_fill_person": Template(
        "cellen må fylles ut, slik «{by}» er i raden.", "fyll ut cellen, eller rett «{by}»."
    ),
    "must_be_empty_person": Template(
        "cellen skal stå tom, slik «{by}» er i raden.", "slett innholdet, eller rett «{by}»."
    ),
    "none_of": Template("ingen av {columns} er fylt ut.", "fyll ut én av dem."),
    "several_of": Template("mer enn én av {columns} er fylt ut.", "la bare én av dem stå."),
    "dates_fall": Template("datoen er før {by}.", "rett en av datoene."),
    "numbers_fall": Template("{high} er høyere enn {by} ({low}).", "rett ett av tallene."),
    "years_fall": Template("året er før {by}.", "rett ett av årene."),
    "outside_scale": Template(
        "nivået er utenfor målets skala (vises ikke her).",
        "rett nivået, eller skalaen i arket «Mål».",
        "−2 til 2 på den ene skalaen, 0 til 10 på den andre.",
    ),
}

_NUMBERS: Final = {
    "too_few_offences": Template(
        "{persons} ungdommer med minst 4 forhold gir minst {least} forhold; arket sier {offences}.",
        "rett ett av de to tallene.",
    ),
    "offences_without_persons": Template(
        "{offences} forhold er ført på dem med 4 eller flere, men ingen har så mange.",
        "rett ett av de to tallene.",
    ),
    "persons_above_offences": Template(
        "{persons} unge kan ikke ha gjort {offences} forhold til sammen.",
        "rett ett av de to tallene. Hver ung har minst ett forhold.",
    ),
    "too_few_in_all": Template(
        "gruppene gir minst {least} forhold til sammen; arket sier {offences}.",
        "rett antall forhold, eller gruppene.",
    ),
    "offences_without_anyone": Template(
        "arket sier {offences} forhold, men 0 unge.", "rett ett av de to tallene."
    ),
    "classes_not_total": Template(
        "1–2, 3 og 4 eller flere blir {sum} unge til sammen; arket sier {total}.",
        "rett tallene slik at summen stemmer.",
    ),
    "weighted_identity": Template(
        "de {rest} forholdene til dem med 1–2 passer ikke med {persons} unge: det må være fra "
        "{least} til {most}.",
        "sjekk antall forhold og de tre gruppene. Et forhold telles én gang per ung som var med.",
    ),
    "largest_impossible": Template(
        "det høyeste antallet på én person passer ikke med de andre tallene (vises ikke her).",
        "rett tallet, eller la cellen stå tom.",
    ),
    "parts_above_total": Template(
        "delene blir {sum}, mer enn {total} for «{whole}».", "rett tallene for {aar}."
    ),
    "parts_not_total": Template(
        "delene blir {sum}, men «{whole}» er {total}.", "rett tallene for {aar}."
    ),
    "part_above_total": Template(
        "tallet er {part}, mer enn {total} for «{whole}».", "rett tallene for {aar}."
    ),
    "step_above": Template(
        "tallet er {part}, mer enn {total} for «{whole}» samme år.", "rett ett av tallene."
    ),
    "follow_up_sum": Template(
        "de fire gruppene fra i fjor blir {sum}; nevneren er {total}.", "rett tallene for {aar}."
    ),
    "follow_up_base": Template(
        "nevneren er {told}, men {other} i en annen rad for samme unge.",
        "bruk samme nevner i alle fire radene.",
    ),
    "attended_above": Template(
        "{sum} tjenester deltok, men {total} virksomheter var til stede.", "rett raden."
    ),
    "invited_above": Template(
        "{sum} tjenester er ført som invitert, men {total} virksomheter var det.", "rett raden."
    ),
    "attended_cancelled": Template(
        "møtet ble ikke holdt, men noen er ført som til stede.", "rett raden."
    ),
    "after_period": Template(
        "{value} er utenfor perioden evalueringen gjelder{hidden}.",
        "rett året, eller slett raden.",
        "{first}–{last}.",
    ),
    "differs_from_rows": Template(
        "arket sier {count}; radene i «{other}» gir {rows}.", "rett det som er feil."
    ),
    "differs_from_form": Template(
        "arket sier {count}; politiskjemaet sier {form}.", "rett det som er feil."
    ),
    "far_from_last_year": Template(
        "{now} er langt fra {before} året før.",
        "se over tallet. Er det riktig, kan det stå.",
        is_remark=True,
    ),
}

_CASES: Final = {
    "before_baseline": Template(
        "målingen er fra før målet ble satt.", "rett datoen her eller i arket «Mål»."
    ),
    "withdrawn_first": Template(
        "samtykket er trukket før det er gitt.",
        "rett datoen, eller legg inn raden der samtykket ble gitt.",
    ),
    "opposite_same_day": Template(
        "to ulike hendelser fra samme part på samme dag (rad {other}).",
        "la bare den siste hendelsen den dagen stå.",
    ),
    "no_consent": Template(
        "saken har ikke gyldig samtykke på skjæringsdatoen.",
        "registrer samtykket i arket «Samtykke». Saken er ellers bare med i antall saker.",
        is_remark=True,
    ),
}

CATALOGUE: Final[Mapping[str, Template]] = {
    **_BY_PYDANTIC,
    **_CELLS,
    **_STRUCTURE,
    **_ROWS,
    **_NUMBERS,
    **_CASES,
}
# Where it helps to be told what the column takes; a sum that is wrong is mended otherwise.
TELLS_ALLOWED: Final = frozenset(
    (*_BY_PYDANTIC, *_CELLS, "must_fill", "must_fill_person", "missing_on_form", "half_approved")
)
