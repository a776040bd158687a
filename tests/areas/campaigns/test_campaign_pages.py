"""Campaigns: figures from events, budget and costs, links, who may change them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tundish.journal.event import Event
from tundish.terms import Money

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SPRING = {"name": "Spring", "key": " Spring-2026 ", "budget": "1000.00"}


def happens(workspace: Any, *rows: tuple[str, str | None, float, dict[str, Any]]) -> None:
    workspace.append(
        Event(
            id=f"{name}{person}{day}", name=name, person=person,
            occurred_at=START + timedelta(days=day), **said,
        )
        for name, person, day, said in rows
    )  # fmt: skip


def figures(workspace: Any) -> Any:
    from tundish.workspace.campaigns import figures as found

    return found(workspace)


@pytest.fixture
def spring(browse: Any, us: SimpleNamespace) -> Any:
    from tundish.areas.campaigns.models import Campaign

    assert browse(us.owner).post("/campaigns/new", SPRING).status_code == 302
    return Campaign.objects.get()


def test_figures_count_persons_once_and_purchases_after_the_first_touch(workspace: Any) -> None:
    spring = {"campaign": "Spring-2026"}
    happens(
        workspace,
        ("session_started", "anon:1", 0, spring),
        ("person_merged", "ann", 0.1, {"properties": {"other": "anon:1", "kept": "ann"}}),
        ("session_started", "ann", 1, spring),
        ("session_started", "ann", 1.5, spring | {"session": "s1"}),
        ("form_submitted", "ann", 1.6, {"session": "s1"}),
        ("form_submitted", "ann", 1, spring),
        ("order_paid", "ann", 2, {"value": Money(5_000, "EUR")}),
        ("order_paid", "ann", 9, {"value": Money(700, "USD")}),
        ("order_paid", "bob", 1, {"value": Money(9_000, "EUR")}),  # before the campaign
        ("advert_clicked", "bob", 3, {"campaign": "spring-2026"}),
        ("session_started", "robot", 3, spring | {"bot": True}),
        ("session_started", "cem", 3, {"campaign": "autumn"}),
    )
    found = figures(workspace)["spring-2026"]
    assert (found.visits, found.submissions, found.people, found.customers) == (3, 2, 2, 1)
    assert found.won == (Money(5_000, "EUR"), Money(700, "USD"))
    assert (found.bought.part, found.bought.whole) == (1, 2)
    assert figures(workspace)["autumn"].people == 1


def test_costs_are_events_that_add_up_and_can_be_taken_back(
    browse: Any, us: SimpleNamespace, workspace: Any, spring: Any
) -> None:
    client = browse(us.owner)
    address = f"/campaigns/{spring.pk}"
    for day, amount in (("2026-03-01", "1,600.50"), ("2026-03-02", "600,50")):
        answer = client.post(f"{address}/costs", {"day": day, "amount": amount, "item": "ads"})
        assert answer.status_code == 302
    assert figures(workspace)["spring-2026"].cost == (Money(220_100, "EUR"),)
    text = client.get(address).content.decode()
    assert "€2,201" in text
    assert "over budget: 220%" in text
    entry = client.get(address).context["costs"][0]
    assert (entry.item, entry.day.isoformat()) == ("ads", "2026-03-02")
    taken = client.post(f"{address}/costs/remove", {"entry": entry.id}, follow=True)
    assert figures(workspace)["spring-2026"].cost == (Money(160_050, "EUR"),)
    undo = next(m.extra_tags for m in taken.context["messages"]).removeprefix("undo:")
    browse(us.viewer).post(undo)
    assert figures(workspace)["spring-2026"].cost == (Money(160_050, "EUR"),)
    for _pressed_twice in range(2):
        client.post(undo)
        assert figures(workspace)["spring-2026"].cost == (Money(220_100, "EUR"),)
    assert client.post(f"{address}/costs/remove", {"entry": "none"}).status_code == 404


def test_costs_come_by_file_once_and_can_be_taken_back(workspace: Any, tmp_path: Any) -> None:
    file = tmp_path / "costs.csv"
    rows = "17/03/2026;Spring-2026;1.250,50;EUR\n18/03/2026;spring-2026;99,00;EUR\n"
    file.write_text(f"day;campaign;amount;currency\n{rows}", "utf-8")
    for _ in range(2):
        workspace.import_files(file)
        assert figures(workspace)["spring-2026"].cost == (Money(134_950, "EUR"),)
    workspace.undo(1)
    assert "spring-2026" not in figures(workspace)


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"key": "SPRING-2026"}, "key", "key_taken"),
        ({"budget": "-5"}, "budget", "amount_unreadable"),
        ({"budget": "a lot"}, "budget", "amount_unreadable"),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "ends_on", "range_backwards"),
        ({"name": ""}, "name", "required"),
    ],
)
@pytest.mark.usefixtures("spring")
def test_what_cannot_be_is_told_at_its_field(
    browse: Any, us: SimpleNamespace, said: dict[str, str], field: str, code: str
) -> None:
    from tundish.areas.campaigns.models import Campaign

    answer = browse(us.owner).post("/campaigns/new", {"name": "B", "key": "b"} | said)
    assert answer.status_code == 422
    errors = answer.context["form"].errors.as_data()
    assert [error.code for error in errors[field]] == [code]
    assert Campaign.objects.count() == 1


def test_a_cost_of_tomorrow_or_of_nothing_is_refused(
    browse: Any, us: SimpleNamespace, workspace: Any, spring: Any
) -> None:
    for said in ({"day": "2099-01-01", "amount": "5"}, {"day": "2026-03-01", "amount": "0"}):
        answer = browse(us.owner).post(f"/campaigns/{spring.pk}/costs", said)
        assert answer.status_code == 422
    assert "spring-2026" not in figures(workspace)


def test_a_viewer_and_a_rep_see_and_change_nothing(
    browse: Any, us: SimpleNamespace, spring: Any
) -> None:
    for user in (us.viewer, us.rep):
        client = browse(user)
        assert client.get("/campaigns").status_code == 200
        assert "campaigns/new" not in client.get("/campaigns").content.decode()
        for path in ("edit", "costs", "costs/remove", "parts", "archive", "restore"):
            assert client.post(f"/campaigns/{spring.pk}/{path}", SPRING).status_code == 403


def test_links_carry_the_campaign_and_keep_what_stood_there(
    browse: Any, us: SimpleNamespace, spring: Any
) -> None:
    from tundish.journal.channels import arrival_of_url

    client = browse(us.owner)
    said = {"kind": "advert", "name": "Banner", "source": "LinkedIn",
            "address": "https://narwhal.example/?b=1&utm_campaign=old#top"}  # fmt: skip
    client.post(f"/campaigns/{spring.pk}/parts", said)
    [(part, link)] = client.get(f"/campaigns/{spring.pk}").context["parts"]
    assert link.startswith("https://narwhal.example/?b=1&utm_campaign=spring-2026")
    assert link.endswith("#top")
    came = arrival_of_url(link)
    assert (came.channel, came.source, came.campaign) == ("paid", "linkedin", "spring-2026")
    client.post(f"/campaigns/{spring.pk}/parts/{part.pk}/remove")
    assert client.get(f"/campaigns/{spring.pk}").context["parts"] == []
    bad = client.post(f"/campaigns/{spring.pk}/parts", said | {"address": "javascript:alert(1)"})
    assert bad.status_code == 422


def test_a_campaign_that_only_links_name_is_set_up_in_one_step(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    happens(workspace, ("session_started", "ann", 0, {"campaign": "summer fair"}))
    client = browse(us.owner)
    assert [line.key for line in client.get("/campaigns").context["unknown"]] == ["summer fair"]
    form = client.get("/campaigns/new?key=summer%20fair").context["form"]
    assert form["name"].value() == "Summer fair"
    client.post("/campaigns/new", {"name": "Summer fair", "key": "summer fair"})
    page = client.get("/campaigns")
    assert page.context["unknown"] == []
    assert page.context["lines"][0].figures.people == 1


def test_what_is_put_away_comes_back(browse: Any, us: SimpleNamespace, spring: Any) -> None:
    client = browse(us.owner)
    client.post(f"/campaigns/{spring.pk}/archive")
    assert client.get("/campaigns").context["lines"] == []
    assert len(client.get("/campaigns?archived=1").context["lines"]) == 1
    client.post(f"/campaigns/{spring.pk}/restore")
    assert len(client.get("/campaigns").context["lines"]) == 1


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1360), ("ar", "dark", 1360), ("en", "dark", 360), ("ar", "light", 360)],
)
def test_the_pages_are_accessible_and_fit(
    signed_in_page: Any, assert_accessible: Any, workspace: Any, browse: Any, us: SimpleNamespace,
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    page = signed_in_page("/campaigns", language=language, theme=theme, width=width)
    assert_accessible(page)
    client = browse(us.owner)
    client.post("/campaigns/new", SPRING)
    client.post("/campaigns/1/costs", {"day": "2026-03-01", "amount": "1200", "item": "ads"})
    part = {"kind": "mail", "name": "Letter", "address": "https://narwhal.example/spring"}
    client.post("/campaigns/1/parts", part)
    happens(
        workspace,
        ("session_started", "ann", 0, {"campaign": "spring-2026"}),
        ("order_paid", "ann", 1, {"value": Money(500_000, "EUR")}),
        ("session_started", "bob", 0, {"campaign": "other"}),
    )
    for path in ("/campaigns", "/campaigns/1", "/campaigns/new"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert_accessible(page)
