"""The capture door bound to this process's workspace."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

import tundish
from tundish.areas.capture.door import Door, StartResponse
from tundish.areas.capture.queries import InletNames
from tundish.areas.capture.writer import Append, Writer
from tundish.journal.event import Event
from tundish.stores import firm


def in_front_of(inner: Callable[[dict[str, Any], StartResponse], Iterable[bytes]]) -> Door:
    """`inner` (Django) behind the door."""
    return Door(inner, writer=Writer(_append), inlet_of=InletNames(), secret=_Secret())


def _append() -> Append:
    workspace = tundish.open(settings.TUNDISH_FOLDER)

    def append(events: list[Event]) -> None:
        workspace.append(events)

    return append


class _Secret:
    """The workspace's secret as bytes, read once: it never changes."""

    def __init__(self) -> None:
        self._secret: bytes | None = None

    def __call__(self) -> bytes:
        if self._secret is None:
            with tundish.open(settings.TUNDISH_FOLDER) as workspace:
                self._secret = firm.secret(workspace.connection).encode()
        return self._secret
