"""Our snippet on another site's page: what it sends, what it never sends, and an offline minute."""

import gzip
import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tundish.stores import journal

READY = "window.tundish && !!window.tundish.page"
ADDRESS = "/prices?utm_source=news&utm_medium=cpc&utm_campaign=spring&mail=mina@acme.example"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
PAGE = """<!doctype html><title>Prices</title><h1>Prices</h1>
<a id="plan" href="#pro" data-tundish-click="plan pro">Pro</a> <a id="other" href="#x">Other</a>
<form id="contact" data-tundish-form="contact" action="/thanks"><input name="your-name" value="Mina Rau">
<input type="email" name="email" value="mina@acme.example"><button>Send</button></form>
<form id="login" action="/in"><input type="password" name="p" value="x"><button>In</button></form>
<script defer src="HOME/t.js" data-key="KEY" MORE></script>"""


@pytest.fixture
def key(live_app: str) -> str:
    """The key of an inlet, once the door takes it."""
    from tests.clients.conftest import _is_taken
    from tundish.areas.capture.actions import open_inlet

    made = open_inlet("website", now=datetime.now(UTC)).write_key
    while not _is_taken(live_app, made):
        pass
    return made


@pytest.fixture
def site(live_app: str, key: str) -> Iterator[SimpleNamespace]:
    """Another site with our snippet on its pages; `more` is what stands in the script's element."""
    said = SimpleNamespace(more="")

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html = PAGE.replace("HOME", live_app).replace("KEY", key).replace("MORE", said.more)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    # By another name than the application's, so that it is another site to the browser.
    said.address = f"http://localhost:{server.server_port}"
    yield said
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def visit(browser: Any, site: SimpleNamespace) -> Iterator[Callable[..., Any]]:
    """`visit(more="data-consent='given'", script="…")`: the other site's page with our snippet on it."""
    contexts = []

    def open_page(more: str = "", script: str = "") -> Any:
        context = browser.new_context(user_agent=AGENT, base_url=site.address)
        contexts.append(context)
        context.grant_permissions(["local-network-access"])
        if script:
            context.add_init_script(script)
        site.more = more
        page = context.new_page()
        page.goto(ADDRESS, referer="https://www.google.com/")
        page.wait_for_function(READY)
        return page

    yield open_page
    for context in contexts:
        context.close()


def told(workspace: Any) -> Counter[str]:
    return Counter(event.name for _, event in journal.read(workspace.connection, limit=1000))


def wait_for(page: Any, workspace: Any, name: str, many: int = 1) -> Counter[str]:
    """What the journal holds once `many` events of that name stand in it."""
    for _ in range(400):
        if told(workspace)[name] >= many:
            break
        page.wait_for_timeout(50)
    return told(workspace)


def test_the_script_is_small_and_anybody_may_have_it(live_app: str) -> None:
    request = urllib.request.Request(f"{live_app}/t.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in answer.headers
    assert len(packed) < 4096
    assert b"sendBeacon" in gzip.decompress(packed)


def test_without_consent_nothing_is_kept_in_the_browser_and_visits_are_counted(
    visit: Callable[..., Any], workspace: Any
) -> None:
    page = visit()
    page.click("#plan")
    page.click("#other")
    found = wait_for(page, workspace, "link_clicked")
    assert found == {"page_viewed": 2, "session_started": 1, "link_clicked": 1} or found == {
        "page_viewed": 1, "session_started": 1, "link_clicked": 1,
    }  # fmt: skip
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    events = [event for _, event in journal.read(workspace.connection, limit=100)]
    first = next(event for event in events if event.name == "page_viewed")
    assert (first.channel, first.source, first.campaign) == ("paid", "news", "spring")
    assert "mina@acme.example" not in json.dumps([dict(e.properties) for e in events])
    assert len({event.person for event in events}) == 1
    assert str(first.person).startswith("anon:")


def test_a_form_names_the_person_and_a_password_is_never_looked_at(
    visit: Callable[..., Any], workspace: Any
) -> None:
    page = visit()
    page.click("#contact button")
    wait_for(page, workspace, "form_submitted")
    page.goto(ADDRESS)
    page.click("#login button")
    page.evaluate("tundish.track('Demo Requested')")
    found = wait_for(page, workspace, "demo_requested")
    assert (found["form_submitted"], found["person_identified"]) == (1, 1)
    workspace.catch_up()
    person = workspace.connection.execute("SELECT name, email, campaign FROM person").fetchall()
    assert ("Mina Rau", "mina@acme.example", "spring") in person


def test_consent_gives_a_cookie_that_lasts_and_its_withdrawal_takes_it(
    visit: Callable[..., Any], workspace: Any
) -> None:
    page = visit()
    page.evaluate("tundish.consent(true)")
    assert {one["name"] for one in page.context.cookies()} == {"tundish_id"}
    page.goto(ADDRESS)
    page.wait_for_function(READY)
    page.evaluate("tundish.track('Demo Requested')")
    wait_for(page, workspace, "demo_requested")
    ident = next(one["value"] for one in page.context.cookies() if one["name"] == "tundish_id")
    events = [event for _, event in journal.read(workspace.connection, limit=100)]
    last = next(event for event in events if event.name == "demo_requested")
    assert last.person == f"anon:{ident}"
    assert last.session
    page.evaluate("tundish.consent(false)")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("wish", ["globalPrivacyControl", "doNotTrack"])
def test_who_asks_not_to_be_followed_is_not(
    visit: Callable[..., Any], workspace: Any, wish: str
) -> None:
    said = "true" if wish == "globalPrivacyControl" else "'1'"
    script = f"Object.defineProperty(navigator, '{wish}', {{get: () => {said}}})"
    page = visit(more="data-consent='given'", script=script)
    page.evaluate("tundish.consent(true); tundish.track('Demo Requested')")
    page.click("#plan")
    page.wait_for_timeout(600)  # nothing is to come: there is nothing to wait for
    assert told(workspace) == {}
    assert page.context.cookies() == []


def test_the_door_keeps_nothing_where_the_browser_asks_it(
    live_app: str, key: str, workspace: Any
) -> None:
    message = {"type": "track", "event": "Demo Requested", "anonymousId": "a1"}
    for said, kept in (({"Sec-GPC": "1"}, 0), ({"DNT": "1"}, 0), ({}, 1)):
        body = json.dumps({"writeKey": key, "snippet": 1, "batch": [message]}).encode()
        request = urllib.request.Request(f"{live_app}/v1/batch", body, headers=said)
        with urllib.request.urlopen(request) as answer:
            assert json.loads(answer.read()) == {"success": True}
        assert sum(told(workspace).values()) == kept


def test_an_offline_minute_and_a_page_that_is_left_lose_nothing_and_double_nothing(
    visit: Callable[..., Any], workspace: Any
) -> None:
    page = visit(more="data-consent='given'")
    wait_for(page, workspace, "page_viewed")
    page.context.set_offline(True)
    for n in range(30):
        page.evaluate(f"tundish.track('Demo Requested', {{n: {n}}})")
    page.wait_for_timeout(700)  # some attempts fail meanwhile
    assert told(workspace)["demo_requested"] == 0
    page.context.set_offline(False)
    found = wait_for(page, workspace, "demo_requested", 30)
    page.evaluate("tundish.track('Trial Started')")
    page.goto("/next")  # at once: what waits goes with the page
    found = wait_for(page, workspace, "trial_started")
    assert (found["demo_requested"], found["trial_started"]) == (30, 1)


def test_what_waits_goes_with_a_page_that_is_left_although_nothing_is_kept(
    visit: Callable[..., Any], workspace: Any
) -> None:
    page = visit()
    wait_for(page, workspace, "page_viewed")
    page.evaluate("tundish.track('Trial Started')")
    page.goto("about:blank")
    assert wait_for(page, workspace, "trial_started")["trial_started"] == 1


def test_a_page_within_an_application_and_calls_before_the_script_count(
    visit: Callable[..., Any], workspace: Any
) -> None:
    page = visit(script="window.tundish = [['track', 'Demo Requested', {}]]")
    page.evaluate("history.pushState({}, '', '/team')")
    found = wait_for(page, workspace, "page_viewed", 2)
    found = wait_for(page, workspace, "demo_requested")
    assert (found["page_viewed"], found["session_started"], found["demo_requested"]) == (2, 1, 1)
    expect(page.locator("h1")).to_be_visible()


def test_a_machine_is_told_by_its_agent_and_kept_apart(
    live_app: str, key: str, workspace: Any
) -> None:
    message = {
        "type": "page", "anonymousId": "a1",
        "context": {"userAgent": "Mozilla/5.0 (compatible; Examplebot/2.1)"},
    }  # fmt: skip
    body = json.dumps({"writeKey": key, "snippet": 1, "batch": [message]}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{live_app}/v1/batch", body)).close()
    events = [event for _, event in journal.read(workspace.connection, limit=100)]
    assert {(e.bot, e.properties.get("bot_reason")) for e in events if e.name == "page_viewed"} == {
        (True, "agent names a machine")
    }
    assert len(workspace.events()) == 0
