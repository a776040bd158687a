"""The debugger: what each inlet received and refused last, and what nobody's key brought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.capture import actions, examples, seen_words
from tundish.areas.capture.models import Inlet
from tundish.stores import captured
from tundish.stores.captured import Captured
from tundish.terms import InputError, from_micros, to_micros
from tundish.weblib.access.rights import requires
from tundish.weblib.page import page, toast, workspace_for

_SHOWN = 100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One event or refusal as the page shows it."""

    row: Captured
    at: Any
    why: Any
    hint: Any


@requires("manage_firm")
def inlet(request: HttpRequest, name: str) -> HttpResponse:
    """One inlet: its key, its last events and refusals, and how to send to it."""
    found = get_object_or_404(Inlet, name=name)
    context = _context(request, found.name) | {
        "inlet": found,
        "examples": examples.examples(request, found.write_key),
    }
    return page(request, "capture/inlet.html", context)


@requires("manage_firm")
def refused_requests(request: HttpRequest) -> HttpResponse:
    """Requests whose write key is missing or unknown."""
    return page(request, "capture/refused_requests.html", _context(request, ""))


@require_POST
@requires("manage_firm")
def inlet_rename(request: HttpRequest, name: str) -> HttpResponse:
    """Call an inlet by another name; the journal goes on with its first one."""
    found = get_object_or_404(Inlet, name=name)
    try:
        actions.rename_inlet(found, request.POST.get("title", ""))
    except InputError as wrong:
        toast(request, f"{wrong.message} {wrong.hint}", level="error")
    else:
        toast(request, _("The inlet is called “%(name)s” now.") % {"name": found})
    return redirect("inlet", found.name)


@require_POST
@requires("manage_firm")
def inlet_key(request: HttpRequest, name: str) -> HttpResponse:
    """A fresh write key; with `back` the one before it again."""
    found = get_object_or_404(Inlet, name=name)
    if "back" in request.GET:
        actions.restore_key(found)
        toast(request, _("The former write key is taken again."))
    else:
        actions.change_key(found)
        text = _("“%(name)s” has a new write key; the former one is refused.") % {"name": found}
        toast(request, text, undo=f"{request.path}?back")
    return redirect("inlet", found.name)


def _context(request: HttpRequest, inlet_name: str) -> dict[str, Any]:
    connection = workspace_for(request).connection
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    refused = {"received": False, "refused": True}.get(state)
    rows = captured.latest(connection, inlet_name, refused=refused, limit=captured.KEPT)
    found = [row for row in rows if _holds(row, text.casefold())]
    since = to_micros(timezone.now() - _DAY)
    received, bad = captured.counted(connection, since=since).get(inlet_name, (0, 0))
    return {
        "lines": _lines(found[:_SHOWN]),
        "more": len(found) > _SHOWN,
        "empty": not rows and not text and not state,
        "received": received,
        "refused": bad,
        "state": state,
        "q": text,
    }


def _holds(row: Captured, text: str) -> bool:
    said = (row.name, row.person, row.kind, row.code)
    return not text or any(text in one.casefold() for one in said if one)


def _lines(rows: Iterable[Captured]) -> list[Line]:
    return [
        Line(
            row,
            from_micros(row.at),
            *(seen_words.why(row.code, row.detail) if row.refused else ("", "")),
        )
        for row in rows
    ]
