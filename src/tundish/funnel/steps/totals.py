"""Every attempt counts, none overlaps another (A16)."""

from dataclasses import dataclass, field

import numpy as np

from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.entries import Entries, entries
from tundish.funnel.steps.matching import Table
from tundish.funnel.steps.record import Attempts, still_open
from tundish.funnel.steps.rules import FOREVER, Rules
from tundish.funnel.steps.search import SKIPPED
from tundish.journal.columns import Bools, Ints


@dataclass
class _Taken:
    """The attempts found so far, as plain lists."""

    unit: list[int] = field(default_factory=list)
    chain: list[Ints] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    excluded: list[int] = field(default_factory=list)
    lost_depth: list[int] = field(default_factory=list)


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
    alone = np.diff([*starts, len(order)]) == 1
    singles = _singles(table, found.take(order[starts[alone]]), taken)
    ends = np.append(starts[1:], len(order))
    for low, high in zip(starts[~alone].tolist(), ends[~alone].tolist(), strict=True):
        _lane(table, found.take(order[low:high]), rules, within, taken)
    return _joined(singles, taken, definition, rules, now=now, table=table)


def _singles(table: Table, found: Entries, taken: _Taken) -> Entries:
    """Units with one start have one attempt: all at once."""
    good = (found.clean == found.score) & (found.clean > 0)
    taken.excluded += table.unit[found.first[~good]].tolist()
    taken.lost_depth += found.score[~good].tolist()
    return found.take(good)


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
        np.asarray(taken.excluded, np.int32), np.asarray(taken.lost_depth, np.int64),
    )  # fmt: skip


def _lane(table: Table, found: Entries, rules: Rules, within: Bools, taken: _Taken) -> None:
    used: list[int] = []
    while len(found):
        full = _first_full(table, found, rules)
        limit = FOREVER if full is None else int(table.time[found.first[full]])
        _short_ones(table, found, rules, limit, taken)
        if full is None:
            return
        _keep(table, found, full, taken)
        used += [p for p in found.chain[full].tolist() if p < SKIPPED]
        found = _behind(table, found, full, rules, within, used)


def _first_full(table: Table, found: Entries, rules: Rules) -> int | None:
    """The full attempt that completes first; then as rule 6."""
    whole = np.flatnonzero(found.clean >= rules.full)
    if not len(whole):
        return None
    return min(whole.tolist(), key=lambda i: _rank(table, found, i))


def _rank(table: Table, found: Entries, i: int) -> tuple[int, int, int, tuple[int, ...]]:
    start = int(table.time[found.first[i]])
    return int(found.done[i]), -start, -int(found.clean[i]), tuple(found.chain[i].tolist())


def _short_ones(table: Table, found: Entries, rules: Rules, limit: int, taken: _Taken) -> None:
    """Attempts that end, by time-out or exclusion, before the instant `limit`."""
    free = -FOREVER
    starts = table.time[found.first]
    for start in np.unique(starts).tolist():
        if start >= limit:
            return
        if start < free:
            continue
        tied = np.flatnonzero(starts == start).tolist()
        best = min(
            tied,
            key=lambda i: (-int(found.score[i]), -int(found.clean[i]), *_rank(table, found, i)),
        )
        score, clean = int(found.score[best]), int(found.clean[best])
        struck = clean < score or clean < 1
        end = int(found.broken[best]) if struck else _timeout(start, rules)
        if end >= limit and limit < FOREVER:
            continue
        if struck:
            taken.excluded.append(int(table.unit[found.first[best]]))
            taken.lost_depth.append(score)
            free = end
        else:
            _keep(table, found, best, taken)
            free = min(end, FOREVER - 1) + 1


def _timeout(start: int, rules: Rules) -> int:
    return FOREVER if rules.window == FOREVER else start + rules.window


def _keep(table: Table, found: Entries, i: int, taken: _Taken) -> None:
    taken.unit.append(int(table.unit[found.first[i]]))
    taken.chain.append(found.chain[i])
    taken.start.append(int(table.time[found.first[i]]))


def _behind(
    table: Table, found: Entries, full: int, rules: Rules, within: Bools, used: list[int]
) -> Entries:
    """The entries behind a full attempt; tied events that it did not use may stand behind it."""
    done = int(found.done[full])
    later = found.take(table.time[found.first] > done)
    unit = int(table.unit[found.first[full]])
    low = int(np.searchsorted(table.unit, unit, side="left"))
    high = int(np.searchsorted(table.unit, unit, side="right"))
    places = np.arange(low, high)
    places = places[(table.time[low:high] >= done) & ~np.isin(places, used)]
    if not (table.time[places] == done).any():
        return later
    hold = table.hold[found.first[full]]
    again = entries(
        table.take(places), rules, within=within[places] & (table.hold[places] == hold),
        general=True,
    )  # fmt: skip
    back = np.append(places, SKIPPED)
    chain = np.where(again.chain < SKIPPED, again.chain, len(places))
    return Entries(
        places[again.first], again.score, again.clean, again.done, back[chain], again.broken
    )
