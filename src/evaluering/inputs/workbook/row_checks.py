"""What a sheet's declaration demands of whole rows: keys, references, conditions, order, scales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from evaluering.inputs.workbook.codes import SCALES
from evaluering.inputs.workbook.column_kinds import FIRST_YEAR
from evaluering.inputs.workbook.columns import Column, Conditional
from evaluering.inputs.workbook.normalise import Value
from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.rows import Content, Line

Contents = Mapping[str, Content]
_CONSENT: Final = "samtykke"


def check_rows(contents: Contents) -> Iterator[Problem]:
    """Every problem the declarations themselves can tell.

    Args:
        contents: What was read, by sheet id; sheets that are not read are absent.
    """
    for content in contents.values():
        yield from _keys(content)
        yield from _references(content, contents)
        for line in content.lines:
            yield from _conditions(content, line)
            yield from _one_of(content, line)
            yield from _order(content, line)
        yield from _scales(content, contents)


def by_value(content: Content | None, name: str) -> dict[Value, Line]:
    """The first row for each value of a column."""
    found: dict[Value, Line] = {}
    for line in content.lines if content else ():
        if name in line.values:
            found.setdefault(line.values[name], line)
    return found


def _keys(content: Content) -> Iterator[Problem]:
    sheet = content.sheet
    seen: dict[tuple[Value | None, ...], Line] = {}
    labels = ", ".join(sheet.column(name).label for name in sheet.key)
    for line in content.lines:
        if any(name in line.faulty for name in sheet.key):
            continue
        key = tuple(line.values.get(name) for name in sheet.key)
        first = seen.setdefault(key, line)
        if first is line:
            continue
        if sheet.id == _CONSENT and first.text("tilstand") != line.text("tilstand"):
            yield content.problem("opposite_same_day", line, "tilstand", other=first.row)
        else:
            name = sheet.key[0]
            yield content.problem("duplicate_key", line, name, other=first.row, columns=labels)


def _references(content: Content, contents: Contents) -> Iterator[Problem]:
    for column in content.sheet.columns:
        if column.refers_to is None or column.refers_to[0] not in contents:
            continue
        other = contents[column.refers_to[0]]
        known = by_value(other, column.refers_to[1])
        for line in content.lines:
            if column.name in line.values and line.values[column.name] not in known:
                yield content.problem("unknown_key", line, column.name, other=other.sheet.name)


def _conditions(content: Content, line: Line) -> Iterator[Problem]:
    for rule in content.sheet.must_fill:
        if _holds(rule, line) and not line.is_filled(rule.column):
            yield _condition(content, line, rule, "must_fill")
    for rule in content.sheet.must_be_empty:
        if _holds(rule, line) and line.is_filled(rule.column):
            yield _condition(content, line, rule, "must_be_empty")


def _holds(rule: Conditional, line: Line) -> bool:
    return line.text(rule.when) in rule.codes


def _condition(content: Content, line: Line, rule: Conditional, code: str) -> Problem:
    by = content.sheet.column(rule.when)
    if content.sheet.is_person_rows:  # the choice is a value of the row
        return content.problem(f"{code}_person", line, rule.column, by=by.label)
    choice = by.codes.label_of(line.text(rule.when)) if by.codes else line.text(rule.when)
    return content.problem(code, line, rule.column, by=by.label, choice=choice)


def _one_of(content: Content, line: Line) -> Iterator[Problem]:
    for group in content.sheet.exactly_one:
        filled = [name for name in group if line.is_filled(name)]
        labels = [f"«{content.sheet.column(name).label}»" for name in group]
        if not filled:
            yield content.problem("none_of", line, group[0], columns=" og ".join(labels))
        elif len(filled) > 1:
            yield content.problem("several_of", line, filled[1], columns=" og ".join(labels))


def _order(content: Content, line: Line) -> Iterator[Problem]:
    sheet = content.sheet
    for group in sheet.ascending:
        filled = [sheet.column(name) for name in group if name in line.values]
        for low, high in pairwise(filled):
            yield from _falls(content, line, low, high)


def _falls(content: Content, line: Line, low: Column, high: Column) -> Iterator[Problem]:
    """A pair that should not fall. Dates and years blame the later, counts the part."""
    first, second = line.values[low.name], line.values[high.name]
    if isinstance(first, date) and isinstance(second, date):
        if second < first:
            yield content.problem("dates_fall", line, high.name, by=low.label)
        return
    if not isinstance(first, int) or not isinstance(second, int) or first <= second:
        return
    if low.minimum == FIRST_YEAR:
        yield content.problem("years_fall", line, high.name, by=low.label)
        return
    if (low.name, high.name) == ("antall_personer", "antall_forhold"):
        yield content.problem(
            "persons_above_offences", line, low.name, persons=first, offences=second
        )
        return
    yield content.problem("numbers_fall", line, low.name, high=first, low=second, by=high.label)


def _scales(content: Content, contents: Contents) -> Iterator[Problem]:
    for scale in content.sheet.scales:
        column = content.sheet.column(scale.via) if scale.via else None
        target = column.refers_to if column is not None else None
        rows = by_value(contents.get(target[0]), target[1]) if target else {}
        for line in content.lines:
            via = rows.get(line.values[scale.via]) if scale.via in line.values else None
            holder = via if scale.via else line
            limits = SCALES.get(holder.text(scale.by)) if holder is not None else None
            level = line.number(scale.column)
            if limits is not None and level is not None and not limits[0] <= level <= limits[1]:
                yield content.problem("outside_scale", line, scale.column)
