"""Settings, definitions with their versions, cursors and leases."""

import pytest

from tundish.stores import firm
from tundish.stores.dialect import transaction
from tundish.terms import InputError, NotFoundError, WorkspaceError


def save(connection, name="main", **body):
    return firm.save_definition(connection, name=name, unit="deal", body=body, now=7, author="u")


def test_settings_are_empty_until_chosen_and_change_one_by_one(connection):
    assert firm.settings(connection) == firm.Settings()
    firm.save_settings(connection, name="Narwhal", currency="EUR")
    assert firm.save_settings(connection, name="نرجس", digits="arabic") == firm.Settings(
        name="نرجس", currency="EUR", digits="arabic"
    )


def test_an_unknown_setting_is_refused_with_those_there_are(connection):
    for name in ("colour", "secret"):
        with pytest.raises(InputError, match="name, currency, time_zone, language, digits"):
            firm.save_settings(connection, **{name: "x"})


def test_the_secret_is_made_once(store):
    one, other = store.open(), store.open()
    assert firm.secret(one) == firm.secret(other) == firm.settings(one).secret
    assert len(firm.secret(one)) >= 43


def test_a_new_body_is_a_new_version_and_the_older_ones_stay(connection):
    first = save(connection, stages=1)
    second = save(connection, stages=2)
    other = save(connection, "other", stages=1)
    assert [(d.name, d.version) for d in (first, second, other)] == [
        ("main", 1), ("main", 2), ("other", 1),
    ]  # fmt: skip
    assert firm.definitions(connection, versions=True) == [first, second, other]
    assert firm.definitions(connection) == [second, other]
    assert firm.definition(connection, first.id).body == {"stages": 1}


def test_the_same_body_again_is_no_new_version(connection):
    assert save(connection, stages=1) == save(connection, stages=1)
    save(connection, stages=2)
    assert save(connection, stages=1).version == 3


def test_one_definition_is_active_or_one_of_each_name(connection):
    old, new, other = save(connection, n=1), save(connection, n=2), save(connection, "other")

    def active():
        return [d.id for d in firm.definitions(connection) if d.active]

    assert active() == []
    assert firm.activate(connection, old.id).active
    assert active() == [old.id]
    firm.activate(connection, other.id, alone=False)
    firm.activate(connection, new.id, alone=False)
    assert active() == [new.id, other.id]
    firm.activate(connection, old.id)
    assert active() == [old.id]
    with pytest.raises(NotFoundError):
        firm.activate(connection, 999)
    assert active() == [old.id]


def test_cursors_stand_where_they_were_moved(connection):
    assert firm.cursor(connection, "visits") == 0
    firm.move_cursor(connection, "visits", 5)
    firm.move_cursor(connection, "visits", 9)
    assert (firm.cursor(connection, "visits"), firm.cursor(connection, "lake")) == (9, 0)


def test_a_lease_has_one_holder_until_it_ends_or_is_given_back(connection):
    second = 1_000_000
    assert firm.take_lease(connection, "f", "a", 0, 10)
    assert not firm.take_lease(connection, "f", "b", 9 * second, 10)
    assert firm.take_lease(connection, "f", "a", 9 * second, 10)
    assert not firm.take_lease(connection, "f", "b", 19 * second - 1, 10)
    assert firm.take_lease(connection, "f", "b", 19 * second, 10)
    firm.drop_lease(connection, "f", holder="a")
    assert not firm.take_lease(connection, "f", "a", 20 * second, 10)
    firm.drop_lease(connection, "f", holder="b")
    assert firm.take_lease(connection, "f", "a", 20 * second, 10)
    assert firm.take_lease(connection, "other", "b", 20 * second, 10)


def test_who_lost_the_lease_cannot_move_the_cursor_and_writes_nothing(connection):
    firm.take_lease(connection, "f", "a", 0, 10)
    firm.move_cursor(connection, "f", 3, holder="a", now=5)
    firm.take_lease(connection, "f", "b", 20_000_000, 10)

    def late():
        with transaction(connection):
            firm.save_settings(connection, name="written by the late one")
            firm.move_cursor(connection, "f", 8, holder="a", now=20_000_001)

    with pytest.raises(WorkspaceError) as refusal:
        late()
    assert refusal.value.code == "lease_lost"
    assert firm.cursor(connection, "f") == 3
    assert firm.settings(connection).name == ""


def test_a_lease_that_ran_out_moves_no_cursor_even_if_nobody_took_it(connection):
    firm.take_lease(connection, "f", "a", 0, 10)
    with pytest.raises(WorkspaceError):
        firm.move_cursor(connection, "f", 3, holder="a", now=10_000_000)


def test_an_offered_definition_is_none_of_the_firms_until_it_is_saved(connection):
    from tundish.stores import firm

    said = {"name": "aida", "unit": "person", "body": {"stages": [1]}}
    made = firm.offer(connection, **said, now=1)
    assert firm.offer(connection, **said, now=2) == made
    assert firm.definitions(connection, versions=True) == []
    assert firm.offered(connection) == [made]
    other = firm.offer(connection, **(said | {"body": {"stages": [2]}}), now=3)
    assert firm.alike(connection, **said) is None
    firm.withdraw(connection, made.id)
    saved = firm.save_definition(
        connection, **(said | {"body": {"stages": [2]}}), now=4, author="Rima"
    )
    assert (saved.id, saved.version, saved.created_at, saved.author) == (other.id, 1, 4, "Rima")
    assert firm.definitions(connection) == [saved]
    assert firm.offered(connection) == []
    firm.withdraw(connection, saved.id)
    assert firm.alike(connection, **(said | {"body": {"stages": [2]}})) == saved
    assert firm.offer(connection, **(said | {"body": {"stages": [2]}}), now=5) == saved
