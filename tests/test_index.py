"""The page that lists every report."""

import json
from pathlib import Path

import pytest

from evaluering.errors import EvalueringError
from evaluering.pipeline.index import write_index
from evaluering.pipeline.page_check import check_page


def _version(reports: Path, name: str, folder: str, aar: int, *, syntetisk: bool = False) -> None:
    place = reports / name / folder
    place.mkdir(parents=True)
    (place / "evaluering.html").write_text("x", encoding="utf-8")
    content = {"kommune": "Våler <i>", "aar": aar, "syntetisk": syntetisk}
    (place / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def test_no_reports_is_said(tmp_path: Path) -> None:
    assert "Ingen rapport er laget ennå" in write_index(tmp_path).read_text(encoding="utf-8")


def test_newest_year_first_and_editions_before_drafts(tmp_path: Path) -> None:
    _version(tmp_path, "vaaler_2026", "v1", 2025)
    _version(tmp_path, "vaaler_2027", "v2", 2026)
    _version(tmp_path, "vaaler_2027", "v10", 2026, syntetisk=True)
    _version(tmp_path, "vaaler_2027", "utgave-1", 2026)
    page = write_index(tmp_path).read_text(encoding="utf-8")
    check_page(page)
    links = [part.partition('"')[0] for part in page.split('<li><a href="')[1:]]
    assert links == [
        "vaaler_2027/utgave-1/evaluering.html",
        "vaaler_2027/v10/evaluering.html",
        "vaaler_2027/v2/evaluering.html",
        "vaaler_2026/v1/evaluering.html",
    ]
    assert "2026, utgave 1<" in page
    assert "2026, kladd, versjon 10, syntetiske tall<" in page
    assert "Våler &lt;i&gt;" in page


def test_what_is_no_version_is_left_out(tmp_path: Path) -> None:
    _version(tmp_path, "vaaler_2027", ".v1.tmp", 2026)
    (tmp_path / "vaaler_2027" / "v3").mkdir()
    assert "Ingen rapport" in write_index(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["../x.html", "a/../../x.html", "/etc/x.html", "a/b/c/x.html"])
def test_a_link_never_leads_out_of_the_reports(tmp_path: Path, target: str) -> None:
    page = write_index(tmp_path).read_text(encoding="utf-8")
    with pytest.raises(EvalueringError):
        check_page(page.replace("</h1>", f'</h1><p><a href="{target}">x</a></p>'))
