"""A clock that the test sets, two funnels, and events in few words."""

from datetime import UTC, datetime, timedelta

from tundish.journal.event import Event
from tundish.terms import Money, to_micros

START = datetime(2026, 1, 5, 9, tzinfo=UTC)

DEALS = {
    "name": "deals",
    "unit": "deal",
    "stages": [
        {"name": "new", "enter": {"event": "deal_created"}},
        {"name": "working", "enter": {"event": "deal_engaged"}, "stuck_after": "20d"},
        {"name": "won", "purchase": True, "enter": {"event": "deal_won"}},
    ],
    "loss": [
        {"reason": "lost", "when": {"event": "deal_lost"}},
        {"reason": "silent", "when": {"silent_for": "30d", "of": {"event": None}}},
    ],
}
PEOPLE = {
    "name": "people",
    "unit": "person",
    "stages": [
        {"name": "seen", "enter": {"any": [{"event": "page_viewed"}, {"event": "form_submitted"}]}},
        {"name": "asked", "enter": {"at_least": 2, "of": {"event": "form_submitted"}}},
        {"name": "bought", "purchase": True, "enter": {"event": "order_paid"}},
    ],
    "loss": [{"reason": "silent", "when": {"silent_for": "30d", "of": {"event": None}}}],
}


class Clock:
    """A present that only the test moves."""

    def __init__(self):
        self.at = START

    def __call__(self):
        return to_micros(self.at)

    def forward(self, **span):
        self.at += timedelta(**span)


def happened(ident, name, *, day=0.0, amount=None, **more):
    """An event so many days after the start."""
    value = None if amount is None else Money.from_major(amount, "EUR")
    return Event(id=ident, name=name, occurred_at=START + timedelta(days=day), value=value, **more)


def visits_of(workspace):
    """The kept visits of the active definition as sorted plain rows."""
    from tundish.stores import visits

    return rows_of(visits.load(workspace.connection, workspace.active.id))


def everything(workspace):
    """All rows of the tables that the workspace may write."""
    from tundish.stores.dialect import execute

    tables = "event personal visit unit_due setting definition follow_cursor lease import_record"
    return {
        table: sorted(map(repr, execute(workspace.connection, f"SELECT * FROM {table}").fetchall()))
        for table in (*tables.split(), "person", "company", "deal", "record_field")
    }


def reached(workspace):
    """How many reached each stage of the active definition, by the kept visits."""
    return [stage["reached"] for stage in workspace.live_report().to_dict()["stages"]]


def rows_of(visits):
    """Visits as sorted plain rows."""
    columns = [
        column.to_list() if hasattr(column, "to_list") else column.tolist()
        for column in vars(visits).values()
    ]
    return sorted(zip(*columns, strict=True), key=repr)
