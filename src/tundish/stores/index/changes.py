"""What a step adds to an index: events with the units that they serve, and units that changed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tundish.funnel.units import Owned
from tundish.journal.columns import Coded, EventColumns, Ints


@dataclass(frozen=True)
class Rows:
    """m events, each counted for a unit: `columns` (m,) with time, event, properties and flags,
    `unit` (m,) ids as a coded column or as whole numbers, `position` (m,) in the journal."""

    columns: EventColumns
    unit: Coded | Ints
    position: Ints

    def __len__(self) -> int:
        return len(self.columns)

    @classmethod
    def of(cls, owned: Owned, position: Ints) -> "Rows":
        """The rows of owned events; `position` (n,) of the events before they were owned."""
        return cls(owned.columns, owned.unit, position[owned.rows])


@dataclass(frozen=True)
class Change:
    """One step of an index, from its cursor to `cursor`.

    `changed` are units whose events are other ones than the index holds (merged, taken back, moved
    to another company): `rows` has all events of those, and the new ones of all others. `events`
    counts how many more (or fewer) events the kernels see in all, `without` how many more of them
    serve no unit; `shared` serve several, in all (None: as many as before). `last_id` names the
    event at the cursor.
    """

    cursor: int
    rows: Rows
    changed: Collection[Any] = field(default=())
    events: int = 0
    without: int = 0
    shared: int | None = None
    last_id: str | None = None
