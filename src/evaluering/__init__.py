"""Evaluate a municipality's action plan against child and youth crime, with honest uncertainty.

`import evaluering as ev` gives what a notebook calls: readers and questions in, findings out, and
what shows them. The estimators lie in `evaluering.statistics`.
"""

from evaluering.analysis.calls import (
    compare,
    data_basis,
    declared,
    indicators,
    measures,
    municipalities,
    national_under_18,
    read_material,
    read_plan,
    repeat_offending,
    save,
    survey,
    survey_by_school,
)
from evaluering.analysis.case_calls import goal_models, goals, process, single_case
from evaluering.analysis.count_calls import police_picture
from evaluering.analysis.datagrunnlag import received
from evaluering.analysis.oversikt import overview
from evaluering.analysis.try_out import read_answers, trial, verdicts
from evaluering.display.choices import show_choices
from evaluering.display.data_basis import show_definitions, show_received
from evaluering.display.goal_models import show_goal_models
from evaluering.display.internal import show_tests
from evaluering.display.notebook import read_safe
from evaluering.display.page import Report, show
from evaluering.display.single_case import show_single_case
from evaluering.display.try_out import (
    explore,
    plot_changes,
    plot_shares,
    show_try,
    verdict_table,
)
from evaluering.errors import EvalueringError, explain
from evaluering.statistics import design

__all__ = [
    "EvalueringError",
    "Report",
    "compare",
    "data_basis",
    "declared",
    "design",
    "explain",
    "explore",
    "goal_models",
    "goals",
    "indicators",
    "measures",
    "municipalities",
    "national_under_18",
    "overview",
    "plot_changes",
    "plot_shares",
    "police_picture",
    "process",
    "read_answers",
    "read_material",
    "read_plan",
    "read_safe",
    "received",
    "repeat_offending",
    "save",
    "show",
    "show_choices",
    "show_definitions",
    "show_goal_models",
    "show_received",
    "show_single_case",
    "show_tests",
    "show_try",
    "single_case",
    "survey",
    "survey_by_school",
    "trial",
    "verdict_table",
    "verdicts",
]
