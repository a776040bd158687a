"""The capture door bound to this process's workspace."""

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

import tundish
from tundish.areas.capture import checkpoints
from tundish.areas.capture.door import Door, StartResponse
from tundish.areas.capture.queries import FRESH_SECONDS, InletNames, last_visit
from tundish.areas.capture.seen import Counts, Seen
from tundish.areas.capture.visitors import Visit, Visits
from tundish.areas.capture.writer import Append, Writer
from tundish.journal.event import Event
from tundish.stores import captured, connect, firm
from tundish.stores.captured import Captured
from tundish.terms import TundishError

if TYPE_CHECKING:
    from tundish.workspace import Workspace


def in_front_of(inner: Callable[[dict[str, Any], StartResponse], Iterable[bytes]]) -> Door:
    """`inner` (Django) behind the door."""
    known, names = FirmSettings(), InletNames()
    return Door(
        inner,
        writer=Writer(_append),
        inlet_of=names,
        closed_inlet_of=names.closed,
        secret=known.secret,
        currency=known.currency,
        seen=Seen(_note, where=lambda: settings.TUNDISH_FOLDER),
        visits=Visits(_last_visit),
    )


def _note(folder: Path, rows: list[Captured], counts: Counts) -> None:
    """Write what was seen. It waits for no disk: losing it with the power costs nothing."""
    with tundish.open(folder) as workspace:
        connect.unhurried(workspace.connection)
        captured.note(workspace.connection, rows, counts=counts)


def _last_visit(begins: str) -> Visit | None:
    with tundish.open(settings.TUNDISH_FOLDER) as workspace:
        return last_visit(workspace.connection, begins)


def _append() -> Append:
    workspace, over = _opened()

    def append(events: list[Event]) -> None:
        nonlocal workspace, over
        if workspace.folder != settings.TUNDISH_FOLDER:
            over.set()
            workspace.close()
            workspace, over = _opened()
        try:
            workspace.append(events)
        except TundishError:
            raise
        except Exception:
            over.set()
            workspace.close()  # the writer opens another
            raise

    return append


def _opened() -> tuple["Workspace", threading.Event]:
    workspace = tundish.open(settings.TUNDISH_FOLDER)
    return workspace, checkpoints.beside(workspace.connection, workspace.folder)


class FirmSettings:
    """The workspace's secret, which never changes, and its currency, asked at most once a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._secret: bytes | None = None
        self._currency: str | None = None
        self._read_at = float("-inf")

    def secret(self) -> bytes:
        """The key of the firm's own hashes."""
        if self._secret is None:
            with tundish.open(settings.TUNDISH_FOLDER) as workspace:
                self._secret = firm.secret(workspace.connection).encode()
        return self._secret

    def currency(self) -> str | None:
        """The firm's currency; None before one was chosen."""
        now = self._clock()
        if now - self._read_at > FRESH_SECONDS:
            with tundish.open(settings.TUNDISH_FOLDER) as workspace:
                self._currency = workspace.firm.currency or None
            self._read_at = now
        return self._currency
