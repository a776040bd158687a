"""The stage funnel: a unit holds one stage at a time (FUNNEL_SEMANTICS B)."""

from tundish.funnel.stages.definition import Breakdown, Loop, Loss, Stage, StageDefinition
from tundish.funnel.stages.fold import fold
from tundish.funnel.stages.parsing import parse_stages
from tundish.funnel.stages.report import StageReport, report, stage_report
from tundish.funnel.stages.visits import Flow, Fold, Visits

__all__ = [
    "Breakdown",
    "Flow",
    "Fold",
    "Loop",
    "Loss",
    "Stage",
    "StageDefinition",
    "StageReport",
    "Visits",
    "fold",
    "parse_stages",
    "report",
    "stage_report",
]
