"""Steps that must be adjacent among all of a unit's events (A8), without sorting all events.

Only the events of the steps are put in order. Between two that follow one another and would
continue an attempt no other event may stand: every kind is asked for one, the most frequent first,
and a gap that is broken is asked no more. What is left are *segments*: the first step once or
more, then the second, and so on, without a break.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tundish.funnel.packed.attempts import Began, paired
from tundish.funnel.packed.events import (
    LAST_MICROS,
    TIME_BITS,
    UNIT_BITS,
    UNITS,
    PackedEvents,
    PackedRun,
)
from tundish.funnel.packed.levels import Level, fresh
from tundish.funnel.packed.plan import Plan
from tundish.funnel.packed.streams import Keys, bounds
from tundish.journal.columns import Bools, Ints

_NEVER = 2 * LAST_MICROS


@dataclass(frozen=True)
class Segments:
    """s segments: `reach` (s, K) when each step was first filled (_NEVER: not). `unit` (e,) and
    `micros` (e,) are the events that an attempt may begin with, `segment` (e,) where they stand;
    in order of unit and time. `hard` are units that only the general search can judge."""

    reach: Ints
    unit: Ints
    micros: Ints
    segment: Ints
    hard: Ints

    def without(self, units: Bools) -> "Segments":
        """Without the events of the units that are marked (units of the range,)."""
        kept = ~units[self.unit]
        return Segments(
            self.reach, self.unit[kept], self.micros[kept], self.segment[kept], self.hard
        )

    def reaching(self, step: int, window: int) -> Bools:
        """Which of the events (e,) begin an attempt that comes to `step`."""
        return np.asarray(self.reach[self.segment, step] - self.micros <= window, np.bool_)


def segments(
    packed: PackedEvents, plan: Plan, keys: Sequence[Keys], first: int, *, repeats: bool
) -> Segments:
    """The segments of a range of buckets; `repeats` whether the first step's events are held
    together too (counts need only the latest of them)."""
    runs = sorted((r for runs in packed.kinds.values() for r in runs), key=len, reverse=True)
    repeats = repeats or plan.low > 0 or plan.high < LAST_MICROS
    found = []
    shift = 0
    for b in range(len(keys[0].starts) - 1):
        one = _bucket(plan, [k.of(b) for k in keys], _runs_of(runs, first + b), repeats=repeats)
        unit = b << UNIT_BITS
        found.append((
            one.reach, one.unit + unit, one.micros, one.segment + shift, one.hard + unit,
        ))  # fmt: skip
        shift += len(one.reach)
    return Segments(*(np.concatenate(column) for column in zip(*found, strict=True)))


def levels(found: Segments, plan: Plan) -> list[Level]:
    """Who comes how far, as in levels.py."""
    result = []
    for step in range(found.reach.shape[1]):
        rows = np.flatnonzero(found.reaching(step, plan.window))
        unit, micros, segment = found.unit[rows], found.micros[rows], found.segment[rows]
        done = found.reach[segment, step] if step else micros
        first = np.flatnonzero(fresh(unit)) if len(unit) else np.zeros(0, np.int64)
        final = np.append(first[1:], len(unit))[: len(first)] - 1
        # of the first segment that comes so far, the last event that it may begin with
        turn = np.flatnonzero(segment[1:] != segment[:-1])
        turn = np.append(turn, len(segment) - 1)
        start = turn[np.searchsorted(turn, first)] if step else first
        result.append(Level(unit[first], micros[start], done[first], micros[final]))
    return result


def reaching(found: Segments, plan: Plan, bucket: Ints, step: int) -> Began:
    """The pairs of unit and trend bucket whose attempt comes to `step`; `bucket` by event (e,)."""
    rows = found.reaching(step, plan.window)
    return paired(found.unit[rows], bucket[rows])


def _bucket(plan: Plan, steps: Sequence[Ints], runs: Sequence[Ints], *, repeats: bool) -> Segments:
    begun = np.zeros(UNITS, np.bool_)
    begun[steps[0] >> TIME_BITS] = True
    some = [s[begun[s >> TIME_BITS]] for s in steps]
    key = np.concatenate(some)
    step = np.repeat(np.arange(len(some)), [len(s) for s in some])
    order = np.argsort(key, kind="stable")
    key, step = key[order], step[order]
    linked = np.zeros(max(len(key) - 1, 0), np.bool_)
    gaps, hard = _unbroken(_wanted(key, step, plan.window, repeats=repeats), key, runs)
    linked[gaps] = True
    hard = np.concatenate([hard, key[1:][key[1:] == key[:-1]] >> TIME_BITS])
    opens = np.append(True, ~linked)[: len(key)]
    segment = np.cumsum(opens) - 1
    micros = key & LAST_MICROS
    reach = np.full((int(opens.sum()), len(steps)), _NEVER, np.int64)
    rises = np.flatnonzero(opens | np.append(True, step[1:] != step[:-1])[: len(key)])
    reach[segment[rises], step[rises]] = micros[rises]
    # what does not begin with the first step is no attempt
    good = (step == 0) & (micros >= plan.low) & (micros <= plan.high)
    return Segments(reach, key[good] >> TIME_BITS, micros[good], segment[good], hard)


def _wanted(key: Ints, step: Ints, window: int, *, repeats: bool) -> Bools:
    """Which of the gaps behind an event could continue an attempt."""
    rise = step[1:] - step[:-1]
    good = (rise == 1) | ((rise == 0) & ((step[1:] > 0) | repeats))
    good &= (key[1:] ^ key[:-1]) >> TIME_BITS == 0
    return np.asarray(good & (key[1:] - key[:-1] <= window), np.bool_)


def _unbroken(wanted: Bools, key: Ints, runs: Sequence[Ints]) -> tuple[Ints, Ints]:
    """(places of the gaps in which no event stands, units with a tie at the edge of one)."""
    gaps = np.flatnonzero(wanted)
    for keys in runs:
        if not len(gaps):
            break
        ahead = np.searchsorted(keys, key[gaps], side="right")
        there = np.minimum(ahead, len(keys) - 1)
        gaps = gaps[(ahead == len(keys)) | (keys[there] >= key[gaps + 1])]
    edges = np.concatenate([key[gaps], key[gaps + 1]])
    same = np.zeros(len(edges), np.int64)
    for keys in runs:
        same += np.searchsorted(keys, edges, side="right") - np.searchsorted(keys, edges)
    return gaps, edges[same > 1] >> TIME_BITS


def _runs_of(runs: Sequence[PackedRun], bucket: int) -> list[Ints]:
    found = []
    for run in runs:
        low, high = bounds(run.starts, bucket, bucket + 1)
        if low < high:
            found.append(run.keys[low:high])
    return found
