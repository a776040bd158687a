"""Which units the packed kernels leave to the general search: few, and found from the keys."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tundish.funnel.packed.events import TIME_BITS, UNIT_BITS, UNITS
from tundish.funnel.packed.levels import entries, held
from tundish.funnel.packed.plan import Plan, Source
from tundish.funnel.packed.streams import Keys, bounds
from tundish.journal.columns import Bools, Ints


@dataclass(frozen=True)
class Doubts:
    """What only the general search can judge in a range of buckets. `flagged` (units,) have an
    estimated time or a bare date among events that may match, None where no event has one; `tied`
    are, by bucket, the keys that several events have, where one event may fill several steps."""

    units_of_range: int
    flagged: Bools | None
    tied: Sequence[Ints]

    def units(self) -> Bools | None:
        """All units in doubt, (units of the range,); None where there is none."""
        if not any(map(len, self.tied)):
            return self.flagged
        found = self._flagged()
        for place, keys in enumerate(self.tied):
            found[(keys >> TIME_BITS) + (place << UNIT_BITS)] = True
        return found

    def deeper(self, plan: Plan, keys: Sequence[Keys]) -> Bools | None:
        """The same for a question that asks for nothing but depths: of the units with ties only
        those that come further if a tied instant may be used for more than one step.

        Without ties at all an event must come later than the one before it; that is the least depth.
        With them it may come at the same instant; that is the most. In between lies the truth.
        """
        if not any(map(len, self.tied)):
            return self.flagged
        found = self._flagged()
        for place, tied in enumerate(self.tied):
            if len(tied):
                some = _depths(plan, [k.of(place) for k in keys], tied)
                found[place << UNIT_BITS : (place + 1) << UNIT_BITS] |= some
        return found

    def _flagged(self) -> Bools:
        if self.flagged is None:
            return np.zeros(self.units_of_range, np.bool_)
        return self.flagged.copy()


def doubts(plan: Plan, first: int, end: int) -> Doubts:
    """The doubts about the units of a range of buckets."""
    runs = {id(s.run): s for stream in plan.streams for s in stream.sources}
    flagged = None
    for source in runs.values():
        for flags in (source.run.estimated, source.run.day_only):
            if flags is not None:
                if flagged is None:
                    flagged = np.zeros((end - first) << UNIT_BITS, np.bool_)
                flagged[_flagged(source, flags, first, end)] = True
    tied = []
    for bucket in range(first, end) if plan.overlaps and runs else ():
        keys = np.concatenate([_bucket(source, bucket) for source in runs.values()])
        keys.sort()
        tied.append(np.unique(keys[1:][keys[1:] == keys[:-1]]))
    return Doubts((end - first) << UNIT_BITS, flagged, tied)


def _depths(plan: Plan, steps: Sequence[Ints], tied: Ints) -> Bools:
    """The units (UNITS,) of a bucket with a tie whose least and greatest depth differ."""
    doubtful = np.zeros(UNITS, np.bool_)
    doubtful[tied >> TIME_BITS] = True
    some = [keys[doubtful[keys >> TIME_BITS]] for keys in steps]
    depth = np.zeros((2, UNITS), np.uint8)
    for row, least in enumerate((True, False)):
        chain = start = entries(plan, some[0], None)
        depth[row, chain >> TIME_BITS] = 1
        for k, keys in enumerate(some[1:], start=1):
            apart = least or plan.apart[k - 1]
            wanted = keys if least or not apart else keys + _among(keys, tied)
            place = np.searchsorted(chain, wanted, side="left" if apart else "right")
            chain, start = held(start, keys, place, plan.window)
            depth[row, chain >> TIME_BITS] = k + 1
    return np.asarray(depth[0] != depth[1], np.bool_)


def _among(keys: Ints, tied: Ints) -> Bools:
    place = np.minimum(np.searchsorted(tied, keys), len(tied) - 1)
    return np.asarray(tied[place] == keys, np.bool_)


def _flagged(source: Source, flags: Bools, first: int, end: int) -> Ints:
    starts = bounds(source.run.starts, first, end)
    rows = np.flatnonzero(flags[int(starts[0]) : int(starts[-1])]) + int(starts[0])
    bucket = np.searchsorted(starts, rows, side="right") - 1
    return np.asarray((bucket << UNIT_BITS) + (source.run.keys[rows] >> TIME_BITS), np.int64)


def _bucket(source: Source, bucket: int) -> Ints:
    low, high = bounds(source.run.starts, bucket, bucket + 1)
    return source.run.keys[low:high]
