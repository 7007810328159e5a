"""Bombs, entities, traversal, macros, links: refused before they are opened, and cheaply."""

import errno
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import hostile_workbooks
import pytest
from hostile_workbooks import MAIN, SHEET, WORKBOOKS, packed, parts

from evaluering.errors import EvalueringError
from evaluering.inputs import archive, csv_checks, file_checks, xml_checks
from evaluering.yaml_file import read_yaml

# What one refusal may cost: processor time, and memory above what the program itself takes.
SECONDS, MEGABYTES, ADDED = 2, 300, 60
# Runs in a process of its own. VmHWM is the most memory since the program started; where there is
# no such number, the operating system's own counter is used.
MEASURE = """
import json, re, resource, sys, time
from pathlib import Path
from evaluering.errors import EvalueringError
from evaluering.inputs.archive import check_xlsx

def peak():
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
start = peak()
out = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    begun = time.process_time()
    try:
        check_xlsx(path)
        said = None
    except EvalueringError as error:
        said = str(error)
    out.append([path.name, said, time.process_time() - begun])
print(json.dumps({"files": out, "start": start, "peak": peak()}))
"""


def test_every_hostile_workbook_is_refused_within_its_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, str] = {}
    for number, (name, make) in enumerate(WORKBOOKS.items()):
        path = tmp_path / f"f{number:03d}.xlsx"
        path.write_bytes(make())
        names[path.name] = name
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    measured = json.loads(run.stdout)
    accepted = [names[file] for file, said, _ in measured["files"] if said is None]
    slow = [names[file] for file, _, seconds in measured["files"] if seconds > SECONDS]
    slowest = max(seconds for _, _, seconds in measured["files"])
    with capsys.disabled():
        sys.stdout.write(
            f"\nFiendtlige arbeidsbøker: {len(names)} filer, {len(accepted)} godtatt, den tregeste "
            f"{slowest:.2f} s prosessortid, mest minne {measured['peak']:.0f} MB "
            f"(programmet selv {measured['start']:.0f} MB, grense {MEGABYTES} MB).\n"
        )
    assert len(names) >= 60
    assert accepted == []
    assert slow == []
    assert measured["peak"] - measured["start"] <= ADDED


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("makro", "makroer"), ("kobling til annen bok", "koblinger til andre filer"),
        ("tilkoblinger", "datatilkoblinger"), ("Power Query", "Power Query"),
        ("innebygd fil", "innebygde objekter"), ("OLE-objekt i arket", "innebygde objekter"),
        ("DDE", "DDE"), ("milliard ler", "DTD eller entiteter"), ("passord", "låst med passord"),
        ("kryptert del", "låst med passord"), ("gammelt format", "eldre Excel-format"),
        ("tekst", "ikke en Excel-arbeidsbok"), ("201 deler", "mer enn 200 deler"),
        ("nuller: 200 MB", "for stor når den pakkes ut"), ("fil over 10 MB", "Grensen er 10 MB"),
        ("100 002 rader", "mer enn 100 000 rader"), ("16 384 kolonner", "mer enn 100 kolonner"),
        ("101 celler uten henvisning", "mer enn 100 kolonner"), ("bilde fra nettet", "koblinger"),
        ("strengt format", "Strict Open XML"), ("arkiv i arkivet", "annen fil i seg"),
        ("avkortet", "ødelagt"), ("delte byter", "ødelagt"), ("ukjent slag", "ukjent slag"),
        ("eget bånd", "egne knapper"), ("celle utenfor raden sin", "mer enn 100 000 rader"),
    ],
)  # fmt: skip
def test_the_refusal_says_what_is_wrong(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / "bok.xlsx"
    path.write_bytes(WORKBOOKS[name]())
    with pytest.raises(EvalueringError, match=words) as refused:
        archive.check_xlsx(path)
    said = str(refused.value)
    assert "Gjør slik: " in said
    assert len(said.splitlines()) <= 3
    assert str(tmp_path) not in said


def _refuses(path: Path) -> bool:
    try:
        archive.check_xlsx(path)
    except EvalueringError:
        return True
    return False


def _book(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "bok.xlsx"
    path.write_bytes(content)
    return path


def test_the_smallest_workbook_is_accepted(tmp_path: Path) -> None:
    assert not _refuses(_book(tmp_path, packed(parts())))


def test_the_border_of_members(tmp_path: Path) -> None:
    for extra, refused in ((195, False), (196, True)):
        more = {f"xl/d{number}.xml": "<a/>" for number in range(extra)}
        assert _refuses(_book(tmp_path, packed({**parts(), **more}))) == refused


def test_the_border_of_columns(tmp_path: Path) -> None:
    for letters, refused in (("CV", False), ("CW", True)):
        row = f'<row r="1"><c r="{letters}1"><v>1</v></c></row>'
        assert _refuses(_book(tmp_path, packed(parts(sheet=SHEET.format(rows=row))))) == refused


def test_the_border_of_rows_leaves_room_for_a_header(tmp_path: Path) -> None:
    for number, refused in ((100_001, False), (100_002, True)):
        row = f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>'
        assert _refuses(_book(tmp_path, packed(parts(sheet=SHEET.format(rows=row))))) == refused


def test_a_styled_empty_row_far_down_is_no_content(tmp_path: Path) -> None:
    row = '<row r="1048576" spans="1:3" s="1" customFormat="1"/>'
    assert not _refuses(_book(tmp_path, packed(parts(sheet=SHEET.format(rows=row)))))


def test_the_border_of_the_ratio(tmp_path: Path) -> None:
    # 1 kB of noise packs to itself; spaces pack to nothing: the ratio is what the spaces make it.
    noise = random.Random(1).randbytes(20_000).hex()  # noqa: S311 - noise, no secret
    for spaces, refused in ((200_000, False), (2_000_000, True)):
        content = packed(
            {**parts(), "xl/a.xml": f"<a>{noise}</a>", "xl/b.xml": f"<a>{' ' * spaces}</a>"}
        )
        ratio = sum(info.file_size for info in _members(tmp_path, content)) / len(content)
        assert (ratio > 50) == refused
        assert _refuses(_book(tmp_path, content)) == refused


def _members(tmp_path: Path, content: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(_book(tmp_path, content)) as book:
        return book.infolist()


def test_the_border_of_nesting(tmp_path: Path) -> None:
    for depth, refused in ((100, False), (101, True)):
        content = "<a>" * depth + "</a>" * depth
        assert _refuses(_book(tmp_path, packed({**parts(), "xl/a.xml": content}))) == refused


def test_hyperlinks_are_no_links_to_data(tmp_path: Path) -> None:
    # A hyperlink is found by the search for identifiers, with its own message.
    link = hostile_workbooks.OFFICE
    more = (
        f'<Relationship Id="r2" Type="{link}/hyperlink" Target="http://x" TargetMode="External"/>'
    )
    rels = f'<Relationships xmlns="{hostile_workbooks.RELATIONS}">{more}</Relationships>'
    assert not _refuses(
        _book(tmp_path, packed({**parts(), "xl/worksheets/_rels/sheet1.xml.rels": rels}))
    )


@pytest.mark.parametrize("ending", [".xls", ".xlsm", ".xlsb", ".ods", ".xltx", ".csv", ".zip", ""])
def test_other_endings_are_refused_whatever_they_hold(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"bok{ending}"
    path.write_bytes(packed(parts()))
    with pytest.raises(EvalueringError, match=r"makroer|leses ikke|ikke leses"):
        archive.check_xlsx(path)


NAMES = [
    "../ut.xlsx", "a/../../ut.xlsx", "..", "/etc/passwd", "\\\\tjener\\mappe\\a.xlsx", "C:\\a.xlsx",
    "c:a.xlsx", "a\\b.xlsx", "a\0.xlsx", "a\nb.xlsx", "con", "CON.xlsx", "aux/a.xlsx", "nul.tar.gz",
    "COM1.xlsx", "lpt9", "com¹.xlsx", "~$bok.xlsx", "a/~$bok.xlsx", "", " ", "a//b.xlsx",
    "./a.xlsx", " a.xlsx", "a.xlsx ", "mappe./a.xlsx", "a.", "{x}.xlsx", "a|b.xlsx", "a<b.xlsx",
    "a?.xlsx", "a*.xlsx", 'a".xlsx', "a:b.xlsx", "a" * 240 + ".xlsx", "a\u202eslx.xlsx",
    "a\u200b.xlsx",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_name_from_params_leads_out_or_confuses(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvalueringError) as refused:
        archive.inside_project(tmp_path, "data/inndata", name, where="arbeidsbok")
    if name.strip(" .~$"):
        assert name not in str(refused.value)


@pytest.mark.parametrize("name", ["fredrikstad_2027.xlsx", "år 2027/bok æøå.xlsx", "a-b_c.v1.csv"])
def test_ordinary_names_lie_in_the_project(tmp_path: Path, name: str) -> None:
    path = archive.inside_project(tmp_path, "data/inndata", name)
    assert path == tmp_path / "data" / "inndata" / name


def test_a_snapshot_may_carry_its_day(tmp_path: Path) -> None:
    name = "ssb_07459_befolkning_3107_2026-11-01.json"
    assert archive.inside_project(tmp_path, "data/publisert", name).name == name
    with pytest.raises(EvalueringError, match="peke ut en person"):
        archive.inside_project(tmp_path, "data/inndata", name)


def test_links_out_of_the_project_are_refused(tmp_path: Path) -> None:
    if os.name != "posix":  # a link needs rights on Windows
        return
    project, outside = tmp_path / "prosjekt", tmp_path / "utenfor"
    (project / "data" / "inndata").mkdir(parents=True)
    outside.mkdir()
    (outside / "bok.xlsx").write_bytes(packed(parts()))
    (project / "data" / "inndata" / "mappe").symlink_to(outside)
    (project / "data" / "inndata" / "bok.xlsx").symlink_to(outside / "bok.xlsx")
    for name in ("mappe/bok.xlsx", "bok.xlsx"):
        with pytest.raises(EvalueringError, match="symbolsk lenke"):
            archive.inside_project(project, "data/inndata", name)
    with pytest.raises(EvalueringError, match="symbolsk lenke"):
        archive.check_xlsx(project / "data" / "inndata" / "bok.xlsx")


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    if os.name != "posix":  # a link needs rights on Windows
        return
    (tmp_path / "prosjekt" / "data").mkdir(parents=True)
    (tmp_path / "annet").mkdir()
    (tmp_path / "prosjekt" / "data" / "inndata").symlink_to(tmp_path / "annet")
    with pytest.raises(EvalueringError, match="symbolsk lenke"):
        archive.inside_project(tmp_path / "prosjekt", "data/inndata", "bok.xlsx")


def _lock_file(folder: Path) -> Path:
    path = folder / "~$bok.xlsx"
    path.write_bytes(b"x")
    return path


def _folder(folder: Path) -> Path:
    path = folder / "bok.xlsx"
    path.mkdir()
    return path


def _empty(folder: Path) -> Path:
    path = folder / "bok.xlsx"
    path.touch()
    return path


def _pipe(folder: Path) -> Path:
    path = folder / "bok.xlsx"
    os.mkfifo(path)
    return path


def _missing(folder: Path) -> Path:
    return folder / "finnes ikke.xlsx"


@pytest.mark.parametrize(
    ("make", "words"),
    [(_lock_file, "låsefil"), (_folder, "mappe"), (_empty, "tom"), (_missing, "Fant ikke filen")]
    + ([(_pipe, "ikke en vanlig fil")] if os.name == "posix" else []),
)
def test_what_is_no_ordinary_file_is_said(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(EvalueringError, match=words):
        archive.check_xlsx(make(tmp_path))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "x"), "Lukk filen i Excel og prøv igjen"),
        (OSError(errno.EBUSY, "x"), "Lukk filen i Excel og prøv igjen"),
        (OSError(errno.EIO, "x"), "Behold alltid på denne enheten"),
        (OSError(errno.EINVAL, "x"), "Behold alltid på denne enheten"),
        (FileNotFoundError(errno.ENOENT, "x"), "Sjekk filnavnet"),
        (ValueError("embedded null byte"), "Filnavnet kan ikke brukes"),
    ],
)
def test_what_the_machine_says_becomes_a_sentence_that_helps(error: Exception, words: str) -> None:
    # No test can lock a file as Excel does; the sentence is made from the machine's own error.
    assert words in str(file_checks.unreadable(error, "bok.xlsx"))


def test_a_path_windows_cannot_open_is_refused_early(tmp_path: Path) -> None:
    room = file_checks.MAX_PATH - len(str(tmp_path)) - len("/.xlsx")
    for length, refused in ((room, False), (room + 1, True)):
        path = tmp_path / f"{'a' * length}.xlsx"
        path.write_bytes(packed(parts()))
        assert _refuses(path) == refused


CSV_FILES: dict[str, tuple[bytes, str]] = {
    "NUL": (b"a;b\n1;\x002\n", "NUL"),
    "UTF-16": ("a;b\n1;2\n".encode("utf-16"), "ikke lagret som utf-8"),
    "latin-1 som utf-8": ("år;b\n1;2\n".encode("cp1252"), "ikke lagret som utf-8"),
    "annet skilletegn": (b"a,b\n1,2\n", "ikke skilt med semikolon"),
    "ujevne rader": (b"a;b\n1;2;3\n", "3 felt"),
    "for kort rad": (b"a;b\n1\n", "1 felt"),
    "åpent anførselstegn": (b'a;b\n1;"2\n', "anførselstegn"),
    "like overskrifter": (b"Aar;aar\n1;2\n", "to ganger"),
    "like etter NFC": ("å;a\u030a\n1;2\n".encode(), "to ganger"),
    "tom overskrift": (b"a;\n1;2\n", "mangler overskrift"),
    "ingen overskrift": (b"\n1;2\n", "ingen overskrift"),
    "felt uten ende": (b'a;b\n1;"' + b"x" * 300_000 + b'"\n', "for langt"),
}


@pytest.mark.parametrize("name", CSV_FILES)
def test_separated_values_are_read_as_declared_or_not_at_all(tmp_path: Path, name: str) -> None:
    content, words = CSV_FILES[name]
    path = tmp_path / "tall.csv"
    path.write_bytes(content)
    with pytest.raises(EvalueringError, match=words):
        csv_checks.check_csv(path, encoding="utf-8", delimiter=";")


def test_utf8_is_not_taken_for_cp1252(tmp_path: Path) -> None:
    path = tmp_path / "tall.csv"
    path.write_bytes("år;b\n1;2\n".encode())
    with pytest.raises(EvalueringError, match="ikke lagret som cp1252"):
        csv_checks.check_csv(path, encoding="cp1252", delimiter=";")
    path.write_bytes("år;b\n1;2\n".encode("cp1252"))
    csv_checks.check_csv(path, encoding="cp1252", delimiter=";")


@pytest.mark.parametrize(
    "content", [b"a;b\n1;2\n", b"\xef\xbb\xbfa;b\r\n1;2\r\n", b'a;b\n"1;1";2\n\n']
)
def test_ordinary_separated_values_are_accepted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tall.csv"
    path.write_bytes(content)
    csv_checks.check_csv(path, encoding="utf-8", delimiter=";")


def test_a_csv_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "tall.csv"
    with path.open("wb") as stream:
        stream.truncate(csv_checks.MAX_CSV_BYTES + 1)  # a hole: no disk is used
    with pytest.raises(EvalueringError, match="Grensen er 200 MB"):
        csv_checks.check_csv(path, encoding="utf-8", delimiter=";")


YAML_FILES = {
    "alias": "a: &a [1]\nb: *a\n",
    "milliard ler": "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(30)),
    "merke": "a: !!python/object/apply:os.system ['echo']\n",
    "to nøkler": "a: 1\na: 2\n",
    "sammenslåing": "a: 1\n<<: {b: 2}\n",
    "for dypt": "a: " + "[" * 9 + "1" + "]" * 9 + "\n",
    "svært dypt": "a: " + "[" * 5000 + "]" * 5000 + "\n",
    "for stor": "a: " + "x" * (256 * 1024) + "\n",
    "to dokumenter": "a: 1\n---\nb: 2\n",
    "bare tekst": "hei\n",
}


@pytest.mark.parametrize("name", YAML_FILES)
def test_yaml_is_read_plainly_or_not_at_all(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(YAML_FILES[name], encoding="utf-8")
    with pytest.raises(EvalueringError):
        read_yaml(path)


def test_the_search_for_identifiers_expands_nothing_either(tmp_path: Path) -> None:
    # Called on a file nobody has checked, it must still refuse what could be expanded.
    from evaluering.inputs.identifiers import scan_workbook  # noqa: PLC0415 - heavy, one test

    path = _book(tmp_path, WORKBOOKS["milliard ler"]())
    with pytest.raises(EvalueringError, match="DTD eller entiteter"):
        scan_workbook(path)


def test_columns_have_the_numbers_excel_gives_them() -> None:
    for letters, number in (("A", 1), ("Z", 26), ("AA", 27), ("CV", 100), ("XFD", 16_384)):
        assert xml_checks.column_number(letters) == number
        assert xml_checks.column_letters(number) == letters


def test_names_of_sheet_parts_do_not_decide_what_is_counted(tmp_path: Path) -> None:
    # A sheet under another name and another prefix is still a sheet.
    rows = '<x:row r="1"><x:c r="XFD1"/></x:row>'
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    with pytest.raises(EvalueringError, match="100 kolonner"):
        archive.check_xlsx(_book(tmp_path, packed({**parts(), "xl/noe.xml": sheet})))
