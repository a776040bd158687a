"""Duplicates: found with their reasons, compared, made one with a choice of values, and two again."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.journal.event import Event
from tundish.stores import profiles

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def twins(workspace: Any) -> SimpleNamespace:
    """Jan twice, with other addresses; Jana, who is somebody else; all followed and compared."""

    def told(person: str, day: float, personal: dict[str, str], **properties: Any) -> Event:
        return Event(
            id=f"{person}{day}", name="person_identified", person=person, company="c-echo",
            occurred_at=START + timedelta(days=day), personal=personal, properties=properties,
        )  # fmt: skip

    def happens(person: str, day: float, name: str) -> Event:
        at = START + timedelta(days=day)
        return Event(id=f"{name}{person}{day}", name=name, person=person, occurred_at=at)

    phone = "+49 30 901820"
    workspace.append(
        [
            told("jan", 0, {"name": "Jan Smit", "email": "jan@echo.example", "phone": phone},
                 title="Buyer", country="DE"),
            told("jan2", 1, {"name": "Jan Smit", "email": "j.smit@mail.example", "phone": "030901820"},
                 title="Head buyer"),
            told("jana", 2, {"name": "Jana Berg", "email": "jana@echo.example"}),
            happens("jan", 3, "form_submitted"), happens("jan2", 4, "demo_held"),
        ]
    )  # fmt: skip
    workspace.use("aida")
    workspace.catch_up()
    from tundish.workspace.duplicates import find

    find(workspace)
    return SimpleNamespace(jan="jan", other="jan2", jana="jana")


def rows(workspace: Any) -> dict[str, Any]:
    return {kind: profiles.rows(workspace.connection, kind) for kind in profiles.KINDS}


def standing(workspace: Any) -> dict[str, list[int]]:
    from tundish.stores import visits

    found = visits.load(workspace.connection, workspace.active.id)
    return {unit: [] for unit in found.unit.to_list()}


def undo_of(page: Any) -> str:
    return [m.extra_tags for m in page.context["messages"]][-1].removeprefix("undo:")


def test_the_pair_is_shown_with_its_reasons_and_others_are_not(
    browse: Any, us: SimpleNamespace, twins: Any
) -> None:
    page = browse(us.owner).get("/duplicates?kind=exact")
    [(pair, reasons)] = page.context["lines"]
    assert {pair.one.pk, pair.other.pk} == {twins.jan, twins.other}
    assert "The same telephone number" in [text for text, _, _ in reasons]
    assert ("Other e-mail addresses", False) in [(text, speaks) for text, _, speaks in reasons]
    assert "Jana Berg" not in page.content.decode()


def test_merging_keeps_the_chosen_values_and_every_address_and_can_be_undone(
    browse: Any, us: SimpleNamespace, workspace: Any, twins: Any
) -> None:
    before = rows(workspace)
    client = browse(us.owner)
    address = f"/duplicates/merge?kept={twins.jan}&other={twins.other}"
    lines = {one["field"].name: one for one in client.get(address).context["lines"]}
    assert {name for name, one in lines.items() if one["differs"]} == {"email", "phone", "title"}
    said = {"kept": twins.jan, "other": twins.other, "field-title": "other", "field-email": "one"}
    page = client.post("/duplicates/merge", said, follow=True)
    merged = rows(workspace)["person"]
    assert twins.other not in merged
    one = merged[twins.jan]
    assert (one["title"], one["email"], one["country"]) == ("Head buyer", "jan@echo.example", "DE")
    assert "j.smit@mail.example" in one["emails"]
    assert "030901820" in one["phones"]
    names = workspace.events(unit_kind="person", ids=[twins.jan]).event.to_list()
    assert {"form_submitted", "demo_held"} <= set(names)
    assert "jan2" not in standing(workspace)
    client.post(undo_of(page))
    workspace.catch_up()
    assert rows(workspace) == before
    assert "jan2" in standing(workspace)


def test_a_merge_of_yesterday_is_made_two_again_from_the_list(
    browse: Any, us: SimpleNamespace, workspace: Any, twins: Any
) -> None:
    before = rows(workspace)
    client = browse(us.owner)
    client.post("/duplicates/merge", {"kept": twins.jan, "other": twins.other})
    [merge] = client.get("/duplicates?kind=merged").context["current"]
    assert (merge.kept.pk, merge.actor) == (twins.jan, us.owner.public_id)
    client.post(f"/record/undo/{merge.batch}")
    workspace.catch_up()
    assert rows(workspace) == before
    assert list(client.get("/duplicates?kind=merged").context["current"]) == []


def test_a_pair_said_to_be_two_stays_away_until_that_is_taken_back(
    browse: Any, us: SimpleNamespace, workspace: Any, twins: Any
) -> None:
    from tundish.workspace.duplicates import find

    client = browse(us.owner)
    said = {"one": twins.other, "other": twins.jan, "kind": "exact"}
    page = client.post("/duplicates/apart", said, follow=True)
    assert page.context["lines"] == []
    assert find(workspace) == 0
    client.post(undo_of(page))
    find(workspace)
    assert len(client.get("/duplicates?kind=exact").context["lines"]) == 1


def test_a_tracking_call_suggests_and_joins_nobody(
    browse: Any, us: SimpleNamespace, workspace: Any, twins: Any
) -> None:
    said = {"kept": twins.jan, "other": twins.jana}
    event = {"id": "s1", "name": "merge_suggested", "person": twins.jan, "inlet": "website"}
    workspace.append([Event(occurred_at=START, properties=said, **event)])
    workspace.catch_up()
    assert twins.jana in rows(workspace)["person"]
    [(pair, _)] = browse(us.owner).get("/duplicates?kind=suggested").context["lines"]
    assert (pair.one.pk, pair.other.pk) == (twins.jan, twins.jana)


def test_who_may_not_see_both_learns_nothing_and_a_viewer_changes_nothing(
    browse: Any, us: SimpleNamespace, workspace: Any, twins: Any
) -> None:
    stranger = browse(us.stranger)
    assert stranger.get("/duplicates?kind=exact").context["lines"] == []
    pair = {"kept": twins.jan, "other": twins.other, "one": twins.jan}
    assert stranger.post("/duplicates/merge", pair).status_code == 404
    assert stranger.post("/duplicates/apart", pair).status_code == 404
    for path in ("merge", "apart"):
        assert browse(us.viewer).post(f"/duplicates/{path}", pair).status_code == 403
    owner = browse(us.owner)
    assert owner.post("/duplicates/merge", pair | {"other": twins.jan}).status_code == 422
    assert owner.post("/duplicates/merge", pair | {"other": "nobody"}).status_code == 404
    assert len(rows(workspace)["person"]) == 3


def test_another_is_found_by_a_word_and_compared(
    browse: Any, us: SimpleNamespace, twins: Any
) -> None:
    page = browse(us.owner).get(f"/duplicates/merge?kept={twins.jan}&q=berg")
    assert [one.pk for one in page.context["found"]] == [twins.jana]
    page = browse(us.owner).get(f"/duplicates/merge?kept={twins.jan}&other={twins.jana}")
    assert page.status_code == 200


def test_the_worker_compares_after_a_change_and_rests_after_it(workspace: Any, twins: Any) -> None:
    from tundish.stores import likeness
    from tundish.workspace import duplicates

    assert twins.jan
    duplicates._next.clear()
    assert len(likeness.found(workspace.connection)) == 1
    personal = {"name": "Jan Smith", "email": "jan@echo.example"}
    workspace.append([Event("n1", "person_identified", START, person="jan3", personal=personal)])
    workspace.catch_up()
    duplicates.find_if_changed(workspace)
    assert len(likeness.found(workspace.connection)) > 1
    assert duplicates._next[str(workspace.folder)] > 0


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1360), ("ar", "dark", 1360), ("en", "dark", 360), ("ar", "light", 360)],
)
def test_the_pages_are_accessible_and_fit(
    signed_in_page: Any, assert_accessible: Any, twins: Any,
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    page = signed_in_page("/duplicates", language=language, theme=theme, width=width)
    for path in (
        "/duplicates?kind=exact", "/duplicates?kind=merged", f"/duplicates/merge?kept={twins.jan}&q=j",
        f"/duplicates/merge?kept={twins.jan}&other={twins.other}",
    ):  # fmt: skip
        page.goto(path)
        assert_accessible(page)
