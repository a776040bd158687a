"""Pages of people, companies and deals: a list and a record of each."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from tundish.areas.people import explained, journey, queries, timeline
from tundish.areas.people.models import Company, Deal, Person, Record
from tundish.areas.people.standing import active_funnel, standings
from tundish.stores import journal
from tundish.terms import NotFoundError
from tundish.weblib.access.models import Scope
from tundish.weblib.access.visibility import visible_ids, visible_to
from tundish.weblib.page import page, workspace_for
from tundish.weblib.page.addresses import whole_number
from tundish.weblib.page.event_names import KINDS

PLURAL = {"person": "people", "company": "companies", "deal": "deals"}
_RELATED, _GROUP = 12, 500


def people(request: HttpRequest) -> HttpResponse:
    """The list of people."""
    return _list(request, "person")


def companies(request: HttpRequest) -> HttpResponse:
    """The list of companies."""
    return _list(request, "company")


def deals(request: HttpRequest) -> HttpResponse:
    """The list of deals."""
    return _list(request, "deal")


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


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    workspace = workspace_for(request)
    asked = queries.parse(kind, request.GET)
    shown = queries.listing(workspace, request.user, asked=asked)
    if not shown.lines and asked.page > 1 and shown.total:
        query = request.GET.copy()
        query["page"] = str(shown.pages)
        return redirect(f"{request.path}?{query.urlencode()}")
    context = {
        "kind": kind,
        "asked": asked,
        "listing": shown,
        "options": queries.options(workspace, request.user, kind=kind),
        "tabs": queries.counts(request.user, asked.text) if asked.text else {},
        "search_text": asked.text,
        "list_query": _list_query(request),
        "has_stages": shown.funnel is not None and shown.funnel.unit == kind,
        "limited": request.user.scope != Scope.ALL,
        "parts": ("listing",),
    }
    return page(request, "people/list.html", context)


def _record(
    request: HttpRequest, record: Record, *, subject: timeline.Subject, related: dict[str, Any]
) -> HttpResponse:
    workspace = workspace_for(request)
    kind = request.GET.get("kind", "")
    happened = timeline.timeline(
        workspace,
        subject,
        reader=request.user,
        kind=kind if kind in KINDS else "",
        before=request.GET.get("before", ""),
    )
    context: dict[str, Any] = {
        "record": record,
        "kind": record.kind,
        "timeline": happened,
        "day_starts": timeline.day_starts(happened.entries, request.GET.get("day", "")),
        "kinds": KINDS,
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
    return page(request, "people/record.html", context | _way(request, record))


def _standings_of(request: HttpRequest, funnel: Any, deals: Iterable[Record]) -> dict[str, Any]:
    """Where the related deals stand, when they are what the funnel counts."""
    if funnel is None or funnel.unit != Deal.kind:
        return {}
    ids = [one.pk for one in deals]
    return standings(workspace_for(request), funnel, ids=ids, reader=request.user)


def _way(request: HttpRequest, record: Record) -> dict[str, Any]:
    """Back to the list, and to its previous and next record, as it was sorted and filtered."""
    said = request.GET.get("list")
    at = whole_number(request.GET.get("at", ""))
    address = reverse(PLURAL[record.kind])
    if said is None or at is None:
        return {"back": address}
    asked = queries.parse(record.kind, QueryDict(said))
    before, after = queries.neighbours(
        workspace_for(request),
        request.user,
        asked=asked,
        record_id=record.pk,
        at=min(at, 10**7),
    )

    def link(to: tuple[str, int] | None) -> str:
        if to is None:
            return ""
        return f"{reverse(record.kind, args=[to[0]])}?{urlencode({'list': said, 'at': to[1]})}"

    return {
        "back": f"{address}?{said}" if said else address,
        "previous": link(before),
        "next": link(after),
    }


def _list_query(request: HttpRequest) -> str:
    return urlencode([(k, v) for k, v in request.GET.items() if v and k not in ("at", "list")])


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
