"""Checks on a file before it is opened: is it what it says, and small and quiet enough to read?

A workbook is an archive; what it holds is read from the archive's own directory before anything is
unpacked. Separated values are checked in `csv_checks`, names and places in `file_checks`.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from evaluering.errors import EvalueringError
from evaluering.inputs.csv_checks import check_csv
from evaluering.inputs.file_checks import check_file, inside_project, unreadable
from evaluering.inputs.xml_checks import MAX_COLUMNS, MAX_ROWS, Relation, broken, check_xml

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "check_csv",
    "check_file",
    "check_xlsx",
    "inside_project",
    "unreadable",
]

_MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * _MEGABYTE
MAX_UNPACKED = 100 * _MEGABYTE
MAX_RATIO = 50
MAX_MEMBERS = 200
# Below this a member cannot hurt, and small repetitive parts are often packed harder.
_SMALL_MEMBER = _MEGABYTE
_MAX_DIRECTORY = MAX_MEMBERS * 1024
_MAX_MEMBER_NAME = 255

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DIRECTORY_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_LOCAL_HEADER = 30

_SAVE_AS = "Åpne filen i Excel, og lagre den som «Excel-arbeidsbok (.xlsx)»."
_MACROS = ("Arbeidsboken har makroer.", _SAVE_AS)
_LINKS = (
    "Arbeidsboken har koblinger til andre filer.",
    "Velg «Data», «Rediger koblinger» og «Bryt kobling», og lagre filen.",
)
_QUERIES = (
    "Arbeidsboken har spørringer eller datatilkoblinger.",
    "Velg «Data» og «Spørringer og tilkoblinger», slett dem, og lagre filen.",
)
_OBJECTS = (
    "Arbeidsboken har innebygde objekter eller filer.",
    "Slett objektene i arkene, og lagre filen.",
)
_ADDINS = ("Arbeidsboken har tillegg eller egne knapper.", "Fjern tilleggene, og lagre filen.")
_ARCHIVES = ("Arbeidsboken har en annen fil i seg.", "Slett den, og lagre filen på nytt.")
# What a workbook may not hold, by words in member names, content types and relations.
_FORBIDDEN: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"vbaproject|vbadata|macroenabled|macrosheet|dialogsheet|xlbinary|sheet\.binary", _MACROS),
        (r"externallink", _LINKS),
        (r"connections|querytable|(?:^|/)queries/|(?:^|/)model/|powerpivot", _QUERIES),
        (r"embeddings/|activex|oleobject|/package$", _OBJECTS),
        (r"customui|webextension|taskpane|usercustomization|/extensibility$", _ADDINS),
        (r"\.(?:zip|7z|rar|gz|jar|xls[xmb]?|doc[xm]?|ppt[xm]?|exe|dll|js|vbs|bat|cmd|ps1|lnk|html?)$",
         _ARCHIVES),
    )
)  # fmt: skip
_XML = (".xml", ".rels", ".svg", ".vml")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tif", ".tiff")
_PRINTER = re.compile(r"xl/(?:printersettings|customproperty)/[^/]+\.bin")
# A picture that is an archive, an older document or XML in disguise.
_HIDDEN_STARTS = (_ZIP, _OLE, b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_START = 64


def check_xlsx(path: Path) -> None:
    """Refuse a workbook that should not be opened.

    Args:
        path: The file; its name is checked too.

    Raises:
        EvalueringError: Over a limit (10 MB, 100 MB unpacked, 50 times, 200 members, 100 000 rows,
            100 columns), another format, encrypted, broken, or with macros, links, queries,
            embedded objects, DDE, DTD or entities.
    """
    _check_old_format(path)
    check_file(path, max_bytes=MAX_BYTES, endings=(".xlsx",))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(error, path.name) from error
    _check_start(content, path.name)
    _check_directory(content, path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, len(content), path.name)
            _check_parts(archive, members, path.name)
    except OSError as error:
        raise unreadable(error, path.name) from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
        KeyError, struct.error,
    ) as error:  # fmt: skip
        raise broken(path.name) from error


def _check_old_format(path: Path) -> None:
    ending = path.suffix.lower()
    if ending in (".xlsm", ".xltm", ".xlam"):
        raise EvalueringError(_MACROS[0], "Filen", _MACROS[1])
    if ending in (".xls", ".xlsb", ".xlt", ".xltx", ".ods"):
        raise EvalueringError(f"Filer som heter {ending} leses ikke.", "Filen", _SAVE_AS)


def _check_start(content: bytes, name: str) -> None:
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise EvalueringError(
                "Arbeidsboken er låst med passord.",
                where=name,
                remedy="Fjern passordet under «Fil», «Info», «Beskytt arbeidsbok», og lagre filen.",
            )
        raise EvalueringError("Filen er lagret i et eldre Excel-format.", name, _SAVE_AS)
    if not content.startswith(_ZIP):
        raise EvalueringError("Filen er ikke en Excel-arbeidsbok.", name, _SAVE_AS)


def _check_directory(content: bytes, name: str) -> None:
    """The archive's last record, read by hand: a directory can itself be too large to read."""
    start = content.rfind(_DIRECTORY_END, -_END_SIZE - _LONGEST_COMMENT)
    if start < 0 or start + _END_SIZE > len(content):
        raise broken(name)
    disk, first_disk, here, members, size, offset, comment = struct.unpack(
        "<4H2LH", content[start + 4 : start + _END_SIZE]
    )
    if here != members or members > MAX_MEMBERS or size > _MAX_DIRECTORY:
        raise EvalueringError(
            f"Arbeidsboken består av mer enn {MAX_MEMBERS} deler.",
            where=name,
            remedy="Slett bilder og ark som ikke hører hjemme i den, og lagre den på nytt.",
        )
    is_whole = start + _END_SIZE + comment == len(content) and offset + size == start
    if disk or first_disk or comment or not is_whole:
        raise broken(name)


def _check_members(members: Sequence[zipfile.ZipInfo], packed: int, name: str) -> None:
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names) or any(_is_odd(member.orig_filename) for member in members):
        raise broken(name)
    for member in names:
        _check_words(member, name)
    if any(not _is_known(member) for member in names):
        raise EvalueringError(
            "Arbeidsboken har innhold av ukjent slag.",
            where=name,
            remedy="Slett bilder og objekter i arkene, og lagre filen på nytt i Excel.",
        )
    if any(member.flag_bits & 0x1 for member in members):
        raise EvalueringError("Arbeidsboken er låst med passord.", name, "Fjern passordet i Excel.")
    if any(
        member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members
    ):
        raise broken(name)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or any(_is_bomb(member) for member in members):
        raise _too_large(name)
    if unpacked > MAX_RATIO * packed:
        raise _too_large(name)
    _check_overlap(members, name)


def _check_overlap(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Members that share bytes unpack to far more than their directory says together."""
    end = 0
    for member in sorted(members, key=lambda item: item.header_offset):
        if member.header_offset < end:
            raise broken(name)
        end = member.header_offset + _LOCAL_HEADER + member.compress_size


def _check_parts(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], name: str) -> None:
    types = "[Content_Types].xml"
    if types not in archive.namelist() or "xl/workbook.xml" not in archive.namelist():
        raise EvalueringError("Filen er ikke en Excel-arbeidsbok.", name, _SAVE_AS)
    for member in members:
        lower = member.filename.lower()
        if member.is_dir():
            continue
        with archive.open(member) as stream:
            if lower.endswith(_XML):
                relations = check_xml(stream, name, is_loose=lower.endswith(".vml"))
                _check_relations(relations, name)
            elif stream.read(_START).lstrip().startswith(_HIDDEN_STARTS):
                raise EvalueringError(_ARCHIVES[0], name, _ARCHIVES[1])


def _check_relations(relations: Sequence[Relation], name: str) -> None:
    for relation in relations:
        _check_words(relation.kind.lower(), name)
        if relation.is_external and not relation.kind.endswith("/hyperlink"):
            raise EvalueringError(_LINKS[0], name, _LINKS[1])


def _check_words(text: str, name: str) -> None:
    for pattern, (what, remedy) in _FORBIDDEN:
        if pattern.search(text):
            raise EvalueringError(what, where=name, remedy=remedy)


def _is_odd(member: str) -> bool:
    """A member's name that points elsewhere, or that two readers may read differently."""
    pieces = member.split("/")
    return (
        len(member) > _MAX_MEMBER_NAME
        or member.startswith("/")
        or ".." in pieces
        or any(character in member for character in "\\:\0")
        or not member.isprintable()
    )


def _is_known(member: str) -> bool:
    return member.endswith(("/", *_XML, *_PICTURES)) or bool(_PRINTER.fullmatch(member))


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    is_large = member.file_size > _SMALL_MEMBER
    return is_large and member.file_size > MAX_RATIO * max(member.compress_size, 1)


def _too_large(name: str) -> EvalueringError:
    return EvalueringError(
        f"Arbeidsboken blir for stor når den pakkes ut. Grensen er {MAX_UNPACKED // _MEGABYTE} MB "
        f"og {MAX_RATIO} ganger filens størrelse.",
        where=name,
        remedy="Slett tomme rader og formatering utenfor tabellene, og lagre filen på nytt.",
    )
