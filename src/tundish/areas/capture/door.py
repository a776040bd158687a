"""`POST /v1/batch`: the callable in front of Django that takes events from outside.

It never goes through Django: a request is read, parsed by a pure reader, appended by the one
writer, and answered 200 only after the commit.
"""

import base64
import binascii
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tundish.areas.capture.writer import BusyError, Writer
from tundish.journal.event import Event
from tundish.journal.readers import segment
from tundish.journal.readers.reading import Reject
from tundish.terms import InputError

PATHS = {"/v1/batch": "batch", "/v1/track": "track", "/v1/identify": "identify"}
LARGEST_BODY = segment.LARGEST_BATCH

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
_CORS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "authorization, content-type, anonymousid, sentat"),
    ("Access-Control-Max-Age", "86400"),
]


@dataclass
class RefusedError(Exception):
    """Why a whole request is refused, as HTTP says it."""

    status: str
    code: str
    detail: str


class Door:
    """Answers the capture paths and passes everything else on to `inner`.

    `inlet_of` maps a write key to its inlet's name, or None; `secret` keys the hashes of mail
    addresses; `currency` is that of amounts that name none, or None; `now` is the clock.
    """

    def __init__(
        self,
        inner: Callable[[dict[str, Any], StartResponse], Iterable[bytes]],
        *,
        writer: Writer,
        inlet_of: Callable[[str], str | None],
        secret: Callable[[], bytes],
        currency: Callable[[], str | None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.inner = inner
        self.writer = writer
        self.inlet_of = inlet_of
        self.secret = secret
        self.currency = currency
        self.now = now

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        kind = PATHS.get(environ.get("PATH_INFO", "").rstrip("/"))
        if kind is None:
            return self.inner(environ, start)
        try:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return _answer(start, "204 No Content", b"", "text/plain")
            return _answer(start, "200 OK", self._take(environ, kind), "application/json")
        except RefusedError as refused:
            return _problem(start, refused)

    def _take(self, environ: dict[str, Any], kind: str) -> bytes:
        received_at = self.now()
        if environ["REQUEST_METHOD"] != "POST":
            raise RefusedError("405 Method Not Allowed", "method_not_allowed", "Send a POST.")
        body = _json(_body(environ))
        inlet = self._inlet(environ, body)
        try:
            found = segment.read_each(
                body,
                kind=kind,
                received_at=received_at,
                inlet=inlet,
                secret=self.secret(),
                currency=self.currency(),
            )
        except InputError as wrong:
            raise RefusedError("400 Bad Request", wrong.code, wrong.message) from None
        try:
            rejects = self._keep(found)
        except BusyError:
            raise RefusedError(
                "503 Service Unavailable", "busy", "Too much at once; send it again."
            ) from None
        if rejects and kind != "batch":
            raise RefusedError("400 Bad Request", rejects[0].code, rejects[0].reason)
        answer: dict[str, Any] = {"success": True}
        if rejects:
            answer["rejected"] = [
                {"index": r.line, "code": r.code, "reason": r.reason} for r in rejects
            ]
        return json.dumps(answer).encode()

    def _keep(self, found: list[list[Event] | Reject]) -> list[Reject]:
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

    def _inlet(self, environ: dict[str, Any], body: dict[str, Any]) -> str:
        key = _basic_user(environ.get("HTTP_AUTHORIZATION", "")) or body.get("writeKey")
        inlet = self.inlet_of(key) if isinstance(key, str) and key else None
        if inlet is None:
            raise RefusedError(
                "401 Unauthorized",
                "write_key_unknown",
                "The write key is missing or unknown; it stands on the settings page.",
            )
        return inlet


def _body(environ: dict[str, Any]) -> bytes:
    too_large = RefusedError(
        "413 Content Too Large",
        "body_too_large",
        "A request holds at most 500 KB; send less at once.",
    )
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > LARGEST_BODY:
        raise too_large
    raw = environ["wsgi.input"].read(int(length) if length.isdigit() else LARGEST_BODY + 1)
    if "gzip" in environ.get("HTTP_CONTENT_ENCODING", "").lower() or raw[:2] == b"\x1f\x8b":
        try:
            # Never unpack more than is allowed, however small it came.
            raw = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(LARGEST_BODY + 1)
        except (OSError, EOFError, zlib.error):
            raise RefusedError(
                "400 Bad Request", "gzip_broken", "The gzip body is broken."
            ) from None
    if len(raw) > LARGEST_BODY:
        raise too_large
    return raw


def _json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise RefusedError("400 Bad Request", "json_broken", "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise RefusedError("400 Bad Request", "json_not_object", "The body must be a JSON object.")
    return body


def _basic_user(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(token, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, ValueError):
        return None


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
