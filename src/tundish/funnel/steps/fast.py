"""The common path, over all units at once: from each start, always the next matching event.

For one start that chain is the deepest, completes earliest and has the earliest event at each
step, as long as no event of one instant can fill two steps. Where some steps are optional each
choice of kept ones is a chain of its own. Keys are places in the table, so nothing can overflow.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tundish.funnel.steps.matching import Table
from tundish.funnel.steps.rules import FOREVER, Rules
from tundish.funnel.steps.search import SKIPPED
from tundish.journal.columns import Bools, Ints

_MOST_OPTIONAL = 4


@dataclass(frozen=True)
class Chains:
    """The chain from each of m starts: `score`, `done`, `chain` as in Entries.

    `unsure` marks the starts whose chain may not be the answer even without further options,
    `near` those whose chain keeps every largest gap, `adjacent` those that skip no event.
    """

    score: Ints
    done: Ints
    chain: Ints
    unsure: Bools
    near: Bools
    adjacent: Bools


@dataclass(frozen=True)
class _Lanes:
    """The table ordered by (unit, held value, time): one lane is what an attempt may use.

    `place` (n,) leads back to the table; `nearest[s]` (n+1,) is the next place that matches step s,
    n where there is none; `after` (n,) is where the search goes on behind an event.
    """

    place: Ints
    lane: Ints
    time: Ints
    nearest: list[Ints]
    after: Ints
    key: Ints
    times: Ints


def chains(table: Table, rules: Rules, first: Ints) -> Chains:
    """The chains from the events at `first` (m,), places in the table; at least one."""
    lanes = _lanes(table, rules)
    where = np.zeros(len(table), np.int64)
    where[lanes.place] = np.arange(len(lanes.place))
    start = where[first]
    if rules.order == "unordered":
        chain, unsure = _together(lanes, rules, start), _crowded(table, first, at_all=True)
    else:
        chain, unsure = _best_chain(lanes, rules, start), _crowded(table, first, at_all=False)
    if len([w for w in rules.worth if w == 1]) > _MOST_OPTIONAL:
        unsure = np.ones(len(first), np.bool_)
    matched = chain < SKIPPED
    places = np.where(matched, lanes.place[np.where(matched, chain, 0)], SKIPPED)
    score = np.asarray(matched @ np.asarray(rules.worth, np.int64), np.int64)
    times = np.where(matched, table.time[np.where(matched, places, 0)], -FOREVER)
    done = np.asarray(times.max(axis=1), np.int64)
    near, adjacent = _links(table, rules, places, first)
    return Chains(score, done, places, unsure, near, adjacent)


def _lanes(table: Table, rules: Rules) -> _Lanes:
    relevant = np.flatnonzero((table.mask != 0) & (table.hold >= 0))
    if table.hold.any():
        lane = table.unit[relevant] * (int(table.hold.max()) + 1) + table.hold[relevant]
        order = np.argsort(lane, kind="stable")
        relevant, lane = relevant[order], lane[order]
    else:
        lane = table.unit[relevant]
    lane = np.asarray(lane, np.int64)
    time = table.time[relevant]
    n = len(relevant)
    every = np.arange(n, dtype=np.int64)
    nearest = []
    for step in range(rules.size):
        hit = (table.mask[relevant] >> np.uint64(step)) & np.uint64(1)
        ahead = np.minimum.accumulate(np.where(hit, every, n)[::-1])[::-1]
        nearest.append(np.append(ahead, n))
    fresh = np.concatenate([[True], (lane[1:] != lane[:-1]) | (time[1:] != time[:-1])])[:n]
    tie_start = np.maximum.accumulate(np.where(fresh, every, 0))
    alone = fresh & np.append(fresh[1:], True)[:n]
    after = np.where(alone, every + 1, tie_start)
    if any(rules.min_gap):
        times, rank = np.unique(time, return_inverse=True)
        key = lane * (len(times) + 1) + rank
    else:
        times = key = np.zeros(0, np.int64)
    return _Lanes(relevant, lane, time, nearest, after, key, times)


def _crowded(table: Table, first: Ints, *, at_all: bool) -> Bools:
    """Starts of units where an event that matches several steps is tied (or, `at_all`, exists)."""
    several = (table.mask & (table.mask - np.minimum(table.mask, np.uint64(1)))) != 0
    if not at_all:
        same = (table.unit[1:] == table.unit[:-1]) & (table.time[1:] == table.time[:-1])
        tied = np.concatenate([same, [False]]) | np.concatenate([[False], same])
        several &= tied
    if not several.any():
        return np.zeros(len(first), np.bool_)
    marked = np.zeros(int(table.unit.max()) + 1, np.bool_)
    marked[table.unit[several]] = True
    return marked[table.unit[first]]


def _best_chain(lanes: _Lanes, rules: Rules, start: Ints) -> Ints:
    """The best chain (m, K), in lane places, over every choice of optional steps to keep."""
    optional = [s for s in range(rules.size) if rules.worth[s] == 1]
    if len(optional) > _MOST_OPTIONAL:  # too many choices: all these starts are unsure
        optional = []
    best = None
    for count in range(len(optional), -1, -1):
        for kept in combinations(optional, count):
            sequence = sorted({*rules.required, *kept})
            one = _chain(lanes, rules, start, sequence)
            best = one if best is None else _better(lanes, rules, best, one)
    assert best is not None
    return best


def _chain(lanes: _Lanes, rules: Rules, start: Ints, sequence: list[int]) -> Ints:
    n = len(lanes.place)
    chain = np.full((len(start), rules.size), SKIPPED, np.int64)
    going = lanes.nearest[sequence[0]][start] == start
    chain[going, sequence[0]] = start[going]
    entry = np.flatnonzero(going)
    now = start[entry]
    for step in sequence[1:]:
        ahead = lanes.nearest[step][_from(lanes, now, rules.min_gap[step])]
        there = np.minimum(ahead, n - 1)
        e1 = start[entry]
        good = (ahead < n) & (lanes.lane[there] == lanes.lane[e1])
        good &= lanes.time[there] - lanes.time[e1] <= rules.window
        entry, now = entry[good], ahead[good]
        chain[entry, step] = now
    return chain


def _from(lanes: _Lanes, now: Ints, gap: int) -> Ints:
    """Where the search for the next event goes on: behind `now`, or at least `gap` later."""
    if gap == 0:
        return lanes.after[now]
    later = np.minimum(lanes.time[now], FOREVER - gap) + gap
    rank = np.searchsorted(lanes.times, later, side="left")
    at = np.searchsorted(lanes.key, lanes.lane[now] * (len(lanes.times) + 1) + rank, side="left")
    return np.asarray(at, np.int64)


def _better(lanes: _Lanes, rules: Rules, one: Ints, other: Ints) -> Ints:
    """Row by row the deeper chain, then the earlier completion, then the earlier events."""
    worth = np.asarray(rules.worth, np.int64)
    left, right = -((one < SKIPPED) @ worth), -((other < SKIPPED) @ worth)
    columns = [(left, right), (_completion(lanes, one), _completion(lanes, other))]
    columns += [(one[:, s], other[:, s]) for s in range(rules.size)]
    undecided = np.ones(len(one), np.bool_)
    swap = np.zeros(len(one), np.bool_)
    for a, b in columns:
        swap |= undecided & (b < a)
        undecided &= a == b
    return np.where(swap[:, None], other, one)


def _completion(lanes: _Lanes, chain: Ints) -> Ints:
    last = np.where(chain < SKIPPED, chain, -1).max(axis=1)
    return np.where(last >= 0, lanes.time[np.maximum(last, 0)], FOREVER)


def _together(lanes: _Lanes, rules: Rules, start: Ints) -> Ints:
    """Unordered: the next event of every step within the window, put in their order of time."""
    n = len(lanes.place)
    found = np.full((len(start), rules.size), SKIPPED, np.int64)
    for step in range(rules.size):
        ahead = lanes.nearest[step][start]
        there = np.minimum(ahead, max(n - 1, 0))
        good = (ahead < n) & (lanes.lane[there] == lanes.lane[start])
        good &= lanes.time[there] - lanes.time[start] <= rules.window
        found[good, step] = ahead[good]
    required = list(rules.required)
    found[:, required] = np.sort(found[:, required], axis=1)
    return found


def _links(table: Table, rules: Rules, places: Ints, first: Ints) -> tuple[Bools, Bools]:
    """Per start: whether each link of its chain keeps the largest gap, and skips no event."""
    near = np.ones(len(first), np.bool_)
    adjacent = np.ones(len(first), np.bool_)
    if rules.order == "unordered" or (not rules.strict and min(rules.max_gap) == FOREVER):
        return near, adjacent
    before = first
    for step in range(rules.size):
        here = np.where(places[:, step] < SKIPPED, places[:, step], before)
        gap = table.time[here] - table.time[before]
        near &= gap <= rules.max_gap[step]
        adjacent &= (here == before) | ((here == before + 1) & (gap > 0))
        before = here
    if rules.strict:
        adjacent &= ~_tied(table)[first] | (places < SKIPPED).sum(axis=1) == 1
    return near, adjacent


def _tied(table: Table) -> Bools:
    """Events of units that have any tie."""
    same = (table.unit[1:] == table.unit[:-1]) & (table.time[1:] == table.time[:-1])
    marked = np.zeros(int(table.unit.max()) + 1 if len(table) else 1, np.bool_)
    marked[table.unit[1:][same]] = True
    return marked[table.unit]
