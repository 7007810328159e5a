"""Who the invented municipalities are. No municipality has these numbers or names.

9999 is not used: Statistics Norway writes it for «Uoppgitt».
"""

from __future__ import annotations

from typing import Final

SEED: Final = 20260101
YEAR: Final = 2025
TOWN: Final = "Eksempelkommune"
TOWN_NUMBER: Final = "9001"
FIRST_YEAR_TOWN: Final = "Startkommune"
FIRST_YEAR_NUMBER: Final = "9030"
MARK: Final = "syntetiske tall"
# Municipalities to compare with: enough for a rank among them to mean anything (at least 19).
COMPARATORS: Final[dict[str, str]] = {
    "9002": "Furuvika",
    "9003": "Steinmoen",
    "9004": "Nordlia",
    "9005": "Elvebakken",
    "9006": "Bjørkheim",
    "9007": "Granåsen",
    "9008": "Solvangen",
    "9009": "Fjellbygda",
    "9010": "Lyngmark",
    "9011": "Havnesundet",
    "9012": "Østgrenda",
    "9013": "Kvernmoen",
    "9014": "Myrland",
    "9015": "Sandnesodden",
    "9016": "Tjernsbygd",
    "9017": "Vestermarka",
    "9018": "Åsgrenda",
    "9019": "Klokkerstrand",
    "9020": "Mølledalen",
    "9021": "Rognskogen",
    "9022": "Storholmen",
}
EVERY_PERSON_SHEET: Final = ("forhold", "saker", "samtykke", "tjenester", "maal")
