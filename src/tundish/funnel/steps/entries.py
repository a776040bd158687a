"""Every possible start of an attempt with the best attempt from it: fast where it can, else exact.

A chain that always takes the next matching event is an upper bound for all options together. Where
it also keeps the gaps, the adjacency and the exclusions, it is the answer; only the other starts
go through the exact search of search.py.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.steps.barring import first_break
from tundish.funnel.steps.fast import Chains, chains
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
from tundish.journal.columns import Bools, Ints


@dataclass(frozen=True)
class Entries:
    """m possible attempts, one per event that can be e1, ordered as the table.

    `first` (m,) is the place of e1 in the table, `score` the greatest depth from it without regard
    to exclusions, `clean` the greatest depth of an attempt that no exclusion strikes (-1: none),
    `done` that attempt's completion, `chain` (m, K) its events' places (SKIPPED: not matched),
    `broken` the time of the excluding event that strikes the deepest attempt (FOREVER: none), `free`
    (m, K) the places of the deepest attempt without regard to exclusions (in `unordered`, where they
    wipe what came before: nothing where it is wiped).
    """

    first: Ints
    score: Ints
    clean: Ints
    done: Ints
    chain: Ints
    broken: Ints
    free: Ints

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: NDArray[Any]) -> "Entries":
        """The entries at `rows`."""
        return Entries(**{k: v[rows] for k, v in vars(self).items()})


def entries(table: Table, rules: Rules, *, within: Bools, general: bool = False) -> Entries:
    """The best attempt from every event that `within` (n,) allows as e1.

    With `general` every start goes through the exact search; the tests hold both ways equal.
    """
    starts = np.uint64(sum(1 << s for s in rules.starts))
    first = np.flatnonzero(((table.mask & starts) != 0) & (table.hold >= 0) & within)
    if not len(first):
        none = np.zeros(0, np.int64)
        nowhere = np.zeros((0, rules.size), np.int64)
        return Entries(none, none, none, none, nowhere, none, nowhere)
    found = chains(table, rules, first)
    result = Entries(
        first, found.score, found.score.copy(), found.done, found.chain, found.done, found.chain
    )
    _search(table, rules, result, np.ones(len(first), np.bool_) if general else _hard(rules, found))
    if rules.order == "unordered":
        return _wipe(table, rules, result)
    broken = first_break(table, rules, first, result.chain)
    struck = broken < FOREVER
    result = replace(
        result, broken=broken, free=result.chain.copy() if struck.any() else result.chain
    )
    _search_unbroken(table, rules, result, struck)
    return result


def _hard(rules: Rules, found: Chains) -> Bools:
    hard = found.unsure
    if rules.order == "unordered":
        return hard
    hard = hard | ~found.near
    return hard | ~found.adjacent if rules.strict else hard


def _search(table: Table, rules: Rules, result: Entries, hard: Bools) -> None:
    """Put the exact best attempt of the hard starts in the place of their chains."""
    for events, base, places in _units(table, rules, result.first, hard):
        for place in places:
            entry = int(result.first[place]) - base
            if rules.order == "unordered":
                best: Found | None = deepest_unordered(events, entry, rules)
            else:
                best = deepest(events, entry, rules, barred=False)
            assert best is not None  # e1 alone is an attempt
            _put(result, place, best, base)
            result.score[place] = -best[0]


def _search_unbroken(table: Table, rules: Rules, result: Entries, struck: Bools) -> None:
    """Where an exclusion strikes the best attempt, look for the best one that none strikes."""
    for events, base, places in _units(table, rules, result.first, struck):
        for place in places:
            clean = deepest(events, int(result.first[place]) - base, rules, barred=True)
            result.clean[place] = -1
            if clean is not None:
                _put(result, place, clean, base)


def _wipe(table: Table, rules: Rules, result: Entries) -> Entries:
    """Unordered: an excluding event wipes what came before it, except a full completion (A9)."""
    if not rules.exclusions:
        return result
    start = table.time[result.first]
    struck = first_break(table, rules, result.first, np.zeros((len(start), 0), np.int64))
    full = (result.score >= rules.full) & (result.done <= struck)
    void = (struck < FOREVER) & ~full
    return Entries(
        result.first, np.where(void, 0, result.score), np.where(void, -1, result.clean),
        result.done, result.chain, np.where(void, struck, FOREVER),
        np.where(void[:, None], SKIPPED, result.chain),
    )  # fmt: skip


def _put(result: Entries, place: int, found: Found, base: int) -> None:
    result.clean[place] = -found[0]
    result.done[place] = found[1]
    result.chain[place] = [p if p == SKIPPED else p + base for p in found[2]]


def _units(
    table: Table, rules: Rules, first: Ints, hard: Bools
) -> list[tuple[UnitEvents, int, list[int]]]:
    """(events, place of the first one, places of the starts) of every unit with a hard start."""
    places = np.flatnonzero(hard)
    if not len(places):
        return []
    unit = table.unit[first[places]]
    cuts = np.flatnonzero(np.diff(unit)) + 1
    found = []
    for some in np.split(places, cuts):
        code = table.unit[first[some[0]]]
        low = int(np.searchsorted(table.unit, code, side="left"))
        high = int(np.searchsorted(table.unit, code, side="right"))
        events = unit_events(
            table.time[low:high].tolist(), table.mask[low:high].tolist(),
            table.hold[low:high].tolist(), table.barred[low:high].tolist(), len(rules.exclusions),
        )  # fmt: skip
        found.append((events, low, some.tolist()))
    return found
