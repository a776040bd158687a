"""Visitors of the snippet without a cookie: told apart, joined to nobody's record by mistake."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import tundish
from tundish.areas.capture.door import Door
from tundish.areas.capture.queries import last_visit
from tundish.areas.capture.visitors import Visits
from tundish.areas.capture.writer import Writer
from tundish.journal.event import Event
from tundish.stores import journal

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOME = "https://acme.example/"
Send = Callable[..., None]


class Site:
    """A door before a real journal; `clock` is its time, `asked` counts the look-ups."""

    def __init__(self, folder: Path) -> None:
        self.workspace = tundish.open(folder, create=True)
        self.clock, self.asked, self._ids = NOON, 0, count()
        self.start()

    def start(self) -> None:
        """The process begins anew: nothing is remembered."""

        def last(begins: str) -> Any:
            self.asked += 1
            with tundish.open(self.workspace.folder) as workspace:
                return last_visit(workspace.connection, begins)

        def connect() -> Any:
            return tundish.open(self.workspace.folder).append

        self.door = Door(
            lambda _environ, _start: [], writer=Writer(connect), inlet_of=lambda _key: "website",
            secret=lambda: b"s", visits=Visits(last), now=lambda: self.clock,
        )  # fmt: skip

    def send(
        self,
        *messages: dict[str, Any],
        after: int = 1,
        address: str = "192.0.2.7",
        agent: str = "Firefox",
    ) -> None:
        self.clock += timedelta(minutes=after)
        raw = json.dumps(
            {"writeKey": "k", "snippet": 1, "cookieless": True, "batch": messages}
        ).encode()
        environ = {
            "PATH_INFO": "/v1/batch", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": io.BytesIO(raw), "REMOTE_ADDR": address, "HTTP_USER_AGENT": agent,
        }  # fmt: skip
        assert b"rejected" not in b"".join(self.door(environ, lambda *_: None))

    def page(self, path: str = "", referrer: str = "") -> dict[str, Any]:
        shown = {"url": HOME + path, "path": "/" + path, "referrer": referrer}
        return {"type": "page", "messageId": f"m{next(self._ids)}", "context": {"page": shown}}

    def identify(self, who: str) -> dict[str, Any]:
        return {"type": "identify", "messageId": f"m{next(self._ids)}", "userId": who, "traits": {}}

    def events(self, name: str) -> list[Event]:
        found = [event for _, event in journal.read(self.workspace.connection, limit=1000)]
        return [event for event in found if event.name == name]

    def views_of(self, who: str) -> list[Any]:
        """The paths that stand on the record of a person, merges included."""
        merged = {e.properties["other"] for e in self.events("person_merged") if e.person == who}
        return [
            e.properties["path"] for e in self.events("page_viewed") if e.person in {who, *merged}
        ]


@pytest.fixture
def site(tmp_path: Path) -> Any:
    made = Site(tmp_path)
    yield made
    made.workspace.close()


@pytest.mark.parametrize("restarted", [False, True])
def test_who_comes_after_somebody_was_identified_is_somebody_else(
    site: Site, restarted: bool
) -> None:
    site.send(site.page("a", "https://www.google.com/"))
    site.send(site.page("b", HOME + "a"))
    site.send(site.identify("u-1"))
    if restarted:
        site.start()
    site.send(site.page("secret"))
    site.send(site.page("secret-2", HOME + "secret"))
    assert site.views_of("u-1") == ["/a", "/b"]
    site.send(site.identify("u-2"))
    assert site.views_of("u-2") == ["/secret", "/secret-2"]
    assert site.views_of("u-1") == ["/a", "/b"]


def test_the_page_of_thanks_stays_in_the_session_and_off_the_record(site: Site) -> None:
    site.send(site.page("form"))
    site.send(site.identify("u-1"))
    site.send(site.page("thanks", HOME + "form"))
    assert len(site.events("session_started")) == 1
    assert len({e.session for e in site.events("page_viewed")}) == 1
    assert site.views_of("u-1") == ["/form"]


def test_half_an_hour_of_silence_or_another_arrival_is_another_visitor(site: Site) -> None:
    site.send(site.page("a", "https://www.google.com/"))
    site.send(site.page("b", HOME + "a"), after=29)
    site.send(site.page("c"), after=31)
    site.send(site.page("d", "https://www.bing.com/"))
    a, b, c, d = (event.person for event in site.events("page_viewed"))
    assert a == b
    assert len({a, c, d}) == 3
    assert len(site.events("session_started")) == 3


def test_a_message_that_comes_again_stays_with_its_visitor(site: Site) -> None:
    sent = [site.page("a"), site.identify("u-1")]
    site.send(*sent)
    site.send(*sent)
    site.send(*sent, address="2001:db8::7")  # the same browser by its other address
    assert len(site.events("person_merged")) == 1
    assert len(site.events("page_viewed")) == 1


def test_a_beacon_under_the_browsers_own_name_belongs_to_the_page(site: Site) -> None:
    for path, agent in (("a", "Telephone"), ("b", "Chrome")):
        message = site.page(path, HOME)
        message["context"]["userAgent"] = "Telephone"
        site.send(message, agent=agent)
    assert len({event.person for event in site.events("page_viewed")}) == 1


def test_the_journal_is_asked_once_for_a_browser(site: Site) -> None:
    for number in range(20):
        site.send(site.page(f"p{number}", HOME))
    assert site.asked == 1
    site.send(site.page("later"), after=31, address="192.0.2.8")
    assert site.asked == 1, "a visit that nobody remembers after half an hour is over"
    plan = site.workspace.connection.execute(
        "EXPLAIN QUERY PLAN SELECT session FROM event WHERE session >= 'site:a-'"
        " AND session < 'site:a.' GROUP BY session ORDER BY max(position) DESC LIMIT 1"
    ).fetchall()
    assert "event_session" in str([tuple(row) for row in plan])


def test_what_came_before_shows_as_known_and_the_count_agrees_with_the_table(site: Site) -> None:
    sent = [site.page("a"), site.identify("u-1")]
    site.send(*sent)
    site.send(*sent, site.page("b", HOME + "a"), after=0)
    rows, counts = site.door.seen.take()
    shown = [(row.name, row.code) for row in rows]
    new = ["page_viewed", "session_started", "person_identified", "person_merged"]
    assert shown == [
        *((name, None) for name in new),
        *((name, "known_already") for name in ("page_viewed", "person_identified")),
        ("page_viewed", None),
    ]
    (numbers,) = counts.values()
    assert numbers == [sum(code is None for _, code in shown), 0]
