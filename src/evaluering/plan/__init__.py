"""The action plan as data: what it promises, in its own words, with stable ids."""

from evaluering.plan.coverage import Gaps, coverage, gaps
from evaluering.plan.entries import (
    NOT_STATED,
    Arena,
    Definition,
    Indicator,
    Plan,
    Priority,
    Question,
    Tiltak,
    Wave,
)
from evaluering.plan.evidence import (
    NOT_RATED,
    Comparator,
    Evidence,
    Quotation,
    evidence_table,
    read_evidence,
)
from evaluering.plan.loader import read_plan

__all__ = [
    "NOT_RATED",
    "NOT_STATED",
    "Arena",
    "Comparator",
    "Definition",
    "Evidence",
    "Gaps",
    "Indicator",
    "Plan",
    "Priority",
    "Question",
    "Quotation",
    "Tiltak",
    "Wave",
    "coverage",
    "evidence_table",
    "gaps",
    "read_evidence",
    "read_plan",
]
