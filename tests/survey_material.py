"""Survey material many tests read: the reference table R6 and the microdata with R's answers."""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "fasit" / "survey"
SEATTLE_ITEMS = [
    "alcohol_current",
    "marijuana_current",
    "used_prescrip_pain",
    "used_cocaine",
    "used_inhalant",
    "used_heroin",
    "used_methamphetamine",
    "used_mdma",
    "used_injection",
]
YEARS = (2016, 2019, 2022, 2025)
# The method guide's table R6 (invented): schools × waves, yes and n.
R6_YES = np.array(
    [
        [12, 14, 20, 18],
        [9, 12, 11, 15],
        [15, 15, 22, 25],
        [7, 9, 12, 10],
        [11, 10, 13, 16],
        [6, 9, 11, 9],
    ]
)
R6_N = np.array(
    [
        [150, 148, 155, 160],
        [140, 135, 130, 128],
        [160, 158, 170, 165],
        [90, 92, 95, 97],
        [120, 118, 110, 115],
        [80, 84, 85, 82],
    ]
)


def rows(yes: np.ndarray, n: np.ndarray, years: tuple[int, ...] = YEARS) -> pd.DataFrame:
    """One row per pupil (skole, aar, svar) from schools × waves counts."""
    schools, waves = yes.shape
    school, wave = (np.repeat(a.ravel(), n.ravel()) for a in np.indices((schools, waves)))
    answers = [
        np.r_[np.ones(y), np.zeros(m - y)] for y, m in zip(yes.ravel(), n.ravel(), strict=True)
    ]
    return pd.DataFrame(
        {"skole": school + 1, "aar": np.asarray(years)[wave], "svar": np.concatenate(answers)}
    )


def r6() -> pd.DataFrame:
    """R6 as pupil rows."""
    return rows(R6_YES, R6_N)


def seattle() -> pd.DataFrame:
    """Pupils of seven waves; `cl` and `st` are unique per year, as nested samples need."""
    frame = pd.read_csv(FOLDER / "seattle_microdata.csv.gz")
    year, stratum = frame["year"].astype(str), frame["stratum"].astype(str)
    return frame.assign(
        st=year + "_" + stratum, cl=year + "_" + stratum + "_" + frame["psu"].astype(str)
    )


def national() -> pd.DataFrame:
    """The national file of 2021."""
    frame = pd.read_csv(FOLDER / "national_2021.csv.gz", low_memory=False)
    return frame.assign(cl=frame["stratum"].astype(str) + "_" + frame["psu"].astype(str))
