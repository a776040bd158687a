"""The journal's live events as columns, for the kernels."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pyarrow as pa

from tundish.journal.columns import EventColumns
from tundish.stores.coded import SCHEMA, columns_of
from tundish.stores.dialect import Connection, among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN_THEN, aliases, final_ids
from tundish.terms import InputError

_STRETCH = 50_000
"""Positions read by one statement, so that none reads for long and holds the writers' log up."""
_INDEXED = ("person", "company", "deal", "session")


def columns(
    connection: Connection,
    *,
    unit_kind: str | None = None,
    ids: Collection[str] | None = None,
    names: Collection[str] | None = None,
    since: int | None = None,
    until: int | None = None,
    after: int | None = None,
    upto: int | None = None,
) -> EventColumns:
    """The events that count, in commit order, bots and the journal's own bookkeeping left out.

    `ids` (after merges) of `unit_kind` (person, company, deal or session) choose units: a person
    with all of its former ids, a company with its people and deals, a deal with its people; what
    else those people did comes with them, so keep only the units asked for. `names` choose events,
    `since` and `until` (microseconds, both included) the time, `after` a position; with `upto`, all
    is as it stood when the journal ended at that position (taken back later: in). Units: person
    (after merges), company, deal, session. Properties: those of the events, channel, source,
    campaign, value (major units), currency, inlet, actor.
    """
    end = journal_end(connection) if upto is None else upto
    table = event_table(
        connection,
        unit_kind=unit_kind, ids=ids, names=names, since=since, until=until, after=after, upto=end,
    )  # fmt: skip
    return columns_of(table, final=final_ids(connection, upto=end))


def event_table(
    connection: Connection,
    *,
    upto: int,
    unit_kind: str | None = None,
    ids: Collection[str] | None = None,
    names: Collection[str] | None = None,
    since: int | None = None,
    until: int | None = None,
    after: int | None = None,
    last: int | None = None,
) -> pa.Table:
    """The same as an Arrow table of `coded.SCHEMA`, persons before merges; `last` ends the stretch
    of positions sooner than `upto`, as of which it is read."""
    tests, values = [LIVE, "e.bot = 0", "e.name <> 'events_voided'"], list[Any]()
    for test, value in (("e.occurred >= ?", since), ("e.occurred <= ?", until)):
        if value is not None:
            tests.append(test)
            values.append(int(value))
    if names is not None:
        test, value = among(connection, "e.name", names)
        tests.append(test)
        values.append(value)
    stretches = _stretches(after or 0, upto if last is None else last)
    if ids is not None:
        test, more = _of_units(connection, str(unit_kind), ids)
        tests.append(test)
        values += more
        stretches = [(after or 0, upto)]  # by index: one statement finds them all
    wanted = ", ".join(f"e.{name}" for name in SCHEMA.names)
    sql = (
        f"SELECT {wanted} FROM event e{LIVE_JOIN_THEN}"
        f" WHERE e.position > ? AND e.position <= ? AND {' AND '.join(tests)} ORDER BY e.position"
    )
    batches = [
        _batch(execute(connection, sql, (upto, upto, first, last, *values)).fetchall())
        for first, last in stretches
    ]
    return pa.Table.from_batches(batches, SCHEMA)


def journal_end(connection: Connection) -> int:
    """The position of the last event; 0 in an empty journal."""
    row = execute(connection, "SELECT max(position) FROM event").fetchone()
    return int(row[0] or 0)


def _stretches(after: int, upto: int) -> list[tuple[int, int]]:
    return [(first, min(first + _STRETCH, upto)) for first in range(after, upto, _STRETCH)]


def _batch(rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    cells: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    return pa.record_batch(
        [pa.array(c, f.type) for c, f in zip(cells, SCHEMA, strict=True)], schema=SCHEMA
    )


def _of_units(connection: Connection, kind: str, ids: Collection[str]) -> tuple[str, list[Any]]:
    """(condition, values) that finds the events which may belong to these units, by index."""
    if kind not in _INDEXED:
        raise InputError(
            f"Events can be chosen by the ids of {', '.join(_INDEXED)}, not of “{kind}”.",
            "unit_kind_unknown",
            "Ask without ids and choose afterwards.",
        )
    own: dict[str, Collection[str]] = {kind: ids}
    if kind == "person":
        own = {"person": aliases(connection, ids)}
    if kind in ("company", "deal"):
        own["person"] = aliases(connection, linked(connection, kind, ids=ids, to="person"))
    if kind == "company":
        own["deal"] = linked(connection, kind, ids=ids, to="deal")
    parts, values = [], []
    for column, wanted in own.items():
        test, value = among(connection, column, wanted)
        parts.append(f"SELECT position FROM event WHERE {test}")
        values.append(value)
    return f"e.position IN ({' UNION '.join(parts)})", values


def linked(connection: Connection, kind: str, *, ids: Collection[str], to: str) -> list[str]:
    """The ids of the kind `to` that stand on an event together with one of `ids`."""
    test, value = among(connection, kind, ids)
    rows = execute(
        connection, f"SELECT DISTINCT {to} FROM event WHERE {test} AND {to} IS NOT NULL", (value,)
    ).fetchall()
    return sorted(row[0] for row in rows)
