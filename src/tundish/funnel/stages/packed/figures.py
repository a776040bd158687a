"""The counts and measures of packed rows as the values that a stage report is made of."""

from typing import Any

import numpy as np

from tundish.funnel.stages.counts import OF_PASSES, OF_VISITS, StageCount, Value
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.flows import KINDS, place_in_order
from tundish.funnel.stages.packed import tally as at
from tundish.funnel.stages.packed.sinks import Figures
from tundish.funnel.stages.packed.survival import median_of, quantiles_of, stay_of
from tundish.funnel.stages.times import Closing
from tundish.funnel.stages.visits import Flow
from tundish.journal.columns import Bools, Ints
from tundish.terms import Money, Rate


class Reading:
    """Reads the figures of one report; `currencies` are those that values are numbered by."""

    def __init__(
        self, figures: Figures, definition: StageDefinition, currencies: tuple[str, ...]
    ) -> None:
        self._figures, self._definition = figures, definition
        self._stages = len(definition.stages)
        per_stage = self._stages * at.PER_STAGE
        self._each = figures.counts[:per_stage].reshape(self._stages, at.PER_STAGE)
        self._once = figures.counts[per_stage : per_stage + at.PER_REPORT].tolist()
        cells = self._stages + 1
        flows = per_stage + at.PER_REPORT
        losses = flows + at.KINDS * cells * cells
        self._flows = figures.counts[flows:losses].reshape(at.KINDS, cells, cells)
        self._losses = figures.counts[losses:].reshape(self._stages, len(definition.loss))
        self._worth = _Worth(figures, definition, currencies)

    @property
    def passes(self) -> int:
        """Counted passes."""
        return int(self._once[at.ONCE_PASSES])

    @property
    def buyers(self) -> int:
        """Buyers who are old enough to be judged."""
        return int(self._once[at.ONCE_BUYERS])

    @property
    def returned(self) -> int:
        """Those of them who bought again in time."""
        return int(self._once[at.ONCE_RETURNED])

    def notes(self) -> dict[str, int]:
        """What the report itself leaves out."""
        return {
            "estimated_times": int(self._once[at.ONCE_ESTIMATED]),
            "closing_times_left_out": int(self._once[at.ONCE_LEFT_OUT]),
            "other_currencies": self._worth.other,
        }

    def stages(self) -> tuple[StageCount, ...]:
        """The figures of every stage."""
        return tuple(self._stage(i) for i in range(self._stages))

    def losses(self) -> dict[str, int]:
        """Lost visits by reason."""
        per_reason = self._losses.sum(axis=0).tolist()
        reasons = [loss.reason for loss in self._definition.loss]
        return dict(zip(reasons, per_reason, strict=True))

    def flows(self) -> tuple[Flow, ...]:
        """All flows with at least one visit."""
        found = []
        for kind, name in enumerate(KINDS):
            if name == "lost":
                reasons = [loss.reason for loss in self._definition.loss]
                for a, why in np.argwhere(self._losses).tolist():
                    found.append(Flow(name, a, None, int(self._losses[a, why]), reasons[why]))
                continue
            for a, b in np.argwhere(self._flows[kind]).tolist():
                source = None if name == "entered" else a
                target = b if b < self._stages else None
                found.append(Flow(name, source, target, int(self._flows[kind, a, b])))
        return tuple(sorted(found, key=place_in_order))

    def closing_time(self) -> Closing:
        """Seconds from start to close, of passes won and lost."""
        lines = self._figures.measures[self._stages :]
        return Closing(
            quantiles_of(lines[at.WON].copy()),
            quantiles_of(lines[at.LOST_TIME].copy()),
            int(self._once[at.ONCE_LEFT_OUT]),
        )

    def loop_median(self) -> float | None:
        """Seconds from one purchase to the next."""
        return median_of(self._figures.measures[self._stages + at.GAP].copy())

    def _stage(self, i: int) -> StageCount:
        line = self._each[i].tolist()
        counts = dict(zip((*OF_VISITS, *OF_PASSES), line, strict=False))
        first, before = self._each[0, at.C_COUNTED], self._each[max(i - 1, 0), at.C_COUNTED]
        return StageCount(
            self._definition.stages[i].name,
            counts,
            Rate(line[at.C_WITH_FIRST], int(first)),
            Rate(line[at.C_WITH_BEFORE], int(before)) if i else None,
            stay_of(self._figures.measures[i].copy()),
            self._worth.of(i),
        )


class _Worth:
    """The passes' values in one currency: the definition's, else the one that most are in."""

    def __init__(
        self, figures: Figures, definition: StageDefinition, currencies: tuple[str, ...]
    ) -> None:
        number = (figures.values_of & 0xFFFF) >> 7
        amounts: Ints = figures.measures[-1]
        self.currency = definition.currency
        if self.currency is None and len(number):
            count = np.bincount(number, minlength=len(currencies)).tolist()
            named = [(-n, currencies[i]) for i, n in enumerate(count) if n]
            self.currency = min(named)[1]
        ours: Bools = np.asarray([c == self.currency for c in currencies], np.bool_)[number]
        self.other = int((~ours).sum())
        self._amounts, self._stages = amounts[ours], figures.values_of[ours] & 127

    def of(self, stage: int) -> Value:
        """The values of the passes counted at a stage."""
        amounts = self._amounts[self._stages >> stage & 1 != 0]
        n = len(amounts)
        if not n:
            return Value(0, 0.0, None, None, self.currency or None)
        unit = 10 ** Money.exponent(self.currency or "")
        total = int(amounts.sum())
        middle = np.partition(amounts, [(n - 1) // 2, n // 2])
        low, high = int(middle[(n - 1) // 2]), int(middle[n // 2])
        # as statistics.median says it: the number itself where n is odd
        median: Any = low if n % 2 else (low + high) / 2
        return Value(n, total / unit, total / n / unit, float(median) / unit, self.currency or None)
