"""The journal: events appended once, in commit order, never changed. All else is derived from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from tundish.journal.event import NOTHING, Event
from tundish.journal.hiding import hidden
from tundish.stores import firm
from tundish.stores.dialect import (
    Connection,
    among,
    execute,
    insert_many,
    lock_appends,
    transaction,
)
from tundish.stores.event_columns import columns
from tundish.stores.event_columns import journal_end as position
from tundish.stores.event_rows import COLUMNS, PERSONAL_KEY, event_of, row_of
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases, final_ids, merges
from tundish.stores.known import Lookup, look_up, remember
from tundish.stores.record_index import without_untracked
from tundish.stores.schema import ensure_all as ensure
from tundish.stores.touched import touched
from tundish.terms import InputError, NotFoundError, from_micros

__all__ = [
    "Appended",
    "append",
    "at",
    "columns",
    "ensure",
    "erase_batch",
    "erase_personal",
    "final_ids",
    "live",
    "merges",
    "personal_values",
    "position",
    "read",
    "recorded_behind",
    "touched",
    "void",
]


@dataclass(frozen=True)
class Appended:
    """How many events were new and how many the journal already had."""

    new: int
    known: int


def append(connection: Connection, events: Iterable[Event], *, now: int) -> Appended:
    """Add events, all or none, leaving out those whose id a live event has; `now` in microseconds.

    What an inlet saw of somebody who is not to be tracked is left out too (record_index.py).
    Ids and labels that hold an address or phone number are hashed or redacted (journal/hiding.py).
    Once it returns (outside a transaction of the caller's) the events are on the disk. Personal
    values go to the table `personal` under an opaque key. Raises InputError for an event that
    cannot be kept; then none is.
    """
    coming: dict[str, Event] = {}
    count = 0
    for said in events:
        count += 1
        event = hidden(said, secret=lambda: firm.secret(connection).encode())
        coming.setdefault(event.id, event)
    if not coming:
        return Appended(0, count)
    with transaction(connection):
        lock_appends(connection)
        coming = {event.id: event for event in without_untracked(connection, coming.values())}
        found = look_up(connection, coming)
        new = [event for name, event in coming.items() if name not in found.live]
        if new:
            _insert(connection, new, found=found, now=now)
    return Appended(len(new), count - len(new))


def read(
    connection: Connection, *, after: int = 0, limit: int, upto: int | None = None
) -> list[tuple[int, Event]]:
    """Up to `limit` live events behind the position `after`, in commit order, personal values with them.

    Fewer than `limit` come only where there are no more.
    """
    rows = execute(
        connection,
        f"SELECT {_qualified()} FROM event e{LIVE_JOIN}"
        f" WHERE e.position > ? AND e.position <= ? AND {LIVE} ORDER BY e.position LIMIT ?",
        (after, 2**62 if upto is None else upto, limit),
    ).fetchall()
    return _with_personal(connection, rows)


def live(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, Event]]:
    """The live events with these ids, each with its position."""
    if not ids:
        return {}
    places = look_up(connection, set(ids)).live.values()
    condition, value = among(connection, "e.position", sorted(places))
    rows = execute(
        connection, f"SELECT {_qualified()} FROM event e WHERE {condition}", (value,)
    ).fetchall()
    return {event.id: (place, event) for place, event in _with_personal(connection, rows)}


def at(connection: Connection, place: int) -> Event:
    """The event at a position, whether it still counts or not. Raises NotFoundError."""
    row = execute(
        connection, f"SELECT {_qualified()} FROM event e WHERE e.position = ?", (place,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"There is no event {place}.", "event_not_found")
    return _with_personal(connection, [row])[0][1]


def recorded_behind(connection: Connection, place: int) -> int | None:
    """When the first event behind a position was recorded, in microseconds; None: there is none."""
    row = execute(
        connection,
        "SELECT recorded FROM event WHERE position > ? ORDER BY position LIMIT 1",
        (place,),
    ).fetchone()
    return None if row is None else int(row[0])


def void(
    connection: Connection,
    *,
    batch: str | None = None,
    event: str | None = None,
    now: int,
    actor: str | None,
) -> int:
    """Take back a batch, or one event by its id: append `events_voided`; gives how many it voids.

    Every reader leaves the voided out from then on, and the same events may come again. Raises
    NotFoundError where no live event answers, InputError for an `events_voided` itself.
    """
    if (batch is None) == (event is None):
        raise ValueError("void takes a batch or an event")
    with transaction(connection):
        lock_appends(connection)
        here = position(connection) + 1
        said: dict[str, Any]
        if batch is not None:
            count, said = _live_in(connection, batch), {"batch": batch}
        else:
            count, said = _voidable(connection, str(event))
        if not count:
            name = f"batch “{batch}”" if batch is not None else f"event “{event}”"
            raise NotFoundError(
                f"No event of the {name} counts at present.",
                "nothing_to_void",
                "Look at its name again; what was undone before stays undone.",
            )
        mark = Event(
            id=f"void-{here}-{token_hex(8)}",
            name="events_voided",
            occurred_at=from_micros(now),
            properties=said,
            actor=actor,
        )
        _insert(connection, [mark], found=look_up(connection, [mark.id]), now=now)
        if batch is not None:
            execute(
                connection,
                "INSERT INTO voided_batch (batch, upto) VALUES (?, ?)",
                (batch, here),
            )
        else:
            execute(
                connection,
                "INSERT INTO voided_event (position, voided_by) VALUES (?, ?)",
                (said["position"], here),
            )
    return count


def personal_values(connection: Connection, person: str) -> dict[str, set[str]]:
    """The personal values of a person's events, under all of its ids, by kind."""
    condition, value = among(connection, "e.person", aliases(connection, [person]))
    found: dict[str, set[str]] = {}
    for kind, said in execute(
        connection,
        "SELECT DISTINCT p.kind, p.value FROM event e JOIN personal p ON p.key = e.personal_key"
        f" WHERE {condition}",
        (value,),
    ).fetchall():
        found.setdefault(kind, set()).add(said)
    return found


def erase_personal(connection: Connection, person: str) -> int:
    """Delete the personal values of a person's events, under all of its ids; gives how many.

    No event, file or index is rewritten: the events keep a key that leads nowhere.
    """
    condition, value = among(connection, "person", aliases(connection, [person]))
    return _erase(connection, condition, value)


def erase_batch(connection: Connection, batch: str) -> int:
    """The same for the events of a batch, as when it was taken back; gives how many values."""
    return _erase(connection, "batch = ?", batch)


def _erase(connection: Connection, condition: str, value: Any) -> int:
    with transaction(connection):
        cursor = execute(
            connection,
            "DELETE FROM personal WHERE key IN (SELECT personal_key FROM event"
            f" WHERE {condition} AND personal_key IS NOT NULL)",
            (value,),
        )
        return int(cursor.rowcount)


def _insert(connection: Connection, events: Sequence[Event], *, found: Lookup, now: int) -> None:
    first = position(connection) + 1
    rows, personal = [], []
    for place, event in enumerate(events, first):
        row, values = row_of(event, position=place, now=now, key=_opaque)
        rows.append(row)
        personal += [(row[PERSONAL_KEY], kind, said) for kind, said in values.items()]
    insert_many(connection, "event", columns=COLUMNS, rows=rows)
    insert_many(connection, "personal", columns="key, kind, value", rows=personal)
    places = {event.id: place for place, event in enumerate(events, first)}
    remember(connection, found, positions=places)


def _opaque() -> str:
    return token_hex(16)


def _live_in(connection: Connection, batch: str) -> int:
    row = execute(
        connection,
        f"SELECT count(*) FROM event e{LIVE_JOIN} WHERE e.batch = ? AND {LIVE}",
        (batch,),
    ).fetchone()
    return int(row[0])


def _voidable(connection: Connection, event_id: str) -> tuple[int, dict[str, Any]]:
    place = look_up(connection, [event_id]).live.get(event_id)
    if place is None:
        return 0, {}
    row = execute(connection, "SELECT name FROM event WHERE position = ?", (place,)).fetchone()
    if row[0] == "events_voided":
        raise InputError(
            f"The event “{event_id}” takes other events back; it cannot be taken back itself.",
            "void_is_final",
            "Import the file, or send the events, again.",
        )
    return 1, {"event": event_id, "position": place}


def _with_personal(
    connection: Connection, rows: Sequence[Sequence[Any]]
) -> list[tuple[int, Event]]:
    keys = [row[PERSONAL_KEY] for row in rows if row[PERSONAL_KEY]]
    values: dict[str, dict[str, str]] = {}
    if keys:
        condition, value = among(connection, "key", keys)
        for key, kind, text in execute(
            connection, f"SELECT key, kind, value FROM personal WHERE {condition}", (value,)
        ).fetchall():
            values.setdefault(key, {})[kind] = text
    return [(row[0], event_of(row, values.get(row[PERSONAL_KEY], NOTHING))) for row in rows]


def _qualified() -> str:
    return ", ".join(f"e.{name.strip()}" for name in COLUMNS.split(","))
