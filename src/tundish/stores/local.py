"""Questions over many events on one machine: DuckDB on the lake, the journal's tail behind it."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tundish.journal.columns import EventColumns
from tundish.stores import lake
from tundish.stores.coded import SCHEMA, columns_of
from tundish.stores.dialect import Connection, execute
from tundish.stores.event_columns import event_table, journal_end
from tundish.stores.identity import final_ids

if TYPE_CHECKING:
    import duckdb

_SELECT = """position, id, name, epoch_us(occurred_at) AS occurred, day_only::TINYINT AS day_only,
    estimated::TINYINT AS estimated, person, company, deal, session, channel, source, campaign,
    value_minor, currency, properties, inlet, actor"""


def events(
    folder: str | Path,
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
    """The same columns as `journal.columns`, read from the lake as far as it goes."""
    end = journal_end(connection) if upto is None else upto
    rows = event_rows(
        folder, connection,
        unit_kind=unit_kind, ids=ids, names=names, since=since, until=until, after=after, upto=end,
    )  # fmt: skip
    return columns_of(rows, final=final_ids(connection, upto=end))


def event_rows(
    folder: str | Path,
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
    """The same as `event_columns.event_table`, read from the lake as far as it goes."""
    found = [part for part in lake.parts(folder) if part.last <= upto]
    behind, reach = after or 0, found[-1].last if found else 0
    old = None
    # A few units are found at once by the journal's indexes; the lake has none.
    if ids is None and behind < reach:
        old = _from_lake(
            found, connection,
            end=upto, after=behind, last=last, names=names, since=since, until=until,
        )  # fmt: skip
    if old is None:
        return event_table(
            connection, unit_kind=unit_kind, ids=ids, names=names, since=since, until=until,
            after=after, upto=upto, last=last,
        )  # fmt: skip
    if last is not None and last <= reach:
        return old
    new = event_table(
        connection, upto=upto, names=names, since=since, until=until, after=reach, last=last
    )
    return pa.concat_tables([old, new])


def sql(folder: str | Path) -> "duckdb.DuckDBPyRelation":
    """The lake's parts as one DuckDB relation, for notebooks: `sql(folder).filter("name = 'x'")`.

    It holds every event of the journal as far as the lake goes; those taken back are left out.
    """
    import duckdb

    paths = [str(part.path) for part in lake.parts(folder)]
    database = duckdb.connect()
    if not paths:
        return database.from_arrow(lake.SCHEMA.empty_table())
    database.read_parquet(paths).create_view("part")
    return database.sql(
        """WITH void AS MATERIALIZED (
            SELECT position AS upto, properties ->> '$.batch' AS batch,
                   CAST(properties ->> '$.position' AS BIGINT) AS event
            FROM part WHERE name = 'events_voided')
        SELECT * FROM part
        WHERE position NOT IN (SELECT event FROM void WHERE event IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM void
                          WHERE void.batch = part.batch AND part.position <= void.upto)"""
    )


def _from_lake(
    found: list[lake.Part],
    connection: Connection,
    *,
    end: int,
    after: int,
    last: int | None,
    names: Collection[str] | None,
    since: int | None,
    until: int | None,
) -> pa.Table | None:
    """The events of the parts that counted when the journal ended at `end`; None where a part
    cannot be read, because it was joined with others meanwhile or is damaged."""
    import duckdb

    tests = ["NOT bot", "name <> 'events_voided'", "position > ?"]
    values: list[Any] = [after]
    for test, value in (
        ("occurred_at >= make_timestamptz(?)", None if since is None else int(since)),
        ("occurred_at <= make_timestamptz(?)", None if until is None else int(until)),
        ("name IN (SELECT unnest(?))", None if names is None else list(names)),
        ("position <= ?", last),
    ):
        if value is not None:
            tests.append(test)
            values.append(value)
    with duckdb.connect() as database:
        for name, table in _voided(connection, end).items():
            database.register(name, table)
        try:
            return (
                database.sql(
                    f"""SELECT {_SELECT} FROM read_parquet(?) AS part
                    WHERE {" AND ".join(tests)} AND position NOT IN (SELECT position FROM gone)
                      AND NOT EXISTS (SELECT 1 FROM void WHERE void.batch = part.batch
                                                           AND part.position <= void.upto)
                    ORDER BY position""",
                    params=[[str(part.path) for part in found], *values],
                )
                .to_arrow_table()
                .cast(SCHEMA)
            )
        except (duckdb.IOException, duckdb.InvalidInputException):
            return None


def _voided(connection: Connection, end: int) -> dict[str, pa.Table]:
    events = execute(
        connection, "SELECT position FROM voided_event WHERE voided_by <= ?", (end,)
    ).fetchall()
    batches = execute(
        connection, "SELECT batch, upto FROM voided_batch WHERE upto <= ?", (end,)
    ).fetchall()
    return {
        "gone": pa.table({"position": pa.array([row[0] for row in events], pa.int64())}),
        "void": pa.table(
            {
                "batch": pa.array([row[0] for row in batches], pa.string()),
                "upto": pa.array([row[1] for row in batches], pa.int64()),
            }
        ),
    }
