"""The committed example read back: every cell of every sheet against what generated it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from workbook_material import ALL_PERSONS, LAYOUT, PLAN

from evaluering.inputs.example import files
from evaluering.inputs.house_key import FIXED_KEY, pseudonym
from evaluering.inputs.workbook.columns import Column, Kind
from evaluering.inputs.workbook.consent import consented_cases
from evaluering.inputs.workbook.read import Workbook, read_workbook
from evaluering.inputs.workbook.read_form import read_police_form

EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "eksempel"
CUTOFF = date(files.YEAR, 12, 31)


@pytest.fixture(scope="module")
def example() -> Workbook:
    return read_workbook(
        EXAMPLE / "eksempel.xlsx",
        plan=PLAN,
        personrader=ALL_PERSONS,
        key=FIXED_KEY,
        aar=files.YEAR,
        skjaeringsdato=CUTOFF,
        form=read_police_form(EXAMPLE / "eksempel_politiskjema.xlsx").content,
    )


def expected(column: Column, value: object) -> object:
    """A generated value as the reader hands it over; "" is missing."""
    if value is None or value == "" or pd.isna(value):
        return column.empty_means
    if column.kind is Kind.DATE:
        return pd.Timestamp(str(value))
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if column.kind in (Kind.WHOLE, Kind.NUMBER):
        return float(str(value))
    return pseudonym(FIXED_KEY, column.rekey, str(value)) if column.rekey else str(value)


def test_example_has_no_errors_and_rows_agree_with_counts_and_form(example: Workbook) -> None:
    assert example.errors == ()
    assert example.interpretations == ()
    assert {problem.code for problem in example.remarks} <= {"no_consent", "far_from_last_year"}


def test_every_cell_is_what_was_generated(example: Workbook) -> None:
    compared = 0
    for id, written in files.frames(plan=PLAN).items():
        sheet, read = LAYOUT.sheet(id), example.frames[id]
        assert len(read) == len(written), id
        for name in written.columns:
            column = sheet.column(name)
            wanted = [expected(column, value) for value in written[name]]
            found = ["" if pd.isna(value) else value for value in read[name]]
            assert found == wanted, f"{id}: {name}"
            compared += len(found)
    assert compared > 20_000


def test_remarks_name_exactly_the_cases_without_consent(example: Workbook) -> None:
    frames = example.frames
    valid = consented_cases(frames["samtykke"], frames["saker"], CUTOFF)
    told = {int(problem.cell[1:]) for problem in example.remarks if problem.code == "no_consent"}
    assert told == set(frames["saker"].index[~frames["saker"]["sak_id"].isin(valid)])
    assert 10 < len(valid) < len(frames["saker"])


def test_first_year_town_gets_through_without_a_row_about_a_person() -> None:
    form = read_police_form(EXAMPLE / "startkommune_politiskjema.xlsx")
    assert form.problems == ()
    town = read_workbook(
        EXAMPLE / "startkommune.xlsx", plan=PLAN, aar=files.YEAR, form=form.content
    )
    assert town.problems == ()
    assert town.frames["forholdstall"].empty
