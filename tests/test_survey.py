"""Survey files below the municipality: what was answered is what comes out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluering.errors import EvalueringError
from evaluering.inputs import survey
from evaluering.inputs.separated import EXCEL
from evaluering.plan import Plan, read_plan

FASIT = Path(__file__).parent / "fasit" / "survey"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan()


# Tier 1: a table per school

HEAD = (
    "aar,sted,spoersmaal,trinn,kjoenn,skole_kode,"
    "prosent,antall_ja,antall_svar,antall_invitert,sammenlignbar"
)


def _table(folder: Path, *rows: str) -> Path:
    path = folder / "skoler.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def _row(
    year: int = 2022,
    school: str = "U-1",
    figure: str = ",50,200",
    comparable: str = "ja",
    item: str = "skulket",
) -> str:
    return f"{year},kommune,{item},ungdomsskole,alle,{school},{figure},250,{comparable}"


def test_counts_per_school_are_read_as_they_stand(tmp_path: Path, plan: Plan) -> None:
    path = _table(
        tmp_path,
        _row(2022, "U-1", ",50,200", "foerste"),
        _row(2022, "U-2", ",0,80", "foerste"),
        _row(2025, "U-1", ",61,190"),
        _row(2025, "U-2", ",1,85"),
    )
    found = survey.read_school_table(path, plan)
    assert found.tier is survey.Tier.SCHOOLS
    assert found.items == ("skulket",)
    assert found.frame["antall_ja"].tolist() == [50, 0, 61, 1]
    assert found.frame["antall_svar"].tolist() == [200, 80, 190, 85]
    assert found.frame["aar"].tolist() == [2022, 2022, 2025, 2025]
    assert found.breaks.empty
    assert found.left_out.empty


def test_a_percent_gives_its_range_of_counts(tmp_path: Path, plan: Plan) -> None:
    # 17 % of 200: 33 (16.5 %) to 35 (17.5 %); of 100: 17 and no other
    path = _table(
        tmp_path,
        _row(school="U-1", figure="17,,200", comparable="foerste"),
        _row(school="U-2", figure="17,,100", comparable="foerste"),
    )
    frame = survey.read_school_table(path, plan).frame
    assert frame["antall_ja_min"].tolist() == [33, 17]
    assert frame["antall_ja_maks"].tolist() == [35, 17]
    assert np.isnan(frame["antall_ja"][0])
    assert frame["antall_ja"][1] == 17


def test_a_school_without_figures_is_left_out_and_told_so(tmp_path: Path, plan: Plan) -> None:
    path = _table(
        tmp_path,
        _row(school="U-1", comparable="foerste"),
        _row(school="U-2", figure=":,,:", comparable="foerste"),
        _row(school="U-3", figure=",..,..", comparable="foerste"),
    )
    found = survey.read_school_table(path, plan)
    assert found.frame["skole_kode"].tolist() == ["U-1"]
    assert found.left_out["skole_kode"].tolist() == ["U-2", "U-3"]
    assert found.left_out["antall_svar_tegn"].tolist() == ["skjult", "mangler"]


def test_a_changed_wording_breaks_every_pair_across_it(tmp_path: Path, plan: Plan) -> None:
    codes = {2016: "foerste", 2019: "ja", 2022: "nei_ordlyd", 2025: "ja"}
    path = _table(tmp_path, *(_row(year, comparable=code) for year, code in codes.items()))
    breaks = survey.read_school_table(path, plan).breaks
    assert breaks.to_numpy().tolist() == [
        ["skulket", 2016, 2022, "nei_ordlyd"],
        ["skulket", 2016, 2025, "nei_ordlyd"],
        ["skulket", 2019, 2022, "nei_ordlyd"],
        ["skulket", 2019, 2025, "nei_ordlyd"],
    ]


def test_the_last_of_two_changes_names_the_reason(tmp_path: Path, plan: Plan) -> None:
    codes = {2016: "foerste", 2019: "nei_ordlyd", 2022: "nei_tidspunkt"}
    path = _table(tmp_path, *(_row(year, comparable=code) for year, code in codes.items()))
    breaks = survey.read_school_table(path, plan).breaks.set_index(["aar_fra", "aar_til"])["kode"]
    assert breaks[2016, 2022] == "nei_tidspunkt"
    assert breaks[2016, 2019] == "nei_ordlyd"


@pytest.mark.parametrize(
    ("rows", "what", "column"),
    [
        ([_row(school="")], "Cellen er tom", "skole_kode"),
        ([_row(school="Kråkerøy skole")], "feil form", "skole_kode"),
        ([_row().replace("kommune", "fylke")], "bare kommunen", "sted"),
        ([_row(figure="17,,")], "Antall svar mangler", "antall_svar"),
        ([_row(figure=",50,..")], "Antall svar mangler", "antall_svar"),
        ([_row(figure=",201,200")], "antall_ja er 201", "antall_ja"),
        ([_row(figure=",50,251")], "antall_svar er 251", "antall_svar"),
        ([_row(figure="17,,11")], "kan ikke komme av 11 svar", "prosent"),
        ([_row(), _row()], "samme nøkkel som linje 2", ""),
        (
            [_row(school="U-1"), _row(school="U-2", comparable="nei_ordlyd")],
            "ulike svar: ja, nei_ordlyd",
            "sammenlignbar",
        ),
        ([_row(comparable="..")], "ulike svar: ingen", "sammenlignbar"),
    ],
)
def test_a_bad_school_table_is_refused(
    tmp_path: Path, plan: Plan, rows: list[str], what: str, column: str
) -> None:
    with pytest.raises(EvalueringError) as refusal:
        survey.read_school_table(_table(tmp_path, *rows), plan)
    assert what in refusal.value.what
    assert column in refusal.value.where
    assert refusal.value.remedy


def test_a_school_table_from_excel_is_read_when_declared(tmp_path: Path, plan: Plan) -> None:
    path = _table(tmp_path, _row(comparable="foerste"))
    path.write_text(path.read_text("utf-8").replace(",", ";"), encoding="utf-8")
    assert survey.read_school_table(path, plan, EXCEL).frame["antall_ja"].tolist() == [50]


# Tier 2: pupils

MAP = """\
skjema: 1
aar: year
skole: school
kjoenn: {variabel: sex, koder: {gutt: [Male], jente: [Female]}}
vekt: weight
spoersmaal:
"""
WAVES = (1993, 1995, 1999, 2009, 2011, 2013, 2019)


@pytest.fixture(scope="module")
def seattle() -> pd.DataFrame:
    frame = pd.read_csv(
        FASIT / "seattle_microdata.csv.gz", dtype=str, keep_default_na=False, na_filter=False
    )
    return frame.assign(school=frame["stratum"] + "-" + frame["psu"])


def _seattle_map(folder: Path) -> Path:
    lines = [MAP]
    for item, variable in (("beruset", "alcohol_current"), ("cannabis", "marijuana_current")):
        lines.append(f"  {item}:\n")
        lines += [f"    {wave}: {{variabel: {variable}, ja: [1], nei: [0]}}\n" for wave in WAVES]
    path = folder / "kobling.yml"
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "parquet_numbers"])
def test_real_pupils_give_the_counts_r_gives(
    tmp_path: Path, plan: Plan, seattle: pd.DataFrame, kind: str
) -> None:
    # tests/fasit/survey/seattle_expected.csv: n and n_yes from R 4.2.2, survey 4.1-1
    path = tmp_path / f"elever.{kind.removesuffix('_numbers')}"
    if kind == "csv":
        seattle.to_csv(path, index=False)
    elif kind == "parquet":
        seattle.to_parquet(path)
    else:
        answers = ["alcohol_current", "marijuana_current", "year", "weight"]
        seattle.assign(**{name: pd.to_numeric(seattle[name]) for name in answers}).to_parquet(path)
    found = survey.read_microdata(path, _seattle_map(tmp_path), plan)
    assert found.tier is survey.Tier.PUPILS
    assert found.items == ("beruset", "cannabis")
    assert len(found.frame) == len(seattle) == 13351
    assert found.breaks.empty
    expected = pd.read_csv(FASIT / "seattle_expected.csv")
    expected = expected[(expected["kind"] == "level") & expected["item"].str.endswith("_current")]
    groups = {"all": ["gutt", "jente", ""], "Male": ["gutt"], "Female": ["jente"]}
    names = {"alcohol_current": "beruset", "marijuana_current": "cannabis"}
    assert len(expected) == 2 * 7 * 3
    for row in expected.itertuples():
        is_in = (found.frame["aar"] == row.year) & found.frame["kjoenn"].isin(groups[row.group])
        answers = found.frame.loc[is_in, names[row.item]]
        assert (answers.count(), answers.sum()) == (row.n, row.n_yes)
    assert found.frame["vekt"].sum() == pytest.approx(pd.to_numeric(seattle["weight"]).sum())


PUPILS = """\
aar;skole;klasse;q1;q2;navn
2022;A1;1;1;2;Kari
2022;A1;2;3;9;Ola
2022;B2;3;2;;Per
2025;A1;1;1;1;Anne
2025;B2;9;;1;Lise
"""
PUPIL_MAP = """\
skjema: 1
aar: aar
skole: skole
trinn: {variabel: klasse, koder: {"8": [1], "9": [2], "10": [3]}, mangler: [9]}
spoersmaal:
  skulket:
    2022: {variabel: q1, ja: [2, 3], nei: [1]}
    2025: {variabel: q1, ja: [2, 3], nei: [1]}
  haerverk:
    2022: {variabel: q2, ja: [2], nei: [1], mangler: [9]}
"""


def _pupils(
    folder: Path, plan: Plan, pupils: str = PUPILS, links: str = PUPIL_MAP
) -> survey.Survey:
    (folder / "elever.csv").write_text(pupils, encoding="utf-8")
    (folder / "kobling.yml").write_text(links, encoding="utf-8")
    return survey.read_microdata(folder / "elever.csv", folder / "kobling.yml", plan, EXCEL)


def test_answers_become_one_zero_or_missing(tmp_path: Path, plan: Plan) -> None:
    frame = _pupils(tmp_path, plan).frame
    np.testing.assert_array_equal(frame["skulket"], [0, 1, 1, 0, np.nan])
    # asked in 2022 only: 9 and empty are missing, and so is 2025
    np.testing.assert_array_equal(frame["haerverk"], [1, np.nan, np.nan, np.nan, np.nan])
    assert frame["trinn"].tolist() == ["8", "9", "10", "8", ""]
    assert frame["skole_kode"].tolist() == ["A1", "A1", "B2", "A1", "B2"]


def test_nothing_but_the_mapped_variables_is_read(tmp_path: Path, plan: Plan) -> None:
    frame = _pupils(tmp_path, plan).frame
    assert list(frame.columns) == ["aar", "skole_kode", "trinn", "skulket", "haerverk"]
    assert "Kari" not in frame.to_csv()


def test_other_codes_for_yes_make_the_pair_not_comparable(tmp_path: Path, plan: Plan) -> None:
    assert _pupils(tmp_path, plan).breaks.empty
    changed = PUPIL_MAP.replace("2025: {variabel: q1, ja: [2, 3], nei: [1]}", "2025: {X}").replace(
        "{X}", "{variabel: q1, ja: [3], nei: [1, 2]}"
    )
    breaks = _pupils(tmp_path, plan, PUPILS.replace("2025;A1;1;1", "2025;A1;1;2"), changed).breaks
    assert breaks.to_numpy().tolist() == [["skulket", 2022, 2025, "nei_ordlyd"]]


def test_a_recoding_declared_the_same_question_is_no_break(tmp_path: Path, plan: Plan) -> None:
    links = PUPIL_MAP.replace(
        "2025: {variabel: q1, ja: [2, 3], nei: [1]}",
        "2025: {variabel: q1, ja: [3], nei: [1, 2], sammenlignbar: ja}",
    )
    assert _pupils(tmp_path, plan, links=links).breaks.empty


def test_a_declared_break_is_a_break_although_the_codes_are_the_same(
    tmp_path: Path, plan: Plan
) -> None:
    links = PUPIL_MAP.replace(
        "2025: {variabel: q1, ja: [2, 3], nei: [1]}",
        "2025: {variabel: q1, ja: [2, 3], nei: [1], sammenlignbar: nei_tidspunkt}",
    )
    assert _pupils(tmp_path, plan, links=links).breaks["kode"].tolist() == ["nei_tidspunkt"]


@pytest.mark.parametrize(
    ("edit", "where", "what"),
    [
        (("2022;A1;1;1;2", "2022;A1;1;7;2"), "q1 (skulket 2022)", "«7» står ikke i listen: 1 rad"),
        (("2022;A1;1;1;2", "2022;A1;1;ja;2"), "q1 (skulket 2022)", "vises ikke her"),
        (("2022;A1;1;1;2", "2013;A1;1;1;2"), "aar", "den første på linje 2"),
        (("2022;A1;1;1;2", "2O22;A1;1;1;2"), "aar", "står ikke i listen"),
        (("2022;A1;1;1;2", "2022;;1;1;2"), "skole", "Verdien mangler"),
        (("2022;A1;1;1;2", "2022;Kråkerøy skole;1;1;2"), "skole", "vises ikke her"),
        (("2022;A1;1;1;2", "2022;A1;4;1;2"), "klasse", "«4» står ikke"),
        (("2022;A1;1;1;2", "2022;A1;1;1"), "linje 2", "5 felter"),
        (("2022;A1;1;1;2", '2022;A1;1;"1;2'), "linje", "anførselstegn"),
        (("2025;A1;1;1;1", "2025;A1;1;;1"), "q1 (skulket 2025)", "Ingen har svart"),
        ((";q1;", ";q7;"), "kobling.yml og elever.csv", "«q1» finnes ikke"),
        ((";q2;", ";q1;"), "kobling.yml og elever.csv", "«q1» står to ganger"),
    ],
)
def test_what_is_outside_the_code_lists_is_refused_with_its_place(
    tmp_path: Path, plan: Plan, edit: tuple[str, str], where: str, what: str
) -> None:
    old, new = edit
    assert old in PUPILS
    with pytest.raises(EvalueringError) as refusal:
        _pupils(tmp_path, plan, PUPILS.replace(old, new))
    assert what in str(refusal.value)
    assert where in str(refusal.value)
    assert "Kråkerøy" not in str(refusal.value)


def test_a_weight_must_be_a_number(tmp_path: Path, plan: Plan) -> None:
    links = PUPIL_MAP.replace("skole: skole\n", "skole: skole\nvekt: klasse\n")
    assert _pupils(tmp_path, plan, links=links).frame["vekt"].tolist() == [1, 2, 3, 1, 9]
    for bad in ("-1", "", "1,5"):
        rows = PUPILS.replace("2022;A1;1;", f"2022;A1;{bad};")
        no_grade = "\n".join(line for line in links.splitlines() if not line.startswith("trinn"))
        with pytest.raises(EvalueringError, match=r"elever\.csv, klasse"):
            _pupils(tmp_path, plan, rows, no_grade)


def test_every_unknown_code_is_told_once_with_how_many(tmp_path: Path, plan: Plan) -> None:
    rows = PUPILS + "2022;A1;1;7;1;X\n2022;A1;1;7;1;X\n2022;A1;1;8;1;X\n"
    with pytest.raises(EvalueringError) as refusal:
        _pupils(tmp_path, plan, rows)
    text = str(refusal.value)
    assert "Fant 2 feil" in text
    assert "«7» står ikke i listen: 2 rader, den første på linje 7" in text


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  skulket:", "  skulker:", "«skulker» finnes ikke i planen"),
        ("2025: {", "tjuefem: {", "ikke et årstall"),
        ("ja: [2, 3], nei: [1]}", "ja: [2, 3], nei: [3]}", "Koden «3» står både i «ja» og «nei»"),
        ("nei: [1], mangler: [9]", "nei: [1], mangler: [2]", "Koden «2» står både i «ja»"),
        ("nei: [1], mangler: [9]", "mangler: [9]", "Nøkkelen «nei» mangler"),
        ("ja: [2], nei", "ja: [], nei", "minst 1"),
        ('"8": [1]', '"7": [1]', "«7» er ikke et gyldig valg"),
        ('"8": [1]', '"8": [2]', "Koden «2» står både i «8» og «9»"),
        ("skole: skole\n", "", "Nøkkelen «skole» mangler"),
        ("skole: skole\n", "skole: skole\nklasse: k\n", "Nøkkelen «klasse» er ukjent"),
        ("mangler: [9]}\n", "mangler: [9], sammenlignbar: nei}\n", "ikke et gyldig valg"),
        ("skjema: 1\n", "skjema: 1\nskjema: 1\n", "står to ganger"),
    ],
)
def test_a_map_that_does_not_hold_together_is_refused(
    tmp_path: Path, plan: Plan, old: str, new: str, what: str
) -> None:
    links = PUPIL_MAP.replace("mangler: [9]}\nspo", "mangler: [99]}\nspo")
    assert old in links
    with pytest.raises(EvalueringError, match=r"kobling\.yml") as refusal:
        _pupils(tmp_path, plan, links=links.replace(old, new))
    assert what in str(refusal.value)


def test_another_kind_of_file_and_a_broken_parquet_are_refused(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "kobling.yml").write_text(PUPIL_MAP, encoding="utf-8")
    for name, what in (("elever.xlsx", "kan ikke leses"), ("elever.parquet", "som parquet")):
        (tmp_path / name).write_bytes(b"PK")
        with pytest.raises(EvalueringError, match=what):
            survey.read_microdata(tmp_path / name, tmp_path / "kobling.yml", plan)
    with pytest.raises(EvalueringError, match="Fant ikke filen"):
        survey.read_microdata(tmp_path / "borte.parquet", tmp_path / "kobling.yml", plan)


def test_a_file_without_rows_is_refused(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(EvalueringError, match="ingen rader"):
        _pupils(tmp_path, plan, PUPILS.splitlines()[0] + "\n")
