"""Files into the journal: planned row by row, appended in small transactions, each row once.

A dry run makes the same plan and writes nothing; an import that was killed goes on where it was.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import sleep
from typing import TYPE_CHECKING, Any

from tundish.journal.readers.mapping_words import Said
from tundish.journal.readers.reading import Reading, Reject
from tundish.journal.readers.record_fields import RECORDS
from tundish.journal.readers.record_rows import RecordRow, slug
from tundish.stores import import_keys, imports, journal
from tundish.stores.imports import ImportRecord
from tundish.stores.purposes import purposes as purposes_of
from tundish.terms import NO_CURRENCY, InputError, TundishError
from tundish.workspace import loss_reasons
from tundish.workspace.event_plan import EventPlan, reject_of
from tundish.workspace.import_kinds import CRM, EVENTS
from tundish.workspace.import_sources import Source, open_files, source_of
from tundish.workspace.known_records import KnownRecords
from tundish.workspace.leases import Held, Overtaken, holding
from tundish.workspace.planned import Batch, Planned
from tundish.workspace.record_plan import RecordPlan
from tundish.workspace.refold import PAUSE_SECONDS
from tundish.workspace.rejects import RejectsFile, rejects_path
from tundish.workspace.results import ImportResult

if TYPE_CHECKING:
    from tundish.journal.event import Event
    from tundish.workspace.workspace import Progress, Workspace

DEALS_MODEL = "opportunities"
"""The ready-made model that a CRM's table brings along into a workspace without events or funnel."""
BARE_AMOUNTS = "amounts_without_currency"
"""The note that counts events whose amount nobody named a currency for."""
Told = Callable[[Sequence[Planned]], None]
"""Called with the rows of a plan as they come."""


class _Cancelled(Exception):  # noqa: N818 - it is no error
    """Somebody stopped the import."""


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
    rows: dict[str, int] = field(default_factory=dict)

    def take(self, reading: "Reading | Sequence[RecordRow | Reject]") -> None:
        """Count the rows of one batch and its notes; its refusals stand in the plan."""
        if not isinstance(reading, Reading):
            self.read += len(reading)
            return
        self.read += reading.rows
        for name, number in reading.notes.items():
            self.notes[name] = self.notes.get(name, 0) + number
        bare = sum(e.value is not None and e.value.currency == NO_CURRENCY for e in reading.events)
        if bare:
            self.notes[BARE_AMOUNTS] = self.notes.get(BARE_AMOUNTS, 0) + bare

    def plan(self, batch: Batch) -> list[Reject]:
        """Count the rows of a plan by what becomes of them; gives the refused ones."""
        for row in batch.rows:
            self.rows[row.status] = self.rows.get(row.status, 0) + 1
        rejects = [row.reject for row in batch.rows if row.reject is not None]
        self.refuse(rejects)
        return rejects

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
            rows=self.rows,
        )


def import_files(
    workspace: "Workspace",
    paths: Any,
    *,
    asked: Asked,
    dry_run: bool,
    progress: "Progress | None",
    told: Told | None = None,
) -> ImportResult:
    """Read `paths` (files or folders) into the journal; see `Workspace.import_files`.

    With `told` a dry run hands over every row of its plan.
    """
    if dry_run:
        source = source_of(workspace, open_files(paths), asked=asked)
        return _try(workspace, source, asked=asked, progress=progress, told=told)
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
    except _Cancelled:
        assert record is not None
        imports.update(
            workspace.connection, record.id, status="cancelled", finished_at=workspace.now()
        )
        raise InputError(
            f"Import {record.id} was stopped.", "import_cancelled", "Undo it, or import again."
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


def _plan(
    workspace: "Workspace", source: Source, *, asked: Asked, record: ImportRecord | None
) -> EventPlan | RecordPlan:
    said = source.said
    rules = {field: rule for field, header in _fields(said) if (rule := said.rules.get(header))}
    known = None
    if source.kind in (CRM, EVENTS, *RECORDS):
        known = KnownRecords(workspace, secret=source.secret, system=said.system)
    if source.kind not in RECORDS or known is None:
        return EventPlan(
            workspace, source.kind, said, known, rules, record, workspace.now(), asked.actor
        )
    name = record.batch if record is not None else "dry-run"
    plan = RecordPlan(
        workspace, source.kind, said, known, rules, name, workspace.now(), asked.actor
    )
    if purposes := purposes_of(workspace.connection):
        plan.purpose = purposes[0].name
    return plan


def _fields(said: Said) -> Iterator[tuple[str, str]]:
    """(field, header) of what a rule may be said of; a column without a field is one by its name."""
    taken = {header: name for name, header in (*said.columns.items(), *said.own.items()) if header}
    for header in said.rules:
        name = taken.get(header) or slug(header)
        yield {"mobile": "phone", "first_name": "name", "last_name": "name"}.get(name, name), header
        yield header, header


def _batches(
    plan: EventPlan | RecordPlan, reading: Reading | Sequence[RecordRow | Reject]
) -> Iterator[Batch]:
    if isinstance(plan, RecordPlan):
        assert not isinstance(reading, Reading)
        return plan.batches(reading)
    assert isinstance(reading, Reading)
    return plan.batches(reading)


def _try(
    workspace: "Workspace",
    source: Source,
    *,
    asked: Asked,
    progress: "Progress | None",
    told: Told | None,
) -> ImportResult:
    """The same plan and counts, nothing written."""
    count = _Count()
    plan = _plan(workspace, source, asked=asked, record=None)
    for reading in source.batches:
        count.take(reading)
        for batch in _batches(plan, reading):
            count.plan(batch)
            count.new += batch.fresh
            count.known += batch.known
            count.changed += len(batch.corrections)
            if told is not None:
                told(batch.rows)
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
    record = imports.get(connection, record_id)
    if record.status == "cancelled":
        raise _Cancelled
    before = record.new
    record = imports.update(
        connection, record_id, status="running", kind=source.kind, error=None, finished_at=None
    )
    count = _Count()
    reasons: Counter[str] = Counter()
    plan = _plan(workspace, source, asked=asked, record=record)
    with RejectsFile(rejects_path(workspace.folder, record.batch)) as rejects:
        for reading in source.batches:
            count.take(reading)
            lines = _lines(reading)
            for batch in _batches(plan, reading):
                rejects.write(count.plan(batch))
                if source.kind == CRM:
                    loss_reasons.count(batch.events, reasons)
                piece = _Piece(alone, source, record=record, count=count)
                unwritten = [
                    reject_of(ident, why, lines) for ident, why in piece.append(batch.events, batch)
                ]
                count.refuse(unwritten)
                rejects.write(unwritten)
                sleep(PAUSE_SECONDS)
            if progress is not None:
                progress(count.read, source.rows)
    loss_reasons.take_up(workspace, reasons, author=actor)
    # What a broken-off run had brought is this import's own, not something known before.
    count.known = max(0, count.known - before)
    count.new += before
    imports.update(
        connection,
        record.id,
        status="done",
        read=count.read,
        new=count.new + count.changed,  # corrections are events too, and can be taken back
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
    count: _Count

    def append(self, events: "Sequence[Event]", batch: Batch) -> "list[tuple[str, InputError]]":
        """Write what can be kept; gives the ids of the events that no database can hold, and why.

        One such event must not keep the others of its transaction out: halves are tried until it
        stands alone.
        """
        try:
            self._write(events, batch)
        except InputError as wrong:
            if wrong.code != "event_unstorable":
                raise
            if len(events) <= 1:
                return [(event.id, wrong) for event in events]
            half = len(events) // 2
            return [*self.append(events[:half], batch), *self.append(events[half:], Batch())]
        return []

    def _write(self, events: "Sequence[Event]", batch: Batch) -> None:
        """One transaction: events, corrected values, keys and the record's own count of them."""
        connection, now = self.alone.workspace.connection, self.alone.workspace.now()
        record, count, kind = self.record, self.count, self.source.kind
        # Whoever pressed the button did none of it; the record says who that was.
        own = [replace(event, batch=record.batch) for event in events]
        changed = [replace(event, batch=record.batch) for event in batch.corrections]
        with self.alone.writing():
            here = imports.get(connection, record.id)
            if here.status == "cancelled":
                raise _Cancelled
            appended = journal.append(connection, own, now=now)
            told = journal.append(connection, changed, now=now).new
            imports.save_record_fields(connection, record.id, kind=kind, values=batch.values)
            import_keys.save_said(connection, record.id, kind=kind, values=batch.said)
            import_keys.save_keys(connection, record.id, batch.keys)
            imports.update(
                connection,
                record.id,
                new=here.new + appended.new + told,
                read=count.read,
                refused=count.refused,
                progress=min(1.0, count.read / self.source.rows) if self.source.rows else 0.0,
            )
        count.changed += told
        count.new += appended.new
        count.known += batch.known


def _lines(reading: Reading | Sequence[RecordRow | Reject]) -> dict[str, int]:
    """The line of each event by its id, where the reader told it."""
    if not isinstance(reading, Reading):
        return {}
    return {event.id: line for event, line in zip(reading.events, reading.lines, strict=False)}
