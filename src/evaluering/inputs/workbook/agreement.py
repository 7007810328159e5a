"""The same number told twice must be the same: rows and counts, the police form and a sheet.

Also the years an evaluation is about. Rows are counted here by plain Python, not by the statistics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.rows import Content, Line

_THREE, _FOUR = 3, 4
_KEY: Final = ("aar", "aldersgruppe", "kategori", "bosted", "kjoenn")
_ALL: Final = ("under_18", "alle")
_FORM_COLUMNS: Final = (
    "antall_forhold",
    "antall_hendelser",
    "antall_personer",
    "personer_1_2",
    "personer_3",
    "personer_4_pluss",
    "forhold_4_pluss",
    "antall_siktede",
    "stoerste",
    "antall_publisert",
)
# Sheets whose rows are about the year evaluated or earlier.
_DATED: Final = ("forhold", "forholdstall", "indikatortall", "plasseringer")


def check_agreement(
    contents: Mapping[str, Content],
    form: Content | None = None,
    *,
    first_year: int | None = None,
    last_year: int | None = None,
) -> Iterator[Problem]:
    """Every number that is told twice and differs, and every row outside the period.

    Args:
        contents: What was read, by sheet id; sheets that are not read are absent.
        form: The police form, read like «Forholdstall».
        first_year: The first year the evaluation looks at; None when there is no first.
        last_year: The year evaluated; None when it is not known.
    """
    counts, rows = contents.get("forholdstall"), contents.get("forhold")
    if counts is not None and rows is not None:
        yield from _against_rows(counts, rows)
    if form is not None and rows is not None:
        yield from _against_rows(form, rows)
    if counts is not None and form is not None:
        yield from _against_form(counts, form)
    indicators, cases = contents.get("indikatortall"), contents.get("saker")
    if indicators is not None and cases is not None:
        yield from _against_cases(indicators, cases)
    for id in _DATED:
        if id in contents and last_year is not None:
            yield from _period(contents[id], first_year, last_year)


def _against_rows(counts: Content, rows: Content) -> Iterator[Problem]:
    years = {line.number("aar") for line in rows.lines}
    is_read = not any(line.faulty for line in rows.lines)
    for line in counts.lines:
        if line.number("aar") not in years or not is_read:
            continue
        chosen = [row for row in rows.lines if _belongs(row, line)]
        for name, number in offence_counts(chosen).items():
            told = line.number(name)
            if told is not None and number is not None and told != number:
                yield counts.problem(
                    "differs_from_rows",
                    line,
                    name,
                    count=told,
                    rows=number,
                    other=rows.sheet.name,
                )


def _belongs(row: Line, line: Line) -> bool:
    return row.number("aar") == line.number("aar") and all(
        line.text(name) in (*_ALL, "", row.text(name)) for name in _KEY[1:]
    )


def offence_counts(rows: Sequence[Line]) -> dict[str, int | None]:
    """What rows of «Forhold» give as counts; None where the rows do not say.

    Args:
        rows: One row per offence and young person.
    """
    persons = Counter(row.text("person_kode") for row in rows)
    events = {row.text("hendelse_id") for row in rows}
    many = [number for number in persons.values() if number >= _FOUR]
    return {
        "antall_forhold": len(rows),
        "antall_hendelser": None if "" in events else len(events),
        "antall_personer": len(persons),
        "personer_1_2": sum(number < _THREE for number in persons.values()),
        "personer_3": sum(number == _THREE for number in persons.values()),
        "personer_4_pluss": len(many),
        "forhold_4_pluss": sum(many),
        "stoerste": max(persons.values(), default=0),
        "antall_siktede": len(
            {row.text("person_kode") for row in rows if row.text("siktet") == "ja"}
        ),
    }


def _against_form(counts: Content, form: Content) -> Iterator[Problem]:
    on_form = {tuple(line.text(name) for name in _KEY): line for line in form.lines}
    for line in counts.lines:
        other = on_form.get(tuple(line.text(name) for name in _KEY))
        for name in _FORM_COLUMNS if other is not None else ():
            told, theirs = line.number(name), other.number(name) if other is not None else None
            if told is not None and theirs is not None and told != theirs:
                if counts.sheet.column(name).is_internal:
                    yield counts.problem("largest_impossible", line, name)
                else:
                    yield counts.problem("differs_from_form", line, name, count=told, form=theirs)


def _opened(case: Line, year: int) -> bool:
    opened = case.values.get("dato_aapnet")
    return getattr(opened, "year", None) == year


# Counts that rows of «Saker» give by themselves, of the cases opened in the year.
_FROM_CASES: Final[Mapping[str, Callable[[Line], bool]]] = {
    "saker_nye": lambda _: True,
    "saker_spurt": lambda case: case.text("spurt") == "ja",
    "saker_uten_koordinator": lambda case: case.text("koordinator") == "ikke_avklart",
}


def _against_cases(indicators: Content, cases: Content) -> Iterator[Problem]:
    if any(line.faulty for line in cases.lines):
        return
    for line in indicators.lines:
        year, told = line.number("aar"), line.number("teller")
        rule = _FROM_CASES.get(line.text("indikator"))
        if year is None or told is None or rule is None:
            continue
        opened = [case for case in cases.lines if _opened(case, year)]
        number = sum(rule(case) for case in opened)
        if opened and number != told:
            yield indicators.problem(
                "differs_from_rows",
                line,
                "teller",
                count=told,
                rows=number,
                other=cases.sheet.name,
            )


def _period(content: Content, first: int | None, last: int) -> Iterator[Problem]:
    for line in content.lines:
        year = line.number("aar")
        if year is not None and (year > last or (first is not None and year < first)):
            yield content.problem("after_period", line, "aar", year, first=first or "", last=last)
