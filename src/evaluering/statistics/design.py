"""What the survey says, with the school as the unit of noise: the one place to import it from.

The work is done in the files below it: cells and panel (sums), estimates (levels), changes, trend,
association (Rao–Scott), standardise, ordinal, nonresponse and comparison. Nothing here draws a
verdict; that is `analysis`.
"""

from __future__ import annotations

from evaluering.statistics.association import rao_scott
from evaluering.statistics.cells import Cells, collapse
from evaluering.statistics.changes import change
from evaluering.statistics.estimates import estimate
from evaluering.statistics.trend import cochran_armitage, trend

__all__ = ["Cells", "change", "cochran_armitage", "collapse", "estimate", "rao_scott", "trend"]
