"""Saved journeys: the visits of each definition, and when a unit's journey may change by itself."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tundish.funnel.stages.visits import NEVER, Fold, Visits
from tundish.journal.columns import Coded
from tundish.stores.dialect import Connection, among, execute, insert_many, transaction

_NUMBERS = ("pass_no", "stage", "entered", "left", "outcome", "to_stage", "value")
_FLAGS = ("imputed", "by_hand", "estimated", "left_estimated", "day_only")
_TEXTS = ("unit", "cause", "left_cause", "reason", "currency")
_ORDER = (*_TEXTS, *_NUMBERS, *_FLAGS)
_COLUMNS = ", ".join("left_at" if name == "left" else name for name in _ORDER)
_WIDE = ("entered", "left", "value")


def replace(
    connection: Connection, definition_id: int, units: Collection[str] | None, fold: Fold
) -> None:
    """Save the visits of `units` in place of their former ones; None means every unit.

    `fold` may hold visits of other units (their events came along); these are left alone.
    """
    visits, due = fold.visits, fold.next_change
    if units is not None:
        wanted = set(units)
        visits = visits.take(visits.unit.where(lambda unit: str(unit) in wanted))
        due = {unit: at for unit, at in due.items() if unit in wanted}
    with transaction(connection):
        for table in ("visit", "unit_due"):
            _delete(connection, table, definition_id=definition_id, units=units)
        insert_many(
            connection,
            "visit",
            columns=f"definition, place, {_COLUMNS}",
            rows=_rows(visits, definition_id),
        )
        insert_many(
            connection,
            "unit_due",
            columns="definition, unit, due",
            rows=[(definition_id, unit, int(at)) for unit, at in due.items()],
        )


def load(
    connection: Connection, definition_id: int, *, units: Collection[str] | None = None
) -> Visits:
    """The saved visits of a definition, of all units or some, ordered by unit as when saved."""
    sql, values = f"SELECT {_COLUMNS} FROM visit WHERE definition = ?", [definition_id]
    if units is not None:
        test, value = among(connection, "unit", units)
        sql, values = f"{sql} AND {test}", [definition_id, value]
    rows = execute(connection, f"{sql} ORDER BY unit, place", values).fetchall()
    cells = dict(zip(_ORDER, zip(*rows, strict=True) if rows else [()] * len(_ORDER), strict=True))
    columns: dict[str, Any] = {name: _coded(cells[name]) for name in _TEXTS}
    columns |= {name: _ints(name, cells[name]) for name in _NUMBERS}
    columns |= {name: np.asarray(cells[name], np.bool_) for name in _FLAGS}
    return Visits(**columns)


def due(connection: Connection, definition_id: int, now: int) -> list[str]:
    """The units whose journey may have changed by `now` (microseconds), the longest due first."""
    rows = execute(
        connection,
        "SELECT unit FROM unit_due WHERE definition = ? AND due <= ? ORDER BY due, unit",
        (definition_id, now),
    ).fetchall()
    return [row[0] for row in rows]


def next_due(connection: Connection, definition_id: int) -> int | None:
    """The earliest instant at which a unit's journey may change by itself; None: never."""
    row = execute(
        connection, "SELECT min(due) FROM unit_due WHERE definition = ?", (definition_id,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def postpone(connection: Connection, definition_id: int, units: Mapping[str, int]) -> None:
    """Let units be due at an instant (microseconds), in place of when they were due."""
    if not units:
        return
    with transaction(connection):
        _delete(connection, "unit_due", definition_id=definition_id, units=units)
        insert_many(
            connection,
            "unit_due",
            columns="definition, unit, due",
            rows=[(definition_id, unit, at) for unit, at in units.items()],
        )


def busy(connection: Connection, definition_id: int, *, since: int) -> dict[str, int]:
    """The units noted as busy after the instant `since`, each with when it was folded."""
    rows = execute(
        connection,
        "SELECT unit, folded FROM busy_unit WHERE definition = ? AND folded > ?",
        (definition_id, since),
    ).fetchall()
    return {row[0]: int(row[1]) for row in rows}


def note_busy(
    connection: Connection, definition_id: int, units: Collection[str], *, now: int
) -> None:
    """Note that units with very many events were folded at `now`."""
    if not units:
        return
    with transaction(connection):
        _delete(connection, "busy_unit", definition_id=definition_id, units=units)
        insert_many(
            connection,
            "busy_unit",
            columns="definition, unit, folded",
            rows=[(definition_id, unit, now) for unit in units],
        )


def clear(connection: Connection, definition_id: int | None = None) -> None:
    """Delete the visits of one definition, or all; the journal can make them again."""
    with transaction(connection):
        for table in ("visit", "unit_due", "busy_unit"):
            if definition_id is None:
                execute(connection, f"DELETE FROM {table}")
            else:
                _delete(connection, table, definition_id=definition_id, units=None)


def _delete(
    connection: Connection, table: str, *, definition_id: int, units: Collection[str] | None
) -> None:
    sql, values = f"DELETE FROM {table} WHERE definition = ?", [definition_id]
    if units is not None:
        test, value = among(connection, "unit", list(units))
        sql, values = f"{sql} AND {test}", [definition_id, value]
    execute(connection, sql, values)


def _rows(visits: Visits, definition_id: int) -> list[tuple[Any, ...]]:
    cells: list[Sequence[Any]] = [_column(visits, name) for name in _ORDER]
    # The row's place in the fold keeps each unit's order.
    return [(definition_id, place, *row) for place, row in enumerate(zip(*cells, strict=True))]


def _column(visits: Visits, name: str) -> list[Any]:
    column = getattr(visits, name)
    if isinstance(column, Coded):
        return column.to_list()
    if name in _FLAGS:
        return list(np.asarray(column).astype(np.int8).tolist())
    numbers = list(np.asarray(column).tolist())
    return [None if n == NEVER else n for n in numbers] if name == "left" else numbers


def _coded(cells: Sequence[Any]) -> Coded:
    coded = pa.array(cells, pa.string()).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, tuple(coded.dictionary.to_pylist()))


def _ints(name: str, cells: Sequence[Any]) -> Any:
    if name == "left":
        cells = [NEVER if cell is None else cell for cell in cells]
    return np.asarray(cells, np.int64 if name in _WIDE else np.int32)
