"""Target lists: who was put on them, who knows us since, and who may see it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.funnel.targets import OURS, Reach
from tundish.journal.event import Event
from tundish.journal.names import RECORD_KEEPING, TOUCHPOINTS

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASTED = """Noor Haddad, noor@delta.example, Delta Trading
"Smit, Jan";jan@narwhal.example
sam@echo.example\tSam Reed
"""


def happens(workspace: Any, *rows: tuple[str, str, float]) -> None:
    workspace.append(
        Event(
            id=f"{name}{person}{day}", name=name, person=person,
            occurred_at=START + timedelta(days=day),
            properties={"list": "Fair"} if name == "list_joined" else {},
        )
        for name, person, day in rows
    )  # fmt: skip


def reach_of(workspace: Any, name: str = "Fair") -> Reach | None:
    from tundish.workspace.targets import lists

    return lists(workspace).get(name)


def test_each_member_knew_us_was_made_aware_or_is_not_yet(workspace: Any) -> None:
    happens(
        workspace,
        *[("list_joined", person, 1) for person in ("knew", "aware", "mailed", "none", "bought")],
        ("page_viewed", "knew", 0), ("page_viewed", "knew", 3),
        ("mail_replied", "aware", 2), ("list_joined", "aware", 5),
        ("mail_sent", "mailed", 2), ("mail_opened", "mailed", 2), ("field_changed", "mailed", 3),
        ("call_held", "bought", 2), ("order_paid", "bought", 4), ("order_paid", "stranger", 4),
        ("person_merged", "none", 6),
    )  # fmt: skip
    found = reach_of(workspace)
    assert found == Reach(members=5, knew=1, aware=2, customers=1)
    assert (found.not_yet, found.made_aware.part, found.made_aware.whole) == (2, 2, 4)


def test_what_is_ours_is_no_behaviour_and_no_touchpoint_but_an_opened_mail_and_an_offer() -> None:
    assert RECORD_KEEPING <= OURS
    assert {"mail_opened", "offer_sent"} == OURS & TOUCHPOINTS


def test_pasted_people_are_made_or_found_and_can_be_taken_back(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    from tundish.areas.people.models import Person

    client = browse(us.owner)
    assert client.post("/targets/add", {"name": " Fair  list ", "lines": PASTED}).status_code == 302
    assert reach_of(workspace, "Fair list") == Reach(3, 0, 0, 0)
    people = {one.email: one for one in Person.objects.all()}
    assert people["noor@delta.example"].name == "Noor Haddad"
    assert people["jan@narwhal.example"].name == "Smit, Jan"
    assert people["sam@echo.example"].name == "Sam Reed"
    page = client.post(
        "/targets/add", {"name": "Second", "lines": "NOOR@delta.example"}, follow=True
    )
    assert Person.objects.count() == 3
    undo = [m.extra_tags for m in page.context["messages"]][-1].removeprefix("undo:")
    client.post(undo)
    assert reach_of(workspace, "Second") is None


def test_a_rep_with_prospects_of_her_own_adds_people_and_a_company_once(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    from tundish.areas.people.models import Company, Person

    lines = "Ana, ana@acme.example, Acme\nBo, bo@acme.example, Acme\nANA@acme.example"
    answer = browse(us.rep).post("/targets/add", {"name": "Fair", "lines": lines}, follow=True)
    assert answer.status_code == 200
    assert {one.name for one in Person.objects.all()} == {"Ana", "Bo"}
    assert [one.name for one in Company.objects.all()] == ["Acme"]
    assert reach_of(workspace) == Reach(2, 0, 0, 0)


def test_somebody_is_taken_off_and_comes_back(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    from tundish.areas.people.models import Person

    client = browse(us.owner)
    client.post("/targets/add", {"name": "Fair", "lines": PASTED})
    one = Person.objects.get(email="noor@delta.example")
    page = client.post("/targets/remove", {"name": "Fair", "person": one.pk}, follow=True)
    assert reach_of(workspace).members == 2
    undo = [m.extra_tags for m in page.context["messages"]][-1].removeprefix("undo:")
    client.post(undo)
    assert reach_of(workspace).members == 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "", "lines": PASTED}, "list_name_wrong"),
        ({"name": "x" * 81, "lines": PASTED}, "list_name_wrong"),
        ({"name": "A", "lines": " \n "}, "list_empty"),
        ({"name": "A", "lines": "Ann\n" * 501}, "list_too_long"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_written(
    browse: Any, us: SimpleNamespace, workspace: Any, said: dict[str, str], code: str
) -> None:
    before = workspace.position
    answer = browse(us.owner).post("/targets/add", said)
    assert (answer.status_code, answer.context["error"].code) == (422, code)
    assert workspace.position == before


def test_a_list_named_by_an_address_is_found_under_what_the_journal_keeps(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    said = {"name": "For ana@firm.example", "lines": "Ann"}
    assert browse(us.owner).post("/targets/add", said, follow=True).status_code == 200
    assert reach_of(workspace, "For [e-mail]").members == 1


def test_lines_that_name_nobody_stay_in_the_form_and_the_others_are_taken(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    from tundish.areas.people.models import Person

    long = "x" * 100_000
    pasted = f"""Name, E-mail, Company

Tom Long <tom@odd.example>
Bob, bob@nowhere
  ,  ,
"Ann Ray", ann@odd.example, "Kick; Co"
{long}
"""
    answer = browse(us.owner).post("/targets/add", {"name": "Fair", "lines": pasted})
    assert answer.status_code == 422
    assert [(one.number, one.wrong.code) for one in answer.context["refused"]] == [
        (4, "mail_unreadable"), (7, "text_too_long"),
    ]  # fmt: skip
    assert answer.context["typed"]["lines"] == f"Bob, bob@nowhere\n{long}"
    assert reach_of(workspace).members == 2
    found = {one.email: one.name for one in Person.objects.all()}
    assert found == {"tom@odd.example": "Tom Long", "ann@odd.example": "Ann Ray"}


def test_names_obey_what_one_may_see_and_a_viewer_adds_nothing(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    from tundish.areas.people.models import Person

    browse(us.owner).post("/targets/add", {"name": "Fair", "lines": PASTED})
    text = browse(us.stranger).get("/targets/list?name=Fair").content.decode()
    assert "Noor Haddad" not in text
    assert "3 more that you may not see" in text
    one = Person.objects.first()
    taken = {"name": "Fair", "person": one.pk}
    assert browse(us.stranger).post("/targets/remove", taken).status_code == 404
    for path in ("add", "remove"):
        assert browse(us.viewer).post(f"/targets/{path}", taken).status_code == 403
    assert browse(us.owner).get("/targets/list?name=None").status_code == 404
    assert reach_of(workspace).members == 3


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1360), ("ar", "dark", 1360), ("en", "dark", 360), ("ar", "light", 360)],
)
def test_the_pages_are_accessible_and_fit(
    signed_in_page: Any, assert_accessible: Any, browse: Any, us: SimpleNamespace,
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    page = signed_in_page("/targets", language=language, theme=theme, width=width)
    assert_accessible(page)
    browse(us.owner).post("/targets/add", {"name": "Fair in spring", "lines": PASTED})
    for path in ("/targets", "/targets/list?name=Fair%20in%20spring"):
        page.goto(path)
        assert_accessible(page)
