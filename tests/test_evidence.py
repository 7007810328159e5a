"""The evidence: dated quotations of others, never our own rating."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evaluering import plan as plans
from evaluering.errors import EvalueringError
from evaluering.plan import Plan

SOURCE = Path(plans.__file__).parent / "kunnskapsgrunnlag.yml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plans.read_plan()


def test_a_measure_nobody_has_quoted_is_not_rated(plan: Plan) -> None:
    table = plans.evidence_table(plan, plans.read_evidence(plan))
    row = table[table["tiltak_id"] == "sentrus"].iloc[0]
    assert row["vurdering"] == plans.NOT_RATED == "ikke vurdert"
    assert row["funn"] == ""


def test_every_measure_and_part_has_a_row(plan: Plan) -> None:
    table = plans.evidence_table(plan, plans.read_evidence(plan))
    assert list(dict.fromkeys(table["tiltak_id"])) == [
        identity
        for tiltak in plan.tiltak
        for identity in (tiltak.id, *(part.id for part in tiltak.deler))
    ]


def test_mst_is_quoted_with_its_disagreement(plan: Plan) -> None:
    # ungsinn.no, 2nd ed. 7 December 2017: two Norwegian studies positive, the Swedish trial null
    (quotation,) = plans.read_evidence(plan).about("mst")
    assert (quotation.aar, quotation.norsk, quotation.kontrollert) == (2017, True, True)
    assert "To norske studier" in quotation.funn
    assert "svensk studie fant ingen" in quotation.funn
    assert quotation.source.is_published


def test_a_foreign_review_of_something_near_says_so(plan: Plan) -> None:
    # Campbell 2018:5, abstract: 50 per cent reoffending -> roughly 44 per cent, low-risk youth
    (quotation,) = plans.read_evidence(plan).about("andre_straffereaksjoner")
    assert (quotation.likhet, quotation.norsk) == ("lignende", False)
    assert "50 prosent" in quotation.funn
    assert "44 prosent" in quotation.funn
    assert "lav risiko" in quotation.populasjon


def test_what_is_not_read_at_its_source_is_marked(plan: Plan) -> None:
    comparators = plans.read_evidence(plan).sammenligninger
    assert [item.id for item in comparators if not item.kontrollert] == ["landet_ett_forhold_2023"]
    assert all(item.lest for item in comparators if item.kontrollert)


def test_what_is_about_the_process_is_quoted_as_its_sources_say(plan: Plan) -> None:
    # NF-rapport 2/2019, after the 2018 report of Konfliktrådet; konfliktraadet.no, January 2020.
    about = [
        item for item in plans.read_evidence(plan).sammenligninger if item.gjelder == "prosess"
    ]
    assert [(item.tall, item.enhet, item.aar) for item in about] == [
        (190, "dager", 2018),
        (68, "dager", 2019),
    ]
    assert "fra 72 til 438 dager" in about[0].definisjon


def _replace(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (_replace("tiltak: mst", "tiltak: mts"), "«mts» finnes ikke i planen"),
        (_replace("gjelder: gjentatt", "gjelder: gjengangere"), "«gjengangere» finnes ikke"),
        (_replace('lest: "2026-11"', 'lest: ""'), "uten at måneden er oppgitt"),
        (_replace("norsk: true", "norsk: ja"), "skal være true eller false"),
        (_replace("    funn: >-", "    karakter: A\n    funn: >-"), "«karakter» er ukjent"),
        (_replace("aar: 2017", 'aar: "2017"'), "et helt tall"),
        (_replace("    likhet: samme", "    likhet: litt"), "ikke et gyldig valg"),
    ],
)
def test_evidence_that_does_not_hold_together_is_refused(
    tmp_path: Path, plan: Plan, edit: Callable[[str], str], what: str
) -> None:
    path = tmp_path / "grunnlag.yml"
    path.write_text(edit(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(EvalueringError, match=r"grunnlag\.yml") as refusal:
        plans.read_evidence(plan, path)
    assert what in str(refusal.value)
