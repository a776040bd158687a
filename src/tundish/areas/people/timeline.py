"""Everything that happened to a person, a company or a deal, newest first, in pages."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tundish.areas.people.models import Person
from tundish.stores.dialect import among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases
from tundish.terms import Money, from_micros
from tundish.weblib.access.staff import shown_names
from tundish.weblib.page.event_names import EVENTS, Shown, names_of_kind, shown_event
from tundish.weblib.page.formats import local

if TYPE_CHECKING:
    from tundish.workspace import Workspace

PAGE = 40
_COLUMNS = (
    "e.position, e.name, e.occurred, e.day_only, e.estimated, e.person, e.deal, e.channel, e.source, "
    "e.campaign, e.value_minor, e.currency, e.properties, e.personal_key, e.actor"
)
# What is shown of an event's properties without asking, the first that are there.
_TOLD = (
    "form", "document", "path", "product", "mail", "subject", "event", "competitor", "reason", "score",
    "stage", "discount", "list", "direction", "answer", "seats", "team",
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Whose timeline: ids of people, companies and deals, any of which an event may name."""

    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()
    only_people: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Entry:
    """One line: an event, or `count` equal ones in a row on one day."""

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
    count: int = 1


@dataclass(frozen=True)
class Timeline:
    """One page; `before` asks for the next one, None at the end."""

    entries: list[Entry]
    before: str | None
    kind: str


def timeline(
    workspace: "Workspace", subject: Subject, *, kind: str = "", before: str = ""
) -> Timeline:
    """A page of the subject's live events; `kind` is a key of event_names.KINDS or empty."""
    sql, values = _query(workspace, subject, kind=kind, before=before)
    rows = execute(workspace.connection, sql, values).fetchall()
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    after = f"{rows[-1][2]}.{rows[-1][0]}" if more else None
    return Timeline(list(_gathered(_entries(workspace, rows))), after, kind)


def person_subject(workspace: "Workspace", person: str) -> Subject:
    """A person's own events, under all ids that were joined to it."""
    return Subject(people=tuple(aliases(workspace.connection, [person])))


def _query(
    workspace: "Workspace", subject: Subject, *, kind: str, before: str
) -> tuple[str, list[Any]]:
    whose, values = [], []
    for column, ids in (
        ("e.person", subject.people), ("e.company", subject.companies), ("e.deal", subject.deals),
    ):  # fmt: skip
        if ids:
            test, value = among(workspace.connection, column, ids)
            whose.append(test)
            values.append(value)
    tests = [f"({' OR '.join(whose) or '1 = 0'})", LIVE, "e.bot = 0"]
    if subject.only_people is not None:
        test, value = among(workspace.connection, "e.person", subject.only_people)
        tests.append(f"(e.person IS NULL OR {test})")
        values.append(value)
    if kind:
        test, value = _of_kind(workspace, kind)
        tests.append(test)
        values.append(value)
    at, _, position = before.partition(".")
    if at.lstrip("-").isdecimal() and position.isdecimal():
        tests.append("(e.occurred < ? OR (e.occurred = ? AND e.position < ?))")
        values += [int(at), int(at), int(position)]
    order = f"ORDER BY e.occurred DESC, e.position DESC LIMIT {PAGE + 1}"
    return f"SELECT {_COLUMNS} FROM event e{LIVE_JOIN} WHERE {' AND '.join(tests)} {order}", values


def _of_kind(workspace: "Workspace", kind: str) -> tuple[str, Any]:
    if kind != "system":
        return among(workspace.connection, "e.name", names_of_kind(kind))
    others = [name for name, shown in EVENTS.items() if shown.kind != "system"]
    test, value = among(workspace.connection, "e.name", others)
    return f"NOT ({test})", value


def _entries(workspace: "Workspace", rows: list[Any]) -> Iterator[Entry]:
    names = _person_names({row[5] for row in rows if row[5]})
    staff = _staff({row[14] for row in rows if row[14]})
    texts = _texts(workspace, [row[13] for row in rows if row[13]])
    for row in rows:
        said = json.loads(row[12]) if row[12] else {}
        change = None
        if row[1] in ("field_changed", "deal_stage_changed"):
            field = str(said.get("field") or "stage")
            change = (field, _plain(said.get("old")), _plain(said.get("new")))
        shown_at = local(row[2])
        yield Entry(
            position=row[0], name=row[1], shown=shown_event(row[1]), occurred=row[2],
            day=shown_at.date() if shown_at and not row[3] else _utc_day(row[2]),
            day_only=bool(row[3]), estimated=bool(row[4]), person=row[5],
            person_name=names.get(row[5], ""), deal=row[6],
            origin=tuple(dict.fromkeys(part for part in row[7:10] if part)),
            money=Money(row[10], row[11]) if row[10] is not None and row[11] else None,
            told=() if change else tuple((k, _plain(said[k])) for k in _TOLD if said.get(k) is not None)[:3],
            change=change, text=texts.get(row[13], ""), actor=staff.get(row[14], row[14] or ""),
        )  # fmt: skip


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


def _texts(workspace: "Workspace", keys: list[str]) -> dict[str, str]:
    if not keys:
        return {}
    test, value = among(workspace.connection, "key", keys)
    rows = execute(
        workspace.connection,
        f"SELECT key, value FROM personal WHERE kind = 'text' AND {test}",
        (value,),
    )
    return dict(rows.fetchall())


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _utc_day(micros: int) -> date:
    return from_micros(micros).date()


def day_starts(entries: list[Entry], last_day: str = "") -> set[int]:
    """Positions of the entries that begin a day, the first one unless it goes on with `last_day`."""
    starts = {b.position for a, b in pairwise(entries) if a.day != b.day}
    if entries and entries[0].day.isoformat() != last_day:
        starts.add(entries[0].position)
    return starts
