"""What imports said of records, and by what they find them again; both go with the import's undo."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tundish.stores.dialect import Connection, among, execute, execute_many, transaction
from tundish.stores.event_rows import json_text

Key = tuple[str, str, str, str]
"""(kind of record, name of the key, value, record)"""


def said(
    connection: Connection, kind: str, *, records: Collection[str]
) -> dict[str, dict[str, str]]:
    """`{record: {field: text}}` of what the last imports that still count said of these records."""
    test, value = among(connection, "record", records)
    rows = execute(
        connection,
        f"SELECT record, said FROM import_said WHERE kind = ? AND {test} ORDER BY import_id",
        (kind, value),
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for record, text in rows:
        found.setdefault(record, {}).update(json.loads(text))
    return found


def save_said(
    connection: Connection, import_id: int, *, kind: str, values: Mapping[str, Mapping[str, str]]
) -> None:
    """Keep what an import says, `{record: {field: text}}`, beside what it said of them before."""
    with transaction(connection):
        before = _of_import(connection, import_id, kind=kind, records=list(values))
        rows = [
            (kind, record, import_id, json_text({**before.get(record, {}), **fields}))
            for record, fields in values.items()
        ]
        execute_many(
            connection,
            "INSERT INTO import_said (kind, record, import_id, said) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, record, import_id) DO UPDATE SET said = excluded.said",
            sorted(rows),
        )


def keys(connection: Connection) -> Iterable[Key]:
    """All keys, those of later imports last."""
    rows: list[Any] = execute(
        connection, "SELECT kind, name, value, record FROM import_key ORDER BY import_id"
    ).fetchall()
    return [(kind, name, value, record) for kind, name, value, record in rows]


def save_keys(connection: Connection, import_id: int, rows: Iterable[Key]) -> None:
    """Keep keys that an import brought."""
    with transaction(connection):
        execute_many(
            connection,
            "INSERT INTO import_key (kind, name, value, record, import_id) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, name, value, import_id) DO UPDATE SET record = excluded.record",
            [(*row, import_id) for row in sorted(set(rows))],
        )


def changed_since(connection: Connection, batch: str) -> int:
    """How many records that a batch speaks of have been changed since by one of us, or by a later batch."""
    found = 0
    row = execute(
        connection, "SELECT min(position) FROM event WHERE batch = ?", (batch,)
    ).fetchone()
    if row[0] is None:
        return 0
    for column in ("person", "company", "deal"):
        counted = execute(
            connection,
            f"SELECT count(DISTINCT e.{column}) FROM event e WHERE e.position > ?"
            f" AND e.name = 'field_changed' AND e.{column} IS NOT NULL"
            " AND (e.batch IS NULL OR e.batch <> ?)"
            f" AND EXISTS (SELECT 1 FROM event b WHERE b.batch = ? AND b.{column} = e.{column})",
            (row[0], batch, batch),
        ).fetchone()
        found += int(counted[0])
    return found


def drop(connection: Connection, import_id: int) -> None:
    """Forget what an import said and the keys that it brought, as when it is undone."""
    with transaction(connection):
        execute(connection, "DELETE FROM import_said WHERE import_id = ?", (import_id,))
        execute(connection, "DELETE FROM import_key WHERE import_id = ?", (import_id,))


def _of_import(
    connection: Connection, import_id: int, *, kind: str, records: Collection[str]
) -> dict[str, dict[str, str]]:
    test, value = among(connection, "record", records)
    rows = execute(
        connection,
        f"SELECT record, said FROM import_said WHERE kind = ? AND import_id = ? AND {test}",
        (kind, import_id, value),
    ).fetchall()
    return {record: json.loads(text) for record, text in rows}
