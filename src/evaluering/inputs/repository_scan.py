"""Are there identity numbers in our own files? For the hook before a commit, and for the tests.

Code and figures hold other long numbers (digests, decimals, versions), so the rule is narrower than
for input: eleven digits, together or six and five, that begin with a possible date of birth.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from evaluering.inputs.identity_rules import has_birth_date
from evaluering.inputs.identity_text import find

# Published test numbers, right and wrong: what the detector is measured against.
EXEMPT = "identifiers.csv"

_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{16,}(?![0-9A-Za-z])")
_DECIMAL = re.compile(r"(?<![\w.])-?\d{1,7}[.,]\d+(?:[eE][+-]?\d+)?(?![\d.])")
_ELEVEN = re.compile(r"(?<![\w.,])(\d{6})[ \u00a0.\-–/:]?\d{5}(?!\w)")


def lines_with_numbers(text: str) -> list[int]:
    """Numbers of the lines that hold something like an identity number; never the number itself."""
    return [number for number, line in enumerate(text.split("\n"), start=1) if _has_number(line)]


def main(names: Iterable[str]) -> int:
    """Look through some files; names those with a hit on the error stream.

    Args:
        names: Paths, as the hook is given them. What is no text is passed over.

    Returns:
        1 when there was a hit, else 0.
    """
    found = False
    for name in names:
        path = Path(name)
        if path.name == EXEMPT:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for line in lines_with_numbers(text):
            found = True
            sys.stderr.write(f"{name}, linje {line}: ser ut som et fødselsnummer.\n")
    return int(found)


def _has_number(line: str) -> bool:
    plain = _DECIMAL.sub("|", _DIGEST.sub("|", line))
    is_eleven = any(has_birth_date(match[1]) for match in _ELEVEN.finditer(plain))
    return is_eleven or "fnr" in find(plain, event_date=True)
