"""A delivered workbook with only the sheets a test names, as `Material.frames` would give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from evaluering.inputs.material import Material
from evaluering.inputs.workbook.columns import Sheet
from evaluering.inputs.workbook.frames import frame_of
from evaluering.inputs.workbook.read import Workbook
from evaluering.inputs.workbook.rows import Content, Line
from evaluering.inputs.workbook.sheets import declare_workbook
from evaluering.model import Sign
from evaluering.plan import read_plan

PLAN = read_plan()
LAYOUT = declare_workbook(PLAN)
YEAR = 2025
DAY = date(2026, 1, 12)

Row = Mapping[str, Any]


def material(missing: Sequence[str] = (), **sheets: Sequence[Row]) -> Material:
    """Material with these rows per sheet; a value that is a `Sign` stands as a sign."""
    frames = {id: _frame(LAYOUT.sheet(id), rows) for id, rows in sheets.items()}
    return Material(Workbook("prøve.xlsx", frames), None, DAY, frozenset(missing), {}, True)


def _frame(sheet: Sheet, rows: Sequence[Row]) -> pd.DataFrame:
    lines = tuple(
        Line(
            number,
            {name: value for name, value in row.items() if not isinstance(value, Sign)},
            {name: value for name, value in row.items() if isinstance(value, Sign)},
        )
        for number, row in enumerate(rows, start=2)
    )
    return frame_of(Content(sheet, lines))
