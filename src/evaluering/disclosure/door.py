"""The door: what passes from the house to the public page.

All count tables of a run and everything published before are protected as one system, and an
attacker of its own tries to break it. Only then is each finding shown as far as its cells are.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from evaluering.disclosure import audit, free_text, rules, suppress
from evaluering.disclosure.masking import masked, withheld
from evaluering.disclosure.quotation import quoted_findings
from evaluering.errors import EvalueringError
from evaluering.files import finding_digest
from evaluering.model import (
    Audit,
    Cell,
    CountTable,
    Finding,
    PublishedCell,
    Rest,
    SafeFinding,
    SafeTable,
)

RULE_SET: Final = rules.RULE_SET
PUBLISHED: Final = "published_only"  # the gate of figures anyone could read before us
AUDITED: Final = "audited"
ASSESSMENTS: Final = "assessments"  # the kind of finding that quotes signed words


@dataclass(frozen=True, slots=True)
class Release:
    """What came through, and what it was made from.

    Attributes:
        safe: A safe finding for each finding, in the order given.
        tables: The protected tables: what a reader can know.
        truth: The tables before protection: internal.
        withheld: Names of tables that could not be protected and are left out whole.
        digest: SHA-256 of every cell that is shown.
        log: Cells, relations and demands of the whole system: internal, for whoever must see why.
    """

    safe: tuple[SafeFinding, ...]
    tables: tuple[SafeTable, ...]
    truth: tuple[CountTable, ...]
    withheld: tuple[str, ...]
    digest: str
    log: str


def release(
    findings: Iterable[Finding],
    *,
    threshold: int = rules.LEAST_THRESHOLD,
    published: Sequence[PublishedCell] = (),
    key: bytes | None = None,
    restated: Collection[int] = (),
) -> Release:
    """Findings made safe for anyone.

    Args:
        findings: All findings of one run.
        threshold: Persons a shown cell must have at least; never below the rules' own.
        published: What earlier reports and other publishers have shown.
        key: The house key, which decides between patterns that hide as little.
        restated: Years whose published numbers are replaced on purpose. In other years they are
            quoted as they were published, and what rests on a revised number is left out.

    Returns:
        The safe findings, with the protected tables they rest on.

    Raises:
        EvalueringError: Two findings share an id, invented and real numbers stand side by side,
            a table is not what it says, an assessment counts persons, or the audit found something
            it could compute.
    """
    rules.check_threshold(threshold)
    listed = quoted_findings(findings, published, restated, threshold=threshold)
    _check_together(listed)
    _check_assessments(listed)
    protection = suppress.protect(
        _tables(finding for finding in listed if not _is_public(finding)),
        threshold=threshold,
        published=published,
        key=key,
        check=lambda tables, truth: _holds(tables, truth, published),
    )
    audit.check(list(protection.tables), list(protection.truth), published=published)
    years = {str(year) for year in restated}
    visible = _shown(protection.tables)
    shown = {
        cell: value
        for cell, value in visible.items()
        if cell not in protection.revisions or dict(cell.at).get("aar") in years
    }
    digest = _digest(shown)
    safe = tuple(
        SafeFinding(finding, Audit(RULE_SET, PUBLISHED, finding_digest(finding)))
        if _is_public(finding)
        else _controlled(finding, shown, digest)
        for finding in listed
    )
    return Release(
        safe,
        protection.tables,
        protection.truth,
        protection.withheld,
        _digest(visible),
        protection.text,
    )


def _controlled(finding: Finding, shown: dict[Cell, int], digest: str) -> SafeFinding:
    says_nothing = finding.subject == "persons" and not finding.rests and _has_numbers(finding)
    seen = withheld(finding) if says_nothing else masked(finding, shown, _may_spread)
    return SafeFinding(seen, Audit(RULE_SET, AUDITED, digest))


def _may_spread(rest: Rest) -> bool:
    largest = math.nan if rest.largest is None else rest.largest
    return bool(rules.may_show_spread(rest.behind, rest.behind_unit, largest))


def _holds(
    tables: Sequence[SafeTable], truth: Sequence[CountTable], published: Sequence[PublishedCell]
) -> bool:
    """Whether a pattern found at a limit stands the audit."""
    try:
        audit.check(tables, truth, published=published)
    except EvalueringError:
        return False
    return True


def _check_assessments(findings: Iterable[Finding]) -> None:
    """Signed words are quoted as they are; they must not count persons."""
    for finding in findings:
        if finding.kind != ASSESSMENTS:
            continue
        frame = finding.frame
        for role, text in zip(frame["rolle"].tolist(), frame["tekst"].tolist(), strict=True):
            if text and (faults := free_text.problems(str(text))):
                raise EvalueringError(
                    faults[0],
                    where=f"Ark «Vurdering», vurderingen fra {role}",
                    remedy="Skriv om setningen i arbeidsboken, og kjør på nytt.",
                )


def _has_numbers(finding: Finding) -> bool:
    return bool(len(finding.frame) or finding.details or finding.values)


def _is_public(finding: Finding) -> bool:
    return bool(finding.sources) and all(source.is_published for source in finding.sources)


def _check_together(findings: Sequence[Finding]) -> None:
    names = [finding.id for finding in findings]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise EvalueringError(f"To funn har samme navn: {', '.join(doubled)}.", where="skjerming")
    if len({finding.is_synthetic for finding in findings}) > 1:
        raise EvalueringError(
            "Kjøringen blander oppdiktede og ekte tall.",
            where="skjerming",
            remedy="Bruk én parameterfil for eksempelet og en annen for ekte tall.",
        )


def _tables(findings: Iterable[Finding]) -> list[CountTable]:
    """Every count table once; two findings may rest on the same one, or on rows of it."""
    found: dict[str, CountTable] = {}
    for finding in findings:
        for table in finding.tables:
            known = found.setdefault(table.name, table)
            if known is not table:
                found[table.name] = _together(known, table, finding.id)
    return [found[name] for name in sorted(found)]


def _together(one: CountTable, other: CountTable, place: str) -> CountTable:
    """The rows of both; a cell with two values is refused where the tables are checked."""
    if _definition(one) != _definition(other):
        raise EvalueringError(f"To ulike tabeller heter {one.name}.", where=f"skjerming, {place}")
    return replace(
        one,
        frame=pd.concat([one.frame, other.frame]).drop_duplicates(ignore_index=True),
        relations=tuple(dict.fromkeys((*one.relations, *other.relations))),
        never_hidden=one.never_hidden | other.never_hidden,
        headline=one.headline | other.headline,
        structural=one.structural | other.structural,
    )


def _definition(table: CountTable) -> tuple[object, ...]:
    trees = {name: dict(tree) for name, tree in table.hierarchies.items()}
    place = (table.unit, table.population, table.period, table.total, table.count)
    return (table.dimensions, trees, table.coarser, *place)


def _shown(tables: Iterable[SafeTable]) -> dict[Cell, int]:
    """Every cell a reader sees, with its value."""
    found: dict[Cell, int] = {}
    for table in tables:
        names = list(table.dimensions)
        visible = table.frame[table.frame["publiseres"].astype(bool)]
        for row in visible[[*names, "antall"]].itertuples(index=False):
            at = sorted(
                (name, str(value))
                for name, value in zip(names, row[:-1], strict=True)
                if value != table.total
            )
            cell = Cell(table.unit, table.population, table.period, tuple(at))
            found[cell] = int(row[-1])
    return found


def _digest(shown: dict[Cell, int]) -> str:
    listed = "\n".join(f"{cell} {value}" for cell, value in sorted(shown.items()))
    return hashlib.sha256(listed.encode()).hexdigest()
