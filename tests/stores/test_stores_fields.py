"""The firm's own fields and purposes of consent, and what is kept beside the rows, on every database."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tundish.journal.event import Event
from tundish.journal.fields import Field
from tundish.journal.profile import profile_changes
from tundish.stores import fields, journal, profiles, purposes, record_index
from tundish.stores.purposes import Purpose
from tundish.terms import InputError, NotFoundError

AT = datetime(2026, 5, 1, tzinfo=UTC)


def test_own_fields_keep_kind_key_and_order(connection: Any) -> None:
    one = fields.save_field(connection, Field("deal", "", " Contract  end ", "date"))
    two = fields.save_field(
        connection, Field("deal", "", "Size", "one_of", choices=("S", "L", "S", ""))
    )
    assert (one.name, one.title, two.choices) == ("contract_end", "Contract end", ("S", "L"))
    changed = fields.save_field(
        connection, Field("deal", "size", "Größe", "number", choices=("S", "M"))
    )
    assert (changed.kind, changed.choices) == ("one_of", ("S", "M"))
    fields.order_fields(connection, "deal", ["size"])
    assert [f.name for f in fields.own_fields(connection, "deal")] == ["size", "contract_end"]
    assert [f.name for f in fields.fields_of(connection, "person")] == [
        "name", "email", "phone", "title", "country", "owner", "do_not_contact", "do_not_track",
    ]  # fmt: skip
    fields.save_field(connection, Field("deal", "size", "Größe", archived=True, choices=("S", "M")))
    assert "size" not in [f.name for f in fields.fields_of(connection, "deal")]
    assert fields.field_of(connection, "deal", "size").archived


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Field("deal", "", ""), "field_title_wrong"),
        (Field("deal", "", "Owner"), "field_title_taken"),
        (Field("deal", "", "Pick", "one_of", choices=("A",)), "choices_wrong"),
        (Field("session", "", "X"), "field_kind_unknown"),
        (Field("deal", "", "X", "owner"), "field_kind_unknown"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(connection: Any, wrong: Field, code: str) -> None:
    with pytest.raises(InputError) as refused:
        fields.save_field(connection, wrong)
    assert refused.value.code == code


def test_every_wording_of_a_purpose_is_kept(connection: Any) -> None:
    made = purposes.save_purpose(connection, Purpose("", "News", wording="Yes."), now=1)
    again = purposes.save_purpose(connection, Purpose("news", "News", wording="Yes."), now=2)
    newer = purposes.save_purpose(connection, Purpose("news", "News", wording="Oh yes."), now=3)
    assert (made.version, again.version, newer.version) == (1, 1, 2)
    assert purposes.wording(connection, "news", 1) == "Yes."
    assert purposes.purpose(connection, "news").wording == "Oh yes."
    with pytest.raises(NotFoundError):
        purposes.purpose(connection, "calls")


def test_tags_and_who_is_not_to_be_tracked_follow_the_rows(connection: Any) -> None:
    said = [
        Event(id="1", name="tag_added", occurred_at=AT, person="p", properties={"tag": "VIP"}),
        Event(id="2", name="tag_added", occurred_at=AT, person="q", properties={"tag": "eager"}),
        Event(id="3", name="field_changed", occurred_at=AT, person="p",
              properties={"field": "do_not_track", "new": True}),
        Event(id="4", name="consent_granted", occurred_at=AT, person="p", inlet="web",
              properties={"purpose": "news"}),
    ]  # fmt: skip
    profiles.apply(connection, profile_changes(said))
    assert record_index.tags(connection) == ["eager", "VIP"]
    assert record_index.tags(connection, kind="person", start="vi") == ["VIP"]
    assert profiles.rows(connection, "person")["p"]["consent"] == {"news": "granted"}
    seen = [
        Event(id="5", name="page_viewed", occurred_at=AT, person="p", inlet="web"),
        Event(id="6", name="page_viewed", occurred_at=AT, person="q", inlet="web"),
        Event(id="7", name="order_placed", occurred_at=AT, person="p", inlet="web"),
        Event(id="8", name="page_viewed", occurred_at=AT, person="p", batch="import-1"),
    ]
    assert journal.append(connection, seen, now=0) == journal.Appended(3, 1)
    assert journal.append(connection, seen, now=0) == journal.Appended(0, 4)
    profiles.forget(connection, "person", ["p"])
    assert record_index.tags(connection) == ["eager"]
    assert journal.append(connection, seen, now=0) == journal.Appended(1, 3)
