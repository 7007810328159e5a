"""A matplotlib drawing as inline SVG that is safe, accessible and the same every time.

The page's security policy blocks style attributes and forbids scripts and addresses, and several
drawings share one page. So styles become presentation attributes, ids carry the figure's id, and
nothing about the machine, the clock or the program is left in. What is drawn is not decided here.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from evaluering.display import pictures
from evaluering.display.tables import check_id
from evaluering.display.trace import unnoted
from evaluering.errors import EvalueringError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Drawn in units of one point; the page shows 400 units over at most 35rem (560 px), so that text
# of 13 units is 18 px on a desktop and 9.4 px on a phone 320 px wide.
WIDTH: Final = 400
FONT_SIZE: Final = 13
SHOWN_WIDTH: Final = 560

# Contrast on white 10.3, 9.8, 5.1 and 5.4; always with a second cue beside the colour.
NAVY, PLUM, TEAL, RUST = "#12436D", "#801650", "#1E7B72", "#B4480F"
PALETTE: Final = (NAVY, PLUM, TEAL, RUST)
TEXT: Final = "#1e2b3c"  # 14.3
AXES: Final = "#3D3D3D"  # 10.9
PAPER: Final = "#ffffff"

MAX_TITLE: Final = 60
MAX_ALT: Final = 150

_SVG: Final = "http://www.w3.org/2000/svg"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_URL: Final = re.compile(r"url\(#")
# Verdana has the widths of DejaVu Sans and is what Windows has instead.
_FONTS: Final = "DejaVu Sans, Verdana, sans-serif"


def render(
    paint: Callable[[Figure], None],
    *,
    id: str,
    height: float,
    title: str,
    alt: str,
) -> str:
    """Draw on a white sheet 400 units wide and give the sheet as one `<svg>` element.

    Args:
        paint: Puts the axes and marks on an empty figure; house style is set while it runs.
        id: Of the whole figure; every id in the drawing begins with it.
        height: Units.
        title: At most 60 characters.
        alt: What a reader who cannot see it needs: kind of chart, what, main message, range. At
            most 150 characters.

    Returns:
        The element with `role="img"`, title and description; equal bytes for equal input.

    Raises:
        EvalueringError: The id is not ours, or title or alt is empty or too long.
    """
    check_id(id, "figures")
    _check_text(title, MAX_TITLE, "tittel")
    _check_text(alt, MAX_ALT, "beskrivelse")
    with unnoted():  # every number in the drawing must stand in the table under it
        drawn = _draw(paint, id, height)
    return _inline(drawn, id, title, alt)


def _draw(paint: Callable[[Figure], None], salt: str, height: float) -> bytes:
    # Heavy, and without types that strict checking accepts: the package is imported without them.
    matplotlib: Any = import_module("matplotlib")
    seaborn: Any = import_module("seaborn")
    canvas: Any = import_module("matplotlib.backends.backend_svg").FigureCanvasSVG
    style = {
        **seaborn.axes_style("ticks"),
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "text.parse_math": False,  # a "$" in a name is a dollar sign
        "font.family": "DejaVu Sans",
        "font.size": FONT_SIZE,
        "axes.labelsize": FONT_SIZE,
        "xtick.labelsize": FONT_SIZE,
        "ytick.labelsize": FONT_SIZE,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "text.color": TEXT,
        "axes.labelcolor": TEXT,
        "xtick.labelcolor": TEXT,
        "ytick.labelcolor": TEXT,
        "axes.edgecolor": AXES,
        "xtick.color": AXES,
        "ytick.color": AXES,
    }
    sheet = io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # nobody's own settings reach the page
        matplotlib.rcParams.update(style)
        figure = matplotlib.figure.Figure(figsize=(WIDTH / 72, height / 72))
        paint(figure)
        canvas(figure).print_svg(sheet, metadata={"Date": None})
        pictures.keep(figure, salt)
    return sheet.getvalue()


def _inline(drawing: bytes, prefix: str, title: str, alt: str) -> str:
    """The five steps of the report guide §4, on the parsed tree rather than on text."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawing)  # noqa: S314 - matplotlib's own output, written a line ago
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"}:
                parent.remove(child)
    for element in root.iter():
        _clean(element, prefix)
    _number_repeated_ids(root)
    view = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": " ".join(view),
            "width": str(SHOWN_WIDTH),
            "height": f"{float(view[3]) * SHOWN_WIDTH / WIDTH:g}",
            "role": "img",
            "aria-labelledby": f"{prefix}-tittel {prefix}-beskrivelse",
            # matplotlib's own style rule, which inlined would apply to the whole page
            "stroke-linejoin": "round",
            "stroke-linecap": "butt",
        }
    )
    for place, (name, text) in enumerate((("tittel", title), ("beskrivelse", alt))):
        tag = "title" if name == "tittel" else "desc"
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{name}"})
        element.text = text
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _clean(element: ET.Element, prefix: str) -> None:
    """Styles to attributes, ids and references prefixed, white space between tags dropped."""
    given = dict(element.attrib)
    element.attrib.clear()
    for name, value in given.items():
        if name == "style":
            element.attrib.update(_presentation(value, prefix))
        elif name == "id":
            element.attrib["id"] = f"{prefix}-{value}"
        elif name == _HREF:
            element.attrib["href"] = f"#{prefix}-{value.removeprefix('#')}"
        elif name == "d":
            element.attrib["d"] = " ".join(value.split())
        elif name != "transform" or not value.startswith("rotate(-0 "):
            element.attrib[name] = _URL.sub(f"url(#{prefix}-", value)
    element.tail = None
    if not element.tag.endswith("}text"):
        element.text = None


def _number_repeated_ids(root: ET.Element) -> None:
    """Marks of one sort share a name; the second of them becomes `…-2`, and so on."""
    seen: Counter[str] = Counter()
    for element in root.iter():
        name = element.get("id")
        if name is not None:
            seen[name] += 1
            if seen[name] > 1:
                element.set("id", f"{name}-{seen[name]}")


def _presentation(style: str, prefix: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for declaration in filter(str.strip, style.split(";")):
        name, value = declaration.split(":", 1)
        attributes[name.strip()] = _URL.sub(f"url(#{prefix}-", value.strip())
    if "font-family" in attributes:
        attributes["font-family"] = _FONTS
    return attributes


def _check_text(text: str, limit: int, name: str) -> None:
    if not text.strip() or len(text) > limit:
        raise EvalueringError(
            f"En figur må ha en {name} på høyst {limit} tegn, denne har {len(text)}.",
            where="figures",
        )
