"""One part: the events of some stretch, all kinds in one file that is never changed.

The arrays of a kind lie together: keys, positions, flags, the codes of each property, and which
buckets are filled. The table of contents stands behind them; the manifest says where.
"""

import json
import mmap
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import PackedRun
from tundish.stores.index.disk import ALIGNED, array, checksum, mapped, sum_of, to_json
from tundish.stores.index.manifest import Damaged, PartName

Section = tuple[int, str, int, int, int]
"""Where an array lies: (first byte, numpy type, how many, checksum, sum of its numbers).

The sum is asked before the array is first read in a process: it takes a tenth of the checksum's time
and tells every altered bit. The checksum is asked before parts are joined.
"""
_MOST_SOUND = 100_000
_sound: set[tuple[str, int]] = set()
"""(file, first byte) of arrays that were found sound; the name of a file is never given again."""


@dataclass(frozen=True)
class KindSections:
    """The arrays of one kind in a part; `buckets` are the filled ones, `firsts` where they begin."""

    name: str | None
    events: int
    keys: Section
    buckets: Section
    firsts: Section
    position: Section | None = None
    estimated: Section | None = None
    day_only: Section | None = None
    properties: Mapping[str, Section] | None = None

    def sections(self) -> Iterator[Section]:
        """All of its arrays."""
        for said in (self.keys, self.buckets, self.firsts, self.position, self.estimated,
                     self.day_only, *(self.properties or {}).values()):  # fmt: skip
            if said is not None:
                yield said


class Part:
    """A part that is open for reading; it may be unlinked meanwhile."""

    def __init__(self, folder: Path, name: PartName) -> None:
        self.name = name
        self.path = folder / name.file
        try:
            self._bytes = mapped(self.path, size=name.size)
        except EOFError:
            raise Damaged(f"{name.file} is cut off") from None
        contents = self._bytes[name.contents :]
        if checksum(contents) != name.sum:
            raise Damaged(f"the contents of {name.file}")
        self._contents = contents

    @cached_property
    def kinds(self) -> dict[str | None, KindSections]:
        """What the part holds, by kind."""
        found = (_kind_of(said) for said in json.loads(self._contents))
        return {kind.name: kind for kind in found}

    def run(self, kind: str | None, *, names: Collection[str]) -> PackedRun:
        """The events of a kind; of its properties those in `names`."""
        said = self.kinds[kind]
        properties = {k: s for k, s in (said.properties or {}).items() if k in names}
        flags = [
            None if s is None else self.sound(s).view(np.bool_)
            for s in (said.estimated, said.day_only)
        ]
        return PackedRun(
            self.sound(said.keys), self._starts(said),
            None if said.position is None else self.read(said.position),
            _Columns(self, properties), *flags,
        )  # fmt: skip

    def _starts(self, said: KindSections) -> NDArray[np.int64]:
        buckets, firsts = self.sound(said.buckets), self.sound(said.firsts)
        sizes = np.zeros(int(buckets[-1]) + 2, np.int64)
        sizes[buckets + 1] = np.diff(firsts, append=said.events)
        return np.cumsum(sizes)

    def read(self, section: Section) -> NDArray[Any]:
        """An array, not copied."""
        at, kind, count, *_ = section
        return array(self._bytes, kind, at=at, count=count)

    def sound(self, section: Section) -> NDArray[Any]:
        """The same, its sum asked once a process. Raises Damaged."""
        found, known = self.read(section), (str(self.path), section[0])
        if known not in _sound:
            if sum_of(found) != section[4]:
                raise Damaged(f"{self.name.file}, from byte {section[0]}")
            if len(_sound) >= _MOST_SOUND:
                _sound.clear()
            _sound.add(known)
        return found

    def verify(self) -> None:
        """Read every byte again. Raises Damaged."""
        for kind in self.kinds.values():
            for section in kind.sections():
                if checksum(self.read(section)) != section[3]:
                    raise Damaged(f"{self.name.file}, the events {kind.name}")
            self.forget()

    def forget(self) -> None:
        """Let the memory go into which the file was read; it is read again where it is needed."""
        if hasattr(self._bytes, "madvise") and hasattr(mmap, "MADV_DONTNEED"):
            self._bytes.madvise(mmap.MADV_DONTNEED)


def _kind_of(said: dict[str, Any]) -> KindSections:
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    return KindSections(**plain)


class _Columns(Mapping[str, NDArray[Any]]):
    """The properties of one kind in one part, each looked up in the file when it is named."""

    def __init__(self, part: Part, sections: Mapping[str, Section]) -> None:
        self._part, self._sections = part, sections

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._part.sound(self._sections[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)


class PartWriter:
    """Writes a part; `finish` makes it last, without that nothing names it.

    `room` reserves space for an array that comes in pieces, of which `fill` takes the next one.
    """

    def __init__(self, folder: Path, file: str) -> None:
        self._path, self._name = folder / file, file
        self._file = self._path.open("wb")
        self._kinds: list[KindSections] = []
        self._end = 0

    def add(self, kind: str | None, run: PackedRun) -> None:
        """All events of a kind at once."""
        filled = np.flatnonzero(np.diff(run.starts))
        position, estimated, day_only = (
            None if a is None else self._put(a) for a in (run.position, run.estimated, run.day_only)
        )
        self.keep(
            KindSections(
                kind, len(run), self._put(run.keys),
                self._put(filled.astype(np.int64)), self._put(run.starts[filled]),
                position, estimated, day_only,
                {n: self._put(c) for n, c in run.properties.items() if len(c) and c.max() >= 0},
            )
        )  # fmt: skip

    def keep(self, kind: KindSections) -> None:
        """Enter a kind whose arrays are written into the table of contents."""
        if kind.events:
            self._kinds.append(kind)

    def room(self, kind: Any, count: int) -> Section:
        """Space for up to `count` values."""
        at = -(-self._end // ALIGNED) * ALIGNED
        self._end = at + np.dtype(kind).itemsize * count
        return at, np.dtype(kind).str, 0, 0, 0

    def fill(self, room: Section, values: NDArray[Any]) -> Section:
        """Write the next values of a reserved array; gives what of it is filled."""
        at, kind, count, known, total = room
        values = np.ascontiguousarray(values, np.dtype(kind))
        if not len(values):
            return room
        self._file.seek(at + count * values.itemsize)
        self._file.write(values.view(np.uint8).data)
        return at, kind, count + len(values), checksum(values, known), sum_of(values, total)

    def _put(self, values: NDArray[Any]) -> Section:
        return self.fill(self.room(values.dtype, len(values)), values)

    def finish(self) -> PartName:
        """Write the table of contents and bring all of it to the disk."""
        contents = to_json([vars(kind) for kind in self._kinds])
        at = self._end
        self._file.seek(at)
        self._file.write(contents)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        events = sum(kind.events for kind in self._kinds)
        return PartName(self._name, at + len(contents), events, at, checksum(contents))

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def write_part(folder: Path, file: str, kinds: Mapping[str | None, PackedRun]) -> PartName:
    """Write the runs of a part to the disk."""
    writer = PartWriter(folder, file)
    try:
        for kind, run in kinds.items():
            writer.add(kind, run)
        return writer.finish()
    except BaseException:
        writer.give_up()
        raise
