"""A process that appends batches for ever and says which ones it was told are kept.

Arguments: kind (sqlite or postgres), address, options, name of the writer, events a batch.
"""

import sys
from datetime import UTC, datetime

from tundish.journal.event import Event
from tundish.stores import journal
from tundish.stores.connect import open_database, open_postgres


def main(kind: str, address: str, options: str, name: str, size: str) -> None:
    connection = (
        open_database(address) if kind == "sqlite" else open_postgres(address, options=options)
    )
    batch, at = 0, datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        ids = [f"{name}-{batch}-{i}" for i in range(int(size))]
        journal.append(
            connection,
            [Event(id=i, name="n", occurred_at=at, personal={"name": i}) for i in ids],
            now=1,
        )
        print(batch, flush=True)
        batch += 1


main(*sys.argv[1:])
