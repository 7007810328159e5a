"""Seeded count tables of many shapes, and patterns put on them by hand.

The shapes are those the rules must hold for: two to four dimensions, hierarchies, zeros, ties,
tables that share a margin, three pairwise tables, events with persons, and the weighted identity.
"""

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from evaluering.model import Cell, CountTable, PublishedCell, Relation, SafeTable

TOTAL = "alle"
NAMES = ("alder", "bosted", "kategori", "kjoenn")
SIZES = {2: (2, 4), 3: (2, 2), 4: (2, 2)}


def seeded(text: str) -> random.Random:
    """The same numbers for the same text, on every machine."""
    return random.Random(text)  # noqa: S311 - test data, no secret


def draw(seed: random.Random, shape: tuple[int, ...], zeros: float = 0.2) -> np.ndarray:
    """Counts like those of a small town: many zeros and few, some ties, a few large."""
    tied = seed.choice([None, seed.randrange(1, 12)])

    def one() -> int:
        if seed.random() < zeros:
            return 0
        if tied is not None and seed.random() < 0.3:
            return tied
        return seed.choice([seed.randrange(1, 5), seed.randrange(5, 15), seed.randrange(5, 60)])

    return np.array([one() for _ in range(int(np.prod(shape)))]).reshape(shape)


def margins(
    array: np.ndarray, groups: Mapping[int, Mapping[str, Sequence[int]]] | None = None
) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """Every cell of a table with totals: its values, and a mask of the finest cells it sums."""
    axes: list[list[tuple[str, list[int]]]] = []
    for axis, size in enumerate(array.shape):
        values = [(f"v{at}", [at]) for at in range(size)]
        values += [(name, list(parts)) for name, parts in (groups or {}).get(axis, {}).items()]
        axes.append([*values, (TOTAL, list(range(size)))])
    found = []
    for chosen in itertools.product(*axes):
        mask = np.zeros(array.shape, dtype=bool)
        mask[np.ix_(*(parts for _, parts in chosen))] = True
        found.append((tuple(name for name, _ in chosen), mask))
    return found


def build(
    array: np.ndarray,
    dimensions: Sequence[str],
    *,
    name: str = "tabell",
    groups: Mapping[int, Mapping[str, Sequence[int]]] | None = None,
    **more: object,
) -> CountTable:
    """A table of persons with all margins."""
    rows = [(*values, int(array[mask].sum())) for values, mask in margins(array, groups)]
    hierarchies = {
        dimensions[axis]: {f"v{part}": parent for parent, parts in named.items() for part in parts}
        for axis, named in (groups or {}).items()
    }
    frame = pd.DataFrame(rows, columns=[*dimensions, "antall"])
    table = CountTable(name, frame, tuple(dimensions), hierarchies=hierarchies, population="unge")
    return replace(table, **more)


def plain(
    seed: random.Random, zeros: float = 0.2, sizes: Sequence[int] = (2, 2, 3, 4)
) -> CountTable:
    """One table of two to four dimensions, half of them with a hierarchy."""
    count = seed.choice(list(sizes))
    low, high = SIZES[count]
    shape = tuple(seed.randint(low, high) for _ in range(count))
    groups: dict[int, dict[str, list[int]]] = {}
    if shape[0] > 2 and seed.random() < 0.5:
        cut = seed.randrange(1, shape[0])
        groups[0] = {"gruppe": list(range(cut))} if cut > 1 else {}
        if shape[0] - cut > 1:
            groups[0]["resten"] = list(range(cut, shape[0]))
    return build(draw(seed, shape, zeros), NAMES[:count], groups=groups)


def four(seed: random.Random) -> CountTable:
    """Four dimensions and one cell of few: more of them take the suppressor minutes."""
    array = draw(seed, (2, 2, 2, 2), zeros=0.0) + 6
    array[0, 0, 0, 0] = seed.randrange(1, 5)
    return build(array, NAMES)


def linked(seed: random.Random) -> list[CountTable]:
    """Two tables that share a margin."""
    array = draw(seed, (seed.randint(2, 4), seed.randint(2, 3), seed.randint(2, 3)))
    return [
        build(array.sum(axis=2), NAMES[:2], name="foerste"),
        build(array.sum(axis=1), (NAMES[0], NAMES[2]), name="andre"),
    ]


def three(seed: random.Random) -> list[CountTable]:
    """Three pairwise tables: together they say more than two and two."""
    array = draw(seed, tuple(seed.randint(2, 3) for _ in range(3)))
    return [
        build(array.sum(axis=2), NAMES[:2], name="ab"),
        build(array.sum(axis=1), (NAMES[0], NAMES[2]), name="ac"),
        build(array.sum(axis=0), NAMES[1:3], name="bc"),
    ]


def lonely(seed: random.Random) -> CountTable:
    """A table with at least one person alone in a cell."""
    array = draw(seed, (seed.randint(2, 3), seed.randint(2, 3)))
    for _ in range(seed.randint(1, 3)):
        array[seed.randrange(array.shape[0]), seed.randrange(array.shape[1])] = 1
    return build(array, NAMES[:2])


def events(seed: random.Random) -> CountTable:
    """Offences with the persons behind them, and the largest ones."""
    shape = (seed.randint(2, 4), seed.randint(2, 3))
    behind = [
        [sorted(_offences(seed), reverse=True) for _ in range(shape[1])] for _ in range(shape[0])
    ]
    rows = []
    for values, mask in margins(np.zeros(shape)):
        everyone = sorted(
            (k for i, j in zip(*np.nonzero(mask), strict=True) for k in behind[i][j]), reverse=True
        )
        rows.append((*values, sum(everyone), len(everyone), sum(everyone[:1]), sum(everyone[:2])))
    columns = [*NAMES[:2], "antall", "personer", "stoerste", "to_stoerste"]
    frame = pd.DataFrame(rows, columns=columns)
    return CountTable("forhold", frame, NAMES[:2], unit="forhold", population="unge")


def _offences(seed: random.Random) -> list[int]:
    persons = seed.choice([0, seed.randrange(1, 5), seed.randrange(5, 25), seed.randrange(8, 40)])
    return [1 + min(int(seed.expovariate(0.9)), 12) for _ in range(persons)]


def _many(seed: random.Random) -> list[int]:
    """Offences of each person of an age group in a town: many with one or two, a few with more."""
    return [1 + min(int(seed.expovariate(0.9)), 12) for _ in range(seed.randrange(30, 150))]


def person(at: Mapping[str, str], unit: str = "person") -> Cell:
    return Cell(unit, "unge", "", tuple(sorted(at.items())))


def weighted(
    seed: random.Random, *, share: bool = False, years: tuple[str, ...] = ("2024", "2025")
) -> list[CountTable]:
    """Persons by number of offences and the offences, over ages and summed years.

    `forhold = 1·n₁ + 2·n₂ + 3·n₃ + S₄₊` and `n₁ + n₂` = class 1–2, for every age and year and
    their sums. With `share`, the share of the offences that S₄₊ is, is printed as a whole per cent.
    """
    ages = ("under_15", "15_17")
    behind = {(age, year): _many(seed) for age in ages for year in years}
    persons, ones, offences, relations, within = [], [], [], [], []
    summed = (*years, TOTAL) if len(years) > 1 else years
    for age, year in itertools.product((*ages, TOTAL), summed):
        every = sorted(
            (
                k
                for (a, y), counts in behind.items()
                if age in (a, TOTAL) and year in (y, TOTAL)
                for k in counts
            ),
            reverse=True,
        )
        most = [k for k in every if k >= 4]
        classes = {
            "1_2": sum(k <= 2 for k in every),
            "3": every.count(3),
            "4_pluss": len(most),
            TOTAL: len(every),
        }
        persons += [(age, year, key, value) for key, value in classes.items()]
        ones.append((age, year, "1", every.count(1)))
        for key, who in (("4_pluss", most), (TOTAL, every)):
            offences.append((age, year, key, sum(who), len(who), sum(who[:1]), sum(who[:2])))
        relations += _identity(age, year)
        most_of = person(_at(age, year, klasse="4_pluss"), "forhold")
        whole = person(_at(age, year), "forhold")
        within.append(Relation(((1, most_of), (-1, whole)), "<="))
        if share and len(most) >= 10:  # fewer, and the share is not printed (R1, R2)
            relations += _printed_share(age, year, sum(most), sum(every))
    names = ("alder", "aar", "klasse")
    behind_columns = ["personer", "stoerste", "to_stoerste"]
    shown = pd.DataFrame(offences, columns=[*names, "antall", *behind_columns])
    return [
        CountTable(
            "personer",
            pd.DataFrame(persons, columns=[*names, "antall"]),
            names,
            population="unge",
            relations=tuple(relations),
        ),
        CountTable(
            "en_gang", pd.DataFrame(ones, columns=[*names, "antall"]), names, population="unge"
        ),
        CountTable(
            "forhold", shown, names, unit="forhold", population="unge", relations=tuple(within)
        ),
    ]


def squares(seed: random.Random) -> int:
    """Σk² over all persons of `weighted` of one year with the same seed: finer than any cell."""
    return sum(k * k for _ in range(2) for k in _many(seed))


def _at(age: str, year: str, **more: str) -> dict[str, str]:
    every = {"alder": age, "aar": year, **more}
    return {name: value for name, value in every.items() if value != TOTAL}


def _identity(age: str, year: str) -> list[Relation]:
    one, two, three_, both, four = (
        person(_at(age, year, klasse=key)) for key in ("1", "2", "3", "1_2", "4_pluss")
    )
    offences = person(_at(age, year), "forhold")
    most = person(_at(age, year, klasse="4_pluss"), "forhold")
    return [
        Relation(((1, offences), (-1, one), (-2, two), (-3, three_), (-1, most))),
        Relation(((1, one), (1, two), (-1, both))),
        Relation(((4, four), (-1, most)), "<="),
    ]


def _printed_share(age: str, year: str, part: int, whole: int) -> list[Relation]:
    """The whole numbers «27 %» leaves: (2p - 1) · whole ≤ 200 · part ≤ (2p + 1) · whole."""
    percent = (200 * part + whole) // (2 * whole)
    offences = person(_at(age, year), "forhold")
    most = person(_at(age, year, klasse="4_pluss"), "forhold")
    return [
        Relation(((2 * percent - 1, offences), (-200, most)), "<="),
        Relation(((200, most), (-(2 * percent + 1), offences)), "<="),
    ]


def case(number: int) -> list[CountTable]:
    """The tables of one random case: all the shapes in turn, the slow ones more seldom."""
    seed = seeded(f"tabell {number}")
    kind = number % 10
    if kind == 0:
        return linked(seed)
    if kind == 1:
        return three(seed)
    if kind == 2:
        return [events(seed)]
    if number % 30 == 3:
        return weighted(seed, years=("2025",))
    if number % 30 == 4:
        return [four(seed) if number % 300 == 4 else plain(seed, zeros=0.3, sizes=(3,))]
    return [plain(seed, zeros=seed.choice([0.0, 0.2, 0.4]), sizes=(2,))]


def hide(table: CountTable, hidden: Iterable[Cell], threshold: int = 5) -> SafeTable:
    """A table with these cells hidden, by hand."""
    gone = set(hidden)
    frame = table.frame[[*table.dimensions]].copy()
    cells = [
        table.cell(**dict(zip(table.dimensions, row, strict=True)))
        for row in frame.itertuples(index=False)
    ]
    counts = pd.array(table.frame[table.count].tolist(), dtype="Int64")
    counts[[cell in gone for cell in cells]] = pd.NA
    frame["antall"] = counts
    frame["publiseres"] = frame["antall"].notna()
    return SafeTable(
        table.name, frame, table.dimensions, table.total, table.hierarchies, table.unit,
        table.population, table.period, table.relations, threshold, "v1",
    )  # fmt: skip


def small(tables: Sequence[CountTable], threshold: int = 5) -> set[Cell]:
    """The cells of few persons: all a careless suppressor hides."""
    found: set[Cell] = set()
    for table in tables:
        behind = "personer" if "personer" in table.frame else table.count
        for row in table.frame.to_dict("records"):
            if 0 < row[behind] < threshold:
                found.add(table.cell(**{name: row[name] for name in table.dimensions}))
    return found


def publish(table: SafeTable, edition: int = 1) -> list[PublishedCell]:
    """What a ledger keeps of the shown cells."""
    found = []
    for row in table.frame.to_dict("records"):
        at = {name: row[name] for name in table.dimensions if row[name] != table.total}
        cell = Cell(table.unit, table.population, table.period, tuple(sorted(at.items())))
        if not pd.isna(row["antall"]):
            found.append(PublishedCell(cell, int(row["antall"]), edition=edition))
    return found
