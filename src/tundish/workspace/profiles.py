"""Rows of people, companies and deals, for lists, segments and breakdowns, kept up by the follower."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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


def advance(
    connection: Connection,
    batch: Sequence[tuple[int, Event]],
    *,
    settled: int,
    without: Collection[int] = (),
) -> None:
    """Bring the profiles of the units in `batch` (position, event; in commit order) up to date.

    Up to the position `settled` no profile was made before its merge or void was known, so that
    nothing of it needs to be made again. Events at the positions `without` were set aside before.
    """
    final = journal.final_ids(connection)
    changes = profile_changes(_merged([event for _, event in batch], final))
    _keep_first_touch(connection, changes)
    profiles.apply(connection, changes)
    places = [place for place, event in batch if event.name in REWRITING and place > settled]
    if places:
        _again(connection, places=places, upto=batch[-1][0], without=without)


def _again(
    connection: Connection,
    *,
    places: Sequence[int],
    upto: int,
    without: Collection[int],
) -> None:
    """Make the profiles of the units that the events at `places` rewrite from all that still counts."""
    touched: dict[str, set[str]] = {kind: set() for kind in profiles.KINDS}
    for place in places:
        for kind, units in journal.touched(connection, place - 1, place).items():
            if kind in touched:
                touched[kind] |= units
    make_again(connection, touched, upto=upto, without=without)


def make_again(
    connection: Connection,
    touched: Mapping[str, set[str]],
    *,
    upto: int,
    without: Collection[int],
) -> None:
    """Make the rows of these units, by kind, from what their events up to `upto` say at present."""
    final = journal.final_ids(connection)
    for kind in profiles.KINDS:
        profiles.forget(connection, kind, sorted(touched[kind]))
    history = _history(connection, touched, upto=upto, without=without)
    changes = profile_changes(_merged(history, final))
    profiles.apply(
        connection,
        {(kind, unit): row for (kind, unit), row in changes.items() if unit in touched[kind]},
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
    touched: Mapping[str, set[str]],
    *,
    upto: int,
    without: Collection[int],
) -> list[Event]:
    ids: set[str] = set()
    for kind in profiles.KINDS:
        if touched[kind]:
            columns = journal.columns(connection, unit_kind=kind, ids=touched[kind])
            ids |= set(columns.ids.values if columns.ids is not None else ())
    found = journal.live(connection, sorted(ids))
    return [event for place, event in found.values() if place <= upto and place not in without]
