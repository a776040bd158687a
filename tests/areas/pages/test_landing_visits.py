"""Visits, submissions and their rate: counted without a cookie, equal to an independent count."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.areas.pages.page_world import Clock, events, filled, published, visitor
from tundish.areas.pages import queries
from tundish.journal.event import Event


def test_a_visit_sets_no_cookie_and_lasts_until_half_an_hour_of_silence(
    clock: Clock, us: Any
) -> None:
    published(us)
    client = visitor()
    answer = client.get("/p/spring?utm_source=x&utm_medium=cpc")
    assert answer.status_code == 200
    assert not answer.cookies
    clock.pass_by(29 * 60)
    client.get("/p/spring")
    assert len(events("session_started")) == 1
    clock.pass_by(31 * 60)
    client.get("/p/spring")
    first, second = events("session_started")
    assert (first.channel, second.channel) == ("paid", "direct")
    assert first.person != second.person, "a visitor is one of a visit"
    key = first.session.partition("-")[0]
    assert second.session.startswith(f"{key}-")
    clock.pass_by(86_400)
    client.get("/p/spring")
    last = events("session_started")[-1].session
    assert not last.startswith(key), "the key changes with the day"


def test_coming_anew_from_elsewhere_begins_a_visit_of_its_own(clock: Clock, us: Any) -> None:
    published(us)
    client = visitor()
    client.get("/p/spring", HTTP_REFERER="https://www.google.com/")
    clock.pass_by(60)
    client.get("/p/spring?utm_source=news&utm_medium=email")
    assert [e.channel for e in events("session_started")] == ["search", "email"]


def test_who_comes_after_somebody_sent_the_form_is_somebody_else(clock: Clock, us: Any) -> None:
    published(us)
    html = visitor().get("/p/spring").content.decode()
    clock.pass_by(20)
    visitor().post("/p/spring", filled(html))
    visitor().get("/p/spring", HTTP_REFERER="http://localhost/p/spring/thanks")
    visitor().get("/p/spring")
    (merge,) = events("person_merged")
    first, inside, other = (e for e in events("page_viewed"))
    assert merge.properties["other"] == first.person
    assert len({first.person, inside.person, other.person}) == 3
    assert first.session == inside.session != other.session


def test_whoever_asks_not_to_be_followed_is_counted_but_not_known(clock: Clock, us: Any) -> None:
    published(us)
    for header in ({"HTTP_SEC_GPC": "1"}, {"HTTP_DNT": "1"}):
        client = visitor(**header)
        html = client.get("/p/spring").content.decode()
        clock.pass_by(20)
        client.post("/p/spring", filled(html, email=f"{len(events())}@delta.example"))
    assert {e.person for e in events("page_viewed")} == {None}
    assert events("person_merged") == []
    total = queries.counts(_workspace())["spring"].total
    assert (total.visits, total.submissions, total.rate.part) == (2, 2, 2)


@pytest.mark.usefixtures("clock")
def test_machines_our_own_people_and_fetching_in_advance_are_left_out(us: Any, browse: Any) -> None:
    published(us)
    visitor(agent="Googlebot/2.1").get("/p/spring")
    browse(us.viewer).get("/p/spring")
    visitor(HTTP_SEC_PURPOSE="prefetch;prerender").get("/p/spring")
    visitor().head("/p/spring")
    (seen,) = events("page_viewed")
    assert seen.bot
    assert seen.properties["bot_reason"] == "agent names a machine"
    total = queries.counts(_workspace())["spring"].total
    assert (total.visits, total.views, total.machines) == (0, 0, 1)


def test_the_counts_of_pages_and_versions_equal_an_independent_count(
    workspace: Any,
) -> None:
    dice = random.Random(7)
    day = datetime(2026, 5, 1, tzinfo=UTC)
    rows, voided = [], []
    for n in range(2_000):
        name = dice.choice(["page_viewed"] * 4 + ["form_submitted"])
        said = {"page": dice.choice(["a", "b"]), "version": dice.randint(1, 3)}
        if name == "form_submitted":
            said["place"] = dice.choice(["page", "page", "embedded"])
        event = Event(
            id=f"e{n}", name=name, occurred_at=day + timedelta(minutes=n), properties=said,
            session=f"page:{dice.randint(1, 400)}", inlet=dice.choice(["pages"] * 9 + ["other"]),
            bot=dice.random() < 0.1,
        )  # fmt: skip
        rows.append(event)
        if dice.random() < 0.02:
            voided.append(event.id)
    workspace.append(rows)
    from tundish.stores import journal

    for one in voided:
        journal.void(workspace.connection, event=one, now=workspace.now(), actor=None)
    since = day + timedelta(minutes=300)
    mine = [e for e in rows if e.inlet == "pages" and e.id not in voided and e.occurred_at >= since]
    found = queries.counts(workspace, since=int(since.timestamp()) * 1_000_000)
    for slug in "ab":
        for version in (None, 1, 2, 3):
            of = [
                e for e in mine
                if e.properties["page"] == slug and version in (None, e.properties["version"])
            ]  # fmt: skip
            people = [e for e in of if not e.bot]
            seen = {e.session for e in people if e.name == "page_viewed"}
            sent = {e.session for e in people if e.name == "form_submitted"}
            got = found[slug].total if version is None else found[slug].versions[version]
            assert got.visits == len(seen)
            assert got.machines == len(of) - len(people)
            assert (got.rate.part, got.rate.whole) == (len(seen & sent), len(seen))
            assert got.submissions == sum(e.name == "form_submitted" for e in people)
            assert got.elsewhere == sum(e.properties.get("place") == "embedded" for e in people)


def test_the_list_and_the_page_show_the_same_figures(clock: Clock, us: Any, browse: Any) -> None:
    page = published(us)
    for n in range(3):
        client = visitor(f"198.51.100.{n}")
        html = client.get("/p/spring").content.decode()
        clock.pass_by(10)
        if n == 0:
            client.post("/p/spring", filled(html))
    lines = browse(us.viewer).get("/pages").context["lines"]
    one = browse(us.viewer).get(f"/pages/{page.pk}")
    assert lines[0].counted == one.context["line"].counted
    assert "1 of 3" in one.content.decode()


@given(st.text(max_size=300))
def test_no_text_of_a_page_reaches_it_as_html(text: str) -> None:
    from html.parser import HTMLParser

    from tundish.areas.pages.text import formatted

    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(formatted(f'{text}\n[x](javascript:alert(1)) [y](https://a.example/"onclick=1)'))
    assert {tag for tag, _ in tags} <= {"p", "ul", "li", "br", "strong", "a"}
    for _tag, attributes in tags:
        assert set(attributes) <= {"href"}
        assert not (attributes.get("href") or "").lower().startswith("javascript")


def _workspace() -> Any:
    from tundish.weblib.page import workspace_for

    return workspace_for()


def test_two_people_behind_one_address_stay_apart_after_half_an_hour(clock: Clock, us: Any) -> None:
    published(us)
    client = visitor()
    for name in ("noor", "jan"):
        html = client.get("/p/spring").content.decode()
        clock.pass_by(20)
        client.post("/p/spring", filled(html, email=f"{name}@delta.example"))
        clock.pass_by(3_600)
    first, second = events("person_merged")
    assert first.properties["other"] != second.properties["other"]
    assert first.properties["kept"] != second.properties["kept"]
