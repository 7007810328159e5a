"""The few pieces of HTML a section is put together from. Every text from data is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from evaluering.display.sentences import Paragraph
from evaluering.display.trace import RECORD_TYPE, Piece, note

_HYPHEN: Final = re.compile(r"(?<=\d)-(?=\d)")


@dataclass(frozen=True, slots=True)
class Html:
    """A piece of a page; shown as such in a notebook.

    Attributes:
        content: Finished HTML.
        pieces: What it is put together from, with the numbers written for each.
    """

    content: str
    pieces: tuple[Piece, ...] = ()

    def _repr_html_(self) -> str:
        return self.content

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """The page itself, and beside it what the gate needs to know."""
        if not self.pieces:
            return {}
        return {RECORD_TYPE: {"pieces": [piece.record() for piece in self.pieces]}}


class Numbering:
    """Figures and tables numbered in the order they are made, from 1."""

    def __init__(self) -> None:
        self._figures = 0
        self._tables = 0

    @property
    def has_figures(self) -> bool:
        """Whether any figure has been numbered."""
        return self._figures > 0

    def figure(self) -> int:
        """The number of the next figure."""
        self._figures += 1
        note(str(self._figures), self._figures, "place")
        return self._figures

    def table(self, title: str) -> str:
        """The caption of the next table: «Tabell 3. …»."""
        self._tables += 1
        note(str(self._tables), self._tables, "place")
        return f"Tabell {self._tables}. {title}"


def heading(text: str, *, id: str, level: int = 3) -> str:
    """A heading with its own id, so that it can be linked to."""
    return f'<h{level} id="{anchor(id)}">{escape(text)}</h{level}>\n'


def paragraph(*sentences: str, kind: str = "") -> str:
    """Sentences as one paragraph; empty ones are left out, nothing at all where all are empty."""
    text = " ".join(sentence for sentence in sentences if sentence)
    style = f' class="{kind}"' if kind else ""
    return f"<p{style}>{escape(text)}</p>\n" if text else ""


def lead(label: str, *sentences: str, kind: str = "", stop: str = ".", id: str = "") -> str:
    """A paragraph that opens with its label in bold, followed by `stop`; linked to by `id`."""
    text = " ".join(sentence for sentence in sentences if sentence)
    style = f' class="{kind}"' if kind else ""
    name = f' id="{anchor(id)}"' if id else ""
    return f"<p{style}{name}><strong>{escape(label)}{stop}</strong> {escape(text)}</p>\n"


def verdict(said: Paragraph) -> str:
    """A verdict paragraph: the label in bold, then the sentences."""
    return lead(said.label, *said.sentences, kind="konklusjon")


def items(entries: Iterable[str]) -> str:
    """A list; each entry is plain text."""
    rows = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
    return f"<ul>{rows}</ul>\n" if rows else ""


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """A definition list: word and text."""
    rows = "".join(
        f"<dt>{escape(word)}</dt><dd>{escape(typeset(text))}</dd>" for word, text in pairs
    )
    return f"<dl>{rows}</dl>\n" if rows else ""


def details(summary: str, *content: str) -> str:
    """Content behind a line that can be opened; printed open."""
    return f"<details><summary>{escape(summary)}</summary>\n{''.join(content)}</details>\n"


def quote(text: str, source: str) -> str:
    """Someone's own words, with where they stand."""
    return (
        f"<blockquote><p>«{escape(text)}»</p>\n<p><cite>{escape(source)}</cite></p></blockquote>\n"
    )


def link(text: str, target: str) -> str:
    """A link within the page."""
    return f'<a href="#{anchor(target)}">{escape(text)}</a>'


def typeset(text: str) -> str:
    """Someone else's words with our dash between numbers: «1-2 forhold» → «1–2 forhold»."""
    return _HYPHEN.sub("–", text)


def anchor(id: str) -> str:
    """A finding's id as an anchor: `ungdata.trygt_svaert` → `ungdata-trygt-svaert`."""
    return id.replace(".", "-").replace("_", "-")
