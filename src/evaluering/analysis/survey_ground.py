"""What the survey's numbers rest on: pupils counted by survey and answer, and the rests of each.

A share rests on those who said yes and all who answered. An interval, a p-value or a verdict also
rests on the answers of each school, which are never shown; how many schools, and how much of the
answers the largest of them holds, is told with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from evaluering.model import Cell, CountTable, Relation, Rest, Value

UNIT: Final = "elev"
ALL: Final = "alle"
YES: Final = "ja"
NO: Final = "nei"
VERDICT: Final = "verdict"
VALUES: Final = "values"
FRAME: Final = "frame"
_INVITED: Final = "_inviterte"
_PLAIN_LEVELS: Final = frozenset({"ungdomsskole", "ikke_oppgitt"})


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The counts behind one question.

    Attributes:
        table: Survey × answer, with all answers as the total.
        schools: Schools with answers, by survey; none where schools are not known.
        largest: The largest school's share of the answers, by survey.
        further: Other tables of the same question: by sex, by grade, those invited.
    """

    table: CountTable
    schools: Mapping[int, int]
    largest: Mapping[int, float]
    further: tuple[CountTable, ...] = ()

    @property
    def tables(self) -> tuple[CountTable, ...]:
        """Every table of the question."""
        return (self.table, *self.further)

    def invited(self, *years: int) -> tuple[Cell, ...]:
        """Those invited to these surveys, where they are known."""
        return tuple(
            table.cell(wave=str(year))
            for table in self.further
            if table.population.endswith(_INVITED)
            for year in years
            if str(year) in set(table.frame["wave"])
        )

    def cells(self, *years: int, **group: str) -> tuple[Cell, ...]:
        """Numerator and denominator of the shares of these surveys.

        Args:
            years: The surveys.
            group: `kjoenn` or `trinn`, for a part of the pupils.
        """
        return tuple(
            self.table.cell(wave=str(year), svar=answer, **group)
            for year in years
            for answer in (YES, ALL)
        )

    def answers(self, year: int) -> tuple[Cell, ...]:
        """All who answered in one survey."""
        return (self.table.cell(wave=str(year), svar=ALL),)


@dataclass(frozen=True, slots=True, eq=False)
class PublishedGround:
    """The counts behind figures of the whole municipality, where we were given any.

    Attributes:
        tables: Survey × answer where yes are counted, and the answers where they are.
        population: Who the pupils are counted among.
        counted: Surveys with the number of yes.
        answered: Surveys with the number of answers.
    """

    tables: tuple[CountTable, ...]
    population: str
    counted: frozenset[int]
    answered: frozenset[int]

    def cells(self, *years: int) -> tuple[Cell, ...]:
        """Numerator and denominator of these surveys; none where a percentage was public."""
        return tuple(
            cell
            for year in years
            if year in self.counted
            for cell in (self._cell(year, YES), self._cell(year))
        )

    def answers(self, *years: int) -> tuple[Cell, ...]:
        """All who answered in these surveys; none where the number was public or is unknown."""
        return tuple(self._cell(year) for year in years if year in self.answered)

    def _cell(self, year: int, answer: str = "") -> Cell:
        at = (("svar", answer),) if answer else ()
        return Cell(UNIT, self.population, "", (*at, ("wave", str(year))))


def population(item: str, level: str) -> str:
    """Who the pupils of a question are counted among.

    Args:
        item: The question.
        level: The level of school; the lower one, or none stated, is not named.
    """
    return f"ungdata_{item}" if level in _PLAIN_LEVELS else f"ungdata_{item}_{level}"


def count_table(
    counted: pd.DataFrame, item: str, *, level: str, by: str = "", name: str = ""
) -> CountTable:
    """Pupils by survey and answer, and by one more column.

    Args:
        counted: `aar`, `antall_ja`, `antall_svar` and the column `by`; one row or more for each.
        item: The question.
        level: The level of school.
        by: `kjoenn` or `trinn`; its parts must be all pupils.
        name: Of the table; made from the population where none is given.
    """
    who = population(item, level)
    keys = ["aar", *([by] if by else [])]
    sums = counted.groupby(keys, as_index=False)[["antall_ja", "antall_svar"]].sum()
    if by:
        whole = sums.groupby("aar", as_index=False)[["antall_ja", "antall_svar"]].sum()
        sums = pd.concat([sums, whole.assign(**{by: ALL})], ignore_index=True)
    answers = {
        YES: sums["antall_ja"],
        NO: sums["antall_svar"] - sums["antall_ja"],
        ALL: sums["antall_svar"],
    }
    parts = [
        pd.DataFrame({"wave": sums["aar"].astype("int64").astype("str"), "svar": answer})
        .assign(**({by: sums[by].astype("str")} if by else {}))
        .assign(antall=number.astype("Int64"), personer=number.astype("Int64"))
        for answer, number in answers.items()
    ]
    dimensions = ("wave", "svar", *([by] if by else []))
    frame = pd.concat(parts, ignore_index=True)
    return CountTable(
        name=name or (f"{who}_{by}" if by else who),
        frame=frame.sort_values(list(dimensions), ignore_index=True),
        dimensions=dimensions,
        total=ALL,
        unit=UNIT,
        population=who,
        # Sex or grade is given up before anything else is.
        coarser=(by,) if by else (),
    )


def cross_table(pupils: pd.DataFrame, item: str, columns: Sequence[str], level: str) -> CountTable:
    """Pupils by survey, answer and several columns at once, with every total.

    Args:
        pupils: One row per pupil: `aar`, the columns, and the question's 0, 1 or missing.
        item: The question.
        columns: `kjoenn` and `trinn`.
        level: The level of school.
    """
    known = pupils[pupils[item].notna()]
    parts: list[pd.DataFrame] = []
    for size in range(len(columns) + 1):
        for kept in itertools.combinations(columns, size):
            sums = known.groupby(["aar", *kept])[item].agg(ja="sum", alle="count").reset_index()
            totals = {name: ALL for name in columns if name not in kept}
            parts.append(sums.assign(nei=sums["alle"] - sums["ja"], **totals))
    long = pd.concat(parts, ignore_index=True).melt(
        id_vars=["aar", *columns], value_vars=[YES, NO, ALL], var_name="svar", value_name="antall"
    )
    frame = pd.DataFrame(
        {
            "wave": long["aar"].astype("int64").astype("str"),
            "svar": long["svar"],
            **{name: long[name].replace("", "ikke_oppgitt") for name in columns},
            "antall": long["antall"].astype("Int64"),
            "personer": long["antall"].astype("Int64"),
        }
    )
    who = population(item, level)
    dimensions = ("wave", "svar", *columns)
    return CountTable(
        name=f"{who}_{'_'.join(columns)}",
        frame=frame.sort_values(list(dimensions), ignore_index=True),
        dimensions=dimensions,
        total=ALL,
        unit=UNIT,
        population=who,
        coarser=tuple(columns),
    )


def ground(
    counted: pd.DataFrame,
    item: str,
    *,
    level: str,
    invited: pd.DataFrame | None = None,
    parts: Mapping[str, pd.DataFrame] = MappingProxyType({}),
) -> Ground:
    """What the numbers of one question rest on.

    Args:
        counted: `aar`, `skole_kode`, `antall_ja`, `antall_svar`; one row per survey and school.
        item: The question.
        level: The level of school.
        invited: `aar`, `antall_invitert` where known.
        parts: By `kjoenn` and `trinn`: the same pupils counted in parts.
    """
    table = count_table(counted, item, level=level)
    by_school = counted.groupby(["aar", "skole_kode"])["antall_svar"].sum()
    by_school = by_school[by_school > 0]
    by_year = by_school.groupby("aar")
    further = [count_table(part, item, level=level, by=column) for column, part in parts.items()]
    if invited is not None and not invited.empty:
        further.append(_invited(invited, table))
    return Ground(
        table=table,
        schools={int(str(year)): int(number) for year, number in by_year.size().items()},
        largest={
            int(str(year)): float(share) for year, share in (by_year.max() / by_year.sum()).items()
        },
        further=tuple(further),
    )


def published_ground(rows: pd.DataFrame, item: str, level: str) -> PublishedGround:
    """What figures of the whole municipality rest on.

    A percentage was public before us; counts of pupils were not.

    Args:
        rows: The rows that are ours: `aar`, `yes`, `n`, NaN where unknown.
        item: The question.
        level: The level of school.
    """
    answered = rows[rows["n"].notna()]
    counted = answered[answered["yes"].notna()]
    tables: list[CountTable] = []
    who = population(item, level)
    if len(counted):
        sums = counted.rename(columns={"yes": "antall_ja", "n": "antall_svar"})
        tables.append(count_table(sums, item, level=level, name=f"{who}_kommune"))
    only_answers = answered[answered["yes"].isna()]
    if len(only_answers):
        number = only_answers["n"].astype("Int64")
        frame = pd.DataFrame(
            {
                "wave": only_answers["aar"].astype("int64").astype("str"),
                "antall": number,
                "personer": number,
            }
        ).reset_index(drop=True)
        tables.append(
            CountTable(f"{who}_svar", frame, ("wave",), total=ALL, unit=UNIT, population=who)
        )
    return PublishedGround(
        tuple(tables),
        who,
        frozenset(int(year) for year in counted["aar"]),
        frozenset(int(year) for year in answered["aar"]),
    )


def _invited(invited: pd.DataFrame, answers: CountTable) -> CountTable:
    """Pupils invited, who are at least those who answered."""
    frame = pd.DataFrame(
        {
            "wave": invited["aar"].astype("int64").astype("str"),
            "antall": invited["antall_invitert"].astype("Int64"),
            "personer": invited["antall_invitert"].astype("Int64"),
        }
    ).reset_index(drop=True)
    who = f"{answers.population}{_INVITED}"
    table = CountTable(who, frame, ("wave",), total=ALL, unit=UNIT, population=who)
    answered = set(answers.frame["wave"])
    relations = tuple(
        Relation(((1, answers.cell(wave=wave)), (-1, table.cell(wave=wave))), "<=")
        for wave in frame["wave"]
        if wave in answered
    )
    return CountTable(
        who, frame, ("wave",), total=ALL, unit=UNIT, population=who, relations=relations
    )


def public(place: str, columns: Iterable[str], rows: Sequence[int] | None = None) -> Rest:
    """Numbers that rest on no person, or that anyone could read before."""
    return Rest(place, tuple(columns), (), None if rows is None else tuple(rows))


def exact(
    place: str, columns: Iterable[str], cells: tuple[Cell, ...], rows: Sequence[int] | None = None
) -> Rest:
    """Numbers that rest on these cells and nothing else."""
    return Rest(place, tuple(columns), cells, None if rows is None else tuple(rows))


def spread(
    place: str,
    columns: Iterable[str],
    cells: tuple[Cell, ...],
    *,
    schools: int,
    largest: float | None,
    rows: Sequence[int] | None = None,
) -> Rest:
    """Intervals and verdicts, which rest on the answers of each school as well."""
    return Rest(
        place,
        tuple(columns),
        cells,
        None if rows is None else tuple(rows),
        is_spread=True,
        behind=schools,
        behind_unit="skole",
        largest=largest,
    )


def known(values: Mapping[str, Value], names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are among the values."""
    return tuple(name for name in names if name in values)


def share_rests(frame: pd.DataFrame, ground: Ground) -> list[Rest]:
    """The main table of a question, a row per survey: share, interval and number of answers.

    Args:
        frame: `aar`, `share`, `lower`, `upper`, `antall_svar`.
        ground: What the question rests on.
    """
    rests: list[Rest] = []
    columns = ("share", "lower", "upper", "antall_svar")
    for row, year in enumerate(int(year) for year in frame["aar"]):
        if year not in ground.schools:  # nobody answered: nothing to hide
            rests.append(public(FRAME, columns, [row]))
            continue
        cells = ground.cells(year)
        rests += [
            exact(FRAME, ("share",), cells, [row]),
            exact(FRAME, ("antall_svar",), ground.answers(year), [row]),
            spread(
                FRAME,
                ("lower", "upper"),
                cells,
                schools=ground.schools[year],
                largest=ground.largest[year],
                rows=[row],
            ),
        ]
    return rests
