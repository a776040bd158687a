"""The capture door, called as a server would call it."""

import base64
import gzip
import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from tundish.areas.capture.door import LARGEST_BODY, Door
from tundish.areas.capture.writer import Writer
from tundish.journal.event import Event
from tundish.terms import InputError

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TRACK = {
    "type": "track",
    "event": "Price Viewed",
    "userId": "u1",
    "messageId": "m1",
    "timestamp": "2026-05-04T11:59:00Z",
}
Send = Callable[..., tuple[str, dict[str, str], bytes]]


def inner(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """What stands behind the door."""
    start("200 OK", [])
    return [b"django " + environ["PATH_INFO"].encode()]


@pytest.fixture
def kept() -> list[Event]:
    return []


@pytest.fixture
def send(kept: list[Event]) -> Send:
    door = Door(
        inner,
        writer=Writer(lambda: kept.extend),
        inlet_of={"key-1": "website"}.get,
        secret=lambda: b"s",
        now=lambda: NOW,
    )

    def call(
        body: Any = None,
        *,
        path: str = "/v1/batch",
        method: str = "POST",
        key: str | None = "key-1",
        **environ: Any,
    ) -> tuple[str, dict[str, str], bytes]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        environ = {
            "PATH_INFO": path,
            "REQUEST_METHOD": method,
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": io.BytesIO(raw),
        } | environ
        if key is not None:
            token = base64.b64encode(f"{key}:".encode()).decode()
            environ["HTTP_AUTHORIZATION"] = f"Basic {token}"
        answered: list[Any] = []
        content = b"".join(
            door(environ, lambda status, headers: answered.extend((status, headers)))
        )
        return answered[0], dict(answered[1]), content

    return call


def test_a_good_batch_is_answered_after_it_is_kept(send: Send, kept: list[Event]) -> None:
    status, headers, body = send({"batch": [TRACK]})
    assert (status, json.loads(body)) == ("200 OK", {"success": True})
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert [(e.name, e.person, e.inlet) for e in kept] == [("price_viewed", "u1", "website")]


def test_a_bad_message_does_not_hide_its_good_neighbour(send: Send, kept: list[Event]) -> None:
    status, _, body = send({"batch": [{"type": "track"}, TRACK]})
    answer = json.loads(body)
    assert status == "200 OK"
    assert [(r["index"], r["code"]) for r in answer["rejected"]] == [(0, "person_missing")]
    assert len(kept) == 1


def test_the_write_key_may_stand_in_the_body(send: Send, kept: list[Event]) -> None:
    status, _, _ = send({"writeKey": "key-1", "batch": [TRACK]}, key=None)
    assert (status, len(kept)) == ("200 OK", 1)


@pytest.mark.parametrize("key", [None, "", "another"])
def test_without_a_known_key_nothing_is_kept(
    send: Send, kept: list[Event], key: str | None
) -> None:
    status, headers, body = send({"batch": [TRACK]}, key=key)
    assert status == "401 Unauthorized"
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["code"] == "write_key_unknown"
    assert kept == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json_broken"),
        (b"[1]", "json_not_object"),
        (b"\xff\xfe", "json_broken"),
        (b"[" * 200_000, "json_broken"),
        ({"batch": "no"}, "batch_missing"),
    ],
)
def test_a_broken_request_is_refused_with_its_code(
    send: Send, kept: list[Event], body: Any, code: str
) -> None:
    status, _, answer = send(body)
    assert status == "400 Bad Request"
    assert json.loads(answer)["code"] == code
    assert kept == []


def test_a_gzip_body_is_read_whatever_it_calls_itself(send: Send, kept: list[Event]) -> None:
    raw = gzip.compress(json.dumps({"batch": [TRACK]}).encode())
    assert send(raw, CONTENT_TYPE="application/x-www-form-urlencoded")[0] == "200 OK"
    assert len(kept) == 1


def test_a_gzip_bomb_and_a_large_body_are_refused(send: Send, kept: list[Event]) -> None:
    bomb = gzip.compress(b" " * (LARGEST_BODY * 40))
    assert len(bomb) < LARGEST_BODY
    assert send(bomb)[0].startswith("413")
    assert send(b" " * (LARGEST_BODY + 1))[0].startswith("413")
    assert send(gzip.compress(b"{}" * 99)[:-9], HTTP_CONTENT_ENCODING="gzip")[0].startswith("400")
    assert kept == []


def test_other_methods_are_named_and_a_preflight_passes(send: Send) -> None:
    assert send(method="GET")[0] == "405 Method Not Allowed"
    assert send(method="OPTIONS")[0] == "204 No Content"


def test_other_paths_go_on_to_the_application(send: Send) -> None:
    assert send(path="/funnel")[2] == b"django /funnel"


def test_a_failing_disk_is_not_acknowledged(kept: list[Event]) -> None:
    def broken() -> Callable[[list[Event]], None]:
        def append(_: list[Event]) -> None:
            raise OSError("disk full")

        return append

    with pytest.raises(OSError, match="disk full"):
        Writer(broken).append([])
    assert kept == []


def test_what_the_journal_refuses_of_one_message_does_not_lose_the_others(
    kept: list[Event],
) -> None:
    def append(events: list[Event]) -> None:
        if any(e.id.endswith(":bad") for e in events):
            raise InputError("It cannot be kept.", "event_unstorable")
        kept.extend(events)

    door = Door(
        inner,
        writer=Writer(lambda: append),
        inlet_of={"k": "website"}.get,
        secret=lambda: b"s",
        now=lambda: NOW,
    )
    batch = [{**TRACK, "messageId": name} for name in ("a", "bad", "b")]
    raw = json.dumps({"writeKey": "k", "batch": [{}, *batch]}).encode()
    answered: list[Any] = []
    environ = {"PATH_INFO": "/v1/batch", "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(raw)}
    body = b"".join(door(environ, lambda status, headers: answered.extend((status, headers))))
    assert answered[0] == "200 OK"
    assert [(r["index"], r["code"]) for r in json.loads(body)["rejected"]] == [
        (0, "type_unknown"),
        (2, "event_unstorable"),
    ]
    assert [e.id for e in kept] == ["website:a", "website:b"]
