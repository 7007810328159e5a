"""Earlier periods are quoted: what a late registration does to a number already published."""

from dataclasses import replace

import pandas as pd
import pytest

from evaluering.disclosure import door
from evaluering.disclosure.quotation import quoted_findings
from evaluering.disclosure.revisions import NOTE, QUOTED, check_kept, group, quoted, year_of
from evaluering.errors import EvalueringError
from evaluering.model import (
    Cell,
    CountTable,
    Finding,
    PublishedCell,
    Relation,
    Rest,
    SafeTable,
    Source,
    Verdict,
)


def table(name: str = "personer", **years: dict[str, int]) -> CountTable:
    """Persons by year and class: `table(a2024={"alle": 139, …})`."""
    rows = [
        {"aar": year[1:], "klasse": key, "antall": count}
        for year, counts in years.items()
        for key, count in counts.items()
    ]
    frame = pd.DataFrame(rows).astype({"antall": "Int64"})
    return CountTable(name, frame, ("aar", "klasse"), population="unge")


def published(
    source: CountTable, *hidden: str, edition: int = 1, **more: object
) -> list[PublishedCell]:
    """The cells of a table as an earlier report showed or hid them."""
    found = []
    for row in source.frame.to_dict("records"):
        cell = source.cell(aar=row["aar"], klasse=row["klasse"])
        is_hidden = row["klasse"] in hidden
        base = PublishedCell(cell, None if is_hidden else int(row["antall"]), report="r")
        found.append(replace(base, edition=edition, **more))  # type: ignore[arg-type] as given
    return found


OLD = {"alle": 139, "1_2": 115, "3": 11, "4_pluss": 13}
LATE = {"alle": 140, "1_2": 116, "3": 11, "4_pluss": 13}
NOW = {"alle": 150, "1_2": 120, "3": 14, "4_pluss": 16}


def numbers(source: CountTable) -> dict[tuple[str, str], int | None]:
    return {
        (row["aar"], row["klasse"]): None if pd.isna(row["antall"]) else int(row["antall"])
        for row in source.frame.to_dict("records")
    }


def test_a_late_registration_does_not_move_a_published_year() -> None:
    (result,) = quoted([table(a2024=LATE, a2025=NOW)], published(table(a2024=OLD)))
    assert numbers(result) == {("2024", key): value for key, value in OLD.items()} | {
        ("2025", key): value for key, value in NOW.items()
    }


def test_every_quoted_cell_has_the_same_note_changed_or_not() -> None:
    """Trap 23: a note only where a small revision happened would tell where it happened."""
    for late in (OLD, LATE):
        (result,) = quoted([table(a2024=late, a2025=NOW)], published(table(a2024=OLD)))
        assert result.frame[NOTE].tolist() == [QUOTED] * 4 + [""] * 4


def test_without_anything_published_nothing_is_touched() -> None:
    before = table(a2024=OLD)
    (result,) = quoted([before], [])
    pd.testing.assert_frame_equal(result.frame, before.frame)


def test_what_was_hidden_gets_a_number_that_fits_what_was_shown() -> None:
    """The hidden ones were 11 and 13; today's are 14 and 13, and together they must still be 24."""
    shelf = published(table(a2024=OLD), "3", "4_pluss")
    late = {"alle": 142, "1_2": 115, "3": 14, "4_pluss": 13}
    (result,) = quoted([table(a2024=late, a2025=NOW)], shelf)
    counts = numbers(result)
    assert (counts["2024", "alle"], counts["2024", "1_2"]) == (139, 115)
    assert (counts["2024", "3"] or 0) + (counts["2024", "4_pluss"] or 0) == 24
    assert counts["2025", "3"] == 14
    (same,) = quoted([table(a2024=OLD, a2025=NOW)], shelf)
    assert numbers(same)["2024", "3"] == 11


def test_a_number_that_fits_keeps_within_what_a_reader_could_compute() -> None:
    shelf = published(table(a2024=OLD), "3", "4_pluss", lower=9, upper=15)
    late = {"alle": 149, "1_2": 115, "3": 30, "4_pluss": 4}
    (result,) = quoted([table(a2024=late)], shelf)
    assert (numbers(result)["2024", "3"], numbers(result)["2024", "4_pluss"]) == (15, 9)


def test_no_number_is_found_where_none_fits() -> None:
    shelf = published(table(a2024=OLD), "3", "4_pluss", lower=0, upper=5)
    (result,) = quoted([table(a2024=LATE)], shelf)
    assert numbers(result)["2024", "3"] is None


def test_declared_relations_hold_for_the_numbers_that_fit() -> None:
    """Those with four or more are at most as many as those with three, by declaration."""
    plain = table(a2024=LATE | {"alle": 144, "3": 6, "4_pluss": 22})
    three, four = plain.cell(aar="2024", klasse="3"), plain.cell(aar="2024", klasse="4_pluss")
    bound = replace(plain, relations=(Relation(((1, four), (-1, three)), "<="),))
    (result,) = quoted([bound], published(table(a2024=OLD), "3", "4_pluss"))
    assert (numbers(result)["2024", "3"], numbers(result)["2024", "4_pluss"]) == (12, 12)


def test_a_new_split_of_a_revised_year_is_left_out() -> None:
    frame = pd.DataFrame(
        {"aar": "2024", "kjoenn": ["alle", "gutt", "jente"], "antall": [140, 100, 40]}
    )
    split = CountTable("kjoenn", frame, ("aar", "kjoenn"), population="unge")
    (result,) = quoted([split], published(table(a2024=OLD)))
    assert [None if pd.isna(n) else n for n in result.frame["antall"]] == [139, None, None]
    same = replace(split, frame=frame.assign(antall=[139, 100, 39]))
    (result,) = quoted([same], published(table(a2024=OLD)))
    assert result.frame["antall"].tolist() == [139, 100, 39]


def test_a_sum_over_years_with_a_revised_one_is_left_out() -> None:
    whole = table(a2024=LATE, a2025=NOW, aalle={"alle": 290})
    (result,) = quoted([whole], published(table(a2024=OLD)))
    assert numbers(result)["alle", "alle"] is None
    other = replace(table(a2024=NOW), population="andre")
    (_, untouched) = quoted([whole, other], published(table(a2024=OLD)))
    assert numbers(untouched)["2024", "alle"] == 150


def test_the_persons_behind_a_quoted_number_are_not_those_of_today() -> None:
    events = replace(
        table(a2024=LATE),
        unit="forhold",
        frame=table(a2024=LATE).frame.assign(personer=[60, 40, 11, 9], stoerste=[8, 2, 3, 8]),
    )
    shelf = published(replace(table(a2024=OLD), unit="forhold"))
    (result,) = quoted([events], shelf)
    assert result.frame["personer"].tolist() == [60, 40, 11, 9]
    assert result.frame["stoerste"].isna().tolist() == [True, True, False, False]


@pytest.mark.parametrize(("extra", "is_allowed"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_year_is_restated_only_when_no_difference_is_small(extra: int, is_allowed: bool) -> None:
    new = OLD | {"alle": 139 + extra, "1_2": 115 + extra}
    given = [table(a2024=new)], published(table(a2024=OLD)), (2024,)
    if is_allowed:
        (result,) = quoted(*given)
        assert numbers(result)["2024", "alle"] == 139 + extra
        assert NOTE not in result.frame or not any(result.frame[NOTE])
        return
    with pytest.raises(EvalueringError, match="2024 kan ikke regnes om") as stop:
        quoted(*given)
    assert "139" not in str(stop.value)


def test_the_stricter_threshold_of_old_and_new_holds() -> None:
    new = OLD | {"alle": 146, "1_2": 122}
    quoted([table(a2024=new)], published(table(a2024=OLD)), (2024,))
    for shelf, threshold in (
        (published(table(a2024=OLD), threshold=10), 5),
        (published(table(a2024=OLD)), 10),
    ):
        with pytest.raises(EvalueringError, match="kan ikke regnes om"):
            quoted([table(a2024=new)], shelf, (2024,), threshold=threshold)


def test_a_restated_year_is_quoted_as_it_was_last_shown() -> None:
    shelf = [*published(table(a2024=OLD)), *published(table(a2024=NOW), edition=2)]
    (result,) = quoted([table(a2024=LATE)], shelf)
    assert numbers(result)["2024", "alle"] == 150


@pytest.mark.parametrize(
    ("at", "period", "year"),
    [
        ((("aar", "2024"), ("klasse", "3")), "", "2024"),
        ((), "2024", "2024"),
        ((("wave", "2022"),), "", "2022"),
        ((), "", ""),
        ((("aar", "2023–2025"),), "", "2023–2025"),
    ],
)
def test_the_year_of_a_cell(at: tuple[tuple[str, str], ...], period: str, year: str) -> None:
    cell = Cell("person", "unge", period, at)
    assert year_of(cell) == year
    assert group(cell) == ("unge", year)


def safe(source: CountTable, *hidden: str) -> SafeTable:
    is_shown = ~source.frame["klasse"].isin(hidden)
    frame = source.frame.assign(antall=source.frame["antall"].where(is_shown), publiseres=is_shown)
    return SafeTable(
        source.name, frame, source.dimensions, "alle", {}, "person", "unge", "", (), 5, "v1"
    )


def test_what_is_published_is_never_taken_back_opened_or_changed() -> None:
    shelf = published(table(a2024=OLD), "3", "4_pluss")
    check_kept([safe(table(a2024=OLD, a2025=NOW), "3", "4_pluss")], shelf)
    with pytest.raises(EvalueringError, match="ville blitt vist"):
        check_kept([safe(table(a2024=OLD), "3")], shelf)
    with pytest.raises(EvalueringError, match="ville blitt skjult"):
        check_kept([safe(table(a2024=OLD), "1_2", "3", "4_pluss")], shelf)
    with pytest.raises(EvalueringError, match="ville blitt endret"):
        check_kept([safe(table(a2024=LATE), "3", "4_pluss")], shelf)
    with pytest.raises(EvalueringError, match="ville blitt endret"):
        check_kept([safe(table(a2024=LATE), "3", "4_pluss")], shelf, (2024,))
    check_kept([safe(table(a2024=NOW), "3", "4_pluss")], shelf, (2024,))
    # Another publisher's number is no promise of ours.
    check_kept([safe(table(a2024=LATE))], published(table(a2024=OLD), "3", edition=0))


def finding(source: CountTable) -> Finding:
    """Two years' persons, the change between them, and its verdict."""
    old, new = source.cell(aar="2024"), source.cell(aar="2025")
    counts = numbers(source)
    return Finding(
        id="forhold.personer",
        section="forhold",
        kind="count_change",
        topic="Unge med forhold",
        frame=pd.DataFrame(
            {
                "aar": [2024, 2025],
                "antall": [counts["2024", "alle"], counts["2025", "alle"]],
            }
        ),
        sources=(Source("Politiskjemaet", is_published=False),),
        is_synthetic=True,
        verdict=Verdict.UNCLEAR,
        values={"count_from": counts["2024", "alle"], "ratio": 150 / 140},
        tables=(source,),
        rests=(
            Rest("frame", ("antall",), (old,), rows=(0,)),
            Rest("frame", ("antall",), (new,), rows=(1,)),
            Rest("values", ("count_from",), (old,)),
            Rest("values", ("ratio",), (old, new)),
            Rest("verdict", (), (old, new), is_spread=True, behind=140, largest=0.1),
        ),
    )


def test_a_count_is_quoted_and_what_was_worked_out_from_it_is_left_out() -> None:
    shelf = published(table(a2024=OLD))
    late = finding(table(a2024=LATE, a2025=NOW))
    (shown,) = door.release([late], published=shelf).safe
    assert shown.finding.frame["antall"].tolist() == [139, 150]
    assert dict(shown.finding.values) == {"count_from": 139}
    assert shown.finding.verdict is Verdict.WITHHELD
    (shown,) = door.release([finding(table(a2024=OLD, a2025=NOW))], published=shelf).safe
    assert shown.finding.verdict is Verdict.UNCLEAR
    assert set(shown.finding.values) == {"count_from", "ratio"}


def test_a_number_that_is_not_the_count_is_left_out() -> None:
    late = finding(table(a2024=LATE, a2025=NOW))
    wrong = replace(
        late,
        frame=late.frame.assign(share=[0.5, 0.6]),
        rests=(*late.rests, Rest("frame", ("share",), late.rests[0].cells, rows=(0,))),
    )
    (result,) = quoted_findings([wrong], published(table(a2024=OLD)))
    assert result.rests[-1].cells[-1].population == "rettet_etter_utgivelsen"
    assert result.frame["share"].tolist() == [0.5, 0.6]


def test_findings_nothing_was_revised_for_are_left_alone() -> None:
    same = finding(table(a2024=OLD, a2025=NOW))
    assert quoted_findings([same], [])[0] is same
    (result,) = quoted_findings([same], published(table(a2024=OLD)))
    assert result.rests == same.rests
    pd.testing.assert_frame_equal(result.frame, same.frame)
