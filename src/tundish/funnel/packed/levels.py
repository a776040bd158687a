"""Who comes how far: for each step the units that reach it, by numpy alone.

A chain of events that reach a step is matched with the next step's events: each takes the latest
one before it, and so the latest start; where that lies too far back no other start can do. Of the
events that reach a step the first of a unit completes earliest, the last has the latest start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.membership import ranges
from tundish.funnel.packed.events import LAST_MICROS, TIME_BITS, UNIT_BITS, UNITS
from tundish.funnel.packed.plan import Plan
from tundish.funnel.packed.streams import Keys
from tundish.journal.columns import Bools, Ints

_UNIT = ~np.int64(LAST_MICROS)
"""What of a key is the unit."""


@dataclass(frozen=True)
class Level:
    """The m units that reach a step, rising; units count from the first of the range.

    `done` (m,) is the earliest completion, `start` (m,) the latest e1 of it, `latest` (m,) the
    latest e1 of all attempts that come so far; microseconds since the base.
    """

    unit: NDArray[np.signedinteger[Any]]
    start: Ints
    done: Ints
    latest: Ints


def reached(plan: Plan, keys: Sequence[Keys], skip: Bools | None) -> Ints:
    """How many units reach each of the K steps; `skip` (units of the range,) are not counted."""
    counts = np.zeros(len(plan.streams), np.int64)
    for b in range(len(keys[0].starts) - 1):
        chain = start = entries(plan, keys[0].of(b), _of_bucket(skip, b))
        known = None
        for k in range(len(keys)):
            if k:
                chain, start = advance(
                    chain, start, keys[k].of(b), plan.window, apart=plan.apart[k - 1], known=known
                )
            if not len(chain):
                break
            known = _units_of(chain)
            counts[k] += np.count_nonzero(known)
    return counts


def levels(plan: Plan, keys: Sequence[Keys], skip: Bools | None) -> list[Level]:
    """The K levels of a range of buckets."""
    found: list[list[tuple[Ints, Ints, Ints, Ints]]] = [[] for _ in keys]
    for b in range(len(keys[0].starts) - 1):
        chain = start = entries(plan, keys[0].of(b), _of_bucket(skip, b))
        for k in range(len(keys)):
            if k:
                chain, start = advance(
                    chain, start, keys[k].of(b), plan.window, apart=plan.apart[k - 1]
                )
            if not len(chain):
                break
            unit = chain >> TIME_BITS
            first = np.flatnonzero(fresh(unit))
            final = np.append(first[1:], len(chain)) - 1
            found[k].append((
                unit[first] + (b << UNIT_BITS), start[first] & LAST_MICROS,
                chain[first] & LAST_MICROS, start[final] & LAST_MICROS,
            ))  # fmt: skip
    return [Level(*_joined(parts)) for parts in found]


def entries(plan: Plan, keys: Ints, skip: Bools | None) -> Ints:
    """The keys of one bucket that an attempt may begin with."""
    if plan.low > 0 or plan.high < LAST_MICROS:
        micros = keys & LAST_MICROS
        keys = keys[(micros >= plan.low) & (micros <= plan.high)]
    if skip is not None:
        keys = keys[~skip[keys >> TIME_BITS]]
    if plan.first_only:
        units = keys >> TIME_BITS
        of_unit = np.zeros(UNITS, np.int64)
        of_unit[units[::-1]] = keys[::-1]
        keys = keys[keys == of_unit[units]]
    return keys


def advance(
    chain: Ints, start: Ints, keys: Ints, window: int, *, apart: bool, known: Bools | None = None
) -> tuple[Ints, Ints]:
    """(keys that reach the next step, the latest start of each), both rising.

    The chain's events (m,) with their starts (m,) are matched with the `keys` (n,) of the next
    step; with `apart` these must come later, else not earlier. Searches the fewer in the more.
    `known` (UNITS,) are the units of the chain, where the caller has them.
    """
    if not len(chain) or not len(keys):
        return chain[:0], chain[:0]
    if 2 * len(chain) < len(keys):
        return _from_chain(chain, start, keys, window, apart=apart)
    keys = keys[(_units_of(chain) if known is None else known)[keys >> TIME_BITS]]
    place = np.searchsorted(chain, keys, side="left" if apart else "right")
    return held(start, keys, place, window)


def held(start: Ints, keys: Ints, place: Ints, window: int) -> tuple[Ints, Ints]:
    """The keys (n,) of which the latest start before their `place` (n,) in the chain is of the same
    unit and within the window, and these starts."""
    some = int(np.searchsorted(place, 1))  # keys rise, and so do their places
    keys, begun = keys[some:], start[place[some:] - 1]
    good = begun >= np.maximum(keys - window, keys & _UNIT)
    return keys[good], begun[good]


def _from_chain(
    chain: Ints, start: Ints, keys: Ints, window: int, *, apart: bool
) -> tuple[Ints, Ints]:
    """The same, where the chain is short: its events are looked for among the keys."""
    low = np.searchsorted(keys, chain, side="right" if apart else "left")
    limit = start + np.minimum(window, LAST_MICROS - (start & LAST_MICROS))
    behind = np.append(low[1:], len(keys))
    some = np.flatnonzero((low < behind) & (keys[np.minimum(low, len(keys) - 1)] <= limit))
    low, start = low[some], start[some]
    high = np.minimum(np.searchsorted(keys, limit[some], side="right"), behind[some])
    return keys[ranges(low, high)], np.repeat(start, high - low)


def fresh(unit: Ints) -> Bools:
    """Where a unit stands for the first time, in rising units (n,)."""
    first = np.ones(len(unit), np.bool_)
    np.not_equal(unit[1:], unit[:-1], out=first[1:])
    return first


def _units_of(chain: Ints) -> Bools:
    """Which units of a bucket have an event in the chain, (UNITS,)."""
    known = np.zeros(UNITS, np.bool_)
    known[chain >> TIME_BITS] = True
    return known


def _of_bucket(skip: Bools | None, place: int) -> Bools | None:
    return None if skip is None else skip[place << UNIT_BITS : (place + 1) << UNIT_BITS]


def _joined(parts: list[tuple[Ints, Ints, Ints, Ints]]) -> list[Ints]:
    if not parts:
        return [np.zeros(0, np.int64)] * 4
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
