# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""Saved views, columns, and a view as the segment of the funnel page."""

from types import SimpleNamespace
from typing import Any

import pytest

from tundish.stores import saved_views

QUERY = "f=name:is_set&sort=name"


def save(client: Any, name: str = "Named", query: str = QUERY, **more: str) -> int:
    answer = client.post(f"/lists/people/views?{query}", {"name": name, **more})
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].rpartition("view=")[2].split("&")[0])


def listed(client: Any, path: str = "/people?all=1") -> list[tuple[str, bool]]:
    return [(view.name, view.pinned) for view, _ in client.get(path).context["views"]]


def test_a_view_keeps_the_question_and_opens_by_its_number(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    made = save(client)
    answer = client.get(f"/people?view={made}", follow=True)
    assert "f=name%3Ais_set" in answer.redirect_chain[0][0]
    assert [line.record.shown_name for line in answer.context["listing"].lines] == [
        "Jan Smit", "Noor Haddad",
    ]  # fmt: skip
    assert not answer.context["view_changed"]
    without = client.get(answer.context["phrases"][0][1].join(["/people?", ""]))
    assert without.context["view_changed"]
    assert without.context["listing"].total == 3


def test_a_private_view_is_its_owners_alone_and_a_shared_one_nobodys_to_change_but_the_owners(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    mine, hers = browse(us.owner), browse(us.rep)
    made = save(mine)
    assert listed(hers) == []
    assert hers.post(f"/lists/view/{made}", {"do": "pin"}).status_code == 404
    mine.post(f"/lists/view/{made}", {"do": "share"})
    assert listed(hers) == [("Named", False)]
    hers.post(f"/lists/view/{made}", {"do": "pin"})
    assert listed(hers) == [("Named", True)]
    for do in ("remove", "rename", "hide", "update"):
        assert hers.post(f"/lists/view/{made}", {"do": do, "name": "X"}).status_code == 403
    assert hers.post(f"/lists/view/{made}/restore").status_code == 404


def test_one_view_may_open_first(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    client = browse(us.owner)
    first, second = save(client, "One"), save(client, "Two", "f=name:is_not_set")
    for made in (first, second):
        client.post(f"/lists/view/{made}", {"do": "first"})
    assert f"view={second}" in client.get("/people").headers["Location"]
    assert client.get("/people?all=1").status_code == 200
    client.post(f"/lists/view/{second}", {"do": "not_first"})
    assert client.get("/people").status_code == 200


def test_a_removed_view_comes_back(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    client = browse(us.owner)
    made = save(client)
    client.post(f"/lists/view/{made}", {"do": "remove"})
    assert listed(client) == []
    gone = client.get(f"/people?view={made}", follow=True)
    assert "This view was removed" in gone.content.decode()
    client.post(f"/lists/view/{made}/restore")
    assert listed(client) == [("Named", True)]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Named"])
def test_a_view_needs_a_name_of_its_own(
    browse: Any, us: SimpleNamespace, prospects: Any, name: str
) -> None:
    client = browse(us.owner)
    save(client)
    assert client.post("/lists/people/views", {"name": name}).status_code == 422


def test_columns_are_remembered_for_the_list_and_for_each_view(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    made = save(client)
    client.post("/lists/people/columns", {"column": ["country", "email"]})
    client.post(
        f"/lists/people/columns?{QUERY}&view={made}",
        {"column": ["tags", "country", "owner"], "move": "owner:earlier"},
    )

    def columns(query: str) -> list[str]:
        return client.get(f"/people?{query}").context["column_names"]

    assert columns("all=1") == ["country", "email"]
    assert columns(f"{QUERY}&view={made}") == ["tags", "owner", "country"]
    assert "noor@delta.example" in client.get("/people?all=1").content.decode()
    client.post("/lists/people/columns", {"reset": "1", "column": ["country"]})
    assert columns("all=1")[0] == "stage"


@pytest.mark.parametrize(
    "query", ["f=name:is_set", "f=~did:page_viewed:3", "q=noor", "f=country:is_not_set"]
)
def test_a_view_as_the_funnels_segment_counts_the_same_people(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, query: str
) -> None:
    client = browse(us.owner)
    made = save(client, query=query)
    report = client.get(f"/funnel?segment=view:{made}").context["report"]
    inside = client.get(f"/people?{query}&f=stage:is_set").context["listing"]
    assert report.passes == inside.total
    for stage in report.chosen.definition.stages:
        here = client.get(f"/people?{query}&f=stage:equals:{stage.name}").context["listing"]
        shown = next(one for one in report.stages if one.name == stage.name)
        assert shown.counts["still_here"] == here.total
    body = saved_views.view(workspace.connection, made, reader=us.owner.public_id).body
    if body["filter"]:
        assert workspace.live_report(segment=body["filter"]).passes == report.passes
        assert workspace.stage_funnel(segment=body["filter"]).passes == report.passes


def test_a_view_as_a_segment_counts_nobody_whom_its_list_hides(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    query = "f=name:equals:Jan+Smit"
    of_owner, of_rep = browse(us.owner), browse(us.rep)
    everything, own = save(of_owner, query=query), save(of_rep, query=query)
    shown = of_rep.get(f"/people?{query}").context["listing"].total
    assert shown == 0
    assert of_owner.get(f"/funnel?segment=view:{everything}").context["report"].passes == 1
    assert of_rep.get(f"/funnel?segment=view:{own}").context["report"].passes == shown
    assert of_owner.get(f"/funnel?segment=view:{everything}").context["report"].passes == 1


def test_a_view_of_another_kind_or_person_is_no_segment(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    answer = client.post("/lists/deals/views?f=name:is_set", {"name": "Deals"})
    deals = int(answer.headers["Location"].rpartition("view=")[2])
    assert client.get(f"/funnel?segment=view:{deals}").status_code == 422
    mine = save(client)
    assert browse(us.rep).get(f"/funnel?segment=view:{mine}").status_code == 404
    assert client.get("/funnel?segment=view:99999").status_code == 404


def test_people_open_with_those_who_are_known_and_count_all(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    first = client.get("/people").context
    assert first["ready_here"] == "known"
    assert [(tab.name, tab.total) for tab in first["ready"]] == [("known", 2), ("visitors", 1)]
    assert (first["listing"].total, first["whole"]) == (2, 3)
    for tab in first["ready"]:
        shown = client.get(f"/people?{tab.query}").context
        assert (shown["listing"].total, shown["ready_here"]) == (tab.total, tab.name)
    # Pages, order and search stay within the known.
    found = client.get(f"/people?{first['asked'].but(text='7f00').query}").context
    assert (found["listing"].total, found["ready_here"]) == (0, "known")
    assert client.get("/people?all=1").context["listing"].total == 3
    assert client.get("/people?who=visitors").context["ready_here"] == "visitors"
    assert client.get("/companies").context["ready"] == []


def test_where_nobody_is_known_the_list_opens_with_all(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE person SET name = NULL, email = NULL, phone = NULL")
    answer = browse(us.owner).get("/people")
    assert (answer.context["ready_here"], answer.context["listing"].total) == ("", 3)
    known = browse(us.owner).get("/people?who=known")
    assert "Nobody is known yet" in known.content.decode()


def test_deals_show_their_stage_where_the_funnel_counts_them_and_their_status_elsewhere(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.owner)
    shown = client.get("/deals")
    assert shown.context["column_names"][0] == "stage_hint"
    assert ">Open</bdi>" in shown.content.decode()
    assert client.get("/deals?f=stage_hint:equals:won").context["listing"].total == 0
    assert client.get("/deals?f=stage_hint:in:prospecting,engaging").context["listing"].total == 1
    assert b",Open," in b"".join(client.get("/lists/deals/export").streaming_content)
    workspace.use("opportunities")
    workspace.catch_up()
    assert client.get("/deals").context["column_names"][:2] == ["stage", "stage_days"]
