"""The dictionaries of the properties: which value each code stands for. They only grow.

A property gets a column when an event first has it. One that takes more than MOST_VALUES values
(the number of an order, a text as it was typed) loses its column again, and so does every property
past MOST_PROPERTIES: a question that names such a one is the general kernel's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tundish.journal.columns import Coded
from tundish.stores.index.disk import append_file, checksum, mapped
from tundish.stores.index.manifest import Damaged, Manifest

MOST_VALUES = 200_000
MOST_PROPERTIES = 100


class Dictionaries(Mapping[str, Sequence[Any]]):
    """The values of each property that has a column, read when one is named. Raises Damaged."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._said = manifest.values
        # Mapped at once: a writer that goes on may delete a file before its property is named.
        self._files = {name: _mapped(folder, *said[0:3:2]) for name, said in self._said.items()}
        self._read: dict[str, tuple[Any, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        if name not in self._read:
            self._read[name] = _values(self._files[name], *self._said[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __contains__(self, name: object) -> bool:
        return name in self._said

    def count(self, name: str) -> int:
        """How many values a property has; 0 where it has no column."""
        said = self._said.get(name)
        return 0 if said is None else said[1]


class Coding:
    """Gives codes to the values of coming events, known ones and new ones behind them."""

    def __init__(self, known: Dictionaries, *, left_out: Sequence[str] = ()) -> None:
        self._known = known
        self.left_out = set(left_out)
        self.added: dict[str, list[Any]] = {}
        self._codes: dict[str, dict[tuple[type, Any], int]] = {}
        self._last: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def coded(self, name: str, column: Coded) -> Coded | None:
        """A column in the index's codes; None for a property without one.

        Its `values` are no more than as many as there are codes.
        """
        if name in self.left_out or not self._admitted(name, column):
            return None
        last = self._last.get(name)
        if last is None or last[0] is not column.values:
            table = np.empty(len(column.values) + 1, np.int32)
            table[-1] = -1
            table[:-1] = self._table(name, column.values)
            last = self._last[name] = (column.values, table)
        if self._full(name):
            return None
        return Coded(last[1][column.codes], (None,) * len(self._codes[name]))

    def values(self, name: str) -> tuple[Any, ...]:
        """All values of a property, by code."""
        known = self._known.get(name, ())
        return (*known, *self.added.get(name, ()))

    def names(self) -> set[str]:
        """The properties with a column."""
        return {*self._known, *self.added} - self.left_out

    def settle(self, known: Dictionaries) -> None:
        """Take what was added for kept: it lies on the disk now, as `known` has it."""
        self._known = known
        self.added.clear()

    def _admitted(self, name: str, column: Coded) -> bool:
        if name in self._known or name in self.added:
            return True
        if not (len(column) and column.codes.max() >= 0):
            return False  # no event has it: nothing to keep
        if len(self.names()) < MOST_PROPERTIES:
            return True
        self.left_out.add(name)
        return False

    def _table(self, name: str, values: Sequence[Any]) -> list[int]:
        codes = self._codes.get(name)
        if codes is None:
            known = self._known.get(name, ())
            codes = self._codes[name] = {(type(v), v): i for i, v in enumerate(known)}
        before = len(codes)
        # 1, 1.0 and True are equal in Python and must not share a code.
        table = [codes.setdefault((type(v), v), len(codes)) for v in values]
        if len(codes) > before:
            fresh = self.added.setdefault(name, [])
            fresh.extend(v for _, v in list(codes)[before:])
        return table

    def _full(self, name: str) -> bool:
        if len(self._codes[name]) <= MOST_VALUES:
            return False
        self.left_out.add(name)
        self.added.pop(name, None)
        del self._codes[name]
        return True


def keep_values(folder: Path, manifest: Manifest, coding: Coding) -> Manifest:
    """Append what the dictionaries grew by to their files; gives the manifest that knows it."""
    said = dict(manifest.values)
    for name in coding.left_out:
        said.pop(name, None)
    for name, fresh in coding.added.items():
        if name in coding.left_out:
            continue
        file, count, size, known = said.get(name) or (_new_file(manifest, said), 0, 0, 0)
        lines = "".join(json.dumps(value) + "\n" for value in fresh).encode()
        append_file(folder / file, lines, at=size)
        said[name] = (file, count + len(fresh), size + len(lines), checksum(lines, known))
    return replace(manifest, values=said, left_out=tuple(sorted(coding.left_out)))


def _new_file(manifest: Manifest, said: Mapping[str, Sequence[Any]]) -> str:
    taken = {entry[0] for entry in (*said.values(), *manifest.values.values())}
    number = 0
    while (name := f"{manifest.epoch}.values-{number}") in taken:
        number += 1
    return name


def _mapped(folder: Path, file: str, size: int) -> Any:
    try:
        return mapped(folder / file, size=size)
    except EOFError:
        raise Damaged(f"{file} is cut off") from None


def _values(mapping: Any, file: str, count: int, size: int, known: int) -> tuple[Any, ...]:
    content = bytes(mapping[:size])
    if checksum(content) != known:
        raise Damaged(file)
    found = tuple(json.loads(b"[" + b",".join(content.splitlines()) + b"]"))
    if len(found) != count:
        raise Damaged(f"{file} has another number of values")
    return found
