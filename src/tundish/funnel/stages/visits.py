"""Journeys as columns: one row a visit (one stay in a stage), every pass of every unit."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.journal.columns import Bools, Coded, Codes, Ints

NEVER = int(np.iinfo(np.int64).min)
"""The `left` of a visit that goes on."""

HERE, MOVED_ON, FELL_BACK, LOST, LOOPED = range(5)
"""How a visit ended, the values of `Visits.outcome`."""
OUTCOMES = ("still_here", "moved_on", "fell_back", "lost", "looped")


@dataclass(frozen=True)
class Visits:
    """n visits, ordered by unit, pass, entered; those of one instant as they were walked.

    `stage` is the stage's place in the definition, from 0; `pass_no` counts from 1; `entered` and
    `left` are microseconds UTC, `left` is NEVER while the unit is still there; `outcome` one of
    HERE … LOOPED and `to_stage` where it went (-1: nowhere); `imputed` marks a stage that the pass
    skipped (counted as reached, never visited; entered = left = the instant that passed over it, or
    that of the purchase where the pass made it later); `by_hand` an entry that only a move by hand
    made, as long as the stage's own rule has not come to hold during the stay; `estimated` an entry
    whose time is estimated, `left_estimated` a leaving whose time is; `day_only` where only the days
    are known. `cause` is the id of the event that made the entry, `reason` the loss's, `left_cause`
    the id of the event that ended it. `value` is the pass's purchase value in minor units of
    `currency` on the purchase stage's row (0 and missing elsewhere).
    """

    unit: Coded
    pass_no: Codes
    stage: Codes
    entered: Ints
    left: Ints
    outcome: Codes
    to_stage: Codes
    imputed: Bools
    by_hand: Bools
    estimated: Bools
    left_estimated: Bools
    day_only: Bools
    cause: Coded
    left_cause: Coded
    reason: Coded
    value: Ints
    currency: Coded

    def __len__(self) -> int:
        return len(self.stage)

    def take(self, rows: NDArray[Any]) -> "Visits":
        """The visits at `rows` (indices or a mask)."""
        return Visits(**{k: _take(v, rows) for k, v in vars(self).items()})


@dataclass(frozen=True)
class Fold:
    """What the stage fold gives: the visits, and when each unit's journey may change by itself.

    `next_change` maps a unit's id to microseconds UTC and holds only units that have such an
    instant; `notes` are counts of what was left out or shared, by name.
    """

    visits: Visits
    next_change: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Flow:
    """How many visits went from one stage to another; the picture's bands.

    `kind` is `entered` (from outside; `source` is None), `moved_on` (to any later stage, so
    `target > source + 1` passes over the stages between), `fell_back`, `looped` (a new pass began
    at `target`), `lost` (`target` is None, by `reason`) or `still_here` (`target` is None).
    """

    kind: str
    source: int | None
    target: int | None
    count: int
    reason: str | None = None


def _take(column: Any, rows: NDArray[Any]) -> Any:
    return column.take(rows) if isinstance(column, Coded) else column[rows]
