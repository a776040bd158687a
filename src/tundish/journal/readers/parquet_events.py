"""A Parquet file with one event a row."""

import json
from collections.abc import Iterator
from typing import Any

from tundish.journal.readers.event_rows import Record, event_batches
from tundish.journal.readers.reading import BATCH, Options, Reading, joined
from tundish.journal.readers.text import unpacked
from tundish.terms import InputError


def read(data: bytes, *, options: Options) -> Reading:
    """The whole file at once; see `event_rows.event_batches`."""
    return joined(batches(data, options=options))


def batches(data: bytes, *, options: Options) -> Iterator[Reading]:
    """The events of a Parquet file, in batches; see `event_rows.event_batches`."""
    file = opened(unpacked(data))

    def records() -> Iterator[Record]:
        number = 0
        for batch in file.iter_batches(batch_size=BATCH):
            for values in batch.to_pylist():
                number += 1
                yield Record(number, values, json.dumps(values, default=str, ensure_ascii=False))

    return event_batches(records, list(file.schema_arrow.names), options=options)


def opened(data: bytes) -> Any:
    """The Parquet file in `data`; raises InputError (`parquet_unreadable`)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(pa.BufferReader(data))
    except (pa.ArrowInvalid, OSError):
        raise InputError(
            "The file is not a Parquet file.", "parquet_unreadable", "Write it again, or give CSV."
        ) from None
