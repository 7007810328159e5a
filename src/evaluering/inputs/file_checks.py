"""May this file be opened at all? Names and places, before a byte of the content is read.

Every refusal here is cheap: it costs a look at the name and at the folder's entry. A name that
holds an identifier is refused first, so that no later message can repeat it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection
from pathlib import Path

from evaluering.errors import EvalueringError
from evaluering.inputs.identity_hits import FILE_NAME, Hit, refusal
from evaluering.inputs.identity_text import find

MAX_PATH = 240  # Windows stops at 260; the folders we make beside the file need the rest
_MEGABYTE = 1024 * 1024
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE
)
# Not allowed in names on Windows; braces are format fields to papermill.
_FORBIDDEN = re.compile(r"[<>:\"|?*\\{}\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DRIVE = re.compile(r"[A-Za-z]:")
# Windows: the content lies elsewhere and is fetched when it is read.
_OFFLINE = 0x1000
_RECALL_ON_OPEN = 0x40000
_RECALL_ON_ACCESS = 0x400000
# Public figures are kept as snapshots with their day in the name.
_SNAPSHOTS = "data/publisert"
_CLOSE_EXCEL = "Lukk filen i Excel og prøv igjen."
_ONEDRIVE = "Høyreklikk mappen og velg «Behold alltid på denne enheten». Prøv så igjen."


def inside_project(root: Path, folder: str, name: str, *, where: str = "params") -> Path:
    """The path of a file that params name, when it can only lie in the project's own folder.

    Args:
        root: The project folder.
        folder: The folder the file belongs in, relative to the root: `data/inndata`.
        name: The file's name as written in params; `/` may set off a folder inside `folder`.
        where: The key in params, for the message. The name itself is not repeated.

    Returns:
        `root / folder / name`, whether it exists or not.

    Raises:
        EvalueringError: The name is no plain name, is too long, goes through a symbolic link or
            resolves outside the folder.
    """
    fault = _fault(name, dated=folder == _SNAPSHOTS)
    if fault:
        raise EvalueringError(
            f"Filnavnet kan ikke brukes: {fault}.",
            where=where,
            remedy=f"Legg filen i mappen {folder}, og skriv bare filnavnet.",
        )
    base = root / folder
    path = base / name
    check_length(path)
    steps = [
        base,
        *(base.joinpath(*path.parts[len(base.parts) : end]) for end in _ends(base, path)),
    ]
    if any(step.is_symlink() for step in steps):
        raise _link(where)
    if not path.resolve().is_relative_to(root.resolve() / folder):
        raise EvalueringError(
            "Filen ligger utenfor prosjektmappen.",
            where=where,
            remedy=f"Legg filen i mappen {folder}.",
        )
    return path


def check_file(path: Path, *, max_bytes: int, endings: Collection[str], dated: bool = False) -> int:
    """Refuse a file that should not be opened, by its name and its entry in the folder.

    Args:
        path: The file.
        max_bytes: Larger files are refused.
        endings: Allowed endings, with the dot and in small letters.
        dated: The name may hold the date of a snapshot.

    Returns:
        Its size in bytes.

    Raises:
        EvalueringError: The name holds an identifier, or the file is missing, a lock file, a link,
            a folder, of another kind, empty, too large, in use or not on this machine.
    """
    hits = [Hit(kind, part=FILE_NAME) for kind in find(path.name, event_date=dated)]
    if hits:
        raise refusal(hits[:1])
    if path.name.startswith("~$"):
        raise EvalueringError(
            "Dette er Excels låsefil, ikke arbeidsboken.",
            where=path.name,
            remedy=f"Bruk filen som heter det samme uten «~$». {_CLOSE_EXCEL}",
        )
    check_length(path)
    try:
        entry = path.lstat()
    except (OSError, ValueError) as error:
        raise unreadable(error, path.name) from error
    _check_entry(entry, path.name)
    if path.suffix.lower() not in endings:
        raise EvalueringError(
            "Filen er av et slag som ikke leses.",
            where=path.name,
            remedy=f"Lagre den som {' eller '.join(sorted(endings))}.",
        )
    if entry.st_size > max_bytes:
        raise EvalueringError(
            f"Filen er for stor: {entry.st_size / _MEGABYTE:.0f} MB. "
            f"Grensen er {max_bytes // _MEGABYTE} MB.",
            where=path.name,
            remedy="Slett det som ikke hører hjemme i filen, og lagre den på nytt.",
        )
    try:
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise unreadable(error, path.name) from error
    return entry.st_size


def check_length(path: Path) -> None:
    """Refuse a path Windows cannot open."""
    if len(str(path.absolute())) > MAX_PATH:
        raise EvalueringError(
            f"Navnet på filen og mappene er lengre enn {MAX_PATH} tegn til sammen.",
            remedy="Flytt prosjektet til en mappe med kortere navn, eller gi filen kortere navn.",
        )


def unreadable(error: Exception, name: str) -> EvalueringError:
    """Why a file cannot be opened, as a sentence that helps.

    Args:
        error: What the operating system said.
        name: The file's name, already known to hold no identifier.
    """
    code = error.errno if isinstance(error, OSError) else None
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return EvalueringError(
            "Fant ikke filen.", name, "Sjekk filnavnet, og at filen ligger i riktig mappe."
        )
    if isinstance(error, PermissionError) or code in (errno.EBUSY, errno.ETXTBSY):
        return EvalueringError(
            "Filen kan ikke leses. Den er kanskje åpen i Excel.", name, _CLOSE_EXCEL
        )
    if isinstance(error, OSError):
        return EvalueringError("Filen ligger ikke på denne maskinen.", name, _ONEDRIVE)
    return EvalueringError("Filnavnet kan ikke brukes.", remedy="Gi filen et nytt navn.")


def _check_entry(entry: os.stat_result, name: str) -> None:
    if stat.S_ISLNK(entry.st_mode):
        raise _link(name)
    if stat.S_ISDIR(entry.st_mode):
        raise EvalueringError("Dette er en mappe, ikke en fil.", name, "Skriv navnet på en fil.")
    if not stat.S_ISREG(entry.st_mode):
        raise EvalueringError("Dette er ikke en vanlig fil.", name, "Bruk en vanlig fil.")
    if entry.st_size == 0:
        raise EvalueringError("Filen er tom.", name, "Lagre filen på nytt, eller hent den igjen.")
    attributes = getattr(entry, "st_file_attributes", 0)  # Windows only
    if attributes & (_OFFLINE | _RECALL_ON_OPEN | _RECALL_ON_ACCESS):
        raise EvalueringError("Filen ligger ikke på denne maskinen.", name, _ONEDRIVE)


def _link(where: str) -> EvalueringError:
    return EvalueringError(
        "Filen er en snarvei (symbolsk lenke). Slike leses ikke.",
        where=where,
        remedy="Kopier selve filen inn i mappen.",
    )


def _ends(base: Path, path: Path) -> range:
    return range(len(base.parts) + 1, len(path.parts) + 1)


def _fault(name: str, *, dated: bool) -> str:
    """What is wrong with a name from params, or ""."""
    pieces = name.split("/")
    table = (
        (not name.strip(), "det er tomt"),
        (bool(_DRIVE.match(name)), "det begynner med en stasjonsbokstav"),
        (name.startswith(("/", "\\")), "det begynner med en skråstrek"),
        (bool(_FORBIDDEN.search(name)), "det har tegn som ikke kan stå i filnavn"),
        (".." in pieces, "«..» peker ut av mappen"),
        (any(piece in ("", ".") for piece in pieces), "det har tomme ledd"),
        (any(piece.startswith("~$") for piece in pieces), "«~$» er Excels låsefil"),
        (any(piece != piece.strip(" ") or piece.endswith(".") for piece in pieces),
         "et ledd begynner eller slutter med mellomrom eller punktum"),
        (any(_RESERVED.fullmatch(piece) for piece in pieces), "Windows bruker navnet til annet"),
        (bool(find(name, event_date=dated)), "det inneholder noe som kan peke ut en person"),
    )  # fmt: skip
    return next((fault for is_wrong, fault in table if is_wrong), "")
