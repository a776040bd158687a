"""Import records and what each field was said to be."""

import pytest

from tundish.stores import imports
from tundish.terms import InputError, NotFoundError


def new(connection, **fields):
    return imports.create(
        connection, **{"files": ["a.csv"], "kind": "deals", "mapping": None, "now": 5, **fields}
    )


def test_an_import_is_queued_then_told_step_by_step(connection):
    made = new(connection, files=["a.csv", "ü.csv"], mapping={"Stage": "stage"}, actor="u")
    assert (made.status, made.files, made.mapping) == (
        "queued",
        ("a.csv", "ü.csv"),
        {"Stage": "stage"},
    )
    imports.update(connection, made.id, status="running", progress=0.5, read=10)
    done = imports.update(
        connection, made.id, status="done", progress=1, new=7, known=2, refused=1,
        rejects="r.csv", finished_at=9, mapping={"x": 1}, kind="events",
    )  # fmt: skip
    assert imports.get(connection, made.id) == done
    assert (done.status, done.read, done.new, done.known, done.refused) == ("done", 10, 7, 2, 1)
    assert (done.rejects, done.finished_at, done.progress, done.actor) == ("r.csv", 9, 1.0, "u")
    assert (done.mapping, done.kind, done.batch) == ({"x": 1}, "events", f"import-{made.id}")


def test_imports_are_listed_newest_first_and_by_status(connection):
    first, second = new(connection), new(connection)
    imports.update(connection, first.id, status="failed", error="no stage column")
    assert [r.id for r in imports.imports(connection)] == [second.id, first.id]
    failed = imports.imports(connection, status="failed")
    assert [(r.id, r.error) for r in failed] == [(first.id, "no stage column")]


def test_an_unknown_import_and_an_unknown_status_are_refused(connection):
    made = new(connection)
    for ask in (imports.get, lambda c, i: imports.update(c, i, status="done")):
        with pytest.raises(NotFoundError):
            ask(connection, 99)
    with pytest.raises(InputError, match="queued, running, done, failed, cancelled, undone"):
        imports.update(connection, made.id, status="lost")
    assert imports.get(connection, made.id).status == "queued"


def test_a_field_says_what_the_last_import_said_until_that_is_undone(connection):
    first, second = new(connection).id, new(connection).id
    imports.save_record_fields(
        connection, first, kind="deal", values=[("d1", "amount", "10"), ("d1", "owner", "ada")]
    )
    imports.save_record_fields(connection, second, kind="deal", values=[("d1", "amount", "12")])
    imports.save_record_fields(connection, second, kind="person", values=[("d1", "amount", "99")])
    assert imports.record_field(connection, "deal", "d1", "amount") == "12"
    assert imports.record_fields(connection, "deal", records=["d1", "d2"]) == {
        ("d1", "amount"): "12", ("d1", "owner"): "ada",
    }  # fmt: skip
    imports.drop_record_fields(connection, second)
    assert imports.record_field(connection, "deal", "d1", "amount") == "10"
    assert imports.record_field(connection, "person", "d1", "amount") is None


def test_a_field_said_twice_in_one_import_keeps_the_later(connection):
    one = new(connection).id
    imports.save_record_fields(
        connection, one, kind="deal", values=[("d", "a", "1"), ("d", "a", "2")]
    )
    imports.save_record_fields(connection, one, kind="deal", values=[("d", "a", None)])
    assert imports.record_fields(connection, "deal", records=["d"]) == {("d", "a"): None}
