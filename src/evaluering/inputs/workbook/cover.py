"""The first sheet, «Les meg»: what the workbook is for, who fills in what, what never to write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from evaluering.inputs.workbook.sheets import COVER_SHEET, Sheet
from evaluering.plan import Plan

NEVER: Final = (
    "Ikke skriv navn, fødselsnummer eller annet som kan peke ut en person. Det gjelder alle ark, "
    "kommentarer og filnavnet."
)
_HOW: Final = (
    "Begynn med arkene øverst i listen under. Fyll ut det dere har. La resten stå tomt.",
    "Én rad per opplysning. Skriv rett under overskriften, uten tomme rader mellom.",
    "Klikk i en celle for å se hva som skal stå der. Mange celler har en liste å velge fra.",
    "Mørk overskrift betyr at cellen må fylles ut i alle rader dere bruker. Lys betyr valgfritt.",
    "En tom celle betyr «vet ikke». Skriv 0 når det er null.",
    "Rader der bare de ferdig utfylte cellene har innhold, blir ikke brukt. Dere kan la dem stå.",
    "Ikke gi arkene eller kolonnene nye navn, og ikke legg til egne kolonner eller formler.",
)
_WIDTHS: Final = (16, 72, 54, 32)


def write_cover(
    book: Any,  # noqa: ANN401 xlsxwriter's workbook
    sheets: Sequence[Sheet],
    *,
    plan: Plan,
    kommune: str,
    aar: int,
    name: str,
) -> None:
    """Write the cover as the first sheet of a workbook.

    Args:
        book: An open xlsxwriter workbook without sheets.
        sheets: The sheets it lists, in the order of the tabs.
        plan: The plan the measures come from.
        kommune: The municipality's name.
        aar: The year evaluated.
        name: The run's name, as in `params/<name>.yml`.
    """
    page = book.add_worksheet(COVER_SHEET)
    wrapped = {"text_wrap": True, "valign": "top"}
    plain = book.add_format(wrapped)
    heading = book.add_format({**wrapped, "bold": True, "font_size": 13, "font_color": "#1F3A5F"})
    title = book.add_format({"bold": True, "font_size": 18, "font_color": "#1F3A5F"})
    warning = book.add_format({"bold": True, "valign": "vcenter", "font_color": "#8C2D19"})
    header = book.add_format(
        {**wrapped, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "border": 1}
    )
    cell = book.add_format({**wrapped, "border": 1, "border_color": "#B0B8C1"})
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width, plain)
    line = book.add_format({"valign": "top"})  # runs on to the right instead of wrapping
    steps = (*_HOW, f"Lagre filen, lukk Excel, og kjør: evaluering sjekk params/{name}.yml")
    lines = [
        (f"Arbeidsbok for {kommune}: evalueringen av {aar}", title),
        (f"Tallene her blir til rapporten politirådet får i januar {aar + 1}.", line),
        (f"Tiltakene er hentet fra «{plan.plan.navn}» ({plan.plan.kommune}).", line),
        ("", line),
        (NEVER, warning),
        ("Skriv saksnummer, for eksempel S-001. Er dere i tvil: la cellen stå tom.", warning),
        ("", line),
        ("Slik fyller dere ut", heading),
        *((f"{number}. {text}", line) for number, text in enumerate(steps, start=1)),
        ("", line),
        ("Arkene", heading),
    ]
    for row, (text, form) in enumerate(lines):
        page.write_string(row, 0, text, form)
    first = len(lines)
    for place, text in enumerate(("Ark", "Hva det er til", "Hvem fyller ut", "Må det fylles ut?")):
        page.write_string(first, place, text, header)
    for row, sheet in enumerate(sheets, start=first + 1):
        for place, text in enumerate((sheet.name, sheet.purpose, sheet.filled_by, _need(sheet))):
            page.write_string(row, place, text, cell)
    end = first + len(sheets) + 2
    page.write_string(end, 0, "Det siste arket, «Kodelister», viser alle valg. Det er låst.", line)
    if any(sheet.is_person_rows for sheet in sheets):
        page.write_string(
            end + 1,
            0,
            "Ark med rader om enkeltpersoner leses bare når rolle, dato og behandlingsgrunnlag "
            "står i parameterfilen.",
            warning,
        )
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.protect()
    page.set_first_sheet()
    page.activate()


def _need(sheet: Sheet) -> str:
    if sheet.is_person_rows:
        return "Nei. Bare etter avtale"
    if not sheet.is_required:
        return "Nei"
    if "politiskjema" in sheet.replaced_by:
        return "Nei, når politiskjemaet brukes"
    if sheet.replaced_by:
        return "Ja, eller levert på annen måte"
    return "Ja"
