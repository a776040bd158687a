"""The browser clients on a page of another site: they ask us for settings, then send to us alone."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tundish.stores import journal

HERE = Path(__file__).parent
SITE = "https://www.example.com"
ADDRESS = f"{SITE}/prices?utm_source=news&utm_medium=cpc&utm_campaign=spring"

# Between identify and group the clock ticks once: of two companies told in one instant, that of
# the mail address and that of the group, neither is the later one.
SEGMENT = """async ([address, key]) => {
  const {AnalyticsBrowser} = window.AnalyticsNext ?? window;
  const analytics = AnalyticsBrowser.load({writeKey: key, cdnURL: address});
  await analytics.page('Prices');
  await analytics.track('Price Viewed');
  await analytics.identify('u-42', {email: 'mina@acme.example', name: 'Mina Rau'});
  await new Promise((done) => setTimeout(done, 5));
  await analytics.group('acme', {name: 'Acme Works'});
  await analytics.track('Demo Requested', {plan: 'pro'});
}"""
RUDDER = """async ([address, key]) => {
  const analytics = new window.rudderanalytics.RudderAnalytics();
  analytics.load(key, address, {configUrl: address, logLevel: 'ERROR'});
  await new Promise((done) => analytics.ready(done));
  const told = (call) => new Promise((done) => call(done));
  await told((done) => analytics.page('Prices', done));
  await told((done) => analytics.track('Price Viewed', {}, done));
  await told((done) => analytics.identify('u-42', {email: 'mina@acme.example', name: 'Mina Rau'}, done));
  await new Promise((done) => setTimeout(done, 5));
  await told((done) => analytics.group('acme', {name: 'Acme Works'}, done));
  await told((done) => analytics.track('Demo Requested', {plan: 'pro'}, done));
}"""
POSTHOG = """async ([address, key]) => {
  window.posthog.init(key, {
    api_host: address, autocapture: false, capture_pageleave: false, capture_pageview: false,
    disable_session_recording: true, disable_surveys: true, request_batching: false,
    disable_external_dependency_loading: true, person_profiles: 'identified_only',
    opt_out_useragent_filter: true,
  });
  window.posthog.capture('$pageview');
  window.posthog.capture('Price Viewed');
  window.posthog.identify('u-42', {email: 'mina@acme.example', name: 'Mina Rau'});
  await new Promise((done) => setTimeout(done, 5));
  window.posthog.group('company', 'acme', {name: 'Acme Works'});
  window.posthog.capture('Demo Requested', {plan: 'pro'});
}"""
CLIENTS = {
    "@segment/analytics-next": ("@segment/analytics-next/dist/umd/index.js", SEGMENT),
    "@rudderstack/analytics-js": ("@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js", RUDDER),
    "posthog-js": ("posthog-js/dist/array.no-external.js", POSTHOG),
}  # fmt: skip


@pytest.fixture
def strangers_page(browser: Any, live_app: str, node: str) -> Iterator[Any]:  # noqa: ARG001
    """A page of a site that is not ours; every other address than ours is refused and noted."""
    context = browser.new_context(user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    # A public page may call this machine only where its user said so.
    context.grant_permissions(["local-network-access"])
    page = context.new_page()
    page.elsewhere, page.said = [], []
    page.on("console", lambda said: page.said.append(said.text))
    page.on("requestfailed", lambda it: page.said.append(f"{it.url}: {it.failure}"))

    def answer(route: Any) -> None:
        url = route.request.url
        if url.startswith(SITE):
            body = "<!doctype html><title>Prices</title><p>Prices"
            route.fulfill(body=body, content_type="text/html")
        elif url.startswith(live_app):
            route.continue_()
        else:
            page.elsewhere.append(url)
            route.abort()

    context.route("**/*", answer)
    page.goto(ADDRESS)
    yield page
    context.close()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_browsers_client_is_understood(
    client: str, strangers_page: Any, live_app: str, write_key: str, workspace: Any
) -> None:
    bundle, story = CLIENTS[client]
    strangers_page.evaluate((HERE / "node_modules" / bundle).read_text("utf-8"))
    # Not waited for in the page: a client that is never answered would wait for ever.
    strangers_page.evaluate(f"(said) => {{ ({story})(said); }}", [live_app, write_key])

    wanted: Callable[[], Counter[str]] = lambda: Counter(  # noqa: E731
        event.name for _, event in journal.read(workspace.connection, limit=1000)
    )
    for _ in range(200):
        if wanted()["demo_requested"]:
            break
        strangers_page.wait_for_timeout(50)
    told = wanted()
    company = told.pop("company_identified", 0) + told.pop("company_joined", 0)
    assert company >= 1, strangers_page.said
    assert told == Counter(
        ["page_viewed", "session_started", "price_viewed", "person_identified", "person_merged",
         "demo_requested"]
    )  # fmt: skip
    assert strangers_page.elsewhere == []

    found = {event.name: event for _, event in journal.read(workspace.connection, limit=1000)}
    seen = found["page_viewed"]
    assert (seen.channel, seen.source, seen.campaign) == ("paid", "news", "spring")
    assert seen.properties["path"] == "/prices"
    workspace.catch_up()
    person = workspace.connection.execute(
        "SELECT name, email, company, campaign FROM person WHERE id = 'u-42'"
    ).fetchone()
    assert person == ("Mina Rau", "mina@acme.example", "acme", "spring")
    assert journal.final_ids(workspace.connection)[str(seen.person)] == "u-42"
