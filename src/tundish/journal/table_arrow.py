"""Arrow tables and CSV bytes to columns, a column at a time."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tundish.journal.columns import Bools, Coded, Codes, EventColumns, Ints
from tundish.journal.readers.text import csv_delimiter, utf8
from tundish.journal.table_rows import (
    OWN_KEYS,
    PRECISIONS,
    READABLE_KEYS,
    UNIT_KINDS,
    event_missing,
    is_marked,
    plain,
    plain_id,
)
from tundish.journal.table_times import (
    FIRST,
    LAST,
    micros_per_unit,
    out_of_range,
    time_of,
    unit_missing,
)
from tundish.terms import DAY, InputError

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


def columns_from_arrow(table: Any, *, time_unit: str | None = None) -> EventColumns:
    """The columns of an Arrow table of n rows; raises InputError with the row and the key."""
    columns = {
        name: _whole(table.column(name))
        for name in table.column_names
        if not name.startswith("__index_level_")
    }
    return _columns(columns, len(table), time_unit=time_unit, property_of=_coded)


def columns_from_csv(data: bytes, *, time_unit: str | None = None) -> EventColumns:
    """The columns of a CSV file's bytes, in any encoding and with any usual delimiter; none of an
    empty file's."""
    text = utf8(data)
    if not text or text.isspace():
        return _columns({}, 0, time_unit=time_unit, property_of=_typed)
    if b"\n" not in text and b"\r" not in text:
        text += b"\n"  # a header alone
    try:
        names, table = _csv_texts(text)
    except pa.ArrowInvalid as wrong:
        raise InputError(
            f"The CSV file cannot be read as a table: {str(wrong).splitlines()[0][:200]}",
            "csv_unreadable",
            "Every row needs as many cells as the header; cells with line breaks need quotes.",
        ) from None
    columns = {name: _whole(table.column(name)) for name in names}
    return _columns(columns, len(table), time_unit=time_unit, property_of=_typed)


def _csv_texts(text: bytes) -> tuple[list[str], Any]:
    """(names, table) of a CSV file whose every column is read as text."""
    from pyarrow import csv

    parse = csv.ParseOptions(delimiter=csv_delimiter(text), newlines_in_values=True)
    with csv.open_csv(pa.BufferReader(text), parse_options=parse) as head:
        names = [name.strip() for name in head.schema.names]
    table = csv.read_csv(
        pa.BufferReader(text),
        read_options=csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=parse,
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return names, table


def _columns(
    columns: Mapping[str, Any],
    n: int,
    *,
    time_unit: str | None,
    property_of: Callable[[Any], Coded],
) -> EventColumns:
    per_unit = micros_per_unit(time_unit)
    time, by_time = _times(_needed(columns, "time", n=n), per_unit)
    event = _texts(_needed(columns, "event", n=n))
    if n and (missing := event.codes < 0).any():
        raise event_missing(f"events[{int(missing.argmax())}]")
    ids = _ids(columns["id"]) if "id" in columns else None
    properties = _properties(columns, property_of)
    if ids is not None:
        properties["id"] = _over(properties["id"], ids) if "id" in properties else ids
    return EventColumns(
        time=time,
        event=event,
        units={kind: _ids(columns[kind]) for kind in UNIT_KINDS if kind in columns},
        properties=properties,
        estimated=_estimated(columns),
        day_only=_day_only(columns, by_time),
        ids=ids,
    )


def _needed(columns: Mapping[str, Any], name: str, *, n: int) -> Any:
    if name in columns:
        return columns[name]
    if n == 0:
        return pa.nulls(0, pa.string())
    raise InputError(
        f"The table has no column {name}; it has {', '.join(columns) or 'none'}.",
        f"{name}_missing",
        f"Name the column of the {'times' if name == 'time' else 'names of events'} {name}.",
        place="events",
    )


def _whole(chunked: Any) -> Any:
    """One array; text of every layout as large_string, dictionaries kept."""
    array = chunked.combine_chunks() if isinstance(chunked, pa.ChunkedArray) else chunked
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.nulls(0, array.type)
    if pa.types.is_string_view(array.type) or pa.types.is_string(array.type):
        return array.cast(pa.large_string())
    return array


def _coded(array: Any, change: Callable[[Any], Any] = plain) -> Coded:
    kind = array.type
    if pa.types.is_null(kind):
        return Coded.missing(len(array))
    if pa.types.is_nested(kind):
        return Coded.of(array.to_pylist())
    if not pa.types.is_dictionary(kind):
        array = array.dictionary_encode()
    codes = pc.fill_null(array.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    values = array.dictionary.to_pylist()
    if change is plain and _is_plain(array.dictionary.type):
        return Coded(codes, tuple(values))
    return _recoded(codes, [change(value) for value in values])


def _is_plain(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_large_string(kind) or types.is_integer(kind) or types.is_boolean(kind))


def _recoded(codes: Codes, values: list[Any]) -> Coded:
    """The column with changed `values`: equal ones share a code, None and NaN are missing."""
    inner = Coded.of(values)
    return Coded(np.append(inner.codes, np.int32(-1))[codes], inner.values)


def _ids(array: Any) -> Coded:
    return _coded(array, plain_id)


def _texts(array: Any) -> Coded:
    return _coded(array, lambda v: None if v is None or v == "" else str(v))


def _typed(array: Any) -> Coded:
    """A text column of a CSV file: numbers and flags where every value is one."""
    coded = _coded(array)
    for reads, change in _KINDS:
        if coded.values and all(reads(value) for value in coded.values):
            return _recoded(coded.codes, [change(value) for value in coded.values])
    return coded


_KINDS: tuple[tuple[Callable[[str], Any], Callable[[str], Any]], ...] = (
    (_WHOLE.fullmatch, int),
    (_DECIMAL.fullmatch, float),
    (lambda v: v.lower() in ("true", "false"), lambda v: v.lower() == "true"),
)


def _properties(
    columns: Mapping[str, Any], property_of: Callable[[Any], Coded]
) -> dict[str, Coded]:
    own = (OWN_KEYS - READABLE_KEYS) | {"id"}
    found = {name: property_of(a) for name, a in columns.items() if name not in own}
    nested = columns.get("properties")
    if nested is None or pa.types.is_null(nested.type):
        return found
    if pa.types.is_struct(nested.type):
        inner = {
            field.name: _coded(_whole(pc.struct_field(nested, [i])))
            for i, field in enumerate(nested.type)
        }
    else:
        inner = _of_mappings(nested)
    return found | {name: _over(column, found.get(name)) for name, column in inner.items()}


def _over(column: Coded, under: Coded | None) -> Coded:
    """`column`, and where it is missing, the column of the same name beside `properties`."""
    if under is None or not (gaps := column.codes < 0).any():
        return column
    below = np.where(under.codes >= 0, under.codes + len(column.values), -1)
    codes = np.where(gaps, below, column.codes).astype(np.int32)
    return _recoded(codes, [*column.values, *under.values])


def _of_mappings(array: Any) -> dict[str, Coded]:
    """Arrow maps, or JSON objects as text."""
    columns: dict[str, list[Any]] = {}
    for i, item in enumerate(array.to_pylist()):
        for key, value in _mapping(item, i):
            if key not in columns:
                columns[key] = [None] * len(array)
            columns[key][i] = plain(value)
    return {key: Coded.of(values) for key, values in columns.items()}


def _mapping(item: Any, i: int) -> list[tuple[str, Any]]:
    if item is None or item == "":
        return []
    try:
        said = json.loads(item) if isinstance(item, str) else dict(item)
        return [(str(key), value) for key, value in said.items()]
    except (ValueError, TypeError, AttributeError):
        raise InputError(
            f"The properties {item!r} are not a mapping.",
            "properties_unreadable",
            'Write a JSON object, as in {"plan": "pro"}.',
            place=f"events[{i}].properties",
        ) from None


def _estimated(columns: Mapping[str, Any]) -> Bools | None:
    array = columns.get("estimated")
    if array is None or pa.types.is_null(array.type):
        return None
    coded = _coded(array)
    mask = coded.where(is_marked)
    return mask if mask.any() else None


def _day_only(columns: Mapping[str, Any], by_time: Bools | None) -> Bools | None:
    array = columns.get("precision")
    if array is None or pa.types.is_null(array.type):
        return by_time
    coded = _coded(array)
    days = coded.where(lambda v: v == "day")
    if by_time is not None:
        days = np.where(coded.where(lambda v: v in PRECISIONS), days, by_time)
    return days if days.any() else None


def _times(array: Any, per_unit: int | None) -> tuple[Ints, Bools | None]:
    """(microseconds, where only the day is known) of a column of times."""
    micros, days = _micros(array, per_unit)
    beyond = (micros < FIRST) | (micros > LAST)
    if beyond.any():
        row = int(beyond.argmax())
        raise out_of_range(_said(array[row]), place=f"events[{row}].time")
    return micros, days


def _said(scalar: Any) -> Any:
    """A time as it came, for a message; one that Python has no date for as a number."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return scalar.value


def _micros(array: Any, per_unit: int | None) -> tuple[Ints, Bools | None]:
    kind = array.type
    if array.null_count:
        row = int(np.asarray(array.is_null()).argmax())
        time_of(None, per_unit=per_unit, place=f"events[{row}].time")
    if pa.types.is_timestamp(kind):
        return _scaled(array.view(pa.int64()).to_numpy(), kind.unit), None
    if pa.types.is_date(kind):
        days = array.cast(pa.date32()).view(pa.int32()).to_numpy()
        return _times_of_ticks(days, DAY), np.ones(len(array), np.bool_) if len(array) else None
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _epoch(array.to_numpy(zero_copy_only=False), per_unit), None
    if pa.types.is_dictionary(kind):
        array = _whole(pa.chunked_array([array.dictionary_decode()]))
    if pa.types.is_large_string(array.type) and per_unit is None:
        fast = _iso(array)
        if fast is not None:
            return fast
    return _one_by_one(array.to_pylist(), per_unit)


def _one_by_one(items: list[Any], per_unit: int | None) -> tuple[Ints, Bools | None]:
    read = [time_of(v, per_unit=per_unit, place=f"events[{i}].time") for i, v in enumerate(items)]
    days = np.fromiter((day for _, day in read), np.bool_, len(read))
    return np.asarray([micros for micros, _ in read], np.int64), days if days.any() else None


def _scaled(ticks: Ints, unit: str) -> Ints:
    per_tick = {"s": 1_000_000, "ms": 1_000, "us": 1}.get(unit)
    return ticks // 1_000 if per_tick is None else _times_of_ticks(ticks, per_tick)


def _times_of_ticks(ticks: NDArray[Any], per_tick: int) -> Ints:
    """Microseconds; what has no date stays beyond all dates instead of running over."""
    held = np.clip(ticks.astype(np.int64), FIRST // per_tick - 1, LAST // per_tick + 1)
    return np.asarray(held * per_tick, np.int64)


def _epoch(numbers: NDArray[Any], per_unit: int | None) -> Ints:
    if len(numbers) and per_unit is None:
        wrong = unit_missing(numbers[0])
        wrong.place = "events[0].time"
        raise wrong
    scale = per_unit or 1
    limit = np.float64(2**63 - 1) / scale
    beyond = ~(np.abs(numbers.astype(np.float64)) < limit)
    if beyond.any():
        row = int(beyond.argmax())
        time_of(numbers[row].item(), per_unit=scale, place=f"events[{row}].time")
    if np.issubdtype(numbers.dtype, np.integer):
        return numbers.astype(np.int64) * scale
    return np.rint(numbers.astype(np.float64) * scale).astype(np.int64)


def _iso(array: Any) -> tuple[Ints, Bools | None] | None:
    """ISO texts all at once; None where Arrow cannot read them all and Python has to."""
    for zone in (None, "UTC"):
        try:
            micros = array.cast(pa.timestamp("us", zone)).view(pa.int64()).to_numpy()
        except pa.ArrowInvalid:
            continue
        days = np.asarray(pc.less_equal(pc.utf8_length(array), 10))
        return micros, days if days.any() else None
    return None
