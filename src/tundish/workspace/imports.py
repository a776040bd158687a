"""Files into the journal: appended in small transactions, each row once, resumable after a kill."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import sleep
from typing import TYPE_CHECKING, Any

from tundish.journal.readers.reading import Reading, Reject
from tundish.stores import imports, journal
from tundish.stores.event_rows import row_of
from tundish.stores.imports import ImportRecord
from tundish.terms import InputError, TundishError
from tundish.workspace import corrections
from tundish.workspace.import_sources import CRM, NO_CURRENCY, Source, open_files, source_of
from tundish.workspace.leases import Held, Overtaken, holding
from tundish.workspace.refold import PAUSE_SECONDS
from tundish.workspace.rejects import RejectsFile, rejects_path
from tundish.workspace.results import ImportResult

if TYPE_CHECKING:
    from tundish.journal.event import Event
    from tundish.workspace.workspace import Progress, Workspace

DEALS_MODEL = "opportunities"
"""The ready-made model that a CRM's table brings along into a workspace without events or funnel."""
_EVENTS_AT_ONCE = 1_000  # with their fields' values a transaction of about 50 ms
BARE_AMOUNTS = "amounts_without_currency"
"""The note that counts events whose amount nobody named a currency for."""


@dataclass(frozen=True)
class Asked:
    """How an import was asked for; None is found out from the files."""

    kind: str | None = None
    mapping: Mapping[str, str] | None = None
    currency: str | None = None
    actor: str | None = None
    record: int | None = None


@dataclass
class _Count:
    """What has been read and written so far."""

    read: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    changed: int = 0
    reasons: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def take(self, reading: Reading) -> None:
        """Count the rows of one batch, its refusals and notes."""
        self.read += reading.rows
        self.refuse(reading.rejects)
        for name, number in reading.notes.items():
            self.notes[name] = self.notes.get(name, 0) + number
        bare = sum(e.value is not None and e.value.currency == NO_CURRENCY for e in reading.events)
        if bare:
            self.notes[BARE_AMOUNTS] = self.notes.get(BARE_AMOUNTS, 0) + bare

    def refuse(self, rejects: "Sequence[Reject]") -> None:
        """Count refused rows by their reasons."""
        self.refused += len(rejects)
        for reject in rejects:
            number, reason = self.reasons.get(reject.code, (0, reject.reason))
            self.reasons[reject.code] = (number + 1, reason)

    def result(self, import_id: int | None, kind: str, rejects: str | None) -> ImportResult:
        """The counts as the caller sees them."""
        return ImportResult(
            id=import_id,
            kind=kind,
            read=self.read,
            new=self.new,
            known=self.known,
            refused=self.refused,
            changed=self.changed,
            rejects_path=rejects,
            reasons=self.reasons,
            notes=self.notes,
        )


def import_files(
    workspace: "Workspace",
    paths: Any,
    *,
    asked: Asked,
    dry_run: bool,
    progress: "Progress | None",
) -> ImportResult:
    """Read `paths` (files or folders) into the journal; see `Workspace.import_files`."""
    if dry_run:
        source = source_of(workspace, open_files(paths), asked=asked)
        return _try(workspace, source, progress=progress)
    record = None if asked.record is None else imports.get(workspace.connection, asked.record)
    try:
        source = source_of(workspace, open_files(paths), asked=asked)
        record = record or _record(workspace, source, asked)
        with holding(workspace, record.batch) as alone:
            return _write(
                workspace, source, alone=alone, asked=asked, record_id=record.id, progress=progress
            )
    except Overtaken:
        name = f"Import {record.id}" if record else "The import"
        raise InputError(
            f"{name} of the same files is being done by another process at this moment.",
            "import_running",
            "Wait until it is done; `tundish imports` shows it.",
        ) from None
    except Exception as wrong:
        if record is not None and not _may_go_on(wrong):
            _fail(workspace, record, wrong)
        raise


def _may_go_on(wrong: Exception) -> bool:
    """Whether it is the disk's or the database's trouble, after which the import can be resumed."""
    return isinstance(wrong, OSError) or type(wrong).__name__ == "OperationalError"


def _fail(workspace: "Workspace", record: ImportRecord, wrong: Exception) -> None:
    told = isinstance(wrong, TundishError)
    imports.update(
        workspace.connection,
        record.id,
        status="failed",
        error=str(wrong) if told else f"Reading broke off: {type(wrong).__name__}: {wrong}",
        finished_at=workspace.now(),
    )


def _record(workspace: "Workspace", source: Source, asked: Asked) -> ImportRecord:
    """The record of an import of the same files that was broken off, or a new one.

    Going on under the same batch keeps the whole import one thing to undo.
    """
    for record in imports.imports(workspace.connection):
        if record.files == source.names and record.status in ("running", "failed"):
            return record
    return imports.create(
        workspace.connection,
        files=source.names,
        kind=source.kind,
        mapping=asked.mapping,
        now=workspace.now(),
        actor=asked.actor,
    )


def _try(workspace: "Workspace", source: Source, *, progress: "Progress | None") -> ImportResult:
    """The same counts, nothing written."""
    count = _Count()
    seen: set[str] = set()
    said: dict[tuple[str, str], str] = {}
    for reading in source.batches:
        count.take(reading)
        lines = _lines(reading)
        for piece in _in_pieces(reading.events):
            refused = {event.id: why for event in piece if (why := _unstorable(event)) is not None}
            count.refuse([_reject(piece_id, why, lines) for piece_id, why in refused.items()])
            events = [event for event in piece if event.id not in refused]
            fresh = {event.id: event for event in events if event.id not in seen}
            known = journal.live(workspace.connection, list(fresh))
            count.new += len(fresh) - len(known)
            count.known += len(events) - len(fresh) + len(known)
            seen |= fresh.keys()
            if source.kind == CRM:
                found = corrections.compare(
                    workspace.connection, CRM, events=events, known=known, said=said
                )
                said.update(found.values)
                count.changed += len(found.changes)
        if progress is not None:
            progress(count.read, source.rows)
    return count.result(None, source.kind, None)


def _write(
    workspace: "Workspace",
    source: Source,
    *,
    alone: Held,
    asked: Asked,
    record_id: int,
    progress: "Progress | None",
) -> ImportResult:
    connection, actor = workspace.connection, asked.actor
    # A model chosen before there was any event says nothing yet of deals.
    if source.kind == CRM and (workspace.active is None or journal.position(connection) == 0):
        workspace.use(DEALS_MODEL, author=actor)
    # Read under the lease: another process may have gone on with it just before.
    before = imports.get(connection, record_id).new
    record = imports.update(
        connection, record_id, status="running", kind=source.kind, error=None, finished_at=None
    )
    count = _Count()
    with RejectsFile(rejects_path(workspace.folder, record.batch)) as rejects:
        for reading in source.batches:
            count.take(reading)
            rejects.write(reading.rejects)
            lines = _lines(reading)
            piece = _Piece(alone, source, record=record, actor=actor, count=count)
            for events in _in_pieces(reading.events):
                refused = piece.append(events)
                unwritten = [_reject(event_id, why, lines) for event_id, why in refused]
                count.refuse(unwritten)
                rejects.write(unwritten)
                sleep(PAUSE_SECONDS)
            if progress is not None:
                progress(count.read, source.rows)
    # What a broken-off run had brought is this import's own, not something known before.
    count.known = max(0, count.known - before)
    count.new += before
    imports.update(
        connection,
        record.id,
        status="done",
        read=count.read,
        new=count.new,
        known=count.known,
        refused=count.refused,
        rejects=rejects.path,
        progress=1.0,
        finished_at=workspace.now(),
    )
    return count.result(record.id, source.kind, rejects.path)


@dataclass(frozen=True)
class _Piece:
    """What every transaction of an import is written with."""

    alone: Held
    source: Source
    record: ImportRecord
    actor: str | None
    count: _Count

    def append(self, events: "Sequence[Event]") -> "list[tuple[str, InputError]]":
        """Write what can be kept; gives the ids of the events that no database can hold, and why.

        One such event must not keep the others of its transaction out: halves are tried until it
        stands alone.
        """
        try:
            self._write(events)
        except InputError as wrong:
            if wrong.code != "event_unstorable":
                raise
            if len(events) == 1:
                return [(events[0].id, wrong)]
            half = len(events) // 2
            return [*self.append(events[:half]), *self.append(events[half:])]
        return []

    def _write(self, events: "Sequence[Event]") -> None:
        """One transaction: events, corrected values and the record's own count of them."""
        connection, now = self.alone.workspace.connection, self.alone.workspace.now()
        record, actor, count = self.record, self.actor, self.count
        # Whoever pressed the button did none of it; the record says who that was.
        own = [replace(event, batch=record.batch) for event in events]
        found = corrections.Compared({}, [])
        if self.source.kind == CRM:
            # Read before the write lock is taken, which other writers wait for.
            known = journal.live(connection, [event.id for event in own])
            found = corrections.compare(connection, CRM, events=own, known=known, said={})
        changed = corrections.events_of(found, record=record, actor=actor, now=now)
        said = [(unit, name, value) for (unit, name), value in found.values.items()]
        with self.alone.writing():
            appended = journal.append(connection, own, now=now)
            journal.append(connection, changed, now=now)
            imports.save_record_fields(connection, record.id, kind=self.source.kind, values=said)
            imports.update(
                connection,
                record.id,
                new=imports.get(connection, record.id).new + appended.new,
                read=count.read,
                refused=count.refused,
                progress=min(1.0, count.read / self.source.rows) if self.source.rows else 0.0,
            )
        count.changed += len(changed)
        count.new += appended.new
        count.known += appended.known


def _unstorable(event: "Event") -> InputError | None:
    try:
        row_of(event, position=0, now=0, key=str)
    except InputError as wrong:
        return wrong
    return None


def _reject(event_id: str, why: InputError, lines: Mapping[str, int]) -> Reject:
    reason = why.message.replace(f"The event {event_id!r}", "The event")
    return Reject(lines.get(event_id, 0), why.code, reason)


def _lines(reading: Reading) -> dict[str, int]:
    """The line of each event by its id, where the reader told it."""
    return {event.id: line for event, line in zip(reading.events, reading.lines, strict=False)}


def _in_pieces(events: "Sequence[Event]") -> "Iterable[Sequence[Event]]":
    for start in range(0, len(events), _EVENTS_AT_ONCE):
        yield events[start : start + _EVENTS_AT_ONCE]
