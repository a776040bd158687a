"""The keys of a stream for a range of buckets: as they lie, or filtered and merged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tundish.funnel.packed.events import LAST_MICROS, TIME_BITS, UNITS
from tundish.funnel.packed.plan import Source, Stream
from tundish.journal.columns import Bools, Ints


@dataclass(frozen=True)
class Keys:
    """Keys in order; `starts` (range's buckets + 1,) are the places where its buckets begin."""

    keys: Ints
    starts: Ints

    def of(self, place: int) -> Ints:
        """The keys of one bucket, by its place in the range."""
        return self.keys[self.starts[place] : self.starts[place + 1]]


Merged = Callable[[Sequence[Keys], Ints, Ints], None]


def bounds(starts: Ints, first: int, end: int) -> Ints:
    """Where the buckets from `first` to `end` begin, also past those that a run knows."""
    known = len(starts) - 1
    if end <= known:
        return starts[first : end + 1]
    return starts[np.minimum(np.arange(first, end + 1), known)]


def gather(
    stream: Stream, first: int, end: int, *, merged: Merged, last: int = LAST_MICROS
) -> Keys:
    """The keys of the events that fill a step, for the buckets from `first` to before `end`."""
    whole = stream.whole
    if whole is not None and last >= LAST_MICROS:
        return Keys(whole.keys, bounds(whole.starts, first, end))
    joined = partial(_joined, merged=merged)
    found = joined([_passing(source, first, end) for source in stream.sources], end - first)
    if stream.first:
        candidates = found
        if stream.named:
            every = [_passing(Source(s.kind, s.run), first, end) for s in stream.sources]
            candidates = joined(every, end - first)
        found = _firsts(found, candidates)
    if last < LAST_MICROS:
        found = _kept(found, (found.keys & LAST_MICROS) <= last)
    return found


def _passing(source: Source, first: int, end: int) -> Keys:
    starts = bounds(source.run.starts, first, end)
    low, high = int(starts[0]), int(starts[-1])
    keys = Keys(source.run.keys[low:high], starts - low)
    return keys if source.plain else _kept(keys, source.passing(low, high))


def _kept(keys: Keys, mask: Bools) -> Keys:
    counts = np.concatenate([[0], np.cumsum(mask, dtype=np.int64)])
    return Keys(keys.keys[mask], np.asarray(counts[keys.starts], np.int64))


def _joined(parts: list[Keys], buckets: int, *, merged: Merged) -> Keys:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Keys(np.zeros(0, np.int64), np.zeros(buckets + 1, np.int64))
    starts = np.sum([p.starts - p.starts[0] for p in parts], axis=0)
    keys = np.empty(int(starts[-1]), np.int64)
    merged(parts, starts, keys)
    return Keys(keys, starts)


def merged(parts: Sequence[Keys], starts: Ints, keys: Ints) -> None:
    """Put the keys of several parts in order in `keys`, whose buckets begin at `starts`."""
    for b in range(len(starts) - 1):
        some = keys[starts[b] : starts[b + 1]]
        np.concatenate([p.of(b) for p in parts], out=some)
        some.sort()


def _firsts(keys: Keys, candidates: Keys) -> Keys:
    """The keys at the instant of their unit's first candidate; tied ones may each stand first."""
    mask = np.zeros(len(keys.keys), np.bool_)
    for b in range(len(keys.starts) - 1):
        known, some = candidates.of(b), keys.of(b)
        units = known >> TIME_BITS
        of_unit = np.full(UNITS, -1, np.int64)
        of_unit[units[::-1]] = known[::-1]
        mask[keys.starts[b] : keys.starts[b + 1]] = some == of_unit[some >> TIME_BITS]
    return _kept(keys, mask)


def next_places(keys: Keys, bucket: Ints, key: Ints, *, behind: bool = False) -> Ints:
    """For each key (m,) of a bucket (m, its place in the range) the place of the first one of that
    bucket that is not less (with `behind`, that is greater), or the bucket's end. Bisects all at
    once."""
    low, high = keys.starts[bucket], keys.starts[bucket + 1]
    if not len(keys.keys):
        return np.asarray(low, np.int64)
    while (open_ := low < high).any():
        middle = (low + high) >> 1
        there = keys.keys[np.minimum(middle, len(keys.keys) - 1)]
        less = open_ & ((there <= key) if behind else (there < key))
        low = np.where(less, middle + 1, low)
        high = np.where(open_ & ~less, middle, high)
    return np.asarray(low, np.int64)
