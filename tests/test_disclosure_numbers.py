"""The numbers disclosure control must reach: each a line, small here, large with EVALUERING_BEVIS.

`EVALUERING_BEVIS=1` runs the large column; `EVALUERING_BEVIS_SEKUNDER` then ends each line when
its time is up, and the line says how many it came to. A line always says what was run.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest
import random_tables as tables_of
import table_enumeration
from random_tables import NAMES, build, draw, hide, seeded, small

from evaluering.disclosure import audit
from evaluering.disclosure.audit_system import cells_of
from evaluering.disclosure.suppress import protect
from evaluering.model import Cell, CountTable, Relation, SafeTable

IS_LARGE = bool(os.environ.get("EVALUERING_BEVIS"))
SECONDS = float(os.environ.get("EVALUERING_BEVIS_SEKUNDER", "inf")) if IS_LARGE else float("inf")
KEY, GUESSES = b"hemmelig" * 4, 8 if IS_LARGE else 2


@dataclass
class Counts:
    """What one line counts."""

    tables: int = 0
    hidden: int = 0
    cells: int = 0
    exact: int = 0
    short: int = 0
    withheld: int = 0
    seconds: float = 0.0
    wrong: list[int] = field(default_factory=list)

    def add(self, number: int, tables: Sequence[CountTable]) -> list[SafeTable]:
        """Protect the tables of a case, attack them, and count what the attackers got."""
        made = protect(tables)
        found, counted = audit.weaknesses(made.tables, made.truth)
        self.tables += 1
        self.withheld += bool(made.withheld)
        self.hidden += counted.get("hidden", 0)
        self.cells += counted.get("cells", 0)
        self.exact += sum(weakness.kind == "eksakt" for weakness in found)
        self.short += sum(weakness.kind != "eksakt" for weakness in found)
        self.wrong += [number] if found else []
        return list(made.tables)

    def __str__(self) -> str:
        return (
            f"{self.hidden} av {self.cells} celler skjult, {self.withheld} tilfeller med tabell "
            f"tatt ut: {self.exact} eksakt, {self.short} uten rekkevidde"
        )


def numbers(goal_small: int, goal_large: int) -> Iterator[int]:
    """The cases of a line, until its goal or, in the large column, until its time is up."""
    start = time.monotonic()
    for number in range(goal_large if IS_LARGE else goal_small):
        if time.monotonic() - start > SECONDS:
            return
        yield number


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str, int, int, str], None]:
    """Prints a line, whatever the verbosity: name, how many of how many, result."""

    def say(name: str, done: int, goal: int, result: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{name}: {done} av {goal} | {result}\n")

    return say


Tell = Callable[[str, int, int, str], None]


def test_random_tables_hold_and_hiding_the_small_alone_does_not(tell: Tell) -> None:
    counts, small_cells, opened, done = Counts(), 0, 0, 0
    for number in numbers(300, 10_000):
        tables = tables_of.case(number)
        counts.add(number, tables)
        done += 1
        if done <= 100:
            careless = audit.attack([hide(table, small(tables)) for table in tables])
            small_cells += len(careless)
            opened += int(careless["exact"].sum())
    tell("Tilfeldige tabeller", done, 10_000 if IS_LARGE else 300, str(counts))
    tell(
        "Til sammenligning: bare de små cellene skjult",
        min(done, 100),
        100,
        f"{opened} av {small_cells} skjulte celler eksakt",
    )
    assert (counts.exact, counts.short) == (0, 0), counts.wrong
    assert opened > small_cells / 2


def zeros(seed: random.Random) -> list[CountTable]:
    shape = (seed.randint(2, 3), seed.randint(2, 3))
    return [build(draw(seed, shape, zeros=0.5), NAMES[:2])]


SHAPES: dict[str, Callable[[random.Random], list[CountTable]]] = {
    "En person alene i en celle": lambda seed: [tables_of.lonely(seed)],
    "Mange nuller": zeros,
    "Tre tabeller to og to": tables_of.three,
    "Tabeller med felles sum": tables_of.linked,
    "Vektet identitet": lambda seed: tables_of.weighted(
        seed, share=seed.random() < 0.5, years=("2025",)
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_holds(name: str, tell: Tell) -> None:
    counts, done = Counts(), 0
    for number in numbers(50, 1_000):
        counts.add(number, SHAPES[name](seeded(f"{name} {number}")))
        done += 1
    tell(name, done, 1_000 if IS_LARGE else 50, str(counts))
    assert (counts.exact, counts.short) == (0, 0), counts.wrong


def test_enumeration_bounds_and_rank_agree(tell: Tell) -> None:
    wrong, hidden, done = 0, 0, 0
    for number in numbers(100, 500):
        found = table_enumeration.disagreements(number)
        wrong, hidden, done = wrong + found[0], hidden + found[1], done + 1
    tell(
        "Opptelling av alle tabeller mot grenser og rang",
        done,
        500 if IS_LARGE else 100,
        f"{hidden} skjulte celler: {wrong} uenigheter",
    )
    assert wrong == 0


def interval_relations(tables: Sequence[SafeTable], squares: int) -> list[Relation]:
    """What a printed interval for offences per person, one decimal, leaves for Σk².

    The mean and its 95 % interval have one decimal; the half width is then known to 0.05, and
    with it the sum of squares, between two whole numbers.
    """
    persons = tables_of.person({"aar": "2025"})
    offences = tables_of.person({"aar": "2025"}, "forhold")
    shown = {
        cell: count
        for table in tables
        for cell, count in zip(cells_of(table), table.frame["antall"], strict=True)
        if not pd.isna(count)
    }
    if not {persons, offences} <= set(shown) or shown[persons] < 10:
        return []
    n, total = int(shown[persons]), int(shown[offences])
    half = 1.96 * np.sqrt(max(squares / n - (total / n) ** 2, 0) / n)
    low, high = max(round(half, 1) - 0.05, 0), round(half, 1) + 0.05
    least, most = (int(n * ((h / 1.96) ** 2 * n + (total / n) ** 2)) for h in (low, high))
    sum_of_squares = Cell("kvadrat", "unge", "", (("aar", "2025"),))
    rest = Cell("kvadrat", "unge", "", (("aar", "2025"), ("klasse", "4_pluss")))
    one, two, three, four = (
        tables_of.person({"aar": "2025", "klasse": key}) for key in ("1", "2", "3", "4_pluss")
    )
    most_of = tables_of.person({"aar": "2025", "klasse": "4_pluss"}, "forhold")
    return [
        Relation(((1, sum_of_squares), (-1, one), (-4, two), (-9, three), (-1, rest))),
        Relation(((16, four), (-1, rest)), "<="),
        Relation(((4, most_of), (-1, rest)), "<="),
        Relation(((total, sum_of_squares), (-(most + 1), offences)), "<="),
        Relation(((least, offences), (-total, sum_of_squares)), "<="),
    ]


def test_printed_intervals_open_nothing(tell: Tell) -> None:
    counts, printed, done = Counts(), 0, 0
    for number in numbers(50, 1_000):
        seed = seeded(f"intervall {number}")
        state = seed.getstate()
        tables = tables_of.weighted(seed, years=("2025",))
        seed.setstate(state)
        squares = tables_of.squares(seed)
        made = protect(tables)
        extra = interval_relations(made.tables, squares)
        printed += bool(extra)
        safe = [*made.tables]
        if extra:
            safe[0] = replace(safe[0], relations=(*safe[0].relations, *extra))
        found, counted = audit.weaknesses(safe, made.truth)
        counts.tables += 1
        counts.withheld += bool(made.withheld)
        counts.hidden += counted["hidden"]
        counts.cells += counted["cells"]
        counts.exact += sum(weakness.kind == "eksakt" for weakness in found)
        counts.short += sum(weakness.kind != "eksakt" for weakness in found)
        counts.wrong += [number] if found else []
        done += 1
    tell(
        "Trykte intervaller som ulikheter",
        done,
        1_000 if IS_LARGE else 50,
        f"{printed} med trykt intervall, {counts}",
    )
    assert (counts.exact, counts.short) == (0, 0), counts.wrong


def pattern(tables: Sequence[SafeTable]) -> set[Cell]:
    """The cells that are hidden."""
    return {
        cell
        for table in tables
        for cell, count in zip(cells_of(table), table.frame["antall"], strict=True)
        if pd.isna(count)
    }


def test_the_order_of_rows_columns_and_tables_changes_nothing(tell: Tell) -> None:
    done, other = 0, list[int]()
    for number in numbers(60, 1_000):
        seed = seeded(f"rekkefølge {number}")
        tables = tables_of.linked(seed) if number % 2 else [tables_of.plain(seed, sizes=(2,))]
        turned = [
            replace(
                table,
                frame=table.frame.sample(frac=1, random_state=number).reset_index(drop=True)[
                    [*reversed(table.dimensions), "antall"]
                ],
                dimensions=tuple(reversed(table.dimensions)),
            )
            for table in reversed(tables)
        ]
        key = KEY if number % 3 else None
        same = pattern(protect(tables, key=key).tables) == pattern(protect(turned, key=key).tables)
        other += [] if same else [number]
        done += 1
    tell(
        "Rader, kolonner og tabeller stokket",
        done,
        1_000 if IS_LARGE else 60,
        f"{len(other)} med et annet mønster",
    )
    assert other == []


def fitting(truth: CountTable, hidden: set[Cell], array: np.ndarray) -> list[np.ndarray]:
    """Every table of whole numbers that fits what is shown."""
    cells = {
        truth.cell(**dict(zip(truth.dimensions, values, strict=True))): np.flatnonzero(mask)
        for values, mask in tables_of.margins(array)
    }
    flat = array.ravel()
    sums = [(set(at.tolist()), int(flat[at].sum())) for c, at in cells.items() if c not in hidden]
    found = []
    for values in table_enumeration.tables_that_fit(flat.size, sums):
        found.append(np.array(values).reshape(array.shape))
        if len(found) > 40:
            return []
    return found


def test_a_reader_with_our_code_and_no_key_computes_nothing(tell: Tell) -> None:
    done, exact, few, primaries, skipped, number = 0, 0, 0, 0, 0, 0
    goal = 200 if IS_LARGE else 10
    start = time.monotonic()
    while done < goal and time.monotonic() - start < SECONDS:
        array = np.minimum(draw(seeded(f"kode {number}"), (3, 3), zeros=0.05), 12)
        number += 1
        truth = build(array, NAMES[:2])
        if not small([truth]):
            continue
        hidden = pattern(protect([truth], key=KEY).tables)
        candidates = fitting(truth, hidden, array) if len(hidden) < 10 else []
        if not candidates:
            skipped += 1
            continue
        done += 1
        thinkable = [
            candidate
            for candidate in candidates
            if any(
                pattern(
                    protect([build(candidate, NAMES[:2])], key=f"gjett {guess}".encode() * 4).tables
                )
                == hidden
                for guess in range(GUESSES)
            )
        ]
        for cell in small([truth]):
            at = dict(cell.at)
            where = tuple(int(at[name][1:]) if name in at else slice(None) for name in NAMES[:2])
            values = {int(np.sum(candidate[where])) for candidate in thinkable}
            primaries += 1
            exact += len(values) == 1
            few += bool(values) and max(values) < 5
    tell(
        "Leser med koden, uten nøkkelen (3×3)",
        done,
        goal,
        f"{GUESSES} gjettede nøkler, {primaries} små celler: {exact} eksakt, {few} kjent å være "
        f"under 5; {skipped} tabeller med for mange muligheter hoppet over",
    )
    assert exact == 0
