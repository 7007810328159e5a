"""A page with everything the report is made of, exported the way a report is.

The numbers are invented for the layout. `notebook()` is what a run would leave behind; `page()`
is the finished page, through the real exporter and its gate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from figure_frames import changes, concentration, conditions, counts, municipalities, shares

from evaluering.display import figures
from evaluering.display.tables import table
from evaluering.pipeline.export import PageContext, export_page

CONTEXT = PageContext(
    header_line=("Eksempelkommune", "Politirådet", "januar\u00a02027", "Kladd, versjon\u00a01"),
    marks=("Syntetiske tall",),
    footer=("Kilder: oppdiktede tall & «tegn».", "Kontrollsum: 0f3a"),
    is_internal=True,  # invented numbers are in no finding, so the gate on numbers would stop it
)
CAPTION = "Andel elever som svarte ja. Kilde: oppdiktede tall, 2016–2025."


def notebook(*extra: Any) -> Any:
    """An executed notebook; `extra` cells stand last."""
    words = nbformat.v4.new_markdown_cell
    cells = [
        words("# Evaluering av handlingsplanen for 2026", id="tittel"),
        words(
            "## Kort fortalt\n\n- **Ingen sikker endring.** Tallet gikk fra 13 til 21.\n"
            "- **Økning** i 1 av 6 spørsmål.\n- **4 av 6** planlagte møter ble holdt.",
            id="kort",
        ),
        words(
            "## Dette kan vi ikke si\n\nTallene viser hva som har endret seg, "
            "ikke hva som er årsaken.",
            id="kan-ikke",
        ),
        output("nav", '<nav aria-label="Innhold" id="innholdsliste"></nav>', kind="execute_result"),
        words("## Hva svarer ungdom selv?", id="ungdata"),
        *_figures(),
        words("## Er tiltakene i gang?\n\n### Tiltak: 1 av 3 er i gang", id="tiltak"),
        output("tabell", _measures()),
        words("## Hva sier de som står nærmest?", id="vurderinger"),
        output("sitat", "<blockquote><p>Vi møttes. <cite>SLT-koordinator</cite></p></blockquote>"),
        words("## Ordliste", id="ordliste"),
        output("ord", "<dl><dt>Forhold</dt><dd>En handling som er registrert.</dd></dl>"),
    ]
    book = nbformat.v4.new_notebook(cells=[*cells, *extra])
    book.metadata["title"] = "Evaluering av handlingsplanen for 2026"
    return book


def output(name: str, html: str, *, kind: str = "display_data") -> Any:
    """A code cell with one HTML output, as an object with `_repr_html_` leaves it."""
    data = {"text/html": html, "text/plain": "<evaluering.display.Html object>"}
    cell = nbformat.v4.new_code_cell("ev.vis(funn)", id=name)
    cell.outputs = [nbformat.v4.new_output(kind, data=data)]
    return cell


def page(folder: Path, *extra: Any) -> str:
    """The finished page of `notebook(*extra)`."""
    path = folder / "90_evaluering.ipynb"
    nbformat.write(notebook(*extra), path)
    return export_page(path, CONTEXT)


def _figures() -> list[Any]:
    alt = "Prikkdiagram med intervall. Tallet økte fra 17 prosent i 2016 til 32 prosent i 2022."
    drawn = [
        (figures.figure_shares, shares(), "Skulket skolen", {"conditions": conditions()}),
        (figures.figure_shares, shares(), "Brukt cannabis", {"interval_means": "rounding"}),
        (figures.figure_changes, changes(), "Endring fra 2016 til 2022", {}),
        (figures.figure_municipalities, municipalities(), "Flere kommuner", {}),
        (figures.figure_yearly_counts, counts(), "Forhold under 18 år", {}),
        (figures.figure_concentration, concentration(), "Få står for mye", {}),
    ]
    return [
        output(
            f"f{number}",
            figure(
                frame,
                id=f"figur-{number}",
                number=number,
                title=title,
                alt=alt,
                caption=CAPTION,
                **options,
            ),
        )
        for number, (figure, frame, title, options) in enumerate(drawn, start=1)
    ]


def _measures() -> str:
    frame = pd.DataFrame(
        {
            "tiltak": ["Sentrus", "Bekymringssamtale", "Utekontakt & natteravner"],
            "ansvarlig": ["Ungdomstjenesten", "Politiet", "Frivillige"],
            "status": ["I gang", None, "Ikke startet"],
            "status_tegn": ["", "mangler", ""],
            "frist": ["2026-12-31", None, "2026-06-01"],
            "frist_tegn": ["", "ikke_aktuelt", ""],
            "antall": [1234, None, 0],
            "antall_tegn": ["foreloepig", "skjult", ""],
        }
    )
    return table(frame, id="tabell-1", caption="Tabell 1. Tiltak", note="Hvert tall for seg.")
