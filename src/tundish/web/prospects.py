"""A prospect typed by hand, as events like any other's."""

from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from tundish.journal.event import Event
from tundish.journal.ids import uuid7
from tundish.terms import from_micros
from tundish.weblib.access.models import User
from tundish.weblib.access.staff import name_for_owner

if TYPE_CHECKING:
    from tundish.workspace import Workspace

# What happened when someone came by this channel; the models' entry rules know these names.
_ARRIVALS = {
    "website": "session_started", "referral": "referral_received", "cold_call": "call_held",
    "cold_mail": "mail_sent", "event": "fair_visited", "advert": "advert_clicked",
    "social": "post_engaged", "search": "session_started",
}  # fmt: skip
_OF_OUR_DOING = ("cold_mail", "")
"""Ways that are no behaviour of theirs: whoever comes by them is put into the funnel by hand."""


def add_first_prospect(workspace: "Workspace", said: dict[str, Any], *, actor: User) -> str:
    """Append who it is and how they came; gives the person's id, with profile and visits up to date."""
    now = workspace.now()
    person = f"p-{uuid7(now, token_bytes(8))}"
    company = f"c-{uuid7(now, token_bytes(8))}" if said["company"] else None
    personal = {kind: said[kind] for kind in ("name", "email", "phone") if said[kind]}
    common: dict[str, Any] = {
        "occurred_at": from_micros(now), "person": person, "company": company,
        "inlet": "typed", "actor": actor.public_id,
    }  # fmt: skip
    owner = {"owner": name_for_owner(actor)}
    events = [
        ("person_identified", {"properties": owner, "personal": personal}),
    ]
    if said["channel"]:
        events.append((_ARRIVALS[said["channel"]], {"channel": said["channel"]}))
    if said["channel"] in _OF_OUR_DOING and (stage := _first_stage(workspace)):
        events.append(("stage_moved", {"properties": stage}))
    if company:
        events.append(("company_joined", {"properties": {"name": said["company"], **owner}}))
    workspace.append(
        Event(id=uuid7(now, token_bytes(8)), name=name, **common, **more) for name, more in events
    )
    workspace.catch_up()
    return person


def _first_stage(workspace: "Workspace") -> dict[str, str] | None:
    """The first stage of the active funnel, where that counts people."""
    active = workspace.active
    if active is None or active.unit != "person":
        return None
    return {"definition": active.name, "stage": str(active.body["stages"][0]["name"])}
