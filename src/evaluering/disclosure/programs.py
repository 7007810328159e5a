# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# scipy ships no types; this module is the one place of the suppressor that meets it untyped.
"""The doorway to HiGHS and sparse matrices, with types.

Only `res.x` is trusted, never `status` alone: scipy 1.17.1 reports a reached node limit as «not
recognized», with a usable answer. Whether an answer will do is settled by our own check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Positions = NDArray[np.int64]
_optimize = cast(Any, optimize)
_sparse = cast(Any, sparse)


class Matrix:
    """A sparse matrix of whole coefficients: (relations, cells)."""

    def __init__(self, scipy_matrix: Any) -> None:  # noqa: ANN401 - scipy's has no type
        self._csc: Any = _sparse.csc_array(scipy_matrix)

    @classmethod
    def of(cls, entries: Iterable[tuple[int, int, float]], rows: int, columns: int) -> Matrix:
        """From (row, column, coefficient)."""
        listed = list(entries)
        if not listed:
            return cls(_sparse.csc_array((rows, columns), dtype=float))
        at_row, at_column, numbers = zip(*listed, strict=True)
        data = (np.array(numbers, dtype=float), (np.array(at_row), np.array(at_column)))
        return cls(_sparse.csc_array(data, shape=(rows, columns)))

    @property
    def rows(self) -> int:
        """Number of relations."""
        return int(self._csc.shape[0])

    @property
    def columns(self) -> int:
        """Number of cells."""
        return int(self._csc.shape[1])

    @property
    def scipy(self) -> Any:  # noqa: ANN401 - scipy's has no type
        """As scipy has it."""
        return self._csc

    def at_columns(self, columns: Positions) -> tuple[Matrix, Positions]:
        """Some of the columns, without the rows that are then empty, and which rows are left."""
        part = self._csc[:, columns].tocsr()
        used = np.flatnonzero(np.diff(part.indptr))
        return Matrix(part[used]), used

    def at_rows(self, rows: Positions) -> Positions:
        """The columns these rows touch."""
        return np.unique(self._csc.tocsr()[rows].indices).astype(np.int64)

    def row(self, at: int) -> Floats:
        """One relation (cells,)."""
        return np.asarray(self._csc[[at], :].toarray()[0], dtype=float)

    def times(self, values: Floats) -> Floats:
        """Left side of each relation."""
        return np.asarray(self._csc @ values, dtype=float)

    def back(self, prices: Floats) -> Floats:
        """What prices of the relations make of each cell."""
        return np.asarray(self._csc.T @ prices, dtype=float)

    def terms(self) -> list[list[tuple[int, int]]]:
        """Row by row: cell and coefficient."""
        rows = self._csc.tocsr()
        ends = zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
        return [
            [
                (int(at), round(float(x)))
                for at, x in zip(rows.indices[a:b], rows.data[a:b], strict=True)
            ]
            for a, b in ends
        ]

    def parts(self, columns: Positions) -> list[Positions]:
        """These columns, sorted into those that rows bind together."""
        if not columns.size:
            return []
        touched = (self._csc[:, columns] != 0).astype(float)
        _, label = _sparse.csgraph.connected_components(touched.T @ touched, directed=False)
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        return [columns[part] for part in np.split(order, cuts)]


@dataclass(frozen=True, slots=True)
class Answer:
    """An optimum: the point, and the price of each relation."""

    point: Floats
    prices: Floats


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole-numbered point, whether nothing better exists, the relative gap, and nodes spent."""

    point: Floats | None
    is_proven: bool
    gap: float
    nodes: int


def lowest(
    costs: Floats,
    lower: Floats,
    upper: Floats,
    *,
    equal: Matrix | None = None,
    right: Floats | None = None,
    at_least: tuple[Any, Floats] | None = None,
) -> Answer | None:
    """A linear programme: the cheapest point; None when there is none or it has no bottom.

    Args:
        costs: Per variable.
        lower: Bounds.
        upper: Bounds.
        equal: Left sides of equations.
        right: Their right sides; zero when not given.
        at_least: Left sides (rows, variables) and the least each must be.
    """
    has_rows = equal is not None and equal.rows > 0
    target = np.zeros(equal.rows if equal is not None else 0) if right is None else right
    found = _optimize.linprog(
        costs,
        A_ub=None if at_least is None else -at_least[0],
        b_ub=None if at_least is None else -at_least[1],
        A_eq=equal.scipy if has_rows and equal is not None else None,
        b_eq=target if has_rows else None,
        bounds=np.column_stack((lower, upper)),
        method="highs-ds",
    )
    if found.x is None or not found.success:
        return None
    prices = np.asarray(found.eqlin.marginals, dtype=float) if has_rows else np.zeros(0)
    return Answer(np.asarray(found.x, dtype=float), prices)


def lowest_whole(
    costs: Floats,
    lower: Floats,
    upper: Floats,
    *,
    is_whole: Booleans | None = None,
    equal: Matrix | None = None,
    at_least: tuple[Any, Floats] | None = None,
    nodes: int,
) -> Whole:
    """A mixed integer programme; a point found at a limit is returned as it is.

    Args:
        costs: Per variable.
        lower: Bounds.
        upper: Bounds.
        is_whole: Which variables are whole numbers; all when not given.
        equal: Left sides that are zero.
        at_least: Left sides and the least each must be.
        nodes: Limit of the search, the same on every machine.
    """
    constraints: list[Any] = []
    if equal is not None and equal.rows:
        zeros = np.zeros(equal.rows)
        constraints.append(_optimize.LinearConstraint(equal.scipy, zeros, zeros))
    if at_least is not None:
        rows = _sparse.csr_array(at_least[0])
        constraints.append(_optimize.LinearConstraint(rows, at_least[1], np.inf))
    found = _optimize.milp(
        costs,
        integrality=np.ones(len(costs)) if is_whole is None else is_whole.astype(float),
        bounds=_optimize.Bounds(lower, upper),
        constraints=constraints,
        options={"mip_rel_gap": 0, "node_limit": nodes},
    )
    point = None if found.x is None else np.asarray(found.x, dtype=float)
    gap = float(found.mip_gap) if found.mip_gap is not None else 0.0
    spent = getattr(found, "mip_node_count", None)
    return Whole(point, bool(found.status == 0), gap, max(1, int(spent or 0)))


def stacked(rows: list[list[Any]]) -> Any:  # noqa: ANN401 - scipy's has no type
    """A matrix of blocks; None is a block of zeros."""
    return _sparse.block_array(rows)


def sparse_rows(rows: list[Floats]) -> Any:  # noqa: ANN401 - scipy's has no type
    """Rows, mostly zeros."""
    return _sparse.csr_array(np.array(rows))


def copies(matrix: Any, times: int) -> Any:  # noqa: ANN401 - scipy's has no type
    """The matrix that many times along the diagonal."""
    return _sparse.kron(_sparse.eye_array(times), matrix)


def diagonal(values: Floats) -> Any:  # noqa: ANN401 - scipy's has no type
    """A diagonal matrix."""
    return _sparse.diags_array(values)
