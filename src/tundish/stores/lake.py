"""The lake: the journal once more as Parquet files, for any engine that reads columns.

Derived and disposable. A part holds the events of a stretch of positions, voided ones and bots
included: what counts is the reader's to say, so that no part is ever rewritten for a void.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tundish.stores.dialect import Connection, execute

SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("occurred_at", pa.timestamp("us", "UTC")),
        ("day_only", pa.bool_()),
        ("estimated", pa.bool_()),
        ("recorded_at", pa.timestamp("us", "UTC")),
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
        ("batch", pa.string()),
        ("actor", pa.string()),
        ("bot", pa.bool_()),
    ]
)
"""A part's columns: plain types only; `properties` is JSON text, persons are before merges."""
_IN_JOURNAL = {"occurred_at": "occurred", "recorded_at": "recorded"}
_SELECT = ", ".join(_IN_JOURNAL.get(name, name) for name in SCHEMA.names)
_NAME = re.compile(r"part-(\d{12})-(\d{12})\.parquet")
_FETCH = 50_000
_LARGEST_PART = 1_000_000
_JOINED = 8
"""So many parts of about one size become one of the next size: an event is rewritten once a size,
and the lake has few files however small the steps in which it grew."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One file with the events of the positions `first` to `last`, both included."""

    first: int
    last: int
    path: Path

    @property
    def rows(self) -> int:
        """How many events it holds."""
        return self.last - self.first + 1


def append(folder: str | Path, connection: Connection, *, upto: int) -> int:
    """Write what the lake lacks of the journal up to a position; gives how many events.

    Each part appears whole or not at all, so a crash at any point leaves a lake that the next call
    goes on with. One process may do this at a time (the one that holds the follower's lease).
    """
    place = _place(folder)
    found = _cleaned(place)
    if found and not _same_history(connection, found[-1]):
        for part in found:
            part.path.unlink(missing_ok=True)
        found = []
    start = found[-1].last if found else 0
    done = start
    while done < upto:
        last = min(done + _LARGEST_PART, upto)
        _write(place, _from_journal(connection, done, last), first=done + 1, last=last)
        done = last
    _compact(place)
    return max(0, upto - start)


def parts(folder: str | Path) -> list[Part]:
    """The parts to read: in order, without gap or overlap, from position 1."""
    return _chosen(Path(folder) / "lake")[0]


def rebuild(folder: str | Path, connection: Connection, *, upto: int | None = None) -> int:
    """Delete the lake and write it again from the journal, or up to a position; gives how many
    events. The one who may append may do this."""
    place = _place(folder)
    for path in place.glob("part-*"):
        path.unlink(missing_ok=True)
    if upto is None:
        last = execute(connection, "SELECT max(position) FROM event").fetchone()[0]
        upto = int(last or 0)
    return append(folder, connection, upto=upto)


def _place(folder: str | Path) -> Path:
    place = Path(folder) / "lake"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _chosen(place: Path) -> tuple[list[Part], list[Path]]:
    """(parts to read, files that are of no use: halves, and what a larger part holds too)."""
    found, useless = [], []
    for path in place.glob("part-*") if place.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match:
            found.append(Part(int(match[1]), int(match[2]), path))
        else:
            useless.append(path)
    chosen: list[Part] = []
    for part in sorted(found, key=lambda part: (part.first, -part.last)):
        if part.first == (chosen[-1].last if chosen else 0) + 1:
            chosen.append(part)
        else:
            useless.append(part.path)
    return chosen, useless


def _cleaned(place: Path) -> list[Part]:
    chosen, useless = _chosen(place)
    for path in useless:
        path.unlink(missing_ok=True)
    return chosen


def _same_history(connection: Connection, last: Part) -> bool:
    """Whether the journal still holds the lake's last event there: after a restored backup it
    may be shorter, or have gone on otherwise."""
    row = execute(connection, "SELECT id FROM event WHERE position = ?", (last.last,)).fetchone()
    try:
        told = (pq.read_metadata(last.path).metadata or {}).get(b"tundish.last_id")
    except (OSError, pa.ArrowInvalid):
        return False
    return row is not None and told == str(row[0]).encode()


def _from_journal(connection: Connection, after: int, last: int) -> Iterator[pa.Table]:
    while after < last:
        upto = min(after + _FETCH, last)
        rows = execute(
            connection,
            f"SELECT {_SELECT} FROM event WHERE position > ? AND position <= ? ORDER BY position",
            (after, upto),
        ).fetchall()
        columns: Any = zip(*rows, strict=True)
        arrays = [_array(cells, field) for cells, field in zip(columns, SCHEMA, strict=True)]
        yield pa.Table.from_arrays(arrays, schema=SCHEMA)
        after = upto


def _array(cells: tuple[Any, ...], field: pa.Field) -> pa.Array:
    if pa.types.is_boolean(field.type):
        return pa.array(cells, pa.int8()).cast(pa.bool_())
    if pa.types.is_timestamp(field.type):
        return pa.array(cells, pa.int64()).cast(field.type)
    return pa.array(cells, field.type)


def _write(place: Path, tables: Iterator[pa.Table], *, first: int, last: int) -> None:
    path = place / f"part-{first:012d}-{last:012d}.parquet"
    half = path.with_suffix(".half")
    with half.open("wb") as file:
        with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table)
                last_id = table.column("id")[-1].as_py()
            writer.add_key_value_metadata({"tundish.last_id": last_id})
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _sync_folder(place)


def _compact(place: Path) -> None:
    """Join small parts at the end into one; a crash in between leaves both, of which one counts."""
    while small := _to_join(_chosen(place)[0]):
        tables = (pq.read_table(part.path, schema=SCHEMA) for part in small)
        _write(place, tables, first=small[0].first, last=small[-1].last)
        for part in small:
            # Where a reader's open file cannot be deleted (Windows), the next call does it.
            with suppress(PermissionError):
                part.path.unlink(missing_ok=True)


def _to_join(found: list[Part]) -> list[Part]:
    for size in range(_size(_LARGEST_PART) + 1):
        run = list(takewhile(lambda part: _size(part.rows) <= size, reversed(found)))[::-1]  # noqa: B023
        enough = sum(_size(part.rows) == size for part in run) >= _JOINED
        if enough and sum(part.rows for part in run) <= _LARGEST_PART:
            return run
    return []


def _size(rows: int) -> int:
    """The power of 8 that a number of rows has reached."""
    return (rows.bit_length() - 1) // 3


def _sync_folder(place: Path) -> None:
    # Only where a folder can be opened (not on Windows) does a rename need its own sync.
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
