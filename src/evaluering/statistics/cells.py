"""From rows about pupils to cells: one pass over the answers, the same cells for every method.

A cell is a school × wave × level of the extra columns, with the number of answers, the sum of the
weights and the sum of the weights of those who said yes. 48,000 rows become about a thousand
cells, and everything in `design` is computed from them. School tables enter in `tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluering.errors import EvalueringError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_MISSING = 2  # the code of a missing answer in the working arrays; 0 and 1 are the answers
_DENSE_KEYS = 4_000_000  # below this many possible keys a lookup table is faster than sorting


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Answers summed to school × wave × level. C cells, K items, G schools, W waves, L levels.

    Attributes:
        items: Names of the K items.
        waves: The W waves in order of time, as they were given.
        years: The waves as numbers, shape (W,); NaN where the labels are not numbers.
        clusters: The G school ids.
        stratum_of: Stratum code of each school, shape (G,).
        levels: One row per combination of the extra columns, shape (L, number of columns).
        cluster: School code of each cell, shape (C,).
        wave: Wave code of each cell, shape (C,).
        level: Row of `levels` of each cell, shape (C,).
        count: Pupils who answered, shape (C, K).
        weight: Sum of their weights, shape (C, K); the same array as `count` without weights.
        yes: Sum of the weights of those who answered yes, shape (C, K).
        is_weighted: The weights differ between pupils.
        is_clustered: Schools were given; without them nothing but a simple random sample is left.
        yes_low: Least number of yes that a rounded percentage allows; None: counts are known.
        yes_high: The largest number of the same.
    """

    items: tuple[str, ...]
    waves: NDArray[Any]
    years: FloatArray
    clusters: NDArray[Any]
    stratum_of: IntArray
    levels: pd.DataFrame
    cluster: IntArray
    wave: IntArray
    level: IntArray
    count: FloatArray
    weight: FloatArray
    yes: FloatArray
    is_weighted: bool
    is_clustered: bool = True
    yes_low: FloatArray | None = None
    yes_high: FloatArray | None = None

    def select(self, items: Sequence[str]) -> Cells:
        """The same cells with only these items, in this order.

        Raises:
            EvalueringError: An item is not among the cells.
        """
        names = check_items(items)
        if names == self.items:
            return self
        if missing := [name for name in names if name not in self.items]:
            raise EvalueringError(
                f"Spørsmålet «{missing[0]}» finnes ikke i tabellen.",
                where="items",
                remedy="Bruk navnene som står i tabellen.",
            )
        at = [self.items.index(name) for name in names]
        count = self.count[:, at]
        return replace(
            self,
            items=names,
            count=count,
            weight=count if self.weight is self.count else self.weight[:, at],
            yes=self.yes[:, at],
            yes_low=None if self.yes_low is None else self.yes_low[:, at],
            yes_high=None if self.yes_high is None else self.yes_high[:, at],
        )


def check_items(items: Sequence[str] | str) -> tuple[str, ...]:
    """The items as a tuple of different names.

    Raises:
        EvalueringError: No item, or the same item twice.
    """
    names = (items,) if isinstance(items, str) else tuple(items)
    if not names or len(set(names)) != len(names):
        raise EvalueringError(
            "Listen over spørsmål er tom eller nevner et spørsmål to ganger.", where="items"
        )
    return names


def collapse(
    frame: pd.DataFrame,
    items: Sequence[str] | str,
    *,
    wave: str,
    cluster: str | None,
    stratum: str | None = None,
    weight: str | None = None,
    by: Sequence[str] = (),
) -> Cells:
    """Sum pupil rows to cells, once; every method of `design` takes the result instead of a frame.

    Args:
        frame: One row per pupil; not changed.
        items: Columns with 0 (no), 1 (yes) or missing.
        wave: Column with the survey year.
        cluster: Column with the school; the same school has the same id in every wave. None: a
            simple random sample is assumed, which no verdict may rest on.
        stratum: Column with the stratum; a school belongs to one stratum.
        weight: Column with the weight, zero or more, never missing.
        by: Further columns the cells are split by (sex, grade, municipality); missing is a level
            of its own here, and a method that uses the column leaves it out.

    Returns:
        The cells.

    Raises:
        EvalueringError: A column is missing, an answer is something else than 0, 1 or missing, a
            wave, school or stratum is missing, a weight is negative or missing, a school lies in
            two strata, or the waves have no known order.
    """
    names = check_items(items)
    extra = tuple(by)
    _check_columns(frame, [*names, wave, *[c for c in (cluster, stratum, weight) if c], *extra])
    waves, years, wave_code = wave_axis(frame[wave], where=wave)
    rows = len(frame)
    values = _weights(frame, weight)
    if cluster is not None:
        clusters, cluster_code = label_codes(frame[cluster], where=cluster)
    elif values is None and stratum is None:
        clusters, cluster_code = np.zeros(1, dtype=np.intp), np.zeros(rows, dtype=np.intp)
    else:  # each pupil is drawn alone
        clusters = cluster_code = np.arange(rows, dtype=np.intp)
    stratum_of = stratum_of_cluster(frame, stratum, cluster_code, len(clusters))
    levels, level_code = _levels(frame, extra)

    key = (level_code * len(waves) + wave_code) * len(clusters) + cluster_code
    cell_key, code = _compress(key, len(levels) * len(waves) * len(clusters))
    if values is not None:
        code = np.where(values > 0, code, -1)
    count, total, yes = _sums(frame, names, code, len(cell_key), values)
    rest, cluster_at = np.divmod(cell_key, len(clusters))
    level_at, wave_at = np.divmod(rest, len(waves))
    return Cells(
        items=names,
        waves=waves,
        years=years,
        clusters=clusters,
        stratum_of=stratum_of,
        levels=levels,
        cluster=cluster_at,
        wave=wave_at,
        level=level_at,
        count=count,
        weight=total,
        yes=yes,
        is_weighted=values is not None,
        is_clustered=cluster is not None,
    )


def as_cells(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    wave: str | None,
    cluster: str | None,
    stratum: str | None,
    weight: str | None,
    by: Sequence[str] = (),
    needs_cluster: bool = True,
) -> Cells:
    """Cells from rows, or the cells themselves when they are given.

    Raises:
        EvalueringError: Cells and columns are given together, cells lack a column of `by`, rows
            lack `wave`, or schools are needed and not given; and all that `collapse` refuses.
    """
    if isinstance(frame, Cells):
        if any(name is not None for name in (wave, cluster, stratum, weight)):
            raise EvalueringError(
                "Bølge, skole, stratum og vekt er alt gitt i tabellen.",
                where="wave, cluster, stratum, weight",
                remedy="Utelat dem når du gir en tabell som er summert fra før.",
            )
        if missing := [name for name in by if name not in frame.levels.columns]:
            raise EvalueringError(f"Tabellen er ikke delt etter «{missing[0]}».", where="by")
        result = frame.select(check_items(items))
    else:
        if wave is None:
            raise EvalueringError("Kolonnen med bølge er ikke oppgitt.", where="wave")
        result = collapse(
            frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight, by=by
        )
    if needs_cluster and not result.is_clustered:
        raise EvalueringError(
            "Kolonnen med skole er ikke oppgitt.",
            where="cluster",
            remedy="Oppgi skolen til hver elev; uten den kan ingen endring vurderes.",
        )
    return result


def wave_axis(column: pd.Series, *, where: str) -> tuple[NDArray[Any], FloatArray, IntArray]:
    """The waves in order of time, their years as numbers, and the code of each row.

    Args:
        column: Survey year per row: numbers, text that is a number, dates, or an ordered category.
        where: Name used in the refusal.

    Returns:
        Labels (W,), years (W,; NaN where a label is no number) and codes (rows,).

    Raises:
        EvalueringError: A wave is missing, or the labels have no known order.
    """
    if len(column) == 0 or bool(column.isna().any()):
        raise EvalueringError(
            "Det mangler bølge (år) i minst én rad.", where=where, remedy="Fyll inn året."
        )
    dtype = column.dtype
    codes, labels = cast("tuple[IntArray, Any]", pd.factorize(column, sort=True))
    labels = np.asarray(labels)
    if isinstance(dtype, pd.CategoricalDtype) and dtype.ordered:
        used = [label for label in dtype.categories if label in set(labels)]
        order = np.asarray([used.index(label) for label in labels], dtype=np.intp)
        labels = np.asarray(used)
        codes = order[codes]
    is_date = labels.dtype.kind == "M"
    has_order = is_date or (isinstance(dtype, pd.CategoricalDtype) and bool(dtype.ordered))
    years = np.full(len(labels), np.nan)
    if not is_date:
        years = pd.to_numeric(pd.Series(labels), errors="coerce").to_numpy(dtype=np.float64)
    if np.isnan(years).any() and not has_order:
        raise EvalueringError(
            "Rekkefølgen på bølgene er ukjent.",
            where=where,
            remedy="Bruk årstall, eller en ordnet kategori.",
        )
    if not has_order:
        if len(np.unique(years)) < len(years) or np.isinf(years).any():
            raise EvalueringError("Samme år er skrevet på to måter.", where=where)
        order = np.argsort(years, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        labels, years, codes = labels[order], years[order], place[codes]
    return labels, years, codes.astype(np.intp, copy=False)


def _check_columns(frame: pd.DataFrame, needed: Sequence[str]) -> None:
    if missing := [name for name in needed if name not in frame.columns]:
        raise EvalueringError(
            f"Kolonnen «{missing[0]}» finnes ikke.", where=missing[0], remedy="Sjekk navnet."
        )
    if not frame.columns.is_unique:
        raise EvalueringError("To kolonner har samme navn.", where="kolonner")
    if len(frame) == 0:
        raise EvalueringError("Det er ingen rader.", where="frame")


def label_codes(column: pd.Series, *, where: str) -> tuple[NDArray[Any], IntArray]:
    """Sorted labels and the code of each row.

    Raises:
        EvalueringError: A label is missing or blank.
    """
    codes, labels = cast("tuple[IntArray, Any]", pd.factorize(column, sort=True))
    labels = np.asarray(labels)
    is_blank = labels.dtype.kind in "OUT" and any(not str(label).strip() for label in labels)
    if bool((codes < 0).any()) or is_blank:
        raise EvalueringError(
            "Det mangler verdi i minst én rad.",
            where=where,
            remedy="Fyll inn skole og stratum i alle rader, eller ta bort raden.",
        )
    return labels, codes.astype(np.intp, copy=False)


def _weights(frame: pd.DataFrame, weight: str | None) -> FloatArray | None:
    """The weights, or None when they are not given or all alike."""
    if weight is None:
        return None
    column = frame[weight]
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise EvalueringError("Vektene er ikke tall.", where=weight)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if not bool(np.isfinite(values).all()) or bool((values < 0).any()):
        raise EvalueringError(
            "En vekt mangler eller er negativ.",
            where=weight,
            remedy="Alle vekter må være 0 eller mer.",
        )
    if not bool((values > 0).any()):
        raise EvalueringError("Alle vektene er 0.", where=weight)
    return None if bool((values == values[0]).all()) else values


def stratum_of_cluster(
    frame: pd.DataFrame, stratum: str | None, cluster_code: IntArray, clusters: int
) -> IntArray:
    """Stratum code of each school.

    Raises:
        EvalueringError: A stratum is missing, or a school lies in two.
    """
    if stratum is None:
        return np.zeros(clusters, dtype=np.intp)
    _, codes = label_codes(frame[stratum], where=stratum)
    of_cluster = np.empty(clusters, dtype=np.intp)
    of_cluster[cluster_code] = codes
    if bool((of_cluster[cluster_code] != codes).any()):
        raise EvalueringError(
            "Samme skole ligger i to strata.",
            where=stratum,
            remedy="Er skolene nummerert på nytt hvert år, så lag id av år, stratum og nummer.",
        )
    return of_cluster


def _levels(frame: pd.DataFrame, by: tuple[str, ...]) -> tuple[pd.DataFrame, IntArray]:
    """Combinations of the extra columns that occur, missing being one, and the code of each row."""
    code = np.zeros(len(frame), dtype=np.intp)
    if not by:
        return pd.DataFrame(index=range(1)), code
    labels: list[NDArray[Any]] = []
    for name in by:
        own, found = cast("tuple[IntArray, Any]", pd.factorize(frame[name], sort=True))
        label = np.asarray(found)
        if bool((own < 0).any()):
            own = np.where(own < 0, len(label), own)
            label = np.append(label.astype(object), np.nan)
        if len(label) == 0:
            raise EvalueringError("Kolonnen er tom.", where=name)
        code = code * len(label) + own
        labels.append(label)
    used, at = _compress(code, int(np.prod([len(label) for label in labels])))
    columns: dict[str, NDArray[Any]] = {}
    rest = used
    for name, label in zip(reversed(by), reversed(labels), strict=True):
        rest, inner = np.divmod(rest, len(label))
        columns[name] = label[inner]
    return pd.DataFrame({name: columns[name] for name in by}), at


def _compress(key: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The keys that occur, sorted, and the position of each row among them."""
    if size > _DENSE_KEYS:
        used, code = np.unique(key, return_inverse=True)
        return used, code.astype(np.intp, copy=False)
    occurs = np.zeros(size, dtype=bool)
    occurs[key] = True
    used = np.flatnonzero(occurs)
    place = np.zeros(size, dtype=np.intp)
    place[used] = np.arange(len(used))
    return used, place[key]


def _sums(
    frame: pd.DataFrame,
    items: tuple[str, ...],
    code: IntArray,
    cells: int,
    weights: FloatArray | None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Number of answers, sum of weights and sum of weights of the yes, each (cells, items).

    A pupil with weight zero has code −1 and is not in the survey.
    """
    chosen = None if weights is None or bool((code >= 0).all()) else np.flatnonzero(code >= 0)
    if chosen is not None and weights is not None:
        code, weights = code[chosen], weights[chosen]
    count = np.empty((cells, len(items)))
    yes = np.empty((cells, len(items)))
    total = count if weights is None else np.empty((cells, len(items)))
    code3 = code * 3
    for k, name in enumerate(items):
        answer = _answers(frame[name], where=name)
        key = code3 + (answer if chosen is None else answer[chosen])
        per_answer = np.bincount(key, minlength=3 * cells).reshape(cells, 3)
        np.add(per_answer[:, 0], per_answer[:, 1], out=count[:, k])
        if weights is None:
            yes[:, k] = per_answer[:, 1]
        else:
            weighed = np.bincount(key, weights=weights, minlength=3 * cells).reshape(cells, 3)
            np.add(weighed[:, 0], weighed[:, 1], out=total[:, k])
            yes[:, k] = weighed[:, 1]
    return count, total, yes


def _answers(column: pd.Series, *, where: str) -> NDArray[np.int8]:
    """0, 1, or 2 for missing. Anything else is refused: 2 for no would be misread."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "b":
        return column.to_numpy().astype(np.int8)
    if str(dtype) in {"boolean", "Int8", "UInt8"}:
        is_missing = column.isna().to_numpy()
        small = column.to_numpy(dtype=np.uint8, na_value=_MISSING)
        if bool((small > 1)[~is_missing].any()):
            raise _outside(where)
        return small.view(np.int8)
    if isinstance(dtype, np.dtype) and dtype.kind in "iu":
        whole = column.to_numpy()
        if whole.min() < 0 or whole.max() > 1:
            raise _outside(where)
        return whole.astype(np.int8)
    if isinstance(dtype, np.dtype) and dtype.kind == "f":
        number = column.to_numpy()
    elif pd.api.types.is_numeric_dtype(dtype):
        number = column.to_numpy(dtype=np.float64, na_value=np.nan)
    elif pd.api.types.infer_dtype(column, skipna=True) in {
        "integer",
        "floating",
        "boolean",
        "empty",
    }:
        number = column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        raise _outside(where)
    is_missing = np.isnan(number)
    is_yes = number == 1
    if not bool((is_missing | is_yes | (number == 0)).all()):
        raise _outside(where)
    return is_yes.view(np.int8) + (is_missing.view(np.int8) << 1)


def _outside(where: str) -> EvalueringError:
    return EvalueringError(
        "Et svar er noe annet enn 0 (nei), 1 (ja) eller tomt.",
        where=where,
        remedy="Kod om svarene, for eksempel ja = 1 og nei = 0. Ikke besvart skal være tomt.",
    )
