"""How fast are the survey estimates, beside the Python package svy in the same run?

Simulated answers from a seed; prints the table and writes the section «Survey estimates» of
`benchmarks/results.md`. Every time is the best of several, because other work disturbs.

    python benchmarks/design.py                 # about ten minutes, most of it svy
    python benchmarks/design.py --without-svy   # our own times only; writes nothing
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import svy

from evaluering.statistics import design, multiplicity, signflip
from evaluering.statistics.trend import polynomials

SEED = 20250401
RESULTS = Path(__file__).parent / "results.md"
HEADING = "## Survey estimates (`benchmarks/design.py`)"
YEARS = np.array([2016, 2019, 2022, 2025])
NAMES = {"wave": "aar", "cluster": "skole"}


class Seconds(NamedTuple):
    """Time by the clock, and time of the processors (more than the clock's with two threads)."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: seconds of ours and of svy (none where svy has nothing like it)."""

    task: str
    ours: Seconds
    theirs: Seconds | None = None
    target: str = ""


def city(rows: int = 48_126, items: int = 100, schools: int = 50) -> pd.DataFrame:
    """Pupils with drift between schools and 3 % missing answers; simulated."""
    draw = np.random.default_rng(SEED)
    school, wave = draw.integers(0, schools, rows), draw.integers(0, len(YEARS), rows)
    level = draw.uniform(-3.5, -0.4, items)
    drift = draw.normal(0, 0.15, (schools, len(YEARS), items))
    logit = level + drift[school, wave] + 0.1 * wave[:, None]
    answers = (draw.random((rows, items)) < 1 / (1 + np.exp(-logit))).astype(np.float64)
    answers[draw.random((rows, items)) < 0.03] = np.nan
    frame = pd.DataFrame({f"q{k:03}": answers[:, k] for k in range(items)})
    sex, grade = draw.choice(["gutt", "jente"], rows), draw.integers(8, 11, rows)
    return frame.assign(skole=school, aar=YEARS[wave], kjoenn=sex, trinn=grade, vekt=1.0)


def nation(rows: int = 1_200_000, items: int = 150, municipalities: int = 357) -> pd.DataFrame:
    """A country of pupils in schools of municipalities of very different size; simulated."""
    draw = np.random.default_rng(SEED + 1)
    schools = np.clip(draw.geometric(0.12, municipalities) + 3, 4, 60)
    of_school = np.repeat(np.arange(municipalities), schools)
    size = draw.gamma(6, 1, len(of_school))
    school = draw.choice(len(of_school), rows, p=size / size.sum())
    columns: dict[str, object] = {"skole": school, "aar": draw.choice(YEARS, rows)}
    columns["kommune"] = np.char.mod("%04d", np.arange(municipalities) + 1000)[of_school[school]]
    share = draw.uniform(0.02, 0.4, items)
    for k in range(items):
        answer = (draw.random(rows, dtype=np.float32) < share[k]).astype(np.int8)
        is_missing = draw.random(rows, dtype=np.float32) < 0.03
        columns[f"q{k:03}"] = pd.arrays.IntegerArray(answer, is_missing)
    return pd.DataFrame(columns)


def best(run: Callable[[], object], times: int) -> Seconds:
    """Least seconds of several runs."""
    clock: list[float] = []
    processor: list[float] = []
    for _ in range(times):
        start, start_processor = time.perf_counter(), time.process_time()
        run()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_processor)
    return Seconds(min(clock), min(processor))


def added(times: Iterable[Seconds]) -> Seconds:
    """The sum of several times."""
    clock, processor = zip(*times, strict=True)
    return Seconds(sum(clock), sum(processor))


def city_lines(frame: pd.DataFrame, *, with_svy: bool) -> list[Line]:
    """Levels, four contrasts, adjusted trend and Rao–Scott for all items, ours and svy's."""
    items = [name for name in frame if name.startswith("q")]
    adjust = ("kjoenn", "trinn")
    ours = {
        "shares + logit intervals": lambda: design.estimate(frame, items, **NAMES),
        "four contrasts (CV3, CR2, sign-flip)": lambda: design.change(frame, items, **NAMES),
        "trend lin + quad + sex + grade": lambda: design.trend(
            frame, items, **NAMES, adjust=adjust
        ),
        "Rao–Scott": lambda: design.rao_scott(frame, items, **NAMES),
    }
    theirs = _svy_runs(frame, items) if with_svy else [None] * len(ours)
    lines = [
        Line(task, best(run, 15), best(other, 2) if other else None)
        for (task, run), other in zip(ours.items(), theirs, strict=True)
    ]
    ours_all = added(line.ours for line in lines)
    theirs_all = added(line.theirs for line in lines if line.theirs) if with_svy else None
    return [*lines, Line("**all four**", ours_all, theirs_all, "≤ 0.6 s, ≥ 12 ×")]


def _svy_runs(frame: pd.DataFrame, items: list[str]) -> list[Callable[[], object]]:
    """The same four tasks with svy. Its contrasts have no CV3, CR2 or sign-flip."""
    basis = polynomials(YEARS.astype(float), 2)[np.searchsorted(YEARS, frame["aar"])]
    wide = frame.assign(lin=basis[:, 0], quad=basis[:, 1])
    sample = svy.Sample(pl.from_pandas(wide), svy.Design(psu="skole", wgt="vekt"))
    pairs = [(2016, 2019), (2019, 2022), (2022, 2025), (2016, 2025)]
    x = ["lin", "quad", svy.Cat("kjoenn"), svy.Cat("trinn")]

    def shares() -> None:
        for item in items:
            sample.estimation.prop(item, by="aar", drop_nulls=True)

    def contrasts() -> None:
        for item in items:
            mean = sample.estimation.mean(item, by="aar", drop_nulls=True)
            for a, b in pairs:
                mean.contrast({b: 1.0, a: -1.0})

    def trends() -> None:
        for item in items:
            sample.glm.fit(item, x=x, family="binomial", drop_nulls=True)

    def tables() -> None:
        for item in items:
            sample.categorical.tabulate(item, "aar", drop_nulls=True)

    return [shares, contrasts, trends, tables]


def city_memory(frame: pd.DataFrame) -> tuple[float, float]:
    """Megabytes of the input, and the most that the four tasks held beside it."""
    items = [name for name in frame if name.startswith("q")]
    tracemalloc.start()
    design.estimate(frame, items, **NAMES)
    design.change(frame, items, **NAMES)
    design.trend(frame, items, **NAMES, adjust=("kjoenn", "trinn"))
    design.rao_scott(frame, items, **NAMES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return frame[items].memory_usage(index=False).sum() / 1e6, peak / 1e6


def nation_lines(frame: pd.DataFrame) -> list[Line]:
    """Levels and changes of every municipality, rows to result; and a tenth of the rows."""
    items = [name for name in frame if name.startswith("q")]

    def run(rows: pd.DataFrame) -> None:
        cells = design.collapse(rows, items, **NAMES, by=["kommune"])
        design.estimate(cells, items, by="kommune")
        design.change(cells, items, by="kommune")

    tenth = frame.iloc[::10].reset_index(drop=True)
    size = f"{len(frame):,} rows × {len(items)} items × {frame['kommune'].nunique()} municipalities"
    return [
        Line(f"{size}: shares and changes", best(lambda: run(frame), 3), target="≤ 10 s"),
        Line("  of which rows to cells", best(lambda: _collapse(frame, items), 3)),
        Line("a tenth of the rows: rows to cells", best(lambda: _collapse(tenth, items), 3)),
    ]


def _collapse(frame: pd.DataFrame, items: list[str]) -> design.Cells:
    return design.collapse(frame, items, **NAMES, by=["kommune"])


def family_line() -> Line:
    """Sign-flip of each of 150 items and max-T of all, 12 schools."""
    scores = np.random.default_rng(SEED + 2).normal(size=(12, 150))

    def run() -> None:
        signflip.exact_p(scores)
        multiplicity.max_t(scores)

    task = "sign-flip + max-T, 150 items, 12 schools"
    return Line(task, best(run, 15), target="≤ 0.5 s")


def machine() -> str:
    """The machine, without its name."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "scipy", "svy"))
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "all")
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python "
        f"{platform.python_version()}, {packages}; threads for linear algebra: {threads}."
    )


def table(lines: list[Line]) -> str:
    """The lines as Markdown."""
    rows = [
        "| task | ours | processor | svy | processor | ratio | target |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        ours, theirs = line.ours, line.theirs
        cells = [f"{ours.clock:.3f} s", f"{ours.processor:.3f} s", "", "", ""]
        if theirs is not None:
            cells[2:] = [f"{theirs.clock:.2f} s", f"{theirs.processor:.2f} s"]
            cells.append(f"{theirs.clock / ours.clock:.0f} ×")
        rows.append(f"| {line.task} | {' | '.join(cells)} | {line.target} |")
    return "\n".join(rows)


def write_section(text: str) -> None:
    """Put the section in results.md, in the place of the old one; other sections stay."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Benchmark results\n"
    rest = re.sub(rf"(?ms)^{re.escape(HEADING)}$.*?(?=^## |\Z)", "", old).rstrip()
    RESULTS.write_text(f"{rest}\n\n{HEADING}\n\n{text}\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Run, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-svy", action="store_true")
    with_svy = not parser.parse_args().without_svy
    frame = city()
    lines = [*city_lines(frame, with_svy=with_svy), family_line()]
    held, peak = city_memory(frame)
    memory = f"Memory of the four tasks: {peak:.0f} MB beside an input of {held:.0f} MB."
    del frame
    country = nation()
    answers = country.memory_usage(index=False).sum() / 1e9
    lines += nation_lines(country)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # kilobytes on Linux
    text = "\n\n".join(
        [
            f"{machine()} Best of fifteen (svy: of two; the country: of three). Other work on the "
            "machine stretches the clock, not the processor time. Simulated, seeded: 48,126 pupils "
            "× 100 items × 50 schools × 4 waves unless the line says otherwise.",
            table(lines),
            f"{memory} The whole run, the country's {answers:.1f} GB of answers included, held at "
            f"most {used:.1f} GB (target ≤ 4 GB).",
        ]
    )
    print(text)
    if with_svy:
        write_section(text)


if __name__ == "__main__":
    main()
