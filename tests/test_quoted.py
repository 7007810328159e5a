"""Earlier years stand as they were published."""

import json
import math
from pathlib import Path

import pytest

from evaluering.analysis import police_counts
from evaluering.analysis.count_cells import OFFENCE, PERSON, REGISTERED, cell
from evaluering.analysis.police_counts import Group
from evaluering.analysis.quoted import FILE, published_cells, quoted
from evaluering.files import STATISTIKK_VARIABLE
from evaluering.inputs.material import Material, read_material
from evaluering.model import Cell
from evaluering.pipeline.runner import PUBLISHED_FILE
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]
# As delivered for under 18 in 2024 (data/eksempel/eksempel_politiskjema.xlsx).
OFFENCES, PERSONS, THREE = 221, 127, 10
FEWER: dict[Cell, int] = {cell(OFFENCE, REGISTERED, aar="2024"): OFFENCES - 2}
SAME: dict[Cell, int] = {cell(PERSON, REGISTERED, aar="2024"): PERSONS}


@pytest.fixture(scope="module")
def material() -> Material:
    return read_material(
        ROOT,
        read_plan(),
        politiskjema="eksempel_politiskjema.xlsx",
        aar=2025,
        skjaeringsdato="2026-01-12",
        syntetisk=True,
    )


def test_without_earlier_reports_nothing_is_touched(material: Material) -> None:
    assert quoted(material, {}, year=2025) is material


def test_a_published_number_stands_and_what_was_hidden_beside_it_is_left_out(
    material: Material,
) -> None:
    year = police_counts.years(quoted(material, FEWER | SAME, year=2025), Group())[2024]
    assert (year.offences, year.persons) == (OFFENCES - 2, PERSONS)
    assert math.isnan(year.three)


def test_where_nothing_has_changed_what_was_hidden_stays(material: Material) -> None:
    year = police_counts.years(quoted(material, SAME, year=2025), Group())[2024]
    assert (year.offences, year.persons, year.three) == (OFFENCES, PERSONS, THREE)


def test_the_year_evaluated_is_never_quoted(material: Material) -> None:
    year = police_counts.years(quoted(material, FEWER, year=2024), Group())[2024]
    assert year.offences == OFFENCES


def test_other_groups_of_the_year_are_not_touched(material: Material) -> None:
    before = police_counts.years(material, Group(age="under_15"))
    after = police_counts.years(quoted(material, FEWER, year=2025), Group(age="under_15"))
    assert {year: item.offences for year, item in after.items()} == {
        year: item.offences for year, item in before.items()
    }


def test_the_run_and_the_notebooks_mean_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FILE == PUBLISHED_FILE
    monkeypatch.setenv(STATISTIKK_VARIABLE, str(tmp_path / "funn"))
    assert not published_cells()
    place = {"unit": OFFENCE, "population": REGISTERED, "period": "", "at": [["aar", "2024"]]}
    (tmp_path / FILE).write_text(json.dumps([{**place, "value": 219}]), encoding="utf-8")
    assert published_cells() == FEWER
