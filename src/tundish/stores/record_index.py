"""Derived beside the profiles: which records carry a tag, and who is not to be tracked."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tundish.journal.event import Event
from tundish.journal.gathered import TAGS
from tundish.journal.names import OBSERVED, STANDARD
from tundish.journal.profile import is_open
from tundish.stores.dialect import Connection, among, execute, insert_many
from tundish.stores.identity import aliases

DO_NOT_TRACK = "do_not_track"
"""The property of a person whose page views, opens and clicks are not to be recorded."""


def keep(connection: Connection, kind: str, records: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring the tags of saved rows up to date, and whether these people may be tracked."""
    drop(connection, kind, records)
    rows = [(t, kind, unit) for unit, row in records.items() for t in _tags(row)]
    if rows:
        insert_many(connection, "record_tag", columns="tag, kind, record", rows=rows)
    barred = [(unit,) for unit, row in records.items() if row.get(DO_NOT_TRACK) is True]
    if kind == "person" and barred:
        insert_many(connection, "untracked", columns="person", rows=barred)


def drop(connection: Connection, kind: str, ids: Iterable[str]) -> None:
    """Forget what was kept of these rows."""
    if is_empty(connection, "record_tag") and is_empty(connection, "untracked"):
        return
    ids = list(ids)
    test, value = among(connection, "record", ids)
    execute(connection, f"DELETE FROM record_tag WHERE kind = ? AND {test}", (kind, value))
    if kind == "person":
        test, value = among(connection, "person", ids)
        execute(connection, f"DELETE FROM untracked WHERE {test}", (value,))


def clear(connection: Connection) -> None:
    """Forget all of it; the journal can make it again."""
    for table in ("record_tag", "untracked"):
        execute(connection, f"DELETE FROM {table}")


def tags(connection: Connection, *, kind: str | None = None, start: str = "") -> list[str]:
    """The tags in use, of one kind of record or of all, that begin with `start` in any case."""
    sql, values = "SELECT DISTINCT tag FROM record_tag", []
    if kind is not None:
        sql, values = f"{sql} WHERE kind = ?", [kind]
    found = {str(row[0]) for row in execute(connection, sql, values).fetchall()}
    plain = start.casefold()
    return sorted((tag for tag in found if tag.casefold().startswith(plain)), key=str.casefold)


def without_untracked(connection: Connection, events: Collection[Event]) -> list[Event]:
    """`events` but for what an inlet tells of watching somebody who is not to be tracked.

    What such a person does on purpose (a form, an order) stays, and so does all that we write.
    """
    if is_empty(connection, "untracked"):
        return list(events)
    barred = [row[0] for row in execute(connection, "SELECT person FROM untracked").fetchall()]
    ids = set(aliases(connection, barred))
    return [event for event in events if event.person not in ids or not _watched(event)]


def is_empty(connection: Connection, table: str) -> bool:
    """Whether a table has no row; asked of small derived ones."""
    return execute(connection, f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None


def _watched(event: Event) -> bool:
    custom = event.name not in STANDARD and event.session is not None
    return is_open(event) and (event.name in OBSERVED or custom)


def _tags(row: Mapping[str, Any]) -> list[str]:
    held = row.get(TAGS)
    return held if isinstance(held, list) else []
