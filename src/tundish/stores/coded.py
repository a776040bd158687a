"""A table of event rows to `EventColumns`, a column at a time."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tundish.journal.columns import Coded, EventColumns
from tundish.terms import Money

SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("occurred", pa.int64()),
        ("day_only", pa.int8()),
        ("estimated", pa.int8()),
        ("person", pa.string()),
        ("company", pa.string()),
        ("deal", pa.string()),
        ("session", pa.string()),
        ("channel", pa.string()),
        ("source", pa.string()),
        ("campaign", pa.string()),
        ("value_minor", pa.int64()),
        ("currency", pa.string()),
        ("properties", pa.string()),
        ("inlet", pa.string()),
        ("actor", pa.string()),
    ]
)
"""What the kernels need of an event: the journal's columns, by their names there."""
_UNITS = ("person", "company", "deal", "session")
_OWN = ("channel", "source", "campaign", "currency", "inlet", "actor")


def columns_of(table: pa.Table, *, final: Mapping[str, str]) -> EventColumns:
    """The columns of n event rows; persons of merged ids stand under their `final` id.

    A property of the event stands before the event's own field of the same name.
    """
    units = {kind: _coded(table.column(kind)) for kind in _UNITS}
    units["person"] = _merged(units["person"], final)
    properties = {name: _coded(table.column(name)) for name in _OWN}
    properties["value"] = _value(table.column("value_minor"), properties["currency"])
    for name, column in _from_json(_coded(table.column("properties"))).items():
        properties[name] = _overlay(properties[name], column) if name in properties else column
    return EventColumns(
        time=_numbers(table.column("occurred"), np.int64),
        event=_coded(table.column("name")),
        units=units,
        properties=properties,
        estimated=_flags(table.column("estimated")),
        day_only=_flags(table.column("day_only")),
        ids=_coded(table.column("id")),
    )


def _coded(column: pa.ChunkedArray) -> Coded:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], whole.type)
    coded = whole.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, tuple(coded.dictionary.to_pylist()))


def _numbers(column: pa.ChunkedArray, kind: Any) -> NDArray[Any]:
    return np.asarray(column.to_numpy(), dtype=kind)


def _flags(column: pa.ChunkedArray) -> NDArray[np.bool_] | None:
    flags = _numbers(column, np.bool_)
    return flags if flags.any() else None


def _merged(persons: Coded, final: Mapping[str, str]) -> Coded:
    if not any(name in final for name in persons.values):
        return persons
    names = Coded.of(final.get(name, name) for name in persons.values)
    return Coded(np.append(names.codes, np.int32(-1))[persons.codes], names.values)


def _value(minor: pa.ChunkedArray, currency: Coded) -> Coded:
    """Amounts in major units, by the currency's number of decimal places."""
    there = ~np.asarray(minor.is_null().to_numpy())
    tens = [10 ** Money.exponent(code) for code in currency.values]
    divisor = np.asarray([*tens, 1], np.float64)[currency.codes]
    major = np.asarray(minor.fill_null(0).to_numpy()) / divisor
    found, inverse = np.unique(major[there], return_inverse=True)
    codes = np.full(len(there), -1, np.int32)
    codes[there] = inverse
    return Coded(codes, tuple(found.tolist()))


def _from_json(texts: Coded) -> dict[str, Coded]:
    """One column per property; each distinct text is read once."""
    seen: dict[str, dict[Any, int]] = {}
    rows: dict[str, list[int]] = {}
    codes: dict[str, list[int]] = {}
    for row, text in enumerate(texts.values):
        for name, item in json.loads(text).items():
            if item is None:
                continue
            if isinstance(item, list | dict):
                item = json.dumps(item, sort_keys=True, ensure_ascii=False)
            known = seen.get(name)
            if known is None:
                known, rows[name], codes[name] = seen.setdefault(name, {}), [], []
            # 1, 1.0 and True are equal in Python and must not share a code.
            rows[name].append(row)
            codes[name].append(known.setdefault((type(item), item), len(known)))
    columns = {}
    for name, known in seen.items():
        by_text = np.full(len(texts.values) + 1, -1, np.int32)
        by_text[rows[name]] = codes[name]
        columns[name] = Coded(by_text[texts.codes], tuple(value for _, value in known))
    return columns


def _overlay(under: Coded, over: Coded) -> Coded:
    both = Coded.of([*under.values, *over.values])
    split = len(under.values)
    low = np.append(both.codes[:split], np.int32(-1))[under.codes]
    high = np.append(both.codes[split:], np.int32(-1))[over.codes]
    return Coded(np.where(over.codes >= 0, high, low).astype(np.int32), both.values)
