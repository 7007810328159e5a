"""What the survey says, with the school as the unit of noise: the one place to import it from.

The work is done in the files beside it: `cells` and `tables` (rows and school tables to sums),
`panel`, `estimates` (levels), `contrasts` and `changes`, `trend`, `association` (Rao–Scott),
`standardise`, `ordinal`, `family`, `equivalence`, `nonresponse` and `comparison`. Nothing here
draws a verdict; that is `analysis`.
"""

from __future__ import annotations

from evaluering.statistics.association import rao_scott
from evaluering.statistics.cells import Cells, collapse
from evaluering.statistics.changes import change, scores
from evaluering.statistics.comparison import DifferenceOfChanges, difference_of_changes
from evaluering.statistics.equivalence import Equivalence, default_margin, equivalence
from evaluering.statistics.estimates import estimate
from evaluering.statistics.family import family_test, joint_test
from evaluering.statistics.nonresponse import (
    DescriptiveChange,
    TippingPoint,
    descriptive_change,
    tipping_point,
)
from evaluering.statistics.ordinal import cut, distribution, ordinal_change, ordinal_rao_scott
from evaluering.statistics.standardise import linear_contrast, standardised_change
from evaluering.statistics.tables import school_table
from evaluering.statistics.trend import TableTrend, cochran_armitage, trend

__all__ = [
    "Cells",
    "DescriptiveChange",
    "DifferenceOfChanges",
    "Equivalence",
    "TableTrend",
    "TippingPoint",
    "change",
    "cochran_armitage",
    "collapse",
    "cut",
    "default_margin",
    "descriptive_change",
    "difference_of_changes",
    "distribution",
    "equivalence",
    "estimate",
    "family_test",
    "joint_test",
    "linear_contrast",
    "ordinal_change",
    "ordinal_rao_scott",
    "rao_scott",
    "school_table",
    "scores",
    "standardised_change",
    "tipping_point",
    "trend",
]
