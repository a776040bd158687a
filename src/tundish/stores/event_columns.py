"""The journal's live events as columns, for the kernels."""

from collections.abc import Collection, Iterator
from typing import Any

import pyarrow as pa

from tundish.journal.columns import EventColumns
from tundish.stores.coded import SCHEMA, columns_of
from tundish.stores.dialect import Connection, among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases, merges
from tundish.terms import InputError

_FETCH = 50_000
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
) -> EventColumns:
    """The events that count, in commit order, bots and the journal's own bookkeeping left out.

    `ids` (after merges) of `unit_kind` (person, company, deal or session) choose units: a person
    with all of its former ids, a company with its people and deals, a deal with its people; what
    else those people did comes with them, so keep only the units asked for. `names` choose events,
    `since` and `until` (microseconds, both included) the time, `after` a position. Units: person
    (after merges), company, deal, session. Properties: those of the events, channel, source,
    campaign, value (major units), currency, inlet, actor.
    """
    table = event_table(
        connection,
        unit_kind=unit_kind, ids=ids, names=names, since=since, until=until, after=after,
    )  # fmt: skip
    return columns_of(table, merges=merges(connection))


def event_table(
    connection: Connection,
    *,
    unit_kind: str | None = None,
    ids: Collection[str] | None = None,
    names: Collection[str] | None = None,
    since: int | None = None,
    until: int | None = None,
    after: int | None = None,
) -> pa.Table:
    """The same as an Arrow table of `coded.SCHEMA`, persons before merges."""
    tests, values = [LIVE, "e.bot = 0", "e.name <> 'events_voided'"], []
    for test, value in (
        ("e.occurred >= ?", since), ("e.occurred <= ?", until), ("e.position > ?", after),
    ):  # fmt: skip
        if value is not None:
            tests.append(test)
            values.append(int(value))
    if names is not None:
        test, value = among(connection, "e.name", names)
        tests.append(test)
        values.append(value)
    if ids is not None:
        test, more = _of_units(connection, str(unit_kind), ids)
        tests.append(test)
        values += more
    wanted = ", ".join(f"e.{name}" for name in SCHEMA.names)
    sql = f"SELECT {wanted} FROM event e{LIVE_JOIN} WHERE {' AND '.join(tests)} ORDER BY e.position"
    return pa.Table.from_batches(list(_batches(connection, sql, values)), SCHEMA)


def _batches(connection: Connection, sql: str, values: list[Any]) -> Iterator[pa.RecordBatch]:
    cursor = execute(connection, sql, values)
    while rows := cursor.fetchmany(_FETCH):
        columns = zip(*rows, strict=True)
        yield pa.record_batch(
            [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
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
