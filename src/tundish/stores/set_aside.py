"""Events of which a part of the follower could make nothing: noted, so that the others go on."""

from tundish.stores.dialect import Connection, execute, transaction


def note(connection: Connection, part: str, *, position: int, event_id: str, why: str) -> None:
    """Set one event aside for a part of the follower; `why` holds nothing personal."""
    with transaction(connection):
        execute(
            connection,
            "INSERT INTO set_aside (part, position, id, why) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (part, position) DO UPDATE SET why = excluded.why",
            (part, position, event_id, why),
        )


def positions(connection: Connection, part: str) -> set[int]:
    """The positions of the events that a part has set aside."""
    rows = execute(connection, "SELECT position FROM set_aside WHERE part = ?", (part,)).fetchall()
    return {int(row[0]) for row in rows}


def clear(connection: Connection) -> None:
    """Forget them all, before everything is made again."""
    with transaction(connection):
        execute(connection, "DELETE FROM set_aside")
