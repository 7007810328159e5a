"""The invented town: the same every time, agreeing with itself, and calibrated as it must be."""

import zipfile
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from evaluering.inputs import example, survey, survey_labels
from evaluering.inputs.example import cases, police, totals, ungdata, work
from evaluering.inputs.example.chance import Chance
from evaluering.inputs.example.town import (
    COMPARATORS,
    EVERY_PERSON_SHEET,
    FIRST_YEAR_NUMBER,
    FIRST_YEAR_TOWN,
    SEED,
    TOWN,
    TOWN_NUMBER,
)
from evaluering.inputs.identifiers import scan_text_file
from evaluering.inputs.municipality_codes import read_municipality_codes
from evaluering.inputs.workbook.read import read_workbook
from evaluering.inputs.workbook.read_form import read_police_form
from evaluering.inputs.workbook.sheets import declare_workbook
from evaluering.plan import read_plan
from evaluering.yaml_file import read_yaml

FOLDER = Path(__file__).resolve().parents[1] / "data" / "eksempel"
CODES = Path(str(totals.__file__)).parents[1] / "kommuner.yml"
CUTOFF = date(2026, 1, 12)
FEW = 5  # the disclosure threshold


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eksempel")
    example.write_example(folder)
    return folder


@pytest.fixture(scope="module")
def sheets() -> dict[str, pd.DataFrame]:
    """The example as its reader gives it from the committed file."""
    book = read_workbook(
        FOLDER / "eksempel.xlsx",
        plan=read_plan(),
        personrader=EVERY_PERSON_SHEET,
        key=bytes(32),
        aar=2025,
        first_year=2022,
        skjaeringsdato=CUTOFF,
    )
    return dict(book.accepted())


# ---- the committed files ------------------------------------------------------------------------


def test_making_the_example_again_gives_the_same_files(made: Path) -> None:
    names = sorted(path.name for path in made.iterdir())
    assert names == sorted(path.name for path in FOLDER.iterdir())
    for name in names:
        if name.endswith(".xlsx"):  # the packing may differ between versions, the content not
            one, other = zipfile.ZipFile(made / name), zipfile.ZipFile(FOLDER / name)
            assert one.namelist() == other.namelist()
            assert all(one.read(part) == other.read(part) for part in one.namelist()), name
        elif name.endswith(".sav"):
            book = FOLDER / "eksempel_ungdata_kodebok.csv"
            files = (made / name, FOLDER / name)
            read = [
                survey_labels.read_labelled(path, undersoekelse=None, codebook=book)
                for path in files
            ]
            pd.testing.assert_frame_equal(read[0].frame, read[1].frame)
            pd.testing.assert_frame_equal(read[0].user_missing, read[1].user_missing)
        else:
            assert (made / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_the_files_are_small() -> None:
    assert all(path.stat().st_size < 2**20 for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", ["eksempel.xlsx", "startkommune.xlsx"])
def test_the_workbooks_say_that_they_are_synthetic(name: str) -> None:
    with zipfile.ZipFile(FOLDER / name) as book:
        assert "syntetiske tall" in book.read("docProps/core.xml").decode()
        assert "syntetiske tall" in book.read("xl/sharedStrings.xml").decode()


def test_everything_else_is_marked_too() -> None:
    assert b"Syntetiske tall" in (FOLDER / "eksempel_ungdata.sav").read_bytes()[:200]
    assert "Syntetiske tall" in (FOLDER / "eksempel_ungdata_kobling.yml").read_text("utf-8")
    assert "syntetisk" in (FOLDER / "README.md").read_text("utf-8")


def test_no_municipality_has_the_numbers_or_the_names() -> None:
    real = read_yaml(CODES)["kommuner"]
    names = {part for name in real.values() for part in name.split(" - ")}
    numbers = {TOWN_NUMBER, FIRST_YEAR_NUMBER, *COMPARATORS}
    assert not numbers & set(real)
    assert not {TOWN, FIRST_YEAR_TOWN, *COMPARATORS.values()} & names
    changed = read_municipality_codes().changes
    assert not numbers & {code for change in changed for code in (change.fra, change.til)}
    # Statistics Norway's code for «Uoppgitt» in its lists of municipalities.
    assert "9999" not in numbers
    assert len(numbers) == len(COMPARATORS) + 2


def test_nothing_in_the_text_files_looks_like_a_person() -> None:
    for path in FOLDER.iterdir():
        if path.suffix in {".csv", ".yml"}:
            assert scan_text_file(path, delimiter=",") == [], path.name


# ---- the sheets ---------------------------------------------------------------------------------


def test_every_sheet_is_filled_and_read_without_an_error(sheets: dict[str, pd.DataFrame]) -> None:
    declared = {sheet.id for sheet in declare_workbook(read_plan()).sheets}
    assert set(sheets) == declared
    assert all(len(frame) for frame in sheets.values())


def test_the_frames_are_what_the_workbook_holds(sheets: dict[str, pd.DataFrame]) -> None:
    frames = example.frames()
    assert {id: len(frame) for id, frame in frames.items()} == {
        id: len(sheets[id]) for id in frames
    }
    counts = frames["forholdstall"]["antall_forhold"].tolist()
    assert counts == sheets["forholdstall"]["antall_forhold"].tolist()


def test_offences_fit_the_weighted_identity(sheets: dict[str, pd.DataFrame]) -> None:
    # forhold = 1·n1 + 2·n2 + 3·n3 + the offences of those with four or more
    per_person = sheets["forhold"].groupby(["aar", "person_kode"]).size()
    rows = sheets["forholdstall"]
    whole = rows[(rows["aldersgruppe"] == "under_18") & (rows["kategori"] == "alle")]
    whole = whole[(whole["bosted"] == "alle") & (whole["kjoenn"] == "alle")].set_index("aar")
    for year, row in whole.iterrows():
        sizes = Counter(per_person.loc[year])
        first = sum(n * sizes[n] for n in (1, 2, 3))
        assert row["antall_forhold"] == first + row["forhold_4_pluss"]
        assert row["personer_1_2"] == sizes[1] + sizes[2]
        assert row["personer_3"] == sizes[3]
        assert dict(sizes) == police.PERSONS_WITH[int(year)]
        assert row["antall_hendelser"] < row["antall_forhold"]


def test_the_parts_of_a_year_sum_to_their_total(sheets: dict[str, pd.DataFrame]) -> None:
    keys = ["aar", "aldersgruppe", "kategori", "bosted", "kjoenn"]
    rows = sheets["forholdstall"].set_index(keys).sort_index()
    offences = rows["antall_forhold"]
    for year in police.YEARS:
        total = offences[year, "under_18", "alle", "alle", "alle"]
        ages = [offences[year, age, "alle", "alle", "alle"] for age in ("under_15", "15_17")]
        homes = [offences[year, "under_18", "alle", h, "alle"] for h in ("egen", "annen", "ukjent")]
        kinds = offences.xs((year, "under_18"))
        assert sum(ages) == sum(homes) == total
        assert kinds.drop("alle", level="kategori").sum() == total


def test_placements_by_kind_sum_to_all_and_are_few(sheets: dict[str, pd.DataFrame]) -> None:
    rows = sheets["plasseringer"].set_index(["aar", "type"])["nye_barn"].unstack()
    kinds = rows.drop(columns="alle")
    assert (kinds.sum(axis=1) == rows["alle"]).all()
    assert kinds.max().max() < FEW
    assert rows.loc[2023:2025, "alle"].sum() >= 2 * FEW


def test_the_school_table_is_counted_from_the_pupils(sheets: dict[str, pd.DataFrame]) -> None:
    plan = read_plan()
    pupils = survey.read_microdata(
        FOLDER / "eksempel_ungdata.sav", FOLDER / "eksempel_ungdata_kobling.yml", plan
    )
    schools = survey.read_school_table(FOLDER / "eksempel_skoletabell.csv", plan)
    own = sheets["ungdata"]
    town = own[(own["sted"] == "kommune") & (own["skole_kode"].fillna("") == "")]
    town = town.set_index(["aar", "spoersmaal"])
    assert schools.frame["skole_kode"].nunique() >= 8
    for row in schools.frame.itertuples():
        part = pupils.frame[
            (pupils.frame["aar"] == row.aar) & (pupils.frame["skole_kode"] == row.skole_kode)
        ][row.spoersmaal].dropna()
        assert (part.sum(), len(part)) == (row.antall_ja, row.antall_svar)
        assert row.antall_svar <= len(part) <= row.antall_invitert
    sums = schools.frame.groupby(["aar", "spoersmaal"])[["antall_ja", "antall_svar"]].sum()
    for key, row in sums.iterrows():
        assert town.loc[key, "antall_ja"] == row["antall_ja"]
        assert town.loc[key, "antall_svar"] == row["antall_svar"]
    pd.testing.assert_frame_equal(schools.breaks, pupils.breaks)
    assert list(pupils.breaks["kode"]) == ["nei_ordlyd"] * 3  # one question, one new wording


def test_the_separated_and_the_labelled_file_are_the_same_pupils() -> None:
    mapping = FOLDER / "eksempel_ungdata_kobling.yml"
    one, other = (
        survey.read_microdata(FOLDER / f"eksempel_ungdata.{kind}", mapping, read_plan()).frame
        for kind in ("csv", "sav")
    )
    pd.testing.assert_frame_equal(one, other)


def test_there_are_enough_places_to_compare_with(sheets: dict[str, pd.DataFrame]) -> None:
    rows = sheets["ungdata"]
    others = rows[rows["sted"].isin(COMPARATORS)]
    assert others["sted"].nunique() >= 19
    per_place = others.groupby("sted").size()
    assert (per_place == len(ungdata.WAVES) * len(ungdata.SHARES)).all()
    assert {"landet", "fylke"} <= set(rows["sted"])


# ---- calibration --------------------------------------------------------------------------------


def test_main_totals_are_far_above_the_threshold(sheets: dict[str, pd.DataFrame]) -> None:
    counts = sheets["forholdstall"]
    whole = counts[(counts["aldersgruppe"] == "under_18") & (counts["kategori"] == "alle")]
    whole = whole[(whole["bosted"] == "alle") & (whole["kjoenn"] == "alle")]
    classes = ["personer_1_2", "personer_3", "personer_4_pluss"]
    assert whole[["antall_forhold", "antall_personer", "antall_siktede"]].min().min() >= 10 * FEW
    assert whole[classes].min().min() >= FEW
    # Nobody's own offences can be read from the total, nor from those with four or more.
    assert (2 * whole["stoerste"] <= whole["forhold_4_pluss"]).all()
    told = sheets["indikatortall"].set_index(["aar", "indikator"])["teller"]
    for year in police.YEARS:
        steps = [
            told[year, code]
            for code in ("saker_nye", "saker_spurt", "saker_samtykke", "saker_andre_tjenester")
        ]
        assert min(steps) >= 2 * FEW
        # What is lost from step to step is a cell of its own.
        assert min(a - b for a, b in pairwise(steps)) >= FEW


def test_some_details_are_small_enough_to_be_hidden(sheets: dict[str, pd.DataFrame]) -> None:
    counts = sheets["forholdstall"]
    children = counts[counts["aldersgruppe"] == "under_15"]
    assert children["personer_3"].between(1, FEW - 1).any()
    kinds = counts[counts["kategori"] == "seksuallovbrudd"]["antall_personer"]
    assert kinds.between(1, FEW - 1).all()
    withdrawn = sheets["samtykke"].query("tilstand == 'trukket'")["sak_id"].nunique()
    assert withdrawn == sum(numbers[3] for numbers in cases.PLAN_OF_YEAR.values())


def test_a_few_young_people_have_much_of_it_all(sheets: dict[str, pd.DataFrame]) -> None:
    per_person = sheets["forhold"].query("aar == 2025").groupby("person_kode").size()
    many = per_person[per_person >= 4]
    assert len(many) / len(per_person) < 0.12
    assert many.sum() / per_person.sum() > 0.25
    back = set(sheets["forhold"].query("aar == 2024")["person_kode"]) & set(per_person.index)
    assert len(back) >= FEW


def test_goals_are_enough_together_and_some_were_never_measured(
    sheets: dict[str, pd.DataFrame],
) -> None:
    goals, scores = sheets["maal"], sheets["maalinger"]
    last = scores[scores["vurdert_av"] == "fagperson"].groupby("maal_id")["skaar"].last()
    known = goals.assign(skaar=goals["maal_id"].map(last))
    on_scale = known[(known["skala"] == "gas_5") & known["skaar"].notna()]
    assert on_scale.groupby("skaar")["sak_id"].nunique().min() >= FEW
    assert on_scale["skaar"].nunique() == 5
    unmeasured = known[known["skaar"].isna()]
    assert len(unmeasured) >= FEW
    assert (unmeasured["planlagt_maaling"] > pd.Timestamp(CUTOFF)).any()


def test_one_case_is_rated_every_week() -> None:
    rows = cases.case_sheets(SEED)
    case = cases.repeated_case(SEED)
    goals = {row["maal_id"] for row in rows["maal"] if row["sak_id"] == case}
    ratings = Counter(
        (row["maal_id"], row["fase"])
        for row in rows["maalinger"]
        if row["maal_id"] in goals and row["vurdert_av"] == "ungdom"
    )
    assert goals
    assert min(ratings[goal, phase] for goal in goals for phase in ("foer", "under")) >= 5
    assert case in totals.consenting(rows["samtykke"])


# ---- any seed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_another_seed_gives_a_town_that_agrees_with_itself(seed: int) -> None:
    offences = police.offences(seed)
    for year in police.YEARS:
        sizes = Counter(
            Counter(row["person_kode"] for row in offences if row["aar"] == year).values()
        )
        assert dict(sizes) == police.PERSONS_WITH[year]
    assert all((row["siktet"] is None) == (row["aldersgruppe"] == "under_15") for row in offences)
    rows = cases.case_sheets(seed)
    opened = {row["sak_id"]: row["dato_aapnet"] for row in rows["saker"]}
    for name, column in (("samtykke", "dato"), ("tjenester", "fra_dato"), ("maal", "satt_dato")):
        assert all(row[column] > opened[row["sak_id"]] for row in rows[name])
        assert all(row[column].year == opened[row["sak_id"]].year for row in rows[name])
    told = totals.indicator_counts(rows, offences)
    consents = [row["teller"] for row in told if row["indikator"] == "saker_samtykke"]
    assert consents == [numbers[2] for numbers in cases.PLAN_OF_YEAR.values()]
    held = work.work_sheets(seed, read_plan(), (2024, 2025))["moeter"]
    assert all(row["dato"].weekday() < 5 for row in held)


def test_chance_is_the_same_on_every_machine() -> None:
    # Written down once, Python 3.11; `random.Random.random` is promised never to change.
    chance = Chance(1, "test")
    assert [chance.whole(1, 100) for _ in range(6)] == [79, 24, 19, 21, 92, 36]
    assert Chance(1, "test").mixed("abcdef") == list("cfdabe")
    assert Chance(1, "a").whole(1, 10**6) != Chance(1, "b").whole(1, 10**6)


@pytest.mark.parametrize(
    ("name", "years"), [("eksempel", (2022, 2025)), ("startkommune", (2024, 2025))]
)
def test_the_police_form_is_filled_and_approved(name: str, years: tuple[int, int]) -> None:
    form = read_police_form(FOLDER / f"{name}_politiskjema.xlsx")
    frame = form.accepted()
    assert (frame["aar"].min(), frame["aar"].max()) == years
    assert form.is_approved


# ---- the first year -----------------------------------------------------------------------------


def test_a_first_year_town_needs_no_rows_about_persons() -> None:
    book = read_workbook(
        FOLDER / "startkommune.xlsx",
        plan=read_plan(),
        aar=2025,
        skjaeringsdato=CUTOFF,
        delivered=("politiskjema",),
    )
    frames = book.accepted()
    filled = {id for id, frame in frames.items() if len(frame)}
    assert filled == {
        "tiltak",
        "moeter",
        "vedtak",
        "ungdata",
        "indikatortall",
        "plasseringer",
        "befolkning",
    }
    assert not book.remarks
    assert set(frames["ungdata"]["sted"]) == {"kommune", "fylke", "landet"}


def test_the_first_years_police_numbers_fit_together() -> None:
    for row in example.first_year_police():
        if row["kategori"] == "alle" and row["aldersgruppe"] == "under_18":
            persons = row["personer_1_2"] + row["personer_3"] + row["personer_4_pluss"]
            assert persons == row["antall_personer"]
            few = row["antall_forhold"] - 3 * row["personer_3"] - row["forhold_4_pluss"]
            assert row["personer_1_2"] <= few <= 2 * row["personer_1_2"]
            assert row["forhold_4_pluss"] >= 4 * row["personer_4_pluss"]
            assert row["stoerste"] >= 4
