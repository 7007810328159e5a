"""Runs the large columns of the promises of disclosure control, and writes docs/bevis.md.

`python benchmarks/bevis.py` runs every line to its end; `--sekunder 60` ends each line when its
time is up. The page says how far each line came, never more.
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from evaluering.files import write_file

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests/test_disclosure_numbers.py"
PAGE = ROOT / "docs" / "bevis.md"
KEPT = "<!-- herfra skrives for hånd -->"
# Promises of the guide that other tests hold, or that no test counts in large yet.
OTHERS = (
    ("Kompakt modell mot kutt mot kontrollverktøy, like krav", "200"),
    ("Historier: utgi, rett, trekk, utgi igjen", "200"),
    ("Plantede identifikatorer og rene filer", "50 000 / 5 000"),
    ("Kanarifugler i hver celle", "5 kjøringer"),
    ("Endrede, fiendtlige og farlige inndata", "20 000 / 60 / 500"),
    ("Egenskapstester", "20 × 10 000"),
)


def measured(seconds: float | None) -> tuple[list[str], int]:
    """The lines the tests print, and the exit code of the run."""
    environment = {**os.environ, "EVALUERING_BEVIS": "1"}
    if seconds is not None:
        environment["EVALUERING_BEVIS_SEKUNDER"] = str(seconds)
    command = [sys.executable, "-m", "pytest", TESTS, "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(  # noqa: S603 - our own tests
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    sys.stderr.write(done.stdout[-2000:])
    return [line for line in done.stdout.splitlines() if " | " in line and " av " in line], (
        done.returncode
    )


def page(lines: list[str], code: int, day: str, kept: str) -> str:
    """The page: a row for each line, and what was not run."""
    rows = []
    for line in lines:
        head, _, result = line.partition(" | ")
        name, _, counts = head.rpartition(": ")
        done, _, goal = counts.partition(" av ")
        stopped = "" if done == goal else " (stoppet av tidsgrensen)"
        rows.append(f"| {name} | {done} av {goal}{stopped} | {result} |")
    ended = "Alle prøvene holdt." if code == 0 else "**Minst én prøve holdt ikke.**"
    others = [f"| {name} | {goal} | ikke kjørt her |" for name, goal in OTHERS]
    return "\n".join(
        [
            "# Bevis",
            "",
            "Siden skrives av `make bevis`. Den sier hva som er kjørt, og hva det ga. Tallene er "
            "fra oppdiktede tabeller med fast frø, så hvem som helst kan kjøre dem igjen.",
            "",
            f"Kjørt {day} (UTC). {ended}",
            "",
            "«Eksakt» er en skjult celle som kan regnes ut. «Uten rekkevidde» er en celle som kan "
            "bestemmes for nøyaktig. Begge skal være 0. Linjen «Til sammenligning» viser hva en "
            "leser får ut når bare de små cellene skjules; der skal tallet være høyt.",
            "",
            "| Prøve | Kjørt | Resultat |",
            "|---|---|---|",
            *rows,
            "",
            "## Ikke kjørt her",
            "",
            "| Prøve | Mål | Kjørt |",
            "|---|---|---|",
            *others,
            "",
            KEPT,
            kept.strip("\n"),
            "",
        ]
    )


def main() -> int:
    """Runs, writes, and passes on whether the promises held."""
    parser = argparse.ArgumentParser(description="Kjør de lange prøvene, og skriv docs/bevis.md.")
    parser.add_argument("--sekunder", type=float, help="tidsgrense for hver linje")
    lines, code = measured(parser.parse_args().sekunder)
    before = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    kept = before.partition(KEPT)[2]
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    write_file(PAGE, page(lines, code, day, kept).encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
