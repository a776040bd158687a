# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""Search while one types, and the page of results."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.journal.event import Event


@pytest.fixture
def reachable(workspace: Any, prospects: Any) -> None:
    """Noor has a telephone number, Delta a domain."""
    now, batch = datetime.now(UTC), "file"
    workspace.append(
        [
            Event(id="t1", name="person_identified", occurred_at=now, person=prospects.noor,
                  personal={"phone": "+49 30 901-820"}, batch=batch),
            Event(id="t2", name="company_joined", occurred_at=now, person=prospects.noor,
                  company=prospects.company, properties={"domain": "delta-group.example"},
                  batch=batch),
        ]
    )  # fmt: skip
    workspace.catch_up()


def found(browse: Any, user: Any, text: str) -> list[tuple[str, str]]:
    context = browse(user).get("/search/quick", {"q": text}).context
    return [(one.kind, record.shown_name) for one in context["found"] for record in one.records]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("noor", ["person"]),
        ("NOOR had", ["person"]),
        ("delta.example", ["person"]),
        ("delta-group", ["company"]),
        ("delta", ["person", "company", "deal"]),
        ("+4930 901 820", ["person"]),
        ("030901", []),
        ("4930901820", ["person"]),
        ("%", []),
        ("nobody at all", []),
        ("", []),
    ],
)
def test_people_companies_and_deals_are_found_by_what_they_are_called(
    browse: Any, us: SimpleNamespace, reachable: Any, text: str, kinds: list[str]
) -> None:
    assert [kind for kind, _ in found(browse, us.owner, text)] == kinds


def test_search_names_nobody_whom_the_reader_may_not_see(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    assert found(browse, us.rep, "smit") == []
    assert found(browse, us.stranger, "delta") == []
    page = browse(us.stranger).get("/search?q=delta")
    assert "Nothing found" in page.content.decode()
    assert not page.context["any"]


def test_the_page_of_results_leads_on_to_the_lists(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    text = browse(us.owner).get("/search?q=delta").content.decode()
    for address in ("/people/p-noor", "/companies/c-delta", "/deals/d-1"):
        assert f'href="{address}"' in text


def test_who_begins_with_the_text_comes_first(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    now = datetime.now(UTC)
    workspace.append(
        Event(id=f"n{name}", name="person_identified", occurred_at=now, person=f"x-{name}",
              personal={"name": name})
        for name in ("Abner Smith", "Smitten Kaya")
    )  # fmt: skip
    workspace.catch_up()
    named = [name for _, name in found(browse, us.owner, "smit")]
    assert named == ["Smitten Kaya", "Abner Smith", "Jan Smit"]
