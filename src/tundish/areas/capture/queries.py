"""Reads of the capture area."""

import time
from collections.abc import Callable

from tundish.areas.capture.models import Inlet

# A closed key must be refused soon, a lookup a request would cost more than the request.
FRESH_SECONDS = 1.0


class InletNames:
    """Write key -> inlet name, remembered for a second; None for unknown and closed keys."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read_at = float("-inf")
        self._names: dict[str, str] = {}

    def __call__(self, key: str) -> str | None:
        now = self._clock()
        if now - self._read_at > FRESH_SECONDS:
            self._names = dict(
                Inlet.objects.filter(closed_at=None).values_list("write_key", "name")
            )
            self._read_at = now
        return self._names.get(key)
