"""What the door received and refused, noted beside the acknowledged way and written behind it.

A request costs one append to a list in memory; a thread of its own writes once a second what is
still worth showing, without personal values.
"""

import json
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tundish.areas.capture.requests import RefusedError
from tundish.journal.event import Event
from tundish.journal.personal import redact_text, split_personal
from tundish.journal.readers.reading import Reject
from tundish.stores.captured import KEPT, Captured
from tundish.terms import to_micros

Counts = dict[tuple[str, int], list[int]]
Store = Callable[[Any, list[Captured], Counts], None]
"""Called with where the notes belong, the notes and the counts."""

KNOWN = "known_already"
"""The code of what was taken before: a client that heard no answer sends it again."""
_PAUSE_SECONDS = 1.0
_REQUESTS = 200
_IDS = 50_000
_LONGEST_SHOWN = 600
_LONGEST_TEXT = 120
_KINDS = {
    "person_identified": "identify", "page_viewed": "page", "session_started": "page",
    "company_joined": "group", "company_identified": "group", "person_merged": "alias",
    "merge_suggested": "alias",
}  # fmt: skip
# What is told of a person under these keys is not shown, only that it came.
_ABOUT_PERSONS = ("traits", "$set", "$set_once", "$group_set")
_log = logging.getLogger("tundish.capture")


@dataclass(frozen=True, slots=True)
class _Message:
    """A message's events as they are shown; `known`: it came before and counted then."""

    events: list[Event]
    known: bool = False


class Seen:
    """Takes notes from any thread; `store` writes them, on a thread that starts with the first.

    `where` says what they belong to, a firm's folder; without a `store` they stay in memory until
    `take`.
    """

    def __init__(
        self, store: Store | None = None, *, where: Callable[[], Any] = lambda: None
    ) -> None:
        self._store = store
        self._where = where
        self._place: Any = None
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, bool], deque[tuple[int, Any]]] = {}
        self._counts: Counts = {}
        self._ids: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None

    def took(
        self, inlet: str, found: Iterable[Any], rejects: list[Reject], *, at: datetime
    ) -> None:
        """Note a request that was taken: the events of each message, and the messages refused."""
        taken = [one for one in found if not isinstance(one, Reject)]
        micros = to_micros(at)
        with self._lock:
            self._settle()
            kept = [part for one in taken if (part := self._told_apart(inlet, one)).events]
            if kept:
                self._queue(inlet, refused=False).append((micros, kept))
            if rejects:
                self._queue(inlet, refused=True).append((micros, rejects))
            new = sum(len(one.events) for one in kept if not one.known)
            self._count(inlet, micros, received=new, refused=len(rejects))
        self._wake()

    def refused(self, refused: RefusedError, *, path: str, at: datetime) -> None:
        """Note a request that was refused as a whole."""
        if refused.noted:
            return
        micros = to_micros(at)
        with self._lock:
            self._settle()
            self._queue(refused.inlet, refused=True).append((micros, (path, refused)))
            self._count(refused.inlet, micros, received=0, refused=1)
        self._wake()

    def take(self) -> tuple[list[Captured], Counts]:
        """What was noted since the last time, the last KEPT of each kind; and the counts."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            counts, self._counts = self._counts, {}
        rows = []
        for (inlet, refused), notes in waiting.items():
            newest: list[Captured] = []
            for at, what in reversed(notes):
                said = _refusals(inlet, at, what) if refused else _received(inlet, at, what)
                newest += reversed(list(said))
                if len(newest) >= KEPT:
                    break
            rows += reversed(newest[:KEPT])
        return rows, counts

    def _settle(self) -> None:
        """Notes of another firm's folder are none of this one's."""
        if (here := self._where()) != self._place:
            self._place, self._waiting, self._counts = here, {}, {}
            self._ids.clear()

    def _told_apart(self, inlet: str, events: list[Event]) -> "_Message":
        """A message's events that are new; of a message that came again its own one, as known.

        A page says again with each view that its session began: that is not shown anew.
        """
        new = [event for event in events if (inlet, event.id) not in self._ids]
        again = bool(events) and events[0] not in new
        for event in new:
            self._ids[inlet, event.id] = None
        while len(self._ids) > _IDS:
            self._ids.popitem(last=False)
        return _Message(events[:1], known=True) if again else _Message(new)

    def _queue(self, inlet: str, *, refused: bool) -> "deque[tuple[int, Any]]":
        return self._waiting.setdefault((inlet, refused), deque(maxlen=_REQUESTS))

    def _count(self, inlet: str, at: int, *, received: int, refused: int) -> None:
        numbers = self._counts.setdefault((inlet, at - at % 3_600_000_000), [0, 0])
        numbers[0] += received
        numbers[1] += refused

    def _wake(self) -> None:
        if self._store is None or self._something.is_set():
            return
        self._something.set()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="seen", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while self._store is not None:
            self._something.wait()
            self._something.clear()
            place = self._place
            try:
                self._store(place, *self.take())
            except Exception:  # notes may be lost, the door goes on
                _log.exception("what was captured could not be noted")
            time.sleep(_PAUSE_SECONDS)


def _received(inlet: str, at: int, messages: Iterable[_Message]) -> Iterator[Captured]:
    for one in messages:
        for event in one.events:
            yield Captured(
                inlet, at, False, _KINDS.get(event.name, "track"), event.name,
                event.person or event.company, code=KNOWN if one.known else None,
                shown=_text(event.properties),
            )  # fmt: skip


def _refusals(inlet: str, at: int, what: Any) -> Iterator[Captured]:
    if isinstance(what, tuple):
        path, refused = what
        yield Captured(
            inlet, at, True, path[:40], code=refused.code, detail=refused.detail,
            shown=redact_text(refused.shown) or None,
        )  # fmt: skip
        return
    for reject in what:
        message = _message(reject.raw)
        yield Captured(
            inlet, at, True, _short(message.get("type")) or "track", _short(message.get("event")),
            _short(message.get("userId") or message.get("anonymousId") or message.get("distinct_id")),
            reject.code, redact_text(reject.reason)[:_LONGEST_SHOWN],
            _text(split_personal(_masked(message), traits=True)[0]) if message else None,
        )  # fmt: skip


def _message(raw: str) -> Mapping[str, Any]:
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:  # cut off where it was too large
        found = {}
    return found if isinstance(found, dict) else {}


def _masked(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: f"[{len(value)}]"
        if key in _ABOUT_PERSONS and isinstance(value, dict)
        else (_masked(value) if isinstance(value, dict) else value)
        for key, value in message.items()
    }


def _short(value: Any) -> str | None:
    """A text or number without what looks personal."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return redact_text(str(value)[:_LONGEST_TEXT]) or None


def _text(value: Mapping[str, Any]) -> str | None:
    if not value:
        return None
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
