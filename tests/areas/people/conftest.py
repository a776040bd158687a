"""A handful of prospects: one of the rep's, one of the owner's, one unknown visitor, one lost."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def prospects(workspace: Any, us: SimpleNamespace) -> SimpleNamespace:
    """Their ids; the funnel is the consumer decision journey, and everything is followed."""
    from tundish.journal.event import Event
    from tundish.terms import Money

    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
    rows: list[Event] = []

    def happens(day: float, name: str, **said: Any) -> None:
        at = start + timedelta(days=day)
        rows.append(Event(id=f"e{len(rows)}", name=name, occurred_at=at, **said))

    noor = {"person": "p-noor", "company": "c-delta"}
    happens(0, "session_started", channel="search", **noor)
    happens(
        0.1, "person_identified", personal={"name": "Noor Haddad", "email": "noor@delta.example"},
        properties={"owner": us.rep.name, "country": "JO"}, **noor,
    )  # fmt: skip
    happens(2, "form_submitted", properties={"form": "contact"}, **noor)
    happens(
        3,
        "field_changed",
        company="c-delta",
        properties={"field": "name", "old": None, "new": "Delta Trading"},
    )
    happens(
        4, "deal_created", deal="d-1", value=Money(120_000, "EUR"),
        properties={"name": "Delta plan", "owner": us.rep.name}, **noor,
    )  # fmt: skip
    happens(1, "session_started", person="p-jan", channel="referral")
    happens(
        1.1, "person_identified", person="p-jan", personal={"name": "Jan Smit"},
        properties={"owner": us.owner.name},
    )  # fmt: skip
    happens(5, "order_placed", person="p-jan", value=Money(5_000, "EUR"))
    happens(5.1, "order_paid", person="p-jan", value=Money(5_000, "EUR"))
    happens(6, "complaint_made", person="p-jan", personal={"text": "It arrived broken."})
    happens(2, "session_started", person="anon:7f00aa11", channel="direct")
    for hour in range(3):
        happens(7 + hour / 24, "page_viewed", person="p-noor", properties={"path": f"/{hour}"})
    workspace.append(rows)
    workspace.use("consumer_decision_journey")
    workspace.catch_up()
    return SimpleNamespace(
        noor="p-noor", jan="p-jan", visitor="anon:7f00aa11", company="c-delta", deal="d-1"
    )
