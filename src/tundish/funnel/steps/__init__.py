"""The step search: how many units did A, then B, then C (FUNNEL_SEMANTICS A)."""

from tundish.funnel.steps.comparison import compare
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.parse import parse_steps
from tundish.funnel.steps.report import StepReport, step_report
from tundish.funnel.steps.schema import steps_schema

__all__ = [
    "StepDefinition",
    "StepReport",
    "compare",
    "parse_steps",
    "step_report",
    "steps_schema",
]
