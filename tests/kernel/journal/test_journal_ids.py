"""Ids, references of persons, merges."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.event import Event
from tundish.journal.identity import (
    company_of_mail,
    followed,
    is_known,
    mail_ref,
    may_join,
    merge_pairs,
    person_ref,
)
from tundish.journal.ids import EqualRows, content_id, row_id, uuid7
from tundish.terms import InputError

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEY = b"key"


@settings(max_examples=50)
@given(st.integers(0, 2**47 * 1000), st.binary(min_size=8, max_size=16))
def test_a_uuid7_is_a_valid_one_that_tells_its_millisecond(micros, random):
    made = uuid.UUID(uuid7(micros, random))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == micros // 1000


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**16), unique=True), st.binary(min_size=8, max_size=8))
def test_uuid7s_sort_by_their_microsecond(instants, random):
    ids = [uuid7(micros, random) for micros in sorted(instants)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_a_uuid7_needs_eight_random_bytes():
    with pytest.raises(InputError, match="8 random bytes"):
        uuid7(0, b"short")


texts = st.text(max_size=6)


@settings(max_examples=35)
@given(st.tuples(texts, texts, texts), st.tuples(texts, texts, texts))
def test_row_ids_are_equal_exactly_where_all_that_they_say_is(one, other):
    first, second = (row_id(k, r, event=e, micros=1) for k, r, e in (one, other))
    assert (first == second) == (one == other)


def test_an_estimated_time_is_left_out_of_a_rows_id():
    assert row_id("k", "1", event="e", micros=None) != row_id("k", "1", event="e", micros=0)


def test_equal_rows_are_told_apart_by_their_ordinal():
    equal = EqualRows()
    assert [equal.ordinal(row) for row in ("a", "b", "a", "a")] == [0, 0, 1, 2]
    assert content_id("k", "a", ordinal=0) != content_id("k", "a", ordinal=1)


def test_a_person_is_the_users_id_else_the_mails_hash_else_the_visitor():
    by_mail = mail_ref("Joe@Acme.io", secret=KEY)
    assert person_ref("u1", anonymous_id="a", email="joe@acme.io", secret=KEY) == "u1"
    assert person_ref(None, anonymous_id="a", email="joe@acme.io ", secret=KEY) == by_mail
    assert person_ref("joe@acme.io", secret=KEY) == by_mail
    assert person_ref(None, anonymous_id="a", secret=KEY) == "anon:a"
    assert person_ref(secret=KEY) is None
    assert "joe" not in by_mail
    assert by_mail != mail_ref("joe@acme.io", secret=b"another")


def test_two_known_persons_are_never_joined_by_tracking():
    assert may_join("anon:a", "u1")
    assert may_join("anon:a", "mail:x")
    assert not may_join("u1", "u2")
    assert not may_join("mail:x", "u1")
    assert not may_join("u1", "anon:a")
    assert is_known("mail:x")


def merge(other, kept, *, at=0, actor=None, ident="i"):
    return Event(
        id=ident, name="person_merged", occurred_at=AT + timedelta(seconds=at),
        properties={"other": other, "kept": kept}, actor=actor,
    )  # fmt: skip


def test_a_shared_computer_belongs_to_the_first_who_signed_in():
    # By the journal's order: a sender may write any time into its message.
    events = [merge("anon:a", "u1", at=2), merge("anon:a", "u2", at=1)]
    assert merge_pairs(events) == [("anon:a", "u1")]


def test_a_merge_by_hand_may_join_known_persons_and_wins():
    events = [merge("anon:a", "u1"), merge("anon:a", "u2", at=9, actor="me"), merge("u3", "u1")]
    assert merge_pairs(events) == [("anon:a", "u2")]
    assert merge_pairs([merge("u3", "u1", actor="me")]) == [("u3", "u1")]


def test_other_events_merge_nobody():
    assert merge_pairs([replace(merge("anon:a", "u1"), name="page_viewed")]) == []


ids = st.integers(0, 8)


@settings(max_examples=35)
@given(st.lists(st.tuples(ids, ids), max_size=14))
def test_chains_are_followed_to_their_end_and_rings_end_in_one(pairs):
    ends = followed(pairs)
    step = {}
    for other, kept in pairs:
        step.setdefault(other, kept)
    for other in step:
        end = ends.get(other, other)
        assert ends.get(end, end) == end  # an end is final
        kept = step[other]
        assert ends.get(kept, kept) == end  # both sides of a merge are one


def test_a_company_is_the_domain_of_a_mail_that_is_not_free():
    assert company_of_mail("joe@Acme.io") == "acme.io"
    assert company_of_mail("joe@gmail.com") is None
    assert company_of_mail("joe") is None
