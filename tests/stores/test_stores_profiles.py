"""What is known of people, companies and deals at present."""

import pytest

from tundish.stores import profiles
from tundish.terms import InputError, Money, from_micros


def say(connection, unit, **fields):
    profiles.apply(connection, {("person", unit): fields})


def row(connection, unit, kind="person"):
    return profiles.rows(connection, kind, ids=[unit]).get(unit)


def test_fields_add_up_over_changes(connection):
    say(connection, "p", name="Ada", plan="pro")
    say(connection, "p", email="ada@example.org", seats=3)
    assert row(connection, "p") == {
        "name": "Ada", "email": "ada@example.org", "plan": "pro", "seats": 3,
    }  # fmt: skip


def test_none_clears_a_field_and_a_later_value_wins(connection):
    say(connection, "p", name="Ada", plan="pro", owner="u1")
    say(connection, "p", name="Ada Lovelace", plan=None, owner=None)
    assert row(connection, "p") == {"name": "Ada Lovelace"}


def test_properties_may_come_nested_and_never_reach_a_column(connection):
    say(connection, "p", country="DE", first_seen=5)
    told = {"plan": "pro", "country": "AE", "first_seen": "x", "value": [1], "properties": {"a": 1}}
    say(connection, "p", properties=told)
    assert row(connection, "p") == {
        "plan": "pro", "country": "DE", "first_seen": 5, "told_country": "AE",
        "told_first_seen": "x", "told_value": [1], "told_properties": {"a": 1},
    }  # fmt: skip


def test_what_only_an_inlet_says_never_changes_what_another_source_said(connection):
    key = ("deal", "d")
    profiles.apply(connection, {key: {"name": "Ours", "value": Money(500, "EUR")}})
    told = {"name": "X", "value": 1, "currency": "USD", "product": "P", "_weak": {
        "name", "value", "currency", "product"}}  # fmt: skip
    profiles.apply(connection, {key: told})
    kept = {"name": "Ours", "value": 500, "currency": "EUR", "product": "P"}
    assert row(connection, "d", "deal") == kept
    profiles.apply(connection, {key: told | {"product": "Q"}})
    assert row(connection, "d", "deal") == kept | {"product": "Q"}
    profiles.apply(connection, {key: {"name": "Later", "product": "R"}})
    assert row(connection, "d", "deal") == kept | {"name": "Later", "product": "R"}


def test_first_seen_moves_back_only_and_last_seen_on_only(connection):
    say(connection, "p", first_seen=50, last_seen=50)
    say(connection, "p", first_seen=from_micros(20), last_seen=from_micros(20))
    say(connection, "p", first_seen=70, last_seen=70)
    assert row(connection, "p") == {"first_seen": 20, "last_seen": 70}


def test_a_value_is_kept_in_minor_units_and_told_in_major_ones(connection):
    profiles.apply(connection, {("deal", "d"): {"value": Money(1250, "KWD"), "person": "p"}})
    assert row(connection, "d", "deal") == {"value": 1250, "currency": "KWD", "person": "p"}
    assert profiles.unit_properties(connection, "deal")["d"]["value"] == 1.25


def test_unit_properties_hold_every_unit_of_the_kind_and_nothing_for_others(connection):
    profiles.apply(connection, {("company", "c"): {"industry": "steel"}, ("person", "p"): {"x": 1}})
    assert profiles.unit_properties(connection, "company") == {"c": {"industry": "steel"}}
    assert profiles.unit_properties(connection, "session") == {}


def test_search_finds_any_part_in_any_case_and_beginnings_first(connection):
    people = {
        "1": {"name": "Übel, Karla", "email": "k@example.org"},
        "2": {"name": "Karla Stone", "email": "stone@acme.example"},
        "3": {"name": "Omar", "email": "karla.omar@acme.example", "phone": "+49 30 1234"},
        "4": {"name": "خالد"},
    }
    profiles.apply(connection, {("person", unit): fields for unit, fields in people.items()})

    def find(text, **more):
        return profiles.find(connection, "person", text, **more)

    assert find("KARLA") == ["2", "3", "1"]
    assert find("karla", limit=1) == ["2"]
    assert find("übel") == find("ÜBEL") == ["1"]
    assert find("ACME") == ["2", "3"]
    assert find("30 12") == ["3"]
    assert find("خال") == ["4"]
    assert find("100%") == find("_") == find("  ") == []


def test_search_follows_a_changed_name(connection):
    say(connection, "p", name="Before")
    say(connection, "p", name="After")
    assert profiles.find(connection, "person", "before") == []
    assert profiles.find(connection, "person", "after") == ["p"]


def test_a_merge_fills_what_the_kept_one_lacks_and_moves_its_deals(connection):
    profiles.apply(
        connection,
        {
            ("person", "anon"): {
                "name": "?",
                "channel": "mail",
                "plan": "free",
                "first_seen": 5,
                "last_seen": 9,
            },
            ("person", "ada"): {"name": "Ada", "first_seen": 7, "last_seen": 8},
            ("deal", "d"): {"person": "anon"},
        },
    )
    profiles.merge(connection, other="anon", kept="ada")
    assert row(connection, "anon") is None
    assert row(connection, "ada") == {
        "name": "Ada", "channel": "mail", "plan": "free", "first_seen": 5, "last_seen": 9,
    }  # fmt: skip
    assert row(connection, "d", "deal") == {"person": "ada"}
    profiles.merge(connection, other="anon", kept="ada")
    profiles.merge(connection, other="ada", kept="ada")
    assert row(connection, "ada")["name"] == "Ada"


def test_forgetting_takes_the_named_rows_and_clearing_all(connection):
    profiles.apply(
        connection, {(kind, unit): {"name": "x"} for kind in profiles.KINDS for unit in "ab"}
    )
    profiles.forget(connection, "person", ["a"])
    assert [sorted(profiles.rows(connection, kind)) for kind in profiles.KINDS] == [
        ["b"], ["a", "b"], ["a", "b"],
    ]  # fmt: skip
    profiles.clear(connection)
    assert [profiles.rows(connection, kind) for kind in profiles.KINDS] == [{}, {}, {}]


def test_an_unknown_kind_is_refused_by_name(connection):
    with pytest.raises(InputError, match="person, company, deal"):
        profiles.rows(connection, "visitor")
