"""Opening the workspace's database."""

import sqlite3
from pathlib import Path
from typing import Any

from tundish.stores.dialect import BUSY_SECONDS, Connection, is_sqlite
from tundish.terms import WorkspaceError

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -65536",
    # A bulk import dirties the pages of the id table and the unit indexes again and again; the
    # longer the checkpoint waits, the fewer times each is copied back. 64 MiB of log.
    "wal_autocheckpoint = 16384",
)


def open_database(path: str | Path) -> sqlite3.Connection:
    """An SQLite file in WAL mode, made if absent; a commit has reached the disk when it returns.

    The connection is in autocommit mode: writes go through `dialect.transaction`. Raises
    WorkspaceError where the file cannot be opened or is no database.
    """
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        for setting in _PRAGMAS:
            connection.execute(f"PRAGMA {setting}")
        add_functions(connection)
    except sqlite3.Error as wrong:
        if connection is not None:
            connection.close()
        raise WorkspaceError(
            f"The database {path} cannot be opened: {wrong}.",
            "database_unreadable",
            "See that the folder exists, that you may write there, and that the disk is not full.",
        ) from None
    return connection


def unhurried(connection: Connection) -> None:
    """Let commits on this connection not wait for the disk: what it wrote last may be lost with the
    power, whole transactions of it, so it is for what can be made again."""
    if is_sqlite(connection):
        connection.execute("PRAGMA synchronous = NORMAL")


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection `tundish_fold`, a text without its case in every script; NULL stays NULL."""
    connection.create_function(
        "tundish_fold", 1, lambda text: None if text is None else str(text).casefold(),
        deterministic=True,
    )  # fmt: skip


def open_postgres(address: str, **options: Any) -> Connection:
    """A PostgreSQL database by its connection string, in autocommit mode."""
    try:
        import psycopg
    except ModuleNotFoundError:
        raise WorkspaceError(
            "PostgreSQL needs the package psycopg, which is not installed.",
            "postgres_driver_missing",
            "Install it with: pip install 'tundish[postgres]'",
        ) from None
    try:
        return psycopg.connect(address, autocommit=True, **options)
    except psycopg.OperationalError as wrong:
        raise WorkspaceError(
            f"The PostgreSQL database cannot be reached: {str(wrong).strip()}.",
            "database_unreachable",
            "See that the server runs and that address, user and password are right.",
        ) from None
