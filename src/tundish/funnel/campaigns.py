"""What a campaign brought and cost: every figure counted from events, one definition each.

A person belongs to a campaign from the first event that names it. Customers are those among them
who bought at or after that; what they bought is counted for each campaign that they met, so the
campaigns' sums overlap: it is what followed, not what the campaign caused.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tundish.terms import Money, Rate

PURCHASES = ("deal_won", "order_paid")
"""The events that are money won; an order that was only placed is not."""


@dataclass(frozen=True, slots=True)
class Touch:
    """`many` events `name` of one person (None: of nobody known) that name a campaign; the `first`
    of them in microseconds UTC."""

    campaign: str
    person: str | None
    name: str
    many: int
    first: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something that a person bought at an instant (microseconds UTC)."""

    person: str
    at: int
    value: Money | None


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """Counts of one campaign; money by currency in minor units, largest first.

    `visits` are sessions, `submissions` forms, `people` the persons after merges, `customers` those
    of them who bought after the first touch, `won` the value of what they bought then.
    """

    visits: int = 0
    submissions: int = 0
    people: int = 0
    customers: int = 0
    won: tuple[Money, ...] = ()
    cost: tuple[Money, ...] = ()

    @property
    def submitted(self) -> Rate:
        """Submissions of visits; several forms of one visit may lift it over one."""
        return Rate(min(self.submissions, self.visits), self.visits)

    @property
    def bought(self) -> Rate:
        """Customers of people."""
        return Rate(self.customers, self.people)

    def cost_of_each(self, many: int) -> Money | None:
        """The cost by `many`, to the minor unit; None where there is nobody or more than one currency."""
        if len(self.cost) != 1 or not many:
            return None
        return Money(round(self.cost[0].minor_units / many), self.cost[0].currency)


@dataclass
class _Gathered:
    visits: int = 0
    submissions: int = 0
    first: dict[str, int] = field(default_factory=dict)


def campaign_key(name: str) -> str:
    """A campaign's name as events are held against it: without case and outer spaces."""
    return name.strip().casefold()


def campaign_figures(
    touches: Iterable[Touch],
    purchases: Iterable[Purchase],
    costs: Iterable[tuple[str, Money]],
    *,
    final: Mapping[str, str],
) -> dict[str, CampaignFigures]:
    """The figures by `campaign_key`; `final` leads from merged ids to the persons that stand."""
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    for touch in touches:
        _add(gathered[campaign_key(touch.campaign)], touch, final)
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for one in purchases:
        bought[final.get(one.person, one.person)].append(one)
    spent: dict[str, list[Money]] = defaultdict(list)
    for name, money in costs:
        spent[campaign_key(name)].append(money)
    return {
        key: _figures(gathered[key], bought, spent.get(key, []))
        for key in sorted({*gathered, *spent})
    }


def _add(one: _Gathered, touch: Touch, final: Mapping[str, str]) -> None:
    if touch.name == "session_started":
        one.visits += touch.many
    if touch.name == "form_submitted":
        one.submissions += touch.many
    if touch.person is not None:
        person = final.get(touch.person, touch.person)
        one.first[person] = min(touch.first, one.first.get(person, touch.first))


def _figures(
    one: _Gathered, bought: Mapping[str, list[Purchase]], spent: list[Money]
) -> CampaignFigures:
    after = {
        person: [p for p in bought.get(person, ()) if p.at >= first]
        for person, first in one.first.items()
    }
    won = [p.value for purchases in after.values() for p in purchases if p.value is not None]
    return CampaignFigures(
        visits=one.visits,
        submissions=one.submissions,
        people=len(one.first),
        customers=sum(1 for purchases in after.values() if purchases),
        won=_sums(won),
        cost=_sums(spent),
    )


def _sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, int] = defaultdict(int)
    for amount in amounts:
        sums[amount.currency] += amount.minor_units
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Money(minor, currency) for currency, minor in ordered)
