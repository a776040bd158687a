"""Every attempt counts, none overlaps another (A16)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.entries import Entries
from tundish.funnel.steps.matching import Table
from tundish.funnel.steps.record import Attempts, still_open
from tundish.funnel.steps.rules import FOREVER, Rules
from tundish.funnel.steps.search import SKIPPED
from tundish.funnel.steps.tries import Again, Chain, Try
from tundish.journal.columns import Bools


@dataclass
class _Taken:
    """The attempts found so far, as plain lists."""

    unit: list[int] = field(default_factory=list)
    chain: list[Chain] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    excluded: list[int] = field(default_factory=list)
    lost: list[list[bool]] = field(default_factory=list)


class _Lane(NamedTuple):
    """The possible attempts of one unit, or of one held value of it, by their start."""

    unit: int
    tries: Sequence[Try]
    again: Again
    hold: int


def totals(
    table: Table, found: Entries, definition: StepDefinition, rules: Rules, *, within: Bools,
    now: int,
) -> Attempts:  # fmt: skip
    """The attempts of every unit, and of every held value where one is held.

    The full attempt that completes first is taken, then the search goes on behind it. Before it,
    and after the last one, an attempt that stays short counts from its first event until its window
    closes or an exclusion strikes; it counts only if that happens before the next full one begins.
    Without a window a short attempt never ends, so only the last one can be.
    """
    taken = _Taken()
    unit, hold = table.unit[found.first], table.hold[found.first]
    order = np.lexsort((found.first, hold, unit))
    fresh = np.concatenate([[True], (np.diff(unit[order]) != 0) | (np.diff(hold[order]) != 0)])
    starts = np.flatnonzero(fresh[: len(order)])
    sizes = np.diff([*starts, len(order)])
    singles = _singles(table, found.take(order[starts[sizes == 1]]), taken)
    several = order[np.repeat(sizes > 1, sizes)]
    tries = _tries(table, found.take(several))
    again = Again(table, rules, within)
    at = 0
    for size in sizes[sizes > 1].tolist():
        first = found.first[several[at]]
        one = _Lane(int(table.unit[first]), tries[at : at + size], again, int(table.hold[first]))
        _walk(one, rules, taken)
        at += size
    return _joined(singles, taken, definition, rules, now=now, table=table)


def _singles(table: Table, found: Entries, taken: _Taken) -> Entries:
    """Units with one start have one attempt: all at once."""
    good = (found.clean == found.score) & (found.clean > 0)
    taken.excluded += table.unit[found.first[~good]].tolist()
    taken.lost += (found.free[~good] < SKIPPED).tolist()
    return found.take(good)


def _tries(table: Table, found: Entries) -> list[Try]:
    start, chain, free = table.time[found.first], found.chain.tolist(), found.free.tolist()
    columns = (start, found.score, found.clean, found.done, found.broken)
    numbers = (c.tolist() for c in columns)
    return [Try(*row) for row in zip(*numbers, map(tuple, chain), map(tuple, free), strict=True)]


def _joined(
    singles: Entries, taken: _Taken, definition: StepDefinition, rules: Rules, *, now: int,
    table: Table,
) -> Attempts:  # fmt: skip
    more = np.asarray(taken.chain, np.int64).reshape(len(taken.unit), rules.size)
    start = np.concatenate([table.time[singles.first], np.asarray(taken.start, np.int64)])
    unit = np.concatenate([table.unit[singles.first], np.asarray(taken.unit, np.int32)])
    return Attempts(
        unit.astype(np.int32), np.concatenate([singles.chain, more]),
        np.zeros(len(unit), np.int64), still_open(start, definition, now=now),
        np.asarray(taken.excluded, np.int32),
        np.asarray(taken.lost, np.bool_).reshape(len(taken.excluded), rules.size),
    )  # fmt: skip


def _walk(lane: _Lane, rules: Rules, taken: _Taken) -> None:
    """Take one full attempt after the other; each start is looked at once, however many there are.

    Behind a full attempt stand the starts later than its end, which its events cannot serve, and
    those at its last instant, which are searched again without the events that it used.
    """
    tries = lane.tries
    ahead = _first_full_from(tries, rules)
    at, tied, used = 0, list[Try](), set[int]()
    while at < len(tries) or tied:
        options = [t for t in tied if t.clean >= rules.full]
        if at < len(tries) and (behind := ahead[at]) is not None:
            options.append(behind)
        full = min(options, key=Try.rank, default=None)
        limit = FOREVER if full is None else full.start
        _short_ones(lane, tied, at, rules, limit=limit, taken=taken)
        if full is None:
            return
        _keep(lane.unit, full, taken)
        used.update(p for p in full.chain if p < SKIPPED)
        while at < len(tries) and tries[at].start <= full.done:
            at += 1
        tied = lane.again.at(full.done, lane.unit, hold=lane.hold, used=used)


def _first_full_from(tries: Sequence[Try], rules: Rules) -> list[Try | None]:
    """From each start on, the full attempt that completes first; then as rule 6."""
    best: Try | None = None
    found: list[Try | None] = []
    for one in reversed(tries):
        if one.clean >= rules.full and (best is None or one.rank() < best.rank()):
            best = one
        found.append(best)
    return found[::-1]


def _short_ones(
    lane: _Lane, tied: Sequence[Try], at: int, rules: Rules, *, limit: int, taken: _Taken
) -> None:
    """Attempts that end, by time-out or exclusion, before the instant `limit`."""
    free = -FOREVER
    tries, group = lane.tries, list(tied)
    while True:
        if not group:
            if at == len(tries):
                return
            group = [tries[at]]
            at += 1
            while at < len(tries) and tries[at].start == group[0].start:
                group.append(tries[at])
                at += 1
        start = group[0].start
        if start >= limit:
            return
        if start >= free:
            free = _short(lane, group, rules, limit=limit, free=free, taken=taken)
        group = []


def _short(
    lane: _Lane, group: Sequence[Try], rules: Rules, *, limit: int, free: int, taken: _Taken
) -> int:
    """Count the best attempt of one start, if it ends in time; from when on the next may begin."""
    best = min(group, key=lambda t: (-t.score, -t.clean, *t.rank()))
    struck = best.clean < best.score or best.clean < 1
    end = best.broken if struck else _timeout(best.start, rules)
    if end >= limit and limit < FOREVER:
        return free
    if not struck:
        _keep(lane.unit, best, taken)
        return min(end, FOREVER - 1) + 1
    deep = (t for t in group if t.score == best.score)
    would = min(deep, key=lambda t: (lane.again.completion(t.free), t.free))
    taken.excluded.append(lane.unit)
    taken.lost.append([p < SKIPPED for p in would.free])
    return end


def _timeout(start: int, rules: Rules) -> int:
    return FOREVER if rules.window == FOREVER else start + rules.window


def _keep(unit: int, one: Try, taken: _Taken) -> None:
    taken.unit.append(unit)
    taken.chain.append(one.chain)
    taken.start.append(one.start)
