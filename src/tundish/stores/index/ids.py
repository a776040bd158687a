"""The ids of the units by ordinal, and the ordinals by id.

An ordinal is given when a unit is first seen and never to another one. Ids are texts, or whole
numbers throughout. They are found by an open table of ordinals, mapped into memory: a place of it
that leads to an ordinal the manifest does not know yet, or to another id, is passed over, so what a
killed writer left in it harms nobody. Every hit is compared with the id itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.membership import ranges
from tundish.journal.columns import Bools, Ints
from tundish.stores.index.disk import append_file, array, checksum, mapped, room_for
from tundish.stores.index.hashing import Hashes, hash_numbers, hash_texts
from tundish.stores.index.manifest import Damaged, Manifest

_FEWEST_SLOTS = 1 << 10
_AT_ONCE = 1 << 20
_FILES = ("ids", "ends", "hash")
_MOST_TRIES = 10_000
"""Of a table that is half empty no unit stands so far from where its hash would have it."""
_NOTHING = (0, 0, (0, 0, 0))
_sound: dict[str, tuple[int, int, tuple[int, int, int]]] = {}
"""By how their files' names begin: of how many units (units, bytes of text, checksums) an index's
lists were read whole in this process and found sound. They only grow, so the rest is read later."""


class Packed:
    """n ids as arrays: texts behind one another, each up to its end, or numbers; and their hashes."""

    def __init__(self, ids: Sequence[Any] | NDArray[Any], *, seed: int, numbers: bool) -> None:
        self.numbers = np.asarray(ids, np.int64) if numbers else np.empty(0, np.int64)
        texts = [] if numbers else [str(one).encode("utf-8", "surrogatepass") for one in ids]
        self.text = b"".join(texts)
        self.ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        self.hash: Hashes = (
            hash_numbers(self.numbers, seed) if numbers else hash_texts(self.text, self.ends, seed)
        )

    def __len__(self) -> int:
        return len(self.hash)


class UnitIds(Sequence[Any]):
    """The ids that a manifest knows, by ordinal; read where they are asked for."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder, self._manifest = folder, manifest
        self.numbers = manifest.ids == "number"
        n, name = manifest.units, f"{folder / manifest.epoch}"
        try:
            width = n * 8 if self.numbers else manifest.text
            self._ids = mapped(Path(f"{name}.ids"), size=width)
            self._ends = mapped(Path(f"{name}.ends"), size=0 if self.numbers else n * 8)
            self._hash = mapped(Path(f"{name}.hash"), size=n * 8)
            self._table = mapped(folder / manifest.found_by, size=manifest.slots * 4)
        except EOFError as short:
            raise Damaged(f"{short} is cut off") from None

    def __len__(self) -> int:
        return self._manifest.units

    def __getitem__(self, ordinal: Any) -> Any:
        if isinstance(ordinal, slice):
            return self.take(np.arange(*ordinal.indices(len(self))))
        if not -len(self) <= ordinal < len(self):
            raise IndexError(ordinal)
        return self.take(np.asarray([int(ordinal) % len(self)]))[0]

    def __iter__(self) -> Iterator[Any]:
        for first in range(0, len(self), _AT_ONCE):
            yield from self.take(np.arange(first, min(first + _AT_ONCE, len(self))))

    def take(self, ordinals: NDArray[Any]) -> list[Any]:
        """The ids at `ordinals`. Raises Damaged."""
        self.check()
        if self.numbers:
            found: list[Any] = self._numbers()[ordinals].tolist()
            return found
        starts, ends = self._spans(ordinals)
        bounds = zip(starts.tolist(), ends.tolist(), strict=True)
        text = self._ids
        return [text[low:high].decode("utf-8", "surrogatepass") for low, high in bounds]

    def look_up(self, wanted: Packed) -> Ints:
        """The ordinal that each id was first given, -1 for an unknown one. Raises Damaged."""
        self.check()
        found = np.full(len(wanted), -1, np.int64)
        slots = self._manifest.slots
        if not slots:
            return found
        table = array(self._table, "<u4", at=0, count=slots)
        hashes, n = self._hashes(), len(self)
        going, place = np.arange(len(wanted)), (wanted.hash >> np.uint64(1)) & np.uint64(slots - 1)
        while len(going):
            at = table[place].astype(np.int64) - 1
            known = (at >= 0) & (at < n)
            hit = known.copy()
            hit[known] = hashes[at[known]] == wanted.hash[going[known]]
            hit[hit] = self._same(at[hit], wanted, going[hit])
            found[going[hit]] = at[hit]
            on = (at >= 0) & ~hit
            going, place = going[on], (place[on] + np.uint64(1)) & np.uint64(slots - 1)
        return found

    def roots(self, begin: int = 0) -> Iterator[tuple[Ints, Hashes]]:
        """(ordinals, hashes) of the ids in the table from an ordinal on, some at a time."""
        hashes = self._hashes()
        for first in range(begin, len(self), _AT_ONCE):
            some = hashes[first : first + _AT_ONCE]
            there = np.flatnonzero(some)
            yield there + first, some[there]

    def verify(self) -> None:
        """Read all of it again: that nothing was altered, and that each unit is found by its id.

        Raises Damaged.
        """
        if self._sums(_NOTHING) != self._manifest.sums:
            raise Damaged(f"the ids of the units of {self._manifest.unit}")
        self._check_table(0)

    def check(self) -> None:
        """Read what of it this process has not read so far. Raises Damaged."""
        said, name = self._manifest, f"{self._folder / self._manifest.epoch}"
        known = _sound.get(name, _NOTHING)
        if said.units <= known[0]:
            return
        if self._sums(known) != said.sums:
            known = _NOTHING  # what was read then may never have become live
            if self._sums(known) != said.sums:
                raise Damaged(f"the ids of the units of {said.unit}")
        self._check_table(known[0])
        _sound[name] = (said.units, said.text, said.sums)

    def _sums(self, known: tuple[int, int, tuple[int, int, int]]) -> tuple[int, ...]:
        units, text, before = known
        at = (units * 8 if self.numbers else text, 0 if self.numbers else units * 8, units * 8)
        lists = (self._ids, self._ends, self._hash)
        return tuple(
            checksum(memoryview(content)[begin:], so_far)
            for content, begin, so_far in zip(lists, at, before, strict=True)
        )

    def _check_table(self, begin: int) -> None:
        if not self._manifest.slots:
            return
        table = array(self._table, "<u4", at=0, count=self._manifest.slots)
        for ordinals, hashes in self.roots(begin):
            _check_found(table, ordinals, hashes)

    def _same(self, ordinals: Ints, wanted: Packed, which: Ints) -> Bools:
        if self.numbers:
            return np.asarray(self._numbers()[ordinals] == wanted.numbers[which], np.bool_)
        starts, ends = self._spans(ordinals)
        asked_ends = wanted.ends[which]
        asked = np.where(which > 0, wanted.ends[which - 1], 0)
        same = np.asarray(ends - starts == asked_ends - asked, np.bool_)
        rows = np.flatnonzero(same)
        sizes = (ends - starts)[rows]
        left = np.frombuffer(self._ids, np.uint8)[ranges(starts[rows], ends[rows])]
        right = np.frombuffer(wanted.text, np.uint8)[ranges(asked[rows], asked_ends[rows])]
        wrong = np.repeat(rows, sizes)[left != right] if len(left) else rows[:0]
        same[wrong] = False
        return same

    def _spans(self, ordinals: NDArray[Any]) -> tuple[Ints, Ints]:
        ends = array(self._ends, "<i8", at=0, count=len(self))
        starts = np.where(ordinals > 0, ends[ordinals - 1], 0) if len(ordinals) else ordinals
        return np.asarray(starts, np.int64), np.asarray(ends[ordinals], np.int64)

    def _numbers(self) -> Ints:
        return array(self._ids, "<i8", at=0, count=len(self))

    def _hashes(self) -> Hashes:
        return array(self._hash, "<u8", at=0, count=len(self))


def keep_ids(folder: Path, manifest: Manifest, fresh: Packed, *, rooted: int) -> Manifest:
    """Append ids behind the known ones; gives the manifest that knows them.

    The first `rooted` of them are found by the table; the others are further ordinals of units
    that it leads to already.
    """
    if not len(fresh):
        return manifest
    name, n = f"{folder / manifest.epoch}", manifest.units
    hashes = fresh.hash.copy()
    hashes[rooted:] = 0
    if manifest.ids == "number":
        added = (fresh.numbers.tobytes(), b"", hashes.tobytes())
    else:
        added = (fresh.text, (fresh.ends + manifest.text).tobytes(), hashes.tobytes())
    begins = (n * 8 if manifest.ids == "number" else manifest.text, n * 8, n * 8)
    for kind, content, at in zip(_FILES, added, begins, strict=True):
        if content:
            append_file(Path(f"{name}.{kind}"), content, at=at)
    ids, ends, hash_ = (checksum(c, s) for c, s in zip(added, manifest.sums, strict=True))
    known = replace(
        manifest, units=n + len(fresh), text=manifest.text + len(fresh.text),
        sums=(ids, ends, hash_), rooted=manifest.rooted + rooted,
    )  # fmt: skip
    if known.rooted * 2 > known.slots:
        return _grown(folder, known)
    table = np.memmap(folder / known.found_by, "<u4", "r+", shape=(known.slots,))
    _enter(np.asarray(table), np.arange(n, n + rooted), hashes[:rooted])
    table.flush()
    return known


def _grown(folder: Path, manifest: Manifest) -> Manifest:
    """A table with room for as many units again."""
    slots = manifest.slots or _FEWEST_SLOTS
    while slots < manifest.rooted * 3:
        slots *= 2
    larger = replace(manifest, slots=slots, found_by=f"{manifest.epoch}.table-{slots}")
    (folder / larger.found_by).unlink(missing_ok=True)
    room_for(folder / larger.found_by, slots * 4)
    table = np.memmap(folder / larger.found_by, "<u4", "r+", shape=(slots,))
    for ordinals, hashes in UnitIds(folder, larger).roots():
        _enter(np.asarray(table), ordinals, hashes)
    table.flush()
    return larger


def _enter(table: NDArray[Any], ordinals: Ints, hashes: Hashes) -> None:
    """Put ordinals into the table, each in the first free place from the one its hash names."""
    mask = np.uint64(len(table) - 1)
    going = np.arange(len(ordinals))
    place = (hashes >> np.uint64(1)) & mask
    while len(going):
        free = table[place] == 0
        mine = (ordinals[going] + 1).astype(np.uint32)
        table[place[free]] = mine[free]  # of several that want one place the last gets it
        on = table[place] != mine
        going, place = going[on], (place[on] + np.uint64(1)) & mask


def _check_found(table: NDArray[Any], ordinals: Ints, hashes: Hashes) -> None:
    mask = np.uint64(len(table) - 1)
    place = (hashes >> np.uint64(1)) & mask
    for _ in range(_MOST_TRIES):
        if not len(ordinals):
            return
        at = table[place].astype(np.int64) - 1
        if (at < 0).any():
            break
        on = at != ordinals
        ordinals, place = ordinals[on], (place[on] + np.uint64(1)) & mask
    raise Damaged("the table of the ids")
