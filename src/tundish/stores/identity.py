"""Which events count, and which ids are one person, as the journal says at present."""

import json
from collections.abc import Iterable

from tundish.journal.event import Event
from tundish.journal.identity import followed, merge_pairs
from tundish.stores.dialect import Connection, execute
from tundish.terms import from_micros

_END = 2**62
LIVE_JOIN = (
    " LEFT JOIN voided_batch vb ON vb.batch = e.batch AND e.position <= vb.upto"
    " LEFT JOIN voided_event ve ON ve.position = e.position"
)
"""Joined to `event e`; LIVE then says whether the event still counts."""
LIVE_JOIN_THEN = (
    " LEFT JOIN voided_batch vb ON vb.batch = e.batch AND e.position <= vb.upto AND vb.upto <= ?"
    " LEFT JOIN voided_event ve ON ve.position = e.position AND ve.voided_by <= ?"
)
"""The same for how it stood when the journal ended at a position, given twice."""
LIVE = "vb.batch IS NULL AND ve.position IS NULL"


def merges(connection: Connection, *, upto: int | None = None) -> list[tuple[str, str]]:
    """(other id, kept id) as the live `person_merged` events say, one for each other id.

    To un-merge, void the event. With `upto`, as it stood when the journal ended there.
    """
    end = _END if upto is None else upto
    rows = execute(
        connection,
        f"SELECT e.id, e.occurred, e.actor, e.properties FROM event e{LIVE_JOIN_THEN}"
        f" WHERE e.name = 'person_merged' AND e.position <= ? AND {LIVE}",
        (end, end, end),
    ).fetchall()
    return merge_pairs(
        Event(
            id=row[0],
            name="person_merged",
            occurred_at=from_micros(row[1]),
            actor=row[2],
            properties=json.loads(row[3] or "{}"),
        )
        for row in rows
    )


def aliases(connection: Connection, persons: Iterable[str]) -> list[str]:
    """The ids under which the events of these persons stand, sorted; their own ids included."""
    final = followed(merges(connection))
    wanted = {final.get(person, person) for person in persons}
    return sorted(wanted | {other for other, kept in final.items() if kept in wanted})
