"""An executed notebook in, one accessible HTML page out. The template is package data."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, cast

import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from traitlets.config import Config

from evaluering.errors import EvalueringError
from evaluering.model import SafeFinding
from evaluering.pipeline.drawn_marks import check_marks
from evaluering.pipeline.number_gate import RECORD_TYPE, Part, check_numbers
from evaluering.pipeline.page_check import check_page

HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "papermill-error-cell-tag"})
# Cells of the council's page, and of its appendices.
REPORT_TAG, CHAPTER_TAG = "hoved", "kapittel"
_TEMPLATES = files("evaluering") / "templates"
_HEADING = re.compile(r"<h([23])[^>]*?\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
_TITLE = re.compile(r"<h1[^>]*>([^<]*)</h1>")
_CONTENTS = re.compile(r"(<nav\b[^>]*\bid=\"innholdsliste\"[^>]*>)\s*(</nav>)")


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the page says of itself outside the notebook's own words.

    Attributes:
        header_line: Parts of the header line: municipality, council, month, version.
        marks: Words that must stand on every page: «Kladd», «Syntetiske tall», «INTERNT» …
        footer: Lines at the end of the page.
        is_internal: Cells tagged `intern` are kept.
        is_chapter: An appendix: what belongs to the report alone is left out.
        findings: What a public page may take its numbers from: the safe findings of the run.
    """

    header_line: Sequence[str]
    marks: Sequence[str]
    footer: Sequence[str]
    is_internal: bool
    is_chapter: bool = False
    findings: tuple[SafeFinding, ...] = ()


def export_page(notebook: Path, context: PageContext) -> str:
    """The finished page of one executed notebook.

    Args:
        notebook: An executed `.ipynb`.
        context: What the shell knows and the notebook does not.

    Returns:
        A whole HTML document, checked by `check_page`.

    Raises:
        EvalueringError: The notebook holds an error output, or the page did not pass the gate.
    """
    node = cast("Any", nbformat).read(notebook, as_version=4)
    _refuse_errors(node, notebook.stem)
    css = _css()
    with as_file(_TEMPLATES) as folder:
        exporter = _exporter(folder, _hidden_tags(context))
        body, _ = exporter.from_notebook_node(
            node,
            resources={
                "metadata": {"name": notebook.stem},
                "evaluering": {
                    "title": _title(node, context),
                    "css": css,
                    "css_sha256": csp_hash(css),
                    "header_line": list(context.header_line),
                    "marks": list(context.marks),
                    "footer": list(context.footer),
                },
            },
        )
    page = _fill_contents(cast("str", body))
    check_page(page)
    if not context.is_internal:
        parts = page_parts(node, context)
        check_numbers(page, parts, context.findings)
        for part in parts:
            check_marks(part.html)
    return page


def page_parts(node: Any, context: PageContext) -> list[Part]:  # noqa: ANN401 nbformat has no types
    """What a public page is made from, in the order it stands there: what the gate holds it to.

    Args:
        node: The executed notebook.
        context: As for `export_page`.
    """
    hidden = _hidden_tags(context)
    header = [escape(text) for text in (*context.header_line, *context.marks)]
    policy = f"style-src 'sha256-{csp_hash(_css())}'"  # in the head, where nobody reads
    parts = [
        Part(f'<meta content="initial-scale=1"><meta content="{policy}">', is_given=True),
        Part(f"<title>{escape(_title(node, context))}</title>"),
        Part("".join(f"<p>{text}</p>" for text in header), is_given=True),
    ]
    for cell in node.cells:
        if hidden & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            parts.append(Part(str(markdown2html(cell.source))))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            html = data.get("text/html") or data.get("image/svg+xml")
            if html:
                record = data.get(RECORD_TYPE, {"pieces": []})
                parts.append(Part(html, record["pieces"]))
    parts.append(Part("".join(f"<p>{escape(line)}</p>" for line in context.footer), is_given=True))
    return parts


def _css() -> str:
    return (_TEMPLATES / "rapport" / "stil.css").read_text(encoding="utf-8").strip()


def _title(node: Any, context: PageContext) -> str:  # noqa: ANN401 nbformat has no types
    own = _chapter_title(node) if context.is_chapter else ""
    return f"{own or node.metadata.get('title', 'Evaluering')} – {context.header_line[0]}"


def _chapter_title(node: Any) -> str:  # noqa: ANN401 nbformat has no types
    """The h1 an appendix gives itself."""
    outputs = [output for cell in node.cells for output in cell.get("outputs", [])]
    for output in outputs:
        if found := _TITLE.search(output.get("data", {}).get("text/html", "")):
            return unescape(found[1])
    return ""


def _hidden_tags(context: PageContext) -> frozenset[str]:
    shown = {"intern"} if context.is_internal else set[str]()
    return HIDDEN_TAGS | ({"intern", REPORT_TAG if context.is_chapter else CHAPTER_TAG} - shown)


def _exporter(folder: Path, hidden: frozenset[str]) -> Any:  # noqa: ANN401 nbconvert has no types
    config = cast("Any", Config())
    config.TagRemovePreprocessor.remove_cell_tags = set(hidden)
    return HTMLExporter(
        config=config,
        template_name="rapport",
        extra_template_basedirs=[str(folder)],
        language_code="nb",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        embed_images=False,
    )


def _refuse_errors(node: Any, name: str) -> None:  # noqa: ANN401 nbformat has no types
    outputs = [output for cell in node.cells for output in cell.get("outputs", [])]
    if any(output.output_type == "error" for output in outputs):
        raise EvalueringError("Notatboken stoppet med en feil og kan ikke vises.", where=name)


def csp_hash(css: str) -> str:
    """What the security policy names a style sheet by."""
    return base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")


def _fill_contents(page: str) -> str:
    """Put links to every h2 after the contents list, with the answers (h3) under each."""
    place = _CONTENTS.search(page)
    if not place:
        return page
    groups: list[tuple[str, list[str]]] = []
    for level, name, inner in _HEADING.findall(page[place.end() :]):
        text = re.sub(r"<[^>]+>", "", inner).strip()
        link = f'<a href="#{name}">{text}</a>'
        if level == "2":
            groups.append((link, []))
        elif groups:
            groups[-1][1].append(link)
    contents = _list([question + _list(answers) for question, answers in groups])
    return page[: place.end(1)] + contents + page[place.start(2) :]


def _list(entries: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{entry}</li>' for entry in entries)}</ul>" if entries else ""
