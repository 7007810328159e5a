"""The number of a case as somebody types it, for the page about one case."""

from __future__ import annotations

import re
from typing import Final

from evaluering.errors import EvalueringError

_CODE: Final = re.compile(r"S-\d{3,4}")


def case_code(text: str) -> str:
    """The number of a case in the form of the sheet «Saker»: `s-014 ` → `S-014`.

    Args:
        text: What was typed. It is never repeated in a message: it could be a name.

    Raises:
        EvalueringError: It is no such number.
    """
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise EvalueringError(
            "Dette er ikke et saksnummer.",
            where="sak",
            remedy="Skriv nummeret fra arket «Saker», for eksempel S-014.",
        )
    return code
