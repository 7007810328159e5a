"""From a municipality's name to its number, and to the name its files get.

The table is Norway's municipalities of today. Numbers that have changed are `municipality_codes`.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from evaluering.errors import EvalueringError
from evaluering.yaml_file import read_yaml

_FILE: Final = Path(__file__).parent / "kommuner.yml"
_BETWEEN_LANGUAGES: Final = " - "
_SHOWN: Final = 3
# Letters that do not come apart into a base letter and an accent.
_ASCII: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "đ": "d", "ŋ": "n", "ŧ": "t", "ä": "ae", "ö": "oe"}
)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality as it is named in one language.

    Attributes:
        kommune_nr: Text of four digits.
        navn: The name, with the county in brackets where two have the same.
    """

    kommune_nr: str
    navn: str

    @property
    def stem(self) -> str:
        """The name as the beginning of a file name: «Våler (Østfold)» → `vaaler_oestfold`."""
        return ascii_name(self.navn)


def ascii_name(text: str) -> str:
    """Text as lower-case ASCII letters, digits and single underscores: «Bø» → `boe`."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_ASCII)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", plain).strip("_")


def find_municipality(name: str) -> Municipality:
    """The municipality somebody means.

    Args:
        name: Its name in any of its languages, in any case, with or without æøå and the county in
            brackets; or its number.

    Raises:
        EvalueringError: No municipality has the name, or several have it. Near names are given.
    """
    every = _municipalities()
    wanted = ascii_name(name)
    found = [
        item
        for item in every
        if wanted in (item.stem, item.kommune_nr, ascii_name(item.navn.partition("(")[0]))
    ]
    numbers = sorted({item.kommune_nr for item in found})
    if len(numbers) == 1:
        return found[0]
    if numbers:
        names = " eller ".join(f"«{item.navn}»" for item in found)
        raise EvalueringError(
            f"{len(numbers)} kommuner har dette navnet.",
            where="--kommune",
            remedy=f"Skriv {names}, med anførselstegn rundt.",
        )
    stems = {item.stem: item.navn for item in every}
    near = difflib.get_close_matches(wanted, stems, n=_SHOWN, cutoff=0.7)
    hint = f"Mente du {' eller '.join(stems[stem] for stem in near)}?" if near else ""
    raise EvalueringError(
        "Det finnes ingen kommune med dette navnet.",
        where="--kommune",
        remedy=hint or "Skriv kommunens navn, for eksempel Fredrikstad, eller nummeret, 3107.",
    )


def same_county(kommune_nr: str) -> tuple[str, ...]:
    """The numbers of the other municipalities in the same county, sorted.

    Args:
        kommune_nr: Text of four digits; the first two are the county.
    """
    numbers = {item.kommune_nr for item in _municipalities()} - {kommune_nr}
    return tuple(sorted(number for number in numbers if number[:2] == kommune_nr[:2]))


@cache
def _municipalities() -> tuple[Municipality, ...]:
    """Every municipality once for each language its name has, and once with all of them."""
    table: dict[str, str] = read_yaml(_FILE)["kommuner"]
    return tuple(
        Municipality(number, name)
        for number, names in table.items()
        for name in dict.fromkeys([*names.split(_BETWEEN_LANGUAGES), names])
    )
