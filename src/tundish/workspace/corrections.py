"""A later export that says something else of a known record: the change of field is appended."""

import json
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tundish.journal.event import Event
from tundish.journal.ids import derived_id
from tundish.stores import imports
from tundish.stores.dialect import Connection
from tundish.stores.imports import ImportRecord
from tundish.terms import Money, from_micros

_NOTHING = object()
Field = tuple[str, str]
"""(record, field)"""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record said `old` in the last import (None: nothing) and says `new` now."""

    event: Event
    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Compared:
    """`values` are new or changed, as JSON texts, to be kept; `changes` are to be appended."""

    values: Mapping[Field, str]
    changes: Sequence[Change] = field(default_factory=list)


def compare(
    connection: Connection,
    kind: str,
    *,
    events: Sequence[Event],
    known: Container[str],
    said: Mapping[Field, str],
    ruled: Callable[[str, str, Any], Any] | None = None,
) -> Compared:
    """What the deals' `events` say against what the last imports said, and `said` in this run.

    Only an event that the journal knows already can be corrected: a new one brings its own values.
    `ruled` says what becomes of a record's field that would say something new; None keeps it.
    """
    records = {event.deal for event in events if event.deal is not None}
    last: dict[Field, str | None] = dict(
        imports.record_fields(connection, kind, records=sorted(records))
    )
    last.update(said)
    values: dict[Field, str] = {}
    changes: list[Change] = []
    met: dict[Field, Any] = {}
    for event in events:
        if event.deal is None:
            continue
        for name, value in fields_of(event):
            key = (event.deal, name)
            if met.get(key, _NOTHING) == value:
                continue  # the events of one row share its values
            met[key] = value
            text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
            old = last.get(key)
            if old == text:
                continue
            if event.id in known:
                new = value if ruled is None else ruled(event.deal, name, value)
                if new is None:
                    continue
                before = None if old is None else json.loads(old)
                changes.append(Change(event, name, before, new))
            last[key] = values[key] = text
    return Compared(values, changes)


def events_of(found: Compared, *, record: ImportRecord, actor: str | None, now: int) -> list[Event]:
    """The `field_changed` events, dated at the import, for the unit that the row described."""
    return [
        Event(
            id=derived_id(change.event.id, what=f"{record.batch} {change.name}"),
            name="field_changed",
            occurred_at=from_micros(now),
            person=change.event.person,
            company=change.event.company,
            deal=change.event.deal,
            properties={"field": change.name, "old": change.old, "new": change.new},
            batch=record.batch,
            actor=actor,
            inlet=change.event.inlet,
        )
        for change in found.changes
    ]


def fields_of(event: Event) -> list[tuple[str, Any]]:
    """What an event says of its deal, by field."""
    fields = [(name, value) for name, value in event.properties.items() if value is not None]
    if event.company is not None:
        fields.append(("company", event.company))
    if event.value is not None:
        fields.append(("value", _amount(event.value)))
    return fields


def _amount(value: Money) -> str:
    return f"{value.major} {value.currency}"
