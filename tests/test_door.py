"""Only findings made wholly of already published figures pass; the rest come out empty."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluering.disclosure import door
from evaluering.errors import EvalueringError
from evaluering.model import Finding, Source, Verdict

PUBLIC = Source("Handlingsplanen, kapittel 2.1", is_published=True)
SECRET = Source("Arbeidsboken", is_published=False)


def _finding(name: str = "ungdata.skulket", sources: tuple[Source, ...] = (PUBLIC,)) -> Finding:
    return Finding(
        id=name,
        section="ungdata",
        kind="survey_published",
        topic="Skulket skolen",
        frame=pd.DataFrame({"aar": [2016, 2022], "share": [0.17, 0.32]}),
        sources=sources,
        is_synthetic=False,
        verdict=Verdict.CLEAR,
        direction="up",
        values={"fra": 0.17, "til": 0.32},
        details={"vilkaar": pd.DataFrame({"smallest_n": [71]})},
        reason="pandemic",
        next_datum="antall_ja",
    )


def test_published_figures_pass_unchanged() -> None:
    finding = _finding()
    (safe,) = door.release([finding]).safe
    assert safe.finding is finding
    assert (safe.audit.rule_set, safe.audit.gate) == ("v1", "published_only")


@pytest.mark.parametrize("sources", [(SECRET,), (PUBLIC, SECRET), ()])
def test_anything_else_comes_out_empty(sources: tuple[Source, ...]) -> None:
    (safe,) = door.release([_finding(sources=sources)]).safe
    assert safe.finding.verdict is Verdict.WITHHELD
    assert safe.finding.frame.empty
    assert not safe.finding.details
    assert not safe.finding.values
    assert (safe.finding.direction, safe.finding.reason, safe.finding.next_datum) == ("", "", "")
    assert safe.finding.refusal == "not_controlled"


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_a_withheld_finding_does_not_depend_on_its_numbers(share: float, count: int) -> None:
    frame = pd.DataFrame({"aar": [2022], "share": [share], "antall": [count]})
    other = _finding(sources=(SECRET,))
    changed = Finding(
        **{**{name: getattr(other, name) for name in Finding.__slots__}, "frame": frame}
    )
    first, second = door.release([other]).safe, door.release([changed]).safe
    assert first[0].audit.digest == second[0].audit.digest


def test_two_findings_with_one_name_are_refused() -> None:
    with pytest.raises(EvalueringError, match="samme navn"):
        door.release([_finding(), _finding()])


def test_real_and_invented_numbers_never_share_a_run() -> None:
    real = _finding("a")
    invented = Finding(
        **{
            **{name: getattr(real, name) for name in Finding.__slots__},
            "id": "b",
            "is_synthetic": True,
        }
    )
    with pytest.raises(EvalueringError, match="blander"):
        door.release([real, invented])
