"""Rows about people and companies: which record each one means, and what it would change there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tundish.journal.event import Event
from tundish.journal.ids import derived_id, row_id
from tundish.journal.readers.mapping_words import Said
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.record_fields import MATCHES, RECORDS
from tundish.journal.readers.record_refs import named_ref, phone_ref, value_hash
from tundish.journal.readers.record_rows import Happened, Instant, RecordRow
from tundish.stores import import_keys, profiles
from tundish.stores.known import look_up
from tundish.terms import from_micros
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

_ROWS_AT_ONCE = 500
_TAGS = "tags"


@dataclass
class _Row:
    """A row with the record that it means, and the events that it would bring."""

    row: RecordRow
    unit: str
    is_new: bool
    company: str | None = None
    events: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    corrections: list[Event] = field(default_factory=list)


@dataclass
class RecordPlan:
    """Plans rows in order; what earlier rows of the run said counts for the later ones."""

    workspace: "Workspace"
    kind: str
    said: Said
    known: KnownRecords
    rules: Mapping[str, str]
    batch_name: str
    now: int
    actor: str | None = None
    purpose: str = "marketing"
    _seen: set[str] = field(default_factory=set)
    _told: dict[str, dict[str, Any]] = field(default_factory=dict)
    _said: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def of(self) -> str:
        """person or company."""
        return RECORDS[self.kind]

    def batches(self, rows: Sequence[RecordRow | Reject]) -> Iterator[Batch]:
        """Plan rows, some hundred at once."""
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            yield self._batch(rows[start : start + _ROWS_AT_ONCE])

    def _batch(self, rows: Sequence[RecordRow | Reject]) -> Batch:
        batch = Batch(kind=self.kind)
        found = [self._found(row, batch) if isinstance(row, RecordRow) else row for row in rows]
        units = {one.unit for one in found if isinstance(one, _Row)}
        current = profiles.rows(self.workspace.connection, self.of, ids=units)
        last = import_keys.said(self.workspace.connection, self.kind, records=units)
        for one in found:
            if isinstance(one, _Row):
                held = {**current.get(one.unit, {}), **self._told.get(one.unit, {})}
                said = {**last.get(one.unit, {}), **self._said.get(one.unit, {})}
                self._compare(one, held=held, said=said, batch=batch)
                self._facts(one, held=held)
        self._without_known(found, batch)
        for one in found:
            batch.rows.append(self._planned(one) if isinstance(one, _Row) else refused(one))
        return batch

    # Which record a row means

    def _found(self, row: RecordRow, batch: Batch) -> _Row:
        proposed = self.said.preset.match if self.said.preset else None
        first = self.said.match or proposed or MATCHES[self.kind][0]
        order = [first, *(name for name in ("external_id", "email", "domain") if name != first)]
        unit: str | None = None
        for name in order:
            value = row.keys.get(name)
            if unit is None and value:
                unit = self.known.find(self.of, name, value) or self._by_id(name, value)
        if unit is None and self.of == COMPANY and (called := row.keys.get("name")):
            unit = self.known.find(COMPANY, "name", called)
        if unit is None and self.of == PERSON:
            said = {name: row.keys.get(name, "") for name in ("name", "phone")}
            unit = self.known.same_person(**said, ident=row.keys.get("external_id", ""))
        if unit is None and self.of == PERSON and not row.keys.keys() - {"name", "phone"}:
            made = self._made(row)
            unit = made if self.known.is_there(PERSON, made) else None
        is_new = unit is None
        unit = self._made(row) if unit is None else unit
        company, is_made = self._company(row, batch) if self.of == PERSON else (None, False)
        if company is not None:
            self.known.learn_company(company, row.company.get("name", ""))
        self._learn(row, unit, batch)
        found = _Row(row, unit, is_new, company)
        if is_made and company is not None:
            found.events.append(self._company_made(company, row))
        return found

    def _by_id(self, name: str, value: str) -> str | None:
        """Deals and events may have named a record before by no more than its id."""
        for ref in (self.known.plain(name, value), value):
            if name != "name" and self.known.is_there(self.of, ref):
                return ref
        return None

    def _made(self, row: RecordRow) -> str:
        """The reference of a record that is new."""
        keys, secret = row.keys, self.known.secret
        if self.of == COMPANY:
            name = keys.get("domain") or keys.get("name", "")
            return name or self.known.plain("external_id", keys["external_id"])
        if email := keys.get("email"):
            return self.known.plain("email", email)
        if ident := keys.get("external_id"):
            return self.known.plain("external_id", ident)
        if phone := keys.get("phone"):
            return phone_ref(phone, secret=secret)
        return named_ref(keys["name"], company=row.company.get("name", ""), secret=secret)

    def _learn(self, row: RecordRow, unit: str, batch: Batch) -> None:
        learn = self.known.learn
        learn(self.of, "id", unit, unit)
        called = row.keys.get("name", "")
        if self.of == COMPANY:
            self.known.learn_company(unit, called)
        elif called:
            self.known.learn_person(unit, name=called, phone=row.keys.get("phone", ""))
        for name, value in row.keys.items():
            plain = self.known.plain(name, value)
            if self.of == PERSON and name == "name":
                continue
            if learn(self.of, name, value, unit) and plain != unit and name != "phone":
                batch.keys.append((self.of, name, plain, unit))

    def _company(self, row: RecordRow, batch: Batch) -> tuple[str | None, bool]:
        """(the company that a person belongs to, whether it gets its reference here)."""
        keys = row.company
        for name in ("external_id", "domain", "name"):
            if value := keys.get(name):
                found = self.known.find(COMPANY, name, value)
                if found is None and name == "external_id" and self.known.is_there(COMPANY, value):
                    found = value
                if found is not None:
                    return found, False
        made = keys.get("domain") or keys.get("name")
        if made is None and (ident := keys.get("external_id")):
            made = self.known.plain("external_id", ident)
        if made is not None:
            self.known.learn(COMPANY, "id", made, made)
            for name, value in keys.items():
                if self.known.learn(COMPANY, name, value, made):
                    plain = self.known.plain(name, value)
                    if plain != made:
                        batch.keys.append((COMPANY, name, plain, made))
        return made, made is not None

    def _company_made(self, company: str, row: RecordRow) -> Event:
        said = {n: v for n in ("name", "domain") if (v := row.company.get(n))}
        at, day, _ = self._at(row.created, row)
        return Event(
            id=row_id("companies", company, event="company_identified", micros=None),
            name="company_identified",
            occurred_at=from_micros(at),
            precision="day" if day else "instant",
            estimated=True,
            company=company,
            properties=said,
        )

    # What it would change

    def _compare(
        self, one: _Row, *, held: Mapping[str, Any], said: Mapping[str, str], batch: Batch
    ) -> None:
        row, told = one.row, {}
        marks = batch.said.setdefault(one.unit, {})
        fields = dict(row.fields)
        if one.company is not None:
            fields["company"] = one.company
        for name, value in fields.items():
            mark = self._mark(value, personal=name in row.personal)
            if said.get(name) == mark:
                continue
            old = held.get(name)
            new = (
                value if one.is_new else ruled(self.rules.get(name, OVERWRITE), old=old, new=value)
            )
            if new is None:
                continue
            marks[name] = mark
            if old is not None and _plain(old) == _plain(new):
                continue
            told[name] = new
            one.changes.append(Change(name, old, new))
        if told:
            self._told.setdefault(one.unit, {}).update(told)
        if marks:
            self._said.setdefault(one.unit, {}).update(marks)
        else:
            del batch.said[one.unit]
        if one.is_new:
            one.events.insert(0, self._identified(one, told))
        else:
            one.corrections += [self._changed(one, change) for change in one.changes]

    def _identified(self, one: _Row, told: Mapping[str, Any]) -> Event:
        row = one.row
        own = {n: v for n, v in told.items() if n not in row.personal and n != "company"}
        personal = {n: str(v) for n, v in told.items() if n in row.personal}
        at, day, estimated = self._at(row.created, row)
        company = one.unit if self.of == COMPANY else one.company
        if self.of == COMPANY:
            name = "company_identified"
        else:
            name = "person_identified"
        return Event(
            id=row_id(self.kind, one.unit, event=name, micros=None),
            name=name,
            occurred_at=from_micros(at),
            precision="day" if day else "instant",
            estimated=estimated,
            person=one.unit if self.of == PERSON else None,
            company=company,
            source=row.source,
            campaign=row.campaign,
            properties=own,
            personal=personal,
        )

    def _changed(self, one: _Row, change: Change) -> Event:
        """A change of a field, dated at the import: the row says it now, whenever it began.

        Of two rows about one record the later one is the later by a microsecond a line.
        """
        personal = change.name in one.row.personal
        said: dict[str, Any] = {"field": change.name}
        if not personal:
            said |= {"old": change.old, "new": change.new}
        name = "field_changed"
        company = one.unit if self.of == COMPANY else None
        if change.name == "company":
            name, company = "company_joined", one.company
            said = {}
        ident, mark = f"{self.batch_name} {one.unit}", self._mark(change.new, personal=True)
        return Event(
            id=derived_id(ident, what=f"{one.row.line} {change.name} {mark}"),
            name=name,
            occurred_at=from_micros(self.now + one.row.line),
            person=one.unit if self.of == PERSON else None,
            company=company,
            properties=said,
            personal={change.name: str(change.new)} if personal else {},
            actor=self.actor if name == "field_changed" else None,
        )

    # What else it tells

    def _facts(self, one: _Row, *, held: Mapping[str, Any]) -> None:
        row = one.row
        tags = held.get(_TAGS) or ()
        for fact in row.happened:
            if fact.name == "tag_added" and fact.properties["tag"] in tags:
                continue
            one.events.append(self._fact(one, fact))
        for word, at in row.steps:
            stage = self.said.stages.get(word)
            if stage and self.said.definition and self.of == PERSON:
                moved = {"definition": self.said.definition, "stage": stage}
                # A stage that a later export shows without a date was come to in between.
                when = at or (None if one.is_new else (self.now, False))
                one.events.append(
                    self._fact(one, Happened("stage_moved", when, moved, of=stage), at)
                )

    def _fact(self, one: _Row, fact: Happened, told: Instant | None = None) -> Event:
        at, day, estimated = self._at(fact.at, one.row)
        properties = dict(fact.properties)
        if fact.name.startswith("consent_"):
            properties["purpose"] = self.purpose
        own_time = fact.at if fact.name != "stage_moved" else told
        of = f"{one.unit}>{value_hash(fact.of, secret=self.known.secret)}" if fact.of else one.unit
        return Event(
            id=row_id(self.kind, of, event=fact.name, micros=own_time[0] if own_time else None),
            name=fact.name,
            occurred_at=from_micros(at),
            precision="day" if day else "instant",
            estimated=estimated,
            person=one.unit if self.of == PERSON else None,
            company=one.unit if self.of == COMPANY else None,
            source=one.row.source if fact.name == "form_submitted" else None,
            campaign=one.row.campaign if fact.name == "form_submitted" else None,
            properties=properties,
            personal=dict(fact.personal),
        )

    def _at(self, told: Instant | None, row: RecordRow) -> tuple[int, bool, bool]:
        """(microseconds, whether only the day is known, whether it is estimated)."""
        if told is not None:
            return *told, False
        if row.created is not None:
            return *row.created, True
        return self.now, False, True

    def _without_known(self, found: Sequence[_Row | Reject], batch: Batch) -> None:
        """Leave out the events that the journal has, or an earlier row of this run brought."""
        rows = [one for one in found if isinstance(one, _Row)]
        ids = {event.id for one in rows for event in one.events}
        live = look_up(self.workspace.connection, ids).live
        for one in rows:
            fresh = []
            for event in one.events:
                if event.id in live or event.id in self._seen:
                    batch.known += 1
                    continue
                self._seen.add(event.id)
                fresh.append(event)
            if one.is_new and any(
                e.id in live for e in one.events if e.person or self.of == COMPANY
            ):
                one.is_new = False
            batch.known += not one.is_new
            one.events = fresh
            batch.events += fresh
            batch.fresh += len(fresh)
            batch.corrections += one.corrections

    def _planned(self, one: _Row) -> Planned:
        status = NEW if one.is_new else CHANGED if one.changes or one.events else SAME
        title = str(one.row.fields.get("name") or one.row.fields.get("email") or one.row.keys.get(
            "name") or one.row.keys.get("external_id") or "")  # fmt: skip
        shown = [event for event in one.events if not event.name.endswith("_identified")]
        changes = tuple(self._readable(change) for change in one.changes)
        return Planned(one.row.line, status, self.of, one.unit, title, changes, tuple(shown))

    def _readable(self, change: Change) -> Change:
        """A change as the plan shows it: companies by their names."""
        if change.name != "company" or self.of != PERSON:
            return change
        called = self.known.company_name
        old = None if change.old is None else called(str(change.old))
        return Change(change.name, old, called(str(change.new)))

    def _mark(self, value: Any, *, personal: bool) -> str:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        return value_hash(text, secret=self.known.secret) if personal else text


def _plain(value: Any) -> str:
    return str(value).strip()
