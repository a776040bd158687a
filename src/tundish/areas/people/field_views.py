"""The firm's own fields and purposes of consent, in the settings."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tundish.areas.people import consent, fields_shown
from tundish.areas.people.models import MODELS
from tundish.journal.fields import CUSTOM_KINDS, Field
from tundish.stores import fields, purposes
from tundish.stores.purposes import Purpose
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.rights import requires
from tundish.weblib.page import page, toast, workspace_for

_MOVES = {"up": -1, "down": 1}


@requires("manage_firm")
def settings_fields(request: HttpRequest) -> HttpResponse:
    """All own fields by kind of record; POST moves one up or down."""
    connection = workspace_for(request).connection
    if request.method == "POST":
        _move(connection, request.POST)
        return redirect("settings_fields")
    listed = [(kind, _with_kinds(fields.own_fields(connection, kind))) for kind in MODELS]
    return page(request, "people/fields.html", {"listed": listed})


@requires("manage_firm")
def settings_field(request: HttpRequest, kind: str, name: str = "") -> HttpResponse:
    """Make a field, change it, or put it away."""
    if kind not in MODELS:
        raise NotFoundError("There is no such kind of record.", "kind_unknown")
    workspace = workspace_for(request)
    field = _field(workspace, kind, name)
    error = ""
    if request.method == "POST":
        field = _said(field, request.POST)
        try:
            kept = fields.save_field(workspace.connection, field)
        except InputError as wrong:
            error = fields_shown.wrong_text(wrong)
        else:
            text = (
                _("The field “%(title)s” was put away.")
                if kept.archived
                else _("The field “%(title)s” was saved.")
            )
            toast(request, text % {"title": kept.title})
            return redirect("settings_fields")
    context = {
        "field": field,
        "choices": "\n".join(field.choices),
        "kind": kind,
        "is_new": not name,
        "value_kinds": [(one, fields_shown.KINDS[one]) for one in CUSTOM_KINDS],
        "kind_title": fields_shown.KINDS[field.kind],
        "error": error,
    }
    return page(request, "people/own_field.html", context, status=422 if error else 200)


@requires("manage_firm")
def settings_purposes(request: HttpRequest) -> HttpResponse:
    """All purposes with their present wording."""
    known = purposes.purposes(workspace_for(request).connection, archived=True)
    return page(request, "people/purposes.html", {"purposes": known, "bases": consent.BASES})


@requires("manage_firm")
def settings_purpose(request: HttpRequest, name: str = "") -> HttpResponse:
    """Make a purpose, change its words, or put it away."""
    workspace, error = workspace_for(request), ""
    shown = purposes.purpose(workspace.connection, name) if name else Purpose("", "")
    if request.method == "POST":
        said = request.POST
        archived = said["archived"] == "yes" if "archived" in said else shown.archived
        shown = replace(
            shown, title=said.get("title", shown.title), archived=archived,
            basis=said.get("basis", shown.basis),
            wording=said.get("wording", shown.wording).replace("\r\n", "\n"),
        )  # fmt: skip
        try:
            kept = purposes.save_purpose(workspace.connection, shown, now=workspace.now())
        except InputError as wrong:
            error = fields_shown.wrong_text(wrong)
        else:
            toast(request, _("The purpose “%(title)s” was saved.") % {"title": kept.title})
            return redirect("settings_purposes")
    context = {"purpose": shown, "bases": consent.BASES, "is_new": not name, "error": error}
    return page(request, "people/purpose.html", context, status=422 if error else 200)


def _field(workspace: Any, kind: str, name: str) -> Field:
    if not name:
        return Field(kind, "", "", currency=workspace.firm.currency)
    field = fields.field_of(workspace.connection, kind, name)
    if field.built_in:
        raise NotFoundError("There is no such field.", "field_not_found")
    return field


def _said(field: Field, said: Any) -> Field:
    if "archived" in said:
        return replace(field, archived=said["archived"] == "yes")
    kind = said.get("kind", field.kind) if not field.name else field.kind
    return replace(
        field,
        title=said.get("title", ""),
        kind=kind if kind in CUSTOM_KINDS else "text",
        choices=tuple(said.get("choices", "").splitlines()),
        help=said.get("help", ""),
        currency=said.get("currency", "").strip().upper()[:3] or field.currency,
    )


def _move(connection: Any, said: Any) -> None:
    kind, name = said.get("kind", ""), said.get("name", "")
    names = [one.name for one in fields.own_fields(connection, kind)]
    if name in names:
        at = names.index(name)
        to = min(max(at + _MOVES.get(said.get("move", ""), 0), 0), len(names) - 1)
        names.insert(to, names.pop(at))
        fields.order_fields(connection, kind, names)


def _with_kinds(own: list[Field]) -> list[tuple[Field, Any]]:
    return [(field, fields_shown.KINDS[field.kind]) for field in own]
