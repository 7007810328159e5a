"""What others have found about the measures: dated quotations. We never rate a measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.model import Source
from evaluering.plan.entries import Plan
from evaluering.plan.loader import build, schema
from evaluering.schema_check import check_schema
from evaluering.text_file import gathered
from evaluering.yaml_file import read_yaml

NOT_RATED = "ikke vurdert"
PROCESS: Final = "prosess"  # what a comparator is about when it is about no indicator or question
_DEFAULT_EVIDENCE = Path(__file__).parent / "kunnskapsgrunnlag.yml"


@dataclass(frozen=True, slots=True)
class Quotation:
    """What one source says about a measure, in our paraphrase.

    Attributes:
        tiltak: Id of a measure or of a part of one.
        vurdering: The source's own rating in its own words; empty when it gives none, or when we
            have not read it.
        norsk: A Norwegian study.
        likhet: `samme` when the source is about the measure, `lignende` when about something near.
        kontrollert: Read at the source; otherwise it must be shown as not checked.
        lest: The month it was read, as text.
    """

    tiltak: str
    tittel: str
    utgiver: str
    aar: int
    url: str
    vurdering: str
    funn: str
    utfall: str
    populasjon: str
    norsk: bool
    likhet: str
    kontrollert: bool
    lest: str
    merknad: str = ""

    @property
    def source(self) -> Source:
        """The publication."""
        return Source(self.tittel, True, self.utgiver, self.url, self.lest)


@dataclass(frozen=True, slots=True)
class Comparator:
    """A number from outside to stand beside our own, with what it counts; never a rank.

    Attributes:
        gjelder: Id of an indicator or a question, or `prosess`: where cases stop, and how long
            they take.
    """

    id: str
    gjelder: str
    hva: str
    tall: float
    enhet: str
    aar: int
    tittel: str
    utgiver: str
    url: str
    definisjon: str
    kontrollert: bool
    lest: str

    @property
    def source(self) -> Source:
        """The publication."""
        return Source(self.tittel, True, self.utgiver, self.url, self.lest)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All quotations and comparators. Made by `read_evidence` only."""

    henvisninger: tuple[Quotation, ...]
    sammenligninger: tuple[Comparator, ...]

    def about(self, tiltak: str) -> tuple[Quotation, ...]:
        """The quotations about a measure or a part of one; empty means «ikke vurdert»."""
        return tuple(item for item in self.henvisninger if item.tiltak == tiltak)


def read_evidence(plan: Plan, path: Path | None = None) -> Evidence:
    """The evidence about a plan's measures, checked.

    Args:
        plan: The plan; every quotation is about one of its measures.
        path: An evidence file; the one that follows Fredrikstad's plan when None.

    Raises:
        EvalueringError: The file cannot be read, breaks the schema, is about a measure, indicator
            or question the plan does not have, or says «read» without saying when.
    """
    path = path or _DEFAULT_EVIDENCE
    content = read_yaml(path)
    problems = check_schema(content, schema("kunnskapsgrunnlag"), path.name)
    if problems:
        raise gathered(problems, path.name)
    evidence = build(Evidence, content)
    measures = {tiltak.id for tiltak in plan.tiltak}
    measures |= {part.id for tiltak in plan.tiltak for part in tiltak.deler}
    targets = {indicator.id for indicator in plan.indikatorer} | set(plan.question_ids) | {PROCESS}
    for item in evidence.henvisninger:
        problems += _check(item.tiltak, measures, item.kontrollert, item.lest, path.name)
    for item in evidence.sammenligninger:
        problems += _check(item.gjelder, targets, item.kontrollert, item.lest, path.name)
    if problems:
        raise gathered(problems, path.name)
    return evidence


def evidence_table(plan: Plan, evidence: Evidence) -> pd.DataFrame:
    """One row per measure (or part) and quotation; a measure without any has one row.

    Returns:
        `tiltak_id`, `tiltak`, `vurdering` (the source's own words, or `ikke vurdert`), `funn`,
        `tittel`, `utgiver`, `aar` (text), `populasjon`, `norsk`, `likhet`, `kontrollert` and
        `merknad`; empty text and False where there is no quotation.
    """
    rows: list[tuple[str | bool, ...]] = []
    for identity, name in _names(plan):
        found = evidence.about(identity)
        for item in found:
            words = (item.vurdering or NOT_RATED, item.funn, item.tittel, item.utgiver)
            rest = (item.norsk, item.likhet, item.kontrollert, item.merknad)
            rows.append((identity, name, *words, str(item.aar), item.populasjon, *rest))
        if not found:
            rows.append((identity, name, NOT_RATED, *[""] * 5, False, "", False, ""))
    columns = ["tiltak_id", "tiltak", "vurdering", "funn", "tittel", "utgiver", "aar"]
    columns += ["populasjon", "norsk", "likhet", "kontrollert", "merknad"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def _names(plan: Plan) -> list[tuple[str, str]]:
    """Every measure, each followed by its parts."""
    names: list[tuple[str, str]] = []
    for tiltak in plan.tiltak:
        names.append((tiltak.id, tiltak.navn))
        names += [(part.id, part.navn) for part in tiltak.deler]
    return names


def _check(
    about: str, known: set[str], is_checked: bool, read: str, name: str
) -> list[EvalueringError]:
    problems: list[EvalueringError] = []
    if about not in known:
        problems.append(
            EvalueringError(
                f"«{about}» finnes ikke i planen.", name, f"Lov: {', '.join(sorted(known))}."
            )
        )
    if is_checked and not read:
        problems.append(
            EvalueringError(
                "Kilden er merket som kontrollert uten at måneden er oppgitt.",
                where=f"{name}, {about}",
                remedy='Skriv måneden i «lest», for eksempel "2026-11", eller kontrollert: false.',
            )
        )
    return problems
