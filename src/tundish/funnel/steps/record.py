"""The recorded attempt of each unit: one per unit, or per unit and bucket (rules 5, 6, 9, 12)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.entries import Entries
from tundish.funnel.steps.matching import Table
from tundish.funnel.steps.rules import FOREVER, Rules
from tundish.funnel.steps.search import SKIPPED
from tundish.journal.columns import Bools, Codes, Ints


@dataclass(frozen=True)
class Attempts:
    """m recorded attempts and the units that an exclusion took out.

    `unit` (m,) codes, `chain` (m, K) places in the table (SKIPPED: not matched), `bucket` (m,) the
    bucket of e1 where one was asked for, `is_open` (m,) whether an attempt of that depth is still
    open at now. `excluded` (x,) are unit codes, `lost` (x, K) the steps
    that their attempt would have matched without the exclusion.
    """

    unit: Codes
    chain: Ints
    bucket: Ints
    is_open: Bools
    excluded: Codes
    lost: Bools

    def take(self, rows: NDArray[Any], *, excluded: NDArray[Any]) -> "Attempts":
        """The attempts at `rows` and the excluded units at `excluded`."""
        return Attempts(
            self.unit[rows], self.chain[rows], self.bucket[rows], self.is_open[rows],
            self.excluded[excluded], self.lost[excluded],
        )  # fmt: skip


def record(
    table: Table, found: Entries, definition: StepDefinition, rules: Rules, *, now: int,
    bucket: Ints | None = None,
) -> Attempts:  # fmt: skip
    """Choose among all entries of a unit (and `bucket` (m,) of their e1, if given).

    The deepest that no exclusion strikes at the unit's greatest depth; then the earliest
    completion, the latest e1, the earliest event at each step.
    """
    if bucket is None:
        bucket = np.zeros(len(found), np.int64)
    else:
        together = np.lexsort((bucket, table.unit[found.first]))
        found, bucket = found.take(together), bucket[together]
    key = _group(table.unit[found.first], bucket)
    start = table.time[found.first]
    keep = np.ones(len(found), np.bool_)
    if definition.entry == "first":
        keep = start == _least(key, start)[key]
    score = np.where(keep, found.score, -1)
    depth = -_least(key, -score)
    good = keep & (found.clean == depth[key]) & (found.clean > 0)
    latest = -_least(key, np.where(good, -start, FOREVER))
    order = np.flatnonzero(good)
    order = _narrow(order, key, found.done)
    order = _narrow(order, key, -start)
    columns = [found.chain[order, s] for s in range(rules.size - 1, -1, -1)]
    order = order[np.lexsort((*columns, key[order]))]
    chosen = order[np.unique(key[order], return_index=True)[1]]
    counted = np.zeros(len(depth), np.bool_)
    counted[key[chosen]] = True
    outside = _lost(table, found, np.flatnonzero(~counted[key] & (score == depth[key])), key)
    return Attempts(
        table.unit[found.first[chosen]], found.chain[chosen], bucket[chosen],
        still_open(latest[key[chosen]], definition, now=now),
        table.unit[found.first[outside]], found.free[outside] < SKIPPED,
    )  # fmt: skip


def _lost(table: Table, found: Entries, outside: Ints, key: Ints) -> Ints:
    """Of each group the entry that would be recorded, did no exclusion strike it."""
    if not len(outside):
        return outside
    free = found.free[outside]
    matched = free < SKIPPED
    done = np.where(matched, table.time[np.where(matched, free, 0)], -FOREVER).max(axis=1)
    columns = [free[:, s] for s in range(free.shape[1] - 1, -1, -1)]
    order = np.lexsort((*columns, -table.time[found.first[outside]], done, key[outside]))
    outside = outside[order]
    return np.asarray(outside[np.unique(key[outside], return_index=True)[1]], np.int64)


def still_open(start: Ints, definition: StepDefinition, *, now: int) -> Bools:
    """Whether attempts that began at `start` (m,) can still go on at `now` (rule 12)."""
    if definition.window is not None:
        return np.asarray(now - start <= definition.window, np.bool_)
    closes = definition.end if definition.range_limits == "attempt" else None
    return np.full(len(start), closes is None or now <= closes, np.bool_)


def _group(unit: Codes, bucket: Ints) -> Ints:
    """A dense number per pair of unit and bucket; both rise along the entries of a table."""
    if not len(unit):
        return np.zeros(0, np.int64)
    fresh = (unit[1:] != unit[:-1]) | (bucket[1:] != bucket[:-1])
    return np.concatenate([[0], np.cumsum(fresh)]).astype(np.int64)


def _least(key: Ints, number: Ints) -> Ints:
    """The least number of each group, by dense ascending key."""
    if not len(key):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    return np.asarray(np.minimum.reduceat(number, starts), np.int64)


def _narrow(order: Ints, key: Ints, number: Ints) -> Ints:
    """Those of `order` that have the least number of their group."""
    some, numbers = key[order], number[order]
    if not len(order):
        return order
    starts = np.flatnonzero(np.concatenate([[True], some[1:] != some[:-1]]))
    least = np.repeat(np.minimum.reduceat(numbers, starts), np.diff([*starts, len(some)]))
    return np.asarray(order[numbers == least], np.int64)
