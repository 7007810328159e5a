"""Figures as files of their own, and the record of accessibility tests that goes with a report."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from evaluering.disclosure.ledger import SLICE, Edition, Ledger
from evaluering.display import back_matter, chapters, notebook, pictures
from evaluering.display.figures import figure_yearly_counts
from evaluering.errors import EvalueringError
from evaluering.files import UTDATA_VARIABLE, write_file
from evaluering.pipeline import access_record, figure_files
from evaluering.pipeline.manifest import MANIFEST, file_digest
from evaluering.pipeline.number_gate import Part
from evaluering.pipeline.publish import PUBLIC_FILES
from evaluering.pipeline.shelf import is_whole

ROOT = Path(__file__).resolve().parents[1]
SVG = "{http://www.w3.org/2000/svg}"
ID = "fig-forhold"


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A figure of the report, drawn as in a run whose safe findings lie in the folder."""
    monkeypatch.setenv(UTDATA_VARIABLE, str(folder))
    frame = pd.DataFrame({"aar": ["2023", "2024"], "antall": [31.0, 47.0], "antall_tegn": ["", ""]})
    with pictures.kept():
        return figure_yearly_counts(
            frame, id=ID, number=1, title="Forhold & <siktede>", alt="To prikker", caption="c"
        )


def files_of(folder: Path, html: str) -> dict[str, bytes]:
    return figure_files.figure_files([Part("<p>Før</p>"), Part(html)], folder / pictures.FOLDER)


def test_a_figure_becomes_an_svg_that_stands_alone_and_a_png(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = drawn(tmp_path, monkeypatch)
    files = files_of(tmp_path, html)
    assert list(files) == [f"figurer/{ID}.svg", f"figurer/{ID}.png"]
    assert all(PUBLIC_FILES.fullmatch(name) for name in files)
    root = ET.fromstring(files[f"figurer/{ID}.svg"])  # noqa: S314 written a line ago
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "Forhold & <siktede>"
    # Older programs follow only the older kind of reference; each leads somewhere.
    text = files[f"figurer/{ID}.svg"].decode("utf-8")
    named = set(re.findall(r' id="([^"]+)"', text))
    targets = re.findall(r'href="#([^"]+)"', text)
    assert targets
    assert set(targets) <= named
    assert not re.search(r'(?<!xlink:)href="', text)


def test_the_file_says_what_the_page_says_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = drawn(tmp_path, monkeypatch)
    alone = files_of(tmp_path, html)[f"figurer/{ID}.svg"].decode("utf-8")
    on_page = re.search(r"<svg.*</svg>", html, re.DOTALL)
    assert on_page
    assert re.findall(r">([^<]+)<", alone)[1:] == re.findall(r">([^<]+)<", on_page[0])
    assert {"31", "47"} <= set(re.findall(r">(\d+)<", alone))


def test_equal_figures_give_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "en", tmp_path / "to"
    made = [files_of(place, drawn(place, monkeypatch)) for place in (first, second)]
    assert made[0] == made[1]


def test_no_picture_is_made_outside_a_run_or_outside_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = drawn(tmp_path / "en", monkeypatch)
    monkeypatch.delenv(UTDATA_VARIABLE)
    frame = pd.DataFrame({"aar": ["2023", "2024"], "antall": [31.0, 47.0]})
    with pictures.kept():  # JupyterLab
        figure_yearly_counts(frame, id="fig-a", number=1, title="t", alt="a", caption="c")
    monkeypatch.setenv(UTDATA_VARIABLE, str(tmp_path))
    figure_yearly_counts(frame, id="fig-b", number=1, title="t", alt="a", caption="c")  # appendix
    assert [path.name for path in tmp_path.rglob("*.png")] == [f"{ID}.png"]
    assert "<svg" in html


def _with_words(picture: bytes) -> bytes:
    """The picture with a text chunk before its end, as an editor would leave one."""
    content = b"tEXtAuthor\0Kari"
    chunk = (len(content) - 4).to_bytes(4, "big") + content + zlib.crc32(content).to_bytes(4, "big")
    return picture[:-12] + chunk + picture[-12:]


@pytest.mark.parametrize(
    "spoil",
    [
        _with_words,
        lambda picture: picture + b"Kari",
        lambda picture: picture[:-12],
        lambda _: b"<svg></svg>",
    ],
)
def test_a_picture_with_anything_but_the_drawing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes]
) -> None:
    html = drawn(tmp_path, monkeypatch)
    path = tmp_path / pictures.FOLDER / f"{ID}.png"
    write_file(path, spoil(path.read_bytes()))
    with pytest.raises(EvalueringError, match=ID):
        files_of(tmp_path, html)


def test_a_figure_without_a_picture_and_a_picture_without_a_figure_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = drawn(tmp_path, monkeypatch)
    with pytest.raises(EvalueringError, match=ID):
        files_of(tmp_path, "<p>Ingen figur</p>")
    with pytest.raises(EvalueringError, match=ID):
        files_of(tmp_path / "tom", html)
    assert figure_files.figure_files([Part("<p>Ingen figur</p>")], tmp_path / "tom") == {}


def test_kernel_and_shell_agree_on_names() -> None:
    assert pictures.FOLDER == figure_files.FOLDER
    assert notebook.ACCESS_RECORD == access_record.LAID_OUT


def test_the_folder_of_figures_is_named_only_when_there_is_one() -> None:
    assert "mappen «figurer»" in chapters.attachments(has_figures=True)
    assert "figurer" not in chapters.attachments(has_figures=False)


def test_an_edition_is_whole_with_its_folder_of_figures_and_nothing_else(tmp_path: Path) -> None:
    figure = f"figurer/{ID}.svg"
    write_file(tmp_path / figure, "<svg/>")
    write_file(tmp_path / SLICE, "")
    listed = {"filer": {figure: file_digest(tmp_path / figure)}}
    write_file(tmp_path / MANIFEST, json.dumps(listed))
    edition = Edition("prøve", 1)
    digests = {edition: file_digest(tmp_path / MANIFEST)}
    ledger = cast("Ledger", SimpleNamespace(manifests=lambda: digests))  # all that is asked of it
    assert is_whole(tmp_path, ledger, edition)
    (tmp_path / "figurer" / "mappe").mkdir()
    assert not is_whole(tmp_path, ledger, edition)
    (tmp_path / "figurer" / "mappe").rmdir()
    write_file(tmp_path / "figurer" / "fig-annen.svg", "<svg/>")
    assert not is_whole(tmp_path, ledger, edition)
    (tmp_path / "figurer" / "fig-annen.svg").unlink()
    write_file(tmp_path / figure, "<svg />")
    assert not is_whole(tmp_path, ledger, edition)


@pytest.mark.parametrize(
    "name", ["figurer", "figurer/x.svg", "figurer/fig-a.html", "figurer/../fig-a.svg", "fig-a.svg"]
)
def test_only_figures_of_the_page_are_public(name: str) -> None:
    assert not PUBLIC_FILES.fullmatch(name)


# The record of accessibility tests ----------------------------------------------------------------


def test_a_run_carries_the_record_and_says_when_it_was_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(UTDATA_VARIABLE, str(tmp_path / "ut"))
    access_record.lay_out(tmp_path, tmp_path / "ut")
    assert not notebook.has_access_record()
    assert access_record.record_file(tmp_path / "ut") == {}
    assert access_record.tested_line(tmp_path / "ut") == ()
    write_file(tmp_path / "docs" / "uu-test.json", '{"dato": "2026-11-03"}')
    access_record.lay_out(tmp_path, tmp_path / "ut")
    assert notebook.has_access_record()
    assert access_record.record_file(tmp_path / "ut") == {"uu-test.json": b'{"dato": "2026-11-03"}'}
    (line,) = access_record.tested_line(tmp_path / "ut")
    assert line == "Malen er prøvd for universell utforming 3. november 2026."


def test_the_page_names_the_record_only_when_it_lies_beside_it() -> None:
    assert "uu-test.json" in back_matter.sources([], [], is_tested=True)
    without = back_matter.sources([], [])
    assert "uu-test.json" not in without
    for page in (back_matter.sources([], [], is_tested=True), without):
        assert "gjort for hånd: ikke gjort" in page


def test_the_committed_record_is_whole_and_names_no_machine() -> None:
    text = (ROOT / "docs" / "uu-test.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["proever"] == len(record["sider"]) * len(record["tilstander"])
    # The states of the report guide §8.1.
    assert set(record["tilstander"]) == {
        "default", "details", "320", "forced", "dark", "print", "spacing", "200", "noscript",
    }  # fmt: skip
    assert {page.split("/")[0] for page in record["sider"]} == {"eksempel", "fredrikstad_publisert"}
    assert record["funn"] == []
    assert record["skjermleser_for_haand"] == "ikke gjort"  # the page says so in words
    assert not re.search(r"(?<![\w.])/\w", text)
