"""What becomes of the rows: they are counted at once, or kept as visits."""

from dataclasses import dataclass, field

import numpy as np

from tundish.funnel.stages.definition import COUNTINGS, StageDefinition
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.packed.tally import MEASURES, Q_STUCK, tally, width_of
from tundish.journal.columns import Codes, Ints

_ROOM = 1 << 18
_NO_GROUPS = np.zeros(0, np.int32)
_EVER = 2**63 - 1


def counting_of(definition: StageDefinition, *, base: int, as_of: int) -> Ints:
    """How to count (see tally.py); `as_of` counts from `base`, as the rows' times do."""
    stuck = [-1 if stage.stuck_after is None else stage.stuck_after for stage in definition.stages]
    within = definition.loop.within if definition.loop else None
    q = np.zeros(Q_STUCK + len(stuck), np.int64)
    q[:Q_STUCK] = (
        len(stuck), definition.purchase, len(definition.loss), base, as_of,
        -_EVER if definition.start is None else definition.start - base,
        _EVER if definition.end is None else definition.end - base,
        definition.period_counts == "entries", COUNTINGS.index(definition.counting),
        -1 if within is None else within, 0, 0,
    )  # fmt: skip
    q[Q_STUCK:] = stuck
    return q


@dataclass
class Tally:
    """Counts rows, of all units together or by `groups` (units,), where -1 is of none.

    `counts` (G, width) are laid as tally.py says; `measures` holds for each line of measures the
    pieces of (numbers, groups and more). `passes_of` (units,) takes the units' counted passes.
    """

    q: Ints
    losses: int
    number: int = 1
    groups: Codes = field(default_factory=lambda: _NO_GROUPS)
    passes_of: Codes = field(default_factory=lambda: _NO_GROUPS)

    def __post_init__(self) -> None:
        stages = int(self.q[0])
        self.counts = np.zeros((self.number, width_of(stages, self.losses)), np.int64)
        self.measures: list[list[tuple[Ints, Ints]]] = [[] for _ in range(stages + MEASURES)]
        self._room(_ROOM)
        self._counted = np.zeros(1 << 16, np.int64)

    def _room(self, n: int) -> None:
        lines = len(self.measures)
        self._out, self._more = np.empty((lines, n), np.int64), np.empty((lines, n), np.int64)
        self._ends = np.zeros(lines, np.int64)

    def take(self, rows: Ints, n: int) -> None:
        """Count the first n rows."""
        if int(self._ends.max()) + n > self._out.shape[1]:
            self.flush()
            if n > self._out.shape[1]:
                self._room(n)
        if n > len(self._counted):
            self._counted = np.zeros(n, np.int64)
        tally(
            self.q, rows, n, self.groups, len(self.groups) > 0, self.counts, self._out, self._more,
            self._ends, self._counted, self.passes_of,
        )  # fmt: skip

    def flush(self) -> None:
        """Put the measures so far among the pieces."""
        for line, n in enumerate(self._ends.tolist()):
            if n:
                piece = (self._out[line, :n].copy(), self._more[line, :n].copy())
                self.measures[line].append(piece)
        self._ends[:] = 0


@dataclass
class Figures:
    """The counts of one report, and its measures: line by line the numbers, and what goes with
    those of values (the number of the currency, shifted by 7, and the stages counted as bits)."""

    counts: Ints
    measures: list[Ints]
    values_of: Ints


def figures_of(tallies: list[Tally]) -> list[Figures]:
    """The figures of each group, from the tallies of all threads."""
    for each in tallies:
        each.flush()
    counts = np.sum([each.counts for each in tallies], axis=0)
    lines = []
    for line in range(len(tallies[0].measures)):
        pieces = [piece for each in tallies for piece in each.measures[line]]
        nothing = np.zeros(0, np.int64)
        numbers = np.concatenate([*(one for one, _ in pieces), nothing])
        lines.append((numbers, np.concatenate([*(other for _, other in pieces), nothing])))
    if len(counts) == 1:
        return [Figures(counts[0], [numbers for numbers, _ in lines], lines[-1][1])]
    found = []
    for group in range(len(counts)):
        some = [more >> 16 == group for _, more in lines]
        measures = [numbers[mask] for (numbers, _), mask in zip(lines, some, strict=True)]
        found.append(Figures(counts[group], measures, lines[-1][1][some[-1]] & 0xFFFF))
    return found


class Rows:
    """Keeps rows as they come; `at.ROW` numbers each."""

    def __init__(self) -> None:
        self.pieces: list[Ints] = []

    def take(self, rows: Ints, n: int) -> None:
        self.pieces.append(rows[:n].copy())

    def whole(self) -> Ints:
        """All rows, shape (n, ROW)."""
        return np.concatenate([*self.pieces, np.zeros((0, at.ROW), np.int64)])
