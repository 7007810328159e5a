"""One municipality through its numbers: 0106 → 3004 → 3107 is Fredrikstad all the way.

The changes lie in `kommunenummer.yml`. A number the file does not mention has never changed as far
as we know; a municipality that was split has no single successor and is not in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.yaml_file import read_yaml

_FILE: Final = Path(__file__).parent / "kommunenummer.yml"
_NUMBER: Final = re.compile("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class CodeChange:
    """From the first of January `aar` the number `fra` is written `til`."""

    fra: str
    til: str
    aar: int
    navn: str


@dataclass(frozen=True, slots=True)
class MunicipalityCodes:
    """All declared changes. Made by `read_municipality_codes`, which has checked them."""

    changes: tuple[CodeChange, ...]

    def newest(self, code: str) -> str:
        """The number a municipality has today.

        Args:
            code: Text of four digits, from any year.

        Raises:
            EvalueringError: Not four digits.
        """
        code = _checked(code)
        for change in self.changes:  # sorted by year, so one pass follows the whole chain
            if change.fra == code:
                code = change.til
        return code

    def all_of(self, code: str) -> tuple[str, ...]:
        """Every number of a municipality and of those merged into it, sorted.

        Args:
            code: Text of four digits, from any year.
        """
        newest = self.newest(code)
        known = {change.fra for change in self.changes} | {newest}
        return tuple(sorted(old for old in known if self.newest(old) == newest))

    def in_year(self, code: str, year: int) -> tuple[str, ...]:
        """The numbers in use in a year: one, or several before a merger.

        Args:
            code: Text of four digits, from any year.
            year: The year the figures are about.
        """
        left = {change.fra for change in self.changes if change.aar <= year}
        came = {change.til for change in self.changes if change.aar > year}
        return tuple(old for old in self.all_of(code) if old not in left | came)

    def with_newest(self, frame: pd.DataFrame, column: str = "kommune_nr") -> pd.DataFrame:
        """A copy of a frame with today's numbers in a column of numbers.

        Args:
            frame: Any frame with a column of four-digit texts.
            column: Its name.
        """
        newest = {code: self.newest(code) for code in frame[column].unique()}
        return frame.assign(**{column: frame[column].map(newest)})


def read_municipality_codes(path: Path | None = None) -> MunicipalityCodes:
    """The declared changes of municipality numbers.

    Args:
        path: A file like the package's own `kommunenummer.yml`, which is used when None.

    Raises:
        EvalueringError: A number is not four digits in quotes, a municipality has two successors,
            or a number comes back into use before its time.
    """
    path = path or _FILE
    content = read_yaml(path).get("endringer")
    if not isinstance(content, list) or not content:
        raise EvalueringError("Listen «endringer» mangler.", path.name, "Skriv minst én endring.")
    changes = [_change(entry, path.name) for entry in cast("list[object]", content)]
    changes.sort(key=lambda change: (change.aar, change.fra))
    _check_chain(changes, path.name)
    return MunicipalityCodes(tuple(changes))


def _change(entry: object, name: str) -> CodeChange:
    if not isinstance(entry, dict) or set(cast("dict[str, Any]", entry)) != {
        "fra",
        "til",
        "aar",
        "navn",
    }:
        raise EvalueringError(
            "En endring har andre nøkler enn fra, til, aar og navn.",
            where=name,
            remedy='Skriv for eksempel {fra: "3004", til: "3107", aar: 2024, navn: Fredrikstad}.',
        )
    entry = cast("dict[str, Any]", entry)
    if not isinstance(entry["aar"], int) or not isinstance(entry["navn"], str):
        raise EvalueringError("Året eller navnet i en endring er feil.", name, "Rett oppføringen.")
    fra, til = _checked(entry["fra"], name), _checked(entry["til"], name)
    return CodeChange(fra, til, entry["aar"], entry["navn"])


def _checked(code: object, where: str = "kommunenummer") -> str:
    if isinstance(code, str) and _NUMBER.fullmatch(code):
        return code
    raise EvalueringError(
        "Et kommunenummer er ikke fire sifre.",
        where=where,
        remedy='Skriv fire sifre i anførselstegn, for eksempel "0301".',
    )


def _check_chain(changes: list[CodeChange], name: str) -> None:
    ended: dict[str, int] = {}
    for change in changes:
        if change.fra in ended:
            raise EvalueringError(
                f"Kommune {change.fra} har to etterfølgere.",
                where=name,
                remedy="En kommune som er delt, kan ikke stå i filen. Slett oppføringene.",
            )
        if change.til in ended or change.til == change.fra:
            raise EvalueringError(
                f"Kommune {change.til} tas i bruk etter at nummeret er avsluttet.",
                where=name,
                remedy="Sjekk årstallene.",
            )
        ended[change.fra] = change.aar
