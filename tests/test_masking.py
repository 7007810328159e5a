"""What of a finding may be seen when only some cells are shown."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.disclosure.masking import masked
from evaluering.errors import EvalueringError
from evaluering.model import CountTable, Finding, Rest, Sign, Source, Value, Verdict

TABLE = CountTable("t", pd.DataFrame(), ("aar", "klasse"), population="unge")
OLD, NEW = TABLE.cell(aar="2024"), TABLE.cell(aar="2025")
SMALL = TABLE.cell(aar="2025", klasse="4_pluss")
SHOWN = {OLD: 127, NEW: 145}


def _spread(_: Rest) -> bool:
    return True


def _no_spread(_: Rest) -> bool:
    return False


def _finding(*rests: Rest, **other: object) -> Finding:
    finding = Finding(
        id="forhold.personer",
        section="forhold",
        kind="count_change",
        topic="Unge med forhold",
        frame=pd.DataFrame({"aar": [2024, 2025], "antall": [127, 145], "share": [0.1, 0.2]}),
        sources=(Source("Politiskjemaet", is_published=False),),
        is_synthetic=True,
        verdict=Verdict.UNCLEAR,
        values={"year_to": 2025, "ratio": 1.14, "place": "kommunen"},
        next_datum="neste_aar",
        tables=(TABLE,),
        rests=rests,
    )
    return replace(finding, **other)  # type: ignore[arg-type] whatever the test needs


COUNTS = (
    Rest("frame", ("antall",), (OLD,), rows=(0,)),
    Rest("frame", ("antall",), (NEW,), rows=(1,)),
)


def test_what_rests_on_shown_cells_is_seen() -> None:
    seen = masked(_finding(*COUNTS), SHOWN, _spread)
    assert seen.frame["antall"].tolist() == [127, 145]
    assert not seen.tables
    assert not seen.rests


def test_a_number_without_ground_is_gone() -> None:
    seen = masked(_finding(*COUNTS), SHOWN, _spread)
    assert seen.frame["share"].isna().all()
    assert seen.frame["share_tegn"].tolist() == [Sign.HIDDEN, Sign.HIDDEN]
    assert dict(seen.values) == {"year_to": 2025, "place": "kommunen"}
    assert seen.verdict is Verdict.WITHHELD
    assert seen.next_datum == ""


def test_only_the_row_that_rests_on_a_hidden_cell_is_hidden() -> None:
    rest = Rest("frame", ("share",), (NEW, SMALL), rows=(1,))
    seen = masked(_finding(Rest("frame", ("share",), (OLD,), rows=(0,)), rest), SHOWN, _spread)
    assert seen.frame["share"].tolist()[0] == 0.1
    assert seen.frame["share_tegn"].tolist() == ["", "skjult"]


def test_a_verdict_needs_its_ground_and_enough_behind_it() -> None:
    ground = Rest("verdict", (), (OLD, NEW), is_spread=True, behind=127)
    assert masked(_finding(ground), SHOWN, _spread).verdict is Verdict.UNCLEAR
    assert masked(_finding(ground), SHOWN, _no_spread).verdict is Verdict.WITHHELD
    assert masked(_finding(ground), {OLD: 127}, _spread).verdict is Verdict.WITHHELD


def test_a_hidden_direction_leaves_no_trace() -> None:
    finding = _finding(verdict=Verdict.CLEAR, direction="up", reason="linked")
    seen = masked(finding, SHOWN, _spread)
    assert (seen.verdict, seen.direction, seen.reason) == (Verdict.WITHHELD, "", "")


def test_a_finding_about_work_shows_all_but_what_rests_on_hidden_cells() -> None:
    frame = pd.DataFrame({"tiltak": ["Foreldrekompasset"], "aktiviteter": [25], "antall": [3]})
    hidden = Rest("frame", ("antall",), (SMALL,))
    seen = masked(_finding(hidden, frame=frame, subject="work"), SHOWN, _spread)
    assert seen.frame["aktiviteter"].tolist() == [25]
    assert seen.frame["antall"].isna().all()
    assert seen.verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    "column",
    [[True, False], [1, 2], [0.5, 0.5], pd.array([1, 2], dtype="Int64"), [3, "alle"], [None, 7]],
)
def test_no_kind_of_number_slips_through(column: object) -> None:
    frame = pd.DataFrame({"aar": [2024, 2025], "x": column})
    seen = masked(_finding(frame=frame), SHOWN, _spread)
    assert seen.frame["x"].isna().all()


def test_a_truth_value_needs_ground_too() -> None:
    seen = masked(_finding(values={"rose": True}), SHOWN, _spread)
    assert not seen.values


@pytest.mark.parametrize(
    "rest",
    [
        Rest("frame", ("antal",), (OLD,)),
        Rest("frame", ("antall",), (OLD,), rows=(2,)),
        Rest("values", ("rato",), (OLD,)),
        Rest("grupper", ("antall",), (OLD,)),
    ],
)
def test_a_rest_that_covers_nothing_is_refused(rest: Rest) -> None:
    with pytest.raises(EvalueringError, match="tallet finnes ikke"):
        masked(_finding(rest), SHOWN, _spread)


def test_a_count_that_is_not_its_cell_is_refused() -> None:
    with pytest.raises(EvalueringError, match="ikke det samme"):
        masked(_finding(Rest("frame", ("antall",), (OLD,), rows=(1,))), SHOWN, _spread)


@given(
    numbers=st.lists(st.integers(0, 10**6), min_size=2, max_size=2),
    share=st.floats(0, 1),
    ratio=st.floats(0, 50),
)
def test_what_is_hidden_does_not_change_what_is_seen(
    numbers: list[int], share: float, ratio: float
) -> None:
    def seen(antall: list[int], share: float, values: dict[str, Value]) -> object:
        frame = pd.DataFrame({"aar": [2024, 2025], "antall": antall, "share": [share, share]})
        out = masked(_finding(frame=frame, values=values), SHOWN, _spread)
        return (
            out.frame.to_dict("list").keys(),
            out.frame.fillna(-1).to_numpy().tolist(),
            out.values,
        )

    assert seen(numbers, share, {"ratio": ratio}) == seen([1, 2], 0.5, {"ratio": 1.0})
