"""The plan as data: complete, in the plan's own words, and refused when it is inconsistent."""

import re
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path

import pytest

from evaluering import plan as plans
from evaluering.errors import EvalueringError
from evaluering.plan import entries, loader
from evaluering.plan.entries import Plan

FASIT = Path(__file__).parent / "fasit" / "handlingsplan.txt"
SOURCE = Path(plans.__file__).parent / "handlingsplan.yml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plans.read_plan()


def _flat(text: str) -> str:
    """Line breaks and bullets of the printed page taken away, hyphenated words joined."""
    text = re.sub(r"-\s*\n\s*", "-", text)
    return re.sub(r"\s+", " ", text).strip().casefold()


PLAN_TEXT = _flat(FASIT.read_text(encoding="utf-8"))

# Fields that claim to be the plan's own words; names of questions and services are ours.
_QUOTED = {
    "sitat",
    "maalgruppe",
    "aktivitet",
    "virkning",
    "forutsetning",
    "frekvens",
    "tidligere",
    "oppstart",
    "varighet",
    "planens_ord",
    "maal",
    "hva",
    "navn",
    "undertittel",
}
_OUR_NAMES = (entries.Question, entries.Service, entries.Headline)


def _texts(entry: object) -> Iterator[tuple[str, str]]:
    if not is_dataclass(entry):
        return
    for field in fields(entry):
        value = getattr(entry, field.name)
        if isinstance(value, str):
            is_ours = field.name == "navn" and isinstance(entry, _OUR_NAMES)
            if field.name in _QUOTED and not is_ours and not isinstance(entry, entries.Revision):
                yield f"{type(entry).__name__}.{field.name}", value
            elif field.name == "sitat":
                yield f"{type(entry).__name__}.sitat", value
        for child in value if isinstance(value, tuple) else (value,):
            yield from _texts(child)


def test_every_word_said_to_be_the_plans_stands_in_the_plan(plan: Plan) -> None:
    texts = [(place, text) for place, text in _texts(plan) if text]
    pieces = [(place, piece) for place, text in texts for piece in text.split(" … ")]
    foreign = [(place, piece) for place, piece in pieces if _flat(piece) not in PLAN_TEXT]
    assert len(pieces) > 150
    assert foreign == []


def test_the_plan_is_complete(plan: Plan) -> None:
    # Counted in the plan's text: 3 headings in 3.1, 11 bullets in 3.2, 12 in 3.3; 5 + 4 + 2 + 1
    # bullets in 4.1; 5 in 4.2; 5 in 3.4; 9 in 2.3; 5 levels in 2.2.
    by_group = {
        group.id: [tiltak.id for tiltak in plan.tiltak if tiltak.gruppe == group.id]
        for group in plan.tiltaksgrupper
    }
    assert {key: len(found) for key, found in by_group.items()} == {
        "universell": 3,
        "indikativ": 11,
        "samarbeid": 12,
    }
    areas = [priority.omraade for priority in plan.prioriteringer]
    assert [areas.count(area.id) for area in plan.omraader] == [5, 4, 2, 1]
    assert [indicator.nr for indicator in plan.indikatorer] == [1, 2, 3, 4, 5]
    assert len(plan.ikke_prioritert) == 5
    assert [actor.slag for actor in plan.aktoerer].count("aktoer") == 9
    assert len(plan.nivaaer) == 5
    assert len(plan.egenvurdering) == 10


def test_the_measures_stand_in_the_plans_order(plan: Plan) -> None:
    chapter = PLAN_TEXT[PLAN_TEXT.index("3.1 universelle tiltak") :]
    marks = [f"{_flat(tiltak.navn)}" for tiltak in plan.tiltak]
    places: list[int] = []
    for mark in marks:
        places.append(chapter.index(mark, places[-1] if places else 0))
    assert places == sorted(places)


def test_child_protection_measures_are_one_measure_with_three_parts(plan: Plan) -> None:
    (measure,) = [tiltak for tiltak in plan.tiltak if tiltak.deler]
    assert measure.id == "barnevernstiltak"
    assert [part.id for part in measure.deler] == [
        "mst",
        "institusjonsplassering",
        "forsterket_pilot",
    ]


def test_arenas_have_the_plans_own_frequency_and_no_other(plan: Plan) -> None:
    # Plan 3.3 and 4.1: Sentrus «(4)», every second month, 4-5, 2-4; none given for the rest.
    assert {arena.id: (arena.per_aar_fra, arena.per_aar_til) for arena in plan.arenaer} == {
        "sentrus": (4, 4),
        "politiraad": (None, None),
        "faste_moeter": (6, 6),
        "arbeidsgruppe": (4, 5),
        "ledermoete": (2, 4),
        "kog": (None, None),
        "sosiallaerernettverk": (None, None),
    }


def test_the_questions_of_the_plan_are_six_and_read_on_from_flere(plan: Plan) -> None:
    own = [question for question in plan.spoersmaal if question.i_planen]
    assert [question.id for question in own] == [
        "skulket",
        "sneket",
        "haerverk",
        "trygt_svaert",
        "beruset",
        "cannabis",
    ]
    assert plan.question("skulket").handling == "har skulket skolen siste år"
    assert all(question.handling[0].islower() for question in plan.spoersmaal)
    assert not any(question.handling.endswith(".") for question in plan.spoersmaal)
    more_rule_breaking = [question.id for question in own if question.flere_regelbrudd == "opp"]
    assert more_rule_breaking == ["skulket", "sneket", "haerverk", "beruset", "cannabis"]


def test_cannabis_carries_the_difference_between_the_plan_and_the_survey(plan: Plan) -> None:
    question = plan.question("cannabis")
    assert question.ordlyd == "annen"
    assert "har prøvd cannabis" in question.varsel
    assert "siste 12 måneder" in question.varsel


def test_every_wave_the_plan_names_is_there(plan: Plan) -> None:
    assert [(wave.aar, wave.tall_i_planen) for wave in plan.undersoekelser] == [
        (2016, True),
        (2019, False),
        (2022, True),
        (2025, False),
    ]


def test_nothing_is_required_of_what_is_not_prioritised_until_reported(plan: Plan) -> None:
    assert all(area.krever == () for area in plan.ikke_prioritert)


def test_the_revision_log_holds_only_dates_the_plan_gives(plan: Plan) -> None:
    assert [revision.dato for revision in plan.endringer] == ["2024-11-14", "2024-11-25", "2025"]


def test_a_definition_card_says_what_the_plan_does_not(plan: Plan) -> None:
    rows = dict(plan.indicator("forhold").definisjon.rows)
    assert rows["Bosted eller gjerningssted"] == plans.NOT_STATED
    assert rows["Hva"] == "Antall forhold og antall siktede"


def test_coverage_has_a_row_for_every_measure_and_target(plan: Plan) -> None:
    matrix = plans.coverage(plan)
    assert len(matrix) == 26 * (5 + 6)
    assert not matrix.duplicated(["tiltak_id", "maal_id"]).any()
    linked = matrix.query("slag != ''")
    assert (linked["sitat"] != "").all()
    assert set(linked.query("tiltak_id == 'sentrus'")["maal_id"]) == {"samarbeid"}


def test_only_words_about_consent_say_that_a_measure_is_to_change_cases_with_consent(
    plan: Plan,
) -> None:
    # Plan 4.2: «Antall saker med samarbeid (samtykke)».
    links = [
        (tiltak.id, link.sitat)
        for tiltak in plan.tiltak
        for link in tiltak.naer_virkning
        if link.id == "samarbeid" and link.slag == "uttalt"
    ]
    assert [measure for measure, _ in links] == [
        "samarbeid_rundt_ungdom",
        "samarbeid_enkeltsaker",
        "samtykkeskjema",
    ]
    assert all("samtykke" in words for _, words in links)


def test_the_actors_of_a_measure_are_those_the_plan_names(plan: Plan) -> None:
    names = {actor.id: actor.navn for actor in plan.aktoerer}
    named = {tiltak.id: [names[code] for code in tiltak.aktoerer] for tiltak in plan.tiltak}
    # Plan 3.2: «Østfold barnevernvakt …», hosted by Sarpsborg, not Fredrikstad's own service.
    assert named["barnevernsvakt"] == ["Østfold barnevernvakt"]
    assert named["droeftingsarena"] == ["Arbeidsgruppen for ungdomskriminalitet"]
    assert named["foreldrekompasset"] == ["helsestasjon", "barnehager", "skoler"]
    # Plan 3.2 «Politiet og påtale», 3.3 «representanter fra politiet, påtalemyndigheten …».
    assert all("påtalemyndigheten" in named[code] for code in ("andre_straffereaksjoner", "kog"))
    assert [code for code, found in named.items() if not found] == [
        "veiledning_foresatte",
        "samarbeid_rundt_ungdom",
        "raadgivende_rusenhet",
        "sentrus",
        "samarbeid_enkeltsaker",
        "samtykkeskjema",
    ]


def test_the_first_claim_is_the_first_of_chapter_two(plan: Plan) -> None:
    places = [PLAN_TEXT.index(_flat(claim.sitat)) for claim in plan.paastander]
    assert places == sorted(places)
    assert plan.paastander[0].sitat.endswith("siden midten av 2010-tallet")


def test_gaps_are_the_empty_rows_and_columns_of_the_matrix(plan: Plan) -> None:
    matrix = plans.coverage(plan).assign(linked=lambda frame: frame["slag"] != "")
    holes = plans.gaps(plan)
    rows = matrix.groupby("tiltak_id")["linked"].any()
    columns = matrix.groupby("maal_id")["linked"].any()
    assert set(holes.tiltak_without_indicator) == set(rows.index[~rows])
    assert set(holes.indicators_without_tiltak) == set(columns.index[~columns])
    assert "skulket" in holes.indicators_without_tiltak


def test_a_plan_cannot_be_changed(plan: Plan) -> None:
    with pytest.raises(FrozenInstanceError):
        plan.tiltak = ()  # type: ignore[misc] - the test is that it fails


Edit = Callable[[str], str]


def _replace(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) >= 1
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("edit", "place", "what", "remedy"),
    [
        (_replace("id: sneket\n", "id: skulket\n"), "spoersmaal", "«skulket» er brukt 2", "id"),
        (_replace("id: p_samtykke", "id: mst"), "prioriteringer", "«mst» er brukt 2", "id"),
        (
            _replace("gruppe: universell", "gruppe: universelt"),
            "tiltak «foreldrekompasset», gruppe",
            "«universelt» finnes ikke",
            "Lov: indikativ, samarbeid, universell",
        ),
        (
            _replace("{id: beruset, slag", "{id: beruselse, slag"),
            "naer_virkning",
            "«beruselse» finnes ikke",
            "beruset",
        ),
        (_replace("tiltak: [sentrus]", "tiltak: [borte]"), "p_sentrus", "«borte»", "Lov"),
        (_replace("evalueres_av: politiraad", "evalueres_av: x"), "evalueres_av", "«x»", "Lov"),
        (
            _replace('dato: "2024-11-14"', "dato: 14.11.2024"),
            "endringer nr. 1, dato",
            "feil form",
            "anførsel",
        ),
        (_replace("aktivitet: kartl", "aktivitett: kartl"), "bekym", "ukjent", "«aktivitet»"),
        (
            _replace("    gruppe: universell\n", ""),
            "foreldrekompasset",
            "«gruppe» mangler",
            "Legg til",
        ),
        (_replace("slag: tema", "slag: kanskje"), "beruset», slag", "«kanskje»", "uttalt, tema"),
        (_replace("per_aar_til: 4", "per_aar_til: 3"), "arenaer «sentrus»", "går ikke", "minste"),
        (_replace("    per_aar_til: 4\n", ""), "arenaer «sentrus»", "Bare ett", "begge"),
        (_replace("aar: 2019", "aar: 2016"), "undersoekelser", "stigende", "rekkefølge"),
        (_replace("aar: 2019", "aar: nitten"), "aar", "skal være et helt tall", "fire sifre"),
        (_replace("skjema: 1", "skjema: 2"), "skjema", "skal være «1»", "skjema: 1"),
        (_replace("  - Brukte vi evalueringen?\n", ""), "egenvurdering", "minst 10", "ti punkter"),
        (_replace("id: kog", "id: Kög"), "tiltak", "feil form", "små bokstaver"),
        (_replace("kort: Hurtigspor", f"kort: {'x' * 41}"), "kort", "lengre enn 40", "Rett"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(
    tmp_path: Path, edit: Edit, place: str, what: str, remedy: str
) -> None:
    path = tmp_path / "min_plan.yml"
    path.write_text(edit(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(EvalueringError) as refusal:
        plans.read_plan(path)
    assert what in str(refusal.value)
    assert "min_plan.yml" in refusal.value.where
    assert place in str(refusal.value)
    assert remedy in str(refusal.value)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    text = SOURCE.read_text(encoding="utf-8").replace("gruppe: indikativ", "gruppe: indikert")
    path = tmp_path / "min_plan.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalueringError, match="Fant 11 feil"):
        plans.read_plan(path)


_SMALL = """\
skjema: 1
plan: {navn: Plan mot kriminalitet, kommune: Eksempelkommune}
tiltaksgrupper: [{id: alle, navn: Alle tiltak, kapittel: "2"}]
tiltak: [{id: samtale, navn: Samtale, gruppe: alle}]
omraader: [{id: hoved, navn: Hovedområde}]
prioriteringer: [{id: p_mer, omraade: hoved, kort: Mer, navn: Mer av det}]
indikatorer:
  - id: forhold
    nr: 1
    navn: Antall forhold
    hovedtall: {ark: forholdstall, felter: [antall_forhold], navn: Forhold, enhet: forhold}
    definisjon: {hva: Forhold, enhet: "", bosted: "", alder: "", kilde: "", brudd: ""}
arenaer: [{id: raad, navn: Rådet}]
spoersmaal:
  - {id: skulket, navn: Skulket, handling: har skulket, i_planen: false, ordlyd: ukjent}
aktoerer: [{id: raadet, navn: Rådet, slag: rolle, kapittel: "1"}]
oppfoelging: {maaned: 1, ansvarlige: [raadet], evalueres_av: raadet, godkjennes_av: raadet}
"""


def test_another_municipality_can_write_its_own(tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(_SMALL, encoding="utf-8")
    other = plans.read_plan(path)
    assert other.plan.kommune == "Eksempelkommune"
    assert other.tiltak[0].naer_virkning == ()
    assert other.arenaer[0].per_aar_fra is None
    assert other.ikke_prioritert == ()
    assert plans.gaps(other).indicators_without_tiltak == ("forhold",)


def test_an_empty_text_stays_empty_and_is_no_word(tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(
        _SMALL.replace("navn: Rådet}]\nspo", 'navn: Rådet, merknad: ""}]\nspo'), "utf-8"
    )
    assert plans.read_plan(path).arenaer[0].merknad == ""


def test_the_schema_knows_every_key_of_the_dataclasses() -> None:
    known = set(loader.schema("handlingsplan")["properties"])
    assert known == {field.name for field in fields(Plan)} | {"skjema"}
