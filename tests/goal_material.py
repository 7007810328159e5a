"""The wine data that R's ordinal package tests its mixed model on."""

import numpy as np
import pandas as pd

# Facts from `wine` in R's ordinal 2022.11-16 (GPL-2 or later; data Randall 1989): ratings by nine
# judges of eight bottles each: cold/no, cold/no, cold/yes, cold/yes, warm/no, warm/no, warm/yes,
# warm/yes (temperature/contact).
WINE = "233444551213235423325544323232532343333332322454112223232223333412323244"


def wine() -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    """Ratings, covariates and judges."""
    x = pd.DataFrame(
        {"temp": np.tile(np.repeat([0, 1], 4), 9), "contact": np.tile([0, 0, 1, 1], 18)}
    )
    return np.array([int(c) for c in WINE]), x, np.repeat(np.arange(9), 8)
