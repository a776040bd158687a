"""Which excluding event strikes an attempt first, for many attempts at once (A9)."""

from bisect import bisect_right

import numpy as np

from tundish.funnel.steps.matching import Table
from tundish.funnel.steps.rules import FOREVER, Rules
from tundish.funnel.steps.search import SKIPPED, UnitEvents
from tundish.journal.columns import Ints


def first_break(table: Table, rules: Rules, first: Ints, chain: Ints) -> Ints:
    """The time of the first event that strikes each attempt, FOREVER where none does, shape (m,).

    In order: strictly between the two steps of the exclusion, or up to the window's end where the
    second was not matched. In `unordered`: any excluding event after e1, whatever its steps.
    """
    struck = np.full(len(first), FOREVER, np.int64)
    if not rules.exclusions or not len(first):
        return struck
    times, rank = np.unique(table.time, return_inverse=True)
    key = table.unit.astype(np.int64) * (len(times) + 1) + rank
    start = table.time[first]
    for place, (one, other) in enumerate(rules.exclusions):
        barred = np.flatnonzero((table.barred >> np.uint64(place)) & np.uint64(1))
        if not len(barred):
            continue
        if rules.order == "unordered":
            np.minimum(struck, _next(table, key, barred, first), out=struck)
            continue
        since, until = chain[:, one], chain[:, other]
        known = since < SKIPPED
        after = _next(table, key, barred, np.where(known, since, 0))
        reached = until < SKIPPED
        limit = table.time[np.where(reached, until, 0)]
        hit = np.where(reached, after < limit, after - start <= rules.window)
        hit &= known & (after < FOREVER)
        np.minimum(struck, np.where(hit, after, FOREVER), out=struck)
    return struck


def break_of(events: UnitEvents, rules: Rules, chain: tuple[int, ...]) -> int:
    """The same for one attempt, `chain` (K) in places of the unit's events."""
    struck, start = FOREVER, events.times[min(chain)]
    for (one, other), barred in zip(rules.exclusions, events.barred, strict=True):
        unordered = rules.order == "unordered"
        if not unordered and chain[one] == SKIPPED:
            continue
        at = bisect_right(barred, start if unordered else events.times[chain[one]])
        if at == len(barred):
            continue
        after = barred[at]
        if unordered:
            hit = True
        elif chain[other] < SKIPPED:
            hit = after < events.times[chain[other]]
        else:
            hit = after - start <= rules.window
        struck = min(struck, after) if hit else struck
    return struck


def _next(table: Table, key: Ints, barred: Ints, since: Ints) -> Ints:
    """The time of the unit's first barred event later than the event at `since`."""
    at = np.searchsorted(key[barred], key[since], side="right")
    there = np.minimum(at, len(barred) - 1)
    found = (at < len(barred)) & (table.unit[barred[there]] == table.unit[since])
    return np.where(found, table.time[barred[there]], FOREVER).astype(np.int64)
