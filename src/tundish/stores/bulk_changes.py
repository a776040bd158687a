"""Changes of many records in one go: which, how far they have come, and the batches that undo them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tundish.stores.dialect import Connection, execute
from tundish.terms import NotFoundError

RUNNING, DONE, UNDOING, UNDONE = "running", "done", "undoing", "undone"


@dataclass(frozen=True)
class BulkChange:
    """`change` says what is done to `records`; `done` of `total` are behind it, under `batches`.

    `back` is the query of the list from which it was asked. While it is undone, `batches` gets less.
    """

    id: int
    kind: str
    actor: str
    change: Mapping[str, Any]
    records: Sequence[str]
    total: int
    done: int
    status: str
    batches: tuple[str, ...]
    back: str


def begin(
    connection: Connection,
    kind: str,
    *,
    actor: str,
    change: Mapping[str, Any],
    records: Sequence[str],
    back: str,
    now: int,
) -> int:
    """Keep what is to be done; gives its id."""
    row = execute(
        connection,
        "INSERT INTO bulk_change (kind, actor, batch, change, records, total, done, status, back,"
        " created_at) VALUES (?, ?, '', ?, ?, ?, 0, ?, ?, ?) RETURNING id",
        (
            kind, actor, json.dumps(change, ensure_ascii=False), json.dumps(list(records)),
            len(records), RUNNING, back, now,
        ),
    ).fetchone()  # fmt: skip
    return int(row[0])


def get(connection: Connection, change_id: int, *, actor: str) -> BulkChange:
    """One change that `actor` asked for. Raises NotFoundError."""
    row = execute(
        connection,
        "SELECT id, kind, actor, change, records, total, done, status, batch, back FROM bulk_change"
        " WHERE id = ? AND actor = ?",
        (change_id, actor),
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such change.", "bulk_change_not_found")
    return BulkChange(
        int(row[0]), row[1], row[2], json.loads(row[3]), json.loads(row[4]), int(row[5]),
        int(row[6]), row[7], tuple(row[8].split()), row[9],
    )  # fmt: skip


def went_on(
    connection: Connection, change_id: int, *, done: int, status: str, batches: Sequence[str]
) -> None:
    """Note how far a change has come."""
    execute(
        connection,
        "UPDATE bulk_change SET done = ?, status = ?, batch = ? WHERE id = ?",
        (done, status, " ".join(batches), change_id),
    )


def forget_before(connection: Connection, instant: int) -> None:
    """Delete changes that began before an instant (microseconds): they are too old to be undone."""
    execute(connection, "DELETE FROM bulk_change WHERE created_at < ?", (instant,))
