"""The ledger: what was published binds, is never a secret, and cannot be changed unseen."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.disclosure import ledger
from evaluering.disclosure.ledger import Edition, Ledger
from evaluering.disclosure.ledger_entry import Entry, prepare
from evaluering.disclosure.ledger_lines import (
    CELL,
    NOTHING_BEFORE,
    BrokenLedgerError,
    cell_record,
    chained,
    head_of,
    parsed,
    published_cell,
)
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, PublishedCell, Relation, SafeTable

# A hidden value nobody would meet by chance: it must stand nowhere.
SECRET = 4711
DIGEST = "f" * 64
MESSAGE = (
    "Regnskapet over utgitte tall mangler eller er endret. "
    "Gjenopprett reports/3107_utgivelser.jsonl før du går videre."
)


def safe(name: str = "personer", hidden: tuple[str, ...] = ("3",), year: str = "2025") -> SafeTable:
    """One year's persons by class, with these classes hidden."""
    counts = {"1_2": 115, "3": SECRET, "4_pluss": 13, "alle": 139}
    rows = [
        {
            "aar": year,
            "klasse": key,
            "antall": None if key in hidden else count,
            "publiseres": key not in hidden,
        }
        for key, count in counts.items()
    ]
    frame = pd.DataFrame(rows).astype({"antall": "Int64"})
    return SafeTable(name, frame, ("aar", "klasse"), "alle", {}, "person", "unge", "", (), 5, "v1")


def bounds(table: SafeTable, lower: int = 0, upper: float = 11) -> pd.DataFrame:
    """What `audit.attack` would say of its hidden cells."""
    hidden = table.frame[~table.frame["publiseres"]]
    return hidden[list(table.dimensions)].assign(
        tabell=table.name, lower=lower, upper=upper, exact=False
    )


def entry(book: Ledger, number: int = 1, table: SafeTable | None = None) -> Entry:
    table = table or safe()
    return prepare(
        book,
        Edition("fredrikstad_2026", number),
        kommune_nr="3107",
        day="2027-01-20",
        manifest_sha256=DIGEST,
        tables=[table],
        intervals=bounds(table),
    )


def publish(reports: Path, number: int, table: SafeTable | None = None) -> Path:
    """Prepare, make the folder, issue: returns the folder."""
    path = ledger.ledger_path(reports, "3107")
    made = entry(ledger.open_ledger(path), number, table)
    book = ledger.append(path, made.lines)
    folder = reports / "fredrikstad_2026" / f"utgave-{number}"
    folder.mkdir(parents=True)
    (folder / ledger.SLICE).write_text(made.slice, encoding="utf-8", newline="\n")
    ledger.append(path, ledger.closing(book, is_issued=True))
    return folder


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def path(reports: Path) -> Path:
    return ledger.ledger_path(reports, "3107")


def test_one_line_per_cell_with_the_fields_of_the_guide(reports: Path, path: Path) -> None:
    publish(reports, 1)
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [item["type"] for item in records] == ["forberedt", *["celle"] * 4, "utgitt"]
    assert {
        key: records[0][key] for key in ("kommune_nr", "dato", "antall", "manifest_sha256")
    } == {
        "kommune_nr": "3107",
        "dato": "2027-01-20",
        "antall": 4,
        "manifest_sha256": DIGEST,
    }
    shown = next(item for item in records if item.get("celle") == [["aar", "2025"]])
    assert {key: shown[key] for key in shown if key not in ("forrige", "tabell_sha256")} == {
        "type": "celle",
        "rapport": "fredrikstad_2026",
        "utgave": 1,
        "tabell": "personer",
        "enhet": "person",
        "populasjon": "unge",
        "periode": "",
        "celle": [["aar", "2025"]],
        "status": "vist",
        "verdi": 139,
        "regelsett": "v1",
        "terskel": 5,
    }
    hidden = next(item for item in records if item.get("status") == "skjult")
    assert (hidden["minst"], hidden["hoeyst"]) == (0, 11)
    assert "verdi" not in hidden


def test_what_is_read_back_is_what_binds(reports: Path, path: Path) -> None:
    folder = publish(reports, 1)
    cells = {item.cell: item for item in ledger.read(path, [folder])}
    table = CountTable("t", pd.DataFrame(), ("aar", "klasse"), population="unge")
    assert cells[table.cell(aar="2025")] == PublishedCell(
        table.cell(aar="2025"), 139, None, None, "fredrikstad_2026", 1, "v1", 5
    )
    hidden = cells[table.cell(aar="2025", klasse="3")]
    assert (hidden.is_shown, hidden.value, hidden.lower, hidden.upper) == (False, None, 0, 11)
    assert len(cells) == 4


def test_a_hidden_value_is_never_written(reports: Path) -> None:
    """The frame that is handed over holds it nowhere, and a careless one that does is not read."""
    table = safe()
    careless = table.frame.assign(antall=[115, SECRET, 13, 139], publiseres=table.frame.publiseres)
    publish(reports, 1, replace(table, frame=careless))
    publish(reports, 2)
    written = [item.read_text("utf-8") for item in reports.rglob("*") if item.is_file()]
    assert len(written) == 3
    assert not [text for text in written if str(SECRET) in text]


def test_a_line_for_a_hidden_cell_has_no_place_for_a_value() -> None:
    cell = Cell("person", "unge", "", (("aar", "2025"),))
    record = {
        **cell_record(cell, None, 0, 9),
        "type": "ekstern",
        "kilde": "K",
        "dato": "2026-01-01",
    }
    assert published_cell(parsed(chained([record], NOTHING_BEFORE))[0]).upper == 9
    for wrong in ({"verdi": 4}, {"status": "vist"}, {"minst": -1}, {"hoeyst": 1.5}, {"celle": "x"}):
        with pytest.raises(BrokenLedgerError, match="fields"):
            parsed(chained([record | wrong], NOTHING_BEFORE))


def test_no_bound_is_no_bound(path: Path) -> None:
    table = safe()
    made = prepare(
        ledger.open_ledger(path),
        Edition("x", 1),
        kommune_nr="3107",
        day="2027-01-20",
        manifest_sha256=DIGEST,
        tables=[table],
        intervals=bounds(table, upper=float("inf")),
    )
    (hidden,) = [item for item in parsed(made.lines) if item.get("status") == "skjult"]
    assert (hidden["minst"], hidden["hoeyst"]) == (0, None)


def test_a_cell_in_two_tables_has_one_line_with_the_narrowest_interval(path: Path) -> None:
    one, two = safe("en"), safe("to")
    both = pd.concat([bounds(one, 0, 11), bounds(two, 2, 14)])
    made = prepare(
        ledger.open_ledger(path),
        Edition("x", 1),
        kommune_nr="3107",
        day="2027-01-20",
        manifest_sha256=DIGEST,
        tables=[one, two],
        intervals=both,
    )
    lines = parsed(made.lines)
    assert len(lines) == 5
    (hidden,) = [item for item in lines if item.get("status") == "skjult"]
    assert (hidden["minst"], hidden["hoeyst"]) == (2, 11)


def test_a_cell_that_was_not_delivered_is_not_said_to_be_hidden(path: Path) -> None:
    table = safe(hidden=("3", "4_pluss"))
    truth = CountTable(
        "personer",
        pd.DataFrame({"aar": "2025", "klasse": ["3", "4_pluss"], "antall": [SECRET, None]}),
        ("aar", "klasse"),
        population="unge",
    )
    made = prepare(
        ledger.open_ledger(path),
        Edition("x", 1),
        kommune_nr="3107",
        day="2027-01-20",
        manifest_sha256=DIGEST,
        tables=[table],
        intervals=bounds(table),
        truth=[truth],
    )
    hidden = [item["celle"] for item in parsed(made.lines) if item.get("status") == "skjult"]
    assert hidden == [[["aar", "2025"], ["klasse", "3"]]]


def test_prepared_binds_as_if_published(path: Path) -> None:
    book = ledger.append(path, entry(ledger.open_ledger(path)).lines)
    assert book.pending == Edition("fredrikstad_2026", 1)
    assert len(ledger.read(path)) == 4
    aborted = ledger.append(path, ledger.closing(book, is_issued=False))
    assert aborted.pending is None
    assert len(ledger.read(path)) == 4
    assert aborted.editions("fredrikstad_2026") == (1,)


def test_the_same_said_again_binds_once(reports: Path, path: Path) -> None:
    folders = [publish(reports, 1), publish(reports, 2)]
    cells = ledger.read(path, folders)
    assert len(cells) == 4
    assert {item.edition for item in cells} == {1}


def test_the_first_day_a_cell_was_shown_is_kept(reports: Path, path: Path) -> None:
    publish(reports, 1)
    publish(reports, 2, safe(year="2026"))
    days = ledger.open_ledger(path).shown_since()
    assert set(days.values()) == {"2027-01-20"}
    assert len(days) == 6


def test_what_others_publish_binds_with_its_source(path: Path) -> None:
    table = CountTable("t", pd.DataFrame(), ("aar",), unit="forhold", population="anmeldte")
    cells = [
        PublishedCell(table.cell(aar="2024"), 88),
        PublishedCell(table.cell(aar="2023"), None, 0, 4),
    ]
    book = ledger.open_ledger(path)
    lines = ledger.external(book, cells, source="Politiet, tabell 1", day="2026-02-01")
    ledger.append(path, lines)
    assert [(item.value, item.upper, item.report, item.edition) for item in ledger.read(path)] == [
        (88, None, "Politiet, tabell 1", 0),
        (None, 4, "Politiet, tabell 1", 0),
    ]
    for source, day in (("", "2026-02-01"), ("Politiet", "")):
        with pytest.raises(EvalueringError, match="kilde og dato"):
            ledger.external(book, cells, source=source, day=day)


def test_no_ledger_and_no_folder_is_a_municipality_that_begins(path: Path) -> None:
    assert ledger.read(path) == ()


@pytest.mark.parametrize(
    "fault",
    ["gone", "edited", "line taken out", "lines swapped", "cut", "half a line", "added", "emptied"],
)
def test_a_ledger_that_was_touched_stops(reports: Path, path: Path, fault: str) -> None:
    folders = [publish(reports, 1), publish(reports, 2, safe(year="2026"))]
    lines = path.read_text("utf-8").splitlines(keepends=True)
    ledger.read(path, folders)
    changed = {
        "edited": [line.replace('"verdi":139', '"verdi":138') for line in lines],
        "line taken out": [*lines[:3], *lines[4:]],
        "lines swapped": [*lines[:2], lines[3], lines[2], *lines[4:]],
        "cut": lines[:6],
        "half a line": [*lines[:-1], lines[-1][:-9]],
        "added": [*lines, lines[-1]],
        "emptied": [],
    }
    if fault == "gone":
        path.unlink()
    else:
        assert changed[fault] != lines
        path.write_text("".join(changed[fault]), encoding="utf-8", newline="\n")
    with pytest.raises(EvalueringError) as stop:
        ledger.read(path, folders)
    assert str(stop.value) == MESSAGE


def test_every_single_changed_byte_is_found(reports: Path, path: Path) -> None:
    """All bytes of the ledger, one at a time; the folder is the witness of the last lines."""
    folder = publish(reports, 1)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(EvalueringError):
            ledger.read(path, [folder])


def test_every_shorter_ledger_is_found(reports: Path, path: Path) -> None:
    """Every number of lines short but one: without `utgitt` the edition is only prepared."""
    folder = publish(reports, 1)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for number in range(len(lines) - 1):
        path.write_text("".join(lines[:number]), encoding="utf-8", newline="\n")
        with pytest.raises(EvalueringError):
            ledger.read(path, [folder])
    path.write_text("".join(lines[:-1]), encoding="utf-8", newline="\n")
    assert ledger.open_ledger(path, [folder]).pending == Edition("fredrikstad_2026", 1)


def test_a_recomputed_chain_is_found_by_the_folders(reports: Path, path: Path) -> None:
    """Somebody who changes a number and makes the whole chain again."""
    folder = publish(reports, 1)
    records = [dict(item) for item in ledger.open_ledger(path).records]
    for item in records:
        del item["forrige"]
        if item.get("verdi") == 139:
            item["verdi"] = 140
    path.write_text(chained(records, NOTHING_BEFORE), encoding="utf-8", newline="\n")
    ledger.read(path)
    with pytest.raises(EvalueringError, match="mangler eller er endret"):
        ledger.read(path, [folder])


@pytest.mark.parametrize("fault", ["no slice", "empty slice", "another's", "aborted", "odd name"])
def test_a_folder_the_ledger_does_not_know_stops(reports: Path, path: Path, fault: str) -> None:
    folder = publish(reports, 1)
    if fault == "no slice":
        (folder / ledger.SLICE).unlink()
    elif fault == "empty slice":
        (folder / ledger.SLICE).write_text("", encoding="utf-8")
    elif fault == "aborted":
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[:-1]), encoding="utf-8", newline="\n")
        book = ledger.open_ledger(path)
        ledger.append(path, ledger.closing(book, is_issued=False))
    else:
        place = folder.with_name("utgave-2" if fault == "another's" else "utgave-02")
        folder.rename(place)
        folder = place
    with pytest.raises(EvalueringError, match="mangler eller er endret"):
        ledger.read(path, [folder])


def test_lines_that_do_not_follow_are_not_added(path: Path) -> None:
    first = entry(ledger.open_ledger(path))
    book = ledger.append(path, first.lines)
    before = path.read_bytes()
    for wrong in (
        first.lines,
        "{}\n",
        entry(book, 2).lines,  # the first one is still open
        chained([{"type": "utgitt", "rapport": "annen", "utgave": 1}], book.head),
        chained([{"type": CELL}], book.head),
    ):
        with pytest.raises(EvalueringError):
            ledger.append(path, wrong)
        assert path.read_bytes() == before


def test_an_edition_must_have_all_its_cells(path: Path) -> None:
    made = entry(ledger.open_ledger(path)).lines.splitlines(keepends=True)
    with pytest.raises(EvalueringError):
        ledger.append(path, "".join(made[:-1]))
    with pytest.raises(EvalueringError, match="Ingen utgave er forberedt"):
        ledger.closing(ledger.open_ledger(path), is_issued=True)


def test_a_lost_ledger_is_built_again_from_the_folders(reports: Path, path: Path) -> None:
    folders = [publish(reports, 1)]
    book = ledger.append(path, entry(ledger.open_ledger(path), 2, safe(year="2024")).lines)
    ledger.append(path, ledger.closing(book, is_issued=False))
    folders.append(publish(reports, 3, safe(year="2026")))
    whole = path.read_text("utf-8")
    path.unlink()
    assert ledger.rebuilt(reversed(folders)) == whole
    assert ledger.rebuilt([]) == ""
    with pytest.raises(EvalueringError, match="ikke bygges opp igjen"):
        ledger.rebuilt(folders[1:])
    (folders[0] / ledger.SLICE).write_text("{}\n", encoding="utf-8")
    with pytest.raises(EvalueringError, match="ikke bygges opp igjen"):
        ledger.rebuilt(folders)


def test_the_head_names_the_last_line(path: Path) -> None:
    made = entry(ledger.open_ledger(path))
    book = ledger.append(path, made.lines)
    assert made.head == book.head == head_of(made.lines)
    assert ledger.open_ledger(path.with_name("ingen.jsonl")).head == NOTHING_BEFORE


def test_another_definition_has_another_digest(path: Path) -> None:
    cell = Cell("person", "unge", "", ())
    table = safe()
    digests = {
        parsed(entry(ledger.open_ledger(path), table=item).lines)[1]["tabell_sha256"]
        for item in (
            table,
            replace(table, period="2025"),
            replace(table, hierarchies={"klasse": {"3": "3_pluss"}}),
            replace(table, relations=(Relation(((1, cell),)),)),
            replace(table, relations=(Relation(((1, cell),), "<="),)),
        )
    }
    assert len(digests) == 5


@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.text(max_size=8), st.integers(0, 10**6), st.booleans()),
        max_size=8,
    )
)
def test_any_text_and_number_comes_back_as_written(
    cells: list[tuple[str, str, int, bool]],
) -> None:
    records = [
        {
            **cell_record(
                Cell("u", name, "", (("d", value),)), number if shown else None, 0, number
            ),
            "type": "ekstern",
            "kilde": name,
            "dato": "2026-01-01",
        }
        for name, value, number, shown in cells
    ]
    text = chained(records, NOTHING_BEFORE)
    back = [published_cell(item) for item in parsed(text)]
    assert [(item.report, item.cell.at[0][1], item.is_shown) for item in back] == [
        (name, value, shown) for name, value, _, shown in cells
    ]
    assert text.count("\n") == len(cells)
