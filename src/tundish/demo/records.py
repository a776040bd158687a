"""The demo firm's plain records."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tundish.journal.event import Event
from tundish.terms import Money

Variant = Literal["planted", "null", "confounded"]


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One of the firm's own staff; `role` is owner, admin, marketing, sales or viewer."""

    id: str
    name: str
    email: str
    role: str
    team: str
    language: str


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A firm that we may sell to. `team` is the sales team that serves its country."""

    id: str
    name: str
    domain: str
    country: str
    city: str
    industry: str
    employees: int
    team: str

    @property
    def large(self) -> bool:
        """250 employees or more."""
        return self.employees >= 250


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone in a company. `role` is the part in the buying group, `seen_as` an earlier anonymous ref."""

    id: str
    name: str
    email: str
    phone: str
    title: str
    role: str
    company: str
    country: str
    language: str
    channel: str
    source: str
    campaign: str | None
    seen_as: str | None


@dataclass(frozen=True, slots=True)
class DemoDeal:
    """A deal as it stands at the firm's `now`; `status` is open, won or lost."""

    id: str
    name: str
    company: str
    contact: str
    owner: str
    product: str
    value: Money
    created: datetime
    closed: datetime | None
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class DemoCost:
    """Money spent on a campaign in the week that ended on `day`."""

    day: date
    channel: str
    source: str
    campaign: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PlantedEffect:
    """What is true of the firm by construction, to be found again in its events.

    `size` is a risk ratio, an odds ratio, a time ratio or a rate ratio, as `measure` says; it
    compares units with `factor` against those without, on the way `start` to `end`.
    """

    name: str
    measure: Literal["risk_ratio", "odds_ratio", "time_ratio", "rate_ratio"]
    size: float
    start: str
    end: str
    factor: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DemoFirm:
    """A firm up to `now`: who works there, whom it knows, and everything that happened.

    `events` are in the order of their times; `definition_name` is the model that is shown first.
    """

    name: str
    currency: str
    time_zone: str
    seed: int
    variant: Variant
    now: datetime
    definition_name: str
    users: tuple[DemoUser, ...]
    companies: tuple[DemoCompany, ...]
    people: tuple[DemoPerson, ...]
    deals: tuple[DemoDeal, ...]
    events: list[Event]
    costs: tuple[DemoCost, ...]
    effects: tuple[PlantedEffect, ...]

    def counts(self) -> dict[str, int]:
        """How many events there are of each name, the most frequent first."""
        found: dict[str, Any] = {}
        for event in self.events:
            found[event.name] = found.get(event.name, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
