"""The figures of a report as files of their own: `figurer/<id>.svg` and `figurer/<id>.png`.

The SVG is cut out of what the page was made from, which the gate has held the page to number by
number; the page itself is written anew as HTML, and would not stand alone as XML.
The PNG was made in the kernel from the same drawing, and must belong to a figure of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from evaluering.errors import EvalueringError
from evaluering.pipeline.number_gate import Part

FOLDER: Final = "figurer"  # the kernel's `display.pictures` says the same
_FIGURE: Final = re.compile(
    r'<figure id="([a-z0-9-]+)" class="figur">\s*(<svg\b.*?</svg>)', re.DOTALL
)
_XLINK: Final = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SIZE: Final = 4  # bytes of a chunk's length, of its name and of its checksum
# Header, dots per metre, picture and end: no text, no time, no name of a program.
_CHUNKS: Final = frozenset({b"IHDR", b"pHYs", b"IDAT", b"IEND"})


def figure_files(parts: Sequence[Part], folder: Path) -> dict[str, bytes]:
    """Every figure of a page, twice.

    Args:
        parts: What the page was made from, and was held to by the gate.
        folder: Where the kernel left the PNGs.

    Returns:
        `figurer/<id>.svg` and `figurer/<id>.png` → content.

    Raises:
        EvalueringError: A figure has no picture, a picture has no figure, or a picture holds
            something besides the drawing.
    """
    drawings = {id: drawing for part in parts for id, drawing in _FIGURE.findall(part.html)}
    pictures = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.png"))}
    strange = sorted(drawings.keys() ^ pictures.keys())
    strange += [id for id, picture in pictures.items() if not _is_bare(picture)]
    if strange:
        raise EvalueringError(f"Figuren «{strange[0]}» og filen med samme navn stemmer ikke.")
    files: dict[str, bytes] = {}
    for id, drawing in drawings.items():
        files[f"{FOLDER}/{id}.svg"] = _alone(drawing).encode("utf-8")
        files[f"{FOLDER}/{id}.png"] = pictures[id]
    return files


def _alone(drawing: str) -> str:
    """A drawing that stands alone, also in programs that know only the older kind of reference."""
    named = drawing.replace("<svg ", f"<svg {_XLINK} ", 1).replace(' href="#', ' xlink:href="#')
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{named}\n'


def _is_bare(picture: bytes) -> bool:
    """Whether a PNG holds the drawing and nothing else."""
    if not picture.startswith(_SIGNATURE):
        return False
    place, names = len(_SIGNATURE), list[bytes]()
    while place < len(picture):
        length = int.from_bytes(picture[place : place + _SIZE], "big")
        names.append(picture[place + _SIZE : place + 2 * _SIZE])
        place += length + 3 * _SIZE
    return place == len(picture) and names[-1] == b"IEND" and set(names) <= _CHUNKS
