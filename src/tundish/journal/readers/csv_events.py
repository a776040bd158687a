"""A CSV file with one event a row."""

from collections.abc import Iterator

from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.event_rows import Record, event_batches
from tundish.journal.readers.reading import Options, Reading, Reject, joined


def read(data: bytes, *, options: Options) -> Reading:
    """The whole file at once; see `event_rows.event_batches`."""
    return joined(batches(data, options=options))


def batches(data: bytes, *, options: Options) -> Iterator[Reading]:
    """The events of a CSV file, in batches; see `event_rows.event_batches`."""
    headers, _ = csv_rows(data, encoding=options.encoding)

    def records() -> Iterator[Record | Reject]:
        for row in csv_rows(data, encoding=options.encoding)[1]:
            yield Record(row.line, row.cells, row.raw) if isinstance(row, Row) else row

    return event_batches(records, headers, options=options)
