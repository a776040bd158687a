"""Which ids the journal knows: a small table of 64-bit hashes, each pointing at its event.

Two ids may share a hash. A hash that is taken by another id gives way to the next one (another
salt), and no row is ever deleted, so that the way to an id stays the same for ever. An id whose
event was taken back is free again: its row then points at the event that comes anew.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from tundish.stores.dialect import Connection, among, execute, execute_many, insert_many
from tundish.stores.identity import LIVE, LIVE_JOIN


@dataclass(slots=True)
class Lookup:
    """What became of some ids: `live` has the position of each that a live event has; `fresh` and
    `freed` the keys for the others, without a row so far or with one that may be used again."""

    live: dict[str, int] = field(default_factory=dict)
    fresh: dict[str, int] = field(default_factory=dict)
    freed: dict[str, int] = field(default_factory=dict)


def id_hash(event_id: str, salt: int) -> int:
    """A signed 64-bit hash of an id."""
    digest = blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=8, salt=b"%d" % salt)
    return int.from_bytes(digest.digest(), "big", signed=True)


def look_up(connection: Connection, ids: Collection[str]) -> Lookup:
    """Find ids in the journal; inside the appending transaction the answer stays true."""
    found, taken = Lookup(), set[int]()
    pending, salt = list(ids), 0
    while pending:
        keys = {event_id: id_hash(event_id, salt) for event_id in pending}
        rows = _rows(connection, keys.values())
        pending, salt = [], salt + 1
        for event_id, key in keys.items():
            position, owner, counts = rows.get(key, (0, None, False))
            if owner == event_id:
                if counts:
                    found.live[event_id] = position
                else:
                    found.freed[event_id] = key
            elif owner is None and key not in taken:
                taken.add(key)
                found.fresh[event_id] = key
            else:
                pending.append(event_id)
    return found


def remember(connection: Connection, found: Lookup, *, positions: dict[str, int]) -> None:
    """Point the keys of new events at their positions."""
    rows = sorted((key, positions[event_id]) for event_id, key in found.fresh.items())
    insert_many(connection, "event_key", columns="key, position", rows=rows)
    if found.freed:
        execute_many(
            connection,
            "UPDATE event_key SET position = ? WHERE key = ?",
            [(positions[event_id], key) for event_id, key in found.freed.items()],
        )


def _rows(connection: Connection, keys: Iterable[int]) -> dict[int, tuple[int, str | None, bool]]:
    """(position, id of the event there, whether it counts) by key."""
    test, value = among(connection, "k.key", list(keys))
    rows = execute(
        connection,
        f"SELECT k.key, k.position, e.id, ({LIVE}) FROM event_key k"
        f" JOIN event e ON e.position = k.position{LIVE_JOIN} WHERE {test}",
        (value,),
    ).fetchall()
    return {row[0]: (row[1], row[2], bool(row[3])) for row in rows}
