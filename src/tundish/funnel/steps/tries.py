"""Possible attempts as plain values, and those of one instant without the events used before."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from tundish.funnel.steps.barring import break_of
from tundish.funnel.steps.matching import Table
from tundish.funnel.steps.rules import FOREVER, Rules
from tundish.funnel.steps.search import (
    SKIPPED,
    Found,
    UnitEvents,
    deepest,
    deepest_unordered,
    unit_events,
)
from tundish.journal.columns import Bools

Chain = tuple[int, ...]


class Try(NamedTuple):
    """One entry of `Entries`, with the time of its start."""

    start: int
    score: int
    clean: int
    done: int
    broken: int
    chain: Chain
    free: Chain

    def rank(self) -> tuple[int, int, int, Chain]:
        """The least is preferred: it completes first, begins latest, is deepest (rule 6)."""
        return self.done, -self.start, -self.clean, self.chain


class Again:
    """Searches single starts again; keeps the events of the unit that it was asked for last."""

    def __init__(self, table: Table, rules: Rules, within: Bools) -> None:
        self.table, self.rules, self.within = table, rules, within
        self.starts = sum(1 << s for s in rules.starts)
        self.unit, self.low, self.high = -1, 0, 0
        self.events: UnitEvents | None = None

    def at(self, time: int, unit: int, *, hold: int, used: Collection[int]) -> list[Try]:
        """The attempts of `unit` from `time` on that begin with an event which is not used yet.

        Of events that match the same steps only the first is tried: it is the preferred one.
        """
        self._turn_to(unit)
        table, low = self.table, self.low
        first = low + int(np.searchsorted(table.time[low : self.high], time, side="left"))
        kinds: dict[int, int] = {}
        taken = set()
        for place in range(first, self.high):
            if table.time[place] != time:
                break
            mask = int(table.mask[place])
            if place in used:
                taken.add(place - low)
            elif mask & self.starts and table.hold[place] == hold and self.within[place]:
                kinds.setdefault(mask, place)
        return [self._try(place - low, time, frozenset(taken)) for place in kinds.values()]

    def completion(self, chain: Chain) -> int:
        """The time of the last event of a chain, in places of the table."""
        return max((int(self.table.time[p]) for p in chain if p < SKIPPED), default=-FOREVER)

    def _turn_to(self, unit: int) -> None:
        if unit == self.unit:
            return
        self.unit, self.events = unit, None
        self.low = int(np.searchsorted(self.table.unit, unit, side="left"))
        self.high = int(np.searchsorted(self.table.unit, unit, side="right"))

    def _try(self, entry: int, time: int, used: frozenset[int]) -> Try:
        events = self._events()
        if self.rules.order == "unordered":
            return self._unordered(events, entry, time, used)
        found = deepest(events, entry, self.rules, barred=False, used=used)
        assert found is not None  # e1 alone is an attempt
        broken = break_of(events, self.rules, found[2])
        clean: Found | None = found
        if broken < FOREVER:
            clean = deepest(events, entry, self.rules, barred=True, used=used)
        score, done, chain = found if clean is None else clean
        return Try(
            time, -found[0], -1 if clean is None else -score, done, broken,
            self._places(chain), self._places(found[2]),
        )  # fmt: skip

    def _unordered(self, events: UnitEvents, entry: int, time: int, used: frozenset[int]) -> Try:
        """As `entries` has it: an excluding event wipes all but what is full before it."""
        score, done, chain = deepest_unordered(events, entry, self.rules, used=used)
        struck = break_of(events, self.rules, chain)
        places = self._places(chain)
        if struck < FOREVER and not (-score >= self.rules.full and done <= struck):
            nothing = (SKIPPED,) * len(chain)
            return Try(time, 0, -1, done, struck, places, nothing)
        return Try(time, -score, -score, done, FOREVER, places, places)

    def _places(self, chain: Chain) -> Chain:
        return tuple(p if p == SKIPPED else p + self.low for p in chain)

    def _events(self) -> UnitEvents:
        if self.events is None:
            low, high, table = self.low, self.high, self.table
            self.events = unit_events(
                table.time[low:high].tolist(), table.mask[low:high].tolist(),
                table.hold[low:high].tolist(), table.barred[low:high].tolist(),
                len(self.rules.exclusions),
            )  # fmt: skip
        return self.events
