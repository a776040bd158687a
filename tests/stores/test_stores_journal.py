"""The journal: appended once, in commit order, taken back without being changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event as Signal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tundish.journal.event import Event
from tundish.stores import journal, known
from tundish.stores.dialect import execute, transaction
from tundish.terms import InputError, Money, NotFoundError, from_micros, to_micros

NOW = to_micros(from_micros(1_770_000_000_000_000))


def ids(connection):
    return [event.id for _, event in journal.read(connection, limit=10_000)]


def test_an_event_comes_back_as_it_was_appended(connection, event):
    sent = event(
        "a", name="order_paid", precision="day", estimated=True, recorded_at=from_micros(7),
        person="p", company="c", deal="d", session="s", channel="mail", source="خبر", campaign="x",
        value=Money(-12_345, "KWD"), properties={"n": 1, "f": 1.0, "b": True, "deep": {"x": [1, None]}},
        personal={"email": "ada@example.org"}, inlet="i", batch="b", actor="u", bot=True,
    )  # fmt: skip
    assert journal.append(connection, [sent], now=NOW) == journal.Appended(1, 0)
    assert journal.read(connection, limit=10) == [(1, sent)]


def test_a_missing_recorded_time_is_the_time_of_the_append(connection, event):
    journal.append(connection, [event("a")], now=NOW)
    assert journal.read(connection, limit=1)[0][1].recorded_at == from_micros(NOW)


def test_the_same_events_again_change_nothing(connection, event):
    some = [event(f"e{i}") for i in range(5)]
    journal.append(connection, some, now=NOW)
    assert journal.append(connection, [*some, event("new")], now=NOW) == journal.Appended(1, 5)
    assert ids(connection) == ["e0", "e1", "e2", "e3", "e4", "new"]


def test_an_id_twice_in_one_batch_counts_once_and_the_first_stays(connection, event):
    twice = [event("a", name="first"), event("a", name="second")]
    assert journal.append(connection, twice, now=NOW) == journal.Appended(1, 1)
    assert [e.name for _, e in journal.read(connection, limit=9)] == ["first"]


def test_nothing_to_append_is_no_fault(connection):
    assert journal.append(connection, [], now=NOW) == journal.Appended(0, 0)
    assert journal.position(connection) == 0


@pytest.mark.parametrize("wrong", ["half \ud800", "zero \x00"])
def test_a_text_that_no_database_holds_is_refused_and_nothing_of_its_batch_stays(
    connection, event, wrong
):
    for bad in (event("bad", source=wrong), event("bad", personal={"name": wrong})):
        with pytest.raises(InputError) as refusal:
            journal.append(connection, [event("good"), bad], now=NOW)
        assert refusal.value.code == "event_unstorable"
    assert journal.position(connection) == 0


def test_half_a_character_in_a_property_is_refused(connection, event):
    with pytest.raises(InputError, match="half a character"):
        journal.append(connection, [event("bad", properties={"x": "\udfff"})], now=NOW)


def test_a_value_beyond_64_bits_is_refused(connection, event):
    with pytest.raises(InputError, match="64 bits"):
        journal.append(connection, [event("bad", value=Money(2**63, "EUR"))], now=NOW)


def test_numbers_that_are_none_become_missing(connection, event):
    journal.append(
        connection, [event("a", properties={"x": float("nan"), "y": [float("inf")]})], now=NOW
    )
    assert journal.read(connection, limit=1)[0][1].properties == {"x": None, "y": [None]}


def test_an_append_in_the_callers_transaction_goes_with_it(connection, event):
    def fails():
        with transaction(connection):
            journal.append(connection, [event("a")], now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert journal.position(connection) == 0
    with transaction(connection):
        journal.append(connection, [event("a")], now=NOW)
        journal.append(connection, [event("b")], now=NOW)
    assert ids(connection) == ["a", "b"]


def test_reading_goes_on_behind_a_position(connection, event):
    journal.append(connection, [event(f"e{i}") for i in range(7)], now=NOW)
    first = journal.read(connection, limit=3)
    rest = journal.read(connection, after=first[-1][0], limit=100)
    assert [place for place, _ in first + rest] == [1, 2, 3, 4, 5, 6, 7]
    assert [e.id for _, e in journal.read(connection, after=2, limit=9, upto=4)] == ["e2", "e3"]


# Personal values


def test_personal_values_stand_apart_under_a_key_that_says_nothing(connection, event):
    journal.append(
        connection,
        [
            event(
                "a", person="p", personal={"name": "Ada"}, properties={"email": "ada@example.org"}
            ),
            event(
                "b", person="p", properties={"said": "write to ada@example.org or +49 30 1234567"}
            ),
        ],
        now=NOW,
    )
    row = execute(connection, "SELECT * FROM event ORDER BY position").fetchall()
    assert "ada@example.org" not in str(row)
    assert "Ada" not in str(row)
    assert "1234567" not in str(row)
    first = journal.read(connection, limit=1)[0][1]
    assert first.personal == {"name": "Ada", "email": "ada@example.org"}
    assert first.properties == {}


def test_what_was_found_clean_once_is_kept_as_it_is(connection, event):
    journal.append(
        connection, [event(f"e{i}", properties={"path": "/pricing"}) for i in range(3)], now=NOW
    )
    read = [e.properties for _, e in journal.read(connection, limit=9)]
    assert read == [{"path": "/pricing"}] * 3


def test_erasing_a_person_takes_the_values_of_all_its_ids_and_rewrites_no_event(connection, event):
    journal.append(
        connection,
        [
            event("a", person="anon:1", personal={"email": "ada@example.org"}),
            event("b", person="ada", personal={"name": "Ada"}),
            event("c", person="ben", personal={"name": "Ben"}),
            event("m", name="person_merged", properties={"other": "anon:1", "kept": "ada"}),
        ],
        now=NOW,
    )
    before = execute(connection, "SELECT * FROM event ORDER BY position").fetchall()
    assert journal.erase_personal(connection, "ada") == 2
    assert execute(connection, "SELECT * FROM event ORDER BY position").fetchall() == before
    assert [dict(e.personal) for _, e in journal.read(connection, limit=9)] == [
        {},
        {},
        {"name": "Ben"},
        {},
    ]


def test_ids_that_look_like_phone_numbers_stay_whole_where_two_persons_are_joined(
    connection, event
):
    said = {"other": "anon:0712345678", "kept": "0049301234567"}
    journal.append(connection, [event("m", name="person_merged", properties=said)], now=NOW)
    assert journal.merges(connection) == [("anon:0712345678", "0049301234567")]


# Taking back


def test_a_voided_batch_counts_no_more_and_may_come_again(connection, event):
    file = [event(f"e{i}", batch="import-1") for i in range(3)]
    journal.append(connection, [event("other"), *file], now=NOW)
    assert journal.void(connection, batch="import-1", now=NOW, actor="u") == 3
    assert [e.name for _, e in journal.read(connection, limit=9)] == [
        "page_viewed",
        "events_voided",
    ]
    again = [replace(e, batch="import-2") for e in file]
    assert journal.append(connection, again, now=NOW) == journal.Appended(3, 0)
    assert journal.append(connection, again, now=NOW) == journal.Appended(0, 3)
    assert sorted(journal.columns(connection).ids.to_list()) == ["e0", "e1", "e2", "other"]


def test_a_batch_of_the_same_name_may_come_again_and_be_voided_again(connection, event):
    file = [event("a", batch="b"), event("c", batch="b")]
    for _ in range(3):
        assert journal.append(connection, file, now=NOW).new == 2
        assert len(journal.columns(connection)) == 2
        assert journal.void(connection, batch="b", now=NOW, actor=None) == 2
        assert len(journal.columns(connection)) == 0


def test_one_event_is_voided_by_its_id(connection, event):
    journal.append(connection, [event("a"), event("b")], now=NOW)
    assert journal.void(connection, event="a", now=NOW, actor="u") == 1
    voided = journal.read(connection, limit=9)[-1][1]
    assert (voided.name, voided.actor, voided.properties["event"]) == ("events_voided", "u", "a")
    assert journal.columns(connection).ids.to_list() == ["b"]
    assert journal.append(connection, [event("a")], now=NOW).new == 1


@pytest.mark.parametrize("what", [{"batch": "none"}, {"event": "none"}])
def test_voiding_what_does_not_count_is_refused(connection, event, what):
    journal.append(connection, [event("a", batch="b")], now=NOW)
    journal.void(connection, batch="b", now=NOW, actor=None)
    for again in (what, {"batch": "b"}, {"event": "a"}):
        with pytest.raises(NotFoundError) as refusal:
            journal.void(connection, **again, now=NOW, actor=None)
        assert refusal.value.code == "nothing_to_void"


def test_taking_back_is_itself_never_taken_back(connection, event):
    journal.append(connection, [event("a")], now=NOW)
    journal.void(connection, event="a", now=NOW, actor=None)
    mark = journal.read(connection, limit=9)[-1][1]
    with pytest.raises(InputError) as refusal:
        journal.void(connection, event=mark.id, now=NOW, actor=None)
    assert refusal.value.code == "void_is_final"


def test_no_event_is_ever_changed_or_deleted(connection, event):
    journal.append(connection, [event(f"e{i}", batch="b", person="p") for i in range(4)], now=NOW)
    before = execute(connection, "SELECT * FROM event ORDER BY position").fetchall()
    journal.void(connection, batch="b", now=NOW, actor=None)
    journal.append(connection, [event("e1")], now=NOW)
    journal.erase_personal(connection, "p")
    after = execute(connection, "SELECT * FROM event ORDER BY position").fetchall()
    assert after[: len(before)] == before


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.one_of(
    st.lists(st.sampled_from("abcdefgh"), max_size=6),
    st.sampled_from("abcdefgh"),
), max_size=12))  # fmt: skip
def test_the_journal_knows_what_a_set_of_ids_would_know_even_where_hashes_collide(steps):
    """Against a plain set; four hash values for eight ids, so that nearly all collide."""
    from tundish.stores import ensure_all
    from tundish.stores.connect import open_database

    connection = open_database(":memory:")
    ensure_all(connection)
    real, alive = known.id_hash, set()
    known.id_hash = lambda event_id, salt: (real(event_id, 0) % 4) + 4 * salt
    try:
        for step in steps:
            if isinstance(step, list):
                batch = [Event(id=i, name="n", occurred_at=from_micros(0)) for i in step]
                new = set(step) - alive
                assert journal.append(connection, batch, now=NOW) == journal.Appended(
                    len(new), len(step) - len(new)
                )
                alive |= new
            elif step in alive:
                journal.void(connection, event=step, now=NOW, actor=None)
                alive.remove(step)
        counted = {e.id for _, e in journal.read(connection, limit=999) if e.name == "n"}
    finally:
        known.id_hash = real
        connection.close()
    assert counted == alive


# Identity


def test_merges_are_those_that_count_and_an_unmerge_is_a_void(connection, event):
    journal.append(
        connection,
        [
            event("m1", name="person_merged", properties={"other": "anon:1", "kept": "ada"}),
            event(
                "m2", name="person_merged", properties={"other": "ada", "kept": "ben"}, actor="u"
            ),
            event("a", person="anon:1"),
        ],
        now=NOW,
    )
    assert journal.merges(connection) == [("ada", "ben"), ("anon:1", "ada")]
    assert journal.columns(connection, names=["page_viewed"]).units["person"].to_list() == ["ben"]
    journal.void(connection, event="m2", now=NOW, actor="u")
    assert journal.columns(connection, names=["page_viewed"]).units["person"].to_list() == ["ada"]


def test_touched_names_the_units_of_new_events_with_their_companies_and_deals(connection, event):
    journal.append(
        connection,
        [
            event("0", name="company_joined", person="ada", company="acme"),
            event("1", name="deal_created", person="ada", deal="d1"),
            event("2", deal="d1", company="holding"),
            event("3", person="ben"),
        ],
        now=NOW,
    )
    journal.append(
        connection,
        [event("4", person="ada", session="s"), event("5", person="x", bot=True)],
        now=NOW,
    )
    assert journal.touched(connection, 4, 6) == {
        "person": {"ada"}, "company": {"acme", "holding"}, "deal": {"d1"}, "session": {"s"},
    }  # fmt: skip


def test_touched_names_what_was_taken_back_and_both_sides_of_a_merge(connection, event):
    journal.append(
        connection, [event("0", person="ada", batch="b"), event("1", person="ben")], now=NOW
    )
    journal.void(connection, batch="b", now=NOW, actor=None)
    assert journal.touched(connection, 2, 3)["person"] == {"ada"}
    merge = event("m", name="person_merged", properties={"other": "anon:1", "kept": "ben"})
    journal.append(connection, [merge], now=NOW)
    assert journal.touched(connection, 3, 4)["person"] == {"anon:1", "ben"}
    journal.void(connection, event="m", now=NOW, actor=None)
    assert journal.touched(connection, 4, 5)["person"] == {"anon:1", "ben"}


def test_live_finds_events_by_their_ids(connection, event):
    journal.append(connection, [event("a"), event("b"), event("c")], now=NOW)
    journal.void(connection, event="b", now=NOW, actor=None)
    found = journal.live(connection, ["a", "b", "nowhere"])
    assert {name: place for name, (place, _) in found.items()} == {"a": 1}


# Commit order


def test_a_reader_never_skips_an_event_of_a_slower_writer(store, event):
    slow, fast, reader = store.open(), store.open(), store.open()
    began = Signal()

    def append_fast():
        began.set()
        return journal.append(fast, [event("fast")], now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with transaction(slow):
            journal.append(slow, [event("slow")], now=NOW)
            if store.kind == "postgres":
                waiting = pool.submit(append_fast)
                began.wait(5)
            # The fast one cannot commit a later position while the slow one has an earlier open.
            assert journal.read(reader, limit=9) == []
        if store.kind == "sqlite":
            append_fast()
        else:
            waiting.result(20)
    assert [(place, e.id) for place, e in journal.read(reader, limit=9)] == [
        (1, "slow"),
        (2, "fast"),
    ]


def test_merges_are_read_again_once_one_comes_or_goes(connection, event):
    from tundish.stores.identity import aliases, final_ids

    def joined(ident, other):
        return event(ident, name="person_merged", properties={"other": other, "kept": "ada"})

    journal.append(connection, [joined("m1", "anon:1")], now=NOW)
    assert final_ids(connection) == {"anon:1": "ada"}
    journal.append(connection, [event("e"), joined("m2", "anon:2")], now=NOW)
    assert aliases(connection, ["anon:1"]) == ["ada", "anon:1", "anon:2"]
    assert final_ids(connection, upto=1) == {"anon:1": "ada"}
    journal.void(connection, event="m1", now=NOW, actor=None)
    assert final_ids(connection) == {"anon:2": "ada"}
    assert aliases(connection, ["ada", "bob"]) == ["ada", "anon:2", "bob"]


def test_a_merge_that_was_not_committed_is_not_remembered(connection, event):
    from tundish.stores.dialect import transaction
    from tundish.stores.identity import final_ids

    def joined(other):
        return event(other, name="person_merged", properties={"other": other, "kept": "ada"})

    def fail_later():
        with transaction(connection):
            journal.append(connection, [joined("anon:1")], now=NOW)
            assert final_ids(connection) == {"anon:1": "ada"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_later()
    assert final_ids(connection) == {}
    journal.append(connection, [joined("anon:2")], now=NOW)
    assert final_ids(connection) == {"anon:2": "ada"}
