"""Never dearer than another program's optimum: `pytauargus` (EUPL-1.2), here as a test only.

Both get the same table, weights, primaries, protection levels and bounds. Only its `OPT` is used,
only invented tables go in, and the folder it writes to is deleted. A cell of zero persons is no
cell to it, so the tables have none.
"""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from pytauargus.engine import run_batch

from evaluering.disclosure.cuts import impossible_demands, solve_cuts
from evaluering.disclosure.problem import Demand, Limits, Problem, unmet
from evaluering.disclosure.programs import Matrix

TABLES = 200 if os.environ.get("EVALUERING_BEVIS") == "1" else 50
SEED = 20260102
THRESHOLD = 5
METADATA = """<SEPARATOR> ";"
<SAFE> S
<UNSAFE> U
<PROTECT> P
A
  <RECODEABLE>
  <TOTCODE> "T"
B
  <RECODEABLE>
  <TOTCODE> "T"
N
  <NUMERIC>
  <DECIMALS> 0
W
  <NUMERIC> <COSTVAR>
  <DECIMALS> 0
S
  <STATUS>
L
  <NUMERIC> <LOWERPL>
  <DECIMALS> 0
U
  <NUMERIC> <UPPERPL>
  <DECIMALS> 0
"""
BATCH = """<OPENTABLEDATA> "{table}"
<OPENMETADATA> "{metadata}"
<SPECIFYTABLE> "A""B"|"N"||"W"
<SAFETYRULE>
<READTABLE>
<SUPPRESS> OPT(1,5)
<WRITETABLE> (1,5,SO+,"{result}")
"""


@dataclass(frozen=True)
class Case:
    """A two-way table with margins last, and how far each cell must be protected."""

    values: NDArray[np.int64]
    below: NDArray[np.int64]
    above: NDArray[np.int64]

    @property
    def is_primary(self) -> NDArray[np.bool_]:
        return (self.below > 0) | (self.above > 0)


def _case(rng: np.random.Generator) -> Case:
    shape = rng.integers(3, 5, size=2)
    inner = 1 + rng.negative_binomial(0.8, 0.04, size=shape)
    values = np.zeros(shape + 1, dtype=np.int64)
    values[:-1, :-1] = inner
    values[-1] = values[:-1].sum(axis=0)
    values[:, -1] = values[:, :-1].sum(axis=1)
    is_small = values < THRESHOLD
    # The other program lets no cell be below the least in the table.
    below = np.where(is_small, values - values.min(), 0)
    return Case(values, below, np.where(is_small, THRESHOLD - values, 0))


def _ours(case: Case) -> Problem:
    rows, columns = case.values.shape
    place = np.arange(case.values.size).reshape(rows, columns)
    entries = [
        (number, int(at), -1.0 if at == line[-1] else 1.0)
        for number, line in enumerate([*place, *place.T])
        for at in line
    ]
    flat = case.values.ravel().astype(float)
    demands = [
        Demand(int(at), is_up, float(levels.flat[at]))
        for at in np.flatnonzero(case.is_primary)
        for is_up, levels in ((False, case.below), (True, case.above))
        if levels.flat[at]
    ]
    return Problem(
        Matrix.of(entries, rows + columns, flat.size),
        flat - flat.min(),
        flat.max() - flat,
        flat,
        case.is_primary.ravel(),
        np.zeros(flat.size, dtype=bool),
        tuple(demands),
    )


def _theirs(case: Case) -> NDArray[np.bool_]:
    """Which cells the other program hides (cells, row by row)."""
    last = [end - 1 for end in case.values.shape]
    lines = []
    for at, value in np.ndenumerate(case.values):
        names = ["T" if place == end else f"c{place}" for place, end in zip(at, last, strict=True)]
        status = "U" if case.is_primary[at] else "S"
        lines.append(
            f"{';'.join(names)};{value};{value};{status};{case.below[at]};{case.above[at]}"
        )
    with TemporaryDirectory() as folder, chdir(folder):  # its solver logs where it stands
        files = {name: Path(folder) / f"{name}.txt" for name in ("table", "metadata", "result")}
        files["table"].write_text("\n".join(lines) + "\n", encoding="ascii")
        files["metadata"].write_text(METADATA, encoding="ascii")
        batch = Path(folder) / "batch.arb"
        batch.write_text(BATCH.format(**files), encoding="ascii")
        run_batch(batch)
        written = files["result"].read_text(encoding="utf-8").splitlines()
    return _hidden(written, case)


def _hidden(written: list[str], case: Case) -> NDArray[np.bool_]:
    """From its own list of cells, totals named T."""
    hidden = np.zeros(case.values.shape, dtype=bool)
    seen = np.zeros(case.values.shape, dtype=int)
    for line in written:
        *names, value, _, _, status, _, _ = line.replace('"', "").split(";")
        at = tuple(-1 if name == "T" else int(name[1:]) for name in names)
        assert case.values[at] == float(value)
        hidden[at], seen[at] = status in ("U", "M"), seen[at] + 1
    assert np.all(seen == 1)
    return hidden.ravel()


def test_never_dearer_than_their_optimum() -> None:
    rng = np.random.default_rng(SEED)
    compared = dearer = equal = short = 0
    cost_ours = cost_theirs = 0.0
    while compared < TABLES:
        case = _case(rng)
        problem = _ours(case)
        if not problem.demands or impossible_demands(problem):
            continue  # within these bounds some tables have no pattern at all
        ours = solve_cuts(problem, Limits())
        assert ours is not None and ours.is_optimal
        assert not unmet(problem, ours.hidden)
        theirs = _theirs(case)
        assert np.all(theirs[problem.always])
        their_cost = float(problem.weights @ theirs)
        compared += 1
        # A pattern of theirs that falls short of a demand may be cheaper than any that holds.
        is_short = bool(unmet(problem, theirs))
        short += is_short
        dearer += not is_short and ours.cost > their_cost
        equal += ours.cost == their_cost
        cost_ours, cost_theirs = cost_ours + ours.cost, cost_theirs + their_cost
    sys.stdout.write(
        f"\n{compared} tabeller: vår kostnad {cost_ours:.0f}, deres {cost_theirs:.0f}; "
        f"lik i {equal}, høyere hos oss i {dearer}, deres mønster for svakt i {short}\n"
    )
    assert dearer == 0
