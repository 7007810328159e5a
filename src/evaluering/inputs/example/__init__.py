"""The seeded, wholly invented «Eksempelkommune», and a smaller town in its first year.

Everything is synthetic and marked so. The same seed gives the same content, whatever the version of
Python or of a library. `write_example` makes what is committed in `data/eksempel/`.
"""

from __future__ import annotations

from evaluering.inputs.example.cases import repeated_case
from evaluering.inputs.example.files import frames, write_example
from evaluering.inputs.example.first_year import first_year_police, first_year_sheets
from evaluering.inputs.example.town import COMPARATORS, SEED, TOWN, TOWN_NUMBER

__all__ = [
    "COMPARATORS",
    "SEED",
    "TOWN",
    "TOWN_NUMBER",
    "first_year_police",
    "first_year_sheets",
    "frames",
    "repeated_case",
    "write_example",
]
