"""A small firm with a looped funnel: jumps, entries in the middle, a fall, losses, a loop, owners."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tundish.journal.event import Event
from tundish.terms import Money

MODEL = {
    "name": "looped", "title": {"en": "Looped", "ar": "دائري"}, "unit": "person",
    "stages": [
        {"name": "look", "title": {"en": "Look", "ar": "النظر"}, "enter": {"event": "session_started"},
         "owner": "marketing", "stuck_after": "20d"},
        {"name": "try", "title": {"en": "Try", "ar": "التجربة"}, "enter": {"event": "trial_started"},
         "owner": "marketing", "target": 0.5},
        {"name": "buy", "title": {"en": "Buy", "ar": "الشراء"}, "enter": {"event": "order_placed"},
         "owner": "sales", "purchase": True, "target": 0.6},
        {"name": "love", "title": {"en": "Love", "ar": "الحب"}, "enter": {"event": "review_posted"},
         "owner": "sales"},
    ],
    "loss": [
        {"reason": "left", "title": {"en": "Left", "ar": "غادر"}, "when": {"event": "mail_unsubscribed"}},
        {"reason": "price", "title": {"en": "Price <b>", "ar": "السعر"}, "when": {"event": "deal_lost"}},
    ],
    "loop": {"from": "love", "to": "buy", "within": "90d"},
}  # fmt: skip
JOURNEYS = [
    (30, ("session_started",)),
    (24, ("session_started", "trial_started")),
    (12, ("session_started", "mail_unsubscribed")),
    (9, ("session_started", "trial_started", "deal_lost")),
    (14, ("session_started", "trial_started", "order_placed")),
    (7, ("session_started", "order_placed")),
    (5, ("trial_started", "order_placed", "review_posted")),
    (8, ("session_started", "trial_started", "order_placed", "review_posted", "order_placed")),
]
"""(how many persons, what each of them does, a day apart)."""
BEGAN = datetime(2026, 5, 1, 9, tzinfo=UTC)


def events() -> list[Event]:
    """Everyone's events; every third person belongs to Rima Haddad, every fifth came by search."""
    made = []
    number = 0
    for many, names in JOURNEYS:
        for _ in range(many):
            number += 1
            person = f"p{number:03}"
            made.append(
                _event(person, 0, "field_changed", {"field": "owner", "new": _owner(number)})
            )
            made.append(
                _event(person, 0, "field_changed", {"field": "country", "new": _country(number)})
            )
            made += [_event(person, day + 1, name, {}) for day, name in enumerate(names)]
    return made


def fill(workspace: Any) -> None:
    """Bring it all into a workspace and fold it."""
    workspace.append(events())
    workspace.use(MODEL)
    workspace.catch_up()


def _event(person: str, day: int, name: str, properties: dict[str, Any]) -> Event:
    value = Money(9_900, "EUR") if name == "order_placed" else None
    about = properties.get("field", "")
    return Event(
        f"{person}-{day}-{name}-{about}", name, BEGAN + timedelta(days=day, minutes=int(person[1:])),
        person=person, value=value, properties=properties,
    )  # fmt: skip


def _owner(number: int) -> str:
    return "Rima Haddad" if number % 3 == 0 else "Sten Other"


def _country(number: int) -> str:
    return "DE" if number % 5 == 0 else "AE"
