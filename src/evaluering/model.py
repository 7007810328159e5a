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
