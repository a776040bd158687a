"""A JSON Lines file with one event a line."""

import json
from collections.abc import Iterator

from tundish.journal.readers.event_rows import Record, event_batches
from tundish.journal.readers.reading import Options, Reading, Reject, joined
from tundish.journal.readers.text import text_of

_LOOKED_AT = 1_000  # lines whose keys tell the columns


def read(data: bytes, *, options: Options) -> Reading:
    """The whole file at once; see `event_rows.event_batches`."""
    return joined(batches(data, options=options))


def batches(data: bytes, *, options: Options) -> Iterator[Reading]:
    """The events of a JSON Lines file, in batches; see `event_rows.event_batches`."""
    text = text_of(data, encoding=options.encoding)
    return event_batches(lambda: records(text), keys(text), options=options)


def records(text: str) -> Iterator[Record | Reject]:
    """One record a line; a line that is no JSON object is refused (`json_unreadable`)."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            yield Record(number, values, line)
        else:
            yield Reject(number, "json_unreadable", "The line is not a JSON object.", line)


def keys(text: str) -> list[str]:
    """The keys of the first lines' objects, in the order in which they appear."""
    found: dict[str, None] = {}
    for record in records("\n".join(text.split("\n", _LOOKED_AT)[:_LOOKED_AT])):
        if isinstance(record, Record):
            found |= dict.fromkeys(record.values)
    return list(found)
