"""What one of us changes stands on the page at once, is an event, and can be taken back."""

from types import SimpleNamespace
from typing import Any

import pytest

from tundish.areas.people import actions
from tundish.areas.people.actions import Chosen
from tundish.journal.fields import Field
from tundish.stores import fields, profiles, record_index
from tundish.terms import InputError, NotAllowedError, NotFoundError


def row(workspace: Any, kind: str, ident: str) -> dict[str, Any]:
    return profiles.rows(workspace.connection, kind, ids=[ident]).get(ident, {})


def of(user: Any, kind: str, *ids: str) -> Chosen:
    return Chosen(kind, ids, user)


def rows_of(workspace: Any) -> dict[str, Any]:
    return {kind: profiles.rows(workspace.connection, kind) for kind in profiles.KINDS}


def test_a_changed_field_shows_before_any_follower_ran(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    done = actions.set_field(
        workspace, of(us.rep, "person", prospects.noor), name="title", value="Head of Sales"
    )
    assert (done.changed, done.unchanged) == (1, 0)
    assert row(workspace, "person", prospects.noor)["title"] == "Head of Sales"


def test_the_same_value_again_writes_nothing(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    before = workspace.position
    done = actions.set_field(
        workspace, of(us.rep, "person", prospects.noor), name="country", value=" JO "
    )
    assert (done.changed, done.unchanged, workspace.position) == (0, 1, before)


def test_undo_gives_every_row_back_as_it_was(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    before = rows_of(workspace)
    chosen = of(us.owner, "person", prospects.noor, prospects.jan)
    for act in (
        lambda: actions.set_field(workspace, chosen, name="country", value="DE"),
        lambda: actions.add_tag(workspace, chosen, tag="VIP"),
        lambda: actions.set_owner(workspace, chosen, owner=us.stranger),
        lambda: actions.set_field(workspace, chosen, name="name", value="Somebody Else"),
    ):
        done = act()
        assert done.changed == 2
        assert rows_of(workspace) != before
        assert actions.undo(workspace, done.batch, by=us.owner) == 2
        assert rows_of(workspace) == before


def test_the_follower_and_a_rebuild_come_to_the_same_rows(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    chosen = of(us.owner, "person", prospects.noor, prospects.jan)
    actions.add_tag(workspace, chosen, tag="one")
    actions.add_tag(workspace, chosen, tag="two")
    actions.remove_tag(workspace, chosen, tag="one")
    actions.set_field(workspace, chosen, name="email", value="New@Delta.example")
    actions.set_field(workspace, of(us.owner, "deal", "d-1"), name="value", value="1.900,50")
    at_once = rows_of(workspace)
    workspace.catch_up()
    assert rows_of(workspace) == at_once
    workspace.rebuild()
    assert rows_of(workspace) == at_once
    assert record_index.tags(workspace.connection) == ["two"]
    assert at_once["person"][prospects.noor]["tags"] == ["two"]
    assert at_once["deal"]["d-1"]["value"] == 190_050


def test_book_keeping_is_no_activity_of_the_prospect(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    before = row(workspace, "person", prospects.noor)["last_seen"]
    actions.add_tag(workspace, of(us.rep, "person", prospects.noor), tag="VIP")
    actions.set_field(workspace, of(us.rep, "person", prospects.noor), name="title", value="Boss")
    assert row(workspace, "person", prospects.noor)["last_seen"] == before


def test_a_target_list_or_a_stage_by_hand_moves_no_time_at_once_later_or_rebuilt(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    def seen() -> list[tuple[int, int]]:
        rows = (row(workspace, "person", one) for one in (prospects.noor, prospects.jan))
        return [(one["first_seen"], one["last_seen"]) for one in rows]

    before = seen()
    for said in (
        {"name": "list_joined", "properties": {"list": "Fair"}},
        {
            "name": "stage_moved",
            "properties": {"definition": workspace.active.name, "stage": "buy"},
        },
        {"name": "persons_differ", "properties": {"one": "p-noor", "other": "p-jan"}},
        {"name": "merge_suggested", "properties": {"other": "p-jan", "kept": "p-noor"}},
    ):
        actions.write(workspace, of(us.owner, "person", prospects.noor), lambda _, s=said: s)
    assert seen() == before
    workspace.catch_up()
    assert seen() == before
    workspace.rebuild()
    assert seen() == before


def test_personal_values_stay_out_of_the_journal(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    actions.set_field(
        workspace, of(us.rep, "person", prospects.noor), name="name", value="Noor Al-Haddad"
    )
    said = workspace.connection.execute(
        "SELECT properties FROM event WHERE name = 'field_changed' AND person = 'p-noor'"
    ).fetchall()
    assert said == [('{"field":"name"}',)]
    workspace.erase(prospects.noor)
    assert "name" not in row(workspace, "person", prospects.noor)


@pytest.mark.parametrize("kind", ["person", "company", "deal"])
def test_a_stranger_and_a_viewer_change_nothing(
    workspace: Any, us: SimpleNamespace, prospects: Any, kind: str
) -> None:
    ident = {"person": prospects.noor, "company": prospects.company, "deal": prospects.deal}[kind]
    before = workspace.position
    with pytest.raises(NotFoundError):
        actions.add_tag(workspace, of(us.stranger, kind, ident), tag="x")
    with pytest.raises(NotAllowedError):
        actions.set_field(workspace, of(us.viewer, kind, ident), name="country", value="DE")
    with pytest.raises(NotFoundError):
        actions.set_owner(workspace, of(us.owner, kind, ident, "nobody"), owner=us.rep)
    assert workspace.position == before


def test_only_who_did_it_or_an_administrator_takes_it_back(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    done = actions.add_tag(workspace, of(us.rep, "person", prospects.noor), tag="x")
    for user in (us.stranger, us.viewer):
        with pytest.raises(NotFoundError):
            actions.undo(workspace, done.batch, by=user)
    assert actions.undo(workspace, done.batch, by=us.owner) == 1
    with pytest.raises(NotFoundError):
        actions.undo(workspace, done.batch, by=us.owner)


def test_an_own_field_is_kept_with_its_type(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    made = fields.save_field(
        workspace.connection, Field("person", "", "Budget", "money", currency="EUR")
    )
    assert made.name == "budget"
    chosen = of(us.rep, "person", prospects.noor)
    actions.set_field(workspace, chosen, name="budget", value="12,500.50")
    kept = row(workspace, "person", prospects.noor)
    assert kept["budget"] == {"minor_units": 1_250_050, "currency": "EUR"}
    with pytest.raises(InputError, match="not a number"):
        actions.set_field(workspace, chosen, name="budget", value="a lot")
    actions.set_field(workspace, chosen, name="budget", value="")
    assert "budget" not in row(workspace, "person", prospects.noor)


def test_an_inlet_cannot_say_what_only_we_say(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    actions.set_field(
        workspace, of(us.rep, "person", prospects.noor), name="do_not_contact", value=True
    )
    at = datetime.now(UTC)
    workspace.append(
        [
            Event(id="i1", name="person_identified", occurred_at=at, person="p-noor", inlet="web",
                properties={"do_not_contact": False, "tags": ["free"], "owner": "Sten Vos"}),
            Event(id="i2", name="tag_added", occurred_at=at, person="p-noor", inlet="web",
                properties={"tag": "free"}),
            Event(id="i3", name="field_changed", occurred_at=at, person="p-noor", inlet="web",
                properties={"field": "owner", "new": "Sten Vos"}),
        ]
    )  # fmt: skip
    workspace.catch_up()
    kept = row(workspace, "person", prospects.noor)
    assert kept["do_not_contact"] is True
    assert kept["owner"] == us.rep.name
    assert "tags" not in kept


def test_whoever_is_not_to_be_tracked_leaves_no_page_views_but_their_forms(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    def arrives(ident: str, name: str, **said: Any) -> Event:
        return Event(
            id=ident, name=name, occurred_at=datetime.now(UTC), **({"inlet": "web"} | said)
        )

    workspace.append(
        [
            arrives("m", "person_merged", person="p-noor",
                properties={"other": "anon:noor-phone", "kept": "p-noor"}),
        ]
    )  # fmt: skip
    done = actions.set_field(
        workspace, of(us.rep, "person", prospects.noor), name="do_not_track", value="yes"
    )
    coming = [
        arrives("n1", "page_viewed", person="p-noor"),
        arrives("n2", "page_viewed", person="anon:noor-phone"),
        arrives("n3", "form_submitted", person="p-noor"),
        arrives("n4", "page_viewed", person="p-jan"),
        arrives("n5", "call_held", person="p-noor", inlet="typed", actor=us.rep.public_id),
    ]
    assert workspace.append(coming).new == 3
    actions.undo(workspace, done.batch, by=us.rep)
    assert workspace.append(coming).new == 2
