"""The council's page: its outline, its first screen, its language, and what each part must hold."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from evaluering.analysis import calls, oversikt
from evaluering.disclosure.door import release
from evaluering.display import first_screen
from evaluering.display.internal import show_tests
from evaluering.display.language import (
    MAX_LIX,
    MAX_MEAN_WORDS,
    forbidden_words,
    lix,
    long_sentences,
    mean_sentence,
    words_of,
)
from evaluering.display.notebook import one_per_question, read_safe
from evaluering.display.page import OUTLINE, RENDERERS, Report, show
from evaluering.errors import EvalueringError
from evaluering.files import canonical_json, project_root, write_file, write_findings
from evaluering.model import Finding, Source, Verdict
from evaluering.plan import read_plan

ROOT = Path(__file__).resolve().parents[1]
PLAN = read_plan()
PUBLISHED = {
    "ungdata": "ungdata.csv",
    "kriminalitet_kommuner": "kriminalitet_kommuner.csv",
    "under18_landet": "under18_landet.csv",
    "gjentatt": "gjentatt_planen.csv",
}
OTHERS = {"regel": "Alle kommunene i Østfold", "kommuner": ["3101", "3103", "3105"]}
CHOSEN = calls.declared([item.id for item in PLAN.spoersmaal if item.i_planen], margin={})


class Reader(HTMLParser):
    """Collects the text of each block with the kind of block it stands in."""

    BLOCKS = frozenset(
        {"p", "li", "h1", "h2", "h3", "dt", "dd", "caption", "tr", "figcaption", "summary"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self._open: list[str] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self._skip += tag in {"svg", "style"}
        if known.get("id"):
            self.ids.append(str(known["id"]))
        if str(known.get("href") or "").startswith("#"):
            self.targets.append(str(known["href"])[1:])
        if tag in self.BLOCKS:
            self.blocks.append((f"{tag}.{known.get('class') or ''}".rstrip("."), ""))

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in {"svg", "style"}

    def handle_data(self, data: str) -> None:
        if self._skip or not self.blocks:
            return
        kind, text = self.blocks[-1]
        self.blocks[-1] = (kind, text + data)


def blocks(html: str) -> list[tuple[str, str]]:
    reader = Reader()
    reader.feed(html)
    return [(kind, " ".join(text.split())) for kind, text in reader.blocks]


def real_findings() -> list[Finding]:
    return [
        *calls.indicators(PLAN, aar=2026),
        *calls.national_under_18(PUBLISHED),
        *calls.repeat_offending(PUBLISHED),
        *calls.municipalities(PUBLISHED, kommune_nr="3107", sammenligning=OTHERS),
        *calls.survey(PLAN, PUBLISHED, CHOSEN),
        *calls.compare(PLAN, PUBLISHED, CHOSEN),
        *calls.measures(PLAN),
    ]


def report(findings: list[Finding]) -> Report:
    safe = release(findings).safe
    return Report(
        safe,
        oversikt.overview(safe),
        kommune="Fredrikstad",
        aar=2026,
        moete_dato="2027-01",
        skjaeringsdato="2026-11-01",
    )


@pytest.fixture(scope="module")
def page() -> Report:
    return report(real_findings())


@pytest.fixture(scope="module")
def whole(page: Report) -> str:
    return "\n".join(page.section(id).content for id in OUTLINE)


# The outline --------------------------------------------------------------------------------------


def test_the_notebook_has_every_section_of_the_outline_in_order() -> None:
    cells = nbformat.read(ROOT / "notebooks" / "90_evaluering.ipynb", as_version=4).cells
    headings = [cell.id for cell in cells if cell.cell_type == "markdown"][1:]
    calls_made = re.findall(
        r'rapport\.section\("([a-z-]+)"\)', "\n".join(cell.source for cell in cells)
    )
    assert headings == list(OUTLINE)
    assert calls_made == list(OUTLINE)


def test_every_section_says_something(page: Report) -> None:
    for id in OUTLINE:
        assert words_of(" ".join(text for _, text in blocks(page.section(id).content))), id


def test_an_unknown_section_is_refused(page: Report) -> None:
    with pytest.raises(EvalueringError, match="ukjent"):
        page.section("ukjent")


def test_every_kind_of_finding_can_be_shown() -> None:
    kinds = {finding.kind for finding in real_findings()} | {"survey_change"}
    assert kinds - {"plan"} <= RENDERERS.keys()


def test_ids_are_unique_and_links_lead_somewhere(whole: str) -> None:
    reader = Reader()
    reader.feed(whole)
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.targets) <= {*reader.ids, *OUTLINE}


def test_figures_and_tables_are_numbered_in_order(whole: str) -> None:
    for word in ("Figur", "Tabell"):
        numbers = [int(n) for n in re.findall(rf">(?:<strong>)?{word} (\d+)\. ", whole)]
        assert numbers == list(range(1, len(numbers) + 1)), word


# The first screen ---------------------------------------------------------------------------------


def test_three_key_messages_of_at_most_forty_words_each_with_a_link(page: Report) -> None:
    content = page.section("kort").content
    messages = [text for kind, text in blocks(content) if kind == "li"]
    assert len(messages) == 3
    for message in messages:
        assert len(words_of(message)) <= first_screen.MAX_MESSAGE_WORDS
    assert content.count("<strong>") == 3
    assert re.findall(r'href="#([a-z-]+)"', content) == [
        "forhold",
        "gjentatt",
        "ungdata",
        "tiltak",
    ]


def test_what_cannot_be_said_has_at_most_forty_five_words(page: Report) -> None:
    ((_, text),) = blocks(page.section("kan-ikke").content)
    assert len(words_of(text)) <= first_screen.MAX_GAP_WORDS
    assert text.startswith("Tallene viser hva som har endret seg, ikke hva som er årsaken.")


def test_the_messages_come_from_the_findings(page: Report) -> None:
    text = " ".join(text for _, text in blocks(page.section("kort").content))
    assert "13 personer sto for 27 prosent" in text
    assert "Fem av seks spørsmål kan sammenlignes mellom 2016 og 2022. Alle fem peker" in text
    assert "de 26 tiltakene" in text


def test_a_changed_question_leads_the_second_message() -> None:
    findings = [
        replace(finding, verdict=Verdict.CLEAR, direction="up", refusal="")
        if finding.id == "ungdata.skulket"
        else finding
        for finding in real_findings()
    ]
    text = " ".join(text for _, text in blocks(report(findings).section("kort").content))
    assert "Ett av seks spørsmål har endret seg" in text
    assert "skulket skolen" in text


# The survey ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "needed"),
    [
        ("skulket", "777"),
        ("sneket", "1 200"),
        ("haerverk", "54 997"),
        ("beruset", "18 144"),
        ("cannabis", "24 572"),
    ],
)
def test_each_item_has_sentence_figure_table_and_conditions(
    page: Report, item: str, needed: str
) -> None:
    content = page.section("ungdata").content.replace("\u00a0", " ")
    start = content.index(f'<h3 id="ungdata-{item}"')
    part = content[start : content.index("<h3", start + 4)]
    assert f"bare hvis minst {needed} elever svarte hvert år" in part
    assert '<figure id="fig-ungdata-' in part
    assert "<table" in part
    for effect in ("1,0", "1,5", "2,0", "3,0", "11,0"):
        assert f">{effect}<" in part
    assert "Dette ville avgjort det:" in part
    assert "Hva kan påvirke tallet" in part
    assert "2019 og 2025" in part


def test_the_direction_without_figures_quotes_the_plan(page: Report) -> None:
    content = page.section("ungdata").content
    assert "litt færre ungdommer som opplever det svært trygt" in content


# The plan -----------------------------------------------------------------------------------------


def test_all_priorities_indicators_and_areas_can_be_found(whole: str) -> None:
    text = " ".join(text for _, text in blocks(whole)).replace("\u00a0", " ")
    for priority in PLAN.prioriteringer:
        assert priority.navn.rstrip(".") in text
    for measure in PLAN.tiltak:
        assert measure.navn in text
    for area in PLAN.ikke_prioritert:
        assert area.navn in text
    for indicator in PLAN.indikatorer:
        assert indicator.hovedtall.navn in text


def test_statuses_are_not_reported_and_never_guessed(page: Report) -> None:
    rows = [text for kind, text in blocks(page.section("prioritert").content) if kind == "tr"]
    assert sum(row.endswith("Ikke meldt inn") for row in rows) == len(PLAN.prioriteringer)


def test_the_coverage_counts_its_table_and_says_whose_reading_it_is(page: Report) -> None:
    found = blocks(page.section("tiltak").content)
    text = " ".join(words for _, words in found)
    table = text[text.index("Vis hvilke tiltak") :]
    # Counted in the table itself: a row of five «Nei» points to none of the five indicators.
    rows = [words for kind, words in found if kind == "tr" and words.endswith("Nei" * 5)]
    assert len(rows) == 13
    assert "Tiltak og indikatorer: 13 av 26 tiltak peker ikke mot noen indikator" in text
    assert "Tre av dem peker mot spørsmål i Ungdata: beruset og prøvd cannabis." in text
    assert "Da står ti igjen." in text
    assert "Koblingene er vår lesning." in table


def test_a_measure_without_an_actor_is_not_called_unnamed(page: Report) -> None:
    content = page.section("tiltak").content
    assert "Ikke nevnt i planen" not in content
    assert content.count("Ingen bestemt aktør") == 6
    assert "Gjelder: Unge i tre pilotteam i Oslo-området" in content


def test_arenas_show_what_was_there_before_the_plan(page: Report) -> None:
    content = page.section("arenaer").content
    assert "Planen nevner sju møteplasser." in content
    for words in ("Før planen", "månedlige møter", "Dette nivået mangler per i dag"):
        assert words in content


def test_the_plans_history_is_not_called_changes(page: Report) -> None:
    content = page.section("endringer").content
    assert "Endringer: ingen er meldt inn" in content
    assert "Tabellen viser hvordan planen ble til." in content


# Language -----------------------------------------------------------------------------------------


def prose(html: str) -> str:
    """Sentences a reader meets, without tables, sources and other people's titles."""
    kept = {"p", "p.konklusjon", "p.neste", "p.paavirker", "li", "dd", "figcaption"}
    lines = [text for kind, text in blocks(html) if kind in kept and "https://" not in text]
    return "\n".join(line for line in lines if line)


def test_no_forbidden_word_stands_on_the_page(whole: str) -> None:
    text = "\n".join(text for _, text in blocks(whole))
    assert forbidden_words(text) == []


def test_the_page_is_easy_to_read(whole: str) -> None:
    text = prose(whole)
    assert lix(text) <= MAX_LIX
    assert mean_sentence(text) <= MAX_MEAN_WORDS
    assert long_sentences(text) == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_the_prose_of_every_notebook_keeps_the_rules(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert forbidden_words(text) == []
    assert long_sentences(text) == []


def test_numbers_are_written_the_norwegian_way(whole: str) -> None:
    reader = Reader()
    reader.feed(re.sub(r"<blockquote.*?</blockquote>", "", whole, flags=re.DOTALL))
    for _, raw in reader.blocks:
        text = re.sub(r"https://\S+|[Kk]apittel \d\.\d|CC BY \d\.\d|[\d.]+/csr[.\d]+", "", raw)
        assert not re.search(r"\d\.\d|\d \d|\d-\d|(?<!\w)-\d|\bnan\b|\binf\b|None|NaT|−0", text), (
            raw
        )


def test_p_values_are_for_the_researcher_only(whole: str) -> None:
    assert "p, fortegn" not in whole
    tested = replace(
        by_school(Verdict.CLEAR, is_published=False),
        values={
            "year_from": 2016,
            "year_to": 2025,
            "difference": 0.04,
            "lower": 0.03,
            "upper": 0.05,
            "p_value": 0.0004,
            "p_exact": 0.03125,
            "p_family": None,
        },
    )
    text = show_tests([tested]).content
    assert "under 0,001" in text
    assert "0,031" in text
    assert "ikke aktuelt" in text
    assert "Designeffekt endringen tåler" in show_tests(real_findings()).content
    assert "Ingen spørsmål" in show_tests([]).content


def test_texts_from_data_are_escaped() -> None:
    nasty = '<script>alert("x")</script>'
    finding = replace(real_findings()[0], topic=nasty)
    assert "<script" not in show([finding]).content


# What may not be shown ----------------------------------------------------------------------------


def by_school(verdict: Verdict, *, is_published: bool) -> Finding:
    return Finding(
        id="ungdata.skulket.skoler",
        section="ungdata",
        kind="survey_change",
        topic="Skulket skolen",
        frame=pd.DataFrame({"aar": [2016]}),
        sources=(Source("Ungdata, svar per skole", is_published=is_published),),
        is_synthetic=False,
        verdict=verdict,
        direction="up",
        values={"share_from": 0.17},
    )


def test_a_withheld_finding_says_nothing_of_its_content() -> None:
    (safe,) = release([by_school(Verdict.CLEAR, is_published=False)]).safe
    text = show([safe.finding]).content
    assert "kan ikke vises" in text
    assert "økning" not in text
    assert "17" not in text


def test_a_page_where_everything_is_withheld_still_stands_and_shows_no_number() -> None:
    unpublished = (Source("Skjema", is_published=False),)
    hidden = report(
        [replace(item, sources=unpublished, tables=(), rests=()) for item in real_findings()]
    )
    shown = [id for id in OUTLINE if id not in ("metode", "ordliste", "kilder", "neste-tall")]
    text = " ".join(t for id in shown for _, t in blocks(hidden.section(id).content))
    assert "kan ikke vises" in text
    for number in ("27", "17", "32", "190", "5 187", "21 770", "60,9"):
        assert not re.search(rf"(?<!\d){number}(?! år)(?!\d)", text.replace("\u00a0", " ")), number


def test_surveys_that_cannot_be_compared_are_described_without_their_change() -> None:
    twin = next(item for item in real_findings() if item.id == "ungdata.skulket")
    broken = replace(twin, refusal="not_comparable", reason="nei_ordlyd")
    text = show([broken]).content
    assert "var andelen 17 prosent i 2016 og 32 prosent i 2022" in text
    assert "Endringen kan derfor være" not in text
    assert "Endringen kan derfor være" in show([twin]).content


def test_the_published_twin_is_shown_when_the_schools_are_withheld() -> None:
    twin = next(item for item in real_findings() if item.id == "ungdata.skulket")
    hidden = release([twin, by_school(Verdict.CLEAR, is_published=False)]).safe
    assert [item.finding.id for item in one_per_question(hidden)] == ["ungdata.skulket"]


def test_the_schools_are_shown_when_they_may_be() -> None:
    twin = next(item for item in real_findings() if item.id == "ungdata.skulket")
    shown = release([twin, by_school(Verdict.CLEAR, is_published=True)]).safe
    assert [item.finding.id for item in one_per_question(shown)] == ["ungdata.skulket.skoler"]


def test_answers_that_were_delivered_are_never_said_to_be_missing() -> None:
    twin = next(item for item in real_findings() if item.id == "ungdata.skulket")
    lacking = replace(twin, verdict=Verdict.MISSING, refusal="")
    hidden = release([lacking, by_school(Verdict.CLEAR, is_published=False)]).safe
    (kept,) = one_per_question(hidden)
    assert kept.finding.verdict is Verdict.WITHHELD


def test_a_quotation_with_figures_is_not_said_to_give_none() -> None:
    twin = next(item for item in real_findings() if item.id == "ungdata.trygt_svaert")
    assert "Den gir ikke noe tall" in show([twin]).content
    figures = replace(twin, values={**twin.values, "quote": "skulket (fra 17 % i 2016)"})
    assert "17 %" not in show([figures]).content
    assert "Den gir ikke noe tall" not in show([figures]).content


def test_schools_without_a_twin_stay_even_when_withheld() -> None:
    alone = release([by_school(Verdict.CLEAR, is_published=False)]).safe
    assert len(one_per_question(alone)) == 1


# Reading a run ------------------------------------------------------------------------------------


@pytest.fixture
def empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "_skjema.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("EVALUERING_ROT", str(tmp_path))
    monkeypatch.delenv("EVALUERING_UTDATA", raising=False)
    yield tmp_path


def write_run(project: Path, name: str, **facts: object) -> None:
    folder = project / "data" / "utdata" / name
    safe = release([by_school(Verdict.CLEAR, is_published=True)]).safe
    write_findings(folder, safe)
    known = {"kommune_nr": "3107", "aar": 2026} | facts
    write_file(folder / "_kjoering.json", canonical_json(known))


def test_without_a_run_the_notebook_says_what_to_do(empty_project: Path) -> None:
    with pytest.raises(EvalueringError, match="ingen kjøring") as refusal:
        read_safe(kommune_nr="3107", aar=2026)
    assert "evaluering kjør" in refusal.value.remedy
    assert project_root() == empty_project


def test_a_run_of_another_year_or_place_is_not_read(empty_project: Path) -> None:
    write_run(empty_project, "fjor", aar=2025)
    write_run(empty_project, "annen", kommune_nr="3105")
    with pytest.raises(EvalueringError, match="ingen kjøring"):
        read_safe(kommune_nr="3107", aar=2026)


def test_the_newest_run_of_the_place_and_year_is_read(empty_project: Path) -> None:
    write_run(empty_project, "riktig")
    write_run(empty_project, "fjor", aar=2025)
    assert [item.finding.id for item in read_safe(kommune_nr="3107", aar=2026)] == [
        "ungdata.skulket.skoler"
    ]


def test_findings_are_saved_where_a_standalone_notebook_may_write(empty_project: Path) -> None:
    names = calls.save([by_school(Verdict.CLEAR, is_published=True), ()])
    assert names == ["ungdata.skulket.skoler"]
    saved = empty_project / "data" / "statistikk" / "frittstaaende"
    assert [path.name for path in saved.glob("*.json")] == ["ungdata.skulket.skoler.json"]
