"""Appending to the journal beside a bare insert of the same rows in transactions of the same size."""

import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bench.pairs import paired
from tundish.journal.event import Event
from tundish.stores import connect, ensure_all, journal

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 2_000


def run() -> bool:
    """Print the ratio for groups of 2,000 rows, the size the capture writer uses."""
    with tempfile.TemporaryDirectory() as folder:
        connection = connect.open_database(Path(folder) / "ours.sqlite3")
        ensure_all(connection)
        bare = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
        bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        bare.execute(
            "CREATE TABLE event (position INTEGER PRIMARY KEY, id, name, occurred, person, properties)"
        )
        numbers = count()

        def ours() -> None:
            journal.append(connection, [_event(next(numbers)) for _ in range(ROWS)], now=NOW)

        def yardstick() -> None:
            events = [_event(next(numbers)) for _ in range(ROWS)]
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(
                "INSERT INTO event (id, name, occurred, person, properties) VALUES (?, ?, ?, ?, ?)",
                [(e.id, e.name, int(e.occurred_at.timestamp()), e.person, "{}") for e in events],
            )
            bare.execute("COMMIT")

        paired(f"append: {ROWS} events a transaction, synchronous FULL", ours, yardstick, rounds=15)
        connection.close()
        bare.close()
    return True


def _event(number: int) -> Event:
    return Event(
        id=f"e{number}",
        name="page_viewed",
        occurred_at=NOW + timedelta(seconds=number),
        person=f"p{number % 1000}",
        properties={"path": "/prices"},
    )
