"""Which events count, and which ids are one person, as the journal says at present."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from tundish.journal.event import Event
from tundish.journal.identity import followed, merge_pairs
from tundish.stores.dialect import Connection, database_name, execute
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


@dataclass(frozen=True)
class _Persons:
    """The pairs of `merges`, every chain followed to its end, and the same the other way round."""

    pairs: tuple[tuple[str, str], ...]
    final: Mapping[str, str]
    former: Mapping[str, tuple[str, ...]]


_KEPT = 8
_kept: "OrderedDict[tuple[Any, ...], _Persons]" = OrderedDict()
_lock = Lock()


def merges(connection: Connection, *, upto: int | None = None) -> list[tuple[str, str]]:
    """(other id, kept id) as the live `person_merged` events say, one for each other id.

    To un-merge, void the event. With `upto`, as it stood when the journal ended there.
    """
    return list(_persons(connection, _END if upto is None else upto).pairs)


def final_ids(connection: Connection, *, upto: int | None = None) -> Mapping[str, str]:
    """For each id that was merged the one under which its person stands after all merges."""
    return _persons(connection, _END if upto is None else upto).final


def aliases(connection: Connection, persons: Iterable[str]) -> list[str]:
    """The ids under which the events of these persons stand, sorted; their own ids included."""
    known = _persons(connection, _END)
    wanted = {known.final.get(person, person) for person in persons}
    return sorted(wanted.union(*(known.former.get(person, ()) for person in wanted)))


def _persons(connection: Connection, end: int) -> _Persons:
    """Remembered until a merge or a void comes: a visitor list of years need not be read for a page."""
    place = database_name(connection)
    if place is None:
        return _read(connection, end)
    last = [
        execute(
            connection,
            f"SELECT position, id, recorded, properties FROM event WHERE name = '{name}'"
            " AND position <= ? ORDER BY position DESC LIMIT 1",
            (end,),
        ).fetchone()
        for name in ("person_merged", "events_voided")
    ]
    key = (place, *map(_hashable, last))
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        kept = _read(connection, end)
        with _lock:
            _kept[key] = kept
            while len(_kept) > _KEPT:
                _kept.popitem(last=False)
    return kept


def _hashable(row: Any) -> Any:
    return None if row is None else tuple(map(str, row))


def _read(connection: Connection, end: int) -> _Persons:
    rows = execute(
        connection,
        f"SELECT e.id, e.occurred, e.actor, e.properties FROM event e{LIVE_JOIN_THEN}"
        f" WHERE e.name = 'person_merged' AND e.position <= ? AND {LIVE}"
        " ORDER BY e.position",
        (end, end, end),
    ).fetchall()
    pairs = merge_pairs(
        Event(
            id=row[0],
            name="person_merged",
            occurred_at=from_micros(row[1]),
            actor=row[2],
            properties=json.loads(row[3] or "{}"),
        )
        for row in rows
    )
    final = followed(pairs)
    former: dict[str, list[str]] = {}
    for other, kept in final.items():
        former.setdefault(kept, []).append(other)
    return _Persons(tuple(pairs), final, {kept: tuple(ids) for kept, ids in former.items()})
