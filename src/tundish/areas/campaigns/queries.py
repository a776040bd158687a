"""Campaigns with their figures; also those that events name and nobody has set up."""

from dataclasses import dataclass

from tundish.areas.campaigns.links import tagged
from tundish.areas.campaigns.models import Campaign, Part
from tundish.funnel.campaigns import CampaignFigures, campaign_key
from tundish.stores import campaigns as stored
from tundish.stores.campaigns import Cost
from tundish.terms import Money
from tundish.workspace import Workspace, campaigns

NOTHING = CampaignFigures()


@dataclass(frozen=True)
class Line:
    """A campaign in the list; without `campaign`, only events name it."""

    key: str
    campaign: Campaign | None
    figures: CampaignFigures

    @property
    def spent(self) -> Money | None:
        """The cost in the campaign's currency, where all of it is."""
        cost = self.figures.cost
        if not cost and self.campaign is not None:
            return Money(0, self.campaign.currency)
        return cost[0] if len(cost) == 1 else None

    @property
    def share_spent(self) -> float | None:
        """Cost by budget; None without a budget or in another currency."""
        budget = self.campaign.budget if self.campaign else None
        if budget is None or self.spent is None or self.spent.currency != budget.currency:
            return None
        return self.spent.minor_units / budget.minor_units

    @property
    def per_person(self) -> Money | None:
        """The cost of one person reached."""
        return self.figures.cost_of_each(self.figures.people)

    @property
    def per_customer(self) -> Money | None:
        """The cost of one customer."""
        return self.figures.cost_of_each(self.figures.customers)


def listed(workspace: Workspace, *, archived: bool = False) -> tuple[list[Line], list[Line]]:
    """(campaigns of ours, the newest first; those that only events name, most people first)."""
    found = campaigns.figures(workspace)
    ours = list(Campaign.objects.filter(archived_at__isnull=not archived))
    known = set(Campaign.objects.values_list("key", flat=True))
    unknown = [Line(key, None, one) for key, one in found.items() if key not in known]
    return (
        [Line(one.key, one, found.get(one.key, NOTHING)) for one in ours],
        sorted(unknown, key=lambda line: (-line.figures.people, line.key)),
    )


def one(workspace: Workspace, campaign: Campaign) -> Line:
    """One campaign with its figures."""
    found = campaigns.figures(workspace).get(campaign.key, NOTHING)
    return Line(campaign.key, campaign, found)


def costs(workspace: Workspace, campaign: Campaign) -> list[Cost]:
    """What was spent on it, the latest first."""
    every = stored.costs(workspace.connection)
    return [cost for cost in every if campaign_key(cost.campaign) == campaign.key]


def parts(campaign: Campaign) -> list[tuple[Part, str]]:
    """Its parts, each with its tagged link."""
    return [(part, tagged(part)) for part in campaign.parts.select_related("campaign")]
