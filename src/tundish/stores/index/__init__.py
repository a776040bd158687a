"""The fast index: events clustered by kind, unit and time in files that are mapped into memory.

Derived and disposable, one folder for each kind of unit. `writer` appends and compacts, `snapshot`
opens what a manifest names as `PackedEvents`, `following` tells from the journal what is new.
docs/fast-index.md describes the layout.
"""

from tundish.stores.index.changes import Change, Rows
from tundish.stores.index.manifest import Damaged
from tundish.stores.index.reach import OutOfReach
from tundish.stores.index.snapshot import Snapshot, open_snapshot
from tundish.stores.index.writer import Writer, place_of, writing

__all__ = [
    "Change",
    "Damaged",
    "OutOfReach",
    "Rows",
    "Snapshot",
    "Writer",
    "open_snapshot",
    "place_of",
    "writing",
]
