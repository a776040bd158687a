"""Pages, groups and aliases of Segment's messages."""

from datetime import UTC, datetime

import pytest

from tundish.journal.identity import may_join, merge_pairs
from tundish.journal.profile import profile_changes
from tundish.journal.readers import segment
from tundish.journal.readers.sent import Sent, is_plain

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
VISITOR = "0190a0c8-7b1c-4a52-9a5c-3f5d4c6b2a10"


def read(*messages, **more):
    return segment.read(
        {"batch": list(messages), **more}, received_at=NOW, inlet="web", secret=b"k"
    )


def names(*messages):
    return [event.name for event in read(*messages).events]


def page(**more):
    return {"type": "page", "anonymousId": VISITOR, "messageId": "m", **more}


def test_a_page_keeps_address_and_referrer_and_opens_the_visit_that_came_from_outside():
    seen, opened = read(
        page(
            name="Prices",
            context={
                "page": {"url": "https://own.example/p?utm_source=x&mail=a@b.example", "path": "/p",
                         "title": "Prices", "referrer": "https://www.google.com/"},
                "campaign": {"name": "Spring", "source": "News", "medium": "cpc"},
            },
        )
    ).events  # fmt: skip
    assert (seen.name, seen.properties["path"], seen.properties["page"]) == (
        "page_viewed", "/p", "Prices",
    )  # fmt: skip
    assert "a@b.example" not in str(seen)
    assert (opened.name, opened.channel, opened.source, opened.campaign) == (
        "session_started", "paid", "news", "spring",
    )  # fmt: skip
    assert opened.person == seen.person == f"anon:{VISITOR}"


def test_a_visit_begins_once_however_many_of_its_pages_come():
    told = {"context": {"sessionId": 17, "page": {"url": "https://own.example/"}}}
    events = read(page(**told), page(messageId="n", **told)).events
    assert len({e.id for e in events if e.name == "session_started"}) == 1
    assert {e.session for e in events} == {"17"}
    without = [page(messageId=str(n), context={"page": {"path": f"/{n}"}}) for n in range(3)]
    assert len({e.id for e in read(*without).events if e.name == "session_started"}) == 1


def test_a_page_reached_from_another_of_the_site_opens_no_visit():
    inside = {"page": {"url": "https://own.example/b", "referrer": "https://own.example/a"}}
    assert names(page(context=inside)) == ["page_viewed"]


def test_a_screen_is_a_page_of_an_app():
    (seen, _) = read({"type": "screen", "userId": "u", "name": "Start"}).events
    assert (seen.name, seen.properties["screen"], seen.properties["path"]) == (
        "page_viewed", "Start", "Start",
    )  # fmt: skip


def test_a_group_tells_of_the_company():
    traits = {"name": "Acme", "industry": "tools", "owner": "samir", "email": "a@acme.io"}
    (joined,) = read({"type": "group", "userId": "u", "groupId": "c1", "traits": traits}).events
    assert (joined.name, joined.person, joined.company) == ("company_joined", "u", "c1")
    assert joined.properties == {"name": "Acme", "industry": "tools"}
    rows = profile_changes([joined])
    assert rows["company", "c1"]["name"] == "Acme"
    assert rows["person", "u"]["company"] == "c1"


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        (VISITOR, ["person_merged"]),
        ("visitor-7", ["person_merged", "merge_suggested"]),
        ("u", ["person_merged", ]),
    ],
)  # fmt: skip
def test_an_alias_joins_a_visitor_and_only_suggests_what_may_be_a_known_person(previous, expected):
    events = read({"type": "alias", "userId": "u", "previousId": previous}).events
    assert [e.name for e in events] == expected
    for other, kept in merge_pairs(events):
        assert may_join(other, kept)
        assert (other, kept) == (f"anon:{previous}", "u")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "group", "userId": "u"}, "group_missing"),
        ({"type": "alias", "userId": "u"}, "previous_missing"),
        ({"type": "page"}, "person_missing"),
        ({"type": ["page"], "userId": "u"}, "type_unknown"),
        ({"type": "track", "userId": "u", "event": "merge suggested"}, "event_reserved"),
        ({"type": "track", "userId": "u", "event": "company_identified"}, "event_reserved"),
    ],
)
def test_what_says_too_little_is_refused(message, code):
    assert [r.code for r in read(message).rejects] == [code]


@pytest.mark.parametrize(
    "name",
    """events_voided person_merged persons_differ field_changed stage_moved consent_granted
    consent_withdrawn tag_added tag_removed address_added address_removed note_added note_pinned
    group_joined group_left list_joined cost_recorded page_published handoff_accepted""".split(),
)
def test_a_write_key_claims_nothing_that_only_one_of_us_may_say(name):
    for said in (name, name.replace("_", " ").title(), name.upper()):
        message = {"type": "track", "userId": "u", "event": said}
        assert [r.code for r in read(message).rejects] == ["event_reserved"]


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (b'{"a": "b"}', True),
        (rb'{"a": "\u0628 \n"}', True),
        (rb'{"a": "\u0000"}', False),
        (rb'{"a": "\ud800"}', False),
        (b'{"a": NaN}', False),
        (b'{"a": -Infinity}', False),
        (b" " * 33_000, False),
    ],
)
def test_a_plain_request_is_told_from_one_that_must_be_looked_at(body, plain):
    assert is_plain(body) is plain


def test_a_plain_request_is_read_as_any_other():
    message = {"type": "track", "userId": "u", "event": "X", "messageId": "m"}
    deep = {**message, "properties": {"a": [[[]]]}}
    for _ in range(60):
        deep = {**message, "properties": {"a": deep["properties"]}}
    for one in (message, deep, 3):
        quick, thorough = (
            segment.read_each({"batch": [one]}, sent=Sent(NOW, "web", b"k", None, plain))
            for plain in (True, False)
        )
        assert repr(quick)[:60] == repr(thorough)[:60]
