"""Plain rows (mappings or `Event`s) to columns."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from tundish.journal.columns import Bools, Coded, EventColumns
from tundish.journal.event import Event
from tundish.journal.table_times import micros_per_unit, time_of
from tundish.terms import InputError

UNIT_KINDS = ("unit", "person", "company", "deal", "session")
"""Keys that hold the id of a unit."""
OWN_KEYS = frozenset((*UNIT_KINDS, "event", "time", "id", "estimated", "precision", "properties"))
"""Keys that mean something of their own."""
READABLE_KEYS = frozenset(("id", "estimated", "precision"))
"""Those of them that can be asked for like properties, too."""
PRECISIONS = ("instant", "day")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


def columns_from_rows(rows: Sequence[Any], *, time_unit: str | None = None) -> EventColumns:
    """The columns of n plain rows; raises InputError with the row and the key."""
    per_unit = micros_per_unit(time_unit)
    rows = [row_of(row, place=f"events[{i}]") for i, row in enumerate(rows)]
    times = [
        time_of(row.get("time"), per_unit=per_unit, place=f"events[{i}].time")
        for i, row in enumerate(rows)
    ]
    day = _day_only(rows, [only_day for _, only_day in times])
    estimated = [is_marked(row.get("estimated")) for row in rows]
    keys = {key for row in rows for key in row}
    return EventColumns(
        time=np.asarray([micros for micros, _ in times], dtype=np.int64),
        event=Coded.of(_name(row, i) for i, row in enumerate(rows)),
        units={kind: _ids(rows, kind) for kind in UNIT_KINDS if kind in keys},
        properties=_properties(rows),
        estimated=np.asarray(estimated, np.bool_) if any(estimated) else None,
        day_only=day,
        ids=_ids(rows, "id") if "id" in keys else None,
    )


def row_of(row: Any, *, place: str) -> Mapping[str, Any]:
    """A row as a mapping of the keys that `columns_from` knows."""
    if isinstance(row, Event):
        return _EventRow(_event_row(row))
    if isinstance(row, Mapping):
        return row
    raise InputError(
        f"An event is a mapping of keys to values, not a {type(row).__name__}.",
        "row_unreadable",
        "Write {unit: …, event: …, time: …}.",
        place=place,
    )


def plain(value: Any) -> Any:
    """A property's value as JSON knows it: times as ISO text, decimals as numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat() if value == value else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, np.generic):
        return value.item()
    return value


def plain_id(value: Any) -> Any:
    """An id; 12.0 is 12, because a frame turns whole numbers with gaps into floats, and "" is none."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return int(value)
    return None if value == "" else plain(value)


def is_marked(value: Any) -> bool:
    """Whether a column's value is true, as itself or as text; whatever is no flag marks nothing."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def flag_of(value: Any, *, place: str) -> bool:
    """A flag from a boolean, 0 or 1, or text; missing is False; raises InputError."""
    if value is None or value != value:
        return False
    said = _FLAGS.get(str(value).strip().lower().removesuffix(".0"))
    if said is None:
        raise InputError(
            f"{value!r} is neither true nor false.",
            "flag_unreadable",
            "Write true or false.",
            place=f"{place}.estimated",
        )
    return said


def precision_is_day(value: Any, *, place: str) -> bool:
    """Whether a `precision` says day; raises InputError for other than instant and day."""
    if value not in ("instant", "day"):
        raise InputError(
            f"{value!r} is not a precision; there are instant and day.",
            "precision_unknown",
            "Write instant or day, or leave it out.",
            place=f"{place}.precision",
        )
    return bool(value == "day")


def event_missing(place: str) -> InputError:
    """The refusal of a row that names no event."""
    return InputError(
        "This row does not name its event.",
        "event_missing",
        "Every row needs the name of its event under the key event.",
        place=f"{place}.event",
    )


class _EventRow(dict[str, Any]):
    """An event of the journal as a row: its marks are fields, never properties."""


def _event_row(event: Event) -> dict[str, Any]:
    row = {name: getattr(event, name) for name in (*UNIT_KINDS[1:], "id", "precision", "estimated")}
    row |= {"event": event.name, "time": event.occurred_at, "properties": event.properties}
    for name in ("channel", "source", "campaign"):
        row[name] = getattr(event, name)
    if event.value is not None:
        row |= {"value": event.value.major, "currency": event.value.currency}
    return row


def _name(row: Mapping[str, Any], i: int) -> str:
    name = row.get("event")
    if name is None or name != name or name == "":
        raise event_missing(f"events[{i}]")
    return str(name)


def _ids(rows: Sequence[Mapping[str, Any]], key: str) -> Coded:
    return Coded.of(plain_id(row.get(key)) for row in rows)


def _day_only(rows: Sequence[Mapping[str, Any]], by_time: list[bool]) -> Bools | None:
    days = list(by_time)
    for i, row in enumerate(rows):
        said = row.get("precision")
        if isinstance(said, str) and said in PRECISIONS:
            days[i] = said == "day"
    return np.asarray(days, np.bool_) if any(days) else None


def _properties(rows: Sequence[Mapping[str, Any]]) -> dict[str, Coded]:
    columns: dict[str, list[Any]] = {}
    n = len(rows)
    for i, row in enumerate(rows):
        for key, value in _of_row(row, i).items():
            column = columns.get(key)
            if column is None:
                column = columns[key] = [None] * n
            column[i] = plain(value)
    return {key: Coded.of(column) for key, column in columns.items()}


def _of_row(row: Mapping[str, Any], i: int) -> dict[str, Any]:
    own = OWN_KEYS if isinstance(row, _EventRow) else OWN_KEYS - READABLE_KEYS
    found = {str(key): value for key, value in row.items() if key not in own}
    nested = row.get("properties")
    if isinstance(nested, Mapping):
        found |= {str(k): v for k, v in nested.items() if v is not None or k not in found}
    elif nested is not None and nested == nested:
        raise InputError(
            f"The properties of an event are a mapping, not a {type(nested).__name__}.",
            "properties_unreadable",
            "Write {name: value}.",
            place=f"events[{i}].properties",
        )
    return found
