"""Counts that cannot all be right: classes and offences, parts and totals, steps of the process.

Only what the definitions force is an error. Persons by age or by kind of offence may overlap, so
there each part is at most the total, and all parts together at least; offences are counted once
each, so there the parts add up. Residents' offences may lie elsewhere: `bosted` adds up to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from evaluering.inputs.workbook import codes
from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.rows import Content, Line

_FOUR: Final = 4
_CLASSES: Final = ("personer_1_2", "personer_3", "personer_4_pluss")
# Each person is in one class only, and in every group of the total.
_ADDED: Final = ("antall_forhold",)
_EACH: Final = ("antall_personer", "personer_4_pluss", "antall_hendelser")
_COVERED: Final = ("antall_personer", "antall_hendelser")
# Column that splits → the whole, and the parts that make it up when all are given.
_SPLITS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "aldersgruppe": ("under_18", ("under_15", "15_17")),
    "kategori": ("alle", codes.KATEGORI.codes),
    "kjoenn": ("alle", ("gutt", "jente")),
}
# A young person has one sex and may have no more than that; the sexes need not be all recorded.
_MAY_LACK: Final = frozenset({"kjoenn"})
_KEY: Final = ("aar", "aldersgruppe", "kategori", "bosted", "kjoenn")
# Later step first: nobody reaches a goal that is not measured.
_STEPS: Final = (
    ("saker_naadd", "saker_maalt"),
    ("saker_maalt", "saker_med_maal"),
    ("saker_felles_skjema", "saker_samtykke"),
    ("saker_samtykke", "saker_spurt"),
)
_FOLLOW_UP: Final = ("fjor_4_fortsatt", "fjor_4_faerre", "fjor_4_ingen", "fjor_4_fylt_18")
# A change is told when it is both this many times and this many more or fewer.
FAR_TIMES: Final = 2
FAR_COUNT: Final = 10
_COMPARED: Final[Mapping[str, tuple[str, ...]]] = {
    "forholdstall": ("antall_forhold", "antall_personer"),
    "indikatortall": ("teller",),
    "plasseringer": ("nye_barn", "barn_31_12"),
}

Cell = tuple[object, ...]


def check_numbers(contents: Mapping[str, Content]) -> Iterator[Problem]:
    """Every impossible number, and remarks on those far from last year's.

    Args:
        contents: What was read, by sheet id; sheets that are not read are absent.
    """
    if (offences := contents.get("forholdstall")) is not None:
        for line in offences.lines:
            yield from check_classes(offences, line)
        yield from _splits(offences)
    if (indicators := contents.get("indikatortall")) is not None:
        yield from _steps(indicators)
        yield from _follow_up(indicators)
    if (placements := contents.get("plasseringer")) is not None:
        yield from _each_part(placements, ("aar",), "type", ("nye_barn", "barn_31_12", "doegn"))
    if (survey := contents.get("ungdata")) is not None:
        yield from _sexes(survey)
    if (meetings := contents.get("moeter")) is not None:
        for line in meetings.lines:
            yield from _attendance(meetings, line)
    for id, names in _COMPARED.items():
        if id in contents:
            yield from _far(contents[id], names)


def check_classes(content: Content, line: Line) -> Iterator[Problem]:
    """The weighted identity of one row: offences = 1·n₁ + 2·n₂ + 3·n₃ + those of the most active.

    Args:
        content: «Forholdstall», or the police form read like it.
        line: One row.

    References:
        With A persons with 1–2, B with 3, m with 4 or more who have S of the T offences,
        T − 3B − S lies from A to 2A, and S ≥ 4m.
    """
    total, persons = line.number("antall_forhold"), line.number("antall_personer")
    few, three, many = (line.number(name) for name in _CLASSES)
    theirs = line.number("forhold_4_pluss")
    if persons == 0 and total:
        yield content.problem("offences_without_anyone", line, "antall_personer", offences=total)
    known = [number for number in (few, three, many) if number is not None]
    is_whole = len(known) == len(_CLASSES)
    if persons is not None and (sum(known) > persons or (is_whole and sum(known) != persons)):
        yield content.problem(
            "classes_not_total", line, "antall_personer", sum=sum(known), total=persons
        )
    if many is not None and theirs is not None:
        if theirs and not many:
            yield content.problem(
                "offences_without_persons", line, "forhold_4_pluss", offences=theirs
            )
        elif theirs < _FOUR * many:
            yield content.problem(
                "too_few_offences",
                line,
                "forhold_4_pluss",
                persons=many,
                least=_FOUR * many,
                offences=theirs,
            )
    if total is not None and few is not None and three is not None and theirs is not None:
        rest = total - 3 * three - theirs
        if not few <= rest <= 2 * few:
            yield content.problem(
                "weighted_identity",
                line,
                "antall_forhold",
                rest=rest,
                persons=few,
                least=few,
                most=2 * few,
            )
    elif total is not None:
        yield from _least(content, line, total, (few, three, many), theirs)
    yield from _charged(content, line)
    yield from _largest(content, line)


def _least(
    content: Content,
    line: Line,
    total: int,
    classes: Sequence[int | None],
    theirs: int | None,
) -> Iterator[Problem]:
    """When a class is missing: the known ones still demand some offences."""
    few, three, many = (number or 0 for number in classes)
    least = few + 3 * three + max(_FOUR * many, theirs or 0)
    if total < least:
        yield content.problem("too_few_in_all", line, "antall_forhold", least=least, offences=total)


def _charged(content: Content, line: Line) -> Iterator[Problem]:
    charged, persons = line.number("antall_siktede"), line.number("antall_personer")
    if charged is not None and persons is not None and charged > persons:
        yield content.problem(
            "part_above_total",
            line,
            "antall_siktede",
            part=charged,
            total=persons,
            whole=content.sheet.column("antall_personer").label,
            aar=line.text("aar"),
        )


def _largest(content: Content, line: Line) -> Iterator[Problem]:
    """The largest number on one person against totals and classes."""
    largest = line.number("stoerste")
    if largest is None:
        return
    total, persons = line.number("antall_forhold"), line.number("antall_personer")
    many, theirs = line.number("personer_4_pluss"), line.number("forhold_4_pluss")
    is_wrong = (largest == 0) != (total == 0) if total is not None else False
    if total is not None and persons is not None:
        is_wrong |= largest * persons < total or largest + persons - 1 > max(total, largest)
    if many is not None:
        is_wrong |= (many > 0) != (largest >= _FOUR)
        if theirs is not None and 0 < _FOUR * many <= theirs:
            is_wrong |= largest * many < theirs or largest + _FOUR * (many - 1) > theirs
    if is_wrong:  # never shown, not even here
        yield content.problem("largest_impossible", line, "stoerste")


def _splits(content: Content) -> Iterator[Problem]:
    """Totals of «Forholdstall» against their parts, one dimension at a time."""
    rows = {tuple(line.text(name) for name in _KEY): line for line in content.lines}
    for key, whole in rows.items():
        for place, name in enumerate(_KEY):
            if name not in _SPLITS or key[place] != _SPLITS[name][0]:
                continue
            parts = _SPLITS[name][1]
            cells = [(*key[:place], part, *key[place + 1 :]) for part in parts]
            found = [rows[cell] for cell in cells if cell in rows]
            is_all = len(found) == len(parts) and name not in _MAY_LACK
            label = _label(content, whole, name)
            for column in _ADDED:
                yield from _sum(content, whole, found, column, is_all=is_all, label=label)
            for column in _EACH:
                yield from _each(content, whole, found, column, label)
            for column in _COVERED if is_all else ():
                yield from _covers(content, whole, found, column, label)


def _label(content: Content, line: Line, name: str) -> str:
    column = content.sheet.column(name)
    return column.codes.label_of(line.text(name)) if column.codes else line.text(name)


def _sum(
    content: Content, whole: Line, parts: Sequence[Line], column: str, *, is_all: bool, label: str
) -> Iterator[Problem]:
    total = whole.number(column)
    numbers = [part.number(column) for part in parts]
    known = [number for number in numbers if number is not None]
    if total is None or not known:
        return
    facts = {"sum": sum(known), "total": total, "whole": label, "aar": whole.text("aar")}
    if sum(known) > total:
        yield content.problem("parts_above_total", whole, column, **facts)
    elif is_all and len(known) == len(numbers) and sum(known) != total:
        yield content.problem("parts_not_total", whole, column, **facts)


def _covers(
    content: Content, whole: Line, parts: Sequence[Line], column: str, label: str
) -> Iterator[Problem]:
    """All parts together are at least the total."""
    total = whole.number(column)
    numbers = [part.number(column) for part in parts]
    known = [number for number in numbers if number is not None]
    if total is not None and len(known) == len(numbers) and sum(known) < total:
        facts = {"sum": sum(known), "total": total, "whole": label, "aar": whole.text("aar")}
        yield content.problem("parts_not_total", whole, column, **facts)


def _each(
    content: Content, whole: Line, parts: Sequence[Line], column: str, label: str
) -> Iterator[Problem]:
    total = whole.number(column)
    for part in parts:
        number = part.number(column)
        if total is not None and number is not None and number > total:
            yield content.problem(
                "part_above_total",
                part,
                column,
                part=number,
                total=total,
                whole=label,
                aar=whole.text("aar"),
            )


def _each_part(
    content: Content, key: Sequence[str], name: str, columns: Sequence[str]
) -> Iterator[Problem]:
    wholes = {
        tuple(line.text(part) for part in key): line
        for line in content.lines
        if line.text(name) == "alle"
    }
    for line in content.lines:
        whole = wholes.get(tuple(line.text(part) for part in key))
        if whole is not None and whole is not line:
            for column in columns:
                yield from _each(content, whole, [line], column, _label(content, whole, name))


def _sexes(content: Content) -> Iterator[Problem]:
    """Boys and girls are at most all who answered."""
    key = ("aar", "sted", "spoersmaal", "trinn", "skole_kode")
    groups: dict[Cell, dict[str, Line]] = {}
    for line in content.lines:
        cell = tuple(line.text(name) for name in key)
        groups.setdefault(cell, {})[line.text("kjoenn")] = line
    for group in groups.values():
        parts = [group[sex] for sex in ("gutt", "jente") if sex in group]
        if "alle" in group and parts:
            for column in ("antall_ja", "antall_svar", "antall_invitert"):
                label = _label(content, group["alle"], "kjoenn")
                yield from _sum(content, group["alle"], parts, column, is_all=False, label=label)


def _indicators(content: Content) -> dict[str, dict[str, Line]]:
    found: dict[str, dict[str, Line]] = {}
    for line in content.lines:
        found.setdefault(line.text("aar"), {})[line.text("indikator")] = line
    return found


def _steps(content: Content) -> Iterator[Problem]:
    for rows in _indicators(content).values():
        for later, earlier in _STEPS:
            part, total = (
                rows[name].number("teller") if name in rows else None for name in (later, earlier)
            )
            if part is not None and total is not None and part > total:
                whole = codes.INDIKATOR.label_of(earlier)
                yield content.problem(
                    "step_above", rows[later], "teller", part=part, total=total, whole=whole
                )


def _follow_up(content: Content) -> Iterator[Problem]:
    """Last year's most active are each in one of four groups, out of the same number."""
    for year, rows in _indicators(content).items():
        group = [rows[name] for name in _FOLLOW_UP if name in rows]
        bases = [line for line in group if line.number("nevner") is not None]
        for line in bases[1:]:
            if line.number("nevner") != bases[0].number("nevner"):
                yield content.problem(
                    "follow_up_base",
                    line,
                    "nevner",
                    told=line.number("nevner"),
                    other=bases[0].number("nevner"),
                )
        parts = [line.number("teller") for line in group]
        known = [part for part in parts if part is not None]
        base = bases[0].number("nevner") if bases else None
        is_all = len(known) == len(_FOLLOW_UP)
        if base is not None and (sum(known) > base or (is_all and sum(known) != base)):
            yield content.problem(
                "follow_up_sum", bases[0], "teller", sum=sum(known), total=base, aar=year
            )


def _attendance(content: Content, line: Line) -> Iterator[Problem]:
    services = [name for name in content.sheet.names if name.startswith("deltok_")]
    came = [name for name in services if line.text(name) == "ja"]
    asked = [name for name in services if name in line.values]
    present, invited = line.number("til_stede"), line.number("inviterte")
    if present is not None and len(came) > present:
        yield content.problem("attended_above", line, "til_stede", sum=len(came), total=present)
    if invited is not None and len(asked) > invited:
        yield content.problem("invited_above", line, "inviterte", sum=len(asked), total=invited)
    if line.text("gjennomfoert") == "nei" and (came or present):
        yield content.problem("attended_cancelled", line, "gjennomfoert")


def _far(content: Content, names: Sequence[str]) -> Iterator[Problem]:
    """A number at least twice or at most half of last year's, and at least ten away from it."""
    key = [name for name in content.sheet.key if name != "aar"]
    rows = {
        (line.number("aar"), *(line.text(name) for name in key)): line for line in content.lines
    }
    for (year, *rest), line in rows.items():
        before = rows.get((year - 1, *rest)) if year is not None else None
        for name in names:
            now, then = line.number(name), before.number(name) if before else None
            if now is not None and then is not None and is_far(now, then):
                yield content.problem("far_from_last_year", line, name, now=now, before=then)


def is_far(now: int, then: int) -> bool:
    """True when a count differs so much from the year before that somebody should look again."""
    low, high = sorted((now, then))
    return high >= FAR_TIMES * low and high - low >= FAR_COUNT
