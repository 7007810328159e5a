"""Survey files of four kinds give one frame; labels and reasons for not answering survive."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from evaluering.errors import EvalueringError
from evaluering.inputs import survey, survey_files, survey_labels
from evaluering.inputs.separated import EXCEL
from evaluering.inputs.survey_labels import CODEBOOK_COLUMNS, changed_definitions, read_labelled
from evaluering.plan import read_plan

WAVE = 2025
QUESTIONS = {
    "skole": "Skolens kode",
    "trinn": "Hvilket trinn går du på?",
    "sp_skulk": "Hvor mange ganger har du skulket skolen siste år? æøå",
    "sp_trivsel": "Hvor godt trives du? 0–10",
    "vekt": "",
}
LABELS: dict[str, dict[int, str]] = {
    "trinn": {8: "8. trinn", 9: "9. trinn", 10: "10. trinn"},
    "sp_skulk": {1: "Aldri", 2: "1 gang", 3: "2 ganger eller mer", 98: "Vet ikke", 99: "Vil ikke"},
    "sp_trivsel": {0: "Svært dårlig", 10: "Svært godt"},
}
# None: never asked or left blank. Ten pupils, the order of the file.
ANSWERS: dict[str, list[Any]] = {
    "skole": ["U-1", "U-1", "U-2", "U-2", "U-2", "U-3", "U-3", "U-3", "U-3", None],
    "trinn": [8, 9, 10, 8, 8, 9, 9, 10, None, 10],
    "sp_skulk": [1, 1, 2, 3, 98, 99, None, 1, 2, 3],
    "sp_trivsel": [7, 10, 0, 5, 5, None, 3, 8, 9, 10],
    "vekt": [1, 0.5, 1.25, 1, 1, 1, 1, 2, 1, 1],
}
LETTERS = {98: "b", 99: "a"}  # Stata's way to say why there is no answer


def write_sav(path: Path, **more: Any) -> Path:
    frame = pd.DataFrame(ANSWERS).astype(dict.fromkeys(list(ANSWERS)[1:], "float64"))
    frame["skole"] = frame["skole"].fillna("")
    options: dict[str, Any] = {
        "column_labels": QUESTIONS,
        "variable_value_labels": {
            n: {float(c): t for c, t in v.items()} for n, v in LABELS.items()
        },
        "missing_ranges": {"sp_skulk": [{"lo": 98, "hi": 99}]},
    }
    pyreadstat.write_sav(frame, path, **(options | more))
    return path


def write_dta(path: Path) -> Path:
    frame = pd.DataFrame(ANSWERS)
    frame["skole"] = frame["skole"].fillna("")
    for name in list(ANSWERS)[1:]:
        values = [LETTERS.get(v, v) if name == "sp_skulk" else v for v in ANSWERS[name]]
        floats = [
            np.nan if v is None else float(v) if not isinstance(v, str) else v for v in values
        ]
        frame[name] = pd.Series(floats, dtype=object if name == "sp_skulk" else "float64")
    labels: dict[str, Any] = {name: dict(labels) for name, labels in LABELS.items()}
    labels["sp_skulk"] = {LETTERS.get(code, code): t for code, t in LABELS["sp_skulk"].items()}
    pyreadstat.write_dta(
        frame,
        path,
        column_labels=QUESTIONS,
        variable_value_labels=labels,
        missing_user_values={"sp_skulk": ["a", "b"]},
    )
    return path


def text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def write_csv(path: Path, delimiter: str = ",", decimal: str = ".") -> Path:
    rows = [list(ANSWERS), *([text(v) for v in row] for row in zip(*ANSWERS.values(), strict=True))]
    lines = (delimiter.join(cell.replace(".", decimal) for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_parquet(path: Path) -> Path:
    pd.DataFrame(ANSWERS).to_parquet(path)
    return path


def write_codebook(path: Path, delimiter: str = ",", **changes: str) -> Path:
    rows = [list(CODEBOOK_COLUMNS)]
    for name, question in QUESTIONS.items():
        for code, label in LABELS.get(name, {"": ""}).items():
            missing = "ja" if code in LETTERS else ""
            asked = changes.get(name, question)
            rows.append([name, asked, str(code), label, missing, changes.get("aar", str(WAVE))])
    path.write_text("\n".join(delimiter.join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def four(folder: Path) -> dict[str, survey_labels.LabelledSurvey]:
    book = write_codebook(folder / "kodebok.csv")
    return {
        "sav": read_labelled(write_sav(folder / "b.sav"), undersoekelse=WAVE),
        "dta": read_labelled(write_dta(folder / "b.dta"), undersoekelse=WAVE),
        "csv": read_labelled(write_csv(folder / "b.csv"), undersoekelse=WAVE, codebook=book),
        "parquet": read_labelled(
            write_parquet(folder / "b.parquet"), undersoekelse=WAVE, codebook=book
        ),
    }


def test_the_same_wave_in_four_kinds_of_file_is_the_same_frame(tmp_path: Path) -> None:
    found = four(tmp_path)
    for kind in ("dta", "csv", "parquet"):
        pd.testing.assert_frame_equal(found[kind].frame, found["sav"].frame)
        pd.testing.assert_frame_equal(found[kind].user_missing, found["sav"].user_missing)
    for kind in ("csv", "parquet"):
        pd.testing.assert_frame_equal(found[kind].codebook, found["sav"].codebook)
    # Stata writes a letter where SPSS writes 98 or 99; all else is the same.
    stata = found["dta"].codebook
    codes = {letter: str(code) for code, letter in LETTERS.items()}
    as_spss = stata.assign(kode=stata["kode"].replace(codes)).sort_values(["variabel", "kode"])
    pd.testing.assert_frame_equal(
        as_spss.reset_index(drop=True),
        found["sav"].codebook.sort_values(["variabel", "kode"]).reset_index(drop=True),
    )


def test_labels_are_ordered_and_reasons_stand_apart_from_nothing(tmp_path: Path) -> None:
    found = read_labelled(write_sav(tmp_path / "b.sav"), undersoekelse=WAVE)
    skulk = found.frame["sp_skulk"]
    assert list(skulk.cat.categories) == ["Aldri", "1 gang", "2 ganger eller mer"]
    assert skulk.cat.ordered
    assert list(found.frame["trinn"].cat.categories) == ["8. trinn", "9. trinn", "10. trinn"]
    assert skulk.isna().tolist() == [False] * 4 + [True] * 3 + [False] * 3
    reasons = found.user_missing["sp_skulk"]
    assert reasons.tolist()[4:7] == ["Vet ikke", "Vil ikke", ""]
    assert set(reasons[:4]) == {""}


def test_a_scale_with_named_ends_stays_numbers(tmp_path: Path) -> None:
    found = read_labelled(write_sav(tmp_path / "b.sav"), undersoekelse=WAVE)
    assert found.frame["sp_trivsel"].dtype == "float64"
    assert found.frame["vekt"].tolist()[:3] == [1, 0.5, 1.25]
    assert found.frame["skole"].tolist()[0] == "U-1"
    assert pd.isna(found.frame["skole"][9])


def test_the_codebook_has_the_words_of_the_questions(tmp_path: Path) -> None:
    book = read_labelled(write_sav(tmp_path / "b.sav"), undersoekelse=WAVE).codebook
    assert tuple(book.columns) == CODEBOOK_COLUMNS
    rows = book[book["variabel"] == "sp_skulk"]
    assert set(rows["spoersmaal"]) == {QUESTIONS["sp_skulk"]}
    assert rows["kode"].tolist() == ["1", "2", "3", "98", "99"]
    assert rows["mangler"].tolist() == [False, False, False, True, True]
    assert set(book["undersoekelse"]) == {WAVE}
    assert book[book["variabel"] == "vekt"]["kode"].tolist() == [""]


def test_a_code_for_no_answer_needs_no_label(tmp_path: Path) -> None:
    labels = {"sp_skulk": {1.0: "Aldri", 2.0: "1 gang", 3.0: "Flere"}}
    path = write_sav(tmp_path / "b.sav", variable_value_labels=labels)
    found = read_labelled(path, undersoekelse=WAVE)
    assert found.user_missing["sp_skulk"].tolist()[4:7] == ["98", "99", ""]
    assert found.frame["sp_skulk"].isna().sum() == 3


def test_two_codes_with_one_label_are_told_apart(tmp_path: Path) -> None:
    labels = {"trinn": {8.0: "Ungdomstrinnet", 9.0: "Ungdomstrinnet", 10.0: "Ungdomstrinnet"}}
    path = write_sav(tmp_path / "b.sav", variable_value_labels=labels, missing_ranges={})
    frame = read_labelled(path, undersoekelse=WAVE).frame
    assert list(frame["trinn"].cat.categories) == [
        "Ungdomstrinnet (8)",
        "Ungdomstrinnet (9)",
        "Ungdomstrinnet (10)",
    ]


def test_a_file_from_excel_is_read_as_declared(tmp_path: Path) -> None:
    book = write_codebook(tmp_path / "kodebok.csv", ";")
    path = write_csv(tmp_path / "b.csv", ";", ",")
    found = read_labelled(path, undersoekelse=WAVE, codebook=book, layout=EXCEL)
    expected = read_labelled(write_sav(tmp_path / "b.sav"), undersoekelse=WAVE)
    pd.testing.assert_frame_equal(found.frame, expected.frame)


MAP = """skjema: 1
aar: aar
skole: skole
trinn: {variabel: trinn, koder: {"8": [8], "9": [9], "10": [10]}}
vekt: vekt
spoersmaal:
  skulket:
    "2025": {variabel: sp_skulk, ja: [2, 3], nei: [1], mangler: [98, 99, a, b]}
"""


def test_the_declared_map_gives_the_same_answers_from_four_kinds_of_file(tmp_path: Path) -> None:
    (tmp_path / "kobling.yml").write_text(MAP, encoding="utf-8")
    files = (write_sav, write_dta, write_csv, write_parquet)
    frames: list[pd.DataFrame] = []
    for write, kind in zip(files, ("sav", "dta", "csv", "parquet"), strict=True):
        with with_year():
            path = write(tmp_path / f"b.{kind}")
        plan = read_plan()
        frames.append(survey.read_microdata(path, tmp_path / "kobling.yml", plan).frame)
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])
    answered = [0, 0, 1, 1, np.nan, np.nan, np.nan, 0, 1, 1]
    np.testing.assert_array_equal(frames[0]["skulket"], answered)
    assert frames[0]["trinn"].tolist()[:3] == ["8", "9", "10"]
    assert frames[0]["vekt"].tolist()[:3] == [1, 0.5, 1.25]


@contextmanager
def with_year() -> Iterator[None]:
    """The wave's year in the file, and a school for everybody, as `read_microdata` wants them."""
    school = ANSWERS["skole"][-1]
    ANSWERS["aar"] = [WAVE] * 10
    ANSWERS["skole"][-1] = "U-3"
    yield
    ANSWERS["skole"][-1] = school
    del ANSWERS["aar"]


# ---- refusals -----------------------------------------------------------------------------------


def test_a_variable_the_codebook_does_not_declare_is_refused(tmp_path: Path) -> None:
    book = write_codebook(tmp_path / "kodebok.csv")
    frame = pd.DataFrame(ANSWERS).assign(navn="Kari")
    frame.to_parquet(tmp_path / "b.parquet")
    with pytest.raises(EvalueringError, match="«navn» står ikke i kodeboken"):
        read_labelled(tmp_path / "b.parquet", undersoekelse=WAVE, codebook=book)
    frame.drop(columns=["navn", "trinn"]).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(EvalueringError, match="«trinn» finnes ikke"):
        read_labelled(tmp_path / "b.parquet", undersoekelse=WAVE, codebook=book)


def test_free_text_is_refused_and_never_repeated(tmp_path: Path) -> None:
    frame = pd.DataFrame({"kommentar": ["Kari Nordmann slo meg", ""], "trinn": [8.0, 9.0]})
    pyreadstat.write_sav(frame, tmp_path / "b.sav")
    with pytest.raises(EvalueringError, match="vises ikke her") as refusal:
        read_labelled(tmp_path / "b.sav", undersoekelse=WAVE)
    assert "Kari" not in str(refusal.value)


@pytest.mark.parametrize("form", ["DATE11", "DATETIME20"])
def test_a_date_is_refused(tmp_path: Path, form: str) -> None:
    frame = pd.DataFrame({"foedt": [13_500_000_000.0], "trinn": [8.0]})
    pyreadstat.write_sav(frame, tmp_path / "b.sav", variable_format={"foedt": form})
    with pytest.raises(EvalueringError, match="er en dato"):
        read_labelled(tmp_path / "b.sav", undersoekelse=WAVE)
    with pytest.raises(EvalueringError, match="er en dato"):
        survey_files.read_labelled_variables(tmp_path / "b.sav", ["foedt"])
    assert len(survey_files.read_labelled_variables(tmp_path / "b.sav", ["trinn"])) == 1


def test_a_table_without_a_codebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="hva kodene betyr"):
        read_labelled(write_csv(tmp_path / "b.csv"), undersoekelse=WAVE)
    with pytest.raises(EvalueringError, match="kan ikke leses"):
        read_labelled(tmp_path / "b.rds", undersoekelse=WAVE)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("variabel,kode\nx,1\n", "ikke de riktige"),
        (",".join(CODEBOOK_COLUMNS) + "\nx,s,1,Ja,kanskje,2025\n", "kan ikke leses"),
        (",".join(CODEBOOK_COLUMNS) + "\nx,s,1,Ja,,25\n", "kan ikke leses"),
        (",".join(CODEBOOK_COLUMNS) + "\nx,s,1,Ja,,2025\nx,s,1,Nei,,2025\n", "to ganger"),
    ],
)
def test_a_faulty_codebook_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "kodebok.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EvalueringError, match=sentence):
        survey_labels.read_codebook(path)


@pytest.mark.parametrize("name", ["borte.sav", "borte.dta", "borte.csv"])
def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, name: str) -> None:
    book = write_codebook(tmp_path / "kodebok.csv")
    with pytest.raises(EvalueringError, match="Fant ikke filen"):
        read_labelled(tmp_path / name, undersoekelse=WAVE, codebook=book)


def test_the_size_is_refused_at_its_border(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_sav(tmp_path / "b.sav")
    monkeypatch.setattr(survey_files, "MAX_BYTES", path.stat().st_size)
    assert len(read_labelled(path, undersoekelse=WAVE).frame) == 10
    monkeypatch.setattr(survey_files, "MAX_BYTES", path.stat().st_size - 1)
    with pytest.raises(EvalueringError, match="for stor"):
        read_labelled(path, undersoekelse=WAVE)


@pytest.mark.parametrize("kind", ["sav", "dta"])
def test_a_damaged_file_is_refused_and_never_takes_the_program_with_it(
    tmp_path: Path, kind: str
) -> None:
    # The library crashed the whole process on some of these when it was called directly.
    whole = (write_sav if kind == "sav" else write_dta)(tmp_path / f"hel.{kind}").read_bytes()
    chance = random.Random(7)  # noqa: S311 - a seeded test
    path = tmp_path / f"skadet.{kind}"
    refused = 0
    for _ in range(5):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(min(600, len(content)))] = chance.randrange(256)
        path.write_bytes(content)
        try:
            survey_files.read_raw(path)
        except EvalueringError as refusal:
            refused += 1
            assert "Lagre filen på nytt" in refusal.remedy or "Slett" in refusal.remedy
    path.write_bytes(b"$FL2 dette er ikke en fil fra SPSS")
    with pytest.raises(EvalueringError, match="kan ikke leses"):
        survey_files.read_raw(path)


@pytest.mark.parametrize("place", ["note", "question", "label", "answer", "number"])
def test_something_that_could_name_a_person_is_refused_wherever_it_hides(
    tmp_path: Path, place: str
) -> None:
    # A published test number, in two parts so that no scan of the repository stops at it: NAV's
    # fnrvalidator, tests/fnr.spec.ts (MIT).
    number = "130972" + "48022"
    options: dict[str, Any] = {
        "note": {"note": f"ring {number}"},
        "question": {"column_labels": {"trinn": f"trinn {number}"}},
        "label": {"variable_value_labels": {"trinn": {8.0: number}}},
    }.get(place, {})
    value: Any = number if place == "answer" else float(number)
    frame = pd.DataFrame({"trinn": [8.0, 9.0]})
    if place in ("answer", "number"):
        frame["kode"] = [value, value]
    pyreadstat.write_sav(frame, tmp_path / "b.sav", **options)
    with pytest.raises(EvalueringError, match="peke ut en person") as refusal:
        read_labelled(tmp_path / "b.sav", undersoekelse=WAVE)
    assert number[:4] not in str(refusal.value)


# ---- definitions that change --------------------------------------------------------------------


def test_a_changed_definition_is_found_between_waves(tmp_path: Path) -> None:
    first = survey_labels.read_codebook(write_codebook(tmp_path / "a.csv", aar="2019"))
    again = survey_labels.read_codebook(write_codebook(tmp_path / "b.csv", aar="2022"))
    other = survey_labels.read_codebook(
        write_codebook(tmp_path / "c.csv", aar="2025", sp_skulk="Har du skulket siste måned?")
    )
    other.loc[(other["variabel"] == "trinn") & (other["kode"] == "8"), "etikett"] = "7. trinn"
    found = changed_definitions(pd.concat([first, again, other]))
    assert found.to_dict("records") == [
        {"variabel": "trinn", "aar_fra": 2022, "aar_til": 2025, "kode": "nei_annet"},
        {"variabel": "sp_skulk", "aar_fra": 2022, "aar_til": 2025, "kode": "nei_ordlyd"},
    ]
    assert changed_definitions(first).empty
