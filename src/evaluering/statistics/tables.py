"""School tables (tier 1): counts, or percentages with n, per school and wave, as cells.

The same methods then run on them as on pupil rows. A whole percentage fixes the count only while a
school has at most about a hundred answers; above that the count is known to an interval, and
`rounding` runs every test at both ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.arguments import refuse
from evaluering.statistics.cells import (
    Cells,
    FloatArray,
    label_codes,
    stratum_of_cluster,
    wave_axis,
)

_WHOLE = 100
_SLACK = 1e-9  # of a pupil; 0.005·200 is not exactly 1


def school_table(
    frame: pd.DataFrame,
    *,
    item: str,
    wave: str,
    cluster: str,
    n: str,
    yes: str | None = None,
    percent: str | None = None,
    decimals: int = 0,
    stratum: str | None = None,
) -> Cells:
    """Read a table of schools; `estimate`, `change`, `trend` and `rao_scott` take the result.

    Args:
        frame: One row per item, school and wave. A row where the number is missing (not given, or
            hidden for its size) is a school without answers there, never zero.
        item: Column with the item's name.
        wave: Column with the survey year.
        cluster: Column with the school.
        n: Column with the number who answered the item; whole.
        yes: Column with the number who said yes; whole. Either this or `percent`.
        percent: Column with the percentage who said yes, 0–100.
        decimals: Decimals the percentages are printed with.
        stratum: Column with the stratum.

    Returns:
        Cells. Where percentages do not fix every count, `yes_low` and `yes_high` hold the ends.

    Raises:
        EvalueringError: Both or neither of `yes` and `percent`, a negative or fractional count,
            more yes than answers, a percentage no count can give, or the same row twice.
    """
    wanted = [item, wave, cluster, n, *[c for c in (yes, percent, stratum) if c]]
    if missing := [name for name in wanted if name not in frame.columns]:
        raise EvalueringError(f"Kolonnen «{missing[0]}» finnes ikke.", where=missing[0])
    if (yes is None) == (percent is None):
        raise EvalueringError("Oppgi enten antall ja eller prosent.", where="yes, percent")
    if bool(frame.duplicated([item, wave, cluster]).any()):
        raise EvalueringError("Samme skole, år og spørsmål står i to rader.", where=cluster)
    waves, years, wave_code = wave_axis(frame[wave], where=wave)
    items, item_code = label_codes(frame[item], where=item)
    clusters, cluster_code = label_codes(frame[cluster], where=cluster)
    size = _whole(frame[n], where=n)
    if yes is not None:
        middle = _whole(frame[yes], where=yes)
        refuse(middle > size, "Flere ja enn svar.", yes, "Se om tallene er byttet om.")
        low = high = middle
    else:
        column = str(percent)
        low, middle, high = _counts_behind(frame[column], size, decimals, where=column)
    is_known = ~np.isnan(size) & ~np.isnan(middle)
    cell_key, code = np.unique(wave_code * len(clusters) + cluster_code, return_inverse=True)
    shape = (len(cell_key), len(items))

    def spread(values: FloatArray) -> FloatArray:
        dense = np.zeros(shape)
        dense[code[is_known], item_code[is_known]] = values[is_known]
        return dense

    wave_at, cluster_at = np.divmod(cell_key, len(clusters))
    count = spread(size)
    is_rounded = bool((low < high)[is_known].any())
    return Cells(
        items=tuple(str(name) for name in items),
        waves=waves,
        years=years,
        clusters=clusters,
        stratum_of=stratum_of_cluster(frame, stratum, cluster_code, len(clusters)),
        levels=pd.DataFrame(index=range(1)),
        cluster=cluster_at,
        wave=wave_at,
        level=np.zeros(len(cell_key), dtype=np.intp),
        count=count,
        weight=count,
        yes=spread(middle),
        is_weighted=False,
        yes_low=spread(low) if is_rounded else None,
        yes_high=spread(high) if is_rounded else None,
    )


def _whole(column: pd.Series, *, where: str) -> FloatArray:
    """Counts as floats, missing as NaN; negative or fractional ones are refused."""
    values = _numbers(column, where)
    refuse(values < 0, "Antallet er negativt.", where, "Rett antallet.")
    is_part = ~np.isnan(values) & (values != np.floor(values))
    refuse(is_part, "Antallet er ikke et helt tall.", where, "Skriv et helt tall.")
    return values


def _numbers(column: pd.Series, where: str) -> FloatArray:
    if not pd.api.types.is_numeric_dtype(column.dtype) or column.dtype == bool:
        raise EvalueringError(
            "Kolonnen er ikke tall.", where, "Skriv tall, og la ruten stå tom der tallet mangler."
        )
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    refuse(np.isinf(values), "Tallet er uendelig.", where, "Rett tallet.")
    return values


def _counts_behind(
    column: pd.Series, size: FloatArray, decimals: int, *, where: str
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Least, nearest and largest count that rounds to the printed percentage."""
    percent = _numbers(column, where)
    is_outside = (percent < 0) | (percent > _WHOLE)
    refuse(is_outside, "Prosenten ligger ikke mellom 0 og 100.", where, "Rett prosenten.")
    half = 0.5 * 10.0**-decimals
    low = np.maximum(np.ceil((percent - half) * size / _WHOLE - _SLACK), 0)
    high = np.minimum(np.floor((percent + half) * size / _WHOLE + _SLACK), size)
    refuse(
        (low > high) & (size > 0),
        "Prosenten kan ikke komme av så mange svar.",
        where,
        "Se etter om prosent og antall svar hører sammen.",
    )
    middle = np.clip(np.round(percent * size / _WHOLE), low, high)
    none, zero = size == 0, np.zeros_like(size)
    return np.where(none, zero, low), np.where(none, zero, middle), np.where(none, zero, high)
