"""An index as it stands at one instant, open for reading; it stays readable while a writer goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tundish.funnel.packed.events import PackedEvents, PackedRun
from tundish.funnel.packed.packing import pack_runs
from tundish.journal.columns import Bools
from tundish.stores.index import reach
from tundish.stores.index.changes import Change
from tundish.stores.index.ids import UnitIds
from tundish.stores.index.manifest import Damaged, Manifest, read_manifest
from tundish.stores.index.part import Part
from tundish.stores.index.turning import Assigned, Turned, assign, read_turned
from tundish.stores.index.values import Coding, Dictionaries
from tundish.stores.index.writer import coded_columns

_TRIES = 20

Runs = Mapping[str | None, Sequence[PackedRun]]


@dataclass(frozen=True)
class Snapshot:
    """The live state that was found: its manifest, parts, ids and dictionaries."""

    manifest: Manifest
    parts: tuple[Part, ...]
    ids: UnitIds
    turned: Turned
    dictionaries: Dictionaries

    @cached_property
    def kinds(self) -> Runs:
        """The runs of each kind, one for every part that has it."""
        return _Kinds(self)

    def events(self, tail: Change | None = None) -> PackedEvents:
        """What the kernels read; with `tail` as if that step had been written.

        Raises OutOfReach where the tail does not fit, Damaged.
        """
        if tail is None:
            return self._packed(self.manifest, None)
        reach.check(tail.rows, self.manifest.base)
        coding = Coding(self.dictionaries, left_out=self.manifest.left_out)
        given = assign(tail, ids=self.ids, turned=self.turned, seed=self.manifest.seed)
        columns = coded_columns(tail.rows.columns, coding)
        units = len(self.ids) + len(given.fresh)
        runs = pack_runs(
            columns, given.ordinal,
            base=self.manifest.base, units=units, position=tail.rows.position,
        )  # fmt: skip
        latest = int(tail.rows.columns.time.max()) if len(tail.rows) else 0
        told = replace(
            self.manifest, units=units, latest=max(latest, self.manifest.latest),
            without=self.manifest.without + tail.without, left_out=tuple(coding.left_out),
            shared=self.manifest.shared if tail.shared is None else tail.shared,
        )  # fmt: skip
        return self._packed(told, _Tail(given, runs, coding))

    def _packed(self, told: Manifest, tail: "_Tail | None") -> PackedEvents:
        ids: Sequence[Any] = self.ids
        kinds, turned = self.kinds, self.turned
        dictionaries: Mapping[str, Sequence[Any]] = self.dictionaries
        if tail is not None:
            ids = _Longer(self.ids, tail.given.fresh_ids)
            kinds = _Both(kinds, tail.runs)
            turned = tail.given.turned
            dictionaries = {name: tail.coding.values(name) for name in tail.coding.names()}
        return PackedEvents(
            told.base, told.units, kinds, ids, told.latest, dictionaries, _mask(turned, told.units),
            told.without, told.shared, complete=not told.left_out, left_out=frozenset(told.left_out),
        )  # fmt: skip


@dataclass(frozen=True)
class _Tail:
    given: Assigned
    runs: Mapping[str | None, PackedRun]
    coding: Coding


def open_snapshot(place: Path) -> Snapshot | None:
    """The index in a folder; None where there is none. Raises Damaged."""
    for _ in range(_TRIES):
        found = read_manifest(place)
        if found is None:
            return None
        try:
            return snapshot_of(place, found)
        except FileNotFoundError as gone:
            # A writer went on between the manifest and the file: there is a newer manifest.
            missing = gone
    raise Damaged(f"{missing.filename} is missing")


def snapshot_of(place: Path, manifest: Manifest) -> Snapshot:
    """The state that a manifest names, live or being prepared. Raises Damaged, FileNotFoundError."""
    return Snapshot(
        manifest, tuple(Part(place, part) for part in manifest.parts), UnitIds(place, manifest),
        read_turned(place, manifest), Dictionaries(place, manifest),
    )  # fmt: skip


class _Kinds(Mapping[str | None, Sequence[PackedRun]]):
    """The runs of the kinds, made when one is named."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._made: dict[str | None, list[PackedRun]] = {}
        self._names = dict.fromkeys(kind for part in snapshot.parts for kind in part.kinds)

    def __getitem__(self, kind: str | None) -> Sequence[PackedRun]:
        if kind not in self._names:
            raise KeyError(kind)
        if kind not in self._made:
            parts, names = self._snapshot.parts, self._snapshot.dictionaries
            self._made[kind] = [p.run(kind, names=names) for p in parts if kind in p.kinds]
        return self._made[kind]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Both(Mapping[str | None, Sequence[PackedRun]]):
    """The runs on the disk and those of the tail behind them."""

    def __init__(self, kept: Runs, tail: Mapping[str | None, PackedRun]) -> None:
        self._kept, self._tail = kept, tail

    def __getitem__(self, kind: str | None) -> Sequence[PackedRun]:
        found = [*self._kept[kind]] if kind in self._kept else []
        if kind in self._tail:
            found.append(self._tail[kind])
        if not found:
            raise KeyError(kind)
        return found

    def __iter__(self) -> Iterator[str | None]:
        return iter(dict.fromkeys([*self._kept, *self._tail]))

    def __len__(self) -> int:
        return len({*self._kept, *self._tail})


class _Longer(Sequence[Any]):
    """The ids on the disk and those of the tail behind them."""

    def __init__(self, kept: UnitIds, more: Sequence[Any]) -> None:
        self._kept, self._more = kept, more

    def __len__(self) -> int:
        return len(self._kept) + len(self._more)

    def __getitem__(self, ordinal: Any) -> Any:
        if isinstance(ordinal, slice):
            return [self[i] for i in range(*ordinal.indices(len(self)))]
        n = len(self._kept)
        return self._kept[ordinal] if ordinal < n else self._more[int(ordinal) - n]

    def __iter__(self) -> Iterator[Any]:
        yield from self._kept
        yield from self._more


def _mask(turned: Turned, units: int) -> Bools | None:
    if not len(turned.dead):
        return None
    masked = np.zeros(units, np.bool_)
    masked[turned.dead] = True
    return masked
