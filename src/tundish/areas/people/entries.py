"""Lines of a timeline: an event's row with its words, names and texts, as one reader sees it."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tundish.areas.people.fields_shown import company_names, title_of, value_text
from tundish.areas.people.models import Person
from tundish.areas.people.notes import may_edit
from tundish.journal.fields import written
from tundish.stores import fields
from tundish.stores.dialect import among, execute
from tundish.stores.purposes import purposes
from tundish.terms import Money, from_micros
from tundish.weblib.access.staff import shown_names
from tundish.weblib.page import labels
from tundish.weblib.page.event_names import Shown, shown_event
from tundish.weblib.page.formats import local

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_OF_ADDRESSES = ("address_added", "address_removed")
COLUMNS = (
    "e.position, e.name, e.occurred, e.day_only, e.estimated, e.person, e.deal, e.channel, e.source, "
    "e.campaign, e.value_minor, e.currency, e.properties, e.personal_key, e.actor, e.id"
)
# What is shown of an event's properties without asking, the first that are there.
_TOLD = (
    "form", "document", "path", "product", "mail", "subject", "event", "competitor", "reason", "score",
    "stage", "discount", "list", "direction", "answer", "seats", "team", "tag", "purpose", "role",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line: an event, or `count` equal ones in a row on one day; `mine` if the reader may edit it."""

    position: int
    name: str
    shown: Shown
    occurred: int
    day: date
    day_only: bool
    estimated: bool
    person: str | None
    person_name: str
    deal: str | None
    origin: tuple[str, ...]
    money: Money | None
    told: tuple[tuple[str, str], ...]
    change: tuple[str, str, str] | None
    text: str
    actor: str
    id: str = ""
    mine: bool = False
    edited: bool = False
    count: int = 1


def entries(workspace: "Workspace", rows: list[Any], *, reader: Any) -> list[Entry]:
    """The lines of rows of COLUMNS, equal ones gathered."""
    return list(_gathered(_entries(workspace, rows, reader=reader)))


def _entries(workspace: "Workspace", rows: list[Any], *, reader: Any) -> Iterator[Entry]:
    names = _person_names({row[5] for row in rows if row[5]})
    staff = _staff({row[14] for row in rows if row[14]})
    texts = _texts(workspace, [row[13] for row in rows if row[13]])
    titles = {one.name: one.title for one in purposes(workspace.connection, archived=True)}
    for row in rows:
        said = json.loads(row[12]) if row[12] else {}
        own = texts.get(row[13], {})
        if "purpose" in said:
            said["purpose"] = titles.get(str(said["purpose"]), said["purpose"])
        change = _change(workspace, row, said, own, reader=reader)
        told = [(key, _plain(said[key])) for key in _TOLD if said.get(key) is not None]
        told += [
            (key, own[key]) for key in ("email", "phone") if row[1] in _OF_ADDRESSES and key in own
        ]
        shown_at = local(row[2])
        yield Entry(
            position=row[0], name=row[1], shown=shown_event(row[1]), occurred=row[2],
            day=shown_at.date() if shown_at and not row[3] else _utc_day(row[2]),
            day_only=bool(row[3]), estimated=bool(row[4]), person=row[5],
            person_name=names.get(row[5], ""), deal=row[6],
            origin=tuple(dict.fromkeys(part for part in row[7:10] if part)),
            money=Money(row[10], row[11]) if row[10] is not None and row[11] else None,
            told=() if change else tuple(told)[:3], change=change, text=own.get("text", ""),
            actor=staff.get(row[14], row[14] or ""), id=row[15],
            mine=row[1] == "note_added" and may_edit(row[14] or "", reader),
            edited=bool(said.get("edited")) and row[1] == "note_added",
        )  # fmt: skip


def _change(
    workspace: "Workspace", row: Any, said: dict[str, Any], own: Mapping[str, str], *, reader: Any
) -> tuple[str, str, str] | None:
    """(field, old, new) of a change in words; what is personal of it stands apart."""
    if row[1] not in ("field_changed", "deal_stage_changed"):
        return None
    name = str(said.get("field") or "stage")
    kind = "deal" if row[6] else "person" if row[5] else "company"
    listed = fields.fields_of(workspace.connection, kind, archived=True)
    field = next((one for one in listed if one.name == name), None)
    old, new = own.get("old", said.get("old")), own.get("new", own.get(name, said.get("new")))
    if name == "company":
        names = company_names({str(one) for one in (old, new) if one}, reader=reader)
        return _("Company"), names.get(str(old), ""), names.get(str(new), "")
    if field is None:
        return labels.field(name), _plain(old), _plain(new)
    return title_of(field), value_text(field, old), value_text(field, new)


def _gathered(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Equal events of one day in a row, and nothing to tell between them, as one line with a count."""
    waiting: Entry | None = None
    for entry in entries:
        if waiting is not None and _same(waiting, entry):
            waiting = replace(waiting, count=waiting.count + 1)
            continue
        if waiting is not None:
            yield waiting
        waiting = entry
    if waiting is not None:
        yield waiting


def _same(one: Entry, other: Entry) -> bool:
    keys = ("name", "day", "person", "deal", "actor")
    equal = all(getattr(one, key) == getattr(other, key) for key in keys)
    plain = one.money is None and one.change is None and not one.text and not other.text
    return (
        equal and plain and (one.told == other.told or one.name in ("page_viewed", "product_used"))
    )


def _person_names(ids: Collection[str]) -> dict[str, str]:
    found = Person.objects.only("name", "email").in_bulk(list(ids)) if ids else {}
    return {pk: person.shown_name for pk, person in found.items()}


def _staff(actors: Collection[str]) -> Mapping[str, str]:
    return shown_names() if actors else {}


def _texts(workspace: "Workspace", keys: list[str]) -> dict[str, dict[str, str]]:
    """The personal values that a line may show, by key and kind."""
    found: dict[str, dict[str, str]] = {}
    if keys:
        test, value = among(workspace.connection, "key", keys)
        sql = f"SELECT key, kind, value FROM personal WHERE {test}"
        for key, kind, said in execute(workspace.connection, sql, (value,)).fetchall():
            found.setdefault(key, {})[kind] = said
    return found


def _plain(value: Any) -> str:
    if isinstance(value, dict) and "minor_units" not in value:
        return json.dumps(value, ensure_ascii=False)
    return written(value)


def _utc_day(micros: int) -> date:
    return from_micros(micros).date()


def day_starts(entries: list[Entry], last_day: str = "") -> set[int]:
    """Positions of the entries that begin a day, the first one unless it goes on with `last_day`."""
    starts = {b.position for a, b in pairwise(entries) if a.day != b.day}
    if entries and entries[0].day.isoformat() != last_day:
        starts.add(entries[0].position)
    return starts
