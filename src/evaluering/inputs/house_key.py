"""The municipality's own key: pseudonyms of codes, and digests that cannot be guessed back.

A hash alone protects nothing: every valid identity number of ten birth years can be tried in a
second or two. With a key only the one who holds it can try. The key lies outside the project and
the data, is made at first use, and is never printed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from evaluering.errors import EvalueringError

KEY_VARIABLE = "EVALUERING_NOEKKEL"
KEY_BYTES = 32
# For synthetic and already published figures only, so that the examples hide the same cells on
# every machine. It stands here for all to read: `is_fixed` lets the caller refuse it elsewhere.
FIXED_KEY = hashlib.sha256(b"evaluering: apen noekkel for syntetiske og publiserte tall").digest()

_FOLDER, _FILE = "evaluering", "noekkel"
_PSEUDONYM_LETTERS = "bcdfghjkmnpqrstv"  # sixteen consonants: never a word, never a digit
_PSEUDONYM_BYTES = 8
_PIECE = 1 << 20


def house_key(project: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key of this machine's user; made when there is none.

    Args:
        project: The project folder, which the key must lie outside.
        environment: Where `EVALUERING_NOEKKEL` may name the file; else it lies in the user's
            configuration folder.

    Returns:
        32 random bytes, the same from run to run.

    Raises:
        EvalueringError: The place lies in the project, is open to others, or holds something else.
    """
    path = key_path(environment)
    if path.resolve().is_relative_to(project.resolve()):
        raise EvalueringError(
            "Nøkkelfilen ligger i prosjektmappen.",
            where=_where(environment),
            remedy="Flytt den til en mappe utenfor prosjektet, som bare du kan åpne.",
        )
    try:
        if not path.exists():
            _make(path)
        return _read(path, environment)
    except OSError as error:
        raise EvalueringError(
            "Nøkkelfilen kan ikke leses eller lages.",
            where=_where(environment),
            remedy=f"La {KEY_VARIABLE} peke på en fil i en mappe du kan skrive i.",
        ) from error


def key_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the key lies or will lie."""
    named = environment.get(KEY_VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    return _configuration_folder(environment) / _FOLDER / _FILE


def is_fixed(key: bytes) -> bool:
    """True for the key that stands in the code, which protects nobody."""
    return hmac.compare_digest(key, FIXED_KEY)


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, which tells nothing about the key for another.

    Args:
        key: The house key.
        purpose: Such as `vekter`; a fixed word in the code.
    """
    return hmac.new(key, f"formaal\0{purpose}".encode(), hashlib.sha256).digest()


def key_name(key: bytes) -> str:
    """A name that tells two keys apart and gives none of them away."""
    return derived(key, "navn").hex()[:16]


def pseudonym(key: bytes, label: str, code: str) -> str:
    """The code a person or case has inside a run instead of the one that was written.

    Args:
        key: The house key.
        label: Which sheets may be joined: `politi` or `sak`. Another label, another pseudonym.
        code: The code as written; space around it and the case of its letters do not matter.

    Returns:
        Letters only, so that it is no identifier itself; the same every year under the same key.

    Raises:
        EvalueringError: The code is empty.
    """
    plain = unicodedata.normalize("NFKC", code).strip().upper()
    if not plain:
        raise EvalueringError("Koden er tom.", remedy="Fyll ut koden.")
    content = f"kode\0{label}\0{plain}".encode()
    digest = hmac.new(key, content, hashlib.sha256).digest()[:_PSEUDONYM_BYTES]
    return "".join(_PSEUDONYM_LETTERS[byte >> 4] + _PSEUDONYM_LETTERS[byte & 15] for byte in digest)


def file_digest_hmac(key: bytes, path: Path) -> str:
    """Digest of a file for the public manifest; without the key nobody can try contents against it.

    Args:
        key: The house key.
        path: The file, read in pieces.
    """
    digest = hmac.new(derived(key, "filer"), digestmod=hashlib.sha256)
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _configuration_folder(environment: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        named = environment.get("APPDATA", "")
        return Path(named) if named else Path.home() / "AppData" / "Roaming"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    named = environment.get("XDG_CONFIG_HOME", "")
    # The specification says that a relative path there is to be ignored.
    return Path(named) if Path(named).is_absolute() else Path.home() / ".config"


def _make(path: Path) -> None:
    """A whole key or none: written beside, then given its name only if nobody else came first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "r+b") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        _name_if_free(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _name_if_free(temporary: Path, path: Path) -> None:
    """A link, unlike a rename, never replaces a key another run made a moment ago."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not path.exists():
            temporary.rename(path)


def _read(path: Path, environment: Mapping[str, str]) -> bytes:
    entry = path.stat()
    if not stat.S_ISREG(entry.st_mode) or entry.st_size != KEY_BYTES:
        raise EvalueringError(
            "Nøkkelfilen er ødelagt eller er en annen fil.",
            where=_where(environment),
            remedy="Hent den tilbake fra sikkerhetskopien av maskinen. Har du ingen, slett filen. "
            "Da lages en ny, og gamle kontrolltall kan ikke lenger bekreftes.",
        )
    if os.name == "posix" and stat.S_IMODE(entry.st_mode) & 0o077:
        raise EvalueringError(
            "Nøkkelfilen kan leses av andre.",
            where=_where(environment),
            remedy="Gi bare deg selv tilgang til filen (chmod 600).",
        )
    key = path.read_bytes()
    if is_fixed(key):
        raise EvalueringError(
            "Nøkkelfilen inneholder nøkkelen som står i koden. Den beskytter ingen.",
            where=_where(environment),
            remedy="Slett filen; da lages en ny nøkkel.",
        )
    return key


def _where(environment: Mapping[str, str]) -> str:
    """The place without its path, which may hold the user's name."""
    return KEY_VARIABLE if environment.get(KEY_VARIABLE) else "Mappen for innstillinger"
