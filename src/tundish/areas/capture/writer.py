"""One writer thread with group commit: many requests, one transaction, answered after its commit."""

import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from tundish.journal.event import Event
from tundish.terms import TundishError

Append = Callable[[list[Event]], Any]

# A bulk writer holds the database for at most so many rows.
LARGEST_GROUP = 2_000
WAITING_AT_MOST = 2_000
_SWITCH_SECONDS = 0.001
# Whoever else writes asks for the database again and again; without a pause it would be taken each
# time. What comes meanwhile is read already, and goes into the next transaction.
_PAUSE_SHARE, _LONGEST_PAUSE_SECONDS = 0.3, 0.008


class BusyError(Exception):
    """More requests wait than the writer can take; the sender should come again."""


@dataclass
class _Waiting:
    events: list[Event]
    done: "Future[None]" = field(default_factory=Future)


class Writer:
    """Takes lists of events from any thread and appends them in groups, on a thread of its own.

    `connect` is called once on that thread and gives the append function (a SQLite connection
    belongs to one thread); it must commit before it returns. After a TundishError it is used
    again; after any other failure it is given up, and must have closed what it had open.
    """

    def __init__(self, connect: Callable[[], Append]) -> None:
        self._connect = connect
        self._waiting: queue.Queue[_Waiting] = queue.Queue(WAITING_AT_MOST)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def append(self, events: list[Event], *, timeout: float = 20.0) -> None:
        """Return once the events are committed; raises what the append raised, or BusyError."""
        self._ensure_thread()
        waiting = _Waiting(events)
        try:
            self._waiting.put_nowait(waiting)
        except queue.Full:
            raise BusyError from None
        try:
            waiting.done.result(timeout)
        except TimeoutError:
            raise BusyError from None

    def _ensure_thread(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        # Threads that read requests would else keep the interpreter for five times as long while
        # this one has the database.
        sys.setswitchinterval(_SWITCH_SECONDS)
        append: Append | None = None
        while True:
            group = self._group()
            began = time.monotonic()
            try:
                # Opened at the first need and again after a failure, e.g. a disk that was full.
                append = append or self._connect()
                append([event for waiting in group for event in waiting.events])
            except Exception as failure:  # every sender must hear of it
                append = self._answer_alone(group, failure, append)
            else:
                for waiting in group:
                    waiting.done.set_result(None)
                took = time.monotonic() - began
                time.sleep(min(took * _PAUSE_SHARE, _LONGEST_PAUSE_SECONDS))

    def _answer_alone(
        self, group: list[_Waiting], failure: Exception, append: Append | None
    ) -> Append | None:
        """One bad request must not fail its neighbours: after a failure each is tried by itself.

        Gives the append function that still works, if there is one.
        """
        append = append if isinstance(failure, TundishError) else None
        for waiting in group:
            if len(group) == 1:
                waiting.done.set_exception(failure)
                continue
            try:
                append = append or self._connect()
                append(waiting.events)
            except Exception as own:
                append = append if isinstance(own, TundishError) else None
                waiting.done.set_exception(own)
            else:
                waiting.done.set_result(None)
        return append

    def _group(self) -> list[_Waiting]:
        group = [self._waiting.get()]
        size = len(group[0].events)
        while size < LARGEST_GROUP:
            try:
                group.append(self._waiting.get_nowait())
            except queue.Empty:
                break
            size += len(group[-1].events)
        return group
