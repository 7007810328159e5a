"""Published tables: what is committed is what the sources print, and bad files are refused."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.errors import EvalueringError
from evaluering.inputs import published, separated
from evaluering.inputs.sources import read_sources
from evaluering.plan import Plan, read_plan

DATA = Path(__file__).resolve().parents[1] / "data" / "publisert"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan()


# What the committed files hold


def test_the_plans_ten_percentages_are_the_plans(plan: Plan) -> None:
    # The action plan, 2.1 (tests/fasit/handlingsplan.txt); number of answers never given.
    frame, sources = published.read_ungdata(DATA / "ungdata.csv", plan)
    own = frame[frame["kilde"] == "planen"].set_index(["spoersmaal", "aar"])["prosent"]
    assert own.dropna().to_dict() == {
        ("skulket", 2016): 17,
        ("skulket", 2022): 32,
        ("sneket", 2016): 12,
        ("sneket", 2022): 23,
        ("haerverk", 2016): 6,
        ("haerverk", 2022): 8,
        ("beruset", 2016): 8,
        ("beruset", 2022): 11,
        ("cannabis", 2016): 2,
        ("cannabis", 2022): 4,
    }
    assert frame["antall_svar"].isna().all()
    assert set(frame["antall_svar_tegn"]) == {"mangler"}
    assert set(frame["trinn"]) == {"ikke_oppgitt"}
    assert [source.is_published for source in sources] == [True, True]


def test_every_percentage_of_the_plan_stands_in_the_plans_words(plan: Plan) -> None:
    frame, _ = published.read_ungdata(DATA / "ungdata.csv", plan)
    known = frame[(frame["kilde"] == "planen") & frame["prosent"].notna()]
    for row in known.itertuples():
        words = plan.question(str(row.spoersmaal)).planens_ord
        assert f"{row.prosent:.0f} % i {row.aar}" in words


def test_waves_without_figures_are_missing_and_not_left_out(plan: Plan) -> None:
    frame, _ = published.read_ungdata(DATA / "ungdata.csv", plan)
    own = frame[frame["kilde"] == "planen"]
    assert own.groupby("spoersmaal")["aar"].apply(list).map(tuple).unique().tolist() == [
        (2016, 2019, 2022, 2025)
    ]
    silent = own[own["aar"].isin([2019, 2025]) | (own["spoersmaal"] == "trygt_svaert")]
    assert silent["prosent"].isna().all()
    assert set(silent["prosent_tegn"]) == {"mangler"}


def test_the_municipalitys_news_page_gives_three_more_for_2022(plan: Plan) -> None:
    # fredrikstad.kommune.no/aktuelt/ungdata-undersokelsen/
    frame, _ = published.read_ungdata(DATA / "ungdata.csv", plan)
    news = frame[frame["kilde"] == "nyhetssak_ungdata"]
    assert news[["spoersmaal", "aar", "prosent"]].to_numpy().tolist() == [
        ["kjeder_seg_paa_skolen", 2022, 77],
        ["gruer_seg_til_skolen", 2022, 26],
        ["sosiale_medier_min_2_timer_dag", 2022, 58],
    ]


def test_fredrikstads_reported_offences_are_statistics_norways() -> None:
    # Statistics Norway 08487; code change 3004 -> 3107 on 1 January 2024.
    frame, sources = published.read_municipal_offences(DATA / "kriminalitet_kommuner.csv")
    own = frame[frame["kommune_nr"] == "3107"]
    total = own[own["lovbruddsgruppe"] == "alle"]
    assert total["antall"].tolist() == [4471, 4722, 5068, 5187]
    assert total["periode_fra"].tolist() == [2020, 2021, 2022, 2023]
    assert total["kommune_nr_kilde"].tolist() == ["3004", "3004", "3004", "3107"]
    assert total["per_1000"].tolist()[-1] == 60.9
    assert own[own["lovbruddsgruppe"] == "vold"]["antall"].tolist() == [572, 639, 704, 716]
    assert sources[0].licence == "CC BY 4.0"


def test_the_whole_country_is_the_printed_total() -> None:
    frame, _ = published.read_municipal_offences(DATA / "kriminalitet_kommuner.csv")
    row = frame[(frame["kommune_nr"] == "0") & (frame["periode_fra"] == 2023)].iloc[0]
    assert (row["antall"], row["per_1000"]) == (325088, 58.6)


def test_the_comparison_set_is_all_of_oestfold_in_all_periods() -> None:
    frame, _ = published.read_municipal_offences(DATA / "kriminalitet_kommuner.csv")
    places = frame.groupby("kommune_nr")["periode_fra"].nunique()
    assert len(places) == 12 + 1
    assert set(places) == {4}
    assert len(frame) == 13 * 4 * 7


def test_blanks_in_the_source_are_hidden_and_never_zero() -> None:
    frame, _ = published.read_municipal_offences(DATA / "kriminalitet_kommuner.csv")
    hidden = frame[frame["antall_tegn"] == "skjult"]
    assert hidden["antall"].isna().all()
    assert hidden[["kommune", "periode_fra", "lovbruddsgruppe"]].to_numpy().tolist() == [
        ["Aremark", 2022, "rusmiddel"],
        ["Aremark", 2022, "orden_integritet"],
        ["Aremark", 2023, "rusmiddel"],
        ["Aremark", 2023, "orden_integritet"],
    ]
    assert (frame["antall"].dropna() > 4).all()


def test_groups_exceed_their_total_by_at_most_three() -> None:
    # The data's own note: 0-3 more than the total, by rounding.
    frame, _ = published.read_municipal_offences(DATA / "kriminalitet_kommuner.csv")
    wide = frame.pivot(
        index=["kommune_nr", "periode_fra"], columns="lovbruddsgruppe", values="antall"
    ).dropna()
    assert (wide.drop(columns="alle").sum(axis=1) - wide["alle"]).between(0, 3).all()


def test_national_figures_sum_to_the_printed_totals() -> None:
    # National Police Directorate, reported by NRK February 2024: 16,677, 16,974 and 21,770.
    frame, _ = published.read_national_under18(DATA / "under18_landet.csv")
    totals = frame[frame["kategori"] == "alle"].set_index("aar")["antall"]
    assert totals.to_dict() == {2021: 16677, 2022: 16974, 2023: 21770}
    parts = frame[frame["kategori"] != "alle"].groupby("aar")["antall"].sum()
    assert parts.to_dict() == totals.to_dict()


def test_the_plans_repeat_offending_has_no_invented_totals() -> None:
    # The action plan, 2.1: 13 persons, four or more, 27 %, in 2024.
    frame, _ = published.read_repeat_offending(DATA / "gjentatt_planen.csv")
    row = frame.iloc[0]
    assert (row["aar"], row["personer"], row["minst_forhold"]) == (2024, 13, 4)
    assert (row["andel_prosent"], row["andel_desimaler"]) == (27, 0)
    assert frame["forhold_i_alt"].isna().all()
    assert row["forhold_i_alt_tegn"] == "mangler"


def test_every_committed_table_has_the_house_form() -> None:
    for path in DATA.glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        content.decode("utf-8")


# What is refused

HEAD = (
    "aar,sted,spoersmaal,trinn,kjoenn,skole_kode,"
    "prosent,antall_ja,antall_svar,antall_invitert,sammenlignbar,kilde"
)
GOOD = "2022,kommune,skulket,ikke_oppgitt,alle,,32,,2800,3000,ja,planen"


def _read(folder: Path, plan: Plan, *rows: str, head: str = HEAD) -> list[dict[str, Any]]:
    (folder / "kilder.yml").write_bytes((DATA / "kilder.yml").read_bytes())
    path = folder / "ungdata.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    frame, _ = published.read_ungdata(path, plan)
    return frame.to_dict("records")


def _change(place: int, value: str) -> str:
    cells = GOOD.split(",")
    cells[place] = value
    return ",".join(cells)


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (_change(6, "132"), "prosent", ("«132» er over 100 prosent", "0–100")),
        (_change(6, "100.1"), "prosent", ("over 100", "0–100")),
        (_change(6, "-3"), "prosent", ("«-3» er ikke et tall", "fra 0")),
        (_change(6, "32%"), "prosent", ("ikke et tall", "uten prosenttegn")),
        (_change(6, "ca. 32"), "prosent", ("ikke et tall", "tall")),
        (_change(6, '"32,5"'), "prosent", ("ikke et tall", "punktum")),
        (_change(6, "0.12345"), "prosent", ("ikke et tall", "tall")),
        (_change(6, "nan"), "prosent", ("«nan» er ikke et tall", "tall")),
        (_change(6, "1e1"), "prosent", ("ikke et tall", "tall")),
        (_change(6, ""), "prosent", ("er tomme", "«..»")),
        (_change(7, "900"), "prosent", ("Både prosent og antall_ja", "bare én")),
        (_change(0, "tjueto"), "aar", ("«tjueto» er ikke et årstall", "fire sifre")),
        (_change(0, "2O22"), "aar", ("«2O22» er ikke et årstall", "fire sifre")),
        (_change(0, "1.5"), "aar", ("ikke et årstall", "fire sifre")),
        (_change(0, "2022.0"), "aar", ("ikke et årstall", "fire sifre")),
        (_change(0, "1989"), "aar", ("ikke et årstall", "1990–2100")),
        (_change(0, ""), "aar", ("Cellen er tom", "fire sifre")),
        (_change(1, "fylket"), "sted", ("feil form", "kommune, fylke")),
        (_change(2, "skulker"), "spoersmaal", ("ikke et gyldig valg", "skulket")),
        (_change(3, "11"), "trinn", ("ikke et gyldig valg", "ungdomsskole")),
        (_change(4, "annet"), "kjoenn", ("ikke et gyldig valg", "gutt")),
        (_change(5, "Skolen ved sjøen"), "skole_kode", ("feil form", "U-1")),
        (_change(8, "2 800"), "antall_svar", ("ikke et antall", "uten mellomrom")),
        (_change(8, "2800.5"), "antall_svar", ("ikke et antall", "helt tall")),
        (_change(8, "11"), "prosent", ("32 prosent kan ikke komme av 11 svar", "antall_svar")),
        (_change(8, "0"), "prosent", ("kan ikke komme av 0 svar", "antall_svar")),
        (_change(9, "2799"), "antall_svar", ("antall_invitert er bare 2799", "Rett")),
        (_change(10, ""), "sammenlignbar", ("Cellen er tom", "foerste")),
        (_change(10, "nei"), "sammenlignbar", ("ikke et gyldig valg", "nei_ordlyd")),
        (_change(11, "Nettet"), "kilde", ("feil form", "kilder.yml")),
        (_change(11, "nettet"), "kilde", ("«nettet» finnes ikke", "planen")),
        (GOOD + ",mer", "", ("13 felter", "anførselstegn")),
        (GOOD.rsplit(",", 1)[0], "", ("11 felter", "anførselstegn")),
    ],
)
def test_a_bad_cell_is_refused_with_place_and_remedy(
    tmp_path: Path, plan: Plan, row: str, column: str, says: tuple[str, str]
) -> None:
    what, remedy = says
    with pytest.raises(EvalueringError) as refusal:
        _read(tmp_path, plan, row)
    assert what in refusal.value.what
    assert refusal.value.where.startswith("ungdata.csv")
    assert "nettet" in row or "linje 2" in refusal.value.where
    assert column in refusal.value.where
    assert remedy in refusal.value.remedy


def test_the_guides_own_example_is_refused(tmp_path: Path, plan: Plan) -> None:
    # statistics.md 1.6: «17 prosent kan ikke komme av 11 svar»
    row = GOOD.replace(",32,,2800,3000,", ",17,,11,..,")
    with pytest.raises(EvalueringError, match="17 prosent kan ikke komme av 11 svar"):
        _read(tmp_path, plan, row)
    assert _read(tmp_path, plan, row.replace(",17,,11,", ",17,,12,"))  # 2 of 12 is 16.7 %


def test_more_yes_than_answers_is_refused_at_its_border(tmp_path: Path, plan: Plan) -> None:
    row = GOOD.replace(",32,,2800,3000,", ",,2800,2800,..,")
    assert _read(tmp_path, plan, row)[0]["antall_ja"] == 2800
    with pytest.raises(EvalueringError, match="antall_ja er 2801, men antall_svar er bare 2800"):
        _read(tmp_path, plan, row.replace(",2800,2800,", ",2801,2800,"))


def test_zero_and_missing_and_hidden_stay_apart(tmp_path: Path, plan: Plan) -> None:
    rows = [
        GOOD.replace(",32,", ",0,"),
        GOOD.replace("2022,", "2019,").replace(",32,", ",..,"),
        GOOD.replace("2022,", "2016,").replace(",32,", ",:,"),
        GOOD.replace("2022,", "2013,").replace(",32,", ",.,"),
        GOOD.replace("2022,", "2025,").replace(",32,", ",32*,"),
    ]
    found = _read(tmp_path, plan, *rows)
    assert [row["prosent_tegn"] for row in found] == [
        "",
        "mangler",
        "skjult",
        "ikke_aktuelt",
        "foreloepig",
    ]
    assert found[0]["prosent"] == 0
    assert [isnan(row["prosent"]) for row in found] == [False, True, True, True, False]


def test_printed_decimals_are_kept(tmp_path: Path, plan: Plan) -> None:
    whole, one = GOOD, GOOD.replace("2022,", "2025,").replace(",32,", ",32.0,")
    assert [row["prosent_desimaler"] for row in _read(tmp_path, plan, whole, one)] == [0, 1]


def test_a_duplicate_key_is_refused_and_names_the_first_line(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(EvalueringError, match="samme nøkkel som linje 2") as refusal:
        _read(tmp_path, plan, GOOD, GOOD.replace(",32,", ",33,"))
    assert "linje 3" in refusal.value.where


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (HEAD.replace("antall_ja,", ""), "Kolonnen «antall_ja» mangler"),
        (HEAD.replace("antall_ja", "ja"), "Kolonnen «antall_ja» mangler"),
        (HEAD + ",navn", "Kolonnen «navn» er ukjent"),
        (HEAD + ",aar", "Kolonnen «aar» står to ganger"),
        (HEAD.replace(",", ";"), "bare én kolonne"),
        ("", "Filen er tom"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, plan: Plan, head: str, what: str) -> None:
    with pytest.raises(EvalueringError, match=what):
        _read(tmp_path, plan, head=head)


def test_a_file_without_rows_is_refused(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(EvalueringError, match="ingen rader"):
        _read(tmp_path, plan)


def test_all_problems_are_told_in_ten_lines_with_the_total(tmp_path: Path, plan: Plan) -> None:
    rows = [_change(0, f"{year}x") for year in range(1990, 2003)]
    with pytest.raises(EvalueringError) as refusal:
        _read(tmp_path, plan, *rows)
    text = str(refusal.value)
    assert "Fant 13 feil. De første:" in text
    assert len(text.splitlines()) == 10


def test_what_may_point_to_a_person_is_not_repeated(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(EvalueringError) as refusal:
        _read(tmp_path, plan, _change(2, "Ola Nordmann 41234567"))
    assert "41234567" not in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(EvalueringError, match="Fant ikke filen"):
        published.read_ungdata(tmp_path / "borte.csv", plan)


def test_an_excel_file_is_read_when_declared(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "kilder.yml").write_bytes((DATA / "kilder.yml").read_bytes())
    path = tmp_path / "ungdata.csv"
    text = f"{HEAD}\n{GOOD}\n".replace(",32,", ",KOMMA,").replace(",", ";").replace("KOMMA", "32,5")
    path.write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    frame, _ = published.read_ungdata(path, plan, separated.EXCEL)
    assert frame["prosent"].tolist() == [32.5]
    with pytest.raises(EvalueringError, match="bare én kolonne"):
        published.read_ungdata(path, plan)


def test_cp1252_is_read_when_declared(tmp_path: Path) -> None:
    (tmp_path / "kilder.yml").write_bytes((DATA / "kilder.yml").read_bytes())
    path = tmp_path / "kommuner.csv"
    head = (DATA / "kriminalitet_kommuner.csv").read_text("utf-8").splitlines()[0]
    text = f"{head}\n3112,Råde,3112,2023,2024,alle,499,63.3,ssb_08487\n"
    path.write_bytes(text.encode("cp1252"))
    layout = separated.Layout(encoding="cp1252")
    assert published.read_municipal_offences(path, layout)[0]["kommune"].tolist() == ["Råde"]
    with pytest.raises(EvalueringError, match="ikke lagret som utf-8"):
        published.read_municipal_offences(path)


Edit = Callable[[str], str]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (",2023,2024,alle,5187", ",2023,2025,alle,5187", "ikke to år på rad"),
        ("vold,716", "vold,720", r"summerer til \+4"),
        ("vold,716", "vold,", "Cellen er tom"),
        ("\n3107,", "\n310,", "feil form"),
        ("alle,5187", "i alt,5187", "ikke et gyldig valg"),
    ],
)
def test_impossible_offence_tables_are_refused(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    (tmp_path / "kilder.yml").write_bytes((DATA / "kilder.yml").read_bytes())
    text = (DATA / "kriminalitet_kommuner.csv").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "kommuner.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(EvalueringError, match=what):
        published.read_municipal_offences(path)


def test_national_categories_that_do_not_sum_are_refused(tmp_path: Path) -> None:
    (tmp_path / "kilder.yml").write_bytes((DATA / "kilder.yml").read_bytes())
    text = (DATA / "under18_landet.csv").read_text(encoding="utf-8")
    path = tmp_path / "under18.csv"
    path.write_text(text.replace("2023,vold,5435", "2023,vold,5436"), encoding="utf-8")
    with pytest.raises(EvalueringError, match=r"summerer til \+1"):
        published.read_national_under18(path)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("2024,4,13,27,..,51,planen", "minst 52 forhold, men i alt er bare 51"),
        ("2024,4,13,27,12,..,planen", "flere personer enn i alt"),
    ],
)
def test_impossible_repeat_offending_is_refused(tmp_path: Path, row: str, what: str) -> None:
    (tmp_path / "kilder.yml").write_bytes((DATA / "kilder.yml").read_bytes())
    head = (DATA / "gjentatt_planen.csv").read_text("utf-8").splitlines()[0]
    path = tmp_path / "gjentatt.csv"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(EvalueringError, match=what):
        published.read_repeat_offending(path)


def test_a_source_without_publisher_or_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kilder.yml"
    path.write_text("planen: {tittel: Plan, adresse: x}\n", encoding="utf-8")
    with pytest.raises(EvalueringError) as refusal:
        read_sources(path)
    assert "mangler utgiver" in str(refusal.value)
    assert "«adresse» er ukjent" in str(refusal.value)


# Which counts a printed percentage can come from


@given(total=st.integers(1, 3000), places=st.integers(0, 2), data=st.data())
def test_possible_counts_hold_exactly_those_that_round_to_the_percentage(
    total: int, places: int, data: st.DataObject
) -> None:
    yes = data.draw(st.integers(0, total))
    share = Decimal(100 * yes) / Decimal(total)
    for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        printed = share.quantize(Decimal(1).scaleb(-places), rounding=rounding)
        lowest, highest = published.possible_counts(printed, total)
        assert 0 <= lowest <= yes <= highest <= total
        for outside in (lowest - 1, highest + 1):
            distance = abs(Decimal(100 * outside) / Decimal(total) - printed)
            if 0 <= outside <= total:
                assert distance > Decimal("0.5").scaleb(-places)


def test_a_whole_percent_is_one_count_only_up_to_a_hundred_answers() -> None:
    # statistics.md 1.2: the count is unique only when n <= 100 per school
    def widest(total: int) -> int:
        found = [published.possible_counts(Decimal(whole), total) for whole in range(101)]
        return max(highest - lowest for lowest, highest in found)

    assert [widest(total) for total in (99, 101, 200)] == [0, 1, 2]
    # 100 answers: 16.5 and 17.5 are no counts, so each percentage is one count
    assert widest(100) == 0
