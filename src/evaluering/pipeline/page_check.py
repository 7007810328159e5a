"""The gate on a finished page: only tags, attributes and addresses we have named may leave.

Reads the page as a browser would meet it, not as the template meant it. A Markdown cell with a
`<script>` in it, an image from the web or a forgotten error output stops the run here.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from evaluering.errors import EvalueringError

_SVG_TAGS = frozenset(
    {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "use", "clippath"}
    | {"desc", "title", "polygon", "polyline", "ellipse"}
)
_HTML_TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "main", "header", "footer", "nav", "section"}
    | {"h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "b", "i"}
    | {"a", "div", "span", "figure", "figcaption", "details", "summary", "blockquote", "cite"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "abbr", "time", "code"}
    | {"br", "hr", "pre", "small", "sup", "sub", "q", "kbd"}
)
_ATTRIBUTES = frozenset(
    {"id", "class", "lang", "role", "tabindex", "scope", "href", "hidden", "title", "datetime"}
    | {"charset", "name", "content", "http-equiv", "open", "start", "colspan", "rowspan", "dir"}
)
_SVG_ATTRIBUTES = frozenset(
    {"xmlns", "xmlns:xlink", "xlink:href", "viewbox", "width", "height", "version", "d", "x", "y"}
    | {"x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "points", "transform", "clip-path"}
    | {"focusable", "preserveaspectratio", "dx", "dy", "offset", "clip-rule"}
)
_SVG_PREFIXES = ("fill", "stroke", "font", "text", "opacity", "letter", "dominant", "white-space")
_LINK = re.compile(
    r"^(#[\w.-]+|https://[^\s\"'<>]+|(?!.*\.\.)(?:[\w.-]+/){0,2}[\w.-]+\.(html|xlsx|svg|png|json))$"
)


class _Reader(HTMLParser):
    """Collects what is not allowed, with the line it stands on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.count = {"h1": 0, "csp": 0, "main": 0}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag not in _HTML_TAGS | _SVG_TAGS:
            self.faults.append(f"merket <{tag}> på linje {line}")
        if tag in self.count:
            self.count[tag] += 1
        for name, value in attrs:
            self._attribute(tag, name, value or "", line)

    def _attribute(self, tag: str, name: str, value: str, line: int) -> None:
        allowed = (
            name in _ATTRIBUTES
            or name.startswith("aria-")
            or (tag in _SVG_TAGS and (name in _SVG_ATTRIBUTES or name.startswith(_SVG_PREFIXES)))
        )
        if not allowed:
            self.faults.append(f"attributtet {name} på <{tag}>, linje {line}")
        if name == "id":
            self.ids.append(value)
        if name == "http-equiv":
            if value.lower() == "content-security-policy":
                self.count["csp"] += 1
            else:
                self.faults.append(f"meta http-equiv på linje {line}")
        if name in {"href", "xlink:href", "src"}:
            if not _LINK.match(value):
                self.faults.append(f"adressen i {name} på linje {line}")
            elif value.startswith("#"):
                self.targets.append(value[1:])
        if "url(" in value and not re.fullmatch(r"url\(#[\w.-]+\)", value):
            self.faults.append(f"adressen i {name} på linje {line}")


def check_page(html: str) -> None:
    """Refuse a page with anything that was not named beforehand.

    Args:
        html: The whole finished page.

    Raises:
        EvalueringError: An unknown tag, attribute or address; not exactly one h1, one main and one
            content-security policy; an id used twice; a link within the page that leads nowhere.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = list(reader.faults)
    faults += [
        f"{found} stykker av {name}, det skal være ett"
        for name, found in reader.count.items()
        if found != 1
    ]
    faults += [f"id {name} står to ganger" for name in sorted(_doubled(reader.ids))]
    faults += [
        f"lenken #{name} leder ingen steder"
        for name in sorted(set(reader.targets) - set(reader.ids))
    ]
    if faults:
        raise EvalueringError(
            "Siden inneholder et tall eller en kode som ikke er kontrollert. "
            f"Ingen rapport er laget. Første funn: {faults[0]}."
        )


def _doubled(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
