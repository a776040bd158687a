"""The definition page: the funnel in words, what another model changes, and the way there and back."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.areas.board import queries
from tundish.journal.event import Event
from tundish.terms import from_micros


@pytest.fixture
def filled(workspace: Any) -> Any:
    now = workspace.now()
    names = ["session_started", "demo_requested", "order_placed", "review_posted"]
    events = [
        Event(f"e{p}-{k}", name, from_micros(now - (9 - k) * 86_400_000_000), person=f"p{p}")
        for p in range(8) for k, name in enumerate(names[: p % 4 + 1])
    ]  # fmt: skip
    workspace.append(events)
    workspace.use("consumer_decision_journey")
    workspace.catch_up()
    return workspace


@pytest.mark.usefixtures("filled")
def test_each_stage_is_told_with_rule_owner_target_and_age(browse: Any, us: Any) -> None:
    page = browse(us.viewer).get("/definition").content.decode()
    for text in (
        "Consider",
        "Evaluate",
        "Bond",
        "A prospect enters",
        "Touchpoints",
        "Stuck",
        "of the stage before",
    ):
        assert text in page
    assert "McKinsey Quarterly" in page
    assert "Loyalty loop" in page


@pytest.mark.usefixtures("filled")
def test_the_rules_are_told_in_arabic_too(browse: Any, us: Any) -> None:
    us.viewer.language = "ar"
    us.viewer.save()
    page = browse(us.viewer).get("/definition").content.decode()
    assert "رحلة قرار المستهلك" in page
    assert "يدخل العميل المحتمل" in page
    assert "A prospect" not in page


@pytest.mark.parametrize("name", [name for name, _ in queries.ready_models()])
def test_every_model_can_be_looked_at_before_it_is_chosen(
    filled: Any, browse: Any, us: Any, name: str
) -> None:
    before = filled.active
    answer = browse(us.owner).get(f"/definition/models/{name}")
    assert answer.status_code == 200
    assert filled.active == before


def test_the_comparison_counts_everyone_once(filled: Any) -> None:
    compared = queries.standing(filled, "aida")
    assert sum(compared.moves.values()) == 8
    assert sum(compared.today_counts) == sum(
        n for (row, _), n in compared.moves.items() if row >= 0
    )
    assert sum(compared.then_counts) == sum(
        n for (_, place), n in compared.moves.items() if place >= 0
    )


def test_one_click_switches_and_one_click_goes_back(
    filled: Any, browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    client, before = browse(us.owner), filled.active
    assert client.post("/definition/use/aida").status_code == 302
    assert filled.active.name == "aida"
    assert filled.active.author == f"user:{us.owner.pk}"
    page = client.get("/definition").content.decode()
    assert f"Chosen by {us.owner.name}." in page
    assert f"/definition/back/{before.id}" in page
    client.post(f"/definition/back/{before.id}")
    assert filled.active.body == before.body
    assert [s.counts["still_here"] for s in filled.live_report().stages] == [2, 2, 2, 0, 2, 0]


@pytest.mark.parametrize("role", ["rep", "viewer"])
def test_sales_and_viewers_read_but_do_not_switch(
    filled: Any, browse: Any, us: Any, role: str
) -> None:
    client = browse(getattr(us, role))
    page = client.get("/definition/models/aida").content.decode()
    assert "Use this model" not in page
    assert client.post("/definition/use/aida").status_code == 403
    assert filled.active.name == "consumer_decision_journey"


@pytest.mark.usefixtures("filled")
def test_a_switch_needs_a_post_and_a_known_model(browse: Any, us: Any) -> None:
    client = browse(us.owner)
    assert client.get("/definition/use/aida").status_code == 405
    assert client.post("/definition/use/none-such").status_code == 404
    assert client.post("/definition/back/99").status_code == 404
