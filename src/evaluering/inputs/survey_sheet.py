"""The sheet «Ungdata» of the workbook: figures of whole places, and answers per school.

The rows are checked when the workbook is read. Here they get the shape the other readers of the
survey give, so that the analysis does not know where the figures came from.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

import pandas as pd

from evaluering.inputs.published import decimals, possible_counts
from evaluering.inputs.survey import Survey, survey_of_schools
from evaluering.plan import Plan

SHEET: Final = "ungdata"
SOURCE_ID: Final = "arbeidsbok"
_WHERE: Final = "Ark «Ungdata»"
_TEXTS: Final = ("sted", "spoersmaal", "trinn", "kjoenn", "skole_kode", "sammenlignbar")
_NUMBERS: Final = ("prosent", "antall_ja", "antall_svar", "antall_invitert")


def whole_places(sheet: pd.DataFrame) -> pd.DataFrame:
    """The rows about a whole municipality, the county or the country, as `read_ungdata` gives them.

    Args:
        sheet: The frame of the sheet.

    Returns:
        The columns of `published.read_ungdata`; `kilde` is `arbeidsbok`. A percentage written
        without decimals counts as rounded to a whole one.
    """
    rows = _plain(sheet)
    rows = rows[rows["skole_kode"] == ""].reset_index(drop=True)
    return rows.assign(
        prosent_desimaler=[decimals(_exact(value)) for value in rows["prosent"]], kilde=SOURCE_ID
    )


def invited(sheet: pd.DataFrame) -> pd.DataFrame:
    """Pupils invited in the whole municipality, where the sheet says so.

    Args:
        sheet: The frame of the sheet.

    Returns:
        `trinn`, `spoersmaal`, `aar`, `antall_invitert`.
    """
    rows = whole_places(sheet)
    is_own = (rows["sted"] == "kommune") & (rows["kjoenn"] == "alle")
    own = rows[is_own & rows["antall_invitert"].notna()]
    return own[["trinn", "spoersmaal", "aar", "antall_invitert"]].reset_index(drop=True)


def school_rows(sheet: pd.DataFrame, plan: Plan) -> Survey | None:
    """The rows that name a school, as answers per school (tier 1); None where there are none.

    Args:
        sheet: The frame of the sheet.
        plan: Says which questions exist.

    Raises:
        EvalueringError: Schools differ in whether a survey may be compared.
    """
    rows = _plain(sheet)
    rows = rows[rows["skole_kode"] != ""].reset_index(drop=True)
    if rows.empty:
        return None
    ranges = [
        _range(count, share, total)
        for count, share, total in zip(
            rows["antall_ja"], rows["prosent"], rows["antall_svar"], strict=True
        )
    ]
    return survey_of_schools(rows, ranges, plan, _WHERE)


def _plain(sheet: pd.DataFrame) -> pd.DataFrame:
    """Whole years, text without holes, numbers as float64 with NaN."""
    return sheet.assign(
        aar=sheet["aar"].astype("int64"),
        **{name: sheet[name].astype("str").fillna("") for name in _TEXTS},
        **{name: sheet[name].astype("float64") for name in _NUMBERS},
    )


def _exact(value: float) -> Decimal | None:
    """A percentage with the decimals it was written with; 8.0 was written 8."""
    return None if math.isnan(value) else Decimal(f"{value:.9g}")


def _range(count: float, share: float, total: float) -> tuple[float, float]:
    """The fewest and the most yes a row allows; NaN where it has no figure or no answers."""
    written = _exact(share)
    if math.isnan(total) or (math.isnan(count) and written is None):
        return math.nan, math.nan
    if written is None:
        return count, count
    lowest, highest = possible_counts(written, int(total))
    return float(lowest), float(highest)
