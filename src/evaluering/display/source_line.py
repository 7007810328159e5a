"""«Kilde: …» under every answer, and the full list of sources at the end of the page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from evaluering.display.numbers import fmt_date, fmt_month
from evaluering.model import Finding, Source


def source_line(finding: Finding) -> str:
    """The last part of every answer: whose numbers these are."""
    titles = list(dict.fromkeys(_short(source) for source in finding.sources))
    if not titles:
        return ""
    word = "Kilde" if len(titles) == 1 else "Kilder"
    return f'<p class="kilde">{word}: {escape("; ".join(titles))}.</p>\n'


def source_list(findings: Iterable[Finding]) -> str:
    """Every source once, in the order they were first met."""
    sources = dict.fromkeys(source for finding in findings for source in finding.sources)
    rows = "".join(f"<li>{_full(source)}</li>" for source in sources)
    return f"<ul>{rows}</ul>\n"


def _short(source: Source) -> str:
    if source.publisher and source.publisher not in source.title:
        return f"{source.publisher}, {source.title}".rstrip(".")
    return source.title.rstrip(".")


def _full(source: Source) -> str:
    parts = [escape(_short(source))]
    if source.url.startswith("https://"):
        parts.append(f'<a href="{escape(source.url, quote=True)}">{escape(source.url)}</a>')
    if source.retrieved:
        parts.append(f"hentet {escape(_date(source.retrieved))}")
    if source.licence:
        parts.append(f"lisens {escape(source.licence)}")
    return ", ".join(parts)


def _date(text: str) -> str:
    """A date known to the day, the month or only the year, in words."""
    if len(text) == len("2026-01"):
        return fmt_month(f"{text}-01")
    return fmt_date(text) if len(text) == len("2026-01-01") else text
