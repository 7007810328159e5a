"""The PDF is what the browser prints; without a browser the coordinator is told what to do."""

import os
import subprocess
from pathlib import Path

import pytest

from evaluering.errors import EvalueringError
from evaluering.pipeline import pdf

PAGE = """<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8"><title>Prøve</title></head>
<body><main><h1>Prøve</h1><p>Ærlig talt.</p></main></body></html>"""


def test_without_a_browser_the_way_by_hand_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in (pdf.BROWSER_VARIABLE, "PROGRAMFILES", "PROGRAMFILES(X86)"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(EvalueringError, match="Fant ingen nettleser"):
        pdf.print_pdf(tmp_path / "side.html")


def test_edge_is_found_where_windows_keeps_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "tom"))
    edge = tmp_path / r"Microsoft\Edge\Application\msedge.exe"
    edge.parent.mkdir(parents=True, exist_ok=True)
    edge.write_bytes(b"")
    assert pdf.find_browser({"PROGRAMFILES": str(tmp_path)}) == str(edge)
    assert pdf.find_browser({"PROGRAMFILES": str(tmp_path / "tom")}) is None


def test_a_browser_that_prints_nothing_is_no_pdf(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = tmp_path / "nettleser"
    browser.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv(pdf.BROWSER_VARIABLE, str(browser))
    with pytest.raises(EvalueringError, match="laget ingen PDF"):
        pdf.print_pdf(tmp_path / "side.html")


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.browser
def test_the_pdf_is_tagged_and_names_no_file(tmp_path: Path) -> None:
    if pdf.find_browser() is None:
        if os.environ.get("CI"):
            pytest.fail("Ingen nettleser: PDF er ikke prøvd.")
        pytest.skip("Ingen nettleser: PDF er ikke prøvd.")
    page = tmp_path / "side.html"
    page.write_text(PAGE, encoding="utf-8")
    output = tmp_path / "side.pdf"
    output.write_bytes(pdf.print_pdf(page))
    facts = _said("pdfinfo", str(output))
    text = _said("pdftotext", str(output), "-")
    assert "Tagged:" in facts
    assert facts.partition("Tagged:")[2].split()[0] == "yes"
    assert "Ærlig talt." in text
    assert "side.html" not in text
    assert str(tmp_path) not in text
