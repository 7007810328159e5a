"""The fixed grammar: a finding in, the same Norwegian sentences out, every time.

Nothing is computed and nothing decided here. A verdict paragraph has its parts in one order: label,
result, interval, what could have been seen, reservation. The words behind the codes stand in
`display.wording`, the tests of the language in `display.language`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from evaluering.display.numbers import (
    NBSP,
    fmt_count,
    fmt_interval,
    fmt_month,
    fmt_number,
    fmt_percent,
    fmt_period,
    fmt_points,
    fmt_quantity,
    fmt_rate,
    fmt_ratio,
    fmt_year,
    written,
)
from evaluering.display.trace import note
from evaluering.display.wording import (
    BREAKS,
    CASE_WORDS,
    COMPARISON_LABELS,
    DIRECTION_LABELS,
    FIRST_FIGURES,
    LABELS,
    NEXT_DATUM,
    REFUSAL_HEADINGS,
    RESERVATIONS,
    SHARE_OF,
)
from evaluering.errors import EvalueringError, explain
from evaluering.model import Finding, Value, Verdict

CAUSE: Final = "Tallene viser hva som har endret seg, ikke hva som er årsaken."
QUALITY: Final = "Tallene sier noe om omfang og aktivitet, men lite om kvalitet i arbeidet."
REPORTED: Final = (
    "Registrerte forhold avhenger også av hva som blir anmeldt, og hva politiet prioriterer."
)
PERSON_NOISE: Final = (
    "Én person kan stå for mange forhold. Usikkerheten er derfor regnet ut fra antall personer."
)
WITHHELD: Final = "Tallet kunne ha pekt ut enkeltpersoner. Det betyr ikke at det er null."
EXPLORED: Final = "Dette var ikke valgt ut på forhånd som indikator."
HIDDEN: Final = "Tall som kunne ha pekt ut enkeltpersoner, er skjult."
ROUNDED: Final = "Tallene er avrundet hver for seg."
NO_DECISIONS: Final = "Ingen vedtak er meldt inn."
LINKED: Final = "Usikkerheten kan være større enn vist, fordi flere kan ha vært sammen."
GOALS: Final = (
    "Målene er satt i hver sak. Tallene viser måloppnåelse, ikke hva hvert tiltak har betydd."
)

_WORDS_TO_TWELVE: Final = tuple(
    "null én to tre fire fem seks sju åtte ni ti elleve tolv".split()  # noqa: SIM905 - short
)

_T = TypeVar("_T")

_COMPARED: Final = frozenset({"survey_comparison", "municipalities"})
# Pupils in lower and upper secondary: Oslo, the largest, has about 40 000; few have 10 000.
_MORE_THAN_ANY: Final = 50_000
_MORE_THAN_MOST: Final = 10_000
SURVEY_KINDS: Final = frozenset({"survey_published", "survey_change"})
_COUNTED: Final = frozenset({"indicator", "count_change"})
_NOT_POLICE: Final = frozenset({"samarbeid", "tjenester", "plasseringer"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A verdict in words: the label that opens it, and the sentences after it."""

    label: str
    sentences: tuple[str, ...]

    def text(self) -> str:
        """The whole paragraph as running text."""
        return " ".join([f"{self.label}.", *self.sentences])


def heading(finding: Finding) -> str:
    """The answer as a heading: `{topic}: {verdict} {from–to}`."""
    return f"{finding.topic}: {verdict_words(finding)}{_years(finding)}"


def label(finding: Finding) -> str:
    """The label in bold that opens the paragraph, such as «Trolig økning»."""
    verdict = _verdict(finding)
    if finding.reason in FIRST_FIGURES:
        return FIRST_FIGURES[finding.reason].capitalize()
    if finding.kind in _COMPARED and verdict in COMPARISON_LABELS:
        return COMPARISON_LABELS[verdict]
    if verdict in LABELS:
        return LABELS[verdict]
    word = DIRECTION_LABELS[finding.direction]
    return f"Trolig {word.lower()}" if verdict is Verdict.PROBABLE else word


def verdict_words(finding: Finding) -> str:
    """The verdict as it stands in a heading, in small letters."""
    if finding.verdict is Verdict.NOT_ASSESSED:
        return _lookup(REFUSAL_HEADINGS, finding.refusal)
    return label(finding).lower()


def paragraph(finding: Finding) -> Paragraph:
    """The verdict paragraph of a finding that has a verdict.

    Raises:
        EvalueringError: The finding has no verdict, or lacks a value its sentence needs.
    """
    verdict = _verdict(finding)
    if verdict is Verdict.WITHHELD:
        return Paragraph(label(finding), (_withheld(finding),))
    if verdict is Verdict.MISSING:
        return Paragraph(label(finding), _missing(finding))
    if verdict is Verdict.NOT_ASSESSED:
        return Paragraph(label(finding), _not_assessed(finding))
    grammar = _GRAMMAR.get(finding.kind)
    if grammar is None:
        raise EvalueringError(
            f"Funn av typen «{finding.kind}» har ingen setning.", where=finding.id
        )
    return Paragraph(label(finding), tuple(grammar(finding)))


def headline(finding: Finding) -> list[str]:
    """A count or a share of cases on the first screen: the figure, and how sure it is."""
    verdict = _verdict(finding)
    if verdict is Verdict.WITHHELD:
        return []
    if verdict is Verdict.MISSING:
        is_count = "count_to" in finding.values
        if is_count:
            return [f"Tallet var {_count(finding.values['count_to'])}."]
        return ["Det er første år med tall."] if "nevner_to" in finding.values else []
    if verdict is Verdict.NOT_ASSESSED:
        return _went(finding)
    if "nevner_to" in finding.values:
        shares = [_share(finding, f"share_{end}") for end in ("from", "to")]
        went = f"{label(finding)}: andelen gikk fra {shares[0]} til {shares[1]} prosent."
        return [went, _points_interval(finding)]
    before, after = _count(finding.values["count_from"]), _count(finding.values["count_to"])
    return [f"Tallet gikk fra {before} til {after}.", *_ratio_interval(finding)]


def next_datum(finding: Finding) -> str:
    """«Dette ville avgjort det: …», or an empty text where no number could."""
    if not finding.next_datum:
        return ""
    datum = _lookup(NEXT_DATUM, finding.next_datum)
    return f"Dette ville avgjort det: {datum.number}, fra {datum.holder}."


def same_direction(agreeing: int, total: int) -> str:
    """How many questions point the same way: «{k} av {m} spørsmål peker samme vei»."""
    many = in_words(agreeing, neuter=True).capitalize()
    return f"{many} av {in_words(total, neuter=True)} spørsmål peker samme vei."


def missing_years(years: Sequence[int], holder: str) -> str:
    """The sentence of missing years: «Vi har ikke fått tall for 2019 fra Ungdata»."""
    return f"Vi har ikke fått tall for {listed([fmt_year(year) for year in years])} fra {holder}."


def in_words(number: int, *, neuter: bool = False) -> str:
    """A number up to twelve in words, above that in digits: 5 → «fem», 26 → «26».

    Args:
        number: A count.
        neuter: The noun is «et»: «ett spørsmål», but «én skole».
    """
    if number == 1 and neuter:
        return note("ett", number)
    if 0 <= number < len(_WORDS_TO_TWELVE):
        return note(_WORDS_TO_TWELVE[number], number)
    return fmt_count(number)


def listed(items: Sequence[str]) -> str:
    """Items as running text: «a, b og c»."""
    if len(items) < 2:  # noqa: PLR2004 - two items are the first that need an «og»
        return "".join(items)
    return f"{', '.join(items[:-1])} og {items[-1]}"


# The grammar of each kind -------------------------------------------------------------------------


def _published(finding: Finding) -> list[str]:
    """Two published percentages, weighed against rounding and drift between schools."""
    first, last = _share(finding, "share_from"), _share(finding, "share_to")
    if finding.verdict is Verdict.CLEAR:
        said = (
            f"Endringen fra {first} til {last} prosent er større enn tilfeldig variasjon, også når "
            "vi regner forsiktig med avrunding og forskjeller mellom skoler."
        )
        return [said, *_needed_answers(finding)]
    if finding.verdict is Verdict.PROBABLE:
        return [*_probable(finding), *_needed_answers(finding)]
    return [
        "Tallene er avrundet til hele prosent.",
        f"Endringen fra {first} til {last} prosent kan skyldes avrunding og tilfeldig variasjon.",
        *_needed_answers(finding),
        "Med antall svar per skole kan vi si mer.",
    ]


def _needed_answers(finding: Finding) -> list[str]:
    """Where the number of answers is a declared lower bound, say what the verdict needs."""
    bound = finding.values.get("answers_at_least")
    if bound is None:
        return []
    needed = finding.values.get("smallest_n")
    why = _text(finding, "answers_reason").rstrip(".")
    known = (
        f"Vi vet ikke hvor mange som svarte, men det var minst {_count(bound)} hvert år. "
        f"Grunnen er: {why}."
    )
    if needed is None:
        return [known, "Ingen antall svar kan veie opp for avrundingen."]
    return [known, f"For å være sikre trenger vi minst {_count(needed)} svar hvert år."]


def _survey(finding: Finding) -> list[str]:
    """A change with schools known; says so where a few large schools decide."""
    said = _between_schools(finding)
    return [*said, explain("dominated")] if finding.values.get("is_dominated") else said


def _between_schools(finding: Finding) -> list[str]:
    """The noise is the drift between schools and cohorts."""
    first, last = _share(finding, "share_from"), _share(finding, "share_to")
    interval = _points_interval(finding)
    if finding.verdict is Verdict.CLEAR:
        many = "Flere" if finding.direction == "up" else "Færre"
        said = [
            f"{many} {_text(finding, 'handling')}: fra {first} prosent i "
            f"{_year(finding, 'year_from')} til {last} prosent i {_year(finding, 'year_to')}.",
            "Endringen er større enn det tilfeldig variasjon mellom skoler og elever kan forklare.",
            interval,
        ]
        if finding.reason == "within_margin":
            said.append(f"Endringen er likevel mindre enn {_margin(finding)}.")
        return said
    if finding.verdict is Verdict.PROBABLE:
        return [*_probable(finding), interval]
    if finding.verdict is Verdict.STABLE:
        return [
            f"Andelen er stabil: {first} prosent i {_year(finding, 'year_from')} og {last} prosent "
            f"i {_year(finding, 'year_to')}.",
            f"En endring på {_margin(finding)} eller mer kan vi se bort fra.",
            _points_interval(finding, level=90),
        ]
    said = [f"Andelen gikk fra {first} til {last} prosent."]
    if finding.reason == "family":
        said.append(
            "Sett alene er forskjellen større enn tilfeldig variasjon, men ikke når vi tar hensyn "
            f"til at vi har sett på {in_words(int(_float(finding, 'family_size')))} spørsmål."
        )
    elif finding.reason == "schools_uneven":
        said.append(
            "Sett alene er forskjellen større enn tilfeldig variasjon, men ikke når vi tar hensyn "
            "til at skolene er svært ulike."
        )
    else:
        said.append("Forskjellen kan ikke skilles fra tilfeldig variasjon.")
        return [*said, interval, *_could_have_seen(finding)]
    return [*said, interval]


def _could_have_seen(finding: Finding) -> list[str]:
    smallest = finding.values.get("smallest_detectable")
    if smallest is None:
        return []
    return [
        f"Endringen måtte ha vært på omtrent {fmt_points(_number(smallest))} for at vi skulle ha "
        "oppdaget den."
    ]


def _probable(finding: Finding) -> list[str]:
    more = "flere" if finding.direction == "up" else "færre"
    return [
        f"Det er trolig {more} som {_text(finding, 'handling')}: fra "
        f"{_share(finding, 'share_from')} til {_share(finding, 'share_to')} prosent.",
        f"Vi er ikke sikre, fordi {reservation(finding)}.",
    ]


def _counts(finding: Finding) -> list[str]:
    """A yearly count: the unit of noise is the person."""
    before, after = _count(finding.values["count_from"]), _count(finding.values["count_to"])
    went = f"Tallet gikk fra {before} til {after}."
    if finding.verdict is Verdict.CLEAR:
        return [
            f"Tallet gikk fra {before} i {_year(finding, 'year_from')} til {after} i "
            f"{_year(finding, 'year_to')}.",
            "Endringen er større enn tilfeldig variasjon mellom ungdommene kan forklare.",
            *_ratio_interval(finding),
        ]
    if finding.verdict is Verdict.PROBABLE:
        unsure = f"Vi er ikke sikre, fordi {reservation(finding)}."
        return [went, unsure, *_ratio_interval(finding)]
    if finding.verdict is Verdict.STABLE:
        return [
            f"Antallet er stabilt: {before} i {_year(finding, 'year_from')} og {after} i "
            f"{_year(finding, 'year_to')}.",
            *_ratio_interval(finding, level=90),
        ]
    return [
        went,
        "Forskjellen kan ikke skilles fra tilfeldig variasjon.",
        *_ratio_interval(finding),
        *_count_could_have_seen(finding),
    ]


def _indicator(finding: Finding) -> list[str]:
    """An indicator of the plan: cases of cases, a sum of years, or one year against another."""
    if "nevner_to" in finding.values:
        return _cases(finding)
    if "year_now_first" in finding.values:
        return _sums(finding)
    return _counts(finding)


def _cases(finding: Finding) -> list[str]:
    """A share of the year's new cases: the case is the unit of noise."""
    first, last = _share(finding, "share_from"), _share(finding, "share_to")
    between = _points_interval(finding)
    went = f"Andelen gikk fra {first} til {last} prosent."
    if finding.verdict is Verdict.CLEAR:
        return [
            of_cases(finding),
            f"Andelen gikk fra {first} prosent i {_year(finding, 'year_from')} til {last} prosent "
            f"i {_year(finding, 'year_to')}.",
            "Endringen er større enn tilfeldig variasjon mellom sakene kan forklare.",
            between,
        ]
    if finding.verdict is Verdict.PROBABLE:
        unsure = f"Vi er ikke sikre, fordi {reservation(finding)}."
        return [of_cases(finding), went, unsure, between]
    if finding.verdict is Verdict.STABLE:
        return [of_cases(finding), went, _points_interval(finding, level=90)]
    return [
        of_cases(finding),
        went,
        "Forskjellen kan ikke skilles fra tilfeldig variasjon.",
        between,
        *_cases_could_have_seen(finding),
    ]


def of_cases(finding: Finding) -> str:
    """«I 32 av 47 nye saker er det gitt samtykke til samarbeid», for the year evaluated."""
    part, total = _count(finding.values["teller_to"]), _count(finding.values["nevner_to"])
    cases = "ny sak" if _float(finding, "nevner_to") == 1 else "nye saker"
    what = _lookup(CASE_WORDS, finding.section)
    return f"I {part} av {total} {cases} {what} i {_year(finding, 'year_to')}."


def share_of(finding: Finding) -> str:
    """What a share is of, after «andel av»."""
    return SHARE_OF.get(finding.id, "nye saker")


def beside(finding: Finding) -> list[str]:
    """What stands beside a count's verdict: three years together, and another group."""
    values = finding.values
    said: list[str] = []
    if "trend_is_clear" in values:
        span = fmt_period(_whole(finding, "year_trend_first"), _whole(finding, "year_to"))
        found = (
            "større enn tilfeldig variasjon kan forklare"
            if values["trend_is_clear"]
            else "ikke til å skille fra tilfeldig variasjon"
        )
        said.append(f"Sett over årene {span} er utviklingen {found}.")
    if "older_ratio" in values and "ratio" in values:
        own = fmt_ratio(_float(finding, "ratio"))
        other = fmt_ratio(_float(finding, "older_ratio"))
        differs = (
            "er større enn tilfeldig variasjon kan forklare"
            if values.get("older_is_clear")
            else "kan ikke skilles fra tilfeldig variasjon"
        )
        said.append(
            f"Under 15 år var det {own} ganger så mange forhold som året før, og blant dem på "
            f"15–17 år {other} ganger så mange. Forskjellen {differs}."
        )
    return said


def residents(finding: Finding) -> list[str]:
    """How many who live here are not registered, then how many are."""
    values = finding.values
    if not {"inhabitants", "residents", "rate", "rate_lower", "rate_upper"} <= values.keys():
        return []
    everybody, some = _float(finding, "inhabitants"), _float(finding, "residents")
    limits = fmt_interval(_float(finding, "rate_lower"), _float(finding, "rate_upper"), kind="rate")
    return [
        f"I {_year(finding, 'year_to')} bodde det {_count(everybody)} i alderen 10–17 år i "
        f"kommunen. {_count(everybody - some)} av dem er ikke registrert. {_count(some)} er det: "
        f"{fmt_rate(_float(finding, 'rate'))} ({interval_words()}: {limits})."
    ]


def _cases_could_have_seen(finding: Finding) -> list[str]:
    low, high = finding.values.get("at_most"), finding.values.get("at_least")
    bounds = [f"{_count(high)} eller flere"] if high is not None else []
    bounds += [_or_fewer(low)] if low is not None else []
    if not bounds:
        return []
    total = _count(finding.values["nevner_to"])
    return [
        f"Det måtte ha vært {', eller '.join(bounds)}, av de {total} sakene, for at vi kunne si at "
        "det er en endring."
    ]


def _sums(finding: Finding) -> list[str]:
    """Counts so small that sums over years are compared."""
    before, after = _count(finding.values["count_from"]), _count(finding.values["count_to"])
    now = fmt_period(_whole(finding, "year_now_first"), _whole(finding, "year_to"))
    then = fmt_period(_whole(finding, "year_before_first"), _whole(finding, "year_before_last"))
    said = [
        f"Tallene er så små at vi viser summen for {now}.",
        f"Summen gikk fra {before} i {then} til {after} i {now}.",
    ]
    if finding.verdict is Verdict.CLEAR:
        said.append("Endringen er større enn tilfeldig variasjon kan forklare.")
    elif finding.verdict is Verdict.PROBABLE:
        said.append(f"Vi er ikke sikre, fordi {reservation(finding)}.")
    elif finding.verdict is Verdict.UNCLEAR:
        said.append("Forskjellen kan ikke skilles fra tilfeldig variasjon.")
    level = 90 if finding.verdict is Verdict.STABLE else 95
    said += _ratio_interval(finding, level=level)
    return [*said, *_count_could_have_seen(finding)] if finding.verdict is Verdict.UNCLEAR else said


def _count_could_have_seen(finding: Finding) -> list[str]:
    low, high = finding.values.get("at_most"), finding.values.get("at_least")
    if high is None:
        return []
    either = f"{_count(high)} eller flere"
    if low is not None:
        either += f", eller {_or_fewer(low)}"
    return [f"Det måtte ha vært {either}, for at vi kunne si at det er en endring."]


def _or_fewer(low: Value) -> str:
    """Nothing is fewer than none."""
    return f"{_count(low)} eller færre" if _number(low) else _count(low)


def _municipalities(finding: Finding) -> list[str]:
    """Our change among that of enough municipalities: every one of them plays our part once."""
    others = f"de {in_words(int(_float(finding, 'J')))} andre kommunene"
    if finding.verdict is Verdict.PROBABLE:
        return [
            f"Endringen her er trolig uvanlig stor, sett ved siden av {others}.",
            f"Vi er ikke sikre, fordi {reservation(finding)}.",
        ]
    return [f"Endringen her kan ikke skilles fra vanlige svingninger i {others}."]


def _comparison(finding: Finding) -> list[str]:
    """Our change beside a reference's, or our place among other municipalities."""
    said = compared(finding)
    if finding.verdict is Verdict.PROBABLE:
        return [*said, f"Vi er ikke sikre, fordi {reservation(finding)}."]
    low, high = finding.values.get("lower"), finding.values.get("upper")
    if low is not None and high is not None and _number(low) * _number(high) > 0:
        return [
            *said,
            "Sett alene er forskjellen større enn tilfeldig variasjon, men ikke når vi regner med "
            "avrunding og med at vi har sammenlignet flere spørsmål.",
        ]
    return [*said, "Forskjellen kan ikke skilles fra tilfeldig variasjon."]


def compared(finding: Finding) -> list[str]:
    """The changes put beside each other, with the interval where it is known."""
    values = finding.values
    own = f"Her {_moved(_float(finding, 'change_own'), 'andelen')}."
    if "reference" not in values:
        above, others = int(_float(finding, "above")), int(_float(finding, "J"))
        return [
            own,
            f"Blant de andre kommunene er økningen større i {in_words(above)} av "
            f"{in_words(others)}.",
        ]
    moved = _moved(_float(finding, "change_reference"), "den")
    said = [own, f"I {_text(finding, 'reference')} {moved}."]
    gap = f"Forskjellen er {fmt_points(_float(finding, 'difference'))}"
    low, high = values.get("lower"), values.get("upper")
    if low is None or high is None:
        return [*said, f"{gap}."]
    limits = fmt_interval(_number(low), _number(high), kind="points")
    said.append(f"{gap} ({interval_words()}: {limits}).")
    if values.get("contains_own"):
        said.append("Tallene for de andre tar med vår egen kommune.")
    return said


_GRAMMAR: Final[dict[str, Callable[[Finding], list[str]]]] = {
    "survey_published": _published,
    "survey_change": _survey,
    "count_change": _counts,
    "indicator": _indicator,
    "survey_comparison": _comparison,
    "municipalities": _municipalities,
}


# Verdicts that are the same for all kinds ---------------------------------------------------------


def reservation(finding: Finding) -> str:
    """What stands after «fordi»: the reservation behind a PROBABLE."""
    known = dict(finding.values)
    if "recording_date" in known:
        known["recording_month"] = fmt_month(str(known["recording_date"]))
    code = finding.reason
    if code == "recording" and finding.section in _NOT_POLICE:
        code = "recording_other"
    return _lookup(RESERVATIONS, code).format(**written(known))


def _withheld(finding: Finding) -> str:
    return explain("not_controlled") if finding.refusal == "not_controlled" else WITHHELD


def _missing(finding: Finding) -> tuple[str, ...]:
    values = finding.values
    if finding.reason in FIRST_FIGURES:
        return tuple(_first_figures(finding))
    if "missing_years" in values:
        years = [int(year) for year in str(values["missing_years"]).split(",")]
        return (missing_years(years, _text(finding, "holder")),)
    return (f"Vi har ikke fått tall fra {_text(finding, 'holder')}.",)


def _first_figures(finding: Finding) -> list[str]:
    """Figures were delivered, but none of the time before."""
    values, year = finding.values, _year(finding, "year_to")
    if "year_now_first" in values:
        now = fmt_period(_whole(finding, "year_now_first"), _whole(finding, "year_to"))
        then = fmt_period(_whole(finding, "year_before_first"), _whole(finding, "year_before_last"))
        told = [f"Tallene er så små at vi viser summen for {now}."]
        is_told = "count_to" in values
        told.append(f"Summen var {_count(values['count_to'])}." if is_told else WITHHELD)
        lacking = f"Vi har ikke alle tall for {then}, og kan ikke si om det har endret seg."
        return [*told, lacking]
    first = (
        "Vi sammenligner summer av tre år, og det er ikke nok år ennå."
        if finding.reason == "few_years"
        else "Vi har ikke tall fra året før, og kan ikke si om det har endret seg."
    )
    if "nevner_to" in values and "teller_to" in values:
        return [of_cases(finding), first]
    if "count_to" in values:
        return [f"Tallet var {_count(values['count_to'])} i {year}.", first]
    return [WITHHELD, first]


def _not_assessed(finding: Finding) -> tuple[str, ...]:
    if finding.kind == "survey_comparison" and finding.refusal != "not_comparable":
        if finding.refusal != "no_n":
            return (_explained(finding), *compared(finding))
        unknown = "Vi vet ikke hvor mange som svarte begge steder."
        return (*compared(finding), unknown, "Da kan usikkerheten ikke regnes ut.")
    if finding.refusal == "no_n":
        return _without_answers(finding)
    if finding.refusal == "not_comparable":
        between = {"a": _year(finding, "year_from"), "b": _year(finding, "year_to")}
        reason = _lookup(BREAKS, finding.reason or "few_pairs")
        return (explain("not_comparable", grunn=reason, **between), *_went(finding))
    return (_explained(finding), *_went(finding))


def _went(finding: Finding) -> list[str]:
    """The figures of a count that was not assessed: shown, with no conclusion."""
    values = finding.values
    if finding.kind not in _COUNTED:
        return []
    if "teller_to" in values and "teller_from" in values:
        pairs = [
            f"{_count(values[f'teller_{end}'])} av {_count(values[f'nevner_{end}'])}"
            for end in ("from", "to")
        ]
        return [f"Tallet gikk fra {pairs[0]} til {pairs[1]}."]
    if "count_from" in values and "count_to" in values:
        return [f"Tallet gikk fra {_count(values['count_from'])} til {_count(values['count_to'])}."]
    return []


def _explained(finding: Finding) -> str:
    """The sentence of the refusal code, in the singular where there is one of them."""
    needed = {key: value for key, value in finding.values.items() if value is not None}
    text = explain(finding.refusal, **written(needed))
    for plural, singular in (("1 kommuner", "én kommune"), ("1 skoler", "én skole")):
        text = text.replace(f" {plural}", f" {singular}")
    return text


def _without_answers(finding: Finding) -> tuple[str, ...]:
    """The number of answers is unknown: what it would have to be, carefully and at the least."""
    careful, least = finding.values.get("smallest_n"), finding.values.get("smallest_n_alone")
    if careful is None or least is None:
        return (
            "Vi vet ikke hvor mange som svarte. Avrundingen alene kan forklare endringen, uansett "
            "hvor mange som svarte.",
        )
    return (
        explain("no_n", n=_count(careful)),
        *_so_many_pupils(_number(careful)),
        f"Var skolene helt like, ville {_count(least)} svar hvert år vært nok.",
    )


def _so_many_pupils(answers: float) -> tuple[str, ...]:
    """A number of answers no survey of a municipality can have should not stand bare."""
    if answers > _MORE_THAN_ANY:
        return ("Så mange elever finnes ikke i noen kommune.",)
    if answers > _MORE_THAN_MOST:
        return ("Så mange elever finnes bare i de største kommunene.",)
    return ()


# Small parts --------------------------------------------------------------------------------------


def _moved(change: float, what: str) -> str:
    """«økte andelen med 15 prosentpoeng», by the sign of the change that is printed."""
    if fmt_points(change) in (fmt_points(0.0), fmt_points(-0.0)):
        return f"endret {what} seg nesten ikke"
    return f"{'sank' if change < 0 else 'økte'} {what} med {fmt_points(abs(change))}"


def interval_words(level: int = 95) -> str:
    """«95 % usikkerhetsintervall», never broken before the per cent sign."""
    return f"{level}{NBSP}% usikkerhetsintervall"


def _points_interval(finding: Finding, *, level: int = 95) -> str:
    suffix = "" if level == 95 else f"_{level}"  # noqa: PLR2004 - the level of the plain limits
    limits = fmt_interval(
        _float(finding, f"lower{suffix}"), _float(finding, f"upper{suffix}"), kind="points"
    )
    change = fmt_points(_float(finding, "difference"))
    return f"Endringen er på {change} ({interval_words(level)}: {limits})."


def _ratio_interval(finding: Finding, *, level: int = 95) -> list[str]:
    suffix = "" if level == 95 else f"_{level}"  # noqa: PLR2004 - the level of the plain limits
    low, high = finding.values.get(f"lower{suffix}"), finding.values.get(f"upper{suffix}")
    if low is None or high is None:
        return []
    limits = fmt_interval(_number(low), _number(high), kind="ratio")
    ratio = fmt_ratio(_float(finding, "ratio"))
    return [f"Det er {ratio} ganger så mange ({interval_words(level)}: {limits})."]


def _margin(finding: Finding) -> str:
    return fmt_points(_float(finding, "margin"))


def _years(finding: Finding) -> str:
    first, last = finding.values.get("year_from"), finding.values.get("year_to")
    if finding.reason in FIRST_FIGURES and last is not None:
        return f" {fmt_year(int(_number(last)))}"
    if finding.verdict is Verdict.MISSING and finding.values.get("missing_years"):
        years = str(finding.values["missing_years"]).split(",")
        return f" {fmt_period(years[0], years[-1])}"
    if first is None or last is None:
        return ""
    return f" {fmt_period(int(_number(first)), int(_number(last)))}"


def _share(finding: Finding, name: str) -> str:
    """A share as the bare number of per cent, with the decimals its source has."""
    decimals = int(_number(finding.values.get("decimals", 0)))
    return fmt_number(_float(finding, name) * 100, decimals=decimals)


def percent_text(finding: Finding, name: str) -> str:
    """A share of the finding in running text: «17 prosent»."""
    decimals = int(_number(finding.values.get("decimals", 0)))
    return fmt_percent(_float(finding, name), decimals=decimals, text=True)


def counted(number: Value, singular: str, plural: str) -> str:
    """A count and its noun: «1 elev», «2 700 elever»."""
    return fmt_quantity(_number(number), singular, plural)


def _count(value: Value) -> str:
    return fmt_count(_number(value))


def _year(finding: Finding, name: str) -> str:
    return fmt_year(int(_float(finding, name)))


def _whole(finding: Finding, name: str) -> int:
    return int(_float(finding, name))


def _float(finding: Finding, name: str) -> float:
    if name not in finding.values:
        raise EvalueringError(f"Funnet mangler verdien «{name}».", where=finding.id)
    return _number(finding.values[name])


def _text(finding: Finding, name: str) -> str:
    value = finding.values.get(name)
    if not isinstance(value, str) or not value:
        raise EvalueringError(f"Funnet mangler teksten «{name}».", where=finding.id)
    return value


def _number(value: Value) -> float:
    if value is None or isinstance(value, str):
        raise EvalueringError("Et tall mangler i en setning.", where="display.sentences")
    return value


def _verdict(finding: Finding) -> Verdict:
    if finding.verdict is None:
        raise EvalueringError("Funnet har ingen konklusjon å vise.", where=finding.id)
    return finding.verdict


def _lookup(table: dict[str, _T], code: str) -> _T:
    if code not in table:
        raise EvalueringError(f"Koden «{code}» har ingen ord.", where="display.sentences")
    return table[code]
