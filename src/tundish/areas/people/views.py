"""Pages of one person, company or deal; their lists are in `lists`."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tundish.areas.people import entries, explained, journey, queries, record_page, timeline
from tundish.areas.people.lists.way import way
from tundish.areas.people.models import Company, Deal, Person, Record
from tundish.areas.people.standing import active_funnel, standings
from tundish.stores import journal
from tundish.terms import NotFoundError
from tundish.weblib.access.rights import may
from tundish.weblib.access.visibility import visible_ids, visible_to
from tundish.weblib.page import page, workspace_for
from tundish.weblib.page.event_names import KINDS

PLURAL = {"person": "people", "company": "companies", "deal": "deals"}
_RELATED, _GROUP = 12, 500


def person(request: HttpRequest, pk: str) -> HttpResponse:
    """One prospect."""
    workspace = workspace_for(request)
    found = visible_to(request.user, Person.objects.filter(pk=pk), kind="person").first()
    if found is None:
        return _merged(request, pk)
    related = {
        "company": _visible_company(request, found.company),
        "colleagues": _related(request, "person", company=found.company, without=found.pk),
        "deals": _related(request, "deal", person=found.pk)
        or _related(request, "deal", company=found.company),
    }
    subject = timeline.person_subject(workspace, found.pk)
    return _record(request, found, subject=subject, related=related)


def company(request: HttpRequest, pk: str) -> HttpResponse:
    """One company with its people, deals and all that happened to them."""
    found = _visible(request, Company, pk)
    related = {
        "people": _related(request, "person", company=pk),
        "deals": _related(request, "deal", company=pk),
    }
    subject = timeline.Subject(
        people=_ids(request, Person, pk), companies=(pk,), deals=_ids(request, Deal, pk)
    )
    return _record(request, found, subject=subject, related=related)


def deal(request: HttpRequest, pk: str) -> HttpResponse:
    """One deal with its company and people."""
    found = _visible(request, Deal, pk)
    related = {
        "company": _visible_company(request, found.company),
        "people": _related(request, "person", company=found.company),
        "contact": _visible_or_none(request, Person, found.person),
    }
    return _record(request, found, subject=timeline.Subject(deals=(pk,)), related=related)


def _record(
    request: HttpRequest, record: Record, *, subject: timeline.Subject, related: dict[str, Any]
) -> HttpResponse:
    workspace = workspace_for(request)
    kind = request.GET.get("kind", "")
    happened = timeline.timeline(
        workspace,
        subject,
        reader=request.user,
        asked=timeline.Asked(
            kind=kind if kind in KINDS else "",
            text=request.GET.get("say", "").strip()[:100],
            before=request.GET.get("before", ""),
        ),
    )
    context: dict[str, Any] = {
        "record": record,
        "kind": record.kind,
        "timeline": happened,
        "day_starts": entries.day_starts(happened.entries, request.GET.get("day", "")),
        "kinds": KINDS,
        "may_change": may(request.user, "change_record"),
        "here": request.get_full_path(),
        "parts": ("timeline", "more"),
    }
    if request.htmx and request.htmx.target in context["parts"]:
        return page(request, "people/record.html", context)
    funnel = active_funnel(workspace)
    counted = funnel is not None and funnel.unit == record.kind
    context |= related | {
        "funnel": funnel,
        "counted": counted,
        "standing": standings(workspace, funnel, ids=[record.pk], reader=request.user).get(
            record.pk
        )
        if counted
        else None,
        "why": explained.why(workspace, record.pk, funnel=funnel, reader=request.user)
        if counted and funnel
        else None,
        "passes": journey.passes(workspace, funnel, unit=record.pk, reader=request.user)
        if counted and funnel
        else [],
        "deal_standings": _standings_of(request, funnel, related.get("deals", ())),
        "plural": PLURAL[record.kind],
    }
    context |= record_page.context(request, workspace, record, funnel=funnel)
    return page(request, "people/record.html", context | way(request, record))


def _standings_of(request: HttpRequest, funnel: Any, deals: Iterable[Record]) -> dict[str, Any]:
    """Where the related deals stand, when they are what the funnel counts."""
    if funnel is None or funnel.unit != Deal.kind:
        return {}
    ids = [one.pk for one in deals]
    return standings(workspace_for(request), funnel, ids=ids, reader=request.user)


def _merged(request: HttpRequest, pk: str) -> HttpResponse:
    """A person's former id leads to the one that was kept, for whoever may see that one."""

    kept = journal.final_ids(workspace_for(request).connection).get(pk)
    if kept is None or not visible_ids(request.user, "person", [kept]):
        raise _absent()
    return redirect("person", kept)


def _visible(request: HttpRequest, model: type[Record], pk: str) -> Any:
    found = _visible_or_none(request, model, pk)
    if found is None:
        raise _absent()
    return found


def _visible_or_none(request: HttpRequest, model: type[Record], pk: str | None) -> Any:
    if not pk:
        return None
    return visible_to(request.user, model.objects.filter(pk=pk), kind=model.kind).first()


def _visible_company(request: HttpRequest, pk: str | None) -> Any:
    return _visible_or_none(request, Company, pk)


def _absent() -> NotFoundError:
    return NotFoundError("There is no such prospect.", "prospect_not_found")


def _related(
    request: HttpRequest, kind: str, *, without: str = "", **where: str | None
) -> list[Record]:
    if not all(where.values()):
        return []
    found = queries.records(kind, request.user, limit=_RELATED + 1, **where)
    return [one for one in found if one.pk != without][:_RELATED]


def _ids(request: HttpRequest, model: type[Record], company: str) -> tuple[str, ...]:
    found = visible_to(request.user, model.objects.filter(company=company), kind=model.kind)
    return tuple(found.values_list("pk", flat=True)[:_GROUP])
