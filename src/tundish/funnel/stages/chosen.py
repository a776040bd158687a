"""Which visits and passes a report counts, and how they hang together."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.visits import LOOPED, Visits
from tundish.journal.columns import Bools, Coded, Ints


@dataclass(frozen=True)
class Chosen:
    """n visits in the order of unit (by text), pass, entered; p passes.

    `counted` (n) marks the rows in the period; `pass_of` (n) is each row's pass, from 0 to p - 1;
    `unit_of` (p) the pass's first row, for its unit. S is the number of stages.
    """

    visits: Visits
    definition: StageDefinition
    as_of: int
    counted: Bools
    pass_of: Ints
    first_row: Ints

    def at(self, stage: int) -> Bools:
        """The counted visits (not skipped stages) in a stage, shape (n,)."""
        return np.asarray(self.real & self.counted & (self.visits.stage == stage), np.bool_)

    @cached_property
    def real(self) -> Bools:
        """Rows that are visits and not skipped stages, shape (n,)."""
        return ~self.visits.imputed

    @cached_property
    def passes(self) -> Bools:
        """The passes of which something is counted, shape (p,)."""
        some = np.zeros(len(self.first_row), np.bool_)
        some[self.pass_of[self.counted]] = True
        return some

    @cached_property
    def visited(self) -> Bools:
        """Pass by stage: been there, shape (p, S)."""
        return self._table(self.counted & self.real)

    @cached_property
    def skipped(self) -> Bools:
        """Pass by stage: passed over and not been there, shape (p, S)."""
        return self._table(self.counted & ~self.real) & ~self.visited

    @cached_property
    def reached(self) -> Bools:
        """Pass by stage: been there or passed over, shape (p, S)."""
        return self.visited | self.skipped

    @cached_property
    def strict(self) -> Bools:
        """Pass by stage: this stage and all before it visited one after the other, shape (p, S)."""
        table = np.zeros_like(self.visited)
        place = np.full(len(self.first_row), -1, np.int64)
        alive = np.ones(len(self.first_row), np.bool_)
        for stage in range(table.shape[1]):
            rows = np.flatnonzero(self.at(stage))
            rows = rows[rows > place[self.pass_of[rows]]]
            # rows stand in order of time: the first of each pass is its earliest
            passes, first = np.unique(self.pass_of[rows], return_index=True)
            met = np.zeros_like(alive)
            met[passes] = True
            alive &= met
            place[passes] = rows[first]
            table[:, stage] = alive
        return table

    @property
    def by_counting(self) -> Bools:
        """The table that the definition's counting shows, shape (p, S)."""
        table: Bools = getattr(self, self.definition.counting)
        return table

    @cached_property
    def came_from(self) -> Ints:
        """Per row the row of the visit that led to it (through a loop too), -1 for none; (n,)."""
        came = np.full(len(self.visits), -1, np.int64)
        rows = np.flatnonzero(self.real)
        before, after = rows[:-1], rows[1:]
        same = self.visits.unit.codes[before] == self.visits.unit.codes[after]
        linked = same & (
            (self.pass_of[before] == self.pass_of[after]) | (self.visits.outcome[before] == LOOPED)
        )
        came[after[linked]] = before[linked]
        return came

    @cached_property
    def went_to(self) -> Ints:
        """Per row the row of the visit that it led to, -1 for none; (n,)."""
        went = np.full(len(self.visits), -1, np.int64)
        after = np.flatnonzero(self.came_from >= 0)
        went[self.came_from[after]] = after
        return went

    def units(self, rows: Any) -> list[Any]:
        """The unit of each row (mask or places), once per row."""
        return self.visits.unit.take(rows).to_list()

    def units_of_passes(self, passes: Any) -> list[Any]:
        """The unit of each pass (mask or places), once per pass."""
        return self.units(self.first_row[passes])

    def _table(self, rows: Bools) -> Bools:
        table = np.zeros((len(self.first_row), len(self.definition.stages)), np.bool_)
        table[self.pass_of[rows], self.visits.stage[rows]] = True
        return table


def choose(
    visits: Visits,
    definition: StageDefinition,
    *,
    as_of: int,
    units: Collection[Any] | None = None,
) -> Chosen:
    """What the definition's period counts (B7): the passes that started in it, or the entries made
    in it. A pass starts with its first dated visit, or its first where none is dated."""
    if units is not None:
        wanted = set(units)
        visits = visits.take(visits.unit.where(wanted.__contains__))
    visits = visits.take(_order(visits))
    fresh = np.ones(len(visits), np.bool_)
    fresh[1:] = (visits.unit.codes[1:] != visits.unit.codes[:-1]) | (
        visits.pass_no[1:] != visits.pass_no[:-1]
    )
    pass_of = np.cumsum(fresh) - 1
    first_row = np.flatnonzero(fresh)
    if definition.period_counts == "entries":
        counted = _within(visits.entered, definition)
    else:
        start = pass_starts(visits, pass_of=pass_of, first_row=first_row)
        counted = _within(visits.entered[start], definition)[pass_of]
    return Chosen(visits, definition, as_of, counted, pass_of, first_row)


def pass_starts(visits: Visits, *, pass_of: Ints, first_row: Ints) -> Ints:
    """The row of each pass's first dated visit, or of its first where none is dated; shape (p,)."""
    start = np.full(len(first_row), -1, np.int64)
    real = ~visits.imputed
    for mask in (real, real & ~visits.estimated):
        rows = np.flatnonzero(mask)
        passes, first = np.unique(pass_of[rows], return_index=True)
        start[passes] = rows[first]
    return np.where(start < 0, first_row, start)


def _within(times: Ints, definition: StageDefinition) -> Bools:
    inside = np.ones(len(times), np.bool_)
    if definition.start is not None:
        inside &= times >= definition.start
    if definition.end is not None:
        inside &= times <= definition.end
    return inside


def _order(visits: Visits) -> Ints:
    unit = visits.unit
    by_text = sorted(range(len(unit.values)), key=lambda i: str(unit.values[i]))
    place = np.empty(len(by_text), np.int64)
    place[by_text] = np.arange(len(by_text))
    # rows of one instant stay as the fold walked them
    return np.lexsort((visits.entered, visits.pass_no, _places(place, unit)))


def _places(place: Ints, unit: Coded) -> Ints:
    return place[unit.codes] if len(place) else np.zeros(len(unit), np.int64)
