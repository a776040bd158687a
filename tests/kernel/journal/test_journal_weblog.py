"""A web server's log: sessions, machines, channels, hashes."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.readers import weblog
from tundish.journal.readers.bots import AGENT_WORD, NO_AGENT, ROBOTS_TXT, bot_reason
from tundish.journal.readers.reading import Options

AT = datetime(2026, 5, 17, 10, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def line(
    at=AT, path="/", *, address="10.0.0.1", agent=FIREFOX, referrer="-", status=200, method="GET"
):
    stamp = at.strftime("%d/%b/%Y:%H:%M:%S %z")
    return f'{address} - - [{stamp}] "{method} {path} HTTP/1.1" {status} 5 "{referrer}" "{agent}"'


def read(*lines, **options):
    data = "\n".join(lines).encode()
    return weblog.read(data, options=Options(secret=b"key", **options))


def named(reading, name):
    return [event for event in reading.events if event.name == name]


def test_a_visit_is_a_session_and_its_pages():
    reading = read(
        line(path="/?utm_source=News&utm_medium=email&utm_campaign=May"),
        line(AT + timedelta(minutes=1), "/price?x=1"),
        line(AT + timedelta(minutes=1), "/style.css"),
    )
    (started,) = named(reading, "session_started")
    assert (started.channel, started.source, started.campaign) == ("email", "news", "may")
    pages = named(reading, "page_viewed")
    assert [p.properties["path"] for p in pages] == ["/", "/price"]
    assert pages[1].properties == {"path": "/price", "status": 200, "query": "x=1"}
    assert {p.session for p in pages} == {started.session}
    assert {p.person for p in pages} == {started.person}
    assert reading.notes["asset_lines"] == 1


def test_the_common_format_without_referrer_and_agent_is_read_and_has_no_agent():
    reading = read('10.0.0.1 - - [17/May/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 -')
    event = named(reading, "page_viewed")[0]
    assert event.occurred_at == datetime(2026, 5, 17, 8, tzinfo=UTC)
    assert event.bot
    assert event.properties["bot_reason"] == NO_AGENT


def test_a_line_that_was_cut_off_in_its_agent_still_tells_it():
    event = read(line(agent="Googlebot/2.1").removesuffix('"')).events[0]
    assert event.properties["bot_reason"] == AGENT_WORD


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=12), st.randoms(use_true_random=False))
def test_a_session_is_cut_exactly_where_the_silence_is_longer_than_thirty_minutes(steps, random):
    gaps = [timedelta(minutes=30, seconds=step - 2) for step in steps]
    at, lines = AT, [line(AT)]
    for gap in gaps:
        at += gap
        lines.append(line(at))
    random.shuffle(lines)
    cuts = sum(gap > timedelta(minutes=30) for gap in gaps)
    assert len(named(read(*lines), "session_started")) == cuts + 1


def test_visitors_are_told_apart_by_address_and_agent():
    reading = read(line(), line(address="10.0.0.2"), line(agent=FIREFOX + " x"))
    assert len({e.person for e in reading.events}) == 3


def test_an_address_is_hashed_with_a_key_of_the_events_month():
    january, february = datetime(2026, 1, 31, 23, 59, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    pages = named(read(line(january), line(february)), "page_viewed")
    assert pages[0].person != pages[1].person
    assert pages[0].session == pages[1].session
    other = weblog.read(line(january).encode(), options=Options(secret=b"other"))
    assert other.events[1].person != pages[0].person
    assert other.events[1].id == pages[0].id
    assert "10.0.0.1" not in repr(pages)


def test_an_asset_alone_is_no_session_and_keeps_one_alive():
    assert read(line(path="/a.png")).events == []
    kept = [
        line(),
        line(AT + timedelta(minutes=20), "/a.png"),
        line(AT + timedelta(minutes=40), "/b"),
    ]
    assert len(named(read(*kept), "session_started")) == 1
    assert read(line(path="/a.png")).notes["sessions_without_page"] == 1


def test_redirects_and_posts_are_no_page_views_but_errors_say_their_status():
    reading = read(
        line(status=301),
        line(method="POST"),
        line(status=404, path="/x"),
        line(status=304, path="/y"),
    )
    assert [p.properties["status"] for p in named(reading, "page_viewed")] in (
        [404, 304],
        [304, 404],
    )


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", AGENT_WORD),
        ("curl/8.0", AGENT_WORD), ("Feedly/1.0", AGENT_WORD), ("x (me@example.com)", AGENT_WORD),
        ("-", NO_AGENT), ("", NO_AGENT), (None, NO_AGENT), (FIREFOX, None),
        ("Opera/9.80 (iPhone; Opera Mini/7.0.3/34.1244; U; de) Presto/2.8.119", None),
    ],
)  # fmt: skip
def test_machines_are_known_by_their_agent(agent, reason):
    assert bot_reason(agent) == reason


def test_who_fetches_robots_txt_is_a_machine_before_and_after():
    reading = read(line(), line(AT + timedelta(hours=2), "/robots.txt"), line(address="10.9.9.9"))
    assert Counter(e.bot for e in named(reading, "page_viewed")) == {True: 1, False: 1}
    assert reading.notes[f"bot: {ROBOTS_TXT}"] == 2
    assert reading.notes["sessions"] == 1


def test_the_sites_own_pages_are_no_referrer():
    reading = read(
        line(path="/a.css", referrer="http://www.own.example/"),
        line(referrer="http://own.example/x", address="10.0.0.3"),
        line(referrer="http://other.example/x", address="10.0.0.4"),
    )
    assert [e.channel for e in named(reading, "session_started")] == ["direct", "referral"]
    stated = read(line(referrer="http://other.example/x"), own_hosts=("other.example",))
    assert stated.events[0].channel == "direct"


def test_mail_addresses_are_taken_out_of_paths_queries_and_referrers():
    reading = read(
        line(path="/u/joe%40acme.io?q=joe@acme.io", referrer="http://a.b/?e=joe%40acme.io")
    )
    assert "acme" not in repr(reading.events)


def test_equal_lines_are_two_views_and_the_same_log_has_the_same_ids():
    reading = read(line(), line())
    assert len({e.id for e in named(reading, "page_viewed")}) == 2
    assert read(line(), line()) == reading


def test_a_line_that_is_none_is_refused_with_its_number():
    bad_time = line().replace("17/May", "99/May")
    reading = read(line(), "nonsense", "", bad_time, line(path="/b"))
    assert [(r.line, r.code) for r in reading.rejects] == [
        (2, "line_unreadable"), (4, "time_unreadable"),
    ]  # fmt: skip
    assert len(named(reading, "page_viewed")) == 2
    assert reading.notes["lines"] == reading.rows == 4
