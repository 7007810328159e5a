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
from evaluering.plan.loader import read_plan

__all__ = [
    "NOT_STATED",
    "Arena",
    "Definition",
    "Gaps",
    "Indicator",
    "Plan",
    "Priority",
    "Question",
    "Tiltak",
    "Wave",
    "coverage",
    "gaps",
    "read_plan",
]
