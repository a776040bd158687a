"""Reads of the capture area."""

import time
from collections.abc import Callable

from tundish.areas.capture.models import Inlet
from tundish.areas.capture.visitors import Visit
from tundish.journal.channels import Arrival
from tundish.stores.dialect import Connection, execute
from tundish.terms import from_micros

# A closed key must be refused soon, a lookup a request would cost more than the request.
FRESH_SECONDS = 1.0
# Whoever has just opened an inlet tries it at once; keys that nobody has must not cost much.
_ASKED_AGAIN_SECONDS = 0.1


class InletNames:
    """Write key -> inlet name, remembered for a second; None for unknown and closed keys."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read_at = float("-inf")
        self._names: dict[str, str] = {}
        self._closed: dict[str, str] = {}

    def __call__(self, key: str) -> str | None:
        now = self._clock()
        known = key in self._names
        if now - self._read_at > (FRESH_SECONDS if known else _ASKED_AGAIN_SECONDS):
            self._read()
            self._read_at = now
        return self._names.get(key)

    def closed(self, key: str) -> str | None:
        """The inlet whose key this was before it was closed or given another key."""
        return self._closed.get(key)

    def _read(self) -> None:
        inlets = list(Inlet.objects.values_list("write_key", "previous_key", "name", "closed_at"))
        self._names = {key: name for key, _, name, closed in inlets if closed is None}
        self._closed = {key: name for key, _, name, closed in inlets if closed is not None}
        self._closed |= {former: name for _, former, name, _ in inlets if former}


def last_visit(connection: Connection, begins: str) -> Visit | None:
    """The last visit whose session's id begins so, a hyphen at its end: one look-up in an index."""
    row = execute(
        connection,
        "SELECT session, max(recorded),"
        " max(CASE WHEN name = 'session_started' THEN channel END),"
        " max(CASE WHEN name = 'session_started' THEN source END),"
        " max(CASE WHEN name = 'session_started' THEN campaign END),"
        " sum(CASE WHEN name = 'person_merged' THEN 1 ELSE 0 END)"
        " FROM event WHERE session >= ? AND session < ?"
        " GROUP BY session ORDER BY max(position) DESC LIMIT 1",
        (begins, begins[:-1] + "."),  # the character after the hyphen
    ).fetchone()
    if row is None:
        return None
    came = Arrival(*row[2:5]) if row[2] else None
    return Visit(str(row[0]), from_micros(int(row[1])), came, int(row[5]))
