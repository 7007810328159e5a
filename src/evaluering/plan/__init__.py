"""The action plan as data: what it promises, in its own words, with stable ids."""

from evaluering.plan.coverage import Gaps, coverage, gaps
from evaluering.plan.entries import NOT_STATED, Plan
from evaluering.plan.loader import read_plan

__all__ = ["NOT_STATED", "Gaps", "Plan", "coverage", "gaps", "read_plan"]
