"""Checks on a file of separated values before it is read.

The encoding and the separator are what the caller declares; neither is ever guessed. Nothing here
knows what the columns mean.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

from evaluering.errors import EvalueringError
from evaluering.inputs.file_checks import check_file, unreadable
from evaluering.inputs.identity_text import find
from evaluering.text_file import shown

Encoding = Literal["utf-8", "utf-8-sig", "cp1252"]
Delimiter = Literal[";", ",", "\t"]

_MEGABYTE = 1024 * 1024
MAX_CSV_BYTES = 200 * _MEGABYTE
MAX_CSV_ROWS = 2_000_000
_DELIMITERS = {";": "semikolon", ",": "komma", "\t": "tabulator"}
_START = 4096
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def check_csv(path: Path, *, encoding: Encoding, delimiter: Delimiter, dated: bool = False) -> None:
    """Refuse a file of separated values that cannot be read as declared.

    Args:
        path: The file.
        encoding: As declared by the caller. A byte order mark is accepted with both UTF-8 names.
        delimiter: As declared by the caller.
        dated: The name may hold the date of a snapshot.

    Raises:
        EvalueringError: Over 200 MB or 2 000 000 rows, another encoding or delimiter, NUL, a
            quotation mark without end, rows of unequal length, empty or equal headers.
    """
    check_file(path, max_bytes=MAX_CSV_BYTES, endings=(".csv", ".txt", ".tsv"), dated=dated)
    _check_bytes(path, encoding)
    try:
        with path.open(encoding=_codec(encoding), newline="") as stream:
            _check_rows(_records(stream, delimiter), path.name, delimiter)
    except UnicodeDecodeError:
        # The error carries the bytes it met, so it must not follow along.
        raise _wrong_encoding(path.name, encoding) from None
    except csv.Error as error:
        raise EvalueringError(
            "Et anførselstegn mangler sin avslutning, eller et felt er for langt.",
            where=path.name,
            remedy="Lagre filen på nytt fra regnearket.",
        ) from error
    except OSError as error:
        raise unreadable(error, path.name) from error


def _codec(encoding: Encoding) -> str:
    return "utf-8-sig" if encoding.startswith("utf-8") else encoding


def _check_bytes(path: Path, encoding: Encoding) -> None:
    """What text decoding does not see: NUL, UTF-16, and UTF-8 that would pass as cp1252."""
    non_ascii = bytearray()
    try:
        with path.open("rb") as stream:
            for number, chunk in enumerate(iter(lambda: stream.read(_MEGABYTE), b"")):
                if number == 0 and chunk[:2] in _WIDE_MARKS:
                    raise _wrong_encoding(path.name, encoding)
                if b"\0" in chunk:
                    raise EvalueringError(
                        "Filen har tegn som ikke er tekst (NUL).",
                        where=path.name,
                        remedy="Lagre filen på nytt som CSV.",
                    )
                if encoding == "cp1252" and len(non_ascii) < _START and not chunk.isascii():
                    non_ascii += chunk
    except OSError as error:
        raise unreadable(error, path.name) from error
    if non_ascii and _is_utf8(bytes(non_ascii)):
        raise _wrong_encoding(path.name, encoding)


def _is_utf8(content: bytes) -> bool:
    """True when bytes with non-ASCII in them are UTF-8; a cut letter at the end is forgiven."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and not content[: error.start].isascii()
    return True


def _records(stream: IO[str], delimiter: Delimiter) -> Iterator[list[str]]:
    return csv.reader(stream, delimiter=delimiter, strict=True)


def _check_rows(records: Iterator[list[str]], name: str, delimiter: Delimiter) -> None:
    header = next(records, list[str]())
    _check_header(header, name, delimiter)
    for number, record in enumerate(records, start=1):
        if number > MAX_CSV_ROWS:
            raise EvalueringError(
                "Filen har mer enn 2 000 000 rader.",
                where=name,
                remedy="Del filen, eller ta bare med de årene som trengs.",
            )
        # An empty line at the end is how many programs finish a file.
        if record and len(record) != len(header):
            raise EvalueringError(
                f"Raden har {len(record)} felt, men overskriften har {len(header)}.",
                where=f"{name}, rad {number + 1}",
                remedy="Sjekk skilletegn og anførselstegn i raden.",
            )


def _check_header(header: list[str], name: str, delimiter: Delimiter) -> None:
    if not header:
        raise EvalueringError("Filen har ingen overskrift.", name, "Skriv kolonnenavn i rad 1.")
    others = [other for other in _DELIMITERS if other != delimiter and other in "".join(header)]
    if len(header) == 1 and others:
        raise EvalueringError(
            f"Feltene er ikke skilt med {_DELIMITERS[delimiter]}.",
            where=name,
            remedy=f"Lagre filen med {_DELIMITERS[delimiter]} mellom feltene, eller rett params.",
        )
    folded = [unicodedata.normalize("NFC", text).strip().casefold() for text in header]
    if "" in folded:
        raise EvalueringError(
            "En kolonne mangler overskrift.",
            where=f"{name}, kolonne {folded.index('') + 1}",
            remedy="Skriv en overskrift, eller slett kolonnen.",
        )
    twice = next((text for text in folded if folded.count(text) > 1), None)
    if twice is not None:
        word = "En overskrift" if find(twice) else f"Overskriften {shown(twice)}"
        raise EvalueringError(
            f"{word} står to ganger.", where=name, remedy="Gi kolonnene hver sitt navn."
        )


def _wrong_encoding(name: str, encoding: str) -> EvalueringError:
    return EvalueringError(
        f"Filen er ikke lagret som {encoding}.",
        where=name,
        remedy="Lagre filen på nytt med riktig tegnkoding (UTF-8), eller rett params.",
    )
