"""Everything that happened to a person, a company or a deal, newest first, in pages."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tundish.areas.people.hidden import Hidden, hidden_of, names_hidden, sees_all
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
# Eighteen digits fit into 64 bits, and no instant or position is longer.
_PLACE = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})")
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
    """One page; `before` asks for the next one, None at the end.

    `hidden` counts the events left out because they name a prospect whom the reader may not see; it
    is told on the first page of all kinds only.
    """

    entries: list[Entry]
    before: str | None
    kind: str
    hidden: int = 0


def timeline(
    workspace: "Workspace", subject: Subject, *, reader: Any, kind: str = "", before: str = ""
) -> Timeline:
    """A page of the subject's live events that `reader` may see; `kind` is empty or a key of KINDS."""
    whose = _whose(workspace, subject)
    hidden = _hidden(workspace, reader, whose=whose)
    sql, values = _query(workspace, whose, hidden=hidden, kind=kind, before=before)
    rows = execute(workspace.connection, sql, values).fetchall()
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    after = f"{rows[-1][2]}.{rows[-1][0]}" if more else None
    left_out = 0 if kind or before else _count(workspace, whose, hidden=hidden)
    return Timeline(list(_gathered(_entries(workspace, rows))), after, kind, left_out)


def person_subject(workspace: "Workspace", person: str) -> Subject:
    """A person's own events, under all ids that were joined to it."""
    return Subject(people=tuple(aliases(workspace.connection, [person])))


def _whose(workspace: "Workspace", subject: Subject) -> tuple[str, list[Any]]:
    whose, values = [], []
    for column, ids in (
        ("e.person", subject.people), ("e.company", subject.companies), ("e.deal", subject.deals),
    ):  # fmt: skip
        if ids:
            test, value = among(workspace.connection, column, ids)
            whose.append(test)
            values.append(value)
    return f"({' OR '.join(whose) or '1 = 0'}) AND {LIVE} AND e.bot = 0", values


def _hidden(workspace: "Workspace", reader: Any, *, whose: tuple[str, list[Any]]) -> Hidden:
    if sees_all(reader):
        return Hidden()
    test, values = whose
    sql = f"SELECT DISTINCT e.person, e.company, e.deal FROM event e{LIVE_JOIN} WHERE {test}"
    named = execute(workspace.connection, sql, values).fetchall()
    return hidden_of(workspace, reader, named=[tuple(row) for row in named])


def _count(workspace: "Workspace", whose: tuple[str, list[Any]], *, hidden: Hidden) -> int:
    if not hidden:
        return 0
    test, values = names_hidden(workspace, hidden)
    sql = f"SELECT count(*) FROM event e{LIVE_JOIN} WHERE {whose[0]} AND {test}"
    return int(execute(workspace.connection, sql, [*whose[1], *values]).fetchone()[0])


def _query(
    workspace: "Workspace", whose: tuple[str, list[Any]], *, hidden: Hidden, kind: str, before: str
) -> tuple[str, list[Any]]:
    tests, values = [whose[0]], list(whose[1])
    if hidden:
        test, more = names_hidden(workspace, hidden)
        tests.append(f"NOT {test}")
        values += more
    if kind:
        test, value = _of_kind(workspace, kind)
        tests.append(test)
        values.append(value)
    place = _PLACE.fullmatch(before)
    if place:
        at, position = int(place[1]), int(place[2])
        tests.append("(e.occurred < ? OR (e.occurred = ? AND e.position < ?))")
        values += [at, at, position]
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
