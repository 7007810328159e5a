"""Findings survive the way through files; the writer leaves a whole file or none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering import files
from evaluering.disclosure import door
from evaluering.errors import EvalueringError
from evaluering.model import Finding, Source, Verdict


def _finding(frame: pd.DataFrame, **values: object) -> Finding:
    return Finding(
        id="prove",
        section="ungdata",
        kind="survey_published",
        topic="Prøve",
        frame=frame,
        sources=(Source("Planen", is_published=True),),
        is_synthetic=False,
        verdict=Verdict.UNCLEAR,
        values=values,  # pyright: ignore[reportArgumentType] plain values in these tests
        details={"mer": frame},
    )


@given(
    st.lists(
        st.tuples(
            st.integers(1990, 2050), st.one_of(st.none(), st.floats(0, 1)), st.text(max_size=9)
        ),
        max_size=8,
    )
)
def test_a_finding_comes_back_as_it_went(rows: list[tuple[int, float | None, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["aar", "share", "tekst"]).astype(
        {"aar": "int64", "share": "float64", "tekst": "str"}
    )
    finding = _finding(frame, fra=0.1, navn="Å", tom=None, ja=True)
    back = files.finding_from_json(files.finding_to_json(finding))
    pd.testing.assert_frame_equal(back.frame, frame)
    pd.testing.assert_frame_equal(back.details["mer"], frame)
    assert dict(back.values) == dict(finding.values)
    assert (back.verdict, back.sources) == (finding.verdict, finding.sources)


def test_missing_stays_missing_and_never_becomes_zero(tmp_path: Path) -> None:
    frame = pd.DataFrame({"share": [np.nan, 0.0]})
    files.write_findings(tmp_path, door.release([_finding(frame)]).safe)
    (safe,) = files.read_safe_findings(tmp_path)
    assert safe.finding.frame["share"].isna().tolist() == [True, False]


def test_an_infinite_number_is_never_stored(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="uendelig"):
        files.write_findings(tmp_path, [_finding(pd.DataFrame({"share": [np.inf]}))])
    assert not list(tmp_path.iterdir())


def test_the_runs_own_notes_are_not_findings(tmp_path: Path) -> None:
    files.write_findings(tmp_path, [_finding(pd.DataFrame({"aar": [2016]}))])
    files.write_file(tmp_path / "_kjoering.json", "{}")
    assert [finding.id for finding in files.read_findings(tmp_path)] == ["prove"]


def test_a_failed_write_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    files.write_file(path, "før\n")
    with pytest.raises(TypeError):
        files.write_file(path, 3)  # pyright: ignore[reportArgumentType] the fault under test
    assert path.read_bytes() == "før\n".encode()
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]


def test_the_project_is_found_from_a_folder_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(files.ROOT_VARIABLE, raising=False)
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "_skjema.json").write_text("{}")
    (tmp_path / "notebooks" / "utforsk").mkdir(parents=True)
    assert files.project_root(tmp_path / "notebooks" / "utforsk") == tmp_path.resolve()


def test_outside_a_project_the_message_says_where_to_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(files.ROOT_VARIABLE, raising=False)
    with pytest.raises(EvalueringError, match="prosjektmappen") as refusal:
        files.project_root(tmp_path)
    assert "params" in refusal.value.remedy


def test_no_results_yet_is_said_in_norwegian(tmp_path: Path) -> None:
    with pytest.raises(EvalueringError, match="ingen resultater") as refusal:
        files.read_safe_findings(tmp_path / "finnes_ikke")
    assert "evaluering kjør" in refusal.value.remedy
