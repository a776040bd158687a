"""Everything that happened to a person, a company or a deal, newest first, in pages."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.areas.people.entries import COLUMNS, Entry, entries
from tundish.areas.people.hidden import Hidden, hidden_of, names_hidden, sees_all
from tundish.stores.dialect import among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases
from tundish.weblib.page.event_names import EVENTS, names_of_kind

if TYPE_CHECKING:
    from tundish.workspace import Workspace

PAGE = 40
# Eighteen digits fit into 64 bits, and no instant or position is longer.
_PLACE = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})")


@dataclass(frozen=True)
class Subject:
    """Whose timeline: ids of people, companies and deals, any of which an event may name."""

    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What of it: `kind` is empty or a key of KINDS, `names` are events, `text` must be said, `before`
    goes on where a page ended."""

    kind: str = ""
    text: str = ""
    before: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """One page; `before` asks for the next one, None at the end.

    `hidden` counts the events left out because they name a prospect whom the reader may not see; it
    is told on the first page of all kinds only.
    """

    entries: list[Entry]
    before: str | None
    kind: str
    text: str = ""
    hidden: int = 0


def timeline(
    workspace: "Workspace", subject: Subject, *, reader: Any, asked: Asked = Asked()
) -> Timeline:
    """A page of the subject's live events that `reader` may see."""
    whose = _whose(workspace, subject)
    hidden = _hidden(workspace, reader, whose=whose)
    sql, values = _query(workspace, whose, hidden=hidden, asked=asked)
    rows = execute(workspace.connection, sql, values).fetchall()
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    after = f"{rows[-1][2]}.{rows[-1][0]}" if more else None
    narrowed = asked.kind or asked.before or asked.text or asked.names
    left_out = 0 if narrowed else _count(workspace, whose, hidden=hidden)
    shown = entries(workspace, rows, reader=reader)
    return Timeline(shown, after, asked.kind, asked.text, left_out)


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
    return (
        f"({' OR '.join(whose) or '1 = 0'}) AND {LIVE} AND e.bot = 0 AND e.name <> 'note_pinned'",
        values,
    )


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
    workspace: "Workspace", whose: tuple[str, list[Any]], *, hidden: Hidden, asked: Asked
) -> tuple[str, list[Any]]:
    tests, values = [whose[0]], list(whose[1])
    for test, more in (
        _not_hidden(workspace, hidden),
        _of_kind(workspace, asked.kind),
        _saying(workspace, asked.text),
    ):
        tests.append(test)
        values += more
    if asked.names:
        test, value = among(workspace.connection, "e.name", asked.names)
        tests.append(test)
        values.append(value)
    if place := _PLACE.fullmatch(asked.before):
        at, position = int(place[1]), int(place[2])
        tests.append("(e.occurred < ? OR (e.occurred = ? AND e.position < ?))")
        values += [at, at, position]
    # The few columns that order them first: 10,000 whole rows need not be sorted for forty.
    found = (
        f"SELECT e.position FROM event e{LIVE_JOIN} WHERE {' AND '.join(tests)}"
        f" ORDER BY e.occurred DESC, e.position DESC LIMIT {PAGE + 1}"
    )
    order = "ORDER BY e.occurred DESC, e.position DESC"
    return f"SELECT {COLUMNS} FROM event e WHERE e.position IN ({found}) {order}", values


def _not_hidden(workspace: "Workspace", hidden: Hidden) -> tuple[str, list[Any]]:
    if not hidden:
        return "1 = 1", []
    test, values = names_hidden(workspace, hidden)
    return f"NOT {test}", values


def _of_kind(workspace: "Workspace", kind: str) -> tuple[str, list[Any]]:
    if not kind:
        return "1 = 1", []
    if kind != "system":
        test, value = among(workspace.connection, "e.name", names_of_kind(kind))
        return test, [value]
    others = [name for name, shown in EVENTS.items() if shown.kind != "system"]
    test, value = among(workspace.connection, "e.name", others)
    return f"NOT ({test})", [value]


def _saying(workspace: "Workspace", text: str) -> tuple[str, list[Any]]:
    """(condition, values): every word stands in what the event is called, says, or says apart."""
    tests, values = ["1 = 1"], list[Any]()
    for word in text.split()[:6]:
        plain = word.casefold()
        names = [name for name, shown in EVENTS.items() if plain in str(shown.label).casefold()]
        named, value = among(workspace.connection, "e.name", names)
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        tests.append(
            f"({named} OR e.properties LIKE ? ESCAPE '\\' OR e.source LIKE ? ESCAPE '\\'"
            " OR e.campaign LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM personal p"
            " WHERE p.key = e.personal_key AND p.value LIKE ? ESCAPE '\\'))"
        )
        values += [value, like, like, like, like]
    return " AND ".join(tests), values
