"""Three years of one town: publish, revise, withdraw, publish again. What does the shelf give?

A history is drawn from a seed. Every edition goes the whole way: quoted, protected, audited against
the ledger, and entered in it. In the end somebody lays all the reports side by side.
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluering.disclosure import audit, ledger, suppress
from evaluering.disclosure.ledger import Edition
from evaluering.disclosure.ledger_entry import prepare
from evaluering.disclosure.revisions import check_kept, quoted
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, SafeTable

HISTORIES = 200 if os.environ.get("EVALUERING_BEVIS") == "1" else 30
YEARS = ("2023", "2024", "2025")
AGES, CLASSES, SEXES = ("under_15", "15_17"), ("1_2", "3", "4_pluss"), ("gutt", "jente")
KEY = b"h" * 32


@dataclass
class Young:
    """One young person in one year; nobody but the town knows."""

    year: str
    age: str
    klasse: str
    sex: str
    consents: bool


@dataclass
class Town:
    """A town with its people, its ledger and its shelf of reports."""

    random: np.random.Generator
    people: list[Young] = field(default_factory=list)
    shelf: list[list[SafeTable]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def draw(self, year: str) -> Young:
        pick = self.random
        return Young(
            year,
            str(pick.choice(AGES, p=[0.3, 0.7])),
            str(pick.choice(CLASSES, p=[0.75, 0.12, 0.13])),
            str(pick.choice(SEXES, p=[0.8, 0.2])),
            bool(pick.random() < 0.6),
        )

    def arrive(self, year: str) -> None:
        self.people += [self.draw(year) for _ in range(int(self.random.integers(20, 60)))]

    def recount(self, year: str) -> None:
        """A whole pile was forgotten: enough to restate the year on purpose."""
        forgotten = Young(year, "15_17", "1_2", "gutt", consents=False)
        self.people += [replace(forgotten) for _ in range(int(self.random.integers(5, 20)))]
        self.done["recounted"] += 1

    def register_late(self) -> None:
        for year in {one.year for one in self.people}:
            late = int(self.random.integers(0, 4))
            self.people += [self.draw(year) for _ in range(late)]
            self.done["late"] += late

    def correct(self) -> None:
        """Somebody was in another class, or should not have been counted."""
        for _ in range(int(self.random.integers(0, 4))):
            at = int(self.random.integers(len(self.people)))
            if self.random.random() < 0.5:
                self.people[at] = self.draw(self.people[at].year)
            else:
                del self.people[at]
            self.done["corrected"] += 1

    def withdraw(self) -> None:
        consenting = [one for one in self.people if one.consents]
        for at in self.random.permutation(len(consenting))[: int(self.random.integers(1, 4))]:
            consenting[at].consents = False
            self.done["withdrawn"] += 1

    def tables(self, *, split: bool) -> list[CountTable]:
        everyone = pd.DataFrame([vars(one) for one in self.people])
        consented = everyone[everyone["consents"]]
        made = [
            _table("personer", everyone, {"klasse": "klasse"}, "unge"),
            _table("alder", everyone, {"aldersgruppe": "age"}, "unge"),
            _table("saker", consented, {"aldersgruppe": "age"}, "saker_med_samtykke"),
        ]
        if split:
            made.append(_table("kjoenn", everyone, {"kjoenn": "sex"}, "unge"))
        return made


def _table(
    name: str, people: pd.DataFrame, dimensions: dict[str, str], population: str
) -> CountTable:
    """Counts with every margin but the one over years."""
    values = {"age": AGES, "klasse": CLASSES, "sex": SEXES}
    rows = [{"aar": year} for year in YEARS if (people["year"] == year).any()]
    for dimension, column in dimensions.items():
        rows = [row | {dimension: value} for row in rows for value in ("alle", *values[column])]
    for row in rows:
        chosen = people["year"] == row["aar"]
        for dimension, column in dimensions.items():
            if row[dimension] != "alle":
                chosen &= people[column] == row[dimension]
        row["antall"] = int(chosen.sum())  # type: ignore[assignment] a count beside its labels
    frame = pd.DataFrame(rows).astype({"antall": "Int64"})
    return CountTable(name, frame, ("aar", *dimensions), population=population)


def publish(
    town: Town, path: Path, number: int, *, split: bool, omregn: Iterable[int] = ()
) -> None:
    """One edition the whole way."""
    book = ledger.open_ledger(path)
    years = tuple(omregn)
    try:
        tables = quoted(town.tables(split=split), book.cells, years)
    except EvalueringError:
        tables, years = quoted(town.tables(split=split), book.cells), ()
        town.done["restatement refused"] += 1
    made = suppress.protect(tables, published=book.cells, key=KEY)
    audit.check(list(made.tables), list(made.truth), published=book.cells)
    # A withheld table is not in the report: it shows nothing and hides nothing.
    safe = [table for table in made.tables if table.name not in made.withheld]
    check_kept(safe, book.cells, years)
    entry = prepare(
        book,
        Edition("by", number),
        kommune_nr="9001",
        day=f"{2023 + number}-01-20",
        manifest_sha256="0" * 64,
        tables=safe,
        intervals=audit.attack(safe, published=book.cells),
        truth=made.truth,
    )
    opened = ledger.append(path, entry.lines)
    later = ledger.append(path, ledger.closing(opened, is_issued=True))
    assert set(book.cells) <= set(later.cells)
    town.shelf.append(safe)
    town.done["editions"] += 1
    town.done["withheld tables"] += len(made.withheld)
    town.done["restated"] += bool(years)


def live(seed: int, path: Path) -> Town:
    """Three years, with a new edition in between when it falls out so."""
    town = Town(np.random.default_rng(seed))
    number = 0
    for at, year in enumerate(YEARS):
        town.arrive(year)
        split = at >= int(town.random.integers(1, 3))
        restated = [int(YEARS[at - 1])] if at and town.random.random() < 0.4 else []
        if restated:
            town.recount(YEARS[at - 1])
        elif at:
            town.register_late()
            town.correct()
        number += 1
        publish(town, path, number, split=split, omregn=restated)
        town.withdraw()
        if town.random.random() < 0.5:
            town.register_late()
            number += 1
            publish(town, path, number, split=split)
    return town


def of_the_shelf(town: Town) -> tuple[int, int]:
    """Hidden cells of all the reports together, and how many of them can be computed."""
    hidden = exact = 0
    for number, tables in enumerate(town.shelf):
        others = [table for other in range(len(town.shelf)) if other != number
                  for table in town.shelf[other]]  # fmt: skip
        found = audit.attack(tables, published=others)
        hidden += len(found)
        exact += int(found["exact"].sum())
    return hidden, exact


def shown(tables: Iterable[SafeTable]) -> dict[Cell, int]:
    return {
        cell: int(count)
        for table in tables
        for cell, count in zip(
            [_cell(table, row) for row in table.frame.to_dict("records")],
            table.frame["antall"],
            strict=True,
        )
        if not pd.isna(count)
    }


def _cell(table: SafeTable, row: dict[str, str]) -> Cell:
    at = sorted((name, row[name]) for name in table.dimensions if row[name] != table.total)
    return Cell(table.unit, table.population, table.period, tuple(at))


def small_moves(town: Town) -> int:
    """Cells two reports show with numbers that differ by 1 to 4."""
    seen: dict[Cell, set[int]] = {}
    for tables in town.shelf:
        for cell, count in shown(tables).items():
            seen.setdefault(cell, set()).add(count)
    return sum(
        0 < abs(one - other) < 5 for counts in seen.values() for one in counts for other in counts
    )


def test_the_shelf_gives_nothing_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    totals: Counter[str] = Counter()
    for seed in range(HISTORIES):
        town = live(seed, tmp_path / f"{seed}_utgivelser.jsonl")
        hidden, exact = of_the_shelf(town)
        totals += town.done
        totals["hidden"] += hidden
        totals["exact"] += exact
        totals["small moves"] += small_moves(town)
    with capsys.disabled():
        print(f"\n{HISTORIES} histories: {dict(totals)}")  # noqa: T201 the numbers are the evidence
    assert totals["exact"] == 0
    assert totals["small moves"] == 0
    for what in ("late", "withdrawn", "hidden"):
        assert totals[what] > HISTORIES, what
    for what in ("corrected", "restated", "restatement refused"):
        assert totals[what] > 0, what
    assert totals["editions"] > 3 * HISTORIES


def test_without_quoting_the_shelf_tells_who_came_late(tmp_path: Path) -> None:
    """The baseline: the same town, each year counted anew and protected by itself."""
    moved = 0
    for seed in range(5):
        town = live(seed, tmp_path / f"{seed}_utgivelser.jsonl")
        alone = replace(town, shelf=[])
        rerun = Town(np.random.default_rng(seed))
        for year in YEARS:
            rerun.arrive(year)
            rerun.register_late()
            alone.shelf.append(suppress.suppress(rerun.tables(split=False), key=KEY))
        moved += small_moves(alone)
    assert moved > 0
