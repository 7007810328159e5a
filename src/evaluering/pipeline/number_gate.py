"""The gate on the numbers of a finished page: each was written by `display` from a safe finding.

Three walls, each with its own key. (1) The finished page holds exactly the numbers of the pieces
it was made from, in the same order, and not one more. (2) In each piece, every number was written
by the formatter, is a safe finding's own words, or is a declared constant. (3) Every number the
formatter wrote stands in the safe findings, or counts their rows. Marks of a drawing are read
through its axes in `drawn_marks`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from evaluering.errors import EvalueringError
from evaluering.model import SafeFinding
from evaluering.pipeline.declared_numbers import DECLARED
from evaluering.pipeline.page_numbers import Chunk, chunks, page_tokens, tokens
from evaluering.pipeline.shown_values import Shown

RECORD_TYPE: Final = "application/vnd.evaluering.tall+json"
MESSAGE: Final = (
    "Siden inneholder et tall eller en kode som ikke er kontrollert. Ingen rapport er laget."
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CONTENTS: Final = re.compile(r"(<nav\b[^>]*\bid=\"innholdsliste\"[^>]*>)(.*?)(</nav>)", re.DOTALL)
_HEADING: Final = re.compile(r"<h([23])[^>]*?\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
# The space within a grouped number is part of it; every other space is only a space.
_GROUPS: Final = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))")
_SPACES: Final = re.compile(r"[^\S\u2007]+")
_LAST_STEP: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page, in the order the parts stand.

    Attributes:
        html: What was given to the page.
        pieces: The record of its numbers, from `display`; None for Markdown and the template.
        is_given: The shell's own words (municipality, dates, version, title): held to the page, and
            not to the findings.
    """

    html: str
    pieces: Sequence[Mapping[str, Any]] | None = None
    is_given: bool = False


def check_numbers(page: str, parts: Sequence[Part], safe: Sequence[SafeFinding]) -> None:
    """Refuse a page with a number that was not controlled.

    Args:
        page: The whole finished page.
        parts: Everything the page was made from, in order.
        safe: The safe findings of the run.

    Raises:
        EvalueringError: A number too many, too few or moved; one that no formatter wrote; or one
            that is in no safe finding. The message never repeats the number.
    """
    _check_sequence(page, parts)
    ground = Ground(safe, [part.html for part in parts if part.is_given])
    pieces = [piece for part in parts if not part.is_given for piece in _pieces(part)]
    for piece in pieces:
        ground.check(piece.source, piece.notes, chunks(piece.html))
    _check_places(pieces)


class Ground:
    """What numbers may rest on: the safe findings of a run, and the years the shell names."""

    def __init__(self, safe: Sequence[SafeFinding], given: Iterable[str] = ()) -> None:
        """Take in the findings.

        Args:
            safe: The safe findings of the run.
            given: The shell's own words, for the years in them.
        """
        self._all = Shown([item.finding for item in safe])
        self._each = {item.finding.id: Shown([item.finding]) for item in safe}
        self._texts: dict[str, list[str]] = {}
        self._several: dict[str, Shown] = {}
        self._years = self._all.years | {
            int(year) for text in (*self._all.texts, *given) for year in _YEAR.findall(text)
        }

    def check(self, source: str, notes: Sequence[Note], found: Iterable[Chunk]) -> None:
        """Refuse a piece with a number nobody wrote, or one that is in no safe finding.

        Args:
            source: Id of the finding it shows, or ids with a space between; any other text is all
                of them.
            notes: What the formatter wrote for it.
            found: What it holds.

        Raises:
            EvalueringError: There is such a number.
        """
        shown = self._shown(source)
        where = source or "en fast del"
        for note in notes:
            if not self._is_known(note, shown):
                raise refusal(where, "finnes ikke i funnene", note.text)
        allowed = {token for note in notes for token in tokens(note.text)}
        allowed |= {str(year) for year in shown.years}
        if source not in self._texts:
            self._texts[source] = _telling(shown.texts)
        texts = self._texts[source]
        for chunk in found:
            if chunk.kind in {"geometry", "axis"} or not tokens(chunk.text):
                continue
            left = tokens(_without_known(chunk.text, texts))
            if any(token not in allowed for token in left):
                raise refusal(f"<{chunk.where}> i {where}", note=chunk.text)

    def _shown(self, source: str) -> Shown:
        """What one finding holds, or those that are shown together, or all."""
        if source in self._each or " " not in source:
            return self._each.get(source, self._all)
        if source not in self._several:
            names = [name for name in source.split() if name in self._each]
            together = [found for name in names for found in self._each[name].findings]
            self._several[source] = Shown(together)
        return self._several[source]

    def _is_known(self, note: Note, shown: Shown) -> bool:
        if note.kind == "number":
            return shown.has(_decimal(note.text))
        if note.kind == "place":  # counted over the whole page
            return True
        if note.kind == "step":
            return 0 <= int(note.text) <= _LAST_STEP
        return {int(year) for year in _YEAR.findall(note.text)} <= self._years


@dataclass(frozen=True, slots=True)
class Note:
    """A number as the formatter wrote it, from the record; see `display.trace`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Piece:
    html: str
    source: str
    notes: tuple[Note, ...]


def _pieces(part: Part) -> list[_Piece]:
    """The pieces of a part; what lies between them was made by nobody and may hold nothing."""
    rest, found = part.html, list[_Piece]()
    for record in part.pieces or ():
        before, mark, after = rest.partition(str(record["html"]))
        if not mark:
            raise refusal("en del av siden", "er ikke slik den ble laget")
        found.append(_Piece(before, "", ()))
        found.append(_Piece(str(record["html"]), str(record["source"]), notes_of(record)))
        rest = after
    return [*found, _Piece(rest, "", ())]


def notes_of(record: Mapping[str, Any]) -> tuple[Note, ...]:
    """The numbers written for a piece, from its record."""
    return tuple(Note(str(note["text"]), str(note["kind"])) for note in record["notes"])


def _check_sequence(page: str, parts: Sequence[Part]) -> None:
    """Every number of the page, in order, is that of its parts; the contents repeat headings."""
    contents = _CONTENTS.search(page)
    bare = _CONTENTS.sub(r"\1\3", page)
    found = page_tokens(bare)
    expected = [token for part in parts for token in page_tokens(part.html)]
    for place, (one, other) in enumerate(zip(found, expected, strict=False)):
        if one != other:
            raise refusal(_nearest(bare, place), "er ikke det som ble laget")
    if len(found) != len(expected):
        raise refusal("siden", "har et tall for mye eller for lite")
    if contents:
        after = page[contents.end() :]
        headings = [page_tokens(f"<li>{inner}</li>") for _, _, inner in _HEADING.findall(after)]
        told = [token for _, token in page_tokens(contents[2])]
        if told != [token for heading in headings for _, token in heading]:
            raise refusal("innholdslisten", "er ikke det som står i overskriftene")


def _nearest(page: str, place: int) -> str:
    seen = 0
    for chunk in chunks(page):
        seen += len(tokens(chunk.text))
        if seen > place:
            return f"<{chunk.where}> på linje {chunk.line}"
    return "siden"


def _telling(texts: Iterable[str]) -> list[str]:
    """Those of the texts that hold a number, the longest first."""
    return sorted((_flat(text) for text in texts if tokens(text)), key=len, reverse=True)


def _without_known(text: str, texts: Sequence[str]) -> str:
    """A text with quoted words and declared constants taken out.

    A text that is only a number is known where it fills the chunk (a cell), not inside a sentence.
    """
    text = _flat(text)
    if text in texts:
        return ""
    for known in texts:
        if known in text and any(mark.isalpha() for mark in known):
            text = re.sub(rf"(?<![^\W_]){re.escape(known)}(?![^\W_])", " ", text)
        elif known in texts and f"kapittel {known}" in text:
            text = re.sub(rf"kapittel {re.escape(known)}(?![\d.]*\d)", " ", text)
    return without_declared(text)


def without_declared(text: str) -> str:
    """A text with the declared constants taken out; one of digits alone only where it is all."""
    text = _flat(text)
    if text in _DECLARED:
        return ""
    for known in _DECLARED:
        if known in text and any(mark.isalpha() for mark in known):
            text = re.sub(rf"(?<![^\W_]){re.escape(known)}(?![^\W_])", " ", text)
    return text


def _flat(text: str) -> str:
    """For comparison: one sort of space, a dash between numbers, small letters, no full stop."""
    text = unicodedata.normalize("NFC", _GROUPS.sub("\u2007", text))
    text = " ".join(_SPACES.split(text)).replace("\u2007", "\u00a0")
    return re.sub(r"(?<=\d)-(?=\d)", "–", text).casefold().strip(" .")


_DECLARED: Final = sorted((_flat(phrase) for phrase in DECLARED), key=len, reverse=True)


_WORDS: Final = {
    word: number
    for number, word in enumerate(
        "null én to tre fire fem seks sju åtte ni ti elleve tolv".split()  # noqa: SIM905 - short
    )
} | {"ett": 1}


def _decimal(text: str) -> Decimal:
    word = text.casefold()
    if word in _WORDS:
        return Decimal(_WORDS[word])
    try:
        return Decimal("".join(word.split()).replace("\u2212", "-").replace(",", "."))
    except InvalidOperation:
        raise refusal("formateringen", "kan ikke leses", text) from None


def _check_places(pieces: Sequence[_Piece]) -> None:
    """Figures and tables are numbered 1, 2, 3 …, and by nothing else."""
    places = [int(note.text) for piece in pieces for note in piece.notes if note.kind == "place"]
    if set(places) != set(range(1, max(places, default=0) + 1)):
        raise refusal("nummereringen av figurer og tabeller", "har et hull")


def refusal(where: str, what: str = "er ikke kontrollert", note: str = "") -> EvalueringError:
    """What stops a page. The number itself goes only to the log of the run."""
    fault = EvalueringError(f"{MESSAGE} Første funn: et tall i {where} {what}.")
    if note:
        fault.add_note(f"Teksten: {note}")
    return fault
