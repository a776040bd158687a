"""Import records: what was read from which files, what came of it, and what each field said last."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tundish.stores.dialect import (
    Connection,
    among,
    execute,
    execute_many,
    is_sqlite,
    transaction,
)
from tundish.stores.event_rows import json_text
from tundish.terms import InputError, NotFoundError

STATUSES = ("queued", "running", "done", "failed", "cancelled", "undone")


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import. Counts are rows `read` and `refused`, events `new` and `known`; `rejects` is the
    path of the file of refused rows; times are microseconds; `progress` goes from 0 to 1."""

    id: int
    files: tuple[str, ...]
    kind: str | None
    mapping: Mapping[str, Any] | None
    status: str
    read: int
    new: int
    known: int
    refused: int
    rejects: str | None
    error: str | None
    created_at: int
    finished_at: int | None
    actor: str | None
    progress: float

    @property
    def batch(self) -> str:
        """The batch that its events carry; voiding it undoes the import."""
        return f"import-{self.id}"


_COLUMNS = (
    "id, files, kind, mapping, status, read_count, new_count, known_count, refused_count,"
    " rejects, error, created_at, finished_at, actor, progress"
)
_CHANGED = {
    "kind": "kind",
    "mapping": "mapping",
    "status": "status",
    "read": "read_count",
    "new": "new_count",
    "known": "known_count",
    "refused": "refused_count",
    "rejects": "rejects",
    "error": "error",
    "finished_at": "finished_at",
    "progress": "progress",
}


def create(
    connection: Connection,
    *,
    files: Sequence[str],
    kind: str | None,
    mapping: Mapping[str, Any] | None,
    now: int,
    actor: str | None = None,
) -> ImportRecord:
    """Note an import that is to be done, with the status queued."""
    with transaction(connection):
        row = execute(
            connection,
            "INSERT INTO import_record (files, kind, mapping, status, read_count, new_count,"
            " known_count, refused_count, created_at, actor, progress)"
            f" VALUES (?, ?, ?, 'queued', 0, 0, 0, 0, ?, ?, 0) RETURNING {_COLUMNS}",
            (json_text(list(files)), kind, _mapping(mapping), now, actor),
        ).fetchone()
    return _record(row)


def update(connection: Connection, import_id: int, **changes: Any) -> ImportRecord:
    """Change some fields: kind, mapping, status, read, new, known, refused, rejects, error,
    finished_at, progress. Raises NotFoundError, InputError for an unknown status."""
    if changes.get("status", "done") not in STATUSES:
        raise InputError(
            f"“{changes['status']}” is not an import's status; there are {', '.join(STATUSES)}.",
            "status_unknown",
            "Choose one of these.",
        )
    if "mapping" in changes:
        changes["mapping"] = _mapping(changes["mapping"])
    parts = ", ".join(f"{_CHANGED[name]} = ?" for name in changes)
    with transaction(connection):
        execute(
            connection,
            f"UPDATE import_record SET {parts} WHERE id = ?",
            (*changes.values(), import_id),
        )
        return get(connection, import_id)


def get(connection: Connection, import_id: int) -> ImportRecord:
    """One import. Raises NotFoundError."""
    row = None
    if abs(import_id) < 2**63:
        row = execute(
            connection, f"SELECT {_COLUMNS} FROM import_record WHERE id = ?", (import_id,)
        ).fetchone()
    if row is None:
        raise NotFoundError(
            f"There is no import with the number {import_id}.",
            "import_not_found",
            "`tundish imports` lists them.",
        )
    return _record(row)


def imports(connection: Connection, *, status: str | None = None) -> list[ImportRecord]:
    """The imports, newest first; those of one status where it is given."""
    where, values = ("", ()) if status is None else (" WHERE status = ?", (status,))
    rows = execute(
        connection, f"SELECT {_COLUMNS} FROM import_record{where} ORDER BY id DESC", values
    ).fetchall()
    return [_record(row) for row in rows]


def record_field(connection: Connection, kind: str, record: str, field: str) -> str | None:
    """What the last import that still counts said of a field; None where none did."""
    return record_fields(connection, kind, records=[record]).get((record, field))


def record_fields(
    connection: Connection, kind: str, *, records: Collection[str]
) -> dict[tuple[str, str], str | None]:
    """The last imported values of these records: `{(record, field): value}`."""
    test, value = among(connection, "record", records)
    rows = execute(
        connection,
        "SELECT record, field, value FROM record_field"
        f" WHERE kind = ? AND {test} ORDER BY import_id",
        (kind, value),
    ).fetchall()
    return {(record, field): said for record, field, said in rows}


def save_record_fields(
    connection: Connection,
    import_id: int,
    *,
    kind: str,
    values: Iterable[tuple[str, str, str | None]],
) -> None:
    """Keep what an import says: (record, field, value) each; pass only what is new or changed."""
    with transaction(connection):
        execute_many(
            connection,
            "INSERT INTO record_field (kind, record, field, import_id, value)"
            " VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, record, field, import_id) DO UPDATE SET value = excluded.value",
            [(kind, record, field, import_id, value) for record, field, value in values],
        )


def drop_record_fields(connection: Connection, import_id: int) -> None:
    """Forget what an import said, as when it is undone; what was said before counts again."""
    with transaction(connection):
        execute(connection, "DELETE FROM record_field WHERE import_id = ?", (import_id,))


def forget_values(connection: Connection, texts: Iterable[str]) -> int:
    """Delete what imports said wherever it holds one of these texts; gives how many fields."""
    within = "instr" if is_sqlite(connection) else "strpos"
    deleted = 0
    with transaction(connection):
        for text in texts:
            gone = execute(
                connection,
                f"DELETE FROM record_field WHERE {within}(value, ?) > 0",
                (json_text(text)[1:-1],),
            )
            deleted += int(gone.rowcount)
    return deleted


def _mapping(mapping: Mapping[str, Any] | None) -> str | None:
    return None if mapping is None else json_text(mapping)


def _record(row: Any) -> ImportRecord:
    return ImportRecord(
        row[0],
        tuple(json.loads(row[1])),
        row[2],
        None if row[3] is None else json.loads(row[3]),
        *row[4:],
    )
