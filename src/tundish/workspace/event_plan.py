"""Rows that are events (deals, tables of events, logs): which of them the journal has already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tundish.journal.event import Event
from tundish.journal.readers.mapping_words import Said
from tundish.journal.readers.reading import Reading, Reject
from tundish.stores import profiles
from tundish.stores.event_rows import row_of
from tundish.stores.imports import ImportRecord
from tundish.stores.known import look_up
from tundish.terms import InputError
from tundish.workspace import corrections
from tundish.workspace.import_kinds import CRM
from tundish.workspace.known_records import COMPANY, PERSON, KnownRecords
from tundish.workspace.planned import (
    CHANGED,
    NEW,
    OVERWRITE,
    SAME,
    Batch,
    Change,
    Planned,
    refused,
    ruled,
)

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_EVENTS_AT_ONCE = 1_000  # with their fields' values a transaction of about 50 ms


@dataclass
class EventPlan:
    """Plans readings in order. A dry run remembers what it would have written (`dry`); an import
    finds it in the journal."""

    workspace: "Workspace"
    kind: str
    said: Said
    known: KnownRecords | None
    rules: Mapping[str, str]
    record: ImportRecord | None
    now: int
    actor: str | None = None
    _seen: set[str] = field(default_factory=set)
    _said: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def dry(self) -> bool:
        """Whether nothing is to be written."""
        return self.record is None

    def batches(self, reading: Reading) -> Iterator[Batch]:
        """Plan the rows of a reading, some at once."""
        lines = {event.id: at for event, at in zip(reading.events, reading.lines, strict=False)}
        if reading.rejects:
            yield Batch(kind=self.kind, rows=[refused(reject) for reject in reading.rejects])
        for piece in _in_pieces(reading.events, lines):
            yield self._batch(list(map(self._linked, piece)), lines)

    def _batch(self, events: Sequence[Event], lines: Mapping[str, int]) -> Batch:
        batch = Batch(kind=self.kind)
        if self.dry:
            unstorable = {e.id: why for e in events if (why := _unstorable(e)) is not None}
            batch.rows += [refused(reject_of(i, why, lines)) for i, why in unstorable.items()]
            events = [event for event in events if event.id not in unstorable]
        live = look_up(self.workspace.connection, {event.id for event in events}).live
        known = {*live, *(e.id for e in events if e.id in self._seen)}
        found = corrections.Compared({}, [])
        if self.kind == CRM:
            found = self._compared(events, known)
            batch.values = [(unit, name, text) for (unit, name), text in found.values.items()]
        if self.dry:
            self._said.update(found.values)
            self._seen.update(event.id for event in events)
        changed: dict[str, list[Change]] = {}
        for one in found.changes:
            changed.setdefault(one.event.id, []).append(Change(one.name, one.old, one.new))
        fresh: set[str] = set()
        for _, row in groupby(events, key=lambda e: lines.get(e.id) or e.id):
            batch.rows.append(self._planned(list(row), (known, fresh), changed, lines))
            fresh.update(event.id for event in batch.rows[-1].events)
        batch.fresh, batch.known = len(fresh), len(events) - len(fresh)
        batch.events = list(events)
        if self.record is not None:
            batch.corrections = corrections.events_of(
                found, record=self.record, actor=self.actor, now=self.now
            )
        else:
            batch.corrections = [change.event for change in found.changes]
        return batch

    def _compared(self, events: Sequence[Event], known: set[str]) -> corrections.Compared:
        current: dict[str, dict[str, Any]] = {}
        if set(self.rules.values()) - {OVERWRITE}:
            deals = {event.deal for event in events if event.deal and event.id in known}
            current = profiles.rows(self.workspace.connection, "deal", ids=deals)

        def by_rule(deal: str, name: str, new: Any) -> Any:
            return ruled(
                self.rules.get(name, OVERWRITE), old=current.get(deal, {}).get(name), new=new
            )

        return corrections.compare(
            self.workspace.connection, CRM, events=events, known=known, said=self._said,
            ruled=by_rule if current else None,
        )  # fmt: skip

    def _planned(
        self,
        events: list[Event],
        known: tuple[set[str], set[str]],
        changed: Mapping[str, list[Change]],
        lines: Mapping[str, int],
    ) -> Planned:
        first = events[0]
        once = {event.id: event for event in events}
        fresh = [event for event in once.values() if not any(event.id in ids for ids in known)]
        kind, record, title = _about(events)
        changes = [change for ident in once for change in changed.get(ident, ())]
        status = NEW if len(fresh) == len(once) else CHANGED if fresh or changes else SAME
        if status == NEW and self.kind == CRM:
            changes = [
                Change(name, None, value)
                for name, value in dict(v for e in events for v in corrections.fields_of(e)).items()
            ]
        return Planned(lines.get(first.id, 0), status, kind, record, title, changes, fresh)

    def _linked(self, event: Event) -> Event:
        """The event with the people and companies that are known by what the row calls them."""
        known = self.known
        if known is None:
            return event
        changes: dict[str, Any] = {}
        if event.company and not known.is_there(COMPANY, event.company):
            found = known.find(COMPANY, "external_id", event.company) if known.system else None
            found = found or known.find(COMPANY, "name", event.company)
            if found is not None:
                changes["company"] = found
        if event.person and known.system and not known.is_there(PERSON, event.person):
            ident = event.person.removeprefix(f"{known.system}:")
            found = known.find(PERSON, "external_id", ident)
            if found is None and (name := event.personal.get("name")):
                found = known.named_person(name, company=event.company)
            if found is not None:
                changes["person"] = found
        return replace(event, **changes) if changes else event


def reject_of(event_id: str, why: InputError, lines: Mapping[str, int]) -> Reject:
    """The refusal of a row of which no database can hold the event."""
    reason = why.message.replace(f"The event {event_id!r}", "The event")
    return Reject(lines.get(event_id, 0), why.code, reason)


def _unstorable(event: Event) -> InputError | None:
    try:
        row_of(event, position=0, now=0, key=str)
    except InputError as wrong:
        return wrong
    return None


def _about(events: Sequence[Event]) -> tuple[str, str, str]:
    """(kind of unit, its id, what to call it) of a row's events."""
    first = events[0]
    for kind in ("deal", "person", "company"):
        if record := getattr(first, kind):
            named = first.personal.get("name") or first.personal.get("email")
            said = first.properties.get("name") if kind == "deal" else named
            return kind, record, str(said or (record if kind != "person" else ""))
    return "", "", ""


def _in_pieces(events: Sequence[Event], lines: Mapping[str, int]) -> Iterator[Sequence[Event]]:
    """Some events at once, never half a row."""
    start = 0
    while start < len(events):
        end = min(start + _EVENTS_AT_ONCE, len(events))
        while end < len(events) and _same_row(events[end - 1], events[end], lines):
            end += 1
        yield events[start:end]
        start = end


def _same_row(one: Event, other: Event, lines: Mapping[str, int]) -> bool:
    return lines.get(one.id) is not None and lines.get(one.id) == lines.get(other.id)
