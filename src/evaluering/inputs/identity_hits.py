"""Where something that could name a person was found, and the message about it. Never the value.

A place is a sheet and a cell, or the name of a part in Norwegian; a sheet's own name is shown only
when it is a declared one, for a sheet's name may be a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluering.errors import EvalueringError
from evaluering.inputs.identity_text import KINDS

UNKNOWN_SHEET = "ukjent ark"
FILE_NAME = "filnavnet"
_SHOWN = 6  # one line each, a heading and a remedy: within the ten lines of a refusal
_COPY = "Merket kopi lages først når dette er fjernet."
_CASE_SHEETS = frozenset({"saker", "samtykke", "tjenester", "mål", "målinger"})


@dataclass(frozen=True, slots=True)
class Hit:
    """One place with one kind of identifier.

    Attributes:
        kind: A key of `KINDS`.
        sheet: A declared sheet name, `UNKNOWN_SHEET`, or "" outside the sheets.
        cell: Column letter and row, «C17», or "".
        part: What it is when it is no cell's own content, in Norwegian with a small first letter:
            «kommentaren», «dokumentegenskapene», «filnavnet», «linje 12».
    """

    kind: str
    sheet: str = ""
    cell: str = ""
    part: str = ""

    @property
    def where(self) -> str:
        """The place as it stands in a message."""
        sheet = "" if not self.sheet else f"ark «{self.sheet}»"
        if self.sheet == UNKNOWN_SHEET:
            sheet = "et ukjent ark"
        cell = f"celle {self.cell}" if self.cell else ""
        inner = f"{self.part} i {cell}" if self.part and cell else self.part or cell
        place = ", ".join(piece for piece in (sheet, inner) if piece)
        return place[:1].upper() + place[1:]


def refusal(hits: Sequence[Hit], name: str = "") -> EvalueringError:
    """The refusal of a file or of params with identifiers in it.

    Args:
        hits: At least one.
        name: The file's name; left out when the name itself is a hit.

    Returns:
        Place, kind, rule and remedy; several places as a list of at most six with the total.
    """
    first = hits[0]
    if len(hits) == 1 and first.part == FILE_NAME:
        return EvalueringError(f"Filnavnet inneholder {_looks_like(first)} Gi filen et nytt navn.")
    if len(hits) == 1:
        return EvalueringError(
            f"{_verb(first)} Verdien vises ikke.", where=_place(first, name), remedy=_remedy(first)
        )
    lines = [f"{hit.where}: {_verb(hit)}" for hit in hits[:_SHOWN]]
    more = " De første:" if len(hits) > _SHOWN else ""
    is_name_safe = all(hit.part != FILE_NAME for hit in hits)
    return EvalueringError(
        "\n  ".join([f"Fant {len(hits)} steder med noe som kan peke ut en person.{more}", *lines]),
        where=name if is_name_safe else "",
        remedy=f"slett innholdet på disse stedene. Verdiene vises ikke. {_COPY}",
    )


def _place(hit: Hit, name: str) -> str:
    """A line is nothing without its file; a sheet and cell are enough."""
    if not name or hit.sheet or hit.cell:
        return hit.where
    return f"{name}, {hit.where[:1].lower()}{hit.where[1:]}"


def _verb(hit: Hit) -> str:
    if hit.cell and not hit.part:
        return f"ser ut som {_kind(hit)}."
    return f"inneholder {_looks_like(hit)}"


def _looks_like(hit: Hit) -> str:
    return f"noe som ser ut som {_kind(hit)}."


def _kind(hit: Hit) -> str:
    kind = KINDS[hit.kind]
    return f"{kind.name} (regel {kind.rule})"


def _remedy(hit: Hit) -> str:
    if hit.part == FILE_NAME:
        return "gi filen et nytt navn."
    if hit.cell and not hit.part:
        row = "".join(character for character in hit.cell if character.isdigit())
        is_case = hit.sheet.casefold() in _CASE_SHEETS
        code = f" og bruk saksnummer, for eksempel S-{int(row):03d}" if is_case else ""
        return f"slett innholdet i cellen{code}. {_COPY}"
    if hit.sheet or hit.cell:
        return f"slett teksten der, og lagre arbeidsboken på nytt. {_COPY}"
    return "slett teksten der, og lagre filen på nytt."
