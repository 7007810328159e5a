"""How much is hidden, and how long does it take? Random tables from a seed.

Prints the figures and writes the section «Cell suppression» of `benchmarks/results.md`.

    python benchmarks/disclosure.py               # small tables only, some minutes; writes
    python benchmarks/disclosure.py --large 1     # that many 441-cell three-way tables as well
"""

from __future__ import annotations

import argparse
import itertools
import platform
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from evaluering.disclosure.audit import attack, weaknesses
from evaluering.disclosure.suppress import protect
from evaluering.model import CountTable, SafeTable

SEED = 20260101
TABLES = 60
KEY = b"benchmark" * 4
RESULTS = Path(__file__).parent / "results.md"
HEADING = "## Cell suppression (`benchmarks/disclosure.py`)"
LARGE = (6, 6, 8)  # with margins 7 × 7 × 9 = 441 cells


@dataclass(frozen=True)
class Hidden:
    """Shares of cells and of mass hidden, and cells an attacker computes."""

    tables: int
    cells: float
    mass: float
    small: int
    exact: int
    weaknesses: int
    withheld: int
    seconds: float


def random_table(rng: np.random.Generator, shape: tuple[int, ...]) -> CountTable:
    """A skewed table with all its margins, as counts by place and kind are."""
    inner = rng.negative_binomial(0.9, 0.02, size=shape)
    names = "abc"[: len(shape)]
    rows: list[list[object]] = []
    for at in itertools.product(*(range(n + 1) for n in shape)):
        where = tuple(slice(None) if i == n else i for i, n in zip(at, shape, strict=True))
        labels = ["alle" if i == n else str(i) for i, n in zip(at, shape, strict=True)]
        rows.append([*labels, int(inner[where].sum())])
    return CountTable("t", pd.DataFrame(rows, columns=[*names, "antall"]), tuple(names))


def small_only(table: CountTable) -> SafeTable:
    """The usual mistake: the small cells hidden and nothing else."""
    frame = table.frame.astype({"antall": "Int64"})
    is_small = frame["antall"].between(1, 4)
    frame = frame.assign(antall=frame["antall"].mask(is_small), publiseres=~is_small)
    return SafeTable(
        "t", frame, table.dimensions, "alle", table.hierarchies, "person", "", "", (), 5, "v1"
    )


def measure(key: bytes | None) -> tuple[Hidden, int]:
    """Usefulness over two-way tables, and what hiding small cells only would have given away."""
    rng = np.random.default_rng(SEED)
    cells = hidden = mass = gone = small = exact = weak = withheld = naive = 0
    started = time.perf_counter()
    for _ in range(TABLES):
        shape = tuple(int(n) for n in rng.integers(3, 7, size=2))
        table = random_table(rng, shape)
        found = protect([table], key=key)
        (safe,) = found.tables
        withheld += len(found.withheld)
        counts = table.frame["antall"].to_numpy()
        is_hidden = ~safe.frame["publiseres"].to_numpy()
        cells, hidden = cells + len(counts), hidden + int(is_hidden.sum())
        mass, gone = mass + int(counts.sum()), gone + int(counts[is_hidden].sum())
        small += int(((counts >= 1) & (counts <= 4)).sum())
        exact += int(attack([safe])["exact"].sum())
        weak += len(weaknesses([safe], [table])[0])
        naive += int(attack([small_only(table)])["exact"].sum())
    seconds = time.perf_counter() - started
    result = Hidden(TABLES, hidden / cells, gone / mass, small, exact, weak, withheld, seconds)
    return result, naive


def large(number: int) -> list[str]:
    """Clock and processor seconds of large three-way tables."""
    lines: list[str] = []
    for seed in range(number):
        table = random_table(np.random.default_rng(SEED + seed), LARGE)
        clock, cpu = time.perf_counter(), time.process_time()
        found = protect([table], key=None)
        clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        state = (
            "held tilbake" if found.withheld else ("bevist" if not found.gaps else "ikke bevist")
        )
        lines.append(f"| {len(table.frame)} | {clock:.0f} | {cpu:.0f} | {state} |")
        print(lines[-1], flush=True)
    return lines


def row(name: str, found: Hidden) -> str:
    """One line of the table of usefulness."""
    return (
        f"| {name} | {found.tables} | {100 * found.cells:.1f} | {100 * found.mass:.1f} "
        f"| {found.exact} | {found.weaknesses} | {found.withheld} | {found.seconds:.0f} |"
    )


def main() -> None:
    """Measure, print, and write the section."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--large", type=int, default=0)
    chosen = arguments.parse_args()
    plain, naive = measure(None)
    keyed, _ = measure(KEY)
    lines = [
        HEADING,
        "",
        f"{platform.machine()}, Python {platform.python_version()}, seed {SEED}. Two-way tables of "
        "3–6 by 3–6 with margins, negative binomial counts with mean 44. «Exact» and "
        "«weaknesses» are what the audit found in them. The clock includes the audit, and other "
        "work on the machine stretches it.",
        "",
        "| Weights | Tables | Cells hidden % | Mass hidden % | Exact | Weaknesses | Withheld "
        "| Seconds |",
        "|---|---|---|---|---|---|---|---|",
        row("public", plain),
        row("house key", keyed),
        "",
        f"Hiding the small cells only would have left {naive} of {plain.small} of them exactly "
        "computable.",
        "",
    ]
    print("\n".join(lines))
    if chosen.large:
        lines += ["| Cells, three-way | Clock s | Processor s | Pattern |", "|---|---|---|---|"]
        lines += [*large(chosen.large), ""]
    write_section("\n".join(lines).rstrip())


def write_section(text: str) -> None:
    """Put the section in results.md, in the place of the old one; other sections stay."""
    old = RESULTS.read_text(encoding="utf-8")
    rest = re.sub(rf"(?ms)^{re.escape(HEADING)}$.*?(?=^## |\Z)", "", old).rstrip()
    RESULTS.write_text(f"{rest}\n\n{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
