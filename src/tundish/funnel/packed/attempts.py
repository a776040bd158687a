"""The recorded attempt of every unit (A6), and who began in which bucket of the trend (A15)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tundish.funnel.packed.events import LAST_MICROS, TIME_BITS, UNIT_BITS
from tundish.funnel.packed.levels import Level, fresh
from tundish.funnel.packed.plan import Plan
from tundish.funnel.packed.streams import Keys, next_places
from tundish.funnel.steps.calendar import buckets
from tundish.funnel.steps.definition import StepDefinition
from tundish.journal.columns import Bools, Codes, Ints


@dataclass(frozen=True)
class Depth:
    """The m units whose deepest attempt fills d steps: `at` (m, d) the times of its events, `open`
    (m,) whether an attempt of that depth can still go on. Microseconds since the base."""

    unit: Codes
    at: Ints
    open: Bools


@dataclass(frozen=True)
class Began:
    """Pairs of unit and trend bucket, each once: `unit` (m,), `bucket` (m,)."""

    unit: Codes
    bucket: Ints


def depths(
    plan: Plan, keys: Sequence[Keys], found: Sequence[Level], *, open_from: int
) -> list[Depth]:
    """The units of each depth; attempts that begin at `open_from` or later are open."""
    units = (len(keys[0].starts) - 1) << UNIT_BITS
    depth = np.zeros(units, np.uint8)
    for k, level in enumerate(found):
        depth[level.unit] = k + 1
    result = []
    for k, level in enumerate(found):
        rows = np.flatnonzero(depth[level.unit] == k + 1)
        at = np.empty((len(rows), k + 1), np.int64)
        at[:, 0], at[:, k] = level.start[rows], level.done[rows]
        one = Depth(level.unit[rows].astype(np.int32), at, level.latest[rows] >= open_from)
        fill_between(one, plan, keys)
        result.append(one)
    return result


def fill_between(one: Depth, plan: Plan, keys: Sequence[Keys]) -> None:
    """Put the times between the first and the last event in place: always the next event."""
    unit = one.unit.astype(np.int64)
    for j in range(1, one.at.shape[1] - 1):
        one.at[:, j] = _next(keys[j], unit, one.at[:, j - 1], apart=plan.apart[j - 1])


def _next(keys: Keys, unit: Ints, after: Ints, *, apart: bool) -> Ints:
    """The time of each unit's first event at `after` or later; there is one."""
    key = ((unit & ((1 << UNIT_BITS) - 1)) << TIME_BITS) + after + apart
    return np.asarray(keys.keys[next_places(keys, unit >> UNIT_BITS, key)] & LAST_MICROS, np.int64)


def began(
    plan: Plan, keys: Sequence[Keys], found: Sequence[Level], skip: Bools | None,
    definition: StepDefinition, *, base: int,
) -> tuple[Began, Began]:  # fmt: skip
    """(entered, converted): which units began an attempt in which bucket that came to from_step, and
    to both steps. Not those that `skip` (units of the range,) marks."""
    unit, micros = _entries(plan, keys[0], skip)
    bucket = trend_buckets(micros, definition, base=base)
    if plan.first_only:
        new = _fresh_pairs(unit, bucket)
        # tied first events stand for one another
        unit, micros, bucket = unit[new], micros[new], bucket[new]
    entered = _reaching(plan, keys, found, unit, micros, bucket, definition.from_step)
    if definition.to_step <= definition.from_step:
        return entered, entered
    return entered, _reaching(plan, keys, found, unit, micros, bucket, definition.to_step)


def trend_buckets(micros: Ints, definition: StepDefinition, *, base: int) -> Ints:
    """The trend's bucket of each time since the base, (n,)."""
    return buckets(
        micros + base, definition.timezone, definition.interval, week_start=definition.week_start
    )


def paired(unit: Ints, bucket: Ints) -> Began:
    """Each pair once; pairs that are equal must stand together."""
    new = _fresh_pairs(unit, bucket)
    return Began(unit[new].astype(np.int32), bucket[new])


def _fresh_pairs(unit: Ints, bucket: Ints) -> Bools:
    new = fresh(unit)
    new[1:] |= bucket[1:] != bucket[:-1]
    return new


def _entries(plan: Plan, keys: Keys, skip: Bools | None) -> tuple[Ints, Ints]:
    low, high = int(keys.starts[0]), int(keys.starts[-1])
    some = keys.keys[low:high]
    bucket = np.repeat(np.arange(len(keys.starts) - 1), np.diff(keys.starts))
    unit = (some >> TIME_BITS) + (bucket << UNIT_BITS)
    micros = some & LAST_MICROS
    good = (micros >= plan.low) & (micros <= plan.high)
    if skip is not None:
        good &= ~skip[unit]
    return (unit, micros) if good.all() else (unit[good], micros[good])


def _reaching(
    plan: Plan, keys: Sequence[Keys], found: Sequence[Level], unit: Ints, micros: Ints,
    bucket: Ints, step: int,
) -> Began:  # fmt: skip
    """The pairs of which an entry comes to `step`: always the next event, within the window."""
    # With first_only no entry but the first of all was followed: that of a later bucket may come further.
    if step and not plan.first_only:
        far = np.zeros((len(keys[0].starts) - 1) << UNIT_BITS, np.bool_)
        far[found[step].unit] = True
        some = far[unit]
        unit, micros, bucket = unit[some], micros[some], bucket[some]
    now, alive = micros, np.ones(len(unit), np.bool_)
    for k in range(1, step + 1):
        step_keys = keys[k]
        if not len(step_keys.keys):
            return paired(unit[:0], bucket[:0])
        key = ((unit & ((1 << UNIT_BITS) - 1)) << TIME_BITS) + now + plan.apart[k - 1]
        of = unit >> UNIT_BITS
        place = next_places(step_keys, of, key)
        alive &= place < step_keys.starts[of + 1]
        ahead = step_keys.keys[np.minimum(place, len(step_keys.keys) - 1)]
        alive &= (ahead ^ key) >> TIME_BITS == 0
        now = np.where(alive, ahead & LAST_MICROS, now)
        alive &= now - micros <= plan.window
    return paired(unit[alive], bucket[alive])
