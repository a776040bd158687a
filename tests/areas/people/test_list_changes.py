# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""Many records changed in one go, and taken back; the list as a file."""

import csv
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.stores import profiles, record_index

ALL = {"everything": "1"}


def rows(workspace: Any) -> dict[str, Any]:
    workspace.catch_up()
    return profiles.rows(workspace.connection, "person")


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tundish.areas.people.lists.bulk.AT_ONCE", 2)
    monkeypatch.setattr("tundish.areas.people.lists.bulk.VOIDED_AT_ONCE", 1)


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({"do": "tag", "to_tag": "vip"}, lambda row: row["tags"] == ["vip"]),
        ({"do": "owner", "to_owner": "{rep}"}, lambda row: row["owner"] == "Rima Haddad"),
        ({"do": "owner", "to_owner": ""}, lambda row: "owner" not in row),
        ({"do": "field", "to_field": "country", "to_value_country": "SE"},
         lambda row: row["country"] == "SE"),
        ({"do": "field", "to_field": "do_not_contact", "to_value_do_not_contact": "yes"},
         lambda row: row["do_not_contact"] is True),
    ],
)  # fmt: skip
def test_all_that_match_are_changed_and_taken_back_as_they_were(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, change: Any, holds: Any
) -> None:
    client, before = browse(us.owner), rows(workspace)
    change = {key: value.format(rep=us.rep.pk) for key, value in change.items()}
    answer = client.post("/lists/people/bulk?f=name:is_set", {**ALL, **change}, follow=True)
    assert "2 entries were changed." in answer.content.decode()
    after = rows(workspace)
    assert all(holds(after[one]) for one in (prospects.noor, prospects.jan))
    assert after[prospects.visitor] == before[prospects.visitor]
    undo = answer.content.decode().partition('action="/lists/bulk/')[2].partition('"')[0]
    client.post(f"/lists/bulk/{undo}")
    assert rows(workspace) == before
    assert record_index.tags(workspace.connection) == []


@pytest.mark.parametrize("later", [True, False])
def test_a_large_change_goes_on_step_by_step_and_back(
    browse: Any,
    us: SimpleNamespace,
    workspace: Any,
    prospects: Any,
    two_at_once: Any,
    monkeypatch: pytest.MonkeyPatch,
    later: bool,
) -> None:
    monkeypatch.setattr("tundish.areas.people.lists.bulk.follows_later", lambda _: later)
    client, before = browse(us.owner), rows(workspace)
    answer = client.post("/lists/people/bulk", {**ALL, "do": "tag", "to_tag": "all"}, follow=True)
    shown = answer.context["change"]
    assert (shown.done, shown.total, shown.status) == (2, 3, "running")
    address = f"/lists/bulk/{shown.id}"
    assert browse(us.rep).post(address).status_code == 404
    assert "3 entries were changed." in client.post(address, follow=True).content.decode()
    assert all(row["tags"] == ["all"] for row in rows(workspace).values())
    undoing = client.post(f"{address}/undo", follow=True)
    assert undoing.context["change"].status == "undoing"
    assert "The change was taken back" in client.post(address, follow=True).content.decode()
    assert rows(workspace) == before


def test_a_stage_by_hand_and_a_target_list(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.owner)
    one = {"id": prospects.noor}
    client.post("/lists/people/bulk", {**one, "do": "stage", "to_stage": "buy"})
    client.post("/lists/people/bulk", {**one, "do": "target_list", "to_list": "Fair 2026"})
    workspace.catch_up()
    found = client.get("/people?f=stage:equals:buy&f=~did:list_joined:1::list:equals:Fair 2026")
    assert [line.record.pk for line in found.context["listing"].lines] == [prospects.noor]


@pytest.mark.parametrize(
    "change",
    [
        {"do": "tag", "to_tag": ""},
        {"do": "tag", "to_tag": "x" * 61},
        {"do": "erase"},
        {},
        {"do": "owner", "to_owner": "424242"},
        {"do": "field", "to_field": "nothing"},
        {"do": "stage", "to_stage": "nowhere"},
        {"do": "target_list", "to_list": ""},
    ],
)
def test_what_cannot_be_changed_changes_nothing(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, change: Any
) -> None:
    before = rows(workspace)
    answer = browse(us.owner).post("/lists/people/bulk", {**ALL, **change})
    assert answer.status_code in (404, 422)
    assert rows(workspace) == before


def test_nobody_changes_what_they_may_not_see_and_a_viewer_nothing(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    change = {"do": "tag", "to_tag": "mine"}
    browse(us.rep).post("/lists/people/bulk", {**ALL, **change})
    browse(us.rep).post("/lists/people/bulk", {"id": prospects.jan, **change})
    tagged = [unit for unit, row in rows(workspace).items() if row.get("tags")]
    assert tagged == [prospects.noor]
    viewer = browse(us.viewer)
    assert viewer.post("/lists/people/bulk", {**ALL, **change}).status_code == 403
    assert viewer.get("/lists/people/export").status_code == 403
    text = viewer.get("/people").content.decode()
    assert "data-pick" not in text
    assert "/lists/people/export" not in text


def test_the_file_has_the_lists_order_and_columns_and_no_formula(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.owner)
    client.post(
        "/lists/people/bulk", {"id": prospects.jan, "do": "field", "to_field": "title",
                               "to_value_title": "=1+1"},
    )  # fmt: skip
    client.post("/lists/people/columns", {"column": ["title", "country", "company_name"]})
    answer = client.get("/lists/people/export?f=name:is_set&sort=name")
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    head, *lines = csv.reader(StringIO(text[1:]))
    assert head == ["Id", "Name", "E-mail", "Telephone", "Job title", "Country", "Company"]
    assert lines == [
        ["p-jan", "Jan Smit", "", "", "'=1+1", "", ""],
        ["p-noor", "Noor Haddad", "noor@delta.example", "", "", "JO", "Delta Trading"],
    ]
    hers = browse(us.rep).get("/lists/people/export").getvalue().decode()
    assert "Jan Smit" not in hers
    assert "attachment" in answer.headers["Content-Disposition"]


def test_two_windows_make_each_step_of_a_change_once(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, two_at_once: Any
) -> None:
    from tundish.areas.people.lists import bulk
    from tundish.stores import bulk_changes, targets

    change = {"do": "target_list", "list": "Fair", "owner": "", "tag": ""}
    everybody = [prospects.noor, prospects.jan, prospects.visitor]
    begun = bulk.begin(workspace, "person", ids=everybody, change=change, by=us.owner, back="")
    assert begun.status == "running"
    for window in (begun, begun):
        assert bulk.step(workspace, window, by=us.owner).status == "done"
    done = bulk_changes.get(workspace.connection, begun.id, actor=us.owner.public_id)
    assert (done.done, len(done.batches)) == (3, 2)
    entries = [targets.entries(workspace.connection, "Fair", person=one) for one in everybody]
    assert [len(found) for found in entries] == [1, 1, 1]


def test_a_file_names_no_company_that_its_reader_may_not_see(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from tundish.journal.event import Event
    from tundish.terms import from_micros

    at = from_micros(workspace.now())
    workspace.append(
        [
            Event(id="s1", name="company_created", occurred_at=at, company="c-secret",
                  properties={"name": "Secret Works", "owner": us.owner.name}),
            Event(id="s2", name="person_identified", occurred_at=at, person="p-omar",
                  company="c-secret", personal={"name": "Omar"}, properties={"owner": us.owner.name}),
            Event(id="s3", name="deal_created", occurred_at=at, person="p-omar", deal="d-9",
                  properties={"name": "Nine", "owner": us.rep.name}),
        ]
    )  # fmt: skip
    workspace.catch_up()
    client = browse(us.rep)
    client.post("/lists/people/columns", {"column": ["company_name", "country"]})
    assert "Omar" in client.get("/people?all=1").content.decode()
    hers = client.get("/lists/people/export").getvalue().decode()
    assert "Omar" in hers
    assert "Delta Trading" in hers
    assert "Secret" not in hers
    browse(us.owner).post("/lists/people/columns", {"column": ["company_name"]})
    assert "Secret Works" in browse(us.owner).get("/lists/people/export").getvalue().decode()


def test_the_last_changes_stand_in_a_list_and_can_be_taken_back_from_it(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    owner, rep, before = browse(us.owner), browse(us.rep), rows(workspace)
    assert "No bulk changes yet" in owner.get("/lists/changes").content.decode()
    rep.post("/lists/people/bulk", {**ALL, "do": "tag", "to_tag": "vip"})
    rep.post("/lists/people/bulk", {**ALL, "do": "target_list", "to_list": "Fair"})
    lines = rep.get("/lists/changes").context["lines"]
    assert [(told, one.total) for one, told in lines] == [
        ("Put on the target list: Fair", 1), ("Tag added: vip", 1),
    ]  # fmt: skip
    assert [one.id for one, _ in owner.get("/lists/changes").context["lines"]] == [
        one.id for one, _ in lines
    ]
    assert "/lists/changes" in rep.get("/people").content.decode()
    for one, _ in lines:
        owner.post(f"/lists/bulk/{one.id}/undo")
    assert rows(workspace) == before
    assert [one.status for one, _ in rep.get("/lists/changes").context["lines"]] == ["undone"] * 2
    owner.post("/lists/people/bulk", {**ALL, "do": "tag", "to_tag": "own"})
    made = owner.get("/lists/changes").context["lines"][0][0]
    assert len(rep.get("/lists/changes").context["lines"]) == 2
    assert rep.post(f"/lists/bulk/{made.id}/undo").status_code == 404
    assert browse(us.viewer).get("/lists/changes").status_code == 403


def test_nobody_goes_on_with_anothers_change_but_may_stop_it(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, two_at_once: Any,
) -> None:  # fmt: skip
    us.rep.scope = "all"
    us.rep.save()
    client = browse(us.rep)
    client.post("/lists/people/bulk", {**ALL, "do": "tag", "to_tag": "all"})
    owner = browse(us.owner)
    made = owner.get("/lists/changes").context["lines"][0][0]
    assert made.status == "running"
    assert owner.get(f"/lists/bulk/{made.id}").status_code == 404
    owner.post(f"/lists/bulk/{made.id}/undo")
    assert record_index.tags(workspace.connection) == []
