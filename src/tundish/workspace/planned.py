"""What an import would do with each row: the same plan is shown by a dry run and then written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tundish.journal.event import Event
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.record_fields import RULES

OVERWRITE, FILL, APPEND, NEVER = RULES
NEW, CHANGED, SAME, REFUSED = STATUSES = ("new", "changed", "same", "refused")


@dataclass(frozen=True, slots=True)
class Change:
    """A field that would say `new` and says `old` (None: nothing)."""

    name: str
    old: Any
    new: Any


@dataclass(slots=True)
class Planned:
    """One row: its line from 1 (0: unknown), what becomes of it and of whom; `events` are those that
    would be new. A refused row has a code and a reason instead."""

    line: int
    status: str
    kind: str = ""
    record: str = ""
    title: str = ""
    changes: Sequence[Change] = ()
    events: Sequence[Event] = ()
    reject: Reject | None = None


@dataclass(slots=True)
class Batch:
    """The rows that one transaction writes, and what is kept beside its events; of these `fresh` are
    new and `known` stood in the journal already; `corrections` are changes of known records."""

    rows: list[Planned] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    corrections: list[Event] = field(default_factory=list)
    values: list[tuple[str, str, str | None]] = field(default_factory=list)
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: list[tuple[str, str, str, str]] = field(default_factory=list)
    kind: str = ""
    fresh: int = 0
    known: int = 0


def refused(reject: Reject) -> Planned:
    """A refused row."""
    return Planned(reject.line, REFUSED, reject=reject)


def ruled(rule: str, *, old: Any, new: Any) -> Any:
    """What a column's rule makes of a value where the record has `old`; None: it stays as it is."""
    if rule == NEVER or (rule == FILL and old not in (None, "")):
        return None
    if rule == APPEND and old not in (None, ""):
        parts = [part.strip() for part in str(old).split(";")]
        return None if str(new) in parts else f"{old}; {new}"
    return new
