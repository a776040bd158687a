"""Which units the packed kernels leave to the general search: few, and found from the keys."""

import numpy as np

from tundish.funnel.packed.events import TIME_BITS, UNIT_BITS
from tundish.funnel.packed.plan import Plan, Source
from tundish.funnel.packed.streams import bounds
from tundish.journal.columns import Bools, Ints


def hard_units(plan: Plan, first: int, end: int) -> Bools | None:
    """The units of the range of buckets, (units,), that have an estimated time or a bare date among
    events that may match; or, where one event may fill several steps, events tied in time."""
    runs = {id(s.run): s for stream in plan.streams for s in stream.sources}
    hard = np.zeros((end - first) << UNIT_BITS, np.bool_)
    for source in runs.values():
        for flags in (source.run.estimated, source.run.day_only):
            if flags is not None:
                hard[_flagged(source, flags, first, end)] = True
    if plan.overlaps:
        for place in range(end - first):
            some = [_bucket(source, first + place) for source in runs.values()]
            keys = np.sort(np.concatenate(some)) if some else np.zeros(0, np.int64)
            tied = keys[1:][keys[1:] == keys[:-1]]
            hard[(tied >> TIME_BITS) + (place << UNIT_BITS)] = True
    return hard if hard.any() else None


def _flagged(source: Source, flags: Bools, first: int, end: int) -> Ints:
    starts = bounds(source.run.starts, first, end)
    rows = np.flatnonzero(flags[int(starts[0]) : int(starts[-1])]) + int(starts[0])
    bucket = np.searchsorted(starts, rows, side="right") - 1
    return np.asarray((bucket << UNIT_BITS) + (source.run.keys[rows] >> TIME_BITS), np.int64)


def _bucket(source: Source, bucket: int) -> Ints:
    low, high = bounds(source.run.starts, bucket, bucket + 1)
    return source.run.keys[low:high]
