"""Typing a new person, company or deal; the history of a record; deleting and erasing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tundish.areas.people import creating, deleting, fields_shown, history
from tundish.areas.people.actions import is_there, require_change
from tundish.areas.people.models import MODELS, Company
from tundish.areas.people.record_views import found
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.rights import requires
from tundish.weblib.access.visibility import may_see, visible_to
from tundish.weblib.page import page, toast, workspace_for
from tundish.weblib.page.formats import number

_MAKE = {
    "person": creating.create_person, "company": creating.create_company, "deal": creating.create_deal,
}  # fmt: skip
_PLURAL = {"person": "people", "company": "companies", "deal": "deals"}
_OFFERED = 300


@requires("add_prospect")
def record_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Type a person, a company or a deal."""
    if kind not in MODELS:
        raise NotFoundError("There is no such kind of record.", "kind_unknown")
    workspace, error = workspace_for(request), ""
    said = {key: str(value) for key, value in (request.POST or request.GET).items()}
    if request.method == "POST":
        try:
            made = _MAKE[kind](workspace, said, by=request.user)
        except InputError as wrong:
            error = fields_shown.wrong_text(wrong)
        else:
            toast(request, _("%(name)s is in the journal.") % {"name": said.get("name", "")})
            return redirect(kind, made)
    companies = visible_to(request.user, Company.objects.exclude(name=None), kind="company")
    context = {
        "kind": kind,
        "said": said,
        "error": error,
        "companies": companies.order_by("name").values_list("name", flat=True)[:_OFFERED],
        "channels": creating.CHANNELS,
        "given": _given(request, said),
        "back": reverse(_PLURAL[kind]),
    }
    return page(request, "people/new.html", context, status=422 if error else 200)


def record_history(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Who changed what and when, with a way to each former value."""
    require_change(request.user)
    record = found(request, kind, pk)
    changes = history.changes(workspace_for(request), record, reader=request.user)
    context = {"record": record, "kind": kind, "changes": changes, "back": reverse(kind, args=[pk])}
    return page(request, "people/history.html", context)


def record_delete(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Ask first, then take back all that the journal says of a record."""
    require_change(request.user)
    record, workspace = found(request, kind, pk), workspace_for(request)
    obstacle = deleting.obstacle(workspace, kind, pk)
    if request.method == "POST" and not obstacle:
        first, last = deleting.delete(workspace, kind, pk, by=request.user)
        workspace.catch_up()
        address = reverse("bring_back", args=[first, last])
        toast(request, _("%(name)s was deleted.") % {"name": record.shown_name}, undo=address)
        return redirect(_PLURAL[kind])
    context = {
        "record": record,
        "kind": kind,
        "obstacle": obstacle,
        "back": reverse(kind, args=[pk]),
    }
    return page(
        request, "people/delete.html", context, status=422 if request.method == "POST" else 200
    )


@requires("erase_person")
def person_erase(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask first, then delete who a person is for good; what happened stays under a key without a name."""
    record, workspace = found(request, "person", pk), workspace_for(request)
    error = ""
    if request.method == "POST":
        if request.POST.get("sure") == "yes":
            erased = workspace.erase(pk)
            toast(request, _("Erased for good, number of values: %(n)s") % {"n": number(erased)})
            return (
                redirect("person", pk)
                if may_see(request.user, "person", pk)
                else redirect("people")
            )
        error = _("Tick the box first.")
    context = {
        "record": record,
        "kind": "person",
        "back": reverse("person", args=[pk]),
        "error": error,
    }
    return page(request, "people/erase.html", context, status=422 if error else 200)


def _given(request: HttpRequest, said: dict[str, str]) -> dict[str, Any]:
    """The company and person that a deal or person is made for, as its page's button said."""
    shown = {}
    for kind in ("company", "person"):
        pk = said.get(f"{kind}_id", "")
        if pk and is_there(request.user, kind, pk):
            shown[kind] = MODELS[kind].objects.filter(pk=pk).first()
    return shown
