"""A journal with a long past, made fast: rows straight into its columns, indexes after them."""

import sqlite3
from pathlib import Path

import numpy as np

from bench.capture_load import PEOPLE
from tundish.stores import connect, ensure_all, firm

_BEGAN = 1_700_000_000_000_000
_MINUTE = 60_000_000


def fill(database: Path, events: int) -> None:
    """Put so many events of PEOPLE people into a workspace's database, as if all were followed."""
    connection = connect.open_database(database)
    ensure_all(connection)
    indexes = [
        (name, sql)
        for name, sql in connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'event'"
            " AND sql IS NOT NULL"
        )
    ]
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN IMMEDIATE")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    first = connection.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()[0]
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO event (position, id, name, occurred, day_only, estimated, recorded, person,"
        " properties, inlet, bot)"
        " SELECT ? + i, 'past:' || i, CASE i % 3 WHEN 0 THEN 'page_viewed' WHEN 1 THEN"
        " 'product_viewed' ELSE 'price_viewed' END, ? + i * 1000000, 0, 0, ? + i * 1000000,"
        " 'u' || ((i * 7919) % ?), '{\"path\":\"/p/' || (i % 400) || '\"}', 'bench', 0 FROM n",
        (events, first, _BEGAN, _BEGAN, PEOPLE),
    )
    _keys(connection, first, events)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    _followed(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _keys(connection: sqlite3.Connection, first: int, events: int) -> None:
    """Keys as far apart as hashes are; nobody asks for these ids again."""
    keys = np.arange(1, events + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    order = np.argsort(keys.view(np.int64), kind="stable")
    signed = keys.view(np.int64)[order]
    step = 500_000
    for start in range(0, events, step):
        rows = zip(
            signed[start : start + step].tolist(),
            (order[start : start + step] + first + 1).tolist(),
            strict=True,
        )
        connection.executemany(
            "INSERT OR IGNORE INTO event_key (key, position) VALUES (?, ?)", rows
        )


def _followed(connection: sqlite3.Connection) -> None:
    """Every cursor at the end: what comes is new to the follower, who it is about is not."""
    end = connection.execute("SELECT max(position) FROM event").fetchone()[0]
    names = ["profiles", "lake"]
    names += [f"visits:{row[0]}" for row in connection.execute("SELECT id FROM definition")]
    names += [row[0] for row in connection.execute("SELECT name FROM follow_cursor")]
    for name in dict.fromkeys(names):
        if not name.endswith(":writes"):
            firm.move_cursor(connection, name, end)
