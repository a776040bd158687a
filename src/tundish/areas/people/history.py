"""What was changed on a record: field, former and new value, who and when; the latest first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tundish.areas.people import fields_shown, timeline
from tundish.areas.people.models import Record
from tundish.journal.event import Event
from tundish.journal.fields import Field
from tundish.stores import fields, journal
from tundish.terms import to_micros

if TYPE_CHECKING:
    from tundish.workspace import Workspace


@dataclass(frozen=True)
class Change:
    """One change; `restore_old` and `restore_new` are what the field's form takes to have them again."""

    field: str
    title: str
    at: int
    actor: str
    old: str
    new: str
    restore_old: str
    restore_new: str
    can_restore: bool


def changes(workspace: "Workspace", record: Record, *, reader: Any) -> list[Change]:
    """The newest changes of a record's own fields, as far as `reader` may see them."""
    if record.kind == "person":
        subject = timeline.person_subject(workspace, record.pk)
    elif record.kind == "company":
        subject = timeline.Subject(companies=(record.pk,))
    else:
        subject = timeline.Subject(deals=(record.pk,))
    asked = timeline.Asked(names=("field_changed",))
    found = timeline.timeline(workspace, subject, reader=reader, asked=asked).entries
    events = journal.live(workspace.connection, [entry.id for entry in found])
    listed = fields.fields_of(workspace.connection, record.kind, archived=True)
    known = {field.name: field for field in listed}
    told = []
    for entry in found:
        event = events[entry.id][1]
        # A change on somebody's page may name the company as well; it is theirs.
        if record.kind != ("deal" if event.deal else "person" if event.person else "company"):
            continue
        name = str(event.properties.get("field") or "")
        if name == "company":
            told.append(_of_company(event, reader=reader))
            continue
        field = known.get(name) or Field(record.kind, name, fields_shown.labels.field(name))
        old = event.personal.get("old", event.properties.get("old"))
        new = event.personal.get("new", event.personal.get(name, event.properties.get("new")))
        told.append(_change(field, old, new, at=to_micros(event.occurred_at), actor=event.actor or "",
                            can_restore=name in known and not known[name].archived))  # fmt: skip
    return told


def _of_company(event: Event, *, reader: Any) -> Change:
    old, new = str(event.properties.get("old") or ""), str(event.properties.get("new") or "")
    names = fields_shown.company_names({old, new} - {""}, reader=reader)
    return Change(
        field="company", title=_("Company"), at=to_micros(event.occurred_at), actor=event.actor or "",
        old=names.get(old, ""), new=names.get(new, ""), restore_old=old, restore_new=new,
        can_restore=all(one in names for one in (old, new) if one),
    )  # fmt: skip


def _change(field: Field, old: Any, new: Any, *, at: int, actor: str, can_restore: bool) -> Change:
    return Change(
        field=field.name, title=fields_shown.title_of(field), at=at, actor=actor,
        old=fields_shown.value_text(field, old), new=fields_shown.value_text(field, new),
        restore_old=fields_shown.written(old), restore_new=fields_shown.written(new),
        can_restore=can_restore,
    )  # fmt: skip
