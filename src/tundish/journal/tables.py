"""Any table of events to columns: dicts, `Event`s, Arrow, pandas, polars, and file bytes.

pandas and polars are never imported: their frames hand themselves over through the Arrow
interface (`__arrow_c_stream__`) or `to_arrow`.
"""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tundish.journal.columns import EventColumns
from tundish.journal.readers.text import text_of, unpacked
from tundish.journal.table_rows import columns_from_rows
from tundish.terms import InputError

FORMATS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
"""Endings of the files that `read_table` reads, each also with .gz."""


def columns_from(events: Any, *, time_unit: str | None = None) -> EventColumns:
    """The columns of `events`, n rows in the order given.

    `events` is a list of mappings or `Event`s, an Arrow table, a pandas or polars frame, or columns
    already. Keys: the ids of the units (`unit`, `person`, `company`, `deal`, `session`), `event`,
    `time`, optional `id`, `estimated`, `precision` (instant or day), `properties` (a mapping);
    every other key is a property. `time` is an aware datetime, a date (only the day is known), ISO
    8601 text (without zone: UTC), or a number since 1970 in `time_unit`: "s", "ms" or "us". A naive
    datetime among mappings is refused; a table's column of times without zone is UTC. Raises
    InputError with the row (from 0) and the key, as in `events[3].time`.
    """
    if isinstance(events, EventColumns):
        return events
    if not isinstance(events, list | tuple):
        if isinstance(events, str | bytes | Mapping):
            raise _not_a_table(events)
        table = _arrow(events)
        if table is not None:
            from tundish.journal.table_arrow import columns_from_arrow

            return columns_from_arrow(table, time_unit=time_unit)
        if hasattr(events, "to_dict"):
            # A frame whose columns mix types has no Arrow form; its rows still have one.
            return columns_from_rows(_records(events), time_unit=time_unit)
        if not isinstance(events, Iterable):
            raise _not_a_table(events)
        events = list(events)
    return columns_from_rows(events, time_unit=time_unit)


def read_table(data: bytes, name: str, *, time_unit: str | None = None) -> EventColumns:
    """The columns of a file's bytes, its format told by the ending of `name` (see FORMATS).

    A CSV's columns of plain numbers and of true and false are read as such, all else, and every
    id, as text; an empty cell is missing; `properties` may hold a JSON object. Raises InputError.
    """
    ending, data = _ending(name), unpacked(data)
    if ending == ".parquet":
        return columns_from(_parquet(data, name), time_unit=time_unit)
    if ending in (".csv", ".tsv"):
        from tundish.journal.table_arrow import columns_from_csv

        return columns_from_csv(data, time_unit=time_unit)
    if ending in (".jsonl", ".ndjson", ".json"):
        return columns_from(_json_rows(data, ending), time_unit=time_unit)
    raise InputError(
        f"“{name}” is none of the kinds of table that can be read: {', '.join(FORMATS)}.",
        "table_format_unknown",
        "Save it as CSV, JSON Lines or Parquet, if you like with .gz.",
    )


def _ending(name: str) -> str:
    name = name.lower().removesuffix(".gz")
    return name[name.rfind(".") :] if "." in name else ""


def _records(frame: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_dict("records")
    for row in rows:
        if isinstance(time := row.get("time"), datetime) and time.tzinfo is None and time == time:
            row["time"] = time.replace(tzinfo=UTC)
    return rows


def _arrow(events: Any) -> Any | None:
    """The pyarrow table of a frame, or None where it has none."""
    handed = hasattr(events, "__arrow_c_stream__") or hasattr(events, "__arrow_c_array__")
    if not handed and not hasattr(events, "to_arrow") and not hasattr(events, "__dataframe__"):
        return None
    import pyarrow as pa

    try:
        if isinstance(events, pa.Table):
            return events
        if isinstance(events, pa.RecordBatch):
            return pa.Table.from_batches([events])
        if handed:
            return pa.table(events)
        if hasattr(events, "to_arrow"):
            return events.to_arrow()
        return pa.interchange.from_dataframe(events)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return None


def _parquet(data: bytes, name: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(io.BytesIO(data))
    except (pa.ArrowInvalid, OSError):
        raise InputError(
            f"“{name}” is not a Parquet file.",
            "parquet_unreadable",
            "Write it again, or give CSV or JSON Lines.",
        ) from None


def _json_rows(data: bytes, ending: str) -> list[Any]:
    text = text_of(data)
    if ending == ".json" and text.lstrip().startswith("["):
        return list(_json(text, "line 1"))
    lines = enumerate(text.split("\n"), 1)
    return [_json(line, f"line {number}") for number, line in lines if line.strip()]


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise InputError(
            "This line is not JSON.",
            "json_unreadable",
            "Write one JSON object a line.",
            place=place,
        ) from None


def _not_a_table(events: object) -> InputError:
    return InputError(
        f"A {type(events).__name__} is not a table of events; a list of mappings, an Arrow table, "
        "a pandas or a polars frame is.",
        "events_unreadable",
        "Open files through a workspace or `read_table`.",
    )
