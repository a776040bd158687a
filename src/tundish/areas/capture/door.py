"""The callable in front of Django that takes events from outside and answers their senders.

It never goes through Django: a request is read, parsed by a pure reader, appended by the one
writer, and answered 200 only after the commit. What came and what was refused is noted for the
debugger page, beside all that.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from tundish.areas.capture import settings_answers, visitors
from tundish.areas.capture.paths import Route, events_route, question
from tundish.areas.capture.requests import (
    LARGEST_BODY,
    RefusedError,
    asked,
    basic_user,
    json_body,
    raw_body,
)
from tundish.areas.capture.seen import Seen
from tundish.areas.capture.writer import BusyError, Writer
from tundish.journal.event import Event
from tundish.journal.readers import posthog, segment
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.sent import Sent, is_plain
from tundish.terms import InputError

__all__ = ["LARGEST_BODY", "Door"]

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Found = list[list[Event] | Reject]
_BAD = "400 Bad Request"
_CORS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "authorization, content-type, content-encoding, anonymousid, sentat, x-requested-with,"
        " retry-count, x-retry-count",
    ),
    ("Access-Control-Max-Age", "86400"),
]


class Door:
    """Answers the capture paths and passes everything else on to `inner`.

    `inlet_of` maps a write key to its inlet's name, or None; `closed_inlet_of` the same for a key
    that is no longer taken; `secret` keys the hashes of mail addresses; `currency` is that of
    amounts that name none, or None; `seen` is told what came; `visits` tells visitors without a
    cookie apart; `now` is the clock.
    """

    def __init__(
        self,
        inner: Callable[[dict[str, Any], StartResponse], Iterable[bytes]],
        *,
        writer: Writer,
        inlet_of: Callable[[str], str | None],
        secret: Callable[[], bytes],
        closed_inlet_of: Callable[[str], str | None] = lambda _key: None,
        currency: Callable[[], str | None] = lambda: None,
        seen: Seen | None = None,
        visits: visitors.Visits | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.inner = inner
        self.writer = writer
        self.inlet_of = inlet_of
        self.closed_inlet_of = closed_inlet_of
        self.secret = secret
        self.currency = currency
        self.seen = Seen() if seen is None else seen
        self.visits = visitors.Visits() if visits is None else visits
        self.now = now

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        route = events_route(path)
        wanted = None if route else question(path)
        if route is None and wanted is None:
            return self.inner(environ, start)
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return _answer(start, "204 No Content", b"", "text/plain")
        if route is None:
            return _settings(environ, start, *(wanted or ("", None)))
        try:
            if method != "POST":
                raise RefusedError("405 Method Not Allowed", "method_not_allowed", "Send a POST.")
            return _answer(start, "200 OK", self._take(environ, route), "application/json")
        except RefusedError as refused:
            self.seen.refused(refused, path=path, at=self.now())
            return _problem(start, refused)

    def _take(self, environ: dict[str, Any], route: Route) -> bytes:
        at = self.now()
        # A request that says its key in its head is told apart even where its body is broken.
        inlet = self._inlet(basic_user(environ.get("HTTP_AUTHORIZATION", "")))
        try:
            raw = raw_body(environ)
            body = json_body(raw)
            inlet = inlet or self._named(_key_in(body, route) or asked(environ, "writeKey"))
            if visitors.is_ours(body):
                if visitors.asks_not_to_be_followed(environ):
                    return _taken([], route)
                body = self.visits.told(body, environ, at=at, secret=self.secret())
            sent = Sent(at, inlet, self.secret(), self.currency(), is_plain(raw))
            found = _read(body, route, sent=sent, sent_at=_sent_at(environ))
            rejects = self._keep(found)
        except RefusedError as refused:
            refused.inlet = refused.inlet or inlet or ""
            raise
        except InputError as wrong:
            raise RefusedError(_BAD, wrong.code, wrong.message, inlet or "") from None
        except BusyError:
            said = "Too much at once; send it again."
            raise RefusedError("503 Service Unavailable", "busy", said, inlet or "") from None
        self.seen.took(inlet, found, rejects, at=at)
        if rejects and len(found) == 1 and not (isinstance(body, dict) and "batch" in body):
            raise RefusedError(_BAD, rejects[0].code, rejects[0].reason, inlet, noted=True)
        return _taken(rejects, route)

    def _keep(self, found: Found) -> list[Reject]:
        """Append what was read; where the journal refuses it, message by message."""
        rejects = {index: one for index, one in enumerate(found) if isinstance(one, Reject)}
        good = {index: one for index, one in enumerate(found) if not isinstance(one, Reject)}
        try:
            if good:
                self.writer.append([event for events in good.values() for event in events])
        except InputError:
            for index, events in good.items():
                try:
                    self.writer.append(events)
                except InputError as wrong:
                    rejects[index] = Reject(index, wrong.code, wrong.message, "")
        return [rejects[index] for index in sorted(rejects)]

    def _inlet(self, key: Any) -> str | None:
        if not isinstance(key, str) or not key:
            return None
        inlet = self.inlet_of(key)
        if inlet is None and (closed := self.closed_inlet_of(key)):
            raise RefusedError(
                "401 Unauthorized",
                "write_key_closed",
                "The write key is no longer taken; the settings page has those that are.",
                closed,
            )
        return inlet

    def _named(self, key: Any) -> str:
        inlet = self._inlet(key)
        if inlet is None:
            raise RefusedError(
                "401 Unauthorized",
                "write_key_unknown",
                "The write key is missing or unknown; it stands on the settings page.",
                shown=f"{key[:6]}…" if isinstance(key, str) else "",
            )
        return inlet


def _key_in(body: dict[str, Any] | list[Any], route: Route) -> str | None:
    if route.protocol == "posthog":
        return posthog.key_of(body)
    return body.get("writeKey") if isinstance(body, dict) else None


def _read(
    body: dict[str, Any] | list[Any], route: Route, *, sent: Sent, sent_at: str | None
) -> Found:
    if route.protocol == "posthog":
        return posthog.read_each(body, sent=sent, sent_at=sent_at)
    if not isinstance(body, dict):
        raise RefusedError(_BAD, "json_not_object", "The body must be a JSON object.")
    return segment.read_each(body, kind=route.kind, sent=sent)


def _sent_at(environ: dict[str, Any]) -> str | None:
    """The sender's clock in the address, milliseconds since 1970, as PostHog's client says it."""
    told = asked(environ, "_") or ""
    if not (told.isascii() and told.isdigit() and len(told) == 13):
        return None
    return datetime.fromtimestamp(int(told) / 1000, UTC).isoformat()


def _settings(
    environ: dict[str, Any], start: StartResponse, name: str, key: str | None
) -> Iterable[bytes]:
    if name == "segment_settings":
        # Behind a proxy that ends TLS; a wrong word here misleads only who said it.
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
        scheme = "https" if forwarded == "https" else environ.get("wsgi.url_scheme", "http")
        body = settings_answers.segment(key or "", host=_host(environ), scheme=scheme)
    elif name == "rudder_settings":
        said = basic_user(environ.get("HTTP_AUTHORIZATION", "")) or asked(environ, "writeKey")
        body = settings_answers.rudder(said or "")
    elif environ["PATH_INFO"].endswith(".js"):
        return _answer(start, "200 OK", settings_answers.posthog(script=True), "text/javascript")
    else:
        body = settings_answers.posthog()
    return _answer(start, "200 OK", body, "application/json")


def _host(environ: dict[str, Any]) -> str:
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return str(host)


def _taken(rejects: list[Reject], route: Route) -> bytes:
    answer: dict[str, Any] = {"status": 1} if route.protocol == "posthog" else {"success": True}
    if rejects:
        answer["rejected"] = [
            {"index": r.line, "code": r.code, "reason": r.reason} for r in rejects
        ]
    return json.dumps(answer).encode()


def _problem(start: StartResponse, refused: RefusedError) -> Iterable[bytes]:
    body = {"type": "about:blank", "title": refused.status[4:], "status": int(refused.status[:3])}
    body |= {"code": refused.code, "detail": refused.detail}
    more = [("Retry-After", "2")] if refused.status.startswith("503") else []
    if refused.status.startswith("405"):
        more = [("Allow", "POST, OPTIONS")]
    return _answer(
        start, refused.status, json.dumps(body).encode(), "application/problem+json", more
    )


def _answer(
    start: StartResponse,
    status: str,
    body: bytes,
    kind: str,
    more: list[tuple[str, str]] | None = None,
) -> Iterable[bytes]:
    start(
        status, [("Content-Type", kind), ("Content-Length", str(len(body))), *_CORS, *(more or [])]
    )
    return [body]
