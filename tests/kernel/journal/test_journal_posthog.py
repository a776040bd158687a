"""PostHog's events become events here, by the same rules as Segment's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.readers import posthog
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.sent import Sent

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
VISITOR = "0190a0c8-7b1c-7a52-9a5c-3f5d4c6b2a10"


def each(body, **more):
    return posthog.read_each(body, sent=Sent(NOW, "web", b"k", "EUR"), **more)


def read(event, distinct="u1", **properties):
    said = {"event": event, "distinct_id": distinct, "uuid": "e1", "properties": properties}
    (found,) = each(said)
    assert not isinstance(found, Reject), found
    return found


def test_a_page_of_a_visitor_carries_its_campaign_and_session():
    seen, opened = read(
        "$pageview", VISITOR, **{
            "$device_id": VISITOR, "$current_url": "https://own.example/p?utm_source=News",
            "$pathname": "/p", "$referrer": "$direct", "$session_id": "s1", "utm_source": "News",
            "utm_medium": "cpc", "utm_campaign": "Spring", "$set_once": {"$initial_referrer": "x"},
        },
    )  # fmt: skip
    assert (seen.id, seen.name, seen.person) == ("web:e1", "page_viewed", f"anon:{VISITOR}")
    assert (seen.session, seen.properties["path"]) == ("s1", "/p")
    assert (opened.name, opened.channel, opened.source, opened.campaign) == (
        "session_started", "paid", "news", "spring",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("distinct", "properties", "person"),
    [
        ("u1", {}, "u1"),
        (VISITOR, {}, VISITOR),
        (VISITOR, {"$process_person_profile": False}, f"anon:{VISITOR}"),
        ("u1", {"$process_person_profile": False}, "u1"),
        ("d", {"$device_id": "d"}, "anon:d"),
        ("u1", {"$device_id": "d"}, "u1"),
        ("d", {"$is_identified": False}, "anon:d"),
        ("d", {"$device_id": "d", "$is_identified": True}, "d"),
    ],
)
def test_a_device_is_told_from_a_person(distinct, properties, person):
    (event,) = read("Price Viewed", distinct, **properties)
    assert (event.name, event.person) == ("price_viewed", person)


def test_an_identify_makes_the_visitor_known():
    told = {"$anon_distinct_id": VISITOR, "$set": {"email": "a@gmail.com", "plan": "pro"}}
    identified, merged = read(
        "$identify", **told, **{"$set_once": {"plan": "old", "since": "2025"}}
    )
    assert identified.personal == {"email": "a@gmail.com"}
    assert (identified.properties["plan"], identified.properties["since"]) == ("pro", "2025")
    assert merged.properties == {"other": f"anon:{VISITOR}", "kept": "u1"}


def test_what_an_event_sets_of_its_person_is_told_beside_it():
    order, identified, joined = read(
        "Order Completed", revenue=5, **{"$set": {"name": "Ada"}, "$groups": {"company": "acme"}}
    )
    assert (order.name, order.company, order.value.minor_units) == ("order_placed", "acme", 500)
    assert (joined.name, joined.person, joined.company) == ("company_joined", "u1", "acme")
    assert (identified.name, identified.personal) == ("person_identified", {"name": "Ada"})


def test_a_company_is_told_of_by_nobody_in_particular():
    told = {"$group_type": "company", "$group_key": "acme", "$group_set": {"name": "Acme"}}
    (event,) = read("$groupidentify", "company_acme", **told)
    assert (event.name, event.company, event.person) == ("company_identified", "acme", None)
    assert event.properties == {"name": "Acme"}


@pytest.mark.parametrize(
    ("name", "distinct", "alias", "expected"),
    [
        ("$create_alias", VISITOR, "u1", [("person_merged", f"anon:{VISITOR}", "u1")]),
        ("$create_alias", "u1", VISITOR, [("person_merged", f"anon:{VISITOR}", "u1")]),
        ("$merge_dangerously", "u1", "u2", [("merge_suggested", "u2", "u1")]),
        ("$merge_dangerously", "u1", VISITOR, [("person_merged", f"anon:{VISITOR}", "u1")]),
    ],
)
def test_two_known_persons_are_never_joined(name, distinct, alias, expected):
    found = read(name, distinct, alias=alias)
    assert [(e.name, e.properties["other"], e.properties["kept"]) for e in found] == expected


def test_the_senders_clock_is_put_right_wherever_it_says_its_time():
    event = {"event": "X", "distinct_id": "u", "timestamp": "2026-06-01T14:59:00Z"}
    sent_at = "2026-06-01T15:00:00Z"
    for body, more in (
        ({"batch": [event], "sent_at": sent_at}, {}),
        ({"batch": [event], "sentAt": sent_at}, {}),
        ([event], {"sent_at": sent_at}),
    ):
        ((found,),) = each(body, **more)
        assert found.occurred_at == NOW - timedelta(minutes=1)
    ((ago,),) = each({"event": "X", "distinct_id": "u", "offset": 5000})
    assert ago.occurred_at == NOW - timedelta(seconds=5)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (3, "message_unreadable"),
        ({"distinct_id": "u"}, "event_missing"),
        ({"event": "X"}, "person_missing"),
        ({"event": "X", "distinct_id": "anon:1"}, "person_reserved"),
        ({"event": "$create_alias", "distinct_id": "u"}, "previous_missing"),
        ({"event": "$groupidentify", "distinct_id": "u", "properties": {"$group_type": "team"}},
         "group_missing"),
        ({"event": "X", "distinct_id": "u", "timestamp": "soon"}, "time_unreadable"),
    ],
)  # fmt: skip
def test_a_bad_event_does_not_hide_its_good_neighbour(event, code):
    bad, good = each({"batch": [event, {"event": "X", "distinct_id": "u"}]})
    assert bad.code == code
    assert [e.name for e in good] == ["x"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"api_key": "k"}, "k"), ({"token": "k"}, "k"), ({}, None), ([], None), ("x", None),
        ([{"properties": {"token": "k"}}], "k"), ([{"api_key": "k"}], "k"),
    ],
)  # fmt: skip
def test_the_key_is_found_in_the_body(body, key):
    assert posthog.key_of(body) == key


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=6), t, max_size=3),
)
keys = "event distinct_id properties uuid timestamp offset $set".split()
told = "$set $set_once $groups $anon_distinct_id alias $group_type $group_key $session_id $device_id".split()
events = st.dictionaries(
    st.sampled_from(keys),
    junk
    | st.sampled_from(["$identify", "$pageview", "$create_alias", "$groupidentify", "$set"])
    | st.dictionaries(st.sampled_from(told), junk, max_size=4),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(events, max_size=4))
def test_no_event_however_odd_brings_the_reader_down(batch):
    good = {"event": "X", "distinct_id": "u", "uuid": "last"}
    found = each({"batch": [*batch, good]})
    assert len(found) == len(batch) + 1
    assert found[-1][0].id == "web:last"
