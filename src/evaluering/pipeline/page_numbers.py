"""Every number on a page, in the order it stands: in digits, in words, in attributes, in drawings.

The page is read as a browser and a screen reader meet it. Text is taken block by block, so that a
sentence with bold words in it is one text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, Literal

Kind = Literal["text", "attribute", "axis", "drawing", "geometry"]

_UNITS: Final = "én ett to tre fire fem seks sju syv åtte ni".split()  # noqa: SIM905 - short
_TEENS: Final = (
    "ti elleve tolv tretten fjorten femten seksten sytten atten nitten".split()  # noqa: SIM905
)
_TENS: Final = (
    "tjue tyve tretti tredve førti femti seksti sytti åtti nitti".split()  # noqa: SIM905 - short
)
# Words that are numbers wherever they stand; «en» and «et» are articles.
NUMBER_WORDS: Final = frozenset(
    ["null", *_UNITS, *_TEENS, *_TENS, "hundre", "tusen", "million", "millioner"]
    + [ten + unit for ten in _TENS for unit in [*_UNITS, "en", "ett"]]
)
_TOKEN: Final = re.compile(
    r"[\u2212\-+]?(?<!\d)\d+(?:[\u00a0\u202f]\d{3})*(?:[.,]\d+)*|[^\W\d_]+|\S"
)
# Attributes that place or link things; they are compared with their source, not read as words.
_GEOMETRY: Final = frozenset(
    {"viewbox", "width", "height", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r"}
    | {"rx", "ry", "points", "transform", "stroke-width", "stroke-dasharray", "font-size"}
    | {"font-weight", "opacity", "fill", "stroke", "stroke-dashoffset", "stroke-miterlimit"}
    | {"stroke-opacity", "fill-opacity", "version", "offset", "colspan", "rowspan", "start"}
)
_LINKS: Final = frozenset(
    {"id", "class", "aria-labelledby", "aria-describedby", "tabindex", "charset", "clip-path"}
    | {"xmlns", "xmlns:xlink", "http-equiv", "lang", "name", "scope", "role"}
)
_BLOCKS: Final = frozenset(
    {"html", "head", "title", "body", "main", "header", "footer", "nav", "section", "h1", "h2"}
    | {"h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "figure", "figcaption", "br"}
    | {"details", "summary", "blockquote", "table", "caption", "thead", "tbody", "tfoot", "tr"}
    | {"th", "td", "svg", "g", "text", "desc", "pre", "hr", "path", "use", "defs"}
)
_AXIS: Final = re.compile(r"-[xy]tick_\d+$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a page.

    Attributes:
        kind: `text` and `attribute` are read by people; `axis` is the label of a tick, `drawing`
            another word in a drawing, `geometry` what places a mark.
        text: As a reader meets it.
        line: Where it stands.
        where: The tag, or tag and attribute.
    """

    kind: Kind
    text: str
    line: int
    where: str


def chunks(html: str) -> list[Chunk]:
    """Everything on a page that may hold a number, in order.

    Args:
        html: A page or a piece of one.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.found


def tokens(text: str) -> list[str]:
    """Every number in a text, in digits or words, in small letters: `−3`, `1␣234,5`, `tretten`.

    Signs like «½» and digits of other scripts count too.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFC", text)):
        word = match[0].casefold()
        if any(mark.isnumeric() and not ("一" <= mark <= "鿿") for mark in word):
            found.append(_plain(word, text, match.start()))
        elif word in NUMBER_WORDS:
            found.append(word)
    return found


def page_tokens(html: str) -> list[tuple[str, str]]:
    """Where each number of a page stands, and the number: the whole page as one sequence."""
    return [(chunk.where, token) for chunk in chunks(html) for token in tokens(chunk.text)]


def _plain(token: str, text: str, start: int) -> str:
    """A hyphen or a plus belongs to the number only where nothing stands before it."""
    if token[0] in "-+" and start and not text[start - 1].isspace():
        return token[1:]
    return token.rstrip(".,")


class _Reader(HTMLParser):
    """Collects chunks; text of inline elements joins that of its block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Chunk] = []
        self._text: list[str] = []
        self._line = 1
        self._tags: list[tuple[str, bool]] = []  # open tags, and whether they are an axis tick
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.flush()
        names = dict(attrs)
        is_tick = bool(_AXIS.search(names.get("id") or ""))
        if tag not in {"meta", "br", "hr"}:
            inside = bool(self._tags) and self._tags[-1][1]
            self._tags.append((tag, is_tick or inside))
        self._is_style = tag == "style"
        for name, value in sorted(attrs):  # nbconvert sorts them too
            self._attribute(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in {"meta", "br", "hr"}:
            self.handle_endtag(tag)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name in _LINKS or (name in {"href", "xlink:href"} and value.startswith("#")):
            return
        kind: Kind = "geometry" if name in _GEOMETRY and tag != "meta" else "attribute"
        self.found.append(Chunk(kind, value, self.getpos()[0], f"{tag} {name}"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        self._is_style = False
        for place in range(len(self._tags) - 1, -1, -1):
            if self._tags[place][0] == tag:
                del self._tags[place:]
                break

    def handle_data(self, data: str) -> None:
        if self._is_style:
            return
        if not self._text:
            self._line = self.getpos()[0]
        self._text.append(data)

    def flush(self) -> None:
        """Close the text that is being gathered."""
        text = "".join(self._text)
        self._text = []
        if not text.strip():
            return
        tag, is_tick = self._tags[-1] if self._tags else ("", False)
        is_drawing = any(name == "svg" for name, _ in self._tags) and tag not in {"title", "desc"}
        kind: Kind = "axis" if is_tick else "drawing" if is_drawing else "text"
        self.found.append(Chunk(kind, text, self._line, tag))
