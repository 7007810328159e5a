"""Everything in `data/eksempel/`, written from the invented frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from evaluering.files import write_file
from evaluering.inputs.example import police, ungdata
from evaluering.inputs.example.cases import CUTOFF, case_sheets
from evaluering.inputs.example.first_year import (
    YEARS,
    first_year_police,
    first_year_sheets,
)
from evaluering.inputs.example.police import Record
from evaluering.inputs.example.survey_output import codebook_csv, labelled_bytes, map_yaml
from evaluering.inputs.example.totals import indicator_counts, placements, population
from evaluering.inputs.example.town import (
    COMPARATORS,
    EVERY_PERSON_SHEET,
    FIRST_YEAR_TOWN,
    MARK,
    SEED,
    TOWN,
    TOWN_NUMBER,
    YEAR,
)
from evaluering.inputs.example.work import work_sheets
from evaluering.inputs.workbook.create import create_workbook
from evaluering.inputs.workbook.police_form import PLACE, ROLES, create_police_form, form_layout
from evaluering.inputs.workbook.prefill import Cell
from evaluering.plan import Plan, read_plan

APPROVED: Final = date(2026, 1, 14)
_APPROVED_BY: Final = "leder_forebyggende"
_README: Final = """# Eksempeldata: alt her er syntetisk

Alle tall, personkoder, saker, skoler og kommuner i denne mappen er oppdiktet. Ingen kommune har
numrene 9001–9022 og 9030. Filene lages av `evaluering.inputs.example` med frø {seed}.
En test ser til at de er like.

| Fil | Innhold |
|---|---|
| `eksempel.xlsx` | Arbeidsboken til {town} ({number}), alle ark fylt ut, 2022–2025 |
| `eksempel_politiskjema.xlsx` | Politiskjemaet for de samme årene, med de samme tallene |
| `eksempel_skoletabell.csv` | Ungdata per skole, 2016, 2019, 2022 og 2025 |
| `eksempel_ungdata.sav`, `eksempel_ungdata.csv` | De samme undersøkelsene, én rad per elev |
| `eksempel_ungdata_kodebok.csv` | Hva variablene og kodene betyr |
| `eksempel_ungdata_kobling.yml` | Hvilken variabel som er hvilket spørsmål |
| `startkommune.xlsx`, `startkommune_politiskjema.xlsx` | En kommune i sitt første år, trinn 0–1 |

Kommuner å sammenligne med: {comparators}.
"""


def frames(seed: int = SEED, plan: Plan | None = None) -> dict[str, pd.DataFrame]:
    """Every sheet of the example's workbook: sheet id → rows with codes, missing as None.

    Args:
        seed: Another seed gives another town of the same kind; the committed one is `SEED`.
        plan: The plan the town works after; the package's own when None.

    Returns:
        One frame per sheet, of the type `object`. Rows and counts agree: «Forholdstall» and
        «Indikatortall» are counted from the rows of «Forhold», «Saker» and the other sheets about
        persons.
    """
    content = sheets(seed, plan or read_plan(), ungdata.pupils(seed))
    return {id: pd.DataFrame(rows, dtype="object") for id, rows in content.items()}


def sheets(seed: int, plan: Plan, pupils: Sequence[Record]) -> dict[str, list[Record]]:
    """The rows of every sheet, by id in the order of the tabs.

    Args:
        seed: See `frames`.
        plan: The plan the town works after.
        pupils: What `ungdata.pupils` gave.
    """
    offences = police.offences(seed)
    cases = case_sheets(seed)
    schools = ungdata.school_table(pupils)
    return {
        **work_sheets(seed, plan, (YEAR - 1, YEAR)),
        "ungdata": [
            *ungdata.town_table(schools),
            *schools,
            *ungdata.other_places(seed, list(COMPARATORS)),
        ],
        "indikatortall": indicator_counts(cases, offences),
        "plasseringer": placements(),
        "forholdstall": police.counts(offences),
        "befolkning": population(seed, TOWN_NUMBER),
        **cases,
        "forhold": offences,
    }


def write_example(folder: Path, seed: int = SEED) -> list[Path]:
    """Write the files of `data/eksempel/`.

    Args:
        folder: An empty folder, or one without these files: nothing is written over.
        seed: See `frames`.

    Returns:
        The files, in the order written.
    """
    plan = read_plan()
    pupils = ungdata.pupils(seed)
    content = sheets(seed, plan, pupils)
    paths = [
        create_workbook(
            folder / "eksempel.xlsx",
            plan=plan,
            kommune=f"{TOWN} ({MARK})",
            aar=YEAR,
            personrader=EVERY_PERSON_SHEET,
            rows=content,
        ),
        _form(folder / "eksempel_politiskjema.xlsx", TOWN, content["forholdstall"], police.YEARS),
        create_workbook(
            folder / "startkommune.xlsx",
            plan=plan,
            kommune=f"{FIRST_YEAR_TOWN} ({MARK})",
            aar=YEAR,
            rows=first_year_sheets(seed, plan),
        ),
        _form(
            folder / "startkommune_politiskjema.xlsx", FIRST_YEAR_TOWN, first_year_police(), YEARS
        ),
    ]
    schools = [row for row in content["ungdata"] if row["skole_kode"]]
    names = ", ".join(f"{name} ({number})" for number, name in COMPARATORS.items())
    texts: dict[str, str | bytes] = {
        "eksempel_skoletabell.csv": _csv(schools),
        "eksempel_ungdata.csv": _csv(pupils),
        "eksempel_ungdata.sav": labelled_bytes(pupils),
        "eksempel_ungdata_kodebok.csv": codebook_csv(),
        "eksempel_ungdata_kobling.yml": map_yaml(),
        "README.md": _README.format(seed=seed, town=TOWN, number=TOWN_NUMBER, comparators=names),
    }
    for name, text in texts.items():
        write_file(folder / name, text)
        paths.append(folder / name)
    return paths


def _form(path: Path, town: str, counts: Sequence[Record], years: Sequence[int]) -> Path:
    """The police form with the counts of «Forholdstall», as the police would fill it in."""
    layout = form_layout(years[0], years[-1])
    rows = {
        (row["aar"], row["aldersgruppe"], row["kategori"]): row
        for row in counts
        if row["bosted"] == "alle" and row["kjoenn"] == "alle"
    }
    filled: dict[str, Cell] = {
        cell.cell: rows[cell.aar, cell.aldersgruppe, cell.kategori].get(cell.name)
        for cell in layout.cells
    }
    answers: Mapping[str, Cell] = {
        "bosted": PLACE.label_of("alle"),
        "uttrekksdato": CUTOFF,
        "godkjent_rolle": ROLES.label_of(_APPROVED_BY),
        "godkjent_dato": APPROVED,
    }
    filled |= {field.cell: answers[field.column.name] for field in layout.fields}
    return create_police_form(
        path, kommune=f"{town} ({MARK})", aar=years[-1], first_year=years[0], filled=filled
    )


def _csv(rows: Sequence[Record]) -> str:
    lines = [",".join(rows[0])]
    lines += [",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows]
    return "\n".join(lines) + "\n"
