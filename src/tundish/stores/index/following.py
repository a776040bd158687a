"""From the journal to the changes of an index: what came, what was taken back, who was merged.

A late event is only one more event of a newer part: the kernels merge the parts by time. What does
change the past is a merge or its undoing, events taken back, and (for companies and deals) a new
membership, which gives a person's events to another company. Such units are gathered again from the
journal, whole. Erasing a person changes no event, so it changes nothing here.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from tundish.funnel.units import UnitChoice, owned
from tundish.journal.columns import Bools, Coded
from tundish.stores.coded import columns_of
from tundish.stores.dialect import Connection, execute
from tundish.stores.event_columns import event_table
from tundish.stores.identity import LIVE, LIVE_JOIN_THEN, final_ids
from tundish.stores.index.changes import Change, Rows
from tundish.stores.local import event_rows
from tundish.stores.touched import touched

KINDS = ("person", "company", "deal", "session")
"""The kinds of unit that an index may be kept of."""
JOINED = ("company", "deal")
"""Kinds whose units have events of others too: of their people, by what these say elsewhere."""
MOST_CHANGED = 5_000
"""A question gathers the past of so many changed units, no more."""


class Unsettled(Exception):  # noqa: N818 - no error: what was asked has moved on
    """A merge or a void came while units were gathered by their ids, so events may be missing."""


def tail(
    connection: Connection, unit: str, *, after: int, upto: int, most: int = MOST_CHANGED
) -> Change | None:
    """What an index that stands for the position `after` lacks of the journal up to `upto`; None
    where more than `most` units changed. Raises Unsettled."""
    if unit in JOINED:
        changed: Collection[str] = touched(connection, after, upto)[unit]
    else:
        taken_back = _taken_back(connection, unit, after=after, upto=upto)
        changed = {said for said in taken_back if said}
        if unit == "person":
            changed = _merged(connection, changed, after=after, upto=upto)
    if len(changed) > most:
        return None
    tables = [] if unit in JOINED else [event_table(connection, upto=upto, after=after)]
    if changed:
        again = event_table(connection, upto=upto, unit_kind=unit, ids=changed)
        behind = pa.compute.less_equal(again.column("position"), after)
        tables.append(again if unit in JOINED else again.filter(behind))
    if changed and _overtaken(connection, upto):
        raise Unsettled
    rows, without = _rows(
        connection, unit, pa.concat_tables(tables) if tables else None, upto=upto,
        only=changed, after=-1 if unit in JOINED else after,
    )  # fmt: skip
    if unit in JOINED:
        taken_back = _taken_back(connection, unit, after=after, upto=upto)
        came, without = _count(connection, after=after, upto=upto), 0
    else:
        came = tables[0].num_rows
        without -= sum(not said for said in taken_back)
    return Change(
        upto, rows, changed, events=came - len(taken_back), without=without,
        last_id=event_id(connection, upto),
    )  # fmt: skip


def stretch(
    folder: str | Path, connection: Connection, unit: str, *, after: int, last: int, built: int
) -> Change:
    """The events behind `after` up to `last`, as they stand at the position `built`."""
    table = event_rows(folder, connection, after=after, last=last, upto=built)
    rows, without = _rows(connection, unit, table, upto=built, only=None, after=after)
    return Change(
        last, rows, events=table.num_rows, without=without, last_id=event_id(connection, last)
    )


def event_id(connection: Connection, position: int) -> str | None:
    """The id of the event at a position; None where there is none."""
    row = execute(connection, "SELECT id FROM event WHERE position = ?", (position,)).fetchone()
    return None if row is None else str(row[0])


def span(connection: Connection) -> tuple[int, int]:
    """The first and the last time of all events that count or may count again, microseconds."""
    row = execute(connection, "SELECT min(occurred), max(occurred) FROM event WHERE bot = 0")
    first, last = row.fetchone()
    return int(first or 0), int(last or 0)


def _rows(
    connection: Connection,
    unit: str,
    table: pa.Table | None,
    *,
    upto: int,
    only: Collection[str] | None,
    after: int,
) -> tuple[Rows, int]:
    """(rows, events without a unit): those behind `after`, before it only those of units in `only`."""
    if table is None:
        table = event_table(connection, upto=0)
    columns = columns_of(table, final=final_ids(connection, upto=upto))
    position = np.asarray(table.column("position").to_numpy(), np.int64)
    ours = owned(columns, UnitChoice("named", unit))
    rows = Rows.of(ours, position)
    if only is None:
        return rows, ours.without_unit
    kept = np.flatnonzero((rows.position > after) & (after >= 0) | _units_in(ours.unit, only))
    return (
        Rows(rows.columns.take(kept), ours.unit.take(kept), rows.position[kept]),
        ours.without_unit,
    )


def _units_in(unit: Coded, wanted: Collection[str]) -> Bools:
    return unit.where(lambda said: said in wanted)


def _taken_back(connection: Connection, unit: str, *, after: int, upto: int) -> list[Any]:
    """For each event up to `after` that was taken back behind it, up to `upto`, what it says of
    the unit; persons before merges."""
    rows = execute(
        connection,
        f"SELECT e.{unit} FROM event e{LIVE_JOIN_THEN} WHERE {LIVE} AND e.position <= ?"
        " AND e.bot = 0 AND e.name <> 'events_voided' AND e.position IN"
        " (SELECT position FROM event WHERE batch IN"
        "   (SELECT batch FROM voided_batch WHERE upto > ? AND upto <= ?)"
        "  UNION SELECT position FROM voided_event WHERE voided_by > ? AND voided_by <= ?)",
        (after, after, after, after, upto, after, upto),
    ).fetchall()
    return [row[0] for row in rows]


def _merged(
    connection: Connection, changed: Collection[str], *, after: int, upto: int
) -> Collection[str]:
    """The persons among them by their last ids, and all who were merged or parted in between."""
    now = final_ids(connection, upto=upto)
    found = {now.get(person, person) for person in changed}
    then = final_ids(connection, upto=after)
    if then is now:
        return found
    for person in {*then, *now}:
        before, since = then.get(person, person), now.get(person, person)
        if before != since:
            found |= {before, since}
    return found


def _count(connection: Connection, *, after: int, upto: int) -> int:
    """How many events behind `after` the kernels see when the journal ends at `upto`."""
    row = execute(
        connection,
        f"SELECT count(*) FROM event e{LIVE_JOIN_THEN} WHERE e.position > ? AND e.position <= ?"
        f" AND {LIVE} AND e.bot = 0 AND e.name <> 'events_voided'",
        (upto, upto, after, upto),
    ).fetchone()
    return int(row[0])


def _overtaken(connection: Connection, upto: int) -> bool:
    """Whether a merge or a void came behind `upto`: what was gathered by ids may be too little."""
    return any(
        execute(
            connection,
            f"SELECT 1 FROM event WHERE name = '{name}' AND position > ? LIMIT 1",
            (upto,),
        ).fetchone()
        for name in ("person_merged", "events_voided")
    )
