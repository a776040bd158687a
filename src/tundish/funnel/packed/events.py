"""Events packed for the fast kernels: clustered by kind, then unit, then time.

Units have ordinals from 0; a *bucket* is a range of UNITS ordinals. The key of an event is
`(ordinal & (UNITS - 1)) << TIME_BITS | microseconds since the base`: 63 bits, so that keys of one
bucket compare as (unit, time) and nothing overflows in 17.8 years, whatever the number of units.

What a store that keeps runs on disk must hold:
- `keys` of a run are ordered by bucket, then key; equal keys (one unit, one instant) in any order.
- `starts` has one place more than the run has buckets; a run may know fewer buckets than there
  are (it is older than the newest units): those behind its last hold none of its events.
- The runs of a kind are disjoint sets of events; a unit may have events in all of them.
- `properties` may be any mapping, so that a column is read when it is first named. A property that
  a run does not have is missing on all of its events. Codes are int8, int16 or int32, -1 missing;
  they point into `PackedEvents.dictionaries`, one for all runs.
- Events of a unit that `masked` marks may be there; no kernel counts them.
- An event without a name has the kind None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.journal.columns import Bools, Ints

UNIT_BITS = 14
TIME_BITS = 49
UNITS = 1 << UNIT_BITS
"""Units of a bucket."""
LAST_MICROS = (1 << TIME_BITS) - 1
"""The latest time since the base that a key can hold."""

AnyCodes = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class PackedRun:
    """The n events of one kind in one part.

    `keys` (n,), `starts` (buckets + 1,) where each bucket begins in them, `position` (n,) the
    events' places in the journal, `properties` codes (n,) by name, flags (n,) or None where no
    event has one.
    """

    keys: Ints
    starts: Ints
    position: Ints | None = None
    properties: Mapping[str, AnyCodes] = field(default_factory=lambda: MappingProxyType({}))
    estimated: Bools | None = None
    day_only: Bools | None = None

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class PackedEvents:
    """All events of one kind of unit, by the kind of event: one run for every live part.

    `base` is the instant (microseconds UTC) that keys count from, `units` the number of ordinals,
    `ids` their ids by ordinal (any sequence, read where a list is asked for), `dictionaries` the
    values that property codes point into, `masked` (units,) the units to leave out, `latest` the
    time of the latest event of all, `without_unit` and `shared` how many events serve no unit or
    several. `complete` says whether every property of the events is held; if not, `left_out` names
    those that are not, and one that is in neither is on no event.
    """

    base: int
    units: int
    kinds: Mapping[str | None, Sequence[PackedRun]]
    ids: Sequence[Any]
    latest: int
    dictionaries: Mapping[str, Sequence[Any]] = field(default_factory=lambda: MappingProxyType({}))
    masked: Bools | None = None
    without_unit: int = 0
    shared: int = 0
    complete: bool = True
    left_out: frozenset[str] = frozenset()

    @property
    def buckets(self) -> int:
        """How many buckets the units fill."""
        return (self.units + UNITS - 1) >> UNIT_BITS


def keys_of(ordinal: NDArray[Any], micros: Ints) -> Ints:
    """The keys (n,) of events of the units `ordinal` (n,) at `micros` (n,) since the base."""
    low = ordinal.astype(np.int64) & (UNITS - 1)
    return np.asarray(low << TIME_BITS | micros, np.int64)
