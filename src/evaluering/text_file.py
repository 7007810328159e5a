"""Read a text file from a person: what can go wrong with it, said so that it can be mended.

Shared by the readers of YAML and of separated text. It does not know what the text means, and never
guesses an encoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evaluering.errors import EvalueringError

_KILOBYTE = 1024
# The command line promises ten lines at most: one heading and nine problems.
MAX_PROBLEMS = 9
_MAX_SHOWN = 40
_MAX_DIGITS_SHOWN = 6


def read_text(path: Path, *, max_bytes: int, encoding: str = "utf-8") -> str:
    """The text of a file, with line breaks as LF and without a byte order mark.

    Args:
        path: The file.
        max_bytes: Larger files are refused before they are read.
        encoding: `utf-8` or `cp1252`, as declared by the caller.

    Raises:
        EvalueringError: The file is missing, locked, too large, or not in the encoding.
    """
    if path.is_dir():
        raise EvalueringError(
            "Dette er en mappe, ikke en fil.", path.name, "Skriv navnet på en fil."
        )
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise EvalueringError(
                f"Filen er for stor: {size // _KILOBYTE + 1} kB.",
                where=path.name,
                remedy=f"Bruk en fil på {max_bytes // _KILOBYTE} kB eller mindre.",
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise EvalueringError(
            "Fant ikke filen.",
            where=path.name,
            remedy=f"Legg filen i mappen {path.parent.name or '.'}, eller rett filnavnet.",
        ) from error
    except PermissionError as error:
        raise EvalueringError(
            "Filen kan ikke leses. Den er kanskje åpen i et annet program.",
            where=path.name,
            remedy="Lukk filen i Excel og prøv igjen.",
        ) from error
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise EvalueringError(
            f"Filen er ikke lagret som {encoding}.",
            where=f"{path.name}, linje {line}",
            remedy="Lagre filen på nytt som UTF-8.",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(value: str) -> str:
    """A value as it may stand in a message: never long text, and never what may point to a person.

    Args:
        value: The text found in the file.

    Returns:
        `«…»`, or a phrase that says it is not shown.
    """
    digits = sum(character.isdigit() for character in value)
    if len(value) > _MAX_SHOWN or digits > _MAX_DIGITS_SHOWN or "@" in value:
        return "verdien (vises ikke her)"
    return f"«{value}»"


def gathered(problems: Sequence[EvalueringError], name: str) -> EvalueringError:
    """All problems of one file as one refusal of at most ten lines.

    Args:
        problems: At least one; each with its own place and remedy.
        name: The file the problems were found in.

    Returns:
        The problem itself when there is one; otherwise a heading with the total, and the first.
    """
    if len(problems) == 1:
        return problems[0]
    lines = [str(problem).replace("\n  ", "  ") for problem in problems[:MAX_PROBLEMS]]
    first = " De første:" if len(problems) > MAX_PROBLEMS else ""
    return EvalueringError(
        "\n  ".join([f"Fant {len(problems)} feil.{first}", *lines]),
        where=name,
    )
