"""Joining parts: eight of about one size become one of the next, an event is rewritten once a size.

By kind and by ranges of buckets, so that the memory it takes does not grow with the index.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import TIME_BITS, UNIT_BITS, PackedRun
from tundish.journal.columns import Ints
from tundish.stores.index.manifest import Manifest, PartName
from tundish.stores.index.part import KindSections, Part, PartWriter

_JOINED = 8
_EVENTS_AT_ONCE = 1 << 21
_FEW_DEAD, _PART_DEAD = 1_000, 16
"""All parts are joined once more than the 16th part of the ordinals, and 1,000, are dead."""


def chosen(manifest: Manifest, *, dead: int, all: bool) -> list[PartName]:
    """The parts to join now; none where it is not yet time."""
    parts = list(manifest.parts)
    if all or dead > _FEW_DEAD + manifest.units // _PART_DEAD:
        return parts if len(parts) > 1 or (parts and dead) else []
    for size in range(max((_size(part.events) for part in parts), default=0) + 1):
        small = [part for part in parts if _size(part.events) <= size]
        if sum(_size(part.events) == size for part in small) >= _JOINED:
            return small
    return []


def joined(
    place: Path, parts: Sequence[Part], file: str, *, dead: Ints, names: Collection[str]
) -> list[PartName]:
    """Write the events of the parts as one, without those of the ordinals `dead` (in order);
    gives the part, or none where no event is left. `names` are the properties that stay.

    Raises Damaged where one of them is not what was written.
    """
    for part in parts:
        part.verify()
    writer = PartWriter(place, file)
    try:
        for kind in sorted({k for part in parts for k in part.kinds}, key=lambda k: (k is None, k)):
            runs = [part.run(kind, names=names) for part in parts if kind in part.kinds]
            _join_kind(writer, kind, runs, dead=dead)
            for part in parts:
                part.forget()
        name = writer.finish()
    except BaseException:
        writer.give_up()
        raise
    if name.events:
        return [name]
    writer.give_up()
    return []


def _join_kind(
    writer: PartWriter, kind: str | None, runs: Sequence[PackedRun], *, dead: Ints
) -> None:
    total = sum(map(len, runs))
    buckets = max(len(run.starts) for run in runs) - 1
    columns = {name: writer.room(_widest(runs, name), total) for name in _named(runs)}
    keys = writer.room(np.int64, total)
    position = writer.room(np.int64, total) if all(r.position is not None for r in runs) else None
    flags = {
        flag: writer.room(np.bool_, total)
        for flag in ("estimated", "day_only")
        if any(getattr(run, flag) is not None for run in runs)
    }
    sizes = np.zeros(buckets, np.int64)
    for low, high in _ranges(runs, buckets):
        piece = _Piece(runs, low, high, dead)
        keys = writer.fill(keys, piece.keys)
        sizes[low:high] = piece.sizes
        if position is not None:
            position = writer.fill(position, piece.of([run.position for run in runs], 0))
        for name, room in columns.items():
            columns[name] = writer.fill(room, piece.of([r.properties.get(name) for r in runs], -1))
        for flag, room in flags.items():
            flags[flag] = writer.fill(room, piece.of([getattr(r, flag) for r in runs], False))
    filled = np.flatnonzero(sizes)
    firsts = np.cumsum(sizes) - sizes
    where = [writer.room(np.int64, len(filled)) for _ in range(2)]
    writer.keep(
        KindSections(
            kind, keys[2], keys, writer.fill(where[0], filled), writer.fill(where[1], firsts[filled]),
            position, flags.get("estimated"), flags.get("day_only"), columns,
        )
    )  # fmt: skip


class _Piece:
    """The events of some buckets of a kind out of several runs, in order; `sizes` of the buckets."""

    def __init__(self, runs: Sequence[PackedRun], low: int, high: int, dead: Ints) -> None:
        self._spans = [_span(run, low, high) for run in runs]
        keys = np.concatenate([r.keys[a:b] for r, (a, b) in zip(runs, self._spans, strict=True)])
        bucket = np.concatenate([_buckets_of(run, low, high) for run in runs])
        self._alive: NDArray[Any] | None = None
        if len(dead):
            ordinal = (bucket + low << UNIT_BITS) | keys >> TIME_BITS
            at = np.minimum(np.searchsorted(dead, ordinal), len(dead) - 1)
            alive = dead[at] != ordinal
            if not alive.all():
                self._alive = np.flatnonzero(alive)
                keys, bucket = keys[self._alive], bucket[self._alive]
        order = np.argsort(keys)
        if high - low > 1:
            order = order[np.argsort(bucket[order].astype(np.uint16), kind="stable")]
        self._order = order
        self.keys = keys[order]
        self.sizes = np.bincount(bucket, minlength=high - low)

    def of(self, columns: Sequence[NDArray[Any] | None], missing: Any) -> NDArray[Any]:
        """The same events' values of a column, `missing` where a run has none."""
        whole = np.concatenate(
            [
                np.full(high - low, missing, np.int8) if column is None else column[low:high]
                for column, (low, high) in zip(columns, self._spans, strict=True)
            ]
        )
        return (whole if self._alive is None else whole[self._alive])[self._order]


def _span(run: PackedRun, low: int, high: int) -> tuple[int, int]:
    last = len(run.starts) - 1
    return int(run.starts[min(low, last)]), int(run.starts[min(high, last)])


def _buckets_of(run: PackedRun, low: int, high: int) -> Ints:
    """The bucket of each event of a span, counted from `low`."""
    sizes = np.diff(run.starts[low : high + 1])
    return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)


def _ranges(runs: Sequence[PackedRun], buckets: int) -> Iterator[tuple[int, int]]:
    """Ranges of buckets with about _EVENTS_AT_ONCE events, fewer than 65,536 buckets each."""
    sizes = np.zeros(buckets, np.int64)
    for run in runs:
        sizes[: len(run.starts) - 1] += np.diff(run.starts)
    ends = np.cumsum(sizes)
    low = 0
    while low < buckets:
        before = int(ends[low - 1]) if low else 0
        high = int(np.searchsorted(ends, before + _EVENTS_AT_ONCE, side="right"))
        high = min(max(high, low + 1), low + (1 << 16) - 1, buckets)
        yield low, high
        low = high


def _named(runs: Sequence[PackedRun]) -> list[str]:
    return sorted({name for run in runs for name in run.properties})


def _widest(runs: Sequence[PackedRun], name: str) -> np.dtype[Any]:
    kinds = [run.properties[name].dtype for run in runs if name in run.properties]
    return max(kinds, key=lambda kind: kind.itemsize)


def _size(events: int) -> int:
    """The power of 8 that a number of events has reached."""
    return (max(events, 1).bit_length() - 1) // 3
