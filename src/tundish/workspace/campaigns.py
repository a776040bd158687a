"""The workspace's campaigns: what each brought and cost, and entries of cost as events."""

from datetime import UTC, date, datetime
from secrets import token_bytes
from typing import TYPE_CHECKING

from tundish.funnel.campaigns import CampaignFigures, campaign_figures
from tundish.journal.event import Event
from tundish.journal.ids import uuid7
from tundish.stores import campaigns
from tundish.stores.identity import final_ids
from tundish.terms import Money
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace


def figures(workspace: "Workspace") -> dict[str, CampaignFigures]:
    """What each campaign that any event names brought and cost, by its key."""
    connection = workspace.connection
    spent = ((cost.campaign, cost.value) for cost in campaigns.costs(connection))
    return campaign_figures(
        campaigns.touches(connection),
        campaigns.purchases(connection),
        spent,
        final=final_ids(connection),
    )


def record_cost(
    workspace: "Workspace",
    *,
    campaign: str,
    day: date,
    value: Money,
    channel: str | None,
    item: str,
    actor: str,
) -> str:
    """Append what was spent on a campaign on a day; gives the event's id."""
    event = Event(
        id=uuid7(workspace.now(), token_bytes(8)),
        name="cost_recorded",
        occurred_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        precision="day",
        channel=channel,
        campaign=campaign,
        value=value,
        properties={"item": item} if item else {},
        inlet="typed",
        actor=actor,
    )
    workspace.append([event])
    return event.id


def remove_cost(workspace: "Workspace", event_id: str, *, actor: str) -> tuple[int, int]:
    """Take an entry of cost back; gives what `recording.bring_back` takes. Raises NotFoundError."""
    return recording.take_back_events(workspace, [event_id], actor=actor)
