"""What each inlet received and refused last: a short memory for who connects a sender.

It stands beside the journal and is no part of it: rows hold no personal values, the oldest go, and
nothing is made of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from tundish.stores.dialect import (
    Connection,
    execute,
    execute_many,
    insert_many,
    transaction,
)
from tundish.terms.times import DAY, HOUR

KEPT = 300
"""Rows of an inlet that are kept, received and refused apart."""
_DAYS_COUNTED = 8
_COLUMNS = "inlet, at, refused, kind, name, person, code, detail, shown"


@dataclass(frozen=True, slots=True)
class Captured:
    """One event or refusal; `at` in microseconds UTC, `shown` what came, without personal values.

    `kind` is the type of message, or the path of a request that was refused as a whole; `code` and
    `detail` say why it was refused.
    """

    inlet: str
    at: int
    refused: bool
    kind: str
    name: str | None = None
    person: str | None = None
    code: str | None = None
    detail: str | None = None
    shown: str | None = None


def note(
    connection: Connection, rows: Iterable[Captured], *, counts: Mapping[tuple[str, int], list[int]]
) -> None:
    """Add rows, drop the oldest; `counts` are [received, refused] by inlet and time of an hour."""
    rows = list(rows)
    with transaction(connection):
        insert_many(connection, "captured", columns=_COLUMNS, rows=[_row(row) for row in rows])
        for inlet, refused in sorted({(row.inlet, int(row.refused)) for row in rows}):
            _trim(connection, inlet, refused)
        execute_many(
            connection,
            "INSERT INTO captured_count (inlet, hour, received, refused) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (inlet, hour) DO UPDATE SET"
            " received = captured_count.received + excluded.received,"
            " refused = captured_count.refused + excluded.refused",
            [(inlet, at - at % HOUR, *numbers) for (inlet, at), numbers in counts.items()],
        )
        if counts:
            oldest = max(at for _, at in counts) - _DAYS_COUNTED * DAY
            execute(connection, "DELETE FROM captured_count WHERE hour < ?", (oldest,))


def latest(
    connection: Connection, inlet: str, *, refused: bool | None = None, limit: int = KEPT
) -> list[Captured]:
    """The last rows of an inlet, the newest first; both kinds where `refused` is None."""
    wanted = (0, 1) if refused is None else (int(refused),)
    found = [
        row
        for one in wanted
        for row in execute(
            connection,
            f"SELECT id, {_COLUMNS} FROM captured WHERE inlet = ? AND refused = ?"
            " ORDER BY id DESC LIMIT ?",
            (inlet, one, limit),
        ).fetchall()
    ]
    found.sort(key=lambda row: (row[2], row[0]), reverse=True)
    return [
        Captured(row[1], row[2], bool(row[3]), *(None if c is None else str(c) for c in row[4:]))  # type: ignore[arg-type]
        for row in found[:limit]
    ]


def counted(connection: Connection, *, since: int) -> dict[str, tuple[int, int]]:
    """(received, refused) by inlet in the hours that ended after `since`, in microseconds."""
    return {
        row[0]: (int(row[1]), int(row[2]))
        for row in execute(
            connection,
            "SELECT inlet, sum(received), sum(refused) FROM captured_count WHERE hour > ?"
            " GROUP BY inlet",
            (since - HOUR,),
        ).fetchall()
    }


def _row(row: Captured) -> tuple[object, ...]:
    return tuple(int(value) if isinstance(value, bool) else value for value in astuple(row))


def _trim(connection: Connection, inlet: str, refused: int) -> None:
    execute(
        connection,
        "DELETE FROM captured WHERE inlet = ? AND refused = ? AND id <= ("
        " SELECT id FROM captured WHERE inlet = ? AND refused = ?"
        " ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (inlet, refused, inlet, refused, KEPT),
    )
