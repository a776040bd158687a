"""The win rate of a stage report: won / (won + lost), closed passes only."""

import numpy as np

from tundish.funnel.stages import StageReport
from tundish.funnel.stages.times import bought
from tundish.funnel.stages.visits import LOST
from tundish.terms import Rate


def win_rate(report: StageReport) -> Rate:
    """Passes that hold a purchase, of those and the passes that a loss closed without one."""
    chosen = report.chosen
    counted = chosen.counted
    won = np.unique(chosen.pass_of[counted & bought(chosen)])
    left = counted & ~chosen.visits.imputed & (chosen.visits.outcome == LOST)
    lost = np.setdiff1d(chosen.pass_of[left], won)
    return Rate(len(won), len(won) + len(lost))
