"""Changing a record from its page: each form posts here and leads back; without script as well."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.people import (
    actions,
    addresses,
    consent,
    creating,
    fields_shown,
    groups,
    record_page,
)
from tundish.areas.people.actions import Chosen, Done, require_change
from tundish.areas.people.models import MODELS, Record
from tundish.stores import fields, profiles
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.visibility import may_see, visible_to
from tundish.weblib.page import page, redirect_to, toast, workspace_for


def record_field(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """One field's form, alone or in its place on the record; POST keeps the value."""
    require_change(request.user)
    record, workspace = found(request, kind, pk), workspace_for(request)
    name = request.POST.get("name") or request.GET.get("name", "")
    row = profiles.rows(workspace.connection, kind, ids=[pk]).get(pk, {})
    if name == "company" and kind != "company":
        fact = fields_shown.company_shown(kind, row, reader=request.user)
    else:
        field = fields.field_of(workspace.connection, kind, name)
        fact = fields_shown.shown(field, row, editing=True)
    context: dict[str, Any] = {
        "record": record,
        "kind": kind,
        "fact": fact,
        "back": record_page.back_to(request, kind, pk),
        "may_change": True,
        "parts": (f"fact-{name}",),
    }
    if request.method == "POST":
        several = fact.field.kind == "several_of"
        value: Any = request.POST.getlist("value") if several else request.POST.get("value", "")
        chosen = Chosen(kind, [pk], request.user)
        try:
            if name == "company":
                company = _company_named(request, value)
                done = actions.set_company(workspace, chosen, company=company)
                workspace.catch_up()
            else:
                done = actions.set_field(workspace, chosen, name=name, value=value)
        except InputError as wrong:
            context |= {"error": fields_shown.wrong_text(wrong), "typed": value}
            return _form(request, context, status=422)
        text = _("%(field)s was changed.") % {"field": fact.title}
        return changed(request, kind, pk, done, text)
    if request.GET.get("read"):
        return page(request, "people/field.html", context, part="fact")
    return _form(request, context)


@require_POST
def record_tags(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Put a tag on, or take one off."""
    record = found(request, kind, pk)
    chosen, workspace = Chosen(kind, [record.pk], request.user), workspace_for(request)
    with_back = (request, kind, pk)
    if tag := request.POST.get("remove"):
        done = actions.remove_tag(workspace, chosen, tag=tag)
        return changed(*with_back, done, _("The tag “%(tag)s” was taken off.") % {"tag": tag})
    tag = " ".join(request.POST.get("add", "").split())
    try:
        done = actions.add_tag(workspace, chosen, tag=tag)
    except InputError as wrong:
        return refused(*with_back, wrong)
    return changed(*with_back, done, _("The tag “%(tag)s” was put on.") % {"tag": tag})


@require_POST
def record_addresses(request: HttpRequest, pk: str) -> HttpResponse:
    """Add an e-mail address or telephone number, make one the first, or take one away."""
    record = found(request, "person", pk)
    chosen, workspace = Chosen("person", [record.pk], request.user), workspace_for(request)
    said, with_back = request.POST, (request, "person", pk)
    kind, value = said.get("kind", ""), said.get("value", "")
    if kind not in addresses.KINDS:
        raise NotFoundError("There is no such kind of address.", "address_kind_unknown")
    try:
        if said.get("act") == "remove":
            done = addresses.remove_address(workspace, chosen, kind=kind, value=value)
            text = _("%(address)s was taken away.")
        elif said.get("act") == "first":
            done = addresses.make_first(workspace, chosen, kind=kind, value=value)
            text = _("%(address)s is the first one now.")
        else:
            label = said.get("label", "")
            done = addresses.add_address(workspace, chosen, kind=kind, value=value, label=label)
            text = _("%(address)s was added.")
    except InputError as wrong:
        return refused(*with_back, wrong)
    return changed(*with_back, done, text % {"address": value})


@require_POST
def record_consent(request: HttpRequest, pk: str) -> HttpResponse:
    """Note a yes or no to a purpose."""
    record = found(request, "person", pk)
    chosen, workspace = Chosen("person", [record.pk], request.user), workspace_for(request)
    said = request.POST
    act = consent.withdraw if said.get("act") == "withdraw" else consent.grant
    try:
        done = act(
            workspace, chosen, purpose=said.get("purpose", ""),
            source=said.get("source") or "by_hand", text=said.get("text", ""),
        )  # fmt: skip
    except InputError as wrong:
        return refused(request, "person", pk, wrong)
    text = _("Consent was withdrawn.") if act is consent.withdraw else _("Consent was noted.")
    return changed(request, "person", pk, done, text)


@require_POST
def record_group(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Put somebody into the buying group, change their part, or take them out."""
    record, workspace, said = found(request, kind, pk), workspace_for(request), request.POST
    chosen, with_back = Chosen(kind, [record.pk], request.user), (request, kind, pk)
    try:
        person = said.get("person") or _named(request, record, said.get("who", ""))
        if said.get("act") == "leave":
            done = groups.leave(workspace, chosen, person=person)
            return changed(*with_back, done, _("They are no longer in the group."))
        done = groups.join(
            workspace, chosen, person=person, role=said.get("role", ""), note=said.get("note", "")
        )
    except InputError as wrong:
        return refused(*with_back, wrong)
    workspace.catch_up()
    return changed(*with_back, done, _("The buying group was changed."))


@require_POST
def undo(request: HttpRequest, batch: str) -> HttpResponse:
    """Take back what was just written."""
    try:
        actions.undo(workspace_for(request), batch, by=request.user)
        toast(request, _("It was taken back."))
    except NotFoundError:
        toast(request, _("There is nothing left to take back."), level="warning")
    return redirect(record_page.came_from(request))


def found(request: HttpRequest, kind: str, pk: str) -> Record:
    """The record, if this user may see it. Raises NotFoundError."""
    one = None
    if kind in MODELS:
        one = visible_to(request.user, MODELS[kind].objects.filter(pk=pk), kind=kind).first()
    if one is None:
        raise NotFoundError("There is no such prospect.", "prospect_not_found")
    return one


def changed(request: HttpRequest, kind: str, pk: str, done: Done, text: str) -> HttpResponse:
    """Back to the record, or to the list where it can no longer be seen, with a way to take it back."""
    if done.changed:
        toast(request, text, undo=reverse("undo", args=[done.batch]))
    if not may_see(request.user, kind, pk):
        toast(request, _("It belongs to somebody else now."), level="info")
        plural = {"person": "people", "company": "companies", "deal": "deals"}[kind]
        return redirect_to(request, plural)
    return redirect(record_page.back_to(request, kind, pk))


def refused(request: HttpRequest, kind: str, pk: str, wrong: InputError) -> HttpResponse:
    """Back to the record with what was wrong."""
    toast(request, fields_shown.wrong_text(wrong), level="warning")
    return redirect(record_page.back_to(request, kind, pk))


def _form(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    answer = page(request, "people/field.html", context, part="editing", status=status)
    if request.headers.get("HX-Request"):
        place = f"#fact-{context['fact'].field.name}"
        answer.headers["HX-Retarget"] = answer.headers["HX-Reselect"] = place
        answer.headers["HX-Reswap"] = "outerHTML"
    return answer


def _company_named(request: HttpRequest, text: str) -> str | None:
    """The id of the company that is called so, or has this id; None for no text. Raises InputError."""
    text = " ".join(text.split())
    if not text:
        return None
    known = creating.company_named(text, request.user)
    if known is None and not actions.is_there(request.user, "company", text):
        raise InputError("There is no company of this name.", "company_unknown")
    return known or text


def _named(request: HttpRequest, record: Record, text: str) -> str:
    """The id of the one person whom a typed name or address means. Raises InputError."""
    plain = text.strip().casefold()
    people = visible_to(request.user, MODELS["person"].objects.all(), kind="person")
    same = [
        one
        for one in people.filter(search__contains=plain or "\n").order_by("pk")[:200]
        if plain in ((one.name or "").casefold(), (one.email or "").casefold(), one.pk.casefold())
    ]
    company = record.pk if record.kind == "company" else record.company
    ours = [one for one in same if company and one.company == company]
    if len(ours or same) != 1:
        raise InputError(
            "Nobody, or more than one, is called so.", "person_unclear", "Type the e-mail address."
        )
    return (ours or same)[0].pk
