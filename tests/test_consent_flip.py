"""A consent taken back changes every number that rests on the case, and no other.

Every case of the invented municipality with a valid consent is flipped, one at a time. What must
change is found from the rows, not from the code under test, and the property is checked for every
number of every finding: a number may change only if a cell it rests on did.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest
from case_material import DAY, example_rows, material

from evaluering.analysis import maal, prosess
from evaluering.model import Cell, Finding
from evaluering.statistics import goals as estimators

YEAR = 2025
COUNTS = ("antall", "maal", "naadd", "ikke_vurdert", "teller", "nevner")
ROWS = example_rows()
# The last event of each party, read here without the package.
LAST = {
    (row["sak_id"], row["part"]): row["tilstand"]
    for row in sorted(ROWS["samtykke"], key=lambda row: row["dato"])
}
AGES = {row["sak_id"]: row["aldersgruppe"] for row in ROWS["saker"]}
GIVEN = [
    case
    for case, age in AGES.items()
    if all(
        LAST.get((case, part)) == "gitt"
        for part in (("ungdom",) if age == "18_pluss" else ("ungdom", "foresatt"))
    )
]
NEW = {row["sak_id"] for row in ROWS["saker"] if row["dato_aapnet"].year == YEAR}
HELPED = {row["sak_id"] for row in ROWS["tjenester"]}
DUE: dict[str, int] = {}
for goal in ROWS["maal"]:
    if goal["planlagt_maaling"].year == YEAR:
        DUE[goal["sak_id"]] = DUE.get(goal["sak_id"], 0) + 1


def _findings(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Finding]:
    given = material(rows)
    found = prosess.process(given, year=YEAR) + maal.goal_attainment(given, year=YEAR)
    return {finding.id: finding for finding in found}


def _cells(found: dict[str, Finding]) -> dict[Cell, tuple[int, ...]]:
    """Every cell with its count and those behind it; equal cells must agree."""
    told: dict[Cell, tuple[int, ...]] = {}
    for finding in found.values():
        for table in finding.tables:
            for row in table.frame.to_dict("records"):
                cell = table.cell(**{name: row[name] for name in table.dimensions})
                numbers = (int(row["antall"]), int(row["personer"]))
                assert told.setdefault(cell, numbers) == numbers, cell
    return told


def _numbers(finding: Finding) -> Iterator[tuple[tuple[Any, ...], float, tuple[Cell, ...], bool]]:
    """Each number: where it stands, what it is, the cells it rests on, and if it is spread."""
    frames = {"frame": finding.frame, **finding.details}
    for rest in finding.rests:
        if rest.place == "values":
            for key in rest.columns:
                yield (
                    (finding.id, "values", key),
                    float(finding.values[key]),
                    rest.cells,
                    rest.is_spread,
                )  # type: ignore[arg-type]
        elif rest.place != "verdict":
            for row in rest.rows or ():
                for column in rest.columns:
                    value = float(frames[rest.place][column].iloc[row])
                    yield (finding.id, rest.place, row, column), value, rest.cells, rest.is_spread


@pytest.fixture(scope="module", autouse=True)
def _cheap_bootstrap() -> Iterator[None]:
    """Limits that depend on the same goals and cases as the bootstrap, at no cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            estimators,
            "_case_bootstrap",
            lambda yes, asked, level, draws, *, seed: (
                float(yes.sum() / asked.sum() / 2),
                1.0,
            ),
        )
        yield


@pytest.fixture(scope="module")
def before(_cheap_bootstrap: None) -> dict[str, Finding]:
    return _findings(ROWS)


def _flipped(case: str, day: date = date(2026, 1, 10)) -> dict[str, list[dict[str, Any]]]:
    event = {
        "sak_id": case,
        "part": "ungdom",
        "tilstand": "trukket",
        "dato": day,
        "skjema": "felles",
    }
    return {**ROWS, "samtykke": [*ROWS["samtykke"], event]}


def _step(found: dict[str, Finding], id: str) -> float:
    frame = found["prosess.trakt"].frame
    return float(frame.loc[frame["steg"] == id, "antall"].iloc[0])


def test_the_example_has_the_numbers_it_was_made_with(before: dict[str, Finding]) -> None:
    # inputs/example/cases.py, PLAN_OF_YEAR: new, asked, consent that stands, withdrawn, services
    assert [_step(before, id) for id in ("nye", "spurt", "samtykke", "andre_tjenester")] == [
        47,
        42,
        32,
        26,
    ]
    assert before["prosess.trakt"].details["trukket"]["antall"].tolist() == [3]
    assert len(GIVEN) == 17 + 21 + 26 + 32


def test_each_count_is_the_cell_it_rests_on(before: dict[str, Finding]) -> None:
    cells = _cells(before)
    checked = 0
    for finding in before.values():
        for where, value, on, _ in _numbers(finding):
            if where[-1] in COUNTS and on and not math.isnan(value):
                assert cells[on[0]][0] == value, where
                checked += 1
    assert checked > 20


def test_every_number_has_its_ground(before: dict[str, Finding]) -> None:
    for finding in before.values():
        covered = {where[1:] for where, *_ in _numbers(finding)}
        keys = {name for name, value in finding.values.items() if not isinstance(value, str)}
        free = {name for name in keys if name.startswith("year") or name == "order"}
        assert {("values", name) for name in keys - free} <= covered, finding.id
        for place, frame in {"frame": finding.frame, **finding.details}.items():
            for column in frame.select_dtypes("number").columns:
                for row in range(len(frame)):
                    assert (place, row, column) in covered, (finding.id, place, row, column)


@pytest.mark.parametrize("share", range(4))
def test_a_flip_changes_what_rests_on_the_case_and_nothing_else(
    before: dict[str, Finding], share: int
) -> None:
    told, cells = {}, _cells(before)
    for finding in before.values():
        told |= {where: value for where, value, *_ in _numbers(finding)}
    for case in GIVEN[share::4]:
        after = _findings(_flipped(case))
        new = int(case in NEW)
        helped = new * int(case in HELPED)
        assert _step(after, "nye") == 47, case
        assert _step(after, "spurt") == 42, case
        assert _step(after, "samtykke") == 32 - new, case
        assert _step(after, "andre_tjenester") == 26 - helped, case
        assert after["prosess.trakt"].details["trukket"]["antall"].tolist() == [3 + new], case
        wait = after["prosess.ventetid"].values
        assert wait["cases"] == 32 - new, case
        assert wait["waiting"] == 6 - new + helped, case
        assert after["prosess.uten_koordinator"].values == before["prosess.uten_koordinator"].values
        goals = before["maal.naadd"].values["goals"]
        assert after["maal.naadd"].values["goals"] == goals - DUE.get(case, 0), case
        changed_cells = _cells(after)
        for finding in after.values():
            for where, value, on, _ in _numbers(finding):
                old = told.get(where)
                if old is None or all(cells.get(one) == changed_cells.get(one) for one in on):
                    is_same = old is None or value == old or (math.isnan(value) and math.isnan(old))
                    assert is_same, (case, where)


@pytest.mark.parametrize("day", [date(2025, 12, 1), DAY, date(2026, 3, 1)])
def test_a_withdrawal_counts_whether_before_or_after_the_day_of_the_numbers(
    before: dict[str, Finding], day: date
) -> None:
    case = next(case for case in GIVEN if case in NEW and case in DUE)
    after = _findings(_flipped(case, day))
    assert _step(after, "samtykke") == 31
    assert after["maal.naadd"].values["cases"] == int(str(before["maal.naadd"].values["cases"])) - 1


def test_consent_that_comes_adds_the_case() -> None:
    refused = next(
        row for row in ROWS["samtykke"] if row["tilstand"] == "ikke_gitt" and row["sak_id"] in NEW
    )
    rows = copy.deepcopy(ROWS)
    rows["samtykke"].append({**refused, "tilstand": "gitt", "dato": date(2026, 1, 5)})
    assert _step(_findings(rows), "samtykke") == 33


def test_one_party_is_not_enough() -> None:
    rows = copy.deepcopy(ROWS)
    case = next(case for case in GIVEN if case in NEW and AGES[case] != "18_pluss")
    rows["samtykke"] = [
        row for row in rows["samtykke"] if (row["sak_id"], row["part"]) != (case, "foresatt")
    ]
    assert _step(_findings(rows), "samtykke") == 31


def test_numbers_are_frames_without_codes_of_cases(before: dict[str, Finding]) -> None:
    for finding in before.values():
        for frame in (finding.frame, *finding.details.values()):
            text = frame.to_csv() if isinstance(frame, pd.DataFrame) else ""
            assert "S-1" not in text
            assert "M-0" not in text
