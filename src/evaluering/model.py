"""The nouns the rooms hand to each other. Frozen; no numbers are computed and no text is made here.

A `Finding` is a table and what is needed to say one sentence about it. `analysis` makes findings
(internal), `disclosure` turns them into `SafeFinding`s, and `display` shows those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

import pandas as pd

Value = str | int | float | bool | None


class Verdict(StrEnum):
    """What may be concluded. The words for each stand in `display.sentences` only."""

    CLEAR = "clear"
    PROBABLE = "probable"
    UNCLEAR = "unclear"
    STABLE = "stable"
    NOT_ASSESSED = "not_assessed"
    MISSING = "missing"
    WITHHELD = "withheld"


class Sign(StrEnum):
    """Why a cell has no number. Stands in the column `<column>_tegn` beside the number's column."""

    NONE = ""
    HIDDEN = "skjult"
    MISSING = "mangler"
    NOT_APPLICABLE = "ikke_aktuelt"
    PRELIMINARY = "foreloepig"


Direction = Literal["", "up", "down"]
# Units that are not persons and never hidden; every other unit is judged by the persons behind it.
FREE_UNITS = frozenset({"virksomhet", "moete"})


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One number of the one system that all count tables of a run form.

    Equal cells are one variable, whichever tables they stand in.

    Attributes:
        unit: What is counted: `person`, `forhold`, `sak`, `elev` …
        population: Who or what it is counted among, with its filter: `under_18`, `saker`.
        period: The period, where it is not one of the dimensions.
        at: Dimension and value, sorted by dimension; totals are left out.
    """

    unit: str
    population: str
    period: str
    at: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """What the definitions force: a sum of cells with whole coefficients, `= 0` or `<= 0`."""

    terms: tuple[tuple[int, Cell], ...]
    kind: Literal["=", "<="] = "="


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts before disclosure control: internal.

    Attributes:
        name: Unique in a run, ASCII.
        frame: One row a cell, margins included (the value `total` in a dimension): the dimensions
            as text, `count` as whole numbers (missing: not delivered, a cell nobody knows), and
            for units other than persons `personer` (those behind the cell), `stoerste` and
            `to_stoerste` (of the largest one and the two largest) where they are known.
        dimensions: The columns that say which cell a row is.
        count: The column with the counts.
        total: The value that stands for all in a dimension.
        hierarchies: Dimension → {child: parent}; a parent is the sum of its children.
        unit: What is counted.
        population: Who or what it is counted among, with its filter.
        period: The period, where it is not one of the dimensions.
        relations: What the definitions force between cells of this and other tables.
        never_hidden: Cells that must stay: the table is withheld rather than they are hidden.
        headline: Cells quoted in a headline: ten times as dear to hide.
        structural: Cells that cannot be anything but zero («.»): never hidden, never counted.
        coarser: Dimensions to give up, in order, when the table cannot be protected as it is.
    """

    name: str
    frame: pd.DataFrame
    dimensions: tuple[str, ...]
    count: str = "antall"
    total: str = "alle"
    hierarchies: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    unit: str = "person"
    population: str = ""
    period: str = ""
    relations: tuple[Relation, ...] = ()
    never_hidden: frozenset[Cell] = frozenset()
    headline: frozenset[Cell] = frozenset()
    structural: frozenset[Cell] = frozenset()
    coarser: tuple[str, ...] = ()

    def cell(self, **at: str) -> Cell:
        """The cell at these values of the dimensions; those left out, or at the total, are all."""
        kept = tuple(sorted((name, value) for name, value in at.items() if value != self.total))
        return Cell(self.unit, self.population, self.period, kept)


@dataclass(frozen=True, slots=True)
class SafeTable:
    """Counts after disclosure control: what any reader may know, and nothing more.

    Attributes:
        name: As the count table's.
        frame: The dimensions, `antall` (missing where hidden) and `publiseres`.
        dimensions: As the count table's; one that was given up is gone.
        total: As the count table's.
        hierarchies: As the count table's.
        unit: As the count table's.
        population: As the count table's.
        period: As the count table's.
        relations: As the count table's.
        threshold: Persons a shown cell must have at least.
        rule_set: Version of the rules.
    """

    name: str
    frame: pd.DataFrame
    dimensions: tuple[str, ...]
    total: str
    hierarchies: Mapping[str, Mapping[str, str]]
    unit: str
    population: str
    period: str
    relations: tuple[Relation, ...]
    threshold: int
    rule_set: str


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """A cell as an earlier report showed it, or hid it: what any reader may have kept.

    Attributes:
        cell: Which one.
        value: The number, when it was shown.
        lower: The least any reader could compute, when it was hidden.
        upper: The most any reader could compute, when it was hidden; None is no bound.
        report: Name of the run, or the outside publisher.
        edition: Its number; 0 for a publication that is not ours.
        rule_set: Version of the rules it was hidden by.
        threshold: Persons a shown cell had to have.
    """

    cell: Cell
    value: int | None
    lower: int | None = None
    upper: int | None = None
    report: str = ""
    edition: int = 0
    rule_set: str = ""
    threshold: int = 5

    @property
    def is_shown(self) -> bool:
        """Shown with its value; else hidden."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Rest:
    """What numbers of a finding rest on: they are public exactly when those cells are.

    Attributes:
        place: `frame`, `values`, `verdict`, or the name of a table in `details`.
        columns: Columns there, or keys of `values`; empty for `verdict`.
        cells: Numerator and denominator. Empty: rests on no person, or was public before.
        rows: Positions of the rows meant; None is all of them.
        is_spread: A measure of spread (interval, p-value, verdict): it may also rest on finer
            cells that are never shown, when enough stand behind it.
        behind: How many stand behind a measure of spread.
        behind_unit: What they are.
        largest: The share of the largest person (or school) in what the spread rests on; None
            where it is not known.
    """

    place: str
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    rows: tuple[int, ...] | None = None
    is_spread: bool = False
    behind: int = 0
    behind_unit: Literal["person", "skole"] = "person"
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from. `is_published`: anyone could read the same figures before us."""

    title: str
    is_published: bool
    publisher: str = ""
    url: str = ""
    retrieved: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer to one question: a tidy table, and the facts its sentence is made from.

    Attributes:
        id: Stable and unique in a run, ASCII: `ungdata.skulket`. Used for anchors and file names.
        section: Id of the section of the council's page it belongs to: `ungdata`, `gjentatt`, …
        kind: Which sentence, figure and table `display` uses: a key of `display`'s registry.
        topic: What it is about, as words in a heading: «Skulket skolen».
        frame: The main table; tidy, no hidden index, columns known to `display.tables`.
        sources: Everything the numbers come from.
        is_synthetic: Invented numbers (the example). A run holds one sort only.
        verdict: None where a thing is only described.
        direction: Which way, when the verdict has a direction.
        refusal: Code from `errors.REFUSALS` when `verdict` is NOT_ASSESSED (or a remark), else "".
        reason: Code of the reservation behind PROBABLE, or "".
        values: The scalars the sentence needs, unrounded.
        details: Further tables by name, same rules as `frame`.
        unit: What is counted: «elever», «personer», «forhold», «tiltak» …
        method: Code of the method (a heading in docs/metode.md).
        next_datum: Code of the cheapest number that would settle it, or "".
        is_exploratory: Not declared before the data were read.
        subject: `persons` (numbers pass only when a `Rest` says what they rest on), or `work`
            (measures, meetings, decisions: no persons; all passes but what a `Rest` covers).
        tables: The count tables behind the numbers.
        rests: What each number rests on.
    """

    id: str
    section: str
    kind: str
    topic: str
    frame: pd.DataFrame
    sources: tuple[Source, ...]
    is_synthetic: bool
    verdict: Verdict | None = None
    direction: Direction = ""
    refusal: str = ""
    reason: str = ""
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    details: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = ""
    method: str = ""
    next_datum: str = ""
    is_exploratory: bool = False
    subject: Literal["persons", "work"] = "persons"
    tables: tuple[CountTable, ...] = ()
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """What disclosure control did: rule set, which gate was used, and a digest of what passed."""

    rule_set: str
    gate: str
    digest: str


@dataclass(frozen=True, slots=True)
class SafeFinding:
    """A finding that may be shown to anyone. Only `disclosure` makes them (a test reads the code).

    Same attributes as the finding, as far as they may be known; where nothing may, `verdict` is
    WITHHELD, the frames are empty and so are `values`.
    """

    finding: Finding
    audit: Audit
