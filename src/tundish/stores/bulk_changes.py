"""Changes of many records in one go: which, how far they have come, and the batches that undo them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tundish.stores.dialect import Connection, execute
from tundish.terms import NotFoundError

RUNNING, DONE, UNDOING, UNDONE = "running", "done", "undoing", "undone"
_COLUMNS = "id, kind, actor, change, total, done, status, batch, back, created_at"


@dataclass(frozen=True)
class BulkChange:
    """`change` says what is done to `records`; `done` of `total` are behind it, under `batches`.

    `back` is the query of the list from which it was asked. While it is undone, `batches` gets less.
    `asked_at` is in microseconds.
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
    asked_at: int = 0

    @property
    def can_be_undone(self) -> bool:
        """Whether it changed anything that is not taken back yet."""
        return self.status in (RUNNING, DONE) and bool(self.batches)


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


def get(connection: Connection, change_id: int, *, actor: str | None) -> BulkChange:
    """One change that `actor` asked for; None: whoever did. Raises NotFoundError."""
    row = execute(
        connection,
        f"SELECT {_COLUMNS}, records FROM bulk_change WHERE id = ?",
        (change_id,),
    ).fetchone()
    if row is None or actor not in (None, row[2]):
        raise NotFoundError("There is no such change.", "bulk_change_not_found")
    return _change(row, json.loads(row[10]))


def latest(
    connection: Connection, *, actor: str | None, since: int, most: int = 50
) -> list[BulkChange]:
    """The last changes that `actor` (None: anybody) asked for, the newest first, without their records."""
    whose, values = ("", []) if actor is None else (" AND actor = ?", [actor])
    rows = execute(
        connection,
        f"SELECT {_COLUMNS} FROM bulk_change WHERE created_at >= ?{whose}"
        " ORDER BY created_at DESC, id DESC LIMIT ?",
        (since, *values, most),
    ).fetchall()
    return [_change(row, ()) for row in rows]


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


def _change(row: Any, records: Sequence[str]) -> BulkChange:
    return BulkChange(
        int(row[0]), row[1], row[2], json.loads(row[3]), records, int(row[4]), int(row[5]), row[6],
        tuple(row[7].split()), row[8], int(row[9]),
    )  # fmt: skip
