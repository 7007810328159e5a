"""The gate on a finished page: a clean page passes, every planted fault stops."""

import pytest

from evaluering.errors import EvalueringError
from evaluering.pipeline.page_check import check_page

CLEAN = """<!doctype html><html lang="nb"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>T</title>
<style>p{color:#000}</style></head><body><a href="#innhold">Hopp</a>
<main id="innhold" tabindex="-1"><h1>Tittel</h1><p>Tekst <a href="https://www.ssb.no/x">kilde</a></p>
<svg role="img" viewBox="0 0 1 1"><path d="M0 0" clip-path="url(#k)"/><g id="k"></g></svg>
</main></body></html>"""


def test_a_clean_page_passes() -> None:
    check_page(CLEAN)


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ("<script>1</script>", "script"),
        ("<iframe></iframe>", "iframe"),
        ("<form></form>", "form"),
        ("<link rel='stylesheet'>", "link"),
        ("<base href='x'>", "base"),
        ("<object></object>", "object"),
        ("<img src='https://x.no/a.png'>", "img"),
        ("<p onclick='x'>a</p>", "onclick"),
        ("<p style='color:red'>a</p>", "style"),
        ("<a href='javascript:1'>a</a>", "href"),
        ("<a href='http://x.no'>a</a>", "href"),
        ("<a href='//x.no'>a</a>", "href"),
        ("<a href='file:///etc'>a</a>", "href"),
        ("<meta http-equiv='refresh' content='0'>", "http-equiv"),
        ("<svg><foreignobject></foreignobject></svg>", "foreignobject"),
        ("<svg><path fill='url(https://x.no)'/></svg>", "fill"),
        ("<svg><use xlink:href='data:text/html,x'/></svg>", "xlink:href"),
        ("<h1>To</h1>", "h1"),
        ("<main></main>", "main"),
        ("<p id='innhold'>a</p>", "innhold"),
        ("<a href='#borte'>a</a>", "borte"),
    ],
)
def test_a_planted_fault_stops_the_page(planted: str, named: str) -> None:
    with pytest.raises(EvalueringError, match="Ingen rapport er laget") as refusal:
        check_page(CLEAN.replace("</main>", planted + "</main>"))
    assert named in str(refusal.value)


def test_a_page_without_security_policy_is_stopped() -> None:
    with pytest.raises(EvalueringError, match="csp"):
        check_page(CLEAN.replace('http-equiv="Content-Security-Policy"', 'name="x"'))
