"""Whose consent holds on a day: the model of the data-protection guide, section 4."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.inputs.workbook.consent import STRICTEST, consented_cases, withdrawn_after

DAY = date(2026, 12, 31)
Event = tuple[str, str, str, date]


def events(*rows: Event) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["sak_id", "part", "tilstand", "dato"])
    return frame.assign(dato=pd.to_datetime(frame["dato"]).astype("datetime64[s]"))


def cases(**ages: str) -> pd.DataFrame:
    return pd.DataFrame({"sak_id": list(ages), "aldersgruppe": list(ages.values())})


def both(case: str, day: date) -> list[Event]:
    return [(case, part, "gitt", day) for part in ("ungdom", "foresatt")]


def test_no_event_is_no_consent() -> None:
    assert consented_cases(events(), cases(a="15_17"), DAY) == frozenset()


def test_both_parties_are_required_under_18_and_the_young_alone_from_18() -> None:
    given_day = date(2026, 2, 1)
    for age, required in STRICTEST.items():
        for parties in ({"ungdom"}, {"foresatt"}, {"ungdom", "foresatt"}):
            frame = events(*[("a", part, "gitt", given_day) for part in sorted(parties)])
            is_valid = set(required) <= parties
            assert bool(consented_cases(frame, cases(a=age), DAY)) is is_valid
    assert {age: len(parties) for age, parties in STRICTEST.items()} == {
        "under_12": 2,
        "12_14": 2,
        "15_17": 2,
        "18_pluss": 1,
    }


def test_who_must_consent_is_the_municipalitys_choice_and_never_nobody() -> None:
    young = events(("a", "ungdom", "gitt", date(2026, 2, 1)))
    case = cases(a="15_17")
    assert consented_cases(young, case, DAY, required={"15_17": ("ungdom",)}) == {"a"}
    assert consented_cases(young, case, DAY, required={"15_17": ()}) == frozenset()
    assert consented_cases(young, case, DAY, required={"12_14": ("ungdom",)}) == frozenset()


def test_last_event_on_or_before_the_day_decides() -> None:
    start, end = date(2026, 2, 1), date(2026, 6, 1)
    frame = events(*both("a", start), ("a", "foresatt", "trukket", end))
    case = cases(a="12_14")
    assert consented_cases(frame, case, start - timedelta(1)) == frozenset()
    assert consented_cases(frame, case, start) == {"a"}
    assert consented_cases(frame, case, end - timedelta(1)) == {"a"}
    assert consented_cases(frame, case, end) == frozenset()
    again = events(*both("a", start), ("a", "foresatt", "trukket", end), *both("a", DAY))
    assert consented_cases(again, case, DAY) == {"a"}


@pytest.mark.parametrize("state", ["trukket", "ikke_gitt"])
def test_refusal_wins_on_a_day_with_two_events(state: str) -> None:
    frame = events(*both("a", DAY), ("a", "ungdom", state, DAY))
    assert consented_cases(frame, cases(a="15_17"), DAY) == frozenset()


def test_withdrawal_after_the_cut_off_takes_the_case_out_too() -> None:
    start, later = date(2026, 2, 1), date(2027, 1, 10)
    frame = events(*both("a", start), *both("b", start), ("a", "ungdom", "trukket", later))
    case = cases(a="15_17", b="15_17")
    assert consented_cases(frame, case, DAY) == {"a", "b"}
    assert withdrawn_after(frame, case, DAY) == {"a"}
    assert withdrawn_after(events(), case, DAY) == frozenset()
    given_again = [("a", "ungdom", "gitt", later + timedelta(1))]
    frame = pd.concat([frame, events(*given_again)], ignore_index=True)
    assert withdrawn_after(frame, case, DAY) == frozenset()


def test_consent_in_a_case_that_is_not_there_counts_for_nobody() -> None:
    assert consented_cases(events(*both("b", DAY)), cases(a="15_17"), DAY) == frozenset()


STATES = st.sampled_from(["gitt", "ikke_gitt", "trukket"])
PARTS = st.sampled_from(["ungdom", "foresatt"])
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    st.dictionaries(st.tuples(st.sampled_from("ab"), PARTS, DAYS), STATES, max_size=12),
    DAYS,
    st.sampled_from(sorted(STRICTEST)),
)
def test_against_the_rule_read_aloud(
    rows: dict[tuple[str, str, date], str], day: date, age: str
) -> None:
    """For every required party: look through the events by hand, newest first."""
    expected = set()
    for case in "ab":
        last: dict[str, str] = {}
        for (sak, part, when), state in sorted(rows.items(), key=lambda item: item[0][2]):
            if sak == case and when <= day:
                last[part] = state
        if all(last.get(part) == "gitt" for part in STRICTEST[age]):
            expected.add(case)
    frame = events(*[(sak, part, state, when) for (sak, part, when), state in rows.items()])
    assert consented_cases(frame, cases(a=age, b=age), day) == expected
