"""What every reader gives: batches of events, refused rows, counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from tundish.journal.event import Event

if TYPE_CHECKING:
    from tundish.journal.readers.presets import Preset

BATCH = 2_000
"""Rows of one batch: what a bulk writer may hold in one transaction."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was refused: its line from 1 (index from 0 in a request), a code, why, as it came.

    `code` is one of `journal/refusals.py`.
    """

    line: int
    code: str
    reason: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Part or all of a file: `rows` were read (refused ones included); `notes` are counts by name.

    `lines` says from which line each event came, where a row is one event; else it is empty.
    """

    events: list[Event]
    rejects: list[Reject]
    notes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    rows: int = 0
    lines: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read; None is found out from the file.

    `mapping` says which column is which field (`{"time": "Created at"}`; `"=EUR"` is a constant);
    `date_order` is day or month (which stands first); `decimal` is "." or ","; `zone` holds for
    times without one; `currency` for amounts without one; `secret` keys the hashes of addresses;
    `time_unit` (s, ms, us) says what numbers in the time column count; `ignored` are headers of
    columns that are left out; `preset` says whose export a table is.
    """

    secret: bytes
    mapping: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    date_order: str | None = None
    decimal: str | None = None
    zone: tzinfo = UTC
    currency: str | None = None
    encoding: str | None = None
    time_unit: str | None = None
    inlet: str | None = None
    own_hosts: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    preset: "Preset | None" = None


def joined(batches: Iterable[Reading]) -> Reading:
    """All batches as one."""
    events: list[Event] = []
    rejects: list[Reject] = []
    notes: Counter[str] = Counter()
    lines: list[int] = []
    rows = 0
    for batch in batches:
        events += batch.events
        lines += batch.lines
        rejects += batch.rejects
        notes.update(batch.notes)
        rows += batch.rows
    return Reading(events, rejects, dict(notes), rows, lines)


@dataclass
class Batcher:
    """Gathers what single rows give and hands it on in batches."""

    events: list[Event] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    lines: list[int] = field(default_factory=list)

    def full(self) -> Iterator[Reading]:
        """The batch so far, if it is full."""
        if self.rows >= BATCH or len(self.events) >= BATCH:
            yield self.take()

    def take(self) -> Reading:
        """The batch so far, whatever its size; the next begins empty."""
        reading = Reading(self.events, self.rejects, dict(self.notes), self.rows, self.lines)
        self.events, self.rejects, self.notes, self.rows = [], [], Counter(), 0
        self.lines = []
        return reading
