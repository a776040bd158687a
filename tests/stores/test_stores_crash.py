"""Killed writers and many writers: nothing acknowledged is lost, nothing is doubled."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tundish.journal.event import Event
from tundish.stores import ensure_all, firm, journal, schema
from tundish.stores.connect import open_database
from tundish.stores.dialect import execute, transaction
from tundish.terms import from_micros

_WRITER = Path(__file__).with_name("writer.py")


def start(store, name, *, size):
    return subprocess.Popen(
        [sys.executable, str(_WRITER), store.kind, store.address, store.options, name, str(size)],
        stdout=subprocess.PIPE,
        text=True,
    )


def ids(connection):
    return [
        row[0] for row in execute(connection, "SELECT id FROM event ORDER BY position").fetchall()
    ]


@pytest.mark.parametrize("size", [1, 300])
def test_a_killed_writer_loses_no_acknowledged_event_and_leaves_no_half_batch(store, size):
    """kill -9 falls within a transaction or between two, wherever the writer is."""
    connection = store.open()
    for run in range(3):
        name = f"w{run}"
        with start(store, name, size=size) as writer:
            told = [int(writer.stdout.readline()) for _ in range(3 + run)]
            writer.kill()
            told += [int(line) for line in writer.stdout.read().split()]
        kept = Counter(int(i.split("-")[1]) for i in ids(connection) if i.startswith(f"{name}-"))
        assert set(told) <= set(kept)
        assert set(kept.values()) == {size}
        assert len(kept) <= len(told) + 1
    everything = ids(connection)
    assert len(everything) == len(set(everything)) == journal.position(connection)
    keys = execute(
        connection, "SELECT count(*), count(DISTINCT position) FROM event_key"
    ).fetchone()
    assert keys == (len(everything), len(everything))
    personal = execute(connection, "SELECT count(*) FROM personal").fetchone()[0]
    assert personal == len(everything)


def test_what_a_killed_writer_sends_again_is_known(store):
    connection = store.open()
    with start(store, "w", size=50) as writer:
        told = int(writer.stdout.readline())
        writer.kill()
        writer.stdout.read()
    assert told == 0
    again = [Event(id=f"w-0-{i}", name="n", occurred_at=from_micros(0)) for i in range(50)]
    assert journal.append(connection, again, now=1) == journal.Appended(0, 50)


def test_several_writers_at_once_are_never_told_that_the_database_is_locked(store):
    def write(number):
        connection = store.opener()
        try:
            for batch in range(25):
                journal.append(
                    connection,
                    [
                        Event(id=f"{number}-{batch}-{i}", name="n", occurred_at=from_micros(0))
                        for i in range(10)
                    ],
                    now=1,
                )
                # Read, then write, in one transaction: where a lock taken late would fail.
                with transaction(connection):
                    firm.move_cursor(connection, "sum", firm.cursor(connection, "sum") + 1)
        finally:
            connection.close()

    firm.move_cursor(store.open(), "sum", 0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    connection = store.open()
    assert sorted(ids(connection)) == sorted(
        f"{n}-{b}-{i}" for n in range(4) for b in range(25) for i in range(10)
    )
    places = [place for place, _ in journal.read(connection, limit=2_000)]
    assert places == list(range(1, 1_001))
    if store.kind == "sqlite":
        assert firm.cursor(connection, "sum") == 100


def test_several_processes_may_make_the_tables_at_once(tmp_path):
    """Web and worker start together on a new folder."""

    def start_up(_):
        connection = open_database(tmp_path / "new.sqlite3")
        ensure_all(connection)
        found = schema.version(connection)
        connection.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(start_up, range(8))) == [schema.VERSION] * 8
