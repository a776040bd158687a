"""People, companies and deals typed by hand, as events like any other's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tundish.areas.people.actions import (
    NAME_LIMIT,
    Chosen,
    by_hand,
    check_address,
    is_there,
    require_change,
)
from tundish.areas.people.addresses import known_by
from tundish.areas.people.models import Company
from tundish.journal.fields import Field, read_value
from tundish.terms import InputError, Money
from tundish.weblib.access.models import User
from tundish.weblib.access.staff import name_for_owner
from tundish.weblib.access.visibility import visible_to
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.journal.event import Event
    from tundish.workspace import Workspace

# What happened when someone came by this channel; the models' entry rules know these names.
_ARRIVALS = {
    "direct": "session_started", "referral": "referral_received", "call": "call_held",
    "cold_mail": "mail_sent", "event": "fair_visited", "paid": "advert_clicked",
    "social": "post_engaged", "search": "session_started",
}  # fmt: skip
CHANNELS = (
    ("", _("Not known")), ("direct", _("Web site")), ("referral", _("Referral")),
    ("call", _("Telephone")), ("cold_mail", _("Cold mail")), ("event", _("Fair or event")),
    ("paid", _("Advert")), ("social", _("Social network")), ("search", _("Search")),
)  # fmt: skip
_TITLE = Field("person", "title", "Title")
_OF_OUR_DOING = ("cold_mail", "")
"""Ways that are no behaviour of theirs: whoever comes by them is put into the funnel by hand."""


def create_person(
    workspace: "Workspace", said: Mapping[str, str], *, by: User, follow: bool = True
) -> str:
    """Append who it is and how they came; gives the person's id. Raises InputError.

    `said`: name, and where known email, phone, title, company (a name, or the id under company_id),
    channel. A company of that name that `by` may see is joined, else made. Without `follow` the
    journeys are left to the follower, as for many at once.
    """
    require_change(by)
    name, title = _needed(said, "name"), read_value(_TITLE, said.get("title"))
    chosen, batch = Chosen("person", (), by), recording.new_batch(workspace)
    person = f"p-{recording.new_id(workspace)}"
    company, is_new = _company(workspace, said, by)
    personal = {"name": name}
    for kind in ("email", "phone"):
        if value := said.get(kind, "").strip():
            personal[kind] = check_address(kind, value)
    about: dict[str, Any] = {"person": person, "company": company}
    told = {"owner": name_for_owner(by)} | ({"title": title} if title else {})
    events = [
        _event(
            workspace,
            chosen,
            batch,
            "person_identified",
            **about,
            properties=told,
            personal=personal,
        )
    ]
    if "email" in personal and (
        known := known_by(workspace, chosen, person, personal["email"], batch=batch)
    ):
        events.append(known)
    channel = said.get("channel", "")
    if channel in _ARRIVALS:
        events.append(
            _event(workspace, chosen, batch, _ARRIVALS[channel], **about, channel=channel)
        )
    if channel in _OF_OUR_DOING and (stage := _first_stage(workspace)):
        events.append(_event(workspace, chosen, batch, "stage_moved", **about, properties=stage))
    if company and is_new:
        properties = {"name": said["company"].strip(), "owner": name_for_owner(by)}
        events.append(
            _event(workspace, chosen, batch, "company_joined", **about, properties=properties)
        )
    return _made(workspace, events, person, follow=follow)


def create_company(workspace: "Workspace", said: Mapping[str, str], *, by: User) -> str:
    """Append a company by its name and perhaps country; gives its id. Raises InputError."""
    require_change(by)
    name, batch = _needed(said, "name"), recording.new_batch(workspace)
    if company_named(name, by) is not None:
        raise InputError(
            f"There is a company “{name[:60]}” already.", "company_known", "Open that one instead."
        )
    company = f"c-{recording.new_id(workspace)}"
    properties = {"name": name, "owner": name_for_owner(by)}
    if country := said.get("country", "").strip():
        properties["country"] = country
    event = _event(workspace, Chosen("company", (), by), batch, "company_created", company=company,
                   properties=properties)  # fmt: skip
    return _made(workspace, [event], company)


def create_deal(workspace: "Workspace", said: Mapping[str, str], *, by: User) -> str:
    """Append a deal: name, and where known value, product, company, company_id, person_id; gives its id.

    Raises InputError.
    """
    require_change(by)
    name, batch = _needed(said, "name"), recording.new_batch(workspace)
    chosen, deal = Chosen("deal", (), by), f"d-{recording.new_id(workspace)}"
    company, is_new = _company(workspace, said, by)
    person = said.get("person_id") or None
    if person and not is_there(by, "person", person):
        person = None
    properties = {"name": name, "owner": name_for_owner(by)}
    if product := said.get("product", "").strip():
        properties["product"] = product
    about: dict[str, Any] = {"deal": deal, "company": company, "person": person}
    events = [
        _event(workspace, chosen, batch, "deal_created", **about, properties=properties,
               value=_value(workspace, said.get("value", "")))
    ]  # fmt: skip
    if company and is_new:
        told = {"name": said["company"].strip(), "owner": name_for_owner(by)}
        events.append(
            _event(workspace, chosen, batch, "company_created", company=company, properties=told)
        )
    return _made(workspace, events, deal)


def _made(workspace: "Workspace", events: "list[Event]", ident: str, *, follow: bool = True) -> str:
    recording.record(workspace, events)
    if follow:
        workspace.catch_up()
    return ident


def _event(workspace: "Workspace", chosen: Chosen, batch: str, name: str, **said: Any) -> "Event":
    return by_hand(workspace, chosen, batch=batch, name=name, **said)


def _company(workspace: "Workspace", said: Mapping[str, str], by: User) -> tuple[str | None, bool]:
    """(id of the company meant, whether it is new); (None, False) where none is."""
    if (known := said.get("company_id")) and is_there(by, "company", known):
        return known, False
    if not said.get("company", "").strip():
        return None, False
    name = _needed(said, "company")
    found = company_named(name, by)
    return (found, False) if found else (f"c-{recording.new_id(workspace)}", True)


def company_named(name: str, by: User) -> str | None:
    """The id of the company that is called so, in any case, among those that `by` may see."""
    same = Company.objects.filter(search__startswith=f"{name.casefold()}\n")
    return visible_to(by, same, kind="company").order_by("pk").values_list("pk", flat=True).first()


def _needed(said: Mapping[str, str], name: str) -> str:
    text = " ".join(said.get(name, "").split())
    if not text or len(text) > NAME_LIMIT:
        raise InputError(f"A name of up to {NAME_LIMIT} letters is needed.", "name_missing")
    return text


def _value(workspace: "Workspace", text: str) -> Money | None:
    field = Field("deal", "value", "Value", "money", currency=workspace.firm.currency)
    found = read_value(field, text)
    return None if found is None else Money(found["minor_units"], found["currency"])


def _first_stage(workspace: "Workspace") -> dict[str, str] | None:
    """The first stage of the active funnel, where that counts people."""
    active = workspace.active
    if active is None or active.unit != "person":
        return None
    return {"definition": active.name, "stage": str(active.body["stages"][0]["name"])}
