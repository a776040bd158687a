"""Requests of our own snippet: visitors without a cookie, and those who ask not to be followed.

Without a cookie the messages of a visit are told to belong together by a hash of address and
browser, whose key changes with the day. The visitor is one of that visit only, as on landing pages,
and no longer than until it is named: whoever comes next by the same address is somebody else.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from tundish.journal.channels import Arrival
from tundish.journal.readers.sent import came_by, mapping
from tundish.journal.visitor import daily_visitor
from tundish.weblib.page.origins import address_in

SESSION = "site:"
"""How the ids of sessions without a cookie begin; the journal's index finds them by it."""
SILENCE = timedelta(minutes=30)
_REMEMBERED = 20_000
_NAMING = ("identify", "alias")


@dataclass
class Visit:
    """One visit without a cookie; `named` says how often its visitor became a known person."""

    session: str
    seen_at: datetime
    came: Arrival | None = None
    named: int = 0

    @property
    def visitor(self) -> str:
        """The visitor's id until it is named, and another one from then on."""
        return self.session.removeprefix(SESSION) + (f"-{self.named}" if self.named else "")


def is_ours(body: Any) -> bool:
    """Whether a request's body is our snippet's."""
    return isinstance(body, dict) and bool(body.get("snippet"))


def asks_not_to_be_followed(environ: dict[str, Any]) -> bool:
    """Whether the browser says so: Global Privacy Control, or the older Do Not Track."""
    return environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1"


class Visits:
    """The visits without a cookie that go on, remembered by this process.

    `last` finds the last one in the journal whose session begins so. It is asked once for a browser
    that is not remembered, and only where that may be forgetting: in the first half hour of the
    process, or after some were dropped. A message that is sent again stays where it was.
    """

    def __init__(self, last: Callable[[str], Visit | None] = lambda _begins: None) -> None:
        self._last = last
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Visit] = OrderedDict()
        self._given: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._forgot_at: datetime | None = None

    def told(
        self, body: dict[str, Any], environ: dict[str, Any], *, at: datetime, secret: bytes
    ) -> dict[str, Any]:
        """The body with its visit's visitor and session on each message that names no visitor."""
        messages = body.get("batch")
        if not body.get("cookieless") or not isinstance(messages, list):
            return body
        agent = _agent(messages) or environ.get("HTTP_USER_AGENT", "")
        begins = f"{SESSION}{daily_visitor(address_in(environ), agent, at=at, secret=secret)}-"
        with self._lock:
            self._forgot_at = self._forgot_at or at
            known = begins in self._open or at - self._forgot_at > SILENCE
        found = None if known else self._last(begins)
        with self._lock:
            if found:
                self._open.setdefault(begins, found)
            told = [self._one(one, begins, at) for one in messages]
            if _forget(self._open):
                self._forgot_at = at
            _forget(self._given)
        return {**body, "batch": told}

    def _one(self, message: Any, begins: str, at: datetime) -> Any:
        if not isinstance(message, dict) or message.get("anonymousId"):
            return message
        ident = message.get("messageId")
        given = self._given.get(ident) if isinstance(ident, str) else None
        if given is None:
            given = self._new(message, begins, at)
            if isinstance(ident, str):
                self._given[ident] = given
        visitor, session = given
        context = {"sessionId": session, **mapping(message.get("context"))}
        return {**message, "anonymousId": visitor, "context": context}

    def _new(self, message: dict[str, Any], begins: str, at: datetime) -> tuple[str, str]:
        """(visitor, session) of a message that has not come before."""
        page = message.get("type") == "page"
        came, inside = _arrival(message) if page else (None, True)
        visit = self._open.get(begins)
        if visit is None or _is_over(visit, at=at, came=came, inside=inside):
            visit = self._open[begins] = Visit(begins + token_hex(4), at, came)
        self._open.move_to_end(begins)
        visit.seen_at, visit.came = at, visit.came or came
        given = (visit.visitor, visit.session)
        if message.get("type") in _NAMING and message.get("userId"):
            visit.named += 1
        return given


def _agent(messages: list[Any]) -> str:
    """What the page itself says of its browser.

    A beacon at leaving may go out under another name than the page's requests: that of the browser
    itself where its owner has it call itself something else.
    """
    first = messages[0] if messages else None
    said = mapping(first.get("context")).get("userAgent") if isinstance(first, dict) else None
    return said[:500] if isinstance(said, str) else ""


def _is_over(visit: Visit, *, at: datetime, came: Arrival | None, inside: bool) -> bool:
    """After half an hour's silence, with another arrival; of one that was named with any arrival."""
    if at - visit.seen_at > SILENCE:
        return True
    if visit.named:
        return not inside
    if came is None or visit.came is None or came.channel == "direct":
        return False
    return came != visit.came


def _arrival(message: dict[str, Any]) -> tuple[Arrival, bool]:
    """(how the page was come to, whether from another page of the same site)."""
    context = mapping(message.get("context"))
    page = {**mapping(context.get("page")), **mapping(message.get("properties"))}
    came = came_by(context, page)
    return came, came.channel == "direct" and bool(page.get("referrer"))


def _forget(remembered: "OrderedDict[str, Any]") -> bool:
    """Drop the oldest where there are too many; whether any was dropped."""
    many = len(remembered) > _REMEMBERED
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
    return many
