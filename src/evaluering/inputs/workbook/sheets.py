"""Every sheet of the coordinator's workbook, declared for one municipality's plan.

`declare_workbook` is the one place a sheet or a column comes from. The creator writes what is
declared here, the reader accepts nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evaluering.errors import EvalueringError
from evaluering.inputs.workbook import count_sheets, person_sheets
from evaluering.inputs.workbook.columns import (
    Choice,
    CodeList,
    Column,
    Conditional,
    Kind,
    Scale,
    Sheet,
    fold,
)
from evaluering.plan import Plan

__all__ = [
    "CHECK_SHEET",
    "CODES_SHEET",
    "COVER_SHEET",
    "PERSON_ROWS",
    "Choice",
    "CodeList",
    "Column",
    "Conditional",
    "Kind",
    "Layout",
    "Scale",
    "Sheet",
    "check_personrader",
    "declare_workbook",
    "fold",
]

COVER_SHEET: Final = "Les meg"
CODES_SHEET: Final = "Kodelister"
# The sheet a marked copy begins with; ignored when it comes back.
CHECK_SHEET: Final = "Sjekk"
# The sheets `personrader` can switch on. `maalinger` follows `maal`.
PERSON_ROWS: Final = ("forhold", "saker", "samtykke", "tjenester", "maal")


@dataclass(frozen=True, slots=True)
class Layout:
    """All sheets of a workbook, in the order of the tabs.

    Attributes:
        sheets: Every declared sheet, also those about persons that are not switched on.
    """

    sheets: tuple[Sheet, ...]

    def sheet(self, id: str) -> Sheet:
        """The sheet with an id; KeyError when there is none."""
        return {sheet.id: sheet for sheet in self.sheets}[id]

    def sheet_meant(self, text: str) -> Sheet | None:
        """The sheet somebody meant by a tab's name or an id, with or without æøå; else None."""
        wanted = fold(text)
        for sheet in self.sheets:
            if wanted in (fold(sheet.name), fold(sheet.id)):
                return sheet
        return None

    def open_sheets(self, personrader: Iterable[str] = ()) -> tuple[Sheet, ...]:
        """The sheets that may hold rows: all without persons, and those switched on.

        Args:
            personrader: Ids of sheets about persons that params switch on.
        """
        allowed = set(personrader)
        return tuple(
            sheet
            for sheet in self.sheets
            if not sheet.is_person_rows or sheet.id in allowed or sheet.follows in allowed
        )

    @property
    def code_lists(self) -> tuple[CodeList, ...]:
        """Every list a column uses, once, in the order of the sheets."""
        lists = {
            column.codes.id: column.codes
            for sheet in self.sheets
            for column in sheet.columns
            if column.codes is not None
        }
        return tuple(lists.values())


def declare_workbook(plan: Plan) -> Layout:
    """All sheets, with the lists that come from a plan.

    Args:
        plan: The municipality's plan.
    """
    return Layout(
        (
            count_sheets.tiltak(plan),
            count_sheets.moeter(plan),
            count_sheets.vedtak(plan),
            count_sheets.egenvurdering(plan),
            count_sheets.vurdering(),
            count_sheets.ungdata(plan),
            count_sheets.indikatortall(plan),
            count_sheets.plasseringer(),
            count_sheets.forholdstall(),
            count_sheets.befolkning(),
            person_sheets.saker(plan),
            person_sheets.samtykke(),
            person_sheets.tjenester(plan),
            person_sheets.maal(),
            person_sheets.maalinger(),
            person_sheets.forhold(),
        )
    )


def check_personrader(personrader: Iterable[str]) -> tuple[str, ...]:
    """The sheets about persons somebody asked for, as ids in the house's order.

    Args:
        personrader: Ids or tab names, in any case, with or without æøå.

    Raises:
        EvalueringError: A name is not one of them.
    """
    meant = {fold(name) for name in personrader if name.strip()}
    if unknown := meant - {fold(id) for id in PERSON_ROWS}:
        remedy = f"Lov: {', '.join(PERSON_ROWS)}, med komma mellom."
        if "maalinger" in unknown:
            remedy += " Arket «Målinger» følger med «maal»."
        raise EvalueringError(
            "Et av arkene finnes ikke, eller det er ikke et ark om personer.",
            where="--personrader",
            remedy=remedy,
        )
    return tuple(id for id in PERSON_ROWS if id in meant)
