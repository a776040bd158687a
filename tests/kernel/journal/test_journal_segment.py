"""Segment's messages become events."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel import catalogue
from tundish.journal.identity import mail_ref
from tundish.journal.readers import segment
from tundish.journal.readers.segment_names import KNOWN, standard_name
from tundish.terms import InputError, Money

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TRACK = {"type": "track", "event": "Demo Requested", "userId": "u1", "messageId": "m1"}


def read(*messages, **more):
    body = {"batch": list(messages), **more}
    return segment.read(body, received_at=NOW, inlet="web", secret=b"key")


def one(**more):
    (event,) = read({**TRACK, **more}).events
    return event


def test_a_track_message_becomes_an_event():
    event = one(
        properties={"plan": "pro", "email": "a@acme.io", "deal_id": 7},
        context={"page": {"path": "/p", "url": "https://own.example/p"}},
    )
    assert (event.id, event.name, event.person, event.deal) == (
        "web:m1",
        "demo_requested",
        "u1",
        "7",
    )
    assert event.occurred_at == event.recorded_at == NOW
    assert event.properties == {
        "plan": "pro", "deal_id": 7, "path": "/p", "original_name": "Demo Requested",
    }  # fmt: skip
    assert event.personal == {"email": "a@acme.io"}
    assert event.company == "acme.io"
    assert event.inlet == "web"


@settings(max_examples=50)
@given(
    st.integers(-(10**6), 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["timestamp", "originalTimestamp"]),
)
def test_a_senders_wrong_clock_is_put_right(skew_seconds, age_seconds, key):
    skew, age = timedelta(seconds=skew_seconds), timedelta(seconds=age_seconds)
    sent = NOW + skew
    event = one(sentAt=sent.isoformat(), **{key: (sent - age).isoformat()})
    assert event.occurred_at == NOW - age


def test_without_sent_at_the_time_is_taken_as_it_is_and_the_far_future_is_refused():
    assert one(timestamp="2026-05-01T00:00:00Z").occurred_at.month == 5
    later = read({**TRACK, "timestamp": "2026-07-01T00:00:00Z"})
    assert [r.code for r in later.rejects] == ["time_in_future"]


def test_the_batchs_sent_at_and_context_hold_for_its_messages():
    reading = read(
        {**TRACK, "timestamp": "2026-06-01T12:59:00Z"},
        sentAt="2026-06-01T13:00:00Z",
        context={"campaign": {"name": "Spring", "source": "Google", "medium": "cpc"}},
    )
    (event,) = reading.events
    assert event.occurred_at == NOW - timedelta(minutes=1)
    assert (event.channel, event.source, event.campaign) == ("paid", "google", "spring")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (3, "message_unreadable"),
        ({"type": "delete", "userId": "u"}, "type_unknown"),
        ({"type": "track", "event": "X"}, "person_missing"),
        ({"type": "track", "event": "X", "anonymousId": None}, "person_missing"),
        ({"type": "track", "event": "X", "userId": {"a": 1}}, "person_unreadable"),
        ({"type": "track", "event": " ", "userId": "u"}, "event_missing"),
        ({"type": "track", "userId": "u"}, "event_missing"),
        ({"type": "track", "event": "Events Voided", "userId": "u"}, "event_reserved"),
        ({"type": "track", "event": "X", "userId": "u", "timestamp": "soon"}, "time_unreadable"),
        ({**TRACK, "properties": {"a": "x" * 33_000}}, "event_too_large"),
        ({**TRACK, "properties": {"a": float("nan")}}, "message_unreadable"),
        ({**TRACK, "properties": {"a": "\0"}}, "message_unreadable"),
        ({**TRACK, "properties": {"a": "\ud800"}}, "message_unreadable"),
        ({**TRACK, "event": "Order Completed", "properties": {"total": "x", "currency": "EUR"}},
         "amount_unreadable"),
        *(({**TRACK, "event": "Order Completed", "properties": {"total": amount, "currency": "EUR"}},
           "amount_unreadable") for amount in (1e30, "1e1000000", "9e999999999", "NaN", "sNaN")),
        ({**TRACK, "event": "Order Completed", "properties": {"total": 5, "currency": "<b>x"}},
         "currency_unreadable"),
        ({**TRACK, "properties": {"a": json.loads("[" * 60 + "]" * 60)}}, "message_unreadable"),
        ({**TRACK, "userId": "anon:zz"}, "person_reserved"),
        ({**TRACK, "userId": " Mail:abc"}, "person_reserved"),
    ],
)  # fmt: skip
def test_a_bad_message_is_refused_and_the_good_ones_go_in(message, code):
    reading = read(TRACK, message, {**TRACK, "messageId": "m2"})
    assert [(r.line, r.code) for r in reading.rejects] == [(1, code)]
    assert [e.id for e in reading.events] == ["web:m1", "web:m2"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"x", "body_unreadable"), (b"[]", "body_unreadable"), (b"{}", "batch_missing"),
        (b'{"batch": 3}', "batch_missing"), (b" " * 512_001, "batch_too_large"),
    ],
)  # fmt: skip
def test_a_request_that_is_wrong_as_a_whole_is_refused(body, code):
    with pytest.raises(InputError) as refused:
        segment.read(body, received_at=NOW, inlet="web", secret=b"key")
    assert refused.value.code == code


def test_single_messages_come_by_their_own_path():
    body = json.dumps({"event": "X", "userId": "u"}).encode()
    reading = segment.read(body, kind="track", received_at=NOW, inlet="web", secret=b"key")
    assert [e.name for e in reading.events] == ["x"]


def test_an_identify_tells_who_somebody_is():
    identified, joined, merged = read(
        {
            "type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "m1",
            "traits": {"email": "joe@acme.io", "firstName": "Joe", "name": "Joe D", "plan": "pro",
                       "company": {"id": "c1", "name": "Acme", "employees": 5}},
        }
    ).events  # fmt: skip
    assert (identified.name, identified.person, identified.company) == (
        "person_identified",
        "u1",
        "c1",
    )
    assert identified.personal == {"email": "joe@acme.io", "first_name": "Joe", "name": "Joe D"}
    assert identified.properties == {
        "plan": "pro", "fields": ["company", "email", "first_name", "name", "plan"],
    }  # fmt: skip
    assert (joined.name, joined.properties["name"]) == ("company_joined", "Acme")
    assert (merged.name, merged.properties) == ("person_merged", {"other": "anon:a1", "kept": "u1"})


def test_the_same_merge_has_the_same_id_every_time():
    ids = {
        event.id
        for number in (1, 2)
        for event in read(
            {"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": f"m{number}"}
        ).events
        if event.name == "person_merged"
    }
    assert len(ids) == 1


def test_an_identify_with_one_id_merges_nobody():
    for message in ({"userId": "u1"}, {"anonymousId": "a1"}, {"userId": "u1", "anonymousId": None}):
        names = [e.name for e in read({"type": "identify", **message}).events]
        assert names == ["person_identified"]


def test_free_mail_forms_no_company_and_a_mail_as_user_id_is_hashed():
    (event,) = read({"type": "identify", "userId": "Joe@gmail.com"}).events
    assert event.company is None
    assert event.person == mail_ref("joe@gmail.com", secret=b"key")
    assert event.personal == {"email": "Joe@gmail.com"}


def test_an_order_carries_its_value():
    event = one(event="Order Completed", properties={"revenue": "12.50", "currency": "usd"})
    assert (event.name, event.value) == ("order_placed", Money(1250, "USD"))
    assert one(event="Order Completed", properties={"revenue": 12.5}).value is None
    assert one(event="Clicked", properties={"value": "high"}).value is None


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Product Viewed", "product_viewed"), ("productViewed", "product_viewed"),
        ("Email Link Clicked", "mail_clicked"), ("My own: Event!", "my_own_event"),
        ("deal_won", "deal_won"), ("طلب عرض", "طلب_عرض"),
    ],
)  # fmt: skip
def test_known_names_are_mapped_and_others_become_snake_case(sent, name):
    assert standard_name(sent) == name
    assert all(standard_name(known) == standard for known, standard in KNOWN.items())


def test_ids_are_the_inlets_own_and_a_message_without_one_gets_its_content():
    other = segment.read({"batch": [TRACK]}, received_at=NOW, inlet="app", secret=b"key")
    assert other.events[0].id == "app:m1"
    bare = {"type": "track", "event": "X", "userId": "u", "timestamp": "2026-05-01T00:00:00Z"}
    assert read(bare).events[0].id == read({**bare, "sentAt": None}).events[0].id
    untimed = {k: v for k, v in bare.items() if k != "timestamp"}
    first, second = read(untimed, untimed).events
    assert first.id != second.id
    assert len(one(messageId="x" * 1000).id) < 256


def test_machines_are_marked():
    assert one(context={"userAgent": "Googlebot/2.1"}).bot
    assert not one(context={"userAgent": "Mozilla/5.0 Firefox/140"}).bot


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=6), t, max_size=3),
)
keys = "type event userId anonymousId messageId timestamp sentAt properties traits context".split()


@settings(max_examples=35, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(keys), junk | st.sampled_from(["track", "identify"])),
        max_size=4,
    )
)
def test_no_message_however_odd_brings_the_reader_down_or_hides_another(messages):
    reading = read(*messages, TRACK)
    assert reading.events[-1].id == "web:m1"
    assert reading.rows == len(messages) + 1


def test_a_completed_order_is_the_purchase_that_the_models_wait_for():
    bought = one(event="Order Completed", properties={"revenue": 5, "currency": "EUR"})
    for name in catalogue.SIX:
        stages = catalogue.model(name)["stages"]
        purchase = next(stage for stage in stages if stage.get("purchase"))
        assert bought.name in json.dumps(purchase["enter"]), name


def test_nobody_says_through_an_inlet_whose_something_is():
    owned = {"owner": "samir", "accountOwner": "samir", "plan": "pro"}
    assert one(properties={**owned, "company_owner": "samir"}).properties == {
        "plan": "pro", "original_name": "Demo Requested",
    }  # fmt: skip
    traits = {**owned, "company": {"id": "c", "owner": "samir"}}
    for event in read({"type": "identify", "userId": "u", "traits": traits}).events:
        assert "samir" not in str(event)
