"""What came in, and the step of the ladder it reaches (report guide 2.7)."""

from typing import Any

import pandas as pd
import pytest
from work_material import YEAR, material

from evaluering.analysis import datagrunnlag
from evaluering.analysis.datagrunnlag import Survey
from evaluering.model import Finding, Source

SOURCE = (Source("Handlingsplan", is_published=True),)

NO_SURVEY = Survey()
ANSWERS = {
    "aar": YEAR,
    "sted": "kommune",
    "spoersmaal": "skulket",
    "trinn": "ungdomsskole",
    "kjoenn": "alle",
    "antall_ja": 300,
    "antall_svar": 1500,
    "sammenlignbar": "ja",
}
STATUS = {"tiltak_id": "sentrus", "aar": YEAR, "status": "i_gang"}
STEPS: list[dict[str, list[dict[str, Any]]]] = [
    {"ungdata": [ANSWERS], "tiltak": [STATUS]},
    {
        "forholdstall": [{"aar": YEAR, "antall_forhold": 10, "antall_personer": 5}],
        "indikatortall": [{"aar": YEAR, "indikator": "saker_nye", "teller": 20}],
        "moeter": [{"arena": "sentrus", "dato": pd.Timestamp(YEAR, 2, 4), "gjennomfoert": "ja"}],
    },
    {
        "saker": [{"sak_id": "S-001"}],
        "samtykke": [{"sak_id": "S-001"}],
        "tjenester": [{"sak_id": "S-001"}],
    },
    {
        "ungdata": [ANSWERS, ANSWERS | {"skole_kode": "U-1"}],
        "maal": [{"maal_id": "M-001"}],
        "maalinger": [{"maal_id": "M-001"}],
    },
    {"forhold": [{"forhold_id": "F-0001", "aar": YEAR}]},
]


def basis(
    sheets: dict[str, Any], *, survey: Survey = NO_SURVEY, missing: tuple[str, ...] = ()
) -> Finding:
    given = material(missing, **sheets)
    return datagrunnlag.data_basis(given, SOURCE, survey=survey, year=YEAR, is_synthetic=True)


def up_to(step: int) -> dict[str, Any]:
    return {name: rows for sheets in STEPS[: step + 1] for name, rows in sheets.items()}


@pytest.mark.parametrize("step", range(5))
def test_each_step_is_reached_by_its_inputs_and_those_below(step: int) -> None:
    finding = basis(up_to(step))
    assert finding.values["step"] == step
    assert finding.details["ladder"]["is_reached"].sum() == step + 1


@pytest.mark.parametrize(
    ("step", "sheet"),
    [(step, sheet) for step, sheets in enumerate(STEPS) for sheet in sheets if sheet != "ungdata"],
)
def test_one_missing_sheet_stops_the_ladder_there_and_is_named(step: int, sheet: str) -> None:
    sheets = up_to(4)
    del sheets[sheet]
    # Rows about cases give the same as «Indikatortall», rows on offences as the police's counts.
    replaced = {"indikatortall", "forholdstall"}
    finding = basis(sheets)
    ladder = finding.details["ladder"]
    if sheet in replaced:
        assert finding.values["step"] == 4
        return
    assert finding.values["step"] == (step - 1 if step else None)
    assert sheet in ladder.loc[step, "missing"].split(";")
    assert not ladder.loc[step:, "is_reached"].any()


def test_nothing_delivered_reaches_no_step_and_counts_nothing() -> None:
    finding = basis({})
    assert finding.values["step"] is None
    assert finding.values["delivered"] == 0
    assert set(finding.frame["levert"]) == {"nei"}


def test_percentages_without_the_number_of_answers_do_not_reach_step_0() -> None:
    without = {
        name: value for name, value in ANSWERS.items() if name not in ("antall_svar", "antall_ja")
    }
    finding = basis({"ungdata": [without | {"prosent": 20.0}], "tiltak": [STATUS]})
    assert finding.values["step"] is None
    assert finding.details["ladder"].loc[0, "missing"] == "antall_svar"


def test_a_status_of_another_year_does_not_count_for_this_year() -> None:
    finding = basis({"ungdata": [ANSWERS], "tiltak": [STATUS | {"aar": YEAR - 1}]})
    frame = finding.frame.set_index("kilde")
    assert frame.loc["tiltak", "levert"] == "andre_aar"
    assert frame.loc["tiltak", "aar"] == str(YEAR - 1)
    assert finding.values["step"] is None


def test_a_sheet_said_to_be_missing_is_not_simply_absent() -> None:
    frame = basis({}, missing=("plasseringer",)).frame.set_index("kilde")
    assert frame.loc["plasseringer", "levert"] == "meldt_manglende"
    assert frame.loc["moeter", "levert"] == "nei"


def test_a_file_with_answers_per_school_gives_both_answers_and_schools() -> None:
    frame = basis({"tiltak": [STATUS]}, survey=Survey(has_schools=True)).frame.set_index("kilde")
    assert frame.loc[["ungdata", "ungdata_skoler"], "levert"].tolist() == ["ja", "ja"]


def test_years_of_the_published_file_are_those_with_a_figure_for_the_municipality() -> None:
    rows = pd.DataFrame(
        {
            "sted": ["kommune", "kommune", "landet"],
            "aar": [2016, 2019, 2025],
            "prosent": [17.0, float("nan"), 20.0],
            "antall_ja": float("nan"),
            "antall_svar": float("nan"),
        }
    )
    frame = basis({}, survey=Survey(rows)).frame.set_index("kilde")
    assert frame.loc["ungdata", ["levert", "aar"]].tolist() == ["ja", "2016"]


def test_sheets_about_persons_tell_neither_rows_nor_years() -> None:
    finding = basis(up_to(4))
    persons = finding.frame[finding.frame["kilde"].isin(["saker", "maal", "forhold"])]
    assert set(persons["aar"]) == {""}
    assert not set(finding.details["coverage"]["kilde"]) & {"saker", "maal", "forhold"}
    assert "rader" not in finding.frame
    assert finding.subject == "work"


def test_coverage_is_the_last_four_years_of_each_source_with_years() -> None:
    rows = [STATUS, STATUS | {"aar": YEAR - 1}]
    coverage = basis({"tiltak": rows}).details["coverage"]
    assert coverage["aar"].tolist() == [2022, 2023, 2024, 2025]
    assert coverage["har"].tolist() == ["nei", "nei", "ja", "ja"]


def test_what_came_in_counts_rows_for_internal_eyes() -> None:
    got = datagrunnlag.received(material(("vurdering",), tiltak=[STATUS, STATUS], vedtak=[]))
    assert got.sheets.to_dict("records") == [{"ark": "Tiltak", "rader": 2, "felt": 3}]
    assert got.missing == ("Vurdering",)
    assert got.interpreted == got.remarks == ()
