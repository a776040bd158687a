"""Events that name a campaign, what people bought, and what was spent, by index."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from tundish.funnel.campaigns import PURCHASES, Purchase, Touch
from tundish.stores.dialect import Connection, execute
from tundish.stores.identity import LIVE, LIVE_JOIN
from tundish.terms import Money, from_micros

_BOUGHT = ", ".join(f"'{name}'" for name in PURCHASES)


@dataclass(frozen=True, slots=True)
class Cost:
    """An entry of money spent: the event's id, its instant (microseconds UTC) and what it says."""

    id: str
    campaign: str
    at: int
    value: Money
    channel: str | None
    source: str | None
    item: str
    actor: str | None
    batch: str | None

    @property
    def day(self) -> date:
        """The day it is written down for."""
        return from_micros(self.at).date()


def touches(connection: Connection) -> list[Touch]:
    """Every campaign's live events, counted by person and name; bots and costs left out."""
    rows = execute(
        connection,
        "SELECT e.campaign, e.person, e.name, count(*), min(e.occurred)"
        f" FROM event e{LIVE_JOIN} WHERE e.campaign IS NOT NULL AND e.bot = 0"
        f" AND e.name <> 'cost_recorded' AND {LIVE} GROUP BY e.campaign, e.person, e.name",
    ).fetchall()
    # A form's own address rarely has the tags; the visit that it belongs to began with them.
    forms = execute(
        connection,
        "SELECT s.campaign, e.person, e.name, count(DISTINCT e.position), min(e.occurred)"
        f" FROM event s JOIN event e ON e.session = s.session{LIVE_JOIN}"
        " WHERE s.campaign IS NOT NULL AND s.name = 'session_started' AND s.bot = 0"
        " AND e.name = 'form_submitted' AND e.campaign IS NULL AND e.bot = 0"
        f" AND {LIVE} GROUP BY s.campaign, e.person, e.name",
    ).fetchall()
    return [Touch(*row) for row in (*rows, *forms)]


def purchases(connection: Connection) -> list[Purchase]:
    """What known persons bought, live events only."""
    rows = execute(
        connection,
        f"SELECT e.person, e.occurred, e.value_minor, e.currency FROM event e{LIVE_JOIN}"
        f" WHERE e.name IN ({_BOUGHT}) AND e.person IS NOT NULL AND e.bot = 0 AND {LIVE}",
    ).fetchall()
    return [
        Purchase(person, at, None if minor is None else Money(minor, currency))
        for person, at, minor, currency in rows
    ]


def costs(connection: Connection) -> list[Cost]:
    """The live entries of cost that name a campaign and an amount, the latest first."""
    rows = execute(
        connection,
        "SELECT e.id, e.campaign, e.occurred, e.value_minor, e.currency, e.channel, e.source,"
        f" e.properties, e.actor, e.batch FROM event e{LIVE_JOIN}"
        " WHERE e.campaign IS NOT NULL AND e.name = 'cost_recorded' AND e.value_minor IS NOT NULL"
        f" AND {LIVE} ORDER BY e.occurred DESC, e.position DESC",
    ).fetchall()
    return [_cost(row) for row in rows]


def _cost(row: Any) -> Cost:
    said = json.loads(row[7] or "{}")
    return Cost(
        row[0], row[1], row[2], Money(row[3], row[4]), row[5], row[6],
        str(said.get("item") or ""), row[8], row[9],
    )  # fmt: skip
