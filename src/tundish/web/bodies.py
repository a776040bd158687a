"""Request bodies are taken whole before anything is done with them, and only so many at a time.

The server hands a request on as soon as its head is there, so a sender that falls silent holds a
thread. So many bodies at most are waited for; whoever comes on top is told to come again, and pages
without a body always find a thread. (The server gives no way to call a read off: where strangers
reach it, a proxy that buffers bodies belongs in front, see docs/operating.md.)
"""

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from tundish.areas.capture.paths import events_route

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# Of the 64 threads that cli/serving.py gives the server.
_WAITING = 48
_MOST, _MOST_CAPTURED = 300 * 1024 * 1024, 1024 * 1024
_PIECE = 64 * 1024
_IN_MEMORY = 1024 * 1024


class Bodies:
    """`inner` behind whole bodies; at most `waiting` requests wait for theirs at once."""

    def __init__(self, inner: Application, *, waiting: int = _WAITING) -> None:
        self.inner = inner
        self._places = threading.BoundedSemaphore(waiting)

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        if not _has_body(environ):
            return self.inner(environ, start)
        if not self._places.acquire(blocking=False):
            return _refuse(start)
        try:
            captured = events_route(environ.get("PATH_INFO", "")) is not None
            most = _MOST_CAPTURED if captured else _MOST
            body = _whole(environ["wsgi.input"], _length(environ), most=most)
        finally:
            self._places.release()
        size = body.tell()
        body.seek(0)
        # Django and the capture door read as far as the length says; a chunked body has none.
        try:
            answer = self.inner(environ | {"wsgi.input": body, "CONTENT_LENGTH": str(size)}, start)
        except BaseException:
            body.close()
            raise
        return _Closing(answer, body)


class _Closing:
    """An answer with whose end the body that it answers is closed."""

    def __init__(self, answer: Iterable[bytes], body: IO[bytes]) -> None:
        self.answer = answer
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.answer)

    def close(self) -> None:
        """What the server calls once the answer is out."""
        try:
            if hasattr(self.answer, "close"):
                self.answer.close()
        finally:
            self.body.close()


def _whole(source: Any, length: int | None, *, most: int) -> IO[bytes]:
    """The body, in memory or, a large one, in a file; cut off where it is too large for its door,
    which then refuses it by its size."""
    body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - ends with its request
    left = length
    while (left is None or left > 0) and body.tell() <= most:
        piece = source.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            break
        body.write(piece)
        left = None if left is None else left - len(piece)
    return body


def _has_body(environ: dict[str, Any]) -> bool:
    return bool(_length(environ)) or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def _length(environ: dict[str, Any]) -> int | None:
    said = environ.get("CONTENT_LENGTH") or ""
    return int(said) if said.isascii() and said.isdigit() else None


def _refuse(start: StartResponse) -> Iterable[bytes]:
    body = b"Too many requests at once; send it again in a moment."
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", "5"),
    ]
    start("503 Service Unavailable", headers)
    return [body]
