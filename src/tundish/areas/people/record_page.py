"""What a record's page shows beside its journey and timeline, and where its forms lead back to."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tundish.areas.people import addresses, consent, fields_shown, groups, notes
from tundish.areas.people.actions import tags_of
from tundish.areas.people.models import Company, Person, Record
from tundish.areas.people.standing import Funnel, standings
from tundish.areas.people.touches import TOUCHES
from tundish.journal.fields import BUILT_IN
from tundish.stores import fields, profiles, record_index
from tundish.weblib.access.rights import may
from tundish.weblib.access.visibility import visible_to
from tundish.weblib.page.formats import number

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_OFFERED = 200


def context(
    request: HttpRequest, workspace: "Workspace", record: Record, *, funnel: Funnel | None
) -> dict[str, Any]:
    """Facts, tags, addresses, consent, pinned notes and the buying group, as this reader may see them."""
    row = profiles.rows(workspace.connection, record.kind, ids=[record.pk]).get(record.pk, {})
    changes = may(request.user, "change_record")
    found: dict[str, Any] = {
        "may_change": changes,
        "may_erase": may(request.user, "erase_person"),
        "facts": fields_shown.facts(workspace, record.kind, row, reader=request.user),
        "more": _more(workspace, record),
        "tags": tags_of(row),
        "known_tags": record_index.tags(workspace.connection)[:_OFFERED] if changes else (),
        "pinned": notes.pinned(workspace, record.kind, record.pk, reader=request.user),
        "here": request.get_full_path(),
        "touches": TOUCHES,
        "touch_typed": getattr(request, "touch_typed", None),
    }
    if record.kind == "person":
        found |= _of_person(workspace, record, row)
    else:
        found["group"] = _group(request, workspace, record, funnel)
        found["group_stage"] = _stage_text(found["group"], funnel, record.kind)
        if changes:
            found["joinable"] = _joinable(request, record, found["group"])
            found["roles"] = groups.ROLES
    return found


def back_to(request: HttpRequest, kind: str, pk: str) -> str:
    """Where a form on a record's page leads: the page as it was, or the record."""
    said = safe(request.POST.get("back") or request.GET.get("back") or "")
    return said or reverse(kind, args=[pk])


def safe(address: str) -> str:
    """An address of ours as it is; empty for any other."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else ""


def came_from(request: HttpRequest) -> str:
    """The page that a form without an address of its own stood on; the start page where it is not said."""
    said = request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()})
    parts = urlsplit(said)
    return f"{parts.path}?{parts.query}".rstrip("?") if allowed and parts.path else reverse("home")


def _more(workspace: "Workspace", record: Record) -> list[tuple[str, str]]:
    own = {one.name for one in fields.own_fields(workspace.connection, record.kind)}
    own |= {one.name for one in BUILT_IN}
    return [(key, value) for key, value in record.shown_more if key not in own]


def _of_person(workspace: "Workspace", record: Record, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "emails": addresses.addresses_of(row, "email"),
        "phones": addresses.addresses_of(row, "phone"),
        "address_labels": addresses.LABELS,
        "consents": consent.consents(workspace, record.pk),
        "consent_sources": [(name, consent.SOURCES[name]) for name in consent.HAND_SOURCES],
        "no_contact": row.get("do_not_contact") is True,
        "no_tracking": row.get("do_not_track") is True,
    }


def _group(
    request: HttpRequest, workspace: "Workspace", record: Record, funnel: Funnel | None
) -> groups.Group:
    stand: dict[str, Any] = {}
    if funnel is not None and funnel.unit == "person":
        ids = [*groups.group_said(workspace, record), *groups.member_ids(workspace, record)]
        stand = standings(workspace, funnel, ids=list(dict.fromkeys(ids)), reader=request.user)
    return groups.group_of(workspace, record, reader=request.user, standings=stand)


def _stage_text(group: groups.Group, funnel: Funnel | None, kind: str) -> str:
    """The stage of a group and how it was told, as one sentence; empty where there is no funnel."""
    if funnel is None:
        return ""
    if funnel.unit != "person":
        own = {
            "company": _("The funnel counts companies: the group’s stage is the company’s own."),
            "deal": _("The funnel counts deals: the group’s stage is the deal’s own."),
        }
        return own[kind] if funnel.unit == kind else ""
    if group.furthest is None:
        return _("None of them stands in the funnel at present.")
    values = {
        "stage": funnel.titles[group.furthest],
        "inside": number(group.inside),
        "all": number(len(group.members)),
    }
    return (
        _(
            "The group stands at “%(stage)s”: the furthest in which one of its people stands now. "
            "%(inside)s of %(all)s are in the funnel."
        )
        % values
    )


def _joinable(request: HttpRequest, record: Record, group: groups.Group) -> list[Record]:
    """Whom the group may take: the company's people for a deal, people without a company otherwise."""
    there = {member.person.pk for member in group.members if member.chosen}
    people = visible_to(request.user, Person.objects.all(), kind="person")
    company = record.pk if isinstance(record, Company) else record.company
    found = list(people.filter(company=company).order_by("search")[:_OFFERED]) if company else []
    return [one for one in found if one.pk not in there]
