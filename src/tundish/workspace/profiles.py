"""Rows of people, companies and deals, for lists, segments and breakdowns, kept up by the follower."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tundish.journal.event import Event
from tundish.journal.profile import FIRST_TOUCH, Key, profile_changes
from tundish.stores import journal, profiles
from tundish.stores.dialect import Connection
from tundish.terms import to_micros

REWRITING = frozenset({"events_voided", "person_merged"})
"""Events that change what earlier events mean: what was made of those is made again."""

Rows = dict[Key, dict[str, Any]]
Touched = Mapping[str, Collection[str]]
"""Units by kind."""
_AT_ONCE = 200


def advance(
    connection: Connection,
    batch: Sequence[tuple[int, Event]],
    *,
    settled: int,
    without: Collection[int] = (),
    made: Touched | None = None,
) -> None:
    """Bring the profiles of the units in `batch` (position, event; in commit order) up to date.

    Up to the position `settled` no profile was made before its merge or void was known, so that
    nothing of it needs to be made again. Events at the positions `without` were set aside before.
    `made` are the units that the batch rewrites, where they were made again already up to its end.
    """
    if made is None:
        made = rewritten(connection, batch, settled=settled)
        make_again(connection, made, upto=batch[-1][0], without=without)
    final = journal.final_ids(connection)
    changes = profile_changes(_merged([event for _, event in batch], final))
    changes = {(kind, unit): row for (kind, unit), row in changes.items() if unit not in made[kind]}
    _keep_first_touch(connection, changes)
    profiles.apply(connection, changes)


def rewritten(
    connection: Connection, batch: Sequence[tuple[int, Event]], *, settled: int
) -> dict[str, set[str]]:
    """The units, by kind, of which events behind `settled` in the batch change the past."""
    touched: dict[str, set[str]] = {kind: set() for kind in profiles.KINDS}
    for place, event in batch:
        if event.name in REWRITING and place > settled:
            for kind, units in journal.touched(connection, place - 1, place).items():
                if kind in touched:
                    touched[kind] |= units
    return touched


def in_parts(touched: Touched) -> Iterator[dict[str, list[str]]]:
    """Units, by kind, few enough at a time for one short transaction."""
    for kind, units in touched.items():
        ordered = sorted(units)
        for start in range(0, len(ordered), _AT_ONCE):
            yield {kind: ordered[start : start + _AT_ONCE]}


def make_again(
    connection: Connection,
    touched: Touched,
    *,
    upto: int,
    without: Collection[int],
) -> None:
    """Make the rows of these units, by kind, from what their events up to `upto` say at present."""
    if not any(touched.values()):
        return
    final = journal.final_ids(connection)
    for kind, units in touched.items():
        profiles.forget(connection, kind, sorted(units))
    history = _history(connection, touched, upto=upto, without=without)
    changes = profile_changes(_merged(history, final))
    profiles.apply(
        connection,
        {
            (kind, unit): row
            for (kind, unit), row in changes.items()
            if unit in touched.get(kind, ())
        },
    )


def _keep_first_touch(connection: Connection, changes: Rows) -> None:
    """What a later batch says of the channel counts only where it is about an earlier time."""
    for kind in profiles.KINDS:
        coming = [unit for of, unit in changes if of == kind]
        known = profiles.rows(connection, kind, ids=coming) if coming else {}
        for unit, row in known.items():
            told = changes[(kind, unit)]
            if "first_seen" not in told or row.get("first_seen", 2**62) <= to_micros(
                told["first_seen"]
            ):
                for name in FIRST_TOUCH:
                    if row.get(name):
                        told.pop(name, None)


def _merged(events: Iterable[Event], final: Mapping[str, str]) -> list[Event]:
    return [
        replace(event, person=final[event.person])
        if event.person is not None and event.person in final
        else event
        for event in events
    ]


def _history(
    connection: Connection,
    touched: Touched,
    *,
    upto: int,
    without: Collection[int],
) -> list[Event]:
    ids: set[str] = set()
    for kind, units in touched.items():
        if units:
            columns = journal.columns(connection, unit_kind=kind, ids=units)
            ids |= set(columns.ids.values if columns.ids is not None else ())
    found = journal.live(connection, sorted(ids))
    return [event for place, event in found.values() if place <= upto and place not in without]
