"""The lists of people, companies and deals, their filter form and their columns."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.people import queries
from tundish.areas.people.lists import address, builder, listing, ready, sentence
from tundish.areas.people.lists.address import Asked
from tundish.areas.people.lists.fields import ListField, default_columns, list_fields, told_field
from tundish.areas.people.standing import Funnel
from tundish.funnel.conditions import Condition
from tundish.stores import saved_views
from tundish.stores.fields import fields_of
from tundish.stores.saved_views import SavedView
from tundish.terms import NotFoundError
from tundish.weblib.access.models import Scope, User
from tundish.weblib.access.rights import may
from tundish.weblib.access.staff import shown_names
from tundish.weblib.page import page, redirect_to, toast, workspace_for
from tundish.weblib.page.addresses import whole_number

KINDS = {"people": "person", "companies": "company", "deals": "deal"}
PLURAL = {kind: plural for plural, kind in KINDS.items()}
_STATE = ("f", "q", "sort", "match", "page", "who", "stage", "all", *address.SHORT)
_MOST_COLUMNS = 14


def people(request: HttpRequest) -> HttpResponse:
    """The list of people."""
    return _list(request, "person")


def companies(request: HttpRequest) -> HttpResponse:
    """The list of companies."""
    return _list(request, "company")


def deals(request: HttpRequest) -> HttpResponse:
    """The list of deals."""
    return _list(request, "deal")


def list_filter(request: HttpRequest, plural: str) -> HttpResponse:
    """The form that makes a list's filter; the step `apply` leads to the list that it asks for."""
    kind = kind_of(plural)
    fields = fields_for(request, kind)
    asked = asked_for(request, kind)
    sent = "step" in request.GET
    form = builder.read(request.GET, fields) if sent else builder.from_filter(asked.filter)
    if not form.rows and not sent:
        form = builder.Form(rows=(builder.Row(0, 0, next(iter(fields)), "icontains"),))
    made = builder.filter_of(form, fields)
    asked = asked.but(filter=made, page=1)
    if request.GET.get("step") == "apply":
        return redirect_to(request, f"{reverse(plural)}?{asked.query}")
    workspace = workspace_for(request)
    context = {
        "kind": kind, "plural": plural, "form": form, "groups": builder.shown(form, fields),
        "fields": fields.values(), "asked": asked, "calendar": builder.calendar(),
        "events": builder.events(known_events(workspace)),
        "count": listing.count(workspace, request.user, asked=asked),
        "sentence": sentence.sentence(made, fields),
        "parts": ("builder",),
    }  # fmt: skip
    return page(request, "people/lists/filter.html", context)


@require_POST
def list_columns(request: HttpRequest, plural: str) -> HttpResponse:
    """Remember which columns a list or a saved view shows, in which order."""
    kind, workspace = kind_of(plural), workspace_for(request)
    fields = fields_for(request, kind)
    chosen = [name for name in request.POST.getlist("column") if name in fields and name != "name"]
    moved, way = request.POST.get("move", "").rpartition(":")[::2]
    if moved in chosen:
        at = chosen.index(moved)
        to = max(0, min(len(chosen) - 1, at + (1 if way == "later" else -1)))
        chosen.insert(to, chosen.pop(at))
    chosen = list(dict.fromkeys(chosen))[:_MOST_COLUMNS]
    if request.POST.get("reset"):
        chosen = []
    asked = asked_for(request, kind)
    me = request.user.public_id
    view = view_or_none(request, asked.view)
    if view is not None and view.owner == me:
        saved_views.change(workspace.connection, view.id, body={**view.body, "columns": chosen})
    else:
        saved_views.choose_columns(
            workspace.connection, kind, owner=me, columns=chosen, now=workspace.now()
        )
    return redirect_to(request, f"{reverse(plural)}?{_back(request)}")


def known_events(workspace: Any) -> list[str]:
    """The names of events that the journal has, beyond the standard ones, as far as is soon told."""
    from tundish.stores.dialect import execute

    end = workspace.position
    rows = execute(
        workspace.connection,
        "SELECT DISTINCT name FROM event WHERE position > ?",
        (end - 50_000,),
    ).fetchall()
    return sorted(row[0] for row in rows)


def kind_of(plural: str) -> str:
    """The kind of record of a list's address. Raises NotFoundError."""
    if plural not in KINDS:
        raise NotFoundError("There is no such list.", "list_unknown")
    return KINDS[plural]


def asked_for(request: HttpRequest, kind: str) -> Asked:
    """The list that the address asks for. Raises DefinitionError for one that cannot be read.

    A field that nobody knows (any more) is a property of that name, which records may have.
    """
    asked, fields = address.parse(kind, request.GET), fields_for(request, kind)
    for part in asked.filter.each():
        if isinstance(part, Condition) and part.property not in fields:
            fields[part.property] = told_field(part.property)
    return asked


def fields_for(request: HttpRequest, kind: str) -> dict[str, ListField]:
    """The fields of a kind as this reader may choose them, made once a request."""
    kept = getattr(request, "_list_fields", {})
    if kind not in kept:
        workspace = workspace_for(request)
        kept[kind] = list_fields(
            workspace,
            kind,
            options=queries.options(workspace, request.user, kind=kind),
            names=dict(shown_names()),
        )
        request._list_fields = kept
    return kept[kind]


def columns_of(request: HttpRequest, kind: str, view: SavedView | None) -> list[ListField]:
    """The columns to show, the name aside: the view's, else the reader's, else as delivered."""
    fields = fields_for(request, kind)
    connection = workspace_for(request).connection
    names = [str(name) for name in (view.body.get("columns") or ())] if view else []
    names = names or saved_views.own_columns(connection, kind, owner=request.user.public_id)
    names = [name for name in names if name in fields] or list(default_columns(kind, fields))
    return [fields[name] for name in names]


def view_or_none(request: HttpRequest, view_id: int | None) -> SavedView | None:
    """A saved view that the reader may open; None where it is gone."""
    if view_id is None:
        return None
    connection = workspace_for(request).connection
    try:
        return saved_views.view(connection, view_id, reader=request.user.public_id)
    except NotFoundError:
        return None


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    workspace, plural = workspace_for(request), PLURAL[kind]
    views = saved_views.views(workspace.connection, kind, reader=request.user.public_id)
    if led := _led_to_view(request, kind, views):
        return led
    if not any(name in request.GET for name in (*_STATE, "view")):
        ready.open_first(request, workspace, kind)
    asked = asked_for(request, kind)
    fields = fields_for(request, kind)
    if asked.sort.removeprefix("-") not in fields or asked.sort.removeprefix("-") == "tags":
        asked = asked.but(sort="-last_seen")
    shown = listing.listing(workspace, request.user, asked=asked)
    if not shown.lines and asked.page > 1 and shown.total:
        query = request.GET.copy()
        query["page"] = str(shown.pages)
        return redirect(f"{request.path}?{query.urlencode()}")
    view = next((one for one in views if one.id == asked.view), None)
    columns = columns_of(request, kind, view)
    body = address.body_of(asked)
    in_part = bool(request.htmx and request.htmx.target == "listing")
    tabs, whole = ([], 0) if in_part else ready.tabs(workspace, request.user, kind)
    phrases = sentence.phrases(asked.filter, fields)
    context: dict[str, Any] = {
        "kind": kind, "plural": plural, "asked": asked, "listing": shown,
        "columns": columns,
        "column_names": [column.name for column in columns],
        "other_fields": [f for f in fields.values() if f.name != "name" and f not in columns],
        "phrases": [(phrase, _without(asked, phrase.place)) for phrase in phrases],
        "sentence": sentence.sentence(asked.filter, fields),
        "views": [(one, address.from_body(kind, one.body, view=one.id).query) for one in views],
        "view": view, "ready": tabs, "ready_here": ready.shown(asked), "whole": whole,
        "view_mine": view is not None and view.owner == request.user.public_id,
        "view_changed": view is not None
        and any((view.body.get(key) or None) != (body[key] or None) for key in body),
        "search_text": asked.text,
        "list_query": asked.query,
        "funnel_unit": shown.funnel is not None and shown.funnel.unit == kind,
        **(_bulk(request, kind, shown.funnel) if may(request.user, "change_record") else {}),
        "limited": request.user.scope != Scope.ALL,
        "parts": ("listing",),
    }  # fmt: skip
    return page(request, "people/lists/list.html", context)


def _bulk(request: HttpRequest, kind: str, funnel: Funnel | None) -> dict[str, Any]:
    """What the bar for the selected entries offers."""
    fields = fields_for(request, kind)
    editable = [
        fields[field.name]
        for field in fields_of(workspace_for(request).connection, kind)
        if field.name in fields and field.name not in ("name", "email", "phone", "owner")
    ]
    return {
        "may_change": True,
        "staff": User.objects.filter(is_active=True).only("pk", "name"),
        "tags": fields["tags"].choices,
        "editable": editable,
        "stages": funnel.stages if funnel is not None and funnel.unit == kind else (),
    }


def _led_to_view(request: HttpRequest, kind: str, views: list[SavedView]) -> HttpResponse | None:
    """To the whole question of a view that only its number names, or of the one that opens first."""
    if any(name in request.GET for name in _STATE):
        return None
    named = whole_number(request.GET.get("view", ""))
    found = next((one for one in views if (one.id == named if named else one.opens)), None)
    if found is None:
        if named:
            toast(request, _("This view was removed, or is not shared with you."), level="warning")
            return redirect(f"{request.path}?all=1")
        return None
    query = address.from_body(kind, found.body, view=found.id).query
    return None if query == request.GET.urlencode() else redirect(f"{request.path}?{query}")


def _without(asked: Asked, place: int) -> str:
    """The list's query without one part of its filter."""
    from tundish.funnel.filters import Group

    parts = [part for at, part in enumerate(asked.filter.parts) if at != place]
    return asked.but(filter=Group(asked.filter.how, tuple(parts)) if parts else Group()).query


def _back(request: HttpRequest) -> str:
    return request.GET.urlencode() or "all=1"
