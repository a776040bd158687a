"""Events as columns: what the kernels read. Arrays of one length n, times in microseconds UTC."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """A dictionary-coded column: `codes[i]` points into `values`, -1 is missing.

    `values` are distinct Python values (text, numbers, booleans), compared by type and value:
    1, 1.0 and True never share a code. Shape of `codes`: (n,).
    """

    codes: Codes
    values: tuple[Any, ...]

    @classmethod
    def of(cls, items: Iterable[Any]) -> "Coded":
        """Code any Python values; None, NaN and missing become -1, lists and dicts their JSON."""
        seen: dict[Any, int] = {}
        values: list[Any] = []
        codes: list[int] = []
        for item in items:
            if item is None or item != item:
                codes.append(-1)
                continue
            key = (type(item), item)
            try:
                code = seen.get(key)
            except TypeError:
                item = _as_text(item)
                key = (str, item)
                code = seen.get(key)
            if code is None:
                code = seen[key] = len(values)
                values.append(item)
            codes.append(code)
        return cls(np.asarray(codes, dtype=np.int32), tuple(values))

    @classmethod
    def missing(cls, n: int) -> "Coded":
        """A column of n missing values."""
        return cls(np.full(n, -1, dtype=np.int32), ())

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: NDArray[Any]) -> "Coded":
        """The column at `rows` (indices or a mask); the dictionary is shared."""
        return Coded(self.codes[rows], self.values)

    def where(self, test: Callable[[Any], bool]) -> Bools:
        """Mask of the rows whose value passes `test`; asked once per distinct value, missing fails."""
        passed = np.fromiter((bool(test(v)) for v in self.values), np.bool_, len(self.values))
        return np.append(passed, False)[self.codes]

    def to_list(self) -> list[Any]:
        """The plain values, None where missing."""
        return [None if c < 0 else self.values[c] for c in self.codes.tolist()]

    def at(self, row: int) -> Any:
        """The value in one row, None where missing."""
        code = self.codes[row]
        return None if code < 0 else self.values[code]


@dataclass(frozen=True)
class EventColumns:
    """n events as columns, in any order.

    `units` holds the ids by kind of unit (`unit`, `person`, `company`, `deal`, `session`, …), each
    of shape (n,); `properties` every other column by name: channel, source, campaign, and `value`
    (a number in major units) with `currency` included. `ids` are the events' own ids. Where
    `estimated` or `day_only` is None, no row is.
    """

    time: Ints
    event: Coded
    units: Mapping[str, Coded]
    properties: Mapping[str, Coded] = field(default_factory=lambda: MappingProxyType({}))
    estimated: Bools | None = None
    day_only: Bools | None = None
    ids: Coded | None = None

    def __len__(self) -> int:
        return len(self.time)

    def take(self, rows: NDArray[Any]) -> "EventColumns":
        """The events at `rows` (indices or a mask)."""
        return EventColumns(
            time=self.time[rows],
            event=self.event.take(rows),
            units={k: c.take(rows) for k, c in self.units.items()},
            properties={k: c.take(rows) for k, c in self.properties.items()},
            estimated=None if self.estimated is None else self.estimated[rows],
            day_only=None if self.day_only is None else self.day_only[rows],
            ids=None if self.ids is None else self.ids.take(rows),
        )

    def property(self, name: str) -> Coded:
        """The column of a property; missing everywhere if no event has it."""
        found = self.properties.get(name)
        return Coded.missing(len(self)) if found is None else found


def coded_rows(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Coded]:
    """One coded column per name over plain rows."""
    return {name: Coded.of(row.get(name) for row in rows) for name in names}


def _as_text(item: Any) -> str:
    import json

    return json.dumps(item, sort_keys=True, ensure_ascii=False, default=str)
