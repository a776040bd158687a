"""Making and opening the tables."""

import pytest

from tundish.stores import ensure_all, schema
from tundish.stores.connect import open_database, open_postgres
from tundish.stores.dialect import execute
from tundish.terms import WorkspaceError


def test_making_the_tables_again_changes_nothing(connection):
    execute(connection, "INSERT INTO setting (key, value) VALUES ('name', 'x')")
    ensure_all(connection)
    ensure_all(connection)
    assert schema.version(connection) == schema.VERSION
    assert execute(connection, "SELECT value FROM setting").fetchall() == [("x",)]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(connection):
    execute(connection, "UPDATE tundish_schema SET version = version + 1")
    with pytest.raises(WorkspaceError) as refusal:
        ensure_all(connection)
    assert refusal.value.code == "database_too_new"
    assert schema.version(connection) == schema.VERSION + 1


def test_a_database_that_is_none_is_named(tmp_path):
    file = tmp_path / "tundish.sqlite3"
    file.write_bytes(b"this is a text and no database, however long it may be" * 20)
    with pytest.raises(WorkspaceError) as refusal:
        open_database(file)
    assert refusal.value.code == "database_unreadable"
    assert str(file) in refusal.value.message


def test_sqlite_keeps_what_it_acknowledged(tmp_path):
    connection = open_database(tmp_path / "a.sqlite3")
    asked = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    connection.close()
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_server_that_does_not_answer_is_named():
    with pytest.raises(WorkspaceError) as refusal:
        open_postgres("host=127.0.0.1 port=1 dbname=none", connect_timeout=2)
    assert refusal.value.code == "database_unreachable"
