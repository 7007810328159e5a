"""The template: what is on a finished page, what can never be on it, and how it links."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from sample_page import CONTEXT, output, page

from evaluering.errors import EvalueringError

TEMPLATE = files("evaluering") / "templates" / "rapport"


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page(tmp_path_factory.mktemp("side"))


@pytest.fixture(scope="module")
def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def find(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select_one(selector)
    assert found is not None, selector
    return found


def test_the_page_has_language_title_and_one_heading(soup: BeautifulSoup) -> None:
    assert find(soup, "html")["lang"] == "nb"
    assert find(soup, "title").get_text().startswith("Evaluering av handlingsplanen for 2026")
    assert [h.get_text() for h in soup.select("h1")] == ["Evaluering av handlingsplanen for 2026"]
    assert len(soup.select("main#innhold[tabindex='-1']")) == 1


def test_nothing_runs_and_nothing_is_fetched(html: str, soup: BeautifulSoup) -> None:
    assert not soup.select("script, link, iframe, object, embed, img, form, base, [style], [src]")
    assert not re.search(r"\son\w+=", html)
    addresses = set(re.findall(r"https?://[\w.]+|(?<=[\"'(])//[\w.]+", html))
    assert addresses <= {"http://www.w3.org"}  # the namespace of SVG, never fetched


def test_the_policy_allows_the_one_style_and_nothing_else(soup: BeautifulSoup) -> None:
    policies = soup.select("meta[http-equiv='Content-Security-Policy']")
    assert len(policies) == 1
    styles = soup.select("style")
    assert len(styles) == 1
    digest = hashlib.sha256(styles[0].get_text().encode()).digest()
    assert policies[0]["content"] == (
        "default-src 'none'; "
        f"style-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = [tag.name for tag in find(soup, "head").find_all(recursive=False)]
    assert head == ["meta", "meta", "meta", "meta", "title", "style"]
    assert find(soup, "meta[name=referrer]")["content"] == "no-referrer"


def test_the_first_thing_is_a_way_to_the_content(soup: BeautifulSoup) -> None:
    link = find(soup, "a")
    assert link.get_text() == "Hopp til hovedinnhold"
    assert link["href"] == "#innhold"


def test_the_header_says_where_when_and_how_finished(soup: BeautifulSoup) -> None:
    assert " · ".join(CONTEXT.header_line) in find(soup, "header").get_text()
    assert [mark.get_text() for mark in soup.select("header .merke")] == list(CONTEXT.marks)
    assert [line.get_text() for line in soup.select("footer p")] == list(CONTEXT.footer)


def test_a_heading_has_the_id_of_its_cell(soup: BeautifulSoup) -> None:
    headings = {h.get_text(): h.get("id") for h in soup.select("h1, h2, h3")}
    assert headings["Kort fortalt"] == "kort"
    assert headings["Dette kan vi ikke si"] == "kan-ikke"
    # only the first heading of a cell; one id cannot name two
    assert headings["Er tiltakene i gang?"] == "tiltak"
    assert headings["Tiltak: 1 av 3 er i gang"] is None


def test_the_first_heading_gets_the_id_whatever_its_level(tmp_path: Path) -> None:
    cell = nbformat.v4.new_markdown_cell("Ord.\n\n### Svar\n\n## Neste", id="svar")
    soup = BeautifulSoup(page(tmp_path, cell), "html.parser")
    assert find(soup, "#svar").name == "h3"


def test_every_link_on_the_page_leads_somewhere_on_it(soup: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(a["href"]) for a in soup.select("a")} <= {f"#{name}" for name in ids}
    assert "#ungdata" in {a["href"] for a in soup.select("nav#innholdsliste a")}


def test_both_sorts_of_output_are_shown_and_code_and_prints_are_not(tmp_path: Path) -> None:
    cell = output("siste", "<p>Vist som resultat</p>", kind="execute_result")
    printed = nbformat.v4.new_output("stream", name="stderr", text="Traceback i utskrift")
    plain = nbformat.v4.new_output("display_data", data={"text/plain": "bare tekst"})
    cell.outputs += [printed, plain]
    html = page(tmp_path, cell, output("nest", "<p>Vist som figur</p>"))
    assert "Vist som resultat" in html
    assert "Vist som figur" in html
    for hidden in ("Traceback", "bare tekst", "ev.vis", "Out[", "In [", "Html object"):
        assert hidden not in html


def test_a_notebook_that_failed_gives_no_page(tmp_path: Path) -> None:
    cell = output("feil", "<p>før feilen</p>")
    cell.outputs.append(
        nbformat.v4.new_output(
            "error", ename="ValueError", evalue="hemmelig", traceback=["hemmelig"]
        )
    )
    with pytest.raises(EvalueringError) as refused:
        page(tmp_path, cell)
    assert "hemmelig" not in str(refused.value)


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        '<img src="https://example.org/a.png">',
        '<p style="color:red">rød</p>',
        "# En overskrift til",
    ],
)
def test_what_markdown_lets_through_stops_at_the_gate(tmp_path: Path, planted: str) -> None:
    with pytest.raises(EvalueringError):
        page(tmp_path, nbformat.v4.new_markdown_cell(planted, id="plantet"))


def test_strings_from_the_shell_are_escaped(soup: BeautifulSoup, html: str) -> None:
    assert "Kilder: oppdiktede tall &amp; «tegn»." in html
    assert "</title><" not in find(soup, "title").get_text()


def test_two_exports_are_equal_to_the_byte(html: str, tmp_path: Path) -> None:
    assert page(tmp_path) == html


def test_the_style_needs_nothing_from_outside() -> None:
    css = (TEMPLATE / "stil.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|expression|<", css)
    assert "details::details-content" in css  # closed details print
    assert "clip-path: inset(50%)" in css
    assert len(css.encode()) < 5000
