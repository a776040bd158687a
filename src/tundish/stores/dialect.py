"""The few things in which SQLite and PostgreSQL differ, so that the stores write each query once."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeAlias

Connection: TypeAlias = Any
"""An open sqlite3 or psycopg 3 connection (Django's underlying one too), in autocommit mode unless
its owner has a transaction open; then the owner commits."""

_APPEND_LOCK = 0x54554E44495348  # "TUNDISH": one advisory lock for whoever appends
_SCHEMA_LOCK = _APPEND_LOCK + 1
BUSY_SECONDS = 30
"""So long a writer waits for its turn."""
_TURN_MS = 3
_COPY_FROM = 20  # rows from which COPY beats INSERT on PostgreSQL


def is_sqlite(connection: Connection) -> bool:
    return isinstance(connection, sqlite3.Connection)


def database_name(connection: Connection) -> str | None:
    """What tells this database from every other one that this process opens; None in memory."""
    if is_sqlite(connection):
        return execute(connection, "PRAGMA database_list").fetchone()[2] or None
    said = connection.info
    schema = execute(connection, "SELECT current_schema()").fetchone()[0]
    return f"{said.host}:{said.port}/{said.dbname}/{schema}"


def execute(connection: Connection, sql: str, values: Sequence[Any] = ()) -> Any:
    """Run one statement written with `?` and give its cursor."""
    if is_sqlite(connection):
        return connection.execute(sql, values)
    return connection.execute(sql.replace("%", "%%").replace("?", "%s"), values)


def execute_many(connection: Connection, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run one statement written with `?` for each row."""
    if is_sqlite(connection):
        connection.executemany(sql, rows)
        return
    with connection.cursor() as cursor:
        cursor.executemany(sql.replace("%", "%%").replace("?", "%s"), rows)


def insert_many(
    connection: Connection, table: str, *, columns: str, rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows; `columns` is the comma-separated list of their names."""
    if not is_sqlite(connection) and len(rows) >= _COPY_FROM:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * (columns.count(",") + 1))
    execute_many(connection, f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def among(connection: Connection, column: str, values: Collection[Any]) -> tuple[str, Any]:
    """(condition, value) for `column` in any number of texts or integers."""
    if is_sqlite(connection):
        return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(values))
    return f"{column} = ANY(?)", list(values)


def in_transaction(connection: Connection) -> bool:
    """Whether the caller has a transaction open, which is then the caller's to commit."""
    if is_sqlite(connection):
        return bool(connection.in_transaction)
    # With psycopg's autocommit off the first statement opens one, as inside Django's atomic().
    return not connection.autocommit or connection.info.transaction_status != 0


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One transaction: all of it or nothing; inside the caller's own, that one.

    On SQLite it takes the write lock at once (IMMEDIATE): a lock asked for half-way, after a read,
    fails with "database is locked" when another writer came in between.
    """
    if in_transaction(connection):
        yield
        return
    _begin(connection)
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _begin(connection: Connection) -> None:
    """Begin, on SQLite as the writer: asked for again after a millisecond or two, because SQLite's
    own waiting sleeps for up to a tenth of a second while the lock is free and others take it."""
    if not is_sqlite(connection):
        connection.execute("BEGIN")
        return
    try:
        connection.execute(f"PRAGMA busy_timeout = {_TURN_MS}")
        until = monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as wrong:
                if wrong.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def of_the_machine(failure: BaseException) -> bool:
    """Whether it is the disk, the memory or the database that failed, and not what was written."""
    names = {kind.__name__ for kind in type(failure).__mro__}
    return bool(names & {"OSError", "MemoryError", "OperationalError", "InternalError"})


def lock_appends(connection: Connection) -> None:
    """Let one transaction append at a time, so that positions come in commit order.

    SQLite has one writer anyway. On PostgreSQL a reader's cursor would else pass a position that a
    slower transaction commits later.
    """
    _advisory_lock(connection, _APPEND_LOCK)


def lock_schema(connection: Connection) -> None:
    """Let one transaction make tables at a time."""
    _advisory_lock(connection, _SCHEMA_LOCK)


def _advisory_lock(connection: Connection, key: int) -> None:
    if not is_sqlite(connection):
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
