"""Every protocol's addresses, bodies and questions at the door."""

import base64
import gzip
import io
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tundish.areas.capture.door import Door
from tundish.areas.capture.paths import EVENTS
from tundish.areas.capture.seen import Seen
from tundish.areas.capture.writer import Writer
from tundish.journal.event import Event

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
POSTHOG = {"event": "X", "distinct_id": "u1", "uuid": "m1"}


class Senders:
    """A door, what it kept, and a way to call it."""

    def __init__(self) -> None:
        self.kept: list[Event] = []
        self.seen = Seen()
        self.door = Door(
            lambda _environ, start: start("404 Not Found", []) or [b"django"],
            writer=Writer(lambda: self.kept.extend),
            inlet_of={"key-1": "website"}.get,
            closed_inlet_of={"key-0": "website"}.get,
            secret=lambda: b"s",
            seen=self.seen,
            now=lambda: NOW,
        )

    def call(self, path: str, body: Any = None, *, method: str = "POST", **more: Any) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        path, _, query = path.partition("?")
        environ = {
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method,
            "CONTENT_LENGTH": str(len(raw)), "wsgi.input": io.BytesIO(raw),
            "HTTP_HOST": "own.example:8600", "wsgi.url_scheme": "http",
        } | more  # fmt: skip
        said: list[Any] = []
        content = b"".join(self.door(environ, lambda *told: said.extend(told)))
        return said[0][:3], dict(said[1]), content


@pytest.fixture
def senders() -> Senders:
    return Senders()


@pytest.mark.parametrize("path", [p for p, route in EVENTS.items() if route.protocol == "segment"])
def test_each_of_segments_addresses_takes_its_kind(path: str, senders: Senders) -> None:
    message = {"userId": "u1", "messageId": "m1", "event": "X", "groupId": "g", "previousId": "v"}
    batch = {"batch": [{**message, "type": "track"}]}
    body = batch if EVENTS[path].kind == "batch" else message
    for slash in ("", "/"):
        status, _, _ = senders.call(path + slash, {**body, "writeKey": "key-1"})
        assert status == "200"
    assert senders.kept
    assert {event.inlet for event in senders.kept} == {"website"}


@pytest.mark.parametrize("path", [p for p, route in EVENTS.items() if route.protocol == "posthog"])
def test_each_of_posthogs_addresses_takes_its_bodies(path: str, senders: Senders) -> None:
    plain = json.dumps({**POSTHOG, "api_key": "key-1"}).encode()
    coded = base64.b64encode(plain).decode()
    bodies = [
        plain,
        gzip.compress(plain),
        json.dumps([{**POSTHOG, "properties": {"token": "key-1"}}]).encode(),
        json.dumps({"token": "key-1", "batch": [POSTHOG]}).encode(),
        urlencode({"data": coded}).encode(),
        f"data={quote(coded, safe='+/=')}".encode(),
        urlencode({"compression": "base64", "data": coded}).encode(),
        urlencode({"data": plain.decode()}).encode(),
    ]
    for body in bodies:
        status, _, answer = senders.call(f"{path}/?ip=1&_={1_777_896_000_000}", body)
        assert (status, json.loads(answer)) == ("200", {"status": 1})
    assert [event.name for event in senders.kept] == ["x"] * len(bodies)


def test_a_bad_single_event_is_refused_and_one_in_a_batch_is_told(senders: Senders) -> None:
    lone = {"api_key": "key-1", "event": "X"}
    assert senders.call("/i/v0/e/", lone)[0] == "400"
    status, _, answer = senders.call(
        "/batch/", {"api_key": "key-1", "batch": [{"event": "X"}, POSTHOG]}
    )
    assert (status, [r["code"] for r in json.loads(answer)["rejected"]]) == (
        "200",
        ["person_missing"],
    )


@pytest.mark.parametrize("body", [b"data=%%%", b"data=", b"data=!!!!", b"x=1&data=e30"])
def test_a_broken_form_is_refused(body: bytes, senders: Senders) -> None:
    assert senders.call("/e/", body)[0] in ("400", "401")
    assert senders.kept == []


def test_clients_are_told_where_to_send_and_to_switch_nothing_on(senders: Senders) -> None:
    status, headers, body = senders.call("/v1/projects/key-1/settings", b"", method="GET")
    sending = json.loads(body)["integrations"]["Segment.io"]
    assert (status, headers["Access-Control-Allow-Origin"]) == ("200", "*")
    assert sending["apiHost"] == "own.example:8600/v1"
    assert (sending["apiKey"], sending["protocol"]) == ("key-1", "http")
    behind = senders.call(
        "/v1/projects/key-1/settings", b"", method="GET", HTTP_X_FORWARDED_PROTO="https"
    )
    assert json.loads(behind[2])["integrations"]["Segment.io"]["protocol"] == "https"
    source = json.loads(senders.call("/sourceConfig/?writeKey=key-1", b"", method="GET")[2])
    assert (source["source"]["enabled"], source["source"]["destinations"]) == (True, [])
    for path in ("/decide/?v=3", "/flags/?v=2", "/array/key-1/config"):
        assert json.loads(senders.call(path, {"token": "key-1"})[2])["featureFlags"] == {}


def test_a_key_that_is_no_longer_taken_is_told_from_an_unknown_one(senders: Senders) -> None:
    for key, code, inlet in (
        ("key-0", "write_key_closed", "website"),
        ("odd", "write_key_unknown", ""),
    ):
        status, _, body = senders.call("/v1/batch", {"writeKey": key, "batch": []})
        assert (status, json.loads(body)["code"]) == ("401", code)
        rows, counts = senders.seen.take()
        assert [(row.inlet, row.code, row.kind) for row in rows] == [(inlet, code, "/v1/batch")]
        assert list(counts.values()) == [[0, 1]]


def test_what_came_is_noted_without_what_is_personal(senders: Senders) -> None:
    batch = [
        {
            "type": "track",
            "event": "X",
            "userId": "ada@own.example",
            "properties": {"phone": "+4930123456"},
        },
        {"type": "identify", "traits": {"name": "Ada Lind", "email": "ada@own.example"}},
        {"type": "track", "userId": "ada@own.example", "context": {"traits": {"name": "Ada Lind"}}},
        {"type": "track", "event": "X", "userId": "u", "timestamp": "ada@own.example"},
    ]
    senders.call("/v1/batch", {"writeKey": "key-1", "batch": batch})
    rows, counts = senders.seen.take()
    assert [row.refused for row in rows] == [False, True, True, True]
    assert list(counts.values()) == [[1, 3]]
    for secret in ("ada@own", "Ada", "4930123456", "key-1"):
        assert secret not in repr(rows)


def test_a_flood_of_notes_keeps_only_the_last(senders: Senders) -> None:
    for number in range(1000):
        senders.call("/v1/track", {"writeKey": "key-1", "userId": "u", "event": f"E{number}"})
    rows, counts = senders.seen.take()
    assert len(rows) <= 300
    assert rows[-1].name == "e999"
    assert list(counts.values()) == [[1000, 0]]
    assert senders.seen.take() == ([], {})
