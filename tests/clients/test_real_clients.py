"""What the real clients send stands in the journal exactly once, and everybody is found in it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tundish.journal.event import Event
from tundish.stores import journal
from tundish.terms import Money

VISITOR = "anon:0190a0c8-7b1c-4a52-9a5c-3f5d4c6b2a10"
STORY = Counter(
    {
        "page_viewed": 2,
        "session_started": 2,
        "price_viewed": 1,
        "person_identified": 1,
        "person_merged": 1,
        "company_joined": 1,  # that of the mail address
        "order_placed": 1,
    }
)
"""What each of them tells: a visitor comes by an advert, says who they are, and buys for their firm."""


def events(workspace: Any) -> list[Event]:
    return [event for _, event in journal.read(workspace.connection, limit=1000)]


def row(workspace: Any, kind: str, ident: str) -> dict[str, Any]:
    cursor = workspace.connection.execute(f"SELECT * FROM {kind} WHERE id = ?", (ident,))
    found = cursor.fetchone()
    assert found is not None, f"no {kind} {ident}"
    return dict(zip([column[0] for column in cursor.description], found, strict=True))


@pytest.mark.parametrize(
    ("script", "company_told_by"),
    [
        ("segment_python.py", "company_joined"),
        ("rudder_python.py", "company_joined"),
        ("posthog_python.py", "company_identified"),
        ("segment_node.mjs", "company_joined"),
        ("rudder_node.mjs", "company_joined"),
    ],
)
def test_a_servers_client_is_understood(
    script: str, company_told_by: str, told_by: Callable[[str], None], workspace: Any
) -> None:
    told_by(script)
    found = events(workspace)
    assert Counter(event.name for event in found) == STORY + Counter([company_told_by])
    assert {event.inlet for event in found} == {"website"}
    page = next(e for e in found if e.name == "page_viewed" and e.person == VISITOR)
    assert (page.channel, page.source, page.properties["path"]) == ("paid", "news", "/prices")
    (order,) = (e for e in found if e.name == "order_placed")
    assert (order.person, order.value) == ("u-42", Money(1250, "EUR"))

    workspace.catch_up()
    assert journal.final_ids(workspace.connection)[VISITOR] == "u-42"
    person = row(workspace, "person", "u-42")
    assert (person["name"], person["email"]) == ("Mina Rau", "mina@acme.example")
    assert person["company"] == "acme"
    assert (person["channel"], person["source"]) == ("paid", "news")
    assert row(workspace, "company", "acme")["name"] == "Acme Works"
    assert workspace.connection.execute(
        "SELECT count(*) FROM person WHERE id = ?", (VISITOR,)
    ).fetchone() == (0,)
