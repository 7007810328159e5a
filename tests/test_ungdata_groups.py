"""Groups, the course over all surveys, the next survey, and what each number rests on."""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluering.analysis import comparison, survey_ground, ungdata, ungdata_change
from evaluering.analysis.survey_cells import by_level
from evaluering.analysis.ungdata import Declared
from evaluering.disclosure.masking import masked
from evaluering.display import comparisons
from evaluering.display import survey as survey_page
from evaluering.display.markup import Numbering
from evaluering.errors import EvalueringError
from evaluering.inputs import survey_sheet
from evaluering.inputs.survey import Survey, Tier, read_microdata
from evaluering.inputs.survey_map import read_survey_map
from evaluering.model import Cell, Finding, Rest, Sign, Source, Verdict
from evaluering.plan import read_plan
from evaluering.statistics import design, multiplicity

ROOT = Path(__file__).resolve().parents[1]
PLAN = read_plan()
WAVES = (2016, 2019, 2022, 2025)
OURS = (Source("Oppdiktede svar", is_published=False),)
DECLARED = Declared(("skulket",))
NO_BREAKS = pd.DataFrame({"spoersmaal": [], "aar_fra": [], "aar_til": [], "kode": []})
BREAK_2019 = pd.DataFrame(
    {"spoersmaal": ["skulket"] * 3, "aar_fra": [2016] * 3, "aar_til": [2019, 2022, 2025]}
).assign(kode="nei_ordlyd")


def _drift(school: int, wave: int) -> int:
    """A pupil more or fewer, not the same from survey to survey in any school."""
    return (7 * school + 3 * wave + school * (wave % 7)) % 5 - 2


def pupils(
    shares: Mapping[str, tuple[float, float, float, float]],
    *,
    schools: int = 8,
    each: int = 40,
    item: str = "skulket",
) -> pd.DataFrame:
    """Rows of pupils: by sex a share per survey, nearly the same in every school."""
    rows = [
        {"aar": wave, "skole_kode": f"U-{school}", "kjoenn": sex, "trinn": grade, item: float(yes)}
        for sex, course in shares.items()
        for wave, share in zip(WAVES, course, strict=True)
        for school in range(1, schools + 1)
        for grade in ("8", "9")
        for yes in np.arange(each) < round(each * share) + _drift(school, wave)
    ]
    return pd.DataFrame(rows)


def tier_2(frame: pd.DataFrame, breaks: pd.DataFrame = NO_BREAKS) -> Survey:
    return Survey(Tier.PUPILS, ("skulket",), frame, breaks, frame.iloc[:0])


def judge(frame: pd.DataFrame, breaks: pd.DataFrame = NO_BREAKS) -> Finding:
    return ungdata_change.changes(tier_2(frame, breaks), PLAN, OURS, DECLARED)[0]


def cells_of(finding: Finding) -> dict[Cell, int]:
    """Every cell of the finding's tables; equal cells must hold equal numbers."""
    found: dict[Cell, int] = {}
    for table in finding.tables:
        for row in table.frame.to_dict("records"):
            cell = table.cell(**{str(name): str(row[name]) for name in table.dimensions})
            assert found.setdefault(cell, int(row[table.count])) == int(row[table.count])
    return found


def may_spread(rest: Rest) -> bool:
    """The rule of measures of spread: six schools, none with more than half (R4, R2)."""
    return rest.behind >= 6 and (rest.largest is None or rest.largest <= 0.5)


def seen(finding: Finding, hidden: Collection[Cell] = ()) -> Finding:
    shown = {cell: n for cell, n in cells_of(finding).items() if cell not in set(hidden)}
    return masked(finding, shown, may_spread)


FLAT = (0.20, 0.20, 0.20, 0.20)
RISING = (0.10, 0.20, 0.30, 0.40)
BOYS_ONLY = {"gutt": RISING, "jente": FLAT}


# Groups -------------------------------------------------------------------------------------------


def test_each_group_has_its_own_shares_and_at_most_a_probable() -> None:
    frame = pupils(BOYS_ONLY)
    rows = judge(frame).details["grupper"].set_index("gruppe")
    assert rows.index.tolist() == ["Gutter", "Jenter", "8. trinn", "9. trinn"]
    for name, column, value in (
        ("Gutter", "kjoenn", "gutt"),
        ("Jenter", "kjoenn", "jente"),
        ("8. trinn", "trinn", "8"),
    ):
        own = frame[frame[column] == value].groupby("aar")["skulket"].mean()
        assert rows.loc[name, "share_from"] == pytest.approx(own[2016], abs=1e-12)
        assert rows.loc[name, "share_to"] == pytest.approx(own[2025], abs=1e-12)
        assert rows.loc[name, "difference"] == pytest.approx(own[2025] - own[2016], abs=1e-12)
    assert rows.loc["Gutter", ["verdict", "direction"]].tolist() == [Verdict.PROBABLE, "up"]
    assert rows.loc["Jenter", "verdict"] == Verdict.UNCLEAR


def test_all_groups_of_all_questions_are_one_exploratory_family() -> None:
    frame = pupils({"gutt": (0.2, 0.2, 0.2, 0.24), "jente": FLAT})
    (level,) = by_level(tier_2(frame))
    raw = [
        design.change(group.cells, ["skulket"], pairs=[(2016, 2025)])["p_value"].iloc[0]
        for group in level.groups
    ]
    adjusted = multiplicity.adjust(raw, method="bh")
    expected = [Verdict.PROBABLE if p <= 0.05 else Verdict.UNCLEAR for p in adjusted]
    assert judge(frame).details["grupper"]["verdict"].tolist() == expected


def test_after_a_change_of_wording_the_groups_and_all_pupils_start_there() -> None:
    finding = judge(pupils(BOYS_ONLY), BREAK_2019)
    assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "not_comparable")
    rows = finding.details["grupper"]
    assert rows["gruppe"].iloc[0] == "Alle elever"
    assert set(rows["aar_fra"]) == {2019}
    assert "begynner tabellen senere" in survey_page.question(seen(finding), Numbering())


def test_a_question_that_cannot_be_compared_is_out_of_the_family() -> None:
    frame = pupils(BOYS_ONLY)
    frame = frame.assign(beruset=frame["skulket"])
    both = replace(tier_2(frame, BREAK_2019), items=("skulket", "beruset"))
    found = ungdata_change.changes(both, PLAN, OURS, Declared(("skulket", "beruset")))
    by_question = {finding.values.get("question"): finding for finding in found}
    assert by_question["beruset"].values["family_size"] == 1
    assert by_question["skulket"].values["p_family"] is None


def test_pupils_without_a_stated_sex_are_counted_but_not_a_group() -> None:
    frame = pupils({"gutt": FLAT, "jente": FLAT, "": FLAT})
    finding = judge(frame)
    assert "ikke_oppgitt" not in " ".join(finding.details["grupper"]["gruppe"])
    table = next(table for table in finding.tables if "kjoenn" in table.dimensions)
    parts = table.frame[(table.frame["wave"] == "2016") & (table.frame["svar"] == "alle")]
    by_sex = parts.set_index("kjoenn")["antall"]
    assert by_sex["gutt"] + by_sex["jente"] + by_sex["ikke_oppgitt"] == by_sex["alle"]
    assert by_sex["alle"] == (frame["aar"] == 2016).sum()


# What the numbers rest on -------------------------------------------------------------------------


def test_with_every_cell_shown_only_p_values_and_unsaid_numbers_stay_inside() -> None:
    finding = judge(pupils(BOYS_ONLY))
    passed = seen(finding)
    gone = set(finding.values) - set(passed.values)
    unsaid = {"smallest_margin", "standardised_difference", "composition_matters"}
    assert {name for name in gone if not name.startswith("p_")} == unsaid
    assert not any(name.startswith("p_") for name in passed.values)
    assert passed.verdict is finding.verdict
    assert passed.details["pairs"]["p_value"].isna().all()
    for frame in (passed.frame, passed.details["grupper"]):
        signs = [name for name in frame.columns if name.endswith("_tegn")]
        assert not frame[signs].eq(Sign.HIDDEN).any(axis=None)


def test_a_hidden_cell_of_one_group_hides_that_row_and_no_other() -> None:
    finding = judge(pupils(BOYS_ONLY))
    small = Cell(
        "elev",
        "ungdata_skulket",
        "",
        (("kjoenn", "jente"), ("svar", "ja"), ("wave", "2025")),
    )
    assert small in cells_of(finding)
    passed = seen(finding, {small})
    rows = passed.details["grupper"].set_index("gruppe")
    assert rows.loc["Jenter", ["share_from", "share_to", "difference", "lower"]].isna().all()
    assert rows.loc["Jenter", "verdict_tegn"] == Sign.HIDDEN
    assert rows.loc["Gutter", "verdict"] == Verdict.PROBABLE
    assert passed.verdict is finding.verdict
    page = survey_page.question(passed, Numbering())
    assert "kan ikke vises" in page
    girls = page[page.index("Jenter") :].split("</tr>")[0]
    assert not any(character.isdigit() for character in girls)


def test_a_hidden_share_takes_verdict_direction_and_flags_with_it() -> None:
    finding = judge(pupils({"gutt": RISING, "jente": RISING}))
    assert finding.direction == "up"
    yes = Cell("elev", "ungdata_skulket", "", (("svar", "ja"), ("wave", "2025")))
    passed = seen(finding, {yes})
    assert passed.verdict is Verdict.WITHHELD
    assert (passed.direction, passed.reason, passed.next_datum) == ("", "", "")
    for name in ("share_to", "difference", "flags", "course_shape", "next_detectable"):
        assert name not in passed.values
    page = survey_page.question(passed, Numbering())
    assert "kan ikke vises" in page.lower()
    assert "økning" not in page.lower()


def test_five_schools_are_refused_and_their_shares_may_still_stand() -> None:
    finding = judge(pupils(BOYS_ONLY, schools=5))
    assert finding.refusal == "few_clusters"
    passed = seen(finding)
    assert passed.verdict is Verdict.NOT_ASSESSED
    assert passed.values["share_to"] == finding.values["share_to"]
    assert passed.frame["lower"].isna().all()  # an interval from five schools is never shown
    assert passed.frame["share"].notna().all()


def test_one_school_with_most_of_the_answers_hides_the_verdict_but_not_the_share() -> None:
    frame = pupils(BOYS_ONLY)
    own = frame[frame["skole_kode"] == "U-1"]
    large = pd.concat([frame, *[own] * 12], ignore_index=True)
    finding = judge(large)
    assert next(rest for rest in finding.rests if rest.place == "verdict").largest == (
        pytest.approx(13 / 20)
    )
    passed = seen(finding)
    assert passed.verdict is Verdict.WITHHELD
    assert "lower" not in passed.values
    assert passed.values["share_to"] == finding.values["share_to"]


def test_the_count_table_is_the_pupils_counted() -> None:
    frame = pupils(BOYS_ONLY)
    found = cells_of(judge(frame))
    for wave in WAVES:
        own = frame.loc[frame["aar"] == wave, "skulket"]
        at = ("wave", str(wave))
        who = ("elev", "ungdata_skulket", "")
        assert found[Cell(*who, (("svar", "ja"), at))] == own.sum()
        assert found[Cell(*who, (("svar", "nei"), at))] == (1 - own).sum()
        assert found[Cell(*who, (at,))] == len(own)


def test_upper_secondary_is_another_population() -> None:
    assert survey_ground.population("skulket", "ungdomsskole") == "ungdata_skulket"
    assert survey_ground.population("skulket", "ikke_oppgitt") == "ungdata_skulket"
    assert survey_ground.population("skulket", "vgs") == "ungdata_skulket_vgs"


def test_the_joint_finding_tells_nothing_of_a_hidden_question() -> None:
    frame = pupils({"gutt": RISING, "jente": RISING})
    frame = frame.assign(beruset=frame["skulket"])
    both = replace(tier_2(frame), items=("skulket", "beruset"))
    found = ungdata_change.changes(both, PLAN, OURS, Declared(("skulket", "beruset")))
    joint = next(finding for finding in found if finding.kind == "survey_direction")
    hidden = Cell("elev", "ungdata_beruset", "", (("svar", "ja"), ("wave", "2025")))
    passed = seen(joint, {hidden})
    assert "agreeing" not in passed.values
    row = passed.frame["topic"].tolist().index("Beruset")
    assert passed.frame["verdict_tegn"].iloc[row] == Sign.HIDDEN
    page = survey_page.direction(passed, Numbering())
    assert "Vi kan ikke si hvor mange spørsmål" in page
    assert "peker samme vei." not in page


# The course over all surveys, and the next one ----------------------------------------------------


@pytest.mark.parametrize(
    ("course", "shape", "turn", "words"),
    [
        (RISING, "up", None, "trolig en økning"),
        (RISING[::-1], "down", None, "trolig en nedgang"),
        ((0.40, 0.15, 0.15, 0.40), "dips", 2019, "lavest i 2019"),
        ((0.15, 0.40, 0.38, 0.15), "peaks", 2019, "høyest i 2019"),
        (FLAT, "nothing", None, "ingen sikker økning eller nedgang"),
    ],
)
def test_the_course_is_a_line_a_bend_or_nothing(
    course: tuple[float, float, float, float], shape: str, turn: int | None, words: str
) -> None:
    finding = judge(pupils({"gutt": course, "jente": course}))
    assert finding.values["course_shape"] == shape
    if turn is not None:
        assert abs(int(str(finding.values["year_turn"])) - turn) <= 3
    said = survey_page.question(seen(finding), Numbering())
    assert words.split(" i 2", maxsplit=1)[0] in said


def test_two_comparable_surveys_have_no_course() -> None:
    frame = pupils(BOYS_ONLY)
    two = frame[frame["aar"].isin([2016, 2025])]
    assert "course_shape" not in judge(two).values


def test_the_next_survey_comes_as_long_after_as_the_last_did() -> None:
    frame = pupils({"gutt": FLAT, "jente": FLAT})
    values = judge(frame).values
    assert values["year_next"] == 2028
    row = design.change(
        frame, ["skulket"], wave="aar", cluster="skole_kode", pairs=[(2022, 2025)]
    ).iloc[0]
    assert values["next_detectable"] == pytest.approx(row["smallest_detectable"], abs=1e-12)


def test_the_mix_of_pupils_is_told_with_its_own_ground_where_it_matters() -> None:
    girls_first = pupils({"gutt": (0.1,) * 4, "jente": (0.5,) * 4})
    is_left_out = (girls_first["aar"] == 2025) & (girls_first["kjoenn"] == "jente")
    few_girls = pd.concat(
        [girls_first[~is_left_out], girls_first[is_left_out].groupby("skole_kode").head(20)]
    )
    finding = judge(few_girls)
    assert finding.values["composition_matters"] is True
    passed = seen(finding)
    assert passed.values["standardised_difference"] == finding.values["standardised_difference"]
    cross = next(table for table in finding.tables if len(table.dimensions) == 4)
    small = cross.cell(wave="2025", svar="ja", kjoenn="jente", trinn="8")
    assert "standardised_difference" not in seen(finding, {small}).values


# Ordered answers ----------------------------------------------------------------------------------


def ordered(shift: int) -> tuple[Survey, pd.DataFrame]:
    """Four places per pupil; the last survey's answers lie `shift` pupils in ten higher."""
    rows = [
        {"aar": wave, "skole_kode": f"U-{school}", "plass": float(place)}
        for wave in (2022, 2025)
        for school in range(1, 9)
        for number in range(40)
        for place in [
            min(3, number % 4 + (wave == 2025) * (number % 10 < shift))
            if number < 36 + _drift(school, wave) % 3
            else 0
        ]
    ]
    frame = pd.DataFrame(rows)
    levels = frame[["plass"]].rename(columns={"plass": "skulket"})
    frame["skulket"] = (frame.pop("plass") == 3).astype("float64")
    return replace(tier_2(frame), levels=levels), levels


def test_theta_is_the_chance_that_a_later_answer_is_higher() -> None:
    survey, levels = ordered(shift=5)
    finding = ungdata_change.changes(survey, PLAN, OURS, DECLARED)[0]
    places = {year: levels["skulket"][survey.frame["aar"] == year] for year in (2022, 2025)}
    later, earlier = np.meshgrid(places[2025], places[2022])
    by_hand = ((later > earlier) + 0.5 * (later == earlier)).mean()
    assert finding.values["theta"] == pytest.approx(by_hand, abs=1e-12)
    assert finding.values["levels_moved"] == "up"
    passed = seen(finding)
    assert "flyttet seg oppover" in survey_page.question(passed, Numbering())
    assert not any(name.startswith("theta") for name in passed.values)
    least = Cell("elev", "ungdata_skulket", "", (("svar", "svar_1"), ("wave", "2022")))
    assert "levels_moved" not in seen(finding, {least}).values


def test_answers_that_have_not_moved_are_not_said_to_have() -> None:
    survey, _ = ordered(shift=0)
    finding = ungdata_change.changes(survey, PLAN, OURS, DECLARED)[0]
    assert finding.values["levels_moved"] == ""
    said = survey_page.question(seen(finding), Numbering())
    assert "kan vi ikke si at de har flyttet seg" in said


def test_only_surveys_with_as_many_answers_to_choose_between_have_a_place() -> None:
    folder = ROOT / "data" / "eksempel"
    survey = read_microdata(
        folder / "eksempel_ungdata.csv", folder / "eksempel_ungdata_kobling.yml", PLAN
    )
    assert survey.levels.columns.tolist() == ["trygt_svaert"]
    known = survey.levels["trygt_svaert"].notna().groupby(survey.frame["aar"]).any()
    assert known.to_dict() == {2016: False, 2019: True, 2022: True, 2025: True}
    safest = survey.levels["trygt_svaert"] == 3
    since = survey.frame["aar"] >= 2019
    assert (survey.frame.loc[since, "trygt_svaert"] == 1).equals(safest[since])


def test_an_order_that_leaves_an_answer_out_is_refused(tmp_path: Path) -> None:
    text = (ROOT / "data" / "eksempel" / "eksempel_ungdata_kobling.yml").read_text("utf-8")
    path = tmp_path / "kobling.yml"
    path.write_text(text.replace("rekkefoelge: [4, 3, 2, 1]", "rekkefoelge: [4, 3, 1]"), "utf-8")
    with pytest.raises(EvalueringError, match="Rekkefølgen"):
        read_survey_map(path, PLAN)


# The sheet of the workbook ------------------------------------------------------------------------


def sheet_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """As the workbook gives it: numbers that may be missing, text that may be empty."""
    base = {
        **dict.fromkeys(("prosent", "antall_ja", "antall_svar", "antall_invitert"), pd.NA),
        **dict.fromkeys(("prosent_tegn", "antall_ja_tegn", "antall_svar_tegn"), ""),
        **{"antall_invitert_tegn": "", "skole_kode": math.nan, "kjoenn": "alle"},
        **{"trinn": "ungdomsskole", "spoersmaal": "skulket", "sammenlignbar": "ja"},
    }
    frame = pd.DataFrame([base | row for row in rows])
    counts = ["antall_ja", "antall_svar", "antall_invitert", "aar"]
    return frame.astype({**dict.fromkeys(counts, "Int64"), "prosent": "Float64"})


def test_whole_places_and_schools_of_the_sheet_are_told_apart() -> None:
    sheet = sheet_of(
        [
            {"aar": 2022, "sted": "kommune", "antall_ja": 30, "antall_svar": 100},
            {"aar": 2022, "sted": "landet", "prosent": 28.0},
            {"aar": 2022, "sted": "fylke", "prosent": 28.5},
            {"aar": 2022, "sted": "kommune", "skole_kode": "U-1", "antall_ja": 10}
            | {"antall_svar": 40},
            {"aar": 2022, "sted": "kommune", "skole_kode": "U-2", "prosent": 33.0}
            | {"antall_svar": 60},
            {"aar": 2022, "sted": "kommune", "skole_kode": "U-3", "antall_ja_tegn": "skjult"},
        ]
    )
    places = survey_sheet.whole_places(sheet)
    assert places["sted"].tolist() == ["kommune", "landet", "fylke"]
    assert places["prosent_desimaler"].tolist()[1:] == [0.0, 1.0]
    assert set(places["kilde"]) == {"arbeidsbok"}
    schools = survey_sheet.school_rows(sheet, PLAN)
    assert schools is not None
    assert schools.frame["skole_kode"].tolist() == ["U-1", "U-2"]
    # 33 per cent of 60 is 20 of 60 (33.3) and nothing else: 19 is 31.7, 21 is 35.0.
    assert schools.frame["antall_ja"].tolist() == [10.0, 20.0]
    assert schools.left_out["skole_kode"].tolist() == ["U-3"]


def test_a_sheet_without_schools_has_no_answers_per_school() -> None:
    sheet = sheet_of([{"aar": 2022, "sted": "kommune", "prosent": 28.0}])
    assert survey_sheet.school_rows(sheet, PLAN) is None


def own_places(**figures: object) -> pd.DataFrame:
    sheet = sheet_of(
        [{"aar": year, "sted": "kommune", **figures, "sammenlignbar": code}
         for year, code in ((2016, "foerste"), (2025, "ja"))]
    )  # fmt: skip
    return survey_sheet.whole_places(sheet)


def test_a_percentage_was_public_and_counts_were_not() -> None:
    percent = ungdata.published_changes(own_places(prosent=28.0), PLAN, OURS, DECLARED)[0]
    assert percent.tables == ()
    assert masked(percent, {}, may_spread).values["share_from"] == pytest.approx(0.28)
    counted = own_places(antall_ja=30, antall_svar=100)
    finding = ungdata.published_changes(counted, PLAN, OURS, DECLARED)[0]
    assert seen(finding).values["share_from"] == pytest.approx(0.30)
    assert "share_from" not in masked(finding, {}, may_spread).values
    assert masked(finding, {}, may_spread).verdict is Verdict.WITHHELD


def test_a_percentage_with_its_answers_rests_on_the_answers_alone() -> None:
    frame = own_places(prosent=28.0, antall_svar=100)
    finding = ungdata.published_changes(frame, PLAN, OURS, DECLARED)[0]
    assert set(cells_of(finding).values()) == {100}
    hidden = masked(finding, {}, may_spread)
    assert "n_from" not in hidden.values
    assert hidden.frame["share"].notna().sum() == 2


def test_other_places_are_not_compared_across_a_change_of_wording() -> None:
    rows = [
        {
            "aar": year,
            "sted": place,
            "prosent": 20.0 + extra,
            "antall_svar": 60_000 if place == "landet" else 2000,
        }
        | {"sammenlignbar": code}
        for place in ("kommune", "landet", *(str(9000 + number) for number in range(20)))
        for year, code, extra in ((2016, "foerste", 0.0), (2025, "nei_ordlyd", 15.0))
    ]
    frame = survey_sheet.whole_places(sheet_of(rows))
    found = comparison.comparisons(frame, PLAN, OURS, DECLARED)
    assert len(found) == 2
    for finding in found:
        assert (finding.verdict, finding.refusal) == (Verdict.NOT_ASSESSED, "not_comparable")
        said = comparisons.comparison(seen(finding), Numbering())
        assert "kan ikke sammenlignes" in said
        assert "prosentpoeng" not in said
